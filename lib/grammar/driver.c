/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <assert.h>
#include <stdio.h>

#include "grammar/grammar.h"

struct vmt_place vmt_parse_place(const struct vmt_parse *parse, const struct vmt_line *line,
                                 size_t column)
{
    return parse->home.line > 0
               ? parse->home
               : (struct vmt_place){parse->input->name->data, line->number, column + line->before};
}

uint64_t vmt_parse_line(const struct vmt_parse *parse, const struct vmt_line *line)
{
    return parse->home.line > 0 ? parse->home.line : line->number;
}

enum vmt_status vmt_parse_text(const struct vmt_parse *parse, struct vmt_slice text,
                               struct vmt_place home, vmt_parse_reader *read, void *self,
                               struct vmt_error *err)
{
    struct vmt_memory_input memory;
    struct vmt_input_record record = {.name = parse->input->name};
    struct vmt_cursor cursor;
    struct vmt_parse inner = {.context = parse->context,
                              .cursor = &cursor,
                              .snapshot = parse->snapshot,
                              .input = &record,
                              .home = home};
    vmt_memory_input_init(&memory, parse->input->name->data, text);
    vmt_notes_init(&record.notes, &parse->snapshot->arena, &parse->snapshot->strings);
    enum vmt_status status = vmt_cursor_init(&cursor, parse->context, &memory.input, &record, err);
    if (status == VMT_OK) {
        status = read(&inner, self, err);
        vmt_cursor_free(&cursor);
    }
    return status;
}

enum vmt_status vmt_parse_damage(struct vmt_parse *parse, struct vmt_notes *notes,
                                 const char *reason, size_t column, struct vmt_error *err)
{
    const struct vmt_line *line = NULL;
    enum vmt_status status = vmt_cursor_peek(&line, parse->cursor, err);
    if (status != VMT_OK) {
        return status;
    }
    struct vmt_place place = vmt_parse_place(parse, line, column == 0 ? 1 : column);
    if (parse->home.line > 0) { /* its column is not one of this line */
        status = vmt_notes_add(notes, VMT_NOTE_DAMAGED_VALUE, place, vmt_slice(reason),
                               (struct vmt_slice){0}, err);
    } else {
        status = vmt_notes_add(notes, VMT_NOTE_DAMAGED_LINE, place, vmt_slice(reason),
                               vmt_line_whole(line), err);
    }
    return status == VMT_OK ? vmt_cursor_take(parse->cursor, VMT_LINE_DAMAGED, err) : status;
}

bool vmt_is_claimed(const struct vmt_cursor *cursor)
{
    size_t i = 0;
    while (vmt_grammars[i] != NULL && !vmt_grammars[i]->claims(cursor)) {
        i++;
    }
    return vmt_grammars[i] != NULL;
}

static bool claims(const struct vmt_parse *parse, const struct vmt_grammar *grammar)
{
    if (parse->context->only == NULL) {
        return grammar->claims(parse->cursor);
    }
    return grammar == parse->context->only &&
           (grammar->claims(parse->cursor) ||
            (grammar->fits != NULL && grammar->fits(parse->cursor)));
}

/* The one grammar that claims what is ahead, NULL when none does.  Two that do are a defect of
 * one of them; neither is right by being first, so the place is noted and left unread. */
static enum vmt_status find_owner(const struct vmt_grammar **out, struct vmt_parse *parse,
                                  struct vmt_error *err)
{
    *out = NULL;
    const struct vmt_grammar *owner = NULL;
    for (size_t i = 0; vmt_grammars[i] != NULL; i++) {
        if (!claims(parse, vmt_grammars[i])) {
            continue;
        }
        if (owner != NULL) {
            char both[128];
            snprintf(both, sizeof both, "%s and %s", owner->name, vmt_grammars[i]->name);
            const struct vmt_line *line = vmt_cursor_ahead(parse->cursor, 0);
            struct vmt_place place = {parse->input->name->data, line->number, 1};
            return vmt_notes_add(&parse->input->notes, VMT_NOTE_AMBIGUOUS_PART, place,
                                 vmt_slice(both), line->text, err);
        }
        owner = vmt_grammars[i];
    }
    *out = owner;
    return VMT_OK;
}

/* A line of a report that is lost must not be lost in silence.  Where one format is asked for, what
 * is not of it is of another. */
