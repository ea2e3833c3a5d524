/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "source/mach_parts.h"

#include <errno.h>
#include <string.h>
#include <sys/proc.h>

/* Text of a record, which need not be terminated; cut where there is no more room. */
static void copy_text(char *out, size_t room, const char *text, size_t size)
{
    size_t length = strnlen(text, size);
    if (length >= room) {
        length = room - 1;
    }
    memcpy(out, text, length);
    out[length] = '\0';
}

/* Zombies are looked for, too, with an argument of 1 (bsd/kern/proc_info.c, proc_pidinfo). */
enum { AND_ZOMBIES = 1 };

static bool take_own(struct vmt_mach_process *out, int pid)
{
    struct proc_bsdinfo info = {0};
    errno = 0;
    if (proc_pidinfo(pid, PROC_PIDTBSDINFO, AND_ZOMBIES, &info, sizeof info) != (int)sizeof info) {
        return false;
    }
    out->parent = info.pbi_ppid;
    out->user = info.pbi_uid;
    out->start = info.pbi_start_tvsec * 1000000 + info.pbi_start_tvusec;
    out->zombie = info.pbi_status == SZOMB;
    copy_text(out->name, sizeof out->name, info.pbi_name, sizeof info.pbi_name);
    if (out->name[0] == '\0') {
        copy_text(out->name, sizeof out->name, info.pbi_comm, sizeof info.pbi_comm);
    }
    return true;
}

/* Of whatever user. */
static bool take_any(struct vmt_mach_process *out, int pid)
{
    struct proc_bsdshortinfo info = {0};
    errno = 0;
    if (proc_pidinfo(pid, PROC_PIDT_SHORTBSDINFO, AND_ZOMBIES, &info, sizeof info) !=
        (int)sizeof info) {
        return false;
    }
    out->parent = info.pbsi_ppid;
    out->user = info.pbsi_uid;
    out->zombie = info.pbsi_status == SZOMB;
    copy_text(out->name, sizeof out->name, info.pbsi_comm, sizeof info.pbsi_comm);
    return true;
}

/* Nothing but this tells whether it is translated, nor when a process of another user began. */
static void take_kinfo(struct vmt_mach_process *out, int pid)
{
    int name[] = {CTL_KERN, KERN_PROC, KERN_PROC_PID, pid};
    struct kinfo_proc info = {0};
    size_t size = sizeof info;
    /* Where there is no such process, it succeeds with nothing. */
    if (sysctl(name, sizeof name / sizeof *name, &info, &size, NULL, 0) != 0 ||
        size != sizeof info || info.kp_proc.p_pid != pid) {
        return;
    }
    const struct timeval *start = &info.kp_proc.p_un.__p_starttime;
    out->translated = (info.kp_proc.p_flag & P_TRANSLATED) != 0;
    if (out->start == 0 && start->tv_sec > 0) {
        out->start = (uint64_t)start->tv_sec * 1000000 + (uint64_t)start->tv_usec;
    }
}

struct vmt_mach_outcome vmt_mach_describe(struct vmt_mach_process *out, uint32_t pid)
{
    const int number = (int)pid;
    *out = (struct vmt_mach_process){.pid = pid};
    if (!take_own(out, number) && !take_any(out, number)) {
        return vmt_mach_of_errno(errno, "proc_pidinfo(PROC_PIDT_SHORTBSDINFO)");
    }
    take_kinfo(out, number);
    /* A zombie has no file any more, nor has the kernel. */
    if (proc_pidpath(number, out->path, sizeof out->path) <= 0) {
        out->path[0] = '\0';
    }
    return vmt_mach_ok();
}
