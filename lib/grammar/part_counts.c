/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/part_counts.h"

/* In the order in which the kernel prints them (fs/proc/task_mmu.c); older ones leave some out. */
static const struct {
    const char *name;
    size_t length;
    unsigned target;
} fields[] = {
#define FIELD(name, target)                \
    {                                      \
        (name), sizeof(name) - 1, (target) \
    }
    FIELD("Size", VMT_COUNT_SIZE),
    FIELD("KernelPageSize", VMT_MAPPING_KERNEL_PAGE_SIZE),
    FIELD("MMUPageSize", VMT_MAPPING_MMU_PAGE_SIZE),
    FIELD("Rss", VMT_COUNT_RESIDENT),
    FIELD("Pss", VMT_MAPPING_PSS),
    FIELD("Pss_Dirty", VMT_MAPPING_PSS_DIRTY),
    FIELD("Shared_Clean", VMT_MAPPING_SHARED_CLEAN),
    FIELD("Shared_Dirty", VMT_MAPPING_SHARED_DIRTY),
    FIELD("Private_Clean", VMT_MAPPING_PRIVATE_CLEAN),
    FIELD("Private_Dirty", VMT_MAPPING_PRIVATE_DIRTY),
    FIELD("Referenced", VMT_MAPPING_REFERENCED),
    FIELD("Anonymous", VMT_MAPPING_ANONYMOUS),
    FIELD("KSM", VMT_MAPPING_KSM),
    FIELD("LazyFree", VMT_MAPPING_LAZY_FREE),
    FIELD("AnonHugePages", VMT_MAPPING_ANON_HUGE_PAGES),
    FIELD("ShmemPmdMapped", VMT_MAPPING_SHMEM_PMD_MAPPED),
    FIELD("FilePmdMapped", VMT_MAPPING_FILE_PMD_MAPPED),
    FIELD("Shared_Hugetlb", VMT_MAPPING_SHARED_HUGETLB),
    FIELD("Private_Hugetlb", VMT_MAPPING_PRIVATE_HUGETLB),
    FIELD("Swap", VMT_COUNT_SWAPPED),
    FIELD("SwapPss", VMT_MAPPING_SWAP_PSS),
    FIELD("Locked", VMT_MAPPING_LOCKED),
    FIELD("THPeligible", VMT_COUNT_TALLIED),
    FIELD("ProtectionKey", VMT_COUNT_TALLIED),
    FIELD("VmFlags", VMT_COUNT_FLAGS),
    FIELD("Name", VMT_COUNT_NAME), /* of Android: `[anon:libc_malloc]` */
#undef FIELD
};
enum { FIELD_COUNT = sizeof fields / sizeof fields[0] };

unsigned vmt_part_counts_find(struct vmt_slice name, size_t *guess)
{
    size_t at = *guess;
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (fields[at].length == name.length &&
            memcmp(fields[at].name, name.data, name.length) == 0) {
            *guess = at + 1 < FIELD_COUNT ? at + 1 : 0;
            return fields[at].target;
        }
        at = at + 1 < FIELD_COUNT ? at + 1 : 0;
    }
    return VMT_COUNT_UNKNOWN;
}

bool vmt_part_counts_set(struct vmt_region *region, struct vmt_mapping *mapping, unsigned target,
                         uint64_t bytes)
{
    if (target < VMT_MAPPING_FIELD_COUNT) {
        bool first = (mapping->known & UINT32_C(1) << target) == 0;
        if (first) {
            mapping->fields[target] = bytes;
            mapping->known |= UINT32_C(1) << target;
        }
        return first;
    }
    enum vmt_evidence evidence = target == VMT_COUNT_RESIDENT ? VMT_EV_RESIDENT : VMT_EV_SWAPPED;
    bool first = (region->known & 1u << evidence) == 0;
    if (first) {
        region->stated[evidence] = (struct vmt_reading){bytes, 0};
        region->known |= (uint8_t)(1u << evidence);
    }
    return first;
}
