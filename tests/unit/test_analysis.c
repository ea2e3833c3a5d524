/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <dirent.h>
#include <stdlib.h>

#include "analysis/account.h"
#include "analysis/breakdown.h"
#include "grammar/grammar.h"
#include "grammar/part_region.h"
#include "unit.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define K UINT64_C(1024)
#define MEMORY_LIMIT ((size_t)64 << 20)

/* --- a text, read and broken down ------------------------------------------------------------- */

/* Tests run one after another: there is one of it at a time. */
static struct {
    struct vmt_context context;
    struct vmt_snapshot snapshot;
    struct vmt_breakdown breakdown;
    const struct vmt_process *process;
    char text[16 * 1024];
} now;

/* The breakdown of process number `index`; false when there are not so many. */
static bool break_down(struct vmt_breakdown *breakdown, const struct vmt_snapshot *snapshot,
                       size_t index)
{
    struct vmt_walker walker = {0};
    struct vmt_error err = VMT_ERROR_INIT;
    const struct vmt_process *process = NULL;
    do {
        process = vmt_sequence_next(&snapshot->processes, &walker);
    } while (process != NULL && index-- > 0);
    if (process == NULL) {
        return false;
    }
    CU_ASSERT_FATAL(vmt_breakdown_make(breakdown, process, &vmt_allocator_system, MEMORY_LIMIT,
                                       &err) == VMT_OK);
    return true;
}

static void read_text(struct vmt_snapshot *snapshot, struct vmt_context *context,
                      struct vmt_slice text)
{
    struct vmt_memory_input input;
    struct vmt_error err = VMT_ERROR_INIT;
    vmt_snapshot_init(snapshot, &vmt_allocator_system, MEMORY_LIMIT);
    vmt_memory_input_init(&input, "text", text);
    CU_ASSERT_FATAL(vmt_read(snapshot, context, &input.input, &err) == VMT_OK);
}

static void begin_text(const char *text)
{
    vmt_context_init(&now.context, &vmt_allocator_system);
    read_text(&now.snapshot, &now.context, vmt_slice(text));
    CU_ASSERT_FATAL(break_down(&now.breakdown, &now.snapshot, 0));
    now.process = now.breakdown.process;
}

/* Rows of a process of that system and architecture; NULL: not stated. */
static void begin(const char *os, const char *arch, const char *rows)
{
    snprintf(now.text, sizeof now.text,
             "Process:         x [41]\n%s%s%s%s%s%sAnalysis Tool:   /usr/bin/vmmap\n----\n\n"
             "==== regions for process 41\n%s\n==== Legend\nSM=sharing mode:\n",
             arch == NULL ? "" : "Code Type:       ", arch == NULL ? "" : arch,
             arch == NULL ? "" : "\n", os == NULL ? "" : "OS Version:      ", os == NULL ? "" : os,
             os == NULL ? "" : "\n", rows);
    begin_text(now.text);
    UNIT_EQUAL_I64(now.process->coverage, VMT_COVERAGE_WHOLE);
    UNIT_EQUAL_I64(now.breakdown.level, VMT_LEVEL_REGIONS);
}

static void end(void)
{
    vmt_breakdown_free(&now.breakdown);
    vmt_snapshot_free(&now.snapshot);
    vmt_context_free(&now.context);
}

static void check_at(enum vmt_member member, uint64_t lower, uint64_t value, uint64_t upper,
                     unsigned line)
{
    struct vmt_amount amount = now.breakdown.totals.of[member];
    char text[256];
    snprintf(text, sizeof text,
             "%s is %s%" PRIu64 " <= %" PRIu64 " <= %" PRIu64 ", expected %" PRIu64 " <= %" PRIu64
             " <= %" PRIu64,
             vmt_members[member].name, amount.known ? "" : "unknown: ", amount.lower, amount.value,
             amount.upper, lower, value, upper);
    CU_assertImplementation(amount.known && amount.bounded && amount.lower == lower &&
                                amount.value == value && amount.upper == upper,
                            line, text, __FILE__, "", CU_FALSE);
}

/* No value, only bounds. */
static void check_between_at(enum vmt_member member, uint64_t lower, uint64_t upper, unsigned line)
{
    struct vmt_amount amount = now.breakdown.totals.of[member];
    char text[256];
    snprintf(text, sizeof text,
             "%s is %s, from %" PRIu64 " to %" PRIu64 ", expected %" PRIu64 " to %" PRIu64,
             vmt_members[member].name, amount.known ? "known" : "unknown", amount.lower,
             amount.upper, lower, upper);
    CU_assertImplementation(!amount.known && amount.bounded && amount.lower == lower &&
                                amount.upper == upper,
                            line, text, __FILE__, "", CU_FALSE);
}

#define CHECK(member, lower, value, upper) check_at((member), (lower), (value), (upper), __LINE__)
#define CHECK_EXACT(member, value) check_at((member), (value), (value), (value), __LINE__)
#define CHECK_BETWEEN(member, lower, upper) check_between_at((member), (lower), (upper), __LINE__)

/* The row of nearly all rules: 1024K between page boundaries, so that K is exact; 400K resident,
 * 300K of them dirty, so 100K clean; 100K swapped. */
#define SIZES "[ 1024K   400K   300K   100K] rw-/rwx "
#define LOW "100000000-100100000 "

enum whose {
    PRIVATE,          /* all of it */
    PROBABLY_PRIVATE, /* value private, bounds all */
    PROBABLY_SHARED,
    SHARED
};

static void check_part(enum vmt_member private, enum vmt_member shared, uint64_t size,
                       enum whose whose, unsigned line)
{
    bool ours = whose == PRIVATE || whose == PROBABLY_PRIVATE;
    check_at(private, whose == PRIVATE ? size : 0, ours ? size : 0, whose == SHARED ? 0 : size,
             line);
    check_at(shared, whose == SHARED ? size : 0, ours ? 0 : size, whose == PRIVATE ? 0 : size,
             line);
}

/* Clean, dirty and swapped part of the row above. */
static void check_whose_at(enum whose clean, enum whose dirty, enum whose swapped, unsigned line)
{
    check_part(VMT_PRIVATE_CLEAN, VMT_SHARED_CLEAN, 100 * K, clean, line);
    check_part(VMT_PRIVATE_DIRTY, VMT_SHARED_DIRTY, 300 * K, dirty, line);
    check_part(VMT_SWAPPED_PRIVATE, VMT_SWAPPED_SHARED, 100 * K, swapped, line);
}

#define CHECK_WHOSE(clean, dirty, swapped) check_whose_at((clean), (dirty), (swapped), __LINE__)

static uint64_t note_count(enum vmt_note_kind kind)
{
    return vmt_notes_count(&now.breakdown.notes, kind);
}

/* --- rules of account.c, one by one ----------------------------------------------------------- */

static void test_account__private_modes(void)
{
    static const char *const modes[] = {"PRV", "ZER", "LPG"};
    for (size_t i = 0; i < COUNT(modes); i++) {
        char row[256];
        snprintf(row, sizeof row, "VM_ALLOCATE " LOW SIZES "SM=%s\n", modes[i]);
        begin("macOS 14.5 (23F79)", "ARM64", row);
        CHECK_WHOSE(PRIVATE, PRIVATE, PRIVATE);
        CHECK_EXACT(VMT_VIRTUAL, 1024 * K);
        CHECK_EXACT(VMT_RESERVED, 0);
        CHECK_EXACT(VMT_RESIDENT, 400 * K);
        CHECK_EXACT(VMT_DIRTY, 300 * K);
        CHECK_EXACT(VMT_SWAPPED, 100 * K);
        CHECK_EXACT(VMT_PRIVATE_FOOTPRINT, 400 * K);
        CHECK_EXACT(VMT_USS, 400 * K);
        CHECK_BETWEEN(VMT_PSS, 400 * K, 400 * K);
        CHECK_BETWEEN(VMT_RSS, 0, 400 * K); /* the object's pages, touched or not */
        CHECK_BETWEEN(VMT_SWAP_PSS, 100 * K, 100 * K);
        CHECK_EXACT(VMT_RECLAIMABLE, 0);
        CHECK_EXACT(VMT_HEAP_KEPT_EMPTY, 0);
        UNIT_EQUAL_STR(now.breakdown.pss_method, "single-dump");
        end();
    }
}

static void test_account__cow_outside_the_cache(void)
{
    begin("macOS 14.5 (23F79)", "ARM64", "__DATA " LOW SIZES "SM=COW\n");
    CHECK_WHOSE(PROBABLY_SHARED, PROBABLY_PRIVATE, PROBABLY_PRIVATE);
    CHECK(VMT_USS, 0, 300 * K, 400 * K);
    CHECK(VMT_PRIVATE_FOOTPRINT, 0, 400 * K, 400 * K);
    CHECK_BETWEEN(VMT_PSS, 0, 400 * K);
    end();
    begin("macOS 14.5 (23F79)", "ARM64", "VM_ALLOCATE " LOW SIZES "SM=COW\n");
    CHECK_WHOSE(PROBABLY_SHARED, PROBABLY_PRIVATE, PROBABLY_PRIVATE);
    end();
}

/* Whether clean COW pages of a range are taken to be those of the shared cache. */
static void check_cache(const char *os, const char *arch, uint64_t start, uint64_t end_,
                        bool inside)
{
    char row[256];
    snprintf(row, sizeof row,
             "__DATA %" PRIx64 "-%" PRIx64 " [ %" PRIu64 "K 8K 4K 0K] rw-/rw- SM=COW\n", start,
             end_, (end_ - start) / K);
    begin(os, arch, row);
    struct vmt_amount clean = now.breakdown.totals.of[VMT_PRIVATE_CLEAN];
    if (!UNIT_EQUAL_U64(clean.upper, inside ? 0 : 4 * K)) {
        printf("  of %s, %s: %" PRIx64 "-%" PRIx64 "\n", os, arch == NULL ? "(none)" : arch, start,
               end_);
    }
    UNIT_EQUAL_U64(clean.value, 0);
    CHECK(VMT_PRIVATE_DIRTY, 0, 4 * K, 4 * K);
    end();
}

