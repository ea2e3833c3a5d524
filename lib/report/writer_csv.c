/* SPDX-License-Identifier: MIT */
#include "config.h"

/* One table as CSV, RFC 4180 but for the ends of lines: LF, not CRLF.  All spreadsheets read both,
 * while with CRLF the last cell of each line holds a CR for awk, cut and sort, and a count that
 * ends in one is no number to them. */

#include "report/utf8.h"
#include "report/writer.h"

#include <assert.h>
#include <csv.h>

struct csv_writer {
    struct vmt_writer writer;
    const struct vmt_allocator *allocator;
    const struct vmt_table *table;
    bool bounds;
    bool selected[VMT_WRITER_DEPTH + 1]; /* the table at this depth is the one to write */
    size_t depth;
    size_t skipped; /* tables open that CSV does not show */
    bool cells;     /* the line has one */
    struct vmt_output output;
};

static struct csv_writer *csv_of(struct vmt_writer *writer)
{
    return (struct csv_writer *)writer;
}

/* Text in front of which a spreadsheet needs a `'` in order not to take it for a formula. */
static bool wants_guard(struct vmt_slice text)
{
    return text.length > 0 && text.data[0] != '\0' && strchr("=+-@\t\r'", text.data[0]) != NULL;
}

/* Printable ASCII that needs no quotes: nearly all cells, and the time of a long list is in them.
 * Blanks at the ends would not survive readers that trim; no text at all is not the same as
 * unknown. */
static bool is_plain(struct vmt_slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (c < ' ' || c > '~' || c == ',' || c == '"') {
            return false;
        }
    }
    return text.length > 0 && text.data[0] != ' ' && text.data[text.length - 1] != ' ';
}

static bool wants_quotes(struct vmt_slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (c == ',' || c == '"' || c == '\n' || c == '\t') {
            return true;
        }
    }
    return text.length == 0 || text.data[0] == ' ' || text.data[text.length - 1] == ' ';
}

/* libcsv's writer doubles the quotes and puts quotes around what it is given; of a text in pieces
 * only the outermost are wanted. */
static void put_doubled(struct vmt_output *output, struct vmt_slice text)
{
    char piece[256];
    char quoted[2 * sizeof piece + 2];
    while (text.length > 0) {
        size_t length = text.length < sizeof piece ? text.length : sizeof piece;
        size_t written = csv_write(quoted, sizeof quoted, text.data, length);
        vmt_put(output, quoted + 1, written - 2);
        text = vmt_slice_from(text, length);
    }
}

static bool is_kept(uint32_t code)
{
    return code == '\t' || code == '\n' || (code != VMT_UTF8_INVALID && !vmt_is_control(code));
}

static void put_csv_text(struct csv_writer *csv, struct vmt_slice text, bool guard)
{
    struct vmt_output *output = &csv->output;
    if (is_plain(text)) {
        if (guard && wants_guard(text)) {
            vmt_put_char(output, '\'');
        }
        vmt_put(output, text.data, text.length);
        return;
    }
    bool quotes = wants_quotes(text);
    if (quotes) {
        vmt_put_char(output, '"');
    }
    if (guard && wants_guard(text)) {
        vmt_put_char(output, '\'');
    }
    struct vmt_slice rest = text;
    while (rest.length > 0) {
        struct vmt_slice run = {rest.data, 0};
        bool kept = true;
        while (kept && rest.length > 0) {
            run.length = (size_t)(rest.data - run.data);
            kept = is_kept(vmt_utf8_next(&rest));
        }
        run.length = kept ? (size_t)(rest.data - run.data) : run.length;
        if (quotes) {
            put_doubled(output, run);
        } else {
            vmt_put(output, run.data, run.length);
        }
        if (!kept) {
            vmt_put_string(output, VMT_UTF8_REPLACEMENT);
        }
    }
    if (quotes) {
        vmt_put_char(output, '"');
    }
}

static void next_cell(struct csv_writer *csv)
{
    if (csv->cells) {
        vmt_put_char(&csv->output, ',');
    }
    csv->cells = true;
}

static void end_line(struct csv_writer *csv)
{
    vmt_put_char(&csv->output, '\n');
    csv->cells = false;
}

static void put_number(struct csv_writer *csv, bool known, uint64_t number)
{
    next_cell(csv);
    if (known) {
        vmt_put_u64(&csv->output, number);
    }
}

static bool has_bounds(const struct csv_writer *csv, const struct vmt_column *column)
{
    return csv->bounds || (column->where & VMT_CSV_BOUNDS) != 0;
}

