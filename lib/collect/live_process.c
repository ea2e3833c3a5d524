/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/live.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "collect/join.h"
#include "collect/live_file.h"
#include "collect/live_system.h"
#include "grammar/linux_smaps.h"
#include "grammar/linux_smaps_rollup.h"
#include "grammar/linux_stat.h"
#include "grammar/linux_status.h"
#include "source/clock.h"

/* Why a source gave nothing, until there is a record to note it in. */
struct refusal {
    const char *file;
    char reason[256];
};

enum { REFUSALS_MOST = 3, TRIES_MOST = 3 };

/* For the numbers of a process's threads. */
#define THREADS_MEMORY ((size_t)64 << 20)

struct reading {
    struct vmt_snapshot *snapshot;
    struct vmt_context *context;
    const struct vmt_live *live;
    const struct vmt_live_process *subject;
    struct vmt_live_files *files;
    uint64_t deadline;
    struct vmt_process *process; /* what there is of it so far */
    struct refusal refusals[REFUSALS_MOST];
    size_t refusal_count;
    int cause; /* errno of the last refusal */
};

/* The earlier of two deadlines, of which 0 is none. */
static uint64_t earlier(uint64_t first, uint64_t second)
{
    bool take_second = first == 0 || (second != 0 && second < first);
    return take_second ? second : first;
}

static const char *why(const struct vmt_error *failure)
{
    if (failure->status == VMT_E_NOCAPTURE) {
        return "is empty";
    }
    switch (failure->cause) {
    case EACCES:
    case EPERM:
        return "is denied: only the same user, with the same capabilities, or root "
               "(CAP_SYS_PTRACE) may read it";
    case ETIMEDOUT:
        return "took longer than --max-time or --max-total allows";
    case ENOENT:
        return "is not there";
    case ESRCH:
        return "is gone: the process has ended, or has become another program";
    default:
        return failure->message;
    }
}

/* A failure that only means that this file gives nothing. */
static bool is_refusal(const struct vmt_error *failure)
{
    return failure->status == VMT_E_IO || failure->status == VMT_E_NOCAPTURE;
}

static bool is_denied(int cause)
{
    return cause == EACCES || cause == EPERM;
}

static void refuse(struct reading *reading, const char *file, const struct vmt_error *failure)
{
    struct refusal *refusal = &reading->refusals[reading->refusal_count++];
    refusal->file = file;
    snprintf(refusal->reason, sizeof refusal->reason, "%s %s", file, why(failure));
    reading->cause = failure->cause;
}

/* Read one file of the process and join what it says to what there is. */
static enum vmt_status read_source(bool *got, struct reading *reading, const char *file,
                                   const struct vmt_grammar *grammar, struct vmt_error *err)
{
    char name[VMT_LIVE_NAME];
    struct vmt_error failure = VMT_ERROR_INIT;
    snprintf(name, sizeof name, "%s/%" PRIu64 "/%s", reading->live->proc_name,
             reading->subject->pid, file);
    enum vmt_status status = vmt_live_read_file(reading->snapshot, reading->context, reading->files,
                                                file, name, grammar, reading->deadline, &failure);
    *got = status == VMT_OK;
    if (status != VMT_OK && is_refusal(&failure)) {
        refuse(reading, file, &failure);
        return VMT_OK;
    }
    if (status != VMT_OK) {
        *err = failure;
        return status;
    }
    struct vmt_process *read = vmt_sequence_last(&reading->snapshot->processes);
    if (reading->process == NULL) {
        reading->process = read;
        return VMT_OK;
    }
    status = vmt_process_join(reading->process, read, err);
    vmt_sequence_cut(&reading->snapshot->processes, reading->snapshot->processes.count - 1);
    return status;
}

static bool read_stat(struct vmt_linux_stat *out, struct vmt_live_files *files)
{
    char buffer[4096];
    struct vmt_slice text;
    bool read = vmt_live_slurp_from(&text, buffer, sizeof buffer, files, "stat") &&
                vmt_linux_stat_read(out, text);
    out->name = (struct vmt_slice){0}; /* it is in the buffer */
    return read;
}

/* Whether it is no more, or about to be, and that is why there is no memory to read. */
static bool has_ended(const struct reading *reading)
{
    struct vmt_linux_stat stat;
    return reading->live->running && reading->subject->known &&
           (!read_stat(&stat, reading->files) || stat.ended);
}

