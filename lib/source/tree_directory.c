/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "source/tree.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct directory_tree {
    struct vmt_tree tree; /* its first member */
    const struct vmt_allocator *allocator;
    const char *path;
    int directory;
    bool made; /* for this tree */
    bool used; /* something is in it */
};

static struct directory_tree *tree_of(struct vmt_tree *tree)
{
    return (struct directory_tree *)tree;
}

/* 0 or an errno. */
static int write_all(int descriptor, struct vmt_slice bytes)
{
    while (bytes.length > 0) {
        ssize_t count = write(descriptor, bytes.data, bytes.length);
        if (count < 0 && errno != EINTR) {
            return errno;
        }
        bytes = vmt_slice_from(bytes, count > 0 ? (size_t)count : 0);
    }
    return 0;
}

/* The directories in `path`, those that are not there yet.  0 or an errno. */
static int make_parents(const struct directory_tree *tree, const char *path)
{
    char parent[4096];
    for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        size_t length = (size_t)(slash - path);
        if (length >= sizeof parent) {
            return ENAMETOOLONG;
        }
        memcpy(parent, path, length);
        parent[length] = '\0';
        if (mkdirat(tree->directory, parent, 0700) != 0 && errno != EEXIST) {
            return errno;
        }
    }
    return 0;
}

static enum vmt_status add_file(struct vmt_tree *self, const char *path, struct vmt_slice bytes,
                                struct vmt_error *err)
{
    struct directory_tree *tree = tree_of(self);
    assert(vmt_tree_holds(path));
    tree->used = true;
    int cause = make_parents(tree, path);
    if (cause != 0) {
        return vmt_fail_io(err, tree->path, cause, "make a directory in it");
    }
    int descriptor =
        openat(tree->directory, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        return vmt_fail_io(err, tree->path, errno, "make a file in it");
    }
    cause = write_all(descriptor, bytes);
    if (close(descriptor) != 0 && cause == 0) {
        cause = errno;
    }
    if (cause != 0) { /* files are whole, or not there */
        unlinkat(tree->directory, path, 0);
        return vmt_fail_io(err, tree->path, cause, "write a file in it");
    }
    return VMT_OK;
}

static enum vmt_status finish(struct vmt_tree *self, struct vmt_error *err)
{
    (void)self;
    (void)err;
    return VMT_OK;
}

static void close_tree(struct vmt_tree *self)
{
    struct directory_tree *tree = tree_of(self);
    close(tree->directory);
    if (tree->made && !tree->used) {
        rmdir(tree->path);
    }
    tree->allocator->release(tree->allocator->self, tree);
}

/* 0 when it is, else an errno. */
static int check_empty(int directory)
{
    int own = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = own < 0 ? NULL : fdopendir(own);
    if (stream == NULL) {
        return errno;
    }
    int entries = 0;
    while (readdir(stream) != NULL && entries <= 2) {
        entries++;
    }
    closedir(stream);
    return entries <= 2 ? 0 : ENOTEMPTY; /* `.` and `..` */
}

static enum vmt_status open_directory(struct directory_tree *tree, struct vmt_error *err)
{
    tree->made = mkdir(tree->path, 0700) == 0;
    if (!tree->made && errno != EEXIST) {
        return vmt_fail_io(err, tree->path, errno, "make the directory");
    }
    tree->directory = open(tree->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (tree->directory < 0) {
        return vmt_fail_io(err, tree->path, errno, "open the directory");
    }
    int cause = check_empty(tree->directory);
    if (cause != 0) {
        close(tree->directory);
        return vmt_fail_io(err, tree->path, cause, "write into it");
    }
    return VMT_OK;
}

enum vmt_status vmt_tree_directory(struct vmt_tree **out, const char *path,
                                   const struct vmt_allocator *allocator, struct vmt_error *err)
{
    struct directory_tree *tree = allocator->allocate(allocator->self, sizeof *tree);
    if (tree == NULL) {
        return vmt_fail_nomem(err);
    }
    *tree = (struct directory_tree){
        .tree = {add_file, finish, close_tree}, .allocator = allocator, .path = path};
    enum vmt_status status = open_directory(tree, err);
    if (status != VMT_OK) {
        allocator->release(allocator->self, tree);
        return status;
    }
    *out = &tree->tree;
    return VMT_OK;
}
