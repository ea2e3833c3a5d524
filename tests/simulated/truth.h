/* SPDX-License-Identifier: MIT */
#ifndef VMT_SIMULATED_TRUTH_H
#define VMT_SIMULATED_TRUTH_H

/* What is true of the memory of a scenario: counted page by page over who maps them, without asking
 * the kernel and without its rules.  What it says is held against what comes out of its answers. */

#include "world.h"

#define SIM_LEAVES 512
/* Everything that up to 16 processes can share is a whole number of these parts of a byte. */
#define SIM_SHARES 720720U

/* Bytes.  Those of a process count a page as often as it is mapped, but its share only once. */
struct sim_truth {
    uint64_t resident;
    uint64_t dirty;
    uint64_t swapped;
    uint64_t private_clean; /* resident, in no other process */
    uint64_t private_dirty;
    uint64_t shared_clean;
    uint64_t shared_dirty;
    uint64_t private_swapped;
    uint64_t anonymous; /* resident */
    uint64_t file;      /* resident, of a file or a device */
    uint64_t file_dirty;
    uint64_t reusable; /* resident and not dirty */
    uint64_t copied;   /* in the first object of a chain of shadows */
    uint64_t share;    /* of what is resident, in parts of a byte */
};

/* A range that is mapped in one way: an entry, or what submaps show of one. */
struct sim_leaf {
    uint64_t start;
    uint64_t end;
    uint64_t offset; /* in the object, of the start */
    uint32_t depth;
    const struct sim_entry *entry;
    struct sim_truth truth;
};

struct sim_ledger {
    const struct sim_process *process;
    uint32_t count;
    struct sim_leaf leaves[SIM_LEAVES];
    struct sim_truth whole;
};

/* Of one process among all of its scenario.  False, and a word to stderr, when there is no room. */
bool sim_truth(struct sim_ledger *out, const struct sim_world *world, uint32_t process);

#endif
