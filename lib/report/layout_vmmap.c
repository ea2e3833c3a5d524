/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report/layout_vmmap.h"

#include <inttypes.h>
#include <stdio.h>

#include "report/utf8.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/* Names of this width leave the columns where vmmap has them; longer ones are not cut. */
#define NAME_WIDTH 24
#define ADDRESS_WIDTH 12

/* A process being written. */
struct layout {
    struct vmt_output *output;
    const struct vmt_process *process;
    const struct vmt_allocator *allocator;
    bool sizes; /* each region has its resident, dirty and swapped size */
};

static void put_key(const struct layout *layout, const char *key, struct vmt_slice value)
{
    char text[64];
    snprintf(text, sizeof text, "%s:", key);
    vmt_layout_left(layout->output, vmt_slice(text), 17);
    vmt_put_shown(layout->output, value);
    vmt_put_char(layout->output, '\n');
}

static void put_string_key(const struct layout *layout, const char *key,
                           const struct vmt_string *value)
{
    if (value != NULL) {
        put_key(layout, key, vmt_string_slice(value));
    }
}

/* A line of its own, without a colon. */
static const char collected[] = "Collected with";

static void put_collected(const struct layout *layout)
{
    struct vmt_walker walker = {0};
    const struct vmt_fact *fact = NULL;
    while ((fact = vmt_sequence_next(&layout->process->facts, &walker)) != NULL) {
        if (strcmp(fact->key->data, collected) == 0) {
            vmt_put_string(layout->output, collected);
            vmt_put_char(layout->output, ' ');
            vmt_put_shown(layout->output, vmt_string_slice(fact->value));
            vmt_put_char(layout->output, '\n');
        }
    }
}

/* A file of ours says so of what it was made from. */
static bool is_origin(const struct vmt_fact *fact)
{
    return vmt_slice_starts(vmt_string_slice(fact->key), "origin");
}

/* Lines of another tool's header would end that of vmmap for all who read it. */
static bool has_header_of_vmmap(const struct vmt_process *process)
{
    static const char name[] = "darwin-vmmap";
    struct vmt_walker walker = {0};
    const struct vmt_fact *fact = NULL;
    bool has = process->grammar != NULL && strncmp(process->grammar, name, strlen(name)) == 0;
    while (!has && (fact = vmt_sequence_next(&process->facts, &walker)) != NULL) {
        has = is_origin(fact) && vmt_slice_starts(vmt_string_slice(fact->value), name);
    }
    return has;
}

static void put_facts(const struct layout *layout)
{
    struct vmt_walker walker = {0};
    const struct vmt_fact *fact = NULL;
    if (!has_header_of_vmmap(layout->process)) {
        return;
    }
    while ((fact = vmt_sequence_next(&layout->process->facts, &walker)) != NULL) {
        if (vmt_layout_is_totals(fact) || strcmp(fact->key->data, collected) == 0 ||
            is_origin(fact)) {
            continue;
        }
        vmt_put_shown(layout->output, vmt_string_slice(fact->key));
        vmt_layout_left(layout->output, vmt_slice(":"),
                        fact->key->length < 16 ? 17 - fact->key->length : 2);
        vmt_put_shown(layout->output, vmt_string_slice(fact->value));
        vmt_put_char(layout->output, '\n');
    }
}

/* `2025-09-14T12:03:22.417+02:00` as vmmap has it: `2025-09-14 12:03:22.417 +0200`. */
static void put_time(const struct layout *layout, const char *key, const struct vmt_string *time)
{
    char text[64];
    size_t used = 0;
    bool zoned = false;
    for (size_t i = 0; time != NULL && i < time->length && used + 2 < sizeof text; i++) {
        char c = time->data[i];
        if (i > 10 && (c == '+' || c == '-')) {
            text[used++] = ' ';
            zoned = true;
        }
        if (i == 10 && c == 'T') {
            c = ' ';
        }
        if (!(zoned && c == ':' && i + 3 == time->length)) {
            text[used++] = c;
        }
    }
    if (used > 0) {
        put_key(layout, key, (struct vmt_slice){text, used});
    }
}

