/* SPDX-License-Identifier: MIT */
#include "config.h"

/* The summary's last part: all processes together, shared memory counted once. */

#include "report/report_summary.h"

#include "analysis/set.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define ALL_MEMBERS ((UINT32_C(1) << VMT_MEMBER_COUNT) - 1)

static const struct vmt_column set_columns[] = {
    VMT_MEMBER_COLUMNS(ALL_MEMBERS, VMT_IN_JSON),
};

static const struct vmt_column reason_columns[] = {
    VMT_DATA_COLUMN("set_reason", WORD, VMT_IN_JSON, "Why set is null."),
    VMT_DATA_COLUMN("set_method", WORD, VMT_IN_JSON,
                    "regions, pages, totals or stated: how the set was added up."),
};

#define WHOSE_COLUMNS                                                                           \
    VMT_DATA_COLUMN("source", TEXT, VMT_IN_DATA, "The input; - is standard input."),            \
        VMT_DATA_COLUMN("process_index", COUNT, VMT_IN_DATA, "Number of the process, from 1."), \
        VMT_DATA_COLUMN("pid", COUNT, VMT_IN_DATA, "Process number."),                          \
        VMT_DATA_COLUMN("process", TEXT, VMT_IN_DATA, "Name of the process.")

static const struct vmt_column members_columns[] = {
    WHOSE_COLUMNS,
    VMT_DATA_COLUMN("resident", AMOUNT, VMT_IN_DATA, "Resident pages of the process."),
    VMT_DATA_COLUMN("uss", AMOUNT, VMT_IN_DATA, "What it has alone."),
    VMT_DATA_COLUMN("share", AMOUNT, VMT_IN_DATA,
                    "Its share of the set: what it has alone, and its part of what others have "
                    "too."),
};

static const struct vmt_column shares_columns[] = {
    WHOSE_COLUMNS,
    VMT_DATA_COLUMN("start", ADDRESS, VMT_IN_DATA, "First address of the region."),
    VMT_DATA_COLUMN("end", ADDRESS, VMT_IN_DATA, "Address behind the last."),
    VMT_DATA_COLUMN("type", TEXT, VMT_IN_DATA, "Region type by its canonical name."),
    VMT_DATA_COLUMN("method", WORD, VMT_IN_DATA, "file, cache, fork or object: how that is known."),
    VMT_DATA_COLUMN("holders", COUNT, VMT_IN_DATA, "Processes of the set that have it."),
    VMT_DATA_COLUMN("shared", AMOUNT, VMT_IN_DATA, "Resident and shared in this process."),
    VMT_DATA_COLUMN("part", AMOUNT, VMT_IN_DATA, "Its part of it, counted once."),
    VMT_DATA_COLUMN("detail", TEXT, VMT_IN_DATA, "What the tool says of the region."),
};

static const struct vmt_column text_members_columns[] = {
    VMT_TEXT_COLUMN("PROCESS", TEXT, 26, "Name of the process."),
    VMT_TEXT_COLUMN("PID", COUNT, 7, "Process number."),
    VMT_TEXT_COLUMN("RESIDENT", AMOUNT, 8, "Resident pages of the process."),
    VMT_TEXT_COLUMN("PRIVATE", AMOUNT, 8, "What it has alone."),
    VMT_TEXT_COLUMN("SHARE", AMOUNT, 8, "Its share of all."),
};

static const struct vmt_column text_shares_columns[] = {
    VMT_TEXT_COLUMN("SHARED BY", COUNT, 9, "Processes that have it."),
    VMT_TEXT_COLUMN("HOW", WORD, 6, "How that is known."),
    VMT_TEXT_COLUMN("RESIDENT", AMOUNT, 8, "Resident and shared."),
    VMT_TEXT_COLUMN("ITS PART", AMOUNT, 8, "Its part of it."),
    VMT_TEXT_COLUMN("TYPE", TEXT, 16, "Region type."),
    VMT_TEXT_COLUMN("DETAIL", TEXT, 0, "What the tool says of it."),
};

