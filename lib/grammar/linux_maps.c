/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/linux_maps.h"

#include "grammar/part_mapping.h"

/* /proc/PID/maps: a line for each mapping, see part_mapping.h.  Crash handlers print it too (the
 * "Memory map" of glibc, the "Dynamic libraries" of a JVM).  It tells where memory may be, not how
 * much of it there is: the size of each range is all that is known. */

static const char file[] = "maps";

static bool claims(const struct vmt_cursor *cursor)
{
    return vmt_part_mapping_claims(cursor, VMT_AHEAD_MAPS, file);
}

/* A line that is no mapping; VMT_END where the file is over. */
static enum vmt_status read_odd_line(struct vmt_part_mapping *part, struct vmt_error *err)
{
    bool damaged = false;
    enum vmt_status status = vmt_part_mapping_odd_line(&damaged, part, err);
    return status == VMT_OK && damaged
               ? vmt_part_mapping_damage(part, "not the line of a mapping", 0, err)
               : status;
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
        return vmt_part_mapping_damage(part, "the range ends before it begins", 0, err);
    }
    struct vmt_region *region = NULL;
    struct vmt_mapping *told = NULL;
    part->any = true;
    part->floor = mapping.end;
    return vmt_part_mapping_add(&region, &told, part, &mapping, err);
}

static enum vmt_status parse(struct vmt_parse *parse, struct vmt_error *err)
{
    struct vmt_part_mapping part = {.kind = VMT_AHEAD_MAPS, .file = file};
    enum vmt_status status = vmt_part_mapping_begin(&part, parse, &vmt_grammar_linux_maps, err);
    while (status == VMT_OK) {
        status = read_line(&part, err);
    }
    return status == VMT_END ? VMT_OK : status;
}

/* The line of a mapping, or a heading that is torn off and would name the process. */
static bool resembles(const struct vmt_line *line)
{
    struct vmt_slice text = vmt_slice_trim(line->text);
    bool torn = vmt_slice_starts(text, "==> /proc/") && !vmt_slice_ends(text, " <==");
    return torn || vmt_part_mapping_resembles(text);
}

const struct vmt_grammar vmt_grammar_linux_maps = {
    .name = "linux-maps",
    .summary = "/proc/PID/maps",
    .gives = "regions without what is resident in them",
    .claims = claims,
    .resembles = resembles,
    .parse = parse,
};
