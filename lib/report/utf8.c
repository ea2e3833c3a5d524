/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report/utf8.h"

#include <stdio.h>

bool vmt_is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

/* Shown, these would reorder or break what stands around them, or hide. */
static bool is_deceptive(uint32_t code)
{
    return code == 0x061c || code == 0x200e || code == 0x200f ||
           (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
           code == 0xfeff;
}

/* The first character of `rest`, which is taken off, as it is shown: *shown points to the
 * character itself or to its escape in `buffer`.  Returns the columns that it takes. */
static size_t show_next(struct vmt_slice *rest, char buffer[12], struct vmt_slice *shown)
{
    struct vmt_slice before = *rest;
    uint32_t code = vmt_utf8_next(rest);
    size_t length = before.length - rest->length;

    if (code != VMT_UTF8_INVALID && !vmt_is_control(code) && !is_deceptive(code)) {
        *shown = (struct vmt_slice){before.data, length};
        return 1;
    }
    if (length == 1) {
        snprintf(buffer, 12, "\\x%02x", (unsigned char)before.data[0]);
    } else {
        snprintf(buffer, 12, "\\u%04x", (unsigned)code);
    }
    *shown = vmt_slice(buffer);
    return shown->length;
}

/* The printable ASCII that `text` begins with: nearly always all of it. */
static size_t plain_run(struct vmt_slice text)
{
    size_t run = 0;
    while (run < text.length && text.data[run] >= 0x20 && text.data[run] < 0x7f) {
        run++;
    }
    return run;
}

void vmt_put_shown(struct vmt_output *output, struct vmt_slice text)
{
    char buffer[12];
    struct vmt_slice shown;
    while (text.length > 0) {
        size_t run = plain_run(text);
        if (run > 0) {
            vmt_put(output, text.data, run);
            text = vmt_slice_from(text, run);
        } else {
            show_next(&text, buffer, &shown);
            vmt_put(output, shown.data, shown.length);
        }
    }
}

size_t vmt_shown_width(struct vmt_slice text)
{
    char buffer[12];
    struct vmt_slice shown;
    size_t width = 0;
    while (text.length > 0) {
        size_t run = plain_run(text);
        if (run > 0) {
            width += run;
            text = vmt_slice_from(text, run);
        } else {
            width += show_next(&text, buffer, &shown);
        }
    }
    return width;
}

struct vmt_slice vmt_shown_end(struct vmt_slice text, size_t width)
{
    char buffer[12];
    struct vmt_slice shown;
    size_t whole = vmt_shown_width(text);
    while (whole > width) {
        whole -= show_next(&text, buffer, &shown);
    }
    return text;
}
