/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_top.h"

#include "grammar/part_host.h"
#include "grammar/printed.h"

/* top of macOS: the lines above its table.  One block for each sample; in a window several of the
 * lines are joined to one, and the time of day stands behind the first.
 *
 *   Processes: 609 total, 4 running, 605 sleeping, 2991 threads
 *   2026/05/24 22:30:17
 *   Load Avg: 3.12, 3.28, 3.12
 *   …
 *   PhysMem: 29G used (2019M wired, 2398M compressor), 2314M unused.       11 and later
 *   PhysMem: 6083M used (1950M wired), 10G unused.                         10.9 and later
 *   PhysMem: 289M wired, 1869M active, 851M inactive, 3008M used, 63M free.    to 10.8
 *   VM: 258T vsize, 5703M framework vsize, 0(0) swapins, 0(0) swapouts.
 *
 *   PID    COMMAND          %CPU TIME     #TH …                 see darwin_top_table.c
 */

/* A line that cannot be read is of the block when so far behind it the next one is. */
#define DAMAGE_AHEAD 1

bool vmt_top_size(struct vmt_slice text, struct vmt_reading *reading)
{
    struct vmt_printed printed;
    if (text.length > 1 && (vmt_slice_ends(text, "+") || vmt_slice_ends(text, "-"))) {
        text.length--;
    }
    bool bytes = vmt_slice_ends(text, "B");
    if (bytes) {
        text.length--;
        reading->quantum = 0;
        return vmt_parse_u64(text, 10, &reading->value);
    }
    if (!vmt_printed_parse(text, &printed) || printed.unit == 0 ||
        !vmt_printed_bytes(printed, 1, reading)) {
        return false;
    }
    /* Few K are exact where vmmap prints them, but not here. */
    reading->quantum = reading->quantum == 0 ? 1024 : reading->quantum;
    return true;
}

/* --- items of a line -------------------------------------------------------------------------- */

/* `2019M wired`: values of the host, each with the word behind it. */
static const struct {
    const char *name;
    enum vmt_host_quantity quantity;
} memory_words[] = {
    {"used", VMT_HOST_USED_STATED},
    {"unused", VMT_HOST_UNUSED_STATED},
    {"free", VMT_HOST_UNUSED_STATED},
    {"wired", VMT_HOST_WIRED},
    {"active", VMT_HOST_ACTIVE},
    {"inactive", VMT_HOST_INACTIVE},
    {"compressor", VMT_HOST_COMPRESSOR_OCCUPIED},
};

/* `0(0) swapins`: since boot, and in brackets since the sample before. */
static const struct {
    const char *name;
    enum vmt_host_quantity quantity;
} event_words[] = {
    {"pageins", VMT_HOST_PAGEINS},
    {"pageouts", VMT_HOST_PAGEOUTS},
    {"swapins", VMT_HOST_SWAPINS},
    {"swapouts", VMT_HOST_SWAPOUTS},
};

/* A word without the marks that part the items of a line. */
static struct vmt_slice strip_marks(struct vmt_slice word)
{
    static const char marks[] = "(,.);";
    while (word.length > 0 && memchr(marks, word.data[word.length - 1], sizeof marks - 1) != NULL) {
        word.length--;
    }
    while (word.length > 0 && word.data[0] == '(') {
        word = vmt_slice_from(word, 1);
    }
    return word;
}

static enum vmt_host_quantity memory_word(struct vmt_slice word)
{
    for (size_t i = 0; i < sizeof memory_words / sizeof memory_words[0]; i++) {
        if (vmt_slice_equals(word, vmt_slice(memory_words[i].name))) {
            return memory_words[i].quantity;
        }
    }
    return VMT_HOST_COUNT;
}

static enum vmt_host_quantity event_word(struct vmt_slice word)
{
    for (size_t i = 0; i < sizeof event_words / sizeof event_words[0]; i++) {
        if (vmt_slice_equals(word, vmt_slice(event_words[i].name))) {
            return event_words[i].quantity;
        }
    }
    return VMT_HOST_COUNT;
}

struct reader {
    struct vmt_part_host part;
    bool has_host;
    bool seen_processes;
    bool damaged; /* the line that is being read */
    const char *damaged_at;
};

/* Read `PhysMem:` up to the end of its text. */
static void read_memory(struct reader *reader, struct vmt_slice text)
{
    for (;;) {
        struct vmt_slice size = strip_marks(vmt_slice_word(&text));
        if (size.length == 0) {
            return;
        }
        struct vmt_slice word = strip_marks(vmt_slice_word(&text));
        struct vmt_reading reading;
        enum vmt_host_quantity quantity = memory_word(word);
        if (!vmt_top_size(size, &reading) || quantity == VMT_HOST_COUNT ||
            reader->part.has[quantity]) {
            reader->damaged = true;
            reader->damaged_at = size.data;
            return;
        }
        vmt_part_host_add(&reader->part, quantity, reading, false);
    }
}

