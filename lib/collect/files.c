/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/files.h"

#include "collect/entries.h"
#include "collect/parallel.h"
#include "grammar/grammar.h"
#include "source/archive.h"
#include "source/source.h"

/* A thread compiles its own patterns, which takes as long as reading some small files. */
#define FILES_PER_THREAD 8

/* A file is read into a part of its own, which the snapshot adopts when it is the file's turn. */
struct part {
    struct vmt_snapshot snapshot;
    enum vmt_status status;
    bool capture;
};

struct reading {
    struct vmt_snapshot *snapshot;
    const char *const *paths;
    size_t captures;
    struct vmt_context contexts[VMT_THREADS_MOST];
    struct part parts[2 * VMT_THREADS_MOST]; /* begun and not taken, modulo `ahead` */
    size_t ahead;
    size_t promised; /* memory that those may take */
};

/* The component before `*path`'s last one, of which `*path` loses the last. */
static struct vmt_slice take_parent(struct vmt_slice *path)
{
    while (path->length > 0 && path->data[path->length - 1] != '/') {
        path->length--;
    }
    path->length -= path->length > 0 ? 1 : 0;
    size_t start = path->length;
    while (start > 0 && path->data[start - 1] != '/') {
        start--;
    }
    return vmt_slice_from(*path, start);
}

/* `/proc/PID/smaps` says whose it is, also where it was copied to, and the file itself does not. */
static bool pid_of_path(uint64_t *pid, struct vmt_slice path)
{
    struct vmt_slice number = take_parent(&path);
    return vmt_slice_equals(take_parent(&path), vmt_slice("proc")) &&
           vmt_parse_u64(number, 10, pid) && *pid > 0;
}

static void name_process(struct vmt_snapshot *snapshot, size_t processes, struct vmt_slice path)
{
    struct vmt_process *process = vmt_sequence_last(&snapshot->processes);
    uint64_t pid = 0;
    bool alone = snapshot->processes.count == processes + 1;
    if (alone && !process->pid_known && process->grammar != NULL &&
        vmt_slice_starts(vmt_slice(process->grammar), "linux-") && pid_of_path(&pid, path)) {
        process->pid = pid;
        process->pid_known = true;
    }
}

/* What it is, its first bytes tell. */
static enum vmt_status read_input(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                  struct vmt_input *input, struct vmt_error *err)
{
    struct vmt_peeked_input peeked;
    enum vmt_status status = vmt_peeked_input_init(&peeked, input, err);
    if (status != VMT_OK) {
        return status;
    }
    return vmt_archive_begins((struct vmt_slice){peeked.head, peeked.length})
               ? vmt_entries_read(snapshot, context, &peeked, err)
               : vmt_read(snapshot, context, &peeked.input, err);
}

enum vmt_status vmt_file_read(struct vmt_snapshot *snapshot, struct vmt_context *context,
                              const char *path, struct vmt_error *err)
{
    /* Errors and processes name the input for as long as the snapshot lives. */
    const struct vmt_string *name = NULL;
    enum vmt_status status = vmt_snapshot_string(&name, snapshot, vmt_slice(path), err);
    if (status != VMT_OK) {
        return status;
    }
    struct vmt_file_input file;
    status = vmt_file_open(&file, name->data, err);
    if (status == VMT_OK) {
        size_t processes = snapshot->processes.count;
        status = read_input(snapshot, context, &file.input, err);
        name_process(snapshot, processes, vmt_slice(path));
        vmt_file_close(&file);
    }
    return status;
}

enum vmt_status vmt_file_note(struct vmt_snapshot *snapshot, const char *path,
                              const struct vmt_error *cause, struct vmt_error *err)
{
    struct vmt_input_record *input = vmt_sequence_last(&snapshot->inputs);
    enum vmt_status status = VMT_OK;
    if (input == NULL || !vmt_slice_equals(vmt_string_slice(input->name), vmt_slice(path))) {
        /* It could not even be opened, or is an archive. */
        status = vmt_snapshot_add_input(&input, snapshot, vmt_slice(path), err);
    }
    if (status != VMT_OK) {
        return status;
    }
    bool read = cause->status == VMT_E_NOCAPTURE;
    return vmt_notes_add(&input->notes, read ? VMT_NOTE_NO_CAPTURE : VMT_NOTE_UNREADABLE,
                         cause->place, vmt_slice(read ? "" : cause->message), (struct vmt_slice){0},
                         err);
}

