/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/account_object.h"

/* What XNU tells of a region's memory object comes to (osfmk/vm/vm_map.c, vm_map_region_walk,
 * vm_map_region_look_for_page).  A page of a region is looked for in the first object of its chain,
 * then in that one's shadow and so on; the first that has it, in memory or compressed, counts.
 *
 *  1  References are those to the first object and, for each shadow that was looked into, those
 *     beyond the one of the object in front of it.  Regions of this process, of others, handles and
 *     pagers all hold some: with as many as regions of this process have the first object there
 *     are no others, in the whole chain.  A pager holds one of a file or a device.  That is so
 *     whatever the label: SHM is what macOS 14 calls a heap that was cut in pieces.
 *  2  ZER says that as many references come from this process as there are, but counts each
 *     region once for every chain that has the object in it, and so can count too many: it is
 *     certain where 1 says so too.
 *  3  COPIED pages lie in objects with a shadow to which nothing leads but this region: private for
 *     certain.  How many of them were written is between what cannot be avoided and all of them; a
 *     copy is made by writing, so as many as can be is the estimate.
 *  4  Other pages of a chain can be private nevertheless: all references may be handles, or other
 *     regions of this process; a relative may have ended; of a file perhaps nobody else has that
 *     page.  No count excludes it, so the upper bound has them all.
 *  5  The counts are blind where several regions of this process have the first object: it has more
 *     than one reference, and nothing counts as copied.  Written pages in front of a file are taken
 *     as copies then.
 *  6  Where each page was asked for, pages in the first object of a chain count as copied by this
 *     region, though after a fork a relative may have that object too: certain where 3 says that it
 *     has one reference.
 *  7  Swapped pages lie in anonymous objects.  In front of a file these are copies, a relative's
 *     perhaps; else they are taken for what most resident pages are.
 *  8  EXTERNAL is told of objects that were looked into: 0 means that all pages that were found are
 *     anonymous, 1 that what was copied is, and no more where there is but one object.
 *  9  Reusable pages are clean, and taken first when memory is short.
 * 10  A superpage is not looked into: all of it is resident, and what was written is not told.  It
 * is anonymous and stays in memory, so all of it is taken as written.
 *
 * Counts of a running process were taken one after the other and need not fit: each is cut at what
 * it is a part of. */

static bool known(const struct vmt_object *object, enum vmt_object_field field)
{
    return (object->known & UINT32_C(1) << field) != 0;
}

/* Rules 1 and 2: how many regions of this process have the object.  Other regions are told by the
 * whole number of the object alone; parts of it can be equal by chance. */
static uint64_t own_of(const struct vmt_object *object)
{
    bool told = known(object, VMT_OBJECT_OWN) && object->id != 0;
    return told ? vmt_most(object->fields[VMT_OBJECT_OWN], 1) : 1;
}

bool vmt_object_is_alone(const struct vmt_region *region)
{
    const struct vmt_object *object = region->object;
    if (object == NULL || !known(object, VMT_OBJECT_REFERENCES)) {
        return false;
    }
    const uint64_t references = object->fields[VMT_OBJECT_REFERENCES];
    const uint64_t own = own_of(object);
    bool pager = known(object, VMT_OBJECT_EXTERNAL) && object->fields[VMT_OBJECT_EXTERNAL] != 0;
    return references == own || (pager && references > 0 && references - 1 == own);
}

bool vmt_object_has_others(const struct vmt_region *region)
{
    const struct vmt_object *object = region->object;
    return object != NULL && object->id != 0 && known(object, VMT_OBJECT_REFERENCES) &&
           known(object, VMT_OBJECT_OWN) && !vmt_object_is_alone(region);
}

bool vmt_object_counts_copies(const struct vmt_region *region)
{
    return region->object != NULL && known(region->object, VMT_OBJECT_COPIED);
}

/* A count of pages and what was stated at another moment; none goes beyond the region. */
static struct vmt_amount counted(const struct vmt_parts *parts, struct vmt_amount stated,
                                 uint64_t count)
{
    count = vmt_least(count, parts->virtual.upper);
    return vmt_estimate(count, vmt_least(count, stated.lower), vmt_most(count, stated.upper));
}

