/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/breakdown.h"
#include "reading_host.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define K UINT64_C(1024)
#define MEMORY_LIMIT ((size_t)64 << 20)

/* --- what a text is read to ------------------------------------------------------------------- */

/* Of the first process of the reading, where there is one. */
static struct vmt_breakdown breakdown;

static void break_down(void)
{
    breakdown = (struct vmt_breakdown){.process = NULL};
    if (reading.process != NULL) {
        CU_ASSERT_FATAL(vmt_breakdown_make(&breakdown, reading.process, &vmt_allocator_system,
                                           MEMORY_LIMIT, &reading.err) == VMT_OK);
    }
}

static void read_lines(const char *text)
{
    read_text(text);
    break_down();
}

static void read_file(const char *name)
{
    read_fixture(name);
    break_down();
}

static void end(void)
{
    if (breakdown.process != NULL) {
        vmt_breakdown_free(&breakdown);
    }
    end_reading();
}

static const struct vmt_region *region_at(size_t index)
{
    CU_ASSERT_FATAL(reading.process != NULL);
    return record_at(&reading.process->regions, index);
}

static struct vmt_amount total(enum vmt_member member)
{
    return breakdown.totals.of[member];
}

static void equal_amount(struct vmt_amount amount, uint64_t value, uint64_t lower, uint64_t upper)
{
    CU_ASSERT(amount.known);
    UNIT_EQUAL_U64(amount.value, value);
    UNIT_EQUAL_U64(amount.lower, lower);
    UNIT_EQUAL_U64(amount.upper, upper);
}

static void exactly(enum vmt_member member, uint64_t value)
{
    equal_amount(total(member), value, value, value);
}

/* Of the first sample of the first host. */
static struct vmt_host_value host_value(enum vmt_host_quantity quantity)
{
    return value_of(sample_at(0, 0), quantity);
}

static bool host_has(enum vmt_host_quantity quantity)
{
    return has_value(sample_at(0, 0), quantity);
}

/* --- smaps ------------------------------------------------------------------------------------ */

static void test_smaps__region(void)
{
    read_file("linux-smaps/ok-6.18-ledgerd.txt");
    UNIT_EQUAL_U64(reading.process->regions.count, 5);
    UNIT_EQUAL_U64(reading.process->page_size, 4096);
    UNIT_EQUAL_U64(reading.ledger->consumed, 125);
    CU_ASSERT(reading.process->kernel_counts);
    CU_ASSERT(reading.process->coverage == VMT_COVERAGE_UNKNOWN);
    const struct vmt_region *region = region_at(1);
    UNIT_EQUAL_U64(region->start, UINT64_C(0x5581f0a3d000));
    UNIT_EQUAL_U64(region->end, UINT64_C(0x5581f0a40000));
    UNIT_EQUAL_U64(region->line, 26);
    UNIT_EQUAL_STR(region->type->printed->data, "mapped data");
    UNIT_EQUAL_STR(region->detail->data, "/opt/acme/bin/ledgerd");
    CU_ASSERT(region->sharing == VMT_SHARING_MAP_PRIVATE);
    UNIT_EQUAL_U64(region->protection, VMT_PROT_READ | VMT_PROT_WRITE);
    UNIT_EQUAL_U64(region->max_protection, VMT_PROT_READ | VMT_PROT_WRITE | VMT_PROT_EXECUTE);
    UNIT_EQUAL_U64(region->known,
                   1u << VMT_EV_VIRTUAL | 1u << VMT_EV_RESIDENT | 1u << VMT_EV_SWAPPED);
    UNIT_EQUAL_U64(region->stated[VMT_EV_VIRTUAL].value, 12 * K);
    UNIT_EQUAL_U64(region->stated[VMT_EV_RESIDENT].value, 12 * K);
    const struct vmt_mapping *mapping = region->mapping;
    UNIT_EQUAL_U64(mapping->known, (UINT32_C(1) << VMT_MAPPING_FIELD_COUNT) - 1);
    UNIT_EQUAL_U64(mapping->fields[VMT_MAPPING_PSS], 10 * K);
    UNIT_EQUAL_U64(mapping->fields[VMT_MAPPING_PSS_DIRTY], 10 * K);
    UNIT_EQUAL_U64(mapping->fields[VMT_MAPPING_SHARED_DIRTY], 4 * K);
    UNIT_EQUAL_U64(mapping->fields[VMT_MAPPING_PRIVATE_DIRTY], 8 * K);
    UNIT_EQUAL_U64(mapping->fields[VMT_MAPPING_ANONYMOUS], 12 * K);
    UNIT_EQUAL_U64(mapping->fields[VMT_MAPPING_KERNEL_PAGE_SIZE], 4 * K);
    UNIT_EQUAL_U64(mapping->offset, 0x3b000);
    UNIT_EQUAL_U64(mapping->device_major, 0xfd);
    UNIT_EQUAL_U64(mapping->device_minor, 1);
    UNIT_EQUAL_U64(mapping->inode, 524391);
    UNIT_EQUAL_STR(mapping->flags->data, "rd wr mr mw me ac");
    UNIT_EQUAL_STR(fact_in(&reading.process->facts, "THPeligible"), "in 0 mappings");
    end();
}

