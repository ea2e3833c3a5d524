/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "command.h"
#include "job.h"
#include "ui.h"

static void set_zones(struct options *options, const char *argument)
{
    (void)argument;
    options->report.zones = true;
}

static void set_reconcile(struct options *options, const char *argument)
{
    (void)argument;
    options->report.reconcile = true;
}

static void set_explain_share(struct options *options, const char *argument)
{
    (void)argument;
    options->report.explain_share = true;
}

static enum outcome check_process(const struct vmt_process *process)
{
    const struct vmt_allocator *allocator = &vmt_allocator_system;
    struct vmt_place place = {process->input->data, process->line, 0};
    struct vmt_breakdown breakdown;
    struct vmt_error err = VMT_ERROR_INIT;
    enum outcome outcome = DONE;
    if (vmt_breakdown_make(&breakdown, process, allocator, JOB_MEMORY_LIMIT, &err) != VMT_OK) {
        ui_error(&err);
        outcome = FAILED;
    } else {
        outcome = job_say_differing(place, vmt_breakdown_verdicts(&breakdown, VMT_DIFFERS));
    }
    vmt_breakdown_free(&breakdown);
    return outcome;
}

static enum outcome check_all(const struct vmt_snapshot *snapshot)
{
    enum outcome worst = DONE;
    struct vmt_walker walker = {0};
    const struct vmt_process *process = vmt_sequence_next(&snapshot->processes, &walker);
    for (; process != NULL; process = vmt_sequence_next(&snapshot->processes, &walker)) {
        enum outcome outcome = check_process(process);
        worst = outcome > worst ? outcome : worst;
    }
    return worst;
}

static enum outcome run(const struct options *options)
{
    struct options together = *options;
    /* Which pages are the same, when there are several processes. */
    together.live.pages = options->target_count > 1 || options->selection_count > 0;
    return job_run_checked(&together, check_all);
}

static const struct option_row rows[] = {
    {"zones", 0, NULL, "text: the zones of malloc too", set_zones},
    {"reconcile", 0, NULL, "text: from the rows to the stated footprint", set_reconcile},
    {"explain-share", 0, NULL, "text: what each process shares with the others, and how",
     set_explain_share},
    {"fail-on-check", 0, NULL, "exit 1 when a sum differs from what the dump states",
     options_set_fail_on_check},
    {0},
};

const struct command command_summary = {
    .name = "summary",
    .usage = "vmtally summary [OPTIONS] TARGET...",
    .summary = "what a process's memory comes to, by type of region",
    .about = "Break down the memory of each process by type of region: what is private,\n"
             "shared, written, compressed or swapped, each amount with its bounds, and\n"
             "hold the sums against the totals that the dump states itself.\n",
    .examples =
        "  vmtally summary app.txt                         the breakdown of a dump\n"
        "  vmtally summary --zones --bounds app.txt        with zones, and how sure it is\n"
        "  vmtally summary --csv -o types.csv dumps/       one row for a process and type\n"
        "  vmmap \"$pid\" | vmtally summary --json - | jq '.processes[].totals.uss_upper'\n"
        "  vmtally summary --strict --fail-on-check *.txt  in a script: 0 when all agrees\n",
    .options = rows,
    .tables = vmt_report_summary_tables,
    .report = vmt_report_summary,
    .run = run,
};
