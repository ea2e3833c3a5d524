/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "source/mach_apple.h"

#include <stddef.h>
#include <sys/proc.h>

/* What the kernel of macOS 11 and all later ones write; a set of headers that says otherwise is not
 * the one that this was written for. */

_Static_assert(sizeof(struct vm_region_submap_short_info_64) == 48, "osfmk/mach/vm_region.h");
_Static_assert(VM_REGION_SUBMAP_SHORT_INFO_COUNT_64 == 12, "osfmk/mach/vm_region.h");
_Static_assert(offsetof(struct vm_region_submap_short_info_64, offset) == 12, "#pragma pack(4)");
_Static_assert(offsetof(struct vm_region_submap_short_info_64, ref_count) == 24, "short");
_Static_assert(offsetof(struct vm_region_submap_short_info_64, shadow_depth) == 28, "short");
_Static_assert(offsetof(struct vm_region_submap_short_info_64, external_pager) == 30, "short");
_Static_assert(offsetof(struct vm_region_submap_short_info_64, share_mode) == 31, "short");
_Static_assert(offsetof(struct vm_region_submap_short_info_64, object_id) == 40, "short");

_Static_assert(sizeof(struct vm_region_submap_info_64) == 76, "osfmk/mach/vm_region.h");
_Static_assert(VM_REGION_SUBMAP_INFO_V0_COUNT_64 == 16, "up to user_wired_count");
_Static_assert(VM_REGION_SUBMAP_INFO_V1_COUNT_64 == 17, "and pages_reusable");
_Static_assert(VM_REGION_SUBMAP_INFO_V2_COUNT_64 == 19, "and object_id_full");
_Static_assert(offsetof(struct vm_region_submap_info_64, offset) == 12, "#pragma pack(4)");
_Static_assert(offsetof(struct vm_region_submap_info_64, user_tag) == 20, "V0");
_Static_assert(offsetof(struct vm_region_submap_info_64, pages_resident) == 24, "V0");
_Static_assert(offsetof(struct vm_region_submap_info_64, pages_shared_now_private) == 28, "V0");
_Static_assert(offsetof(struct vm_region_submap_info_64, pages_swapped_out) == 32, "V0");
_Static_assert(offsetof(struct vm_region_submap_info_64, pages_dirtied) == 36, "V0");
_Static_assert(offsetof(struct vm_region_submap_info_64, ref_count) == 40, "V0");
_Static_assert(offsetof(struct vm_region_submap_info_64, shadow_depth) == 44, "V0");
_Static_assert(offsetof(struct vm_region_submap_info_64, external_pager) == 46, "V0");
_Static_assert(offsetof(struct vm_region_submap_info_64, share_mode) == 47, "V0");
_Static_assert(offsetof(struct vm_region_submap_info_64, is_submap) == 48, "V0");
_Static_assert(offsetof(struct vm_region_submap_info_64, object_id) == 56, "V0");
_Static_assert(offsetof(struct vm_region_submap_info_64, user_wired_count) == 60, "V0");
_Static_assert(offsetof(struct vm_region_submap_info_64, pages_reusable) == 64, "V1");
_Static_assert(offsetof(struct vm_region_submap_info_64, object_id_full) == 68, "V2");

_Static_assert(sizeof(struct vm_page_info_basic) == 32, "osfmk/mach/vm_region.h");
_Static_assert(offsetof(struct vm_page_info_basic, object_id) == 8, "osfmk/mach/vm_region.h");
_Static_assert(offsetof(struct vm_page_info_basic, offset) == 16, "osfmk/mach/vm_region.h");

/* Later revisions only add to its end. */
_Static_assert(TASK_VM_INFO_REV0_COUNT == 36, "osfmk/mach/task_info.h");
_Static_assert(TASK_VM_INFO_REV3_COUNT == 84, "osfmk/mach/task_info.h");
_Static_assert(offsetof(struct task_vm_info, page_size) == 12, "osfmk/mach/task_info.h");
_Static_assert(offsetof(struct task_vm_info, resident_size) == 16, "osfmk/mach/task_info.h");
_Static_assert(offsetof(struct task_vm_info, internal) == 48, "osfmk/mach/task_info.h");
_Static_assert(offsetof(struct task_vm_info, external) == 64, "osfmk/mach/task_info.h");
_Static_assert(offsetof(struct task_vm_info, reusable) == 80, "osfmk/mach/task_info.h");
_Static_assert(offsetof(struct task_vm_info, purgeable_volatile_resident) == 104, "REV0");
_Static_assert(offsetof(struct task_vm_info, compressed) == 120, "REV0");
_Static_assert(offsetof(struct task_vm_info, phys_footprint) == 144, "REV1");
_Static_assert(offsetof(struct task_vm_info, ledger_phys_footprint_peak) == 168, "REV3");

_Static_assert(HOST_VM_INFO64_REV0_COUNT == 24, "osfmk/mach/host_info.h");
_Static_assert(HOST_VM_INFO64_REV1_COUNT == 38, "osfmk/mach/host_info.h");
_Static_assert(offsetof(struct vm_statistics64, speculative_count) == 92, "ends REV0");
_Static_assert(offsetof(struct vm_statistics64, decompressions) == 96, "begins REV1");
_Static_assert(offsetof(struct vm_statistics64, total_uncompressed_pages_in_compressor) == 144,
               "ends REV1");

_Static_assert(sizeof(struct proc_regioninfo) == 96, "bsd/sys/proc_info.h");
_Static_assert(sizeof(struct proc_regionwithpathinfo) == 1272, "bsd/sys/proc_info.h");
_Static_assert(sizeof(struct proc_regionpath) == 1040, "bsd/sys/proc_info.h");
_Static_assert(sizeof(struct proc_bsdinfo) == 136, "bsd/sys/proc_info.h");
_Static_assert(sizeof(struct proc_bsdshortinfo) == 64, "bsd/sys/proc_info.h");
_Static_assert(sizeof(struct kinfo_proc) == 648, "bsd/sys/sysctl.h");
_Static_assert(sizeof(struct xsw_usage) == 32, "bsd/sys/sysctl.h");
_Static_assert(offsetof(struct rusage_info_v4, ri_phys_footprint) == 72, "bsd/sys/resource.h");
_Static_assert(offsetof(struct rusage_info_v4, ri_lifetime_max_phys_footprint) == 240,
               "bsd/sys/resource.h");
