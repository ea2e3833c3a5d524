/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/linux_pressure.h"

#include <inttypes.h>
#include <stdio.h>

#include "grammar/part_host.h"
#include "grammar/part_path.h"
#include "grammar/resemblance.h"

/* /proc/pressure/memory of Linux 4.20 and later (kernel/sched/psi.c), with a heading or without:
 *
 *   some avg10=0.00 avg60=1.25 avg300=0.40 total=5131372
 *   full avg10=0.00 avg60=0.31 avg300=0.07 total=1221004
 *
 * Shares of time in percent, cut to two decimals, and microseconds since boot.  memory.pressure is
 * of a control group.  What a heading says to be of something else than memory (cpu, io, irq) is
 * kept as facts; so are several blocks in a row without one, as `cat
 * /proc/pressure/{cpu,io,memory}` prints them: which of them is the memory's, nothing tells; and a
 * lone one behind another of the host's memory. */

/* Longer is no path of a pressure file. */
#define HEADING_MOST 1024
/* Shorter is nothing of it, nor a heading: `io:`. */
#define LINE_LEAST 3
/* So a heading begins that names a file; where it is torn, nothing tells which. */
#define TORN "==> "
/* So many blank lines can stand between a heading and its block, and between two blocks. */
#define BLANK_MOST 2
/* Two units of the last decimal, in millionths: it is cut, not rounded. */
#define SHARE_QUANTUM 200

enum { SOME, FULL, KINDS };
enum { SHARES = 3, VALUES };
static const char *const names[VALUES] = {"avg10=", "avg60=", "avg300=", "total="};

static const enum vmt_host_quantity quantities[KINDS][VALUES] = {
    {VMT_HOST_PSI_SOME_AVG10, VMT_HOST_PSI_SOME_AVG60, VMT_HOST_PSI_SOME_AVG300,
     VMT_HOST_PSI_SOME_TOTAL},
    {VMT_HOST_PSI_FULL_AVG10, VMT_HOST_PSI_FULL_AVG60, VMT_HOST_PSI_FULL_AVG300,
     VMT_HOST_PSI_FULL_TOTAL},
};

/* `12.34` as millionths, at most 100 %. */
static bool read_share(struct vmt_slice text, uint64_t *out)
{
    size_t point = vmt_slice_find(text, ".");
    uint64_t whole = 0;
    uint64_t part = 0;
    if (point > 3 || text.length != point + 3 ||
        !vmt_parse_u64((struct vmt_slice){text.data, point}, 10, &whole) ||
        !vmt_parse_u64(vmt_slice_from(text, point + 1), 10, &part)) {
        return false;
    }
    *out = (whole * 100 + part) * 100;
    return *out <= 1000000;
}

/* SOME or FULL; -1: none of them begins the line. */
static int kind_of(struct vmt_slice line)
{
    if (vmt_slice_starts(line, "some avg10=")) {
        return SOME;
    }
    return vmt_slice_starts(line, "full avg10=") ? FULL : -1;
}

/* The values behind the first word; *wrong is the one that cannot be read. */
static bool read_values(struct vmt_slice line, uint64_t *values, struct vmt_slice *wrong)
{
    struct vmt_slice rest = line;
    (void)vmt_slice_word(&rest);
    for (size_t i = 0; i < VALUES; i++) {
        struct vmt_slice word = vmt_slice_word(&rest);
        *wrong = word;
        if (!vmt_slice_starts(word, names[i])) {
            return false;
        }
        *wrong = vmt_slice_from(word, strlen(names[i]));
        if (!(i < SHARES ? read_share(*wrong, &values[i])
                         : vmt_parse_u64(*wrong, 10, &values[i]))) {
            return false;
        }
    }
    *wrong = vmt_slice_trim(rest);
    return wrong->length == 0;
}

/* --- what a block is of ----------------------------------------------------------------------- */

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Whether `word` stands in the line by itself, in capitals or not. */
static bool has_word(struct vmt_slice line, const char *word)
{
    size_t length = strlen(word);
    for (size_t at = 0; at + length <= line.length; at++) {
        bool whole = (at == 0 || !is_word(line.data[at - 1])) &&
                     (at + length == line.length || !is_word(line.data[at + length]));
        if (whole &&
            vmt_slice_equals_nocase((struct vmt_slice){line.data + at, length}, vmt_slice(word))) {
            return true;
        }
    }
    return false;
}

/* Whether the text speaks of another pressure than that of memory. */
static bool names_other(struct vmt_slice text)
{
    return (has_word(text, "cpu") || has_word(text, "io") || has_word(text, "i/o") ||
            has_word(text, "irq")) &&
           !has_word(text, "memory") && !has_word(text, "mem");
}

