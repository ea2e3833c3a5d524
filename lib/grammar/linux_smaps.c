/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/linux_smaps.h"

#include <inttypes.h>
#include <stdio.h>

#include "grammar/part_counts.h"
#include "grammar/part_mapping.h"

/* /proc/PID/smaps of Linux 2.6.14 and later (seen: 6.18; the order and names of fields in
 * fs/proc/task_mmu.c of 2.6.26 to 6.18): for each mapping its line and its fields.
 *
 *   55e0c1a2b000-55e0c1a2d000 r--p 00000000 fe:00 247134                     /usr/bin/cat
 *   Size:                  8 kB
 *   KernelPageSize:        4 kB
 *   …
 *   THPeligible:           0
 *   VmFlags: rd mr mw me
 *
 * The file does not say whose it is, nor how many mappings there are.  Several of them in one text
 * are told apart by headings and by their addresses, which only rise within a process.  kB are
 * 1024 bytes; all amounts are whole pages, but the proportional ones, which are cut to whole kB. */

static const char file[] = "smaps";

/* Fields that the model has no member for are added up; no kernel has so many. */
#define UNKNOWN_MOST 16
/* With those that are known. */
#define TALLIES_MOST (UNKNOWN_MOST + 4)

struct tally {
    const struct vmt_string *name;
    uint64_t bytes;
    uint64_t mappings; /* in which it is not 0 */
    bool size;         /* in kB */
    bool excess;
};

struct reader {
    struct vmt_parse *parse;
    struct vmt_part_mapping part;
    struct vmt_region *region; /* whose fields come; NULL when its line was not read */
    struct vmt_mapping *mapping;
    size_t guess;
    bool size_read;
    bool counted; /* so is each mapping so far */
    struct tally tallies[TALLIES_MOST];
    size_t tally_count;
};

static bool claims(const struct vmt_cursor *cursor)
{
    return vmt_part_mapping_claims(cursor, VMT_AHEAD_SMAPS, file);
}

static enum vmt_status damage(struct reader *reader, const char *reason, size_t column,
                              struct vmt_error *err)
{
    return vmt_part_mapping_damage(&reader->part, reason, column, err);
}

static enum vmt_status consume(struct reader *reader, struct vmt_error *err)
{
    return vmt_cursor_take(reader->parse->cursor, VMT_LINE_CONSUMED, err);
}

/* --- mappings --------------------------------------------------------------------------------- */

/* The last mapping is complete: only now is it known what there is of it. */
static enum vmt_status close_mapping(struct reader *reader, struct vmt_error *err)
{
    static const uint32_t counts = 1u << VMT_MAPPING_PRIVATE_CLEAN |
                                   1u << VMT_MAPPING_PRIVATE_DIRTY |
                                   1u << VMT_MAPPING_SHARED_CLEAN | 1u << VMT_MAPPING_SHARED_DIRTY;
    struct vmt_region *region = reader->region;
    if (region == NULL) {
        return VMT_OK;
    }
    const struct vmt_mapping *mapping = reader->mapping;
    reader->region = NULL;
    reader->counted = reader->counted && (mapping->known & counts) == counts &&
                      (region->known & 1u << VMT_EV_RESIDENT) != 0;
    uint64_t *page = &reader->part.process->page_size;
    uint64_t size = mapping->fields[VMT_MAPPING_MMU_PAGE_SIZE];
    if (size > 0 && (*page == 0 || size < *page)) {
        *page = size;
    }
    return vmt_part_mapping_settle(&reader->part, region, err);
}

static enum vmt_status open_mapping(struct reader *reader, const struct vmt_mapping_line *line,
                                    struct vmt_error *err)
{
    enum vmt_status status = close_mapping(reader, err);
    if (status != VMT_OK) {
        return status;
    }
    if (line->end < line->start) {
        return damage(reader, "the range ends before it begins", 0, err);
    }
    uint64_t floor = line->end;
    reader->guess = 0;
    reader->size_read = false;
    status = vmt_part_mapping_add(&reader->region, &reader->mapping, &reader->part, line, err);
    if (!reader->part.any) { /* until the next one its size says whether the range is right */
        reader->part.any = true;
        reader->part.floor = floor;
    }
    return status;
}

/* --- fields ----------------------------------------------------------------------------------- */

/* The size, by which the range is held: one that is contradicted is no measure of what follows. */
static enum vmt_status check_size(struct reader *reader, const struct vmt_part_field *field,
                                  const struct vmt_line *line, struct vmt_error *err)
{
    const struct vmt_region *region = reader->region;
    if (field->number == region->end - region->start) {
        reader->part.floor = region->end;
        return VMT_OK;
    }
    struct vmt_place place =
        vmt_parse_place(reader->parse, line, vmt_part_field_column(field, line->text));
    return vmt_notes_add(&reader->part.process->notes, VMT_NOTE_VIRTUAL_DIFFERS, place, field->text,
                         vmt_line_whole(line), err);
}

