/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "command.h"
#include "job.h"

static enum outcome run(const struct options *options)
{
    struct job job;
    if (job_read(&job, options)) {
        job_write(&job);
    }
    enum outcome outcome = job.outcome;
    job_free(&job);
    return outcome;
}

static const struct option_row no_rows[] = {{0}};

const struct command command_regions = {
    .name = "regions",
    .usage = "vmtally regions [OPTIONS] TARGET...",
    .summary = "every region of an address space, with what is private and shared",
    .about = "List every region: its range, type, protection and sharing mode, what\n"
             "the dump states of it, and how much of it is private or shared.\n",
    .examples = "  vmtally regions app.txt                         every region of a dump\n"
                "  vmtally regions --type stack --bytes app.txt    the stacks alone, to the byte\n"
                "  vmtally regions --csv -o regions.csv dumps/     for a spreadsheet\n"
                "  vmmap \"$pid\" | vmtally regions --json - |\n"
                "      jq '.processes[].regions[] | select(.sharing_mode == \"SHM\")'\n",
    .options = no_rows,
    .tables = vmt_report_regions_tables,
    .report = vmt_report_regions,
    .run = run,
};
