/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/vmtally_csv.h"

#include "base/string_map.h"
#include "grammar/own_host.h"
#include "grammar/vmtally_csv_record.h"
#include "grammar/vmtally_csv_table.h"

/* Tables of our own reports as CSV:
 *
 *   source,process_index,pid,process,page_size,start,end,type,…,line,os,arch,…
 *   notes.txt,1,4242,Notes,16384,0x104e98000,0x104ea0000,__TEXT,…,23,macOS 14.5 (23F79),ARM64,…
 *
 * Columns are found by their names, in any order, as a spreadsheet may have left them: with commas,
 * semicolons or tabs between them, in quotes or not.  Rows that agree in all that they say of their
 * process are rows of one process, wherever they stand, and likewise samples of a host.  It is the
 * format for bulk: nothing is held but a row at a time. */

/* So many lines are looked at to see whether the rows go on. */
#define ROWS_AHEAD 4

static bool claims(const struct vmt_cursor *cursor)
{
    char delimiter = 0;
    return vmt_csv_table_find(cursor, &delimiter) != NULL;
}

/* --- a part being read ------------------------------------------------------------------------ */

/* The columns of one list, of a row. */
struct list {
    struct vmt_own_columns columns;
    struct vmt_own_value *values; /* VMT_OWN_SLOTS of each column */
};

/* Where a column of the file goes; NULL: nowhere. */
struct target {
    struct vmt_own_value *value;
    bool of_owner;
};

struct reader {
    struct vmt_parse *parse;
    uint64_t line; /* of the header */
    const struct vmt_csv_table *table;
    struct vmt_csv_record record;
    struct vmt_arena arena;      /* of what follows: gone with the reader */
    struct vmt_intern keys;      /* what rows say of their owners, as one text */
    struct vmt_string_map known; /* by such keys: the owners */
    struct vmt_sequence owners;  /* of struct vmt_own_subject, the same in order */
    struct list rows;
    struct list of_owner[VMT_CSV_LISTS];
    struct vmt_part_host part; /* the values of a sample */
    struct target *targets;    /* of each column of the file */
    size_t column_count;
    char *key;
    size_t key_capacity;
    const struct vmt_string *last_key;
    struct vmt_own_subject *last;
    size_t refused; /* the cell that was refused last */
};

static enum vmt_status add_list(struct list *list, struct reader *reader,
                                struct vmt_own_columns columns, struct vmt_error *err)
{
    list->columns = columns;
    list->values =
        vmt_arena_alloc(&reader->arena, VMT_OWN_SLOTS * columns.count + 1, sizeof *list->values);
    return list->values == NULL ? vmt_arena_fail(&reader->arena, err) : VMT_OK;
}

static enum vmt_status add_rows(struct reader *reader, struct vmt_error *err)
{
    const struct vmt_own_table *rows = reader->table->rows;
    struct vmt_own_columns columns = {0};
    enum vmt_status status = VMT_OK;
    if (reader->table->of_hosts) {
        status = vmt_own_sample_columns(&columns, &reader->arena, err);
    } else if (rows != NULL) {
        columns = rows->columns;
    }
    return status == VMT_OK ? add_list(&reader->rows, reader, columns, err) : status;
}

/* The value of a list that a name means; *found also where nothing is to be taken. */
static struct vmt_own_value *find_value(const struct list *list, struct vmt_slice name, bool *found)
{
    for (size_t i = 0; i < list->columns.count; i++) {
        const struct vmt_own_column *column = &list->columns.list[i];
        for (size_t slot = 0; slot < VMT_OWN_SLOTS && column->names[slot] != NULL; slot++) {
            if (vmt_slice_equals(name, vmt_slice(column->names[slot]))) {
                *found = true;
                return column->set == NULL ? NULL : &list->values[VMT_OWN_SLOTS * i + slot];
            }
        }
    }
    return NULL;
}

