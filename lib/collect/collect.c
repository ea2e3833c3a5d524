/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/collect.h"

#include "grammar/grammar.h"
#include "source/source.h"

static enum vmt_status read_file(struct vmt_snapshot *snapshot, struct vmt_context *context,
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
        status = vmt_read(snapshot, context, &file.input, err);
        vmt_file_close(&file);
    }
    return status;
}

/* A file of a directory that gave nothing is a note of its input. */
static enum vmt_status note_file(struct vmt_snapshot *snapshot, const char *path,
                                 const struct vmt_error *cause, struct vmt_error *err)
{
    struct vmt_input_record *input = vmt_sequence_last(&snapshot->inputs);
    if (input != NULL && !vmt_slice_equals(vmt_string_slice(input->name), vmt_slice(path))) {
        input = NULL;
    }
    enum vmt_status status = VMT_OK;
    if (input == NULL) { /* it could not even be opened */
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

static enum vmt_status read_files(size_t *captures, struct vmt_snapshot *snapshot,
                                  struct vmt_context *context, const char *const *files,
                                  size_t count, struct vmt_error *err)
{
    for (size_t i = 0; i < count; i++) {
        struct vmt_error failure = VMT_ERROR_INIT;
        enum vmt_status status = read_file(snapshot, context, files[i], &failure);
        if (status == VMT_E_NOCAPTURE || status == VMT_E_IO) {
            status = note_file(snapshot, files[i], &failure, err);
        } else if (status != VMT_OK) {
            *err = failure;
        } else {
            (*captures)++;
        }
        if (status != VMT_OK) {
            return status;
        }
    }
    return VMT_OK;
}

static enum vmt_status read_directory(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                      const char *path, struct vmt_error *err)
{
    struct vmt_arena arena;
    vmt_arena_init(&arena, context->allocator, snapshot->arena.limit);
    const char *const *files = NULL;
    size_t count = 0;
    size_t captures = 0;
    enum vmt_status status = vmt_directory_list(&files, &count, path, &arena, err);
    if (status == VMT_OK) {
        status = read_files(&captures, snapshot, context, files, count, err);
    }
    if (status == VMT_OK && captures == 0) {
        status = vmt_fail_at(err, (struct vmt_place){.source = path}, VMT_E_NOCAPTURE,
                             "no memory evidence in %zu files of the directory", count);
    }
    vmt_arena_free(&arena);
    return status;
}

enum vmt_status vmt_collect(struct vmt_snapshot *snapshot, struct vmt_context *context,
                            const char *target, struct vmt_error *err)
{
    bool standard_input = strcmp(target, "-") == 0;
    return !standard_input && vmt_is_directory(target)
               ? read_directory(snapshot, context, target, err)
               : read_file(snapshot, context, target, err);
}
