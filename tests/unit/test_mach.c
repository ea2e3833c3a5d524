/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <signal.h>

#include "analysis/breakdown.h"
#include "counting.h"
#include "fake_kernel.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PAGE UINT64_C(16384)

static const char program_path[] = "/Applications/Weaver.app/Contents/MacOS/Weaver Helper";
static const char cache_path[] = "/System/Library/dyld/dyld_shared_cache_arm64e";

/* A process with one region of each interesting kind. */
static struct subject *add_weaver(void)
{
    struct subject *weaver = add_subject(700, 1, "Weaver H");
    snprintf(weaver->told.path, sizeof weaver->told.path, "%s", program_path);
    weaver->totals = (struct vmt_mach_totals){
        .known = VMT_MACH_HAS_USAGE | VMT_MACH_HAS_FOOTPRINT_PEAK | VMT_MACH_HAS_TASK,
        .page_size = 16384,
        .footprint = 60 * PAGE,
        .footprint_peak = 90 * PAGE,
        .resident = 400 * PAGE,
        .wired = 2 * PAGE,
        .virtual_size = 5000 * PAGE,
        .resident_peak = 500 * PAGE,
        .internal = 50 * PAGE,
        .external = 350 * PAGE,
        .reusable = 3 * PAGE,
        .compressed = 10 * PAGE,
        .volatile_resident = PAGE,
    };
    struct vmt_mach_region *text = add_range(weaver, 0x100000000, 40, 0, 1);
    text->protection = 5;
    text->external = 1;
    text->resident = 30;
    text->references = 3;
    text->shadow_depth = 1;
    set_path(text, program_path);
    struct vmt_mach_region *data = add_range(weaver, 0x1000a0000, 4, 0, 1);
    data->external = 1;
    data->resident = 4;
    data->dirtied = 3;
    data->copied = 3;
    data->references = 3;
    data->shadow_depth = 1;
    set_path(data, program_path);
    struct vmt_mach_region *guard = add_range(weaver, 0x100100000, 1, 1, 3);
    guard->protection = 0;
    guard->references = 0;
    for (uint64_t i = 0; i < 2; i++) { /* one object in two pieces */
        struct vmt_mach_region *tiny = add_range(weaver, 0x100200000 + i * 0x100000, 64, 7, 5);
        tiny->object = UINT64_C(0xfeedfacecafebeef);
        tiny->offset = i * 0x100000;
        tiny->references = 2;
        tiny->resident = 20;
        tiny->dirtied = 18;
        tiny->swapped = 5;
        tiny->reusable = 1;
    }
    struct vmt_mach_region *cache = add_range(weaver, 0x180000000, 1000, 0, 1);
    cache->depth = 1;
    cache->protection = 5;
    cache->resident = 300;
    cache->references = 200;
    cache->object = UINT64_C(0xfeedfacecafebeef); /* counted at depth 0 only */
    set_path(cache, cache_path);
    struct vmt_mach_region *stack = add_range(weaver, 0x16f000000, 32, 30, 2);
    stack->object = 77;
    stack->resident = 6;
    stack->dirtied = 6;
    struct vmt_mach_region *purgeable = add_range(weaver, 0x170000000, 8, 69, 2);
    purgeable->purge = VMT_MACH_PURGE_VOLATILE;
    purgeable->object = 78;
    purgeable->resident = 1;
    return weaver;
}

static const struct vmt_region *region_at(const struct vmt_process *process, uint64_t start)
{
    struct vmt_walker walker = {0};
    const struct vmt_region *region = NULL;
    while ((region = vmt_sequence_next(&process->regions, &walker)) != NULL) {
        if (region->start == start) {
            return region;
        }
    }
    CU_ASSERT_FATAL(region != NULL);
    return region;
}

static void expect_sizes(const struct vmt_region *region, uint64_t virtual, uint64_t resident,
                         uint64_t dirty, uint64_t swapped)
{
    const uint64_t expected[] = {virtual, resident, dirty, swapped};
    UNIT_EQUAL_U64(region->known, 15);
    for (size_t i = 0; i < 4; i++) {
        UNIT_EQUAL_U64(region->stated[i].value, expected[i] * PAGE);
        UNIT_EQUAL_U64(region->stated[i].quantum, 0);
    }
}

