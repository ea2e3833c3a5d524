/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "sweep.h"

#include <inttypes.h>
#include <unistd.h>

#include "analysis/breakdown.h"

enum vmt_status read_text(struct vmt_snapshot *snapshot, struct vmt_context *context,
                          struct vmt_slice text, struct vmt_error *err)
{
    struct vmt_memory_input input;
    vmt_memory_input_init(&input, "sweep", text);
    return vmt_read(snapshot, context, &input.input, err);
}

/* Lines as anybody counts them, without the cursor. */
static uint64_t count_lines(struct vmt_slice text)
{
    uint64_t lines = 0;
    for (size_t i = 0; i < text.length; i++) {
        lines += text.data[i] == '\n' ? 1 : 0;
    }
    return lines + (text.length > 0 && text.data[text.length - 1] != '\n' ? 1 : 0);
}

/* --- amounts ---------------------------------------------------------------------------------- */

static void check_amounts(const struct vmt_amounts *amounts, const char *of)
{
    for (size_t i = 0; i < VMT_MEMBER_COUNT; i++) {
        const struct vmt_amount amount = amounts->of[i];
        bool ordered = !amount.bounded || amount.lower <= amount.upper;
        bool inside =
            !amount.known || (amount.lower <= amount.value && amount.value <= amount.upper);
        if (!ordered || !inside || (amount.known && !amount.bounded)) {
            fault("%s of %s is %" PRIu64 " <= %" PRIu64 " <= %" PRIu64, vmt_members[i].name, of,
                  amount.lower, amount.value, amount.upper);
        }
    }
}

void check_breakdowns(const struct vmt_snapshot *snapshot)
{
    struct vmt_walker walker = {0};
    const struct vmt_process *process = NULL;
    while ((process = vmt_sequence_next(&snapshot->processes, &walker)) != NULL) {
        struct vmt_breakdown breakdown;
        struct vmt_error err = VMT_ERROR_INIT;
        if (vmt_breakdown_make(&breakdown, process, &vmt_allocator_system, MEMORY_LIMIT, &err) ==
            VMT_OK) {
            check_amounts(&breakdown.totals, "all");
            for (size_t i = 0; i < breakdown.type_count; i++) {
                check_amounts(&breakdown.types[i]->amounts,
                              breakdown.types[i]->type->canonical->data);
            }
        } else {
            fault("no breakdown: %s", err.message);
        }
        vmt_breakdown_free(&breakdown);
    }
}

/* --- the model -------------------------------------------------------------------------------- */

/* Whose it is: the grammar that read it, the input and a line of it. */
static void check_owner(const char *what, const char *grammar, const struct vmt_string *input,
                        uint64_t line, const struct vmt_input_record *record)
{
    if (grammar == NULL || vmt_grammar_find(vmt_slice(grammar)) == NULL) {
        fault("%s of the grammar %s", what, grammar == NULL ? "(none)" : grammar);
    }
    if (input != record->name) {
        fault("%s of another input", what);
    }
    if (line == 0 || line > record->ledger.lines) {
        fault("%s at line %" PRIu64 " of %" PRIu64, what, line, record->ledger.lines);
    }
}

/* A note that comes back with a report of ours is about a line of another input. */
static void check_notes(const struct vmt_notes *notes, const struct vmt_input_record *record)
{
    const struct vmt_ledger *ledger = &record->ledger;
    struct vmt_walker walker = {0};
    const struct vmt_note *note = NULL;
    while ((note = vmt_sequence_next(&notes->sequence, &walker)) != NULL) {
        bool here =
            note->place.source == NULL || strcmp(note->place.source, record->name->data) == 0;
        if (note->kind >= VMT_NOTE_COUNT || note->count == 0 ||
            (here && note->place.line > ledger->lines)) {
            fault("note %d, %" PRIu64 " times, at line %" PRIu64 " of %" PRIu64, (int)note->kind,
                  note->count, note->place.line, ledger->lines);
        }
    }
}

static void check_region(const struct vmt_region *region)
{
    bool range = region->start <= region->end;
    bool unranged = region->ranged || (region->start == 0 && region->end == 0);
    bool small = region->known < 1u << VMT_EV_OF_REGION && region->sharing < VMT_SHARING_COUNT;
    bool mapping =
        region->mapping == NULL || region->mapping->known < 1u << VMT_MAPPING_FIELD_COUNT;
    bool object = region->object == NULL || region->object->known < 1u << VMT_OBJECT_FIELD_COUNT;
    if (!range || !unranged || !small || !mapping || !object || region->type == NULL) {
        fault("region of line %" PRIu64 " is not sound", region->line);
    }
}

static void check_process(const struct vmt_process *process, const struct vmt_input_record *record)
{
    check_owner("process", process->grammar, process->input, process->line, record);
    check_notes(&process->notes, record);
    check_amounts(&process->whole, "the process as a whole");
    struct vmt_walker walker = {0};
    const struct vmt_region *region = NULL;
    while ((region = vmt_sequence_next(&process->regions, &walker)) != NULL) {
        check_region(region);
    }
    walker = (struct vmt_walker){0};
    const struct vmt_stated_row *row = NULL;
    while ((row = vmt_sequence_next(&process->stated, &walker)) != NULL) {
        if (row->known >= 1u << VMT_EV_COUNT || row->type == NULL) {
            fault("row of line %" PRIu64 " is not sound", row->line);
        }
    }
}

