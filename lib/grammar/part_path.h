/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_PART_PATH_H
#define VMT_GRAMMAR_PART_PATH_H

/* How people say which file of /proc or /sys lines are of, where the lines do not:
 *
 *   ==> /sys/fs/cgroup/acme.slice/memory.max <==     head, tail
 *   $ cat /sys/fs/cgroup/acme.slice/memory.max       a prompt; the path alone, with a colon
 *   /sys/fs/cgroup/acme.slice/memory.max:536870912   grep
 *
 * or by the name of the input, see vmt_cursor_name(). */

#include "grammar/grammar.h"

/* The path in a line of the first two kinds; false for a line that is too long to be one. */
bool vmt_part_path_heading(struct vmt_slice line, struct vmt_slice *path);

/* The path in a line of the third kind, and what stands behind it, which is not nothing. */
bool vmt_part_path_front(struct vmt_slice line, struct vmt_slice *path, struct vmt_slice *rest);

/* Whether the path is of the file `name`: it is its last part, perhaps behind a `-`, `_` or `.` and
 * before `.txt`, as people name copies.  *directory is what stands before that, `.` where nothing
 * does. */
bool vmt_part_path_is(struct vmt_slice path, const char *name, struct vmt_slice *directory);

#endif
