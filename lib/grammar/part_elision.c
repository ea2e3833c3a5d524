/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/part_elision.h"

bool vmt_part_is_elision(struct vmt_slice line)
{
    static const char *const words[] = {"snip",   "snipped",   "cut",     "omitted",
                                        "elided", "truncated", "more",    "lines",
                                        "rows",   "regions",   "skipped", "etc"};
    static const char marks[] = ".()<>[]{}*#~- \t0123456789\xe2\x80\xa6";
    line = vmt_slice_trim(line);
    if (line.length > 60) {
        return false;
    }
    bool marked = vmt_slice_find(line, "...") < line.length ||
                  vmt_slice_find(line, "\xe2\x80\xa6") < line.length;
    for (size_t i = 0; i < line.length;) {
        size_t end = i;
        while (end < line.length && ((line.data[end] >= 'a' && line.data[end] <= 'z') ||
                                     line.data[end] == '_' || line.data[end] == '/')) {
            end++;
        }
        if (end == i) {
            if (memchr(marks, line.data[i], sizeof marks - 1) == NULL) {
                return false;
            }
            i++;
            continue;
        }
        bool known = false;
        for (size_t w = 0; w < sizeof words / sizeof words[0]; w++) {
            struct vmt_slice word = {line.data + i, end - i};
            known = known || vmt_slice_equals(word, vmt_slice(words[w]));
        }
        if (!known) {
            return false;
        }
        marked = true;
        i = end;
    }
    return marked;
}
