/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "command.h"
#include "options.h"
#include "ui.h"

const struct command *const commands[] = {
    &command_capture, &command_convert,   &command_explain,
    &command_formats, &command_processes, &command_regions,
    &command_summary, &command_system,    NULL,
};

const struct command *command_find(const char *name)
{
    for (size_t i = 0; commands[i] != NULL; i++) {
        if (strcmp(commands[i]->name, name) == 0) {
            return commands[i];
        }
    }
    return NULL;
}

static void print_usage(FILE *stream)
{
    fputs("Usage: vmtally COMMAND [OPTIONS] TARGET...\n\n"
          "Commands:\n",
          stream);
    for (size_t i = 0; commands[i] != NULL; i++) {
        fprintf(stream, "  %-9s %s\n", commands[i]->name, commands[i]->summary);
    }
}

static enum outcome print_help(void)
{
    printf("vmtally reads what tools and kernels print about memory (vmmap, footprint, crash\n"
           "reports, vm_stat, /proc, ...) and accounts for it: what is private, what is\n"
           "shared, what is compressed or swapped, and how sure each number is.\n\n");
    print_usage(stdout);
    printf("\nA TARGET is a file, a directory or an archive of captures, or - for standard\n"
           "input; also a running process, on Linux by its number or name, on macOS by\n"
           "its number.\n\n"
           "Examples:\n"
           "  vmtally summary app.txt            what the memory of a process comes to\n"
           "  vmmap \"$pid\" | vmtally summary -   the same, from a dump as it is made\n"
           "  vmtally regions --csv dumps/       every region of every dump\n"
           "  vmtally summary --tree 4242        a running process and its children\n"
           "  vmtally processes --by name -n 10  the ten largest programs that run\n"
           "  vmtally system vm_stat.txt         what the memory of a machine comes to\n"
           "  vmtally explain MALLOC_LARGE       what a type of region is\n"
           "  vmtally summary --help             the options of a command\n\n"
           "Options:\n"
           "  --help     show this help (vmtally help COMMAND: that of a command)\n"
           "  --version  show the version\n\n"
           "The manual: man vmtally\n");
    return ui_finish_help();
}

static const struct command *find_or_refuse(const char *name)
{
    const struct command *command = command_find(name);
    struct stat file;
    if (command == NULL && (strcmp(name, "-") == 0 || stat(name, &file) == 0)) {
        ui_wrong_use(NULL, "'%s' is no command, but a target: vmtally summary %s", name, name);
    }
    if (command == NULL) {
        ui_wrong_use(NULL, "no command '%s'", name);
    }
    return command;
}

int main(int argc, char **argv)
{
    ui_init();
    if (argc < 2) {
        print_usage(stderr);
        fputs("\nSee 'vmtally --help'.\n", stderr);
        return WRONG_USE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--version") == 0) {
        options_print_version();
        return (int)ui_finish_help();
    }
    if (strcmp(name, "--help") == 0 || (strcmp(name, "help") == 0 && argc == 2)) {
        return (int)print_help();
    }
    if (strcmp(name, "help") == 0) {
        options_print_help(find_or_refuse(argv[2]));
        return (int)ui_finish_help();
    }
    struct options options;
    options_parse(&options, find_or_refuse(name), argc - 1, argv + 1);
    enum outcome outcome = options.command->run(&options);
    options_free(&options);
    return (int)outcome;
}
