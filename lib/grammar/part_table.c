/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/part_table.h"

/* So many unreadable lines are read over to go on with the rows. */
#define DAMAGE_AHEAD 3

bool vmt_part_table_is_rule(struct vmt_slice line)
{
    struct vmt_slice rest = line;
    struct vmt_slice word = vmt_slice_word(&rest);
    bool rule = false;
    for (; word.length > 0; word = vmt_slice_word(&rest)) {
        for (size_t i = 0; i < word.length; i++) {
            if (word.data[i] != '=') {
                return false;
            }
        }
        rule = true;
    }
    /* `==== Legend` has words; a rule of a table is longer than its four signs. */
    return rule && vmt_slice_trim(line).length > 4;
}

size_t vmt_part_table_headings(const struct vmt_cursor *cursor, size_t index, const char *second,
                               unsigned *units, bool *pages)
{
    const struct vmt_line *line = vmt_cursor_ahead(cursor, index);
    size_t count = 1;
    if (line != NULL && vmt_slice_starts(vmt_slice_trim(line->text), "VIRTUAL")) {
        line = vmt_cursor_ahead(cursor, index + 1);
        count = 2;
    }
    if (line == NULL || !vmt_slice_starts(vmt_slice_trim(line->text), second)) {
        return 0;
    }
    *units = 0;
    *pages = false;
    struct vmt_slice rest = line->text;
    struct vmt_slice word = vmt_slice_word(&rest);
    for (; word.length > 0; word = vmt_slice_word(&rest)) {
        bool page = vmt_slice_equals(word, vmt_slice("PAGES"));
        *pages = *pages || page;
        *units += page || vmt_slice_equals(word, vmt_slice("SIZE")) ? 1 : 0;
    }
    return count;
}

/* VMT_OK when rows go on after the next line, VMT_END when they do not. */
static enum vmt_status rows_follow(const struct vmt_cursor *cursor, struct vmt_pattern *row,
                                   struct vmt_error *err)
{
    enum vmt_status status = VMT_END;
    for (size_t i = 1; status == VMT_END && i <= DAMAGE_AHEAD; i++) {
        const struct vmt_line *line = vmt_cursor_ahead(cursor, i);
        if (line == NULL || vmt_line_is_blank(line) || line->too_long) {
            break;
        }
        status =
            vmt_part_table_is_rule(line->text) ? VMT_OK : vmt_pattern_match(row, line->text, err);
    }
    return status;
}

/* Words, then a size or a count: the torn end of a row, not a prompt after the table. */
static bool torn_row(const struct vmt_line *line)
{
    struct vmt_slice trimmed = vmt_slice_trim(line->text);
    return line->torn && vmt_slice_find(trimmed, "  ") < trimmed.length;
}

enum vmt_status vmt_part_table_next(enum vmt_part_table_line *out, struct vmt_parse *parse,
                                    struct vmt_pattern *row, struct vmt_error *err)
{
    enum vmt_status status = vmt_cursor_fill(parse->cursor, DAMAGE_AHEAD + 1, err);
    if (status != VMT_OK) {
        return status;
    }
    const struct vmt_line *line = vmt_cursor_ahead(parse->cursor, 0);
    *out = VMT_TABLE_OVER;
    if (line == NULL || vmt_line_is_blank(line) || line->too_long) {
        return VMT_OK;
    }
    if (vmt_part_table_is_rule(line->text)) {
        *out = VMT_TABLE_RULE;
        return VMT_OK;
    }
    status = vmt_pattern_match(row, line->text, err);
    if (status == VMT_OK) {
        *out = VMT_TABLE_ROW;
        return VMT_OK;
    }
    bool torn = torn_row(line);
    if (status == VMT_END) {
        status = torn ? VMT_OK : rows_follow(parse->cursor, row, err);
    }
    *out = status == VMT_OK ? VMT_TABLE_DAMAGE : VMT_TABLE_OVER;
    return status == VMT_END ? VMT_OK : status;
}
