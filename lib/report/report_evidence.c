/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report/report_evidence.h"

#define ALL_MEMBERS ((UINT32_C(1) << VMT_MEMBER_COUNT) - 1)
#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static const struct vmt_column zones_columns[] = {
    VMT_OWNER_COLUMNS,
    VMT_DATA_COLUMN("zone", TEXT, VMT_IN_DATA, "Name of the allocator's zone."),
    VMT_DATA_COLUMN("virtual", READING, VMT_IN_DATA, "Address space of the zone."),
    VMT_DATA_COLUMN("resident", READING, VMT_IN_DATA, "Pages of it in memory."),
    VMT_DATA_COLUMN("dirty", READING, VMT_IN_DATA, "The part of resident that was written."),
    VMT_DATA_COLUMN("swapped", READING, VMT_IN_DATA, "Pages of it in the compressor."),
    VMT_DATA_COLUMN("allocations", COUNT, VMT_IN_DATA, "Blocks in use by the program."),
    VMT_DATA_COLUMN("allocated", READING, VMT_IN_DATA, "Bytes in those blocks."),
    VMT_DATA_COLUMN("fragmentation_permille", PERMILLE, VMT_IN_DATA,
                    "The part of dirty and swapped that is not allocated."),
    VMT_DATA_COLUMN("regions", COUNT, VMT_IN_DATA, "Regions of the zone."),
    VMT_DATA_COLUMN("full_permille", PERMILLE, VMT_IN_DATA,
                    "The part of virtual that is allocated."),
    VMT_DATA_COLUMN("fragmented", READING, VMT_IN_DATA, "Dirty and swapped less allocated."),
};

static const struct vmt_column facts_columns[] = {
    VMT_OWNER_COLUMNS,
    VMT_DATA_COLUMN("key", TEXT, VMT_IN_DATA, "A header line's name."),
    VMT_DATA_COLUMN("value", TEXT, VMT_IN_DATA, "What stands behind it."),
};

/* In the order of enum vmt_evidence. */
#define STATED_COLUMNS                                                                            \
    VMT_DATA_COLUMN("virtual", READING, VMT_IN_DATA, "Address space."),                           \
        VMT_DATA_COLUMN("resident", READING, VMT_IN_DATA, "Pages in memory."),                    \
        VMT_DATA_COLUMN("dirty", READING, VMT_IN_DATA, "The part of resident that was written."), \
        VMT_DATA_COLUMN("swapped", READING, VMT_IN_DATA, "Pages in the compressor."),             \
        VMT_DATA_COLUMN("volatile", READING, VMT_IN_DATA,                                         \
                        "Purgeable, and the kernel may drop it."),                                \
        VMT_DATA_COLUMN("nonvolatile", READING, VMT_IN_DATA, "Purgeable, and in use."),           \
        VMT_DATA_COLUMN("empty", READING, VMT_IN_DATA, "Purgeable, and dropped."),                \
        VMT_DATA_COLUMN("charged", READING, VMT_IN_DATA, "Dirty or swapped."),                    \
        VMT_DATA_COLUMN("clean", READING, VMT_IN_DATA, "Resident and not written."),              \
        VMT_DATA_COLUMN("reclaimable", READING, VMT_IN_DATA, "Resident, and can be taken back."), \
        VMT_DATA_COLUMN("wired", READING, VMT_IN_DATA, "Cannot be paged out.")

static const struct vmt_column stated_columns[] = {
    VMT_OWNER_COLUMNS,
    VMT_DATA_COLUMN("page_size", BYTES, VMT_IN_CSV, "Bytes of a page."),
    VMT_DATA_COLUMN("type", TEXT, VMT_IN_DATA, "Region type as printed."),
    VMT_DATA_COLUMN("canonical_type", TEXT, VMT_IN_DATA, "The same by its canonical name."),
    VMT_DATA_COLUMN("regions", COUNT, VMT_IN_DATA, "Regions of the type, as stated."),
    STATED_COLUMNS,
    VMT_DATA_COLUMN("line", COUNT, VMT_IN_DATA, "Line of the input."),
    VMT_DATA_COLUMN("apart", BOOLEAN, VMT_IN_DATA, "Whether the total leaves the row out."),
    VMT_CONTEXT_COLUMNS,
};

