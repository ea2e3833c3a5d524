/* SPDX-License-Identifier: MIT */
#ifndef VMT_COLLECT_TOOLS_H
#define VMT_COLLECT_TOOLS_H

/* Running processes and the machine as the tools of the system show them: they are run, and what
 * they print is read as their saved output is.
 *
 * What they print counts only when they have ended well: of a tool that failed, hung or printed
 * without end nothing stays in the snapshot, and the error says what happened and what to do. */

#include "collect/live.h"

/* Each with its arguments, see struct vmt_run_options; vmmap gets the number of the process behind
 * them. */
struct vmt_tools {
    const char *const *vmmap;
    const char *const *vm_stat;
    const char *const *memory_pressure;
    const char *const *sysctl;
    uint64_t vmmap_output;        /* bytes that vmmap may print */
    const char *const *footprint; /* likewise with the number behind */
};

extern const struct vmt_tools vmt_tools_macos;

/* Those that tell what is running on this system; NULL where it is not read by tools. */
const struct vmt_tools *vmt_tools_here(void);

/* For all that takes a list of processes, which no tool gives. */
enum vmt_status vmt_tools_fail_list(struct vmt_error *err);

/* As vmt_live_read() and vmt_live_read_host(), of a `live` that has tools; a process by vmmap or by
 * footprint. */
enum vmt_status vmt_tools_read(struct vmt_process **out, struct vmt_snapshot *snapshot,
                               struct vmt_context *context, const struct vmt_live *live,
                               uint64_t pid, enum vmt_source source, struct vmt_error *err);

/* What vmmap says of a file that holds the memory of a process; its path is absolute. */
enum vmt_status vmt_tools_read_file(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                    const struct vmt_live *live, const char *path,
                                    struct vmt_error *err);
enum vmt_status vmt_tools_read_host(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                    const struct vmt_live *live, struct vmt_error *err);

#endif
