/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/part_zones.h"

#include "grammar/part_table.h"
#include "grammar/printed.h"

static const char *const row_groups[] = {"name", "values", "percent", "regions", NULL};
enum { NAME, VALUES, PERCENT, REGIONS };
#define SIZE "[0-9]++ (?: \\.[0-9]++ )?+ [KMGT]?+ [ \\t]++"
#define NUMBER "[0-9]++ [ \\t]++"
#define ROW(values)                                  \
    "[ \\t]*+ (?<name> (?: [^ \\t]++ [ \\t]++ )+? )" \
    "(?<values> " values                             \
    " ) (?: (?<percent> [0-9]++ ) % [ \\t]++ )?+ (?<regions> [0-9]++ ) [ \\t]*+"

#define OLD_ROW(sizes)                                                                      \
    "[ \\t]*+ (?<name> (?: [^ \\t]++ [ \\t]++ )+? )"                                        \
    "(?<values> (?: " SIZE " ){" sizes "} " NUMBER " [0-9]++ (?: \\.[0-9]++ )?+ [KMGT]?+ )" \
    "(?: [ \\t]++ (?<percent> [0-9]++ ) % )?+ (?: [ \\t]++ (?<regions> [0-9]++ ) )?+ [ \\t]*+"

/* A table of one era: its row and what the values are, in order. */
struct shape {
    struct vmt_pattern_source row;
    unsigned units; /* words SIZE or PAGES in the heading, by which it is known */
    enum vmt_zone_number percent;
    const enum vmt_zone_size *sizes; /* in order; the count of allocations is before ALLOCATED */
    size_t size_count;
};

static const enum vmt_zone_size sizes_new[] = {VMT_ZONE_VIRTUAL,   VMT_ZONE_RESIDENT,
                                               VMT_ZONE_DIRTY,     VMT_ZONE_SWAPPED,
                                               VMT_ZONE_ALLOCATED, VMT_ZONE_FRAGMENTED};
static const enum vmt_zone_size sizes_resident[] = {VMT_ZONE_VIRTUAL, VMT_ZONE_RESIDENT,
                                                    VMT_ZONE_ALLOCATED};
static const enum vmt_zone_size sizes_old[] = {VMT_ZONE_VIRTUAL, VMT_ZONE_ALLOCATED};

static const struct shape shapes[] = {
    {{ROW("(?: " SIZE " ){4} " NUMBER " (?: " SIZE " ){2}"), row_groups},
     5,
     VMT_ZONE_FRAGMENTATION,
     sizes_new,
     sizeof sizes_new / sizeof sizes_new[0]},
    {{OLD_ROW("2"), row_groups},
     2,
     VMT_ZONE_FULL,
     sizes_resident,
     sizeof sizes_resident / sizeof sizes_resident[0]},
    {{OLD_ROW("1"), row_groups},
     1,
     VMT_ZONE_FULL,
     sizes_old,
     sizeof sizes_old / sizeof sizes_old[0]},
};
#undef OLD_ROW
#undef ROW
#undef NUMBER
#undef SIZE

static const struct shape *find_shape(const struct vmt_cursor *cursor, size_t index, size_t *lines,
                                      bool *pages)
{
    unsigned units = 0;
    *lines = vmt_part_table_headings(cursor, index, "MALLOC ZONE", &units, pages);
    for (size_t i = 0; *lines > 0 && i < sizeof shapes / sizeof shapes[0]; i++) {
        if (shapes[i].units == units) {
            return &shapes[i];
        }
    }
    return NULL;
}

bool vmt_part_zones_begins(const struct vmt_cursor *cursor, size_t index)
{
    size_t lines = 0;
    bool pages = false;
    return find_shape(cursor, index, &lines, &pages) != NULL;
}

bool vmt_part_zones_begins_old(const struct vmt_cursor *cursor, size_t index)
{
    size_t lines = 0;
    bool pages = false;
    const struct shape *shape = find_shape(cursor, index, &lines, &pages);
    if (shape == NULL || shape->percent != VMT_ZONE_FULL) {
        return false;
    }
    /* 10.12 counts the regions in the last column. */
    return !vmt_slice_ends(vmt_slice_trim(vmt_cursor_text(cursor, index + lines - 1)), "COUNT");
}

/* A table being read. */
struct table {
    struct vmt_parse *parse;
    struct vmt_process *process;
    struct vmt_pattern *row;
    const struct shape *shape;
    bool pages;
};

