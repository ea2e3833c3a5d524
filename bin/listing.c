/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "listing.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>

#include "source/clock.h"
#include "targets.h"
#include "ui.h"

/* Work that takes longer than this shows how far it is; so often. */
#define PROGRESS_AFTER UINT64_C(500000)
#define PROGRESS_EVERY UINT64_C(100000)

/* Users whose names are kept at hand: asking for one may ask a server. */
#define USERS_MOST 16

struct lister {
    struct vmt_listing *listing;
    struct job *job;
    unsigned what; /* to read of each */
    bool full;     /* more than what anybody may read */
    bool names;    /* of users: those of this system */
    bool damaged;
    struct {
        uint64_t id;
        char name[64];
    } users[USERS_MOST];
    size_t user_count;
    uint64_t begun;
    uint64_t shown; /* when progress was shown last; 0: not yet */
};

/* --- what is to be read ----------------------------------------------------------------------- */

/* Members that status tells, as smaps_rollup or better than it. */
#define OF_STATUS                                                                        \
    (UINT32_C(1) << VMT_VIRTUAL | UINT32_C(1) << VMT_RESIDENT | UINT32_C(1) << VMT_RSS | \
     UINT32_C(1) << VMT_SWAPPED | UINT32_C(1) << VMT_RESIDENT_PEAK |                     \
     UINT32_C(1) << VMT_VIRTUAL_PEAK)

/* Members that only the sum of all regions tells. */
#define OF_REGIONS (UINT32_C(1) << VMT_RESERVED | UINT32_C(1) << VMT_FILE_BACKED)

/* Members that the kernel of macOS has sums of. */
#define OF_KERNEL                                                                        \
    (UINT32_C(1) << VMT_VIRTUAL | UINT32_C(1) << VMT_RESIDENT | UINT32_C(1) << VMT_RSS | \
     UINT32_C(1) << VMT_SWAPPED | UINT32_C(1) << VMT_RESIDENT_PEAK |                     \
     UINT32_C(1) << VMT_FOOTPRINT | UINT32_C(1) << VMT_FOOTPRINT_PEAK | UINT32_C(1) << VMT_WIRED)

/* Members that text shows when no columns are asked for. */
#define OF_TEXT (OF_STATUS | UINT32_C(1) << VMT_USS | UINT32_C(1) << VMT_PSS)

static bool wants_column(const struct options *options, size_t column)
{
    for (size_t i = 0; i < options->processes.column_count; i++) {
        if (options->processes.columns[i] == column) {
            return true;
        }
    }
    return options->processes.column_count == 0;
}

/* On macOS what is private is known when every region was looked at, page by page, and not
 * before: for those only who ask for it. */
static unsigned what_to_read_on_macos(const struct vmt_processes_options *options)
{
    uint32_t members = options->column_count > 0 ? vmt_processes_members(options) : 0;
    bool by_member = options->ranking.key == VMT_RANK_MEMBER || options->ranking.least > 0;
    if (options->sorted && by_member) {
        members |= UINT32_C(1) << options->ranking.member;
    }
    return (members & ~OF_KERNEL) != 0 ? VMT_READ_STATUS | VMT_READ_TOTALS : VMT_READ_STATUS;
}

static unsigned what_to_read(const struct options *options)
{
    uint32_t members = vmt_processes_members(&options->processes);
    bool chosen = options->processes.column_count > 0;
    unsigned what = 0;
    if (chosen && (members & OF_REGIONS) != 0) {
        what = VMT_READ_REGIONS;
    } else if ((members & ~OF_STATUS) != 0) {
        what = VMT_READ_TOTALS;
    }
    bool identity = wants_column(options, VMT_PROCESSES_USER) ||
                    wants_column(options, VMT_PROCESSES_USER_ID) ||
                    wants_column(options, VMT_PROCESSES_PARENT);
    /* Resident and swapped sizes are in the totals too; the rest is not. */
    uint32_t beside = OF_STATUS & ~(UINT32_C(1) << VMT_RESIDENT | UINT32_C(1) << VMT_RSS |
                                    UINT32_C(1) << VMT_SWAPPED);
    return what == 0 || identity || (members & beside) != 0 ? what | VMT_READ_STATUS : what;
}

/* In words. */
static const char *files_of(unsigned what)
{
    bool status = (what & VMT_READ_STATUS) != 0;
    if ((what & VMT_READ_REGIONS) != 0) {
        return status ? "status and smaps" : "smaps";
    }
    if ((what & VMT_READ_TOTALS) != 0) {
        return status ? "status and smaps_rollup" : "smaps_rollup";
    }
    return "status";
}

static const char *calls_of(unsigned what)
{
    return (what & VMT_READ_TOTALS) != 0 ? "their regions and the kernel's sums"
                                         : "the kernel's sums";
}

/* --- one process ------------------------------------------------------------------------------ */

static struct vmt_slice user_name(struct lister *lister, uint64_t id)
{
    for (size_t i = 0; i < lister->user_count; i++) {
        if (lister->users[i].id == id) {
            return vmt_slice(lister->users[i].name);
        }
    }
    const struct passwd *user = getpwuid((uid_t)id);
    size_t slot = lister->user_count < USERS_MOST ? lister->user_count++ : USERS_MOST - 1;
    lister->users[slot].id = id;
    snprintf(lister->users[slot].name, sizeof lister->users[slot].name, "%s",
             user == NULL ? "" : user->pw_name);
    return vmt_slice(lister->users[slot].name);
}

static bool tells_private(const struct vmt_process *process)
{
    return process->regions.count > 0 || process->whole.of[VMT_PRIVATE_DIRTY].bounded;
}

