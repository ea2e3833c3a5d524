/* SPDX-License-Identifier: MIT */
#ifndef VMT_COLLECT_LIVE_MACH_WALK_H
#define VMT_COLLECT_LIVE_MACH_WALK_H

/* A walk in a process of its own, which may hang: what it visits comes back as records through a
 * pipe, and is visited here. */

#include "source/mach.h"
#include "source/run.h"

struct vmt_mach_away {
    const struct vmt_mach *mach;
    struct vmt_mach_walk walk;
    const char *name;             /* of the input, see struct vmt_run_options */
    uint64_t time_limit;          /* microseconds */
    volatile sig_atomic_t *group; /* see struct vmt_run_options */
};

/* How it went: what the walk answered, when `answered`; else the run's result tells why it did not.
 * VMT_MACH_STOPPED where the visitor wanted no more. */
struct vmt_mach_returned {
    bool answered;
    bool damaged; /* what came is no record */
    struct vmt_mach_outcome outcome;
    char call[64];  /* behind outcome.call */
    uint64_t count; /* of records that came */
    struct vmt_run_result result;
};

/* What it says on standard error is not kept: `result.error` is empty. */
void vmt_mach_walk_away(struct vmt_mach_returned *out, const struct vmt_mach_away *away,
                        const struct vmt_mach_visitor *visitor);

#endif
