/* SPDX-License-Identifier: MIT */
#ifndef VMT_ANALYSIS_RECONCILE_H
#define VMT_ANALYSIS_RECONCILE_H

/* The way from our sum of what should make up a process's footprint to the footprint that the
 * kernel states. */

#include "analysis/breakdown.h"

enum vmt_remainder {
    VMT_REMAINDER_NONE,
    VMT_REMAINDER_MISSING, /* the kernel states more than the rows have */
    VMT_REMAINDER_BEYOND   /* the rows have more */
};

struct vmt_reconciliation {
    bool possible; /* there are both, and rows for all of the process */
    struct vmt_amount sum;
    struct vmt_amount stated;
    enum vmt_remainder direction;
    struct vmt_amount remainder; /* between their values, without a sign */
    const char *reason; /* what it is, as far as can be told; NULL for VMT_REMAINDER_NONE */
};

struct vmt_reconciliation vmt_reconcile(const struct vmt_breakdown *breakdown);

/* "none", "missing", "beyond". */
const char *vmt_remainder_name(enum vmt_remainder remainder);

#endif
