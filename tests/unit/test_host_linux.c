/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/system.h"
#include "reading_host.h"

/* What the grammars of /proc and /sys make of their text where it is of a host or of a part of one.
 * Numbers are worked out from the text by hand. */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define K UINT64_C(1024)
#define M (K * K)

/* --- what a text is read to ------------------------------------------------------------------- */

/* In the first sample of the host. */
static bool has(size_t host, enum vmt_host_quantity quantity)
{
    return has_value(sample_at(host, 0), quantity);
}

static uint64_t number(size_t host, enum vmt_host_quantity quantity)
{
    return value_of(sample_at(host, 0), quantity).reading.value;
}

static const char *fact(size_t host, const char *key)
{
    return fact_in(&host_at(host)->facts, key);
}

/* The first state of each host there is, worked out of all that was read. */
static struct {
    struct vmt_system system;
    const struct vmt_system_host *host;
    struct vmt_state state;
} now;

static void work_out(size_t host)
{
    struct vmt_system_walker walker = {.number = 0};
    CU_ASSERT_FATAL(vmt_system_make(&now.system, &reading.snapshot, &vmt_allocator_system, 64 * M,
                                    &reading.err) == VMT_OK);
    now.host = record_at(&now.system.hosts, host);
    CU_ASSERT_FATAL(vmt_system_next(&now.system, now.host, &walker, &now.state));
}

static void end_all(void)
{
    vmt_system_free(&now.system);
    end_reading();
}

static void exactly(enum vmt_system_member member, uint64_t value)
{
    struct vmt_amount amount = now.state.derived[member].amount;
    CU_ASSERT(amount.known);
    UNIT_EQUAL_U64(amount.value, value);
    UNIT_EQUAL_U64(amount.lower, value);
    UNIT_EQUAL_U64(amount.upper, value);
}

static uint64_t counted(void)
{
    return reading.ledger->consumed + reading.ledger->blank;
}

/* As if a file of that name had been opened. */
static void read_named(const char *name, const char *text)
{
    struct vmt_memory_input input;
    begin_reading();
    vmt_memory_input_init(&input, name, vmt_slice(text));
    read_input(&input.input);
}

/* --- meminfo, vmstat -------------------------------------------------------------------------- */

static void test_meminfo__huge_pages(void)
{
    read_fixture("linux-meminfo/ok-6.18.txt");
    UNIT_EQUAL_U64(number(0, VMT_HOST_HUGE_PAGE_SIZE), 2048 * K);
    UNIT_EQUAL_U64(number(0, VMT_HOST_HUGE_PAGES), 32 * M); /* 16 of them */
    UNIT_EQUAL_U64(number(0, VMT_HOST_HUGE_PAGES_FREE), 24 * M);
    UNIT_EQUAL_U64(number(0, VMT_HOST_HUGE_PAGES_RESERVED), 8 * M);
    UNIT_EQUAL_U64(number(0, VMT_HOST_HUGE_PAGES_SURPLUS), 0);
    UNIT_EQUAL_STR(fact(0, "HugePages_Free"), "12");
    end_reading();
    /* Without their size, and more than 64 bits hold. */
    read_text("MemFree: 8 kB\nHugePages_Total: 3\nHugePages_Free: 1\n");
    CU_ASSERT(!has(0, VMT_HOST_HUGE_PAGES) && !has(0, VMT_HOST_HUGE_PAGES_FREE));
    UNIT_EQUAL_STR(fact(0, "HugePages_Total"), "3");
    end_reading();
    read_text("MemFree: 8 kB\nHugePages_Total: 18446744073709551615\nHugePages_Free: 2\n"
              "Hugepagesize: 2048 kB\n");
    CU_ASSERT(!has(0, VMT_HOST_HUGE_PAGES));
    UNIT_EQUAL_U64(number(0, VMT_HOST_HUGE_PAGES_FREE), 4 * M);
    end_reading();
}

