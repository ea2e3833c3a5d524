/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "sweep.h"

#include <stdlib.h>

/* What others put around and into a text that they show. */
struct dressing {
    const char *name;
    const char *front; /* of each line */
    const char *end;   /* of each line, before its CR LF or LF */
    bool escaped;      /* < > & as on a web page */
    bool different;    /* blanks mean something to some format, or stand in its strings */
};

static const struct dressing dressings[] = {
    {"quoted by a mail", "> ", "", false, false},
    {"quoted twice", ">> ", "", false, false},
    {"quoted twice, with blanks", "> > ", "", false, false},
    {"a comment", "# ", "", false, false},
    {"beside a bar", "| ", "", false, false},
    {"quoted on a web page", "&gt; ", "", true, false},
    {"in colour", "\x1b[1;32m", "\x1b[0m", false, false},
    {"in a terminal's own way", "\x1b(B\x1b[m", "\x1b[K", false, false},
    {"escaped", "", "", true, false},
    {"escaped and quoted", "> ", "", true, false},
    {"indented", "    ", "", false, true},
    {"with blanks at the ends", "", "  ", false, true},
};

/* A byte becomes at most an entity, a line gets at most so much. */
#define ENTITY_MOST 5
#define LINE_MOST 16

static size_t put(char *to, const char *text)
{
    size_t length = 0;
    for (; text[length] != '\0'; length++) {
        to[length] = text[length];
    }
    return length;
}

static size_t put_byte(char *to, const struct dressing *dressing, char c)
{
    switch (dressing->escaped ? c : ' ') {
    case '<':
        return put(to, "&lt;");
    case '>':
        return put(to, "&gt;");
    case '&':
        return put(to, "&amp;");
    default:
        *to = c;
        return 1;
    }
}

static size_t dress(char *to, const struct dressing *dressing, struct vmt_slice text)
{
    size_t length = 0;
    for (size_t at = 0; at < text.length;) {
        const char *newline = memchr(text.data + at, '\n', text.length - at);
        const size_t next = newline == NULL ? text.length : (size_t)(newline - text.data) + 1;
        size_t end = newline == NULL ? next : next - 1;
        end -= newline != NULL && end > at && text.data[end - 1] == '\r' ? 1 : 0;
        length += put(to + length, dressing->front);
        for (; at < end; at++) {
            length += put_byte(to + length, dressing, text.data[at]);
        }
        length += put(to + length, dressing->end);
        memcpy(to + length, text.data + end, next - end); /* CR LF, LF or nothing */
        length += next - end;
        at = next;
    }
    return length;
}

static uint64_t read_evidence(struct vmt_context *context, struct vmt_slice text)
{
    struct vmt_snapshot snapshot;
    struct vmt_error err = VMT_ERROR_INIT;
    vmt_snapshot_init(&snapshot, &vmt_allocator_system, MEMORY_LIMIT);
    enum vmt_status status = read_text(&snapshot, context, text, &err);
    uint64_t hash = 0;
    if (status != VMT_OK && status != VMT_E_NOCAPTURE) {
        fault("%s", err.message);
    } else {
        check_model(&snapshot, text);
        hash = hash_model(&snapshot, false);
    }
    vmt_snapshot_free(&snapshot);
    return hash;
}

/* What a person reads through changes nothing of what is read: the same regions, the same amounts
 * from the same lines. */
void sweep_dressed(const struct fixture *fixture, struct vmt_context *context)
{
    uint64_t expected = read_evidence(context, whole(fixture));
    size_t room = fixture->length * (ENTITY_MOST + LINE_MOST) + LINE_MOST;
    char *text = take_memory(malloc(room));
    for (size_t i = 0; i < COUNT(dressings); i++) {
        size_t length = dress(text, &dressings[i], whole(fixture));
        uint64_t hash = read_evidence(context, (struct vmt_slice){text, length});
        if (fixture->kind == KIND_OK && hash != expected && !dressings[i].different) {
            fault("another model when %s", dressings[i].name);
        }
    }
    free(text);
}
