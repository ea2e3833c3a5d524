/* SPDX-License-Identifier: MIT */
/* What vmmap would show of a process, and no more: sizes rounded as it rounds them, the sharing
 * mode from the mapping alone.  Whose the pages are is what vmtally has to say. */
#include "config.h"

#include "accuracy.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../bench/gen_random.h"

#define SIZE_LENGTH 24

/* `512`, `16K`, `9999K`, `9.8M`, `1.5G` */
static const char *print_size(char out[SIZE_LENGTH], uint64_t bytes)
{
    uint64_t unit = UINT64_C(1) << 20;
    if (bytes < 4096 && bytes % 1024 != 0) {
        snprintf(out, SIZE_LENGTH, "%" PRIu64, bytes);
    } else if ((bytes + 512) / 1024 < 10000) {
        snprintf(out, SIZE_LENGTH, "%" PRIu64 "K", (bytes + 512) / 1024);
    } else {
        unit <<= (bytes * 10 + unit / 2) / unit < 10000 ? 0 : 10;
        uint64_t tenths = (bytes * 10 + unit / 2) / unit;
        snprintf(out, SIZE_LENGTH, "%" PRIu64 ".%" PRIu64 "%c", tenths / 10, tenths % 10,
                 unit == UINT64_C(1) << 20 ? 'M' : 'G');
    }
    return out;
}

/* A file that has a name: neither the kernel's own, nor memory without one. */
static bool has_file(const struct mapping *mapping)
{
    static const char deleted[] = " (deleted)";
    size_t length = strlen(mapping->path);
    size_t tail = sizeof deleted - 1;
    return mapping->path[0] == '/' &&
           (length < tail || strcmp(mapping->path + length - tail, deleted) != 0);
}

/* Whether code of the file is mapped too. */
static bool is_image(const struct process *process, const struct mapping *mapping)
{
    for (size_t i = 0; i < process->mapping_count; i++) {
        const struct mapping *other = &process->mappings[i];
        if (other->permissions[2] == 'x' && strcmp(other->path, mapping->path) == 0) {
            return true;
        }
    }
    return false;
}

static const char *type_of(const struct process *process, const struct mapping *mapping)
{
    bool stack = strncmp(mapping->path, "[stack", 6) == 0;
    if (strncmp(mapping->permissions, "---", 3) == 0) {
        return stack ? "STACK GUARD" : "MALLOC guard page";
    }
    if (has_file(mapping)) {
        bool image = mapping->permissions[3] == 'p' && is_image(process, mapping);
        return !image                           ? "mapped file"
               : mapping->permissions[2] == 'x' ? "__TEXT"
               : mapping->permissions[1] == 'w' ? "__DATA"
                                                : "__LINKEDIT";
    }
    if (smaps_is_shared_mapping(mapping)) {
        return "shared memory";
    }
    return stack ? "Stack" : mapping->permissions[1] == 'w' ? "MALLOC_LARGE" : "VM_ALLOCATE";
}

static void write_row(FILE *file, const struct process *process, const struct mapping *mapping)
{
    char sizes[4][SIZE_LENGTH];
    char ends[2][SIZE_LENGTH];
    const uint64_t *counts = mapping->counts;
    bool named = has_file(mapping);
    snprintf(ends[0], SIZE_LENGTH, "%" PRIx64, mapping->start);
    snprintf(ends[1], SIZE_LENGTH, "%" PRIx64, mapping->end);
    fprintf(file, "%-24s %12s-%-12s [%6s %6s %6s %6s] %.3s/rwx SM=%s%s%s\n",
            type_of(process, mapping), ends[0], ends[1],
            print_size(sizes[0], mapping->end - mapping->start), print_size(sizes[1], counts[RSS]),
            print_size(sizes[2], counts[SHARED_DIRTY] + counts[PRIVATE_DIRTY]),
            print_size(sizes[3], counts[SWAP]), mapping->permissions,
            smaps_is_shared_mapping(mapping) ? "SHM" : "COW", named ? "          " : "",
            named ? mapping->path : "");
}

/* All numbers below `count`, in their order or with a seed in any. */
static size_t *make_order(size_t count, uint64_t seed)
{
    size_t *order = get_memory(NULL, (count + 1) * sizeof *order);
    for (size_t i = 0; i < count; i++) {
        size_t other = seed == 0 ? i : (size_t)below(&seed, i + 1);
        order[i] = order[other];
        order[other] = i;
    }
    return order;
}

void text_write(FILE *file, const struct process *process, uint64_t seed)
{
    fprintf(file,
            "Process:         %s [%u]\n"
            "Code Type:       ARM64\n" /* whose shared cache is where Linux has nothing */
            "Date/Time:       2026-01-01 12:00:00.000 +0000\n"
            "OS Version:      macOS 13.6 (22G120)\n"
            "Report Version:  7\n"
            "----\n\n"
            "Virtual Memory Map of process %u (%s)\n"
            "Output report format:  2.4  -- 64-bit process\n"
            "VM page size:  4096 bytes\n\n" /* a whole part of any: sizes are not in pages */
            "==== regions for process %u  (non-writable and writable regions are interleaved)\n"
            "REGION TYPE                    START - END         [ VSIZE  RSDNT  DIRTY   SWAP] "
            "PRT/MAX SHRMOD PURGE    REGION DETAIL\n",
            process->name, process->pid, process->pid, process->name, process->pid);
    size_t *order = make_order(process->mapping_count, seed);
    for (size_t i = 0; i < process->mapping_count; i++) {
        write_row(file, process, &process->mappings[order[i]]);
    }
    free(order);
    fputs("\n==== Legend\nSM=sharing mode:\n", file);
}
