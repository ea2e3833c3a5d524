/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_crash.h"

#include "grammar/darwin_ips.h"
#include "grammar/part_fault.h"
#include "grammar/part_header.h"
#include "grammar/part_summary.h"
#include "grammar/printed.h"
#include "grammar/resemblance.h"

/* Crash reports in text, Mac OS X 10.7 to macOS 11 and iOS to 14; later systems translate theirs
 * to it.
 *
 *   Process:               Notes [4242]                           header, see part_header.h
 *   …
 *   Exception Type:        EXC_BAD_ACCESS (SIGSEGV)
 *
 *   VM Region Info: 0x28 is not in any region.  Bytes …           see part_fault.h
 *   …
 *   Thread 0 Crashed::                                            threads, images: prose
 *   …
 *   VM Region Summary:                                            see part_summary.h
 *   …
 *
 * Each part can be all that was quoted.  In a translated report the JSON that it was made of
 * follows; it is the same process and is read as such. */

static const char summary_title[] = "VM Region Summary:";

/* So far behind its title the table is looked for. */
#define TABLE_AHEAD 6
/* What is between two parts of one report that has lost its header. */
#define PROSE_AHEAD 40
/* So many rows without headings are taken for a table of this format. */
#define ROWS_LEAST 3

struct reader {
    struct vmt_parse *parse;
    struct vmt_process *process;
    bool header;  /* it began with one: all up to the next one is of it */
    bool in_keys; /* keys of the header still come, among other lines */
    bool seen_process;
    bool seen_fault;
    bool seen_table;
};

static bool is_totals(struct vmt_slice line)
{
    return vmt_slice_starts(line, "ReadOnly portion of Libraries:") ||
           vmt_slice_starts(line, "Writable regions: Total=");
}

/* The table that vmmap's own reports do not have. */
static bool is_short_table(const struct vmt_cursor *cursor, size_t index)
{
    enum vmt_part_summary_kind kind = vmt_part_summary_kind(cursor, index);
    return kind == VMT_PART_SUMMARY_COUNTED || kind == VMT_PART_SUMMARY_VIRTUAL;
}

static bool table_in_sight(const struct vmt_cursor *cursor, size_t index)
{
    for (size_t i = index; i < index + TABLE_AHEAD; i++) {
        if (is_short_table(cursor, i)) {
            return true;
        }
    }
    return false;
}

bool vmt_crash_is_row(struct vmt_slice line)
{
    static const char *const names[] = {"__", "MALLOC", "Stack", "STACK", "VM_ALLOCATE", "shared "};
    bool known = false;
    for (size_t i = 0; !known && i < sizeof names / sizeof names[0]; i++) {
        known = vmt_slice_starts(line, names[i]);
    }
    size_t gap = vmt_slice_find(line, "  ");
    struct vmt_slice rest = vmt_slice_from(line, gap);
    struct vmt_slice size = vmt_slice_word(&rest);
    struct vmt_slice count = vmt_slice_word(&rest);
    struct vmt_printed printed;
    uint64_t number = 0;
    rest = vmt_slice_trim(rest);
    return known && vmt_printed_parse(size, &printed) && printed.unit != 0 &&
           vmt_parse_u64(count, 10, &number) &&
           (rest.length == 0 || rest.data[0] < '0' || rest.data[0] > '9');
}

static bool are_bare_rows(const struct vmt_cursor *cursor)
{
    for (size_t i = 0; i < ROWS_LEAST; i++) {
        if (!vmt_crash_is_row(vmt_cursor_text(cursor, i))) {
            return false;
        }
    }
    return true;
}

/* A part of a report without its header. */
static bool table_begins(const struct vmt_cursor *cursor, size_t index)
{
    struct vmt_slice line = vmt_cursor_text(cursor, index);
    return ((vmt_slice_starts(line, summary_title) || is_totals(line)) &&
            table_in_sight(cursor, index + 1)) ||
           is_short_table(cursor, index);
}