/* XNU osfmk/mach/shared_region.h, of several releases. */
static void test_account__cow_in_the_cache_of_each_architecture(void)
{
    static const struct {
        const char *os;
        const char *arch;
        uint64_t start;
        uint64_t end;
    } caches[] = {
        {"macOS 14.5 (23F79)", "ARM64", UINT64_C(0x180000000), UINT64_C(0x280000000)},
        {"macOS 11.6 (20G165)", "ARM64", UINT64_C(0x180000000), UINT64_C(0x280000000)},
        {"macOS 26.1 (25B78)", "ARM64E", UINT64_C(0x180000000), UINT64_C(0x280000000)},
        {"Mac OS X 10.14.6 (18G84)", "X86-64", UINT64_C(0x7fff70000000), UINT64_C(0x7fffffe00000)},
        {"macOS 11.6 (20G165)", "X86-64", UINT64_C(0x7fff00000000), UINT64_C(0x7fffffe00000)},
        {"macOS 12.6 (21G115)", "X86-64", UINT64_C(0x7ff800000000), UINT64_C(0x7ffffe000000)},
        {"macOS 14.5 (23F79)", "X86-64 (translated)", UINT64_C(0x7ff800000000),
         UINT64_C(0x7ffffe000000)},
        {"Mac OS X 10.13.6 (17G65)", "X86", UINT64_C(0x90000000), UINT64_C(0xb0000000)},
    };
    for (size_t i = 0; i < COUNT(caches); i++) {
        const char *os = caches[i].os;
        const char *arch = caches[i].arch;
        uint64_t first = caches[i].start;
        uint64_t last = caches[i].end;
        check_cache(os, arch, first, first + 8 * K, true);
        check_cache(os, arch, last - 8 * K, last, true);
        check_cache(os, arch, first - 8 * K, first, false);
        check_cache(os, arch, last, last + 8 * K, false);
        check_cache(os, arch, first - 4 * K, first + 4 * K, false);
        check_cache(os, arch, last - 4 * K, last + 4 * K, false);
    }
    /* That of another architecture is memory like any. */
    static const char os[] = "macOS 14.5 (23F79)";
    check_cache(os, "X86-64", UINT64_C(0x190000000), UINT64_C(0x190002000), false);
    check_cache(os, "X86-64", UINT64_C(0x90000000), UINT64_C(0x90002000), false);
    check_cache(os, "ARM64", UINT64_C(0x7ff800000000), UINT64_C(0x7ff800002000), false);
    check_cache(os, NULL, UINT64_C(0x190000000), UINT64_C(0x190002000), false);
    check_cache(os, "PPC", UINT64_C(0x90000000), UINT64_C(0x90002000), false);
}

/* Stacks and heaps have been placed in the same range; they are no part of it. */
static void test_account__anonymous_memory_is_not_in_the_cache(void)
{
    begin("macOS 14.5 (23F79)", "ARM64", "Stack 1d0000000-1d0100000 " SIZES "SM=PRV\n");
    CHECK_WHOSE(PRIVATE, PRIVATE, PRIVATE);
    end();
    begin("macOS 14.5 (23F79)", "ARM64", "VM_ALLOCATE 1d0000000-1d0100000 " SIZES "SM=COW\n");
    CHECK_WHOSE(PROBABLY_SHARED, PROBABLY_PRIVATE, PROBABLY_PRIVATE);
    end();
}

/* Before macOS 11 the cache is far above what a process has of its own. */
static void test_account__stack_below_the_cache_of_10_14(void)
{
    static const char os[] = "Mac OS X 10.14.6 (18G84)";
    begin(os, "X86-64", "Stack 7ffee0000000-7ffee0100000 " SIZES "SM=PRV\n");
    CHECK_WHOSE(PRIVATE, PRIVATE, PRIVATE);
    end();
    begin(os, "X86-64", "VM_ALLOCATE 7ffee0000000-7ffee0100000 " SIZES "SM=COW\n");
    CHECK_WHOSE(PROBABLY_SHARED, PROBABLY_PRIVATE, PROBABLY_PRIVATE);
    end();
    begin(os, "X86-64", "mapped file 7ffee0000000-7ffee0100000 " SIZES "SM=COW\n");
    CHECK_WHOSE(PROBABLY_SHARED, PROBABLY_PRIVATE, PROBABLY_PRIVATE);
    end();
    begin(os, "X86-64", "__DATA 7fff71000000-7fff71100000 " SIZES "SM=COW\n");
    CHECK_WHOSE(SHARED, PROBABLY_PRIVATE, PROBABLY_PRIVATE);
    end();
}

static void test_account__cache_shares_clean_pages_only(void)
{
    begin("macOS 14.5 (23F79)", "ARM64", "__DATA 1d0000000-1d0100000 " SIZES "SM=COW\n");
    CHECK_WHOSE(SHARED, PROBABLY_PRIVATE, PROBABLY_PRIVATE);
    CHECK(VMT_USS, 0, 300 * K, 300 * K);
    CHECK_BETWEEN(VMT_PSS, 0, 400 * K);
    end();
    /* An entry of the process's own where the cache was: private, without certainty. */
    begin("macOS 14.5 (23F79)", "ARM64", "__DATA 1d0000000-1d0100000 " SIZES "SM=PRV\n");
    CHECK_WHOSE(PROBABLY_PRIVATE, PROBABLY_PRIVATE, PROBABLY_PRIVATE);
    end();
}

static void test_account__heap_shared_at_birth(void)
{
    static const char *const types[] = {"MALLOC_TINY", "MALLOC_SMALL",    "MALLOC_MEDIUM",
                                        "MALLOC_NANO", "MALLOC metadata", "MALLOC_SMALL (empty)",
                                        "Malloc Small"};
    static const char *const new_systems[] = {"macOS 14.0 (23A344)", "macOS 26.1 (25B78)"};
    static const char *const old_systems[] = {"macOS 13.6 (22G120)", "Mac OS X 10.15.7 (19H2)",
                                              "iPhone OS 17.0 (21A1)", NULL};
    char row[256];
    for (size_t i = 0; i < COUNT(types); i++) {
        snprintf(row, sizeof row, "%s " LOW SIZES "SM=SHM\n", types[i]);
        for (size_t j = 0; j < COUNT(new_systems); j++) {
            begin(new_systems[j], "ARM64", row);
            CHECK_WHOSE(PRIVATE, PRIVATE, PRIVATE);
            end();
        }
        for (size_t j = 0; j < COUNT(old_systems); j++) {
            begin(old_systems[j], "ARM64", row);
            CHECK_WHOSE(PROBABLY_PRIVATE, PROBABLY_PRIVATE, PROBABLY_PRIVATE);
            end();
        }
    }
    /* Large allocations are not among them. */
    begin("macOS 14.5 (23F79)", "ARM64", "MALLOC_LARGE " LOW SIZES "SM=SHM\n");
    CHECK_WHOSE(PROBABLY_PRIVATE, PROBABLY_PRIVATE, PROBABLY_PRIVATE);
    end();
}

static void test_account__shared_modes(void)
{
    static const char *const rows[] = {
        "shared memory " LOW SIZES "SM=SHM\n", "VM_ALLOCATE " LOW SIZES "SM=SHM\n",
        "VM_ALLOCATE " LOW SIZES "SM=ALI\n",   "MALLOC_TINY " LOW SIZES "SM=ALI\n",
        "mapped file " LOW SIZES "SM=S/A\n",   "IOSurface " LOW SIZES "SM=SHM PURGE=V  x\n",
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        begin("macOS 14.5 (23F79)", "ARM64", rows[i]);
        CHECK_WHOSE(PROBABLY_SHARED, PROBABLY_SHARED, PROBABLY_SHARED);
        CHECK(VMT_USS, 0, 0, 400 * K);
        end();
    }
}

static void test_account__nonvolatile_beats_the_mode(void)
{
    /* Resident may include what is swapped, so it has a lower bound of its own. */
    begin("macOS 14.5 (23F79)", "ARM64", "IOSurface " LOW SIZES "SM=SHM PURGE=N  x\n");
    CHECK(VMT_RESIDENT, 300 * K, 400 * K, 400 * K);
    CHECK_EXACT(VMT_DIRTY, 300 * K);
    CHECK_WHOSE(PROBABLY_SHARED, PROBABLY_PRIVATE, PROBABLY_PRIVATE);
    CHECK_EXACT(VMT_RECLAIMABLE, 0);
    end();
    begin("macOS 26.1 (25B78)", "ARM64", "Activity Tracing " LOW SIZES "SM=PRV PURGE=N\n");
    CHECK(VMT_RESIDENT, 300 * K, 400 * K, 400 * K);
    CHECK(VMT_PRIVATE_CLEAN, 0, 100 * K, 100 * K);
    CHECK_EXACT(VMT_PRIVATE_DIRTY, 300 * K);
    CHECK_EXACT(VMT_SWAPPED_PRIVATE, 100 * K);
    CHECK_EXACT(VMT_SHARED_CLEAN, 0);
    end();
    /* Rule 3 comes first. */
    begin("macOS 14.5 (23F79)", "ARM64",
          "Submap 180000000-280000000 [ 4.0G 0K 0K 0K] r--/r-- SM=SHM  machine-wide VM submap\n"
          "IOSurface 1d0000000-1d0100000 " SIZES "SM=SHM PURGE=N  x\n");
    check_part(VMT_PRIVATE_DIRTY, VMT_SHARED_DIRTY, 300 * K, SHARED, __LINE__);
    check_part(VMT_SWAPPED_PRIVATE, VMT_SWAPPED_SHARED, 100 * K, SHARED, __LINE__);
    end();
}

static void test_account__volatile_is_reclaimable(void)
{
    begin("macOS 14.5 (23F79)", "ARM64", "IOSurface " LOW SIZES "SM=PRV PURGE=V  x\n");
    CHECK_EXACT(VMT_RECLAIMABLE, 400 * K);
    CHECK_WHOSE(PRIVATE, PRIVATE, PRIVATE);
    end();
    begin("macOS 14.5 (23F79)", "ARM64", "IOSurface " LOW SIZES "SM=PRV PURGE=E  x\n");
    CHECK_EXACT(VMT_RECLAIMABLE, 0);
    end();
}

static void test_account__memory_of_an_unknown_mode(void)
{
    static const char *const rows[] = {
        "VM_ALLOCATE " LOW SIZES "SM=NUL\n",
        "VM_ALLOCATE " LOW SIZES "SM=XYZ\n",
        "VM_ALLOCATE " LOW SIZES "SM=     \n",
        "MALLOC_TINY " LOW SIZES "SM=NUL\n",
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        begin("macOS 14.5 (23F79)", "ARM64", rows[i]);
        CHECK_EXACT(VMT_RESIDENT, 400 * K);
        CHECK_BETWEEN(VMT_PRIVATE_CLEAN, 0, 100 * K);
        CHECK_BETWEEN(VMT_SHARED_CLEAN, 0, 100 * K);
        CHECK_BETWEEN(VMT_PRIVATE_DIRTY, 0, 300 * K);
        CHECK_BETWEEN(VMT_SHARED_DIRTY, 0, 300 * K);
        CHECK_BETWEEN(VMT_SWAPPED_PRIVATE, 0, 100 * K);
        CHECK_BETWEEN(VMT_USS, 0, 400 * K);
        CHECK_BETWEEN(VMT_PRIVATE_FOOTPRINT, 0, 400 * K);
        UNIT_EQUAL_U64(note_count(VMT_NOTE_UNKNOWN_SHARING), 1);
        end();
    }
    /* One such region makes the estimate of the process unknown, its bounds not. */
    begin("macOS 14.5 (23F79)", "ARM64",
          "VM_ALLOCATE " LOW SIZES "SM=XYZ\nStack 110000000-110100000 " SIZES "SM=PRV\n");
    CHECK_BETWEEN(VMT_USS, 400 * K, 800 * K);
    CHECK_EXACT(VMT_RESIDENT, 800 * K);
    end();
}

