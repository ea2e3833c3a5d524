/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "source/run.h"

#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "source/clock.h"
#include "source/run_spawn.h"

/* Milliseconds between two looks at a tool that is silent; they double up to the last. */
#define NAP_FIRST 1
#define NAP_LAST 32

/* Microseconds for a tool to end when it is asked to, and when it is not asked. */
#define GRACE 1000000
#define AGONY 2000000

/* Milliseconds for the end of the output to show after that of the tool. */
#define LAST_LOOK 100

/* --- streams ---------------------------------------------------------------------------------- */

static void close_stream(struct vmt_run_stream *stream)
{
    if (stream->descriptor >= 0) {
        close(stream->descriptor);
        stream->descriptor = -1;
    }
}

/* Bytes of a stream where there are some, or its end, which closes it.  -1: a failure. */
static ssize_t take(struct vmt_run_stream *stream, char *buffer, size_t size)
{
    if (size > stream->left) {
        size = (size_t)stream->left;
    }
    ssize_t count = -1;
    do {
        count = read(stream->descriptor, buffer, size);
    } while (count < 0 && errno == EINTR);
    if (count <= 0) {
        int cause = errno;
        close_stream(stream);
        errno = cause;
        return count;
    }
    stream->count += (uint64_t)count;
    stream->left -= stream->left == UINT64_MAX ? 0 : (uint64_t)count;
    return count;
}

static void take_error(struct vmt_run *run)
{
    char bytes[VMT_RUN_ERROR];
    ssize_t count = take(&run->error, bytes, sizeof bytes);
    size_t kept = run->result.error.length;
    size_t more = count > 0 ? (size_t)count : 0;
    if (more > sizeof run->kept - kept) {
        more = sizeof run->kept - kept;
    }
    memcpy(run->kept + kept, bytes, more);
    run->result.error.length += more;
}

/* What is there is all that the tool wrote, however long others keep the stream open. */
static void limit_to_what_is_there(struct vmt_run_stream *stream)
{
    int count = 0;
    bool known = stream->descriptor >= 0 && ioctl(stream->descriptor, FIONREAD, &count) == 0;
    stream->left = known && count > 0 ? (uint64_t)count : 0;
}

static struct pollfd polled(const struct vmt_run_stream *stream)
{
    int descriptor = stream->left > 0 ? stream->descriptor : -1;
    return (struct pollfd){.fd = descriptor, .events = POLLIN};
}

/* Sleep until something happens or it is time for another look.  Takes what is on standard error;
 * whether there is something on standard output. */
static bool wait_for_output(struct vmt_run *run)
{
    struct pollfd streams[] = {polled(&run->output), polled(&run->error)};
    if (poll(streams, sizeof streams / sizeof streams[0], run->nap) <= 0) {
        run->nap = run->nap < NAP_LAST ? 2 * run->nap : NAP_LAST;
        return false;
    }
    run->nap = NAP_FIRST;
    if (streams[1].revents != 0) {
        take_error(run);
    }
    return streams[0].revents != 0;
}

/* --- the tool --------------------------------------------------------------------------------- */

static void set_process(struct vmt_run *run, pid_t process)
{
    run->process = process;
    if (run->group != NULL) {
        *run->group = (sig_atomic_t)process;
    }
}

/* See whether it has ended.  It is not reaped yet, so that its number stays its own. */
static void look(struct vmt_run *run)
{
    if (run->ended) {
        return;
    }
    siginfo_t info = {0}; /* not every system writes it when there is nothing to tell */
    int status = waitid(P_PID, (id_t)run->process, &info, WEXITED | WNOHANG | WNOWAIT);
    if (status == 0 && info.si_pid == 0) {
        return;
    }
    run->ended = true;
    if (status != 0) {
        run->result.end = VMT_RUN_LOST;
        set_process(run, 0);
    }
    limit_to_what_is_there(&run->output);
    limit_to_what_is_there(&run->error);
}

static void signal_group(const struct vmt_run *run, int number)
{
    if (run->process > 0) {
        kill(-run->process, number);
    }
}

static void reap(struct vmt_run *run)
{
    pid_t process = run->process;
    int status = 0;
    pid_t reaped = -1;
    set_process(run, 0);
    do {
        reaped = waitpid(process, &status, 0);
    } while (reaped < 0 && errno == EINTR);
    if (run->stopped) {
        return;
    }
    if (reaped < 0) {
        run->result.end = VMT_RUN_LOST;
    } else if (WIFEXITED(status)) {
        run->result.end = VMT_RUN_EXITED;
        run->result.number = WEXITSTATUS(status);
    } else {
        run->result.end = VMT_RUN_KILLED;
        run->result.number = WTERMSIG(status);
    }
}

/* Keep what it said last, and leave nothing of it. */
static void clear(struct vmt_run *run)
{
    while (run->ended && run->error.descriptor >= 0 && run->error.left > 0) {
        take_error(run);
    }
    close_stream(&run->output);
    close_stream(&run->error);
    run->result.output = run->output.count;
    signal_group(run, SIGKILL); /* what it started */
    if (run->ended && run->process > 0) {
        reap(run);
    }
    run->result.remains = !run->ended;
    set_process(run, 0);
}

