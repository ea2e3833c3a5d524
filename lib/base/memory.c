/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "base/memory.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Blocks large enough that the header and the rest at the end do not matter, small enough that a
 * small result stays small. */
#define BLOCK_FIRST ((size_t)4 << 10)
#define BLOCK_MOST ((size_t)256 << 10)

struct vmt_arena_block {
    struct vmt_arena_block *previous;
    size_t size;
    alignas(max_align_t) char data[];
};

static void *system_allocate(void *self, size_t size)
{
    (void)self;
    return malloc(size);
}

static void system_release(void *self, void *memory)
{
    (void)self;
    free(memory);
}

const struct vmt_allocator vmt_allocator_system = {system_allocate, system_release, NULL};

void vmt_arena_init(struct vmt_arena *arena, const struct vmt_allocator *allocator, size_t limit)
{
    *arena = (struct vmt_arena){.allocator = allocator, .limit = limit};
}

void vmt_arena_free(struct vmt_arena *arena)
{
    struct vmt_arena_block *block = arena->blocks;
    while (block != NULL) {
        struct vmt_arena_block *previous = block->previous;
        arena->allocator->release(arena->allocator->self, block);
        block = previous;
    }
    vmt_arena_init(arena, arena->allocator, arena->limit);
}

static bool add_block(struct vmt_arena *arena, size_t size)
{
    size_t whole = sizeof(struct vmt_arena_block) + size;
    if (whole < size || whole > arena->limit - arena->elsewhere - arena->used) {
        arena->limited = true;
        return false;
    }
    struct vmt_arena_block *block = arena->allocator->allocate(arena->allocator->self, whole);
    if (block == NULL) {
        return false;
    }
    block->previous = arena->blocks;
    block->size = size;
    arena->blocks = block;
    arena->next = block->data;
    arena->left = size;
    arena->used += whole;
    return true;
}

#ifdef VMT_ARENA_EXACT
static size_t block_size(const struct vmt_arena *arena, size_t bytes)
{
    (void)arena;
    return bytes;
}
#else
static size_t block_size(const struct vmt_arena *arena, size_t bytes)
{
    size_t size = arena->blocks == NULL ? BLOCK_FIRST : arena->blocks->size * 2;
    if (size > BLOCK_MOST) {
        size = BLOCK_MOST;
    }
    return bytes > size ? bytes : size;
}
#endif

void *vmt_arena_alloc(struct vmt_arena *arena, size_t count, size_t size)
{
    const size_t align = alignof(max_align_t);
    if (size != 0 && count > (SIZE_MAX - align) / size) {
        arena->limited = true;
        return NULL;
    }
    size_t bytes = count * size;
    if (bytes == 0) {
        bytes = 1;
    }
#ifndef VMT_ARENA_EXACT
    bytes = (bytes + align - 1) / align * align;
#endif
    if (bytes > arena->left && !add_block(arena, block_size(arena, bytes))) {
        return NULL;
    }
    void *memory = arena->next;
    arena->next += bytes;
    arena->left -= bytes;
    return memset(memory, 0, bytes);
}

void vmt_arena_adopt(struct vmt_arena *arena, struct vmt_arena *other)
{
    assert(arena->allocator == other->allocator);
    assert(other->used <= arena->limit - arena->elsewhere - arena->used);
    struct vmt_arena_block *last = other->blocks;
    if (last == NULL) {
        return;
    }
    while (last->previous != NULL) {
        last = last->previous;
    }
    if (arena->blocks == NULL) {
        arena->blocks = other->blocks;
        arena->next = other->next;
        arena->left = other->left;
    } else { /* behind the block that allocations come from */
        last->previous = arena->blocks->previous;
        arena->blocks->previous = other->blocks;
    }
    arena->used += other->used;
    vmt_arena_init(other, other->allocator, other->limit);
}

enum vmt_status vmt_arena_fail(const struct vmt_arena *arena, struct vmt_error *err)
{
    if (arena->limited) {
        return vmt_fail(err, VMT_E_LIMIT, "the result needs more than %zu MiB of memory",
                        arena->limit >> 20);
    }
    return vmt_fail_nomem(err);
}
