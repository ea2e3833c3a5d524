/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_ips.h"

#include "grammar/darwin_crash.h"
#include "grammar/part_ips.h"
#include "grammar/resemblance.h"

/* Crash reports of iOS 15, macOS 12 and later, and what came before them in the same files.
 *
 *   {"app_name":"Notes","timestamp":"2026-03-02 10:11:12.00 +0100",…,"bug_type":"309",…}
 *   {
 *     "procName" : "Notes", "pid" : 4242, …,
 *     "vmRegionInfo" : "0x28 is not in any region. …\n      REGION TYPE  …\n--->  \n …",
 *     "vmSummary" : "ReadOnly portion of Libraries: Total=…\n …\nTOTAL   1.4G   690 \n"
 *   }
 *
 * The second part is text in older ones.  The first can be missing; and a member, or the rest of
 * its string, is quoted alone. */

static const char *const header_keys[] = {"bug_type", NULL};
static const char *const body_keys[] = {"procName",     "procPath",  "vmRegionInfo",
                                        "vmregioninfo", "vmSummary", NULL};
static const char *const member_keys[] = {"\"vmRegionInfo\"", "\"vmregioninfo\"", "\"vmSummary\""};

/* Pieces of a string that are looked at. */
#define PIECES_MOST 12

static bool body_begins(const struct vmt_cursor *cursor, size_t index)
{
    return vmt_json_begins(cursor, index) && vmt_json_mentions(cursor, index, body_keys);
}

/* The object in front, and what it is in front of; *next is where that begins. */
static bool header_begins(const struct vmt_cursor *cursor, size_t *next)
{
    if (!vmt_json_begins(cursor, 0) || !vmt_json_mentions(cursor, 0, header_keys)) {
        return false;
    }
    *next = 1;
    while (vmt_cursor_ahead(cursor, *next) != NULL && vmt_cursor_text(cursor, *next).length == 0) {
        ++*next;
    }
    return body_begins(cursor, *next) || vmt_crash_header_begins(cursor, *next);
}

/* `"vmSummary" : "…` */
static bool member_begins(struct vmt_slice line)
{
    for (size_t i = 0; i < sizeof member_keys / sizeof member_keys[0]; i++) {
        size_t length = strlen(member_keys[i]);
        if (vmt_slice_starts(line, member_keys[i]) &&
            vmt_slice_starts(vmt_slice_trim(vmt_slice_from(line, length)), ":")) {
            return true;
        }
    }
    return false;
}

/* Two rows of a table with `\n` between them: the rest of a string. */
static bool is_rest_of_string(struct vmt_slice line)
{
    unsigned rows = 0;
    for (size_t i = 0; i < PIECES_MOST && line.length > 0 && rows < 2; i++) {
        size_t end = vmt_slice_find(line, "\\n");
        if (end == line.length) {
            return false;
        }
        rows += vmt_crash_is_row((struct vmt_slice){line.data, end}) ? 1 : 0;
        line = vmt_slice_from(line, end + 2);
    }
    return rows == 2;
}

static bool object_begins(const struct vmt_cursor *cursor)
{
    size_t next = 0;
    return body_begins(cursor, 0) || header_begins(cursor, &next);
}

bool vmt_ips_twin_begins(const struct vmt_cursor *cursor)
{
    size_t next = 0;
    return body_begins(cursor, 0) || (header_begins(cursor, &next) && body_begins(cursor, next));
}

static bool claims(const struct vmt_cursor *cursor)
{
    struct vmt_slice line = vmt_cursor_text(cursor, 0);
    return object_begins(cursor) || member_begins(line) || is_rest_of_string(line);
}

/* The objects of one report; their places are needed as long as it is read. */
struct report {
    struct vmt_json header;
    struct vmt_json body;
    bool has_body;
};

static void free_report(struct report *report)
{
    vmt_json_free(&report->header);
    vmt_json_free(&report->body);
}

static enum vmt_status skip_blank(struct vmt_parse *parse, struct vmt_error *err)
{
    for (;;) {
        enum vmt_status status = vmt_cursor_fill(parse->cursor, VMT_CURSOR_AHEAD, err);
        const struct vmt_line *line = vmt_cursor_ahead(parse->cursor, 0);
        if (status != VMT_OK || line == NULL || !vmt_line_is_blank(line)) {
            return status;
        }
        status = vmt_cursor_take(parse->cursor, VMT_LINE_BLANK, err);
        if (status != VMT_OK) {
            return status;
        }
    }
}

