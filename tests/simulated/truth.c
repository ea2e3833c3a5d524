/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "truth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* All address spaces are made of pages of this size, or of a multiple. */
#define UNIT UINT64_C(4096)

/* --- what is mapped where --------------------------------------------------------------------- */

/* What of a map is seen at `shift` from where it says, between `low` and `high`. */
struct view {
    int32_t map;
    uint64_t low;
    uint64_t high;
    uint64_t shift; /* modulo 2^64 */
    uint32_t depth;
};

static bool add_leaf(struct sim_ledger *ledger, const struct sim_entry *entry,
                     const struct view *view, uint64_t start, uint64_t end)
{
    if (ledger->count == SIM_LEAVES) {
        fprintf(stderr, "simulated: no room for another region\n");
        return false;
    }
    struct sim_leaf *leaf = &ledger->leaves[ledger->count++];
    memset(leaf, 0, sizeof(*leaf));
    leaf->start = start;
    leaf->end = end;
    leaf->offset = entry->offset + (start - (entry->start + view->shift));
    leaf->depth = view->depth;
    leaf->entry = entry;
    return true;
}

static bool add_leaves(struct sim_ledger *ledger, const struct sim_world *world,
                       const struct view *view)
{
    const struct sim_map *map = &world->maps[view->map];
    for (uint32_t i = map->first; i < map->first + map->count; i++) {
        const struct sim_entry *entry = &world->entries[i];
        uint64_t start = entry->start + view->shift;
        uint64_t end = entry->end + view->shift;
        start = start > view->low ? start : view->low;
        end = end < view->high ? end : view->high;
        if (start >= end) {
            continue;
        }
        struct view below = {entry->submap, start, end, entry->start + view->shift - entry->offset,
                             view->depth + 1};
        if (entry->submap < 0 ? !add_leaf(ledger, entry, view, start, end)
                              : !add_leaves(ledger, world, &below)) {
            return false;
        }
    }
    return true;
}

static bool list_leaves(struct sim_ledger *ledger, const struct sim_world *world, uint32_t process)
{
    const struct view all = {world->processes[process].map, 0, UINT64_MAX, 0, 0};
    ledger->process = &world->processes[process];
    ledger->count = 0;
    return world->processes[process].zombie || add_leaves(ledger, world, &all);
}

/* --- pages ------------------------------------------------------------------------------------ */

/* What stands behind a byte of an object: the page of the first object of its chain that has it. */
struct found {
    int32_t object; /* -1: nothing */
    uint64_t unit;  /* of that object */
    uint32_t state;
    bool on_top;
};

static uint32_t state_at(const struct sim_object *object, uint64_t page)
{
    for (uint32_t i = 0; i < object->run_count; i++) {
        if (object->runs[i].first <= page && page <= object->runs[i].last) {
            return object->runs[i].state;
        }
    }
    return 0;
}

static struct found find(const struct sim_world *world, int32_t object, uint64_t offset)
{
    for (bool on_top = true; object >= 0; on_top = false) {
        const struct sim_object *at = &world->objects[object];
        const uint32_t state = state_at(at, offset / world->kernel.page_size);
        if (state != 0) {
            return (struct found){object, offset / UNIT, state, on_top && at->shadow >= 0};
        }
        offset += at->shadow_offset;
        object = at->shadow;
    }
    return (struct found){.object = -1};
}

/* Who has each unit of each object, a bit a process. */
struct holders {
    uint32_t *of[SIM_OBJECTS];
};

static void free_holders(struct holders *holders)
{
    for (size_t i = 0; i < SIM_OBJECTS; i++) {
        free(holders->of[i]);
    }
}

static bool make_holders(struct holders *holders, const struct sim_world *world)
{
    memset(holders, 0, sizeof(*holders));
    for (uint32_t i = 0; i < world->object_count; i++) {
        holders->of[i] = calloc(world->objects[i].size / UNIT, sizeof(uint32_t));
        if (holders->of[i] == NULL) {
            free_holders(holders);
            return false;
        }
    }
    return true;
}

static void hold(struct holders *holders, const struct sim_world *world,
                 const struct sim_leaf *leaf, uint32_t bit)
{
    if (leaf->entry->object < 0 || world->objects[leaf->entry->object].contiguous) {
        return;
    }
    for (uint64_t at = 0; at < leaf->end - leaf->start; at += UNIT) {
        const struct found found = find(world, leaf->entry->object, leaf->offset + at);
        if (found.object >= 0) {
            holders->of[found.object][found.unit] |= bit;
        }
    }
}

