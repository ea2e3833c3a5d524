/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checks.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define K UINT64_C(1024)

static struct sim_world world;
static struct trace trace;

static void begin(const char *scenario)
{
    trace_scenario(&world, scenario);
    sim_start(&world);
}

static uint32_t walk(uint32_t pid, enum vmt_mach_way way, bool pages)
{
    const struct vmt_mach_walk how = {.pid = pid, .way = way, .exact = pages, .identity = pages};
    trace_walk(&trace, &how);
    return trace.outcome.answer;
}

/* --- processes -------------------------------------------------------------------------------- */

static void test_list__all_ascending(void)
{
    static const uint32_t expected[] = {0, 1, 820, 821, 822, 823, 900};
    uint32_t pids[32] = {0};
    size_t count;
    begin("denied");
    CU_ASSERT(vmt_mach_here()->list(pids, COUNT(pids), &count).answer == VMT_MACH_OK);
    UNIT_EQUAL_U64(count, COUNT(expected));
    CU_ASSERT(memcmp(pids, expected, sizeof(expected)) == 0);
}

/* The newest come first, so that those that fit are not the lowest numbers. */
static void test_list__more_than_there_is_room_for(void)
{
    uint32_t pids[4] = {7, 7, 7, 7};
    size_t count;
    begin("denied");
    CU_ASSERT(vmt_mach_here()->list(pids, 3, &count).answer == VMT_MACH_OK);
    CU_ASSERT(count >= 7);
    CU_ASSERT(pids[0] < pids[1] && pids[1] < pids[2]);
    UNIT_EQUAL_U64(pids[3], 7);
    CU_ASSERT(vmt_mach_here()->list(pids, 0, &count).answer == VMT_MACH_OK);
    CU_ASSERT(count >= 7);
}

static void test_describe__of_the_same_user(void)
{
    struct vmt_mach_process process;
    begin("plain");
    CU_ASSERT(vmt_mach_here()->describe(&process, 500).answer == VMT_MACH_OK);
    UNIT_EQUAL_U64(process.pid, 500);
    UNIT_EQUAL_U64(process.parent, 1);
    UNIT_EQUAL_U64(process.user, 501);
    UNIT_EQUAL_U64(process.start, UINT64_C(1700000001250000));
    CU_ASSERT(!process.zombie && !process.translated);
    CU_ASSERT(strcmp(process.name, "plain") == 0);
    CU_ASSERT(strcmp(process.path, "/usr/local/bin/plain") == 0);
}

static void test_describe__of_another_user(void)
{
    struct vmt_mach_process process;
    begin("denied");
    CU_ASSERT(vmt_mach_here()->describe(&process, 1).answer == VMT_MACH_OK);
    UNIT_EQUAL_U64(process.user, 0);
    UNIT_EQUAL_U64(process.start, 1000000);
    CU_ASSERT(strcmp(process.name, "launchd") == 0);
    CU_ASSERT(strcmp(process.path, "/sbin/launchd") == 0);
}

static void test_describe__zombie_and_translated(void)
{
    struct vmt_mach_process process;
    begin("denied");
    CU_ASSERT(vmt_mach_here()->describe(&process, 823).answer == VMT_MACH_OK);
    CU_ASSERT(process.zombie);
    UNIT_EQUAL_U64(process.parent, 820);
    CU_ASSERT(strcmp(process.path, "") == 0);
    begin("small-pages");
    CU_ASSERT(vmt_mach_here()->describe(&process, 670).answer == VMT_MACH_OK);
    CU_ASSERT(process.translated);
}

static void test_describe__nobody(void)
{
    struct vmt_mach_process process;
    begin("denied");
    CU_ASSERT(vmt_mach_here()->describe(&process, 4711).answer == VMT_MACH_GONE);
    UNIT_EQUAL_U64(process.pid, 4711);
    CU_ASSERT(strcmp(process.name, "") == 0);
}

/* --- sums ------------------------------------------------------------------------------------- */

