/* SPDX-License-Identifier: MIT */
#ifndef VMT_COLLECT_LIVE_MACH_TYPE_H
#define VMT_COLLECT_LIVE_MACH_TYPE_H

/* What kind of memory a region of a walk is, by vmmap's names: the dictionary's, where it has
 * several.
 *
 *  1  Memory that is owned and not mapped has a tag of its own (-1).
 *  2  Of libmalloc's own memory (tag 1) what nobody may touch is a guard page; so it is of a stack.
 *     What has a tag of its own is called by that; "Memory Tag N" where the tag has no name.
 *  3  Without a tag: a mapped file, where one is behind it; shared memory, where several map it and
 *     it is flagged as shared; else VM_ALLOCATE.
 *  4  Files of which a part can be executed are images, as far as the walk has come.  Protections
 *     tell their segments in part only: what can be executed is __TEXT, what can be written __DATA;
 *     what was written and cannot be any more is __DATA_CONST.  The rest can be any that is only
 *     read, __LINKEDIT or __DATA_CONST: "dylib", any segment of an image.
 *  5  What the shared region holds (depth above 0) is of images, whatever else.
 *  6  A range without an object has no memory: " (reserved)".  On Apple silicon two such ranges
 *     have names by their addresses. */

#include "model/type.h"
#include "source/mach.h"

/* The longest name of the dictionary with a suffix. */
#define VMT_MACH_TYPE_SIZE 96

#define VMT_MACH_TAGS 256

struct vmt_mach_types {
    const struct vmt_type_entry *by_tag[VMT_MACH_TAGS]; /* NULL: not in the dictionary */
    bool apple_silicon;
};

void vmt_mach_types_init(struct vmt_mach_types *types, bool apple_silicon);

/* `image`: something of its file can be executed.  Returns `name`. */
const char *vmt_mach_type_name(char name[VMT_MACH_TYPE_SIZE], const struct vmt_mach_types *types,
                               const struct vmt_mach_region *region, bool image);

/* Whether the region is of a file and can be executed. */
bool vmt_mach_is_code(const struct vmt_mach_region *region);

#endif
