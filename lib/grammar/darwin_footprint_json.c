/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_footprint.h"

#include "grammar/json.h"
#include "grammar/part_header.h"

/* What `footprint -j FILE` saves, in the keys that are known from public readers of it:
 *
 *   {"unit": "byte", "bytes per unit": 1, "start_time": {"date": "2026-03-02T10:11:12.345+01:00"},
 *    "processes": [{"name": "Notes", "pid": 4242, "page size": 16384, "footprint": 44040192,
 *      "categories": {"MALLOC_TINY": {"dirty": 81920, "swapped": 0, "clean": 0, "reclaimable": 0,
 *                                     "wired": 0, "regions": 12}},
 *      "auxiliary": {"phys_footprint": 44056576, "phys_footprint_peak": 45088768}}],
 *    "total footprint": 44040192, "shared": [], "summary": {}, "errors": [], "warnings": []}
 *
 * With --sample the objects of each time stand in an array "samples".  Keys come in any order; what
 * has no member in the model is kept as a fact, with its JSON. */

/* So many values of a wrong kind are looked for in the text. */
#define PLACES_MOST 20

struct document {
    struct vmt_parse *parse;
    struct vmt_json json;
    struct vmt_process *process; /* being read; the first one is there before the JSON is */
    uint64_t processes;
    uint64_t scale;     /* bytes of a unit */
    uint64_t spoilable; /* lines that can still be called damaged */
    uint64_t wrong;     /* values of a wrong kind */
};

/* A value that is none, at the first place of its key. */
static enum vmt_status note_wrong(struct document *document, const char *key, struct vmt_error *err)
{
    struct vmt_place place = {document->json.source, document->json.line, 1};
    if (document->wrong++ < PLACES_MOST) {
        place = vmt_json_place(&document->json, key);
    }
    if (document->spoilable > 0) {
        document->spoilable--;
        vmt_cursor_spoil(document->parse->cursor, 1);
    }
    return vmt_notes_add(&document->process->notes, VMT_NOTE_DAMAGED_LINE, place,
                         vmt_slice("a value of another kind than footprint's"),
                         (struct vmt_slice){0}, err);
}

/* The JSON of a value, in the snapshot's arena. */
static enum vmt_status dump(struct vmt_slice *out, struct document *document, const json_t *value,
                            struct vmt_error *err)
{
    const size_t flags = JSON_COMPACT | JSON_ENCODE_ANY;
    *out = (struct vmt_slice){0};
    if (json_is_string(value)) {
        *out = (struct vmt_slice){json_string_value(value), json_string_length(value)};
        return VMT_OK;
    }
    struct vmt_arena *arena = &document->parse->snapshot->arena;
    size_t length = json_dumpb(value, NULL, 0, flags);
    char *text = length == 0 ? NULL : vmt_arena_alloc(arena, length, 1);
    if (text == NULL) {
        return length == 0 ? vmt_fail_nomem(err) : vmt_arena_fail(arena, err);
    }
    *out = (struct vmt_slice){text, json_dumpb(value, text, length, flags)};
    return VMT_OK;
}

static enum vmt_status add_fact(struct document *document, const char *key, const json_t *value,
                                struct vmt_error *err)
{
    struct vmt_slice text;
    enum vmt_status status = dump(&text, document, value, err);
    return status == VMT_OK
               ? vmt_part_header_fact(document->parse, document->process, vmt_slice(key), text, err)
               : status;
}

/* Bytes of a value; in other units the truth is near it. */
static bool read_size(const struct document *document, const json_t *value, struct vmt_reading *out)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        (uint64_t)json_integer_value(value) > UINT64_MAX / document->scale) {
        return false;
    }
    *out = (struct vmt_reading){(uint64_t)json_integer_value(value) * document->scale,
                                document->scale == 1 ? 0 : document->scale};
    return true;
}

/* One number of a category.  VMT_END: not of a key that is known; *sound stays when the value is of
 * the kind that the key asks for. */
