/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "source/mach_parts.h"

#include <errno.h>
#include <unistd.h>

static const char read_call[] = "task_read_for_pid";

static struct vmt_mach_outcome opened(struct vmt_mach_task *task, mach_port_name_t port)
{
    *task = (struct vmt_mach_task){port, true};
    return vmt_mach_ok();
}

/* task_for_pid answers KERN_FAILURE to nearly everything (bsd/vm/vm_unix.c), so the refusal of the
 * first call, which tells why, is the one that is passed on. */
struct vmt_mach_outcome vmt_mach_task_open(struct vmt_mach_task *task, uint32_t pid)
{
    *task = (struct vmt_mach_task){mach_task_self(), false};
    if (pid == (uint32_t)getpid()) {
        return vmt_mach_ok();
    }
    mach_port_name_t port = MACH_PORT_NULL;
    errno = 0;
    if (task_read_for_pid(mach_task_self(), (int)pid, &port) == 0 && MACH_PORT_VALID(port)) {
        return opened(task, port);
    }
    /* Without an error there is no port, because the task went away while it was made; what is no
     * task but the remains of one, kept for a crash report, has an error of its own. */
    const int code = errno;
    if (code == 0 || code == EACCES) {
        return (struct vmt_mach_outcome){VMT_MACH_GONE, code, read_call};
    }
    if (code != EPERM && code != ENOSYS) {
        return vmt_mach_of_errno(code, read_call);
    }
    port = MACH_PORT_NULL;
    if (task_for_pid(mach_task_self(), (int)pid, &port) == KERN_SUCCESS && MACH_PORT_VALID(port)) {
        return opened(task, port);
    }
    return vmt_mach_of_errno(code, read_call);
}

struct vmt_mach_outcome vmt_mach_task_name(struct vmt_mach_task *task, uint32_t pid)
{
    *task = (struct vmt_mach_task){MACH_PORT_NULL, false};
    mach_port_name_t port = MACH_PORT_NULL;
    const kern_return_t code = task_name_for_pid(mach_task_self(), (int)pid, &port);
    if (code == KERN_SUCCESS && MACH_PORT_VALID(port)) {
        return opened(task, port);
    }
    /* KERN_FAILURE is all that it says, whether there is no such process or no permission. */
    return (struct vmt_mach_outcome){VMT_MACH_DENIED, code, "task_name_for_pid"};
}

void vmt_mach_task_close(struct vmt_mach_task *task)
{
    if (task->owned) {
        mach_port_deallocate(mach_task_self(), task->port);
    }
    *task = (struct vmt_mach_task){MACH_PORT_NULL, false};
}

struct vmt_mach_outcome vmt_mach_task_page_size(uint32_t *size, mach_port_t port)
{
    task_vm_info_data_t info = {0};
    mach_msg_type_number_t count = TASK_VM_INFO_COUNT;
    *size = 0;
    const kern_return_t code = task_info(port, TASK_VM_INFO, (task_info_t)&info, &count);
    if (code == KERN_SUCCESS && info.page_size > 0) {
        *size = (uint32_t)info.page_size;
    }
    return vmt_mach_of_kernel(code, "task_info");
}

/* --- the unit of page counts ------------------------------------------------------------------ */

static bool is_page_size(uint32_t size)
{
    return size == 4096 || size == 16384;
}

/* Where the pages of the caller and of the target differ in size, the kernel counts in the smaller
 * ones and refuses to list pages, unless the caller sets a size (osfmk/vm/vm_map.c,
 * vm_self_region_page_shift).  An x86 kernel always counts in 4096 bytes and takes no other. */
void vmt_mach_unit_set(struct vmt_mach_unit *unit, uint32_t target)
{
    const uint32_t own = (uint32_t)vm_page_size;
    int wanted = (int)(is_page_size(target) ? target : own);
    int before = 0;
    size_t size = sizeof before;
    *unit = (struct vmt_mach_unit){(uint32_t)wanted, 0};
    if (sysctlbyname("vm.self_region_page_size", &before, &size, &wanted, sizeof wanted) == 0) {
        /* A thread that never set one reads 1, and 0 would make every later query fail: the sysctl
         * takes it for a shift of -1 (bsd/vm/vm_unix.c).  Its own page size comes next to none. */
        unit->before = (int)(before > 0 && is_page_size((uint32_t)before) ? (uint32_t)before : own);
    } else if (own < unit->size) {
        unit->size = own;
    }
}

void vmt_mach_unit_restore(const struct vmt_mach_unit *unit)
{
    int before = unit->before;
    if (before != 0) {
        sysctlbyname("vm.self_region_page_size", NULL, NULL, &before, sizeof before);
    }
}
