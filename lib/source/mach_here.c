/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "source/mach_parts.h"

static struct vmt_mach_outcome walk(const struct vmt_mach_walk *walk,
                                    const struct vmt_mach_visitor *visitor)
{
    if (walk->way == VMT_MACH_BY_PIDINFO) {
        return vmt_mach_walk_pidinfo(walk, visitor);
    }
    return vmt_mach_walk_task(walk, visitor);
}

const struct vmt_mach *vmt_mach_here(void)
{
    static const struct vmt_mach here = {
        .list = vmt_mach_list,
        .describe = vmt_mach_describe,
        .totals = vmt_mach_totals,
        .walk = walk,
        .system = vmt_mach_system,
        .host = vmt_mach_host,
    };
    return &here;
}
