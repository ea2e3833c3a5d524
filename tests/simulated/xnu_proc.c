/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "xnu.h"

#include <string.h>
#include <sys/proc.h>

#include "xnu_proc.h"

/* --- the list --------------------------------------------------------------------------------- */

/* bsd/kern/proc_info.c, proc_listpids: newest first, then the zombies; without a buffer it is told
 * how much room there should be, with some for those to come.  libsyscall/wrappers/libproc counts
 * numbers, not bytes. */
int proc_listallpids(void *buffer, int size)
{
    const struct sim_world *world = xnu_world();
    const int refused = xnu_call_errno("proc_listallpids");
    if (refused != 0)
        return xnu_errno(refused);
    uint32_t alive = 0;
    for (uint32_t i = 0; i < world->process_count; i++)
        alive += xnu_process_lives(&world->processes[i]);
    if (buffer == NULL)
        return (int)alive + 20;
    if (size < (int)sizeof(int))
        return xnu_errno(ENOMEM);
    int *pids = buffer;
    int count = 0;
    for (int zombie = 0; zombie <= 1; zombie++) {
        for (uint32_t i = world->process_count; i-- > 0;) {
            const struct sim_process *process = &world->processes[i];
            if (count < size / (int)sizeof(int) && process->zombie == zombie &&
                xnu_process_lives(process))
                pids[count++] = (int)process->pid;
        }
    }
    return count;
}

/* --- who it is -------------------------------------------------------------------------------- */

static void copy_text(char *out, size_t room, const char *text)
{
    size_t length = strlen(text);
    if (length > room - 1)
        length = room - 1;
    memset(out, 0, room);
    memcpy(out, text, length);
}

static int fill_short(void *out, const struct sim_process *process)
{
    struct proc_bsdshortinfo info;
    memset(&info, 0, sizeof(info));
    info.pbsi_pid = process->pid;
    info.pbsi_ppid = process->parent;
    info.pbsi_status = process->zombie ? SZOMB : SRUN;
    info.pbsi_flags = xnu_process_exits(process) ? PROC_FLAG_INEXIT : 0;
    info.pbsi_uid = process->user;
    info.pbsi_ruid = process->user;
    info.pbsi_svuid = process->user;
    copy_text(info.pbsi_comm, sizeof(info.pbsi_comm), process->name);
    memcpy(out, &info, sizeof(info));
    return sizeof(info);
}

static int fill_bsd(void *out, const struct sim_process *process)
{
    struct proc_bsdinfo info;
    memset(&info, 0, sizeof(info));
    info.pbi_pid = process->pid;
    info.pbi_ppid = process->parent;
    info.pbi_status = process->zombie ? SZOMB : SRUN;
    info.pbi_flags = xnu_process_exits(process) ? PROC_FLAG_INEXIT : 0;
    info.pbi_uid = process->user;
    info.pbi_ruid = process->user;
    info.pbi_svuid = process->user;
    info.pbi_start_tvsec = process->start / 1000000;
    info.pbi_start_tvusec = process->start % 1000000;
    copy_text(info.pbi_comm, sizeof(info.pbi_comm), process->name);
    copy_text(info.pbi_name, sizeof(info.pbi_name), process->name);
    memcpy(out, &info, sizeof(info));
    return sizeof(info);
}

/* --- proc_pidinfo ----------------------------------------------------------------------------- */

static const struct flavor {
    int number;
    int size;
    bool anybody; /* may ask, of whatever user */
    bool region;
} flavors[] = {
    {PROC_PIDTBSDINFO, PROC_PIDTBSDINFO_SIZE, false, false},
    {PROC_PIDT_SHORTBSDINFO, PROC_PIDT_SHORTBSDINFO_SIZE, true, false},
    {PROC_PIDREGIONINFO, PROC_PIDREGIONINFO_SIZE, false, true},
    {PROC_PIDREGIONPATHINFO, PROC_PIDREGIONPATHINFO_SIZE, false, true},
    {XNU_PIDREGIONPATH, sizeof(struct proc_regionpath), false, true},
};

static const struct flavor *flavor_of(int number)
{
    for (size_t i = 0; i < sizeof(flavors) / sizeof(flavors[0]); i++) {
        if (flavors[i].number == number &&
            (number != XNU_PIDREGIONPATH || xnu_world()->kernel.region_paths))
            return &flavors[i];
    }
    return NULL;
}

