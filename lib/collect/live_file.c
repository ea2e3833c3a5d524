/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/live_file.h"

#include <errno.h>
#include <time.h>

#include "collect/read_ahead.h"
#include "grammar/grammar.h"
#include "grammar/linux_smaps.h"
#include "source/clock.h"

void vmt_live_format_time(char text[VMT_LIVE_TIME], uint64_t seconds)
{
    time_t time = (time_t)seconds;
    struct tm fields;
    if (gmtime_r(&time, &fields) == NULL ||
        strftime(text, VMT_LIVE_TIME, "%Y-%m-%dT%H:%M:%SZ", &fields) == 0) {
        text[0] = '\0';
    }
}

/* --- files ------------------------------------------------------------------------------------ */

static enum vmt_status open_file(struct vmt_live_files *files, struct vmt_input **out,
                                 const char *file, const char *name, struct vmt_error *err)
{
    struct vmt_live_directory *directory =
        (struct vmt_live_directory *)files; /* its first member */
    enum vmt_status status =
        vmt_file_open_at(&directory->input, directory->descriptor, file, name, err);
    *out = &directory->input.input;
    return status;
}

static bool is_file_there(const struct vmt_live_files *files)
{
    return vmt_file_is_there(&((const struct vmt_live_directory *)files)->input);
}

static void close_file(struct vmt_live_files *files)
{
    struct vmt_live_directory *directory = (struct vmt_live_directory *)files;
    vmt_file_close(&directory->input);
}

void vmt_live_directory_init(struct vmt_live_directory *directory, int descriptor)
{
    *directory = (struct vmt_live_directory){.files = {open_file, is_file_there, close_file},
                                             .descriptor = descriptor};
}

bool vmt_live_slurp_from(struct vmt_slice *out, char *buffer, size_t size,
                         struct vmt_live_files *files, const char *file)
{
    struct vmt_error err = VMT_ERROR_INIT;
    struct vmt_input *input = NULL;
    *out = (struct vmt_slice){buffer, 0};
    if (files->open(files, &input, file, file, &err) != VMT_OK) {
        return false;
    }
    enum vmt_status status = VMT_OK;
    size_t got = 1;
    while (status == VMT_OK && got > 0 && out->length < size) {
        status = input->read(input, buffer + out->length, size - out->length, &got, &err);
        out->length += got;
    }
    files->close(files);
    return status == VMT_OK;
}

enum vmt_status vmt_live_read_whole(struct vmt_slice *out, struct vmt_arena *arena,
                                    struct vmt_input *input, struct vmt_error *err)
{
    char *bytes = NULL;
    size_t size = 0;
    size_t length = 0;
    size_t got = 1;
    enum vmt_status status = VMT_OK;
    while (status == VMT_OK && got > 0) {
        if (length == size) {
            size = size == 0 ? (size_t)16 << 10 : 2 * size;
            char *larger = vmt_arena_alloc(arena, 1, size);
            if (larger == NULL) {
                status = vmt_arena_fail(arena, err);
                break;
            }
            bytes = length > 0 ? memcpy(larger, bytes, length) : larger;
        }
        status = input->read(input, bytes + length, size - length, &got, err);
        length += got;
    }
    *out = (struct vmt_slice){bytes, length};
    return status;
}

/* --- what is in them -------------------------------------------------------------------------- */

/* A file that is read until a moment. */
struct timed_input {
    struct vmt_input input;
    struct vmt_input *file;
    uint64_t deadline;
};

static enum vmt_status read_in_time(struct vmt_input *input, char *buffer, size_t size, size_t *got,
                                    struct vmt_error *err)
{
    struct timed_input *timed = (struct timed_input *)input; /* its first member */
    if (timed->deadline > 0 && vmt_clock() > timed->deadline) {
        *got = 0;
        vmt_fail_at(err, (struct vmt_place){.source = input->name}, VMT_E_IO,
                    "reading takes longer than --max-time allows");
        err->cause = ETIMEDOUT;
        return VMT_E_IO;
    }
    return timed->file->read(timed->file, buffer, size, got, err);
}

/* Where a process ends, or becomes another program, the kernel gives no more of its mappings, as if
 * those before had been all. */
static enum vmt_status fail_gone(const char *name, struct vmt_error *err)
{
    vmt_fail_at(err, (struct vmt_place){.source = name}, VMT_E_IO,
                "the memory went while it was read");
    err->cause = ESRCH;
    return VMT_E_IO;
}

enum vmt_status vmt_live_read_file(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                   struct vmt_live_files *files, const char *file, const char *name,
                                   const struct vmt_grammar *grammar, uint64_t deadline,
                                   struct vmt_error *err)
{
    const struct vmt_string *kept = NULL;
    enum vmt_status status = vmt_snapshot_string(&kept, snapshot, vmt_slice(name), err);
    struct vmt_input *input = NULL;
    if (status == VMT_OK) {
        status = files->open(files, &input, file, kept->data, err);
    }
    if (status != VMT_OK) {
        return status;
    }
    struct vmt_snapshot_mark before = vmt_snapshot_mark(snapshot);
    struct timed_input timed = {{kept->data, read_in_time}, input, deadline};
    const struct vmt_grammar *only = context->only;
    struct vmt_read_ahead *ahead = NULL;
    context->only = grammar;
    status = vmt_read(
        snapshot, context,
        vmt_read_ahead_start(&ahead, &timed.input, context->allocator, context->threads), err);
    context->only = only;
    vmt_read_ahead_free(ahead);
    if (status == VMT_OK && grammar == &vmt_grammar_linux_smaps && !files->is_there(files)) {
        status = fail_gone(kept->data, err);
    }
    files->close(files);
    if (status != VMT_OK) {
        vmt_snapshot_cut(snapshot, &before);
    }
    return status;
}
