/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/capture.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "collect/capture_macos.h"
#include "collect/live_cgroup.h"
#include "collect/live_file.h"
#include "collect/live_system.h"
#include "grammar/linux_cgroup_files.h"
#include "grammar/linux_stat.h"

/* What the files of one process may take: a thousand times what those of a large one do. */
#define PROCESS_LIMIT ((size_t)1 << 30)
#define CGROUPS_LIMIT ((size_t)64 << 20)
#define NAME_SIZE 8192

/* Of a process.  No environment, no command line, nothing of its memory. */
static const char *const process_files[] = {
    "stat",         /* which process it is: its start; first, to be held against a second look */
    "status",       /* sizes and peaks */
    "smaps",        /* every mapping */
    "smaps_rollup", /* their sums, as the kernel makes them */
    "cgroup",       /* which limits hold for it */
    "oom_score",    "oom_score_adj",
};
enum {
    FILE_STAT = 0,
    FILE_SMAPS = 2,
    PROCESS_FILES = sizeof process_files / sizeof process_files[0]
};

/* Of the machine, below /proc; self/cgroup is what its account is held against; first what is read
 * again, by which an archive is known as this. */
static const char *const host_files[] = {
    "sys/kernel/osrelease",
    "stat",
    "uptime",
    "meminfo",
    "vmstat",
    "swaps",
    "version",
    "self/cgroup",
    "pressure/memory",
};

#define ZRAMS_MOST 16
#define TRIES_MOST 3

/* --- files ------------------------------------------------------------------------------------ */

static enum vmt_status read_whole(struct vmt_slice *out, struct vmt_arena *arena, int directory,
                                  const char *file, struct vmt_error *err)
{
    struct vmt_file_input input;
    enum vmt_status status = vmt_file_open_at(&input, directory, file, file, err);
    if (status != VMT_OK) {
        return status;
    }
    status = vmt_live_read_whole(out, arena, &input.input, err);
    /* Where a process ends, or becomes another program, the kernel gives no more of its mappings,
     * as if those before had been all. */
    if (status == VMT_OK && out->length > 0 && strcmp(file, process_files[FILE_SMAPS]) == 0 &&
        !vmt_file_is_there(&input)) {
        status = vmt_fail_io(err, file, ESRCH, "read");
    }
    vmt_file_close(&input);
    return status;
}

/* Copy a file that may not be there. */
static enum vmt_status copy(struct vmt_capture *capture, int directory, const char *file,
                            const char *path, struct vmt_error *err)
{
    struct vmt_arena arena;
    struct vmt_slice bytes = {"", 0};
    struct vmt_error failure = VMT_ERROR_INIT;
    vmt_arena_init(&arena, capture->arena.allocator, PROCESS_LIMIT);
    enum vmt_status status = read_whole(&bytes, &arena, directory, file, &failure);
    if (status == VMT_OK && bytes.length > 0) {
        status = capture->tree->add(capture->tree, path, bytes, err);
    } else if (status == VMT_E_IO) {
        status = VMT_OK;
    } else {
        *err = failure;
    }
    vmt_arena_free(&arena);
    return status;
}

/* *known: it was looked up before. */
static enum vmt_status look_up(bool *known, struct vmt_capture *capture, struct vmt_slice name,
                               struct vmt_error *err)
{
    size_t before = capture->saved.string_count;
    const struct vmt_string *string = vmt_intern(&capture->saved, name);
    *known = capture->saved.string_count == before;
    return string != NULL ? VMT_OK : vmt_arena_fail(&capture->arena, err);
}

/* --- the machine ------------------------------------------------------------------------------ */

static const char about[] =
    "The files below are copies of files of the Linux kernel, byte for byte, under the\n"
    "names that they have there.  They say what the memory of some processes came to.\n"
    "To read them, on any system, from this directory or from an archive of it:\n"
    "\n"
    "    vmtally summary CAPTURE    what each process's memory comes to\n"
    "    vmtally regions CAPTURE    every mapping\n"
    "    vmtally system CAPTURE     the machine\n"
    "\n"
    "proc/PID              a process: its mappings (smaps), their sums (smaps_rollup),\n"
    "                      sizes and peaks (status), when it was started (stat)\n"
    "proc                  the machine\n"
    "sys/fs/cgroup         limits and accounts of the groups that the processes are in\n"
    "sys/block             compressed swap\n"
    "\n"
    "What was denied or not there is left out.  In here are the names of programs,\n"
    "users' numbers, and the paths of files that programs have mapped.  Not in here\n"
    "are command lines, environments, and what is in the memory.\n";

static bool is_macos(const struct vmt_capture *capture)
{
    return capture->live->by == &vmt_live_macos;
}

