/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/part_region.h"

#include "grammar/printed.h"

/* A name is words, each with the blanks after it, as few as it takes until a range follows: so
 * digits and parentheses in a name need no rule, and each blank is looked at once. */
static const char *const full_groups[] = {"name",     "start",   "end",     "word",   "read",
                                          "max",      "sharing", "purge",   "detail", "virtual",
                                          "resident", "dirty",   "swapped", NULL};
static const char *const short_groups[] = {"name",    "start", "end",    "word",  "read", "max",
                                           "sharing", "purge", "detail", "sizes", NULL};
enum { NAME, START, END, WORD, READ, MAX, MODE, PURGE, DETAIL, SIZES };
#define SIZE "[0-9]++ (?: \\.[0-9]++ )?+ [KMGT]?+"
#define WORDS "(?<word> unmapped-unmapped | kernel-kernel )"
#define PROTECTION "[ \\t]*+ (?<read> [-r][-w][-x] ) / (?<max> [-r][-w][-x] )"
#define SHARING "[ \\t]++ SM= (?<sharing> [^ \\t]*+ )"
#define REST                                                         \
    "(?: [ \\t]++ PURGE= (?<purge> [^ \\t]?+ ) (?= [ \\t] | $ ) )?+" \
    "(?: [ \\t]++ (?<detail> [^ \\t] .*+ ) )?+ [ \\t]*+"
static const struct vmt_pattern_source patterns[] = {
    [VMT_PART_REGION_FULL] = {"[ \\t]*+"
                              "(?<name> (?: [^ \\t]++ [ \\t]++ )+? )"
                              "(?: (?<start> [0-9a-f]{1,16}+ ) - (?<end> [0-9a-f]{1,16}+ ) | " WORDS
                              " )"
                              "[ \\t]*+ \\[ [ \\t]*+"
                              "(?<virtual> " SIZE ") [ \\t]++ (?<resident> " SIZE ") [ \\t]++"
                              "(?<dirty> " SIZE ") [ \\t]++ (?<swapped> " SIZE
                              ") [ \\t]*+ \\]" PROTECTION SHARING REST,
                              full_groups},
    /* Not `(?: … )*?`: where memory is refused for that, PCRE2 10.42 crashes in its JIT. */
    [VMT_PART_REGION_SHORT] =
        {"(?<name> (?: [^ \\t]*+ [ \\t]++ )+? )?"
         "(?: (?<start> [0-9a-f]{1,16}+ ) (?: - (?<end> [0-9a-f]{1,16}+ ) )?+ | " WORDS " )"
         "(?: [ \\t]*+ \\[ (?<sizes> [0-9.KMGT/ \\t]++ ) \\] | [ \\t] )" PROTECTION "(?: " SHARING
         " )?+" REST,
         short_groups},
};
#undef REST
#undef SHARING
#undef PROTECTION
#undef WORDS
#undef SIZE

/* The sizes of a short row: all but swapped. */
#define SHORT_SIZES VMT_EV_SWAPPED

/* `r-x/rwx` */
#define PROTECTION_LENGTH 7

/* A region that has no name in the text. */
#define UNNAMED "(unnamed)"