#define TABLE(variable, name_, columns_, where_, record_, merged_)                \
    static const struct vmt_table variable = {.name = (name_),                    \
                                              .columns = (columns_),              \
                                              .column_count = COUNT_OF(columns_), \
                                              .where = (where_),                  \
                                              .record = (record_),                \
                                              .merged = (merged_)}

TABLE(set_table, "set", set_columns, VMT_IN_JSON, true, false);
TABLE(reason_table, "set_reason", reason_columns, VMT_IN_JSON, true, true);
TABLE(text_members_table, "set_members", text_members_columns, VMT_IN_TEXT, false, false);
TABLE(text_shares_table, "shares", text_shares_columns, VMT_IN_TEXT, false, false);

const struct vmt_table vmt_set_members_table = {.name = "set_members",
                                                .columns = members_columns,
                                                .column_count = COUNT_OF(members_columns),
                                                .where = VMT_IN_DATA};
const struct vmt_table vmt_shares_table = {.name = "shares",
                                           .columns = shares_columns,
                                           .column_count = COUNT_OF(shares_columns),
                                           .where = VMT_IN_DATA};

/* What a tool states of all processes of the snapshot together, NULL when none does. */
static const struct vmt_stated_set *stated_set(const struct vmt_snapshot *snapshot)
{
    const struct vmt_stated_set *set = vmt_sequence_last(&snapshot->sets);
    if (snapshot->sets.count != 1 || snapshot->processes.count < 2) {
        return NULL;
    }
    /* It stands behind the processes that it is about. */
    struct vmt_walker walker = {0};
    const struct vmt_process *process = vmt_sequence_next(&snapshot->processes, &walker);
    for (; process != NULL; process = vmt_sequence_next(&snapshot->processes, &walker)) {
        if (process->input != set->input || process->grammar != set->grammar ||
            process->line > set->line) {
            return NULL;
        }
    }
    return set;
}

static const char *method_of(const struct vmt_set *set)
{
    return set->by_totals > 0 ? "totals" : set->by_pages ? "pages" : "regions";
}

static void emit_set_record(struct vmt_emit *emit, const struct vmt_amounts *amounts,
                            const char *reason, const char *method)
{
    const struct vmt_cell words[] = {vmt_cell_word(reason), vmt_cell_word(method)};
    const struct vmt_cell cells[] = {vmt_cell_amounts(amounts)};
    vmt_emit_open(emit, &set_table);
    if (amounts != NULL) {
        vmt_emit_row(emit, cells);
    }
    vmt_emit_close(emit);
    vmt_emit_open(emit, &reason_table);
    vmt_emit_row(emit, words);
    vmt_emit_close(emit);
}

/* The first four cells of a row. */
static struct vmt_cell *whose_cells(struct vmt_cell *cells, const struct vmt_set *set, size_t i)
{
    const struct vmt_owner owner = {.input = set->processes[i].process->input,
                                    .process = set->processes[i].process,
                                    .index = i + 1};
    return vmt_owner_cells(cells, &owner);
}

static void emit_members(struct vmt_emit *emit, const struct vmt_set *set)
{
    struct vmt_cell cells[COUNT_OF(members_columns)];
    vmt_emit_open(emit, &vmt_set_members_table);
    for (size_t i = 0; i < set->process_count; i++) {
        struct vmt_cell *next = whose_cells(cells, set, i);
        *next++ = vmt_cell_amount(set->processes[i].resident);
        *next++ = vmt_cell_amount(set->processes[i].uss);
        *next++ = vmt_cell_amount(set->processes[i].share);
        vmt_emit_row(emit, cells);
    }
    vmt_emit_close(emit);
}