static void expect_type(const struct vmt_process *process, uint64_t start, const char *name)
{
    UNIT_EQUAL_STR(region_at(process, start)->type->printed->data, name);
}

static struct vmt_process *read_as(uint64_t pid, unsigned what)
{
    struct vmt_live_process subject;
    struct vmt_arena arena;
    struct vmt_process *process = NULL;
    vmt_arena_init(&arena, &vmt_allocator_system, 1 << 20);
    reading.status = vmt_live_find(&subject, &mac.live, pid, false, &arena, &reading.err);
    if (reading.status == VMT_OK) {
        reading.status = vmt_live_read(&process, &reading.snapshot, &reading.context, &mac.live,
                                       &subject, what, &reading.err);
    }
    vmt_arena_free(&arena);
    return process;
}

static struct vmt_process *read_alone(uint64_t pid)
{
    return read_as(pid, VMT_READ_ALL | VMT_READ_ALONE);
}

static const char *note_of(const struct vmt_process *process, size_t index)
{
    struct vmt_walker walker = {0};
    const struct vmt_note *note = vmt_sequence_next(&process->notes.sequence, &walker);
    for (; note != NULL && index > 0; index--) {
        note = vmt_sequence_next(&process->notes.sequence, &walker);
    }
    CU_ASSERT_FATAL(note != NULL && note->text != NULL);
    CU_ASSERT(note->kind == VMT_NOTE_SOURCE);
    return note->text->data;
}

static const char *fact_of(const struct vmt_process *process, const char *key)
{
    struct vmt_walker walker = {0};
    const struct vmt_fact *fact = NULL;
    while ((fact = vmt_sequence_next(&process->facts, &walker)) != NULL) {
        if (strcmp(fact->key->data, key) == 0) {
            return fact->value->data;
        }
    }
    return NULL;
}

static void deny(struct subject *subject, enum vmt_mach_way way)
{
    subject->denied[way] = (struct vmt_mach_outcome){
        VMT_MACH_DENIED, 5, way == VMT_MACH_BY_TASK ? "task_for_pid" : "proc_pidinfo"};
}

/* --- a walk by task --------------------------------------------------------------------------- */

static void expect_weaver(const struct vmt_process *process)
{
    UNIT_EQUAL_STR(text_of(process->name), "Weaver Helper");
    UNIT_EQUAL_STR(text_of(process->os), "macOS 14.5 (23F79)");
    UNIT_EQUAL_U64(process->macos_major, 14);
    UNIT_EQUAL_STR(text_of(process->arch), "ARM64");
    UNIT_EQUAL_U64(process->page_size, PAGE);
    UNIT_EQUAL_STR(text_of(process->launched_at), "2025-06-15T15:06:40Z");
    CU_ASSERT(process->read_time > 0 && process->captured_at != NULL);
    UNIT_EQUAL_STR(process->grammar, "darwin-mach");
    UNIT_EQUAL_STR(fact_of(process, "Path"), program_path);
    UNIT_EQUAL_STR(fact_of(process, "PPID"), "1");
    UNIT_EQUAL_STR(fact_of(process, "UID"), "501");
    UNIT_EQUAL_STR(fact_of(process, "compressed"), "163840");
    UNIT_EQUAL_U64(process->whole.of[VMT_FOOTPRINT].value, 60 * PAGE);
    UNIT_EQUAL_U64(process->whole.of[VMT_FOOTPRINT_PEAK].upper, 90 * PAGE);
    UNIT_EQUAL_U64(process->whole.of[VMT_RESIDENT_PEAK].value, 500 * PAGE);
    UNIT_EQUAL_U64(process->whole.of[VMT_WIRED].value, 2 * PAGE);
}

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

/* --- from one source to the next -------------------------------------------------------------- */

