/* SPDX-License-Identifier: MIT */
#ifndef VMT_ANALYSIS_SET_FLOOR_H
#define VMT_ANALYSIS_SET_FLOOR_H

/* What the processes of a set have in memory at least, all together: what the one has that has
 * most.  A process may map the same pages twice, and its resident size has them twice then: of
 * regions that may be one thing only the largest is sure. */

#include "analysis/account.h"
#include "analysis/set.h"

struct vmt_set_floor {
    struct vmt_arena *arena;
    struct vmt_intern *strings;
    struct vmt_string_map things;      /* by path: what may be the same memory in one process */
    const struct vmt_process *process; /* that is counted */
    uint64_t once;  /* what it has at least, besides what it has alone, mapped twice or not */
    uint64_t lower; /* what all have at least */
};

void vmt_set_floor_init(struct vmt_set_floor *floor, struct vmt_arena *arena,
                        struct vmt_intern *strings);

/* A region of a process more, process after process.  False when there is no memory. */
bool vmt_set_floor_add(struct vmt_set_floor *floor, const struct vmt_set_process *member,
                       const struct vmt_region *region, const struct vmt_amounts *amounts,
                       enum vmt_share_method method);

/* Count in the member what of its resident size is perhaps there twice.  False when there is no
 * memory. */
bool vmt_set_floor_twice(struct vmt_set_floor *floor, struct vmt_set_process *member,
                         const struct vmt_account *account);

#endif
