/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "model/type_name.h"

#include <stdio.h>

const char *const vmt_type_suffixes[VMT_SUFFIX_COUNT] = {
    [VMT_SUFFIX_EMPTY] = "empty",       [VMT_SUFFIX_RESERVED] = "reserved",
    [VMT_SUFFIX_GRAPHICS] = "graphics", [VMT_SUFFIX_MEDIA] = "media",
    [VMT_SUFFIX_NETWORK] = "network",   [VMT_SUFFIX_NEURAL] = "neural",
    [VMT_SUFFIX_FREED] = "freed?", /* 10.4; the question mark is the tool's: not taken for freed */
};

static const char unused_canonical[] = "unused but dirty shlib __DATA";

static struct vmt_slice cut(struct vmt_slice slice, size_t length)
{
    slice.length = length < slice.length ? length : slice.length;
    return slice;
}

static bool starts_nocase(struct vmt_slice slice, const char *prefix)
{
    return vmt_slice_equals_nocase(cut(slice, strlen(prefix)), vmt_slice(prefix));
}

static bool ends_nocase(struct vmt_slice slice, const char *suffix)
{
    size_t length = strlen(suffix);
    return slice.length >= length &&
           vmt_slice_equals_nocase(vmt_slice_from(slice, slice.length - length), vmt_slice(suffix));
}

/* *rest without `prefix`, or false. */
static bool skip_nocase(struct vmt_slice *rest, const char *prefix)
{
    if (!starts_nocase(*rest, prefix)) {
        return false;
    }
    *rest = vmt_slice_from(*rest, strlen(prefix));
    return true;
}

/* Where the last `c` is, or slice.length. */
static size_t find_last(struct vmt_slice slice, char c)
{
    for (size_t at = slice.length; at > 0; at--) {
        if (slice.data[at - 1] == c) {
            return at - 1;
        }
    }
    return slice.length;
}

static const struct vmt_type_entry *find_spelling(struct vmt_slice name)
{
    for (const struct vmt_type_entry *entry = vmt_type_table; entry->names[0] != NULL; entry++) {
        for (const char *const *at = entry->names; *at != NULL; at++) {
            if (vmt_slice_equals_nocase(name, vmt_slice(*at))) {
                return entry;
            }
        }
    }
    return NULL;
}

static const struct vmt_type_entry *find_tag(int tag)
{
    for (const struct vmt_type_entry *entry = vmt_type_table; entry->names[0] != NULL; entry++) {
        if (entry->tag == tag) {
            return entry;
        }
    }
    return NULL;
}

/* Tools print the number of a tag whose name they do not know, and of programs' own tags.
 * The number, or VMT_NO_TAG. */
static int tag_number(struct vmt_slice name)
{
    static const struct {
        const char *prefix;
        uint64_t first;
        uint64_t last;
        int base;
    } forms[] = {
        {"Memory Tag ", 0, 255, 0}, {"Memory tag=", 0, 255, 0},        {"VM_MEMORY_", 0, 255, 0},
        {"tag ", 0, 255, 0},        {"App-Specific Tag ", 1, 16, 239},
    };
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        struct vmt_slice rest = name;
        uint64_t number = 0;
        if (skip_nocase(&rest, forms[i].prefix) && vmt_parse_u64(rest, 10, &number) &&
            number >= forms[i].first && number <= forms[i].last) {
            return forms[i].base + (int)number;
        }
    }
    return VMT_NO_TAG;
}

/* "unused __AUTH", "unused shlib __TEXT", … are all parts of the shared cache that this program
 * does not use and others made dirty.  vmmap's summary has one row for them. */
static bool unused_segment(struct vmt_slice name)
{
    if (!skip_nocase(&name, "unused ")) {
        return false;
    }
    skip_nocase(&name, "but dirty ");
    skip_nocase(&name, "shlib ");
    return name.length > 2 && vmt_slice_starts(name, "__") &&
           vmt_slice_find(name, " ") == name.length;
}

static const struct vmt_type_entry *find_entry(struct vmt_slice name)
{
    const struct vmt_type_entry *entry = find_spelling(name);
    if (entry == NULL) {
        int tag = tag_number(name);
        entry = tag == VMT_NO_TAG ? NULL : find_tag(tag);
    }
    if (entry == NULL && unused_segment(name)) {
        entry = find_spelling(vmt_slice(unused_canonical));
    }
    return entry;
}

