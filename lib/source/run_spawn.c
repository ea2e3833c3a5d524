/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "source/run_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <unistd.h>

#include "source/run_pipe.h"

/* Nothing of ours: what a person has set changes what the tools print, or what they load. */
static const char *const environment[] = {
    "LC_ALL=C",
    "PATH=/usr/bin:/bin:/usr/sbin:/sbin",
    NULL,
};

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
    struct vmt_pipes pipes;
    if (argv[0][0] != '/') {
        return ENOENT; /* it is not looked for anywhere */
    }
    int cause = vmt_pipes_open(&pipes);
    if (cause == 0) {
        cause = vmt_pipes_keep(&pipes, start(&out->process, argv, pipes.output[1], pipes.error[1]));
    }
    if (cause == 0) {
        out->output = pipes.output[0];
        out->error = pipes.error[0];
    }
    return cause;
}
