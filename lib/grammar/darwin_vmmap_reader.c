/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_vmmap_reader.h"

#include "grammar/part_elision.h"
#include "grammar/part_summary.h"
#include "grammar/part_zones.h"

/* A prompt or a heading between two parts of one report is read over. */
#define PROSE_AHEAD 40
/* So far behind the words that lines were left out, rows go on. */
#define ELISION_AHEAD 3

static enum vmt_status consume(struct vmt_vmmap_reader *reader, struct vmt_error *err)
{
    return vmt_cursor_take(reader->parse->cursor, VMT_LINE_CONSUMED, err);
}

static enum vmt_status note_line(struct vmt_vmmap_reader *reader, struct vmt_notes *notes,
                                 enum vmt_note_kind kind, struct vmt_error *err)
{
    const struct vmt_line *line = vmt_cursor_ahead(reader->parse->cursor, 0);
    struct vmt_place place = vmt_parse_place(reader->parse, line, 1);
    enum vmt_status status =
        vmt_notes_add(notes, kind, place, vmt_slice_trim(line->text), vmt_line_whole(line), err);
    return status == VMT_OK ? consume(reader, err) : status;
}

enum vmt_status vmt_vmmap_note_line(struct vmt_vmmap_reader *reader, enum vmt_note_kind kind,
                                    struct vmt_error *err)
{
    return note_line(reader, &reader->process->notes, kind, err);
}

/* The section's title, the heading of its columns, its rows. */
static enum vmt_status read_section(struct vmt_vmmap_reader *reader, enum vmt_vmmap_section section,
                                    struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    if (section != VMT_VMMAP_NONE) {
        reader->seen_section[section] = true;
        status = consume(reader, err);
    }
    struct vmt_cursor *cursor = reader->parse->cursor;
    if (status == VMT_OK) {
        status = vmt_cursor_fill(cursor, 2, err);
    }
    const struct vmt_line *line = vmt_cursor_ahead(cursor, 0);
    bool apart = status == VMT_OK && line != NULL && vmt_line_is_blank(line);
    if (apart && vmt_part_region_is_heading(reader->form, vmt_cursor_text(cursor, 1))) {
        status = vmt_cursor_take(cursor, VMT_LINE_BLANK, err); /* as in 10.10 */
    }
    if (status == VMT_OK && vmt_part_region_is_heading(reader->form, vmt_cursor_text(cursor, 0))) {
        status = consume(reader, err);
    }
    return status == VMT_OK ? vmt_vmmap_read_rows(reader, err) : status;
}

/* `SM=sharing mode:`, `COW=copy_on_write PRV=private …`, `V=volatile …`: short capitals first. */
static bool is_legend(struct vmt_slice line)
{
    size_t equals = vmt_slice_find(line, "=");
    for (size_t i = 0; i < equals; i++) {
        if ((line.data[i] < 'A' || line.data[i] > 'Z') && line.data[i] != '/') {
            return false;
        }
    }
    return equals > 0 && equals <= 5 && equals < line.length;
}

/* The title and the lines of its kind; their `SM=COW=copy_on_write …` must not be taken for a row.
 */
static enum vmt_status read_legend(struct vmt_vmmap_reader *reader, struct vmt_error *err)
{
    reader->seen_legend = true;
    for (;;) {
        enum vmt_status status = consume(reader, err);
        if (status == VMT_OK) {
            status = vmt_cursor_fill(reader->parse->cursor, 1, err);
        }
        if (status != VMT_OK || !is_legend(vmt_cursor_text(reader->parse->cursor, 0))) {
            return status;
        }
    }
}

/* Whether a part of the same report follows within a few lines that are not its own. */
static bool report_goes_on(const struct vmt_vmmap_reader *reader)
{
    const struct vmt_cursor *cursor = reader->parse->cursor;
    for (size_t i = 1; i <= PROSE_AHEAD; i++) {
        struct vmt_slice line = vmt_cursor_text(cursor, i);
        struct vmt_slice pid;
        enum vmt_vmmap_section section = vmt_vmmap_section(line, &pid);
        if (vmt_slice_starts(line, "Process:") || vmt_vmmap_is_map_title(line) ||
            vmt_vmmap_is_crash(line) || vmt_part_region_resembles(reader->form, line)) {
            return false;
        }
        if (section != VMT_VMMAP_NONE) {
            uint64_t number = 0;
            return !reader->seen_section[section] && vmt_parse_u64(pid, 10, &number) &&
                   reader->process->pid_known && number == reader->process->pid;
        }
        if (vmt_part_zones_begins(cursor, i)) {
            return !reader->seen_zones;
        }
        if (vmt_vmmap_part_begins(cursor, i, reader->form) || vmt_vmmap_is_totals(line)) {
            return !reader->seen_table;
        }
    }
    return false;
}

