/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/own.h"

#include "grammar/json.h"
#include "grammar/own_mapping.h"
#include "grammar/own_repeats.h"
#include "grammar/part_header.h"

struct vmt_own_row vmt_own_row(struct vmt_parse *parse, struct vmt_own_subject *owner,
                               uint64_t line)
{
    const struct vmt_slice nothing = {"", 0};
    return (struct vmt_own_row){.parse = parse,
                                .owner = owner,
                                .line = line,
                                .type = nothing,
                                .canonical = nothing,
                                .key = nothing,
                                .text = nothing};
}

enum vmt_status vmt_own_refuse(struct vmt_own_row *row, const char *reason)
{
    row->reason = reason;
    return VMT_END;
}

enum vmt_status vmt_own_u64(struct vmt_own_row *row, const struct vmt_own_value *value,
                            uint64_t *out, bool *known)
{
    *known = false;
    if (value->kind == VMT_OWN_NOTHING) {
        return VMT_OK;
    }
    if (value->kind == VMT_OWN_NUMBER) {
        *out = value->number;
    } else if (value->kind != VMT_OWN_TEXT ||
               (!vmt_parse_u64(value->text, 10, out) && !vmt_json_wide(value->text, out))) {
        /* Not `1.5E+09` or `1,024`, as spreadsheets write: what is lost is lost. */
        return vmt_own_refuse(row, "not a whole number of 64 bits");
    }
    *known = true;
    return VMT_OK;
}

enum vmt_status vmt_own_truth(struct vmt_own_row *row, const struct vmt_own_value *value, bool *out)
{
    bool yes = value->kind == VMT_OWN_BOOLEAN && value->number != 0;
    bool known = value->kind == VMT_OWN_BOOLEAN || value->kind == VMT_OWN_NOTHING;
    if (value->kind == VMT_OWN_TEXT) { /* spreadsheets shout */
        yes = vmt_slice_equals_nocase(value->text, vmt_slice("true"));
        known = yes || vmt_slice_equals_nocase(value->text, vmt_slice("false"));
    }
    *out = yes;
    return known ? VMT_OK : vmt_own_refuse(row, "neither true nor false");
}

enum vmt_status vmt_own_text(struct vmt_own_row *row, const struct vmt_own_value *value,
                             struct vmt_slice *out, bool *known)
{
    *known = value->kind == VMT_OWN_TEXT;
    if (*known) {
        *out = value->text;
    }
    return *known || value->kind == VMT_OWN_NOTHING ? VMT_OK : vmt_own_refuse(row, "not a text");
}

enum vmt_status vmt_own_reading(struct vmt_own_row *row, const struct vmt_own_value *values,
                                struct vmt_reading *out, bool *known)
{
    struct vmt_reading reading = {0};
    bool rounded = false;
    enum vmt_status status = vmt_own_u64(row, &values[0], &reading.value, known);
    if (status == VMT_OK) {
        status = vmt_own_u64(row, &values[1], &reading.quantum, &rounded);
    }
    if (status == VMT_OK && *known) {
        *out = reading;
        row->unbounded = row->unbounded || !rounded;
    }
    return status;
}

enum vmt_status vmt_own_amount(struct vmt_own_row *row, const struct vmt_own_value *values,
                               struct vmt_amount *out)
{
    struct vmt_amount amount = {0};
    bool lower = false;
    bool upper = false;
    enum vmt_status status = vmt_own_u64(row, &values[0], &amount.value, &amount.known);
    if (status == VMT_OK) {
        status = vmt_own_u64(row, &values[1], &amount.lower, &lower);
    }
    if (status == VMT_OK) {
        status = vmt_own_u64(row, &values[2], &amount.upper, &upper);
    }
    if (status != VMT_OK) {
        return status;
    }
    if (lower != upper) {
        return vmt_own_refuse(row, "one bound without the other");
    }
    amount.bounded = lower;
    if (amount.known && !amount.bounded) {
        row->unbounded = true;
        amount = vmt_exactly(amount.value);
    }
    bool holds = !amount.known || (amount.lower <= amount.value && amount.value <= amount.upper);
    if (amount.lower > amount.upper || !holds) {
        return vmt_own_refuse(row, "bounds that do not hold the value");
    }
    *out = amount;
    return VMT_OK;
}

