/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/vmtally_json.h"

#include <stdio.h>

#include "grammar/json.h"
#include "grammar/own_host.h"
#include "grammar/resemblance.h"

/* Our own reports as JSON:
 *
 *   {"schema": "vmtally/regions", "version": 1,
 *     "processes": [
 *       {"name": "Notes", "pid": 4242, "os": "macOS 14.5 (23F79)", …,
 *         "source": {"kind": "file", "path": "notes.txt", "line": 1, "grammar": "darwin-vmmap"},
 *         "regions": [{"start": "0x104e98000", …}],
 *         "whole": {…}, "stated": […], "stated_totals": […], "zones": […], "facts": […], …
 *
 * `vmtally/regions` has all evidence of a process.  `vmtally/summary` has sums by type of it and
 * totals, which are read as a table that states them.  `vmtally/system` has a list of samples, in
 * the order of their hosts, and one of the hosts, with what is stated of each at all times.  JSON
 * is read whole, so its size is limited (json_limit of the context); CSV is not. */

/* The key by which a report is known stands in one of its first lines. */
static const char *const schema_keys[] = {"schema", NULL};
#define LINES_SEEN 4
#define REPORT_VERSION 1

/* Where a table of a process is, and what in it. */
struct member {
    const struct vmt_own_table *table;
    bool record; /* one object, not a list of them */
};

static const struct member region_members[] = {
    {&vmt_own_regions, false}, {&vmt_own_stated, false},    {&vmt_own_stated_totals, false},
    {&vmt_own_zones, false},   {&vmt_own_zone_total, true}, {&vmt_own_facts, false},
    {&vmt_own_notes, false},   {&vmt_own_fault, true},
};
static const struct member summary_members[] = {
    {&vmt_own_types, false},     {&vmt_own_totals, true}, {&vmt_own_zones, false},
    {&vmt_own_zone_total, true}, {&vmt_own_facts, false}, {&vmt_own_notes, false},
    {&vmt_own_fault, true},
};

static const struct member host_members[] = {{&vmt_own_facts, false}, {&vmt_own_notes, false}};

static const struct schema {
    const char *name;
    const char *list;  /* what it is about */
    const char *whole; /* the record of what is stated of the process as a whole */
    const struct vmt_own_columns *whole_columns;
    const struct member *members;
    size_t count;
} schemas[] = {
    {"vmtally/regions", "processes", "whole", &vmt_own_stated_whole_columns, region_members,
     sizeof region_members / sizeof region_members[0]},
    {"vmtally/summary", "processes", "totals", &vmt_own_whole_columns, summary_members,
     sizeof summary_members / sizeof summary_members[0]},
    {"vmtally/system", "samples", NULL, NULL, host_members,
     sizeof host_members / sizeof host_members[0]},
};

static bool claims(const struct vmt_cursor *cursor)
{
    if (!vmt_json_begins(cursor, 0) || !vmt_json_mentions(cursor, 0, schema_keys)) {
        return false;
    }
    for (size_t i = 0; i < LINES_SEEN; i++) {
        const struct vmt_line *line = vmt_cursor_ahead(cursor, i);
        for (size_t k = 0; line != NULL && k < sizeof schemas / sizeof schemas[0]; k++) {
            char quoted[40];
            snprintf(quoted, sizeof quoted, "\"%s\"", schemas[k].name);
            if (vmt_slice_find(line->text, quoted) < line->text.length) {
                return true;
            }
        }
    }
    return false;
}

struct reader {
    struct vmt_parse *parse;
    struct vmt_json json;
    const struct schema *schema;
    struct vmt_own_subject own;
    const char *list;       /* that is read: `processes` */
    size_t index;           /* in it */
    struct vmt_arena arena; /* of the columns of samples */
    struct vmt_own_table samples;
    struct vmt_part_host part; /* the values of a sample */
    struct vmt_slice source;   /* of the sample before; NULL data: there was none */
};

/* Something that cannot be taken: `processes[0].regions[17]: not an address`.  Where in the text
 * it stands is not known. */
static enum vmt_status note(const struct reader *reader, const char *table, size_t index,
                            const char *reason, struct vmt_error *err)
{
    char text[160];
    if (table == NULL) {
        snprintf(text, sizeof text, "%s[%zu]: %s", reader->list, reader->index, reason);
    } else {
        snprintf(text, sizeof text, "%s[%zu].%s[%zu]: %s", reader->list, reader->index, table,
                 index, reason);
    }
    const struct vmt_place place = {reader->json.source, reader->json.line, 1};
    bool owned = reader->own.process != NULL || reader->own.host != NULL;
    struct vmt_notes *notes = owned ? vmt_own_notes_of(&reader->own) : &reader->parse->input->notes;
    return vmt_notes_add(notes, VMT_NOTE_DAMAGED_VALUE, place, vmt_slice(text),
                         (struct vmt_slice){0}, err);
}

