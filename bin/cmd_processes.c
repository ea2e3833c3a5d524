/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grammar/printed.h"
#include "listing.h"
#include "options.h"
#include "ui.h"

static void set_by(struct options *options, const char *argument)
{
    bool by_name = strcmp(argument, "name") == 0;
    if (!by_name && strcmp(argument, "process") != 0) {
        ui_wrong_use(options->command, "--by is process or name, not '%s'", argument);
    }
    options->processes.ranking.by_name = by_name;
}

_Noreturn static void refuse_column(const struct options *options, struct vmt_slice name)
{
    char names[1024] = "";
    char escaped[80];
    const char *known = NULL;
    for (size_t i = 0; (known = vmt_processes_column_name(i)) != NULL; i++) {
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i > 0 ? ", " : "", known);
    }
    ui_wrong_use(options->command, "no column '%s'; there are %s",
                 vmt_escape(escaped, sizeof escaped, name), names);
}

static size_t find_column(const struct options *options, struct vmt_slice name)
{
    size_t column = vmt_processes_column_find(name);
    if (vmt_processes_column_name(column) == NULL) {
        refuse_column(options, name);
    }
    return column;
}

static void set_sort(struct options *options, const char *argument)
{
    size_t column = find_column(options, vmt_slice(argument));
    if (!vmt_processes_sort_by(&options->processes.ranking, column)) {
        ui_wrong_use(options->command,
                     "--sort takes pid, name, processes or a column of sizes, not '%s'", argument);
    }
    options->processes.sorted = true;
}

/* A column that is named twice stands where it was named first. */
static void add_column(struct options *options, size_t column)
{
    for (size_t i = 0; i < options->processes.column_count; i++) {
        if (options->columns[i] == column) {
            return;
        }
    }
    options->columns[options->processes.column_count++] = column;
}

static void set_columns(struct options *options, const char *argument)
{
    struct vmt_slice rest = vmt_slice(argument);
    options->processes.column_count = 0;
    for (;;) {
        size_t length = vmt_slice_find(rest, ",");
        add_column(options, find_column(options, (struct vmt_slice){rest.data, length}));
        if (length == rest.length) {
            return;
        }
        rest = vmt_slice_from(rest, length + 1);
    }
}

static void set_top(struct options *options, const char *argument)
{
    if (!vmt_parse_u64(vmt_slice(argument), 10, &options->processes.ranking.most)) {
        ui_wrong_use(options->command, "--top needs a number, not '%s'", argument);
    }
}

static void set_min(struct options *options, const char *argument)
{
    struct vmt_printed printed;
    struct vmt_reading reading;
    if (!vmt_printed_parse(vmt_slice(argument), &printed) ||
        !vmt_printed_bytes(printed, 1, &reading)) {
        ui_wrong_use(options->command, "--min needs a size, such as 500K, 20M or 1.5G, not '%s'",
                     argument);
    }
    options->processes.ranking.least = reading.value;
}

static void set_name(struct options *options, const char *argument)
{
    options->processes.ranking.name = vmt_slice(argument);
}

static void set_kernel(struct options *options, const char *argument)
{
    (void)argument;
    options->processes.ranking.kernel = true;
}

/* --- the report ------------------------------------------------------------------------------- */

/* The same options with the columns of CSV as they were chosen, and what is read for them. */
struct chosen {
    struct options options;
    struct command command;
    struct vmt_table table;
    struct vmt_column columns[VMT_PROCESSES_COLUMNS];
    const struct vmt_table *tables[8];
    struct vmt_listing listing; /* of running processes */
};

static void choose(struct chosen *chosen, const struct options *options)
{
    chosen->options = *options;
    chosen->options.processes.columns = chosen->options.columns;
    chosen->options.report.processes = &chosen->options.processes;
    if (options->format != FORMAT_CSV || options->processes.column_count == 0) {
        return;
    }
    vmt_processes_table_make(&chosen->table, chosen->columns, &chosen->options.processes);
    chosen->options.processes.csv = &chosen->table;
    size_t count = 0;
    for (; options->reporter->tables[count] != NULL; count++) {
        const struct vmt_table *table = options->reporter->tables[count];
        chosen->tables[count] = table == &vmt_processes_table ? &chosen->table : table;
    }
    chosen->tables[count] = NULL;
    chosen->command = *options->reporter;
    chosen->command.tables = chosen->tables;
    chosen->options.reporter = &chosen->command;
}

/* Of running processes only totals are kept; captures are read as a whole anyway, and so is what a
 * table of another command is made of. */
static enum outcome run_live(struct chosen *chosen)
{
    struct job job;
    job_init(&job, &chosen->options);
    vmt_listing_init(&chosen->listing, &vmt_allocator_system, JOB_MEMORY_LIMIT);
    if (listing_read(&chosen->listing, &job)) {
        chosen->options.processes.listing = &chosen->listing;
        job_write(&job);
    }
    enum outcome outcome = job.outcome;
    vmt_listing_free(&chosen->listing);
    job_free(&job);
    return outcome;
}

static enum outcome run(const struct options *options)
{
    struct chosen chosen;
    choose(&chosen, options);
    if (options->target_count == 0 && options->reporter == options->command) {
        return run_live(&chosen);
    }
    struct job job;
    if (job_read(&job, &chosen.options)) {
        job_write(&job);
    }
    enum outcome outcome = job.outcome;
    job_free(&job);
    return outcome;
}

static const struct option_row rows[] = {
    {"by", 0, "WHAT", "a row for each: process (default) or name", set_by},
    {"sort", 0, "COLUMN", "largest first by this column; pid and name ascend", set_sort},
    {"columns", 0, "LIST", "text and CSV: these columns, such as pid,uss,name", set_columns},
    {"top", 'n', "N", "only so many rows", set_top},
    {"min", 0, "SIZE", "only rows with so much of the column sorted by", set_min},
    {"name", 0, "TEXT", "only processes with this in their names", set_name},
    {"kernel", 0, NULL, "threads of the kernel too", set_kernel},
    {0},
};

const struct command command_processes = {
    .name = "processes",
    .usage = "vmtally processes [OPTIONS] [TARGET...]",
    .summary = "everything that runs, ranked by the memory it has",
    .about = "Rank processes by what each has alone, what is fairly its part of shared\n"
             "memory, what is resident, swapped or was so at its peak; one by one or all of\n"
             "one name together, shared memory counted once. Without a TARGET the running\n"
             "system is read. Filters change what is shown, and no total.\n",
    .examples = "  vmtally processes -n 10                     the ten largest\n"
                "  vmtally processes --by name --min 50M       programs, workers as one\n"
                "  vmtally processes --columns pid,resident,resident_peak,name\n"
                "  vmtally processes --csv --bounds -o all.csv\n"
                "  vmtally processes JetsamEvent-2026-03-01.ips\n",
    .options = rows,
    .tables = vmt_report_processes_tables,
    .report = vmt_report_processes,
    .run = run,
    .ranks = true,
};
