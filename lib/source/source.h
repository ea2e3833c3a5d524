/* SPDX-License-Identifier: MIT */
#ifndef VMT_SOURCE_SOURCE_H
#define VMT_SOURCE_SOURCE_H

/* The outside world as bytes with a name.  What they mean is not decided here. */

#include "base/input.h"
#include "base/memory.h"

struct vmt_file_input {
    struct vmt_input input;
    int descriptor;
    bool close; /* it is ours */
};

/* Open a file of any kind that can be read from beginning to end; "-" is standard input.
 * `name` is borrowed, see struct vmt_input.  VMT_E_IO when it cannot be opened. */
enum vmt_status vmt_file_open(struct vmt_file_input *out, const char *name, struct vmt_error *err);
/* The same of a regular file of an open directory: links are not followed, and neither a pipe,
 * which may block, nor a device, which may never end, is read. */
enum vmt_status vmt_file_open_at(struct vmt_file_input *out, int directory, const char *file,
                                 const char *name, struct vmt_error *err);
/* Whether there is still something at the beginning of a file that was read. */
bool vmt_file_is_there(const struct vmt_file_input *file);
void vmt_file_close(struct vmt_file_input *file);

/* A small file of an open directory into `buffer`, which `out` is a part of then; what does not fit
 * is left. */
enum vmt_status vmt_file_slurp_at(struct vmt_slice *out, char *buffer, size_t size, int directory,
                                  const char *file, const char *name, struct vmt_error *err);

/* A directory: a path, or the name of one in an open directory.  -1 and a failure, or its
 * descriptor, which the caller closes. */
int vmt_directory_open(const char *path, struct vmt_error *err);
int vmt_directory_open_at(int directory, const char *entry, const char *name,
                          struct vmt_error *err);

/* The entries of an open directory that are decimal numbers, ascending: the processes of /proc.
 * Numbers from the arena. */
enum vmt_status vmt_directory_numbers(const uint64_t **out, size_t *count, int directory,
                                      const char *name, struct vmt_arena *arena,
                                      struct vmt_error *err);

bool vmt_is_directory(const char *path);

/* The regular files in a directory and in the directories below it, in order of their names: paths
 * that begin with `path`, from the arena.  Hidden names, links to directories and other kinds of
 * files are left out.  A directory below that cannot be read is listed by its own path, so that
 * opening it says why. */
enum vmt_status vmt_directory_list(const char *const **out, size_t *count, const char *path,
                                   struct vmt_arena *arena, struct vmt_error *err);

#endif