static void put_footprint(const struct layout *layout, const char *key, enum vmt_member member)
{
    const struct vmt_amount *amount = &layout->process->whole.of[member];
    char buffer[VMT_LAYOUT_SIZE];
    if (amount->known) {
        vmt_layout_left(layout->output, vmt_slice(key), 28);
        vmt_put_string(layout->output, vmt_layout_size(buffer, amount->value));
        vmt_put_char(layout->output, '\n');
    }
}

/* "4242", or nothing. */
static void put_pid(const struct layout *layout)
{
    if (layout->process->pid_known) {
        vmt_put_u64(layout->output, layout->process->pid);
    }
}

/* Where nothing names the process, the empty line tells that it is another one than the last. */
static void put_process_line(const struct layout *layout)
{
    const struct vmt_process *process = layout->process;
    if (process->name == NULL) {
        vmt_put_string(layout->output, process->pid_known ? "" : "Process:\n");
        return;
    }
    vmt_layout_left(layout->output, vmt_slice("Process:"), 17);
    vmt_put_shown(layout->output, vmt_string_slice(process->name));
    if (process->pid_known) {
        vmt_put_string(layout->output, " [");
        put_pid(layout);
        vmt_put_char(layout->output, ']');
    }
    vmt_put_char(layout->output, '\n');
}

static void put_map_title(const struct layout *layout)
{
    const struct vmt_process *process = layout->process;
    vmt_put_string(layout->output, "----\n\n");
    if (process->pid_known) {
        vmt_put_string(layout->output, "Virtual Memory Map of process ");
        put_pid(layout);
        if (process->name != NULL) {
            vmt_put_string(layout->output, " (");
            vmt_put_shown(layout->output, vmt_string_slice(process->name));
            vmt_put_char(layout->output, ')');
        }
        vmt_put_char(layout->output, '\n');
    }
    vmt_put_string(layout->output, "Output report format:  ");
    vmt_put_string(layout->output, layout->sizes ? "2.4" : "2.3");
    vmt_put_string(layout->output, "  -- 64-bit process\n");
}

static void put_header(const struct layout *layout)
{
    const struct vmt_process *process = layout->process;
    put_process_line(layout);
    put_string_key(layout, "Code Type", process->arch);
    put_time(layout, "Date/Time", process->captured_at);
    put_time(layout, "Launch Time", process->launched_at);
    put_string_key(layout, "OS Version", process->os);
    put_facts(layout);
    vmt_put_char(layout->output, '\n');
    put_footprint(layout, "Physical footprint:", VMT_FOOTPRINT);
    put_footprint(layout, "Physical footprint (peak):", VMT_FOOTPRINT_PEAK);
    put_map_title(layout);
    if (process->page_size > 0) {
        vmt_put_string(layout->output, "VM page size:  ");
        vmt_put_u64(layout->output, process->page_size);
        vmt_put_string(layout->output, " bytes\n");
    }
    put_collected(layout);
    vmt_put_char(layout->output, '\n');
}

static void put_protection(struct vmt_output *output, unsigned protection)
{
    vmt_put_char(output, (protection & VMT_PROT_READ) != 0 ? 'r' : '-');
    vmt_put_char(output, (protection & VMT_PROT_WRITE) != 0 ? 'w' : '-');
    vmt_put_char(output, (protection & VMT_PROT_EXECUTE) != 0 ? 'x' : '-');
}

/* Linux tells of the mapping alone: a private one is copied when it is written. */
static void put_sharing(struct vmt_output *output, const struct vmt_region *region)
{
    enum vmt_sharing sharing = (enum vmt_sharing)region->sharing;
    if (sharing == VMT_SHARING_UNKNOWN) {
        const struct vmt_string *text = region->sharing_text;
        vmt_put_shown(output, text == NULL ? vmt_slice("???") : vmt_string_slice(text));
        return;
    }
    sharing = sharing == VMT_SHARING_MAP_PRIVATE  ? VMT_SHARING_COW
              : sharing == VMT_SHARING_MAP_SHARED ? VMT_SHARING_SHM
                                                  : sharing;
    vmt_put_string(output, vmt_sharing_name(sharing));
}

static const char *purge_text(const struct vmt_region *region)
{
    switch ((enum vmt_purge)region->purge) {
    case VMT_PURGE_NONE:
        break;
    case VMT_PURGE_VOLATILE:
        return " PURGE=V";
    case VMT_PURGE_NONVOLATILE:
        return " PURGE=N";
    case VMT_PURGE_EMPTY:
        return " PURGE=E";
    case VMT_PURGE_UNKNOWN:
        return " PURGE=?";
    }
    return "        ";
}

