/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "xnu.h"

#include <string.h>
#include <sys/proc.h>

/* What the caller asked pages to be counted in, as a shift: 0: nothing, -1: what it becomes by
 * setting it to 0 (bsd/vm/vm_unix.c, vm_self_region_page_size). */
static int self_shift;

void xnu_sysctl_start(void);

void xnu_sysctl_start(void)
{
    self_shift = 0;
}

uint32_t sim_self_page_size(void)
{
    return self_shift > 0 ? 1U << self_shift : 0;
}

/* --- values ----------------------------------------------------------------------------------- */

/* bsd/kern/kern_newsysctl.c, sysctl_old_user: a value that does not fit is cut, and said to be. */
static int give(void *old, size_t *old_size, const void *value, size_t size)
{
    if (old_size == NULL)
        return 0;
    const size_t room = *old_size;
    if (old != NULL)
        memcpy(old, value, room < size ? room : size);
    *old_size = old == NULL || room >= size ? size : room;
    return old != NULL && room < size ? xnu_errno(ENOMEM) : 0;
}

static int give_text(void *old, size_t *size, const char *text)
{
    return give(old, size, text, strlen(text) + 1);
}

static int give_int(void *old, size_t *size, uint64_t value)
{
    const int number = (int)value;
    return give(old, size, &number, sizeof(number));
}

static int give_swap(void *old, size_t *size)
{
    const struct sim_machine *machine = &xnu_world()->machine;
    struct xsw_usage usage;
    memset(&usage, 0, sizeof(usage));
    usage.xsu_total = machine->swap_total;
    usage.xsu_avail = machine->swap_available;
    usage.xsu_used = machine->swap_used;
    usage.xsu_pagesize = xnu_world()->kernel.page_size;
    usage.xsu_encrypted = machine->swap_encrypted;
    return give(old, size, &usage, sizeof(usage));
}

/* bsd/vm/vm_unix.c, vm_self_region_page_size: only kernels with two page sizes take another. */
static int self_page_size(void *old, size_t *old_size, const void *new, size_t new_size)
{
    const struct sim_kernel *kernel = &xnu_world()->kernel;
    int value = self_shift < 0 ? INT32_MIN : 1 << self_shift;
    if (kernel->major < 11)
        return xnu_errno(ENOENT);
    if (give(old, old_size, &value, sizeof(value)) != 0)
        return -1;
    if (new == NULL)
        return 0;
    if (new_size != sizeof(value))
        return xnu_errno(EINVAL);
    memcpy(&value, new, sizeof(value));
    if ((value != 0 && value != 4096 && value != 16384) ||
        (strcmp(kernel->machine, "arm64") != 0 && value != (int)vm_page_size))
        return xnu_errno(EINVAL);
    self_shift = value == 0 ? -1 : value == 4096 ? 12 : 14;
    return 0;
}

/* --- by name ---------------------------------------------------------------------------------- */

static int named_number(const char *name, void *old, size_t *size)
{
    const struct sim_world *world = xnu_world();
    const struct sim_machine *machine = &world->machine;
    if (strcmp(name, "hw.memsize") == 0)
        return give(old, size, &machine->memory, sizeof(machine->memory));
    if (strcmp(name, "vm.pagesize") == 0)
        return give_int(old, size, world->kernel.page_size);
    if (strcmp(name, "kern.memorystatus_vm_pressure_level") == 0 && machine->pressure != 0)
        return give_int(old, size, machine->pressure);
    if (strcmp(name, "kern.memorystatus_level") == 0 && machine->free_percent != 0)
        return give_int(old, size, machine->free_percent);
    return xnu_errno(ENOENT);
}

int sysctlbyname(const char *name, void *old, size_t *old_size, void *new, size_t new_size)
{
    const struct sim_kernel *kernel = &xnu_world()->kernel;
    const int refused = xnu_call_errno("sysctlbyname");
    if (refused != 0)
        return xnu_errno(refused);
    if (strcmp(name, "vm.self_region_page_size") == 0)
        return self_page_size(old, old_size, new, new_size);
    if (new != NULL)
        return xnu_errno(EPERM);
    if (strcmp(name, "kern.osproductversion") == 0)
        return give_text(old, old_size, kernel->version);
    if (strcmp(name, "kern.osversion") == 0)
        return give_text(old, old_size, kernel->build);
    if (strcmp(name, "hw.machine") == 0)
        return give_text(old, old_size, kernel->machine);
    if (strcmp(name, "vm.swapusage") == 0)
        return give_swap(old, old_size);
    return named_number(name, old, old_size);
}

/* --- a process -------------------------------------------------------------------------------- */

/* bsd/kern/kern_sysctl.c, sysdoproc_callback: of any user, zombies too; nobody is no failure. */
int sysctl(int *name, unsigned names, void *old, size_t *old_size, void *new, size_t new_size)
{
    const int refused = xnu_call_errno("sysctl");
    if (refused != 0)
        return xnu_errno(refused);
    if (names != 4 || name[0] != CTL_KERN || name[1] != KERN_PROC || name[2] != KERN_PROC_PID ||
        new != NULL || new_size != 0)
        return xnu_errno(EINVAL);
    const struct sim_process *process = xnu_process_called(name[3]);
    struct kinfo_proc info;
    if (process == NULL)
        return give(old, old_size, &info, 0);
    memset(&info, 0, sizeof(info));
    info.kp_proc.p_starttime.tv_sec = (__darwin_time_t)(process->start / 1000000);
    info.kp_proc.p_starttime.tv_usec = (__darwin_suseconds_t)(process->start % 1000000);
    info.kp_proc.p_flag = process->translated ? P_TRANSLATED : 0;
    info.kp_proc.p_stat = process->zombie ? SZOMB : SRUN;
    info.kp_proc.p_pid = (pid_t)process->pid;
    info.kp_eproc.e_ppid = (pid_t)process->parent;
    info.kp_eproc.e_ucred.cr_uid = process->user;
    for (size_t i = 0; i < MAXCOMLEN && process->name[i] != '\0'; i++)
        info.kp_proc.p_comm[i] = process->name[i];
    return give(old, old_size, &info, sizeof(info));
}

/* --- the caller ------------------------------------------------------------------------------- */

/* The sources that are tested are built so that getpid() and geteuid() are these: this program has
 * a number of its own system's, and its C library needs to know it. */
pid_t sim_getpid(void);
uid_t sim_geteuid(void);

pid_t sim_getpid(void)
{
    return (pid_t)xnu_world()->kernel.pid;
}

uid_t sim_geteuid(void)
{
    return xnu_world()->kernel.user;
}
