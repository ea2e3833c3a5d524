/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/set.h"
#include "reading.h"

/* What holds for any processes.  A world is made: things that processes map, of which it is known
 * what each has alone and what they share.  Each process is written as vmmap would print it, sizes
 * rounded; what is made of that text is held against the world. */

#define PAGE UINT64_C(16384)
#define PROCESSES 3
#define THINGS 24
#define WORLDS 60

enum kind {
    OWN_HEAP,      /* PRV: of the process alone */
    CLIPPED_HEAP,  /* SHM since macOS 14, and of the process alone */
    SURFACE,       /* PURGE=N, whatever its mode */
    CACHE,         /* of the shared cache, and of all */
    LIBRARY,       /* a file that some map, at any address */
    SHARED_MEMORY, /* written, of some */
    FORKED,        /* written before a fork, and partly again after it */
    EMPTY,         /* no page can be in it */
    KINDS
};

/* In pages. */
struct thing {
    enum kind kind;
    uint64_t size;
    uint64_t resident;
    uint64_t dirty;
    uint64_t swapped;
    uint64_t copied[PROCESSES]; /* of a forked one: written again, and so of one process alone */
    bool held[PROCESSES];
};

struct world {
    struct thing things[THINGS];
    uint64_t state; /* of the random numbers */
};

/* What is true of a process, in bytes; `proportional` in parts of a byte. */
struct truth {
    uint64_t resident;
    uint64_t dirty;
    uint64_t swapped;
    uint64_t virtual;
    uint64_t alone;
    uint64_t dirty_alone;
    long double proportional;
};

static uint64_t below(struct world *world, uint64_t limit)
{
    world->state ^= world->state << 13;
    world->state ^= world->state >> 7;
    world->state ^= world->state << 17;
    return world->state % limit;
}

static bool is_of_one(enum kind kind)
{
    return kind == OWN_HEAP || kind == CLIPPED_HEAP || kind == SURFACE || kind == EMPTY;
}

static void make_thing(struct world *world, struct thing *thing)
{
    *thing = (struct thing){.kind = (enum kind)below(world, KINDS)};
    thing->size = 1 + below(world, below(world, 4) == 0 ? 4000 : 60);
    uint64_t owner = below(world, PROCESSES);
    for (uint64_t i = 0; i < PROCESSES; i++) {
        thing->held[i] = is_of_one(thing->kind) ? i == owner : below(world, 3) > 0;
        thing->held[i] = thing->held[i] || thing->kind == CACHE || thing->kind == FORKED;
    }
    if (thing->kind == EMPTY) {
        return;
    }
    thing->resident = below(world, thing->size + 1);
    bool clean = thing->kind == CACHE || thing->kind == LIBRARY;
    bool written = thing->kind == SHARED_MEMORY || thing->kind == FORKED;
    thing->dirty = written ? thing->resident : clean ? 0 : below(world, thing->resident + 1);
    if (is_of_one(thing->kind)) {
        thing->swapped = below(world, thing->size - thing->resident + 1);
    }
    for (uint64_t i = 0; i < PROCESSES && thing->kind == FORKED; i++) {
        thing->copied[i] = below(world, thing->resident + 1);
    }
}

static void make_world(struct world *world, uint64_t seed)
{
    *world = (struct world){.state = seed * UINT64_C(0x9e3779b97f4a7c15)};
    for (size_t i = 0; i < THINGS; i++) {
        make_thing(world, &world->things[i]);
    }
}

static uint64_t holders_of(const struct thing *thing)
{
    uint64_t holders = 0;
    for (size_t i = 0; i < PROCESSES; i++) {
        holders += thing->held[i] ? 1 : 0;
    }
    return holders;
}

/* Pages of a forked thing are copied from its end, so those before are shared by who has not copied
 * them.  Adds what the process has. */