/* Code 96K shared, Pss 31; data 8K private and 4K shared, Pss 10; heap 640K private; memfd 256K
 * shared, Pss 128; stack 20K private. */
static void test_smaps__totals(void)
{
    read_file("linux-smaps/ok-6.18-ledgerd.txt");
    UNIT_EQUAL_STR(breakdown.pss_method, "kernel");
    exactly(VMT_VIRTUAL, (112 + 12 + 1024 + 2048 + 132) * K);
    exactly(VMT_RESIDENT, (96 + 12 + 640 + 256 + 20) * K);
    exactly(VMT_RSS, (96 + 12 + 640 + 256 + 20) * K);
    exactly(VMT_PRIVATE_DIRTY, (8 + 640 + 20) * K);
    exactly(VMT_PRIVATE_CLEAN, 0);
    exactly(VMT_SHARED_CLEAN, 96 * K);
    exactly(VMT_SHARED_DIRTY, (4 + 256) * K);
    exactly(VMT_DIRTY, (12 + 640 + 256 + 20) * K);
    exactly(VMT_CLEAN, 96 * K);
    exactly(VMT_USS, (8 + 640 + 20) * K);
    exactly(VMT_RECLAIMABLE, 32 * K);
    exactly(VMT_FILE_BACKED, 96 * K);
    exactly(VMT_RESERVED, 0);
    CU_ASSERT(!total(VMT_HEAP_KEPT_EMPTY).bounded);
    /* The three that share anything have lost up to 1023 bytes each. */
    equal_amount(total(VMT_PSS), (31 + 10 + 640 + 128 + 20) * K, (31 + 10 + 640 + 128 + 20) * K,
                 (31 + 10 + 640 + 128 + 20) * K + 3 * 1023);
    end();
}

/* 128K of the heap, SwapPss 96: if two share, p + s = 128 and p + s/2 = 96, so p is 64; no more
 * than SwapPss is private.  64K of the memfd's object: of anybody. */
static void test_smaps__swapped(void)
{
    read_file("linux-smaps/ok-6.18-ledgerd.txt");
    exactly(VMT_SWAPPED, (128 + 64) * K);
    equal_amount(total(VMT_SWAPPED_PRIVATE), 64 * K, 64 * K, 96 * K + 1023 + 64 * K);
    equal_amount(total(VMT_SWAPPED_SHARED), (64 + 64) * K, 32 * K - 1023, (64 + 64) * K);
    equal_amount(total(VMT_SWAP_PSS), 96 * K, 96 * K, 96 * K + 1023 + 64 * K);
    equal_amount(total(VMT_PRIVATE_FOOTPRINT), (668 + 64) * K, (668 + 64) * K,
                 (668 + 96 + 64) * K + 1023);
    exactly(VMT_ANONYMOUS, (12 + 640 + 256 + 20 + 128 + 64) * K);
    end();
}

/* All of it shared by nobody: swapped pages are private to the byte. */
static void test_smaps__swapped_alone(void)
{
    read_lines("7f0000000000-7f0000004000 rw-p 00000000 00:00 0 \n"
               "Size: 16 kB\nRss: 4 kB\nPss: 4 kB\nShared_Clean: 0 kB\nShared_Dirty: 0 kB\n"
               "Private_Clean: 0 kB\nPrivate_Dirty: 4 kB\nAnonymous: 4 kB\nSwap: 12 kB\n"
               "SwapPss: 12 kB\n");
    exactly(VMT_SWAPPED_PRIVATE, 12 * K);
    exactly(VMT_SWAPPED_SHARED, 0);
    exactly(VMT_SWAP_PSS, 12 * K);
    exactly(VMT_PSS, 4 * K);
    exactly(VMT_PRIVATE_FOOTPRINT, 16 * K);
    exactly(VMT_ANONYMOUS, 16 * K);
    end();
}

