/* SPDX-License-Identifier: MIT */
/*
 * Hosts, written as our own CSV and JSON and read again: the same samples with the same values,
 * rounding, bounds and sums that should come out; the second and the third generation are the same
 * to the byte.
 */
#include "config.h"

#include <stdlib.h>

#include "analysis/system.h"
#include "roundtrip.h"

/* --- comparing -------------------------------------------------------------------------------- */

static const char *how; /* it was written */

/* Counted in pages of unknown size it has no column, and does not come back. */
static bool is_empty(const struct vmt_state *state)
{
    for (size_t i = 0; i < VMT_HOST_COUNT; i++) {
        if (state->stated[i].amount.known) {
            return false;
        }
    }
    return true;
}

static void compare_figures(const struct vmt_host_info *infos, size_t count,
                            const struct vmt_figure *expected, const struct vmt_figure *actual)
{
    for (size_t i = 0; i < count; i++) {
        if (!same_amount(expected[i].amount, actual[i].amount)) {
            show_difference(how, infos[i].name, expected[i].amount, actual[i].amount);
        } else if (expected[i].quantum != actual[i].quantum) {
            fault("%s: other rounding of %s", how, infos[i].name);
        }
    }
}

/* What another format says differently is not in the sample that comes back. */
static const struct vmt_check *next_identity(const struct vmt_state *state, size_t *next)
{
    while (*next < state->check_count) {
        const struct vmt_check *check = &state->checks[(*next)++];
        if (vmt_slice_find(check->type, "-") == check->type.length) {
            return check;
        }
    }
    return NULL;
}

/* Of a sample of several readings it is not known any more which value is of which, so that no sum
 * is found wrong. */
static void compare_checks(const struct vmt_state *expected, const struct vmt_state *actual)
{
    size_t first = 0;
    size_t second = 0;
    bool joined = vmt_state_is_joined(expected);
    const struct vmt_check *a = NULL;
    while ((a = next_identity(expected, &first)) != NULL) {
        const struct vmt_check *b = next_identity(actual, &second);
        if (b == NULL || strcmp(a->member, b->member) != 0 || a->expected != b->expected ||
            a->actual != b->actual || a->bound != b->bound ||
            (!joined && (a->verdict != b->verdict || !same_words(a->reason, b->reason))) ||
            (joined && b->verdict == VMT_DIFFERS)) {
            fault("%s: the check of %s differs", how, a->member);
            return;
        }
    }
    if (next_identity(actual, &second) != NULL) {
        fault("%s: a check too many", how);
    }
}

static bool same_strings(const struct vmt_string *a, const struct vmt_string *b)
{
    return same_words(a == NULL ? NULL : a->data, b == NULL ? NULL : b->data);
}

static void compare_states(const struct vmt_state *expected, const struct vmt_state *actual)
{
    compare_figures(vmt_host_quantities, VMT_HOST_COUNT, expected->stated, actual->stated);
    if (expected->unconverted == 0) {
        compare_figures(vmt_system_members, VMT_SYSTEM_COUNT, expected->derived, actual->derived);
    }
    compare_checks(expected, actual);
    if (!same_strings(expected->captured_at, actual->captured_at)) {
        fault("%s: another time", how);
    }
    if (expected->counted != actual->counted || expected->since_boot != actual->since_boot ||
        expected->gap != actual->gap ||
        vmt_state_is_joined(expected) != vmt_state_is_joined(actual)) {
        fault("%s: counters from elsewhere, or another number of readings", how);
    }
}

static bool next_state(struct vmt_system *system, const struct vmt_system_host *host,
                       struct vmt_system_walker *walker, struct vmt_state *state)
{
    bool found = false;
    do {
        found = vmt_system_next(system, host, walker, state);
    } while (found && is_empty(state));
    return found;
}

static void compare_hosts(struct vmt_system *first, const struct vmt_system_host *expected,
                          struct vmt_system *second, const struct vmt_system_host *actual)
{
    struct vmt_system_walker walker = {.number = 0};
    struct vmt_system_walker again = {.number = 0};
    struct vmt_state a;
    struct vmt_state b;
    if (expected->platform != actual->platform || !same_strings(expected->os, actual->os)) {
        fault("%s: another system", how);
    }
    while (next_state(first, expected, &walker, &a)) {
        if (!next_state(second, actual, &again, &b)) {
            fault("%s: a sample is missing", how);
            return;
        }
        compare_states(&a, &b);
    }
    if (next_state(second, actual, &again, &b)) {
        fault("%s: a sample too many", how);
    }
}