/* The events of `VM:`; its sizes are sums over all processes, and no memory. */
static void read_events(struct reader *reader, struct vmt_slice text)
{
    struct vmt_slice before = {0};
    struct vmt_slice word = vmt_slice_word(&text);
    for (; word.length > 0; word = vmt_slice_word(&text)) {
        enum vmt_host_quantity quantity = event_word(strip_marks(word));
        size_t bracket = vmt_slice_find(before, "(");
        struct vmt_reading reading = {0};
        if (quantity != VMT_HOST_COUNT && bracket < before.length && !reader->part.has[quantity]) {
            if (vmt_parse_u64((struct vmt_slice){before.data, bracket}, 10, &reading.value)) {
                vmt_part_host_add(&reader->part, quantity, reading, false);
            } else {
                reader->damaged = true;
                reader->damaged_at = before.data;
            }
        }
        before = word;
    }
}

/* --- the lines of a block --------------------------------------------------------------------- */

enum { KEY_PROCESSES, KEY_PHYSMEM, KEY_VM };

static const char *const keys[] = {
    [KEY_PROCESSES] = "Processes:",
    [KEY_PHYSMEM] = "PhysMem:",
    [KEY_VM] = "VM:",
    "Load Avg:",
    "CPU usage:",
    "SharedLibs:",
    "MemRegions:",
    "Swap:",
    "Purgeable:",
    "Networks:",
    "Disks:",
};

/* The key at the beginning of a text, or -1. */
static int key_of(struct vmt_slice text)
{
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (vmt_slice_starts(text, keys[i])) {
            return (int)i;
        }
    }
    return -1;
}

/* Where the next key of a line begins, after the first. */
static size_t next_key(struct vmt_slice text)
{
    for (size_t i = 1; i < text.length; i++) {
        if (vmt_is_blank(text.data[i - 1]) && text.data[i] >= 'A' && text.data[i] <= 'Z' &&
            key_of(vmt_slice_from(text, i)) >= 0) {
            return i;
        }
    }
    return text.length;
}

/* `Processes: 609 total, 4 running, …`, as no other text has it. */
static bool is_processes(struct vmt_slice line)
{
    uint64_t count = 0;
    if (!vmt_slice_starts(line, keys[KEY_PROCESSES])) {
        return false;
    }
    line = vmt_slice_from(line, strlen(keys[KEY_PROCESSES]));
    return vmt_parse_u64(vmt_slice_word(&line), 10, &count) &&
           vmt_slice_equals(vmt_slice_word(&line), vmt_slice("total,"));
}

/* A line of the block with a readable `PhysMem:`. */
static bool is_physmem(struct vmt_slice line)
{
    struct vmt_reading reading;
    size_t at = vmt_slice_find(line, keys[KEY_PHYSMEM]);
    if (at == line.length || key_of(line) < 0) {
        return false;
    }
    struct vmt_slice rest = vmt_slice_from(line, at + strlen(keys[KEY_PHYSMEM]));
    return vmt_top_size(vmt_slice_word(&rest), &reading) &&
           memory_word(strip_marks(vmt_slice_word(&rest))) != VMT_HOST_COUNT;
}

static bool claims(const struct vmt_cursor *cursor)
{
    struct vmt_slice line = vmt_cursor_text(cursor, 0);
    return is_processes(line) || is_physmem(line) || vmt_top_table_begins(cursor);
}

/* `2026/05/24 22:30:17`, as ISO 8601 has it. */
static bool read_time(struct vmt_slice text, char time[static 20])
{
    static const char shape[] = "0000/00/00 00:00:00";
    if (text.length != sizeof shape - 1) {
        return false;
    }
    for (size_t i = 0; i < text.length; i++) {
        bool digit = text.data[i] >= '0' && text.data[i] <= '9';
        if (shape[i] == '0' ? !digit : text.data[i] != shape[i]) {
            return false;
        }
        time[i] = (char)(shape[i] == '/' ? '-' : shape[i] == ' ' ? 'T' : text.data[i]);
    }
    time[text.length] = '\0';
    return true;
}

static enum vmt_status begin_host(struct reader *reader, struct vmt_error *err)
{
    struct vmt_parse *parse = reader->part.parse;
    if (reader->has_host) {
        return VMT_OK;
    }
    reader->has_host = true;
    return vmt_part_host_begin(&reader->part, parse, &vmt_grammar_darwin_top,
                               vmt_parse_line(parse, vmt_cursor_ahead(parse->cursor, 0)), err);
}

