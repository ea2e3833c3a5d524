/* SPDX-License-Identifier: MIT */
#ifndef VMT_COLLECT_JOIN_H
#define VMT_COLLECT_JOIN_H

#include "model/process.h"

/* Add to `process` what `other` states of the same process at the same time, another file of it,
 * and what `process` does not state itself.  Both are of one snapshot; `other` is not to be used
 * any more. */
enum vmt_status vmt_process_join(struct vmt_process *process, struct vmt_process *other,
                                 struct vmt_error *err);

#endif
