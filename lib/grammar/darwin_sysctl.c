/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_sysctl.h"

#include "grammar/part_host.h"
#include "grammar/printed.h"
#include "grammar/resemblance.h"

/* What sysctl of macOS says of memory, alone or within all that `sysctl -a` prints.
 *
 *   hw.memsize: 34359738368                                      or with ` = `, or `=`
 *   kern.memorystatus_vm_pressure_level: 1
 *   vm.swapusage: total = 3072.00M  used = 2513.50M  free = 558.50M  (encrypted)
 *   vm.page_free_count: 130912
 *
 * `sysctl -n` leaves the name out; of the values only that of vm.swapusage is known without it.
 * Some systems print its sizes with a comma for a point. */

/* After so many other settings it is `sysctl -a`: a line between them that is none belongs to a
 * value of several lines. */
#define MANY_SETTINGS 8
#define SETTINGS_AHEAD 3

enum kind {
    KIND_FACT,
    KIND_NUMBER, /* in the unit of the quantity */
    KIND_PAGES,
    KIND_PERCENT,
    KIND_SWAP,
    KIND_PAGE_SIZE /* of programs: that of the kernel, where it is not stated itself */
};

/* `shared`: other systems have a setting of this name, so that it alone says nothing. */
static const struct setting {
    const char *name;
    enum kind kind;
    bool shared;
    enum vmt_host_quantity quantity;
} settings[] = {
    {"hw.memsize", KIND_NUMBER, false, VMT_HOST_TOTAL},
    {"hw.memsize_usable", KIND_FACT, false, VMT_HOST_COUNT},
    {"hw.pagesize", KIND_PAGE_SIZE, true, VMT_HOST_PAGE_SIZE},
    {"hw.pagesize32", KIND_FACT, true, VMT_HOST_COUNT},
    {"hw.physmem", KIND_FACT, true, VMT_HOST_COUNT}, /* 32 bits: cut off on large machines */
    {"hw.usermem", KIND_FACT, true, VMT_HOST_COUNT},
    {"kern.memorystatus_level", KIND_PERCENT, false, VMT_HOST_FREE_PERMILLE},
    {"kern.memorystatus_vm_pressure_level", KIND_NUMBER, false, VMT_HOST_PRESSURE_LEVEL},
    {"vm.memory_pressure", KIND_FACT, false, VMT_HOST_COUNT},
    {"vm.page_cleaned_count", KIND_FACT, false, VMT_HOST_COUNT},
    {"vm.page_free_count", KIND_PAGES, false, VMT_HOST_FREE},
    {"vm.page_free_wanted", KIND_FACT, false, VMT_HOST_COUNT},
    {"vm.page_pageable_external_count", KIND_PAGES, false, VMT_HOST_FILE_BACKED},
    {"vm.page_pageable_internal_count", KIND_PAGES, false, VMT_HOST_ANONYMOUS},
    {"vm.page_purgeable_count", KIND_PAGES, false, VMT_HOST_PURGEABLE},
    {"vm.page_purgeable_wired_count", KIND_FACT, false, VMT_HOST_COUNT},
    {"vm.page_reusable_count", KIND_FACT, false, VMT_HOST_COUNT},
    {"vm.page_speculative_count", KIND_PAGES, false, VMT_HOST_SPECULATIVE},
    {"vm.pages", KIND_FACT, false, VMT_HOST_COUNT},
    {"vm.pagesize", KIND_NUMBER, false, VMT_HOST_PAGE_SIZE},
    {"vm.swapusage", KIND_SWAP, false, VMT_HOST_COUNT},
    {"vm.vm_page_external_count", KIND_FACT, false, VMT_HOST_COUNT},
    {"vm.vm_page_free_target", KIND_FACT, false, VMT_HOST_COUNT},
};

/* There are many of them, and more in each release. */
#define COMPRESSOR "vm.compressor"
static const struct setting compressor = {COMPRESSOR, KIND_FACT, false, VMT_HOST_COUNT};
static const struct setting unnamed_swap = {"vm.swapusage", KIND_SWAP, false, VMT_HOST_COUNT};

struct reader {
    struct vmt_part_host part;
    struct vmt_slice name; /* of the setting in the next line */
    struct vmt_slice value;
    uint64_t page_size; /* of programs, 0 when not stated */
    size_t others;      /* settings that say nothing of memory */
};

