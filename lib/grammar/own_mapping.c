/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/own_mapping.h"

enum vmt_status vmt_own_set_field(struct vmt_own_row *row, unsigned which,
                                  const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)err;
    bool known = false;
    enum vmt_status status = vmt_own_u64(row, values, &row->mapping.fields[which], &known);
    row->mapping.known |= known ? UINT32_C(1) << which : 0;
    row->mapped = row->mapped || known;
    return status;
}

/* `fd:01`: major and minor number in hexadecimal. */
enum vmt_status vmt_own_set_device(struct vmt_own_row *row, unsigned which,
                                   const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)which;
    (void)err;
    struct vmt_slice text;
    bool known = false;
    enum vmt_status status = vmt_own_text(row, values, &text, &known);
    if (status != VMT_OK || !known) {
        return status;
    }
    uint64_t numbers[2] = {0, 0};
    size_t colon = vmt_slice_find(text, ":");
    if (colon == text.length ||
        !vmt_parse_u64((struct vmt_slice){text.data, colon}, 16, &numbers[0]) ||
        !vmt_parse_u64(vmt_slice_from(text, colon + 1), 16, &numbers[1]) ||
        numbers[0] > UINT32_MAX || numbers[1] > UINT32_MAX) {
        return vmt_own_refuse(row, "not the numbers of a device");
    }
    row->mapping.device_major = (uint32_t)numbers[0];
    row->mapping.device_minor = (uint32_t)numbers[1];
    row->mapped = true;
    return VMT_OK;
}

enum vmt_status vmt_own_set_offset(struct vmt_own_row *row, unsigned which,
                                   const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)which;
    (void)err;
    bool known = false;
    enum vmt_status status = vmt_own_u64(row, values, &row->mapping.offset, &known);
    row->mapped = row->mapped || known;
    return status;
}

enum vmt_status vmt_own_set_inode(struct vmt_own_row *row, unsigned which,
                                  const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)which;
    (void)err;
    bool known = false;
    enum vmt_status status = vmt_own_u64(row, values, &row->mapping.inode, &known);
    row->mapped = row->mapped || known;
    return status;
}

enum vmt_status vmt_own_set_flags(struct vmt_own_row *row, unsigned which,
                                  const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)which;
    struct vmt_slice text;
    bool known = false;
    enum vmt_status status = vmt_own_text(row, values, &text, &known);
    row->mapped = row->mapped || known;
    return status == VMT_OK && known
               ? vmt_snapshot_string(&row->mapping.flags, row->parse->snapshot, text, err)
               : status;
}

enum vmt_status vmt_own_keep_mapping(struct vmt_own_row *row, struct vmt_error *err)
{
    if (!row->mapped) {
        return VMT_OK;
    }
    struct vmt_arena *arena = &row->parse->snapshot->arena;
    struct vmt_mapping *mapping = vmt_arena_alloc(arena, 1, sizeof *mapping);
    if (mapping == NULL) {
        return vmt_arena_fail(arena, err);
    }
    *mapping = row->mapping;
    row->region.mapping = mapping;
    return VMT_OK;
}

bool vmt_own_has_kernel_counts(const struct vmt_process *process)
{
    static const uint32_t counts =
        UINT32_C(1) << VMT_MAPPING_PRIVATE_CLEAN | UINT32_C(1) << VMT_MAPPING_PRIVATE_DIRTY |
        UINT32_C(1) << VMT_MAPPING_SHARED_CLEAN | UINT32_C(1) << VMT_MAPPING_SHARED_DIRTY;
    struct vmt_walker walker = {0};
    const struct vmt_region *region = NULL;
    while ((region = vmt_sequence_next(&process->regions, &walker)) != NULL) {
        if (region->mapping == NULL || (region->mapping->known & counts) != counts ||
            (region->known & 1u << VMT_EV_RESIDENT) == 0) {
            return false;
        }
    }
    return process->regions.count > 0;
}
