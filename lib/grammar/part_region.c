/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/part_region.h"

#include "grammar/printed.h"

/* A name is words, each with the blanks after it, as few as it takes until a range follows: so
 * digits and parentheses in a name need no rule, and each blank is looked at once. */
static const char *const row_groups[] = {"name",     "start", "end",     "word", "virtual",
                                         "resident", "dirty", "swapped", "read", "max",
                                         "sharing",  "purge", "detail",  NULL};
enum { NAME, START, END, WORD, SIZES, READ = SIZES + 4, MAX, SHARING, PURGE, DETAIL };
#define SIZE "[0-9]++ (?: \\.[0-9]++ )?+ [KMGT]?+"
static const struct vmt_pattern_source row_pattern = {
    "[ \\t]*+"
    "(?<name> (?: [^ \\t]++ [ \\t]++ )+? )"
    "(?: (?<start> [0-9a-f]{1,16}+ ) - (?<end> [0-9a-f]{1,16}+ )"
    "  | (?<word> unmapped-unmapped | kernel-kernel ) )"
    "[ \\t]*+ \\[ [ \\t]*+"
    "(?<virtual> " SIZE ") [ \\t]++ (?<resident> " SIZE ") [ \\t]++"
    "(?<dirty> " SIZE ") [ \\t]++ (?<swapped> " SIZE ") [ \\t]*+ \\]"
    "[ \\t]*+ (?<read> [-r][-w][-x] ) / (?<max> [-r][-w][-x] )"
    "[ \\t]++ SM= (?<sharing> [^ \\t]*+ )"
    "(?: [ \\t]++ PURGE= (?<purge> [^ \\t]?+ ) (?= [ \\t] | $ ) )?+"
    "(?: [ \\t]++ (?<detail> [^ \\t] .*+ ) )?+ [ \\t]*+",
    row_groups};
#undef SIZE

/* No size is longer in print. */
#define SIZE_MOST 24

enum vmt_status vmt_part_region_init(struct vmt_part_region *part, struct vmt_parse *parse,
                                     struct vmt_process *process, struct vmt_error *err)
{
    *part = (struct vmt_part_region){.parse = parse, .process = process};
    return vmt_pattern_get(&part->pattern, parse->context, &row_pattern, err);
}