static enum vmt_status note_resemblance(struct vmt_parse *parse, const struct vmt_line *line,
                                        struct vmt_error *err)
{
    for (size_t i = 0; parse->context->only == NULL && vmt_grammars[i] != NULL; i++) {
        const struct vmt_grammar *grammar = vmt_grammars[i];
        if (grammar->resembles != NULL && grammar->resembles(line)) {
            return vmt_notes_add(&parse->input->notes, VMT_NOTE_UNREAD_LINE,
                                 vmt_parse_place(parse, line, 1), vmt_slice(grammar->name),
                                 vmt_line_whole(line), err);
        }
    }
    return VMT_OK;
}

enum vmt_status vmt_parse_prose(struct vmt_parse *parse, struct vmt_error *err)
{
    const struct vmt_line *line = vmt_cursor_ahead(parse->cursor, 0);
    bool blank = !line->too_long && vmt_line_is_blank(line);
    enum vmt_status status = VMT_OK;
    if (line->too_long) {
        struct vmt_place place = {parse->input->name->data, line->number, 0};
        status = vmt_notes_add(&parse->input->notes, VMT_NOTE_LONG_LINE, place,
                               (struct vmt_slice){0}, (struct vmt_slice){0}, err);
    } else if (!blank) {
        status = note_resemblance(parse, line, err);
    }
    return status == VMT_OK
               ? vmt_cursor_take(parse->cursor, blank ? VMT_LINE_BLANK : VMT_LINE_PROSE, err)
               : status;
}

static enum vmt_status read_parts(bool *claimed, struct vmt_parse *parse, struct vmt_error *err)
{
    for (;;) {
        enum vmt_status status = vmt_cursor_fill(parse->cursor, VMT_CURSOR_AHEAD, err);
        if (status != VMT_OK) {
            return status;
        }
        if (vmt_cursor_ahead(parse->cursor, 0) == NULL) {
            return VMT_OK;
        }
        const struct vmt_grammar *owner = NULL;
        if (!vmt_line_is_blank(vmt_cursor_ahead(parse->cursor, 0))) { /* nothing begins with one */
            status = find_owner(&owner, parse, err);
        }
        if (status == VMT_OK && owner != NULL) {
            uint64_t lines = parse->input->ledger.lines;
            *claimed = true;
            status = owner->parse(parse, err);
            assert(status != VMT_OK || parse->input->ledger.lines > lines);
            (void)lines;
        } else if (status == VMT_OK) {
            status = vmt_parse_prose(parse, err);
        }
        if (status != VMT_OK) {
            return status;
        }
    }
}

static enum vmt_status no_capture(const struct vmt_parse *parse, struct vmt_error *err)
{
    struct vmt_place place = {.source = parse->input->name->data};
    unsigned long long lines = parse->input->ledger.lines;
    struct vmt_walker walker = {0};
    const struct vmt_note *note = vmt_sequence_next(&parse->input->notes.sequence, &walker);
    if (note != NULL && note->kind == VMT_NOTE_UNREAD_LINE) {
        return vmt_fail_at(err, note->place, VMT_E_NOCAPTURE,
                           "no memory evidence in %llu lines, but this is much like %s", lines,
                           note->text->data);
    }
    if (parse->context->only != NULL) {
        return vmt_fail_at(err, place, VMT_E_NOCAPTURE, "nothing of the format %s in %llu lines",
                           parse->context->only->name, lines);
    }
    return vmt_fail_at(err, place, VMT_E_NOCAPTURE,
                       "no memory evidence in %llu lines (vmtally formats: what is read)", lines);
}

const struct vmt_grammar *vmt_grammar_find(struct vmt_slice name)
{
    for (size_t i = 0; vmt_grammars[i] != NULL; i++) {
        if (vmt_slice_equals(name, vmt_slice(vmt_grammars[i]->name))) {
            return vmt_grammars[i];
        }
    }
    return NULL;
}

enum vmt_status vmt_read(struct vmt_snapshot *snapshot, struct vmt_context *context,
                         struct vmt_input *input, struct vmt_error *err)
{
    struct vmt_cursor cursor;
    struct vmt_parse parse = {.context = context, .cursor = &cursor, .snapshot = snapshot};
    enum vmt_status status =
        vmt_snapshot_add_input(&parse.input, snapshot, vmt_slice(input->name), err);
    if (status != VMT_OK) {
        return status;
    }
    status = vmt_cursor_init(&cursor, context, input, parse.input, err);
    if (status != VMT_OK) {
        return status;
    }
    bool claimed = false;
    status = read_parts(&claimed, &parse, err);
    vmt_cursor_free(&cursor);
    return status == VMT_OK && !claimed ? no_capture(&parse, err) : status;
}