bool vmt_crash_header_begins(const struct vmt_cursor *cursor, size_t index)
{
    struct vmt_slice line = vmt_cursor_text(cursor, index);
    if (!vmt_part_header_known(line) ||
        !(vmt_slice_starts(line, "Process:") ||
          vmt_part_header_known(vmt_cursor_text(cursor, index + 1)))) {
        return false;
    }
    for (size_t i = index; i < VMT_CURSOR_AHEAD; i++) {
        line = vmt_cursor_text(cursor, i);
        bool next = i > index && vmt_slice_starts(line, "Process:") &&
                    vmt_slice_starts(vmt_cursor_text(cursor, index), "Process:");
        if (next || vmt_slice_starts(line, "Analysis Tool") ||
            vmt_slice_starts(line, "Virtual Memory Map of process ") ||
            vmt_slice_starts(line, "Physical footprint") ||
            vmt_part_summary_begins_full(cursor, i)) {
            return false; /* of vmmap */
        }
        if (vmt_part_header_is_crash(line) || vmt_part_fault_begins(line)) {
            return true;
        }
    }
    return false;
}

static bool claims(const struct vmt_cursor *cursor)
{
    struct vmt_slice line = vmt_cursor_text(cursor, 0);
    if (line.length == 0) {
        return false;
    }
    return vmt_part_fault_begins(line) || table_begins(cursor, 0) ||
           vmt_crash_header_begins(cursor, 0) || are_bare_rows(cursor);
}

/* Whether a part that was not met yet follows. */
static bool report_goes_on(const struct reader *reader)
{
    const struct vmt_cursor *cursor = reader->parse->cursor;
    for (size_t i = 0; i <= PROSE_AHEAD; i++) {
        struct vmt_slice line = vmt_cursor_text(cursor, i);
        if (vmt_part_header_known(line)) {
            if (vmt_slice_starts(line, "Process:") && i > 0) {
                return false;
            }
        } else if (vmt_part_fault_begins(line)) {
            return !reader->seen_fault && !reader->seen_table;
        } else if (table_begins(cursor, i)) {
            return !reader->seen_table;
        } else if (reader->header && vmt_slice_starts(line, "{")) {
            return true; /* perhaps what it was translated from */
        }
    }
    return false;
}

static enum vmt_status damaged_row(struct vmt_parse *parse, struct vmt_process *process,
                                   struct vmt_error *err)
{
    process->stated_damaged = true;
    return vmt_parse_damage(parse, &process->notes, "not a row of the summary table", 0, err);
}

static enum vmt_status read_table(struct vmt_parse *parse, struct vmt_process *process,
                                  struct vmt_error *err)
{
    for (;;) {
        enum vmt_status status = vmt_cursor_fill(parse->cursor, TABLE_AHEAD + 1, err);
        const struct vmt_line *line = vmt_cursor_ahead(parse->cursor, 0);
        if (status != VMT_OK || line == NULL) {
            return status == VMT_OK ? VMT_END : status;
        }
        struct vmt_slice text = vmt_slice_trim(line->text);
        if (vmt_part_summary_begins(parse->cursor, 0) || vmt_crash_is_row(text)) {
            return vmt_part_summary_read(parse, process, err);
        }
        bool title = vmt_slice_starts(text, summary_title);
        if (vmt_line_is_blank(line) || title) {
            status =
                vmt_cursor_take(parse->cursor, title ? VMT_LINE_CONSUMED : VMT_LINE_BLANK, err);
        } else {
            status = vmt_part_summary_totals(parse, process, err);
        }
        if (status != VMT_OK) {
            return status;
        }
    }
}

enum vmt_status vmt_crash_read_summary(struct vmt_parse *parse, struct vmt_process *process,
                                       struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    while (status == VMT_OK) {
        status = read_table(parse, process, err);
        if (status == VMT_END && vmt_cursor_ahead(parse->cursor, 0) != NULL) {
            status = damaged_row(parse, process, err);
        }
    }
    return status == VMT_END ? VMT_OK : status;
}

