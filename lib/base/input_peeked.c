/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "base/input.h"

static enum vmt_status read_peeked(struct vmt_input *input, char *buffer, size_t size, size_t *got,
                                   struct vmt_error *err)
{
    struct vmt_peeked_input *peeked = (struct vmt_peeked_input *)input; /* its first member */
    size_t left = peeked->length - peeked->given;
    if (left == 0) {
        return peeked->below->read(peeked->below, buffer, size, got, err);
    }
    *got = size < left ? size : left;
    memcpy(buffer, peeked->head + peeked->given, *got);
    peeked->given += *got;
    return VMT_OK;
}

enum vmt_status vmt_peeked_input_init(struct vmt_peeked_input *peeked, struct vmt_input *below,
                                      struct vmt_error *err)
{
    *peeked = (struct vmt_peeked_input){.input = {below->name, read_peeked}, .below = below};
    enum vmt_status status = VMT_OK;
    size_t got = 1;
    while (status == VMT_OK && got > 0 && peeked->length < sizeof peeked->head) {
        status = below->read(below, peeked->head + peeked->length,
                             sizeof peeked->head - peeked->length, &got, err);
        peeked->length += status == VMT_OK ? got : 0;
    }
    return status;
}
