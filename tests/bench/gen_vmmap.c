/* SPDX-License-Identifier: MIT */
/* gen_vmmap ROWS: a vmmap 2.4 dump of so many regions, the same on every system for the same
 * number.  The summary table holds the exact sums, printed as vmmap prints sizes, so that every
 * check of vmtally agrees. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/slice.h"
#include "gen_random.h"

#define PAGE UINT64_C(16384)
#define ROWS_MOST 10000000
#define PID 4242

enum detail { NO_DETAIL, IMAGE, ZONE, THREAD, GUARDED_THREAD, MAPPED_FILE };

struct kind {
    const char *name;
    const char *protection;
    const char *sharing;
    const char *purge;
    unsigned weight;
    unsigned doublings; /* at most so many times the smallest size */
    enum detail detail;
};

/* In the order of the summary table.  Weights and sizes as in dumps of large applications. */
static const struct kind kinds[] = {
    {"Activity Tracing", "rw-/rwx", "PRV", "N", 1, 5, NO_DETAIL},
    {"CG image", "rw-/rwx", "PRV", NULL, 6, 7, NO_DETAIL},
    {"CoreAnimation", "rw-/rwx", "PRV", NULL, 10, 7, NO_DETAIL},
    {"CoreUI image data", "rw-/rwx", "PRV", "N", 4, 6, NO_DETAIL},
    {"IOAccelerator", "rw-/rw-", "SHM", NULL, 8, 8, NO_DETAIL},
    {"IOSurface", "rw-/rw-", "SHM", "N", 6, 9, NO_DETAIL},
    {"Image IO", "rw-/rwx", "PRV", "V", 4, 7, NO_DETAIL},
    {"MALLOC guard page", "---/rwx", "NUL", NULL, 30, 0, NO_DETAIL},
    {"MALLOC metadata", "rw-/rwx", "SHM", NULL, 20, 4, ZONE},
    {"MALLOC_LARGE", "rw-/rwx", "PRV", NULL, 60, 11, ZONE},
    {"MALLOC_LARGE (empty)", "rw-/rwx", "PRV", NULL, 20, 9, ZONE},
    {"MALLOC_SMALL", "rw-/rwx", "PRV", NULL, 50, 9, ZONE},
    {"MALLOC_TINY", "rw-/rwx", "PRV", NULL, 60, 6, ZONE},
    {"STACK GUARD", "---/rwx", "NUL", NULL, 12, 1, GUARDED_THREAD},
    {"Stack", "rw-/rwx", "PRV", NULL, 12, 6, THREAD},
    {"VM_ALLOCATE", "rw-/rwx", "PRV", NULL, 50, 9, NO_DETAIL},
    {"__AUTH_CONST", "r--/rw-", "COW", NULL, 90, 3, IMAGE},
    {"__DATA", "rw-/rw-", "COW", NULL, 110, 4, IMAGE},
    {"__DATA_CONST", "r--/rw-", "COW", NULL, 110, 4, IMAGE},
    {"__DATA_DIRTY", "rw-/rw-", "COW", NULL, 60, 2, IMAGE},
    {"__LINKEDIT", "r--/r--", "COW", NULL, 40, 9, IMAGE},
    {"__OBJC_RO", "r--/r--", "COW", NULL, 10, 10, IMAGE},
    {"__TEXT", "r-x/r-x", "COW", NULL, 180, 9, IMAGE},
    {"dyld private memory", "rw-/rwx", "PRV", NULL, 6, 4, NO_DETAIL},
    {"mapped file", "r--/rw-", "COW", NULL, 24, 9, MAPPED_FILE},
    {"shared memory", "rw-/rw-", "SHM", NULL, 16, 2, NO_DETAIL},
};
#define KINDS (sizeof kinds / sizeof kinds[0])

enum { VIRTUAL, RESIDENT, DIRTY, SWAPPED, VOLATILE, NONVOLATILE, COLUMNS };

struct region {
    uint64_t start;
    uint64_t sizes[SWAPPED + 1];
    const struct kind *kind;
    unsigned chosen; /* which of the details */
};

struct sums {
    uint64_t columns[COLUMNS];
    uint64_t regions;
};

static bool writable(const struct kind *kind)
{
    return kind->protection[1] == 'w';
}

static const struct kind *choose(uint64_t *state)
{
    uint64_t total = 0;
    for (size_t i = 0; i < KINDS; i++) {
        total += kinds[i].weight;
    }
    uint64_t drawn = below(state, total);
    size_t i = 0;
    for (; drawn >= kinds[i].weight; i++) {
        drawn -= kinds[i].weight;
    }
    return &kinds[i];
}

