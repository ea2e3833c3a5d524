/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/part_mapping.h"

#include "grammar/part_counts.h"

/* So many lines that are not of a file are read over to go on with it. */
#define DAMAGE_AHEAD 4

/* By vmt_mapping_type: as the dictionary has them. */
static const char *const type_names[VMT_MAPS_TYPE_COUNT] = {
    [VMT_MAPS_HEAP] = "[heap]",
    [VMT_MAPS_STACK] = "[stack]",
    [VMT_MAPS_ANONYMOUS_HEAP] = "anonymous heap",
    [VMT_MAPS_ANONYMOUS_STACK] = "anonymous stack",
    [VMT_MAPS_ANONYMOUS] = "anonymous",
    [VMT_MAPS_NO_ACCESS] = "no access",
    [VMT_MAPS_CODE] = "mapped code",
    [VMT_MAPS_DATA] = "mapped data",
    [VMT_MAPS_FILE] = "mapped file",
    [VMT_MAPS_SHARED] = "shared memory",
    [VMT_MAPS_HUGE] = "huge pages",
    [VMT_MAPS_DEVICE] = "mapped device",
    [VMT_MAPS_VDSO] = "[vdso]",
    [VMT_MAPS_VVAR] = "[vvar]",
    [VMT_MAPS_VSYSCALL] = "[vsyscall]",
    [VMT_MAPS_UPROBES] = "[uprobes]",
    [VMT_MAPS_OTHER] = "other mapping",
};

/* --- taking a line apart ---------------------------------------------------------------------- */

/* The digits that *rest begins with, up to `end`, which is taken too; or false. */
static bool take_number(struct vmt_slice *rest, unsigned base, char end, uint64_t *out)
{
    size_t length = 0;
    while (length < rest->length && rest->data[length] != end) {
        if (length == 20) {
            return false;
        }
        length++;
    }
    if (length == rest->length ||
        !vmt_parse_u64((struct vmt_slice){rest->data, length}, base, out)) {
        return false;
    }
    *rest = vmt_slice_from(*rest, length + 1);
    return true;
}

static void skip_blanks(struct vmt_slice *rest)
{
    while (rest->length > 0 && vmt_is_blank(rest->data[0])) {
        *rest = vmt_slice_from(*rest, 1);
    }
}

/* `r-xp` and a blank. */
static bool take_protection(struct vmt_slice *rest, struct vmt_mapping_line *out)
{
    const char *at = rest->data;
    if (rest->length < 5 || (at[0] != 'r' && at[0] != '-') || (at[1] != 'w' && at[1] != '-') ||
        (at[2] != 'x' && at[2] != '-') || (at[3] != 'p' && at[3] != 's') || !vmt_is_blank(at[4])) {
        return false;
    }
    out->protection =
        (uint8_t)((at[0] == 'r' ? VMT_PROT_READ : 0) | (at[1] == 'w' ? VMT_PROT_WRITE : 0) |
                  (at[2] == 'x' ? VMT_PROT_EXECUTE : 0));
    out->shared = at[3] == 's';
    *rest = vmt_slice_from(*rest, 5);
    return true;
}

bool vmt_part_mapping_read(struct vmt_slice line, struct vmt_mapping_line *out)
{
    struct vmt_slice rest = vmt_slice_trim(line);
    if (!take_number(&rest, 16, '-', &out->start) || !take_number(&rest, 16, ' ', &out->end)) {
        return false;
    }
    skip_blanks(&rest);
    if (!take_protection(&rest, out)) {
        return false;
    }
    skip_blanks(&rest);
    if (!take_number(&rest, 16, ' ', &out->offset)) {
        return false;
    }
    skip_blanks(&rest);
    if (!take_number(&rest, 16, ':', &out->device_major) ||
        !take_number(&rest, 16, ' ', &out->device_minor)) {
        return false;
    }
    skip_blanks(&rest);
    struct vmt_slice inode = vmt_slice_word(&rest);
    skip_blanks(&rest);
    out->path = rest;
    return vmt_parse_u64(inode, 10, &out->inode) && out->device_major <= UINT32_MAX &&
           out->device_minor <= UINT32_MAX;
}

/* --- what a process has once -------------------------------------------------------------------
 */

/* Names that the kernel gives to one mapping of a process.  One that was split by a change of what
 * it allows has pieces that meet. */
