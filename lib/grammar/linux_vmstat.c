/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/linux_vmstat.h"

#include "grammar/part_field.h"
#include "grammar/part_host.h"

/* /proc/vmstat of Linux (mm/vmstat.c): a name and a number in each line.
 *
 *   nr_free_pages 991309
 *   …
 *   pgfault 5131372
 *   …
 *
 * Names that begin with `nr_` are gauges in pages, of a size that another file tells; the others
 * count since boot.  Left out here are those whose unit depends on the kernel. */

static const char file[] = "vmstat";

/* So many lines that cannot be read are read over to go on. */
#define DAMAGE_AHEAD 2
#define NAME_MOST 48
/* What is left of a name has so many letters. */
#define NAME_LEAST 4

static const struct {
    const char *name;
    enum vmt_host_quantity quantity;
    bool pages;
} rows[] = {
    {"nr_free_pages", VMT_HOST_FREE, true},
    {"nr_mlock", VMT_HOST_LOCKED, true},
    {"nr_page_table_pages", VMT_HOST_PAGE_TABLES, true},
    {"nr_inactive_anon", VMT_HOST_INACTIVE_ANONYMOUS, true},
    {"nr_active_anon", VMT_HOST_ACTIVE_ANONYMOUS, true},
    {"nr_inactive_file", VMT_HOST_INACTIVE_FILE, true},
    {"nr_active_file", VMT_HOST_ACTIVE_FILE, true},
    {"nr_unevictable", VMT_HOST_UNEVICTABLE, true},
    {"nr_slab_reclaimable", VMT_HOST_SLAB_RECLAIMABLE, true},
    {"nr_slab_unreclaimable", VMT_HOST_SLAB_UNRECLAIMABLE, true},
    {"nr_anon_pages", VMT_HOST_ANONYMOUS, true},
    {"nr_mapped", VMT_HOST_MAPPED, true},
    {"nr_dirty", VMT_HOST_DIRTY, true},
    {"nr_writeback", VMT_HOST_WRITEBACK, true},
    {"nr_shmem", VMT_HOST_SHMEM, true},
    {"nr_swapcached", VMT_HOST_SWAP_CACHED, true},
    {"nr_file_pages", VMT_HOST_FILE_PAGES, true},
    {"nr_zspages", VMT_HOST_ZSMALLOC, true},
    {"nr_sec_page_table_pages", VMT_HOST_SECONDARY_PAGE_TABLES, true},
    {"nr_free_cma", VMT_HOST_CMA_FREE, true},
    {"nr_balloon_pages", VMT_HOST_BALLOON, true},
    {"pswpin", VMT_HOST_SWAPINS, false},
    {"pswpout", VMT_HOST_SWAPOUTS, false},
    {"pgfault", VMT_HOST_FAULTS, false},
    {"pgmajfault", VMT_HOST_MAJOR_FAULTS, false},
    {"oom_kill", VMT_HOST_OOM_KILLS, false},
    {"pgscan_kswapd", VMT_HOST_SCANNED_BACKGROUND, false},
    {"pgscan_direct", VMT_HOST_SCANNED_DIRECT, false},
    {"pgsteal_kswapd", VMT_HOST_RECLAIMED_BACKGROUND, false},
    {"pgsteal_direct", VMT_HOST_RECLAIMED_DIRECT, false},
    {"workingset_refault_anon", VMT_HOST_REFAULTS_ANONYMOUS, false},
    {"workingset_refault_file", VMT_HOST_REFAULTS_FILE, false},
    {"zswpin", VMT_HOST_ZSWAP_INS, false},
    {"zswpout", VMT_HOST_ZSWAP_OUTS, false},
    {"zswpwb", VMT_HOST_ZSWAP_WRITTEN, false},
};
enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

struct entry {
    struct vmt_slice name;
    struct vmt_slice digits;
    size_t row;
    uint64_t number;
    bool fits; /* in 64 bits */
};

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || c == '_' || (c >= '0' && c <= '9');
}

