/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdlib.h>

#include "analysis/set.h"
#include "grammar/grammar.h"
#include "unit.h"

#define K UINT64_C(1024)

static struct vmt_snapshot snapshot;
static struct vmt_context context;
static struct vmt_set set;

/* A dump: its process, system and time, and its rows. */
static void read_dump(const char *name, unsigned pid, const char *os, const char *time,
                      const char *rows)
{
    char text[8192];
    struct vmt_error err = VMT_ERROR_INIT;
    struct vmt_memory_input input;
    snprintf(text, sizeof text,
             "Process:         %s [%u]\nCode Type:       ARM64\nDate/Time:       %s\n"
             "OS Version:      %s\n----\n\nVirtual Memory Map of process %u (%s)\n"
             "Output report format:  2.4  -- 64-bit process\nVM page size:  16384 bytes\n\n"
             "==== regions for process %u  (non-writable and writable regions are interleaved)\n"
             "%s\n==== Legend\nSM=sharing mode:\n",
             name, pid, time, os, pid, name, pid, rows);
    vmt_memory_input_init(&input, name, vmt_slice(text));
    UNIT_EQUAL_I64(vmt_read(&snapshot, &context, &input.input, &err), VMT_OK);
}

static void begin(void)
{
    vmt_snapshot_init(&snapshot, &vmt_allocator_system, (size_t)64 << 20);
    vmt_context_init(&context, &vmt_allocator_system);
}

static void make(void)
{
    struct vmt_error err = VMT_ERROR_INIT;
    UNIT_EQUAL_I64(vmt_set_make(&set, &snapshot, &vmt_allocator_system, (size_t)64 << 20, &err),
                   VMT_OK);
}

static void end(void)
{
    vmt_set_free(&set);
    vmt_context_free(&context);
    vmt_snapshot_free(&snapshot);
}

#define OS "macOS 14.5 (23F79)"
#define NOON "2026-03-01 12:00:00.000 +0100"

/* The library is at different addresses, and 64K and 32K of it are resident; the cache is at one
 * address and all of its 48K are resident in both; the heaps are of each alone. */
static const char first_rows[] =
    "__TEXT    104000000-104020000 [ 128K 64K 0K 0K] r-x/r-x SM=COW          /opt/x/libx.dylib\n"
    "MALLOC_TINY 130000000-130100000 [ 1024K 96K 96K 16K] rw-/rwx SM=PRV  \n"
    "__TEXT    190000000-19000c000 [ 48K 48K 0K 0K] r-x/r-x SM=COW          /usr/lib/libc.dylib\n";
static const char second_rows[] =
    "__TEXT    108000000-108020000 [ 128K 32K 0K 0K] r-x/r-x SM=COW          /opt/x/libx.dylib\n"
    "MALLOC_TINY 130000000-130100000 [ 1024K 160K 160K 0K] rw-/rwx SM=PRV  \n"
    "__TEXT    190000000-19000c000 [ 48K 48K 0K 0K] r-x/r-x SM=COW          /usr/lib/libc.dylib\n";

static void test_set__shared_memory_is_counted_once(void)
{
    begin();
    read_dump("Alpha", 10, OS, NOON, first_rows);
    read_dump("Beta", 11, OS, NOON, second_rows);
    make();
    CU_ASSERT_FATAL(set.reason == NULL && set.process_count == 2);
    /* Private 96K and 160K; of the library its largest part, 64K; the cache's 48K. */
    UNIT_EQUAL_U64(set.totals.of[VMT_RESIDENT].value, (96 + 160 + 64 + 48) * K);
    UNIT_EQUAL_U64(set.totals.of[VMT_SHARED_CLEAN].value, (64 + 48) * K);
    UNIT_EQUAL_U64(set.totals.of[VMT_USS].value, (96 + 160) * K);
    UNIT_EQUAL_U64(set.totals.of[VMT_SWAPPED].value, 16 * K);
    /* At most all that both have. */
    UNIT_EQUAL_U64(set.totals.of[VMT_RESIDENT].upper, (64 + 96 + 48 + 32 + 160 + 48) * K);
    /* The 64K of the library are divided as 64 to 32, those of the cache in halves. */
    UNIT_EQUAL_U64(set.processes[0].share.value, 96 * K + 64 * K * 64 / 96 + 24 * K);
    UNIT_EQUAL_U64(set.processes[0].share.value + set.processes[1].share.value,
                   set.totals.of[VMT_RESIDENT].value);
    UNIT_EQUAL_U64(set.processes[0].shares.count, 2);
    struct vmt_walker walker = {0};
    const struct vmt_share *share = vmt_sequence_next(&set.processes[1].shares, &walker);
    CU_ASSERT_FATAL(share != NULL);
    UNIT_EQUAL_STR(vmt_share_method_name(share->group->method), "file");
    UNIT_EQUAL_U64(share->group->holders, 2);
    UNIT_EQUAL_U64(share->shared.value, 32 * K);
    share = vmt_sequence_next(&set.processes[1].shares, &walker);
    CU_ASSERT_FATAL(share != NULL);
    UNIT_EQUAL_STR(vmt_share_method_name(share->group->method), "cache");
    end();
}