static const char *const singles[VMT_MAPS_SINGLES] = {"[stack]", "[vdso]", "[vvar]"};

static size_t find_single(struct vmt_slice path)
{
    size_t i = 0;
    while (i < VMT_MAPS_SINGLES && !vmt_slice_equals(path, vmt_slice(singles[i]))) {
        i++;
    }
    return i;
}

static bool is_heap(struct vmt_slice path)
{
    return vmt_slice_equals(path, vmt_slice("[heap]"));
}

bool vmt_part_mapping_restarts(const struct vmt_part_mapping *part,
                               const struct vmt_mapping_line *line)
{
    if (part->any && line->end <= part->floor) {
        return true;
    }
    if (is_heap(line->path)) {
        return part->behind_heap;
    }
    size_t single = find_single(line->path);
    return single < VMT_MAPS_SINGLES && part->single_ends[single] != 0 &&
           part->single_ends[single] != line->start;
}

/* What the mapping tells of those that can follow it in the same process. */
static void remember(struct vmt_part_mapping *part, const struct vmt_mapping_line *line)
{
    size_t single = find_single(line->path);
    if (single < VMT_MAPS_SINGLES) {
        part->single_ends[single] = line->end;
    }
    part->in_heap = is_heap(line->path) || part->in_heap;
    part->behind_heap = part->in_heap && !is_heap(line->path);
}

/* --- the process ------------------------------------------------------------------------------ */

enum vmt_status vmt_part_mapping_begin(struct vmt_part_mapping *part, struct vmt_parse *parse,
                                       const struct vmt_grammar *grammar, struct vmt_error *err)
{
    uint64_t pid = 0;
    uint64_t begin = vmt_parse_line(parse, vmt_cursor_ahead(parse->cursor, 0));
    enum vmt_status status =
        vmt_snapshot_add_process(&part->process, parse->snapshot, parse->input, err);
    if (status == VMT_OK) {
        status = vmt_part_field_take_heading(parse, part->file, &pid, err);
    }
    if (status == VMT_OK) {
        part->parse = parse;
        part->process->grammar = grammar->name;
        part->process->line = begin;
        part->process->pid = pid;
        part->process->pid_known = pid > 0;
    }
    return status;
}

enum vmt_status vmt_part_mapping_damage(struct vmt_part_mapping *part, const char *reason,
                                        size_t column, struct vmt_error *err)
{
    part->process->coverage = VMT_COVERAGE_EXCERPT;
    return vmt_parse_damage(part->parse, &part->process->notes, reason, column, err);
}

static bool is_field(const struct vmt_part_mapping *part, struct vmt_slice text)
{
    size_t guess = 0;
    struct vmt_part_field field;
    return part->kind == VMT_AHEAD_SMAPS && vmt_part_field_read(text, &field) &&
           vmt_part_counts_find(field.name, &guess) != VMT_COUNT_UNKNOWN;
}

/* Whether the first `count` lines ahead are words of somebody, apart from what they stand between:
 * the kernel prints no blank line. */
static bool is_heading_apart(const struct vmt_cursor *cursor, size_t count)
{
    bool blank = false;
    bool words = false;
    for (size_t i = 0; i < count; i++) {
        const struct vmt_line *line = vmt_cursor_ahead(cursor, i);
        bool empty = vmt_line_is_blank(line);
        blank = blank || empty;
        words = words || (!empty && !vmt_part_mapping_resembles_range(line->text));
    }
    return blank && words;
}

/* Whether the file goes on behind lines that are not of it: with a field, or with a mapping that
 * is of the same process. */
static bool goes_on(const struct vmt_part_mapping *part)
{
    const struct vmt_cursor *cursor = part->parse->cursor;
    for (size_t i = 1; i <= DAMAGE_AHEAD; i++) {
        struct vmt_slice text = vmt_cursor_text(cursor, i);
        struct vmt_mapping_line line;
        uint64_t pid = 0;
        if (vmt_part_mapping_read(text, &line)) {
            return vmt_part_mapping_ahead(cursor, i) == part->kind &&
                   !is_heading_apart(cursor, i) && !vmt_part_mapping_restarts(part, &line);
        }
        if (vmt_part_field_heading(text, part->file, &pid)) {
            return false;
        }
        if (is_field(part, text)) {
            return true;
        }
    }
    return false;
}