/* Whether rows follow what was left out of a section, be it with blank lines around. */
static bool rows_go_on(const struct vmt_vmmap_reader *reader)
{
    for (size_t i = 1; reader->process->regions.count > 0 && i <= ELISION_AHEAD; i++) {
        struct vmt_slice line = vmt_cursor_text(reader->parse->cursor, i);
        if (line.length > 0 && !vmt_part_is_elision(line)) {
            return !reader->seen_table && vmt_part_region_resembles(reader->form, line);
        }
    }
    return false;
}

/* A section of the same process that was not met yet, or of a process that is not known yet. */
static bool section_fits(struct vmt_vmmap_reader *reader, enum vmt_vmmap_section section,
                         struct vmt_slice pid)
{
    struct vmt_process *process = reader->process;
    uint64_t number = 0;
    bool known = vmt_parse_u64(pid, 10, &number);
    bool rows = reader->seen_table || reader->seen_zones ||
                (process->regions.count > 0 && section != VMT_VMMAP_WRITABLE);
    if (known && !process->pid_known) {
        if (rows) {
            return false; /* they would stand behind it: those here are of nobody knows whom */
        }
        process->pid = number;
        process->pid_known = true;
    }
    return !reader->seen_section[section] && (!known || number == process->pid);
}

/* A message of the tool: of this report where its first part or another one is still to come, of
 * the next one whose header follows, and else perhaps of a process that there is no report of. */
static enum vmt_status read_message(struct vmt_vmmap_reader *reader, bool first,
                                    struct vmt_error *err)
{
    size_t index = 1;
    while (vmt_vmmap_is_message(vmt_cursor_text(reader->parse->cursor, index))) {
        index++;
    }
    if (first || report_goes_on(reader)) {
        return vmt_vmmap_note_line(reader, VMT_NOTE_TOOL_MESSAGE, err);
    }
    return vmt_vmmap_header_begins(reader->parse->cursor, index)
               ? VMT_END
               : note_line(reader, &reader->parse->input->notes, VMT_NOTE_TOOL_MESSAGE, err);
}

/* Read the part that begins here, or VMT_END when none of this report does. */
static enum vmt_status read_part(struct vmt_vmmap_reader *reader, struct vmt_error *err)
{
    struct vmt_cursor *cursor = reader->parse->cursor;
    const struct vmt_line *line = vmt_cursor_ahead(cursor, 0);
    if (line == NULL) {
        return VMT_END;
    }
    if (vmt_line_is_blank(line)) {
        return vmt_cursor_take(cursor, VMT_LINE_BLANK, err);
    }
    const struct vmt_slice text = vmt_cursor_text(cursor, 0);
    struct vmt_slice pid;
    enum vmt_vmmap_section section = vmt_vmmap_section(text, &pid);
    if (section != VMT_VMMAP_NONE) {
        return section_fits(reader, section, pid) ? read_section(reader, section, err) : VMT_END;
    }
    bool first = !reader->seen_header && reader->process->regions.count == 0 &&
                 !reader->seen_table && !reader->seen_zones;
    if (vmt_vmmap_is_message(text)) {
        return read_message(reader, first, err);
    }
    if (first && vmt_vmmap_header_begins(cursor, 0)) {
        return vmt_vmmap_read_header(reader, err);
    }
    /* The line that the report was claimed for is its own, whatever it looks like. */
    bool claimed = vmt_parse_line(reader->parse, line) == reader->process->line;
    bool crash =
        !claimed && vmt_vmmap_is_crash(text) && !vmt_part_region_resembles(reader->form, text);
    if (crash || vmt_slice_starts(text, "Process:") || vmt_vmmap_is_map_title(text)) {
        return VMT_END;
    }
    if (vmt_slice_starts(text, "==== Legend")) {
        return read_legend(reader, err);
    }
    if (vmt_slice_starts(text, VMT_VMMAP_SUMMARY_TITLE)) {
        return reader->seen_table ? VMT_END : consume(reader, err);
    }
    if (vmt_vmmap_is_totals(text)) {
        return reader->seen_table ? VMT_END
                                  : vmt_part_summary_totals(reader->parse, reader->process, err);
    }
    if (vmt_part_summary_begins(cursor, 0) || vmt_part_summary_rows_begin(cursor, 0)) {
        if (reader->seen_table) {
            return VMT_END;
        }
        reader->seen_table = true;
        return vmt_part_summary_read(reader->parse, reader->process, err);
    }
    if (vmt_part_zones_begins(cursor, 0)) {
        if (reader->seen_zones) {
            return VMT_END;
        }
        reader->seen_zones = true;
        return vmt_part_zones_read(reader->parse, reader->process, err);
    }
    if (!reader->seen_table && (vmt_part_region_is_heading(reader->form, text) ||
                                vmt_part_region_resembles(reader->form, text))) {
        return read_section(reader, VMT_VMMAP_NONE, err);
    }
    if (vmt_part_is_elision(text) && (rows_go_on(reader) || report_goes_on(reader))) {
        reader->incomplete = true;
        return vmt_vmmap_note_line(reader, VMT_NOTE_ELISION, err);
    }
    return report_goes_on(reader) ? vmt_parse_prose(reader->parse, err) : VMT_END;
}

