/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/live_mach_type.h"

#include <inttypes.h>
#include <stdio.h>

#include "model/region.h"

/* VM_MEMORY_* of mach/vm_statistics.h that say more together with something else. */
enum {
    TAG_NONE = 0,
    TAG_MALLOC = 1,
    TAG_STACK = 30,
    TAG_GUARD = 31,
    TAG_SHARED_PMAP = 32,
    TAG_DYLIB = 33
};

/* SM_* of mach/vm_region.h. */
enum { MODE_EMPTY = 3, MODE_TRUE_SHARED = 5 };

/* Ranges that Apple silicon sets aside, XNU osfmk/mach/arm/vm_param.h: pages that the kernel shares
 * with all processes, and what graphics processors are given. */
static const struct {
    uint64_t address;
    uint64_t size;
    const char *name;
} carved_out[] = {
    {UINT64_C(0xfc0000000), UINT64_C(0x40000000), "commpage (reserved)"},
    {UINT64_C(0x1000000000), UINT64_C(0x6000000000), "GPU Carveout (reserved)"},
};

void vmt_mach_types_init(struct vmt_mach_types *types, bool apple_silicon)
{
    *types = (struct vmt_mach_types){.apple_silicon = apple_silicon};
    for (const struct vmt_type_entry *entry = vmt_type_table; entry->names[0] != NULL; entry++) {
        if (entry->tag >= 0 && entry->tag < VMT_MACH_TAGS && types->by_tag[entry->tag] == NULL) {
            types->by_tag[entry->tag] = entry;
        }
    }
}

static bool has_file(const struct vmt_mach_region *region)
{
    return region->path_length > 0 ||
           ((region->known & VMT_MACH_HAS_EXTERNAL) != 0 && region->external != 0);
}

bool vmt_mach_is_code(const struct vmt_mach_region *region)
{
    return (region->protection & VMT_PROT_EXECUTE) != 0 && region->path_length > 0;
}

static bool was_written(const struct vmt_mach_region *region)
{
    return region->dirtied > 0 || region->copied > 0 || region->swapped > 0;
}

static const char *segment_name(const struct vmt_mach_region *region)
{
    if ((region->protection & VMT_PROT_EXECUTE) != 0) {
        return "__TEXT";
    }
    if ((region->protection & VMT_PROT_WRITE) != 0) {
        return "__DATA";
    }
    return was_written(region) ? "__DATA_CONST" : "dylib";
}

static const char *untagged_name(const struct vmt_mach_region *region, bool image)
{
    if (has_file(region)) {
        return image ? segment_name(region) : "mapped file";
    }
    return region->share_mode == MODE_TRUE_SHARED ? "shared memory" : "VM_ALLOCATE";
}

/* NULL where the number of the tag is all there is. */
static const char *base_name(const struct vmt_mach_types *types,
                             const struct vmt_mach_region *region, bool image)
{
    bool untouchable = region->protection == 0;
    bool of_image = region->depth > 0 || region->tag == TAG_DYLIB;
    if (of_image && region->tag != TAG_SHARED_PMAP && has_file(region)) {
        return segment_name(region);
    }
    if (region->tag == TAG_NONE) {
        return untagged_name(region, image);
    }
    if (region->tag == TAG_MALLOC && untouchable) {
        return "MALLOC guard page";
    }
    if (region->tag == TAG_MALLOC && region->share_mode == MODE_EMPTY) {
        return "MALLOC";
    }
    if (region->tag == TAG_STACK && untouchable) {
        return "STACK GUARD";
    }
    const struct vmt_type_entry *entry =
        region->tag < VMT_MACH_TAGS ? types->by_tag[region->tag] : NULL;
    return entry != NULL ? entry->names[0] : NULL;
}

static const char *carved_out_name(const struct vmt_mach_types *types,
                                   const struct vmt_mach_region *region)
{
    for (size_t i = 0; i < sizeof carved_out / sizeof carved_out[0]; i++) {
        if (types->apple_silicon && region->address == carved_out[i].address &&
            region->size == carved_out[i].size) {
            return carved_out[i].name;
        }
    }
    return NULL;
}

/* Guards are not for memory anyway, and the window on the shared region has some. */
static bool is_reserved(const struct vmt_mach_region *region)
{
    bool guard =
        region->tag == TAG_GUARD ||
        ((region->tag == TAG_MALLOC || region->tag == TAG_STACK) && region->protection == 0);
    return region->share_mode == MODE_EMPTY && region->object == 0 && region->depth == 0 &&
           region->tag != TAG_SHARED_PMAP && !guard;
}

const char *vmt_mach_type_name(char name[VMT_MACH_TYPE_SIZE], const struct vmt_mach_types *types,
                               const struct vmt_mach_region *region, bool image)
{
    if (region->tag == UINT32_MAX) {
        snprintf(name, VMT_MACH_TYPE_SIZE, "owned unmapped memory");
        return name;
    }
    bool reserved = is_reserved(region);
    const char *carved = reserved ? carved_out_name(types, region) : NULL;
    const char *base = carved != NULL ? carved : base_name(types, region, image);
    const char *suffix = reserved && carved == NULL ? " (reserved)" : "";
    if (base != NULL) {
        snprintf(name, VMT_MACH_TYPE_SIZE, "%s%s", base, suffix);
    } else {
        snprintf(name, VMT_MACH_TYPE_SIZE, "Memory Tag %" PRIu32 "%s", region->tag, suffix);
    }
    return name;
}