static const struct vmt_column stated_totals_columns[] = {
    VMT_DATA_COLUMN("of", WORD, VMT_IN_JSON, "all, or unreserved: less what is only reserved."),
    VMT_DATA_COLUMN("regions", COUNT, VMT_IN_JSON, "Regions, as stated."),
    STATED_COLUMNS,
    VMT_DATA_COLUMN("line", COUNT, VMT_IN_JSON, "Line of the input."),
};

static const struct vmt_column whole_columns[] = {
    VMT_MEMBER_COLUMNS(ALL_MEMBERS, VMT_IN_JSON),
};

#define TABLE(variable, name_, columns_, where_, record_)                  \
    const struct vmt_table variable = {.name = (name_),                    \
                                       .columns = (columns_),              \
                                       .column_count = COUNT_OF(columns_), \
                                       .where = (where_),                  \
                                       .record = (record_)}

TABLE(vmt_zones_table, "zones", zones_columns, VMT_IN_DATA, false);
TABLE(vmt_facts_table, "facts", facts_columns, VMT_IN_DATA, false);
TABLE(vmt_stated_table, "stated", stated_columns, VMT_IN_DATA, false);
static TABLE(zone_total_table, "zone_total", zones_columns, VMT_IN_JSON, true);
static TABLE(stated_totals_table, "stated_totals", stated_totals_columns, VMT_IN_JSON, false);
static TABLE(whole_table, "whole", whole_columns, VMT_IN_JSON, true);

static struct vmt_cell zone_size(const struct vmt_zone *zone, enum vmt_zone_size size)
{
    return zone->known_sizes >> size & 1 ? vmt_cell_reading(zone->sizes[size]) : vmt_cell_null();
}

static struct vmt_cell zone_number(const struct vmt_zone *zone, enum vmt_cell_kind kind,
                                   enum vmt_zone_number number)
{
    return vmt_cell_optional(kind, zone->known_numbers >> number & 1, zone->numbers[number]);
}

static void emit_zone(struct vmt_emit *emit, const struct vmt_owner *owner,
                      const struct vmt_zone *zone)
{
    struct vmt_cell cells[COUNT_OF(zones_columns)];
    struct vmt_cell *next = vmt_owner_cells(cells, owner);
    *next++ = vmt_cell_string(zone->name);
    *next++ = zone_size(zone, VMT_ZONE_VIRTUAL);
    *next++ = zone_size(zone, VMT_ZONE_RESIDENT);
    *next++ = zone_size(zone, VMT_ZONE_DIRTY);
    *next++ = zone_size(zone, VMT_ZONE_SWAPPED);
    *next++ = zone_number(zone, VMT_CELL_COUNT, VMT_ZONE_ALLOCATIONS);
    *next++ = zone_size(zone, VMT_ZONE_ALLOCATED);
    *next++ = zone_number(zone, VMT_CELL_PERMILLE, VMT_ZONE_FRAGMENTATION);
    *next++ = zone_number(zone, VMT_CELL_COUNT, VMT_ZONE_REGIONS);
    *next++ = zone_number(zone, VMT_CELL_PERMILLE, VMT_ZONE_FULL);
    *next++ = zone_size(zone, VMT_ZONE_FRAGMENTED);
    vmt_emit_row(emit, cells);
}

void vmt_emit_zones(struct vmt_emit *emit, const struct vmt_owner *owner)
{
    struct vmt_walker walker = {0};
    vmt_emit_open(emit, &vmt_zones_table);
    const struct vmt_zone *zone = vmt_sequence_next(&owner->process->zones, &walker);
    for (; zone != NULL; zone = vmt_sequence_next(&owner->process->zones, &walker)) {
        emit_zone(emit, owner, zone);
    }
    vmt_emit_close(emit);
    vmt_emit_open(emit, &zone_total_table);
    if (owner->process->zone_total != NULL) {
        emit_zone(emit, owner, owner->process->zone_total);
    }
    vmt_emit_close(emit);
}

