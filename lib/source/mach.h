/* SPDX-License-Identifier: MIT */
#ifndef VMT_SOURCE_MACH_H
#define VMT_SOURCE_MACH_H

/* What the kernel of macOS answers about processes and the machine, number by number; what the
 * numbers mean is decided in collect/mach*.
 *
 * Included by code that is built with Apple's headers and by code that is built with another
 * system's: nothing in here but types that are the same for both. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum vmt_mach_answer {
    VMT_MACH_OK,
    VMT_MACH_STOPPED,     /* the visitor wanted no more */
    VMT_MACH_GONE,        /* there is no such process (any more) */
    VMT_MACH_DENIED,      /* not to this user */
    VMT_MACH_UNSUPPORTED, /* this macOS does not know the call */
    VMT_MACH_FAILED       /* otherwise */
};

struct vmt_mach_outcome {
    uint32_t answer;  /* enum vmt_mach_answer */
    int32_t code;     /* what the call returned: kern_return_t, or errno of macOS */
    const char *call; /* that failed, a literal; NULL with VMT_MACH_OK and VMT_MACH_STOPPED */
};

#define VMT_MACH_PATH 4096

/* What anybody may know of a process. */
struct vmt_mach_process {
    uint32_t pid;
    uint32_t parent;
    uint32_t user;  /* effective */
    uint64_t start; /* microseconds since 1970, to tell a process from a later one of the
                       same number; 0: not known */
    bool zombie;
    bool translated;          /* runs under Rosetta */
    char name[64];            /* of the program, cut by the kernel; empty when not known */
    char path[VMT_MACH_PATH]; /* of the program's file; empty when not known */
};

enum {
    VMT_MACH_HAS_USAGE = 1, /* footprint, resident and wired */
    VMT_MACH_HAS_FOOTPRINT_PEAK = 2,
    VMT_MACH_HAS_TASK = 4, /* what else stands below */
};

/* The kernel's own sums of a process, in bytes. */
struct vmt_mach_totals {
    uint32_t known; /* VMT_MACH_HAS_* */
    uint32_t page_size;
    uint64_t footprint;
    uint64_t footprint_peak;
    uint64_t resident;
    uint64_t wired;
    uint64_t virtual_size;
    uint64_t resident_peak;
    uint64_t internal; /* resident, anonymous */
    uint64_t external; /* resident, of files */
    uint64_t reusable;
    uint64_t compressed;        /* in RAM or on disk */
    uint64_t volatile_resident; /* purgeable, in the page tables or not */
};

/* --- regions ---------------------------------------------------------------------------------- */

enum {
    VMT_MACH_HAS_EXTERNAL = 1,
    VMT_MACH_HAS_REUSABLE = 2,
    VMT_MACH_HAS_PURGE = 4,  /* not of what may not be written, which the kernel does not say */
    VMT_MACH_HAS_OBJECT = 8, /* `object` is the whole number, not its lower 32 bits */
    VMT_MACH_HAS_DISPOSITIONS = 16 /* every page was asked for */
};

/* Purgeable state, VM_PURGABLE_* of mach/vm_purgable.h. */
enum {
    VMT_MACH_PURGE_NONVOLATILE = 0,
    VMT_MACH_PURGE_VOLATILE = 1,
    VMT_MACH_PURGE_EMPTY = 2,
    VMT_MACH_PURGE_DENY = 3 /* it is not purgeable */
};

/* Pages of a region, counted by their dispositions (mach_vm_page_range_query). */
struct vmt_mach_dispositions {
    uint64_t present;
    uint64_t dirty;    /* of those present; so are the next four */
    uint64_t external; /* of a file or a device */
    uint64_t copied;   /* copied on write by this region */
    uint64_t copied_dirty;
    uint64_t reusable; /* and not dirty */
    uint64_t swapped;  /* compressed, in RAM or on disk */
    uint64_t copied_swapped;
};

/* One entry of the address space, or the part of one that a submap exposes. */
struct vmt_mach_region {
    uint64_t address;
    uint64_t size;
    uint64_t offset;     /* in the object; above depth 0 of the whole entry, of which a submap may
                            show less */
    uint64_t object;     /* the same in all processes until the system is started again; 0: none */
    uint32_t page_size;  /* bytes of the pages that are counted */
    uint32_t known;      /* VMT_MACH_HAS_* */
    uint32_t tag;        /* VM_MEMORY_*, UINT32_MAX of the last one in footprint mode */
    uint32_t depth;      /* of submaps; above 0: the shared region */
    uint32_t share_mode; /* SM_* of mach/vm_region.h */
    uint32_t protection; /* read 1, write 2, execute 4 */
    uint32_t max_protection;
    uint32_t purge; /* VMT_MACH_PURGE_* */
    uint32_t references;
    uint32_t shadow_depth;
    uint32_t external; /* 1: an object of the chain is not anonymous */
    uint32_t resident; /* pages; so are the next four */
    uint32_t dirtied;
    uint32_t swapped;
    uint32_t copied; /* found where every object has one reference (shared_now_private) */
    uint32_t reusable;
    uint32_t wired;       /* times that it was wired by the user */
    uint32_t path_length; /* 0: no file is mapped, or its name is not known */
    struct vmt_mach_dispositions pages;
    const char
        *path; /* of the mapped file, not terminated; the walk's, until the visitor returns */
};

