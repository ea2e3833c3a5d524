/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/system.h"
#include "command.h"
#include "job.h"
#include "ui.h"

/* Says how many checks of a host differ, with the place of the first. */
static enum outcome check_host(struct vmt_system *system, const struct vmt_system_host *host)
{
    struct vmt_state state;
    struct vmt_system_walker walker = {.number = 0};
    struct vmt_place first = {0};
    uint64_t differing = 0;
    while (vmt_system_next(system, host, &walker, &state)) {
        for (size_t i = 0; i < state.check_count; i++) {
            if (state.checks[i].verdict == VMT_DIFFERS && differing++ == 0) {
                first.source = state.parts[0].record->input->data;
                first.line = state.parts[0].sample->line;
            }
        }
    }
    return job_say_differing(first, differing);
}

static enum outcome check_all(const struct vmt_snapshot *snapshot)
{
    struct vmt_system system;
    struct vmt_error err = VMT_ERROR_INIT;
    enum outcome worst = DONE;
    if (vmt_system_make(&system, snapshot, &vmt_allocator_system, JOB_MEMORY_LIMIT, &err) !=
        VMT_OK) {
        ui_error(&err);
        worst = FAILED;
    } else {
        struct vmt_walker walker = {0};
        const struct vmt_system_host *host = vmt_sequence_next(&system.hosts, &walker);
        for (; host != NULL; host = vmt_sequence_next(&system.hosts, &walker)) {
            enum outcome outcome = check_host(&system, host);
            worst = outcome > worst ? outcome : worst;
        }
    }
    vmt_system_free(&system);
    return worst;
}

static enum outcome run(const struct options *options)
{
    return job_run_checked(options, check_all);
}

static const struct option_row rows[] = {
    {"fail-on-check", 0, NULL, "exit 1 when a sum differs from what the evidence states",
     options_set_fail_on_check},
    {0},
};

const struct command command_system = {
    .name = "system",
    .usage = "vmtally system [OPTIONS] [TARGET...]",
    .summary = "what a host's memory comes to: used, compressed, swapped, pressure",
    .about = "Bring together what tools say of a host's memory: what is used and available,\n"
             "what the compressor holds and saves, swap, pressure, and what happens over\n"
             "time. Evidence of several tools, in one file or in several, makes one sample;\n"
             "a log makes a sample of each row. Without a TARGET it is this machine.\n",
    .examples = "  vmtally system                                  this machine\n"
                "  vmtally system snapshot.txt                     whatever a script gathered\n"
                "  vmtally system vm_stat.txt memsize.txt          two files, one host\n"
                "  vm_stat -c 60 1 | vmtally system -              a minute of a Mac\n"
                "  vmtally system /proc/meminfo /proc/pressure/memory\n"
                "  vmtally system --csv -o week.csv week.log       a row for each sample\n",
    .options = rows,
    .tables = vmt_report_system_tables,
    .report = vmt_report_system,
    .subject = OF_HOSTS,
    .run = run,
};
