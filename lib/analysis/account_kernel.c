/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/account_kernel.h"

#include "analysis/account_parts.h"

/* What the fields of smaps come to (Linux, fs/proc/task_mmu.c).
 *
 *  1  A page counts as private while one page table entry in the machine holds it, else as shared.
 *     The four counts add up to Rss, which is what ps means by RSS.  They are exact.  Large folios
 *     of kernels with CONFIG_NO_PAGE_MAPCOUNT have averages instead; the text does not tell.
 *  2  Pss is cut to whole kB, mapping by mapping, after each page's part was cut to 1/4096 of a
 *     byte.  It is no less than what is private, no more than Rss.
 *  3  Swap counts swapped pages; SwapPss divides each by those who have it.  With p private and s
 *     shared by two or more, p <= SwapPss <= p + s/2.  Of shared memory Swap counts pages of the
 *     object too, whoever uses them, and SwapPss does not.
 *  4  Anonymous counts resident pages that no file and no shared memory holds.  Shared memory has
 *     no file on disk behind it and is swapped like anonymous memory: it is counted as such, though
 *     the kernel does not.  A file on a tmpfs cannot be told from one on a disk.
 *  5  LazyFree pages were given up (MADV_FREE): the kernel drops them when it needs memory.
 *  6  Pages of hugetlb are in none of these; Linux counts them in no resident size. */

#define KILOBYTE 1024
/* The least that a page can have. */
#define PAGE 4096

#define COUNTS                                                                             \
    (UINT32_C(1) << VMT_MAPPING_PRIVATE_CLEAN | UINT32_C(1) << VMT_MAPPING_PRIVATE_DIRTY | \
     UINT32_C(1) << VMT_MAPPING_SHARED_CLEAN | UINT32_C(1) << VMT_MAPPING_SHARED_DIRTY)

/* At most 64 bits. */
static uint64_t plus(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

bool vmt_account_is_counted(const struct vmt_region *region)
{
    return region->mapping != NULL && (region->mapping->known & COUNTS) == COUNTS &&
           (region->known & 1u << VMT_EV_RESIDENT) != 0;
}

/* A proportional size as the kernel prints it, of `all` bytes of which `own` are of nobody else. */
static struct vmt_amount proportional(uint64_t stated, uint64_t own, uint64_t all)
{
    uint64_t cut = plus(KILOBYTE - 1, all / PAGE / 4096);
    uint64_t upper = vmt_least(plus(stated, cut), all);
    uint64_t lower = vmt_least(vmt_most(stated, own), upper);
    return vmt_estimate(lower, lower, upper);
}

/* Swapped pages that nobody else has; `object`: pages of a shared object may be among them. */
static struct vmt_amount swapped_private(uint64_t swapped, struct vmt_amount share, bool object)
{
    if (!share.known) {
        return vmt_estimate(object ? 0 : swapped, 0, swapped);
    }
    /* If two have each shared page, which is the least that is shared: twice the share less all. */
    uint64_t value = vmt_least(share.value, swapped);
    uint64_t lower = value - vmt_least(value, swapped - value);
    uint64_t upper = object ? swapped : vmt_least(share.upper, swapped);
    return vmt_estimate(lower, lower, vmt_most(upper, lower));
}

static bool known(const struct vmt_mapping *mapping, enum vmt_mapping_field field)
{
    return (mapping->known & UINT32_C(1) << field) != 0;
}

static void add(struct vmt_amounts *amounts, enum vmt_member member, struct vmt_amount amount)
{
    vmt_amount_add(&amounts->of[member], amount);
}

static void add_swapped(struct vmt_amounts *amounts, const struct vmt_region *region)
{
    if ((region->known & 1u << VMT_EV_SWAPPED) == 0) {
        static const enum vmt_member members[] = {VMT_SWAPPED, VMT_SWAPPED_PRIVATE,
                                                  VMT_SWAPPED_SHARED, VMT_SWAP_PSS};
        for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
            amounts->of[members[i]] = VMT_UNKNOWN;
        }
        return;
    }
    const struct vmt_mapping *mapping = region->mapping;
    uint64_t swapped = region->stated[VMT_EV_SWAPPED].value;
    bool object = region->type->class == VMT_CLASS_SHARED_MEMORY ||
                  region->type->class == VMT_CLASS_FILE || region->type->class == VMT_CLASS_DATA;
    struct vmt_amount share = VMT_UNKNOWN;
    if (known(mapping, VMT_MAPPING_SWAP_PSS)) {
        share = proportional(mapping->fields[VMT_MAPPING_SWAP_PSS], 0, swapped);
    }
    struct vmt_amount private = swapped_private(swapped, share, object);
    add(amounts, VMT_SWAPPED, vmt_exactly(swapped));
    add(amounts, VMT_SWAPPED_PRIVATE, private);
    add(amounts, VMT_SWAPPED_SHARED,
        vmt_estimate(swapped - private.value, swapped - private.upper, swapped - private.lower));
    if (share.known && object) {
        share.upper = swapped;
    }
    add(amounts, VMT_SWAP_PSS, share.known ? share : vmt_between(private.lower, swapped));
}

/* [vdso] and its like: pages of the kernel itself, neither anonymous nor of a file. */
static bool is_of_kernel(const struct vmt_type *type)
{
    return type->class == VMT_CLASS_CODE || type->class == VMT_CLASS_DATA;
}

