/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/system.h"

#include <inttypes.h>
#include <stdio.h>

#include "analysis/system_state.h"

#define HOSTS_COMPARED 256 /* of the latest; evidence of so many at once is none of a person's */

struct making {
    struct vmt_system *out;
    const struct vmt_snapshot *snapshot;
    struct vmt_system_record *first;
    struct vmt_system_record *last;
};

/* --- what a record says of its host ----------------------------------------------------------- */

/* The first value of the quantity in any sample: what is looked for does not change. */
static struct vmt_figure find_constant(const struct vmt_host *host, enum vmt_host_quantity quantity)
{
    struct vmt_walker walker = {0};
    const struct vmt_sample *sample = vmt_sequence_next(&host->samples, &walker);
    for (; sample != NULL; sample = vmt_sequence_next(&host->samples, &walker)) {
        for (uint32_t i = 0; i < sample->count; i++) {
            const struct vmt_host_value value = vmt_sample_value(sample, i);
            if (value.quantity == quantity && !value.pages && value.reading.value > 0) {
                return (struct vmt_figure){vmt_amount_of(value.reading), value.reading.quantum};
            }
        }
    }
    return (struct vmt_figure){.amount = VMT_UNKNOWN};
}

/* "macOS" of "macOS 14.5 (23F79)". */
static struct vmt_slice product_of(const struct vmt_string *os)
{
    struct vmt_slice name = vmt_string_slice(os);
    size_t length = 0;
    while (length < name.length && (name.data[length] < '0' || name.data[length] > '9')) {
        length++;
    }
    name.length = length;
    return vmt_slice_trim(name);
}

static bool are_of_one_product(const struct vmt_string *a, const struct vmt_string *b)
{
    return a == NULL || b == NULL || product_of(a).length == 0 || product_of(b).length == 0 ||
           vmt_slice_equals_nocase(product_of(a), product_of(b));
}

static bool figures_differ(const struct vmt_figure *a, const struct vmt_figure *b)
{
    return a->amount.known && b->amount.known &&
           (a->amount.lower > b->amount.upper || b->amount.lower > a->amount.upper);
}

static bool is_told(const struct vmt_string *cgroup)
{
    return cgroup != NULL && !vmt_slice_equals(vmt_string_slice(cgroup), vmt_slice("."));
}

/* Both of the machine, or of what can be one control group. */
static bool are_of_one_group(const struct vmt_string *a, const struct vmt_string *b)
{
    if (a == NULL || b == NULL) {
        return a == b;
    }
    return !is_told(a) || !is_told(b) || vmt_slice_equals(vmt_string_slice(a), vmt_string_slice(b));
}

static bool can_be_of_one_host(const struct vmt_system_record *a, const struct vmt_system_record *b)
{
    return a->host->platform == b->host->platform &&
           are_of_one_group(a->host->cgroup, b->host->cgroup) &&
           are_of_one_product(a->host->os, b->host->os) &&
           !figures_differ(&a->page_size, &b->page_size) && !figures_differ(&a->total, &b->total);
}

static void take_constants(struct vmt_system_record *to, const struct vmt_system_record *from)
{
    if (from != NULL && from->host->input == to->host->input && can_be_of_one_host(to, from)) {
        to->page_size = to->page_size.amount.known ? to->page_size : from->page_size;
        to->total = to->total.amount.known ? to->total : from->total;
    }
}

static enum vmt_status list_records(struct making *making, struct vmt_error *err)
{
    struct vmt_walker walker = {0};
    const struct vmt_host *host = vmt_sequence_next(&making->snapshot->hosts, &walker);
    for (; host != NULL; host = vmt_sequence_next(&making->snapshot->hosts, &walker)) {
        struct vmt_system_record *record = vmt_arena_alloc(&making->out->arena, 1, sizeof *record);
        if (record == NULL) {
            return vmt_arena_fail(&making->out->arena, err);
        }
        record->host = host;
        record->page_size = find_constant(host, VMT_HOST_PAGE_SIZE);
        record->total = find_constant(host, VMT_HOST_TOTAL);
        vmt_system_look(record);
        record->previous_read = making->last;
        take_constants(record, making->last);
        if (making->last == NULL) {
            making->first = record;
        } else {
            making->last->next_read = record;
        }
        making->last = record;
    }
    for (struct vmt_system_record *record = making->last; record != NULL;
         record = record->previous_read) {
        take_constants(record, record->next_read);
    }
    return VMT_OK;
}

