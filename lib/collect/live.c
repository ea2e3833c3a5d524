/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/live.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "collect/live_file.h"
#include "collect/live_system.h"
#include "collect/tools.h"
#include "grammar/linux_stat.h"
#include "source/clock.h"
#include "source/mach.h"
#include "source/source.h"

/* What names and a few numbers of processes take, of as many as a kernel can have. */
#define LIST_LIMIT ((size_t)1 << 30)

/* Of a tree that was saved by hand, what was denied can be empty: so many processes are tried. */
#define LOOKED_AT_MOST 16

/* --- a tree ----------------------------------------------------------------------------------- */

/* `directory/entry`, from the arena; NULL when it gives no memory. */
static const char *join(struct vmt_arena *arena, const char *directory, const char *entry)
{
    size_t size = strlen(directory) + strlen(entry) + 2;
    char *name = vmt_arena_alloc(arena, 1, size);
    bool slash = directory[0] != '\0' && directory[strlen(directory) - 1] != '/';
    if (name != NULL) {
        snprintf(name, size, "%s%s%s", directory, slash ? "/" : "", entry);
    }
    return name;
}

/* A /proc of another system has other files, or others of the same name. */
static bool is_readable_here(void)
{
#ifdef HAVE_LINUX_PROC
    return true;
#else
    return false;
#endif
}

static enum vmt_status fail_unsupported(struct vmt_error *err)
{
    vmt_fail(err, VMT_E_IO,
             "what is running is read on Linux and macOS only; captures are read on any system: "
             "give the file of one");
    err->cause = ENOTSUP;
    return VMT_E_IO;
}

static enum vmt_status fail_source(struct vmt_error *err)
{
    vmt_fail(err, VMT_E_IO,
             "--source and --exact are for what runs on macOS: there is nothing to choose from "
             "here, the kernel's own files are the best");
    err->cause = ENOTSUP;
    return VMT_E_IO;
}

/* The name without slashes at its end, from the arena; NULL when it gives no memory. */
static const char *without_slash(struct vmt_arena *arena, const char *directory)
{
    size_t length = strlen(directory);
    while (length > 1 && directory[length - 1] == '/') {
        length--;
    }
    char *name = vmt_arena_alloc(arena, 1, length + 1);
    if (name != NULL) {
        memcpy(name, directory, length);
        name[length] = '\0';
    }
    return name;
}

/* A directory that holds `proc`, or what such a `proc` holds. */
static enum vmt_status open_tree(struct vmt_live *live, struct vmt_error *err)
{
    const char *root = live->options.root;
    live->top_name = live->running ? "/" : join(&live->arena, root, "");
    live->proc_name = live->running ? "/proc" : join(&live->arena, root, "proc");
    if (live->top_name == NULL || live->proc_name == NULL) {
        return vmt_arena_fail(&live->arena, err);
    }
    live->top = vmt_directory_open(live->running ? "/" : root, err);
    if (live->top < 0) {
        return err->status;
    }
    live->proc = vmt_directory_open_at(live->top, "proc", live->proc_name, err);
    if (live->proc >= 0 || live->running) {
        return live->proc >= 0 ? VMT_OK : err->status;
    }
    *err = VMT_ERROR_INIT;
    live->proc = live->top;
    live->top = -1;
    live->proc_name = without_slash(&live->arena, root);
    return live->proc_name != NULL ? VMT_OK : vmt_arena_fail(&live->arena, err);
}

void vmt_live_look_around(struct vmt_live *live, struct vmt_live_files *proc)
{
    char buffer[8192];
    struct vmt_slice text;
    uint64_t uptime = 0;
    if (vmt_live_slurp_from(&text, buffer, sizeof buffer, proc, "stat")) {
        /* The line stands behind those of all processors and interrupts. */
        size_t size = (size_t)1 << 20;
        char *large = text.length < sizeof buffer ? NULL : vmt_arena_alloc(&live->arena, 1, size);
        if (text.length < sizeof buffer ||
            (large != NULL && vmt_live_slurp_from(&text, large, size, proc, "stat"))) {
            vmt_linux_key_read(&live->boot, text, "btime", 0);
        }
    }
    if (vmt_live_slurp_from(&text, buffer, sizeof buffer, proc, "uptime") &&
        vmt_parse_u64((struct vmt_slice){text.data, vmt_slice_find(text, ".")}, 10, &uptime) &&
        live->boot > 0) {
        vmt_live_format_time(live->now, live->boot + uptime);
    }
    if (vmt_live_slurp_from(&text, buffer, sizeof buffer, proc, "sys/kernel/osrelease")) {
        text.length = vmt_slice_find(text, "\n");
        char *system = vmt_arena_alloc(&live->arena, 1, text.length + sizeof "Linux ");
        if (system != NULL && text.length > 0) {
            snprintf(system, text.length + sizeof "Linux ", "Linux %.*s", (int)text.length,
                     text.data);
            live->system = system;
        }
    }
}