static void test_smaps__types(void)
{
    static const struct {
        const char *type;
        const char *detail;
    } expected[] = {
        {"mapped file", "/srv/data/two\\012lines"},
        {"anonymous heap", "[anon:libc_malloc]"},
        {"anonymous stack", "[anon: glibc: pthread stack: 77]"},
        {"anonymous", "[anon:arena of rules]"},
        {"shared memory", "[anon_shmem:board]"},
        {"shared memory", "/dev/zero (deleted)"},
        {"shared memory", "/dev/shm/queue one"},
        {"mapped device", "/dev/dri/renderD128"},
        {"no access", "/usr/lib/libgap.so.1"},
        {"anonymous", NULL}, /* nobody may touch it, and yet it holds a page */
        {"[uprobes]", "[uprobes]"},
        {"other mapping", "[tube]"},
    };
    read_file("linux-smaps/ok-odd-names.txt");
    UNIT_EQUAL_U64(reading.process->regions.count, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        const struct vmt_region *region = region_at(i);
        UNIT_EQUAL_STR(region->type->printed->data, expected[i].type);
        CU_ASSERT(region->type->entry != NULL);
        UNIT_EQUAL_STR(region->detail == NULL ? NULL : region->detail->data, expected[i].detail);
    }
    exactly(VMT_RESERVED, 8 * K);
    /* All but the page of the file and nothing of the device; [tube] says itself what it has. */
    exactly(VMT_ANONYMOUS, 8 * 4 * K);
    exactly(VMT_FILE_BACKED, 4 * K);
    end();
}

static void test_smaps__old_kernels(void)
{
    read_file("linux-smaps/ok-3.10-i386.txt");
    CU_ASSERT(reading.process->kernel_counts);
    UNIT_EQUAL_STR(region_at(3)->type->printed->data, "no access");
    UNIT_EQUAL_STR(region_at(4)->type->printed->data, "[stack]");
    UNIT_EQUAL_STR(region_at(4)->detail->data, "[stack:2911]");
    UNIT_EQUAL_STR(region_at(5)->type->printed->data, "shared memory");
    exactly(VMT_RESERVED, 4 * K);
    exactly(VMT_RESIDENT, (40 + 8 + 100 + 16 + 64 + 12) * K);
    /* Without SwapPss any of the 16K can be of a relative too. */
    equal_amount(total(VMT_SWAPPED_PRIVATE), 16 * K, 0, 16 * K);
    CU_ASSERT(!total(VMT_SWAP_PSS).known && total(VMT_SWAP_PSS).upper == 16 * K);
    end();

    read_file("linux-smaps/ok-2.6.25-no-swap.txt");
    exactly(VMT_RESIDENT, (28 + 8 + 84 + 12) * K);
    exactly(VMT_USS, (28 + 8 + 12) * K);
    CU_ASSERT(!total(VMT_SWAPPED).bounded);
    CU_ASSERT(!total(VMT_PRIVATE_FOOTPRINT).bounded);
    CU_ASSERT(!total(VMT_ANONYMOUS).bounded);
    /* 8K of the data were written; any other page may have been copied too. */
    equal_amount(total(VMT_FILE_BACKED), (28 + 84) * K, 0, (28 + 8 + 84) * K);
    end();
}

static void test_smaps__several_processes(void)
{
    read_file("linux-smaps/ok-several.txt");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 3);
    CU_ASSERT(process_at(0)->pid_known && process_at(1)->pid_known && !process_at(2)->pid_known);
    UNIT_EQUAL_U64(process_at(0)->pid, 4101);
    UNIT_EQUAL_U64(process_at(1)->pid, 4102);
    UNIT_EQUAL_U64(process_at(0)->line, 1);
    UNIT_EQUAL_U64(process_at(1)->line, 26);
    UNIT_EQUAL_U64(process_at(2)->line, 50);
    for (size_t i = 0; i < 3; i++) {
        UNIT_EQUAL_U64(process_at(i)->regions.count, 2);
        CU_ASSERT(process_at(i)->kernel_counts);
    }
    UNIT_EQUAL_U64(reading.ledger->blank, 1);
    UNIT_EQUAL_U64(reading.ledger->prose, 0);
    end();
}

static void test_smaps__prose_around(void)
{
    read_file("linux-smaps/ok-prose-around.txt");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_U64(process_at(0)->pid, 4101);
    UNIT_EQUAL_U64(process_at(0)->regions.count, 2);
    UNIT_EQUAL_U64(process_at(1)->regions.count, 2);
    /* A sentence, the prompt of uptime, its answer, another sentence. */
    UNIT_EQUAL_U64(reading.ledger->prose, 4);
    UNIT_EQUAL_U64(reading.ledger->damaged, 0);
    end();
}