static bool are_name(struct vmt_slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (!is_name(text.data[i])) {
            return false;
        }
    }
    return text.length > 0 && text.length <= NAME_MOST;
}

static size_t find_row(struct vmt_slice name)
{
    size_t row = 0;
    while (row < ROW_COUNT && !vmt_slice_equals(name, vmt_slice(rows[row].name))) {
        row++;
    }
    return row;
}

/* `name 123`, the whole of the line. */
static bool read_entry(struct vmt_slice line, struct entry *out)
{
    struct vmt_slice rest = line;
    out->name = vmt_slice_word(&rest);
    out->digits = vmt_slice_trim(rest);
    if (!are_name(out->name) || out->digits.length == 0) {
        return false;
    }
    for (size_t i = 0; i < out->digits.length; i++) {
        if (out->digits.data[i] < '0' || out->digits.data[i] > '9') {
            return false;
        }
    }
    out->fits = vmt_parse_u64(out->digits, 10, &out->number);
    out->row = find_row(out->name);
    return out->name.data[0] < '0' || out->name.data[0] > '9';
}

/* A name that we know, and one word behind it, which should be a number. */
static bool is_known(struct vmt_slice line)
{
    struct vmt_slice name = vmt_slice_word(&line);
    struct vmt_slice value = vmt_slice_word(&line);
    return value.length > 0 && vmt_slice_trim(line).length == 0 && find_row(name) < ROW_COUNT;
}

/* One or two words, the first of which may have been a name: what is left of an entry. */
static bool is_rest(struct vmt_slice line)
{
    struct vmt_slice name = vmt_slice_word(&line);
    (void)vmt_slice_word(&line);
    return name.length > 0 && name.data[0] >= 'a' && name.data[0] <= 'z' &&
           memchr(name.data, '/', name.length) == NULL && vmt_slice_trim(line).length == 0;
}

/* A gauge that we know, at the beginning of the line where no heading is above it: /proc/zoneinfo
 * has the same ones, of a part of the memory, further in; memory.stat of a cgroup has some of the
 * counters. */
static bool opens(const struct vmt_line *line, bool headed)
{
    return line != NULL && !line->too_long &&
           vmt_slice_starts(headed ? vmt_slice_trim(line->text) : line->text, "nr_") &&
           is_known(line->text);
}

/* An entry that no other file has. */
static bool is_gauge(const struct vmt_line *line)
{
    struct entry entry;
    return line != NULL && !line->too_long && vmt_slice_starts(line->text, "nr_") &&
           read_entry(line->text, &entry);
}

static bool claims(const struct vmt_cursor *cursor)
{
    size_t begin = vmt_part_field_begin(cursor, file);
    const struct vmt_line *line = vmt_cursor_ahead(cursor, begin);
    bool left = line != NULL && vmt_slice_starts(line->text, "nr_") && is_rest(line->text);
    return opens(line, begin > 0) || (left && is_gauge(vmt_cursor_ahead(cursor, begin + 1)));
}

static enum vmt_status read_values(struct vmt_part_host *part, const struct entry *entry,
                                   struct vmt_error *err)
{
    if (!entry->fits) {
        return vmt_part_host_damage(part, "more than 64 bits hold", entry->digits.data, err);
    }
    enum vmt_status status = VMT_OK;
    if (entry->row < ROW_COUNT) {
        struct vmt_reading reading = {entry->number, 0};
        vmt_part_host_add(part, rows[entry->row].quantity, reading, rows[entry->row].pages);
    } else {
        status = vmt_part_host_fact(part, entry->name, entry->digits, err);
    }
    return status == VMT_OK ? vmt_part_host_take(part, err) : status;
}

/* Whether the sample is over where an entry begins: it has that one already. */
static bool is_next(const struct vmt_part_host *part, const struct entry *entry)
{
    return entry->row < ROW_COUNT && part->has[rows[entry->row].quantity];
}

