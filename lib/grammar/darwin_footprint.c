/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_footprint.h"

#include "grammar/darwin_footprint_lines.h"
#include "grammar/part_elision.h"
#include "grammar/part_header.h"
#include "grammar/part_table.h"
#include "grammar/resemblance.h"

/* footprint of macOS (seen: 14 to 26), one block at a time:
 *
 *   ======================================================================
 *   Notes [4242]: 64-bit    Footprint: 42 MB (16384 bytes per page)
 *   ======================================================================
 *
 *     Dirty      Clean  Reclaimable    Regions    Category
 *       ---        ---          ---        ---    ---
 *     16 MB        0 B          0 B          2    MALLOC_LARGE
 *   …
 *       ---        ---          ---        ---    ---
 *     42 MB      12 MB      1440 KB       6898    TOTAL
 *
 *   Auxiliary data:
 *       phys_footprint: 42 MB
 *       phys_footprint_peak: 43 MB
 *
 * Columns (Swapped) and (Wired) can be asked for, sizes in bytes, and no table at all.  Of several
 * processes the blocks follow each other; the last one is `Summary Footprint: 220 MB` between
 * rules: all of them together, what they share counted once.  Messages of the tool stand before
 * and between the lines where both streams are kept.
 *
 * The size in a banner is the sum of the table's dirty memory; `phys_footprint` is the kernel's own
 * figure.  The two differ, so that the banner's is kept as a fact and never for the footprint. */

/* So many unreadable lines are read over to go on with the rows of a table. */
#define DAMAGE_AHEAD 3
#define LINES_AHEAD (DAMAGE_AHEAD + 4)

/* How far a block has been read. */
enum stage { STAGE_START, STAGE_BANNER, STAGE_RULED, STAGE_TABLE, STAGE_TOTAL, STAGE_AUXILIARY };

struct reader {
    struct vmt_parse *parse;
    struct vmt_process *process; /* that the block is about, or NULL: it is about all of them */
    struct vmt_stated_set *set;  /* the other way round */
    enum stage stage;
    struct vmt_footprint_columns columns;
    bool closing; /* the rule below the rows was met: only the total comes after it */
};

static enum vmt_status consume(struct reader *reader, enum stage stage, struct vmt_error *err)
{
    reader->stage = stage;
    return vmt_cursor_take(reader->parse->cursor, VMT_LINE_CONSUMED, err);
}

/* Where the notes of the block go: a set has none of its own. */
static struct vmt_notes *notes_of(const struct reader *reader)
{
    return reader->process != NULL ? &reader->process->notes : &reader->parse->input->notes;
}

static enum vmt_status note_line(struct reader *reader, struct vmt_notes *notes,
                                 enum vmt_note_kind kind, struct vmt_error *err)
{
    const struct vmt_line *line = vmt_cursor_ahead(reader->parse->cursor, 0);
    struct vmt_place place = vmt_parse_place(reader->parse, line, 1);
    enum vmt_status status =
        vmt_notes_add(notes, kind, place, vmt_slice_trim(line->text), vmt_line_whole(line), err);
    return status == VMT_OK ? consume(reader, reader->stage, err) : status;
}

static enum vmt_status add_fact(struct reader *reader, const char *key, struct vmt_slice value,
                                struct vmt_error *err)
{
    return vmt_part_header_fact(reader->parse, reader->process, vmt_slice(key), value, err);
}

/* `Found process Notes [4242] from partial name Not` */
static enum vmt_status read_found(struct reader *reader, struct vmt_slice line,
                                  struct vmt_error *err)
{
    struct vmt_slice value = vmt_slice_from(line, strlen(VMT_FOOTPRINT_FOUND));
    enum vmt_status status = reader->process == NULL
                                 ? VMT_OK
                                 : add_fact(reader, "Found process", vmt_slice_trim(value), err);
    return status == VMT_OK ? consume(reader, reader->stage, err) : status;
}

/* The next line, for what stands in it in the place of a size. */
static enum vmt_status not_a_size(struct reader *reader, struct vmt_slice printed,
                                  struct vmt_error *err)
{
    const struct vmt_line *line = vmt_cursor_ahead(reader->parse->cursor, 0);
    return vmt_parse_damage(reader->parse, notes_of(reader), "not a size",
                            (size_t)(printed.data - line->text.data) + 1, err);
}