static struct vmt_own_value value_of(const json_t *json)
{
    struct vmt_own_value value = {.kind = VMT_OWN_OTHER};
    if (json == NULL || json_is_null(json)) {
        value.kind = VMT_OWN_NOTHING;
    } else if (json_is_string(json)) {
        value.kind = VMT_OWN_TEXT;
        value.text = (struct vmt_slice){json_string_value(json), json_string_length(json)};
    } else if (json_is_boolean(json)) {
        value.kind = VMT_OWN_BOOLEAN;
        value.number = json_is_true(json) ? 1 : 0;
    } else if (json_is_integer(json) && json_integer_value(json) >= 0) {
        value.kind = VMT_OWN_NUMBER;
        value.number = (uint64_t)json_integer_value(json);
    }
    return value;
}

/* What only Linux has stands in an object of its own, and so does what only macOS has. */
static struct vmt_own_value get_value(const json_t *object, const char *name)
{
    static const char *const inner[] = {"mapping", "object"};
    const json_t *value = json_object_get(object, name);
    for (size_t i = 0; value == NULL && i < sizeof inner / sizeof inner[0]; i++) {
        value = json_object_get(json_object_get(object, inner[i]), name);
    }
    return value_of(value);
}

/* The values of an object for one column.  A reading without a quantum is exact. */
static void get_values(struct vmt_own_value *values, const struct vmt_own_column *column,
                       const json_t *object)
{
    for (size_t slot = 0; slot < VMT_OWN_SLOTS; slot++) {
        const char *name = column->names[slot];
        values[slot] = name == NULL ? value_of(NULL) : get_value(object, name);
        if (name != NULL && values[slot].kind == VMT_OWN_NOTHING &&
            vmt_slice_ends(vmt_slice(name), "_quantum")) {
            values[slot].kind = VMT_OWN_NUMBER;
        }
    }
}

/* The first value that cannot be taken ends it with VMT_END. */
static enum vmt_status fill(struct vmt_own_row *row, const struct vmt_own_columns *columns,
                            const json_t *object, struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    for (size_t i = 0; status == VMT_OK && i < columns->count; i++) {
        struct vmt_own_value values[VMT_OWN_SLOTS];
        const struct vmt_own_columns one = {&columns->list[i], 1};
        size_t column = 0;
        if (columns->list[i].set != NULL) {
            get_values(values, &columns->list[i], object);
            status = vmt_own_fill(row, &one, values, &column, err);
        }
    }
    return status;
}

/* What is said of the process or host itself: what cannot be taken stays unknown. */
static enum vmt_status fill_owner(struct reader *reader, const struct vmt_own_columns *columns,
                                  const json_t *object, struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    for (size_t i = 0; status == VMT_OK && object != NULL && i < columns->count; i++) {
        const struct vmt_own_columns one = {&columns->list[i], 1};
        struct vmt_own_row row = vmt_own_row(reader->parse, &reader->own, reader->json.line);
        status = fill(&row, &one, object, err);
        if (status == VMT_END) {
            char text[96];
            snprintf(text, sizeof text, "%s: %s", columns->list[i].names[0], row.reason);
            status = note(reader, NULL, 0, text, err);
        }
    }
    return status;
}

static enum vmt_status read_row(struct reader *reader, const struct vmt_own_table *table,
                                size_t index, const json_t *object, struct vmt_error *err)
{
    struct vmt_own_row row = vmt_own_row(reader->parse, &reader->own, reader->json.line);
    if (!json_is_object(object)) {
        return note(reader, table->name, index, "not an object", err);
    }
    enum vmt_status status = fill(&row, &table->columns, object, err);
    if (status == VMT_OK) {
        status = table->add(&row, err);
    }
    return status == VMT_END ? note(reader, table->name, index, row.reason, err) : status;
}

static enum vmt_status read_member(struct reader *reader, const struct member *member,
                                   const json_t *process, struct vmt_error *err)
{
    const char *name = member->table->name;
    const json_t *value = json_object_get(process, name);
    if (value == NULL || json_is_null(value)) {
        return VMT_OK;
    }
    if (member->record) {
        return read_row(reader, member->table, 0, value, err);
    }
    if (!json_is_array(value)) {
        return note(reader, name, 0, "not a list", err);
    }
    enum vmt_status status = VMT_OK;
    for (size_t i = 0; status == VMT_OK && i < json_array_size(value); i++) {
        status = read_row(reader, member->table, i, json_array_get(value, i), err);
    }
    return status;
}

