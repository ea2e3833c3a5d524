/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/ranking.h"

#include <stdlib.h>

/* --- filters ---------------------------------------------------------------------------------- */

static bool holds(struct vmt_slice text, struct vmt_slice part)
{
    for (size_t i = 0; i + part.length <= text.length; i++) {
        if (vmt_slice_equals_nocase((struct vmt_slice){text.data + i, part.length}, part)) {
            return true;
        }
    }
    return false;
}

static bool has_name(const struct vmt_listed *listed, struct vmt_slice part)
{
    return part.length == 0 ||
           (listed->name != NULL && holds(vmt_string_slice(listed->name), part));
}

static bool is_wanted(const struct vmt_listed *listed, const struct vmt_ranking_options *options)
{
    return (listed->kind == VMT_LISTED_PROCESS ||
            (options->kernel && listed->kind == VMT_LISTED_KERNEL_THREAD)) &&
           has_name(listed, options->name);
}

/* --- order ------------------------------------------------------------------------------------ */

/* A row while rows are put in order: each comparison looks at nothing else. */
struct sortable {
    struct vmt_rank_row row;
    uint64_t size; /* what there is for certain, where the value is not known */
    enum { SIZE_KNOWN, SIZE_BOUNDED, SIZE_UNKNOWN } certainty;
};

static int compare_u64(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b ? 1 : 0;
}

/* Names that are not known come last. */
static int compare_names(const struct vmt_string *a, const struct vmt_string *b)
{
    if (a == b || a == NULL || b == NULL) {
        return a == b ? 0 : a == NULL ? 1 : -1;
    }
    int order = memcmp(a->data, b->data, a->length < b->length ? a->length : b->length);
    return order != 0 ? order : compare_u64(a->length, b->length);
}

/* By number, unknown ones last; then as they came. */
static int compare_processes(const struct vmt_listed *a, const struct vmt_listed *b)
{
    if (a->pid_known != b->pid_known) {
        return a->pid_known ? -1 : 1;
    }
    int order = compare_u64(a->pid, b->pid);
    return order != 0 ? order : compare_u64(a->order, b->order);
}

static int compare_rows(const void *a, const void *b)
{
    const struct sortable *first = a;
    const struct sortable *second = b;
    bool unknown = first->certainty == SIZE_UNKNOWN;
    int order = 0;
    if (unknown != (second->certainty == SIZE_UNKNOWN)) {
        return unknown ? 1 : -1;
    }
    order = compare_u64(second->size, first->size); /* the larger first */
    if (order == 0) {
        order = (int)first->certainty - (int)second->certainty;
    }
    return order != 0 ? order
                      : compare_processes(first->row.processes[0], second->row.processes[0]);
}

static int compare_rows_by_pid(const void *a, const void *b)
{
    return compare_processes(((const struct sortable *)a)->row.processes[0],
                             ((const struct sortable *)b)->row.processes[0]);
}

static int compare_rows_by_name(const void *a, const void *b)
{
    const struct vmt_listed *first = ((const struct sortable *)a)->row.processes[0];
    const struct vmt_listed *second = ((const struct sortable *)b)->row.processes[0];
    int order = compare_names(first->name, second->name);
    return order != 0 ? order : compare_processes(first, second);
}

/* Processes of one name stand together. */
static int compare_for_groups(const void *a, const void *b)
{
    const struct vmt_listed *first = *(const struct vmt_listed *const *)a;
    const struct vmt_listed *second = *(const struct vmt_listed *const *)b;
    int order = compare_names(first->name, second->name);
    if (order == 0 && first->kind != second->kind) {
        order = first->kind < second->kind ? -1 : 1;
    }
    return order != 0 ? order : compare_processes(first, second);
}

static void measure(struct sortable *sortable, const struct vmt_ranking_options *options)
{
    struct vmt_amount amount = sortable->row.amounts->of[options->member];
    sortable->size = amount.known ? amount.value : amount.lower;
    sortable->certainty = amount.known ? SIZE_KNOWN : amount.bounded ? SIZE_BOUNDED : SIZE_UNKNOWN;
    if (options->key == VMT_RANK_PROCESSES) {
        sortable->size = sortable->row.count;
        sortable->certainty = SIZE_KNOWN;
    }
}

static void sort(struct sortable *rows, size_t count, enum vmt_rank_key key)
{
    switch (key) {
    case VMT_RANK_MEMBER:
    case VMT_RANK_PROCESSES:
        qsort(rows, count, sizeof *rows, compare_rows);
        break;
    case VMT_RANK_PID:
        qsort(rows, count, sizeof *rows, compare_rows_by_pid);
        break;
    case VMT_RANK_NAME:
        qsort(rows, count, sizeof *rows, compare_rows_by_name);
        break;
    }
}

