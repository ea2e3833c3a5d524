/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/cursor.h"

#include "grammar/dressing.h"

#include <assert.h>

enum vmt_status vmt_cursor_init(struct vmt_cursor *cursor, struct vmt_context *context,
                                struct vmt_input *input, struct vmt_input_record *record,
                                struct vmt_error *err)
{
    *cursor = (struct vmt_cursor){.input = input,
                                  .record = record,
                                  .allocator = context->allocator,
                                  .size = context->window + 1};
    cursor->window = cursor->allocator->allocate(cursor->allocator->self, cursor->size);
    return cursor->window == NULL ? vmt_fail_nomem(err) : VMT_OK;
}

void vmt_cursor_free(struct vmt_cursor *cursor)
{
    cursor->allocator->release(cursor->allocator->self, cursor->window);
    cursor->window = NULL;
}

/* Where in the window the lines begin that are still of use. */
static size_t first_untaken(const struct vmt_cursor *cursor)
{
    return cursor->count > 0
               ? (size_t)(vmt_line_whole(&cursor->ahead[cursor->first]).data - cursor->window)
               : cursor->scanned;
}

/* Make room by moving the lines not taken to the front, and read more. */
static enum vmt_status refill(struct vmt_cursor *cursor, struct vmt_error *err)
{
    size_t from = first_untaken(cursor);
    if (from > 0) {
        memmove(cursor->window, cursor->window + from, cursor->filled - from);
        cursor->filled -= from;
        cursor->scanned -= from;
        for (size_t i = 0; i < cursor->count; i++) {
            cursor->ahead[(cursor->first + i) % VMT_CURSOR_AHEAD].text.data -= from;
        }
    }
    size_t got = 0;
    enum vmt_status status = cursor->input->read(cursor->input, cursor->window + cursor->filled,
                                                 cursor->size - cursor->filled, &got, err);
    cursor->dressed = cursor->dressed ||
                      vmt_text_is_dressed((struct vmt_slice){cursor->window + cursor->filled, got});
    cursor->filled += got;
    cursor->ended = status == VMT_OK && got == 0;
    return status;
}

/* Leave out what is no part of the line's own text: a byte order mark, marks of quoting. */
static void strip_front(struct vmt_line *line)
{
    size_t length = line->number == 1 && vmt_slice_starts(line->text, "\xef\xbb\xbf") ? 3 : 0;
    length += vmt_text_quoting(vmt_slice_from(line->text, length));
    line->before = length;
    line->text = vmt_slice_from(line->text, length);
}

static void see_line(struct vmt_cursor *cursor, size_t length, bool torn, bool too_long)
{
    struct vmt_line *line = &cursor->ahead[(cursor->first + cursor->count++) % VMT_CURSOR_AHEAD];
    char *data = cursor->window + cursor->scanned;
    cursor->scanned += length + (torn || too_long ? 0 : 1);
    if (length > 0 && data[length - 1] == '\r') {
        length--;
    }
    if (cursor->dressed && !too_long) { /* of one too long the rest is still to come */
        length = vmt_text_undress(data, length);
    }
    *line = (struct vmt_line){{data, length}, 0, ++cursor->lines, torn, too_long};
    /* Most lines begin with a letter. */
    if (line->number == 1 || (length > 0 && (data[0] <= '>' || data[0] == '|'))) {
        strip_front(line);
    }
}

enum vmt_status vmt_cursor_fill(struct vmt_cursor *cursor, size_t count, struct vmt_error *err)
{
    assert(count <= VMT_CURSOR_AHEAD);
    size_t searched = 0; /* bytes after `scanned` that hold no end of line */
    while (cursor->count < count) {
        const char *from = cursor->window + cursor->scanned;
        size_t left = cursor->filled - cursor->scanned;
        const char *end = left > searched ? memchr(from + searched, '\n', left - searched) : NULL;
        if (end != NULL) {
            see_line(cursor, (size_t)(end - from), false, false);
            searched = 0;
            continue;
        }
        searched = left;
        if (cursor->ended) {
            if (left > 0) {
                see_line(cursor, left, true, false);
                searched = 0;
                continue;
            }
            break;
        }
        if (left == cursor->size) {
            see_line(cursor, left, false, true);
            break;
        }
        bool too_long_ahead =
            cursor->count > 0 &&
            cursor->ahead[(cursor->first + cursor->count - 1) % VMT_CURSOR_AHEAD].too_long;
        bool full =
            cursor->filled == cursor->size && cursor->count > 0 && first_untaken(cursor) == 0;
        if (too_long_ahead || full) {
            break; /* the window holds no more lines than these */
        }
        enum vmt_status status = refill(cursor, err);
        if (status != VMT_OK) {
            return status;
        }
    }
    return VMT_OK;
}

