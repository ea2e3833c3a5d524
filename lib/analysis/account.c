/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/account.h"

#include "analysis/account_kernel.h"
#include "analysis/account_object.h"
#include "analysis/account_parts.h"

/* The rules, in the order in which they are tried for a region.
 *
 *  1  A submap row is a window on others: nothing.  Memory that the kernel holds for the process
 *     (page tables, owned memory that is not mapped) is footprint, not resident.
 *  2  Guard, reserved and NUL ranges with nothing stated in them are address space only.
 *  3  Content of a machine-wide submap is shared (where no more is told than how large it is, any
 *     part of it can be resident), and so are clean pages in the range of the shared
 *     cache.  What was written there is an entry of the process's own, cut out of the submap (XNU
 *     vm_map.c): its written pages are taken as private, without certainty.
 *  4  PURGE=N: written and swapped pages are charged to this process (the nonvolatile purgeable
 *     ledgers of XNU), whatever the sharing mode; another process can map them too.
 *  5  PRV, ZER and LPG: all references to the object come from this process: private.
 *  6  COW: written pages are the process's own copies, the rest is shared.  After a fork a relative
 *     can hold the same written pages, and a file that nobody else maps has clean pages of its own:
 *     both bounds are wide.
 *  7  SHM on a heap: macOS 14 and later make most malloc objects true-shared at birth, and an
 * object clipped into several entries shows several references though all are ours (XNU vm_map.c,
 *     vm_memory_malloc_no_cow): private.  Large allocations are not among them, and older systems
 *     do not do it: taken as private, possibly shared.
 *  8  Other SHM, ALI, S/A: shared, possibly all by this process itself.
 *  9  An unknown mode, or NUL with memory in it: no estimate, bounds from nothing to all.
 *
 * Regions that the kernel of Linux has counted follow account_kernel.c after rule 2.  Where XNU
 * tells of the object behind a region, what account_object.c finds comes before rules 5 to 9, and
 * no place in the shared cache is asked for: rule 3 goes by the submap then.
 *
 * Dirty and swapped pages of a region are held in its object; resident counts all pages found in
 * the object, and so is an upper bound of what the process has in its page tables. */

/* The range of the shared cache by architecture and the release that it came with, XNU
 * osfmk/mach/shared_region.h: the part that all releases from there on have.  The last row that
 * fits counts. */
static const struct {
    const char *arch;
    unsigned macos; /* major release */
    uint64_t start;
    uint64_t end;
} shared_caches[] = {
    {"ARM64", 0, UINT64_C(0x180000000), UINT64_C(0x280000000)},
    {"X86-64", 0, UINT64_C(0x7fff70000000), UINT64_C(0x7fffffe00000)},
    {"X86-64", 11, UINT64_C(0x7fff00000000), UINT64_C(0x7fffffe00000)},
    {"X86-64", 12, UINT64_C(0x7ff800000000), UINT64_C(0x7ffffe000000)},
    {"X86", 0, UINT64_C(0x90000000), UINT64_C(0xb0000000)},
};

struct vmt_account vmt_account_for(const struct vmt_process *process)
{
    struct vmt_account account = {.true_shared_heap = process->macos_major >= 14};
    if (process->arch == NULL) {
        return account;
    }
    struct vmt_slice arch = vmt_string_slice(process->arch);
    for (size_t i = 0; i < sizeof shared_caches / sizeof shared_caches[0]; i++) {
        /* "ARM64E" and "X86-64 (translated)" begin with the name; "X86" must not match them. */
        size_t length = strlen(shared_caches[i].arch);
        if (process->macos_major >= shared_caches[i].macos &&
            vmt_slice_starts(arch, shared_caches[i].arch) &&
            (arch.length == length || arch.data[length] != '-')) {
            account.cache_start = shared_caches[i].start;
            account.cache_end = shared_caches[i].end;
        }
    }
    return account;
}

void vmt_account_start(struct vmt_amounts *amounts)
{
    *amounts = (struct vmt_amounts){0};
    for (int member = 0; member < VMT_MEMBER_COUNT; member++) {
        if (vmt_members[member].kind != VMT_STATED) {
            amounts->of[member] = vmt_exactly(0);
        }
    }
}

/* Something of which no more is known than its address space, and perhaps what is resident; what
 * is reserved is told by the type and the sharing mode. */
static void add_incomplete(struct vmt_amounts *amounts, const struct vmt_amount resident)
{
    for (int member = 0; member < VMT_MEMBER_COUNT; member++) {
        if (vmt_members[member].kind != VMT_STATED && member != VMT_VIRTUAL &&
            member != VMT_RESIDENT && member != VMT_RESERVED) {
            amounts->of[member] = VMT_UNKNOWN;
        }
    }
    vmt_amount_add(&amounts->of[VMT_RESIDENT], resident);
}

