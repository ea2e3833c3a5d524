/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/linux_zram.h"

#include "grammar/part_host.h"
#include "grammar/part_path.h"

/* mm_stat of a zram device (drivers/block/zram/zram_drv.c,
 * Documentation/admin-guide/blockdev/zram.rst): one line of numbers, which only a heading or the
 * name of the input explains.
 *
 *   ==> /sys/block/zram0/mm_stat <==
 *   402653184 98566144 104857600        0 125829120      812        0      204      371
 *
 * Seven of them at first, the eighth since 4.19, the ninth since 5.11.  The first five are bytes,
 * the others count pages.  Each device is a record; what they state adds up. */

static const char file[] = "mm_stat";

#define COLUMNS_LEAST 7
#define COLUMNS_MOST 64

static const struct {
    const char *name;
    enum vmt_host_quantity quantity; /* VMT_HOST_COUNT: a fact, since it does not add up */
} columns[] = {
    {"orig_data_size", VMT_HOST_ZRAM_STORED},       {"compr_data_size", VMT_HOST_ZRAM_COMPRESSED},
    {"mem_used_total", VMT_HOST_ZRAM_OCCUPIED},     {"mem_limit", VMT_HOST_COUNT},
    {"mem_used_max", VMT_HOST_ZRAM_PEAK},           {"same_pages", VMT_HOST_ZRAM_SAME_PAGES},
    {"pages_compacted", VMT_HOST_ZRAM_COMPACTED},   {"huge_pages", VMT_HOST_ZRAM_HUGE_PAGES},
    {"huge_pages_since", VMT_HOST_ZRAM_HUGE_SINCE},
};
enum { COLUMN_COUNT = sizeof columns / sizeof columns[0] };

/* Words that begin like numbers, and as many as there should be. */
static bool fits(struct vmt_slice line)
{
    size_t count = 0;
    struct vmt_slice rest = line;
    for (struct vmt_slice word = vmt_slice_word(&rest); word.length > 0;
         word = vmt_slice_word(&rest)) {
        size_t sign = word.length > 1 && word.data[0] == '-' ? 1 : 0;
        if (word.data[sign] < '0' || word.data[sign] > '9' || ++count > COLUMNS_MOST) {
            return false;
        }
    }
    return count >= COLUMNS_LEAST;
}

/* Behind a name that is surely of this file: some of the numbers. */
static bool resembles(struct vmt_slice line)
{
    size_t count = 0;
    size_t words = 0;
    struct vmt_slice rest = line;
    for (struct vmt_slice word = vmt_slice_word(&rest); word.length > 0 && words < COLUMNS_MOST;
         word = vmt_slice_word(&rest)) {
        count += word.data[0] >= '0' && word.data[0] <= '9' ? 1 : 0;
        words++;
    }
    return count > 1 && 2 * count >= words;
}

/* How the numbers are told to be what they are. */
struct naming {
    struct vmt_slice directory;
    struct vmt_slice line; /* of the numbers */
    size_t before;         /* lines ahead of theirs */
};

static bool find_naming(const struct vmt_cursor *cursor, struct naming *out)
{
    struct vmt_slice path;
    struct vmt_slice text = vmt_cursor_text(cursor, 0);
    out->before = 0;
    if (vmt_part_path_front(text, &path, &out->line) &&
        vmt_part_path_is(path, file, &out->directory)) {
        return resembles(out->line);
    }
    if (vmt_part_path_heading(text, &path) && vmt_part_path_is(path, file, &out->directory)) {
        const struct vmt_line *next = vmt_cursor_ahead(cursor, 1);
        out->before = next != NULL && vmt_line_is_blank(next) ? 2 : 1;
        out->line = vmt_cursor_text(cursor, out->before);
        return resembles(out->line);
    }
    out->line = text;
    return vmt_part_path_is(vmt_cursor_name(cursor), file, &out->directory) &&
           (fits(text) || resembles(text));
}

static bool claims(const struct vmt_cursor *cursor)
{
    struct naming naming;
    return find_naming(cursor, &naming);
}

