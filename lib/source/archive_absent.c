/* SPDX-License-Identifier: MIT */
#include "config.h"

/* What is there when this was built without libarchive. */

#include "source/archive.h"
#include "source/tree.h"

#include <assert.h>

static enum vmt_status refuse(const char *name, struct vmt_error *err)
{
    return vmt_fail_at(err, (struct vmt_place){.source = name}, VMT_E_IO,
                       "an archive or compressed, and vmtally was built without libarchive");
}

enum vmt_status vmt_archive_open(struct vmt_archive **out, struct vmt_input *bytes,
                                 struct vmt_slice head, const struct vmt_allocator *allocator,
                                 struct vmt_error *err)
{
    (void)out;
    (void)head;
    (void)allocator;
    return refuse(bytes->name, err);
}

/* There never is an archive for any of these. */

void vmt_archive_close(struct vmt_archive *archive)
{
    assert(archive == NULL);
    (void)archive;
}

enum vmt_status vmt_archive_next(struct vmt_slice *path, struct vmt_archive *archive,
                                 struct vmt_error *err)
{
    (void)path;
    (void)archive;
    (void)err;
    return VMT_END;
}

struct vmt_input *vmt_archive_input(struct vmt_archive *archive, const char *name)
{
    (void)archive;
    (void)name;
    return NULL;
}

bool vmt_archive_is_broken(const struct vmt_archive *archive)
{
    (void)archive;
    return true;
}

enum vmt_status vmt_tree_archive(struct vmt_tree **out, struct vmt_sink *sink, const char *name,
                                 int64_t time, const struct vmt_allocator *allocator,
                                 struct vmt_error *err)
{
    (void)out;
    (void)sink;
    (void)time;
    (void)allocator;
    return vmt_fail_at(err, (struct vmt_place){.source = name}, VMT_E_IO,
                       "no archive can be written: vmtally was built without libarchive");
}
