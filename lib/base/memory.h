/* SPDX-License-Identifier: MIT */
#ifndef VMT_BASE_MEMORY_H
#define VMT_BASE_MEMORY_H

/* Memory: an allocator given by the caller, and arenas that free all they gave at once. */

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* `allocate` returns NULL when it refuses; `release` takes what it gave, or NULL. */
struct vmt_allocator {
    void *(*allocate)(void *self, size_t size);
    void (*release)(void *self, void *memory);
    void *self;
};

/* malloc and free. */
extern const struct vmt_allocator vmt_allocator_system;

/* Everything of one result comes from one arena and is freed with it; nothing singly.
 * With VMT_ARENA_EXACT defined each allocation is a block of its own, so that a checking build
 * sees an overrun by one byte. */
struct vmt_arena {
    const struct vmt_allocator *allocator;
    struct vmt_arena_block *blocks;
    char *next;
    size_t left;
    size_t used;      /* bytes taken from the allocator */
    size_t elsewhere; /* bytes that arenas of the same limit may take */
    size_t limit;     /* `used` and `elsewhere` together never pass it */
    bool limited;     /* an allocation failed on the limit */
};

/* The allocator is borrowed and must outlive the arena.  Takes no memory yet. */
void vmt_arena_init(struct vmt_arena *arena, const struct vmt_allocator *allocator, size_t limit);
void vmt_arena_free(struct vmt_arena *arena);

/* Zeroed memory for `count` objects of `size` bytes, aligned for any object; NULL when the
 * allocator refuses, the limit is reached or the product overflows. */
void *vmt_arena_alloc(struct vmt_arena *arena, size_t count, size_t size);

/* Everything that `other` gave belongs to `arena` from now on, and `other` is empty.  Both have one
 * allocator, and the limit of `arena` holds what `other` used. */
void vmt_arena_adopt(struct vmt_arena *arena, struct vmt_arena *other);

/* Record why vmt_arena_alloc() gave NULL: the limit or the allocator. */
enum vmt_status vmt_arena_fail(const struct vmt_arena *arena, struct vmt_error *err);

#endif
