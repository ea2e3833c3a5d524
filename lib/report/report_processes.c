/* SPDX-License-Identifier: MIT */
#include "config.h"

/* All processes, ranked; and what they come to. */

#include "report/report_processes.h"

#define SCHEMA "vmtally/processes"
#define SCHEMA_VERSION 1
#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define ALL_MEMBERS ((UINT32_C(1) << VMT_MEMBER_COUNT) - 1)

static const struct vmt_column totals_columns[] = {
    VMT_DATA_COLUMN("of", WORD, VMT_IN_DATA, "all, whatever is shown; or shown."),
    VMT_DATA_COLUMN("rows", COUNT, VMT_IN_DATA, "Rows of the list."),
    VMT_DATA_COLUMN("processes", COUNT, VMT_IN_DATA, "Processes with memory."),
    VMT_MEMBER_COLUMNS(ALL_MEMBERS, VMT_IN_DATA),
    VMT_DATA_COLUMN("mixed", WORD, VMT_IN_DATA,
                    "Why the processes were not there together; nothing when they were."),
    VMT_DATA_COLUMN("read_us", COUNT, VMT_IN_DATA,
                    "Microseconds that reading them took, while they ran."),
    VMT_DATA_COLUMN("read_from", WORD, VMT_IN_DATA,
                    "The files that were read of each; nothing of captures."),
};

static const struct vmt_column unread_columns[] = {
    VMT_DATA_COLUMN("reason", WORD, VMT_IN_DATA, "A stable word."),
    VMT_DATA_COLUMN("processes", COUNT, VMT_IN_DATA, "How many."),
    VMT_DATA_COLUMN("meaning", WORD, VMT_IN_DATA, "The same in words."),
};

static const struct vmt_table totals_table = {
    .name = "totals",
    .columns = totals_columns,
    .column_count = COUNT_OF(totals_columns),
    .where = VMT_IN_DATA,
};

static const struct vmt_table unread_table = {
    .name = "unread",
    .columns = unread_columns,
    .column_count = COUNT_OF(unread_columns),
    .where = VMT_IN_DATA,
};

const struct vmt_table *const vmt_report_processes_tables[] = {
    &vmt_processes_table, &totals_table, &unread_table, &vmt_notes_table, &vmt_inputs_table, NULL,
};

static void emit_row_notes(struct vmt_emit *emit, const struct vmt_rank_row *row)
{
    vmt_emit_open(emit, &vmt_notes_table);
    for (size_t i = 0; i < row->count; i++) {
        const struct vmt_listed_record *record = row->processes[i]->first;
        for (; record != NULL; record = record->next) {
            const struct vmt_owner owner = {.input = record->process->input,
                                            .process = record->process,
                                            .index = record->index};
            vmt_emit_notes(emit, &owner, &record->process->notes);
        }
    }
    vmt_emit_close(emit);
}

static void emit_rows(struct vmt_emit *emit, const struct vmt_ranking *ranking,
                      const struct vmt_processes_options *options)
{
    struct vmt_cell cells[VMT_PROCESSES_COLUMNS];
    struct vmt_processes_cell_text text;
    vmt_emit_open(emit, options->csv != NULL ? options->csv : &vmt_processes_table);
    for (size_t i = 0; i < ranking->count && emit->status == VMT_OK; i++) {
        vmt_processes_cells(cells, &ranking->rows[i], options, &text);
        vmt_emit_row(emit, cells);
        emit_row_notes(emit, &ranking->rows[i]);
    }
    vmt_emit_close(emit);
}

static void emit_total(struct vmt_emit *emit, const char *of, const struct vmt_rank_total *total,
                       const struct vmt_listing *listing)
{
    const struct vmt_cell cells[COUNT_OF(totals_columns)] = {
        vmt_cell_word(of),
        vmt_cell_number(VMT_CELL_COUNT, total->rows),
        vmt_cell_number(VMT_CELL_COUNT, total->processes),
        vmt_cell_amounts(&total->amounts),
        vmt_cell_word(listing->mixed),
        vmt_cell_optional(VMT_CELL_COUNT, listing->read_time > 0, listing->read_time),
        vmt_cell_word(listing->read_from),
    };
    vmt_emit_row(emit, cells);
}

