/* SPDX-License-Identifier: MIT */
#include "config.h"

/* Which records of a host are of one time. */

#include "analysis/moment.h"
#include "analysis/system_state.h"

#define MOMENTS_MOST_APART 60 /* seconds, of one sample */

static bool is_constant(unsigned quantity)
{
    return quantity == VMT_HOST_PAGE_SIZE || quantity == VMT_HOST_TOTAL;
}

static bool has_counters(const struct vmt_sample *sample)
{
    for (uint32_t i = 0; i < sample->count; i++) {
        if (vmt_host_quantities[sample->labels[i].quantity].kind == VMT_HOST_COUNTER) {
            return true;
        }
    }
    return false;
}

static bool says_only_constants(const struct vmt_sample *sample)
{
    for (uint32_t i = 0; i < sample->count; i++) {
        if (!is_constant(sample->labels[i].quantity)) {
            return false;
        }
    }
    return true;
}

void vmt_system_look(struct vmt_system_record *record)
{
    struct vmt_walker walker = {0};
    const struct vmt_sequence *samples = &record->host->samples;
    const struct vmt_sample *sample = vmt_sequence_next(samples, &walker);
    size_t rows = 0;
    record->sample = sample;
    for (; sample != NULL && rows < 2; sample = vmt_sequence_next(samples, &walker)) {
        if (!says_only_constants(sample) && rows++ == 0) {
            record->sample = sample;
        }
    }
    record->is_log = rows > 1;
}

/* What a sample states twice tells that there are two. */
static bool states_again(const struct vmt_sample *a, const struct vmt_sample *b)
{
    bool stated[VMT_HOST_COUNT] = {false};
    for (uint32_t i = 0; i < a->count; i++) {
        stated[a->labels[i].quantity] = !is_constant(a->labels[i].quantity);
    }
    for (uint32_t i = 0; i < b->count; i++) {
        if (stated[b->labels[i].quantity]) {
            return true;
        }
    }
    return false;
}

static const struct vmt_string *time_of(const struct vmt_system_part *part)
{
    return part->sample->captured_at != NULL ? part->sample->captured_at
                                             : part->record->captured_at;
}

/* Two of several devices, whose values add up. */
static bool are_other_devices(const struct vmt_host *a, const struct vmt_host *b)
{
    return a->device != NULL && b->device != NULL && a->device->length > 0 &&
           b->device->length > 0 &&
           !vmt_slice_equals(vmt_string_slice(a->device), vmt_string_slice(b->device));
}

static bool are_of_one_time(const struct vmt_system_part *a, const struct vmt_system_part *b)
{
    uint64_t apart = 0;
    if (strcmp(a->record->grammar, b->record->grammar) == 0 &&
        !are_other_devices(a->record, b->record) && states_again(a->sample, b->sample)) {
        return false;
    }
    if (time_of(a) != NULL && time_of(b) != NULL &&
        vmt_moments_apart(&apart, vmt_string_slice(time_of(a)), vmt_string_slice(time_of(b))) &&
        apart > MOMENTS_MOST_APART) {
        return false;
    }
    return a->sample->since_boot == b->sample->since_boot || !has_counters(a->sample) ||
           !has_counters(b->sample);
}

static struct vmt_system_part part_of(const struct vmt_system_host *host,
                                      const struct vmt_system_record *record,
                                      const struct vmt_sample *sample)
{
    const struct vmt_figure *page_size =
        record->page_size.amount.known ? &record->page_size : &host->page_size;
    return (struct vmt_system_part){record->host, sample, page_size->amount.value};
}

static bool joins(const struct vmt_state *state, const struct vmt_system_part *part)
{
    for (size_t i = 0; i < state->part_count; i++) {
        if (!are_of_one_time(&state->parts[i], part)) {
            return false;
        }
    }
    return state->part_count < VMT_SYSTEM_PARTS;
}

/* The next row of a log; false behind the last. */
static bool next_of_log(const struct vmt_system_host *host, struct vmt_system_walker *walker,
                        struct vmt_state *state)
{
    const struct vmt_sample *sample =
        vmt_sequence_next(&walker->record->host->samples, &walker->samples);
    if (sample == NULL) {
        walker->record = walker->record->next;
        walker->inside = false;
        return false;
    }
    state->parts[0] = part_of(host, walker->record, sample);
    state->part_count = 1;
    return true;
}

static void next_of_records(const struct vmt_system_host *host, struct vmt_system_walker *walker,
                            struct vmt_state *state)
{
    state->part_count = 0;
    for (; walker->record != NULL; walker->record = walker->record->next) {
        if (walker->record->is_log) {
            break;
        }
        if (walker->record->sample != NULL) {
            struct vmt_system_part part = part_of(host, walker->record, walker->record->sample);
            if (!joins(state, &part)) {
                break;
            }
            state->parts[state->part_count++] = part;
        }
    }
}

bool vmt_system_next_parts(const struct vmt_system_host *host, struct vmt_system_walker *walker,
                           struct vmt_state *state)
{
    if (!walker->begun) {
        walker->begun = true;
        walker->record = host->first;
    }
    while (walker->record != NULL) {
        if (!walker->inside && walker->record->is_log) {
            walker->inside = true;
            walker->first = true;
            walker->samples = (struct vmt_walker){0};
            walker->never_swapped = false;
        }
        if (walker->inside) {
            if (next_of_log(host, walker, state)) {
                return true;
            }
        } else {
            next_of_records(host, walker, state);
            if (state->part_count > 0) {
                return true;
            }
        }
    }
    return false;
}

bool vmt_system_is_sample(const struct vmt_system_host *host, const struct vmt_state *state)
{
    for (size_t i = 0; i < state->part_count; i++) {
        if (!says_only_constants(state->parts[i].sample)) {
            return true;
        }
    }
    return host->only_constants;
}

/* A log that begins with what happened since boot goes on to tell it. */
static void follow_swap(struct vmt_system_walker *walker, struct vmt_state *state)
{
    struct vmt_amount outs = state->stated[VMT_HOST_SWAPOUTS].amount;
    bool goes_on = walker->inside && !walker->first && !state->parts[0].sample->gap;
    bool before = state->since_boot || (goes_on && walker->never_swapped);
    state->gap = state->counted && !state->since_boot && !goes_on;
    state->never_swapped = before && outs.known && outs.upper == 0;
    walker->never_swapped = state->never_swapped;
    walker->first = false;
}

bool vmt_system_next(struct vmt_system *system, const struct vmt_system_host *host,
                     struct vmt_system_walker *walker, struct vmt_state *state)
{
    do {
        if (!vmt_system_next_parts(host, walker, state)) {
            return false;
        }
    } while (!vmt_system_is_sample(host, state));
    state->host = host;
    state->number = ++walker->number;
    state->checks = system->checks;
    vmt_state_fill(state);
    follow_swap(walker, state);
    vmt_state_derive(state);
    vmt_state_check(state);
    return true;
}
