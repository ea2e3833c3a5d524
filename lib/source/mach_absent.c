/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "source/mach.h"

const struct vmt_mach *vmt_mach_here(void)
{
    return NULL;
}
