/* SPDX-License-Identifier: MIT */
#include "config.h"

/* Every region of every process, in the order of the evidence. */

#include "analysis/account.h"
#include "analysis/account_kernel.h"
#include "report/report_evidence.h"
#include "report/report_fault.h"
#include "report/report_object.h"

#include <inttypes.h>
#include <stdio.h>

#define SCHEMA "vmtally/regions"
#define SCHEMA_VERSION 1
#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

#define BIT(member) (UINT32_C(1) << (member))
#define DERIVED_MEMBERS                                                           \
    (BIT(VMT_PRIVATE_CLEAN) | BIT(VMT_PRIVATE_DIRTY) | BIT(VMT_SHARED_CLEAN) |    \
     BIT(VMT_SHARED_DIRTY) | BIT(VMT_SWAPPED_PRIVATE) | BIT(VMT_SWAPPED_SHARED) | \
     BIT(VMT_ANONYMOUS) | BIT(VMT_FILE_BACKED) | BIT(VMT_RECLAIMABLE))

/* What Linux tells of a mapping. */
#define MAPPING_COLUMN(key, help, where) VMT_DATA_COLUMN(key, BYTES, where, help)
#define MAPPING_COLUMNS(where)                                                               \
    VMT_DATA_COLUMN("pss", AMOUNT, where, "Linux: resident, shared pages divided."),         \
        VMT_DATA_COLUMN("swap_pss", AMOUNT, where, "Linux: swapped, shared pages divided."), \
        MAPPING_COLUMN("pss_dirty", "Linux: the dirty part of pss.", where),                 \
        MAPPING_COLUMN("referenced", "Linux: used since that was last reset.", where),       \
        MAPPING_COLUMN("ksm", "Linux: merged with equal pages.", where),                     \
        MAPPING_COLUMN("lazy_free", "Linux: given up, not yet dropped (MADV_FREE).", where), \
        MAPPING_COLUMN("anon_huge_pages", "Linux: anonymous memory in huge pages.", where),  \
        MAPPING_COLUMN("shmem_pmd_mapped", "Linux: shared memory in huge pages.", where),    \
        MAPPING_COLUMN("file_pmd_mapped", "Linux: files in huge pages.", where),             \
        MAPPING_COLUMN("shared_hugetlb", "Linux: shared, and not in resident.", where),      \
        MAPPING_COLUMN("private_hugetlb", "Linux: private, and not in resident.", where),    \
        MAPPING_COLUMN("locked", "Linux: locked by mlock, shared pages divided.", where),    \
        MAPPING_COLUMN("kernel_page_size", "Linux: bytes of a page of the mapping.", where), \
        MAPPING_COLUMN("mmu_page_size", "Linux: bytes of a page in the page table.", where), \
        MAPPING_COLUMN("offset", "Linux: where in the file it begins.", where),              \
        VMT_DATA_COLUMN("device", WORD, where, "Linux: of the file, major:minor in hex."),   \
        VMT_DATA_COLUMN("inode", COUNT, where, "Linux: of the file."),                       \
        VMT_DATA_COLUMN("flags", TEXT, where, "Linux: VmFlags."),                            \
        MAPPING_COLUMN("kernel_pss", "Linux: Pss as printed.", where),                       \
        MAPPING_COLUMN("kernel_swap_pss", "Linux: SwapPss as printed.", where),              \
        MAPPING_COLUMN("kernel_shared_clean", "Linux: Shared_Clean as printed.", where),     \
        MAPPING_COLUMN("kernel_shared_dirty", "Linux: Shared_Dirty as printed.", where),     \
        MAPPING_COLUMN("kernel_private_clean", "Linux: Private_Clean as printed.", where),   \
        MAPPING_COLUMN("kernel_private_dirty", "Linux: Private_Dirty as printed.", where),   \
        MAPPING_COLUMN("kernel_anonymous", "Linux: Anonymous as printed.", where)