static void test_account__held_by_the_kernel(void)
{
    begin("macOS 26.1 (25B78)", "ARM64",
          "page table in kernel kernel-kernel [ 256K 256K 256K 0K] rw-/rw- SM=PRV  charged\n");
    CHECK_EXACT(VMT_VIRTUAL, 0);
    CHECK_EXACT(VMT_RESIDENT, 0);
    CHECK_EXACT(VMT_PRIVATE_DIRTY, 0);
    CHECK_EXACT(VMT_USS, 0);
    /* Without a range nothing tells that K is exact; 0K is, fewer bytes would be printed as such.
     */
    CHECK(VMT_PRIVATE_FOOTPRINT, 256 * K - 512, 256 * K, 256 * K + 512);
    CHECK_EXACT(VMT_RECLAIMABLE, 0);
    end();
    begin("macOS 26.1 (25B78)", "ARM64",
          "owned unmapped (graphics) unmapped-unmapped [ 512K 512K 0K 0K] rw-/rw- SM=PRV PURGE=V  "
          "owned physical footprint (unmapped) (graphics)\n");
    CHECK_EXACT(VMT_VIRTUAL, 0);
    CHECK_EXACT(VMT_PRIVATE_FOOTPRINT, 0);
    CHECK(VMT_RECLAIMABLE, 512 * K - 512, 512 * K, 512 * K + 512);
    CHECK_EXACT(VMT_RESIDENT, 0);
    end();
}

static void test_account__submaps_are_windows(void)
{
    begin("macOS 15.3 (24D60)", "X86-64",
          "Submap 7ff800000000-7ff87fe00000 [ 2.0G 4K 4K 4K] r--/r-- SM=SHM  machine-wide VM "
          "submap\n"
          "__DATA 7ff81a000000-7ff81a100000 " SIZES "SM=COW\n");
    CHECK_EXACT(VMT_VIRTUAL, 1024 * K);
    CHECK_EXACT(VMT_RESIDENT, 400 * K);
    CHECK_WHOSE(SHARED, SHARED, SHARED);
    CHECK_EXACT(VMT_USS, 0);
    end();
    /* A window of this process alone says nothing. */
    begin("macOS 15.3 (24D60)", "X86-64",
          "Submap 100000000-100100000 [ 1024K 0K 0K 0K] r--/r-- SM=PRV  process-only VM submap\n"
          "VM_ALLOCATE " LOW SIZES "SM=PRV\n");
    CHECK_EXACT(VMT_VIRTUAL, 1024 * K);
    CHECK_WHOSE(PRIVATE, PRIVATE, PRIVATE);
    end();
}

static void test_account__address_space(void)
{
    static const char *const rows[] = {
        "VM_ALLOCATE " LOW "[ 1024K 0K 0K 0K] ---/--- SM=NUL\n",
        "STACK GUARD " LOW "[ 1024K 0K 0K 0K] ---/rwx SM=PRV\n",
        "MALLOC guard page " LOW "[ 1024K 0K 0K 0K] ---/rwx SM=SHM\n",
        "WebKit Malloc (reserved) " LOW "[ 1024K 0K 0K 0K] rw-/rwx SM=PRV\n",
        "GPU Carveout (reserved) " LOW "[ 1024K 0K 0K 0K] ---/--- SM=NUL\n",
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        begin("macOS 14.5 (23F79)", "ARM64", rows[i]);
        CHECK_EXACT(VMT_VIRTUAL, 1024 * K);
        CHECK_EXACT(VMT_RESERVED, 1024 * K);
        CHECK_EXACT(VMT_RESIDENT, 0);
        end();
    }
    /* Something is in them after all: memory. */
    begin("macOS 14.5 (23F79)", "ARM64", "STACK GUARD " LOW SIZES "SM=PRV\n");
    CHECK_EXACT(VMT_RESERVED, 0);
    CHECK_WHOSE(PRIVATE, PRIVATE, PRIVATE);
    end();
    /* Nothing in an ordinary range is not reserved, only not used. */
    begin("macOS 14.5 (23F79)", "ARM64", "Stack " LOW "[ 1024K 0K 0K 0K] rw-/rwx SM=PRV\n");
    CHECK_EXACT(VMT_VIRTUAL, 1024 * K);
    CHECK_EXACT(VMT_RESERVED, 0);
    end();
}

static void test_account__resident_that_includes_swapped(void)
{
    /* 1024K resident and 400K swapped in 1024K: 624K are resident at least, and that is what fits
     * beside 400K. */
    begin("macOS 26.1 (25B78)", "ARM64",
          "VM_ALLOCATE " LOW "[ 1024K 1024K 600K 400K] rw-/rwx SM=PRV PURGE=N\n");
    CHECK(VMT_RESIDENT, 624 * K, 624 * K, 1024 * K);
    CHECK_EXACT(VMT_DIRTY, 600 * K);
    CHECK_EXACT(VMT_SWAPPED, 400 * K);
    CHECK(VMT_PRIVATE_CLEAN, 24 * K, 24 * K, 424 * K);
    UNIT_EQUAL_U64(note_count(VMT_NOTE_RESIDENT_INCLUDES_SWAPPED), 1);
    end();
    begin("macOS 26.1 (25B78)", "ARM64",
          "VM_ALLOCATE " LOW "[ 1024K 1024K 600K 400K] rw-/rwx SM=PRV\n");
    CHECK(VMT_RESIDENT, 624 * K, 624 * K, 1024 * K);
    UNIT_EQUAL_U64(note_count(VMT_NOTE_RESIDENT_INCLUDES_SWAPPED), 1);
    end();
    /* They just fit. */
    begin("macOS 26.1 (25B78)", "ARM64",
          "VM_ALLOCATE " LOW "[ 1024K 624K 600K 400K] rw-/rwx SM=PRV\n");
    CHECK_EXACT(VMT_RESIDENT, 624 * K);
    UNIT_EQUAL_U64(note_count(VMT_NOTE_RESIDENT_INCLUDES_SWAPPED), 0);
    end();
}

static void test_account__more_dirty_than_resident(void)
{
    begin("macOS 14.5 (23F79)", "ARM64",
          "VM_ALLOCATE " LOW "[ 1024K 100K 300K 0K] rw-/rwx SM=PRV\n");
    CHECK_EXACT(VMT_RESIDENT, 300 * K);
    CHECK_EXACT(VMT_PRIVATE_DIRTY, 300 * K);
    CHECK_EXACT(VMT_PRIVATE_CLEAN, 0);
    UNIT_EQUAL_U64(note_count(VMT_NOTE_DIRTY_EXCEEDS_RESIDENT), 1);
    end();
}

static void test_account__more_than_the_range(void)
{
    begin("macOS 14.5 (23F79)", "ARM64",
          "VM_ALLOCATE " LOW "[ 1024K 5000K 300K 0K] rw-/rwx SM=PRV\n");
    CHECK_EXACT(VMT_RESIDENT, 1024 * K);
    UNIT_EQUAL_U64(note_count(VMT_NOTE_EXCEEDS_VIRTUAL), 1);
    end();
    /* By rounding alone. */
    begin("macOS 14.5 (23F79)", "ARM64",
          "VM_ALLOCATE " LOW "[ 1024K 1.0M 300K 0K] rw-/rwx SM=PRV\n");
    UNIT_EQUAL_U64(note_count(VMT_NOTE_EXCEEDS_VIRTUAL), 0);
    end();
}

static void test_account__heap_kept_empty(void)
{
    begin("macOS 14.5 (23F79)", "ARM64",
          "MALLOC_LARGE (empty) " LOW SIZES "SM=PRV\n"
          "MALLOC_LARGE 110000000-110100000 " SIZES "SM=PRV\n");
    CHECK_EXACT(VMT_HEAP_KEPT_EMPTY, 500 * K);
    CHECK_EXACT(VMT_RESIDENT, 800 * K);
    end();
}

static void test_account__anonymous_and_file_backed(void)
{
    static const struct {
        const char *row;
        uint64_t anonymous[3]; /* lower, value, upper, in K */
        uint64_t file[3];
    } cases[] = {
        /* anonymous types: all of it, resident and swapped */
        {"MALLOC_TINY " LOW SIZES "SM=PRV\n", {500, 500, 500}, {0, 0, 0}},
        {"shared memory " LOW SIZES "SM=SHM\n", {500, 500, 500}, {0, 0, 0}},
        {"Stack " LOW SIZES "SM=COW\n", {500, 500, 500}, {0, 0, 0}},
        /* copies on write: what was written and what is swapped; the rest comes from the file */
        {"__DATA " LOW SIZES "SM=COW\n", {100, 400, 500}, {0, 100, 400}},
        {"__DATA " LOW SIZES "SM=PRV\n", {100, 400, 500}, {0, 100, 400}},
        {"mapped file " LOW SIZES "SM=COW\n", {100, 400, 500}, {0, 100, 400}},
        /* a file mapped to be written: its dirty pages are the file's */
        {"mapped file " LOW SIZES "SM=SHM\n", {100, 100, 500}, {0, 400, 400}},
        {"mapped file " LOW SIZES "SM=S/A\n", {100, 100, 500}, {0, 400, 400}},
        /* where the pages come from is not known */
        {"IOSurface " LOW SIZES "SM=PRV\n", {100, 500, 500}, {0, 0, 400}},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        begin("macOS 14.5 (23F79)", "ARM64", cases[i].row);
        CHECK(VMT_ANONYMOUS, cases[i].anonymous[0] * K, cases[i].anonymous[1] * K,
              cases[i].anonymous[2] * K);
        CHECK(VMT_FILE_BACKED, cases[i].file[0] * K, cases[i].file[1] * K, cases[i].file[2] * K);
        end();
    }
}

