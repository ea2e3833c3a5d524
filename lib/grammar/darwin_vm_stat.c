/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_vm_stat.h"

#include "grammar/part_counter.h"
#include "grammar/resemblance.h"

/* vm_stat of macOS, 10.2 to 27: what the kernel counts.
 *
 *   Mach Virtual Memory Statistics: (page size of 16384 bytes)
 *   Pages free:                              130912.
 *   Pages active:                            823431.
 *   …
 *   "Translation faults":                5220385534.
 *   …
 *   Object cache: 12 hits of 139872 lookups (0% hit rate)          to 10.8
 *
 * The labels have become more with the years and their column wider; none of that is of concern.
 * Pages are those of the banner, and of an unknown size where a paste has lost it. */

#define BANNER "Mach Virtual Memory Statistics:"
#define OBJECT_CACHE "Object cache:"
/* So many unreadable lines are read over to go on with the counters. */
#define DAMAGE_AHEAD 2
/* What pads a label that is not known; prose has one blank behind a colon. */
#define PADDING_LEAST 2

bool vmt_vm_stat_is_banner(struct vmt_slice line)
{
    return vmt_slice_starts(line, BANNER);
}

/* `Label:   123.`: its number without the dot.  False where there is no dot. */
static bool split(struct vmt_slice line, struct vmt_slice *label, struct vmt_slice *number)
{
    if (!vmt_part_counter_split(line, label, number) || !vmt_slice_ends(*number, ".")) {
        return false;
    }
    number->length--;
    return number->length > 0;
}

/* The quantity that the line `index` lines ahead counts, VMT_HOST_COUNT when it is none. */
static enum vmt_host_quantity counter_ahead(const struct vmt_cursor *cursor, size_t index)
{
    struct vmt_slice label;
    struct vmt_slice number;
    struct vmt_slice line = vmt_cursor_text(cursor, index);
    return line.length > 0 && split(line, &label, &number) ? vmt_part_counter_quantity(label)
                                                           : VMT_HOST_COUNT;
}

static bool counter_in_sight(const struct vmt_cursor *cursor)
{
    for (size_t i = 0; i <= DAMAGE_AHEAD; i++) {
        if (counter_ahead(cursor, i) != VMT_HOST_COUNT) {
            return true;
        }
    }
    return false;
}

static bool claims(const struct vmt_cursor *cursor)
{
    struct vmt_slice line = vmt_cursor_text(cursor, 0);
    if (vmt_vm_stat_is_banner(line)) {
        return !vmt_vm_stat_is_heading(vmt_cursor_text(cursor, 1));
    }
    return vmt_slice_ends(line, ".") && counter_ahead(cursor, 0) != VMT_HOST_COUNT;
}

/* `(page size of 4096 bytes, cache hits 0%)`; false when it is not that. */
static bool read_page_size(struct vmt_slice text, uint64_t *size, struct vmt_slice *rest)
{
    static const char before[] = "(page size of ";
    if (!vmt_slice_starts(text, before) || !vmt_slice_ends(text, ")")) {
        return false;
    }
    text = vmt_slice_from(text, strlen(before));
    text.length--;
    struct vmt_slice number = vmt_slice_word(&text);
    struct vmt_slice unit = vmt_slice_word(&text);
    *size = vmt_part_host_page_size(number);
    *rest = vmt_slice_trim(text);
    bool comma = vmt_slice_equals(unit, vmt_slice("bytes,"));
    return *size > 0 &&
           (comma || (vmt_slice_equals(unit, vmt_slice("bytes")) && rest->length == 0));
}

/* The banner, when it is next.  It is taken before the host is known that it belongs to, which the
 * line after it tells, so its damage goes to the notes of the input. */
static enum vmt_status read_banner(struct vmt_vm_stat_banner *banner, struct vmt_parse *parse,
                                   struct vmt_error *err)
{
    struct vmt_slice text = vmt_cursor_text(parse->cursor, 0);
    const struct vmt_line *line = vmt_cursor_ahead(parse->cursor, 0);
    *banner = (struct vmt_vm_stat_banner){.line = vmt_parse_line(parse, line)};
    if (!vmt_vm_stat_is_banner(text)) {
        return VMT_OK;
    }
    banner->seen = true;
    struct vmt_slice brackets = vmt_slice_trim(vmt_slice_from(text, strlen(BANNER)));
    struct vmt_slice rest = {0};
    if (!read_page_size(brackets, &banner->page_size, &rest)) {
        banner->page_size = 0;
        return vmt_parse_damage(parse, &parse->input->notes, "no page size that can be",
                                (size_t)(brackets.data - line->text.data) + 1, err);
    }
    enum vmt_status status = VMT_OK;
    if (rest.length > 0) {
        status = vmt_snapshot_string(&banner->rest, parse->snapshot, rest, err);
    }
    return status == VMT_OK ? vmt_cursor_take(parse->cursor, VMT_LINE_CONSUMED, err) : status;
}

