/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "targets.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "collect/collect.h"
#include "interrupt.h"
#include "ui.h"

/* Of an ambiguous name, so many processes are listed. */
#define CANDIDATES_MOST 20

/* --- what a target gave ----------------------------------------------------------------------- */

/* What a snapshot has of the subjects of reports. */
struct holdings {
    uint64_t processes;
    uint64_t hosts;
};

static struct holdings holdings_of(const struct vmt_snapshot *snapshot)
{
    return (struct holdings){snapshot->processes.count + snapshot->sets.count,
                             snapshot->hosts.count};
}

/* A target that was read well may still hold nothing that the report is about: then say which
 * command has a report about what it does hold. */
static bool has_subject(const struct job *job, const char *target, struct holdings before)
{
    struct holdings now = holdings_of(&job->snapshot);
    uint64_t processes = now.processes - before.processes;
    uint64_t hosts = now.hosts - before.hosts;
    bool of_hosts = job->options->reporter->subject == OF_HOSTS;
    if (of_hosts && hosts == 0 && processes > 0) {
        ui_message("%s: holds %" PRIu64 " %s and no evidence of a host: vmtally summary %s", target,
                   processes, processes == 1 ? "process" : "processes", target);
        return false;
    }
    const struct vmt_host *last = vmt_sequence_last(&job->snapshot.hosts);
    if (!of_hosts && processes == 0 && hosts > 0 && last->cgroup == NULL) {
        ui_message("%s: holds no process, but evidence of a host: vmtally system %s", target,
                   target);
        return false;
    }
    return true;
}

/* --- running processes ------------------------------------------------------------------------ */

const struct vmt_live *targets_live(struct job *job)
{
    if (!job->live_opened) {
        struct vmt_error err = VMT_ERROR_INIT;
        struct vmt_live_options options = job->options->live;
        options.group = interrupt_group();
        job->live_opened = true;
        job->live_usable =
            vmt_live_open(&job->live, &options, &vmt_allocator_system, &err) == VMT_OK;
        if (!job->live_usable) {
            ui_error(&err);
        }
    }
    return job->live_usable ? &job->live : NULL;
}

/* Into the snapshot, or into what is being saved. */
static enum vmt_status take(struct job *job, const struct vmt_live_process *process,
                            struct vmt_error *err)
{
    struct vmt_process *read = NULL;
    return job->capture != NULL ? vmt_capture_process(job->capture, process, err)
                                : vmt_live_read(&read, &job->snapshot, &job->context, &job->live,
                                                process, VMT_READ_ALL | VMT_READ_ALONE, err);
}

static enum vmt_status take_list(struct job *job, struct vmt_live_list *list, struct vmt_error *err)
{
    return job->capture != NULL
               ? vmt_capture_list(job->capture, list, err)
               : vmt_live_read_list(&job->snapshot, &job->context, &job->live, list, err);
}

/* Nothing can be saved any more. */
static bool is_over(const struct job *job)
{
    return job->capture != NULL && job->capture->broken;
}

static bool read_process(struct job *job, const struct vmt_live_process *process)
{
    struct vmt_error err = VMT_ERROR_INIT;
    if (take(job, process, &err) == VMT_OK) {
        return true;
    }
    ui_error(&err);
    return false;
}

/* Why what somebody else runs is not found: number 1 runs always, and is root's. */
static void say_what_is_hidden(const struct job *job)
{
    struct vmt_error err = VMT_ERROR_INIT;
    struct vmt_live_process first;
    struct vmt_arena arena;
    vmt_arena_init(&arena, &vmt_allocator_system, JOB_MEMORY_LIMIT);
    bool found = vmt_live_find(&first, &job->live, 1, false, &arena, &err) == VMT_OK;
    if (job->live.proc_name != NULL && job->live.running && !(found && first.known)) {
        ui_message("/proc hides the processes of others (hidepid)");
    }
    vmt_arena_free(&arena);
}

static void say_not_found(const struct job *job, uint64_t pid, const struct vmt_error *err)
{
    if (vmt_live_has_ended(err)) {
        ui_message("no process %" PRIu64 "%s%s (a file of that name is ./%" PRIu64 ")", pid,
                   job->live.proc_name != NULL ? " in " : "",
                   job->live.proc_name != NULL ? job->live.proc_name : "", pid);
    } else if (err->cause == EACCES || err->cause == EPERM) {
        ui_message("process %" PRIu64 " is another user's, who alone may look at it, or root", pid);
    } else {
        ui_error(err);
    }
    say_what_is_hidden(job);
}

