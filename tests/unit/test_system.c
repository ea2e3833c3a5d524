/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdlib.h>

#include "analysis/moment.h"
#include "analysis/system.h"
#include "counting.h"
#include "report/human.h"
#include "report/report.h"
#include "unit.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MEMORY_LIMIT ((size_t)64 << 20)
#define PAGE UINT64_C(16384)
#define M (UINT64_C(1024) * 1024)

static const char vm_stat[] = "darwin-vm-stat";
static const char vm_stat_log[] = "darwin-vm-stat-log";
static const char memory_pressure[] = "darwin-memory-pressure";
static const char sysctl[] = "darwin-sysctl";
static const char meminfo[] = "linux-meminfo";

/* --- a snapshot made by hand ------------------------------------------------------------------ */

/* Tests run one after another: there is one of it at a time. */
static struct {
    struct vmt_snapshot snapshot;
    struct vmt_system system;
    const struct vmt_input_record *input;
    struct vmt_host *host;
    struct vmt_sample *sample;
    struct vmt_host_label *labels; /* of the sample, room for all */
    uint64_t *numbers;
    struct vmt_system_walker walker;
    struct vmt_state state;
} now;

static const struct vmt_string *string(const char *text)
{
    const struct vmt_string *out = NULL;
    struct vmt_error err = VMT_ERROR_INIT;
    CU_ASSERT_FATAL(vmt_snapshot_string(&out, &now.snapshot, vmt_slice(text), &err) == VMT_OK);
    return out;
}

static void add_input(const char *name)
{
    struct vmt_input_record *input = NULL;
    struct vmt_error err = VMT_ERROR_INIT;
    CU_ASSERT_FATAL(vmt_snapshot_add_input(&input, &now.snapshot, vmt_slice(name), &err) == VMT_OK);
    now.input = input;
}

static void begin(void)
{
    memset(&now, 0, sizeof now);
    vmt_snapshot_init(&now.snapshot, &vmt_allocator_system, MEMORY_LIMIT);
    add_input("first.txt");
}

static void end(void)
{
    vmt_system_free(&now.system);
    vmt_snapshot_free(&now.snapshot);
}

static void add_host(const char *grammar)
{
    struct vmt_error err = VMT_ERROR_INIT;
    CU_ASSERT_FATAL(vmt_snapshot_add_host(&now.host, &now.snapshot, now.input, &err) == VMT_OK);
    now.host->grammar = grammar;
    now.host->platform =
        strncmp(grammar, "linux-", 6) == 0 ? VMT_PLATFORM_LINUX : VMT_PLATFORM_DARWIN;
    now.host->line = 1;
}

static void add_sample(bool since_boot)
{
    now.sample = vmt_sequence_add(&now.host->samples);
    now.labels = vmt_arena_alloc(&now.snapshot.arena, VMT_HOST_COUNT, sizeof *now.labels);
    now.numbers = vmt_arena_alloc(&now.snapshot.arena, VMT_HOST_COUNT, sizeof *now.numbers);
    CU_ASSERT_FATAL(now.sample != NULL && now.labels != NULL && now.numbers != NULL);
    now.sample->labels = now.labels;
    now.sample->numbers = now.numbers;
    now.sample->since_boot = since_boot;
    now.sample->line = now.host->samples.count;
}

static void add_value(enum vmt_host_quantity quantity, uint64_t value, uint64_t quantum, bool pages)
{
    now.labels[now.sample->count] = (struct vmt_host_label){quantum, (uint16_t)quantity, pages};
    now.numbers[now.sample->count++] = value;
}

static void add_exact(enum vmt_host_quantity quantity, uint64_t value)
{
    add_value(quantity, value, 0, false);
}

static void add_pages(enum vmt_host_quantity quantity, uint64_t pages)
{
    add_value(quantity, pages, 0, true);
}

/* 9200 pages in the queues, counted both ways, and 14200 in all. */
static void add_queues(void)
{
    add_pages(VMT_HOST_FREE, 1000);
    add_pages(VMT_HOST_ACTIVE, 5000);
    add_pages(VMT_HOST_INACTIVE, 4000);
    add_pages(VMT_HOST_SPECULATIVE, 200);
    add_pages(VMT_HOST_WIRED, 3000);
    add_pages(VMT_HOST_PURGEABLE, 300);
    add_pages(VMT_HOST_FILE_BACKED, 3700);
    add_pages(VMT_HOST_ANONYMOUS, 5500);
    add_pages(VMT_HOST_COMPRESSOR_STORED, 4000);
    add_pages(VMT_HOST_COMPRESSOR_OCCUPIED, 1000);
}

/* Of a machine with 16000 pages. */
static void add_vm_stat(void)
{
    add_host(vm_stat);
    add_sample(true);
    add_exact(VMT_HOST_PAGE_SIZE, PAGE);
    add_queues();
}

static void add_total(const char *grammar, uint64_t total)
{
    add_host(grammar);
    add_sample(false);
    add_exact(VMT_HOST_TOTAL, total);
}

static void make(void)
{
    struct vmt_error err = VMT_ERROR_INIT;
    CU_ASSERT_FATAL(vmt_system_make(&now.system, &now.snapshot, &vmt_allocator_system, MEMORY_LIMIT,
                                    &err) == VMT_OK);
}

static const struct vmt_system_host *host(size_t number)
{
    struct vmt_walker walker = {0};
    const struct vmt_system_host *found = NULL;
    do {
        found = vmt_sequence_next(&now.system.hosts, &walker);
    } while (found != NULL && found->number != number);
    CU_ASSERT_FATAL(found != NULL);
    return found;
}

/* The next state of the host: start with next_of(number). */
static bool next(size_t number)
{
    return vmt_system_next(&now.system, host(number), &now.walker, &now.state);
}

static void first(size_t number)
{
    now.walker = (struct vmt_system_walker){.number = 0};
    CU_ASSERT_FATAL(next(number));
}

static void make_one(void)
{
    make();
    UNIT_EQUAL_U64(now.system.hosts.count, 1);
    UNIT_EQUAL_U64(host(1)->samples, 1);
    first(1);
}

static void check_amount(struct vmt_amount amount, uint64_t lower, uint64_t value, uint64_t upper,
                         const char *name, unsigned line)
{
    char text[256];
    snprintf(text, sizeof text, "%s is %s%" PRIu64 " <= %" PRIu64 " <= %" PRIu64, name,
             amount.known ? "" : "unknown: ", amount.lower, amount.value, amount.upper);
    CU_assertImplementation(amount.known && amount.bounded && amount.lower == lower &&
                                amount.value == value && amount.upper == upper,
                            line, text, __FILE__, "", CU_FALSE);
}

static void check_at_most(struct vmt_amount amount, uint64_t upper, const char *name, unsigned line)
{
    char text[256];
    snprintf(text, sizeof text, "%s is %s, from %" PRIu64 " to %" PRIu64, name,
             amount.known ? "known" : "unknown", amount.lower, amount.upper);
    CU_assertImplementation(!amount.known && amount.bounded && amount.lower == 0 &&
                                amount.upper == upper,
                            line, text, __FILE__, "", CU_FALSE);
}

