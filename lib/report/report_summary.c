/* SPDX-License-Identifier: MIT */
#include "config.h"

/* What each process's memory comes to, for programs: report_summary_text.c has the form for
 * people. */

#include "report/report_evidence.h"
#include "report/report_fault.h"
#include "report/report_summary.h"

#define SCHEMA "vmtally/summary"
#define SCHEMA_VERSION 1

#define ALL_MEMBERS ((UINT32_C(1) << VMT_MEMBER_COUNT) - 1)
/* What the system states, it states for the process as a whole. */
#define TYPE_MEMBERS \
    (((UINT32_C(1) << VMT_FOOTPRINT) - 1) | UINT32_C(1) << VMT_WIRED | UINT32_C(1) << VMT_CLEAN)
#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static const struct vmt_column process_columns[] = {
    VMT_IDENTITY_COLUMNS,
    VMT_DATA_COLUMN("level", WORD, VMT_IN_DATA,
                    "regions, types, totals or none: the evidence that the totals come from."),
    VMT_HEADER_COLUMNS,
    VMT_MEMBER_COLUMNS(ALL_MEMBERS, VMT_IN_CSV),
    VMT_DATA_COLUMN("pss_method", WORD, VMT_IN_CSV, "How pss was found."),
    VMT_DATA_COLUMN("reason", TEXT, VMT_IN_DATA, "Why the system ended or reported it."),
    VMT_DATA_COLUMN("states", TEXT, VMT_IN_DATA, "As the system saw it then."),
    VMT_READ_TIME_COLUMN(VMT_IN_CSV),
};

static const struct vmt_column totals_columns[] = {
    VMT_MEMBER_COLUMNS(ALL_MEMBERS, VMT_IN_JSON),
    VMT_DATA_COLUMN("pss_method", WORD, VMT_IN_JSON, "How pss was found."),
};

static const struct vmt_column types_columns[] = {
    VMT_OWNER_COLUMNS,
    VMT_DATA_COLUMN("type", TEXT, VMT_IN_DATA, "Region type by its canonical name."),
    VMT_DATA_COLUMN("class", WORD, VMT_IN_DATA, "What kind of memory it is."),
    VMT_DATA_COLUMN("regions", COUNT, VMT_IN_DATA, "Regions of the type."),
    VMT_MEMBER_COLUMNS(TYPE_MEMBERS, VMT_IN_DATA),
};

static const struct vmt_column checks_columns[] = {
    VMT_OWNER_COLUMNS,
    VMT_DATA_COLUMN("type", TEXT, VMT_IN_DATA, "Region type, or the name of a total."),
    VMT_DATA_COLUMN("member", WORD, VMT_IN_DATA, "What is compared."),
    VMT_DATA_COLUMN("expected", COUNT, VMT_IN_DATA, "As the evidence states it."),
    VMT_DATA_COLUMN("actual", COUNT, VMT_IN_DATA, "As the regions add up."),
    VMT_DATA_COLUMN("bound", COUNT, VMT_IN_DATA, "What rounding accounts for."),
    VMT_DATA_COLUMN("verdict", WORD, VMT_IN_DATA, "agrees, explained, differs, not_assessed."),
    VMT_DATA_COLUMN("reason", WORD, VMT_IN_DATA, "Why it does not simply agree."),
};

#define TABLE(variable, name_, columns_, where_, record_)                         \
    static const struct vmt_table variable = {.name = (name_),                    \
                                              .columns = (columns_),              \
                                              .column_count = COUNT_OF(columns_), \
                                              .where = (where_),                  \
                                              .record = (record_)}

/* In text too, where it has no columns: what it holds has some. */
TABLE(processes_table, "processes", process_columns, VMT_IN_ALL, false);
TABLE(totals_table, "totals", totals_columns, VMT_IN_JSON, true);
TABLE(types_table, "types", types_columns, VMT_IN_DATA, false);
TABLE(checks_table, "checks", checks_columns, VMT_IN_DATA, false);

const struct vmt_table *const vmt_report_summary_tables[] = {
    &types_table,      &processes_table,     &checks_table,     &vmt_zones_table,
    &vmt_facts_table,  &vmt_notes_table,     &vmt_inputs_table, &vmt_set_members_table,
    &vmt_shares_table, &vmt_reconcile_table, &vmt_groups_table, NULL,
};

static void emit_totals(struct vmt_emit *emit, const struct vmt_breakdown *breakdown)
{
    const struct vmt_cell cells[COUNT_OF(totals_columns)] = {
        vmt_cell_amounts(&breakdown->totals),
        vmt_cell_word(breakdown->pss_method),
    };
    vmt_emit_open(emit, &totals_table);
    vmt_emit_row(emit, cells);
    vmt_emit_close(emit);
}

