/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_top.h"

/* The table of top: the columns that its user asked for, in his order.
 *
 *   PID   COMMAND          %CPU TIME     #TH   #WQ #PORTS MEM    PURG   CMPRS PGRP …  KPRVT  KSHRD
 *   1296  vm_stat          0.0  00:00.01 1     0   11     252K   0B     0B    1296 …  81920B 0B
 *   643   Activity Monitor 0.0  00:43.59 3/1   1   337    40748K 3244K  0B    643  …  704K   -12K
 *
 * Only COMMAND can have blanks in it.  So a row is parted from both its ends, which holds where the
 * columns have moved. */

/* So many unreadable lines are read over to go on with the rows. */
#define DAMAGE_AHEAD 2
/* So far below a heading without a head a row is looked for: reading gets there. */
#define ROWS_AHEAD (DAMAGE_AHEAD + 1)

/* MEM is the footprint since 10.9.  RPRVT and VPRVT are sums of address space that no other process
 * has: neither is a member. */
static const struct {
    const char *name;
    enum vmt_member member;
} sizes[] = {
    {"MEM", VMT_FOOTPRINT}, {"CMPRS", VMT_SWAPPED},
    {"CMPR", VMT_SWAPPED}, /* cut to its column, in a window */
    {"RSIZE", VMT_RSS},     {"VSIZE", VMT_VIRTUAL},
};

struct columns {
    struct vmt_slice names[VMT_TOP_COLUMNS];
    size_t count;
    size_t pid;     /* which of them it is */
    size_t command; /* which of them it is */
};

struct table {
    struct vmt_parse *parse;
    struct vmt_notes *notes; /* of the last process, or of the input */
    const struct vmt_string *captured_at;
    const struct vmt_string *names[VMT_TOP_COLUMNS];
    struct columns columns;
    struct vmt_slice cells[VMT_TOP_COLUMNS]; /* of the next line */
};

/* --- the heading ------------------------------------------------------------------------------ */

static bool is_word(struct vmt_slice word, const char *name)
{
    return vmt_slice_equals(word, vmt_slice(name));
}

/* Capitals, digits and `#%_`. */
static bool is_column(struct vmt_slice word)
{
    static const char marks[] = "#%_";
    for (size_t i = 0; i < word.length; i++) {
        char c = word.data[i];
        bool capital = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!capital && memchr(marks, c, sizeof marks - 1) == NULL) {
            return false;
        }
    }
    return word.length > 0;
}

static bool is_memory(struct vmt_slice word)
{
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        if (is_word(word, sizes[i].name)) {
            return true;
        }
    }
    return is_word(word, "RPRVT");
}

/* Columns of ps, and of top on other systems. */
static bool is_foreign(struct vmt_slice word)
{
    static const char *const names[] = {"RSS", "VSZ", "VIRT", "RES", "%MEM"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (is_word(word, names[i])) {
            return true;
        }
    }
    return false;
}

static bool split_heading(struct vmt_slice line, struct columns *columns)
{
    unsigned pid = 0;
    unsigned command = 0;
    bool memory = false;
    columns->count = 0;
    if (vmt_slice_find(line, "COMMAND") == line.length) {
        return false;
    }
    struct vmt_slice word = vmt_slice_word(&line);
    for (; word.length > 0; word = vmt_slice_word(&line)) {
        if (columns->count == VMT_TOP_COLUMNS || !is_column(word) || is_foreign(word)) {
            return false;
        }
        if (is_word(word, "PID")) {
            columns->pid = columns->count;
            pid++;
        } else if (is_word(word, "COMMAND")) {
            columns->command = columns->count;
            command++;
        }
        memory = memory || is_memory(word);
        columns->names[columns->count++] = word;
    }
    return pid == 1 && command == 1 && memory;
}

/* What top alone calls so. */
static bool is_of_top(struct vmt_slice word)
{
    static const char *const names[] = {"#TH",  "#WQ",   "#PORTS", "#PORT", "#MREGS",
                                        "PURG", "RSHRD", "VPRVT",  "MEM"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (is_word(word, names[i])) {
            return true;
        }
    }
    return is_memory(word);
}

bool vmt_top_resembles_heading(struct vmt_slice line)
{
    bool named = false;
    size_t of_top = 0;
    size_t odd = 0;
    struct vmt_slice word = vmt_slice_word(&line);
    /* Every line of prose comes here: no column has small letters. */
    if (word.length < 2 || (word.data[1] >= 'a' && word.data[1] <= 'z')) {
        return false;
    }
    for (; word.length > 0 && odd <= 1; word = vmt_slice_word(&line)) {
        named = named || is_word(word, "PID") || is_word(word, "COMMAND");
        of_top += is_of_top(word) ? 1 : 0;
        odd += !is_column(word) || is_foreign(word) ? 1 : 0;
    }
    return named && of_top > 0 && odd <= 1;
}