static bool allowed(const struct flavor *flavor, const struct sim_process *process)
{
    if (flavor->anybody)
        return true;
    return process->info == SIM_ALLOWED ||
           (process->info != SIM_DENIED && process->pid != 0 && xnu_same_user(process));
}

static int answer(const struct flavor *flavor, const struct sim_process *process, uint64_t argument,
                  void *buffer)
{
    switch (flavor->number) {
    case PROC_PIDTBSDINFO:
        return fill_bsd(buffer, process);
    case PROC_PIDT_SHORTBSDINFO:
        return fill_short(buffer, process);
    default:
        return xnu_region_info(buffer, process, flavor->number, argument);
    }
}

/* bsd/kern/proc_info.c, proc_pidinfo: who asks for a zombie has to say so; libproc makes 0 of every
 * failure. */
int proc_pidinfo(int pid, int number, uint64_t argument, void *buffer, int size)
{
    int error = xnu_call_errno("proc_pidinfo");
    const struct flavor *flavor = flavor_of(number);
    const struct sim_process *process = error == 0 ? xnu_process_called(pid) : NULL;
    if (error == 0 && flavor == NULL)
        error = EINVAL;
    else if (error == 0 && size < flavor->size)
        error = ENOMEM;
    else if (error == 0 &&
             (process == NULL || (process->zombie && (flavor->region || argument == 0))))
        error = ESRCH;
    else if (error == 0 && !allowed(flavor, process))
        error = EPERM;
    const int written = error == 0 ? answer(flavor, process, argument, buffer) : 0;
    if (written == 0)
        xnu_errno(error == 0 ? EINVAL : error);
    return written;
}

/* --- the rest of libproc ---------------------------------------------------------------------- */

int proc_pidpath(int pid, void *buffer, uint32_t size)
{
    int error = xnu_call_errno("proc_pidpath");
    const struct sim_process *process = error == 0 ? xnu_process_called(pid) : NULL;
    if (error == 0 && size < PROC_PIDPATHINFO_SIZE)
        error = ENOMEM;
    else if (error == 0 && size > PROC_PIDPATHINFO_MAXSIZE)
        error = EOVERFLOW;
    else if (error == 0 && (process == NULL || process->zombie || process->path[0] == '\0'))
        error = ESRCH;
    if (error != 0) {
        xnu_errno(error);
        return 0;
    }
    copy_text(buffer, size, process->path);
    return (int)strlen(process->path);
}

/* bsd/kern/kern_resource.c, proc_pid_rusage: as much of the record as the flavour has; of a zombie
 * what was when it ended. */
int proc_pid_rusage(int pid, int flavor, rusage_info_t *buffer)
{
    static const size_t sizes[] = {sizeof(struct rusage_info_v0), sizeof(struct rusage_info_v1),
                                   sizeof(struct rusage_info_v2), sizeof(struct rusage_info_v3),
                                   sizeof(struct rusage_info_v4), sizeof(struct rusage_info_v5),
                                   sizeof(struct rusage_info_v6)};
    const int refused = xnu_call_errno("proc_pid_rusage");
    if (refused != 0)
        return xnu_errno(refused);
    if (flavor < 0 || (uint32_t)flavor > xnu_world()->kernel.usage_record)
        return xnu_errno(EINVAL);
    const struct sim_process *process = xnu_process_called(pid);
    if (process == NULL)
        return xnu_errno(ESRCH);
    if (!allowed(&flavors[0], process))
        return xnu_errno(EPERM);
    struct xnu_sums sums;
    struct rusage_info_v6 info;
    xnu_sums(&sums, process);
    memset(&info, 0, sizeof(info));
    /* Of a zombie it is told what was when it ended (proc_get_rusage). */
    info.ri_proc_exit_abstime = process->zombie ? 1 : 0;
    info.ri_wired_size = sums.wired;
    info.ri_resident_size = sums.internal + sums.external + sums.reusable;
    info.ri_phys_footprint = sums.footprint;
    info.ri_lifetime_max_phys_footprint = sums.footprint_peak;
    memcpy(buffer, &info, sizes[flavor]);
    return 0;
}
