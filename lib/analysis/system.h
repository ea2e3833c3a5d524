/* SPDX-License-Identifier: MIT */
#ifndef VMT_ANALYSIS_SYSTEM_H
#define VMT_ANALYSIS_SYSTEM_H

/* What a host's memory comes to, at each time that there is evidence of.
 *
 * Records of a snapshot that do not contradict each other are of one host.  Those of different
 * formats that follow each other are of one time and make one sample; a format that states again
 * what it has stated begins the next one.  A log is a sample a row, joined to nothing but the page
 * size and the physical memory of its host.  States are made one at a time, however many there
 * are. */

#include "analysis/verdict.h"
#include "model/snapshot.h"

/* What is derived: the rules stand in analysis/system_members.c. */
enum vmt_system_member {
    VMT_SYSTEM_APP,
    VMT_SYSTEM_COMPRESSED,
    VMT_SYSTEM_USED,
    VMT_SYSTEM_CACHED,
    VMT_SYSTEM_AVAILABLE,
    VMT_SYSTEM_AVAILABLE_PERMILLE,
    VMT_SYSTEM_COMPRESSOR_RATIO,
    VMT_SYSTEM_COMPRESSOR_SAVED,
    VMT_SYSTEM_SWAP_IN_USE,
    VMT_SYSTEM_REMAINDER,
    VMT_SYSTEM_PAGE_SIZE,
    VMT_SYSTEM_COUNT
};

/* Of kind VMT_HOST_DERIVED; `help` is the rule. */
extern const struct vmt_host_info vmt_system_members[VMT_SYSTEM_COUNT];

/* Whose memory it is: each has rules of its own. */
enum vmt_system_kind {
    VMT_SYSTEM_DARWIN,
    VMT_SYSTEM_LINUX,
    VMT_SYSTEM_CGROUP, /* a control group of Linux, which is never mixed with its machine */
    VMT_SYSTEM_KIND_COUNT
};

struct vmt_system_record; /* one struct vmt_host of the snapshot, in the list of its host */

struct vmt_system_host {
    uint64_t number; /* from 1 */
    enum vmt_platform platform;
    enum vmt_system_kind kind;
    const struct vmt_string *cgroup; /* NULL: the machine; ".": the directory is not told */
    struct vmt_figure page_size;     /* unknown when no evidence states it */
    struct vmt_figure total;         /* likewise */
    const struct vmt_string *os;     /* NULL when not stated */
    struct vmt_system_record *first;
    struct vmt_system_record *last;
    size_t record_count;
    uint64_t samples;
    struct vmt_notes notes;
    bool only_constants; /* nothing is stated but page size and physical memory */
};

/* Records that make one sample: more kinds of evidence than there are. */
#define VMT_SYSTEM_PARTS 32

struct vmt_system_part {
    const struct vmt_host *record;
    const struct vmt_sample *sample;
    uint64_t page_size; /* where the sample does not state it itself; 0 when nothing does */
};

/* A host at one time. */
struct vmt_state {
    const struct vmt_system_host *host;
    uint64_t number;                                /* of the sample, from 1 in its host */
    struct vmt_system_part parts[VMT_SYSTEM_PARTS]; /* the one whose word counts first */
    size_t part_count;
    const struct vmt_string *captured_at; /* NULL when not stated */
    bool counted;                         /* there are counters */
    bool since_boot;                      /* they count from the start of the machine */
    bool gap;                             /* they count from a sample that is missing here */
    bool never_swapped;                   /* nothing was swapped out since then */
    struct vmt_figure stated[VMT_HOST_COUNT];
    const struct vmt_host *from[VMT_HOST_COUNT]; /* who states it, where it is known */
    struct vmt_figure derived[VMT_SYSTEM_COUNT];
    uint64_t inferred_page_size;              /* where none is stated; 0: nothing tells */
    uint64_t unconverted;                     /* values in pages whose size nothing tells */
    bool in_pages[VMT_HOST_COUNT];            /* which */
    struct vmt_reading pages[VMT_HOST_COUNT]; /* and what they are; the rest has no meaning */
    struct vmt_check *checks; /* owned by the system, until the next state is made: their `type` is
                                 an identity's name, or the format that says something else */
    size_t check_count;
};

struct vmt_system {
    struct vmt_arena arena; /* owns what follows; the snapshot is borrowed */
    struct vmt_intern strings;
    struct vmt_sequence hosts; /* of struct vmt_system_host */
    struct vmt_check *checks;  /* of the state that was made last */
    size_t check_room;
};

/* `out` is ready to be freed in any case, and complete with VMT_OK. */
enum vmt_status vmt_system_make(struct vmt_system *out, const struct vmt_snapshot *snapshot,
                                const struct vmt_allocator *allocator, size_t memory_limit,
                                struct vmt_error *err);
void vmt_system_free(struct vmt_system *system);

/* Walk over the states of a host, in the order of the evidence: start with a zeroed walker.
 * Returns false behind the last one. */
struct vmt_system_walker {
    const struct vmt_system_record *record; /* the next one; NULL before the first */
    struct vmt_walker samples;              /* of a log */
    uint64_t number;
    bool begun;
    bool inside;        /* of a log */
    bool first;         /* the next row is its first */
    bool never_swapped; /* up to the row before */
};

bool vmt_system_next(struct vmt_system *system, const struct vmt_system_host *host,
                     struct vmt_system_walker *walker, struct vmt_state *state);

/* Whether its values are of several readings. */
bool vmt_state_is_joined(const struct vmt_state *state);

/* The records of a host, in the order of the evidence: NULL gives the first, the last gives
 * NULL. */
const struct vmt_system_record *vmt_system_next_record(const struct vmt_system_host *host,
                                                       const struct vmt_system_record *record);
const struct vmt_host *vmt_system_record_host(const struct vmt_system_record *record);

#endif
