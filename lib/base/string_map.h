/* SPDX-License-Identifier: MIT */
#ifndef VMT_BASE_STRING_MAP_H
#define VMT_BASE_STRING_MAP_H

/* Something for each of many interned strings. */

#include "base/intern.h"

struct vmt_string_map {
    struct vmt_arena *arena;
    struct vmt_string_entry **buckets;
    size_t bucket_count;
    size_t count;
};

/* The arena is borrowed and owns the map.  Takes no memory yet. */
void vmt_string_map_init(struct vmt_string_map *map, struct vmt_arena *arena);

/* Where the value of a key is kept: NULL in it at first.  Keys are compared by pointer.  Returns
 * NULL when the arena gives no memory. */
void **vmt_string_map_at(struct vmt_string_map *map, const struct vmt_string *key);

#endif
