/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/linux_cgroup.h"

#include "grammar/linux_cgroup_lines.h"
#include "grammar/part_host.h"
#include "grammar/part_path.h"

/* The memory controller of a control group of Linux (mm/memcontrol.c, mm/memcontrol-v1.c): files
 * of one number, which only their name explains, and files of keys.
 *
 *   ==> /sys/fs/cgroup/acme.slice/memory.max <==
 *   536870912
 *
 *   ==> /sys/fs/cgroup/acme.slice/memory.events <==
 *   low 0
 *   high 12
 *
 *   /sys/fs/cgroup/acme.slice/memory.stat:anon 25759744      grep -H
 *
 * memory.stat and memory.events tell by their first lines what they are.  The files of one group
 * that follow each other are one part. */

/* So many lines that cannot be read are read over to go on. */
#define DAMAGE_AHEAD 2
/* What no machine has: so version 1 says that there is no limit (PAGE_COUNTER_MAX in bytes, with
 * pages of up to 64 KiB). */
#define NO_LIMIT UINT64_C(9223372036854710272)

struct reader {
    struct vmt_part_host part;
    const struct vmt_cgroup_file *file; /* that the next line is of; NULL: it says so itself */
    bool done;                          /* the one value of the file is read */
    bool old;                           /* memory.stat is that of version 1 */
};

/* --- one line --------------------------------------------------------------------------------- */

/* A line that names its file: in front of its value, or as the heading of the lines that follow. */
struct naming {
    const struct vmt_cgroup_file *file;
    struct vmt_slice directory;
    struct vmt_slice value; /* empty: a heading */
};

static bool read_naming(struct vmt_slice line, struct naming *out)
{
    struct vmt_slice path;
    out->value = (struct vmt_slice){"", 0};
    out->file = NULL;
    if (vmt_part_path_front(line, &path, &out->value)) {
        out->file = vmt_cgroup_file(path, &out->directory);
    }
    if (out->file == NULL && vmt_part_path_heading(line, &path)) {
        out->value.length = 0;
        out->file = vmt_cgroup_file(path, &out->directory);
    }
    return out->file != NULL;
}

/* --- where it begins -------------------------------------------------------------------------- */

/* The line behind a heading, and the blank one that may follow it. */
static size_t behind_heading(const struct vmt_cursor *cursor)
{
    const struct vmt_line *next = vmt_cursor_ahead(cursor, 1);
    return next != NULL && vmt_line_is_blank(next) ? 2 : 1;
}

/* Whether a file whose name is told begins at an index; its first line may be damaged. */
static bool begins_at(const struct vmt_cursor *cursor, const struct vmt_cgroup_file *file,
                      size_t index)
{
    struct vmt_slice line = vmt_cursor_text(cursor, index);
    bool keyed = file->form != VMT_CGROUP_VALUE;
    return vmt_cgroup_resembles(file, line) ||
           (keyed && vmt_cgroup_is_rest_of_line(file, line) &&
            vmt_cgroup_fits(file, vmt_cursor_text(cursor, index + 1)));
}

static bool know_by_name(const struct vmt_cursor *cursor, struct naming *out)
{
    if (read_naming(vmt_cursor_text(cursor, 0), out)) {
        return out->value.length > 0 ? vmt_cgroup_resembles(out->file, out->value)
                                     : begins_at(cursor, out->file, behind_heading(cursor));
    }
    out->file = vmt_cgroup_file(vmt_cursor_name(cursor), &out->directory);
    return out->file != NULL && begins_at(cursor, out->file, 0);
}

static bool claims(const struct vmt_cursor *cursor)
{
    struct naming naming;
    if (know_by_name(cursor, &naming)) {
        return true;
    }
    /* A line that names another file is none of those that follow it. */
    return !read_naming(vmt_cursor_text(cursor, 0), &naming) &&
           vmt_cgroup_know_by_shape(cursor) != NULL;
}

/* --- reading ---------------------------------------------------------------------------------- */

/* Version 1 has its own keys in a file of the same name: what it begins with tells, or any of them
 * that only it has. */
static bool is_old(struct vmt_slice line)
{
    return vmt_slice_starts(line, "cache ") || vmt_slice_starts(line, "total_");
}

/* What the line states; VMT_HOST_COUNT for a fact. */
static enum vmt_host_quantity quantity_of(const struct reader *reader,
                                          const struct vmt_cgroup_file *file, struct vmt_slice line)
{
    struct vmt_slice key;
    struct vmt_slice value;
    if (file->form == VMT_CGROUP_VALUE) {
        return file->quantity;
    }
    bool old = file == &vmt_cgroup_stat && (reader->old || is_old(line));
    return vmt_cgroup_read_key(file, line, &key, &value)
               ? vmt_cgroup_find(old ? &vmt_cgroup_old_stat : file, key)
               : VMT_HOST_COUNT;
}

/* Whether the sample has what the line says. */
static bool says_again(const struct reader *reader, const struct vmt_cgroup_file *file,
                       struct vmt_slice line)
{
    enum vmt_host_quantity quantity = quantity_of(reader, file, line);
    bool limit = quantity == VMT_HOST_CGROUP_LIMIT;
    return (quantity != VMT_HOST_COUNT && reader->part.has[quantity]) ||
           (limit && reader->part.has[VMT_HOST_CGROUP_UNLIMITED]);
}