static void test_meminfo__the_kernel(void)
{
    read_fixture("linux-meminfo/ok-6.18.txt");
    UNIT_EQUAL_U64(number(0, VMT_HOST_KERNEL_RECLAIMABLE), 637040 * K);
    UNIT_EQUAL_U64(number(0, VMT_HOST_VMALLOC_USED), 84348 * K);
    UNIT_EQUAL_U64(number(0, VMT_HOST_PERCPU), 9712 * K);
    UNIT_EQUAL_U64(number(0, VMT_HOST_FILE_HUGE_PAGES), 2048 * K);
    UNIT_EQUAL_U64(number(0, VMT_HOST_SECONDARY_PAGE_TABLES), 0);
    UNIT_EQUAL_U64(number(0, VMT_HOST_BALLOON), 0);
    CU_ASSERT(!has(0, VMT_HOST_CMA_TOTAL));
    end_reading();
}

static void test_vmstat__reclaim(void)
{
    read_text("nr_free_pages 7\nnr_file_pages 51\nnr_zspages 4\nworkingset_refault_anon 12\n"
              "workingset_refault_file 13\npswpout 9\npgsteal_kswapd 14\npgsteal_direct 15\n"
              "pgscan_kswapd 16\npgscan_direct 17\nzswpin 18\nzswpout 19\nzswpwb 20\n");
    UNIT_EQUAL_U64(number(0, VMT_HOST_FILE_PAGES), 51);
    CU_ASSERT(value_of(sample_at(0, 0), VMT_HOST_FILE_PAGES).pages);
    UNIT_EQUAL_U64(number(0, VMT_HOST_ZSMALLOC), 4);
    UNIT_EQUAL_U64(number(0, VMT_HOST_REFAULTS_ANONYMOUS), 12);
    UNIT_EQUAL_U64(number(0, VMT_HOST_REFAULTS_FILE), 13);
    UNIT_EQUAL_U64(number(0, VMT_HOST_RECLAIMED_BACKGROUND), 14);
    UNIT_EQUAL_U64(number(0, VMT_HOST_RECLAIMED_DIRECT), 15);
    UNIT_EQUAL_U64(number(0, VMT_HOST_SCANNED_BACKGROUND), 16);
    UNIT_EQUAL_U64(number(0, VMT_HOST_SCANNED_DIRECT), 17);
    UNIT_EQUAL_U64(number(0, VMT_HOST_ZSWAP_INS), 18);
    UNIT_EQUAL_U64(number(0, VMT_HOST_ZSWAP_OUTS), 19);
    UNIT_EQUAL_U64(number(0, VMT_HOST_ZSWAP_WRITTEN), 20);
    end_reading();
}

/* --- control groups --------------------------------------------------------------------------- */

