/* SPDX-License-Identifier: MIT */
#ifndef VMT_ANALYSIS_SYSTEM_STATE_H
#define VMT_ANALYSIS_SYSTEM_STATE_H

/* How the states of a system are made. */

#include "analysis/system.h"

struct vmt_system_record {
    const struct vmt_host *host;
    struct vmt_system_record *next;          /* of the same host */
    struct vmt_system_record *previous_read; /* of the snapshot */
    struct vmt_system_record *next_read;
    struct vmt_figure page_size; /* its own, else that of its neighbours in the input */
    struct vmt_figure total;
    const struct vmt_sample *sample; /* the one that says more than those two, if any does */
    bool is_log;                     /* several do */
};

/* Fill the last two. */
void vmt_system_look(struct vmt_system_record *record);

/* The parts of the next sample, which is none when vmt_system_is_sample() says so: page size and
 * physical memory alone are of the host, and make no sample beside others. */
bool vmt_system_next_parts(const struct vmt_system_host *host, struct vmt_system_walker *walker,
                           struct vmt_state *state);
bool vmt_system_is_sample(const struct vmt_system_host *host, const struct vmt_state *state);

/* The steps that make a state of its parts, in this order. */

/* The values of all parts, in bytes.  What two of them state differently is a check. */
void vmt_state_fill(struct vmt_state *state);

/* The size of a page by which what one part states in pages is what others state in bytes; 0 when
 * nothing tells.  Only where some values are in pages. */
uint64_t vmt_state_infer_page_size(const struct vmt_state *state);

/* The members that follow from them. */
void vmt_state_derive(struct vmt_state *state);

/* The sums that should come out. */
void vmt_state_check(struct vmt_state *state);

/* vmt_state_check() adds no more than so many. */
#define VMT_STATE_CHECKS 20

/* Further than memory moves while a script calls one tool after the other. */
bool vmt_state_far_apart(enum vmt_host_unit unit, uint64_t a, uint64_t b);

#endif
