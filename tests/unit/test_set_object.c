/* SPDX-License-Identifier: MIT */
#include "config.h"

/* Sets of processes of which XNU tells the memory objects. */

#include "analysis/set.h"
#include "counting.h"
#include "objects.h"
#include "reading.h"

#define WORLDS 1500

static struct vmt_set set;

static void make_set(void)
{
    struct vmt_error err = VMT_ERROR_INIT;
    CU_ASSERT_FATAL(vmt_set_make(&set, &reading.snapshot, &vmt_allocator_system, (size_t)64 << 20,
                                 &err) == VMT_OK);
    CU_ASSERT_FATAL(set.reason == NULL);
}

/* The share of a process in the region at an address, which another one has, too. */
static const struct vmt_share *share_at(size_t process, uint64_t start)
{
    struct vmt_walker walker = {0};
    const struct vmt_share *share = NULL;
    do {
        share = vmt_sequence_next(&set.processes[process].shares, &walker);
    } while (share != NULL && share->region->start != start);
    if (share == NULL) {
        CU_FAIL_FATAL("no such share");
        abort(); /* for compilers that cannot see that this does not return */
    }
    return share;
}

/* Two processes: an object that both have, at other addresses, of 8 pages; data that was copied,
 * of which 3 clean and 1 dirty page at most are one thing; heaps. */
static void test_object__is_divided_by_its_holders(void)
{
    read_fixture("vmtally-csv/ok-objects.csv");
    make_set();
    const struct vmt_share *share = share_at(0, UINT64_C(0x10b000000));
    UNIT_EQUAL_STR(vmt_share_method_name(share->group->method), "object");
    UNIT_EQUAL_U64(share->group->holders, 2);
    UNIT_EQUAL_U64(share->shared.value, 8 * PAGE);
    UNIT_EQUAL_U64(share->part.value, 4 * PAGE);
    UNIT_EQUAL_U64(share->part.lower, 0); /* it may have all pages twice */
    UNIT_EQUAL_U64(share->part.upper, 8 * PAGE);
    share = share_at(1, UINT64_C(0x10c000000));
    UNIT_EQUAL_U64(share->part.value, 4 * PAGE);
    /* Copies were counted: the rest is shared, and known. */
    share = share_at(0, UINT64_C(0x100400000));
    UNIT_EQUAL_STR(vmt_share_method_name(share->group->method), "fork");
    UNIT_EQUAL_U64(share->shared.value, 3 * PAGE);
    CU_ASSERT(share->part.known);
    UNIT_EQUAL_U64(set.totals.of[VMT_USS].value, (15 + 7) * PAGE);
    UNIT_EQUAL_U64(set.totals.of[VMT_RESIDENT].value, (15 + 7 + 4 + 7 + 8) * PAGE);
    UNIT_EQUAL_U64(set.processes[0].share.value + set.processes[1].share.value,
                   set.totals.of[VMT_RESIDENT].value);
    vmt_set_free(&set);
    end_reading();
}

#define HEADER                                                                                                \
    "process_index,pid,process,os,coverage,region_count,type,start,end,sharing_mode,virtual,virtual_quantum," \
    "resident,resident_quantum,dirty,dirty_quantum,swapped,swapped_quantum,object_id,copied"                  \
    "\n"
#define OWNER(pid, regions) #pid "," #pid ",jar,macOS 14.5 (23F79),whole," #regions
#define PAGES(resident, dirty) ",65536,0," #resident ",0," #dirty ",0,0,0,"

/* 12 pages in three pieces of one object, two of them of one process. */
static void test_object__in_pieces(void)
{
    read_text(
        HEADER
            OWNER(3, 2) ",Shared Memory,0x10000,0x20000,ALI" PAGES(16384, 0) "0x77,0\n" OWNER(3, 2) ",Shared Memory,0x20000,0x30000,ALI" PAGES(
                16384,
                16384) "0x77,0\n" OWNER(4,
                                        1) ",Shared Memory,0x50000,0x60000,ALI" PAGES(32768,
                                                                                      16384) "0x77,0\n");
    make_set();
    UNIT_EQUAL_U64(set.processes[0].shares.count, 2);
    UNIT_EQUAL_U64(set.processes[0].share.value, 16384);
    UNIT_EQUAL_U64(set.processes[1].share.value, 16384);
    UNIT_EQUAL_U64(set.totals.of[VMT_RESIDENT].value, 32768);
    UNIT_EQUAL_U64(set.totals.of[VMT_RESIDENT].upper, 65536);
    vmt_set_free(&set);
    end_reading();
}

