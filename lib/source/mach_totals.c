/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "source/mach_parts.h"

#include <errno.h>

/* Each version begins with the one before; older systems refuse those that they do not know. */
static struct vmt_mach_outcome usage(struct rusage_info_v4 *out, int *version, uint32_t pid)
{
    static const int versions[] = {RUSAGE_INFO_V4, RUSAGE_INFO_V2};
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        *out = (struct rusage_info_v4){0};
        *version = versions[i];
        errno = 0;
        if (proc_pid_rusage((int)pid, *version, (rusage_info_t *)out) == 0) {
            return vmt_mach_ok();
        }
        if (errno != EINVAL) {
            break;
        }
    }
    return vmt_mach_of_errno(errno, "proc_pid_rusage");
}

static struct vmt_mach_outcome take_usage(struct vmt_mach_totals *out, uint32_t pid)
{
    struct rusage_info_v4 info;
    int version;
    const struct vmt_mach_outcome outcome = usage(&info, &version, pid);
    if (outcome.answer != VMT_MACH_OK) {
        return outcome;
    }
    /* Of a zombie it tells what was when it ended (bsd/kern/kern_resource.c, proc_get_rusage). */
    if (info.ri_proc_exit_abstime != 0) {
        return (struct vmt_mach_outcome){VMT_MACH_GONE, 0, "proc_pid_rusage"};
    }
    out->footprint = info.ri_phys_footprint;
    out->resident = info.ri_resident_size;
    out->wired = info.ri_wired_size;
    out->known |= VMT_MACH_HAS_USAGE;
    if (version >= RUSAGE_INFO_V4) {
        out->footprint_peak = info.ri_lifetime_max_phys_footprint;
        out->known |= VMT_MACH_HAS_FOOTPRINT_PEAK;
    }
    return outcome;
}

/* TASK_VM_INFO leaves out what is purgeable (osfmk/kern/task.c, task_info). */
static struct vmt_mach_outcome take_task(struct vmt_mach_totals *out, mach_port_t port)
{
    task_vm_info_data_t info = {0};
    mach_msg_type_number_t count = TASK_VM_INFO_COUNT;
    const kern_return_t code = task_info(port, TASK_VM_INFO_PURGEABLE, (task_info_t)&info, &count);
    if (code != KERN_SUCCESS) {
        return vmt_mach_of_kernel(code, "task_info");
    }
    /* All of these stand in the first revision, and there is none that is shorter. */
    out->page_size = (uint32_t)info.page_size;
    out->virtual_size = info.virtual_size;
    out->resident_peak = info.resident_size_peak;
    out->internal = info.internal;
    out->external = info.external;
    out->reusable = info.reusable;
    out->compressed = info.compressed;
    out->volatile_resident = info.purgeable_volatile_resident;
    out->known |= VMT_MACH_HAS_TASK;
    if ((out->known & VMT_MACH_HAS_FOOTPRINT_PEAK) == 0 && count >= TASK_VM_INFO_REV3_COUNT &&
        info.ledger_phys_footprint_peak >= 0) {
        out->footprint_peak = (uint64_t)info.ledger_phys_footprint_peak;
        out->known |= VMT_MACH_HAS_FOOTPRINT_PEAK;
    }
    return vmt_mach_ok();
}

struct vmt_mach_outcome vmt_mach_totals(struct vmt_mach_totals *out, uint32_t pid)
{
    *out = (struct vmt_mach_totals){0};
    const struct vmt_mach_outcome outcome = take_usage(out, pid);
    if (outcome.answer == VMT_MACH_GONE) {
        return outcome;
    }
    struct vmt_mach_task task;
    if (vmt_mach_task_name(&task, pid).answer == VMT_MACH_OK) {
        take_task(out, task.port);
        vmt_mach_task_close(&task);
    }
    return out->known != 0 ? vmt_mach_ok() : outcome;
}
