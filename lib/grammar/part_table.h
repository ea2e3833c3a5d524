/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_PART_TABLE_H
#define VMT_GRAMMAR_PART_TABLE_H

/* What the tables that end a report have in common: two heading lines, a rule, rows, a rule,
 * totals. */

#include "grammar/grammar.h"
#include "grammar/pattern.h"

/* `===========   =======` */
bool vmt_part_table_is_rule(struct vmt_slice line);

/* The headings after `index` lines ahead: `first` begins one line, `second` the next that is not
 * blank, or `second` stands alone with the words of both.  Returns how many lines they take, 0
 * when they are not there; *units counts the words SIZE and PAGES, *pages is set for the latter.*/
size_t vmt_part_table_headings(const struct vmt_cursor *cursor, size_t index, const char *second,
                               unsigned *units, bool *pages);

/* What to do with a line of a table that is no row. */
enum vmt_part_table_line {
    VMT_TABLE_ROW,
    VMT_TABLE_RULE,
    VMT_TABLE_DAMAGE, /* rows go on after it, or the input ends in it */
    VMT_TABLE_OVER
};

/* What the next line is; matches it with `row`. */
enum vmt_status vmt_part_table_next(enum vmt_part_table_line *out, struct vmt_parse *parse,
                                    struct vmt_pattern *row, struct vmt_error *err);

#endif
