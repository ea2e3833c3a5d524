/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "checks.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define K UINT64_C(1024)

/* What changes while it is asked about, and what the kernel says of what it refuses. */

static struct sim_world world;
static struct trace trace;

static void begin(void)
{
    trace_scenario(&world, "changing");
    sim_start(&world);
}

static uint32_t walk(uint32_t pid, enum vmt_mach_way way)
{
    const struct vmt_mach_walk how = {.pid = pid, .way = way, .exact = true, .identity = true};
    trace_walk(&trace, &how);
    return trace.outcome.answer;
}

static struct sim_process *process_841(void)
{
    return &world.processes[trace_process(&world, 841)];
}

/* --- ends ------------------------------------------------------------------------------------- */

/* A walk that ended well has told all three. */
static void hold_whole(enum vmt_mach_way way, uint32_t calls)
{
    const uint32_t answer = walk(841, way);
    holds(answer != VMT_MACH_OK || trace.region_count == 3, "changing", 841, calls, "whole");
    holds(answer == VMT_MACH_OK || answer == VMT_MACH_GONE, "changing", 841, calls, "gone");
    is_clean("changing");
}

/* Of whom exits the regions end early, which looks like the end of all regions. */
static void test_walk__exits_at_each_question(void)
{
    for (int way = VMT_MACH_BY_TASK; way <= VMT_MACH_BY_PIDINFO; way++) {
        uint32_t calls = 1;
        for (; calls < 200; calls++) {
            begin();
            process_841()->exits = calls;
            hold_whole((enum vmt_mach_way)way, calls);
            if (trace.outcome.answer == VMT_MACH_OK) {
                break;
            }
        }
        CU_ASSERT(calls > 3 && calls < 200);
    }
}

static void test_walk__dies_at_each_question(void)
{
    /* KERN_INVALID_ARGUMENT, KERN_INVALID_TASK, KERN_TERMINATED, MACH_SEND_INVALID_DEST,
     * MIG_SERVER_DIED */
    static const int32_t codes[] = {4, 16, 37, 0x10000003, -308};
    for (size_t i = 0; i < COUNT(codes); i++) {
        uint32_t calls = 1;
        for (; calls < 200; calls++) {
            begin();
            process_841()->dies = calls;
            process_841()->dying = (uint32_t)codes[i];
            hold_whole(VMT_MACH_BY_TASK, calls);
            if (trace.outcome.answer == VMT_MACH_OK) {
                break;
            }
        }
        CU_ASSERT(calls > 3 && calls < 200);
    }
}

static void test_totals__of_a_zombie(void)
{
    struct vmt_mach_totals totals;
    begin();
    process_841()->zombie = true;
    const struct vmt_mach_outcome outcome = vmt_mach_here()->totals(&totals, 841);
    CU_ASSERT(outcome.answer == VMT_MACH_GONE);
    CU_ASSERT(strcmp(outcome.call, "proc_pid_rusage") == 0);
    UNIT_EQUAL_U64(totals.known, 0);
    is_clean("changing");
}

/* --- grows ------------------------------------------------------------------------------------ */

/* At the end of the first region, 64 KiB, there is one of 192 KiB that begins with it: what is left
 * of it are pages 4 to 11 of the object.  Of the 11 resident or compressed ones of the whole, no
 * more are told than fit. */
static void test_walk__region_grew_downward(void)
{
    begin();
    UNIT_EQUAL_U64(walk(840, VMT_MACH_BY_PIDINFO), VMT_MACH_OK);
    UNIT_EQUAL_U64(trace.region_count, 3);
    UNIT_EQUAL_U64(trace.regions[0].address, 0x101000000);
    UNIT_EQUAL_U64(trace.regions[0].size, 64 * K);
    UNIT_EQUAL_U64(trace.regions[0].resident, 4);
    UNIT_EQUAL_U64(trace.regions[1].address, 0x101010000);
    UNIT_EQUAL_U64(trace.regions[1].size, 128 * K);
    UNIT_EQUAL_U64(trace.regions[1].offset, 64 * K);
    UNIT_EQUAL_U64(trace.regions[1].resident, 7);
    UNIT_EQUAL_U64(trace.regions[1].dirtied, 4);
    UNIT_EQUAL_U64(trace.regions[1].swapped, 4);
    UNIT_EQUAL_U64(trace.regions[2].address, 0x101040000);
    is_clean("changing");
}

/* --- refuses ---------------------------------------------------------------------------------- */

/* The first call of a walk by task; errno of macOS. */
static void test_walk__read_port_refused(void)
{
    static const struct {
        int32_t error;
        uint32_t answer;
        uint64_t asked_again; /* task_for_pid */
    } cases[] = {
        {1, VMT_MACH_OK, 1},      /* EPERM */
        {3, VMT_MACH_GONE, 0},    /* ESRCH */
        {4, VMT_MACH_FAILED, 0},  /* EINTR */
        {13, VMT_MACH_GONE, 0},   /* EACCES: the remains of a task */
        {22, VMT_MACH_FAILED, 0}, /* EINVAL */
        {78, VMT_MACH_OK, 1},     /* ENOSYS */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        begin();
        sim_fail(1, 5, cases[i].error);
        UNIT_EQUAL_U64(walk(841, VMT_MACH_BY_TASK), cases[i].answer);
        UNIT_EQUAL_U64(sim_calls_of("task_for_pid"), cases[i].asked_again);
        if (cases[i].answer != VMT_MACH_OK) {
            CU_ASSERT(trace.outcome.code == cases[i].error);
            CU_ASSERT(strcmp(trace.outcome.call, "task_read_for_pid") == 0);
        }
        is_clean("changing");
    }
}

