/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "collect/live_file.h"
#include "collect/live_mach.h"
#include "collect/live_mach_process.h"
#include "collect/live_system.h"
#include "collect/tool.h"
#include "collect/tools.h"
#include "source/clock.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Processes that come while they are counted. */
#define LIST_SPARE 64
#define LIST_TRIES 4

#define REFUSALS_MOST 5 /* as many as there are rungs */

enum vmt_status vmt_live_macos_open(struct vmt_live *live, struct vmt_error *err)
{
    vmt_live_format_time(live->now, vmt_date());
    if (live->mach == NULL) {
        return VMT_OK;
    }
    struct vmt_mach_system *machine = vmt_arena_alloc(&live->arena, 1, sizeof *machine);
    char *system = vmt_arena_alloc(&live->arena, 1, 80);
    if (machine == NULL || system == NULL) {
        return vmt_arena_fail(&live->arena, err);
    }
    live->mach->system(machine); /* what it does not tell stays empty */
    live->machine = machine;
    live->system = vmt_mach_os(system, machine)[0] != '\0' ? system : NULL;
    return VMT_OK;
}

/* --- which processes there are ---------------------------------------------------------------- */

static enum vmt_status describe(struct vmt_live_process *out, const struct vmt_live *live,
                                uint64_t pid, struct vmt_arena *arena, struct vmt_error *err)
{
    struct vmt_mach_process told = {.pid = 0};
    *out = (struct vmt_live_process){.pid = pid};
    const struct vmt_mach_outcome outcome =
        pid <= UINT32_MAX ? live->mach->describe(&told, (uint32_t)pid)
                          : (struct vmt_mach_outcome){.answer = VMT_MACH_GONE};
    if (outcome.answer == VMT_MACH_GONE) {
        return vmt_mach_fail(&outcome, err);
    }
    if (outcome.answer != VMT_MACH_OK) {
        return VMT_OK; /* less is known of it */
    }
    struct vmt_slice text = vmt_mach_name(&told);
    char *kept = vmt_arena_alloc(arena, 1, text.length);
    if (kept == NULL) {
        return vmt_arena_fail(arena, err);
    }
    memcpy(kept, text.data, text.length);
    *out = (struct vmt_live_process){.pid = pid,
                                     .parent = told.parent,
                                     .start = told.start,
                                     .user = told.user,
                                     .name = {kept, text.length},
                                     .known = true,
                                     .user_known = true,
                                     .kernel_thread = pid == 0, /* kernel_task */
                                     .zombie = told.zombie};
    return VMT_OK;
}

static enum vmt_status find(struct vmt_live_process *out, const struct vmt_live *live, uint64_t pid,
                            bool user, struct vmt_arena *arena, struct vmt_error *err)
{
    (void)user;
    if (live->mach == NULL) {
        *out = (struct vmt_live_process){.pid = pid};
        return VMT_OK;
    }
    return describe(out, live, pid, arena, err);
}

/* The numbers of all processes, from the arena: of as many as there were room for after a few
 * tries. */
static enum vmt_status list_numbers(const uint32_t **out, size_t *count,
                                    const struct vmt_live *live, struct vmt_arena *arena,
                                    struct vmt_error *err)
{
    uint32_t *numbers = NULL;
    size_t room = 0;
    *count = 0;
    for (int tries = 0; tries<LIST_TRIES && * count + 1> room; tries++) {
        room = *count + *count / 8 + LIST_SPARE;
        numbers = vmt_arena_alloc(arena, room, sizeof *numbers);
        if (numbers == NULL) {
            return vmt_arena_fail(arena, err);
        }
        const struct vmt_mach_outcome outcome = live->mach->list(numbers, room, count);
        if (outcome.answer != VMT_MACH_OK) {
            return vmt_mach_fail(&outcome, err);
        }
    }
    *count = *count < room ? *count : room;
    *out = numbers;
    return VMT_OK;
}

static enum vmt_status list(struct vmt_live_list *out, const struct vmt_live *live, bool users,
                            struct vmt_error *err)
{
    (void)users;
    const uint32_t *numbers = NULL;
    size_t count = 0;
    if (live->mach == NULL) {
        return vmt_tools_fail_list(err);
    }
    enum vmt_status status = list_numbers(&numbers, &count, live, &out->arena, err);
    if (status == VMT_OK) {
        out->processes = vmt_arena_alloc(&out->arena, count, sizeof *out->processes);
        status = out->processes == NULL ? vmt_arena_fail(&out->arena, err) : VMT_OK;
    }
    bool listed = status == VMT_OK && numbers != NULL && out->processes != NULL;
    for (size_t i = 0; listed && status == VMT_OK && i < count; i++) {
        status = describe(&out->processes[out->count], live, numbers[i], &out->arena, err);
        if (status != VMT_OK && vmt_live_has_ended(err)) {
            *err = VMT_ERROR_INIT;
            status = VMT_OK;
            out->vanished++;
        } else {
            out->count++;
        }
    }
    return status;
}