static void test_set__order_does_not_matter(void)
{
    begin();
    read_dump("Beta", 11, OS, NOON, second_rows);
    read_dump("Alpha", 10, OS, NOON, first_rows);
    make();
    CU_ASSERT_FATAL(set.reason == NULL && set.process_count == 2);
    UNIT_EQUAL_U64(set.totals.of[VMT_RESIDENT].value, (96 + 160 + 64 + 48) * K);
    UNIT_EQUAL_U64(set.processes[0].share.value + set.processes[1].share.value,
                   set.totals.of[VMT_RESIDENT].value);
    end();
}

static void test_set__written_pages_of_forks_have_bounds_alone(void)
{
    static const char rows[] =
        "MALLOC_LARGE 130000000-130100000 [ 1024K 512K 512K 0K] rw-/rwx SM=COW  \n";
    begin();
    read_dump("worker", 20, OS, NOON, rows);
    read_dump("worker", 21, OS, NOON, rows);
    make();
    CU_ASSERT_FATAL(set.reason == NULL && set.process_count == 2);
    CU_ASSERT(!set.processes[0].share.known && set.processes[0].share.bounded);
    UNIT_EQUAL_U64(set.processes[0].share.upper, 512 * K);
    /* All of it may be one, or none. */
    CU_ASSERT(!set.totals.of[VMT_RESIDENT].known);
    UNIT_EQUAL_U64(set.totals.of[VMT_RESIDENT].lower, 512 * K);
    UNIT_EQUAL_U64(set.totals.of[VMT_RESIDENT].upper, 1024 * K);
    end();
    /* Processes of other names did not fork from each other. */
    begin();
    read_dump("worker", 20, OS, NOON, rows);
    read_dump("helper", 21, OS, NOON, rows);
    make();
    CU_ASSERT_FATAL(set.reason == NULL && set.process_count == 2);
    UNIT_EQUAL_U64(set.processes[0].share.value, 512 * K);
    UNIT_EQUAL_U64(set.totals.of[VMT_RESIDENT].value, 1024 * K);
    end();
}

static void test_set__shared_memory_of_forks_is_divided(void)
{
    static const char rows[] =
        "shared memory 130000000-130040000 [ 256K 90K 90K 0K] rw-/rw- SM=SHM  \n";
    begin();
    read_dump("worker", 20, OS, NOON, rows);
    read_dump("worker", 21, OS, NOON, rows);
    read_dump("worker", 22, OS, NOON, rows);
    make();
    CU_ASSERT_FATAL(set.reason == NULL && set.process_count == 3);
    UNIT_EQUAL_U64(set.totals.of[VMT_RESIDENT].value, 90 * K);
    for (size_t i = 0; i < 3; i++) {
        UNIT_EQUAL_U64(set.processes[i].share.value, 30 * K);
    }
    end();
}

/* 16 KiB in thirds: no byte is lost, and none goes to the one that wrote to all of its pages. */
static void test_set__parts_are_whole_bytes_and_add_up(void)
{
    static const char row[] =
        "mapped file 130000000-130004000 [ 16K 16K 0K 0K] r--/rw- SM=SHM   /opt/x/data\n";
    static const unsigned pids[] = {20, 21, 22};
    uint64_t sum = 0;
    begin();
    for (size_t i = 0; i < 3; i++) {
        read_dump("worker", pids[i], OS, NOON, row);
    }
    read_dump("reader", 23, OS, NOON,
              "mapped file 130000000-130004000 [ 16K 16K 16K 0K] r--/rw- SM=SHM   /opt/x/data\n");
    make();
    CU_ASSERT_FATAL(set.reason == NULL && set.process_count == 4);
    for (size_t i = 0; i < 4; i++) {
        sum += set.processes[i].share.value;
        CU_ASSERT(set.processes[i].share.value <= set.processes[i].resident.value);
    }
    UNIT_EQUAL_U64(sum, 32 * K); /* clean and dirty */
    UNIT_EQUAL_U64(set.totals.of[VMT_RESIDENT].value, 32 * K);
    end();
}

