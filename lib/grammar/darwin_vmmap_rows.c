/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_vmmap_reader.h"
#include "grammar/part_elision.h"
#include "grammar/part_header.h"

/* So many unreadable lines are read over to go on with the rows of a section. */
#define DAMAGE_AHEAD 4

/* Whether a row follows within a few lines, none of them blank. */
static bool rows_go_on(const struct vmt_vmmap_reader *reader)
{
    const struct vmt_cursor *cursor = reader->parse->cursor;
    for (size_t i = 1; i <= DAMAGE_AHEAD; i++) {
        const struct vmt_line *next = vmt_cursor_ahead(cursor, i);
        if (next == NULL || vmt_line_is_blank(next)) {
            break;
        }
        if (vmt_part_region_hints(vmt_cursor_text(cursor, i))) {
            return true;
        }
    }
    return false;
}

/* A line among the rows that is none: damage when it has features of a row, when rows go on after
 * it or when the input ends in it.  VMT_END: the section is over. */
static enum vmt_status read_odd_line(struct vmt_vmmap_reader *reader, struct vmt_error *err)
{
    struct vmt_cursor *cursor = reader->parse->cursor;
    enum vmt_status status = vmt_cursor_fill(cursor, DAMAGE_AHEAD + 1, err);
    const struct vmt_line *line = vmt_cursor_ahead(cursor, 0);
    if (status != VMT_OK || line == NULL) {
        return status == VMT_OK ? VMT_END : status;
    }
    const struct vmt_slice text = vmt_cursor_text(cursor, 0);
    /* What looks like a row is of this section, whatever else it looks like. */
    bool row = vmt_part_region_resembles(reader->form, text);
    bool other = vmt_line_is_blank(line) || vmt_vmmap_is_divider(text) ||
                 vmt_vmmap_part_begins(cursor, 0, reader->form) || vmt_part_header_known(text) ||
                 vmt_vmmap_is_map_title(text) || vmt_vmmap_is_totals(text) ||
                 vmt_vmmap_is_crash(text);
    if (!row && other) {
        return VMT_END;
    }
    if (vmt_vmmap_is_message(text)) {
        return rows_go_on(reader) ? vmt_vmmap_note_line(reader, VMT_NOTE_TOOL_MESSAGE, err)
                                  : VMT_END;
    }
    bool elision = !row && vmt_part_is_elision(text);
    bool after_row = reader->rows_end == reader->parse->input->ledger.lines;
    if (after_row && !elision && !row && vmt_part_region_is_detail(text)) {
        status = vmt_part_region_detail(&reader->region, text, err);
        if (status != VMT_END) {
            return status;
        }
    }
    bool damage = row || line->torn || vmt_part_region_hints(text) || rows_go_on(reader);
    if (elision) {
        reader->incomplete = true;
        return vmt_vmmap_note_line(reader, VMT_NOTE_ELISION, err);
    }
    if (!damage) {
        return VMT_END;
    }
    reader->incomplete = true;
    size_t column = 0;
    const char *problem = line->too_long
                              ? "a line longer than any row"
                              : vmt_part_region_problem(reader->form, line->text, &column);
    return vmt_parse_damage(reader->parse, &reader->process->notes, problem, column, err);
}

enum vmt_status vmt_vmmap_read_rows(struct vmt_vmmap_reader *reader, struct vmt_error *err)
{
    uint64_t damaged = reader->parse->input->ledger.damaged;
    enum vmt_status status = VMT_OK;
    while (status == VMT_OK) {
        size_t count = reader->process->regions.count;
        status = vmt_part_region_row(&reader->region, err);
        if (reader->process->regions.count > count) {
            reader->rows_end = reader->parse->input->ledger.lines;
        } else if (status == VMT_END) {
            status = read_odd_line(reader, err);
        }
    }
    reader->incomplete = reader->incomplete || reader->parse->input->ledger.damaged > damaged;
    return status == VMT_END ? VMT_OK : status;
}
