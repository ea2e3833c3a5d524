/* SPDX-License-Identifier: MIT */
#ifndef VMT_ANALYSIS_VERDICT_H
#define VMT_ANALYSIS_VERDICT_H

/* What comes of holding two pieces of evidence against each other. */

#include "base/slice.h"

enum vmt_verdict {
    VMT_AGREES,
    VMT_EXPLAINED, /* differs for a known reason */
    VMT_DIFFERS,
    VMT_NOT_ASSESSED
};

/* One sum of ours held against one that the evidence states itself. */
struct vmt_check {
    struct vmt_slice type; /* what it is about; borrowed: see who makes it */
    const char
        *member; /* name of what is compared: a member, "charged" (dirty or swapped), "regions" */
    uint64_t expected; /* as stated */
    uint64_t actual;   /* the sum; 0 when not assessed */
    uint64_t bound;    /* what rounding on both sides can account for */
    enum vmt_verdict verdict;
    const char *reason; /* NULL for VMT_AGREES */
};

/* "agrees", "explained", "differs", "not_assessed". */
const char *vmt_verdict_name(enum vmt_verdict verdict);

#endif
