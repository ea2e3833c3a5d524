/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/breakdown.h"
#include "weaver.h"

/* --- a walk by task --------------------------------------------------------------------------- */

static void test_mach__by_task(void)
{
    begin_kernel();
    add_weaver();
    kernel.machine.user = 0;
    open_kernel(false, VMT_SOURCE_BEST, 0);
    const struct vmt_process *process = read_alone(700);
    CU_ASSERT_FATAL(process != NULL);
    expect_weaver(process);
    UNIT_EQUAL_STR(text_of(process->input), "task_for_pid 700");
    UNIT_EQUAL_U64(process->regions.count, 8);
    CU_ASSERT(process->coverage == VMT_COVERAGE_WHOLE);
    CU_ASSERT(process->shortfall == VMT_SHORTFALL_NONE);
    UNIT_EQUAL_U64(process->notes.sequence.count, 0);
    UNIT_EQUAL_U64(kernel.walks[VMT_MACH_BY_TASK], 0); /* not in this process */
    const struct vmt_region *text = region_at(process, 0x100000000);
    expect_sizes(text, 40, 30, 0, 0);
    UNIT_EQUAL_STR(text_of(text->detail), program_path);
    CU_ASSERT(text->protection == 5 && text->max_protection == 7 && text->ranged);
    CU_ASSERT(text->sharing == VMT_SHARING_COW && text->purge == VMT_PURGE_NONE);
    UNIT_EQUAL_U64(text->object->fields[VMT_OBJECT_REFERENCES], 3);
    UNIT_EQUAL_U64(text->object->fields[VMT_OBJECT_SHADOW_DEPTH], 1);
    UNIT_EQUAL_U64(text->object->fields[VMT_OBJECT_EXTERNAL], 1);
    UNIT_EQUAL_U64(region_at(process, 0x1000a0000)->object->fields[VMT_OBJECT_COPIED], 3 * PAGE);
    const struct vmt_region *purgeable = region_at(process, 0x170000000);
    CU_ASSERT(purgeable->purge == VMT_PURGE_VOLATILE);
    CU_ASSERT(region_at(process, 0x180000000)->submap_depth == 1);
    expect_records(1, 0, 1);
    end_mac();
}

static void test_mach__types(void)
{
    begin_kernel();
    struct subject *weaver = add_weaver();
    add_range(weaver, 0x200000000, 9, 240, 3);
    add_range(weaver, 0x200100000, 9, 17, 2)->resident = 1;
    add_range(weaver, 0xfc0000000, 65536, 0, 3);
    struct vmt_mach_region *file = add_range(weaver, 0x300000000, 1, 0, 2);
    set_path(file, "/tmp/notes");
    file->protection = 1;
    struct vmt_mach_region *rest = add_range(weaver, 0x310000000, 1, 0, 1);
    set_path(rest, program_path);
    rest->protection = 1;
    add_range(weaver, 0x320000000, 5, 0, 5)->object = 9;
    add_range(weaver, 0x330000000, 5, UINT32_MAX, 2)->dirtied = 4;
    kernel.machine.user = 0;
    open_kernel(false, VMT_SOURCE_BEST, 0);
    const struct vmt_process *process = read_alone(700);
    CU_ASSERT_FATAL(process != NULL);
    expect_type(process, 0x100000000, "__TEXT");
    expect_type(process, 0x1000a0000, "__DATA");
    expect_type(process, 0x100100000, "MALLOC guard page");
    expect_type(process, 0x100200000, "MALLOC_TINY");
    expect_type(process, 0x180000000, "__TEXT");
    expect_type(process, 0x16f000000, "Stack");
    expect_type(process, 0x170000000, "WebCore purgable data");
    expect_type(process, 0x200000000, "Memory Tag 240 (reserved)");
    expect_type(process, 0x200100000, "Memory Tag 17");
    expect_type(process, 0xfc0000000, "commpage (reserved)");
    expect_type(process, 0x300000000, "mapped file");
    expect_type(process, 0x310000000, "dylib");
    expect_type(process, 0x320000000, "shared memory");
    const struct vmt_region *owned = vmt_sequence_last(&process->regions);
    UNIT_EQUAL_STR(owned->type->printed->data, "owned unmapped memory");
    CU_ASSERT(!owned->ranged && owned->start == 0 && owned->end == 0);
    expect_sizes(owned, 5, 0, 4, 0);
    end_mac();
}

static void test_mach__own_references(void)
{
    begin_kernel();
    add_weaver();
    kernel.machine.user = 0;
    open_kernel(false, VMT_SOURCE_BEST, 0);
    const struct vmt_process *process = read_alone(700);
    CU_ASSERT_FATAL(process != NULL);
    const struct vmt_object *tiny = region_at(process, 0x100200000)->object;
    CU_ASSERT(tiny->id == UINT64_C(0xfeedfacecafebeef) && tiny->offset == 0);
    CU_ASSERT((tiny->known & 1u << VMT_OBJECT_OWN) != 0);
    UNIT_EQUAL_U64(tiny->fields[VMT_OBJECT_OWN], 2);
    UNIT_EQUAL_U64(tiny->fields[VMT_OBJECT_REUSABLE], PAGE);
    UNIT_EQUAL_U64(region_at(process, 0x100300000)->object->fields[VMT_OBJECT_OWN], 2);
    UNIT_EQUAL_U64(region_at(process, 0x16f000000)->object->fields[VMT_OBJECT_OWN], 1);
    CU_ASSERT((region_at(process, 0x180000000)->object->known & 1u << VMT_OBJECT_OWN) == 0);
    CU_ASSERT((region_at(process, 0x100000000)->object->known & 1u << VMT_OBJECT_OWN) == 0);
    end_mac();
}

