/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "model/host.h"

#define GAUGE VMT_HOST_GAUGE
#define COUNTER VMT_HOST_COUNTER

const struct vmt_host_info vmt_host_quantities[VMT_HOST_COUNT] = {
    [VMT_HOST_PAGE_SIZE] = {"page_size", "page size", GAUGE, VMT_UNIT_BYTES,
                            "Bytes of a page, as the evidence states it."},
    [VMT_HOST_TOTAL] = {"total", "physical memory", GAUGE, VMT_UNIT_BYTES,
                        "Memory of the machine."},
    [VMT_HOST_FREE] = {"free", "free", GAUGE, VMT_UNIT_BYTES,
                       "Pages that hold nothing; on macOS speculative pages are apart."},
    [VMT_HOST_ACTIVE] = {"active", "active", GAUGE, VMT_UNIT_BYTES, "Pages used lately."},
    [VMT_HOST_INACTIVE] = {"inactive", "inactive", GAUGE, VMT_UNIT_BYTES, "Pages not used lately."},
    [VMT_HOST_SPECULATIVE] = {"speculative", "speculative", GAUGE, VMT_UNIT_BYTES,
                              "Pages read ahead and not used yet."},
    [VMT_HOST_THROTTLED] = {"throttled", "throttled", GAUGE, VMT_UNIT_BYTES,
                            "Pages that wait for a slow pager."},
    [VMT_HOST_WIRED] = {"wired", "wired", GAUGE, VMT_UNIT_BYTES, "Pages that cannot be paged out."},
    [VMT_HOST_PURGEABLE] = {"purgeable", "purgeable", GAUGE, VMT_UNIT_BYTES,
                            "Volatile purgeable memory: may be dropped."},
    [VMT_HOST_FILE_BACKED] = {"file_backed", "file-backed", GAUGE, VMT_UNIT_BYTES,
                              "Pages that a file holds."},
    [VMT_HOST_ANONYMOUS] = {"anonymous", "anonymous", GAUGE, VMT_UNIT_BYTES,
                            "Pages without a file behind them."},
    [VMT_HOST_COMPRESSOR_STORED] = {"compressor_stored", "stored in the compressor", GAUGE,
                                    VMT_UNIT_BYTES, "Pages it holds, by their size before."},
    [VMT_HOST_COMPRESSOR_OCCUPIED] = {"compressor_occupied", "occupied by the compressor", GAUGE,
                                      VMT_UNIT_BYTES, "Memory that the compressor itself takes."},
    [VMT_HOST_SWAP_TOTAL] = {"swap_total", "swap", GAUGE, VMT_UNIT_BYTES,
                             "Size of the swap space."},
    [VMT_HOST_SWAP_USED] = {"swap_used", "swap used", GAUGE, VMT_UNIT_BYTES,
                            "The part of it in use."},
    [VMT_HOST_SWAP_FREE] = {"swap_free", "swap free", GAUGE, VMT_UNIT_BYTES, "The rest of it."},
    [VMT_HOST_SWAP_ENCRYPTED] = {"swap_encrypted", "swap encrypted", GAUGE, VMT_UNIT_BOOLEAN,
                                 "Whether the swap space is encrypted."},
    [VMT_HOST_FREE_PERMILLE] = {"free_permille", "memory free, by the system", GAUGE,
                                VMT_UNIT_PERMILLE, "The system's own share of available memory."},
    [VMT_HOST_PRESSURE_LEVEL] = {"pressure_level", "pressure level", GAUGE, VMT_UNIT_LEVEL,
                                 "1 normal, 2 warning, 4 critical."},
    [VMT_HOST_USED_STATED] = {"used_stated", "used, by the tool", GAUGE, VMT_UNIT_BYTES,
                              "Used memory, as a tool defines it (top)."},
    [VMT_HOST_UNUSED_STATED] = {"unused_stated", "unused, by the tool", GAUGE, VMT_UNIT_BYTES,
                                "Unused memory, as a tool defines it (top)."},
    [VMT_HOST_TAGGED] = {"tagged", "tagged", GAUGE, VMT_UNIT_BYTES, "Pages with memory tags."},
    [VMT_HOST_TAGGED_RESIDENT] = {"tagged_resident", "tagged resident", GAUGE, VMT_UNIT_BYTES,
                                  "Tagged pages in memory."},
    [VMT_HOST_TAGGED_COMPRESSED] = {"tagged_compressed", "tagged compressed", GAUGE, VMT_UNIT_BYTES,
                                    "Those in the compressor, by size before."},
    [VMT_HOST_TAG_STORAGE] = {"tag_storage", "tag storage", GAUGE, VMT_UNIT_BYTES,
                              "Memory set apart for tags."},
    [VMT_HOST_TAG_STORAGE_USED] = {"tag_storage_used", "tag storage holding tags", GAUGE,
                                   VMT_UNIT_BYTES, "The part of it that holds tags."},
    [VMT_HOST_TAG_STORAGE_FREE] = {"tag_storage_free", "tag storage free", GAUGE, VMT_UNIT_BYTES,
                                   "The part of it that holds nothing."},
    [VMT_HOST_TAG_STORAGE_PAGEABLE] = {"tag_storage_pageable", "tag storage pageable", GAUGE,
                                       VMT_UNIT_BYTES, "The part of it with ordinary pages."},
    [VMT_HOST_TAG_STORAGE_WIRED] = {"tag_storage_wired", "tag storage wired", GAUGE, VMT_UNIT_BYTES,
                                    "The part of it with wired pages."},
    [VMT_HOST_COMPRESSED_TAGS] = {"compressed_tags", "compressed tags", GAUGE, VMT_UNIT_BYTES,
                                  "Size of the tags in the compressor."},
    [VMT_HOST_AVAILABLE_STATED] = {"available_stated", "available, by the kernel", GAUGE,
                                   VMT_UNIT_BYTES, "What programs can have (MemAvailable)."},
    [VMT_HOST_CACHED] = {"page_cache", "page cache", GAUGE, VMT_UNIT_BYTES,
                         "Pages of files, tmpfs among them (Cached)."},
    [VMT_HOST_BUFFERS] = {"buffers", "buffers", GAUGE, VMT_UNIT_BYTES, "Cached blocks of devices."},
    [VMT_HOST_SWAP_CACHED] = {"swap_cached", "swap cached", GAUGE, VMT_UNIT_BYTES,
                              "Pages in memory and in swap at once."},
    [VMT_HOST_ACTIVE_ANONYMOUS] = {"active_anonymous", "active anonymous", GAUGE, VMT_UNIT_BYTES,
                                   "Active pages without a file."},
    [VMT_HOST_INACTIVE_ANONYMOUS] = {"inactive_anonymous", "inactive anonymous", GAUGE,
                                     VMT_UNIT_BYTES, "Inactive pages without a file."},
    [VMT_HOST_ACTIVE_FILE] = {"active_file", "active file", GAUGE, VMT_UNIT_BYTES,
                              "Active pages of files."},
    [VMT_HOST_INACTIVE_FILE] = {"inactive_file", "inactive file", GAUGE, VMT_UNIT_BYTES,
                                "Inactive pages of files."},
    [VMT_HOST_UNEVICTABLE] = {"unevictable", "unevictable", GAUGE, VMT_UNIT_BYTES,
                              "Pages that cannot be reclaimed."},
    [VMT_HOST_LOCKED] = {"locked", "locked", GAUGE, VMT_UNIT_BYTES, "Pages locked by mlock."},
    [VMT_HOST_DIRTY] = {"dirty", "dirty", GAUGE, VMT_UNIT_BYTES, "Pages of files to be written."},
    [VMT_HOST_WRITEBACK] = {"writeback", "writeback", GAUGE, VMT_UNIT_BYTES,
                            "Pages of files being written."},
    [VMT_HOST_MAPPED] = {"mapped", "mapped", GAUGE, VMT_UNIT_BYTES,
                         "Pages of files in page tables."},
    [VMT_HOST_SHMEM] = {"shmem", "shared memory", GAUGE, VMT_UNIT_BYTES,
                        "tmpfs and shared anonymous memory."},
    [VMT_HOST_SLAB] = {"slab", "slab", GAUGE, VMT_UNIT_BYTES, "Objects of the kernel."},
    [VMT_HOST_SLAB_RECLAIMABLE] = {"slab_reclaimable", "slab reclaimable", GAUGE, VMT_UNIT_BYTES,
                                   "The part of slab that can be given back."},
    [VMT_HOST_SLAB_UNRECLAIMABLE] = {"slab_unreclaimable", "slab unreclaimable", GAUGE,
                                     VMT_UNIT_BYTES, "The rest of slab."},
    [VMT_HOST_KERNEL_STACK] = {"kernel_stack", "kernel stacks", GAUGE, VMT_UNIT_BYTES,
                               "Stacks of threads inside the kernel."},
    [VMT_HOST_PAGE_TABLES] = {"page_tables", "page tables", GAUGE, VMT_UNIT_BYTES,
                              "Page tables of processes."},
    [VMT_HOST_COMMIT_LIMIT] = {"commit_limit", "commit limit", GAUGE, VMT_UNIT_BYTES,
                               "What strict overcommit may promise."},
    [VMT_HOST_COMMITTED] = {"committed", "committed", GAUGE, VMT_UNIT_BYTES,
                            "What was promised to processes."},
    [VMT_HOST_ZSWAP] = {"zswap", "zswap", GAUGE, VMT_UNIT_BYTES,
                        "What the compressed swap cache takes."},
    [VMT_HOST_ZSWAPPED] = {"zswapped", "zswapped", GAUGE, VMT_UNIT_BYTES,
                           "What it holds, by its size before."},
    [VMT_HOST_ANON_HUGE_PAGES] = {"anon_huge_pages", "transparent huge pages", GAUGE,
                                  VMT_UNIT_BYTES, "Anonymous memory in huge pages."},
    [VMT_HOST_HUGETLB] = {"hugetlb", "huge pages", GAUGE, VMT_UNIT_BYTES,
                          "Memory set apart as huge pages."},
    [VMT_HOST_HUGE_PAGES_FREE] = {"huge_pages_free", "huge pages free", GAUGE, VMT_UNIT_BYTES,
                                  "The part of it not in use."},
    [VMT_HOST_PSI_SOME_AVG10] =
        {"psi_some_avg10_ppm", "some task waited, 10 s", GAUGE, VMT_UNIT_PPM,
         "Share of the last 10 s in which some task waited for memory, millionths."},
    [VMT_HOST_PSI_SOME_AVG60] =
        {"psi_some_avg60_ppm", "some task waited, 60 s", GAUGE, VMT_UNIT_PPM,
         "Share of the last 60 s in which some task waited for memory, millionths."},
    [VMT_HOST_PSI_SOME_AVG300] =
        {"psi_some_avg300_ppm", "some task waited, 300 s", GAUGE, VMT_UNIT_PPM,
         "Share of the last 300 s in which some task waited for memory, millionths."},
    [VMT_HOST_PSI_FULL_AVG10] =
        {"psi_full_avg10_ppm", "all tasks waited, 10 s", GAUGE, VMT_UNIT_PPM,
         "Share of the last 10 s in which all tasks waited for memory, millionths."},
    [VMT_HOST_PSI_FULL_AVG60] =
        {"psi_full_avg60_ppm", "all tasks waited, 60 s", GAUGE, VMT_UNIT_PPM,
         "Share of the last 60 s in which all tasks waited for memory, millionths."},
    [VMT_HOST_PSI_FULL_AVG300] =
        {"psi_full_avg300_ppm", "all tasks waited, 300 s", GAUGE, VMT_UNIT_PPM,
         "Share of the last 300 s in which all tasks waited for memory, millionths."},
    [VMT_HOST_FAULTS] = {"faults", "faults", COUNTER, VMT_UNIT_COUNT, "Page faults."},
    [VMT_HOST_MAJOR_FAULTS] = {"major_faults", "major faults", COUNTER, VMT_UNIT_COUNT,
                               "Page faults that had to read."},
    [VMT_HOST_COPY_ON_WRITE] = {"copy_on_write", "copied on write", COUNTER, VMT_UNIT_COUNT,
                                "Pages copied when written."},
    [VMT_HOST_ZERO_FILLED] = {"zero_filled", "zero filled", COUNTER, VMT_UNIT_COUNT,
                              "Pages filled with zeros."},
    [VMT_HOST_REACTIVATED] = {"reactivated", "reactivated", COUNTER, VMT_UNIT_COUNT,
                              "Pages moved from inactive to active."},
    [VMT_HOST_PURGED] = {"purged", "purged", COUNTER, VMT_UNIT_COUNT, "Purgeable pages dropped."},
    [VMT_HOST_PAGEINS] = {"pageins", "pageins", COUNTER, VMT_UNIT_COUNT, "Pages read from files."},
    [VMT_HOST_PAGEOUTS] = {"pageouts", "pageouts", COUNTER, VMT_UNIT_COUNT,
                           "Pages written to files."},
    [VMT_HOST_DECOMPRESSIONS] = {"decompressions", "decompressions", COUNTER, VMT_UNIT_COUNT,
                                 "Pages taken out of the compressor."},
    [VMT_HOST_COMPRESSIONS] = {"compressions", "compressions", COUNTER, VMT_UNIT_COUNT,
                               "Pages put into the compressor."},
    [VMT_HOST_SWAPINS] = {"swapins", "swapins", COUNTER, VMT_UNIT_COUNT, "Pages read from swap."},
    [VMT_HOST_SWAPOUTS] = {"swapouts", "swapouts", COUNTER, VMT_UNIT_COUNT,
                           "Pages written to swap."},
    [VMT_HOST_CACHE_HITS] = {"cache_hits", "object cache hits", COUNTER, VMT_UNIT_COUNT,
                             "Objects found in the cache (to 10.8)."},
    [VMT_HOST_CACHE_LOOKUPS] = {"cache_lookups", "object cache lookups", COUNTER, VMT_UNIT_COUNT,
                                "Memory objects looked for in it."},
    [VMT_HOST_TAGGED_COMPRESSIONS] = {"tagged_compressions", "tagged compressions", COUNTER,
                                      VMT_UNIT_COUNT, "Tagged pages compressed."},
    [VMT_HOST_TAGGED_DECOMPRESSIONS] = {"tagged_decompressions", "tagged decompressions", COUNTER,
                                        VMT_UNIT_COUNT, "Tagged pages decompressed."},
    [VMT_HOST_OOM_KILLS] = {"oom_kills", "OOM kills", COUNTER, VMT_UNIT_COUNT,
                            "Processes killed for want of memory."},
    [VMT_HOST_PSI_SOME_TOTAL] = {"psi_some_total_us", "some task waited", COUNTER,
                                 VMT_UNIT_MICROSECONDS, "Time some task waited for memory."},
    [VMT_HOST_PSI_FULL_TOTAL] = {"psi_full_total_us", "all tasks waited", COUNTER,
                                 VMT_UNIT_MICROSECONDS, "Time all tasks waited for memory."},
    [VMT_HOST_KERNEL_RECLAIMABLE] = {"kernel_reclaimable", "kernel reclaimable", GAUGE,
                                     VMT_UNIT_BYTES, "Kernel memory that can be given back."},
    [VMT_HOST_SECONDARY_PAGE_TABLES] = {"secondary_page_tables", "secondary page tables", GAUGE,
                                        VMT_UNIT_BYTES, "Page tables of virtual machines."},
    [VMT_HOST_VMALLOC_USED] = {"vmalloc_used", "vmalloc", GAUGE, VMT_UNIT_BYTES,
                               "Kernel memory mapped page by page."},
    [VMT_HOST_PERCPU] = {"percpu", "per processor", GAUGE, VMT_UNIT_BYTES,
                         "Kernel memory that each processor has."},
    [VMT_HOST_SHMEM_HUGE_PAGES] = {"shmem_huge_pages", "shared, in huge pages", GAUGE,
                                   VMT_UNIT_BYTES, "Shared memory in huge pages."},
    [VMT_HOST_FILE_HUGE_PAGES] = {"file_huge_pages", "files, in huge pages", GAUGE, VMT_UNIT_BYTES,
                                  "Page cache in huge pages."},
    [VMT_HOST_CMA_TOTAL] = {"cma_total", "contiguous memory", GAUGE, VMT_UNIT_BYTES,
                            "Set apart for devices (CMA)."},
    [VMT_HOST_CMA_FREE] = {"cma_free", "contiguous memory free", GAUGE, VMT_UNIT_BYTES,
                           "The part of it not in use."},
    [VMT_HOST_HUGE_PAGE_SIZE] = {"huge_page_size", "huge page size", GAUGE, VMT_UNIT_BYTES,
                                 "Of the huge pages counted below."},
    [VMT_HOST_HUGE_PAGES] = {"huge_pages", "huge pages of that size", GAUGE, VMT_UNIT_BYTES,
                             "Set apart, whether used or not."},
    [VMT_HOST_HUGE_PAGES_RESERVED] = {"huge_pages_reserved", "huge pages reserved", GAUGE,
                                      VMT_UNIT_BYTES, "Promised to processes, still free."},
    [VMT_HOST_HUGE_PAGES_SURPLUS] = {"huge_pages_surplus", "huge pages surplus", GAUGE,
                                     VMT_UNIT_BYTES, "Beyond those that were asked for."},
    [VMT_HOST_BALLOON] = {"balloon", "balloon", GAUGE, VMT_UNIT_BYTES,
                          "Given back to the hypervisor."},
    [VMT_HOST_HARDWARE_CORRUPTED] = {"hardware_corrupted", "corrupted", GAUGE, VMT_UNIT_BYTES,
                                     "Broken memory, no longer used."},
    [VMT_HOST_FILE_PAGES] = {"file_pages", "file pages", GAUGE, VMT_UNIT_BYTES,
                             "Page cache, buffers, swap cache."},
    [VMT_HOST_ZSMALLOC] = {"zsmalloc", "zsmalloc", GAUGE, VMT_UNIT_BYTES,
                           "Pages that hold compressed ones."},
    [VMT_HOST_ZRAM_STORED] = {"zram_stored", "stored in zram", GAUGE, VMT_UNIT_BYTES,
                              "What it holds, by its size before."},
    [VMT_HOST_ZRAM_COMPRESSED] = {"zram_compressed", "compressed in zram", GAUGE, VMT_UNIT_BYTES,
                                  "The same by its size after."},
    [VMT_HOST_ZRAM_OCCUPIED] = {"zram_occupied", "occupied by zram", GAUGE, VMT_UNIT_BYTES,
                                "Memory that zram itself takes."},
    [VMT_HOST_ZRAM_PEAK] = {"zram_peak", "zram peak", GAUGE, VMT_UNIT_BYTES,
                            "The most that each device has taken."},
    [VMT_HOST_ZRAM_SAME_PAGES] = {"zram_same_pages", "zram pages of one byte", GAUGE,
                                  VMT_UNIT_COUNT, "Held without taking memory."},
    [VMT_HOST_ZRAM_HUGE_PAGES] = {"zram_huge_pages", "zram pages as they were", GAUGE,
                                  VMT_UNIT_COUNT, "Pages that do not compress."},
    [VMT_HOST_CGROUP_CURRENT] = {"cgroup_current", "charged", GAUGE, VMT_UNIT_BYTES,
                                 "Memory charged to the control group."},
    [VMT_HOST_CGROUP_PEAK] = {"cgroup_peak", "charged, peak", GAUGE, VMT_UNIT_BYTES,
                              "The most that was charged."},
    [VMT_HOST_CGROUP_LIMIT] = {"cgroup_limit", "limit", GAUGE, VMT_UNIT_BYTES,
                               "Beyond it processes are killed."},
    [VMT_HOST_CGROUP_UNLIMITED] = {"cgroup_unlimited", "unlimited", GAUGE, VMT_UNIT_BOOLEAN,
                                   "Whether there is no limit at all."},
    [VMT_HOST_CGROUP_HIGH] = {"cgroup_high", "high", GAUGE, VMT_UNIT_BYTES,
                              "Beyond it processes are slowed down."},
    [VMT_HOST_CGROUP_LOW] = {"cgroup_low", "low", GAUGE, VMT_UNIT_BYTES,
                             "Below it others are reclaimed first."},
    [VMT_HOST_CGROUP_MIN] = {"cgroup_min", "min", GAUGE, VMT_UNIT_BYTES,
                             "Below it nothing is reclaimed."},
    [VMT_HOST_CGROUP_KERNEL] = {"cgroup_kernel", "kernel", GAUGE, VMT_UNIT_BYTES,
                                "Kernel memory, in the charge."},
    [VMT_HOST_CGROUP_SOCKETS] = {"cgroup_sockets", "sockets", GAUGE, VMT_UNIT_BYTES,
                                 "Buffers of the network."},
    [VMT_HOST_CGROUP_SWAP_CURRENT] = {"cgroup_swap_current", "swap charged", GAUGE, VMT_UNIT_BYTES,
                                      "Swap that the group uses."},
    [VMT_HOST_CGROUP_SWAP_LIMIT] = {"cgroup_swap_limit", "swap limit", GAUGE, VMT_UNIT_BYTES,
                                    "Of the swap that it may use."},
    [VMT_HOST_CGROUP_SWAP_HIGH] = {"cgroup_swap_high", "swap high", GAUGE, VMT_UNIT_BYTES,
                                   "Beyond it allocations are slowed."},
    [VMT_HOST_CGROUP_SWAP_PEAK] = {"cgroup_swap_peak", "swap peak", GAUGE, VMT_UNIT_BYTES,
                                   "The most swap that was used."},
    [VMT_HOST_CGROUP_ZSWAP_CURRENT] = {"cgroup_zswap_current", "zswap charged", GAUGE,
                                       VMT_UNIT_BYTES, "What its zswap takes."},
    [VMT_HOST_CGROUP_ZSWAP_LIMIT] = {"cgroup_zswap_limit", "zswap limit", GAUGE, VMT_UNIT_BYTES,
                                     "What its zswap may take."},
    [VMT_HOST_CGROUP_LOW_EVENTS] = {"cgroup_low_events", "reclaimed below low", COUNTER,
                                    VMT_UNIT_COUNT, "For want of memory elsewhere."},
    [VMT_HOST_CGROUP_HIGH_EVENTS] = {"cgroup_high_events", "slowed down by high", COUNTER,
                                     VMT_UNIT_COUNT, "Processes that had to reclaim."},
    [VMT_HOST_CGROUP_MAX_EVENTS] = {"cgroup_max_events", "limit reached", COUNTER, VMT_UNIT_COUNT,
                                    "The charge was about to exceed it."},
    [VMT_HOST_CGROUP_OOM_EVENTS] = {"cgroup_oom_events", "out of memory", COUNTER, VMT_UNIT_COUNT,
                                    "An allocation was about to fail."},
    [VMT_HOST_CGROUP_OOM_GROUP_KILLS] = {"cgroup_oom_group_kills", "OOM kills of a group", COUNTER,
                                         VMT_UNIT_COUNT, "All of its processes at once."},
    [VMT_HOST_SCANNED_BACKGROUND] = {"scanned_background", "scanned by kswapd", COUNTER,
                                     VMT_UNIT_COUNT, "Pages looked at in the background."},
    [VMT_HOST_SCANNED_DIRECT] = {"scanned_direct", "scanned directly", COUNTER, VMT_UNIT_COUNT,
                                 "By processes that wait for memory."},
    [VMT_HOST_RECLAIMED_BACKGROUND] = {"reclaimed_background", "reclaimed by kswapd", COUNTER,
                                       VMT_UNIT_COUNT, "Pages freed in the background."},
    [VMT_HOST_RECLAIMED_DIRECT] = {"reclaimed_direct", "reclaimed directly", COUNTER,
                                   VMT_UNIT_COUNT, "By processes that wait for memory."},
    [VMT_HOST_REFAULTS_ANONYMOUS] = {"refaults_anonymous", "refaults, anonymous", COUNTER,
                                     VMT_UNIT_COUNT, "Read from swap soon after."},
    [VMT_HOST_REFAULTS_FILE] = {"refaults_file", "refaults, files", COUNTER, VMT_UNIT_COUNT,
                                "Read again soon after being dropped."},
    [VMT_HOST_ZSWAP_INS] = {"zswap_ins", "zswap ins", COUNTER, VMT_UNIT_COUNT,
                            "Pages taken out of zswap."},
    [VMT_HOST_ZSWAP_OUTS] = {"zswap_outs", "zswap outs", COUNTER, VMT_UNIT_COUNT,
                             "Pages put into zswap."},
    [VMT_HOST_ZSWAP_WRITTEN] = {"zswap_written", "zswap written back", COUNTER, VMT_UNIT_COUNT,
                                "Pages moved on to the swap device."},
    [VMT_HOST_ZRAM_COMPACTED] = {"zram_compacted", "zram pages compacted", COUNTER, VMT_UNIT_COUNT,
                                 "Pages freed by compaction."},
    [VMT_HOST_ZRAM_HUGE_SINCE] = {"zram_huge_since", "zram pages stored whole", COUNTER,
                                  VMT_UNIT_COUNT, "Pages that did not compress."},
};

