/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "command.h"
#include "job.h"
#include "model/type_help.h"
#include "ui.h"

/* The name that the dictionary knows for what a person wrote: a number is that of a tag, a constant
 * of XNU stands for its tag's type. */
static struct vmt_slice spelling(char *buffer, size_t size, const char *asked)
{
    const struct vmt_type_help *help = vmt_type_help_constant(vmt_slice(asked));
    if (asked[strspn(asked, "0123456789")] == '\0') {
        snprintf(buffer, size, "tag %s", asked);
        return vmt_slice(buffer);
    }
    return vmt_slice(help != NULL ? help->name : asked);
}

/* Nothing in the name tells anything. */
static bool is_unknown(const struct vmt_type *type)
{
    return type->entry == NULL && type->class == VMT_CLASS_OTHER &&
           type->nature == VMT_NATURE_UNKNOWN;
}

/* Say that there is no such type, and which ones have the word in their names. */
static void refuse(const char *asked)
{
    char similar[160] = "";
    size_t used = 0;
    for (const struct vmt_type_help *help = vmt_type_helps; help->name != NULL; help++) {
        size_t length = strlen(help->name);
        bool holds = false;
        for (size_t at = 0; !holds && at + strlen(asked) <= length; at++) {
            holds = vmt_slice_equals_nocase((struct vmt_slice){help->name + at, strlen(asked)},
                                            vmt_slice(asked));
        }
        if (holds && used + length + 3 < sizeof similar) {
            used += (size_t)snprintf(similar + used, sizeof similar - used, "%s%s",
                                     used == 0 ? "" : ", ", help->name);
        }
    }
    if (used > 0) {
        ui_message("no region type '%s'; there are %s", asked, similar);
    } else {
        ui_message("no region type '%s'", asked);
    }
}

/* Meet the types that were asked for, so that the report speaks of them in that order. */
static enum outcome meet(struct vmt_snapshot *snapshot, const struct options *options)
{
    enum outcome outcome = DONE;
    for (int i = options->target_count - 1; i >= 0; i--) {
        char buffer[64];
        struct vmt_slice name = spelling(buffer, sizeof buffer, options->targets[i]);
        const struct vmt_type *before = snapshot->types;
        const struct vmt_type *type =
            name.length == 0 ? NULL : vmt_type_get(&snapshot->types, &snapshot->strings, name, 0);
        if (type == NULL || is_unknown(type)) {
            refuse(options->targets[i]);
            snapshot->types = (struct vmt_type *)before;
            outcome = FAILED;
        }
    }
    return outcome;
}

static enum outcome run(const struct options *options)
{
    struct job job;
    job_init(&job, options);
    job.outcome = meet(&job.snapshot, options);
    if (job.snapshot.types != NULL) {
        job_write(&job);
    }
    enum outcome outcome = job.outcome;
    job_free(&job);
    return outcome;
}

static const struct option_row no_rows[] = {{0}};

const struct command command_explain = {
    .name = "explain",
    .usage = "vmtally explain [OPTIONS] NAME|NUMBER...",
    .summary = "what a type of region is, and what to do about it",
    .about = "Say what a type of region is: what puts it there, whether it counts in the\n"
             "footprint, what to do about it.  NAME is any name that a tool has for it, in\n"
             "any letter case, or a constant of XNU; NUMBER is that of its tag.\n",
    .examples = "  vmtally explain MALLOC_LARGE\n"
                "  vmtally explain 100 'owned unmapped (graphics)' VM_MEMORY_STACK\n"
                "  vmtally explain --json IOSurface | jq -r '.explain[].advice'\n",
    .options = no_rows,
    .tables = vmt_report_explain_tables,
    .report = vmt_report_explain,
    .run = run,
    .takes = TAKES_NAMES,
};
