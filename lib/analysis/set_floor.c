/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/set_floor.h"

#include <inttypes.h>
#include <stdio.h>

#include "analysis/set_key.h"

/* What regions of one process may be the same memory of: a file, or all that has none. */
struct thing {
    const struct vmt_process *process;
    uint64_t largest; /* lower bound of a single region */
};

void vmt_set_floor_init(struct vmt_set_floor *floor, struct vmt_arena *arena,
                        struct vmt_intern *strings)
{
    *floor = (struct vmt_set_floor){.arena = arena, .strings = strings};
    vmt_string_map_init(&floor->things, arena);
}

static struct thing *find_thing(struct vmt_set_floor *floor, const struct vmt_process *process,
                                struct vmt_slice key)
{
    const struct vmt_string *name = vmt_intern(floor->strings, key);
    void **slot = name == NULL ? NULL : vmt_string_map_at(&floor->things, name);
    if (slot != NULL && *slot == NULL) {
        *slot = vmt_arena_alloc(floor->arena, 1, sizeof(struct thing));
    }
    struct thing *thing = slot == NULL ? NULL : *slot;
    if (thing != NULL && thing->process != process) {
        *thing = (struct thing){.process = process};
    }
    return thing;
}

bool vmt_set_floor_add(struct vmt_set_floor *floor, const struct vmt_set_process *member,
                       const struct vmt_region *region, const struct vmt_amounts *amounts,
                       enum vmt_share_method method)
{
    const struct vmt_amount *of = amounts->of;
    if (floor->process != member->process) {
        floor->process = member->process;
        floor->once = 0;
    }
    uint64_t alone = of[VMT_PRIVATE_CLEAN].lower + of[VMT_PRIVATE_DIRTY].lower + of[VMT_USS].lower;
    uint64_t rest = of[VMT_RESIDENT].lower > alone ? of[VMT_RESIDENT].lower - alone : 0;
    if (method != VMT_SHARE_CACHE) {
        struct vmt_slice path =
            vmt_set_key_has_file(region) ? vmt_string_slice(region->detail) : vmt_slice("");
        struct thing *thing = find_thing(floor, member->process, path);
        if (thing == NULL) {
            return false;
        }
        uint64_t largest = thing->largest;
        thing->largest = rest > largest ? rest : largest;
        rest = thing->largest - largest;
    }
    floor->once += rest;
    uint64_t lower = member->uss.lower + floor->once;
    floor->lower = lower > floor->lower ? lower : floor->lower;
    return true;
}

static bool is_mapped_again(const struct vmt_region *region)
{
    const struct vmt_object *object = region->object;
    return object != NULL && object->id != 0 && region->submap_depth == 0 &&
           (object->known & UINT32_C(1) << VMT_OBJECT_OWN) != 0 &&
           object->fields[VMT_OBJECT_OWN] > 1;
}

/* Regions of one memory object of macOS may show the same pages: all but the largest are not
 * sure. */
bool vmt_set_floor_twice(struct vmt_set_floor *floor, struct vmt_set_process *member,
                         const struct vmt_account *account)
{
    struct vmt_walker walker = {0};
    const struct vmt_region *region = NULL;
    while ((region = vmt_sequence_next(&member->process->regions, &walker)) != NULL) {
        if (!is_mapped_again(region)) {
            continue;
        }
        char key[32];
        struct vmt_amounts amounts;
        snprintf(key, sizeof key, "\001%" PRIx64, region->object->id); /* no path */
        struct thing *thing = find_thing(floor, member->process, vmt_slice(key));
        if (thing == NULL) {
            return false;
        }
        vmt_account_start(&amounts);
        vmt_account_region(&amounts, account, region);
        uint64_t resident = amounts.of[VMT_RESIDENT].lower;
        member->twice += resident < thing->largest ? resident : thing->largest;
        thing->largest = resident > thing->largest ? resident : thing->largest;
    }
    return true;
}
