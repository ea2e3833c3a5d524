/* SPDX-License-Identifier: MIT */
#ifndef VMT_COLLECT_LIVE_CGROUP_H
#define VMT_COLLECT_LIVE_CGROUP_H

/* The control group of a process, as far as its memory goes: version 2, or 1 where the controller
 * of memory is still there. */

#include "collect/live.h"
#include "collect/live_file.h"

struct vmt_live_cgroup {
    char path[VMT_LIVE_NAME]; /* of its directory, below the top of the tree */
};

/* The next line of /proc/PID/cgroup; false at the end.  No controllers: version 2. */
bool vmt_live_cgroup_line(struct vmt_slice *rest, struct vmt_slice *controllers,
                          struct vmt_slice *path);

/* The group of a process, by its directory in /proc ("self", "1"); false when it does not show. */
bool vmt_live_cgroup_find(struct vmt_live_cgroup *out, const struct vmt_live_tree *tree,
                          const char *process);
/* The group of that path, in whatever hierarchy has it. */
bool vmt_live_cgroup_find_at(struct vmt_live_cgroup *out, const struct vmt_live_tree *tree,
                             struct vmt_slice path);

/* Read it into the snapshot: one record of a host. */
enum vmt_status vmt_live_cgroup_read(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                     const struct vmt_live_tree *tree,
                                     const struct vmt_live_cgroup *group, struct vmt_error *err);

#endif