/* `kern.some.thing: value`, ` = ` or `=`.  Without the blanks around. */
static bool split_setting(struct vmt_slice line, struct vmt_slice *name, struct vmt_slice *value)
{
    static const char marks[] = "._%-";
    size_t length = 0;
    bool dot = false;
    if (line.length == 0 || line.data[0] < 'a' || line.data[0] > 'z') {
        return false;
    }
    while (length < line.length) {
        char c = line.data[length];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && memchr(marks, c, sizeof marks - 1) == NULL) {
            break;
        }
        dot = dot || c == '.';
        length++;
    }
    *name = (struct vmt_slice){line.data, length};
    *value = vmt_slice_trim(vmt_slice_from(line, length));
    if (!dot || value->length == 0 || (value->data[0] != ':' && value->data[0] != '=')) {
        return false;
    }
    *value = vmt_slice_trim(vmt_slice_from(*value, 1));
    return true;
}

static bool is_unnamed_swap(struct vmt_slice line)
{
    return vmt_slice_starts(line, "total = ") && vmt_slice_find(line, "used = ") < line.length &&
           vmt_slice_find(line, "free = ") < line.length;
}

static bool begins_number(struct vmt_slice value)
{
    size_t at = value.length > 1 && value.data[0] == '-' ? 1 : 0;
    return value.length > 0 && value.data[at] >= '0' && value.data[at] <= '9';
}

/* The same where a digit may have become something else, or all of them are lost: a word, or
 * nothing. */
static bool resembles_number(struct vmt_slice value)
{
    bool ascii = vmt_slice_ascii(value).length == value.length;
    struct vmt_slice word = vmt_slice_word(&value);
    return begins_number(word) || value.length == 0 || !ascii;
}

/* What a line says of memory, NULL when it does not. */
static const struct setting *setting_of(struct vmt_slice line, struct vmt_slice *name,
                                        struct vmt_slice *value)
{
    if (is_unnamed_swap(line)) {
        *name = vmt_slice(unnamed_swap.name);
        *value = line;
        return &unnamed_swap;
    }
    if (!split_setting(line, name, value)) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        if (vmt_slice_equals(*name, vmt_slice(settings[i].name))) {
            bool swap = settings[i].kind == KIND_SWAP;
            bool fits = swap ? vmt_slice_starts(*value, "total") : resembles_number(*value);
            return fits ? &settings[i] : NULL;
        }
    }
    return vmt_slice_starts(*name, COMPRESSOR) && resembles_number(*value) ? &compressor : NULL;
}

static bool claims(const struct vmt_cursor *cursor)
{
    struct vmt_slice name;
    struct vmt_slice value;
    const struct setting *setting = setting_of(vmt_cursor_text(cursor, 0), &name, &value);
    if (setting != NULL && setting->shared) {
        setting = setting_of(vmt_cursor_text(cursor, 1), &name, &value);
    }
    return setting != NULL && !setting->shared;
}

/* --- vm.swapusage ----------------------------------------------------------------------------- */

enum { SWAP_TOTAL, SWAP_USED, SWAP_FREE, SWAP_SIZES };

static const struct {
    const char *name;
    enum vmt_host_quantity quantity;
} swap_sizes[SWAP_SIZES] = {
    [SWAP_TOTAL] = {"total", VMT_HOST_SWAP_TOTAL},
    [SWAP_USED] = {"used", VMT_HOST_SWAP_USED},
    [SWAP_FREE] = {"free", VMT_HOST_SWAP_FREE},
};

/* `3072.00M`, or `3072,00M`: rounded to nearest. */
static bool read_swap_size(struct vmt_slice word, struct vmt_reading *reading)
{
    char text[32];
    struct vmt_printed printed;
    if (word.length > sizeof text) {
        return false;
    }
    for (size_t i = 0; i < word.length; i++) {
        text[i] = (char)(word.data[i] == ',' ? '.' : word.data[i]);
    }
    return vmt_printed_parse((struct vmt_slice){text, word.length}, &printed) &&
           printed.unit != 0 && vmt_printed_bytes(printed, 1, reading);
}

