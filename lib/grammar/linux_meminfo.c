/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/linux_meminfo.h"

#include "grammar/part_field.h"
#include "grammar/part_host.h"
#include "grammar/resemblance.h"

/* /proc/meminfo of Linux (fs/proc/meminfo.c), whole or from any of its telling lines on.
 *
 *   MemTotal:       24684084 kB
 *   MemFree:        24231528 kB
 *   …
 *   HugePages_Total:       0
 *   DirectMap1G:    25165824 kB
 *
 * All but the HugePages_ lines are in kB of 1024 bytes; those count pages of the size that a line
 * after them states, and stay facts where it is missing.  Each kernel may have more of them. */

static const char file[] = "meminfo";

/* So many lines that cannot be read are read over to go on. */
#define DAMAGE_AHEAD 2
/* What is left of a name has so many letters. */
#define NAME_LEAST 6

/* `opens`: no other file has such a line, so it may be the first. */
static const struct {
    const char *name;
    enum vmt_host_quantity quantity;
    bool opens;
} rows[] = {
    {"MemTotal", VMT_HOST_TOTAL, true},
    {"MemFree", VMT_HOST_FREE, true},
    {"MemAvailable", VMT_HOST_AVAILABLE_STATED, true},
    {"Buffers", VMT_HOST_BUFFERS, false},
    {"Cached", VMT_HOST_CACHED, false},
    {"SwapCached", VMT_HOST_SWAP_CACHED, true},
    {"Active", VMT_HOST_ACTIVE, false},
    {"Inactive", VMT_HOST_INACTIVE, false},
    {"Active(anon)", VMT_HOST_ACTIVE_ANONYMOUS, true},
    {"Inactive(anon)", VMT_HOST_INACTIVE_ANONYMOUS, true},
    {"Active(file)", VMT_HOST_ACTIVE_FILE, true},
    {"Inactive(file)", VMT_HOST_INACTIVE_FILE, true},
    {"Unevictable", VMT_HOST_UNEVICTABLE, false},
    {"Mlocked", VMT_HOST_LOCKED, false},
    {"SwapTotal", VMT_HOST_SWAP_TOTAL, true},
    {"SwapFree", VMT_HOST_SWAP_FREE, true},
    {"Zswap", VMT_HOST_ZSWAP, false},
    {"Zswapped", VMT_HOST_ZSWAPPED, false},
    {"Dirty", VMT_HOST_DIRTY, false},
    {"Writeback", VMT_HOST_WRITEBACK, false},
    {"AnonPages", VMT_HOST_ANONYMOUS, true},
    {"Mapped", VMT_HOST_MAPPED, false},
    {"Shmem", VMT_HOST_SHMEM, false},
    {"Slab", VMT_HOST_SLAB, false},
    {"SReclaimable", VMT_HOST_SLAB_RECLAIMABLE, true},
    {"SUnreclaim", VMT_HOST_SLAB_UNRECLAIMABLE, true},
    {"KernelStack", VMT_HOST_KERNEL_STACK, false},
    {"PageTables", VMT_HOST_PAGE_TABLES, false},
    {"CommitLimit", VMT_HOST_COMMIT_LIMIT, true},
    {"Committed_AS", VMT_HOST_COMMITTED, true},
    {"AnonHugePages", VMT_HOST_ANON_HUGE_PAGES, false},
    {"Hugetlb", VMT_HOST_HUGETLB, false},
    {"KReclaimable", VMT_HOST_KERNEL_RECLAIMABLE, true},
    {"SecPageTables", VMT_HOST_SECONDARY_PAGE_TABLES, false},
    {"VmallocUsed", VMT_HOST_VMALLOC_USED, false},
    {"Percpu", VMT_HOST_PERCPU, false},
    {"HardwareCorrupted", VMT_HOST_HARDWARE_CORRUPTED, false},
    {"ShmemHugePages", VMT_HOST_SHMEM_HUGE_PAGES, false},
    {"FileHugePages", VMT_HOST_FILE_HUGE_PAGES, false},
    {"CmaTotal", VMT_HOST_CMA_TOTAL, false},
    {"CmaFree", VMT_HOST_CMA_FREE, false},
    {"Balloon", VMT_HOST_BALLOON, false},
    {"Hugepagesize", VMT_HOST_HUGE_PAGE_SIZE, false},
};
enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