void vmt_object_take(struct vmt_parts *parts, const struct vmt_region *region)
{
    const struct vmt_object *object = region->object;
    const uint64_t *fields = object->fields;
    if (known(object, VMT_OBJECT_PRESENT)) {
        parts->resident = counted(parts, parts->resident, fields[VMT_OBJECT_PRESENT]);
    }
    if (known(object, VMT_OBJECT_PRESENT_DIRTY)) {
        parts->dirty = counted(parts, parts->dirty, fields[VMT_OBJECT_PRESENT_DIRTY]);
    } else if (region->sharing == VMT_SHARING_LPG) {
        parts->dirty = vmt_estimate(parts->resident.value, 0, parts->resident.upper);
        parts->clean = vmt_amount_minus(parts->resident, parts->dirty);
    }
    if (known(object, VMT_OBJECT_SWAPPED)) {
        parts->swapped = counted(parts, parts->swapped, fields[VMT_OBJECT_SWAPPED]);
    }
}

/* --- copied on write -------------------------------------------------------------------------- */

/* What is known of the copies of a region. */
struct copies {
    uint64_t found;   /* by rule 3, private for certain */
    bool of_file;     /* the chain ends in a file, or probably does */
    bool blind;       /* rule 5 */
    bool counted;     /* rule 6: what follows */
    uint64_t first;   /* pages in the first object */
    uint64_t dirty;   /* of them */
    uint64_t swapped; /* in it, too */
};

static struct copies copies_of(const struct vmt_region *region, const struct vmt_parts *parts)
{
    const struct vmt_object *object = region->object;
    const uint64_t *fields = object->fields;
    struct copies copies = {
        .found = vmt_least(fields[VMT_OBJECT_COPIED], parts->resident.value),
        .of_file = known(object, VMT_OBJECT_EXTERNAL) ? fields[VMT_OBJECT_EXTERNAL] != 0
                                                      : region->type->nature == VMT_NATURE_FILE,
        .blind = !known(object, VMT_OBJECT_OWN) || own_of(object) > 1,
        .counted = known(object, VMT_OBJECT_PRESENT_COPIED) &&
                   known(object, VMT_OBJECT_COPIED_DIRTY) &&
                   known(object, VMT_OBJECT_COPIED_SWAPPED),
    };
    if (copies.counted) {
        copies.first = vmt_least(fields[VMT_OBJECT_PRESENT_COPIED], parts->resident.value);
        copies.dirty =
            vmt_least(fields[VMT_OBJECT_COPIED_DIRTY], vmt_least(copies.first, parts->dirty.value));
        /* No more of them are clean than of all. */
        copies.dirty =
            vmt_most(copies.dirty, copies.first - vmt_least(copies.first, parts->clean.value));
        copies.swapped = vmt_least(fields[VMT_OBJECT_COPIED_SWAPPED], parts->swapped.value);
    }
    return copies;
}

/* Of a part of the region so much is private, and `sure` of it for certain; rule 4. */
static void add_private(struct vmt_amounts *amounts, enum vmt_member private,
                        enum vmt_member shared, struct vmt_amount part, struct vmt_amount own)
{
    vmt_parts_add_to(amounts, private, vmt_amount_up_to(own, part.upper));
    vmt_parts_add_to(amounts, shared,
                     vmt_estimate(part.value - own.value, 0, part.upper - own.lower));
}

/* `more` of `rest` pages are private, of which `part` are of one kind: how many private ones are of
 * that kind at least. */
static uint64_t unavoidable(uint64_t more, uint64_t part, uint64_t rest)
{
    uint64_t others = rest - vmt_least(rest, part);
    return more - vmt_least(more, others);
}

/* Rules 3 to 6. */
static void add_resident_copies(struct vmt_amounts *amounts, const struct vmt_parts *parts,
                                const struct copies *copies)
{
    struct vmt_amount dirty = vmt_exactly(0);
    struct vmt_amount clean = vmt_exactly(0);
    if (copies->found > 0) {
        /* The first object is nobody else's. */
        const uint64_t rest = parts->resident.value - copies->first;
        const uint64_t more =
            vmt_least(copies->found - vmt_least(copies->found, copies->first), rest);
        const uint64_t most_rest = parts->resident.upper - copies->first;
        dirty = vmt_exactly(copies->dirty);
        clean = vmt_exactly(copies->first - copies->dirty);
        const uint64_t written = vmt_least(more, parts->dirty.value - dirty.value);
        const uint64_t other_dirty =
            parts->dirty.lower - vmt_least(parts->dirty.lower, dirty.value);
        const uint64_t other_clean =
            parts->clean.lower - vmt_least(parts->clean.lower, clean.value);
        const uint64_t least_dirty = unavoidable(more, other_dirty, most_rest);
        const uint64_t least_clean = unavoidable(more, other_clean, most_rest);
        dirty =
            vmt_estimate(dirty.value + written, dirty.lower + least_dirty, dirty.value + written);
        clean = vmt_estimate(clean.value + more - written, clean.lower + least_clean,
                             clean.value + more - written);
        /* The rest of what is certain is written or not. */
        vmt_parts_add_to(amounts, VMT_USS, vmt_exactly(more - least_dirty - least_clean));
    } else if (copies->blind && copies->of_file) {
        dirty.value = dirty.upper = copies->counted ? copies->dirty : parts->dirty.value;
        clean.value = clean.upper = copies->counted ? copies->first - copies->dirty : 0;
    }
    add_private(amounts, VMT_PRIVATE_DIRTY, VMT_SHARED_DIRTY, parts->dirty, dirty);
    add_private(amounts, VMT_PRIVATE_CLEAN, VMT_SHARED_CLEAN, parts->clean, clean);
}

