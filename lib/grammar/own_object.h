/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_OWN_OBJECT_H
#define VMT_GRAMMAR_OWN_OBJECT_H

/* What our reports say of the memory object behind a region, in columns of CSV and, as `object`, in
 * an object of JSON: lib/report/report_object.c. */

#include "grammar/own.h"

vmt_own_setter vmt_own_set_object_field; /* of enum vmt_object_field */
vmt_own_setter vmt_own_set_object_truth;
vmt_own_setter vmt_own_set_object_id;
vmt_own_setter vmt_own_set_object_offset;

#define VMT_OWN_OBJECT_FIELD(name_, which_)       \
    {                                             \
        {name_}, vmt_own_set_object_field, which_ \
    }
#define VMT_OWN_OBJECT_COLUMNS                                                                    \
    {{"object_id"}, vmt_own_set_object_id, 0}, {{"object_offset"}, vmt_own_set_object_offset, 0}, \
        VMT_OWN_OBJECT_FIELD("references", VMT_OBJECT_REFERENCES),                                \
        VMT_OWN_OBJECT_FIELD("own_regions", VMT_OBJECT_OWN),                                      \
        VMT_OWN_OBJECT_FIELD("shadow_depth", VMT_OBJECT_SHADOW_DEPTH),                            \
        {{"external"}, vmt_own_set_object_truth, VMT_OBJECT_EXTERNAL},                            \
        VMT_OWN_OBJECT_FIELD("copied", VMT_OBJECT_COPIED),                                        \
        VMT_OWN_OBJECT_FIELD("reusable", VMT_OBJECT_REUSABLE),                                    \
        VMT_OWN_OBJECT_FIELD("counted_resident", VMT_OBJECT_PRESENT),                             \
        VMT_OWN_OBJECT_FIELD("counted_dirty", VMT_OBJECT_PRESENT_DIRTY),                          \
        VMT_OWN_OBJECT_FIELD("counted_file", VMT_OBJECT_PRESENT_FILE),                            \
        VMT_OWN_OBJECT_FIELD("counted_copied", VMT_OBJECT_PRESENT_COPIED),                        \
        VMT_OWN_OBJECT_FIELD("counted_copied_dirty", VMT_OBJECT_COPIED_DIRTY),                    \
        VMT_OWN_OBJECT_FIELD("counted_swapped", VMT_OBJECT_SWAPPED),                              \
        VMT_OWN_OBJECT_FIELD("counted_copied_swapped", VMT_OBJECT_COPIED_SWAPPED)

/* Keep what was taken with the row's region. */
enum vmt_status vmt_own_keep_object(struct vmt_own_row *row, struct vmt_error *err);

#endif
