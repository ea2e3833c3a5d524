/* SPDX-License-Identifier: MIT */
#ifndef VMT_SOURCE_RUN_PIPE_H
#define VMT_SOURCE_RUN_PIPE_H

/* The pipes between this program and what it runs. */

/* [0] to read, [1] to write; both are closed when another program is started, and neither is in the
 * place of a standard stream.  0, or the errno: nothing is open then. */
int vmt_pipe_open(int ends[2]);

/* Those that are not -1. */
void vmt_pipe_close(const int ends[2]);

#endif
