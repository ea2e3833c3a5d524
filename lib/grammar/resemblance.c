/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/resemblance.h"

/* Less could begin anything. */
#define LEAST 6

/* How much of `beginning` the text begins with; *whole: the text has nothing else. */
static size_t common(struct vmt_slice text, const char *beginning, bool *whole)
{
    size_t at = 0;
    size_t matched = 0;
    while (at < text.length && beginning[matched] != '\0') {
        char c = text.data[at] == '\t' ? ' ' : text.data[at];
        if (c != beginning[matched]) {
            break;
        }
        matched++;
        at++;
        while (c == ' ' && at < text.length && vmt_is_blank(text.data[at])) {
            at++;
        }
    }
    *whole = at == text.length;
    return matched;
}

bool vmt_begins_like(struct vmt_slice text, const char *const *beginnings)
{
    for (size_t i = 0; text.length >= LEAST && beginnings[i] != NULL; i++) {
        if (text.data[0] != beginnings[i][0] || text.data[1] != beginnings[i][1]) {
            continue;
        }
        bool whole = false;
        size_t length = strlen(beginnings[i]);
        size_t matched = common(text, beginnings[i], &whole);
        if (matched == length || (matched >= LEAST && (whole || 3 * matched >= 2 * length))) {
            return true;
        }
    }
    return false;
}

bool vmt_line_begins_like(const struct vmt_line *line, const char *const *beginnings)
{
    return vmt_begins_like(vmt_slice_trim(line->text), beginnings);
}
