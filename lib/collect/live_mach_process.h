/* SPDX-License-Identifier: MIT */
#ifndef VMT_COLLECT_LIVE_MACH_PROCESS_H
#define VMT_COLLECT_LIVE_MACH_PROCESS_H

/* What the kernel of macOS tells of a process, region by region, as a process of the model. */

#include "base/string_map.h"
#include "collect/live_mach_type.h"
#include "model/snapshot.h"

struct vmt_mach_builder {
    struct vmt_snapshot *snapshot;
    struct vmt_process *process;
    struct vmt_mach_types types;
    struct vmt_string_map images; /* paths of files of which something can be executed */
    uint64_t deadline;            /* of vmt_clock(); 0: none */
    bool late;                    /* it was reached */
    bool by_pidinfo;
    bool pages_told;          /* of each region that has some, outside the shared region */
    uint32_t page_size;       /* of the last region */
    struct vmt_page_run *run; /* the last one; NULL: none */
    enum vmt_status status;   /* why no more is wanted, when it is no deadline */
    struct vmt_error err;
};

/* Regions of a walk by that way will be added to the process. */
void vmt_mach_builder_init(struct vmt_mach_builder *builder, struct vmt_snapshot *snapshot,
                           struct vmt_process *process, enum vmt_mach_way way, bool apple_silicon);

/* Takes the regions; `self` is the builder. */
struct vmt_mach_visitor vmt_mach_builder_visitor(struct vmt_mach_builder *builder);

/* The walk has ended by itself: what only all of its regions tell together. */
enum vmt_status vmt_mach_builder_finish(struct vmt_mach_builder *builder, struct vmt_error *err);

/* Of a walk by task with `exact`: whether pages were not counted all the same. */
bool vmt_mach_lacks_counts(const struct vmt_process *process);

/* Add the kernel's own sums: what the model has a member for, the rest as facts. */
enum vmt_status vmt_mach_add_totals(struct vmt_process *process, struct vmt_snapshot *snapshot,
                                    const struct vmt_mach_totals *totals, struct vmt_error *err);

/* Add what anybody may know of the process. */
enum vmt_status vmt_mach_add_identity(struct vmt_process *process, struct vmt_snapshot *snapshot,
                                      const struct vmt_mach_process *described,
                                      const struct vmt_mach_system *machine, struct vmt_error *err);

/* The name of a program: that of its file where the kernel has cut its own. */
struct vmt_slice vmt_mach_name(const struct vmt_mach_process *described);

/* Text in one of the fields above, which may fill it. */
struct vmt_slice vmt_mach_text(const char *field, size_t size);

/* "macOS 14.5 (23F79)" into `text`; empty when the version is not known. */
const char *vmt_mach_os(char text[80], const struct vmt_mach_system *machine);

#endif
