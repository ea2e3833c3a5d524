/* SPDX-License-Identifier: MIT */
#ifndef VMT_ANALYSIS_SET_KEY_H
#define VMT_ANALYSIS_SET_KEY_H

/* What makes a region of one process the same thing as one of another. */

#include "analysis/account.h"
#include "analysis/set.h"

/* A key is text, put together in an arena that is emptied as the set goes. */
struct vmt_set_key {
    struct vmt_arena *arena;
    char *data;
    size_t length;
    size_t capacity;
};

/* Which objects are held by several processes. */
struct vmt_set_holders {
    struct vmt_arena *arena;
    struct vmt_intern *strings;
    struct vmt_string_map objects; /* by number */
};

void vmt_set_holders_init(struct vmt_set_holders *holders, struct vmt_arena *arena,
                          struct vmt_intern *strings);

/* A process more.  False when there is no memory. */
bool vmt_set_holders_add(struct vmt_set_holders *holders, const struct vmt_process *process);

/* The key of a region; *method says how it is known.  False when there is no memory. */
bool vmt_set_key_make(struct vmt_set_key *key, enum vmt_share_method *method,
                      struct vmt_set_holders *holders, const struct vmt_process *process,
                      const struct vmt_account *account, const struct vmt_region *region);

/* The number of several regions of one key. */
bool vmt_set_key_add_number(struct vmt_set_key *key, uint64_t number);

/* Whether a region is of a file, which its detail names. */
bool vmt_set_key_has_file(const struct vmt_region *region);

#endif
