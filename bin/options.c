/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options_live.h"
#include "ui.h"

static void set_text(struct options *options, const char *argument)
{
    (void)argument;
    options->format = FORMAT_TEXT;
}

static void set_csv(struct options *options, const char *argument)
{
    (void)argument;
    options->format = FORMAT_CSV;
}

static void set_json(struct options *options, const char *argument)
{
    (void)argument;
    options->format = FORMAT_JSON;
}

static void set_table(struct options *options, const char *argument)
{
    options->table = argument;
}

static void set_output(struct options *options, const char *argument)
{
    options->output = strcmp(argument, "-") == 0 ? NULL : argument;
}

static void set_bytes(struct options *options, const char *argument)
{
    (void)argument;
    options->bytes = true;
}

static void set_bounds(struct options *options, const char *argument)
{
    (void)argument;
    options->bounds = true;
}

static void add_type(struct options *options, const char *argument)
{
    options->types[options->report.type_count++] = vmt_slice(argument);
}

static void set_only(struct options *options, const char *argument)
{
    options->only = vmt_grammar_find(vmt_slice(argument));
    if (options->only == NULL) {
        ui_wrong_use(options->command, "no format '%s'; 'vmtally formats' lists them", argument);
    }
}

void options_set_fail_on_check(struct options *options, const char *argument)
{
    (void)argument;
    options->fail_on_check = true;
}

static void set_strict(struct options *options, const char *argument)
{
    (void)argument;
    options->strict = true;
}

static void set_colour(struct options *options, const char *argument)
{
    static const char *const words[] = {
        [WHEN_AUTO] = "auto", [WHEN_ALWAYS] = "always", [WHEN_NEVER] = "never"};
    for (size_t when = 0; when < sizeof words / sizeof words[0]; when++) {
        if (strcmp(argument, words[when]) == 0) {
            options->colour = (enum when)when;
            return;
        }
    }
    ui_wrong_use(options->command, "--color is auto, always or never, not '%s'", argument);
}

static void show_help(struct options *options, const char *argument)
{
    (void)argument;
    options_print_help(options->command);
    exit((int)ui_finish_help());
}

static void show_version(struct options *options, const char *argument)
{
    (void)options;
    (void)argument;
    options_print_version();
    exit((int)ui_finish_help());
}

/* Before a command's own options, and after them. */
static const struct option_row shared_rows[] = {
    {"text", 0, NULL, "a report for people (default)", set_text},
    {"csv", 0, NULL, "one table as CSV, sizes in bytes", set_csv},
    {"json", 0, NULL, "everything as JSON, sizes in bytes", set_json},
    {"table", 0, "NAME", "with --csv: the table to write", set_table},
    {"output", 'o', "FILE", "write FILE, whole or not at all", set_output},
    {"bytes", 0, NULL, "text: plain bytes in place of K, M, G and T", set_bytes},
    {"bounds", 0, NULL, "text and CSV: lower and upper bounds too", set_bounds},
    {"format", 0, "NAME", "the format of the targets, if they do not tell", set_only},
    {"type", 0, "NAME", "show only this type of region; may be repeated;\ntotals stay as they are",
     add_type},
    {"strict", 0, NULL, "fail on damaged lines and write no report", set_strict},
    {"color", 0, "WHEN", "colour the text: auto (default), always, never", set_colour},
    {"colour", 0, "WHEN", NULL, set_colour},
    {0},
};
static const struct option_row last_rows[] = {
    {"help", 0, NULL, "show this help", show_help},
    {"version", 0, NULL, "show the version", show_version},
    {0},
};

enum {
    LONG_OPTION = 256, /* values of getopt_long() beyond any letter */
    ROWS_MAX = 48
};

/* A host has no regions, and a ranking shows none. */
static bool applies(const struct option_row *row, const struct command *command)
{
    return row->apply != add_type || (command->subject == OF_PROCESSES && !command->ranks);
}

/* All rows of a command, in the order of its help; returns how many. */
static size_t collect_rows(const struct option_row *rows[ROWS_MAX], const struct command *command)
{
    bool reports = command->takes != TAKES_PROCESSES;
    bool live = command->takes == TAKES_TARGETS || command->takes == TAKES_PROCESSES;
    bool processes = live && command->subject == OF_PROCESSES;
    const struct option_row *const lists[] = {reports ? shared_rows : command->options,
                                              processes ? options_process_rows : NULL,
                                              live ? options_live_rows : NULL,
                                              processes && reports ? options_time_rows : NULL,
                                              live && reports ? options_total_rows : NULL,
                                              reports ? command->options : NULL,
                                              last_rows};
    size_t count = 0;
    for (size_t list = 0; list < sizeof lists / sizeof lists[0]; list++) {
        for (const struct option_row *row = lists[list]; row != NULL && row->name != NULL; row++) {
            if (count == ROWS_MAX) {
                abort(); /* our tables outgrew ROWS_MAX */
            }
            if (applies(row, command)) {
                rows[count++] = row;
            }
        }
    }
    return count;
}

