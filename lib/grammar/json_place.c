/* SPDX-License-Identifier: MIT */
#include "config.h"

/* Where the members of a JSON object stand in its text, for what is said of them. */

#include "grammar/json.h"

bool vmt_json_is_key(struct vmt_slice text, size_t at, const char *key)
{
    struct vmt_slice rest = vmt_slice_from(text, at + 1);
    if (!vmt_slice_starts(rest, key)) {
        return false;
    }
    rest = vmt_slice_from(rest, strlen(key));
    return vmt_slice_starts(rest, "\"") &&
           vmt_slice_starts(vmt_slice_trim(vmt_slice_from(rest, 1)), ":");
}

void vmt_json_walk_to(const struct vmt_json *json, struct vmt_json_walk *walk, size_t offset)
{
    if (walk->place.line == 0) {
        walk->place = (struct vmt_place){json->source, json->line, 1};
    }
    for (; walk->offset < offset && walk->offset < json->length; walk->offset++) {
        walk->place.column++;
        if (json->text[walk->offset] == '\n') {
            walk->place.line++;
            walk->place.column = 1;
        }
    }
}

bool vmt_json_next(const struct vmt_json *json, struct vmt_json_walk *walk, const char *key)
{
    struct vmt_slice text = {json->text, json->length};
    /* Of an empty key its closing quote is looked for. */
    const char *sought = key[0] == '\0' ? "\"" : key;
    size_t length = strlen(sought);
    size_t at = walk->offset + (walk->place.line > 0 ? 2 : 0); /* behind the one before */
    at = at > text.length ? text.length : at;
    at += vmt_slice_find(vmt_slice_from(text, at), sought);
    while (at < text.length) {
        if (at > 0 && text.data[at - 1] == '"' && vmt_json_is_key(text, at - 1, key)) {
            vmt_json_walk_to(json, walk, at - 1);
            return true;
        }
        at += length;
        at += vmt_slice_find(vmt_slice_from(text, at), sought);
    }
    return false;
}

struct vmt_place vmt_json_place(const struct vmt_json *json, const char *key)
{
    struct vmt_json_walk walk = {0};
    if (!vmt_json_next(json, &walk, key)) {
        vmt_json_walk_to(json, &walk, 0);
    }
    return walk.place;
}
