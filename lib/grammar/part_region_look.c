/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/part_region.h"

#include "grammar/printed.h"

/* What lines are, told without a pattern: it runs on every line of every input. */

/* No size is longer in print. */
#define SIZE_MOST 24

static bool hexadecimal(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* Where the range that ends before `bracket` begins, or `bracket` when there is none.  The short
 * form can have a start for a range. */
static size_t find_range(enum vmt_part_region_form form, struct vmt_slice line, size_t bracket)
{
    static const char *const words[] = {"unmapped-unmapped", "kernel-kernel"};
    size_t end = bracket;
    while (end > 0 && vmt_is_blank(line.data[end - 1])) {
        end--;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (vmt_slice_ends((struct vmt_slice){line.data, end}, words[i])) {
            return end - strlen(words[i]);
        }
    }
    size_t middle = end;
    while (middle > 0 && hexadecimal(line.data[middle - 1])) {
        middle--;
    }
    bool start_only = form == VMT_PART_REGION_SHORT && middle < end &&
                      (middle == 0 || vmt_is_blank(line.data[middle - 1]));
    if (start_only) {
        return middle;
    }
    if (middle == end || middle == 0 || line.data[middle - 1] != '-') {
        return bracket;
    }
    size_t start = --middle;
    while (start > 0 && hexadecimal(line.data[start - 1])) {
        start--;
    }
    return start < middle ? start : bracket;
}

/* How many sizes stand from `bracket` on, and where that ends; 0 when something else does. */
static unsigned count_sizes(struct vmt_slice line, size_t bracket, size_t *end)
{
    unsigned count = 0;
    size_t at = bracket + 1;
    for (;;) {
        while (at < line.length &&
               (vmt_is_blank(line.data[at]) || (count > 0 && line.data[at] == '/'))) {
            at++;
        }
        *end = at;
        if (at < line.length && line.data[at] == ']') {
            *end = at + 1;
            return count;
        }
        size_t from = at;
        while (at < line.length && at - from < SIZE_MOST && !vmt_is_blank(line.data[at]) &&
               line.data[at] != ']' && line.data[at] != '/') {
            at++;
        }
        struct vmt_printed printed;
        if (!vmt_printed_parse((struct vmt_slice){line.data + from, at - from}, &printed)) {
            return 0;
        }
        count++;
    }
}

bool vmt_part_region_is_protection(struct vmt_slice text)
{
    static const char letters[] = "rwx/rwx";
    text = vmt_slice_trim(text);
    for (size_t i = 0; i < sizeof letters - 1; i++) {
        if (i >= text.length ||
            (text.data[i] != letters[i] && (text.data[i] != '-' || letters[i] == '/'))) {
            return false;
        }
    }
    return text.length == sizeof letters - 1 || vmt_is_blank(text.data[sizeof letters - 1]);
}

/* `104e98000-104ea0000`, whole or cut short. */
static bool is_range(struct vmt_slice word)
{
    /* Both ends of a range are longer than any part of a date. */
    static const size_t digits = 5;
    size_t dash = vmt_slice_find(word, "-");
    size_t left = 0;
    while (left < dash && hexadecimal(word.data[left])) {
        left++;
    }
    size_t right = dash;
    while (right + 1 < word.length && hexadecimal(word.data[right + 1])) {
        right++;
    }
    return left == dash && left >= digits && right - dash >= digits;
}

/* `Submap   90000000-9fffffff   r--/r-- machine-wide submap` */
static bool is_bare_submap(struct vmt_slice line)
{
    struct vmt_slice rest = line;
    return vmt_slice_equals(vmt_slice_word(&rest), vmt_slice("Submap")) &&
           is_range(vmt_slice_word(&rest)) && vmt_part_region_is_protection(rest);
}

bool vmt_part_region_is_padded(struct vmt_slice line)
{
    struct vmt_slice rest = line;
    struct vmt_slice word = vmt_slice_word(&rest);
    while (word.length > 0 && !is_range(word)) {
        word = vmt_slice_word(&rest);
    }
    size_t digits = vmt_slice_find(word, "-");
    return word.length == 0 || digits == 8 || digits == 16;
}

bool vmt_part_region_is_detail(struct vmt_slice line)
{
    static const char *const begins[] = {
        "/", "...", "thread ", "stack guard", "DefaultMallocZone_", "machine-wide"};
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
        if (vmt_slice_starts(line, begins[i])) {
            return true;
        }
    }
    return false;
}