static void test_mach__vmmap_first(void)
{
    begin_kernel();
    add_subject(902, 1, "Weaver");
    open_kernel(true, VMT_SOURCE_BEST, 0);
    const struct vmt_process *process = read_alone(902);
    CU_ASSERT_FATAL(process != NULL);
    UNIT_EQUAL_STR(process->grammar, "darwin-vmmap");
    UNIT_EQUAL_U64(process->notes.sequence.count, 0);
    end_mac();
}

/* It would be halted. */
static void test_mach__no_vmmap_for_one_of_many(void)
{
    begin_kernel();
    add_weaver();
    set_tool(mac.vmmap, "killed", "9", NULL);
    open_kernel(true, VMT_SOURCE_BEST, 0);
    const struct vmt_process *process = read_as(700, VMT_READ_ALL);
    CU_ASSERT_FATAL(process != NULL);
    UNIT_EQUAL_STR(text_of(process->input), "proc_pidinfo 700");
    UNIT_EQUAL_U64(process->notes.sequence.count, 0);
    process = read_as(700, VMT_READ_STATUS);
    CU_ASSERT_FATAL(process != NULL);
    UNIT_EQUAL_STR(text_of(process->input), "proc_pid_rusage 700");
    UNIT_EQUAL_U64(process->regions.count, 0);
    expect_weaver(process);
    UNIT_EQUAL_U64(process->whole.of[VMT_RESIDENT].value, 400 * PAGE);
    end_mac();
}

static void test_mach__vmmap_is_denied(void)
{
    begin_kernel();
    add_weaver();
    set_tool(mac.vmmap, "fail",
             "[fatal] unable to ask for permission to examine process; run tool using sudo, or "
             "without redirecting stdin and stderr.\n",
             NULL);
    open_kernel(true, VMT_SOURCE_BEST, 0);
    const struct vmt_process *process = read_alone(700);
    CU_ASSERT_FATAL(process != NULL);
    expect_weaver(process);
    UNIT_EQUAL_STR(text_of(process->input), "proc_pidinfo 700");
    CU_ASSERT(process->shortfall == VMT_SHORTFALL_DENIED);
    UNIT_EQUAL_U64(process->notes.sequence.count, 1);
    CU_ASSERT(vmt_slice_find(vmt_slice(note_of(process, 0)), "enable Developer Mode") <
              strlen(note_of(process, 0)));
    expect_records(1, 0, 1);
    end_mac();
}

static void test_mach__vmmap_hangs(void)
{
    begin_kernel();
    add_weaver();
    set_tool(mac.vmmap, "silent", NULL, NULL);
    open_kernel(true, VMT_SOURCE_BEST, SECOND / 5);
    const struct vmt_process *process = read_alone(700);
    CU_ASSERT_FATAL(process != NULL);
    UNIT_EQUAL_STR(text_of(process->input), "proc_pidinfo 700");
    CU_ASSERT(process->shortfall == VMT_SHORTFALL_LATE);
    CU_ASSERT(vmt_slice_ends(vmt_slice(note_of(process, 0)), "; --max-time allows it more"));
    end_mac();
}

static void expect_misdeed(enum misdeed misdeed, const char *note)
{
    begin_kernel();
    add_weaver();
    kernel.machine.user = 0;
    kernel.misdeed = misdeed;
    open_kernel(false, VMT_SOURCE_BEST, misdeed == HANGS ? SECOND / 5 : 0);
    const struct vmt_process *process = read_alone(700);
    CU_ASSERT_FATAL(process != NULL);
    UNIT_EQUAL_STR(text_of(process->input), "proc_pidinfo 700");
    UNIT_EQUAL_U64(process->regions.count, 7);
    CU_ASSERT(vmt_slice_starts(vmt_slice(note_of(process, 0)), note));
    expect_records(1, 0, 1);
    end_mac();
}

static void test_mach__the_walk_misbehaves(void)
{
    expect_misdeed(HANGS, "task_for_pid did not end within ");
    expect_misdeed(CRASHES, "task_for_pid was ended by signal 9");
    expect_misdeed(WRITES_HALF, "half of a walk came back");
    expect_misdeed(WRITES_NONSENSE, "what came back of a walk is damaged");
    expect_misdeed(WRITES_TOO_LONG, "what came back of a walk is damaged");
}