bool vmt_top_is_heading(struct vmt_slice line)
{
    struct columns columns;
    return split_heading(line, &columns);
}

static enum vmt_status read_heading(struct table *table, struct vmt_error *err)
{
    struct columns *columns = &table->columns;
    split_heading(vmt_cursor_text(table->parse->cursor, 0), columns);
    for (size_t i = 0; i < columns->count; i++) {
        enum vmt_status status =
            vmt_snapshot_string(&table->names[i], table->parse->snapshot, columns->names[i], err);
        if (status != VMT_OK) {
            return status;
        }
        columns->names[i] = vmt_string_slice(table->names[i]); /* the line goes */
    }
    return vmt_cursor_take(table->parse->cursor, VMT_LINE_CONSUMED, err);
}

/* --- rows ------------------------------------------------------------------------------------- */

/* The last run without blanks and tabs; what precedes it stays in *rest. */
static struct vmt_slice last_word(struct vmt_slice *rest)
{
    *rest = vmt_slice_trim(*rest);
    size_t from = rest->length;
    while (from > 0 && !vmt_is_blank(rest->data[from - 1])) {
        from--;
    }
    struct vmt_slice word = vmt_slice_from(*rest, from);
    rest->length = from;
    return word;
}

/* Part a line into cells, or false when it has too few. */
static bool split_row(const struct columns *columns, struct vmt_slice line, struct vmt_slice *cells)
{
    for (size_t i = 0; i < columns->command; i++) {
        cells[i] = vmt_slice_word(&line);
    }
    for (size_t i = columns->count - 1; i > columns->command; i--) {
        cells[i] = last_word(&line);
    }
    cells[columns->command] = vmt_slice_trim(line);
    return cells[columns->command].length > 0;
}

/* `4242`, `4242*`, `4242+`: marks of what changed, and of another architecture. */
static bool read_pid(struct vmt_slice cell, uint64_t *pid)
{
    static const char marks[] = "*+-";
    if (cell.length > 1 && memchr(marks, cell.data[cell.length - 1], sizeof marks - 1) != NULL) {
        cell.length--;
    }
    return vmt_parse_u64(cell, 10, pid);
}

static bool is_row(const struct columns *columns, struct vmt_slice line, struct vmt_slice *cells)
{
    uint64_t pid = 0;
    return line.length > 0 && split_row(columns, line, cells) &&
           read_pid(cells[columns->pid], &pid);
}

static bool is_unavailable(struct vmt_slice cell)
{
    return is_word(cell, "N/A") || is_word(cell, "-");
}

/* What of the cells is memory; where one that should be is not, its column, else `count`. */
static size_t read_sizes(const struct columns *columns, const struct vmt_slice *cells,
                         struct vmt_amounts *whole)
{
    for (size_t i = 0; i < columns->count; i++) {
        struct vmt_reading reading;
        for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
            if (!is_word(columns->names[i], sizes[k].name) || is_unavailable(cells[i]) ||
                cells[i].data[0] == '-') {
                continue; /* a change less than nothing is no amount */
            }
            if (!vmt_top_size(cells[i], &reading)) {
                return i;
            }
            whole->of[sizes[k].member] = vmt_amount_of(reading);
        }
    }
    return columns->count;
}

/* Sizes in their columns, whatever stands in that of the number of the process. */
static bool resembles_row(const struct columns *columns, struct vmt_slice line,
                          struct vmt_slice *cells, struct vmt_amounts *whole)
{
    if (line.length == 0 || !split_row(columns, line, cells) ||
        read_sizes(columns, cells, whole) < columns->count) {
        return false;
    }
    bool sized = is_row(columns, line, cells);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        sized = sized || whole->of[sizes[i].member].known;
    }
    return sized;
}

bool vmt_top_table_begins(const struct vmt_cursor *cursor)
{
    struct columns columns;
    struct vmt_slice cells[VMT_TOP_COLUMNS];
    struct vmt_amounts whole = {0};
    if (!split_heading(vmt_cursor_text(cursor, 0), &columns)) {
        return false;
    }
    for (size_t i = 1; i <= ROWS_AHEAD; i++) {
        struct vmt_slice line = vmt_cursor_text(cursor, i);
        if (line.length == 0 || vmt_top_is_heading(line)) {
            break;
        }
        if (resembles_row(&columns, line, cells, &whole)) {
            return true;
        }
    }
    return false;
}