enum vmt_status vmt_part_mapping_odd_line(bool *damaged, struct vmt_part_mapping *part,
                                          struct vmt_error *err)
{
    struct vmt_cursor *cursor = part->parse->cursor;
    *damaged = false;
    /* A mapping and its first fields behind the lines that are read over. */
    enum vmt_status status =
        vmt_cursor_fill(cursor, DAMAGE_AHEAD + 1 + VMT_MAPPING_FIELDS_AHEAD, err);
    if (status != VMT_OK) {
        return status;
    }
    const struct vmt_line *line = vmt_cursor_ahead(cursor, 0);
    uint64_t pid = 0;
    if (vmt_part_field_heading(line->text, part->file, &pid)) {
        return VMT_END;
    }
    bool blank = vmt_line_is_blank(line);
    bool ours =
        line->too_long || (!blank && (line->torn || vmt_part_mapping_resembles(line->text)));
    if (!ours && !goes_on(part)) {
        return VMT_END;
    }
    *damaged = !blank;
    return blank ? vmt_cursor_take(cursor, VMT_LINE_BLANK, err) : VMT_OK;
}

/* --- types ------------------------------------------------------------------------------------ */

static bool starts_any(struct vmt_slice text, const char *const *prefixes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (vmt_slice_starts(text, prefixes[i])) {
            return true;
        }
    }
    return false;
}
#define STARTS_ANY(text, prefixes) \
    starts_any((text), (prefixes), sizeof(prefixes) / sizeof(prefixes)[0])

/* `[anon:NAME]`, the name given with PR_SET_VMA_ANON_NAME: by whom it was mapped. */
static enum vmt_mapping_type named_type(struct vmt_slice path)
{
    static const char *const heaps[] = {"[anon:libc_malloc", "[anon:scudo:", "[anon:GWP-ASan",
                                        "[anon: glibc: malloc"};
    static const char *const stacks[] = {"[anon:stack_and_tls:", "[anon: glibc: pthread stack"};
    if (STARTS_ANY(path, heaps)) {
        return VMT_MAPS_ANONYMOUS_HEAP;
    }
    return STARTS_ANY(path, stacks) ? VMT_MAPS_ANONYMOUS_STACK : VMT_MAPS_ANONYMOUS;
}

static enum vmt_mapping_type bracketed_type(struct vmt_slice path)
{
    static const struct {
        const char *begins;
        enum vmt_mapping_type type;
    } names[] = {
        {"[heap]", VMT_MAPS_HEAP},         {"[stack]", VMT_MAPS_STACK},
        {"[stack:", VMT_MAPS_STACK}, /* of a thread, 3.4 to 4.4 */
        {"[vdso]", VMT_MAPS_VDSO},         {"[vvar", VMT_MAPS_VVAR},
        {"[vsyscall]", VMT_MAPS_VSYSCALL}, {"[vectors]", VMT_MAPS_VSYSCALL},
        {"[sigpage]", VMT_MAPS_VDSO},      {"[uprobes]", VMT_MAPS_UPROBES},
        {"[anon_shmem:", VMT_MAPS_SHARED},
    };
    if (vmt_slice_starts(path, "[anon:")) {
        return named_type(path);
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (vmt_slice_starts(path, names[i].begins)) {
            return names[i].type;
        }
    }
    return VMT_MAPS_OTHER;
}

/* Memory that has a path because it can be shared, though no disk holds it. */
static bool is_shared_memory(struct vmt_slice path)
{
    static const char *const prefixes[] = {"/memfd:", "/SYSV", "/dev/shm/", "/dev/ashmem"};
    return STARTS_ANY(path, prefixes) || vmt_slice_equals(path, vmt_slice("/dev/zero (deleted)"));
}

static enum vmt_mapping_type file_type(struct vmt_slice path, const struct vmt_region *region)
{
    static const char *const huge[] = {"/anon_hugepage", "/dev/hugepages", "/memfd:hugepage"};
    static const char *const devices[] = {"/dev/", "anon_inode:", "socket:"};
    if (STARTS_ANY(path, huge)) {
        return VMT_MAPS_HUGE;
    }
    if (is_shared_memory(path)) {
        return VMT_MAPS_SHARED;
    }
    if (STARTS_ANY(path, devices)) {
        return VMT_MAPS_DEVICE;
    }
    if ((region->protection & VMT_PROT_EXECUTE) != 0) {
        return VMT_MAPS_CODE;
    }
    bool copied = region->sharing == VMT_SHARING_MAP_PRIVATE;
    return copied && (region->protection & VMT_PROT_WRITE) != 0 ? VMT_MAPS_DATA : VMT_MAPS_FILE;
}

