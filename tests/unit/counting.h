/* SPDX-License-Identifier: MIT */
#ifndef VMT_UNIT_COUNTING_H
#define VMT_UNIT_COUNTING_H

/* An allocator that counts, and refuses what a test wants to see refused. */

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"

/* Refuses the allocation number `refuse` (from 1; 0: none), or all from there on. */
struct counting {
    uint64_t made;
    uint64_t live; /* not released yet */
    uint64_t refuse;
    bool all_after;
    bool refused; /* it has come to that */
};

static inline void *counting_allocate(void *self, size_t size)
{
    struct counting *counting = self;
    counting->made++;
    if (counting->refuse != 0 && (counting->made == counting->refuse ||
                                  (counting->all_after && counting->made > counting->refuse))) {
        counting->refused = true;
        return NULL;
    }
    void *memory = malloc(size);
    counting->live += memory == NULL ? 0 : 1;
    return memory;
}

static inline void counting_release(void *self, void *memory)
{
    struct counting *counting = self;
    counting->live -= memory == NULL ? 0 : 1;
    free(memory);
}

/* `counting` is borrowed. */
static inline struct vmt_allocator counting_allocator(struct counting *counting)
{
    return (struct vmt_allocator){counting_allocate, counting_release, counting};
}

#endif