static enum vmt_status read_members(struct reader *reader, const json_t *object,
                                    struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    for (size_t i = 0; status == VMT_OK && i < reader->schema->count; i++) {
        status = read_member(reader, &reader->schema->members[i], object, err);
    }
    return status;
}

static enum vmt_status read_process(struct reader *reader, const json_t *object,
                                    struct vmt_error *err)
{
    reader->own = (struct vmt_own_subject){.process = NULL};
    if (!json_is_object(object)) {
        return note(reader, NULL, 0, "not an object", err);
    }
    enum vmt_status status = vmt_own_begin(&reader->own, reader->parse, &vmt_grammar_vmtally_json,
                                           reader->json.line, err);
    if (status == VMT_OK) {
        status = fill_owner(reader, &vmt_own_process_columns, object, err);
    }
    if (status == VMT_OK) {
        status =
            fill_owner(reader, &vmt_own_source_columns, json_object_get(object, "source"), err);
    }
    if (status == VMT_OK) {
        status = fill_owner(reader, reader->schema->whole_columns,
                            json_object_get(object, reader->schema->whole), err);
    }
    bool regions = reader->schema->members[0].table->regions;
    if (status == VMT_OK) {
        status = read_members(reader, object, err);
    }
    return status == VMT_OK ? vmt_own_end(&reader->own, reader->parse, regions, err) : status;
}

static enum vmt_status read_processes(struct reader *reader, const json_t *processes,
                                      struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    for (size_t i = 0; status == VMT_OK && i < json_array_size(processes); i++) {
        reader->index = i;
        status = read_process(reader, json_array_get(processes, i), err);
    }
    return status;
}

/* --- hosts ------------------------------------------------------------------------------------ */

static enum vmt_status end_host(struct reader *reader, struct vmt_error *err)
{
    return reader->own.host == NULL ? VMT_OK : vmt_own_add_origin(&reader->own, reader->parse, err);
}

static enum vmt_status begin_host(struct reader *reader, struct vmt_error *err)
{
    enum vmt_status status = end_host(reader, err);
    reader->source.data = NULL;
    return status == VMT_OK ? vmt_own_host_begin(&reader->own, reader->parse,
                                                 &vmt_grammar_vmtally_json, reader->json.line, err)
                            : status;
}

/* Whether it tells its host, and by what rules that is judged. */
static bool is_of_host(const json_t *object, uint64_t *number)
{
    struct vmt_slice platform = {"", 0};
    enum vmt_platform unused;
    return vmt_json_u64(object, "host", number) && vmt_json_string(object, "platform", &platform) &&
           vmt_own_platform(platform, &unused);
}

static enum vmt_status read_host(struct reader *reader, size_t index, const json_t *object,
                                 struct vmt_error *err)
{
    const char *list = reader->list;
    size_t at = reader->index;
    reader->list = "hosts";
    reader->index = index;
    uint64_t number = 0;
    bool whole = is_of_host(object, &number);
    enum vmt_status status =
        whole ? begin_host(reader, err) : note(reader, NULL, 0, "not a host", err);
    if (status == VMT_OK && whole) {
        status = fill_owner(reader, &vmt_own_host_columns, object, err);
    }
    if (status == VMT_OK && whole) {
        status = read_members(reader, object, err);
    }
    reader->list = list;
    reader->index = at;
    return status;
}

/* The hosts up to that of `number`, which has its samples now. */
static enum vmt_status read_hosts(struct reader *reader, const json_t *hosts, size_t *next,
                                  uint64_t number, struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    for (; status == VMT_OK && *next < json_array_size(hosts); ++*next) {
        const json_t *host = json_array_get(hosts, *next);
        uint64_t at = 0;
        if (vmt_json_u64(host, "host", &at) && at > number) {
            break;
        }
        status = read_host(reader, *next, host, err);
    }
    return status;
}

/* A sample of another input of the same host begins a record of its own. */
static enum vmt_status find_host(struct reader *reader, const json_t *sample, uint64_t number,
                                 struct vmt_error *err)
{
    struct vmt_slice source = {"", 0};
    vmt_json_string(sample, "source", &source);
    bool same = reader->own.host != NULL && reader->own.host_number == number;
    bool begun = same && reader->source.data == NULL;
    enum vmt_status status = VMT_OK;
    if (!begun && !(same && vmt_slice_equals(source, reader->source))) {
        const struct vmt_string *os = same ? reader->own.host->os : NULL;
        status = begin_host(reader, err);
        if (status == VMT_OK) {
            reader->own.host->os = os;
        }
    }
    if (status == VMT_OK && reader->source.data == NULL) {
        status = fill_owner(reader, &vmt_own_host_columns, sample, err);
    }
    reader->source = source;
    return status;
}

