/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/live_mach.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "collect/live_mach_process.h"
#include "collect/live_mach_walk.h"
#include "collect/tool.h"
#include "source/clock.h"

#define SECOND UINT64_C(1000000)

/* The system may ask the person for permission first. */
#define TASK_TIME (30 * SECOND)

#define GRAMMAR "darwin-mach"
#define NAME_SIZE 64

/* --- failures --------------------------------------------------------------------------------- */

static const char denied_task[] =
    "the system gives no access to its task: run as root (sudo), which may not help where System "
    "Integrity Protection is on";
static const char denied_others[] =
    "denied: only the same user or root may read the process, where the system lets them";

enum vmt_status vmt_mach_fail(const struct vmt_mach_outcome *outcome, struct vmt_error *err)
{
    const char *call = outcome->call != NULL ? outcome->call : "the kernel";
    switch ((enum vmt_mach_answer)outcome->answer) {
    case VMT_MACH_GONE:
        vmt_fail(err, VMT_E_IO, "%s: the process has ended", call);
        err->cause = ESRCH;
        break;
    case VMT_MACH_DENIED:
        vmt_fail(err, VMT_E_IO, "%s: %s", call,
                 vmt_slice_starts(vmt_slice(call), "task_") ? denied_task : denied_others);
        err->cause = EPERM;
        break;
    case VMT_MACH_UNSUPPORTED:
        vmt_fail(err, VMT_E_IO, "%s: this macOS does not know it", call);
        err->cause = ENOTSUP;
        break;
    case VMT_MACH_OK:
    case VMT_MACH_STOPPED:
    case VMT_MACH_FAILED:
        vmt_fail(err, VMT_E_IO, "%s failed with code %" PRId32, call, outcome->code);
        break;
    }
    return VMT_E_IO;
}

static enum vmt_status fail_late(const char *what, struct vmt_error *err)
{
    vmt_fail(err, VMT_E_IO, "%s took longer than --max-time or --max-total allows", what);
    err->cause = ETIMEDOUT;
    return VMT_E_IO;
}

/* --- a walk ----------------------------------------------------------------------------------- */

/* Microseconds that a walk may take; 0: there is no time left.  UINT64_MAX: as long as it takes. */
static uint64_t time_for(const struct vmt_live *live, uint64_t otherwise)
{
    uint64_t most = live->options.each > 0 ? live->options.each : otherwise;
    uint64_t spent = vmt_clock() - live->opened;
    if (live->options.all == 0) {
        return most;
    }
    uint64_t left = spent < live->options.all ? live->options.all - spent : 0;
    return left < most ? left : most;
}

static const char *call_of(enum vmt_mach_way way)
{
    return way == VMT_MACH_BY_TASK ? "task_for_pid" : "proc_pidinfo";
}

static enum vmt_status add_process(struct vmt_process **out, struct vmt_snapshot *snapshot,
                                   const char *call, uint64_t pid, struct vmt_error *err)
{
    char name[NAME_SIZE];
    struct vmt_input_record *input = NULL;
    snprintf(name, sizeof name, "%s %" PRIu64, call, pid);
    enum vmt_status status = vmt_snapshot_add_input(&input, snapshot, vmt_slice(name), err);
    if (status == VMT_OK) {
        status = vmt_snapshot_add_process(out, snapshot, input, err);
    }
    if (status == VMT_OK) {
        (*out)->grammar = GRAMMAR;
        (*out)->pid = pid;
        (*out)->pid_known = true;
    }
    return status;
}

/* What of the walk's own answer is a failure. */
static enum vmt_status judge(struct vmt_mach_builder *builder,
                             const struct vmt_mach_outcome *outcome, enum vmt_mach_way way,
                             struct vmt_error *err)
{
    if (builder->status != VMT_OK) {
        *err = builder->err;
        return builder->status;
    }
    if (builder->late) {
        return fail_late(call_of(way), err);
    }
    if (outcome->answer != VMT_MACH_OK) {
        return vmt_mach_fail(outcome, err);
    }
    if (builder->process->regions.count == 0) {
        return vmt_fail(err, VMT_E_IO, "%s gave no region", call_of(way));
    }
    return vmt_mach_builder_finish(builder, err);
}

static enum vmt_status walk_here(struct vmt_mach_builder *builder, const struct vmt_live *live,
                                 const struct vmt_mach_walk *walk, uint64_t time,
                                 struct vmt_error *err)
{
    const struct vmt_mach_visitor visitor = vmt_mach_builder_visitor(builder);
    builder->deadline = time == UINT64_MAX ? 0 : vmt_clock() + time;
    const struct vmt_mach_outcome outcome = live->mach->walk(walk, &visitor);
    return judge(builder, &outcome, (enum vmt_mach_way)walk->way, err);
}

