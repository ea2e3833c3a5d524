/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/part_summary.h"

#include "grammar/part_header.h"
#include "grammar/part_table.h"
#include "grammar/printed.h"

/* Both lines of totals that a mail has broken are not longer. */
#define TOTALS_MOST 256
/* So many lines have two rows, where headings were lost. */
#define ROWS_AHEAD 3
/* So far behind the headings the first row of a table is looked for. */
#define FIRST_ROW_AHEAD 4
/* So many rows in the order of their names tell that the tool has not sorted them by size. */
#define ORDERED_LEAST 4

/* Virtual, resident, dirty, swapped, volatile, nonvolatile, empty. */
enum { COLUMNS_MOST = VMT_EV_EMPTY + 1 };

/* The number of values is fixed, so a name may end with a number of its own; but not with one that
 * has a unit: then there are more values than the headings say. */
static const char *const row_groups[] = {"name", "values", "remark", NULL};
static const char *const counted_groups[] = {"name", "values", "remark", "count", NULL};
enum { NAME, VALUES, REMARK, COUNT };
#define SIZE "[0-9]++ (?: \\.[0-9]++ )?+ [KMGT]?+"
#define ROW(more, count, groups)                                                      \
    {                                                                                 \
        "[ \\t]*+ (?<name> (?: (?! [0-9.]++ [KMGT] [ \\t] ) [^ \\t]++ [ \\t]++ )+? )" \
        "(?: \\[ [ \\t]*+ )?+"                                                        \
        "(?<values> " SIZE " (?: [ \\t]++ " SIZE " ){" more "} )" count               \
        "(?: [ \\t]*+ \\] )?+ (?<remark> [ \\t]++ (?: see | reserved | not ) \\b .*+" \
        "                      | [ \\t]{2,}+ [a-zA-Z] .*+ )?+ [ \\t]*+",              \
            groups                                                                    \
    }
#define ROWS(more)                                                                           \
    {                                                                                        \
        ROW(more, "", row_groups), ROW(more, "[ \\t]++ (?<count> [0-9]++ )", counted_groups) \
    }
/* By the number of sizes less one, and whether the regions are counted after them. */
static const struct vmt_pattern_source rows[COLUMNS_MOST][2] = {
    ROWS("0"), ROWS("1"), ROWS("2"), ROWS("3"), ROWS("4"), ROWS("5"), ROWS("6")};
#undef ROWS
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
        /* `6092KB` of 10.2 to 10.4 */
        size.length -= size.length > 1 && vmt_slice_ends(size, "KB") ? 1 : 0;
        struct vmt_printed printed;
        if (!vmt_printed_parse(size, &printed)) {
            return false;
        }
        any = true;
    }
    return any;
}

/* The totals that a mail has broken off the line: they are joined to it in `buffer`, and *lines
 * becomes 2. */
static struct vmt_slice join_totals(const struct vmt_cursor *cursor, struct vmt_slice first,
                                    char *buffer, size_t size, size_t *lines)
{
    struct vmt_slice second = vmt_slice_trim(vmt_cursor_text(cursor, 1));
    size_t offset = 0;
    size_t length = first.length;
    if (length + 1 + second.length > size || !totals_are_readable(second, &offset)) {
        return first;
    }
    memcpy(buffer, first.data, length);
    buffer[length++] = ' ';
    memcpy(buffer + length, second.data, second.length);
    *lines = 2;
    return (struct vmt_slice){buffer, length + second.length};
}

enum vmt_status vmt_part_summary_totals(struct vmt_parse *parse, struct vmt_process *process,
                                        struct vmt_error *err)
{
    enum vmt_status status = vmt_cursor_fill(parse->cursor, 2, err);
    const struct vmt_line *line = vmt_cursor_ahead(parse->cursor, 0);
    if (status != VMT_OK || line == NULL) {
        return status == VMT_OK ? VMT_END : status;
    }
    struct vmt_slice text = vmt_slice_trim(line->text);
    for (size_t i = 0; i < sizeof totals_lines / sizeof totals_lines[0]; i++) {
        size_t length = strlen(totals_lines[i]);
        if (!vmt_slice_starts(text, totals_lines[i])) {
            continue;
        }
        struct vmt_slice rest = vmt_slice_trim(vmt_slice_from(text, length));
        size_t offset = 0;
        if (!totals_are_readable(rest, &offset)) {
            return vmt_parse_damage(parse, &process->notes, "not the totals of a report",
                                    (size_t)(rest.data - line->text.data) + offset + 1, err);
        }
        char joined[TOTALS_MOST];
        size_t lines = 1;
        struct vmt_slice value = join_totals(parse->cursor, rest, joined, sizeof joined, &lines);
        struct vmt_slice key = {totals_lines[i], length - 1};
        status = vmt_part_header_fact(parse, process, key, value, err);
        for (; status == VMT_OK && lines > 0; lines--) {
            status = vmt_cursor_take(parse->cursor, VMT_LINE_CONSUMED, err);
        }
        return status;
    }
    return VMT_END;
}

