/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/own_rows.h"

#include "grammar/own_mapping.h"
#include "grammar/own_object.h"

/* --- values that several tables have ---------------------------------------------------------- */

enum vmt_status vmt_own_set_text(struct vmt_own_row *row, unsigned which,
                                 const struct vmt_own_value *values, struct vmt_error *err)
{
    struct vmt_slice *const texts[] = {[VMT_OWN_ROW_TYPE] = &row->type,
                                       [VMT_OWN_ROW_CANONICAL] = &row->canonical,
                                       [VMT_OWN_ROW_KEY] = &row->key,
                                       [VMT_OWN_ROW_TEXT] = &row->text};
    (void)err;
    bool known = false;
    return vmt_own_text(row, values, texts[which], &known);
}

static enum vmt_status set_type(struct vmt_own_row *row, unsigned which,
                                const struct vmt_own_value *values, struct vmt_error *err)
{
    enum vmt_status status = vmt_own_set_text(row, which, values, err);
    return status == VMT_OK && row->type.length == 0 ? vmt_own_refuse(row, "a row without a type")
                                                     : status;
}

/* The type of a name that our report took for `canonical`.  Where that is another, the name may
 * have been cut by the tool that printed it, at whatever length. */
static enum vmt_status find_type(const struct vmt_type **out, struct vmt_own_row *row,
                                 struct vmt_error *err)
{
    struct vmt_snapshot *snapshot = row->parse->snapshot;
    bool renamed = row->canonical.length > 0 && !vmt_slice_equals(row->type, row->canonical);
    *out = vmt_type_get(&snapshot->types, &snapshot->strings, row->type,
                        renamed ? row->type.length : 0);
    return *out == NULL ? vmt_arena_fail(&snapshot->arena, err) : VMT_OK;
}

/* --- regions ---------------------------------------------------------------------------------- */

bool vmt_own_address(struct vmt_slice text, uint64_t *out)
{
    return vmt_slice_starts(text, "0x") && vmt_parse_u64(vmt_slice_from(text, 2), 16, out);
}

/* The end comes after the start. */
static enum vmt_status set_address(struct vmt_own_row *row, unsigned which,
                                   const struct vmt_own_value *values, struct vmt_error *err)
{
    uint64_t *const ends[] = {&row->region.start, &row->region.end};
    (void)err;
    struct vmt_slice text;
    bool known = false;
    enum vmt_status status = vmt_own_text(row, values, &text, &known);
    if (status != VMT_OK) {
        return status;
    }
    if (known && !vmt_own_address(text, ends[which])) {
        return vmt_own_refuse(row, "not an address of 64 bits");
    }
    if (which > 0 && known != row->region.ranged) {
        return vmt_own_refuse(row, "one end of a range without the other");
    }
    row->region.ranged = known;
    return which > 0 && row->region.end < row->region.start
               ? vmt_own_refuse(row, "the range ends before it begins")
               : VMT_OK;
}

static enum vmt_status set_protection(struct vmt_own_row *row, unsigned which,
                                      const struct vmt_own_value *values, struct vmt_error *err)
{
    static const char letters[] = "rwx";
    uint8_t *const protections[] = {&row->region.protection, &row->region.max_protection};
    (void)err;
    struct vmt_slice text = {"---", 3};
    bool known = false;
    enum vmt_status status = vmt_own_text(row, values, &text, &known);
    if (status != VMT_OK) {
        return status;
    }
    bool shaped = text.length == 3;
    unsigned protection = 0;
    for (size_t i = 0; shaped && i < 3; i++) { /* bit 0 is to read, 1 to write, 2 to execute */
        shaped = text.data[i] == letters[i] || text.data[i] == '-';
        protection |= text.data[i] == letters[i] ? 1u << i : 0;
    }
    *protections[which] = (uint8_t)protection;
    return shaped ? VMT_OK : vmt_own_refuse(row, "not a protection");
}

