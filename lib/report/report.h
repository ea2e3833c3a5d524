/* SPDX-License-Identifier: MIT */
#ifndef VMT_REPORT_REPORT_H
#define VMT_REPORT_REPORT_H

/* The reports: what is said of a snapshot, for any writer. */

#include "analysis/breakdown.h"
#include "model/snapshot.h"
#include "report/writer.h"

struct vmt_report_options {
    bool zones;                    /* text: malloc zones too (CSV and JSON have them anyway) */
    bool reconcile;                /* text: the footprint row by row */
    bool explain_share;            /* text: what each process shares with others */
    const struct vmt_slice *types; /* only these types of region, by any of their names */
    size_t type_count;             /* 0: all */
};

enum vmt_status vmt_report_summary(const struct vmt_snapshot *snapshot,
                                   const struct vmt_allocator *allocator,
                                   const struct vmt_report_options *options,
                                   struct vmt_writer *writer, struct vmt_error *err);

enum vmt_status vmt_report_regions(const struct vmt_snapshot *snapshot,
                                   const struct vmt_allocator *allocator,
                                   const struct vmt_report_options *options,
                                   struct vmt_writer *writer, struct vmt_error *err);

/* The types that the snapshot has met, in their order. */
enum vmt_status vmt_report_explain(const struct vmt_snapshot *snapshot,
                                   const struct vmt_allocator *allocator,
                                   const struct vmt_report_options *options,
                                   struct vmt_writer *writer, struct vmt_error *err);

/* The hosts of the snapshot.  The options do not concern them. */
enum vmt_status vmt_report_system(const struct vmt_snapshot *snapshot,
                                  const struct vmt_allocator *allocator,
                                  const struct vmt_report_options *options,
                                  struct vmt_writer *writer, struct vmt_error *err);

/* The tables that a report can have, NULL-terminated; the first is CSV's default. */
extern const struct vmt_table *const vmt_report_summary_tables[];
extern const struct vmt_table *const vmt_report_regions_tables[];
extern const struct vmt_table *const vmt_report_explain_tables[];
extern const struct vmt_table *const vmt_report_system_tables[];

#endif
