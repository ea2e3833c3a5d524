/* SPDX-License-Identifier: MIT */
#include "config.h"

/* The summary's tables of region types, for people: each class of memory with its sum, and its
 * types below it. */

#include "report/report_summary.h"

#include <stdlib.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/* Ranges that no page can be in, of types that are memory as a rule; a class in its own table. */
#define CLASS_EMPTY VMT_CLASS_COUNT
#define CLASSES (VMT_CLASS_COUNT + 1)

#define SIZE_COLUMN(title, width) VMT_TEXT_COLUMN(title, AMOUNT, width, "Bytes.")

static const struct vmt_column memory_columns[] = {
    VMT_CLASS_AND_TYPE_COLUMNS("TYPE"), SIZE_COLUMN("VIRTUAL", 7),
    SIZE_COLUMN("RESIDENT", 8),         SIZE_COLUMN("DIRTY", 7),
    SIZE_COLUMN("SWAPPED", 7),          SIZE_COLUMN("PRIVATE", 7),
    SIZE_COLUMN("SHARED", 7),
};

static const struct vmt_column space_columns[] = {
    VMT_CLASS_AND_TYPE_COLUMNS("ADDRESS SPACE ONLY"),
    SIZE_COLUMN("VIRTUAL", 7),
};

static const struct vmt_column kernel_columns[] = {
    VMT_TEXT_COLUMN("HELD BY THE KERNEL", TEXT, 27, "Type of memory outside the address space."),
    VMT_TEXT_COLUMN("ROWS", COUNT, 7, "Rows of the type."),
    SIZE_COLUMN("FOOTPRINT", 9),
    SIZE_COLUMN("RECLAIMABLE", 11),
};

static const struct vmt_table memory_table = {.name = "types",
                                              .columns = memory_columns,
                                              .column_count = COUNT_OF(memory_columns),
                                              .where = VMT_IN_TEXT};
static const struct vmt_table ranges_table = {.name = "types",
                                              .columns = memory_columns,
                                              .column_count = VMT_CLASS_AND_TYPE_COUNT + 1,
                                              .where = VMT_IN_TEXT};
static const struct vmt_table space_table = {.name = "address_space",
                                             .columns = space_columns,
                                             .column_count = COUNT_OF(space_columns),
                                             .where = VMT_IN_TEXT};
static const struct vmt_table kernel_table = {.name = "kernel",
                                              .columns = kernel_columns,
                                              .column_count = COUNT_OF(kernel_columns),
                                              .where = VMT_IN_TEXT};

/* A sum of types; the first is taken as it is. */
struct sum {
    uint64_t types;
    struct vmt_type_sum of;
};

static void add_to(struct sum *sum, const struct vmt_type_sum *type)
{
    if (sum->types++ == 0) {
        sum->of = *type;
    } else {
        vmt_type_sum_add(&sum->of, type);
    }
}

static unsigned class_of(const struct vmt_type_rows *rows, const struct vmt_type_sum *sum)
{
    bool empty = rows->table == &space_table && !vmt_type_is_address_space(sum->type);
    return empty ? CLASS_EMPTY : sum->type->class;
}

static const char *title_of(unsigned class)
{
    return class == CLASS_EMPTY ? "empty (mode NUL)" : vmt_class_title((enum vmt_class) class);
}

/* The classes of a table. */
struct classes {
    struct sum sums[CLASSES];
    unsigned order[CLASSES]; /* those with types, what costs most first */
    size_t count;
    struct sum shown;
    struct sum all;
};

