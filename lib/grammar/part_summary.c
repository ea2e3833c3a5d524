/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/part_summary.h"

#include "grammar/part_header.h"
#include "grammar/part_table.h"
#include "grammar/printed.h"

/* The number of values is fixed, so a name may end with a number of its own. */
static const char *const row_groups[] = {"name", "values", "count", NULL};
enum { NAME, VALUES, COUNT };
#define SIZE "[0-9]++ (?: \\.[0-9]++ )?+ [KMGT]?+ [ \\t]++"
#define ROW(times)                                               \
    "[ \\t]*+ (?<name> (?: [^ \\t]++ [ \\t]++ )+? )"             \
    "(?<values> (?: " SIZE " ){" times "} ) (?<count> [0-9]++ )" \
    "(?: [ \\t]++ [^ \\t0-9] .*+ )?+ [ \\t]*+"
static const struct vmt_pattern_source full_row = {ROW("7"), row_groups};
static const struct vmt_pattern_source short_row = {ROW("1"), row_groups};
#undef ROW
#undef SIZE

static const char *const totals_lines[] = {"ReadOnly portion of Libraries:", "Writable regions:"};

/* `Total=290.6M resident=117.0M(40%) …`: a word, a size and perhaps a percentage. */
static bool totals_are_readable(struct vmt_slice rest, size_t *offset)
{
    const char *begin = rest.data;
    bool any = false;
    struct vmt_slice word = vmt_slice_word(&rest);
    for (; word.length > 0; word = vmt_slice_word(&rest)) {
        *offset = (size_t)(word.data - begin);
        size_t equals = vmt_slice_find(word, "=");
        if (equals == word.length) {
            return false;
        }
        struct vmt_slice size = vmt_slice_from(word, equals + 1);
        size.length = vmt_slice_find(size, "(");
        struct vmt_printed printed;
        if (!vmt_printed_parse(size, &printed)) {
            return false;
        }
        any = true;
    }
    return any;
}

enum vmt_status vmt_part_summary_totals(struct vmt_parse *parse, struct vmt_process *process,
                                        struct vmt_error *err)
{
    const struct vmt_line *line = NULL;
    enum vmt_status status = vmt_cursor_peek(&line, parse->cursor, err);
    if (status != VMT_OK) {
        return status;
    }
    struct vmt_slice text = vmt_slice_trim(line->text);
    for (size_t i = 0; i < sizeof totals_lines / sizeof totals_lines[0]; i++) {
        size_t length = strlen(totals_lines[i]);
        if (!vmt_slice_starts(text, totals_lines[i])) {
            continue;
        }
        struct vmt_slice rest = vmt_slice_from(text, length);
        size_t offset = 0;
        if (!totals_are_readable(rest, &offset)) {
            return vmt_parse_damage(parse, &process->notes, "not the totals of a report",
                                    (size_t)(rest.data - line->text.data) + offset + 1, err);
        }
        struct vmt_slice key = {totals_lines[i], length - 1};
        status = vmt_part_header_fact(parse, process, key, vmt_slice_trim(rest), err);
        return status == VMT_OK ? vmt_cursor_take(parse->cursor, VMT_LINE_CONSUMED, err) : status;
    }
    return VMT_END;
}

static const char heading[] = "REGION TYPE";

static size_t headings(const struct vmt_cursor *cursor, size_t index, bool *full, bool *pages)
{
    unsigned units = 0;
    size_t count = vmt_part_table_headings(cursor, index, heading, &units, pages);
    if (count == 0) {
        return 0;
    }
    /* A paste can lose one of the two heading lines. */
    const struct vmt_line *first = vmt_cursor_ahead(cursor, index);
    bool resident = vmt_slice_find(first->text, "RESIDENT") < first->text.length &&
                    vmt_slice_find(first->text, "NONVOL") < first->text.length;
    bool ranges = vmt_slice_find(first->text, "START - END") < first->text.length;
    *full = units >= 7 || resident;
    return ranges || (count == 1 && units == 0 && !resident) ? 0 : count;
}

bool vmt_part_summary_begins(const struct vmt_cursor *cursor, size_t index)
{
    bool full = false;
    bool pages = false;
    return headings(cursor, index, &full, &pages) > 0;
}

bool vmt_part_summary_begins_full(const struct vmt_cursor *cursor, size_t index)
{
    bool full = false;
    bool pages = false;
    return headings(cursor, index, &full, &pages) > 0 && full;
}

/* A table being read. */
struct table {
    struct vmt_parse *parse;
    struct vmt_process *process;
    struct vmt_pattern *row;
    struct vmt_stated_row *total; /* of this table, NULL until met */
    struct vmt_stated_row *unreserved;
    size_t rows_before; /* of the process, by earlier tables */
    bool full;
    bool units; /* some number has one */
};