/* With -pages the sizes of the zone are pages, while what is allocated keeps its units. */
static bool read_size(const struct table *table, struct vmt_zone *zone, enum vmt_zone_size size,
                      struct vmt_slice word)
{
    bool measured = size != VMT_ZONE_ALLOCATED && size != VMT_ZONE_FRAGMENTED;
    uint64_t bare = table->pages && measured ? table->process->page_size : 1;
    struct vmt_printed printed;
    if (!vmt_printed_parse(word, &printed)) {
        return false;
    }
    if (bare == 0) {
        return true; /* pages of a size that is not stated: unknown */
    }
    zone->known_sizes = (uint8_t)(zone->known_sizes | 1u << size);
    return vmt_printed_bytes(printed, bare, &zone->sizes[size]);
}

static bool read_number(struct vmt_zone *zone, enum vmt_zone_number number, struct vmt_slice word)
{
    zone->known_numbers = (uint8_t)(zone->known_numbers | 1u << number);
    return vmt_parse_u64(word, 10, &zone->numbers[number]);
}

static bool fill_zone(const struct table *table, struct vmt_zone *zone)
{
    struct vmt_slice rest = vmt_pattern_group(table->row, VALUES);
    for (size_t i = 0; i < table->shape->size_count; i++) {
        enum vmt_zone_size size = table->shape->sizes[i];
        if (size == VMT_ZONE_ALLOCATED &&
            !read_number(zone, VMT_ZONE_ALLOCATIONS, vmt_slice_word(&rest))) {
            return false;
        }
        if (!read_size(table, zone, size, vmt_slice_word(&rest))) {
            return false;
        }
    }
    struct vmt_slice percent = vmt_pattern_group(table->row, PERCENT);
    if (percent.data != NULL) {
        enum vmt_zone_number which = table->shape->percent;
        if (!read_number(zone, which, percent) || zone->numbers[which] > UINT64_MAX / 10) {
            return false;
        }
        zone->numbers[which] *= 10;
    }
    struct vmt_slice regions = vmt_pattern_group(table->row, REGIONS);
    return regions.data == NULL || read_number(zone, VMT_ZONE_REGIONS, regions);
}

static enum vmt_status read_row(void *self, struct vmt_error *err)
{
    struct table *table = self;
    struct vmt_snapshot *snapshot = table->parse->snapshot;
    const struct vmt_line *line = vmt_cursor_ahead(table->parse->cursor, 0);
    struct vmt_zone zone = {.line = vmt_parse_line(table->parse, line)};
    if (!fill_zone(table, &zone)) {
        const char *at = vmt_pattern_group(table->row, VALUES).data;
        return vmt_parse_damage(table->parse, &table->process->notes, "numbers that no zone has",
                                (size_t)(at - line->text.data) + 1, err);
    }
    struct vmt_slice name = vmt_slice_trim(vmt_pattern_group(table->row, NAME));
    enum vmt_status status = vmt_snapshot_string(&zone.name, snapshot, name, err);
    if (status != VMT_OK) {
        return status;
    }
    struct vmt_zone *record = NULL;
    if (vmt_slice_equals(name, vmt_slice("TOTAL"))) {
        record = vmt_arena_alloc(&snapshot->arena, 1, sizeof *record);
        table->process->zone_total = record;
    } else {
        record = vmt_sequence_add(&table->process->zones);
    }
    if (record == NULL) {
        return vmt_arena_fail(&snapshot->arena, err);
    }
    *record = zone;
    return vmt_cursor_take(table->parse->cursor, VMT_LINE_CONSUMED, err);
}

enum vmt_status vmt_part_zones_read(struct vmt_parse *parse, struct vmt_process *process,
                                    struct vmt_error *err)
{
    struct table table = {.parse = parse, .process = process};
    size_t lines = 0;
    table.shape = find_shape(parse->cursor, 0, &lines, &table.pages);
    enum vmt_status status = vmt_pattern_get(&table.row, parse->context, &table.shape->row, err);
    for (size_t i = 0; status == VMT_OK && i < lines; i++) {
        status = vmt_cursor_take(parse->cursor, VMT_LINE_CONSUMED, err);
    }
    bool damaged = false;
    return status == VMT_OK ? vmt_part_table_rows(parse, process, table.row, read_row, &table,
                                                  "not a row of the zone table", &damaged, err)
                            : status;
}
