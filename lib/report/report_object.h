/* SPDX-License-Identifier: MIT */
#ifndef VMT_REPORT_REPORT_OBJECT_H
#define VMT_REPORT_REPORT_OBJECT_H

/* What XNU tells of the memory object behind a region, in columns. */

#include "report/report_common.h"

enum { VMT_OBJECT_COLUMN_COUNT = 2 + VMT_OBJECT_FIELD_COUNT };

#define VMT_OBJECT_COLUMNS(where)                                                                  \
    VMT_DATA_COLUMN("object_id", ADDRESS, where,                                                   \
                    "macOS: of the memory object, equal in all processes until a restart."),       \
        VMT_DATA_COLUMN("object_offset", BYTES, where, "macOS: where in it the region begins."),   \
        VMT_DATA_COLUMN("references", COUNT, where,                                                \
                        "macOS: to the objects that pages were looked for in, of whatever kind."), \
        VMT_DATA_COLUMN("own_regions", COUNT, where,                                               \
                        "macOS: regions of this process with the same object."),                   \
        VMT_DATA_COLUMN("shadow_depth", COUNT, where,                                              \
                        "macOS: objects behind the first that pages were looked for in."),         \
        VMT_DATA_COLUMN("external", BOOLEAN, where,                                                \
                        "macOS: whether one of the objects is of a file or a device."),            \
        VMT_DATA_COLUMN("copied", BYTES, where,                                                    \
                        "macOS: resident in copies that nothing else refers to."),                 \
        VMT_DATA_COLUMN("reusable", BYTES, where, "macOS: given back, and not dirty."),            \
        VMT_DATA_COLUMN("counted_resident", BYTES, where, "macOS: by page: in memory."),           \
        VMT_DATA_COLUMN("counted_dirty", BYTES, where, "macOS: by page: of them dirty."),          \
        VMT_DATA_COLUMN("counted_file", BYTES, where,                                              \
                        "macOS: by page: of them of a file or a device."),                         \
        VMT_DATA_COLUMN("counted_copied", BYTES, where,                                            \
                        "macOS: by page: of them copied by this region."),                         \
        VMT_DATA_COLUMN("counted_copied_dirty", BYTES, where,                                      \
                        "macOS: by page: of those copied dirty."),                                 \
        VMT_DATA_COLUMN("counted_swapped", BYTES, where, "macOS: by page: in the compressor."),    \
        VMT_DATA_COLUMN("counted_copied_swapped", BYTES, where,                                    \
                        "macOS: by page: of those copied by this region.")

/* In JSON they stand apart, and only where there is something. */
extern const struct vmt_table vmt_object_table;

/* Fill so many cells; NULL: nothing is told. */
struct vmt_cell *vmt_object_cells(struct vmt_cell *next, const struct vmt_object *object);

#endif