static void test_mach__all_but_totals_is_denied(void)
{
    begin_kernel();
    struct subject *weaver = add_weaver();
    deny(weaver, VMT_MACH_BY_TASK);
    deny(weaver, VMT_MACH_BY_PIDINFO);
    kernel.machine.user = 0;
    open_kernel(false, VMT_SOURCE_BEST, 0);
    const struct vmt_process *process = read_alone(700);
    CU_ASSERT_FATAL(process != NULL);
    expect_weaver(process);
    UNIT_EQUAL_STR(text_of(process->input), "proc_pid_rusage 700");
    CU_ASSERT(process->shortfall == VMT_SHORTFALL_DENIED);
    UNIT_EQUAL_U64(process->notes.sequence.count, 2);
    CU_ASSERT(vmt_slice_starts(vmt_slice(note_of(process, 0)), "task_for_pid: the system gives"));
    weaver->no_totals = (struct vmt_mach_outcome){VMT_MACH_DENIED, 1, "proc_pid_rusage"};
    process = read_alone(700);
    CU_ASSERT(process == NULL && reading.status == VMT_E_IO);
    UNIT_EQUAL_I64(reading.err.cause, EPERM);
    CU_ASSERT(vmt_slice_starts(vmt_slice(reading.err.message),
                               "process 700: task_for_pid: the system gives no access"));
    end_mac();
}

static void test_mach__ends_meanwhile(void)
{
    begin_kernel();
    add_weaver();
    kernel.reused = 700;
    open_kernel(false, VMT_SOURCE_BEST, 0);
    CU_ASSERT(read_alone(700) == NULL);
    CU_ASSERT(vmt_live_has_ended(&reading.err));
    expect_records(0, 0, 0);
    reading.err = VMT_ERROR_INIT;
    CU_ASSERT(read_alone(701) == NULL);
    CU_ASSERT(vmt_live_has_ended(&reading.err));
    end_mac();
}

static void test_mach__time_is_over(void)
{
    begin_kernel();
    add_weaver();
    open_kernel(false, VMT_SOURCE_BEST, 0);
    mac.live.options.all = 1;
    const struct vmt_process *process = read_alone(700);
    CU_ASSERT_FATAL(process != NULL);
    UNIT_EQUAL_STR(text_of(process->input), "proc_pid_rusage 700");
    CU_ASSERT(process->shortfall == VMT_SHORTFALL_LATE);
    end_mac();
}

/* --- one that is asked for -------------------------------------------------------------------- */

static void test_mach__forced(void)
{
    begin_kernel();
    struct subject *weaver = add_weaver();
    set_tool(mac.vmmap, "fail", "vmmap: no\n", NULL);
    open_kernel(true, VMT_SOURCE_MACH, 0);
    const struct vmt_process *process = read_alone(700);
    CU_ASSERT_FATAL(process != NULL);
    UNIT_EQUAL_STR(text_of(process->input), "task_for_pid 700");
    UNIT_EQUAL_U64(process->notes.sequence.count, 0);
    deny(weaver, VMT_MACH_BY_TASK);
    process = read_alone(700);
    CU_ASSERT_FATAL(process != NULL);
    UNIT_EQUAL_STR(text_of(process->input), "proc_pidinfo 700");
    reading.err = VMT_ERROR_INIT;
    mac.live.options.source = VMT_SOURCE_VMMAP;
    CU_ASSERT(read_alone(700) == NULL);
    CU_ASSERT(
        vmt_slice_ends(vmt_slice(reading.err.message), "failed with exit code 255: vmmap: no"));
    end_mac();
}

static void test_mach__footprint(void)
{
    begin_kernel();
    add_subject(334, 1, "node");
    open_kernel(true, VMT_SOURCE_FOOTPRINT, 0);
    const struct vmt_process *process = read_as(334, VMT_READ_STATUS);
    CU_ASSERT_FATAL(process != NULL);
    UNIT_EQUAL_STR(process->grammar, "darwin-footprint");
    UNIT_EQUAL_STR(text_of(process->os), "macOS 14.5 (23F79)");
    UNIT_EQUAL_U64(process->whole.of[VMT_FOOTPRINT].value, 43700224);
    UNIT_EQUAL_U64(process->stated.count, 5);
    set_tool(mac.footprint, "print", mac.dump, NULL); /* another tool's */
    CU_ASSERT(read_as(334, VMT_READ_STATUS) == NULL);
    CU_ASSERT(vmt_slice_ends(vmt_slice(reading.err.message), " printed no report on it"));
    end_mac();
}

