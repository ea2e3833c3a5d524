/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/json.h"

#include "base/unicode.h"

/* So many lines are looked through for a key. */
#define LINES_SEEN VMT_CURSOR_AHEAD

bool vmt_json_begins(const struct vmt_cursor *cursor, size_t index)
{
    const struct vmt_line *line = vmt_cursor_ahead(cursor, index);
    return line != NULL && vmt_slice_starts(vmt_slice_trim(line->text), "{");
}

/* `"key"` with a colon after it. */
static bool mentions(struct vmt_slice text, const char *key)
{
    size_t length = strlen(key);
    size_t at = vmt_slice_find(text, key);
    while (at < text.length) {
        struct vmt_slice after = vmt_slice_from(text, at + length);
        if (at > 0 && text.data[at - 1] == '"' && vmt_slice_starts(after, "\"") &&
            vmt_slice_starts(vmt_slice_trim(vmt_slice_from(after, 1)), ":")) {
            return true;
        }
        at += length + vmt_slice_find(after, key);
    }
    return false;
}

bool vmt_json_mentions(const struct vmt_cursor *cursor, size_t index, const char *const *keys)
{
    for (size_t i = index; i < LINES_SEEN; i++) {
        const struct vmt_line *line = vmt_cursor_ahead(cursor, i);
        if (line == NULL) {
            return false;
        }
        for (const char *const *key = keys; *key != NULL; key++) {
            if (mentions(line->text, *key)) {
                return true;
            }
        }
        if (vmt_slice_starts(line->text, "}")) { /* the object is over */
            return false;
        }
    }
    return false;
}

/* An object being gathered. */
struct gathering {
    struct vmt_json *json;
    size_t limit;
    uint64_t depth;
    uint64_t lines;
    bool in_string;
    bool escaped;
    bool over;      /* the object's last brace was met */
    bool too_large; /* it is followed, and not kept */
    size_t rest;    /* bytes after its last brace on that line, blanks apart */
};

static enum vmt_status reserve(struct vmt_json *json, size_t length, struct vmt_error *err)
{
    if (length <= json->capacity) {
        return VMT_OK;
    }
    size_t capacity = json->capacity == 0 ? 4096 : json->capacity * 2;
    capacity = capacity < length ? length : capacity;
    char *text = json->allocator->allocate(json->allocator->self, capacity);
    if (text == NULL) {
        return vmt_fail_nomem(err);
    }
    if (json->length > 0) {
        memcpy(text, json->text, json->length);
    }
    json->allocator->release(json->allocator->self, json->text);
    json->text = text;
    json->capacity = capacity;
    return VMT_OK;
}

/* How deep in braces and brackets the bytes lead; where the object ends, or bytes.length. */
static size_t follow(struct gathering *gathering, struct vmt_slice bytes)
{
    for (size_t i = 0; i < bytes.length; i++) {
        char c = bytes.data[i];
        if (gathering->in_string) {
            if (gathering->escaped) {
                gathering->escaped = false;
            } else if (c == '\\') {
                gathering->escaped = true;
            } else if (c == '"') {
                gathering->in_string = false;
            }
        } else if (c == '"') {
            gathering->in_string = true;
        } else if (c == '{' || c == '[') {
            gathering->depth++;
        } else if ((c == '}' || c == ']') && gathering->depth > 0 && --gathering->depth == 0) {
            gathering->over = true;
            return i + 1;
        }
    }
    return bytes.length;
}

static enum vmt_status gather(void *self, struct vmt_slice piece, struct vmt_error *err)
{
    struct gathering *gathering = self;
    struct vmt_json *json = gathering->json;
    size_t length = gathering->over ? 0 : follow(gathering, piece);
    gathering->rest += vmt_slice_trim(vmt_slice_from(piece, length)).length;
    if (gathering->too_large || json->length + length >= gathering->limit) {
        gathering->too_large = true;
        return VMT_OK;
    }
    enum vmt_status status = reserve(json, json->length + length + 1, err);
    if (status == VMT_OK && length > 0) {
        memcpy(json->text + json->length, piece.data, length);
        json->length += length;
    }
    return status;
}

/* What no JSON parser takes and a person reads over: bytes that are no text, and ends of lines
 * that were put into strings (they stay as blanks, so that places stay). */
static void repair(struct vmt_json *json)
{
    bool in_string = false;
    for (size_t i = 0; i < json->length;) {
        unsigned char *at = (unsigned char *)json->text + i;
        struct vmt_slice rest = {json->text + i, json->length - i};
        bool invalid = vmt_utf8_next(&rest) == VMT_UTF8_INVALID;
        size_t count = (size_t)(rest.data - json->text) - i;
        if (invalid) {
            *at = '?';
        } else if (*at == '\\' && in_string && i + 1 < json->length && at[1] >= 0x20) {
            count = 2;
            if (at[1] >= 0x80) { /* the escape of no character */
                *at = '?';
                count = 1;
            }
        } else if (*at == '"') {
            in_string = !in_string;
        } else if (*at < 0x20 && in_string) {
            *at = ' ';
        }
        i += count;
    }
}

