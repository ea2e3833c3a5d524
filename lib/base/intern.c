/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "base/intern.h"

void vmt_intern_init(struct vmt_intern *intern, struct vmt_arena *arena)
{
    *intern = (struct vmt_intern){.arena = arena};
}

/* Eight bytes a step (paths are long and share their beginnings), mixed by a multiplication. */
static uint32_t hash_bytes(struct vmt_slice bytes)
{
    const uint64_t mix = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t hash = bytes.length * mix;
    const char *at = bytes.data;
    size_t left = bytes.length;
    for (; left >= sizeof(uint64_t); left -= sizeof(uint64_t)) {
        uint64_t word = 0;
        memcpy(&word, at, sizeof word);
        hash = (hash ^ word) * mix;
        hash ^= hash >> 32;
        at += sizeof word;
    }
    uint64_t last = 0;
    if (left > 0) {
        memcpy(&last, at, left);
    }
    hash = (hash ^ last) * mix;
    hash ^= hash >> 32;
    return (uint32_t)hash;
}

/* Twice as many buckets; the old table stays in the arena, which costs at most as much again. */
static bool grow(struct vmt_intern *intern)
{
    size_t count = intern->bucket_count == 0 ? 64 : intern->bucket_count * 2;
    struct vmt_string **buckets = vmt_arena_alloc(intern->arena, count, sizeof *buckets);
    if (buckets == NULL) {
        return false;
    }
    for (size_t i = 0; i < intern->bucket_count; i++) {
        struct vmt_string *string = intern->buckets[i];
        while (string != NULL) {
            struct vmt_string *next = string->next;
            struct vmt_string **bucket = &buckets[string->hash & (count - 1)];
            string->next = *bucket;
            *bucket = string;
            string = next;
        }
    }
    intern->buckets = buckets;
    intern->bucket_count = count;
    return true;
}

const struct vmt_string *vmt_intern(struct vmt_intern *intern, struct vmt_slice bytes)
{
    uint32_t hash = hash_bytes(bytes);
    if (intern->bucket_count > 0) {
        struct vmt_string *string = intern->buckets[hash & (intern->bucket_count - 1)];
        for (; string != NULL; string = string->next) {
            if (string->hash == hash && vmt_slice_equals(vmt_string_slice(string), bytes)) {
                return string;
            }
        }
    }
    if (intern->string_count >= intern->bucket_count && !grow(intern)) {
        return NULL;
    }
    if (bytes.length > UINT32_MAX) {
        return NULL;
    }
    struct vmt_string *string =
        vmt_arena_alloc(intern->arena, 1, sizeof *string + bytes.length + 1);
    if (string == NULL) {
        return NULL;
    }
    string->hash = hash;
    string->length = (uint32_t)bytes.length;
    if (bytes.length > 0) {
        memcpy(string->data, bytes.data, bytes.length);
    }
    struct vmt_string **bucket = &intern->buckets[hash & (intern->bucket_count - 1)];
    string->next = *bucket;
    *bucket = string;
    intern->string_count++;
    return string;
}