static enum vmt_unread why_less(const struct vmt_process *process)
{
    switch (process->shortfall) {
    case VMT_SHORTFALL_DENIED:
        return VMT_UNREAD_DENIED;
    case VMT_SHORTFALL_LATE:
        return VMT_UNREAD_LATE;
    case VMT_SHORTFALL_NONE:
        break;
    }
    return VMT_UNREAD_FAILED;
}

static enum vmt_status add(struct lister *lister, const struct vmt_live_process *subject,
                           const struct vmt_process *process, struct vmt_error *err)
{
    struct vmt_listed_as as = vmt_listed_as_stated(process);
    as.kind = subject->kernel_thread ? VMT_LISTED_KERNEL_THREAD : VMT_LISTED_PROCESS;
    if (subject->known) {
        as.parent = subject->parent;
        as.parent_known = true;
    }
    if (lister->names && as.user_id_known) {
        as.user = user_name(lister, as.user_id);
    }
    /* One without any memory is about to end: the listing finds nothing stated of it. */
    bool has_memory = as.kind == VMT_LISTED_PROCESS && process->whole.of[VMT_RESIDENT].bounded;
    if (lister->full && has_memory && !tells_private(process)) {
        lister->listing->unread[why_less(process)]++;
    }
    return vmt_listing_add(lister->listing, process, &as, err);
}

/* A failure that is of this process alone is counted. */
static enum vmt_status read_one(struct lister *lister, const struct vmt_live_process *subject)
{
    struct job *job = lister->job;
    struct vmt_error err = VMT_ERROR_INIT;
    struct vmt_process *process = NULL;
    struct vmt_snapshot snapshot;
    vmt_snapshot_init(&snapshot, &vmt_allocator_system, JOB_MEMORY_LIMIT);
    enum vmt_status status =
        vmt_live_read(&process, &snapshot, &job->context, &job->live, subject, lister->what, &err);
    if (status == VMT_OK) {
        bool damaged = job_show_damage(&snapshot, job->options->strict);
        lister->damaged = lister->damaged || damaged;
        status = add(lister, subject, process, &err);
    } else if (status == VMT_E_IO) {
        bool denied = err.cause == EACCES || err.cause == EPERM;
        enum vmt_unread reason = vmt_live_has_ended(&err) ? VMT_UNREAD_VANISHED
                                 : denied                 ? VMT_UNREAD_DENIED
                                                          : VMT_UNREAD_FAILED;
        lister->listing->unread[reason]++;
        err = VMT_ERROR_INIT;
        status = VMT_OK;
    }
    vmt_snapshot_free(&snapshot);
    if (status != VMT_OK) {
        ui_error(&err);
        job->outcome = FAILED;
    }
    return status;
}

/* --- all of them ------------------------------------------------------------------------------ */

static void show_progress(struct lister *lister, size_t done, size_t count)
{
    uint64_t now = vmt_clock();
    if (now - lister->begun > PROGRESS_AFTER && now - lister->shown > PROGRESS_EVERY) {
        ui_progress("%zu of %zu processes", done, count);
        lister->shown = now;
    }
}

/* Those without memory are counted and not read. */
static void leave_out(struct lister *lister, struct vmt_live_list *list)
{
    const bool kernel = lister->job->options->processes.ranking.kernel;
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct vmt_live_process *process = &list->processes[i];
        if (process->zombie) {
            lister->listing->left_out[VMT_LISTED_ZOMBIE]++;
        } else if (process->kernel_thread && !kernel) {
            lister->listing->left_out[VMT_LISTED_KERNEL_THREAD]++;
        } else {
            list->processes[kept++] = *process;
        }
    }
    list->count = kept;
}

static bool read_selection(struct lister *lister, const struct selection *selection)
{
    struct vmt_live_list list;
    if (!targets_select(&list, lister->job, selection)) {
        lister->job->outcome = FAILED;
        return false;
    }
    targets_say_hidden(&list);
    leave_out(lister, &list);
    lister->listing->unread[VMT_UNREAD_VANISHED] += list.vanished;
    enum vmt_status status = VMT_OK;
    for (size_t i = 0; status == VMT_OK && i < list.count; i++) {
        show_progress(lister, i, list.count);
        status = read_one(lister, &list.processes[i]);
    }
    ui_progress_end();
    vmt_live_list_free(&list);
    return status == VMT_OK;
}

bool listing_read(struct vmt_listing *listing, struct job *job)
{
    static const struct selection all = {.by = SELECT_ALL};
    const struct options *options = job->options;
    const struct vmt_live *live = targets_live(job);
    if (live == NULL) {
        job->outcome = FAILED;
        return false;
    }
    struct lister lister = {
        .listing = listing,
        .job = job,
        .what =
            live->mach != NULL ? what_to_read_on_macos(&options->processes) : what_to_read(options),
        .names = options->live.root == NULL && wants_column(options, VMT_PROCESSES_USER),
        .begun = vmt_clock(),
    };
    lister.full = (lister.what & (VMT_READ_TOTALS | VMT_READ_REGIONS)) != 0;
    bool read = false;
    if (options->selection_count == 0) {
        read = read_selection(&lister, &all);
    }
    for (int i = 0; i < options->selection_count; i++) {
        read = read_selection(&lister, &options->selections[i]) || read;
    }
    if (options->live.root == NULL) {
        listing->read_time = vmt_clock() - lister.begun + 1;
        listing->read_from = live->mach != NULL ? calls_of(lister.what) : files_of(lister.what);
    }
    if (options->strict && lister.damaged) {
        job->outcome = FAILED;
        return false;
    }
    return read;
}