static void test_smaps__hugetlb(void)
{
    read_file("linux-smaps/ok-hugetlb.txt");
    UNIT_EQUAL_STR(region_at(0)->type->printed->data, "huge pages");
    UNIT_EQUAL_U64(region_at(0)->mapping->fields[VMT_MAPPING_PRIVATE_HUGETLB], 2048 * K);
    UNIT_EQUAL_U64(reading.process->page_size, 4096);
    exactly(VMT_RESIDENT, 20 * K); /* Linux counts them in no resident size */
    UNIT_EQUAL_STR(fact_in(&reading.process->facts, "Private_Hugetlb"), "2048 kB in 1 mapping");
    UNIT_EQUAL_STR(fact_in(&reading.process->facts, "THPeligible"), "in 1 mapping");
    end();
}

static void test_smaps__unknown_fields(void)
{
    read_file("linux-smaps/warn-unknown-field.txt");
    UNIT_EQUAL_STR(fact_in(&reading.process->facts, "Borrowed"), "24 kB in 2 mappings");
    UNIT_EQUAL_STR(fact_in(&reading.process->facts, "Tier"), "in 2 mappings");
    UNIT_EQUAL_U64(vmt_notes_count(&reading.process->notes, VMT_NOTE_UNKNOWN_KEY), 2);
    UNIT_EQUAL_U64(reading.ledger->damaged, 0);
    CU_ASSERT(reading.process->kernel_counts);
    end();
}

static void test_smaps__damage(void)
{
    /* The second mapping's line cannot be read: its fields are of nobody, least of the first. */
    read_file("linux-smaps/warn-damaged.txt");
    UNIT_EQUAL_U64(reading.process->regions.count, 1);
    CU_ASSERT(reading.process->coverage == VMT_COVERAGE_EXCERPT);
    UNIT_EQUAL_U64(reading.ledger->damaged, 13);
    exactly(VMT_RESIDENT, 16 * K);
    CU_ASSERT(!total(VMT_PSS).known); /* its unit was lost */
    UNIT_EQUAL_U64(total(VMT_PSS).upper, 16 * K);
    end();

    read_file("linux-smaps/warn-line-lost.txt");
    UNIT_EQUAL_U64(reading.process->regions.count, 1);
    exactly(VMT_RESIDENT, 16 * K);
    UNIT_EQUAL_U64(reading.ledger->damaged, 11);
    end();

    read_file("linux-smaps/warn-size-differs.txt");
    UNIT_EQUAL_U64(vmt_notes_count(&reading.process->notes, VMT_NOTE_VIRTUAL_DIFFERS), 1);
    exactly(VMT_VIRTUAL, (16 + 132) * K);
    CU_ASSERT(!reading.process->kernel_counts); /* one of the four counts is lost */
    CU_ASSERT(!total(VMT_USS).bounded);
    end();

    read_file("linux-smaps/warn-torn.txt");
    UNIT_EQUAL_U64(reading.ledger->damaged, 1);
    UNIT_EQUAL_U64(reading.process->regions.count, 2);
    end();
}

/* A range that its own size contradicts does not make the rest another process. */
static void test_smaps__odd_address(void)
{
    read_lines("55d000000000-55d000004000 r--p 00000000 fd:01 71 /opt/a\nSize: 16 kB\nRss: 4 kB\n"
               "f5d000010000-f5d000014000 r--p 00000000 fd:01 71 /opt/a\nSize: 20 kB\nRss: 4 kB\n"
               "55d000020000-55d000024000 r--p 00000000 fd:01 71 /opt/a\nSize: 16 kB\nRss: 4 kB\n"
               "55d000000000-55d000004000 r--p 00000000 fd:01 71 /opt/a\nSize: 16 kB\nRss: 4 kB\n");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_U64(process_at(0)->regions.count, 3);
    UNIT_EQUAL_U64(process_at(1)->regions.count, 1);
    end();
}

/* The most that 64 bits hold, and one more. */
static void test_smaps__numbers(void)
{
    read_lines("1000-2000 rw-p 00000000 00:00 0 \nSize: 4 kB\nRss: 18014398509481983 kB\n");
    UNIT_EQUAL_U64(region_at(0)->stated[VMT_EV_RESIDENT].value, UINT64_MAX - 1023);
    UNIT_EQUAL_U64(reading.ledger->damaged, 0);
    end();
    read_lines("1000-2000 rw-p 00000000 00:00 0 \nSize: 4 kB\nRss: 18014398509481984 kB\n");
    UNIT_EQUAL_U64(region_at(0)->known, 1u << VMT_EV_VIRTUAL);
    UNIT_EQUAL_U64(reading.ledger->damaged, 1);
    end();
    read_lines("1000-2000 rw-p 00000000 00:00 0 \nSize: 4 kB\nRss: -4 kB\n");
    UNIT_EQUAL_U64(region_at(0)->known, 1u << VMT_EV_VIRTUAL);
    UNIT_EQUAL_U64(reading.ledger->damaged, 1);
    end();
}

