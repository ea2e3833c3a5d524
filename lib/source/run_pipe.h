/* SPDX-License-Identifier: MIT */
#ifndef VMT_SOURCE_RUN_PIPE_H
#define VMT_SOURCE_RUN_PIPE_H

/* The pipes between this program and what it runs. */

/* Of each [0] to read here, [1] to write there; all are closed when another program is started, and
 * none is in the place of a standard stream. */
struct vmt_pipes {
    int output[2];
    int error[2];
};

/* 0, or the errno: nothing is open then. */
int vmt_pipes_open(struct vmt_pipes *out);

/* What writes was started, or not, `cause` being the errno then: keep the ends that are read, or
 * none.  Returns the cause. */
int vmt_pipes_keep(struct vmt_pipes *pipes, int cause);

#endif
