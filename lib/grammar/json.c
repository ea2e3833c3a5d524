/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/json_load.h"

/* So many lines are looked through for a key. */
#define LINES_SEEN VMT_CURSOR_AHEAD
/* A line that begins so deep within an object is not between two of its keys any more: the reports
 * that are known have them before.  Else each line of a deep nest would be looked at from each line
 * above it. */
#define KEY_DEPTH_MOST 12
/* So many lines that only begin an object follow one that does in no report. */
#define NEST_LINES 2

/* Whether the lines behind the one that an object begins in open one object each, and close none:
 * no report does, and to look for its keys from each line of such a nest would take its time. */
static bool begins_nest(const struct vmt_cursor *cursor, size_t index)
{
    bool opens = true;
    for (size_t i = index; opens && i <= index + NEST_LINES; i++) {
        struct vmt_slice text = vmt_slice_trim(vmt_cursor_text(cursor, i));
        opens =
            vmt_slice_starts(text, "{") &&
            (vmt_slice_ends(text, ":") || vmt_slice_ends(text, "[") || vmt_slice_ends(text, "{"));
    }
    return opens;
}

bool vmt_json_begins(const struct vmt_cursor *cursor, size_t index)
{
    const struct vmt_line *line = vmt_cursor_ahead(cursor, index);
    struct vmt_slice text = line == NULL ? (struct vmt_slice){"", 0} : vmt_slice_trim(line->text);
    if (!vmt_slice_starts(text, "{") || begins_nest(cursor, index)) {
        return false;
    }
    text = vmt_slice_trim(vmt_slice_from(text, 1));
    if (vmt_slice_starts(text, "\"")) {
        return vmt_json_is_member(text);
    }
    if (text.length == 0) {
        text = vmt_cursor_text(cursor, index + 1);
    }
    return !vmt_slice_starts(text, "{") && !vmt_slice_starts(text, "["); /* no key before it */
}

static void begin_line(struct vmt_json_nesting *nesting, struct vmt_slice line)
{
    if (nesting->in_string && vmt_json_ends_string(line, nesting->escaped)) {
        nesting->in_string = false;
        nesting->escaped = false;
    }
}

static bool is_any_key(struct vmt_slice text, size_t at, const char *const *keys)
{
    for (; *keys != NULL; keys++) {
        if (vmt_json_is_key(text, at, *keys)) {
            return true;
        }
    }
    return false;
}

bool vmt_json_mentions(const struct vmt_cursor *cursor, size_t index, const char *const *keys)
{
    struct vmt_json_nesting nesting = {0};
    for (size_t i = index; i < LINES_SEEN; i++) {
        const struct vmt_line *line = vmt_cursor_ahead(cursor, i);
        if (line == NULL || nesting.depth > KEY_DEPTH_MOST) {
            return false;
        }
        begin_line(&nesting, line->text);
        for (size_t at = 0; at < line->text.length; at++) {
            bool member = nesting.depth == 1 && !nesting.in_string && line->text.data[at] == '"';
            if (member && is_any_key(line->text, at, keys)) {
                return true;
            }
            if (vmt_json_follow(&nesting, line->text.data[at])) {
                return false;
            }
        }
    }
    return false;
}

