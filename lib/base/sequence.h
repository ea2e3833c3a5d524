/* SPDX-License-Identifier: MIT */
#ifndef VMT_BASE_SEQUENCE_H
#define VMT_BASE_SEQUENCE_H

/* Records of one size in the order they came, in fixed blocks: a record never moves, and growing
 * copies nothing. */

#include "base/memory.h"

struct vmt_sequence {
    struct vmt_arena *arena;
    size_t record_size;
    size_t count;
    struct vmt_sequence_block *first;
    struct vmt_sequence_block *last;
};

/* The arena is borrowed and owns the records.  Takes no memory yet. */
void vmt_sequence_init(struct vmt_sequence *sequence, struct vmt_arena *arena, size_t record_size);

/* A new zeroed record at the end, or NULL when the arena gives no memory. */
void *vmt_sequence_add(struct vmt_sequence *sequence);

/* The record added last, or NULL. */
void *vmt_sequence_last(const struct vmt_sequence *sequence);

/* Take back the records behind the first `count`; their memory stays with the arena. */
void vmt_sequence_cut(struct vmt_sequence *sequence, size_t count);

/* The records of `other` follow those of `sequence`, where they are; `other` is empty then.  The
 * arena of `sequence` owns them already, or adopts the other one. */
void vmt_sequence_adopt(struct vmt_sequence *sequence, struct vmt_sequence *other);

/* Walk: start with a zeroed walker; each record once, then NULL. */
struct vmt_walker {
    const struct vmt_sequence_block *block;
    size_t index;
};

void *vmt_sequence_next(const struct vmt_sequence *sequence, struct vmt_walker *walker);

#endif