static void read_part(struct part *part, struct vmt_context *context, const char *path,
                      struct vmt_error *err)
{
    struct vmt_error failure = VMT_ERROR_INIT;
    part->status = vmt_file_read(&part->snapshot, context, path, &failure);
    part->capture = part->status == VMT_OK;
    if (part->status == VMT_E_NOCAPTURE || part->status == VMT_E_IO) {
        part->status = vmt_file_note(&part->snapshot, path, &failure, err);
    } else if (part->status != VMT_OK) {
        *err = failure;
    }
}

static void adopt_part(struct reading *reading, struct part *part)
{
    reading->captures += part->capture ? 1 : 0;
    vmt_snapshot_adopt(reading->snapshot, &part->snapshot);
}

static size_t memory_left(const struct vmt_snapshot *snapshot)
{
    return snapshot->arena.limit - snapshot->arena.used;
}

/* --- by several threads ----------------------------------------------------------------------- */

/* All that is under way fits into what the limit leaves, so each gets a part of it only.  A file
 * that needs more is read again later, by one thread that may have it all. */
static void begin_part(void *self, size_t piece)
{
    struct reading *reading = self;
    struct part *part = &reading->parts[piece % reading->ahead];
    size_t share = (memory_left(reading->snapshot) - reading->promised) / reading->ahead;
    vmt_snapshot_init_part(&part->snapshot, reading->snapshot, share);
    reading->promised += share;
}

static void work_part(void *self, unsigned thread, size_t piece)
{
    struct reading *reading = self;
    struct vmt_error err = VMT_ERROR_INIT; /* comes again when the file is read again */
    read_part(&reading->parts[piece % reading->ahead], &reading->contexts[thread],
              reading->paths[piece], &err);
}

static bool take_part(void *self, size_t piece)
{
    struct reading *reading = self;
    struct part *part = &reading->parts[piece % reading->ahead];
    if (part->status != VMT_OK) {
        return false;
    }
    reading->promised -= part->snapshot.arena.limit - part->snapshot.arena.elsewhere;
    adopt_part(reading, part);
    return true;
}

/* Returns how many files were read.  The rest is left to one thread: none other can be had, or one
 * has failed, and when and how that happens must not depend on what the others do. */
static size_t read_parallel(struct reading *reading, const struct vmt_context *context,
                            size_t count, unsigned threads)
{
    reading->ahead = (size_t)2 * threads;
    for (unsigned i = 0; i < threads; i++) {
        vmt_context_init_like(&reading->contexts[i], context);
    }
    for (size_t i = 0; i < reading->ahead; i++) {
        vmt_snapshot_init_part(&reading->parts[i].snapshot, reading->snapshot, 0);
    }
    const struct vmt_parallel parallel = {.self = reading,
                                          .count = count,
                                          .threads = threads,
                                          .ahead = reading->ahead,
                                          .begin = begin_part,
                                          .work = work_part,
                                          .take = take_part};
    size_t taken = vmt_parallel_run(&parallel);
    for (size_t i = 0; i < reading->ahead; i++) {
        vmt_snapshot_free(&reading->parts[i].snapshot);
    }
    for (unsigned i = 0; i < threads; i++) {
        vmt_context_free(&reading->contexts[i]);
    }
    return taken;
}

static unsigned useful_threads(const struct vmt_context *context, size_t count)
{
    size_t threads = context->threads < VMT_THREADS_MOST ? context->threads : VMT_THREADS_MOST;
    size_t useful = count / FILES_PER_THREAD;
    return (unsigned)(useful < threads ? useful : threads);
}

/* --- in order --------------------------------------------------------------------------------- */

enum vmt_status vmt_files_read(size_t *captures, struct vmt_snapshot *snapshot,
                               struct vmt_context *context, const char *const *paths, size_t count,
                               struct vmt_error *err)
{
    struct reading reading = {.snapshot = snapshot, .paths = paths};
    unsigned threads = useful_threads(context, count);
    size_t next = threads > 1 ? read_parallel(&reading, context, count, threads) : 0;
    enum vmt_status status = VMT_OK;
    for (; status == VMT_OK && next < count; next++) {
        struct part part = {.status = VMT_OK};
        vmt_snapshot_init_part(&part.snapshot, snapshot, memory_left(snapshot));
        read_part(&part, context, paths[next], err);
        adopt_part(&reading, &part); /* what there is of it, too */
        status = part.status;
    }
    *captures = reading.captures;
    return status;
}
