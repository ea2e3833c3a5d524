/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "sweep.h"

#include <inttypes.h>

#include "analysis/breakdown.h"

/* --- claims ----------------------------------------------------------------------------------- */

void sweep_claims(const struct fixture *fixture, struct vmt_context *context)
{
    struct vmt_memory_input input;
    struct vmt_input_record record = {0};
    struct vmt_cursor cursor;
    struct vmt_error err = VMT_ERROR_INIT;
    vmt_memory_input_init(&input, fixture->name, whole(fixture));
    if (vmt_cursor_init(&cursor, context, &input.input, &record, &err) != VMT_OK) {
        fault("%s", err.message);
        return;
    }
    size_t claims = 0;
    bool lines = true;
    while (claims == 0 && lines) {
        enum vmt_status status = vmt_cursor_fill(&cursor, VMT_CURSOR_AHEAD, &err);
        const struct vmt_line *line = vmt_cursor_ahead(&cursor, 0);
        lines = status == VMT_OK && line != NULL;
        for (size_t i = 0; lines && vmt_grammars[i] != NULL; i++) {
            if (vmt_grammars[i]->claims(&cursor)) {
                claims++;
                if (vmt_grammars[i] != fixture->grammar || fixture->kind == KIND_BAD) {
                    fault("%s claims line %" PRIu64, vmt_grammars[i]->name, line->number);
                }
            }
        }
        if (lines && vmt_cursor_take(&cursor, VMT_LINE_PROSE, &err) != VMT_OK) {
            lines = false;
        }
    }
    if (err.status != VMT_OK) {
        fault("%s", err.message);
    }
    if (claims != (fixture->kind == KIND_BAD ? 0u : 1u)) {
        fault("%zu grammars claim it", claims);
    }
    vmt_cursor_free(&cursor);
}

/* --- notes ------------------------------------------------------------------------------------ */

static uint64_t count_notes(const struct vmt_snapshot *snapshot, enum vmt_note_kind kind)
{
    uint64_t count = 0;
    struct vmt_walker walker = {0};
    const struct vmt_process *process = NULL;
    while ((process = vmt_sequence_next(&snapshot->processes, &walker)) != NULL) {
        count += vmt_notes_count(&process->notes, kind);
    }
    walker = (struct vmt_walker){0};
    const struct vmt_host *host = NULL;
    while ((host = vmt_sequence_next(&snapshot->hosts, &walker)) != NULL) {
        count += vmt_notes_count(&host->notes, kind);
    }
    walker = (struct vmt_walker){0};
    const struct vmt_input_record *input = NULL;
    while ((input = vmt_sequence_next(&snapshot->inputs, &walker)) != NULL) {
        count += vmt_notes_count(&input->notes, kind);
    }
    return count;
}

static uint64_t count_differing(const struct vmt_snapshot *snapshot)
{
    uint64_t count = 0;
    struct vmt_walker walker = {0};
    const struct vmt_process *process = NULL;
    while ((process = vmt_sequence_next(&snapshot->processes, &walker)) != NULL) {
        struct vmt_breakdown breakdown;
        struct vmt_error err = VMT_ERROR_INIT;
        if (vmt_breakdown_make(&breakdown, process, &vmt_allocator_system, MEMORY_LIMIT, &err) ==
            VMT_OK) {
            count += vmt_breakdown_verdicts(&breakdown, VMT_DIFFERS);
        }
        vmt_breakdown_free(&breakdown);
    }
    return count;
}

/* Notes that say that the text is not as a tool prints it.  A message of the tool itself, a type
 * or a mode that is not known can stand in a sound dump. */
static uint64_t count_complaints(const struct vmt_snapshot *snapshot)
{
    static const enum vmt_note_kind kinds[] = {
        VMT_NOTE_DAMAGED_LINE,     VMT_NOTE_LONG_LINE,   VMT_NOTE_AMBIGUOUS_PART,
        VMT_NOTE_UNREADABLE,       VMT_NOTE_ELISION,     VMT_NOTE_MISSING_REGIONS,
        VMT_NOTE_VIRTUAL_DIFFERS,  VMT_NOTE_UNKNOWN_KEY, VMT_NOTE_DAMAGED_VALUE,
        VMT_NOTE_TWIN_DIFFERS,     VMT_NOTE_NO_BOUNDS,   VMT_NOTE_UNKNOWN_COLUMN,
        VMT_NOTE_UNKNOWN_RESOURCE, VMT_NOTE_UNREAD_LINE,
    };
    uint64_t count = 0;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        count += count_notes(snapshot, kinds[i]);
    }
    return count;
}

void sweep_notes(const struct fixture *fixture, struct vmt_context *context)
{
    struct vmt_snapshot snapshot;
    struct vmt_error err = VMT_ERROR_INIT;
    vmt_snapshot_init(&snapshot, &vmt_allocator_system, MEMORY_LIMIT);
    enum vmt_status status = read_text(&snapshot, context, whole(fixture), &err);
    check_model(&snapshot, whole(fixture));
    check_breakdowns(&snapshot);
    check_reports(&snapshot);
    const struct vmt_input_record *input = vmt_sequence_last(&snapshot.inputs);
    uint64_t complaints = count_complaints(&snapshot);
    uint64_t differing = count_differing(&snapshot);
    switch (fixture->kind) {
    case KIND_OK:
        if (status != VMT_OK || complaints > 0 || differing > 0 || input->ledger.damaged > 0) {
            fault("%s, %" PRIu64 " notes, %" PRIu64 " differing checks, %" PRIu64 " damaged lines",
                  vmt_status_name(status), complaints, differing, input->ledger.damaged);
        }
        break;
    case KIND_WARN:
        if (status != VMT_OK || complaints + differing == 0) {
            fault("%s, and nothing said against it", vmt_status_name(status));
        }
        if (count_notes(&snapshot, VMT_NOTE_DAMAGED_LINE) != input->ledger.damaged) {
            fault("%" PRIu64 " damaged lines, %" PRIu64 " noted", input->ledger.damaged,
                  count_notes(&snapshot, VMT_NOTE_DAMAGED_LINE));
        }
        break;
    case KIND_BAD:
        if (status != VMT_E_NOCAPTURE || err.message[0] == '\0' || err.place.source == NULL) {
            fault("%s", vmt_status_name(status));
        }
        if (input->ledger.consumed > 0) {
            fault("%" PRIu64 " lines consumed", input->ledger.consumed);
        }
        break;
    }
    vmt_snapshot_free(&snapshot);
}
