/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_PART_ELISION_H
#define VMT_GRAMMAR_PART_ELISION_H

#include "base/slice.h"

/* `...`, `...(snip)...`, `[12 lines omitted]`: a person left something out.  A path or a detail
 * that was shortened has other words. */
bool vmt_part_is_elision(struct vmt_slice line);

#endif
