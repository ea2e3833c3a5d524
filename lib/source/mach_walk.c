/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "source/mach_parts.h"

#include <string.h>

static const char region_call[] = "mach_vm_region_recurse";

/* Deeper than submaps are nested, so that only what they hold is told. */
enum { ALL_SUBMAPS = 1024 };

struct walker {
    const struct vmt_mach_walk *walk;
    const struct vmt_mach_visitor *visitor;
    mach_port_t port;
    uint32_t page_size;
    uint64_t next; /* the end of what was visited */
    struct proc_regionpath path;
};

/* What the kernel says of the region at an address or next above it. */
struct record {
    mach_vm_address_t address;
    mach_vm_size_t size;
    natural_t depth;
    mach_msg_type_number_t count; /* natural_t that are filled */
    union {
        struct vm_region_submap_info_64 full;
        struct vm_region_submap_short_info_64 brief;
    } is;
};

/* All is set before each call: the kernel lowers the count to what it fills, sets the depth to
 * where it ended, and where it has less to tell than the structure has room it writes nothing
 * (osfmk/vm/vm_map.c, vm_map_region_recurse_64). */
static kern_return_t ask(struct record *record, mach_port_t port, uint64_t address,
                         mach_msg_type_number_t count)
{
    *record = (struct record){.address = address, .depth = ALL_SUBMAPS, .count = count};
    return mach_vm_region_recurse(port, &record->address, &record->size, &record->depth,
                                  (vm_region_recurse_info_t)&record->is, &record->count);
}

/* --- one region ------------------------------------------------------------------------------- */

static void take_object(struct vmt_mach_region *region, const struct record *full)
{
    region->object = full->is.full.object_id;
    if (full->count >= VM_REGION_SUBMAP_INFO_V2_COUNT_64) {
        region->object = full->is.full.object_id_full;
    }
    if (full->count >= VM_REGION_SUBMAP_INFO_V2_COUNT_64 || region->object == 0) {
        region->known |= VMT_MACH_HAS_OBJECT;
    }
}

static void take_full(struct vmt_mach_region *region, const struct record *full)
{
    const struct vm_region_submap_info_64 *info = &full->is.full;
    *region = (struct vmt_mach_region){
        .address = full->address,
        .size = full->size,
        .offset = info->offset,
        .tag = info->user_tag,
        .depth = full->depth,
        .share_mode = info->share_mode,
        .protection = (uint32_t)info->protection,
        .max_protection = (uint32_t)info->max_protection,
        .references = info->ref_count,
        .shadow_depth = info->shadow_depth,
        .external = info->external_pager != 0,
        .resident = info->pages_resident,
        .dirtied = info->pages_dirtied,
        .swapped = info->pages_swapped_out,
        .copied = info->pages_shared_now_private,
        .reusable = info->pages_reusable,
        .wired = info->user_wired_count,
    };
    take_object(region, full);
    if (full->count >= VM_REGION_SUBMAP_INFO_V1_COUNT_64) {
        region->known |= VMT_MACH_HAS_REUSABLE;
    }
    /* The memory of a device is called empty, and its object is not looked at
     * (osfmk/vm/vm_map.c, vm_map_region_walk). */
    if (info->share_mode != SM_EMPTY || region->object == 0) {
        region->known |= VMT_MACH_HAS_EXTERNAL;
    }
}

static bool are_same(const struct record *full, const struct record *brief)
{
    return full->address == brief->address && full->size == brief->size &&
           full->depth == brief->depth && full->is.full.object_id == brief->is.brief.object_id;
}

/* The full record tells of the objects that the search for pages came to, which changes with the
 * pages; the short one, made without a search, of the whole chain. */
static void take_chain(struct vmt_mach_region *region, const struct record *full, mach_port_t port)
{
    struct record brief;
    if (region->share_mode == SM_EMPTY ||
        ask(&brief, port, full->address, VM_REGION_SUBMAP_SHORT_INFO_COUNT_64) != KERN_SUCCESS ||
        brief.count < VM_REGION_SUBMAP_SHORT_INFO_COUNT_64 || !are_same(full, &brief)) {
        return;
    }
    region->share_mode = brief.is.brief.share_mode;
    region->references = brief.is.brief.ref_count;
    region->shadow_depth = brief.is.brief.shadow_depth;
    region->external = brief.is.brief.external_pager != 0;
}

static bool is_asked_for_pages(const struct vmt_mach_region *region)
{
    return region->depth == 0 && region->share_mode != SM_EMPTY && region->tag != UINT32_MAX;
}

/* Purgeable objects are anonymous.  The kernel refuses with KERN_INVALID_ARGUMENT those that are
 * not purgeable, and otherwise all that is mapped without permission to write
 * (osfmk/vm/vm_map.c, vm_map_purgable_control). */