#define DERIVED(member) now.state.derived[member].amount
#define STATED(quantity) now.state.stated[quantity].amount
#define CHECK_BETWEEN(amount, lower, value, upper) \
    check_amount((amount), (lower), (value), (upper), #amount, __LINE__)
#define CHECK_EXACT(amount, value) CHECK_BETWEEN(amount, value, value, value)
#define CHECK_AT_MOST(amount, upper) check_at_most((amount), (upper), #amount, __LINE__)
#define CHECK_UNKNOWN(amount) CU_ASSERT(!(amount).known && !(amount).bounded)

/* The check of that name about that member; its verdict is VMT_NOT_ASSESSED where there is none. */
static struct vmt_check check_of(const char *type, const char *member)
{
    for (size_t i = 0; i < now.state.check_count; i++) {
        const struct vmt_check *check = &now.state.checks[i];
        if (vmt_slice_equals(check->type, vmt_slice(type)) &&
            (member == NULL || strcmp(check->member, member) == 0)) {
            return *check;
        }
    }
    return (struct vmt_check){.verdict = VMT_NOT_ASSESSED, .reason = "no such check"};
}

/* --- what is derived -------------------------------------------------------------------------- */

static void test_members__follow_from_the_queues(void)
{
    begin();
    add_vm_stat();
    add_exact(VMT_HOST_TOTAL, 16000 * PAGE);
    add_exact(VMT_HOST_SWAPOUTS, 0);
    make_one();
    CHECK_EXACT(STATED(VMT_HOST_FREE), 1000 * PAGE);
    CHECK_EXACT(DERIVED(VMT_SYSTEM_APP), 5200 * PAGE);
    CHECK_EXACT(DERIVED(VMT_SYSTEM_COMPRESSED), 1000 * PAGE);
    CHECK_EXACT(DERIVED(VMT_SYSTEM_USED), 9200 * PAGE);
    CHECK_EXACT(DERIVED(VMT_SYSTEM_CACHED), 4000 * PAGE);
    CHECK_EXACT(DERIVED(VMT_SYSTEM_AVAILABLE), 6800 * PAGE);
    CHECK_EXACT(DERIVED(VMT_SYSTEM_AVAILABLE_PERMILLE), 425);
    CHECK_EXACT(DERIVED(VMT_SYSTEM_REMAINDER), 1800 * PAGE);
    CHECK_EXACT(DERIVED(VMT_SYSTEM_COMPRESSOR_RATIO), 4000);
    CHECK_EXACT(DERIVED(VMT_SYSTEM_COMPRESSOR_SAVED), 3000 * PAGE);
    CHECK_UNKNOWN(DERIVED(VMT_SYSTEM_SWAP_IN_USE));
    CU_ASSERT(now.state.since_boot && now.state.counted);
    end();
}

static void test_members__are_unknown_without_a_total(void)
{
    begin();
    add_vm_stat();
    make_one();
    CHECK_EXACT(DERIVED(VMT_SYSTEM_USED), 9200 * PAGE);
    CHECK_UNKNOWN(DERIVED(VMT_SYSTEM_AVAILABLE));
    CHECK_UNKNOWN(DERIVED(VMT_SYSTEM_AVAILABLE_PERMILLE));
    CHECK_UNKNOWN(DERIVED(VMT_SYSTEM_REMAINDER));
    CU_ASSERT(!now.state.counted);
    end();
}

/* Swap in use, or nothing about swap: pages on disk count as stored. */
static void test_compressor__has_upper_bounds_while_swap_may_be_used(void)
{
    begin();
    add_vm_stat();
    make_one();
    CHECK_AT_MOST(DERIVED(VMT_SYSTEM_COMPRESSOR_RATIO), 4000);
    CHECK_AT_MOST(DERIVED(VMT_SYSTEM_COMPRESSOR_SAVED), 3000 * PAGE);
    end();

    begin();
    add_vm_stat();
    add_exact(VMT_HOST_SWAPOUTS, 0);
    add_value(VMT_HOST_SWAP_USED, 3 * M, 10486, false);
    make_one();
    CHECK_AT_MOST(DERIVED(VMT_SYSTEM_COMPRESSOR_RATIO), 4000);
    end();
}

static void test_compressor__is_exact_when_swap_is_unused(void)
{
    begin();
    add_vm_stat();
    add_exact(VMT_HOST_SWAPOUTS, 7);
    add_value(VMT_HOST_SWAP_USED, 0, 10486, false); /* 0.00M */
    make_one();
    CHECK_EXACT(DERIVED(VMT_SYSTEM_COMPRESSOR_RATIO), 4000);
    CHECK_EXACT(DERIVED(VMT_SYSTEM_COMPRESSOR_SAVED), 3000 * PAGE);
    end();
}

static void test_compressor__that_holds_nothing_has_no_ratio(void)
{
    begin();
    add_host(vm_stat);
    add_sample(true);
    add_exact(VMT_HOST_PAGE_SIZE, PAGE);
    add_pages(VMT_HOST_COMPRESSOR_STORED, 0);
    add_pages(VMT_HOST_COMPRESSOR_OCCUPIED, 0);
    add_exact(VMT_HOST_SWAPOUTS, 0);
    make_one();
    CHECK_UNKNOWN(DERIVED(VMT_SYSTEM_COMPRESSOR_RATIO));
    CHECK_EXACT(DERIVED(VMT_SYSTEM_COMPRESSOR_SAVED), 0);
    end();
}

static void test_members__have_no_number_where_a_part_exceeds_the_whole(void)
{
    begin();
    add_host(vm_stat);
    add_sample(true);
    add_exact(VMT_HOST_PAGE_SIZE, PAGE);
    add_pages(VMT_HOST_ANONYMOUS, 10);
    add_pages(VMT_HOST_PURGEABLE, 11);
    make_one();
    CHECK_UNKNOWN(DERIVED(VMT_SYSTEM_APP));
    end();
}

static void test_used__is_at_most_with_tag_storage(void)
{
    begin();
    add_vm_stat();
    add_pages(VMT_HOST_TAG_STORAGE, 100);
    make_one();
    CHECK_BETWEEN(DERIVED(VMT_SYSTEM_USED), 9200 * PAGE, 9200 * PAGE, 9300 * PAGE);
    end();
}

static void test_app__has_bounds_without_purgeable(void)
{
    begin();
    add_host(vm_stat);
    add_sample(true);
    add_exact(VMT_HOST_PAGE_SIZE, PAGE);
    add_pages(VMT_HOST_ANONYMOUS, 10);
    make_one();
    CHECK_AT_MOST(DERIVED(VMT_SYSTEM_APP), 10 * PAGE);
    end();
}

static void test_linux__follows_the_kernel(void)
{
    begin();
    add_host(meminfo);
    add_sample(false);
    add_exact(VMT_HOST_TOTAL, 1000 * M);
    add_exact(VMT_HOST_AVAILABLE_STATED, 600 * M);
    add_exact(VMT_HOST_CACHED, 300 * M);
    add_exact(VMT_HOST_BUFFERS, 20 * M);
    add_exact(VMT_HOST_SHMEM, 50 * M);
    add_exact(VMT_HOST_ZSWAP, 10 * M);
    add_exact(VMT_HOST_ZSWAPPED, 35 * M);
    add_exact(VMT_HOST_SWAP_TOTAL, 100 * M);
    add_exact(VMT_HOST_SWAP_FREE, 60 * M);
    make_one();
    CU_ASSERT(now.state.host->platform == VMT_PLATFORM_LINUX);
    CHECK_EXACT(DERIVED(VMT_SYSTEM_USED), 400 * M);
    CHECK_EXACT(DERIVED(VMT_SYSTEM_AVAILABLE), 600 * M);
    CHECK_EXACT(DERIVED(VMT_SYSTEM_AVAILABLE_PERMILLE), 600);
    CHECK_EXACT(DERIVED(VMT_SYSTEM_CACHED), 270 * M);
    CHECK_EXACT(DERIVED(VMT_SYSTEM_COMPRESSOR_RATIO), 3500);
    CHECK_EXACT(DERIVED(VMT_SYSTEM_COMPRESSOR_SAVED), 25 * M);
    CHECK_EXACT(DERIVED(VMT_SYSTEM_SWAP_IN_USE), 40 * M);
    CHECK_UNKNOWN(DERIVED(VMT_SYSTEM_APP));
    CHECK_UNKNOWN(DERIVED(VMT_SYSTEM_REMAINDER));
    end();
}

/* --- pages ------------------------------------------------------------------------------------ */

static void test_pages__take_their_size_from_another_record_of_the_host(void)
{
    begin();
    add_host(vm_stat);
    add_sample(true);
    add_queues();
    add_input("second.txt");
    add_host(sysctl);
    add_sample(false);
    add_exact(VMT_HOST_PAGE_SIZE, 4096);
    make_one();
    UNIT_EQUAL_U64(now.state.part_count, 2);
    CHECK_EXACT(DERIVED(VMT_SYSTEM_USED), UINT64_C(9200) * 4096);
    UNIT_EQUAL_U64(now.state.unconverted, 0);
    end();
}

static void test_pages__of_unknown_size_are_no_bytes(void)
{
    begin();
    add_host(vm_stat);
    add_sample(true);
    add_queues();
    add_exact(VMT_HOST_SWAPOUTS, 0);
    make_one();
    CHECK_UNKNOWN(STATED(VMT_HOST_FREE));
    CHECK_UNKNOWN(DERIVED(VMT_SYSTEM_USED));
    CHECK_UNKNOWN(DERIVED(VMT_SYSTEM_COMPRESSOR_SAVED));
    CHECK_EXACT(DERIVED(VMT_SYSTEM_COMPRESSOR_RATIO), 4000); /* of pages as of bytes */
    UNIT_EQUAL_U64(now.state.unconverted, 10);
    CU_ASSERT(now.state.in_pages[VMT_HOST_FREE] && !now.state.in_pages[VMT_HOST_TOTAL]);
    UNIT_EQUAL_U64(now.state.pages[VMT_HOST_FREE].value, 1000);
    UNIT_EQUAL_U64(now.state.check_count, 0);
    UNIT_EQUAL_U64(vmt_notes_count(&host(1)->notes, VMT_NOTE_UNKNOWN_PAGE_SIZE), 1);
    end();
}

static void test_pages__beyond_64_bits_are_unknown(void)
{
    begin();
    add_host(vm_stat);
    add_sample(true);
    add_exact(VMT_HOST_PAGE_SIZE, PAGE);
    add_pages(VMT_HOST_FREE, UINT64_MAX / PAGE + 1);
    add_pages(VMT_HOST_WIRED, UINT64_MAX / PAGE);
    add_value(VMT_HOST_ACTIVE, 1, UINT64_MAX / 2, true);
    make_one();
    CHECK_UNKNOWN(STATED(VMT_HOST_FREE));
    CHECK_UNKNOWN(STATED(VMT_HOST_ACTIVE));
    CHECK_EXACT(STATED(VMT_HOST_WIRED), UINT64_MAX / PAGE * PAGE);
    end();
}

static void test_pages__carry_their_rounding(void)
{
    begin();
    add_host(vm_stat_log);
    add_sample(true);
    add_exact(VMT_HOST_PAGE_SIZE, 4096);
    add_value(VMT_HOST_FREE, 120000, 1000, true); /* 120K */
    make_one();
    CHECK_BETWEEN(STATED(VMT_HOST_FREE), UINT64_C(119500) * 4096, UINT64_C(120000) * 4096,
                  UINT64_C(120500) * 4096);
    end();
}

/* --- one host, one time ----------------------------------------------------------------------- */

static void test_samples__join_kinds_and_part_the_same_kind(void)
{
    begin();
    add_vm_stat();
    add_total(sysctl, 16000 * PAGE);
    add_vm_stat();
    add_host(memory_pressure);
    add_sample(true);
    add_value(VMT_HOST_FREE_PERMILLE, 860, 20, false);
    make();
    UNIT_EQUAL_U64(now.system.hosts.count, 1);
    UNIT_EQUAL_U64(host(1)->samples, 2);
    first(1);
    UNIT_EQUAL_U64(now.state.part_count, 2);
    CHECK_EXACT(STATED(VMT_HOST_TOTAL), 16000 * PAGE);
    CHECK_UNKNOWN(STATED(VMT_HOST_FREE_PERMILLE));
    CU_ASSERT_FATAL(next(1));
    UNIT_EQUAL_U64(now.state.number, 2);
    CHECK_BETWEEN(STATED(VMT_HOST_FREE_PERMILLE), 850, 860, 870);
    CHECK_EXACT(STATED(VMT_HOST_TOTAL), 16000 * PAGE); /* of the host, whoever said it */
    CU_ASSERT(!next(1));
    end();
}

/* sysctl hw.memsize and vm.swapusage, with other text between them. */
static void test_samples__join_one_kind_that_states_other_things(void)
{
    begin();
    add_total(sysctl, 16000 * PAGE);
    add_host(sysctl);
    add_sample(false);
    add_exact(VMT_HOST_SWAP_USED, 5 * M);
    add_host(sysctl);
    add_sample(false);
    add_exact(VMT_HOST_PRESSURE_LEVEL, 2);
    make_one();
    CHECK_EXACT(STATED(VMT_HOST_SWAP_USED), 5 * M);
    CHECK_EXACT(STATED(VMT_HOST_PRESSURE_LEVEL), 2);
    end();
}

static void test_samples__of_page_size_and_memory_alone_are_none(void)
{
    begin();
    add_total(sysctl, 16000 * PAGE);
    add_host(vm_stat_log);
    for (int i = 0; i < 3; i++) {
        add_sample(i == 0);
        add_queues();
        add_exact(VMT_HOST_PAGE_SIZE, PAGE);
    }
    make();
    UNIT_EQUAL_U64(host(1)->samples, 3);
    first(1);
    CHECK_EXACT(DERIVED(VMT_SYSTEM_AVAILABLE), 6800 * PAGE);
    end();

    begin();
    add_total(sysctl, 16000 * PAGE);
    make_one();
    CHECK_EXACT(STATED(VMT_HOST_TOTAL), 16000 * PAGE);
    end();
}

/* hw.memsize again behind all else: a second sample of sysctl, and no log. */
static void test_samples__that_repeat_a_constant_are_no_log(void)
{
    begin();
    add_vm_stat();
    add_host(sysctl);
    add_sample(false);
    add_exact(VMT_HOST_TOTAL, 16000 * PAGE);
    add_sample(false);
    add_exact(VMT_HOST_TOTAL, 16000 * PAGE);
    add_exact(VMT_HOST_PRESSURE_LEVEL, 1);
    add_sample(false);
    add_exact(VMT_HOST_TOTAL, 16000 * PAGE);
    make_one();
    CHECK_EXACT(STATED(VMT_HOST_PRESSURE_LEVEL), 1);
    CHECK_EXACT(STATED(VMT_HOST_FREE), 1000 * PAGE);
    end();
}

static void test_samples__of_different_times_are_apart(void)
{
    begin();
    add_vm_stat();
    now.host->captured_at = string("2026-01-01T12:00:00+01:00");
    add_host(memory_pressure);
    add_sample(true);
    add_value(VMT_HOST_FREE_PERMILLE, 860, 20, false);
    now.sample->captured_at = string("2026-01-01T11:00:30Z"); /* 30 s later */
    add_host(sysctl);
    add_sample(false);
    add_exact(VMT_HOST_PRESSURE_LEVEL, 1);
    now.sample->captured_at = string("2026-01-01T12:00:00Z");
    make();
    UNIT_EQUAL_U64(host(1)->samples, 2);
    first(1);
    UNIT_EQUAL_U64(now.state.part_count, 2);
    UNIT_EQUAL_STR(now.state.captured_at->data, "2026-01-01T12:00:00+01:00");
    end();
}

static void test_samples__since_boot_and_in_an_interval_are_apart(void)
{
    begin();
    add_vm_stat();
    add_exact(VMT_HOST_FAULTS, 1000);
    add_host(memory_pressure);
    add_sample(false);
    add_exact(VMT_HOST_PAGEINS, 3);
    make();
    UNIT_EQUAL_U64(host(1)->samples, 2);
    first(1);
    CU_ASSERT(now.state.since_boot);
    CU_ASSERT_FATAL(next(1));
    CU_ASSERT(now.state.counted && !now.state.since_boot);
    end();
}

static void test_samples__of_a_log_are_not_joined(void)
{
    begin();
    add_host(vm_stat_log);
    for (uint64_t i = 0; i < 2; i++) {
        add_sample(i == 0);
        if (i == 0) {
            add_exact(VMT_HOST_PAGE_SIZE, PAGE);
        }
        add_pages(VMT_HOST_FREE, 10 + i);
    }
    add_host(sysctl);
    add_sample(false);
    add_exact(VMT_HOST_PRESSURE_LEVEL, 4);
    make();
    UNIT_EQUAL_U64(host(1)->samples, 3);
    first(1);
    CHECK_EXACT(STATED(VMT_HOST_FREE), 10 * PAGE);
    CU_ASSERT_FATAL(next(1));
    CHECK_EXACT(STATED(VMT_HOST_FREE), 11 * PAGE);
    CHECK_UNKNOWN(STATED(VMT_HOST_PRESSURE_LEVEL));
    CU_ASSERT_FATAL(next(1));
    CHECK_EXACT(STATED(VMT_HOST_PRESSURE_LEVEL), 4);
    CU_ASSERT(!next(1));
    end();
}

/* Nothing was swapped since boot, then something is. */
static void test_log__tells_whether_anything_was_swapped(void)
{
    static const uint64_t outs[] = {0, 0, 5, 0};
    begin();
    add_host(vm_stat_log);
    for (size_t i = 0; i < COUNT(outs); i++) {
        add_sample(i == 0);
        add_exact(VMT_HOST_PAGE_SIZE, PAGE);
        add_queues();
        add_exact(VMT_HOST_SWAPOUTS, outs[i]);
    }
    make();
    first(1);
    CHECK_EXACT(DERIVED(VMT_SYSTEM_COMPRESSOR_RATIO), 4000);
    CU_ASSERT_FATAL(next(1));
    CHECK_EXACT(DERIVED(VMT_SYSTEM_COMPRESSOR_RATIO), 4000);
    CU_ASSERT_FATAL(next(1));
    CHECK_AT_MOST(DERIVED(VMT_SYSTEM_COMPRESSOR_RATIO), 4000);
    CU_ASSERT_FATAL(next(1));
    CHECK_AT_MOST(DERIVED(VMT_SYSTEM_COMPRESSOR_RATIO), 4000);
    end();
}

static void test_conflict__the_richer_record_counts_and_both_values_are_kept(void)
{
    begin();
    add_host(memory_pressure);
    add_sample(true);
    add_exact(VMT_HOST_PAGE_SIZE, PAGE);
    add_pages(VMT_HOST_FREE, 990);
    add_pages(VMT_HOST_ACTIVE, 5000);
    add_vm_stat();
    make_one();
    CHECK_EXACT(STATED(VMT_HOST_FREE), 1000 * PAGE);
    struct vmt_check check = check_of(memory_pressure, "free");
    UNIT_EQUAL_I64(check.verdict, VMT_EXPLAINED);
    UNIT_EQUAL_U64(check.expected, 1000 * PAGE);
    UNIT_EQUAL_U64(check.actual, 990 * PAGE);
    UNIT_EQUAL_STR(check_of(memory_pressure, "active").reason, "no such check");
    end();
}

static void test_conflict__the_finer_value_counts(void)
{
    begin();
    add_host("darwin-top");
    add_sample(false);
    add_value(VMT_HOST_WIRED, 60 * M, M, false);
    add_value(VMT_HOST_FREE, 15 * M, M, false);
    add_value(VMT_HOST_USED_STATED, 100 * M, M, false);
    add_host(sysctl);
    add_sample(false);
    add_exact(VMT_HOST_WIRED, 60 * M - 1000); /* within the rounding */
    add_exact(VMT_HOST_FREE, 20 * M);
    make_one();
    CHECK_EXACT(STATED(VMT_HOST_WIRED), 60 * M - 1000);
    CHECK_EXACT(STATED(VMT_HOST_FREE), 20 * M);
    UNIT_EQUAL_STR(check_of("darwin-top", "wired").reason, "no such check");
    struct vmt_check check = check_of("darwin-top", "free");
    UNIT_EQUAL_I64(check.verdict, VMT_EXPLAINED);
    UNIT_EQUAL_U64(check.expected, 20 * M);
    UNIT_EQUAL_U64(check.actual, 15 * M);
    UNIT_EQUAL_U64(check.bound, M / 2);
    end();
}

static void test_conflict__values_far_apart_are_not_explained(void)
{
    begin();
    add_host(vm_stat);
    add_sample(true);
    add_exact(VMT_HOST_FREE, 400 * M);
    add_exact(VMT_HOST_WIRED, 100 * M);
    add_exact(VMT_HOST_PAGEINS, 50000);
    add_exact(VMT_HOST_ACTIVE, 1 * M);
    add_host(memory_pressure);
    add_sample(true);
    add_exact(VMT_HOST_FREE, 299 * M);
    add_exact(VMT_HOST_WIRED, 40 * M);
    add_exact(VMT_HOST_PAGEINS, 37000);
    make_one();
    /* More than a quarter, and by more than 64 MB or 10000. */
    UNIT_EQUAL_I64(check_of(memory_pressure, "free").verdict, VMT_NOT_ASSESSED);
    UNIT_EQUAL_STR(check_of(memory_pressure, "free").reason,
                   "far apart: is it one host at one time?");
    UNIT_EQUAL_I64(check_of(memory_pressure, "wired").verdict, VMT_EXPLAINED);
    UNIT_EQUAL_I64(check_of(memory_pressure, "pageins").verdict, VMT_NOT_ASSESSED);
    end();
}

static void test_hosts__that_contradict_each_other_are_apart(void)
{
    begin();
    add_vm_stat();
    add_input("second.txt");
    add_host(vm_stat);
    add_sample(true);
    add_exact(VMT_HOST_PAGE_SIZE, 4096);
    add_pages(VMT_HOST_FREE, 1);
    add_input("third.txt");
    add_host(meminfo);
    add_sample(false);
    add_exact(VMT_HOST_FREE, 3);
    make();
    UNIT_EQUAL_U64(now.system.hosts.count, 3);
    UNIT_EQUAL_U64(vmt_notes_count(&host(1)->notes, VMT_NOTE_OTHER_HOST), 0);
    UNIT_EQUAL_U64(vmt_notes_count(&host(2)->notes, VMT_NOTE_OTHER_HOST), 1);
    first(2);
    CHECK_EXACT(STATED(VMT_HOST_FREE), 4096);
    first(3);
    CHECK_EXACT(STATED(VMT_HOST_FREE), 3);
    end();

    begin();
    add_total(sysctl, 16000 * PAGE);
    add_total(memory_pressure, 16001 * PAGE);
    make();
    UNIT_EQUAL_U64(now.system.hosts.count, 2);
    end();
}

/* A report of ours has many hosts in one file: what one lacks another does not say. */
static void test_hosts__of_one_file_lend_each_other_nothing(void)
{
    begin();
    add_total(sysctl, 16000 * PAGE);
    add_exact(VMT_HOST_PAGE_SIZE, PAGE);
    add_host(meminfo);
    add_sample(false);
    add_exact(VMT_HOST_FREE, 3);
    make();
    UNIT_EQUAL_U64(now.system.hosts.count, 2);
    CU_ASSERT(!host(2)->total.amount.known && !host(2)->page_size.amount.known);
    end();
}

/* What was swapped out in the time that is missing is not known. */
static void test_logs__know_nothing_of_a_gap(void)
{
    begin();
    add_host(vm_stat_log);
    for (int row = 0; row < 4; row++) {
        add_sample(row == 0);
        add_exact(VMT_HOST_PAGE_SIZE, PAGE);
        add_queues();
        add_exact(VMT_HOST_SWAPOUTS, 0);
        now.sample->gap = row == 2;
    }
    make();
    first(1);
    CU_ASSERT(!now.state.gap);
    CU_ASSERT_FATAL(next(1));
    CU_ASSERT(!now.state.gap);
    CHECK_EXACT(DERIVED(VMT_SYSTEM_COMPRESSOR_RATIO), 4000);
    CU_ASSERT_FATAL(next(1));
    CU_ASSERT(now.state.gap);
    CHECK_AT_MOST(DERIVED(VMT_SYSTEM_COMPRESSOR_RATIO), 4000);
    CU_ASSERT_FATAL(next(1));
    CU_ASSERT(!now.state.gap);
    CHECK_AT_MOST(DERIVED(VMT_SYSTEM_COMPRESSOR_RATIO), 4000);
    end();
}

/* Its own file said once which value was of which reading. */
static void test_checks__of_a_sample_put_together_find_nothing_wrong(void)
{
    for (int wrong = 0; wrong < 2; wrong++) {
        begin();
        add_host(sysctl);
        add_sample(false);
        now.sample->joined = true;
        add_exact(VMT_HOST_SWAP_TOTAL, 10);
        add_exact(VMT_HOST_SWAP_USED, 7);
        add_exact(VMT_HOST_SWAP_FREE, wrong == 0 ? 3 : 4);
        make_one();
        CU_ASSERT(vmt_state_is_joined(&now.state));
        struct vmt_check check = check_of("swap", NULL);
        UNIT_EQUAL_I64(check.verdict, wrong == 0 ? VMT_AGREES : VMT_NOT_ASSESSED);
        end();
    }
}

/* What stands in one file is of one host, in whatever order. */
static void test_hosts__a_record_goes_with_its_file(void)
{
    begin();
    add_vm_stat();
    add_input("second.txt");
    add_host(sysctl);
    add_sample(false);
    add_exact(VMT_HOST_SWAP_USED, 7 * M);
    add_host(vm_stat);
    add_sample(true);
    add_exact(VMT_HOST_PAGE_SIZE, 4096);
    make();
    UNIT_EQUAL_U64(now.system.hosts.count, 2);
    first(2);
    CHECK_EXACT(STATED(VMT_HOST_SWAP_USED), 7 * M);
    CHECK_EXACT(STATED(VMT_HOST_PAGE_SIZE), 4096);
    UNIT_EQUAL_U64(vmt_notes_count(&host(2)->notes, VMT_NOTE_HOST_GUESSED), 0);

    first(1);
    CHECK_UNKNOWN(STATED(VMT_HOST_SWAP_USED));
    end();
}

static void test_hosts__a_guess_is_noted(void)
{
    begin();
    add_vm_stat();
    add_input("second.txt");
    add_host(vm_stat);
    add_sample(true);
    add_exact(VMT_HOST_PAGE_SIZE, 4096);
    add_pages(VMT_HOST_FREE, 1);
    add_input("third.txt");
    add_host(sysctl);
    add_sample(false);
    add_exact(VMT_HOST_SWAP_USED, 7 * M);
    make();
    UNIT_EQUAL_U64(now.system.hosts.count, 2);
    UNIT_EQUAL_U64(vmt_notes_count(&host(2)->notes, VMT_NOTE_HOST_GUESSED), 1);
    first(2);
    CHECK_EXACT(STATED(VMT_HOST_SWAP_USED), 7 * M);
    end();
}

static void test_hosts__other_products_are_other_hosts(void)
{
    begin();
    add_vm_stat();
    now.host->os = string("macOS 14.5 (23F79)");
    add_host("darwin-jetsam");
    now.host->os = string("macOS 26.1");
    add_sample(false);
    add_exact(VMT_HOST_PAGE_SIZE, PAGE);
    add_host("darwin-jetsam");
    now.host->os = string("iPhone OS 17.4 (21E219)");
    add_sample(false);
    add_exact(VMT_HOST_PAGE_SIZE, PAGE);
    make();
    UNIT_EQUAL_U64(now.system.hosts.count, 2);
    UNIT_EQUAL_U64(host(1)->record_count, 2);
    end();
}

/* --- checks ----------------------------------------------------------------------------------- */

static void test_checks__queues_agree_to_the_byte(void)
{
    begin();
    add_vm_stat();
    make_one();
    struct vmt_check check = check_of("queues", NULL);
    UNIT_EQUAL_I64(check.verdict, VMT_AGREES);
    UNIT_EQUAL_U64(check.expected, 9200 * PAGE);
    UNIT_EQUAL_U64(check.actual, 9200 * PAGE);
    UNIT_EQUAL_U64(check.bound, 0);
    CU_ASSERT(check.reason == NULL);
    end();

    begin();
    add_vm_stat();
    now.numbers[2]++; /* active */
    make_one();
    UNIT_EQUAL_I64(check_of("queues", NULL).verdict, VMT_DIFFERS);
    UNIT_EQUAL_U64(check_of("queues", NULL).expected, 9201 * PAGE);
    end();
}

static void test_checks__are_of_one_reading_only(void)
{
    begin();
    add_host(vm_stat);
    add_sample(true);
    add_exact(VMT_HOST_PAGE_SIZE, PAGE);
    add_pages(VMT_HOST_FILE_BACKED, 1);
    add_pages(VMT_HOST_ANONYMOUS, 2);
    add_host(memory_pressure);
    add_sample(true);
    add_pages(VMT_HOST_ACTIVE, 1);
    add_pages(VMT_HOST_INACTIVE, 1);
    add_pages(VMT_HOST_SPECULATIVE, 1);
    make_one();
    struct vmt_check check = check_of("queues", NULL);
    UNIT_EQUAL_I64(check.verdict, VMT_NOT_ASSESSED);
    UNIT_EQUAL_STR(check.reason, "not of one reading: memory moves between two");
    end();
}

/* total = 4096.00M  used = 2513.51M  free = 1582.50M: a hundredth apart. */
static void test_checks__swap_allows_for_rounding(void)
{
    static const uint64_t quantum = 10486;
    begin();
    add_host(sysctl);
    add_sample(false);
    add_value(VMT_HOST_SWAP_TOTAL, 4096 * M, quantum, false);
    add_value(VMT_HOST_SWAP_USED, 2513 * M + 51 * M / 100, quantum, false);
    add_value(VMT_HOST_SWAP_FREE, 1582 * M + M / 2, quantum, false);
    make_one();
    struct vmt_check check = check_of("swap", NULL);
    UNIT_EQUAL_I64(check.verdict, VMT_AGREES);
    UNIT_EQUAL_U64(check.bound, 3 * quantum / 2);
    end();

    begin();
    add_host(sysctl);
    add_sample(false);
    add_value(VMT_HOST_SWAP_TOTAL, 4096 * M, quantum, false);
    add_value(VMT_HOST_SWAP_USED, 2513 * M + 53 * M / 100, quantum, false);
    add_value(VMT_HOST_SWAP_FREE, 1582 * M + M / 2, quantum, false);
    make_one();
    UNIT_EQUAL_I64(check_of("swap", NULL).verdict, VMT_DIFFERS);
    end();
}

static void test_checks__linux_sums(void)
{
    begin();
    add_host(meminfo);
    add_sample(false);
    add_exact(VMT_HOST_ACTIVE, 10);
    add_exact(VMT_HOST_ACTIVE_ANONYMOUS, 4);
    add_exact(VMT_HOST_ACTIVE_FILE, 6);
    add_exact(VMT_HOST_INACTIVE, 10);
    add_exact(VMT_HOST_INACTIVE_ANONYMOUS, 4);
    add_exact(VMT_HOST_INACTIVE_FILE, 5);
    add_exact(VMT_HOST_SLAB, 3);
    add_exact(VMT_HOST_SLAB_RECLAIMABLE, 1);
    add_exact(VMT_HOST_SLAB_UNRECLAIMABLE, 2);
    make_one();
    UNIT_EQUAL_U64(now.state.check_count, 3);
    UNIT_EQUAL_I64(check_of("active", NULL).verdict, VMT_AGREES);
    UNIT_EQUAL_I64(check_of("inactive", NULL).verdict, VMT_DIFFERS);
    UNIT_EQUAL_I64(check_of("slab", NULL).verdict, VMT_AGREES);
    end();
}

static void test_checks__the_remainder_is_not_judged(void)
{
    begin();
    add_vm_stat();
    add_total(sysctl, 16000 * PAGE);
    make_one();
    struct vmt_check check = check_of("memory", NULL);
    UNIT_EQUAL_I64(check.verdict, VMT_NOT_ASSESSED);
    UNIT_EQUAL_STR(check.reason, "some memory is in none of these counts");
    UNIT_EQUAL_U64(check.expected, 16000 * PAGE);
    UNIT_EQUAL_U64(check.actual, 14200 * PAGE);
    CHECK_EXACT(DERIVED(VMT_SYSTEM_REMAINDER), 1800 * PAGE);
    end();

    begin();
    add_vm_stat();
    add_total(sysctl, 14000 * PAGE); /* less than is counted */
    make_one();
    CHECK_UNKNOWN(DERIVED(VMT_SYSTEM_REMAINDER));
    UNIT_EQUAL_I64(check_of("memory", NULL).verdict, VMT_NOT_ASSESSED);
    UNIT_EQUAL_STR(check_of("memory", NULL).reason,
                   "more is counted than there is: is it one host?");
    end();
}

static void test_checks__of_sums_beyond_64_bits_are_not_made(void)
{
    begin();
    add_host(meminfo);
    add_sample(false);
    add_exact(VMT_HOST_SLAB, 3);
    add_exact(VMT_HOST_SLAB_RECLAIMABLE, UINT64_MAX);
    add_exact(VMT_HOST_SLAB_UNRECLAIMABLE, 2);
    make_one();
    UNIT_EQUAL_U64(now.state.check_count, 0);
    end();
}

/* --- times ------------------------------------------------------------------------------------ */

static void test_moments__apart(void)
{
    static const struct {
        const char *a;
        const char *b;
        uint64_t seconds;
        bool told;
    } rows[] = {
        {"2026-05-24T22:30:17", "2026-05-24T22:30:17", 0, true},
        {"2026-02-28T23:59:59Z", "2026-03-01T00:00:01Z", 2, true},
        {"2024-02-28T00:00:00Z", "2024-03-01T00:00:00Z", UINT64_C(2) * 86400, true},
        {"2026-05-24T22:30:17.25+0200", "2026-05-24T20:30:18Z", 1, true},
        {"2026-05-24T22:30:17-05:30", "2026-05-25T04:00:17+00:00", 0, true},
        {"2026-05-24T22:30:17", "2026-05-24T22:30:17Z", 0, false},
        {"2026-05-24 22:30:17", "2026-05-24T22:30:17", 0, false},
        {"2026-05-24T22:30:17 CEST", "2026-05-24T22:30:17Z", 0, false},
        {"", "2026-05-24T22:30:17Z", 0, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint64_t seconds = 0;
        bool told = vmt_moments_apart(&seconds, vmt_slice(rows[i].a), vmt_slice(rows[i].b));
        UNIT_EQUAL_U64(told, rows[i].told);
        UNIT_EQUAL_U64(seconds, rows[i].seconds);
    }
}

/* --- the report ------------------------------------------------------------------------------- */

static struct buffer {
    struct vmt_sink sink;
    size_t used;
    char text[64 * 1024];
} buffer;

static enum vmt_status buffer_write(struct vmt_sink *sink, struct vmt_slice bytes,
                                    struct vmt_error *err)
{
    (void)sink;
    if (bytes.length >= sizeof buffer.text - buffer.used) {
        return vmt_fail(err, VMT_E_LIMIT, "the buffer is full");
    }
    memcpy(buffer.text + buffer.used, bytes.data, bytes.length);
    buffer.used += bytes.length;
    buffer.text[buffer.used] = '\0';
    return VMT_OK;
}

enum format { TEXT, CSV, JSON };

static enum vmt_status report(enum format format, const char *table, bool bounds,
                              const struct vmt_allocator *allocator)
{
    const struct vmt_report_options none = {0};
    const struct vmt_writer_options look = {
        .bounds = bounds, .table = vmt_table_find(vmt_report_system_tables, table)};
    struct vmt_error err = VMT_ERROR_INIT;
    struct vmt_writer *writer = NULL;
    enum vmt_status status = VMT_OK;
    buffer.sink.write = buffer_write;
    buffer.used = 0;
    switch (format) {
    case TEXT:
        status = vmt_writer_text_new(&writer, &buffer.sink, allocator, look, &err);
        break;
    case CSV:
        status = vmt_writer_csv_new(&writer, &buffer.sink, allocator, look, &err);
        break;
    case JSON:
        status = vmt_writer_json_new(&writer, &buffer.sink, allocator, look, &err);
        break;
    }
    if (status == VMT_OK) {
        status = vmt_report_system(&now.snapshot, allocator, &none, writer, &err);
    }
    vmt_writer_free(writer);
    return status;
}

static void check_says(const char *words, bool says, unsigned line)
{
    char text[256];
    snprintf(text, sizeof text, "the report %s '%s'", says ? "does not say" : "says", words);
    CU_assertImplementation((strstr(buffer.text, words) != NULL) == says, line, text, __FILE__, "",
                            CU_FALSE);
}

#define SAYS(words) check_says((words), true, __LINE__)
#define SAYS_NOT(words) check_says((words), false, __LINE__)

static void test_report__text_of_one_sample(void)
{
    begin();
    add_vm_stat();
    add_value(VMT_HOST_FREE_PERMILLE, 40, 20, false);
    make();
    CU_ASSERT(report(TEXT, NULL, false, &vmt_allocator_system) == VMT_OK);
    SAYS("macOS host   pages of 16384 bytes\nfirst.txt:1   darwin-vm-stat\n");
    SAYS("physical memory            -\n");
    SAYS("\nused                  143.8M "); /* 9200 pages */
    SAYS("\ncompressor: 62.5M stored in 15.6M, at most 4.00 to 1; saves at most 46.9M\n");
    SAYS("\npressure: unknown (no level in the evidence)\n"); /* 4 % free is no level */
    SAYS("\nchecks: 1 agree, 0 explained, 0 differ\n");
    end();
}

static void test_report__text_of_a_level(void)
{
    begin();
    add_host(sysctl);
    add_sample(false);
    add_exact(VMT_HOST_PRESSURE_LEVEL, 4);
    make();
    CU_ASSERT(report(TEXT, NULL, false, &vmt_allocator_system) == VMT_OK);
    SAYS("\npressure: critical (level 4)\n");
    SAYS_NOT("physical memory");
    CU_ASSERT(report(JSON, NULL, false, &vmt_allocator_system) == VMT_OK);
    SAYS("\"pressure\": \"critical\", ");
    SAYS("\"pressure_level\": 4, ");
    end();

    begin();
    add_host(sysctl);
    add_sample(false);
    add_exact(VMT_HOST_PRESSURE_LEVEL, 3);
    make();
    CU_ASSERT(report(TEXT, NULL, false, &vmt_allocator_system) == VMT_OK);
    SAYS("\npressure: of an unknown kind (level 3)\n");
    CU_ASSERT(report(JSON, NULL, false, &vmt_allocator_system) == VMT_OK);
    SAYS("\"pressure\": null, ");
    SAYS("\"pressure_level\": 3, ");
    end();
}

static void test_report__pages_of_unknown_size_are_shown_as_pages(void)
{
    begin();
    add_host(vm_stat);
    add_sample(true);
    add_pages(VMT_HOST_COMPRESSOR_STORED, 567890);
    add_pages(VMT_HOST_COMPRESSOR_OCCUPIED, 123456);
    make();
    CU_ASSERT(report(TEXT, NULL, false, &vmt_allocator_system) == VMT_OK);
    SAYS("compressor: 567890 pages stored in 123456 pages, at most 4.60 to 1\n");
    SAYS(" 567890  pages of unknown size\n");
    SAYS("pages of unknown size: nothing tells the bytes: 2 values\n");
    CU_ASSERT(report(JSON, NULL, false, &vmt_allocator_system) == VMT_OK);
    SAYS("\"compressor_stored\": null, ");
    end();
}

static void test_report__text_of_psi(void)
{
    begin();
    add_host("linux-psi");
    add_sample(true);
    add_exact(VMT_HOST_PSI_SOME_AVG10, 123400);
    add_exact(VMT_HOST_PSI_SOME_AVG60, 5000);
    add_exact(VMT_HOST_PSI_SOME_AVG300, 0);
    add_exact(VMT_HOST_PSI_SOME_TOTAL, 12345678);
    make();
    CU_ASSERT(report(TEXT, NULL, false, &vmt_allocator_system) == VMT_OK);
    SAYS("\npressure: some task waited 12.34% / 0.50% / 0% of the last 10 / 60 / 300 s\n");
    SAYS("12.346s ");
    SAYS_NOT("all tasks waited ");
    end();
}

static void test_report__json_and_csv_of_figures(void)
{
    begin();
    add_vm_stat();
    add_value(VMT_HOST_SWAP_USED, 3 * M, 10486, false);
    add_exact(VMT_HOST_SWAP_ENCRYPTED, 1);
    make();
    CU_ASSERT(report(JSON, NULL, false, &vmt_allocator_system) == VMT_OK);
    SAYS("{\"schema\": \"vmtally/system\", \"version\": 1,\n  \"samples\": [\n");
    SAYS("\"used\": 150732800, \"used_lower\": 150732800, \"used_upper\": 150732800, ");
    SAYS("\"compressor_ratio_permille\": null, \"compressor_ratio_permille_lower\": 0, "
         "\"compressor_ratio_permille_upper\": 4000, ");
    SAYS("\"swap_used\": 3145728, \"swap_used_quantum\": 10486, \"swap_free\": null, "
         "\"swap_encrypted\": true, ");
    CU_ASSERT(report(CSV, NULL, true, &vmt_allocator_system) == VMT_OK);
    SAYS(",used,used_lower,used_upper,");
    SAYS(",swap_used,swap_used_lower,swap_used_upper,");
    SAYS(",swap_encrypted,free_permille,pressure_level,");
    SAYS(",150732800,150732800,150732800,");
    SAYS(",3145728,3140485,3150971,,,,true,,,");
    end();
}

static void test_report__text_of_a_log(void)
{
    begin();
    add_host(vm_stat_log);
    for (uint64_t i = 0; i < 21; i++) {
        add_sample(i == 0);
        add_exact(VMT_HOST_PAGE_SIZE, PAGE);
        add_pages(VMT_HOST_FREE, i == 7 ? 640 : 128 + i * 64);
        add_exact(VMT_HOST_FAULTS, i == 0 ? 5000000 : i);
    }
    make();
    CU_ASSERT(report(TEXT, NULL, false, &vmt_allocator_system) == VMT_OK);
    SAYS("\n21 samples, 1 with counters since boot\n");
    /* 128 pages are 2 MB, 1408 are 22 MB. */
    SAYS("\nfree                            2048K    22.0M    2048K       1   22.0M      21\n");
    SAYS("\nfaults                                   210             20     21\n"); /* 1 + … + 20 */
    SAYS("\nSINCE BOOT                             COUNT\n"
         "faults                               5000000\n");
    SAYS("\nevery sample: --csv\n");
    SAYS_NOT("SAMPLE BOOT");
    end();
}

static void test_report__any_allocation_may_fail(void)
{
    begin();
    add_vm_stat();
    add_input("second.txt");
    add_host(vm_stat);
    add_sample(true);
    add_exact(VMT_HOST_PAGE_SIZE, 4096);
    make();
    for (uint64_t refuse = 1;; refuse++) {
        struct counting counting = {.refuse = refuse, .all_after = true};
        const struct vmt_allocator allocator = counting_allocator(&counting);
        enum vmt_status status = report(TEXT, NULL, false, &allocator);
        UNIT_EQUAL_U64(counting.live, 0);
        if (status == VMT_OK) {
            CU_ASSERT(refuse > 2 && !counting.refused);
            break;
        }
        CU_ASSERT_FATAL(status == VMT_E_NOMEM && refuse < 1000);
    }
    end();
}

static void test_report__of_no_host(void)
{
    begin();
    make();
    CU_ASSERT(report(TEXT, NULL, false, &vmt_allocator_system) == VMT_OK);
    SAYS("no host found\n");
    end();
}

static void test_human__shares_and_times(void)
{
    char text[VMT_HUMAN_SIZE];
    vmt_human_ppm(text, 49);
    UNIT_EQUAL_STR(text, "0%");
    vmt_human_ppm(text, 50);
    UNIT_EQUAL_STR(text, "0.01%");
    vmt_human_ppm(text, 1000000);
    UNIT_EQUAL_STR(text, "100%");
    vmt_human_microseconds(text, 0);
    UNIT_EQUAL_STR(text, "0s");
    vmt_human_microseconds(text, 1500);
    UNIT_EQUAL_STR(text, "0.002s");
    vmt_human_microseconds(text, UINT64_MAX);
    UNIT_EQUAL_STR(text, "18446744073709.552s");
}

static const struct unit_test tests[] = {
    {"members__follow_from_the_queues", test_members__follow_from_the_queues},
    {"members__are_unknown_without_a_total", test_members__are_unknown_without_a_total},
    {"compressor__has_upper_bounds_while_swap_may_be_used",
     test_compressor__has_upper_bounds_while_swap_may_be_used},
    {"compressor__is_exact_when_swap_is_unused", test_compressor__is_exact_when_swap_is_unused},
    {"compressor__that_holds_nothing_has_no_ratio",
     test_compressor__that_holds_nothing_has_no_ratio},
    {"members__have_no_number_where_a_part_exceeds_the_whole",
     test_members__have_no_number_where_a_part_exceeds_the_whole},
    {"used__is_at_most_with_tag_storage", test_used__is_at_most_with_tag_storage},
    {"app__has_bounds_without_purgeable", test_app__has_bounds_without_purgeable},
    {"linux__follows_the_kernel", test_linux__follows_the_kernel},
    {"pages__take_their_size_from_another_record_of_the_host",
     test_pages__take_their_size_from_another_record_of_the_host},
    {"pages__of_unknown_size_are_no_bytes", test_pages__of_unknown_size_are_no_bytes},
    {"pages__beyond_64_bits_are_unknown", test_pages__beyond_64_bits_are_unknown},
    {"pages__carry_their_rounding", test_pages__carry_their_rounding},
    {"samples__join_kinds_and_part_the_same_kind", test_samples__join_kinds_and_part_the_same_kind},
    {"samples__join_one_kind_that_states_other_things",
     test_samples__join_one_kind_that_states_other_things},
    {"samples__of_page_size_and_memory_alone_are_none",
     test_samples__of_page_size_and_memory_alone_are_none},
    {"samples__that_repeat_a_constant_are_no_log", test_samples__that_repeat_a_constant_are_no_log},
    {"samples__of_different_times_are_apart", test_samples__of_different_times_are_apart},
    {"samples__since_boot_and_in_an_interval_are_apart",
     test_samples__since_boot_and_in_an_interval_are_apart},
    {"samples__of_a_log_are_not_joined", test_samples__of_a_log_are_not_joined},
    {"log__tells_whether_anything_was_swapped", test_log__tells_whether_anything_was_swapped},
    {"conflict__the_richer_record_counts_and_both_values_are_kept",
     test_conflict__the_richer_record_counts_and_both_values_are_kept},
    {"conflict__the_finer_value_counts", test_conflict__the_finer_value_counts},
    {"conflict__values_far_apart_are_not_explained",
     test_conflict__values_far_apart_are_not_explained},
    {"hosts__that_contradict_each_other_are_apart",
     test_hosts__that_contradict_each_other_are_apart},
    {"hosts__of_one_file_lend_each_other_nothing", test_hosts__of_one_file_lend_each_other_nothing},
    {"logs__know_nothing_of_a_gap", test_logs__know_nothing_of_a_gap},
    {"checks__of_a_sample_put_together_find_nothing_wrong",
     test_checks__of_a_sample_put_together_find_nothing_wrong},
    {"hosts__a_record_goes_with_its_file", test_hosts__a_record_goes_with_its_file},
    {"hosts__a_guess_is_noted", test_hosts__a_guess_is_noted},
    {"hosts__other_products_are_other_hosts", test_hosts__other_products_are_other_hosts},
    {"checks__queues_agree_to_the_byte", test_checks__queues_agree_to_the_byte},
    {"checks__are_of_one_reading_only", test_checks__are_of_one_reading_only},
    {"checks__swap_allows_for_rounding", test_checks__swap_allows_for_rounding},
    {"checks__linux_sums", test_checks__linux_sums},
    {"checks__the_remainder_is_not_judged", test_checks__the_remainder_is_not_judged},
    {"checks__of_sums_beyond_64_bits_are_not_made",
     test_checks__of_sums_beyond_64_bits_are_not_made},
    {"moments__apart", test_moments__apart},
    {"report__text_of_one_sample", test_report__text_of_one_sample},
    {"report__text_of_a_level", test_report__text_of_a_level},
    {"report__pages_of_unknown_size_are_shown_as_pages",
     test_report__pages_of_unknown_size_are_shown_as_pages},
    {"report__text_of_psi", test_report__text_of_psi},
    {"report__json_and_csv_of_figures", test_report__json_and_csv_of_figures},
    {"report__text_of_a_log", test_report__text_of_a_log},
    {"report__any_allocation_may_fail", test_report__any_allocation_may_fail},
    {"report__of_no_host", test_report__of_no_host},
    {"human__shares_and_times", test_human__shares_and_times},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_system", tests, argc, argv);
}