/* --- maps ------------------------------------------------------------------------------------- */

static void test_maps__regions(void)
{
    read_file("linux-maps/ok-6.18-ledgerd.txt");
    UNIT_EQUAL_U64(reading.process->regions.count, 10);
    CU_ASSERT(!reading.process->kernel_counts);
    UNIT_EQUAL_U64(region_at(1)->known, 1u << VMT_EV_VIRTUAL);
    UNIT_EQUAL_STR(region_at(0)->type->printed->data, "mapped file");
    UNIT_EQUAL_STR(region_at(1)->type->printed->data, "mapped code");
    UNIT_EQUAL_STR(region_at(4)->type->printed->data, "anonymous");
    CU_ASSERT(region_at(4)->detail == NULL);
    UNIT_EQUAL_STR(region_at(5)->type->printed->data, "no access");
    UNIT_EQUAL_STR(region_at(8)->type->printed->data, "[vdso]");
    UNIT_EQUAL_U64(region_at(9)->end, UINT64_C(0xffffffffff601000));
    exactly(VMT_VIRTUAL, UINT64_C(0x8000) + 0x1c000 + 0x3000 + 0x100000 + 0x21000 + 0x3fdf000 +
                             0x200000 + 0x21000 + 0x2000 + 0x1000);
    CU_ASSERT(!total(VMT_RESIDENT).bounded);
    /* What nobody may touch may yet be there. */
    equal_amount(total(VMT_RESERVED), 0x3fdf000, 0, 0x3fdf000);
    end();
}

static void test_maps__several_and_prose(void)
{
    read_file("linux-maps/ok-several.txt");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 3);
    UNIT_EQUAL_U64(process_at(0)->pid, 71);
    CU_ASSERT(!process_at(1)->pid_known && !process_at(2)->pid_known);
    UNIT_EQUAL_U64(process_at(0)->regions.count, 4);
    UNIT_EQUAL_U64(process_at(1)->regions.count, 5);
    UNIT_EQUAL_U64(process_at(2)->regions.count, 2);
    end();
    read_file("linux-maps/ok-crash-map.txt");
    UNIT_EQUAL_U64(reading.process->regions.count, 3);
    UNIT_EQUAL_U64(reading.ledger->prose, 3);
    end();
    read_file("linux-maps/warn-damaged.txt");
    UNIT_EQUAL_U64(reading.process->regions.count, 8);
    UNIT_EQUAL_U64(reading.ledger->damaged, 1);
    UNIT_EQUAL_U64(reading.ledger->blank, 1);
    CU_ASSERT(reading.process->coverage == VMT_COVERAGE_EXCERPT);
    end();
}

/* --- totals ----------------------------------------------------------------------------------- */

static void test_rollup__totals(void)
{
    read_file("linux-smaps-rollup/ok-6.18-ledgerd.txt");
    CU_ASSERT(breakdown.level == VMT_LEVEL_TOTALS);
    UNIT_EQUAL_STR(breakdown.pss_method, "kernel");
    exactly(VMT_RESIDENT, 18204 * K);
    exactly(VMT_RSS, 18204 * K);
    equal_amount(total(VMT_PSS), 9731 * K, 9731 * K, 9731 * K + 1023);
    exactly(VMT_DIRTY, (1024 + 4908) * K);
    exactly(VMT_CLEAN, (11060 + 1212) * K);
    exactly(VMT_USS, (1212 + 4908) * K);
    exactly(VMT_SWAPPED, 300 * K);
    /* 200 * 2 - 300 are private at least; any of the 300 can be, of shared memory. */
    equal_amount(total(VMT_SWAPPED_PRIVATE), 100 * K, 100 * K, 300 * K);
    equal_amount(total(VMT_PRIVATE_FOOTPRINT), 5008 * K, 5008 * K, 5208 * K);
    equal_amount(total(VMT_ANONYMOUS), 5208 * K, 5208 * K, 18504 * K);
    CU_ASSERT(!total(VMT_FILE_BACKED).known);
    UNIT_EQUAL_U64(total(VMT_FILE_BACKED).upper, (18204 - 4908) * K);
    exactly(VMT_RECLAIMABLE, 64 * K);
    CU_ASSERT(!total(VMT_VIRTUAL).bounded);
    UNIT_EQUAL_STR(fact_in(&reading.process->facts, "Pss_Shmem"), "428 kB");
    UNIT_EQUAL_STR(fact_in(&reading.process->facts, "AnonHugePages"), "2048 kB");
    UNIT_EQUAL_STR(fact_in(&reading.process->facts, "range"), "5581f0a00000-7ffc4e913000");
    end();
}

