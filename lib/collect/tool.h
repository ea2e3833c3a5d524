/* SPDX-License-Identifier: MIT */
#ifndef VMT_COLLECT_TOOL_H
#define VMT_COLLECT_TOOL_H

/* How a tool of the system answered, for the next thing to do and for a person. */

#include "source/run.h"

enum vmt_tool_answer {
    VMT_TOOL_ANSWERED, /* what it printed is its report */
    VMT_TOOL_WARNED,   /* likewise, with something to know about it */
    VMT_TOOL_GONE,     /* there is no such process (any more) */
    VMT_TOOL_DENIED,   /* not to this user, or not on this system as it is set up */
    VMT_TOOL_MISSING,  /* it is not there, or cannot be started */
    VMT_TOOL_HUNG,
    VMT_TOOL_FLOODED,
    VMT_TOOL_FAILED /* otherwise */
};

#define VMT_TOOL_SENTENCE 256

/* `tool` is its path.  `sentence` is what happened and what can be done, without a period at the
 * end; empty when it answered.  What a tool that failed printed may still be of use: sysctl prints
 * what it knows and fails for the rest. */
enum vmt_tool_answer vmt_tool_answer(char sentence[VMT_TOOL_SENTENCE], const char *tool,
                                     const struct vmt_run_result *result);

/* The errno of such an answer; 0: none fits. */
int vmt_tool_cause(enum vmt_tool_answer answer);

#endif
