/* SPDX-License-Identifier: MIT */
#ifndef VMT_ANALYSIS_CHECK_H
#define VMT_ANALYSIS_CHECK_H

/* A dump's own tables held against the sums over its rows. */

#include "analysis/breakdown.h"

/* Fill in the checks of a breakdown of which the rest is complete. */
enum vmt_status vmt_check_make(struct vmt_breakdown *breakdown, struct vmt_error *err);

/* Whether the rows of the process's table add up to its total: none of them is missing. */
bool vmt_check_table_is_complete(const struct vmt_process *process);

#endif