static void add_forked(struct truth *truth, const struct thing *thing, size_t process)
{
    for (uint64_t page = 0; page < thing->resident; page++) {
        bool alone = page >= thing->resident - thing->copied[process];
        uint64_t sharers = 0;
        for (size_t i = 0; i < PROCESSES; i++) {
            sharers += page < thing->resident - thing->copied[i] ? 1 : 0;
        }
        if (alone || sharers == 1) {
            truth->alone += PAGE;
            truth->dirty_alone += PAGE;
        }
        truth->proportional += (long double)PAGE / (long double)(alone ? 1 : sharers);
    }
}

static struct truth truth_of(const struct world *world, size_t process)
{
    struct truth truth = {0};
    for (size_t i = 0; i < THINGS; i++) {
        const struct thing *thing = &world->things[i];
        if (!thing->held[process]) {
            continue;
        }
        truth.virtual += thing->size * PAGE;
        truth.resident += thing->resident * PAGE;
        truth.dirty += thing->dirty * PAGE;
        truth.swapped += thing->swapped * PAGE;
        uint64_t holders = holders_of(thing);
        if (thing->kind == FORKED) {
            add_forked(&truth, thing, process);
        } else {
            truth.alone += holders == 1 && thing->kind != CACHE ? thing->resident * PAGE : 0;
            truth.dirty_alone += holders == 1 ? thing->dirty * PAGE : 0;
            truth.proportional += (long double)(thing->resident * PAGE) / (long double)holders;
        }
    }
    return truth;
}

/* All pages there are, each once. */
static uint64_t resident_together(const struct world *world)
{
    long double sum = 0;
    for (size_t i = 0; i < PROCESSES; i++) {
        sum += truth_of(world, i).proportional;
    }
    return (uint64_t)(sum + 0.5L);
}

/* --- as vmmap prints it ----------------------------------------------------------------------- */

static void print_size(char text[16], uint64_t pages)
{
    uint64_t kilobytes = pages * PAGE / 1024;
    if (kilobytes < 9999) {
        snprintf(text, 16, "%" PRIu64 "K", kilobytes);
    } else {
        snprintf(text, 16, "%.1fM", (double)kilobytes / 1024);
    }
}

static size_t print_row(char *out, size_t room, const struct world *world, size_t index,
                        size_t process)
{
    static const struct {
        const char *type;
        const char *mode;
        const char *purge;
    } looks[KINDS] = {
        [OWN_HEAP] = {"MALLOC_LARGE", "PRV", ""},    [CLIPPED_HEAP] = {"MALLOC_SMALL", "SHM", ""},
        [SURFACE] = {"IOSurface", "SHM", "PURGE=N"}, [CACHE] = {"__TEXT", "COW", ""},
        [LIBRARY] = {"__TEXT", "COW", ""},           [SHARED_MEMORY] = {"shared memory", "ALI", ""},
        [FORKED] = {"VM_ALLOCATE", "COW", ""},       [EMPTY] = {"VM_ALLOCATE", "NUL", ""},
    };
    const struct thing *thing = &world->things[index];
    char sizes[4][16];
    const uint64_t pages[4] = {thing->size, thing->resident, thing->dirty, thing->swapped};
    for (size_t i = 0; i < 4; i++) {
        print_size(sizes[i], pages[i]);
    }
    uint64_t start = thing->kind == CACHE ? UINT64_C(0x190000000) : UINT64_C(0x300000000);
    start += (uint64_t)index << 28;
    start += thing->kind == LIBRARY ? (uint64_t)process << 26 : 0;
    start = thing->kind == CACHE ? UINT64_C(0x190000000) + ((uint64_t)index << 26) : start;
    char path[32] = "";
    if (thing->kind == LIBRARY || thing->kind == CACHE) {
        snprintf(path, sizeof path, "/opt/lib%zu.dylib", index);
    }
    int length = snprintf(
        out, room, "%-20s %" PRIx64 "-%" PRIx64 " [%6s %6s %6s %6s] rw-/rwx SM=%s %-8s %s\n",
        looks[thing->kind].type, start, start + thing->size * PAGE, sizes[0], sizes[1], sizes[2],
        sizes[3], looks[thing->kind].mode, looks[thing->kind].purge, path);
    return length > 0 ? (size_t)length : 0;
}