static void sum_classes(struct classes *classes, const struct vmt_type_rows *rows)
{
    for (size_t i = 0; i < rows->breakdown->type_count; i++) {
        struct vmt_type_sum part = *rows->breakdown->types[i];
        if (!rows->part(&part)) {
            continue;
        }
        add_to(&classes->all, &part);
        if (vmt_filter_wants(rows->filter, part.type)) {
            add_to(&classes->shown, &part);
            add_to(&classes->sums[class_of(rows, &part)], &part);
        }
    }
    for (unsigned class = 0; class < CLASSES; class ++) {
        const struct sum *sum = &classes->sums[class];
        size_t at = classes->count;
        if (sum->types == 0) {
            continue;
        }
        for (;
             at > 0 && vmt_type_sum_order(&sum->of, &classes->sums[classes->order[at - 1]].of) < 0;
             at--) {
            classes->order[at] = classes->order[at - 1];
        }
        classes->order[at] = class;
        classes->count++;
    }
}

static void emit_row(struct vmt_emit *emit, const struct vmt_type_rows *rows, struct vmt_cell class,
                     struct vmt_cell type, const struct vmt_type_sum *sum)
{
    struct vmt_cell cells[VMT_TYPE_CELLS] = {
        class, type, vmt_cell_optional(VMT_CELL_COUNT, sum->counted, sum->regions)};
    rows->cells(cells + VMT_CLASS_AND_TYPE_COUNT, rows, sum);
    vmt_emit_row(emit, cells);
}

static void emit_total(struct vmt_emit *emit, const struct vmt_type_rows *rows, const char *title,
                       const struct sum *sum)
{
    if (sum->types > 0) {
        emit_row(emit, rows, vmt_cell_word(title), vmt_cell_word(""), &sum->of);
    }
}

static void emit_class(struct vmt_emit *emit, const struct vmt_type_rows *rows, unsigned class)
{
    for (size_t i = 0; i < rows->breakdown->type_count; i++) {
        struct vmt_type_sum part = *rows->breakdown->types[i];
        if (rows->part(&part) && class_of(rows, &part) == class &&
            vmt_filter_wants(rows->filter, part.type)) {
            emit_row(emit, rows, vmt_cell_word(""), vmt_cell_string(part.type->canonical), &part);
        }
    }
}

void vmt_emit_type_rows(struct vmt_emit *emit, const struct vmt_type_rows *rows)
{
    struct classes classes = {.count = 0};
    sum_classes(&classes, rows);
    if ((rows->total ? classes.all : classes.shown).types == 0) {
        return;
    }
    vmt_emit_blank(emit);
    vmt_emit_open(emit, rows->table);
    for (size_t i = 0; i < classes.count; i++) {
        unsigned class = classes.order[i];
        emit_total(emit, rows, title_of(class), &classes.sums[class]);
        emit_class(emit, rows, class);
    }
    if (rows->total && rows->filter->count > 0) {
        emit_total(emit, rows, "TOTAL shown", &classes.shown);
        emit_total(emit, rows, "TOTAL of all", &classes.all);
    } else if (rows->total) {
        emit_total(emit, rows, "TOTAL", &classes.all);
    }
    vmt_emit_close(emit);
}

/* Memory in the address space; what of a type no page can be in is not. */
static bool memory_part(struct vmt_type_sum *sum)
{
    if (vmt_type_is_address_space(sum->type) || sum->type->class == VMT_CLASS_KERNEL ||
        (sum->empty_regions > 0 && sum->empty_regions == sum->regions)) {
        return false;
    }
    struct vmt_amount *virtual = &sum->amounts.of[VMT_VIRTUAL];
    if (sum->empty_regions > 0) {
        sum->regions -= sum->empty_regions;
        *virtual = vmt_amount_minus(*virtual, sum->empty);
    }
    return true;
}

static bool space_part(struct vmt_type_sum *sum)
{
    if (vmt_type_is_address_space(sum->type)) {
        return true;
    }
    sum->regions = sum->empty_regions;
    sum->amounts.of[VMT_VIRTUAL] = sum->empty;
    return sum->empty_regions > 0;
}

