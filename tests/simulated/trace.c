/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "trace.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- scenarios -------------------------------------------------------------------------------- */

static const char *directory(void)
{
    static char path[4096];
    const char *sources = getenv("VMT_SRCDIR");
    snprintf(path, sizeof(path), "%s/tests/simulated/scenarios", sources == NULL ? "." : sources);
    return path;
}

static int is_scenario(const struct dirent *entry)
{
    const size_t length = strlen(entry->d_name);
    return length > strlen(".scenario") &&
           strcmp(entry->d_name + length - strlen(".scenario"), ".scenario") == 0;
}

static void read_or_exit(struct sim_world *out, const char *name)
{
    char path[4400];
    snprintf(path, sizeof(path), "%s/%s", directory(), name);
    if (!sim_scenario_read(out, path)) {
        exit(1);
    }
}

bool trace_next_scenario(struct sim_world *out, const char **name, size_t *place)
{
    static struct dirent **entries;
    static int count;
    if (entries == NULL) {
        count = scandir(directory(), &entries, is_scenario, alphasort);
    }
    if (count <= 0) {
        fprintf(stderr, "%s: no scenarios\n", directory());
        exit(1);
    }
    if (*place == (size_t)count) {
        return false;
    }
    *name = entries[(*place)++]->d_name;
    read_or_exit(out, *name);
    return true;
}

void trace_scenario(struct sim_world *out, const char *name)
{
    char file[256];
    snprintf(file, sizeof(file), "%s.scenario", name);
    read_or_exit(out, file);
}

uint32_t trace_process(const struct sim_world *world, uint32_t pid)
{
    uint32_t place = 0;
    while (place < world->process_count && world->processes[place].pid != pid) {
        place++;
    }
    if (place == world->process_count) {
        fprintf(stderr, "simulated: no process %" PRIu32 "\n", pid);
        exit(1);
    }
    return place;
}

/* --- walks ------------------------------------------------------------------------------------ */

static bool take_region(void *self, const struct vmt_mach_region *region)
{
    struct trace *trace = self;
    trace->full = trace->full || trace->region_count == TRACE_REGIONS;
    if (trace->full) {
        return false;
    }
    char *path = trace->paths[trace->region_count];
    snprintf(path, SIM_PATH, "%.*s", (int)region->path_length,
             region->path_length == 0 ? "" : region->path);
    trace->regions[trace->region_count] = *region;
    trace->regions[trace->region_count++].path = path;
    return true;
}

static bool take_page(void *self, const struct vmt_mach_page *page)
{
    struct trace *trace = self;
    trace->full = trace->full || trace->page_count == TRACE_PAGES;
    if (trace->full) {
        return false;
    }
    trace->page_regions[trace->page_count] = trace->region_count - 1;
    trace->pages[trace->page_count++] = *page;
    return true;
}

void trace_walk(struct trace *out, const struct vmt_mach_walk *walk)
{
    const struct vmt_mach_visitor visitor = {out, take_region, take_page};
    out->region_count = 0;
    out->page_count = 0;
    out->full = false;
    out->outcome = vmt_mach_here()->walk(walk, &visitor);
}

/* --- waiting ---------------------------------------------------------------------------------- */

void (*trace_before_waiting)(void);

void sim_wait_for_ever(void)
{
    if (trace_before_waiting != NULL) {
        trace_before_waiting();
    }
    for (;;) {
        pause();
    }
}
