/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "running.h"

#include <sys/file.h>

#include "reading.h"
#include "source/clock.h"

/* --- tools that end --------------------------------------------------------------------------- */

static void test_run__gives_what_a_tool_prints(void)
{
    static char expected[sizeof ran.text];
    char path[1000];
    FILE *file = fopen(fixture_path(path), "r");
    CU_ASSERT_FATAL(file != NULL);
    size_t length = fread(expected, 1, sizeof expected, file);
    fclose(file);
    CU_ASSERT_FATAL(length > 1000);
    run_tool("print", path);
    expect_end(VMT_RUN_EXITED, 0);
    CU_ASSERT(ran.length == length && memcmp(ran.text, expected, length) == 0);
    UNIT_EQUAL_U64(ran.result.output, length);
    CU_ASSERT(error_is(""));
    CU_ASSERT(!ran.result.held);
    CU_ASSERT(ran.result.duration > 0);
}

static void test_run__is_read_by_a_grammar(void)
{
    char path[1000];
    begin_tool(&ran, "print", fixture_path(path), NULL, LONG, MUCH);
    begin_reading();
    read_input(&ran.run.input);
    vmt_run_finish(&ran.result, &ran.run);
    expect_end(VMT_RUN_EXITED, 0);
    CU_ASSERT_FATAL(reading.process != NULL);
    CU_ASSERT(reading.process->regions.count > 0);
    UNIT_EQUAL_STR(reading.input->name->data, "stand-in");
    end_reading();
    expect_nothing_left();
}

static void test_run__passes_arguments_as_they_are(void)
{
    begin_tool(&ran, "arguments", "a  b;'\"", "$HOME *", LONG, MUCH);
    read_all(&ran);
    vmt_run_finish(&ran.result, &ran.run);
    CU_ASSERT(text_is("<a  b;'\">\n<$HOME *>\n"));
    expect_nothing_left();
}

static void test_run__tells_the_exit_code(void)
{
    static const char *const codes[] = {"0", "1", "9"};
    for (int i = 0; i < 3; i++) {
        begin_tool(&ran, "say", "words", codes[i], LONG, MUCH);
        read_all(&ran);
        vmt_run_finish(&ran.result, &ran.run);
        expect_end(VMT_RUN_EXITED, codes[i][0] - '0');
        CU_ASSERT(text_is("words"));
    }
    run_tool("fail", "[fatal] no\n");
    expect_end(VMT_RUN_EXITED, 255);
    CU_ASSERT(text_is(""));
    CU_ASSERT(error_is("[fatal] no\n"));
}

/* And what it said, though nothing of it was read before. */
static void test_run__tells_the_exit_code_unread(void)
{
    siginfo_t info;
    begin_tool(&ran, "fail", "[fatal] no\n", NULL, LONG, MUCH);
    CU_ASSERT(waitid(P_PID, (id_t)ran.run.process, &info, WEXITED | WNOWAIT) == 0);
    vmt_run_finish(&ran.result, &ran.run);
    expect_end(VMT_RUN_EXITED, 255);
    CU_ASSERT(error_is("[fatal] no\n"));
    expect_nothing_left();
}

static void test_run__tells_the_signal(void)
{
    run_tool("killed", "9");
    expect_end(VMT_RUN_KILLED, SIGKILL);
    run_tool("killed", "15");
    expect_end(VMT_RUN_KILLED, SIGTERM);
}

static void test_run__half_a_line_or_nothing(void)
{
    run_tool("say", "MALLOC_TINY  10");
    expect_end(VMT_RUN_EXITED, 0);
    CU_ASSERT(text_is("MALLOC_TINY  10"));
    run_tool("nothing", NULL);
    expect_end(VMT_RUN_EXITED, 0);
    UNIT_EQUAL_U64(ran.result.output, 0);
}

/* More on standard error than a pipe holds, before anything is read. */
static void test_run__errors_do_not_block_the_output(void)
{
    run_tool("error-first", NULL);
    expect_end(VMT_RUN_EXITED, 0);
    CU_ASSERT(text_is("done\n"));
    UNIT_EQUAL_U64(ran.result.error.length, VMT_RUN_ERROR);
    UNIT_EQUAL_U64(ran.run.error.count, 1000000);
    CU_ASSERT(ran.result.error.data[998] == 'x' && ran.result.error.data[999] == '\n');
}

