/* SPDX-License-Identifier: MIT */
#ifndef VMT_MODEL_MEMBER_H
#define VMT_MODEL_MEMBER_H

/* The members of the accounting: one table that columns, sums, readers and documentation use. */

#include "model/amount.h"

enum vmt_member {
    VMT_VIRTUAL,
    VMT_RESERVED,
    VMT_RESIDENT,
    VMT_DIRTY,
    VMT_SWAPPED,
    VMT_PRIVATE_CLEAN,
    VMT_PRIVATE_DIRTY,
    VMT_SHARED_CLEAN,
    VMT_SHARED_DIRTY,
    VMT_SWAPPED_PRIVATE,
    VMT_SWAPPED_SHARED,
    VMT_PRIVATE_FOOTPRINT,
    VMT_ANONYMOUS,
    VMT_FILE_BACKED,
    VMT_RECLAIMABLE,
    VMT_HEAP_KEPT_EMPTY,
    VMT_USS,
    VMT_PSS,
    VMT_RSS,
    VMT_SWAP_PSS,
    VMT_FOOTPRINT,
    VMT_FOOTPRINT_PEAK,
    VMT_RESIDENT_PEAK,
    VMT_VIRTUAL_PEAK,
    VMT_WIRED,
    VMT_CLEAN,
    VMT_MEMBER_COUNT
};

enum vmt_member_kind {
    VMT_EVIDENCE, /* what a tool stated, summed */
    VMT_DERIVED,  /* what we infer from it */
    VMT_STATED    /* what the system stated for the process as a whole */
};

struct vmt_member_info {
    const char *name;  /* of columns and keys: stable */
    const char *title; /* for people */
    enum vmt_member_kind kind;
    const char *help; /* one sentence */
};

extern const struct vmt_member_info vmt_members[VMT_MEMBER_COUNT];

/* One amount of each member: of a region, a type, a process, a set. */
struct vmt_amounts {
    struct vmt_amount of[VMT_MEMBER_COUNT];
};

/* Each member of *sum += the same of *amounts. */
void vmt_amounts_add(struct vmt_amounts *sum, const struct vmt_amounts *amounts);

#endif
