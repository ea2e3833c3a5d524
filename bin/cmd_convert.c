/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#include "analysis/redact.h"
#include "command.h"
#include "job.h"
#include "output.h"
#include "report/layout.h"
#include "ui.h"

/* What --to takes. */
static const struct {
    const char *name;
    vmt_layout *layout; /* NULL: a report in this format */
    enum format format;
} layouts[] = {
    {"vmmap", vmt_layout_vmmap, FORMAT_TEXT},
    {"smaps", vmt_layout_smaps, FORMAT_TEXT},
    {"csv", NULL, FORMAT_CSV},
    {"json", NULL, FORMAT_JSON},
};

enum { LAYOUT_COUNT = sizeof layouts / sizeof layouts[0] };

static void set_layout(struct options *options, const char *argument)
{
    for (size_t i = 0; i < LAYOUT_COUNT; i++) {
        if (strcmp(argument, layouts[i].name) == 0) {
            options->layout = layouts[i].name;
            options->convert = layouts[i].layout;
            options->format = layouts[i].format;
            return;
        }
    }
    ui_wrong_use(options->command, "--to is vmmap, smaps, csv or json, not '%s'", argument);
}

static void set_redact(struct options *options, const char *argument)
{
    (void)argument;
    options->redact = true;
}

static void say_losses(const struct options *options, unsigned losses)
{
    for (int i = 0; i < VMT_LOSS_COUNT; i++) {
        if ((losses >> i & 1) != 0) {
            ui_message("%s: %s", options->layout, vmt_loss_text((enum vmt_loss)i));
        }
    }
}

static enum vmt_status write_layout(const struct job *job, struct vmt_sink *sink,
                                    struct vmt_error *err)
{
    unsigned losses = 0;
    enum vmt_status status =
        job->options->convert(&job->snapshot, &vmt_allocator_system, sink, &losses, err);
    if (status == VMT_OK) {
        say_losses(job->options, losses);
    }
    return status;
}

/* Who names a table has chosen what to leave out. */
static void write_report(struct job *job)
{
    job_write(job);
    if (job->options->table == NULL) {
        say_losses(job->options,
                   vmt_report_losses(&job->snapshot, job->options->format == FORMAT_CSV));
    }
}

/* The layout of another tool is all or nothing. */
static bool asks_for_a_report(const struct options *options)
{
    return options->format != FORMAT_TEXT || options->table != NULL || options->bytes ||
           options->bounds || options->report.type_count > 0;
}

static enum outcome run(const struct options *options)
{
    struct job job;
    if (options->layout == NULL) {
        ui_wrong_use(options->command, "--to is missing");
    }
    if (options->convert != NULL && asks_for_a_report(options)) {
        ui_wrong_use(options->command,
                     "--csv, --json, --table, --type, --bytes and --bounds are not for --to %s",
                     options->layout);
    }
    if (job_read(&job, options)) {
        struct vmt_error err = VMT_ERROR_INIT;
        if (options->redact && vmt_redact(&job.snapshot, &err) != VMT_OK) {
            ui_error(&err);
            job.outcome = FAILED;
        } else if (options->convert != NULL) {
            job_write_with(&job, write_layout);
        } else {
            write_report(&job);
        }
    }
    enum outcome outcome = job.outcome;
    job_free(&job);
    return outcome;
}

static const struct option_row rows[] = {
    {"to", 0, "LAYOUT", "vmmap, smaps, csv or json", set_layout},
    {"redact", 0, NULL, "hide names of people and files, keep equality", set_redact},
    {0},
};

const struct command command_convert = {
    .name = "convert",
    .usage = "vmtally convert --to LAYOUT [OPTIONS] TARGET...",
    .summary = "a capture in the layout of another tool, redacted if wanted",
    .about = "Write what a capture holds in the layout of vmmap, of Linux's smaps, as CSV\n"
             "or as JSON.  What the layout has no place for is said on standard error.\n",
    .examples = "  vmtally convert --to vmmap --redact app.ips    to show to others\n"
                "  vmtally convert --to smaps app.txt | smem-like-script\n"
                "  vmtally convert --to csv -o regions.csv dumps/\n",
    .options = rows,
    .tables = vmt_report_regions_tables,
    .report = vmt_report_regions,
    .run = run,
};
