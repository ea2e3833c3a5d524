/* SPDX-License-Identifier: MIT */
#ifndef VMT_REPORT_REPORT_H
#define VMT_REPORT_REPORT_H

/* The reports: what is said of a snapshot, for any writer. */

#include "analysis/breakdown.h"
#include "analysis/ranking.h"
#include "model/snapshot.h"
#include "report/writer.h"

/* What the report about all processes shows.  Columns are numbers from 0: see
 * vmt_processes_column_find(). */
struct vmt_processes_options {
    struct vmt_ranking_options ranking;
    bool sorted;                 /* the key was asked for; else the columns and the evidence tell */
    const size_t *columns;       /* of text and CSV, in their order */
    size_t column_count;         /* 0: what says something in text, all in CSV */
    const struct vmt_table *csv; /* of these columns; NULL: the table of all */
    const struct vmt_listing *listing; /* NULL: made of the snapshot */
};

struct vmt_report_options {
    bool zones;                    /* text: malloc zones too (CSV and JSON have them anyway) */
    bool reconcile;                /* text: the footprint row by row */
    bool explain_share;            /* text: what each process shares with others */
    const struct vmt_slice *types; /* only these types of region, by any of their names */
    size_t type_count;             /* 0: all */
    const struct vmt_processes_options *processes; /* of vmt_report_processes() only */
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

/* All processes of the snapshot, or of a listing that was made while they were read, ranked. */
enum vmt_status vmt_report_processes(const struct vmt_snapshot *snapshot,
                                     const struct vmt_allocator *allocator,
                                     const struct vmt_report_options *options,
                                     struct vmt_writer *writer, struct vmt_error *err);

/* The column of a name; one that has no name when there is none.  Names are those of the data
 * formats; NULL behind the last column. */
size_t vmt_processes_column_find(struct vmt_slice name);
const char *vmt_processes_column_name(size_t column);

/* Order by a column; false when that cannot be. */
bool vmt_processes_sort_by(struct vmt_ranking_options *ranking, size_t column);

/* The members that are shown or decide what is shown: bits 1 << vmt_member. */
uint32_t vmt_processes_members(const struct vmt_processes_options *options);

/* The table of the columns that were chosen, in `columns`, which has room for them. */
void vmt_processes_table_make(struct vmt_table *table, struct vmt_column *columns,
                              const struct vmt_processes_options *options);

/* The tables that a report can have, NULL-terminated; the first is CSV's default. */
extern const struct vmt_table *const vmt_report_summary_tables[];
extern const struct vmt_table *const vmt_report_processes_tables[];
extern const struct vmt_table *const vmt_report_regions_tables[];
extern const struct vmt_table *const vmt_report_explain_tables[];
extern const struct vmt_table *const vmt_report_system_tables[];

#endif