static enum vmt_status find_target(struct reader *reader, size_t index, struct vmt_slice name,
                                   struct vmt_error *err)
{
    struct target *target = &reader->targets[index];
    bool found = false;
    target->value = find_value(&reader->rows, name, &found);
    for (size_t i = 0; !found && i < VMT_CSV_LISTS; i++) {
        target->value = find_value(&reader->of_owner[i], name, &found);
        target->of_owner = true;
    }
    /* A second column of one name is as unknown as one of an unknown name. */
    bool twice = target->value != NULL && target->value->kind == VMT_OWN_OTHER;
    if (twice) {
        target->value = NULL;
    } else if (target->value != NULL) {
        target->value->kind = VMT_OWN_OTHER; /* until the first row says what it is */
    }
    if ((found || vmt_own_is_derived(name)) && !twice) {
        return VMT_OK;
    }
    const struct vmt_line *line = vmt_cursor_ahead(reader->parse->cursor, 0);
    return vmt_notes_add(&reader->parse->input->notes, VMT_NOTE_UNKNOWN_COLUMN,
                         vmt_parse_place(reader->parse, line, 1), name, (struct vmt_slice){0}, err);
}

static enum vmt_status read_header(struct reader *reader, struct vmt_error *err)
{
    struct vmt_cursor *cursor = reader->parse->cursor;
    size_t lines = 0;
    enum vmt_status status = vmt_csv_record_read(&reader->record, cursor, &lines, err);
    if (status == VMT_END || (status == VMT_OK && lines > 1)) {
        status = vmt_parse_damage(reader->parse, &reader->parse->input->notes,
                                  "a header whose quotes do not end", 0, err);
        return status == VMT_OK ? VMT_END : status;
    }
    if (status != VMT_OK) {
        return status;
    }
    reader->column_count = reader->record.count;
    reader->targets =
        vmt_arena_alloc(&reader->arena, reader->column_count, sizeof *reader->targets);
    if (reader->targets == NULL) {
        return vmt_arena_fail(&reader->arena, err);
    }
    for (size_t i = 0; status == VMT_OK && i < reader->column_count; i++) {
        struct vmt_slice name = vmt_csv_record_cell(&reader->record, i);
        status = name.length == 0 ? VMT_OK : find_target(reader, i, name, err);
    }
    reader->record.most = reader->column_count;
    return status == VMT_OK ? vmt_cursor_take(cursor, VMT_LINE_CONSUMED, err) : status;
}

static enum vmt_status begin(struct reader *reader, struct vmt_parse *parse, struct vmt_error *err)
{
    char delimiter = 0;
    const struct vmt_line *line = vmt_cursor_ahead(parse->cursor, 0);
    *reader =
        (struct reader){.parse = parse, .table = vmt_csv_table_find(parse->cursor, &delimiter)};
    reader->part.parse = parse;
    vmt_arena_init(&reader->arena, parse->context->allocator, parse->snapshot->arena.limit);
    vmt_intern_init(&reader->keys, &reader->arena);
    vmt_string_map_init(&reader->known, &reader->arena);
    vmt_sequence_init(&reader->owners, &reader->arena, sizeof(struct vmt_own_subject));
    enum vmt_status status =
        vmt_csv_record_init(&reader->record, parse->context->allocator, delimiter, err);
    /* Marks of quoting stand before each line or before none. */
    size_t marks = vmt_line_whole(line).length - vmt_csv_unmarked(vmt_line_whole(line)).length;
    reader->record.quoted = line->before > marks;
    if (status == VMT_OK) {
        status = add_rows(reader, err);
    }
    for (size_t i = 0; status == VMT_OK && i < VMT_CSV_LISTS; i++) {
        if (reader->table->of_owner[i] != NULL) {
            status = add_list(&reader->of_owner[i], reader, *reader->table->of_owner[i], err);
        }
    }
    return status == VMT_OK ? read_header(reader, err) : status;
}

/* --- rows ------------------------------------------------------------------------------------- */

/* Without the `'` that keeps a spreadsheet from taking a text for a formula. */
static struct vmt_slice unguard(struct vmt_slice text)
{
    bool guarded = text.length >= 2 && text.data[0] == '\'' && text.data[1] != '\0' &&
                   strchr("=+-@\t\r'", text.data[1]) != NULL;
    return vmt_slice_from(text, guarded ? 1 : 0);
}

