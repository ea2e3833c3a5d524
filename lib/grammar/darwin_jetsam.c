/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_jetsam.h"

#include "grammar/json_facts.h"
#include "grammar/part_header.h"
#include "grammar/resemblance.h"

/* Reports of Jetsam, which ends processes when memory is short; bug_type 298, two objects:
 *
 *   {"bug_type":"298","timestamp":"2026-03-02 10:11:12.00 +0100","os_version":"iPhone OS 18.5 …
 *   {
 *     "date" : "2026-03-02 10:11:12.34 +0100",
 *     "memoryStatus" : {
 *     "compressorSize" : 38960,
 *     "pageSize" : 16384,
 *     "memoryPages" : { "active" : 51567, "wired" : 36194, … }
 *   },
 *     "largestProcess" : "Notes",
 *     "processes" : [
 *     {
 *       "name" : "maild", "pid" : 281, "rpages" : 1126, "lifetimeMax" : 1589,
 *       "states" : [ "daemon", "idle" ], "reason" : "vm-pageshortage", …
 *     },
 *
 * Either object can be missing, and entries of `processes` are quoted alone.  Sizes are pages.
 * `rpages` is the process's footprint and `lifetimeMax` its peak (XNU fills them from
 * get_task_phys_footprint and get_task_phys_footprint_lifetime_max, bsd/kern/kern_memorystatus.c);
 * neither is what is resident.  The process that was ended is the one with a reason; it need not
 * be the largest. */

static const char *const header_keys[] = {"bug_type", NULL};
static const char *const body_keys[] = {"memoryStatus", "largestProcess", NULL};
static const char *const entry_keys[] = {"rpages", NULL};

/* `"bug_type":"298"` in a line. */
static bool is_jetsam_header(const struct vmt_cursor *cursor)
{
    struct vmt_slice text = vmt_cursor_text(cursor, 0);
    size_t at = vmt_slice_find(text, "\"bug_type\"");
    if (at == text.length || !vmt_json_mentions(cursor, 0, header_keys)) {
        return false;
    }
    struct vmt_slice rest = vmt_slice_trim(vmt_slice_from(text, at + strlen("\"bug_type\"")));
    rest = vmt_slice_trim(vmt_slice_from(rest, rest.length > 0 ? 1 : 0));
    return vmt_slice_starts(rest, "\"298\"") || vmt_slice_starts(rest, "298");
}

static bool claims(const struct vmt_cursor *cursor)
{
    return vmt_json_begins(cursor, 0) &&
           (is_jetsam_header(cursor) || vmt_json_mentions(cursor, 0, body_keys) ||
            vmt_json_mentions(cursor, 0, entry_keys));
}

struct reader {
    struct vmt_parse *parse;
    struct vmt_notes *notes;   /* of the input, or of an entry that is quoted alone */
    struct vmt_host *host;     /* NULL: entries alone */
    uint64_t page_size;        /* 0: not stated */
    struct vmt_json json;      /* the object at hand */
    struct vmt_json_walk walk; /* the entry's own place */
};

static enum vmt_status wrong(const struct reader *reader, struct vmt_place place,
                             const char *reason, struct vmt_error *err)
{
    return vmt_notes_add(reader->notes, VMT_NOTE_DAMAGED_VALUE, place, vmt_slice(reason),
                         (struct vmt_slice){0}, err);
}

/* A number of an object; *known stays false where it is missing.  Another kind of value in its
 * place is noted. */
static enum vmt_status get_number(const struct reader *reader, const json_t *object,
                                  const char *key, struct vmt_place place, uint64_t *out,
                                  bool *known, struct vmt_error *err)
{
    *known = vmt_json_u64(object, key, out);
    return *known || json_object_get(object, key) == NULL
               ? VMT_OK
               : wrong(reader, place, "not a number that memory has", err);
}

/* --- the host --------------------------------------------------------------------------------- */

