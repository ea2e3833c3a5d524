/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdlib.h>

#include "checks.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* One at a time: they are large, and tests run one after another. */
static struct sim_world world;
static struct trace trace;
static struct sim_ledger ledger;

/* Nobody who is refused, dies or is another in the end. */
static bool is_steady(const struct sim_process *process)
{
    return process->pid != 0 && !process->zombie && process->born == 0 && process->dies == 0 &&
           process->exits == 0 && process->task != SIM_DENIED && process->task != SIM_HANGS &&
           (process->task == SIM_ALLOWED || world.kernel.user == 0 ||
            world.kernel.user == process->user);
}

static void walk(uint32_t pid, enum vmt_mach_way way, bool exact, bool identity)
{
    const struct vmt_mach_walk how = {.pid = pid, .way = way, .exact = exact, .identity = identity};
    trace_walk(&trace, &how);
}

/* --- what the scenarios themselves expect ----------------------------------------------------- */

static bool region_value(uint64_t *out, const struct vmt_mach_region *region, const char *key)
{
    const struct {
        const char *key;
        uint64_t value;
    } values[] = {{"size", region->size},
                  {"offset", region->offset},
                  {"page_size", region->page_size},
                  {"tag", region->tag},
                  {"depth", region->depth},
                  {"mode", region->share_mode},
                  {"protection", region->protection},
                  {"max_protection", region->max_protection},
                  {"purge", region->purge},
                  {"references", region->references},
                  {"shadows", region->shadow_depth},
                  {"external", region->external},
                  {"resident", region->resident},
                  {"dirty", region->dirtied},
                  {"swapped", region->swapped},
                  {"copied", region->copied},
                  {"reusable", region->reusable},
                  {"wired", region->wired},
                  {"path", region->path_length}};
    for (size_t i = 0; i < COUNT(values); i++) {
        if (strcmp(values[i].key, key) == 0) {
            *out = values[i].value;
            return true;
        }
    }
    return false;
}

static bool truth_value(uint64_t *out, const struct sim_truth *truth, const char *key)
{
    const struct {
        const char *key;
        uint64_t value;
    } values[] = {{"resident", truth->resident},
                  {"dirty", truth->dirty},
                  {"swapped", truth->swapped},
                  {"private_clean", truth->private_clean},
                  {"private_dirty", truth->private_dirty},
                  {"shared_clean", truth->shared_clean},
                  {"shared_dirty", truth->shared_dirty},
                  {"private_swapped", truth->private_swapped},
                  {"anonymous", truth->anonymous},
                  {"file", truth->file},
                  {"file_dirty", truth->file_dirty},
                  {"reusable", truth->reusable},
                  {"copied", truth->copied},
                  {"share", truth->share / SIM_SHARES}};
    for (size_t i = 0; i < COUNT(values); i++) {
        if (strcmp(values[i].key, key) == 0) {
            *out = values[i].value;
            return true;
        }
    }
    return false;
}

static const struct vmt_mach_region *region_at(uint64_t address)
{
    for (uint32_t i = 0; i < trace.region_count; i++) {
        if (trace.regions[i].address == address) {
            return &trace.regions[i];
        }
    }
    return NULL;
}

static void hold_expected(const char *scenario, const struct sim_expected *expected)
{
    char what[96];
    uint64_t value = 0;
    snprintf(what, sizeof(what), "line %u: %s", expected->line, expected->key);
    if (expected->of_region) {
        walk(expected->pid, VMT_MACH_BY_TASK, false, false);
        const struct vmt_mach_region *region = region_at(expected->address);
        holds(region != NULL && region_value(&value, region, expected->key), scenario,
              expected->pid, expected->address, "there is such a region, with such a value");
    } else {
        holds(sim_truth(&ledger, &world, trace_process(&world, expected->pid)) &&
                  truth_value(&value, &ledger.whole, expected->key),
              scenario, expected->pid, 0, "there is such a truth");
    }
    equal(value, expected->value, scenario, expected->pid, expected->address, what);
}

static void test_scenarios__what_they_expect(void)
{
    const char *name;
    for (size_t place = 0; trace_next_scenario(&world, &name, &place);) {
        sim_start(&world);
        holds(world.expected_count > 0, name, 0, 0, "something is expected");
        for (uint32_t i = 0; i < world.expected_count; i++) {
            hold_expected(name, &world.expected[i]);
        }
        is_clean(name);
    }
}

/* --- what the kernel counts is true ----------------------------------------------------------- */

static void hold_counts(const char *name, uint32_t pid, const struct vmt_mach_region *region,
                        const struct sim_leaf *leaf)
{
    const uint64_t page = region->page_size;
    const struct sim_truth *truth = &leaf->truth;
    equal(region->resident * page, truth->resident, name, pid, leaf->start, "resident");
    if (region->share_mode != 8) { /* SM_LARGE_PAGE, at which nobody looks */
        equal(region->dirtied * page, truth->dirty, name, pid, leaf->start, "dirty");
    }
    equal(region->swapped * page, truth->swapped, name, pid, leaf->start, "swapped");
    if ((region->known & VMT_MACH_HAS_REUSABLE) != 0) {
        equal(region->reusable * page, truth->reusable, name, pid, leaf->start, "reusable");
    }
}