static struct vmt_own_value value_of(struct vmt_slice cell)
{
    struct vmt_own_value value = {.kind = VMT_OWN_NOTHING};
    if (cell.data != NULL) {
        value.kind = VMT_OWN_TEXT;
        value.text = unguard(cell);
    }
    return value;
}

/* Hand the cells to the lists. */
static void spread(struct reader *reader)
{
    for (size_t i = 0; i < reader->column_count; i++) {
        if (reader->targets[i].value != NULL) {
            *reader->targets[i].value = value_of(vmt_csv_record_cell(&reader->record, i));
        }
    }
}

static enum vmt_status fill(struct vmt_own_row *row, struct reader *reader, const struct list *list,
                            struct vmt_error *err)
{
    size_t column = 0;
    enum vmt_status status = vmt_own_fill(row, &list->columns, list->values, &column, err);
    for (size_t i = 0; status == VMT_END && i < reader->column_count; i++) {
        size_t slot = VMT_OWN_SLOTS * column;
        if (reader->targets[i].value >= list->values + slot &&
            reader->targets[i].value < list->values + slot + VMT_OWN_SLOTS) {
            reader->refused = i;
            break;
        }
    }
    return status;
}

static enum vmt_status fill_owner(struct vmt_own_row *row, struct reader *reader,
                                  struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    for (size_t i = 0; status == VMT_OK && i < VMT_CSV_LISTS; i++) {
        status = fill(row, reader, &reader->of_owner[i], err);
    }
    return status;
}

static enum vmt_status note_unbounded(struct vmt_own_row *row, struct vmt_error *err)
{
    struct vmt_notes *notes = vmt_own_notes_of(row->owner);
    if (!row->unbounded || vmt_notes_count(notes, VMT_NOTE_NO_BOUNDS) > 0) {
        return VMT_OK;
    }
    const struct vmt_place place = {row->parse->input->name->data, row->line, 1};
    return vmt_notes_add(notes, VMT_NOTE_NO_BOUNDS, place, (struct vmt_slice){0},
                         (struct vmt_slice){0}, err);
}

/* What the row says of its process or host, as one text. */
static enum vmt_status make_key(struct vmt_slice *out, struct reader *reader, struct vmt_error *err)
{
    size_t needed = reader->record.used + 2 * reader->column_count;
    if (needed > reader->key_capacity) {
        reader->key = vmt_arena_alloc(&reader->arena, 2, needed);
        reader->key_capacity = 2 * needed;
    }
    if (reader->key == NULL) {
        return vmt_arena_fail(&reader->arena, err);
    }
    size_t used = 0;
    for (size_t i = 0; i < reader->column_count; i++) {
        if (reader->targets[i].value != NULL && reader->targets[i].of_owner) {
            struct vmt_slice cell = vmt_csv_record_cell(&reader->record, i);
            if (cell.length > 0) {
                memcpy(reader->key + used, cell.data, cell.length);
                used += cell.length;
            }
            /* No cell is in two ways the same text. */
            reader->key[used++] = cell.data == NULL ? '\x1e' : '\x1f';
        }
    }
    *out = (struct vmt_slice){reader->key, used};
    return VMT_OK;
}

/* An owner of which nothing was seen before.  Values are tried on one that is not kept. */
static enum vmt_status new_owner(struct vmt_own_subject **out, struct reader *reader,
                                 struct vmt_own_row *row, struct vmt_error *err)
{
    struct vmt_process process = {0};
    struct vmt_host host = {0};
    struct vmt_own_subject owner = {.process = &process, .host = &host};
    struct vmt_own_row trial = *row;
    trial.owner = &owner;
    enum vmt_status status = fill_owner(&trial, reader, err);
    if (status != VMT_OK) {
        row->reason = trial.reason;
        return status;
    }
    *out = vmt_sequence_add(&reader->owners);
    if (*out == NULL) {
        return vmt_arena_fail(&reader->arena, err);
    }
    status = reader->table->of_hosts
                 ? vmt_own_host_begin(*out, reader->parse, &vmt_grammar_vmtally_csv, row->line, err)
                 : vmt_own_begin(*out, reader->parse, &vmt_grammar_vmtally_csv, row->line, err);
    row->owner = *out;
    return status == VMT_OK ? fill_owner(row, reader, err) : status;
}

