/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/account_parts.h"

#include "analysis/account.h"

unsigned vmt_parts_take(struct vmt_parts *parts, const struct vmt_region *region)
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
            *of[i] = vmt_amount_at_most(amount, whole);
        }
    }
    return met;
}

/* Resident, by what else is stated: vmmap of 26.x counts swapped pages of some purgeable rows in it
 * too, and rows in which more is dirty than resident were seen. */
unsigned vmt_parts_reconcile(struct vmt_parts *parts, bool may_include_swapped)
{
    unsigned met = 0;
    struct vmt_amount *resident = &parts->resident;
    uint64_t room = parts->virtual.upper - vmt_least(parts->virtual.upper, parts->swapped.lower);
    bool includes = resident->lower > room;
    if (includes || may_include_swapped) {
        uint64_t without = resident->value - vmt_least(resident->value, parts->swapped.value);
        uint64_t floor = resident->lower - vmt_least(resident->lower, parts->swapped.upper);
        resident->lower = floor;
        if (includes) {
            met |= VMT_MET_RESIDENT_INCLUDES_SWAPPED;
            resident->value =
                vmt_most(without, parts->virtual.value -
                                      vmt_least(parts->virtual.value, parts->swapped.value));
            resident->value =
                vmt_most(vmt_least(resident->value, resident->upper), resident->lower);
        }
    }
    if (parts->dirty.lower > resident->upper) {
        met |= VMT_MET_DIRTY_EXCEEDS_RESIDENT;
    }
    *resident = (struct vmt_amount){vmt_most(resident->value, parts->dirty.value),
                                    vmt_most(resident->lower, parts->dirty.lower),
                                    vmt_most(resident->upper, parts->dirty.upper), true, true};
    parts->clean = vmt_amount_minus(*resident, parts->dirty);
    return met;
}

void vmt_parts_add_to(struct vmt_amounts *amounts, enum vmt_member member, struct vmt_amount amount)
{
    bool nothing = amount.known && amount.upper == 0;
    if (!nothing) {
        vmt_amount_add(&amounts->of[member], amount);
    }
}

void vmt_parts_split(struct vmt_amounts *amounts, enum vmt_member private, enum vmt_member shared,
                     struct vmt_amount amount, enum vmt_owner_kind owner)
{
    if (amount.upper == 0) {
        return;
    }
    struct vmt_amount rest = vmt_estimate(0, 0, amount.upper);
    switch (owner) {
    case VMT_OWNER_PRIVATE:
        vmt_parts_add_to(amounts, private, amount);
        break;
    case VMT_OWNER_PROBABLY_PRIVATE:
        vmt_parts_add_to(amounts, private, vmt_amount_from_zero(amount));
        vmt_parts_add_to(amounts, shared, rest);
        break;
    case VMT_OWNER_UNKNOWN:
        vmt_parts_add_to(amounts, private, vmt_between(0, amount.upper));
        vmt_parts_add_to(amounts, shared, vmt_between(0, amount.upper));
        break;
    case VMT_OWNER_PROBABLY_SHARED:
        vmt_parts_add_to(amounts, private, rest);
        vmt_parts_add_to(amounts, shared, vmt_amount_from_zero(amount));
        break;
    case VMT_OWNER_SHARED:
        vmt_parts_add_to(amounts, shared, amount);
        break;
    }
}

void vmt_parts_add(struct vmt_amounts *amounts, const struct vmt_type *type,
                   const struct vmt_parts *parts)
{
    vmt_parts_add_to(amounts, VMT_RESIDENT, parts->resident);
    vmt_parts_add_to(amounts, VMT_CLEAN, parts->clean);
    vmt_parts_add_to(amounts, VMT_DIRTY, parts->dirty);
    vmt_parts_add_to(amounts, VMT_SWAPPED, parts->swapped);
    if (type->class == VMT_CLASS_HEAP_KEPT_EMPTY) {
        vmt_parts_add_to(amounts, VMT_HEAP_KEPT_EMPTY, parts->resident);
        vmt_parts_add_to(amounts, VMT_HEAP_KEPT_EMPTY, parts->swapped);
    }
}

void vmt_parts_add_owned(struct vmt_amounts *amounts, const struct vmt_parts *parts,
                         struct vmt_owners owners)
{
    vmt_parts_split(amounts, VMT_PRIVATE_CLEAN, VMT_SHARED_CLEAN, parts->clean, owners.clean);
    vmt_parts_split(amounts, VMT_PRIVATE_DIRTY, VMT_SHARED_DIRTY, parts->dirty, owners.dirty);
    vmt_parts_split(amounts, VMT_SWAPPED_PRIVATE, VMT_SWAPPED_SHARED, parts->swapped,
                    owners.swapped);
}

/* Pages without a file behind them: all of anonymous types; of files and images the copies that
 * were made on write, which alone can be swapped. */
void vmt_parts_add_nature(struct vmt_amounts *amounts, const struct vmt_type *type,
                          const struct vmt_parts *parts, bool cow)
{
    bool copies = cow || type->class == VMT_CLASS_CODE || type->class == VMT_CLASS_DATA;
    struct vmt_amount both = parts->resident;
    vmt_amount_add(&both, parts->swapped);
    if (type->nature == VMT_NATURE_ANONYMOUS) {
        vmt_parts_add_to(amounts, VMT_ANONYMOUS, both);
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
    anonymous.lower = vmt_least(anonymous.value, parts->swapped.lower);
    vmt_parts_add_to(amounts, VMT_ANONYMOUS, vmt_amount_up_to(anonymous, both.upper));
    vmt_parts_add_to(amounts, VMT_FILE_BACKED,
                     vmt_amount_up_to(vmt_amount_from_zero(file), parts->resident.upper));
}
