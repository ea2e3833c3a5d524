/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/linux_cgroup_files.h"

#include "grammar/part_path.h"

/* What is left of a key has so many letters. */
#define REST_LEAST 3
/* What is left of a name: `memory.` and so much that it tells. */
#define NAME_LEAST 9
#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define VALUE(name, quantity)                         \
    {                                                 \
        (name), VMT_CGROUP_VALUE, (quantity), NULL, 0 \
    }
#define FLAT(name, rows)                                                \
    {                                                                   \
        (name), VMT_CGROUP_FLAT, VMT_HOST_COUNT, (rows), COUNT_OF(rows) \
    }
#define FACTS(name, form)                       \
    {                                           \
        (name), (form), VMT_HOST_COUNT, NULL, 0 \
    }

/* Version 2: Documentation/admin-guide/cgroup-v2.rst, bytes and counts. */
static const struct vmt_cgroup_row stat_rows[] = {
    {"anon", VMT_HOST_ANONYMOUS},
    {"file", VMT_HOST_CACHED},
    {"kernel", VMT_HOST_CGROUP_KERNEL},
    {"kernel_stack", VMT_HOST_KERNEL_STACK},
    {"pagetables", VMT_HOST_PAGE_TABLES},
    {"sec_pagetables", VMT_HOST_SECONDARY_PAGE_TABLES},
    {"percpu", VMT_HOST_PERCPU},
    {"sock", VMT_HOST_CGROUP_SOCKETS},
    {"vmalloc", VMT_HOST_VMALLOC_USED},
    {"shmem", VMT_HOST_SHMEM},
    {"zswap", VMT_HOST_ZSWAP},
    {"zswapped", VMT_HOST_ZSWAPPED},
    {"file_mapped", VMT_HOST_MAPPED},
    {"file_dirty", VMT_HOST_DIRTY},
    {"file_writeback", VMT_HOST_WRITEBACK},
    {"swapcached", VMT_HOST_SWAP_CACHED},
    {"anon_thp", VMT_HOST_ANON_HUGE_PAGES},
    {"file_thp", VMT_HOST_FILE_HUGE_PAGES},
    {"shmem_thp", VMT_HOST_SHMEM_HUGE_PAGES},
    {"inactive_anon", VMT_HOST_INACTIVE_ANONYMOUS},
    {"active_anon", VMT_HOST_ACTIVE_ANONYMOUS},
    {"inactive_file", VMT_HOST_INACTIVE_FILE},
    {"active_file", VMT_HOST_ACTIVE_FILE},
    {"unevictable", VMT_HOST_UNEVICTABLE},
    {"slab_reclaimable", VMT_HOST_SLAB_RECLAIMABLE},
    {"slab_unreclaimable", VMT_HOST_SLAB_UNRECLAIMABLE},
    {"slab", VMT_HOST_SLAB},
    {"hugetlb", VMT_HOST_HUGETLB},
    {"workingset_refault_anon", VMT_HOST_REFAULTS_ANONYMOUS},
    {"workingset_refault_file", VMT_HOST_REFAULTS_FILE},
    {"pgscan_kswapd", VMT_HOST_SCANNED_BACKGROUND},
    {"pgscan_direct", VMT_HOST_SCANNED_DIRECT},
    {"pgsteal_kswapd", VMT_HOST_RECLAIMED_BACKGROUND},
    {"pgsteal_direct", VMT_HOST_RECLAIMED_DIRECT},
    {"pswpin", VMT_HOST_SWAPINS},
    {"pswpout", VMT_HOST_SWAPOUTS},
    {"pgfault", VMT_HOST_FAULTS},
    {"pgmajfault", VMT_HOST_MAJOR_FAULTS},
    {"zswpin", VMT_HOST_ZSWAP_INS},
    {"zswpout", VMT_HOST_ZSWAP_OUTS},
    {"zswpwb", VMT_HOST_ZSWAP_WRITTEN},
};

/* Version 1: Documentation/admin-guide/cgroup-v1/memory.rst.  The keys without `total_` leave out
 * the groups below, whose memory is charged to this one as well. */