static enum vmt_status find_owner(struct reader *reader, struct vmt_own_row *row,
                                  struct vmt_error *err)
{
    struct vmt_slice key = {"", 0};
    enum vmt_status status = make_key(&key, reader, err);
    if (status != VMT_OK) {
        return status;
    }
    if (reader->last_key != NULL && vmt_slice_equals(key, vmt_string_slice(reader->last_key))) {
        row->owner = reader->last;
        return VMT_OK;
    }
    const struct vmt_string *string = vmt_intern(&reader->keys, key);
    void **slot = string == NULL ? NULL : vmt_string_map_at(&reader->known, string);
    if (slot == NULL) {
        return vmt_arena_fail(&reader->arena, err);
    }
    struct vmt_own_subject *owner = *slot;
    status = owner == NULL ? new_owner(&owner, reader, row, err) : VMT_OK;
    if (status == VMT_OK) {
        *slot = owner;
        row->owner = owner;
        reader->last = owner;
        reader->last_key = string;
    }
    return status;
}

/* VMT_END: the row is damaged, or none of ours. */
static enum vmt_status read_values(struct reader *reader, const char **reason,
                                   struct vmt_error *err)
{
    const struct vmt_line *line = vmt_cursor_ahead(reader->parse->cursor, 0);
    struct vmt_own_row row = vmt_own_row(reader->parse, NULL, vmt_parse_line(reader->parse, line));
    const struct vmt_own_table *rows = reader->table->rows;
    row.part = &reader->part;
    vmt_part_host_drop(row.part, 0);
    row.part->line = row.line;
    spread(reader);
    enum vmt_status status = fill(&row, reader, &reader->rows, err);
    if (status == VMT_OK) {
        status = find_owner(reader, &row, err);
    }
    if (status == VMT_OK && rows != NULL) {
        status = rows->add(&row, err);
    }
    if (status == VMT_OK) {
        status = note_unbounded(&row, err);
    }
    *reason = row.reason;
    return status;
}

/* A number at the very end of the input may have lost digits. */
static bool may_be_cut(const struct reader *reader, size_t lines)
{
    const struct vmt_line *line = vmt_cursor_ahead(reader->parse->cursor, lines - 1);
    const struct target *last = &reader->targets[reader->column_count - 1];
    struct vmt_slice cell = vmt_csv_record_cell(&reader->record, reader->column_count - 1);
    uint64_t number = 0;
    return line->torn && last->value != NULL && vmt_parse_u64(cell, 10, &number);
}

/* Cells in the line after `index` others, as far as can be told from its delimiters. */
static size_t count_cells(const struct reader *reader, size_t index)
{
    const struct vmt_line *line = vmt_cursor_ahead(reader->parse->cursor, index);
    size_t count = line == NULL || vmt_line_is_blank(line) ? 0 : 1;
    for (size_t i = 0; line != NULL && i < line->text.length; i++) {
        count += line->text.data[i] == reader->record.delimiter ? 1 : 0;
    }
    return count;
}

static enum vmt_status rows_go_on(bool *out, struct reader *reader, struct vmt_error *err)
{
    enum vmt_status status = vmt_cursor_fill(reader->parse->cursor, ROWS_AHEAD + 1, err);
    *out = false;
    for (size_t i = 1; status == VMT_OK && !*out && i <= ROWS_AHEAD; i++) {
        *out = count_cells(reader, i) >= reader->column_count;
    }
    return status;
}

/* The column of the line at which a cell of it begins. */
static size_t place_of(const struct reader *reader, size_t cell)
{
    const struct vmt_slice line = vmt_cursor_ahead(reader->parse->cursor, 0)->text;
    bool quoted = false;
    size_t at = 0;
    for (; cell > 0 && at < line.length; at++) {
        quoted = quoted != (line.data[at] == '"');
        cell -= line.data[at] == reader->record.delimiter && !quoted ? 1 : 0;
    }
    return at + 1;
}

