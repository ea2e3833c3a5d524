/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/part_field.h"

/* No name of the kernel's is longer. */
#define NAME_MOST 40
/* No line with a path of /proc is longer, the prompt of a shell included. */
#define HEADING_MOST 256

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9') ||
           c == '(' || c == ')';
}

/* Digits and `kB`, or digits alone. */
static void read_value(struct vmt_part_field *out)
{
    struct vmt_slice digits = out->text;
    bool size = digits.length > 3 && memcmp(digits.data + digits.length - 3, " kB", 3) == 0;
    if (size) {
        digits = vmt_slice_trim((struct vmt_slice){digits.data, digits.length - 3});
    }
    out->number = 0;
    out->kind = VMT_FIELD_TEXT;
    for (size_t i = 0; i < digits.length; i++) {
        if (digits.data[i] < '0' || digits.data[i] > '9') {
            return;
        }
    }
    if (digits.length == 0) {
        return;
    }
    bool fits = vmt_parse_u64(digits, 10, &out->number);
    if (size && fits) {
        fits = out->number <= UINT64_MAX / 1024;
        out->number = fits ? out->number * 1024 : 0;
    }
    out->kind = !fits ? VMT_FIELD_EXCESS : size ? VMT_FIELD_SIZE : VMT_FIELD_NUMBER;
}

bool vmt_part_field_read(struct vmt_slice line, struct vmt_part_field *out)
{
    line = vmt_slice_trim(line);
    size_t length = 0;
    while (length < line.length && is_name(line.data[length])) {
        length++;
    }
    if (length == 0 || length > NAME_MOST || length == line.length || line.data[length] != ':') {
        return false;
    }
    out->name = (struct vmt_slice){line.data, length};
    out->text = vmt_slice_trim(vmt_slice_from(line, length + 1));
    read_value(out);
    return true;
}

size_t vmt_part_field_column(const struct vmt_part_field *field, struct vmt_slice line)
{
    return (size_t)(field->text.data - line.data) + 1;
}

/* What stands between `/proc/` and `/FILE`: a number, `self`, either with `/task/` and another. */
static bool read_owner(struct vmt_slice owner, uint64_t *pid)
{
    size_t slash = vmt_slice_find(owner, "/");
    struct vmt_slice first = {owner.data, slash};
    struct vmt_slice rest = vmt_slice_from(owner, slash);
    bool task = rest.length == 0 || vmt_slice_starts(rest, "/task/");
    *pid = 0;
    return task && (vmt_parse_u64(first, 10, pid) || vmt_slice_equals(first, vmt_slice("self")) ||
                    vmt_slice_equals(first, vmt_slice("thread-self")));
}

bool vmt_part_field_heading(struct vmt_slice line, const char *file, uint64_t *pid)
{
    static const char proc[] = "/proc/";
    line = vmt_slice_trim(line);
    if (vmt_slice_ends(line, " <==")) {
        line.length -= strlen(" <==");
    } else if (vmt_slice_ends(line, ":")) {
        line.length--;
    }
    if (!vmt_slice_ends(line, file) || line.length > HEADING_MOST) {
        return false;
    }
    line.length -= strlen(file);
    struct vmt_slice owner = vmt_slice_from(line, vmt_slice_find(line, proc));
    if (owner.length < strlen(proc)) {
        return false;
    }
    owner = vmt_slice_from(owner, strlen(proc));
    *pid = 0;
    if (owner.length == 0) { /* /proc/meminfo */
        return true;
    }
    owner.length--;
    return owner.data[owner.length] == '/' && read_owner(owner, pid);
}

size_t vmt_part_field_begin(const struct vmt_cursor *cursor, const char *file)
{
    uint64_t pid = 0;
    if (!vmt_part_field_heading(vmt_cursor_text(cursor, 0), file, &pid)) {
        return 0;
    }
    const struct vmt_line *next = vmt_cursor_ahead(cursor, 1);
    return next != NULL && vmt_line_is_blank(next) ? 2 : 1;
}

enum vmt_status vmt_part_field_take_heading(struct vmt_parse *parse, const char *file,
                                            uint64_t *pid, struct vmt_error *err)
{
    size_t count = vmt_part_field_begin(parse->cursor, file);
    enum vmt_status status = VMT_OK;
    *pid = 0;
    if (count > 0) {
        (void)vmt_part_field_heading(vmt_cursor_text(parse->cursor, 0), file, pid);
        status = vmt_cursor_take(parse->cursor, VMT_LINE_CONSUMED, err);
    }
    return status == VMT_OK && count > 1 ? vmt_cursor_take(parse->cursor, VMT_LINE_BLANK, err)
                                         : status;
}

enum vmt_status vmt_part_field_fact(struct vmt_sequence *facts, struct vmt_parse *parse,
                                    struct vmt_slice key, struct vmt_slice value,
                                    struct vmt_error *err)
{
    struct vmt_fact *fact = vmt_sequence_add(facts);
    if (fact == NULL) {
        return vmt_arena_fail(&parse->snapshot->arena, err);
    }
    enum vmt_status status = vmt_snapshot_string(&fact->key, parse->snapshot, key, err);
    return status == VMT_OK ? vmt_snapshot_string(&fact->value, parse->snapshot, value, err)
                            : status;
}
