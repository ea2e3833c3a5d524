/* SPDX-License-Identifier: MIT */
#ifndef VMT_ANALYSIS_ACCOUNT_OBJECT_H
#define VMT_ANALYSIS_ACCOUNT_OBJECT_H

/* The rules for regions of which XNU tells the memory object (vmt_region.object). */

#include "analysis/account_parts.h"

/* Whether no other process can have a page of the region's. */
bool vmt_object_is_alone(const struct vmt_region *region);

/* Whether references are told that are not this process's: a label need not be asked then. */
bool vmt_object_has_others(const struct vmt_region *region);

/* Whether its private pages were told from those that it shares copied on write. */
bool vmt_object_counts_copies(const struct vmt_region *region);

/* Where every page was counted, these counts take the place of the stated ones. */
void vmt_object_take(struct vmt_parts *parts, const struct vmt_region *region);

/* *amounts += the region's parts, of which `owners` says what the rules for all regions say. */
void vmt_object_add(struct vmt_amounts *amounts, const struct vmt_region *region,
                    const struct vmt_parts *parts, struct vmt_owners owners);

#endif
