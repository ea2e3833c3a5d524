/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <signal.h>

/* Which pages a process has, as a walk by task tells them. */

#include "fake_kernel.h"

#define PAGE UINT64_C(16384)

/* Two regions whose pages are told, and a piece of the shared region. */
static struct subject *add_lathe(void)
{
    struct subject *lathe = add_subject(710, 1, "lathe");
    for (uint64_t i = 0; i < 2; i++) {
        struct vmt_mach_region *region = add_range(lathe, 0x100000000 + i * 0x100000, 16, 0, 2);
        region->known |= VMT_MACH_HAS_DISPOSITIONS;
        region->object = 0x51 + i;
        region->offset = 3 * PAGE;
        region->resident = 4 + (uint32_t)i;
        region->pages.present = region->resident;
    }
    struct vmt_mach_region *cache = add_range(lathe, 0x180000000, 1000, 0, 1);
    cache->depth = 1;
    cache->resident = 300;
    return lathe;
}

static const struct vmt_process *read_lathe(bool pages)
{
    struct vmt_live_process subject;
    struct vmt_arena arena;
    struct vmt_process *process = NULL;
    open_kernel(false, VMT_SOURCE_MACH, 0);
    mac.live.options.exact = true;
    mac.live.options.pages = pages;
    vmt_arena_init(&arena, &vmt_allocator_system, 1 << 20);
    CU_ASSERT_FATAL(vmt_live_find(&subject, &mac.live, 710, false, &arena, &reading.err) == VMT_OK);
    CU_ASSERT_FATAL(vmt_live_read(&process, &reading.snapshot, &reading.context, &mac.live,
                                  &subject, VMT_READ_ALL | VMT_READ_ALONE, &reading.err) == VMT_OK);
    vmt_arena_free(&arena);
    return process;
}

static void expect_run(const struct vmt_process *process, size_t index, uint64_t object,
                       uint64_t page, uint64_t pages)
{
    const struct vmt_page_run *run = record_at(&process->page_runs, index);
    UNIT_EQUAL_U64(run->object, object);
    UNIT_EQUAL_U64(run->offset, page * PAGE);
    UNIT_EQUAL_U64(run->length, pages * PAGE);
}

/* 4 pages from the third on, with a hole in the middle, and 5. */
static void test_pages__are_runs(void)
{
    begin_kernel();
    add_lathe();
    const struct vmt_process *process = read_lathe(true);
    UNIT_EQUAL_U64(process->regions.count, 3);
    CU_ASSERT(process->pages_told);
    UNIT_EQUAL_U64(process->page_runs.count, 4);
    expect_run(process, 0, 0x51, 3, 2);
    expect_run(process, 1, 0x51, 6, 2);
    expect_run(process, 2, 0x52, 3, 2);
    expect_run(process, 3, 0x52, 6, 3);
    end_mac();
}

/* A region without them: the rest is not all. */
static void test_pages__not_all_told(void)
{
    begin_kernel();
    struct subject *lathe = add_lathe();
    add_range(lathe, 0x200000000, 4, 0, 8)->resident = 4;
    const struct vmt_process *process = read_lathe(true);
    UNIT_EQUAL_U64(process->page_runs.count, 4);
    CU_ASSERT(!process->pages_told);
    end_mac();
}

static void test_pages__not_asked_for(void)
{
    begin_kernel();
    add_lathe();
    const struct vmt_process *process = read_lathe(false);
    UNIT_EQUAL_U64(process->page_runs.count, 0);
    CU_ASSERT(!process->pages_told);
    end_mac();
}

static void test_pages__without_a_port(void)
{
    begin_kernel();
    struct subject *lathe = add_lathe();
    lathe->denied[VMT_MACH_BY_TASK] = (struct vmt_mach_outcome){VMT_MACH_DENIED, 5, "task_for_pid"};
    const struct vmt_process *process = read_lathe(true);
    UNIT_EQUAL_U64(process->page_runs.count, 0);
    CU_ASSERT(!process->pages_told);
    end_mac();
}

static const struct unit_test tests[] = {
    {"pages__are_runs", test_pages__are_runs},
    {"pages__not_all_told", test_pages__not_all_told},
    {"pages__not_asked_for", test_pages__not_asked_for},
    {"pages__without_a_port", test_pages__without_a_port},
};

int main(int argc, char **argv)
{
    find_descriptors(found);
    return UNIT_MAIN("test_mach_pages", tests, argc, argv);
}