static void test_rollup__several(void)
{
    read_file("linux-smaps-rollup/ok-several.txt");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 3);
    UNIT_EQUAL_U64(process_at(1)->pid, 4102);
    UNIT_EQUAL_U64(process_at(1)->whole.of[VMT_RESIDENT].value, 28 * K);
    UNIT_EQUAL_U64(process_at(2)->whole.of[VMT_RESIDENT].value, 4 * K);
    CU_ASSERT(!process_at(2)->pid_known);
    end();
    read_file("linux-smaps-rollup/warn-damaged.txt");
    UNIT_EQUAL_U64(reading.ledger->damaged, 2);
    CU_ASSERT(!total(VMT_PSS).bounded);
    exactly(VMT_SWAPPED, 300 * K);
    end();
}

/* Four processors by the mask `f`: a counter lacks up to 32 pages for each, and to 6.1 up to 64 for
 * each thread and the process: (4 * 32 + 4 * 64) * 4096 bytes. */
static void test_status__totals(void)
{
    const uint64_t off = UINT64_C(384) * 4096;
    read_file("linux-status/ok-6.18-ledgerd.txt");
    UNIT_EQUAL_STR(reading.process->name->data, "ledgerd");
    UNIT_EQUAL_U64(reading.process->pid, 4101);
    UNIT_EQUAL_STR(reading.process->states->data, "S (sleeping)");
    exactly(VMT_VIRTUAL, 51204 * K);
    exactly(VMT_VIRTUAL_PEAK, 52340 * K);
    equal_amount(total(VMT_RSS), 18204 * K, 18204 * K - off, 18204 * K + off);
    equal_amount(total(VMT_RESIDENT), 18204 * K, 18204 * K - off, 18204 * K + off);
    equal_amount(total(VMT_RESIDENT_PEAK), 19972 * K, 19972 * K - off, 19972 * K + off);
    equal_amount(total(VMT_FILE_BACKED), 12272 * K, 12272 * K - off, 12272 * K + off);
    equal_amount(total(VMT_SWAPPED), 300 * K, 0, 300 * K + off);
    /* RssAnon, RssShmem and VmSwap; swapped shared memory is in none of them. */
    equal_amount(total(VMT_ANONYMOUS), 6232 * K, 6232 * K - off, 51204 * K);
    CU_ASSERT(!total(VMT_PRIVATE_FOOTPRINT).bounded);
    UNIT_EQUAL_STR(fact_in(&reading.process->facts, "RssShmem"), "1024 kB");
    UNIT_EQUAL_STR(fact_in(&reading.process->facts, "VmPTE"), "108 kB");
    UNIT_EQUAL_STR(fact_in(&reading.process->facts, "Threads"), "3");
    UNIT_EQUAL_U64(reading.ledger->consumed, 59);
    end();
}

static void test_status__shapes(void)
{
    read_file("linux-status/ok-kernel-thread.txt");
    UNIT_EQUAL_STR(reading.process->name->data, "kworker/0:1-events");
    CU_ASSERT(breakdown.level == VMT_LEVEL_NONE);
    end();

    read_file("linux-status/ok-grep-vm.txt");
    UNIT_EQUAL_U64(reading.process->pid, 4101);
    CU_ASSERT(reading.process->name == NULL);
    exactly(VMT_VIRTUAL, 51204 * K);
    UNIT_EQUAL_U64(reading.ledger->prose, 2); /* what it says before, the note after */
    end();

    read_file("linux-status/ok-several.txt");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 3);
    UNIT_EQUAL_U64(process_at(1)->pid, 4102); /* not the thread's own */
    UNIT_EQUAL_U64(process_at(2)->pid, 4103);
    end();

    read_file("linux-status/warn-damaged.txt");
    UNIT_EQUAL_U64(reading.ledger->damaged, 2);
    UNIT_EQUAL_U64(reading.ledger->prose, 0);
    CU_ASSERT(!total(VMT_RSS).bounded);
    exactly(VMT_VIRTUAL, 51204 * K);
    end();
}

/* --- hosts ------------------------------------------------------------------------------------ */

