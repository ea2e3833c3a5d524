/* SPDX-License-Identifier: MIT */
#ifndef VMT_COLLECT_LIVE_MACH_H
#define VMT_COLLECT_LIVE_MACH_H

/* Running processes and the machine as the kernel of macOS tells of them, for live_macos.c.
 *
 * All of it adds a record to the snapshot and nothing when it fails.  VMT_E_IO: why it gives
 * nothing, `cause` as in live.h. */

#include "collect/live.h"
#include "source/mach.h"

/* All regions of a process.  A walk by its task is made in a process of its own: it may hang. */
enum vmt_status vmt_mach_read_walk(struct vmt_process **out, struct vmt_snapshot *snapshot,
                                   const struct vmt_live *live, uint64_t pid, enum vmt_mach_way way,
                                   struct vmt_error *err);

/* The kernel's own sums of a process. */
enum vmt_status vmt_mach_read_totals(struct vmt_process **out, struct vmt_snapshot *snapshot,
                                     const struct vmt_live *live, uint64_t pid,
                                     struct vmt_error *err);

/* The same beside the regions that were read; nothing when they cannot be had. */
enum vmt_status vmt_mach_join_totals(struct vmt_process *process, struct vmt_snapshot *snapshot,
                                     const struct vmt_live *live, uint64_t pid,
                                     struct vmt_error *err);

enum vmt_status vmt_mach_read_host(struct vmt_snapshot *snapshot, const struct vmt_live *live,
                                   struct vmt_error *err);

/* Say why a call gave nothing. */
enum vmt_status vmt_mach_fail(const struct vmt_mach_outcome *outcome, struct vmt_error *err);

#endif