/* An object without a root is damage that was noted; its text can still be looked through. */
static enum vmt_status read_objects(struct report *report, struct vmt_parse *parse,
                                    struct vmt_notes *notes, struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    if (!body_begins(parse->cursor, 0)) {
        status = vmt_json_read(&report->header, parse, notes, err);
        status = status == VMT_END ? VMT_OK : status;
        if (status == VMT_OK) {
            status = skip_blank(parse, err);
        }
    }
    if (status == VMT_OK && body_begins(parse->cursor, 0)) {
        report->has_body = true;
        status = vmt_json_read(&report->body, parse, notes, err);
        status = status == VMT_END ? VMT_OK : status;
    }
    return status;
}

static enum vmt_status apply(const struct report *report, struct vmt_parse *parse,
                             struct vmt_process *process, struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    process->coverage = VMT_COVERAGE_EXCERPT;
    if (report->header.root != NULL) {
        status = vmt_part_ips_header(parse, process, &report->header, err);
    }
    return status == VMT_OK && report->has_body
               ? vmt_part_ips_body(parse, process, &report->body, err)
               : status;
}

/* A member or the rest of a string, quoted alone. */
static enum vmt_status read_member(struct vmt_parse *parse, struct vmt_process *process,
                                   struct vmt_error *err)
{
    bool member = member_begins(vmt_cursor_text(parse->cursor, 0));
    struct vmt_json json;
    json_t *string = NULL;
    process->coverage = VMT_COVERAGE_EXCERPT;
    enum vmt_status status = vmt_json_read_member(&json, !member, parse, err);
    if (status == VMT_OK && member) {
        status = vmt_part_ips_strings(parse, process, &json, err);
    } else if (status == VMT_OK) {
        status = vmt_json_scrape(&string, &json, NULL, err);
    }
    if (status == VMT_OK && string != NULL) {
        struct vmt_slice text = {json_string_value(string), json_string_length(string)};
        status = vmt_part_ips_summary(parse, process, text,
                                      (struct vmt_place){json.source, json.line, 1}, err);
    }
    json_decref(string);
    vmt_json_free(&json);
    return status == VMT_END ? VMT_OK : status;
}

static enum vmt_status add_process(struct vmt_process **out, struct vmt_parse *parse,
                                   struct vmt_error *err)
{
    enum vmt_status status = vmt_snapshot_add_process(out, parse->snapshot, parse->input, err);
    if (status == VMT_OK) {
        (*out)->grammar = vmt_grammar_darwin_ips.name;
        (*out)->line = vmt_cursor_ahead(parse->cursor, 0)->number;
    }
    return status;
}

static enum vmt_status parse_ips(struct vmt_parse *parse, struct vmt_error *err)
{
    struct vmt_process *process = NULL;
    struct report report = {.has_body = false};
    enum vmt_status status = add_process(&process, parse, err);
    if (status != VMT_OK) {
        return status;
    }
    if (!object_begins(parse->cursor)) {
        return read_member(parse, process, err);
    }
    status = read_objects(&report, parse, &process->notes, err);
    if (status == VMT_OK) {
        status = apply(&report, parse, process, err);
    }
    if (status == VMT_OK && !report.has_body && vmt_crash_header_begins(parse->cursor, 0)) {
        status = vmt_crash_read(parse, process, err);
    }
    free_report(&report);
    return status;
}

/* --- a report that was translated to text ----------------------------------------------------- */

static bool same_string(const struct vmt_string *a, const struct vmt_string *b)
{
    return a == NULL || b == NULL || vmt_slice_equals(vmt_string_slice(a), vmt_string_slice(b));
}

static bool same_row(const struct vmt_stated_row *a, const struct vmt_stated_row *b)
{
    return same_string(a->type == NULL ? NULL : a->type->printed,
                       b->type == NULL ? NULL : b->type->printed) &&
           a->regions == b->regions &&
           a->stated[VMT_EV_VIRTUAL].value == b->stated[VMT_EV_VIRTUAL].value;
}

