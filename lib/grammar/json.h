/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_JSON_H
#define VMT_GRAMMAR_JSON_H

/* JSON, which is read whole: a value is gathered from the lines ahead, up to a limit, and parsed by
 * jansson.  Bytes that are no UTF-8 become `?` first, and a line that was broken inside a string is
 * put together again. */

#include <jansson.h>

#include "grammar/grammar.h"

struct vmt_json {
    json_t *root; /* an object */
    char *text;   /* as it was parsed, for places */
    size_t length;
    size_t capacity;
    uint64_t line; /* where it begins in its input */
    const struct vmt_allocator *allocator;
    const char *source; /* name of the input */
};

/* Whether the line after `index` others begins an object of JSON. */
bool vmt_json_begins(const struct vmt_cursor *cursor, size_t index);

/* Whether one of the keys, a list that ends with NULL, stands in what can be seen of the object
 * that begins there: `"key"` and a colon after it. */
bool vmt_json_mentions(const struct vmt_cursor *cursor, size_t index, const char *const *keys);

/* Take the object that begins with the next line.  VMT_END: it was taken as damage and noted among
 * `notes`, where its syntax is wrong, it does not end or is larger than the limit; no root then.
 * `out` is to be freed in any case. */
enum vmt_status vmt_json_read(struct vmt_json *out, struct vmt_parse *parse,
                              struct vmt_notes *notes, struct vmt_error *err);
void vmt_json_free(struct vmt_json *json);

/* Where `"key"` first stands, for notes; where the object begins when it does not. */
struct vmt_place vmt_json_place(const struct vmt_json *json, const char *key);

/* Members of an object by their kinds; false when it has none of that name and kind. */
bool vmt_json_string(const json_t *object, const char *key, struct vmt_slice *out);
/* An integer that is not negative. */
bool vmt_json_u64(const json_t *object, const char *key, uint64_t *out);

#endif
