/* SPDX-License-Identifier: MIT */
#include "config.h"

/* JSON as it comes: a row is one line, and the tables of a row follow it further in.
 *
 *     {"schema": "vmtally/summary", "version": 1,
 *       "processes": [
 *         {"name": "Ledger", "pid": 4711,
 *           "types": [
 *             {"type": "Stack", "regions": 3},
 *             {"type": "VM_ALLOCATE", "regions": 12}
 *           ],
 *           "fault": null
 *         }
 *       ]
 *     }
 */

#include "report/utf8.h"
#include "report/writer.h"

#include <assert.h>
#include <stdio.h>

struct frame {
    const struct vmt_table *table; /* NULL around the root tables */
    bool rows;                     /* a row was written */
    bool keys;                     /* the object that is open has a key */
    bool nested;                   /* and a table of its own */
};

struct json_writer {
    struct vmt_writer writer;
    const struct vmt_allocator *allocator;
    struct frame frames[VMT_WRITER_DEPTH + 1];
    size_t depth;
    size_t skipped; /* tables open that JSON does not show */
    struct vmt_output output;
};

static struct json_writer *json_of(struct vmt_writer *writer)
{
    return (struct json_writer *)writer;
}

static void put_json_string(struct vmt_output *output, struct vmt_slice text)
{
    char escape[16];
    vmt_put_char(output, '"');
    while (text.length > 0) {
        size_t run = 0;
        while (run < text.length && text.data[run] >= 0x20 && text.data[run] < 0x7f &&
               text.data[run] != '"' && text.data[run] != '\\') {
            run++;
        }
        vmt_put(output, text.data, run);
        text = vmt_slice_from(text, run);
        if (text.length == 0) {
            break;
        }
        struct vmt_slice before = text;
        uint32_t code = vmt_utf8_next(&text);
        if (code == VMT_UTF8_INVALID) {
            vmt_put_string(output, VMT_UTF8_REPLACEMENT);
        } else if (code == '"' || code == '\\') {
            vmt_put_char(output, '\\');
            vmt_put_char(output, (char)code);
        } else if (vmt_is_control(code)) {
            snprintf(escape, sizeof escape, "\\u%04x", (unsigned)code);
            vmt_put_string(output, escape);
        } else {
            vmt_put(output, before.data, before.length - text.length);
        }
    }
    vmt_put_char(output, '"');
}

/* "key" and what is appended to it, after a comma if need be. */
static void put_key(struct json_writer *json, const char *key, const char *suffix)
{
    struct frame *frame = &json->frames[json->depth];
    if (frame->keys) {
        vmt_put_string(&json->output, ", ");
    }
    frame->keys = true;
    vmt_put_char(&json->output, '"');
    vmt_put_string(&json->output, key);
    vmt_put_string(&json->output, suffix);
    vmt_put_string(&json->output, "\": ");
}

static void put_number(struct json_writer *json, bool known, uint64_t number)
{
    if (known) {
        vmt_put_u64(&json->output, number);
    } else {
        vmt_put_string(&json->output, "null");
    }
}

static void put_amount(struct json_writer *json, const char *key, struct vmt_amount amount)
{
    put_key(json, key, "");
    put_number(json, amount.known, amount.value);
    put_key(json, key, "_lower");
    put_number(json, amount.bounded, amount.lower);
    put_key(json, key, "_upper");
    put_number(json, amount.bounded, amount.upper);
}

static void put_amounts(struct json_writer *json, uint32_t members,
                        const struct vmt_amounts *amounts)
{
    for (int member = 0; member < VMT_MEMBER_COUNT; member++) {
        if (members >> member & 1) {
            put_amount(json, vmt_members[member].name,
                       amounts == NULL ? VMT_UNKNOWN : amounts->of[member]);
        }
    }
}

static void put_reading(struct json_writer *json, const char *key, struct vmt_reading reading)
{
    put_key(json, key, "");
    vmt_put_u64(&json->output, reading.value);
    if (reading.quantum > 0) {
        put_key(json, key, "_quantum");
        vmt_put_u64(&json->output, reading.quantum);
    }
}

static void put_boolean(struct json_writer *json, const char *key, struct vmt_amount amount)
{
    const char *word = amount.value != 0 ? "true" : "false";
    put_key(json, key, "");
    vmt_put_string(&json->output, amount.known ? word : "null");
}