/* A line between the parts. */
static enum vmt_status read_other_line(struct reader *reader, struct vmt_slice text,
                                       struct vmt_error *err)
{
    struct vmt_cursor *cursor = reader->parse->cursor;
    bool process = vmt_slice_starts(text, "Process:");
    bool part = reader->seen_process || reader->seen_fault || reader->seen_table;
    if (part && (process || vmt_slice_starts(text, "Incident Identifier:"))) {
        return VMT_END; /* the next report */
    }
    if (reader->in_keys &&
        (vmt_part_header_is_crash(text) || (reader->header && vmt_part_header_known(text)))) {
        reader->seen_process = reader->seen_process || process;
        return vmt_part_header_line(reader->parse, reader->process, err);
    }
    if (reader->header && vmt_ips_twin_begins(cursor)) { /* what it was translated from */
        return vmt_ips_read_twin(reader->parse, reader->process, err);
    }
    reader->in_keys = reader->in_keys && !vmt_slice_starts(text, "Thread ") &&
                      !vmt_slice_starts(text, "Binary Images:");
    if (vmt_is_claimed(cursor)) {
        return VMT_END;
    }
    bool ours = (reader->header && !reader->seen_table) || report_goes_on(reader);
    return ours ? vmt_parse_prose(reader->parse, err) : VMT_END;
}

static enum vmt_status read_line(struct reader *reader, struct vmt_error *err)
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
    if (vmt_part_fault_begins(text)) {
        if (reader->seen_fault || reader->seen_table) {
            return VMT_END; /* of another report: the table stands at the end */
        }
        reader->seen_fault = true;
        return vmt_part_fault_read(reader->parse, reader->process, err);
    }
    if (table_begins(cursor, 0) || are_bare_rows(cursor)) {
        if (reader->seen_table) {
            return VMT_END;
        }
        reader->seen_table = true;
        reader->in_keys = false;
        return read_table(reader->parse, reader->process, err);
    }
    return read_other_line(reader, text, err);
}

enum vmt_status vmt_crash_read(struct vmt_parse *parse, struct vmt_process *process,
                               struct vmt_error *err)
{
    bool header = vmt_crash_header_begins(parse->cursor, 0);
    struct reader reader = {.parse = parse, .process = process, .header = header, .in_keys = true};
    enum vmt_status status = VMT_OK;
    while (status == VMT_OK) {
        status = vmt_cursor_fill(parse->cursor, VMT_CURSOR_AHEAD, err);
        if (status == VMT_OK) {
            status = read_line(&reader, err);
        }
    }
    process->coverage = VMT_COVERAGE_EXCERPT;
    return status == VMT_END ? VMT_OK : status;
}

static enum vmt_status parse_crash(struct vmt_parse *parse, struct vmt_error *err)
{
    struct vmt_process *process = NULL;
    enum vmt_status status = vmt_snapshot_add_process(&process, parse->snapshot, parse->input, err);
    if (status != VMT_OK) {
        return status;
    }
    process->grammar = vmt_grammar_darwin_crash.name;
    process->line = vmt_cursor_ahead(parse->cursor, 0)->number;
    return vmt_crash_read(parse, process, err);
}

/* Titles, and what stands above the table. */
static bool resembles(const struct vmt_line *line)
{
    static const char *const beginnings[] = {
        "VM Regions Near",          "VM Region Info:",
        "VM Region Summary:",       "ReadOnly portion of Libraries:",
        "Writable regions: Total=", NULL};
    return vmt_line_begins_like(line, beginnings);
}

const struct vmt_grammar vmt_grammar_darwin_crash = {
    .name = "darwin-crash",
    .summary = "crash report in text, macOS and iOS",
    .gives = "where it crashed, regions there, sums by type",
    .claims = claims,
    .resembles = resembles,
    .parse = parse_crash,
};