/* Whether an entry that is surely of this file follows within a few lines. */
static bool goes_on(const struct vmt_part_host *part)
{
    for (size_t i = 1; i <= DAMAGE_AHEAD; i++) {
        struct entry entry;
        if (read_entry(vmt_cursor_text(part->parse->cursor, i), &entry) &&
            (entry.row < ROW_COUNT || vmt_slice_starts(entry.name, "nr_"))) {
            return !is_next(part, &entry);
        }
    }
    return false;
}

/* Whether any entry follows within a few lines. */
static bool follows(const struct vmt_part_host *part)
{
    for (size_t i = 1; i <= DAMAGE_AHEAD; i++) {
        struct entry entry;
        if (read_entry(vmt_cursor_text(part->parse->cursor, i), &entry)) {
            return !is_next(part, &entry);
        }
    }
    return false;
}

/* What is left of a name that we know, or that only this file has. */
static bool is_rest_of_known(struct vmt_slice name)
{
    static const char *const groups[] = {"nr_",     "numa_",       "pgscan",
                                         "pgsteal", "workingset_", "thp_"};
    bool rest = false;
    name = vmt_slice_ascii(name);
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        rest = rest || vmt_slice_starts(name, groups[i]);
    }
    for (size_t i = 0; i < ROW_COUNT && name.length >= NAME_LEAST; i++) {
        rest = rest || (name.length < strlen(rows[i].name) &&
                        memcmp(name.data, rows[i].name, name.length) == 0);
    }
    return rest;
}

/* Whether a line that is no entry once was one: its name is known, a number stands behind a name,
 * or entries go on behind what is left of it. */
static bool resembles(const struct vmt_part_host *part, struct vmt_slice line)
{
    struct vmt_slice rest = line;
    struct vmt_slice name = vmt_slice_word(&rest);
    struct vmt_slice value = vmt_slice_word(&rest);
    if (!is_rest(line)) {
        return false;
    }
    bool digit = false;
    for (size_t i = 0; i < value.length; i++) {
        digit = digit || (value.data[i] >= '0' && value.data[i] <= '9');
    }
    return is_known(line) || is_rest_of_known(name) || (digit && are_name(name)) ||
           (follows(part) && !vmt_is_claimed(part->parse->cursor));
}

static enum vmt_status read_line(struct vmt_part_host *part, struct vmt_error *err)
{
    struct vmt_cursor *cursor = part->parse->cursor;
    enum vmt_status status = vmt_cursor_fill(cursor, DAMAGE_AHEAD + 1, err);
    const struct vmt_line *line = vmt_cursor_ahead(cursor, 0);
    if (status != VMT_OK || line == NULL) {
        return status == VMT_OK ? VMT_END : status;
    }
    struct entry entry;
    if (!line->too_long && read_entry(line->text, &entry)) {
        if (line->torn) { /* it may have lost digits */
            return vmt_part_host_damage(part, "the text ends in this number", entry.digits.data,
                                        err);
        }
        return is_next(part, &entry) ? VMT_END : read_values(part, &entry, err);
    }
    bool torn = line->torn && !vmt_line_is_blank(line);
    if (!torn && !line->too_long && !resembles(part, line->text) && !goes_on(part)) {
        return VMT_END;
    }
    return vmt_line_is_blank(line)
               ? vmt_cursor_take(cursor, VMT_LINE_BLANK, err)
               : vmt_part_host_damage(part, "not a name and a number", NULL, err);
}

static enum vmt_status parse(struct vmt_parse *parse, struct vmt_error *err)
{
    struct vmt_part_host part;
    return vmt_part_host_file(&part, parse, &vmt_grammar_linux_vmstat, file, true, read_line, err);
}

const struct vmt_grammar vmt_grammar_linux_vmstat = {
    .name = "linux-vmstat",
    .summary = "/proc/vmstat",
    .gives = "a host's pages, faults and swapping since boot",
    .claims = claims,
    .parse = parse,
};