/* Two rows of one process are two things, whatever they have in common. */
static void test_set__rows_of_one_process_are_different_things(void)
{
    static const char rows[] =
        "__TEXT 104000000-104004000 [ 16K 16K 0K 0K] r-x/r-x SM=COW          /opt/x\n"
        "__TEXT 104004000-104008000 [ 16K 16K 0K 0K] r-x/r-x SM=COW          /opt/x\n";
    begin();
    read_dump("Alpha", 10, OS, NOON, rows);
    read_dump("Beta", 11, OS, NOON, rows);
    make();
    CU_ASSERT_FATAL(set.reason == NULL && set.process_count == 2);
    UNIT_EQUAL_U64(set.totals.of[VMT_RESIDENT].value, 32 * K);
    UNIT_EQUAL_U64(set.processes[0].share.value, 16 * K);
    end();
}

/* The pages of both rows can be the same ones: only one row of a file is sure, and of all that is
 * in no file. */
static void test_set__memory_mapped_twice_is_there_once(void)
{
    static const char rows[] =
        "mapped file 110000000-110040000 [ 256K 256K 0K 0K] rw-/rwx SM=SHM          /srv/data\n"
        "mapped file 120000000-120040000 [ 256K 200K 0K 0K] rw-/rwx SM=SHM          /srv/data\n"
        "mapped file 130000000-130010000 [ 64K 40K 0K 0K] r--/rwx SM=COW          /srv/more\n"
        "shared memory 140000000-140010000 [ 64K 64K 64K 0K] rw-/rw- SM=SHM  \n"
        "shared memory 150000000-150010000 [ 64K 32K 32K 0K] rw-/rw- SM=SHM  \n"
        "MALLOC_TINY 160000000-160100000 [ 1024K 96K 96K 0K] rw-/rwx SM=PRV  \n";
    begin();
    read_dump("Alpha", 10, OS, NOON, rows);
    read_dump("Beta", 11, OS, NOON,
              "MALLOC_TINY 130000000-130100000 [ 1024K 8K 8K 0K] rw-/rwx SM=PRV  \n");
    make();
    CU_ASSERT_FATAL(set.reason == NULL && set.process_count == 2);
    /* Alpha's largest row of each file, the largest without, and what it has alone; sizes in K are
     * whole pages, and exact. */
    UNIT_EQUAL_U64(set.totals.of[VMT_RESIDENT].lower, (256 + 40 + 64 + 96) * K);
    UNIT_EQUAL_U64(set.totals.of[VMT_RESIDENT].upper, (256 + 200 + 40 + 64 + 32 + 96 + 8) * K);
    UNIT_EQUAL_U64(set.processes[0].share.lower, 96 * K);
    UNIT_EQUAL_U64(set.processes[0].share.upper, (256 + 200 + 40 + 64 + 32 + 96) * K);
    end();
}

/* What of the cache is sure is divided by all that can have it, whatever ranges they show. */
static void test_set__ranges_of_the_cache_can_differ(void)
{
    begin();
    read_dump("Alpha", 10, OS, NOON,
              "__TEXT    190000000-19000c000 [ 48K 48K 0K 0K] r-x/r-x SM=COW          /usr/a\n");
    read_dump("Beta", 11, OS, NOON,
              "__TEXT    190000000-190010000 [ 64K 64K 0K 0K] r-x/r-x SM=COW          /usr/a\n");
    make();
    CU_ASSERT_FATAL(set.reason == NULL && set.process_count == 2);
    UNIT_EQUAL_U64(set.processes[0].share.lower, 24 * K);
    UNIT_EQUAL_U64(set.processes[0].share.upper, 48 * K);
    UNIT_EQUAL_U64(set.processes[1].share.lower, 32 * K);
    end();
}

/* Two files of /proc, with rows of the kernel's counts. */
static void read_smaps(const char *name, const char *rows)
{
    char text[2048];
    struct vmt_error err = VMT_ERROR_INIT;
    struct vmt_memory_input input;
    snprintf(text, sizeof text, "%s:\n%s", name, rows);
    vmt_memory_input_init(&input, name, vmt_slice(text));
    UNIT_EQUAL_I64(vmt_read(&snapshot, &context, &input.input, &err), VMT_OK);
}

