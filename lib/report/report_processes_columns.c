/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report/report_processes.h"

#include <inttypes.h>
#include <stdio.h>

#define ALL_MEMBERS ((UINT32_C(1) << VMT_MEMBER_COUNT) - 1)

static const struct vmt_column columns[] = {
    [VMT_PROCESSES_SOURCE] =
        VMT_DATA_COLUMN("source", TEXT, VMT_IN_DATA, "The input; nothing of running processes."),
    [VMT_PROCESSES_LINE] =
        VMT_DATA_COLUMN("line", COUNT, VMT_IN_DATA, "Where the process begins in it."),
    [VMT_PROCESSES_GRAMMAR] =
        VMT_DATA_COLUMN("grammar", WORD, VMT_IN_DATA, "The format of the evidence."),
    [VMT_PROCESSES_PID] =
        VMT_DATA_COLUMN("pid", COUNT, VMT_IN_DATA, "Process number; nothing of several."),
    [VMT_PROCESSES_PARENT] =
        VMT_DATA_COLUMN("parent", COUNT, VMT_IN_DATA, "Number of its parent; nothing of several."),
    [VMT_PROCESSES_USER] =
        VMT_DATA_COLUMN("user", TEXT, VMT_IN_DATA, "Name of its user, where all have the same."),
    [VMT_PROCESSES_USER_ID] =
        VMT_DATA_COLUMN("user_id", COUNT, VMT_IN_DATA, "Number of that user."),
    [VMT_PROCESSES_NAME] = VMT_DATA_COLUMN("name", TEXT, VMT_IN_DATA, "Name of the program."),
    [VMT_PROCESSES_KIND] =
        VMT_DATA_COLUMN("kind", WORD, VMT_IN_DATA, "process, kernel_thread or zombie."),
    [VMT_PROCESSES_COUNT] =
        VMT_DATA_COLUMN("processes", COUNT, VMT_IN_DATA, "Processes of the row."),
    [VMT_PROCESSES_RECORDS] = VMT_DATA_COLUMN(
        "records", COUNT, VMT_IN_DATA, "Records of the evidence that are of these processes."),
    [VMT_PROCESSES_MEMBERS] = VMT_MEMBER_COLUMNS(ALL_MEMBERS, VMT_IN_DATA),
};

/* In text it has another look. */
const struct vmt_table vmt_processes_table = {
    .name = "processes",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .where = VMT_IN_DATA,
};

const char *vmt_processes_column_name(size_t column)
{
    if (column >= VMT_PROCESSES_COLUMNS) {
        return NULL;
    }
    return vmt_processes_is_member(column) ? vmt_members[vmt_processes_member(column)].name
                                           : columns[column].key;
}

size_t vmt_processes_column_find(struct vmt_slice name)
{
    size_t column = 0;
    const char *known = NULL;
    while ((known = vmt_processes_column_name(column)) != NULL &&
           !vmt_slice_equals(name, vmt_slice(known))) {
        column++;
    }
    return column;
}

bool vmt_processes_sort_by(struct vmt_ranking_options *ranking, size_t column)
{
    if (vmt_processes_is_member(column)) {
        ranking->key = VMT_RANK_MEMBER;
        ranking->member = vmt_processes_member(column);
        return true;
    }
    static const struct {
        enum vmt_processes_column column;
        enum vmt_rank_key key;
    } keys[] = {
        {VMT_PROCESSES_PID, VMT_RANK_PID},
        {VMT_PROCESSES_NAME, VMT_RANK_NAME},
        {VMT_PROCESSES_COUNT, VMT_RANK_PROCESSES},
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (keys[i].column == column) {
            ranking->key = keys[i].key;
            return true;
        }
    }
    return false;
}

uint32_t vmt_processes_members(const struct vmt_processes_options *options)
{
    uint32_t members = 0;
    for (size_t i = 0; i < options->column_count; i++) {
        if (vmt_processes_is_member(options->columns[i])) {
            members |= UINT32_C(1) << vmt_processes_member(options->columns[i]);
        }
    }
    if (options->column_count == 0) {
        members = (UINT32_C(1) << VMT_MEMBER_COUNT) - 1;
    }
    bool by_member = options->ranking.key == VMT_RANK_MEMBER || options->ranking.least > 0;
    if (options->sorted && by_member) {
        members |= UINT32_C(1) << options->ranking.member;
    }
    return members;
}

