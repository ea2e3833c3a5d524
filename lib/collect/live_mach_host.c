/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdio.h>

#include "collect/live_mach.h"

/* The machine, in the quantities that vm_stat, sysctl and memory_pressure state, each as they
 * define it. */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define VALUES_MOST 40

struct values {
    uint32_t count;
    struct vmt_host_value of[VALUES_MOST];
};

static void add(struct values *values, enum vmt_host_quantity quantity, uint64_t value,
                uint64_t quantum, bool pages)
{
    values->of[values->count++] = (struct vmt_host_value){
        .reading = {value, quantum}, .quantity = (uint16_t)quantity, .pages = pages};
}

/* As bytes where the size of a page is known, which fits: pages are counted in 32 bits. */
static void add_pages(struct values *values, const struct vmt_mach_host *host,
                      enum vmt_host_quantity quantity, uint64_t pages)
{
    bool known = (host->known & VMT_MACH_HAS_PAGE_SIZE) != 0 && host->page_size > 0 &&
                 pages <= UINT64_MAX / host->page_size;
    add(values, quantity, known ? pages * host->page_size : pages, 0, !known);
}

static void add_statistics(struct values *values, const struct vmt_mach_host *host)
{
    /* vm_stat prints free pages without the speculative ones, which the kernel counts among them:
     * system_cmds vm_stat/vm_stat.c. */
    uint64_t free = host->free > host->speculative ? host->free - host->speculative : 0;
    const struct {
        enum vmt_host_quantity quantity;
        uint64_t pages;
        bool revision_1;
    } pages[] = {
        {VMT_HOST_FREE, free, false},
        {VMT_HOST_ACTIVE, host->active, false},
        {VMT_HOST_INACTIVE, host->inactive, false},
        {VMT_HOST_SPECULATIVE, host->speculative, false},
        {VMT_HOST_WIRED, host->wired, false},
        {VMT_HOST_PURGEABLE, host->purgeable, false},
        {VMT_HOST_THROTTLED, host->throttled, true},
        {VMT_HOST_FILE_BACKED, host->external, true},
        {VMT_HOST_ANONYMOUS, host->internal, true},
        {VMT_HOST_COMPRESSOR_STORED, host->uncompressed, true},
        {VMT_HOST_COMPRESSOR_OCCUPIED, host->compressor, true},
    };
    const struct {
        enum vmt_host_quantity quantity;
        uint64_t events;
        bool revision_1;
    } events[] = {
        {VMT_HOST_FAULTS, host->faults, false},
        {VMT_HOST_COPY_ON_WRITE, host->copy_on_write, false},
        {VMT_HOST_ZERO_FILLED, host->zero_filled, false},
        {VMT_HOST_REACTIVATED, host->reactivations, false},
        {VMT_HOST_PURGED, host->purges, false},
        {VMT_HOST_PAGEINS, host->pageins, false},
        {VMT_HOST_PAGEOUTS, host->pageouts, false},
        {VMT_HOST_DECOMPRESSIONS, host->decompressions, true},
        {VMT_HOST_COMPRESSIONS, host->compressions, true},
        {VMT_HOST_SWAPINS, host->swapins, true},
        {VMT_HOST_SWAPOUTS, host->swapouts, true},
    };
    bool revision_1 = (host->known & VMT_MACH_HAS_EVENTS_1) != 0;
    for (size_t i = 0; i < COUNT(pages); i++) {
        if (revision_1 || !pages[i].revision_1) {
            add_pages(values, host, pages[i].quantity, pages[i].pages);
        }
    }
    for (size_t i = 0; i < COUNT(events); i++) {
        if (revision_1 || !events[i].revision_1) {
            add(values, events[i].quantity, events[i].events, 0, false);
        }
    }
}

static void add_settings(struct values *values, const struct vmt_mach_host *host)
{
    if ((host->known & VMT_MACH_HAS_MEMORY) != 0) {
        add(values, VMT_HOST_TOTAL, host->memory, 0, false);
    }
    if ((host->known & VMT_MACH_HAS_SWAP) != 0) {
        add(values, VMT_HOST_SWAP_TOTAL, host->swap_total, 0, false);
        add(values, VMT_HOST_SWAP_USED, host->swap_used, 0, false);
        add(values, VMT_HOST_SWAP_FREE, host->swap_available, 0, false);
        add(values, VMT_HOST_SWAP_ENCRYPTED, host->swap_encrypted ? 1 : 0, 0, false);
    }
    if ((host->known & VMT_MACH_HAS_PRESSURE) != 0) {
        add(values, VMT_HOST_PRESSURE_LEVEL, host->pressure, 0, false);
    }
    if ((host->known & VMT_MACH_HAS_FREE_PERCENT) != 0) {
        /* The kernel divides whole numbers: up to one percent is cut off. */
        add(values, VMT_HOST_FREE_PERMILLE, (uint64_t)host->free_percent * 10, 20, false);
    }
}

static enum vmt_status add_host(struct vmt_snapshot *snapshot, const struct vmt_live *live,
                                const struct values *values, struct vmt_error *err)
{
    struct vmt_input_record *input = NULL;
    struct vmt_host *host = NULL;
    enum vmt_status status =
        vmt_snapshot_add_input(&input, snapshot, vmt_slice("host_statistics64"), err);
    if (status == VMT_OK) {
        status = vmt_snapshot_add_host(&host, snapshot, input, err);
    }
    if (status != VMT_OK) {
        return status;
    }
    host->grammar = "darwin-mach";
    host->platform = VMT_PLATFORM_DARWIN;
    struct vmt_sample *sample = vmt_sequence_add(&host->samples);
    if (sample == NULL ||
        !vmt_sample_keep(sample, &snapshot->arena, values->of, values->count, NULL)) {
        return vmt_arena_fail(&snapshot->arena, err);
    }
    sample->since_boot = true;
    status = vmt_snapshot_string(&host->captured_at, snapshot, vmt_slice(live->now), err);
    if (status == VMT_OK && live->system != NULL) {
        status = vmt_snapshot_string(&host->os, snapshot, vmt_slice(live->system), err);
    }
    return status;
}

enum vmt_status vmt_mach_read_host(struct vmt_snapshot *snapshot, const struct vmt_live *live,
                                   struct vmt_error *err)
{
    struct vmt_mach_host host = {.known = 0};
    struct values values = {.count = 0};
    const struct vmt_mach_outcome outcome = live->mach->host(&host);
    if ((host.known & VMT_MACH_HAS_PAGE_SIZE) != 0) {
        add(&values, VMT_HOST_PAGE_SIZE, host.page_size, 0, false);
    }
    if ((host.known & VMT_MACH_HAS_STATISTICS) != 0) {
        add_statistics(&values, &host);
    }
    add_settings(&values, &host);
    if (values.count == 0) {
        return vmt_mach_fail(&outcome, err);
    }
    struct vmt_snapshot_mark before = vmt_snapshot_mark(snapshot);
    enum vmt_status status = add_host(snapshot, live, &values, err);
    if (status != VMT_OK) {
        vmt_snapshot_cut(snapshot, &before);
    }
    return status;
}