static enum vmt_status read_banner(struct reader *reader, const struct vmt_footprint_banner *banner,
                                   struct vmt_error *err)
{
    struct vmt_process *process = reader->process;
    process->pid = banner->pid;
    process->pid_known = true;
    process->page_size = banner->page_size;
    enum vmt_status status =
        vmt_snapshot_string(&process->name, reader->parse->snapshot, banner->name, err);
    if (status == VMT_OK && !banner->sized) {
        reader->stage = STAGE_BANNER;
        return not_a_size(reader, banner->printed, err);
    }
    if (status == VMT_OK) {
        status = add_fact(reader, "Footprint", banner->printed, err);
    }
    if (status == VMT_OK && banner->kind.length > 0) {
        status = add_fact(reader, "Address space", banner->kind, err);
    }
    return status == VMT_OK ? consume(reader, STAGE_BANNER, err) : status;
}

static struct vmt_sequence *rows_of(const struct reader *reader)
{
    return reader->process != NULL ? &reader->process->stated : &reader->set->stated;
}

static enum vmt_status keep_total(struct reader *reader, const struct vmt_stated_row *row,
                                  struct vmt_error *err)
{
    static const struct {
        enum vmt_evidence evidence;
        enum vmt_member member;
    } of_all[] = {{VMT_EV_SWAPPED, VMT_SWAPPED},
                  {VMT_EV_CLEAN, VMT_CLEAN},
                  {VMT_EV_RECLAIMABLE, VMT_RECLAIMABLE},
                  {VMT_EV_WIRED, VMT_WIRED}};
    if (reader->process != NULL) {
        struct vmt_arena *arena = &reader->parse->snapshot->arena;
        reader->process->stated_total = vmt_arena_alloc(arena, 1, sizeof *row);
        if (reader->process->stated_total == NULL) {
            return vmt_arena_fail(arena, err);
        }
        *reader->process->stated_total = *row;
        return consume(reader, STAGE_TOTAL, err);
    }
    for (size_t i = 0; i < sizeof of_all / sizeof of_all[0]; i++) {
        if ((row->known & 1u << of_all[i].evidence) != 0) {
            reader->set->whole.of[of_all[i].member] =
                vmt_amount_of(row->stated[of_all[i].evidence]);
        }
    }
    return consume(reader, STAGE_TOTAL, err);
}

static enum vmt_status keep_row(struct reader *reader, const struct vmt_stated_row *row,
                                struct vmt_slice name, struct vmt_error *err)
{
    struct vmt_snapshot *snapshot = reader->parse->snapshot;
    struct vmt_stated_row *kept = vmt_sequence_add(rows_of(reader));
    if (kept == NULL) {
        return vmt_arena_fail(&snapshot->arena, err);
    }
    *kept = *row;
    kept->type = vmt_type_get(&snapshot->types, &snapshot->strings, name, 0);
    return kept->type == NULL ? vmt_arena_fail(&snapshot->arena, err)
                              : consume(reader, STAGE_TABLE, err);
}

/* A row, whatever comes after it.  VMT_END: it is none; *problem is why. */
static enum vmt_status read_row(struct reader *reader, size_t *problem, struct vmt_error *err)
{
    const struct vmt_line *line = vmt_cursor_ahead(reader->parse->cursor, 0);
    struct vmt_slice text = vmt_slice_trim(line->text);
    struct vmt_stated_row row = {.line = vmt_parse_line(reader->parse, line)};
    struct vmt_slice name;
    *problem = 0;
    if (line->too_long || !vmt_footprint_row(text, &reader->columns, &row, &name, problem)) {
        *problem += (size_t)(text.data - line->text.data) + 1;
        return VMT_END;
    }
    if (vmt_slice_equals(name, vmt_slice("TOTAL"))) {
        return keep_total(reader, &row, err);
    }
    /* The end of the input in the word TOTAL would make a category of the total. */
    if (line->torn && reader->closing) {
        *problem = (size_t)(name.data - line->text.data) + 1;
        return VMT_END;
    }
    return keep_row(reader, &row, name, err);
}

