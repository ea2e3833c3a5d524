/* SPDX-License-Identifier: MIT */
#ifndef VMT_ANALYSIS_SET_FORM_H
#define VMT_ANALYSIS_SET_FORM_H

/* Whether processes can be added up: different ones, of one machine, at about one time. */

#include "model/snapshot.h"

/* Why they cannot, or NULL.  Where nothing tells, they can: the bounds hold either way. */
const char *vmt_set_objection(const struct vmt_snapshot *snapshot);

#endif