/* Where each quantity stands. */
static const struct {
    const char *key;
    enum vmt_host_quantity quantity;
    bool pages;
    bool in_pages; /* in memoryPages */
} quantities[] = {
    {"pageSize", VMT_HOST_PAGE_SIZE, false, false},
    {"active", VMT_HOST_ACTIVE, true, true},
    {"inactive", VMT_HOST_INACTIVE, true, true},
    {"speculative", VMT_HOST_SPECULATIVE, true, true},
    {"throttled", VMT_HOST_THROTTLED, true, true},
    {"free", VMT_HOST_FREE, true, true},
    {"wired", VMT_HOST_WIRED, true, true},
    {"purgeable", VMT_HOST_PURGEABLE, true, true},
    {"fileBacked", VMT_HOST_FILE_BACKED, true, true},
    {"anonymous", VMT_HOST_ANONYMOUS, true, true},
    {"compressorSize", VMT_HOST_COMPRESSOR_OCCUPIED, true, false},
    {"uncompressed", VMT_HOST_COMPRESSOR_STORED, true, false},
    {"compressions", VMT_HOST_COMPRESSIONS, false, false},
    {"decompressions", VMT_HOST_DECOMPRESSIONS, false, false},
};
#define QUANTITIES (sizeof quantities / sizeof quantities[0])

static const char *const host_facts_skip[] = {
    "memoryPages", "pageSize", "compressorSize", "uncompressed", "compressions", "date",
    "processes",   "build",    "os_version",     "timestamp",    "active",       "decompressions",
    NULL};

static enum vmt_status read_sample(struct reader *reader, const json_t *status_object,
                                   struct vmt_error *err)
{
    struct vmt_snapshot *snapshot = reader->parse->snapshot;
    struct vmt_host_value values[QUANTITIES];
    uint32_t count = 0;
    struct vmt_sample *sample = vmt_sequence_add(&reader->host->samples);
    if (sample == NULL) {
        return vmt_arena_fail(&snapshot->arena, err);
    }
    *sample = (struct vmt_sample){.since_boot = true,
                                  .captured_at = reader->host->captured_at,
                                  .line = vmt_json_place(&reader->json, "memoryStatus").line};
    const json_t *pages = json_object_get(status_object, "memoryPages");
    for (size_t i = 0; i < QUANTITIES; i++) {
        uint64_t number = 0;
        bool known = false;
        enum vmt_status status =
            get_number(reader, quantities[i].in_pages ? pages : status_object, quantities[i].key,
                       vmt_json_place(&reader->json, quantities[i].key), &number, &known, err);
        if (status != VMT_OK) {
            return status;
        }
        if (known) {
            values[count++] = (struct vmt_host_value){.reading = {number, 0},
                                                      .quantity = (uint16_t)quantities[i].quantity,
                                                      .pages = quantities[i].pages};
        }
    }
    return vmt_sample_keep(sample, &snapshot->arena, values, count, NULL)
               ? VMT_OK
               : vmt_arena_fail(&snapshot->arena, err);
}

/* A power of two that processors have. */
static enum vmt_status read_page_size(struct reader *reader, const json_t *status_object,
                                      struct vmt_error *err)
{
    uint64_t size = 0;
    if (!vmt_json_u64(status_object, "pageSize", &size)) {
        return VMT_OK;
    }
    if (size < 4096 || size > (UINT64_C(1) << 30) || (size & (size - 1)) != 0) {
        return wrong(reader, vmt_json_place(&reader->json, "pageSize"), "not a page size", err);
    }
    reader->page_size = size;
    return VMT_OK;
}

static enum vmt_status read_strings(struct reader *reader, const json_t *root,
                                    struct vmt_error *err)
{
    struct vmt_host *host = reader->host;
    struct vmt_snapshot *snapshot = reader->parse->snapshot;
    enum vmt_status status = VMT_OK;
    struct vmt_slice text;
    if (vmt_json_string(root, "os_version", &text) || vmt_json_string(root, "build", &text)) {
        status = vmt_snapshot_string(&host->os, snapshot, text, err);
    }
    if (status == VMT_OK &&
        (vmt_json_string(root, "date", &text) || vmt_json_string(root, "timestamp", &text))) {
        status = vmt_part_header_time(&host->captured_at, reader->parse, text, err);
        if (status == VMT_END) {
            status = vmt_snapshot_string(&host->captured_at, snapshot, text, err);
        }
    }
    if (status != VMT_OK) {
        return status;
    }
    status = vmt_json_facts(snapshot, &host->facts, root, host_facts_skip, err);
    return status;
}

