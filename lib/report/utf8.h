/* SPDX-License-Identifier: MIT */
#ifndef VMT_REPORT_UTF8_H
#define VMT_REPORT_UTF8_H

/* Text of the evidence on its way out: it may hold any bytes, what we write must not. */

#include "base/unicode.h"
#include "report/output.h"

/* U+FFFD, the replacement character. */
#define VMT_UTF8_REPLACEMENT "\xef\xbf\xbd"

/* C0, DEL or C1. */
bool vmt_is_control(uint32_t code);

/* `text` so that it is safe and legible on a terminal: control characters, characters that change
 * the direction of what follows or break the line, and bytes that are no UTF-8 as \x1b or \u202e;
 * the rest as it is. */
void vmt_put_shown(struct vmt_output *output, struct vmt_slice text);

/* The columns that vmt_put_shown() takes, each character being one wide.  East Asian wide and
 * combining characters are not; they are rare here and only cost alignment. */
size_t vmt_shown_width(struct vmt_slice text);

/* The end of `text` that takes at most `width` columns. */
struct vmt_slice vmt_shown_end(struct vmt_slice text, size_t width);

#endif
