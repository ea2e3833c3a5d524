/* SPDX-License-Identifier: MIT */
#ifndef VMT_COLLECT_PARALLEL_H
#define VMT_COLLECT_PARALLEL_H

/* Pieces of work by several threads, what comes of them taken in order.  Beside read_ahead.c the
 * only place that knows threads; where the system has none, nobody does the work and the caller is
 * told so. */

#include <stdbool.h>
#include <stddef.h>

#define VMT_THREADS_MOST 8

struct vmt_parallel {
    void *self;
    size_t count;     /* pieces, 0 to count - 1 */
    unsigned threads; /* at most VMT_THREADS_MOST */
    size_t ahead;     /* so many pieces are begun and not taken, at most */

    /* In order, one call at a time, never while `take` runs. */
    void (*begin)(void *self, size_t piece);
    /* By one of the threads, at the same time as others of other pieces. */
    void (*work)(void *self, unsigned thread, size_t piece);
    /* In order, by the caller's thread.  False: no more of it. */
    bool (*take)(void *self, size_t piece);
};

/* Returns how many pieces were taken; less than `count` when `take` wants no more or no thread can
 * be had.  No thread is left when it returns, and those pieces that were begun and not taken are
 * done, too. */
size_t vmt_parallel_run(const struct vmt_parallel *parallel);

/* Processors that this process may use; at least 1. */
unsigned vmt_parallel_processors(void);

#endif
