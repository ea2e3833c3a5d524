/* SPDX-License-Identifier: MIT */
#ifndef VMT_ANALYSIS_SET_PAGES_H
#define VMT_ANALYSIS_SET_PAGES_H

/* Which processes of a set have which resident page, where each was told (vmt_process.page_runs):
 * every page counts once, and is divided by those of the set that have it.  Of the shared region,
 * of which no pages are told, goes what its regions tell. */

#include "analysis/set.h"

/* Whether the pages of all processes are told. */
bool vmt_set_has_pages(const struct vmt_set *set);

/* Shares, and what all have, by pages. */
enum vmt_status vmt_set_pages_take(struct vmt_set *set, const struct vmt_allocator *allocator,
                                   size_t memory_limit, struct vmt_error *err);

#endif
