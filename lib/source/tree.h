/* SPDX-License-Identifier: MIT */
#ifndef VMT_SOURCE_TREE_H
#define VMT_SOURCE_TREE_H

/* A tree of files that is being written: a directory, or a tar archive of one.  Files are for their
 * owner only (0600, directories 0700). */

#include "base/memory.h"
#include "base/sink.h"
#include "base/slice.h"

struct vmt_tree {
    /* Add a file, whole.  `path` is relative to the tree and without `..`; the directories in it
     * come by themselves. */
    enum vmt_status (*add)(struct vmt_tree *tree, const char *path, struct vmt_slice bytes,
                           struct vmt_error *err);
    /* Nothing follows.  To be called unless something failed. */
    enum vmt_status (*finish)(struct vmt_tree *tree, struct vmt_error *err);
    /* In any case.  A directory that was made for the tree and got nothing goes away again. */
    void (*close)(struct vmt_tree *tree);
};

/* A new directory, or one that is empty. */
enum vmt_status vmt_tree_directory(struct vmt_tree **out, const char *path,
                                   const struct vmt_allocator *allocator, struct vmt_error *err);

/* Whether a file of that name is to be a tar archive, compressed or not: by its end, `.tar.gz`. */
bool vmt_tree_is_archive(const char *name);

/* An archive written to `sink`, compressed as its name says; NULL: not at all.  What is in it lies
 * in a directory that is called like the archive.  `time` is that of all files, in seconds since
 * 1970; the same files at the same time make the same archive. */
enum vmt_status vmt_tree_archive(struct vmt_tree **out, struct vmt_sink *sink, const char *name,
                                 int64_t time, const struct vmt_allocator *allocator,
                                 struct vmt_error *err);

/* Whether nothing in `path` leads out of the tree. */
bool vmt_tree_holds(const char *path);

#endif
