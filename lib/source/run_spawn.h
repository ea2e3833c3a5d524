/* SPDX-License-Identifier: MIT */
#ifndef VMT_SOURCE_RUN_SPAWN_H
#define VMT_SOURCE_RUN_SPAWN_H

#include <sys/types.h>

#include "source/run.h"

struct vmt_spawned {
    pid_t process; /* leads a process group of this number */
    int output;    /* descriptors to read its standard output */
    int error;     /* and its standard error from */
};

/* Start a tool as run.h says.  0, or the errno: nothing is left of it then. */
int vmt_spawn(struct vmt_spawned *out, const char *const *argv);

/* The same with work of our own.  Whatever becomes of this program, it ends `time_limit`
 * microseconds and a little later at the latest, where it can be ended. */
int vmt_spawn_work(struct vmt_spawned *out, vmt_run_work *work, const void *argument,
                   uint64_t time_limit);

#endif
