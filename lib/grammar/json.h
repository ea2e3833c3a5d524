/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_JSON_H
#define VMT_GRAMMAR_JSON_H

/* JSON, which is read whole: a value is gathered from the lines ahead, up to a limit, and parsed by
 * jansson.  What a person reads over is repaired first: bytes that are no UTF-8 become `?`, a line
 * that was broken inside a string is put together, a number that 64 bits do not hold is an
 * empty list, one that they hold only without a sign a string: vmt_json_wide(). */

#include <jansson.h>

#include "grammar/grammar.h"

/* A string that has no end: in the text it is in one line, and what went with it is blank. */
struct vmt_json_torn {
    size_t offset;  /* of its quote */
    uint64_t lines; /* lost with it, beside the one that it begins in */
};

/* Of more than so many torn strings no object can be made. */
#define VMT_JSON_TORN_MOST 8

struct vmt_json {
    json_t *root; /* an object */
    char *text;   /* as it was parsed, for places */
    size_t length;
    size_t capacity;
    uint64_t line; /* where it begins in its input */
    const struct vmt_allocator *allocator;
    const char *source;                            /* name of the input */
    struct vmt_json_torn torn[VMT_JSON_TORN_MOST]; /* the first ones */
    size_t torn_count;
};

/* Whether the line after `index` others begins an object of JSON. */
bool vmt_json_begins(const struct vmt_cursor *cursor, size_t index);

/* Whether one of the keys, a list that ends with NULL, is among what can be seen of the object
 * that begins there: a member of its own, not of an object in it. */
bool vmt_json_mentions(const struct vmt_cursor *cursor, size_t index, const char *const *keys);

/* Take the object that begins with the next line.  Where its syntax is wrong or it does not end,
 * that is noted among `notes`, and what stands in front of the fault is read.  VMT_END: nothing
 * is, or the object is larger than the limit; it was taken as damage.  `out` is to be freed in any
 * case. */
enum vmt_status vmt_json_read(struct vmt_json *out, struct vmt_parse *parse,
                              struct vmt_notes *notes, struct vmt_error *err);

/* Take the next line, and those after it while a string is open: a member that was cut out of its
 * object, or the rest of a string (`in_string`).  For vmt_json_scrape(); there is no root. */
enum vmt_status vmt_json_read_member(struct vmt_json *out, bool in_string, struct vmt_parse *parse,
                                     struct vmt_error *err);

/* The string behind the first `"key" :` in text that is no whole object, or the rest of one that
 * the text begins in (key NULL); as far as it goes.  A new reference.  VMT_END: there is none. */
enum vmt_status vmt_json_scrape(json_t **out, const struct vmt_json *json, const char *key,
                                struct vmt_error *err);
void vmt_json_free(struct vmt_json *json);

/* Where `"key"` first stands, for notes; where the object begins when it does not. */
struct vmt_place vmt_json_place(const struct vmt_json *json, const char *key);

/* The places of one key after the other; begins zeroed. */
struct vmt_json_walk {
    size_t offset; /* of the last one, in the text */
    struct vmt_place place;
};
bool vmt_json_next(const struct vmt_json *json, struct vmt_json_walk *walk, const char *key);
void vmt_json_walk_to(const struct vmt_json *json, struct vmt_json_walk *walk, size_t offset);

/* For json.c: what no parser takes, the text keeping its length and its lines; and which strings
 * are torn. */
void vmt_json_repair(struct vmt_json *json);

/* `"key"` with a colon after it, at `at`. */
bool vmt_json_is_key(struct vmt_slice text, size_t at, const char *key);

/* `"key" : …` */
bool vmt_json_is_member(struct vmt_slice line);

/* Whether no string that was broken in the line before goes on like this: with a member, with
 * brackets alone or with the beginning of a string.  It is torn: all after it would be taken inside
 * out.  `escaped`: a backslash stands before the end of that line. */
bool vmt_json_ends_string(struct vmt_slice line, bool escaped);

/* A number that is more than jansson's integers hold, but not than 64 bits do: it is read as a
 * string, of which this makes the number again. */
bool vmt_json_wide(struct vmt_slice string, uint64_t *out);

/* Members of an object by their kinds; false when it has none of that name and kind. */
bool vmt_json_string(const json_t *object, const char *key, struct vmt_slice *out);
/* An integer that is not negative. */
bool vmt_json_u64(const json_t *object, const char *key, uint64_t *out);

#endif
