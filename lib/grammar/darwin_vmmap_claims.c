/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_vmmap_lines.h"

#include "grammar/part_header.h"
#include "grammar/part_summary.h"
#include "grammar/part_zones.h"

/* So far behind its title the first row of a section, or the heading of the table, is looked for.
 */
#define ROWS_AHEAD 8
#define TABLE_AHEAD 6
/* Rows without a title: so many lines have two of them, and so many show no crash report. */
#define TWO_ROWS_AHEAD 3
#define CRASH_AHEAD 8

/* The format of the rows or their heading behind a title.  A damaged row of the new format can
 * pass for an old one, but not the other way round. */
static enum vmt_vmmap_format format_of_rows(const struct vmt_cursor *cursor, size_t index)
{
    enum vmt_vmmap_format format = VMT_VMMAP_FORMAT_NONE;
    for (size_t i = index; i < index + ROWS_AHEAD; i++) {
        struct vmt_slice line = vmt_cursor_text(cursor, i);
        if (vmt_slice_starts(line, "Process:") || vmt_vmmap_is_map_title(line)) {
            break;
        }
        if (vmt_part_region_resembles(VMT_PART_REGION_FULL, line) ||
            vmt_part_region_is_heading(VMT_PART_REGION_FULL, line)) {
            return VMT_VMMAP_FORMAT_NEW;
        }
        if (vmt_part_region_resembles(VMT_PART_REGION_SHORT, line) ||
            vmt_part_region_is_heading(VMT_PART_REGION_SHORT, line)) {
            format = VMT_VMMAP_FORMAT_OLD;
        }
    }
    return format;
}

/* That of a table.  Crash reports have some of them too, unless `titled` says that it is ours. */
static enum vmt_vmmap_format format_of_table(const struct vmt_cursor *cursor, size_t index,
                                             bool titled)
{
    switch (vmt_part_summary_kind(cursor, index)) {
    case VMT_PART_SUMMARY_FULL:
        return VMT_VMMAP_FORMAT_NEW;
    case VMT_PART_SUMMARY_OLD:
        return VMT_VMMAP_FORMAT_OLD;
    case VMT_PART_SUMMARY_VIRTUAL:
        return titled ? VMT_VMMAP_FORMAT_OLD : VMT_VMMAP_FORMAT_NONE;
    case VMT_PART_SUMMARY_COUNTED:
        return titled ? VMT_VMMAP_FORMAT_NEW : VMT_VMMAP_FORMAT_NONE;
    case VMT_PART_SUMMARY_NONE:
        break;
    }
    if (!vmt_part_zones_begins(cursor, index)) {
        return VMT_VMMAP_FORMAT_NONE;
    }
    return vmt_part_zones_begins_old(cursor, index) ? VMT_VMMAP_FORMAT_OLD : VMT_VMMAP_FORMAT_NEW;
}

/* That of the table behind the lines above it. */
static enum vmt_vmmap_format format_behind(const struct vmt_cursor *cursor, bool titled)
{
    enum vmt_vmmap_format format = VMT_VMMAP_FORMAT_NONE;
    for (size_t i = 1; format == VMT_VMMAP_FORMAT_NONE && i <= TABLE_AHEAD; i++) {
        format = format_of_table(cursor, i, titled);
    }
    return format;
}

/* `Output report format:  2.3  -- 64-bit process` */
static enum vmt_vmmap_format format_stated(struct vmt_slice line)
{
    struct vmt_slice rest = vmt_slice_from(line, strlen("Output report format:"));
    struct vmt_slice word = vmt_slice_word(&rest);
    bool old = word.length == 3 && vmt_slice_starts(word, "2.") && word.data[2] <= '3';
    return old                                        ? VMT_VMMAP_FORMAT_OLD
           : vmt_slice_equals(word, vmt_slice("2.4")) ? VMT_VMMAP_FORMAT_NEW
                                                      : VMT_VMMAP_FORMAT_NONE;
}

/* A header opens reports of heap, leaks and crashes as well: it is ours when the lines after it
 * say so. */
