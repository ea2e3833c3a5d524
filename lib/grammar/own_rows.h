/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_OWN_ROWS_H
#define VMT_GRAMMAR_OWN_ROWS_H

/* What the rows of the tables of our own reports are, and where they go. */

#include "grammar/own.h"

struct vmt_own_table {
    const char *name; /* of the table, and its key in JSON */
    struct vmt_own_columns columns;
    /* Keep a row that was filled.  VMT_END: it cannot be, the row's `reason` says why. */
    enum vmt_status (*add)(struct vmt_own_row *row, struct vmt_error *err);
    bool regions; /* its rows are all regions of a process, unless some were taken out */
};

/* For the tables: texts of a row, and an address as our reports write it. */
enum vmt_own_row_text {
    VMT_OWN_ROW_TYPE,
    VMT_OWN_ROW_CANONICAL,
    VMT_OWN_ROW_KEY,
    VMT_OWN_ROW_TEXT
};
vmt_own_setter vmt_own_set_text;
bool vmt_own_address(struct vmt_slice text, uint64_t *out);

extern const struct vmt_own_table vmt_own_regions;
extern const struct vmt_own_table vmt_own_stated;        /* what a tool's own table states */
extern const struct vmt_own_table vmt_own_stated_totals; /* and its totals */
extern const struct vmt_own_table vmt_own_types;         /* sums of ours by type */
extern const struct vmt_own_table vmt_own_totals;        /* and in all */
extern const struct vmt_own_table vmt_own_zones;
extern const struct vmt_own_table vmt_own_zone_total;
extern const struct vmt_own_table vmt_own_fault;
extern const struct vmt_own_table vmt_own_facts;
extern const struct vmt_own_table vmt_own_notes;

#endif
