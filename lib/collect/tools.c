/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/tools.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "collect/live_file.h"
#include "collect/tool.h"
#include "grammar/darwin_footprint.h"
#include "grammar/darwin_memory_pressure.h"
#include "grammar/darwin_sysctl.h"
#include "grammar/darwin_vm_stat.h"
#include "grammar/darwin_vmmap.h"
#include "grammar/darwin_vmmap_old.h"
#include "source/clock.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define SECOND UINT64_C(1000000)

/* It stops its target, looks through the heap of it and asks the system for permission: seconds of
 * a large process.  The others print what they find. */
#define VMMAP_TIME (30 * SECOND)
#define HOST_TIME (10 * SECOND)

/* A region is a line: millions of them.  The others print a page. */
#define VMMAP_OUTPUT (UINT64_C(1) << 30)
#define HOST_OUTPUT (UINT64_C(1) << 20)

#define ARGUMENTS_MOST 16
#define NAME_SIZE 1024

/* --- which tools ------------------------------------------------------------------------------ */

/* Whole paths, every region by itself, in the order of their addresses.  All versions of the macOS
 * that this program runs on know these options. */
static const char *const vmmap[] = {"/usr/bin/vmmap", "-w", "-interleaved", "-noCoalesce", NULL};
static const char *const vm_stat[] = {"/usr/bin/vm_stat", NULL};

/* -Q and nothing else, ever: its other modes take memory until the machine is short of it. */
static const char *const memory_pressure[] = {"/usr/bin/memory_pressure", "-Q", NULL};

/* hw.pagesize is that of programs, vm.pagesize that of the kernel: under Rosetta they differ. */
static const char *const sysctl[] = {"/usr/sbin/sysctl",
                                     "vm.swapusage",
                                     "hw.memsize",
                                     "hw.pagesize",
                                     "vm.pagesize",
                                     "kern.memorystatus_vm_pressure_level",
                                     "kern.memorystatus_level",
                                     NULL};

/* To the byte, with the columns that it leaves out otherwise. */
static const char *const footprint[] = {"/usr/bin/footprint", "-f",      "bytes",
                                        "--swapped",          "--wired", NULL};

const struct vmt_tools vmt_tools_macos = {vmmap,  vm_stat,      memory_pressure,
                                          sysctl, VMMAP_OUTPUT, footprint};

const struct vmt_tools *vmt_tools_here(void)
{
#ifdef HAVE_MACOS_TOOLS
    return &vmt_tools_macos;
#else
    return NULL;
#endif
}

enum vmt_status vmt_tools_fail_list(struct vmt_error *err)
{
    vmt_fail(err, VMT_E_IO,
             "on macOS a process is given by its number, which pgrep or ps -ax tells: there is no "
             "list of processes to choose from");
    err->cause = ENOTSUP;
    return VMT_E_IO;
}

/* --- a tool and what it printed --------------------------------------------------------------- */

struct use {
    const char *const *argv;
    const struct vmt_grammar *only; /* NULL: what it prints tells */
    uint64_t time_limit;
    uint64_t output_limit;
};

struct answered {
    enum vmt_tool_answer answer;
    bool ended; /* by itself, with an exit code */
    char sentence[VMT_TOOL_SENTENCE];
};

static bool is_good(const struct answered *answered)
{
    return answered->answer == VMT_TOOL_ANSWERED || answered->answer == VMT_TOOL_WARNED;
}

/* The tool's own answer is why: it tells more than what came of reading it. */
static enum vmt_status fail_answer(const struct answered *answered, struct vmt_error *err)
{
    *err = VMT_ERROR_INIT;
    vmt_fail(err, VMT_E_IO, "%s", answered->sentence);
    err->cause = vmt_tool_cause(answered->answer);
    return VMT_E_IO;
}

/* Microseconds that a tool may take; 0: there is no time left. */
static uint64_t time_for(const struct use *use, const struct vmt_live *live)
{
    uint64_t most = live->options.each > 0 ? live->options.each : use->time_limit;
    if (live->options.all == 0) {
        return most;
    }
    uint64_t spent = vmt_clock() - live->opened;
    uint64_t left = spent < live->options.all ? live->options.all - spent : 0;
    return left < most ? left : most;
}

static enum vmt_status fail_total(struct vmt_error *err)
{
    vmt_fail(err, VMT_E_IO, "reading takes longer than --max-total allows");
    err->cause = ETIMEDOUT;
    return VMT_E_IO;
}

static enum vmt_status read_run(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                struct vmt_run *run, const struct use *use, struct vmt_error *err)
{
    const struct vmt_grammar *only = context->only;
    context->only = use->only;
    enum vmt_status status = vmt_read(snapshot, context, &run->input, err);
    context->only = only;
    return status;
}

/* Run it and read what it prints into the snapshot, where that stays whatever comes of it.  How it
 * answered is known unless there is no time or no memory: *answered is of a tool that answered
 * then. */
