/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "sweep.h"

#include <stdlib.h>
#include <string.h>

/* Numbers that cannot be one, in place of every decimal number of a fixture: whatever the format,
 * something is said of it. */
static const struct {
    const char *name;
    const char *text;
} bad_numbers[] = {
    {"beyond 64 bits", "99999999999999999999999"},
    {"negative", "-7"},
    {"two points", "1.2.3"},
};

static bool is_in(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Of what these have, nothing is a number of memory. */
static const char *const without_values[] = {
    "darwin-metrickit/ok-hang-only.json",
    "darwin-vm-stat-log/ok-heading-only.txt",
};

static bool has_values(const struct fixture *fixture)
{
    for (size_t i = 0; i < COUNT(without_values); i++) {
        if (strcmp(fixture->name, without_values[i]) == 0) {
            return false;
        }
    }
    return fixture->kind == KIND_OK; /* something is said of the others in any case */
}

/* A number that stands by itself, perhaps with a unit: not a part of a name, an address or a
 * version. */
static size_t number_at(struct vmt_slice text, size_t at)
{
    size_t end = at;
    char before = at == 0 ? '\n' : text.data[at - 1];
    while (end < text.length && is_digit(text.data[end])) {
        end++;
    }
    if (end < text.length && text.data[end] == '.') {
        size_t point = end++;
        while (end < text.length && is_digit(text.data[end])) {
            end++;
        }
        end = end == point + 1 ? point : end; /* the end of a sentence */
    }
    char behind = end < text.length ? text.data[end] : '\n';
    bool alone = is_in(before, " \t\n[({=,:\"") && is_in(behind, " \t\r\n])},%KMGBkb\".");
    return end > at && alone ? end - at : 0;
}

/* Into `out`, which has room; returns its length, 0 when there is no number. */
static size_t replace_numbers(char *out, struct vmt_slice text, struct vmt_slice bad)
{
    size_t length = 0;
    bool any = false;
    for (size_t at = 0; at < text.length;) {
        size_t number = number_at(text, at);
        if (number > 0) {
            memcpy(out + length, bad.data, bad.length);
            length += bad.length;
            at += number;
            any = true;
        } else {
            out[length++] = text.data[at++];
        }
    }
    return any ? length : 0;
}

static bool anything_noted(const struct vmt_snapshot *snapshot)
{
    struct vmt_walker walker = {0};
    const struct vmt_process *process = NULL;
    const struct vmt_host *host = NULL;
    const struct vmt_input_record *input = NULL;
    size_t notes = 0;
    while ((process = vmt_sequence_next(&snapshot->processes, &walker)) != NULL) {
        notes += process->notes.sequence.count;
    }
    walker = (struct vmt_walker){0};
    while ((host = vmt_sequence_next(&snapshot->hosts, &walker)) != NULL) {
        notes += host->notes.sequence.count;
    }
    walker = (struct vmt_walker){0};
    while ((input = vmt_sequence_next(&snapshot->inputs, &walker)) != NULL) {
        notes += input->notes.sequence.count;
    }
    return notes > 0;
}

static void try_bad(struct vmt_context *context, struct vmt_slice text, const char *name)
{
    struct vmt_snapshot snapshot;
    struct vmt_error err = VMT_ERROR_INIT;
    read_any(context, text, true);
    vmt_snapshot_init(&snapshot, &vmt_allocator_system, MEMORY_LIMIT);
    enum vmt_status status = read_text(&snapshot, context, text, &err);
    if (status == VMT_OK && !anything_noted(&snapshot)) {
        fault("nothing is said of numbers that are %s", name);
    }
    vmt_snapshot_free(&snapshot);
}

void sweep_values(const struct fixture *fixture, struct vmt_context *context)
{
    if (!has_values(fixture)) {
        return;
    }
    for (size_t i = 0; i < COUNT(bad_numbers); i++) {
        struct vmt_slice bad = vmt_slice(bad_numbers[i].text);
        /* A digit and what is behind it become one bad number at most. */
        char *text = take_memory(malloc(fixture->length * bad.length + 1));
        size_t length = replace_numbers(text, whole(fixture), bad);
        if (length > 0) {
            try_bad(context, (struct vmt_slice){text, length}, bad_numbers[i].name);
        }
        free(text);
    }
}
