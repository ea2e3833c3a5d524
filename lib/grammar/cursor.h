/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_CURSOR_H
#define VMT_GRAMMAR_CURSOR_H

/* Lines of an input, through a window that is refilled: never the whole text at once.
 *
 * A line is looked at first and taken after, with what became of it; so the ledger of the input
 * adds up by construction.
 *
 * What a terminal, a web page or a mail has put into a line, and a person reads through, is not in
 * its text: colours (ESC [ … m and other control sequences), `&lt;` `&gt;` `&amp;` for the
 * characters that they stand for (and not `&quot;`, which would end strings of JSON), marks of
 * quoting in front (`> `, `# `, `| `), a byte order mark.  Columns are those of the line as it is
 * then shown: with the marks in front, without the rest. */

#include "base/input.h"
#include "grammar/context.h"
#include "model/snapshot.h"

/* So many lines can be looked at before one is taken. */
#define VMT_CURSOR_AHEAD 64

struct vmt_line {
    struct vmt_slice text; /* without its end of line, LF or CRLF; valid until the next call */
    size_t before;         /* bytes in front of `text`: a byte order mark, marks of quoting */
    uint64_t number;       /* from 1 */
    bool torn;             /* the input ended before the line did */
    bool too_long;         /* more than the window: `text` is only its beginning */
};

/* The line with what was left out in front. */
static inline struct vmt_slice vmt_line_whole(const struct vmt_line *line)
{
    return (struct vmt_slice){line->text.data - line->before, line->text.length + line->before};
}

enum vmt_line_fate { VMT_LINE_CONSUMED, VMT_LINE_PROSE, VMT_LINE_DAMAGED, VMT_LINE_BLANK };

struct vmt_cursor {
    struct vmt_input *input;
    struct vmt_input_record *record; /* its ledger is kept here */
    const struct vmt_allocator *allocator;
    char *window;
    size_t size;    /* one more than a line may have, to tell it from a longer one */
    size_t filled;  /* bytes in the window */
    size_t scanned; /* where the line after the last one seen begins */
    bool ended;     /* the input gave all it has */
    bool dressed;   /* it gave an ESC or an `&` */
    struct vmt_line ahead[VMT_CURSOR_AHEAD]; /* a ring of lines seen and not taken */
    size_t first;
    size_t count;
    uint64_t lines; /* seen so far */
};

/* Input and record are borrowed.  Takes memory for the window. */
enum vmt_status vmt_cursor_init(struct vmt_cursor *cursor, struct vmt_context *context,
                                struct vmt_input *input, struct vmt_input_record *record,
                                struct vmt_error *err);
void vmt_cursor_free(struct vmt_cursor *cursor);

/* Have `count` lines (at most VMT_CURSOR_AHEAD) ready to be looked at, or as many as the input and
 * the window have. */
enum vmt_status vmt_cursor_fill(struct vmt_cursor *cursor, size_t count, struct vmt_error *err);

/* The line after `index` others, of those made ready; NULL when there are not so many. */
const struct vmt_line *vmt_cursor_ahead(const struct vmt_cursor *cursor, size_t index);

/* Its text without indentation; nothing for a line that is not there, or too long to be of any
 * report. */
struct vmt_slice vmt_cursor_text(const struct vmt_cursor *cursor, size_t index);

/* The name of the input while nothing of it is read but prose: it may tell what stands there, as a
 * heading would.  Nothing behind that, since it does not tell of several things. */
struct vmt_slice vmt_cursor_name(const struct vmt_cursor *cursor);

/* The next line, or VMT_END. */
enum vmt_status vmt_cursor_peek(const struct vmt_line **out, struct vmt_cursor *cursor,
                                struct vmt_error *err);

/* Done with the next line, which must have been looked at. */
enum vmt_status vmt_cursor_take(struct vmt_cursor *cursor, enum vmt_line_fate fate,
                                struct vmt_error *err);

/* The same, its whole text going to `piece` first, in pieces where the window cannot hold it. */
typedef enum vmt_status vmt_line_piece(void *self, struct vmt_slice piece, struct vmt_error *err);
enum vmt_status vmt_cursor_take_whole(struct vmt_cursor *cursor, enum vmt_line_fate fate,
                                      vmt_line_piece *piece, void *self, struct vmt_error *err);

/* `count` lines that were taken as consumed turned out to be damaged. */
void vmt_cursor_spoil(struct vmt_cursor *cursor, uint64_t count);

/* Nothing but blanks and tabs. */
bool vmt_line_is_blank(const struct vmt_line *line);

#endif
