/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/collect.h"

#include "collect/files.h"
#include "source/source.h"

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
        status = vmt_files_read(&captures, snapshot, context, files, count, err);
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
               : vmt_file_read(snapshot, context, target, err);
}
