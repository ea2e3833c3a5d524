/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "xnu.h"

#include <string.h>

kern_return_t host_page_size(host_t host, vm_size_t *out)
{
    const kern_return_t refused = xnu_call("host_page_size");
    if (refused != KERN_SUCCESS)
        return refused;
    if (!xnu_port_is_host(host))
        return KERN_INVALID_ARGUMENT;
    *out = vm_page_size;
    return KERN_SUCCESS;
}

/* osfmk/kern/host.c, vm_stats. */
static void describe(struct vm_statistics64 *out, const struct sim_machine *machine)
{
    memset(out, 0, sizeof(*out));
    out->free_count = (natural_t)machine->free;
    out->active_count = (natural_t)machine->active;
    out->inactive_count = (natural_t)machine->inactive;
    out->wire_count = (natural_t)machine->wired;
    out->zero_fill_count = machine->zero_filled;
    out->reactivations = machine->reactivations;
    out->pageins = machine->pageins;
    out->pageouts = machine->pageouts;
    out->faults = machine->faults;
    out->cow_faults = machine->copy_on_write;
    out->purges = machine->purges;
    out->purgeable_count = (natural_t)machine->purgeable;
    out->speculative_count = (natural_t)machine->speculative;
    out->decompressions = machine->decompressions;
    out->compressions = machine->compressions;
    out->swapins = machine->swapins;
    out->swapouts = machine->swapouts;
    out->compressor_page_count = (natural_t)machine->compressor;
    out->throttled_count = (natural_t)machine->throttled;
    out->external_page_count = (natural_t)machine->external;
    out->internal_page_count = (natural_t)machine->internal;
    out->total_uncompressed_pages_in_compressor = machine->uncompressed;
    out->swapped_count = machine->swapped;
}

/* The largest revision that both sides know; only that much is written. */
kern_return_t host_statistics64(host_t host, host_flavor_t flavor, host_info64_t info,
                                mach_msg_type_number_t *count)
{
    static const mach_msg_type_number_t revisions[] = {
        HOST_VM_INFO64_REV2_COUNT, HOST_VM_INFO64_REV1_COUNT, HOST_VM_INFO64_REV0_COUNT};
    const kern_return_t refused = xnu_call("host_statistics64");
    if (refused != KERN_SUCCESS)
        return refused;
    if (!xnu_port_is_host(host) || flavor != HOST_VM_INFO64)
        return KERN_INVALID_ARGUMENT;
    for (size_t i = 0; i < sizeof(revisions) / sizeof(revisions[0]); i++) {
        if (revisions[i] > *count || revisions[i] > xnu_world()->kernel.host_record)
            continue;
        struct vm_statistics64 record;
        describe(&record, &xnu_world()->machine);
        memcpy(info, &record, revisions[i] * sizeof(integer_t));
        *count = revisions[i];
        return KERN_SUCCESS;
    }
    return KERN_FAILURE;
}