enum vmt_status vmt_capture_finish(struct vmt_capture *capture, struct vmt_error *err)
{
    char version[512];
    char time[VMT_LIVE_TIME];
    char text[4096];
    bool macos = is_macos(capture);
    struct vmt_slice kernel = {"", 0};
    if (!macos) {
        vmt_live_slurp(&kernel, version, sizeof version, capture->live->proc, "version");
        kernel.length = vmt_slice_find(kernel, "\n");
    } else if (capture->live->system != NULL) {
        kernel = vmt_slice(capture->live->system);
    }
    vmt_live_format_time(time, capture->time);
    int length = snprintf(text, sizeof text,
                          "Memory of running processes, saved by vmtally %s\n"
                          "at %s, on\n%.*s\n\n%s",
                          PACKAGE_VERSION, time, (int)kernel.length, kernel.data,
                          macos ? vmt_capture_macos_about : about);
    return capture->tree->add(capture->tree, "README.txt", (struct vmt_slice){text, (size_t)length},
                              err);
}

/* --- a cgroup --------------------------------------------------------------------------------- */

/* The group of a process, by its directory in /proc; each group once. */
static enum vmt_status add_cgroup(struct vmt_capture *capture, const char *process,
                                  struct vmt_error *err)
{
    const struct vmt_live *live = capture->live;
    struct vmt_live_cgroup group;
    struct vmt_live_directory proc;
    struct vmt_live_directory top;
    vmt_live_directory_init(&proc, live->proc);
    vmt_live_directory_init(&top, live->top);
    const struct vmt_live_tree tree = {live, &proc.files, live->top >= 0 ? &top.files : NULL};
    if (!vmt_live_cgroup_find(&group, &tree, process)) {
        return VMT_OK;
    }
    bool known = false;
    const char *name = NULL;
    enum vmt_status status = look_up(&known, capture, vmt_slice(group.path), err);
    for (size_t i = 0; status == VMT_OK && !known && (name = vmt_cgroup_file_name(i)) != NULL;
         i++) {
        char path[NAME_SIZE];
        snprintf(path, sizeof path, "%s/%s", group.path, name);
        if (vmt_tree_holds(path)) {
            status = copy(capture, live->top, path, path, err);
        }
    }
    return status;
}

static enum vmt_status add_host(struct vmt_capture *capture, struct vmt_error *err)
{
    char path[NAME_SIZE];
    enum vmt_status status = VMT_OK;
    for (size_t i = 0; status == VMT_OK && i < sizeof host_files / sizeof host_files[0]; i++) {
        snprintf(path, sizeof path, "proc/%s", host_files[i]);
        status = copy(capture, capture->live->proc, host_files[i], path, err);
    }
    for (unsigned i = 0; status == VMT_OK && capture->live->top >= 0 && i < ZRAMS_MOST; i++) {
        snprintf(path, sizeof path, "sys/block/zram%u/mm_stat", i);
        status = copy(capture, capture->live->top, path, path, err);
    }
    return status == VMT_OK ? add_cgroup(capture, "self", err) : status;
}

/* --- a process -------------------------------------------------------------------------------- */

struct files {
    struct vmt_slice of[PROCESS_FILES];
    bool denied; /* smaps is */
    bool gone;   /* the memory that it was about, while it was read */
};

static enum vmt_status fail_ended(const struct vmt_live *live,
                                  const struct vmt_live_process *process, struct vmt_error *err)
{
    vmt_fail_at(err, (struct vmt_place){.source = live->proc_name}, VMT_E_IO,
                "process %" PRIu64 " has ended", process->pid);
    err->cause = ESRCH;
    return VMT_E_IO;
}

/* It is there, and it is the one that was meant. */
static bool is_there(const struct vmt_live *live, const struct vmt_live_process *process,
                     int directory)
{
    char buffer[4096];
    struct vmt_slice text;
    struct vmt_linux_stat stat;
    return !process->known ||
           (vmt_live_slurp(&text, buffer, sizeof buffer, directory, "stat") &&
            vmt_linux_stat_read(&stat, text) && stat.start == process->start &&
            (!stat.ended || stat.threads > 1 || process->zombie || !live->running));
}

static bool is_denial(int cause)
{
    return cause == EACCES || cause == EPERM;
}

static enum vmt_status read_files(struct files *files, const struct vmt_live *live,
                                  const struct vmt_live_process *process, int directory,
                                  struct vmt_arena *arena, struct vmt_error *err)
{
    *files = (struct files){.denied = false};
    if (!is_there(live, process, directory)) {
        return fail_ended(live, process, err);
    }
    for (size_t i = 0; i < PROCESS_FILES; i++) {
        struct vmt_error failure = VMT_ERROR_INIT;
        enum vmt_status status =
            read_whole(&files->of[i], arena, directory, process_files[i], &failure);
        if (status == VMT_E_IO) { /* half a file says what is not true */
            files->of[i].length = 0;
            files->gone = files->gone || (i == FILE_SMAPS && failure.cause == ESRCH);
            files->denied = files->denied || (i == FILE_SMAPS && is_denial(failure.cause));
        } else if (status != VMT_OK) {
            *err = failure;
            return status;
        }
    }
    return is_there(live, process, directory) ? VMT_OK : fail_ended(live, process, err);
}

