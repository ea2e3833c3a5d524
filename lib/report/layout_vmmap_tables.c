/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report/layout_vmmap.h"

#include <inttypes.h>
#include <stdio.h>

#include "report/utf8.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define TABLE_NAME_WIDTH 31

const char *vmt_layout_size(char buffer[VMT_LAYOUT_SIZE], uint64_t bytes)
{
    static const char units[] = "KMGTPE";
    uint64_t scale = 1024;
    if (bytes < 4096 && bytes % 1024 != 0) {
        snprintf(buffer, VMT_LAYOUT_SIZE, "%" PRIu64, bytes);
        return buffer;
    }
    uint64_t rounded = bytes / scale + (bytes % scale >= scale / 2 ? 1 : 0);
    if (rounded < 10000) {
        snprintf(buffer, VMT_LAYOUT_SIZE, "%" PRIu64 "K", rounded);
        return buffer;
    }
    for (size_t unit = 1;; unit++) {
        scale *= 1024;
        uint64_t rest = bytes % scale;
        uint64_t tenths = bytes / scale * 10 + rest * 10 / scale;
        tenths += rest * 10 % scale >= scale / 2 ? 1 : 0;
        if (tenths < 10000 || units[unit + 1] == '\0') {
            snprintf(buffer, VMT_LAYOUT_SIZE, "%" PRIu64 ".%" PRIu64 "%c", tenths / 10, tenths % 10,
                     units[unit]);
            return buffer;
        }
    }
}

void vmt_layout_left(struct vmt_output *output, struct vmt_slice text, size_t width)
{
    size_t used = vmt_shown_width(text);
    vmt_put_shown(output, text);
    vmt_put_blanks(output, used < width ? width - used : 0);
}

void vmt_layout_right(struct vmt_output *output, const char *text, size_t width)
{
    size_t length = strlen(text);
    vmt_put_blanks(output, length < width ? width - length : 0);
    vmt_put_string(output, text);
}

bool vmt_layout_is_totals(const struct vmt_fact *fact)
{
    return strcmp(fact->key->data, "ReadOnly portion of Libraries") == 0 ||
           strcmp(fact->key->data, "Writable regions") == 0;
}

/* Columns of the table of sums. */
static const enum vmt_evidence columns[] = {VMT_EV_VIRTUAL, VMT_EV_RESIDENT, VMT_EV_DIRTY,
                                            VMT_EV_SWAPPED, VMT_EV_VOLATILE, VMT_EV_NONVOLATILE,
                                            VMT_EV_EMPTY};

static bool fits_table(const struct vmt_stated_row *row)
{
    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        if ((row->known & 1u << columns[i]) == 0) {
            return false;
        }
    }
    return row->counted;
}

static void put_row(struct vmt_output *output, const char *name, const struct vmt_stated_row *row)
{
    char buffer[VMT_LAYOUT_SIZE];
    if (row == NULL || !fits_table(row)) {
        return;
    }
    vmt_layout_left(output, name != NULL ? vmt_slice(name) : vmt_string_slice(row->type->printed),
                    TABLE_NAME_WIDTH);
    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        vmt_layout_right(output, vmt_layout_size(buffer, row->stated[columns[i]].value),
                         i == 0 ? 8 : 9);
    }
    snprintf(buffer, sizeof buffer, "%" PRIu64, row->regions);
    vmt_layout_right(output, buffer, 9);
    vmt_put_char(output, '\n');
}

static bool each_row_fits(const struct vmt_process *process)
{
    struct vmt_walker walker = {0};
    const struct vmt_stated_row *row = NULL;
    while ((row = vmt_sequence_next(&process->stated, &walker)) != NULL) {
        if (!fits_table(row)) {
            return false;
        }
    }
    return process->stated.count > 0;
}

/* The two lines above the table. */
static void put_totals(struct vmt_output *output, const struct vmt_process *process)
{
    struct vmt_walker walker = {0};
    const struct vmt_fact *fact = NULL;
    while ((fact = vmt_sequence_next(&process->facts, &walker)) != NULL) {
        if (vmt_layout_is_totals(fact)) {
            vmt_put_shown(output, vmt_string_slice(fact->key));
            vmt_put_string(output, ": ");
            vmt_put_shown(output, vmt_string_slice(fact->value));
            vmt_put_char(output, '\n');
        }
    }
}

