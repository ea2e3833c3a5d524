/* SPDX-License-Identifier: MIT */
/* /proc/PID/smaps and what it says of a process: a reader of its own. */
#include "config.h"

#include "accuracy.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "number.h"

#define KIB 1024

static const char *const fields[COUNTS] = {
    [RSS] = "Rss:",
    [PSS] = "Pss:",
    [SHARED_CLEAN] = "Shared_Clean:",
    [SHARED_DIRTY] = "Shared_Dirty:",
    [PRIVATE_CLEAN] = "Private_Clean:",
    [PRIVATE_DIRTY] = "Private_Dirty:",
    [SWAP] = "Swap:",
    [SWAP_PSS] = "SwapPss:",
};

static bool starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static const char *after_blanks(const char *at)
{
    return at + strspn(at, " \t");
}

static const char *after_word(const char *at)
{
    return after_blanks(at + strcspn(at, " \t"));
}

/* The path of a mapping; one of our own under the same name wherever it lies. */
static void set_path(struct mapping *mapping, const char *path, const char *const own[2])
{
    for (size_t i = 0; i < 2; i++) {
        if (own[i] != NULL && starts(path, own[i]) && path[strlen(own[i])] == '/') {
            snprintf(mapping->path, sizeof mapping->path, "%s%s", OWN_DIRECTORY,
                     path + strlen(own[i]));
            return;
        }
    }
    snprintf(mapping->path, sizeof mapping->path, "%s", path);
}

/* `55d0c7a00000-55d0c7a21000 rw-p 00000000 00:00 0          [heap]` */
static void read_mapping(struct process *out, const char *line, const char *const own[2])
{
    out->mappings = get_memory(out->mappings, (out->mapping_count + 1) * sizeof *out->mappings);
    struct mapping *mapping = &out->mappings[out->mapping_count++];
    *mapping = (struct mapping){.start = take_number(&line, 16)};
    line += *line == '-' ? 1 : 0;
    mapping->end = take_number(&line, 16);
    line = after_blanks(line);
    snprintf(mapping->permissions, sizeof mapping->permissions, "%.4s", line);
    if (strlen(mapping->permissions) != 4 || mapping->end <= mapping->start) {
        fail("smaps: not a mapping", line);
    }
    line = after_word(line);
    const char *path = after_word(after_word(after_word(line)));
    snprintf(mapping->place, sizeof mapping->place, "%.*s", (int)(path - line), line);
    size_t end = strlen(mapping->place);
    while (end > 0 && mapping->place[end - 1] == ' ') {
        mapping->place[--end] = '\0';
    }
    set_path(mapping, path, own);
}

static void read_field(struct process *out, const char *line)
{
    for (size_t i = 0; i < COUNTS; i++) {
        if (starts(line, fields[i]) && out->mapping_count > 0) {
            const char *at = after_blanks(line + strlen(fields[i]));
            out->mappings[out->mapping_count - 1].counts[i] = take_number(&at, 10) * KIB;
        }
    }
}

void smaps_read(struct process *out, FILE *file, const char *const own[2])
{
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, file) > 0) {
        line[strcspn(line, "\n")] = '\0';
        if (strchr("0123456789abcdef", line[0]) != NULL) {
            read_mapping(out, line, own);
        } else {
            read_field(out, line);
        }
    }
    free(line);
}

void smaps_write(const struct process *process, FILE *file)
{
    for (size_t i = 0; i < process->mapping_count; i++) {
        const struct mapping *mapping = &process->mappings[i];
        fprintf(file, "%" PRIx64 "-%" PRIx64 " %s %s%s%s\n", mapping->start, mapping->end,
                mapping->permissions, mapping->place, mapping->path[0] == '\0' ? "" : " ",
                mapping->path);
        for (size_t j = 0; j < COUNTS; j++) {
            fprintf(file, "%-15s %8" PRIu64 " kB\n", fields[j], mapping->counts[j] / KIB);
        }
    }
}

bool smaps_equal(const struct process *a, const struct process *b)
{
    bool equal = a->mapping_count == b->mapping_count;
    for (size_t i = 0; equal && i < a->mapping_count; i++) {
        const struct mapping *first = &a->mappings[i];
        const struct mapping *second = &b->mappings[i];
        equal = first->start == second->start && first->end == second->end &&
                strcmp(first->path, second->path) == 0 &&
                memcmp(first->counts, second->counts, sizeof first->counts) == 0;
    }
    return equal;
}

