/* SPDX-License-Identifier: MIT */
#include "config.h"

/* Tables as grids for a terminal, and remarks as lines.
 *
 * Rows are written as they come, so columns have the widths that their descriptions give.  What is
 * longer than its column pushes the next ones only as far as it must: a number that has room to
 * its left is back under its title at once. */

#include "report/text_field.h"
#include "report/utf8.h"
#include "report/writer.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#define BYTES_WIDTH 15 /* 14 digits, 100 TB, and the place for the mark */
#define BOUND_WIDTH 9
#define BOUND_INDENT 4
#define CLIPPED_LEAST 16 /* less than this of a text tells nothing */

static const char left_out[] = "the last column is left out: it takes a wider terminal, or a pipe";
static const char legend[] = "~ is less certain than it looks: --bounds prints the limits";

struct frame {
    const struct vmt_table *table;
    bool header; /* has been written */
};

struct text_writer {
    struct vmt_writer writer;
    const struct vmt_allocator *allocator;
    struct vmt_writer_options options;
    struct frame frames[VMT_WRITER_DEPTH + 1];
    size_t depth;
    size_t skipped;  /* tables open that text does not show */
    size_t position; /* columns written of the current line */
    bool marked;     /* a ~ was written */
    bool narrow;     /* something was left out for lack of room */
    struct vmt_output output;
};

static struct text_writer *text_of(struct vmt_writer *writer)
{
    return (struct text_writer *)writer;
}

static void put_field(struct text_writer *text, const struct vmt_text_field *field)
{
    if (field->evidence) {
        vmt_put_shown(&text->output, field->text);
    } else {
        vmt_put(&text->output, field->text.data, field->text.length);
    }
    if (field->mark) {
        vmt_put_char(&text->output, '~');
        text->marked = true;
    }
}

static bool is_text(enum vmt_cell_kind kind)
{
    return kind == VMT_CELL_TEXT || kind == VMT_CELL_WORD;
}

static bool is_bytes(enum vmt_cell_kind kind)
{
    return kind == VMT_CELL_AMOUNT || kind == VMT_CELL_READING || kind == VMT_CELL_BYTES;
}

/* A column on the line: where it starts and how wide it is. */
struct place {
    size_t start;
    size_t width;
    size_t next; /* where the next column starts */
};

static void start_line(struct text_writer *text)
{
    text->position = 0;
}

static void end_line(struct text_writer *text)
{
    vmt_put_char(&text->output, '\n');
}

/* Blanks up to `target`, one at least behind what is there.  Blanks come only before text, so no
 * line ends with them. */
static void advance(struct text_writer *text, size_t target)
{
    size_t least = text->position > 0 ? text->position + 1 : 0;
    target = target > least ? target : least;
    vmt_put_blanks(&text->output, target - text->position);
    text->position = target;
}

static void put_left(struct text_writer *text, struct place place,
                     const struct vmt_text_field *field)
{
    if (field->text.length > 0) {
        advance(text, place.start);
        put_field(text, field);
        text->position += vmt_text_field_width(field);
    }
}

/* `slot`: the last place of the column is for the mark. */
static void put_right(struct text_writer *text, struct place place,
                      const struct vmt_text_field *field, bool slot)
{
    if (field->text.length > 0) {
        size_t width = vmt_text_field_width(field);
        size_t end = place.start + place.width - (slot && !field->mark ? 1 : 0);
        advance(text, end > width ? end - width : 0);
        put_field(text, field);
        text->position += width;
    }
}

/* The last column, cut at its front where the line would be too long: of a path the end tells
 * most. */
static void put_last(struct text_writer *text, struct place place, struct vmt_text_field *field)
{
    size_t start = place.start > text->position ? place.start : text->position + 1;
    size_t room = text->options.columns > start ? text->options.columns - start : 0;
    if (text->options.columns > 0 && room < CLIPPED_LEAST) {
        /* A line that the terminal breaks in two cannot be read down its columns. */
        text->narrow = text->narrow || vmt_text_field_width(field) > 0;
        return;
    }
    if (text->options.columns > 0 && vmt_text_field_width(field) > room) {
        advance(text, place.start);
        vmt_put_string(&text->output, "...");
        field->text = vmt_shown_end(field->text, room - 3);
        put_field(text, field);
        text->position += 3 + vmt_text_field_width(field);
    } else {
        put_left(text, place, field);
    }
}

static bool is_amount(const struct vmt_column *column)
{
    return (column->where & VMT_IN_TEXT) != 0 &&
           (column->kind == VMT_CELL_AMOUNT || column->kind == VMT_CELL_READING);
}

/* Whether bounds stand beside the column: where several columns have some, a line has no room. */
static bool has_bounds(const struct text_writer *text, const struct vmt_table *table,
                       const struct vmt_column *column)
{
    size_t amounts = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        amounts += is_amount(&table->columns[i]) ? 1 : 0;
    }
    return is_amount(column) &&
           ((column->where & VMT_TEXT_BOUNDS) != 0 || (text->options.bounds && amounts == 1));
}

