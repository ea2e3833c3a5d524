/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_CONTEXT_H
#define VMT_GRAMMAR_CONTEXT_H

/* What reading needs and keeps between inputs: the allocator, limits and compiled patterns.
 * One context serves one thread; the library has no other state. */

#include "base/memory.h"

struct vmt_context {
    const struct vmt_allocator *allocator;
    size_t window;                  /* bytes of an input held at once; a longer line is not read */
    size_t json_limit;              /* bytes of one JSON value, which is read whole */
    const struct vmt_grammar *only; /* the format that inputs are in; NULL: they tell */
    unsigned threads; /* that may read the files of a directory at once; the allocator serves all */
    bool interpret;   /* match without JIT (for tests; JIT falls back silently anyway) */
    struct vmt_pattern *patterns; /* compiled so far */
    struct vmt_pattern_memory *pattern_memory;
    void *pcre_general; /* pcre2_general_context */
    void *pcre_match;   /* pcre2_match_context, with the match limit */
};

/* The allocator is borrowed and must outlive the context.  One thread.  Takes no memory yet. */
void vmt_context_init(struct vmt_context *context, const struct vmt_allocator *allocator);
/* A context for another thread, with the settings of `model` and patterns of its own. */
void vmt_context_init_like(struct vmt_context *context, const struct vmt_context *model);
void vmt_context_free(struct vmt_context *context);

#endif
