/* SPDX-License-Identifier: MIT */
#ifndef VMT_REPORT_REPORT_PROCESSES_H
#define VMT_REPORT_REPORT_PROCESSES_H

/* The columns of the report about all processes, of which a person chooses, and its form for
 * people. */

#include "analysis/ranking.h"
#include "report/report_common.h"

enum vmt_processes_column {
    VMT_PROCESSES_SOURCE,
    VMT_PROCESSES_LINE,
    VMT_PROCESSES_GRAMMAR,
    VMT_PROCESSES_PID,
    VMT_PROCESSES_PARENT,
    VMT_PROCESSES_USER,
    VMT_PROCESSES_USER_ID,
    VMT_PROCESSES_NAME,
    VMT_PROCESSES_KIND,
    VMT_PROCESSES_COUNT,
    VMT_PROCESSES_RECORDS,
    VMT_PROCESSES_MEMBERS, /* one for each member from here on */
    VMT_PROCESSES_COLUMNS = VMT_PROCESSES_MEMBERS + VMT_MEMBER_COUNT
};

static inline bool vmt_processes_is_member(size_t column)
{
    return column >= VMT_PROCESSES_MEMBERS;
}

static inline enum vmt_member vmt_processes_member(size_t column)
{
    return (enum vmt_member)(column - VMT_PROCESSES_MEMBERS);
}

/* What is made of a row for its cells. */
struct vmt_processes_cell_text {
    char user[24];
};

/* The cell of a row in a column that is no member's. */
struct vmt_cell vmt_processes_cell(const struct vmt_rank_row *row, size_t column,
                                   struct vmt_processes_cell_text *text);

/* All columns. */
extern const struct vmt_table vmt_processes_table;

/* The cells of a row in the table that data formats show: as many as there are columns. */
void vmt_processes_cells(struct vmt_cell *cells, const struct vmt_rank_row *row,
                         const struct vmt_processes_options *options,
                         struct vmt_processes_cell_text *text);

void vmt_emit_processes_text(struct vmt_emit *emit, const struct vmt_ranking *ranking,
                             const struct vmt_listing *listing,
                             const struct vmt_processes_options *options);

#endif
