/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_memory_pressure.h"

#include "grammar/part_counter.h"
#include "grammar/resemblance.h"

/* memory_pressure of macOS, 10.9 to 27; -Q prints the first and the last line only.
 *
 *   The system has 34359738368 (2097152 pages with a page size of 16384).
 *
 *   Stats:
 *   Pages free: 130619                                   each with a blank behind it
 *   …
 *   Swap I/O:
 *   …
 *   System-wide memory free percentage: 86%
 *
 * While it allocates (-l, -p) it tells of its progress, and with -v it repeats the blocks.  The
 * levels that it speaks of are its aim, not what the system says of itself: they stay facts. */

#define TOTAL "The system has "
#define FREE_SHARE "System-wide memory free percentage:"
/* So many unreadable lines are read over to go on with the counters. */
#define DAMAGE_AHEAD 2
/* So far below the first line stands what follows it; it says of no machine that it has less. */
#define TOTAL_AHEAD 3
#define MEMORY_LEAST (UINT64_C(1) << 24)

struct reader {
    struct vmt_part_host part;
    uint64_t page_size; /* 0 when not stated */
    bool seen_total;
};

/* Titles of blocks, which say nothing themselves. */
static bool is_title(struct vmt_slice line)
{
    static const char *const titles[] = {
        "Stats:", "Swap I/O:", "Page Q counts:", "Compressor Stats:", "File I/O:"};
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
        if (vmt_slice_equals(line, vmt_slice(titles[i]))) {
            return true;
        }
    }
    return false;
}

/* What the tool says while it works; NULL behind the last. */
static const char *const progress[] = {
    "CMD: Allocating pages to go from ", "Stabilizing at Percent: ",
    "Stable at percent free: ",          "Desired Percent: ",
    "Maintained memory pressure to ",    "Reset system state",
    "Run out of allocable memory",       NULL};

static bool is_progress(struct vmt_slice line)
{
    for (size_t i = 0; progress[i] != NULL; i++) {
        if (vmt_slice_starts(line, progress[i])) {
            return true;
        }
    }
    return vmt_slice_starts(line, "Waiting ") &&
           vmt_slice_find(line, " before resetting system state") < line.length;
}

/* `Pages free: 130619`: the quantity, VMT_HOST_COUNT when it is none.  vm_stat has a dot. */
static enum vmt_host_quantity counter_of(struct vmt_slice line, struct vmt_slice *label,
                                         struct vmt_slice *number)
{
    bool counter = line.length > 0 && vmt_part_counter_split(line, label, number) &&
                   !vmt_slice_ends(*number, ".");
    return counter ? vmt_part_counter_quantity(*label) : VMT_HOST_COUNT;
}

static bool is_counter(struct vmt_slice line)
{
    struct vmt_slice label;
    struct vmt_slice number;
    uint64_t value = 0;
    return counter_of(line, &label, &number) != VMT_HOST_COUNT &&
           vmt_part_counter_number(number, &value);
}

/* --- the first line --------------------------------------------------------------------------- */

/* `34359738368 (2097152 pages with a page size of 16384).`, or in the words of others
 * `17179869184 bytes of physical memory.` */
struct total {
    struct vmt_slice bytes;
    struct vmt_slice pages; /* empty when it is not said */
    struct vmt_slice page_size;
};

static bool split_total(struct vmt_slice line, struct total *total)
{
    static const char middle[] = " pages with a page size of ";
    *total = (struct total){0};
    if (!vmt_slice_starts(line, TOTAL)) {
        return false;
    }
    line = vmt_slice_from(line, strlen(TOTAL));
    total->bytes = vmt_slice_word(&line);
    line = vmt_slice_trim(line);
    if (vmt_slice_equals(line, vmt_slice("bytes of physical memory."))) {
        return true;
    }
    size_t at = vmt_slice_find(line, middle);
    if (!vmt_slice_starts(line, "(") || at == line.length || !vmt_slice_ends(line, ").")) {
        return false;
    }
    size_t end = at + strlen(middle);
    total->pages = (struct vmt_slice){line.data + 1, at - 1};
    total->page_size = (struct vmt_slice){line.data + end, line.length - end - 2};
    return end + 2 <= line.length;
}

/* Old releases print the bytes of a Mac as a number of 32 bits: they are believed when they are
 * those of the pages. */
