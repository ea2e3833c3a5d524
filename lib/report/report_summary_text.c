/* SPDX-License-Identifier: MIT */
#include "config.h"

/* The summary for people, on 80 columns: totals, types of region, zones, checks, notes. */

#include "report/report_checks.h"
#include "report/report_fault.h"
#include "report/report_summary.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define BRIEF_MOST 4 /* totals that stand on one line */

#define SIZE_COLUMN(title, width) VMT_TEXT_COLUMN(title, AMOUNT, width, "Bytes.")

static const struct vmt_column types_columns[] = {
    VMT_TEXT_COLUMN("TYPE", TEXT, 22, "Region type."),
    VMT_TEXT_COLUMN("REGIONS", COUNT, 7, "Regions of the type."),
    SIZE_COLUMN("VIRTUAL", 7),
    SIZE_COLUMN("RESIDENT", 8),
    SIZE_COLUMN("DIRTY", 7),
    SIZE_COLUMN("SWAPPED", 7),
    SIZE_COLUMN("PRIVATE", 7),
    SIZE_COLUMN("SHARED", 7),
};

static const struct vmt_column space_columns[] = {
    VMT_TEXT_COLUMN("ADDRESS SPACE ONLY", TEXT, 22, "Region type without memory."),
    VMT_TEXT_COLUMN("REGIONS", COUNT, 7, "Regions of the type."),
    SIZE_COLUMN("VIRTUAL", 7),
};

static const struct vmt_column kernel_columns[] = {
    VMT_TEXT_COLUMN("HELD BY THE KERNEL", TEXT, 27, "Type of memory outside the address space."),
    VMT_TEXT_COLUMN("ROWS", COUNT, 7, "Rows of the type."),
    SIZE_COLUMN("FOOTPRINT", 9),
    SIZE_COLUMN("RECLAIMABLE", 11),
};

static const struct vmt_column zones_columns[] = {
    VMT_TEXT_COLUMN("ZONE", TEXT, 29, "Name of the allocator's zone."),
    VMT_TEXT_COLUMN("RESIDENT", READING, 8, "Pages in memory."),
    VMT_TEXT_COLUMN("DIRTY", READING, 7, "The part that was written."),
    VMT_TEXT_COLUMN("SWAPPED", READING, 7, "Pages in the compressor."),
    VMT_TEXT_COLUMN("ALLOCATED", READING, 9, "Bytes in use."),
    VMT_TEXT_COLUMN("BLOCKS", COUNT, 7, "Blocks in use."),
    VMT_TEXT_COLUMN("FRAG", PERMILLE, 6, "Not allocated of what is dirty or swapped."),
};

static const struct vmt_column differs_columns[] = {
    VMT_TEXT_COLUMN("DIFFERS", TEXT, 22, "Region type, or the name of a total."),
    VMT_TEXT_COLUMN("IN", WORD, 8, "What is compared."),
    VMT_TEXT_COLUMN("STATED", BYTES, 8, "As the evidence states it."),
    VMT_TEXT_COLUMN("SUM", BYTES, 8, "As the regions add up."),
    VMT_TEXT_COLUMN("APART", BYTES, 8, "How far apart they are."),
    VMT_TEXT_COLUMN("ROUNDING", BYTES, 8, "What rounding accounts for."),
};

#define TABLE(variable, name_, columns_)                                          \
    static const struct vmt_table variable = {.name = (name_),                    \
                                              .columns = (columns_),              \
                                              .column_count = COUNT_OF(columns_), \
                                              .where = VMT_IN_TEXT}

TABLE(types_table, "types", types_columns);
static const struct vmt_table ranges_table = {.name = "types",
                                              .columns = types_columns,
                                              .column_count = 3, /* type, regions, virtual */
                                              .where = VMT_IN_TEXT};
TABLE(space_table, "address_space", space_columns);
TABLE(kernel_table, "kernel", kernel_columns);
TABLE(zones_table, "zones", zones_columns);
TABLE(differs_table, "differs", differs_columns);

#define SHARED VMT_MEMBER_COUNT /* no member of its own: shared clean and shared dirty */

