/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_DARWIN_TOP_H
#define VMT_GRAMMAR_DARWIN_TOP_H

#include "grammar/grammar.h"
#include "model/amount.h"

extern const struct vmt_grammar vmt_grammar_darwin_top;

/* `29G`, `4192K`, `81920B`: as top prints sizes, rounded to nearest; also with a decimal (10.5 and
 * before) and with the mark of a change since the sample before, `+` or `-`. */
bool vmt_top_size(struct vmt_slice text, struct vmt_reading *reading);

/* --- the table of processes: darwin_top_table.c -------------------------------------------------
 */

/* More than any release has. */
#define VMT_TOP_COLUMNS 64

/* `PID    COMMAND          %CPU TIME     #TH …` */
/* Much like a heading, and perhaps one: a word of it is damaged, or no row follows. */
bool vmt_top_resembles_heading(struct vmt_slice line);

bool vmt_top_is_heading(struct vmt_slice line);

/* The heading is next, and a row that can be read follows soon. */
bool vmt_top_table_begins(const struct vmt_cursor *cursor);

/* Read the heading that is next and the rows below it; `captured_at` may be NULL. */
enum vmt_status vmt_top_table(struct vmt_parse *parse, const struct vmt_string *captured_at,
                              struct vmt_error *err);

#endif
