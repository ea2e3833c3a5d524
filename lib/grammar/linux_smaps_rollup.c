/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/linux_smaps_rollup.h"

#include "grammar/part_counts.h"
#include "grammar/part_mapping.h"

/* /proc/PID/smaps_rollup of Linux 4.14 and later: the fields of smaps, each summed over all
 * mappings.
 *
 *   55e0c1a2b000-7ffd2b702000 ---p 00000000 00:00 0                          [rollup]
 *   Rss:                1640 kB
 *   Pss:                 343 kB
 *   Pss_Dirty:           116 kB
 *   Pss_Anon:            116 kB
 *   …
 *
 * The range goes from the first mapping to the last and is no size of anything.  Sums are cut to
 * whole kB once, so Pss is up to a kB per mapping more than that of smaps. */

static const char file[] = "smaps_rollup";

/* So many lines that cannot be read are read over to go on with the fields. */
#define DAMAGE_AHEAD 2

struct reader {
    struct vmt_parse *parse;
    struct vmt_process *process;
    struct vmt_region region; /* as if all were one mapping */
    struct vmt_mapping mapping;
    size_t guess;
};

static bool claims(const struct vmt_cursor *cursor)
{
    return vmt_part_mapping_claims(cursor, VMT_AHEAD_ROLLUP, file);
}

/* Of the fields that only this file has. */
static bool is_part_of_pss(struct vmt_slice name)
{
    return vmt_slice_equals(name, vmt_slice("Pss_Anon")) ||
           vmt_slice_equals(name, vmt_slice("Pss_File")) ||
           vmt_slice_equals(name, vmt_slice("Pss_Shmem"));
}

/* Members of the model; other fields are facts. */
static bool is_member(unsigned target)
{
    switch (target) {
    case VMT_COUNT_RESIDENT:
    case VMT_COUNT_SWAPPED:
    case VMT_MAPPING_PSS:
    case VMT_MAPPING_SWAP_PSS:
    case VMT_MAPPING_SHARED_CLEAN:
    case VMT_MAPPING_SHARED_DIRTY:
    case VMT_MAPPING_PRIVATE_CLEAN:
    case VMT_MAPPING_PRIVATE_DIRTY:
    case VMT_MAPPING_ANONYMOUS:
    case VMT_MAPPING_LAZY_FREE:
        return true;
    default:
        return false;
    }
}

static enum vmt_status damage(struct reader *reader, const char *reason, size_t column,
                              struct vmt_error *err)
{
    return vmt_parse_damage(reader->parse, &reader->process->notes, reason, column, err);
}

static enum vmt_status read_fact(struct reader *reader, const struct vmt_part_field *field,
                                 bool known, const struct vmt_line *line, struct vmt_error *err)
{
    enum vmt_status status =
        vmt_part_field_fact(&reader->process->facts, reader->parse, field->name, field->text, err);
    if (status == VMT_OK && !known) {
        status = vmt_notes_add(&reader->process->notes, VMT_NOTE_UNKNOWN_KEY,
                               vmt_parse_place(reader->parse, line, 1), field->name,
                               vmt_line_whole(line), err);
    }
    return status;
}

static enum vmt_status read_field(struct reader *reader, const struct vmt_part_field *field,
                                  const struct vmt_line *line, struct vmt_error *err)
{
    unsigned target = vmt_part_counts_find(field->name, &reader->guess);
    if (field->kind != VMT_FIELD_SIZE) {
        return damage(reader,
                      field->kind == VMT_FIELD_EXCESS ? "a size that no memory has"
                                                      : "not a size in kB",
                      vmt_part_field_column(field, line->text), err);
    }
    enum vmt_status status = VMT_OK;
    if (!is_member(target)) {
        bool known = target != VMT_COUNT_UNKNOWN || is_part_of_pss(field->name);
        status = read_fact(reader, field, known, line, err);
    } else if (!vmt_part_counts_set(&reader->region, &reader->mapping, target, field->number)) {
        return damage(reader, "a field that was there before", 0, err);
    }
    return status == VMT_OK ? vmt_cursor_take(reader->parse->cursor, VMT_LINE_CONSUMED, err)
                            : status;
}

/* Whether a field follows within a few lines that are none. */
static bool goes_on(const struct reader *reader)
{
    for (size_t i = 1; i <= DAMAGE_AHEAD; i++) {
        struct vmt_part_field field;
        struct vmt_mapping_line line;
        struct vmt_slice text = vmt_cursor_text(reader->parse->cursor, i);
        size_t guess = 0;
        if (vmt_part_mapping_read(text, &line)) {
            return false;
        }
        if (vmt_part_field_read(text, &field) && field.kind == VMT_FIELD_SIZE &&
            (vmt_part_counts_find(field.name, &guess) != VMT_COUNT_UNKNOWN ||
             is_part_of_pss(field.name))) {
            return true;
        }
    }
    return false;
}

