/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report/layout.h"

#include <inttypes.h>
#include <stdio.h>

#include "analysis/account.h"
#include "report/utf8.h"

/* Where the kernel puts the name of a mapping. */
#define NAME_COLUMN 73

static void put_field(struct vmt_output *output, const char *key, uint64_t bytes)
{
    char line[64];
    uint64_t kib = bytes / 1024 + (bytes % 1024 >= 512 ? 1 : 0);
    snprintf(line, sizeof line, "%-16s%8" PRIu64 " kB\n", key, kib);
    vmt_put_string(output, line);
}

static void put_amount(struct vmt_output *output, const char *key, struct vmt_amount amount)
{
    if (amount.known) {
        put_field(output, key, amount.value);
    }
}

/* Whether other processes may write what is in it: `s`, against `p`. */
static bool is_shared(const struct vmt_region *region)
{
    switch ((enum vmt_sharing)region->sharing) {
    case VMT_SHARING_MAP_SHARED:
    case VMT_SHARING_ALI:
    case VMT_SHARING_SA:
        return true;
    case VMT_SHARING_SHM:
        return region->type->class != VMT_CLASS_HEAP &&
               region->type->class != VMT_CLASS_HEAP_KEPT_EMPTY && !region->type->true_shared_heap;
    case VMT_SHARING_UNKNOWN:
    case VMT_SHARING_COW:
    case VMT_SHARING_PRV:
    case VMT_SHARING_NUL:
    case VMT_SHARING_ZER:
    case VMT_SHARING_LPG:
    case VMT_SHARING_MAP_PRIVATE:
    case VMT_SHARING_COUNT:
        break;
    }
    return false;
}

/* The kernel's own name of a mapping; that of a type as the name of anonymous memory. */
static void put_name(struct vmt_output *output, const struct vmt_region *region)
{
    if (region->mapping != NULL) {
        if (region->detail != NULL) {
            vmt_put_shown(output, vmt_string_slice(region->detail));
        }
        return;
    }
    if (region->detail != NULL && vmt_slice_starts(vmt_string_slice(region->detail), "/")) {
        vmt_put_shown(output, vmt_string_slice(region->detail));
        return;
    }
    vmt_put_string(output, "[anon:");
    vmt_put_shown(output, vmt_string_slice(region->type->printed));
    vmt_put_char(output, ']');
}

static void put_heading(struct vmt_output *output, const struct vmt_region *region)
{
    static const struct vmt_mapping none = {.offset = 0};
    const struct vmt_mapping *mapping = region->mapping != NULL ? region->mapping : &none;
    char text[128];
    int length = snprintf(
        text, sizeof text,
        "%08" PRIx64 "-%08" PRIx64 " %c%c%c%c %08" PRIx64 " %02" PRIx32 ":%02" PRIx32 " %" PRIu64
        " ",
        region->start, region->end, (region->protection & VMT_PROT_READ) != 0 ? 'r' : '-',
        (region->protection & VMT_PROT_WRITE) != 0 ? 'w' : '-',
        (region->protection & VMT_PROT_EXECUTE) != 0 ? 'x' : '-', is_shared(region) ? 's' : 'p',
        mapping->offset, mapping->device_major, mapping->device_minor, mapping->inode);
    vmt_put_string(output, text);
    bool named = region->mapping == NULL || region->detail != NULL;
    if (named) {
        vmt_put_blanks(output, length < NAME_COLUMN ? (size_t)(NAME_COLUMN - length) : 0);
        put_name(output, region);
    }
    vmt_put_char(output, '\n');
}

/* Fields in the kernel's order. */
static const struct {
    const char *key;
    enum vmt_mapping_field field;
} counts[] = {
    {"Pss:", VMT_MAPPING_PSS},
    {"Pss_Dirty:", VMT_MAPPING_PSS_DIRTY},
    {"Shared_Clean:", VMT_MAPPING_SHARED_CLEAN},
    {"Shared_Dirty:", VMT_MAPPING_SHARED_DIRTY},
    {"Private_Clean:", VMT_MAPPING_PRIVATE_CLEAN},
    {"Private_Dirty:", VMT_MAPPING_PRIVATE_DIRTY},
    {"Referenced:", VMT_MAPPING_REFERENCED},
    {"Anonymous:", VMT_MAPPING_ANONYMOUS},
    {"KSM:", VMT_MAPPING_KSM},
    {"LazyFree:", VMT_MAPPING_LAZY_FREE},
    {"AnonHugePages:", VMT_MAPPING_ANON_HUGE_PAGES},
    {"ShmemPmdMapped:", VMT_MAPPING_SHMEM_PMD_MAPPED},
    {"FilePmdMapped:", VMT_MAPPING_FILE_PMD_MAPPED},
    {"Shared_Hugetlb:", VMT_MAPPING_SHARED_HUGETLB},
    {"Private_Hugetlb:", VMT_MAPPING_PRIVATE_HUGETLB},
};

static void put_kernel_counts(struct vmt_output *output, const struct vmt_region *region)
{
    const struct vmt_mapping *mapping = region->mapping;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        if ((mapping->known >> counts[i].field & 1) != 0) {
            put_field(output, counts[i].key, mapping->fields[counts[i].field]);
        }
    }
    if ((region->known >> VMT_EV_SWAPPED & 1) != 0) {
        put_field(output, "Swap:", region->stated[VMT_EV_SWAPPED].value);
    }
    if ((mapping->known >> VMT_MAPPING_SWAP_PSS & 1) != 0) {
        put_field(output, "SwapPss:", mapping->fields[VMT_MAPPING_SWAP_PSS]);
    }
    if ((mapping->known >> VMT_MAPPING_LOCKED & 1) != 0) {
        put_field(output, "Locked:", mapping->fields[VMT_MAPPING_LOCKED]);
    }
    if (mapping->flags != NULL) {
        vmt_put_string(output, "VmFlags: ");
        vmt_put_shown(output, vmt_string_slice(mapping->flags));
        vmt_put_char(output, '\n');
    }
}