static void test_totals__of_a_task(void)
{
    struct vmt_mach_totals totals;
    begin("plain");
    CU_ASSERT(vmt_mach_here()->totals(&totals, 500).answer == VMT_MACH_OK);
    UNIT_EQUAL_U64(totals.known,
                   VMT_MACH_HAS_USAGE | VMT_MACH_HAS_FOOTPRINT_PEAK | VMT_MACH_HAS_TASK);
    UNIT_EQUAL_U64(totals.page_size, 16384);
    UNIT_EQUAL_U64(totals.internal, 96 * K);
    UNIT_EQUAL_U64(totals.external, 48 * K);
    UNIT_EQUAL_U64(totals.compressed, 16 * K);
    UNIT_EQUAL_U64(totals.resident, 144 * K);
    /* What is internal and compressed, and what the scenario puts on top. */
    UNIT_EQUAL_U64(totals.footprint, (96 + 16 + 64) * K);
    UNIT_EQUAL_U64(totals.virtual_size, (64 + 128 + 1024 + 16 + 32) * K);
    is_clean("plain");
}

static void test_totals__volatile(void)
{
    struct vmt_mach_totals totals;
    begin("purgeable");
    CU_ASSERT(vmt_mach_here()->totals(&totals, 640).answer == VMT_MACH_OK);
    UNIT_EQUAL_U64(totals.volatile_resident, 48 * K);
    UNIT_EQUAL_U64(totals.footprint, (64 + 32 + 16 + 16 + 32) * K);
}

static void test_totals__refused(void)
{
    struct vmt_mach_totals totals;
    begin("denied");
    UNIT_EQUAL_U64(vmt_mach_here()->totals(&totals, 1).answer, VMT_MACH_DENIED);
    UNIT_EQUAL_U64(totals.known, 0);
    UNIT_EQUAL_U64(vmt_mach_here()->totals(&totals, 821).answer, VMT_MACH_DENIED);
    UNIT_EQUAL_U64(vmt_mach_here()->totals(&totals, 823).answer, VMT_MACH_GONE);
    UNIT_EQUAL_U64(vmt_mach_here()->totals(&totals, 4711).answer, VMT_MACH_GONE);
    UNIT_EQUAL_U64(vmt_mach_here()->totals(&totals, 820).answer, VMT_MACH_OK);
    is_clean("denied");
}

/* --- what each version tells ------------------------------------------------------------------ */

static const struct record {
    const char *scenario;
    uint32_t regions;   /* VMT_MACH_HAS_* of a region with an object */
    uint32_t peak;      /* of the footprint; 0: not told */
    uint32_t host;      /* VMT_MACH_HAS_* of the machine, of the two about its record */
    const char *opened; /* the call that gave the port */
} records[] = {
    {"record-v0", VMT_MACH_HAS_EXTERNAL | VMT_MACH_HAS_PURGE, 0, VMT_MACH_HAS_STATISTICS,
     "task_for_pid"},
    {"record-v1",
     VMT_MACH_HAS_EXTERNAL | VMT_MACH_HAS_PURGE | VMT_MACH_HAS_REUSABLE | VMT_MACH_HAS_DISPOSITIONS,
     1 << 20, VMT_MACH_HAS_STATISTICS | VMT_MACH_HAS_EVENTS_1, "task_for_pid"},
    {"record-v2",
     VMT_MACH_HAS_EXTERNAL | VMT_MACH_HAS_PURGE | VMT_MACH_HAS_REUSABLE |
         VMT_MACH_HAS_DISPOSITIONS | VMT_MACH_HAS_OBJECT,
     1 << 20, VMT_MACH_HAS_STATISTICS | VMT_MACH_HAS_EVENTS_1, "task_for_pid"},
    {"record-flags",
     VMT_MACH_HAS_EXTERNAL | VMT_MACH_HAS_PURGE | VMT_MACH_HAS_REUSABLE |
         VMT_MACH_HAS_DISPOSITIONS | VMT_MACH_HAS_OBJECT,
     1 << 20, VMT_MACH_HAS_STATISTICS | VMT_MACH_HAS_EVENTS_1, "task_read_for_pid"},
};