/* A submap of which only the size is known: shared, as all in it is, and no more than that. */
static void add_unopened(struct vmt_amounts *amounts, uint64_t size)
{
    static const enum vmt_member members[] = {
        VMT_RESIDENT,     VMT_CLEAN,          VMT_DIRTY,     VMT_SWAPPED,     VMT_SHARED_CLEAN,
        VMT_SHARED_DIRTY, VMT_SWAPPED_SHARED, VMT_ANONYMOUS, VMT_FILE_BACKED,
    };
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        vmt_amount_add(&amounts->of[members[i]], vmt_between(0, size));
    }
}

/* Stacks and heaps have been placed in the same range. */
static bool in_shared_cache(const struct vmt_account *account, const struct vmt_region *region)
{
    return region->ranged && region->type->nature == VMT_NATURE_FILE &&
           region->start >= account->cache_start && region->end <= account->cache_end;
}

static bool is_heap(const struct vmt_type *type)
{
    return type->class == VMT_CLASS_HEAP || type->class == VMT_CLASS_HEAP_KEPT_EMPTY ||
           type->true_shared_heap;
}

/* Rule 7: why a heap is true-shared can be that it was cut in pieces, or that it is shared. */
static enum vmt_owner_kind owner_of_true_shared(const struct vmt_account *account,
                                                const struct vmt_region *region)
{
    if (!is_heap(region->type) || vmt_object_has_others(region)) {
        return VMT_OWNER_PROBABLY_SHARED;
    }
    bool at_birth = region->type->true_shared_heap && account->true_shared_heap;
    return at_birth && region->object == NULL ? VMT_OWNER_PRIVATE : VMT_OWNER_PROBABLY_PRIVATE;
}

/* Rules 5 to 9. */
static struct vmt_owners owners_by_mode(const struct vmt_account *account,
                                        const struct vmt_region *region)
{
    bool in_cache = vmt_account_in_cache(account, region);
    switch ((enum vmt_sharing)region->sharing) {
    case VMT_SHARING_PRV:
    case VMT_SHARING_LPG:
        return vmt_owners_all(in_cache ? VMT_OWNER_PROBABLY_PRIVATE : VMT_OWNER_PRIVATE);
    case VMT_SHARING_ZER: /* what is known of the object has not borne it out */
        return vmt_owners_all(in_cache || region->object != NULL ? VMT_OWNER_PROBABLY_PRIVATE
                                                                 : VMT_OWNER_PRIVATE);
    case VMT_SHARING_COW:
        return (struct vmt_owners){in_cache ? VMT_OWNER_SHARED : VMT_OWNER_PROBABLY_SHARED,
                                   VMT_OWNER_PROBABLY_PRIVATE, VMT_OWNER_PROBABLY_PRIVATE};
    case VMT_SHARING_SHM:
        return vmt_owners_all(owner_of_true_shared(account, region));
    case VMT_SHARING_ALI:
    case VMT_SHARING_SA:
        return vmt_owners_all(VMT_OWNER_PROBABLY_SHARED);
    case VMT_SHARING_NUL:
    case VMT_SHARING_UNKNOWN:
    case VMT_SHARING_MAP_PRIVATE: /* Linux says who has its pages in its counts */
    case VMT_SHARING_MAP_SHARED:
    case VMT_SHARING_COUNT:
        break;
    }
    return vmt_owners_all(VMT_OWNER_UNKNOWN);
}

/* Rules 3 and 4, then the others. */
static struct vmt_owners owners_of(const struct vmt_account *account,
                                   const struct vmt_region *region)
{
    if (region->submap_depth > 0) {
        return vmt_owners_all(VMT_OWNER_SHARED);
    }
    if (vmt_object_is_alone(region)) {
        return vmt_owners_all(VMT_OWNER_PRIVATE);
    }
    struct vmt_owners owners = owners_by_mode(account, region);
    if (region->purge == VMT_PURGE_NONVOLATILE) {
        if (owners.dirty != VMT_OWNER_PRIVATE) {
            owners.dirty = VMT_OWNER_PROBABLY_PRIVATE;
        }
        if (owners.swapped != VMT_OWNER_PRIVATE) {
            owners.swapped = VMT_OWNER_PROBABLY_PRIVATE;
        }
    }
    return owners;
}

/* Rule 1: memory that is held for the process outside its address space. */
static void add_kernel_memory(struct vmt_amounts *amounts, struct vmt_amount dirty,
                              struct vmt_amount swapped, struct vmt_amount reclaimable)
{
    vmt_parts_add_to(amounts, VMT_PRIVATE_FOOTPRINT, dirty);
    vmt_parts_add_to(amounts, VMT_PRIVATE_FOOTPRINT, swapped);
    vmt_parts_add_to(amounts, VMT_RECLAIMABLE, reclaimable);
}

