/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report/report_object.h"

static const struct vmt_column object_columns[] = {
    VMT_OBJECT_COLUMNS(VMT_IN_JSON),
};

const struct vmt_table vmt_object_table = {
    .name = "object",
    .columns = object_columns,
    .column_count = sizeof object_columns / sizeof object_columns[0],
    .where = VMT_IN_JSON,
    .record = true,
};

_Static_assert(sizeof object_columns / sizeof object_columns[0] == VMT_OBJECT_COLUMN_COUNT,
               "a column for each field, in its order");

static enum vmt_cell_kind kind_of(enum vmt_object_field field)
{
    if (field == VMT_OBJECT_EXTERNAL) {
        return VMT_CELL_BOOLEAN;
    }
    return field < VMT_OBJECT_COPIED ? VMT_CELL_COUNT : VMT_CELL_BYTES;
}

struct vmt_cell *vmt_object_cells(struct vmt_cell *next, const struct vmt_object *object)
{
    if (object == NULL) {
        for (size_t i = 0; i < VMT_OBJECT_COLUMN_COUNT; i++) {
            *next++ = vmt_cell_null();
        }
        return next;
    }
    *next++ = vmt_cell_optional(VMT_CELL_ADDRESS, object->id != 0, object->id);
    *next++ = vmt_cell_number(VMT_CELL_BYTES, object->offset);
    for (int i = 0; i < VMT_OBJECT_FIELD_COUNT; i++) {
        const enum vmt_object_field field = (enum vmt_object_field)i;
        *next++ =
            vmt_cell_optional(kind_of(field), (object->known >> i & 1) != 0, object->fields[i]);
    }
    return next;
}