/* Whether the model has a member for what a cell states. */
static bool is_kept(const struct table *table, size_t column)
{
    struct vmt_slice name = table->columns.names[column];
    bool size = is_memory(name) && !is_word(name, "RPRVT") && table->cells[column].data[0] != '-';
    return size || column == table->columns.pid || column == table->columns.command ||
           is_unavailable(table->cells[column]);
}

static enum vmt_status keep_facts(const struct table *table, struct vmt_process *process,
                                  struct vmt_error *err)
{
    struct vmt_snapshot *snapshot = table->parse->snapshot;
    for (size_t i = 0; i < table->columns.count; i++) {
        if (is_kept(table, i)) {
            continue;
        }
        struct vmt_fact *fact = vmt_sequence_add(&process->facts);
        if (fact == NULL) {
            return vmt_arena_fail(&snapshot->arena, err);
        }
        fact->key = table->names[i];
        enum vmt_status status = vmt_snapshot_string(&fact->value, snapshot, table->cells[i], err);
        if (status != VMT_OK) {
            return status;
        }
    }
    return VMT_OK;
}

static enum vmt_status damage(struct table *table, const char *reason, const char *at,
                              struct vmt_error *err)
{
    const struct vmt_line *line = vmt_cursor_ahead(table->parse->cursor, 0);
    size_t column = at == NULL ? 0 : (size_t)(at - line->text.data) + 1;
    return vmt_parse_damage(table->parse, table->notes, reason, column, err);
}

/* The row that is next, its cells parted. */
static enum vmt_status read_row(struct table *table, struct vmt_error *err)
{
    struct vmt_parse *parse = table->parse;
    struct vmt_amounts whole = {0};
    struct vmt_process *process = NULL;
    size_t wrong = read_sizes(&table->columns, table->cells, &whole);
    if (wrong < table->columns.count) {
        return damage(table, "not a size of top", table->cells[wrong].data, err);
    }
    enum vmt_status status = vmt_snapshot_add_process(&process, parse->snapshot, parse->input, err);
    if (status != VMT_OK) {
        return status;
    }
    table->notes = &process->notes;
    process->grammar = vmt_grammar_darwin_top.name;
    process->line = vmt_parse_line(parse, vmt_cursor_ahead(parse->cursor, 0));
    process->captured_at = table->captured_at;
    process->pid_known = read_pid(table->cells[table->columns.pid], &process->pid);
    process->whole = whole;
    status = vmt_snapshot_string(&process->name, parse->snapshot,
                                 table->cells[table->columns.command], err);
    if (status == VMT_OK) {
        status = keep_facts(table, process, err);
    }
    return status == VMT_OK ? vmt_cursor_take(parse->cursor, VMT_LINE_CONSUMED, err) : status;
}

/* A line that is no row: damage when it begins as one that the input cuts off, or when rows go on
 * behind it. */
static enum vmt_status read_odd_line(struct table *table, struct vmt_error *err)
{
    const struct vmt_cursor *cursor = table->parse->cursor;
    struct vmt_slice text = vmt_cursor_text(cursor, 0);
    struct vmt_slice rest = text;
    struct vmt_slice first = vmt_slice_word(&rest);
    uint64_t pid = 0;
    if (table->columns.pid == 0 && read_pid(first, &pid)) {
        return damage(table, "fewer cells than columns", NULL, err);
    }
    struct vmt_amounts whole = {0};
    if (resembles_row(&table->columns, text, table->cells, &whole)) {
        return damage(table, "not the number of a process", table->cells[table->columns.pid].data,
                      err);
    }
    for (size_t i = 1; i <= DAMAGE_AHEAD; i++) {
        struct vmt_slice next = vmt_cursor_text(cursor, i);
        if (next.length == 0 || vmt_top_is_heading(next)) {
            break;
        }
        if (is_row(&table->columns, next, table->cells) ||
            resembles_row(&table->columns, next, table->cells, &whole)) {
            return damage(table, "not a row", NULL, err);
        }
    }
    return VMT_END;
}

enum vmt_status vmt_top_table(struct vmt_parse *parse, const struct vmt_string *captured_at,
                              struct vmt_error *err)
{
    struct table table = {
        .parse = parse, .notes = &parse->input->notes, .captured_at = captured_at};
    enum vmt_status status = read_heading(&table, err);
    while (status == VMT_OK) {
        status = vmt_cursor_fill(parse->cursor, DAMAGE_AHEAD + 1, err);
        struct vmt_slice text = vmt_cursor_text(parse->cursor, 0);
        if (status == VMT_OK && text.length == 0) {
            return VMT_OK; /* the end, a blank line or one too long */
        }
        if (status == VMT_OK) {
            status = is_row(&table.columns, text, table.cells) ? read_row(&table, err)
                                                               : read_odd_line(&table, err);
        }
    }
    return status == VMT_END ? VMT_OK : status;
}
