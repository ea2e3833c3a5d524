/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/linux_maps.h"

#include "grammar/part_field.h"
#include "grammar/part_mapping.h"

/* /proc/PID/maps: a line for each mapping, see part_mapping.h.  Crash handlers print it too (the
 * "Memory map" of glibc, the "Dynamic libraries" of a JVM).  It tells where memory may be, not how
 * much of it there is: the size of each range is all that is known. */

static const char file[] = "maps";

/* So many lines that cannot be read are read over to go on with the mappings. */
#define DAMAGE_AHEAD 4

static bool claims(const struct vmt_cursor *cursor)
{
    return vmt_part_mapping_claims(cursor, VMT_AHEAD_MAPS, file);
}

/* Whether a mapping of the same process is among the next lines. */
static bool goes_on(const struct vmt_part_mapping *part)
{
    const struct vmt_cursor *cursor = part->parse->cursor;
    for (size_t i = 1; i <= DAMAGE_AHEAD; i++) {
        struct vmt_mapping_line line;
        uint64_t pid = 0;
        struct vmt_slice text = vmt_cursor_text(cursor, i);
        if (vmt_part_mapping_read(text, &line)) {
            return vmt_part_mapping_ahead(cursor, i) == VMT_AHEAD_MAPS &&
                   !vmt_part_mapping_restarts(part, &line);
        }
        if (vmt_part_field_heading(text, file, &pid)) {
            return false;
        }
    }
    return false;
}

/* A line that is no mapping; VMT_END where the file is over. */
static enum vmt_status read_odd_line(struct vmt_part_mapping *part, struct vmt_error *err)
{
    struct vmt_cursor *cursor = part->parse->cursor;
    /* A mapping, and what tells of which file it is, behind the lines that are read over. */
    enum vmt_status status = vmt_cursor_fill(cursor, DAMAGE_AHEAD + 4, err);
    if (status != VMT_OK) {
        return status;
    }
    const struct vmt_line *line = vmt_cursor_ahead(cursor, 0);
    uint64_t pid = 0;
    if (vmt_part_field_heading(line->text, file, &pid)) {
        return VMT_END;
    }
    bool torn = line->torn && !vmt_line_is_blank(line);
    if (!torn && !line->too_long && !goes_on(part)) {
        return VMT_END;
    }
    if (vmt_line_is_blank(line)) {
        return vmt_cursor_take(cursor, VMT_LINE_BLANK, err);
    }
    part->process->coverage = VMT_COVERAGE_EXCERPT;
    return vmt_parse_damage(part->parse, &part->process->notes, "not the line of a mapping", 0,
                            err);
}

static enum vmt_status read_line(struct vmt_part_mapping *part, struct vmt_error *err)
{
    struct vmt_cursor *cursor = part->parse->cursor;
    /* Fields behind a mapping are those of another file. */
    enum vmt_status status = vmt_cursor_fill(cursor, 4, err);
    const struct vmt_line *line = vmt_cursor_ahead(cursor, 0);
    struct vmt_mapping_line mapping;
    if (status != VMT_OK || line == NULL) {
        return status == VMT_OK ? VMT_END : status;
    }
    if (line->too_long || !vmt_part_mapping_read(line->text, &mapping)) {
        return read_odd_line(part, err);
    }
    if (vmt_part_mapping_restarts(part, &mapping) ||
        vmt_part_mapping_ahead(cursor, 0) != VMT_AHEAD_MAPS) {
        return VMT_END;
    }
    if (mapping.end < mapping.start) {
        part->process->coverage = VMT_COVERAGE_EXCERPT;
        return vmt_parse_damage(part->parse, &part->process->notes,
                                "the range ends before it begins", 0, err);
    }
    struct vmt_region *region = NULL;
    struct vmt_mapping *told = NULL;
    part->any = true;
    part->floor = mapping.end;
    return vmt_part_mapping_add(&region, &told, part, &mapping, err);
}

static enum vmt_status parse(struct vmt_parse *parse, struct vmt_error *err)
{
    struct vmt_part_mapping part = {.parse = parse};
    uint64_t pid = 0;
    uint64_t begin = vmt_parse_line(parse, vmt_cursor_ahead(parse->cursor, 0));
    enum vmt_status status =
        vmt_snapshot_add_process(&part.process, parse->snapshot, parse->input, err);
    if (status == VMT_OK) {
        status = vmt_part_field_take_heading(parse, file, &pid, err);
    }
    if (status != VMT_OK) {
        return status;
    }
    part.process->grammar = vmt_grammar_linux_maps.name;
    part.process->line = begin;
    part.process->pid = pid;
    part.process->pid_known = pid > 0;
    while (status == VMT_OK) {
        status = read_line(&part, err);
    }
    return status == VMT_END ? VMT_OK : status;
}

const struct vmt_grammar vmt_grammar_linux_maps = {
    .name = "linux-maps",
    .summary = "/proc/PID/maps",
    .gives = "regions without what is resident in them",
    .claims = claims,
    .parse = parse,
};