/* --- processes -------------------------------------------------------------------------------- */

static const char *const entry_facts_skip[] = {"name", "pid", "reason", "states", NULL};

/* `states` with blanks between them. */
static enum vmt_status read_states(struct reader *reader, struct vmt_process *process,
                                   const json_t *states, struct vmt_error *err)
{
    char text[256];
    size_t used = 0;
    for (size_t i = 0; i < json_array_size(states); i++) {
        const json_t *state = json_array_get(states, i);
        size_t length = json_string_length(state);
        if (length == 0 || used + 1 + length > sizeof text) {
            continue;
        }
        if (used > 0) {
            text[used++] = ' ';
        }
        memcpy(text + used, json_string_value(state), length);
        used += length;
    }
    return used == 0 ? VMT_OK
                     : vmt_snapshot_string(&process->states, reader->parse->snapshot,
                                           (struct vmt_slice){text, used}, err);
}

static enum vmt_status read_pages(struct reader *reader, struct vmt_process *process,
                                  const json_t *entry, struct vmt_error *err)
{
    static const struct {
        const char *key;
        enum vmt_member member;
    } pages[] = {{"rpages", VMT_FOOTPRINT}, {"lifetimeMax", VMT_FOOTPRINT_PEAK}};
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        uint64_t number = 0;
        bool known = false;
        enum vmt_status status =
            get_number(reader, entry, pages[i].key, reader->walk.place, &number, &known, err);
        if (status == VMT_OK && known && reader->page_size > 0) {
            if (number > UINT64_MAX / reader->page_size) {
                status = wrong(reader, reader->walk.place, "more pages than any memory has", err);
            } else {
                process->whole.of[pages[i].member] = vmt_exactly(number * reader->page_size);
            }
        }
        if (status != VMT_OK) {
            return status;
        }
    }
    return VMT_OK;
}

static enum vmt_status add_process(struct vmt_process **out, const struct vmt_parse *parse,
                                   struct vmt_error *err)
{
    enum vmt_status status = vmt_snapshot_add_process(out, parse->snapshot, parse->input, err);
    if (status == VMT_OK) {
        (*out)->grammar = vmt_grammar_darwin_jetsam.name;
        (*out)->coverage = VMT_COVERAGE_EXCERPT;
    }
    return status;
}

static enum vmt_status fill_process(struct reader *reader, struct vmt_process *process,
                                    const json_t *entry, struct vmt_error *err)
{
    struct vmt_snapshot *snapshot = reader->parse->snapshot;
    struct vmt_slice text;
    enum vmt_status status = VMT_OK;
    vmt_json_next(&reader->json, &reader->walk, "rpages");
    process->line = reader->walk.place.line > 0 ? reader->walk.place.line : reader->json.line;
    if (vmt_json_string(entry, "name", &text)) {
        status = vmt_snapshot_string(&process->name, snapshot, text, err);
    }
    if (status == VMT_OK && vmt_json_string(entry, "reason", &text)) {
        status = vmt_snapshot_string(&process->reason, snapshot, text, err);
    }
    if (status == VMT_OK) {
        status = read_states(reader, process, json_object_get(entry, "states"), err);
    }
    if (status == VMT_OK) {
        status = get_number(reader, entry, "pid", reader->walk.place, &process->pid,
                            &process->pid_known, err);
    }
    if (status == VMT_OK) {
        status = read_pages(reader, process, entry, err);
    }
    return status == VMT_OK
               ? vmt_json_facts(snapshot, &process->facts, entry, entry_facts_skip, err)
               : status;
}