static void refuse_ended(struct reading *reading)
{
    reading->refusal_count = 0;
    refuse(reading, "stat", &(struct vmt_error){.status = VMT_E_IO, .cause = ESRCH});
}

/* Whether there was no memory only because it has become another program at that moment. */
static bool has_changed(const struct reading *reading)
{
    return reading->live->running && (reading->cause == ESRCH || reading->cause == 0) &&
           !has_ended(reading);
}

/* The mappings, or their sums: the better one of what is asked for, else the other one, which
 * tells of the same. */
static enum vmt_status read_memory(struct reading *reading, unsigned what, struct vmt_error *err)
{
    static const char smaps[] = "smaps";
    static const char rollup[] = "smaps_rollup";
    bool regions = (what & VMT_READ_REGIONS) != 0;
    bool got = false;
    enum vmt_status status = VMT_OK;
    unsigned tries = 0;
    do {
        reading->refusal_count = 0;
        status =
            read_source(&got, reading, regions ? smaps : rollup,
                        regions ? &vmt_grammar_linux_smaps : &vmt_grammar_linux_smaps_rollup, err);
        tries++;
    } while (status == VMT_OK && !got && tries < TRIES_MOST && has_changed(reading));
    /* What hinders the one hinders the other. */
    bool hopeless = is_denied(reading->cause) || reading->cause == ETIMEDOUT;
    if (status == VMT_OK && !got && !hopeless) {
        status =
            read_source(&got, reading, regions ? rollup : smaps,
                        regions ? &vmt_grammar_linux_smaps_rollup : &vmt_grammar_linux_smaps, err);
    }
    return status;
}

static enum vmt_status read_files(struct reading *reading, unsigned what, struct vmt_error *err)
{
    bool memory = (what & (VMT_READ_TOTALS | VMT_READ_REGIONS)) != 0;
    bool none = reading->subject->kernel_thread || reading->subject->zombie;
    enum vmt_status status = VMT_OK;
    bool got = false;
    if (memory && !none) {
        status = read_memory(reading, what, err);
        if (status == VMT_OK && reading->process == NULL && has_ended(reading)) {
            refuse_ended(reading);
            return VMT_OK;
        }
    }
    bool wanted = (what & VMT_READ_STATUS) != 0 || reading->process == NULL;
    if (status == VMT_OK && wanted) {
        reading->deadline = 0; /* it takes no time, and something is better than nothing */
        status = read_source(&got, reading, "status", &vmt_grammar_linux_status, err);
    }
    return status;
}

/* --- what the files do not say ---------------------------------------------------------------- */

static enum vmt_status set_string(const struct vmt_string **out, struct vmt_snapshot *snapshot,
                                  struct vmt_slice text, struct vmt_error *err)
{
    return *out == NULL && text.length > 0 ? vmt_snapshot_string(out, snapshot, text, err) : VMT_OK;
}

enum vmt_status vmt_live_identify(struct vmt_process *process, struct vmt_snapshot *snapshot,
                                  const struct vmt_live *live,
                                  const struct vmt_live_process *subject, struct vmt_error *err)
{
    process->pid = subject->pid;
    process->pid_known = true;
    enum vmt_status status = set_string(&process->name, snapshot, subject->name, err);
    if (status == VMT_OK && live->system != NULL) {
        status = set_string(&process->os, snapshot, vmt_slice(live->system), err);
    }
    if (status == VMT_OK && live->now[0] != '\0') {
        status = set_string(&process->captured_at, snapshot, vmt_slice(live->now), err);
    }
    if (status == VMT_OK && live->boot > 0 && subject->known) {
        char time[VMT_LIVE_TIME];
        vmt_live_format_time(time, live->boot + subject->start / VMT_LINUX_TICKS);
        status = set_string(&process->launched_at, snapshot, vmt_slice(time), err);
    }
    return status;
}

static enum vmt_status add_note(const struct reading *reading, const char *text,
                                struct vmt_error *err)
{
    struct vmt_place place = {.source = reading->process->input->data};
    return vmt_notes_add(&reading->process->notes, VMT_NOTE_SOURCE, place, vmt_slice(text),
                         (struct vmt_slice){0}, err);
}

static enum vmt_status add_notes(const struct reading *reading, struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    for (size_t i = 0; status == VMT_OK && i < reading->refusal_count; i++) {
        status = add_note(reading, reading->refusals[i].reason, err);
    }
    if (status == VMT_OK && reading->subject->kernel_thread) {
        status = add_note(reading, "a thread of the kernel: it has no memory of its own", err);
    } else if (status == VMT_OK && reading->subject->zombie) {
        status = add_note(reading, "a zombie: it has ended, and its memory is free", err);
    }
    return status;
}