static void put_range(struct vmt_output *output, const struct vmt_region *region)
{
    if (region->ranged) {
        char text[2 * ADDRESS_WIDTH + 24];
        snprintf(text, sizeof text, "%*" PRIx64 "-%-*" PRIx64, ADDRESS_WIDTH, region->start,
                 ADDRESS_WIDTH, region->end);
        vmt_put_string(output, text);
        return;
    }
    bool table = vmt_slice_starts(vmt_string_slice(region->type->canonical), "page table");
    const char *word = table ? "kernel-kernel" : "unmapped-unmapped";
    vmt_layout_right(output, word, 2 * ADDRESS_WIDTH - 4);
    vmt_put_blanks(output, 5);
}

/* What the region's column is to say; false when the evidence does not tell.  Linux counts what
 * was written by who has it. */
static bool region_size(const struct vmt_region *region, enum vmt_evidence evidence, uint64_t *out)
{
    static const unsigned dirty = 1u << VMT_MAPPING_SHARED_DIRTY | 1u << VMT_MAPPING_PRIVATE_DIRTY;
    const struct vmt_mapping *mapping = region->mapping;
    if (evidence == VMT_EV_DIRTY && mapping != NULL) {
        *out =
            mapping->fields[VMT_MAPPING_SHARED_DIRTY] + mapping->fields[VMT_MAPPING_PRIVATE_DIRTY];
        return (mapping->known & dirty) == dirty;
    }
    *out = region->stated[evidence].value;
    return (region->known >> evidence & 1) != 0;
}

static void put_region(const struct layout *layout, const struct vmt_region *region)
{
    struct vmt_output *output = layout->output;
    char buffer[VMT_LAYOUT_SIZE];
    vmt_layout_left(output, vmt_string_slice(region->type->printed), NAME_WIDTH);
    vmt_put_char(output, ' ');
    put_range(output, region);
    vmt_put_string(output, " [");
    for (int i = 0; i < (layout->sizes ? VMT_EV_OF_REGION : 1); i++) {
        uint64_t size = 0;
        region_size(region, (enum vmt_evidence)i, &size);
        vmt_put_string(output, i == 0 ? "" : " ");
        vmt_layout_right(output, vmt_layout_size(buffer, size), 6);
    }
    vmt_put_string(output, "] ");
    put_protection(output, region->protection);
    vmt_put_char(output, '/');
    /* Linux has no maximum; any protection can be asked for. */
    put_protection(output, region->mapping != NULL
                               ? VMT_PROT_READ | VMT_PROT_WRITE | VMT_PROT_EXECUTE
                               : region->max_protection);
    vmt_put_string(output, " SM=");
    put_sharing(output, region);
    if (layout->sizes && (region->purge != VMT_PURGE_NONE || region->detail != NULL)) {
        vmt_put_string(output, purge_text(region));
    }
    vmt_put_string(output, "  ");
    if (region->detail != NULL) {
        vmt_put_shown(output, vmt_string_slice(region->detail));
    }
    vmt_put_char(output, '\n');
}

static enum vmt_status put_regions(const struct layout *layout, struct vmt_error *err)
{
    const struct vmt_region **regions = vmt_layout_by_address(layout->process, layout->allocator);
    if (regions == NULL) {
        return vmt_fail_nomem(err);
    }
    if (layout->process->pid_known) {
        vmt_put_string(layout->output, "==== regions for process ");
        put_pid(layout);
        vmt_put_string(layout->output, "  (non-writable and writable regions are interleaved)\n");
    }
    vmt_put_string(layout->output, "REGION TYPE                    START - END         [ VSIZE");
    vmt_put_string(layout->output, layout->sizes ? "  RSDNT  DIRTY   SWAP] PRT/MAX SHRMOD PURGE   "
                                                 : "] PRT/MAX SHRMOD ");
    vmt_put_string(layout->output, " REGION DETAIL\n");
    for (size_t i = 0; i < layout->process->regions.count; i++) {
        put_region(layout, regions[i]);
    }
    layout->allocator->release(layout->allocator->self, (void *)regions);
    if (layout->process->coverage == VMT_COVERAGE_EXCERPT) {
        vmt_put_string(layout->output, "...\n"); /* rows are missing */
    }
    vmt_put_char(layout->output, '\n');
    if (layout->process->coverage == VMT_COVERAGE_WHOLE) {
        vmt_put_string(layout->output, "==== Legend\n"
                                       "SM=sharing mode:\n"
                                       "\tCOW=copy_on_write PRV=private NUL=empty ALI=aliased\n"
                                       "\tSHM=shared ZER=zero_filled S/A=shared_alias\n"
                                       "PURGE=purgeable mode:\n"
                                       "\tV=volatile N=nonvolatile E=empty\n\n");
    }
    return VMT_OK;
}

