/* SPDX-License-Identifier: MIT */
/* gen_vm_stat ROWS: what `vm_stat 1` prints in so many seconds.  Each 21 rows the headings come
 * again, and the row after them counts from boot, as vm_stat's does. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/slice.h"
#include "gen_random.h"

#define ROWS_PER_HEADING 21
#define ROWS_MOST 100000000

/* The columns, as their headings are printed; what a row prints of a counter is what was added. */
enum { GAUGES_FIRST = 7, COUNTERS_FIRST = 5, GAUGES_SECOND = 4, COUNTERS_SECOND = 6 };
enum { COLUMNS = GAUGES_FIRST + COUNTERS_FIRST + GAUGES_SECOND + COUNTERS_SECOND };

static const char heading[] =
    "Mach Virtual Memory Statistics: (page size of 16384 bytes)\n"
    "    free   active   specul inactive throttle    wired  prgable   faults     copy    0fill "
    "reactive   purged file-backed anonymous cmprssed cmprssor  dcomprs   comprs  pageins  pageout  "
    "swapins swapouts\n";

/* Pages to begin with, and what a second adds at most. */
static const struct {
    uint64_t start;
    uint64_t step;
} columns[COLUMNS] = {
    {61305, 3000}, {524147, 2000}, {91924, 200},     {520352, 1000}, {0, 1},
    {265442, 500}, {9455, 50},     {91545150, 9000}, {2172090, 700}, {40604480, 5000},
    {310900, 40},  {120400, 20},   {356929, 900},    {689494, 2000}, {712523, 900},
    {189584, 400}, {4604300, 300}, {9120400, 500},   {7023470, 200}, {40200, 5},
    {120030, 4},   {190400, 4},
};

static bool is_counter(unsigned column)
{
    return (column >= GAUGES_FIRST && column < GAUGES_FIRST + COUNTERS_FIRST) ||
           column >= GAUGES_FIRST + COUNTERS_FIRST + GAUGES_SECOND;
}

int main(int argc, char **argv)
{
    uint64_t rows = 0;
    if (argc != 2 || !vmt_parse_u64(vmt_slice(argv[1]), 10, &rows) || rows > ROWS_MOST) {
        fprintf(stderr, "usage: gen_vm_stat ROWS (at most %d)\n", ROWS_MOST);
        return 64;
    }
    uint64_t totals[COLUMNS];
    uint64_t state = 7;
    for (unsigned i = 0; i < COLUMNS; i++) {
        totals[i] = columns[i].start;
    }
    for (uint64_t row = 0; row < rows; row++) {
        bool first = row % ROWS_PER_HEADING == 0;
        if (first) {
            fputs(heading, stdout);
        }
        for (unsigned i = 0; i < COLUMNS; i++) {
            uint64_t added = below(&state, columns[i].step);
            uint64_t shown = columns[i].start + added; /* a gauge wavers about where it began */
            if (is_counter(i)) {
                totals[i] += added;
                shown = first ? totals[i] : added;
            }
            /* "file-backed" and "anonymous" are wider than the others. */
            printf("%*" PRIu64 " ", i == 12 ? 11 : i == 13 ? 9 : 8, shown);
        }
        putchar('\n');
    }
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 2;
}