/* Rule 7. */
static void add_swapped_copies(struct vmt_amounts *amounts, const struct vmt_parts *parts,
                               const struct copies *copies)
{
    uint64_t value = 0;
    if (copies->counted) {
        bool others = copies->found == 0 && copies->first > 0 && !copies->blind;
        value = others ? 0 : copies->swapped;
    } else if (copies->of_file || copies->found >= parts->resident.value - copies->found) {
        value = parts->swapped.value;
    }
    bool certain = copies->counted && copies->found > 0;
    add_private(amounts, VMT_SWAPPED_PRIVATE, VMT_SWAPPED_SHARED, parts->swapped,
                vmt_estimate(value, certain ? value : 0, value));
}

/* --- all regions ------------------------------------------------------------------------------ */

/* Rule 8. */
static void add_nature(struct vmt_amounts *amounts, const struct vmt_region *region,
                       const struct vmt_parts *parts)
{
    const struct vmt_object *object = region->object;
    const uint64_t *fields = object->fields;
    const struct vmt_amount resident = parts->resident;
    const uint64_t copied =
        known(object, VMT_OBJECT_COPIED) ? vmt_least(fields[VMT_OBJECT_COPIED], resident.value) : 0;
    struct vmt_amount anonymous = resident;
    struct vmt_amount file = vmt_exactly(0);
    if (known(object, VMT_OBJECT_PRESENT_FILE)) {
        file = vmt_exactly(vmt_least(fields[VMT_OBJECT_PRESENT_FILE], resident.value));
        anonymous = vmt_amount_minus(resident, file);
    } else if (!known(object, VMT_OBJECT_EXTERNAL)) {
        vmt_parts_add_nature(amounts, region->type, parts, region->sharing == VMT_SHARING_COW);
        return;
    } else if (fields[VMT_OBJECT_EXTERNAL] != 0) {
        bool one = known(object, VMT_OBJECT_SHADOW_DEPTH) && fields[VMT_OBJECT_SHADOW_DEPTH] == 0 &&
                   copied == 0;
        const uint64_t likely = vmt_most(copied, parts->dirty.value);
        anonymous = one ? vmt_exactly(0) : vmt_estimate(likely, copied, resident.upper);
        file = one ? resident : vmt_estimate(resident.value - likely, 0, resident.upper - copied);
    }
    vmt_parts_add_to(amounts, VMT_FILE_BACKED, file);
    vmt_parts_add_to(amounts, VMT_ANONYMOUS, anonymous);
    vmt_parts_add_to(amounts, VMT_ANONYMOUS, parts->swapped);
}

/* Rule 9; of purgeable memory account.c says it. */
static void add_reusable(struct vmt_amounts *amounts, const struct vmt_region *region,
                         const struct vmt_parts *parts)
{
    if (region->purge == VMT_PURGE_VOLATILE) {
        return;
    }
    uint64_t reusable = region->object->fields[VMT_OBJECT_REUSABLE];
    vmt_parts_add_to(amounts, VMT_RECLAIMABLE,
                     known(region->object, VMT_OBJECT_REUSABLE)
                         ? vmt_exactly(vmt_least(reusable, parts->resident.upper))
                         : vmt_estimate(0, 0, parts->resident.upper));
}

void vmt_object_add(struct vmt_amounts *amounts, const struct vmt_region *region,
                    const struct vmt_parts *parts, struct vmt_owners owners)
{
    bool by_copies =
        region->sharing == VMT_SHARING_COW && known(region->object, VMT_OBJECT_COPIED) &&
        owners.clean == VMT_OWNER_PROBABLY_SHARED && region->purge != VMT_PURGE_NONVOLATILE;
    vmt_parts_add(amounts, region->type, parts);
    if (by_copies) {
        const struct copies copies = copies_of(region, parts);
        add_resident_copies(amounts, parts, &copies);
        add_swapped_copies(amounts, parts, &copies);
    } else {
        vmt_parts_add_owned(amounts, parts, owners);
    }
    add_nature(amounts, region, parts);
    add_reusable(amounts, region, parts);
}
