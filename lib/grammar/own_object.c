/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/own_object.h"

#include "grammar/own_rows.h"

static void keep_field(struct vmt_own_row *row, unsigned which, uint64_t value)
{
    row->object.fields[which] = value;
    row->object.known |= UINT32_C(1) << which;
    row->has_object = true;
}

enum vmt_status vmt_own_set_object_field(struct vmt_own_row *row, unsigned which,
                                         const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)err;
    uint64_t value = 0;
    bool known = false;
    enum vmt_status status = vmt_own_u64(row, values, &value, &known);
    if (status == VMT_OK && known) {
        keep_field(row, which, value);
    }
    return status;
}

enum vmt_status vmt_own_set_object_truth(struct vmt_own_row *row, unsigned which,
                                         const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)err;
    bool truth = false;
    enum vmt_status status = vmt_own_truth(row, values, &truth);
    if (status == VMT_OK && values->kind != VMT_OWN_NOTHING) {
        keep_field(row, which, truth ? 1 : 0);
    }
    return status;
}

enum vmt_status vmt_own_set_object_id(struct vmt_own_row *row, unsigned which,
                                      const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)which;
    (void)err;
    struct vmt_slice text;
    bool known = false;
    enum vmt_status status = vmt_own_text(row, values, &text, &known);
    if (status == VMT_OK && known && !vmt_own_address(text, &row->object.id)) {
        return vmt_own_refuse(row, "not the number of an object");
    }
    row->has_object = row->has_object || known;
    return status;
}

enum vmt_status vmt_own_set_object_offset(struct vmt_own_row *row, unsigned which,
                                          const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)which;
    (void)err;
    bool known = false;
    enum vmt_status status = vmt_own_u64(row, values, &row->object.offset, &known);
    row->has_object = row->has_object || known;
    return status;
}

enum vmt_status vmt_own_keep_object(struct vmt_own_row *row, struct vmt_error *err)
{
    if (!row->has_object) {
        return VMT_OK;
    }
    struct vmt_arena *arena = &row->parse->snapshot->arena;
    struct vmt_object *object = vmt_arena_alloc(arena, 1, sizeof *object);
    if (object == NULL) {
        return vmt_arena_fail(arena, err);
    }
    *object = row->object;
    row->region.object = object;
    return VMT_OK;
}
