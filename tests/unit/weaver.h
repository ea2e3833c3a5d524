/* SPDX-License-Identifier: MIT */
#ifndef VMT_UNIT_WEAVER_H
#define VMT_UNIT_WEAVER_H

/* A process of the kernel of macOS that a test makes up, and what is asked of one that was read. */

#include "fake_kernel.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PAGE UINT64_C(16384)

static const char program_path[] = "/Applications/Weaver.app/Contents/MacOS/Weaver Helper";
static const char cache_path[] = "/System/Library/dyld/dyld_shared_cache_arm64e";

/* A process with one region of each interesting kind. */
static inline struct subject *add_weaver(void)
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

static inline const struct vmt_region *region_at(const struct vmt_process *process, uint64_t start)
{
    struct vmt_walker walker = {0};
    const struct vmt_region *region = NULL;
    while ((region = vmt_sequence_next(&process->regions, &walker)) != NULL) {
        if (region->start == start) {
            return region;
        }
    }
    CU_FAIL_FATAL("no such region");
    abort(); /* for compilers that cannot see that this does not return */
}

static inline void expect_sizes(const struct vmt_region *region, uint64_t virtual,
                                uint64_t resident, uint64_t dirty, uint64_t swapped)
{
    const uint64_t expected[] = {virtual, resident, dirty, swapped};
    UNIT_EQUAL_U64(region->known, 15);
    for (size_t i = 0; i < 4; i++) {
        UNIT_EQUAL_U64(region->stated[i].value, expected[i] * PAGE);
        UNIT_EQUAL_U64(region->stated[i].quantum, 0);
    }
}

static inline void expect_type(const struct vmt_process *process, uint64_t start, const char *name)
{
    UNIT_EQUAL_STR(region_at(process, start)->type->printed->data, name);
}

static inline struct vmt_process *read_as(uint64_t pid, unsigned what)
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

static inline struct vmt_process *read_alone(uint64_t pid)
{
    return read_as(pid, VMT_READ_ALL | VMT_READ_ALONE);
}

static inline const char *note_of(const struct vmt_process *process, size_t index)
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

static inline const char *fact_of(const struct vmt_process *process, const char *key)
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

static inline void deny(struct subject *subject, enum vmt_mach_way way)
{
    subject->denied[way] = (struct vmt_mach_outcome){
        VMT_MACH_DENIED, 5, way == VMT_MACH_BY_TASK ? "task_for_pid" : "proc_pidinfo"};
}

static inline void expect_weaver(const struct vmt_process *process)
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

#endif
