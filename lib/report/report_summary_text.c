/* SPDX-License-Identifier: MIT */
#include "config.h"

/* The summary for people, on 80 columns: totals, types of region, zones, checks, notes. */

#include "report/report_checks.h"
#include "report/report_fault.h"
#include "report/report_summary.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define BRIEF_MOST 4 /* totals that stand on one line */

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
    {"reclaimable", VMT_RECLAIMABLE, true, "may be dropped if needed"},
    {"wired", VMT_WIRED, true, "cannot be paged out"},
    {"virtual", VMT_VIRTUAL, false, ""},
    {"  at its peak", VMT_VIRTUAL_PEAK, true, ""},
    {"  reserved", VMT_RESERVED, false, "nothing behind it"},
};

struct vmt_amount vmt_summary_shared(const struct vmt_amounts *amounts)
{
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

static struct vmt_amount amount_of(const struct vmt_amounts *amounts, enum vmt_member member)
{
    return member == SHARED ? vmt_summary_shared(amounts) : amounts->of[member];
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
        vmt_emit_summary_types(emit, breakdown, filter, is_virtual_only(breakdown));
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
