/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "source/run_pipe.h"
#include "source/run_spawn.h"

/* Seconds that it may take to be stopped. */
#define GRACE 5

/* What could not be prepared; the shell's number for what cannot be run. */
#define EXIT_UNPREPARED 126

/* Descriptors that are looked at where nothing tells which are open.  A program that has more than
 * that open passes the others on. */
#define DESCRIPTORS_MOST 65536

struct work {
    vmt_run_work *function;
    const void *argument;
    uint64_t time_limit;
    int output;
    int error;
};

/* --- in the process of its own ---------------------------------------------------------------- */

/* As a new program has them: what this one's handlers do is not for its copy. */
static void reset_signals(void)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigset_t none;
    sigemptyset(&action.sa_mask);
    for (int number = 1; number < NSIG; number++) {
        sigaction(number, &action, NULL); /* two of them cannot be set, and some do not exist */
    }
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, NULL);
}

/* One that cannot be killed must not hold what others wait for the end of. */
static void close_others(void)
{
#ifdef HAVE_CLOSEFROM
    closefrom(STDERR_FILENO + 1);
#else
    int most = getdtablesize();
    for (int i = STDERR_FILENO + 1; i < (most < DESCRIPTORS_MOST ? most : DESCRIPTORS_MOST); i++) {
        close(i);
    }
#endif
}

static bool take_streams(const struct work *work)
{
    int input = open("/dev/null", O_RDONLY);
    return input >= 0 && dup2(input, STDIN_FILENO) >= 0 && dup2(work->output, STDOUT_FILENO) >= 0 &&
           dup2(work->error, STDERR_FILENO) >= 0;
}

/* A directory that is always there; and an end, though nobody waits for it any more. */
static bool let_go(const struct work *work)
{
    uint64_t seconds = work->time_limit / 1000000 + GRACE;
    alarm(seconds < INT32_MAX ? (unsigned)seconds : INT32_MAX);
    return chdir("/") == 0;
}

static _Noreturn void do_work(const struct work *work)
{
    setpgid(0, 0);
    reset_signals();
    if (!take_streams(work) || !let_go(work)) {
        _exit(EXIT_UNPREPARED);
    }
    close_others();
    _exit(work->function(work->argument, STDOUT_FILENO));
}

/* --- here ------------------------------------------------------------------------------------- */

/* No signal is handled between the fork and the moment when the copy has forgotten how. */
static int start(pid_t *process, const struct work *work)
{
    sigset_t all;
    sigset_t former;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &former);
    *process = fork();
    int cause = *process < 0 ? errno : 0;
    if (*process == 0) {
        do_work(work);
    }
    pthread_sigmask(SIG_SETMASK, &former, NULL);
    if (cause == 0) {
        setpgid(*process, *process); /* whoever of the two comes first */
    }
    return cause;
}

int vmt_spawn_work(struct vmt_spawned *out, vmt_run_work *work, const void *argument,
                   uint64_t time_limit)
{
    struct vmt_pipes pipes;
    int cause = vmt_pipes_open(&pipes);
    if (cause == 0) {
        const struct work prepared = {work, argument, time_limit, pipes.output[1], pipes.error[1]};
        cause = vmt_pipes_keep(&pipes, start(&out->process, &prepared));
    }
    if (cause == 0) {
        out->output = pipes.output[0];
        out->error = pipes.error[0];
    }
    return cause;
}
