/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_DRESSING_H
#define VMT_GRAMMAR_DRESSING_H

/* What terminals, web pages and mails put into text that they show or quote.  See cursor.h. */

#include "base/slice.h"

/* Whether there may be something for vmt_text_undress() in it. */
bool vmt_text_is_dressed(struct vmt_slice text);

/* Take control sequences of a terminal out of a line and, where all of it is written as on a web
 * page, put characters in place of `&lt;`, `&gt;` and `&amp;`, once.  Returns the new length. */
size_t vmt_text_undress(char *data, size_t length);

/* How many bytes of quoting stand in front of a line: `>`, `# ` and `| `, in any number, with what
 * indents them. */
size_t vmt_text_quoting(struct vmt_slice line);

#endif
