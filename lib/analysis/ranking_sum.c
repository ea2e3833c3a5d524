/* SPDX-License-Identifier: MIT */
#include "config.h"

/* What the members of several processes come to together. */

#include "analysis/ranking.h"

enum rule {
    RULE_ADD,   /* each byte is of one process */
    RULE_UNION, /* the same page may be in several */
    RULE_PEAK   /* reached at different times */
};

static enum rule rule_of(enum vmt_member member)
{
    switch (member) {
    case VMT_VIRTUAL:
    case VMT_RESERVED:
    case VMT_PRIVATE_CLEAN:
    case VMT_PRIVATE_DIRTY:
    case VMT_SWAPPED_PRIVATE:
    case VMT_PRIVATE_FOOTPRINT:
    case VMT_HEAP_KEPT_EMPTY:
    case VMT_USS:
    case VMT_PSS:
    case VMT_SWAP_PSS:
    case VMT_FOOTPRINT:
        return RULE_ADD;
    case VMT_FOOTPRINT_PEAK:
    case VMT_RESIDENT_PEAK:
    case VMT_VIRTUAL_PEAK:
        return RULE_PEAK;
    case VMT_RESIDENT:
    case VMT_DIRTY:
    case VMT_SWAPPED:
    case VMT_SHARED_CLEAN:
    case VMT_SHARED_DIRTY:
    case VMT_SWAPPED_SHARED:
    case VMT_ANONYMOUS:
    case VMT_FILE_BACKED:
    case VMT_RECLAIMABLE:
    case VMT_RSS:
    case VMT_WIRED:
    case VMT_CLEAN:
    case VMT_MEMBER_COUNT:
        break;
    }
    return RULE_UNION;
}

static uint64_t most(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static bool has_memory(const struct vmt_listed *listed)
{
    return listed->kind == VMT_LISTED_PROCESS && listed->measured;
}

/* Processes that are only known to have some count with nothing in the value and in full in the
 * bounds: it is what there is at the least, and says so. */
static struct vmt_amount add_up(enum vmt_member member, const struct vmt_listed *const *processes,
                                size_t count)
{
    struct vmt_amount sum = vmt_exactly(0);
    bool known = false;
    for (size_t i = 0; i < count; i++) {
        struct vmt_amount part = processes[i]->amounts.of[member];
        if (has_memory(processes[i])) {
            known = known || part.known;
            part.value = part.known ? part.value : part.lower;
            part.known = part.bounded;
            vmt_amount_add(&sum, part);
        }
    }
    sum.known = sum.known && known;
    return sum;
}

/* The largest; unknown when one is unknown, which might be larger. */
static struct vmt_amount largest(enum vmt_member member, const struct vmt_listed *const *processes,
                                 size_t count)
{
    struct vmt_amount result = {.known = true, .bounded = true};
    for (size_t i = 0; i < count && result.bounded; i++) {
        struct vmt_amount part = processes[i]->amounts.of[member];
        if (has_memory(processes[i])) {
            result.value = most(result.value, part.value);
            result.lower = most(result.lower, part.lower);
            result.upper = most(result.upper, part.upper);
            result.known = result.known && part.known;
            result.bounded = part.bounded;
        }
    }
    return result.bounded ? result : VMT_UNKNOWN;
}

static void raise_lower(struct vmt_amount *amount, struct vmt_amount part)
{
    if (amount->bounded && part.bounded) {
        amount->lower = least(most(amount->lower, part.lower), amount->upper);
    }
}

/* All that is in at least one of them. */
static struct vmt_amount unite(enum vmt_member member, const struct vmt_listed *const *processes,
                               size_t count)
{
    struct vmt_amount sum = add_up(member, processes, count);
    struct vmt_amount part = largest(member, processes, count);
    if (!sum.bounded || !part.bounded) {
        return VMT_UNKNOWN;
    }
    return part.lower == sum.upper ? vmt_exactly(sum.upper) : vmt_between(part.lower, sum.upper);
}

static size_t count_with_memory(const struct vmt_listed *const *processes, size_t count)
{
    size_t with = 0;
    for (size_t i = 0; i < count; i++) {
        with += has_memory(processes[i]) ? 1 : 0;
    }
    return with;
}

void vmt_ranking_sum(struct vmt_amounts *sum, const struct vmt_listed *const *processes,
                     size_t count)
{
    if (count == 1) {
        *sum = processes[0]->amounts;
        return;
    }
    *sum = (struct vmt_amounts){.of = {VMT_UNKNOWN}};
    if (count_with_memory(processes, count) == 0) {
        return;
    }
    for (int i = 0; i < VMT_MEMBER_COUNT; i++) {
        enum vmt_member member = (enum vmt_member)i;
        switch (rule_of(member)) {
        case RULE_ADD:
            sum->of[member] = add_up(member, processes, count);
            break;
        case RULE_UNION:
            sum->of[member] = unite(member, processes, count);
            break;
        case RULE_PEAK:
            sum->of[member] = largest(member, processes, count);
            break;
        }
    }
    /* Of each page the parts of all that have it come to one page at most. */
    raise_lower(&sum->of[VMT_RESIDENT], sum->of[VMT_PSS]);
    raise_lower(&sum->of[VMT_RESIDENT], sum->of[VMT_USS]);
    raise_lower(&sum->of[VMT_RSS], sum->of[VMT_PSS]);
    raise_lower(&sum->of[VMT_SWAPPED], sum->of[VMT_SWAP_PSS]);
}
