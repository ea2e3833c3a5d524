/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/slice.h"
#include "trace.h"

/* Usage: as_vmmap PID...
 *
 * Prints processes of the scenario VMT_SCENARIO as vmmap 2.4 would, with -interleaved -noCoalesce
 * -w: what the kernel tells, rounded and named as there.  So what is concluded from the text can be
 * held against what is true. */

#define NAMES 32
#define SIZE_TEXT 24

static struct sim_world world;
static struct trace trace;

/* --- words ------------------------------------------------------------------------------------ */

static const char *tag_name(const struct vmt_mach_region *region)
{
    static const struct {
        uint32_t tag;
        const char *name;
    } names[] = {{2, "MALLOC_SMALL"},          {3, "MALLOC_LARGE"},   {7, "MALLOC_TINY"},
                 {8, "MALLOC_LARGE_REUSABLE"}, {30, "Stack"},         {32, "shared pmap"},
                 {53, "WebKit Malloc"},        {100, "IOAccelerator"}};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].tag == region->tag) {
            return names[i].name;
        }
    }
    return "VM_ALLOCATE";
}

/* Segments of a library or a program are named after what may be done with them. */
static const char *segment_name(const struct vmt_mach_region *region)
{
    if ((region->protection & 4) != 0) {
        return "__TEXT";
    }
    return (region->protection & 2) != 0 ? "__DATA" : "__LINKEDIT";
}

static const char *type_name(const struct vmt_mach_region *region)
{
    const bool none = region->protection == 0;
    if (region->depth > 0 || region->tag == 33 || region->tag == 35 ||
        (region->path_length > 0 && (region->protection & 4) != 0)) {
        return segment_name(region);
    }
    if (region->path_length > 0) {
        return "mapped file";
    }
    if (none && region->tag != 0) {
        return region->tag == 30 ? "STACK GUARD" : "MALLOC guard page";
    }
    if (region->tag == 0 && region->share_mode == 5) {
        return "shared memory";
    }
    return tag_name(region);
}

static const char *mode_name(uint32_t mode)
{
    static const char *const names[] = {"???", "COW", "PRV", "NUL", "ALI",
                                        "SHM", "ZER", "S/A", "LPG"};
    return names[mode < sizeof(names) / sizeof(names[0]) ? mode : 0];
}

static const char *protection_text(char *text, uint32_t protection)
{
    for (unsigned i = 0; i < 3; i++) {
        text[i] = (protection >> i & 1) != 0 ? "rwx"[i] : '-';
    }
    text[3] = '\0';
    return text;
}

/* Whole K below 10 MB, one decimal above. */
static const char *size_text(char *text, uint64_t size)
{
    static const char units[] = "MGT";
    unsigned unit = 0;
    double value = (double)size / 1048576;
    if (value < 10) {
        snprintf(text, SIZE_TEXT, "%" PRIu64 "K", (size + 512) / 1024);
        return text;
    }
    for (; value >= 1000 && units[unit + 1] != '\0'; unit++) {
        value /= 1024;
    }
    snprintf(text, SIZE_TEXT, "%.1f%c", value, units[unit]);
    return text;
}

/* It asks for the dispositions of pages where the kernel tells them (system_cmds:gcore/notes.c,
 * populate_region_dispositions), which know more of a superpage. */
static uint64_t dirty_of(const struct vmt_mach_region *region)
{
    const bool told = (region->known & VMT_MACH_HAS_DISPOSITIONS) != 0;
    return (told ? region->pages.dirty : region->dirtied) * region->page_size;
}

/* --- regions ---------------------------------------------------------------------------------- */

static void print_region(const struct vmt_mach_region *region)
{
    static const char *const purges[] = {" PURGE=N", " PURGE=V", " PURGE=E"};
    const uint64_t page = region->page_size;
    const char *detail = region->depth > 0 ? "/usr/lib/libSystem.B.dylib" : region->path;
    char sizes[4][SIZE_TEXT];
    char now[4];
    char most[4];
    printf("%-24s    %9" PRIx64 "-%-12" PRIx64 " [%6s %6s %6s %6s] %s/%s SM=%s", type_name(region),
           region->address, region->address + region->size, size_text(sizes[0], region->size),
           size_text(sizes[1], region->resident * page), size_text(sizes[2], dirty_of(region)),
           size_text(sizes[3], region->swapped * page), protection_text(now, region->protection),
           protection_text(most, region->max_protection), mode_name(region->share_mode));
    fputs(region->purge < 3 ? purges[region->purge] : detail[0] == '\0' ? "" : "        ", stdout);
    printf("  %s\n", detail);
}

/* --- the summary ------------------------------------------------------------------------------ */

struct sum {
    const char *name;
    uint64_t sizes[7]; /* virtual, resident, dirty, swapped, volatile, nonvolatile, empty */
    uint32_t regions;
};