const struct vmt_line *vmt_cursor_ahead(const struct vmt_cursor *cursor, size_t index)
{
    return index < cursor->count ? &cursor->ahead[(cursor->first + index) % VMT_CURSOR_AHEAD]
                                 : NULL;
}

struct vmt_slice vmt_cursor_text(const struct vmt_cursor *cursor, size_t index)
{
    const struct vmt_line *line = vmt_cursor_ahead(cursor, index);
    return line == NULL || line->too_long ? (struct vmt_slice){"", 0} : vmt_slice_trim(line->text);
}

struct vmt_slice vmt_cursor_name(const struct vmt_cursor *cursor)
{
    const struct vmt_ledger *ledger = &cursor->record->ledger;
    bool begun = ledger->consumed > 0 || ledger->damaged > 0;
    return begun || cursor->record->name == NULL ? (struct vmt_slice){"", 0}
                                                 : vmt_string_slice(cursor->record->name);
}

enum vmt_status vmt_cursor_peek(const struct vmt_line **out, struct vmt_cursor *cursor,
                                struct vmt_error *err)
{
    if (cursor->count == 0) {
        enum vmt_status status = vmt_cursor_fill(cursor, 1, err);
        if (status != VMT_OK) {
            return status;
        }
        if (cursor->count == 0) {
            return VMT_END;
        }
    }
    *out = &cursor->ahead[cursor->first];
    return VMT_OK;
}

static enum vmt_status drop(void *self, struct vmt_slice piece, struct vmt_error *err)
{
    (void)self;
    (void)piece;
    (void)err;
    return VMT_OK;
}

/* Go through what is left of a line that the window could not hold. */
static enum vmt_status skip_line(struct vmt_cursor *cursor, vmt_line_piece *piece, void *self,
                                 struct vmt_error *err)
{
    assert(cursor->count == 0);
    for (;;) {
        const char *from = cursor->window + cursor->scanned;
        size_t left = cursor->filled - cursor->scanned;
        const char *end = memchr(from, '\n', left);
        enum vmt_status given =
            piece(self, (struct vmt_slice){from, end != NULL ? (size_t)(end - from) : left}, err);
        if (given != VMT_OK) {
            return given;
        }
        if (end != NULL) {
            cursor->scanned = (size_t)(end - cursor->window) + 1;
            return VMT_OK;
        }
        cursor->scanned = cursor->filled;
        if (cursor->ended) {
            return VMT_OK;
        }
        enum vmt_status status = refill(cursor, err);
        if (status != VMT_OK) {
            return status;
        }
    }
}

enum vmt_status vmt_cursor_take_whole(struct vmt_cursor *cursor, enum vmt_line_fate fate,
                                      vmt_line_piece *piece, void *self, struct vmt_error *err)
{
    assert(cursor->count > 0);
    enum vmt_status status = piece(self, cursor->ahead[cursor->first].text, err);
    if (status != VMT_OK) {
        return status;
    }
    struct vmt_ledger *ledger = &cursor->record->ledger;
    ledger->lines++;
    switch (fate) {
    case VMT_LINE_CONSUMED:
        ledger->consumed++;
        break;
    case VMT_LINE_PROSE:
        ledger->prose++;
        break;
    case VMT_LINE_DAMAGED:
        ledger->damaged++;
        break;
    case VMT_LINE_BLANK:
        ledger->blank++;
        break;
    }
    bool too_long = cursor->ahead[cursor->first].too_long;
    cursor->first = (cursor->first + 1) % VMT_CURSOR_AHEAD;
    cursor->count--;
    return too_long ? skip_line(cursor, piece, self, err) : VMT_OK;
}

enum vmt_status vmt_cursor_take(struct vmt_cursor *cursor, enum vmt_line_fate fate,
                                struct vmt_error *err)
{
    return vmt_cursor_take_whole(cursor, fate, drop, NULL, err);
}

void vmt_cursor_spoil(struct vmt_cursor *cursor, uint64_t count)
{
    assert(count <= cursor->record->ledger.consumed);
    cursor->record->ledger.consumed -= count;
    cursor->record->ledger.damaged += count;
}

bool vmt_line_is_blank(const struct vmt_line *line)
{
    return vmt_slice_trim(line->text).length == 0;
}
