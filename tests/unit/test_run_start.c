/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "running.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#ifdef HAVE_PTHREAD
#include <pthread.h>
#endif

/* --- no start --------------------------------------------------------------------------------- */

static void expect_no_start(const char *path, int cause)
{
    const char *const argv[] = {path, NULL};
    begin(&ran, argv, LONG, MUCH);
    CU_ASSERT(ran.status == VMT_E_IO);
    UNIT_EQUAL_I64(ran.err.cause, cause);
    ran.err = VMT_ERROR_INIT;
    CU_ASSERT(read_some(&ran, 10) == 0);
    UNIT_EQUAL_I64(ran.err.cause, cause);
    vmt_run_finish(&ran.result, &ran.run);
    expect_end(VMT_RUN_NOT_STARTED, cause);
    expect_nothing_left();
}

static void test_run__no_start(void)
{
    char path[1000];
    expect_no_start("/nowhere/vmmap", ENOENT);
    expect_no_start("sh", ENOENT);     /* is not looked for */
    expect_no_start("bin/sh", ENOENT); /* nor in the directory that it would run in */
    expect_no_start("/", EACCES);
    expect_no_start(fixture_path(path), EACCES);
}

/* A text without `#!` would be a script to a shell. */
static void test_run__no_shell(void)
{
    char path[1000];
    build_path(path, "tests/unit/test_run.XXXXXX");
    int file = mkstemp(path);
    CU_ASSERT_FATAL(file >= 0);
    CU_ASSERT(write(file, "exit 7\n", 7) == 7 && fchmod(file, 0700) == 0);
    close(file);
    expect_no_start(path, ENOEXEC);
    unlink(path);
}

