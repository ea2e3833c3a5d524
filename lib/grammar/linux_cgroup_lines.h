/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_LINUX_CGROUP_LINES_H
#define VMT_GRAMMAR_LINUX_CGROUP_LINES_H

/* Lines of the memory controller's files, whole or damaged. */

#include "grammar/cursor.h"
#include "grammar/linux_cgroup_files.h"

#define VMT_CGROUP_KEY_MOST 48

bool vmt_cgroup_are_digits(struct vmt_slice text);

/* `key 123`, or `key N0=123 …` of nodes, in version 1 `key=123 N0=123 …`. */
bool vmt_cgroup_read_key(const struct vmt_cgroup_file *file, struct vmt_slice line,
                         struct vmt_slice *key, struct vmt_slice *value);

/* Whether a line, if whole, is one of the file. */
bool vmt_cgroup_fits(const struct vmt_cgroup_file *file, struct vmt_slice line);

/* The same where a digit may have become something else, behind a name that says what it is. */
bool vmt_cgroup_resembles(const struct vmt_cgroup_file *file, struct vmt_slice line);

/* Whether the value says of each node how much there is, and before it of all of them. */
bool vmt_cgroup_are_nodes(struct vmt_slice value);

/* One or two words, the first of which may have been a key: what is left of a line of the file. */
bool vmt_cgroup_is_rest_of_line(const struct vmt_cgroup_file *file, struct vmt_slice line);

/* The file that the lines ahead are by their own telling, or NULL. */
const struct vmt_cgroup_file *vmt_cgroup_know_by_shape(const struct vmt_cursor *cursor);

#endif