static enum vmt_status read_sample(struct reader *reader, const json_t *sample,
                                   struct vmt_error *err)
{
    struct vmt_own_row row = vmt_own_row(reader->parse, &reader->own, reader->json.line);
    row.part = &reader->part;
    vmt_part_host_drop(row.part, 0);
    row.part->line = row.line;
    enum vmt_status status = fill(&row, &reader->samples.columns, sample, err);
    if (status == VMT_OK) {
        status = reader->samples.add(&row, err);
    }
    return status == VMT_END ? note(reader, NULL, 0, row.reason, err) : status;
}

static enum vmt_status read_samples(struct reader *reader, const json_t *samples,
                                    struct vmt_error *err)
{
    const json_t *hosts = json_object_get(reader->json.root, "hosts");
    size_t next = 0;
    reader->part.parse = reader->parse;
    reader->samples = vmt_own_samples;
    enum vmt_status status = vmt_own_sample_columns(&reader->samples.columns, &reader->arena, err);
    for (size_t i = 0; status == VMT_OK && i < json_array_size(samples); i++) {
        const json_t *sample = json_array_get(samples, i);
        uint64_t number = 0;
        reader->index = i;
        if (!is_of_host(sample, &number)) {
            status = note(reader, NULL, 0, "not a sample of a host", err);
            continue;
        }
        status = read_hosts(reader, hosts, &next, number, err);
        if (status == VMT_OK) {
            status = find_host(reader, sample, number, err);
        }
        if (status == VMT_OK) {
            status = read_sample(reader, sample, err);
        }
    }
    if (status == VMT_OK) {
        status = read_hosts(reader, hosts, &next, UINT64_MAX, err);
    }
    return status == VMT_OK ? end_host(reader, err) : status;
}

/* --- a report --------------------------------------------------------------------------------- */

static enum vmt_status read_report(struct reader *reader, struct vmt_error *err)
{
    const json_t *root = reader->json.root;
    struct vmt_slice name = {"", 0};
    uint64_t version = 0;
    vmt_json_string(root, schema_keys[0], &name);
    for (size_t i = 0; i < sizeof schemas / sizeof schemas[0]; i++) {
        if (vmt_slice_equals(name, vmt_slice(schemas[i].name))) {
            reader->schema = &schemas[i];
        }
    }
    const json_t *list = NULL;
    if (reader->schema != NULL) {
        reader->list = reader->schema->list;
        list = json_object_get(root, reader->list);
    }
    const char *reason = NULL;
    if (reader->schema == NULL) {
        reason = "not a report of vmtally that is read";
    } else if (!vmt_json_u64(root, "version", &version) || version != REPORT_VERSION) {
        reason = "a version of this report that is not known";
    } else if (!json_is_array(list)) {
        reason = "no list of what it is about";
    }
    if (reason != NULL) {
        const struct vmt_place place = {reader->json.source, reader->json.line, 1};
        return vmt_notes_add(&reader->parse->input->notes, VMT_NOTE_DAMAGED_VALUE, place,
                             vmt_slice(reason), (struct vmt_slice){0}, err);
    }
    enum vmt_status status = json_array_size(list) > 0
                                 ? VMT_OK
                                 : vmt_own_note_empty(reader->parse, reader->json.line, err);
    if (status != VMT_OK) {
        return status;
    }
    return reader->schema->whole == NULL ? read_samples(reader, list, err)
                                         : read_processes(reader, list, err);
}

static enum vmt_status parse_json(struct vmt_parse *parse, struct vmt_error *err)
{
    struct reader reader = {.parse = parse};
    vmt_arena_init(&reader.arena, parse->context->allocator, parse->snapshot->arena.limit);
    enum vmt_status status = vmt_json_read(&reader.json, parse, &parse->input->notes, err);
    if (status == VMT_OK) {
        status = read_report(&reader, err);
    }
    vmt_json_free(&reader.json);
    vmt_arena_free(&reader.arena);
    return status == VMT_END ? VMT_OK : status;
}

/* What says whose it is. */
static bool resembles(const struct vmt_line *line)
{
    static const char *const beginnings[] = {"{\"schema\": \"vmtally/", "\"schema\": \"vmtally/",
                                             NULL};
    return vmt_line_begins_like(line, beginnings);
}

const struct vmt_grammar vmt_grammar_vmtally_json = {
    .name = "vmtally-json",
    .summary = "vmtally's own JSON, up to 64 MiB of it",
    .gives = "all evidence in it, to be accounted anew",
    .claims = claims,
    .resembles = resembles,
    .parse = parse_json,
};
