/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/system_state.h"

static const char reason_moments[] = "two tools, and memory moves between two readings";
static const char reason_far[] = "far apart: is it one host at one time?";

static uint64_t page_size_of(const struct vmt_system_part *part)
{
    for (uint32_t i = 0; i < part->sample->count; i++) {
        const struct vmt_host_value value = vmt_sample_value(part->sample, i);
        if (value.quantity == VMT_HOST_PAGE_SIZE && !value.pages && value.reading.value > 0) {
            return value.reading.value;
        }
    }
    return part->page_size;
}

static bool multiply(uint64_t *number, uint64_t factor)
{
    bool fits = factor == 0 || *number <= UINT64_MAX / factor;
    *number *= factor;
    return fits;
}

/* False where no honest number of bytes can be given. */
static bool to_bytes(struct vmt_reading *reading, uint64_t page_size)
{
    bool fits = multiply(&reading->value, page_size);
    fits = multiply(&reading->quantum, page_size) && fits;
    return fits && page_size > 0;
}

static void keep_pages(struct vmt_state *state, const struct vmt_host_value *value)
{
    if (state->unconverted++ == 0) {
        memset(state->in_pages, 0, sizeof state->in_pages);
    }
    state->in_pages[value->quantity] = true;
    state->pages[value->quantity] = value->reading;
}

/* What another part states in bytes is known, whatever the size of pages. */
static void forget_pages(struct vmt_state *state)
{
    if (state->unconverted == 0) {
        return;
    }
    state->unconverted = 0;
    for (size_t i = 0; i < VMT_HOST_COUNT; i++) {
        state->in_pages[i] = state->in_pages[i] && !state->stated[i].amount.known;
        state->unconverted += state->in_pages[i] ? 1 : 0;
    }
}

static uint64_t slack_of(const struct vmt_figure *figure)
{
    return figure->quantum / 2 + figure->quantum % 2;
}

bool vmt_state_far_apart(enum vmt_host_unit unit, uint64_t a, uint64_t b)
{
    uint64_t larger = a > b ? a : b;
    uint64_t apart = a > b ? a - b : b - a;
    static const uint64_t bytes_least = UINT64_C(64) << 20;
    static const uint64_t count_least = 10000;
    return apart > larger / 4 && (unit != VMT_UNIT_BYTES || apart > bytes_least) &&
           (unit != VMT_UNIT_COUNT || apart > count_least);
}

/* Two parts state one quantity: the finer one counts, the first of two as fine. */
static void meet(struct vmt_state *state, const struct vmt_host *record,
                 enum vmt_host_quantity quantity, struct vmt_figure figure)
{
    struct vmt_figure *stated = &state->stated[quantity];
    struct vmt_figure other = figure;
    const struct vmt_host *loser = record;
    if (figure.quantum < stated->quantum) {
        other = *stated;
        loser = state->from[quantity];
        *stated = figure;
        state->from[quantity] = record;
    }
    uint64_t expected = stated->amount.value;
    uint64_t actual = other.amount.value;
    uint64_t bound = slack_of(stated) + slack_of(&other);
    uint64_t apart = expected > actual ? expected - actual : actual - expected;
    if (apart > bound) {
        bool far = vmt_state_far_apart(vmt_host_quantities[quantity].unit, expected, actual);
        state->checks[state->check_count++] = (struct vmt_check){
            .type = vmt_slice(loser->grammar),
            .member = vmt_host_quantities[quantity].name,
            .expected = expected,
            .actual = actual,
            .bound = bound,
            .verdict = far ? VMT_NOT_ASSESSED : VMT_EXPLAINED,
            .reason = far ? reason_far : reason_moments,
        };
    }
}

