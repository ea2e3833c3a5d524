/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/set_totals.h"

#include <stddef.h>

enum rule {
    RULE_NONE,    /* a peak */
    RULE_ADDS,    /* no two processes have the same of it */
    RULE_CHARGED, /* the sum is a number of its own, though memory can be charged to two */
    RULE_TOGETHER /* two can have the same: bounds alone */
};

#define NOTHING VMT_MEMBER_COUNT
#define NO_PARTS         \
    {                    \
        NOTHING, NOTHING \
    }

/* `least`: parts of the member that add up. */
static const struct {
    enum rule rule;
    enum vmt_member least[2];
} rules[VMT_MEMBER_COUNT] = {
    [VMT_VIRTUAL] = {RULE_ADDS, NO_PARTS},
    [VMT_RESERVED] = {RULE_ADDS, NO_PARTS},
    [VMT_RESIDENT] = {RULE_TOGETHER, {VMT_USS, VMT_PSS}},
    [VMT_DIRTY] = {RULE_TOGETHER, {VMT_PRIVATE_DIRTY, NOTHING}},
    [VMT_SWAPPED] = {RULE_TOGETHER, {VMT_SWAPPED_PRIVATE, VMT_SWAP_PSS}},
    [VMT_PRIVATE_CLEAN] = {RULE_ADDS, NO_PARTS},
    [VMT_PRIVATE_DIRTY] = {RULE_ADDS, NO_PARTS},
    [VMT_SHARED_CLEAN] = {RULE_TOGETHER, NO_PARTS},
    [VMT_SHARED_DIRTY] = {RULE_TOGETHER, NO_PARTS},
    [VMT_SWAPPED_PRIVATE] = {RULE_ADDS, NO_PARTS},
    [VMT_SWAPPED_SHARED] = {RULE_TOGETHER, NO_PARTS},
    [VMT_PRIVATE_FOOTPRINT] = {RULE_ADDS, NO_PARTS},
    [VMT_ANONYMOUS] = {RULE_TOGETHER, NO_PARTS},
    [VMT_FILE_BACKED] = {RULE_TOGETHER, NO_PARTS},
    [VMT_RECLAIMABLE] = {RULE_TOGETHER, NO_PARTS},
    [VMT_HEAP_KEPT_EMPTY] = {RULE_CHARGED, NO_PARTS},
    [VMT_USS] = {RULE_ADDS, NO_PARTS},
    [VMT_PSS] = {RULE_ADDS, NO_PARTS},
    [VMT_RSS] = {RULE_TOGETHER, NO_PARTS},
    [VMT_SWAP_PSS] = {RULE_ADDS, NO_PARTS},
    /* Pages that several map are charged to each, XNU osfmk/arm/pmap/pmap.c: after a fork, and of
     * shared anonymous memory. */
    [VMT_FOOTPRINT] = {RULE_CHARGED, NO_PARTS},
    [VMT_FOOTPRINT_PEAK] = {RULE_NONE, NO_PARTS},
    [VMT_RESIDENT_PEAK] = {RULE_NONE, NO_PARTS},
    [VMT_VIRTUAL_PEAK] = {RULE_NONE, NO_PARTS},
    [VMT_WIRED] = {RULE_TOGETHER, NO_PARTS},
    [VMT_CLEAN] = {RULE_TOGETHER, {VMT_PRIVATE_CLEAN, NOTHING}},
};

static uint64_t most(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

void vmt_set_totals_add(struct vmt_set_totals *totals, const struct vmt_amounts *process)
{
    for (int member = 0; member < VMT_MEMBER_COUNT; member++) {
        const struct vmt_amount amount = process->of[member];
        if (totals->processes == 0) {
            totals->sum.of[member] = amount;
        } else {
            vmt_amount_add(&totals->sum.of[member], amount);
        }
        totals->largest[member] = most(totals->largest[member], amount.lower);
    }
    totals->processes++;
}

static uint64_t least_of(const struct vmt_set_totals *totals, enum vmt_member member)
{
    uint64_t lower = rules[member].rule == RULE_CHARGED ? totals->largest[member] : 0;
    for (size_t i = 0; i < 2; i++) {
        enum vmt_member part = rules[member].least[i];
        if (part != NOTHING && totals->sum.of[part].bounded) {
            lower = most(lower, totals->sum.of[part].lower);
        }
    }
    return lower;
}

struct vmt_amount vmt_set_total(const struct vmt_set_totals *totals, enum vmt_member member)
{
    struct vmt_amount amount = totals->sum.of[member];
    if (rules[member].rule == RULE_NONE || !amount.bounded) {
        return VMT_UNKNOWN;
    }
    if (rules[member].rule == RULE_ADDS || totals->processes < 2) {
        return amount;
    }
    uint64_t lower = least_of(totals, member);
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
