/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/linux_cgroup_lines.h"

/* No value is longer, of those that can be made out behind damage. */
#define VALUE_MOST 40
/* Keys that tell a file by its first lines, and so many lines of it. */
#define SHAPE_KEYS 8
#define SHAPE_AHEAD 5

/* --- one line --------------------------------------------------------------------------------- */

bool vmt_cgroup_are_digits(struct vmt_slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
    }
    return text.length > 0;
}

bool vmt_cgroup_read_key(const struct vmt_cgroup_file *file, struct vmt_slice line,
                         struct vmt_slice *key, struct vmt_slice *value)
{
    struct vmt_slice rest = line;
    *key = vmt_slice_word(&rest);
    *value = vmt_slice_trim(rest);
    size_t equals = vmt_slice_find(*key, "=");
    if (file->form == VMT_CGROUP_NODES && equals < key->length) {
        *value = vmt_slice_from(line, (size_t)(key->data - line.data) + equals + 1);
        key->length = equals;
    }
    if (key->length == 0 || key->length > VMT_CGROUP_KEY_MOST || value->length == 0) {
        return false;
    }
    for (size_t i = 0; i < key->length; i++) {
        char c = key->data[i];
        if ((c < 'a' || c > 'z') && c != '_' && (i == 0 || c < '0' || c > '9')) {
            return false;
        }
    }
    return true;
}

bool vmt_cgroup_fits(const struct vmt_cgroup_file *file, struct vmt_slice line)
{
    struct vmt_slice key;
    struct vmt_slice value;
    if (file->form == VMT_CGROUP_VALUE) {
        return vmt_cgroup_are_digits(line) || vmt_slice_equals(line, vmt_slice("max"));
    }
    bool nodes = file->form == VMT_CGROUP_NODES;
    return vmt_cgroup_read_key(file, line, &key, &value) &&
           (nodes ? vmt_slice_find(value, "N0=") < value.length : vmt_cgroup_are_digits(value));
}

static bool has_digit(struct vmt_slice text)
{
    bool digit = false;
    for (size_t i = 0; i < text.length; i++) {
        digit = digit || (text.data[i] >= '0' && text.data[i] <= '9');
    }
    return digit;
}

bool vmt_cgroup_resembles(const struct vmt_cgroup_file *file, struct vmt_slice line)
{
    struct vmt_slice key;
    struct vmt_slice value = line;
    bool begun = file->form == VMT_CGROUP_VALUE || vmt_cgroup_read_key(file, line, &key, &value);
    struct vmt_slice rest = value;
    struct vmt_slice word = vmt_slice_word(&rest);
    bool nodes = file->form == VMT_CGROUP_NODES;
    bool short_ = word.length <= VALUE_MOST && memchr(word.data, '/', word.length) == NULL;
    return vmt_cgroup_fits(file, line) ||
           (begun && short_ && rest.length == 0 &&
            (has_digit(word) || vmt_slice_starts(word, "m"))) ||
           (begun && nodes && vmt_slice_find(line, "=") < line.length);
}

bool vmt_cgroup_are_nodes(struct vmt_slice value)
{
    uint64_t number = 0;
    bool are = value.length > 0;
    struct vmt_slice word = vmt_slice_word(&value);
    for (bool first = true; are && word.length > 0; word = vmt_slice_word(&value), first = false) {
        size_t equals = vmt_slice_find(word, "=");
        are = equals < word.length
                  ? word.data[0] == 'N' &&
                        vmt_parse_u64((struct vmt_slice){word.data + 1, equals - 1}, 10, &number) &&
                        vmt_parse_u64(vmt_slice_from(word, equals + 1), 10, &number)
                  : first && vmt_parse_u64(word, 10, &number);
    }
    return are;
}

bool vmt_cgroup_is_rest_of_line(const struct vmt_cgroup_file *file, struct vmt_slice line)
{
    if (file->form == VMT_CGROUP_NODES && vmt_slice_find(line, "=") < line.length) {
        return true;
    }
    struct vmt_slice key = vmt_slice_word(&line);
    (void)vmt_slice_word(&line);
    return key.length > 0 && key.data[0] >= 'a' && key.data[0] <= 'z' &&
           memchr(key.data, '/', key.length) == NULL && vmt_slice_trim(line).length == 0;
}

/* --- the first lines of a file ---------------------------------------------------------------- */

/* The keys that a file begins with: first and second as they stand, then any of the others. */
struct beginning {
    const struct vmt_cgroup_file *file;
    size_t others;                /* needed besides the first two */
    const char *keys[SHAPE_KEYS]; /* NULL behind the last */
};

static bool is_entry(const struct beginning *beginning, struct vmt_slice line, const char *wanted)
{
    struct vmt_slice key;
    struct vmt_slice value;
    bool nodes = beginning->file->form == VMT_CGROUP_NODES;
    if (!vmt_cgroup_read_key(beginning->file, line, &key, &value) ||
        !(nodes ? vmt_slice_find(value, "N0=") < value.length : vmt_cgroup_are_digits(value))) {
        return false;
    }
    bool any = vmt_cgroup_find(beginning->file, key) != VMT_HOST_COUNT;
    for (size_t i = 0; i < SHAPE_KEYS && beginning->keys[i] != NULL; i++) {
        any = any || vmt_slice_equals(key, vmt_slice(beginning->keys[i]));
    }
    return wanted == NULL ? any : vmt_slice_equals(key, vmt_slice(wanted));
}

/* Whether the lines ahead are those: both of the first two, or one of them and so many others that
 * the other one is damaged. */
static bool begins_with(const struct vmt_cursor *cursor, const struct beginning *beginning)
{
    bool first = is_entry(beginning, vmt_cursor_text(cursor, 0), beginning->keys[0]);
    bool second = is_entry(beginning, vmt_cursor_text(cursor, 1), beginning->keys[1]);
    size_t others = 0;
    for (size_t i = 2; (first || second) && i < SHAPE_AHEAD; i++) {
        others += is_entry(beginning, vmt_cursor_text(cursor, i), NULL) ? 1 : 0;
    }
    if (first && second) {
        return others >= beginning->others;
    }
    return others >= 2 &&
           vmt_cgroup_is_rest_of_line(beginning->file, vmt_cursor_text(cursor, first ? 1 : 0));
}

const struct vmt_cgroup_file *vmt_cgroup_know_by_shape(const struct vmt_cursor *cursor)
{
    static const struct beginning beginnings[] = {
        {&vmt_cgroup_stat, 0, {"anon", "file", "kernel", "kernel_stack", "slab", "sock", "percpu"}},
        {&vmt_cgroup_stat,
         0,
         {"cache", "rss", "rss_huge", "mapped_file", "swap", "shmem", "pgpgin"}},
        {&vmt_cgroup_events, 2, {"low", "high", "max", "oom"}},
        {&vmt_cgroup_nodes, 0, {"total", "file", "anon", "unevictable"}},
        {&vmt_cgroup_nodes, 0, {"anon", "file", "kernel_stack", "shmem", "pagetables"}},
    };
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++) {
        if (begins_with(cursor, &beginnings[i])) {
            return beginnings[i].file;
        }
    }
    return NULL;
}