static void add_region(struct sum *sum, const struct vmt_mach_region *region)
{
    const uint64_t resident = (uint64_t)region->resident * region->page_size;
    sum->sizes[0] += region->size;
    sum->sizes[1] += resident;
    sum->sizes[2] += dirty_of(region);
    sum->sizes[3] += (uint64_t)region->swapped * region->page_size;
    sum->sizes[4] += region->purge == VMT_MACH_PURGE_VOLATILE ? resident : 0;
    sum->sizes[5] += region->purge == VMT_MACH_PURGE_NONVOLATILE ? resident : 0;
    sum->sizes[6] += region->purge == VMT_MACH_PURGE_EMPTY ? region->size : 0;
    sum->regions++;
}

static void print_sum(const struct sum *sum)
{
    char sizes[7][SIZE_TEXT];
    for (size_t i = 0; i < 7; i++) {
        size_text(sizes[i], sum->sizes[i]);
    }
    printf("%-33s %8s %8s %8s %8s %8s %8s %8s %8" PRIu32 " \n", sum->name, sizes[0], sizes[1],
           sizes[2], sizes[3], sizes[4], sizes[5], sizes[6], sum->regions);
}

static void print_summary(uint32_t pid)
{
    static const char line[] =
        "===========                        ======= ========    =====  ======= "
        "========   ======    =====  ======= ";
    struct sum sums[NAMES];
    struct sum total = {.name = "TOTAL"};
    uint32_t count = 0;
    memset(sums, 0, sizeof(sums));
    for (uint32_t i = 0; i < trace.region_count; i++) {
        const char *name = type_name(&trace.regions[i]);
        uint32_t at = 0;
        while (at < count && strcmp(sums[at].name, name) != 0) {
            at++;
        }
        if (at == NAMES) {
            abort();
        }
        count += at == count;
        sums[at].name = name;
        add_region(&sums[at], &trace.regions[i]);
        add_region(&total, &trace.regions[i]);
    }
    printf("\n==== Summary for process %" PRIu32 "\n\n", pid);
    puts("                                   VIRTUAL RESIDENT    DIRTY  SWAPPED VOLATILE   NONVOL"
         "    EMPTY   REGION ");
    puts("REGION TYPE                           SIZE     SIZE     SIZE     SIZE     SIZE     SIZE"
         "     SIZE    COUNT (non-coalesced) ");
    puts(line);
    for (uint32_t i = 0; i < count; i++) {
        print_sum(&sums[i]);
    }
    puts(line);
    print_sum(&total);
}

/* --- a process -------------------------------------------------------------------------------- */

static void print_header(const struct sim_process *process, const struct vmt_mach_totals *totals)
{
    char size[SIZE_TEXT];
    printf("Process:         %s [%" PRIu32 "]\n", process->name, process->pid);
    printf("Path:            %s\n", process->path);
    printf("Code Type:       %s\n", process->translated ? "X86-64 (translated)"
                                    : strcmp(world.kernel.machine, "arm64") == 0 ? "ARM64"
                                                                                 : "X86-64");
    printf("Platform:        macOS\n\n");
    printf("OS Version:      macOS %s (%s)\n", world.kernel.version, world.kernel.build);
    printf("Report Version:  7\nAnalysis Tool:   /usr/bin/vmmap\n\n");
    printf("Physical footprint:         %s\n", size_text(size, totals->footprint));
    printf("Physical footprint (peak):  %s\n", size_text(size, totals->footprint_peak));
    printf("----\n\nVirtual Memory Map of process %" PRIu32 " (%s)\n", process->pid, process->name);
    printf("Output report format:  2.4  -- 64-bit process\n");
    printf("VM page size:  %" PRIu32 " bytes\n\n", totals->page_size);
}

static bool print_process(uint32_t pid)
{
    const struct vmt_mach_walk walk = {.pid = pid, .way = VMT_MACH_BY_TASK, .exact = true};
    struct vmt_mach_totals totals;
    sim_start(&world);
    vmt_mach_here()->totals(&totals, pid);
    trace_walk(&trace, &walk);
    if (trace.outcome.answer != VMT_MACH_OK) {
        return false;
    }
    print_header(&world.processes[trace_process(&world, pid)], &totals);
    printf("==== regions for process %" PRIu32
           "  (non-writable and writable regions are interleaved)\n",
           pid);
    puts("REGION TYPE                    START - END         [ VSIZE  RSDNT  DIRTY   SWAP] PRT/MAX "
         "SHRMOD PURGE    REGION DETAIL");
    for (uint32_t i = 0; i < trace.region_count; i++) {
        print_region(&trace.regions[i]);
    }
    print_summary(pid);
    putchar('\n');
    return true;
}

int main(int argc, char **argv)
{
    const char *path = getenv("VMT_SCENARIO");
    if (path == NULL || !sim_scenario_read(&world, path)) {
        fputs("as_vmmap: VMT_SCENARIO names no scenario\n", stderr);
        return 1;
    }
    for (int i = 1; i < argc; i++) {
        uint64_t pid;
        if (!vmt_parse_u64(vmt_slice(argv[i]), 10, &pid) || pid > UINT32_MAX ||
            !print_process((uint32_t)pid)) {
            fprintf(stderr, "as_vmmap: process %s cannot be walked\n", argv[i]);
            return 1;
        }
    }
    return 0;
}
