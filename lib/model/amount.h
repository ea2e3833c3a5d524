/* SPDX-License-Identifier: MIT */
#ifndef VMT_MODEL_AMOUNT_H
#define VMT_MODEL_AMOUNT_H

/* An amount of memory in bytes that says how sure it is.
 *
 * The truth lies in [lower, upper] whenever `bounded` is set.  `known` says that `value` is stated
 * or estimated; an amount can have bounds without a value, never a value without bounds.  Exact
 * evidence has lower == value == upper. */

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

struct vmt_amount {
    uint64_t value;
    uint64_t lower;
    uint64_t upper;
    bool known;
    bool bounded;
};

/* What a tool printed: the truth is within half a quantum of `value`, the quantum being what one
 * last digit is worth, 0 when the text is exact. */
struct vmt_reading {
    uint64_t value;
    uint64_t quantum;
};

#define VMT_UNKNOWN ((struct vmt_amount){0})

/* An amount that knows whether it stands for a reading. */
struct vmt_figure {
    struct vmt_amount amount;
    uint64_t quantum; /* of the reading, 0 when it is exact or there is none */
};

/* Half a quantum, rounded up: how far from `value` the truth can be. */
static inline uint64_t vmt_reading_slack(struct vmt_reading reading)
{
    return reading.quantum / 2 + reading.quantum % 2;
}

static inline struct vmt_amount vmt_exactly(uint64_t value)
{
    return (struct vmt_amount){value, value, value, true, true};
}

/* Precondition: lower <= value <= upper. */
static inline struct vmt_amount vmt_estimate(uint64_t value, uint64_t lower, uint64_t upper)
{
    assert(lower <= value && value <= upper);
    return (struct vmt_amount){value, lower, upper, true, true};
}

/* No value, only bounds. */
static inline struct vmt_amount vmt_between(uint64_t lower, uint64_t upper)
{
    assert(lower <= upper);
    return (struct vmt_amount){0, lower, upper, false, true};
}

static inline struct vmt_amount vmt_amount_of(struct vmt_reading reading)
{
    uint64_t slack = vmt_reading_slack(reading);
    uint64_t lower = reading.value > slack ? reading.value - slack : 0;
    uint64_t upper = reading.value < UINT64_MAX - slack ? reading.value + slack : UINT64_MAX;
    return vmt_estimate(reading.value, lower, upper);
}

/* *sum += amount.  Unknown parts make the sum unknown, and so does one beyond 64 bits: there is no
 * honest number for it. */
static inline void vmt_amount_add(struct vmt_amount *sum, struct vmt_amount amount)
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

/* The same with `lower` moved down to 0. */
static inline struct vmt_amount vmt_amount_from_zero(struct vmt_amount amount)
{
    amount.lower = 0;
    return amount;
}

/* The same with `upper` moved up to at least `upper`. */
static inline struct vmt_amount vmt_amount_up_to(struct vmt_amount amount, uint64_t upper)
{
    if (amount.bounded && amount.upper < upper) {
        amount.upper = upper;
    }
    return amount;
}

/* Members `first` less `second` of one thing, where the second is a part of the first: no bound
 * falls below 0. */
struct vmt_amount vmt_amount_minus(struct vmt_amount first, struct vmt_amount second);

#endif
