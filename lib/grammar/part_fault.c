/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/part_fault.h"

#include "grammar/part_region.h"

/* So many unreadable lines are read over to go on with the rows. */
#define DAMAGE_AHEAD 2

static const char near_title[] = "VM Regions Near ";
static const char info_title[] = "VM Region Info: ";

bool vmt_part_fault_address(struct vmt_slice word, uint64_t *out)
{
    while (vmt_slice_ends(word, ".") || vmt_slice_ends(word, ":") || vmt_slice_ends(word, ";") ||
           vmt_slice_ends(word, ",")) {
        word.length--;
    }
    bool prefix = vmt_slice_starts(word, "0x") || vmt_slice_starts(word, "0X");
    return (prefix || vmt_slice_equals(word, vmt_slice("0"))) &&
           vmt_parse_u64(vmt_slice_from(word, prefix ? 2 : 0), 16, out);
}

static bool begins_with_address(struct vmt_slice rest)
{
    struct vmt_slice word = vmt_slice_word(&rest);
    return vmt_slice_starts(word, "0x") || vmt_slice_starts(word, "0:") ||
           vmt_slice_equals(word, vmt_slice("0"));
}

bool vmt_part_fault_is_info(struct vmt_slice line)
{
    struct vmt_slice rest = line;
    vmt_slice_word(&rest);
    rest = vmt_slice_trim(rest);
    return begins_with_address(line) &&
           (vmt_slice_starts(rest, "is in ") || vmt_slice_starts(rest, "is not in any region"));
}

bool vmt_part_fault_begins(struct vmt_slice line)
{
    if (vmt_slice_starts(line, near_title)) {
        return begins_with_address(vmt_slice_from(line, strlen(near_title)));
    }
    return vmt_slice_starts(line, info_title) &&
           begins_with_address(vmt_slice_from(line, strlen(info_title)));
}

struct reader {
    struct vmt_parse *parse;
    struct vmt_process *process;
    struct vmt_part_region region;
    bool near_form;
    bool bare_row; /* the last line was a row without a detail, which can be on the next */
};

static enum vmt_status consume(struct reader *reader, struct vmt_error *err)
{
    return vmt_cursor_take(reader->parse->cursor, VMT_LINE_CONSUMED, err);
}

/* The number after a label of the line; *known is left alone where the label is not there.  False:
 * no number stands there, or one beyond 64 bits; *at is where. */
static bool read_distance(struct vmt_slice line, const char *label, uint64_t *value, bool *known,
                          const char **at)
{
    size_t found = vmt_slice_find(line, label);
    if (found == line.length) {
        return true;
    }
    struct vmt_slice rest = vmt_slice_from(line, found + strlen(label));
    struct vmt_slice word = vmt_slice_word(&rest);
    *at = word.data;
    *known = vmt_parse_u64(word, 10, value);
    return *known;
}

/* `0x10257c000-0x102588000;` */
static bool read_range(struct vmt_slice word, struct vmt_fault *fault)
{
    size_t dash = vmt_slice_find(word, "-");
    return dash < word.length &&
           vmt_part_fault_address((struct vmt_slice){word.data, dash}, &fault->start) &&
           vmt_part_fault_address(vmt_slice_from(word, dash + 1), &fault->end) &&
           fault->start <= fault->end;
}

/* The title of either form; what is wrong with it, and where, or NULL. */
static const char *read_title(struct vmt_fault *fault, struct vmt_slice line, const char **at)
{
    bool near_form = vmt_slice_starts(line, near_title);
    bool info_form = vmt_slice_starts(line, info_title);
    struct vmt_slice rest = vmt_slice_from(line, near_form   ? strlen(near_title)
                                                 : info_form ? strlen(info_title)
                                                             : 0);
    struct vmt_slice word = vmt_slice_word(&rest);
    *at = word.data;
    if (!vmt_part_fault_address(word, &fault->address)) {
        return "not an address";
    }
    if (near_form) {
        return NULL;
    }
    rest = vmt_slice_trim(rest);
    *at = rest.data;
    if (vmt_slice_starts(rest, "is in ")) {
        fault->place = VMT_FAULT_IN_REGION;
        struct vmt_slice range = vmt_slice_from(rest, strlen("is in "));
        if (!read_range(vmt_slice_word(&range), fault)) {
            *at += strlen("is in ");
            fault->start = 0;
            fault->end = 0;
            return "not the range of a region";
        }
        return read_distance(rest, "after start:", &fault->before, &fault->before_known, at) &&
                       read_distance(rest, "before end:", &fault->after, &fault->after_known, at)
                   ? NULL
                   : "not a number of bytes";
    }
    if (!vmt_slice_starts(rest, "is not in any region")) {
        return "neither in a region nor in none";
    }
    fault->place = VMT_FAULT_IN_GAP;
    return read_distance(rest, "previous region:", &fault->before, &fault->before_known, at) &&
                   read_distance(rest, "following region:", &fault->after, &fault->after_known, at)
               ? NULL
               : "not a number of bytes";
}

static enum vmt_status take_title(struct reader *reader, struct vmt_error *err)
{
    const struct vmt_line *line = vmt_cursor_ahead(reader->parse->cursor, 0);
    const struct vmt_slice text = vmt_slice_trim(line->text);
    struct vmt_fault *fault = &reader->process->fault;
    const char *at = text.data;
    *fault = (struct vmt_fault){.line = vmt_parse_line(reader->parse, line)};
    const char *problem = read_title(fault, text, &at);
    reader->near_form = vmt_slice_starts(text, near_title);
    fault->stated = fault->place != VMT_FAULT_UNPLACED || problem == NULL;
    if (problem != NULL) {
        return vmt_parse_damage(reader->parse, &reader->process->notes, problem,
                                (size_t)(at - line->text.data) + 1, err);
    }
    return consume(reader, err);
}

