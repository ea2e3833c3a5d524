/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "command.h"
#include "grammar/grammar.h"
#include "job.h"
#include "report/emit.h"
#include "ui.h"

#define SCHEMA "vmtally/formats"
#define SCHEMA_VERSION 1

static const struct vmt_column formats_columns[] = {
    {.key = "format",
     .title = "FORMAT",
     .kind = VMT_CELL_WORD,
     .where = VMT_IN_ALL,
     .width = 22,
     .help = "Name, for --format."},
    {.key = "reads",
     .title = "READS",
     .kind = VMT_CELL_WORD,
     .where = VMT_IN_ALL,
     .width = 44,
     .help = "What it is."},
    {.key = "gives",
     .title = "GIVES",
     .kind = VMT_CELL_WORD,
     .where = VMT_IN_ALL,
     .help = "What it tells."},
};

static const struct vmt_table formats_table = {
    .name = "formats",
    .columns = formats_columns,
    .column_count = sizeof formats_columns / sizeof formats_columns[0],
    .where = VMT_IN_ALL,
};

static const struct vmt_table *const tables[] = {&formats_table, NULL};

static enum vmt_status report(const struct vmt_snapshot *snapshot,
                              const struct vmt_allocator *allocator,
                              const struct vmt_report_options *options, struct vmt_writer *writer,
                              struct vmt_error *err)
{
    (void)snapshot;
    (void)allocator;
    (void)options;
    struct vmt_emit emit = {.writer = writer, .err = err, .status = VMT_OK};
    vmt_emit_begin(&emit, SCHEMA, SCHEMA_VERSION);
    vmt_emit_open(&emit, &formats_table);
    for (size_t i = 0; vmt_grammars[i] != NULL; i++) {
        const struct vmt_cell cells[] = {
            vmt_cell_word(vmt_grammars[i]->name),
            vmt_cell_word(vmt_grammars[i]->summary),
            vmt_cell_word(vmt_grammars[i]->gives),
        };
        vmt_emit_row(&emit, cells);
    }
    vmt_emit_close(&emit);
    return vmt_emit_end(&emit);
}

static enum outcome run(const struct options *options)
{
    struct job job;
    job_init(&job, options);
    job_write(&job);
    enum outcome outcome = job.outcome;
    job_free(&job);
    return outcome;
}

static const struct option_row no_rows[] = {{0}};

const struct command command_formats = {
    .name = "formats",
    .usage = "vmtally formats [OPTIONS]",
    .summary = "the formats that are read, and what each gives",
    .about = "List the formats that are read.  What a target holds is found out by itself;\n"
             "--format NAME of the other commands says that it is of that format.\n",
    .examples = "  vmtally formats\n"
                "  vmtally formats --json | jq -r '.formats[].format'\n",
    .options = no_rows,
    .tables = tables,
    .report = report,
    .run = run,
    .takes = TAKES_NOTHING,
};
