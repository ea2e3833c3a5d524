/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <unistd.h>

#include "analysis/breakdown.h"
#include "collect/live_mach_process.h"
#include "collect/live_mach_walk.h"
#include "unit.h"

/* Whatever comes back of a walk, and whatever a kernel tells of regions: nothing is read beyond its
 * end, what is damaged is refused, and what is taken has bounds in order. */

#define STREAMS 300
#define PROCESSES 4000
#define REGIONS_MOST 6
#define STREAM_MOST 16384

/* As in live_mach_walk.c: both ends are one program. */
enum { KIND_REGION = 1, KIND_PAGE, KIND_END };

struct head {
    uint32_t kind;
    uint32_t size;
};

struct end {
    uint32_t answer;
    int32_t code;
    char call[64];
};

/* xorshift64*: the same everywhere. */
static uint64_t state;

static uint64_t any(uint64_t most)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (state * UINT64_C(0x2545f4914f6cdd1d) >> 16) % (most + 1);
}

/* Of what counts of pages can be, and now and then what none can be. */
static uint32_t any_count(void)
{
    static const uint32_t odd[] = {UINT32_MAX, UINT32_MAX - 1, 1u << 31};
    return any(40) == 0 ? odd[any(2)] : (uint32_t)any(48);
}

static struct vmt_mach_region any_region(uint64_t address)
{
    static const uint64_t sizes[] = {0, 1, 16384, 64 * 16384, UINT64_C(1) << 40};
    static const char path[] = "/opt/acme/\x1b[31mled\xff\n=gerd";
    struct vmt_mach_region region = {
        .address = any(60) == 0 ? UINT64_MAX - 8192 : address,
        .size = any(60) == 0 ? UINT64_MAX : sizes[any(4)],
        .offset = any(3) * 16384,
        .object = any(3),
        .page_size = any(30) == 0 ? UINT32_MAX : 16384,
        .known = (uint32_t)any(31),
        .tag = any(20) == 0 ? UINT32_MAX : (uint32_t)any(300),
        .depth = any(5) == 0 ? any_count() : 0,
        .share_mode = (uint32_t)any(10),
        .protection = (uint32_t)any(9),
        .max_protection = (uint32_t)any(9),
        .purge = (uint32_t)any(5),
        .references = any_count(),
        .shadow_depth = any_count(),
        .external = (uint32_t)any(2),
        .resident = any_count(),
        .dirtied = any_count(),
        .swapped = any_count(),
        .copied = any_count(),
        .reusable = any_count(),
        .wired = any_count(),
        .pages = {any_count(), any_count(), any_count(), any_count(), any_count(), any_count(),
                  any_count(), any_count()},
        .path = path,
    };
    region.path_length = any(1) == 0 ? 0 : (uint32_t)any(sizeof path - 1);
    return region;
}

/* --- what a process of them comes to ---------------------------------------------------------- */

static struct vmt_snapshot snapshot;
static struct vmt_mach_builder builder;

static void begin_process(enum vmt_mach_way way)
{
    struct vmt_error err = VMT_ERROR_INIT;
    struct vmt_input_record *input = NULL;
    struct vmt_process *process = NULL;
    vmt_snapshot_init(&snapshot, &vmt_allocator_system, (size_t)64 << 20);
    CU_ASSERT_FATAL(vmt_snapshot_add_input(&input, &snapshot, vmt_slice("walk"), &err) == VMT_OK);
    CU_ASSERT_FATAL(vmt_snapshot_add_process(&process, &snapshot, input, &err) == VMT_OK);
    process->grammar = "darwin-mach";
    vmt_mach_builder_init(&builder, &snapshot, process, way, true);
}