static bool has_samples(struct vmt_system *system, const struct vmt_system_host *host)
{
    struct vmt_system_walker walker = {.number = 0};
    struct vmt_state state;
    return next_state(system, host, &walker, &state);
}

static const struct vmt_system_host *next_host(struct vmt_system *system, struct vmt_walker *walker)
{
    const struct vmt_system_host *host = NULL;
    do {
        host = vmt_sequence_next(&system->hosts, walker);
    } while (host != NULL && !has_samples(system, host));
    return host;
}

static void compare_systems(const struct vmt_snapshot *expected, const struct vmt_snapshot *actual)
{
    struct vmt_system first;
    struct vmt_system second;
    struct vmt_error err = VMT_ERROR_INIT;
    struct vmt_walker walker = {0};
    struct vmt_walker again = {0};
    const struct vmt_system_host *a = NULL;
    enum vmt_status status =
        vmt_system_make(&first, expected, &vmt_allocator_system, MEMORY_LIMIT, &err);
    if (vmt_system_make(&second, actual, &vmt_allocator_system, MEMORY_LIMIT, &err) != VMT_OK ||
        status != VMT_OK) {
        fault("%s", err.message);
    }
    while ((a = next_host(&first, &walker)) != NULL) {
        const struct vmt_system_host *b = next_host(&second, &again);
        if (b == NULL) {
            fault("%s: a host is missing", how);
            break;
        }
        compare_hosts(&first, a, &second, b);
    }
    if (next_host(&second, &again) != NULL) {
        fault("%s: a host too many", how);
    }
    vmt_system_free(&first);
    vmt_system_free(&second);
}

/* --- generations ------------------------------------------------------------------------------ */

/* All that was written is known again. */
static void expect_no_notes(const struct vmt_snapshot *snapshot)
{
    const struct vmt_input_record *input = vmt_sequence_last(&snapshot->inputs);
    if (input->ledger.damaged > 0 || vmt_notes_count(&input->notes, VMT_NOTE_UNKNOWN_COLUMN) > 0 ||
        vmt_notes_count(&input->notes, VMT_NOTE_DAMAGED_VALUE) > 0) {
        fault("%s: what was written is not understood", how);
    }
}

/* A sample without a value has a line in the first generation, and in no other. */
static void forget_lines(struct vmt_snapshot *snapshot)
{
    struct vmt_walker walker = {0};
    struct vmt_host *host = NULL;
    while ((host = vmt_sequence_next(&snapshot->hosts, &walker)) != NULL) {
        struct vmt_walker inner = {0};
        struct vmt_sample *sample = NULL;
        while ((sample = vmt_sequence_next(&host->samples, &inner)) != NULL) {
            sample->line = 0;
        }
        host->line = 0;
    }
}

static void round_table(const struct vmt_snapshot *original, const struct vmt_table *table,
                        bool bounds)
{
    struct text texts[3];
    const struct vmt_snapshot *from = original;
    struct vmt_snapshot again[2];
    for (size_t i = 0; i < 3; i++) {
        write_report(&texts[i], from, vmt_report_system, table, bounds);
        if (i == 2) {
            break;
        }
        if (!read_text(&again[i], slice_of(&texts[i]))) {
            fault("%s: what was written is not read", how);
        }
        expect_no_notes(&again[i]);
        compare_systems(original, &again[i]);
        forget_lines(&again[i]);
        from = &again[i];
    }
    for (size_t i = 1; i < 3 && table == NULL; i++) {
        strip_inputs(&texts[i]);
    }
    compare_texts("the second and third generation of a system", &texts[1], &texts[2]);
    for (size_t i = 0; i < 3; i++) {
        free(texts[i].data);
    }
    vmt_snapshot_free(&again[0]);
    vmt_snapshot_free(&again[1]);
}

void round_system(const struct vmt_snapshot *original)
{
    const struct vmt_table *samples = find_table(vmt_report_system_tables, "samples");
    how = "system --csv";
    round_table(original, samples, false);
    how = "system --csv --bounds";
    round_table(original, samples, true);
    how = "system --json";
    round_table(original, NULL, true);
}