static void test_account__rounding_widens_and_stops_at_the_range(void)
{
    /* 0xbe3000 bytes; 11.9M is 12478054 +- 52429, but no part is larger than the range */
    begin("macOS 14.5 (23F79)", "ARM64",
          "VM_ALLOCATE 100000000-100be3000 [ 11.9M 11.9M 11.5M 0K] rw-/rwx SM=PRV\n");
    CHECK_EXACT(VMT_VIRTUAL, 0xbe3000);
    CHECK(VMT_RESIDENT, 12478054 - 52429, 0xbe3000, 0xbe3000);
    CHECK(VMT_DIRTY, 12058624 - 52429, 12058624, 12058624 + 52429);
    CHECK(VMT_PRIVATE_CLEAN, 12478054 - 52429 - 12058624 - 52429, 0xbe3000 - 12058624,
          0xbe3000 - 12058624 + 52429);
    end();
    /* Inside a page K is half a K either way. */
    begin("macOS 14.5 (23F79)", "ARM64",
          "VM_ALLOCATE 100000010-100010000 [ 64K 10K 10K 0K] rw-/rwx SM=PRV\n");
    CHECK_EXACT(VMT_VIRTUAL, 0xfff0);
    CHECK(VMT_RESIDENT, 10 * K - 512, 10 * K, 10 * K + 512);
    CHECK(VMT_PRIVATE_DIRTY, 10 * K - 512, 10 * K, 10 * K + 512);
    CHECK_EXACT(VMT_SWAPPED, 0);
    end();
}

static void test_account__sizes_near_64_bits_have_no_wrong_bounds(void)
{
    begin("macOS 14.5 (23F79)", "ARM64",
          "VM_ALLOCATE 0-ffffffffffffffff [16777215T 16777215T 0K 16777215T] rw-/rwx SM=PRV\n");
    const struct vmt_amounts *totals = &now.breakdown.totals;
    /* Resident or not: then it is someone's. */
    struct vmt_amount sum = vmt_exactly(0);
    vmt_amount_add(&sum, totals->of[VMT_PRIVATE_CLEAN]);
    vmt_amount_add(&sum, totals->of[VMT_PRIVATE_DIRTY]);
    vmt_amount_add(&sum, totals->of[VMT_SHARED_CLEAN]);
    vmt_amount_add(&sum, totals->of[VMT_SHARED_DIRTY]);
    CU_ASSERT(!sum.bounded || sum.upper >= totals->of[VMT_RESIDENT].lower);
    CU_ASSERT(!sum.known || sum.value == totals->of[VMT_RESIDENT].value);
    end();
    /* A sum beyond 64 bits is unknown, not small. */
    begin("macOS 14.5 (23F79)", "ARM64",
          "VM_ALLOCATE 0-fffffffffffff000 [16777215T 0K 0K 0K] rw-/rwx SM=PRV\n"
          "VM_ALLOCATE 0-fffffffffffff000 [16777215T 0K 0K 0K] rw-/rwx SM=PRV\n");
    CU_ASSERT(!now.breakdown.totals.of[VMT_VIRTUAL].known);
    CU_ASSERT(!now.breakdown.totals.of[VMT_VIRTUAL].bounded);
    CHECK_EXACT(VMT_RESIDENT, 0);
    end();
}

/* --- a table instead of regions --------------------------------------------------------------- */

#define TABLE "REGION TYPE SIZE SIZE SIZE SIZE SIZE SIZE SIZE COUNT\n=========== =====\n"

static void begin_table(const char *rows)
{
    snprintf(now.text, sizeof now.text, TABLE "%s", rows);
    begin_text(now.text);
    UNIT_EQUAL_I64(now.breakdown.level, VMT_LEVEL_TYPES);
}

static void test_stated__no_mode_no_certainty(void)
{
    /* Each number is within half a K. */
    begin_table("MALLOC_TINY 1024K 400K 300K 100K 0K 0K 0K 1\n");
    CHECK(VMT_VIRTUAL, 1024 * K - 512, 1024 * K, 1024 * K + 512);
    CHECK(VMT_RESIDENT, 400 * K - 512, 400 * K, 400 * K + 512);
    CHECK(VMT_PRIVATE_CLEAN, 0, 100 * K, 101 * K);
    CHECK(VMT_SHARED_CLEAN, 0, 0, 101 * K);
    CHECK(VMT_PRIVATE_DIRTY, 0, 300 * K, 300 * K + 512);
    CHECK(VMT_SWAPPED_PRIVATE, 0, 100 * K, 100 * K + 512);
    CHECK(VMT_PRIVATE_FOOTPRINT, 0, 400 * K, 401 * K);
    CHECK(VMT_RESERVED, 0, 0, 625 * K); /* as much as is not resident */
    end();
    begin_table("__DATA 1024K 400K 300K 100K 0K 0K 0K 1\n");
    CHECK(VMT_PRIVATE_CLEAN, 0, 0, 101 * K);
    CHECK(VMT_SHARED_CLEAN, 0, 100 * K, 101 * K);
    CHECK(VMT_PRIVATE_DIRTY, 0, 300 * K, 300 * K + 512);
    end();
    begin_table("shared memory 1024K 400K 300K 100K 0K 0K 0K 1\n");
    CHECK(VMT_PRIVATE_DIRTY, 0, 0, 300 * K + 512);
    CHECK(VMT_SHARED_DIRTY, 0, 300 * K, 300 * K + 512);
    end();
}

static void test_stated__space_kernel_and_volatile(void)
{
    begin_table("STACK GUARD 56.0M 0K 0K 0K 0K 0K 0K 1\n");
    CHECK(VMT_VIRTUAL, 58720256 - 52429, 58720256, 58720256 + 52429);
    CHECK(VMT_RESERVED, 58720256 - 52429, 58720256, 58720256 + 52429);
    end();
    begin_table("page table in kernel 256K 256K 256K 0K 0K 0K 0K 1\n");
    CHECK_EXACT(VMT_VIRTUAL, 0);
    CHECK_EXACT(VMT_RESIDENT, 0);
    CHECK(VMT_PRIVATE_FOOTPRINT, 256 * K - 512, 256 * K, 256 * K + 512);
    end();
    begin_table("CoreAnimation 1024K 400K 300K 0K 200K 0K 0K 1\n");
    CHECK(VMT_RECLAIMABLE, 200 * K - 512, 200 * K, 200 * K + 512);
    end();
}

static void test_stated__kernel_memory_that_is_volatile(void)
{
    begin_table("owned unmapped (graphics) 1024K 400K 0K 0K 200K 0K 0K 1\n");
    CHECK(VMT_RECLAIMABLE, 200 * K - 512, 200 * K, 200 * K + 512);
    CHECK_EXACT(VMT_RESIDENT, 0);
    end();
    begin_table("owned unmapped (graphics) 1024K 400K 0K 0K 0K 0K 0K 1\n");
    CHECK_EXACT(VMT_RECLAIMABLE, 0);
    end();
}

static void test_stated__nonvolatile_may_include_swapped(void)
{
    begin_table("IOSurface 1024K 400K 200K 100K 0K 300K 0K 1\n");
    CHECK(VMT_RESIDENT, 299 * K, 400 * K, 400 * K + 512);
    end();
    begin_table("IOSurface 1024K 400K 200K 100K 0K 0K 0K 1\n");
    CHECK(VMT_RESIDENT, 400 * K - 512, 400 * K, 400 * K + 512);
    end();
}

static void test_stated__guards_are_reserved_by_their_zeros(void)
{
    begin_table("STACK GUARD 56.0M 0K 0K 0K 0K 0K 0K 1\n");
    CHECK(VMT_RESERVED, 58720256 - 52429, 58720256, 58720256 + 52429);
    CHECK_EXACT(VMT_RESIDENT, 0);
    CHECK_EXACT(VMT_PRIVATE_FOOTPRINT, 0);
    end();
}

static void test_stated__sizes_that_are_not_stated_are_unknown(void)
{
    begin_text("Process: x [1]\nAnalysis Tool: /usr/bin/vmmap\n----\n\n"
               "==== Summary for process 1\n\n"
               "                                VIRTUAL   REGION \n"
               "REGION TYPE                        SIZE    COUNT (non-coalesced) \n"
               "===========                     =======  ======= \n"
               "MALLOC                           1024K        3 \n"
               "TOTAL                            1024K        3 \n");
    UNIT_EQUAL_I64(now.breakdown.level, VMT_LEVEL_TYPES);
    CHECK(VMT_VIRTUAL, 1024 * K - 512, 1024 * K, 1024 * K + 512);
    static const enum vmt_member unknown[] = {
        VMT_RESIDENT, VMT_DIRTY, VMT_SWAPPED, VMT_USS, VMT_PRIVATE_DIRTY, VMT_PRIVATE_FOOTPRINT};
    for (size_t i = 0; i < COUNT(unknown); i++) {
        CU_ASSERT(!now.breakdown.totals.of[unknown[i]].known);
        CU_ASSERT(!now.breakdown.totals.of[unknown[i]].bounded);
    }
    end();
}

/* --- fixtures --------------------------------------------------------------------------------- */

struct file {
    char name[80];
    char *bytes;
    size_t length;
};

static void load_file(struct file *file, const char *name)
{
    static char path[512];
    const char *root = getenv("VMT_FIXTURES");
    snprintf(path, sizeof path, "%s/darwin-vmmap/%s", root == NULL ? "fixtures" : root, name);
    snprintf(file->name, sizeof file->name, "%s", name);
    FILE *stream = fopen(path, "rb");
    CU_ASSERT_FATAL(stream != NULL);
    enum { ROOM = 1 << 20 };
    file->bytes = malloc(ROOM);
    CU_ASSERT_FATAL(file->bytes != NULL);
    file->length = fread(file->bytes, 1, ROOM, stream);
    CU_ASSERT_FATAL(file->length < ROOM);
    file->bytes[file->length] = '\0';
    fclose(stream);
}

static void begin_fixture(const char *name, size_t index)
{
    struct file file;
    load_file(&file, name);
    vmt_context_init(&now.context, &vmt_allocator_system);
    read_text(&now.snapshot, &now.context, (struct vmt_slice){file.bytes, file.length});
    free(file.bytes);
    CU_ASSERT_FATAL(break_down(&now.breakdown, &now.snapshot, index));
    now.process = now.breakdown.process;
}