/* The number of what is not in order. */
static unsigned count_faults(const struct vmt_amounts *amounts)
{
    unsigned faults = 0;
    for (size_t i = 0; i < VMT_MEMBER_COUNT; i++) {
        const struct vmt_amount amount = amounts->of[i];
        bool ordered = !amount.bounded || amount.lower <= amount.upper;
        bool inside =
            !amount.known || (amount.lower <= amount.value && amount.value <= amount.upper);
        faults += ordered && inside && (!amount.known || amount.bounded) ? 0 : 1;
    }
    const struct vmt_amount *of = amounts->of;
    struct vmt_amount sum = vmt_exactly(0);
    vmt_amount_add(&sum, of[VMT_PRIVATE_CLEAN]);
    vmt_amount_add(&sum, of[VMT_PRIVATE_DIRTY]);
    vmt_amount_add(&sum, of[VMT_SHARED_CLEAN]);
    vmt_amount_add(&sum, of[VMT_SHARED_DIRTY]);
    faults += sum.known && of[VMT_RESIDENT].known && sum.value != of[VMT_RESIDENT].value ? 1 : 0;
    faults +=
        of[VMT_USS].known && of[VMT_RESIDENT].known && of[VMT_USS].upper > of[VMT_RESIDENT].upper
            ? 1
            : 0;
    return faults;
}

static unsigned faults_of_process(void)
{
    struct vmt_breakdown breakdown;
    struct vmt_error err = VMT_ERROR_INIT;
    unsigned faults = 0;
    enum vmt_status status = vmt_breakdown_make(&breakdown, builder.process, &vmt_allocator_system,
                                                (size_t)64 << 20, &err);
    if (status == VMT_OK) {
        faults = count_faults(&breakdown.totals);
        for (size_t i = 0; i < breakdown.type_count; i++) {
            faults += count_faults(&breakdown.types[i]->amounts);
        }
    }
    vmt_breakdown_free(&breakdown);
    return status == VMT_OK ? faults : 1;
}

static void test_regions__bounds_are_in_order(void)
{
    unsigned faults = 0;
    for (unsigned i = 0; i < PROCESSES; i++) {
        state = UINT64_C(0x9e3779b97f4a7c15) + i;
        begin_process(i % 4 == 3 ? VMT_MACH_BY_PIDINFO : VMT_MACH_BY_TASK);
        const struct vmt_mach_visitor visitor = vmt_mach_builder_visitor(&builder);
        size_t count = 1 + any(REGIONS_MOST - 1);
        for (size_t at = 0; at < count; at++) {
            const struct vmt_mach_region region = any_region(UINT64_C(0x100000000) * (at + 1));
            CU_ASSERT_FATAL(visitor.region(visitor.self, &region));
        }
        CU_ASSERT(vmt_mach_builder_finish(&builder, &builder.err) == VMT_OK);
        unsigned these = faults_of_process();
        if (these > 0 && faults == 0) {
            printf("test_mach_records: process %u is the first with bounds out of order\n", i);
        }
        faults += these;
        vmt_snapshot_free(&snapshot);
    }
    UNIT_EQUAL_U64(faults, 0);
}

/* --- what comes through the pipe -------------------------------------------------------------- */

static char stream[STREAM_MOST];
static size_t stream_length;
static size_t stream_regions; /* that are whole, where nothing is changed */
static size_t stream_pages;   /* behind them */

static void put(const void *bytes, size_t size)
{
    CU_ASSERT_FATAL(size <= sizeof stream - stream_length);
    memcpy(stream + stream_length, bytes, size);
    stream_length += size;
}

static void put_pages(void)
{
    size_t count = any(4);
    for (size_t i = 0; i < count; i++) {
        static const uint64_t offsets[] = {0, 16384, 32768, UINT64_MAX - 16383, UINT64_MAX};
        const struct head head = {KIND_PAGE, sizeof(struct vmt_mach_page)};
        const struct vmt_mach_page page = {
            .object = any(2), .offset = offsets[any(4)], .disposition = (uint32_t)any(1024)};
        put(&head, sizeof head);
        put(&page, sizeof page);
    }
    stream_pages += count;
}

static void put_stream(void)
{
    stream_length = 0;
    stream_pages = 0;
    stream_regions = 1 + any(REGIONS_MOST - 1);
    for (size_t i = 0; i < stream_regions; i++) {
        struct vmt_mach_region region = any_region(UINT64_C(0x100000000) * (i + 1));
        const char *path = region.path;
        const struct head head = {KIND_REGION, (uint32_t)(sizeof region + region.path_length)};
        region.path = NULL;
        put(&head, sizeof head);
        put(&region, sizeof region);
        put(path, region.path_length);
        put_pages();
    }
    const struct head head = {KIND_END, sizeof(struct end)};
    const struct end end = {.answer = VMT_MACH_OK};
    put(&head, sizeof head);
    put(&end, sizeof end);
}