static enum vmt_status run_tool(struct answered *answered, struct vmt_snapshot *snapshot,
                                struct vmt_context *context, const struct vmt_live *live,
                                const struct use *use, const char *name, struct vmt_error *err)
{
    const struct vmt_string *kept = NULL;
    struct vmt_run run;
    struct vmt_run_result result;
    *answered = (struct answered){.answer = VMT_TOOL_ANSWERED};
    enum vmt_status status = vmt_snapshot_string(&kept, snapshot, vmt_slice(name), err);
    if (status != VMT_OK) {
        return status;
    }
    const struct vmt_run_options options = {
        .argv = use->argv,
        .name = kept->data,
        .time_limit = time_for(use, live),
        .output_limit = use->output_limit,
        .group = live->options.group,
    };
    if (options.time_limit == 0) {
        return fail_total(err);
    }
    status = vmt_run_start(&run, &options, err);
    if (status == VMT_OK) {
        status = read_run(snapshot, context, &run, use, err);
    }
    vmt_run_finish(&result, &run);
    if (status == VMT_OK || status == VMT_E_IO || status == VMT_E_NOCAPTURE) {
        answered->answer = vmt_tool_answer(answered->sentence, use->argv[0], &result);
        answered->ended = result.end == VMT_RUN_EXITED;
    }
    return is_good(answered) ? status : fail_answer(answered, err);
}

/* --- a process -------------------------------------------------------------------------------- */

/* The arguments with one more behind them. */
static void add_argument(const char *out[ARGUMENTS_MOST], const char *const *argv,
                         const char *argument)
{
    size_t count = 0;
    for (; count < ARGUMENTS_MOST - 2 && argv[count] != NULL; count++) {
        out[count] = argv[count];
    }
    out[count] = argument;
    out[count + 1] = NULL;
}

static bool is_by_vmmap(const struct vmt_process *process)
{
    return process->grammar == vmt_grammar_darwin_vmmap.name ||
           process->grammar == vmt_grammar_darwin_vmmap_old.name;
}

/* Whether it is what the tool says of that process. */
static bool is_of(const struct vmt_process *process, uint64_t pid, enum vmt_source source)
{
    bool known = source == VMT_SOURCE_FOOTPRINT
                     ? process->grammar == vmt_grammar_darwin_footprint.name
                     : is_by_vmmap(process);
    return known && (!process->pid_known || process->pid == pid);
}

/* What the tool itself says of what is missing is a note. */
static enum vmt_status finish(struct vmt_process *process, struct vmt_snapshot *snapshot,
                              const struct vmt_live *live, uint64_t pid,
                              const struct answered *answered, struct vmt_error *err)
{
    const struct vmt_live_process subject = {.pid = pid};
    process->shortfall =
        answered->answer == VMT_TOOL_WARNED ? VMT_SHORTFALL_DENIED : VMT_SHORTFALL_NONE;
    enum vmt_status status = vmt_live_identify(process, snapshot, live, &subject, err);
    if (status == VMT_OK && answered->answer == VMT_TOOL_WARNED) {
        struct vmt_place place = {.source = process->input->data};
        status = vmt_notes_add(&process->notes, VMT_NOTE_SOURCE, place,
                               vmt_slice(answered->sentence), (struct vmt_slice){0}, err);
    }
    return status;
}

/* Say which process it was of, and what helps. */
static void explain(uint64_t pid, const struct answered *answered, struct vmt_error *err)
{
    struct vmt_error failure = *err;
    *err = VMT_ERROR_INIT;
    vmt_fail(err, failure.status, "process %" PRIu64 ": %s%s", pid, failure.message,
             answered->answer == VMT_TOOL_HUNG ? "; --max-time allows it more" : "");
    err->cause = failure.cause;
}

enum vmt_status vmt_tools_read(struct vmt_process **out, struct vmt_snapshot *snapshot,
                               struct vmt_context *context, const struct vmt_live *live,
                               uint64_t pid, enum vmt_source source, struct vmt_error *err)
{
    char number[32];
    char name[NAME_SIZE];
    const char *argv[ARGUMENTS_MOST];
    bool footprint_asked = source == VMT_SOURCE_FOOTPRINT;
    struct answered answered;
    const struct use use = {argv, NULL, VMMAP_TIME, live->tools->vmmap_output};
    uint64_t begun = vmt_clock();
    struct vmt_snapshot_mark before = vmt_snapshot_mark(snapshot);
    snprintf(number, sizeof number, "%" PRIu64, pid);
    add_argument(argv, footprint_asked ? live->tools->footprint : live->tools->vmmap, number);
    snprintf(name, sizeof name, "%s %s", argv[0], number);
    enum vmt_status status = run_tool(&answered, snapshot, context, live, &use, name, err);
    struct vmt_process *process = vmt_sequence_last(&snapshot->processes);
    bool read = status == VMT_OK && snapshot->processes.count == before.processes + 1;
    if (read && is_of(process, pid, source)) {
        process->read_time = vmt_clock() - begun + 1; /* 0 is a capture */
        status = finish(process, snapshot, live, pid, &answered, err);
    } else if (status == VMT_OK) {
        status = vmt_fail(err, VMT_E_IO, "%s printed no report on it", argv[0]);
    }
    if (status != VMT_OK) {
        vmt_snapshot_cut(snapshot, &before);
        explain(pid, &answered, err);
        return err->status;
    }
    *out = process;
    return VMT_OK;
}

