/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "base/sequence.h"

#include <assert.h>
#include <stdalign.h>
#include <string.h>

/* A short sequence stays small, a long one has few blocks. */
#define RECORDS_FIRST 8
#define RECORDS_MOST 512

struct vmt_sequence_block {
    struct vmt_sequence_block *next;
    size_t count;
    size_t capacity;
    alignas(max_align_t) char records[];
};

void vmt_sequence_init(struct vmt_sequence *sequence, struct vmt_arena *arena, size_t record_size)
{
    *sequence = (struct vmt_sequence){.arena = arena, .record_size = record_size};
}

static bool add_block(struct vmt_sequence *sequence)
{
    size_t capacity = sequence->last == NULL ? RECORDS_FIRST : sequence->last->capacity * 2;
    if (capacity > RECORDS_MOST) {
        capacity = RECORDS_MOST;
    }
    struct vmt_sequence_block *block =
        vmt_arena_alloc(sequence->arena, 1, sizeof *block + capacity * sequence->record_size);
    if (block == NULL) {
        return false;
    }
    block->capacity = capacity;
    if (sequence->last == NULL) {
        sequence->first = block;
    } else {
        sequence->last->next = block;
    }
    sequence->last = block;
    return true;
}

void *vmt_sequence_add(struct vmt_sequence *sequence)
{
    struct vmt_sequence_block *block = sequence->last;
    if (block == NULL || block->count == block->capacity) {
        if (!add_block(sequence)) {
            return NULL;
        }
        block = sequence->last;
    }
    sequence->count++;
    return block->records + sequence->record_size * block->count++;
}

void vmt_sequence_cut(struct vmt_sequence *sequence, size_t count)
{
    struct vmt_sequence_block *last = NULL;
    size_t left = count < sequence->count ? count : sequence->count;
    sequence->count = left;
    for (struct vmt_sequence_block *block = sequence->first; left > 0; block = block->next) {
        last = block;
        if (block->count > left) { /* new records there are zeroed, as all are */
            memset(block->records + sequence->record_size * left, 0,
                   sequence->record_size * (block->count - left));
            block->count = left;
        }
        left -= block->count;
    }
    sequence->last = last;
    if (last == NULL) {
        sequence->first = NULL;
    } else {
        last->next = NULL;
    }
}

void vmt_sequence_adopt(struct vmt_sequence *sequence, struct vmt_sequence *other)
{
    assert(sequence->record_size == other->record_size);
    if (other->first == NULL) {
        return;
    }
    if (sequence->last == NULL) {
        sequence->first = other->first;
    } else {
        sequence->last->next = other->first;
    }
    sequence->last = other->last;
    sequence->count += other->count;
    vmt_sequence_init(other, other->arena, other->record_size);
}

void *vmt_sequence_last(const struct vmt_sequence *sequence)
{
    struct vmt_sequence_block *block = sequence->last;
    return block == NULL ? NULL : block->records + sequence->record_size * (block->count - 1);
}

void *vmt_sequence_next(const struct vmt_sequence *sequence, struct vmt_walker *walker)
{
    if (walker->block == NULL) {
        if (walker->index != 0 || sequence->first == NULL) {
            return NULL;
        }
        walker->block = sequence->first;
    }
    if (walker->index == walker->block->count) {
        walker->block = walker->block->next;
        walker->index = 0;
        if (walker->block == NULL) {
            walker->index = 1; /* the end, and it stays the end */
            return NULL;
        }
    }
    return (char *)walker->block->records + sequence->record_size * walker->index++;
}