/* Bytes that mean something, in any place; or the end is lost, or something stands twice. */
static void spoil_stream(void)
{
    static const unsigned char special[] = {0, 1, 2, 3, 4, 7, 72, 0x7f, 0x80, 0xff};
    size_t times = 1 + any(3);
    for (size_t i = 0; i < times; i++) {
        stream[any(stream_length - 1)] = (char)special[any(sizeof special - 1)];
    }
    if (any(3) == 0) {
        stream_length = any(stream_length);
    } else if (any(3) == 0 && 2 * stream_length <= sizeof stream) {
        memcpy(stream + stream_length, stream, stream_length);
        stream_length *= 2;
    }
}

/* In a process of its own, of which standard output is the pipe. */
static struct vmt_mach_outcome pour(const struct vmt_mach_walk *walk,
                                    const struct vmt_mach_visitor *visitor)
{
    (void)visitor;
    for (size_t at = 0; at < stream_length;) {
        size_t size = 1 + any(walk->pid);
        size = size < stream_length - at ? size : stream_length - at;
        ssize_t count = write(STDOUT_FILENO, stream + at, size);
        if (count < 0) {
            break;
        }
        at += (size_t)count;
    }
    _exit(0);
}

static void read_stream(struct vmt_mach_returned *returned)
{
    static const struct vmt_mach mach = {.walk = pour};
    const struct vmt_mach_away away = {
        .mach = &mach,
        .walk = {.pid = (uint32_t)any(4000), .way = VMT_MACH_BY_TASK},
        .name = "walk",
        .time_limit = 20000000,
    };
    begin_process(VMT_MACH_BY_TASK);
    const struct vmt_mach_visitor visitor = vmt_mach_builder_visitor(&builder);
    vmt_mach_walk_away(returned, &away, &visitor);
}

static void test_stream__in_any_pieces(void)
{
    for (unsigned i = 0; i < STREAMS / 10; i++) {
        struct vmt_mach_returned returned;
        state = UINT64_C(0x9e3779b97f4a7c15) + i;
        put_stream();
        read_stream(&returned);
        CU_ASSERT(returned.answered);
        CU_ASSERT(!returned.damaged);
        UNIT_EQUAL_U64(returned.outcome.answer, VMT_MACH_OK);
        UNIT_EQUAL_U64(returned.count, stream_regions + stream_pages);
        UNIT_EQUAL_U64(builder.process->regions.count, stream_regions);
        CU_ASSERT(builder.process->page_runs.count <= stream_pages);
        CU_ASSERT((builder.process->page_runs.count == 0) == (stream_pages == 0));
        vmt_snapshot_free(&snapshot);
    }
}

static void test_stream__spoilt(void)
{
    unsigned damaged = 0;
    unsigned unanswered = 0;
    for (unsigned i = 0; i < STREAMS; i++) {
        struct vmt_mach_returned returned;
        state = UINT64_C(0xd1342543de82ef95) + i;
        put_stream();
        spoil_stream();
        read_stream(&returned);
        damaged += returned.damaged ? 1 : 0;
        unanswered += returned.answered ? 0 : 1;
        CU_ASSERT(!(returned.damaged && returned.answered));
        CU_ASSERT(!returned.answered || returned.outcome.answer <= VMT_MACH_FAILED);
        CU_ASSERT(returned.outcome.call == NULL || strlen(returned.outcome.call) < 64);
        CU_ASSERT(returned.count >= builder.process->regions.count);
        UNIT_EQUAL_U64(faults_of_process(), 0);
        vmt_snapshot_free(&snapshot);
    }
    /* Some of it is found, some of it only lost its end. */
    CU_ASSERT(damaged > 10);
    CU_ASSERT(unanswered > damaged);
}

static const struct unit_test tests[] = {
    {"regions__bounds_are_in_order", test_regions__bounds_are_in_order},
    {"stream__in_any_pieces", test_stream__in_any_pieces},
    {"stream__spoilt", test_stream__spoilt},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_mach_records", tests, argc, argv);
}
