/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/json_load.h"

/* As deep as jansson goes. */
#define DEPTH_MOST 2048
/* So many lines that cannot be read are left out of an object. */
#define LINES_DROPPED 8

/* Line and column of an offset in the text. */
static struct vmt_place place_at(const struct vmt_json *json, size_t offset)
{
    struct vmt_json_walk walk = {.place = {json->source, json->line, 1}};
    vmt_json_walk_to(json, &walk, offset);
    return walk.place;
}

enum vmt_status vmt_json_spoil(struct vmt_parse *parse, struct vmt_notes *notes, uint64_t lines,
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

enum vmt_status vmt_json_loadb(json_t **out, struct vmt_slice text, size_t flags,
                               json_error_t *error, struct vmt_error *err)
{
    *error = (json_error_t){0}; /* jansson itself does not clear the code in it */
    *out = json_loadb(text.data, text.length, JSON_ALLOW_NUL | flags, error);
    if (*out != NULL) {
        return VMT_OK;
    }
    return ran_out_of_memory(error) ? vmt_fail_nomem(err) : VMT_END;
}

static size_t fault_of(const json_error_t *error)
{
    return error->position > 0 ? (size_t)error->position - 1 : 0;
}

/* --- what stands in front of a fault ---------------------------------------------------------- */

/* Where the last member ends that is whole, and what is open there. */
struct beginning {
    size_t cut;
    size_t depth;
    char closers[DEPTH_MOST];
};

static void find_beginning(struct beginning *out, const struct vmt_json *json, size_t end)
{
    struct vmt_json_nesting nesting = {0};
    out->cut = 0;
    out->depth = 0;
    for (size_t i = 0; i < end && nesting.depth < DEPTH_MOST; i++) {
        char c = json->text[i];
        bool bare = !nesting.in_string;
        if (bare && c == ',') {
            out->cut = i;
            out->depth = (size_t)nesting.depth;
        }
        vmt_json_follow(&nesting, c);
        if (bare && (c == '{' || c == '[') && nesting.depth <= DEPTH_MOST) {
            out->closers[nesting.depth - 1] = c == '{' ? '}' : ']';
        }
    }
}

/* VMT_END: there is nothing to be had. */
static enum vmt_status parse_beginning(struct vmt_json *json, const struct beginning *beginning,
                                       struct vmt_error *err)
{
    size_t cut = beginning->cut;
    size_t depth = beginning->depth;
    if (cut == 0) {
        return VMT_END;
    }
    char *text = json->allocator->allocate(json->allocator->self, cut + depth);
    if (text == NULL) {
        return vmt_fail_nomem(err);
    }
    memcpy(text, json->text, cut);
    for (size_t i = 0; i < depth; i++) {
        text[cut + i] = beginning->closers[depth - 1 - i];
    }
    json_error_t error;
    enum vmt_status status =
        vmt_json_loadb(&json->root, (struct vmt_slice){text, cut + depth}, 0, &error, err);
    json->allocator->release(json->allocator->self, text);
    return status;
}

/* The lines from the first that is not whole in what can be read are damage. */
static enum vmt_status load_beginning(struct vmt_json *json, uint64_t lines, size_t fault,
                                      const char *reason, struct vmt_parse *parse,
                                      struct vmt_notes *notes, struct vmt_error *err)
{
    struct beginning beginning;
    find_beginning(&beginning, json, fault);
    enum vmt_status status = parse_beginning(json, &beginning, err);
    if (status != VMT_OK && status != VMT_END) {
        return status;
    }
    size_t lost = status == VMT_OK ? beginning.cut + 1 : 0;
    while (status == VMT_OK && lost < fault && vmt_json_is_white(json->text[lost])) {
        lost++;
    }
    struct vmt_place place = place_at(json, fault > 0 ? fault - 1 : 0);
    struct vmt_place first = place_at(json, lost);
    place = first.line < place.line ? first : place;
    uint64_t good = place.line - json->line;
    enum vmt_status spoilt =
        vmt_json_spoil(parse, notes, lines - (good < lines ? good : 0), place, reason, err);
    return spoilt == VMT_OK ? status : spoilt;
}

/* --- without the lines of faults -------------------------------------------------------------- */

/* The lines of the text between two ends of line, with those that a torn string there took. */
static uint64_t lines_between(const struct vmt_json *json, size_t begin, size_t end)
{
    uint64_t lines = 1;
    for (size_t i = 0; i < json->torn_count; i++) {
        bool there = json->torn[i].offset >= begin && json->torn[i].offset < end;
        lines += there ? json->torn[i].lines : 0;
    }
    return lines;
}

/* Leave a line out, and the comma before it where what it stands in ends behind it. */
static void drop_line(char *text, size_t length, size_t begin, size_t end)
{
    memset(text + begin, ' ', end - begin);
    while (end < length && vmt_json_is_white(text[end])) {
        end++;
    }
    while (begin > 0 && vmt_json_is_white(text[begin - 1])) {
        begin--;
    }
    bool last = end < length && (text[end] == '}' || text[end] == ']');
    if (last && begin > 0 && text[begin - 1] == ',') {
        text[begin - 1] = ' ';
    }
}

/* Reports have a member on a line: without the few that cannot be read there can be an object.
 * VMT_END when there is not. */
static enum vmt_status load_without_lines(struct vmt_json *json, size_t fault, const char *reason,
                                          struct vmt_parse *parse, struct vmt_notes *notes,
                                          struct vmt_error *err)
{
    size_t faults[LINES_DROPPED];
    uint64_t lines[LINES_DROPPED];
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
        drop_line(copy, json->length, begin, end);
        lines[count] = lines_between(json, begin, end);
        faults[count++] = fault;
        json_error_t error;
        status =
            vmt_json_loadb(&json->root, (struct vmt_slice){copy, json->length}, 0, &error, err);
        fault = fault_of(&error);
    }
    json->allocator->release(json->allocator->self, copy);
    for (size_t i = 0; status == VMT_OK && i < count; i++) {
        status = vmt_json_spoil(parse, notes, lines[i], place_at(json, faults[i]), reason, err);
    }
    return status;
}

/* --- the object ------------------------------------------------------------------------------- */

enum vmt_status vmt_json_load(struct vmt_json *json, const struct vmt_json_gathered *gathered,
                              struct vmt_parse *parse, struct vmt_notes *notes,
                              struct vmt_error *err)
{
    json_error_t error = {0};
    const char *reason = "a JSON value that does not end";
    size_t fault = json->length;
    if (gathered->over) {
        enum vmt_status status = vmt_json_loadb(
            &json->root, (struct vmt_slice){json->text, json->length}, 0, &error, err);
        if (status == VMT_OK && gathered->rest) {
            return vmt_json_spoil(parse, notes, 1, place_at(json, json->length),
                                  "text behind a JSON value", err);
        }
        fault = fault_of(&error);
        if (status == VMT_END) {
            reason = error.text;
            status = load_without_lines(json, fault, reason, parse, notes, err);
        }
        if (status != VMT_END) {
            return status;
        }
    } else if (json->torn_count > 0) {
        reason = "a JSON string that does not end";
        fault = json->torn[0].offset + 1;
    }
    return load_beginning(json, gathered->lines, fault, reason, parse, notes, err);
}
