/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/set_pages.h"

#include <stdlib.h>

#include "analysis/account_parts.h"

/* The runs of all processes in the order of their pages; those of one process do not overlap.  A
 * sweep over them then meets each page once, and knows who has it.
 *
 * What a process has written in the shared region is cut out of it, and shows pages of the region's
 * own objects beside its copies.  These are other processes' too, whose pages of the region are
 * not told: they are known by their objects, and divided by all. */

struct run {
    uint64_t object;
    uint64_t start;
    uint64_t end;
    size_t process;
};

/* What a process has, in bytes; a page that it maps twice is one. */
struct sums {
    uint64_t shared; /* that another of the set has, too */
    uint64_t share;  /* each page divided: the shares add up to what all have */
    uint64_t common; /* in objects of the shared region, and in none of the above */
};

struct sweep {
    struct sums *sums; /* of each process */
    uint64_t *common;  /* objects of the shared region, ascending */
    size_t common_count;
    bool common_told; /* these are all */
    struct run *runs;
    size_t count;
    size_t next;               /* run that has not begun */
    const struct run **active; /* that have begun and not ended: one of a process at most */
    size_t active_count;
};

static int compare(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b ? 1 : 0;
}

static int compare_numbers(const void *a, const void *b)
{
    return compare(*(const uint64_t *)a, *(const uint64_t *)b);
}

/* By process first. */
static int compare_of_process(const void *a, const void *b)
{
    const struct run *first = a;
    const struct run *second = b;
    int order = compare(first->process, second->process);
    order = order != 0 ? order : compare(first->object, second->object);
    return order != 0 ? order : compare(first->start, second->start);
}

static int compare_of_all(const void *a, const void *b)
{
    const struct run *first = a;
    const struct run *second = b;
    int order = compare(first->object, second->object);
    order = order != 0 ? order : compare(first->start, second->start);
    return order != 0 ? order : compare(first->process, second->process);
}

static void take_runs(struct sweep *sweep, const struct vmt_set *set)
{
    for (size_t i = 0; i < set->process_count; i++) {
        const struct vmt_sequence *told = &set->processes[i].process->page_runs;
        struct vmt_walker walker = {0};
        const struct vmt_page_run *run = vmt_sequence_next(told, &walker);
        for (; run != NULL; run = vmt_sequence_next(told, &walker)) {
            uint64_t length = vmt_least(run->length, UINT64_MAX - run->offset);
            sweep->runs[sweep->count++] =
                (struct run){run->object, run->offset, run->offset + length, i};
        }
    }
}

/* Join the runs of one process that overlap: it has a page in two places. */
static void join_runs(struct sweep *sweep)
{
    struct run *runs = sweep->runs;
    size_t joined = 0;
    qsort(runs, sweep->count, sizeof *runs, compare_of_process);
    for (size_t i = 0; i < sweep->count; i++) {
        struct run *last = joined == 0 ? NULL : &runs[joined - 1];
        if (last != NULL && last->process == runs[i].process && last->object == runs[i].object &&
            runs[i].start <= last->end) {
            last->end = vmt_most(last->end, runs[i].end);
        } else {
            runs[joined++] = runs[i];
        }
    }
    sweep->count = joined;
}

/* The objects that the regions of the shared region show. */
static void take_common(struct sweep *sweep, const struct vmt_set *set)
{
    sweep->common_told = true;
    for (size_t i = 0; i < set->process_count; i++) {
        struct vmt_walker walker = {0};
        const struct vmt_sequence *regions = &set->processes[i].process->regions;
        const struct vmt_region *region = vmt_sequence_next(regions, &walker);
        for (; region != NULL; region = vmt_sequence_next(regions, &walker)) {
            const struct vmt_object *object = region->object;
            if (region->submap_depth == 0 || region->stated[VMT_EV_RESIDENT].value == 0) {
                continue;
            }
            if (object == NULL || object->id == 0 ||
                (object->known >> VMT_OBJECT_SHADOW_DEPTH & 1) == 0 ||
                object->fields[VMT_OBJECT_SHADOW_DEPTH] > 0) {
                sweep->common_told = false;
            } else {
                sweep->common[sweep->common_count++] = object->id;
            }
        }
    }
    qsort(sweep->common, sweep->common_count, sizeof *sweep->common, compare_numbers);
}