static bool is_there(const struct vmt_live *live, const char *file)
{
    char buffer[1];
    struct vmt_slice text;
    return vmt_live_slurp(&text, buffer, sizeof buffer, live->proc, file);
}

enum vmt_status vmt_live_open(struct vmt_live *out, const struct vmt_live_options *options,
                              const struct vmt_allocator *allocator, struct vmt_error *err)
{
    *out = (struct vmt_live){
        .options = *options, .proc = -1, .top = -1, .running = options->root == NULL};
    out->opened = vmt_clock();
    vmt_arena_init(&out->arena, allocator, LIST_LIMIT);
    if (out->running) {
        out->tools = options->tools != NULL ? options->tools : vmt_tools_here();
        out->mach = options->mach != NULL ? options->mach : vmt_mach_here();
    }
    out->by = &vmt_live_linux;
    if (out->tools != NULL || out->mach != NULL) {
        out->by = &vmt_live_macos;
        return vmt_live_macos_open(out, err);
    }
    if (options->source != VMT_SOURCE_BEST || options->exact) {
        return fail_source(err);
    }
    if (out->running && !is_readable_here()) {
        return fail_unsupported(err);
    }
    enum vmt_status status = open_tree(out, err);
    if (status == VMT_OK && out->running && !is_there(out, "self/stat") && !is_there(out, "stat")) {
        status = vmt_fail_at(err, (struct vmt_place){.source = out->proc_name}, VMT_E_IO,
                             "is not mounted: nothing tells of running processes");
    }
    if (status == VMT_OK) {
        struct vmt_live_directory proc;
        vmt_live_directory_init(&proc, out->proc);
        vmt_live_look_around(out, &proc.files);
    }
    return status;
}

/* Whether there is a file of a process that only a tree has. */
static bool holds_process(const struct vmt_live *live, uint64_t pid)
{
    static const char *const files[] = {"smaps", "smaps_rollup", "status"};
    bool found = false;
    for (size_t i = 0; !found && i < sizeof files / sizeof files[0]; i++) {
        char file[64];
        snprintf(file, sizeof file, "%" PRIu64 "/%s", pid, files[i]);
        found = is_there(live, file);
    }
    return found;
}

bool vmt_live_is_tree(const char *path, const struct vmt_allocator *allocator)
{
    const struct vmt_live_options options = {.root = path};
    struct vmt_error err = VMT_ERROR_INIT;
    struct vmt_live live;
    const uint64_t *pids = NULL;
    size_t count = 0;
    bool found = false;
    if (vmt_live_open(&live, &options, allocator, &err) == VMT_OK) {
        found = is_there(&live, "meminfo") && is_there(&live, "stat");
        enum vmt_status status =
            vmt_directory_numbers(&pids, &count, live.proc, live.proc_name, &live.arena, &err);
        for (size_t i = 0; !found && status == VMT_OK && i < count && i < LOOKED_AT_MOST; i++) {
            found = holds_process(&live, pids[i]);
        }
    }
    vmt_live_close(&live);
    return found;
}

void vmt_live_close(struct vmt_live *live)
{
    if (live->proc >= 0) {
        close(live->proc);
    }
    if (live->top >= 0) {
        close(live->top);
    }
    live->proc = live->top = -1;
    vmt_arena_free(&live->arena);
}

/* --- processes -------------------------------------------------------------------------------- */

bool vmt_live_has_ended(const struct vmt_error *err)
{
    return err->status == VMT_E_IO && (err->cause == ENOENT || err->cause == ESRCH);
}

enum vmt_status vmt_live_describe(struct vmt_live_process *out, uint64_t pid, struct vmt_slice text,
                                  struct vmt_arena *arena, struct vmt_error *err)
{
    struct vmt_linux_stat stat;
    *out = (struct vmt_live_process){.pid = pid};
    if (!vmt_linux_stat_read(&stat, text) || stat.pid != pid) {
        return VMT_OK;
    }
    char *name = vmt_arena_alloc(arena, 1, stat.name.length);
    if (name == NULL) {
        return vmt_arena_fail(arena, err);
    }
    memcpy(name, stat.name.data, stat.name.length);
    *out = (struct vmt_live_process){.pid = pid,
                                     .parent = stat.parent,
                                     .start = stat.start,
                                     .name = {name, stat.name.length},
                                     .known = true,
                                     .kernel_thread = stat.kernel_thread,
                                     .zombie = (stat.state == 'Z' || stat.state == 'X') &&
                                               stat.threads <= 1};
    return VMT_OK;
}