void vmt_processes_table_make(struct vmt_table *table, struct vmt_column *chosen,
                              const struct vmt_processes_options *options)
{
    for (size_t i = 0; i < options->column_count; i++) {
        size_t column = options->columns[i];
        bool member = vmt_processes_is_member(column);
        chosen[i] = columns[member ? VMT_PROCESSES_MEMBERS : column];
        chosen[i].members = member ? UINT32_C(1) << vmt_processes_member(column) : 0;
    }
    *table = vmt_processes_table;
    table->columns = chosen;
    table->column_count = options->column_count;
}

void vmt_processes_cells(struct vmt_cell *cells, const struct vmt_rank_row *row,
                         const struct vmt_processes_options *options,
                         struct vmt_processes_cell_text *text)
{
    if (options->csv == NULL) {
        for (size_t column = 0; column < VMT_PROCESSES_MEMBERS; column++) {
            cells[column] = vmt_processes_cell(row, column, text);
        }
        cells[VMT_PROCESSES_MEMBERS] = vmt_cell_amounts(row->amounts);
        return;
    }
    for (size_t i = 0; i < options->column_count; i++) {
        size_t column = options->columns[i];
        cells[i] = vmt_processes_is_member(column) ? vmt_cell_amounts(row->amounts)
                                                   : vmt_processes_cell(row, column, text);
    }
}

/* --- cells ------------------------------------------------------------------------------------ */

/* The first process where all of the row have the same user, else NULL. */
static const struct vmt_listed *of_one_user(const struct vmt_rank_row *row)
{
    const struct vmt_listed *first = row->processes[0];
    for (size_t i = 1; i < row->count; i++) {
        const struct vmt_listed *other = row->processes[i];
        if (other->user_id_known != first->user_id_known || other->user_id != first->user_id ||
            other->user != first->user) {
            return NULL;
        }
    }
    return first;
}

static uint64_t records_of(const struct vmt_rank_row *row)
{
    uint64_t records = 0;
    for (size_t i = 0; i < row->count; i++) {
        records += row->processes[i]->record_count;
    }
    return records;
}

static struct vmt_cell user_cell(const struct vmt_listed *listed,
                                 struct vmt_processes_cell_text *text)
{
    if (listed == NULL || (listed->user == NULL && !listed->user_id_known)) {
        return vmt_cell_null();
    }
    if (listed->user != NULL) {
        return vmt_cell_string(listed->user);
    }
    snprintf(text->user, sizeof text->user, "%" PRIu64, listed->user_id);
    return vmt_cell_word(text->user);
}

/* Of a single record of the evidence. */
static struct vmt_cell record_cell(const struct vmt_rank_row *row, size_t column)
{
    const struct vmt_listed_record *record = row->processes[0]->first;
    if (record == NULL || row->count > 1) {
        return vmt_cell_null();
    }
    if (column == VMT_PROCESSES_SOURCE) {
        return vmt_input_cell(record->process->input);
    }
    return column == VMT_PROCESSES_LINE ? vmt_line_cell(record->process->line)
                                        : vmt_cell_word(record->process->grammar);
}

struct vmt_cell vmt_processes_cell(const struct vmt_rank_row *row, size_t column,
                                   struct vmt_processes_cell_text *text)
{
    const struct vmt_listed *first = row->processes[0];
    const struct vmt_listed *user = of_one_user(row);
    bool single = row->count == 1;
    switch ((enum vmt_processes_column)column) {
    case VMT_PROCESSES_SOURCE:
    case VMT_PROCESSES_LINE:
    case VMT_PROCESSES_GRAMMAR:
        return record_cell(row, column);
    case VMT_PROCESSES_PID:
        return vmt_cell_optional(VMT_CELL_COUNT, single && first->pid_known, first->pid);
    case VMT_PROCESSES_PARENT:
        return vmt_cell_optional(VMT_CELL_COUNT, single && first->parent_known, first->parent);
    case VMT_PROCESSES_USER:
        return user_cell(user, text);
    case VMT_PROCESSES_USER_ID:
        return user == NULL ? vmt_cell_null()
                            : vmt_cell_optional(VMT_CELL_COUNT, user->user_id_known, user->user_id);
    case VMT_PROCESSES_NAME:
        return vmt_cell_string(first->name);
    case VMT_PROCESSES_KIND:
        return vmt_cell_word(vmt_listed_kind_name(first->kind));
    case VMT_PROCESSES_COUNT:
        return vmt_cell_number(VMT_CELL_COUNT, row->count);
    case VMT_PROCESSES_RECORDS:
        return vmt_cell_number(VMT_CELL_COUNT, records_of(row));
    case VMT_PROCESSES_MEMBERS:
    case VMT_PROCESSES_COLUMNS:
        break;
    }
    return vmt_cell_null();
}
