/* SPDX-License-Identifier: MIT */
#ifndef VMT_SIMULATED_SCENARIO_H
#define VMT_SIMULATED_SCENARIO_H

#include "world.h"

/* Reads the file of a scenario (README.md says how it is written); what is wrong with it goes to
 * stderr, with its place. */
bool sim_scenario_read(struct sim_world *out, const char *path);

#endif