static struct vmt_amount stated(const struct vmt_reading *readings, unsigned known,
                                enum vmt_evidence evidence)
{
    return (known & 1u << evidence) != 0 ? vmt_amount_of(readings[evidence]) : VMT_UNKNOWN;
}

/* Rule 2; `empty` says that the sharing mode, where there is one, is NUL. */
static bool is_address_space(const struct vmt_type *type, bool empty,
                             const struct vmt_reading *readings)
{
    return (empty || vmt_type_is_address_space(type)) && readings[VMT_EV_RESIDENT].value == 0 &&
           readings[VMT_EV_DIRTY].value == 0 && readings[VMT_EV_SWAPPED].value == 0;
}

/* The shared region as proc_pidinfo shows it, from outside. */
static bool is_unopened(const struct vmt_region *region)
{
    return region->object != NULL && region->submap_depth > 0 &&
           region->known == 1u << VMT_EV_VIRTUAL;
}

bool vmt_account_is_address_space(const struct vmt_region *region)
{
    /* Linux lists ranges without saying what is in them (maps): they may hold what was written
     * before nobody may touch them. */
    bool stated = region->mapping == NULL || (region->known & 1u << VMT_EV_RESIDENT) != 0;
    if (is_unopened(region)) {
        return false;
    }
    return stated &&
           is_address_space(region->type, region->sharing == VMT_SHARING_NUL, region->stated);
}

bool vmt_account_in_cache(const struct vmt_account *account, const struct vmt_region *region)
{
    return region->submap_depth > 0 || (region->object == NULL && in_shared_cache(account, region));
}

unsigned vmt_account_region(struct vmt_amounts *amounts, const struct vmt_account *account,
                            const struct vmt_region *region)
{
    if (region->type->class == VMT_CLASS_SUBMAP) {
        return 0;
    }
    if (region->type->class == VMT_CLASS_KERNEL) {
        const struct vmt_amount resident = stated(region->stated, region->known, VMT_EV_RESIDENT);
        add_kernel_memory(amounts, stated(region->stated, region->known, VMT_EV_DIRTY),
                          stated(region->stated, region->known, VMT_EV_SWAPPED),
                          region->purge == VMT_PURGE_VOLATILE ? resident : vmt_exactly(0));
        return 0;
    }
    struct vmt_parts parts = {.virtual = stated(region->stated, region->known, VMT_EV_VIRTUAL)};
    vmt_parts_add_to(amounts, VMT_VIRTUAL, parts.virtual);
    if (vmt_account_is_address_space(region)) {
        vmt_parts_add_to(amounts, VMT_RESERVED, parts.virtual);
        return 0;
    }
    if (vmt_account_is_counted(region)) {
        vmt_account_counted(amounts, region);
        return 0;
    }
    if (region->mapping != NULL && vmt_type_is_address_space(region->type)) {
        /* Nobody may touch it, and what it holds is not told: nothing, as a rule. */
        vmt_parts_add_to(amounts, VMT_RESERVED, vmt_amount_from_zero(parts.virtual));
    }
    if (is_unopened(region)) {
        add_unopened(amounts, parts.virtual.upper);
        return 0;
    }
    if (region->known != (1u << VMT_EV_OF_REGION) - 1) {
        add_incomplete(amounts, stated(region->stated, region->known, VMT_EV_RESIDENT));
        return 0;
    }
    unsigned met = vmt_parts_take(&parts, region);
    bool native = region->object != NULL;
    if (native) {
        vmt_object_take(&parts, region);
    }
    if (parts.resident.upper == 0 && parts.dirty.upper == 0 && parts.swapped.upper == 0) {
        return 0;
    }
    struct vmt_owners owners = owners_of(account, region);
    met |= vmt_parts_reconcile(&parts, !native && region->purge == VMT_PURGE_NONVOLATILE);
    if (native) {
        vmt_object_add(amounts, region, &parts, owners);
    } else {
        vmt_parts_add(amounts, region->type, &parts);
        vmt_parts_add_owned(amounts, &parts, owners);
        vmt_parts_add_nature(amounts, region->type, &parts, region->sharing == VMT_SHARING_COW);
    }
    if (region->purge == VMT_PURGE_VOLATILE) {
        vmt_parts_add_to(amounts, VMT_RECLAIMABLE, parts.resident);
    }
    return met | (owners.dirty == VMT_OWNER_UNKNOWN || owners.clean == VMT_OWNER_UNKNOWN
                      ? VMT_MET_UNKNOWN_SHARING
                      : 0u);
}

/* By type alone: what was written is mostly the process's own, what was not is mostly shared where
 * files are behind it. */
