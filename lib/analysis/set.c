/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/set.h"

#include "analysis/account.h"
#include "analysis/account_object.h"
#include "analysis/set_floor.h"
#include "analysis/set_form.h"
#include "analysis/set_key.h"
#include "analysis/set_pages.h"
#include "analysis/set_totals.h"

static const enum vmt_member shared_members[VMT_SHARED_PARTS] = {VMT_SHARED_CLEAN, VMT_SHARED_DIRTY,
                                                                 VMT_SWAPPED_SHARED};
enum { CLEAN, DIRTY, SWAPPED };

/* What is not found out region by region. */
static const enum vmt_member by_totals[] = {
    VMT_VIRTUAL,         VMT_RESERVED,          VMT_PRIVATE_CLEAN,   VMT_PRIVATE_DIRTY,
    VMT_SWAPPED_PRIVATE, VMT_PRIVATE_FOOTPRINT, VMT_HEAP_KEPT_EMPTY, VMT_USS,
    VMT_FOOTPRINT};

/* A group while its set is made. */
struct made_group {
    struct vmt_group group;         /* the first member */
    const struct vmt_process *last; /* that was counted among the holders */
    /* while it is divided: what the regions so far share, and were given */
    uint64_t shared[VMT_SHARED_PARTS];
    uint64_t given[VMT_SHARED_PARTS];
};

/* How often a key has occurred in the process at hand: the second row of a key is another thing. */
struct occurrence {
    const struct vmt_process *process;
    uint64_t count;
};

struct making {
    struct vmt_set *out;
    struct vmt_string_map groups;      /* by key: struct made_group */
    struct vmt_string_map occurrences; /* by key without its number */
    struct vmt_set_holders holders;    /* of objects */
    struct vmt_set_floor floor;
    struct vmt_set_totals totals; /* of those with regions */
    struct vmt_set_totals others; /* of those with totals only */
};

/* Tell the key's next occurrence in the process from the others.  False when there is no memory. */
static bool number_key(struct making *making, struct vmt_set_key *key,
                       const struct vmt_process *process)
{
    struct vmt_set *out = making->out;
    const struct vmt_string *name =
        vmt_intern(&out->strings, (struct vmt_slice){key->data, key->length});
    void **slot = name == NULL ? NULL : vmt_string_map_at(&making->occurrences, name);
    if (slot == NULL) {
        return false;
    }
    struct occurrence *occurrence = *slot;
    if (occurrence == NULL) {
        occurrence = *slot = vmt_arena_alloc(&out->arena, 1, sizeof *occurrence);
    }
    if (occurrence == NULL) {
        return false;
    }
    occurrence->count = occurrence->process == process ? occurrence->count + 1 : 0;
    occurrence->process = process;
    return vmt_set_key_add_number(key, occurrence->count);
}

/* The group of the key; all regions of one object are in one.  NULL when there is no memory. */
static struct made_group *find_group(struct making *making, struct vmt_set_key *key,
                                     enum vmt_share_method method,
                                     const struct vmt_process *process)
{
    struct vmt_set *out = making->out;
    if (method != VMT_SHARE_OBJECT && !number_key(making, key, process)) {
        return NULL;
    }
    const struct vmt_string *name =
        vmt_intern(&out->strings, (struct vmt_slice){key->data, key->length});
    void **slot = name == NULL ? NULL : vmt_string_map_at(&making->groups, name);
    if (slot != NULL && *slot == NULL) {
        *slot = vmt_sequence_add(&out->groups);
    }
    return slot == NULL ? NULL : *slot;
}

static struct vmt_amount larger(struct vmt_amount a, struct vmt_amount b)
{
    if (!a.bounded || !b.bounded) {
        return VMT_UNKNOWN;
    }
    return (struct vmt_amount){a.value > b.value ? a.value : b.value,
                               a.lower > b.lower ? a.lower : b.lower,
                               a.upper > b.upper ? a.upper : b.upper, a.known && b.known, true};
}

/* Copies and pages still shared look alike, unless the copies were counted. */
static bool may_be_copies(const struct vmt_region *region, const struct vmt_amounts *amounts)
{
    return region->mapping == NULL && !vmt_object_counts_copies(region) &&
           region->sharing == VMT_SHARING_COW && amounts->of[VMT_DIRTY].upper > 0;
}

