/* SPDX-License-Identifier: MIT */
#ifndef VMT_BIN_OPTIONS_H
#define VMT_BIN_OPTIONS_H

/* What a command was asked to do.  The options that all commands have stand in options.c; a
 * command adds rows of its own. */

#include "collect/live.h"
#include "command.h"
#include "grammar/grammar.h"
#include "report/layout.h"
#include "report/report_processes.h"

enum format { FORMAT_TEXT, FORMAT_CSV, FORMAT_JSON };

enum when { WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER };

/* Running processes that share something. */
struct selection {
    enum { SELECT_ALL, SELECT_TREE, SELECT_USER, SELECT_CGROUP } by;
    uint64_t number;  /* of a tree: the pid; of a user: the uid */
    const char *text; /* as it was asked for */
};

struct options {
    const struct command *command;
    const struct command *reporter; /* whose report is written: has the table of --table */
    enum format format;
    const char *table;  /* NULL: the first one */
    const char *output; /* NULL: standard output */
    bool bytes;
    bool bounds;
    const struct vmt_grammar *only; /* the format that targets are in; NULL: they tell */
    bool strict;
    bool fail_on_check;
    const char *layout;  /* convert: name of the layout, NULL when not given */
    vmt_layout *convert; /* convert: writes it; NULL: a report in `format` */
    bool redact;
    enum when colour;
    struct vmt_report_options report;
    struct vmt_processes_options processes; /* behind `report.processes` */
    size_t columns[VMT_PROCESSES_COLUMNS];  /* behind `processes.columns` */
    struct vmt_slice *types;                /* behind `report.types`, to be added to */
    char **targets;
    int target_count;
    struct vmt_live_options live;
    struct selection *selections; /* of running processes, beside the targets */
    int selection_count;
};

struct option_row {
    const char *name;
    char letter;          /* '\0': none */
    const char *argument; /* as its help calls it; NULL: it takes none */
    const char *help;     /* line breaks stand in it; NULL: a second spelling, not shown */
    void (*apply)(struct options *options, const char *argument);
};

/* Fill *options from a command's arguments, argv[0] being its name.  Wrong use and --help end the
 * program. */
void options_parse(struct options *options, const struct command *command, int argc, char **argv);
void options_free(struct options *options);

/* What --fail-on-check does, an option of the commands that hold sums against what is stated. */
void options_set_fail_on_check(struct options *options, const char *argument);

void options_print_help(const struct command *command);
void options_print_version(void);

#endif
