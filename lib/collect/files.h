/* SPDX-License-Identifier: MIT */
#ifndef VMT_COLLECT_FILES_H
#define VMT_COLLECT_FILES_H

#include "grammar/context.h"
#include "model/snapshot.h"

/* Read the file or, of "-", standard input; of an archive each file.  Errors as of vmt_collect().
 */
enum vmt_status vmt_file_read(struct vmt_snapshot *snapshot, struct vmt_context *context,
                              const char *path, struct vmt_error *err);

/* Read the files in order; *captures is how many of them hold something.  A file that holds
 * nothing or cannot be read is a note.  Which threads read what makes no difference to what comes
 * of it: neither to the order nor to where a limit is met. */
enum vmt_status vmt_files_read(size_t *captures, struct vmt_snapshot *snapshot,
                               struct vmt_context *context, const char *const *paths, size_t count,
                               struct vmt_error *err);

/* A file that gave nothing, because of `cause`, becomes a note of the input `path`, which is the
 * one last read or a new one. */
enum vmt_status vmt_file_note(struct vmt_snapshot *snapshot, const char *path,
                              const struct vmt_error *cause, struct vmt_error *err);

#endif
