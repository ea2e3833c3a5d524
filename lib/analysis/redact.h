/* SPDX-License-Identifier: MIT */
#ifndef VMT_ANALYSIS_REDACT_H
#define VMT_ANALYSIS_REDACT_H

/* A snapshot that can be shown to others: names of people and of their files go, numbers, types
 * and equality stay.
 *
 *   /Users/ann/Work/plan.app/plan   →  /path-1
 *   /home/ann/cache/plan.db         →  /path-2.db
 *   'Plan for May', shared with …   →  'title-1', shared with …
 *   ann, anywhere else              →  user-1
 *
 * Paths of the system itself stay, so do names of processes.  The same text always becomes the
 * same word. */

#include "model/snapshot.h"

/* Changes the snapshot in place; inputs are renamed as paths are, excerpts of lines are dropped. */
enum vmt_status vmt_redact(struct vmt_snapshot *snapshot, struct vmt_error *err);

#endif