enum vmt_status vmt_tools_read_file(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                    const struct vmt_live *live, const char *path,
                                    struct vmt_error *err)
{
    const char *argv[ARGUMENTS_MOST];
    struct answered answered;
    const struct use use = {argv, NULL, VMMAP_TIME, live->tools->vmmap_output};
    struct vmt_snapshot_mark before = vmt_snapshot_mark(snapshot);
    add_argument(argv, live->tools->vmmap, path);
    enum vmt_status status = run_tool(&answered, snapshot, context, live, &use, path, err);
    const struct vmt_process *process = vmt_sequence_last(&snapshot->processes);
    bool read = snapshot->processes.count > before.processes && is_by_vmmap(process);
    if (status == VMT_OK && !read) {
        status = vmt_fail_at(err, (struct vmt_place){.source = path}, VMT_E_IO,
                             "%s printed no report on it", argv[0]);
    }
    if (status != VMT_OK) {
        vmt_snapshot_cut(snapshot, &before);
    }
    return status;
}

/* --- the machine ------------------------------------------------------------------------------ */

static enum vmt_status set_time(struct vmt_snapshot *snapshot, const struct vmt_live *live,
                                struct vmt_error *err)
{
    struct vmt_host *host = vmt_sequence_last(&snapshot->hosts);
    if (host->captured_at != NULL || live->now[0] == '\0') {
        return VMT_OK;
    }
    return vmt_snapshot_string(&host->captured_at, snapshot, vmt_slice(live->now), err);
}

/* A tool that gave nothing, or not all, has a note among the inputs. */
static enum vmt_status note_failure(struct vmt_snapshot *snapshot, const char *tool,
                                    const char *reason, struct vmt_error *err)
{
    struct vmt_input_record *input = NULL;
    enum vmt_status status = vmt_snapshot_add_input(&input, snapshot, vmt_slice(tool), err);
    if (status != VMT_OK) {
        return status;
    }
    return vmt_notes_add(&input->notes, VMT_NOTE_UNREADABLE,
                         (struct vmt_place){.source = input->name->data}, vmt_slice(reason),
                         (struct vmt_slice){0}, err);
}

/* Where it fails for itself alone, that is a note, and *failure when it is the first. */
static enum vmt_status read_host_tool(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                      const struct vmt_live *live, const struct use *use,
                                      struct vmt_error *failure, struct vmt_error *err)
{
    struct answered answered;
    struct vmt_error why = VMT_ERROR_INIT;
    const char *tool = use->argv[0];
    struct vmt_snapshot_mark before = vmt_snapshot_mark(snapshot);
    enum vmt_status status = run_tool(&answered, snapshot, context, live, use, tool, &why);
    bool some = snapshot->hosts.count > before.hosts;
    /* sysctl prints what it knows, and fails for what it does not. */
    bool in_part = status == VMT_E_IO && some && use->argv == live->tools->sysctl &&
                   answered.answer == VMT_TOOL_FAILED && answered.ended;
    if (status == VMT_OK && !some) {
        status = vmt_fail(&why, VMT_E_NOCAPTURE, "%s printed nothing of memory", tool);
    }
    if (status == VMT_OK || in_part) {
        status = set_time(snapshot, live, err);
        return status == VMT_OK && in_part ? note_failure(snapshot, tool, why.message, err)
                                           : status;
    }
    vmt_snapshot_cut(snapshot, &before);
    if (status != VMT_E_IO && status != VMT_E_NOCAPTURE) {
        *err = why;
        return status;
    }
    if (failure->status == VMT_OK) {
        *failure = why;
    }
    return note_failure(snapshot, tool, why.message, err);
}

enum vmt_status vmt_tools_read_host(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                    const struct vmt_live *live, struct vmt_error *err)
{
    const struct {
        const char *const *argv;
        const struct vmt_grammar *grammar;
    } tools[] = {
        {live->tools->vm_stat, &vmt_grammar_darwin_vm_stat},
        {live->tools->memory_pressure, &vmt_grammar_darwin_memory_pressure},
        {live->tools->sysctl, &vmt_grammar_darwin_sysctl},
    };
    struct vmt_error failure = VMT_ERROR_INIT;
    struct vmt_snapshot_mark before = vmt_snapshot_mark(snapshot);
    enum vmt_status status = VMT_OK;
    for (size_t i = 0; status == VMT_OK && i < COUNT(tools); i++) {
        const struct use use = {tools[i].argv, tools[i].grammar, HOST_TIME, HOST_OUTPUT};
        status = read_host_tool(snapshot, context, live, &use, &failure, err);
    }
    if (status == VMT_OK && snapshot->hosts.count == before.hosts) {
        vmt_snapshot_cut(snapshot, &before);
        *err = failure;
        return failure.status;
    }
    return status;
}