/* What a process's `stat` and `status` say of it. */
static enum vmt_status look_at(struct vmt_live_process *out, const struct vmt_live *live,
                               uint64_t pid, bool user, struct vmt_arena *arena,
                               struct vmt_error *err)
{
    char file[64];
    char buffer[4096];
    struct vmt_slice text;
    snprintf(file, sizeof file, "%" PRIu64 "/stat", pid);
    enum vmt_status status =
        vmt_file_slurp_at(&text, buffer, sizeof buffer, live->proc, file, live->proc_name, err);
    if (status != VMT_OK &&
        (err->status != VMT_E_IO || (vmt_live_has_ended(err) && live->running))) {
        return status;
    }
    *err = VMT_ERROR_INIT; /* a process of which less is known */
    text.length = status == VMT_OK ? text.length : 0;
    status = vmt_live_describe(out, pid, text, arena, err);
    snprintf(file, sizeof file, "%" PRIu64 "/status", pid);
    if (status == VMT_OK && user &&
        vmt_live_slurp(&text, buffer, sizeof buffer, live->proc, file)) {
        out->user_known = vmt_linux_key_read(&out->user, text, "Uid:", 1);
    }
    return status;
}

static enum vmt_status find(struct vmt_live_process *out, const struct vmt_live *live, uint64_t pid,
                            bool user, struct vmt_arena *arena, struct vmt_error *err)
{
    char number[32];
    snprintf(number, sizeof number, "%" PRIu64, pid);
    int directory = vmt_directory_open_at(live->proc, number, live->proc_name, err);
    if (directory < 0) {
        return err->status;
    }
    close(directory);
    return look_at(out, live, pid, user, arena, err);
}

static enum vmt_status list(struct vmt_live_list *out, const struct vmt_live *live, bool users,
                            struct vmt_error *err)
{
    const uint64_t *pids = NULL;
    size_t count = 0;
    enum vmt_status status =
        vmt_directory_numbers(&pids, &count, live->proc, live->proc_name, &out->arena, err);
    if (status == VMT_OK) {
        out->processes = vmt_arena_alloc(&out->arena, count, sizeof *out->processes);
        status = out->processes == NULL ? vmt_arena_fail(&out->arena, err) : VMT_OK;
    }
    for (size_t i = 0; status == VMT_OK && out->processes != NULL && i < count; i++) {
        status = look_at(&out->processes[out->count], live, pids[i], users, &out->arena, err);
        if (status != VMT_OK && vmt_live_has_ended(err)) {
            *err = VMT_ERROR_INIT;
            status = VMT_OK;
            out->vanished++;
        } else {
            out->count++;
        }
    }
    /* Number 1 runs as long as the system or its container does. */
    out->hidden =
        live->running && out->processes != NULL && (out->count == 0 || out->processes[0].pid != 1);
    return status;
}

static void name(char name[VMT_LIVE_NAME], const struct vmt_live *live, uint64_t pid)
{
    snprintf(name, VMT_LIVE_NAME, "%s/%" PRIu64, live->proc_name, pid);
}

static bool has(const struct vmt_live *live, const struct vmt_process *process)
{
    char directory[VMT_LIVE_NAME];
    int length =
        snprintf(directory, sizeof directory, "%s/%" PRIu64 "/", live->proc_name, process->pid);
    return process->pid_known && length > 0 && (size_t)length < sizeof directory &&
           strncmp(process->input->data, directory, (size_t)length) == 0;
}

const struct vmt_live_system vmt_live_linux = {
    .list = list,
    .find = find,
    .read = vmt_live_linux_read,
    .read_host = vmt_live_linux_read_host,
    .name = name,
    .has = has,
    .name_most = 15, /* TASK_COMM_LEN of include/linux/sched.h, less the NUL */
};

/* --- of any system ---------------------------------------------------------------------------- */

enum vmt_status vmt_live_list(struct vmt_live_list *out, const struct vmt_live *live, bool users,
                              struct vmt_error *err)
{
    *out = (struct vmt_live_list){.name_most = live->by->name_most};
    vmt_arena_init(&out->arena, live->arena.allocator, LIST_LIMIT);
    return live->by->list(out, live, users, err);
}

void vmt_live_list_free(struct vmt_live_list *list)
{
    vmt_arena_free(&list->arena);
}

enum vmt_status vmt_live_find(struct vmt_live_process *out, const struct vmt_live *live,
                              uint64_t pid, bool user, struct vmt_arena *arena,
                              struct vmt_error *err)
{
    return live->by->find(out, live, pid, user, arena, err);
}

enum vmt_status vmt_live_read(struct vmt_process **out, struct vmt_snapshot *snapshot,
                              struct vmt_context *context, const struct vmt_live *live,
                              const struct vmt_live_process *process, unsigned what,
                              struct vmt_error *err)
{
    return live->by->read(out, snapshot, context, live, process, what, err);
}

enum vmt_status vmt_live_read_memgraph(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                       const struct vmt_live *live, const char *path,
                                       struct vmt_error *err)
{
    if (live->tools != NULL) {
        return vmt_tools_read_file(snapshot, context, live, path, err);
    }
    vmt_fail_at(err, (struct vmt_place){.source = path}, VMT_E_IO,
                "only vmmap of macOS reads it: on a Mac, vmmap FILE.memgraph > FILE.txt gives what "
                "is read on any system");
    err->cause = ENOTSUP;
    return VMT_E_IO;
}

enum vmt_status vmt_live_read_host(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                   const struct vmt_live *live, struct vmt_error *err)
{
    return live->by->read_host(snapshot, context, live, err);
}