enum vmt_status vmt_own_fill(struct vmt_own_row *row, const struct vmt_own_columns *columns,
                             const struct vmt_own_value *values, size_t *column,
                             struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    for (size_t i = 0; i < columns->count; i++) {
        const struct vmt_own_column *at = &columns->list[i];
        *column = i;
        status =
            at->set == NULL ? VMT_OK : at->set(row, at->which, values + VMT_OWN_SLOTS * i, err);
        if (status != VMT_OK) {
            break;
        }
    }
    return status;
}

/* --- the columns of a process ----------------------------------------------------------------- */

enum text_of_process {
    NAME,
    ARCH,
    CAPTURED_AT,
    LAUNCHED_AT,
    REASON,
    STATES,
    ORIGIN,
    ORIGIN_GRAMMAR
};

static enum vmt_status set_text(struct vmt_own_row *row, unsigned which,
                                const struct vmt_own_value *values, struct vmt_error *err)
{
    struct vmt_own_subject *own = row->owner;
    const struct vmt_string **const texts[] = {
        [NAME] = &own->process->name,
        [ARCH] = &own->process->arch,
        [CAPTURED_AT] = &own->process->captured_at,
        [LAUNCHED_AT] = &own->process->launched_at,
        [REASON] = &own->process->reason,
        [STATES] = &own->process->states,
        [ORIGIN] = &own->origin,
        [ORIGIN_GRAMMAR] = &own->origin_grammar,
    };
    struct vmt_slice text;
    bool known = false;
    enum vmt_status status = vmt_own_text(row, values, &text, &known);
    return status == VMT_OK && known
               ? vmt_snapshot_string(texts[which], row->parse->snapshot, text, err)
               : status;
}

/* Standard input has no path; CSV calls it `-`. */
static enum vmt_status set_kind(struct vmt_own_row *row, unsigned which,
                                const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)which;
    struct vmt_slice text;
    bool known = false;
    enum vmt_status status = vmt_own_text(row, values, &text, &known);
    return status == VMT_OK && known && vmt_slice_equals(text, vmt_slice("stdin"))
               ? vmt_snapshot_string(&row->owner->origin, row->parse->snapshot, vmt_slice("-"), err)
               : status;
}

static enum vmt_status set_os(struct vmt_own_row *row, unsigned which,
                              const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)which;
    struct vmt_slice text;
    bool known = false;
    enum vmt_status status = vmt_own_text(row, values, &text, &known);
    return status == VMT_OK && known
               ? vmt_part_header_os(row->parse, row->owner->process, text, err)
               : status;
}

static enum vmt_status set_pid(struct vmt_own_row *row, unsigned which,
                               const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)which;
    (void)err;
    struct vmt_process *process = row->owner->process;
    return vmt_own_u64(row, values, &process->pid, &process->pid_known);
}

static enum vmt_status set_page_size(struct vmt_own_row *row, unsigned which,
                                     const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)which;
    (void)err;
    uint64_t size = 0;
    bool known = false;
    enum vmt_status status = vmt_own_u64(row, values, &size, &known);
    if (status == VMT_OK && known) {
        if (size == 0 || (size & (size - 1)) != 0) {
            return vmt_own_refuse(row, "not a page size");
        }
        row->owner->process->page_size = size;
    }
    return status;
}

static enum vmt_status set_origin_line(struct vmt_own_row *row, unsigned which,
                                       const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)which;
    (void)err;
    bool known = false;
    return vmt_own_u64(row, values, &row->owner->origin_line, &known);
}

