/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_JSON_LOAD_H
#define VMT_GRAMMAR_JSON_LOAD_H

/* For json.c: from the text of an object to jansson's, and what can be had where that is not
 * possible. */

#include "grammar/json.h"

/* Braces and brackets being followed through text. */
struct vmt_json_nesting {
    uint64_t depth;
    bool in_string;
    bool escaped;
};

/* Whether the byte ends the outermost value. */
static inline bool vmt_json_follow(struct vmt_json_nesting *nesting, char c)
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

static inline bool vmt_json_is_white(char c)
{
    return vmt_is_blank(c) || c == '\n';
}

/* What was taken from the lines. */
struct vmt_json_gathered {
    uint64_t lines;
    bool over; /* the object's last brace was met */
    bool rest; /* something stands after its last brace on that line */
};

/* jansson's view of a text: VMT_END where it has none, error->position being one behind the fault.
 */
enum vmt_status vmt_json_loadb(json_t **out, struct vmt_slice text, size_t flags,
                               json_error_t *error, struct vmt_error *err);

/* The whole object of the text, or what is left of it without a fault, or what stands in front of
 * one: what is lost is noted.  VMT_END: all of it. */
enum vmt_status vmt_json_load(struct vmt_json *json, const struct vmt_json_gathered *gathered,
                              struct vmt_parse *parse, struct vmt_notes *notes,
                              struct vmt_error *err);

/* The last `lines` of what was taken are damage, one note each. */
enum vmt_status vmt_json_spoil(struct vmt_parse *parse, struct vmt_notes *notes, uint64_t lines,
                               struct vmt_place place, const char *reason, struct vmt_error *err);

#endif
