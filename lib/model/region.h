/* SPDX-License-Identifier: MIT */
#ifndef VMT_MODEL_REGION_H
#define VMT_MODEL_REGION_H

/* A region of an address space: evidence only, as a tool stated it. */

#include "model/amount.h"
#include "model/mapping.h"
#include "model/object.h"
#include "model/type.h"

/* What a tool states of a region, or of all regions of a type. */
enum vmt_evidence {
    VMT_EV_VIRTUAL,
    VMT_EV_RESIDENT,
    VMT_EV_DIRTY,
    VMT_EV_SWAPPED,
    VMT_EV_OF_REGION, /* a region has the ones above, a table those below too */
    VMT_EV_VOLATILE = VMT_EV_OF_REGION,
    VMT_EV_NONVOLATILE,
    VMT_EV_EMPTY,
    VMT_EV_CHARGED, /* dirty or swapped: what footprint's Dirty column counts */
    VMT_EV_CLEAN,
    VMT_EV_RECLAIMABLE,
    VMT_EV_WIRED,
    VMT_EV_COUNT
};

/* How the kernel describes the references to a region's memory object; not whether another
 * process has it.  Values of vmmap's SM= column, XNU's share_mode in parentheses. */
enum vmt_sharing {
    VMT_SHARING_UNKNOWN,
    VMT_SHARING_COW,         /* copy on write (SM_COW) */
    VMT_SHARING_PRV,         /* one reference (SM_PRIVATE) */
    VMT_SHARING_NUL,         /* no object (SM_EMPTY) */
    VMT_SHARING_ALI,         /* several references (SM_SHARED) */
    VMT_SHARING_SHM,         /* several, and flagged as shared (SM_TRUESHARED) */
    VMT_SHARING_ZER,         /* all references from this process (SM_PRIVATE_ALIASED) */
    VMT_SHARING_SA,          /* several from this process and others (SM_SHARED_ALIASED) */
    VMT_SHARING_LPG,         /* a superpage (SM_LARGE_PAGE) */
    VMT_SHARING_MAP_PRIVATE, /* Linux: `p`, copy on write */
    VMT_SHARING_MAP_SHARED,  /* Linux: `s` */
    VMT_SHARING_COUNT
};

enum vmt_purge {
    VMT_PURGE_NONE, /* not purgeable, or not stated */
    VMT_PURGE_VOLATILE,
    VMT_PURGE_NONVOLATILE,
    VMT_PURGE_EMPTY,
    VMT_PURGE_UNKNOWN /* a state that we do not know */
};

enum { VMT_PROT_READ = 1, VMT_PROT_WRITE = 2, VMT_PROT_EXECUTE = 4 };

struct vmt_region {
    uint64_t start; /* [start, end); both 0 when `ranged` is not set */
    uint64_t end;
    struct vmt_reading stated[VMT_EV_OF_REGION]; /* virtual is end - start where ranged */
    const struct vmt_type *type;
    const struct vmt_mapping *mapping;     /* what Linux tells of it, else NULL */
    const struct vmt_object *object;       /* what XNU tells of it beyond vmmap, else NULL */
    const struct vmt_string *detail;       /* NULL when there is none */
    const struct vmt_string *sharing_text; /* as printed, for VMT_SHARING_UNKNOWN; else NULL */
    uint64_t line;                         /* in its input */
    uint8_t known;                         /* bit 1 << vmt_evidence of each stated value */
    uint8_t sharing;                       /* enum vmt_sharing */
    uint8_t purge;                         /* enum vmt_purge */
    uint8_t protection;                    /* VMT_PROT_* */
    uint8_t max_protection;
    uint8_t submap_depth;
    bool ranged;
};

/* "COW", "S/A", "p", …; NULL for VMT_SHARING_UNKNOWN. */
const char *vmt_sharing_name(enum vmt_sharing sharing);
enum vmt_sharing vmt_sharing_find(struct vmt_slice name);

/* "volatile", "nonvolatile", "empty", "unknown"; NULL for VMT_PURGE_NONE. */
const char *vmt_purge_name(enum vmt_purge purge);

#endif
