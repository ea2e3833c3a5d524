/* SPDX-License-Identifier: MIT */
#ifndef VMT_COLLECT_CAPTURE_MACOS_H
#define VMT_COLLECT_CAPTURE_MACOS_H

/* Saving what runs on macOS, for capture.c: its kernel has no files, so what was read of each
 * process is saved, as a file of our own. */

#include "collect/capture.h"

/* A process, and with the first one the machine.  `what` as in vmt_live_read(). */
enum vmt_status vmt_capture_macos(struct vmt_capture *capture,
                                  const struct vmt_live_process *process, unsigned what,
                                  struct vmt_error *err);

/* What the directory is, behind the words of when and where. */
extern const char vmt_capture_macos_about[];

#endif