static void test_cgroup__files_of_one(void)
{
    read_fixture("linux-cgroup/ok-6.18-tail.txt");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 1);
    UNIT_EQUAL_U64(counted(), reading.ledger->lines);
    UNIT_EQUAL_STR(text_of(host_at(0)->cgroup), "/sys/fs/cgroup/acme.slice/ledgerd.service");
    UNIT_EQUAL_U64(number(0, VMT_HOST_CGROUP_CURRENT), 384 * M);
    UNIT_EQUAL_U64(number(0, VMT_HOST_CGROUP_LIMIT), 512 * M);
    UNIT_EQUAL_U64(number(0, VMT_HOST_CGROUP_UNLIMITED), 0);
    UNIT_EQUAL_U64(number(0, VMT_HOST_CGROUP_HIGH), 448 * M);
    UNIT_EQUAL_U64(number(0, VMT_HOST_CGROUP_MIN), 0);
    UNIT_EQUAL_U64(number(0, VMT_HOST_CGROUP_PEAK), 536993792);
    UNIT_EQUAL_U64(number(0, VMT_HOST_CGROUP_SWAP_CURRENT), 24 * M);
    CU_ASSERT(!has(0, VMT_HOST_CGROUP_SWAP_LIMIT));
    UNIT_EQUAL_STR(fact(0, "memory.swap.max"), "max");
    UNIT_EQUAL_U64(number(0, VMT_HOST_CGROUP_HIGH_EVENTS), 12);
    UNIT_EQUAL_U64(number(0, VMT_HOST_OOM_KILLS), 1);
    UNIT_EQUAL_STR(fact(0, "memory.events.local oom"), "2");
    UNIT_EQUAL_U64(number(0, VMT_HOST_ANONYMOUS), 192 * M);
    UNIT_EQUAL_U64(number(0, VMT_HOST_INACTIVE_FILE), 120 * M);
    UNIT_EQUAL_U64(number(0, VMT_HOST_CGROUP_KERNEL), 33161216);
    UNIT_EQUAL_U64(number(0, VMT_HOST_ZSWAP_OUTS), 5132);
    UNIT_EQUAL_STR(fact(0, "memory.stat pgsteal"), "70000");
    UNIT_EQUAL_STR(fact(0, "memory.numa_stat file"), "N0=167772160");
    work_out(0);
    CU_ASSERT(now.host->kind == VMT_SYSTEM_CGROUP);
    exactly(VMT_SYSTEM_USED, 264 * M);      /* 384 - 120 */
    exactly(VMT_SYSTEM_AVAILABLE, 248 * M); /* 512 - 264 */
    exactly(VMT_SYSTEM_CACHED, 156 * M);    /* 160 - 4 */
    exactly(VMT_SYSTEM_SWAP_IN_USE, 24 * M);
    exactly(VMT_SYSTEM_COMPRESSOR_SAVED, 15 * M); /* 20 - 5 */
    UNIT_EQUAL_U64(now.state.derived[VMT_SYSTEM_AVAILABLE_PERMILLE].amount.value, 484);
    end_all();
}

static void test_cgroup__version_one(void)
{
    read_fixture("linux-cgroup/ok-3.10-v1.txt");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 1);
    UNIT_EQUAL_U64(reading.ledger->prose, 2); /* the sentence and the last prompt */
    UNIT_EQUAL_U64(number(0, VMT_HOST_CGROUP_CURRENT), 104816640);
    UNIT_EQUAL_U64(number(0, VMT_HOST_CGROUP_LIMIT), 100 * M);
    UNIT_EQUAL_U64(number(0, VMT_HOST_CGROUP_MAX_EVENTS), 71);
    UNIT_EQUAL_U64(number(0, VMT_HOST_INACTIVE_FILE), 1572864); /* with the groups below */
    UNIT_EQUAL_U64(number(0, VMT_HOST_ANONYMOUS), 94 * M);
    UNIT_EQUAL_U64(number(0, VMT_HOST_OOM_KILLS), 2);
    UNIT_EQUAL_STR(fact(0, "memory.stat rss"), "52428800");
    UNIT_EQUAL_STR(fact(0, "memory.numa_stat file"), "19860 N0=19860");
    UNIT_EQUAL_STR(fact(0, "memory.stat hierarchical_memory_limit"), "104857600");
    work_out(0);
    exactly(VMT_SYSTEM_AVAILABLE, 100 * M - (104816640 - 1572864));
    end_all();
    read_fixture("linux-cgroup/ok-v1-no-limit.txt");
    CU_ASSERT(!has(0, VMT_HOST_CGROUP_LIMIT));
    UNIT_EQUAL_U64(number(0, VMT_HOST_CGROUP_UNLIMITED), 1);
    UNIT_EQUAL_STR(fact(0, "memory.limit_in_bytes"), "9223372036854771712");
    end_reading();
}

static void test_cgroup__no_limit(void)
{
    read_fixture("linux-cgroup/ok-no-limit.txt");
    UNIT_EQUAL_STR(text_of(host_at(0)->cgroup), ".");
    UNIT_EQUAL_U64(number(0, VMT_HOST_CGROUP_UNLIMITED), 1);
    UNIT_EQUAL_STR(fact(0, "memory.max"), "max");
    work_out(0);
    CU_ASSERT(!now.state.derived[VMT_SYSTEM_AVAILABLE].amount.bounded);
    struct vmt_amount used = now.state.derived[VMT_SYSTEM_USED].amount;
    CU_ASSERT(!used.known && used.bounded); /* no inactive pages are told */
    UNIT_EQUAL_U64(used.upper, 91234304);
    end_all();
}