static bool hexadecimal(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* Where the range that ends before `bracket` begins, or `bracket` when there is none. */
static size_t find_range(struct vmt_slice line, size_t bracket)
{
    static const char *const words[] = {"unmapped-unmapped", "kernel-kernel"};
    size_t end = bracket;
    while (end > 0 && vmt_is_blank(line.data[end - 1])) {
        end--;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (vmt_slice_ends((struct vmt_slice){line.data, end}, words[i])) {
            return end - strlen(words[i]);
        }
    }
    size_t middle = end;
    while (middle > 0 && hexadecimal(line.data[middle - 1])) {
        middle--;
    }
    if (middle == end || middle == 0 || line.data[middle - 1] != '-') {
        return bracket;
    }
    size_t start = --middle;
    while (start > 0 && hexadecimal(line.data[start - 1])) {
        start--;
    }
    return start < middle ? start : bracket;
}

/* How many sizes stand from `bracket` on, and where that ends; 0 when something else does. */
static unsigned count_sizes(struct vmt_slice line, size_t bracket, size_t *end)
{
    unsigned count = 0;
    size_t at = bracket + 1;
    for (;;) {
        while (at < line.length && vmt_is_blank(line.data[at])) {
            at++;
        }
        *end = at;
        if (at < line.length && line.data[at] == ']') {
            *end = at + 1;
            return count;
        }
        size_t from = at;
        while (at < line.length && at - from < SIZE_MOST && !vmt_is_blank(line.data[at]) &&
               line.data[at] != ']') {
            at++;
        }
        struct vmt_printed printed;
        if (!vmt_printed_parse((struct vmt_slice){line.data + from, at - from}, &printed)) {
            return 0;
        }
        count++;
    }
}

bool vmt_part_region_resembles(struct vmt_slice line)
{
    size_t bracket = vmt_slice_find(line, "[");
    while (bracket < line.length) {
        size_t end = 0;
        if (find_range(line, bracket) < bracket && count_sizes(line, bracket, &end) == 4) {
            return true;
        }
        size_t next = vmt_slice_find(vmt_slice_from(line, bracket + 1), "[");
        bracket += 1 + next;
    }
    return false;
}

/* `104e98000-104ea0000`, whole or cut short. */
static bool is_range(struct vmt_slice word)
{
    /* Both ends of a range are longer than any part of a date. */
    static const size_t digits = 5;
    size_t dash = vmt_slice_find(word, "-");
    size_t left = 0;
    while (left < dash && hexadecimal(word.data[left])) {
        left++;
    }
    size_t right = dash;
    while (right + 1 < word.length && hexadecimal(word.data[right + 1])) {
        right++;
    }
    return left == dash && left >= digits && right - dash >= digits;
}

bool vmt_part_region_hints(struct vmt_slice line)
{
    bool range = false;
    bool mode = false;
    struct vmt_slice rest = line;
    struct vmt_slice word = vmt_slice_word(&rest);
    for (; word.length > 0; word = vmt_slice_word(&rest)) {
        range = range || is_range(word);
        mode = mode || vmt_slice_starts(word, "SM=");
    }
    bool sizes = vmt_slice_find(line, "[") < line.length;
    return range + mode + sizes >= 2 || vmt_part_region_resembles(line);
}

const char *vmt_part_region_problem(struct vmt_slice line, size_t *column)
{
    size_t bracket = vmt_slice_find(line, "[");
    if (bracket == line.length) {
        *column = line.length + 1;
        return "a region row without sizes in brackets";
    }
    size_t range = find_range(line, bracket);
    if (range == bracket) {
        *column = bracket + 1;
        return "a region row without an address range before its sizes";
    }
    if (range == 0 || !vmt_is_blank(line.data[range - 1])) {
        *column = range + 1;
        return "a region row without a type before its range";
    }
    size_t end = 0;
    unsigned count = count_sizes(line, bracket, &end);
    *column = end + 1;
    if (count == 0) {
        return vmt_slice_trim(vmt_slice_from(line, end)).length == 0
                   ? "a region row that ends among its sizes"
                   : "not a size";
    }
    if (count != 4) {
        return "a region row has four sizes";
    }
    struct vmt_slice rest = vmt_slice_from(line, end);
    struct vmt_slice word = vmt_slice_word(&rest);
    *column = (size_t)(word.data - line.data) + 1;
    if (word.length != 7 || word.data[3] != '/') {
        return "not a protection";
    }
    word = vmt_slice_word(&rest);
    *column = (size_t)(word.data - line.data) + 1;
    return vmt_slice_starts(word, "SM=") ? "a region row that cannot be read"
                                         : "a region row without its sharing mode";
}

bool vmt_part_region_is_heading(struct vmt_slice line)
{
    line = vmt_slice_trim(line);
    return vmt_slice_starts(line, "REGION TYPE") &&
           vmt_slice_find(line, "START - END") < line.length &&
           vmt_slice_find(line, "RSDNT") < line.length;
}

static uint8_t protection(struct vmt_slice text)
{
    return (uint8_t)((text.data[0] == 'r' ? VMT_PROT_READ : 0) |
                     (text.data[1] == 'w' ? VMT_PROT_WRITE : 0) |
                     (text.data[2] == 'x' ? VMT_PROT_EXECUTE : 0));
}

static enum vmt_purge purge_state(struct vmt_slice text)
{
    if (text.data == NULL) {
        return VMT_PURGE_NONE;
    }
    switch (text.length == 0 ? '?' : text.data[0]) {
    case 'V':
        return VMT_PURGE_VOLATILE;
    case 'N':
        return VMT_PURGE_NONVOLATILE;
    case 'E':
        return VMT_PURGE_EMPTY;
    default:
        return VMT_PURGE_UNKNOWN;
    }
}

/* The type of a name; names come again and again, so the ones lately met are kept at hand. */
static enum vmt_status find_type(const struct vmt_type **out, struct vmt_part_region *part,
                                 struct vmt_slice name, struct vmt_error *err)
{
    size_t slot = (name.length * 31 + (unsigned char)name.data[name.length - 1] * 7u +
                   (unsigned char)name.data[name.length / 2]) %
                  VMT_PART_REGION_CACHE;
    const struct vmt_type *type = part->types[slot];
    if (type == NULL || !vmt_slice_equals(vmt_string_slice(type->printed), name)) {
        struct vmt_snapshot *snapshot = part->parse->snapshot;
        type = vmt_type_get(&snapshot->types, &snapshot->strings, name, VMT_PART_REGION_NAME_CUT);
        if (type == NULL) {
            return vmt_arena_fail(&snapshot->arena, err);
        }
        part->types[slot] = type;
    }
    *out = type;
    return VMT_OK;
}

static bool within(struct vmt_reading reading, uint64_t value)
{
    uint64_t apart = reading.value > value ? reading.value - value : value - reading.value;
    return apart <= vmt_reading_slack(reading);
}

/* What 1 means in a row that has no unit anywhere: bytes, when the first size says the range to
 * the byte; else a page, of the size that fits. */
static uint64_t bare_unit(const struct vmt_part_region *part, struct vmt_printed virtual,
                          uint64_t size)
{
    const uint64_t units[] = {1, part->process->page_size, 4096, 16384};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        struct vmt_reading reading;
        if (units[i] != 0 && vmt_printed_bytes(virtual, units[i], &reading) &&
            within(reading, size)) {
            return units[i];
        }
    }
    return part->bare == 0 ? 1 : part->bare;
}