static void test_records__tell_what_they_have(void)
{
    for (size_t i = 0; i < COUNT(records); i++) {
        struct vmt_mach_totals totals;
        struct vmt_mach_host host;
        const char *name = records[i].scenario;
        begin(name);
        equal(walk(690, VMT_MACH_BY_TASK, true), VMT_MACH_OK, name, 690, 0, "walk");
        equal(trace.region_count, 2, name, 690, 0, "regions");
        equal(trace.regions[1].known, records[i].regions, name, 690, 0, "known of a region");
        holds(sim_calls_of(records[i].opened) == 1, name, 690, 0, records[i].opened);
        vmt_mach_here()->totals(&totals, 690);
        equal((totals.known & VMT_MACH_HAS_FOOTPRINT_PEAK) != 0 ? totals.footprint_peak : 0,
              records[i].peak, name, 690, 0, "peak");
        equal(vmt_mach_here()->host(&host).answer, VMT_MACH_OK, name, 0, 0, "host");
        equal(host.known & (VMT_MACH_HAS_STATISTICS | VMT_MACH_HAS_EVENTS_1), records[i].host, name,
              0, 0, "known of the machine");
        is_clean(name);
    }
}

static void test_host__numbers(void)
{
    struct vmt_mach_host host;
    begin("record-flags");
    CU_ASSERT(vmt_mach_here()->host(&host).answer == VMT_MACH_OK);
    const struct {
        uint64_t told;
        uint64_t expected;
    } numbers[] = {{host.page_size, 16384},
                   {host.memory, 4096 * K * K},
                   {host.free, 1000},
                   {host.active, 2000},
                   {host.inactive, 1500},
                   {host.speculative, 100},
                   {host.throttled, 1},
                   {host.wired, 800},
                   {host.purgeable, 50},
                   {host.external, 1400},
                   {host.internal, 2200},
                   {host.compressor, 300},
                   {host.uncompressed, 900},
                   {host.faults, 70000},
                   {host.copy_on_write, 800},
                   {host.zero_filled, 9000},
                   {host.reactivations, 10},
                   {host.purges, 11},
                   {host.pageins, 1200},
                   {host.pageouts, 13},
                   {host.decompressions, 14},
                   {host.compressions, 15},
                   {host.swapins, 16},
                   {host.swapouts, 17},
                   {host.swap_total, 1024 * K * K},
                   {host.swap_available, 768 * K * K},
                   {host.swap_used, 256 * K * K},
                   {host.pressure, 2},
                   {host.free_percent, 43}};
    for (size_t i = 0; i < COUNT(numbers); i++) {
        equal(numbers[i].told, numbers[i].expected, "record-flags", 0, i, "number of the machine");
    }
}

static void test_system__who_asks_whom(void)
{
    struct vmt_mach_system system;
    begin("plain");
    CU_ASSERT(vmt_mach_here()->system(&system).answer == VMT_MACH_OK);
    UNIT_EQUAL_U64(system.user, 501);
    UNIT_EQUAL_U64(system.pid, 900);
    UNIT_EQUAL_STR(system.version, "14.5");
    UNIT_EQUAL_STR(system.build, "23F79");
    UNIT_EQUAL_STR(system.machine, "arm64");
}

/* --- refusals --------------------------------------------------------------------------------- */