/* What the headings say of a table. */
struct shape {
    size_t lines;   /* that the headings take; 0: there are none */
    size_t columns; /* sizes in a row */
    bool counted;   /* the regions are counted after them */
    bool pages;
    bool brackets; /* around the sizes */
};

/* The words of one heading line; false when another is among them. */
static bool read_heading(struct shape *shape, struct vmt_slice rest)
{
    static const char *const names[COLUMNS_MOST] = {"VIRTUAL",  "RESIDENT", "DIRTY", "SWAPPED",
                                                    "VOLATILE", "NONVOL",   "EMPTY"};
    size_t named = 0;
    size_t units = 0;
    struct vmt_slice word = vmt_slice_word(&rest);
    for (; word.length > 0; word = vmt_slice_word(&rest)) {
        bool pages = vmt_slice_equals(word, vmt_slice("PAGES"));
        if (named < COLUMNS_MOST && (vmt_slice_equals(word, vmt_slice(names[named])) ||
                                     vmt_slice_equals(word, vmt_slice("VIRTUAL]")))) {
            named++;
        } else if (pages || vmt_slice_equals(word, vmt_slice("SIZE"))) {
            units++;
            shape->pages = shape->pages || pages;
        } else if (vmt_slice_equals(word, vmt_slice("REGION")) ||
                   vmt_slice_equals(word, vmt_slice("COUNT"))) {
            shape->counted = true;
        } else if (vmt_slice_equals(word, vmt_slice("["))) {
            shape->brackets = true;
        } else if (!vmt_slice_equals(word, vmt_slice("(non-coalesced)"))) {
            return false;
        }
    }
    size_t columns = named > units ? named : units;
    shape->columns = columns > shape->columns ? columns : shape->columns;
    shape->lines++;
    return shape->columns <= COLUMNS_MOST;
}

/* What a mail or a terminal has broken off a heading: `REGION`, `COUNT (non-coalesced)`. */
static bool is_broken_off(struct vmt_slice line)
{
    return vmt_slice_equals(line, vmt_slice("REGION")) ||
           vmt_slice_equals(line, vmt_slice("COUNT (non-coalesced)")) ||
           vmt_slice_equals(line, vmt_slice("(non-coalesced)"));
}

/* One heading of two, with what was broken off it; false when it is none. */
static bool take_heading(struct shape *shape, const struct vmt_cursor *cursor, size_t index,
                         const char *begin)
{
    struct vmt_slice line = vmt_slice_trim(vmt_cursor_text(cursor, index));
    if (!read_heading(shape, vmt_slice_from(line, strlen(begin)))) {
        return false;
    }
    line = vmt_slice_trim(vmt_cursor_text(cursor, index + 1));
    return !is_broken_off(line) || read_heading(shape, line);
}

/* The headings after `index` lines ahead: of two lines a paste can lose one, or run them together;
 * before macOS 10.11 there was one. */
static struct shape find_shape(const struct vmt_cursor *cursor, size_t index)
{
    static const char second[] = "REGION TYPE";
    static const struct shape none = {0};
    struct shape shape = {0};
    struct vmt_slice line = vmt_cursor_text(cursor, index);
    bool first = vmt_slice_starts(line, "VIRTUAL");
    if (first && !take_heading(&shape, cursor, index, "")) {
        return none;
    }
    line = vmt_cursor_text(cursor, index + shape.lines);
    if (vmt_slice_starts(line, second)) {
        return take_heading(&shape, cursor, index + shape.lines, second) && shape.columns > 0
                   ? shape
                   : none;
    }
    bool whole = shape.columns == COLUMNS_MOST || vmt_part_table_is_rule(line);
    return first && whole ? shape : none;
}

enum vmt_part_summary_kind vmt_part_summary_kind(const struct vmt_cursor *cursor, size_t index)
{
    const struct shape shape = find_shape(cursor, index);
    if (shape.lines == 0) {
        return VMT_PART_SUMMARY_NONE;
    }
    if (shape.columns > 2) {
        return VMT_PART_SUMMARY_FULL; /* or what is left of its headings */
    }
    if (shape.counted) {
        return VMT_PART_SUMMARY_COUNTED;
    }
    return shape.columns == 2 || shape.brackets ? VMT_PART_SUMMARY_OLD : VMT_PART_SUMMARY_VIRTUAL;
}