/* What private and shared are taken for by the rules of the accounting. */
static void put_estimates(struct vmt_output *output, const struct vmt_account *account,
                          const struct vmt_region *region)
{
    struct vmt_amounts amounts;
    vmt_account_start(&amounts);
    vmt_account_region(&amounts, account, region);
    put_amount(output, "Shared_Clean:", amounts.of[VMT_SHARED_CLEAN]);
    put_amount(output, "Shared_Dirty:", amounts.of[VMT_SHARED_DIRTY]);
    put_amount(output, "Private_Clean:", amounts.of[VMT_PRIVATE_CLEAN]);
    put_amount(output, "Private_Dirty:", amounts.of[VMT_PRIVATE_DIRTY]);
    put_amount(output, "Anonymous:", amounts.of[VMT_ANONYMOUS]);
    put_amount(output, "Swap:", amounts.of[VMT_SWAPPED]);
}

static void put_region(struct vmt_output *output, const struct vmt_process *process,
                       const struct vmt_account *account, const struct vmt_region *region)
{
    put_heading(output, region);
    put_field(output, "Size:", region->end - region->start);
    const struct vmt_mapping *mapping = region->mapping;
    if (mapping != NULL && (mapping->known >> VMT_MAPPING_KERNEL_PAGE_SIZE & 1) != 0) {
        put_field(output, "KernelPageSize:", mapping->fields[VMT_MAPPING_KERNEL_PAGE_SIZE]);
        put_field(output, "MMUPageSize:", mapping->fields[VMT_MAPPING_MMU_PAGE_SIZE]);
    } else if (process->page_size > 0) {
        put_field(output, "KernelPageSize:", process->page_size);
        put_field(output, "MMUPageSize:", process->page_size);
    }
    if ((region->known >> VMT_EV_RESIDENT & 1) != 0) {
        put_field(output, "Rss:", region->stated[VMT_EV_RESIDENT].value);
    }
    if (mapping != NULL) {
        put_kernel_counts(output, region);
    } else {
        put_estimates(output, account, region);
    }
}

static unsigned losses_of(const struct vmt_process *process)
{
    bool dump = !process->kernel_counts && process->regions.count > 0;
    unsigned losses = dump ? 1u << VMT_LOSS_ESTIMATES | 1u << VMT_LOSS_MODES : 0;
    for (int member = 0; member < VMT_MEMBER_COUNT; member++) {
        losses |= process->whole.of[member].bounded ? 1u << VMT_LOSS_TOTALS : 0;
    }
    losses |= process->stated.count > 0 ? 1u << VMT_LOSS_TABLES : 0;
    losses |= process->zones.count > 0 ? 1u << VMT_LOSS_ZONES : 0;
    losses |= process->facts.count > 0 ? 1u << VMT_LOSS_FACTS : 0;
    losses |= process->fault.stated || process->reason != NULL ? 1u << VMT_LOSS_FAULT : 0;
    return losses;
}

/* By address, as Linux has them: a lower one begins another process. */
static enum vmt_status put_process(struct vmt_output *output, const struct vmt_process *process,
                                   const struct vmt_allocator *allocator, unsigned *losses,
                                   struct vmt_error *err)
{
    const struct vmt_account account = vmt_account_for(process);
    const struct vmt_region **regions = vmt_layout_by_address(process, allocator);
    if (regions == NULL) {
        return vmt_fail_nomem(err);
    }
    for (size_t i = 0; i < process->regions.count; i++) {
        if (regions[i]->ranged && regions[i]->type->class != VMT_CLASS_SUBMAP) {
            put_region(output, process, &account, regions[i]);
        } else {
            *losses |= 1u << VMT_LOSS_UNRANGED;
        }
    }
    allocator->release(allocator->self, (void *)regions);
    return VMT_OK;
}

static void put_title(struct vmt_output *output, const struct vmt_process *process, bool first)
{
    vmt_put_string(output, first ? "==> /proc/" : "\n==> /proc/");
    if (process->pid_known) {
        vmt_put_u64(output, process->pid);
    } else {
        vmt_put_string(output, "self");
    }
    vmt_put_string(output, "/smaps <==\n");
}

enum vmt_status vmt_layout_smaps(const struct vmt_snapshot *snapshot,
                                 const struct vmt_allocator *allocator, struct vmt_sink *sink,
                                 unsigned *losses, struct vmt_error *err)
{
    struct vmt_output *output = allocator->allocate(allocator->self, sizeof *output);
    if (output == NULL) {
        return vmt_fail_nomem(err);
    }
    *losses = snapshot->hosts.count > 0 ? 1u << VMT_LOSS_HOSTS : 0;
    vmt_output_init(output, sink);
    bool first = true;
    enum vmt_status status = VMT_OK;
    struct vmt_walker walker = {0};
    const struct vmt_process *process = vmt_sequence_next(&snapshot->processes, &walker);
    for (; process != NULL && status == VMT_OK;
         process = vmt_sequence_next(&snapshot->processes, &walker)) {
        *losses |= losses_of(process);
        if (process->regions.count > 0) {
            if (snapshot->processes.count > 1) {
                put_title(output, process, first);
            }
            status = put_process(output, process, allocator, losses, err);
            first = false;
        }
    }
    vmt_output_flush(output);
    if (status == VMT_OK) {
        status = vmt_output_status(output, err);
    }
    allocator->release(allocator->self, output);
    return status;
}
