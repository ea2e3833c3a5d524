/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_vmmap_lines.h"

#include "grammar/part_header.h"
#include "grammar/part_summary.h"
#include "grammar/part_zones.h"

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

bool vmt_vmmap_is_crash(struct vmt_slice line)
{
    static const char *const begins[] = {
        "VM Region", "--->",          "-->",       "--&gt;",
        "---&gt;",   "\xe2\x80\x94>", "GAP OF 0x", "UNUSED SPACE AT "};
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
        if (vmt_slice_starts(line, begins[i])) {
            return true;
        }
    }
    return false;
}

/* `2018-09-24 17:51:47.617 vmmap[1736:137850] …` and `vmmap: terminated; resuming …` */
bool vmt_vmmap_is_message(struct vmt_slice line)
{
    size_t at = vmt_slice_find(line, "vmmap");
    return at < line.length && (at == 0 || (line.data[0] >= '0' && line.data[0] <= '9')) &&
           vmt_slice_find(line, ": ") < line.length;
}

/* A part of a report that is known by its own first line. */
bool vmt_vmmap_part_begins(const struct vmt_cursor *cursor, size_t index,
                           enum vmt_part_region_form form)
{
    struct vmt_slice line = vmt_cursor_text(cursor, index);
    struct vmt_slice pid;
    if (vmt_vmmap_section(line, &pid) != VMT_VMMAP_NONE || vmt_slice_starts(line, "==== Legend") ||
        vmt_slice_starts(line, VMT_VMMAP_SUMMARY_TITLE) || vmt_part_region_is_heading(form, line) ||
        vmt_part_zones_begins(cursor, index)) {
        return true;
    }
    enum vmt_part_summary_kind kind = vmt_part_summary_kind(cursor, index);
    return form == VMT_PART_REGION_FULL
               ? kind == VMT_PART_SUMMARY_FULL
               : kind == VMT_PART_SUMMARY_OLD || kind == VMT_PART_SUMMARY_VIRTUAL;
}

/* A header that lost its first lines still has two keys, one after the other, or one and the
 * table. */
bool vmt_vmmap_header_begins(const struct vmt_cursor *cursor, size_t index)
{
    struct vmt_slice line = vmt_cursor_text(cursor, index);
    return vmt_slice_starts(line, "Process:") || vmt_vmmap_is_map_title(line) ||
           (vmt_part_header_known(line) &&
            (vmt_part_header_known(vmt_cursor_text(cursor, index + 1)) ||
             vmt_part_summary_rows_begin(cursor, index + 1)));
}
