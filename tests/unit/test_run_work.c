/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "running.h"

#include <signal.h>
#include <sys/resource.h>

/* Work of our own in the place of a tool: begun, read, stopped and reaped as one. */

static void write_text(int output, const char *text)
{
    if (write(output, text, strlen(text)) < 0) {
        _exit(99);
    }
}

static void begin_work(vmt_run_work *work, const void *argument, uint64_t time_limit,
                       uint64_t output_limit)
{
    const struct vmt_run_options options = {
        .name = "work",
        .time_limit = time_limit,
        .output_limit = output_limit,
        .work = work,
        .argument = argument,
    };
    ran.length = 0;
    ran.err = VMT_ERROR_INIT;
    ran.status = vmt_run_start(&ran.run, &options, &ran.err);
    CU_ASSERT_FATAL(ran.status == VMT_OK);
}

static void do_work(vmt_run_work *work, const void *argument)
{
    begin_work(work, argument, LONG, MUCH);
    read_all(&ran);
    CU_ASSERT(ran.status == VMT_OK);
    vmt_run_finish(&ran.result, &ran.run);
    expect_nothing_left();
}

/* --- work that ends --------------------------------------------------------------------------- */

static int say(const void *argument, int output)
{
    write_text(output, argument);
    return 3;
}

static void test_work__gives_what_it_writes(void)
{
    do_work(say, "half a reco");
    expect_end(VMT_RUN_EXITED, 3);
    CU_ASSERT(text_is("half a reco"));
    CU_ASSERT(!ran.result.held);
    do_work(say, "");
    expect_end(VMT_RUN_EXITED, 3);
    UNIT_EQUAL_U64(ran.result.output, 0);
}

static int crash(const void *argument, int output)
{
    write_text(output, argument);
    raise(SIGSEGV);
    return 0;
}

static void test_work__crashes(void)
{
    do_work(crash, "and then");
    expect_end(VMT_RUN_KILLED, SIGSEGV);
    CU_ASSERT(text_is("and then"));
}

static int complain(const void *argument, int output)
{
    (void)output;
    write_text(STDERR_FILENO, argument);
    return 0;
}

static void test_work__complains(void)
{
    do_work(complain, "of something");
    expect_end(VMT_RUN_EXITED, 0);
    CU_ASSERT(text_is("") && error_is("of something"));
}

/* --- work that does not ----------------------------------------------------------------------- */

static int hang(const void *argument, int output)
{
    if (*(const bool *)argument) {
        signal(SIGTERM, SIG_IGN);
    }
    write_text(output, "ready\n");
    while (pause() < 0) {}
    return 0;
}

static void test_work__hangs(void)
{
    for (int stubborn = 0; stubborn < 2; stubborn++) {
        const bool deaf = stubborn == 1;
        begin_work(hang, &deaf, SECOND / 5, MUCH);
        read_all(&ran);
        CU_ASSERT(ran.status == VMT_E_IO && ran.err.cause == ETIMEDOUT);
        CU_ASSERT(text_is("ready\n"));
        vmt_run_finish(&ran.result, &ran.run);
        expect_end(VMT_RUN_TIMED_OUT, 0);
        expect_nothing_left();
    }
}

static void test_work__is_not_read(void)
{
    const bool deaf = false;
    begin_work(hang, &deaf, LONG, MUCH);
    CU_ASSERT(read_some(&ran, 1) == 1);
    vmt_run_finish(&ran.result, &ran.run);
    expect_end(VMT_RUN_ABANDONED, 0);
    expect_nothing_left();
}

static int flood(const void *argument, int output)
{
    while (write(output, argument, strlen(argument)) >= 0) {}
    return 0;
}

static void test_work__floods(void)
{
    begin_work(flood, "0123456789", LONG, 100005);
    read_all(&ran);
    CU_ASSERT(ran.status == VMT_E_IO && ran.err.cause == EFBIG);
    UNIT_EQUAL_U64(ran.length, 100005);
    vmt_run_finish(&ran.result, &ran.run);
    expect_end(VMT_RUN_FLOODED, 0);
    expect_nothing_left();
}

/* --- what it is given ------------------------------------------------------------------------- */

