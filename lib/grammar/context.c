/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/context.h"

#include "grammar/pattern.h"

/* Longer than any line that a tool prints, short enough to stay in a processor's cache. */
#define WINDOW ((size_t)256 << 10)
/* Larger than any crash report, or a report of ours of some ten thousand regions; parsed it takes
 * some twenty times as much. */
#define JSON_LIMIT ((size_t)64 << 20)

void vmt_context_init(struct vmt_context *context, const struct vmt_allocator *allocator)
{
    *context = (struct vmt_context){
        .allocator = allocator, .window = WINDOW, .json_limit = JSON_LIMIT, .threads = 1};
}

void vmt_context_init_like(struct vmt_context *context, const struct vmt_context *model)
{
    *context = *model;
    context->patterns = NULL;
    context->pattern_memory = NULL;
    context->pcre_general = NULL;
    context->pcre_match = NULL;
}

void vmt_context_free(struct vmt_context *context)
{
    vmt_pattern_free_all(context);
}
