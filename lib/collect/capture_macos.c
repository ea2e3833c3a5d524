/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/capture_macos.h"

#include <inttypes.h>
#include <stdio.h>

/* What one process takes, and what is made of it. */
#define PROCESS_LIMIT ((size_t)1 << 30)

const char vmt_capture_macos_about[] =
    "The files below say what the memory of some processes came to, as the tools and the\n"
    "kernel of macOS told it, in a format of vmtally's own.\n"
    "To read them, on any system, from this directory or from an archive of it:\n"
    "\n"
    "    vmtally summary CAPTURE    what each process's memory comes to\n"
    "    vmtally regions CAPTURE    every region\n"
    "    vmtally system CAPTURE     the machine\n"
    "\n"
    "processes/PID.json    a process\n"
    "system.json           the machine\n"
    "\n"
    "What was denied is left out.  In here are the names of programs, users' numbers, and\n"
    "the paths of files that programs have mapped.  Not in here are command lines,\n"
    "environments, and what is in the memory.\n";

/* What a snapshot holds becomes a file. */
static enum vmt_status add_file(struct vmt_capture *capture, const char *path,
                                const struct vmt_snapshot *snapshot, struct vmt_error *err)
{
    struct vmt_arena arena;
    struct vmt_slice bytes = {0};
    vmt_arena_init(&arena, capture->arena.allocator, PROCESS_LIMIT);
    enum vmt_status status = capture->spell(&bytes, snapshot, &arena, err);
    if (status == VMT_OK) {
        status = capture->tree->add(capture->tree, path, bytes, err);
        capture->broken = status != VMT_OK;
    }
    vmt_arena_free(&arena);
    return status;
}

/* Where the machine tells nothing there is none. */
static enum vmt_status add_host(struct vmt_capture *capture, struct vmt_error *err)
{
    struct vmt_snapshot snapshot;
    struct vmt_error failure = VMT_ERROR_INIT;
    vmt_snapshot_init(&snapshot, capture->arena.allocator, PROCESS_LIMIT);
    enum vmt_status status =
        vmt_live_read_host(&snapshot, capture->context, capture->live, &failure);
    if (status == VMT_OK) {
        status = add_file(capture, "system.json", &snapshot, err);
    } else if (status == VMT_E_IO || status == VMT_E_NOCAPTURE) {
        status = VMT_OK;
    } else {
        *err = failure;
    }
    vmt_snapshot_free(&snapshot);
    return status;
}

static void count_unread(struct vmt_capture *capture, const struct vmt_process *process)
{
    bool denied = process->shortfall == VMT_SHORTFALL_DENIED;
    uint64_t *count = denied ? &capture->denied : &capture->unread;
    if ((*count)++ == 0) {
        *(denied ? &capture->denied_first : &capture->unread_first) = process->pid;
    }
}

static enum vmt_status save(struct vmt_capture *capture, const struct vmt_snapshot *snapshot,
                            const struct vmt_process *process, struct vmt_error *err)
{
    char path[64];
    enum vmt_status status = capture->processes == 0 ? add_host(capture, err) : VMT_OK;
    snprintf(path, sizeof path, "processes/%" PRIu64 ".json", process->pid);
    if (status == VMT_OK) {
        status = add_file(capture, path, snapshot, err);
    }
    if (status == VMT_OK) {
        capture->processes++;
    }
    /* The sums of the kernel alone. */
    if (status == VMT_OK && process->regions.count == 0 && process->stated.count == 0) {
        count_unread(capture, process);
    }
    return status;
}

enum vmt_status vmt_capture_macos(struct vmt_capture *capture,
                                  const struct vmt_live_process *process, unsigned what,
                                  struct vmt_error *err)
{
    struct vmt_snapshot snapshot;
    struct vmt_process *read = NULL;
    vmt_snapshot_init(&snapshot, capture->arena.allocator, PROCESS_LIMIT);
    enum vmt_status status =
        vmt_live_read(&read, &snapshot, capture->context, capture->live, process, what, err);
    if (status == VMT_OK) {
        status = save(capture, &snapshot, read, err);
    }
    vmt_snapshot_free(&snapshot);
    return status;
}
