/* SPDX-License-Identifier: MIT */
#ifndef VMT_REPORT_REPORT_SUMMARY_H
#define VMT_REPORT_REPORT_SUMMARY_H

/* The summary has a form for programs and one for people. */

#include "report/report_common.h"

/* The form for people, of one process. */
void vmt_emit_summary_text(struct vmt_emit *emit, const struct vmt_breakdown *breakdown,
                           const struct vmt_filter *filter,
                           const struct vmt_report_options *options);

/* Its table, where that states what the kernel charges. */
void vmt_emit_summary_charges(struct vmt_emit *emit, const struct vmt_breakdown *breakdown,
                              const struct vmt_filter *filter);

/* The way from our sums to the stated footprint, for programs and for people. */
void vmt_emit_reconciliation(struct vmt_emit *emit, const struct vmt_owner *owner,
                             const struct vmt_breakdown *breakdown);
void vmt_emit_reconciliation_text(struct vmt_emit *emit, const struct vmt_breakdown *breakdown);
extern const struct vmt_table vmt_reconcile_table;

/* All processes together, for programs and for people. */
void vmt_emit_summary_set(struct vmt_emit *emit, const struct vmt_snapshot *snapshot,
                          const struct vmt_allocator *allocator,
                          const struct vmt_report_options *options);
extern const struct vmt_table vmt_set_members_table;
extern const struct vmt_table vmt_shares_table;

#endif