static void emit_shares(struct vmt_emit *emit, const struct vmt_set *set)
{
    struct vmt_cell cells[COUNT_OF(shares_columns)];
    vmt_emit_open(emit, &vmt_shares_table);
    for (size_t i = 0; i < set->process_count; i++) {
        struct vmt_walker walker = {0};
        const struct vmt_share *share = NULL;
        while ((share = vmt_sequence_next(&set->processes[i].shares, &walker)) != NULL) {
            const struct vmt_region *region = share->region;
            struct vmt_cell *next = whose_cells(cells, set, i);
            *next++ = vmt_cell_optional(VMT_CELL_ADDRESS, region->ranged, region->start);
            *next++ = vmt_cell_optional(VMT_CELL_ADDRESS, region->ranged, region->end);
            *next++ = vmt_cell_string(region->type->canonical);
            *next++ = vmt_cell_word(vmt_share_method_name(share->group->method));
            *next++ = vmt_cell_number(VMT_CELL_COUNT, share->group->holders);
            *next++ = vmt_cell_amount(share->shared);
            *next++ = vmt_cell_amount(share->part);
            *next++ = vmt_cell_string(region->detail);
            vmt_emit_row(emit, cells);
        }
    }
    vmt_emit_close(emit);
}

/* Remarks of a set that was added up by regions, and by totals. */
static void text_totals(struct vmt_emit *emit, const struct vmt_set *set)
{
    static const struct {
        const char *label;
        enum vmt_member member;
        const char *remarks[2];
    } rows[] = {
        {"resident", VMT_RESIDENT, {"shared memory counted once", ""}},
        {"  private", VMT_USS, {"of one process each", "of one process each"}},
        {"  PSS of each", VMT_PSS, {NULL, "added up"}},
        {"RSS", VMT_RSS, {NULL, ""}},
        {"swapped", VMT_SWAPPED, {"", ""}},
        {"private footprint",
         VMT_PRIVATE_FOOTPRINT,
         {"private, dirty or swapped", "private, dirty or swapped"}},
        {"footprint", VMT_FOOTPRINT, {"of each, added up", "of each, added up"}},
        {"virtual", VMT_VIRTUAL, {NULL, "of each, added up"}},
    };
    vmt_emit_open(emit, &vmt_text_totals_table);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct vmt_amount amount = set->totals.of[rows[i].member];
        const char *remark = rows[i].remarks[set->by_totals > 0 ? 1 : 0];
        const struct vmt_cell cells[] = {
            vmt_cell_word(rows[i].label),
            vmt_cell_amount(amount),
            vmt_cell_word(remark),
        };
        bool again = rows[i].member == VMT_RSS && set->totals.of[VMT_RESIDENT].bounded;
        if (amount.bounded && remark != NULL && !again) {
            vmt_emit_row(emit, cells);
        }
    }
    vmt_emit_close(emit);
}

static struct vmt_cell name_cell(const struct vmt_process *process)
{
    return process->name == NULL ? vmt_cell_word("unnamed") : vmt_cell_string(process->name);
}

static bool tells_of_members(const struct vmt_set *set)
{
    for (size_t i = 0; i < set->process_count; i++) {
        if (set->processes[i].resident.bounded) {
            return true;
        }
    }
    return false;
}

static void text_members(struct vmt_emit *emit, const struct vmt_set *set)
{
    if (!tells_of_members(set)) {
        return;
    }
    vmt_emit_blank(emit);
    vmt_emit_open(emit, &text_members_table);
    for (size_t i = 0; i < set->process_count; i++) {
        const struct vmt_set_process *member = &set->processes[i];
        const struct vmt_cell cells[] = {
            name_cell(member->process),
            vmt_cell_optional(VMT_CELL_COUNT, member->process->pid_known, member->process->pid),
            vmt_cell_amount(member->resident),
            vmt_cell_amount(member->uss),
            vmt_cell_amount(member->share),
        };
        vmt_emit_row(emit, cells);
    }
    vmt_emit_close(emit);
}

