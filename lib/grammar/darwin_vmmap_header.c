/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_vmmap_reader.h"
#include "grammar/part_header.h"

/* So many lines that are no keys are read over to go on with the header. */
#define HEADER_AHEAD 3

/* `Virtual Memory Map of process 4242 (Notes)` */
static enum vmt_status read_map_title(struct vmt_vmmap_reader *reader, struct vmt_slice line,
                                      struct vmt_error *err)
{
    struct vmt_process *process = reader->process;
    struct vmt_slice rest = vmt_slice_from(line, strlen("Virtual Memory Map of process "));
    struct vmt_slice pid = vmt_slice_word(&rest);
    uint64_t number = 0;
    if (!process->pid_known && vmt_parse_u64(pid, 10, &number)) {
        process->pid = number;
        process->pid_known = true;
    }
    rest = vmt_slice_trim(rest);
    if (process->name == NULL && rest.length > 2 && rest.data[0] == '(' &&
        vmt_slice_ends(rest, ")")) {
        struct vmt_slice name = {rest.data + 1, rest.length - 2};
        enum vmt_status status =
            vmt_snapshot_string(&process->name, reader->parse->snapshot, name, err);
        if (status != VMT_OK) {
            return status;
        }
    }
    return vmt_cursor_take(reader->parse->cursor, VMT_LINE_CONSUMED, err);
}

/* `VM page size:  16384 bytes` */
static enum vmt_status read_page_size(struct vmt_vmmap_reader *reader, const struct vmt_line *line,
                                      struct vmt_error *err)
{
    struct vmt_slice rest = vmt_slice_from(vmt_slice_trim(line->text), strlen("VM page size:"));
    struct vmt_slice number = vmt_slice_word(&rest);
    uint64_t size = 0;
    if (!vmt_parse_u64(number, 10, &size) || size < 4096 || size > (UINT64_C(1) << 30) ||
        (size & (size - 1)) != 0) {
        return vmt_parse_damage(reader->parse, &reader->process->notes, "not a page size",
                                (size_t)(number.data - line->text.data) + 1, err);
    }
    reader->process->page_size = size;
    return vmt_cursor_take(reader->parse->cursor, VMT_LINE_CONSUMED, err);
}

/* Whether the header goes on after a line that is not of it. */
static bool header_goes_on(const struct vmt_cursor *cursor)
{
    for (size_t i = 1; i <= HEADER_AHEAD; i++) {
        struct vmt_slice line = vmt_cursor_text(cursor, i);
        if (vmt_slice_starts(line, "Process:")) {
            return false;
        }
        if (vmt_part_header_known(line) || vmt_slice_starts(line, "----")) {
            return true;
        }
    }
    return false;
}

/* The next line of the header, or VMT_END where it is over. */
static enum vmt_status read_header_line(struct vmt_vmmap_reader *reader, struct vmt_error *err)
{
    const struct vmt_cursor *cursor = reader->parse->cursor;
    const struct vmt_line *line = vmt_cursor_ahead(cursor, 0);
    if (line == NULL) {
        return VMT_END;
    }
    if (line->too_long) { /* nothing can be seen behind it */
        return vmt_parse_damage(reader->parse, &reader->process->notes,
                                "a line longer than any of a header", 0, err);
    }
    if (vmt_line_is_blank(line)) {
        struct vmt_slice next = vmt_cursor_text(cursor, 1);
        /* Nothing in sight: the end, or a line longer than the window. */
        bool goes_on = vmt_cursor_ahead(cursor, 1) == NULL || vmt_part_header_known(next) ||
                       vmt_slice_starts(next, "----") || vmt_vmmap_is_map_title(next);
        return goes_on && !vmt_slice_starts(next, "Process:")
                   ? vmt_cursor_take(reader->parse->cursor, VMT_LINE_BLANK, err)
                   : VMT_END;
    }
    const struct vmt_slice text = vmt_cursor_text(cursor, 0);
    if (vmt_slice_starts(text, "Process:") && reader->process->name != NULL &&
        reader->process->facts.count > 0) {
        return VMT_END; /* the next report, and not a line that a log has written twice */
    }
    if (vmt_slice_starts(text, "----") || vmt_slice_starts(text, "Output report format:")) {
        return vmt_cursor_take(reader->parse->cursor, VMT_LINE_CONSUMED, err);
    }
    if (vmt_vmmap_is_map_title(text)) {
        return read_map_title(reader, text, err);
    }
    if (vmt_slice_starts(text, "VM page size:")) {
        return read_page_size(reader, line, err);
    }
    if (vmt_slice_starts(text, "Collected with ")) {
        enum vmt_status status =
            vmt_part_header_fact(reader->parse, reader->process, vmt_slice("Collected with"),
                                 vmt_slice_from(text, strlen("Collected with ")), err);
        return status == VMT_OK ? vmt_cursor_take(reader->parse->cursor, VMT_LINE_CONSUMED, err)
                                : status;
    }
    if (vmt_vmmap_is_totals(text) || vmt_vmmap_is_crash(text) ||
        vmt_vmmap_part_begins(cursor, 0, reader->form) || vmt_vmmap_is_message(text)) {
        return VMT_END;
    }
    enum vmt_status status = vmt_part_header_line(reader->parse, reader->process, err);
    if (status == VMT_END && header_goes_on(cursor)) {
        /* The rest of a value that a mail or a terminal has wrapped. */
        return vmt_parse_damage(reader->parse, &reader->process->notes, "not a line of a header", 0,
                                err);
    }
    return status;
}

enum vmt_status vmt_vmmap_read_header(struct vmt_vmmap_reader *reader, struct vmt_error *err)
{
    reader->seen_header = true;
    enum vmt_status status = VMT_OK;
    while (status == VMT_OK) {
        status = vmt_cursor_fill(reader->parse->cursor, HEADER_AHEAD + 1, err);
        if (status == VMT_OK) {
            status = read_header_line(reader, err);
        }
    }
    return status == VMT_END ? VMT_OK : status;
}