/* A line of the file that does not say again what the sample has. */
static bool is_own(const struct reader *reader, const struct vmt_cgroup_file *file,
                   struct vmt_slice line)
{
    return vmt_cgroup_resembles(file, line) && !says_again(reader, file, line);
}

/* `memory.max`, `memory.stat workingset_nodes`, and what stands behind it. */
static enum vmt_status add_fact(struct vmt_part_host *part, const struct vmt_cgroup_file *file,
                                struct vmt_slice key, struct vmt_slice value, struct vmt_error *err)
{
    char name[2 * VMT_CGROUP_KEY_MOST];
    size_t length = strlen(file->name);
    memcpy(name, file->name, length);
    if (key.length > 0) {
        name[length++] = ' ';
        memcpy(name + length, key.data, key.length);
        length += key.length;
    }
    return vmt_part_host_fact(part, (struct vmt_slice){name, length}, value, err);
}

/* A limit that is none has no amount. */
static void add_limit(struct vmt_part_host *part, bool unlimited)
{
    vmt_part_host_add(part, VMT_HOST_CGROUP_UNLIMITED, (struct vmt_reading){unlimited ? 1 : 0, 0},
                      false);
}

/* What the next line says, `line` being the part of it behind a path. */
static enum vmt_status read_value(struct reader *reader, const struct vmt_cgroup_file *file,
                                  struct vmt_slice line, struct vmt_error *err)
{
    struct vmt_part_host *part = &reader->part;
    struct vmt_slice key = {"", 0};
    struct vmt_slice value = line;
    enum vmt_host_quantity quantity = quantity_of(reader, file, line);
    struct vmt_reading reading = {0};
    if (file->form != VMT_CGROUP_VALUE) {
        (void)vmt_cgroup_read_key(file, line, &key, &value);
    }
    bool number = vmt_cgroup_are_digits(value);
    if (!vmt_cgroup_fits(file, line) ||
        (file->form == VMT_CGROUP_NODES && !vmt_cgroup_are_nodes(value))) {
        return vmt_part_host_damage(part, "not a number", value.data, err);
    }
    bool max = vmt_slice_equals(value, vmt_slice("max"));
    if (!max && vmt_cursor_ahead(part->parse->cursor, 0)->torn) { /* it may have lost digits */
        return vmt_part_host_damage(part, "the text ends in this number", value.data, err);
    }
    if (number && !vmt_parse_u64(value, 10, &reading.value)) {
        return vmt_part_host_damage(part, "more than 64 bits hold", value.data, err);
    }
    reader->old = reader->old || (file == &vmt_cgroup_stat && is_old(line));
    enum vmt_status status = VMT_OK;
    bool unlimited = !number || reading.value >= NO_LIMIT;
    if (quantity == VMT_HOST_COUNT || unlimited) {
        status = add_fact(part, file, key, value, err);
    } else {
        vmt_part_host_add(part, quantity, reading, false);
    }
    if (quantity == VMT_HOST_CGROUP_LIMIT) {
        add_limit(part, unlimited);
    }
    return status == VMT_OK ? vmt_part_host_take(part, err) : status;
}

static bool is_of_group(const struct reader *reader, const struct naming *naming)
{
    return vmt_slice_equals(naming->directory, vmt_string_slice(reader->part.host->cgroup));
}

static enum vmt_status take_heading(struct reader *reader, const struct vmt_cgroup_file *file,
                                    struct vmt_error *err)
{
    size_t begin = behind_heading(reader->part.parse->cursor);
    enum vmt_status status = vmt_part_host_take(&reader->part, err);
    reader->file = file;
    reader->done = false;
    return status == VMT_OK && begin > 1
               ? vmt_cursor_take(reader->part.parse->cursor, VMT_LINE_BLANK, err)
               : status;
}

static enum vmt_status read_named(struct reader *reader, const struct naming *naming,
                                  struct vmt_error *err)
{
    struct vmt_cursor *cursor = reader->part.parse->cursor;
    bool heading = naming->value.length == 0;
    struct vmt_slice line =
        heading ? vmt_cursor_text(cursor, behind_heading(cursor)) : naming->value;
    bool begun = heading && begins_at(cursor, naming->file, behind_heading(cursor)) &&
                 !says_again(reader, naming->file, line);
    if (!is_of_group(reader, naming) || !(begun || is_own(reader, naming->file, line))) {
        return VMT_END;
    }
    if (heading) {
        return take_heading(reader, naming->file, err);
    }
    reader->file = NULL;
    return read_value(reader, naming->file, line, err);
}

/* Whether a key that is surely of the file follows within a few lines. */
static bool goes_on(const struct reader *reader)
{
    const struct vmt_cursor *cursor = reader->part.parse->cursor;
    bool keyed = reader->file != NULL && reader->file->form != VMT_CGROUP_VALUE;
    for (size_t i = 1; keyed && i <= DAMAGE_AHEAD; i++) {
        struct vmt_slice line = vmt_cursor_text(cursor, i);
        if (vmt_cgroup_fits(reader->file, line)) {
            return quantity_of(reader, reader->file, line) != VMT_HOST_COUNT &&
                   is_own(reader, reader->file, line);
        }
    }
    return false;
}