static size_t column_width(const struct text_writer *text, const struct vmt_column *column)
{
    return text->options.bytes && is_bytes(column->kind) && column->width < BYTES_WIDTH
               ? BYTES_WIDTH
               : column->width;
}

static void next_place(struct place *place, size_t width)
{
    place->start = place->next;
    place->width = width;
    place->next = place->start + width + 1;
}

static size_t bound_width(const struct text_writer *text)
{
    return text->options.bytes ? BYTES_WIDTH : BOUND_WIDTH;
}

static void put_title(struct text_writer *text, struct place place, const struct vmt_column *column,
                      const char *title)
{
    struct vmt_text_field field = {.text = vmt_slice(title)};
    if (is_text(column->kind)) {
        put_left(text, place, &field);
    } else {
        put_right(text, place, &field, false);
    }
}

static void put_header(struct text_writer *text, const struct vmt_table *table)
{
    struct place place = {0};
    start_line(text);
    if (text->options.colour) {
        vmt_put_string(&text->output, "\x1b[1m");
    }
    for (size_t i = 0; i < table->column_count; i++) {
        const struct vmt_column *column = &table->columns[i];
        if (!(column->where & VMT_IN_TEXT)) {
            continue;
        }
        next_place(&place, column_width(text, column));
        put_title(text, place, column, column->title);
        if (has_bounds(text, table, column)) {
            next_place(&place, bound_width(text));
            put_title(text, place, column, "AT LEAST");
            next_place(&place, bound_width(text));
            put_title(text, place, column, "AT MOST");
        }
    }
    if (text->options.colour) {
        vmt_put_string(&text->output, "\x1b[0m");
    }
    end_line(text);
}

/* The bounds of an amount, beside it: always when they were asked for, else where they tell more
 * than the value does. */
static void put_bounds(struct text_writer *text, struct place *place, const struct vmt_cell *cell)
{
    struct vmt_amount amount = vmt_cell_as_amount(cell);
    struct vmt_text_field field = {.mark = false};
    vmt_text_field_amount(&field, amount, true, text->options.bytes);
    bool wanted = text->options.bounds || (amount.bounded && (!amount.known || field.mark));
    for (int i = 0; i < 2; i++) {
        next_place(place, bound_width(text));
        if (wanted) {
            vmt_text_field_bound(&field, amount, i == 1, text->options.bytes);
            put_right(text, *place, &field, true);
        }
    }
}

/* Whether there is more to say of a cell than its value, below it. */
static bool is_inexact(const struct text_writer *text, const struct vmt_table *table,
                       const struct vmt_column *column, const struct vmt_cell *cell)
{
    struct vmt_amount amount = vmt_cell_as_amount(cell);
    return is_amount(column) && !has_bounds(text, table, column) && amount.bounded &&
           (!amount.known || amount.lower != amount.upper);
}

/* The bounds of a row whose columns have no room beside them: a line below it for each side, in
 * which what is exact stays empty. */
static void put_bound_line(struct text_writer *text, const struct vmt_table *table,
                           const struct vmt_cell *cells, bool upper)
{
    struct place place = {0};
    struct vmt_text_field field = {.text = vmt_slice(upper ? "at most" : "at least")};
    start_line(text);
    if (text->options.colour) {
        vmt_put_string(&text->output, "\x1b[2m");
    }
    put_left(text, (struct place){.start = BOUND_INDENT}, &field);
    for (size_t i = 0; i < table->column_count; i++) {
        const struct vmt_column *column = &table->columns[i];
        if (!(column->where & VMT_IN_TEXT)) {
            continue;
        }
        next_place(&place, column_width(text, column));
        if (is_inexact(text, table, column, &cells[i])) {
            vmt_text_field_bound(&field, vmt_cell_as_amount(&cells[i]), upper, text->options.bytes);
            put_right(text, place, &field, true);
        }
    }
    if (text->options.colour) {
        vmt_put_string(&text->output, "\x1b[0m");
    }
    end_line(text);
}

static void put_bound_lines(struct text_writer *text, const struct vmt_table *table,
                            const struct vmt_cell *cells)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (is_inexact(text, table, &table->columns[i], &cells[i])) {
            put_bound_line(text, table, cells, false);
            put_bound_line(text, table, cells, true);
            return;
        }
    }
}

static void put_cell(struct text_writer *text, struct place *place, const struct vmt_column *column,
                     const struct vmt_cell *cell, bool bounds)
{
    struct vmt_text_field field;
    vmt_text_field_cell(&field, cell, !bounds && !text->options.bounds, text->options.bytes);
    if (is_text(column->kind)) {
        if (column->width == 0) {
            put_last(text, *place, &field);
        } else {
            put_left(text, *place, &field);
        }
    } else {
        put_right(text, *place, &field, is_bytes(column->kind));
    }
    if (bounds) {
        put_bounds(text, place, cell);
    }
}

/* Tables without a column in text hold others that have some. */
static bool has_columns(const struct vmt_table *table)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (table->columns[i].where & VMT_IN_TEXT) {
            return true;
        }
    }
    return false;
}