/* Counts of pages of the size that Hugepagesize states. */
static const struct {
    const char *name;
    enum vmt_host_quantity quantity;
} counts[] = {
    {"HugePages_Total", VMT_HOST_HUGE_PAGES},
    {"HugePages_Free", VMT_HOST_HUGE_PAGES_FREE},
    {"HugePages_Rsvd", VMT_HOST_HUGE_PAGES_RESERVED},
    {"HugePages_Surp", VMT_HOST_HUGE_PAGES_SURPLUS},
};
enum { COUNT_COUNT = sizeof counts / sizeof counts[0] };

struct reader {
    struct vmt_part_host part;
    struct vmt_reading counted[COUNT_COUNT];
    bool has[COUNT_COUNT];
};

static size_t find_row(struct vmt_slice name)
{
    size_t i = 0;
    while (i < ROW_COUNT && !vmt_slice_equals(name, vmt_slice(rows[i].name))) {
        i++;
    }
    return i;
}

static bool opens(struct vmt_slice line, bool sized)
{
    struct vmt_part_field field;
    size_t row = vmt_part_field_read(line, &field) && sized == (field.kind == VMT_FIELD_SIZE)
                     ? find_row(field.name)
                     : ROW_COUNT;
    return row < ROW_COUNT && rows[row].opens;
}

/* A first value that cannot be read is of this file where the next one can. */
static bool claims(const struct vmt_cursor *cursor)
{
    size_t begin = vmt_part_field_begin(cursor, file);
    struct vmt_slice first = vmt_cursor_text(cursor, begin);
    return opens(first, true) ||
           (opens(first, false) && opens(vmt_cursor_text(cursor, begin + 1), true));
}

static void keep_count(struct reader *reader, const struct vmt_part_field *field)
{
    for (size_t i = 0; i < COUNT_COUNT; i++) {
        if (field->kind == VMT_FIELD_NUMBER &&
            vmt_slice_equals(field->name, vmt_slice(counts[i].name))) {
            reader->counted[i] = (struct vmt_reading){field->number, 0};
            reader->has[i] = true;
        }
    }
}

/* The size is stated: what was counted becomes bytes. */
static void add_counts(struct reader *reader, uint64_t size)
{
    for (size_t i = 0; i < COUNT_COUNT; i++) {
        bool pages = false;
        if (reader->has[i] && size > 0 && vmt_part_host_pages(&reader->counted[i], &pages, size)) {
            vmt_part_host_add(&reader->part, counts[i].quantity, reader->counted[i], pages);
        }
        reader->has[i] = false;
    }
}

static enum vmt_status read_field(struct reader *reader, const struct vmt_part_field *field,
                                  struct vmt_error *err)
{
    struct vmt_part_host *part = &reader->part;
    size_t row = find_row(field->name);
    if (field->kind == VMT_FIELD_EXCESS) {
        return vmt_part_host_damage(part, "more than 64 bits hold", field->text.data, err);
    }
    if (row < ROW_COUNT && field->kind != VMT_FIELD_SIZE) {
        return vmt_part_host_damage(part, "not a size in kB", field->text.data, err);
    }
    enum vmt_status status = VMT_OK;
    if (row < ROW_COUNT) {
        struct vmt_reading reading = {field->number, 0};
        vmt_part_host_add(part, rows[row].quantity, reading, false);
        if (rows[row].quantity == VMT_HOST_HUGE_PAGE_SIZE) {
            add_counts(reader, field->number);
        }
    } else {
        keep_count(reader, field);
        status = vmt_part_host_fact(part, field->name, field->text, err);
    }
    return status == VMT_OK ? vmt_part_host_take(part, err) : status;
}

static bool is_count(struct vmt_slice name)
{
    for (size_t i = 0; i < COUNT_COUNT; i++) {
        if (vmt_slice_equals(name, vmt_slice(counts[i].name))) {
            return true;
        }
    }
    return vmt_slice_starts(name, "DirectMap");
}