/* What there are columns for, in their order; the others are among the members. */
static const enum vmt_mapping_field mapping_fields[] = {
    VMT_MAPPING_PSS_DIRTY,       VMT_MAPPING_REFERENCED,       VMT_MAPPING_KSM,
    VMT_MAPPING_LAZY_FREE,       VMT_MAPPING_ANON_HUGE_PAGES,  VMT_MAPPING_SHMEM_PMD_MAPPED,
    VMT_MAPPING_FILE_PMD_MAPPED, VMT_MAPPING_SHARED_HUGETLB,   VMT_MAPPING_PRIVATE_HUGETLB,
    VMT_MAPPING_LOCKED,          VMT_MAPPING_KERNEL_PAGE_SIZE, VMT_MAPPING_MMU_PAGE_SIZE,
};

/* As printed, which the members do not tell to the byte. */
static const enum vmt_mapping_field printed_fields[] = {
    VMT_MAPPING_PSS,          VMT_MAPPING_SWAP_PSS,      VMT_MAPPING_SHARED_CLEAN,
    VMT_MAPPING_SHARED_DIRTY, VMT_MAPPING_PRIVATE_CLEAN, VMT_MAPPING_PRIVATE_DIRTY,
    VMT_MAPPING_ANONYMOUS,
};

static const struct vmt_column process_columns[] = {
    VMT_IDENTITY_COLUMNS,
    VMT_HEADER_COLUMNS,
    VMT_DATA_COLUMN("stated_damaged", BOOLEAN, VMT_IN_JSON,
                    "Whether a line of the table `stated` could not be read."),
    VMT_DATA_COLUMN("around_fault", BOOLEAN, VMT_IN_JSON,
                    "Whether the regions are those around a fault, never to be added up."),
    VMT_DATA_COLUMN("reason", TEXT, VMT_IN_JSON, "Why the system ended or reported it."),
    VMT_DATA_COLUMN("states", TEXT, VMT_IN_JSON, "As the system saw it then."),
};

/* In text too, where it has no columns: what it holds has some. */
static const struct vmt_table processes_table = {
    .name = "processes",
    .columns = process_columns,
    .column_count = COUNT_OF(process_columns),
    .where = VMT_IN_ALL,
};

static const struct vmt_column regions_columns[] = {
    VMT_OWNER_COLUMNS,
    VMT_DATA_COLUMN("page_size", BYTES, VMT_IN_CSV, "Bytes of a page."),
    VMT_DATA_COLUMN("start", ADDRESS, VMT_IN_DATA, "First address."),
    VMT_DATA_COLUMN("end", ADDRESS, VMT_IN_DATA, "Address behind the last."),
    VMT_DATA_COLUMN("type", TEXT, VMT_IN_DATA, "Region type as printed."),
    VMT_DATA_COLUMN("canonical_type", TEXT, VMT_IN_DATA, "The same by its canonical name."),
    VMT_DATA_COLUMN("class", WORD, VMT_IN_DATA, "What kind of memory it is."),
    VMT_DATA_COLUMN("protection", WORD, VMT_IN_DATA, "What is allowed: rwx."),
    VMT_DATA_COLUMN("max_protection", WORD, VMT_IN_DATA, "What can be allowed."),
    VMT_DATA_COLUMN("sharing_mode", WORD, VMT_IN_DATA, "As the tool states it."),
    VMT_DATA_COLUMN("purge_state", WORD, VMT_IN_DATA, "Of purgeable memory."),
    VMT_DATA_COLUMN("submap_depth", COUNT, VMT_IN_DATA, "How deep in submaps it lies."),
    VMT_DATA_COLUMN("virtual", READING, VMT_IN_DATA, "Address space, from the range."),
    VMT_DATA_COLUMN("resident", READING, VMT_IN_DATA, "Pages in memory."),
    VMT_DATA_COLUMN("dirty", READING, VMT_IN_DATA, "The part of resident that was written."),
    VMT_DATA_COLUMN("swapped", READING, VMT_IN_DATA, "Pages in the compressor."),
    VMT_MEMBER_COLUMNS(DERIVED_MEMBERS, VMT_IN_DATA),
    VMT_DATA_COLUMN("detail", TEXT, VMT_IN_DATA, "What the tool says of it: a path, a name."),
    VMT_DATA_COLUMN("line", COUNT, VMT_IN_DATA, "Line of the input."),
    VMT_DATA_COLUMN("coverage", WORD, VMT_IN_CSV,
                    "whole, excerpt or unknown: whether regions of the process are missing."),
    VMT_DATA_COLUMN("region_count", COUNT, VMT_IN_CSV, "Regions of the process."),
    VMT_DATA_COLUMN("around_fault", BOOLEAN, VMT_IN_CSV,
                    "Whether they are those around a fault, never to be added up."),
    VMT_CONTEXT_COLUMNS,
    MAPPING_COLUMNS(VMT_IN_CSV),
    VMT_OBJECT_COLUMNS(VMT_IN_CSV),
};