static void emit_types(struct vmt_emit *emit, const struct vmt_owner *owner,
                       const struct vmt_breakdown *breakdown, const struct vmt_filter *filter)
{
    struct vmt_cell cells[COUNT_OF(types_columns)];
    vmt_emit_open(emit, &types_table);
    for (size_t i = 0; i < breakdown->type_count; i++) {
        const struct vmt_type_sum *sum = breakdown->types[i];
        if (vmt_filter_wants(filter, sum->type)) {
            struct vmt_cell *next = vmt_owner_cells(cells, owner);
            *next++ = vmt_cell_string(sum->type->canonical);
            *next++ = vmt_cell_word(vmt_class_name(sum->type->class));
            *next++ = vmt_cell_optional(VMT_CELL_COUNT, sum->counted, sum->regions);
            *next++ = vmt_cell_amounts(&sum->amounts);
            vmt_emit_row(emit, cells);
        }
    }
    vmt_emit_close(emit);
}

static void emit_checks(struct vmt_emit *emit, const struct vmt_owner *owner,
                        const struct vmt_breakdown *breakdown)
{
    struct vmt_cell cells[COUNT_OF(checks_columns)];
    struct vmt_walker walker = {0};
    vmt_emit_open(emit, &checks_table);
    const struct vmt_check *check = vmt_sequence_next(&breakdown->checks, &walker);
    for (; check != NULL; check = vmt_sequence_next(&breakdown->checks, &walker)) {
        bool assessed = check->verdict != VMT_NOT_ASSESSED;
        struct vmt_cell *next = vmt_owner_cells(cells, owner);
        *next++ = vmt_cell_text(check->type);
        *next++ = vmt_cell_word(check->member);
        *next++ = vmt_cell_number(VMT_CELL_COUNT, check->expected);
        *next++ = vmt_cell_optional(VMT_CELL_COUNT, assessed, check->actual);
        *next++ = vmt_cell_number(VMT_CELL_COUNT, check->bound);
        *next++ = vmt_cell_word(vmt_verdict_name(check->verdict));
        *next++ = vmt_cell_word(check->reason);
        vmt_emit_row(emit, cells);
    }
    vmt_emit_close(emit);
}

static void emit_process(struct vmt_emit *emit, const struct vmt_owner *owner,
                         const struct vmt_breakdown *breakdown, const struct vmt_filter *filter)
{
    struct vmt_cell cells[COUNT_OF(process_columns)];
    struct vmt_cell *next = vmt_identity_cells(cells, owner, breakdown->coverage);
    *next++ = vmt_cell_word(vmt_level_name(breakdown->level));
    next = vmt_header_cells(next, owner->process, breakdown->counted, breakdown->regions);
    *next++ = vmt_cell_amounts(&breakdown->totals);
    *next++ = vmt_cell_word(breakdown->pss_method);
    *next++ = vmt_cell_string(owner->process->reason);
    *next++ = vmt_cell_string(owner->process->states);
    *next++ = vmt_read_time_cell(owner->process);
    vmt_emit_row(emit, cells);

    vmt_emit_source(emit, owner->process);
    emit_totals(emit, breakdown);
    emit_types(emit, owner, breakdown, filter);
    vmt_emit_zones(emit, owner);
    vmt_emit_fault(emit, owner->process);
    emit_checks(emit, owner, breakdown);
    vmt_emit_open(emit, &vmt_notes_table);
    vmt_emit_notes(emit, owner, &owner->process->notes);
    vmt_emit_notes(emit, owner, &breakdown->notes);
    vmt_emit_close(emit);
    vmt_emit_facts(emit, owner);
    vmt_emit_reconciliation(emit, owner, breakdown);
}

enum vmt_status vmt_report_summary(const struct vmt_snapshot *snapshot,
                                   const struct vmt_allocator *allocator,
                                   const struct vmt_report_options *options,
                                   struct vmt_writer *writer, struct vmt_error *err)
{
    struct vmt_emit emit = {.writer = writer, .err = err, .status = VMT_OK};
    struct vmt_filter filter;
    struct vmt_owner owner = {.index = 0};
    struct vmt_walker walker = {0};
    size_t limit = snapshot->arena.limit;

    emit.status = vmt_filter_init(&filter, options, allocator, limit, err);
    vmt_emit_begin(&emit, SCHEMA, SCHEMA_VERSION);
    vmt_emit_open(&emit, &processes_table);
    while (emit.status == VMT_OK) {
        struct vmt_breakdown breakdown;
        owner.process = vmt_sequence_next(&snapshot->processes, &walker);
        if (owner.process == NULL) {
            break;
        }
        owner.index++;
        owner.input = owner.process->input;
        emit.status = vmt_breakdown_make(&breakdown, owner.process, allocator, limit, err);
        if (emit.status == VMT_OK) {
            emit_process(&emit, &owner, &breakdown, &filter);
            if (owner.index > 1) {
                vmt_emit_blank(&emit);
            }
            vmt_emit_summary_text(&emit, &breakdown, &filter, options);
        }
        vmt_breakdown_free(&breakdown);
    }
    vmt_emit_close(&emit);
    if (owner.index == 0) {
        vmt_emit_words(&emit, "no process found");
    }
    vmt_emit_summary_set(&emit, snapshot, allocator, options);
    vmt_emit_summary_groups(&emit, snapshot, allocator);
    vmt_emit_inputs(&emit, snapshot);
    vmt_filter_free(&filter);
    return vmt_emit_end(&emit);
}