/* Whatever is refused, nothing is left half open. */
static void test_run__no_descriptors(void)
{
    char path[1000];
    struct rlimit limit;
    unsigned started = 0;
    build_path(path, "tests/unit/stand_in");
    const char *const argv[] = {path, "nothing", NULL};
    CU_ASSERT_FATAL(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    for (rlim_t most = 3; most < 20; most++) {
        struct rlimit less = {most, limit.rlim_max};
        CU_ASSERT(setrlimit(RLIMIT_NOFILE, &less) == 0);
        begin(&ran, argv, LONG, MUCH);
        CU_ASSERT(setrlimit(RLIMIT_NOFILE, &limit) == 0);
        CU_ASSERT(ran.status == VMT_OK || ran.err.cause == EMFILE);
        started += ran.status == VMT_OK;
        vmt_run_finish(&ran.result, &ran.run);
        expect_nothing_left();
    }
    CU_ASSERT(started > 0 && started < 17);
}

/* --- what it is given ------------------------------------------------------------------------- */

static void expect_clean_state(void)
{
    begin_tool(&ran, "state", NULL, NULL, LONG, MUCH);
    CU_ASSERT(ran.run.output.descriptor > 2 && ran.run.error.descriptor > 2);
    read_all(&ran);
    vmt_run_finish(&ran.result, &ran.run);
    expect_nothing_left();
    CU_ASSERT(text_is("in /\n"
                      "LC_ALL=C\n"
                      "PATH=/usr/bin:/bin:/usr/sbin:/sbin\n"
                      "open 0\nopen 1\nopen 2\n"
                      "leads a session\n"
                      "input 0\n"));
}

static void test_run__gives_nothing_of_ours(void)
{
    int inherited = open("/dev/null", O_RDONLY); /* without FD_CLOEXEC */
    find_descriptors(found);
    expect_clean_state();
    close(inherited);
    find_descriptors(found);
}

static void test_run__gives_no_signals_of_ours(void)
{
    static const int numbers[] = {SIGPIPE, SIGTERM, SIGINT, SIGCHLD};
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    CU_ASSERT(sigprocmask(SIG_BLOCK, &all, &before) == 0);
    for (size_t i = 0; i < 3; i++) {
        signal(numbers[i], SIG_IGN);
    }
    expect_clean_state();
    for (size_t i = 0; i < 3; i++) {
        signal(numbers[i], SIG_DFL);
    }
    CU_ASSERT(sigprocmask(SIG_SETMASK, &before, NULL) == 0);
}

/* All eight ways in which standard streams can be missing. */
static void test_run__without_standard_streams(void)
{
    for (int missing = 0; missing < 8; missing++) {
        int kept[3];
        for (int i = 0; i < 3; i++) {
            kept[i] = fcntl(i, F_DUPFD_CLOEXEC, 100);
            CU_ASSERT_FATAL(kept[i] >= 0);
        }
        for (int i = 0; i < 3; i++) {
            if ((missing >> i) % 2 == 1) {
                close(i);
            }
        }
        find_descriptors(found);
        expect_clean_state();
        for (int i = 0; i < 3; i++) {
            CU_ASSERT(dup2(kept[i], i) == i);
            close(kept[i]);
        }
    }
    find_descriptors(found);
}

/* --- what this program does meanwhile --------------------------------------------------------- */

static volatile sig_atomic_t alarms;

static void count_alarm(int number)
{
    (void)number;
    alarms++;
}

static void test_run__is_not_troubled_by_signals(void)
{
    static const struct itimerval often = {{0, 500}, {0, 500}};
    static const struct itimerval never = {{0, 0}, {0, 0}};
    struct sigaction action = {.sa_handler = count_alarm}; /* without SA_RESTART */
    CU_ASSERT(sigaction(SIGALRM, &action, NULL) == 0);
    CU_ASSERT(setitimer(ITIMER_REAL, &often, NULL) == 0);
    run_tool("error-first", NULL);
    expect_end(VMT_RUN_EXITED, 0);
    CU_ASSERT(text_is("done\n"));
    begin_ready("stubborn");
    vmt_run_finish(&ran.result, &ran.run);
    expect_end(VMT_RUN_ABANDONED, 0);
    CU_ASSERT(setitimer(ITIMER_REAL, &never, NULL) == 0);
    signal(SIGALRM, SIG_DFL);
    CU_ASSERT(alarms > 0);
    expect_nothing_left();
}

/* A program may have been started so that its children are never seen to end. */
static void test_run__end_not_seen(void)
{
    signal(SIGCHLD, SIG_IGN);
    run_tool("say", "words");
    expect_end(VMT_RUN_LOST, 0);
    CU_ASSERT(text_is("words"));
    expect_late("silent");
    signal(SIGCHLD, SIG_DFL);
}

static void test_run__leaves_nothing_of_many(void)
{
    for (int i = 0; i < 500; i++) {
        bool read = i % 3 != 0;
        begin_tool(&ran, i % 2 == 0 ? "say" : "fail", "words", NULL, LONG, MUCH);
        if (read) {
            read_all(&ran);
        }
        vmt_run_finish(&ran.result, &ran.run);
        CU_ASSERT(ran.result.end == VMT_RUN_EXITED ||
                  (!read && ran.result.end == VMT_RUN_ABANDONED));
    }
    expect_nothing_left();
}

#ifdef HAVE_PTHREAD
#define THREADS 4

/* NULL when all of them went right: a thread makes no assertions. */
static void *run_some(void *out)
{
    struct ran *mine = out;
    char path[1000];
    const char *const argv[] = {build_path(path, "tests/unit/stand_in"), "say", "words", "3", NULL};
    bool right = true;
    for (int i = 0; right && i < 20; i++) {
        struct vmt_input *input = &mine->run.input;
        size_t got = 0;
        size_t end = 1;
        begin(mine, argv, LONG, MUCH);
        right = mine->status == VMT_OK &&
                input->read(input, mine->text, sizeof mine->text, &got, &mine->err) == VMT_OK &&
                got == 5 &&
                input->read(input, mine->text, sizeof mine->text, &end, &mine->err) == VMT_OK &&
                end == 0;
        vmt_run_finish(&mine->result, &mine->run);
        right = right && mine->result.end == VMT_RUN_EXITED && mine->result.number == 3;
    }
    return right ? NULL : out;
}

static void test_run__in_threads(void)
{
    static struct ran rans[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        CU_ASSERT_FATAL(pthread_create(&threads[i], NULL, run_some, &rans[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        void *wrong = NULL;
        CU_ASSERT(pthread_join(threads[i], &wrong) == 0 && wrong == NULL);
    }
    expect_nothing_left();
}
#endif

static const struct unit_test tests[] = {
    {"run__no_start", test_run__no_start},
    {"run__no_shell", test_run__no_shell},
    {"run__no_descriptors", test_run__no_descriptors},
    {"run__gives_nothing_of_ours", test_run__gives_nothing_of_ours},
    {"run__gives_no_signals_of_ours", test_run__gives_no_signals_of_ours},
    {"run__without_standard_streams", test_run__without_standard_streams},
    {"run__is_not_troubled_by_signals", test_run__is_not_troubled_by_signals},
    {"run__end_not_seen", test_run__end_not_seen},
    {"run__leaves_nothing_of_many", test_run__leaves_nothing_of_many},
#ifdef HAVE_PTHREAD
    {"run__in_threads", test_run__in_threads},
#endif
};

int main(int argc, char **argv)
{
    find_descriptors(found);
    return UNIT_MAIN("test_run_start", tests, argc, argv);
}