/* Fill in the stated sizes; the index of one that cannot be true, or VMT_EV_OF_REGION. */
static size_t read_sizes(struct vmt_part_region *part, struct vmt_region *region)
{
    struct vmt_printed printed[VMT_EV_OF_REGION];
    bool bare = true;
    for (size_t i = 0; i < VMT_EV_OF_REGION; i++) {
        if (!vmt_printed_parse(vmt_pattern_group(part->pattern, SIZES + i), &printed[i])) {
            return i;
        }
        bare = bare && printed[i].unit == 0;
    }
    uint64_t unit = 1;
    if (bare && region->ranged) {
        unit = bare_unit(part, printed[0], region->end - region->start);
        part->bare = unit;
    } else if (bare) {
        /* In bytes nothing is `0K`: four numbers without a unit are pages. */
        unit = part->process->page_size;
    }
    if (unit == 0) {
        return VMT_EV_OF_REGION; /* pages of a size that is not stated: nothing is known */
    }
    /* Between page boundaries all counts are whole pages, and every page is whole K. */
    bool aligned = region->ranged && region->start % 4096 == 0 && region->end % 4096 == 0;
    for (size_t i = 0; i < VMT_EV_OF_REGION; i++) {
        struct vmt_reading *reading = &region->stated[i];
        if (!vmt_printed_bytes(printed[i], unit, reading)) {
            return i;
        }
        bool whole = printed[i].decimals == 0 && (printed[i].unit == 0 || printed[i].unit == 'K');
        if (whole && aligned) {
            reading->quantum = 0;
        }
    }
    region->known = (1u << VMT_EV_OF_REGION) - 1;
    return VMT_EV_OF_REGION;
}

static enum vmt_status damaged(struct vmt_part_region *part, const struct vmt_line *line,
                               size_t group, const char *reason, struct vmt_error *err)
{
    const char *at = vmt_pattern_group(part->pattern, group).data;
    return vmt_parse_damage(part->parse, &part->process->notes, reason,
                            (size_t)(at - line->text.data) + 1, err);
}

/* The range, by which vmmap's own size is held. */
static enum vmt_status check_virtual(struct vmt_part_region *part, struct vmt_region *region,
                                     const struct vmt_line *line, struct vmt_error *err)
{
    struct vmt_reading range = {region->end - region->start, 0};
    enum vmt_status status = VMT_OK;
    if (!within(region->stated[VMT_EV_VIRTUAL], range.value)) {
        struct vmt_slice printed = vmt_pattern_group(part->pattern, SIZES);
        struct vmt_place place =
            vmt_parse_place(part->parse, line, (size_t)(printed.data - line->text.data) + 1);
        status = vmt_notes_add(&part->process->notes, VMT_NOTE_VIRTUAL_DIFFERS, place, printed,
                               vmt_line_whole(line), err);
    }
    region->stated[VMT_EV_VIRTUAL] = range;
    return status;
}

