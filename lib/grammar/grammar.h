/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_GRAMMAR_H
#define VMT_GRAMMAR_GRAMMAR_H

/* A grammar reads one tool's format: from text to the model, the same on every system. */

#include "grammar/cursor.h"

/* One reading of one input. */
struct vmt_parse {
    struct vmt_context *context;
    struct vmt_cursor *cursor;
    struct vmt_snapshot *snapshot;
    struct vmt_input_record *input;
    bool pressure_read;    /* the host's memory pressure has been: linux_pressure.c */
    struct vmt_place home; /* of text that stood in a string of the input; line 0: of the input */
};

struct vmt_grammar {
    const char *name;    /* <system>-<tool>[-<view>]: users see it, it stays */
    const char *summary; /* what it reads, in a few words */
    const char *gives;   /* what a report can say from it, in a few words */

    /* Whether the lines ahead begin a part of this format.  Looks at what the cursor has ready
     * (vmt_cursor_ahead) and at nothing else. */
    bool (*claims)(const struct vmt_cursor *cursor);

    /* The same where the reader is told that the text is of this format (`only` of the context):
     * for a fragment that other formats could have as well.  NULL: `claims` says it all. */
    bool (*fits)(const struct vmt_cursor *cursor);

    /* Whether a line that nothing reads is so much like one of this format that it may have been
     * one, before something happened to it: that is said of it.  NULL: no line is. */
    bool (*resembles)(const struct vmt_line *line);

    /* Read the part.  Takes at least one line and returns at the first that is not its own.
     * Lines of its own that cannot be read are damage (vmt_parse_damage), not a failure. */
    enum vmt_status (*parse)(struct vmt_parse *parse, struct vmt_error *err);
};

/* NULL-terminated, sorted by name. */
extern const struct vmt_grammar *const vmt_grammars[];

/* NULL when there is none of that name. */
const struct vmt_grammar *vmt_grammar_find(struct vmt_slice name);

/* Whether the lines ahead begin a part of any format. */
bool vmt_is_claimed(const struct vmt_cursor *cursor);

/* A column of a line's text, as a place in its input. */
struct vmt_place vmt_parse_place(const struct vmt_parse *parse, const struct vmt_line *line,
                                 size_t column);

/* The line's number in its input. */
uint64_t vmt_parse_line(const struct vmt_parse *parse, const struct vmt_line *line);

/* Read lines that stood in a string of the input, such as the vmSummary of a crash report, with
 * the parts that read them elsewhere: `read` gets a parse over `text`, all places of which are
 * `home`.  What it leaves unread is dropped.  The ledger of the input is not touched. */
typedef enum vmt_status vmt_parse_reader(struct vmt_parse *parse, void *self,
                                         struct vmt_error *err);
enum vmt_status vmt_parse_text(const struct vmt_parse *parse, struct vmt_slice text,
                               struct vmt_place home, vmt_parse_reader *read, void *self,
                               struct vmt_error *err);

/* Take the next line as damage: note it among `notes` with the column where reading stopped, 0
 * for the line as a whole. */
enum vmt_status vmt_parse_damage(struct vmt_parse *parse, struct vmt_notes *notes,
                                 const char *reason, size_t column, struct vmt_error *err);

/* Take the next line, which nothing reads.  One that is much like one of a format is noted. */
enum vmt_status vmt_parse_prose(struct vmt_parse *parse, struct vmt_error *err);

/* Read a whole input into the snapshot.  VMT_E_NOCAPTURE when no grammar claims any part of it;
 * its lines are counted all the same. */
enum vmt_status vmt_read(struct vmt_snapshot *snapshot, struct vmt_context *context,
                         struct vmt_input *input, struct vmt_error *err);

#endif