static enum vmt_status read_entry(struct reader *reader, const json_t *entry, struct vmt_error *err)
{
    struct vmt_process *process = NULL;
    enum vmt_status status = add_process(&process, reader->parse, err);
    if (status != VMT_OK) {
        return status;
    }
    process->page_size = reader->page_size;
    process->os = reader->host->os;
    process->captured_at = reader->host->captured_at;
    return fill_process(reader, process, entry, err);
}

static enum vmt_status read_entries(struct reader *reader, const json_t *list,
                                    struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    for (size_t i = 0; status == VMT_OK && i < json_array_size(list); i++) {
        const json_t *entry = json_array_get(list, i);
        status = json_is_object(entry) ? read_entry(reader, entry, err)
                                       : wrong(reader, vmt_json_place(&reader->json, "processes"),
                                               "not a process", err);
    }
    return status;
}

/* --- the report ------------------------------------------------------------------------------- */

static enum vmt_status read_body(struct reader *reader, const json_t *root, struct vmt_error *err)
{
    const json_t *status_object = json_object_get(root, "memoryStatus");
    enum vmt_status status = read_strings(reader, root, err);
    if (status == VMT_OK && json_is_object(status_object)) {
        status = read_page_size(reader, status_object, err);
        if (status == VMT_OK) {
            status = read_sample(reader, status_object, err);
        }
    }
    return status == VMT_OK ? read_entries(reader, json_object_get(root, "processes"), err)
                            : status;
}

/* An object of a report, or an entry that is quoted alone (`process` not NULL). */
static enum vmt_status read_object(struct reader *reader, struct vmt_process *process,
                                   struct vmt_error *err)
{
    struct vmt_json *json = &reader->json;
    enum vmt_status status = vmt_json_read(json, reader->parse, reader->notes, err);
    reader->walk = (struct vmt_json_walk){0};
    if (status == VMT_OK) {
        status = process != NULL ? fill_process(reader, process, json->root, err)
                                 : read_body(reader, json->root, err);
    }
    vmt_json_free(json);
    return status == VMT_END ? VMT_OK : status;
}

static enum vmt_status read_fragment(struct reader *reader, struct vmt_error *err)
{
    struct vmt_process *process = NULL;
    uint64_t line = vmt_cursor_ahead(reader->parse->cursor, 0)->number;
    enum vmt_status status = add_process(&process, reader->parse, err);
    if (status != VMT_OK) {
        return status;
    }
    reader->notes = &process->notes;
    status = read_object(reader, process, err);
    process->line = line;
    return status;
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

static enum vmt_status parse_jetsam(struct vmt_parse *parse, struct vmt_error *err)
{
    struct reader reader = {.parse = parse, .notes = &parse->input->notes};
    bool header = is_jetsam_header(parse->cursor);
    if (!header && !vmt_json_mentions(parse->cursor, 0, body_keys)) {
        return read_fragment(&reader, err);
    }
    enum vmt_status status =
        vmt_snapshot_add_host(&reader.host, parse->snapshot, parse->input, err);
    if (status != VMT_OK) {
        return status;
    }
    reader.host->grammar = vmt_grammar_darwin_jetsam.name;
    reader.host->line = vmt_cursor_ahead(parse->cursor, 0)->number;
    status = read_object(&reader, NULL, err);
    if (status == VMT_OK && header) {
        status = skip_blank(parse, err);
        if (status == VMT_OK && vmt_json_begins(parse->cursor, 0) &&
            vmt_json_mentions(parse->cursor, 0, body_keys)) {
            status = read_object(&reader, NULL, err);
        }
    }
    return status;
}

/* Keys that no other document has. */
static bool resembles(const struct vmt_line *line)
{
    static const char *const beginnings[] = {"\"memoryStatus\"", "\"memoryPages\"", "\"rpages\"",
                                             NULL};
    return vmt_line_begins_like(line, beginnings);
}

const struct vmt_grammar vmt_grammar_darwin_jetsam = {
    .name = "darwin-jetsam",
    .summary = "JetsamEvent report, iOS and macOS",
    .gives = "footprint of each process, pages of the host",
    .claims = claims,
    .resembles = resembles,
    .parse = parse_jetsam,
};
