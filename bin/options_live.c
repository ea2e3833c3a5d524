/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "options_live.h"

#include <pwd.h>
#include <string.h>

#include "ui.h"

static struct selection *add_selection(struct options *options, const char *argument)
{
    struct selection *selection = &options->selections[options->selection_count++];
    *selection = (struct selection){.text = argument};
    return selection;
}

static void select_all(struct options *options, const char *argument)
{
    add_selection(options, argument)->by = SELECT_ALL;
}

static void select_tree(struct options *options, const char *argument)
{
    struct selection *selection = add_selection(options, argument);
    selection->by = SELECT_TREE;
    if (!vmt_parse_u64(vmt_slice(argument), 10, &selection->number)) {
        ui_wrong_use(options->command, "--tree needs the number of a process, not '%s'", argument);
    }
}

static void select_user(struct options *options, const char *argument)
{
    struct selection *selection = add_selection(options, argument);
    const struct passwd *user = getpwnam(argument);
    selection->by = SELECT_USER;
    if (user != NULL) {
        selection->number = user->pw_uid;
    } else if (!vmt_parse_u64(vmt_slice(argument), 10, &selection->number)) {
        ui_wrong_use(options->command, "no user '%s'", argument);
    }
}

static void select_cgroup(struct options *options, const char *argument)
{
    if (argument[0] != '/') {
        ui_wrong_use(options->command,
                     "--cgroup needs a path from the root of all cgroups, "
                     "such as /system.slice, not '%s'",
                     argument);
    }
    add_selection(options, argument)->by = SELECT_CGROUP;
}

static void set_root(struct options *options, const char *argument)
{
    options->live.root = argument;
}

static void set_source(struct options *options, const char *argument)
{
    static const struct {
        const char *name;
        enum vmt_source source;
    } sources[] = {{"vmmap", VMT_SOURCE_VMMAP},
                   {"footprint", VMT_SOURCE_FOOTPRINT},
                   {"mach", VMT_SOURCE_MACH}};
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        if (strcmp(argument, sources[i].name) == 0) {
            options->live.source = sources[i].source;
            return;
        }
    }
    ui_wrong_use(options->command, "--source is vmmap, footprint or mach, not '%s'", argument);
}

static void set_exact(struct options *options, const char *argument)
{
    (void)argument;
    options->live.exact = true;
}

/* Seconds, with parts of one, as microseconds. */
static uint64_t read_seconds(const struct options *options, const char *name, const char *argument)
{
    static const uint64_t most = UINT64_C(1000000000);
    struct vmt_slice text = vmt_slice(argument);
    struct vmt_slice whole = {argument, vmt_slice_find(text, ".")};
    struct vmt_slice part = vmt_slice_from(text, whole.length);
    uint64_t seconds = 0;
    uint64_t fraction = 0;
    bool read = vmt_parse_u64(whole, 10, &seconds) && seconds < most;
    if (read && part.length > 0) {
        uint64_t less = 0; /* than a microsecond */
        struct vmt_slice rest = vmt_slice_from(part, part.length < 7 ? part.length : 7);
        part = (struct vmt_slice){part.data + 1, part.length - 1 - rest.length};
        read = vmt_parse_u64(part, 10, &fraction) &&
               (rest.length == 0 || vmt_parse_u64(rest, 10, &less));
    }
    for (size_t digits = part.length; digits < 6; digits++) {
        fraction *= 10;
    }
    uint64_t microseconds = read ? seconds * 1000000 + fraction : 0;
    if (microseconds == 0) {
        ui_wrong_use(options->command, "--%s needs seconds, such as 0.5, not '%s'", name, argument);
    }
    return microseconds;
}

static void set_max_time(struct options *options, const char *argument)
{
    options->live.each = read_seconds(options, "max-time", argument);
}

static void set_max_total(struct options *options, const char *argument)
{
    options->live.all = read_seconds(options, "max-total", argument);
}

const struct option_row options_process_rows[] = {
    {"all", 0, NULL, "all running processes", select_all},
    {"tree", 0, "PID", "a running process and all that come from it", select_tree},
    {"user", 0, "NAME", "running processes of a user, by name or number", select_user},
    {"cgroup", 0, "PATH", "running processes in a cgroup and those below it", select_cgroup},
    {"exact", 0, NULL, "macOS: have the kernel count page by page: slow", set_exact},
    {0},
};

const struct option_row options_live_rows[] = {
    {"root", 0, "DIR", "read a saved tree of /proc in place of this system", set_root},
    {"source", 0, "NAME", "macOS: ask vmmap, footprint or mach (the kernel) alone", set_source},
    {0},
};

const struct option_row options_time_rows[] = {
    {"max-time", 0, "SEC", "give up reading a process after so many seconds", set_max_time},
    {0},
};

const struct option_row options_total_rows[] = {
    {"max-total", 0, "SEC", "read no more after so many seconds", set_max_total},
    {0},
};