/* What getopt_long() needs to know about the rows: the letters in `letters`, behind the ':' that
 * tells a missing argument from an unknown option, and the names in `names`. */
static void describe_rows(char letters[2 + 2 * ROWS_MAX], struct option names[ROWS_MAX + 1],
                          const struct option_row *const rows[], size_t count)
{
    *letters++ = ':';
    for (size_t i = 0; i < count; i++) {
        names[i] = (struct option){
            .name = rows[i]->name,
            .has_arg = rows[i]->argument != NULL ? required_argument : no_argument,
            /* A second spelling has the value of the first, so that what begins both is clear. */
            .val = LONG_OPTION + (int)(rows[i]->help != NULL ? i : i - 1),
        };
        if (rows[i]->letter != '\0') {
            *letters++ = rows[i]->letter;
            if (rows[i]->argument != NULL) {
                *letters++ = ':';
            }
        }
    }
    *letters = '\0';
    names[count] = (struct option){0};
}

/* The row that getopt_long() means, NULL when none. */
static const struct option_row *find_row(const struct option_row *const rows[], size_t count,
                                         int value)
{
    if (value >= LONG_OPTION) {
        return (size_t)(value - LONG_OPTION) < count ? rows[value - LONG_OPTION] : NULL;
    }
    for (size_t i = 0; i < count; i++) {
        if (rows[i]->letter != '\0' && rows[i]->letter == value) {
            return rows[i];
        }
    }
    return NULL;
}

/* `argument`, such as --output=x, begins the names of several options, not being one itself. */
static bool is_ambiguous(const struct option_row *const rows[], size_t count, const char *argument)
{
    const char *name = argument + strspn(argument, "-");
    size_t length = strcspn(name, "=");
    size_t matches = 0;
    for (size_t i = 0; i < count; i++) {
        matches += strncmp(rows[i]->name, name, length) == 0 ? 1 : 0;
    }
    return matches > 1;
}

