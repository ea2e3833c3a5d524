/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "collect/live_system.h"
#include "collect/tools.h"

static enum vmt_status list(struct vmt_live_list *out, const struct vmt_live *live, bool users,
                            struct vmt_error *err)
{
    (void)out;
    (void)live;
    (void)users;
    return vmt_tools_fail_list(err);
}

static enum vmt_status find(struct vmt_live_process *out, const struct vmt_live *live, uint64_t pid,
                            bool user, struct vmt_arena *arena, struct vmt_error *err)
{
    (void)live;
    (void)user;
    (void)arena;
    (void)err;
    *out = (struct vmt_live_process){.pid = pid};
    return VMT_OK;
}

static enum vmt_status read(struct vmt_process **out, struct vmt_snapshot *snapshot,
                            struct vmt_context *context, const struct vmt_live *live,
                            const struct vmt_live_process *process, unsigned what,
                            struct vmt_error *err)
{
    (void)what;
    return vmt_tools_read(out, snapshot, context, live, process->pid, err);
}

static void name(char name[VMT_LIVE_NAME], const struct vmt_live *live, uint64_t pid)
{
    (void)live;
    snprintf(name, VMT_LIVE_NAME, "process %" PRIu64, pid);
}

/* Only what runs takes time to read. */
static bool has(const struct vmt_live *live, const struct vmt_process *process)
{
    (void)live;
    return process->pid_known && process->read_time > 0;
}

const struct vmt_live_system vmt_live_macos = {
    .list = list,
    .find = find,
    .read = read,
    .read_host = vmt_tools_read_host,
    .name = name,
    .has = has,
    .name_most = 31, /* of struct proc, XNU bsd/sys/proc_internal.h: p_name is of 2 MAXCOMLEN */
};
