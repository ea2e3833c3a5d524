/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "base/input.h"

static enum vmt_status read_memory(struct vmt_input *input, char *buffer, size_t size, size_t *got,
                                   struct vmt_error *err)
{
    (void)err;
    struct vmt_memory_input *memory = (struct vmt_memory_input *)input; /* its first member */
    *got = size < memory->rest.length ? size : memory->rest.length;
    if (*got > 0) {
        memcpy(buffer, memory->rest.data, *got);
    }
    memory->rest = vmt_slice_from(memory->rest, *got);
    return VMT_OK;
}

void vmt_memory_input_init(struct vmt_memory_input *memory, const char *name,
                           struct vmt_slice bytes)
{
    *memory = (struct vmt_memory_input){{name, read_memory}, bytes};
}
