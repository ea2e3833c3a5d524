/* SPDX-License-Identifier: MIT */
#ifndef VMT_REPORT_LAYOUT_VMMAP_H
#define VMT_REPORT_LAYOUT_VMMAP_H

/* Between the files that write vmmap's layout. */

#include "report/layout.h"
#include "report/output.h"

#define VMT_LAYOUT_SIZE 24

/* As vmmap prints a size: plain bytes below 4096 that are no whole K; K as far as four digits go;
 * one decimal beyond. */
const char *vmt_layout_size(char buffer[VMT_LAYOUT_SIZE], uint64_t bytes);

/* Text at the left or at the right of a column; what is wider stays whole. */
void vmt_layout_left(struct vmt_output *output, struct vmt_slice text, size_t width);
void vmt_layout_right(struct vmt_output *output, const char *text, size_t width);

/* Whether a fact is one of the two lines above the table of sums. */
bool vmt_layout_is_totals(const struct vmt_fact *fact);

/* The table of sums by type, and that of malloc zones.  False, and nothing written, where the
 * process does not have what all of its columns need. */
bool vmt_layout_table(struct vmt_output *output, const struct vmt_process *process);
bool vmt_layout_zones(struct vmt_output *output, const struct vmt_process *process);

#endif
