/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/own_host.h"

#include <stdio.h>

/* --- the host --------------------------------------------------------------------------------- */

enum { OS, ORIGIN, CGROUP };

static enum vmt_status set_string(struct vmt_own_row *row, unsigned which,
                                  const struct vmt_own_value *values, struct vmt_error *err)
{
    struct vmt_own_subject *own = row->owner;
    const struct vmt_string **const strings[] = {
        [OS] = &own->host->os, [ORIGIN] = &own->origin, [CGROUP] = &own->host->cgroup};
    struct vmt_slice text;
    bool known = false;
    enum vmt_status status = vmt_own_text(row, values, &text, &known);
    return status == VMT_OK && known
               ? vmt_snapshot_string(strings[which], row->parse->snapshot, text, err)
               : status;
}

bool vmt_own_platform(struct vmt_slice name, enum vmt_platform *out)
{
    static const enum vmt_platform platforms[] = {VMT_PLATFORM_DARWIN, VMT_PLATFORM_LINUX};
    for (size_t i = 0; i < sizeof platforms / sizeof platforms[0]; i++) {
        if (vmt_slice_equals(name, vmt_slice(vmt_platform_name(platforms[i])))) {
            *out = platforms[i];
            return true;
        }
    }
    return false;
}

/* By its rules all is derived, so that there is no host without. */
static enum vmt_status set_platform(struct vmt_own_row *row, unsigned which,
                                    const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)which;
    (void)err;
    struct vmt_slice text = {"", 0};
    bool known = false;
    enum vmt_status status = vmt_own_text(row, values, &text, &known);
    return status == VMT_OK && !vmt_own_platform(text, &row->owner->host->platform)
               ? vmt_own_refuse(row, "neither macos nor linux")
               : status;
}

static enum vmt_status set_number(struct vmt_own_row *row, unsigned which,
                                  const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)which;
    (void)err;
    bool known = false;
    return vmt_own_u64(row, values, &row->owner->host_number, &known);
}

static const struct vmt_own_column host_columns[] = {
    {{"host"}, set_number, 0},        {{"platform"}, set_platform, 0},  {{"os"}, set_string, OS},
    {{"source"}, set_string, ORIGIN}, {{"cgroup"}, set_string, CGROUP},
};
const struct vmt_own_columns vmt_own_host_columns = VMT_OWN_LIST(host_columns);

enum vmt_status vmt_own_host_begin(struct vmt_own_subject *own, struct vmt_parse *parse,
                                   const struct vmt_grammar *grammar, uint64_t line,
                                   struct vmt_error *err)
{
    struct vmt_part_host part;
    enum vmt_status status = vmt_part_host_begin(&part, parse, grammar, line, err);
    *own = (struct vmt_own_subject){.host = part.host};
    return status;
}

/* --- its samples ------------------------------------------------------------------------------ */

enum { SINCE_BOOT, GAP, JOINED };

static enum vmt_status set_truth(struct vmt_own_row *row, unsigned which,
                                 const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)err;
    return vmt_own_truth(row, values, &row->truths[which]);
}

static enum vmt_status set_sample(struct vmt_own_row *row, unsigned which,
                                  const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)which;
    (void)err;
    bool known = false;
    return vmt_own_u64(row, values, &row->numbers[0], &known);
}

/* What is true or false has no rounding that could be missing. */
static enum vmt_status set_quantity(struct vmt_own_row *row, unsigned which,
                                    const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)err;
    struct vmt_reading reading = {0};
    bool known = values->kind != VMT_OWN_NOTHING;
    enum vmt_status status = VMT_OK;
    if (vmt_host_quantities[which].unit == VMT_UNIT_BOOLEAN) {
        bool truth = false;
        status = vmt_own_truth(row, values, &truth);
        reading.value = truth ? 1 : 0;
    } else if (vmt_host_quantities[which].unit == VMT_UNIT_LEVEL) {
        status = vmt_own_u64(row, values, &reading.value, &known);
    } else {
        status = vmt_own_reading(row, values, &reading, &known);
    }
    if (status == VMT_OK && known) {
        vmt_part_host_add(row->part, (enum vmt_host_quantity)which, reading, false);
    }
    return status;
}