/* Call `visit` with each fixture whose name begins so. */
static void each_fixture(const char *prefix, void (*visit)(const struct file *file))
{
    static char path[512];
    const char *root = getenv("VMT_FIXTURES");
    snprintf(path, sizeof path, "%s/darwin-vmmap", root == NULL ? "fixtures" : root);
    DIR *directory = opendir(path);
    CU_ASSERT_FATAL(directory != NULL);
    size_t count = 0;
    const struct dirent *entry = NULL;
    while ((entry = readdir(directory)) != NULL) {
        if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0) {
            struct file file;
            unsigned before = CU_get_number_of_failure_records();
            load_file(&file, entry->d_name);
            visit(&file);
            free(file.bytes);
            count++;
            if (CU_get_number_of_failure_records() > before) {
                printf("  of %s\n", entry->d_name);
            }
        }
    }
    closedir(directory);
    CU_ASSERT(count > 3);
}

/* Call `visit` with the breakdown of each process of a text. */
static void each_breakdown(const struct file *file,
                           void (*visit)(const struct vmt_breakdown *breakdown))
{
    struct vmt_context context;
    struct vmt_snapshot snapshot;
    struct vmt_breakdown breakdown;
    vmt_context_init(&context, &vmt_allocator_system);
    read_text(&snapshot, &context, (struct vmt_slice){file->bytes, file->length});
    for (size_t i = 0; break_down(&breakdown, &snapshot, i); i++) {
        visit(&breakdown);
        vmt_breakdown_free(&breakdown);
    }
    vmt_snapshot_free(&snapshot);
    vmt_context_free(&context);
}

/* --- identities ------------------------------------------------------------------------------- */

static void check_sum(const struct vmt_amounts *amounts, enum vmt_member whole,
                      const enum vmt_member *parts, size_t count)
{
    uint64_t sum = 0;
    bool known = amounts->of[whole].known;
    for (size_t i = 0; i < count; i++) {
        sum += amounts->of[parts[i]].value;
        known = known && amounts->of[parts[i]].known;
    }
    if (known && !UNIT_EQUAL_U64(sum, amounts->of[whole].value)) {
        printf("  of the parts of %s\n", vmt_members[whole].name);
    }
}

static void check_identities(const struct vmt_amounts *amounts)
{
    static const enum vmt_member resident[] = {VMT_PRIVATE_CLEAN, VMT_PRIVATE_DIRTY,
                                               VMT_SHARED_CLEAN, VMT_SHARED_DIRTY};
    static const enum vmt_member written[] = {VMT_CLEAN, VMT_DIRTY};
    static const enum vmt_member clean[] = {VMT_PRIVATE_CLEAN, VMT_SHARED_CLEAN};
    static const enum vmt_member dirty[] = {VMT_PRIVATE_DIRTY, VMT_SHARED_DIRTY};
    static const enum vmt_member swapped[] = {VMT_SWAPPED_PRIVATE, VMT_SWAPPED_SHARED};
    static const enum vmt_member uss[] = {VMT_PRIVATE_CLEAN, VMT_PRIVATE_DIRTY};
    check_sum(amounts, VMT_RESIDENT, resident, COUNT(resident));
    check_sum(amounts, VMT_RESIDENT, written, COUNT(written));
    check_sum(amounts, VMT_CLEAN, clean, COUNT(clean));
    check_sum(amounts, VMT_DIRTY, dirty, COUNT(dirty));
    check_sum(amounts, VMT_SWAPPED, swapped, COUNT(swapped));
    check_sum(amounts, VMT_USS, uss, COUNT(uss));
    for (int member = 0; member < VMT_MEMBER_COUNT; member++) {
        struct vmt_amount amount = amounts->of[member];
        CU_ASSERT(!amount.known || amount.bounded);
        CU_ASSERT(amount.lower <= amount.upper);
        CU_ASSERT(!amount.known || (amount.lower <= amount.value && amount.value <= amount.upper));
    }
    const struct vmt_amount *of = amounts->of;
    CU_ASSERT(!of[VMT_USS].known || of[VMT_USS].value <= of[VMT_RESIDENT].value);
    CU_ASSERT(of[VMT_USS].lower <= of[VMT_RESIDENT].upper);
    CU_ASSERT(of[VMT_PSS].upper <= of[VMT_RESIDENT].upper);
    CU_ASSERT(of[VMT_USS].lower <= of[VMT_PSS].upper);
    CU_ASSERT(of[VMT_DIRTY].value <= of[VMT_RESIDENT].value);
    CU_ASSERT(of[VMT_RESERVED].lower <= of[VMT_VIRTUAL].upper);
    CU_ASSERT(of[VMT_RECLAIMABLE].bounded || !of[VMT_RESIDENT].bounded);
}

static void visit_identities(const struct vmt_breakdown *breakdown)
{
    check_identities(&breakdown->totals);
    for (size_t i = 0; i < breakdown->type_count; i++) {
        check_identities(&breakdown->types[i]->amounts);
    }
}

static void file_identities(const struct file *file)
{
    each_breakdown(file, visit_identities);
}

static void test_fixtures__identities(void)
{
    each_fixture("ok-", file_identities);
    each_fixture("warn-", file_identities);
}

static void visit_totals(const struct vmt_breakdown *breakdown)
{
    if (breakdown->level == VMT_LEVEL_NONE) {
        return;
    }
    /* What follows from other members is not summed itself. */
    static const enum vmt_member derived[] = {VMT_USS, VMT_PSS, VMT_RSS, VMT_SWAP_PSS};
    struct vmt_amounts sum;
    uint64_t regions = 0;
    vmt_account_start(&sum);
    for (size_t i = 0; i < breakdown->type_count; i++) {
        regions += breakdown->types[i]->regions;
        vmt_amounts_add(&sum, &breakdown->types[i]->amounts);
    }
    UNIT_EQUAL_U64(breakdown->totals.of[VMT_USS].value, sum.of[VMT_USS].value);
    UNIT_EQUAL_U64(breakdown->totals.of[VMT_USS].lower, sum.of[VMT_USS].lower);
    for (size_t i = 0; i < COUNT(derived); i++) {
        sum.of[derived[i]] = breakdown->totals.of[derived[i]];
    }
    for (int member = 0; member <= VMT_SWAP_PSS; member++) {
        struct vmt_amount total = breakdown->totals.of[member];
        if (!UNIT_EQUAL_I64(total.known, sum.of[member].known) ||
            !UNIT_EQUAL_U64(total.value, sum.of[member].value) ||
            !UNIT_EQUAL_U64(total.lower, sum.of[member].lower) ||
            !UNIT_EQUAL_U64(total.upper, sum.of[member].upper)) {
            printf("  of %s\n", vmt_members[member].name);
        }
    }
    if (breakdown->level == VMT_LEVEL_REGIONS) {
        UNIT_EQUAL_U64(breakdown->regions, regions);
        UNIT_EQUAL_U64(breakdown->regions, breakdown->process->regions.count);
    }
}

static void file_totals(const struct file *file)
{
    each_breakdown(file, visit_totals);
}

static void test_fixtures__totals_are_the_sum_of_the_types(void)
{
    each_fixture("ok-", file_totals);
    each_fixture("warn-", file_totals);
}

/* --- truth ------------------------------------------------------------------------------------ */

struct truth {
    char file[64];
    size_t index; /* of the dump in the file */
    char member[96];
    uint64_t value;
};

static struct truth truths[2000];
static size_t truth_count;

/* What stands before `mark`, which is taken off *rest with it; all of it when there is none. */
static struct vmt_slice split_off(struct vmt_slice *rest, const char *mark)
{
    size_t at = vmt_slice_find(*rest, mark);
    struct vmt_slice part = {rest->data, at};
    *rest = vmt_slice_from(*rest, at < rest->length ? at + 1 : at);
    return part;
}

/* `FILE#N`, `member`, `value` */
static void load_truth(struct vmt_slice line)
{
    struct vmt_slice dump = split_off(&line, "\t");
    struct vmt_slice member = split_off(&line, "\t");
    if (!vmt_slice_starts(dump, "ok-")) {
        return;
    }
    CU_ASSERT_FATAL(truth_count < COUNT(truths));
    struct truth *truth = &truths[truth_count++];
    struct vmt_slice file = split_off(&dump, "#");
    uint64_t number = 1;
    CU_ASSERT_FATAL(dump.length == 0 || vmt_parse_u64(dump, 10, &number));
    CU_ASSERT_FATAL(vmt_parse_u64(line, 10, &truth->value));
    truth->index = (size_t)number - 1;
    snprintf(truth->file, sizeof truth->file, "%.*s", (int)file.length, file.data);
    snprintf(truth->member, sizeof truth->member, "%.*s", (int)member.length, member.data);
}

static void load_truths(void)
{
    struct file file;
    load_file(&file, "TRUTH.tsv");
    struct vmt_slice rest = {file.bytes, file.length};
    truth_count = 0;
    while (rest.length > 0) {
        load_truth(split_off(&rest, "\n"));
    }
    free(file.bytes);
}

/* A number of the same dump, 0 when there is none. */
static uint64_t truth_of(const struct truth *like, const char *member)
{
    for (size_t i = 0; i < truth_count; i++) {
        if (truths[i].index == like->index && strcmp(truths[i].file, like->file) == 0 &&
            strcmp(truths[i].member, member) == 0) {
            return truths[i].value;
        }
    }
    return 0;
}

static bool member_of(const char *name, enum vmt_member *member)
{
    for (int i = 0; i < VMT_MEMBER_COUNT; i++) {
        if (strcmp(vmt_members[i].name, name) == 0) {
            *member = (enum vmt_member)i;
            return true;
        }
    }
    return false;
}

static void check_truth(const struct truth *truth, struct vmt_amount amount, uint64_t value)
{
    char text[256];
    snprintf(text, sizeof text, "%s#%zu: %s is %" PRIu64 ", not in %" PRIu64 " to %" PRIu64 " (%s)",
             truth->file, truth->index + 1, truth->member, value, amount.lower, amount.upper,
             amount.bounded ? "bounded" : "unbounded");
    CU_assertImplementation(amount.bounded && amount.lower <= value && value <= amount.upper,
                            __LINE__, text, __FILE__, "", CU_FALSE);
}

static const struct vmt_type_sum *sum_of_canonical(const struct vmt_breakdown *breakdown,
                                                   const struct vmt_string *canonical)
{
    for (size_t i = 0; i < breakdown->type_count; i++) {
        if (breakdown->types[i]->type->canonical == canonical) {
            return breakdown->types[i];
        }
    }
    return NULL;
}

static const struct vmt_string *canonical_of(struct vmt_slice name)
{
    struct vmt_snapshot *snapshot = &now.snapshot;
    const struct vmt_type *type = vmt_type_get(&snapshot->types, &snapshot->strings, name, 0);
    CU_ASSERT_FATAL(type != NULL);
    return type->canonical;
}

