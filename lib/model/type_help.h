/* SPDX-License-Identifier: MIT */
#ifndef VMT_MODEL_TYPE_HELP_H
#define VMT_MODEL_TYPE_HELP_H

/* What a person wants to know of a region type: what puts it there, and what to do about it. */

#include "model/type.h"

/* What of a type the kernel charges to a process as its physical footprint (XNU's ledgers, see the
 * comment on phys_footprint in osfmk/arm/pmap/pmap.c). */
enum vmt_charge {
    VMT_CHARGE_NONE,
    VMT_CHARGE_ALL,     /* every page that has memory, also when compressed */
    VMT_CHARGE_WRITTEN, /* the copies of pages that the process wrote */
    VMT_CHARGE_OWNER    /* the process that owns the memory, which may be another one */
};

struct vmt_type_help {
    const char *name;     /* canonical, as in the dictionary */
    const char *constant; /* of XNU's mach/vm_statistics.h without VM_MEMORY_; NULL without a tag */
    enum vmt_charge charge;
    const char *cause;  /* one sentence: what puts it there */
    const char *advice; /* one or two: what to do about it */
};

/* One row for each entry of the dictionary; ends with a row without a name. */
extern const struct vmt_type_help vmt_type_helps[];

/* The row of a type; NULL when the dictionary does not have it. */
const struct vmt_type_help *vmt_type_help_of(const struct vmt_type *type);

/* The row of a constant, with or without VM_MEMORY_ in front, in any letter case; NULL when there
 * is none. */
const struct vmt_type_help *vmt_type_help_constant(struct vmt_slice constant);

/* "none", "all", "written", "owner". */
const char *vmt_charge_name(enum vmt_charge charge);

#endif