static void test_cgroup__parts(void)
{
    read_fixture("linux-cgroup/ok-grep-two-groups.txt");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 2);
    UNIT_EQUAL_STR(text_of(host_at(1)->cgroup), "/sys/fs/cgroup/system.slice");
    UNIT_EQUAL_U64(number(0, VMT_HOST_CGROUP_CURRENT), 384 * M);
    UNIT_EQUAL_U64(number(1, VMT_HOST_CGROUP_CURRENT), 91234304);
    work_out(1);
    UNIT_EQUAL_U64(now.system.hosts.count, 2);
    UNIT_EQUAL_U64(vmt_notes_count(&now.host->notes, VMT_NOTE_OTHER_HOST), 0);
    end_all();
    read_fixture("linux-cgroup/ok-two-samples.txt");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 2);
    UNIT_EQUAL_U64(number(1, VMT_HOST_CGROUP_HIGH_EVENTS), 9);
    work_out(0);
    UNIT_EQUAL_U64(now.system.hosts.count, 1);
    UNIT_EQUAL_U64(now.host->samples, 2);
    end_all();
}

static void test_cgroup__damage(void)
{
    read_fixture("linux-cgroup/warn-damaged.txt");
    UNIT_EQUAL_U64(vmt_notes_count(&host_at(0)->notes, VMT_NOTE_DAMAGED_LINE), 4);
    CU_ASSERT(!has(0, VMT_HOST_CGROUP_CURRENT) && !has(0, VMT_HOST_CGROUP_LIMIT));
    CU_ASSERT(!has(0, VMT_HOST_CGROUP_UNLIMITED) && !has(0, VMT_HOST_CACHED));
    UNIT_EQUAL_U64(number(0, VMT_HOST_ANONYMOUS), 192 * M);
    UNIT_EQUAL_U64(number(0, VMT_HOST_INACTIVE_FILE), 120 * M);
    end_reading();
    read_fixture("linux-cgroup/warn-torn.txt");
    CU_ASSERT(!has(0, VMT_HOST_CGROUP_CURRENT) && has(0, VMT_HOST_CGROUP_LIMIT));
    end_reading();
}

static void test_cgroup__pressure(void)
{
    read_fixture("linux-pressure/ok-all-files.txt"); /* the group is the last of four */
    CU_ASSERT(host_at(2)->cgroup == NULL);
    UNIT_EQUAL_U64(number(2, VMT_HOST_PSI_SOME_TOTAL), 5131372);
    UNIT_EQUAL_STR(text_of(host_at(3)->cgroup),
                   "/sys/fs/cgroup/acme.slice/ledgerd.service/workers");
    UNIT_EQUAL_U64(number(3, VMT_HOST_PSI_SOME_TOTAL), 71);
    work_out(0);
    UNIT_EQUAL_U64(now.system.hosts.count, 2);
    UNIT_EQUAL_U64(now.state.stated[VMT_HOST_PSI_SOME_TOTAL].amount.value, 5131372);
    end_all();
    read_named("saved/web-memory.pressure", "some avg10=0.00 avg60=0.00 avg300=0.00 total=9\n");
    UNIT_EQUAL_STR(text_of(host_at(0)->cgroup), "saved/web");
    UNIT_EQUAL_U64(number(0, VMT_HOST_PSI_SOME_TOTAL), 9);
    end_reading();
}