static void memory_cells(struct vmt_cell *cells, const struct vmt_type_rows *rows,
                         const struct vmt_type_sum *sum)
{
    static const enum vmt_member members[] = {VMT_VIRTUAL, VMT_RESIDENT, VMT_DIRTY, VMT_SWAPPED,
                                              VMT_USS};
    (void)rows;
    for (size_t i = 0; i < COUNT_OF(members); i++) {
        *cells++ = vmt_cell_amount(sum->amounts.of[members[i]]);
    }
    *cells = vmt_cell_amount(vmt_summary_shared(&sum->amounts));
}

static void space_cells(struct vmt_cell *cells, const struct vmt_type_rows *rows,
                        const struct vmt_type_sum *sum)
{
    (void)rows;
    *cells = vmt_cell_amount(sum->amounts.of[VMT_VIRTUAL]);
}

/* Page tables and memory that is owned and not mapped: footprint, and no part of resident. */
static void emit_kernel(struct vmt_emit *emit, const struct vmt_breakdown *breakdown,
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
            vmt_cell_optional(VMT_CELL_COUNT, sum->counted, sum->regions),
            vmt_cell_amount(sum->amounts.of[VMT_PRIVATE_FOOTPRINT]),
            vmt_cell_amount(sum->amounts.of[VMT_RECLAIMABLE]),
        };
        vmt_emit_row(emit, cells);
    }
    if (open) {
        vmt_emit_close(emit);
    }
}

static void add_count(struct vmt_remark *line, const char *between, uint64_t count,
                      const char *what)
{
    if (count > 0) {
        vmt_remark_word(line, between);
        vmt_remark_count(line, count);
        vmt_remark_word(line, what);
    }
}

/* How the regions of the heading are spread over the tables: none of them has all. */
static void emit_region_counts(struct vmt_emit *emit, const struct vmt_breakdown *breakdown)
{
    uint64_t memory = 0;
    uint64_t kernel = 0;
    uint64_t space = 0;
    bool counted = breakdown->counted && breakdown->type_count > 0;
    for (size_t i = 0; i < breakdown->type_count; i++) {
        const struct vmt_type_sum *sum = breakdown->types[i];
        struct vmt_type_sum empty = *sum;
        uint64_t in_space = space_part(&empty) ? empty.regions : 0;
        bool is_kernel = sum->type->class == VMT_CLASS_KERNEL;
        counted = counted && sum->counted;
        space += in_space;
        kernel += is_kernel ? sum->regions - in_space : 0;
        memory += is_kernel ? 0 : sum->regions - in_space;
    }
    if (!counted || memory == breakdown->regions) {
        return;
    }
    struct vmt_remark line = {.count = 0};
    uint64_t rows = memory + kernel + space;
    vmt_emit_blank(emit);
    vmt_remark_counted(&line, breakdown->regions, "region", "regions");
    if (rows != breakdown->regions) {
        vmt_remark_word(&line, " by the dump's own total, ");
        vmt_remark_count(&line, rows);
        vmt_remark_word(&line, " by its rows:");
        vmt_emit_line(emit, &line);
        line.count = 0;
        vmt_remark_word(&line, " ");
    } else {
        vmt_remark_word(&line, ":");
    }
    add_count(&line, " ", memory, " of memory");
    add_count(&line, ", ", kernel, " held by the kernel");
    add_count(&line, ", ", space, " address space only");
    vmt_emit_line(emit, &line);
}

void vmt_emit_summary_types(struct vmt_emit *emit, const struct vmt_breakdown *breakdown,
                            const struct vmt_filter *filter, bool ranges_only)
{
    const struct vmt_type_rows memory = {.breakdown = breakdown,
                                         .filter = filter,
                                         .table = ranges_only ? &ranges_table : &memory_table,
                                         .part = memory_part,
                                         .cells = memory_cells,
                                         .total = true};
    const struct vmt_type_rows space = {.breakdown = breakdown,
                                        .filter = filter,
                                        .table = &space_table,
                                        .part = space_part,
                                        .cells = space_cells};
    vmt_emit_type_rows(emit, &memory);
    emit_kernel(emit, breakdown, filter);
    vmt_emit_type_rows(emit, &space);
    emit_region_counts(emit, breakdown);
}