/* Rows cut names at 24 characters, the table does not. */
static const struct vmt_type_sum *sum_of(const struct vmt_breakdown *breakdown, const char *name)
{
    struct vmt_slice cut = vmt_slice(name);
    const struct vmt_type_sum *sum = sum_of_canonical(breakdown, canonical_of(cut));
    if (sum == NULL && cut.length > VMT_PART_REGION_NAME_CUT) {
        cut.length = VMT_PART_REGION_NAME_CUT;
        sum = sum_of_canonical(breakdown, canonical_of(cut));
    }
    return sum;
}

/* `TYPE/member`: the number of all spellings of the type together, `STACK GUARD` and `Stack
 * Guard`. */
static uint64_t truth_of_type(const struct truth *like, const struct vmt_string *canonical,
                              const char *member)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < truth_count; i++) {
        const char *slash = strrchr(truths[i].member, '/');
        if (slash == NULL || truths[i].index != like->index ||
            strcmp(truths[i].file, like->file) != 0 || strcmp(slash + 1, member) != 0) {
            continue;
        }
        struct vmt_slice name = {truths[i].member, (size_t)(slash - truths[i].member)};
        sum += canonical_of(name) == canonical ? truths[i].value : 0;
    }
    return sum;
}

static void check_type_truth(const struct truth *truth)
{
    char name[96];
    enum vmt_member member = VMT_VIRTUAL;
    const char *slash = strrchr(truth->member, '/');
    snprintf(name, sizeof name, "%.*s", (int)(slash - truth->member), truth->member);
    const struct vmt_type_sum *sum = sum_of(&now.breakdown, name);
    if (sum == NULL) {
        CU_FAIL("a type that is not there");
        printf("  of %s: %s\n", truth->file, name);
        return;
    }
    if (sum->type->class == VMT_CLASS_KERNEL || sum->type->class == VMT_CLASS_SUBMAP) {
        return; /* a row of vmmap's, but no memory of the address space */
    }
    uint64_t value = truth_of_type(truth, canonical_of(vmt_slice(name)), slash + 1);
    if (strcmp(slash + 1, "regions") == 0) {
        /* A table of 10.x counts one too many; regions count themselves. */
        if (now.breakdown.level == VMT_LEVEL_REGIONS) {
            UNIT_EQUAL_U64(sum->regions, value);
        }
    } else if (member_of(slash + 1, &member)) {
        check_truth(truth, sum->amounts.of[member], value);
    }
}

static void check_process_truth(const struct truth *truth)
{
    const struct vmt_amount *of = now.breakdown.totals.of;
    enum vmt_member member = VMT_VIRTUAL;
    char unmapped[128];
    if (strcmp(truth->member, "regions") == 0) {
        UNIT_EQUAL_U64(now.breakdown.regions, truth->value);
    } else if (strcmp(truth->member, "reserved") == 0) {
        /* Only what is named so; guard pages and empty ranges come on top. */
        CU_ASSERT(of[VMT_RESERVED].bounded && of[VMT_RESERVED].upper >= truth->value);
    } else if (member_of(truth->member, &member)) {
        snprintf(unmapped, sizeof unmapped, "unmapped.%s", truth->member);
        uint64_t value = truth->value - truth_of(truth, unmapped);
        check_truth(truth, of[member], value);
        if (member == VMT_RESIDENT) {
            check_truth(truth, of[member], value - truth_of(truth, "resident_swap_overlap"));
        }
    }
}

static void test_fixtures__truth_lies_within_the_bounds(void)
{
    load_truths();
    CU_ASSERT_FATAL(truth_count > 1000);
    const struct truth *last = NULL;
    for (size_t i = 0; i < truth_count; i++) {
        const struct truth *truth = &truths[i];
        if (last == NULL || strcmp(last->file, truth->file) != 0 || last->index != truth->index) {
            if (last != NULL) {
                end();
            }
            begin_fixture(truth->file, truth->index);
            last = truth;
        }
        if (strchr(truth->member, '/') != NULL) {
            check_type_truth(truth);
        } else {
            check_process_truth(truth);
        }
    }
    end();
}

/* The two dumps of one file, and what is behind the words for addresses. */
static void test_fixtures__bounds_are_as_narrow_as_the_text_allows(void)
{
    /* K between page boundaries, no M: exact. */
    begin_fixture("ok-crlf.txt", 0);
    /* 96 + 64 + 16 + 32 + 2048 + 1024 + 8176 */
    CHECK_EXACT(VMT_VIRTUAL, 11456 * K);
    CHECK_EXACT(VMT_RESIDENT, (80 + 32 + 16 + 1536 + 144 + 32) * K);
    CHECK_EXACT(VMT_DIRTY, (16 + 1536 + 144 + 32) * K);
    CHECK_EXACT(VMT_SWAPPED, (512 + 32 + 16) * K);
    CHECK_EXACT(VMT_RESERVED, 16 * K);
    /* PRV, and SHM of MALLOC_TINY on 14.6; __DATA is COW and so only probably private */
    CHECK(VMT_PRIVATE_DIRTY, (1536 + 144 + 32) * K, (1536 + 144 + 32 + 16) * K,
          (1536 + 144 + 32 + 16) * K);
    CHECK_EXACT(VMT_SWAPPED_PRIVATE, 560 * K);
    CHECK(VMT_PRIVATE_CLEAN, 0, 0, (80 + 32) * K);
    CHECK(VMT_USS, 1712 * K, 1728 * K, 1840 * K);
    CHECK(VMT_PRIVATE_FOOTPRINT, (1712 + 560) * K, (1728 + 560) * K, (1728 + 560) * K);
    end();
}

/* --- order ------------------------------------------------------------------------------------ */

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* The same text with the rows of each section in another order. */
static void shuffle_rows(struct vmt_slice text, char *out, uint64_t seed)
{
    struct vmt_slice lines[2000];
    size_t count = 0;
    while (text.length > 0 && count < COUNT(lines)) {
        size_t length = vmt_slice_find(text, "\n");
        length += length < text.length ? 1 : 0;
        lines[count++] = (struct vmt_slice){text.data, length};
        text = vmt_slice_from(text, length);
    }
    for (size_t begin_row = 0; begin_row < count; begin_row++) {
        size_t end_row = begin_row;
        while (end_row < count && vmt_part_region_resembles(VMT_PART_REGION_FULL, lines[end_row])) {
            end_row++;
        }
        for (size_t i = end_row; i > begin_row + 1; i--) {
            size_t other = begin_row + (size_t)(next_random(&seed) % (i - begin_row));
            struct vmt_slice line = lines[i - 1];
            lines[i - 1] = lines[other];
            lines[other] = line;
        }
        begin_row = end_row > begin_row ? end_row : begin_row;
    }
    for (size_t i = 0; i < count; i++) {
        memcpy(out, lines[i].data, lines[i].length);
        out += lines[i].length;
    }
}

static bool same_amounts(const struct vmt_amounts *a, const struct vmt_amounts *b)
{
    for (int member = 0; member < VMT_MEMBER_COUNT; member++) {
        const struct vmt_amount *first = &a->of[member];
        const struct vmt_amount *second = &b->of[member];
        if (first->known != second->known || first->bounded != second->bounded ||
            first->value != second->value || first->lower != second->lower ||
            first->upper != second->upper) {
            printf("  %s: %" PRIu64 " and %" PRIu64 "\n", vmt_members[member].name, first->value,
                   second->value);
            return false;
        }
    }
    return true;
}

static void compare_breakdowns(const struct vmt_breakdown *a, const struct vmt_breakdown *b)
{
    CU_ASSERT(same_amounts(&a->totals, &b->totals));
    UNIT_EQUAL_U64(a->regions, b->regions);
    UNIT_EQUAL_I64(a->level, b->level);
    for (enum vmt_verdict verdict = VMT_AGREES; verdict <= VMT_NOT_ASSESSED; verdict++) {
        UNIT_EQUAL_U64(vmt_breakdown_verdicts(a, verdict), vmt_breakdown_verdicts(b, verdict));
    }
    UNIT_EQUAL_U64(a->type_count, b->type_count);
    /* The types come in an order of their own, the same in both. */
    for (size_t i = 0; i < a->type_count && i < b->type_count; i++) {
        UNIT_EQUAL_STR(a->types[i]->type->canonical->data, b->types[i]->type->canonical->data);
        CU_ASSERT(same_amounts(&a->types[i]->amounts, &b->types[i]->amounts));
        UNIT_EQUAL_U64(a->types[i]->regions, b->types[i]->regions);
    }
}

static void file_order(const struct file *file)
{
    struct vmt_slice text = {file->bytes, file->length};
    if (vmt_slice_find(text, "\nSubmap") < text.length) {
        return; /* what lies in a window comes after it */
    }
    char *other = malloc(file->length + 1);
    CU_ASSERT_FATAL(other != NULL);
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct vmt_context context;
        struct vmt_snapshot snapshot;
        struct vmt_snapshot shuffled;
        struct vmt_breakdown first;
        struct vmt_breakdown second;
        shuffle_rows(text, other, seed * UINT64_C(0x9e3779b97f4a7c15));
        vmt_context_init(&context, &vmt_allocator_system);
        read_text(&snapshot, &context, text);
        read_text(&shuffled, &context, (struct vmt_slice){other, file->length});
        UNIT_EQUAL_U64(shuffled.processes.count, snapshot.processes.count);
        for (size_t i = 0; break_down(&first, &snapshot, i); i++) {
            if (break_down(&second, &shuffled, i)) {
                compare_breakdowns(&first, &second);
                vmt_breakdown_free(&second);
            }
            vmt_breakdown_free(&first);
        }
        vmt_snapshot_free(&snapshot);
        vmt_snapshot_free(&shuffled);
        vmt_context_free(&context);
    }
    free(other);
}

static void test_fixtures__order_of_rows_is_immaterial(void)
{
    each_fixture("ok-", file_order);
}

/* --- checks ----------------------------------------------------------------------------------- */

static const struct vmt_check *find_check(const char *type, const char *member)
{
    struct vmt_walker walker = {0};
    const struct vmt_check *check = NULL;
    do {
        check = vmt_sequence_next(&now.breakdown.checks, &walker);
    } while (check != NULL && (!vmt_slice_equals(check->type, vmt_slice(type)) ||
                               strcmp(check->member, member) != 0));
    return check;
}

