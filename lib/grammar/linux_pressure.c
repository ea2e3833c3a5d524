/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/linux_pressure.h"

#include "grammar/part_host.h"

/* /proc/pressure/memory of Linux 4.20 and later (kernel/sched/psi.c), with a heading or without:
 *
 *   some avg10=0.00 avg60=1.25 avg300=0.40 total=5131372
 *   full avg10=0.00 avg60=0.31 avg300=0.07 total=1221004
 *
 * Shares of time in percent, cut to two decimals, and microseconds since boot.  What a heading says
 * to be of something else than the host's memory (cpu, io, irq, a cgroup) is kept as facts. */

/* Longer is no path of a pressure file. */
#define HEADING_MOST 1024
/* Two units of the last decimal, in millionths: it is cut, not rounded. */
#define SHARE_QUANTUM 200

enum { SHARES = 3, VALUES };
static const char *const names[VALUES] = {"avg10=", "avg60=", "avg300=", "total="};

static const enum vmt_host_quantity quantities[2][VALUES] = {
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

/* 0 `some`, 1 `full`; -1: none of them begins the line. */
static int kind_of(struct vmt_slice line)
{
    if (vmt_slice_starts(line, "some avg10=")) {
        return 0;
    }
    return vmt_slice_starts(line, "full avg10=") ? 1 : -1;
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

/* A line that ends with the path of a pressure file: *path. */
static bool read_heading(struct vmt_slice line, struct vmt_slice *path)
{
    static const char *const ends[] = {"pressure/memory", "pressure/cpu", "pressure/io",
                                       "pressure/irq", ".pressure"};
    line = vmt_slice_trim(line);
    if (vmt_slice_ends(line, " <==")) {
        line.length -= strlen(" <==");
    } else if (vmt_slice_ends(line, ":")) {
        line.length--;
    }
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        if (vmt_slice_ends(line, ends[i]) && line.length <= HEADING_MOST) {
            size_t begin = line.length;
            while (begin > 0 && !vmt_is_blank(line.data[begin - 1])) {
                begin--;
            }
            *path = vmt_slice_from(line, begin);
            return true;
        }
    }
    return false;
}

static bool claims(const struct vmt_cursor *cursor)
{
    struct vmt_slice path;
    struct vmt_slice wrong;
    uint64_t values[VALUES];
    struct vmt_slice line = vmt_cursor_text(cursor, 0);
    if (kind_of(line) < 0) {
        if (!read_heading(line, &path)) {
            return false;
        }
        line = vmt_cursor_text(cursor, 1);
    }
    return kind_of(line) >= 0 && read_values(line, values, &wrong);
}

/* Of something else: `path some`, and the values as they stand. */
static enum vmt_status read_other(struct vmt_part_host *part, struct vmt_slice path,
                                  struct vmt_slice line, struct vmt_error *err)
{
    char key[HEADING_MOST + 8];
    memcpy(key, path.data, path.length);
    key[path.length] = ' ';
    memcpy(key + path.length + 1, line.data, strlen("some"));
    struct vmt_slice rest = vmt_slice_trim(vmt_slice_from(line, strlen("some")));
    enum vmt_status status = vmt_part_host_fact(
        part, (struct vmt_slice){key, path.length + 1 + strlen("some")}, rest, err);
    return status == VMT_OK ? vmt_part_host_take(part, err) : status;
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

static bool is_memory_of_host(struct vmt_slice path)
{
    return path.length == 0 || vmt_slice_equals(path, vmt_slice("/proc/pressure/memory"));
}

static enum vmt_status read_lines(struct vmt_part_host *part, struct vmt_slice path,
                                  struct vmt_error *err)
{
    bool seen[2] = {false};
    for (;;) {
        const struct vmt_line *line = NULL;
        enum vmt_status status = vmt_cursor_peek(&line, part->parse->cursor, err);
        if (status != VMT_OK) {
            return status;
        }
        struct vmt_slice text = vmt_slice_trim(line->text);
        int kind = line->too_long ? -1 : kind_of(text);
        if (kind < 0 || seen[kind]) {
            return VMT_END;
        }
        seen[kind] = true;
        status = is_memory_of_host(path) ? read_memory(part, kind, text, err)
                                         : read_other(part, path, text, err);
        if (status != VMT_OK) {
            return status;
        }
    }
}

static enum vmt_status parse(struct vmt_parse *parse, struct vmt_error *err)
{
    struct vmt_part_host part;
    struct vmt_slice path = {"", 0};
    char copy[HEADING_MOST];
    const struct vmt_line *line = vmt_cursor_ahead(parse->cursor, 0);
    enum vmt_status status = vmt_part_host_begin(&part, parse, &vmt_grammar_linux_pressure,
                                                 vmt_parse_line(parse, line), err);
    if (status == VMT_OK && kind_of(vmt_slice_trim(line->text)) < 0) {
        if (read_heading(line->text, &path)) {
            memcpy(copy, path.data, path.length); /* the line goes when it is taken */
            path.data = copy;
        }
        status = vmt_part_host_take(&part, err);
    }
    if (status == VMT_OK) {
        status = read_lines(&part, path, err);
    }
    return status == VMT_END ? vmt_part_host_sample(&part, true, err) : status;
}

const struct vmt_grammar vmt_grammar_linux_pressure = {
    .name = "linux-pressure",
    .summary = "/proc/pressure/memory",
    .gives = "how long tasks of a host waited for memory",
    .claims = claims,
    .parse = parse,
};