/* What the totals say, in order. */
static const struct total_row {
    const char *label;
    enum vmt_member member;
    bool only_if_any; /* left out when it is unknown or nothing */
    const char *remark;
} total_rows[] = {
    {"footprint", VMT_FOOTPRINT, true, "stated by the kernel"},
    {"  at its peak", VMT_FOOTPRINT_PEAK, true, "stated by the kernel"},
    {"private footprint", VMT_PRIVATE_FOOTPRINT, false, "private, dirty or swapped"},
    {"resident", VMT_RESIDENT, false, ""},
    {"  at its peak", VMT_RESIDENT_PEAK, true, ""},
    {"  private (USS)", VMT_USS, false, ""},
    {"  shared", SHARED, false, ""},
    {"  its share (PSS)", VMT_PSS, false, ""},
    {"swapped", VMT_SWAPPED, false, "held by the compressor"},
    {"anonymous", VMT_ANONYMOUS, false, "no file behind it"},
    {"file-backed", VMT_FILE_BACKED, false, ""},
    {"heap kept empty", VMT_HEAP_KEPT_EMPTY, true, "freed, not given back"},
    {"reclaimable", VMT_RECLAIMABLE, true, "volatile: may be dropped"},
    {"wired", VMT_WIRED, true, "cannot be paged out"},
    {"virtual", VMT_VIRTUAL, false, ""},
    {"  at its peak", VMT_VIRTUAL_PEAK, true, ""},
    {"  reserved", VMT_RESERVED, false, "nothing behind it"},
};

static struct vmt_amount amount_of(const struct vmt_amounts *amounts, enum vmt_member member)
{
    if (member != SHARED) {
        return amounts->of[member];
    }
    struct vmt_amount resident = amounts->of[VMT_RESIDENT];
    struct vmt_amount shared = amounts->of[VMT_SHARED_CLEAN];
    vmt_amount_add(&shared, amounts->of[VMT_SHARED_DIRTY]);
    /* The sum of two upper bounds can be more than all that is resident. */
    if (shared.bounded && resident.bounded && shared.upper > resident.upper &&
        resident.upper >= (shared.known ? shared.value : shared.lower)) {
        shared.upper = resident.upper;
    }
    return shared;
}

static bool is_nothing(struct vmt_amount amount)
{
    return !amount.bounded || (amount.upper == 0 && amount.known);
}

static bool is_from(const struct vmt_process *process, const char *system)
{
    return process->grammar != NULL && strncmp(process->grammar, system, strlen(system)) == 0;
}

/* Linux has other words for two of them; a file of ours does not always tell the system. */
static const char *remark_of(const struct total_row *row, const struct vmt_process *process)
{
    bool on_linux = process->kernel_counts || is_from(process, "linux-");
    bool unknown = !on_linux && process->os == NULL && !is_from(process, "darwin-");
    if (row->member == VMT_SWAPPED && (on_linux || unknown)) {
        return on_linux ? "in swap" : "in swap or the compressor";
    }
    if (row->member == VMT_RECLAIMABLE && (on_linux || unknown)) {
        return on_linux ? "given up: may be dropped" : "may be dropped";
    }
    return row->remark;
}

/* Sizes of ranges and nothing of what is in them: crash reports, old dumps. */
static bool is_virtual_only(const struct vmt_breakdown *breakdown)
{
    return (breakdown->level == VMT_LEVEL_REGIONS || breakdown->level == VMT_LEVEL_TYPES) &&
           breakdown->totals.of[VMT_VIRTUAL].known && !breakdown->totals.of[VMT_RESIDENT].bounded;
}

static void text_totals(struct vmt_emit *emit, const struct vmt_breakdown *breakdown)
{
    bool none = breakdown->level == VMT_LEVEL_NONE;
    bool few = breakdown->level == VMT_LEVEL_TOTALS || is_virtual_only(breakdown);
    bool open = false;
    for (size_t i = 0; i < COUNT_OF(total_rows); i++) {
        const struct total_row *row = &total_rows[i];
        struct vmt_amount amount = amount_of(&breakdown->totals, row->member);
        bool stated = !few || amount.bounded;
        if (!stated || ((none || row->only_if_any) && is_nothing(amount))) {
            continue;
        }
        if (!open) {
            vmt_emit_blank(emit);
            vmt_emit_open(emit, &vmt_text_totals_table);
            open = true;
        }
        const struct vmt_cell cells[] = {
            vmt_cell_word(row->label),
            vmt_cell_amount(amount),
            vmt_cell_word(remark_of(row, breakdown->process)),
        };
        vmt_emit_row(emit, cells);
    }
    if (open) {
        vmt_emit_close(emit);
    }
}