/* --- rows ------------------------------------------------------------------------------------- */

struct ranker {
    struct vmt_ranking *out;
    const struct vmt_ranking_options *options;
    const struct vmt_listed **processes; /* with memory first those that are wanted */
    size_t wanted;
    size_t count; /* with memory, wanted or not: for the totals */
    struct sortable *rows;
    size_t row_count;
};

static bool share_row(const struct vmt_listed *a, const struct vmt_listed *b,
                      const struct vmt_ranking_options *options)
{
    return options->by_name && a->name != NULL && a->name == b->name && a->kind == b->kind;
}

static enum vmt_status add_row(struct ranker *ranker, size_t first, size_t count,
                               struct vmt_error *err)
{
    const struct vmt_listed *const *processes = ranker->processes + first;
    const struct vmt_amounts *amounts = &processes[0]->amounts;
    if (count > 1) {
        struct vmt_amounts *sum = vmt_arena_alloc(&ranker->out->arena, 1, sizeof *sum);
        if (sum == NULL) {
            return vmt_arena_fail(&ranker->out->arena, err);
        }
        vmt_ranking_sum(sum, processes, count);
        amounts = sum;
    }
    struct sortable *sortable = &ranker->rows[ranker->row_count];
    sortable->row = (struct vmt_rank_row){processes, count, amounts};
    measure(sortable, ranker->options);
    struct vmt_amount least = amounts->of[ranker->options->member];
    if (ranker->options->least == 0 ||
        (least.bounded && (least.known ? least.value : least.lower) >= ranker->options->least)) {
        ranker->row_count++;
    }
    return VMT_OK;
}

static enum vmt_status make_rows(struct ranker *ranker, struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    if (ranker->options->by_name) {
        qsort((void *)ranker->processes, ranker->wanted, sizeof *ranker->processes,
              compare_for_groups);
    }
    for (size_t first = 0, next = 0; status == VMT_OK && first < ranker->wanted; first = next) {
        for (next = first + 1;
             next < ranker->wanted &&
             share_row(ranker->processes[first], ranker->processes[next], ranker->options);
             next++) {}
        status = add_row(ranker, first, next - first, err);
    }
    return status;
}

/* --- totals ----------------------------------------------------------------------------------- */

static void forget_peaks(struct vmt_amounts *amounts)
{
    amounts->of[VMT_FOOTPRINT_PEAK] = VMT_UNKNOWN;
    amounts->of[VMT_RESIDENT_PEAK] = VMT_UNKNOWN;
    amounts->of[VMT_VIRTUAL_PEAK] = VMT_UNKNOWN;
}

static uint64_t count_rows(const struct ranker *ranker)
{
    uint64_t rows = 0;
    for (size_t i = 0; i < ranker->count; i++) {
        rows +=
            i == 0 || !share_row(ranker->processes[i - 1], ranker->processes[i], ranker->options);
    }
    return rows;
}

/* Of all processes that have memory; the order of `processes` is free from here on. */
static void total_all(struct ranker *ranker)
{
    struct vmt_rank_total *all = &ranker->out->all;
    if (ranker->options->by_name) {
        qsort((void *)ranker->processes, ranker->count, sizeof *ranker->processes,
              compare_for_groups);
    }
    all->rows = count_rows(ranker);
    all->processes = ranker->count;
    vmt_ranking_sum(&all->amounts, ranker->processes, ranker->count);
    forget_peaks(&all->amounts);
}

static enum vmt_status total_shown(struct vmt_ranking *out, struct vmt_error *err)
{
    size_t count = 0;
    for (size_t i = 0; i < out->count; i++) {
        count += out->rows[i].count;
    }
    const struct vmt_listed **processes = vmt_arena_alloc(&out->arena, count, sizeof *processes);
    if (processes == NULL) {
        return vmt_arena_fail(&out->arena, err);
    }
    size_t with_memory = 0;
    for (size_t i = 0; i < out->count; i++) {
        const struct vmt_rank_row *row = &out->rows[i];
        bool has_memory = row->processes[0]->kind == VMT_LISTED_PROCESS; /* as all of a row */
        for (size_t j = 0; has_memory && j < row->count; j++) {
            processes[with_memory++] = row->processes[j];
        }
        out->shown.rows += has_memory ? 1 : 0;
    }
    out->shown.processes = with_memory;
    vmt_ranking_sum(&out->shown.amounts, processes, with_memory);
    forget_peaks(&out->shown.amounts);
    return VMT_OK;
}

