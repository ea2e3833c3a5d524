/* SPDX-License-Identifier: MIT */
#ifndef VMT_COLLECT_READ_AHEAD_H
#define VMT_COLLECT_READ_AHEAD_H

/* An input whose next bytes are read by another thread while the caller works on those before:
 * where a file is made as it is read, such as /proc/PID/smaps, that takes as long as the slower of
 * both and not as long as both.  It begins with the input's first RUN bytes, which are read by the
 * caller: most files are not worth a thread. */

#include "base/input.h"
#include "base/memory.h"

struct vmt_read_ahead;

/* An input that gives what `input`, which is borrowed, would give.  Where no thread or no memory
 * can be had, it reads itself; so does one for a single processor. */
struct vmt_input *vmt_read_ahead_start(struct vmt_read_ahead **out, struct vmt_input *input,
                                       const struct vmt_allocator *allocator, unsigned processors);

/* Ends the thread; NULL is none. */
void vmt_read_ahead_free(struct vmt_read_ahead *ahead);

#endif