static enum vmt_status read_number(const struct document *document, struct vmt_stated_row *row,
                                   const char *key, const json_t *value, bool *sound)
{
    static const struct {
        const char *key;
        enum vmt_evidence evidence;
    } keys[] = {
        {"dirty", VMT_EV_CHARGED},           {"swapped", VMT_EV_SWAPPED}, {"clean", VMT_EV_CLEAN},
        {"reclaimable", VMT_EV_RECLAIMABLE}, {"wired", VMT_EV_WIRED},
    };
    if (strcmp(key, "regions") == 0) {
        row->counted = json_is_integer(value) && json_integer_value(value) >= 0;
        row->regions = row->counted ? (uint64_t)json_integer_value(value) : 0;
        *sound = *sound && row->counted;
        return VMT_OK;
    }
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (strcmp(key, keys[i].key) == 0) {
            bool size = read_size(document, value, &row->stated[keys[i].evidence]);
            row->known = (uint16_t)(row->known | (size ? 1u << keys[i].evidence : 0u));
            *sound = *sound && size;
            return VMT_OK;
        }
    }
    return VMT_END;
}

static enum vmt_status read_category(struct document *document, const char *name, json_t *value,
                                     struct vmt_error *err)
{
    struct vmt_snapshot *snapshot = document->parse->snapshot;
    struct vmt_stated_row row = {.line = document->json.line};
    bool sound = json_is_object(value) && name[0] != '\0';
    bool complete = sound; /* the model has a member for all of it */
    for (void *at = json_object_iter(value); at != NULL; at = json_object_iter_next(value, at)) {
        enum vmt_status known = read_number(document, &row, json_object_iter_key(at),
                                            json_object_iter_value(at), &sound);
        complete = complete && known == VMT_OK;
    }
    enum vmt_status status = sound && complete ? VMT_OK : add_fact(document, name, value, err);
    if (status == VMT_OK && !sound) {
        document->process->stated_damaged = true;
        status = note_wrong(document, name, err);
    }
    if (status != VMT_OK || row.known == 0 || name[0] == '\0') {
        return status;
    }
    struct vmt_stated_row *kept = vmt_sequence_add(&document->process->stated);
    if (kept == NULL) {
        return vmt_arena_fail(&snapshot->arena, err);
    }
    row.type = vmt_type_get(&snapshot->types, &snapshot->strings, vmt_slice(name), 0);
    *kept = row;
    return row.type == NULL ? vmt_arena_fail(&snapshot->arena, err) : VMT_OK;
}

/* Each member of an object goes to `read`. */
typedef enum vmt_status member_reader(struct document *document, const char *key, json_t *value,
                                      struct vmt_error *err);

static enum vmt_status read_members(struct document *document, json_t *object, member_reader *read,
                                    struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    void *at = json_object_iter(object);
    for (; status == VMT_OK && at != NULL; at = json_object_iter_next(object, at)) {
        status = read(document, json_object_iter_key(at), json_object_iter_value(at), err);
    }
    return status;
}

static enum vmt_status set_amount(struct document *document, enum vmt_member member,
                                  const char *key, const json_t *value, struct vmt_error *err)
{
    struct vmt_reading size;
    if (!read_size(document, value, &size)) {
        enum vmt_status status = add_fact(document, key, value, err);
        return status == VMT_OK ? note_wrong(document, key, err) : status;
    }
    document->process->whole.of[member] = vmt_amount_of(size);
    return VMT_OK;
}

static enum vmt_status read_auxiliary(struct document *document, const char *key, json_t *value,
                                      struct vmt_error *err)
{
    if (strcmp(key, "phys_footprint") == 0) {
        return set_amount(document, VMT_FOOTPRINT, key, value, err);
    }
    if (strcmp(key, "phys_footprint_peak") == 0) {
        return set_amount(document, VMT_FOOTPRINT_PEAK, key, value, err);
    }
    return add_fact(document, key, value, err);
}

static enum vmt_status read_process_member(struct document *document, const char *key,
                                           json_t *value, struct vmt_error *err)
{
    struct vmt_process *process = document->process;
    bool object = json_is_object(value);
    bool count = json_is_integer(value) && json_integer_value(value) >= 0;
    if (strcmp(key, "name") == 0 && json_is_string(value)) {
        struct vmt_slice name = {json_string_value(value), json_string_length(value)};
        return vmt_snapshot_string(&process->name, document->parse->snapshot, name, err);
    }
    if (strcmp(key, "pid") == 0 && count) {
        process->pid = (uint64_t)json_integer_value(value);
        process->pid_known = true;
        return VMT_OK;
    }
    if (strcmp(key, "page size") == 0 && count) {
        process->page_size = (uint64_t)json_integer_value(value);
        return VMT_OK;
    }
    if (strcmp(key, "categories") == 0 && object) {
        return read_members(document, value, read_category, err);
    }
    if (strcmp(key, "auxiliary") == 0 && object) {
        return read_members(document, value, read_auxiliary, err);
    }
    return add_fact(document, key, value, err);
}

