/* SPDX-License-Identifier: MIT */
#ifndef VMT_ANALYSIS_ACCOUNT_KERNEL_H
#define VMT_ANALYSIS_ACCOUNT_KERNEL_H

/* The rules for regions that the kernel itself has counted (Linux): its counts are taken as they
 * are, with the bounds that their rounding has. */

#include "model/member.h"
#include "model/region.h"

/* Whether a region has the counts that the rules need. */
bool vmt_account_is_counted(const struct vmt_region *region);

/* *amounts += the counts of such a region; its virtual size is not among them. */
void vmt_account_counted(struct vmt_amounts *amounts, const struct vmt_region *region);

/* What follows from totals that were stated of a process as a whole, where it is not stated. */
void vmt_account_whole(struct vmt_amounts *whole);

#endif