/* In JSON what only Linux has stands apart, and only where there is something. */
static const struct vmt_column mapping_columns[] = {
    MAPPING_COLUMNS(VMT_IN_JSON),
};

static const struct vmt_table mapping_table = {
    .name = "mapping",
    .columns = mapping_columns,
    .column_count = COUNT_OF(mapping_columns),
    .where = VMT_IN_JSON,
    .record = true,
};

static const struct vmt_table regions_table = {
    .name = "regions",
    .columns = regions_columns,
    .column_count = COUNT_OF(regions_columns),
    .where = VMT_IN_DATA,
};

static const struct vmt_column text_columns[] = {
    VMT_TEXT_COLUMN("START-END", WORD, 0, "Address range."), /* its width is the process's */
    VMT_TEXT_COLUMN("TYPE", TEXT, 18, "Region type as printed."),
    VMT_TEXT_COLUMN("VIRTUAL", READING, 7, "Address space, from the range."),
    VMT_TEXT_COLUMN("RESIDENT", READING, 8, "Pages in memory."),
    VMT_TEXT_COLUMN("DIRTY", READING, 7, "The part of resident that was written."),
    VMT_TEXT_COLUMN("SWAPPED", READING, 7, "Pages in the compressor."),
    VMT_TEXT_COLUMN("PRT", WORD, 3, "What is allowed: rwx."),
    VMT_TEXT_COLUMN("SM", TEXT, 3, "Sharing mode."),
    VMT_TEXT_COLUMN("DETAIL", TEXT, 0, "What the tool says of it: a path, a name."),
};

const struct vmt_table *const vmt_report_regions_tables[] = {
    &regions_table, &processes_table, &vmt_stated_table, &vmt_notes_table, &vmt_inputs_table, NULL,
};

static const char *protection_text(unsigned protection)
{
    static const char *const texts[] = {"---", "r--", "-w-", "rw-", "--x", "r-x", "-wx", "rwx"};
    return texts[protection & 7];
}

static struct vmt_cell sharing_cell(const struct vmt_region *region)
{
    return region->sharing == VMT_SHARING_UNKNOWN
               ? vmt_cell_string(region->sharing_text)
               : vmt_cell_word(vmt_sharing_name((enum vmt_sharing)region->sharing));
}

static struct vmt_cell stated_cell(const struct vmt_region *region, enum vmt_evidence evidence)
{
    return region->known >> evidence & 1 ? vmt_cell_reading(region->stated[evidence])
                                         : vmt_cell_null();
}

struct device_text {
    char data[2 * 8 + 2];
};

static struct vmt_cell field_cell(const struct vmt_mapping *mapping, enum vmt_mapping_field field)
{
    bool known = (mapping->known & UINT32_C(1) << field) != 0;
    return vmt_cell_optional(VMT_CELL_BYTES, known, mapping->fields[field]);
}