static int tell_state(const void *argument, int output)
{
    (void)argument;
    char text[100];
    char directory[1000];
    char byte;
    sigset_t blocked;
    unsigned late = alarm(0);
    for (int i = 0; i < DESCRIPTORS; i++) {
        if (fcntl(i, F_GETFD) >= 0) {
            snprintf(text, sizeof text, "open %d\n", i);
            write_text(output, text);
        }
    }
    sigprocmask(SIG_SETMASK, NULL, &blocked);
    for (int number = 1; number < 32; number++) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) == 0 &&
            (action.sa_handler != SIG_DFL || sigismember(&blocked, number) == 1)) {
            snprintf(text, sizeof text, "signal %d\n", number);
            write_text(output, text);
        }
    }
    snprintf(text, sizeof text, "in %s, input %d, %s, %s\n", getcwd(directory, sizeof directory),
             (int)read(STDIN_FILENO, &byte, 1), getpgrp() == getpid() ? "leads" : "is led",
             late > 120 && late < 130 ? "ends by itself" : "stays");
    write_text(output, text);
    return 0;
}

static void count(int number)
{
    (void)number;
}

static void expect_clean_state(void)
{
    do_work(tell_state, NULL);
    expect_end(VMT_RUN_EXITED, 0);
    CU_ASSERT(text_is("open 0\nopen 1\nopen 2\nin /, input 0, leads, ends by itself\n"));
}

static void test_work__has_nothing_of_ours(void)
{
    sigset_t some;
    sigset_t before;
    int inherited = open("/dev/null", O_RDONLY);
    int far = fcntl(inherited, F_DUPFD, DESCRIPTORS - 1);
    find_descriptors(found);
    sigemptyset(&some);
    sigaddset(&some, SIGUSR1);
    CU_ASSERT(sigprocmask(SIG_BLOCK, &some, &before) == 0);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGTERM, count);
    expect_clean_state();
    struct sigaction action;
    sigset_t now;
    CU_ASSERT(sigaction(SIGTERM, NULL, &action) == 0 && action.sa_handler == count);
    CU_ASSERT(sigprocmask(SIG_SETMASK, &before, &now) == 0);
    CU_ASSERT(sigismember(&now, SIGUSR1) == 1 && sigismember(&now, SIGUSR2) == 0);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    close(far);
    close(inherited);
    find_descriptors(found);
}

static void test_work__without_standard_streams(void)
{
    int kept[3];
    for (int i = 0; i < 3; i++) {
        kept[i] = fcntl(i, F_DUPFD_CLOEXEC, 100);
        CU_ASSERT_FATAL(kept[i] >= 0);
        close(i);
    }
    find_descriptors(found);
    expect_clean_state();
    for (int i = 0; i < 3; i++) {
        CU_ASSERT(dup2(kept[i], i) == i);
        close(kept[i]);
    }
    find_descriptors(found);
}

static void test_work__no_descriptors(void)
{
    struct rlimit limit;
    unsigned started = 0;
    CU_ASSERT_FATAL(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    for (rlim_t most = 3; most < 20; most++) {
        struct rlimit less = {most, limit.rlim_max};
        const struct vmt_run_options options = {
            .name = "work",
            .time_limit = LONG,
            .output_limit = MUCH,
            .work = say,
            .argument = "words",
        };
        CU_ASSERT(setrlimit(RLIMIT_NOFILE, &less) == 0);
        ran.err = VMT_ERROR_INIT;
        ran.status = vmt_run_start(&ran.run, &options, &ran.err);
        CU_ASSERT(setrlimit(RLIMIT_NOFILE, &limit) == 0);
        CU_ASSERT(ran.status == VMT_OK || ran.err.cause == EMFILE);
        started += ran.status == VMT_OK;
        vmt_run_finish(&ran.result, &ran.run);
        expect_nothing_left();
    }
    CU_ASSERT(started > 0 && started < 17);
}

static const struct unit_test tests[] = {
    {"work__gives_what_it_writes", test_work__gives_what_it_writes},
    {"work__crashes", test_work__crashes},
    {"work__complains", test_work__complains},
    {"work__hangs", test_work__hangs},
    {"work__is_not_read", test_work__is_not_read},
    {"work__floods", test_work__floods},
    {"work__has_nothing_of_ours", test_work__has_nothing_of_ours},
    {"work__without_standard_streams", test_work__without_standard_streams},
    {"work__no_descriptors", test_work__no_descriptors},
};

int main(int argc, char **argv)
{
    find_descriptors(found);
    return UNIT_MAIN("test_run_work", tests, argc, argv);
}