static enum vmt_status set_sharing(struct vmt_own_row *row, unsigned which,
                                   const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)which;
    struct vmt_slice text;
    bool known = false;
    enum vmt_status status = vmt_own_text(row, values, &text, &known);
    if (status != VMT_OK || !known) {
        return status;
    }
    row->region.sharing = (uint8_t)vmt_sharing_find(text);
    return row->region.sharing == VMT_SHARING_UNKNOWN
               ? vmt_snapshot_string(&row->region.sharing_text, row->parse->snapshot, text, err)
               : VMT_OK;
}

static enum vmt_status set_purge(struct vmt_own_row *row, unsigned which,
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
    for (int purge = VMT_PURGE_NONE + 1; purge <= VMT_PURGE_UNKNOWN; purge++) {
        if (vmt_slice_equals(text, vmt_slice(vmt_purge_name((enum vmt_purge)purge)))) {
            row->region.purge = (uint8_t)purge;
            return VMT_OK;
        }
    }
    return vmt_own_refuse(row, "not a state of purgeable memory");
}

static enum vmt_status set_depth(struct vmt_own_row *row, unsigned which,
                                 const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)which;
    (void)err;
    uint64_t depth = 0;
    bool known = false;
    enum vmt_status status = vmt_own_u64(row, values, &depth, &known);
    if (status == VMT_OK && depth > UINT8_MAX) {
        return vmt_own_refuse(row, "not a depth of submaps");
    }
    row->region.submap_depth = (uint8_t)depth;
    return status;
}

static enum vmt_status set_region_size(struct vmt_own_row *row, unsigned which,
                                       const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)err;
    bool known = false;
    enum vmt_status status = vmt_own_reading(row, values, &row->region.stated[which], &known);
    row->region.known = (uint8_t)(row->region.known | (known ? 1u << which : 0));
    return status;
}

static enum vmt_status set_detail(struct vmt_own_row *row, unsigned which,
                                  const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)which;
    struct vmt_slice text;
    bool known = false;
    enum vmt_status status = vmt_own_text(row, values, &text, &known);
    return status == VMT_OK && known
               ? vmt_snapshot_string(&row->region.detail, row->parse->snapshot, text, err)
               : status;
}

/* Where there is a range it says the size; the stated one is held against it. */
static enum vmt_status take_range(struct vmt_own_row *row, struct vmt_error *err)
{
    struct vmt_region *region = &row->region;
    if (!region->ranged) {
        return VMT_OK;
    }
    const struct vmt_reading range = {region->end - region->start, 0};
    const struct vmt_amount stated = vmt_amount_of(region->stated[VMT_EV_VIRTUAL]);
    bool differs = (region->known & 1u << VMT_EV_VIRTUAL) != 0 &&
                   (range.value < stated.lower || range.value > stated.upper);
    region->stated[VMT_EV_VIRTUAL] = range;
    region->known = (uint8_t)(region->known | 1u << VMT_EV_VIRTUAL);
    const struct vmt_place place = {row->parse->input->name->data, row->line, 1};
    return differs ? vmt_notes_add(&row->owner->process->notes, VMT_NOTE_VIRTUAL_DIFFERS, place,
                                   row->type, (struct vmt_slice){0}, err)
                   : VMT_OK;
}

static enum vmt_status add_region(struct vmt_own_row *row, struct vmt_error *err)
{
    enum vmt_status status = find_type(&row->region.type, row, err);
    if (status == VMT_OK) {
        status = take_range(row, err);
    }
    if (status == VMT_OK) {
        status = vmt_own_keep_mapping(row, err);
    }
    if (status == VMT_OK) {
        status = vmt_own_keep_object(row, err);
    }
    if (status != VMT_OK) {
        return status;
    }
    struct vmt_region *record = vmt_sequence_add(&row->owner->process->regions);
    if (record == NULL) {
        return vmt_arena_fail(&row->parse->snapshot->arena, err);
    }
    *record = row->region;
    record->line = row->line;
    return VMT_OK;
}

