/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_PART_TABLE_H
#define VMT_GRAMMAR_PART_TABLE_H

/* What the tables that end a report have in common: two heading lines, a rule, rows, a rule,
 * totals. */

#include "grammar/grammar.h"
#include "grammar/pattern.h"

/* `===========   =======` */
bool vmt_part_table_is_rule(struct vmt_slice line);

/* The headings after `index` lines ahead: a line that begins with VIRTUAL, where a paste has not
 * lost it, and the line that begins with `second`.  Returns how many lines they take, 0 when they
 * are not there; *units counts the words SIZE and PAGES of the second, *pages is set for the
 * latter. */
size_t vmt_part_table_headings(const struct vmt_cursor *cursor, size_t index, const char *second,
                               unsigned *units, bool *pages);

/* Reads the row that `row` has just matched, and takes its line. */
typedef enum vmt_status vmt_part_table_row(void *table, struct vmt_error *err);

/* Read rows and rules, up to the first line that is not of the table.  A line that is no row is
 * damage when rows go on after it or the input ends in it; blank lines between rows are read over.
 * `damage` says what such a line is not; *damaged is set when there was one. */
enum vmt_status vmt_part_table_rows(struct vmt_parse *parse, struct vmt_process *process,
                                    struct vmt_pattern *row, vmt_part_table_row *read, void *table,
                                    const char *damage, bool *damaged, struct vmt_error *err);

#endif