/* `zram0` of `/sys/block/zram0`; nothing where it is not told. */
static struct vmt_slice device_of(struct vmt_slice directory)
{
    size_t digits = 0;
    while (digits < directory.length && directory.data[directory.length - digits - 1] >= '0' &&
           directory.data[directory.length - digits - 1] <= '9') {
        digits++;
    }
    size_t length = strlen("zram") + digits;
    if (directory.length < length) {
        return (struct vmt_slice){"", 0};
    }
    struct vmt_slice device = vmt_slice_from(directory, directory.length - length);
    return digits > 0 && vmt_slice_starts(device, "zram") ? device : (struct vmt_slice){"", 0};
}

static enum vmt_status add_column(struct vmt_part_host *part, size_t column, struct vmt_slice word,
                                  uint64_t number, struct vmt_error *err)
{
    if (column >= COLUMN_COUNT) {
        return vmt_part_host_fact(part, vmt_slice("mm_stat, unknown"), word, err);
    }
    if (columns[column].quantity == VMT_HOST_COUNT) {
        return vmt_part_host_fact(part, vmt_slice(columns[column].name), word, err);
    }
    vmt_part_host_add(part, columns[column].quantity, (struct vmt_reading){number, 0}, false);
    return VMT_OK;
}

/* The numbers of the next line, `text` being the part of it behind a path. */
static enum vmt_status read_numbers(struct vmt_part_host *part, struct vmt_slice text,
                                    struct vmt_error *err)
{
    struct vmt_slice rest = text;
    struct vmt_slice word = vmt_slice_word(&rest);
    enum vmt_status status = VMT_OK;
    size_t count = 0;
    for (size_t i = 0; word.length > 0 && status == VMT_OK; i++, word = vmt_slice_word(&rest)) {
        count++;
        uint64_t number = 0;
        bool last = vmt_slice_trim(rest).length == 0;
        const char *wrong = NULL;
        if (!vmt_parse_u64(word, 10, &number)) {
            wrong = "not a number of 64 bits";
        } else if (last && vmt_cursor_ahead(part->parse->cursor, 0)->torn) {
            wrong = "the text ends in this number"; /* it may have lost digits */
        }
        if (wrong != NULL) {
            vmt_part_host_drop(part, 0);
            return vmt_part_host_damage(part, wrong, word.data, err);
        }
        status = add_column(part, i, word, number, err);
    }
    if (status == VMT_OK && count < COLUMNS_LEAST) {
        vmt_part_host_drop(part, 0);
        return vmt_part_host_damage(part, "fewer numbers than there are columns", text.data, err);
    }
    return status == VMT_OK ? vmt_part_host_take(part, err) : status;
}

static enum vmt_status parse(struct vmt_parse *parse, struct vmt_error *err)
{
    struct vmt_part_host part;
    struct naming naming;
    struct vmt_snapshot *snapshot = parse->snapshot;
    enum vmt_status status =
        vmt_part_host_begin(&part, parse, &vmt_grammar_linux_zram,
                            vmt_parse_line(parse, vmt_cursor_ahead(parse->cursor, 0)), err);
    (void)find_naming(parse->cursor, &naming);
    if (status == VMT_OK) {
        status =
            vmt_snapshot_string(&part.host->device, snapshot, device_of(naming.directory), err);
    }
    for (size_t i = 0; i < naming.before && status == VMT_OK; i++) {
        status = vmt_cursor_take(parse->cursor, i == 0 ? VMT_LINE_CONSUMED : VMT_LINE_BLANK, err);
    }
    if (status == VMT_OK) {
        status = read_numbers(&part, naming.line, err);
    }
    return status == VMT_OK ? vmt_part_host_sample(&part, true, err) : status;
}

/* A heading that is torn off and would name the device. */
static bool resembles_heading(const struct vmt_line *line)
{
    struct vmt_slice text = vmt_slice_trim(line->text);
    return vmt_slice_starts(text, "==> /sys/block/") && !vmt_slice_ends(text, " <==");
}

const struct vmt_grammar vmt_grammar_linux_zram = {
    .name = "linux-zram",
    .summary = "/sys/block/zram*/mm_stat",
    .gives = "what a compressed device holds, takes and saves",
    .claims = claims,
    .resembles = resembles_heading,
    .parse = parse,
};
