/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "scenario.h"
#include "source/mach.h"
#include "xnu_control.h"

/* The whole command over a simulated kernel: that of the scenario VMT_SCENARIO.  It begins before
 * main() does, so that every process of the command has the same one. */

static struct sim_world world;

void sim_wait_for_ever(void)
{
    for (;;) {
        pause();
    }
}

/* A port that was not given back is a leak, which nothing else would find. */
static void look_at_ports(void)
{
    if (sim_ports_held() == 0 && sim_port_faults() == 0) {
        return;
    }
    fprintf(stderr, "simulated: %" PRIu32 " ports held at the end, %" PRIu32 " wrong uses\n",
            sim_ports_held(), sim_port_faults());
    fflush(NULL);
    _exit(99);
}

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("VMT_SCENARIO");
    if (path == NULL) {
        fputs("simulated: VMT_SCENARIO does not name a scenario\n", stderr);
        _exit(99);
    }
    if (!sim_scenario_read(&world, path) || vmt_mach_here() == NULL || atexit(look_at_ports) != 0) {
        _exit(99);
    }
    sim_start(&world);
}