/* A file of one number is told by the name of the input. */
static void test_cgroup__names_of_inputs(void)
{
    read_named("/sys/fs/cgroup/web/memory.current", "4096\n");
    UNIT_EQUAL_U64(number(0, VMT_HOST_CGROUP_CURRENT), 4096);
    UNIT_EQUAL_STR(text_of(host_at(0)->cgroup), "/sys/fs/cgroup/web");
    end_reading();
    read_named("saved/web-memory.max.txt", "max\n");
    UNIT_EQUAL_U64(number(0, VMT_HOST_CGROUP_UNLIMITED), 1);
    UNIT_EQUAL_STR(text_of(host_at(0)->cgroup), "saved/web");
    end_reading();
    read_named("memory.events", "low 1\nhigh 2\n");
    UNIT_EQUAL_U64(number(0, VMT_HOST_CGROUP_HIGH_EVENTS), 2);
    end_reading();
    read_named("memory.current", "4096\n8192\n"); /* nothing tells what the second one is */
    UNIT_EQUAL_U64(number(0, VMT_HOST_CGROUP_CURRENT), 4096);
    UNIT_EQUAL_U64(reading.ledger->prose, 1);
    end_reading();
    read_named("inmemory.current", "4096\n");
    UNIT_EQUAL_I64(reading.status, VMT_E_NOCAPTURE);
    end_reading();
    read_named("cpu.max", "4096\n");
    UNIT_EQUAL_I64(reading.status, VMT_E_NOCAPTURE);
    end_reading();
}

/* Files of which the directory is not told can be of the group beside them. */
static void test_cgroup__of_no_directory(void)
{
    read_text("anon 4096\nfile 8192\n==> /sys/fs/cgroup/web/memory.current <==\n20480\n");
    UNIT_EQUAL_STR(text_of(host_at(0)->cgroup), ".");
    work_out(0);
    UNIT_EQUAL_U64(now.system.hosts.count, 1);
    UNIT_EQUAL_STR(text_of(now.host->cgroup), "/sys/fs/cgroup/web");
    UNIT_EQUAL_U64(now.state.stated[VMT_HOST_CACHED].amount.value, 8192);
    end_all();
    /* Read again it is still no machine. */
    read_text("{\"schema\": \"vmtally/system\", \"version\": 1, \"samples\": [{\"source\": \"x\","
              " \"host\": 1, \"sample\": 1, \"platform\": \"linux\", \"anonymous\": 4096,"
              " \"cgroup\": \".\"}], \"hosts\": [{\"host\": 1, \"platform\": \"linux\","
              " \"cgroup\": \".\"}]}\n");
    work_out(0);
    CU_ASSERT(now.host->kind == VMT_SYSTEM_CGROUP);
    UNIT_EQUAL_U64(now.state.stated[VMT_HOST_ANONYMOUS].amount.value, 4096);
    end_all();
}

/* The machine's memory is never that of a group. */
static void test_cgroup__beside_the_machine(void)
{
    read_text("MemTotal: 8000 kB\nMemAvailable: 5000 kB\nAnonPages: 700 kB\n"
              "==> /sys/fs/cgroup/memory.stat <==\nanon 4096\nfile 8192\n\n"
              "==> /proc/pressure/memory <==\nsome avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"
              "==> /sys/fs/cgroup/memory.current <==\n20480\n");
    work_out(0);
    UNIT_EQUAL_U64(now.system.hosts.count, 2);
    CU_ASSERT(now.host->kind == VMT_SYSTEM_LINUX);
    UNIT_EQUAL_U64(now.host->samples, 1);
    UNIT_EQUAL_U64(now.state.stated[VMT_HOST_ANONYMOUS].amount.value, 700 * K);
    CU_ASSERT(!now.state.stated[VMT_HOST_CGROUP_CURRENT].amount.known);
    UNIT_EQUAL_U64(now.host->notes.sequence.count, 0);
    vmt_system_free(&now.system);
    work_out(1);
    UNIT_EQUAL_U64(now.host->samples, 1);
    UNIT_EQUAL_U64(now.state.stated[VMT_HOST_ANONYMOUS].amount.value, 4096);
    UNIT_EQUAL_U64(now.state.stated[VMT_HOST_CGROUP_CURRENT].amount.value, 20480);
    CU_ASSERT(!now.state.stated[VMT_HOST_TOTAL].amount.known);
    UNIT_EQUAL_U64(now.host->notes.sequence.count, 0);
    end_all();
}

/* --- zram ------------------------------------------------------------------------------------- */