static void hold_dispositions(const char *name, uint32_t pid, const struct vmt_mach_region *region,
                              const struct sim_leaf *leaf)
{
    const uint64_t page = region->page_size;
    const struct vmt_mach_dispositions *pages = &region->pages;
    const struct sim_truth *truth = &leaf->truth;
    if ((region->known & VMT_MACH_HAS_DISPOSITIONS) == 0) {
        return;
    }
    equal(pages->present * page, truth->resident, name, pid, leaf->start, "pages present");
    equal(pages->dirty * page, truth->dirty, name, pid, leaf->start, "pages dirty");
    equal(pages->external * page, truth->file, name, pid, leaf->start, "pages of files");
    equal(pages->copied * page, truth->copied, name, pid, leaf->start, "pages copied");
    equal(pages->reusable * page, truth->reusable, name, pid, leaf->start, "pages reusable");
    equal(pages->swapped * page, truth->swapped, name, pid, leaf->start, "pages swapped");
}

static uint32_t own_references(uint64_t object)
{
    uint32_t own = 0;
    for (uint32_t i = 0; i < trace.region_count; i++) {
        own += trace.regions[i].depth == 0 && trace.regions[i].object == object;
    }
    return own;
}

/* What may be concluded from a record, and no more. */
static void hold_conclusions(const char *name, uint32_t pid, const struct vmt_mach_region *region,
                             const struct sim_leaf *leaf)
{
    const struct sim_truth *truth = &leaf->truth;
    const uint64_t private = truth->private_clean + truth->private_dirty;
    /* SM_PRIVATE, SM_PRIVATE_ALIASED, SM_LARGE_PAGE */
    const bool by_mode =
        region->share_mode == 2 || region->share_mode == 6 || region->share_mode == 8;
    const bool by_references = region->references == 1;
    const bool all_own = region->shadow_depth == 0 && region->references > 0 &&
                         own_references(region->object) == region->references;
    holds((uint64_t)region->copied * region->page_size <= private, name, pid, leaf->start,
          "what was copied is private");
    if (region->depth == 0 && (by_mode || by_references || all_own)) {
        equal(private, truth->resident, name, pid, leaf->start, "all of it private");
        equal(truth->private_swapped, truth->swapped, name, pid, leaf->start,
              "all of it private, swapped");
    }
    if (region->external == 0 && (region->known & VMT_MACH_HAS_EXTERNAL) != 0) {
        equal(truth->file, 0, name, pid, leaf->start, "nothing of a file");
    }
}

static void hold_regions(const char *name, uint32_t pid)
{
    equal(trace.outcome.answer, VMT_MACH_OK, name, pid, 0, "outcome");
    if (!equal(trace.region_count, ledger.count, name, pid, 0, "regions")) {
        return;
    }
    for (uint32_t i = 0; i < ledger.count; i++) {
        const struct vmt_mach_region *region = &trace.regions[i];
        const struct sim_leaf *leaf = &ledger.leaves[i];
        equal(region->address, leaf->start, name, pid, leaf->start, "address");
        equal(region->size, leaf->end - leaf->start, name, pid, leaf->start, "size");
        equal(region->depth, leaf->depth, name, pid, leaf->start, "depth");
        hold_counts(name, pid, region, leaf);
        hold_dispositions(name, pid, region, leaf);
        hold_conclusions(name, pid, region, leaf);
    }
}

static void test_walk_task__is_true(void)
{
    const char *name;
    for (size_t place = 0; trace_next_scenario(&world, &name, &place);) {
        for (uint32_t i = 0; i < world.process_count; i++) {
            if (!is_steady(&world.processes[i])) {
                continue;
            }
            sim_start(&world);
            holds(sim_truth(&ledger, &world, i), name, world.processes[i].pid, 0, "a ledger");
            walk(world.processes[i].pid, VMT_MACH_BY_TASK, true, false);
            hold_regions(name, world.processes[i].pid);
            is_clean(name);
        }
    }
}

/* --- by proc_pidinfo -------------------------------------------------------------------------- */