static bool is_row(const struct reader *reader, size_t index)
{
    struct vmt_stated_row row = {.type = NULL};
    struct vmt_slice name;
    size_t problem = 0;
    return vmt_footprint_row(vmt_cursor_text(reader->parse->cursor, index), &reader->columns, &row,
                             &name, &problem);
}

/* Whether rows go on within a few lines that are none. */
static bool rows_go_on(const struct reader *reader)
{
    const struct vmt_cursor *cursor = reader->parse->cursor;
    struct vmt_footprint_columns columns;
    for (size_t i = 1; i <= DAMAGE_AHEAD; i++) {
        struct vmt_slice text = vmt_cursor_text(cursor, i);
        if (vmt_footprint_block_begins(cursor, i) || vmt_footprint_headings(text, &columns)) {
            return false;
        }
        if (is_row(reader, i) || vmt_footprint_is_dashes(text)) {
            return true;
        }
    }
    return false;
}

/* A line of a table: VMT_END when the table is over. */
static enum vmt_status read_table_line(struct reader *reader, struct vmt_error *err)
{
    const struct vmt_line *line = vmt_cursor_ahead(reader->parse->cursor, 0);
    struct vmt_slice text = vmt_cursor_text(reader->parse->cursor, 0);
    if (vmt_footprint_is_dashes(text)) {
        reader->closing = rows_of(reader)->count > 0;
        return consume(reader, STAGE_TABLE, err);
    }
    size_t problem = 0;
    enum vmt_status status = read_row(reader, &problem, err);
    if (status != VMT_END) {
        return status;
    }
    if (vmt_part_is_elision(text)) {
        return note_line(reader, notes_of(reader), VMT_NOTE_ELISION, err);
    }
    /* A row that is cut, or the first of a table, need not look like others. */
    bool few = line->torn || rows_of(reader)->count == 0;
    bool row = line->too_long || vmt_footprint_resembles(text, few ? 0 : 2);
    if (!row && !rows_go_on(reader)) {
        return VMT_END;
    }
    if (reader->process != NULL) {
        reader->process->stated_damaged = true;
    }
    return vmt_parse_damage(reader->parse, notes_of(reader),
                            line->too_long ? "a line longer than any row"
                                           : "not a row of the table",
                            line->too_long ? 0 : problem, err);
}

/* A line below `Auxiliary data:`, or one that has lost that title. */
static enum vmt_status read_auxiliary(struct reader *reader, struct vmt_error *err)
{
    static const struct {
        const char *key;
        enum vmt_member member;
    } keys[] = {{VMT_FOOTPRINT_KEY, VMT_FOOTPRINT},
                {VMT_FOOTPRINT_KEY "_peak", VMT_FOOTPRINT_PEAK}};
    const struct vmt_line *line = vmt_cursor_ahead(reader->parse->cursor, 0);
    struct vmt_process *process = reader->process;
    struct vmt_slice key;
    struct vmt_slice value;
    if (line->too_long || process == NULL) {
        return VMT_END;
    }
    if (!vmt_footprint_auxiliary(line->text, &key, &value)) {
        return line->torn && reader->stage == STAGE_AUXILIARY
                   ? vmt_parse_damage(reader->parse, &process->notes, "not a line of the data", 0,
                                      err)
                   : VMT_END;
    }
    if (vmt_slice_starts(key, VMT_FOOTPRINT_KEY)) {
        reader->stage = STAGE_AUXILIARY; /* whatever has become of its title */
    }
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        struct vmt_reading size;
        if (!vmt_slice_equals(key, vmt_slice(keys[i].key))) {
            continue;
        }
        if (!vmt_footprint_size(value, &size)) {
            return not_a_size(reader, value, err);
        }
        process->whole.of[keys[i].member] = vmt_amount_of(size);
        return consume(reader, STAGE_AUXILIARY, err);
    }
    if (reader->stage != STAGE_AUXILIARY) {
        return VMT_END;
    }
    enum vmt_status status = vmt_part_header_fact(reader->parse, process, key, value, err);
    return status == VMT_OK ? consume(reader, STAGE_AUXILIARY, err) : status;
}

