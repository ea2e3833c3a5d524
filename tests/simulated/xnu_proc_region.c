/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#include "xnu_proc.h"

/* --- osfmk/vm/vm_map.c, vm_map_region_top_walk ------------------------------------------------ */

static uint64_t resident_of(const struct sim_object *object)
{
    uint64_t pages = 0;
    for (uint32_t i = 0; i < object->run_count; i++) {
        if ((object->runs[i].state & SIM_RESIDENT) != 0)
            pages += object->runs[i].last - object->runs[i].first + 1;
    }
    return pages;
}

static uint64_t used_of(const struct sim_object *object)
{
    uint64_t reusable = 0;
    for (uint32_t i = 0; i < object->run_count; i++) {
        if ((object->runs[i].state & SIM_REUSABLE) != 0)
            reusable += object->runs[i].last - object->runs[i].first + 1;
    }
    return resident_of(object) - reusable;
}

static uint32_t at_most(uint64_t pages, uint64_t entry_pages)
{
    return (uint32_t)(pages < entry_pages ? pages : entry_pages);
}

/* Counts of whole objects, in pages of the kernel. */
static void top_walk(struct proc_regioninfo *out, const struct sim_entry *entry)
{
    const struct sim_object *object = xnu_entry_object(entry);
    const uint64_t pages = (entry->end - entry->start) / xnu_world()->kernel.page_size;
    if (object == NULL)
        return;
    const uint32_t references = xnu_references_settled(object);
    const uint32_t used = (uint32_t)used_of(object);
    out->pri_obj_id = (uint32_t)object->id;
    if (object->shadow >= 0) {
        out->pri_private_pages_resident = references == 1 ? used : 0;
        out->pri_shared_pages_resident = references == 1 ? 0 : used;
        while ((object = xnu_shadow(object)) != NULL)
            out->pri_shared_pages_resident += (uint32_t)used_of(object);
    } else if (entry->superpage) {
        out->pri_private_pages_resident = (uint32_t)pages;
    } else if (entry->needs_copy || !(references == 1 || (references == 2 && object->external))) {
        out->pri_shared_pages_resident = at_most(used, pages);
    } else {
        out->pri_private_pages_resident = at_most(used, pages);
    }
}

/* --- osfmk/vm/bsd_vm.c ------------------------------------------------------------------------ */

/* fill_procregioninfo: submaps are not entered. */
static void fill_region(struct proc_regioninfo *out, const struct sim_process *process,
                        const struct xnu_place *place)
{
    const struct sim_entry *entry = place->entry;
    struct xnu_walk walk;
    xnu_region_walk(&walk, place, xnu_counted_page(process), true);
    memset(out, 0, sizeof(*out));
    out->pri_protection = entry->protection;
    out->pri_max_protection = entry->max_protection;
    out->pri_inheritance = entry->inheritance;
    out->pri_flags = entry->submap >= 0 ? PROC_REGION_SUBMAP : 0;
    out->pri_offset = entry->offset;
    out->pri_behavior = entry->behavior;
    out->pri_user_wired_count = entry->wired;
    out->pri_user_tag = entry->tag;
    out->pri_pages_resident = walk.resident;
    out->pri_pages_shared_now_private = walk.shared_now_private;
    out->pri_pages_swapped_out = walk.swapped;
    out->pri_pages_dirtied = walk.dirtied;
    out->pri_ref_count = walk.references;
    out->pri_shadow_depth = walk.shadow_depth;
    out->pri_share_mode = walk.share_mode;
    out->pri_address = place->start;
    out->pri_size = place->end - place->start;
    top_walk(out, entry);
}

static int region_with_path(struct proc_regionwithpathinfo *out, const struct sim_process *process,
                            const struct xnu_place *place)
{
    const char *file = xnu_entry_file(place->entry);
    memset(out, 0, sizeof(*out));
    fill_region(&out->prp_prinfo, process, place);
    if (file != NULL)
        memcpy(out->prp_vip.vip_path, file, strlen(file));
    return sizeof(*out);
}

/* task_find_region_details: searches on until an entry has a file. */
static int path_of_next_file(struct proc_regionpath *out, const struct sim_process *process,
                             uint64_t address)
{
    struct xnu_place place;
    for (; xnu_find(&place, process, address, 0); address = place.end) {
        const char *file = xnu_entry_file(place.entry);
        if (file == NULL)
            continue;
        memset(out, 0, sizeof(*out));
        out->prpo_addr = place.start;
        out->prpo_regionlength = place.end - place.start;
        memcpy(out->prpo_path, file, strlen(file));
        return sizeof(*out);
    }
    return 0;
}

int xnu_region_info(void *out, const struct sim_process *process, int flavor, uint64_t address)
{
    struct xnu_place place;
    if (flavor == XNU_PIDREGIONPATH)
        return path_of_next_file(out, process, address);
    if (!xnu_find(&place, process, address, 0))
        return 0;
    if (flavor == PROC_PIDREGIONPATHINFO)
        return region_with_path(out, process, &place);
    fill_region(out, process, &place);
    return sizeof(struct proc_regioninfo);
}