/* A record for the next process: the first one is there. */
static enum vmt_status next_process(struct document *document, struct vmt_error *err)
{
    struct vmt_parse *parse = document->parse;
    if (document->processes++ > 0) {
        enum vmt_status status =
            vmt_snapshot_add_process(&document->process, parse->snapshot, parse->input, err);
        if (status != VMT_OK) {
            return status;
        }
    }
    document->process->grammar = vmt_grammar_darwin_footprint_json.name;
    document->process->line = document->json.line;
    return VMT_OK;
}

/* The tool's own sum of what is dirty: the total of the categories.  It is not the kernel's
 * footprint, which has memory of no category. */
static enum vmt_status read_sum(struct document *document, const json_t *sum, bool alone,
                                struct vmt_error *err)
{
    struct vmt_process *process = document->process;
    struct vmt_reading size;
    enum vmt_status status = sum == NULL ? VMT_OK : add_fact(document, "footprint", sum, err);
    if (status != VMT_OK || !read_size(document, sum, &size)) {
        return status;
    }
    /* Of several processes what they share stands elsewhere, and may be in it or not. */
    if (!alone || process->stated.count == 0) {
        return VMT_OK;
    }
    struct vmt_arena *arena = &document->parse->snapshot->arena;
    process->stated_total = vmt_arena_alloc(arena, 1, sizeof *process->stated_total);
    if (process->stated_total == NULL) {
        return vmt_arena_fail(arena, err);
    }
    *process->stated_total =
        (struct vmt_stated_row){.line = document->json.line, .known = 1u << VMT_EV_CHARGED};
    process->stated_total->stated[VMT_EV_CHARGED] = size;
    return VMT_OK;
}

static enum vmt_status read_process(struct document *document, json_t *object,
                                    const struct vmt_string *captured_at, bool alone,
                                    struct vmt_error *err)
{
    enum vmt_status status = next_process(document, err);
    if (status == VMT_OK && !json_is_object(object)) {
        return note_wrong(document, "processes", err);
    }
    if (status == VMT_OK) {
        document->process->captured_at = captured_at;
        status = read_members(document, object, read_process_member, err);
    }
    return status == VMT_OK ? read_sum(document, json_object_get(object, "footprint"), alone, err)
                            : status;
}

/* What the tool has to say goes to the input: it is about processes that are not there. */
static enum vmt_status read_messages(struct document *document, const json_t *messages,
                                     struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    for (size_t i = 0; status == VMT_OK && i < json_array_size(messages); i++) {
        struct vmt_slice text;
        struct vmt_place place = {document->json.source, document->json.line, 1};
        status = dump(&text, document, json_array_get(messages, i), err);
        if (status == VMT_OK) {
            status = vmt_notes_add(&document->parse->input->notes, VMT_NOTE_TOOL_MESSAGE, place,
                                   text, (struct vmt_slice){0}, err);
        }
    }
    return status;
}

/* ISO 8601 with a zone. */
static bool is_time(struct vmt_slice text)
{
    static const char shape[] = "0000-00-00T00:00:00";
    for (size_t i = 0; i < sizeof shape - 1; i++) {
        char c = i < text.length ? text.data[i] : '\0';
        if (shape[i] == '0' ? c < '0' || c > '9' : c != shape[i]) {
            return false;
        }
    }
    return text.length < 40;
}

/* All processes together, when there are several. */
static enum vmt_status read_total(struct document *document, const json_t *total,
                                  struct vmt_error *err)
{
    struct vmt_parse *parse = document->parse;
    struct vmt_stated_set *set = NULL;
    struct vmt_reading size;
    if (!read_size(document, total, &size)) {
        return note_wrong(document, "total footprint", err);
    }
    enum vmt_status status = vmt_snapshot_add_set(&set, parse->snapshot, parse->input, err);
    if (status == VMT_OK) {
        set->grammar = vmt_grammar_darwin_footprint_json.name;
        set->line = document->json.line;
        set->whole.of[VMT_FOOTPRINT] = vmt_amount_of(size);
    }
    return status;
}

