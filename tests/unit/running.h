/* SPDX-License-Identifier: MIT */
#ifndef VMT_UNIT_RUNNING_H
#define VMT_UNIT_RUNNING_H

/* A run of the stand-in for the tools, stand_in.c: how it is begun, read and finished, and that
 * nothing is left of it. */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "source/run.h"
#include "unit.h"

#define SECOND UINT64_C(1000000)
#define LONG (120 * SECOND) /* longer than any machine takes, however busy */
#define MUCH 4000000
#define DESCRIPTORS 256

struct ran {
    struct vmt_run run;
    struct vmt_run_result result;
    struct vmt_error err;
    enum vmt_status status; /* of the start, then of the reading */
    size_t length;
    char text[200000];
};

static struct ran ran;

/* Each test leaves what it found: no process, and these descriptors. */
static bool found[DESCRIPTORS];

static inline void find_descriptors(bool open[DESCRIPTORS])
{
    for (int i = 0; i < DESCRIPTORS; i++) {
        open[i] = fcntl(i, F_GETFD) >= 0;
    }
}

static inline void expect_nothing_left(void)
{
    bool now[DESCRIPTORS];
    find_descriptors(now);
    CU_ASSERT(memcmp(now, found, sizeof now) == 0);
    CU_ASSERT(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
}

static inline const char *build_path(char path[1000], const char *name)
{
    const char *build = getenv("VMT_BUILDDIR");
    char here[500];
    if (build == NULL) {
        build = getcwd(here, sizeof here);
    }
    CU_ASSERT_FATAL(build != NULL);
    snprintf(path, 1000, "%s/%s", build, name);
    return path;
}

static inline void begin(struct ran *out, const char *const *argv, uint64_t time_limit,
                         uint64_t output_limit)
{
    const struct vmt_run_options options = {
        .argv = argv,
        .name = "stand-in",
        .time_limit = time_limit,
        .output_limit = output_limit,
    };
    out->length = 0;
    out->err = VMT_ERROR_INIT;
    out->status = vmt_run_start(&out->run, &options, &out->err);
}

/* Starts it with up to three arguments; the first missing one is NULL. */
static inline void begin_tool(struct ran *out, const char *what, const char *more, const char *last,
                              uint64_t time_limit, uint64_t output_limit)
{
    char path[1000];
    const char *const argv[] = {build_path(path, "tests/unit/stand_in"), what, more, last, NULL};
    begin(out, argv, time_limit, output_limit);
    CU_ASSERT_FATAL(out->status == VMT_OK);
}

static inline size_t read_some(struct ran *out, size_t most)
{
    struct vmt_input *input = &out->run.input;
    size_t room = sizeof out->text - out->length;
    size_t got = 0;
    CU_ASSERT_FATAL(room > 0);
    out->status =
        input->read(input, out->text + out->length, most < room ? most : room, &got, &out->err);
    CU_ASSERT(out->status == VMT_OK || got == 0);
    out->length += got;
    return got;
}

static inline void read_all(struct ran *out)
{
    while (read_some(out, sizeof out->text) > 0) {}
}

static inline void run_tool(const char *what, const char *more)
{
    begin_tool(&ran, what, more, NULL, LONG, MUCH);
    read_all(&ran);
    CU_ASSERT(ran.status == VMT_OK);
    vmt_run_finish(&ran.result, &ran.run);
    expect_nothing_left();
}

static inline bool text_is(const char *text)
{
    return vmt_slice_equals((struct vmt_slice){ran.text, ran.length}, vmt_slice(text));
}

static inline bool error_is(const char *text)
{
    return vmt_slice_equals(ran.result.error, vmt_slice(text));
}

/* How it ended, and that nothing of it remains. */
static inline void expect_end(enum vmt_run_end end, int number)
{
    CU_ASSERT(ran.result.end == end);
    UNIT_EQUAL_I64(ran.result.number, number);
    CU_ASSERT(!ran.result.remains);
    CU_ASSERT(ran.run.process == 0);
}

static inline const char *fixture_path(char path[1000])
{
    const char *root = getenv("VMT_FIXTURES");
    CU_ASSERT_FATAL(root != NULL);
    snprintf(path, 1000, "%s/darwin-vmmap/ok-10.14-worker.txt", root);
    return path;
}

static inline void begin_ready(const char *what)
{
    begin_tool(&ran, what, NULL, NULL, LONG, MUCH);
    while (ran.length < strlen("ready\n") && read_some(&ran, 1) > 0) {}
    CU_ASSERT(text_is("ready\n")); /* while it runs */
}

static inline void expect_late(const char *what)
{
    begin_tool(&ran, what, NULL, NULL, SECOND / 5, MUCH);
    read_all(&ran);
    CU_ASSERT(ran.status == VMT_E_IO && ran.err.cause == ETIMEDOUT);
    UNIT_EQUAL_STR(ran.err.message, "it took too long and was stopped");
    vmt_run_finish(&ran.result, &ran.run);
    expect_end(VMT_RUN_TIMED_OUT, 0);
    CU_ASSERT(ran.result.duration >= SECOND / 5);
    expect_nothing_left();
}

#endif