static void await_end(struct vmt_run *run, uint64_t most)
{
    uint64_t until = vmt_clock() + most;
    char bytes[VMT_RUN_ERROR];
    look(run);
    while (!run->ended && vmt_clock() < until) {
        if (wait_for_output(run)) {
            take(&run->output, bytes, sizeof bytes);
        }
        look(run);
    }
}

static void stop(struct vmt_run *run, enum vmt_run_end why)
{
    run->stopped = true;
    run->result.duration = vmt_clock() - run->started;
    signal_group(run, SIGTERM);
    signal_group(run, SIGCONT); /* one that is halted sees it only then */
    await_end(run, GRACE);
    if (!run->ended) {
        signal_group(run, SIGKILL);
        await_end(run, AGONY);
    }
    run->result.end = why;
    clear(run);
}

/* Whether it still runs and may. */
static bool goes_on(struct vmt_run *run)
{
    look(run);
    if (run->ended) {
        return false;
    }
    if (run->error.count > run->output_limit) {
        stop(run, VMT_RUN_FLOODED);
    } else if (vmt_clock() - run->started >= run->time_limit) {
        stop(run, VMT_RUN_TIMED_OUT);
    }
    return !run->stopped;
}

/* --- its output ------------------------------------------------------------------------------- */

static enum vmt_status fail_stopped(const struct vmt_run *run, struct vmt_error *err)
{
    struct vmt_place place = {.source = run->input.name};
    if (run->result.end == VMT_RUN_NOT_STARTED) {
        return vmt_fail_io(err, run->input.name, run->result.number, "start it");
    }
    bool late = run->result.end == VMT_RUN_TIMED_OUT;
    vmt_fail_at(err, place, VMT_E_IO, "it %s and was stopped",
                late ? "took too long" : "printed too much");
    err->cause = late ? ETIMEDOUT : EFBIG;
    return VMT_E_IO;
}

static enum vmt_status take_output(struct vmt_run *run, char *buffer, size_t size, size_t *got,
                                   struct vmt_error *err)
{
    uint64_t room = run->output_limit - run->output.count;
    char beyond;
    ssize_t count = room == 0 ? take(&run->output, &beyond, 1)
                              : take(&run->output, buffer, size < room ? size : (size_t)room);
    if (count < 0) {
        return vmt_fail_io(err, run->input.name, errno, "read");
    }
    if (room == 0 && count > 0) {
        stop(run, VMT_RUN_FLOODED);
        return fail_stopped(run, err);
    }
    *got = (size_t)count;
    return VMT_OK;
}

/* The tool has ended and all of its output was read.  Whether others go on with it is told. */
static void end_output(struct vmt_run *run)
{
    struct pollfd output = {.fd = run->output.descriptor, .events = POLLIN};
    char beyond;
    run->result.held = poll(&output, 1, LAST_LOOK) <= 0 || read(output.fd, &beyond, 1) != 0;
    close_stream(&run->output);
}

static enum vmt_status read_output(struct vmt_input *input, char *buffer, size_t size, size_t *got,
                                   struct vmt_error *err)
{
    struct vmt_run *run = (struct vmt_run *)input; /* its first member */
    *got = 0;
    while (!run->stopped && run->output.descriptor >= 0) {
        if (!goes_on(run) && !run->stopped && run->output.left == 0) {
            end_output(run);
        } else if (!run->stopped && wait_for_output(run)) {
            enum vmt_status status = take_output(run, buffer, size, got, err);
            if (status != VMT_OK || *got > 0) {
                return status;
            }
        }
    }
    return run->stopped ? fail_stopped(run, err) : VMT_OK;
}

enum vmt_status vmt_run_start(struct vmt_run *out, const struct vmt_run_options *options,
                              struct vmt_error *err)
{
    struct vmt_spawned spawned = {0, -1, -1};
    out->started = vmt_clock();
    int cause = options->argv != NULL ? vmt_spawn(&spawned, options->argv)
                                      : vmt_spawn_work(&spawned, options->work, options->argument,
                                                       options->time_limit);
    out->input = (struct vmt_input){options->name, read_output};
    out->group = options->group;
    set_process(out, spawned.process);
    out->output = (struct vmt_run_stream){spawned.output, 0, UINT64_MAX};
    out->error = (struct vmt_run_stream){spawned.error, 0, UINT64_MAX};
    out->time_limit = options->time_limit;
    out->output_limit = options->output_limit;
    out->nap = NAP_FIRST;
    out->ended = out->stopped = cause != 0;
    out->result = (struct vmt_run_result){
        .end = VMT_RUN_NOT_STARTED,
        .number = cause,
        .error = {out->kept, 0},
    };
    return cause == 0 ? VMT_OK : fail_stopped(out, err);
}

void vmt_run_finish(struct vmt_run_result *out, struct vmt_run *run)
{
    bool unread = run->output.descriptor >= 0;
    while (!unread && goes_on(run)) {
        wait_for_output(run);
    }
    look(run);
    if (!run->ended) {
        stop(run, VMT_RUN_ABANDONED);
    }
    if (!run->stopped) {
        run->result.duration = vmt_clock() - run->started;
        clear(run);
    }
    *out = run->result;
}