/* Whether the block goes on with the line after `index` others. */
static bool goes_on(const struct reader *reader, size_t index)
{
    const struct vmt_cursor *cursor = reader->parse->cursor;
    const struct vmt_line *line = vmt_cursor_ahead(cursor, index);
    struct vmt_slice text = vmt_cursor_text(cursor, index);
    struct vmt_footprint_columns columns;
    struct vmt_slice key;
    struct vmt_slice value;
    if (line == NULL || vmt_footprint_block_begins(cursor, index)) {
        return false;
    }
    switch (reader->stage) {
    case STAGE_START:
        return false;
    case STAGE_BANNER:
        if (vmt_part_table_is_rule(text)) {
            return true;
        }
        break;
    case STAGE_TABLE:
        if (is_row(reader, index) || vmt_footprint_is_dashes(text)) {
            return true;
        }
        break;
    case STAGE_AUXILIARY:
        return vmt_footprint_auxiliary(line->text, &key, &value);
    case STAGE_RULED:
    case STAGE_TOTAL:
        break;
    }
    bool table = reader->stage < STAGE_TABLE &&
                 (vmt_footprint_headings(text, &columns) || vmt_footprint_guess(text, &columns));
    return table || (reader->process != NULL && (vmt_slice_starts(text, VMT_FOOTPRINT_AUXILIARY) ||
                                                 vmt_slice_starts(text, VMT_FOOTPRINT_KEY)));
}

/* The size of all processes together. */
static enum vmt_status read_summary(struct reader *reader, struct vmt_slice printed,
                                    struct vmt_error *err)
{
    struct vmt_reading size;
    reader->stage = STAGE_BANNER;
    if (!vmt_footprint_size(printed, &size)) {
        return not_a_size(reader, printed, err);
    }
    reader->set->whole.of[VMT_FOOTPRINT] = vmt_amount_of(size);
    return consume(reader, STAGE_BANNER, err);
}

/* The banner, the summary or the rule above them.  VMT_END: another block begins. */
static enum vmt_status read_head(struct reader *reader, struct vmt_slice text,
                                 struct vmt_error *err)
{
    struct vmt_footprint_banner banner;
    struct vmt_slice printed;
    bool rule = vmt_part_table_is_rule(text);
    if (reader->stage > STAGE_BANNER || (reader->stage == STAGE_BANNER && !rule)) {
        return VMT_END;
    }
    if (rule) {
        bool begins = vmt_footprint_block_begins(reader->parse->cursor, 0);
        bool banner_seen = reader->stage == STAGE_BANNER;
        return begins == banner_seen
                   ? VMT_END
                   : consume(reader, banner_seen ? STAGE_RULED : STAGE_START, err);
    }
    if (reader->set != NULL && vmt_footprint_summary(text, &printed)) {
        return read_summary(reader, printed, err);
    }
    return reader->process != NULL && vmt_footprint_banner(text, &banner)
               ? read_banner(reader, &banner, err)
               : VMT_END;
}

static bool is_head(struct vmt_slice text)
{
    struct vmt_footprint_banner banner;
    struct vmt_slice size;
    return vmt_part_table_is_rule(text) || vmt_footprint_banner(text, &banner) ||
           vmt_footprint_summary(text, &size);
}

