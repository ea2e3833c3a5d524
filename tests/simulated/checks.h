/* SPDX-License-Identifier: MIT */
#ifndef VMT_SIMULATED_CHECKS_H
#define VMT_SIMULATED_CHECKS_H

/* Comparisons that say of which scenario and process they were. */

#include "../unit/unit.h"
#include "trace.h"

static inline bool equal(uint64_t actual, uint64_t expected, const char *scenario, uint32_t pid,
                         uint64_t address, const char *what)
{
    char text[160];
    snprintf(text, sizeof(text), "%.40s: process %" PRIu32 ", 0x%" PRIx64 ": %.60s", scenario, pid,
             address, what);
    return unit_equal_u64(actual, expected, text, __FILE__, __LINE__);
}

static inline bool holds(bool condition, const char *scenario, uint32_t pid, uint64_t address,
                         const char *what)
{
    return equal(condition, true, scenario, pid, address, what);
}

/* After a test: what was asked for is given back. */
static inline void is_clean(const char *scenario)
{
    equal(sim_ports_held(), 0, scenario, 0, 0, "ports held");
    equal(sim_port_faults(), 0, scenario, 0, 0, "wrong uses of ports");
}

#endif
