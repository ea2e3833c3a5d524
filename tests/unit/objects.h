/* SPDX-License-Identifier: MIT */
#ifndef VMT_UNIT_OBJECTS_H
#define VMT_UNIT_OBJECTS_H

/* Small worlds of memory objects, the chains that they form, and the processes that map them: what
 * XNU would report of each mapping, by the rules of its vm_map.c, and the truth page by page. */

#include "model/object.h"
#include "model/region.h"

enum { OBJECTS = 20, PAGES = 12, PROCESSES = 3, ENTRIES = 9 };

#define PAGE UINT64_C(16384)

enum page { ABSENT, CLEAN_PAGE, DIRTY_PAGE, REUSABLE_PAGE, SWAPPED_PAGE };

struct object {
    bool internal; /* anonymous; else of a file, and its pager has a reference */
    bool true_share;
    int shadow; /* -1: none */
    unsigned handles;
    unsigned references; /* of all kinds */
    enum page pages[PAGES];
};

struct entry {
    int object;
    unsigned first; /* pages of it */
    unsigned count;
    bool needs_copy;
    unsigned depth; /* of submaps */
};

struct world {
    uint64_t state; /* of the random numbers */
    struct object objects[OBJECTS];
    struct entry entries[PROCESSES][ENTRIES];
    unsigned entry_count[PROCESSES];
    bool reached[PROCESSES][OBJECTS][PAGES]; /* found through a mapping */
};

/* What of the kernel's answers there is. */
enum way {
    BY_WALK,    /* by task: what the walk over the pages met */
    BY_CHAIN,   /* the same, but for the whole chain where pages do not matter */
    BY_PAGES,   /* by task, and every page asked for */
    BY_PIDINFO, /* without a port for the task */
    WAYS
};

static inline uint64_t next_random(struct world *world)
{
    world->state ^= world->state << 13;
    world->state ^= world->state >> 7;
    world->state ^= world->state << 17;
    return world->state;
}

static inline unsigned below(struct world *world, unsigned limit)
{
    return (unsigned)(next_random(world) >> 33) % limit;
}

/* --- a world ---------------------------------------------------------------------------------- */

static inline void make_objects(struct world *world)
{
    unsigned bottoms = 2 + below(world, 4);
    for (unsigned i = 0; i < OBJECTS; i++) {
        struct object *object = &world->objects[i];
        bool bottom = i < bottoms || below(world, 4) == 0;
        object->shadow = bottom ? -1 : (int)below(world, i);
        /* Files are at the bottom.  The first is the shared cache. */
        object->internal = !bottom || (i > 0 && below(world, 2) == 0);
        object->true_share = below(world, 3) == 0;
        object->handles = below(world, 8) == 0 ? 1 : 0;
        unsigned holes = below(world, 3);
        for (unsigned page = 0; page < PAGES; page++) {
            unsigned kind = below(world, object->internal ? 5 : 3);
            object->pages[page] = below(world, 3) < holes ? ABSENT : (enum page)kind;
        }
    }
}

static inline void map_objects(struct world *world, unsigned process)
{
    struct entry *entries = world->entries[process];
    unsigned count = 1 + below(world, ENTRIES - 1);
    unsigned reach = 1 + below(world, OBJECTS - 1);
    entries[0] = (struct entry){.object = 0, .count = PAGES, .depth = 1};
    for (unsigned i = 1; i <= count; i++) {
        struct entry *entry = &entries[i];
        bool again = i > 1 && below(world, 3) == 0; /* a mapping that was cut */
        entry->object = again ? entries[i - 1].object : (int)(1 + below(world, reach));
        entry->first = below(world, PAGES);
        entry->count = 1 + below(world, PAGES - entry->first);
        entry->needs_copy = below(world, 4) == 0;
        entry->depth = 0;
    }
    world->entry_count[process] = count + 1;
}

static inline void count_references(struct world *world)
{
    for (unsigned process = 0; process < PROCESSES; process++) {
        for (unsigned i = 0; i < world->entry_count[process]; i++) {
            world->objects[world->entries[process][i].object].references++;
        }
    }
    /* Whoever has a shadow comes after it. */
    for (int i = OBJECTS - 1; i >= 0; i--) {
        struct object *object = &world->objects[i];
        object->references += object->handles;
        if (object->references > 0 && object->shadow >= 0) {
            world->objects[object->shadow].references++;
        }
        object->references += object->internal ? 0 : 1;
    }
}

