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
    struct vmt_sequence printed; /* of struct printed_row: what numbers mean shows at the end */
    bool full;
    bool units; /* some number has one */
};

/* Virtual, resident, dirty, swapped, volatile, nonvolatile, empty. */
enum { COLUMNS_MOST = VMT_EV_EMPTY + 1 };

/* A row's numbers as they stand in the text. */
struct printed_row {
    struct vmt_stated_row *row;
    struct vmt_printed columns[COLUMNS_MOST];
};

static size_t column_count(const struct table *table)
{
    return table->full ? COLUMNS_MOST : 1;
}

static bool read_numbers(struct table *table, struct printed_row *printed, uint64_t *regions)
{
    struct vmt_slice rest = vmt_pattern_group(table->row, VALUES);
    for (size_t i = 0; i < column_count(table); i++) {
        struct vmt_reading ignored;
        if (!vmt_printed_parse(vmt_slice_word(&rest), &printed->columns[i]) ||
            !vmt_printed_bytes(printed->columns[i], 1, &ignored)) {
            return false;
        }
        table->units = table->units || printed->columns[i].unit != 0;
    }
    return vmt_parse_u64(vmt_pattern_group(table->row, COUNT), 10, regions);
}

/* The record of the row that was matched: of a type, or of one of the two totals. */
static enum vmt_status add_record(struct vmt_stated_row **out, struct table *table,
                                  struct vmt_error *err)
{
    struct vmt_snapshot *snapshot = table->parse->snapshot;
    struct vmt_slice name = vmt_slice_trim(vmt_pattern_group(table->row, NAME));
    bool total = vmt_slice_equals(name, vmt_slice("TOTAL"));
    if (total || vmt_slice_starts(name, "TOTAL, ")) {
        *out = vmt_arena_alloc(&snapshot->arena, 1, sizeof **out);
        *(total ? &table->total : &table->unreserved) = *out;
        return *out == NULL ? vmt_arena_fail(&snapshot->arena, err) : VMT_OK;
    }
    *out = vmt_sequence_add(&table->process->stated);
    if (*out != NULL) {
        /* The table does not cut names. */
        (*out)->type = vmt_type_get(&snapshot->types, &snapshot->strings, name, 0);
    }
    return *out == NULL || (*out)->type == NULL ? vmt_arena_fail(&snapshot->arena, err) : VMT_OK;
}

static enum vmt_status read_row(void *self, struct vmt_error *err)
{
    struct table *table = self;
    const struct vmt_line *line = vmt_cursor_ahead(table->parse->cursor, 0);
    struct printed_row printed = {0};
    uint64_t regions = 0;
    if (!read_numbers(table, &printed, &regions)) {
        const char *at = vmt_pattern_group(table->row, VALUES).data;
        table->process->stated_damaged = true;
        return vmt_parse_damage(table->parse, &table->process->notes, "numbers that no memory has",
                                (size_t)(at - line->text.data) + 1, err);
    }
    enum vmt_status status = add_record(&printed.row, table, err);
    if (status != VMT_OK) {
        return status;
    }
    printed.row->regions = regions;
    printed.row->line = vmt_parse_line(table->parse, line);
    printed.row->counted = true;
    struct printed_row *kept = vmt_sequence_add(&table->printed);
    if (kept == NULL) {
        return vmt_arena_fail(&table->parse->snapshot->arena, err);
    }
    *kept = printed;
    return vmt_cursor_take(table->parse->cursor, VMT_LINE_CONSUMED, err);
}

/* Numbers of a table without any unit are pages; of what size, only the header tells. */
static void fill_rows(const struct table *table, bool pages)
{
    uint64_t bare = pages || !table->units ? table->process->page_size : 1;
    struct vmt_walker walker = {0};
    const struct printed_row *printed = vmt_sequence_next(&table->printed, &walker);
    for (; printed != NULL; printed = vmt_sequence_next(&table->printed, &walker)) {
        for (size_t i = 0; bare != 0 && i < column_count(table); i++) {
            if (vmt_printed_bytes(printed->columns[i], bare, &printed->row->stated[i])) {
                printed->row->known = (uint16_t)(printed->row->known | 1u << i);
            }
        }
    }
}

enum vmt_status vmt_part_summary_read(struct vmt_parse *parse, struct vmt_process *process,
                                      struct vmt_error *err)
{
    struct table table = {.parse = parse, .process = process};
    vmt_sequence_init(&table.printed, &parse->snapshot->arena, sizeof(struct printed_row));
    bool pages = false;
    size_t lines = headings(parse->cursor, 0, &table.full, &pages);
    enum vmt_status status =
        vmt_pattern_get(&table.row, parse->context, table.full ? &full_row : &short_row, err);
    for (size_t i = 0; status == VMT_OK && i < lines; i++) {
        status = vmt_cursor_take(parse->cursor, VMT_LINE_CONSUMED, err);
    }
    bool damaged = false;
    if (status == VMT_OK) {
        status = vmt_part_table_rows(parse, process, table.row, read_row, &table,
                                     "not a row of the summary table", &damaged, err);
    }
    if (status != VMT_OK) {
        return status;
    }
    fill_rows(&table, pages);
    process->stated_damaged = process->stated_damaged || damaged;
    process->stated_total = table.total != NULL ? table.total : process->stated_total;
    process->stated_unreserved =
        table.unreserved != NULL ? table.unreserved : process->stated_unreserved;
    return VMT_OK;
}