static enum vmt_vmmap_format format_of_header(const struct vmt_cursor *cursor, size_t index)
{
    bool ours = false;
    for (size_t i = index; i < VMT_CURSOR_AHEAD; i++) {
        struct vmt_slice line = vmt_cursor_text(cursor, i);
        struct vmt_slice pid;
        if (i > index && (vmt_slice_starts(line, "Process:") || vmt_vmmap_is_crash(line))) {
            break;
        }
        if (vmt_part_header_is_crash(line)) {
            return VMT_VMMAP_FORMAT_NONE;
        }
        if (vmt_slice_starts(line, "Output report format:")) {
            return format_stated(line);
        }
        if (vmt_slice_starts(line, "Analysis Tool:")) {
            line = vmt_slice_trim(line);
            ours = vmt_slice_ends(line, "/vmmap") || vmt_slice_ends(line, "/vmmap32");
        }
        bool section = vmt_vmmap_section(line, &pid) != VMT_VMMAP_NONE;
        ours = ours || section || vmt_vmmap_is_map_title(line);
        enum vmt_vmmap_format format =
            section ? format_of_rows(cursor, i + 1) : format_of_table(cursor, i, ours);
        if (format == VMT_VMMAP_FORMAT_NONE && vmt_part_summary_rows_begin(cursor, i)) {
            format = VMT_VMMAP_FORMAT_NEW;
        }
        if (format != VMT_VMMAP_FORMAT_NONE) {
            return format;
        }
    }
    return ours ? VMT_VMMAP_FORMAT_NEW : VMT_VMMAP_FORMAT_NONE;
}

/* A short row of vmmap: it pads addresses with zeros, where crash reports of later releases do
 * not. */
static bool is_old_row(struct vmt_slice line)
{
    return vmt_part_region_resembles(VMT_PART_REGION_SHORT, line) &&
           vmt_part_region_is_padded(line) && !vmt_vmmap_is_crash(line);
}

/* Rows alone: one could be of a crash report, and so could several around its mark. */
static bool old_rows_begin(const struct vmt_cursor *cursor, size_t index)
{
    size_t rows = 0;
    for (size_t i = index; i < index + CRASH_AHEAD; i++) {
        struct vmt_slice line = vmt_cursor_text(cursor, i);
        if (vmt_vmmap_is_crash(line) || vmt_part_region_resembles(VMT_PART_REGION_FULL, line)) {
            return false;
        }
        if (line.length == 0) {
            break;
        }
        rows += i < index + TWO_ROWS_AHEAD && is_old_row(line) ? 1 : 0;
    }
    return rows >= 2;
}

enum vmt_vmmap_format vmt_vmmap_format_ahead(const struct vmt_cursor *cursor)
{
    size_t index = 0;
    while (vmt_vmmap_is_message(vmt_cursor_text(cursor, index))) {
        index++;
    }
    struct vmt_slice line = vmt_cursor_text(cursor, index);
    if (vmt_vmmap_header_begins(cursor, index)) {
        return format_of_header(cursor, index);
    }
    struct vmt_slice pid;
    if (index > 0 || line.length == 0) {
        return VMT_VMMAP_FORMAT_NONE;
    }
    if (vmt_vmmap_section(line, &pid) != VMT_VMMAP_NONE) {
        return format_of_rows(cursor, 1);
    }
    if (vmt_part_region_is_heading(VMT_PART_REGION_FULL, line) ||
        vmt_part_region_resembles(VMT_PART_REGION_FULL, line)) {
        return VMT_VMMAP_FORMAT_NEW;
    }
    if (vmt_part_region_is_heading(VMT_PART_REGION_SHORT, line)) {
        return old_rows_begin(cursor, 1) ? VMT_VMMAP_FORMAT_OLD : VMT_VMMAP_FORMAT_NONE;
    }
    if (is_old_row(line)) {
        return old_rows_begin(cursor, 0) ? VMT_VMMAP_FORMAT_OLD : VMT_VMMAP_FORMAT_NONE;
    }
    if (vmt_vmmap_is_totals(line) || vmt_slice_starts(line, VMT_VMMAP_SUMMARY_TITLE)) {
        return format_behind(cursor, !vmt_vmmap_is_totals(line));
    }
    return vmt_part_summary_rows_begin(cursor, 0) ? VMT_VMMAP_FORMAT_NEW
                                                  : format_of_table(cursor, 0, false);
}

bool vmt_vmmap_fits(const struct vmt_cursor *cursor, enum vmt_part_region_form form)
{
    return vmt_part_region_resembles(form, vmt_cursor_text(cursor, 0)) ||
           vmt_vmmap_part_begins(cursor, 0, form);
}