/* Another number is another object; no number is none. */
static void test_object__others(void)
{
    read_text(
        HEADER OWNER(3, 2) ",Shared Memory,0x10000,0x20000,ALI" PAGES(16384, 0) "0x77,0\n" OWNER(3, 2) ",Shared Memory,0x20000,0x30000,ALI" PAGES(
            16384,
            0) ",0\n" OWNER(4,
                            2) ",Shared Memory,0x50000,0x60000,ALI" PAGES(16384,
                                                                          0) "0x78,0\n" OWNER(4,
                                                                                              2) ",Shared Memory,0x60000,0x70000,ALI" PAGES(16384,
                                                                                                                                            0) ",0\n");
    make_set();
    UNIT_EQUAL_U64(set.processes[0].shares.count, 0);
    UNIT_EQUAL_U64(set.totals.of[VMT_RESIDENT].value, 4 * 16384);
    vmt_set_free(&set);
    end_reading();
}

/* --- worlds ----------------------------------------------------------------------------------- */

static void add_region(struct vmt_process *process, const struct world *world, unsigned index,
                       const struct entry *entry, enum way way)
{
    struct vmt_snapshot *snapshot = &reading.snapshot;
    struct vmt_region *region = vmt_sequence_add(&process->regions);
    struct vmt_object *object = vmt_arena_alloc(&snapshot->arena, 1, sizeof *object);
    bool external = false;
    CU_ASSERT_FATAL(region != NULL && object != NULL);
    (void)long_chain(world, entry, &external);
    report_entry(region, object, world, index, entry, way);
    region->type = vmt_type_get(&snapshot->types, &snapshot->strings,
                                vmt_slice(external ? "mapped file" : "VM_ALLOCATE"), 0);
    CU_ASSERT_FATAL(region->type != NULL);
}

static void read_world(const struct world *world, enum way way)
{
    struct vmt_input_record *input = NULL;
    begin_reading();
    CU_ASSERT_FATAL(vmt_snapshot_add_input(&input, &reading.snapshot, vmt_slice("world"),
                                           &reading.err) == VMT_OK);
    for (unsigned i = 0; i < PROCESSES; i++) {
        struct vmt_process *process = NULL;
        CU_ASSERT_FATAL(
            vmt_snapshot_add_process(&process, &reading.snapshot, input, &reading.err) == VMT_OK);
        CU_ASSERT_FATAL(vmt_snapshot_string(&process->name, &reading.snapshot, vmt_slice("jar"),
                                            &reading.err) == VMT_OK);
        process->pid = i + 1;
        process->pid_known = true;
        process->coverage = VMT_COVERAGE_WHOLE;
        for (unsigned k = 0; k < world->entry_count[i]; k++) {
            add_region(process, world, i, &world->entries[i][k], way);
        }
    }
}

/* How often a process has a page. */
static unsigned times(const struct world *world, unsigned process, int object, unsigned page)
{
    unsigned count = 0;
    for (unsigned i = 0; i < world->entry_count[process]; i++) {
        const struct entry *entry = &world->entries[process][i];
        bool within = page >= entry->first && page < entry->first + entry->count;
        count += within && find_page(world, entry, page) == object ? 1 : 0;
    }
    return count;
}

/* What all have, a page counted once; and once for each place where one process has it, which its
 * own regions do not tell from as many pages. */
struct truth {
    uint64_t once;
    uint64_t places;
    uint64_t shares[PROCESSES];
    uint64_t shares_of_places[PROCESSES];
    uint64_t alone[PROCESSES]; /* in as many places as it is in */
};

static void find_truth(struct truth *truth, const struct world *world)
{
    *truth = (struct truth){0};
    for (int object = 0; object < OBJECTS; object++) {
        for (unsigned page = 0; page < PAGES; page++) {
            unsigned counts[PROCESSES];
            unsigned holders = 0;
            unsigned most = 0;
            for (unsigned i = 0; i < PROCESSES; i++) {
                counts[i] = world->objects[object].pages[page] == SWAPPED_PAGE
                                ? 0
                                : times(world, i, object, page);
                holders += counts[i] > 0 ? 1 : 0;
                most = counts[i] > most ? counts[i] : most;
            }
            truth->once += holders > 0 ? PAGE : 0;
            truth->places += most * PAGE;
            for (unsigned i = 0; i < PROCESSES; i++) {
                truth->shares[i] += counts[i] > 0 ? PAGE / holders : 0;
                truth->alone[i] += holders == 1 ? counts[i] * PAGE : 0;
                truth->shares_of_places[i] += counts[i] > 0 ? counts[i] * PAGE : 0;
            }
        }
    }
}