static enum vmt_status keep_total(struct reader *reader, const struct total *total,
                                  struct vmt_error *err)
{
    uint64_t bytes = 0;
    uint64_t pages = 0;
    bool known = vmt_parse_u64(total->bytes, 10, &bytes);
    if (total->pages.length > 0) {
        known = known && vmt_parse_u64(total->pages, 10, &pages) && reader->page_size > 0 &&
                pages <= UINT64_MAX / reader->page_size && pages * reader->page_size == bytes;
    }
    if (known) {
        vmt_part_host_add(&reader->part, VMT_HOST_TOTAL, (struct vmt_reading){.value = bytes},
                          false);
        return VMT_OK;
    }
    enum vmt_status status =
        vmt_part_host_fact(&reader->part, vmt_slice("memory size"), total->bytes, err);
    return status == VMT_OK && total->pages.length > 0
               ? vmt_part_host_fact(&reader->part, vmt_slice("memory pages"), total->pages, err)
               : status;
}

static bool is_number(struct vmt_slice text)
{
    uint64_t number = 0;
    bool negative = text.length > 0 && text.data[0] == '-';
    return vmt_parse_u64(vmt_slice_from(text, negative ? 1 : 0), 10, &number);
}

static enum vmt_status read_total(struct reader *reader, struct vmt_slice text,
                                  struct vmt_error *err)
{
    struct total total;
    reader->seen_total = true;
    bool whole = split_total(text, &total);
    if (!whole || !is_number(total.bytes) || (total.pages.length > 0 && !is_number(total.pages))) {
        return vmt_part_host_damage(&reader->part, "not a size of memory",
                                    text.data + strlen(TOTAL), err);
    }
    if (total.page_size.length > 0) {
        reader->page_size = vmt_part_host_page_size(total.page_size);
        if (reader->page_size == 0) {
            return vmt_part_host_damage(&reader->part, "no page size that can be",
                                        total.page_size.data, err);
        }
        vmt_part_host_add(&reader->part, VMT_HOST_PAGE_SIZE,
                          (struct vmt_reading){.value = reader->page_size}, false);
    }
    enum vmt_status status = keep_total(reader, &total, err);
    return status == VMT_OK ? vmt_part_host_take(&reader->part, err) : status;
}

/* --- the last line ---------------------------------------------------------------------------- */

/* `System-wide memory free percentage: 86%`.  The kernel divides whole numbers: up to one percent
 * is cut off, which is half of this quantum. */
static enum vmt_status read_share(struct reader *reader, struct vmt_slice text,
                                  struct vmt_error *err)
{
    struct vmt_slice number = vmt_slice_trim(vmt_slice_from(text, strlen(FREE_SHARE)));
    struct vmt_reading share = {.quantum = 20};
    bool percent = vmt_slice_ends(number, "%");
    if (!percent ||
        !vmt_parse_u64((struct vmt_slice){number.data, number.length - 1}, 10, &share.value) ||
        share.value > 100) {
        return vmt_part_host_damage(&reader->part, "not a percentage", number.data, err);
    }
    share.value *= 10;
    vmt_part_host_add(&reader->part, VMT_HOST_FREE_PERMILLE, share, false);
    enum vmt_status status = vmt_part_host_sample(&reader->part, true, err);
    return status == VMT_OK ? vmt_part_host_take(&reader->part, err) : status;
}

/* --- line by line ----------------------------------------------------------------------------- */

/* A number that no prose says a system has of anything. */
static bool is_large(struct vmt_slice text)
{
    uint64_t number = 0;
    return vmt_parse_u64(vmt_slice_word(&text), 10, &number) && number >= MEMORY_LEAST;
}

/* Whether what stands below the first line does. */
static bool follows(const struct vmt_cursor *cursor)
{
    for (size_t i = 1; i <= TOTAL_AHEAD; i++) {
        struct vmt_slice line = vmt_cursor_text(cursor, i);
        if (is_counter(line) || vmt_slice_starts(line, FREE_SHARE)) {
            return true;
        }
    }
    return false;
}

static bool claims(const struct vmt_cursor *cursor)
{
    struct vmt_slice line = vmt_cursor_text(cursor, 0);
    struct total total;
    if (vmt_slice_starts(line, TOTAL)) {
        return split_total(line, &total) || is_large(vmt_slice_from(line, strlen(TOTAL))) ||
               follows(cursor);
    }
    if (vmt_slice_starts(line, FREE_SHARE)) {
        return vmt_slice_ends(line, "%");
    }
    struct vmt_slice label;
    struct vmt_slice number;
    bool counter =
        vmt_slice_starts(line, "Pages ") && counter_of(line, &label, &number) != VMT_HOST_COUNT;
    return (counter && (is_counter(line) || is_counter(vmt_cursor_text(cursor, 1)))) ||
           (is_title(line) && is_counter(vmt_cursor_text(cursor, 1)));
}

/* Titles and the last line; counters are those of vm_stat as well. */
static bool resembles(const struct vmt_line *line)
{
    static const char *const beginnings[] = {
        "System-wide memory free", "Swap I/O:", "Page Q counts:", "Compressor Stats:", NULL};
    return vmt_line_begins_like(line, beginnings);
}