/* Whether the regions come to the size that is stated of all of them. */
static bool come_to_virtual(const struct vmt_process *process)
{
    const struct vmt_amount *stated = &process->whole.of[VMT_VIRTUAL];
    uint64_t sum = 0;
    struct vmt_walker walker = {0};
    const struct vmt_region *region = vmt_sequence_next(&process->regions, &walker);
    for (; region != NULL; region = vmt_sequence_next(&process->regions, &walker)) {
        sum += region->end - region->start;
    }
    return stated->bounded && sum >= stated->lower;
}

/* All of a process's regions are there: the kernel gave them to the end without damage.  A saved
 * file can have lost its end. */
static void set_coverage(const struct vmt_live *live, struct vmt_process *process)
{
    if (process->regions.count > 0 && process->coverage == VMT_COVERAGE_UNKNOWN &&
        (live->running || come_to_virtual(process))) {
        process->coverage = VMT_COVERAGE_WHOLE;
    }
}

static enum vmt_status finish(struct reading *reading, uint64_t begun, struct vmt_error *err)
{
    if (reading->process == NULL) {
        struct vmt_place place = {.source = reading->live->proc_name};
        bool missing = reading->cause == ENOENT || reading->cause == ESRCH;
        vmt_fail_at(err, place, VMT_E_IO, "process %" PRIu64 ": %s", reading->subject->pid,
                    reading->live->running && missing
                        ? "it has ended"
                        : reading->refusals[reading->refusal_count - 1].reason);
        /* A file that was not saved says nothing of the process. */
        err->cause = reading->live->running || !missing ? reading->cause : 0;
        return VMT_E_IO;
    }
    set_coverage(reading->live, reading->process);
    reading->process->shortfall = is_denied(reading->cause)     ? VMT_SHORTFALL_DENIED
                                  : reading->cause == ETIMEDOUT ? VMT_SHORTFALL_LATE
                                                                : VMT_SHORTFALL_NONE;
    if (reading->live->running) {
        reading->process->read_time = vmt_clock() - begun + 1; /* 0 is a capture */
    }
    enum vmt_status status = vmt_live_identify(reading->process, reading->snapshot, reading->live,
                                               reading->subject, err);
    return status == VMT_OK ? add_notes(reading, err) : status;
}

enum vmt_status vmt_live_read_from(struct vmt_process **out, struct vmt_snapshot *snapshot,
                                   struct vmt_context *context, const struct vmt_live *live,
                                   const struct vmt_live_process *process,
                                   struct vmt_live_files *files, unsigned what,
                                   struct vmt_error *err)
{
    uint64_t begun = vmt_clock();
    uint64_t each = live->options.each > 0 ? begun + live->options.each : 0;
    uint64_t all = live->options.all > 0 ? live->opened + live->options.all : 0;
    struct reading reading = {.snapshot = snapshot,
                              .context = context,
                              .live = live,
                              .subject = process,
                              .files = files,
                              .deadline = earlier(each, all)};
    enum vmt_status status = read_files(&reading, what, err);
    if (status == VMT_OK) {
        status = finish(&reading, begun, err);
    }
    *out = reading.process;
    return status;
}

/* Whether the number is still the same process's as when it was looked at. */
static bool is_same(const struct vmt_live_process *process, struct vmt_live_files *files)
{
    struct vmt_linux_stat stat;
    return !process->known || (read_stat(&stat, files) && stat.start == process->start);
}

static bool is_alive(int directory)
{
    struct vmt_live_directory files;
    struct vmt_linux_stat stat;
    vmt_live_directory_init(&files, directory);
    return read_stat(&stat, &files.files) && !stat.ended;
}

/* The directory of a thread that lives, of those in an open directory; -1: there is none. */
static enum vmt_status find_living(int *out, const struct vmt_live *live, int task,
                                   struct vmt_error *err)
{
    struct vmt_arena arena;
    const uint64_t *threads = NULL;
    size_t count = 0;
    *out = -1;
    vmt_arena_init(&arena, live->arena.allocator, THREADS_MEMORY);
    enum vmt_status status =
        vmt_directory_numbers(&threads, &count, task, live->proc_name, &arena, err);
    for (size_t i = 0; status == VMT_OK && *out < 0 && i < count; i++) {
        char number[32];
        struct vmt_error gone = VMT_ERROR_INIT;
        snprintf(number, sizeof number, "%" PRIu64, threads[i]);
        *out = vmt_directory_open_at(task, number, live->proc_name, &gone);
        if (*out >= 0 && !is_alive(*out)) {
            close(*out);
            *out = -1;
        }
    }
    vmt_arena_free(&arena);
    return status;
}