/* What the mapping may be allowed to allow: `mr`, `mw`, `me`. */
static uint8_t max_protection(struct vmt_slice flags)
{
    uint8_t protection = 0;
    struct vmt_slice word = vmt_slice_word(&flags);
    for (; word.length > 0; word = vmt_slice_word(&flags)) {
        if (word.length == 2 && word.data[0] == 'm') {
            char what = word.data[1];
            protection |= (uint8_t)(what == 'r'   ? VMT_PROT_READ
                                    : what == 'w' ? VMT_PROT_WRITE
                                    : what == 'e' ? VMT_PROT_EXECUTE
                                                  : 0);
        }
    }
    return protection;
}

static enum vmt_status set_text(struct reader *reader, const struct vmt_part_field *field,
                                bool flags, struct vmt_error *err)
{
    const struct vmt_string **text = flags ? &reader->mapping->flags : &reader->region->detail;
    if (*text != NULL || field->text.length == 0) {
        return VMT_OK;
    }
    if (flags) {
        reader->region->max_protection = max_protection(field->text);
    }
    return vmt_snapshot_string(text, reader->parse->snapshot, field->text, err);
}

static struct tally *find_tally(struct reader *reader, struct vmt_slice name)
{
    for (size_t i = 0; i < reader->tally_count; i++) {
        if (vmt_slice_equals(vmt_string_slice(reader->tallies[i].name), name)) {
            return &reader->tallies[i];
        }
    }
    return NULL;
}

/* A new tally; a field that we do not know is noted when it is met first. */
static enum vmt_status add_tally(struct tally **out, struct reader *reader,
                                 const struct vmt_part_field *field, const struct vmt_line *line,
                                 bool known, struct vmt_error *err)
{
    struct tally *tally = &reader->tallies[reader->tally_count];
    *tally = (struct tally){.size = field->kind == VMT_FIELD_SIZE};
    enum vmt_status status =
        vmt_snapshot_string(&tally->name, reader->parse->snapshot, field->name, err);
    if (status == VMT_OK && !known) {
        status = vmt_notes_add(&reader->part.process->notes, VMT_NOTE_UNKNOWN_KEY,
                               vmt_parse_place(reader->parse, line, 1), field->name,
                               vmt_line_whole(line), err);
    }
    reader->tally_count += status == VMT_OK ? 1 : 0;
    *out = tally;
    return status;
}

/* Add a field up that no sum of regions has a place for. */
static enum vmt_status add_up(struct reader *reader, const struct vmt_part_field *field,
                              const struct vmt_line *line, bool known, struct vmt_error *err)
{
    struct tally *tally = find_tally(reader, field->name);
    enum vmt_status status =
        tally == NULL ? add_tally(&tally, reader, field, line, known, err) : VMT_OK;
    if (status == VMT_OK) {
        tally->excess = tally->excess || tally->bytes > UINT64_MAX - field->number;
        tally->bytes += field->number;
        tally->mappings += field->number > 0 || field->kind == VMT_FIELD_TEXT ? 1 : 0;
    }
    return status;
}

/* A field that the model has no member for. */
static enum vmt_status read_tallied(struct reader *reader, const struct vmt_part_field *field,
                                    const struct vmt_line *line, bool known, struct vmt_error *err)
{
    if (!known && reader->tally_count >= UNKNOWN_MOST && find_tally(reader, field->name) == NULL) {
        return damage(reader, "more unknown fields than any kernel has", 0, err);
    }
    enum vmt_status status = add_up(reader, field, line, known, err);
    return status == VMT_OK ? consume(reader, err) : status;
}

/* Pages that are in no resident size must not get lost from sight. */
static bool is_apart(unsigned target, uint64_t bytes)
{
    return bytes > 0 &&
           (target == VMT_MAPPING_SHARED_HUGETLB || target == VMT_MAPPING_PRIVATE_HUGETLB);
}

static enum vmt_status read_amount(struct reader *reader, const struct vmt_part_field *field,
                                   const struct vmt_line *line, unsigned target,
                                   struct vmt_error *err)
{
    if (field->kind != VMT_FIELD_SIZE) {
        return damage(reader, "not a size in kB", vmt_part_field_column(field, line->text), err);
    }
    bool first = !reader->size_read;
    enum vmt_status status = VMT_OK;
    if (target == VMT_COUNT_SIZE) {
        reader->size_read = true;
        status = first ? check_size(reader, field, line, err) : VMT_OK;
    } else {
        first = vmt_part_counts_set(reader->region, reader->mapping, target, field->number);
    }
    if (status == VMT_OK && first && is_apart(target, field->number)) {
        status = add_up(reader, field, line, true, err);
    }
    if (status == VMT_OK && !first) { /* the line of its own mapping is lost */
        status = close_mapping(reader, err);
        return status == VMT_OK ? damage(reader, "a field that its mapping has already", 0, err)
                                : status;
    }
    return status == VMT_OK ? consume(reader, err) : status;
}