/* The fourth call of a walk by task, after the port, the size of pages and setting it. */
static void test_walk__region_refused(void)
{
    static const struct {
        int32_t code;
        uint32_t answer;
    } cases[] = {
        {2, VMT_MACH_DENIED},         /* KERN_PROTECTION_FAILURE */
        {8, VMT_MACH_DENIED},         /* KERN_NO_ACCESS */
        {53, VMT_MACH_DENIED},        /* KERN_DENIED */
        {14, VMT_MACH_FAILED},        /* KERN_ABORTED */
        {37, VMT_MACH_GONE},          /* KERN_TERMINATED */
        {46, VMT_MACH_UNSUPPORTED},   /* KERN_NOT_SUPPORTED */
        {-303, VMT_MACH_UNSUPPORTED}, /* MIG_BAD_ID */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        begin();
        sim_fail(4, cases[i].code, 0);
        UNIT_EQUAL_U64(walk(841, VMT_MACH_BY_TASK), cases[i].answer);
        CU_ASSERT(trace.outcome.code == cases[i].code);
        CU_ASSERT(strcmp(trace.outcome.call, "mach_vm_region_recurse") == 0);
        is_clean("changing");
    }
}

/* The sixth: the region was told in full and in short. */
static void test_walk__purgeable_state_refused(void)
{
    static const struct {
        int32_t code;
        uint32_t known;
    } cases[] = {
        {2, 0},                  /* KERN_PROTECTION_FAILURE */
        {4, VMT_MACH_HAS_PURGE}, /* KERN_INVALID_ARGUMENT: it is not purgeable */
        {5, 0},                  /* KERN_FAILURE */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        begin();
        sim_fail(6, cases[i].code, 0);
        UNIT_EQUAL_U64(walk(841, VMT_MACH_BY_TASK), VMT_MACH_OK);
        UNIT_EQUAL_U64(trace.regions[0].known & VMT_MACH_HAS_PURGE, cases[i].known);
        UNIT_EQUAL_U64(trace.regions[0].purge, VMT_MACH_PURGE_DENY);
        UNIT_EQUAL_U64(trace.regions[1].known & VMT_MACH_HAS_PURGE, VMT_MACH_HAS_PURGE);
    }
}

/* --- asks ------------------------------------------------------------------------------------- */

struct asked {
    uint64_t regions;
    uint64_t paths;
    uint64_t states;
    uint64_t pages;
};

/* Each in full; those with an object in short; the paths of what can be a file; the state of what
 * can be purgeable; the pages of what has some, 4096 at a time. */
static struct asked expected_questions(void)
{
    struct asked asked = {.regions = 1};
    for (uint32_t i = 0; i < trace.region_count; i++) {
        const struct vmt_mach_region *region = &trace.regions[i];
        const bool own = region->depth == 0;
        const bool empty = region->share_mode == 3;
        const uint64_t chunk = UINT64_C(4096) * region->page_size;
        asked.regions += empty ? 1 : 2;
        asked.paths += own && (region->external != 0 || (region->protection & 4) != 0);
        asked.states += own && !empty && region->external == 0 && (region->protection & 2) != 0;
        if (own && !empty && region->resident + region->swapped > 0) {
            asked.pages += (region->size + chunk - 1) / chunk;
        }
    }
    return asked;
}

static void hold_questions(const char *name, uint32_t pid)
{
    const struct vmt_mach_walk how = {.pid = pid, .way = VMT_MACH_BY_TASK, .exact = true};
    trace_walk(&trace, &how);
    if (trace.outcome.answer != VMT_MACH_OK) {
        return;
    }
    const struct asked asked = expected_questions();
    equal(sim_calls_of("mach_vm_region_recurse"), asked.regions, name, pid, 0, "regions");
    equal(sim_calls_of("proc_pidinfo"), asked.paths, name, pid, 0, "paths");
    equal(sim_calls_of("mach_vm_purgable_control"), asked.states, name, pid, 0, "states");
    equal(sim_calls_of("mach_vm_page_range_query"), asked.pages, name, pid, 0, "pages");
    equal(sim_calls_of("mach_vm_page_info"), 0, name, pid, 0, "single pages");
}

/* A large reservation costs what a small one costs. */
static void test_walk__asks_nothing_in_vain(void)
{
    const char *name;
    for (size_t place = 0; trace_next_scenario(&world, &name, &place);) {
        for (uint32_t i = 0; i < world.process_count; i++) {
            if (world.processes[i].task != SIM_HANGS && world.processes[i].pages != SIM_DENIED &&
                world.kernel.range_query) {
                sim_start(&world);
                hold_questions(name, world.processes[i].pid);
            }
        }
    }
}

static const struct unit_test tests[] = {
    {"walk__exits_at_each_question", test_walk__exits_at_each_question},
    {"walk__dies_at_each_question", test_walk__dies_at_each_question},
    {"totals__of_a_zombie", test_totals__of_a_zombie},
    {"walk__region_grew_downward", test_walk__region_grew_downward},
    {"walk__read_port_refused", test_walk__read_port_refused},
    {"walk__region_refused", test_walk__region_refused},
    {"walk__purgeable_state_refused", test_walk__purgeable_state_refused},
    {"walk__asks_nothing_in_vain", test_walk__asks_nothing_in_vain},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_mach_changes", tests, argc, argv);
}