static uint32_t count_bits(uint32_t bits)
{
    uint32_t count = 0;
    for (; bits != 0; bits &= bits - 1) {
        count++;
    }
    return count;
}

/* --- sums ------------------------------------------------------------------------------------- */

/* What is in a submap is of all processes, whoever has used it so far: it stays when one ends. */
static bool is_private(const struct sim_leaf *leaf, uint32_t others)
{
    return others == 0 && leaf->depth == 0;
}

/* A page that `others` have, too. */
static void add_resident(struct sim_leaf *leaf, const struct sim_object *object,
                         const struct found *found, uint32_t others)
{
    const bool dirty = (found->state & (SIM_DIRTY | SIM_FICTITIOUS)) == SIM_DIRTY;
    const bool reusable = (found->state & SIM_REUSABLE) != 0 || object->all_reusable;
    struct sim_truth *truth = &leaf->truth;
    truth->resident += UNIT;
    truth->dirty += dirty ? UNIT : 0;
    truth->reusable += reusable && !dirty ? UNIT : 0;
    truth->copied += found->on_top ? UNIT : 0;
    *(object->external ? &truth->file : &truth->anonymous) += UNIT;
    truth->file_dirty += object->external && dirty ? UNIT : 0;
    if (is_private(leaf, others)) {
        *(dirty ? &truth->private_dirty : &truth->private_clean) += UNIT;
    } else {
        *(dirty ? &truth->shared_dirty : &truth->shared_clean) += UNIT;
    }
    truth->share += UNIT * SIM_SHARES / (UINT64_C(1) + others);
}

static void count_leaf(struct sim_leaf *leaf, const struct sim_world *world,
                       const struct holders *holders)
{
    struct sim_truth *truth = &leaf->truth;
    if (leaf->entry->object < 0 || world->objects[leaf->entry->object].contiguous) {
        return;
    }
    for (uint64_t at = 0; at < leaf->end - leaf->start; at += UNIT) {
        const struct found found = find(world, leaf->entry->object, leaf->offset + at);
        if (found.object < 0) {
            continue;
        }
        const uint32_t others = count_bits(holders->of[found.object][found.unit]) - 1;
        if ((found.state & SIM_RESIDENT) != 0) {
            add_resident(leaf, &world->objects[found.object], &found, others);
        } else {
            truth->swapped += UNIT;
            truth->private_swapped += is_private(leaf, others) ? UNIT : 0;
        }
    }
}

/* Members of struct sim_truth are all of one kind. */
static void add(struct sim_truth *sum, const struct sim_truth *part)
{
    uint64_t *out = (uint64_t *)sum;
    const uint64_t *in = (const uint64_t *)part;
    for (size_t i = 0; i < sizeof(*sum) / sizeof(*out); i++) {
        out[i] += in[i];
    }
}

/* Each page of the process once, however often it is mapped. */
static uint64_t share_of(const struct sim_world *world, const struct holders *holders, uint32_t bit)
{
    uint64_t share = 0;
    for (uint32_t i = 0; i < world->object_count; i++) {
        for (uint64_t unit = 0; unit < world->objects[i].size / UNIT; unit++) {
            const uint64_t page = unit * UNIT / world->kernel.page_size;
            if ((holders->of[i][unit] & bit) != 0 &&
                (state_at(&world->objects[i], page) & SIM_RESIDENT) != 0) {
                share += UNIT * SIM_SHARES / count_bits(holders->of[i][unit]);
            }
        }
    }
    return share;
}

static bool hold_all(struct holders *holders, struct sim_ledger *ledger,
                     const struct sim_world *world)
{
    for (uint32_t process = 0; process < world->process_count; process++) {
        if (!list_leaves(ledger, world, process)) {
            return false;
        }
        for (uint32_t i = 0; i < ledger->count; i++) {
            hold(holders, world, &ledger->leaves[i], 1U << process);
        }
    }
    return true;
}

bool sim_truth(struct sim_ledger *out, const struct sim_world *world, uint32_t process)
{
    struct holders holders;
    if (!make_holders(&holders, world)) {
        return false;
    }
    const bool made = hold_all(&holders, out, world) && list_leaves(out, world, process);
    memset(&out->whole, 0, sizeof(out->whole));
    for (uint32_t i = 0; made && i < out->count; i++) {
        count_leaf(&out->leaves[i], world, &holders);
        add(&out->whole, &out->leaves[i].truth);
    }
    out->whole.share = made ? share_of(world, &holders, 1U << process) : 0;
    free_holders(&holders);
    return made;
}
