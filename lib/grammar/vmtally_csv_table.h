/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_VMTALLY_CSV_TABLE_H
#define VMT_GRAMMAR_VMTALLY_CSV_TABLE_H

/* The tables of our reports that are read again from CSV, and how their headers are known. */

#include "grammar/cursor.h"
#include "grammar/own_rows.h"

#define VMT_CSV_LISTS 3

/* A table as a file of its own. */
struct vmt_csv_table {
    const char *const *marks;         /* columns by which it is known, NULL-terminated */
    const struct vmt_own_table *rows; /* NULL: each row is a process */
    bool of_hosts;                    /* rows are samples of hosts */
    /* What else a row says is about its process or host; NULL where there are no more of them.
     * Names are looked for among the table's own first. */
    const struct vmt_own_columns *of_owner[VMT_CSV_LISTS];
};

/* The table of which the next line is the header, and what stands between its cells; or NULL. */
const struct vmt_csv_table *vmt_csv_table_find(const struct vmt_cursor *cursor, char *delimiter);

/* Whether a line that nothing reads begins as most headings do. */
bool vmt_csv_resembles_heading(const struct vmt_line *line);

#endif