/* What is derived with its bounds, what is stated with its quantum where it is rounded. */
static void put_figures(struct json_writer *json, const struct vmt_column *column,
                        const struct vmt_figure *figures)
{
    static const struct vmt_figure unknown = {.quantum = 0};
    for (size_t i = 0; i < column->figure_count; i++) {
        const struct vmt_host_info *info = &column->figures[i];
        const struct vmt_figure *figure = figures == NULL ? &unknown : &figures[i];
        if (info->kind == VMT_HOST_DERIVED) {
            put_amount(json, info->name, figure->amount);
        } else if (info->unit == VMT_UNIT_BOOLEAN) {
            put_boolean(json, info->name, figure->amount);
        } else if (figure->amount.known) {
            put_reading(json, info->name,
                        (struct vmt_reading){figure->amount.value, figure->quantum});
        } else {
            put_key(json, info->name, "");
            put_number(json, false, 0);
        }
    }
}

static void put_scalar(struct json_writer *json, const char *key, const struct vmt_cell *cell)
{
    struct vmt_output *output = &json->output;
    put_key(json, key, "");
    switch (cell->kind) {
    case VMT_CELL_BYTES:
    case VMT_CELL_COUNT:
    case VMT_CELL_PERMILLE:
    case VMT_CELL_PPM:
    case VMT_CELL_MICROSECONDS:
        vmt_put_u64(output, cell->number);
        break;
    case VMT_CELL_ADDRESS:
        vmt_put_char(output, '"');
        vmt_put_address(output, cell->number);
        vmt_put_char(output, '"');
        break;
    case VMT_CELL_BOOLEAN:
        vmt_put_string(output, cell->number != 0 ? "true" : "false");
        break;
    case VMT_CELL_TEXT:
    case VMT_CELL_WORD:
        put_json_string(output, cell->text);
        break;
    case VMT_CELL_NULL:
    case VMT_CELL_AMOUNT:
    case VMT_CELL_AMOUNTS:
    case VMT_CELL_FIGURES:
    case VMT_CELL_READING:
        vmt_put_string(output, "null");
        break;
    }
}

/* `cells` NULL: all unknown. */
static void put_cells(struct json_writer *json, const struct vmt_table *table,
                      const struct vmt_cell *cells)
{
    static const struct vmt_cell unknown = {.kind = VMT_CELL_NULL};
    for (size_t i = 0; i < table->column_count; i++) {
        const struct vmt_column *column = &table->columns[i];
        const struct vmt_cell *cell = cells == NULL ? &unknown : &cells[i];
        if (!(column->where & VMT_IN_JSON)) {
            continue;
        }
        if (column->kind == VMT_CELL_AMOUNTS) {
            put_amounts(json, column->members,
                        cell->kind == VMT_CELL_AMOUNTS ? cell->amounts : NULL);
        } else if (column->kind == VMT_CELL_FIGURES) {
            put_figures(json, column, cell->kind == VMT_CELL_FIGURES ? cell->figures : NULL);
        } else if (column->kind == VMT_CELL_AMOUNT) {
            put_amount(json, column->key,
                       cell->kind == VMT_CELL_AMOUNT ? cell->amount : VMT_UNKNOWN);
        } else if (cell->kind == VMT_CELL_READING) {
            put_reading(json, column->key, cell->reading);
        } else {
            put_scalar(json, column->key, cell);
        }
    }
}

/* A new line at the depth of tables in frame `depth`. */
static void put_line(struct json_writer *json, size_t depth)
{
    vmt_put_char(&json->output, '\n');
    vmt_put_blanks(&json->output, depth * 4 + 2);
}

/* The end of the object that the last row left open for its tables. */
static void end_object(struct json_writer *json)
{
    struct frame *frame = &json->frames[json->depth];
    if (frame->nested) {
        vmt_put_char(&json->output, '\n');
        vmt_put_blanks(&json->output, frame->table != NULL && frame->table->record
                                          ? json->depth * 4 - 2
                                          : json->depth * 4);
    }
    vmt_put_char(&json->output, '}');
}

static enum vmt_status json_begin(struct vmt_writer *writer, const char *schema, unsigned version,
                                  struct vmt_error *err)
{
    struct json_writer *json = json_of(writer);
    json->depth = 0;
    json->frames[0] = (struct frame){.rows = true};
    vmt_put_char(&json->output, '{');
    put_key(json, "schema", "");
    put_json_string(&json->output, vmt_slice(schema));
    put_key(json, "version", "");
    vmt_put_u64(&json->output, version);
    return vmt_output_status(&json->output, err);
}

