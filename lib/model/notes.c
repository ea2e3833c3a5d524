/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "model/notes.h"

/* How much of a line an error message shows: it fits a terminal of 80 columns, the place in it. */
#define EXCERPT_BEFORE 72
#define EXCERPT_LENGTH 76

static const struct {
    const char *name;
    const char *help;
    unsigned keep; /* notes with a place */
} kinds[VMT_NOTE_COUNT] = {
    [VMT_NOTE_DAMAGED_LINE] = {"damaged-line", "a line of the capture cannot be read", 20},
    [VMT_NOTE_DAMAGED_VALUE] = {"damaged-value", "a value of the capture cannot be read", 20},
    [VMT_NOTE_UNREAD_LINE] = {"unread-line", "a line much like one of a format is not read", 5},
    [VMT_NOTE_LONG_LINE] = {"long-line", "a line is too long to be read", 1},
    [VMT_NOTE_AMBIGUOUS_PART] = {"ambiguous-part", "several formats claim this part", 5},
    [VMT_NOTE_NO_CAPTURE] = {"no-capture", "no memory evidence found", 1},
    [VMT_NOTE_UNREADABLE] = {"unreadable", "cannot be read", 1},
    [VMT_NOTE_ELISION] = {"elision", "the text says that lines were left out", 1},
    [VMT_NOTE_MISSING_REGIONS] = {"missing-regions",
                                  "fewer regions than the dump's own total counts", 1},
    [VMT_NOTE_EXTRA_REGIONS] = {"extra-regions", "more regions than the dump's own total counts",
                                1},
    [VMT_NOTE_UNKNOWN_KEY] = {"unknown-key", "a header line that is not known", 5},
    [VMT_NOTE_TOOL_MESSAGE] = {"tool-message", "a message of the tool itself", 5},
    [VMT_NOTE_UNKNOWN_TYPE] = {"unknown-type", "a region type that is not in the dictionary", 20},
    [VMT_NOTE_UNKNOWN_SHARING] = {"unknown-sharing",
                                  "an unknown sharing mode: private from nothing to all", 5},
    [VMT_NOTE_VIRTUAL_DIFFERS] = {"virtual-differs",
                                  "the printed size is not that of the address range", 5},
    [VMT_NOTE_RESIDENT_INCLUDES_SWAPPED] = {"resident-includes-swapped",
                                            "resident and swapped together exceed the range", 1},
    [VMT_NOTE_DIRTY_EXCEEDS_RESIDENT] = {"dirty-exceeds-resident",
                                         "more dirty than resident: resident is taken as dirty", 1},
    [VMT_NOTE_EXCEEDS_VIRTUAL] = {"exceeds-virtual",
                                  "more in a region than it has room for: taken as all of it", 5},
    [VMT_NOTE_UNKNOWN_COLUMN] = {"unknown-column", "a column that is not known", 5},
    [VMT_NOTE_NO_BOUNDS] = {"no-bounds", "numbers without their bounds are taken as exact", 1},
    [VMT_NOTE_TWIN_DIFFERS] = {"twin-differs",
                               "two forms of one statement differ, the first is taken", 5},
    [VMT_NOTE_OTHER_HOST] = {"other-host", "another host than the one before", 20},
    [VMT_NOTE_HOST_GUESSED] = {"host-guessed",
                               "nothing says which host this is of: taken as the one before", 5},
    [VMT_NOTE_UNKNOWN_RESOURCE] = {"unknown-resource",
                                   "pressure without a heading: nothing tells which is memory", 1},
    [VMT_NOTE_UNKNOWN_PAGE_SIZE] = {"unknown-page-size",
                                    "pages of unknown size: nothing tells the bytes", 1},
    [VMT_NOTE_SOURCE] = {"source", "not all evidence could be had", 5},
};

void vmt_notes_init(struct vmt_notes *notes, struct vmt_arena *arena, struct vmt_intern *strings)
{
    *notes = (struct vmt_notes){.strings = strings};
    vmt_sequence_init(&notes->sequence, arena, sizeof(struct vmt_note));
}

static bool set_excerpt(struct vmt_notes *notes, struct vmt_note *note, struct vmt_slice line)
{
    uint64_t column = note->place.column;
    if (line.length == 0 || column == 0 || column > line.length + 1) {
        return true;
    }
    size_t from = column > EXCERPT_BEFORE ? (size_t)column - EXCERPT_BEFORE : 0;
    struct vmt_slice part = vmt_slice_from(line, from);
    if (part.length > EXCERPT_LENGTH) {
        part.length = EXCERPT_LENGTH;
    }
    note->excerpt_column = column - from;
    note->excerpt = vmt_intern(notes->strings, part);
    return note->excerpt != NULL;
}

enum vmt_status vmt_notes_add(struct vmt_notes *notes, enum vmt_note_kind kind,
                              struct vmt_place place, struct vmt_slice text, struct vmt_slice line,
                              struct vmt_error *err)
{
    if (notes->kept[kind] > kinds[kind].keep) {
        notes->last[kind]->count++;
        return VMT_OK;
    }
    struct vmt_note *note = vmt_sequence_add(&notes->sequence);
    if (note == NULL) {
        return vmt_arena_fail(notes->sequence.arena, err);
    }
    note->kind = kind;
    note->count = 1;
    notes->last[kind] = note;
    if (notes->kept[kind]++ == kinds[kind].keep) {
        return VMT_OK; /* the one that counts what follows */
    }
    note->place = place;
    if (text.length > 0) {
        note->text = vmt_intern(notes->strings, text);
        if (note->text == NULL) {
            return vmt_arena_fail(notes->sequence.arena, err);
        }
    }
    return set_excerpt(notes, note, line) ? VMT_OK : vmt_arena_fail(notes->sequence.arena, err);
}

uint64_t vmt_notes_count(const struct vmt_notes *notes, enum vmt_note_kind kind)
{
    uint64_t count = 0;
    struct vmt_walker walker = {0};
    const struct vmt_note *note = vmt_sequence_next(&notes->sequence, &walker);
    for (; note != NULL; note = vmt_sequence_next(&notes->sequence, &walker)) {
        count += note->kind == kind ? note->count : 0;
    }
    return count;
}

const char *vmt_note_name(enum vmt_note_kind kind)
{
    return kinds[kind].name;
}

const char *vmt_note_help(enum vmt_note_kind kind)
{
    return kinds[kind].help;
}