static void test_mach__zombie(void)
{
    begin_kernel();
    struct subject *zombie = add_subject(334, 1, "node");
    zombie->told.zombie = true;
    zombie->no_totals = (struct vmt_mach_outcome){VMT_MACH_GONE, 3, "proc_pid_rusage"};
    open_kernel(true, VMT_SOURCE_VMMAP, 0);
    CU_ASSERT(read_alone(334) == NULL);
    UNIT_EQUAL_STR(reading.err.message,
                   "process 334: a zombie: it has ended, and its memory is free");
    end_mac();
}

static void test_mach__memgraph(void)
{
    begin_kernel();
    open_kernel(true, VMT_SOURCE_BEST, 0);
    CU_ASSERT(vmt_live_read_memgraph(&reading.snapshot, &reading.context, &mac.live,
                                     "/tmp/weaver.memgraph", &reading.err) == VMT_OK);
    expect_records(1, 0, 1);
    const struct vmt_process *process = vmt_sequence_last(&reading.snapshot.processes);
    UNIT_EQUAL_STR(text_of(process->input), "/tmp/weaver.memgraph");
    UNIT_EQUAL_U64(process->read_time, 0); /* it does not run */
    set_tool(mac.vmmap, "fail", "vmmap: it is none\n", NULL);
    CU_ASSERT(vmt_live_read_memgraph(&reading.snapshot, &reading.context, &mac.live,
                                     "/tmp/weaver.memgraph", &reading.err) == VMT_E_IO);
    expect_records(1, 0, 1);
    CU_ASSERT(vmt_slice_ends(vmt_slice(reading.err.message), "vmmap: it is none"));
    end_mac();
}

/* What is saved of another system has neither. */
static void test_mach__of_a_saved_tree(void)
{
    begin_kernel();
    const struct vmt_live_options tree = {.root = getenv("VMT_FIXTURES")};
    CU_ASSERT_FATAL(vmt_live_open(&mac.live, &tree, &vmt_allocator_system, &reading.err) == VMT_OK);
    CU_ASSERT(vmt_live_read_memgraph(&reading.snapshot, &reading.context, &mac.live,
                                     "/tmp/weaver.memgraph", &reading.err) == VMT_E_IO);
    UNIT_EQUAL_I64(reading.err.cause, ENOTSUP);
    vmt_live_close(&mac.live);
    const struct vmt_live_options forced = {.root = tree.root, .source = VMT_SOURCE_MACH};
    reading.err = VMT_ERROR_INIT;
    CU_ASSERT(vmt_live_open(&mac.live, &forced, &vmt_allocator_system, &reading.err) == VMT_E_IO);
    UNIT_EQUAL_I64(reading.err.cause, ENOTSUP);
    end_mac();
}

/* --- lists ------------------------------------------------------------------------------------ */

static void list_all(struct vmt_live_list *out)
{
    CU_ASSERT_FATAL(vmt_live_list(out, &mac.live, true, &reading.err) == VMT_OK);
}

static void begin_list(void)
{
    begin_kernel();
    add_subject(0, 0, "kernel_task")->told.user = 0;
    add_subject(1, 0, "launchd")->told.user = 0;
    add_subject(50, 1, "shell");
    add_subject(60, 50, "a_name_of_exactly_31_characters");
    add_subject(61, 50, "worker")->told.zombie = true;
    struct subject *cut = add_subject(62, 60, "a_long_na");
    snprintf(cut->told.path, sizeof cut->told.path, "/opt/bin/a_long_name_of_a_program");
    open_kernel(false, VMT_SOURCE_BEST, 0);
}

