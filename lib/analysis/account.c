/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/account.h"

#include "analysis/account_kernel.h"

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
 * Regions that the kernel has counted follow account_kernel.c after rule 2.
 *
 * Dirty and swapped pages of a region are held in its object; resident counts all pages found in
 * the object, and so is an upper bound of what the process has in its page tables. */

/* How sure it is whose a part of a region is. */
enum owner {
    OWNER_PRIVATE,
    OWNER_PROBABLY_PRIVATE, /* estimate private, bounds from nothing to all */
    OWNER_UNKNOWN,          /* no estimate */
    OWNER_PROBABLY_SHARED,
    OWNER_SHARED
};

struct owners {
    enum owner clean;
    enum owner dirty;
    enum owner swapped;
};

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

static void add(struct vmt_amounts *amounts, enum vmt_member member, struct vmt_amount amount)
{
    bool nothing = amount.known && amount.upper == 0;
    if (!nothing) {
        vmt_amount_add(&amounts->of[member], amount);
    }
}

/* Add a part of a region to the member that it is in, and its doubts to the other. */
static void split(struct vmt_amounts *amounts, enum vmt_member private, enum vmt_member shared,
                  struct vmt_amount amount, enum owner owner)
{
    if (amount.upper == 0) {
        return;
    }
    struct vmt_amount rest = vmt_estimate(0, 0, amount.upper);
    switch (owner) {
    case OWNER_PRIVATE:
        add(amounts, private, amount);
        break;
    case OWNER_PROBABLY_PRIVATE:
        add(amounts, private, vmt_amount_from_zero(amount));
        add(amounts, shared, rest);
        break;
    case OWNER_UNKNOWN:
        add(amounts, private, vmt_between(0, amount.upper));
        add(amounts, shared, vmt_between(0, amount.upper));
        break;
    case OWNER_PROBABLY_SHARED:
        add(amounts, private, rest);
        add(amounts, shared, vmt_amount_from_zero(amount));
        break;
    case OWNER_SHARED:
        add(amounts, shared, amount);
        break;
    }
}