static const struct vmt_cgroup_row old_stat_rows[] = {
    {"total_rss", VMT_HOST_ANONYMOUS},
    {"total_cache", VMT_HOST_CACHED},
    {"total_shmem", VMT_HOST_SHMEM},
    {"total_rss_huge", VMT_HOST_ANON_HUGE_PAGES},
    {"total_mapped_file", VMT_HOST_MAPPED},
    {"total_dirty", VMT_HOST_DIRTY},
    {"total_writeback", VMT_HOST_WRITEBACK},
    {"total_swap", VMT_HOST_CGROUP_SWAP_CURRENT},
    {"total_swapcached", VMT_HOST_SWAP_CACHED},
    {"total_inactive_anon", VMT_HOST_INACTIVE_ANONYMOUS},
    {"total_active_anon", VMT_HOST_ACTIVE_ANONYMOUS},
    {"total_inactive_file", VMT_HOST_INACTIVE_FILE},
    {"total_active_file", VMT_HOST_ACTIVE_FILE},
    {"total_unevictable", VMT_HOST_UNEVICTABLE},
    {"total_workingset_refault_anon", VMT_HOST_REFAULTS_ANONYMOUS},
    {"total_workingset_refault_file", VMT_HOST_REFAULTS_FILE},
    {"total_pgfault", VMT_HOST_FAULTS},
    {"total_pgmajfault", VMT_HOST_MAJOR_FAULTS},
};

static const struct vmt_cgroup_row event_rows[] = {
    {"low", VMT_HOST_CGROUP_LOW_EVENTS}, {"high", VMT_HOST_CGROUP_HIGH_EVENTS},
    {"max", VMT_HOST_CGROUP_MAX_EVENTS}, {"oom", VMT_HOST_CGROUP_OOM_EVENTS},
    {"oom_kill", VMT_HOST_OOM_KILLS},    {"oom_group_kill", VMT_HOST_CGROUP_OOM_GROUP_KILLS},
};

/* Of this group without those below. */
static const struct vmt_cgroup_row local_rows[] = {
    {"low", VMT_HOST_COUNT}, {"high", VMT_HOST_COUNT},     {"max", VMT_HOST_COUNT},
    {"oom", VMT_HOST_COUNT}, {"oom_kill", VMT_HOST_COUNT}, {"oom_group_kill", VMT_HOST_COUNT},
};

static const struct vmt_cgroup_row swap_event_rows[] = {
    {"high", VMT_HOST_COUNT}, {"max", VMT_HOST_COUNT}, {"fail", VMT_HOST_COUNT}};

static const struct vmt_cgroup_row oom_rows[] = {{"oom_kill", VMT_HOST_OOM_KILLS}};

const struct vmt_cgroup_file vmt_cgroup_stat = FLAT("memory.stat", stat_rows);
const struct vmt_cgroup_file vmt_cgroup_old_stat = FLAT("memory.stat", old_stat_rows);
const struct vmt_cgroup_file vmt_cgroup_events = FLAT("memory.events", event_rows);
const struct vmt_cgroup_file vmt_cgroup_nodes = FACTS("memory.numa_stat", VMT_CGROUP_NODES);