/* Pss and swap PSS with their bounds, the other fields, where the mapping lies in its file. */
static struct vmt_cell *mapping_cells(struct vmt_cell *next, const struct vmt_region *region,
                                      const struct vmt_amounts *amounts, struct device_text *device)
{
    const struct vmt_mapping *mapping = region->mapping;
    if (mapping == NULL) {
        for (size_t i = 0; i < COUNT_OF(mapping_columns); i++) {
            *next++ = vmt_cell_null();
        }
        return next;
    }
    bool counted = vmt_account_is_counted(region);
    *next++ = counted ? vmt_cell_amount(amounts->of[VMT_PSS]) : vmt_cell_null();
    *next++ = counted ? vmt_cell_amount(amounts->of[VMT_SWAP_PSS]) : vmt_cell_null();
    for (size_t i = 0; i < COUNT_OF(mapping_fields); i++) {
        *next++ = field_cell(mapping, mapping_fields[i]);
    }
    snprintf(device->data, sizeof device->data, "%02" PRIx32 ":%02" PRIx32, mapping->device_major,
             mapping->device_minor);
    *next++ = vmt_cell_number(VMT_CELL_BYTES, mapping->offset);
    *next++ = vmt_cell_word(device->data);
    *next++ = vmt_cell_optional(VMT_CELL_COUNT, mapping->inode > 0, mapping->inode);
    *next++ = vmt_cell_string(mapping->flags);
    for (size_t i = 0; i < COUNT_OF(printed_fields); i++) {
        *next++ = field_cell(mapping, printed_fields[i]);
    }
    return next;
}

/* What can be allowed; Linux says it in its flags only. */
static struct vmt_cell max_protection_cell(const struct vmt_region *region)
{
    bool stated = region->mapping == NULL || region->mapping->flags != NULL;
    return stated ? vmt_cell_word(protection_text(region->max_protection)) : vmt_cell_null();
}

static void emit_region(struct vmt_emit *emit, const struct vmt_owner *owner,
                        const struct vmt_account *account, const struct vmt_region *region)
{
    struct vmt_amounts amounts; /* without what follows from others: it has no column */
    vmt_account_start(&amounts);
    vmt_account_region(&amounts, account, region);

    struct device_text device;
    struct vmt_cell cells[COUNT_OF(regions_columns)];
    struct vmt_cell *next = vmt_owner_cells(cells, owner);
    uint64_t page_size = owner->process->page_size;
    *next++ = vmt_cell_optional(VMT_CELL_BYTES, page_size > 0, page_size);
    *next++ = vmt_cell_optional(VMT_CELL_ADDRESS, region->ranged, region->start);
    *next++ = vmt_cell_optional(VMT_CELL_ADDRESS, region->ranged, region->end);
    *next++ = vmt_cell_string(region->type->printed);
    *next++ = vmt_cell_string(region->type->canonical);
    *next++ = vmt_cell_word(vmt_class_name(region->type->class));
    *next++ = vmt_cell_word(protection_text(region->protection));
    *next++ = max_protection_cell(region);
    *next++ = sharing_cell(region);
    *next++ = vmt_cell_word(vmt_purge_name((enum vmt_purge)region->purge));
    *next++ = vmt_cell_number(VMT_CELL_COUNT, region->submap_depth);
    *next++ = stated_cell(region, VMT_EV_VIRTUAL);
    *next++ = stated_cell(region, VMT_EV_RESIDENT);
    *next++ = stated_cell(region, VMT_EV_DIRTY);
    *next++ = stated_cell(region, VMT_EV_SWAPPED);
    *next++ = vmt_cell_amounts(&amounts);
    *next++ = vmt_cell_string(region->detail);
    *next++ = vmt_cell_optional(VMT_CELL_COUNT, region->line > 0, region->line);
    *next++ = vmt_cell_word(vmt_coverage_name(owner->process->coverage));
    *next++ = vmt_cell_number(VMT_CELL_COUNT, owner->process->regions.count);
    *next++ = vmt_cell_number(VMT_CELL_BOOLEAN, owner->process->around_fault);
    next = vmt_context_cells(next, owner->process);
    const struct vmt_cell *of_mapping = next;
    next = mapping_cells(next, region, &amounts, &device);
    const struct vmt_cell *of_object = next;
    (void)vmt_object_cells(next, region->object);
    vmt_emit_row(emit, cells);
    if (region->mapping != NULL) {
        vmt_emit_open(emit, &mapping_table);
        vmt_emit_row(emit, of_mapping);
        vmt_emit_close(emit);
    }
    if (region->object != NULL) {
        vmt_emit_open(emit, &vmt_object_table);
        vmt_emit_row(emit, of_object);
        vmt_emit_close(emit);
    }
}

