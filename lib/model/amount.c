/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "model/amount.h"

static uint64_t less(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

struct vmt_amount vmt_amount_minus(struct vmt_amount first, struct vmt_amount second)
{
    if (!first.bounded || !second.bounded) {
        return VMT_UNKNOWN;
    }
    return (struct vmt_amount){less(first.value, second.value), less(first.lower, second.upper),
                               less(first.upper, second.lower), first.known && second.known, true};
}
