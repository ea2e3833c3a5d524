/* SPDX-License-Identifier: MIT */
#ifndef VMT_COLLECT_LIVE_FILE_H
#define VMT_COLLECT_LIVE_FILE_H

/* Files of a tree of the kernel's, for live_*.c. */

#include "collect/live.h"
#include "source/source.h"

/* A small file into `buffer`; false when it cannot be read. */
static inline bool vmt_live_slurp(struct vmt_slice *out, char *buffer, size_t size, int directory,
                                  const char *file)
{
    struct vmt_error err = VMT_ERROR_INIT;
    return vmt_file_slurp_at(out, buffer, size, directory, file, file, &err) == VMT_OK;
}

/* A path in messages; what is longer is cut. */
#define VMT_LIVE_NAME 4096

/* A time of ISO 8601, and what it takes. */
#define VMT_LIVE_TIME 32
void vmt_live_format_time(char text[VMT_LIVE_TIME], uint64_t seconds);

/* Read a file into the snapshot as of `grammar`, until `deadline` of vmt_clock() at most (0: as
 * long as it takes); `name` is what it is called from then on.  Where it fails, nothing of it is
 * left in the snapshot. */
enum vmt_status vmt_live_read_file(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                   int directory, const char *file, const char *name,
                                   const struct vmt_grammar *grammar, uint64_t deadline,
                                   struct vmt_error *err);

#endif