static void emit_regions(struct vmt_emit *emit, const struct vmt_owner *owner,
                         const struct vmt_filter *filter)
{
    const struct vmt_account account = vmt_account_for(owner->process);
    struct vmt_walker walker = {0};
    vmt_emit_open(emit, &regions_table);
    while (emit->status == VMT_OK) {
        const struct vmt_region *region = vmt_sequence_next(&owner->process->regions, &walker);
        if (region == NULL) {
            break;
        }
        if (vmt_filter_wants(filter, region->type)) {
            emit_region(emit, owner, &account, region);
        }
    }
    vmt_emit_close(emit);
}

struct range_text {
    char data[2 * 16 + 2];
};

static const char *range_text(struct range_text *text, const struct vmt_region *region)
{
    if (!region->ranged) {
        return NULL;
    }
    snprintf(text->data, sizeof text->data, "%" PRIx64 "-%" PRIx64, region->start, region->end);
    return text->data;
}

static unsigned digits_of(uint64_t address)
{
    unsigned digits = 1;
    for (address /= 16; address > 0; address /= 16) {
        digits++;
    }
    return digits;
}

/* As wide as nine of ten ranges: addresses have 9 digits, and a few 12 or 16, which may push their
 * rows to the right. */
static unsigned range_width(const struct vmt_process *process)
{
    size_t rows_of[2 * 16 + 2] = {0}; /* by width */
    size_t rows = 0;
    struct vmt_walker walker = {0};
    const struct vmt_region *region = vmt_sequence_next(&process->regions, &walker);
    for (; region != NULL; region = vmt_sequence_next(&process->regions, &walker)) {
        if (region->ranged) {
            rows_of[digits_of(region->start) + 1 + digits_of(region->end)]++;
            rows++;
        }
    }
    unsigned width = (unsigned)strlen("START-END");
    size_t wider = 0;
    for (unsigned i = width + 1; i < COUNT_OF(rows_of); i++) {
        wider += rows_of[i];
    }
    while (width + 1 < COUNT_OF(rows_of) && wider > rows / 10) {
        wider -= rows_of[++width];
    }
    return width;
}

/* For people, what the kernel counts as dirty in two parts. */
static struct vmt_cell text_dirty_cell(const struct vmt_region *region)
{
    if (!vmt_account_is_counted(region)) {
        return stated_cell(region, VMT_EV_DIRTY);
    }
    struct vmt_amounts amounts;
    vmt_account_start(&amounts);
    vmt_account_counted(&amounts, region);
    return vmt_cell_reading((struct vmt_reading){amounts.of[VMT_DIRTY].value, 0});
}

static void text_row(struct vmt_emit *emit, const struct vmt_region *region)
{
    struct range_text range;
    const struct vmt_cell cells[COUNT_OF(text_columns)] = {
        vmt_cell_word(range_text(&range, region)),
        vmt_cell_string(region->type->printed),
        stated_cell(region, VMT_EV_VIRTUAL),
        stated_cell(region, VMT_EV_RESIDENT),
        text_dirty_cell(region),
        stated_cell(region, VMT_EV_SWAPPED),
        vmt_cell_word(protection_text(region->protection)),
        sharing_cell(region),
        region->detail == NULL ? vmt_cell_word("") : vmt_cell_string(region->detail),
    };
    vmt_emit_row(emit, cells);
}