/* `total = 3072.00M` at the beginning of *rest. */
static bool take_swap_size(struct vmt_slice *rest, int size, struct vmt_reading *reading)
{
    *rest = vmt_slice_trim(*rest);
    if (!vmt_slice_starts(*rest, swap_sizes[size].name)) {
        return false;
    }
    *rest = vmt_slice_trim(vmt_slice_from(*rest, strlen(swap_sizes[size].name)));
    if (!vmt_slice_starts(*rest, "=")) {
        return false;
    }
    *rest = vmt_slice_trim(vmt_slice_from(*rest, 1));
    struct vmt_slice before = *rest;
    if (read_swap_size(vmt_slice_word(rest), reading)) {
        return true;
    }
    *rest = before;
    return false;
}

static enum vmt_status read_swap(struct reader *reader, struct vmt_error *err)
{
    struct vmt_reading sizes[SWAP_SIZES];
    struct vmt_slice rest = reader->value;
    for (int i = 0; i < SWAP_SIZES; i++) {
        if (!take_swap_size(&rest, i, &sizes[i])) {
            return vmt_part_host_damage(&reader->part, "not a size of swap", rest.data, err);
        }
    }
    rest = vmt_slice_trim(rest);
    bool encrypted = vmt_slice_equals(rest, vmt_slice("(encrypted)"));
    if (rest.length > 0 && !encrypted) {
        return vmt_part_host_damage(&reader->part, "not `(encrypted)`", rest.data, err);
    }
    for (int i = 0; i < SWAP_SIZES; i++) {
        vmt_part_host_add(&reader->part, swap_sizes[i].quantity, sizes[i], false);
    }
    if (encrypted) { /* nothing says that it is not: the word may have been left out */
        vmt_part_host_add(&reader->part, VMT_HOST_SWAP_ENCRYPTED, (struct vmt_reading){.value = 1},
                          false);
    }
    return vmt_part_host_take(&reader->part, err);
}

/* --- the others ------------------------------------------------------------------------------- */

static enum vmt_status keep_fact(struct reader *reader, struct vmt_error *err)
{
    enum vmt_status status = vmt_part_host_fact(&reader->part, reader->name, reader->value, err);
    return status == VMT_OK ? vmt_part_host_take(&reader->part, err) : status;
}

/* Whether the number can be what the setting means; it is brought into the quantity's unit. */
static bool fit_number(const struct setting *setting, struct vmt_slice digits,
                       struct vmt_reading *reading)
{
    if (setting->quantity == VMT_HOST_PAGE_SIZE) {
        reading->value = vmt_part_host_page_size(digits);
        return reading->value > 0;
    }
    if (!vmt_parse_u64(digits, 10, &reading->value)) {
        return false;
    }
    if (setting->kind == KIND_PERCENT) {
        /* The kernel divides whole numbers: up to one percent is cut off. */
        bool fits = reading->value <= 100;
        reading->value = fits ? reading->value * 10 : 0;
        reading->quantum = 20;
        return fits;
    }
    return true;
}

static enum vmt_status read_number(struct reader *reader, const struct setting *setting,
                                   struct vmt_error *err)
{
    struct vmt_slice rest = reader->value;
    struct vmt_slice digits = vmt_slice_word(&rest);
    struct vmt_reading reading = {0};
    if (!fit_number(setting, digits, &reading)) {
        return vmt_part_host_damage(&reader->part, "not a number of this setting", digits.data,
                                    err);
    }
    if (setting->kind == KIND_PAGE_SIZE) {
        reader->page_size = reading.value;
        return keep_fact(reader, err);
    }
    vmt_part_host_add(&reader->part, setting->quantity, reading, setting->kind == KIND_PAGES);
    rest = vmt_slice_trim(rest);
    enum vmt_status status =
        rest.length == 0 ? VMT_OK : vmt_part_host_fact(&reader->part, reader->name, rest, err);
    return status == VMT_OK ? vmt_part_host_take(&reader->part, err) : status;
}

/* Whether the block has this setting already: then the next one begins. */
static bool is_repeated(const struct reader *reader, const struct setting *setting)
{
    if (setting->kind == KIND_FACT) {
        return false;
    }
    if (setting->kind == KIND_PAGE_SIZE) {
        return reader->page_size > 0;
    }
    return reader->part.has[setting->kind == KIND_SWAP ? VMT_HOST_SWAP_TOTAL : setting->quantity];
}