/* Take out the runs in objects of the shared region. */
static void part_common(struct sweep *sweep)
{
    size_t kept = 0;
    for (size_t i = 0; i < sweep->count; i++) {
        const struct run *run = &sweep->runs[i];
        if (bsearch(&run->object, sweep->common, sweep->common_count, sizeof *sweep->common,
                    compare_numbers) != NULL) {
            sweep->sums[run->process].common += run->end - run->start;
        } else {
            sweep->runs[kept++] = *run;
        }
    }
    sweep->count = kept;
}

/* Where the next run of the active ones' object begins, or the first of them ends. */
static uint64_t next_change(const struct sweep *sweep, uint64_t object)
{
    bool more = sweep->next < sweep->count && sweep->runs[sweep->next].object == object;
    uint64_t change = more ? sweep->runs[sweep->next].start : UINT64_MAX;
    for (size_t i = 0; i < sweep->active_count; i++) {
        change = vmt_least(change, sweep->active[i]->end);
    }
    return change;
}

/* Give so many bytes to all that have them; what division leaves goes to the first ones. */
static void divide(const struct sweep *sweep, uint64_t length)
{
    const uint64_t part = length / sweep->active_count;
    const uint64_t left = length % sweep->active_count;
    for (size_t i = 0; i < sweep->active_count; i++) {
        struct sums *sums = &sweep->sums[sweep->active[i]->process];
        sums->shared += sweep->active_count > 1 ? length : 0;
        sums->share += part + (i < left ? 1 : 0);
    }
}

static void drop_ended(struct sweep *sweep, uint64_t at)
{
    size_t kept = 0;
    for (size_t i = 0; i < sweep->active_count; i++) {
        if (sweep->active[i]->end > at) {
            sweep->active[kept++] = sweep->active[i];
        }
    }
    sweep->active_count = kept;
}

static void sweep_runs(struct sweep *sweep)
{
    uint64_t at = 0;
    while (sweep->next < sweep->count || sweep->active_count > 0) {
        bool none = sweep->active_count == 0;
        const struct run *first = none ? &sweep->runs[sweep->next] : sweep->active[0];
        at = none ? first->start : at;
        while (sweep->next < sweep->count && sweep->runs[sweep->next].object == first->object &&
               sweep->runs[sweep->next].start == at) {
            sweep->active[sweep->active_count++] = &sweep->runs[sweep->next++];
        }
        uint64_t change = next_change(sweep, first->object);
        divide(sweep, change - at);
        at = change;
        drop_ended(sweep, at);
    }
}

static enum vmt_status sum_pages(struct sweep *sweep, const struct vmt_set *set,
                                 struct vmt_arena *arena, struct vmt_error *err)
{
    size_t runs = 0;
    size_t regions = 0;
    for (size_t i = 0; i < set->process_count; i++) {
        runs += set->processes[i].process->page_runs.count;
        regions += set->processes[i].process->regions.count;
    }
    *sweep = (struct sweep){.next = 0};
    sweep->sums = vmt_arena_alloc(arena, set->process_count, sizeof *sweep->sums);
    sweep->common = vmt_arena_alloc(arena, regions + 1, sizeof *sweep->common);
    sweep->runs = vmt_arena_alloc(arena, runs + 1, sizeof *sweep->runs);
    sweep->active =
        (const struct run **)vmt_arena_alloc(arena, set->process_count, sizeof *sweep->active);
    if (sweep->sums == NULL || sweep->common == NULL || sweep->runs == NULL ||
        sweep->active == NULL) {
        return vmt_arena_fail(arena, err);
    }
    take_runs(sweep, set);
    take_common(sweep, set);
    join_runs(sweep);
    part_common(sweep);
    qsort(sweep->runs, sweep->count, sizeof *sweep->runs, compare_of_all);
    sweep_runs(sweep);
    return VMT_OK;
}

