/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_DARWIN_VMMAP_LINES_H
#define VMT_GRAMMAR_DARWIN_VMMAP_LINES_H

/* What the lines of a vmmap report are, each by itself or with the ones after it. */

#include "grammar/cursor.h"

/* Which regions a section holds. */
enum vmt_vmmap_section {
    VMT_VMMAP_NONE,
    VMT_VMMAP_FIXED, /* non-writable */
    VMT_VMMAP_WRITABLE,
    VMT_VMMAP_ALL
};

/* The title of the tables, and its process after it. */
#define VMT_VMMAP_SUMMARY_TITLE "==== Summary for process "

/* Whether the lines ahead begin a report, or a part of one. */
bool vmt_vmmap_claims(const struct vmt_cursor *cursor);

/* The lines after `index` others ahead: a part that is known by its own first line; a header. */
bool vmt_vmmap_part_begins(const struct vmt_cursor *cursor, size_t index);
bool vmt_vmmap_header_begins(const struct vmt_cursor *cursor, size_t index);

/* One line, without indentation. */
bool vmt_vmmap_is_divider(struct vmt_slice line);
bool vmt_vmmap_is_totals(struct vmt_slice line);
bool vmt_vmmap_is_map_title(struct vmt_slice line);
bool vmt_vmmap_is_elision(struct vmt_slice line);
bool vmt_vmmap_is_message(struct vmt_slice line);
enum vmt_vmmap_section vmt_vmmap_section(struct vmt_slice line, struct vmt_slice *pid);

#endif