static const struct vmt_cgroup_file files[] = {
    VALUE("memory.current", VMT_HOST_CGROUP_CURRENT),
    VALUE("memory.peak", VMT_HOST_CGROUP_PEAK),
    VALUE("memory.max", VMT_HOST_CGROUP_LIMIT),
    VALUE("memory.high", VMT_HOST_CGROUP_HIGH),
    VALUE("memory.low", VMT_HOST_CGROUP_LOW),
    VALUE("memory.min", VMT_HOST_CGROUP_MIN),
    VALUE("memory.swap.current", VMT_HOST_CGROUP_SWAP_CURRENT),
    VALUE("memory.swap.peak", VMT_HOST_CGROUP_SWAP_PEAK),
    VALUE("memory.swap.max", VMT_HOST_CGROUP_SWAP_LIMIT),
    VALUE("memory.swap.high", VMT_HOST_CGROUP_SWAP_HIGH),
    VALUE("memory.zswap.current", VMT_HOST_CGROUP_ZSWAP_CURRENT),
    VALUE("memory.zswap.max", VMT_HOST_CGROUP_ZSWAP_LIMIT),
    VALUE("memory.zswap.writeback", VMT_HOST_COUNT),
    VALUE("memory.oom.group", VMT_HOST_COUNT),
    FLAT("memory.events.local", local_rows),
    FLAT("memory.swap.events", swap_event_rows),
    /* Version 1. */
    VALUE("memory.usage_in_bytes", VMT_HOST_CGROUP_CURRENT),
    VALUE("memory.max_usage_in_bytes", VMT_HOST_CGROUP_PEAK),
    VALUE("memory.limit_in_bytes", VMT_HOST_CGROUP_LIMIT),
    VALUE("memory.failcnt", VMT_HOST_CGROUP_MAX_EVENTS),
    VALUE("memory.kmem.usage_in_bytes", VMT_HOST_CGROUP_KERNEL),
    VALUE("memory.soft_limit_in_bytes", VMT_HOST_COUNT),
    VALUE("memory.memsw.usage_in_bytes", VMT_HOST_COUNT),
    VALUE("memory.memsw.limit_in_bytes", VMT_HOST_COUNT),
    VALUE("memory.memsw.max_usage_in_bytes", VMT_HOST_COUNT),
    VALUE("memory.swappiness", VMT_HOST_COUNT),
    VALUE("memory.use_hierarchy", VMT_HOST_COUNT),
    FLAT("memory.oom_control", oom_rows),
};

static const struct vmt_cgroup_file *const keyed[] = {&vmt_cgroup_stat, &vmt_cgroup_events,
                                                      &vmt_cgroup_nodes};

const char *vmt_cgroup_file_name(size_t index)
{
    if (index < COUNT_OF(keyed)) {
        return keyed[index]->name;
    }
    index -= COUNT_OF(keyed);
    return index < COUNT_OF(files) ? files[index].name : NULL;
}

const struct vmt_cgroup_file *vmt_cgroup_file(struct vmt_slice path, struct vmt_slice *directory)
{
    if (vmt_slice_find(path, "memory.") == path.length) { /* none is called otherwise */
        return NULL;
    }
    for (size_t i = 0; i < COUNT_OF(keyed); i++) {
        if (vmt_part_path_is(path, keyed[i]->name, directory)) {
            return keyed[i];
        }
    }
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        if (vmt_part_path_is(path, files[i].name, directory)) {
            return &files[i];
        }
    }
    return NULL;
}

enum vmt_host_quantity vmt_cgroup_find(const struct vmt_cgroup_file *file, struct vmt_slice key)
{
    for (size_t i = 0; i < file->row_count; i++) {
        if (vmt_slice_equals(key, vmt_slice(file->rows[i].key))) {
            return file->rows[i].quantity;
        }
    }
    return VMT_HOST_COUNT;
}

bool vmt_cgroup_is_rest(const struct vmt_cgroup_file *file, struct vmt_slice word)
{
    bool rest = false;
    word = vmt_slice_ascii(word);
    for (size_t i = 0; i < file->row_count && word.length >= REST_LEAST; i++) {
        rest = rest || (word.length <= strlen(file->rows[i].key) &&
                        memcmp(word.data, file->rows[i].key, word.length) == 0);
    }
    return rest;
}

bool vmt_cgroup_is_rest_of_name(struct vmt_slice path)
{
    size_t begin = path.length;
    while (begin > 0 && path.data[begin - 1] != '/') {
        begin--;
    }
    struct vmt_slice name = vmt_slice_from(path, begin);
    const char *whole = NULL;
    bool rest = false;
    for (size_t i = 0; name.length >= NAME_LEAST && (whole = vmt_cgroup_file_name(i)) != NULL;
         i++) {
        if (vmt_slice_equals(name, vmt_slice(whole))) {
            return false;
        }
        rest = rest || (name.length < strlen(whole) && memcmp(name.data, whole, name.length) == 0);
    }
    return rest;
}
