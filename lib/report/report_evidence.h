/* SPDX-License-Identifier: MIT */
#ifndef VMT_REPORT_REPORT_EVIDENCE_H
#define VMT_REPORT_REPORT_EVIDENCE_H

/* Evidence of a process as it was stated, in tables that data formats have and that the readers of
 * our own files (grammar/own.h) take back. */

#include "report/report_common.h"

extern const struct vmt_table vmt_zones_table;
extern const struct vmt_table vmt_facts_table;
extern const struct vmt_table vmt_stated_table;

void vmt_emit_zones(struct vmt_emit *emit, const struct vmt_owner *owner);
void vmt_emit_facts(struct vmt_emit *emit, const struct vmt_owner *owner);

/* What the evidence's own tables state by type, and their totals. */
void vmt_emit_stated(struct vmt_emit *emit, const struct vmt_owner *owner);

/* What is stated of the process as a whole. */
void vmt_emit_whole(struct vmt_emit *emit, const struct vmt_process *process);

/* A row of CSV stands alone: what else of its process decides how it is to be read.  Columns of
 * the process have names of their own, so that nobody adds them up. */
#define VMT_CONTEXT_COLUMNS                                                               \
    VMT_DATA_COLUMN("os", TEXT, VMT_IN_CSV, "System and its version."),                   \
        VMT_DATA_COLUMN("arch", TEXT, VMT_IN_CSV, "Code type of the process."),           \
        VMT_DATA_COLUMN("captured_at", TEXT, VMT_IN_CSV, "When the evidence was taken."), \
        VMT_WHOLE_COLUMN("process_footprint", "Of the whole process, as stated."),        \
        VMT_WHOLE_COLUMN("process_footprint_peak", "Of the whole process, as stated."),   \
        VMT_WHOLE_COLUMN("process_resident_peak", "Of the whole process, as stated."),    \
        VMT_WHOLE_COLUMN("process_virtual_peak", "Of the whole process, as stated."),     \
        VMT_WHOLE_COLUMN("process_wired", "Of the whole process, as stated.")
#define VMT_WHOLE_COLUMN(key_, help_) \
    VMT_DATA_COLUMN(key_, AMOUNT, VMT_IN_CSV | VMT_CSV_BOUNDS, help_)

/* Returns the first cell behind its own. */
struct vmt_cell *vmt_context_cells(struct vmt_cell *cells, const struct vmt_process *process);

#endif
