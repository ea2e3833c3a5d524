/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/tool.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- what the tools of macOS say on standard error -------------------------------------------- */

/* Their exit code is 255 for every failure: the words tell.  The first row that fits is meant, so
 * the general ones stand last. */
static const struct {
    const char *words;
    enum vmt_tool_answer answer;
    const char *sentence;
} failures[] = {
    {"no longer appears to be running", VMT_TOOL_GONE, "the process has ended"},
    {"cannot find any existing process", VMT_TOOL_GONE, "there is no such process"},
    {"you do not have appropriate privileges", VMT_TOOL_DENIED,
     "the process belongs to somebody else: run as root (sudo)"},
    {"unable to ask for permission to examine process", VMT_TOOL_DENIED,
     "this Mac does not let it examine processes unasked: enable Developer Mode "
     "(sudo DevToolsSecurity -enable) or run as root (sudo)"},
    {"for unknown reasons, even though it appears to exist", VMT_TOOL_DENIED,
     "the system protects the process: run as root (sudo), which may not help where System "
     "Integrity Protection is on"},
    {"mach port for process", VMT_TOOL_DENIED,
     "the system gives no access to the process: run as root (sudo)"},
    {"cannot examine process", VMT_TOOL_DENIED,
     "it cannot examine the process: run as root (sudo)"},
    {"[invalid usage]", VMT_TOOL_FAILED, "it does not know these options: its version is another"},
};

/* With these it has done its work. */
static const struct {
    const char *words;
    const char *sentence;
} warnings[] = {
    {"is not debuggable", "the system protects the process: the contents of its memory, such as "
                          "its malloc zones, do not show"},
};

static bool holds(struct vmt_slice text, const char *words)
{
    return vmt_slice_find(text, words) < text.length;
}

/* --- sentences -------------------------------------------------------------------------------- */

/* A span of time as a person says it. */
static const char *spell_time(char text[32], uint64_t microseconds)
{
    uint64_t tenths = (microseconds + 50000) / 100000;
    if (tenths < 10) {
        snprintf(text, 32, "%" PRIu64 " ms", microseconds / 1000);
    } else if (tenths % 10 == 0) {
        snprintf(text, 32, "%" PRIu64 " s", tenths / 10);
    } else {
        snprintf(text, 32, "%" PRIu64 ".%" PRIu64 " s", tenths / 10, tenths % 10);
    }
    return text;
}

static struct vmt_slice first_line(struct vmt_slice text)
{
    for (;;) {
        size_t length = vmt_slice_find(text, "\n");
        struct vmt_slice line = vmt_slice_trim((struct vmt_slice){text.data, length});
        if (line.length > 0 || length == text.length) {
            return line;
        }
        text = vmt_slice_from(text, length + 1);
    }
}

static enum vmt_tool_answer say_start(char sentence[VMT_TOOL_SENTENCE], const char *tool, int cause)
{
    if (cause == ENOENT) {
        snprintf(sentence, VMT_TOOL_SENTENCE, "there is no %s", tool);
    } else {
        struct vmt_error err = VMT_ERROR_INIT;
        vmt_fail_io(&err, tool, cause, "be started");
        snprintf(sentence, VMT_TOOL_SENTENCE, "%s %s", tool, err.message);
    }
    return VMT_TOOL_MISSING;
}

/* With what it said last, in its own words. */
static enum vmt_tool_answer say_failure(char sentence[VMT_TOOL_SENTENCE], const char *tool,
                                        const struct vmt_run_result *result)
{
    for (size_t i = 0; i < COUNT(failures); i++) {
        if (holds(result->error, failures[i].words)) {
            snprintf(sentence, VMT_TOOL_SENTENCE, "%s: %s", tool, failures[i].sentence);
            return failures[i].answer;
        }
    }
    char words[VMT_TOOL_SENTENCE / 2];
    struct vmt_slice line = first_line(result->error);
    snprintf(sentence, VMT_TOOL_SENTENCE, "%s failed with exit code %d%s%s", tool, result->number,
             line.length > 0 ? ": " : "", vmt_escape(words, sizeof words, line));
    return VMT_TOOL_FAILED;
}

static enum vmt_tool_answer say_exit(char sentence[VMT_TOOL_SENTENCE], const char *tool,
                                     const struct vmt_run_result *result)
{
    if (result->number != 0) {
        return say_failure(sentence, tool, result);
    }
    if (result->output == 0) {
        snprintf(sentence, VMT_TOOL_SENTENCE, "%s printed nothing", tool);
        return VMT_TOOL_FAILED;
    }
    for (size_t i = 0; i < COUNT(warnings); i++) {
        if (holds(result->error, warnings[i].words)) {
            snprintf(sentence, VMT_TOOL_SENTENCE, "%s: %s", tool, warnings[i].sentence);
            return VMT_TOOL_WARNED;
        }
    }
    return VMT_TOOL_ANSWERED;
}

static enum vmt_tool_answer say_stop(char sentence[VMT_TOOL_SENTENCE], const char *tool,
                                     const struct vmt_run_result *result, const char *why,
                                     enum vmt_tool_answer answer)
{
    char time[32];
    snprintf(sentence, VMT_TOOL_SENTENCE, "%s %s %s and %s", tool, why,
             spell_time(time, result->duration),
             result->remains ? "could not be stopped" : "was stopped");
    return answer;
}

enum vmt_tool_answer vmt_tool_answer(char sentence[VMT_TOOL_SENTENCE], const char *tool,
                                     const struct vmt_run_result *result)
{
    sentence[0] = '\0';
    switch (result->end) {
    case VMT_RUN_NOT_STARTED:
        return say_start(sentence, tool, result->number);
    case VMT_RUN_EXITED:
        return say_exit(sentence, tool, result);
    case VMT_RUN_KILLED:
        snprintf(sentence, VMT_TOOL_SENTENCE, "%s was ended by signal %d", tool, result->number);
        return VMT_TOOL_FAILED;
    case VMT_RUN_TIMED_OUT:
        return say_stop(sentence, tool, result, "did not end within", VMT_TOOL_HUNG);
    case VMT_RUN_FLOODED:
        return say_stop(sentence, tool, result, "printed too much in", VMT_TOOL_FLOODED);
    case VMT_RUN_ABANDONED:
        return say_stop(sentence, tool, result, "was no longer read after", VMT_TOOL_FAILED);
    case VMT_RUN_LOST:
        break;
    }
    snprintf(sentence, VMT_TOOL_SENTENCE, "how %s ended is not known", tool);
    return VMT_TOOL_FAILED;
}

int vmt_tool_cause(enum vmt_tool_answer answer)
{
    switch (answer) {
    case VMT_TOOL_GONE:
        return ESRCH;
    case VMT_TOOL_DENIED:
        return EPERM;
    case VMT_TOOL_MISSING:
        return ENOTSUP;
    case VMT_TOOL_HUNG:
        return ETIMEDOUT;
    case VMT_TOOL_FLOODED:
        return EFBIG;
    case VMT_TOOL_ANSWERED:
    case VMT_TOOL_WARNED:
    case VMT_TOOL_FAILED:
        break;
    }
    return 0;
}
