/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/context.h"

#include "grammar/pattern.h"

/* Longer than any line that a tool prints, short enough to stay in a processor's cache. */
#define WINDOW ((size_t)256 << 10)

void vmt_context_init(struct vmt_context *context, const struct vmt_allocator *allocator)
{
    *context = (struct vmt_context){.allocator = allocator, .window = WINDOW};
}

void vmt_context_free(struct vmt_context *context)
{
    vmt_pattern_free_all(context);
}
