/* SPDX-License-Identifier: MIT */
#ifndef VMT_SOURCE_RUN_SPAWN_H
#define VMT_SOURCE_RUN_SPAWN_H

#include <sys/types.h>

struct vmt_spawned {
    pid_t process; /* leads a process group of this number */
    int output;    /* descriptors to read its standard output */
    int error;     /* and its standard error from */
};

/* Start a tool as run.h says.  0, or the errno: nothing is left of it then. */
int vmt_spawn(struct vmt_spawned *out, const char *const *argv);

#endif
