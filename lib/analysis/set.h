/* SPDX-License-Identifier: MIT */
#ifndef VMT_ANALYSIS_SET_H
#define VMT_ANALYSIS_SET_H

/* Several processes of one machine together: shared memory counted once, and what part of it is
 * fairly each one's.
 *
 * A process's share is what it has alone, and of each thing that others of the set have too its
 * part by size: the shares add up to the set.  Processes outside the set are not known, so the
 * share is not the kernel's PSS, which divides by all of them.
 *
 * Two regions are one thing, strongest evidence first, when they are
 *
 *   object   of one memory object of XNU, in whatever place of it (XNU's number of the object)
 *   file     the same file (device, inode and offset of Linux, else path and type; and size)
 *   cache    the same range of the shared cache of one system
 *   fork     the same range of anonymous memory in processes of one name, which forked; where the
 *            kernel says what is shared, names are not asked for
 *
 * Ranges of one file or cache that have other ends can overlap: the lower bound of what is shared
 * is what one process has of each file and of the cache.
 *
 * Where every page is told, set_pages.h goes by them instead.
 *
 * Where totals are all that is known of some process, set_totals.h has what they tell of all.
 *
 * Written pages of copy-on-write memory in fork relatives may be copies or still shared: nothing in
 * a dump tells, so that a share with such a part has bounds and no value. */

#include "analysis/breakdown.h"
#include "model/snapshot.h"

enum vmt_share_method {
    VMT_SHARE_ALONE, /* no other process of the set has it, as far as can be told */
    VMT_SHARE_FILE,
    VMT_SHARE_CACHE,
    VMT_SHARE_FORK,
    VMT_SHARE_OBJECT
};

/* What of a region can be shared. */
enum { VMT_SHARED_PARTS = 3 }; /* clean, dirty, swapped */

/* One thing that processes of the set hold. */
struct vmt_group {
    const struct vmt_region *region; /* one of those that are it */
    enum vmt_share_method method;
    uint64_t holders; /* processes */
    uint64_t regions;
    bool uncertain;                              /* its written pages may be copies, or one */
    struct vmt_amount sum[VMT_SHARED_PARTS];     /* of all regions */
    struct vmt_amount largest[VMT_SHARED_PARTS]; /* of a single one */
};

/* What a process has of a group. */
struct vmt_share {
    const struct vmt_region *region;
    const struct vmt_group *group;
    struct vmt_amount shared; /* resident, shared as far as this process's evidence goes */
    struct vmt_amount part;   /* its part of the group counted once */
};

struct vmt_set_process {
    const struct vmt_process *process;
    bool by_totals; /* not of regions: nothing is known of what it shares with whom */
    struct vmt_amount resident;
    struct vmt_amount uss;          /* what it has alone */
    struct vmt_amount pss;          /* as far as it is known without the others */
    struct vmt_amount share;        /* of the set's resident memory */
    struct vmt_amount submaps;      /* resident, of the region that all processes share */
    struct vmt_amount submaps_part; /* its part of that */
    uint64_t twice; /* so much of the lower bounds may be pages that it has mapped several times */
    struct vmt_sequence shares; /* of struct vmt_share: regions that others of the set have too */
};

struct vmt_set {
    struct vmt_arena arena; /* owns what follows; the snapshot is borrowed */
    struct vmt_intern strings;
    const char *reason; /* why there is no set; NULL when there is one */
    size_t by_totals;   /* so many processes are of totals */
    bool by_pages;      /* all pages are told: shares are of pages, not of regions */
    struct vmt_amounts totals;
    struct vmt_set_process *processes; /* in the order of the snapshot */
    size_t process_count;
    size_t silent_count; /* processes of which nothing is told: kernel threads; left out of all */
    struct vmt_sequence groups; /* of struct vmt_group */
};

/* `out` is ready to be freed in any case, and complete with VMT_OK. */
enum vmt_status vmt_set_make(struct vmt_set *out, const struct vmt_snapshot *snapshot,
                             const struct vmt_allocator *allocator, size_t memory_limit,
                             struct vmt_error *err);
void vmt_set_free(struct vmt_set *set);

/* "alone", "file", "cache", "fork", "object". */
const char *vmt_share_method_name(enum vmt_share_method method);

#endif
