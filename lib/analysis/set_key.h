/* SPDX-License-Identifier: MIT */
#ifndef VMT_ANALYSIS_SET_KEY_H
#define VMT_ANALYSIS_SET_KEY_H

/* What regions of several processes are known by. */

#include "analysis/account.h"
#include "analysis/set.h"

/* A key is text, put together in an arena that is emptied as the set goes. */
struct vmt_set_key {
    struct vmt_arena *arena;
    char *data;
    size_t length;
    size_t capacity;
    size_t thing; /* so long is the part that names the thing, 0 when there is none */
};

/* These tell whether there is memory. */
bool vmt_set_key_add(struct vmt_set_key *key, struct vmt_slice bytes);
bool vmt_set_key_add_number(struct vmt_set_key *key, uint64_t number);

/* What makes a region the same thing as another one's; *method says how that is known. */
bool vmt_set_key_make(struct vmt_set_key *key, enum vmt_share_method *method,
                      const struct vmt_process *process, const struct vmt_account *account,
                      const struct vmt_region *region);

#endif