static enum vmt_status add_sample(struct vmt_own_row *row, struct vmt_error *err)
{
    struct vmt_own_subject *own = row->owner;
    struct vmt_part_host *part = row->part;
    struct vmt_snapshot *snapshot = row->parse->snapshot;
    enum vmt_status status = VMT_OK;
    bool empty = part->count == 0;
    part->host = own->host;
    if (row->text.length > 0) {
        status = vmt_snapshot_string(&part->captured_at, snapshot, row->text, err);
    }
    if (status == VMT_OK && own->origin_grammar == NULL && row->key.length > 0) {
        status = vmt_snapshot_string(&own->origin_grammar, snapshot, row->key, err);
    }
    if (status == VMT_OK) {
        status = vmt_part_host_sample(part, row->truths[SINCE_BOOT], err);
    }
    part->captured_at = NULL;
    if (status != VMT_OK || empty) {
        return status;
    }
    struct vmt_sample *sample = vmt_sequence_last(&own->host->samples);
    bool follows = row->numbers[0] > 0 && row->numbers[0] - 1 == own->last_sample;
    sample->gap = row->truths[GAP] || (own->host->samples.count > 1 && !follows);
    sample->joined = row->truths[JOINED];
    own->last_sample = row->numbers[0];
    return VMT_OK;
}

/* Beside the quantities; what is derived is derived anew. */
static const struct vmt_own_column sample_columns[] = {
    {{"line"}, NULL, 0}, /* of an input that is not at hand */
    {{"grammar"}, vmt_own_set_text, VMT_OWN_ROW_KEY},
    {{"sample"}, set_sample, 0},
    {{"captured_at"}, vmt_own_set_text, VMT_OWN_ROW_TEXT},
    {{"since_boot"}, set_truth, SINCE_BOOT},
    {{"gap"}, set_truth, GAP},
    {{"joined"}, set_truth, JOINED},
    {{"pressure"}, NULL, 0}, /* the name of its level */
    VMT_OWN_AMOUNT("app", NULL, 0),
    VMT_OWN_AMOUNT("compressed", NULL, 0),
    VMT_OWN_AMOUNT("used", NULL, 0),
    VMT_OWN_AMOUNT("cached", NULL, 0),
    VMT_OWN_AMOUNT("available", NULL, 0),
    VMT_OWN_AMOUNT("available_permille", NULL, 0),
    VMT_OWN_AMOUNT("compressor_ratio_permille", NULL, 0),
    VMT_OWN_AMOUNT("compressor_saved", NULL, 0),
    VMT_OWN_AMOUNT("swap_in_use", NULL, 0),
    VMT_OWN_AMOUNT("remainder", NULL, 0),
    VMT_OWN_AMOUNT("page_size_inferred", NULL, 0),
};
#define FIXED (sizeof sample_columns / sizeof sample_columns[0])

const struct vmt_own_table vmt_own_samples = {
    .name = "samples", .columns = VMT_OWN_LIST(sample_columns), .add = add_sample};

/* `free_quantum`; NULL when there is no memory. */
static const char *suffixed(struct vmt_arena *arena, const char *name, const char *suffix)
{
    size_t size = strlen(name) + strlen(suffix) + 1;
    char *out = vmt_arena_alloc(arena, 1, size);
    if (out != NULL) {
        snprintf(out, size, "%s%s", name, suffix);
    }
    return out;
}

enum vmt_status vmt_own_sample_columns(struct vmt_own_columns *out, struct vmt_arena *arena,
                                       struct vmt_error *err)
{
    struct vmt_own_column *list =
        vmt_arena_alloc(arena, FIXED + 2 * (size_t)VMT_HOST_COUNT, sizeof *list);
    if (list == NULL) {
        return vmt_arena_fail(arena, err);
    }
    memcpy(list, sample_columns, sizeof sample_columns);
    *out = (struct vmt_own_columns){list, FIXED + 2 * (size_t)VMT_HOST_COUNT};
    list += FIXED;
    for (unsigned i = 0; i < VMT_HOST_COUNT; i++, list += 2) {
        const char *name = vmt_host_quantities[i].name;
        list[0] = (struct vmt_own_column){
            .names = {name, suffixed(arena, name, "_quantum")}, .set = set_quantity, .which = i};
        list[1] = (struct vmt_own_column){
            .names = {suffixed(arena, name, "_lower"), suffixed(arena, name, "_upper")}};
        if (list[0].names[1] == NULL || list[1].names[0] == NULL || list[1].names[1] == NULL) {
            return vmt_arena_fail(arena, err);
        }
    }
    return VMT_OK;
}