/* Take one " (suffix)" off the end of *name. */
static bool strip_suffix(struct vmt_slice *name, enum vmt_type_suffix *out)
{
    for (enum vmt_type_suffix suffix = 0; suffix < VMT_SUFFIX_COUNT; suffix++) {
        size_t length = strlen(vmt_type_suffixes[suffix]);
        struct vmt_slice rest = *name;
        if (rest.length <= length + 3 || !ends_nocase(rest, ")")) {
            continue;
        }
        rest.length--;
        if (!ends_nocase(rest, vmt_type_suffixes[suffix])) {
            continue;
        }
        rest.length -= length;
        if (!ends_nocase(rest, " (")) {
            continue;
        }
        rest.length -= 2;
        *name = rest;
        *out = suffix;
        return true;
    }
    return false;
}

static void set_entry(struct vmt_type_meaning *meaning, const struct vmt_type_entry *entry)
{
    meaning->entry = entry;
    meaning->class = entry->class;
    meaning->nature = entry->nature;
}

static void add_suffix(struct vmt_type_meaning *meaning, enum vmt_type_suffix suffix)
{
    assert(meaning->suffix_count < VMT_SUFFIXES_MOST);
    meaning->suffixes[meaning->suffix_count++] = suffix;
    switch (suffix) {
    case VMT_SUFFIX_EMPTY:
        if (meaning->class == VMT_CLASS_HEAP) {
            meaning->class = VMT_CLASS_HEAP_KEPT_EMPTY;
        }
        break;
    case VMT_SUFFIX_RESERVED:
        meaning->class = VMT_CLASS_RESERVED;
        break;
    case VMT_SUFFIX_GRAPHICS:
        if (meaning->class == VMT_CLASS_OTHER) {
            meaning->class = VMT_CLASS_GRAPHICS;
        }
        break;
    case VMT_SUFFIX_MEDIA:
    case VMT_SUFFIX_NETWORK:
    case VMT_SUFFIX_NEURAL:
    case VMT_SUFFIX_FREED:
    case VMT_SUFFIX_COUNT:
        break;
    }
}

/* No blanks, a dot: ".note.gnu.prope", "dsce.got". */
static bool section_like(struct vmt_slice name)
{
    bool dot = false;
    for (size_t i = 0; i < name.length; i++) {
        char c = name.data[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '.') {
            return false;
        }
        dot = dot || c == '.';
    }
    return dot;
}

/* Types that are not in the dictionary: what the name lets us guess. */
static void guess(struct vmt_type_meaning *meaning, struct vmt_slice name)
{
    static const struct {
        const char *prefix;
        enum vmt_class class;
        enum vmt_nature nature;
    } shapes[] = {
        {"__TEXT", VMT_CLASS_CODE, VMT_NATURE_FILE},
        {"__", VMT_CLASS_DATA, VMT_NATURE_FILE},
        {"MALLOC_", VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS},
        {"MALLOC ", VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS},
        {"WebKit Malloc ", VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS},
        {"owned unmapped ", VMT_CLASS_KERNEL, VMT_NATURE_ANONYMOUS},
        {"owned physical footprint ", VMT_CLASS_KERNEL, VMT_NATURE_ANONYMOUS},
        {"IOSurface ", VMT_CLASS_GRAPHICS, VMT_NATURE_UNKNOWN},
        {"IOAccelerator ", VMT_CLASS_GRAPHICS, VMT_NATURE_UNKNOWN},
    };
    meaning->class = VMT_CLASS_OTHER;
    meaning->nature = VMT_NATURE_UNKNOWN;
    meaning->free_tag = tag_number(name);
    if (meaning->free_tag != VMT_NO_TAG) {
        meaning->nature = VMT_NATURE_ANONYMOUS; /* the kernel has tags for nothing else */
        return;
    }
    if (ends_nocase(name, " guard") || ends_nocase(name, " guard page")) {
        meaning->class = VMT_CLASS_GUARD;
        meaning->nature = VMT_NATURE_ANONYMOUS;
        return;
    }
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        if (starts_nocase(name, shapes[i].prefix)) {
            meaning->class = shapes[i].class;
            meaning->nature = shapes[i].nature;
            return;
        }
    }
    if (section_like(name)) {
        meaning->class = VMT_CLASS_DATA;
        meaning->nature = VMT_NATURE_FILE;
        return;
    }
    /* "TYPE (what we do not know)", closed or cut. */
    size_t at = find_last(name, '(');
    if (at < name.length && at >= 2 && name.data[at - 1] == ' ') {
        const struct vmt_type_entry *entry = find_entry(cut(name, at - 1));
        if (entry != NULL) {
            meaning->class = entry->class;
            meaning->nature = entry->nature;
        }
    }
}

