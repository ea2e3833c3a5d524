/* SPDX-License-Identifier: MIT */
#ifndef VMT_MODEL_MAPPING_H
#define VMT_MODEL_MAPPING_H

/* What Linux tells of a mapping beyond its range, resident size and swap: fields of
 * /proc/PID/smaps, in bytes.  The kernel counts private and shared pages by the number of page
 * tables that hold them, and divides shared ones itself (Pss). */

#include <stdint.h>

#include "base/intern.h"

enum vmt_mapping_field {
    VMT_MAPPING_PSS, /* truncated to whole KiB, mapping by mapping */
    VMT_MAPPING_PSS_DIRTY,
    VMT_MAPPING_SHARED_CLEAN,
    VMT_MAPPING_SHARED_DIRTY,
    VMT_MAPPING_PRIVATE_CLEAN,
    VMT_MAPPING_PRIVATE_DIRTY,
    VMT_MAPPING_REFERENCED,
    VMT_MAPPING_ANONYMOUS,
    VMT_MAPPING_KSM,
    VMT_MAPPING_LAZY_FREE,
    VMT_MAPPING_ANON_HUGE_PAGES,
    VMT_MAPPING_SHMEM_PMD_MAPPED,
    VMT_MAPPING_FILE_PMD_MAPPED,
    VMT_MAPPING_SHARED_HUGETLB,
    VMT_MAPPING_PRIVATE_HUGETLB,
    VMT_MAPPING_SWAP_PSS,
    VMT_MAPPING_LOCKED,
    VMT_MAPPING_KERNEL_PAGE_SIZE,
    VMT_MAPPING_MMU_PAGE_SIZE,
    VMT_MAPPING_FIELD_COUNT
};

struct vmt_mapping {
    uint64_t fields[VMT_MAPPING_FIELD_COUNT]; /* bytes */
    uint32_t known;                           /* bit 1 << vmt_mapping_field */
    uint32_t device_major;
    uint32_t device_minor;
    uint64_t offset;                /* in the file, bytes */
    uint64_t inode;                 /* 0 when there is no file */
    const struct vmt_string *flags; /* of VmFlags, NULL when not stated */
};

#endif