bool vmt_part_summary_begins(const struct vmt_cursor *cursor, size_t index)
{
    return find_shape(cursor, index).lines > 0;
}

bool vmt_part_summary_begins_full(const struct vmt_cursor *cursor, size_t index)
{
    return vmt_part_summary_kind(cursor, index) == VMT_PART_SUMMARY_FULL;
}

/* What may stand behind the numbers, as the pattern of a row has it. */
static bool is_remark(struct vmt_slice rest)
{
    static const char *const words[] = {"see", "reserved", "not"};
    size_t blanks = rest.length - vmt_slice_trim(rest).length;
    struct vmt_slice after = rest;
    struct vmt_slice word = vmt_slice_word(&after);
    if (word.length == 0) {
        return true;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (vmt_slice_equals(word, vmt_slice(words[i]))) {
            return true;
        }
    }
    char first = (char)(word.data[0] | 0x20);
    return blanks >= 2 && first >= 'a' && first <= 'z';
}

/* A name, seven sizes of which the first has a unit, a count, and perhaps more words. */
static bool is_full_row(struct vmt_slice line)
{
    struct vmt_slice rest = line;
    struct vmt_slice word = vmt_slice_word(&rest);
    struct vmt_printed printed = {0};
    bool named = false;
    while (word.length > 0 && !(vmt_printed_parse(word, &printed) && printed.unit != 0)) {
        word = vmt_slice_word(&rest);
        named = true;
    }
    for (size_t i = 0; i < COLUMNS_MOST; i++) {
        if (!vmt_printed_parse(word, &printed)) {
            return false;
        }
        word = vmt_slice_word(&rest);
    }
    uint64_t count = 0;
    if (!named || !vmt_parse_u64(word, 10, &count)) {
        return false;
    }
    return is_remark(rest);
}

bool vmt_part_summary_rows_begin(const struct vmt_cursor *cursor, size_t index)
{
    size_t count = 0;
    for (size_t i = index; i < index + ROWS_AHEAD; i++) {
        count += is_full_row(vmt_cursor_text(cursor, i)) ? 1 : 0;
        if (count == 0) {
            return false;
        }
    }
    return count >= 2;
}

static const char not_a_row[] = "not a row of the summary table";

/* A table being read. */
struct table {
    struct vmt_parse *parse;
    struct vmt_process *process;
    struct vmt_pattern *row;
    struct vmt_stated_row *total; /* of this table, NULL until met */
    struct vmt_stated_row *unreserved;
    uint64_t last;    /* line of the last row, 0 before it */
    uint64_t ordered; /* rows so far, if in the order of their names as the tool prints them */
    struct vmt_sequence printed; /* of struct printed_row: what numbers mean shows at the end */
    struct shape shape;
    bool units; /* some number has one */
};

/* A row's numbers as they stand in the text. */
struct printed_row {
    struct vmt_stated_row *row;
    struct vmt_printed columns[COLUMNS_MOST];
};