/* The object of the chain that has the page, -1 when there is none. */
static inline int find_page(const struct world *world, const struct entry *entry, unsigned page)
{
    int at = entry->object;
    while (at >= 0 && world->objects[at].pages[page] == ABSENT) {
        at = world->objects[at].shadow;
    }
    return at;
}

static inline void make_world(struct world *world, uint64_t seed)
{
    *world = (struct world){.state = seed * UINT64_C(0x9e3779b97f4a7c15)};
    make_objects(world);
    for (unsigned process = 0; process < PROCESSES; process++) {
        map_objects(world, process);
    }
    count_references(world);
    for (unsigned process = 0; process < PROCESSES; process++) {
        for (unsigned i = 0; i < world->entry_count[process]; i++) {
            const struct entry *entry = &world->entries[process][i];
            for (unsigned page = entry->first; page < entry->first + entry->count; page++) {
                int found = find_page(world, entry, page);
                if (found >= 0) {
                    world->reached[process][found][page] = true;
                }
            }
        }
    }
}

/* --- what the kernel reports ------------------------------------------------------------------ */

static inline unsigned long_chain(const struct world *world, const struct entry *entry,
                                  bool *external)
{
    unsigned depth = 0;
    int at = entry->object;
    *external = !world->objects[at].internal;
    while ((at = world->objects[at].shadow) >= 0) {
        *external = *external || !world->objects[at].internal;
        depth++;
    }
    return depth;
}

struct walk {
    uint64_t fields[VMT_OBJECT_FIELD_COUNT]; /* pages, but for those that are no sizes */
    uint64_t resident;
    uint64_t dirty;
    uint64_t swapped;
};

static inline void count_page(struct walk *walk, const struct object *top,
                              const struct object *object, enum page page, unsigned references)
{
    bool copied = object == top && object->shadow >= 0;
    uint64_t *fields = walk->fields;
    if (page == SWAPPED_PAGE) {
        walk->swapped++;
        fields[VMT_OBJECT_COPIED_SWAPPED] += copied ? 1 : 0;
        return;
    }
    walk->resident++;
    walk->dirty += page == DIRTY_PAGE ? 1 : 0;
    fields[VMT_OBJECT_REUSABLE] += page == REUSABLE_PAGE ? 1 : 0;
    fields[VMT_OBJECT_COPIED] += object->shadow >= 0 && references == 1 ? 1 : 0;
    fields[VMT_OBJECT_PRESENT_FILE] += object->internal ? 0 : 1;
    fields[VMT_OBJECT_PRESENT_COPIED] += copied ? 1 : 0;
    fields[VMT_OBJECT_COPIED_DIRTY] += copied && page == DIRTY_PAGE ? 1 : 0;
}

static inline void walk_pages(struct walk *walk, const struct world *world,
                              const struct entry *entry)
{
    uint64_t *fields = walk->fields;
    for (unsigned page = entry->first; page < entry->first + entry->count; page++) {
        const struct object *top = &world->objects[entry->object];
        const struct object *object = top;
        unsigned references = object->references;
        unsigned depth = 0;
        for (;;) {
            fields[VMT_OBJECT_EXTERNAL] |= object->internal ? 0 : 1;
            if (object->pages[page] != ABSENT) {
                count_page(walk, top, object, object->pages[page], references);
            }
            if (object->pages[page] != ABSENT || object->shadow < 0) {
                break;
            }
            object = &world->objects[object->shadow];
            references = object->references > references ? object->references : references;
            depth++;
        }
        if (depth > fields[VMT_OBJECT_SHADOW_DEPTH]) {
            fields[VMT_OBJECT_SHADOW_DEPTH] = depth;
        }
    }
    fields[VMT_OBJECT_PRESENT] = walk->resident;
    fields[VMT_OBJECT_PRESENT_DIRTY] = walk->dirty;
    fields[VMT_OBJECT_SWAPPED] = walk->swapped;
}

