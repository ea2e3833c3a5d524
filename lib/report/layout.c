/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report/layout.h"

#include <stdlib.h>

static const char *const texts[VMT_LOSS_COUNT] = {
    [VMT_LOSS_HOSTS] = "left out: the evidence of the machine",
    [VMT_LOSS_TOTALS] = "left out: what is stated of a process as a whole",
    [VMT_LOSS_TABLES] = "left out: sums that are stated by type",
    [VMT_LOSS_ZONES] = "left out: malloc zones",
    [VMT_LOSS_FACTS] = "left out: lines of the header",
    [VMT_LOSS_FAULT] = "left out: where it crashed, or why it was killed",
    [VMT_LOSS_MODES] = "left out: sharing modes, purge states and maximal protections",
    [VMT_LOSS_SIZES] = "left out: resident, dirty and swapped sizes, of which some are missing",
    [VMT_LOSS_KERNEL_COUNTS] = "left out: private, shared and proportional sizes",
    [VMT_LOSS_UNRANGED] = "left out: rows without an address, and windows on other rows",
    [VMT_LOSS_ESTIMATES] = "estimates stand for private and shared sizes; Pss is left out",
};

const char *vmt_loss_text(enum vmt_loss loss)
{
    return texts[loss];
}

static int compare_starts(const void *a, const void *b)
{
    const struct vmt_region *first = *(const struct vmt_region *const *)a;
    const struct vmt_region *second = *(const struct vmt_region *const *)b;
    if (first->ranged != second->ranged) {
        return first->ranged ? -1 : 1;
    }
    if (first->start != second->start) {
        return first->start < second->start ? -1 : 1;
    }
    return first->line < second->line ? -1 : first->line > second->line ? 1 : 0;
}

const struct vmt_region **vmt_layout_by_address(const struct vmt_process *process,
                                                const struct vmt_allocator *allocator)
{
    size_t count = process->regions.count;
    const struct vmt_region **regions =
        count > SIZE_MAX / sizeof *regions
            ? NULL
            : allocator->allocate(allocator->self, count * sizeof *regions);
    struct vmt_walker walker = {0};
    for (size_t i = 0; regions != NULL && i < count; i++) {
        regions[i] = vmt_sequence_next(&process->regions, &walker);
    }
    if (regions != NULL) {
        qsort((void *)regions, count, sizeof *regions, compare_starts);
    }
    return regions;
}

/* What rows of regions do not say of their process: they repeat what is stated of it as a whole,
 * but for the members that only a kernel counts. */
static unsigned losses_of_rows(const struct vmt_process *process)
{
    unsigned losses = process->stated.count > 0 ? 1u << VMT_LOSS_TABLES : 0;
    losses |= process->zones.count > 0 ? 1u << VMT_LOSS_ZONES : 0;
    losses |= process->facts.count > 0 ? 1u << VMT_LOSS_FACTS : 0;
    losses |= process->fault.stated || process->reason != NULL || process->states != NULL
                  ? 1u << VMT_LOSS_FAULT
                  : 0;
    for (int member = 0; member < VMT_MEMBER_COUNT; member++) {
        bool repeated = vmt_members[member].kind == VMT_STATED && process->regions.count > 0;
        losses |= process->whole.of[member].bounded && !repeated ? 1u << VMT_LOSS_TOTALS : 0;
    }
    return losses;
}

unsigned vmt_report_losses(const struct vmt_snapshot *snapshot, bool rows_alone)
{
    unsigned losses = snapshot->hosts.count > 0 ? 1u << VMT_LOSS_HOSTS : 0;
    struct vmt_walker walker = {0};
    const struct vmt_process *process = NULL;
    while (rows_alone && (process = vmt_sequence_next(&snapshot->processes, &walker)) != NULL) {
        losses |= losses_of_rows(process);
    }
    return losses;
}