static enum vmt_status json_open_table(struct vmt_writer *writer, const struct vmt_table *table,
                                       struct vmt_error *err)
{
    struct json_writer *json = json_of(writer);
    if (json->skipped > 0 || !(table->where & VMT_IN_JSON)) {
        json->skipped++;
        return vmt_output_status(&json->output, err);
    }
    struct frame *parent = &json->frames[json->depth];
    assert(json->depth < VMT_WRITER_DEPTH && parent->rows);
    if (parent->keys) {
        vmt_put_char(&json->output, ',');
    }
    put_line(json, json->depth);
    parent->keys = true;
    parent->nested = true;
    json->depth++;
    json->frames[json->depth] = (struct frame){.table = table};
    if (!table->merged) {
        vmt_put_char(&json->output, '"');
        vmt_put_string(&json->output, table->name);
        vmt_put_string(&json->output, table->record ? "\": " : "\": [");
    }
    return vmt_output_status(&json->output, err);
}

static enum vmt_status json_row(struct vmt_writer *writer, const struct vmt_cell *cells,
                                struct vmt_error *err)
{
    struct json_writer *json = json_of(writer);
    if (json->skipped > 0) {
        return vmt_output_status(&json->output, err);
    }
    struct frame *frame = &json->frames[json->depth];
    const struct vmt_table *table = frame->table;
    assert(!table->record || !frame->rows);
    if (frame->rows) {
        end_object(json);
        vmt_put_char(&json->output, ',');
    }
    if (!table->record) {
        vmt_put_char(&json->output, '\n');
        vmt_put_blanks(&json->output, json->depth * 4);
    }
    if (!table->merged) {
        vmt_put_char(&json->output, '{');
    }
    *frame = (struct frame){.table = table, .rows = true};
    put_cells(json, table, cells);
    return vmt_output_status(&json->output, err);
}

static enum vmt_status json_close_table(struct vmt_writer *writer, struct vmt_error *err)
{
    struct json_writer *json = json_of(writer);
    if (json->skipped > 0) {
        json->skipped--;
        return vmt_output_status(&json->output, err);
    }
    struct frame *frame = &json->frames[json->depth];
    assert(json->depth > 0);
    if (frame->table->merged) {
        if (!frame->rows) {
            put_cells(json, frame->table, NULL);
        }
    } else if (frame->rows) {
        end_object(json);
        if (!frame->table->record) {
            vmt_put_char(&json->output, '\n');
            vmt_put_blanks(&json->output, json->depth * 4 - 2);
            vmt_put_char(&json->output, ']');
        }
    } else {
        vmt_put_string(&json->output, frame->table->record ? "null" : "]");
    }
    json->depth--;
    return vmt_output_status(&json->output, err);
}

static enum vmt_status json_remark(struct vmt_writer *writer, bool heading,
                                   const struct vmt_cell *cells, size_t count,
                                   struct vmt_error *err)
{
    (void)heading;
    (void)cells;
    (void)count;
    return vmt_output_status(&json_of(writer)->output, err);
}

static enum vmt_status json_end(struct vmt_writer *writer, struct vmt_error *err)
{
    struct json_writer *json = json_of(writer);
    assert(json->depth == 0 && json->skipped == 0);
    end_object(json);
    vmt_put_char(&json->output, '\n');
    vmt_output_flush(&json->output);
    return vmt_output_status(&json->output, err);
}

static void json_free(struct vmt_writer *writer)
{
    struct json_writer *json = json_of(writer);
    json->allocator->release(json->allocator->self, json);
}

static const struct vmt_writer_class json_class = {
    json_begin, json_open_table, json_row, json_close_table, json_remark, json_end, json_free,
};

enum vmt_status vmt_writer_json_new(struct vmt_writer **out, struct vmt_sink *sink,
                                    const struct vmt_allocator *allocator,
                                    struct vmt_writer_options options, struct vmt_error *err)
{
    (void)options; /* JSON always says everything */
    struct json_writer *json = allocator->allocate(allocator->self, sizeof *json);
    if (json == NULL) {
        return vmt_fail_nomem(err);
    }
    json->writer.class = &json_class;
    json->allocator = allocator;
    json->depth = 0;
    json->skipped = 0;
    vmt_output_init(&json->output, sink);
    *out = &json->writer;
    return VMT_OK;
}
