/* SPDX-License-Identifier: MIT */
#ifndef VMT_SOURCE_ARCHIVE_H
#define VMT_SOURCE_ARCHIVE_H

/* Archives and compressed files as one input after another.  Nothing is ever extracted: links,
 * devices, absolute names and `..` in an archive are names and no more.
 *
 * All of it is libarchive's work, whose memory is its own and not counted in any arena: it holds
 * a block and the window of the compression, never a file.  Without libarchive everything here
 * fails and says so. */

#include "base/input.h"
#include "base/memory.h"

/* Whether an input that begins like this is an archive (tar, cpio, zip) or compressed (gzip,
 * bzip2, xz, zstd).  No dump begins like any of them.  VMT_PEEKED_HEAD bytes tell. */
bool vmt_archive_begins(struct vmt_slice head);

struct vmt_archive;

/* `bytes` is borrowed and begins with `head`. */
enum vmt_status vmt_archive_open(struct vmt_archive **out, struct vmt_input *bytes,
                                 struct vmt_slice head, const struct vmt_allocator *allocator,
                                 struct vmt_error *err);
void vmt_archive_close(struct vmt_archive *archive);

/* Go to the next regular file, VMT_END behind the last one.  *path is its name, any bytes, until
 * the next call; empty when the archive is a single file that was compressed.  Damage that could
 * be got over, with files lost or not, is a failure where the end would be. */
enum vmt_status vmt_archive_next(struct vmt_slice *path, struct vmt_archive *archive,
                                 struct vmt_error *err);

/* What that file holds, called `name` (borrowed, see struct vmt_input). */
struct vmt_input *vmt_archive_input(struct vmt_archive *archive, const char *name);

/* Whether a failure was one of the whole archive, behind which nothing can be read.  Otherwise the
 * file alone cannot be, such as an encrypted one. */
bool vmt_archive_is_broken(const struct vmt_archive *archive);

#endif