static inline uint64_t references_of(const struct world *world, const struct entry *entry,
                                     uint64_t depth)
{
    const struct object *object = &world->objects[entry->object];
    uint64_t references = object->references - depth;
    for (uint64_t i = 0; i < depth; i++) {
        object = &world->objects[object->shadow];
        references += object->references;
    }
    return references;
}

static inline enum vmt_sharing sharing_of(const struct world *world, unsigned process,
                                          const struct entry *entry, const uint64_t *fields)
{
    const struct object *object = &world->objects[entry->object];
    if (fields[VMT_OBJECT_SHADOW_DEPTH] > 0 || entry->needs_copy) {
        return VMT_SHARING_COW;
    }
    if (object->references == 1) {
        return VMT_SHARING_PRV;
    }
    if (object->true_share) {
        return VMT_SHARING_SHM;
    }
    if (fields[VMT_OBJECT_EXTERNAL] != 0 && fields[VMT_OBJECT_REFERENCES] == 2) {
        return VMT_SHARING_PRV;
    }
    unsigned mine = 0;
    for (unsigned i = 0; i < world->entry_count[process]; i++) {
        const struct entry *other = &world->entries[process][i];
        for (int at = other->object; other->depth == 0 && at >= 0; at = world->objects[at].shadow) {
            mine += at == entry->object ? 1 : 0;
        }
    }
    return mine == object->references ? VMT_SHARING_ZER
           : mine > 1                 ? VMT_SHARING_SA
                                      : VMT_SHARING_ALI;
}

#define FIELD(field) (UINT32_C(1) << (field))

static inline uint32_t fields_of(enum way way)
{
    const uint32_t pidinfo =
        FIELD(VMT_OBJECT_REFERENCES) | FIELD(VMT_OBJECT_SHADOW_DEPTH) | FIELD(VMT_OBJECT_COPIED);
    const uint32_t task =
        pidinfo | FIELD(VMT_OBJECT_OWN) | FIELD(VMT_OBJECT_EXTERNAL) | FIELD(VMT_OBJECT_REUSABLE);
    return way == BY_PIDINFO ? pidinfo
           : way == BY_PAGES ? (UINT32_C(1) << VMT_OBJECT_FIELD_COUNT) - 1
                             : task;
}

/* What is told of a mapping: the region, and its object. */
static inline void report_entry(struct vmt_region *region, struct vmt_object *object,
                                const struct world *world, unsigned process,
                                const struct entry *entry, enum way way)
{
    struct walk walk = {.resident = 0};
    uint64_t *fields = walk.fields;
    bool external = false;
    walk_pages(&walk, world, entry);
    if (way == BY_CHAIN) {
        fields[VMT_OBJECT_SHADOW_DEPTH] = long_chain(world, entry, &external);
        fields[VMT_OBJECT_EXTERNAL] = external ? 1 : 0;
    }
    fields[VMT_OBJECT_REFERENCES] = references_of(world, entry, fields[VMT_OBJECT_SHADOW_DEPTH]);
    for (unsigned i = 0; i < world->entry_count[process]; i++) {
        const struct entry *other = &world->entries[process][i];
        fields[VMT_OBJECT_OWN] += other->object == entry->object && other->depth == 0 ? 1 : 0;
    }
    region->sharing = (uint8_t)sharing_of(world, process, entry, fields);
    for (int i = VMT_OBJECT_COPIED; i < VMT_OBJECT_FIELD_COUNT; i++) {
        fields[i] *= PAGE;
    }
    memcpy(object->fields, fields, sizeof object->fields);
    object->known = fields_of(way);
    object->id = way == BY_PIDINFO ? 0 : 1000 + (uint64_t)entry->object;
    object->offset = entry->first * PAGE;
    region->object = object;
    region->ranged = true;
    region->start = PAGE * (0x100 + object->offset / PAGE);
    region->end = region->start + entry->count * PAGE;
    region->submap_depth = (uint8_t)entry->depth;
    region->known = (1u << VMT_EV_OF_REGION) - 1;
    region->stated[VMT_EV_VIRTUAL].value = entry->count * PAGE;
    region->stated[VMT_EV_RESIDENT].value = walk.resident * PAGE;
    region->stated[VMT_EV_DIRTY].value = walk.dirty * PAGE;
    region->stated[VMT_EV_SWAPPED].value = walk.swapped * PAGE;
}

#endif
