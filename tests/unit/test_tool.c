/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/tool.h"

#include <errno.h>

#include "unit.h"

#define TOOL "/usr/bin/vmmap"

static struct answered {
    enum vmt_tool_answer answer;
    char sentence[VMT_TOOL_SENTENCE];
} answered;

static void answer(const struct vmt_run_result *result)
{
    answered.answer = vmt_tool_answer(answered.sentence, TOOL, result);
}

static void answer_exit(int code, uint64_t output, const char *error)
{
    answer(&(struct vmt_run_result){
        .end = VMT_RUN_EXITED, .number = code, .output = output, .error = vmt_slice(error)});
}

static void test_tool__answered(void)
{
    answer_exit(0, 1, "");
    CU_ASSERT(answered.answer == VMT_TOOL_ANSWERED);
    UNIT_EQUAL_STR(answered.sentence, "");
    answer_exit(0, 1, "vmmap[7]: something that nobody knows\n");
    CU_ASSERT(answered.answer == VMT_TOOL_ANSWERED);
}

/* No failure: the report follows. */
static void test_tool__answered_with_a_warning(void)
{
    answer_exit(0, 4000,
                "Process 437 is not debuggable. Due to security restrictions, vmmap can only show "
                "or save contents of readonly memory of restricted processes.\n\n");
    CU_ASSERT(answered.answer == VMT_TOOL_WARNED);
    UNIT_EQUAL_STR(answered.sentence,
                   TOOL ": the system protects the process: the contents of its memory, such as "
                        "its malloc zones, do not show");
}

static void test_tool__printed_nothing(void)
{
    answer_exit(0, 0, "");
    CU_ASSERT(answered.answer == VMT_TOOL_FAILED);
    UNIT_EQUAL_STR(answered.sentence, TOOL " printed nothing");
}

static void test_tool__gone(void)
{
    answer_exit(255, 0,
                "vmmap[812]: vmmap cannot examine process 437 (worker) because it no longer "
                "appears to be running.\n");
    CU_ASSERT(answered.answer == VMT_TOOL_GONE);
    UNIT_EQUAL_STR(answered.sentence, TOOL ": the process has ended");
    answer_exit(255, 0, "vmmap cannot find any existing process you have access to named 'x'\n");
    CU_ASSERT(answered.answer == VMT_TOOL_GONE);
    UNIT_EQUAL_STR(answered.sentence, TOOL ": there is no such process");
}

/* Each with what can be done about it. */
static void test_tool__denied(void)
{
    answer_exit(255, 0,
                "vmmap cannot examine process 437 (worker) because you do not have appropriate "
                "privileges to examine it; try running with `sudo`.\n");
    CU_ASSERT(answered.answer == VMT_TOOL_DENIED);
    UNIT_EQUAL_STR(answered.sentence,
                   TOOL ": the process belongs to somebody else: run as root (sudo)");
    answer_exit(255, 0,
                "vmmap[812]: [fatal] unable to ask for permission to examine process; run tool "
                "using sudo, or without redirecting stdin and stderr.\n");
    CU_ASSERT(answered.answer == VMT_TOOL_DENIED);
    UNIT_EQUAL_STR(answered.sentence,
                   TOOL ": this Mac does not let it examine processes unasked: enable Developer "
                        "Mode (sudo DevToolsSecurity -enable) or run as root (sudo)");
    answer_exit(255, 0,
                "vmmap[812]: vmmap cannot examine process 437 (worker) for unknown reasons, even "
                "though it appears to exist; try running with `sudo`.\n"
                "vmmap[812]: [fatal] mach port for process 0 not valid\n");
    CU_ASSERT(answered.answer == VMT_TOOL_DENIED);
    UNIT_EQUAL_STR(answered.sentence,
                   TOOL ": the system protects the process: run as root (sudo), which may not "
                        "help where System Integrity Protection is on");
    answer_exit(255, 0, "[fatal] mach port for process 0 not valid\n");
    CU_ASSERT(answered.answer == VMT_TOOL_DENIED);
    UNIT_EQUAL_STR(answered.sentence,
                   TOOL ": the system gives no access to the process: run as root (sudo)");
    answer_exit(255, 0, "vmmap cannot examine process 437 because of something new.\n");
    CU_ASSERT(answered.answer == VMT_TOOL_DENIED);
}