/* Windows on other rows are not counted. */
static uint64_t counted_regions(const struct vmt_process *process)
{
    uint64_t count = 0;
    struct vmt_walker walker = {0};
    const struct vmt_region *region = vmt_sequence_next(&process->regions, &walker);
    for (; region != NULL; region = vmt_sequence_next(&process->regions, &walker)) {
        count += region->type->class == VMT_CLASS_SUBMAP ? 0 : 1;
    }
    return count;
}

/* What is there of the process's regions.  The dump's own count of them decides, where it has
 * one; its sections say that it once was whole. */
static enum vmt_coverage coverage(const struct vmt_vmmap_reader *reader)
{
    const struct vmt_process *process = reader->process;
    const struct vmt_stated_row *total = process->stated_total;
    bool sections =
        reader->seen_section[VMT_VMMAP_ALL] ||
        (reader->seen_section[VMT_VMMAP_FIXED] && reader->seen_section[VMT_VMMAP_WRITABLE]);
    if (process->regions.count > 0 && total != NULL && total->counted) {
        uint64_t count = counted_regions(process);
        return count < total->regions    ? VMT_COVERAGE_EXCERPT
               : count == total->regions ? VMT_COVERAGE_WHOLE
                                         : VMT_COVERAGE_UNKNOWN;
    }
    if (process->regions.count == 0 || reader->incomplete || !sections) {
        return VMT_COVERAGE_EXCERPT;
    }
    return reader->seen_legend ? VMT_COVERAGE_WHOLE : VMT_COVERAGE_UNKNOWN;
}

static enum vmt_status finish(struct vmt_vmmap_reader *reader, struct vmt_error *err)
{
    struct vmt_process *process = reader->process;
    process->coverage = coverage(reader);
    const struct vmt_stated_row *total = process->stated_total;
    uint64_t count = counted_regions(process);
    if (process->regions.count == 0 || total == NULL || !total->counted ||
        count == total->regions) {
        return VMT_OK;
    }
    struct vmt_place place = {reader->parse->input->name->data, total->line, 1};
    return vmt_notes_add(&process->notes,
                         count < total->regions ? VMT_NOTE_MISSING_REGIONS : VMT_NOTE_EXTRA_REGIONS,
                         place, (struct vmt_slice){0}, (struct vmt_slice){0}, err);
}

enum vmt_status vmt_vmmap_read(struct vmt_parse *parse, const struct vmt_grammar *grammar,
                               enum vmt_part_region_form form, struct vmt_error *err)
{
    struct vmt_vmmap_reader reader = {.parse = parse, .form = form};
    enum vmt_status status =
        vmt_snapshot_add_process(&reader.process, parse->snapshot, parse->input, err);
    if (status == VMT_OK) {
        reader.process->grammar = grammar->name;
        reader.process->line = vmt_cursor_ahead(parse->cursor, 0)->number;
        status = vmt_part_region_init(&reader.region, form, parse, reader.process, err);
    }
    uint64_t lines = parse->input->ledger.lines;
    while (status == VMT_OK) {
        status = vmt_cursor_fill(parse->cursor, PROSE_AHEAD + 1, err);
        if (status == VMT_OK) {
            status = read_part(&reader, err);
        }
    }
    if (status == VMT_END && parse->input->ledger.lines == lines) {
        /* It looked like a row, and is none. */
        status = vmt_parse_damage(parse, &reader.process->notes, "not what it looks like", 0, err);
        status = status == VMT_OK ? VMT_END : status;
    }
    return status == VMT_END ? finish(&reader, err) : status;
}
