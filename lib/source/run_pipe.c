/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "source/run_pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <unistd.h>

static void close_ends(const int ends[2])
{
    for (size_t i = 0; i < 2; i++) {
        if (ends[i] >= 0) {
            close(ends[i]);
        }
    }
}

static int open_ends(int ends[2])
{
#ifdef HAVE_PIPE2
    return pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno;
#else
    /* What another thread starts in between inherits the ends, unless it is started from here: see
     * POSIX_SPAWN_CLOEXEC_DEFAULT. */
    if (pipe(ends) != 0) {
        return errno;
    }
    for (size_t i = 0; i < 2; i++) {
        if (fcntl(ends[i], F_SETFD, FD_CLOEXEC) != 0) {
            int cause = errno;
            close_ends(ends);
            return cause;
        }
    }
    return 0;
#endif
}

/* A program may have been started without standard streams.  An end in the place of one would be in
 * the way of the tool's own. */
static int raise_end(int *end)
{
    if (*end > STDERR_FILENO) {
        return 0;
    }
    int raised = fcntl(*end, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (raised < 0) {
        return errno;
    }
    close(*end);
    *end = raised;
    return 0;
}

static int open_pipe(int ends[2])
{
    int cause = open_ends(ends);
    if (cause != 0) {
        return cause;
    }
    cause = raise_end(&ends[0]);
    if (cause == 0) {
        cause = raise_end(&ends[1]);
    }
    if (cause != 0) {
        close_ends(ends);
        ends[0] = ends[1] = -1;
    }
    return cause;
}

int vmt_pipes_open(struct vmt_pipes *out)
{
    *out = (struct vmt_pipes){{-1, -1}, {-1, -1}};
    int cause = open_pipe(out->output);
    if (cause == 0) {
        cause = open_pipe(out->error);
    }
    return cause == 0 ? 0 : vmt_pipes_keep(out, cause);
}

int vmt_pipes_keep(struct vmt_pipes *pipes, int cause)
{
    if (cause != 0) {
        close_ends(pipes->output);
        close_ends(pipes->error);
    } else {
        close(pipes->output[1]);
        close(pipes->error[1]);
    }
    return cause;
}