static enum vmt_status read_line(struct reader *reader, struct vmt_error *err)
{
    struct vmt_cursor *cursor = reader->parse->cursor;
    enum vmt_status status = vmt_cursor_fill(cursor, DAMAGE_AHEAD + 1, err);
    const struct vmt_line *line = vmt_cursor_ahead(cursor, 0);
    struct vmt_part_field field;
    struct vmt_mapping_line mapping;
    if (status != VMT_OK || line == NULL) {
        return status == VMT_OK ? VMT_END : status;
    }
    if (!line->too_long && vmt_part_field_read(line->text, &field)) {
        return read_field(reader, &field, line, err);
    }
    bool torn = line->torn && !vmt_line_is_blank(line);
    if (vmt_part_mapping_read(line->text, &mapping) ||
        (!torn && !line->too_long && !goes_on(reader))) {
        return VMT_END;
    }
    return vmt_line_is_blank(line) ? vmt_cursor_take(cursor, VMT_LINE_BLANK, err)
                                   : damage(reader, "not a field", 0, err);
}

/* --- from fields to members ------------------------------------------------------------------- */

/* A sum that was cut to whole kB. */
static struct vmt_amount cut(uint64_t bytes)
{
    return vmt_estimate(bytes, bytes, bytes > UINT64_MAX - 1023 ? UINT64_MAX : bytes + 1023);
}

static void set_members(struct reader *reader)
{
    static const struct {
        enum vmt_mapping_field field;
        enum vmt_member member;
        bool proportional;
    } rows[] = {
        {VMT_MAPPING_PSS, VMT_PSS, true},
        {VMT_MAPPING_SWAP_PSS, VMT_SWAP_PSS, true},
        {VMT_MAPPING_SHARED_CLEAN, VMT_SHARED_CLEAN, false},
        {VMT_MAPPING_SHARED_DIRTY, VMT_SHARED_DIRTY, false},
        {VMT_MAPPING_PRIVATE_CLEAN, VMT_PRIVATE_CLEAN, false},
        {VMT_MAPPING_PRIVATE_DIRTY, VMT_PRIVATE_DIRTY, false},
        {VMT_MAPPING_LAZY_FREE, VMT_RECLAIMABLE, false},
    };
    const struct vmt_mapping *mapping = &reader->mapping;
    const struct vmt_region *region = &reader->region;
    struct vmt_amount *of = reader->process->whole.of;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if ((mapping->known & UINT32_C(1) << rows[i].field) != 0) {
            uint64_t bytes = mapping->fields[rows[i].field];
            of[rows[i].member] = rows[i].proportional ? cut(bytes) : vmt_exactly(bytes);
        }
    }
    if ((region->known & 1u << VMT_EV_RESIDENT) != 0) {
        of[VMT_RESIDENT] = of[VMT_RSS] = vmt_exactly(region->stated[VMT_EV_RESIDENT].value);
    }
    if ((region->known & 1u << VMT_EV_SWAPPED) != 0) {
        of[VMT_SWAPPED] = vmt_exactly(region->stated[VMT_EV_SWAPPED].value);
    }
    /* The kernel's Anonymous is without shared memory, of which there can be as much as is left,
     * and without what is swapped. */
    bool anonymous = (mapping->known & UINT32_C(1) << VMT_MAPPING_ANONYMOUS) != 0;
    uint64_t bytes = mapping->fields[VMT_MAPPING_ANONYMOUS];
    if (anonymous && of[VMT_RESIDENT].known && bytes <= of[VMT_RESIDENT].value) {
        of[VMT_ANONYMOUS] = vmt_estimate(bytes, bytes, of[VMT_RESIDENT].value);
        vmt_amount_add(&of[VMT_ANONYMOUS], of[VMT_SWAPPED]);
    }
}

/* The line of the range. */
static enum vmt_status read_range(struct reader *reader, struct vmt_error *err)
{
    struct vmt_slice text = vmt_cursor_text(reader->parse->cursor, 0);
    struct vmt_mapping_line line;
    if (!vmt_part_mapping_read(text, &line)) {
        return damage(reader, "not the line of a range", 0, err);
    }
    struct vmt_slice range = vmt_slice_word(&text);
    enum vmt_status status =
        vmt_part_field_fact(&reader->process->facts, reader->parse, vmt_slice("range"), range, err);
    return status == VMT_OK ? vmt_cursor_take(reader->parse->cursor, VMT_LINE_CONSUMED, err)
                            : status;
}

static enum vmt_status parse(struct vmt_parse *parse, struct vmt_error *err)
{
    struct reader reader = {.parse = parse};
    uint64_t pid = 0;
    uint64_t begin = vmt_parse_line(parse, vmt_cursor_ahead(parse->cursor, 0));
    enum vmt_status status =
        vmt_snapshot_add_process(&reader.process, parse->snapshot, parse->input, err);
    if (status == VMT_OK) {
        status = vmt_part_field_take_heading(parse, file, &pid, err);
    }
    if (status == VMT_OK) {
        status = read_range(&reader, err);
    }
    while (status == VMT_OK) {
        status = read_line(&reader, err);
    }
    if (status != VMT_END) {
        return status;
    }
    reader.process->grammar = vmt_grammar_linux_smaps_rollup.name;
    reader.process->line = begin;
    reader.process->pid = pid;
    reader.process->pid_known = pid > 0;
    set_members(&reader);
    return VMT_OK;
}

const struct vmt_grammar vmt_grammar_linux_smaps_rollup = {
    .name = "linux-smaps-rollup",
    .summary = "/proc/PID/smaps_rollup",
    .gives = "totals of a process, its private and proportional sizes",
    .claims = claims,
    .parse = parse,
};