/* `--->`, `-->`, `—>` of a word processor, `--&gt;` of a web page: what follows stays in *rest. */
static bool strip_mark(struct vmt_slice *rest)
{
    static const char *const dashes[] = {"-", "\xe2\x80\x94", "\xe2\x80\x93"};
    static const char *const heads[] = {">", "&gt;"};
    struct vmt_slice text = *rest;
    size_t length = 0;
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; !more && i < sizeof dashes / sizeof dashes[0]; i++) {
            more = vmt_slice_starts(text, dashes[i]);
            size_t bytes = more ? strlen(dashes[i]) : 0;
            text = vmt_slice_from(text, bytes);
            length += bytes;
        }
    }
    for (size_t i = 0; length >= 2 && i < sizeof heads / sizeof heads[0]; i++) {
        if (vmt_slice_starts(text, heads[i])) {
            *rest = vmt_slice_trim(vmt_slice_from(text, strlen(heads[i])));
            return true;
        }
    }
    return false;
}

static bool is_space(struct vmt_slice text)
{
    return vmt_slice_equals(text, vmt_slice("UNUSED SPACE AT START")) ||
           vmt_slice_equals(text, vmt_slice("UNUSED SPACE AT END")) ||
           (vmt_slice_starts(text, "GAP OF ") && vmt_slice_ends(text, " BYTES"));
}

static bool is_row(struct vmt_slice text)
{
    return vmt_part_region_resembles(VMT_PART_REGION_SHORT, text) || vmt_part_region_hints(text);
}

/* Whether rows go on within the lines after the next. */
static bool rows_go_on(const struct vmt_cursor *cursor)
{
    for (size_t i = 1; i <= DAMAGE_AHEAD; i++) {
        struct vmt_slice text = vmt_cursor_text(cursor, i);
        if (text.length == 0) {
            return false;
        }
        if (strip_mark(&text) || is_row(text) || is_space(text)) {
            return true;
        }
    }
    return false;
}

static enum vmt_status damage(struct reader *reader, const char *problem, size_t column,
                              struct vmt_error *err)
{
    return vmt_parse_damage(reader->parse, &reader->process->notes, problem, column, err);
}

/* `text` is the line without its mark. */
static enum vmt_status take_row(struct reader *reader, struct vmt_slice text, bool marked,
                                struct vmt_error *err)
{
    struct vmt_process *process = reader->process;
    uint64_t count = process->regions.count;
    bool hit = marked && reader->near_form;
    if (hit) {
        process->fault.place = VMT_FAULT_IN_REGION;
    }
    enum vmt_status status = vmt_part_region_row_of(&reader->region, text, err);
    if (status == VMT_END) {
        const struct vmt_line *line = vmt_cursor_ahead(reader->parse->cursor, 0);
        size_t column = 0;
        const char *problem = vmt_part_region_problem(VMT_PART_REGION_SHORT, text, &column);
        return damage(reader, problem, (size_t)(text.data - line->text.data) + column, err);
    }
    if (status == VMT_OK && process->regions.count > count) {
        const struct vmt_region *region = vmt_sequence_last(&process->regions);
        reader->bare_row = region->detail == NULL;
        if (hit) {
            process->fault.start = region->start;
            process->fault.end = region->end;
        }
    }
    return status;
}

/* The next line, VMT_END when it is not of the rows. */
static enum vmt_status take_line(struct reader *reader, struct vmt_error *err)
{
    enum vmt_status status = vmt_cursor_fill(reader->parse->cursor, DAMAGE_AHEAD + 1, err);
    const struct vmt_line *line = vmt_cursor_ahead(reader->parse->cursor, 0);
    if (status != VMT_OK || line == NULL || line->too_long || vmt_line_is_blank(line)) {
        return status == VMT_OK ? VMT_END : status;
    }
    bool bare_row = reader->bare_row;
    reader->bare_row = false;
    struct vmt_slice text = vmt_slice_trim(line->text);
    bool marked = strip_mark(&text);
    if (marked && text.length == 0 && reader->near_form) {
        reader->process->fault.place = VMT_FAULT_IN_GAP;
    }
    if (is_space(text) || (marked && text.length == 0) ||
        vmt_part_region_is_heading(VMT_PART_REGION_SHORT, text)) {
        return consume(reader, err);
    }
    if (marked || is_row(text)) {
        return take_row(reader, text, marked, err);
    }
    bool indented = text.data > line->text.data;
    if (bare_row && indented) { /* the row was broken in front of it */
        return vmt_part_region_detail(&reader->region, text, err);
    }
    if (vmt_slice_find(text, "SM=") < text.length || rows_go_on(reader->parse->cursor) ||
        (line->torn && indented)) {
        return damage(reader, "not a row around the fault", 0, err);
    }
    return VMT_END;
}

enum vmt_status vmt_part_fault_read(struct vmt_parse *parse, struct vmt_process *process,
                                    struct vmt_error *err)
{
    struct reader reader = {.parse = parse, .process = process};
    process->around_fault = true;
    process->coverage = VMT_COVERAGE_EXCERPT;
    enum vmt_status status =
        vmt_part_region_init(&reader.region, VMT_PART_REGION_SHORT, parse, process, err);
    if (status == VMT_OK) {
        status = take_title(&reader, err);
    }
    while (status == VMT_OK) {
        status = take_line(&reader, err);
    }
    return status == VMT_END ? VMT_OK : status;
}
