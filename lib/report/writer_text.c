/* SPDX-License-Identifier: MIT */
#include "config.h"

/* Tables as grids for a terminal, and remarks as lines.
 *
 * Rows are written as they come, so columns have the widths that their descriptions give.  What is
 * longer than its column pushes the next ones only as far as it must: a number that has room to
 * its left is back under its title at once. */

#include "report/human.h"
#include "report/utf8.h"
#include "report/writer.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#define BYTES_WIDTH 15 /* 14 digits, 100 TB, and the place for the mark */
#define BOUND_WIDTH 9
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

/* What stands in a field: `text` of the evidence if `evidence` is set, else ours. */
struct field {
    struct vmt_slice text;
    bool evidence;
    bool mark;
    char buffer[VMT_HUMAN_SIZE];
};

static struct text_writer *text_of(struct vmt_writer *writer)
{
    return (struct text_writer *)writer;
}

static void put_field(struct text_writer *text, const struct field *field)
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

static size_t field_width(const struct field *field)
{
    return (field->evidence ? vmt_shown_width(field->text) : field->text.length) + field->mark;
}

static uint64_t format_bytes(const struct text_writer *text, char *buffer, uint64_t bytes,
                             enum vmt_rounding rounding)
{
    if (text->options.bytes) {
        snprintf(buffer, VMT_HUMAN_SIZE, "%" PRIu64, bytes);
        return 0;
    }
    return vmt_human_bytes(buffer, bytes, rounding);
}

/* `marks`: say with a ~ that the bounds are wider apart than what is printed.  A reading of the
 * tool that prints as we do is just as wide, rounded up twice, and not marked; neither is its 0K.
 */
static void format_amount(const struct text_writer *text, struct field *field,
                          struct vmt_amount amount, bool marks)
{
    if (!amount.known) {
        field->text = vmt_slice("-");
        return;
    }
    uint64_t unit = format_bytes(text, field->buffer, amount.value, VMT_ROUND_NEAREST);
    if (amount.value == 0 && !text->options.bytes) {
        unit = 1024;
    }
    uint64_t allowed = unit > 1 ? unit + 1 : 0;
    field->mark = marks && amount.bounded && amount.upper - amount.lower > allowed;
    field->text = vmt_slice(field->buffer);
}

static void format_cell(const struct text_writer *text, struct field *field,
                        const struct vmt_cell *cell, bool marks)
{
    *field = (struct field){.text = {field->buffer, 0}};
    switch (cell->kind) {
    case VMT_CELL_NULL:
    case VMT_CELL_AMOUNTS:
    case VMT_CELL_FIGURES:
        field->text = vmt_slice("-");
        return;
    case VMT_CELL_AMOUNT:
        format_amount(text, field, cell->amount, marks);
        return;
    case VMT_CELL_READING:
        format_amount(text, field, vmt_amount_of(cell->reading), marks);
        return;
    case VMT_CELL_BYTES:
        format_bytes(text, field->buffer, cell->number, VMT_ROUND_NEAREST);
        break;
    case VMT_CELL_COUNT:
        snprintf(field->buffer, sizeof field->buffer, "%" PRIu64, cell->number);
        break;
    case VMT_CELL_PERMILLE:
        vmt_human_permille(field->buffer, cell->number);
        break;
    case VMT_CELL_PPM:
        vmt_human_ppm(field->buffer, cell->number);
        break;
    case VMT_CELL_MICROSECONDS:
        vmt_human_microseconds(field->buffer, cell->number);
        break;
    case VMT_CELL_ADDRESS:
        snprintf(field->buffer, sizeof field->buffer, "0x%" PRIx64, cell->number);
        break;
    case VMT_CELL_BOOLEAN:
        field->text = vmt_slice(cell->number != 0 ? "yes" : "no");
        return;
    case VMT_CELL_TEXT:
        field->text = cell->text;
        field->evidence = true;
        return;
    case VMT_CELL_WORD:
        field->text = cell->text;
        return;
    }
    field->text = vmt_slice(field->buffer);
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

static void put_left(struct text_writer *text, struct place place, const struct field *field)
{
    if (field->text.length > 0) {
        advance(text, place.start);
        put_field(text, field);
        text->position += field_width(field);
    }
}

/* `slot`: the last place of the column is for the mark. */
static void put_right(struct text_writer *text, struct place place, const struct field *field,
                      bool slot)
{
    if (field->text.length > 0) {
        size_t width = field_width(field);
        size_t end = place.start + place.width - (slot && !field->mark ? 1 : 0);
        advance(text, end > width ? end - width : 0);
        put_field(text, field);
        text->position += width;
    }
}

/* The last column, cut at its front where the line would be too long: of a path the end tells
 * most. */
static void put_last(struct text_writer *text, struct place place, struct field *field)
{
    size_t start = place.start > text->position ? place.start : text->position + 1;
    size_t room = text->options.columns > start ? text->options.columns - start : 0;
    if (text->options.columns > 0 && room < CLIPPED_LEAST) {
        /* A line that the terminal breaks in two cannot be read down its columns. */
        text->narrow = text->narrow || field_width(field) > 0;
        return;
    }
    if (text->options.columns > 0 && field_width(field) > room) {
        advance(text, place.start);
        vmt_put_string(&text->output, "...");
        field->text = vmt_shown_end(field->text, room - 3);
        put_field(text, field);
        text->position += 3 + field_width(field);
    } else {
        put_left(text, place, field);
    }
}

static bool has_bounds(const struct text_writer *text, const struct vmt_column *column)
{
    return (column->kind == VMT_CELL_AMOUNT || column->kind == VMT_CELL_READING) &&
           (text->options.bounds || column->where & VMT_TEXT_BOUNDS);
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
    struct field field = {.text = vmt_slice(title)};
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
        if (has_bounds(text, column)) {
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

/* The bounds of an amount: always when they were asked for, else where they tell more than the
 * value does. */
static void put_bounds(struct text_writer *text, struct place *place, const struct vmt_cell *cell)
{
    struct vmt_amount amount = VMT_UNKNOWN;
    if (cell->kind == VMT_CELL_AMOUNT) {
        amount = cell->amount;
    } else if (cell->kind == VMT_CELL_READING) {
        amount = vmt_amount_of(cell->reading);
    }
    struct field field = {.mark = false};
    format_amount(text, &field, amount, true);
    bool wanted = text->options.bounds || (amount.bounded && (!amount.known || field.mark));
    for (int i = 0; i < 2; i++) {
        next_place(place, bound_width(text));
        if (wanted) {
            field = (struct field){.mark = false};
            enum vmt_rounding outward = i == 0 ? VMT_ROUND_DOWN : VMT_ROUND_UP;
            format_bytes(text, field.buffer, i == 0 ? amount.lower : amount.upper,
                         amount.lower == amount.upper ? VMT_ROUND_NEAREST : outward);
            field.text = vmt_slice(amount.bounded ? field.buffer : "-");
            put_right(text, *place, &field, true);
        }
    }
}

static void put_cell(struct text_writer *text, struct place *place, const struct vmt_column *column,
                     const struct vmt_cell *cell)
{
    struct field field;
    bool bounds = has_bounds(text, column);
    format_cell(text, &field, cell, !bounds);
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
        put_cell(text, &place, column, &cells[i]);
    }
    end_line(text);
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
        struct field field;
        format_cell(text, &field, &cells[i], true);
        put_field(text, &field);
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