/* In bytes. */
static void add_reading(struct vmt_state *state, const struct vmt_host *record, unsigned quantity,
                        struct vmt_reading reading)
{
    struct vmt_figure *stated = &state->stated[quantity];
    struct vmt_figure figure = {vmt_amount_of(reading), reading.quantum};
    if (stated->amount.known && record->device != NULL && state->from[quantity]->device != NULL) {
        vmt_amount_add(&stated->amount, figure.amount);
    } else if (stated->amount.known) {
        meet(state, record, (enum vmt_host_quantity)quantity, figure);
    } else {
        *stated = figure;
        state->from[quantity] = record;
    }
}

static void add_part(struct vmt_state *state, const struct vmt_system_part *part)
{
    uint64_t page_size = page_size_of(part);
    for (uint32_t i = 0; i < part->sample->count; i++) {
        const struct vmt_host_value value = vmt_sample_value(part->sample, i);
        struct vmt_reading reading = value.reading;
        if (value.pages && !to_bytes(&reading, page_size)) {
            keep_pages(state, &value);
            continue;
        }
        add_reading(state, part->record, value.quantity, reading);
        if (vmt_host_quantities[value.quantity].kind == VMT_HOST_COUNTER) {
            state->counted = true;
            state->since_boot = part->sample->since_boot;
        }
    }
}

/* What was left in pages has a size now. */
static void convert_pages(struct vmt_state *state, const struct vmt_system_part *part)
{
    for (uint32_t i = 0; i < part->sample->count; i++) {
        const struct vmt_host_value value = vmt_sample_value(part->sample, i);
        struct vmt_reading reading = value.reading;
        bool left = value.pages && page_size_of(part) == 0;
        if (left && to_bytes(&reading, state->inferred_page_size)) {
            add_reading(state, part->record, value.quantity, reading);
        }
    }
}

static void infer_page_size(struct vmt_state *state)
{
    if (state->unconverted == 0 || state->host->kind != VMT_SYSTEM_LINUX) {
        return;
    }
    state->inferred_page_size = vmt_state_infer_page_size(state);
    for (size_t i = 0; i < state->part_count && state->inferred_page_size > 0; i++) {
        convert_pages(state, &state->parts[i]);
    }
}

/* What says most counts first, so that the values are of one reading as far as can be; the order
 * of the evidence decides nothing but between two of one format. */
static bool counts_before(const struct vmt_system_part *a, const struct vmt_system_part *b)
{
    if (a->sample->count != b->sample->count) {
        return a->sample->count > b->sample->count;
    }
    return strcmp(a->record->grammar, b->record->grammar) < 0;
}

static void sort_parts(struct vmt_state *state)
{
    for (size_t i = 1; i < state->part_count; i++) {
        struct vmt_system_part part = state->parts[i];
        size_t at = i;
        for (; at > 0 && counts_before(&part, &state->parts[at - 1]); at--) {
            state->parts[at] = state->parts[at - 1];
        }
        state->parts[at] = part;
    }
}

/* What does not change may come from any record of the host. */
static void add_constant(struct vmt_state *state, enum vmt_host_quantity quantity,
                         const struct vmt_figure *figure)
{
    if (!state->stated[quantity].amount.known && figure->amount.known) {
        state->stated[quantity] = *figure;
        state->from[quantity] = NULL;
    }
}

void vmt_state_fill(struct vmt_state *state)
{
    memset(state->stated, 0, sizeof state->stated);
    state->check_count = 0;
    state->unconverted = 0;
    state->inferred_page_size = 0;
    state->counted = false;
    state->since_boot = false;
    state->captured_at = NULL;
    sort_parts(state);
    for (size_t i = 0; i < state->part_count; i++) {
        const struct vmt_system_part *part = &state->parts[i];
        add_part(state, part);
        if (state->captured_at == NULL) {
            state->captured_at = part->sample->captured_at != NULL ? part->sample->captured_at
                                                                   : part->record->captured_at;
        }
    }
    infer_page_size(state);
    forget_pages(state);
    add_constant(state, VMT_HOST_PAGE_SIZE, &state->host->page_size);
    add_constant(state, VMT_HOST_TOTAL, &state->host->total);
}