static void put_amount(struct csv_writer *csv, const struct vmt_column *column,
                       struct vmt_amount amount)
{
    put_number(csv, amount.known, amount.value);
    if (has_bounds(csv, column)) {
        put_number(csv, amount.bounded, amount.lower);
        put_number(csv, amount.bounded, amount.upper);
    }
}

static void put_boolean(struct csv_writer *csv, bool known, uint64_t number)
{
    next_cell(csv);
    if (known) {
        vmt_put_string(&csv->output, number != 0 ? "true" : "false");
    }
}

static void put_figures(struct csv_writer *csv, const struct vmt_column *column,
                        const struct vmt_figure *figures)
{
    for (size_t i = 0; i < column->figure_count; i++) {
        struct vmt_amount amount = figures == NULL ? VMT_UNKNOWN : figures[i].amount;
        if (column->figures[i].unit == VMT_UNIT_BOOLEAN) {
            put_boolean(csv, amount.known, amount.value);
        } else if (vmt_figure_has_bounds(&column->figures[i])) {
            put_amount(csv, column, amount);
        } else {
            put_number(csv, amount.known, amount.value);
        }
    }
}

static void put_quanta(struct csv_writer *csv, const struct vmt_column *column,
                       const struct vmt_figure *figures)
{
    for (size_t i = 0; i < column->figure_count; i++) {
        bool known = figures != NULL && figures[i].amount.known;
        if (vmt_figure_has_quantum(&column->figures[i])) {
            put_number(csv, known, known ? figures[i].quantum : 0);
        }
    }
}

static void put_cell(struct csv_writer *csv, const struct vmt_column *column,
                     const struct vmt_cell *cell)
{
    struct vmt_output *output = &csv->output;
    bool known = cell->kind != VMT_CELL_NULL;
    switch (column->kind) {
    case VMT_CELL_AMOUNT:
        put_amount(csv, column, known ? cell->amount : VMT_UNKNOWN);
        return;
    case VMT_CELL_AMOUNTS:
        for (int member = 0; member < VMT_MEMBER_COUNT; member++) {
            if (column->members >> member & 1) {
                put_amount(csv, column, known ? cell->amounts->of[member] : VMT_UNKNOWN);
            }
        }
        return;
    case VMT_CELL_FIGURES:
        if (column->where & VMT_CSV_QUANTA) {
            put_quanta(csv, column, known ? cell->figures : NULL);
        } else {
            put_figures(csv, column, known ? cell->figures : NULL);
        }
        return;
    case VMT_CELL_READING:
        put_number(csv, known, known ? cell->reading.value : 0);
        put_number(csv, known, known ? cell->reading.quantum : 0);
        return;
    case VMT_CELL_BYTES:
    case VMT_CELL_COUNT:
    case VMT_CELL_PERMILLE:
    case VMT_CELL_PPM:
    case VMT_CELL_MICROSECONDS:
        put_number(csv, known, cell->number);
        return;
    case VMT_CELL_ADDRESS:
        next_cell(csv);
        if (known) {
            vmt_put_address(output, cell->number);
        }
        return;
    case VMT_CELL_BOOLEAN:
        put_boolean(csv, known, cell->number);
        return;
    case VMT_CELL_NULL:
    case VMT_CELL_TEXT:
    case VMT_CELL_WORD:
        break;
    }
    next_cell(csv);
    /* Ours or the evidence's: the cell knows, a column may hold both. */
    if (known) {
        put_csv_text(csv, cell->text, cell->kind == VMT_CELL_TEXT);
    }
}

static void put_title(struct csv_writer *csv, const char *key, const char *suffix)
{
    next_cell(csv);
    vmt_put_string(&csv->output, key);
    vmt_put_string(&csv->output, suffix);
}

static void put_amount_title(struct csv_writer *csv, const struct vmt_column *column,
                             const char *key)
{
    put_title(csv, key, "");
    if (has_bounds(csv, column)) {
        put_title(csv, key, "_lower");
        put_title(csv, key, "_upper");
    }
}

static void put_figure_titles(struct csv_writer *csv, const struct vmt_column *column)
{
    for (size_t i = 0; i < column->figure_count; i++) {
        const struct vmt_host_info *figure = &column->figures[i];
        if (column->where & VMT_CSV_QUANTA) {
            if (vmt_figure_has_quantum(figure)) {
                put_title(csv, figure->name, "_quantum");
            }
        } else if (vmt_figure_has_bounds(figure)) {
            put_amount_title(csv, column, figure->name);
        } else {
            put_title(csv, figure->name, "");
        }
    }
}