static void text_shares(struct vmt_emit *emit, const struct vmt_set_process *member)
{
    struct vmt_remark line = {.count = 0};
    struct vmt_walker walker = {0};
    const struct vmt_share *share = NULL;
    vmt_emit_blank(emit);
    vmt_remark_add(&line, name_cell(member->process));
    vmt_remark_word(&line, " shares with others of these processes:");
    vmt_emit_line(emit, &line);
    vmt_emit_open(emit, &text_shares_table);
    while ((share = vmt_sequence_next(&member->shares, &walker)) != NULL) {
        const struct vmt_string *detail = share->region->detail;
        const struct vmt_cell cells[] = {
            vmt_cell_number(VMT_CELL_COUNT, share->group->holders),
            vmt_cell_word(vmt_share_method_name(share->group->method)),
            vmt_cell_amount(share->shared),
            vmt_cell_amount(share->part),
            vmt_cell_string(share->region->type->canonical),
            detail == NULL ? vmt_cell_word("") : vmt_cell_string(detail),
        };
        vmt_emit_row(emit, cells);
    }
    vmt_emit_close(emit);
}

static void text_set(struct vmt_emit *emit, const struct vmt_set *set, bool explain)
{
    struct vmt_remark line = {.count = 0};
    vmt_emit_blank(emit);
    vmt_remark_counted(&line, set->process_count, "process", "processes");
    vmt_remark_word(&line, " together");
    vmt_emit_heading(emit, &line);
    if (set->by_totals > 0 && set->by_totals + set->silent_count < set->process_count) {
        line = (struct vmt_remark){.count = 0};
        vmt_remark_counted(&line, set->by_totals, "process tells", "processes tell");
        vmt_remark_word(&line, " totals only: what they share may be counted more than once.");
        vmt_emit_line(emit, &line);
    } else if (set->by_totals > 0) {
        vmt_emit_words(emit, "From their totals: what several of them have may be counted more "
                             "than once.");
    }
    if (set->silent_count > 0) {
        line = (struct vmt_remark){.count = 0};
        vmt_remark_counted(&line, set->silent_count, "process tells", "processes tell");
        vmt_remark_word(&line, " nothing of any memory.");
        vmt_emit_line(emit, &line);
    }
    vmt_emit_blank(emit);
    text_totals(emit, set);
    text_members(emit, set);
    for (size_t i = 0; explain && i < set->process_count; i++) {
        text_shares(emit, &set->processes[i]);
    }
}

static void text_stated(struct vmt_emit *emit, const struct vmt_stated_set *set, size_t processes)
{
    struct vmt_remark line = {.count = 0};
    vmt_remark_counted(&line, processes, "process", "processes");
    vmt_remark_word(&line, " together: ");
    vmt_remark_add(&line, vmt_cell_amount(set->whole.of[VMT_FOOTPRINT]));
    vmt_remark_word(&line, ", shared memory counted once (stated by footprint)");
    vmt_emit_blank(emit);
    vmt_emit_line(emit, &line);
}

static void text_reason(struct vmt_emit *emit, const char *reason)
{
    struct vmt_remark line = {.count = 0};
    vmt_remark_word(&line, "not added up: ");
    vmt_remark_word(&line, reason);
    vmt_emit_blank(emit);
    vmt_emit_line(emit, &line);
}

void vmt_emit_summary_set(struct vmt_emit *emit, const struct vmt_snapshot *snapshot,
                          const struct vmt_allocator *allocator,
                          const struct vmt_report_options *options)
{
    const struct vmt_stated_set *stated = stated_set(snapshot);
    struct vmt_set set;
    if (emit->status != VMT_OK) {
        return;
    }
    emit->status = vmt_set_make(&set, snapshot, allocator, snapshot->arena.limit, emit->err);
    if (emit->status != VMT_OK) {
        vmt_set_free(&set);
        return;
    }
    if (stated != NULL) {
        emit_set_record(emit, &stated->whole, NULL, "stated");
    } else if (set.reason != NULL) {
        emit_set_record(emit, NULL, set.reason, NULL);
    } else {
        emit_set_record(emit, &set.totals, NULL, method_of(&set));
    }
    size_t count = set.process_count;
    set.process_count = set.reason == NULL ? count : 0;
    emit_members(emit, &set);
    emit_shares(emit, &set);
    if (stated != NULL) {
        text_stated(emit, stated, snapshot->processes.count);
    } else if (set.reason == NULL) {
        text_set(emit, &set, options->explain_share);
    } else if (snapshot->processes.count > 1) {
        text_reason(emit, set.reason);
    }
    vmt_set_free(&set);
}
