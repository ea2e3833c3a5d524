/* SPDX-License-Identifier: MIT */
#ifndef VMT_ANALYSIS_ACCOUNT_PARTS_H
#define VMT_ANALYSIS_ACCOUNT_PARTS_H

/* What the rules of account*.c have in common: the parts of a region, made consistent, and their
 * way into the members. */

#include "model/member.h"
#include "model/region.h"

static inline uint64_t vmt_least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static inline uint64_t vmt_most(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* The same, cut at a limit. */
static inline struct vmt_amount vmt_amount_at_most(struct vmt_amount amount, uint64_t limit)
{
    return (struct vmt_amount){vmt_least(amount.value, limit), vmt_least(amount.lower, limit),
                               vmt_least(amount.upper, limit), amount.known, amount.bounded};
}

/* How sure it is whose a part of a region is. */
enum vmt_owner_kind {
    VMT_OWNER_PRIVATE,
    VMT_OWNER_PROBABLY_PRIVATE, /* estimate private, bounds from nothing to all */
    VMT_OWNER_UNKNOWN,          /* no estimate */
    VMT_OWNER_PROBABLY_SHARED,
    VMT_OWNER_SHARED
};

struct vmt_owners {
    enum vmt_owner_kind clean;
    enum vmt_owner_kind dirty;
    enum vmt_owner_kind swapped;
};

static inline struct vmt_owners vmt_owners_all(enum vmt_owner_kind owner)
{
    return (struct vmt_owners){owner, owner, owner};
}

/* The evidence of one region or row. */
struct vmt_parts {
    struct vmt_amount virtual;
    struct vmt_amount resident;
    struct vmt_amount clean;
    struct vmt_amount dirty;
    struct vmt_amount swapped;
};

/* What a region states, where it states all of it; `virtual` is there already, and nothing goes
 * beyond it.  Returns what was met (VMT_MET_*); so does the next. */
unsigned vmt_parts_take(struct vmt_parts *parts, const struct vmt_region *region);

/* Make resident consistent with the other parts, and find what is clean. */
unsigned vmt_parts_reconcile(struct vmt_parts *parts, bool may_include_swapped);

/* *member of amounts += amount; adding nothing leaves what is unknown as it is. */
void vmt_parts_add_to(struct vmt_amounts *amounts, enum vmt_member member,
                      struct vmt_amount amount);

/* Add a part to the member that it is in, and its doubts to the other. */
void vmt_parts_split(struct vmt_amounts *amounts, enum vmt_member private, enum vmt_member shared,
                     struct vmt_amount amount, enum vmt_owner_kind owner);

/* Add the parts themselves, and what a heap keeps. */
void vmt_parts_add(struct vmt_amounts *amounts, const struct vmt_type *type,
                   const struct vmt_parts *parts);

/* Add what is private and shared of each. */
void vmt_parts_add_owned(struct vmt_amounts *amounts, const struct vmt_parts *parts,
                         struct vmt_owners owners);

/* Add what is anonymous and what of a file, by the type; `cow`: what was written is a copy, as it
 * is of images anyway. */
void vmt_parts_add_nature(struct vmt_amounts *amounts, const struct vmt_type *type,
                          const struct vmt_parts *parts, bool cow);

#endif
