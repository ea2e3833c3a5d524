/* SPDX-License-Identifier: MIT */
#include "config.h"

/* The summary for people of a table that states what the kernel charges to a process, and of all
 * the processes of such a dump together. */

#include "report/report_summary.h"

#define SIZES_MOST 5

enum column { CHARGED, SWAPPED, CLEAN, RECLAIMABLE, WIRED };

static const struct vmt_column first_columns[] = {VMT_CLASS_AND_TYPE_COLUMNS("TYPE")};

static const struct {
    struct vmt_column column;
    enum vmt_evidence evidence; /* without which the column is left out */
    enum vmt_member member;     /* VMT_MEMBER_COUNT: of no member of the accounting */
} columns[SIZES_MOST] = {
    [CHARGED] = {VMT_TEXT_COLUMN("DIRTY+SWAP", AMOUNT, 10, "Bytes."), VMT_EV_CHARGED,
                 VMT_MEMBER_COUNT},
    [SWAPPED] = {VMT_TEXT_COLUMN("SWAPPED", AMOUNT, 8, "Bytes."), VMT_EV_SWAPPED, VMT_SWAPPED},
    [CLEAN] = {VMT_TEXT_COLUMN("CLEAN", AMOUNT, 8, "Bytes."), VMT_EV_CLEAN, VMT_MEMBER_COUNT},
    [RECLAIMABLE] = {VMT_TEXT_COLUMN("RECLAIMABLE", AMOUNT, 11, "Bytes."), VMT_EV_RECLAIMABLE,
                     VMT_RECLAIMABLE},
    [WIRED] = {VMT_TEXT_COLUMN("WIRED", AMOUNT, 8, "Bytes."), VMT_EV_WIRED, VMT_WIRED},
};

/* The columns that the table has. */
struct layout {
    struct vmt_column columns[VMT_CLASS_AND_TYPE_COUNT + SIZES_MOST];
    enum column kinds[SIZES_MOST];
    size_t count; /* of the sizes */
};

static struct layout layout_of(const struct vmt_process *process)
{
    struct layout layout = {.count = 0};
    unsigned stated = 0;
    struct vmt_walker walker = {0};
    const struct vmt_stated_row *row = vmt_sequence_next(&process->stated, &walker);
    for (; row != NULL; row = vmt_sequence_next(&process->stated, &walker)) {
        stated |= row->known;
    }
    memcpy(layout.columns, first_columns, sizeof first_columns);
    for (enum column kind = CHARGED; kind <= WIRED; kind++) {
        if ((stated & 1u << columns[kind].evidence) != 0) {
            layout.columns[VMT_CLASS_AND_TYPE_COUNT + layout.count] = columns[kind].column;
            layout.kinds[layout.count++] = kind;
        }
    }
    return layout;
}

static bool whole_part(struct vmt_type_sum *sum)
{
    (void)sum;
    return true;
}

static void size_cells(struct vmt_cell *cells, const struct vmt_type_rows *rows,
                       const struct vmt_type_sum *sum)
{
    const struct layout *layout = rows->layout;
    for (size_t i = 0; i < layout->count; i++) {
        switch (layout->kinds[i]) {
        case CHARGED:
            cells[i] = vmt_cell_amount(sum->charged);
            break;
        case CLEAN:
            cells[i] = vmt_cell_amount(sum->clean);
            break;
        case SWAPPED:
        case RECLAIMABLE:
        case WIRED:
            cells[i] = vmt_cell_amount(sum->amounts.of[columns[layout->kinds[i]].member]);
            break;
        }
    }
}

void vmt_emit_summary_charges(struct vmt_emit *emit, const struct vmt_breakdown *breakdown,
                              const struct vmt_filter *filter)
{
    const struct layout layout = layout_of(breakdown->process);
    const struct vmt_table table = {.name = "charges",
                                    .columns = layout.columns,
                                    .column_count = VMT_CLASS_AND_TYPE_COUNT + layout.count,
                                    .where = VMT_IN_TEXT};
    const struct vmt_type_rows rows = {.breakdown = breakdown,
                                       .filter = filter,
                                       .table = &table,
                                       .part = whole_part,
                                       .cells = size_cells,
                                       .layout = &layout,
                                       .total = true};
    vmt_emit_type_rows(emit, &rows);
}
