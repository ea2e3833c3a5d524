/* SPDX-License-Identifier: MIT */
#ifndef VMT_BIN_COMMAND_H
#define VMT_BIN_COMMAND_H

/* The commands: a file and a row each. */

#include "report/report.h"

struct options;
struct option_row;

/* Also the exit codes of the program. */
enum outcome {
    DONE = 0,
    FOUND = 1,     /* what --fail-... asks about */
    FAILED = 2,    /* a target or the output */
    WRONG_USE = 64 /* EX_USAGE of sysexits.h, so that scripts can tell it from a failure */
};

/* What stands behind a command's options. */
enum takes { TAKES_TARGETS, TAKES_PROCESSES, TAKES_NAMES, TAKES_NOTHING };

/* What a report is about. */
enum subject { OF_PROCESSES, OF_HOSTS };

struct command {
    const char *name;
    const char *usage;                /* the synopsis */
    const char *summary;              /* one line of `vmtally --help` */
    const char *about;                /* a few lines of its own --help */
    const char *examples;             /* the end of its --help */
    const struct option_row *options; /* beside those of all commands; ends without a name */
    const struct vmt_table *const *tables;
    enum vmt_status (*report)(const struct vmt_snapshot *snapshot,
                              const struct vmt_allocator *allocator,
                              const struct vmt_report_options *options, struct vmt_writer *writer,
                              struct vmt_error *err);
    enum subject subject;
    enum outcome (*run)(const struct options *options);
    enum takes takes;
};

extern const struct command command_capture;
extern const struct command command_convert;
extern const struct command command_explain;
extern const struct command command_formats;
extern const struct command command_regions;
extern const struct command command_summary;
extern const struct command command_system;

/* Sorted by name, NULL-terminated. */
extern const struct command *const commands[];

/* NULL when there is none of that name. */
const struct command *command_find(const char *name);

#endif
