/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "source/mach_parts.h"

static uint32_t at_most(uint32_t pages, uint64_t limit)
{
    return pages < limit ? pages : (uint32_t)limit;
}

void vmt_mach_cut_visited(struct vmt_mach_region *region, uint64_t next)
{
    if (region->address >= next) {
        return;
    }
    const uint64_t visited = next - region->address;
    region->address += visited;
    region->size -= visited;
    region->offset += visited;
    const uint64_t pages = (region->size + region->page_size - 1) / region->page_size;
    region->resident = at_most(region->resident, pages);
    region->dirtied = at_most(region->dirtied, pages);
    region->swapped = at_most(region->swapped, pages);
    region->copied = at_most(region->copied, pages);
    region->reusable = at_most(region->reusable, pages);
}