static enum vmt_status set_region_count(struct vmt_own_row *row, unsigned which,
                                        const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)which;
    (void)err;
    struct vmt_own_subject *own = row->owner;
    return vmt_own_u64(row, values, &own->region_count, &own->region_count_known);
}

/* Only checked: it tells rows of one process from those of another. */
static enum vmt_status set_index(struct vmt_own_row *row, unsigned which,
                                 const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)which;
    (void)err;
    uint64_t index = 0;
    bool known = false;
    return vmt_own_u64(row, values, &index, &known);
}

static enum vmt_status set_coverage(struct vmt_own_row *row, unsigned which,
                                    const struct vmt_own_value *values, struct vmt_error *err)
{
    static const enum vmt_coverage coverages[] = {VMT_COVERAGE_UNKNOWN, VMT_COVERAGE_EXCERPT,
                                                  VMT_COVERAGE_WHOLE};
    (void)which;
    (void)err;
    struct vmt_slice text;
    bool known = false;
    enum vmt_status status = vmt_own_text(row, values, &text, &known);
    if (status != VMT_OK || !known) {
        return status;
    }
    for (size_t i = 0; i < sizeof coverages / sizeof coverages[0]; i++) {
        if (vmt_slice_equals(text, vmt_slice(vmt_coverage_name(coverages[i])))) {
            row->owner->coverage = coverages[i];
            return VMT_OK;
        }
    }
    return vmt_own_refuse(row, "not a coverage");
}

enum { STATED_DAMAGED, AROUND_FAULT };

static enum vmt_status set_truth(struct vmt_own_row *row, unsigned which,
                                 const struct vmt_own_value *values, struct vmt_error *err)
{
    struct vmt_process *process = row->owner->process;
    bool *const truths[] = {
        [STATED_DAMAGED] = &process->stated_damaged, [AROUND_FAULT] = &process->around_fault};
    (void)err;
    return vmt_own_truth(row, values, truths[which]);
}

static enum vmt_status set_whole(struct vmt_own_row *row, unsigned which,
                                 const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)err;
    return vmt_own_amount(row, values, &row->owner->process->whole.of[which]);
}

static const struct vmt_own_column process_columns[] = {
    {{"process_index"}, set_index, 0},
    {{"pid"}, set_pid, 0},
    {{"process"}, set_text, NAME},
    {{"name"}, set_text, NAME}, /* the same in JSON */
    {{"page_size"}, set_page_size, 0},
    {{"os"}, set_os, 0},
    {{"arch"}, set_text, ARCH},
    {{"captured_at"}, set_text, CAPTURED_AT},
    {{"launched_at"}, set_text, LAUNCHED_AT},
    {{"coverage"}, set_coverage, 0},
    {{"region_count"}, set_region_count, 0},
    {{"stated_damaged"}, set_truth, STATED_DAMAGED},
    {{"around_fault"}, set_truth, AROUND_FAULT},
    {{"reason"}, set_text, REASON},
    {{"states"}, set_text, STATES},
    {{"level"}, NULL, 0},      /* follows from the rest */
    {{"pss_method"}, NULL, 0}, /* and so does this */
    VMT_OWN_AMOUNT("process_footprint", set_whole, VMT_FOOTPRINT),
    VMT_OWN_AMOUNT("process_footprint_peak", set_whole, VMT_FOOTPRINT_PEAK),
    VMT_OWN_AMOUNT("process_resident_peak", set_whole, VMT_RESIDENT_PEAK),
    VMT_OWN_AMOUNT("process_virtual_peak", set_whole, VMT_VIRTUAL_PEAK),
    VMT_OWN_AMOUNT("process_wired", set_whole, VMT_WIRED),
};
const struct vmt_own_columns vmt_own_process_columns = VMT_OWN_LIST(process_columns);

