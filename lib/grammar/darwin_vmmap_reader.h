/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_DARWIN_VMMAP_READER_H
#define VMT_GRAMMAR_DARWIN_VMMAP_READER_H

/* Reads a report of vmmap of any format: they differ in their rows and tables alone. */

#include "grammar/darwin_vmmap_lines.h"

struct vmt_vmmap_reader {
    struct vmt_parse *parse;
    struct vmt_process *process;
    struct vmt_part_region region;
    enum vmt_part_region_form form;
    bool seen_section[VMT_VMMAP_ALL + 1];
    bool seen_header;
    bool seen_legend;
    bool seen_table;
    bool seen_zones;
    bool incomplete;   /* rows were damaged or left out */
    uint64_t rows_end; /* lines of the input up to the last row */
};

/* Read the report that begins here, as a process of the snapshot. */
enum vmt_status vmt_vmmap_read(struct vmt_parse *parse, const struct vmt_grammar *grammar,
                               enum vmt_part_region_form form, struct vmt_error *err);

/* For the reader: its header, its region rows with what stands between them. */
enum vmt_status vmt_vmmap_read_header(struct vmt_vmmap_reader *reader, struct vmt_error *err);
enum vmt_status vmt_vmmap_read_rows(struct vmt_vmmap_reader *reader, struct vmt_error *err);

/* For these: take the next line, with a note that it is all about. */
enum vmt_status vmt_vmmap_note_line(struct vmt_vmmap_reader *reader, enum vmt_note_kind kind,
                                    struct vmt_error *err);

#endif