/* Until 10.3 the zone or the number of a thread stood in the name, without a blank:
 * "MALLOC_USED(DefaultMallocZone_", "STACK[0]". */
static const struct vmt_type_entry *find_glued(struct vmt_slice name)
{
    size_t at = vmt_slice_find(name, "(");
    size_t bracket = vmt_slice_find(name, "[");
    at = bracket < at ? bracket : at;
    if (at == name.length || at == 0 || name.data[at - 1] == ' ') {
        return NULL;
    }
    return find_spelling(cut(name, at));
}

/* The meaning of a name that is not cut. */
static struct vmt_type_meaning find_meaning(struct vmt_slice name)
{
    struct vmt_type_meaning meaning = {.free_tag = VMT_NO_TAG};
    enum vmt_type_suffix stripped[VMT_SUFFIXES_MOST];
    size_t count = 0;
    const struct vmt_type_entry *entry = find_entry(name);
    while (entry == NULL && count < VMT_SUFFIXES_MOST && strip_suffix(&name, &stripped[count])) {
        count++;
        entry = find_entry(name);
    }
    if (entry == NULL) {
        entry = find_glued(name);
    }
    if (entry != NULL) {
        set_entry(&meaning, entry);
    } else {
        guess(&meaning, name);
    }
    while (count > 0) {
        add_suffix(&meaning, stripped[--count]);
    }
    return meaning;
}

static bool begins(struct vmt_slice part, struct vmt_slice whole)
{
    return part.length < whole.length && vmt_slice_equals_nocase(part, cut(whole, part.length));
}

/* Whether the table itself has `name`, whose last '(' is at `at`, with the whole suffix. */
static bool spelled_out(struct vmt_slice name, size_t at, enum vmt_type_suffix suffix)
{
    char whole[VMT_CANONICAL_SIZE];
    if (at >= sizeof whole) {
        return false;
    }
    int length =
        snprintf(whole, sizeof whole, "%.*s(%s)", (int)at, name.data, vmt_type_suffixes[suffix]);
    return (size_t)length < sizeof whole && find_spelling(vmt_slice(whole)) != NULL;
}

/* The one type that a cut name begins; *out stays when there is none, or several. */
static void find_cut(struct vmt_type_meaning *out, struct vmt_slice name)
{
    struct vmt_type_meaning found = {.free_tag = VMT_NO_TAG};
    size_t count = 0;
    for (const struct vmt_type_entry *entry = vmt_type_table; entry->names[0] != NULL; entry++) {
        bool hit = false;
        for (const char *const *at = entry->names; *at != NULL && !hit; at++) {
            hit = begins(name, vmt_slice(*at));
        }
        if (hit) {
            set_entry(&found, entry);
            count++;
        }
    }
    /* Or only the suffix is cut: "Memory Tag 255 (reserved". */
    size_t at = find_last(name, '(');
    if (at < name.length && at >= 2 && name.data[at - 1] == ' ') {
        struct vmt_type_meaning base = find_meaning(cut(name, at - 1));
        struct vmt_slice rest = vmt_slice_from(name, at + 1);
        bool known = base.entry != NULL || base.free_tag != VMT_NO_TAG;
        for (enum vmt_type_suffix suffix = 0; suffix < VMT_SUFFIX_COUNT; suffix++) {
            struct vmt_slice whole = vmt_slice(vmt_type_suffixes[suffix]);
            bool hit = vmt_slice_equals_nocase(rest, whole) || begins(rest, whole);
            if (hit && known && base.suffix_count < VMT_SUFFIXES_MOST &&
                !spelled_out(name, at, suffix)) {
                found = base;
                add_suffix(&found, suffix);
                count++;
            }
        }
    }
    if (count == 1) {
        *out = found;
    }
}

struct vmt_type_meaning vmt_type_meaning_of(struct vmt_slice name, size_t cut_at)
{
    struct vmt_type_meaning meaning = find_meaning(name);
    if (meaning.entry == NULL && cut_at > 0 && name.length == cut_at) {
        find_cut(&meaning, name);
    }
    return meaning;
}
