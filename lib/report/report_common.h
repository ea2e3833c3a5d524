/* SPDX-License-Identifier: MIT */
#ifndef VMT_REPORT_REPORT_COMMON_H
#define VMT_REPORT_REPORT_COMMON_H

/* What the reports say in the same words: whose data it is, notes, inputs. */

#include "model/snapshot.h"
#include "report/emit.h"
#include "report/report.h"

/* The process that a row is about, or only an input (process NULL). */
struct vmt_owner {
    const struct vmt_string *input;
    const struct vmt_process *process;
    uint64_t index; /* of the process in the snapshot, from 1 */
};

/* Columns that only data formats have: key, kind, formats and help. */
#define VMT_DATA_COLUMN(key_, kind_, where_, help_)                                 \
    {                                                                               \
        .key = (key_), .kind = VMT_CELL_##kind_, .where = (where_), .help = (help_) \
    }
#define VMT_MEMBER_COLUMNS(members_, where_)                               \
    {                                                                      \
        .kind = VMT_CELL_AMOUNTS, .where = (where_), .members = (members_) \
    }
#define VMT_TEXT_COLUMN(title_, kind_, width_, help_)                                         \
    {                                                                                         \
        .title = (title_), .kind = VMT_CELL_##kind_, .where = VMT_IN_TEXT, .width = (width_), \
        .help = (help_)                                                                       \
    }

/* A row of CSV stands alone, so it begins with whose it is. */
#define VMT_OWNER_COLUMNS                                                                      \
    VMT_DATA_COLUMN("source", TEXT, VMT_IN_CSV, "The input; - is standard input."),            \
        VMT_DATA_COLUMN("process_index", COUNT, VMT_IN_CSV, "Number of the process, from 1."), \
        VMT_DATA_COLUMN("pid", COUNT, VMT_IN_CSV, "Process number."),                          \
        VMT_DATA_COLUMN("process", TEXT, VMT_IN_CSV, "Name of the process.")
#define VMT_OWNER_COUNT 4

#define VMT_IDENTITY_COLUMNS                                                                   \
    VMT_DATA_COLUMN("source", TEXT, VMT_IN_CSV, "The input; - is standard input."),            \
        VMT_DATA_COLUMN("line", COUNT, VMT_IN_CSV, "Where the process begins in it."),         \
        VMT_DATA_COLUMN("grammar", WORD, VMT_IN_CSV, "The format of the evidence."),           \
        VMT_DATA_COLUMN("process_index", COUNT, VMT_IN_CSV, "Number of the process, from 1."), \
        VMT_DATA_COLUMN("name", TEXT, VMT_IN_JSON, "Name of the process."),                    \
        VMT_DATA_COLUMN("pid", COUNT, VMT_IN_DATA, "Process number."),                         \
        VMT_DATA_COLUMN("process", TEXT, VMT_IN_CSV, "Name of the process."),                  \
        VMT_DATA_COLUMN("coverage", WORD, VMT_IN_DATA,                                         \
                        "whole, excerpt or unknown: whether regions are missing.")
#define VMT_IDENTITY_COUNT 8

#define VMT_HEADER_COLUMNS                                                                  \
    VMT_DATA_COLUMN("os", TEXT, VMT_IN_DATA, "System and its version."),                    \
        VMT_DATA_COLUMN("arch", TEXT, VMT_IN_DATA, "Code type of the process."),            \
        VMT_DATA_COLUMN("page_size", BYTES, VMT_IN_DATA, "Bytes of a page."),               \
        VMT_DATA_COLUMN("captured_at", TEXT, VMT_IN_DATA, "When the evidence was taken."),  \
        VMT_DATA_COLUMN("launched_at", TEXT, VMT_IN_DATA, "When the process was started."), \
        VMT_DATA_COLUMN("region_count", COUNT, VMT_IN_DATA, "Regions counted.")
#define VMT_HEADER_COUNT 6

/* Beside the source, where there is room for it. */
#define VMT_READ_TIME_COLUMN(where_) \
    VMT_DATA_COLUMN("read_us", COUNT, where_, "Microseconds that reading a running process took.")
struct vmt_cell vmt_read_time_cell(const struct vmt_process *process);

/* The columns above, in that order; each returns the first cell behind its own. */
struct vmt_cell *vmt_owner_cells(struct vmt_cell *cells, const struct vmt_owner *owner);
struct vmt_cell *vmt_identity_cells(struct vmt_cell *cells, const struct vmt_owner *owner,
                                    enum vmt_coverage coverage);
struct vmt_cell *vmt_header_cells(struct vmt_cell *cells, const struct vmt_process *process,
                                  bool counted, uint64_t regions);

/* The name of an input; - is standard input. */
struct vmt_cell vmt_input_cell(const struct vmt_string *name);
/* A line or a column; 0 is none. */
struct vmt_cell vmt_line_cell(uint64_t line);
void vmt_remark_input(struct vmt_remark *line, struct vmt_slice name);
/* ISO 8601 with blanks, which eyes part more easily than letters, and whole seconds. */
void vmt_remark_time(struct vmt_remark *line, struct vmt_slice time);
/* Sums over processes that run on are as sure as reading them was quick. */
void vmt_remark_read_time(struct vmt_remark *line, uint64_t microseconds);

extern const struct vmt_table vmt_source_table;
extern const struct vmt_table vmt_notes_table;
extern const struct vmt_table vmt_inputs_table;
/* For people: what is counted, its value with bounds, what it is made of. */
extern const struct vmt_table vmt_text_totals_table;

void vmt_emit_source(struct vmt_emit *emit, const struct vmt_process *process);
/* Rows of a notes table that is open. */
void vmt_emit_notes(struct vmt_emit *emit, const struct vmt_owner *owner,
                    const struct vmt_notes *notes);
/* The whole table, with its notes; in text the notes, and the account of inputs with damage. */
void vmt_emit_inputs(struct vmt_emit *emit, const struct vmt_snapshot *snapshot);

/* For people: who, from where, how much of it. */
void vmt_emit_process_heading(struct vmt_emit *emit, const struct vmt_process *process,
                              bool counted, uint64_t regions, enum vmt_coverage coverage);
void vmt_emit_text_notes(struct vmt_emit *emit, const struct vmt_notes *notes);

/* The region types that are wanted, under whatever names they were asked for. */
struct vmt_filter {
    struct vmt_arena arena;
    struct vmt_intern strings;
    const struct vmt_slice *names;
    const struct vmt_string **canonical; /* of each name */
    size_t count;                        /* 0: all types */
};

/* To be freed in any case.  The options are borrowed. */
enum vmt_status vmt_filter_init(struct vmt_filter *filter, const struct vmt_report_options *options,
                                const struct vmt_allocator *allocator, size_t memory_limit,
                                struct vmt_error *err);
void vmt_filter_free(struct vmt_filter *filter);
bool vmt_filter_wants(const struct vmt_filter *filter, const struct vmt_type *type);

#endif
