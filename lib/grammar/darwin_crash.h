/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_DARWIN_CRASH_H
#define VMT_GRAMMAR_DARWIN_CRASH_H

#include "grammar/grammar.h"

extern const struct vmt_grammar vmt_grammar_darwin_crash;

/* Whether the lines after `index` others ahead are the header of a crash report in text. */
bool vmt_crash_header_begins(const struct vmt_cursor *cursor, size_t index);

/* `MALLOC guard page      32K        2`: a name that vmmap has, a size with its unit, a count. */
bool vmt_crash_is_row(struct vmt_slice line);

/* Read the report in text that begins with the next line into a process, which has had other
 * evidence of the same crash or none. */
enum vmt_status vmt_crash_read(struct vmt_parse *parse, struct vmt_process *process,
                               struct vmt_error *err);

/* The table of sizes and counts with its two lines of totals, as it stands in a string. */
enum vmt_status vmt_crash_read_summary(struct vmt_parse *parse, struct vmt_process *process,
                                       struct vmt_error *err);

#endif
