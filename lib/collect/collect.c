/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/collect.h"

#include "collect/files.h"
#include "collect/live.h"
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

/* The processes and the host of a saved tree of /proc.  What is not needed of it is left. */
static enum vmt_status read_tree(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                 const char *path, struct vmt_error *err)
{
    const struct vmt_live_options options = {.root = path};
    struct vmt_live live;
    struct vmt_live_list list = {.count = 0};
    enum vmt_status status = vmt_live_open(&live, &options, context->allocator, err);
    if (status == VMT_OK) {
        status = vmt_live_list(&list, &live, false, err);
    }
    if (status == VMT_OK) {
        vmt_live_keep_owners(&list);
        status = vmt_live_read_list(snapshot, context, &live, &list, err);
    }
    if (status == VMT_OK) {
        struct vmt_error none = VMT_ERROR_INIT;
        status = vmt_live_read_host(snapshot, context, &live, &none);
        if (status == VMT_E_NOCAPTURE && list.count > 0) {
            status = VMT_OK; /* it is about processes only */
        } else if (status != VMT_OK) {
            *err = none;
        }
    }
    vmt_live_list_free(&list);
    vmt_live_close(&live);
    if (status != VMT_OK) {
        err->place.source = path; /* what the tree called its files is gone with it */
    }
    return status;
}

enum vmt_status vmt_collect(struct vmt_snapshot *snapshot, struct vmt_context *context,
                            const char *target, struct vmt_error *err)
{
    bool standard_input = strcmp(target, "-") == 0;
    if (standard_input || !vmt_is_directory(target)) {
        return vmt_file_read(snapshot, context, target, err);
    }
    return vmt_live_is_tree(target, context->allocator)
               ? read_tree(snapshot, context, target, err)
               : read_directory(snapshot, context, target, err);
}
