/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "sweep.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Text to read with one line damaged or another: all lines of a small fixture. */
#define LINES_BYTES ((size_t)1 << 20)
/* No damage makes a line longer by more. */
#define DAMAGE_MOST 32

/* --- damage to one line ----------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Where the last number of a line begins, or its end. */
static size_t last_number(struct vmt_slice line)
{
    size_t at = line.length;
    while (at > 0 && !is_digit(line.data[at - 1])) {
        at--;
    }
    if (at == 0) {
        return line.length;
    }
    while (at > 0 && is_digit(line.data[at - 1])) {
        at--;
    }
    return at;
}

static size_t insert(char *out, struct vmt_slice line, size_t at, const char *text)
{
    struct vmt_slice inserted = vmt_slice(text);
    memcpy(out, line.data, at);
    memcpy(out + at, inserted.data, inserted.length);
    memcpy(out + at + inserted.length, line.data + at, line.length - at);
    return line.length + inserted.length;
}

/* `what` before the last number; 0 where there is none. */
static size_t insert_before(char *out, struct vmt_slice line, const char *what)
{
    size_t at = last_number(line);
    return at == line.length ? 0 : insert(out, line, at, what);
}

/* `what` behind the last number; 0 where there is none. */
static size_t insert_behind(char *out, struct vmt_slice line, const char *what)
{
    size_t at = last_number(line);
    if (at == line.length) {
        return 0;
    }
    while (at < line.length && is_digit(line.data[at])) {
        at++;
    }
    return insert(out, line, at, what);
}

static size_t tear(char *out, struct vmt_slice line, const char *what)
{
    (void)what;
    memcpy(out, line.data, line.length / 2);
    return line.length / 2;
}

static size_t garble(char *out, struct vmt_slice line, const char *what)
{
    return insert(out, line, line.length / 2, what);
}

static const struct {
    const char *name;
    /* The new length; 0: there is nothing of the kind to damage. */
    size_t (*damage)(char *out, struct vmt_slice line, const char *what);
    const char *what;
    uint64_t silent; /* so many lines can become prose without a word: of what was in the damaged
                      * one nothing may be left */
} damages[] = {
    {"torn", tear, "", 1},
    {"not UTF-8", garble, "\xff\xfe\x80", 1},
    {"beyond 64 bits", insert_before, "99999999999999999999999", 0},
    {"negative", insert_before, "-", 0},
    {"misread", insert_before, "O", 0},
    {"a fraction", insert_behind, ".5", 0},
};

/* --- what becomes of it ----------------------------------------------------------------------- */

/* Fixtures and what their lines have: where nothing else could tell. */
static const struct {
    const char *fixture;
    const char *line;
    const char *why;
} exceptions[] = {
    {"", "==== Legend", "explains letters: of no use when it is read"},
    {"", "/proc/", "a heading in somebody's words"},
    {"", "/sys/", "a heading in somebody's words"},
    {"", " *** ", "a message of the tool"},
    {"darwin-crash/ok-rows-alone", "", "a few rows without their heading"},
    {"darwin-footprint/ok-fragment-rows", "", "a few rows without their heading"},
    {"darwin-footprint/ok-edited", "", "columns and rows that somebody took out"},
    {"darwin-footprint/ok-15-bytes", "Dirty", "the heading, its first column included"},
    {"darwin-footprint", "=====", "a rule: the line between two of them tells"},
    {"darwin-footprint", "Auxiliary data:", "a title: what stands below it tells"},
    {"darwin-ips/ok-body-alone", "", "JSON without its header, damaged before any key of ours"},
    {"darwin-jetsam/ok-entries", "rpages", "the only key of ours in an entry"},
    {"darwin-memory-pressure/ok-progress", "Stable at percent", "progress, no evidence"},
    {"darwin-top/ok-window", "PID", "the heading, of which two columns are asked for"},
    {"darwin-vmmap/ok-one-row", "", "there is only this one"},
    {"darwin-vmmap-old/ok-10.4-teapot", "system  ", "the last row of a table without a total"},
    {"darwin-vmmap-old/ok-sizes", "VM_ALLOCATE", "the last row, and a rest of it on a line"},
    {"linux-cgroup/ok-no-limit", "==> memory.", "a heading in somebody's words"},
    {"vmtally-csv/ok-semicolons", "type", "the heading with marks of others"},
    {"vmtally-csv/ok-tabs", "type", "the heading with marks of others"},
};

