/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report/report_fault.h"

static const struct vmt_column fault_columns[] = {
    VMT_DATA_COLUMN("address", ADDRESS, VMT_IN_JSON, "Where a crash happened."),
    VMT_DATA_COLUMN("place", WORD, VMT_IN_JSON, "region or gap: what the address lies in."),
    VMT_DATA_COLUMN("region_start", ADDRESS, VMT_IN_JSON, "Start of the region that it lies in."),
    VMT_DATA_COLUMN("region_end", ADDRESS, VMT_IN_JSON, "End of that region."),
    VMT_DATA_COLUMN("bytes_before", BYTES, VMT_IN_JSON,
                    "From the region's start; in a gap from the region below it, as stated."),
    VMT_DATA_COLUMN("bytes_after", BYTES, VMT_IN_JSON,
                    "To the region's end; in a gap to the region above it, as stated."),
};

static const struct vmt_table fault_table = {
    .name = "fault",
    .columns = fault_columns,
    .column_count = sizeof fault_columns / sizeof fault_columns[0],
    .where = VMT_IN_JSON,
    .record = true,
};

void vmt_emit_fault(struct vmt_emit *emit, const struct vmt_process *process)
{
    const struct vmt_fault *fault = &process->fault;
    bool ranged = fault->start < fault->end;
    const struct vmt_cell cells[] = {
        vmt_cell_number(VMT_CELL_ADDRESS, fault->address),
        vmt_cell_word(vmt_fault_place_name(fault->place)),
        vmt_cell_optional(VMT_CELL_ADDRESS, ranged, fault->start),
        vmt_cell_optional(VMT_CELL_ADDRESS, ranged, fault->end),
        vmt_cell_optional(VMT_CELL_BYTES, fault->before_known, fault->before),
        vmt_cell_optional(VMT_CELL_BYTES, fault->after_known, fault->after),
    };
    vmt_emit_open(emit, &fault_table);
    if (fault->stated) {
        vmt_emit_row(emit, cells);
    }
    vmt_emit_close(emit);
}

/* The regions that are known next to the address: the one that it lies in, the nearest below and
 * above it. */
struct neighbours {
    const struct vmt_region *around;
    const struct vmt_region *below;
    const struct vmt_region *above;
};

static struct neighbours find_neighbours(const struct vmt_process *process)
{
    struct neighbours found = {NULL, NULL, NULL};
    const struct vmt_fault *fault = &process->fault;
    struct vmt_walker walker = {0};
    const struct vmt_region *region = vmt_sequence_next(&process->regions, &walker);
    for (; region != NULL; region = vmt_sequence_next(&process->regions, &walker)) {
        if (region->start <= fault->address && fault->address < region->end) {
            found.around = region;
        } else if (region->end <= fault->address &&
                   (found.below == NULL || region->end > found.below->end)) {
            found.below = region;
        } else if (region->start > fault->address &&
                   (found.above == NULL || region->start < found.above->start)) {
            found.above = region;
        }
    }
    return found;
}

/* `, 3.2G above __TEXT`: a distance, and from what. */
static void add_distance(struct vmt_remark *line, uint64_t bytes, const char *word,
                         const struct vmt_region *region, const char *otherwise)
{
    vmt_remark_word(line, line->count > 1 ? ", " : "");
    vmt_remark_add(line, vmt_cell_number(VMT_CELL_BYTES, bytes));
    vmt_remark_word(line, word);
    if (region != NULL) {
        vmt_remark_text(line, vmt_string_slice(region->type->printed));
    } else {
        vmt_remark_word(line, otherwise);
    }
}

static void text_gap(struct vmt_emit *emit, const struct vmt_process *process)
{
    const struct vmt_fault *fault = &process->fault;
    const struct neighbours near_by = find_neighbours(process);
    struct vmt_remark line = {.count = 0};
    vmt_remark_word(&line, "  ");
    if (fault->before_known) {
        add_distance(&line, fault->before, " above ", near_by.below, "the region before it");
    }
    if (fault->after_known) {
        add_distance(&line, fault->after, " below ", near_by.above, "the region after it");
    }
    if (line.count > 1) {
        vmt_emit_line(emit, &line);
    }
}

static void text_region(struct vmt_emit *emit, const struct vmt_process *process)
{
    const struct vmt_fault *fault = &process->fault;
    struct vmt_remark line = {.count = 0};
    vmt_remark_word(&line, "  ");
    if (fault->start < fault->end) {
        vmt_remark_add(&line, vmt_cell_number(VMT_CELL_ADDRESS, fault->start));
        vmt_remark_word(&line, " to ");
        vmt_remark_add(&line, vmt_cell_number(VMT_CELL_ADDRESS, fault->end));
    }
    if (fault->before_known) {
        add_distance(&line, fault->before, " behind ", NULL, "its start");
    }
    if (fault->after_known) {
        add_distance(&line, fault->after, " before ", NULL, "its end");
    }
    if (line.count > 1) {
        vmt_emit_line(emit, &line);
    }
}

static void add_place(struct vmt_remark *line, const struct vmt_process *process)
{
    const struct neighbours near_by = find_neighbours(process);
    switch (process->fault.place) {
    case VMT_FAULT_UNPLACED:
        break;
    case VMT_FAULT_IN_GAP:
        vmt_remark_word(line, ", in no region");
        break;
    case VMT_FAULT_IN_REGION:
        vmt_remark_word(line, ", in ");
        if (near_by.around != NULL) {
            vmt_remark_text(line, vmt_string_slice(near_by.around->type->printed));
        } else {
            vmt_remark_word(line, "a region");
        }
        break;
    }
}

void vmt_emit_fault_text(struct vmt_emit *emit, const struct vmt_process *process)
{
    const struct vmt_fault *fault = &process->fault;
    struct vmt_remark line = {.count = 0};
    /* The kernel's exceptions have names; what Jetsam states is why it chose this process. */
    bool crash = fault->stated || (process->reason != NULL &&
                                   vmt_slice_starts(vmt_string_slice(process->reason), "EXC_"));
    if (process->reason != NULL) {
        vmt_remark_word(&line, crash ? "crashed: " : "killed by the system: ");
        vmt_remark_text(&line, vmt_string_slice(process->reason));
    } else if (fault->stated) {
        vmt_remark_word(&line, "crashed");
    }
    if (fault->stated) {
        vmt_remark_word(&line, " at ");
        vmt_remark_add(&line, vmt_cell_number(VMT_CELL_ADDRESS, fault->address));
        add_place(&line, process);
    }
    if (process->states != NULL) {
        vmt_remark_word(&line, line.count > 0 ? "; state: " : "state: ");
        vmt_remark_text(&line, vmt_string_slice(process->states));
    }
    if (line.count > 0) {
        vmt_emit_line(emit, &line);
    }
    if (fault->stated && fault->place == VMT_FAULT_IN_GAP) {
        text_gap(emit, process);
    } else if (fault->stated && fault->place == VMT_FAULT_IN_REGION) {
        text_region(emit, process);
    }
}