/* Each quantity once, in lines that there are. */
static void check_sample(const struct vmt_sample *sample, const struct vmt_input_record *record)
{
    bool met[VMT_HOST_COUNT] = {false};
    for (uint32_t i = 0; i < sample->count; i++) {
        uint16_t quantity = sample->labels[i].quantity;
        if (quantity >= VMT_HOST_COUNT || met[quantity]) {
            fault("quantity %u is none, or twice in the sample of line %" PRIu64,
                  (unsigned)quantity, sample->line);
            return;
        }
        met[quantity] = true;
    }
    if (sample->line == 0 || sample->line > record->ledger.lines) {
        fault("sample at line %" PRIu64, sample->line);
    }
}

static void check_host(const struct vmt_host *host, const struct vmt_input_record *record)
{
    check_owner("host", host->grammar, host->input, host->line, record);
    check_notes(&host->notes, record);
    struct vmt_walker walker = {0};
    const struct vmt_sample *sample = NULL;
    while ((sample = vmt_sequence_next(&host->samples, &walker)) != NULL) {
        check_sample(sample, record);
    }
}

/* Something was read, or it is said of the input why not: damage, or a report of nothing. */
static bool has_result(const struct vmt_snapshot *snapshot)
{
    const struct vmt_input_record *input = vmt_sequence_last(&snapshot->inputs);
    return snapshot->processes.count + snapshot->hosts.count + snapshot->sets.count > 0 ||
           vmt_notes_count(&input->notes, VMT_NOTE_DAMAGED_LINE) > 0 ||
           vmt_notes_count(&input->notes, VMT_NOTE_DAMAGED_VALUE) > 0 ||
           vmt_notes_count(&input->notes, VMT_NOTE_NO_CAPTURE) > 0;
}

static void check_ledger(const struct vmt_snapshot *snapshot, const struct vmt_ledger *ledger,
                         struct vmt_slice text)
{
    uint64_t sum = ledger->consumed + ledger->prose + ledger->damaged + ledger->blank;
    if (ledger->lines != count_lines(text) || sum != ledger->lines) {
        fault("%" PRIu64 " lines of %" PRIu64 ": %" PRIu64 " consumed, %" PRIu64 " prose, %" PRIu64
              " damaged, %" PRIu64 " blank (text of %zu bytes)",
              ledger->lines, count_lines(text), ledger->consumed, ledger->prose, ledger->damaged,
              ledger->blank, text.length);
    }
    if (!has_result(snapshot) && (ledger->consumed > 0 || ledger->damaged > 0)) {
        fault("lines without anything to belong to (text of %zu bytes)", text.length);
    }
}

void check_model(const struct vmt_snapshot *snapshot, struct vmt_slice text)
{
    const struct vmt_input_record *record = vmt_sequence_last(&snapshot->inputs);
    check_ledger(snapshot, &record->ledger, text);
    check_notes(&record->notes, record);
    struct vmt_walker walker = {0};
    const struct vmt_process *process = NULL;
    while ((process = vmt_sequence_next(&snapshot->processes, &walker)) != NULL) {
        check_process(process, record);
    }
    walker = (struct vmt_walker){0};
    const struct vmt_host *host = NULL;
    while ((host = vmt_sequence_next(&snapshot->hosts, &walker)) != NULL) {
        check_host(host, record);
    }
    walker = (struct vmt_walker){0};
    const struct vmt_stated_set *set = NULL;
    while ((set = vmt_sequence_next(&snapshot->sets, &walker)) != NULL) {
        check_owner("set", set->grammar, set->input, set->line, record);
        check_amounts(&set->whole, "a set");
    }
}

uint64_t read_any(struct vmt_context *context, struct vmt_slice text, bool with_breakdowns)
{
    struct vmt_snapshot snapshot;
    struct vmt_error err = VMT_ERROR_INIT;
    uint64_t hash = 0;
    alarm(HANG_SECONDS);
    vmt_snapshot_init(&snapshot, &vmt_allocator_system, MEMORY_LIMIT);
    enum vmt_status status = read_text(&snapshot, context, text, &err);
    if (status != VMT_OK && status != VMT_E_NOCAPTURE) {
        fault("%s (text of %zu bytes)", err.message, text.length);
    } else if ((status == VMT_OK) != has_result(&snapshot)) {
        fault("%s with %zu processes, %zu hosts, %zu sets", vmt_status_name(status),
              snapshot.processes.count, snapshot.hosts.count, snapshot.sets.count);
    } else {
        check_model(&snapshot, text);
        if (with_breakdowns) {
            check_breakdowns(&snapshot);
        }
        hash = hash_model(&snapshot, true);
    }
    vmt_snapshot_free(&snapshot);
    return hash;
}