/* Where nothing but totals is known, whether they are so few that a line holds them: a report of
 * hundreds of processes has no more of each. */
static bool is_brief(const struct vmt_breakdown *breakdown)
{
    size_t stated = 0;
    for (size_t i = 0; i < COUNT_OF(total_rows); i++) {
        stated += amount_of(&breakdown->totals, total_rows[i].member).bounded ? 1 : 0;
    }
    return breakdown->level == VMT_LEVEL_TOTALS && stated <= BRIEF_MOST;
}

/* Those on one line. */
static void text_stated(struct vmt_emit *emit, const struct vmt_amounts *totals)
{
    struct vmt_remark line = {.count = 0};
    for (size_t i = 0; i < COUNT_OF(total_rows); i++) {
        struct vmt_amount amount = amount_of(totals, total_rows[i].member);
        if (!amount.bounded) {
            continue;
        }
        const char *label = total_rows[i].label;
        vmt_remark_word(&line, line.count > 0 ? ", " : "");
        vmt_remark_word(&line, label + strspn(label, " "));
        vmt_remark_word(&line, " ");
        vmt_remark_add(&line, vmt_cell_amount(amount));
    }
    vmt_emit_line(emit, &line);
}

/* What the numbers cannot say themselves. */
static void text_warnings(struct vmt_emit *emit, const struct vmt_breakdown *breakdown)
{
    if (breakdown->level == VMT_LEVEL_NONE) {
        vmt_emit_words(emit, breakdown->process->regions.count > 0
                                 ? "Only the regions around the fault: nothing to add up."
                                 : "No regions and no table of types: nothing to add up.");
        return;
    }
    switch (breakdown->coverage) {
    case VMT_COVERAGE_WHOLE:
        break;
    case VMT_COVERAGE_EXCERPT:
        vmt_emit_words(emit, "An excerpt: totals are of the rows that are there, "
                             "not of the process.");
        break;
    case VMT_COVERAGE_UNKNOWN:
        vmt_emit_words(emit, "Nothing tells whether rows are missing: "
                             "totals are of those that are there.");
        break;
    }
    if (is_virtual_only(breakdown)) {
        vmt_emit_words(emit, "Sizes of ranges only: what of them is in memory is not told.");
    } else if (breakdown->level == VMT_LEVEL_TYPES) {
        vmt_emit_words(emit, "From the dump's own table: "
                             "what is private and shared is estimated by type.");
    }
}

static void types_row(struct vmt_emit *emit, struct vmt_cell name, struct vmt_cell regions,
                      const struct vmt_amounts *amounts)
{
    const struct vmt_cell cells[COUNT_OF(types_columns)] = {
        name,
        regions,
        vmt_cell_amount(amounts->of[VMT_VIRTUAL]),
        vmt_cell_amount(amounts->of[VMT_RESIDENT]),
        vmt_cell_amount(amounts->of[VMT_DIRTY]),
        vmt_cell_amount(amounts->of[VMT_SWAPPED]),
        vmt_cell_amount(amounts->of[VMT_USS]),
        vmt_cell_amount(amount_of(amounts, SHARED)),
    };
    vmt_emit_row(emit, cells);
}

/* A sum of rows; the first is taken as it is. */
struct sum {
    uint64_t rows;
    uint64_t regions;
    bool uncounted; /* some row does not say how many */
    struct vmt_amounts amounts;
};

static void add_to(struct sum *sum, const struct vmt_type_sum *type)
{
    if (sum->rows++ == 0) {
        sum->amounts = type->amounts;
    } else {
        vmt_amounts_add(&sum->amounts, &type->amounts);
    }
    sum->regions += type->regions;
    sum->uncounted = sum->uncounted || !type->counted;
}

static struct vmt_cell regions_of(const struct vmt_type_sum *type)
{
    return vmt_cell_optional(VMT_CELL_COUNT, type->counted, type->regions);
}

static struct vmt_cell regions_in(const struct sum *sum)
{
    return vmt_cell_optional(VMT_CELL_COUNT, !sum->uncounted, sum->regions);
}

