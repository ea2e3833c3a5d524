/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "model/type.h"

#include <assert.h>
#include <stdio.h>

#include "model/type_name.h"

/* A dump has some dozens of types; one with thousands of names is an attack, in which a name may
 * get a second record rather than cost a walk over all of them for each row. */
#define SEARCH_MOST 512

/* The heap whose objects are shared at birth: tags 1 (also as "MALLOC" and as its guard pages), 2,
 * 7, 11 and 12.  Large blocks are not: realloc moves them by copying on write. */
static bool shared_at_birth(const struct vmt_type_meaning *meaning)
{
    static const struct {
        const char *canonical;
        bool keeps_empty; /* also as "… (empty)" */
    } heap[] = {
        {"MALLOC_TINY", true},
        {"MALLOC_SMALL", true},
        {"MALLOC_MEDIUM", true},
        {"MALLOC_NANO", true},
        {"MALLOC", false},
        {"MALLOC metadata", false},
        {"MALLOC guard page", false},
        {"MALLOC_NANO metadata", false},
    };
    if (meaning->entry == NULL) {
        return false;
    }
    for (size_t i = 0; i < sizeof heap / sizeof heap[0]; i++) {
        if (strcmp(meaning->entry->names[0], heap[i].canonical) == 0) {
            return meaning->suffix_count == 0 ||
                   (meaning->suffix_count == 1 && meaning->suffixes[0] == VMT_SUFFIX_EMPTY &&
                    heap[i].keeps_empty);
        }
    }
    return false;
}

/* The name of the dictionary and the suffixes as we spell them; `printed` for what has no other
 * name. */
static const struct vmt_string *canonical_name(struct vmt_intern *strings,
                                               const struct vmt_type_meaning *meaning,
                                               const struct vmt_string *printed)
{
    char buffer[VMT_CANONICAL_SIZE];
    int length = 0;
    if (meaning->entry != NULL) {
        length = snprintf(buffer, sizeof buffer, "%s", meaning->entry->names[0]);
    } else if (meaning->free_tag != VMT_NO_TAG) {
        length = snprintf(buffer, sizeof buffer, "Memory Tag %d", meaning->free_tag);
    } else {
        return printed;
    }
    for (size_t i = 0; i < meaning->suffix_count; i++) {
        length += snprintf(buffer + length, sizeof buffer - (size_t)length, " (%s)",
                           vmt_type_suffixes[meaning->suffixes[i]]);
        assert(length > 0 && (size_t)length < sizeof buffer);
    }
    return vmt_intern(strings, (struct vmt_slice){buffer, (size_t)length});
}

/* The record of a printed name, moved to the front, where the next row looks first. */
static struct vmt_type *find_record(struct vmt_type **types, const struct vmt_string *printed)
{
    struct vmt_type **link = types;
    for (size_t i = 0; i < SEARCH_MOST && *link != NULL; i++) {
        struct vmt_type *type = *link;
        if (type->printed == printed) {
            *link = type->next;
            type->next = *types;
            *types = type;
            return type;
        }
        link = &type->next;
    }
    return NULL;
}

const struct vmt_type *vmt_type_get(struct vmt_type **types, struct vmt_intern *strings,
                                    struct vmt_slice printed, size_t cut_at)
{
    const struct vmt_string *name = vmt_intern(strings, printed);
    if (name == NULL) {
        return NULL;
    }
    struct vmt_type *type = find_record(types, name);
    if (type != NULL) {
        return type;
    }
    struct vmt_type_meaning meaning = vmt_type_meaning_of(printed, cut_at);
    const struct vmt_string *canonical = canonical_name(strings, &meaning, name);
    if (canonical == NULL) {
        return NULL;
    }
    type = vmt_arena_alloc(strings->arena, 1, sizeof *type);
    if (type == NULL) {
        return NULL;
    }
    type->printed = name;
    type->canonical = canonical;
    type->class = meaning.class;
    type->nature = meaning.nature;
    type->entry = meaning.entry;
    type->true_shared_heap = shared_at_birth(&meaning);
    type->next = *types;
    *types = type;
    return type;
}

static const struct {
    const char *name;
    const char *title;
} classes[VMT_CLASS_COUNT] = {
    [VMT_CLASS_OTHER] = {"other", "other"},
    [VMT_CLASS_HEAP] = {"heap", "heap"},
    [VMT_CLASS_HEAP_KEPT_EMPTY] = {"heap-kept-empty", "heap kept empty"},
    [VMT_CLASS_STACK] = {"stack", "stack"},
    [VMT_CLASS_CODE] = {"code", "code"},
    [VMT_CLASS_DATA] = {"data", "data of images"},
    [VMT_CLASS_FILE] = {"file", "files"},
    [VMT_CLASS_SHARED_MEMORY] = {"shared-memory", "shared memory"},
    [VMT_CLASS_GRAPHICS] = {"graphics", "graphics"},
    [VMT_CLASS_JIT] = {"jit", "compiled at run time"},
    [VMT_CLASS_GUARD] = {"guard", "guards"},
    [VMT_CLASS_RESERVED] = {"reserved", "reserved"},
    [VMT_CLASS_KERNEL] = {"kernel", "held by the kernel"},
    [VMT_CLASS_SUBMAP] = {"submap", "submaps"},
};

const char *vmt_class_name(enum vmt_class class)
{
    return classes[class].name;
}

const char *vmt_class_title(enum vmt_class class)
{
    return classes[class].title;
}

bool vmt_type_is_address_space(const struct vmt_type *type)
{
    return type->class == VMT_CLASS_GUARD || type->class == VMT_CLASS_RESERVED ||
           type->class == VMT_CLASS_SUBMAP;
}
