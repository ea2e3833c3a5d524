/* SPDX-License-Identifier: MIT */
#ifndef VMT_COLLECT_COLLECT_H
#define VMT_COLLECT_COLLECT_H

/* From a target, as a person names it, to the model. */

#include "grammar/context.h"
#include "model/snapshot.h"

/* Read `target` into the snapshot: a file, a directory (its files in order of their names, and
 * those of directories in it; links to directories and hidden names left out; of a saved tree of
 * /proc, the processes and the host), or "-" for standard input.  The files of a directory are read
 * by as many threads as the context allows.
 *
 * VMT_E_IO: the target itself cannot be opened or read.  VMT_E_NOCAPTURE: nothing in it is a
 * capture.  Inside a directory a file like that is a note, and only a directory without any
 * capture is VMT_E_NOCAPTURE.  What was read before a failure stays in the snapshot. */
enum vmt_status vmt_collect(struct vmt_snapshot *snapshot, struct vmt_context *context,
                            const char *target, struct vmt_error *err);

#endif