static bool read_numbers(struct table *table, struct printed_row *printed, uint64_t *regions)
{
    struct vmt_slice rest = vmt_pattern_group(table->row, VALUES);
    for (size_t i = 0; i < table->shape.columns; i++) {
        struct vmt_reading ignored;
        if (!vmt_printed_parse(vmt_slice_word(&rest), &printed->columns[i]) ||
            !vmt_printed_bytes(printed->columns[i], 1, &ignored)) {
            return false;
        }
        table->units = table->units || printed->columns[i].unit != 0;
    }
    return !table->shape.counted ||
           vmt_parse_u64(vmt_pattern_group(table->row, COUNT), 10, regions);
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

/* Whether a name is not greater than that of the row before it. */
static bool goes_back(const struct table *table, struct vmt_slice name)
{
    const struct vmt_stated_row *before = vmt_sequence_last(&table->process->stated);
    if (before == NULL || table->ordered == 0) {
        return false;
    }
    struct vmt_slice other = vmt_string_slice(before->type->printed);
    size_t common = name.length < other.length ? name.length : other.length;
    int order = memcmp(name.data, other.data, common);
    return order < 0 || (order == 0 && name.length <= other.length);
}

/* Whether a row apart from those before it is of another table, which has lost its headings: the
 * total was there, or the names begin anew. */
static bool begins_another(const struct table *table, struct vmt_slice name)
{
    return !vmt_slice_starts(name, "TOTAL") &&
           (table->total != NULL || (table->ordered >= ORDERED_LEAST && goes_back(table, name)));
}

static enum vmt_status read_row(void *self, struct vmt_error *err)
{
    struct table *table = self;
    const struct vmt_line *line = vmt_cursor_ahead(table->parse->cursor, 0);
    struct printed_row printed = {0};
    uint64_t regions = 0;
    struct vmt_slice name = vmt_slice_trim(vmt_pattern_group(table->row, NAME));
    if (line->number > table->last + 1 && begins_another(table, name)) {
        return VMT_END;
    }
    table->last = line->number;
    bool ordered = table->ordered == table->printed.count && !goes_back(table, name);
    table->ordered = ordered ? table->ordered + 1 : 0;
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
    printed.row->counted = table->shape.counted;
    printed.row->apart = vmt_slice_starts(vmt_slice_trim(vmt_pattern_group(table->row, REMARK)),
                                          "not counted in TOTAL");
    struct printed_row *kept = vmt_sequence_add(&table->printed);
    if (kept == NULL) {
        return vmt_arena_fail(&table->parse->snapshot->arena, err);
    }
    *kept = printed;
    return vmt_cursor_take(table->parse->cursor, VMT_LINE_CONSUMED, err);
}

/* Numbers of a table without any unit are pages; of what size, only the header tells. */
static void fill_rows(const struct table *table)
{
    uint64_t bare = table->shape.pages || !table->units ? table->process->page_size : 1;
    struct vmt_walker walker = {0};
    const struct printed_row *printed = vmt_sequence_next(&table->printed, &walker);
    for (; printed != NULL; printed = vmt_sequence_next(&table->printed, &walker)) {
        for (size_t i = 0; bare != 0 && i < table->shape.columns; i++) {
            if (vmt_printed_bytes(printed->columns[i], bare, &printed->row->stated[i])) {
                printed->row->known = (uint16_t)(printed->row->known | 1u << i);
            }
        }
    }
}

/* The pattern of the rows; where none of the first is as the heading says, they tell whether
 * regions are counted: a heading that says so was lost, or came without. */
static enum vmt_status find_rows(struct table *table, struct vmt_error *err)
{
    const struct vmt_cursor *cursor = table->parse->cursor;
    enum vmt_status status = VMT_END;
    for (unsigned other = 0; status == VMT_END && other < 2; other++) {
        bool counted = table->shape.counted != (other == 1);
        for (size_t index = 0; status == VMT_END && index < FIRST_ROW_AHEAD; index++) {
            struct vmt_slice line = vmt_cursor_text(cursor, index);
            status = vmt_pattern_get(&table->row, table->parse->context,
                                     &rows[table->shape.columns - 1][counted], err);
            if (status == VMT_OK) {
                status = vmt_pattern_match(table->row, line, err);
            }
            table->shape.counted = status == VMT_OK ? counted : table->shape.counted;
        }
    }
    return status == VMT_END
               ? vmt_pattern_get(&table->row, table->parse->context,
                                 &rows[table->shape.columns - 1][table->shape.counted], err)
               : status;
}

enum vmt_status vmt_part_summary_read(struct vmt_parse *parse, struct vmt_process *process,
                                      struct vmt_error *err)
{
    struct table table = {
        .parse = parse, .process = process, .shape = find_shape(parse->cursor, 0)};
    if (table.shape.lines == 0) {
        bool full = vmt_part_summary_rows_begin(parse->cursor, 0);
        table.shape = (struct shape){.columns = full ? COLUMNS_MOST : 1, .counted = true};
    }
    vmt_sequence_init(&table.printed, &parse->snapshot->arena, sizeof(struct printed_row));
    enum vmt_status status = VMT_OK;
    for (size_t i = 0; status == VMT_OK && i < table.shape.lines; i++) {
        status = vmt_cursor_take(parse->cursor, VMT_LINE_CONSUMED, err);
    }
    if (status == VMT_OK) {
        status = vmt_cursor_fill(parse->cursor, FIRST_ROW_AHEAD, err);
    }
    if (status == VMT_OK) {
        status = find_rows(&table, err);
    }
    bool damaged = false;
    uint64_t before = parse->cursor->record->ledger.lines - table.shape.lines;
    if (status == VMT_OK) {
        status = vmt_part_table_rows(parse, process, table.row, read_row, &table, not_a_row,
                                     &damaged, err);
    }
    if (status == VMT_OK && parse->cursor->record->ledger.lines == before) {
        damaged = true; /* it looks like a row, and neither it nor what follows is one */
        status = vmt_parse_damage(parse, &process->notes, not_a_row, 0, err);
    }
    if (status != VMT_OK) {
        return status;
    }
    fill_rows(&table);
    process->stated_damaged = process->stated_damaged || damaged;
    process->stated_total = table.total != NULL ? table.total : process->stated_total;
    process->stated_unreserved =
        table.unreserved != NULL ? table.unreserved : process->stated_unreserved;
    return VMT_OK;
}
