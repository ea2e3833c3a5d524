/* SPDX-License-Identifier: MIT */
#ifndef VMT_SIMULATED_XNU_CONTROL_H
#define VMT_SIMULATED_XNU_CONTROL_H

/* What a test may say to the simulated kernel and ask it, beside the calls of macOS. */

#include "world.h"

/* Begins at the beginning: no calls, no ports, nobody dead.  `world` is borrowed. */
void sim_start(const struct sim_world *world);

/* Calls of macOS so far; of one of them, by its name. */
uint64_t sim_calls(void);
uint64_t sim_calls_of(const char *call);

/* Lets the call of this number, counted from 1, fail and do nothing: with a kern_return_t, or with
 * an errno of macOS where it returns those.  0: none fails. */
void sim_fail(uint64_t number, int32_t kernel_code, int32_t error);

/* References to ports that were not given back, and what no right program does: ports freed twice,
 * or names that are none. */
uint32_t sim_ports_held(void);
uint32_t sim_port_faults(void);

/* The size of the pages that the caller asked to be counted; 0: it did not ask. */
uint32_t sim_self_page_size(void);

/* What waits for a permission that never comes.  Not here: it is the program's, since only that
 * knows how its system waits. */
void sim_wait_for_ever(void);

#endif
