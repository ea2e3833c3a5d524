/* SPDX-License-Identifier: MIT */
#ifndef VMT_SOURCE_RUN_H
#define VMT_SOURCE_RUN_H

/* What a tool of the system prints, read while it runs.
 *
 * The tool is started by its path, without a shell, a search or anything of our environment; its
 * standard input is empty.  It leads a session of its own, so that what it starts can be stopped
 * with it, and so that it cannot ask at a terminal.  Its streams are read side by side: neither can
 * block the other.  All waiting has an end.
 *
 * Work of our own that may never return can take the place of a tool: it is done in a process that
 * is a copy of this one, has nothing open but its streams, and is stopped as a tool is.  A copy has
 * one thread alone: what others held at that moment stays held, memory too. */

#include <signal.h>
#include <sys/types.h>

#include "base/input.h"

/* Writes its result to `output`, a descriptor; returns the exit code. */
typedef int vmt_run_work(const void *argument, int output);

struct vmt_run_options {
    const char *const *argv; /* [0] is an absolute path; NULL behind the last; NULL: `work` */
    const char *name;        /* of the input, see struct vmt_input */
    uint64_t time_limit;     /* microseconds from the start to the tool's end */
    uint64_t output_limit;   /* bytes on standard output, and likewise on standard error */
    vmt_run_work *work;
    const void *argument; /* of `work` */
    /* Where the number of its process group is kept while there is one, 0 when not; NULL: nowhere.
     * A terminal's interrupt does not reach it: a program that a signal ends can pass that on,
     * kill(-number, SIGTERM), in the handler too.  Else the tool ends when it next prints. */
    volatile sig_atomic_t *group;
};

enum vmt_run_end {
    VMT_RUN_NOT_STARTED, /* `number` is the errno */
    VMT_RUN_EXITED,      /* with exit code `number` */
    VMT_RUN_KILLED,      /* by signal `number`, which was not ours */
    VMT_RUN_TIMED_OUT,   /* stopped at the time limit */
    VMT_RUN_FLOODED,     /* stopped at the output limit */
    VMT_RUN_ABANDONED,   /* stopped when it was no longer read */
    VMT_RUN_LOST         /* by itself, somehow: this program has its children reaped elsewhere */
};

struct vmt_run_result {
    enum vmt_run_end end;
    int number;
    bool held;              /* its end was not that of its output: what it started had that, too */
    bool remains;           /* it could not be killed, and is there still */
    uint64_t duration;      /* microseconds until it had ended or was to be stopped */
    uint64_t output;        /* bytes that were read */
    struct vmt_slice error; /* the first bytes of standard error, part of the run */
};

struct vmt_run_stream {
    int descriptor; /* -1: closed */
    uint64_t count; /* bytes read */
    uint64_t left;  /* that are to be read: known when the tool has ended, UINT64_MAX before */
};

#define VMT_RUN_ERROR 4096 /* of standard error is kept */

struct vmt_run {
    struct vmt_input input; /* standard output.  At a limit reading fails: VMT_E_IO, `cause` is
                               ETIMEDOUT or EFBIG */
    pid_t process;          /* the tool and its process group, 0 when there is none */
    volatile sig_atomic_t *group; /* of the options */
    struct vmt_run_stream output;
    struct vmt_run_stream error;
    uint64_t started; /* by vmt_clock() */
    uint64_t time_limit;
    uint64_t output_limit;
    int nap;      /* milliseconds of the next wait */
    bool ended;   /* by itself or not; reaped when `process` is 0 */
    bool stopped; /* and `result` says why */
    struct vmt_run_result result;
    char kept[VMT_RUN_ERROR];
};

/* VMT_E_IO: it could not be started.  To be finished in any case; until then it stays in its place,
 * and one thread at a time uses it. */
enum vmt_status vmt_run_start(struct vmt_run *out, const struct vmt_run_options *options,
                              struct vmt_error *err);

/* Wait for the tool's end if its output was read to the end, stop it if not, and leave nothing of
 * it: no process of its group, no zombie, no descriptor.  Output that was read to the end may still
 * be that of a tool that failed: the result tells. */
void vmt_run_finish(struct vmt_run_result *out, struct vmt_run *run);

#endif
