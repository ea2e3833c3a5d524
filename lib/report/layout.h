/* SPDX-License-Identifier: MIT */
#ifndef VMT_REPORT_LAYOUT_H
#define VMT_REPORT_LAYOUT_H

/* A snapshot in the layout of a tool, so that scripts for that tool can read it.  Only evidence is
 * written; where a layout needs a number that is not there, an estimate stands for it, and is
 * named as a loss. */

#include "base/memory.h"
#include "base/sink.h"
#include "model/snapshot.h"

/* What the layout could not hold of this snapshot. */
enum vmt_loss {
    VMT_LOSS_HOSTS,         /* evidence of a machine */
    VMT_LOSS_TOTALS,        /* what is stated of a process as a whole */
    VMT_LOSS_TABLES,        /* sums that are stated by type */
    VMT_LOSS_ZONES,         /* malloc zones */
    VMT_LOSS_FACTS,         /* lines of the header */
    VMT_LOSS_FAULT,         /* where it crashed, why it was killed */
    VMT_LOSS_MODES,         /* sharing modes, purge states, maximal protections */
    VMT_LOSS_SIZES,         /* resident, dirty and swapped, where some of them are missing */
    VMT_LOSS_KERNEL_COUNTS, /* private, shared and proportional sizes */
    VMT_LOSS_UNRANGED,      /* rows without a range, and windows on others */
    VMT_LOSS_ESTIMATES,     /* not lost, but made: estimates stand for counts of the kernel */
    VMT_LOSS_COUNT
};

/* One line for people. */
const char *vmt_loss_text(enum vmt_loss loss);

/* What the report of regions leaves out: as JSON, or its rows alone, as CSV. */
unsigned vmt_report_losses(const struct vmt_snapshot *snapshot, bool rows_alone);

/* The regions by address, those without one last, in memory of the allocator; NULL when it
 * refuses. */
const struct vmt_region **vmt_layout_by_address(const struct vmt_process *process,
                                                const struct vmt_allocator *allocator);

/* *losses gets bit 1 << vmt_loss. */
typedef enum vmt_status vmt_layout(const struct vmt_snapshot *snapshot,
                                   const struct vmt_allocator *allocator, struct vmt_sink *sink,
                                   unsigned *losses, struct vmt_error *err);

/* vmmap's report 2.4, the sections interleaved; 2.3 for a process that lacks resident sizes. */
vmt_layout vmt_layout_vmmap;

/* /proc/PID/smaps of Linux, headed by `==> /proc/PID/smaps <==` where there are several. */
vmt_layout vmt_layout_smaps;

#endif