static void test_run__one_stream_closed(void)
{
    run_tool("close", "output");
    expect_end(VMT_RUN_EXITED, 0);
    CU_ASSERT(text_is("") && error_is("on the other\n"));
    run_tool("close", "error");
    expect_end(VMT_RUN_EXITED, 0);
    CU_ASSERT(text_is("on the other\n") && error_is(""));
}

/* --- tools that do not ------------------------------------------------------------------------ */

static void test_run__time_limit(void)
{
    expect_late("silent");
    expect_late("stubborn");
    expect_late("halted");
}

/* What never stops printing little is late, too. */
static void test_run__time_limit_while_it_prints(void)
{
    begin_tool(&ran, "flood", "output", NULL, SECOND / 5, UINT64_MAX);
    do {
        ran.length = 0;
    } while (read_some(&ran, 100) > 0);
    CU_ASSERT(ran.status == VMT_E_IO && ran.err.cause == ETIMEDOUT);
    vmt_run_finish(&ran.result, &ran.run);
    expect_end(VMT_RUN_TIMED_OUT, 0);
    expect_nothing_left();
}

/* Its output has an end, and it has none. */
static void test_run__time_limit_behind_the_output(void)
{
    begin_tool(&ran, "deaf", NULL, NULL, SECOND / 5, MUCH);
    read_all(&ran);
    vmt_run_finish(&ran.result, &ran.run);
    expect_end(VMT_RUN_TIMED_OUT, 0);
    expect_nothing_left();
}

/* A slow reader gets all of a tool that was in time. */
static void test_run__time_limit_is_the_tools(void)
{
    begin_tool(&ran, "say", "some words", NULL, 20 * SECOND, MUCH);
    CU_ASSERT(read_some(&ran, 4) == 4);
    siginfo_t info;
    CU_ASSERT(waitid(P_PID, (id_t)ran.run.process, &info, WEXITED | WNOWAIT) == 0);
    ran.run.time_limit = 0;
    read_all(&ran);
    CU_ASSERT(ran.status == VMT_OK && text_is("some words"));
    vmt_run_finish(&ran.result, &ran.run);
    expect_end(VMT_RUN_EXITED, 0);
    expect_nothing_left();
}

static void test_run__stopped_when_it_is_not_read(void)
{
    begin_ready("polite");
    vmt_run_finish(&ran.result, &ran.run);
    expect_end(VMT_RUN_ABANDONED, 0);
    CU_ASSERT(error_is("bye\n")); /* it was asked */
    expect_nothing_left();
}

/* One that cannot hear is woken. */
static void test_run__stopped_when_it_is_halted(void)
{
    siginfo_t info;
    begin_ready("halted");
    CU_ASSERT(waitid(P_PID, (id_t)ran.run.process, &info, WSTOPPED | WNOWAIT) == 0);
    vmt_run_finish(&ran.result, &ran.run);
    expect_end(VMT_RUN_ABANDONED, 0);
    CU_ASSERT(error_is("bye\n"));
    expect_nothing_left();
}

static void test_run__killed_when_it_does_not_listen(void)
{
    begin_ready("stubborn");
    uint64_t asked = vmt_clock();
    vmt_run_finish(&ran.result, &ran.run);
    expect_end(VMT_RUN_ABANDONED, 0);
    CU_ASSERT(vmt_clock() - asked >= SECOND);
    expect_nothing_left();
}

/* As the handler of a signal does. */
static void test_run__killed_from_elsewhere(void)
{
    begin_ready("waiting");
    CU_ASSERT(kill(-(pid_t)ran.run.process, SIGINT) == 0);
    read_all(&ran);
    vmt_run_finish(&ran.result, &ran.run);
    expect_end(VMT_RUN_KILLED, SIGINT);
    expect_nothing_left();
}

static void test_run__output_limit(void)
{
    begin_tool(&ran, "flood", "both", NULL, LONG, 150000);
    read_all(&ran);
    CU_ASSERT(ran.status == VMT_E_IO && ran.err.cause == EFBIG);
    UNIT_EQUAL_STR(ran.err.message, "it printed too much and was stopped");
    CU_ASSERT(ran.length <= 150000);
    vmt_run_finish(&ran.result, &ran.run);
    expect_end(VMT_RUN_FLOODED, 0);
    expect_nothing_left();

    begin_tool(&ran, "flood", "error", NULL, LONG, 150000);
    read_all(&ran);
    CU_ASSERT(ran.status == VMT_E_IO && ran.err.cause == EFBIG);
    vmt_run_finish(&ran.result, &ran.run);
    expect_end(VMT_RUN_FLOODED, 0);
    expect_nothing_left();
}

