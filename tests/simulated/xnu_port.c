/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "xnu.h"

#include <string.h>

#define PORTS 4096
#define FIRST 0x1307

/* Every name is used once, so that one that was given back is told from one that was not. */
static struct {
    uint32_t made;
    uint32_t faults;
    struct {
        const struct sim_process *process;
        enum xnu_right right;
        uint32_t references;
    } ports[PORTS];
} state;

mach_port_t mach_task_self_ = 0x203;

void xnu_port_start(void);

void xnu_port_start(void)
{
    memset(&state, 0, sizeof(state));
}

mach_port_name_t xnu_port_make(enum xnu_right right, const struct sim_process *process)
{
    /* osfmk/ipc: a right to a port that one has already is one more reference to the same name. */
    for (uint32_t i = 0; i < state.made; i++) {
        if (state.ports[i].references > 0 && state.ports[i].right == right &&
            state.ports[i].process == process) {
            state.ports[i].references++;
            return FIRST + i * 0x100;
        }
    }
    if (state.made == PORTS)
        return MACH_PORT_NULL;
    state.ports[state.made].process = process;
    state.ports[state.made].right = right;
    state.ports[state.made].references = 1;
    return FIRST + state.made++ * 0x100;
}

/* The place of a name that is held, or PORTS. */
static uint32_t place_of(mach_port_name_t port)
{
    if (port < FIRST || (port - FIRST) % 0x100 != 0 || (port - FIRST) / 0x100 >= state.made ||
        state.ports[(port - FIRST) / 0x100].references == 0)
        return PORTS;
    return (port - FIRST) / 0x100;
}

kern_return_t mach_port_deallocate(ipc_space_t task, mach_port_name_t name)
{
    const kern_return_t refused = xnu_call("mach_port_deallocate");
    const uint32_t place = place_of(name);
    if (name == MACH_PORT_NULL)
        return KERN_INVALID_NAME;
    if (task != mach_task_self_ || place == PORTS) {
        state.faults++;
        return KERN_INVALID_NAME;
    }
    state.ports[place].references--;
    return refused;
}

/* What the caller's own port stands for. */
static const struct sim_process *self(void)
{
    return xnu_process_called((int)xnu_world()->kernel.pid);
}

const struct sim_process *xnu_port_process(kern_return_t *code, mach_port_name_t port,
                                           enum xnu_right right)
{
    const uint32_t place = place_of(port);
    *code = KERN_INVALID_ARGUMENT;
    if (port == mach_task_self_)
        return self();
    if (place == PORTS || state.ports[place].right == XNU_HOST) {
        state.faults++;
        *code = MACH_SEND_INVALID_DEST;
        return NULL;
    }
    const struct sim_process *process = state.ports[place].process;
    xnu_process_called((int)process->pid);
    if (!xnu_process_lives(process)) {
        *code = process->dying != 0 ? (kern_return_t)process->dying : MACH_SEND_INVALID_DEST;
        return NULL;
    }
    /* osfmk/kern/ipc_tt.c, convert_port_to_map_read: a port that does not go so far is no map. */
    return state.ports[place].right >= right ? process : NULL;
}

bool xnu_port_is_host(mach_port_name_t port)
{
    const uint32_t place = place_of(port);
    const bool is = place < PORTS && state.ports[place].right == XNU_HOST;
    state.faults += !is && port != MACH_PORT_NULL;
    return is;
}

mach_port_t mach_host_self(void)
{
    if (xnu_call("mach_host_self") != KERN_SUCCESS)
        return MACH_PORT_NULL;
    return xnu_port_make(XNU_HOST, NULL);
}

uint32_t sim_ports_held(void)
{
    uint32_t held = 0;
    for (uint32_t i = 0; i < state.made; i++)
        held += state.ports[i].references;
    return held;
}

uint32_t sim_port_faults(void)
{
    return state.faults;
}