/* An object being gathered. */
struct gathering {
    struct vmt_json *json;
    struct vmt_json_nesting nesting;
    struct vmt_json_gathered out;
    size_t limit;
    bool member;    /* not an object, but one member of it: it is over where no string is open */
    bool too_large; /* it is followed, and not kept */
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

/* What a value that this one was cut out of has after it is nothing to wonder at. */
static bool is_punctuation(char c)
{
    return vmt_is_blank(c) || c == ',' || c == ']' || c == '}';
}

static enum vmt_status gather(void *self, struct vmt_slice piece, struct vmt_error *err)
{
    struct gathering *gathering = self;
    struct vmt_json *json = gathering->json;
    size_t length = 0;
    while (length < piece.length && !gathering->out.over) {
        gathering->out.over = vmt_json_follow(&gathering->nesting, piece.data[length++]);
    }
    for (size_t i = length; i < piece.length; i++) {
        gathering->out.rest = gathering->out.rest || !is_punctuation(piece.data[i]);
    }
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

/* Whether what was gathered so far waits for a value or a key. */
static bool is_open(const struct vmt_json *json)
{
    size_t length = json->length;
    while (length > 0 && vmt_json_is_white(json->text[length - 1])) {
        length--;
    }
    return length > 0 && strchr("{[,:", json->text[length - 1]) != NULL;
}

/* Whether the next line can go on with a value: one that cannot is the text behind a torn one. */
static bool goes_on(const struct gathering *gathering, const struct vmt_cursor *cursor)
{
    static const char *const words[] = {"true", "false", "null"};
    struct vmt_slice text = vmt_slice_trim(vmt_cursor_ahead(cursor, 0)->text);
    if (gathering->out.lines == 0 || text.length == 0) {
        return true;
    }
    if (gathering->nesting.in_string) {
        return !vmt_slice_starts(text, "{") ||
               !vmt_json_is_member(vmt_slice_trim(vmt_slice_from(text, 1)));
    }
    if (text.data[0] == '{') {
        return is_open(gathering->json) || gathering->too_large;
    }
    if (text.data[0] == '-' || (text.data[0] >= '0' && text.data[0] <= '9')) {
        return !vmt_is_claimed(cursor); /* the addresses of a map */
    }
    if (text.data[0] != '\0' && strchr("}[]\",:", text.data[0]) != NULL) {
        return true;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (vmt_slice_starts(text, words[i])) {
            return true;
        }
    }
    return false;
}

static enum vmt_status gather_lines(struct gathering *gathering, struct vmt_parse *parse,
                                    struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    while (status == VMT_OK && !gathering->out.over) {
        status = vmt_cursor_fill(parse->cursor, 1, err);
        if (status != VMT_OK || vmt_cursor_ahead(parse->cursor, 0) == NULL ||
            !goes_on(gathering, parse->cursor)) {
            break;
        }
        if (!gathering->member) {
            begin_line(&gathering->nesting, vmt_cursor_ahead(parse->cursor, 0)->text);
        }
        status = vmt_cursor_take_whole(parse->cursor, VMT_LINE_CONSUMED, gather, gathering, err);
        gathering->out.lines++;
        if (status == VMT_OK && !gathering->out.over && !gathering->too_large) {
            gathering->json->text[gathering->json->length++] = '\n'; /* gather() left room */
        }
        gathering->out.over =
            gathering->out.over || (gathering->member && !gathering->nesting.in_string);
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
    if (gathering.too_large) {
        status = vmt_json_spoil(parse, notes, gathering.out.lines,
                                (struct vmt_place){out->source, out->line, 1},
                                "a JSON value larger than is read", err);
        return status == VMT_OK ? VMT_END : status;
    }
    vmt_json_repair(out);
    return vmt_json_load(out, &gathering.out, parse, notes, err);
}

enum vmt_status vmt_json_read_member(struct vmt_json *out, bool in_string, struct vmt_parse *parse,
                                     struct vmt_error *err)
{
    *out = (struct vmt_json){.line = vmt_cursor_ahead(parse->cursor, 0)->number,
                             .allocator = parse->context->allocator,
                             .source = parse->input->name->data};
    struct gathering gathering = {.json = out,
                                  .nesting = {.in_string = in_string},
                                  .limit = parse->context->json_limit,
                                  .member = true};
    return gather_lines(&gathering, parse, err);
}

enum vmt_status vmt_json_scrape(json_t **out, const struct vmt_json *json, const char *key,
                                struct vmt_error *err)
{
    struct vmt_slice text = {json->text, json->length};
    size_t from = 0;
    *out = NULL;
    if (key != NULL) {
        struct vmt_json_walk walk = {0};
        if (!vmt_json_next(json, &walk, key)) {
            return VMT_END;
        }
        from = walk.offset + strlen(key) + 2;
        from += vmt_slice_find(vmt_slice_from(text, from), "\"") + 1;
        if (from > text.length) {
            return VMT_END;
        }
    }
    while (text.length > from && text.data[text.length - 1] == '\n') {
        text.length--;
    }
    struct vmt_json_nesting nesting = {.in_string = true};
    size_t end = from;
    while (end < text.length && nesting.in_string) {
        vmt_json_follow(&nesting, text.data[end++]);
    }
    end -= nesting.in_string ? (nesting.escaped ? 1 : 0) : 1;
    char *literal = json->allocator->allocate(json->allocator->self, end - from + 2);
    if (literal == NULL) {
        return vmt_fail_nomem(err);
    }
    literal[0] = '"';
    memcpy(literal + 1, text.data + from, end - from);
    literal[end - from + 1] = '"';
    struct vmt_json whole = {.text = literal, .length = end - from + 2};
    vmt_json_repair(&whole);
    json_error_t error;
    enum vmt_status status = vmt_json_loadb(out, (struct vmt_slice){literal, whole.length},
                                            JSON_DECODE_ANY, &error, err);
    json->allocator->release(json->allocator->self, literal);
    return status;
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
    if (json_is_string(value)) {
        return vmt_json_wide(
            (struct vmt_slice){json_string_value(value), json_string_length(value)}, out);
    }
    if (!json_is_integer(value) || json_integer_value(value) < 0) {
        return false;
    }
    *out = (uint64_t)json_integer_value(value);
    return true;
}
