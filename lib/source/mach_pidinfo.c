/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "source/mach_parts.h"

#include <errno.h>
#include <string.h>

static const char region_call[] = "proc_pidinfo(PROC_PIDREGIONPATHINFO)";

/* Which objects there are is not told; but who has a path has a file at the end of the chain
 * (osfmk/vm/bsd_vm.c, fill_vnodeinfoforaddr). */
static struct vmt_mach_region to_region(const struct proc_regionwithpathinfo *info,
                                        uint32_t page_size)
{
    const struct proc_regioninfo *told = &info->prp_prinfo;
    const uint32_t length =
        (uint32_t)strnlen(info->prp_vip.vip_path, sizeof info->prp_vip.vip_path);
    return (struct vmt_mach_region){
        .address = told->pri_address,
        .size = told->pri_size,
        .offset = told->pri_offset,
        .object = told->pri_obj_id,
        .page_size = page_size,
        .known = (told->pri_obj_id == 0 ? VMT_MACH_HAS_OBJECT : 0) |
                 (length > 0 ? VMT_MACH_HAS_EXTERNAL : 0),
        .tag = told->pri_user_tag,
        /* Submaps are not entered, and their depth is not told: 0 is that of what is not in one. */
        .depth = (told->pri_flags & PROC_REGION_SUBMAP) != 0 ? 1 : told->pri_depth,
        .share_mode = told->pri_share_mode,
        .protection = told->pri_protection,
        .max_protection = told->pri_max_protection,
        .references = told->pri_ref_count,
        .shadow_depth = told->pri_shadow_depth,
        .resident = told->pri_pages_resident,
        .dirtied = told->pri_pages_dirtied,
        .swapped = told->pri_pages_swapped_out,
        .copied = told->pri_pages_shared_now_private,
        .wired = told->pri_user_wired_count,
        .external = length > 0,
        .path_length = length,
        .path = info->prp_vip.vip_path,
    };
}

/* The end of the regions looks like the end of the process: both have no region above
 * (bsd/kern/proc_info.c, proc_pidregionpathinfo). */
static struct vmt_mach_outcome end_of_walk(int pid)
{
    static const char call[] = "proc_pidinfo(PROC_PIDT_SHORTBSDINFO)";
    struct proc_bsdshortinfo info = {0};
    errno = 0;
    if (proc_pidinfo(pid, PROC_PIDT_SHORTBSDINFO, 0, &info, sizeof info) != (int)sizeof info) {
        return vmt_mach_of_errno(errno, call);
    }
    if ((info.pbsi_flags & PROC_FLAG_INEXIT) != 0) {
        return (struct vmt_mach_outcome){VMT_MACH_GONE, 0, call};
    }
    return vmt_mach_ok();
}

static struct vmt_mach_outcome walk_regions(int pid, uint32_t page_size,
                                            const struct vmt_mach_visitor *visitor)
{
    uint64_t next = 0;
    for (;;) {
        struct proc_regionwithpathinfo info = {0};
        errno = 0;
        if (proc_pidinfo(pid, PROC_PIDREGIONPATHINFO, next, &info, sizeof info) !=
            (int)sizeof info) {
            return errno == EINVAL ? end_of_walk(pid) : vmt_mach_of_errno(errno, region_call);
        }
        struct vmt_mach_region region = to_region(&info, page_size);
        const uint64_t end = region.address + region.size;
        if (end <= next) { /* it would never come to an end */
            return (struct vmt_mach_outcome){VMT_MACH_FAILED, 0, region_call};
        }
        vmt_mach_cut_visited(&region, next);
        if (!visitor->region(visitor->self, &region)) {
            return vmt_mach_stopped();
        }
        next = end;
    }
}

struct vmt_mach_outcome vmt_mach_walk_pidinfo(const struct vmt_mach_walk *walk,
                                              const struct vmt_mach_visitor *visitor)
{
    uint32_t page_size = 0;
    struct vmt_mach_task task;
    if (vmt_mach_task_name(&task, walk->pid).answer == VMT_MACH_OK) {
        vmt_mach_task_page_size(&page_size, task.port);
        vmt_mach_task_close(&task);
    }
    struct vmt_mach_unit unit;
    vmt_mach_unit_set(&unit, page_size);
    const struct vmt_mach_outcome outcome = walk_regions((int)walk->pid, unit.size, visitor);
    vmt_mach_unit_restore(&unit);
    return outcome;
}