/* `backwards`: the rows in the other order. */
static void read_process(const struct world *world, size_t process, bool backwards)
{
    static char text[16384];
    size_t used = (size_t)snprintf(
        text, sizeof text,
        "Process:         worker [%zu]\nCode Type:       ARM64\n"
        "Date/Time:       2026-03-01 12:00:00.000 +0100\nOS Version:      macOS 14.5 (23F79)\n"
        "----\n\nVirtual Memory Map of process %zu (worker)\n"
        "Output report format:  2.4  -- 64-bit process\nVM page size:  16384 bytes\n\n"
        "==== regions for process %zu  (non-writable and writable regions are interleaved)\n",
        process + 10, process + 10, process + 10);
    for (size_t i = 0; i < THINGS; i++) {
        size_t index = backwards ? THINGS - 1 - i : i;
        if (world->things[index].held[process]) {
            used += print_row(text + used, sizeof text - used, world, index, process);
        }
    }
    snprintf(text + used, sizeof text - used, "\n==== Legend\nSM=sharing mode:\n");
    read_more(vmt_slice(text));
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    UNIT_EQUAL_U64(reading.ledger->damaged, 0);
}

/* --- what is made of it ----------------------------------------------------------------------- */

static bool holds(struct vmt_amount amount, long double truth, const char *what)
{
    bool inside = amount.bounded && (long double)amount.lower <= truth + 1 &&
                  truth <= (long double)amount.upper + 1 &&
                  (!amount.known || (amount.lower <= amount.value && amount.value <= amount.upper));
    if (!inside) {
        printf("  %s: %.0Lf is not in %" PRIu64 " to %" PRIu64 "\n", what, truth, amount.lower,
               amount.upper);
    }
    return inside;
}

static void check_sum(const struct vmt_amount *of, enum vmt_member whole, enum vmt_member first,
                      enum vmt_member second)
{
    if (of[whole].known && of[first].known && of[second].known) {
        UNIT_EQUAL_U64(of[first].value + of[second].value, of[whole].value);
    }
    CU_ASSERT(of[first].lower + of[second].lower <= of[whole].upper);
    CU_ASSERT(of[whole].lower <= of[first].upper + of[second].upper);
}

static void check_process(const struct vmt_amounts *amounts, const struct truth *truth)
{
    const struct vmt_amount *of = amounts->of;
    CU_ASSERT(holds(of[VMT_VIRTUAL], (long double)truth->virtual, "virtual"));
    CU_ASSERT(holds(of[VMT_RESIDENT], (long double)truth->resident, "resident"));
    CU_ASSERT(holds(of[VMT_DIRTY], (long double)truth->dirty, "dirty"));
    CU_ASSERT(holds(of[VMT_SWAPPED], (long double)truth->swapped, "swapped"));
    CU_ASSERT(holds(of[VMT_USS], (long double)truth->alone, "uss"));
    CU_ASSERT(holds(of[VMT_PRIVATE_DIRTY], (long double)truth->dirty_alone, "private_dirty"));
    CU_ASSERT(holds(of[VMT_PSS], truth->proportional, "pss"));
    check_sum(of, VMT_RESIDENT, VMT_CLEAN, VMT_DIRTY);
    check_sum(of, VMT_CLEAN, VMT_PRIVATE_CLEAN, VMT_SHARED_CLEAN);
    check_sum(of, VMT_DIRTY, VMT_PRIVATE_DIRTY, VMT_SHARED_DIRTY);
    check_sum(of, VMT_SWAPPED, VMT_SWAPPED_PRIVATE, VMT_SWAPPED_SHARED);
    check_sum(of, VMT_USS, VMT_PRIVATE_CLEAN, VMT_PRIVATE_DIRTY);
    CU_ASSERT(of[VMT_USS].value <= of[VMT_RESIDENT].value);
    CU_ASSERT(of[VMT_USS].lower <= of[VMT_PSS].lower && of[VMT_USS].value <= of[VMT_PSS].upper);
    CU_ASSERT(of[VMT_PSS].upper <= of[VMT_RESIDENT].upper);
    CU_ASSERT(of[VMT_RSS].upper <= of[VMT_RESIDENT].upper);
    CU_ASSERT(of[VMT_RESERVED].upper <= of[VMT_VIRTUAL].upper);
}

