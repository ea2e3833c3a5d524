/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "base/string_map.h"

#define BUCKETS_FIRST 128

struct vmt_string_entry {
    struct vmt_string_entry *next;
    const struct vmt_string *key;
    void *value;
};

void vmt_string_map_init(struct vmt_string_map *map, struct vmt_arena *arena)
{
    *map = (struct vmt_string_map){.arena = arena};
}

static bool grow(struct vmt_string_map *map)
{
    size_t count = map->bucket_count == 0 ? BUCKETS_FIRST : map->bucket_count * 4;
    struct vmt_string_entry **buckets = vmt_arena_alloc(map->arena, count, sizeof *buckets);
    if (buckets == NULL) {
        return false;
    }
    for (size_t i = 0; i < map->bucket_count; i++) {
        struct vmt_string_entry *entry = map->buckets[i];
        while (entry != NULL) {
            struct vmt_string_entry *next = entry->next;
            struct vmt_string_entry **slot = &buckets[entry->key->hash & (count - 1)];
            entry->next = *slot;
            *slot = entry;
            entry = next;
        }
    }
    map->buckets = buckets;
    map->bucket_count = count;
    return true;
}

void **vmt_string_map_at(struct vmt_string_map *map, const struct vmt_string *key)
{
    if (map->count >= map->bucket_count && !grow(map)) {
        return NULL;
    }
    struct vmt_string_entry **slot = &map->buckets[key->hash & (map->bucket_count - 1)];
    for (struct vmt_string_entry *entry = *slot; entry != NULL; entry = entry->next) {
        if (entry->key == key) {
            return &entry->value;
        }
    }
    struct vmt_string_entry *entry = vmt_arena_alloc(map->arena, 1, sizeof *entry);
    if (entry == NULL) {
        return NULL;
    }
    *entry = (struct vmt_string_entry){.next = *slot, .key = key};
    *slot = entry;
    map->count++;
    return &entry->value;
}
