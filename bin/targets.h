/* SPDX-License-Identifier: MIT */
#ifndef VMT_BIN_TARGETS_H
#define VMT_BIN_TARGETS_H

/* From what stands on the command line to the snapshot of a job. */

#include "job.h"

/* Read all targets and selections of the job's options, saying what is wrong with them; a failure
 * is kept in the job's outcome.  Returns whether there is something to report on. */
bool targets_read(struct job *job);

/* The tree of running processes, opened when it is first needed; NULL when it cannot be, which is
 * said. */
const struct vmt_live *targets_live(struct job *job);

/* The processes that a selection means, those with memory and those without; false when they
 * cannot be listed, which is said.  The list is to be freed when they can. */
bool targets_select(struct vmt_live_list *list, struct job *job, const struct selection *selection);

/* Say it when there are processes that do not show. */
void targets_say_hidden(const struct vmt_live_list *list);

#endif