static bool is_path(struct vmt_slice word)
{
    static const char *const ends[] = {"pressure/memory", "pressure/cpu", "pressure/io",
                                       "pressure/irq", ".pressure"};
    bool is = false;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        is = is || vmt_slice_ends(word, ends[i]);
    }
    return is;
}

/* A line that says what follows: one that ends with the path of the only pressure file in it, which
 * is then *name, or one that names another resource in words. */
static bool read_heading(struct vmt_slice line, struct vmt_slice *name)
{
    line = vmt_slice_trim(line);
    if (line.length > HEADING_MOST) {
        return false;
    }
    if (vmt_slice_ends(line, " <==")) {
        line.length -= strlen(" <==");
    } else if (vmt_slice_ends(line, ":")) {
        line.length--;
    }
    size_t paths = 0;
    bool last = false;
    struct vmt_slice rest = line;
    for (struct vmt_slice word = vmt_slice_word(&rest); word.length > 0;
         word = vmt_slice_word(&rest)) {
        last = is_path(word);
        paths += last;
        *name = word;
    }
    if (paths == 1 && last) {
        return true;
    }
    *name = line;
    return paths == 0 && (names_other(line) || vmt_slice_starts(line, TORN));
}

/* The pressure of memory in a control group; *directory is the group's. */
static bool is_memory_of_group(struct vmt_slice name, struct vmt_slice *directory)
{
    return vmt_part_path_is(name, "memory.pressure", directory);
}

/* Whether the name of an input is that of a pressure file of something else. */
static bool names_other_file(struct vmt_slice name)
{
    static const char *const words[] = {"proc", "pressure", "psi", "cpu",
                                        "io",   "irq",      "txt", "log"};
    struct vmt_slice directory;
    if (is_memory_of_group(name, &directory)) {
        return true;
    }
    for (size_t at = vmt_slice_find(name, "/"); at < name.length; at = vmt_slice_find(name, "/")) {
        name = vmt_slice_from(name, at + 1);
    }
    size_t known = 0;
    size_t letters = 0;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        known += has_word(name, words[i]) ? strlen(words[i]) : 0;
    }
    for (size_t i = 0; i < name.length; i++) {
        letters += is_word(name.data[i]);
    }
    return names_other(name) && known == letters;
}

static bool is_memory(struct vmt_slice name)
{
    struct vmt_slice directory;
    return name.length == 0 || is_memory_of_group(name, &directory) ||
           vmt_slice_equals(name, vmt_slice("memory")) || vmt_slice_ends(name, "pressure/memory");
}

/* `/proc/pressure/memory:some avg10=…`, as grep prints it; in the directory `memory:some avg10=…`.
 * What stands behind the path is *line. */
static bool read_front(struct vmt_slice *line, struct vmt_slice *path)
{
    static const char *const files[] = {"memory", "cpu", "io", "irq"};
    struct vmt_slice rest;
    if (!vmt_part_path_front(*line, path, &rest) || path->length > HEADING_MOST ||
        kind_of(rest) < 0) {
        return false;
    }
    bool named = is_path(*path);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        named = named || vmt_slice_equals(*path, vmt_slice(files[i]));
    }
    *line = named ? rest : *line;
    return named;
}

/* --- lines ------------------------------------------------------------------------------------ */

static int kind_ahead(const struct vmt_cursor *cursor, size_t index)
{
    return kind_of(vmt_cursor_text(cursor, index));
}

/* The index of the first line that is neither a blank one nor one of those before `from`. */
static size_t skip_blank(const struct vmt_cursor *cursor, size_t from)
{
    const struct vmt_line *line = vmt_cursor_ahead(cursor, from);
    for (size_t i = 0; i < BLANK_MOST && line != NULL && vmt_line_is_blank(line); i++) {
        line = vmt_cursor_ahead(cursor, ++from);
    }
    return from;
}

static bool is_readable(const struct vmt_cursor *cursor, size_t index)
{
    struct vmt_slice wrong;
    uint64_t values[VALUES];
    struct vmt_slice line = vmt_cursor_text(cursor, index);
    return kind_of(line) >= 0 && read_values(line, values, &wrong);
}