static bool read_pid(struct job *job, uint64_t pid)
{
    struct vmt_error err = VMT_ERROR_INIT;
    struct vmt_live_process process;
    struct vmt_arena arena;
    if (targets_live(job) == NULL) {
        return false;
    }
    bool read = false;
    vmt_arena_init(&arena, &vmt_allocator_system, JOB_MEMORY_LIMIT);
    if (vmt_live_find(&process, &job->live, pid, false, &arena, &err) == VMT_OK) {
        read = read_process(job, &process);
    } else {
        say_not_found(job, pid, &err);
    }
    vmt_arena_free(&arena);
    return read;
}

static bool list_processes(struct vmt_live_list *list, struct job *job, bool users)
{
    struct vmt_error err = VMT_ERROR_INIT;
    *list = (struct vmt_live_list){.count = 0};
    if (targets_live(job) == NULL) {
        return false;
    }
    bool made = vmt_live_list(list, &job->live, users, &err) == VMT_OK;
    if (made && list->count > 0) {
        return true;
    }
    if (made && job->live.proc_name != NULL) { /* a tree, or what was taken for one */
        ui_message("%s: no process in it: those of a saved tree are directories, called by numbers",
                   job->live.proc_name);
    } else {
        ui_error(&err);
    }
    vmt_live_list_free(list);
    return false;
}

static void list_candidates(const struct vmt_live_list *list, const char *name)
{
    ui_message("'%s' is the name of %zu processes; give the number of one, or --tree:", name,
               list->count);
    for (size_t i = 0; i < list->count && i < CANDIDATES_MOST; i++) {
        char escaped[80];
        const struct vmt_live_process *process = &list->processes[i];
        ui_message("%8" PRIu64 "  %s", process->pid,
                   vmt_escape(escaped, sizeof escaped, process->name));
    }
    if (list->count > CANDIDATES_MOST) {
        ui_message("and %zu more", list->count - CANDIDATES_MOST);
    }
}

static bool read_named(struct job *job, const char *name)
{
    struct vmt_live_list list;
    bool read = false;
    if (!list_processes(&list, job, false)) {
        if (job->capture == NULL) {
            ui_message("no file of the name '%s'", name);
        }
        return false;
    }
    vmt_live_keep_named(&list, vmt_slice(name));
    if (list.count == 1) {
        read = read_process(job, &list.processes[0]);
    } else if (list.count == 0) {
        ui_message("no %srunning process%s of the name '%s'",
                   job->capture == NULL ? "file, and no " : "", job->capture == NULL ? "," : "",
                   name);
        say_what_is_hidden(job);
    } else {
        list_candidates(&list, name);
    }
    vmt_live_list_free(&list);
    return read;
}

/* --- selections of them ----------------------------------------------------------------------- */

void targets_say_hidden(const struct vmt_live_list *list)
{
    if (list->hidden) {
        ui_message("/proc hides the processes of others (hidepid): they are not in the list");
    }
}

/* What became of those that were not read. */
static void say_left_out(const struct vmt_live_list *list)
{
    if (list->zombies > 0) {
        ui_message("%" PRIu64 " %s left out: ended, and without memory", list->zombies,
                   list->zombies == 1 ? "zombie" : "zombies");
    }
    if (list->vanished > 0) {
        ui_message("%" PRIu64 " %s ended while being read", list->vanished,
                   list->vanished == 1 ? "process" : "processes");
    }
    if (list->denied > 0) {
        ui_message("%" PRIu64 " %s left out: this user may not read %s", list->denied,
                   list->denied == 1 ? "process" : "processes", list->denied == 1 ? "it" : "them");
    }
    targets_say_hidden(list);
}

/* Returns whether the list was narrowed to what is asked for. */
static bool narrow(struct vmt_live_list *list, const struct job *job,
                   const struct selection *selection)
{
    struct vmt_error err = VMT_ERROR_INIT;
    switch (selection->by) {
    case SELECT_ALL:
        break;
    case SELECT_TREE:
        if (vmt_live_keep_tree(list, selection->number, &err) != VMT_OK) {
            ui_error(&err);
            return false;
        }
        break;
    case SELECT_USER:
        vmt_live_keep_user(list, selection->number);
        break;
    case SELECT_CGROUP:
        if (job->live.proc_name == NULL) {
            ui_message("--cgroup is for Linux: this system has no control groups");
            return false;
        }
        vmt_live_keep_cgroup(list, &job->live, vmt_slice(selection->text));
        break;
    }
    return true;
}

/* What the kernel charges to the group that is asked for stands beside its processes. */
static enum vmt_status read_group(struct job *job, const struct selection *selection,
                                  struct vmt_error *err)
{
    if (selection->by != SELECT_CGROUP || job->capture != NULL) {
        return VMT_OK;
    }
    return vmt_live_read_cgroup(&job->snapshot, &job->context, &job->live,
                                vmt_slice(selection->text), err);
}

bool targets_select(struct vmt_live_list *list, struct job *job, const struct selection *selection)
{
    if (!list_processes(list, job, selection->by == SELECT_USER)) {
        return false;
    }
    if (!narrow(list, job, selection)) {
        vmt_live_list_free(list);
        return false;
    }
    return true;
}

