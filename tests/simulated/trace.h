/* SPDX-License-Identifier: MIT */
#ifndef VMT_SIMULATED_TRACE_H
#define VMT_SIMULATED_TRACE_H

/* Walks of simulated processes, kept to be looked at. */

#include "scenario.h"
#include "source/mach.h"
#include "truth.h"
#include "xnu_control.h"

#define TRACE_REGIONS 512
#define TRACE_PAGES 65536

struct trace {
    struct vmt_mach_outcome outcome;
    uint32_t region_count;
    uint32_t page_count;
    bool full; /* there was more than there is room for */
    struct vmt_mach_region regions[TRACE_REGIONS];
    char paths[TRACE_REGIONS][SIM_PATH];
    struct vmt_mach_page pages[TRACE_PAGES];
    uint32_t page_regions[TRACE_PAGES]; /* in which each was met */
};

/* Of the directory of scenarios, in the order of their names: the next behind `place`, which begins
 * at 0; false at the end.  A scenario that cannot be read ends the program. */
bool trace_next_scenario(struct sim_world *out, const char **name, size_t *place);

/* One of them, by its name without the ending. */
void trace_scenario(struct sim_world *out, const char *name);

void trace_walk(struct trace *out, const struct vmt_mach_walk *walk);

/* The place of the process that has this number first. */
uint32_t trace_process(const struct sim_world *world, uint32_t pid);

/* What is done before a call waits for ever; NULL: nothing. */
extern void (*trace_before_waiting)(void);

#endif
