/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_DARWIN_VMMAP_LINES_H
#define VMT_GRAMMAR_DARWIN_VMMAP_LINES_H

/* What the lines of a vmmap report are, each by itself or with the ones after it. */

#include "grammar/part_region.h"

/* Which regions a section holds. */
enum vmt_vmmap_section {
    VMT_VMMAP_NONE,
    VMT_VMMAP_FIXED, /* non-writable */
    VMT_VMMAP_WRITABLE,
    VMT_VMMAP_ALL
};

/* The title of the tables, and its process after it. */
#define VMT_VMMAP_SUMMARY_TITLE "==== Summary for process "

enum vmt_vmmap_format {
    VMT_VMMAP_FORMAT_NONE,
    VMT_VMMAP_FORMAT_NEW, /* 2.4 */
    VMT_VMMAP_FORMAT_OLD  /* those before */
};

/* The format of the report, or of the part of one, that the lines ahead begin. */
enum vmt_vmmap_format vmt_vmmap_format_ahead(const struct vmt_cursor *cursor);

/* Whether the next line can be of a format, where other formats have the same line. */
bool vmt_vmmap_fits(const struct vmt_cursor *cursor, enum vmt_part_region_form form);

/* The lines after `index` others ahead: a part that is known by its own first line; a header. */
bool vmt_vmmap_part_begins(const struct vmt_cursor *cursor, size_t index,
                           enum vmt_part_region_form form);
bool vmt_vmmap_header_begins(const struct vmt_cursor *cursor, size_t index);

/* One line, without indentation. */
bool vmt_vmmap_is_divider(struct vmt_slice line);
bool vmt_vmmap_is_totals(struct vmt_slice line);
bool vmt_vmmap_is_map_title(struct vmt_slice line);
bool vmt_vmmap_is_message(struct vmt_slice line);
/* A line of a crash report among its region rows, or before them. */
bool vmt_vmmap_is_crash(struct vmt_slice line);
enum vmt_vmmap_section vmt_vmmap_section(struct vmt_slice line, struct vmt_slice *pid);

#endif