static void test_zram__columns(void)
{
    read_fixture("linux-zram/ok-6.18.txt");
    UNIT_EQUAL_STR(text_of(host_at(0)->device), "zram0");
    UNIT_EQUAL_U64(number(0, VMT_HOST_ZRAM_STORED), 384 * M);
    UNIT_EQUAL_U64(number(0, VMT_HOST_ZRAM_COMPRESSED), 94 * M);
    UNIT_EQUAL_U64(number(0, VMT_HOST_ZRAM_OCCUPIED), 100 * M);
    UNIT_EQUAL_U64(number(0, VMT_HOST_ZRAM_PEAK), 120 * M);
    UNIT_EQUAL_U64(number(0, VMT_HOST_ZRAM_SAME_PAGES), 812);
    UNIT_EQUAL_U64(number(0, VMT_HOST_ZRAM_COMPACTED), 0);
    UNIT_EQUAL_U64(number(0, VMT_HOST_ZRAM_HUGE_PAGES), 204);
    UNIT_EQUAL_U64(number(0, VMT_HOST_ZRAM_HUGE_SINCE), 371);
    UNIT_EQUAL_STR(fact(0, "mem_limit"), "0");
    work_out(0);
    exactly(VMT_SYSTEM_COMPRESSED, 100 * M);
    exactly(VMT_SYSTEM_COMPRESSOR_SAVED, 284 * M);
    UNIT_EQUAL_U64(now.state.derived[VMT_SYSTEM_COMPRESSOR_RATIO].amount.value, 3840);
    end_all();
    read_fixture("linux-zram/ok-4.14-seven.txt");
    UNIT_EQUAL_U64(number(0, VMT_HOST_ZRAM_SAME_PAGES), 12);
    CU_ASSERT(!has(0, VMT_HOST_ZRAM_HUGE_PAGES));
    end_reading();
}

static void test_zram__several(void)
{
    read_fixture("linux-zram/ok-two-devices.txt");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 2);
    UNIT_EQUAL_STR(fact(1, "mem_limit"), "67108864");
    work_out(0);
    UNIT_EQUAL_U64(now.host->samples, 1);
    UNIT_EQUAL_U64(now.state.stated[VMT_HOST_ZRAM_STORED].amount.value, 388 * M);
    UNIT_EQUAL_U64(now.state.stated[VMT_HOST_ZRAM_OCCUPIED].amount.value, 102 * M);
    UNIT_EQUAL_U64(now.state.stated[VMT_HOST_ZRAM_HUGE_SINCE].amount.value, 374);
    UNIT_EQUAL_U64(now.state.check_count, 0);
    end_all();
    read_fixture("linux-zram/ok-twice.txt");
    work_out(0);
    UNIT_EQUAL_U64(now.host->samples, 2);
    UNIT_EQUAL_U64(now.state.stated[VMT_HOST_ZRAM_STORED].amount.value, 409600);
    end_all();
    /* With zswap beside it. */
    read_text("MemFree: 8 kB\nZswap: 1024 kB\nZswapped: 4096 kB\n"
              "zram0/mm_stat:2097152 1 1048576 0 0 0 0 0 0\n");
    work_out(0);
    exactly(VMT_SYSTEM_COMPRESSED, 2 * M);
    exactly(VMT_SYSTEM_COMPRESSOR_SAVED, 4 * M); /* 4 + 2 - 1 - 1 */
    end_all();
}

static void test_zram__names_and_damage(void)
{
    read_named("/sys/block/zram3/mm_stat", "4096 1 2 3 4 5 6\n");
    UNIT_EQUAL_STR(text_of(host_at(0)->device), "zram3");
    UNIT_EQUAL_U64(number(0, VMT_HOST_ZRAM_STORED), 4096);
    end_reading();
    read_named("saved/zram12-mm_stat.txt", "4096 1 2 3 4 5 6\n");
    UNIT_EQUAL_STR(text_of(host_at(0)->device), "zram12");
    end_reading();
    read_named("/sys/block/zram3/io_stat", "4096 1 2 3 4 5 6\n");
    UNIT_EQUAL_I64(reading.status, VMT_E_NOCAPTURE);
    end_reading();
    read_fixture("linux-zram/warn-damaged.txt");
    UNIT_EQUAL_U64(reading.ledger->damaged, 2);
    UNIT_EQUAL_U64(host_at(0)->samples.count, 0);
    UNIT_EQUAL_U64(number(2, VMT_HOST_ZRAM_STORED), 8192);
    end_reading();
}

