/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_RESEMBLANCE_H
#define VMT_GRAMMAR_RESEMBLANCE_H

/* Whether a line that cannot be read may once have been one of a format: it still begins as one, or
 * is nothing but a beginning. */

#include "grammar/cursor.h"

/* Whether the text begins as one of `beginnings` (NULL behind the last), or with so much of it that
 * it cannot be by chance; or is torn within.  A run of blanks is as good as one. */
bool vmt_begins_like(struct vmt_slice text, const char *const *beginnings);

/* The same of a line that nothing reads, whatever indents it. */
bool vmt_line_begins_like(const struct vmt_line *line, const char *const *beginnings);

#endif