/* Evidence and what is stated; the other members are ours. */
static const struct vmt_own_column whole_columns[] = {
    VMT_OWN_AMOUNT("virtual", set_whole, VMT_VIRTUAL),
    VMT_OWN_AMOUNT("reserved", set_whole, VMT_RESERVED),
    VMT_OWN_AMOUNT("resident", set_whole, VMT_RESIDENT),
    VMT_OWN_AMOUNT("dirty", set_whole, VMT_DIRTY),
    VMT_OWN_AMOUNT("swapped", set_whole, VMT_SWAPPED),
    VMT_OWN_AMOUNT("clean", set_whole, VMT_CLEAN),
    VMT_OWN_AMOUNT("footprint", set_whole, VMT_FOOTPRINT),
    VMT_OWN_AMOUNT("footprint_peak", set_whole, VMT_FOOTPRINT_PEAK),
    VMT_OWN_AMOUNT("resident_peak", set_whole, VMT_RESIDENT_PEAK),
    VMT_OWN_AMOUNT("virtual_peak", set_whole, VMT_VIRTUAL_PEAK),
    VMT_OWN_AMOUNT("wired", set_whole, VMT_WIRED),
};
const struct vmt_own_columns vmt_own_whole_columns = VMT_OWN_LIST(whole_columns);

/* On Linux the system itself states what is derived elsewhere. */
static const struct vmt_own_column stated_whole_columns[] = {
    VMT_OWN_AMOUNT("virtual", set_whole, VMT_VIRTUAL),
    VMT_OWN_AMOUNT("reserved", set_whole, VMT_RESERVED),
    VMT_OWN_AMOUNT("resident", set_whole, VMT_RESIDENT),
    VMT_OWN_AMOUNT("dirty", set_whole, VMT_DIRTY),
    VMT_OWN_AMOUNT("swapped", set_whole, VMT_SWAPPED),
    VMT_OWN_AMOUNT("private_clean", set_whole, VMT_PRIVATE_CLEAN),
    VMT_OWN_AMOUNT("private_dirty", set_whole, VMT_PRIVATE_DIRTY),
    VMT_OWN_AMOUNT("shared_clean", set_whole, VMT_SHARED_CLEAN),
    VMT_OWN_AMOUNT("shared_dirty", set_whole, VMT_SHARED_DIRTY),
    VMT_OWN_AMOUNT("swapped_private", set_whole, VMT_SWAPPED_PRIVATE),
    VMT_OWN_AMOUNT("swapped_shared", set_whole, VMT_SWAPPED_SHARED),
    VMT_OWN_AMOUNT("private_footprint", set_whole, VMT_PRIVATE_FOOTPRINT),
    VMT_OWN_AMOUNT("anonymous", set_whole, VMT_ANONYMOUS),
    VMT_OWN_AMOUNT("file_backed", set_whole, VMT_FILE_BACKED),
    VMT_OWN_AMOUNT("reclaimable", set_whole, VMT_RECLAIMABLE),
    VMT_OWN_AMOUNT("heap_kept_empty", set_whole, VMT_HEAP_KEPT_EMPTY),
    VMT_OWN_AMOUNT("uss", set_whole, VMT_USS),
    VMT_OWN_AMOUNT("pss", set_whole, VMT_PSS),
    VMT_OWN_AMOUNT("rss", set_whole, VMT_RSS),
    VMT_OWN_AMOUNT("swap_pss", set_whole, VMT_SWAP_PSS),
    VMT_OWN_AMOUNT("footprint", set_whole, VMT_FOOTPRINT),
    VMT_OWN_AMOUNT("footprint_peak", set_whole, VMT_FOOTPRINT_PEAK),
    VMT_OWN_AMOUNT("resident_peak", set_whole, VMT_RESIDENT_PEAK),
    VMT_OWN_AMOUNT("virtual_peak", set_whole, VMT_VIRTUAL_PEAK),
    VMT_OWN_AMOUNT("wired", set_whole, VMT_WIRED),
    VMT_OWN_AMOUNT("clean", set_whole, VMT_CLEAN),
};
const struct vmt_own_columns vmt_own_stated_whole_columns = VMT_OWN_LIST(stated_whole_columns);

