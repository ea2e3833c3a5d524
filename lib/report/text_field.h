/* SPDX-License-Identifier: MIT */
#ifndef VMT_REPORT_TEXT_FIELD_H
#define VMT_REPORT_TEXT_FIELD_H

/* What stands in a place of a text for people. */

#include "report/human.h"
#include "report/table.h"

/* `text` of the evidence if `evidence` is set, else ours. */
struct vmt_text_field {
    struct vmt_slice text;
    bool evidence;
    bool mark; /* a ~ behind it: less certain than it looks */
    char buffer[VMT_HUMAN_SIZE];
};

size_t vmt_text_field_width(const struct vmt_text_field *field);

/* `plain`: sizes as bytes.  `marks`: mark amounts whose bounds are wider apart than what is
 * printed. */
void vmt_text_field_cell(struct vmt_text_field *field, const struct vmt_cell *cell, bool marks,
                         bool plain);
void vmt_text_field_amount(struct vmt_text_field *field, struct vmt_amount amount, bool marks,
                           bool plain);

/* The lower or the upper bound, rounded outwards. */
void vmt_text_field_bound(struct vmt_text_field *field, struct vmt_amount amount, bool upper,
                          bool plain);

/* Unknown for cells of other kinds. */
struct vmt_amount vmt_cell_as_amount(const struct vmt_cell *cell);

#endif