enum vmt_status vmt_vm_stat_banner_keep(struct vmt_part_host *part,
                                        const struct vmt_vm_stat_banner *banner,
                                        struct vmt_error *err)
{
    if (banner->page_size > 0) {
        vmt_part_host_add(part, VMT_HOST_PAGE_SIZE,
                          (struct vmt_reading){.value = banner->page_size}, false);
    }
    const struct vmt_fact *last = vmt_sequence_last(&part->host->facts);
    if (banner->rest == NULL || (last != NULL && last->value == banner->rest)) {
        return VMT_OK;
    }
    return vmt_part_host_fact(part, vmt_slice("banner"), vmt_string_slice(banner->rest), err);
}

/* `Object cache: 12 hits of 139872 lookups (0% hit rate)` */
static enum vmt_status read_object_cache(struct vmt_part_host *part, struct vmt_slice text,
                                         struct vmt_error *err)
{
    struct vmt_slice rest = vmt_slice_from(text, strlen(OBJECT_CACHE));
    struct vmt_reading hits = {0};
    struct vmt_reading lookups = {0};
    struct vmt_slice first = vmt_slice_word(&rest);
    struct vmt_slice hits_of[] = {vmt_slice_word(&rest), vmt_slice_word(&rest)};
    struct vmt_slice second = vmt_slice_word(&rest);
    struct vmt_slice name = vmt_slice_word(&rest);
    if (!vmt_parse_u64(first, 10, &hits.value) || !vmt_parse_u64(second, 10, &lookups.value) ||
        !vmt_slice_equals(hits_of[0], vmt_slice("hits")) ||
        !vmt_slice_equals(hits_of[1], vmt_slice("of")) ||
        !vmt_slice_equals(name, vmt_slice("lookups"))) {
        return vmt_part_host_damage(part, "not `N hits of N lookups`", first.data, err);
    }
    vmt_part_host_add(part, VMT_HOST_CACHE_HITS, hits, false);
    vmt_part_host_add(part, VMT_HOST_CACHE_LOOKUPS, lookups, false);
    rest = vmt_slice_trim(rest);
    enum vmt_status status =
        rest.length == 0 ? VMT_OK : vmt_part_host_fact(part, vmt_slice("Object cache"), rest, err);
    return status == VMT_OK ? vmt_part_host_take(part, err) : status;
}

/* Whether counters go on behind a line that is none. */
static bool goes_on(const struct vmt_part_host *part)
{
    const struct vmt_cursor *cursor = part->parse->cursor;
    for (size_t i = 1; i <= DAMAGE_AHEAD; i++) {
        enum vmt_host_quantity quantity = counter_ahead(cursor, i);
        if (vmt_vm_stat_is_banner(vmt_cursor_text(cursor, i))) {
            return false;
        }
        if (quantity != VMT_HOST_COUNT) {
            return !part->has[quantity];
        }
    }
    return false;
}

/* A line that is no counter: damage of the snapshot, or VMT_END behind it. */
static enum vmt_status read_odd_line(struct vmt_part_host *part, struct vmt_error *err)
{
    const struct vmt_line *line = vmt_cursor_ahead(part->parse->cursor, 0);
    if (vmt_part_counter_torn(line)) {
        return vmt_part_host_damage(part, "the text ends in this line", NULL, err);
    }
    return goes_on(part) ? vmt_part_host_damage(part, "not a counter", NULL, err) : VMT_END;
}

/* A label that no release up to now has. */
static bool is_unknown_counter(struct vmt_slice text, struct vmt_slice label,
                               struct vmt_slice number)
{
    uint64_t value = 0;
    size_t colon = (size_t)(number.data - text.data);
    while (colon > 0 && text.data[colon - 1] != ':') {
        colon--;
    }
    return vmt_part_counter_resembles(label) && vmt_part_counter_number(number, &value) &&
           (size_t)(number.data - text.data) - colon >= PADDING_LEAST;
}

