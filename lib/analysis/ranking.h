/* SPDX-License-Identifier: MIT */
#ifndef VMT_ANALYSIS_RANKING_H
#define VMT_ANALYSIS_RANKING_H

/* A listing in order: one row for a process, or for all of one name.
 *
 * What several processes come to depends on the member:
 *
 *   private, proportional, footprint   add up: each byte is in one of them once
 *   resident, dirty, swapped, …        the same pages may be in several: the sum is only the upper
 *                                      bound, the largest one and the proportional sizes the lower
 *   peaks                              were at different times: the largest single one
 *
 * The private memory of a group is what each of its processes has alone; what only they share is in
 * the proportional size, whole.  A process of which nothing is stated is counted and not added. */

#include "analysis/listing.h"

enum vmt_rank_key { VMT_RANK_MEMBER, VMT_RANK_PROCESSES, VMT_RANK_PID, VMT_RANK_NAME };

struct vmt_ranking_options {
    bool by_name;
    enum vmt_rank_key key;
    enum vmt_member member; /* of VMT_RANK_MEMBER, and of `least` */
    uint64_t least;         /* rows with less of it are left out, unknown ones too; 0: none */
    uint64_t most;          /* rows */
    struct vmt_slice name;  /* a part of the name, in any case; empty: all */
    bool kernel;            /* kernel threads too */
};

struct vmt_rank_row {
    const struct vmt_listed *const *processes; /* one at least; they have what the row says */
    size_t count;
    const struct vmt_amounts *amounts;
};

/* What some of the processes come to. */
struct vmt_rank_total {
    uint64_t rows;
    uint64_t processes;
    struct vmt_amounts amounts; /* peaks are unknown: nothing has them all at once */
};

struct vmt_ranking {
    struct vmt_arena arena; /* owns what follows; the listing is borrowed */
    struct vmt_rank_row *rows;
    size_t count;                      /* rows that are shown */
    struct vmt_rank_total all;         /* whatever the filters are */
    struct vmt_rank_total shown;       /* of the rows */
    uint64_t kinds[VMT_LISTED_COUNT];  /* processes of each, whatever the filters are */
    uint64_t unread[VMT_UNREAD_COUNT]; /* likewise */
};

/* `out` is ready to be freed in any case, and complete with VMT_OK. */
enum vmt_status vmt_ranking_make(struct vmt_ranking *out, const struct vmt_listing *listing,
                                 const struct vmt_ranking_options *options, struct vmt_error *err);
void vmt_ranking_free(struct vmt_ranking *ranking);

/* What several processes come to, as said above. */
void vmt_ranking_sum(struct vmt_amounts *sum, const struct vmt_listed *const *processes,
                     size_t count);

/* The member that orders a listing best when nothing else is asked for: the one that divides
 * memory most fairly among those that some process states. */
enum vmt_member vmt_ranking_member(const struct vmt_listing *listing);

#endif
