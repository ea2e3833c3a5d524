/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "source/tree.h"

#include "base/intern.h"
#include "source/archive_kind.h"

#include <archive.h>
#include <archive_entry.h>
#include <assert.h>
#include <errno.h>
#include <stdio.h>

#define PATH_SIZE 8192
#define DIRECTORIES_LIMIT ((size_t)64 << 20)

struct archive_tree {
    struct vmt_tree tree; /* its first member */
    const struct vmt_allocator *allocator;
    struct archive *writer;
    struct vmt_sink *sink;
    struct vmt_error failure; /* of the sink, which libarchive cannot pass on */
    bool given_up;            /* what libarchive still writes is for nobody */
    int64_t time;
    struct vmt_arena arena;
    struct vmt_intern directories; /* written so far */
    char top[PATH_SIZE];           /* name of the directory that all is in, with its slash */
};

static struct archive_tree *tree_of(struct vmt_tree *tree)
{
    return (struct archive_tree *)tree;
}

static la_ssize_t write_block(struct archive *writer, void *self, const void *block, size_t length)
{
    struct archive_tree *tree = self;
    if (tree->given_up) {
        return (la_ssize_t)length;
    }
    if (tree->failure.status != VMT_OK ||
        tree->sink->write(tree->sink, (struct vmt_slice){block, length}, &tree->failure) !=
            VMT_OK) {
        archive_set_error(writer, EIO, "%s", tree->failure.message);
        return ARCHIVE_FATAL;
    }
    return (la_ssize_t)length;
}

static enum vmt_status fail(const struct archive_tree *tree, struct vmt_error *err)
{
    const char *reason = archive_error_string(tree->writer);
    if (tree->failure.status != VMT_OK) {
        *err = tree->failure;
        return err->status;
    }
    if (archive_errno(tree->writer) == ENOMEM) {
        return vmt_fail_nomem(err);
    }
    return vmt_fail(err, VMT_E_IO, "cannot write the archive: %s",
                    reason == NULL ? "unknown" : reason);
}

static enum vmt_status write_entry(struct archive_tree *tree, const char *path, unsigned type,
                                   struct vmt_slice bytes, struct vmt_error *err)
{
    struct archive_entry *entry = archive_entry_new();
    if (entry == NULL) {
        return vmt_fail_nomem(err);
    }
    archive_entry_set_pathname(entry, path);
    archive_entry_set_filetype(entry, type);
    archive_entry_set_perm(entry, type == AE_IFDIR ? 0700 : 0600);
    archive_entry_set_mtime(entry, (time_t)tree->time, 0);
    archive_entry_set_size(entry, (la_int64_t)bytes.length);
    int result = archive_write_header(tree->writer, entry);
    archive_entry_free(entry);
    bool written = result == ARCHIVE_OK || result == ARCHIVE_WARN;
    if (written && bytes.length > 0) {
        written =
            archive_write_data(tree->writer, bytes.data, bytes.length) == (la_ssize_t)bytes.length;
    }
    return written ? VMT_OK : fail(tree, err);
}

/* The directories in `path`, those that are not there yet. */
static enum vmt_status write_parents(struct archive_tree *tree, const char *path,
                                     struct vmt_error *err)
{
    for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        struct vmt_slice parent = {path, (size_t)(slash - path) + 1};
        size_t before = tree->directories.string_count;
        const struct vmt_string *name = vmt_intern(&tree->directories, parent);
        if (name == NULL) {
            return vmt_arena_fail(&tree->arena, err);
        }
        if (tree->directories.string_count > before) {
            enum vmt_status status =
                write_entry(tree, name->data, AE_IFDIR, (struct vmt_slice){"", 0}, err);
            if (status != VMT_OK) {
                return status;
            }
        }
    }
    return VMT_OK;
}

static enum vmt_status add_file(struct vmt_tree *self, const char *path, struct vmt_slice bytes,
                                struct vmt_error *err)
{
    struct archive_tree *tree = tree_of(self);
    char whole[PATH_SIZE];
    assert(vmt_tree_holds(path));
    int length = snprintf(whole, sizeof whole, "%s%s", tree->top, path);
    if (length < 0 || (size_t)length >= sizeof whole) {
        return vmt_fail(err, VMT_E_IO, "cannot write the archive: a name is too long");
    }
    enum vmt_status status = write_parents(tree, whole, err);
    return status == VMT_OK ? write_entry(tree, whole, AE_IFREG, bytes, err) : status;
}

