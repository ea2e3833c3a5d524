/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report/emit.h"

#include <assert.h>

void vmt_emit_begin(struct vmt_emit *emit, const char *schema, unsigned version)
{
    if (emit->status == VMT_OK) {
        emit->status = emit->writer->class->begin(emit->writer, schema, version, emit->err);
    }
}

void vmt_emit_open(struct vmt_emit *emit, const struct vmt_table *table)
{
    if (emit->status == VMT_OK) {
        emit->status = emit->writer->class->open_table(emit->writer, table, emit->err);
    }
}

void vmt_emit_row(struct vmt_emit *emit, const struct vmt_cell *cells)
{
    if (emit->status == VMT_OK) {
        emit->status = emit->writer->class->row(emit->writer, cells, emit->err);
    }
}

void vmt_emit_close(struct vmt_emit *emit)
{
    if (emit->status == VMT_OK) {
        emit->status = emit->writer->class->close_table(emit->writer, emit->err);
    }
}

enum vmt_status vmt_emit_end(struct vmt_emit *emit)
{
    if (emit->status == VMT_OK) {
        emit->status = emit->writer->class->end(emit->writer, emit->err);
    }
    return emit->status;
}

void vmt_remark_add(struct vmt_remark *line, struct vmt_cell cell)
{
    assert(line->count < sizeof line->cells / sizeof line->cells[0]);
    line->cells[line->count++] = cell;
}

void vmt_remark_word(struct vmt_remark *line, const char *word)
{
    vmt_remark_add(line, vmt_cell_word(word));
}

void vmt_remark_text(struct vmt_remark *line, struct vmt_slice text)
{
    vmt_remark_add(line, vmt_cell_text(text));
}

void vmt_remark_count(struct vmt_remark *line, uint64_t count)
{
    vmt_remark_add(line, vmt_cell_number(VMT_CELL_COUNT, count));
}

void vmt_remark_counted(struct vmt_remark *line, uint64_t count, const char *one, const char *many)
{
    vmt_remark_count(line, count);
    vmt_remark_word(line, " ");
    vmt_remark_word(line, count == 1 ? one : many);
}

static void remark(struct vmt_emit *emit, bool heading, const struct vmt_cell *cells, size_t count)
{
    if (emit->status == VMT_OK) {
        emit->status = emit->writer->class->remark(emit->writer, heading, cells, count, emit->err);
    }
}

void vmt_emit_line(struct vmt_emit *emit, const struct vmt_remark *line)
{
    remark(emit, false, line->cells, line->count);
}

void vmt_emit_heading(struct vmt_emit *emit, const struct vmt_remark *line)
{
    remark(emit, true, line->cells, line->count);
}

void vmt_emit_words(struct vmt_emit *emit, const char *words)
{
    struct vmt_cell cell = vmt_cell_word(words);
    remark(emit, false, &cell, 1);
}

void vmt_emit_blank(struct vmt_emit *emit)
{
    remark(emit, false, NULL, 0);
}

struct vmt_cell vmt_cell_string(const struct vmt_string *string)
{
    return string == NULL ? vmt_cell_null() : vmt_cell_text(vmt_string_slice(string));
}

struct vmt_cell vmt_cell_optional(enum vmt_cell_kind kind, bool known, uint64_t number)
{
    return known ? vmt_cell_number(kind, number) : vmt_cell_null();
}