/* Of its 400K each shares 300K with the other; the file is mapped twice by each, and so divided by
 * four. */
static void test_set__the_kernel_says_what_forks_share(void)
{
    static const char rows[] = "7f0000000000-7f0000064000 rw-p 00000000 00:00 0\n"
                               "Rss: 400 kB\nPss: 250 kB\nShared_Clean: 0 kB\n"
                               "Shared_Dirty: 300 kB\nPrivate_Clean: 0 kB\n"
                               "Private_Dirty: 100 kB\nSwap: 0 kB\n"
                               "7f0000100000-7f0000114000 r--s 00000000 fe:00 42 /srv/data\n"
                               "Rss: 80 kB\nPss: 20 kB\nShared_Clean: 80 kB\n"
                               "Shared_Dirty: 0 kB\nPrivate_Clean: 0 kB\nPrivate_Dirty: 0 kB\n"
                               "Swap: 0 kB\n"
                               "7f0000200000-7f0000214000 r--s 00000000 fe:00 42 /srv/data\n"
                               "Rss: 80 kB\nPss: 20 kB\nShared_Clean: 80 kB\n"
                               "Shared_Dirty: 0 kB\nPrivate_Clean: 0 kB\nPrivate_Dirty: 0 kB\n"
                               "Swap: 0 kB\n";
    begin();
    read_smaps("/proc/20/smaps", rows);
    read_smaps("/proc/21/smaps", rows);
    make();
    CU_ASSERT_FATAL(set.reason == NULL && set.process_count == 2);
    for (size_t i = 0; i < 2; i++) {
        /* The kernel's share is the least: 250K and twice 20K. */
        UNIT_EQUAL_U64(set.processes[i].share.lower, 290 * K);
        UNIT_EQUAL_U64(set.processes[i].share.upper, 560 * K);
        /* The rows of the file are taken for two things, as nothing tells otherwise. */
        UNIT_EQUAL_U64(set.processes[i].share.value, (100 + 150 + 40 + 40) * K);
    }
    UNIT_EQUAL_U64(set.totals.of[VMT_RESIDENT].lower, 580 * K);
    UNIT_EQUAL_U64(set.totals.of[VMT_RESIDENT].upper, 1120 * K);
    end();
}

/* The cache is not cut at the same addresses in all processes: what both have of it is one. */
static void test_set__ranges_that_overlap_are_no_less_than_one_of_them(void)
{
    begin();
    read_dump("Alpha", 10, OS, NOON,
              "__TEXT 190000000-19000c000 [ 48K 48K 0K 0K] r-x/r-x SM=COW   /usr/lib/libc.dylib\n");
    read_dump("Beta", 11, OS, NOON,
              "__TEXT 190000000-190004000 [ 16K 16K 0K 0K] r-x/r-x SM=COW   /usr/lib/libc.dylib\n"
              "__TEXT 190004000-19000c000 [ 32K 32K 0K 0K] r-x/r-x SM=COW   /usr/lib/libc.dylib\n");
    make();
    CU_ASSERT_FATAL(set.reason == NULL && set.process_count == 2);
    CU_ASSERT(set.totals.of[VMT_SHARED_CLEAN].lower <= 48 * K);
    UNIT_EQUAL_U64(set.totals.of[VMT_SHARED_CLEAN].upper, 96 * K);
    UNIT_EQUAL_U64(set.totals.of[VMT_RESIDENT].lower, 48 * K);
    UNIT_EQUAL_U64(set.processes[0].share.lower, 24 * K);
    UNIT_EQUAL_U64(set.processes[1].share.lower, 24 * K);
    end();
}

static void read_smaps_text(const char *text)
{
    struct vmt_error err = VMT_ERROR_INIT;
    struct vmt_memory_input input;
    vmt_memory_input_init(&input, "smaps", vmt_slice(text));
    UNIT_EQUAL_I64(vmt_read(&snapshot, &context, &input.input, &err), VMT_OK);
}

/* Linux calls a page dirty by the process's own page table: the same 100K can be clean elsewhere.
 * Nor do mappings of one file need to have the same ends. */
