/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/reconcile.h"

/* Rows for what the kernel holds outside the address space: vmmap of macOS 15 and later has them,
 * footprint has. */
static bool has_kernel_rows(const struct vmt_breakdown *breakdown)
{
    for (size_t i = 0; i < breakdown->type_count; i++) {
        if (breakdown->types[i]->type->class == VMT_CLASS_KERNEL) {
            return true;
        }
    }
    return false;
}

static const char *reason_of(const struct vmt_breakdown *breakdown, enum vmt_remainder direction,
                             bool overlap)
{
    if (direction == VMT_REMAINDER_NONE) {
        return NULL;
    }
    if (overlap) {
        return "within the bounds of the sum";
    }
    if (direction == VMT_REMAINDER_BEYOND) {
        return "not explained: written pages that others are charged for, perhaps";
    }
    return has_kernel_rows(breakdown)
               ? "not explained"
               : "not explained by rows: page tables and memory that is not mapped are in none";
}

static uint64_t less(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

struct vmt_reconciliation vmt_reconcile(const struct vmt_breakdown *breakdown)
{
    struct vmt_reconciliation out = {
        .sum = breakdown->totals.of[VMT_PRIVATE_FOOTPRINT],
        .stated = breakdown->totals.of[VMT_FOOTPRINT],
    };
    bool rows = breakdown->level == VMT_LEVEL_REGIONS || breakdown->level == VMT_LEVEL_TYPES;
    out.possible =
        rows && breakdown->coverage == VMT_COVERAGE_WHOLE && out.sum.known && out.stated.known;
    if (!out.possible || out.sum.value == out.stated.value) {
        return out;
    }
    bool missing = out.stated.value > out.sum.value;
    const struct vmt_amount more = missing ? out.stated : out.sum;
    const struct vmt_amount fewer = missing ? out.sum : out.stated;
    out.direction = missing ? VMT_REMAINDER_MISSING : VMT_REMAINDER_BEYOND;
    out.remainder = vmt_estimate(more.value - fewer.value, less(more.lower, fewer.upper),
                                 less(more.upper, fewer.lower));
    bool overlap = out.sum.lower <= out.stated.upper && out.stated.lower <= out.sum.upper;
    out.reason = reason_of(breakdown, out.direction, overlap);
    return out;
}

const char *vmt_remainder_name(enum vmt_remainder remainder)
{
    switch (remainder) {
    case VMT_REMAINDER_NONE:
        break;
    case VMT_REMAINDER_MISSING:
        return "missing";
    case VMT_REMAINDER_BEYOND:
        return "beyond";
    }
    return "none";
}
