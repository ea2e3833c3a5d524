/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "source/mach_parts.h"

/* Pages of one query: the kernel makes a record of 32 bytes of each (osfmk/vm/vm_user.c,
 * mach_vm_page_range_query), and looks at them under the locks of the target. */
enum { CHUNK = 4096 };

struct chunk {
    uint64_t address;
    size_t count;
    int dispositions[CHUNK];
};

/* Those of the pages from `address` on; false when they are not told. */
static bool ask(struct chunk *chunk, const struct vmt_mach_region *region, uint64_t address,
                mach_port_t port)
{
    const uint64_t left = region->address + region->size - address;
    const uint64_t most = (uint64_t)CHUNK * region->page_size;
    const uint64_t size = left < most ? left : most;
    chunk->address = address;
    chunk->count = (size_t)((size + region->page_size - 1) / region->page_size);
    mach_vm_size_t count = chunk->count;
    return mach_vm_page_range_query(port, address, size, (mach_vm_address_t)chunk->dispositions,
                                    &count) == KERN_SUCCESS &&
           count == chunk->count;
}

static bool has(int disposition, int bits)
{
    return (disposition & bits) == bits;
}

static void count_page(struct vmt_mach_dispositions *pages, int page)
{
    const bool dirty = has(page, VM_PAGE_QUERY_PAGE_DIRTY);
    const bool copied = has(page, VM_PAGE_QUERY_PAGE_COPIED);
    if (has(page, VM_PAGE_QUERY_PAGE_PRESENT)) {
        pages->present++;
        pages->dirty += dirty;
        pages->external += has(page, VM_PAGE_QUERY_PAGE_EXTERNAL);
        pages->copied += copied;
        pages->copied_dirty += copied && dirty;
        pages->reusable += !dirty && has(page, VM_PAGE_QUERY_PAGE_REUSABLE);
    } else if (has(page, VM_PAGE_QUERY_PAGE_PAGED_OUT)) {
        pages->swapped++;
        pages->copied_swapped += copied;
    }
}

void vmt_mach_count_pages(struct vmt_mach_region *region, mach_port_t port)
{
    struct vmt_mach_dispositions pages = {0};
    struct chunk chunk;
    uint64_t left = region->size;
    /* The kernel has already looked at each of a region that has none: a reservation can be large.
     */
    if (region->resident == 0 && region->swapped == 0) {
        left = 0;
    }
    while (left > 0) {
        if (!ask(&chunk, region, region->address + region->size - left, port)) {
            return;
        }
        for (size_t i = 0; i < chunk.count; i++) {
            count_page(&pages, chunk.dispositions[i]);
        }
        const uint64_t told = (uint64_t)chunk.count * region->page_size;
        left -= told < left ? told : left;
    }
    region->pages = pages;
    region->known |= VMT_MACH_HAS_DISPOSITIONS;
}

/* --- one by one ------------------------------------------------------------------------------- */

/* A page that went away since it was listed is not visited. */
static bool visit_page(uint64_t address, mach_port_t port, const struct vmt_mach_visitor *visitor)
{
    struct vm_page_info_basic info = {0};
    mach_msg_type_number_t count = VM_PAGE_INFO_BASIC_COUNT;
    if (mach_vm_page_info(port, address, VM_PAGE_INFO_BASIC, (vm_page_info_t)&info, &count) !=
            KERN_SUCCESS ||
        count < VM_PAGE_INFO_BASIC_COUNT || !has(info.disposition, VM_PAGE_QUERY_PAGE_PRESENT)) {
        return true;
    }
    const struct vmt_mach_page page = {
        .object = info.object_id,
        .offset = info.offset,
        .disposition = (uint32_t)info.disposition,
    };
    return visitor->page(visitor->self, &page);
}

static bool visit_chunk(const struct chunk *chunk, uint32_t page_size, mach_port_t port,
                        const struct vmt_mach_visitor *visitor)
{
    for (size_t i = 0; i < chunk->count; i++) {
        if (has(chunk->dispositions[i], VM_PAGE_QUERY_PAGE_PRESENT) &&
            !visit_page(chunk->address + (uint64_t)i * page_size, port, visitor)) {
            return false;
        }
    }
    return true;
}

bool vmt_mach_visit_pages(const struct vmt_mach_region *region, mach_port_t port,
                          const struct vmt_mach_visitor *visitor)
{
    struct chunk chunk;
    uint64_t left = region->pages.present > 0 ? region->size : 0;
    while (left > 0) {
        if (!ask(&chunk, region, region->address + region->size - left, port)) {
            return true;
        }
        if (!visit_chunk(&chunk, region->page_size, port, visitor)) {
            return false;
        }
        const uint64_t told = (uint64_t)chunk.count * region->page_size;
        left -= told < left ? told : left;
    }
    return true;
}