/* --- which host it is of ---------------------------------------------------------------------- */

/* Why the record cannot be of the host, or NULL. */
static const char *contradiction(const struct vmt_system_host *host,
                                 const struct vmt_system_record *record)
{
    if (host->platform != record->host->platform ||
        !are_of_one_product(host->os, record->host->os)) {
        return "another system";
    }
    if (figures_differ(&host->page_size, &record->page_size)) {
        return "another page size";
    }
    return figures_differ(&host->total, &record->total) ? "another amount of physical memory"
                                                        : NULL;
}

static enum vmt_status note(struct vmt_system_host *host, enum vmt_note_kind kind,
                            const struct vmt_system_record *record, const char *words,
                            struct vmt_error *err)
{
    const struct vmt_place place = {record->host->input->data, record->host->line, 0};
    return vmt_notes_add(&host->notes, kind, place, vmt_slice(words), (struct vmt_slice){0}, err);
}

static enum vmt_status add_host(struct vmt_system_host **out, struct making *making,
                                const struct vmt_system_record *record, const char *words,
                                struct vmt_error *err)
{
    struct vmt_system *system = making->out;
    struct vmt_system_host *host = vmt_sequence_add(&system->hosts);
    if (host == NULL) {
        return vmt_arena_fail(&system->arena, err);
    }
    host->number = system->hosts.count;
    host->platform = record->host->platform;
    host->kind = record->host->cgroup != NULL           ? VMT_SYSTEM_CGROUP
                 : host->platform == VMT_PLATFORM_LINUX ? VMT_SYSTEM_LINUX
                                                        : VMT_SYSTEM_DARWIN;
    vmt_notes_init(&host->notes, &system->arena, &system->strings);
    *out = host;
    return words == NULL ? VMT_OK : note(host, VMT_NOTE_OTHER_HOST, record, words, err);
}

/* Hosts that the record can be of, the one of the record before it first, then the latest. */
struct candidates {
    struct vmt_system_host *latest[HOSTS_COMPARED]; /* a ring */
    size_t count;                                   /* ever put in */
    struct vmt_system_host *before;                 /* a machine */
};

static struct vmt_system_host *choose_host(const struct candidates *candidates,
                                           const struct vmt_system_record *record, bool *guessed,
                                           const char **words)
{
    struct vmt_system_host *chosen = NULL;
    *guessed = false;
    *words = NULL;
    if (candidates->before != NULL && record->host->cgroup == NULL) {
        *words = contradiction(candidates->before, record);
        chosen = *words == NULL ? candidates->before : NULL;
    }
    size_t kept = candidates->count < HOSTS_COMPARED ? candidates->count : HOSTS_COMPARED;
    for (size_t i = 1; i <= kept; i++) {
        struct vmt_system_host *host = candidates->latest[(candidates->count - i) % HOSTS_COMPARED];
        if (host != chosen && are_of_one_group(host->cgroup, record->host->cgroup) &&
            contradiction(host, record) == NULL) {
            *guessed = *guessed || chosen != NULL;
            chosen = chosen == NULL ? host : chosen;
        }
    }
    return chosen;
}

static void join(struct vmt_system_host *host, struct vmt_system_record *record)
{
    if (host->last == NULL) {
        host->first = record;
    } else {
        host->last->next = record;
    }
    host->last = record;
    host->record_count++;
    host->page_size = host->page_size.amount.known ? host->page_size : record->page_size;
    host->total = host->total.amount.known ? host->total : record->total;
    host->os = host->os != NULL ? host->os : record->host->os;
    if (!is_told(host->cgroup)) {
        host->cgroup = record->host->cgroup;
    }
}

