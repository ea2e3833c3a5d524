/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "xnu.h"

#include <string.h>

kern_return_t mach_vm_region_recurse(vm_map_read_t task, mach_vm_address_t *address,
                                     mach_vm_size_t *size, natural_t *depth,
                                     vm_region_recurse_info_t info, mach_msg_type_number_t *count);

/* What all records begin with. */
static void describe(vm_region_submap_info_data_64_t *out, const struct xnu_place *place,
                     const struct xnu_walk *walk)
{
    const struct sim_entry *entry = place->entry;
    const struct sim_object *object = xnu_entry_object(entry);
    memset(out, 0, sizeof(*out));
    out->protection = (vm_prot_t)entry->protection;
    out->max_protection = (vm_prot_t)entry->max_protection;
    out->inheritance = entry->inheritance;
    out->offset = entry->offset; /* of the whole entry, however little of it shows */
    out->user_tag = entry->tag;
    out->ref_count = walk->references;
    out->shadow_depth = (unsigned short)walk->shadow_depth;
    out->external_pager = walk->external;
    out->share_mode = (unsigned char)walk->share_mode;
    out->is_submap = entry->submap >= 0;
    out->behavior = (vm_behavior_t)entry->behavior;
    out->user_wired_count = (unsigned short)entry->wired;
    if (object != NULL)
        out->object_id_full = object->id;
    else if (entry->submap >= 0)
        out->object_id_full = xnu_world()->maps[entry->submap].id;
    out->object_id = (vm32_object_id_t)out->object_id_full;
    out->pages_resident = walk->resident;
    out->pages_shared_now_private = walk->shared_now_private;
    out->pages_swapped_out = walk->swapped;
    out->pages_dirtied = walk->dirtied;
    out->pages_reusable = walk->reusable;
}

/* Maps that show the submap: each holds a reference, and so does the region itself. */
static uint32_t references_of_submap(int32_t submap)
{
    const struct sim_world *world = xnu_world();
    uint32_t references = 1;
    for (uint32_t i = 0; i < world->entry_count; i++)
        references += world->entries[i].submap == submap;
    return references;
}

static void walk_place(struct xnu_walk *out, const struct sim_process *process,
                       const struct xnu_place *place, bool look)
{
    xnu_region_walk(out, place, xnu_counted_page(process), look);
    if (place->entry->submap >= 0) {
        /* use_pmap: the page tables of the submap are shared, too. */
        out->share_mode = place->entry->nested ? SM_TRUESHARED : SM_PRIVATE;
        out->references = references_of_submap(place->entry->submap);
    } else if (place->copied && xnu_world()->kernel.submap_copy) {
        out->share_mode = SM_COW;
    }
}

/* The short record lacks the four counts in the middle. */
static void give_short(vm_region_recurse_info_t out, const vm_region_submap_info_data_64_t *record)
{
    vm_region_submap_short_info_data_64_t cut;
    memset(&cut, 0, sizeof(cut));
    cut.protection = record->protection;
    cut.max_protection = record->max_protection;
    cut.inheritance = record->inheritance;
    cut.offset = record->offset;
    cut.user_tag = record->user_tag;
    cut.ref_count = record->ref_count;
    cut.shadow_depth = record->shadow_depth;
    cut.external_pager = record->external_pager;
    cut.share_mode = record->share_mode;
    cut.is_submap = record->is_submap;
    cut.behavior = record->behavior;
    cut.object_id = record->object_id;
    cut.user_wired_count = record->user_wired_count;
    memcpy(out, &cut, sizeof(cut));
}

/* The largest record that both sides know (osfmk/mach/vm_region.h); *count is what it takes. */
static void give(vm_region_recurse_info_t out, mach_msg_type_number_t *count,
                 const vm_region_submap_info_data_64_t *record)
{
    const struct sim_kernel *kernel = &xnu_world()->kernel;
    vm_region_submap_info_data_64_t copy = *record;
    if (*count < VM_REGION_SUBMAP_INFO_V0_COUNT_64) {
        *count = VM_REGION_SUBMAP_SHORT_INFO_COUNT_64;
        give_short(out, record);
        return;
    }
    if (kernel->region_flags)
        copy.flags = VM_REGION_FLAG_JIT_ENABLED;
    mach_msg_type_number_t given = *count < kernel->region_record ? *count : kernel->region_record;
    if (given < VM_REGION_SUBMAP_INFO_V1_COUNT_64)
        given = VM_REGION_SUBMAP_INFO_V0_COUNT_64;
    else if (given < VM_REGION_SUBMAP_INFO_V2_COUNT_64)
        given = VM_REGION_SUBMAP_INFO_V1_COUNT_64;
    else
        given = VM_REGION_SUBMAP_INFO_V2_COUNT_64;
    memcpy(out, &copy, given * sizeof(natural_t));
    *count = given;
}

/* osfmk/vm/vm_map.c, vm_map_region_recurse_64. */
kern_return_t mach_vm_region_recurse(vm_map_read_t task, mach_vm_address_t *address,
                                     mach_vm_size_t *size, natural_t *depth,
                                     vm_region_recurse_info_t info, mach_msg_type_number_t *count)
{
    kern_return_t code = xnu_call("mach_vm_region_recurse");
    if (code != KERN_SUCCESS)
        return code;
    const struct sim_process *process = xnu_port_process(&code, task, XNU_READ);
    if (process == NULL)
        return code;
    if (*count < VM_REGION_SUBMAP_SHORT_INFO_COUNT_64)
        return KERN_INVALID_ARGUMENT;
    struct xnu_place place;
    if (!xnu_find(&place, process, *address, *depth))
        return KERN_INVALID_ADDRESS;
    struct xnu_walk walk;
    vm_region_submap_info_data_64_t record;
    walk_place(&walk, process, &place, *count >= VM_REGION_SUBMAP_INFO_V0_COUNT_64);
    describe(&record, &place, &walk);
    give(info, count, &record);
    *address = place.start;
    *size = place.end - place.start;
    *depth = place.depth;
    return KERN_SUCCESS;
}
