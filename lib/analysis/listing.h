/* SPDX-License-Identifier: MIT */
#ifndef VMT_ANALYSIS_LISTING_H
#define VMT_ANALYSIS_LISTING_H

/* Many processes, and of each no more than its totals: what a ranking needs.
 *
 * A process is added from whatever snapshot it was read into, which need not stay.  Evidence of
 * one process from several places is joined: it is one process, however often it was looked at.
 * Where two records state the same, the later one counts. */

#include "base/string_map.h"
#include "model/member.h"
#include "model/snapshot.h"

enum vmt_listed_kind {
    VMT_LISTED_PROCESS,
    VMT_LISTED_KERNEL_THREAD, /* runs in the kernel: it has no memory of its own */
    VMT_LISTED_ZOMBIE,        /* has ended, and holds no memory */
    VMT_LISTED_COUNT
};

/* Why a process is not there, or not with all that was asked for. */
enum vmt_unread {
    VMT_UNREAD_DENIED,   /* the system lets this user see only some of it */
    VMT_UNREAD_LATE,     /* it took longer than was allowed */
    VMT_UNREAD_VANISHED, /* it ended while it was being read */
    VMT_UNREAD_FAILED,   /* it could not be read for another reason */
    VMT_UNREAD_SILENT,   /* the evidence names it, and states no memory of it: not counted here */
    VMT_UNREAD_COUNT
};

/* Whose a process is, beside what the model has. */
struct vmt_listed_as {
    enum vmt_listed_kind kind;
    struct vmt_slice user; /* name; empty when it is not known */
    uint64_t user_id;
    uint64_t parent;
    bool user_id_known;
    bool parent_known;
};

/* One record of the evidence. */
struct vmt_listed_record {
    const struct vmt_process *process; /* borrowed */
    uint64_t index;                    /* in its snapshot, from 1 */
    struct vmt_listed_record *next;
};

struct vmt_listed {
    const struct vmt_string *name; /* NULL when not stated; so are the strings below */
    const struct vmt_string *user;
    const struct vmt_string *os;
    const struct vmt_string *launched_at;
    uint64_t pid;
    uint64_t user_id;
    uint64_t parent;
    uint64_t order; /* in which it was added */
    bool pid_known;
    bool user_id_known;
    bool parent_known;
    enum vmt_listed_kind kind;
    bool measured; /* something is stated of its memory */
    struct vmt_amounts amounts;
    uint64_t record_count;           /* pieces of evidence that are of it */
    struct vmt_listed_record *first; /* those of a snapshot that stays; NULL when none does */
    struct vmt_listed_record *last;
    struct vmt_listed *same_number; /* another process of that number, or NULL */
};

struct vmt_listing {
    struct vmt_arena arena; /* owns what follows */
    struct vmt_intern strings;
    const struct vmt_allocator *allocator;
    struct vmt_string_map by_number;
    struct vmt_sequence processes;        /* of struct vmt_listed, in the order they came */
    uint64_t unread[VMT_UNREAD_COUNT];    /* counted by who reads */
    uint64_t left_out[VMT_LISTED_COUNT];  /* likewise: without memory, and not added */
    const struct vmt_string *captured_at; /* of the first that states it */
    uint64_t read_time;    /* microseconds that reading took, while they ran; 0: of captures */
    const char *read_from; /* the files of each that were read, in words; NULL: of captures */
    const char *mixed; /* why sums are not of one system at one time; NULL when nothing says so */
};

/* The allocator is borrowed and must outlive the listing.  Takes no memory yet. */
void vmt_listing_init(struct vmt_listing *listing, const struct vmt_allocator *allocator,
                      size_t memory_limit);
void vmt_listing_free(struct vmt_listing *listing);

/* What the evidence itself says of that.  Borrows from the process. */
struct vmt_listed_as vmt_listed_as_stated(const struct vmt_process *process);

/* Nothing of the process is kept but copies. */
enum vmt_status vmt_listing_add(struct vmt_listing *listing, const struct vmt_process *process,
                                const struct vmt_listed_as *as, struct vmt_error *err);

/* All processes of a snapshot, which must outlive the listing: its records are kept. */
enum vmt_status vmt_listing_add_snapshot(struct vmt_listing *listing,
                                         const struct vmt_snapshot *snapshot,
                                         struct vmt_error *err);

/* "process", "kernel_thread", "zombie". */
const char *vmt_listed_kind_name(enum vmt_listed_kind kind);

/* A stable word for columns, and what it means for people. */
const char *vmt_unread_name(enum vmt_unread unread);
const char *vmt_unread_help(enum vmt_unread unread);

#endif