static bool has_sizes(enum vmt_part_region_form form, struct vmt_slice line, size_t bracket)
{
    size_t end = 0;
    size_t range = find_range(form, line, bracket);
    if (range == bracket) {
        return false;
    }
    unsigned count = count_sizes(line, bracket, &end);
    if (form == VMT_PART_REGION_FULL) {
        return count == VMT_EV_OF_REGION;
    }
    struct vmt_slice after = vmt_slice_trim(vmt_slice_from(line, end));
    struct vmt_slice rest = vmt_slice_from(line, range);
    return count > 0 && count < VMT_EV_OF_REGION &&
           (after.length == 0 ? is_range(vmt_slice_word(&rest))
                              : vmt_part_region_is_protection(after));
}

bool vmt_part_region_resembles(enum vmt_part_region_form form, struct vmt_slice line)
{
    size_t bracket = vmt_slice_find(line, "[");
    while (bracket < line.length) {
        if (has_sizes(form, line, bracket)) {
            return true;
        }
        size_t next = vmt_slice_find(vmt_slice_from(line, bracket + 1), "[");
        bracket += 1 + next;
    }
    return form == VMT_PART_REGION_SHORT && is_bare_submap(line);
}

bool vmt_part_region_hints(struct vmt_slice line)
{
    bool range = false;
    bool mode = false;
    struct vmt_slice rest = line;
    struct vmt_slice word = vmt_slice_word(&rest);
    for (; word.length > 0; word = vmt_slice_word(&rest)) {
        range = range || is_range(word);
        mode = mode || vmt_slice_starts(word, "SM=");
    }
    bool sizes = vmt_slice_find(line, "[") < line.length;
    return range + mode + sizes >= 2 || vmt_part_region_resembles(VMT_PART_REGION_FULL, line);
}

const char *vmt_part_region_problem(enum vmt_part_region_form form, struct vmt_slice line,
                                    size_t *column)
{
    size_t bracket = vmt_slice_find(line, "[");
    if (bracket == line.length) {
        *column = line.length + 1;
        return "a region row without sizes in brackets";
    }
    size_t range = find_range(form, line, bracket);
    if (range == bracket) {
        *column = bracket + 1;
        return "a region row without an address range before its sizes";
    }
    if (form == VMT_PART_REGION_FULL && (range == 0 || !vmt_is_blank(line.data[range - 1]))) {
        *column = range + 1;
        return "a region row without a type before its range";
    }
    size_t end = 0;
    unsigned count = count_sizes(line, bracket, &end);
    *column = end + 1;
    if (count == 0) {
        return vmt_slice_trim(vmt_slice_from(line, end)).length == 0
                   ? "a region row that ends among its sizes"
                   : "not a size";
    }
    if ((count == VMT_EV_OF_REGION) != (form == VMT_PART_REGION_FULL)) {
        return form == VMT_PART_REGION_FULL ? "a region row has four sizes"
                                            : "a region row of this format has fewer sizes";
    }
    struct vmt_slice rest = vmt_slice_from(line, end);
    struct vmt_slice word = vmt_slice_word(&rest);
    *column = (size_t)(word.data - line.data) + 1;
    if (word.length != 7 || word.data[3] != '/') {
        return "not a protection";
    }
    word = vmt_slice_word(&rest);
    *column = (size_t)(word.data - line.data) + 1;
    return vmt_slice_starts(word, "SM=") ? "a region row that cannot be read"
                                         : "a region row without its sharing mode";
}

bool vmt_part_region_is_heading(enum vmt_part_region_form form, struct vmt_slice line)
{
    line = vmt_slice_trim(line);
    bool heading =
        vmt_slice_starts(line, "REGION TYPE") && vmt_slice_find(line, "START - END") < line.length;
    /* Heads of the short form have VSIZE, and RSDNT with -resident. */
    bool full = heading && (vmt_slice_find(line, "SWAP") < line.length ||
                            vmt_slice_find(line, "PURGE") < line.length);
    return heading && full == (form == VMT_PART_REGION_FULL);
}