/* The next line of the block, or VMT_END where it is over. */
static enum vmt_status read_line(struct reader *reader, struct vmt_error *err)
{
    struct vmt_cursor *cursor = reader->parse->cursor;
    const struct vmt_line *line = vmt_cursor_ahead(cursor, 0);
    if (line == NULL) {
        return VMT_END;
    }
    if (!line->too_long && vmt_line_is_blank(line)) {
        /* Within the opening rules there is nothing else that it could be. */
        return reader->stage == STAGE_START || goes_on(reader, vmt_footprint_blanks(cursor, 0))
                   ? vmt_cursor_take(cursor, VMT_LINE_BLANK, err)
                   : VMT_END;
    }
    struct vmt_slice text = vmt_cursor_text(cursor, 0);
    if (vmt_footprint_is_message(text)) {
        return note_line(reader, &reader->parse->input->notes, VMT_NOTE_TOOL_MESSAGE, err);
    }
    if (reader->stage == STAGE_START && vmt_slice_starts(text, VMT_FOOTPRINT_FOUND)) {
        return read_found(reader, text, err);
    }
    if (is_head(text)) {
        return read_head(reader, text, err);
    }
    struct vmt_footprint_columns columns;
    if (vmt_footprint_headings(text, &columns)) {
        reader->columns = reader->stage < STAGE_TABLE ? columns : reader->columns;
        return reader->stage < STAGE_TABLE ? consume(reader, STAGE_TABLE, err) : VMT_END;
    }
    if (reader->stage < STAGE_TABLE && vmt_footprint_guess(text, &reader->columns)) {
        reader->stage = STAGE_TABLE;
    }
    if (reader->stage < STAGE_AUXILIARY && reader->process != NULL &&
        vmt_slice_starts(text, VMT_FOOTPRINT_AUXILIARY)) {
        return consume(reader, STAGE_AUXILIARY, err);
    }
    enum vmt_status status = read_auxiliary(reader, err);
    if (status == VMT_END && reader->stage == STAGE_TABLE) {
        status = read_table_line(reader, err);
    }
    if (status == VMT_END && reader->stage > STAGE_START && vmt_part_is_elision(text) &&
        goes_on(reader, 1 + vmt_footprint_blanks(cursor, 1))) {
        status = note_line(reader, notes_of(reader), VMT_NOTE_ELISION, err);
    }
    return status;
}

/* Whether the block is about all processes together: its first lines say so. */
static bool is_of_all(const struct vmt_cursor *cursor)
{
    size_t index = 0;
    struct vmt_slice size;
    struct vmt_slice line = vmt_cursor_text(cursor, 0);
    while (vmt_footprint_is_message(line) || vmt_slice_starts(line, VMT_FOOTPRINT_FOUND)) {
        line = vmt_cursor_text(cursor, ++index);
    }
    if (vmt_part_table_is_rule(line)) {
        line = vmt_cursor_text(cursor, index + 1 + vmt_footprint_blanks(cursor, index + 1));
    }
    return vmt_footprint_summary(line, &size);
}

static enum vmt_status parse_footprint(struct vmt_parse *parse, struct vmt_error *err)
{
    struct reader reader = {.parse = parse};
    const uint64_t number = vmt_cursor_ahead(parse->cursor, 0)->number;
    enum vmt_status status = VMT_OK;
    if (is_of_all(parse->cursor)) {
        status = vmt_snapshot_add_set(&reader.set, parse->snapshot, parse->input, err);
        if (status == VMT_OK) {
            reader.set->grammar = vmt_grammar_darwin_footprint.name;
            reader.set->line = number;
        }
    } else {
        status = vmt_snapshot_add_process(&reader.process, parse->snapshot, parse->input, err);
        if (status == VMT_OK) {
            reader.process->grammar = vmt_grammar_darwin_footprint.name;
            reader.process->line = number;
        }
    }
    while (status == VMT_OK) {
        status = vmt_cursor_fill(parse->cursor, LINES_AHEAD, err);
        if (status == VMT_OK) {
            status = read_line(&reader, err);
        }
    }
    return status == VMT_END ? VMT_OK : status;
}

/* A banner by what stands behind the name in it, or a line that begins as one of ours. */
static bool resembles(const struct vmt_line *line)
{
    static const char *const beginnings[] = {"Dirty Clean Reclaimable",
                                             "Dirty (Swapped)",
                                             "Summary Footprint:",
                                             "phys_footprint:",
                                             "phys_footprint_peak:",
                                             "Auxiliary data:",
                                             NULL};
    static const char *const words[] = {"]: 64-bit", "]: 32-bit",
                                        "]: Footprint:", "bytes per page)"};
    bool marked = memchr(line->text.data, ']', line->text.length) != NULL ||
                  memchr(line->text.data, ')', line->text.length) != NULL;
    for (size_t i = 0; marked && i < sizeof words / sizeof words[0]; i++) {
        if (vmt_slice_find(line->text, words[i]) < line->text.length) {
            return true;
        }
    }
    return vmt_line_begins_like(line, beginnings);
}

const struct vmt_grammar vmt_grammar_darwin_footprint = {
    .name = "darwin-footprint",
    .summary = "footprint, macOS 14 to 26",
    .gives = "sums by type, footprint, several processes",
    .claims = vmt_footprint_claims,
    .resembles = resembles,
    .parse = parse_footprint,
};