/* Neither address space only nor outside of it: the rest of the columns means something. */
static bool has_pages(const struct vmt_type *type)
{
    return !vmt_type_is_address_space(type) && type->class != VMT_CLASS_KERNEL;
}

static void text_types(struct vmt_emit *emit, const struct vmt_breakdown *breakdown,
                       const struct vmt_filter *filter)
{
    struct sum all = {0};
    struct sum shown = {0};
    for (size_t i = 0; i < breakdown->type_count; i++) {
        const struct vmt_type_sum *sum = breakdown->types[i];
        if (!has_pages(sum->type)) {
            continue;
        }
        add_to(&all, sum);
        if (vmt_filter_wants(filter, sum->type)) {
            add_to(&shown, sum);
        }
    }
    if (all.rows == 0) {
        return;
    }
    vmt_emit_blank(emit);
    vmt_emit_open(emit, is_virtual_only(breakdown) ? &ranges_table : &types_table);
    for (size_t i = 0; i < breakdown->type_count; i++) {
        const struct vmt_type_sum *sum = breakdown->types[i];
        if (has_pages(sum->type) && vmt_filter_wants(filter, sum->type)) {
            types_row(emit, vmt_cell_string(sum->type->canonical), regions_of(sum), &sum->amounts);
        }
    }
    if (filter->count == 0) {
        types_row(emit, vmt_cell_word("TOTAL"), regions_in(&all), &all.amounts);
    } else {
        if (shown.rows > 0) {
            types_row(emit, vmt_cell_word("TOTAL shown"), regions_in(&shown), &shown.amounts);
        }
        types_row(emit, vmt_cell_word("TOTAL of all"), regions_in(&all), &all.amounts);
    }
    vmt_emit_close(emit);
}

static void text_address_space(struct vmt_emit *emit, const struct vmt_breakdown *breakdown,
                               const struct vmt_filter *filter)
{
    bool open = false;
    for (size_t i = 0; i < breakdown->type_count; i++) {
        const struct vmt_type_sum *sum = breakdown->types[i];
        if (!vmt_type_is_address_space(sum->type) || !vmt_filter_wants(filter, sum->type)) {
            continue;
        }
        if (!open) {
            vmt_emit_blank(emit);
            vmt_emit_open(emit, &space_table);
            open = true;
        }
        const struct vmt_cell cells[] = {
            vmt_cell_string(sum->type->canonical),
            regions_of(sum),
            vmt_cell_amount(sum->amounts.of[VMT_VIRTUAL]),
        };
        vmt_emit_row(emit, cells);
    }
    if (open) {
        vmt_emit_close(emit);
    }
}

/* Page tables and memory that is owned and not mapped: footprint, and no part of resident. */
static void text_kernel(struct vmt_emit *emit, const struct vmt_breakdown *breakdown,
                        const struct vmt_filter *filter)
{
    bool open = false;
    for (size_t i = 0; i < breakdown->type_count; i++) {
        const struct vmt_type_sum *sum = breakdown->types[i];
        if (sum->type->class != VMT_CLASS_KERNEL || !vmt_filter_wants(filter, sum->type)) {
            continue;
        }
        if (!open) {
            vmt_emit_blank(emit);
            vmt_emit_open(emit, &kernel_table);
            open = true;
        }
        const struct vmt_cell cells[] = {
            vmt_cell_string(sum->type->canonical),
            regions_of(sum),
            vmt_cell_amount(sum->amounts.of[VMT_PRIVATE_FOOTPRINT]),
            vmt_cell_amount(sum->amounts.of[VMT_RECLAIMABLE]),
        };
        vmt_emit_row(emit, cells);
    }
    if (open) {
        vmt_emit_close(emit);
    }
}

static struct vmt_cell zone_size(const struct vmt_zone *zone, enum vmt_zone_size size)
{
    return zone->known_sizes >> size & 1 ? vmt_cell_reading(zone->sizes[size]) : vmt_cell_null();
}

static void zones_row(struct vmt_emit *emit, struct vmt_cell name, const struct vmt_zone *zone)
{
    const struct vmt_cell cells[] = {
        name,
        zone_size(zone, VMT_ZONE_RESIDENT),
        zone_size(zone, VMT_ZONE_DIRTY),
        zone_size(zone, VMT_ZONE_SWAPPED),
        zone_size(zone, VMT_ZONE_ALLOCATED),
        vmt_cell_optional(VMT_CELL_COUNT, zone->known_numbers >> VMT_ZONE_ALLOCATIONS & 1,
                          zone->numbers[VMT_ZONE_ALLOCATIONS]),
        vmt_cell_optional(VMT_CELL_PERMILLE, zone->known_numbers >> VMT_ZONE_FRAGMENTATION & 1,
                          zone->numbers[VMT_ZONE_FRAGMENTATION]),
    };
    vmt_emit_row(emit, cells);
}