static struct vmt_owners owners_by_type(const struct vmt_type *type)
{
    if (type->class == VMT_CLASS_SHARED_MEMORY) {
        return vmt_owners_all(VMT_OWNER_PROBABLY_SHARED);
    }
    enum vmt_owner_kind clean = type->nature == VMT_NATURE_ANONYMOUS ? VMT_OWNER_PROBABLY_PRIVATE
                                                                     : VMT_OWNER_PROBABLY_SHARED;
    return (struct vmt_owners){clean, VMT_OWNER_PROBABLY_PRIVATE, VMT_OWNER_PROBABLY_PRIVATE};
}

void vmt_account_stated(struct vmt_amounts *amounts, const struct vmt_stated_row *row)
{
    const struct vmt_type *type = row->type;
    if (type->class == VMT_CLASS_SUBMAP) {
        return;
    }
    struct vmt_parts parts = {.virtual = stated(row->stated, row->known, VMT_EV_VIRTUAL),
                              .resident = stated(row->stated, row->known, VMT_EV_RESIDENT),
                              .dirty = stated(row->stated, row->known, VMT_EV_DIRTY),
                              .swapped = stated(row->stated, row->known, VMT_EV_SWAPPED)};
    const struct vmt_amount reclaimable = stated(row->stated, row->known, VMT_EV_VOLATILE);
    if (type->class == VMT_CLASS_KERNEL) {
        add_kernel_memory(amounts, parts.dirty, parts.swapped, reclaimable);
        return;
    }
    vmt_parts_add_to(amounts, VMT_VIRTUAL, parts.virtual);
    if (is_address_space(type, false, row->stated)) {
        vmt_parts_add_to(amounts, VMT_RESERVED, parts.virtual);
        return;
    }
    if (!parts.resident.known || !parts.dirty.known || !parts.swapped.known) {
        add_incomplete(amounts, parts.resident);
        amounts->of[VMT_RESERVED] = VMT_UNKNOWN;
        return;
    }
    /* Ranges without memory hide in any row: as many as nothing is resident or swapped in. */
    vmt_parts_add_to(amounts, VMT_RESERVED,
                     vmt_estimate(0, 0, vmt_amount_minus(parts.virtual, parts.resident).upper));
    /* Some of a row's regions can have their swapped pages in resident, see account_parts.c. */
    bool purgeable =
        (row->known & 1u << VMT_EV_NONVOLATILE) == 0 || row->stated[VMT_EV_NONVOLATILE].value > 0;
    (void)vmt_parts_reconcile(&parts, purgeable);
    vmt_parts_add(amounts, type, &parts);
    vmt_parts_add_owned(amounts, &parts, owners_by_type(type));
    vmt_parts_add_nature(amounts, type, &parts, false);
    vmt_parts_add_to(amounts, VMT_RECLAIMABLE, reclaimable);
}

void vmt_account_finish(struct vmt_amounts *amounts, bool kernel_counts)
{
    struct vmt_amount *of = amounts->of;
    vmt_parts_add_to(amounts, VMT_PRIVATE_FOOTPRINT, of[VMT_PRIVATE_DIRTY]);
    vmt_parts_add_to(amounts, VMT_PRIVATE_FOOTPRINT, of[VMT_SWAPPED_PRIVATE]);
    /* Private for certain and in the lower bound of neither part, see account_object.c. */
    const uint64_t either = of[VMT_USS].lower;
    of[VMT_USS] = of[VMT_PRIVATE_CLEAN];
    vmt_amount_add(&of[VMT_USS], of[VMT_PRIVATE_DIRTY]);
    of[VMT_USS].lower = vmt_least(of[VMT_USS].lower + either, of[VMT_USS].upper);
    if (of[VMT_USS].bounded && of[VMT_RESIDENT].bounded) {
        /* What is clean is not dirty: the limits of both parts are not reached together. */
        of[VMT_USS] = vmt_amount_at_most(of[VMT_USS], of[VMT_RESIDENT].upper);
    }
    if (kernel_counts) {
        return;
    }
    /* One process alone does not tell by how many its shared pages are to be divided. */
    of[VMT_PSS] = of[VMT_RSS] = of[VMT_SWAP_PSS] = VMT_UNKNOWN;
    if (of[VMT_RESIDENT].bounded && of[VMT_USS].bounded) {
        of[VMT_PSS] = vmt_between(vmt_least(of[VMT_USS].lower, of[VMT_RESIDENT].upper),
                                  of[VMT_RESIDENT].upper);
        of[VMT_RSS] = vmt_between(0, of[VMT_RESIDENT].upper);
    }
    if (of[VMT_SWAPPED].bounded && of[VMT_SWAPPED_PRIVATE].bounded) {
        of[VMT_SWAP_PSS] = vmt_between(
            vmt_least(of[VMT_SWAPPED_PRIVATE].lower, of[VMT_SWAPPED].upper), of[VMT_SWAPPED].upper);
    }
}
