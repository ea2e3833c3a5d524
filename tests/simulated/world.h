/* SPDX-License-Identifier: MIT */
#ifndef VMT_SIMULATED_WORLD_H
#define VMT_SIMULATED_WORLD_H

/* What a scenario says, as plain data: read by code with the C library's headers (scenario.h),
 * acted out by code with Apple's (xnu.h), and counted page by page by code with the C library's
 * again (truth.h).  Nothing in here but types that are the same for both; things refer to each
 * other by their places in these arrays, -1 being none. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_OBJECTS 64
#define SIM_MAPS 32
#define SIM_ENTRIES 256
#define SIM_PROCESSES 32
#define SIM_RUNS 16
#define SIM_EXPECTED 256
#define SIM_NAME 32
#define SIM_PATH 256

/* What a page of an object is. */
enum sim_page {
    SIM_RESIDENT = 1,
    SIM_DIRTY = 2,
    SIM_COMPRESSED = 4,
    SIM_REUSABLE = 8,
    SIM_SPECULATIVE = 16,
    SIM_FICTITIOUS = 32,
    SIM_REFERENCED = 64
};

/* Pages `first` to `last` of an object, pages of the kernel. */
struct sim_run {
    uint64_t first;
    uint64_t last;
    uint32_t state; /* enum sim_page */
};

struct sim_object {
    char name[SIM_NAME];
    char file[SIM_PATH]; /* of which the pages are; empty: none */
    uint64_t id;         /* what the kernel tells instead of its address */
    uint64_t size;       /* bytes */
    uint64_t shadow_offset;
    int32_t shadow;  /* object */
    uint32_t others; /* references of pagers, handles, devices: of whatever is no entry */
    uint32_t purge;  /* VM_PURGABLE_* */
    bool external;   /* the pages are of a file or of a device */
    bool true_share;
    bool contiguous; /* a device: the kernel does not look at its pages */
    bool all_reusable;
    bool paging; /* under way, which holds a reference of `others` */
    uint32_t run_count;
    struct sim_run runs[SIM_RUNS];
};

/* Of a process, or one that others show a window of. */
struct sim_map {
    char name[SIM_NAME];
    uint64_t id;
    uint32_t first; /* entry */
    uint32_t count;
};

struct sim_entry {
    uint64_t start;
    uint64_t end;
    uint64_t offset; /* in the object or the submap */
    int32_t object;
    int32_t submap;
    uint32_t protection;
    uint32_t max_protection;
    uint32_t inheritance;
    uint32_t tag;
    uint32_t wired; /* times */
    uint32_t behavior;
    bool needs_copy;
    bool nested; /* of a submap: the page tables are shared, too */
    bool superpage;
};

enum sim_access {
    SIM_BY_RULE, /* as the users' numbers say */
    SIM_ALLOWED,
    SIM_DENIED,
    SIM_HANGS
};

struct sim_process {
    uint32_t pid;
    uint32_t parent;
    uint32_t user;
    uint64_t start; /* microseconds since 1970 */
    char name[SIM_NAME];
    char path[SIM_PATH];
    uint32_t page_size; /* 0: that of the kernel */
    bool zombie;
    bool translated;
    uint32_t task;   /* enum sim_access: task_for_pid and task_read_for_pid */
    uint32_t info;   /* proc_pidinfo, proc_pid_rusage, task_name_for_pid */
    uint32_t pages;  /* questions after single pages */
    uint32_t born;   /* exists from this call about its number on */
    uint32_t dies;   /* and is gone after this one; 0: stays */
    uint32_t exits;  /* after this one it has no memory any more; 0: it does not end so */
    uint32_t dying;  /* what a call by a port of a dead task returns; 0: MACH_SEND_INVALID_DEST */
    uint64_t kernel; /* bytes of the footprint that are in no region */
    uint64_t peak;   /* of the footprint; 0: what it is now */
    int32_t map;
};

/* Everything a question to the system itself is answered from. */
struct sim_machine {
    uint64_t memory;
    uint64_t free; /* pages, and so on as in struct vm_statistics64 */
    uint64_t active;
    uint64_t inactive;
    uint64_t wired;
    uint64_t zero_filled;
    uint64_t reactivations;
    uint64_t pageins;
    uint64_t pageouts;
    uint64_t faults;
    uint64_t copy_on_write;
    uint64_t purges;
    uint64_t purgeable;
    uint64_t speculative;
    uint64_t decompressions;
    uint64_t compressions;
    uint64_t swapins;
    uint64_t swapouts;
    uint64_t compressor;
    uint64_t throttled;
    uint64_t external;
    uint64_t internal;
    uint64_t uncompressed;
    uint64_t swapped;
    uint64_t swap_total;
    uint64_t swap_available;
    uint64_t swap_used;
    bool swap_encrypted;
    uint32_t pressure;
    uint32_t free_percent;
};

struct sim_kernel {
    uint32_t page_size;
    uint32_t major; /* of macOS */
    uint32_t minor;
    char version[SIM_NAME];
    char build[SIM_NAME];
    char machine[SIM_NAME];
    uint32_t user; /* of the caller, as are the next two */
    uint32_t pid;
    uint32_t self_page_size; /* 0: that of the kernel */
    /* What it knows; the version of macOS says unless the scenario does. */
    uint32_t region_record; /* naturals that it fills: 16, 17 or 19 */
    uint32_t task_record;   /* of TASK_VM_INFO */
    uint32_t host_record;   /* of HOST_VM_INFO64 */
    uint32_t usage_record;  /* RUSAGE_INFO_V* */
    bool region_flags;
    bool read_ports;   /* task_read_for_pid */
    bool range_query;  /* mach_vm_page_range_query */
    bool submap_copy;  /* leaves of a submap that is copied on write are SM_COW */
    bool region_paths; /* PROC_PIDREGIONPATH, PROC_PIDREGIONPATHINFO2 */
};

/* What a walk by task has to tell of the region at an address, or what is true of a process:
 * written into the scenario by hand. */
struct sim_expected {
    unsigned line;
    uint32_t pid;
    bool of_region;
    uint64_t address;
    char key[SIM_NAME];
    uint64_t value;
};

struct sim_world {
    struct sim_kernel kernel;
    struct sim_machine machine;
    uint32_t object_count;
    uint32_t map_count;
    uint32_t entry_count;
    uint32_t process_count;
    uint32_t expected_count;
    struct sim_object objects[SIM_OBJECTS];
    struct sim_map maps[SIM_MAPS];
    struct sim_entry entries[SIM_ENTRIES];
    struct sim_process processes[SIM_PROCESSES];
    struct sim_expected expected[SIM_EXPECTED];
};

#endif