/* Resident and swapped pages are different ones, dirty ones are resident. */
static struct region make_region(uint64_t *state, uint64_t start)
{
    struct region region = {.start = start, .kind = choose(state)};
    uint64_t largest = UINT64_C(1) << below(state, region.kind->doublings + 1);
    uint64_t pages = largest / 2 + 1 + below(state, (largest + 1) / 2);
    uint64_t resident = 0;
    uint64_t dirty = 0;
    uint64_t swapped = 0;
    if (region.kind->protection[0] == 'r') {
        resident = below(state, 4) == 0 ? pages : below(state, pages + 1);
        bool own = writable(region.kind) || below(state, 16) == 0;
        dirty = own ? (below(state, 2) == 0 ? resident : below(state, resident + 1)) : 0;
        swapped = own && below(state, 4) == 0 ? below(state, pages - resident + 1) : 0;
    }
    region.sizes[VIRTUAL] = pages * PAGE;
    region.sizes[RESIDENT] = resident * PAGE;
    region.sizes[DIRTY] = dirty * PAGE;
    region.sizes[SWAPPED] = swapped * PAGE;
    region.chosen = (unsigned)below(state, 1u << 16);
    return region;
}

static void add(struct sums *sums, const struct region *region)
{
    for (size_t i = VIRTUAL; i <= SWAPPED; i++) {
        sums->columns[i] += region->sizes[i];
    }
    if (region->kind->purge != NULL) {
        size_t column = region->kind->purge[0] == 'V' ? VOLATILE : NONVOLATILE;
        sums->columns[column] += region->sizes[DIRTY] + region->sizes[SWAPPED];
    }
    sums->regions++;
}

struct text {
    char data[32];
};

/* Whole K up to four digits, then one decimal, rounded to nearest. */
static struct text size_text(uint64_t bytes)
{
    struct text text;
    uint64_t kilobytes = bytes >> 10; /* pages are whole K */
    if (kilobytes < 10000) {
        snprintf(text.data, sizeof text.data, "%" PRIu64 "K", kilobytes);
        return text;
    }
    const char *unit = "MGT";
    uint64_t kilobytes_each = 1024;
    uint64_t tenths = (kilobytes * 10 + kilobytes_each / 2) / kilobytes_each;
    for (; tenths >= 10240 && unit[1] != '\0'; unit++) {
        kilobytes_each *= 1024;
        tenths = (kilobytes * 10 + kilobytes_each / 2) / kilobytes_each;
    }
    snprintf(text.data, sizeof text.data, "%" PRIu64 ".%" PRIu64 "%c", tenths / 10, tenths % 10,
             *unit);
    return text;
}

/* 28 times 25 images: 700 paths. */
static void print_image(unsigned chosen)
{
    static const char *const firsts[] = {
        "Accessibility", "App",    "Audio",    "Calendar", "Cloud",  "Contacts", "Core",
        "Data",          "Device", "Document", "Family",   "File",   "Graphics", "Home",
        "Image",         "Intent", "Language", "Location", "Mail",   "Media",    "Message",
        "Metal",         "Mobile", "Network",  "Photo",    "Screen", "Security", "Voice"};
    static const char *const seconds[] = {
        "Analysis",   "Assets",    "Bridge",     "Client",   "Common",     "Controls", "Core",
        "Daemon",     "Database",  "Extensions", "Flow",     "Foundation", "Indexing", "Kit",
        "Management", "Model",     "Platform",   "Services", "Settings",   "Sharing",  "Support",
        "Sync",       "Transport", "UI",         "Utilities"};
    const char *first = firsts[chosen % (sizeof firsts / sizeof firsts[0])];
    unsigned rest = chosen / (sizeof firsts / sizeof firsts[0]);
    const char *second = seconds[rest % (sizeof seconds / sizeof seconds[0])];
    switch (rest % 5) {
    case 0:
        printf("/usr/lib/lib%s%s.dylib", first, second);
        break;
    case 1:
        printf("/System/Library/Frameworks/%s%s.framework/Versions/A/%s%s", first, second, first,
               second);
        break;
    default:
        printf("/System/Library/PrivateFrameworks/%s%s.framework/Versions/A/%s%s", first, second,
               first, second);
        break;
    }
}

static void print_detail(enum detail detail, unsigned chosen)
{
    switch (detail) {
    case NO_DETAIL:
        break;
    case IMAGE:
        print_image(chosen);
        break;
    case ZONE:
        printf("%s", chosen % 8 == 0 ? "QuartzCore_0x102f9c000" : "DefaultMallocZone_0x101b98000");
        break;
    case THREAD:
        printf("thread %u", chosen % 48);
        break;
    case GUARDED_THREAD:
        printf("stack guard for thread %u", chosen % 48);
        break;
    case MAPPED_FILE:
        printf("/Users/USER/Library/Caches/org.example.synthetic/store-%02u.db", chosen % 40);
        break;
    }
}

static void print_region(const struct region *region)
{
    const struct kind *kind = region->kind;
    printf("%-26s %10" PRIx64 "-%-10" PRIx64 "   [", kind->name, region->start,
           region->start + region->sizes[VIRTUAL]);
    for (size_t i = VIRTUAL; i <= SWAPPED; i++) {
        printf("%s%6s", i == VIRTUAL ? "" : " ", size_text(region->sizes[i]).data);
    }
    bool purgeable = kind->purge != NULL;
    printf("] %s SM=%s %6s%s  ", kind->protection, kind->sharing, purgeable ? "PURGE=" : "",
           purgeable ? kind->purge : " ");
    print_detail(kind->detail, region->chosen);
    putchar('\n');
}

