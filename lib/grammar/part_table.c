/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/part_table.h"

#include "grammar/darwin_footprint_lines.h"
#include "grammar/part_elision.h"
#include "grammar/part_fault.h"
#include "grammar/part_header.h"

/* So many unreadable lines are read over to go on with the rows. */
#define DAMAGE_AHEAD 3

bool vmt_part_table_is_rule(struct vmt_slice line)
{
    struct vmt_slice rest = line;
    struct vmt_slice word = vmt_slice_word(&rest);
    bool rule = false;
    for (; word.length > 0; word = vmt_slice_word(&rest)) {
        for (size_t i = 0; i < word.length; i++) {
            /* 10.4 has brackets around its sizes. */
            if (word.data[i] != '=' && word.data[i] != '[' && word.data[i] != ']') {
                return false;
            }
            rule = rule || word.data[i] == '=';
        }
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

/* What a line of a table is. */
enum line_kind {
    LINE_ROW,
    LINE_RULE,
    LINE_BLANK, /* between rows */
    LINE_ELISION,
    LINE_DAMAGE,
    LINE_OTHER /* the table is over */
};

/* A line of a header, or the first of a fault: `Process:   Notes [4242]` is no type of 4242 bytes.
 */
static bool is_of_another_part(struct vmt_slice line)
{
    return vmt_part_header_known(line) || vmt_part_fault_begins(vmt_slice_trim(line));
}

/* The line after `index` others by itself. */
static enum vmt_status look_at(enum line_kind *out, const struct vmt_cursor *cursor, size_t index,
                               struct vmt_pattern *row, struct vmt_error *err)
{
    const struct vmt_line *line = vmt_cursor_ahead(cursor, index);
    *out = LINE_OTHER;
    if (line == NULL || line->too_long || is_of_another_part(line->text)) {
        return VMT_OK;
    }
    if (vmt_line_is_blank(line)) {
        *out = LINE_BLANK;
        return VMT_OK;
    }
    if (vmt_part_table_is_rule(line->text)) {
        *out = LINE_RULE;
        return VMT_OK;
    }
    enum vmt_status status = vmt_pattern_match(row, line->text, err);
    *out = status == VMT_OK ? LINE_ROW : LINE_OTHER;
    return status == VMT_END ? VMT_OK : status;
}

/* Words, then a size or a count: the torn end of a row, not a prompt after the table. */
static bool torn_row(const struct vmt_line *line)
{
    struct vmt_slice trimmed = vmt_slice_trim(line->text);
    return line->torn && vmt_slice_find(trimmed, "  ") < trimmed.length;
}

/* The last row of a table, or the only one of a table of zones, whatever has become of its numbers:
 * no other row behind it tells that it is one. */
static bool resembles_last_row(struct vmt_slice line)
{
    struct vmt_slice rest = vmt_slice_trim(line);
    bool apart = vmt_slice_find(rest, "  ") < rest.length;
    struct vmt_slice first = vmt_slice_word(&rest);
    return apart && (vmt_slice_equals(first, vmt_slice("TOTAL")) ||
                     vmt_slice_equals(first, vmt_slice("TOTAL,")) ||
                     vmt_slice_find(first, "_0x") < first.length);
}

/* The next table begins, without a blank line between. */
static bool headings_begin(const struct vmt_cursor *cursor)
{
    unsigned units = 0;
    bool pages = false;
    return vmt_part_table_headings(cursor, 0, "MALLOC ZONE", &units, &pages) > 0 ||
           vmt_part_table_headings(cursor, 0, "REGION TYPE", &units, &pages) > 0;
}

/* What the next line is, by the lines after it where it does not tell itself.  Leaves the match of
 * a row in `row`. */
static enum vmt_status next_kind(enum line_kind *out, const struct vmt_cursor *cursor,
                                 struct vmt_pattern *row, struct vmt_error *err)
{
    enum vmt_status status = look_at(out, cursor, 0, row, err);
    if (status != VMT_OK || *out == LINE_ROW) {
        return status;
    }
    const struct vmt_line *line = vmt_cursor_ahead(cursor, 0);
    bool blank = *out == LINE_BLANK;
    bool rule = *out == LINE_RULE;
    *out = LINE_OTHER;
    if (line == NULL || headings_begin(cursor) || is_of_another_part(line->text) ||
        vmt_footprint_claims(cursor)) {
        return VMT_OK;
    }
    if (rule) {
        *out = LINE_RULE;
        return VMT_OK;
    }
    enum line_kind next = torn_row(line) || resembles_last_row(line->text) ? LINE_ROW : LINE_BLANK;
    for (size_t i = 1; next != LINE_ROW && next != LINE_RULE && i <= DAMAGE_AHEAD; i++) {
        status = look_at(&next, cursor, i, row, err);
        if (status != VMT_OK || (next == LINE_BLANK && !blank) || (next == LINE_OTHER && blank)) {
            return status; /* only blank lines, or only damage, can stand between rows */
        }
    }
    if (next == LINE_ROW || next == LINE_RULE) {
        *out = blank ? LINE_BLANK : vmt_part_is_elision(line->text) ? LINE_ELISION : LINE_DAMAGE;
    }
    return VMT_OK;
}

static enum vmt_status take_elision(struct vmt_parse *parse, struct vmt_process *process,
                                    struct vmt_error *err)
{
    const struct vmt_line *line = vmt_cursor_ahead(parse->cursor, 0);
    struct vmt_place place = vmt_parse_place(parse, line, 1);
    enum vmt_status status = vmt_notes_add(&process->notes, VMT_NOTE_ELISION, place,
                                           vmt_slice_trim(line->text), vmt_line_whole(line), err);
    return status == VMT_OK ? vmt_cursor_take(parse->cursor, VMT_LINE_CONSUMED, err) : status;
}

enum vmt_status vmt_part_table_rows(struct vmt_parse *parse, struct vmt_process *process,
                                    struct vmt_pattern *row, vmt_part_table_row *read, void *table,
                                    const char *damage, bool *damaged, struct vmt_error *err)
{
    for (;;) {
        enum line_kind kind = LINE_OTHER;
        enum vmt_status status = vmt_cursor_fill(parse->cursor, DAMAGE_AHEAD + 2, err);
        if (status == VMT_OK) {
            status = next_kind(&kind, parse->cursor, row, err);
        }
        if (status != VMT_OK) {
            return status;
        }
        switch (kind) {
        case LINE_ROW:
            status = read(table, err);
            break;
        case LINE_RULE:
            status = vmt_cursor_take(parse->cursor, VMT_LINE_CONSUMED, err);
            break;
        case LINE_BLANK:
            status = vmt_cursor_take(parse->cursor, VMT_LINE_BLANK, err);
            break;
        case LINE_ELISION:
            *damaged = true;
            status = take_elision(parse, process, err);
            break;
        case LINE_DAMAGE:
            *damaged = true;
            status = vmt_parse_damage(parse, &process->notes, damage, 0, err);
            break;
        case LINE_OTHER:
            return VMT_OK;
        }
        if (status != VMT_OK) {
            return status == VMT_END ? VMT_OK : status;
        }
    }
}