/* Whether what can be a rest of a line of the file was one: its lines go on, or it is what is left
 * of a key, and nothing else begins with it. */
static bool was_own(const struct reader *reader)
{
    const struct vmt_cursor *cursor = reader->part.parse->cursor;
    const struct vmt_cgroup_file *file = reader->file;
    struct vmt_slice text = vmt_cursor_text(cursor, 0);
    if (file == NULL || file->form == VMT_CGROUP_VALUE || !vmt_cgroup_is_rest_of_line(file, text) ||
        vmt_is_claimed(cursor)) {
        return false;
    }
    bool follows = false;
    for (size_t i = 1; i <= DAMAGE_AHEAD && !follows; i++) {
        follows = vmt_cgroup_fits(file, vmt_cursor_text(cursor, i)) &&
                  is_own(reader, file, vmt_cursor_text(cursor, i));
    }
    struct vmt_slice word = vmt_slice_word(&text);
    return follows || vmt_cgroup_is_rest(file, word);
}

/* A blank line parts two files of the group. */
static enum vmt_status read_blank(struct reader *reader, struct vmt_error *err)
{
    struct vmt_cursor *cursor = reader->part.parse->cursor;
    struct naming naming;
    bool between = read_naming(vmt_cursor_text(cursor, 1), &naming) && is_of_group(reader, &naming);
    return between || goes_on(reader) ? vmt_cursor_take(cursor, VMT_LINE_BLANK, err) : VMT_END;
}

static enum vmt_status read_line(struct reader *reader, struct vmt_error *err)
{
    struct vmt_cursor *cursor = reader->part.parse->cursor;
    enum vmt_status status = vmt_cursor_fill(cursor, DAMAGE_AHEAD + 1, err);
    const struct vmt_line *line = vmt_cursor_ahead(cursor, 0);
    struct vmt_slice text = vmt_cursor_text(cursor, 0);
    struct naming naming;
    if (status != VMT_OK || line == NULL) {
        return status == VMT_OK ? VMT_END : status;
    }
    if (!line->too_long && vmt_line_is_blank(line)) {
        return read_blank(reader, err);
    }
    if (read_naming(text, &naming)) {
        return read_named(reader, &naming, err);
    }
    bool value = reader->file != NULL && reader->file->form == VMT_CGROUP_VALUE;
    if (reader->file != NULL && !(value && reader->done) &&
        vmt_cgroup_resembles(reader->file, text)) {
        reader->done = true;
        return is_own(reader, reader->file, text) ? read_value(reader, reader->file, text, err)
                                                  : VMT_END;
    }
    bool torn = line->torn && reader->file != NULL && !value;
    bool first = line->number == reader->part.host->line; /* that it is ours was told by others */
    return torn || first || was_own(reader) || goes_on(reader)
               ? vmt_part_host_damage(&reader->part, "not a key and a number", NULL, err)
               : VMT_END;
}

static enum vmt_status parse(struct vmt_parse *parse, struct vmt_error *err)
{
    struct reader reader = {.done = false};
    struct naming naming;
    struct naming first;
    const struct vmt_line *line = vmt_cursor_ahead(parse->cursor, 0);
    enum vmt_status status = vmt_part_host_begin(&reader.part, parse, &vmt_grammar_linux_cgroup,
                                                 vmt_parse_line(parse, line), err);
    if (!know_by_name(parse->cursor, &naming)) {
        naming.file = vmt_cgroup_know_by_shape(parse->cursor);
        naming.directory = vmt_slice(".");
    }
    if (status == VMT_OK) {
        status =
            vmt_snapshot_string(&reader.part.host->cgroup, parse->snapshot, naming.directory, err);
    }
    if (!read_naming(vmt_cursor_text(parse->cursor, 0), &first)) {
        reader.file = naming.file;
    }
    while (status == VMT_OK) {
        status = read_line(&reader, err);
    }
    return status == VMT_END ? vmt_part_host_sample(&reader.part, true, err) : status;
}

/* A line that is torn off in the name of a file: nothing tells then what the next one is. */
static bool resembles_naming(const struct vmt_line *line)
{
    struct vmt_slice path;
    struct vmt_slice text = vmt_slice_trim(line->text);
    bool torn =
        (vmt_slice_starts(text, "==> /sys/fs/cgroup/") || vmt_slice_starts(text, "==> memor")) &&
        !vmt_slice_ends(text, " <==");
    return torn || (vmt_part_path_heading(text, &path) && vmt_cgroup_is_rest_of_name(path));
}

const struct vmt_grammar vmt_grammar_linux_cgroup = {
    .name = "linux-cgroup",
    .summary = "memory.* of a control group (cgroup)",
    .gives = "a group's memory, limits and out-of-memory kills",
    .claims = claims,
    .resembles = resembles_naming,
    .parse = parse,
};