/* A block that cannot be read is one where a path tells so, or its second line. */
static bool claims(const struct vmt_cursor *cursor)
{
    struct vmt_slice name;
    struct vmt_slice first = vmt_cursor_text(cursor, 0);
    if (first.length < LINE_LEAST) {
        return false;
    }
    if (read_front(&first, &name)) {
        return true;
    }
    bool heading = kind_of(first) < 0;
    size_t begin = heading ? skip_blank(cursor, 1) : 0;
    if (kind_ahead(cursor, begin) < 0 || (heading && !read_heading(first, &name))) {
        return false;
    }
    return is_readable(cursor, begin) || is_readable(cursor, begin + 1) ||
           (heading && is_path(name));
}

/* Whether a second block follows the one that is next, with nothing between that could name it. */
static bool has_second(const struct vmt_cursor *cursor)
{
    size_t next = skip_blank(cursor, 1);
    if (kind_ahead(cursor, 0) == SOME && kind_ahead(cursor, next) == FULL) {
        next = skip_blank(cursor, next + 1);
    }
    return kind_ahead(cursor, next) >= 0;
}

/* --- the part --------------------------------------------------------------------------------- */

struct block {
    struct vmt_part_host *part;
    struct vmt_slice name; /* what it is of; nothing: the host's memory, as far as one can tell */
    uint64_t nameless;     /* blocks so far that could be of anything */
    char number[32];       /* room for a name of those */
    bool seen[KINDS];
};

/* Of something else: `path some`, and the values as they stand. */
static enum vmt_status read_other(struct block *block, struct vmt_slice line, struct vmt_error *err)
{
    char key[HEADING_MOST + 8];
    memcpy(key, block->name.data, block->name.length);
    key[block->name.length] = ' ';
    memcpy(key + block->name.length + 1, line.data, strlen("some"));
    struct vmt_slice rest = vmt_slice_trim(vmt_slice_from(line, strlen("some")));
    enum vmt_status status = vmt_part_host_fact(
        block->part, (struct vmt_slice){key, block->name.length + 1 + strlen("some")}, rest, err);
    return status == VMT_OK ? vmt_part_host_take(block->part, err) : status;
}

static enum vmt_status read_memory(struct vmt_part_host *part, int kind, struct vmt_slice line,
                                   struct vmt_error *err)
{
    uint64_t values[VALUES];
    struct vmt_slice wrong;
    if (!read_values(line, values, &wrong)) {
        return vmt_part_host_damage(part, "not a value of memory pressure", wrong.data, err);
    }
    for (size_t i = 0; i < VALUES; i++) {
        struct vmt_reading reading = {values[i], i < SHARES ? SHARE_QUANTUM : 0};
        vmt_part_host_add(part, quantities[kind][i], reading, false);
    }
    return vmt_part_host_take(part, err);
}

/* A block that nothing names among others: it can be of memory as well as of a processor. */
static enum vmt_status begin_nameless(struct block *block, struct vmt_error *err)
{
    struct vmt_part_host *part = block->part;
    const struct vmt_line *line = vmt_cursor_ahead(part->parse->cursor, 0);
    int length =
        snprintf(block->number, sizeof block->number, "pressure %" PRIu64, ++block->nameless);
    block->name = (struct vmt_slice){block->number, (size_t)length};
    memset(block->seen, 0, sizeof block->seen);
    return block->nameless > 1 ? VMT_OK
                               : vmt_part_host_note(part, VMT_NOTE_UNKNOWN_RESOURCE,
                                                    (struct vmt_slice){line->text.data, 0}, err);
}

/* The block of a name and those behind it that have none. */
static enum vmt_status read_blocks(struct block *block, struct vmt_error *err)
{
    struct vmt_cursor *cursor = block->part->parse->cursor;
    for (;;) {
        enum vmt_status status = vmt_cursor_fill(cursor, BLANK_MOST + 1, err);
        size_t next = status == VMT_OK ? skip_blank(cursor, 0) : 0;
        int kind = kind_ahead(cursor, next);
        if (status != VMT_OK || kind < 0) {
            return status;
        }
        status = next > 0 ? vmt_part_host_skip_blank(block->part->parse, 0, err) : VMT_OK;
        if (status == VMT_OK && (block->seen[kind] || block->seen[FULL])) {
            status = begin_nameless(block, err);
        }
        block->seen[kind] = true;
        struct vmt_slice text = vmt_slice_trim(vmt_cursor_text(cursor, 0));
        if (status == VMT_OK) {
            status = is_memory(block->name) ? read_memory(block->part, kind, text, err)
                                            : read_other(block, text, err);
        }
        if (status != VMT_OK) {
            return status;
        }
    }
}

/* Take the heading, if there is one, and find what the first block is of; `copy` is room for its
 * name, as the line goes when it is taken. */