/* --- what is held against each other ---------------------------------------------------------- */

static const struct vmt_check *check_of(const char *name, const char *member)
{
    for (size_t i = 0; i < now.state.check_count; i++) {
        const struct vmt_check *check = &now.state.checks[i];
        if (vmt_slice_equals(check->type, vmt_slice(name)) && strcmp(check->member, member) == 0) {
            return check;
        }
    }
    CU_FAIL_FATAL("no such check");
    abort();
}

static void test_checks__of_meminfo(void)
{
    read_fixture("linux-meminfo/ok-6.18.txt");
    work_out(0);
    /* 6204180 + 7011240 + 22052 against 4705180 + 8120544 + 412096, 3120 of which may be twice. */
    const struct vmt_check *lru = check_of("lru", "anonymous + page_cache + buffers");
    UNIT_EQUAL_U64(lru->expected, 13237472 * K);
    UNIT_EQUAL_U64(lru->actual, 13237820 * K);
    UNIT_EQUAL_U64(lru->bound, 3120 * K);
    CU_ASSERT(lru->verdict == VMT_AGREES);
    const struct vmt_check *swap = check_of("swap", "swap_free + swap_cached");
    UNIT_EQUAL_U64(swap->actual, (4101204 + 3120) * K);
    CU_ASSERT(swap->verdict == VMT_AGREES && swap->reason == NULL);
    const struct vmt_check *memory =
        check_of("memory", "free, lists, slab, kernel_stack, page_tables, and others");
    /* 1204528 free, 6204180 active, 7011240 inactive, 22052 unevictable, 901204 slab, 21408 stacks,
     * 62444 page tables, 9712 per processor, 32768 huge pages, 18020 zswap. */
    UNIT_EQUAL_U64(memory->actual, 15487556 * K);
    CU_ASSERT(memory->verdict == VMT_NOT_ASSESSED);
    exactly(VMT_SYSTEM_REMAINDER, (16306124 - 15487556) * K);
    for (size_t i = 0; i < now.state.check_count; i++) {
        CU_ASSERT(now.state.checks[i].verdict != VMT_DIFFERS);
    }
    end_all();
}

static void test_checks__edited(void)
{
    read_text("MemTotal: 1000 kB\nMemAvailable: 1001 kB\nSlab: 30 kB\nSReclaimable: 20 kB\n"
              "SUnreclaim: 11 kB\nSwapCached: 8 kB\nSwapTotal: 100 kB\nSwapFree: 96 kB\n");
    work_out(0);
    CU_ASSERT(check_of("available", "available_stated")->verdict == VMT_DIFFERS);
    CU_ASSERT(check_of("slab", "slab_reclaimable + slab_unreclaimable")->verdict == VMT_DIFFERS);
    /* 104 of 100: counters of swap are read one after the other. */
    CU_ASSERT(check_of("swap", "swap_free + swap_cached")->verdict == VMT_EXPLAINED);
    end_all();
    read_text("SwapCached: 8 kB\nSwapTotal: 100 kB\nSwapFree: 960000 kB\n");
    work_out(0);
    CU_ASSERT(check_of("swap", "swap_free + swap_cached")->verdict == VMT_NOT_ASSESSED);
    end_all();
}

static void test_checks__of_a_group(void)
{
    read_fixture("linux-cgroup/ok-6.18-tail.txt");
    work_out(0);
    UNIT_EQUAL_U64(now.state.check_count, 6);
    for (size_t i = 0; i < now.state.check_count; i++) {
        CU_ASSERT(now.state.checks[i].verdict == VMT_AGREES);
    }
    /* 192 + 160 MB, 33161216 and 393216 bytes. */
    UNIT_EQUAL_U64(
        check_of("charge", "anonymous + page_cache + cgroup_kernel + cgroup_sockets")->actual,
        402653184);
    end_all();
    read_text("memory.stat:anon 4096\nmemory.stat:file 8192\nmemory.stat:kernel 100\n"
              "memory.current:16384\nmemory.max:12288\n");
    work_out(0);
    CU_ASSERT(
        check_of("charge", "anonymous + page_cache + cgroup_kernel + cgroup_sockets")->verdict ==
        VMT_EXPLAINED);
    CU_ASSERT(check_of("limit", "cgroup_current")->verdict == VMT_EXPLAINED);
    end_all();
}

