/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/entries.h"

#include "collect/files.h"
#include "collect/saved.h"
#include "grammar/grammar.h"
#include "source/archive.h"

/* As a directory leaves them out: among them are those in which macOS keeps attributes. */
static bool is_hidden(struct vmt_slice path)
{
    for (size_t i = 0; i < path.length; i++) {
        bool first = i == 0 || path.data[i - 1] == '/';
        bool last = i + 1 == path.length || path.data[i + 1] == '/';
        if (first && path.data[i] == '.' && !last && path.data[i + 1] != '.') {
            return true;
        }
    }
    return false;
}

static enum vmt_status name_entry(const struct vmt_string **out, struct vmt_snapshot *snapshot,
                                  const struct vmt_allocator *allocator, const char *archive,
                                  struct vmt_slice path, struct vmt_error *err)
{
    struct vmt_slice first = vmt_slice(archive);
    char *name = allocator->allocate(allocator->self, first.length + 1 + path.length);
    if (name == NULL) {
        return vmt_fail_nomem(err);
    }
    memcpy(name, first.data, first.length);
    name[first.length] = '/';
    memcpy(name + first.length + 1, path.data, path.length);
    size_t length = first.length + (path.length > 0 ? 1 + path.length : 0);
    enum vmt_status status =
        vmt_snapshot_string(out, snapshot, (struct vmt_slice){name, length}, err);
    allocator->release(allocator->self, name);
    return status;
}

struct reading {
    struct vmt_snapshot *snapshot;
    struct vmt_context *context;
    struct vmt_archive *archive;
    const char *source;     /* name of the archive */
    struct vmt_saved saved; /* trees of /proc in it */
    uint64_t files;
    uint64_t captures; /* of them; those in trees apart */
};

/* One that holds nothing or cannot be unpacked is a note, as long as the archive can be read. */
static enum vmt_status read_entry(struct reading *reading, struct vmt_slice path,
                                  struct vmt_error *err)
{
    struct vmt_saved_place place;
    const struct vmt_string *name = NULL;
    bool in_tree = vmt_saved_find(&place, path);
    if (is_hidden(path) || (!in_tree && vmt_saved_covers(&reading->saved, path))) {
        return VMT_OK;
    }
    enum vmt_status status = name_entry(&name, reading->snapshot, reading->context->allocator,
                                        reading->source, path, err);
    if (status != VMT_OK) {
        return status;
    }
    struct vmt_error failure = VMT_ERROR_INIT;
    struct vmt_input *input = vmt_archive_input(reading->archive, name->data);
    status = in_tree ? vmt_saved_take(&reading->saved, &place, input, &failure)
                     : vmt_read(reading->snapshot, reading->context, input, &failure);
    reading->files++;
    reading->captures += status == VMT_OK && !in_tree ? 1 : 0;
    if (status == VMT_E_NOCAPTURE ||
        (status == VMT_E_IO && !vmt_archive_is_broken(reading->archive))) {
        return vmt_file_note(reading->snapshot, name->data, &failure, err);
    }
    *err = failure;
    return status;
}

static enum vmt_status read_all(struct reading *reading, struct vmt_error *err)
{
    struct vmt_slice path = {"", 0};
    enum vmt_status status = vmt_archive_next(&path, reading->archive, err);
    while (status == VMT_OK) {
        status = read_entry(reading, path, err);
        if (status == VMT_OK) {
            status = vmt_archive_next(&path, reading->archive, err);
        }
    }
    /* What is there of a tree is of use also where the archive breaks off. */
    struct vmt_error late = VMT_ERROR_INIT;
    if (vmt_saved_finish(&reading->saved, &late) != VMT_OK && status == VMT_END) {
        *err = late;
        return late.status;
    }
    return status;
}

enum vmt_status vmt_entries_read(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                 struct vmt_peeked_input *bytes, struct vmt_error *err)
{
    struct reading reading = {
        .snapshot = snapshot, .context = context, .source = bytes->input.name};
    struct vmt_slice head = {bytes->head, bytes->length};
    enum vmt_status status =
        vmt_archive_open(&reading.archive, &bytes->input, head, context->allocator, err);
    if (status != VMT_OK) {
        return status;
    }
    vmt_saved_init(&reading.saved, snapshot, context, reading.source);
    status = read_all(&reading, err);
    if (status == VMT_END && reading.captures + reading.saved.captures == 0) {
        struct vmt_place place = {.source = reading.source};
        status = vmt_fail_at(err, place, VMT_E_NOCAPTURE,
                             "no memory evidence in %llu files of the archive",
                             (unsigned long long)reading.files);
    }
    vmt_saved_free(&reading.saved);
    vmt_archive_close(reading.archive);
    return status == VMT_END ? VMT_OK : status;
}