static enum vmt_status finish(struct vmt_tree *self, struct vmt_error *err)
{
    const struct archive_tree *tree = tree_of(self);
    return archive_write_close(tree->writer) == ARCHIVE_OK ? VMT_OK : fail(tree, err);
}

static void close_tree(struct vmt_tree *self)
{
    struct archive_tree *tree = tree_of(self);
    tree->given_up = true; /* unless it is finished, in which case nothing more is written */
    archive_write_free(tree->writer);
    vmt_arena_free(&tree->arena);
    tree->allocator->release(tree->allocator->self, tree);
}

/* Of each kind what libarchive can do by itself: it would run a program for what it cannot. */
static bool add_filter(struct archive *writer, enum vmt_archive_kind kind)
{
    switch (kind) {
    case VMT_ARCHIVE_NONE:
    case VMT_ARCHIVE_PLAIN:
        return true;
    case VMT_ARCHIVE_BZIP2:
        return archive_write_add_filter_bzip2(writer) == ARCHIVE_OK;
    case VMT_ARCHIVE_GZIP: /* without the time at which it was packed */
        return archive_write_add_filter_gzip(writer) == ARCHIVE_OK &&
               archive_write_set_filter_option(writer, "gzip", "timestamp", NULL) == ARCHIVE_OK;
    case VMT_ARCHIVE_XZ:
        return archive_write_add_filter_xz(writer) == ARCHIVE_OK;
    case VMT_ARCHIVE_ZSTD:
        return archive_write_add_filter_zstd(writer) == ARCHIVE_OK;
    }
    return false;
}

static enum vmt_status open_writer(struct archive_tree *tree, enum vmt_archive_kind kind,
                                   struct vmt_error *err)
{
    if (!add_filter(tree->writer, kind)) {
        return vmt_fail(err, VMT_E_IO, "libarchive cannot compress like that here");
    }
    /* Names are bytes in it, of any length. */
    archive_write_set_format_gnutar(tree->writer);
    archive_write_set_bytes_in_last_block(tree->writer, 1);
    return archive_write_open(tree->writer, tree, NULL, write_block, NULL) == ARCHIVE_OK
               ? VMT_OK
               : fail(tree, err);
}

static void set_top(struct archive_tree *tree, struct vmt_slice stem)
{
    snprintf(tree->top, sizeof tree->top - 1, "%.*s", (int)stem.length, stem.data);
    bool holds = vmt_tree_holds(tree->top);
    snprintf(tree->top, sizeof tree->top, "%.*s/", holds ? (int)stem.length : 7,
             holds ? stem.data : "capture");
}

enum vmt_status vmt_tree_archive(struct vmt_tree **out, struct vmt_sink *sink, const char *name,
                                 int64_t time, const struct vmt_allocator *allocator,
                                 struct vmt_error *err)
{
    struct vmt_slice stem = {"", 0};
    enum vmt_archive_kind kind = VMT_ARCHIVE_PLAIN;
    if (name != NULL) {
        const char *slash = strrchr(name, '/');
        kind = vmt_archive_kind_named(&stem, vmt_slice(slash == NULL ? name : slash + 1));
    }
    struct archive_tree *tree = allocator->allocate(allocator->self, sizeof *tree);
    if (tree == NULL) {
        return vmt_fail_nomem(err);
    }
    *tree = (struct archive_tree){.tree = {add_file, finish, close_tree},
                                  .allocator = allocator,
                                  .writer = archive_write_new(),
                                  .sink = sink,
                                  .failure = VMT_ERROR_INIT,
                                  .time = time};
    vmt_arena_init(&tree->arena, allocator, DIRECTORIES_LIMIT);
    vmt_intern_init(&tree->directories, &tree->arena);
    set_top(tree, stem);
    enum vmt_status status =
        tree->writer == NULL ? vmt_fail_nomem(err) : open_writer(tree, kind, err);
    if (status != VMT_OK) {
        close_tree(&tree->tree);
        return status;
    }
    *out = &tree->tree;
    return VMT_OK;
}
