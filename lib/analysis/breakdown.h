/* SPDX-License-Identifier: MIT */
#ifndef VMT_ANALYSIS_BREAKDOWN_H
#define VMT_ANALYSIS_BREAKDOWN_H

/* What a process's memory comes to, by region type and in all. */

#include "analysis/verdict.h"
#include "base/string_map.h"
#include "model/member.h"
#include "model/process.h"

/* The level of evidence that the numbers come from: the strongest complete one. */
enum vmt_level {
    VMT_LEVEL_NONE,
    VMT_LEVEL_REGIONS,
    VMT_LEVEL_TYPES, /* a table that states sums by type, when the regions are not all there */
    VMT_LEVEL_TOTALS /* what is stated of the process as a whole, when there is nothing else */
};

/* All regions of one canonical type. */
struct vmt_type_sum {
    const struct vmt_type *type; /* one of its spellings */
    uint64_t regions;
    bool counted; /* all of its evidence counts regions */
    struct vmt_amounts amounts;
    struct vmt_amount charged; /* of a table of charges: dirty or swapped, as stated */
    uint64_t empty_regions;    /* no page can be in them, though the type is one of memory */
    struct vmt_amount empty;   /* their address space */
    struct vmt_amount clean;   /* of such a table, as stated: without what is reclaimable */
};

/* All regions of one type as printed: what is stated of them, for checks, and what it comes to. */
struct vmt_tally {
    const struct vmt_type *type;
    uint64_t regions;
    uint64_t stated[VMT_EV_OF_REGION];
    uint64_t slack[VMT_EV_OF_REGION]; /* by rounding */
    uint8_t known;                    /* bit 1 << vmt_evidence: all of them state it */
    bool overflow;                    /* more than 64 bits hold */
    struct vmt_amounts amounts;
    uint64_t empty_regions; /* as in struct vmt_type_sum */
    struct vmt_amount empty;
};

struct vmt_breakdown {
    struct vmt_arena arena; /* owns what follows; the process is borrowed */
    struct vmt_intern strings;
    const struct vmt_process *process;
    enum vmt_level level;
    bool charges;               /* a table that states what the kernel charges: footprint's */
    enum vmt_coverage coverage; /* of that level */
    uint64_t regions;
    bool counted; /* `regions` is known */
    struct vmt_amounts totals;
    const char *pss_method;            /* how `pss` was bounded: stable word */
    const struct vmt_type_sum **types; /* memory first, by size; then address space */
    size_t type_count;
    struct vmt_sequence tallies; /* of struct vmt_tally; none at the level of types */
    struct vmt_sequence checks;  /* of struct vmt_check, about canonical types and totals */
    struct vmt_notes notes;      /* of the accounting, beside the process's own */
};

/* `out` is ready to be freed in any case, and complete with VMT_OK. */
enum vmt_status vmt_breakdown_make(struct vmt_breakdown *out, const struct vmt_process *process,
                                   const struct vmt_allocator *allocator, size_t memory_limit,
                                   struct vmt_error *err);
void vmt_breakdown_free(struct vmt_breakdown *breakdown);

/* *sum += other, which is of another type. */
void vmt_type_sum_add(struct vmt_type_sum *sum, const struct vmt_type_sum *other);

/* Below 0 when the first comes before the second: memory before address space; then by what the
 * process pays for, what is resident, how large it is; then by name. */
int vmt_type_sum_order(const struct vmt_type_sum *first, const struct vmt_type_sum *second);

/* How many checks have the verdict. */
uint64_t vmt_breakdown_verdicts(const struct vmt_breakdown *breakdown, enum vmt_verdict verdict);

/* "regions", "types", "totals", "none". */
const char *vmt_level_name(enum vmt_level level);

#endif