/* `machine-wide VM submap` is the shared cache, and what lies in its range belongs to it.  A
 * process-only window says nothing about other processes. */
static void place_in_submap(struct vmt_part_region *part, struct vmt_region *region)
{
    if (region->type->class == VMT_CLASS_SUBMAP) {
        if (part->window_count < VMT_PART_REGION_WINDOWS && region->detail != NULL &&
            vmt_slice_starts(vmt_string_slice(region->detail), "machine-wide")) {
            part->windows[part->window_count].start = region->start;
            part->windows[part->window_count++].end = region->end;
        }
        return;
    }
    for (size_t i = 0; region->ranged && i < part->window_count; i++) {
        if (region->start >= part->windows[i].start && region->end <= part->windows[i].end) {
            region->submap_depth = 1;
        }
    }
}

static enum vmt_status read_texts(struct vmt_part_region *part, struct vmt_region *region,
                                  struct vmt_error *err)
{
    const struct vmt_pattern *pattern = part->pattern;
    enum vmt_status status =
        find_type(&region->type, part, vmt_slice_trim(vmt_pattern_group(pattern, NAME)), err);
    if (status != VMT_OK) {
        return status;
    }
    struct vmt_slice sharing = vmt_pattern_group(pattern, SHARING);
    region->sharing = (uint8_t)vmt_sharing_find(sharing);
    if (region->sharing == VMT_SHARING_UNKNOWN) {
        status = vmt_snapshot_string(&region->sharing_text, part->parse->snapshot, sharing, err);
    }
    struct vmt_slice detail = vmt_slice_trim(vmt_pattern_group(pattern, DETAIL));
    if (status == VMT_OK && detail.length > 0) {
        status = vmt_snapshot_string(&region->detail, part->parse->snapshot, detail, err);
    }
    return status;
}

enum vmt_status vmt_part_region_row(struct vmt_part_region *part, struct vmt_error *err)
{
    const struct vmt_pattern *pattern = part->pattern;
    const struct vmt_line *line = NULL;
    enum vmt_status status = vmt_cursor_peek(&line, part->parse->cursor, err);
    if (status == VMT_OK) {
        status = line->too_long ? VMT_END : vmt_pattern_match(part->pattern, line->text, err);
    }
    if (status != VMT_OK) {
        return status;
    }
    struct vmt_region region = {
        .line = vmt_parse_line(part->parse, line),
        .ranged = vmt_pattern_group(pattern, WORD).data == NULL,
        .protection = protection(vmt_pattern_group(pattern, READ)),
        .max_protection = protection(vmt_pattern_group(pattern, MAX)),
        .purge = (uint8_t)purge_state(vmt_pattern_group(pattern, PURGE)),
    };
    if (region.ranged) {
        vmt_parse_u64(vmt_pattern_group(pattern, START), 16, &region.start);
        vmt_parse_u64(vmt_pattern_group(pattern, END), 16, &region.end);
        if (region.end < region.start) {
            return damaged(part, line, START, "the range ends before it begins", err);
        }
    }
    size_t wrong = read_sizes(part, &region);
    if (wrong < VMT_EV_OF_REGION) {
        return damaged(part, line, SIZES + wrong, "a size that no memory has", err);
    }
    if (region.ranged) {
        status = check_virtual(part, &region, line, err);
    }
    if (status == VMT_OK) {
        status = read_texts(part, &region, err);
    }
    if (status != VMT_OK) {
        return status;
    }
    place_in_submap(part, &region);
    struct vmt_region *record = vmt_sequence_add(&part->process->regions);
    if (record == NULL) {
        return vmt_arena_fail(&part->parse->snapshot->arena, err);
    }
    *record = region;
    return vmt_cursor_take(part->parse->cursor, VMT_LINE_CONSUMED, err);
}