static enum vmt_status assign_hosts(struct making *making, struct vmt_error *err)
{
    struct candidates candidates = {.count = 0};
    for (struct vmt_system_record *record = making->first; record != NULL;
         record = record->next_read) {
        enum vmt_status status = VMT_OK;
        const char *words = NULL;
        bool guessed = false;
        struct vmt_system_host *host = choose_host(&candidates, record, &guessed, &words);
        if (host == NULL) {
            status = add_host(&host, making, record, words, err);
            if (status == VMT_OK) {
                candidates.latest[candidates.count++ % HOSTS_COMPARED] = host;
            }
        } else if (guessed && host->last->host->input != record->host->input) {
            status = note(host, VMT_NOTE_HOST_GUESSED, record, record->host->grammar, err);
        }
        if (status != VMT_OK) {
            return status;
        }
        join(host, record);
        candidates.before = host->cgroup == NULL ? host : candidates.before;
    }
    return VMT_OK;
}

/* --- all of it -------------------------------------------------------------------------------- */

/* Count the samples of a host, and what they can state differently. */
static void count_samples(struct vmt_system *system, struct vmt_system_host *host)
{
    struct vmt_state state;
    struct vmt_system_walker walker = {.number = 0};
    uint64_t constants = 0;
    while (vmt_system_next_parts(host, &walker, &state)) {
        size_t values = VMT_STATE_CHECKS;
        for (size_t i = 0; i < state.part_count; i++) {
            values += state.parts[i].sample->count;
        }
        system->check_room = values > system->check_room ? values : system->check_room;
        if (vmt_system_is_sample(host, &state)) {
            host->samples++;
        } else {
            constants++;
        }
    }
    host->only_constants = host->samples == 0;
    host->samples = host->only_constants ? constants : host->samples;
}

static enum vmt_status note_page_sizes(struct vmt_system *system, struct vmt_system_host *host,
                                       struct vmt_error *err)
{
    struct vmt_state state;
    struct vmt_system_walker walker = {.number = 0};
    uint64_t unconverted = 0;
    if (host->page_size.amount.known) {
        return VMT_OK; /* all of its records have one */
    }
    while (vmt_system_next(system, host, &walker, &state)) {
        unconverted += state.unconverted;
    }
    if (unconverted == 0) {
        return VMT_OK;
    }
    char words[64];
    snprintf(words, sizeof words, "%" PRIu64 " %s", unconverted,
             unconverted == 1 ? "value" : "values");
    return note(host, VMT_NOTE_UNKNOWN_PAGE_SIZE, host->first, words, err);
}

static enum vmt_status make(struct making *making, struct vmt_error *err)
{
    struct vmt_system *out = making->out;
    enum vmt_status status = list_records(making, err);
    if (status == VMT_OK) {
        status = assign_hosts(making, err);
    }
    if (status != VMT_OK) {
        return status;
    }
    struct vmt_walker walker = {0};
    struct vmt_system_host *host = vmt_sequence_next(&out->hosts, &walker);
    for (; host != NULL; host = vmt_sequence_next(&out->hosts, &walker)) {
        count_samples(out, host);
    }
    out->checks = vmt_arena_alloc(&out->arena, out->check_room + 1, sizeof *out->checks);
    if (out->checks == NULL) {
        return vmt_arena_fail(&out->arena, err);
    }
    walker = (struct vmt_walker){0};
    host = vmt_sequence_next(&out->hosts, &walker);
    for (; status == VMT_OK && host != NULL; host = vmt_sequence_next(&out->hosts, &walker)) {
        status = note_page_sizes(out, host, err);
    }
    return status;
}

enum vmt_status vmt_system_make(struct vmt_system *out, const struct vmt_snapshot *snapshot,
                                const struct vmt_allocator *allocator, size_t memory_limit,
                                struct vmt_error *err)
{
    *out = (struct vmt_system){.check_room = 0};
    vmt_arena_init(&out->arena, allocator, memory_limit);
    vmt_intern_init(&out->strings, &out->arena);
    vmt_sequence_init(&out->hosts, &out->arena, sizeof(struct vmt_system_host));
    struct making making = {.out = out, .snapshot = snapshot};
    return make(&making, err);
}

void vmt_system_free(struct vmt_system *system)
{
    vmt_arena_free(&system->arena);
}

const struct vmt_system_record *vmt_system_next_record(const struct vmt_system_host *host,
                                                       const struct vmt_system_record *record)
{
    return record == NULL ? host->first : record->next;
}

const struct vmt_host *vmt_system_record_host(const struct vmt_system_record *record)
{
    return record->host;
}
