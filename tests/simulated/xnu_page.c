/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "xnu.h"

#include <string.h>

kern_return_t mach_vm_page_range_query(vm_map_read_t task, mach_vm_offset_t address,
                                       mach_vm_size_t size, mach_vm_address_t dispositions,
                                       mach_vm_size_t *count);
kern_return_t mach_vm_page_info(vm_map_read_t task, mach_vm_address_t address,
                                vm_page_info_flavor_t flavor, vm_page_info_t info,
                                mach_msg_type_number_t *count);
kern_return_t mach_vm_purgable_control(vm_map_t task, mach_vm_address_t address,
                                       vm_purgable_t control, int *state);

/* Submaps nest two deep at most; a query goes down all of them. */
#define DEEPEST 64

/* --- one page --------------------------------------------------------------------------------- */

static int disposition_of(const struct sim_object *object, uint32_t state)
{
    int disposition = 0;
    if ((state & SIM_FICTITIOUS) != 0)
        return VM_PAGE_QUERY_PAGE_FICTITIOUS;
    if ((state & SIM_DIRTY) != 0)
        disposition |= VM_PAGE_QUERY_PAGE_DIRTY;
    if ((state & SIM_REFERENCED) != 0)
        disposition |= VM_PAGE_QUERY_PAGE_REF;
    if ((state & SIM_SPECULATIVE) != 0)
        disposition |= VM_PAGE_QUERY_PAGE_SPECULATIVE;
    if ((state & SIM_REUSABLE) != 0 || object->all_reusable)
        disposition |= VM_PAGE_QUERY_PAGE_REUSABLE;
    return disposition;
}

/* osfmk/vm/vm_map.c, vm_map_page_range_info_internal, for the page at the address.  An absent page
 * of a file is external all the same, since the search ended in its object; the references are
 * those of the top object, however deep the page lies. */
static void page_info(struct vm_page_info_basic *out, const struct sim_process *process,
                      uint64_t address)
{
    struct xnu_place place;
    memset(out, 0, sizeof(*out));
    if (!xnu_find(&place, process, address, DEEPEST) || place.start > address)
        return;
    const struct sim_object *top = xnu_entry_object(place.entry);
    const struct sim_object *object = top;
    if (top == NULL)
        return;
    const uint64_t page = xnu_world()->kernel.page_size;
    uint64_t offset = place.entry->offset + place.hidden + (address - place.start);
    const uint64_t inside = offset % page;
    uint32_t state;
    for (offset -= inside;; out->depth++) {
        state = xnu_page_state(object, offset);
        if (state != 0 || xnu_shadow(object) == NULL)
            break;
        offset += object->shadow_offset;
        object = xnu_shadow(object);
    }
    if ((state & SIM_RESIDENT) != 0)
        out->disposition |= VM_PAGE_QUERY_PAGE_PRESENT | disposition_of(object, state);
    else if ((state & SIM_COMPRESSED) != 0)
        out->disposition |= VM_PAGE_QUERY_PAGE_PAGED_OUT;
    if (object == top && xnu_shadow(top) != NULL)
        out->disposition |= VM_PAGE_QUERY_PAGE_COPIED;
    if (object->external)
        out->disposition |= VM_PAGE_QUERY_PAGE_EXTERNAL;
    out->ref_count = (int)xnu_references(top);
    out->object_id = object->id;
    out->offset = offset + inside;
}

/* --- the calls -------------------------------------------------------------------------------- */

static const struct sim_process *asked(kern_return_t *code, mach_port_name_t task)
{
    const struct sim_process *process = xnu_port_process(code, task, XNU_READ);
    if (process != NULL && process->pages == SIM_DENIED) {
        *code = KERN_NO_ACCESS;
        return NULL;
    }
    return process;
}

/* osfmk/vm/vm_map.c, vm_map_page_range_query: a range of whole pages, of which as many are answered
 * as the caller has room for; it is looked at in pieces of 1 GiB, which nobody sees. */