/* A resident page: one object and offset are the same page in whatever process. */
struct vmt_mach_page {
    uint64_t object; /* where it was found */
    uint64_t offset;
    uint32_t disposition; /* VM_PAGE_QUERY_PAGE_* of mach/vm_statistics.h */
};

enum vmt_mach_way {
    VMT_MACH_BY_TASK,   /* every region with all that is known of it; may ask the system for
                           permission, and may never return */
    VMT_MACH_BY_PIDINFO /* of processes of the same user; the shared region is one without pages,
                           and neither `reusable` nor `purge` are told, and
                           `external` of mapped files alone */
};

struct vmt_mach_walk {
    uint32_t pid;
    uint32_t way;  /* enum vmt_mach_way */
    bool exact;    /* by task: count every page of what is not shared by all: takes its time */
    bool identity; /* by task: visit every resident page outside the shared region, too, of regions
                      whose pages could be counted, which they then are as if `exact` */
};

/* Called in the order of the addresses, each page after its region; false: no more of it.  Anything
 * but VMT_MACH_OK at the end of the walk means that there is more than was visited.  The process
 * runs on meanwhile: what it maps behind the walk's back is not seen, and of a region that grew
 * downward only what was not visited is told, with counts that may be of the whole. */
struct vmt_mach_visitor {
    void *self;
    bool (*region)(void *self, const struct vmt_mach_region *region);
    bool (*page)(void *self, const struct vmt_mach_page *page);
};

/* --- the machine ------------------------------------------------------------------------------ */

struct vmt_mach_system {
    uint32_t user;    /* effective, of this program */
    uint32_t pid;     /* of this program */
    char version[32]; /* "14.5"; empty when not known, so are the others */
    char build[32];   /* "23F79" */
    char machine[32]; /* "arm64", "x86_64" */
};

enum {
    VMT_MACH_HAS_STATISTICS = 1,
    VMT_MACH_HAS_EVENTS_1 = 2, /* of revision 1 (10.9): those of the compressor and swap, and what
                                  is file-backed and anonymous */
    VMT_MACH_HAS_MEMORY = 4,
    VMT_MACH_HAS_SWAP = 8,
    VMT_MACH_HAS_PRESSURE = 16,
    VMT_MACH_HAS_FREE_PERCENT = 32,
    VMT_MACH_HAS_PAGE_SIZE = 64
};

/* struct vm_statistics64 and the numbers beside it.  Pages are those of `page_size`. */
struct vmt_mach_host {
    uint32_t known;
    uint32_t page_size;
    uint64_t memory; /* bytes (hw.memsize) */
    uint64_t free;   /* pages, speculative ones among them; all up to `uncompressed` are pages */
    uint64_t active;
    uint64_t inactive;
    uint64_t speculative;
    uint64_t throttled;
    uint64_t wired;
    uint64_t purgeable;
    uint64_t external;
    uint64_t internal;
    uint64_t compressor;   /* RAM that it occupies */
    uint64_t uncompressed; /* what it holds, before compression */
    uint64_t faults;       /* since boot, so are those below */
    uint64_t copy_on_write;
    uint64_t zero_filled;
    uint64_t reactivations;
    uint64_t purges;
    uint64_t pageins;
    uint64_t pageouts;
    uint64_t decompressions;
    uint64_t compressions;
    uint64_t swapins;
    uint64_t swapouts;
    uint64_t swap_total; /* bytes */
    uint64_t swap_available;
    uint64_t swap_used;
    bool swap_encrypted;
    uint32_t pressure;     /* kern.memorystatus_vm_pressure_level: 1, 2 or 4 */
    uint32_t free_percent; /* kern.memorystatus_level */
};

/* --- the calls -------------------------------------------------------------------------------- */

/* `out` is filled as far as it could be, whatever is answered. */
struct vmt_mach {
    /* Numbers of all processes, ascending.  Where *count is more than `room`, there are more than
     * were stored, and about that much room is needed. */
    struct vmt_mach_outcome (*list)(uint32_t *pids, size_t room, size_t *count);
    struct vmt_mach_outcome (*describe)(struct vmt_mach_process *out, uint32_t pid);
    /* VMT_MACH_OK when something of it is known. */
    struct vmt_mach_outcome (*totals)(struct vmt_mach_totals *out, uint32_t pid);
    struct vmt_mach_outcome (*walk)(const struct vmt_mach_walk *walk,
                                    const struct vmt_mach_visitor *visitor);
    struct vmt_mach_outcome (*system)(struct vmt_mach_system *out);
    struct vmt_mach_outcome (*host)(struct vmt_mach_host *out);
};

/* That of this system; NULL where it is not macOS. */
const struct vmt_mach *vmt_mach_here(void);

#endif