void vmt_emit_facts(struct vmt_emit *emit, const struct vmt_owner *owner)
{
    struct vmt_cell cells[COUNT_OF(facts_columns)];
    struct vmt_walker walker = {0};
    vmt_emit_open(emit, &vmt_facts_table);
    const struct vmt_fact *fact = vmt_sequence_next(&owner->process->facts, &walker);
    for (; fact != NULL; fact = vmt_sequence_next(&owner->process->facts, &walker)) {
        struct vmt_cell *next = vmt_owner_cells(cells, owner);
        *next++ = vmt_cell_string(fact->key);
        *next++ = vmt_cell_string(fact->value);
        vmt_emit_row(emit, cells);
    }
    vmt_emit_close(emit);
}

struct vmt_cell *vmt_context_cells(struct vmt_cell *cells, const struct vmt_process *process)
{
    const struct vmt_amount *whole = process->whole.of;
    *cells++ = vmt_cell_string(process->os);
    *cells++ = vmt_cell_string(process->arch);
    *cells++ = vmt_cell_string(process->captured_at);
    *cells++ = vmt_cell_amount(whole[VMT_FOOTPRINT]);
    *cells++ = vmt_cell_amount(whole[VMT_FOOTPRINT_PEAK]);
    *cells++ = vmt_cell_amount(whole[VMT_RESIDENT_PEAK]);
    *cells++ = vmt_cell_amount(whole[VMT_VIRTUAL_PEAK]);
    *cells++ = vmt_cell_amount(whole[VMT_WIRED]);
    return cells;
}

static struct vmt_cell *stated_cells(struct vmt_cell *cells, const struct vmt_stated_row *row)
{
    *cells++ = vmt_cell_optional(VMT_CELL_COUNT, row->counted, row->regions);
    for (int evidence = 0; evidence < VMT_EV_COUNT; evidence++) {
        *cells++ =
            row->known >> evidence & 1 ? vmt_cell_reading(row->stated[evidence]) : vmt_cell_null();
    }
    *cells++ = vmt_cell_optional(VMT_CELL_COUNT, row->line > 0, row->line);
    return cells;
}

static void emit_stated_total(struct vmt_emit *emit, const char *of,
                              const struct vmt_stated_row *row)
{
    struct vmt_cell cells[COUNT_OF(stated_totals_columns)];
    if (row != NULL) {
        cells[0] = vmt_cell_word(of);
        stated_cells(cells + 1, row);
        vmt_emit_row(emit, cells);
    }
}

void vmt_emit_stated(struct vmt_emit *emit, const struct vmt_owner *owner)
{
    const struct vmt_process *process = owner->process;
    struct vmt_cell cells[COUNT_OF(stated_columns)];
    struct vmt_walker walker = {0};
    vmt_emit_open(emit, &vmt_stated_table);
    const struct vmt_stated_row *row = vmt_sequence_next(&process->stated, &walker);
    for (; row != NULL; row = vmt_sequence_next(&process->stated, &walker)) {
        struct vmt_cell *next = vmt_owner_cells(cells, owner);
        *next++ = vmt_cell_optional(VMT_CELL_BYTES, process->page_size > 0, process->page_size);
        *next++ = vmt_cell_string(row->type->printed);
        *next++ = vmt_cell_string(row->type->canonical);
        next = stated_cells(next, row);
        *next++ = vmt_cell_number(VMT_CELL_BOOLEAN, row->apart);
        vmt_context_cells(next, process);
        vmt_emit_row(emit, cells);
    }
    vmt_emit_close(emit);
    vmt_emit_open(emit, &stated_totals_table);
    emit_stated_total(emit, "all", process->stated_total);
    emit_stated_total(emit, "unreserved", process->stated_unreserved);
    vmt_emit_close(emit);
}

void vmt_emit_whole(struct vmt_emit *emit, const struct vmt_process *process)
{
    const struct vmt_cell cells[] = {vmt_cell_amounts(&process->whole)};
    vmt_emit_open(emit, &whole_table);
    vmt_emit_row(emit, cells);
    vmt_emit_close(emit);
}