static void put_titles(struct csv_writer *csv, const struct vmt_column *column)
{
    if (column->kind == VMT_CELL_AMOUNTS) {
        for (int member = 0; member < VMT_MEMBER_COUNT; member++) {
            if (column->members >> member & 1) {
                put_amount_title(csv, column, vmt_members[member].name);
            }
        }
    } else if (column->kind == VMT_CELL_FIGURES) {
        put_figure_titles(csv, column);
    } else if (column->kind == VMT_CELL_AMOUNT) {
        put_amount_title(csv, column, column->key);
    } else {
        put_title(csv, column->key, "");
        if (column->kind == VMT_CELL_READING) {
            put_title(csv, column->key, "_quantum");
        }
    }
}

/* At once, so that a table without rows, or that never comes, has its header all the same. */
static enum vmt_status csv_begin(struct vmt_writer *writer, const char *schema, unsigned version,
                                 struct vmt_error *err)
{
    struct csv_writer *csv = csv_of(writer);
    (void)schema;
    (void)version;
    for (size_t i = 0; i < csv->table->column_count; i++) {
        if (csv->table->columns[i].where & VMT_IN_CSV) {
            put_titles(csv, &csv->table->columns[i]);
        }
    }
    end_line(csv);
    return vmt_output_status(&csv->output, err);
}

static enum vmt_status csv_open_table(struct vmt_writer *writer, const struct vmt_table *table,
                                      struct vmt_error *err)
{
    struct csv_writer *csv = csv_of(writer);
    if (csv->skipped > 0 || !(table->where & VMT_IN_CSV)) {
        csv->skipped++;
    } else {
        assert(csv->depth < VMT_WRITER_DEPTH);
        csv->depth++;
        csv->selected[csv->depth] = table == csv->table;
    }
    return vmt_output_status(&csv->output, err);
}

static enum vmt_status csv_row(struct vmt_writer *writer, const struct vmt_cell *cells,
                               struct vmt_error *err)
{
    struct csv_writer *csv = csv_of(writer);
    if (csv->skipped == 0 && csv->selected[csv->depth]) {
        for (size_t i = 0; i < csv->table->column_count; i++) {
            if (csv->table->columns[i].where & VMT_IN_CSV) {
                put_cell(csv, &csv->table->columns[i], &cells[i]);
            }
        }
        end_line(csv);
    }
    return vmt_output_status(&csv->output, err);
}

static enum vmt_status csv_close_table(struct vmt_writer *writer, struct vmt_error *err)
{
    struct csv_writer *csv = csv_of(writer);
    if (csv->skipped > 0) {
        csv->skipped--;
    } else {
        assert(csv->depth > 0);
        csv->depth--;
    }
    return vmt_output_status(&csv->output, err);
}

static enum vmt_status csv_remark(struct vmt_writer *writer, bool heading,
                                  const struct vmt_cell *cells, size_t count, struct vmt_error *err)
{
    (void)heading;
    (void)cells;
    (void)count;
    return vmt_output_status(&csv_of(writer)->output, err);
}

static enum vmt_status csv_end(struct vmt_writer *writer, struct vmt_error *err)
{
    struct csv_writer *csv = csv_of(writer);
    assert(csv->depth == 0 && csv->skipped == 0);
    vmt_output_flush(&csv->output);
    return vmt_output_status(&csv->output, err);
}

static void csv_writer_free(struct vmt_writer *writer)
{
    struct csv_writer *csv = csv_of(writer);
    csv->allocator->release(csv->allocator->self, csv);
}

static const struct vmt_writer_class csv_class = {
    csv_begin, csv_open_table, csv_row, csv_close_table, csv_remark, csv_end, csv_writer_free,
};

enum vmt_status vmt_writer_csv_new(struct vmt_writer **out, struct vmt_sink *sink,
                                   const struct vmt_allocator *allocator,
                                   struct vmt_writer_options options, struct vmt_error *err)
{
    assert(options.table != NULL);
    struct csv_writer *csv = allocator->allocate(allocator->self, sizeof *csv);
    if (csv == NULL) {
        return vmt_fail_nomem(err);
    }
    csv->writer.class = &csv_class;
    csv->allocator = allocator;
    csv->table = options.table;
    csv->bounds = options.bounds;
    csv->selected[0] = false;
    csv->depth = 0;
    csv->skipped = 0;
    csv->cells = false;
    vmt_output_init(&csv->output, sink);
    *out = &csv->writer;
    return VMT_OK;
}
