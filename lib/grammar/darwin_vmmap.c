/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_vmmap.h"

#include "grammar/darwin_vmmap_lines.h"
#include "grammar/part_header.h"
#include "grammar/part_region.h"
#include "grammar/part_summary.h"
#include "grammar/part_zones.h"

/* vmmap of macOS, report format 2.4: macOS 10.12 to 27 (seen: 10.12.4 to 26.6, and names of 27).
 *
 *   Process:         Notes [4242]                                 header, see part_header.h
 *   …
 *   Physical footprint:         120.4M
 *   ----
 *
 *   Virtual Memory Map of process 4242 (Notes)
 *   Output report format:  2.4  -- 64-bit process
 *   VM page size:  16384 bytes
 *
 *   ==== Non-writable regions for process 4242
 *   REGION TYPE                    START - END         [ VSIZE  RSDNT  DIRTY   SWAP] PRT/MAX …
 *   __TEXT                      104e98000-104ea0000    [   32K    32K     0K     0K] r-x/r-x SM=COW
 * …
 *
 *   ==== Writable regions for process 4242                        or one section, interleaved
 *   …
 *   ==== Legend
 *   SM=sharing mode:
 *   …
 *   ==== Summary for process 4242                                 see part_summary.h
 *   …                                                             and part_zones.h
 *
 * With -summary the sections, the legend and the title of the summary are not there.  Any part may
 * be missing from a paste; messages of vmmap itself may stand before and between the parts. */

/* A prompt or a heading between two parts of one report is read over. */
#define PROSE_AHEAD 40
/* So many unreadable lines are read over to go on with the rows of a section. */
#define DAMAGE_AHEAD 4
/* So many lines that are no keys are read over to go on with the header. */
#define HEADER_AHEAD 3

struct reader {
    struct vmt_parse *parse;
    struct vmt_process *process;
    struct vmt_part_region region;
    bool seen_section[VMT_VMMAP_ALL + 1];
    bool seen_header;
    bool seen_legend;
    bool seen_table;
    bool seen_zones;
    bool incomplete; /* rows were damaged or left out */
};

static enum vmt_status consume(struct reader *reader, struct vmt_error *err)
{
    return vmt_cursor_take(reader->parse->cursor, VMT_LINE_CONSUMED, err);
}

static enum vmt_status note_line(struct reader *reader, enum vmt_note_kind kind,
                                 const struct vmt_line *line, struct vmt_error *err)
{
    struct vmt_place place = vmt_parse_place(reader->parse, line, 1);
    enum vmt_status status = vmt_notes_add(&reader->process->notes, kind, place,
                                           vmt_slice_trim(line->text), vmt_line_whole(line), err);
    return status == VMT_OK ? consume(reader, err) : status;
}

/* `Virtual Memory Map of process 4242 (Notes)` */
static enum vmt_status read_map_title(struct reader *reader, struct vmt_slice line,
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
    return consume(reader, err);
}