static void print_section(const char *title, bool of_writable, const struct region *regions,
                          size_t count)
{
    printf("==== %s regions for process %d\n", title, PID);
    puts("REGION TYPE                    START - END         [ VSIZE  RSDNT  DIRTY   SWAP] "
         "PRT/MAX SHRMOD PURGE    REGION DETAIL");
    for (size_t i = 0; i < count; i++) {
        if (writable(regions[i].kind) == of_writable) {
            print_region(&regions[i]);
        }
    }
    putchar('\n');
}

static void print_header(const struct sums *total)
{
    uint64_t footprint = total->columns[DIRTY] + total->columns[SWAPPED];
    printf("Process:         Synthetic [%d]\n", PID);
    puts("Path:            /Applications/Synthetic.app/Contents/MacOS/Synthetic\n"
         "Load Address:    0x100e84000\n"
         "Identifier:      org.example.synthetic\n"
         "Version:         1.0 (1)\n"
         "Code Type:       ARM64\n"
         "Platform:        macOS\n"
         "Parent Process:  launchd [1]\n"
         "\n"
         "Date/Time:       2026-03-17 16:42:09.518 +0100\n"
         "Launch Time:     2026-03-17 09:05:51.204 +0100\n"
         "OS Version:      macOS 15.3.2 (24D81)\n"
         "Report Version:  7\n"
         "Analysis Tool:   /usr/bin/vmmap\n");
    printf("Physical footprint:         %s\n", size_text(footprint).data);
    printf("Physical footprint (peak):  %s\n", size_text(footprint).data);
    puts("Idle exit:                  untracked\n"
         "----\n");
    printf("Virtual Memory Map of process %d (Synthetic)\n", PID);
    puts("Output report format:  2.4  -- 64-bit process");
    printf("VM page size:  %" PRIu64 " bytes\n\n", PAGE);
}

static void print_legend(void)
{
    puts("==== Legend\n"
         "SM=sharing mode:  \n"
         "\tCOW=copy_on_write PRV=private NUL=empty ALI=aliased \n"
         "\tSHM=shared ZER=zero_filled S/A=shared_alias\n"
         "PURGE=purgeable mode:  \n"
         "\tV=volatile N=nonvolatile E=empty   otherwise is unpurgeable\n");
}

static void print_row(const char *name, const struct sums *sums)
{
    static const int widths[COLUMNS] = {9, 8, 8, 8, 8, 8};
    printf("%-29s", name);
    for (size_t i = 0; i < COLUMNS; i++) {
        printf(" %*s", widths[i], size_text(sums->columns[i]).data);
    }
    printf(" %8s %8" PRIu64 " \n", "0K", sums->regions); /* none is empty */
}

static void print_summary(const struct sums *by_kind, const struct sums *total)
{
    static const char rule[] = "===========                     ======= ========    =====  ======="
                               " ========   ======    =====  ======= ";
    printf("==== Summary for process %d\n\n", PID);
    puts("                                VIRTUAL RESIDENT    DIRTY  SWAPPED VOLATILE   NONVOL"
         "    EMPTY   REGION \n"
         "REGION TYPE                        SIZE     SIZE     SIZE     SIZE     SIZE     SIZE"
         "     SIZE    COUNT (non-coalesced) ");
    puts(rule);
    for (size_t i = 0; i < KINDS; i++) {
        if (by_kind[i].regions > 0) {
            print_row(kinds[i].name, &by_kind[i]);
        }
    }
    puts(rule);
    print_row("TOTAL", total);
}

int main(int argc, char **argv)
{
    uint64_t count = 0;
    if (argc != 2 || !vmt_parse_u64(vmt_slice(argv[1]), 10, &count) || count > ROWS_MOST) {
        fprintf(stderr, "usage: gen_vmmap ROWS (at most %d)\n", ROWS_MOST);
        return 64;
    }
    struct region *regions = calloc((size_t)count + 1, sizeof *regions);
    if (regions == NULL) {
        perror("gen_vmmap");
        return 2;
    }
    struct sums by_kind[KINDS] = {0};
    struct sums total = {0};
    uint64_t state = 42;
    uint64_t start = UINT64_C(0x100e84000);
    for (size_t i = 0; i < count; i++) {
        uint64_t gap = below(&state, 4) == 0 ? below(&state, 8) : 0;
        start += gap * PAGE;
        regions[i] = make_region(&state, start);
        start += regions[i].sizes[VIRTUAL];
        add(&by_kind[regions[i].kind - kinds], &regions[i]);
        add(&total, &regions[i]);
    }
    print_header(&total);
    print_section("Non-writable", false, regions, (size_t)count);
    print_section("Writable", true, regions, (size_t)count);
    print_legend();
    print_summary(by_kind, &total);
    free(regions);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 2;
}
