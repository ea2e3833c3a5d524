/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "model/region.h"

static const char *const sharing_names[VMT_SHARING_COUNT] = {
    [VMT_SHARING_COW] = "COW",      [VMT_SHARING_PRV] = "PRV", [VMT_SHARING_NUL] = "NUL",
    [VMT_SHARING_ALI] = "ALI",      [VMT_SHARING_SHM] = "SHM", [VMT_SHARING_ZER] = "ZER",
    [VMT_SHARING_SA] = "S/A",       [VMT_SHARING_LPG] = "LPG", [VMT_SHARING_MAP_PRIVATE] = "p",
    [VMT_SHARING_MAP_SHARED] = "s",
};

const char *vmt_sharing_name(enum vmt_sharing sharing)
{
    return sharing_names[sharing];
}

enum vmt_sharing vmt_sharing_find(struct vmt_slice name)
{
    for (int i = VMT_SHARING_UNKNOWN + 1; i < VMT_SHARING_COUNT; i++) {
        if (vmt_slice_equals(name, vmt_slice(sharing_names[i]))) {
            return (enum vmt_sharing)i;
        }
    }
    return VMT_SHARING_UNKNOWN;
}

const char *vmt_purge_name(enum vmt_purge purge)
{
    switch (purge) {
    case VMT_PURGE_NONE:
        return NULL;
    case VMT_PURGE_VOLATILE:
        return "volatile";
    case VMT_PURGE_NONVOLATILE:
        return "nonvolatile";
    case VMT_PURGE_EMPTY:
        return "empty";
    case VMT_PURGE_UNKNOWN:
        break;
    }
    return "unknown";
}