static void test_meminfo__values(void)
{
    read_file("linux-meminfo/ok-6.18.txt");
    UNIT_EQUAL_U64(host_value(VMT_HOST_TOTAL).reading.value, 16306124 * K);
    UNIT_EQUAL_U64(host_value(VMT_HOST_AVAILABLE_STATED).reading.value, 9822340 * K);
    UNIT_EQUAL_U64(host_value(VMT_HOST_INACTIVE_FILE).reading.value, 6130828 * K);
    UNIT_EQUAL_U64(host_value(VMT_HOST_ZSWAPPED).reading.value, 60412 * K);
    UNIT_EQUAL_U64(host_value(VMT_HOST_HUGETLB).reading.value, 32768 * K);
    UNIT_EQUAL_U64(host_value(VMT_HOST_COMMITTED).reading.value, 11973988 * K);
    CU_ASSERT(!host_value(VMT_HOST_TOTAL).pages);
    UNIT_EQUAL_U64(host_value(VMT_HOST_TOTAL).reading.quantum, 0);
    UNIT_EQUAL_STR(fact_in(&host_at(0)->facts, "VmallocTotal"), "34359738367 kB");
    UNIT_EQUAL_STR(fact_in(&host_at(0)->facts, "HugePages_Free"), "12");
    UNIT_EQUAL_STR(fact_in(&host_at(0)->facts, "DirectMap4k"), "430720 kB");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 0);
    end();
}

static void test_meminfo__shapes(void)
{
    read_file("linux-meminfo/ok-two-samples.txt");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 2);
    UNIT_EQUAL_U64(host_value(VMT_HOST_FREE).reading.value, 1204528 * K);
    end();
    read_file("linux-meminfo/ok-grep.txt");
    UNIT_EQUAL_U64(host_value(VMT_HOST_SWAP_FREE).reading.value, 4190204 * K);
    end();
    read_file("linux-meminfo/ok-2.6.32-prose.txt");
    UNIT_EQUAL_U64(reading.ledger->prose, 2); /* the sentence and the last prompt */
    UNIT_EQUAL_U64(host_value(VMT_HOST_DIRTY).reading.value, 1372 * K);
    end();
    read_file("linux-meminfo/warn-damaged.txt");
    UNIT_EQUAL_U64(vmt_notes_count(&host_at(0)->notes, VMT_NOTE_DAMAGED_LINE), 3);
    CU_ASSERT(!host_has(VMT_HOST_FREE) && !host_has(VMT_HOST_CACHED));
    CU_ASSERT(host_has(VMT_HOST_TOTAL) && host_has(VMT_HOST_HUGETLB));
    end();
}

static void test_vmstat__values(void)
{
    read_file("linux-vmstat/ok-6.18.txt");
    UNIT_EQUAL_U64(host_value(VMT_HOST_FREE).reading.value, 301132);
    CU_ASSERT(host_value(VMT_HOST_FREE).pages);
    UNIT_EQUAL_U64(host_value(VMT_HOST_ANONYMOUS).reading.value, 1176295);
    UNIT_EQUAL_U64(host_value(VMT_HOST_FAULTS).reading.value, 512837212);
    CU_ASSERT(!host_value(VMT_HOST_FAULTS).pages);
    UNIT_EQUAL_U64(host_value(VMT_HOST_SWAPOUTS).reading.value, 24112);
    UNIT_EQUAL_U64(host_value(VMT_HOST_OOM_KILLS).reading.value, 2);
    UNIT_EQUAL_STR(fact_in(&host_at(0)->facts, "nr_kernel_stack"), "21408");
    const struct vmt_sample *sample = vmt_sequence_last(&host_at(0)->samples);
    CU_ASSERT(sample != NULL && sample->since_boot);
    end();
    read_file("linux-vmstat/ok-several.txt");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 3);
    end();
    read_file("linux-vmstat/warn-damaged.txt");
    UNIT_EQUAL_U64(reading.ledger->damaged, 2);
    CU_ASSERT(host_has(VMT_HOST_OOM_KILLS));
    end();
    read_lines("nr_free_pages 12\npgfault 5128"); /* and perhaps more digits */
    UNIT_EQUAL_U64(reading.ledger->damaged, 1);
    CU_ASSERT(host_has(VMT_HOST_FREE) && !host_has(VMT_HOST_FAULTS));
    end();
}

