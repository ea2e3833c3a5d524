/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_vmmap_lines.h"

#include "grammar/part_header.h"
#include "grammar/part_region.h"
#include "grammar/part_summary.h"
#include "grammar/part_zones.h"

/* So far behind its title the first row of a section, or the heading of the table, is looked for.
 */
#define ROWS_AHEAD 8
#define TABLE_AHEAD 6

bool vmt_vmmap_is_divider(struct vmt_slice line)
{
    return vmt_slice_starts(line, "==== ");
}

bool vmt_vmmap_is_totals(struct vmt_slice line)
{
    return vmt_slice_starts(line, "ReadOnly portion of Libraries:") ||
           vmt_slice_starts(line, "Writable regions: Total=");
}

bool vmt_vmmap_is_map_title(struct vmt_slice line)
{
    return vmt_slice_starts(line, "Virtual Memory Map of process ");
}

/* `==== Writable regions for process 4242`: which section, and of which process. */
enum vmt_vmmap_section vmt_vmmap_section(struct vmt_slice line, struct vmt_slice *pid)
{
    static const struct {
        const char *title;
        enum vmt_vmmap_section section;
    } titles[] = {
        {"==== Non-writable regions for process ", VMT_VMMAP_FIXED},
        {"==== Writable regions for process ", VMT_VMMAP_WRITABLE},
        {"==== regions for process ", VMT_VMMAP_ALL},
    };
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
        if (vmt_slice_starts(line, titles[i].title)) {
            struct vmt_slice rest = vmt_slice_from(line, strlen(titles[i].title));
            *pid = vmt_slice_word(&rest);
            return titles[i].section;
        }
    }
    return VMT_VMMAP_NONE;
}

/* `...`, `...(snip)...`, `[12 lines omitted]`: a person left something out.  A path or a detail
 * that was shortened has other words. */
bool vmt_vmmap_is_elision(struct vmt_slice line)
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

/* A part of a report that is known by its own first line. */
bool vmt_vmmap_part_begins(const struct vmt_cursor *cursor, size_t index)
{
    struct vmt_slice line = vmt_cursor_text(cursor, index);
    struct vmt_slice pid;
    return vmt_vmmap_section(line, &pid) != VMT_VMMAP_NONE ||
           vmt_slice_starts(line, "==== Legend") ||
           vmt_slice_starts(line, VMT_VMMAP_SUMMARY_TITLE) ||
           vmt_part_region_is_heading(VMT_PART_REGION_FULL, line) ||
           vmt_part_summary_begins_full(cursor, index) || vmt_part_zones_begins(cursor, index);
}

/* Rows of this format within a few lines: sections of older ones have the same titles. */
static bool rows_are_ours(const struct vmt_cursor *cursor, size_t index)
{
    for (size_t i = index; i < index + ROWS_AHEAD; i++) {
        struct vmt_slice line = vmt_cursor_text(cursor, i);
        if (vmt_part_region_resembles(VMT_PART_REGION_FULL, line) ||
            vmt_part_region_is_heading(VMT_PART_REGION_FULL, line)) {
            return true;
        }
    }
    return false;
}

static bool table_is_ours(const struct vmt_cursor *cursor, size_t index)
{
    for (size_t i = index; i < index + TABLE_AHEAD; i++) {
        if (vmt_part_summary_begins_full(cursor, i)) {
            return true;
        }
    }
    return false;
}

/* A header opens reports of heap, leaks and crashes as well: it is ours when the lines after it
 * say so, and the format is not an older one. */
static bool header_is_ours(const struct vmt_cursor *cursor, size_t index)
{
    bool ours = false;
    for (size_t i = index; i < VMT_CURSOR_AHEAD; i++) {
        struct vmt_slice line = vmt_cursor_text(cursor, i);
        if (i > index && vmt_slice_starts(line, "Process:")) {
            break;
        }
        if (vmt_part_header_is_crash(line)) {
            return false;
        }
        if (vmt_slice_starts(line, "Output report format:")) {
            return vmt_slice_find(line, " 2.4") < line.length;
        }
        if (vmt_slice_starts(line, "Analysis Tool:")) {
            line = vmt_slice_trim(line);
            ours = vmt_slice_ends(line, "/vmmap") || vmt_slice_ends(line, "/vmmap32");
        }
        ours = ours || vmt_vmmap_part_begins(cursor, i) || vmt_vmmap_is_map_title(line);
    }
    return ours;
}

/* `2018-09-24 17:51:47.617 vmmap[1736:137850] …` and `vmmap: terminated; resuming …` */
bool vmt_vmmap_is_message(struct vmt_slice line)
{
    size_t at = vmt_slice_find(line, "vmmap");
    return at < line.length && (at == 0 || (line.data[0] >= '0' && line.data[0] <= '9')) &&
           vmt_slice_find(line, ": ") < line.length;
}

/* A header that lost its first lines still has two keys, one after the other. */
bool vmt_vmmap_header_begins(const struct vmt_cursor *cursor, size_t index)
{
    struct vmt_slice line = vmt_cursor_text(cursor, index);
    return vmt_slice_starts(line, "Process:") || vmt_vmmap_is_map_title(line) ||
           (vmt_part_header_known(line) &&
            vmt_part_header_known(vmt_cursor_text(cursor, index + 1)));
}

bool vmt_vmmap_claims(const struct vmt_cursor *cursor)
{
    size_t index = 0;
    while (vmt_vmmap_is_message(vmt_cursor_text(cursor, index))) {
        index++;
    }
    struct vmt_slice line = vmt_cursor_text(cursor, index);
    if (vmt_vmmap_header_begins(cursor, index)) {
        return header_is_ours(cursor, index);
    }
    if (index > 0) {
        return false;
    }
    struct vmt_slice pid;
    if (vmt_vmmap_section(line, &pid) != VMT_VMMAP_NONE ||
        vmt_part_region_is_heading(VMT_PART_REGION_FULL, line) ||
        vmt_part_region_resembles(VMT_PART_REGION_FULL, line)) {
        return rows_are_ours(cursor, 0);
    }
    if (vmt_vmmap_is_totals(line) || vmt_slice_starts(line, VMT_VMMAP_SUMMARY_TITLE)) {
        return table_is_ours(cursor, 1);
    }
    return vmt_part_summary_begins_full(cursor, 0) || vmt_part_zones_begins(cursor, 0);
}
