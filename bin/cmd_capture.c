/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <inttypes.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "job.h"
#include "output.h"
#include "targets.h"
#include "ui.h"

static void set_output(struct options *options, const char *argument)
{
    options->output = strcmp(argument, "-") == 0 ? NULL : argument;
}

/* What the kernel denies is left out, and that is said. */
static void say_denied(struct job *job, const struct vmt_capture *capture)
{
    if (capture->denied == 0) {
        return;
    }
    job->outcome = FAILED;
    if (capture->denied == 1) {
        ui_message("the mappings of process %" PRIu64 " are denied, and not saved: only the same "
                   "user or root may read them",
                   capture->denied_first);
    } else {
        ui_message("the mappings of %" PRIu64 " processes, %" PRIu64 " the first of them, are "
                   "denied, and not saved: only the same user or root may read them",
                   capture->denied, capture->denied_first);
    }
}

/* In each file stands why. */
static void say_unread(struct job *job, const struct vmt_capture *capture)
{
    if (capture->unread == 0) {
        return;
    }
    job->outcome = FAILED;
    if (capture->unread == 1) {
        ui_message("the regions of process %" PRIu64 " could not be read, and are not saved",
                   capture->unread_first);
    } else {
        ui_message("the regions of %" PRIu64 " processes, %" PRIu64 " the first of them, could "
                   "not be read, and are not saved",
                   capture->unread, capture->unread_first);
    }
}

/* --- what was read of a Mac, spelled in our own JSON ------------------------------------------ */

/* Bytes that are gathered in an arena; doubling leaves as much again behind. */
struct gathered {
    struct vmt_sink sink;
    struct vmt_arena *arena;
    char *bytes;
    size_t length;
    size_t room;
};

static enum vmt_status gather(struct vmt_sink *sink, struct vmt_slice bytes, struct vmt_error *err)
{
    struct gathered *gathered = (struct gathered *)sink; /* its first member */
    if (bytes.length > gathered->room - gathered->length) {
        size_t room = 2 * (gathered->length + bytes.length) + 65536;
        char *more = vmt_arena_alloc(gathered->arena, 1, room);
        if (more == NULL) {
            return vmt_arena_fail(gathered->arena, err);
        }
        if (gathered->length > 0) {
            memcpy(more, gathered->bytes, gathered->length);
        }
        gathered->bytes = more;
        gathered->room = room;
    }
    memcpy(gathered->bytes + gathered->length, bytes.data, bytes.length);
    gathered->length += bytes.length;
    return VMT_OK;
}

static enum vmt_status spell(struct vmt_slice *out, const struct vmt_snapshot *snapshot,
                             struct vmt_arena *arena, struct vmt_error *err)
{
    static const struct vmt_report_options all = {.zones = true};
    static const struct vmt_writer_options look = {.bounds = true};
    struct gathered gathered = {.sink = {gather}, .arena = arena};
    struct vmt_writer *writer = NULL;
    const struct vmt_allocator *allocator = &vmt_allocator_system;
    enum vmt_status status = vmt_writer_json_new(&writer, &gathered.sink, allocator, look, err);
    if (status == VMT_OK) {
        status = snapshot->hosts.count > 0
                     ? vmt_report_system(snapshot, allocator, &all, writer, err)
                     : vmt_report_regions(snapshot, allocator, &all, writer, err);
        vmt_writer_free(writer);
    }
    *out = (struct vmt_slice){gathered.bytes, gathered.length};
    return status;
}

/* --- all of it -------------------------------------------------------------------------------- */

/* Save the processes in `tree`.  Returns whether there is something in it that is to stay. */
static bool fill(struct job *job, struct vmt_tree *tree)
{
    struct vmt_capture capture;
    struct vmt_error err = VMT_ERROR_INIT;
    vmt_capture_init(&capture, &job->live, tree, (uint64_t)time(NULL), &vmt_allocator_system);
    capture.context = &job->context;
    capture.spell = spell;
    job->capture = &capture;
    targets_read(job);
    say_denied(job, &capture);
    say_unread(job, &capture);
    bool filled = capture.processes > 0 && !capture.broken;
    if (filled &&
        (vmt_capture_finish(&capture, &err) != VMT_OK || tree->finish(tree, &err) != VMT_OK)) {
        ui_error(&err);
        filled = false;
    }
    job->capture = NULL;
    vmt_capture_free(&capture);
    return filled;
}

static enum vmt_status write_directory(struct job *job, struct vmt_error *err)
{
    struct vmt_tree *tree = NULL;
    enum vmt_status status =
        vmt_tree_directory(&tree, job->options->output, &vmt_allocator_system, err);
    if (status == VMT_OK) {
        job->outcome = fill(job, tree) ? job->outcome : FAILED;
        tree->close(tree);
    }
    return status;
}

static enum vmt_status write_archive(struct job *job, struct vmt_error *err)
{
    struct output output;
    struct vmt_tree *tree = NULL;
    enum vmt_status status = output_open(&output, job->options->output, err);
    if (status != VMT_OK) {
        return status;
    }
    status = vmt_tree_archive(&tree, &output.sink, job->options->output, (int64_t)time(NULL),
                              &vmt_allocator_system, err);
    bool filled = status == VMT_OK && fill(job, tree);
    if (status == VMT_OK) {
        tree->close(tree);
    }
    if (filled) {
        return output_close(&output, err);
    }
    output_abandon(&output);
    job->outcome = FAILED;
    return status;
}

static enum outcome run(const struct options *options)
{
    struct job job;
    struct vmt_error err = VMT_ERROR_INIT;
    bool archive = options->output == NULL || vmt_tree_is_archive(options->output);
    if (options->output == NULL && isatty(STDOUT_FILENO) == 1) {
        ui_wrong_use(options->command, "--output is missing: an archive is nothing for a terminal");
    }
    umask(0077); /* a capture may tell what is nobody else's business */
    job_init(&job, options);
    if ((archive ? write_archive(&job, &err) : write_directory(&job, &err)) != VMT_OK) {
        ui_error(&err);
        job.outcome = FAILED;
    }
    enum outcome outcome = job.outcome;
    job_free(&job);
    return outcome;
}

static const struct option_row rows[] = {
    {"output", 'o', "PATH",
     "a new directory, or FILE.tar, .tar.gz, .tar.xz, ...;\n"
     "without it the archive goes to standard output",
     set_output},
    {0},
};

static const struct vmt_table *const no_tables[] = {NULL};

const struct command command_capture = {
    .name = "capture",
    .usage = "vmtally capture [OPTIONS] PROCESS...",
    .summary = "save running processes, to be looked at elsewhere or later",
    .about = "Save what the kernel says of the memory of processes, of their cgroups and of\n"
             "the machine: its own files, byte for byte, in a directory or a tar archive; on\n"
             "macOS, which has none, what was read of them. The other commands read either,\n"
             "on any system.\n",
    .examples = "  vmtally capture 4242 -o before.tar.gz    a process, to be sent\n"
                "  vmtally capture --tree 4242 -o before    it and all that come from it\n"
                "  vmtally summary before.tar.gz            what its memory comes to\n"
                "  ssh host vmtally capture --all | vmtally summary -\n",
    .options = rows,
    .tables = no_tables,
    .run = run,
    .takes = TAKES_PROCESSES,
};
