/* SPDX-License-Identifier: MIT */
#ifndef VMT_ANALYSIS_ACCOUNT_H
#define VMT_ANALYSIS_ACCOUNT_H

/* The rules that turn evidence of one region, or of one type's row in a table, into the members of
 * the accounting. */

#include "model/member.h"
#include "model/process.h"

/* What a process as a whole tells about its regions. */
struct vmt_account {
    bool true_shared_heap; /* macOS 14 or later: see struct vmt_type */
    uint64_t cache_start;  /* where the shared cache lies; an empty range when that is not known */
    uint64_t cache_end;
};

/* What the rules met in one region; bits. */
enum {
    VMT_MET_UNKNOWN_SHARING = 1,
    VMT_MET_RESIDENT_INCLUDES_SWAPPED = 2,
    VMT_MET_DIRTY_EXCEEDS_RESIDENT = 4,
    VMT_MET_EXCEEDS_VIRTUAL = 8
};

struct vmt_account vmt_account_for(const struct vmt_process *process);

/* Amounts of nothing at all: exactly 0 in every member that regions tell of, unknown in others. */
void vmt_account_start(struct vmt_amounts *amounts);

/* *amounts += the region's; returns what was met. */
unsigned vmt_account_region(struct vmt_amounts *amounts, const struct vmt_account *account,
                            const struct vmt_region *region);

/* *amounts += a stated row's: there is no sharing mode in it, so what is private or shared has
 * bounds only. */
void vmt_account_stated(struct vmt_amounts *amounts, const struct vmt_stated_row *row);

/* USS, PSS, RSS and swap PSS follow from the other members; where the kernel has counted every
 * region (vmt_process.kernel_counts), all but USS are there already. */
void vmt_account_finish(struct vmt_amounts *amounts, bool kernel_counts);

/* Whether a region lies in the shared cache of its system, which all processes have. */
bool vmt_account_in_cache(const struct vmt_account *account, const struct vmt_region *region);

/* A region of which no page can be resident: NUL, guard or reserved, and nothing stated in it. */
bool vmt_account_is_address_space(const struct vmt_region *region);

#endif