/* --- a process -------------------------------------------------------------------------------- */

struct reading {
    struct vmt_snapshot *snapshot;
    struct vmt_context *context;
    const struct vmt_live *live;
    const struct vmt_live_process *subject;
    unsigned what;
    bool by_task;                /* the process was read by its task */
    struct vmt_process *process; /* NULL until something has answered */
    char refusals[REFUSALS_MOST][VMT_TOOL_SENTENCE];
    size_t refusal_count;
    struct vmt_error first; /* of them: what was best is what was wanted */
};

/* Why there is none to be read; NULL: there is. */
static const char *why_no_memory(const struct vmt_live_process *subject)
{
    if (subject->kernel_thread) {
        return "it is the kernel: it has no memory of its own";
    }
    return subject->zombie ? "a zombie: it has ended, and its memory is free" : NULL;
}

/* A tool that is asked for tells of nothing else. */
static bool wants_memory(const struct reading *reading)
{
    enum vmt_source source = reading->live->options.source;
    bool asked = (reading->what & (VMT_READ_TOTALS | VMT_READ_REGIONS)) != 0 ||
                 source == VMT_SOURCE_VMMAP || source == VMT_SOURCE_FOOTPRINT;
    return asked && why_no_memory(reading->subject) == NULL;
}

/* It halts its target, and counts no page. */
static bool vmmap_fits(const struct reading *reading)
{
    const struct vmt_live *live = reading->live;
    bool asked = live->options.source == VMT_SOURCE_VMMAP || live->mach == NULL;
    bool alone = (reading->what & VMT_READ_ALONE) != 0 && !live->options.exact;
    return live->tools != NULL && wants_memory(reading) && (asked || alone);
}

/* An ordinary user may be asked for permission, in a dialog: only who has asked for it. */
static bool task_fits(const struct reading *reading)
{
    const struct vmt_live *live = reading->live;
    return live->mach != NULL && wants_memory(reading) &&
           (live->machine->user == 0 || live->machine->pid == reading->subject->pid ||
            live->options.source == VMT_SOURCE_MACH);
}

static bool pidinfo_fits(const struct reading *reading)
{
    return reading->live->mach != NULL && wants_memory(reading);
}

static bool totals_fit(const struct reading *reading)
{
    return reading->live->mach != NULL;
}

static bool footprint_fits(const struct reading *reading)
{
    const struct vmt_live *live = reading->live;
    return live->options.source == VMT_SOURCE_FOOTPRINT && live->tools != NULL &&
           wants_memory(reading);
}

static enum vmt_status read_vmmap(struct reading *reading, struct vmt_error *err)
{
    return vmt_tools_read(&reading->process, reading->snapshot, reading->context, reading->live,
                          reading->subject->pid, VMT_SOURCE_VMMAP, err);
}

static enum vmt_status read_footprint(struct reading *reading, struct vmt_error *err)
{
    return vmt_tools_read(&reading->process, reading->snapshot, reading->context, reading->live,
                          reading->subject->pid, VMT_SOURCE_FOOTPRINT, err);
}

static enum vmt_status read_task(struct reading *reading, struct vmt_error *err)
{
    enum vmt_status status = vmt_mach_read_walk(&reading->process, reading->snapshot, reading->live,
                                                reading->subject->pid, VMT_MACH_BY_TASK, err);
    reading->by_task = status == VMT_OK;
    return status;
}

static enum vmt_status read_pidinfo(struct reading *reading, struct vmt_error *err)
{
    return vmt_mach_read_walk(&reading->process, reading->snapshot, reading->live,
                              reading->subject->pid, VMT_MACH_BY_PIDINFO, err);
}

static enum vmt_status read_totals(struct reading *reading, struct vmt_error *err)
{
    return vmt_mach_read_totals(&reading->process, reading->snapshot, reading->live,
                                reading->subject->pid, err);
}

/* The best first. */
static const struct {
    enum vmt_source source;
    bool (*fits)(const struct reading *reading);
    enum vmt_status (*read)(struct reading *reading, struct vmt_error *err);
} rungs[] = {
    {VMT_SOURCE_VMMAP, vmmap_fits, read_vmmap},
    {VMT_SOURCE_FOOTPRINT, footprint_fits, read_footprint},
    {VMT_SOURCE_MACH, task_fits, read_task},
    {VMT_SOURCE_MACH, pidinfo_fits, read_pidinfo},
    {VMT_SOURCE_MACH, totals_fit, read_totals},
};

