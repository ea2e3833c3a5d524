/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "xnu.h"

#include <string.h>

/* Calls about the number of a process, in the place of the first one that has this number. */
static uint32_t called[SIM_PROCESSES];

void xnu_process_start(void);

void xnu_process_start(void)
{
    memset(called, 0, sizeof(called));
}

static uint32_t *calls_about(uint32_t pid)
{
    const struct sim_world *world = xnu_world();
    for (uint32_t i = 0; i < world->process_count; i++) {
        if (world->processes[i].pid == pid)
            return &called[i];
    }
    return NULL;
}

bool xnu_process_lives(const struct sim_process *process)
{
    const uint32_t calls = *calls_about(process->pid);
    return calls >= process->born && (process->dies == 0 || calls <= process->dies);
}

bool xnu_process_exits(const struct sim_process *process)
{
    return process->exits != 0 && *calls_about(process->pid) > process->exits;
}

const struct sim_process *xnu_process_called(int pid)
{
    const struct sim_world *world = xnu_world();
    uint32_t *calls = pid < 0 ? NULL : calls_about((uint32_t)pid);
    if (calls == NULL)
        return NULL;
    ++*calls;
    for (uint32_t i = 0; i < world->process_count; i++) {
        const struct sim_process *process = &world->processes[i];
        if (process->pid == (uint32_t)pid && xnu_process_lives(process))
            return process;
    }
    return NULL;
}

bool xnu_same_user(const struct sim_process *process)
{
    const uint32_t caller = xnu_world()->kernel.user;
    return caller == 0 || caller == process->user;
}
