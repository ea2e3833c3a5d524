/* SPDX-License-Identifier: MIT */
#ifndef VMT_REPORT_REPORT_SUMMARY_H
#define VMT_REPORT_REPORT_SUMMARY_H

/* The summary has a form for programs and one for people. */

#include "report/report_common.h"

/* The form for people, of one process. */
void vmt_emit_summary_text(struct vmt_emit *emit, const struct vmt_breakdown *breakdown,
                           const struct vmt_filter *filter,
                           const struct vmt_report_options *options);

/* What is shared, clean or dirty: no member of its own. */
struct vmt_amount vmt_summary_shared(const struct vmt_amounts *amounts);

/* The first columns of a table of types for people: a class stands out from its types. */
#define VMT_CLASS_AND_TYPE_COLUMNS(title)                                                 \
    VMT_TEXT_COLUMN(title, WORD, 1, "Class of memory: a row with the sum of its types."), \
        VMT_TEXT_COLUMN("", TEXT, 20, "Region type."),                                    \
        VMT_TEXT_COLUMN("REGIONS", COUNT, 7, "Regions of the type.")
#define VMT_CLASS_AND_TYPE_COUNT 3
#define VMT_TYPE_CELLS 9 /* at most, in a row of such a table */

/* Such a table. */
struct vmt_type_rows {
    const struct vmt_breakdown *breakdown;
    const struct vmt_filter *filter;
    const struct vmt_table *table;
    /* Reduces a type to what of it stands in the table; false: nothing. */
    bool (*part)(struct vmt_type_sum *sum);
    /* The cells behind the first columns. */
    void (*cells)(struct vmt_cell *cells, const struct vmt_type_rows *rows,
                  const struct vmt_type_sum *sum);
    const void *layout; /* for `cells` */
    bool total;         /* ends with a total */
};
void vmt_emit_type_rows(struct vmt_emit *emit, const struct vmt_type_rows *rows);

/* The types of memory, what the kernel holds, address space. `ranges_only`: sizes of ranges are all
 * that is known. */
void vmt_emit_summary_types(struct vmt_emit *emit, const struct vmt_breakdown *breakdown,
                            const struct vmt_filter *filter, bool ranges_only);

/* Its table, where that states what the kernel charges. */
void vmt_emit_summary_charges(struct vmt_emit *emit, const struct vmt_breakdown *breakdown,
                              const struct vmt_filter *filter);

/* The way from our sums to the stated footprint, for programs and for people. */
void vmt_emit_reconciliation(struct vmt_emit *emit, const struct vmt_owner *owner,
                             const struct vmt_breakdown *breakdown);
void vmt_emit_reconciliation_text(struct vmt_emit *emit, const struct vmt_breakdown *breakdown);
extern const struct vmt_table vmt_reconcile_table;

/* The control groups of the snapshot: a table, and in text a few lines of each. */
extern const struct vmt_table vmt_groups_table;
void vmt_emit_summary_groups(struct vmt_emit *emit, const struct vmt_snapshot *snapshot,
                             const struct vmt_allocator *allocator);

/* All processes together, for programs and for people. */
void vmt_emit_summary_set(struct vmt_emit *emit, const struct vmt_snapshot *snapshot,
                          const struct vmt_allocator *allocator,
                          const struct vmt_report_options *options);
extern const struct vmt_table vmt_set_members_table;
extern const struct vmt_table vmt_shares_table;

#endif