/* Its own task cannot hang, and needs no process of its own. */
static void test_mach__of_this_program(void)
{
    begin_kernel();
    add_weaver();
    kernel.machine.pid = 700;
    open_kernel(false, VMT_SOURCE_BEST, 0);
    const struct vmt_process *process = read_alone(700);
    CU_ASSERT_FATAL(process != NULL);
    UNIT_EQUAL_STR(text_of(process->input), "task_for_pid 700");
    UNIT_EQUAL_U64(kernel.walks[VMT_MACH_BY_TASK], 1);
    UNIT_EQUAL_U64(process->regions.count, 8);
    end_mac();
}

static void test_mach__pages(void)
{
    begin_kernel();
    struct vmt_mach_region *stack = &add_weaver()->regions[6];
    stack->known |= VMT_MACH_HAS_DISPOSITIONS;
    stack->pages = (struct vmt_mach_dispositions){.present = 6,
                                                  .dirty = 5,
                                                  .external = 1,
                                                  .copied = 4,
                                                  .copied_dirty = 3,
                                                  .swapped = 2,
                                                  .copied_swapped = 1};
    kernel.machine.user = 0;
    open_kernel(false, VMT_SOURCE_BEST, 0);
    const struct vmt_process *process = read_alone(700);
    CU_ASSERT_FATAL(process != NULL);
    const struct vmt_object *object = region_at(process, 0x16f000000)->object;
    static const uint64_t expected[] = {6, 5, 1, 4, 3, 2, 1};
    for (size_t i = 0; i < COUNT(expected); i++) {
        CU_ASSERT((object->known & 1u << (VMT_OBJECT_PRESENT + i)) != 0);
        UNIT_EQUAL_U64(object->fields[VMT_OBJECT_PRESENT + i], expected[i] * PAGE);
    }
    end_mac();
}

/* Of numbers that are alike in their lower halves. */
static void test_mach__many_regions(void)
{
    begin_kernel();
    add_subject(700, 1, "many");
    kernel.machine.user = 0;
    kernel.many = 300000;
    open_kernel(false, VMT_SOURCE_BEST, 0);
    const struct vmt_process *process = read_alone(700);
    CU_ASSERT_FATAL(process != NULL);
    UNIT_EQUAL_U64(process->regions.count, kernel.many);
    struct vmt_walker walker = {0};
    const struct vmt_region *region = NULL;
    uint64_t pairs = 0;
    while ((region = vmt_sequence_next(&process->regions, &walker)) != NULL) {
        pairs += region->object->fields[VMT_OBJECT_OWN] == 2 ? 1 : 0;
    }
    UNIT_EQUAL_U64(pairs, kernel.many);
    end_mac();
}

/* --- a walk by proc_pidinfo ------------------------------------------------------------------- */

static void test_mach__by_pidinfo(void)
{
    begin_kernel();
    struct subject *weaver = add_weaver();
    add_range(weaver, 0x180000000, 1000, WINDOW, 3)->depth = 1;
    open_kernel(false, VMT_SOURCE_BEST, 0);
    const struct vmt_process *process = read_alone(700);
    CU_ASSERT_FATAL(process != NULL);
    expect_weaver(process);
    UNIT_EQUAL_STR(text_of(process->input), "proc_pidinfo 700");
    UNIT_EQUAL_U64(kernel.walks[VMT_MACH_BY_PIDINFO], 1);
    CU_ASSERT(process->coverage == VMT_COVERAGE_WHOLE);
    UNIT_EQUAL_U64(process->notes.sequence.count, 1);
    CU_ASSERT(vmt_slice_starts(vmt_slice(note_of(process, 0)), "what of the shared region"));
    const struct vmt_region *cache = region_at(process, 0x180000000);
    UNIT_EQUAL_U64(cache->known, 1);
    CU_ASSERT(cache->submap_depth == 1);
    UNIT_EQUAL_STR(cache->type->printed->data, "shared pmap");
    const struct vmt_object *tiny = region_at(process, 0x100200000)->object;
    UNIT_EQUAL_U64(tiny->id, 0);
    UNIT_EQUAL_U64(tiny->known, 1u << VMT_OBJECT_REFERENCES | 1u << VMT_OBJECT_SHADOW_DEPTH |
                                    1u << VMT_OBJECT_COPIED);
    struct vmt_breakdown breakdown;
    CU_ASSERT_FATAL(vmt_breakdown_make(&breakdown, process, &vmt_allocator_system, 1 << 24,
                                       &reading.err) == VMT_OK);
    const struct vmt_amount *of = breakdown.totals.of;
    /* 30 + 4 + 2 * 20 + 6 + 1 pages outside the shared region, up to 1000 in it */
    CU_ASSERT(of[VMT_RESIDENT].bounded && !of[VMT_RESIDENT].known);
    UNIT_EQUAL_U64(of[VMT_RESIDENT].lower, 81 * PAGE);
    UNIT_EQUAL_U64(of[VMT_RESIDENT].upper, 1081 * PAGE);
    CU_ASSERT(of[VMT_USS].known);
    CU_ASSERT(of[VMT_USS].upper <= 81 * PAGE);
    vmt_breakdown_free(&breakdown);
    end_mac();
}

static const struct unit_test tests[] = {
    {"mach__by_task", test_mach__by_task},
    {"mach__types", test_mach__types},
    {"mach__own_references", test_mach__own_references},
    {"mach__of_this_program", test_mach__of_this_program},
    {"mach__pages", test_mach__pages},
    {"mach__many_regions", test_mach__many_regions},
    {"mach__by_pidinfo", test_mach__by_pidinfo},
};

int main(int argc, char **argv)
{
    find_descriptors(found);
    return UNIT_MAIN("test_mach", tests, argc, argv);
}
