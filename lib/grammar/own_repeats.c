/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/own_repeats.h"

#include <stdlib.h>

static int compare_u64(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b ? 1 : 0;
}

/* What tells regions of a process apart.  Strings of one process are one pointer. */
static int compare_places(const struct vmt_region *a, const struct vmt_region *b)
{
    int order = compare_u64(a->start, b->start);
    order = order == 0 ? compare_u64(a->end, b->end) : order;
    order = order == 0 ? compare_u64(a->submap_depth, b->submap_depth) : order;
    order = order == 0 ? compare_u64((uintptr_t)a->type, (uintptr_t)b->type) : order;
    return order == 0 ? compare_u64((uintptr_t)a->detail, (uintptr_t)b->detail) : order;
}

static int compare_regions(const void *first, const void *second)
{
    const struct vmt_region *a = *(const struct vmt_region *const *)first;
    const struct vmt_region *b = *(const struct vmt_region *const *)second;
    int order = compare_places(a, b);
    return order == 0 ? compare_u64(a->line, b->line) : order;
}

/* Whether they come as most reports have them: each behind the one before. */
static bool are_in_order(const struct vmt_process *process)
{
    struct vmt_walker walker = {0};
    const struct vmt_region *before = NULL;
    const struct vmt_region *region = NULL;
    while ((region = vmt_sequence_next(&process->regions, &walker)) != NULL) {
        if (!region->ranged) {
            continue;
        }
        if (before != NULL && before->start >= region->start) {
            return false;
        }
        before = region;
    }
    return true;
}

enum vmt_status vmt_own_count_repeats(uint64_t *out, const struct vmt_parse *parse,
                                      const struct vmt_process *process, struct vmt_error *err)
{
    *out = 0;
    if (are_in_order(process)) {
        return VMT_OK;
    }
    const struct vmt_allocator *allocator = parse->context->allocator;
    const struct vmt_region **regions = NULL;
    if (process->regions.count <= SIZE_MAX / sizeof *regions) {
        regions = allocator->allocate(allocator->self, process->regions.count * sizeof *regions);
    }
    if (regions == NULL) {
        return vmt_fail_nomem(err);
    }
    size_t count = 0;
    struct vmt_walker walker = {0};
    const struct vmt_region *region = NULL;
    while ((region = vmt_sequence_next(&process->regions, &walker)) != NULL) {
        if (region->ranged && region->end > region->start) {
            regions[count++] = region;
        }
    }
    qsort((void *)regions, count, sizeof *regions, compare_regions);
    for (size_t i = 1; i < count; i++) {
        *out += compare_places(regions[i - 1], regions[i]) == 0 ? 1 : 0;
    }
    allocator->release(allocator->self, (void *)regions);
    return VMT_OK;
}