/* A counter.  One that the snapshot has already begins the next: of the same host where nothing but
 * the counters was kept of each, as `vm_stat | grep` does. */
static enum vmt_status read_counter(struct vmt_part_host *part,
                                    const struct vmt_vm_stat_banner *banner,
                                    enum vmt_host_quantity quantity, struct vmt_slice number,
                                    struct vmt_error *err)
{
    if (part->has[quantity] && banner->seen) {
        return VMT_END;
    }
    enum vmt_status status = part->has[quantity] ? vmt_part_host_sample(part, true, err) : VMT_OK;
    return status == VMT_OK ? vmt_part_counter_read(part, quantity, number, banner->page_size, err)
                            : status;
}

static enum vmt_status read_line(struct vmt_part_host *part,
                                 const struct vmt_vm_stat_banner *banner, struct vmt_error *err)
{
    struct vmt_slice text = vmt_cursor_text(part->parse->cursor, 0);
    struct vmt_slice label = {0};
    struct vmt_slice number = {0};
    if (vmt_vm_stat_is_banner(text)) {
        return VMT_END;
    }
    if (vmt_slice_starts(text, OBJECT_CACHE)) {
        return part->has[VMT_HOST_CACHE_HITS] ? VMT_END : read_object_cache(part, text, err);
    }
    bool dotted = split(text, &label, &number);
    enum vmt_host_quantity quantity =
        label.length > 0 ? vmt_part_counter_quantity(label) : VMT_HOST_COUNT;
    if (quantity != VMT_HOST_COUNT && dotted) {
        return read_counter(part, banner, quantity, number, err);
    }
    if (quantity != VMT_HOST_COUNT && !part->has[quantity]) {
        return vmt_part_host_damage(part, "a number that does not end with its dot", number.data,
                                    err);
    }
    if (dotted && is_unknown_counter(text, label, number)) {
        return vmt_part_counter_unknown(part, label, number, err);
    }
    return read_odd_line(part, err);
}

static enum vmt_status read_snapshot(struct vmt_parse *parse,
                                     const struct vmt_vm_stat_banner *banner, struct vmt_error *err)
{
    struct vmt_part_host part;
    enum vmt_status status =
        vmt_part_host_begin(&part, parse, &vmt_grammar_darwin_vm_stat, banner->line, err);
    if (status == VMT_OK) {
        status = vmt_vm_stat_banner_keep(&part, banner, err);
    }
    while (status == VMT_OK) {
        status = vmt_part_host_skip_blank(parse, DAMAGE_AHEAD, err);
        if (status == VMT_OK) {
            status = read_line(&part, banner, err);
        }
    }
    return status == VMT_END ? vmt_part_host_sample(&part, true, err) : status;
}

/* A banner, and what it opens: a snapshot or a part of a log, in which both repeat. */
enum vmt_status vmt_vm_stat_parse(struct vmt_parse *parse, struct vmt_error *err)
{
    struct vmt_vm_stat_log log = {0};
    for (;;) {
        struct vmt_vm_stat_banner banner;
        enum vmt_status status = read_banner(&banner, parse, err);
        if (status == VMT_OK) {
            status = vmt_part_host_skip_blank(parse, DAMAGE_AHEAD, err);
        }
        bool ended = status == VMT_END;
        if (status != VMT_OK && !ended) {
            return status;
        }
        bool heading = !ended && vmt_vm_stat_is_heading(vmt_cursor_text(parse->cursor, 0));
        if (!heading && log.part.host != NULL && !counter_in_sight(parse->cursor)) {
            return VMT_OK; /* the log was cut behind a banner */
        }
        if (!heading) {
            return read_snapshot(parse, &banner, err);
        }
        status = vmt_vm_stat_log_read(&log, parse, &banner, err);
        if (status != VMT_OK) {
            return status == VMT_END ? VMT_OK : status;
        }
    }
}

/* The banner, without which nothing tells the page size, or a counter. */
static bool resembles(const struct vmt_line *line)
{
    static const char *const banner[] = {"Mach Virtual Memory Statistics", NULL};
    return vmt_line_begins_like(line, banner) || vmt_part_counter_begins_like(line);
}

const struct vmt_grammar vmt_grammar_darwin_vm_stat = {
    .name = "darwin-vm-stat",
    .summary = "vm_stat of macOS, one snapshot",
    .gives = "memory of the host, counters since boot",
    .claims = claims,
    .resembles = resembles,
    .parse = vmt_vm_stat_parse,
};
