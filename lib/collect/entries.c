/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/entries.h"

#include "collect/files.h"
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
    size_t before = strlen(archive);
    char *name = allocator->allocate(allocator->self, before + 1 + path.length);
    if (name == NULL) {
        return vmt_fail_nomem(err);
    }
    memcpy(name, archive, before);
    name[before] = '/';
    memcpy(name + before + 1, path.data, path.length);
    size_t length = before + (path.length > 0 ? 1 + path.length : 0);
    enum vmt_status status =
        vmt_snapshot_string(out, snapshot, (struct vmt_slice){name, length}, err);
    allocator->release(allocator->self, name);
    return status;
}

/* *capture: it holds something. */
static enum vmt_status read_entry(bool *capture, struct vmt_snapshot *snapshot,
                                  struct vmt_context *context, struct vmt_archive *archive,
                                  const char *name, struct vmt_error *err)
{
    struct vmt_error failure = VMT_ERROR_INIT;
    struct vmt_input *input = vmt_archive_input(archive, name);
    enum vmt_status status = vmt_read(snapshot, context, input, &failure);
    *capture = status == VMT_OK;
    if (status == VMT_E_NOCAPTURE || (status == VMT_E_IO && !vmt_archive_is_broken(archive))) {
        return vmt_file_note(snapshot, name, &failure, err);
    }
    *err = failure;
    return status;
}

static enum vmt_status read_all(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                struct vmt_archive *archive, const char *source,
                                struct vmt_error *err)
{
    uint64_t files = 0;
    uint64_t captures = 0;
    for (;;) {
        struct vmt_slice path = {"", 0};
        enum vmt_status status = vmt_archive_next(&path, archive, err);
        if (status == VMT_END) {
            break;
        }
        const struct vmt_string *name = NULL;
        bool hidden = is_hidden(path);
        bool capture = false;
        if (status == VMT_OK && !hidden) {
            status = name_entry(&name, snapshot, context->allocator, source, path, err);
        }
        if (status == VMT_OK && !hidden) {
            status = read_entry(&capture, snapshot, context, archive, name->data, err);
        }
        if (status != VMT_OK) {
            return status;
        }
        files += hidden ? 0 : 1;
        captures += capture ? 1 : 0;
    }
    return captures > 0 ? VMT_OK
                        : vmt_fail_at(err, (struct vmt_place){.source = source}, VMT_E_NOCAPTURE,
                                      "no memory evidence in %llu files of the archive",
                                      (unsigned long long)files);
}

enum vmt_status vmt_entries_read(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                 struct vmt_peeked_input *bytes, struct vmt_error *err)
{
    struct vmt_archive *archive = NULL;
    struct vmt_slice head = {bytes->head, bytes->length};
    enum vmt_status status =
        vmt_archive_open(&archive, &bytes->input, head, context->allocator, err);
    if (status != VMT_OK) {
        return status;
    }
    status = read_all(snapshot, context, archive, bytes->input.name, err);
    vmt_archive_close(archive);
    return status;
}
