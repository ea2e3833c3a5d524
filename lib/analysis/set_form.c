/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/set_form.h"

#include "analysis/moment.h"

/* Dumps of many processes take a while: so many seconds apart they are still of one time. */
#define ABOUT_ONE_TIME 600

static bool same_string(const struct vmt_string *a, const struct vmt_string *b)
{
    return vmt_slice_equals(vmt_string_slice(a), vmt_string_slice(b));
}

static bool differ(const struct vmt_string *a, const struct vmt_string *b)
{
    return a != NULL && b != NULL && !same_string(a, b);
}

static bool is_from(const struct vmt_process *process, const char *system)
{
    return process->grammar != NULL && strncmp(process->grammar, system, strlen(system)) == 0;
}

static bool far_apart(const struct vmt_process *first, const struct vmt_process *second)
{
    uint64_t seconds = 0;
    return first->captured_at != NULL && second->captured_at != NULL &&
           vmt_moments_apart(&seconds, vmt_string_slice(first->captured_at),
                             vmt_string_slice(second->captured_at)) &&
           seconds > ABOUT_ONE_TIME;
}

/* Before and after of one process: the same number, and nothing that says otherwise. */
static bool one_process(const struct vmt_process *first, const struct vmt_process *second)
{
    return first->pid_known && second->pid_known && first->pid == second->pid &&
           !differ(first->name, second->name) && !differ(first->launched_at, second->launched_at);
}

/* The kernel of Linux counts what is shared in each region; that of a Mac does not. */
static bool differ_in_system(const struct vmt_process *first, const struct vmt_process *second)
{
    bool regions = first->regions.count > 0 && second->regions.count > 0;
    return differ(first->os, second->os) ||
           (regions && first->kernel_counts != second->kernel_counts) ||
           (is_from(first, "linux-") && is_from(second, "darwin-")) ||
           (is_from(first, "darwin-") && is_from(second, "linux-"));
}

static const char *objection(const struct vmt_process *first, const struct vmt_process *second)
{
    if (differ_in_system(first, second)) {
        return "dumps of different systems";
    }
    if ((first->read_time > 0) != (second->read_time > 0)) {
        return "a running process and a capture";
    }
    if (one_process(first, second)) {
        return "several dumps of one process";
    }
    if (!(first->pid_known && second->pid_known) && !differ(first->name, second->name)) {
        return "nothing tells that these are different processes";
    }
    return far_apart(first, second) ? "dumps of different times" : NULL;
}

/* The first objection of a process to one after it; so many of those are looked at. */
static const char *objection_to_others(const struct vmt_sequence *processes,
                                       const struct vmt_process *process, struct vmt_walker others)
{
    static const size_t most = 4096;
    for (size_t i = 0; i < most; i++) {
        const struct vmt_process *other = vmt_sequence_next(processes, &others);
        const char *reason = other == NULL ? NULL : objection(process, other);
        if (other == NULL || reason != NULL) {
            return reason;
        }
    }
    return NULL;
}

const char *vmt_set_objection(const struct vmt_snapshot *snapshot)
{
    if (snapshot->processes.count < 2) {
        return snapshot->processes.count == 1 ? "one process" : "no process";
    }
    struct vmt_walker walker = {0};
    const struct vmt_process *process = vmt_sequence_next(&snapshot->processes, &walker);
    for (; process != NULL; process = vmt_sequence_next(&snapshot->processes, &walker)) {
        const char *reason = objection_to_others(&snapshot->processes, process, walker);
        if (reason != NULL) {
            return reason;
        }
    }
    return NULL;
}