static void expect_within(struct vmt_amount amount, uint64_t at_least, uint64_t at_most,
                          uint64_t seed, const char *what)
{
    char text[200];
    bool holds = amount.bounded && amount.lower <= at_most && amount.upper >= at_least;
    snprintf(text, sizeof text,
             "seed %" PRIu64 ": %s is from %" PRIu64 " to %" PRIu64 ", not %" PRIu64 " to %" PRIu64,
             seed, what, amount.lower, amount.upper, at_least, at_most);
    CU_assertImplementation(holds, __LINE__, text, __FILE__, "", CU_FALSE);
}

static void test_worlds__hold_the_truth(void)
{
    static struct world world;
    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        struct truth truth;
        make_world(&world, seed);
        find_truth(&truth, &world);
        read_world(&world, (enum way)(seed % WAYS));
        make_set();
        expect_within(set.totals.of[VMT_RESIDENT], truth.once, truth.places, seed, "resident");
        for (unsigned i = 0; i < PROCESSES; i++) {
            expect_within(set.processes[i].share, truth.shares[i], truth.shares_of_places[i], seed,
                          "share");
        }
        vmt_set_free(&set);
        end_reading();
    }
}

/* --- pages ------------------------------------------------------------------------------------ */

static void add_run(size_t process, uint64_t object, uint64_t page, uint64_t count)
{
    struct vmt_process *of = record_at(&reading.snapshot.processes, process);
    struct vmt_page_run *run = vmt_sequence_add(&of->page_runs);
    CU_ASSERT_FATAL(run != NULL);
    *run = (struct vmt_page_run){object, page * PAGE, count * PAGE};
    of->pages_told = true;
}

static void expect_share(size_t process, uint64_t lower, uint64_t value, uint64_t upper)
{
    const struct vmt_amount *share = &set.processes[process].share;
    CU_ASSERT(share->known);
    UNIT_EQUAL_U64(share->lower, lower);
    UNIT_EQUAL_U64(share->value, value);
    UNIT_EQUAL_U64(share->upper, upper);
}

#define TWO_JARS                                                                              \
    HEADER OWNER(3, 1) ",Shared Memory,0x10000,0x20000,ALI" PAGES(65536, 0) "0x77,0\n" OWNER( \
        4, 1) ",Shared Memory,0x50000,0x60000,ALI" PAGES(65536, 0) "0x77,0\n"

/* Pages 0 to 3 of an object, one of them twice, and pages 2 to 5. */
static void test_pages__are_divided(void)
{
    read_text(TWO_JARS);
    add_run(0, 0x77, 2, 2);
    add_run(0, 0x77, 0, 1);
    add_run(0, 0x77, 0, 2);
    add_run(1, 0x77, 2, 4);
    make_set();
    CU_ASSERT(set.by_pages);
    expect_share(0, 3 * PAGE, 3 * PAGE, 3 * PAGE);
    expect_share(1, 3 * PAGE, 3 * PAGE, 3 * PAGE);
    UNIT_EQUAL_U64(set.totals.of[VMT_RESIDENT].lower, 6 * PAGE);
    UNIT_EQUAL_U64(set.totals.of[VMT_RESIDENT].value, 6 * PAGE);
    UNIT_EQUAL_U64(set.totals.of[VMT_RESIDENT].upper, 6 * PAGE);
    UNIT_EQUAL_U64(set.processes[0].uss.upper, 2 * PAGE); /* 4 less 2 */
    vmt_set_free(&set);
    end_reading();
}

/* 2 pages of three processes and one byte more: what is left goes to the first. */
static void test_pages__are_divided_to_the_last_byte(void)
{
    read_text(TWO_JARS OWNER(5, 1) ",Shared Memory,0x50000,0x60000,ALI" PAGES(65536, 0) "0x77,0\n");
    for (size_t i = 0; i < 3; i++) {
        add_run(i, 0x77, 0, 2);
        add_run(i, 0x78 + i, 0, 1);
    }
    make_set();
    expect_share(0, 27307, 27307, 27307); /* 32768 = 3 * 10922 + 2 */
    expect_share(1, 27307, 27307, 27307);
    expect_share(2, 27306, 27306, 27306);
    UNIT_EQUAL_U64(set.totals.of[VMT_RESIDENT].value, 5 * PAGE);
    vmt_set_free(&set);
    end_reading();
}