static bool has_table(const struct command *command, const char *name)
{
    for (const struct vmt_table *const *table = command->tables; *table != NULL; table++) {
        if (((*table)->where & VMT_IN_CSV) != 0 && strcmp((*table)->name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* The command whose report has the table, `command` before others; NULL: there is none.  Others are
 * those that look at the same things. */
static const struct command *reporter_of(const struct command *command, const char *table)
{
    if (has_table(command, table)) {
        return command;
    }
    for (size_t i = 0; commands[i] != NULL; i++) {
        if (commands[i]->takes == command->takes && has_table(commands[i], table)) {
            return commands[i];
        }
    }
    return NULL;
}

/* Add the names of the tables that `reporter` would print for the command. */
static void list_tables(char *names, size_t size, const struct command *command,
                        const struct command *reporter)
{
    for (const struct vmt_table *const *table = reporter->tables; *table != NULL; table++) {
        if (((*table)->where & VMT_IN_CSV) != 0 &&
            reporter_of(command, (*table)->name) == reporter) {
            size_t used = strlen(names);
            snprintf(names + used, size - used, "%s%s", used > 0 ? ", " : "", (*table)->name);
        }
    }
}

_Noreturn static void refuse_table(const struct options *options)
{
    char names[1024] = "";
    list_tables(names, sizeof names, options->command, options->command);
    for (size_t i = 0; commands[i] != NULL; i++) {
        if (commands[i] != options->command) {
            list_tables(names, sizeof names, options->command, commands[i]);
        }
    }
    ui_wrong_use(options->command, "no table '%s'; there are %s", options->table, names);
}

/* A table may be of another command's report: that one is written then. */
static void choose_reporter(struct options *options)
{
    options->reporter = options->command;
    if (options->table == NULL) {
        return;
    }
    if (options->format != FORMAT_CSV) {
        ui_wrong_use(options->command, "--table needs --csv");
    }
    options->reporter = reporter_of(options->command, options->table);
    if (options->reporter == NULL) {
        refuse_table(options);
    }
}

/* Whether something is to be read though no target is given. */
static bool reads_live(const struct options *options)
{
    bool host = options->command->subject == OF_HOSTS;
    return options->target_count == 0 &&
           (host || options->command->ranks || options->selection_count > 0 ||
            options->live.root != NULL);
}

static void check_targets(const struct options *options)
{
    enum takes takes = options->command->takes;
    if (takes == TAKES_NOTHING && options->target_count > 0) {
        ui_wrong_use(options->command, "no TARGET expected: '%s'", options->targets[0]);
    }
    if ((takes == TAKES_TARGETS || takes == TAKES_PROCESSES) && reads_live(options)) {
        return;
    }
    if (takes != TAKES_NOTHING && options->target_count == 0) {
        static const char *const what[] = {
            [TAKES_TARGETS] = "TARGET", [TAKES_PROCESSES] = "PROCESS", [TAKES_NAMES] = "NAME"};
        ui_wrong_use(options->command, "no %s given", what[takes]);
    }
    if (takes != TAKES_TARGETS) {
        return;
    }
    int standard_inputs = 0;
    for (int i = 0; i < options->target_count; i++) {
        standard_inputs += strcmp(options->targets[i], "-") == 0 ? 1 : 0;
    }
    if (standard_inputs > 1) {
        ui_wrong_use(options->command, "standard input can be read only once");
    }
}

void options_parse(struct options *options, const struct command *command, int argc, char **argv)
{
    *options = (struct options){.command = command};
    options->types = calloc((size_t)argc, sizeof *options->types); /* one an argument at most */
    options->selections = calloc((size_t)argc, sizeof *options->selections);
    if (options->types == NULL || options->selections == NULL) {
        ui_message("out of memory");
        exit(FAILED);
    }
    options->report.types = options->types;
    options->report.processes = &options->processes;
    options->processes.columns = options->columns;
    options->processes.ranking.most = UINT64_MAX;

    const struct option_row *rows[ROWS_MAX];
    char letters[2 + 2 * ROWS_MAX];
    struct option names[ROWS_MAX + 1];
    size_t count = collect_rows(rows, command);
    describe_rows(letters, names, rows, count);

    opterr = 0; /* its messages differ from system to system */
    for (int got = 0; got != -1;) {
        got = getopt_long(argc, argv, letters, names, NULL);
        const struct option_row *row = find_row(rows, count, got == -1 ? 0 : got);
        if (row != NULL) {
            row->apply(options, optarg);
        } else if (got == ':') {
            row = find_row(rows, count, optopt);
            ui_wrong_use(command, "option --%s needs a %s", row->name, row->argument);
        } else if (got != -1 && optopt >= LONG_OPTION) {
            ui_wrong_use(command, "option --%s takes no argument",
                         find_row(rows, count, optopt)->name);
        } else if (got != -1 && optopt != 0) {
            ui_wrong_use(command, "unknown option -%c", optopt);
        } else if (got != -1) {
            const char *given = argv[optind - 1];
            ui_wrong_use(command, "%s option %s",
                         is_ambiguous(rows, count, given) ? "ambiguous" : "unknown", given);
        }
    }
    options->targets = argv + optind;
    options->target_count = argc - optind;
    choose_reporter(options);
    check_targets(options);
}

void options_free(struct options *options)
{
    free(options->types);
    free(options->selections);
}

static void print_row(const struct option_row *row)
{
    char left[64];
    char letter[5] = "    ";
    if (row->letter != '\0') {
        snprintf(letter, sizeof letter, "-%c, ", row->letter);
    }
    snprintf(left, sizeof left, "  %s--%s%s%s", letter, row->name, row->argument != NULL ? " " : "",
             row->argument != NULL ? row->argument : "");
    const char *line = row->help;
    while (line != NULL) {
        const char *end = strchr(line, '\n');
        int length = end != NULL ? (int)(end - line) : (int)strlen(line);
        printf("%-24s%.*s\n", left, length, line);
        left[0] = '\0';
        line = end != NULL ? end + 1 : NULL;
    }
}

void options_print_help(const struct command *command)
{
    printf("Usage: %s\n\n%s\n", command->usage, command->about);
    if (command->takes == TAKES_TARGETS) {
        printf("A TARGET is a file, a directory or an archive of captures, or - for standard\n"
               "input%s.\n\n",
               command->subject == OF_PROCESSES ? "; or a running process by its number or name"
                                                : "");
    } else if (command->takes == TAKES_PROCESSES) {
        printf("A PROCESS is the number or the name of a running one.\n\n");
    }
    printf("Options:\n");
    const struct option_row *rows[ROWS_MAX];
    size_t count = collect_rows(rows, command);
    for (size_t i = 0; i < count; i++) {
        print_row(rows[i]);
    }
    printf("\nExamples:\n%s\nThe manual: man vmtally-%s\n", command->examples, command->name);
}

void options_print_version(void)
{
    printf("vmtally %s\n", PACKAGE_VERSION);
}
