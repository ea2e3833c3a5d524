/* SPDX-License-Identifier: MIT */
#ifndef VMT_MODEL_OBJECT_H
#define VMT_MODEL_OBJECT_H

/* What XNU tells of the memory object behind a region beyond what vmmap prints
 * (mach_vm_region_recurse, mach_vm_page_range_query; osfmk/vm/vm_map.c).  An object has the pages;
 * a copy that is made on write is an object in front of the one that it was made from, its shadow,
 * and a chain of shadows ends in the object that everything came from. */

#include <stdint.h>

enum vmt_object_field {
    VMT_OBJECT_REFERENCES,   /* count: to all objects of the chain, an upper bound of who has it */
    VMT_OBJECT_OWN,          /* count: regions of this process at depth 0 with the same object */
    VMT_OBJECT_SHADOW_DEPTH, /* count: shadows of the chain */
    VMT_OBJECT_EXTERNAL, /* 1: one of the chain is of a file or a device; 0: all are anonymous */
    VMT_OBJECT_COPIED,   /* bytes, resident: found where all objects have one reference */
    VMT_OBJECT_REUSABLE, /* bytes, resident and not dirty: given back by the program */
    /* Counted page by page, bytes: */
    VMT_OBJECT_PRESENT,
    VMT_OBJECT_PRESENT_DIRTY,
    VMT_OBJECT_PRESENT_FILE,   /* of a file or a device; the rest is anonymous */
    VMT_OBJECT_PRESENT_COPIED, /* in the first object of a chain: this region's own copies */
    VMT_OBJECT_COPIED_DIRTY,
    VMT_OBJECT_SWAPPED,
    VMT_OBJECT_COPIED_SWAPPED,
    VMT_OBJECT_FIELD_COUNT
};

struct vmt_object {
    uint64_t id;     /* equal in all processes of one boot; 0: there is none, or it is not told */
    uint64_t offset; /* bytes, of the region in it */
    uint64_t fields[VMT_OBJECT_FIELD_COUNT];
    uint32_t known; /* bit 1 << vmt_object_field */
};

/* Resident pages that lie one after another in an object: the same in whatever process they are,
 * wherever they were found in a chain. */
struct vmt_page_run {
    uint64_t object; /* that has them, its number as above */
    uint64_t offset;
    uint64_t length; /* bytes */
};

#endif
