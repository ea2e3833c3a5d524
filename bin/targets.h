/* SPDX-License-Identifier: MIT */
#ifndef VMT_BIN_TARGETS_H
#define VMT_BIN_TARGETS_H

/* From what stands on the command line to the snapshot of a job. */

#include "job.h"

/* Read all targets and selections of the job's options, saying what is wrong with them; a failure
 * is kept in the job's outcome.  Returns whether there is something to report on. */
bool targets_read(struct job *job);

#endif