static void join(struct made_group *made, enum vmt_share_method method,
                 const struct vmt_process *process, const struct vmt_region *region,
                 const struct vmt_amounts *amounts)
{
    struct vmt_group *group = &made->group;
    bool first = group->regions == 0;
    group->region = region;
    group->method = method;
    group->uncertain =
        group->uncertain || (method == VMT_SHARE_FORK && may_be_copies(region, amounts));
    group->regions++;
    group->holders += made->last == process ? 0 : 1;
    made->last = process;
    for (size_t i = 0; i < VMT_SHARED_PARTS; i++) {
        struct vmt_amount amount = amounts->of[shared_members[i]];
        group->largest[i] = first ? amount : larger(group->largest[i], amount);
        if (first) {
            group->sum[i] = amount;
        } else {
            vmt_amount_add(&group->sum[i], amount);
        }
    }
}

static bool shares_anything(const struct vmt_amounts *amounts)
{
    for (size_t i = 0; i < VMT_SHARED_PARTS; i++) {
        const struct vmt_amount *amount = &amounts->of[shared_members[i]];
        if (!amount->bounded || amount->upper > 0) {
            return true;
        }
    }
    return false;
}

/* Visit each region of a process that shares something, with its group. */
typedef enum vmt_status visit(struct making *making, struct vmt_set_process *member,
                              struct made_group *group, enum vmt_share_method method,
                              const struct vmt_region *region, const struct vmt_amounts *amounts,
                              struct vmt_error *err);

static enum vmt_status visit_regions(struct making *making, struct vmt_set_process *member,
                                     visit *function, struct vmt_error *err)
{
    struct vmt_set *out = making->out;
    const struct vmt_account account = vmt_account_for(member->process);
    struct vmt_set_key key = {.arena = &out->arena};
    struct vmt_walker walker = {0};
    enum vmt_status status = VMT_OK;
    const struct vmt_region *region = vmt_sequence_next(&member->process->regions, &walker);
    for (; status == VMT_OK && region != NULL;
         region = vmt_sequence_next(&member->process->regions, &walker)) {
        struct vmt_amounts amounts;
        enum vmt_share_method method = VMT_SHARE_ALONE;
        vmt_account_start(&amounts);
        vmt_account_region(&amounts, &account, region);
        if (!shares_anything(&amounts)) {
            continue;
        }
        struct made_group *group =
            vmt_set_key_make(&key, &method, &making->holders, member->process, &account, region)
                ? find_group(making, &key, method, member->process)
                : NULL;
        status = group == NULL ? vmt_arena_fail(&out->arena, err)
                               : function(making, member, group, method, region, &amounts, err);
    }
    return status;
}

static enum vmt_status visit_to_join(struct making *making, struct vmt_set_process *member,
                                     struct made_group *group, enum vmt_share_method method,
                                     const struct vmt_region *region,
                                     const struct vmt_amounts *amounts, struct vmt_error *err)
{
    join(group, method, member->process, region, amounts);
    return vmt_set_floor_add(&making->floor, member, region, amounts, method)
               ? VMT_OK
               : vmt_arena_fail(&making->out->arena, err);
}

/* `amount * part / whole` without leaving 64 bits; part <= whole. */
static uint64_t scaled(uint64_t amount, uint64_t part, uint64_t whole)
{
    if (part >= whole) {
        return whole == 0 ? 0 : amount;
    }
    long double exact = (long double)amount * (long double)part / (long double)whole;
    uint64_t result = (uint64_t)exact;
    return result > amount ? amount : result;
}

/* A group counted once: its largest region, of those that are one thing.  Regions of one object may
 * show different parts of it, so what they share is divided by those who hold it. */
static uint64_t once_of(const struct vmt_group *group, size_t i)
{
    return group->method == VMT_SHARE_OBJECT ? group->sum[i].value / group->holders
                                             : group->largest[i].value;
}

/* What one region of a group gets of the group counted once: by what all regions up to it get, so
 * that the parts add up, and none is more than what the region shares. */