static void check_processes(const struct world *world)
{
    for (size_t i = 0; i < PROCESSES; i++) {
        struct vmt_error err = VMT_ERROR_INIT;
        struct vmt_breakdown breakdown;
        const struct truth truth = truth_of(world, i);
        UNIT_EQUAL_I64(vmt_breakdown_make(&breakdown, process_at(i), &vmt_allocator_system,
                                          (size_t)16 << 20, &err),
                       VMT_OK);
        check_process(&breakdown.totals, &truth);
        vmt_breakdown_free(&breakdown);
    }
}

static void make_set(struct vmt_set *set)
{
    struct vmt_error err = VMT_ERROR_INIT;
    UNIT_EQUAL_I64(
        vmt_set_make(set, &reading.snapshot, &vmt_allocator_system, (size_t)16 << 20, &err),
        VMT_OK);
    CU_ASSERT_FATAL(set->reason == NULL && set->process_count == PROCESSES);
}

static void check_set(const struct world *world, const struct vmt_set *set)
{
    const struct vmt_amount resident = set->totals.of[VMT_RESIDENT];
    struct vmt_amount shares = vmt_exactly(0);
    CU_ASSERT(holds(resident, (long double)resident_together(world), "resident of the set"));
    for (size_t i = 0; i < PROCESSES; i++) {
        const struct truth truth = truth_of(world, i);
        CU_ASSERT(holds(set->processes[i].share, truth.proportional, "share"));
        vmt_amount_add(&shares, set->processes[i].share);
    }
    CU_ASSERT(shares.lower <= resident.upper && resident.lower <= shares.upper);
    UNIT_EQUAL_I64(shares.known, resident.known);
    if (shares.known && resident.known) {
        UNIT_EQUAL_U64(shares.value, resident.value);
    }
}

static void read_world(const struct world *world, bool backwards)
{
    begin_reading();
    for (size_t i = 0; i < PROCESSES; i++) {
        read_process(world, i, backwards);
    }
}

static bool is_same(struct vmt_amount a, struct vmt_amount b)
{
    return a.known == b.known && a.bounded == b.bounded && a.value == b.value &&
           a.lower == b.lower && a.upper == b.upper;
}

static void test_worlds__what_is_true_lies_in_the_bounds(void)
{
    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        struct world world;
        struct vmt_set set;
        make_world(&world, seed);
        read_world(&world, false);
        check_processes(&world);
        make_set(&set);
        check_set(&world, &set);
        vmt_set_free(&set);
        end_reading();
    }
}

static void test_worlds__the_order_of_rows_is_immaterial(void)
{
    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        struct world world;
        struct vmt_set set;
        struct vmt_amounts totals;
        make_world(&world, seed);
        read_world(&world, false);
        make_set(&set);
        totals = set.totals;
        vmt_set_free(&set);
        end_reading();
        read_world(&world, true);
        make_set(&set);
        for (int member = 0; member < VMT_MEMBER_COUNT; member++) {
            CU_ASSERT(is_same(totals.of[member], set.totals.of[member]));
        }
        vmt_set_free(&set);
        end_reading();
    }
}

static const struct unit_test tests[] = {
    {"worlds__what_is_true_lies_in_the_bounds", test_worlds__what_is_true_lies_in_the_bounds},
    {"worlds__the_order_of_rows_is_immaterial", test_worlds__the_order_of_rows_is_immaterial},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_properties", tests, argc, argv);
}