/* vmstat tells pages, meminfo bytes: what does not move tells how large a page is. */
static void test_pages__of_vmstat(void)
{
    read_text("MemFree: 64 kB\nAnonPages: 128 kB\nMapped: 192 kB\nShmem: 24 kB\n"
              "nr_free_pages 1\nnr_anon_pages 2\nnr_mapped 3\nnr_shmem 5\nnr_file_pages 7\n");
    work_out(0);
    exactly(VMT_SYSTEM_PAGE_SIZE, 64 * K); /* three of four */
    UNIT_EQUAL_U64(now.state.stated[VMT_HOST_FILE_PAGES].amount.value, 448 * K);
    UNIT_EQUAL_U64(now.state.stated[VMT_HOST_SHMEM].amount.value, 24 * K);
    UNIT_EQUAL_U64(check_of("linux-vmstat", "shmem")->actual, 320 * K);
    UNIT_EQUAL_U64(now.host->notes.sequence.count, 0);
    CU_ASSERT(!now.state.stated[VMT_HOST_PAGE_SIZE].amount.known);
    end_all();
    /* Two could be chance, and three must not be against another. */
    static const char *const unclear[] = {
        "MemFree: 64 kB\nAnonPages: 128 kB\nnr_free_pages 1\nnr_anon_pages 2\nnr_file_pages 7\n",
        "MemFree: 4 kB\nAnonPages: 8 kB\nMapped: 12 kB\nShmem: 16 kB\n"
        "nr_free_pages 1\nnr_anon_pages 2\nnr_mapped 3\nnr_shmem 1\nnr_file_pages 7\n",
        "MemFree: 0 kB\nAnonPages: 0 kB\nMapped: 0 kB\n"
        "nr_free_pages 0\nnr_anon_pages 0\nnr_mapped 0\nnr_file_pages 7\n",
    };
    for (size_t i = 0; i < COUNT(unclear); i++) {
        read_text(unclear[i]);
        work_out(0);
        CU_ASSERT(!now.state.derived[VMT_SYSTEM_PAGE_SIZE].amount.known);
        CU_ASSERT(!now.state.stated[VMT_HOST_FILE_PAGES].amount.known);
        UNIT_EQUAL_U64(vmt_notes_count(&now.host->notes, VMT_NOTE_UNKNOWN_PAGE_SIZE), 1);
        end_all();
    }
}

static const struct unit_test tests[] = {
    {"checks__of_meminfo", test_checks__of_meminfo},
    {"checks__edited", test_checks__edited},
    {"checks__of_a_group", test_checks__of_a_group},
    {"pages__of_vmstat", test_pages__of_vmstat},
    {"zram__columns", test_zram__columns},
    {"zram__several", test_zram__several},
    {"zram__names_and_damage", test_zram__names_and_damage},
    {"cgroup__files_of_one", test_cgroup__files_of_one},
    {"cgroup__version_one", test_cgroup__version_one},
    {"cgroup__no_limit", test_cgroup__no_limit},
    {"cgroup__parts", test_cgroup__parts},
    {"cgroup__damage", test_cgroup__damage},
    {"cgroup__pressure", test_cgroup__pressure},
    {"cgroup__names_of_inputs", test_cgroup__names_of_inputs},
    {"cgroup__of_no_directory", test_cgroup__of_no_directory},
    {"cgroup__beside_the_machine", test_cgroup__beside_the_machine},
    {"meminfo__huge_pages", test_meminfo__huge_pages},
    {"meminfo__the_kernel", test_meminfo__the_kernel},
    {"vmstat__reclaim", test_vmstat__reclaim},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_host_linux", tests, argc, argv);
}