static struct vmt_amount part_of(const struct making *making, struct made_group *made, size_t i,
                                 struct vmt_amount shared)
{
    const struct vmt_group *group = &made->group;
    if (!shared.bounded) {
        return VMT_UNKNOWN;
    }
    /* All can have the cache, whatever ranges they show; other pages can be of any other row too.
     */
    uint64_t lower =
        group->method == VMT_SHARE_CACHE ? shared.lower / making->out->process_count : 0;
    if (!group->largest[i].known || !group->sum[i].known ||
        (group->uncertain && group->holders > 1)) {
        return vmt_between(lower, shared.upper);
    }
    uint64_t once = once_of(group, i);
    made->shared[i] += shared.value;
    uint64_t up_to = scaled(once, made->shared[i], group->sum[i].value);
    uint64_t value = up_to > made->given[i] ? up_to - made->given[i] : 0;
    made->given[i] += value;
    return vmt_estimate(value, value < lower ? value : lower,
                        value > shared.upper ? value : shared.upper);
}

static enum vmt_status visit_to_divide(struct making *making, struct vmt_set_process *member,
                                       struct made_group *group, enum vmt_share_method method,
                                       const struct vmt_region *region,
                                       const struct vmt_amounts *amounts, struct vmt_error *err)
{
    (void)method;
    struct vmt_amount part = part_of(making, group, CLEAN, amounts->of[VMT_SHARED_CLEAN]);
    vmt_amount_add(&part, part_of(making, group, DIRTY, amounts->of[VMT_SHARED_DIRTY]));
    vmt_amount_add(&member->share, part);
    if (region->submap_depth > 0) {
        vmt_amount_add(&member->submaps, amounts->of[VMT_RESIDENT]);
        vmt_amount_add(&member->submaps_part, part);
    }
    if (group->group.holders < 2) {
        return VMT_OK;
    }
    struct vmt_share *share = vmt_sequence_add(&member->shares);
    if (share == NULL) {
        return vmt_arena_fail(&making->out->arena, err);
    }
    share->region = region;
    share->group = &group->group;
    share->part = part;
    share->shared = amounts->of[VMT_SHARED_CLEAN];
    vmt_amount_add(&share->shared, amounts->of[VMT_SHARED_DIRTY]);
    return VMT_OK;
}

/* What the process comes to by itself; a reason against the set when that is not all of it. */
static enum vmt_status begin_process(struct making *making, struct vmt_set_process *member,
                                     const struct vmt_allocator *allocator, size_t memory_limit,
                                     struct vmt_error *err)
{
    struct vmt_set *out = making->out;
    struct vmt_breakdown breakdown;
    enum vmt_status status =
        vmt_breakdown_make(&breakdown, member->process, allocator, memory_limit, err);
    bool none = status == VMT_OK && breakdown.level == VMT_LEVEL_NONE;
    if (none && member->process->regions.count == 0) {
        out->silent_count++;
    } else if (none || (status == VMT_OK && breakdown.coverage == VMT_COVERAGE_EXCERPT)) {
        out->reason = "not every dump has all of its regions";
    } else if (status == VMT_OK) {
        const struct vmt_amount *of = breakdown.totals.of;
        member->by_totals = breakdown.level != VMT_LEVEL_REGIONS;
        out->by_totals += member->by_totals ? 1 : 0;
        vmt_set_totals_add(member->by_totals ? &making->others : &making->totals,
                           &breakdown.totals);
        member->resident = of[VMT_RESIDENT];
        member->uss = of[VMT_USS];
        member->pss = of[VMT_PSS];
        member->share = of[VMT_PRIVATE_CLEAN];
        vmt_amount_add(&member->share, of[VMT_PRIVATE_DIRTY]);
    }
    vmt_breakdown_free(&breakdown);
    return status;
}

/* Shared memory counted once.  One thing may have several names, and the same pages may stand in
 * several rows, cut at other addresses: the lower bound of each is nothing. */
static void add_groups(struct vmt_set *out)
{
    struct vmt_walker walker = {0};
    const struct made_group *made = vmt_sequence_next(&out->groups, &walker);
    for (; made != NULL; made = vmt_sequence_next(&out->groups, &walker)) {
        const struct vmt_group *group = &made->group;
        for (size_t i = 0; i < VMT_SHARED_PARTS; i++) {
            struct vmt_amount once = group->largest[i];
            once.value = once.known ? once_of(group, i) : 0;
            once.upper = group->sum[i].upper;
            once.bounded = once.bounded && group->sum[i].bounded;
            once.known = once.known && !(group->uncertain && group->holders > 1);
            vmt_amount_add(&out->totals.of[shared_members[i]], vmt_amount_from_zero(once));
        }
    }
}