static void test_run__output_limit_to_the_byte(void)
{
    begin_tool(&ran, "say", "12345", NULL, LONG, 5);
    read_all(&ran);
    CU_ASSERT(ran.status == VMT_OK && text_is("12345"));
    vmt_run_finish(&ran.result, &ran.run);
    expect_end(VMT_RUN_EXITED, 0);
    begin_tool(&ran, "say", "12345", NULL, LONG, 4);
    read_all(&ran);
    CU_ASSERT(ran.status == VMT_E_IO && text_is("1234"));
    vmt_run_finish(&ran.result, &ran.run);
    expect_end(VMT_RUN_FLOODED, 0);
    expect_nothing_left();
}

/* --- what a tool starts ----------------------------------------------------------------------- */

static int lock = -1;
static char lock_path[1000];

static void begin_parent(const char *what)
{
    build_path(lock_path, "tests/unit/test_run.XXXXXX");
    lock = mkstemp(lock_path);
    CU_ASSERT_FATAL(lock >= 0 && fcntl(lock, F_SETFD, FD_CLOEXEC) == 0);
    begin_tool(&ran, what, lock_path, NULL, LONG, UINT64_MAX);
}

/* What it started had the tool's streams, was not waited for, and went with the tool: the lock that
 * it held as long as it lived comes free. */
static void expect_child_to_go(void)
{
    CU_ASSERT(ran.status == VMT_OK);
    vmt_run_finish(&ran.result, &ran.run);
    expect_end(VMT_RUN_EXITED, 0);
    CU_ASSERT(ran.result.held);
    CU_ASSERT(ran.result.duration < LONG);
    CU_ASSERT(flock(lock, LOCK_EX) == 0);
    close(lock);
    unlink(lock_path);
    expect_nothing_left();
}

static void test_run__does_not_wait_for_what_it_started(void)
{
    begin_parent("child");
    read_all(&ran);
    CU_ASSERT(text_is("report\n"));
    expect_child_to_go();
}

static void test_run__does_not_listen_to_what_it_started(void)
{
    begin_parent("chatter");
    do {
        ran.length = 0;
    } while (read_some(&ran, sizeof ran.text) > 0);
    expect_child_to_go();
}

static const struct unit_test tests[] = {
    {"run__gives_what_a_tool_prints", test_run__gives_what_a_tool_prints},
    {"run__is_read_by_a_grammar", test_run__is_read_by_a_grammar},
    {"run__passes_arguments_as_they_are", test_run__passes_arguments_as_they_are},
    {"run__tells_the_exit_code", test_run__tells_the_exit_code},
    {"run__tells_the_exit_code_unread", test_run__tells_the_exit_code_unread},
    {"run__tells_the_signal", test_run__tells_the_signal},
    {"run__half_a_line_or_nothing", test_run__half_a_line_or_nothing},
    {"run__errors_do_not_block_the_output", test_run__errors_do_not_block_the_output},
    {"run__one_stream_closed", test_run__one_stream_closed},
    {"run__time_limit", test_run__time_limit},
    {"run__time_limit_while_it_prints", test_run__time_limit_while_it_prints},
    {"run__time_limit_behind_the_output", test_run__time_limit_behind_the_output},
    {"run__time_limit_is_the_tools", test_run__time_limit_is_the_tools},
    {"run__stopped_when_it_is_not_read", test_run__stopped_when_it_is_not_read},
    {"run__stopped_when_it_is_halted", test_run__stopped_when_it_is_halted},
    {"run__killed_when_it_does_not_listen", test_run__killed_when_it_does_not_listen},
    {"run__killed_from_elsewhere", test_run__killed_from_elsewhere},
    {"run__output_limit", test_run__output_limit},
    {"run__output_limit_to_the_byte", test_run__output_limit_to_the_byte},
    {"run__does_not_wait_for_what_it_started", test_run__does_not_wait_for_what_it_started},
    {"run__does_not_listen_to_what_it_started", test_run__does_not_listen_to_what_it_started},
};

int main(int argc, char **argv)
{
    find_descriptors(found);
    return UNIT_MAIN("test_run", tests, argc, argv);
}