/* A name of ours that is torn off, or has something in it that no name has. */
static bool resembles(const struct vmt_line *line)
{
    struct vmt_slice text = vmt_slice_trim(line->text);
    struct vmt_slice name;
    struct vmt_slice value;
    if (text.length == 0 || memchr(text.data, '.', text.length) == NULL ||
        split_setting(text, &name, &value)) {
        return false;
    }
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        const char *const beginnings[] = {settings[i].name, NULL};
        if (vmt_begins_like(text, beginnings)) {
            return true;
        }
    }
    return false;
}

/* A line that says nothing of memory: another setting, or a line between them. */
static enum vmt_status read_other(struct reader *reader, struct vmt_slice text,
                                  struct vmt_error *err)
{
    struct vmt_cursor *cursor = reader->part.parse->cursor;
    if (vmt_slice_starts(text, "sysctl: ")) {
        enum vmt_status status =
            vmt_part_host_note(&reader->part, VMT_NOTE_TOOL_MESSAGE, text, err);
        return status == VMT_OK ? vmt_part_host_take(&reader->part, err) : status;
    }
    struct vmt_slice name;
    struct vmt_slice value;
    bool goes_on = split_setting(text, &name, &value);
    if (resembles(vmt_cursor_ahead(cursor, 0))) {
        return vmt_part_host_damage(&reader->part, "not a setting and its value", NULL, err);
    }
    reader->others += goes_on ? 1 : 0;
    for (size_t i = 1; reader->others >= MANY_SETTINGS && !goes_on && i <= SETTINGS_AHEAD; i++) {
        goes_on = split_setting(vmt_cursor_text(cursor, i), &name, &value);
    }
    return goes_on ? vmt_parse_prose(reader->part.parse, err) : VMT_END;
}

/* A block is a sample. */
static enum vmt_status finish_block(struct reader *reader, struct vmt_error *err)
{
    struct vmt_reading page_size = {.value = reader->page_size};
    if (page_size.value > 0 && !reader->part.has[VMT_HOST_PAGE_SIZE]) {
        vmt_part_host_add(&reader->part, VMT_HOST_PAGE_SIZE, page_size, false);
    }
    reader->page_size = 0;
    return vmt_part_host_sample(&reader->part, false, err);
}

static enum vmt_status read_line(struct reader *reader, struct vmt_error *err)
{
    struct vmt_cursor *cursor = reader->part.parse->cursor;
    enum vmt_status status = vmt_cursor_fill(cursor, SETTINGS_AHEAD + 1, err);
    const struct vmt_line *line = vmt_cursor_ahead(cursor, 0);
    if (status != VMT_OK || line == NULL || line->too_long || vmt_line_is_blank(line)) {
        return status == VMT_OK ? VMT_END : status;
    }
    struct vmt_slice text = vmt_cursor_text(cursor, 0);
    const struct setting *setting = setting_of(text, &reader->name, &reader->value);
    if (setting == NULL) {
        return read_other(reader, text, err);
    }
    if (is_repeated(reader, setting)) {
        status = finish_block(reader, err);
        reader->part.line = vmt_parse_line(reader->part.parse, line);
        if (status != VMT_OK) {
            return status;
        }
    }
    if (setting->kind == KIND_FACT) {
        return keep_fact(reader, err);
    }
    return setting->kind == KIND_SWAP ? read_swap(reader, err) : read_number(reader, setting, err);
}

static enum vmt_status parse(struct vmt_parse *parse, struct vmt_error *err)
{
    struct reader reader = {0};
    uint64_t first = vmt_parse_line(parse, vmt_cursor_ahead(parse->cursor, 0));
    enum vmt_status status =
        vmt_part_host_begin(&reader.part, parse, &vmt_grammar_darwin_sysctl, first, err);
    while (status == VMT_OK) {
        status = read_line(&reader, err);
    }
    return status == VMT_END ? finish_block(&reader, err) : status;
}

const struct vmt_grammar vmt_grammar_darwin_sysctl = {
    .name = "darwin-sysctl",
    .summary = "sysctl of macOS, also within sysctl -a",
    .gives = "swap, pressure level, memory of the host",
    .claims = claims,
    .resembles = resembles,
    .parse = parse,
};