static void sum_of(struct vmt_amounts *amounts, enum vmt_member sum, enum vmt_member first,
                   enum vmt_member second)
{
    amounts->of[sum] = amounts->of[first];
    vmt_amount_add(&amounts->of[sum], amounts->of[second]);
}

static struct vmt_amount within(struct vmt_amount amount, uint64_t lower, uint64_t upper)
{
    amount.lower = amount.lower > lower ? amount.lower : lower;
    amount.upper = amount.upper < upper ? amount.upper : upper;
    amount.upper = amount.upper > amount.lower ? amount.upper : amount.lower;
    if (amount.known) {
        amount.value = amount.value > amount.lower ? amount.value : amount.lower;
        amount.value = amount.value < amount.upper ? amount.value : amount.upper;
    }
    return amount;
}

static void lower_by(struct vmt_amount *amount, uint64_t doubt)
{
    amount->lower -= amount->lower < doubt ? amount->lower : doubt;
}

/* What a process has mapped several times it has once.  Its own sums count regions, as all do. */
static void allow_for_twice(struct making *making)
{
    struct vmt_set *out = making->out;
    uint64_t all = 0;
    uint64_t most = 0;
    for (size_t i = 0; i < out->process_count; i++) {
        struct vmt_set_process *member = &out->processes[i];
        lower_by(&member->share, member->twice);
        all += member->twice;
        most = member->twice > most ? member->twice : most;
    }
    for (int member = 0; all > 0 && member < VMT_MEMBER_COUNT; member++) {
        lower_by(&out->totals.of[member], all);
    }
    making->floor.lower -= making->floor.lower < most ? making->floor.lower : most;
    lower_by(&making->totals.sum.of[VMT_PSS], all);
}

static void finish(struct making *making)
{
    struct vmt_amounts *totals = &making->out->totals;
    for (size_t i = 0; i < sizeof by_totals / sizeof by_totals[0]; i++) {
        totals->of[by_totals[i]] = vmt_set_total(&making->totals, by_totals[i]);
    }
    add_groups(making->out);
    allow_for_twice(making);
    sum_of(totals, VMT_CLEAN, VMT_PRIVATE_CLEAN, VMT_SHARED_CLEAN);
    sum_of(totals, VMT_DIRTY, VMT_PRIVATE_DIRTY, VMT_SHARED_DIRTY);
    sum_of(totals, VMT_SWAPPED, VMT_SWAPPED_PRIVATE, VMT_SWAPPED_SHARED);
    sum_of(totals, VMT_RESIDENT, VMT_CLEAN, VMT_DIRTY);
    struct vmt_amount *resident = &totals->of[VMT_RESIDENT];
    const struct vmt_amount *sums = making->totals.sum.of;
    if (resident->bounded && sums[VMT_RESIDENT].bounded) {
        uint64_t parts = sums[VMT_PSS].lower;
        uint64_t lower = making->floor.lower > parts ? making->floor.lower : parts;
        *resident = within(*resident, lower, sums[VMT_RESIDENT].upper);
    }
    totals->of[VMT_PSS] = *resident;
    for (size_t i = 0; i < making->out->process_count; i++) {
        /* What is private is not shared: the limits of both parts are not reached together. */
        struct vmt_set_process *member = &making->out->processes[i];
        uint64_t most = member->resident.upper;
        bool beyond = member->share.bounded && member->resident.bounded &&
                      member->share.upper > most && member->share.value <= most &&
                      member->share.lower <= most;
        member->share.upper = beyond ? most : member->share.upper;
        if (member->share.bounded && member->pss.bounded) {
            /* Divided by all processes of the machine it is no more. */
            uint64_t least = member->pss.lower;
            least -= least < member->twice ? least : member->twice;
            member->share = within(member->share, least, member->share.upper);
        }
    }
}

/* No regions to find what is shared in: all of it may be, or none.  Those that have regions count
 * as one, within which shared memory is counted once already; any of it may be in the others, too,
 * so that a share is no more than it was, and perhaps less. */
