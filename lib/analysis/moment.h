/* SPDX-License-Identifier: MIT */
#ifndef VMT_ANALYSIS_MOMENT_H
#define VMT_ANALYSIS_MOMENT_H

#include "base/slice.h"

/* How many seconds apart two times of ISO 8601 are; false when that cannot be told: one is no
 * such time, or only one of them has a zone. */
bool vmt_moments_apart(uint64_t *seconds, struct vmt_slice a, struct vmt_slice b);

#endif
