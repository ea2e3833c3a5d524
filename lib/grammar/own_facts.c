/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/own_rows.h"

/* --- a fault ---------------------------------------------------------------------------------- */

enum { ADDRESS, REGION_START, REGION_END, BEFORE, AFTER };

static enum vmt_status set_fault_address(struct vmt_own_row *row, unsigned which,
                                         const struct vmt_own_value *values, struct vmt_error *err)
{
    struct vmt_fault *fault = &row->fault;
    uint64_t *const addresses[] = {&fault->address, &fault->start, &fault->end};
    (void)err;
    struct vmt_slice text;
    bool known = false;
    enum vmt_status status = vmt_own_text(row, values, &text, &known);
    if (status == VMT_OK && known && !vmt_own_address(text, addresses[which])) {
        return vmt_own_refuse(row, "not an address of 64 bits");
    }
    return status == VMT_OK && !known && which == ADDRESS
               ? vmt_own_refuse(row, "a fault without an address")
               : status;
}

static enum vmt_status set_distance(struct vmt_own_row *row, unsigned which,
                                    const struct vmt_own_value *values, struct vmt_error *err)
{
    struct vmt_fault *fault = &row->fault;
    (void)err;
    return which == BEFORE ? vmt_own_u64(row, values, &fault->before, &fault->before_known)
                           : vmt_own_u64(row, values, &fault->after, &fault->after_known);
}

static enum vmt_status set_place(struct vmt_own_row *row, unsigned which,
                                 const struct vmt_own_value *values, struct vmt_error *err)
{
    static const enum vmt_fault_place places[] = {VMT_FAULT_IN_REGION, VMT_FAULT_IN_GAP};
    (void)which;
    (void)err;
    struct vmt_slice text = {"", 0};
    bool known = false;
    enum vmt_status status = vmt_own_text(row, values, &text, &known);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (vmt_slice_equals(text, vmt_slice(vmt_fault_place_name(places[i])))) {
            row->fault.place = places[i];
            known = false;
        }
    }
    return known ? vmt_own_refuse(row, "neither a region nor a gap") : status;
}

static enum vmt_status add_fault(struct vmt_own_row *row, struct vmt_error *err)
{
    (void)err;
    row->fault.stated = true;
    row->fault.line = row->line;
    row->owner->process->fault = row->fault;
    return VMT_OK;
}

static const struct vmt_own_column fault_columns[] = {
    {{"address"}, set_fault_address, ADDRESS},
    {{"place"}, set_place, 0},
    {{"region_start"}, set_fault_address, REGION_START},
    {{"region_end"}, set_fault_address, REGION_END},
    {{"bytes_before"}, set_distance, BEFORE},
    {{"bytes_after"}, set_distance, AFTER},
};
const struct vmt_own_table vmt_own_fault = {
    .name = "fault", .columns = VMT_OWN_LIST(fault_columns), .add = add_fault};

/* --- facts and notes -------------------------------------------------------------------------- */

static enum vmt_status add_fact(struct vmt_own_row *row, struct vmt_error *err)
{
    return vmt_own_fact(row->owner, row->parse, row->key, row->text, err);
}

static const struct vmt_own_column facts_columns[] = {
    {{"key"}, vmt_own_set_text, VMT_OWN_ROW_KEY}, {{"value"}, vmt_own_set_text, VMT_OWN_ROW_TEXT}};
const struct vmt_own_table vmt_own_facts = {
    .name = "facts", .columns = VMT_OWN_LIST(facts_columns), .add = add_fact};

static enum vmt_status set_number(struct vmt_own_row *row, unsigned which,
                                  const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)err;
    bool known = false;
    return vmt_own_u64(row, values, &row->numbers[which], &known);
}

/* Notes of the accounting come anew with it. */
static bool is_derived(enum vmt_note_kind kind)
{
    return kind == VMT_NOTE_UNKNOWN_TYPE || kind == VMT_NOTE_UNKNOWN_SHARING ||
           kind == VMT_NOTE_RESIDENT_INCLUDES_SWAPPED || kind == VMT_NOTE_DIRTY_EXCEEDS_RESIDENT ||
           kind == VMT_NOTE_OTHER_HOST;
}

enum { COUNT, LINE, COLUMN };

static enum vmt_status add_note(struct vmt_own_row *row, struct vmt_error *err)
{
    struct vmt_notes *notes = vmt_own_notes_of(row->owner);
    int kind = 0;
    while (kind < VMT_NOTE_COUNT &&
           !vmt_slice_equals(row->key, vmt_slice(vmt_note_name((enum vmt_note_kind)kind)))) {
        kind++;
    }
    if (kind == VMT_NOTE_COUNT || row->numbers[COUNT] == 0) {
        return vmt_own_refuse(row, "a note that is not known");
    }
    if (is_derived((enum vmt_note_kind)kind)) {
        return VMT_OK;
    }
    /* Lines are those of the input that our report was made from. */
    struct vmt_place place = {0};
    if (row->owner->origin != NULL) {
        place =
            (struct vmt_place){row->owner->origin->data, row->numbers[LINE], row->numbers[COLUMN]};
    }
    enum vmt_status status = vmt_notes_add(notes, (enum vmt_note_kind)kind, place, row->text,
                                           (struct vmt_slice){0}, err);
    if (status == VMT_OK) {
        uint64_t more = row->numbers[COUNT] - 1;
        uint64_t *count = &notes->last[kind]->count;
        *count = *count > UINT64_MAX - more ? UINT64_MAX : *count + more;
    }
    return status;
}

static const struct vmt_own_column notes_columns[] = {
    {{"kind"}, vmt_own_set_text, VMT_OWN_ROW_KEY},
    {{"count"}, set_number, COUNT},
    {{"line"}, set_number, LINE},
    {{"column"}, set_number, COLUMN},
    {{"text"}, vmt_own_set_text, VMT_OWN_ROW_TEXT},
};
const struct vmt_own_table vmt_own_notes = {
    .name = "notes", .columns = VMT_OWN_LIST(notes_columns), .add = add_note};
