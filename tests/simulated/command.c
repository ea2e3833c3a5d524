/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/slice.h"
#include "scenario.h"
#include "source/mach.h"
#include "xnu_control.h"

/* The whole command over a simulated kernel: that of the scenario VMT_SCENARIO, of which the call
 * number VMT_FAIL fails with KERN_FAILURE or EPERM, each process counting for itself what comes
 * after it was begun.  The kernel begins before main() does, so that all have the same one. */

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
    const char *number = getenv("VMT_FAIL");
    uint64_t call = 0;
    if (number != NULL && !vmt_parse_u64(vmt_slice(number), 10, &call)) {
        fputs("simulated: VMT_FAIL is not the number of a call\n", stderr);
        _exit(99);
    }
    sim_fail(call, 5, 1);
}