static void visit_checks(const struct vmt_breakdown *breakdown)
{
    const struct vmt_process *process = breakdown->process;
    struct vmt_walker walker = {0};
    const struct vmt_check *check = NULL;
    UNIT_EQUAL_U64(vmt_breakdown_verdicts(breakdown, VMT_DIFFERS), 0);
    while ((check = vmt_sequence_next(&breakdown->checks, &walker)) != NULL) {
        bool reason = check->verdict == VMT_AGREES || check->reason != NULL;
        /* Only a table of two columns leaves something open. */
        bool open = check->verdict != VMT_NOT_ASSESSED ||
                    (process->stated_total->known & 1u << VMT_EV_RESIDENT) == 0;
        if (!reason || !open) {
            CU_FAIL("a check");
            printf("  %.*s/%s: %s\n", (int)check->type.length, check->type.data, check->member,
                   vmt_verdict_name(check->verdict));
        }
    }
    /* A summary was held against something: each of its types, or its total. */
    if (process->stated_total != NULL) {
        CU_ASSERT(vmt_breakdown_verdicts(breakdown, VMT_AGREES) > 0);
    }
    if (process->stated_total != NULL && breakdown->level == VMT_LEVEL_REGIONS) {
        CU_ASSERT(breakdown->checks.count >= 5 * breakdown->type_count);
    }
}

static void file_checks(const struct file *file)
{
    each_breakdown(file, visit_checks);
}

static void test_check__sound_dumps_agree_with_themselves(void)
{
    each_fixture("ok-", file_checks);
}

static void test_check__falsified_cells_differ_and_no_others(void)
{
    begin_fixture("warn-summary-differs.txt", 0);
    UNIT_EQUAL_U64(vmt_breakdown_verdicts(&now.breakdown, VMT_DIFFERS), 2);
    static const char *const members[] = {"resident", "dirty"};
    for (size_t i = 0; i < COUNT(members); i++) {
        const struct vmt_check *check = find_check("MALLOC_TINY", members[i]);
        CU_ASSERT_FATAL(check != NULL);
        UNIT_EQUAL_I64(check->verdict, VMT_DIFFERS);
        UNIT_EQUAL_U64(check->expected, 944 * K);
        UNIT_EQUAL_U64(check->actual, 144 * K);
        UNIT_EQUAL_U64(check->bound, 512); /* the table's half a K; the row is exact */
    }
    /* seven types and the total, five numbers each */
    UNIT_EQUAL_U64(vmt_breakdown_verdicts(&now.breakdown, VMT_AGREES), 38);
    UNIT_EQUAL_U64(now.breakdown.checks.count, 40);
    end();
}

/* Two rows of a type, and a table that counts `count` of them. */
static void begin_counted(const char *os, unsigned count, unsigned total)
{
    char text[2048];
    snprintf(text, sizeof text,
             "Process: x [41]\nOS Version: %s\nAnalysis Tool: /usr/bin/vmmap\n----\n\n"
             "==== regions for process 41\n"
             "Stack 1000-2000 [ 4K 4K 0K 0K] rw-/rwx SM=PRV\n"
             "Stack 3000-4000 [ 4K 4K 0K 0K] rw-/rwx SM=PRV\n\n"
             "==== Summary for process 41\n\n" TABLE "Stack 8K 8K 0K 0K 0K 0K 0K %u\n"
             "=========== =====\nTOTAL 8K 8K 0K 0K 0K 0K 0K %u\n",
             os, count, total);
    begin_text(text);
}

static void check_verdict(const char *type, const char *member, enum vmt_verdict verdict)
{
    const struct vmt_check *check = find_check(type, member);
    CU_ASSERT_FATAL(check != NULL);
    UNIT_EQUAL_STR(vmt_verdict_name(check->verdict), vmt_verdict_name(verdict));
}

static void test_check__one_too_many_is_explained_on_macos_10_only(void)
{
    static const struct {
        const char *os;
        unsigned count;
        enum vmt_verdict verdict;
    } cases[] = {
        {"Mac OS X 10.14.6 (18G84)", 3, VMT_EXPLAINED},
        {"Mac OS X 10.14.6 (18G84)", 2, VMT_AGREES},
        {"Mac OS X 10.14.6 (18G84)", 4, VMT_DIFFERS},
        {"Mac OS X 10.14.6 (18G84)", 1, VMT_DIFFERS},
        {"macOS 14.6 (23G80)", 3, VMT_DIFFERS},
        {"macOS 14.6 (23G80)", 2, VMT_AGREES},
        {"macOS 11.6 (20G165)", 3, VMT_DIFFERS},
        {"Mac OS X 10.15.7 (19H2)", 3, VMT_DIFFERS},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        begin_counted(cases[i].os, cases[i].count, 2);
        const struct vmt_check *check = find_check("Stack", "regions");
        CU_ASSERT_FATAL(check != NULL);
        if (!UNIT_EQUAL_STR(vmt_verdict_name(check->verdict), vmt_verdict_name(cases[i].verdict))) {
            printf("  of %u on %s\n", cases[i].count, cases[i].os);
        }
        UNIT_EQUAL_U64(check->expected, cases[i].count);
        UNIT_EQUAL_U64(check->actual, 2);
        check_verdict("TOTAL", "regions", VMT_AGREES);
        check_verdict("Stack", "resident", VMT_AGREES);
        end();
    }
    /* The total is right on all of them: fewer than there are rows is no excuse. */
    begin_counted("Mac OS X 10.14.6 (18G84)", 3, 1);
    check_verdict("TOTAL", "regions", VMT_DIFFERS);
    end();
}

static void test_check__excerpts_are_not_assessed(void)
{
    /* One region of five, and a table that has lost rows as well. */
    begin_text("Process: x [41]\nOS Version: macOS 14.6\nAnalysis Tool: /usr/bin/vmmap\n----\n\n"
               "==== regions for process 41\n"
               "Stack 1000-2000 [ 4K 4K 0K 0K] rw-/rwx SM=PRV\n\n"
               "==== Summary for process 41\n\n" TABLE "Stack 8K 8K 0K 0K 0K 0K 0K 2\n"
               "=========== =====\nTOTAL 64K 64K 0K 0K 0K 0K 0K 5\n");
    UNIT_EQUAL_I64(now.breakdown.level, VMT_LEVEL_REGIONS);
    UNIT_EQUAL_I64(now.breakdown.coverage, VMT_COVERAGE_EXCERPT);
    /* the type and the total */
    UNIT_EQUAL_U64(now.breakdown.checks.count, 10);
    UNIT_EQUAL_U64(vmt_breakdown_verdicts(&now.breakdown, VMT_NOT_ASSESSED), 10);
    const struct vmt_check *check = find_check("Stack", "virtual");
    CU_ASSERT_FATAL(check != NULL);
    UNIT_EQUAL_U64(check->expected, 8 * K);
    UNIT_EQUAL_U64(check->actual, 0);
    CU_ASSERT(check->reason != NULL);
    end();
}

static void test_check__level_is_the_strongest_complete_one(void)
{
    /* Rows are missing, the table is whole. */
    begin_fixture("warn-elision.txt", 0);
    UNIT_EQUAL_I64(now.breakdown.level, VMT_LEVEL_TYPES);
    UNIT_EQUAL_I64(now.breakdown.coverage, VMT_COVERAGE_WHOLE);
    UNIT_EQUAL_U64(now.breakdown.regions, 7);
    struct vmt_amount resident = now.breakdown.totals.of[VMT_RESIDENT];
    CU_ASSERT(resident.lower <= 1840 * K && 1840 * K <= resident.upper);
    UNIT_EQUAL_U64(vmt_breakdown_verdicts(&now.breakdown, VMT_DIFFERS), 0);
    end();
    /* No table: what there is, and it says so. */
    begin_fixture("ok-fragment-rows.txt", 0);
    UNIT_EQUAL_I64(now.breakdown.level, VMT_LEVEL_REGIONS);
    UNIT_EQUAL_I64(now.breakdown.coverage, VMT_COVERAGE_EXCERPT);
    UNIT_EQUAL_U64(now.breakdown.checks.count, 0);
    end();
    begin_fixture("ok-summary-only.txt", 0);
    UNIT_EQUAL_I64(now.breakdown.level, VMT_LEVEL_TYPES);
    UNIT_EQUAL_I64(now.breakdown.coverage, VMT_COVERAGE_WHOLE);
    end();
}

/* A row of a few K is within the rounding of totals in G, but not within their count. */
/* Rows of 10.14 count one region too many each, which can make up for those of a lost row. */
static void test_check__a_damaged_table_is_not_complete_though_its_counts_are(void)
{
    static const struct {
        const char *row;
        enum vmt_coverage coverage;
    } cases[] = {{"Stack 16K 8K 8K 0K 0K 0K 0K 2\n", VMT_COVERAGE_WHOLE},
                 {"Stack 16K 8K 8K 0K 0K\n", VMT_COVERAGE_EXCERPT}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[2048];
        snprintf(text, sizeof text,
                 "Process: x [41]\nOS Version: Mac OS X 10.14.6 (18G84)\n"
                 "Analysis Tool: /usr/bin/vmmap\n----\n\n" TABLE
                 "MALLOC_LARGE 4.0G 2.0G 2.0G 1.0G 0K 0K 0K 4\n%s"
                 "VM_ALLOCATE 2.0G 1.0G 1.0G 1.0G 0K 0K 0K 3\n=========== =====\n"
                 "TOTAL 6.0G 3.0G 3.0G 2.0G 0K 0K 0K 6\n",
                 cases[i].row);
        begin_text(text);
        if (!UNIT_EQUAL_I64(now.breakdown.coverage, cases[i].coverage)) {
            printf("  of \"%s\"\n", cases[i].row);
        }
        end();
    }
}

static void test_check__table_that_lost_a_row_is_not_complete(void)
{
    static const struct {
        const char *row;
        enum vmt_coverage coverage;
    } cases[] = {
        {"Stack 16K 8K 8K 0K 0K 0K 0K 1\n", VMT_COVERAGE_WHOLE},
        {"Stack 16K 8K 8K 0K 0K\n", VMT_COVERAGE_EXCERPT},
        {"Stack 16K 8K 8K 0K 0K 0K 0K\n", VMT_COVERAGE_EXCERPT},
        {"Stack 16777216T 8K 8K 0K 0K 0K 0K 1\n", VMT_COVERAGE_EXCERPT},
        {"", VMT_COVERAGE_EXCERPT},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char rows[1024];
        snprintf(rows, sizeof rows,
                 "MALLOC_LARGE 4.0G 2.0G 2.0G 1.0G 0K 0K 0K 3\n%s"
                 "VM_ALLOCATE 2.0G 1.0G 1.0G 1.0G 0K 0K 0K 2\n=========== =====\n"
                 "TOTAL 6.0G 3.0G 3.0G 2.0G 0K 0K 0K 6\n",
                 cases[i].row);
        begin_table(rows);
        if (!UNIT_EQUAL_I64(now.breakdown.coverage, cases[i].coverage)) {
            printf("  of \"%s\"\n", cases[i].row);
        }
        end();
    }
}

