/* SPDX-License-Identifier: MIT */
#ifndef VMT_SOURCE_CLOCK_H
#define VMT_SOURCE_CLOCK_H

#include <stdint.h>

/* Microseconds on a clock that only goes forward; what it counts from has no meaning. */
uint64_t vmt_clock(void);

/* Seconds since 1970. */
uint64_t vmt_date(void);

#endif
