/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_OWN_MAPPING_H
#define VMT_GRAMMAR_OWN_MAPPING_H

/* What our reports say of a region that only Linux tells, in columns of CSV and, as `mapping`, in
 * an object of JSON: lib/report/report_regions.c. */

#include "grammar/own.h"

vmt_own_setter vmt_own_set_field; /* of enum vmt_mapping_field */
vmt_own_setter vmt_own_set_device;
vmt_own_setter vmt_own_set_offset;
vmt_own_setter vmt_own_set_inode;
vmt_own_setter vmt_own_set_flags;

#define VMT_OWN_FIELD(name_, which_)       \
    {                                      \
        {name_}, vmt_own_set_field, which_ \
    }
#define VMT_OWN_MAPPING_COLUMNS                                                                   \
    VMT_OWN_FIELD("kernel_pss", VMT_MAPPING_PSS),                                                 \
        VMT_OWN_FIELD("pss_dirty", VMT_MAPPING_PSS_DIRTY),                                        \
        VMT_OWN_FIELD("kernel_shared_clean", VMT_MAPPING_SHARED_CLEAN),                           \
        VMT_OWN_FIELD("kernel_shared_dirty", VMT_MAPPING_SHARED_DIRTY),                           \
        VMT_OWN_FIELD("kernel_private_clean", VMT_MAPPING_PRIVATE_CLEAN),                         \
        VMT_OWN_FIELD("kernel_private_dirty", VMT_MAPPING_PRIVATE_DIRTY),                         \
        VMT_OWN_FIELD("referenced", VMT_MAPPING_REFERENCED),                                      \
        VMT_OWN_FIELD("kernel_anonymous", VMT_MAPPING_ANONYMOUS),                                 \
        VMT_OWN_FIELD("ksm", VMT_MAPPING_KSM), VMT_OWN_FIELD("lazy_free", VMT_MAPPING_LAZY_FREE), \
        VMT_OWN_FIELD("anon_huge_pages", VMT_MAPPING_ANON_HUGE_PAGES),                            \
        VMT_OWN_FIELD("shmem_pmd_mapped", VMT_MAPPING_SHMEM_PMD_MAPPED),                          \
        VMT_OWN_FIELD("file_pmd_mapped", VMT_MAPPING_FILE_PMD_MAPPED),                            \
        VMT_OWN_FIELD("shared_hugetlb", VMT_MAPPING_SHARED_HUGETLB),                              \
        VMT_OWN_FIELD("private_hugetlb", VMT_MAPPING_PRIVATE_HUGETLB),                            \
        VMT_OWN_FIELD("kernel_swap_pss", VMT_MAPPING_SWAP_PSS),                                   \
        VMT_OWN_FIELD("locked", VMT_MAPPING_LOCKED),                                              \
        VMT_OWN_FIELD("kernel_page_size", VMT_MAPPING_KERNEL_PAGE_SIZE),                          \
        VMT_OWN_FIELD("mmu_page_size", VMT_MAPPING_MMU_PAGE_SIZE),                                \
        {{"device"}, vmt_own_set_device, 0}, {{"offset"}, vmt_own_set_offset, 0},                 \
        {{"inode"}, vmt_own_set_inode, 0},                                                        \
    {                                                                                             \
        {"flags"}, vmt_own_set_flags, 0                                                           \
    }

/* Keep what was taken with the row's region. */
enum vmt_status vmt_own_keep_mapping(struct vmt_own_row *row, struct vmt_error *err);

/* Whether each region of the process has the kernel's own counts. */
bool vmt_own_has_kernel_counts(const struct vmt_process *process);

#endif
