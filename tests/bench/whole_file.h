/* SPDX-License-Identifier: MIT */
#ifndef VMT_BENCH_WHOLE_FILE_H
#define VMT_BENCH_WHOLE_FILE_H

/* A file in memory, and the lines of it: what a bench program does besides what it measures. */

#include "base/slice.h"

/* The contents, which free() releases.  Ends the program when they cannot be had. */
struct vmt_slice whole_file_read(const char *path);

/* Split the next line off `rest`, without its LF; false when nothing is left. */
bool whole_file_line(struct vmt_slice *line, struct vmt_slice *rest);

#endif