static void test_mach__list(void)
{
    struct vmt_live_list list;
    begin_list();
    kernel.more = 1000; /* than there is room for at first */
    list_all(&list);
    UNIT_EQUAL_U64(list.count, 6);
    CU_ASSERT(!list.hidden);
    CU_ASSERT(list.processes[0].kernel_thread && !list.processes[1].kernel_thread);
    CU_ASSERT(list.processes[4].zombie);
    UNIT_EQUAL_U64(list.processes[3].parent, 50);
    CU_ASSERT(list.processes[3].known && list.processes[3].user_known);
    UNIT_EQUAL_U64(list.processes[3].user, 501);
    CU_ASSERT(vmt_slice_equals(list.processes[5].name, vmt_slice("a_long_name_of_a_program")));
    vmt_live_keep_owners(&list);
    UNIT_EQUAL_U64(list.count, 4);
    UNIT_EQUAL_U64(list.kernel_threads, 1);
    UNIT_EQUAL_U64(list.zombies, 1);
    vmt_live_list_free(&list);
    end_mac();
}

static void test_mach__list_by_name(void)
{
    static const struct {
        const char *name;
        uint64_t pid; /* of the only one; 0: there is none */
    } cases[] = {
        {"shell", 50},
        {"SHEL", 50},
        {"a_long_name_of_a_program", 62},
        {"a_long_name_of", 62},
        {"a_name_of_exactly_31_characters_and_more", 60}, /* the kernel has cut it */
        {"a_name_of_exact", 60},
        {"nothing", 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct vmt_live_list list;
        begin_list();
        list_all(&list);
        vmt_live_keep_named(&list, vmt_slice(cases[i].name));
        UNIT_EQUAL_U64(list.count, cases[i].pid == 0 ? 0 : 1);
        CU_ASSERT(list.count == 0 || list.processes[0].pid == cases[i].pid);
        vmt_live_list_free(&list);
        end_mac();
    }
}

static void test_mach__list_by_descent(void)
{
    struct vmt_live_list list;
    begin_list();
    list_all(&list);
    CU_ASSERT(vmt_live_keep_tree(&list, 50, &reading.err) == VMT_OK);
    UNIT_EQUAL_U64(list.count, 4);
    vmt_live_keep_user(&list, 0);
    UNIT_EQUAL_U64(list.count, 0);
    vmt_live_list_free(&list);
    list_all(&list);
    vmt_live_keep_user(&list, 0);
    UNIT_EQUAL_U64(list.count, 2);
    vmt_live_list_free(&list);
    end_mac();
}

static void test_mach__read_a_list(void)
{
    struct vmt_live_list list;
    begin_kernel();
    struct subject *weaver = add_weaver();
    struct subject *other = add_subject(701, 1, "other");
    other->no_totals = (struct vmt_mach_outcome){VMT_MACH_DENIED, 1, "proc_pid_rusage"};
    deny(other, VMT_MACH_BY_PIDINFO);
    set_tool(mac.vmmap, "killed", "9", NULL);
    open_kernel(true, VMT_SOURCE_BEST, 0);
    list_all(&list);
    CU_ASSERT(vmt_live_read_list(&reading.snapshot, &reading.context, &mac.live, &list,
                                 &reading.err) == VMT_OK);
    expect_records(1, 0, 1);
    UNIT_EQUAL_U64(list.denied, 1);
    vmt_live_keep_unread(&list, &mac.live, &reading.snapshot);
    UNIT_EQUAL_U64(list.count, 1);
    UNIT_EQUAL_U64(list.processes[0].pid, 701);
    vmt_live_list_free(&list);
    CU_ASSERT(weaver->region_count == 8);
    end_mac();
}

/* --- the machine ------------------------------------------------------------------------------ */

static void set_host(void)
{
    kernel.host = (struct vmt_mach_host){
        .known = VMT_MACH_HAS_STATISTICS | VMT_MACH_HAS_EVENTS_1 | VMT_MACH_HAS_MEMORY |
                 VMT_MACH_HAS_SWAP | VMT_MACH_HAS_PRESSURE | VMT_MACH_HAS_FREE_PERCENT |
                 VMT_MACH_HAS_PAGE_SIZE,
        .page_size = 16384,
        .memory = UINT64_C(1) << 34,
        .free = 1000,
        .speculative = 300,
        .active = 5000,
        .inactive = 4000,
        .wired = 2000,
        .throttled = 7,
        .purgeable = 50,
        .external = 3000,
        .internal = 6300,
        .compressor = 800,
        .uncompressed = 2400,
        .faults = UINT64_C(5000000000),
        .swapouts = 9,
        .swap_total = 2048,
        .swap_available = 1024,
        .swap_used = 1024,
        .swap_encrypted = true,
        .pressure = 2,
        .free_percent = 41,
    };
}

static void expect_value(const struct vmt_host *host, enum vmt_host_quantity quantity,
                         uint64_t expected)
{
    const struct vmt_sample *sample = vmt_sequence_last(&host->samples);
    for (uint32_t i = 0; i < sample->count; i++) {
        const struct vmt_host_value value = vmt_sample_value(sample, i);
        if (value.quantity == quantity) {
            CU_ASSERT(!value.pages);
            UNIT_EQUAL_U64(value.reading.value, expected);
            return;
        }
    }
    CU_FAIL("it is not stated");
}

static void test_mach__machine(void)
{
    begin_kernel();
    set_host();
    open_kernel(false, VMT_SOURCE_BEST, 0);
    read_host();
    CU_ASSERT_FATAL(reading.status == VMT_OK);
    expect_records(0, 1, 1);
    const struct vmt_host *host = vmt_sequence_last(&reading.snapshot.hosts);
    UNIT_EQUAL_STR(host->grammar, "darwin-mach");
    UNIT_EQUAL_STR(text_of(host->os), "macOS 14.5 (23F79)");
    CU_ASSERT(host->captured_at != NULL);
    const struct vmt_sample *sample = vmt_sequence_last(&host->samples);
    CU_ASSERT(sample->since_boot);
    UNIT_EQUAL_U64(sample->count, 30);
    expect_value(host, VMT_HOST_PAGE_SIZE, 16384);
    expect_value(host, VMT_HOST_TOTAL, UINT64_C(1) << 34);
    expect_value(host, VMT_HOST_FREE, 700 * PAGE); /* as vm_stat prints it */
    expect_value(host, VMT_HOST_SPECULATIVE, 300 * PAGE);
    expect_value(host, VMT_HOST_COMPRESSOR_STORED, 2400 * PAGE);
    expect_value(host, VMT_HOST_COMPRESSOR_OCCUPIED, 800 * PAGE);
    expect_value(host, VMT_HOST_FAULTS, UINT64_C(5000000000));
    expect_value(host, VMT_HOST_SWAPOUTS, 9);
    expect_value(host, VMT_HOST_SWAP_ENCRYPTED, 1);
    expect_value(host, VMT_HOST_PRESSURE_LEVEL, 2);
    expect_value(host, VMT_HOST_FREE_PERMILLE, 410);
    end_mac();
}

static void test_mach__machine_in_part(void)
{
    begin_kernel();
    set_host();
    kernel.host.known = VMT_MACH_HAS_STATISTICS;
    open_kernel(false, VMT_SOURCE_BEST, 0);
    read_host();
    CU_ASSERT_FATAL(reading.status == VMT_OK);
    const struct vmt_host *host = vmt_sequence_last(&reading.snapshot.hosts);
    const struct vmt_sample *sample = vmt_sequence_last(&host->samples);
    UNIT_EQUAL_U64(sample->count, 13);
    const struct vmt_host_value first = vmt_sample_value(sample, 0);
    CU_ASSERT(first.pages && first.reading.value == 700);
    kernel.host.known = 0;
    read_host();
    CU_ASSERT(reading.status == VMT_E_IO);
    UNIT_EQUAL_STR(reading.err.message, "host_statistics64 failed with code 5");
    end_mac();
}

/* The tools know more of it. */
static void test_mach__machine_by_tools(void)
{
    begin_kernel();
    set_host();
    open_kernel(true, VMT_SOURCE_BEST, 0);
    read_host();
    CU_ASSERT(reading.status == VMT_OK);
    expect_records(0, 3, 3);
    mac.live.options.source = VMT_SOURCE_MACH;
    read_host();
    expect_records(0, 4, 4);
    end_mac();
}

static void test_mach__machine_without_tools(void)
{
    begin_kernel();
    set_host();
    mac.vm_stat[0] = mac.memory_pressure[0] = mac.sysctl[0] = "/nowhere/tool";
    open_kernel(true, VMT_SOURCE_BEST, 0);
    read_host();
    CU_ASSERT(reading.status == VMT_OK);
    expect_records(0, 1, 1);
    end_mac();
}

/* --- memory ----------------------------------------------------------------------------------- */

static void test_mach__without_memory(void)
{
    struct counting counting = {.all_after = false};
    const struct vmt_allocator allocator = {counting_allocate, counting_release, &counting};
    begin_kernel();
    add_weaver();
    set_host();
    end_reading();
    bool refused = true;
    for (uint64_t refuse = 1; refused; refuse++) {
        struct vmt_process *process = NULL;
        struct vmt_live_list list = {.count = 0};
        const struct vmt_live_options options = {.mach = &fake_kernel};
        counting = (struct counting){.refuse = refuse};
        begin_reading_with(&allocator);
        enum vmt_status status = vmt_live_open(&mac.live, &options, &allocator, &reading.err);
        if (status == VMT_OK) {
            status = vmt_live_list(&list, &mac.live, true, &reading.err);
        }
        if (status == VMT_OK) {
            status = vmt_live_read(&process, &reading.snapshot, &reading.context, &mac.live,
                                   &list.processes[0], VMT_READ_ALL, &reading.err);
        }
        if (status == VMT_OK) {
            status =
                vmt_live_read_host(&reading.snapshot, &reading.context, &mac.live, &reading.err);
        }
        CU_ASSERT(status == (counting.refused ? VMT_E_NOMEM : VMT_OK));
        if (list.arena.allocator != NULL) {
            vmt_live_list_free(&list);
        }
        refused = counting.refused;
        end_mac();
        UNIT_EQUAL_U64(counting.live, 0);
    }
}

static const struct unit_test tests[] = {
    {"mach__by_task", test_mach__by_task},
    {"mach__types", test_mach__types},
    {"mach__own_references", test_mach__own_references},
    {"mach__of_this_program", test_mach__of_this_program},
    {"mach__pages", test_mach__pages},
    {"mach__by_pidinfo", test_mach__by_pidinfo},
    {"mach__vmmap_first", test_mach__vmmap_first},
    {"mach__no_vmmap_for_one_of_many", test_mach__no_vmmap_for_one_of_many},
    {"mach__vmmap_is_denied", test_mach__vmmap_is_denied},
    {"mach__vmmap_hangs", test_mach__vmmap_hangs},
    {"mach__the_walk_misbehaves", test_mach__the_walk_misbehaves},
    {"mach__all_but_totals_is_denied", test_mach__all_but_totals_is_denied},
    {"mach__ends_meanwhile", test_mach__ends_meanwhile},
    {"mach__time_is_over", test_mach__time_is_over},
    {"mach__forced", test_mach__forced},
    {"mach__footprint", test_mach__footprint},
    {"mach__zombie", test_mach__zombie},
    {"mach__memgraph", test_mach__memgraph},
    {"mach__of_a_saved_tree", test_mach__of_a_saved_tree},
    {"mach__list", test_mach__list},
    {"mach__list_by_name", test_mach__list_by_name},
    {"mach__list_by_descent", test_mach__list_by_descent},
    {"mach__read_a_list", test_mach__read_a_list},
    {"mach__machine", test_mach__machine},
    {"mach__machine_in_part", test_mach__machine_in_part},
    {"mach__machine_by_tools", test_mach__machine_by_tools},
    {"mach__machine_without_tools", test_mach__machine_without_tools},
    {"mach__without_memory", test_mach__without_memory},
};

int main(int argc, char **argv)
{
    find_descriptors(found);
    return UNIT_MAIN("test_mach", tests, argc, argv);
}
