/* SPDX-License-Identifier: MIT */
/* gen_smaps MAPPINGS: /proc/PID/smaps of Linux 6 with so many mappings, about 850 bytes each.  The
 * parts of each mapping add up. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/slice.h"
#include "gen_random.h"

#define MAPPINGS_MOST 10000000

struct kind {
    const char *flags;
    const char *name; /* of the file, %u being one of some hundred; "" for none */
    bool file;
};

static const struct kind kinds[] = {
    {"r--p", "/usr/lib/x86_64-linux-gnu/libinvented-%u.so.4", true},
    {"r-xp", "/usr/lib/x86_64-linux-gnu/libinvented-%u.so.4", true},
    {"rw-p", "/usr/lib/x86_64-linux-gnu/libinvented-%u.so.4", true},
    {"rw-p", "", false},
    {"rw-p", "", false},
    {"---p", "", false},
    {"r--s", "/home/ledger/cache/shard-%u.db", true},
    {"rw-s", "/dev/shm/pool-%u", true},
};
#define KINDS (sizeof kinds / sizeof kinds[0])

static void print_size(const char *field, uint64_t kilobytes)
{
    printf("%-16s %7" PRIu64 " kB\n", field, kilobytes);
}

/* How the resident pages are shared, and what becomes of them. */
static void print_sizes(uint64_t *state, const struct kind *kind, uint64_t pages)
{
    uint64_t resident = kind->flags[0] == '-' ? 0 : below(state, pages + 1);
    uint64_t shared = kind->file ? below(state, resident + 1) : 0;
    uint64_t sharers = 2 + below(state, 60);
    uint64_t owned = resident - shared;
    bool writable = kind->flags[1] == 'w';
    uint64_t dirty = writable ? owned : 0;
    uint64_t swapped = writable && !kind->file ? below(state, pages - resident + 1) : 0;
    print_size("Size:", pages * 4);
    print_size("KernelPageSize:", 4);
    print_size("MMUPageSize:", 4);
    print_size("Rss:", resident * 4);
    print_size("Pss:", owned * 4 + shared * 4 / sharers);
    print_size("Pss_Dirty:", dirty * 4);
    print_size("Shared_Clean:", shared * 4);
    print_size("Shared_Dirty:", 0);
    print_size("Private_Clean:", (owned - dirty) * 4);
    print_size("Private_Dirty:", dirty * 4);
    print_size("Referenced:", resident * 4);
    print_size("Anonymous:", dirty * 4);
    print_size("KSM:", 0);
    print_size("LazyFree:", 0);
    print_size("AnonHugePages:", 0);
    print_size("ShmemPmdMapped:", 0);
    print_size("FilePmdMapped:", 0);
    print_size("Shared_Hugetlb:", 0);
    print_size("Private_Hugetlb:", 0);
    print_size("Swap:", swapped * 4);
    print_size("SwapPss:", swapped * 4);
    print_size("Locked:", 0);
    puts("THPeligible:           0");
}

/* The name of a file begins in column 74. */
static void print_mapping(const struct kind *kind, uint64_t start, uint64_t end, unsigned number)
{
    char line[160];
    snprintf(line, sizeof line, "%" PRIx64 "-%" PRIx64 " %s %08x %s %u ", start, end, kind->flags,
             kind->file ? 0x1000 * (number % 7) : 0, kind->file ? "08:02" : "00:00",
             kind->file ? 400000 + number : 0);
    if (kind->file) {
        const char *mark = strchr(kind->name, '%');
        printf("%-73s%.*s%u%s\n", line, (int)(mark - kind->name), kind->name, number, mark + 2);
    } else {
        puts(line);
    }
}

int main(int argc, char **argv)
{
    uint64_t count = 0;
    if (argc != 2 || !vmt_parse_u64(vmt_slice(argv[1]), 10, &count) || count > MAPPINGS_MOST) {
        fprintf(stderr, "usage: gen_smaps MAPPINGS (at most %d)\n", MAPPINGS_MOST);
        return 64;
    }
    uint64_t state = 11;
    uint64_t start = UINT64_C(0x7f0a10000000);
    for (uint64_t i = 0; i < count; i++) {
        const struct kind *kind = &kinds[below(&state, KINDS)];
        uint64_t pages = 1 + below(&state, UINT64_C(1) << below(&state, 11));
        unsigned number = (unsigned)below(&state, 300);
        print_mapping(kind, start, start + pages * 4096, number);
        print_sizes(&state, kind, pages);
        printf("VmFlags: %s%s%smr mw me sd \n", kind->flags[0] == 'r' ? "rd " : "",
               kind->flags[1] == 'w' ? "wr " : "", kind->flags[2] == 'x' ? "ex " : "");
        start += pages * 4096 + (below(&state, 4) == 0 ? 8192 : 0);
    }
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 2;
}
