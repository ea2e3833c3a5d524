/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/json_facts.h"

#include <inttypes.h>
#include <stdio.h>

/* Objects in objects that are looked into; a longer path is cut. */
#define DEPTH_MOST 4
#define PATH_MOST 160
/* Of a list: what is longer is no fact, but data. */
#define ITEMS_MOST 16

struct keeping {
    struct vmt_snapshot *snapshot;
    struct vmt_sequence *facts;
    const char *const *skip;
};

static enum vmt_status keep(const struct keeping *keeping, const char *path, struct vmt_slice value,
                            struct vmt_error *err)
{
    struct vmt_fact *fact = vmt_sequence_add(keeping->facts);
    if (fact == NULL) {
        return vmt_arena_fail(&keeping->snapshot->arena, err);
    }
    enum vmt_status status =
        vmt_snapshot_string(&fact->key, keeping->snapshot, vmt_slice(path), err);
    return status == VMT_OK ? vmt_snapshot_string(&fact->value, keeping->snapshot, value, err)
                            : status;
}

static enum vmt_status keep_scalar(const struct keeping *keeping, const char *path,
                                   const json_t *value, struct vmt_error *err)
{
    char text[48];
    struct vmt_slice slice;
    switch (json_typeof(value)) {
    case JSON_STRING:
        slice = (struct vmt_slice){json_string_value(value), json_string_length(value)};
        break;
    case JSON_INTEGER:
        snprintf(text, sizeof text, "%" PRId64, (int64_t)json_integer_value(value));
        slice = vmt_slice(text);
        break;
    case JSON_REAL:
        snprintf(text, sizeof text, "%.15g", json_real_value(value));
        slice = vmt_slice(text);
        break;
    case JSON_TRUE:
        slice = vmt_slice("true");
        break;
    case JSON_FALSE:
        slice = vmt_slice("false");
        break;
    case JSON_OBJECT:
    case JSON_ARRAY:
    case JSON_NULL:
    default:
        return VMT_OK;
    }
    return slice.length == 0 ? VMT_OK : keep(keeping, path, slice, err);
}

static bool is_skipped(const struct keeping *keeping, const char *key)
{
    const char *const *skip = keeping->skip;
    while (*skip != NULL && strcmp(*skip, key) != 0) {
        skip++;
    }
    return *skip != NULL;
}

/* Objects in it are walked with a stack of our own: `path` holds where each one's part ends. */
struct level {
    const json_t *value;
    void *member; /* of an object: the next */
    size_t item;  /* of a list: the next */
    size_t path;
};

/* The next member or item of a level, NULL when there is none; its key goes into the path. */
static const json_t *next_value(struct level *level, char *path, const struct keeping *keeping)
{
    char key[24];
    const char *name = key;
    const json_t *value = NULL;
    if (json_is_array(level->value)) {
        value = json_array_size(level->value) > ITEMS_MOST
                    ? NULL
                    : json_array_get(level->value, level->item);
        snprintf(key, sizeof key, "%zu", level->item++);
    } else {
        while (value == NULL && level->member != NULL) {
            name = json_object_iter_key(level->member);
            value = is_skipped(keeping, name) ? NULL : json_object_iter_value(level->member);
            level->member = json_object_iter_next((json_t *)(uintptr_t)level->value, level->member);
        }
    }
    if (value != NULL) {
        snprintf(path + level->path, PATH_MOST - level->path, "%s%s", level->path > 0 ? "." : "",
                 name);
    }
    return value;
}

static struct level enter(const json_t *value, size_t path)
{
    struct level level = {.value = value, .path = path};
    if (json_is_object(value)) {
        level.member = json_object_iter((json_t *)(uintptr_t)value);
    }
    return level;
}

enum vmt_status vmt_json_facts(struct vmt_snapshot *snapshot, struct vmt_sequence *facts,
                               const json_t *object, const char *const *skip, struct vmt_error *err)
{
    const struct keeping keeping = {snapshot, facts, skip};
    char path[PATH_MOST] = "";
    struct level levels[DEPTH_MOST] = {enter(object, 0)};
    size_t depth = 1;
    while (depth > 0) {
        const json_t *value = next_value(&levels[depth - 1], path, &keeping);
        if (value == NULL) {
            depth--;
            continue;
        }
        enum vmt_status status = keep_scalar(&keeping, path, value, err);
        if (status != VMT_OK) {
            return status;
        }
        if ((json_is_object(value) || json_is_array(value)) && depth < DEPTH_MOST) {
            levels[depth++] = enter(value, strlen(path));
        }
    }
    return VMT_OK;
}