/* Whether a field that is surely of this file follows within a few lines. */
static bool goes_on(const struct vmt_cursor *cursor)
{
    for (size_t i = 1; i <= DAMAGE_AHEAD; i++) {
        struct vmt_part_field field;
        if (vmt_part_field_read(vmt_cursor_text(cursor, i), &field) &&
            (find_row(field.name) < ROW_COUNT || is_count(field.name))) {
            return !vmt_slice_equals(field.name, vmt_slice("MemTotal"));
        }
    }
    return false;
}

/* What is left of one of the names, a number or a size: the line was a field, if nothing else
 * begins with it. */
static bool resembles(const struct vmt_cursor *cursor)
{
    struct vmt_slice text = vmt_cursor_text(cursor, 0);
    struct vmt_slice rest = text;
    struct vmt_slice name = vmt_slice_word(&rest);
    static const char *const beginnings[] = {"DirectMap",      "HugePages_Total", "HugePages_Free",
                                             "HugePages_Rsvd", "HugePages_Surp",  NULL};
    struct vmt_part_field field;
    struct vmt_part_field next;
    if (vmt_part_field_read(text, &field) && field.text.length == 0 &&
        vmt_part_field_read(vmt_cursor_text(cursor, 1), &next) && next.kind == VMT_FIELD_SIZE) {
        return !vmt_is_claimed(cursor);
    }
    for (size_t i = 0; i < ROW_COUNT && name.length == text.length; i++) { /* torn off */
        if (name.length >= NAME_LEAST && name.length <= strlen(rows[i].name) + 1 &&
            memcmp(name.data, rows[i].name, name.length - 1) == 0) {
            return !vmt_is_claimed(cursor);
        }
    }
    bool one = vmt_slice_find(text, ":") == name.length - 1 || name.length == text.length;
    return name.length > 0 && !vmt_is_claimed(cursor) &&
           ((one && vmt_begins_like(text, beginnings)) || vmt_slice_ends(text, " kB"));
}

/* A field of this file: one of a number, of which this sample has no other. */
static bool is_own(const struct vmt_part_host *part, const struct vmt_part_field *field)
{
    size_t row = find_row(field->name);
    return row < ROW_COUNT ? !part->has[rows[row].quantity] : field->kind != VMT_FIELD_TEXT;
}

static enum vmt_status read_line(struct vmt_part_host *part, struct vmt_error *err)
{
    struct reader *reader = (struct reader *)part; /* its first member */
    struct vmt_cursor *cursor = part->parse->cursor;
    enum vmt_status status = vmt_cursor_fill(cursor, DAMAGE_AHEAD + 1, err);
    const struct vmt_line *line = vmt_cursor_ahead(cursor, 0);
    if (status != VMT_OK || line == NULL) {
        return status == VMT_OK ? VMT_END : status;
    }
    struct vmt_part_field field;
    if (!line->too_long && vmt_part_field_read(line->text, &field)) {
        if (is_own(part, &field)) {
            return read_field(reader, &field, err);
        }
        if (find_row(field.name) < ROW_COUNT) {
            return VMT_END; /* of the next sample */
        }
    }
    bool torn = line->torn && !vmt_line_is_blank(line);
    if (!torn && !line->too_long && !goes_on(cursor) && !resembles(cursor)) {
        return VMT_END;
    }
    return vmt_line_is_blank(line) ? vmt_cursor_take(cursor, VMT_LINE_BLANK, err)
                                   : vmt_part_host_damage(part, "not a field", NULL, err);
}

static enum vmt_status parse(struct vmt_parse *parse, struct vmt_error *err)
{
    struct reader reader = {.has = {false}};
    return vmt_part_host_file(&reader.part, parse, &vmt_grammar_linux_meminfo, file, false,
                              read_line, err);
}

const struct vmt_grammar vmt_grammar_linux_meminfo = {
    .name = "linux-meminfo",
    .summary = "/proc/meminfo",
    .gives = "a host's memory, page cache, swap, kernel",
    .claims = claims,
    .parse = parse,
};