static void text_regions(struct vmt_emit *emit, const struct vmt_process *process,
                         const struct vmt_filter *filter)
{
    struct vmt_column columns[COUNT_OF(text_columns)];
    memcpy(columns, text_columns, sizeof columns);
    columns[0].width = range_width(process);
    const struct vmt_table table = {
        .name = "regions",
        .columns = columns,
        .column_count = COUNT_OF(columns),
        .where = VMT_IN_TEXT,
    };
    struct vmt_walker walker = {0};
    uint64_t shown = 0;

    vmt_emit_process_heading(emit, process, true, process->regions.count, process->coverage);
    vmt_emit_blank(emit);
    vmt_emit_open(emit, &table);
    while (emit->status == VMT_OK) {
        const struct vmt_region *region = vmt_sequence_next(&process->regions, &walker);
        if (region == NULL) {
            break;
        }
        if (vmt_filter_wants(filter, region->type)) {
            text_row(emit, region);
            shown++;
        }
    }
    vmt_emit_close(emit);
    if (process->regions.count == 0) {
        vmt_emit_words(emit, "no regions in this dump");
    } else if (filter->count > 0) {
        struct vmt_remark line = {.count = 0};
        vmt_remark_counted(&line, shown, "region", "regions");
        vmt_remark_word(&line, " shown of ");
        vmt_remark_count(&line, process->regions.count);
        vmt_emit_line(emit, &line);
    }
    if (process->notes.sequence.count > 0) {
        vmt_emit_blank(emit);
        vmt_emit_text_notes(emit, &process->notes);
    }
}

static void emit_process(struct vmt_emit *emit, const struct vmt_owner *owner,
                         const struct vmt_filter *filter)
{
    struct vmt_cell cells[COUNT_OF(process_columns)];
    struct vmt_cell *next = vmt_identity_cells(cells, owner, owner->process->coverage);
    /* Every process has regions: none in the evidence says nothing of how many. */
    const uint64_t regions = owner->process->regions.count;
    next = vmt_header_cells(next, owner->process, regions > 0, regions);
    *next++ = vmt_cell_number(VMT_CELL_BOOLEAN, owner->process->stated_damaged);
    *next++ = vmt_cell_number(VMT_CELL_BOOLEAN, owner->process->around_fault);
    *next++ = vmt_cell_string(owner->process->reason);
    *next++ = vmt_cell_string(owner->process->states);
    vmt_emit_row(emit, cells);
    vmt_emit_source(emit, owner->process);
    emit_regions(emit, owner, filter);
    vmt_emit_open(emit, &vmt_notes_table);
    vmt_emit_notes(emit, owner, &owner->process->notes);
    vmt_emit_close(emit);
    vmt_emit_whole(emit, owner->process);
    vmt_emit_fault(emit, owner->process);
    vmt_emit_stated(emit, owner);
    vmt_emit_zones(emit, owner);
    vmt_emit_facts(emit, owner);
    if (owner->index > 1) {
        vmt_emit_blank(emit);
    }
    text_regions(emit, owner->process, filter);
}

enum vmt_status vmt_report_regions(const struct vmt_snapshot *snapshot,
                                   const struct vmt_allocator *allocator,
                                   const struct vmt_report_options *options,
                                   struct vmt_writer *writer, struct vmt_error *err)
{
    struct vmt_emit emit = {.writer = writer, .err = err, .status = VMT_OK};
    struct vmt_filter filter;
    struct vmt_owner owner = {.index = 0};
    struct vmt_walker walker = {0};

    emit.status = vmt_filter_init(&filter, options, allocator, snapshot->arena.limit, err);
    vmt_emit_begin(&emit, SCHEMA, SCHEMA_VERSION);
    vmt_emit_open(&emit, &processes_table);
    while (emit.status == VMT_OK) {
        owner.process = vmt_sequence_next(&snapshot->processes, &walker);
        if (owner.process == NULL) {
            break;
        }
        owner.index++;
        owner.input = owner.process->input;
        emit_process(&emit, &owner, &filter);
    }
    vmt_emit_close(&emit);
    if (owner.index == 0) {
        vmt_emit_words(&emit, "no process found");
    }
    vmt_emit_inputs(&emit, snapshot);
    vmt_filter_free(&filter);
    return vmt_emit_end(&emit);
}