kern_return_t mach_vm_page_range_query(vm_map_read_t task, mach_vm_offset_t address,
                                       mach_vm_size_t size, mach_vm_address_t dispositions,
                                       mach_vm_size_t *count)
{
    kern_return_t code = xnu_call("mach_vm_page_range_query");
    if (code != KERN_SUCCESS)
        return code;
    if (!xnu_world()->kernel.range_query)
        return MIG_BAD_ID;
    const struct sim_process *process = asked(&code, task);
    if (process == NULL)
        return code;
    const uint64_t page = xnu_queried_page(process);
    if (page == 0)
        return KERN_INVALID_ARGUMENT;
    const uint64_t first = address / page * page;
    const uint64_t end = (address + size + page - 1) / page * page;
    if (end < first)
        return KERN_INVALID_ARGUMENT;
    const uint64_t pages = (end - first) / page;
    const uint64_t given = pages < *count ? pages : *count;
    int *out = (int *)(uintptr_t)dispositions;
    for (uint64_t i = 0; i < given; i++) {
        struct vm_page_info_basic info;
        page_info(&info, process, first + i * page);
        out[i] = info.disposition;
    }
    if (pages > 0)
        *count = given;
    return KERN_SUCCESS;
}

/* osfmk/vm/vm_map.c, vm_map_page_info. */
kern_return_t mach_vm_page_info(vm_map_read_t task, mach_vm_address_t address,
                                vm_page_info_flavor_t flavor, vm_page_info_t info,
                                mach_msg_type_number_t *count)
{
    kern_return_t code = xnu_call("mach_vm_page_info");
    if (code != KERN_SUCCESS)
        return code;
    const struct sim_process *process = asked(&code, task);
    if (process == NULL)
        return code;
    if (flavor != VM_PAGE_INFO_BASIC || *count < VM_PAGE_INFO_BASIC_COUNT ||
        xnu_queried_page(process) == 0)
        return KERN_INVALID_ARGUMENT;
    struct vm_page_info_basic basic;
    page_info(&basic, process, address);
    memcpy(info, &basic, sizeof(basic));
    *count = VM_PAGE_INFO_BASIC_COUNT;
    return KERN_SUCCESS;
}

/* osfmk/vm/vm_map.c, vm_map_purgable_control: an entry that is not writable is refused before its
 * object is looked at; before macOS 11 it had to be all of the object. */
static kern_return_t purge_state(int *state, const struct xnu_place *place)
{
    const struct sim_object *object = xnu_entry_object(place->entry);
    if ((place->entry->protection & VM_PROT_WRITE) == 0)
        return KERN_PROTECTION_FAILURE;
    if (object == NULL || object->purge == VM_PURGABLE_DENY)
        return KERN_INVALID_ARGUMENT;
    if (xnu_world()->kernel.major < 11 &&
        (place->entry->offset != 0 || place->end - place->start != object->size))
        return KERN_INVALID_ARGUMENT;
    *state = (int)object->purge;
    return KERN_SUCCESS;
}

/* A read port is enough to ask (osfmk/vm/vm_user.c, mach_vm_purgable_control_external). */
kern_return_t mach_vm_purgable_control(vm_map_t task, mach_vm_address_t address,
                                       vm_purgable_t control, int *state)
{
    kern_return_t code = xnu_call("mach_vm_purgable_control");
    if (code != KERN_SUCCESS)
        return code;
    const enum xnu_right right = control == VM_PURGABLE_GET_STATE ? XNU_READ : XNU_CONTROL;
    const struct sim_process *process = xnu_port_process(&code, task, right);
    if (process == NULL)
        return code;
    struct xnu_place place;
    if (!xnu_find(&place, process, address, 0) || place.start > address || place.entry->submap >= 0)
        return KERN_INVALID_ADDRESS;
    return control == VM_PURGABLE_GET_STATE ? purge_state(state, &place) : KERN_INVALID_ARGUMENT;
}
