/* SPDX-License-Identifier: MIT */
#ifndef VMT_MODEL_NOTES_H
#define VMT_MODEL_NOTES_H

/* What was seen and could not be taken at its word.  Partial is a result, not an error; nothing is
 * dropped in silence. */

#include "base/error.h"
#include "base/intern.h"
#include "base/sequence.h"

enum vmt_note_kind {
    VMT_NOTE_DAMAGED_LINE,              /* part of a capture, and cannot be read */
    VMT_NOTE_DAMAGED_VALUE,             /* the same of a value, in lines that can be read */
    VMT_NOTE_UNREAD_LINE,               /* much like one of a format, which nothing reads */
    VMT_NOTE_LONG_LINE,                 /* longer than is read at once */
    VMT_NOTE_AMBIGUOUS_PART,            /* several grammars claim one part */
    VMT_NOTE_NO_CAPTURE,                /* a file of a directory holds nothing that we read */
    VMT_NOTE_UNREADABLE,                /* a file of a directory could not be opened or read */
    VMT_NOTE_ELISION,                   /* the text says that lines were left out */
    VMT_NOTE_MISSING_REGIONS,           /* fewer rows than the dump's own total counts */
    VMT_NOTE_EXTRA_REGIONS,             /* more rows than that */
    VMT_NOTE_UNKNOWN_KEY,               /* a header line that we do not know */
    VMT_NOTE_TOOL_MESSAGE,              /* the tool itself reports something */
    VMT_NOTE_UNKNOWN_TYPE,              /* classified by the shape of its name */
    VMT_NOTE_UNKNOWN_SHARING,           /* bounds from nothing to all */
    VMT_NOTE_VIRTUAL_DIFFERS,           /* the printed size is not that of the range */
    VMT_NOTE_RESIDENT_INCLUDES_SWAPPED, /* resident + swapped would exceed virtual */
    VMT_NOTE_DIRTY_EXCEEDS_RESIDENT,
    VMT_NOTE_EXCEEDS_VIRTUAL,   /* more is in a range than it can hold */
    VMT_NOTE_TWIN_DIFFERS,      /* a report states something twice, and not the same */
    VMT_NOTE_OTHER_HOST,        /* evidence of one host contradicts that of another */
    VMT_NOTE_HOST_GUESSED,      /* nothing tells whose evidence it is */
    VMT_NOTE_UNKNOWN_PAGE_SIZE, /* counts of pages that cannot become bytes */
    VMT_NOTE_UNKNOWN_RESOURCE,  /* pressure of nothing that is named */
    VMT_NOTE_UNKNOWN_COLUMN,    /* a report of ours has one that we do not know */
    VMT_NOTE_NO_BOUNDS,         /* a report of ours came without the rounding of its numbers */
    VMT_NOTE_SOURCE,            /* what of a running process could not be read, and why */
    VMT_NOTE_COUNT
};

struct vmt_note {
    enum vmt_note_kind kind;
    uint64_t count;                   /* how often */
    struct vmt_place place;           /* line 0 where it has none */
    const struct vmt_string *text;    /* what it is about; NULL when the kind says it all */
    const struct vmt_string *excerpt; /* of the line itself, NULL when there is none */
    uint64_t excerpt_column;          /* `place.column` within the excerpt */
};

struct vmt_notes {
    struct vmt_sequence sequence; /* of struct vmt_note, in the order they came */
    struct vmt_intern *strings;
    struct vmt_note *last[VMT_NOTE_COUNT]; /* of each kind */
    uint64_t kept[VMT_NOTE_COUNT];         /* notes of each kind */
};

/* Both are borrowed and own what is added. */
void vmt_notes_init(struct vmt_notes *notes, struct vmt_arena *arena, struct vmt_intern *strings);

/* Note an occurrence.  The first ones of a kind (20 of damaged lines, fewer of others) become
 * notes of their own with their place; all that follow are counted in one more note without a
 * place.  `line` is the whole line that it happened in, of which a part around `place.column` is
 * kept; `text` says what it is about; both may be empty. */
enum vmt_status vmt_notes_add(struct vmt_notes *notes, enum vmt_note_kind kind,
                              struct vmt_place place, struct vmt_slice text, struct vmt_slice line,
                              struct vmt_error *err);

/* All occurrences of a kind. */
uint64_t vmt_notes_count(const struct vmt_notes *notes, enum vmt_note_kind kind);

/* A stable word for columns, and one sentence for people. */
const char *vmt_note_name(enum vmt_note_kind kind);
const char *vmt_note_help(enum vmt_note_kind kind);

#endif