/* Rule 4. */
static void add_nature(struct vmt_amounts *amounts, const struct vmt_region *region,
                       uint64_t resident, uint64_t dirty)
{
    const struct vmt_mapping *mapping = region->mapping;
    enum vmt_nature nature = region->type->nature;
    struct vmt_amount anonymous = vmt_exactly(resident);
    struct vmt_amount file = vmt_exactly(0);
    if (nature != VMT_NATURE_ANONYMOUS && known(mapping, VMT_MAPPING_ANONYMOUS)) {
        uint64_t copies = vmt_least(mapping->fields[VMT_MAPPING_ANONYMOUS], resident);
        uint64_t rest = resident - copies;
        uint64_t doubt = nature == VMT_NATURE_FILE || is_of_kernel(region->type) ? 0 : rest;
        anonymous = vmt_estimate(copies, copies, copies + doubt);
        file = nature == VMT_NATURE_FILE ? vmt_exactly(rest) : vmt_estimate(0, 0, doubt);
    } else if (nature != VMT_NATURE_ANONYMOUS) { /* before 2.6.37: what was written was copied */
        uint64_t copies =
            region->sharing == VMT_SHARING_MAP_PRIVATE ? vmt_least(dirty, resident) : UINT64_C(0);
        anonymous = vmt_estimate(copies, 0, resident);
        file = vmt_estimate(resident - copies, 0, resident);
    }
    add(amounts, VMT_ANONYMOUS, anonymous);
    add(amounts, VMT_ANONYMOUS,
        (region->known & 1u << VMT_EV_SWAPPED) != 0
            ? vmt_exactly(region->stated[VMT_EV_SWAPPED].value)
            : VMT_UNKNOWN);
    add(amounts, VMT_FILE_BACKED, file);
}

void vmt_account_counted(struct vmt_amounts *amounts, const struct vmt_region *region)
{
    const struct vmt_mapping *mapping = region->mapping;
    const uint64_t *fields = mapping->fields;
    uint64_t resident = region->stated[VMT_EV_RESIDENT].value;
    struct vmt_amount dirty = vmt_exactly(fields[VMT_MAPPING_PRIVATE_DIRTY]);
    struct vmt_amount clean = vmt_exactly(fields[VMT_MAPPING_PRIVATE_CLEAN]);
    struct vmt_amount own = dirty;
    vmt_amount_add(&own, clean);
    add(amounts, VMT_PRIVATE_DIRTY, dirty);
    add(amounts, VMT_PRIVATE_CLEAN, clean);
    add(amounts, VMT_SHARED_DIRTY, vmt_exactly(fields[VMT_MAPPING_SHARED_DIRTY]));
    add(amounts, VMT_SHARED_CLEAN, vmt_exactly(fields[VMT_MAPPING_SHARED_CLEAN]));
    vmt_amount_add(&dirty, vmt_exactly(fields[VMT_MAPPING_SHARED_DIRTY]));
    vmt_amount_add(&clean, vmt_exactly(fields[VMT_MAPPING_SHARED_CLEAN]));
    add(amounts, VMT_DIRTY, dirty);
    add(amounts, VMT_CLEAN, clean);
    add(amounts, VMT_RESIDENT, vmt_exactly(resident));
    add(amounts, VMT_RSS, vmt_exactly(resident));
    add(amounts, VMT_PSS,
        known(mapping, VMT_MAPPING_PSS) ? proportional(fields[VMT_MAPPING_PSS], own.lower, resident)
                                        : vmt_between(vmt_least(own.lower, resident), resident));
    add_swapped(amounts, region);
    add_nature(amounts, region, resident, dirty.value);
    add(amounts, VMT_RECLAIMABLE, vmt_exactly(fields[VMT_MAPPING_LAZY_FREE]));
    if (region->type->nature == VMT_NATURE_ANONYMOUS) { /* the allocator alone knows */
        amounts->of[VMT_HEAP_KEPT_EMPTY] = VMT_UNKNOWN;
    }
}

/* --- totals ----------------------------------------------------------------------------------- */

static void derive_sum(struct vmt_amounts *whole, enum vmt_member sum, enum vmt_member first,
                       enum vmt_member second)
{
    if (!whole->of[sum].bounded) {
        whole->of[sum] = whole->of[first];
        vmt_amount_add(&whole->of[sum], whole->of[second]);
    }
}

void vmt_account_whole(struct vmt_amounts *whole)
{
    struct vmt_amount *of = whole->of;
    derive_sum(whole, VMT_DIRTY, VMT_PRIVATE_DIRTY, VMT_SHARED_DIRTY);
    derive_sum(whole, VMT_CLEAN, VMT_PRIVATE_CLEAN, VMT_SHARED_CLEAN);
    derive_sum(whole, VMT_USS, VMT_PRIVATE_CLEAN, VMT_PRIVATE_DIRTY);
    if (!of[VMT_SWAPPED_PRIVATE].bounded && of[VMT_SWAPPED].known && of[VMT_SWAP_PSS].known) {
        uint64_t swapped = of[VMT_SWAPPED].value;
        struct vmt_amount private = swapped_private(swapped, of[VMT_SWAP_PSS], true);
        of[VMT_SWAPPED_PRIVATE] = private;
        of[VMT_SWAPPED_SHARED] =
            vmt_estimate(swapped - private.value, swapped - private.upper, swapped - private.lower);
    }
    derive_sum(whole, VMT_PRIVATE_FOOTPRINT, VMT_PRIVATE_DIRTY, VMT_SWAPPED_PRIVATE);
    if (!of[VMT_FILE_BACKED].bounded && of[VMT_ANONYMOUS].bounded && of[VMT_RESIDENT].bounded &&
        of[VMT_SWAPPED].bounded) {
        /* What is resident and not anonymous: as much as nothing anonymous is swapped. */
        uint64_t resident = of[VMT_RESIDENT].upper;
        uint64_t least_resident = of[VMT_ANONYMOUS].lower;
        least_resident -= vmt_least(least_resident, of[VMT_SWAPPED].upper);
        of[VMT_FILE_BACKED] = vmt_between(0, resident - vmt_least(resident, least_resident));
    }
}
