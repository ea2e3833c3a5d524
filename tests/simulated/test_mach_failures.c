/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "checks.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Every call of macOS fails once, one after the other: each must end in an answer, with all ports
 * given back.  The sanitizers see the rest. */

static struct sim_world world;
static struct trace trace;

/* How a call may fail. */
static const struct {
    int32_t kernel; /* kern_return_t */
    int32_t error;  /* errno of macOS */
} codes[] = {
    {5, 1},           /* KERN_FAILURE, EPERM */
    {4, 3},           /* KERN_INVALID_ARGUMENT, ESRCH */
    {1, 22},          /* KERN_INVALID_ADDRESS, EINVAL */
    {0x10000003, 12}, /* MACH_SEND_INVALID_DEST, ENOMEM */
    {-308, 78},       /* MIG_SERVER_DIED, ENOSYS */
};

static struct vmt_mach_outcome try_walk(uint32_t pid, enum vmt_mach_way way)
{
    const struct vmt_mach_walk how = {.pid = pid, .way = way, .exact = true, .identity = true};
    trace_walk(&trace, &how);
    return trace.outcome;
}

static struct vmt_mach_outcome try_task(uint32_t pid)
{
    return try_walk(pid, VMT_MACH_BY_TASK);
}

static struct vmt_mach_outcome try_pidinfo(uint32_t pid)
{
    return try_walk(pid, VMT_MACH_BY_PIDINFO);
}

static struct vmt_mach_outcome try_describe(uint32_t pid)
{
    struct vmt_mach_process process;
    return vmt_mach_here()->describe(&process, pid);
}

static struct vmt_mach_outcome try_totals(uint32_t pid)
{
    struct vmt_mach_totals totals;
    return vmt_mach_here()->totals(&totals, pid);
}

static struct vmt_mach_outcome try_list(uint32_t pid)
{
    uint32_t pids[3];
    size_t count;
    (void)pid;
    return vmt_mach_here()->list(pids, COUNT(pids), &count);
}

static struct vmt_mach_outcome try_host(uint32_t pid)
{
    struct vmt_mach_host host;
    (void)pid;
    return vmt_mach_here()->host(&host);
}

static struct vmt_mach_outcome try_system(uint32_t pid)
{
    struct vmt_mach_system system;
    (void)pid;
    return vmt_mach_here()->system(&system);
}

typedef struct vmt_mach_outcome attempt(uint32_t pid);

static void hold_outcome(const char *name, uint32_t pid, uint64_t number,
                         struct vmt_mach_outcome outcome)
{
    const bool named = outcome.call != NULL;
    holds(outcome.answer <= VMT_MACH_FAILED, name, pid, number, "an answer");
    holds(named == (outcome.answer != VMT_MACH_OK && outcome.answer != VMT_MACH_STOPPED), name, pid,
          number, "a failure names its call");
    holds(!trace.full, name, pid, number, "it came to an end");
    is_clean(name);
}

static void fail_each_call(const char *name, uint32_t pid, attempt *try)
{
    sim_start(&world);
    try(pid);
    const uint64_t calls = sim_calls();
    for (uint64_t number = 1; number <= calls; number++) {
        /* Of a walk over many pages, how it begins and how it ends. */
        if (number > 150 && number + 20 < calls) {
            continue;
        }
        for (size_t i = 0; i < COUNT(codes); i++) {
            sim_start(&world);
            sim_fail(number, codes[i].kernel, codes[i].error);
            hold_outcome(name, pid, number, try(pid));
        }
    }
}

static void fail_each_call_of_all(attempt *try)
{
    const char *name;
    for (size_t place = 0; trace_next_scenario(&world, &name, &place);) {
        for (uint32_t i = 0; i < world.process_count; i++) {
            if (world.processes[i].task != SIM_HANGS) {
                fail_each_call(name, world.processes[i].pid, try);
            }
        }
    }
}

static void test_walk_task__each_call_fails(void)
{
    fail_each_call_of_all(try_task);
}

static void test_walk_pidinfo__each_call_fails(void)
{
    fail_each_call_of_all(try_pidinfo);
}

static void test_describe__each_call_fails(void)
{
    fail_each_call_of_all(try_describe);
}

static void test_totals__each_call_fails(void)
{
    fail_each_call_of_all(try_totals);
}

static void test_list__each_call_fails(void)
{
    fail_each_call_of_all(try_list);
}

static void test_host__each_call_fails(void)
{
    fail_each_call_of_all(try_host);
}

static void test_system__each_call_fails(void)
{
    fail_each_call_of_all(try_system);
}

static const struct unit_test tests[] = {
    {"walk_task__each_call_fails", test_walk_task__each_call_fails},
    {"walk_pidinfo__each_call_fails", test_walk_pidinfo__each_call_fails},
    {"describe__each_call_fails", test_describe__each_call_fails},
    {"totals__each_call_fails", test_totals__each_call_fails},
    {"list__each_call_fails", test_list__each_call_fails},
    {"host__each_call_fails", test_host__each_call_fails},
    {"system__each_call_fails", test_system__each_call_fails},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_mach_failures", tests, argc, argv);
}