static void test_walk__refused(void)
{
    static const struct {
        uint32_t pid;
        uint32_t by_task;
        uint32_t by_pidinfo;
    } cases[] = {{0, VMT_MACH_DENIED, VMT_MACH_DENIED}, {1, VMT_MACH_DENIED, VMT_MACH_DENIED},
                 {820, VMT_MACH_DENIED, VMT_MACH_OK},   {821, VMT_MACH_DENIED, VMT_MACH_DENIED},
                 {822, VMT_MACH_OK, VMT_MACH_OK},       {823, VMT_MACH_GONE, VMT_MACH_GONE},
                 {4711, VMT_MACH_GONE, VMT_MACH_GONE}};
    begin("denied");
    for (size_t i = 0; i < COUNT(cases); i++) {
        equal(walk(cases[i].pid, VMT_MACH_BY_TASK, true), cases[i].by_task, "denied", cases[i].pid,
              0, "by task");
        holds((trace.outcome.call == NULL) == (cases[i].by_task == VMT_MACH_OK), "denied",
              cases[i].pid, 0, "the call that failed is named");
        equal(walk(cases[i].pid, VMT_MACH_BY_PIDINFO, false), cases[i].by_pidinfo, "denied",
              cases[i].pid, 0, "by pidinfo");
    }
    is_clean("denied");
}

static void test_walk__single_pages_refused(void)
{
    begin("denied");
    UNIT_EQUAL_U64(walk(822, VMT_MACH_BY_TASK, true), VMT_MACH_OK);
    UNIT_EQUAL_U64(trace.region_count, 1);
    UNIT_EQUAL_U64(trace.regions[0].resident, 1);
    UNIT_EQUAL_U64(trace.regions[0].known & VMT_MACH_HAS_DISPOSITIONS, 0);
    UNIT_EQUAL_U64(trace.page_count, 0);
}

static void test_walk__root_may(void)
{
    begin("root");
    UNIT_EQUAL_U64(walk(1, VMT_MACH_BY_TASK, true), VMT_MACH_OK);
    UNIT_EQUAL_U64(walk(830, VMT_MACH_BY_TASK, true), VMT_MACH_OK);
    UNIT_EQUAL_U64(walk(820, VMT_MACH_BY_TASK, true), VMT_MACH_DENIED);
    is_clean("root");
}

/* --- ends and waits --------------------------------------------------------------------------- */

static void test_walk__process_ends(void)
{
    static const uint32_t pids[] = {800, 801, 803};
    for (size_t i = 0; i < COUNT(pids); i++) {
        const uint32_t pid = pids[i];
        begin("dying");
        equal(walk(pid, VMT_MACH_BY_TASK, false), VMT_MACH_GONE, "dying", pid, 0, "by task");
        holds(trace.region_count > 0 && trace.region_count < 3, "dying", pid, 0, "some regions");
        is_clean("dying");
        begin("dying");
        struct vmt_mach_process process;
        vmt_mach_here()->describe(&process, pid);
        equal(walk(pid, VMT_MACH_BY_PIDINFO, false), VMT_MACH_GONE, "dying", pid, 0, "by pidinfo");
        is_clean("dying");
    }
}

/* The port stays that of the one that is gone; by number it is another one, which its start tells.
 */
static void test_walk__number_is_used_again(void)
{
    struct vmt_mach_process before;
    struct vmt_mach_process after;
    begin("reused");
    UNIT_EQUAL_U64(walk(810, VMT_MACH_BY_TASK, false), VMT_MACH_GONE);
    for (uint32_t i = 0; i < trace.region_count; i++) {
        CU_ASSERT(trace.regions[i].address < 0x200000000);
    }
    is_clean("reused");
    begin("reused");
    vmt_mach_here()->describe(&before, 810);
    walk(810, VMT_MACH_BY_PIDINFO, false);
    vmt_mach_here()->describe(&after, 810);
    CU_ASSERT(strcmp(before.name, "before") == 0);
    CU_ASSERT(strcmp(after.name, "after") == 0);
    CU_ASSERT(before.start != after.start);
}

static int waiting[2];

static void tell_of_waiting(void)
{
    if (write(waiting[1], "w", 1) != 1) {
        _exit(1);
    }
}

