/* SPDX-License-Identifier: MIT */
#include "config.h"

/* The footprint row by row: from our sums by type to what the kernel states. */

#include "analysis/reconcile.h"
#include "report/report_summary.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static const struct vmt_column data_columns[] = {
    VMT_OWNER_COLUMNS,
    VMT_DATA_COLUMN("kind", WORD, VMT_IN_DATA,
                    "type, sum, stated, or where they differ missing or beyond."),
    VMT_DATA_COLUMN("type", TEXT, VMT_IN_DATA, "Region type by its canonical name."),
    VMT_DATA_COLUMN("amount", AMOUNT, VMT_IN_DATA, "What it adds to the footprint."),
    VMT_DATA_COLUMN("reason", WORD, VMT_IN_DATA, "What a difference is."),
};

static const struct vmt_column text_columns[] = {
    VMT_TEXT_COLUMN("FOOTPRINT BY ROW", TEXT, 27, "Region type, or a sum."),
    {.title = "AMOUNT",
     .kind = VMT_CELL_AMOUNT,
     .where = VMT_IN_TEXT | VMT_TEXT_BOUNDS,
     .width = 9,
     .help = "Bytes."},
    VMT_TEXT_COLUMN("", WORD, 0, "What it is."),
};

const struct vmt_table vmt_reconcile_table = {.name = "reconcile",
                                              .columns = data_columns,
                                              .column_count = COUNT_OF(data_columns),
                                              .where = VMT_IN_DATA};

static const struct vmt_table text_table = {.name = "reconcile",
                                            .columns = text_columns,
                                            .column_count = COUNT_OF(text_columns),
                                            .where = VMT_IN_TEXT};

static bool adds_anything(const struct vmt_type_sum *sum)
{
    return sum->amounts.of[VMT_PRIVATE_FOOTPRINT].upper > 0;
}

static void data_row(struct vmt_emit *emit, const struct vmt_owner *owner, const char *kind,
                     struct vmt_cell type, struct vmt_amount amount, const char *reason)
{
    struct vmt_cell cells[COUNT_OF(data_columns)];
    struct vmt_cell *next = vmt_owner_cells(cells, owner);
    *next++ = vmt_cell_word(kind);
    *next++ = type;
    *next++ = vmt_cell_amount(amount);
    *next++ = vmt_cell_word(reason);
    vmt_emit_row(emit, cells);
}

void vmt_emit_reconciliation(struct vmt_emit *emit, const struct vmt_owner *owner,
                             const struct vmt_breakdown *breakdown)
{
    const struct vmt_reconciliation way = vmt_reconcile(breakdown);
    const struct vmt_cell none = vmt_cell_null();
    vmt_emit_open(emit, &vmt_reconcile_table);
    for (size_t i = 0; way.possible && i < breakdown->type_count; i++) {
        const struct vmt_type_sum *sum = breakdown->types[i];
        if (adds_anything(sum)) {
            data_row(emit, owner, "type", vmt_cell_string(sum->type->canonical),
                     sum->amounts.of[VMT_PRIVATE_FOOTPRINT], NULL);
        }
    }
    if (way.possible) {
        data_row(emit, owner, "sum", none, way.sum, NULL);
        data_row(emit, owner, "stated", none, way.stated, NULL);
    }
    if (way.direction != VMT_REMAINDER_NONE) {
        data_row(emit, owner, vmt_remainder_name(way.direction), none, way.remainder, way.reason);
    }
    vmt_emit_close(emit);
}

static void text_row(struct vmt_emit *emit, struct vmt_cell name, struct vmt_amount amount,
                     const char *remark)
{
    const struct vmt_cell cells[] = {name, vmt_cell_amount(amount), vmt_cell_word(remark)};
    vmt_emit_row(emit, cells);
}

void vmt_emit_reconciliation_text(struct vmt_emit *emit, const struct vmt_breakdown *breakdown)
{
    const struct vmt_reconciliation way = vmt_reconcile(breakdown);
    vmt_emit_blank(emit);
    if (!way.possible) {
        vmt_emit_words(emit, "no footprint to reconcile: none is stated, or rows are missing");
        return;
    }
    vmt_emit_open(emit, &text_table);
    for (size_t i = 0; i < breakdown->type_count; i++) {
        const struct vmt_type_sum *sum = breakdown->types[i];
        if (adds_anything(sum)) {
            text_row(emit, vmt_cell_string(sum->type->canonical),
                     sum->amounts.of[VMT_PRIVATE_FOOTPRINT], "");
        }
    }
    text_row(emit, vmt_cell_word("sum"), way.sum, "private footprint");
    text_row(emit, vmt_cell_word("stated"), way.stated, "by the kernel");
    if (way.direction != VMT_REMAINDER_NONE) {
        bool missing = way.direction == VMT_REMAINDER_MISSING;
        text_row(emit, vmt_cell_word(missing ? "stated, in no row" : "in rows, not stated"),
                 way.remainder, "");
    }
    vmt_emit_close(emit);
    if (way.reason != NULL) {
        struct vmt_remark line = {.count = 0};
        vmt_remark_word(&line, "  ");
        vmt_remark_word(&line, way.reason);
        vmt_emit_line(emit, &line);
    }
}
