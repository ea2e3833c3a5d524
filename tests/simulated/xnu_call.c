/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "xnu.h"

#include <string.h>

#define CALLS 64

static struct {
    const struct sim_world *world;
    uint64_t calls;
    uint64_t fail_at;
    int32_t kernel_code;
    int32_t error;
    uint32_t known;
    struct {
        const char *name;
        uint64_t calls;
    } of[CALLS];
} state;

void xnu_process_start(void);
void xnu_port_start(void);
void xnu_sysctl_start(void);

vm_size_t vm_page_size;
vm_size_t vm_kernel_page_size;

const struct sim_world *xnu_world(void)
{
    return state.world;
}

void sim_start(const struct sim_world *world)
{
    memset(&state, 0, sizeof(state));
    state.world = world;
    /* libsyscall/mach/mach_init.c: that of the caller's own address space, and the kernel's. */
    vm_kernel_page_size = world->kernel.page_size;
    vm_page_size = world->kernel.self_page_size;
    if (vm_page_size == 0)
        vm_page_size = vm_kernel_page_size;
    xnu_process_start();
    xnu_port_start();
    xnu_sysctl_start();
}

static bool count(const char *call)
{
    uint32_t i = 0;
    while (i < state.known && strcmp(state.of[i].name, call) != 0)
        i++;
    if (i < CALLS) {
        state.of[i].name = call;
        state.of[i].calls++;
        state.known += i == state.known;
    }
    return ++state.calls == state.fail_at;
}

kern_return_t xnu_call(const char *call)
{
    return count(call) ? state.kernel_code : KERN_SUCCESS;
}

int xnu_call_errno(const char *call)
{
    return count(call) ? state.error : 0;
}

uint64_t sim_calls(void)
{
    return state.calls;
}

uint64_t sim_calls_of(const char *call)
{
    for (uint32_t i = 0; i < state.known; i++) {
        if (strcmp(state.of[i].name, call) == 0)
            return state.of[i].calls;
    }
    return 0;
}

void sim_fail(uint64_t number, int32_t kernel_code, int32_t error)
{
    state.fail_at = number;
    state.kernel_code = kernel_code;
    state.error = error;
}

int *__error(void)
{
    static int error;
    return &error;
}

int xnu_errno(int error)
{
    *__error() = error;
    return -1;
}