static const struct vmt_own_column region_columns[] = {
    {{"start"}, set_address, 0},
    {{"end"}, set_address, 1},
    {{"type"}, set_type, VMT_OWN_ROW_TYPE},
    {{"canonical_type"}, vmt_own_set_text, VMT_OWN_ROW_CANONICAL},
    {{"class"}, NULL, 0},
    {{"protection"}, set_protection, 0},
    {{"max_protection"}, set_protection, 1},
    {{"sharing_mode"}, set_sharing, 0},
    {{"purge_state"}, set_purge, 0},
    {{"submap_depth"}, set_depth, 0},
    VMT_OWN_READING("virtual", set_region_size, VMT_EV_VIRTUAL),
    VMT_OWN_READING("resident", set_region_size, VMT_EV_RESIDENT),
    VMT_OWN_READING("dirty", set_region_size, VMT_EV_DIRTY),
    VMT_OWN_READING("swapped", set_region_size, VMT_EV_SWAPPED),
    {{"detail"}, set_detail, 0},
    {{"line"}, NULL, 0}, /* of an input that is not at hand */
    VMT_OWN_MAPPING_COLUMNS,
    VMT_OWN_OBJECT_COLUMNS,
};
const struct vmt_own_table vmt_own_regions = {
    .name = "regions", .columns = VMT_OWN_LIST(region_columns), .add = add_region, .regions = true};

/* --- what is stated by type ------------------------------------------------------------------- */

static enum vmt_status set_count(struct vmt_own_row *row, unsigned which,
                                 const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)which;
    (void)err;
    return vmt_own_u64(row, values, &row->stated.regions, &row->stated.counted);
}

static enum vmt_status set_stated(struct vmt_own_row *row, unsigned which,
                                  const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)err;
    bool known = false;
    enum vmt_status status = vmt_own_reading(row, values, &row->stated.stated[which], &known);
    row->stated.known = (uint16_t)(row->stated.known | (known ? 1u << which : 0));
    return status;
}

/* A sum with bounds is a reading that may be as far off as its farther bound; one that is unknown,
 * or less sure than any reading, is none. */
static enum vmt_status set_sum(struct vmt_own_row *row, unsigned which,
                               const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)err;
    struct vmt_amount amount = VMT_UNKNOWN;
    enum vmt_status status = vmt_own_amount(row, values, &amount);
    if (status != VMT_OK || !amount.known) {
        return status;
    }
    uint64_t below = amount.value - amount.lower;
    uint64_t above = amount.upper - amount.value;
    uint64_t slack = below > above ? below : above;
    if (slack <= UINT64_MAX / 2) {
        row->stated.stated[which] = (struct vmt_reading){amount.value, 2 * slack};
        row->stated.known = (uint16_t)(row->stated.known | 1u << which);
    }
    return VMT_OK;
}

static enum vmt_status add_stated(struct vmt_own_row *row, struct vmt_error *err)
{
    enum vmt_status status = find_type(&row->stated.type, row, err);
    if (status != VMT_OK) {
        return status;
    }
    struct vmt_stated_row *record = vmt_sequence_add(&row->owner->process->stated);
    if (record == NULL) {
        return vmt_arena_fail(&row->parse->snapshot->arena, err);
    }
    *record = row->stated;
    record->line = row->line;
    return VMT_OK;
}

/* What the kernel holds for a process is in none of the sums over regions; where it is, a tool has
 * charged it, and the sums say no more than their total. */
static enum vmt_status add_sum(struct vmt_own_row *row, struct vmt_error *err)
{
    struct vmt_stated_row *stated = &row->stated;
    enum vmt_status status = find_type(&stated->type, row, err);
    if (status == VMT_OK && stated->type->class == VMT_CLASS_KERNEL) {
        for (size_t i = 0; i < VMT_EV_OF_REGION; i++) {
            row->owner->charged = row->owner->charged || stated->stated[i].value > 0;
        }
        stated->known = 0;
    }
    return status == VMT_OK ? add_stated(row, err) : status;
}

