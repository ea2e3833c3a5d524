/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_PART_COUNTS_H
#define VMT_GRAMMAR_PART_COUNTS_H

/* The fields of a mapping in /proc/PID/smaps, and of all of them together in smaps_rollup:
 *
 *   Rss:                1640 kB
 *   Pss:                 343 kB
 *   …
 *   VmFlags: rd ex mr mw me
 */

#include "grammar/part_field.h"

/* Where a field goes: an enum vmt_mapping_field, or one of these. */
enum {
    VMT_COUNT_RESIDENT = VMT_MAPPING_FIELD_COUNT,
    VMT_COUNT_SWAPPED,
    VMT_COUNT_SIZE,
    VMT_COUNT_FLAGS,
    VMT_COUNT_NAME,
    VMT_COUNT_TALLIED, /* known, and the model has no member for it */
    VMT_COUNT_UNKNOWN
};

/* Of the field by that name.  *guess is where the next one is looked for first: they come in one
 * order; start with 0. */
unsigned vmt_part_counts_find(struct vmt_slice name, size_t *guess);

/* Put an amount (up to VMT_COUNT_SWAPPED) where it goes; false when there is one already. */
bool vmt_part_counts_set(struct vmt_region *region, struct vmt_mapping *mapping, unsigned target,
                         uint64_t bytes);

#endif