/* Members of a sample that are about no process in particular. */
static enum vmt_status read_rest(struct document *document, json_t *sample, struct vmt_error *err)
{
    static const char *const read_elsewhere[] = {"unit", "bytes per unit", "processes", "samples"};
    size_t processes = json_array_size(json_object_get(sample, "processes"));
    enum vmt_status status = VMT_OK;
    void *at = json_object_iter(sample);
    for (; status == VMT_OK && at != NULL; at = json_object_iter_next(sample, at)) {
        const char *key = json_object_iter_key(at);
        json_t *value = json_object_iter_value(at);
        bool known = false;
        for (size_t i = 0; i < sizeof read_elsewhere / sizeof read_elsewhere[0]; i++) {
            known = known || strcmp(key, read_elsewhere[i]) == 0;
        }
        bool empty = (json_is_array(value) && json_array_size(value) == 0) ||
                     (json_is_object(value) && json_object_size(value) == 0);
        if (known || empty) {
            continue;
        }
        if ((strcmp(key, "errors") == 0 || strcmp(key, "warnings") == 0) && json_is_array(value)) {
            status = read_messages(document, value, err);
        } else if (strcmp(key, "total footprint") == 0 && processes > 1) {
            status = read_total(document, value, err);
        } else {
            status = add_fact(document, key, value, err);
        }
    }
    return status;
}

/* All processes of one time. */
static enum vmt_status read_sample(struct document *document, json_t *sample, struct vmt_error *err)
{
    const json_t *processes = json_object_get(sample, "processes");
    const struct vmt_string *captured_at = NULL;
    struct vmt_slice date;
    enum vmt_status status = VMT_OK;
    if (!json_is_array(processes)) {
        return note_wrong(document, "processes", err);
    }
    if (vmt_json_string(json_object_get(sample, "start_time"), "date", &date) && is_time(date)) {
        status = vmt_snapshot_string(&captured_at, document->parse->snapshot, date, err);
    }
    for (size_t i = 0; status == VMT_OK && i < json_array_size(processes); i++) {
        status = read_process(document, json_array_get(processes, i), captured_at,
                              json_array_size(processes) == 1, err);
        if (status == VMT_OK && i == 0) {
            status = read_rest(document, sample, err);
        }
    }
    return status;
}

static enum vmt_status read_document(struct document *document, struct vmt_error *err)
{
    json_t *root = document->json.root;
    json_t *samples = json_object_get(root, "samples");
    json_t *scale = json_object_get(root, "bytes per unit");
    document->scale = 1;
    if (scale != NULL &&
        (!vmt_json_u64(root, "bytes per unit", &document->scale) || document->scale == 0)) {
        /* Of sizes in an unknown unit nothing can be said. */
        document->scale = 1;
        return note_wrong(document, "bytes per unit", err);
    }
    if (!json_is_array(samples)) {
        return read_sample(document, root, err);
    }
    enum vmt_status status = VMT_OK;
    for (size_t i = 0; status == VMT_OK && i < json_array_size(samples); i++) {
        status = read_sample(document, json_array_get(samples, i), err);
    }
    return status == VMT_OK ? read_rest(document, root, err) : status;
}

static bool claims(const struct vmt_cursor *cursor)
{
    static const char *const own[] = {"bytes per unit", "total footprint", NULL};
    static const char *const common[] = {"auxiliary", NULL};
    static const char *const sizes[] = {"phys_footprint", "phys_footprint_peak", NULL};
    return vmt_json_begins(cursor, 0) &&
           (vmt_json_mentions(cursor, 0, own) ||
            (vmt_json_mentions(cursor, 0, common) && vmt_json_mentions(cursor, 0, sizes)));
}

static enum vmt_status parse_json(struct vmt_parse *parse, struct vmt_error *err)
{
    struct document document = {.parse = parse};
    uint64_t consumed = parse->input->ledger.consumed;
    enum vmt_status status =
        vmt_snapshot_add_process(&document.process, parse->snapshot, parse->input, err);
    if (status != VMT_OK) {
        return status;
    }
    document.process->grammar = vmt_grammar_darwin_footprint_json.name;
    document.process->line = vmt_cursor_ahead(parse->cursor, 0)->number;
    status = vmt_json_read(&document.json, parse, &document.process->notes, err);
    if (status == VMT_OK) {
        document.spoilable = parse->input->ledger.consumed - consumed;
        status = read_document(&document, err);
    }
    vmt_json_free(&document.json);
    return status == VMT_END ? VMT_OK : status;
}

const struct vmt_grammar vmt_grammar_darwin_footprint_json = {
    .name = "darwin-footprint-json",
    .summary = "footprint -j, macOS 14 to 26",
    .gives = "sums by type, footprint, samples",
    .claims = claims,
    .parse = parse_json,
};