/* --- all together ----------------------------------------------------------------------------- */

typedef bool chooser(const struct vmt_listed *listed, const struct vmt_ranking_options *options);

static bool has_memory(const struct vmt_listed *listed, const struct vmt_ranking_options *options)
{
    (void)options;
    return listed->kind == VMT_LISTED_PROCESS;
}

/* The processes of a kind, in an array of their own; NULL when there is no memory. */
static const struct vmt_listed **choose(struct ranker *ranker, const struct vmt_listing *listing,
                                        chooser *is_chosen, size_t *count)
{
    const struct vmt_listed **chosen =
        vmt_arena_alloc(&ranker->out->arena, listing->processes.count, sizeof *chosen);
    struct vmt_walker walker = {0};
    const struct vmt_listed *listed = vmt_sequence_next(&listing->processes, &walker);
    *count = 0;
    for (; chosen != NULL && listed != NULL;
         listed = vmt_sequence_next(&listing->processes, &walker)) {
        if (is_chosen(listed, ranker->options)) {
            chosen[(*count)++] = listed;
        }
    }
    return chosen;
}

static enum vmt_status keep_rows(struct ranker *ranker, struct vmt_error *err)
{
    struct vmt_ranking *out = ranker->out;
    size_t count = ranker->row_count;
    count = ranker->options->most < count ? (size_t)ranker->options->most : count;
    out->rows = vmt_arena_alloc(&out->arena, count, sizeof *out->rows);
    if (out->rows == NULL) {
        return vmt_arena_fail(&out->arena, err);
    }
    for (size_t i = 0; i < count; i++) {
        out->rows[i] = ranker->rows[i].row;
    }
    out->count = count;
    return VMT_OK;
}

static void count(struct vmt_ranking *out, const struct vmt_listing *listing)
{
    struct vmt_walker walker = {0};
    const struct vmt_listed *listed = vmt_sequence_next(&listing->processes, &walker);
    memcpy(out->kinds, listing->left_out, sizeof out->kinds);
    memcpy(out->unread, listing->unread, sizeof out->unread);
    for (; listed != NULL; listed = vmt_sequence_next(&listing->processes, &walker)) {
        bool silent = listed->kind == VMT_LISTED_PROCESS && !listed->measured;
        out->kinds[listed->kind]++;
        out->unread[VMT_UNREAD_SILENT] += silent ? 1 : 0;
    }
}

enum vmt_status vmt_ranking_make(struct vmt_ranking *out, const struct vmt_listing *listing,
                                 const struct vmt_ranking_options *options, struct vmt_error *err)
{
    *out = (struct vmt_ranking){.count = 0};
    vmt_arena_init(&out->arena, listing->allocator, listing->arena.limit);
    count(out, listing);
    struct ranker all = {.out = out, .options = options};
    struct ranker ranker = {.out = out, .options = options};
    all.processes = choose(&all, listing, has_memory, &all.count);
    ranker.processes = choose(&ranker, listing, is_wanted, &ranker.wanted);
    ranker.rows = vmt_arena_alloc(&out->arena, ranker.wanted, sizeof *ranker.rows);
    if (all.processes == NULL || ranker.processes == NULL || ranker.rows == NULL) {
        return vmt_arena_fail(&out->arena, err);
    }
    total_all(&all);
    enum vmt_status status = make_rows(&ranker, err);
    if (status == VMT_OK) {
        sort(ranker.rows, ranker.row_count, options->key);
        status = keep_rows(&ranker, err);
    }
    return status == VMT_OK ? total_shown(out, err) : status;
}

void vmt_ranking_free(struct vmt_ranking *ranking)
{
    vmt_arena_free(&ranking->arena);
}

enum vmt_member vmt_ranking_member(const struct vmt_listing *listing)
{
    static const enum vmt_member order[] = {VMT_PSS, VMT_FOOTPRINT, VMT_USS, VMT_RESIDENT,
                                            VMT_SWAPPED};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        struct vmt_walker walker = {0};
        const struct vmt_listed *listed = vmt_sequence_next(&listing->processes, &walker);
        for (; listed != NULL; listed = vmt_sequence_next(&listing->processes, &walker)) {
            if (listed->amounts.of[order[i]].known) {
                return order[i];
            }
        }
    }
    return VMT_VIRTUAL;
}
