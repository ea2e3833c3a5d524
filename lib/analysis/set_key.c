/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/set_key.h"

#include <inttypes.h>
#include <stdio.h>

bool vmt_set_key_add(struct vmt_set_key *key, struct vmt_slice bytes)
{
    if (key->length + bytes.length > key->capacity) {
        size_t capacity = 2 * (key->length + bytes.length) + 128;
        char *data = vmt_arena_alloc(key->arena, 1, capacity);
        if (data == NULL) {
            return false;
        }
        if (key->length > 0) {
            memcpy(data, key->data, key->length);
        }
        key->data = data;
        key->capacity = capacity;
    }
    if (bytes.length > 0) {
        memcpy(key->data + key->length, bytes.data, bytes.length);
    }
    key->length += bytes.length;
    return true;
}

bool vmt_set_key_add_number(struct vmt_set_key *key, uint64_t number)
{
    char text[24];
    int length = snprintf(text, sizeof text, " %" PRIx64, number);
    return vmt_set_key_add(key, (struct vmt_slice){text, (size_t)length});
}

static bool add_string(struct vmt_set_key *key, const struct vmt_string *string)
{
    struct vmt_slice text = string == NULL ? vmt_slice("") : vmt_string_slice(string);
    return vmt_set_key_add_number(key, text.length) && vmt_set_key_add(key, vmt_slice(" ")) &&
           vmt_set_key_add(key, text);
}

/* What was added names a thing, what follows a range of it. */
static bool end_thing(struct vmt_set_key *key)
{
    key->thing = key->length;
    return true;
}

static bool is_path(const struct vmt_string *detail)
{
    return detail != NULL && vmt_slice_starts(vmt_string_slice(detail), "/");
}

bool vmt_set_key_make(struct vmt_set_key *key, enum vmt_share_method *method,
                      const struct vmt_process *process, const struct vmt_account *account,
                      const struct vmt_region *region)
{
    uint64_t size = region->end - region->start;
    const struct vmt_mapping *mapping = region->mapping;
    key->length = 0;
    key->thing = 0;
    if (mapping != NULL && mapping->inode != 0) {
        *method = VMT_SHARE_FILE;
        return vmt_set_key_add(key, vmt_slice("inode")) &&
               vmt_set_key_add_number(key, mapping->device_major) &&
               vmt_set_key_add_number(key, mapping->device_minor) &&
               vmt_set_key_add_number(key, mapping->inode) && end_thing(key) &&
               vmt_set_key_add_number(key, mapping->offset) && vmt_set_key_add_number(key, size);
    }
    if (vmt_account_in_cache(account, region)) {
        *method = VMT_SHARE_CACHE;
        return vmt_set_key_add(key, vmt_slice("cache")) && add_string(key, process->os) &&
               end_thing(key) && vmt_set_key_add_number(key, region->start) &&
               vmt_set_key_add_number(key, size);
    }
    if (region->type->nature == VMT_NATURE_FILE && is_path(region->detail)) {
        *method = VMT_SHARE_FILE;
        return vmt_set_key_add(key, vmt_slice("file")) && add_string(key, region->detail) &&
               end_thing(key) && add_string(key, region->type->canonical) &&
               vmt_set_key_add_number(key, size);
    }
    *method = process->name != NULL && region->ranged ? VMT_SHARE_FORK : VMT_SHARE_ALONE;
    return vmt_set_key_add(key, vmt_slice("range")) && add_string(key, process->name) &&
           add_string(key, region->type->canonical) && vmt_set_key_add_number(key, region->start) &&
           vmt_set_key_add_number(key, size) &&
           (*method == VMT_SHARE_FORK || vmt_set_key_add_number(key, (uintptr_t)process));
}