static enum vmt_status keep_total(struct vmt_stated_row **out, struct vmt_own_row *row,
                                  struct vmt_error *err)
{
    struct vmt_arena *arena = &row->parse->snapshot->arena;
    *out = vmt_arena_alloc(arena, 1, sizeof **out);
    if (*out == NULL) {
        return vmt_arena_fail(arena, err);
    }
    **out = row->stated;
    (*out)->line = row->line;
    return VMT_OK;
}

static enum vmt_status add_stated_total(struct vmt_own_row *row, struct vmt_error *err)
{
    struct vmt_process *process = row->owner->process;
    if (vmt_slice_equals(row->key, vmt_slice("all"))) {
        return keep_total(&process->stated_total, row, err);
    }
    return vmt_slice_equals(row->key, vmt_slice("unreserved"))
               ? keep_total(&process->stated_unreserved, row, err)
               : vmt_own_refuse(row, "a total that is not known");
}

static enum vmt_status add_total(struct vmt_own_row *row, struct vmt_error *err)
{
    row->stated.regions = row->owner->region_count;
    row->stated.counted = row->owner->region_count_known;
    return keep_total(&row->owner->process->stated_total, row, err);
}

#define STATED_COLUMNS                                                                   \
    {{"regions"}, set_count, 0}, VMT_OWN_READING("virtual", set_stated, VMT_EV_VIRTUAL), \
        VMT_OWN_READING("resident", set_stated, VMT_EV_RESIDENT),                        \
        VMT_OWN_READING("dirty", set_stated, VMT_EV_DIRTY),                              \
        VMT_OWN_READING("swapped", set_stated, VMT_EV_SWAPPED),                          \
        VMT_OWN_READING("volatile", set_stated, VMT_EV_VOLATILE),                        \
        VMT_OWN_READING("nonvolatile", set_stated, VMT_EV_NONVOLATILE),                  \
        VMT_OWN_READING("empty", set_stated, VMT_EV_EMPTY),                              \
        VMT_OWN_READING("charged", set_stated, VMT_EV_CHARGED),                          \
        VMT_OWN_READING("clean", set_stated, VMT_EV_CLEAN),                              \
        VMT_OWN_READING("reclaimable", set_stated, VMT_EV_RECLAIMABLE),                  \
        VMT_OWN_READING("wired", set_stated, VMT_EV_WIRED),                              \
    {                                                                                    \
        {"line"}, NULL, 0                                                                \
    }
#define SUM_COLUMNS                                           \
    VMT_OWN_AMOUNT("virtual", set_sum, VMT_EV_VIRTUAL),       \
        VMT_OWN_AMOUNT("resident", set_sum, VMT_EV_RESIDENT), \
        VMT_OWN_AMOUNT("dirty", set_sum, VMT_EV_DIRTY),       \
        VMT_OWN_AMOUNT("swapped", set_sum, VMT_EV_SWAPPED)

static enum vmt_status set_apart(struct vmt_own_row *row, unsigned which,
                                 const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)which;
    (void)err;
    return vmt_own_truth(row, values, &row->stated.apart);
}

static const struct vmt_own_column stated_columns[] = {
    {{"type"}, set_type, VMT_OWN_ROW_TYPE},
    {{"canonical_type"}, vmt_own_set_text, VMT_OWN_ROW_CANONICAL},
    STATED_COLUMNS,
    {{"apart"}, set_apart, 0}};
const struct vmt_own_table vmt_own_stated = {
    .name = "stated", .columns = VMT_OWN_LIST(stated_columns), .add = add_stated};

static const struct vmt_own_column stated_totals_columns[] = {
    {{"of"}, vmt_own_set_text, VMT_OWN_ROW_KEY}, STATED_COLUMNS};
