/* SPDX-License-Identifier: MIT */
#include "config.h"

/* What of a host's evidence was held against each other, for people. */

#include "report/report_system.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static const struct vmt_column differs_columns[] = {
    VMT_TEXT_COLUMN("DIFFERS", WORD, 10, "Name of an identity."),
    VMT_TEXT_COLUMN("SAMPLE", COUNT, 8, "Number of the sample."),
    VMT_TEXT_COLUMN("STATED", BYTES, 9, "As the evidence states it."),
    VMT_TEXT_COLUMN("SUM", BYTES, 9, "As it adds up."),
    VMT_TEXT_COLUMN("APART", BYTES, 9, "How far apart they are."),
    VMT_TEXT_COLUMN("ROUNDING", BYTES, 9, "What rounding accounts for."),
};

static const struct vmt_table differs_table = {.name = "differs",
                                               .columns = differs_columns,
                                               .column_count = COUNT_OF(differs_columns),
                                               .where = VMT_IN_TEXT};

void vmt_emit_system_checks(struct vmt_emit *emit, const struct vmt_system_checks *checks)
{
    uint64_t differing = checks->tally.of[VMT_DIFFERS].count;
    vmt_emit_check_tally(emit, &checks->tally, "checks");
    vmt_emit_open(emit, &differs_table);
    for (uint64_t i = 0; i < differing && i < VMT_DIFFERING_MOST; i++) {
        const struct vmt_check *check = &checks->differing[i].check;
        uint64_t apart = check->expected > check->actual ? check->expected - check->actual
                                                         : check->actual - check->expected;
        const struct vmt_cell cells[COUNT_OF(differs_columns)] = {
            {.kind = VMT_CELL_WORD, .text = check->type},
            vmt_cell_number(VMT_CELL_COUNT, checks->differing[i].sample),
            vmt_cell_number(VMT_CELL_BYTES, check->expected),
            vmt_cell_number(VMT_CELL_BYTES, check->actual),
            vmt_cell_number(VMT_CELL_BYTES, apart),
            vmt_cell_number(VMT_CELL_BYTES, check->bound),
        };
        vmt_emit_row(emit, cells);
    }
    vmt_emit_close(emit);
    if (differing > VMT_DIFFERING_MOST) {
        struct vmt_remark line = {.count = 0};
        vmt_remark_count(&line, differing - VMT_DIFFERING_MOST);
        vmt_remark_word(&line, " more differ: --csv --table checks");
        vmt_emit_line(emit, &line);
    }
}