static bool read_selection(struct job *job, const struct selection *selection)
{
    struct vmt_live_list list;
    if (!targets_select(&list, job, selection)) {
        return false;
    }
    vmt_live_keep_owners(&list);
    bool found = list.count > 0;
    struct vmt_error err = VMT_ERROR_INIT;
    if (found) {
        vmt_live_keep_unread(&list, &job->live, &job->snapshot);
        if (take_list(job, &list, &err) != VMT_OK || read_group(job, selection, &err) != VMT_OK) {
            ui_error(&err);
            found = false;
        }
        say_left_out(&list);
    } else {
        static const char *const what[] = {[SELECT_ALL] = "at all",
                                           [SELECT_TREE] = "from process ",
                                           [SELECT_USER] = "of user ",
                                           [SELECT_CGROUP] = "in cgroup "};
        ui_message("no process with memory %s%s", what[selection->by],
                   selection->text != NULL ? selection->text : "");
        targets_say_hidden(&list);
    }
    vmt_live_list_free(&list);
    return found;
}

static bool read_host(struct job *job)
{
    struct vmt_error err = VMT_ERROR_INIT;
    if (targets_live(job) == NULL) {
        return false;
    }
    if (vmt_live_read_host(&job->snapshot, &job->context, &job->live, &err) == VMT_OK) {
        return true;
    }
    ui_error(&err);
    return false;
}

/* --- all of them ------------------------------------------------------------------------------ */

static bool exists(const char *target)
{
    struct stat file;
    return stat(target, &file) == 0;
}

/* What the number of a process is given as, /proc/PID too. */
static bool is_number(uint64_t *pid, const struct job *job, const char *target)
{
    struct vmt_slice text = vmt_slice(target);
    if (job->options->live.root == NULL && vmt_slice_starts(text, "/proc/")) {
        text = vmt_slice_from(text, strlen("/proc/"));
        text.length -= text.length > 0 && text.data[text.length - 1] == '/' ? 1 : 0;
    }
    return vmt_parse_u64(text, 10, pid);
}

/* The tool that reads it runs in a directory of its own. */
static bool read_memgraph(struct job *job, const char *target)
{
    struct vmt_error err = VMT_ERROR_INIT;
    char *path = realpath(target, NULL);
    if (path == NULL) {
        vmt_fail_io(&err, target, errno, "be found");
    }
    bool read =
        path != NULL && targets_live(job) != NULL &&
        vmt_live_read_memgraph(&job->snapshot, &job->context, &job->live, path, &err) == VMT_OK;
    if (err.status != VMT_OK) {
        ui_error(&err);
    }
    free(path);
    return read;
}

/* A number is a process, what has a slash or exists is a file, any other word names a process. */
static bool read_target(struct job *job, const char *target)
{
    struct holdings before = holdings_of(&job->snapshot);
    bool processes = job->options->reporter->subject == OF_PROCESSES;
    uint64_t pid = 0;
    if (target[0] == '\0') {
        ui_message("'' names nothing: one of what is given is empty");
        return false;
    }
    if (processes && is_number(&pid, job, target)) {
        return read_pid(job, pid);
    }
    bool path = job->capture == NULL &&
                (strcmp(target, "-") == 0 || strchr(target, '/') != NULL || exists(target));
    if (processes && !path) {
        return read_named(job, target);
    }
    struct vmt_error err = VMT_ERROR_INIT;
    if (vmt_slice_ends(vmt_slice(target), ".memgraph") && exists(target)) {
        return read_memgraph(job, target);
    }
    if (vmt_collect(&job->snapshot, &job->context, target, &err) == VMT_OK) {
        return has_subject(job, target, before);
    }
    ui_error(&err);
    return false;
}

bool targets_read(struct job *job)
{
    const struct options *options = job->options;
    static const struct selection all = {.by = SELECT_ALL};
    int asked = options->target_count + options->selection_count;
    int read = 0;
    for (int i = 0; i < options->target_count && !is_over(job); i++) {
        read += read_target(job, options->targets[i]) ? 1 : 0;
    }
    for (int i = 0; i < options->selection_count && !is_over(job); i++) {
        read += read_selection(job, &options->selections[i]) ? 1 : 0;
    }
    if (asked == 0) { /* the machine, or all that a saved tree has */
        bool host = options->reporter->subject == OF_HOSTS;
        asked = 1;
        read += (host ? read_host(job) : read_selection(job, &all)) ? 1 : 0;
    }
    if (read < asked) {
        job->outcome = FAILED;
    }
    /* A target that failed midway may have given something before. */
    struct holdings held = holdings_of(&job->snapshot);
    return read > 0 || (options->reporter->subject == OF_HOSTS ? held.hosts : held.processes) > 0;
}