enum vmt_status vmt_part_region_init(struct vmt_part_region *part, enum vmt_part_region_form form,
                                     struct vmt_parse *parse, struct vmt_process *process,
                                     struct vmt_error *err)
{
    *part = (struct vmt_part_region){.parse = parse, .process = process, .form = form};
    return vmt_pattern_get(&part->pattern, parse->context, &patterns[form], err);
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

/* Find the sizes of the row that was matched: of a short one in their brackets.  False: there are
 * other things among them. */
static bool find_sizes(struct vmt_part_region *part)
{
    part->size_count = 0;
    if (part->form == VMT_PART_REGION_FULL) {
        for (; part->size_count < VMT_EV_OF_REGION; part->size_count++) {
            part->sizes[part->size_count] =
                vmt_pattern_group(part->pattern, SIZES + part->size_count);
        }
        return true;
    }
    struct vmt_slice rest = vmt_pattern_group(part->pattern, SIZES);
    bool bare = rest.data == NULL;
    struct vmt_slice word = vmt_slice_word(&rest);
    while (word.length > 0 && part->size_count < SHORT_SIZES) {
        /* `8K/4K`, `8K/ 4K` */
        size_t slash = vmt_slice_find(word, "/");
        struct vmt_slice size = {word.data, slash};
        struct vmt_printed printed;
        if (!vmt_printed_parse(size, &printed)) {
            return false;
        }
        part->sizes[part->size_count++] = size;
        word = slash + 1 < word.length ? vmt_slice_from(word, slash + 1) : vmt_slice_word(&rest);
    }
    return word.length == 0 && (bare || part->size_count > 0);
}

/* Fill in the stated sizes; the index of one that cannot be true, or VMT_EV_OF_REGION. */
static size_t read_sizes(struct vmt_part_region *part, struct vmt_region *region)
{
    struct vmt_printed printed[VMT_EV_OF_REGION];
    const unsigned count = part->size_count;
    bool bare = true;
    for (unsigned i = 0; i < count; i++) {
        if (!vmt_printed_parse(part->sizes[i], &printed[i])) {
            return i;
        }
        bare = bare && printed[i].unit == 0;
    }
    uint64_t unit = 1;
    if (bare && region->ranged && count > 0) {
        unit = bare_unit(part, printed[0], region->end - region->start);
        part->bare = unit;
    } else if (bare && vmt_pattern_group(part->pattern, WORD).data != NULL) {
        /* In bytes nothing is `0K`: four numbers without a unit are pages. */
        unit = part->process->page_size;
    }
    if (unit == 0) {
        return VMT_EV_OF_REGION; /* pages of a size that is not stated: nothing is known */
    }
    /* Between page boundaries all counts are whole pages, and every page is whole K. */
    bool aligned = region->start % 4096 == 0 && region->end % 4096 == 0 &&
                   vmt_pattern_group(part->pattern, WORD).data == NULL;
    for (unsigned i = 0; i < count; i++) {
        struct vmt_reading *reading = &region->stated[i];
        if (!vmt_printed_bytes(printed[i], unit, reading)) {
            return i;
        }
        bool whole = printed[i].decimals == 0 && (printed[i].unit == 0 || printed[i].unit == 'K');
        if (whole && aligned) {
            reading->quantum = 0;
        }
    }
    region->known = (uint8_t)((1u << count) - 1);
    return VMT_EV_OF_REGION;
}

/* The column of what a group holds, 0 where the text is not that of the line itself. */
static size_t column_of(const struct vmt_line *line, struct vmt_slice group)
{
    uintptr_t at = (uintptr_t)group.data;
    uintptr_t begin = (uintptr_t)line->text.data;
    return at >= begin && at - begin <= line->text.length ? (size_t)(at - begin) + 1 : 0;
}

/* The range, by which vmmap's own size is held. */
static enum vmt_status check_virtual(struct vmt_part_region *part, struct vmt_region *region,
                                     const struct vmt_line *line, struct vmt_error *err)
{
    struct vmt_reading range = {region->end - region->start, 0};
    enum vmt_status status = VMT_OK;
    if (region->known != 0 && !within(region->stated[VMT_EV_VIRTUAL], range.value)) {
        struct vmt_slice printed = part->sizes[0];
        size_t column = column_of(line, printed);
        struct vmt_place place = vmt_parse_place(part->parse, line, column == 0 ? 1 : column);
        status = vmt_notes_add(&part->process->notes, VMT_NOTE_VIRTUAL_DIFFERS, place, printed,
                               vmt_line_whole(line), err);
    }
    region->stated[VMT_EV_VIRTUAL] = range;
    region->known |= 1u << VMT_EV_VIRTUAL;
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
    struct vmt_slice name = vmt_slice_trim(vmt_pattern_group(pattern, NAME));
    enum vmt_status status =
        find_type(&region->type, part, name.length == 0 ? vmt_slice(UNNAMED) : name, err);
    if (status != VMT_OK) {
        return status;
    }
    struct vmt_slice sharing = vmt_pattern_group(pattern, MODE);
    region->sharing = (uint8_t)vmt_sharing_find(sharing);
    if (region->sharing == VMT_SHARING_UNKNOWN && sharing.data != NULL) {
        status = vmt_snapshot_string(&region->sharing_text, part->parse->snapshot, sharing, err);
    }
    struct vmt_slice detail = vmt_slice_trim(vmt_pattern_group(pattern, DETAIL));
    if (status == VMT_OK && detail.length > 0) {
        status = vmt_snapshot_string(&region->detail, part->parse->snapshot, detail, err);
    }
    return status;
}

/* A short row without sizes is that of a submap, and its range has its last byte for an end. */
static bool is_complete(const struct vmt_part_region *part)
{
    const struct vmt_pattern *pattern = part->pattern;
    bool mode = vmt_pattern_group(pattern, MODE).data != NULL;
    if (part->size_count > 0) {
        return mode;
    }
    struct vmt_slice name = vmt_slice_trim(vmt_pattern_group(pattern, NAME));
    return !mode && vmt_slice_equals(name, vmt_slice("Submap")) &&
           vmt_pattern_group(pattern, END).data != NULL;
}

static void read_range(const struct vmt_part_region *part, struct vmt_region *region)
{
    const struct vmt_pattern *pattern = part->pattern;
    vmt_parse_u64(vmt_pattern_group(pattern, START), 16, &region->start);
    region->ranged = vmt_parse_u64(vmt_pattern_group(pattern, END), 16, &region->end);
    bool inclusive = part->size_count == 0 && region->end % 4096 == 4095;
    region->end += inclusive && region->end < UINT64_MAX ? 1 : 0;
}

/* What is wrong with the region, or NULL; *where it stands. */
static const char *read_numbers(struct vmt_part_region *part, struct vmt_region *region,
                                struct vmt_slice *where)
{
    const struct vmt_pattern *pattern = part->pattern;
    bool word = vmt_pattern_group(pattern, WORD).data != NULL;
    if (!word) {
        read_range(part, region);
    }
    if (region->ranged && region->end < region->start) {
        *where = vmt_pattern_group(pattern, START);
        return "the range ends before it begins";
    }
    size_t wrong = read_sizes(part, region);
    if (wrong < VMT_EV_OF_REGION) {
        *where = part->sizes[wrong];
        return "a size that no memory has";
    }
    if (!word && !region->ranged) {
        uint64_t size = region->stated[VMT_EV_VIRTUAL].value;
        *where = part->sizes[0];
        if (size > UINT64_MAX - region->start) {
            return "the range ends beyond all memory";
        }
        region->end = region->start + size;
        region->ranged = true;
    }
    return NULL;
}

static enum vmt_status take_lines(struct vmt_part_region *part, size_t lines, struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    for (size_t i = 0; status == VMT_OK && i < lines; i++) {
        status = vmt_cursor_take(part->parse->cursor, VMT_LINE_CONSUMED, err);
    }
    return status;
}

static enum vmt_status damaged(struct vmt_part_region *part, struct vmt_slice where,
                               const char *reason, size_t lines, struct vmt_error *err)
{
    size_t column = column_of(vmt_cursor_ahead(part->parse->cursor, 0), where);
    enum vmt_status status = VMT_OK;
    for (size_t i = 0; status == VMT_OK && i < lines; i++) {
        status = vmt_parse_damage(part->parse, &part->process->notes, reason, column, err);
    }
    return status;
}

/* Add the row that was matched, which stands on so many lines. */
static enum vmt_status add_row(struct vmt_part_region *part, size_t lines, struct vmt_error *err)
{
    const struct vmt_pattern *pattern = part->pattern;
    const struct vmt_line *line = vmt_cursor_ahead(part->parse->cursor, 0);
    if (!find_sizes(part) || !is_complete(part)) {
        return VMT_END;
    }
    struct vmt_region region = {
        .line = vmt_parse_line(part->parse, line),
        .protection = protection(vmt_pattern_group(pattern, READ)),
        .max_protection = protection(vmt_pattern_group(pattern, MAX)),
        .purge = (uint8_t)purge_state(vmt_pattern_group(pattern, PURGE)),
    };
    struct vmt_slice where = {0};
    const char *wrong = read_numbers(part, &region, &where);
    if (wrong != NULL) {
        return damaged(part, where, wrong, lines, err);
    }
    enum vmt_status status = VMT_OK;
    if (vmt_pattern_group(pattern, END).data != NULL) {
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
    return take_lines(part, lines, err);
}

/* A row that was broken after its sizes or its protection, with the line after it. */
static enum vmt_status read_broken(struct vmt_part_region *part, struct vmt_slice text,
                                   struct vmt_error *err)
{
    const struct vmt_slice first = vmt_slice_trim(text);
    size_t length = first.length;
    bool sizes = vmt_slice_ends(first, "]");
    bool protection =
        length >= PROTECTION_LENGTH &&
        vmt_part_region_is_protection(vmt_slice_from(first, length - PROTECTION_LENGTH));
    if ((!sizes && !protection) || length + 1 > sizeof part->joined) {
        return VMT_END;
    }
    memcpy(part->joined, first.data, length);
    part->joined[length++] = ' ';
    enum vmt_status status = vmt_cursor_fill(part->parse->cursor, 2, err);
    const struct vmt_slice second = vmt_cursor_text(part->parse->cursor, 1);
    bool fits = sizes ? vmt_part_region_is_protection(second) : vmt_slice_starts(second, "SM=");
    if (status != VMT_OK || !fits || length + second.length > sizeof part->joined) {
        return status == VMT_OK ? VMT_END : status;
    }
    memcpy(part->joined + length, second.data, second.length);
    status = vmt_pattern_match(part->pattern,
                               (struct vmt_slice){part->joined, length + second.length}, err);
    return status == VMT_OK ? add_row(part, 2, err) : status;
}

enum vmt_status vmt_part_region_detail(struct vmt_part_region *part, struct vmt_slice text,
                                       struct vmt_error *err)
{
    struct vmt_region *region = vmt_sequence_last(&part->process->regions);
    if (region == NULL || region->detail != NULL) {
        return VMT_END;
    }
    enum vmt_status status =
        vmt_snapshot_string(&region->detail, part->parse->snapshot, vmt_slice_trim(text), err);
    if (status != VMT_OK) {
        return status;
    }
    place_in_submap(part, region);
    return vmt_cursor_take(part->parse->cursor, VMT_LINE_CONSUMED, err);
}

enum vmt_status vmt_part_region_row_of(struct vmt_part_region *part, struct vmt_slice text,
                                       struct vmt_error *err)
{
    enum vmt_status status = vmt_pattern_match(part->pattern, text, err);
    status = status == VMT_OK ? add_row(part, 1, err) : status;
    return status == VMT_END ? read_broken(part, text, err) : status;
}

enum vmt_status vmt_part_region_row(struct vmt_part_region *part, struct vmt_error *err)
{
    const struct vmt_line *line = NULL;
    enum vmt_status status = vmt_cursor_peek(&line, part->parse->cursor, err);
    if (status == VMT_OK) {
        status = line->too_long ? VMT_END : vmt_part_region_row_of(part, line->text, err);
    }
    return status;
}