static uint64_t process_notes(const char *name)
{
    uint64_t count = 0;
    for (int kind = 0; kind < VMT_NOTE_COUNT; kind++) {
        if (strcmp(vmt_note_name((enum vmt_note_kind)kind), name) == 0) {
            count += vmt_notes_count(&now.process->notes, (enum vmt_note_kind)kind);
        }
    }
    return count;
}

/* Nothing is known of its rows, which is not the same as rows of nothing. */
static void test_check__a_total_alone_is_held_against_nothing(void)
{
    begin_text("{\"schema\": \"vmtally/summary\", \"version\": 1, \"processes\": [{\"name\": \"x\","
               " \"totals\": {\"resident\": 8192, \"dirty\": 4096, \"swapped\": 0},"
               " \"types\": []}]}\n");
    UNIT_EQUAL_U64(now.breakdown.checks.count, 0);
    CU_ASSERT(now.breakdown.totals.of[VMT_DIRTY].known);
    UNIT_EQUAL_U64(now.breakdown.totals.of[VMT_RESIDENT].value, 8192);
    end();
}

static void test_check__more_regions_than_the_total_counts(void)
{
    /* Two rows, one is said to be there, and the table adds up. */
    begin_counted("macOS 14.6 (23G80)", 1, 1);
    UNIT_EQUAL_I64(now.process->coverage, VMT_COVERAGE_UNKNOWN);
    UNIT_EQUAL_U64(process_notes("extra-regions"), 1);
    UNIT_EQUAL_U64(process_notes("missing-regions"), 0);
    UNIT_EQUAL_I64(now.breakdown.level, VMT_LEVEL_TYPES);
    UNIT_EQUAL_I64(now.breakdown.coverage, VMT_COVERAGE_WHOLE);
    UNIT_EQUAL_U64(now.breakdown.regions, 1);
    end();
    /* A table that does not add up is no better. */
    begin_counted("macOS 14.6 (23G80)", 0, 1);
    UNIT_EQUAL_I64(now.process->coverage, VMT_COVERAGE_UNKNOWN);
    UNIT_EQUAL_I64(now.breakdown.level, VMT_LEVEL_REGIONS);
    UNIT_EQUAL_I64(now.breakdown.coverage, VMT_COVERAGE_UNKNOWN);
    UNIT_EQUAL_U64(now.breakdown.regions, 2);
    end();
}

static void test_check__reserved_space_is_taken_off(void)
{
    begin_fixture("ok-14.5-editor.txt", 0);
    check_verdict("TOTAL, minus reserved VM space", "virtual", VMT_AGREES);
    check_verdict("TOTAL", "virtual", VMT_AGREES);
    end();
}

/* --- names ------------------------------------------------------------------------------------ */

static void test_types__names_of_all_years_are_summed_together(void)
{
    begin("macOS 14.5 (23F79)", "ARM64",
          "MALLOC_TINY " LOW SIZES "SM=PRV\n"
          "Malloc Tiny 110000000-110100000 " SIZES "SM=PRV\n"
          "unused __DATA 1d0000000-1d0001000 [ 4K 4K 4K 0K] rw-/rw- SM=COW\n"
          "unused __AUTH 1d0001000-1d0002000 [ 4K 4K 4K 0K] rw-/rw- SM=COW\n"
          "unused shlib __TEXT 1d0002000-1d0003000 [ 4K 4K 4K 0K] rw-/rw- SM=COW\n"
          "Thing of our own 120000000-120100000 " SIZES "SM=PRV\n");
    UNIT_EQUAL_U64(now.breakdown.type_count, 3);
    const struct vmt_type_sum *tiny = sum_of(&now.breakdown, "MALLOC_TINY");
    const struct vmt_type_sum *unused = sum_of(&now.breakdown, "unused but dirty shlib __DATA");
    CU_ASSERT_FATAL(tiny != NULL && unused != NULL);
    UNIT_EQUAL_U64(tiny->regions, 2);
    UNIT_EQUAL_U64(tiny->amounts.of[VMT_RESIDENT].value, 800 * K);
    UNIT_EQUAL_U64(unused->regions, 3);
    UNIT_EQUAL_U64(unused->amounts.of[VMT_DIRTY].value, 12 * K);
    UNIT_EQUAL_U64(note_count(VMT_NOTE_UNKNOWN_TYPE), 1);
    end();
}

static void test_types__memory_comes_before_address_space(void)
{
    begin("macOS 14.5 (23F79)", "ARM64",
          "GPU Carveout (reserved) 1000000000-7000000000 [384.0G 0K 0K 0K] ---/--- SM=NUL\n"
          "STACK GUARD 110000000-110100000 [ 1024K 0K 0K 0K] ---/rwx SM=NUL\n"
          "__TEXT 120000000-120100000 [ 1024K 8K 0K 0K] r-x/r-x SM=COW\n"
          "Stack 130000000-130100000 [ 1024K 4K 4K 0K] rw-/rwx SM=PRV\n"
          "MALLOC_TINY 140000000-140100000 [ 1024K 4K 4K 4K] rw-/rwx SM=PRV\n");
    static const char *const names[] = {"MALLOC_TINY", "Stack", "__TEXT", "GPU Carveout (reserved)",
                                        "STACK GUARD"};
    UNIT_EQUAL_U64(now.breakdown.type_count, COUNT(names));
    for (size_t i = 0; i < COUNT(names) && i < now.breakdown.type_count; i++) {
        UNIT_EQUAL_STR(now.breakdown.types[i]->type->canonical->data, names[i]);
    }
    end();
}

static void test_names__are_stable(void)
{
    UNIT_EQUAL_STR(vmt_level_name(VMT_LEVEL_NONE), "none");
    UNIT_EQUAL_STR(vmt_level_name(VMT_LEVEL_REGIONS), "regions");
    UNIT_EQUAL_STR(vmt_level_name(VMT_LEVEL_TYPES), "types");
    UNIT_EQUAL_STR(vmt_verdict_name(VMT_AGREES), "agrees");
    UNIT_EQUAL_STR(vmt_verdict_name(VMT_EXPLAINED), "explained");
    UNIT_EQUAL_STR(vmt_verdict_name(VMT_DIFFERS), "differs");
    UNIT_EQUAL_STR(vmt_verdict_name(VMT_NOT_ASSESSED), "not_assessed");
}

static const struct unit_test tests[] = {
    {"account__private_modes", test_account__private_modes},
    {"account__cow_outside_the_cache", test_account__cow_outside_the_cache},
    {"account__cow_in_the_cache_of_each_architecture",
     test_account__cow_in_the_cache_of_each_architecture},
    {"account__anonymous_memory_is_not_in_the_cache",
     test_account__anonymous_memory_is_not_in_the_cache},
    {"account__stack_below_the_cache_of_10_14", test_account__stack_below_the_cache_of_10_14},
    {"account__cache_shares_clean_pages_only", test_account__cache_shares_clean_pages_only},
    {"account__heap_shared_at_birth", test_account__heap_shared_at_birth},
    {"account__shared_modes", test_account__shared_modes},
    {"account__nonvolatile_beats_the_mode", test_account__nonvolatile_beats_the_mode},
    {"account__volatile_is_reclaimable", test_account__volatile_is_reclaimable},
    {"account__memory_of_an_unknown_mode", test_account__memory_of_an_unknown_mode},
    {"account__held_by_the_kernel", test_account__held_by_the_kernel},
    {"account__submaps_are_windows", test_account__submaps_are_windows},
    {"account__address_space", test_account__address_space},
    {"account__resident_that_includes_swapped", test_account__resident_that_includes_swapped},
    {"account__more_dirty_than_resident", test_account__more_dirty_than_resident},
    {"account__more_than_the_range", test_account__more_than_the_range},
    {"account__heap_kept_empty", test_account__heap_kept_empty},
    {"account__anonymous_and_file_backed", test_account__anonymous_and_file_backed},
    {"account__rounding_widens_and_stops_at_the_range",
     test_account__rounding_widens_and_stops_at_the_range},
    {"account__sizes_near_64_bits_have_no_wrong_bounds",
     test_account__sizes_near_64_bits_have_no_wrong_bounds},
    {"stated__no_mode_no_certainty", test_stated__no_mode_no_certainty},
    {"stated__space_kernel_and_volatile", test_stated__space_kernel_and_volatile},
    {"stated__kernel_memory_that_is_volatile", test_stated__kernel_memory_that_is_volatile},
    {"stated__nonvolatile_may_include_swapped", test_stated__nonvolatile_may_include_swapped},
    {"stated__guards_are_reserved_by_their_zeros", test_stated__guards_are_reserved_by_their_zeros},
    {"stated__sizes_that_are_not_stated_are_unknown",
     test_stated__sizes_that_are_not_stated_are_unknown},
    {"fixtures__identities", test_fixtures__identities},
    {"fixtures__totals_are_the_sum_of_the_types", test_fixtures__totals_are_the_sum_of_the_types},
    {"fixtures__truth_lies_within_the_bounds", test_fixtures__truth_lies_within_the_bounds},
    {"fixtures__bounds_are_as_narrow_as_the_text_allows",
     test_fixtures__bounds_are_as_narrow_as_the_text_allows},
    {"fixtures__order_of_rows_is_immaterial", test_fixtures__order_of_rows_is_immaterial},
    {"check__sound_dumps_agree_with_themselves", test_check__sound_dumps_agree_with_themselves},
    {"check__falsified_cells_differ_and_no_others",
     test_check__falsified_cells_differ_and_no_others},
    {"check__one_too_many_is_explained_on_macos_10_only",
     test_check__one_too_many_is_explained_on_macos_10_only},
    {"check__excerpts_are_not_assessed", test_check__excerpts_are_not_assessed},
    {"check__level_is_the_strongest_complete_one", test_check__level_is_the_strongest_complete_one},
    {"check__a_damaged_table_is_not_complete_though_its_counts_are",
     test_check__a_damaged_table_is_not_complete_though_its_counts_are},
    {"check__table_that_lost_a_row_is_not_complete",
     test_check__table_that_lost_a_row_is_not_complete},
    {"check__a_total_alone_is_held_against_nothing",
     test_check__a_total_alone_is_held_against_nothing},
    {"check__more_regions_than_the_total_counts", test_check__more_regions_than_the_total_counts},
    {"check__reserved_space_is_taken_off", test_check__reserved_space_is_taken_off},
    {"types__names_of_all_years_are_summed_together",
     test_types__names_of_all_years_are_summed_together},
    {"types__memory_comes_before_address_space", test_types__memory_comes_before_address_space},
    {"names__are_stable", test_names__are_stable},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_analysis", tests, argc, argv);
}