static bool fill_row(struct table *table, struct vmt_stated_row *row)
{
    struct vmt_slice rest = vmt_pattern_group(table->row, VALUES);
    const size_t columns = table->full ? VMT_EV_COUNT : 1;
    for (size_t i = 0; i < columns; i++) {
        struct vmt_printed printed;
        if (!vmt_printed_parse(vmt_slice_word(&rest), &printed) ||
            !vmt_printed_bytes(printed, 1, &row->stated[i])) {
            return false;
        }
        table->units = table->units || printed.unit != 0;
        row->known = (uint8_t)(row->known | 1u << i);
    }
    return vmt_parse_u64(vmt_pattern_group(table->row, COUNT), 10, &row->regions);
}

static enum vmt_status keep_row(struct table *table, const struct vmt_stated_row *row,
                                struct vmt_error *err)
{
    struct vmt_snapshot *snapshot = table->parse->snapshot;
    struct vmt_slice name = vmt_slice_trim(vmt_pattern_group(table->row, NAME));
    bool total = vmt_slice_equals(name, vmt_slice("TOTAL"));
    struct vmt_stated_row *record = NULL;
    if (total || vmt_slice_starts(name, "TOTAL, ")) {
        record = vmt_arena_alloc(&snapshot->arena, 1, sizeof *record);
        *(total ? &table->total : &table->unreserved) = record;
    } else {
        record = vmt_sequence_add(&table->process->stated);
    }
    if (record == NULL) {
        return vmt_arena_fail(&snapshot->arena, err);
    }
    *record = *row;
    if (record != table->total && record != table->unreserved) {
        /* The table does not cut names. */
        record->type = vmt_type_get(&snapshot->types, &snapshot->strings, name, 0);
        if (record->type == NULL) {
            return vmt_arena_fail(&snapshot->arena, err);
        }
    }
    return vmt_cursor_take(table->parse->cursor, VMT_LINE_CONSUMED, err);
}

static enum vmt_status read_row(struct table *table, struct vmt_error *err)
{
    const struct vmt_line *line = vmt_cursor_ahead(table->parse->cursor, 0);
    struct vmt_stated_row row = {.line = line->number};
    if (!fill_row(table, &row)) {
        const char *at = vmt_pattern_group(table->row, VALUES).data;
        return vmt_parse_damage(table->parse, &table->process->notes, "numbers that no memory has",
                                (size_t)(at - line->text.data) + 1, err);
    }
    return keep_row(table, &row, err);
}

static enum vmt_status read_rows(struct table *table, struct vmt_error *err)
{
    for (;;) {
        enum vmt_part_table_line what = VMT_TABLE_OVER;
        enum vmt_status status = vmt_part_table_next(&what, table->parse, table->row, err);
        if (status != VMT_OK) {
            return status;
        }
        switch (what) {
        case VMT_TABLE_ROW:
            status = read_row(table, err);
            break;
        case VMT_TABLE_RULE:
            status = vmt_cursor_take(table->parse->cursor, VMT_LINE_CONSUMED, err);
            break;
        case VMT_TABLE_DAMAGE:
            status = vmt_parse_damage(table->parse, &table->process->notes,
                                      "not a row of the summary table", 0, err);
            break;
        case VMT_TABLE_OVER:
            return VMT_OK;
        }
        if (status != VMT_OK) {
            return status;
        }
    }
}

/* Numbers of a table without any unit are pages; of what size, only the header tells. */
static void scale(struct vmt_stated_row *row, uint64_t page)
{
    for (size_t i = 0; row != NULL && i < VMT_EV_COUNT; i++) {
        if (page == 0 || row->stated[i].value > UINT64_MAX / page) {
            row->known = (uint8_t)(row->known & ~(1u << i));
        } else {
            row->stated[i].value *= page;
            row->stated[i].quantum = page;
        }
    }
}

static void scale_table(struct table *table)
{
    uint64_t page = table->process->page_size;
    struct vmt_walker walker = {0};
    size_t index = 0;
    struct vmt_stated_row *row = vmt_sequence_next(&table->process->stated, &walker);
    for (; row != NULL; row = vmt_sequence_next(&table->process->stated, &walker)) {
        if (index++ >= table->rows_before) {
            scale(row, page);
        }
    }
    scale(table->total, page);
    scale(table->unreserved, page);
}

enum vmt_status vmt_part_summary_read(struct vmt_parse *parse, struct vmt_process *process,
                                      struct vmt_error *err)
{
    struct table table = {.parse = parse, .process = process, .rows_before = process->stated.count};
    bool pages = false;
    size_t lines = headings(parse->cursor, 0, &table.full, &pages);
    enum vmt_status status =
        vmt_pattern_get(&table.row, parse->context, table.full ? &full_row : &short_row, err);
    for (size_t i = 0; status == VMT_OK && i < lines; i++) {
        status = vmt_cursor_take(parse->cursor, VMT_LINE_CONSUMED, err);
    }
    if (status == VMT_OK) {
        status = read_rows(&table, err);
    }
    if (status != VMT_OK) {
        return status;
    }
    if (pages || !table.units) {
        scale_table(&table);
    }
    process->stated_total = table.total != NULL ? table.total : process->stated_total;
    process->stated_unreserved =
        table.unreserved != NULL ? table.unreserved : process->stated_unreserved;
    return VMT_OK;
}