static bool states(const struct vmt_mapping *mapping, enum vmt_mapping_field field)
{
    return (mapping->known & 1u << field) != 0 && mapping->fields[field] > 0;
}

static enum vmt_mapping_type type_of(const struct vmt_region *region)
{
    const struct vmt_mapping *mapping = region->mapping;
    struct vmt_slice path = {"", 0};
    if (region->detail != NULL) {
        path = vmt_string_slice(region->detail);
    }
    if (states(mapping, VMT_MAPPING_SHARED_HUGETLB) ||
        states(mapping, VMT_MAPPING_PRIVATE_HUGETLB)) {
        return VMT_MAPS_HUGE;
    }
    bool nothing =
        region->stated[VMT_EV_RESIDENT].value == 0 && region->stated[VMT_EV_SWAPPED].value == 0;
    bool special = path.length > 0 && path.data[0] == '[' && !vmt_slice_starts(path, "[anon");
    if (region->protection == 0 && nothing && !special) {
        return VMT_MAPS_NO_ACCESS;
    }
    if (path.length == 0) {
        return mapping->inode > 0 ? file_type(path, region) : VMT_MAPS_ANONYMOUS;
    }
    return path.data[0] == '[' ? bracketed_type(path) : file_type(path, region);
}

enum vmt_status vmt_part_mapping_settle(struct vmt_part_mapping *part, struct vmt_region *region,
                                        struct vmt_error *err)
{
    enum vmt_mapping_type type = type_of(region);
    if (part->types[type] == NULL) {
        struct vmt_snapshot *snapshot = part->parse->snapshot;
        part->types[type] =
            vmt_type_get(&snapshot->types, &snapshot->strings, vmt_slice(type_names[type]), 0);
        if (part->types[type] == NULL) {
            return vmt_arena_fail(&snapshot->arena, err);
        }
    }
    region->type = part->types[type];
    return VMT_OK;
}

/* --- regions ---------------------------------------------------------------------------------- */

enum vmt_status vmt_part_mapping_add(struct vmt_region **out, struct vmt_mapping **mapping,
                                     struct vmt_part_mapping *part,
                                     const struct vmt_mapping_line *line, struct vmt_error *err)
{
    struct vmt_snapshot *snapshot = part->parse->snapshot;
    struct vmt_mapping *told = vmt_arena_alloc(&snapshot->arena, 1, sizeof *told);
    const struct vmt_string *detail = NULL;
    enum vmt_status status = VMT_OK;
    if (told == NULL) {
        return vmt_arena_fail(&snapshot->arena, err);
    }
    if (line->path.length > 0) {
        status = vmt_snapshot_string(&detail, snapshot, line->path, err);
    }
    if (status != VMT_OK) {
        return status;
    }
    told->device_major = (uint32_t)line->device_major;
    told->device_minor = (uint32_t)line->device_minor;
    told->offset = line->offset;
    told->inode = line->inode;
    struct vmt_region region = {
        .start = line->start,
        .end = line->end,
        .stated = {[VMT_EV_VIRTUAL] = {line->end - line->start, 0}},
        .mapping = told,
        .detail = detail,
        .line = vmt_parse_line(part->parse, vmt_cursor_ahead(part->parse->cursor, 0)),
        .known = 1u << VMT_EV_VIRTUAL,
        .sharing = line->shared ? VMT_SHARING_MAP_SHARED : VMT_SHARING_MAP_PRIVATE,
        .protection = line->protection,
        .ranged = true,
    };
    status = vmt_part_mapping_settle(part, &region, err);
    if (status != VMT_OK) {
        return status;
    }
    struct vmt_region *record = vmt_sequence_add(&part->process->regions);
    if (record == NULL) {
        return vmt_arena_fail(&snapshot->arena, err);
    }
    *record = region;
    *out = record;
    *mapping = told;
    remember(part, line);
    return vmt_cursor_take(part->parse->cursor, VMT_LINE_CONSUMED, err);
}