static enum vmt_status add_files(struct vmt_capture *capture, const struct files *files,
                                 const struct vmt_live_process *process, struct vmt_error *err)
{
    char path[64];
    enum vmt_status status = capture->processes == 0 ? add_host(capture, err) : VMT_OK;
    for (size_t i = 0; status == VMT_OK && i < PROCESS_FILES; i++) {
        snprintf(path, sizeof path, "proc/%" PRIu64 "/%s", process->pid, process_files[i]);
        if (files->of[i].length > 0) {
            status = capture->tree->add(capture->tree, path, files->of[i], err);
        }
    }
    snprintf(path, sizeof path, "%" PRIu64, process->pid);
    return status == VMT_OK ? add_cgroup(capture, path, err) : status;
}

static void count_denied(struct vmt_capture *capture, const struct vmt_live_process *process)
{
    if (capture->denied++ == 0) {
        capture->denied_first = process->pid;
    }
}

static enum vmt_status save(struct vmt_capture *capture, const struct vmt_live_process *process,
                            int directory, struct vmt_error *err)
{
    struct files files;
    struct vmt_arena arena;
    vmt_arena_init(&arena, capture->arena.allocator, PROCESS_LIMIT);
    enum vmt_status status = VMT_OK;
    unsigned tries = 0;
    do { /* once more where it has become another program meanwhile */
        status = read_files(&files, capture->live, process, directory, &arena, err);
        tries++;
    } while (status == VMT_OK && files.gone && tries < TRIES_MOST);
    if (status == VMT_OK) {
        status = add_files(capture, &files, process, err);
        capture->broken = status != VMT_OK;
    }
    if (status == VMT_OK) {
        capture->processes++;
    }
    if (status == VMT_OK && files.denied) {
        count_denied(capture, process);
    }
    vmt_arena_free(&arena);
    return status;
}

/* The output of a tool is a file that a person can save. */
static enum vmt_status fail_tools(const char *number, struct vmt_error *err)
{
    vmt_fail(err, VMT_E_IO,
             "files of the kernel are saved, and macOS has none: save what the tool prints, "
             "vmmap -w -interleaved -noCoalesce %s > FILE, which is read on any system",
             number);
    err->cause = ENOTSUP;
    return VMT_E_IO;
}

static enum vmt_status save_macos(struct vmt_capture *capture,
                                  const struct vmt_live_process *process, const char *number,
                                  unsigned what, struct vmt_error *err)
{
    bool known = false;
    if (capture->spell == NULL) {
        return fail_tools(number, err);
    }
    enum vmt_status status = look_up(&known, capture, vmt_slice(number), err);
    return status == VMT_OK && !known ? vmt_capture_macos(capture, process, what, err) : status;
}

static enum vmt_status save_linux(struct vmt_capture *capture,
                                  const struct vmt_live_process *process, const char *number,
                                  struct vmt_error *err)
{
    bool known = false;
    int directory =
        vmt_directory_open_at(capture->live->proc, number, capture->live->proc_name, err);
    if (directory < 0) {
        return err->status;
    }
    enum vmt_status status = look_up(&known, capture, vmt_slice(number), err);
    if (status == VMT_OK && !known) {
        status = save(capture, process, directory, err);
    }
    close(directory);
    return status;
}

/* `what` as in vmt_live_read(), where that matters. */
static enum vmt_status save_process(struct vmt_capture *capture,
                                    const struct vmt_live_process *process, unsigned what,
                                    struct vmt_error *err)
{
    char number[32];
    snprintf(number, sizeof number, "%" PRIu64, process->pid);
    return is_macos(capture) ? save_macos(capture, process, number, what, err)
                             : save_linux(capture, process, number, err);
}

enum vmt_status vmt_capture_process(struct vmt_capture *capture,
                                    const struct vmt_live_process *process, struct vmt_error *err)
{
    return save_process(capture, process, VMT_READ_ALL | VMT_READ_ALONE, err);
}

enum vmt_status vmt_capture_list(struct vmt_capture *capture, struct vmt_live_list *list,
                                 struct vmt_error *err)
{
    for (size_t i = 0; i < list->count; i++) {
        struct vmt_error failure = VMT_ERROR_INIT;
        enum vmt_status status = save_process(capture, &list->processes[i], VMT_READ_ALL, &failure);
        if (status == VMT_OK) {
            continue;
        }
        if (!capture->broken && vmt_live_has_ended(&failure)) {
            list->vanished++;
        } else if (!capture->broken && is_denial(failure.cause)) {
            count_denied(capture, &list->processes[i]);
        } else {
            *err = failure;
            return status;
        }
    }
    return VMT_OK;
}

void vmt_capture_init(struct vmt_capture *capture, const struct vmt_live *live,
                      struct vmt_tree *tree, uint64_t time, const struct vmt_allocator *allocator)
{
    *capture = (struct vmt_capture){.live = live, .tree = tree, .time = time};
    vmt_arena_init(&capture->arena, allocator, CGROUPS_LIMIT);
    vmt_intern_init(&capture->saved, &capture->arena);
}

void vmt_capture_free(struct vmt_capture *capture)
{
    vmt_arena_free(&capture->arena);
}
