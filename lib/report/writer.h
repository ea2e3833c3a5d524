/* SPDX-License-Identifier: MIT */
#ifndef VMT_REPORT_WRITER_H
#define VMT_REPORT_WRITER_H

/* A writer turns the calls of a report into bytes as they come; it buffers no rows.
 *
 * Calls nest: begin, { open_table, { row, { open_table … close_table }* }*, close_table }*, end.
 * Tables opened after a row belong to that row.  Remarks are lines for people.  The first failure
 * of the sink is kept and given back by every later call; nothing is written after it. */

#include "base/memory.h"
#include "base/sink.h"
#include "report/table.h"

struct vmt_writer {
    const struct vmt_writer_class *class;
};

struct vmt_writer_class {
    enum vmt_status (*begin)(struct vmt_writer *writer, const char *schema, unsigned version,
                             struct vmt_error *err);
    enum vmt_status (*open_table)(struct vmt_writer *writer, const struct vmt_table *table,
                                  struct vmt_error *err);
    enum vmt_status (*row)(struct vmt_writer *writer, const struct vmt_cell *cells,
                           struct vmt_error *err);
    enum vmt_status (*close_table)(struct vmt_writer *writer, struct vmt_error *err);
    /* The cells one after another, without blanks between; none make an empty line. */
    enum vmt_status (*remark)(struct vmt_writer *writer, bool heading, const struct vmt_cell *cells,
                              size_t count, struct vmt_error *err);
    enum vmt_status (*end)(struct vmt_writer *writer, struct vmt_error *err);
    void (*free)(struct vmt_writer *writer);
};

struct vmt_writer_options {
    bool bytes;       /* text: plain bytes in place of K, M, G, T */
    bool bounds;      /* text and CSV: lower and upper bounds too; JSON always has them */
    bool colour;      /* text: headings stand out */
    unsigned columns; /* text: a last column of free width loses its front to end here; 0: never */
    const struct vmt_table *table; /* CSV: the one table to write (found by its name) */
};

/* How deep tables may stand in one another. */
#define VMT_WRITER_DEPTH 8

/* New writers over a sink, which is borrowed, as is the allocator. */
enum vmt_status vmt_writer_text_new(struct vmt_writer **out, struct vmt_sink *sink,
                                    const struct vmt_allocator *allocator,
                                    struct vmt_writer_options options, struct vmt_error *err);
enum vmt_status vmt_writer_csv_new(struct vmt_writer **out, struct vmt_sink *sink,
                                   const struct vmt_allocator *allocator,
                                   struct vmt_writer_options options, struct vmt_error *err);
enum vmt_status vmt_writer_json_new(struct vmt_writer **out, struct vmt_sink *sink,
                                    const struct vmt_allocator *allocator,
                                    struct vmt_writer_options options, struct vmt_error *err);
/* Writes nothing: what end() has not written is dropped.  NULL is fine. */
void vmt_writer_free(struct vmt_writer *writer);

#endif