static bool is_excepted(const struct fixture *fixture, struct vmt_slice line)
{
    for (size_t i = 0; i < COUNT(exceptions); i++) {
        bool in =
            exceptions[i].line[0] == '\0' || vmt_slice_find(line, exceptions[i].line) < line.length;
        if (in && strstr(fixture->name, exceptions[i].fixture) != NULL) {
            return true;
        }
    }
    return false;
}

struct outcome {
    uint64_t prose;
    size_t notes; /* with a place */
};

static size_t count_located(const struct vmt_notes *notes)
{
    struct vmt_walker walker = {0};
    const struct vmt_note *note = NULL;
    size_t count = 0;
    while ((note = vmt_sequence_next(&notes->sequence, &walker)) != NULL) {
        count += note->place.line > 0 ? 1 : 0;
    }
    return count;
}

static struct outcome outcome_of(struct vmt_context *context, struct vmt_slice text)
{
    struct vmt_snapshot snapshot;
    struct vmt_error err = VMT_ERROR_INIT;
    vmt_snapshot_init(&snapshot, &vmt_allocator_system, MEMORY_LIMIT);
    enum vmt_status status = read_text(&snapshot, context, text, &err);
    if (status != VMT_OK && status != VMT_E_NOCAPTURE) {
        fault("%s", err.message);
    }
    check_model(&snapshot, text);
    const struct vmt_input_record *input = vmt_sequence_last(&snapshot.inputs);
    struct outcome outcome = {input->ledger.prose, count_located(&input->notes)};
    struct vmt_walker walker = {0};
    const struct vmt_process *process = NULL;
    while ((process = vmt_sequence_next(&snapshot.processes, &walker)) != NULL) {
        outcome.notes += count_located(&process->notes);
    }
    walker = (struct vmt_walker){0};
    const struct vmt_host *host = NULL;
    while ((host = vmt_sequence_next(&snapshot.hosts, &walker)) != NULL) {
        outcome.notes += count_located(&host->notes);
    }
    vmt_snapshot_free(&snapshot);
    return outcome;
}

/* One line of the fixture, damaged in all ways; `text` has room for it. */
static void try_line(const struct fixture *fixture, struct vmt_context *context, char *text,
                     struct vmt_slice line, uint64_t number, struct outcome before)
{
    size_t at = (size_t)(line.data - fixture->bytes);
    size_t behind = fixture->length - at - line.length;
    for (size_t i = 0; i < COUNT(damages); i++) {
        memcpy(text, fixture->bytes, at);
        size_t length = damages[i].damage(text + at, line, damages[i].what);
        if (length == 0) {
            continue;
        }
        memcpy(text + at + length, line.data + line.length, behind);
        struct outcome after = outcome_of(context, (struct vmt_slice){text, at + length + behind});
        if (after.notes == before.notes && after.prose > before.prose + damages[i].silent &&
            !is_excepted(fixture, line)) {
            fault("line %" PRIu64 " %s: %" PRIu64 " lines more are prose, and nothing is said",
                  number, damages[i].name, after.prose - before.prose);
        }
    }
}

/* A damaged line of a sound text takes no other with it in silence. */
void sweep_lines(const struct fixture *fixture, struct vmt_context *context)
{
    if (fixture->kind != KIND_OK || fixture->length == 0) {
        return;
    }
    struct outcome before = outcome_of(context, whole(fixture));
    char *text = take_memory(malloc(fixture->length + DAMAGE_MOST));
    size_t tries = LINES_BYTES * effort() / (fixture->length * COUNT(damages));
    size_t lines = 1;
    for (size_t i = 0; i < fixture->length; i++) {
        lines += fixture->bytes[i] == '\n' ? 1 : 0;
    }
    size_t step = tries < lines ? lines / (tries + 1) + 1 : 1;
    uint64_t number = 0;
    for (size_t at = 0; at < fixture->length;) {
        const char *newline = memchr(fixture->bytes + at, '\n', fixture->length - at);
        size_t end = newline == NULL ? fixture->length : (size_t)(newline - fixture->bytes);
        struct vmt_slice line = {fixture->bytes + at, end - at};
        bool blank = vmt_slice_trim(line).length < 2;
        /* The first ones and the last ones, and those between as there is time. */
        bool tried = number < 4 || number + 4 > lines || number % step == fixture->number % step;
        number++;
        if (!blank && tried) {
            alarm(HANG_SECONDS);
            try_line(fixture, context, text, line, number, before);
        }
        at = newline == NULL ? end : end + 1;
    }
    free(text);
}
