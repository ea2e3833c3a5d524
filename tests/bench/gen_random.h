/* SPDX-License-Identifier: MIT */
#ifndef VMT_BENCH_GEN_RANDOM_H
#define VMT_BENCH_GEN_RANDOM_H

/* Numbers for generated inputs: the same everywhere for the same seed. */

#include <stdint.h>

/* splitmix64 */
static inline uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static inline uint64_t below(uint64_t *state, uint64_t bound)
{
    return draw(state) % bound;
}

#endif
