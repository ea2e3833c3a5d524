/* SPDX-License-Identifier: MIT */
#ifndef VMT_MODEL_AMOUNT_H
#define VMT_MODEL_AMOUNT_H

/* An amount of memory in bytes that says how sure it is.
 *
 * The truth lies in [lower, upper] whenever `bounded` is set.  `known` says that `value` is stated
 * or estimated; an amount can have bounds without a value, never a value without bounds.  Exact
 * evidence has lower == value == upper. */

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

struct vmt_amount vmt_exactly(uint64_t value);
/* Precondition: lower <= value <= upper. */
struct vmt_amount vmt_estimate(uint64_t value, uint64_t lower, uint64_t upper);
/* No value, only bounds. */
struct vmt_amount vmt_between(uint64_t lower, uint64_t upper);
struct vmt_amount vmt_amount_of(struct vmt_reading reading);

/* *sum += amount.  Unknown parts make the sum unknown, and so does one beyond 64 bits: there is no
 * honest number for it. */
void vmt_amount_add(struct vmt_amount *sum, struct vmt_amount amount);

/* Members `first` less `second` of one thing, where the second is a part of the first: no bound
 * falls below 0. */
struct vmt_amount vmt_amount_minus(struct vmt_amount first, struct vmt_amount second);

/* The same with `lower` moved down to 0, or `upper` moved up to at least `upper`. */
struct vmt_amount vmt_amount_from_zero(struct vmt_amount amount);
struct vmt_amount vmt_amount_up_to(struct vmt_amount amount, uint64_t upper);

/* Half the width of a sum of readings, for a check of two sums against each other. */
static inline uint64_t vmt_reading_slack(struct vmt_reading reading)
{
    return reading.quantum / 2 + reading.quantum % 2;
}

#endif