static void test_set__pages_of_a_file_are_clean_here_and_dirty_there(void)
{
    begin();
    read_smaps_text("==> /proc/10/smaps <==\n"
                    "7f0000000000-7f0000019000 rw-s 00000000 08:01 42 /srv/data\n"
                    "Size: 100 kB\nRss: 100 kB\nPss: 50 kB\nShared_Clean: 0 kB\n"
                    "Shared_Dirty: 100 kB\nPrivate_Clean: 0 kB\nPrivate_Dirty: 0 kB\nSwap: 0 kB\n"
                    "==> /proc/11/smaps <==\n"
                    "7f0000000000-7f0000032000 rw-s 00000000 08:01 42 /srv/data\n"
                    "Size: 200 kB\nRss: 100 kB\nPss: 50 kB\nShared_Clean: 100 kB\n"
                    "Shared_Dirty: 0 kB\nPrivate_Clean: 0 kB\nPrivate_Dirty: 0 kB\nSwap: 0 kB\n");
    make();
    CU_ASSERT_FATAL(set.reason == NULL && set.process_count == 2);
    UNIT_EQUAL_U64(set.totals.of[VMT_SHARED_CLEAN].lower, 0);
    CU_ASSERT(set.totals.of[VMT_SHARED_DIRTY].lower <= 100 * K);
    UNIT_EQUAL_U64(set.totals.of[VMT_RESIDENT].lower, 100 * K);
    UNIT_EQUAL_U64(set.totals.of[VMT_RESIDENT].upper, 200 * K);
    UNIT_EQUAL_U64(set.processes[0].share.lower, 50 * K);
    end();
}

static void check_reason(const char *name, unsigned pid, const char *os, const char *time,
                         const char *reason)
{
    begin();
    read_dump("Alpha", 10, OS, NOON, first_rows);
    read_dump(name, pid, os, time, second_rows);
    make();
    if (reason == NULL) {
        CU_ASSERT(set.reason == NULL);
    } else {
        CU_ASSERT_FATAL(set.reason != NULL);
        UNIT_EQUAL_STR(set.reason, reason);
        CU_ASSERT(!set.totals.of[VMT_RESIDENT].bounded);
    }
    end();
}

/* Two processes of Linux with a file of 64K that both have, 32K and 16K of their own, and one of
 * which only the sums are known: 60K of its own, 40K of others, perhaps of that file. */
static void test_set__those_with_regions_count_as_one_beside_totals(void)
{
    static const char text[] =
        "==> /proc/10/smaps <==\n"
        "10000-18000 rw-p 00000000 00:00 0 \nSize: 32 kB\nRss: 32 kB\nPss: 32 kB\n"
        "Shared_Clean: 0 kB\nShared_Dirty: 0 kB\nPrivate_Clean: 0 kB\nPrivate_Dirty: 32 kB\n"
        "20000-30000 r-xp 00000000 fe:00 77  /opt/x/libx.so\nSize: 64 kB\nRss: 64 kB\nPss: 32 kB\n"
        "Shared_Clean: 64 kB\nShared_Dirty: 0 kB\nPrivate_Clean: 0 kB\nPrivate_Dirty: 0 kB\n"
        "==> /proc/11/smaps <==\n"
        "10000-14000 rw-p 00000000 00:00 0 \nSize: 16 kB\nRss: 16 kB\nPss: 16 kB\n"
        "Shared_Clean: 0 kB\nShared_Dirty: 0 kB\nPrivate_Clean: 0 kB\nPrivate_Dirty: 16 kB\n"
        "40000-50000 r-xp 00000000 fe:00 77  /opt/x/libx.so\nSize: 64 kB\nRss: 64 kB\nPss: 32 kB\n"
        "Shared_Clean: 64 kB\nShared_Dirty: 0 kB\nPrivate_Clean: 0 kB\nPrivate_Dirty: 0 kB\n"
        "==> /proc/12/smaps_rollup <==\n"
        "10000-50000 ---p 00000000 00:00 0  [rollup]\nRss: 100 kB\nPss: 60 kB\n"
        "Shared_Clean: 40 kB\nShared_Dirty: 0 kB\nPrivate_Clean: 0 kB\nPrivate_Dirty: 60 kB\n";
    begin();
    read_smaps_text(text);
    make();
    CU_ASSERT_FATAL(set.reason == NULL && set.process_count == 3);
    UNIT_EQUAL_U64(set.by_totals, 1);
    CU_ASSERT(!set.processes[0].by_totals && set.processes[2].by_totals);
    UNIT_EQUAL_U64(set.totals.of[VMT_USS].value, (32 + 16 + 60) * K);
    const struct vmt_amount resident = set.totals.of[VMT_RESIDENT];
    CU_ASSERT(resident.bounded && !resident.known);
    /* All that is private, and the file once; at most nothing in common. */
    UNIT_EQUAL_U64(resident.lower, (32 + 16 + 60 + 64) * K);
    UNIT_EQUAL_U64(resident.upper, (32 + 64 + 16 + 64 + 100) * K);
    /* A half of the file, or less of it when the third one has it too. */
    UNIT_EQUAL_U64(set.processes[0].share.value, (32 + 32) * K);
    UNIT_EQUAL_U64(set.processes[0].share.lower, (32 + 32) * K);
    CU_ASSERT(!set.processes[2].share.known);
    UNIT_EQUAL_U64(set.processes[2].share.lower, 60 * K);
    UNIT_EQUAL_U64(set.processes[2].share.upper, 100 * K);
    end();
}