/* Where the walk itself did not answer, how its process ended says why. */
static enum vmt_status walk_away(struct vmt_mach_builder *builder, const struct vmt_live *live,
                                 const struct vmt_mach_walk *walk, uint64_t time,
                                 struct vmt_error *err)
{
    const char *call = call_of((enum vmt_mach_way)walk->way);
    const struct vmt_mach_away away = {live->mach, *walk, call, time, live->options.group};
    const struct vmt_mach_visitor visitor = vmt_mach_builder_visitor(builder);
    struct vmt_mach_returned returned;
    vmt_mach_walk_away(&returned, &away, &visitor);
    if (returned.answered) {
        return judge(builder, &returned.outcome, (enum vmt_mach_way)walk->way, err);
    }
    if (returned.damaged) {
        return vmt_fail(err, VMT_E_IO, "what came back of a walk is damaged");
    }
    char sentence[VMT_TOOL_SENTENCE];
    enum vmt_tool_answer answer = vmt_tool_answer(sentence, call, &returned.result);
    vmt_fail(err, VMT_E_IO, "%s%s", sentence[0] != '\0' ? sentence : "half of a walk came back",
             answer == VMT_TOOL_HUNG ? "; --max-time allows it more" : "");
    err->cause = vmt_tool_cause(answer);
    return VMT_E_IO;
}

enum vmt_status vmt_mach_read_walk(struct vmt_process **out, struct vmt_snapshot *snapshot,
                                   const struct vmt_live *live, uint64_t pid, enum vmt_mach_way way,
                                   struct vmt_error *err)
{
    bool own = pid == live->machine->pid; /* its task needs no permission */
    bool away = way == VMT_MACH_BY_TASK && !own;
    uint64_t time = time_for(live, away ? TASK_TIME : UINT64_MAX);
    if (time == 0) {
        return fail_late(call_of(way), err);
    }
    const struct vmt_mach_walk walk = {.pid = (uint32_t)pid,
                                       .way = way,
                                       .exact = live->options.exact,
                                       .identity = live->options.exact && live->options.pages};
    struct vmt_snapshot_mark before = vmt_snapshot_mark(snapshot);
    struct vmt_process *process = NULL;
    enum vmt_status status = add_process(&process, snapshot, call_of(way), pid, err);
    if (status == VMT_OK) {
        struct vmt_mach_builder builder;
        bool apple_silicon = vmt_slice_starts(
            vmt_mach_text(live->machine->machine, sizeof live->machine->machine), "arm64");
        vmt_mach_builder_init(&builder, snapshot, process, way, apple_silicon);
        builder.pages_told = way == VMT_MACH_BY_TASK && walk.identity;
        status = away ? walk_away(&builder, live, &walk, time, err)
                      : walk_here(&builder, live, &walk, time, err);
    }
    if (status != VMT_OK) {
        vmt_snapshot_cut(snapshot, &before);
        return status;
    }
    *out = process;
    return VMT_OK;
}

/* --- totals ----------------------------------------------------------------------------------- */

enum vmt_status vmt_mach_read_totals(struct vmt_process **out, struct vmt_snapshot *snapshot,
                                     const struct vmt_live *live, uint64_t pid,
                                     struct vmt_error *err)
{
    struct vmt_mach_totals totals = {.known = 0};
    const struct vmt_mach_outcome outcome = live->mach->totals(&totals, (uint32_t)pid);
    if (outcome.answer != VMT_MACH_OK) {
        return vmt_mach_fail(&outcome, err);
    }
    struct vmt_snapshot_mark before = vmt_snapshot_mark(snapshot);
    struct vmt_process *process = NULL;
    enum vmt_status status = add_process(&process, snapshot, "proc_pid_rusage", pid, err);
    if (status == VMT_OK) {
        status = vmt_mach_add_totals(process, snapshot, &totals, err);
    }
    if (status != VMT_OK) {
        vmt_snapshot_cut(snapshot, &before);
        return status;
    }
    *out = process;
    return VMT_OK;
}

enum vmt_status vmt_mach_join_totals(struct vmt_process *process, struct vmt_snapshot *snapshot,
                                     const struct vmt_live *live, uint64_t pid,
                                     struct vmt_error *err)
{
    struct vmt_mach_totals totals = {.known = 0};
    const struct vmt_mach_outcome outcome = live->mach->totals(&totals, (uint32_t)pid);
    return outcome.answer == VMT_MACH_OK ? vmt_mach_add_totals(process, snapshot, &totals, err)
                                         : VMT_OK;
}