/* A line that is no row: damage where rows go on after it, or it was one; else the end. */
static enum vmt_status read_odd_line(struct reader *reader, const char *reason,
                                     struct vmt_error *err)
{
    struct vmt_cursor *cursor = reader->parse->cursor;
    if (vmt_is_claimed(cursor)) { /* another table, or something else */
        return VMT_END;
    }
    bool more = false;
    enum vmt_status status = rows_go_on(&more, reader, err);
    const struct vmt_line *line = vmt_cursor_ahead(cursor, 0);
    if (status == VMT_OK && vmt_line_is_blank(line)) {
        return more ? vmt_cursor_take(cursor, VMT_LINE_BLANK, err) : VMT_END;
    }
    size_t cells = count_cells(reader, 0);
    bool row = more || line->too_long || line->torn || 2 * cells > reader->column_count;
    if (status != VMT_OK || !row) {
        return status == VMT_OK ? VMT_END : status;
    }
    return vmt_parse_damage(reader->parse, &reader->parse->input->notes, reason,
                            place_of(reader, reader->refused), err);
}

static enum vmt_status read_row(struct reader *reader, struct vmt_error *err)
{
    struct vmt_cursor *cursor = reader->parse->cursor;
    const struct vmt_line *line = NULL;
    enum vmt_status status = vmt_cursor_peek(&line, cursor, err);
    if (status != VMT_OK) {
        return status;
    }
    if (line->too_long || vmt_line_is_blank(line)) {
        return read_odd_line(reader, "a line longer than any row", err);
    }
    size_t lines = 0;
    const char *reason = "quotes that are not right, or do not end";
    reader->refused = 0;
    status = vmt_csv_record_read(&reader->record, cursor, &lines, err);
    if (status == VMT_OK) {
        if (reader->record.count != reader->column_count) {
            reason = reader->record.count < reader->column_count
                         ? "a row with fewer cells than the header"
                         : "a row with more cells than the header";
            status = VMT_END;
        } else if (may_be_cut(reader, lines)) {
            reason = "the input ends within a number";
            status = VMT_END;
        } else {
            status = read_values(reader, &reason, err);
        }
    }
    if (status == VMT_END) {
        return read_odd_line(reader, reason, err);
    }
    for (size_t i = 0; status == VMT_OK && i < lines; i++) {
        status = vmt_cursor_take(cursor, VMT_LINE_CONSUMED, err);
    }
    return status;
}

static enum vmt_status end(struct reader *reader, struct vmt_error *err)
{
    bool regions = reader->table->rows != NULL && reader->table->rows->regions;
    struct vmt_walker walker = {0};
    enum vmt_status status =
        reader->owners.count > 0 ? VMT_OK : vmt_own_note_empty(reader->parse, reader->line, err);
    struct vmt_own_subject *owner = vmt_sequence_next(&reader->owners, &walker);
    for (; status == VMT_OK && owner != NULL; owner = vmt_sequence_next(&reader->owners, &walker)) {
        status = owner->process == NULL ? vmt_own_add_origin(owner, reader->parse, err)
                                        : vmt_own_end(owner, reader->parse, regions, err);
    }
    return status;
}

static enum vmt_status parse_csv(struct vmt_parse *parse, struct vmt_error *err)
{
    struct reader reader;
    enum vmt_status status = begin(&reader, parse, err);
    bool header = status == VMT_OK;
    while (status == VMT_OK) {
        status = read_row(&reader, err);
    }
    if (status == VMT_END) {
        status = header ? end(&reader, err) : VMT_OK;
    }
    vmt_csv_record_free(&reader.record);
    vmt_arena_free(&reader.arena);
    return status;
}

const struct vmt_grammar vmt_grammar_vmtally_csv = {
    .name = "vmtally-csv",
    .summary = "vmtally's own CSV: any table with evidence",
    .gives = "the evidence in it, to be accounted anew",
    .claims = claims,
    .resembles = vmt_csv_resembles_heading,
    .parse = parse_csv,
};
