/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/dressing.h"

#define ESCAPE '\x1b'

bool vmt_text_is_dressed(struct vmt_slice text)
{
    return memchr(text.data, ESCAPE, text.length) != NULL ||
           memchr(text.data, '&', text.length) != NULL;
}

/* The length of a sequence of ECMA-48 at the front: ESC [ with parameters, or ESC ( with the letter
 * of a character set; 0 for anything else, also for one that is cut. */
static size_t control_sequence(struct vmt_slice text)
{
    if (vmt_slice_starts(text, "\x1b(")) {
        return text.length > 2 ? 3 : 0;
    }
    if (!vmt_slice_starts(text, "\x1b[")) {
        return 0;
    }
    size_t length = 2;
    while (length < text.length && text.data[length] >= ' ' && text.data[length] <= '?') {
        length++;
    }
    return length < text.length && text.data[length] >= '@' && text.data[length] <= '~' ? length + 1
                                                                                        : 0;
}

/* Take the sequences out; returns the new length. */
static size_t drop_sequences(char *data, size_t length)
{
    size_t kept = 0;
    for (size_t at = 0; at < length;) {
        const struct vmt_slice rest = {data + at, length - at};
        size_t skipped = data[at] == ESCAPE ? control_sequence(rest) : 0;
        if (skipped == 0) {
            data[kept++] = data[at++];
        }
        at += skipped;
    }
    return kept;
}

/* What web pages write in place of characters; 0 for what would change the strings of JSON. */
static const struct {
    const char *text;
    char means;
} entities[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", 0}, {"&#", 0}};
#define ENTITIES (sizeof entities / sizeof entities[0])

/* Which of them is at the front; ENTITIES for none. */
static size_t find_entity(struct vmt_slice text)
{
    size_t i = 0;
    while (i < ENTITIES && !vmt_slice_starts(text, entities[i].text)) {
        i++;
    }
    return i;
}

/* Whether all of a line is written as on a web page: a path may hold `&amp;` as well as `<`, and
 * then none of it is an entity. */
static bool is_escaped(struct vmt_slice line)
{
    for (size_t at = vmt_text_quoting(line); at < line.length; at++) {
        char c = line.data[at];
        if (c == '<' || c == '>' ||
            (c == '&' && find_entity(vmt_slice_from(line, at)) == ENTITIES)) {
            return false;
        }
    }
    return true;
}

static size_t replace_entities(char *data, size_t length)
{
    size_t kept = 0;
    for (size_t at = 0; at < length;) {
        char c = data[at];
        size_t found =
            c == '&' ? find_entity((struct vmt_slice){data + at, length - at}) : ENTITIES;
        bool replaced = found < ENTITIES && entities[found].means != 0;
        data[kept++] = replaced ? entities[found].means : c;
        at += replaced ? strlen(entities[found].text) : 1;
    }
    return kept;
}

size_t vmt_text_undress(char *data, size_t length)
{
    if (memchr(data, ESCAPE, length) != NULL) {
        length = drop_sequences(data, length);
    }
    if (memchr(data, '&', length) != NULL && is_escaped((struct vmt_slice){data, length})) {
        length = replace_entities(data, length);
    }
    return length;
}

static bool is_mark(char c)
{
    return c == '>' || c == '#' || c == '|';
}

size_t vmt_text_quoting(struct vmt_slice line)
{
    size_t quoted = 0;
    size_t at = 0;
    for (;;) {
        while (at < line.length && vmt_is_blank(line.data[at])) {
            at++;
        }
        if (at == line.length || !is_mark(line.data[at])) {
            return quoted;
        }
        bool last = at + 1 == line.length;
        bool blank = !last && line.data[at + 1] == ' ';
        if (line.data[at] != '>' && !last && !blank) {
            return quoted; /* a word that begins so */
        }
        at += blank ? 2 : 1;
        quoted = at;
    }
}