static bool each_region_has_sizes(const struct vmt_process *process)
{
    struct vmt_walker walker = {0};
    const struct vmt_region *region = NULL;
    while ((region = vmt_sequence_next(&process->regions, &walker)) != NULL) {
        for (int i = 0; i < VMT_EV_OF_REGION; i++) {
            uint64_t size = 0;
            if (!region_size(region, (enum vmt_evidence)i, &size)) {
                return false;
            }
        }
    }
    return true;
}

/* The layout of a process that lacks some of its sizes has room for none. */
static bool loses_sizes(const struct layout *layout)
{
    struct vmt_walker walker = {0};
    const struct vmt_region *region = NULL;
    while (!layout->sizes &&
           (region = vmt_sequence_next(&layout->process->regions, &walker)) != NULL) {
        if ((region->known & ~(1u << VMT_EV_VIRTUAL)) != 0) {
            return true;
        }
    }
    return false;
}

static bool any_whole(const struct vmt_process *process)
{
    for (int member = 0; member < VMT_MEMBER_COUNT; member++) {
        if (member != VMT_FOOTPRINT && member != VMT_FOOTPRINT_PEAK &&
            process->whole.of[member].bounded) {
            return true;
        }
    }
    return false;
}

static enum vmt_status put_process(struct vmt_output *output, const struct vmt_process *process,
                                   const struct vmt_allocator *allocator, unsigned *losses,
                                   struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    const struct layout layout = {
        .output = output,
        .allocator = allocator,
        .process = process,
        .sizes = each_region_has_sizes(process),
    };
    put_header(&layout);
    if (process->regions.count > 0) {
        status = put_regions(&layout, err);
    }
    bool table = vmt_layout_table(output, process);
    bool zones = vmt_layout_zones(output, process);
    *losses |= process->stated.count > 0 && !table ? 1u << VMT_LOSS_TABLES : 0;
    *losses |= process->zones.count > 0 && !zones ? 1u << VMT_LOSS_ZONES : 0;
    *losses |= loses_sizes(&layout) ? 1u << VMT_LOSS_SIZES : 0;
    *losses |= process->kernel_counts ? 1u << VMT_LOSS_KERNEL_COUNTS : 0;
    *losses |= process->facts.count > 0 && !has_header_of_vmmap(process) ? 1u << VMT_LOSS_FACTS : 0;
    *losses |= any_whole(process) ? 1u << VMT_LOSS_TOTALS : 0;
    *losses |= process->fault.stated || process->reason != NULL || process->states != NULL
                   ? 1u << VMT_LOSS_FAULT
                   : 0;
    return status;
}

enum vmt_status vmt_layout_vmmap(const struct vmt_snapshot *snapshot,
                                 const struct vmt_allocator *allocator, struct vmt_sink *sink,
                                 unsigned *losses, struct vmt_error *err)
{
    struct vmt_output *output = allocator->allocate(allocator->self, sizeof *output);
    if (output == NULL) {
        return vmt_fail_nomem(err);
    }
    *losses = snapshot->hosts.count > 0 ? 1u << VMT_LOSS_HOSTS : 0;
    vmt_output_init(output, sink);
    struct vmt_walker walker = {0};
    const struct vmt_process *process = vmt_sequence_next(&snapshot->processes, &walker);
    enum vmt_status status = VMT_OK;
    for (; process != NULL && status == VMT_OK;
         process = vmt_sequence_next(&snapshot->processes, &walker)) {
        status = put_process(output, process, allocator, losses, err);
    }
    vmt_output_flush(output);
    if (status == VMT_OK) {
        status = vmt_output_status(output, err);
    }
    allocator->release(allocator->self, output);
    return status;
}
