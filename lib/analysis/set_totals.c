/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/set_totals.h"

enum rule {
    RULE_NONE,    /* a peak */
    RULE_ADDS,    /* no two processes have the same of it */
    RULE_CHARGED, /* the sum is a number of its own, though memory can be charged twice */
    RULE_TOGETHER /* two can have the same: bounds alone */
};

/* `alone`: the part of the member that adds up, the member itself when there is none. */
static const struct {
    enum rule rule;
    enum vmt_member alone;
} rules[VMT_MEMBER_COUNT] = {
    [VMT_VIRTUAL] = {RULE_ADDS, VMT_VIRTUAL},
    [VMT_RESERVED] = {RULE_ADDS, VMT_RESERVED},
    [VMT_RESIDENT] = {RULE_TOGETHER, VMT_USS},
    [VMT_DIRTY] = {RULE_TOGETHER, VMT_PRIVATE_DIRTY},
    [VMT_SWAPPED] = {RULE_TOGETHER, VMT_SWAPPED_PRIVATE},
    [VMT_PRIVATE_CLEAN] = {RULE_ADDS, VMT_PRIVATE_CLEAN},
    [VMT_PRIVATE_DIRTY] = {RULE_ADDS, VMT_PRIVATE_DIRTY},
    [VMT_SHARED_CLEAN] = {RULE_TOGETHER, VMT_SHARED_CLEAN},
    [VMT_SHARED_DIRTY] = {RULE_TOGETHER, VMT_SHARED_DIRTY},
    [VMT_SWAPPED_PRIVATE] = {RULE_ADDS, VMT_SWAPPED_PRIVATE},
    [VMT_SWAPPED_SHARED] = {RULE_TOGETHER, VMT_SWAPPED_SHARED},
    [VMT_PRIVATE_FOOTPRINT] = {RULE_ADDS, VMT_PRIVATE_FOOTPRINT},
    [VMT_ANONYMOUS] = {RULE_TOGETHER, VMT_ANONYMOUS},
    [VMT_FILE_BACKED] = {RULE_TOGETHER, VMT_FILE_BACKED},
    [VMT_RECLAIMABLE] = {RULE_TOGETHER, VMT_RECLAIMABLE},
    [VMT_HEAP_KEPT_EMPTY] = {RULE_CHARGED, VMT_HEAP_KEPT_EMPTY},
    [VMT_USS] = {RULE_ADDS, VMT_USS},
    [VMT_PSS] = {RULE_ADDS, VMT_PSS},
    [VMT_RSS] = {RULE_TOGETHER, VMT_RSS},
    [VMT_SWAP_PSS] = {RULE_ADDS, VMT_SWAP_PSS},
    /* Pages that several map are charged to each, XNU osfmk/arm/pmap/pmap.c: after a fork, and of
     * shared anonymous memory. */
    [VMT_FOOTPRINT] = {RULE_CHARGED, VMT_FOOTPRINT},
    [VMT_FOOTPRINT_PEAK] = {RULE_NONE, VMT_FOOTPRINT_PEAK},
    [VMT_RESIDENT_PEAK] = {RULE_NONE, VMT_RESIDENT_PEAK},
    [VMT_VIRTUAL_PEAK] = {RULE_NONE, VMT_VIRTUAL_PEAK},
    [VMT_WIRED] = {RULE_TOGETHER, VMT_WIRED},
    [VMT_CLEAN] = {RULE_TOGETHER, VMT_PRIVATE_CLEAN},
};

static uint64_t most(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

void vmt_set_totals_add(struct vmt_set_totals *totals, const struct vmt_amounts *process)
{
    for (int member = 0; member < VMT_MEMBER_COUNT; member++) {
        const struct vmt_amount amount = process->of[member];
        const struct vmt_amount alone = process->of[rules[member].alone];
        uint64_t beyond =
            alone.bounded && amount.lower > alone.lower ? amount.lower - alone.lower : 0;
        if (totals->processes == 0) {
            totals->sum.of[member] = amount;
        } else {
            vmt_amount_add(&totals->sum.of[member], amount);
        }
        totals->largest[member] = most(totals->largest[member], amount.lower);
        totals->beyond[member] = most(totals->beyond[member], beyond);
    }
    totals->processes++;
}

struct vmt_amount vmt_set_total(const struct vmt_set_totals *totals, enum vmt_member member)
{
    struct vmt_amount amount = totals->sum.of[member];
    const struct vmt_amount alone = totals->sum.of[rules[member].alone];
    if (rules[member].rule == RULE_NONE || !amount.bounded) {
        return VMT_UNKNOWN;
    }
    if (rules[member].rule == RULE_ADDS || totals->processes < 2) {
        return amount;
    }
    uint64_t lower = totals->largest[member];
    if (rules[member].alone != member && alone.bounded) {
        lower = most(lower, alone.lower + totals->beyond[member]);
    }
    if (member == VMT_RESIDENT && totals->sum.of[VMT_PSS].bounded) {
        lower = most(lower, totals->sum.of[VMT_PSS].lower);
    }
    amount.lower = lower < amount.lower ? lower : amount.lower;
    bool exact = amount.lower == amount.upper;
    return rules[member].rule == RULE_CHARGED || exact ? amount
                                                       : vmt_between(amount.lower, amount.upper);
}

struct vmt_amounts vmt_set_totals_of(const struct vmt_set_totals *totals)
{
    struct vmt_amounts amounts;
    for (int member = 0; member < VMT_MEMBER_COUNT; member++) {
        amounts.of[member] = vmt_set_total(totals, (enum vmt_member)member);
    }
    return amounts;
}