/* `KEY: text`, one of those that a line has. */
static enum vmt_status read_item(struct reader *reader, int key, struct vmt_slice text,
                                 struct vmt_error *err)
{
    size_t length = strlen(keys[key]);
    struct vmt_slice value = vmt_slice_trim(vmt_slice_from(text, length));
    if (key == KEY_PHYSMEM) {
        read_memory(reader, value);
        return VMT_OK;
    }
    if (key == KEY_VM) {
        read_events(reader, value);
    }
    return vmt_part_host_fact(&reader->part, (struct vmt_slice){text.data, length - 1}, value, err);
}

static enum vmt_status read_items(struct reader *reader, struct vmt_slice text,
                                  struct vmt_error *err)
{
    enum vmt_status status = begin_host(reader, err);
    uint32_t kept = reader->part.count;
    reader->damaged = false;
    while (status == VMT_OK && text.length > 0 && !reader->damaged) {
        size_t end = next_key(text);
        int key = key_of(text);
        reader->seen_processes = reader->seen_processes || key == KEY_PROCESSES;
        status = read_item(reader, key, (struct vmt_slice){text.data, end}, err);
        text = vmt_slice_from(text, end);
    }
    if (status != VMT_OK) {
        return status;
    }
    if (!reader->damaged) {
        return vmt_part_host_take(&reader->part, err);
    }
    vmt_part_host_drop(&reader->part, kept);
    return vmt_part_host_damage(&reader->part, "not a size or a count of top", reader->damaged_at,
                                err);
}

static enum vmt_status read_captured(struct reader *reader, const char *time, struct vmt_error *err)
{
    enum vmt_status status = vmt_snapshot_string(
        &reader->part.captured_at, reader->part.parse->snapshot, vmt_slice(time), err);
    if (status == VMT_OK) {
        reader->part.host->captured_at = reader->part.captured_at;
        status = vmt_part_host_take(&reader->part, err);
    }
    return status;
}

/* Whether the block goes on behind a line that is none of it. */
static bool goes_on(const struct reader *reader)
{
    const struct vmt_cursor *cursor = reader->part.parse->cursor;
    struct vmt_slice next = vmt_cursor_text(cursor, DAMAGE_AHEAD);
    int key = next.length == 0 ? -1 : key_of(next);
    return reader->has_host && key > KEY_PROCESSES && !vmt_is_claimed(cursor);
}

/* A line of the block, or VMT_END behind it. */
static enum vmt_status read_line(struct reader *reader, struct vmt_error *err)
{
    struct vmt_slice text = vmt_cursor_text(reader->part.parse->cursor, 0);
    char time[20];
    int key = key_of(text);
    if (key == KEY_PROCESSES && reader->seen_processes) {
        return VMT_END; /* the next sample */
    }
    if (key == KEY_PHYSMEM && reader->part.count > 0 && reader->part.has[VMT_HOST_USED_STATED]) {
        return VMT_END;
    }
    if (key >= 0) {
        return read_items(reader, text, err);
    }
    if (reader->has_host && reader->part.captured_at == NULL && read_time(text, time)) {
        return read_captured(reader, time, err);
    }
    return goes_on(reader) ? vmt_part_host_damage(&reader->part, "not a line of top", NULL, err)
                           : VMT_END;
}

/* What stands above the table, then the table. */
static enum vmt_status parse(struct vmt_parse *parse, struct vmt_error *err)
{
    struct reader reader = {.part = {.parse = parse}};
    enum vmt_status status = VMT_OK;
    while (status == VMT_OK) {
        status = vmt_part_host_skip_blank(parse, DAMAGE_AHEAD, err);
        if (status == VMT_OK) {
            status = read_line(&reader, err);
        }
    }
    if (status != VMT_END) {
        return status;
    }
    const struct vmt_string *captured_at = reader.part.captured_at;
    status = reader.has_host ? vmt_part_host_sample(&reader.part, true, err) : VMT_OK;
    if (status == VMT_OK && vmt_top_is_heading(vmt_cursor_text(parse->cursor, 0))) {
        status = vmt_top_table(parse, captured_at, err);
    }
    return status;
}

static bool resembles(const struct vmt_line *line)
{
    return vmt_top_resembles_heading(line->text);
}

const struct vmt_grammar vmt_grammar_darwin_top = {
    .name = "darwin-top",
    .summary = "top of macOS, its head and its processes",
    .gives = "memory of the host, footprint of each process",
    .claims = claims,
    .resembles = resembles,
    .parse = parse,
};