static void text_zones(struct vmt_emit *emit, const struct vmt_process *process)
{
    struct vmt_walker walker = {0};
    const struct vmt_zone *zone = vmt_sequence_next(&process->zones, &walker);
    vmt_emit_blank(emit);
    if (zone == NULL) {
        vmt_emit_words(emit, "no malloc zones in this dump");
        return;
    }
    vmt_emit_open(emit, &zones_table);
    for (; zone != NULL; zone = vmt_sequence_next(&process->zones, &walker)) {
        zones_row(emit, vmt_cell_string(zone->name), zone);
    }
    if (process->zone_total != NULL) {
        zones_row(emit, vmt_cell_word("TOTAL"), process->zone_total);
    }
    vmt_emit_close(emit);
}

static void differs_row(struct vmt_emit *emit, const struct vmt_check *check)
{
    enum vmt_cell_kind kind =
        strcmp(check->member, "regions") == 0 ? VMT_CELL_COUNT : VMT_CELL_BYTES;
    uint64_t apart = check->expected > check->actual ? check->expected - check->actual
                                                     : check->actual - check->expected;
    const struct vmt_cell cells[] = {
        vmt_cell_text(check->type),
        vmt_cell_word(check->member),
        vmt_cell_number(kind, check->expected),
        vmt_cell_number(kind, check->actual),
        vmt_cell_number(kind, apart),
        vmt_cell_number(kind, check->bound),
    };
    vmt_emit_row(emit, cells);
}

static void text_differs(struct vmt_emit *emit, const struct vmt_breakdown *breakdown)
{
    struct vmt_walker walker = {0};
    vmt_emit_open(emit, &differs_table);
    const struct vmt_check *check = vmt_sequence_next(&breakdown->checks, &walker);
    for (; check != NULL; check = vmt_sequence_next(&breakdown->checks, &walker)) {
        if (check->verdict == VMT_DIFFERS) {
            differs_row(emit, check);
        }
    }
    vmt_emit_close(emit);
}

static void text_checks(struct vmt_emit *emit, const struct vmt_breakdown *breakdown)
{
    struct vmt_check_tally tally = {.count = 0};
    struct vmt_walker walker = {0};
    const struct vmt_check *check = vmt_sequence_next(&breakdown->checks, &walker);
    for (; check != NULL; check = vmt_sequence_next(&breakdown->checks, &walker)) {
        vmt_check_tally_add(&tally, check);
    }
    vmt_emit_check_tally(emit, &tally, "checks against its own table");
    text_differs(emit, breakdown);
}

void vmt_emit_summary_text(struct vmt_emit *emit, const struct vmt_breakdown *breakdown,
                           const struct vmt_filter *filter,
                           const struct vmt_report_options *options)
{
    const struct vmt_process *process = breakdown->process;
    vmt_emit_process_heading(emit, process, breakdown->counted, breakdown->regions,
                             breakdown->coverage);
    vmt_emit_fault_text(emit, process);
    if (is_brief(breakdown)) {
        text_stated(emit, &breakdown->totals);
    } else {
        text_warnings(emit, breakdown);
        text_totals(emit, breakdown);
    }
    if (breakdown->charges) {
        vmt_emit_summary_charges(emit, breakdown, filter);
    } else {
        text_types(emit, breakdown, filter);
        text_kernel(emit, breakdown, filter);
        text_address_space(emit, breakdown, filter);
    }
    if (options->reconcile) {
        vmt_emit_reconciliation_text(emit, breakdown);
    }
    if (options->zones) {
        text_zones(emit, process);
    }
    text_checks(emit, breakdown);
    if (process->notes.sequence.count > 0 || breakdown->notes.sequence.count > 0) {
        vmt_emit_blank(emit);
        vmt_emit_text_notes(emit, &process->notes);
        vmt_emit_text_notes(emit, &breakdown->notes);
    }
}