static void emit_unread_row(struct vmt_emit *emit, const char *reason, uint64_t processes,
                            const char *meaning)
{
    const struct vmt_cell cells[COUNT_OF(unread_columns)] = {
        vmt_cell_word(reason),
        vmt_cell_number(VMT_CELL_COUNT, processes),
        vmt_cell_word(meaning),
    };
    vmt_emit_row(emit, cells);
}

static void emit_unread(struct vmt_emit *emit, const struct vmt_ranking *ranking)
{
    vmt_emit_open(emit, &unread_table);
    for (int i = 0; i < VMT_UNREAD_COUNT; i++) {
        enum vmt_unread reason = (enum vmt_unread)i;
        emit_unread_row(emit, vmt_unread_name(reason), ranking->unread[reason],
                        vmt_unread_help(reason));
    }
    emit_unread_row(emit, vmt_listed_kind_name(VMT_LISTED_KERNEL_THREAD),
                    ranking->kinds[VMT_LISTED_KERNEL_THREAD], "without memory of their own");
    emit_unread_row(emit, vmt_listed_kind_name(VMT_LISTED_ZOMBIE),
                    ranking->kinds[VMT_LISTED_ZOMBIE], "ended, and without memory");
    vmt_emit_close(emit);
}

/* Notes of all processes: filters hide rows, and not what could not be read. */
static void text_notes(struct vmt_emit *emit, const struct vmt_snapshot *snapshot)
{
    struct vmt_walker walker = {0};
    bool blank = false;
    const struct vmt_process *process = vmt_sequence_next(&snapshot->processes, &walker);
    for (; process != NULL && emit->status == VMT_OK;
         process = vmt_sequence_next(&snapshot->processes, &walker)) {
        if (process->notes.sequence.count > 0) {
            if (!blank) {
                vmt_emit_blank(emit);
                blank = true;
            }
            vmt_emit_text_notes(emit, &process->notes);
        }
    }
}

/* What was not asked for in so many words. */
static struct vmt_ranking_options choose(const struct vmt_processes_options *options,
                                         const struct vmt_listing *listing)
{
    struct vmt_ranking_options ranking = options->ranking;
    bool by_member = options->sorted && ranking.key == VMT_RANK_MEMBER;
    if (by_member) {
        return ranking;
    }
    ranking.member = vmt_ranking_member(listing);
    for (size_t i = 0; i < options->column_count; i++) {
        if (vmt_processes_is_member(options->columns[i])) {
            ranking.member = vmt_processes_member(options->columns[i]);
            break;
        }
    }
    return ranking;
}

static void emit_listing(struct vmt_emit *emit, const struct vmt_snapshot *snapshot,
                         const struct vmt_listing *listing,
                         const struct vmt_processes_options *options)
{
    struct vmt_ranking ranking;
    const struct vmt_ranking_options chosen = choose(options, listing);
    emit->status = vmt_ranking_make(&ranking, listing, &chosen, emit->err);
    vmt_emit_begin(emit, SCHEMA, SCHEMA_VERSION);
    emit_rows(emit, &ranking, options);
    vmt_emit_open(emit, &totals_table);
    emit_total(emit, "all", &ranking.all, listing);
    emit_total(emit, "shown", &ranking.shown, listing);
    vmt_emit_close(emit);
    emit_unread(emit, &ranking);
    vmt_emit_processes_text(emit, &ranking, listing, options);
    text_notes(emit, snapshot);
    vmt_emit_inputs(emit, snapshot);
    vmt_ranking_free(&ranking);
}

enum vmt_status vmt_report_processes(const struct vmt_snapshot *snapshot,
                                     const struct vmt_allocator *allocator,
                                     const struct vmt_report_options *options,
                                     struct vmt_writer *writer, struct vmt_error *err)
{
    static const struct vmt_processes_options plain = {.ranking = {.most = UINT64_MAX}};
    const struct vmt_processes_options *how =
        options->processes != NULL ? options->processes : &plain;
    struct vmt_emit emit = {.writer = writer, .err = err, .status = VMT_OK};
    struct vmt_listing made;
    const struct vmt_listing *listing = how->listing;
    vmt_listing_init(&made, allocator, snapshot->arena.limit);
    if (listing == NULL) {
        emit.status = vmt_listing_add_snapshot(&made, snapshot, err);
        listing = &made;
    }
    if (emit.status == VMT_OK) {
        emit_listing(&emit, snapshot, listing, how);
    }
    vmt_listing_free(&made);
    return vmt_emit_end(&emit);
}