static void test_pages__not_told_of_all(void)
{
    read_text(TWO_JARS);
    add_run(0, 0x77, 0, 4);
    make_set();
    CU_ASSERT(!set.by_pages);
    UNIT_EQUAL_U64(set.processes[0].share.value, 2 * PAGE); /* by the object */
    vmt_set_free(&set);
    end_reading();
}

static void tell_pages(const struct world *world)
{
    for (unsigned i = 0; i < PROCESSES; i++) {
        struct vmt_process *process = record_at(&reading.snapshot.processes, i);
        process->pages_told = true;
        for (unsigned k = 0; k < world->entry_count[i]; k++) {
            const struct entry *entry = &world->entries[i][k];
            for (unsigned page = entry->first; page < entry->first + entry->count; page++) {
                int at = find_page(world, entry, page);
                bool resident = at >= 0 && world->objects[at].pages[page] != SWAPPED_PAGE;
                if (entry->depth == 0 && resident) {
                    add_run(i, 1000 + (uint64_t)at, page, 1);
                }
            }
        }
    }
}

/* Whether a region outside of the shared region shows a page of its object. */
static bool shows_common(const struct world *world)
{
    for (unsigned i = 0; i < PROCESSES; i++) {
        for (unsigned page = 0; page < PAGES; page++) {
            if (times(world, i, 0, page) > 1) {
                return true;
            }
        }
    }
    return false;
}

static void test_pages__worlds(void)
{
    static struct world world;
    const uint64_t slack = OBJECTS * PAGES; /* of divisions */
    uint64_t exact = 0;
    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        struct truth truth;
        make_world(&world, seed);
        find_truth(&truth, &world);
        read_world(&world, BY_PAGES);
        tell_pages(&world);
        make_set();
        CU_ASSERT(set.by_pages);
        const struct vmt_amount *resident = &set.totals.of[VMT_RESIDENT];
        expect_within(*resident, truth.once, truth.once, seed, "resident");
        uint64_t shares = 0;
        for (unsigned i = 0; i < PROCESSES; i++) {
            const struct vmt_amount share = set.processes[i].share;
            expect_within(share, truth.shares[i], truth.shares[i] + slack, seed, "share");
            expect_within(set.processes[i].uss, truth.alone[i], truth.alone[i], seed, "uss");
            shares += share.value;
        }
        UNIT_EQUAL_U64(shares, resident->value);
        if (!shows_common(&world)) {
            UNIT_EQUAL_U64(resident->value, truth.once);
            exact++;
        }
        vmt_set_free(&set);
        end_reading();
    }
    CU_ASSERT(exact > WORLDS / 8);
}

/* A set that is refused memory, wherever it asks for it, is none, and keeps nothing. */
static void test_pages__without_memory(void)
{
    static struct world world;
    bool refused = true;
    make_world(&world, 7);
    read_world(&world, BY_PAGES);
    tell_pages(&world);
    for (uint64_t number = 1; refused; number++) {
        struct counting counting = {.refuse = number};
        const struct vmt_allocator allocator = counting_allocator(&counting);
        struct vmt_error err = VMT_ERROR_INIT;
        enum vmt_status status =
            vmt_set_make(&set, &reading.snapshot, &allocator, (size_t)64 << 20, &err);
        refused = counting.refused;
        UNIT_EQUAL_I64(status, refused ? VMT_E_NOMEM : VMT_OK);
        CU_ASSERT(set.by_pages == !refused);
        vmt_set_free(&set);
        UNIT_EQUAL_U64(counting.live, 0);
    }
    end_reading();
}

static const struct unit_test tests[] = {
    {"object__is_divided_by_its_holders", test_object__is_divided_by_its_holders},
    {"object__in_pieces", test_object__in_pieces},
    {"object__others", test_object__others},
    {"worlds__hold_the_truth", test_worlds__hold_the_truth},
    {"pages__are_divided", test_pages__are_divided},
    {"pages__are_divided_to_the_last_byte", test_pages__are_divided_to_the_last_byte},
    {"pages__not_told_of_all", test_pages__not_told_of_all},
    {"pages__worlds", test_pages__worlds},
    {"pages__without_memory", test_pages__without_memory},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_set_object", tests, argc, argv);
}