static void finish_by_totals(struct making *making)
{
    struct vmt_set *out = making->out;
    if (making->totals.processes > 0) {
        vmt_set_totals_add(&making->others, &out->totals);
    }
    out->totals = vmt_set_totals_of(&making->others);
    for (size_t i = 0; i < out->process_count; i++) {
        struct vmt_set_process *member = &out->processes[i];
        bool told = member->pss.bounded && member->resident.bounded &&
                    member->pss.lower <= member->resident.upper;
        if (member->by_totals) {
            member->share =
                told ? vmt_between(member->pss.lower, member->resident.upper) : VMT_UNKNOWN;
        } else if (member->share.bounded && member->uss.bounded) {
            uint64_t lower = told ? member->pss.lower : member->uss.lower;
            member->share.lower = lower < member->share.lower ? lower : member->share.lower;
        }
    }
}

static enum vmt_status make(struct making *making, const struct vmt_allocator *allocator,
                            size_t memory_limit, struct vmt_error *err)
{
    struct vmt_set *out = making->out;
    static visit *const passes[] = {visit_to_join, visit_to_divide};
    enum vmt_status status = VMT_OK;
    for (size_t i = 0; status == VMT_OK && out->reason == NULL && i < out->process_count; i++) {
        struct vmt_set_process *member = &out->processes[i];
        const struct vmt_account account = vmt_account_for(member->process);
        status = begin_process(making, member, allocator, memory_limit, err);
        if (status == VMT_OK && (!vmt_set_holders_add(&making->holders, member->process) ||
                                 !vmt_set_floor_twice(&making->floor, member, &account))) {
            status = vmt_arena_fail(&out->arena, err);
        }
    }
    if (out->reason == NULL && out->process_count < out->silent_count + 2) {
        out->reason = "less than two tell anything of their memory";
    }
    for (size_t pass = 0; pass < sizeof passes / sizeof passes[0]; pass++) {
        vmt_string_map_init(&making->occurrences, &out->arena);
        for (size_t i = 0; status == VMT_OK && out->reason == NULL && i < out->process_count; i++) {
            if (!out->processes[i].by_totals) {
                status = visit_regions(making, &out->processes[i], passes[pass], err);
            }
        }
    }
    if (status == VMT_OK && out->reason == NULL && making->totals.processes > 0) {
        finish(making);
        if (vmt_set_has_pages(out)) {
            status = vmt_set_pages_take(out, allocator, memory_limit, err);
        }
    }
    if (status == VMT_OK && out->reason == NULL && out->by_totals > 0) {
        finish_by_totals(making);
    }
    return status;
}

enum vmt_status vmt_set_make(struct vmt_set *out, const struct vmt_snapshot *snapshot,
                             const struct vmt_allocator *allocator, size_t memory_limit,
                             struct vmt_error *err)
{
    *out = (struct vmt_set){.reason = vmt_set_objection(snapshot)};
    vmt_arena_init(&out->arena, allocator, memory_limit);
    vmt_intern_init(&out->strings, &out->arena);
    vmt_sequence_init(&out->groups, &out->arena, sizeof(struct made_group));
    if (out->reason != NULL) {
        return VMT_OK;
    }
    struct making making = {.out = out};
    vmt_string_map_init(&making.groups, &out->arena);
    vmt_set_floor_init(&making.floor, &out->arena, &out->strings);
    vmt_set_holders_init(&making.holders, &out->arena, &out->strings);
    out->processes =
        vmt_arena_alloc(&out->arena, snapshot->processes.count, sizeof *out->processes);
    if (out->processes == NULL) {
        return vmt_arena_fail(&out->arena, err);
    }
    struct vmt_walker walker = {0};
    const struct vmt_process *process = NULL;
    while ((process = vmt_sequence_next(&snapshot->processes, &walker)) != NULL) {
        struct vmt_set_process *member = &out->processes[out->process_count++];
        member->process = process;
        member->submaps = member->submaps_part = vmt_exactly(0);
        vmt_sequence_init(&member->shares, &out->arena, sizeof(struct vmt_share));
    }
    for (size_t i = 0; i < VMT_SHARED_PARTS; i++) {
        out->totals.of[shared_members[i]] = vmt_exactly(0);
    }
    return make(&making, allocator, memory_limit, err);
}

void vmt_set_free(struct vmt_set *set)
{
    vmt_arena_free(&set->arena);
}

const char *vmt_share_method_name(enum vmt_share_method method)
{
    switch (method) {
    case VMT_SHARE_ALONE:
        break;
    case VMT_SHARE_FILE:
        return "file";
    case VMT_SHARE_CACHE:
        return "cache";
    case VMT_SHARE_FORK:
        return "fork";
    case VMT_SHARE_OBJECT:
        return "object";
    }
    return "alone";
}
