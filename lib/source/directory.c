/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "base/sequence.h"
#include "source/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Deeper trees are no collections of captures. */
#define DEPTH_MOST 16

struct listing {
    struct vmt_arena *arena;
    struct vmt_sequence files; /* of const char * */
};

static enum vmt_status add_file(struct listing *listing, const char *path, struct vmt_error *err)
{
    const char **file = vmt_sequence_add(&listing->files);
    if (file == NULL) {
        return vmt_arena_fail(listing->arena, err);
    }
    *file = path;
    return VMT_OK;
}

static const char *join(struct vmt_arena *arena, const char *directory, const char *name)
{
    size_t first = strlen(directory);
    size_t second = strlen(name);
    bool slash = first == 0 || directory[first - 1] != '/';
    size_t size = first + second + 2;
    char *path = vmt_arena_alloc(arena, 1, size);
    if (path != NULL) {
        snprintf(path, size, "%s%s%s", directory, slash ? "/" : "", name);
    }
    return path;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The paths of a directory's entries, sorted. */
static enum vmt_status read_names(const char ***out, size_t *count, DIR *directory,
                                  const char *path, struct vmt_arena *arena, struct vmt_error *err)
{
    struct vmt_sequence names;
    vmt_sequence_init(&names, arena, sizeof(const char *));
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(directory);
        if (entry == NULL && errno != 0) {
            return vmt_fail_io(err, path, errno, "read the directory");
        }
        if (entry == NULL) {
            break;
        }
        if (entry->d_name[0] == '.') {
            continue;
        }
        const char **name = vmt_sequence_add(&names);
        if (name == NULL || (*name = join(arena, path, entry->d_name)) == NULL) {
            return vmt_arena_fail(arena, err);
        }
    }
    *count = names.count;
    *out = vmt_arena_alloc(arena, names.count, sizeof **out);
    if (*out == NULL) {
        return vmt_arena_fail(arena, err);
    }
    struct vmt_walker walker = {0};
    for (size_t i = 0; i < *count; i++) {
        (*out)[i] = *(const char **)vmt_sequence_next(&names, &walker);
    }
    qsort((void *)*out, *count, sizeof **out, compare_paths);
    return VMT_OK;
}

static enum vmt_status list(struct listing *listing, const char *path, unsigned depth,
                            struct vmt_error *err)
{
    DIR *directory = opendir(path);
    if (directory == NULL && depth > 0) {
        return add_file(listing, path, err);
    }
    if (directory == NULL) {
        return vmt_fail_io(err, path, errno, "open the directory");
    }
    const char **names = NULL;
    size_t count = 0;
    enum vmt_status status = read_names(&names, &count, directory, path, listing->arena, err);
    closedir(directory);
    for (size_t i = 0; status == VMT_OK && i < count; i++) {
        struct stat link;
        struct stat target;
        if (lstat(names[i], &link) != 0 || stat(names[i], &target) != 0) {
            continue; /* gone since it was listed, or a link to nowhere */
        }
        if (S_ISREG(target.st_mode)) {
            status = add_file(listing, names[i], err);
        } else if (S_ISDIR(link.st_mode)) { /* one too deep is noted as what cannot be read */
            status = depth < DEPTH_MOST ? list(listing, names[i], depth + 1, err)
                                        : add_file(listing, names[i], err);
        }
    }
    return status;
}

enum vmt_status vmt_directory_list(const char *const **out, size_t *count, const char *path,
                                   struct vmt_arena *arena, struct vmt_error *err)
{
    struct listing listing = {.arena = arena};
    vmt_sequence_init(&listing.files, arena, sizeof(const char *));
    enum vmt_status status = list(&listing, path, 0, err);
    if (status != VMT_OK) {
        return status;
    }
    const char **files = vmt_arena_alloc(arena, listing.files.count, sizeof *files);
    if (files == NULL) {
        return vmt_arena_fail(arena, err);
    }
    struct vmt_walker walker = {0};
    for (size_t i = 0; i < listing.files.count; i++) {
        files[i] = *(const char **)vmt_sequence_next(&listing.files, &walker);
    }
    *out = files;
    *count = listing.files.count;
    return VMT_OK;
}

/* --- open directories ------------------------------------------------------------------------- */

int vmt_directory_open(const char *path, struct vmt_error *err)
{
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) {
        vmt_fail_io(err, path, errno, "open the directory");
    }
    return directory;
}

int vmt_directory_open_at(int directory, const char *entry, const char *name, struct vmt_error *err)
{
    int inner = openat(directory, entry, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (inner < 0) {
        vmt_fail_io(err, name, errno, "open the directory");
    }
    return inner;
}

/* A decimal number as the kernel writes it: without leading zeros. */
static bool read_number(uint64_t *out, const char *name)
{
    struct vmt_slice text = vmt_slice(name);
    return text.length > 0 && (text.data[0] != '0' || text.length == 1) &&
           vmt_parse_u64(text, 10, out);
}

static int compare_numbers(const void *a, const void *b)
{
    uint64_t first = *(const uint64_t *)a;
    uint64_t second = *(const uint64_t *)b;
    return (first > second) - (first < second);
}

static enum vmt_status gather_numbers(struct vmt_sequence *numbers, DIR *stream, const char *name,
                                      struct vmt_arena *arena, struct vmt_error *err)
{
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(stream);
        if (entry == NULL) {
            return errno == 0 ? VMT_OK : vmt_fail_io(err, name, errno, "read the directory");
        }
        uint64_t number = 0;
        if (!read_number(&number, entry->d_name)) {
            continue;
        }
        uint64_t *added = vmt_sequence_add(numbers);
        if (added == NULL) {
            return vmt_arena_fail(arena, err);
        }
        *added = number;
    }
}

enum vmt_status vmt_directory_numbers(const uint64_t **out, size_t *count, int directory,
                                      const char *name, struct vmt_arena *arena,
                                      struct vmt_error *err)
{
    /* A descriptor of its own: reading moves the position, and closing the stream closes it. */
    int own = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = own < 0 ? NULL : fdopendir(own);
    if (stream == NULL) {
        int cause = errno;
        if (own >= 0) {
            close(own);
        }
        return vmt_fail_io(err, name, cause, "open the directory");
    }
    struct vmt_sequence found;
    vmt_sequence_init(&found, arena, sizeof(uint64_t));
    enum vmt_status status = gather_numbers(&found, stream, name, arena, err);
    closedir(stream);
    uint64_t *numbers =
        status == VMT_OK ? vmt_arena_alloc(arena, found.count, sizeof *numbers) : NULL;
    if (status != VMT_OK || numbers == NULL) {
        return status != VMT_OK ? status : vmt_arena_fail(arena, err);
    }
    struct vmt_walker walker = {0};
    for (size_t i = 0; i < found.count; i++) {
        numbers[i] = *(const uint64_t *)vmt_sequence_next(&found, &walker);
    }
    qsort(numbers, found.count, sizeof *numbers, compare_numbers);
    *out = numbers;
    *count = found.count;
    return VMT_OK;
}