static void test_set__what_cannot_be_added_up_is_none(void)
{
    check_reason("Alpha", 10, OS, "2026-03-01 12:05:00.000 +0100", "several dumps of one process");
    check_reason("Beta", 11, "macOS 15.1 (24B83)", NOON, "dumps of different systems");
    check_reason("Beta", 11, OS, "2026-03-01 12:11:00.000 +0100", "dumps of different times");
    /* The same moment in another zone, across midnight and the end of February. */
    check_reason("Beta", 11, OS, "2026-03-01 00:04:00.000 -1100", NULL);
    check_reason("Beta", 11, OS, "2026-02-28 23:04:00.000 -1200", NULL);
    check_reason("Beta", 11, OS, "2026-02-28 22:04:00.000 -1200", "dumps of different times");
    begin();
    read_dump("Alpha", 10, OS, NOON, first_rows);
    make();
    CU_ASSERT_FATAL(set.reason != NULL);
    UNIT_EQUAL_STR(set.reason, "one process");
    end();
    /* The second may be the first without its number. */
    begin();
    read_smaps_text(
        "==> /proc/10/smaps <==\n7f0000000000-7f0000001000 rw-p 00000000 00:00 0\nSize: 4 kB\n");
    read_smaps_text("7f0000000000-7f0000001000 rw-p 00000000 00:00 0\nSize: 4 kB\n");
    make();
    CU_ASSERT_FATAL(set.reason != NULL && set.process_count == 0);
    UNIT_EQUAL_STR(set.reason, "nothing tells that these are different processes");
    end();
    begin();
    read_dump("Alpha", 10, OS, NOON, first_rows);
    read_dump("Beta", 11, OS, NOON, second_rows);
    struct vmt_process *running = vmt_sequence_last(&snapshot.processes);
    running->read_time = 1;
    make();
    CU_ASSERT_FATAL(set.reason != NULL);
    UNIT_EQUAL_STR(set.reason, "a running process and a capture");
    end();
}

static const struct unit_test tests[] = {
    {"set__shared_memory_is_counted_once", test_set__shared_memory_is_counted_once},
    {"set__order_does_not_matter", test_set__order_does_not_matter},
    {"set__written_pages_of_forks_have_bounds_alone",
     test_set__written_pages_of_forks_have_bounds_alone},
    {"set__shared_memory_of_forks_is_divided", test_set__shared_memory_of_forks_is_divided},
    {"set__ranges_that_overlap_are_no_less_than_one_of_them",
     test_set__ranges_that_overlap_are_no_less_than_one_of_them},
    {"set__pages_of_a_file_are_clean_here_and_dirty_there",
     test_set__pages_of_a_file_are_clean_here_and_dirty_there},
    {"set__parts_are_whole_bytes_and_add_up", test_set__parts_are_whole_bytes_and_add_up},
    {"set__rows_of_one_process_are_different_things",
     test_set__rows_of_one_process_are_different_things},
    {"set__memory_mapped_twice_is_there_once", test_set__memory_mapped_twice_is_there_once},
    {"set__ranges_of_the_cache_can_differ", test_set__ranges_of_the_cache_can_differ},
    {"set__the_kernel_says_what_forks_share", test_set__the_kernel_says_what_forks_share},
    {"set__those_with_regions_count_as_one_beside_totals",
     test_set__those_with_regions_count_as_one_beside_totals},
    {"set__what_cannot_be_added_up_is_none", test_set__what_cannot_be_added_up_is_none},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_set", tests, argc, argv);
}