static void test_tool__failed_in_its_own_words(void)
{
    answer_exit(255, 0, "[invalid usage]: unrecognized option '--new'\nusage: vmmap ...\n");
    CU_ASSERT(answered.answer == VMT_TOOL_FAILED);
    UNIT_EQUAL_STR(answered.sentence,
                   TOOL ": it does not know these options: its version is another");
    answer_exit(255, 0, "\n  \nvmmap[812]: [fatal] \x1b[31mnews\n more\n");
    CU_ASSERT(answered.answer == VMT_TOOL_FAILED);
    UNIT_EQUAL_STR(answered.sentence,
                   TOOL " failed with exit code 255: vmmap[812]: [fatal] \\x1b[31mnews");
    answer_exit(1, 300, "");
    CU_ASSERT(answered.answer == VMT_TOOL_FAILED);
    UNIT_EQUAL_STR(answered.sentence, TOOL " failed with exit code 1");
}

/* However much it says. */
static void test_tool__sentence_fits(void)
{
    char words[4096];
    memset(words, '\x01', sizeof words);
    answer(&(struct vmt_run_result){
        .end = VMT_RUN_EXITED, .number = 255, .error = {words, sizeof words}});
    CU_ASSERT(answered.answer == VMT_TOOL_FAILED);
    CU_ASSERT(vmt_slice_ends(vmt_slice(answered.sentence), "\\x01..."));
}

static void test_tool__missing(void)
{
    answer(&(struct vmt_run_result){.end = VMT_RUN_NOT_STARTED, .number = ENOENT});
    CU_ASSERT(answered.answer == VMT_TOOL_MISSING);
    UNIT_EQUAL_STR(answered.sentence, "there is no " TOOL);
    answer(&(struct vmt_run_result){.end = VMT_RUN_NOT_STARTED, .number = EACCES});
    CU_ASSERT(answered.answer == VMT_TOOL_MISSING);
    CU_ASSERT(
        vmt_slice_starts(vmt_slice(answered.sentence), TOOL " cannot be started: Permission"));
}

static void test_tool__stopped(void)
{
    answer(&(struct vmt_run_result){.end = VMT_RUN_TIMED_OUT, .duration = 10012345});
    CU_ASSERT(answered.answer == VMT_TOOL_HUNG);
    UNIT_EQUAL_STR(answered.sentence, TOOL " did not end within 10 s and was stopped");
    answer(
        &(struct vmt_run_result){.end = VMT_RUN_TIMED_OUT, .duration = 2500000, .remains = true});
    UNIT_EQUAL_STR(answered.sentence, TOOL " did not end within 2.5 s and could not be stopped");
    answer(&(struct vmt_run_result){.end = VMT_RUN_FLOODED, .duration = 20900});
    CU_ASSERT(answered.answer == VMT_TOOL_FLOODED);
    UNIT_EQUAL_STR(answered.sentence, TOOL " printed too much in 20 ms and was stopped");
    answer(&(struct vmt_run_result){.end = VMT_RUN_ABANDONED, .duration = 1000000});
    CU_ASSERT(answered.answer == VMT_TOOL_FAILED);
    UNIT_EQUAL_STR(answered.sentence, TOOL " was no longer read after 1 s and was stopped");
}

static void test_tool__ended_otherwise(void)
{
    answer(&(struct vmt_run_result){.end = VMT_RUN_KILLED, .number = 11, .output = 5});
    CU_ASSERT(answered.answer == VMT_TOOL_FAILED);
    UNIT_EQUAL_STR(answered.sentence, TOOL " was ended by signal 11");
    answer(&(struct vmt_run_result){.end = VMT_RUN_LOST, .output = 5});
    CU_ASSERT(answered.answer == VMT_TOOL_FAILED);
    UNIT_EQUAL_STR(answered.sentence, "how " TOOL " ended is not known");
}

static const struct unit_test tests[] = {
    {"tool__answered", test_tool__answered},
    {"tool__answered_with_a_warning", test_tool__answered_with_a_warning},
    {"tool__printed_nothing", test_tool__printed_nothing},
    {"tool__gone", test_tool__gone},
    {"tool__denied", test_tool__denied},
    {"tool__failed_in_its_own_words", test_tool__failed_in_its_own_words},
    {"tool__sentence_fits", test_tool__sentence_fits},
    {"tool__missing", test_tool__missing},
    {"tool__stopped", test_tool__stopped},
    {"tool__ended_otherwise", test_tool__ended_otherwise},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_tool", tests, argc, argv);
}