bool vmt_layout_table(struct vmt_output *output, const struct vmt_process *process)
{
    static const char rule[] = "===========                     ======= ========    =====  ======= "
                               "========   ======    =====  =======\n";
    struct vmt_walker walker = {0};
    if (!each_row_fits(process)) {
        return false;
    }
    if (process->pid_known) {
        vmt_put_string(output, "==== Summary for process ");
        vmt_put_u64(output, process->pid);
        vmt_put_char(output, '\n');
    }
    put_totals(output, process);
    vmt_put_string(output,
                   "\n                                VIRTUAL RESIDENT    DIRTY  SWAPPED VOLATILE"
                   "   NONVOL    EMPTY   REGION\n"
                   "REGION TYPE                        SIZE     SIZE     SIZE     SIZE     SIZE"
                   "     SIZE     SIZE    COUNT (non-coalesced)\n");
    vmt_put_string(output, rule);
    const struct vmt_stated_row *row = vmt_sequence_next(&process->stated, &walker);
    for (; row != NULL; row = vmt_sequence_next(&process->stated, &walker)) {
        put_row(output, NULL, row);
    }
    vmt_put_string(output, rule);
    put_row(output, "TOTAL", process->stated_total);
    put_row(output, "TOTAL, minus reserved VM space", process->stated_unreserved);
    vmt_put_char(output, '\n');
    return true;
}

static bool zone_fits(const struct vmt_zone *zone)
{
    unsigned numbers =
        1u << VMT_ZONE_ALLOCATIONS | 1u << VMT_ZONE_FRAGMENTATION | 1u << VMT_ZONE_REGIONS;
    return zone->known_sizes == (1u << VMT_ZONE_SIZE_COUNT) - 1 &&
           (zone->known_numbers & numbers) == numbers;
}

static bool each_zone_fits(const struct vmt_process *process)
{
    struct vmt_walker walker = {0};
    const struct vmt_zone *zone = NULL;
    while ((zone = vmt_sequence_next(&process->zones, &walker)) != NULL) {
        if (!zone_fits(zone)) {
            return false;
        }
    }
    return process->zones.count > 0;
}

static void put_zone(struct vmt_output *output, struct vmt_slice name, const struct vmt_zone *zone)
{
    static const unsigned order[] = {VMT_ZONE_VIRTUAL, VMT_ZONE_RESIDENT,  VMT_ZONE_DIRTY,
                                     VMT_ZONE_SWAPPED, VMT_ZONE_ALLOCATED, VMT_ZONE_FRAGMENTED};
    char buffer[VMT_LAYOUT_SIZE];
    vmt_layout_left(output, name, TABLE_NAME_WIDTH);
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        if (order[i] == VMT_ZONE_ALLOCATED) {
            snprintf(buffer, sizeof buffer, "%" PRIu64, zone->numbers[VMT_ZONE_ALLOCATIONS]);
            vmt_layout_right(output, buffer, 11);
        }
        vmt_layout_right(output, vmt_layout_size(buffer, zone->sizes[order[i]].value),
                         i == 0 ? 9 : 11);
    }
    snprintf(buffer, sizeof buffer, "%" PRIu64 "%%",
             (zone->numbers[VMT_ZONE_FRAGMENTATION] + 5) / 10);
    vmt_layout_right(output, buffer, 8);
    snprintf(buffer, sizeof buffer, "%" PRIu64, zone->numbers[VMT_ZONE_REGIONS]);
    vmt_layout_right(output, buffer, 8);
    vmt_put_char(output, '\n');
}

bool vmt_layout_zones(struct vmt_output *output, const struct vmt_process *process)
{
    static const char rule[] =
        "===========                      =======  =========  =========  =========  =========  "
        "=========  =========  ======  ======\n";
    struct vmt_walker walker = {0};
    if (!each_zone_fits(process)) {
        return false;
    }
    vmt_put_string(output,
                   "                                 VIRTUAL   RESIDENT      DIRTY    SWAPPED "
                   "ALLOCATION      BYTES DIRTY+SWAP          REGION\n"
                   "MALLOC ZONE                         SIZE       SIZE       SIZE       SIZE"
                   "      COUNT  ALLOCATED  FRAG SIZE  % FRAG   COUNT\n");
    vmt_put_string(output, rule);
    const struct vmt_zone *zone = vmt_sequence_next(&process->zones, &walker);
    for (; zone != NULL; zone = vmt_sequence_next(&process->zones, &walker)) {
        put_zone(output, vmt_string_slice(zone->name), zone);
    }
    const struct vmt_zone *total = process->zone_total;
    if (total != NULL && zone_fits(total)) {
        vmt_put_string(output, rule);
        put_zone(output, vmt_slice("TOTAL"), total);
    }
    vmt_put_char(output, '\n');
    return true;
}
