/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/set_key.h"

#include <inttypes.h>
#include <stdio.h>

#include "analysis/account_kernel.h"

static bool add_bytes(struct vmt_set_key *key, struct vmt_slice bytes)
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

static bool add_number(struct vmt_set_key *key, uint64_t number)
{
    char text[24];
    int length = snprintf(text, sizeof text, " %" PRIx64, number);
    return add_bytes(key, (struct vmt_slice){text, (size_t)length});
}

static bool add_string(struct vmt_set_key *key, const struct vmt_string *string)
{
    struct vmt_slice text = string == NULL ? vmt_slice("") : vmt_string_slice(string);
    return add_number(key, text.length) && add_bytes(key, vmt_slice(" ")) && add_bytes(key, text);
}

/* Who has an object. */
struct holder {
    const struct vmt_process *first;
    bool several;
};

void vmt_set_holders_init(struct vmt_set_holders *holders, struct vmt_arena *arena,
                          struct vmt_intern *strings)
{
    *holders = (struct vmt_set_holders){.arena = arena, .strings = strings};
    vmt_string_map_init(&holders->objects, arena);
}

/* What is known of an object's holders; NULL when there is no memory. */
static struct holder *find_holder(struct vmt_set_holders *holders, uint64_t object)
{
    char text[24];
    int length = snprintf(text, sizeof text, "%" PRIx64, object);
    const struct vmt_string *name =
        vmt_intern(holders->strings, (struct vmt_slice){text, (size_t)length});
    void **slot = name == NULL ? NULL : vmt_string_map_at(&holders->objects, name);
    if (slot != NULL && *slot == NULL) {
        *slot = vmt_arena_alloc(holders->arena, 1, sizeof(struct holder));
    }
    return slot == NULL ? NULL : *slot;
}

bool vmt_set_holders_add(struct vmt_set_holders *holders, const struct vmt_process *process)
{
    struct vmt_walker walker = {0};
    const struct vmt_region *region = vmt_sequence_next(&process->regions, &walker);
    for (; region != NULL; region = vmt_sequence_next(&process->regions, &walker)) {
        if (region->object == NULL || region->object->id == 0) {
            continue;
        }
        struct holder *holder = find_holder(holders, region->object->id);
        if (holder == NULL) {
            return false;
        }
        holder->several = holder->several || (holder->first != NULL && holder->first != process);
        holder->first = process;
    }
    return true;
}

bool vmt_set_key_has_file(const struct vmt_region *region)
{
    return region->type->nature == VMT_NATURE_FILE && region->detail != NULL &&
           vmt_slice_starts(vmt_string_slice(region->detail), "/");
}

/* Whether the region's object is another process's, too.  False when there is no memory. */
static bool is_held(struct vmt_set_holders *holders, const struct vmt_region *region, bool *held)
{
    *held = false;
    if (region->object == NULL || region->object->id == 0) {
        return true;
    }
    const struct holder *holder = find_holder(holders, region->object->id);
    *held = holder != NULL && holder->several;
    return holder != NULL;
}

bool vmt_set_key_make(struct vmt_set_key *key, enum vmt_share_method *method,
                      struct vmt_set_holders *holders, const struct vmt_process *process,
                      const struct vmt_account *account, const struct vmt_region *region)
{
    uint64_t size = region->end - region->start;
    const struct vmt_mapping *mapping = region->mapping;
    key->length = 0;
    if (mapping != NULL && mapping->inode != 0) {
        *method = VMT_SHARE_FILE;
        return add_bytes(key, vmt_slice("inode")) && add_number(key, mapping->device_major) &&
               add_number(key, mapping->device_minor) && add_number(key, mapping->inode) &&
               add_number(key, mapping->offset) && add_number(key, size);
    }
    if (vmt_account_in_cache(account, region)) {
        *method = VMT_SHARE_CACHE;
        return add_bytes(key, vmt_slice("cache")) && add_string(key, process->os) &&
               add_number(key, region->start) && add_number(key, size);
    }
    bool held = false;
    if (!is_held(holders, region, &held)) {
        return false;
    }
    if (held) {
        *method = VMT_SHARE_OBJECT;
        return add_bytes(key, vmt_slice("object")) && add_number(key, region->object->id);
    }
    if (vmt_set_key_has_file(region)) {
        *method = VMT_SHARE_FILE;
        return add_bytes(key, vmt_slice("file")) && add_string(key, region->type->canonical) &&
               add_string(key, region->detail) && add_number(key, size);
    }
    /* Where the kernel says that pages are shared, the range alone tells with whom. */
    bool related = process->name != NULL || vmt_account_is_counted(region);
    *method = related && region->ranged ? VMT_SHARE_FORK : VMT_SHARE_ALONE;
    return add_bytes(key, vmt_slice("range")) && add_string(key, process->name) &&
           add_string(key, region->type->canonical) && add_number(key, region->start) &&
           add_number(key, size) &&
           (*method == VMT_SHARE_FORK || add_number(key, (uintptr_t)process));
}

bool vmt_set_key_add_number(struct vmt_set_key *key, uint64_t number)
{
    return add_bytes(key, vmt_slice(" #")) && add_number(key, number);
}