const struct vmt_own_table vmt_own_stated_totals = {.name = "stated_totals",
                                                    .columns = VMT_OWN_LIST(stated_totals_columns),
                                                    .add = add_stated_total};

static const struct vmt_own_column types_columns[] = {{{"type"}, set_type, VMT_OWN_ROW_TYPE},
                                                      {{"class"}, NULL, 0},
                                                      {{"regions"}, set_count, 0},
                                                      SUM_COLUMNS};
const struct vmt_own_table vmt_own_types = {
    .name = "types", .columns = VMT_OWN_LIST(types_columns), .add = add_sum};

static const struct vmt_own_column totals_columns[] = {SUM_COLUMNS};
const struct vmt_own_table vmt_own_totals = {
    .name = "totals", .columns = VMT_OWN_LIST(totals_columns), .add = add_total};

/* --- zones ------------------------------------------------------------------------------------ */

static enum vmt_status set_zone_size(struct vmt_own_row *row, unsigned which,
                                     const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)err;
    bool known = false;
    enum vmt_status status = vmt_own_reading(row, values, &row->zone.sizes[which], &known);
    row->zone.known_sizes = (uint8_t)(row->zone.known_sizes | (known ? 1u << which : 0));
    return status;
}

static enum vmt_status set_zone_number(struct vmt_own_row *row, unsigned which,
                                       const struct vmt_own_value *values, struct vmt_error *err)
{
    (void)err;
    bool known = false;
    enum vmt_status status = vmt_own_u64(row, values, &row->zone.numbers[which], &known);
    row->zone.known_numbers = (uint8_t)(row->zone.known_numbers | (known ? 1u << which : 0));
    return status;
}

static enum vmt_status keep_zone(struct vmt_zone *record, struct vmt_own_row *row,
                                 struct vmt_error *err)
{
    if (record == NULL) {
        return vmt_arena_fail(&row->parse->snapshot->arena, err);
    }
    *record = row->zone;
    record->line = row->line;
    return vmt_snapshot_string(&record->name, row->parse->snapshot, row->key, err);
}

static enum vmt_status add_zone(struct vmt_own_row *row, struct vmt_error *err)
{
    return keep_zone(vmt_sequence_add(&row->owner->process->zones), row, err);
}

static enum vmt_status add_zone_total(struct vmt_own_row *row, struct vmt_error *err)
{
    struct vmt_zone *record = vmt_arena_alloc(&row->parse->snapshot->arena, 1, sizeof *record);
    row->owner->process->zone_total = record;
    return keep_zone(record, row, err);
}

static const struct vmt_own_column zones_columns[] = {
    {{"zone"}, vmt_own_set_text, VMT_OWN_ROW_KEY},
    VMT_OWN_READING("virtual", set_zone_size, VMT_ZONE_VIRTUAL),
    VMT_OWN_READING("resident", set_zone_size, VMT_ZONE_RESIDENT),
    VMT_OWN_READING("dirty", set_zone_size, VMT_ZONE_DIRTY),
    VMT_OWN_READING("swapped", set_zone_size, VMT_ZONE_SWAPPED),
    {{"allocations"}, set_zone_number, VMT_ZONE_ALLOCATIONS},
    VMT_OWN_READING("allocated", set_zone_size, VMT_ZONE_ALLOCATED),
    {{"fragmentation_permille"}, set_zone_number, VMT_ZONE_FRAGMENTATION},
    {{"regions"}, set_zone_number, VMT_ZONE_REGIONS},
    {{"full_permille"}, set_zone_number, VMT_ZONE_FULL},
    VMT_OWN_READING("fragmented", set_zone_size, VMT_ZONE_FRAGMENTED),
};
const struct vmt_own_table vmt_own_zones = {
    .name = "zones", .columns = VMT_OWN_LIST(zones_columns), .add = add_zone};
const struct vmt_own_table vmt_own_zone_total = {
    .name = "zone_total", .columns = VMT_OWN_LIST(zones_columns), .add = add_zone_total};