static void take_purge(struct vmt_mach_region *region, mach_port_t port)
{
    int state = 0;
    region->purge = VMT_MACH_PURGE_DENY;
    if ((region->known & VMT_MACH_HAS_EXTERNAL) != 0 &&
        (region->external != 0 || region->object == 0)) {
        region->known |= VMT_MACH_HAS_PURGE;
    }
    if ((region->known & VMT_MACH_HAS_PURGE) != 0 || !is_asked_for_pages(region) ||
        (region->protection & VM_PROT_WRITE) == 0) {
        return;
    }
    const kern_return_t code =
        mach_vm_purgable_control(port, region->address, VM_PURGABLE_GET_STATE, &state);
    if (code == KERN_SUCCESS) {
        region->purge = (uint32_t)state & VM_PURGABLE_STATE_MASK;
    }
    if (code == KERN_SUCCESS || code == KERN_INVALID_ARGUMENT) {
        region->known |= VMT_MACH_HAS_PURGE;
    }
}

/* What is in a submap is not found, and what is no file would be told the name of the next one. */
static void take_path(struct vmt_mach_region *region, struct walker *walker)
{
    struct proc_regionpath *path = &walker->path;
    if (region->depth != 0 ||
        (region->external == 0 && (region->protection & VM_PROT_EXECUTE) == 0)) {
        return;
    }
    if (proc_pidinfo((int)walker->walk->pid, VMT_MACH_REGIONPATH, region->address, path,
                     sizeof *path) != (int)sizeof *path ||
        region->address - path->prpo_addr >= path->prpo_regionlength) { /* what is above wraps */
        return;
    }
    region->path = path->prpo_path;
    region->path_length = (uint32_t)strnlen(path->prpo_path, sizeof path->prpo_path);
}

static bool visit(struct walker *walker, const struct record *full)
{
    const struct vmt_mach_walk *walk = walker->walk;
    struct vmt_mach_region region;
    take_full(&region, full);
    take_chain(&region, full, walker->port);
    take_purge(&region, walker->port);
    region.page_size = walker->page_size;
    vmt_mach_cut_visited(&region, walker->next);
    take_path(&region, walker);
    if ((walk->exact || walk->identity) && is_asked_for_pages(&region)) {
        vmt_mach_count_pages(&region, walker->port);
    }
    if (!walker->visitor->region(walker->visitor->self, &region)) {
        return false;
    }
    return !walk->identity || (region.known & VMT_MACH_HAS_DISPOSITIONS) == 0 ||
           vmt_mach_visit_pages(&region, walker->port, walker->visitor);
}

/* --- all of them ------------------------------------------------------------------------------ */

/* A task that is ended loses its regions before its port, and would look complete. */
static struct vmt_mach_outcome end_of_walk(const struct walker *walker)
{
    uint32_t size;
    return vmt_mach_task_page_size(&size, walker->port);
}

static struct vmt_mach_outcome walk_regions(struct walker *walker)
{
    for (;;) {
        struct record full;
        const kern_return_t code =
            ask(&full, walker->port, walker->next, VM_REGION_SUBMAP_INFO_V2_COUNT_64);
        if (code == KERN_INVALID_ADDRESS) {
            return end_of_walk(walker);
        }
        if (code != KERN_SUCCESS) {
            return vmt_mach_of_kernel(code, region_call);
        }
        const uint64_t end = full.address + full.size;
        if (full.count < VM_REGION_SUBMAP_INFO_V0_COUNT_64 || /* the fields lie elsewhere */
            end <= walker->next) {                            /* it would never come to an end */
            return (struct vmt_mach_outcome){VMT_MACH_FAILED, code, region_call};
        }
        if (!visit(walker, &full)) {
            return vmt_mach_stopped();
        }
        walker->next = end;
    }
}

struct vmt_mach_outcome vmt_mach_walk_task(const struct vmt_mach_walk *walk,
                                           const struct vmt_mach_visitor *visitor)
{
    struct vmt_mach_task task;
    struct vmt_mach_outcome outcome = vmt_mach_task_open(&task, walk->pid);
    if (outcome.answer != VMT_MACH_OK) {
        return outcome;
    }
    uint32_t page_size;
    outcome = vmt_mach_task_page_size(&page_size, task.port);
    if (outcome.answer == VMT_MACH_OK) {
        struct vmt_mach_unit unit;
        vmt_mach_unit_set(&unit, page_size);
        struct walker walker = {
            .walk = walk, .visitor = visitor, .port = task.port, .page_size = unit.size};
        outcome = walk_regions(&walker);
        vmt_mach_unit_restore(&unit);
    }
    vmt_mach_task_close(&task);
    return outcome;
}