/* A line that is none of ours: damage among the counters, or VMT_END behind them. */
static enum vmt_status read_odd_line(struct reader *reader, struct vmt_error *err)
{
    const struct vmt_cursor *cursor = reader->part.parse->cursor;
    const struct vmt_line *line = vmt_cursor_ahead(cursor, 0);
    struct vmt_slice text = vmt_cursor_text(cursor, 0);
    bool torn = line->torn && text.length > 2 &&
                (vmt_part_counter_torn(line) || (text.length < strlen(FREE_SHARE) &&
                                                 memcmp(text.data, FREE_SHARE, text.length) == 0));
    if (!torn && reader->part.count > 0) { /* what is left of a line of ours */
        torn = vmt_part_counter_begins_like(line) || resembles(line) ||
               vmt_line_begins_like(line, progress);
    }
    if (torn) {
        return vmt_part_host_damage(&reader->part, "only a part of a line", NULL, err);
    }
    for (size_t i = 1; i <= DAMAGE_AHEAD; i++) {
        struct vmt_slice next = vmt_cursor_text(cursor, i);
        if (vmt_slice_starts(next, TOTAL)) {
            break;
        }
        if (is_counter(next) || is_title(next)) {
            return vmt_part_host_damage(&reader->part, "not a counter", NULL, err);
        }
    }
    return VMT_END;
}

/* A counter of the sample; one that it has already begins the next. */
static enum vmt_status read_counter(struct reader *reader, enum vmt_host_quantity quantity,
                                    struct vmt_slice number, struct vmt_error *err)
{
    if (vmt_part_counter_cut(vmt_cursor_ahead(reader->part.parse->cursor, 0))) {
        return vmt_part_host_damage(&reader->part, "the text ends in this number", number.data,
                                    err);
    }
    enum vmt_status status =
        reader->part.has[quantity] ? vmt_part_host_sample(&reader->part, true, err) : VMT_OK;
    return status == VMT_OK
               ? vmt_part_counter_read(&reader->part, quantity, number, reader->page_size, err)
               : status;
}

static enum vmt_status read_line(struct reader *reader, struct vmt_error *err)
{
    struct vmt_slice text = vmt_cursor_text(reader->part.parse->cursor, 0);
    struct vmt_slice label = {0};
    struct vmt_slice number = {0};
    uint64_t value = 0;
    if (vmt_slice_starts(text, TOTAL)) {
        return reader->seen_total ? VMT_END : read_total(reader, text, err);
    }
    if (vmt_slice_starts(text, FREE_SHARE)) {
        return read_share(reader, text, err);
    }
    if (is_title(text)) {
        return vmt_part_host_take(&reader->part, err);
    }
    if (is_progress(text)) {
        enum vmt_status status =
            vmt_part_host_fact(&reader->part, vmt_slice("progress"), text, err);
        return status == VMT_OK ? vmt_part_host_take(&reader->part, err) : status;
    }
    if (vmt_slice_starts(text, "Failed to get statistics.")) {
        enum vmt_status status =
            vmt_part_host_note(&reader->part, VMT_NOTE_TOOL_MESSAGE, text, err);
        return status == VMT_OK ? vmt_part_host_take(&reader->part, err) : status;
    }
    enum vmt_host_quantity quantity = counter_of(text, &label, &number);
    if (quantity != VMT_HOST_COUNT) {
        return read_counter(reader, quantity, number, err);
    }
    if (reader->part.count > 0 && label.length > 0 && vmt_part_counter_resembles(label) &&
        vmt_part_counter_number(number, &value)) {
        return vmt_part_counter_unknown(&reader->part, label, number, err);
    }
    return read_odd_line(reader, err);
}

static enum vmt_status parse(struct vmt_parse *parse, struct vmt_error *err)
{
    struct reader reader = {0};
    const struct vmt_line *line = vmt_cursor_ahead(parse->cursor, 0);
    enum vmt_status status = vmt_part_host_begin(
        &reader.part, parse, &vmt_grammar_darwin_memory_pressure, vmt_parse_line(parse, line), err);
    while (status == VMT_OK) {
        status = vmt_part_host_skip_blank(parse, DAMAGE_AHEAD, err);
        if (status == VMT_OK) {
            status = read_line(&reader, err);
        }
    }
    return status == VMT_END ? vmt_part_host_sample(&reader.part, true, err) : status;
}

const struct vmt_grammar vmt_grammar_darwin_memory_pressure = {
    .name = "darwin-memory-pressure",
    .summary = "memory_pressure of macOS",
    .gives = "memory of the host",
    .claims = claims,
    .resembles = resembles,
    .parse = parse,
};
