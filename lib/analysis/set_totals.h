/* SPDX-License-Identifier: MIT */
#ifndef VMT_ANALYSIS_SET_TOTALS_H
#define VMT_ANALYSIS_SET_TOTALS_H

/* Processes together, as far as their totals tell.
 *
 * What a process has alone adds up, and so does what the kernel has divided (PSS).  Of the rest
 * nothing tells what two of them both have, nor what one has mapped twice, which its totals count
 * twice: together it is at most the sum, and at least what all have alone or, where that is more,
 * what the kernel has divided.  Peaks were reached at different times, and do not add up. */

#include "model/member.h"

/* While it is being made. */
struct vmt_set_totals {
    struct vmt_amounts sum;
    uint64_t largest[VMT_MEMBER_COUNT]; /* lower bound of one process */
    uint64_t processes;
};

/* A process more. */
void vmt_set_totals_add(struct vmt_set_totals *totals, const struct vmt_amounts *process);

/* The members of all together. */
struct vmt_amounts vmt_set_totals_of(const struct vmt_set_totals *totals);

/* The one member; its sum when that adds up. */
struct vmt_amount vmt_set_total(const struct vmt_set_totals *totals, enum vmt_member member);

#endif