/* `VM page size:  16384 bytes` */
static enum vmt_status read_page_size(struct reader *reader, const struct vmt_line *line,
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
    return consume(reader, err);
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
static enum vmt_status read_header_line(struct reader *reader, struct vmt_error *err)
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
    if (vmt_slice_starts(text, "----") || vmt_slice_starts(text, "Output report format:")) {
        return consume(reader, err);
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
        return status == VMT_OK ? consume(reader, err) : status;
    }
    if (vmt_vmmap_is_totals(text) || vmt_vmmap_part_begins(cursor, 0) ||
        vmt_vmmap_is_message(text)) {
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

static enum vmt_status read_header(struct reader *reader, struct vmt_error *err)
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

/* A line among the rows that is none: damage when it has features of a row, when rows go on after
 * it or when the input ends in it.  VMT_END: the section is over. */
static enum vmt_status read_odd_line(struct reader *reader, struct vmt_error *err)
{
    struct vmt_cursor *cursor = reader->parse->cursor;
    enum vmt_status status = vmt_cursor_fill(cursor, DAMAGE_AHEAD + 1, err);
    const struct vmt_line *line = vmt_cursor_ahead(cursor, 0);
    if (status != VMT_OK || line == NULL) {
        return status == VMT_OK ? VMT_END : status;
    }
    const struct vmt_slice text = vmt_cursor_text(cursor, 0);
    /* What looks like a row is of this section, whatever else it looks like. */
    bool row = vmt_part_region_resembles(VMT_PART_REGION_FULL, text);
    bool other = vmt_line_is_blank(line) || vmt_vmmap_is_divider(text) ||
                 vmt_vmmap_part_begins(cursor, 0) || vmt_part_header_known(text) ||
                 vmt_vmmap_is_map_title(text) || vmt_vmmap_is_totals(text);
    if (!row && other) {
        return VMT_END;
    }
    if (vmt_vmmap_is_message(text)) {
        return note_line(reader, VMT_NOTE_TOOL_MESSAGE, line, err);
    }
    bool elision = !row && vmt_vmmap_is_elision(text);
    bool damage = row || line->torn || vmt_part_region_hints(text);
    for (size_t i = 1; !damage && i <= DAMAGE_AHEAD; i++) {
        const struct vmt_line *next = vmt_cursor_ahead(cursor, i);
        if (next == NULL || vmt_line_is_blank(next)) {
            break;
        }
        damage = vmt_part_region_hints(vmt_cursor_text(cursor, i));
    }
    if (elision) {
        reader->incomplete = true;
        return note_line(reader, VMT_NOTE_ELISION, line, err);
    }
    if (!damage) {
        return VMT_END;
    }
    reader->incomplete = true;
    size_t column = 0;
    const char *problem = line->too_long
                              ? "a line longer than any row"
                              : vmt_part_region_problem(VMT_PART_REGION_FULL, line->text, &column);
    return vmt_parse_damage(reader->parse, &reader->process->notes, problem, column, err);
}

static enum vmt_status read_rows(struct reader *reader, struct vmt_error *err)
{
    uint64_t damaged = reader->parse->input->ledger.damaged;
    enum vmt_status status = VMT_OK;
    while (status == VMT_OK) {
        status = vmt_part_region_row(&reader->region, err);
        if (status == VMT_END) {
            status = read_odd_line(reader, err);
        }
    }
    reader->incomplete = reader->incomplete || reader->parse->input->ledger.damaged > damaged;
    return status == VMT_END ? VMT_OK : status;
}

/* The section's title, the heading of its columns, its rows. */
static enum vmt_status read_section(struct reader *reader, enum vmt_vmmap_section section,
                                    struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    if (section != VMT_VMMAP_NONE) {
        reader->seen_section[section] = true;
        status = consume(reader, err);
    }
    if (status == VMT_OK) {
        status = vmt_cursor_fill(reader->parse->cursor, 1, err);
    }
    if (status == VMT_OK && vmt_part_region_is_heading(VMT_PART_REGION_FULL,
                                                       vmt_cursor_text(reader->parse->cursor, 0))) {
        status = consume(reader, err);
    }
    return status == VMT_OK ? read_rows(reader, err) : status;
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
static enum vmt_status read_legend(struct reader *reader, struct vmt_error *err)
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
static bool report_goes_on(const struct reader *reader)
{
    const struct vmt_cursor *cursor = reader->parse->cursor;
    for (size_t i = 1; i <= PROSE_AHEAD; i++) {
        struct vmt_slice line = vmt_cursor_text(cursor, i);
        struct vmt_slice pid;
        enum vmt_vmmap_section section = vmt_vmmap_section(line, &pid);
        if (vmt_slice_starts(line, "Process:") || vmt_vmmap_is_map_title(line) ||
            vmt_part_region_resembles(VMT_PART_REGION_FULL, line)) {
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
        if (vmt_vmmap_part_begins(cursor, i) || vmt_vmmap_is_totals(line)) {
            return !reader->seen_table;
        }
    }
    return false;
}

/* A section of the same process that was not met yet, or of a process that is not known yet. */
static bool section_fits(struct reader *reader, enum vmt_vmmap_section section,
                         struct vmt_slice pid)
{
    struct vmt_process *process = reader->process;
    uint64_t number = 0;
    bool known = vmt_parse_u64(pid, 10, &number);
    if (known && !process->pid_known) {
        process->pid = number;
        process->pid_known = true;
    }
    return !reader->seen_section[section] && (!known || number == process->pid);
}

/* Read the part that begins here, or VMT_END when none of this report does. */
static enum vmt_status read_part(struct reader *reader, struct vmt_error *err)
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
    if (vmt_vmmap_is_message(text)) {
        return note_line(reader, VMT_NOTE_TOOL_MESSAGE, line, err);
    }
    bool first = !reader->seen_header && reader->process->regions.count == 0 && !reader->seen_table;
    if (first && vmt_vmmap_header_begins(cursor, 0)) {
        return read_header(reader, err);
    }
    if (vmt_slice_starts(text, "Process:") || vmt_vmmap_is_map_title(text)) {
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
    if (vmt_part_summary_begins(cursor, 0)) {
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
    if (!reader->seen_table && (vmt_part_region_is_heading(VMT_PART_REGION_FULL, text) ||
                                vmt_part_region_resembles(VMT_PART_REGION_FULL, text))) {
        return read_section(reader, VMT_VMMAP_NONE, err);
    }
    if (vmt_vmmap_is_elision(text) && report_goes_on(reader)) {
        reader->incomplete = true;
        return note_line(reader, VMT_NOTE_ELISION, line, err);
    }
    return report_goes_on(reader) ? vmt_cursor_take(cursor, VMT_LINE_PROSE, err) : VMT_END;
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
static enum vmt_coverage coverage(const struct reader *reader)
{
    const struct vmt_process *process = reader->process;
    const struct vmt_stated_row *total = process->stated_total;
    bool sections =
        reader->seen_section[VMT_VMMAP_ALL] ||
        (reader->seen_section[VMT_VMMAP_FIXED] && reader->seen_section[VMT_VMMAP_WRITABLE]);
    if (process->regions.count > 0 && total != NULL) {
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

static enum vmt_status finish(struct reader *reader, struct vmt_error *err)
{
    struct vmt_process *process = reader->process;
    process->coverage = coverage(reader);
    const struct vmt_stated_row *total = process->stated_total;
    uint64_t count = counted_regions(process);
    if (process->regions.count == 0 || total == NULL || count == total->regions) {
        return VMT_OK;
    }
    struct vmt_place place = {reader->parse->input->name->data, total->line, 1};
    return vmt_notes_add(&process->notes,
                         count < total->regions ? VMT_NOTE_MISSING_REGIONS : VMT_NOTE_EXTRA_REGIONS,
                         place, (struct vmt_slice){0}, (struct vmt_slice){0}, err);
}

static enum vmt_status parse_vmmap(struct vmt_parse *parse, struct vmt_error *err)
{
    struct reader reader = {.parse = parse};
    enum vmt_status status =
        vmt_snapshot_add_process(&reader.process, parse->snapshot, parse->input, err);
    if (status == VMT_OK) {
        reader.process->grammar = vmt_grammar_darwin_vmmap.name;
        reader.process->line = vmt_cursor_ahead(parse->cursor, 0)->number;
        status =
            vmt_part_region_init(&reader.region, VMT_PART_REGION_FULL, parse, reader.process, err);
    }
    while (status == VMT_OK) {
        status = vmt_cursor_fill(parse->cursor, PROSE_AHEAD + 1, err);
        if (status == VMT_OK) {
            status = read_part(&reader, err);
        }
    }
    return status == VMT_END ? finish(&reader, err) : status;
}

const struct vmt_grammar vmt_grammar_darwin_vmmap = {
    .name = "darwin-vmmap",
    .summary = "vmmap report 2.4, macOS 10.12 and later",
    .gives = "regions, sums by type, malloc zones, footprint",
    .claims = vmt_vmmap_claims,
    .parse = parse_vmmap,
};
