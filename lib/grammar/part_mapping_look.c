/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/part_field.h"
#include "grammar/part_mapping.h"

/* What the lines ahead begin, the line of a mapping being whole or damaged. */

/* Two short addresses, and letters in them that are no digits: those of a damaged one. */
#define RANGE_LEAST 12
#define RANGE_ODD_MOST 3

/* A field that every mapping of smaps has had since there are any, or that comes early. */
static bool is_early_field(struct vmt_slice line)
{
    static const char *const names[] = {"Size", "KernelPageSize", "MMUPageSize", "Rss", "Pss"};
    struct vmt_part_field field;
    if (!vmt_part_field_read(line, &field)) {
        return false;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (vmt_slice_equals(field.name, vmt_slice(names[i]))) {
            return true;
        }
    }
    return false;
}

bool vmt_part_mapping_resembles_range(struct vmt_slice line)
{
    struct vmt_slice word = vmt_slice_word(&line);
    size_t odd = 0;
    for (size_t i = 0; i < word.length; i++) {
        uint64_t digit = 0;
        bool fits =
            word.data[i] == '-' || vmt_parse_u64((struct vmt_slice){word.data + i, 1}, 16, &digit);
        odd += fits ? 0 : 1;
    }
    return word.length >= RANGE_LEAST && odd <= RANGE_ODD_MOST;
}

/* `r-xp`, or much like it. */
static bool resembles_protection(struct vmt_slice word)
{
    static const char marks[] = "rwxps-";
    size_t fitting = 0;
    for (size_t i = 0; i < word.length; i++) {
        fitting += memchr(marks, word.data[i], sizeof marks - 1) != NULL ? 1 : 0;
    }
    return fitting >= 3 && fitting <= 4 && word.length <= 8;
}

bool vmt_part_mapping_resembles(struct vmt_slice line)
{
    struct vmt_slice rest = vmt_slice_trim(line);
    struct vmt_slice range = vmt_slice_word(&rest);
    struct vmt_slice protection = vmt_slice_word(&rest);
    size_t dash = vmt_slice_find(range, "-");
    bool one = dash > 0 && dash < range.length &&
               vmt_slice_find(vmt_slice_from(range, dash + 1), "-") == range.length - dash - 1;
    return one && vmt_part_mapping_resembles_range(line) &&
           (protection.length == 0 || resembles_protection(protection));
}

/* What begins with a line that was that of a mapping: the first field behind it tells, or that
 * another mapping follows. */
static enum vmt_mapping_ahead ahead_of_damaged(const struct vmt_cursor *cursor, size_t index)
{
    struct vmt_slice text = vmt_cursor_text(cursor, index);
    struct vmt_slice next = vmt_cursor_text(cursor, index + 1);
    struct vmt_mapping_line line;
    if (!vmt_part_mapping_resembles(text)) {
        return VMT_AHEAD_NOTHING;
    }
    if (vmt_part_mapping_read(next, &line)) {
        bool maps = vmt_part_mapping_ahead(cursor, index + 1) == VMT_AHEAD_MAPS;
        return maps ? VMT_AHEAD_MAPS : VMT_AHEAD_NOTHING;
    }
    if (!is_early_field(next)) {
        return VMT_AHEAD_NOTHING;
    }
    return vmt_slice_starts(next, "Size:") ? VMT_AHEAD_SMAPS : VMT_AHEAD_ROLLUP;
}

enum vmt_mapping_ahead vmt_part_mapping_ahead(const struct vmt_cursor *cursor, size_t index)
{
    struct vmt_mapping_line line;
    struct vmt_slice text = vmt_cursor_text(cursor, index);
    if (text.length == 0 || !vmt_part_mapping_read(text, &line)) {
        return VMT_AHEAD_NOTHING;
    }
    if (vmt_slice_equals(line.path, vmt_slice("[rollup]"))) {
        return VMT_AHEAD_ROLLUP;
    }
    for (size_t i = 1; i <= VMT_MAPPING_FIELDS_AHEAD; i++) {
        text = vmt_cursor_text(cursor, index + i);
        if (text.length == 0 || vmt_part_mapping_read(text, &line)) {
            break;
        }
        if (is_early_field(text)) {
            return VMT_AHEAD_SMAPS;
        }
    }
    return VMT_AHEAD_MAPS;
}

bool vmt_part_mapping_claims(const struct vmt_cursor *cursor, enum vmt_mapping_ahead kind,
                             const char *file)
{
    struct vmt_slice text = vmt_cursor_text(cursor, 0);
    if (text.length < 8) { /* no range and no path of /proc is shorter */
        return false;
    }
    size_t begin = vmt_part_field_begin(cursor, file);
    enum vmt_mapping_ahead ahead = vmt_part_mapping_ahead(cursor, begin);
    return ahead == VMT_AHEAD_NOTHING ? ahead_of_damaged(cursor, begin) == kind : ahead == kind;
}
