/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/json.h"

/* So many lines are looked through for a key. */
#define LINES_SEEN VMT_CURSOR_AHEAD
/* As deep as jansson goes. */
#define DEPTH_MOST 2048
/* A line that begins so deep within an object is not between two of its keys any more: the reports
 * that are known have them before.  Else each line of a deep nest would be looked at from each line
 * above it. */
#define KEY_DEPTH_MOST 12
/* So many lines that cannot be read are left out of an object. */
#define LINES_DROPPED 8

bool vmt_json_begins(const struct vmt_cursor *cursor, size_t index)
{
    const struct vmt_line *line = vmt_cursor_ahead(cursor, index);
    struct vmt_slice text = line == NULL ? (struct vmt_slice){"", 0} : vmt_slice_trim(line->text);
    if (!vmt_slice_starts(text, "{")) {
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

/* Braces and brackets being followed through text. */
struct nesting {
    uint64_t depth;
    bool in_string;
    bool escaped;
};

/* Whether the byte ends the outermost value. */
static bool follow(struct nesting *nesting, char c)
{
    if (nesting->in_string) {
        nesting->in_string = nesting->escaped || c != '"';
        nesting->escaped = !nesting->escaped && c == '\\';
        return false;
    }
    if (c == '"') {
        nesting->in_string = true;
    } else if (c == '{' || c == '[') {
        nesting->depth++;
    } else if ((c == '}' || c == ']') && nesting->depth > 0) {
        return --nesting->depth == 0;
    }
    return false;
}

bool vmt_json_is_member(struct vmt_slice line)
{
    line = vmt_slice_trim(line);
    if (!vmt_slice_starts(line, "\"")) {
        return false;
    }
    struct vmt_slice rest = vmt_slice_from(line, 1);
    size_t end = vmt_slice_find(rest, "\"");
    return end < rest.length && vmt_slice_find((struct vmt_slice){rest.data, end}, "\\") == end &&
           vmt_slice_starts(vmt_slice_trim(vmt_slice_from(rest, end + 1)), ":");
}

static void begin_line(struct nesting *nesting, struct vmt_slice line)
{
    if (nesting->in_string && vmt_json_is_member(line)) {
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
    struct nesting nesting = {0};
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
            if (follow(&nesting, line->text.data[at])) {
                return false;
            }
        }
    }
    return false;
}

/* An object being gathered. */
struct gathering {
    struct vmt_json *json;
    struct nesting nesting;
    size_t limit;
    uint64_t lines;
    bool member;    /* not an object, but one member of it: it is over where no string is open */
    bool over;      /* the object's last brace was met */
    bool too_large; /* it is followed, and not kept */
    bool rest;      /* something stands after its last brace on that line */
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
    while (length < piece.length && !gathering->over) {
        gathering->over = follow(&gathering->nesting, piece.data[length++]);
    }
    for (size_t i = length; i < piece.length; i++) {
        gathering->rest = gathering->rest || !is_punctuation(piece.data[i]);
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
    while (length > 0 && (vmt_is_blank(json->text[length - 1]) || json->text[length - 1] == '\n')) {
        length--;
    }
    return length > 0 && strchr("{[,:", json->text[length - 1]) != NULL;
}

/* Whether the next line can go on with a value: one that cannot is the text behind a torn one. */
static bool goes_on(const struct gathering *gathering, const struct vmt_cursor *cursor)
{
    static const char *const words[] = {"true", "false", "null"};
    struct vmt_slice text = vmt_slice_trim(vmt_cursor_ahead(cursor, 0)->text);
    if (gathering->lines == 0 || text.length == 0) {
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
    while (status == VMT_OK && !gathering->over) {
        status = vmt_cursor_fill(parse->cursor, 1, err);
        if (status != VMT_OK || vmt_cursor_ahead(parse->cursor, 0) == NULL ||
            !goes_on(gathering, parse->cursor)) {
            break;
        }
        if (!gathering->member) {
            begin_line(&gathering->nesting, vmt_cursor_ahead(parse->cursor, 0)->text);
        }
        status = vmt_cursor_take_whole(parse->cursor, VMT_LINE_CONSUMED, gather, gathering, err);
        gathering->lines++;
        if (status == VMT_OK && !gathering->over && !gathering->too_large) {
            gathering->json->text[gathering->json->length++] = '\n'; /* gather() left room */
        }
        gathering->over = gathering->over || (gathering->member && !gathering->nesting.in_string);
    }
    return status;
}

/* Line and column of an offset in the text. */
static struct vmt_place place_at(const struct vmt_json *json, size_t offset)
{
    struct vmt_json_walk walk = {.place = {json->source, json->line, 1}};
    vmt_json_walk_to(json, &walk, offset);
    return walk.place;
}

/* The last `lines` of what was taken are damage, one note each. */
static enum vmt_status spoil(struct vmt_parse *parse, struct vmt_notes *notes, uint64_t lines,
                             struct vmt_place place, const char *reason, struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    vmt_cursor_spoil(parse->cursor, lines);
    for (uint64_t i = 0; status == VMT_OK && i < lines; i++) {
        status = vmt_notes_add(notes, VMT_NOTE_DAMAGED_LINE, place, vmt_slice(reason),
                               (struct vmt_slice){0}, err);
        place.line++;
        place.column = 1;
    }
    return status;
}

/* jansson says so in some places, and nothing in others; in its lexer it takes it for a token that
 * is none, which we cannot tell. */
static bool ran_out_of_memory(const json_error_t *error)
{
    enum json_error_code code = json_error_code(error);
    return code == json_error_out_of_memory || code == json_error_unknown;
}

/* jansson's view of the text; *fault is where it stopped. */
static enum vmt_status load(json_t **out, const char *text, size_t length, json_error_t *error,
                            size_t *fault, struct vmt_error *err)
{
    *error = (json_error_t){0}; /* jansson itself does not clear the code in it */
    *out = json_loadb(text, length, JSON_ALLOW_NUL, error);
    if (*out != NULL) {
        return VMT_OK;
    }
    *fault = error->position > 0 ? (size_t)error->position - 1 : 0;
    return ran_out_of_memory(error) ? vmt_fail_nomem(err) : VMT_END;
}

/* Parse what stands in front of `end`, up to the last member that is whole there: NULL when there
 * is nothing to be had. */
static enum vmt_status parse_beginning(struct vmt_json *json, size_t end, struct vmt_error *err)
{
    char closers[DEPTH_MOST]; /* of what is open */
    struct nesting nesting = {0};
    size_t cut = 0;
    size_t depth = 0; /* at the cut */
    for (size_t i = 0; i < end && nesting.depth < DEPTH_MOST; i++) {
        char c = json->text[i];
        bool bare = !nesting.in_string;
        if (bare && c == ',') {
            cut = i;
            depth = (size_t)nesting.depth;
        }
        follow(&nesting, c);
        if (bare && (c == '{' || c == '[') && nesting.depth <= DEPTH_MOST) {
            closers[nesting.depth - 1] = c == '{' ? '}' : ']';
        }
    }
    if (cut == 0) {
        return VMT_END;
    }
    char *text = json->allocator->allocate(json->allocator->self, cut + depth);
    if (text == NULL) {
        return vmt_fail_nomem(err);
    }
    memcpy(text, json->text, cut);
    for (size_t i = 0; i < depth; i++) {
        text[cut + i] = closers[depth - 1 - i];
    }
    json_error_t error;
    enum vmt_status status = load(&json->root, text, cut + depth, &error, &cut, err);
    json->allocator->release(json->allocator->self, text);
    return status;
}

/* Reports have a member on a line: without the few that cannot be read there can be an object.
 * VMT_END when there is not. */
static enum vmt_status parse_without_lines(struct vmt_json *json, size_t fault, const char *reason,
                                           struct vmt_parse *parse, struct vmt_notes *notes,
                                           struct vmt_error *err)
{
    size_t faults[LINES_DROPPED];
    size_t count = 0;
    char *copy = json->allocator->allocate(json->allocator->self, json->length);
    if (copy == NULL) {
        return vmt_fail_nomem(err);
    }
    memcpy(copy, json->text, json->length);
    enum vmt_status status = VMT_END;
    while (status == VMT_END && count < LINES_DROPPED) {
        size_t begin = fault;
        while (begin > 0 && copy[begin - 1] != '\n') {
            begin--;
        }
        size_t end = fault;
        while (end < json->length && copy[end] != '\n') {
            end++;
        }
        if (begin == 0) {
            break; /* the object itself begins there */
        }
        memset(copy + begin, ' ', end - begin);
        faults[count++] = fault;
        json_error_t error;
        status = load(&json->root, copy, json->length, &error, &fault, err);
    }
    json->allocator->release(json->allocator->self, copy);
    for (size_t i = 0; status == VMT_OK && i < count; i++) {
        status = spoil(parse, notes, 1, place_at(json, faults[i]), reason, err);
    }
    return status;
}

/* The whole object, or what is left of it without a fault, or what stands in front of one. */
static enum vmt_status parse_object(struct vmt_json *json, const struct gathering *gathering,
                                    struct vmt_parse *parse, struct vmt_notes *notes,
                                    struct vmt_error *err)
{
    json_error_t error = {0};
    const char *reason = "a JSON value that does not end";
    size_t fault = json->length;
    if (gathering->over) {
        enum vmt_status status = load(&json->root, json->text, json->length, &error, &fault, err);
        if (status == VMT_OK && gathering->rest) {
            return spoil(parse, notes, 1, place_at(json, json->length), "text behind a JSON value",
                         err);
        }
        if (status == VMT_END) {
            reason = error.text;
            status = parse_without_lines(json, fault, reason, parse, notes, err);
        }
        if (status != VMT_END) {
            return status;
        }
    }
    struct vmt_place place = place_at(json, fault > 0 ? fault - 1 : 0);
    uint64_t good = place.line - json->line;
    uint64_t bad = gathering->lines - (good < gathering->lines ? good : 0);
    enum vmt_status status = spoil(parse, notes, bad, place, reason, err);
    return status == VMT_OK ? parse_beginning(json, fault, err) : status;
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
        status = spoil(parse, notes, gathering.lines, (struct vmt_place){out->source, out->line, 1},
                       "a JSON value larger than is read", err);
        return status == VMT_OK ? VMT_END : status;
    }
    vmt_json_repair(out->text, out->length);
    return parse_object(out, &gathering, parse, notes, err);
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
    struct nesting nesting = {.in_string = true};
    size_t end = from;
    while (end < text.length && nesting.in_string) {
        follow(&nesting, text.data[end++]);
    }
    end -= nesting.in_string ? (nesting.escaped ? 1 : 0) : 1;
    char *literal = json->allocator->allocate(json->allocator->self, end - from + 2);
    if (literal == NULL) {
        return vmt_fail_nomem(err);
    }
    literal[0] = '"';
    memcpy(literal + 1, text.data + from, end - from);
    literal[end - from + 1] = '"';
    vmt_json_repair(literal, end - from + 2);
    json_error_t error = {0};
    *out = json_loadb(literal, end - from + 2, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    json->allocator->release(json->allocator->self, literal);
    if (*out != NULL) {
        return VMT_OK;
    }
    return ran_out_of_memory(&error) ? vmt_fail_nomem(err) : VMT_END;
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
