/* SPDX-License-Identifier: MIT */
#include "config.h"

/* The summary for people of a table that states what the kernel charges to a process, and of all
 * the processes of such a dump together. */

#include "report/report_summary.h"

#define COLUMNS_MOST 7

enum column { TYPE, REGIONS, CHARGED, SWAPPED, CLEAN, RECLAIMABLE, WIRED };

static const struct {
    struct vmt_column column;
    enum vmt_evidence evidence; /* without which a column is left out */
    enum vmt_member member;     /* VMT_MEMBER_COUNT: of no member of the accounting */
} columns[COLUMNS_MOST] = {
    [TYPE] = {VMT_TEXT_COLUMN("TYPE", TEXT, 22, "Region type."), VMT_EV_CHARGED, VMT_MEMBER_COUNT},
    [REGIONS] = {VMT_TEXT_COLUMN("REGIONS", COUNT, 7, "Regions of the type."), VMT_EV_CHARGED,
                 VMT_MEMBER_COUNT},
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
    struct vmt_column columns[COLUMNS_MOST];
    enum column kinds[COLUMNS_MOST];
    size_t count;
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
    for (enum column kind = TYPE; kind <= WIRED; kind++) {
        if ((stated & 1u << columns[kind].evidence) != 0) {
            layout.columns[layout.count] = columns[kind].column;
            layout.kinds[layout.count++] = kind;
        }
    }
    return layout;
}

/* A sum of rows; the first is taken as it is. */
struct sum {
    uint64_t rows;
    struct vmt_type_sum of;
};

static void add_to(struct sum *sum, const struct vmt_type_sum *type)
{
    if (sum->rows++ == 0) {
        sum->of = *type;
        return;
    }
    vmt_amounts_add(&sum->of.amounts, &type->amounts);
    vmt_amount_add(&sum->of.charged, type->charged);
    vmt_amount_add(&sum->of.clean, type->clean);
    sum->of.regions += type->regions;
    sum->of.counted = sum->of.counted && type->counted;
}

static void emit_row(struct vmt_emit *emit, const struct layout *layout, struct vmt_cell name,
                     const struct vmt_type_sum *sum)
{
    struct vmt_cell cells[COLUMNS_MOST];
    for (size_t i = 0; i < layout->count; i++) {
        switch (layout->kinds[i]) {
        case TYPE:
            cells[i] = name;
            break;
        case REGIONS:
            cells[i] = vmt_cell_optional(VMT_CELL_COUNT, sum->counted, sum->regions);
            break;
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
    vmt_emit_row(emit, cells);
}

void vmt_emit_summary_charges(struct vmt_emit *emit, const struct vmt_breakdown *breakdown,
                              const struct vmt_filter *filter)
{
    const struct layout layout = layout_of(breakdown->process);
    const struct vmt_table table = {.name = "charges",
                                    .columns = layout.columns,
                                    .column_count = layout.count,
                                    .where = VMT_IN_TEXT};
    struct sum all = {0};
    struct sum shown = {0};
    vmt_emit_blank(emit);
    vmt_emit_open(emit, &table);
    for (size_t i = 0; i < breakdown->type_count; i++) {
        const struct vmt_type_sum *sum = breakdown->types[i];
        add_to(&all, sum);
        if (vmt_filter_wants(filter, sum->type)) {
            add_to(&shown, sum);
            emit_row(emit, &layout, vmt_cell_string(sum->type->canonical), sum);
        }
    }
    if (filter->count > 0 && shown.rows > 0) {
        emit_row(emit, &layout, vmt_cell_word("TOTAL shown"), &shown.of);
    }
    emit_row(emit, &layout, vmt_cell_word(filter->count > 0 ? "TOTAL of all" : "TOTAL"), &all.of);
    vmt_emit_close(emit);
}
