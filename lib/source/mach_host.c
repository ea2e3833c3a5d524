/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "source/mach_parts.h"

#include <unistd.h>

/* A value of fixed size: one that is longer or shorter is not what is meant. */
static bool read_value(const char *name, void *out, size_t size)
{
    size_t told = size;
    return sysctlbyname(name, out, &told, NULL, 0) == 0 && told == size;
}

static void read_text(const char *name, char *out, size_t room)
{
    size_t size = room - 1;
    if (sysctlbyname(name, out, &size, NULL, 0) != 0 || size >= room) {
        size = 0;
    }
    out[size] = '\0';
}

struct vmt_mach_outcome vmt_mach_system(struct vmt_mach_system *out)
{
    *out = (struct vmt_mach_system){.user = geteuid(), .pid = (uint32_t)getpid()};
    read_text("kern.osproductversion", out->version, sizeof out->version);
    read_text("kern.osversion", out->build, sizeof out->build);
    read_text("hw.machine", out->machine, sizeof out->machine);
    return vmt_mach_ok();
}

/* --- the machine ------------------------------------------------------------------------------ */

static void take_statistics(struct vmt_mach_host *out, const struct vm_statistics64 *told)
{
    out->free = told->free_count;
    out->active = told->active_count;
    out->inactive = told->inactive_count;
    out->speculative = told->speculative_count;
    out->wired = told->wire_count;
    out->purgeable = told->purgeable_count;
    out->faults = told->faults;
    out->copy_on_write = told->cow_faults;
    out->zero_filled = told->zero_fill_count;
    out->reactivations = told->reactivations;
    out->purges = told->purges;
    out->pageins = told->pageins;
    out->pageouts = told->pageouts;
    out->known |= VMT_MACH_HAS_STATISTICS;
}

static void take_revision_1(struct vmt_mach_host *out, const struct vm_statistics64 *told)
{
    out->throttled = told->throttled_count;
    out->external = told->external_page_count;
    out->internal = told->internal_page_count;
    out->compressor = told->compressor_page_count;
    out->uncompressed = told->total_uncompressed_pages_in_compressor;
    out->decompressions = told->decompressions;
    out->compressions = told->compressions;
    out->swapins = told->swapins;
    out->swapouts = told->swapouts;
    out->known |= VMT_MACH_HAS_EVENTS_1;
}

/* The kernel fills the longest revision that fits, and says which (osfmk/kern/host.c, vm_stats). */
static struct vmt_mach_outcome statistics(struct vmt_mach_host *out)
{
    struct vm_statistics64 told = {0};
    mach_msg_type_number_t count = HOST_VM_INFO64_COUNT;
    const mach_port_t host = mach_host_self();
    const kern_return_t code =
        host_statistics64(host, HOST_VM_INFO64, (host_info64_t)&told, &count);
    vm_size_t page_size = 0;
    if (host_page_size(host, &page_size) == KERN_SUCCESS && page_size > 0) {
        out->page_size = (uint32_t)page_size;
        out->known |= VMT_MACH_HAS_PAGE_SIZE;
    }
    mach_port_deallocate(mach_task_self(), host);
    if (code == KERN_SUCCESS && count >= HOST_VM_INFO64_REV0_COUNT) {
        take_statistics(out, &told);
    }
    if (code == KERN_SUCCESS && count >= HOST_VM_INFO64_REV1_COUNT) {
        take_revision_1(out, &told);
    }
    return code == KERN_SUCCESS
               ? vmt_mach_ok()
               : (struct vmt_mach_outcome){VMT_MACH_FAILED, code, "host_statistics64"};
}

static void take_swap(struct vmt_mach_host *out)
{
    struct xsw_usage swap = {0};
    if (!read_value("vm.swapusage", &swap, sizeof swap)) {
        return;
    }
    out->swap_total = swap.xsu_total;
    out->swap_available = swap.xsu_avail;
    out->swap_used = swap.xsu_used;
    out->swap_encrypted = swap.xsu_encrypted != 0;
    out->known |= VMT_MACH_HAS_SWAP;
}

struct vmt_mach_outcome vmt_mach_host(struct vmt_mach_host *out)
{
    int value = 0;
    *out = (struct vmt_mach_host){0};
    const struct vmt_mach_outcome outcome = statistics(out);
    take_swap(out);
    if (read_value("hw.memsize", &out->memory, sizeof out->memory)) {
        out->known |= VMT_MACH_HAS_MEMORY;
    }
    if (read_value("kern.memorystatus_vm_pressure_level", &value, sizeof value) && value > 0) {
        out->pressure = (uint32_t)value;
        out->known |= VMT_MACH_HAS_PRESSURE;
    }
    if (read_value("kern.memorystatus_level", &value, sizeof value) && value >= 0) {
        out->free_percent = (uint32_t)value;
        out->known |= VMT_MACH_HAS_FREE_PERCENT;
    }
    return outcome;
}