/* Submaps are one region each, of which nothing is known. */
static void hold_top_regions(const char *name, uint32_t place)
{
    const uint32_t pid = world.processes[place].pid;
    const struct sim_map *map = &world.maps[world.processes[place].map];
    uint32_t leaf = 0;
    equal(trace.outcome.answer, VMT_MACH_OK, name, pid, 0, "outcome");
    if (!equal(trace.region_count, map->count, name, pid, 0, "regions by pidinfo")) {
        return;
    }
    for (uint32_t i = 0; i < map->count; i++) {
        const struct vmt_mach_region *region = &trace.regions[i];
        equal(region->address, world.entries[map->first + i].start, name, pid, 0, "address");
        if (world.entries[map->first + i].submap >= 0) {
            equal(region->share_mode, 3, name, pid, region->address, "of a submap");
            equal(region->resident, 0, name, pid, region->address, "pages of a submap");
            holds(region->depth > 0, name, pid, region->address, "depth of a submap");
            continue;
        }
        while (leaf < ledger.count && ledger.leaves[leaf].start < region->address) {
            leaf++;
        }
        hold_counts(name, pid, region, &ledger.leaves[leaf]);
    }
}

static void test_walk_pidinfo__is_true(void)
{
    const char *name;
    for (size_t place = 0; trace_next_scenario(&world, &name, &place);) {
        for (uint32_t i = 0; i < world.process_count; i++) {
            if (!is_steady(&world.processes[i]) || world.processes[i].info == SIM_DENIED) {
                continue;
            }
            sim_start(&world);
            holds(sim_truth(&ledger, &world, i), name, world.processes[i].pid, 0, "a ledger");
            walk(world.processes[i].pid, VMT_MACH_BY_PIDINFO, false, false);
            hold_top_regions(name, i);
            is_clean(name);
        }
    }
}

/* --- which pages they are --------------------------------------------------------------------- */

#define UNITS 262144
#define UNIT 4096

/* A piece of a page that a process has. */
static struct unit {
    uint64_t object;
    uint64_t unit;
    uint32_t place; /* of the process */
} units[UNITS];
static size_t unit_count;

static int compare_units(const void *left, const void *right)
{
    const struct unit *a = left;
    const struct unit *b = right;
    if (a->object != b->object) {
        return a->object < b->object ? -1 : 1;
    }
    if (a->unit != b->unit) {
        return a->unit < b->unit ? -1 : 1;
    }
    return (a->place > b->place) - (a->place < b->place);
}

static void add_units(uint32_t place)
{
    for (uint32_t i = 0; i < trace.page_count; i++) {
        const uint32_t size = trace.regions[trace.page_regions[i]].page_size;
        for (uint32_t at = 0; at < size && unit_count < UNITS; at += UNIT) {
            units[unit_count++] =
                (struct unit){trace.pages[i].object, (trace.pages[i].offset + at) / UNIT, place};
        }
    }
}

/* What each process has of the pages, each shared out among those that have it. */
static void share_units(uint64_t *shares)
{
    qsort(units, unit_count, sizeof(units[0]), compare_units);
    for (size_t i = 0, next; i < unit_count; i = next) {
        uint32_t holders = 0;
        for (next = i; next < unit_count && units[next].object == units[i].object &&
                       units[next].unit == units[i].unit;
             next++) {
            holders += next == i || units[next].place != units[next - 1].place;
        }
        for (size_t k = i; k < next; k++) {
            if (k == i || units[k].place != units[k - 1].place) {
                shares[units[k].place] += (uint64_t)UNIT * SIM_SHARES / holders;
            }
        }
    }
}

/* Pages of the shared region are not listed, and those of who cannot be walked are not seen. */
static bool tells_all_pages(void)
{
    for (uint32_t i = 0; i < world.process_count; i++) {
        const struct sim_process *process = &world.processes[i];
        if (world.maps[process->map].count > 0 &&
            (!is_steady(process) || process->pages == SIM_DENIED)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < world.entry_count; i++) {
        if (world.entries[i].submap >= 0 || world.entries[i].superpage) {
            return false;
        }
    }
    return world.kernel.range_query;
}

static void test_pages__shares_are_exact(void)
{
    const char *name;
    uint32_t compared = 0;
    for (size_t place = 0; trace_next_scenario(&world, &name, &place);) {
        uint64_t shares[SIM_PROCESSES] = {0};
        unit_count = 0;
        if (!tells_all_pages()) {
            continue;
        }
        sim_start(&world);
        for (uint32_t i = 0; i < world.process_count; i++) {
            if (is_steady(&world.processes[i])) {
                walk(world.processes[i].pid, VMT_MACH_BY_TASK, false, true);
                add_units(i);
            }
        }
        share_units(shares);
        for (uint32_t i = 0; i < world.process_count; i++) {
            holds(sim_truth(&ledger, &world, i), name, world.processes[i].pid, 0, "a ledger");
            equal(shares[i], ledger.whole.share, name, world.processes[i].pid, 0, "share");
        }
        is_clean(name);
        compared++;
    }
    CU_ASSERT(compared > 0 && unit_count < UNITS);
}

static const struct unit_test tests[] = {
    {"scenarios__what_they_expect", test_scenarios__what_they_expect},
    {"walk_task__is_true", test_walk_task__is_true},
    {"walk_pidinfo__is_true", test_walk_pidinfo__is_true},
    {"pages__shares_are_exact", test_pages__shares_are_exact},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_mach", tests, argc, argv);
}
