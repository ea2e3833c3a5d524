/* SPDX-License-Identifier: MIT */
#ifndef VMT_BIN_JOB_H
#define VMT_BIN_JOB_H

/* The steps that commands have in common: read the targets, write a report about them. */

#include <stdint.h>

#include "collect/capture.h"
#include "grammar/context.h"
#include "options.h"

/* For a snapshot, or what is made of one: far beyond any real set of dumps (a region takes less
 * than 200 bytes), and small enough for hostile input to end in an error and not in swapping. */
#if SIZE_MAX > UINT32_MAX
#define JOB_MEMORY_LIMIT ((size_t)4 << 30)
#else
#define JOB_MEMORY_LIMIT SIZE_MAX
#endif

struct job {
    const struct options *options;
    struct vmt_context context;
    struct vmt_snapshot snapshot;
    struct vmt_live live; /* running processes, or a saved tree's; meaningful when usable */
    bool live_opened;
    bool live_usable;
    struct vmt_capture *capture; /* saves the processes in place of reading them; NULL: none */
    enum outcome outcome;        /* FAILED once anything did, also when a report is written */
};

/* A job that has read nothing yet; to be freed in any case. */
void job_init(struct job *job, const struct options *options);

/* Read the targets, saying what is wrong with them.  Returns whether there is something to report
 * on; the job is to be freed in any case. */
bool job_read(struct job *job, const struct options *options);

/* Say what is damaged in a snapshot, each damaged line if `each`.  Returns whether anything is. */
bool job_show_damage(const struct vmt_snapshot *snapshot, bool each);

/* Write the report that the options ask for.  A failure is said and kept in `outcome`. */
void job_write(struct job *job);

/* The same of something that is no report. */
typedef enum vmt_status job_writer(const struct job *job, struct vmt_sink *sink,
                                   struct vmt_error *err);
void job_write_with(struct job *job, job_writer *write);

void job_free(struct job *job);

/* A whole job: what `check` finds counts where --fail-on-check was given.  The report made what it
 * looks at too; making it again keeps reports free of exit codes. */
typedef enum outcome job_check(const struct vmt_snapshot *snapshot);
enum outcome job_run_checked(const struct options *options, job_check *check);

/* Say how many checks differ, if any do; `first` is of the first of them, or of all. */
enum outcome job_say_differing(struct vmt_place first, uint64_t differing);

#endif
