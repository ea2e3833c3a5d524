/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "model/amount.h"

#include <assert.h>

struct vmt_amount vmt_exactly(uint64_t value)
{
    return (struct vmt_amount){value, value, value, true, true};
}

struct vmt_amount vmt_estimate(uint64_t value, uint64_t lower, uint64_t upper)
{
    assert(lower <= value && value <= upper);
    return (struct vmt_amount){value, lower, upper, true, true};
}

struct vmt_amount vmt_between(uint64_t lower, uint64_t upper)
{
    assert(lower <= upper);
    return (struct vmt_amount){0, lower, upper, false, true};
}

struct vmt_amount vmt_amount_of(struct vmt_reading reading)
{
    uint64_t slack = vmt_reading_slack(reading);
    uint64_t lower = reading.value > slack ? reading.value - slack : 0;
    uint64_t upper = reading.value < UINT64_MAX - slack ? reading.value + slack : UINT64_MAX;
    return vmt_estimate(reading.value, lower, upper);
}

void vmt_amount_add(struct vmt_amount *sum, struct vmt_amount amount)
{
    if (!sum->bounded || !amount.bounded || sum->upper > UINT64_MAX - amount.upper) {
        *sum = VMT_UNKNOWN;
        return;
    }
    sum->value += amount.value;
    sum->lower += amount.lower;
    sum->upper += amount.upper;
    sum->known = sum->known && amount.known;
}

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
                               less(first.upper, second.lower), first.known && second.known,
                               true};
}

struct vmt_amount vmt_amount_from_zero(struct vmt_amount amount)
{
    amount.lower = 0;
    return amount;
}

struct vmt_amount vmt_amount_up_to(struct vmt_amount amount, uint64_t upper)
{
    if (amount.bounded && amount.upper < upper) {
        amount.upper = upper;
    }
    return amount;
}