/* Who asks for permission does not come back: only another process can end it. */
static void test_walk__waits_for_ever(void)
{
    char byte = 0;
    int status = 0;
    begin("hangs");
    CU_ASSERT_FATAL(pipe(waiting) == 0);
    const pid_t child = fork();
    if (child == 0) {
        trace_before_waiting = tell_of_waiting;
        walk(840, VMT_MACH_BY_TASK, false);
        _exit(0);
    }
    CU_ASSERT(child > 0 && read(waiting[0], &byte, 1) == 1 && byte == 'w');
    CU_ASSERT(kill(child, SIGKILL) == 0 && waitpid(child, &status, 0) == child);
    CU_ASSERT(WIFSIGNALED(status));
    close(waiting[0]);
    close(waiting[1]);
    /* What needs no permission does not wait. */
    UNIT_EQUAL_U64(walk(840, VMT_MACH_BY_PIDINFO, false), VMT_MACH_OK);
}

/* --- a visitor that has seen enough ----------------------------------------------------------- */

struct enough {
    uint32_t regions;
    uint32_t pages;
};

static bool enough_regions(void *self, const struct vmt_mach_region *region)
{
    struct enough *left = self;
    (void)region;
    return left->regions-- > 1;
}

static bool enough_pages(void *self, const struct vmt_mach_page *page)
{
    struct enough *left = self;
    (void)page;
    return left->pages-- > 1;
}

static void test_walk__stopped(void)
{
    struct enough left = {.regions = 2, .pages = 100};
    const struct vmt_mach_visitor visitor = {&left, enough_regions, enough_pages};
    struct vmt_mach_walk how = {.pid = 500, .way = VMT_MACH_BY_TASK};
    begin("plain");
    UNIT_EQUAL_U64(vmt_mach_here()->walk(&how, &visitor).answer, VMT_MACH_STOPPED);
    left.regions = 2;
    how.way = VMT_MACH_BY_PIDINFO;
    UNIT_EQUAL_U64(vmt_mach_here()->walk(&how, &visitor).answer, VMT_MACH_STOPPED);
    left = (struct enough){.regions = 100, .pages = 4};
    how = (struct vmt_mach_walk){.pid = 500, .way = VMT_MACH_BY_TASK, .identity = true};
    UNIT_EQUAL_U64(vmt_mach_here()->walk(&how, &visitor).answer, VMT_MACH_STOPPED);
    UNIT_EQUAL_U64(left.pages, 0);
    is_clean("plain");
}

/* What the caller asked pages to be counted in is its own affair again. */
static void test_walk__unit_of_pages_is_restored(void)
{
    begin("small-caller");
    CU_ASSERT(walk(672, VMT_MACH_BY_TASK, true) == VMT_MACH_OK);
    UNIT_EQUAL_U64(sim_self_page_size(), 4096);
    begin("small-pages");
    CU_ASSERT(walk(670, VMT_MACH_BY_TASK, true) == VMT_MACH_OK);
    UNIT_EQUAL_U64(sim_self_page_size(), 16384);
}

static const struct unit_test tests[] = {
    {"list__all_ascending", test_list__all_ascending},
    {"list__more_than_there_is_room_for", test_list__more_than_there_is_room_for},
    {"describe__of_the_same_user", test_describe__of_the_same_user},
    {"describe__of_another_user", test_describe__of_another_user},
    {"describe__zombie_and_translated", test_describe__zombie_and_translated},
    {"describe__nobody", test_describe__nobody},
    {"totals__of_a_task", test_totals__of_a_task},
    {"totals__volatile", test_totals__volatile},
    {"totals__refused", test_totals__refused},
    {"records__tell_what_they_have", test_records__tell_what_they_have},
    {"host__numbers", test_host__numbers},
    {"system__who_asks_whom", test_system__who_asks_whom},
    {"walk__refused", test_walk__refused},
    {"walk__single_pages_refused", test_walk__single_pages_refused},
    {"walk__root_may", test_walk__root_may},
    {"walk__process_ends", test_walk__process_ends},
    {"walk__number_is_used_again", test_walk__number_is_used_again},
    {"walk__waits_for_ever", test_walk__waits_for_ever},
    {"walk__stopped", test_walk__stopped},
    {"walk__unit_of_pages_is_restored", test_walk__unit_of_pages_is_restored},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_mach_calls", tests, argc, argv);
}
