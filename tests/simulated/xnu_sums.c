/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "xnu.h"

#include <string.h>

/* What the page tables of a process hold, as the kernel keeps count of it.  Every page that can be
 * found is taken for touched, but for those that were only read ahead; nested page tables are
 * nobody's own. */

#define DEEPEST 64

static void add_page(struct xnu_sums *sums, const struct sim_object *object, uint64_t offset,
                     uint64_t page)
{
    uint32_t state = xnu_page_state(object, offset);
    while (state == 0 && xnu_shadow(object) != NULL) {
        offset += object->shadow_offset;
        object = xnu_shadow(object);
        state = xnu_page_state(object, offset);
    }
    const bool is_volatile = object->purge == VM_PURGABLE_VOLATILE;
    if ((state & SIM_COMPRESSED) != 0) {
        sums->compressed += page;
        sums->footprint += is_volatile ? 0 : page;
    } else if ((state & SIM_RESIDENT) == 0 || (state & (SIM_SPECULATIVE | SIM_FICTITIOUS)) != 0) {
        return;
    } else if (object->external) {
        sums->external += page;
    } else if ((state & SIM_REUSABLE) != 0 && (state & SIM_DIRTY) == 0) {
        sums->reusable += page;
    } else {
        sums->internal += page;
        /* osfmk/arm/pmap/pmap.c: volatile memory is not of the footprint. */
        sums->volatile_resident += is_volatile ? page : 0;
        sums->footprint += is_volatile ? 0 : page;
    }
}

static void add_place(struct xnu_sums *sums, const struct sim_process *process,
                      const struct xnu_place *place)
{
    const struct sim_object *object = xnu_entry_object(place->entry);
    const uint64_t kernel_page = xnu_world()->kernel.page_size;
    if (object == NULL || object->contiguous)
        return;
    if (object->purge == VM_PURGABLE_VOLATILE)
        sums->volatile_virtual += place->end - place->start;
    if (place->entry->wired > 0)
        sums->wired += place->end - place->start;
    const uint64_t first = place->entry->offset + place->hidden;
    for (uint64_t at = 0; at < place->end - place->start; at += process->page_size)
        add_page(sums, object, (first + at) / kernel_page * kernel_page, process->page_size);
}

void xnu_sums(struct xnu_sums *out, const struct sim_process *process)
{
    struct xnu_place place;
    memset(out, 0, sizeof(*out));
    out->footprint = process->kernel;
    for (uint64_t at = 0; xnu_find(&place, process, at, 0); at = place.end) {
        out->virtual_size += place.end - place.start;
        if (place.entry->submap < 0) {
            add_place(out, process, &place);
            continue;
        }
        struct xnu_place leaf;
        for (uint64_t in = place.start;
             !place.entry->nested && in < place.end && xnu_find(&leaf, process, in, DEEPEST) &&
             leaf.start < place.end;
             in = leaf.end)
            add_place(out, process, &leaf);
    }
    out->footprint_peak = process->peak > out->footprint ? process->peak : out->footprint;
}