static enum vmt_status read_name(struct block *block, char *copy, struct vmt_error *err)
{
    struct vmt_parse *parse = block->part->parse;
    struct vmt_slice input = vmt_string_slice(parse->input->name);
    struct vmt_slice name = {"", 0};
    if (kind_ahead(parse->cursor, 0) < 0) {
        (void)read_heading(vmt_cursor_text(parse->cursor, 0), &name);
        memcpy(copy, name.data, name.length);
        block->name = (struct vmt_slice){copy, name.length};
        enum vmt_status status = VMT_OK;
        if (vmt_slice_starts(name, TORN)) {
            status = vmt_part_host_note(block->part, VMT_NOTE_UNKNOWN_RESOURCE, name, err);
        }
        if (status == VMT_OK) {
            status = vmt_part_host_take(block->part, err);
        }
        return status == VMT_OK ? vmt_part_host_skip_blank(parse, 0, err) : status;
    }
    if (has_second(parse->cursor) || parse->pressure_read) {
        return begin_nameless(block, err);
    }
    if (input.length <= HEADING_MOST && names_other_file(input)) {
        block->name = input;
    }
    return VMT_OK;
}

static enum vmt_status name_group(struct block *block, struct vmt_error *err)
{
    struct vmt_part_host *part = block->part;
    struct vmt_slice directory;
    return is_memory_of_group(block->name, &directory)
               ? vmt_snapshot_string(&part->host->cgroup, part->parse->snapshot, directory, err)
               : VMT_OK;
}

/* Lines of grep, each with its path: those of one memory and what stands among them. */
static enum vmt_status read_fronts(struct block *block, char *copy, struct vmt_error *err)
{
    struct vmt_part_host *part = block->part;
    struct vmt_cursor *cursor = part->parse->cursor;
    struct vmt_slice memory = {"", 0};
    for (;;) {
        enum vmt_status status = vmt_cursor_fill(cursor, 1, err);
        struct vmt_slice line = vmt_cursor_text(cursor, 0);
        struct vmt_slice path;
        if (status != VMT_OK || line.length == 0 || !read_front(&line, &path)) {
            return status;
        }
        int kind = kind_of(line);
        block->name = path;
        if (!is_memory(path)) {
            status = read_other(block, line, err);
        } else {
            bool other = memory.length > 0 && !vmt_slice_equals(path, memory);
            if (other || block->seen[kind]) {
                return VMT_OK; /* another memory, or the next sample */
            }
            status = memory.length > 0 ? VMT_OK : name_group(block, err);
            memcpy(copy, path.data, path.length);
            memory = (struct vmt_slice){copy, path.length};
            block->seen[kind] = true;
            if (status == VMT_OK) {
                status = read_memory(part, kind, line, err);
            }
        }
        if (status != VMT_OK) {
            return status;
        }
    }
}

/* A heading, or none, and the blocks below it. */
static enum vmt_status read_under_name(struct block *block, char *copy, struct vmt_error *err)
{
    enum vmt_status status = read_name(block, copy, err);
    if (status == VMT_OK) {
        status = name_group(block, err);
    }
    return status == VMT_OK ? read_blocks(block, err) : status;
}

static enum vmt_status parse(struct vmt_parse *parse, struct vmt_error *err)
{
    struct vmt_part_host part;
    struct block block = {.part = &part};
    char copy[HEADING_MOST];
    uint64_t begin = vmt_parse_line(parse, vmt_cursor_ahead(parse->cursor, 0));
    enum vmt_status status =
        vmt_part_host_begin(&part, parse, &vmt_grammar_linux_pressure, begin, err);
    struct vmt_slice first = vmt_cursor_text(parse->cursor, 0);
    struct vmt_slice path;
    if (status == VMT_OK && read_front(&first, &path)) {
        status = read_fronts(&block, copy, err);
    } else if (status == VMT_OK) {
        status = read_under_name(&block, copy, err);
    }
    parse->pressure_read = parse->pressure_read || (part.count > 0 && part.host->cgroup == NULL);
    return status == VMT_OK ? vmt_part_host_sample(&part, true, err) : status;
}

/* What each line begins with. */
static bool resembles(const struct vmt_line *line)
{
    static const char *const beginnings[] = {"some avg10=", "full avg10=", NULL};
    return vmt_line_begins_like(line, beginnings);
}

const struct vmt_grammar vmt_grammar_linux_pressure = {
    .name = "linux-pressure",
    .summary = "/proc/pressure/memory, memory.pressure",
    .gives = "how long tasks of a host waited for memory",
    .claims = claims,
    .resembles = resembles,
    .parse = parse,
};
