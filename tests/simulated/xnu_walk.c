/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "xnu.h"

#include <string.h>

/* osfmk/vm/vm_map.c, vm_map_region_look_for_page: the first object from the top that has the page
 * wins; what is not looked at below that tells nothing. */
static void look_for_page(struct xnu_walk *out, const struct sim_object *object, uint64_t offset)
{
    uint32_t most = xnu_references_settled(object);
    for (uint32_t depth = 0;;) {
        const uint32_t state = xnu_page_state(object, offset);
        const struct sim_object *shadow = xnu_shadow(object);
        out->external = out->external || object->external;
        if ((state & SIM_RESIDENT) != 0) {
            out->shared_now_private += shadow != NULL && most == 1;
            if ((state & (SIM_FICTITIOUS | SIM_DIRTY)) == SIM_DIRTY)
                out->dirtied++;
            else if ((state & SIM_REUSABLE) != 0 || object->all_reusable)
                out->reusable++;
            out->resident++;
            return;
        }
        if (!object->external && (state & SIM_COMPRESSED) != 0) {
            out->swapped++;
            return;
        }
        if (shadow == NULL)
            return;
        if (++depth > out->shadow_depth)
            out->shadow_depth = depth;
        if (xnu_references_settled(shadow) > most)
            most = xnu_references_settled(shadow);
        offset += object->shadow_offset;
        object = shadow;
    }
}

static void look_for_pages(struct xnu_walk *out, const struct xnu_place *place, uint32_t page)
{
    const uint64_t kernel_page = xnu_world()->kernel.page_size;
    const uint64_t first = place->entry->offset + place->hidden;
    for (uint64_t at = 0; at < place->end - place->start; at += page)
        look_for_page(out, xnu_entry_object(place->entry),
                      (first + at) / kernel_page * kernel_page);
}

/* Without a look at the pages, it is the whole chain that tells. */
static void look_at_chain(struct xnu_walk *out, const struct sim_object *object)
{
    out->external = object->external;
    for (object = xnu_shadow(object); object != NULL; object = xnu_shadow(object)) {
        out->external = out->external || object->external;
        out->shadow_depth++;
    }
}

/* osfmk/vm/vm_map.c, vm_map_region_count_obj_refs: an entry whose chain comes to the object. */
static uint32_t references_of_map(const struct sim_map *map, const struct sim_object *wanted)
{
    const struct sim_world *world = xnu_world();
    uint32_t references = 0;
    for (uint32_t i = map->first; i < map->first + map->count; i++) {
        const struct sim_object *object = xnu_entry_object(&world->entries[i]);
        for (; object != NULL; object = xnu_shadow(object))
            references += object == wanted;
    }
    return references;
}

static uint32_t share_mode(const struct xnu_walk *walk, const struct xnu_place *place)
{
    const struct sim_object *object = xnu_entry_object(place->entry);
    const uint32_t references = xnu_references_settled(object);
    if (walk->shadow_depth > 0 || place->entry->needs_copy)
        return SM_COW;
    if (references == 1)
        return SM_PRIVATE;
    if (object->true_share)
        return SM_TRUESHARED;
    const uint32_t own = references_of_map(place->map, object);
    if (own == references)
        return SM_PRIVATE_ALIASED;
    if (own > 1)
        return SM_SHARED_ALIASED;
    /* In the callers, vm_map_region_recurse_64 and fill_procregioninfo: nobody but its pager. */
    return walk->external && references == 2 ? SM_PRIVATE : SM_SHARED;
}

/* References to the objects of the chain down to where it was looked at, without those that the
 * chain itself holds. */
static uint32_t references(const struct xnu_walk *walk, const struct sim_object *object)
{
    uint32_t sum = xnu_references_settled(object) - walk->shadow_depth;
    for (uint32_t i = 0; i < walk->shadow_depth; i++) {
        object = xnu_shadow(object);
        sum += xnu_references_settled(object);
    }
    return sum;
}

/* osfmk/vm/vm_map.c, vm_map_region_walk. */
void xnu_region_walk(struct xnu_walk *out, const struct xnu_place *place, uint32_t page, bool look)
{
    const struct sim_object *object = xnu_entry_object(place->entry);
    memset(out, 0, sizeof(*out));
    if (object == NULL || place->entry->submap >= 0 ||
        (object->contiguous && !place->entry->superpage)) {
        out->share_mode = SM_EMPTY;
        return;
    }
    if (place->entry->superpage) {
        out->share_mode = SM_LARGE_PAGE;
        out->references = 1;
        out->resident = (uint32_t)((place->end - place->start) / xnu_world()->kernel.page_size);
        return;
    }
    if (look)
        look_for_pages(out, place, page);
    else
        look_at_chain(out, object);
    out->share_mode = share_mode(out, place);
    out->references = references(out, object);
}
