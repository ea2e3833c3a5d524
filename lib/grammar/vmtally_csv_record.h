/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_VMTALLY_CSV_RECORD_H
#define VMT_GRAMMAR_VMTALLY_CSV_RECORD_H

/* Records of CSV from the lines ahead, cell by cell through libcsv.  A cell in quotes may hold ends
 * of lines, so a record can have several. */

#include <csv.h>

#include "grammar/cursor.h"

/* So many lines of one record are looked at for the end of its quotes: a path or a name has hardly
 * two, and a quote that is never closed must not take the rest of the file with it. */
#define VMT_CSV_LINES 16

struct vmt_csv_cell {
    size_t offset; /* in `bytes` */
    size_t length;
    bool stated; /* something stands there, if only quotes */
};

struct vmt_csv_record {
    const struct vmt_allocator *allocator;
    struct csv_parser parser;
    char delimiter;
    bool quoted; /* lines have marks of quoting in front, which are left out */

    char *bytes; /* of all cells */
    size_t used;
    size_t capacity;
    struct vmt_csv_cell *cells;
    size_t count; /* of cells: those beyond `most` are counted and not kept */
    size_t cell_capacity;
    size_t most;
    bool over;    /* the record is complete */
    bool refused; /* the allocator gave no memory */
};

/* To be freed in any case. */
enum vmt_status vmt_csv_record_init(struct vmt_csv_record *record,
                                    const struct vmt_allocator *allocator, char delimiter,
                                    struct vmt_error *err);
void vmt_csv_record_free(struct vmt_csv_record *record);

/* Read the record that begins with the next line, which is looked at and not taken; *lines is how
 * many it has.  VMT_END: its quotes are not right, or do not end. */
enum vmt_status vmt_csv_record_read(struct vmt_csv_record *record, struct vmt_cursor *cursor,
                                    size_t *lines, struct vmt_error *err);

/* A line without the byte order mark that a spreadsheet puts in front of the first one. */
struct vmt_slice vmt_csv_unmarked(struct vmt_slice line);

/* The text of a cell; `data` is NULL where nothing stands. */
struct vmt_slice vmt_csv_record_cell(const struct vmt_csv_record *record, size_t index);

#endif