static enum vmt_status read_field(struct reader *reader, const struct vmt_part_field *field,
                                  const struct vmt_line *line, struct vmt_error *err)
{
    if (reader->region == NULL) {
        return damage(reader, "a field without the line of its mapping", 0, err);
    }
    if (field->kind == VMT_FIELD_EXCESS) {
        return damage(reader, "a size that no memory has", vmt_part_field_column(field, line->text),
                      err);
    }
    unsigned target = vmt_part_counts_find(field->name, &reader->guess);
    if (target == VMT_COUNT_TALLIED || target == VMT_COUNT_UNKNOWN) {
        return read_tallied(reader, field, line, target == VMT_COUNT_TALLIED, err);
    }
    if (target == VMT_COUNT_FLAGS || target == VMT_COUNT_NAME) {
        enum vmt_status status = set_text(reader, field, target == VMT_COUNT_FLAGS, err);
        return status == VMT_OK ? consume(reader, err) : status;
    }
    return read_amount(reader, field, line, target, err);
}

/* --- lines of other kinds --------------------------------------------------------------------- */

/* A line that is neither a mapping nor a field; VMT_END where the file is over. */
static enum vmt_status read_odd_line(struct reader *reader, struct vmt_error *err)
{
    bool damaged = false;
    enum vmt_status status = vmt_part_mapping_odd_line(&damaged, &reader->part, err);
    if (status == VMT_OK && damaged) { /* perhaps the line of a mapping, whose fields follow */
        status = close_mapping(reader, err);
    }
    return status == VMT_OK && damaged
               ? damage(reader, "neither the line of a mapping nor a field of one", 0, err)
               : status;
}

static enum vmt_status read_line(struct reader *reader, struct vmt_error *err)
{
    const struct vmt_line *line = NULL;
    enum vmt_status status = vmt_cursor_peek(&line, reader->parse->cursor, err);
    struct vmt_part_field field;
    struct vmt_mapping_line mapping;
    if (status != VMT_OK) {
        return status;
    }
    if (line->too_long) {
        return read_odd_line(reader, err);
    }
    if (vmt_part_field_read(line->text, &field)) {
        return read_field(reader, &field, line, err);
    }
    if (!vmt_part_mapping_read(line->text, &mapping)) {
        return read_odd_line(reader, err);
    }
    if (vmt_part_mapping_restarts(&reader->part, &mapping) ||
        vmt_slice_equals(mapping.path, vmt_slice("[rollup]"))) {
        return VMT_END;
    }
    return open_mapping(reader, &mapping, err);
}

/* --- the whole of it -------------------------------------------------------------------------- */

static enum vmt_status write_tallies(struct reader *reader, struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    for (size_t i = 0; status == VMT_OK && i < reader->tally_count; i++) {
        const struct tally *tally = &reader->tallies[i];
        const char *plural = tally->mappings == 1 ? "" : "s";
        char text[64];
        if (tally->size && !tally->excess) {
            snprintf(text, sizeof text, "%" PRIu64 " kB in %" PRIu64 " mapping%s",
                     tally->bytes / 1024, tally->mappings, plural);
        } else {
            snprintf(text, sizeof text, "in %" PRIu64 " mapping%s", tally->mappings, plural);
        }
        status = vmt_part_field_fact(&reader->part.process->facts, reader->parse,
                                     vmt_string_slice(tally->name), vmt_slice(text), err);
    }
    return status;
}

static enum vmt_status parse(struct vmt_parse *parse, struct vmt_error *err)
{
    struct reader reader = {
        .parse = parse, .counted = true, .part = {.kind = VMT_AHEAD_SMAPS, .file = file}};
    enum vmt_status status =
        vmt_part_mapping_begin(&reader.part, parse, &vmt_grammar_linux_smaps, err);
    while (status == VMT_OK) {
        status = read_line(&reader, err);
    }
    status = status == VMT_END ? close_mapping(&reader, err) : status;
    if (status != VMT_OK) {
        return status;
    }
    struct vmt_process *process = reader.part.process;
    process->kernel_counts = reader.counted && process->regions.count > 0;
    return write_tallies(&reader, err);
}

const struct vmt_grammar vmt_grammar_linux_smaps = {
    .name = "linux-smaps",
    .summary = "/proc/PID/smaps",
    .gives = "regions, their private, shared and proportional sizes",
    .claims = claims,
    .parse = parse,
};