/* --- what it comes to ------------------------------------------------------------------------- */

bool vmt_set_has_pages(const struct vmt_set *set)
{
    for (size_t i = 0; i < set->process_count; i++) {
        const struct vmt_process *process = set->processes[i].process;
        if (process->regions.count > 0 && !process->pages_told) {
            return false;
        }
    }
    return set->by_totals == 0;
}

/* What all have of the shared region, at least what one of them has. */
static struct vmt_amount sum_submaps(const struct vmt_set *set)
{
    struct vmt_amount sum = vmt_exactly(0);
    struct vmt_walker walker = {0};
    const struct vmt_group *group = vmt_sequence_next(&set->groups, &walker);
    for (; group != NULL; group = vmt_sequence_next(&set->groups, &walker)) {
        for (size_t i = 0; group->region->submap_depth > 0 && i < VMT_SHARED_PARTS - 1; i++) {
            struct vmt_amount once = vmt_amount_from_zero(group->largest[i]);
            vmt_amount_add(&sum, vmt_amount_up_to(once, group->sum[i].upper));
        }
    }
    for (size_t i = 0; i < set->process_count; i++) {
        sum.lower = vmt_most(sum.lower, set->processes[i].submaps.lower);
    }
    sum.lower = vmt_least(sum.lower, sum.value);
    return sum;
}

/* The share of one process; pages of the shared region's objects are divided by all. */
static void take_share(struct vmt_set_process *member, const struct sums *sums, bool common_told,
                       size_t processes)
{
    const uint64_t part = sums->common / processes;
    member->share = member->submaps_part;
    vmt_amount_add(&member->share, vmt_estimate(sums->share + part, common_told ? sums->share : 0,
                                                sums->share + sums->common));
    if (common_told && member->uss.bounded) {
        /* Nobody has alone what another one was seen to have; what he maps twice is resident twice.
         */
        uint64_t others = sums->shared + member->submaps.lower;
        uint64_t most = member->resident.upper - vmt_least(member->resident.upper, others);
        member->uss.upper = vmt_most(vmt_least(member->uss.upper, most), member->uss.lower);
        member->uss.value = vmt_least(member->uss.value, member->uss.upper);
    }
}

static void take_sums(struct vmt_set *set, const struct sweep *sweep)
{
    const struct vmt_amount submaps = sum_submaps(set);
    struct vmt_amount resident = submaps;
    uint64_t told = 0;
    for (size_t i = 0; i < set->process_count; i++) {
        const struct sums *sums = &sweep->sums[i];
        take_share(&set->processes[i], sums, sweep->common_told, set->process_count);
        const uint64_t part = sums->common / set->process_count;
        vmt_amount_add(&resident,
                       vmt_estimate(sums->share + part, sums->share, sums->share + sums->common));
        told += sums->share;
    }
    if (!sweep->common_told) { /* what is told may be of the shared region, any of it */
        resident.lower = vmt_most(submaps.lower, told);
    }
    set->totals.of[VMT_RESIDENT] = set->totals.of[VMT_PSS] = resident;
    /* Sums over regions have twice what one process has mapped twice. */
    struct vmt_amount *own = &set->totals.of[VMT_USS];
    if (own->bounded && resident.bounded) {
        own->upper = vmt_least(own->upper, resident.upper);
        own->lower = vmt_least(own->lower, own->upper);
        own->value = vmt_least(own->value, own->upper);
    }
}

enum vmt_status vmt_set_pages_take(struct vmt_set *set, const struct vmt_allocator *allocator,
                                   size_t memory_limit, struct vmt_error *err)
{
    struct vmt_arena arena;
    struct sweep sweep;
    vmt_arena_init(&arena, allocator, memory_limit);
    enum vmt_status status = sum_pages(&sweep, set, &arena, err);
    if (status == VMT_OK) {
        take_sums(set, &sweep);
        set->by_pages = true;
    }
    vmt_arena_free(&arena);
    return status;
}