static void refuse(struct reading *reading, const struct vmt_error *failure)
{
    if (reading->refusal_count == 0) {
        reading->first = *failure;
    }
    snprintf(reading->refusals[reading->refusal_count++], VMT_TOOL_SENTENCE, "%s",
             failure->message);
}

/* Only this source gives nothing; another one may. */
static bool is_refusal(const struct vmt_error *failure)
{
    return (failure->status == VMT_E_IO && failure->cause != ESRCH) ||
           failure->status == VMT_E_NOCAPTURE;
}

static enum vmt_status climb(struct reading *reading, struct vmt_error *err)
{
    const enum vmt_source source = reading->live->options.source;
    enum vmt_status status = VMT_OK;
    for (size_t i = 0; status == VMT_OK && reading->process == NULL && i < COUNT(rungs); i++) {
        bool wanted = source == VMT_SOURCE_BEST || source == rungs[i].source;
        if (!wanted || !rungs[i].fits(reading)) {
            continue;
        }
        struct vmt_error failure = VMT_ERROR_INIT;
        status = rungs[i].read(reading, &failure);
        if (status != VMT_OK && is_refusal(&failure)) {
            refuse(reading, &failure);
            status = VMT_OK;
        } else if (status != VMT_OK) {
            *err = failure;
        }
    }
    return status;
}

static enum vmt_status add_note(struct vmt_process *process, const char *text,
                                struct vmt_error *err)
{
    struct vmt_place place = {.source = process->input->data};
    return vmt_notes_add(&process->notes, VMT_NOTE_SOURCE, place, vmt_slice(text),
                         (struct vmt_slice){0}, err);
}

/* What proc_pidinfo cannot see. */
static bool has_unopened(const struct vmt_process *process)
{
    struct vmt_walker walker = {0};
    const struct vmt_region *region = vmt_sequence_next(&process->regions, &walker);
    while (region != NULL &&
           (region->object == NULL || (region->known & 1u << VMT_EV_RESIDENT) != 0)) {
        region = vmt_sequence_next(&process->regions, &walker);
    }
    return region != NULL;
}

static const char not_counted[] =
    "--exact: pages are counted by the process's task alone, for root or with --source mach";
static const char not_all_counted[] =
    "--exact: the kernel does not let the pages of every region be counted";

static enum vmt_status add_notes(const struct reading *reading, struct vmt_error *err)
{
    struct vmt_process *process = reading->process;
    bool exact = reading->live->options.exact;
    enum vmt_status status = VMT_OK;
    for (size_t i = 0; status == VMT_OK && i < reading->refusal_count; i++) {
        status = add_note(process, reading->refusals[i], err);
    }
    if (status == VMT_OK && reading->live->mach != NULL && has_unopened(process)) {
        status = add_note(process,
                          "what of the shared region is resident is not told by proc_pidinfo, "
                          "which reads without the process's task",
                          err);
    }
    if (status != VMT_OK || !exact || (reading->by_task && !vmt_mach_lacks_counts(process))) {
        return status;
    }
    return add_note(process, reading->by_task ? not_all_counted : not_counted, err);
}

static enum vmt_status finish(const struct reading *reading, uint64_t begun,
                              const struct vmt_mach_process *described, struct vmt_error *err)
{
    const struct vmt_live *live = reading->live;
    struct vmt_process *process = reading->process;
    bool by_mach = process->read_time == 0; /* vmmap's is finished */
    enum vmt_status status = VMT_OK;
    process->read_time = vmt_clock() - begun + 1; /* 0 is a capture */
    if (reading->first.cause == EPERM) {
        process->shortfall = VMT_SHORTFALL_DENIED;
    } else if (reading->first.cause == ETIMEDOUT) {
        process->shortfall = VMT_SHORTFALL_LATE;
    }
    if (by_mach && process->regions.count > 0) {
        status = vmt_mach_join_totals(process, reading->snapshot, live, reading->subject->pid, err);
    }
    if (status == VMT_OK && by_mach) {
        status = vmt_mach_add_identity(process, reading->snapshot, described, live->machine, err);
    }
    if (status == VMT_OK) {
        status = vmt_live_identify(process, reading->snapshot, live, reading->subject, err);
    }
    return status == VMT_OK ? add_notes(reading, err) : status;
}

/* Of one process by its number, once. */
static enum vmt_status fail_of(uint64_t pid, const struct vmt_error *failure, struct vmt_error *err)
{
    char prefix[40];
    snprintf(prefix, sizeof prefix, "process %" PRIu64 ": ", pid);
    bool named = vmt_slice_starts(vmt_slice(failure->message), prefix);
    vmt_fail(err, failure->status, "%s%s", named ? "" : prefix, failure->message);
    err->cause = failure->cause;
    return err->status;
}

