/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report/text_field.h"

#include "report/utf8.h"

#include <inttypes.h>
#include <stdio.h>

size_t vmt_text_field_width(const struct vmt_text_field *field)
{
    return (field->evidence ? vmt_shown_width(field->text) : field->text.length) + field->mark;
}

static uint64_t format_bytes(char *buffer, uint64_t bytes, enum vmt_rounding rounding, bool plain)
{
    if (plain) {
        snprintf(buffer, VMT_HUMAN_SIZE, "%" PRIu64, bytes);
        return 0;
    }
    return vmt_human_bytes(buffer, bytes, rounding);
}

/* `marks`: say with a ~ that the bounds are wider apart than what is printed.  A reading of the
 * tool that prints as we do is just as wide, rounded up twice, and not marked; neither is its 0K.
 */
void vmt_text_field_amount(struct vmt_text_field *field, struct vmt_amount amount, bool marks,
                           bool plain)
{
    if (!amount.known) {
        field->text = vmt_slice("-");
        return;
    }
    uint64_t unit = format_bytes(field->buffer, amount.value, VMT_ROUND_NEAREST, plain);
    if (amount.value == 0 && !plain) {
        unit = 1024;
    }
    uint64_t allowed = unit > 1 ? unit + 1 : 0;
    field->mark = marks && amount.bounded && amount.upper - amount.lower > allowed;
    field->text = vmt_slice(field->buffer);
}

void vmt_text_field_cell(struct vmt_text_field *field, const struct vmt_cell *cell, bool marks,
                         bool plain)
{
    *field = (struct vmt_text_field){.text = {field->buffer, 0}};
    switch (cell->kind) {
    case VMT_CELL_NULL:
    case VMT_CELL_AMOUNTS:
    case VMT_CELL_FIGURES:
        field->text = vmt_slice("-");
        return;
    case VMT_CELL_AMOUNT:
        vmt_text_field_amount(field, cell->amount, marks, plain);
        return;
    case VMT_CELL_READING:
        vmt_text_field_amount(field, vmt_amount_of(cell->reading), marks, plain);
        return;
    case VMT_CELL_BYTES:
        format_bytes(field->buffer, cell->number, VMT_ROUND_NEAREST, plain);
        break;
    case VMT_CELL_COUNT:
        snprintf(field->buffer, sizeof field->buffer, "%" PRIu64, cell->number);
        break;
    case VMT_CELL_PERMILLE:
        vmt_human_permille(field->buffer, cell->number);
        break;
    case VMT_CELL_PPM:
        vmt_human_ppm(field->buffer, cell->number);
        break;
    case VMT_CELL_MICROSECONDS:
        vmt_human_microseconds(field->buffer, cell->number);
        break;
    case VMT_CELL_ADDRESS:
        snprintf(field->buffer, sizeof field->buffer, "0x%" PRIx64, cell->number);
        break;
    case VMT_CELL_BOOLEAN:
        field->text = vmt_slice(cell->number != 0 ? "yes" : "no");
        return;
    case VMT_CELL_TEXT:
        field->text = cell->text;
        field->evidence = true;
        return;
    case VMT_CELL_WORD:
        field->text = cell->text;
        return;
    }
    field->text = vmt_slice(field->buffer);
}

struct vmt_amount vmt_cell_as_amount(const struct vmt_cell *cell)
{
    if (cell->kind == VMT_CELL_AMOUNT) {
        return cell->amount;
    }
    return cell->kind == VMT_CELL_READING ? vmt_amount_of(cell->reading) : VMT_UNKNOWN;
}

/* One of the bounds, rounded outwards. */
void vmt_text_field_bound(struct vmt_text_field *field, struct vmt_amount amount, bool upper,
                          bool plain)
{
    *field = (struct vmt_text_field){.mark = false};
    enum vmt_rounding outward = upper ? VMT_ROUND_UP : VMT_ROUND_DOWN;
    format_bytes(field->buffer, upper ? amount.upper : amount.lower,
                 amount.lower == amount.upper ? VMT_ROUND_NEAREST : outward, plain);
    field->text = vmt_slice(amount.bounded ? field->buffer : "-");
}
