/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_PATTERN_H
#define VMT_GRAMMAR_PATTERN_H

/* Patterns of lines.  Compiled when first needed, once per context, by JIT where it can be had;
 * matching effort is limited, so that no line can take long. */

#include "base/slice.h"
#include "grammar/context.h"

/* `text` is in PCRE2's extended layout and matches a whole line.  `groups` names its named groups,
 * NULL-terminated; vmt_pattern_group() takes an index into them. */
struct vmt_pattern_source {
    const char *text;
    const char *const *groups;
};

/* The compiled pattern, owned by the context.  The source must outlive it. */
enum vmt_status vmt_pattern_get(struct vmt_pattern **out, struct vmt_context *context,
                                const struct vmt_pattern_source *source, struct vmt_error *err);

/* VMT_OK when the whole line matches, VMT_END when it does not; a line that would take more than
 * the limit does not. */
enum vmt_status vmt_pattern_match(struct vmt_pattern *pattern, struct vmt_slice line,
                                  struct vmt_error *err);

/* What a group of the last match holds; `data` is NULL when the group took no part in it. */
struct vmt_slice vmt_pattern_group(const struct vmt_pattern *pattern, size_t group);

/* For context.c. */
void vmt_pattern_free_all(struct vmt_context *context);

#endif