const char *vmt_platform_name(enum vmt_platform platform)
{
    return platform == VMT_PLATFORM_LINUX ? "linux" : "macos";
}

const char *vmt_pressure_name(uint64_t level)
{
    switch (level) {
    case 1:
        return "normal";
    case 2:
        return "warning";
    case 4:
        return "critical";
    default:
        return NULL;
    }
}

static bool has_labels(const struct vmt_sample *sample, const struct vmt_host_value *values,
                       uint32_t count)
{
    bool same = sample->count == count;
    for (uint32_t i = 0; same && i < count; i++) {
        const struct vmt_host_label *label = &sample->labels[i];
        same = label->quantum == values[i].reading.quantum &&
               label->quantity == values[i].quantity && label->pages == values[i].pages;
    }
    return same;
}

static const struct vmt_host_label *make_labels(struct vmt_arena *arena,
                                                const struct vmt_host_value *values, uint32_t count)
{
    struct vmt_host_label *labels = vmt_arena_alloc(arena, count, sizeof *labels);
    for (uint32_t i = 0; labels != NULL && i < count; i++) {
        labels[i] = (struct vmt_host_label){.quantum = values[i].reading.quantum,
                                            .quantity = values[i].quantity,
                                            .pages = values[i].pages};
    }
    return labels;
}

bool vmt_sample_keep(struct vmt_sample *sample, struct vmt_arena *arena,
                     const struct vmt_host_value *values, uint32_t count,
                     const struct vmt_sample *like)
{
    bool same = like != NULL && has_labels(like, values, count);
    const struct vmt_host_label *labels = same ? like->labels : make_labels(arena, values, count);
    uint64_t *numbers = labels == NULL ? NULL : vmt_arena_alloc(arena, count, sizeof *numbers);
    for (uint32_t i = 0; numbers != NULL && i < count; i++) {
        numbers[i] = values[i].reading.value;
    }
    if (numbers != NULL) {
        sample->labels = labels;
        sample->numbers = numbers;
        sample->count = count;
    }
    return numbers != NULL;
}