static bool same_tables(const struct vmt_process *a, const struct vmt_process *b)
{
    struct vmt_walker walkers[2] = {{0}, {0}};
    const struct vmt_stated_row *row = vmt_sequence_next(&a->stated, &walkers[0]);
    for (; row != NULL; row = vmt_sequence_next(&a->stated, &walkers[0])) {
        const struct vmt_stated_row *other = vmt_sequence_next(&b->stated, &walkers[1]);
        if (other == NULL || !same_row(row, other)) {
            return false;
        }
    }
    return a->stated.count == b->stated.count;
}

static bool same_faults(const struct vmt_process *a, const struct vmt_process *b)
{
    return a->fault.address == b->fault.address && a->fault.place == b->fault.place &&
           a->regions.count == b->regions.count;
}

/* Hold the two forms one against the other, and note where they are apart. */
static enum vmt_status compare(struct vmt_process *process, const struct vmt_process *twin,
                               const struct report *report, struct vmt_error *err)
{
    const struct {
        const char *key;
        bool differs;
    } parts[] = {
        {"vmRegionInfo",
         process->around_fault && twin->around_fault && !same_faults(process, twin)},
        {"vmSummary",
         process->stated.count > 0 && twin->stated.count > 0 && !same_tables(process, twin)},
    };
    enum vmt_status status = VMT_OK;
    for (size_t i = 0; status == VMT_OK && i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].differs) {
            status = vmt_notes_add(&process->notes, VMT_NOTE_TWIN_DIFFERS,
                                   vmt_json_place(&report->body, parts[i].key),
                                   vmt_slice(parts[i].key), (struct vmt_slice){0}, err);
        }
    }
    return status;
}

/* The report as a process of a snapshot of its own, which lasts until it was compared. */
static enum vmt_status read_twin(bool *same, const struct report *report, struct vmt_parse *parse,
                                 struct vmt_process *process, struct vmt_error *err)
{
    struct vmt_snapshot scratch;
    struct vmt_parse aside = *parse;
    struct vmt_process *twin = NULL;
    vmt_snapshot_init(&scratch, parse->context->allocator, parse->snapshot->arena.limit);
    aside.snapshot = &scratch;
    enum vmt_status status = vmt_snapshot_add_process(&twin, &scratch, parse->input, err);
    if (status == VMT_OK) {
        status = apply(report, &aside, twin, err);
    }
    if (status == VMT_OK) {
        *same = same_string(process->name, twin->name) &&
                (!process->pid_known || !twin->pid_known || process->pid == twin->pid);
        status = *same ? compare(process, twin, report, err) : VMT_OK;
    }
    vmt_snapshot_free(&scratch);
    return status;
}

enum vmt_status vmt_ips_read_twin(struct vmt_parse *parse, struct vmt_process *process,
                                  struct vmt_error *err)
{
    struct report report = {.has_body = false};
    uint64_t line = vmt_cursor_ahead(parse->cursor, 0)->number;
    bool same = false;
    enum vmt_status status = read_objects(&report, parse, &process->notes, err);
    if (status == VMT_OK) {
        status = read_twin(&same, &report, parse, process, err);
    }
    if (status == VMT_OK && same) {
        /* What the text has not. */
        status = report.has_body ? vmt_part_ips_strings(parse, process, &report.body, err) : VMT_OK;
    } else if (status == VMT_OK) {
        struct vmt_process *other = NULL;
        status = vmt_snapshot_add_process(&other, parse->snapshot, parse->input, err);
        if (status == VMT_OK) {
            other->grammar = vmt_grammar_darwin_ips.name;
            other->line = line;
            status = apply(&report, parse, other, err);
        }
    }
    free_report(&report);
    return status;
}

/* The first line, and the keys that say what is read for. */
static bool resembles(const struct vmt_line *line)
{
    static const char *const beginnings[] = {"{\"app_name\":", "\"vmSummary\"", "\"vmRegionInfo\"",
                                             NULL};
    return vmt_line_begins_like(line, beginnings);
}

const struct vmt_grammar vmt_grammar_darwin_ips = {
    .name = "darwin-ips",
    .summary = "crash report in JSON, iOS 15 and macOS 12 on",
    .gives = "where it crashed, regions there, sums by type",
    .claims = claims,
    .resembles = resembles,
    .parse = parse_ips,
};
