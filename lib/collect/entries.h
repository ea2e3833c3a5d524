/* SPDX-License-Identifier: MIT */
#ifndef VMT_COLLECT_ENTRIES_H
#define VMT_COLLECT_ENTRIES_H

#include "base/input.h"
#include "grammar/context.h"
#include "model/snapshot.h"

/* Read the files in an archive, in order, or the one that was compressed; a saved tree of /proc in
 * it as the one it was saved from.  Hidden names are left out.  `bytes` is named for as long as the
 * snapshot lives; a file is called by that name, a slash and its own.
 *
 * A file that holds nothing or cannot be unpacked is a note.  VMT_E_IO: the archive is damaged, and
 * what came before that was read.  VMT_E_NOCAPTURE: nothing in it is a capture. */
enum vmt_status vmt_entries_read(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                 struct vmt_peeked_input *bytes, struct vmt_error *err);

#endif