static enum vmt_status text_begin(struct vmt_writer *writer, const char *schema, unsigned version,
                                  struct vmt_error *err)
{
    (void)schema;
    (void)version;
    return vmt_output_status(&text_of(writer)->output, err);
}

static enum vmt_status text_open_table(struct vmt_writer *writer, const struct vmt_table *table,
                                       struct vmt_error *err)
{
    struct text_writer *text = text_of(writer);
    if (text->skipped > 0 || !(table->where & VMT_IN_TEXT)) {
        text->skipped++;
    } else {
        assert(text->depth < VMT_WRITER_DEPTH);
        text->depth++;
        text->frames[text->depth] = (struct frame){.table = table};
    }
    return vmt_output_status(&text->output, err);
}

static enum vmt_status text_row(struct vmt_writer *writer, const struct vmt_cell *cells,
                                struct vmt_error *err)
{
    struct text_writer *text = text_of(writer);
    struct frame *frame = &text->frames[text->depth];
    if (text->skipped > 0 || !has_columns(frame->table)) {
        return vmt_output_status(&text->output, err);
    }
    const struct vmt_table *table = frame->table;
    if (!frame->header) {
        put_header(text, table);
        frame->header = true;
    }
    struct place place = {0};
    start_line(text);
    for (size_t i = 0; i < table->column_count; i++) {
        const struct vmt_column *column = &table->columns[i];
        if (!(column->where & VMT_IN_TEXT)) {
            continue;
        }
        next_place(&place, column_width(text, column));
        put_cell(text, &place, column, &cells[i], has_bounds(text, table, column));
    }
    end_line(text);
    if (text->options.bounds) {
        put_bound_lines(text, table, cells);
    }
    return vmt_output_status(&text->output, err);
}

static enum vmt_status text_close_table(struct vmt_writer *writer, struct vmt_error *err)
{
    struct text_writer *text = text_of(writer);
    if (text->skipped > 0) {
        text->skipped--;
    } else {
        assert(text->depth > 0);
        text->depth--;
    }
    return vmt_output_status(&text->output, err);
}

/* The bounds of an amount in a line. */
static void put_span(struct text_writer *text, const struct vmt_cell *cell)
{
    struct vmt_amount amount = vmt_cell_as_amount(cell);
    if (!text->options.bounds || !amount.bounded ||
        (amount.known && amount.lower == amount.upper)) {
        return;
    }
    struct vmt_text_field field;
    vmt_put_string(&text->output, " (");
    vmt_text_field_bound(&field, amount, false, text->options.bytes);
    put_field(text, &field);
    vmt_put_string(&text->output, " to ");
    vmt_text_field_bound(&field, amount, true, text->options.bytes);
    put_field(text, &field);
    vmt_put_string(&text->output, ")");
}

static enum vmt_status text_remark(struct vmt_writer *writer, bool heading,
                                   const struct vmt_cell *cells, size_t count,
                                   struct vmt_error *err)
{
    struct text_writer *text = text_of(writer);
    if (text->skipped > 0) {
        return vmt_output_status(&text->output, err);
    }
    bool bold = heading && text->options.colour;
    if (bold) {
        vmt_put_string(&text->output, "\x1b[1m");
    }
    for (size_t i = 0; i < count; i++) {
        struct vmt_text_field field;
        vmt_text_field_cell(&field, &cells[i], !text->options.bounds, text->options.bytes);
        put_field(text, &field);
        put_span(text, &cells[i]);
    }
    if (bold) {
        vmt_put_string(&text->output, "\x1b[0m");
    }
    end_line(text);
    return vmt_output_status(&text->output, err);
}

static enum vmt_status text_end(struct vmt_writer *writer, struct vmt_error *err)
{
    struct text_writer *text = text_of(writer);
    assert(text->depth == 0 && text->skipped == 0);
    if (text->marked || text->narrow) {
        end_line(text);
    }
    if (text->marked) {
        vmt_put_string(&text->output, legend);
        end_line(text);
    }
    if (text->narrow) {
        vmt_put_string(&text->output, left_out);
        end_line(text);
    }
    vmt_output_flush(&text->output);
    return vmt_output_status(&text->output, err);
}

static void text_free(struct vmt_writer *writer)
{
    struct text_writer *text = text_of(writer);
    text->allocator->release(text->allocator->self, text);
}

static const struct vmt_writer_class text_class = {
    text_begin, text_open_table, text_row, text_close_table, text_remark, text_end, text_free,
};

enum vmt_status vmt_writer_text_new(struct vmt_writer **out, struct vmt_sink *sink,
                                    const struct vmt_allocator *allocator,
                                    struct vmt_writer_options options, struct vmt_error *err)
{
    struct text_writer *text = allocator->allocate(allocator->self, sizeof *text);
    if (text == NULL) {
        return vmt_fail_nomem(err);
    }
    text->writer.class = &text_class;
    text->allocator = allocator;
    text->options = options;
    text->depth = 0;
    text->skipped = 0;
    text->position = 0;
    text->marked = false;
    text->narrow = false;
    vmt_output_init(&text->output, sink);
    *out = &text->writer;
    return VMT_OK;
}
