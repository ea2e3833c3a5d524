/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/account_charged.h"

#include "analysis/account.h"

/* What footprint calls dirty is what the kernel charges: pages without a file behind them that were
 * written, in memory or in the compressor, and what it holds for the process outside its address
 * space (XNU's phys_footprint ledgers).  Memory that several processes have is charged to its
 * owner, after a fork to each: so charged memory is taken as private, and need not be.
 *
 * Clean pages are resident and not written.  Reclaimable ones were given back, volatile or
 * reusable: in neither of the other columns, resident until the kernel takes them, which costs no
 * more than to take clean ones; so they are clean to the accounting.  Swapped is a part of dirty,
 * and a column that must be asked for. */

bool vmt_account_has_charges(const struct vmt_process *process)
{
    struct vmt_walker walker = {0};
    const struct vmt_stated_row *row = vmt_sequence_next(&process->stated, &walker);
    while (row != NULL && (row->known & 1u << VMT_EV_CHARGED) == 0) {
        row = vmt_sequence_next(&process->stated, &walker);
    }
    return row != NULL;
}

void vmt_account_start_charged(struct vmt_amounts *amounts)
{
    vmt_account_start(amounts);
    amounts->of[VMT_WIRED] = vmt_exactly(0);
}

static struct vmt_amount stated(const struct vmt_stated_row *row, enum vmt_evidence evidence)
{
    return (row->known & 1u << evidence) != 0 ? vmt_amount_of(row->stated[evidence]) : VMT_UNKNOWN;
}

struct vmt_amount vmt_account_charge(const struct vmt_stated_row *row)
{
    return stated(row, VMT_EV_CHARGED);
}

struct vmt_amount vmt_account_charge_clean(const struct vmt_stated_row *row)
{
    return stated(row, VMT_EV_CLEAN);
}

static struct vmt_amount sum(struct vmt_amount first, struct vmt_amount second)
{
    vmt_amount_add(&first, second);
    return first;
}

/* Anything from nothing to the amount, most likely none of it. */
static struct vmt_amount doubt(struct vmt_amount amount)
{
    return amount.bounded ? vmt_estimate(0, 0, amount.upper) : VMT_UNKNOWN;
}

/* Add what is probably of one member and can be of the other. */
static void split(struct vmt_amounts *amounts, enum vmt_member probable, enum vmt_member possible,
                  struct vmt_amount amount)
{
    vmt_amount_add(&amounts->of[probable], vmt_amount_from_zero(amount));
    vmt_amount_add(&amounts->of[possible],
                   amount.known || !amount.bounded ? doubt(amount) : vmt_between(0, amount.upper));
}

/* What the columns say of one row. */
struct columns {
    struct vmt_amount charged;
    struct vmt_amount swapped;
    struct vmt_amount clean;
    struct vmt_amount reclaimable;
};

static void add_nature(struct vmt_amounts *amounts, const struct vmt_type *type,
                       const struct columns *columns)
{
    const struct vmt_amount all = sum(sum(columns->charged, columns->clean), columns->reclaimable);
    struct vmt_amount *anonymous = &amounts->of[VMT_ANONYMOUS];
    switch (type->nature) {
    case VMT_NATURE_ANONYMOUS:
        vmt_amount_add(anonymous, all);
        break;
    case VMT_NATURE_FILE: /* what was given back was no page of the file */
        vmt_amount_add(anonymous,
                       sum(columns->charged, vmt_amount_from_zero(columns->reclaimable)));
        vmt_amount_add(&amounts->of[VMT_FILE_BACKED], columns->clean);
        break;
    case VMT_NATURE_UNKNOWN: /* a device's memory, perhaps */
        vmt_amount_add(anonymous,
                       all.bounded
                           ? vmt_amount_up_to(vmt_amount_from_zero(columns->charged), all.upper)
                           : VMT_UNKNOWN);
        vmt_amount_add(&amounts->of[VMT_FILE_BACKED], doubt(columns->clean));
        break;
    }
    if (type->class == VMT_CLASS_HEAP_KEPT_EMPTY) {
        vmt_amount_add(&amounts->of[VMT_HEAP_KEPT_EMPTY], all);
    }
}

/* What has pages in the address space. */
static void add_pages(struct vmt_amounts *amounts, const struct vmt_type *type,
                      const struct columns *columns, struct vmt_amount dirty)
{
    bool own_clean = type->nature == VMT_NATURE_ANONYMOUS;
    const struct vmt_amount clean = sum(columns->clean, vmt_amount_from_zero(columns->reclaimable));
    amounts->of[VMT_VIRTUAL] = VMT_UNKNOWN;
    amounts->of[VMT_RESERVED] = VMT_UNKNOWN;
    vmt_amount_add(&amounts->of[VMT_DIRTY], dirty);
    vmt_amount_add(&amounts->of[VMT_CLEAN], clean);
    vmt_amount_add(&amounts->of[VMT_RESIDENT], sum(dirty, clean));
    split(amounts, VMT_PRIVATE_DIRTY, VMT_SHARED_DIRTY, dirty);
    split(amounts, own_clean ? VMT_PRIVATE_CLEAN : VMT_SHARED_CLEAN,
          own_clean ? VMT_SHARED_CLEAN : VMT_PRIVATE_CLEAN, columns->clean);
    split(amounts, VMT_PRIVATE_CLEAN, VMT_SHARED_CLEAN, columns->reclaimable);
    add_nature(amounts, type, columns);
}

void vmt_account_charged(struct vmt_amounts *amounts, const struct vmt_stated_row *row)
{
    struct columns columns = {.charged = stated(row, VMT_EV_CHARGED),
                              .swapped = stated(row, VMT_EV_SWAPPED),
                              .clean = stated(row, VMT_EV_CLEAN),
                              .reclaimable = stated(row, VMT_EV_RECLAIMABLE)};
    const struct vmt_amount charged = columns.charged;
    const bool kernel = row->type->class == VMT_CLASS_KERNEL;
    struct vmt_amount dirty = vmt_amount_minus(charged, columns.swapped);
    if (!columns.swapped.known && charged.known) {
        dirty = columns.swapped =
            charged.upper == 0 ? vmt_exactly(0) : vmt_between(0, charged.upper);
    }
    vmt_amount_add(&amounts->of[VMT_PRIVATE_FOOTPRINT],
                   kernel ? charged : vmt_amount_from_zero(charged));
    vmt_amount_add(&amounts->of[VMT_WIRED], stated(row, VMT_EV_WIRED));
    vmt_amount_add(&amounts->of[VMT_RECLAIMABLE], columns.reclaimable);
    vmt_amount_add(&amounts->of[VMT_SWAPPED], columns.swapped);
    if (kernel) {
        vmt_amount_add(&amounts->of[VMT_SWAPPED_PRIVATE], columns.swapped);
        /* Page tables, most of it, which are never swapped. */
        vmt_amount_add(&amounts->of[VMT_ANONYMOUS],
                       columns.swapped.known ? columns.swapped : doubt(columns.swapped));
        return;
    }
    split(amounts, VMT_SWAPPED_PRIVATE, VMT_SWAPPED_SHARED, columns.swapped);
    add_pages(amounts, row->type, &columns, dirty);
}

void vmt_account_finish_charged(struct vmt_amounts *amounts)
{
    const struct vmt_amount footprint = amounts->of[VMT_PRIVATE_FOOTPRINT];
    vmt_account_finish(amounts, false);
    amounts->of[VMT_PRIVATE_FOOTPRINT] = footprint;
}
