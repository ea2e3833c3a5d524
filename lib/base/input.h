/* SPDX-License-Identifier: MIT */
#ifndef VMT_BASE_INPUT_H
#define VMT_BASE_INPUT_H

/* Bytes with an origin: what a source gives and a grammar reads. */

#include <stddef.h>

#include "base/error.h"
#include "base/slice.h"

struct vmt_input {
    const char *name; /* for messages; borrowed, outlives the snapshot read from it */
    /* Up to `size` bytes into `buffer`; *got is 0 at the end of the input only. */
    enum vmt_status (*read)(struct vmt_input *input, char *buffer, size_t size, size_t *got,
                            struct vmt_error *err);
};

/* An input over bytes in memory, which are borrowed. */
struct vmt_memory_input {
    struct vmt_input input;
    struct vmt_slice rest;
};

void vmt_memory_input_init(struct vmt_memory_input *memory, const char *name,
                           struct vmt_slice bytes);

#define VMT_PEEKED_HEAD 512

/* An input of which the first bytes are known ahead. */
struct vmt_peeked_input {
    struct vmt_input input; /* all of `below`, with its name */
    struct vmt_input *below;
    size_t length; /* of `head`; less than its size only where there is no more */
    size_t given;
    char head[VMT_PEEKED_HEAD];
};

/* `below` is borrowed; what it gave before is not seen again. */
enum vmt_status vmt_peeked_input_init(struct vmt_peeked_input *peeked, struct vmt_input *below,
                                      struct vmt_error *err);

#endif