/* Where the first thread of a process has ended before the others, the directory of one of those:
 * the memory is theirs, too, and the kernel shows it there only.  -1: it lives, or none does. */
static enum vmt_status open_living(int *out, const struct vmt_live *live,
                                   const struct vmt_live_process *process, int directory,
                                   struct vmt_error *err)
{
    *out = -1;
    if (process->zombie || !process->known || is_alive(directory)) {
        return VMT_OK;
    }
    struct vmt_error none = VMT_ERROR_INIT;
    int task = vmt_directory_open_at(directory, "task", live->proc_name, &none);
    if (task < 0) {
        return VMT_OK;
    }
    enum vmt_status status = find_living(out, live, task, err);
    close(task);
    if (status == VMT_E_IO) { /* all of them are gone */
        *err = VMT_ERROR_INIT;
        status = VMT_OK;
    }
    return status;
}

static enum vmt_status fail_ended(const struct vmt_live *live,
                                  const struct vmt_live_process *process, struct vmt_error *err)
{
    vmt_fail_at(err, (struct vmt_place){.source = live->proc_name}, VMT_E_IO,
                "process %" PRIu64 ": it has ended", process->pid);
    err->cause = ESRCH;
    return VMT_E_IO;
}

enum vmt_status vmt_live_linux_read(struct vmt_process **out, struct vmt_snapshot *snapshot,
                                    struct vmt_context *context, const struct vmt_live *live,
                                    const struct vmt_live_process *process, unsigned what,
                                    struct vmt_error *err)
{
    char number[32];
    struct vmt_live_directory files;
    snprintf(number, sizeof number, "%" PRIu64, process->pid);
    int directory = vmt_directory_open_at(live->proc, number, live->proc_name, err);
    if (directory < 0) {
        return err->status;
    }
    vmt_live_directory_init(&files, directory);
    enum vmt_status status = VMT_OK;
    if (is_same(process, &files.files)) {
        int living = -1;
        status = open_living(&living, live, process, directory, err);
        vmt_live_directory_init(&files, living >= 0 ? living : directory);
        if (status == VMT_OK) {
            status =
                vmt_live_read_from(out, snapshot, context, live, process, &files.files, what, err);
        }
        if (living >= 0) {
            close(living);
        }
    } else {
        status = fail_ended(live, process, err);
    }
    close(directory);
    return status;
}

enum vmt_status vmt_live_note_unread(struct vmt_snapshot *snapshot, const struct vmt_live *live,
                                     const struct vmt_live_process *process,
                                     const struct vmt_error *failure, struct vmt_error *err)
{
    char name[VMT_LIVE_NAME];
    struct vmt_input_record *input = NULL;
    live->by->name(name, live, process->pid);
    enum vmt_status status = vmt_snapshot_add_input(&input, snapshot, vmt_slice(name), err);
    if (status != VMT_OK) {
        return status;
    }
    return vmt_notes_add(&input->notes, VMT_NOTE_UNREADABLE,
                         (struct vmt_place){.source = input->name->data},
                         vmt_slice(failure->message), (struct vmt_slice){0}, err);
}

enum vmt_status vmt_live_read_list(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                   const struct vmt_live *live, struct vmt_live_list *list,
                                   struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    for (size_t i = 0; status == VMT_OK && i < list->count; i++) {
        struct vmt_error failure = VMT_ERROR_INIT;
        struct vmt_process *read = NULL;
        status = vmt_live_read(&read, snapshot, context, live, &list->processes[i], VMT_READ_ALL,
                               &failure);
        if (status != VMT_OK && vmt_live_has_ended(&failure)) {
            list->vanished++;
            status = VMT_OK;
        } else if (status == VMT_E_IO && live->mach != NULL && failure.cause == EPERM) {
            list->denied++;
            status = VMT_OK;
        } else if (status == VMT_E_IO) {
            status = vmt_live_note_unread(snapshot, live, &list->processes[i], &failure, err);
        } else if (status != VMT_OK) {
            *err = failure;
        }
    }
    return status;
}
