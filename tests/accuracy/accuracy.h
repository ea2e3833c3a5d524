/* SPDX-License-Identifier: MIT */
#ifndef VMT_ACCURACY_ACCURACY_H
#define VMT_ACCURACY_ACCURACY_H

/* The accounting held against Linux, which counts what is private, shared and proportional.  See
 * accuracy.c for the way from one to the other. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Files of the groups are named as if they lay here, wherever they do. */
#define OWN_DIRECTORY "/srv/accuracy"

/* What is counted of a mapping, in bytes. */
enum count {
    RSS,
    PSS,
    SHARED_CLEAN,
    SHARED_DIRTY,
    PRIVATE_CLEAN,
    PRIVATE_DIRTY,
    SWAP,
    SWAP_PSS,
    COUNTS
};

struct mapping {
    uint64_t start;
    uint64_t end;
    char permissions[5]; /* "rw-p" */
    char place[48];      /* of a file: offset, device and inode as they are written */
    char path[256];      /* "" of anonymous memory */
    uint64_t counts[COUNTS];
};

struct process {
    unsigned pid;
    char name[64];
    struct mapping *mappings;
    size_t mapping_count;
};

enum { PROCESSES_MOST = 16 };

struct group {
    const char *kind;
    struct process processes[PROCESSES_MOST];
    size_t process_count;
};

/* Say why and end with 2. */
_Noreturn void fail(const char *what, const char *which);
void *get_memory(void *old, size_t size);

/* --- smaps.c: the truth ----------------------------------------------------------------------- */

/* The truth as far as smaps tells it: it rounds proportional sizes, and does not say which pages
 * others than the group's processes hold. */
struct truth {
    uint64_t low;
    uint64_t high;
};

/* Members of the accounting, then the share, in the order in which they are printed. */
enum member {
    MEMBER_RESIDENT,
    MEMBER_DIRTY,
    MEMBER_CLEAN,
    MEMBER_SWAPPED,
    MEMBER_PRIVATE_CLEAN,
    MEMBER_PRIVATE_DIRTY,
    MEMBER_SHARED_CLEAN,
    MEMBER_SHARED_DIRTY,
    MEMBER_USS,
    MEMBER_PSS,
    MEMBER_RSS,
    MEMBER_SWAPPED_PRIVATE,
    MEMBER_SWAP_PSS,
    MEMBER_PRIVATE_FOOTPRINT,
    MEMBER_SHARE,
    MEMBERS
};

/* Read smaps; paths below `own` are named as if they lay in OWN_DIRECTORY. */
void smaps_read(struct process *out, FILE *file, const char *const own[2]);
/* What was read, without what nobody reads. */
void smaps_write(const struct process *process, FILE *file);
bool smaps_equal(const struct process *a, const struct process *b);
void smaps_free(struct process *process);
uint64_t smaps_sum(const struct process *process, enum count count);
void smaps_truth(const struct process *process, struct truth truth[MEMBERS]);
bool smaps_is_shared_mapping(const struct mapping *mapping);

/* --- text.c: what vmmap would show ---------------------------------------------------------------
 */

/* The rows in the order of addresses, or with a seed other than 0 in any. */
void text_write(FILE *file, const struct process *process, uint64_t seed);

/* --- groups.c: processes ---------------------------------------------------------------------- */

/* Start each group in a directory, hand its processes over while they wait, end them. */
void groups_run(const char *worker, const char *directory, const char *tmpfs,
                void (*use)(struct group *group, void *context), void *context);

/* --- compare.c: vmtally's answer ---------------------------------------------------------------
 */

struct answer_amount {
    bool known;   /* there is a value */
    bool bounded; /* there are bounds */
    uint64_t value;
    uint64_t lower;
    uint64_t upper;
};

struct answer {
    struct answer_amount of[PROCESSES_MOST][MEMBERS];
    struct answer_amount set_resident;
};

/* What vmtally is given of each process. */
struct form {
    bool smaps;    /* all that Linux tells, not what vmmap would show */
    uint64_t seed; /* of the order of rows */
};

/* Ask `vmtally` about the group's texts, which are written below `directory`. */
void answer_get(struct answer *answer, const struct group *group, const char *vmtally,
                const char *directory, struct form form);
const char *member_name(enum member member);

/* --- score.c: how good it is --------------------------------------------------------------------
 */

struct score;

struct score *score_new(void);
void score_free(struct score *score);
/* Hold an answer against the truth; what lies outside of its bounds is said at once. */
void score_add(struct score *score, const struct group *group, const struct answer *answer);
void score_print(struct score *score);
uint64_t score_outside(const struct score *score);
uint64_t score_inside(const struct score *score);

#endif
