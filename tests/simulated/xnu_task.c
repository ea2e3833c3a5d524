/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "xnu.h"

#include <string.h>

int task_read_for_pid(mach_port_name_t target, int pid, mach_port_name_t *task);

/* --- permission ------------------------------------------------------------------------------- */

/* bsd/kern/kern_proc.c, task_for_pid_posix_check, and what then asks the user and may never come
 * back: taskgated.  Who is root is not asked. */
static bool may_have(const struct sim_process *process, uint32_t access)
{
    if (access == SIM_HANGS && xnu_world()->kernel.user != 0)
        sim_wait_for_ever();
    return process->pid != 0 && access != SIM_DENIED &&
           (access != SIM_BY_RULE || xnu_same_user(process));
}

/* --- ports of a task -------------------------------------------------------------------------- */

/* bsd/kern/kern_proc.c, task_for_pid: KERN_FAILURE for nearly everything. */
kern_return_t task_for_pid(mach_port_name_t target, int pid, mach_port_name_t *task)
{
    const kern_return_t refused = xnu_call("task_for_pid");
    *task = MACH_PORT_NULL;
    if (refused != KERN_SUCCESS)
        return refused;
    const struct sim_process *process = xnu_process_called(pid);
    if (target != mach_task_self_ || process == NULL || process->zombie ||
        !may_have(process, process->task))
        return KERN_FAILURE;
    *task = xnu_port_make(XNU_CONTROL, process);
    return KERN_SUCCESS;
}

/* The same file, task_read_for_pid: a system call, with an errno. */
int task_read_for_pid(mach_port_name_t target, int pid, mach_port_name_t *task)
{
    const int refused = xnu_call_errno("task_read_for_pid");
    if (refused != 0)
        return xnu_errno(refused);
    if (!xnu_world()->kernel.read_ports)
        return xnu_errno(ENOSYS);
    *task = MACH_PORT_NULL;
    if (target != mach_task_self_)
        return xnu_errno(EINVAL);
    if (pid == 0)
        return xnu_errno(EPERM);
    const struct sim_process *process = xnu_process_called(pid);
    if (process == NULL || process->zombie)
        return xnu_errno(ESRCH);
    if (!may_have(process, process->task))
        return xnu_errno(EPERM);
    *task = xnu_port_make(XNU_READ, process);
    return 0;
}

/* The same file, task_name_for_pid: root, or the same user. */
kern_return_t task_name_for_pid(mach_port_name_t target, int pid, mach_port_name_t *task)
{
    const kern_return_t refused = xnu_call("task_name_for_pid");
    *task = MACH_PORT_NULL;
    if (refused != KERN_SUCCESS)
        return refused;
    const struct sim_process *process = xnu_process_called(pid);
    if (target != mach_task_self_ || process == NULL || process->zombie ||
        !may_have(process, process->info))
        return KERN_FAILURE;
    *task = xnu_port_make(XNU_NAME, process);
    return KERN_SUCCESS;
}

/* --- sums ------------------------------------------------------------------------------------- */

static void describe(task_vm_info_data_t *out, const struct sim_process *process, bool purgeable)
{
    struct xnu_sums sums;
    xnu_sums(&sums, process);
    memset(out, 0, sizeof(*out));
    out->virtual_size = sums.virtual_size;
    out->region_count = (integer_t)xnu_map_of(process)->count;
    out->page_size = (integer_t)process->page_size;
    out->resident_size = sums.internal + sums.external + sums.reusable;
    out->resident_size_peak = out->resident_size;
    out->internal = sums.internal;
    out->internal_peak = sums.internal;
    out->external = sums.external;
    out->external_peak = sums.external;
    out->reusable = sums.reusable;
    out->reusable_peak = sums.reusable;
    out->compressed = sums.compressed;
    out->compressed_peak = sums.compressed;
    out->compressed_lifetime = sums.compressed;
    out->phys_footprint = sums.footprint;
    out->ledger_phys_footprint_peak = (int64_t)sums.footprint_peak;
    /* osfmk/kern/task.c, task_info: all zero but for TASK_VM_INFO_PURGEABLE. */
    if (purgeable) {
        out->purgeable_volatile_pmap = sums.volatile_resident;
        out->purgeable_volatile_resident = sums.volatile_resident;
        out->purgeable_volatile_virtual = sums.volatile_virtual;
    }
}

/* osfmk/mach/task_info.h: the largest record that both sides know. */
static mach_msg_type_number_t record_of(mach_msg_type_number_t room)
{
    static const mach_msg_type_number_t records[] = {
        TASK_VM_INFO_REV7_COUNT, TASK_VM_INFO_REV6_COUNT, TASK_VM_INFO_REV5_COUNT,
        TASK_VM_INFO_REV4_COUNT, TASK_VM_INFO_REV3_COUNT, TASK_VM_INFO_REV2_COUNT,
        TASK_VM_INFO_REV1_COUNT, TASK_VM_INFO_REV0_COUNT};
    const uint32_t known = xnu_world()->kernel.task_record;
    for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
        if (records[i] <= room && records[i] <= known)
            return records[i];
    }
    return 0;
}

/* osfmk/kern/task.c, task_info: a name is enough. */
kern_return_t task_info(task_name_t task, task_flavor_t flavor, task_info_t info,
                        mach_msg_type_number_t *count)
{
    kern_return_t code = xnu_call("task_info");
    if (code != KERN_SUCCESS)
        return code;
    const struct sim_process *process = xnu_port_process(&code, task, XNU_NAME);
    if (process == NULL)
        return code;
    const mach_msg_type_number_t given = record_of(*count);
    /* osfmk/kern/task.c, task_terminate_internal: it is inactive before its memory goes. */
    if (xnu_process_exits(process))
        return KERN_INVALID_ARGUMENT;
    if ((flavor != TASK_VM_INFO && flavor != TASK_VM_INFO_PURGEABLE) || given == 0)
        return KERN_INVALID_ARGUMENT;
    task_vm_info_data_t record;
    describe(&record, process, flavor == TASK_VM_INFO_PURGEABLE);
    memcpy(info, &record, given * sizeof(natural_t));
    *count = given;
    return KERN_SUCCESS;
}
