/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_OWN_REPEATS_H
#define VMT_GRAMMAR_OWN_REPEATS_H

#include "grammar/grammar.h"

/* How many of the process's regions were there before: of the same range, depth, type and detail,
 * which no process has twice.  Somebody has pasted their rows again. */
enum vmt_status vmt_own_count_repeats(uint64_t *out, const struct vmt_parse *parse,
                                      const struct vmt_process *process, struct vmt_error *err);

#endif