static void test_pressure__values(void)
{
    read_file("linux-pressure/ok-memory.txt");
    UNIT_EQUAL_U64(host_value(VMT_HOST_PSI_SOME_AVG10).reading.value, 0);
    UNIT_EQUAL_U64(host_value(VMT_HOST_PSI_SOME_AVG60).reading.value, 12500); /* 1.25 % */
    UNIT_EQUAL_U64(host_value(VMT_HOST_PSI_SOME_AVG60).reading.quantum, 200);
    UNIT_EQUAL_U64(host_value(VMT_HOST_PSI_FULL_AVG300).reading.value, 700);
    UNIT_EQUAL_U64(host_value(VMT_HOST_PSI_FULL_TOTAL).reading.value, 1221004);
    UNIT_EQUAL_U64(host_value(VMT_HOST_PSI_FULL_TOTAL).reading.quantum, 0);
    end();
}

/* What is not the host's memory is never taken for it. */
static void test_pressure__of_others(void)
{
    read_file("linux-pressure/ok-all-files.txt");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 4);
    UNIT_EQUAL_U64(host_at(0)->samples.count, 0);
    UNIT_EQUAL_STR(fact_in(&host_at(0)->facts, "/proc/pressure/cpu some"),
                   "avg10=3.10 avg60=2.02 avg300=1.99 total=88120045");
    size_t sampled = 0;
    struct vmt_walker walker = {0};
    const struct vmt_host *host = NULL;
    while ((host = vmt_sequence_next(&reading.snapshot.hosts, &walker)) != NULL) {
        sampled += host->samples.count;
    }
    UNIT_EQUAL_U64(sampled, 2); /* the host's, and the group's by itself */
    end();
    read_file("linux-pressure/warn-damaged.txt");
    UNIT_EQUAL_U64(reading.ledger->damaged, 1);
    CU_ASSERT(host_has(VMT_HOST_PSI_SOME_TOTAL) && !host_has(VMT_HOST_PSI_FULL_TOTAL));
    end();
}

/* --- all of them ------------------------------------------------------------------------------ */

/* One file after another, as `tail -n +1` puts them. */
static void test_files__together(void)
{
    read_lines("==> /proc/7/status <==\nName:\tx\nState:\tS (sleeping)\nPid:\t7\nVmRSS:\t  8 kB\n\n"
               "==> /proc/7/maps <==\n1000-2000 rw-p 00000000 00:00 0 \n\n"
               "==> /proc/7/smaps <==\n1000-2000 rw-p 00000000 00:00 0 \nSize: 4 kB\nRss: 4 kB\n\n"
               "==> /proc/7/smaps_rollup <==\n1000-2000 ---p 00000000 00:00 0 [rollup]\nRss: 4 kB\n"
               "\n==> /proc/meminfo <==\nMemTotal: 64 kB\nMemFree: 8 kB\n\n"
               "==> /proc/vmstat <==\nnr_free_pages 2\n\n"
               "==> /proc/pressure/memory <==\n"
               "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 4);
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 3);
    static const char *const grammars[] = {"linux-status", "linux-maps", "linux-smaps",
                                           "linux-smaps-rollup"};
    for (size_t i = 0; i < COUNT(grammars); i++) {
        UNIT_EQUAL_STR(process_at(i)->grammar, grammars[i]);
        UNIT_EQUAL_U64(process_at(i)->pid, 7);
    }
    UNIT_EQUAL_U64(reading.ledger->prose, 0);
    UNIT_EQUAL_U64(reading.ledger->damaged, 0);
    UNIT_EQUAL_U64(reading.ledger->blank, 6);
    end();
}

static const struct unit_test tests[] = {
    {"smaps__region", test_smaps__region},
    {"smaps__totals", test_smaps__totals},
    {"smaps__swapped", test_smaps__swapped},
    {"smaps__swapped_alone", test_smaps__swapped_alone},
    {"smaps__types", test_smaps__types},
    {"smaps__old_kernels", test_smaps__old_kernels},
    {"smaps__several_processes", test_smaps__several_processes},
    {"smaps__prose_around", test_smaps__prose_around},
    {"smaps__hugetlb", test_smaps__hugetlb},
    {"smaps__unknown_fields", test_smaps__unknown_fields},
    {"smaps__damage", test_smaps__damage},
    {"smaps__odd_address", test_smaps__odd_address},
    {"smaps__numbers", test_smaps__numbers},
    {"maps__regions", test_maps__regions},
    {"maps__several_and_prose", test_maps__several_and_prose},
    {"rollup__totals", test_rollup__totals},
    {"rollup__several", test_rollup__several},
    {"status__totals", test_status__totals},
    {"status__shapes", test_status__shapes},
    {"meminfo__values", test_meminfo__values},
    {"meminfo__shapes", test_meminfo__shapes},
    {"vmstat__values", test_vmstat__values},
    {"pressure__values", test_pressure__values},
    {"pressure__of_others", test_pressure__of_others},
    {"files__together", test_files__together},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_linux", tests, argc, argv);
}