/* The evidence of one region or row, made consistent. */
struct parts {
    struct vmt_amount virtual;
    struct vmt_amount resident;
    struct vmt_amount clean;
    struct vmt_amount dirty;
    struct vmt_amount swapped;
};

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t most(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static struct vmt_amount at_most(struct vmt_amount amount, uint64_t limit)
{
    return (struct vmt_amount){least(amount.value, limit), least(amount.lower, limit),
                               least(amount.upper, limit), amount.known, amount.bounded};
}

/* Resident, by what else is stated: vmmap of 26.x counts swapped pages of some purgeable rows in it
 * too, and rows in which more is dirty than resident were seen. */
static unsigned reconcile(struct parts *parts, bool may_include_swapped)
{
    unsigned met = 0;
    struct vmt_amount *resident = &parts->resident;
    uint64_t room = parts->virtual.upper - least(parts->virtual.upper, parts->swapped.lower);
    bool includes = resident->lower > room;
    if (includes || may_include_swapped) {
        uint64_t without = resident->value - least(resident->value, parts->swapped.value);
        uint64_t floor = resident->lower - least(resident->lower, parts->swapped.upper);
        resident->lower = floor;
        if (includes) {
            met |= VMT_MET_RESIDENT_INCLUDES_SWAPPED;
            resident->value = most(without, parts->virtual.value -
                                                least(parts->virtual.value, parts->swapped.value));
            resident->value = most(least(resident->value, resident->upper), resident->lower);
        }
    }
    if (parts->dirty.lower > resident->upper) {
        met |= VMT_MET_DIRTY_EXCEEDS_RESIDENT;
    }
    *resident = (struct vmt_amount){most(resident->value, parts->dirty.value),
                                    most(resident->lower, parts->dirty.lower),
                                    most(resident->upper, parts->dirty.upper), true, true};
    parts->clean = vmt_amount_minus(*resident, parts->dirty);
    return met;
}

/* Stacks and heaps have been placed in the same range. */
static bool in_shared_cache(const struct vmt_account *account, const struct vmt_region *region)
{
    return region->ranged && region->type->nature == VMT_NATURE_FILE &&
           region->start >= account->cache_start && region->end <= account->cache_end;
}

static struct owners all(enum owner owner)
{
    return (struct owners){owner, owner, owner};
}

static bool is_heap(const struct vmt_type *type)
{
    return type->class == VMT_CLASS_HEAP || type->class == VMT_CLASS_HEAP_KEPT_EMPTY ||
           type->true_shared_heap;
}

/* Rules 5 to 9. */
static struct owners owners_by_mode(const struct vmt_account *account,
                                    const struct vmt_region *region, bool in_cache)
{
    switch ((enum vmt_sharing)region->sharing) {
    case VMT_SHARING_PRV:
    case VMT_SHARING_ZER:
    case VMT_SHARING_LPG:
        return all(in_cache ? OWNER_PROBABLY_PRIVATE : OWNER_PRIVATE);
    case VMT_SHARING_COW:
        return (struct owners){in_cache ? OWNER_SHARED : OWNER_PROBABLY_SHARED,
                               OWNER_PROBABLY_PRIVATE, OWNER_PROBABLY_PRIVATE};
    case VMT_SHARING_SHM:
        if (region->type->true_shared_heap && account->true_shared_heap) {
            return all(OWNER_PRIVATE);
        }
        if (is_heap(region->type)) {
            return all(OWNER_PROBABLY_PRIVATE);
        }
        return all(OWNER_PROBABLY_SHARED);
    case VMT_SHARING_ALI:
    case VMT_SHARING_SA:
        return all(OWNER_PROBABLY_SHARED);
    case VMT_SHARING_NUL:
    case VMT_SHARING_UNKNOWN:
    case VMT_SHARING_MAP_PRIVATE: /* Linux says who has its pages in its counts */
    case VMT_SHARING_MAP_SHARED:
    case VMT_SHARING_COUNT:
        break;
    }
    return all(OWNER_UNKNOWN);
}

/* Rules 3 and 4, then the others. */
static struct owners owners_of(const struct vmt_account *account, const struct vmt_region *region)
{
    if (region->submap_depth > 0) {
        return all(OWNER_SHARED);
    }
    struct owners owners = owners_by_mode(account, region, in_shared_cache(account, region));
    if (region->purge == VMT_PURGE_NONVOLATILE) {
        if (owners.dirty != OWNER_PRIVATE) {
            owners.dirty = OWNER_PROBABLY_PRIVATE;
        }
        if (owners.swapped != OWNER_PRIVATE) {
            owners.swapped = OWNER_PROBABLY_PRIVATE;
        }
    }
    return owners;
}

/* Pages without a file behind them: all of anonymous types; of files and images the copies that
 * were made on write, which alone can be swapped. */
static void add_nature(struct vmt_amounts *amounts, const struct vmt_type *type,
                       const struct parts *parts, bool copies)
{
    struct vmt_amount both = parts->resident;
    vmt_amount_add(&both, parts->swapped);
    if (type->nature == VMT_NATURE_ANONYMOUS) {
        add(amounts, VMT_ANONYMOUS, both);
        return;
    }
    struct vmt_amount anonymous = parts->swapped;
    struct vmt_amount file = parts->resident;
    if (type->nature == VMT_NATURE_UNKNOWN) {
        anonymous = both;
        file.value = 0;
    } else if (copies) {
        vmt_amount_add(&anonymous, vmt_amount_from_zero(parts->dirty));
        file = parts->clean;
    }
    anonymous.lower = least(anonymous.value, parts->swapped.lower);
    add(amounts, VMT_ANONYMOUS, vmt_amount_up_to(anonymous, both.upper));
    add(amounts, VMT_FILE_BACKED,
        vmt_amount_up_to(vmt_amount_from_zero(file), parts->resident.upper));
}

static void add_parts(struct vmt_amounts *amounts, const struct vmt_type *type,
                      const struct parts *parts, struct owners owners)
{
    add(amounts, VMT_RESIDENT, parts->resident);
    add(amounts, VMT_CLEAN, parts->clean);
    add(amounts, VMT_DIRTY, parts->dirty);
    add(amounts, VMT_SWAPPED, parts->swapped);
    split(amounts, VMT_PRIVATE_CLEAN, VMT_SHARED_CLEAN, parts->clean, owners.clean);
    split(amounts, VMT_PRIVATE_DIRTY, VMT_SHARED_DIRTY, parts->dirty, owners.dirty);
    split(amounts, VMT_SWAPPED_PRIVATE, VMT_SWAPPED_SHARED, parts->swapped, owners.swapped);
    if (type->class == VMT_CLASS_HEAP_KEPT_EMPTY) {
        add(amounts, VMT_HEAP_KEPT_EMPTY, parts->resident);
        add(amounts, VMT_HEAP_KEPT_EMPTY, parts->swapped);
    }
}

/* Rule 1: memory that is held for the process outside its address space. */
static void add_kernel_memory(struct vmt_amounts *amounts, struct vmt_amount dirty,
                              struct vmt_amount swapped, struct vmt_amount reclaimable)
{
    add(amounts, VMT_PRIVATE_FOOTPRINT, dirty);
    add(amounts, VMT_PRIVATE_FOOTPRINT, swapped);
    add(amounts, VMT_RECLAIMABLE, reclaimable);
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

/* The parts of a region, none of them beyond the whole: rounding cannot carry them there. */
static unsigned take_parts(struct parts *parts, const struct vmt_region *region)
{
    struct vmt_amount *const of[] = {[VMT_EV_RESIDENT] = &parts->resident,
                                     [VMT_EV_DIRTY] = &parts->dirty,
                                     [VMT_EV_SWAPPED] = &parts->swapped};
    const uint64_t whole = parts->virtual.upper;
    unsigned met = 0;
    for (size_t i = 0; i < sizeof of / sizeof of[0]; i++) {
        if (of[i] != NULL) {
            const struct vmt_amount amount = vmt_amount_of(region->stated[i]);
            met |= amount.lower > whole ? VMT_MET_EXCEEDS_VIRTUAL : 0u;
            *of[i] = at_most(amount, whole);
        }
    }
    return met;
}

bool vmt_account_in_cache(const struct vmt_account *account, const struct vmt_region *region)
{
    return region->submap_depth > 0 || in_shared_cache(account, region);
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
    struct parts parts = {.virtual = stated(region->stated, region->known, VMT_EV_VIRTUAL)};
    add(amounts, VMT_VIRTUAL, parts.virtual);
    if (vmt_account_is_address_space(region)) {
        add(amounts, VMT_RESERVED, parts.virtual);
        return 0;
    }
    if (vmt_account_is_counted(region)) {
        vmt_account_counted(amounts, region);
        return 0;
    }
    if (region->mapping != NULL && vmt_type_is_address_space(region->type)) {
        /* Nobody may touch it, and what it holds is not told: nothing, as a rule. */
        add(amounts, VMT_RESERVED, vmt_amount_from_zero(parts.virtual));
    }
    if (is_unopened(region)) {
        add_unopened(amounts, parts.virtual.upper);
        return 0;
    }
    if (region->known != (1u << VMT_EV_OF_REGION) - 1) {
        add_incomplete(amounts, stated(region->stated, region->known, VMT_EV_RESIDENT));
        return 0;
    }
    unsigned met = take_parts(&parts, region);
    if (parts.resident.upper == 0 && parts.dirty.upper == 0 && parts.swapped.upper == 0) {
        return 0;
    }
    struct owners owners = owners_of(account, region);
    met |= reconcile(&parts, region->purge == VMT_PURGE_NONVOLATILE);
    add_parts(amounts, region->type, &parts, owners);
    bool image = region->type->class == VMT_CLASS_CODE || region->type->class == VMT_CLASS_DATA;
    add_nature(amounts, region->type, &parts, image || region->sharing == VMT_SHARING_COW);
    if (region->purge == VMT_PURGE_VOLATILE) {
        add(amounts, VMT_RECLAIMABLE, parts.resident);
    }
    return met |
           (owners.dirty == OWNER_UNKNOWN || owners.clean == OWNER_UNKNOWN ? VMT_MET_UNKNOWN_SHARING
                                                                           : 0u);
}

/* By type alone: what was written is mostly the process's own, what was not is mostly shared where
 * files are behind it. */
static struct owners owners_by_type(const struct vmt_type *type)
{
    if (type->class == VMT_CLASS_SHARED_MEMORY) {
        return all(OWNER_PROBABLY_SHARED);
    }
    enum owner clean =
        type->nature == VMT_NATURE_ANONYMOUS ? OWNER_PROBABLY_PRIVATE : OWNER_PROBABLY_SHARED;
    return (struct owners){clean, OWNER_PROBABLY_PRIVATE, OWNER_PROBABLY_PRIVATE};
}

void vmt_account_stated(struct vmt_amounts *amounts, const struct vmt_stated_row *row)
{
    const struct vmt_type *type = row->type;
    if (type->class == VMT_CLASS_SUBMAP) {
        return;
    }
    struct parts parts = {.virtual = stated(row->stated, row->known, VMT_EV_VIRTUAL),
                          .resident = stated(row->stated, row->known, VMT_EV_RESIDENT),
                          .dirty = stated(row->stated, row->known, VMT_EV_DIRTY),
                          .swapped = stated(row->stated, row->known, VMT_EV_SWAPPED)};
    const struct vmt_amount reclaimable = stated(row->stated, row->known, VMT_EV_VOLATILE);
    if (type->class == VMT_CLASS_KERNEL) {
        add_kernel_memory(amounts, parts.dirty, parts.swapped, reclaimable);
        return;
    }
    add(amounts, VMT_VIRTUAL, parts.virtual);
    if (is_address_space(type, false, row->stated)) {
        add(amounts, VMT_RESERVED, parts.virtual);
        return;
    }
    if (!parts.resident.known || !parts.dirty.known || !parts.swapped.known) {
        add_incomplete(amounts, parts.resident);
        amounts->of[VMT_RESERVED] = VMT_UNKNOWN;
        return;
    }
    /* Ranges without memory hide in any row: as many as nothing is resident or swapped in. */
    add(amounts, VMT_RESERVED,
        vmt_estimate(0, 0, vmt_amount_minus(parts.virtual, parts.resident).upper));
    /* Some of a row's regions can have their swapped pages in resident, see reconcile(). */
    bool purgeable =
        (row->known & 1u << VMT_EV_NONVOLATILE) == 0 || row->stated[VMT_EV_NONVOLATILE].value > 0;
    (void)reconcile(&parts, purgeable);
    add_parts(amounts, type, &parts, owners_by_type(type));
    add_nature(amounts, type, &parts,
               type->class == VMT_CLASS_CODE || type->class == VMT_CLASS_DATA);
    add(amounts, VMT_RECLAIMABLE, reclaimable);
}

void vmt_account_finish(struct vmt_amounts *amounts, bool kernel_counts)
{
    struct vmt_amount *of = amounts->of;
    add(amounts, VMT_PRIVATE_FOOTPRINT, of[VMT_PRIVATE_DIRTY]);
    add(amounts, VMT_PRIVATE_FOOTPRINT, of[VMT_SWAPPED_PRIVATE]);
    of[VMT_USS] = of[VMT_PRIVATE_CLEAN];
    vmt_amount_add(&of[VMT_USS], of[VMT_PRIVATE_DIRTY]);
    if (of[VMT_USS].bounded && of[VMT_RESIDENT].bounded) {
        /* What is clean is not dirty: the limits of both parts are not reached together. */
        of[VMT_USS] = at_most(of[VMT_USS], of[VMT_RESIDENT].upper);
    }
    if (kernel_counts) {
        return;
    }
    /* One process alone does not tell by how many its shared pages are to be divided. */
    of[VMT_PSS] = of[VMT_RSS] = of[VMT_SWAP_PSS] = VMT_UNKNOWN;
    if (of[VMT_RESIDENT].bounded && of[VMT_USS].bounded) {
        of[VMT_PSS] =
            vmt_between(least(of[VMT_USS].lower, of[VMT_RESIDENT].upper), of[VMT_RESIDENT].upper);
        of[VMT_RSS] = vmt_between(0, of[VMT_RESIDENT].upper);
    }
    if (of[VMT_SWAPPED].bounded && of[VMT_SWAPPED_PRIVATE].bounded) {
        of[VMT_SWAP_PSS] = vmt_between(least(of[VMT_SWAPPED_PRIVATE].lower, of[VMT_SWAPPED].upper),
                                       of[VMT_SWAPPED].upper);
    }
}