/* Where our report had the process from. */
static const struct vmt_own_column source_columns[] = {
    {{"source"}, set_text, ORIGIN},
    {{"path"}, set_text, ORIGIN}, /* the same in JSON */
    {{"grammar"}, set_text, ORIGIN_GRAMMAR},
    {{"line"}, set_origin_line, 0},
    {{"kind"}, set_kind, 0},
    {{"read_us"}, NULL, 0}, /* it is a capture now */
};
const struct vmt_own_columns vmt_own_source_columns = VMT_OWN_LIST(source_columns);

bool vmt_own_is_derived(struct vmt_slice name)
{
    static const char *const bounds[] = {"_lower", "_upper"};
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
        if (vmt_slice_ends(name, bounds[i])) {
            name.length -= strlen(bounds[i]);
        }
    }
    for (int member = 0; member < VMT_MEMBER_COUNT; member++) {
        if (vmt_slice_equals(name, vmt_slice(vmt_members[member].name))) {
            return true;
        }
    }
    return false;
}

/* --- from the first row to the last ----------------------------------------------------------- */

enum vmt_status vmt_own_begin(struct vmt_own_subject *own, struct vmt_parse *parse,
                              const struct vmt_grammar *grammar, uint64_t line,
                              struct vmt_error *err)
{
    *own = (struct vmt_own_subject){.coverage = VMT_COVERAGE_UNKNOWN};
    enum vmt_status status =
        vmt_snapshot_add_process(&own->process, parse->snapshot, parse->input, err);
    if (status == VMT_OK) {
        own->process->grammar = grammar->name;
        own->process->line = line;
    }
    return status;
}

enum vmt_status vmt_own_end(struct vmt_own_subject *own, struct vmt_parse *parse, bool regions,
                            struct vmt_error *err)
{
    struct vmt_process *process = own->process;
    process->coverage = regions ? own->coverage : VMT_COVERAGE_EXCERPT;
    if (process->coverage == VMT_COVERAGE_WHOLE && !own->region_count_known) {
        process->coverage = VMT_COVERAGE_UNKNOWN; /* nothing tells whether rows were taken out */
    }
    if (own->charged) { /* what is left is what all of them come to */
        vmt_sequence_init(&process->stated, &parse->snapshot->arena, sizeof(struct vmt_stated_row));
        process->stated_total = NULL;
    }
    process->kernel_counts = vmt_own_has_kernel_counts(process);
    uint64_t repeats = 0;
    enum vmt_status status = vmt_own_add_origin(own, parse, err);
    if (status == VMT_OK && regions) {
        status = vmt_own_count_repeats(&repeats, parse, process, err);
    }
    bool complete = !own->region_count_known || process->regions.count == own->region_count;
    if (status != VMT_OK || !regions || (complete && repeats == 0)) {
        return status;
    }
    /* Rows were taken out, or put in: by a filter, a hand, an accident. */
    bool fewer = own->region_count_known && process->regions.count - repeats < own->region_count;
    if (own->region_count_known) {
        process->coverage = fewer ? VMT_COVERAGE_EXCERPT : VMT_COVERAGE_UNKNOWN;
    }
    enum vmt_note_kind kind = fewer ? VMT_NOTE_MISSING_REGIONS : VMT_NOTE_EXTRA_REGIONS;
    struct vmt_place place = {parse->input->name->data, process->line, 1};
    return vmt_notes_count(&process->notes, kind) > 0
               ? VMT_OK
               : vmt_notes_add(&process->notes, kind, place, (struct vmt_slice){0},
                               (struct vmt_slice){0}, err);
}

enum vmt_status vmt_own_note_empty(struct vmt_parse *parse, uint64_t line, struct vmt_error *err)
{
    const struct vmt_place place = {parse->input->name->data, line, 1};
    return vmt_notes_add(&parse->input->notes, VMT_NOTE_NO_CAPTURE, place, (struct vmt_slice){0},
                         (struct vmt_slice){0}, err);
}