/* What was said of it while it was read tells more than that. */
static enum vmt_status fail_ended(uint64_t pid, const struct vmt_error *said, struct vmt_error *err)
{
    struct vmt_error ended = VMT_ERROR_INIT;
    if (vmt_live_has_ended(said)) {
        return fail_of(pid, said, err);
    }
    vmt_fail(&ended, VMT_E_IO, "it has ended");
    ended.cause = ESRCH;
    return fail_of(pid, &ended, err);
}

/* Whether the number is still the process that was meant. */
static bool is_same(struct vmt_mach_process *out, const struct vmt_live *live,
                    const struct vmt_live_process *process)
{
    *out = (struct vmt_mach_process){.pid = (uint32_t)process->pid};
    if (live->mach == NULL) {
        return true;
    }
    const struct vmt_mach_outcome outcome = live->mach->describe(out, (uint32_t)process->pid);
    bool other = process->known && outcome.answer == VMT_MACH_OK && out->start != process->start;
    return outcome.answer != VMT_MACH_GONE && !other;
}

static enum vmt_status fail_refused(const struct reading *reading, struct vmt_error *err)
{
    const char *why = why_no_memory(reading->subject);
    if (why == NULL && reading->refusal_count == 0) {
        why = "there is nothing to ask as --source says";
    }
    if (why != NULL) {
        return vmt_fail(err, VMT_E_IO, "process %" PRIu64 ": %s", reading->subject->pid, why);
    }
    return fail_of(reading->subject->pid, &reading->first, err);
}

static enum vmt_status read_process(struct vmt_process **out, struct vmt_snapshot *snapshot,
                                    struct vmt_context *context, const struct vmt_live *live,
                                    const struct vmt_live_process *process, unsigned what,
                                    struct vmt_error *err)
{
    uint64_t begun = vmt_clock();
    struct vmt_mach_process described;
    struct vmt_mach_process again;
    struct vmt_snapshot_mark before = vmt_snapshot_mark(snapshot);
    struct reading reading = {
        .snapshot = snapshot,
        .context = context,
        .live = live,
        .subject = process,
        .what = what,
    };
    struct vmt_error failure = VMT_ERROR_INIT;
    if (!is_same(&described, live, process)) {
        return fail_ended(process->pid, &failure, err);
    }
    enum vmt_status status = process->zombie ? VMT_OK : climb(&reading, &failure);
    bool ended = !is_same(&again, live, process) || vmt_live_has_ended(&failure);
    if (ended && (status == VMT_OK || status == VMT_E_IO)) {
        status = fail_ended(process->pid, &failure, err);
    } else if (status != VMT_OK) {
        *err = failure;
    }
    if (status == VMT_OK) {
        status = reading.process == NULL ? fail_refused(&reading, err)
                                         : finish(&reading, begun, &described, err);
    }
    if (status != VMT_OK) {
        vmt_snapshot_cut(snapshot, &before);
        return status;
    }
    *out = reading.process;
    return VMT_OK;
}

/* --- the machine ------------------------------------------------------------------------------ */

static enum vmt_status read_host(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                 const struct vmt_live *live, struct vmt_error *err)
{
    struct vmt_error failure = VMT_ERROR_INIT;
    bool asked = live->options.source == VMT_SOURCE_MACH;
    bool tools = live->tools != NULL && !asked;
    enum vmt_status status =
        tools ? vmt_tools_read_host(snapshot, context, live, &failure) : VMT_E_IO;
    bool refused = status == VMT_E_IO || status == VMT_E_NOCAPTURE;
    if (asked && live->mach == NULL) {
        return vmt_fail(err, VMT_E_IO, "there is nothing to ask as --source says");
    }
    if (!refused || live->mach == NULL) {
        *err = failure;
        return status;
    }
    status = vmt_mach_read_host(snapshot, live, err);
    if (status == VMT_OK && tools) {
        struct vmt_host *host = vmt_sequence_last(&snapshot->hosts);
        struct vmt_place place = {.source = host->input->data};
        status = vmt_notes_add(&host->notes, VMT_NOTE_SOURCE, place, vmt_slice(failure.message),
                               (struct vmt_slice){0}, err);
    }
    return status;
}

static void name(char name[VMT_LIVE_NAME], const struct vmt_live *live, uint64_t pid)
{
    (void)live;
    snprintf(name, VMT_LIVE_NAME, "process %" PRIu64, pid);
}

/* Only what runs takes time to read. */
static bool has(const struct vmt_live *live, const struct vmt_process *process)
{
    (void)live;
    return process->pid_known && process->read_time > 0;
}

const struct vmt_live_system vmt_live_macos = {
    .list = list,
    .find = find,
    .read = read_process,
    .read_host = read_host,
    .name = name,
    .has = has,
    .name_most = 31, /* of struct proc, XNU bsd/sys/proc_internal.h: p_name is of 2 MAXCOMLEN */
};
