/* SPDX-License-Identifier: MIT */
#ifndef VMT_REPORT_EMIT_H
#define VMT_REPORT_EMIT_H

/* A report talking to its writer: after a failure nothing more is said, so that a report asks for
 * the status where it ends and not after each word. */

#include "base/intern.h"
#include "report/writer.h"

struct vmt_emit {
    struct vmt_writer *writer;
    struct vmt_error *err;
    enum vmt_status status;
};

void vmt_emit_begin(struct vmt_emit *emit, const char *schema, unsigned version);
void vmt_emit_open(struct vmt_emit *emit, const struct vmt_table *table);
void vmt_emit_row(struct vmt_emit *emit, const struct vmt_cell *cells);
void vmt_emit_close(struct vmt_emit *emit);
enum vmt_status vmt_emit_end(struct vmt_emit *emit);

/* A line for people, made piece by piece. */
struct vmt_remark {
    struct vmt_cell cells[24]; /* the longest has 18: a span of two times with their zones */
    size_t count;
};

void vmt_remark_add(struct vmt_remark *line, struct vmt_cell cell);
void vmt_remark_word(struct vmt_remark *line, const char *word);
void vmt_remark_text(struct vmt_remark *line, struct vmt_slice text);
void vmt_remark_count(struct vmt_remark *line, uint64_t count);
/* "1 region", "2 regions". */
void vmt_remark_counted(struct vmt_remark *line, uint64_t count, const char *one, const char *many);

void vmt_emit_line(struct vmt_emit *emit, const struct vmt_remark *line);
void vmt_emit_heading(struct vmt_emit *emit, const struct vmt_remark *line);
void vmt_emit_words(struct vmt_emit *emit, const char *words);
void vmt_emit_blank(struct vmt_emit *emit);

/* Cells of values that may be missing. */
struct vmt_cell vmt_cell_string(const struct vmt_string *string);
struct vmt_cell vmt_cell_optional(enum vmt_cell_kind kind, bool known, uint64_t number);

#endif