void smaps_free(struct process *process)
{
    free(process->mappings);
    process->mappings = NULL;
    process->mapping_count = 0;
}

uint64_t smaps_sum(const struct process *process, enum count count)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < process->mapping_count; i++) {
        sum += process->mappings[i].counts[count];
    }
    return sum;
}

bool smaps_is_shared_mapping(const struct mapping *mapping)
{
    return mapping->permissions[3] == 's';
}

/* Processes that are not of the group may have it too: the kernel's own mappings and files that are
 * not the group's. */
static bool is_of_others(const struct mapping *mapping)
{
    const char *path = mapping->path;
    if (path[0] == '[') {
        return !starts(path, "[heap]") && !starts(path, "[stack");
    }
    return path[0] == '/' && !starts(path, OWN_DIRECTORY) && !starts(path, "/memfd:") &&
           !starts(path, "/dev/zero");
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static void add(struct truth *truth, uint64_t low, uint64_t high)
{
    truth->low += low;
    truth->high += high;
}

static void add_exactly(struct truth *truth, uint64_t bytes)
{
    add(truth, bytes, bytes);
}

/* Pss is cut to whole kB after each page's part was cut to 1/4096 of a byte.  Divided by those of
 * the group alone it is more, where others have the pages too. */
static void add_proportional(struct truth truth[MEMBERS], const struct mapping *mapping)
{
    const uint64_t *counts = mapping->counts;
    bool shared = counts[SHARED_CLEAN] + counts[SHARED_DIRTY] > 0;
    uint64_t high = shared ? least(counts[PSS] + KIB, counts[RSS]) : counts[PSS];
    add(&truth[MEMBER_PSS], counts[PSS], high);
    add(&truth[MEMBER_SHARE], counts[PSS], is_of_others(mapping) ? counts[RSS] : high);
}

/* Of p private and s shared pages SwapPss is at most p + s/2; of shared memory Swap counts pages of
 * the object too, and SwapPss does not. */
static void add_swapped(struct truth truth[MEMBERS], const struct mapping *mapping)
{
    uint64_t all = mapping->counts[SWAP];
    uint64_t share = least(mapping->counts[SWAP_PSS], all);
    uint64_t high = least(share + (share < all ? KIB : 0), all);
    uint64_t low = share - least(share, all - share);
    bool object = smaps_is_shared_mapping(mapping);
    add_exactly(&truth[MEMBER_SWAPPED], all);
    add(&truth[MEMBER_SWAP_PSS], object ? 0 : share, object ? all : high);
    add(&truth[MEMBER_SWAPPED_PRIVATE], object ? 0 : low, object ? all : high);
}

static void add_sum(struct truth truth[MEMBERS], enum member sum, enum member first,
                    enum member second)
{
    add(&truth[sum], truth[first].low, truth[first].high);
    add(&truth[sum], truth[second].low, truth[second].high);
}

void smaps_truth(const struct process *process, struct truth truth[MEMBERS])
{
    for (size_t i = 0; i < MEMBERS; i++) {
        truth[i] = (struct truth){0, 0};
    }
    for (size_t i = 0; i < process->mapping_count; i++) {
        const struct mapping *mapping = &process->mappings[i];
        const uint64_t *counts = mapping->counts;
        add_exactly(&truth[MEMBER_RESIDENT], counts[RSS]);
        add_exactly(&truth[MEMBER_RSS], counts[RSS]);
        add_exactly(&truth[MEMBER_PRIVATE_CLEAN], counts[PRIVATE_CLEAN]);
        add_exactly(&truth[MEMBER_PRIVATE_DIRTY], counts[PRIVATE_DIRTY]);
        add_exactly(&truth[MEMBER_SHARED_CLEAN], counts[SHARED_CLEAN]);
        add_exactly(&truth[MEMBER_SHARED_DIRTY], counts[SHARED_DIRTY]);
        add_proportional(truth, mapping);
        add_swapped(truth, mapping);
    }
    add_sum(truth, MEMBER_CLEAN, MEMBER_PRIVATE_CLEAN, MEMBER_SHARED_CLEAN);
    add_sum(truth, MEMBER_DIRTY, MEMBER_PRIVATE_DIRTY, MEMBER_SHARED_DIRTY);
    add_sum(truth, MEMBER_USS, MEMBER_PRIVATE_CLEAN, MEMBER_PRIVATE_DIRTY);
    add_sum(truth, MEMBER_PRIVATE_FOOTPRINT, MEMBER_PRIVATE_DIRTY, MEMBER_SWAPPED_PRIVATE);
}
