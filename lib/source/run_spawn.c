/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "source/run_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <unistd.h>

/* Nothing of ours: what a person has set changes what the tools print, or what they load. */
static const char *const environment[] = {
    "LC_ALL=C",
    "PATH=/usr/bin:/bin:/usr/sbin:/sbin",
    NULL,
};

/* --- pipes ------------------------------------------------------------------------------------ */

static void close_both(const int ends[2])
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
            close_both(ends);
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
        close_both(ends);
        ends[0] = ends[1] = -1;
    }
    return cause;
}

/* --- the start -------------------------------------------------------------------------------- */

/* Nothing blocked, nothing ignored, whatever this program does with its signals. */
static int set_signals(posix_spawnattr_t *attributes)
{
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    sigdelset(&all, SIGKILL);
    sigdelset(&all, SIGSTOP);
    int cause = posix_spawnattr_setsigmask(attributes, &none);
    return cause != 0 ? cause : posix_spawnattr_setsigdefault(attributes, &all);
}

static int set_attributes(posix_spawnattr_t *attributes)
{
    int flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
#ifdef POSIX_SPAWN_SETSID
    flags |= POSIX_SPAWN_SETSID;
#else
    flags |= POSIX_SPAWN_SETPGROUP; /* group 0, that of its own number, is what is set at first */
#endif
#ifdef POSIX_SPAWN_CLOEXEC_DEFAULT
    flags |= POSIX_SPAWN_CLOEXEC_DEFAULT;
#endif
    int cause = set_signals(attributes);
    return cause != 0 ? cause : posix_spawnattr_setflags(attributes, (short)flags);
}

/* Only the three standard streams, in a directory that is always there. */
static int set_actions(posix_spawn_file_actions_t *actions, int output, int error)
{
    int cause =
        posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, (mode_t)0);
    if (cause == 0) {
        cause = posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO);
    }
    if (cause == 0) {
        cause = posix_spawn_file_actions_adddup2(actions, error, STDERR_FILENO);
    }
#ifdef HAVE_POSIX_SPAWN_FILE_ACTIONS_ADDCLOSEFROM_NP
    if (cause == 0) {
        cause = posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1);
    }
#endif
#ifdef VMT_SPAWN_CHDIR
    if (cause == 0) {
        cause = VMT_SPAWN_CHDIR(actions, "/");
    }
#endif
    return cause;
}

static int start(pid_t *process, const char *const *argv, int output, int error)
{
    posix_spawnattr_t attributes;
    int cause = posix_spawnattr_init(&attributes);
    if (cause != 0) {
        return cause;
    }
    posix_spawn_file_actions_t actions;
    cause = posix_spawn_file_actions_init(&actions);
    if (cause == 0) {
        cause = set_attributes(&attributes);
        if (cause == 0) {
            cause = set_actions(&actions, output, error);
        }
        if (cause == 0) {
            cause = posix_spawn(process, argv[0], &actions, &attributes, (char *const *)argv,
                                (char *const *)environment);
        }
        posix_spawn_file_actions_destroy(&actions);
    }
    posix_spawnattr_destroy(&attributes);
    return cause;
}

int vmt_spawn(struct vmt_spawned *out, const char *const *argv)
{
    int output[2] = {-1, -1};
    int error[2] = {-1, -1};
    if (argv[0][0] != '/') {
        return ENOENT; /* it is not looked for anywhere */
    }
    int cause = open_pipe(output);
    if (cause == 0) {
        cause = open_pipe(error);
    }
    if (cause == 0) {
        cause = start(&out->process, argv, output[1], error[1]);
    }
    if (cause != 0) {
        close_both(output);
        close_both(error);
        return cause;
    }
    close(output[1]);
    close(error[1]);
    out->output = output[0];
    out->error = error[0];
    return 0;
}