/* Line and column of an offset in the text. */
static struct vmt_place place_at(const struct vmt_json *json, size_t offset)
{
    struct vmt_place place = {json->source, json->line, 1};
    for (size_t i = 0; i < offset && i < json->length; i++) {
        place.column++;
        if (json->text[i] == '\n') {
            place.line++;
            place.column = 1;
        }
    }
    return place;
}

static enum vmt_status spoil(const struct gathering *gathering, struct vmt_parse *parse,
                             struct vmt_notes *notes, struct vmt_place place, const char *reason,
                             struct vmt_error *err)
{
    vmt_cursor_spoil(parse->cursor, gathering->lines);
    enum vmt_status status = vmt_notes_add(notes, VMT_NOTE_DAMAGED_LINE, place, vmt_slice(reason),
                                           (struct vmt_slice){0}, err);
    return status == VMT_OK ? VMT_END : status;
}

static enum vmt_status gather_lines(struct gathering *gathering, struct vmt_parse *parse,
                                    struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    while (status == VMT_OK && !gathering->over) {
        status = vmt_cursor_fill(parse->cursor, 1, err);
        if (status != VMT_OK || vmt_cursor_ahead(parse->cursor, 0) == NULL) {
            break;
        }
        status = vmt_cursor_take_whole(parse->cursor, VMT_LINE_CONSUMED, gather, gathering, err);
        gathering->lines++;
        if (status == VMT_OK && !gathering->over && !gathering->too_large) {
            gathering->json->text[gathering->json->length++] = '\n'; /* gather() left room */
        }
    }
    return status;
}

enum vmt_status vmt_json_read(struct vmt_json *out, struct vmt_parse *parse,
                              struct vmt_notes *notes, struct vmt_error *err)
{
    *out = (struct vmt_json){.line = vmt_cursor_ahead(parse->cursor, 0)->number,
                             .allocator = parse->context->allocator,
                             .source = parse->input->name->data};
    struct gathering gathering = {.json = out, .limit = parse->context->json_limit};
    enum vmt_status status = gather_lines(&gathering, parse, err);
    if (status != VMT_OK) {
        return status;
    }
    struct vmt_place place = {out->source, out->line, 1};
    if (gathering.too_large) {
        return spoil(&gathering, parse, notes, place, "a JSON value larger than is read", err);
    }
    repair(out);
    if (!gathering.over) {
        place = place_at(out, out->length > 0 ? out->length - 1 : 0);
        return spoil(&gathering, parse, notes, place, "a JSON value that does not end", err);
    }
    json_error_t error;
    out->root = json_loadb(out->text, out->length, JSON_ALLOW_NUL, &error);
    if (out->root == NULL) {
        bool no_memory = json_error_code(&error) == json_error_out_of_memory;
        size_t offset = error.position > 0 ? (size_t)error.position - 1 : 0;
        return no_memory ? vmt_fail_nomem(err)
                         : spoil(&gathering, parse, notes, place_at(out, offset), error.text, err);
    }
    if (gathering.rest > 0) {
        place = place_at(out, out->length);
        return vmt_notes_add(notes, VMT_NOTE_DAMAGED_LINE, place,
                             vmt_slice("text behind a JSON value"), (struct vmt_slice){0}, err);
    }
    return VMT_OK;
}

void vmt_json_free(struct vmt_json *json)
{
    json_decref(json->root);
    json->root = NULL;
    if (json->allocator != NULL) {
        json->allocator->release(json->allocator->self, json->text);
    }
    json->text = NULL;
}

struct vmt_place vmt_json_place(const struct vmt_json *json, const char *key)
{
    struct vmt_slice text = {json->text, json->length};
    size_t length = strlen(key);
    size_t at = vmt_slice_find(text, key);
    while (at < text.length) {
        struct vmt_slice after = vmt_slice_from(text, at + length);
        if (at > 0 && text.data[at - 1] == '"' && vmt_slice_starts(after, "\"")) {
            return place_at(json, at - 1);
        }
        at += length + vmt_slice_find(after, key);
    }
    return place_at(json, 0);
}

bool vmt_json_string(const json_t *object, const char *key, struct vmt_slice *out)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_string(value)) {
        return false;
    }
    *out = (struct vmt_slice){json_string_value(value), json_string_length(value)};
    return true;
}

bool vmt_json_u64(const json_t *object, const char *key, uint64_t *out)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_integer(value) || json_integer_value(value) < 0) {
        return false;
    }
    *out = (uint64_t)json_integer_value(value);
    return true;
}
