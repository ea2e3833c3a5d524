/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/live_cgroup.h"

#include <stdio.h>
#include <unistd.h>

#include "collect/live_file.h"
#include "grammar/grammar.h"
#include "grammar/linux_cgroup.h"
#include "grammar/linux_cgroup_files.h"

/* All files of a group together; memory.numa_stat of a large machine has tens of thousands. */
#define TEXT_MOST ((size_t)256 << 10)

/* --- which group ------------------------------------------------------------------------------ */

bool vmt_live_cgroup_line(struct vmt_slice *rest, struct vmt_slice *controllers,
                          struct vmt_slice *path)
{
    while (rest->length > 0) {
        size_t end = vmt_slice_find(*rest, "\n");
        struct vmt_slice line = {rest->data, end};
        *rest = vmt_slice_from(*rest, end < rest->length ? end + 1 : end);
        size_t first = vmt_slice_find(line, ":");
        struct vmt_slice behind = vmt_slice_from(line, first < line.length ? first + 1 : first);
        size_t second = vmt_slice_find(behind, ":");
        if (second < behind.length) {
            *controllers = (struct vmt_slice){behind.data, second};
            *path = vmt_slice_from(behind, second + 1);
            return true;
        }
    }
    return false;
}

/* Whether `memory` is one of "cpu,memory". */
static bool has_memory(struct vmt_slice controllers)
{
    while (controllers.length > 0) {
        size_t end = vmt_slice_find(controllers, ",");
        if (vmt_slice_equals((struct vmt_slice){controllers.data, end}, vmt_slice("memory"))) {
            return true;
        }
        controllers = vmt_slice_from(controllers, end < controllers.length ? end + 1 : end);
    }
    return false;
}

/* Open the directory of a group, if the controller of memory is there. */
static bool open_group(struct vmt_live_cgroup *group, const struct vmt_live *live,
                       const char *hierarchy, struct vmt_slice path)
{
    static const char *const usage[] = {"memory.current", "memory.usage_in_bytes", "memory.stat"};
    char relative[VMT_LIVE_NAME];
    char buffer[1];
    struct vmt_slice text;
    struct vmt_error err = VMT_ERROR_INIT;
    int length = snprintf(relative, sizeof relative, "sys/fs/cgroup%s%.*s", hierarchy,
                          (int)path.length, path.data);
    if (length < 0 || (size_t)length >= sizeof relative ||
        vmt_slice_find(path, "/..") < path.length) {
        return false;
    }
    group->directory = vmt_directory_open_at(live->top, relative, relative, &err);
    for (size_t i = 0; group->directory >= 0 && i < sizeof usage / sizeof usage[0]; i++) {
        if (vmt_live_slurp(&text, buffer, sizeof buffer, group->directory, usage[i])) {
            snprintf(group->name, sizeof group->name, "%s%s", live->top_name, relative);
            return true;
        }
    }
    if (group->directory >= 0) {
        close(group->directory);
        group->directory = -1;
    }
    return false;
}

/* Inside of a container its own group can be the root of what is mounted, whatever it is called
 * outside. */
bool vmt_live_cgroup_open(struct vmt_live_cgroup *out, const struct vmt_live *live,
                          const char *process)
{
    char file[64];
    char buffer[16384];
    struct vmt_slice rest;
    struct vmt_slice controllers;
    struct vmt_slice path;
    *out = (struct vmt_live_cgroup){.directory = -1};
    snprintf(file, sizeof file, "%s/cgroup", process);
    if (live->top < 0 || !vmt_live_slurp(&rest, buffer, sizeof buffer, live->proc, file)) {
        return false;
    }
    const struct vmt_slice root = vmt_slice("");
    while (vmt_live_cgroup_line(&rest, &controllers, &path)) {
        if (has_memory(controllers)) {
            return open_group(out, live, "/memory", path) || open_group(out, live, "/memory", root);
        }
        if (controllers.length == 0 &&
            (open_group(out, live, "", path) || open_group(out, live, "/unified", path) ||
             open_group(out, live, "", root))) {
            return true;
        }
    }
    return false;
}

void vmt_live_cgroup_close(struct vmt_live_cgroup *group)
{
    if (group->directory >= 0) {
        close(group->directory);
        group->directory = -1;
    }
}

/* --- its files -------------------------------------------------------------------------------- */

/* One text of all files, each under its name: one part, as when a person prints them. */
static struct vmt_slice gather(char *text, const struct vmt_live_cgroup *group)
{
    size_t length = 0;
    const char *name = NULL;
    for (size_t i = 0; (name = vmt_cgroup_file_name(i)) != NULL; i++) {
        struct vmt_slice bytes;
        int heading =
            snprintf(text + length, TEXT_MOST - length, "==> %s/%s <==\n", group->name, name);
        if (heading < 0 || (size_t)heading + 2 > TEXT_MOST - length) {
            break;
        }
        size_t begin = length + (size_t)heading;
        if (vmt_live_slurp(&bytes, text + begin, TEXT_MOST - begin - 1, group->directory, name) &&
            bytes.length > 0) {
            length = begin + bytes.length;
            text[length++] = '\n';
        }
    }
    return (struct vmt_slice){text, length};
}

enum vmt_status vmt_live_cgroup_read(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                     const struct vmt_live_cgroup *group, struct vmt_error *err)
{
    const struct vmt_allocator *allocator = context->allocator;
    const struct vmt_string *name = NULL;
    enum vmt_status status = vmt_snapshot_string(&name, snapshot, vmt_slice(group->name), err);
    if (status != VMT_OK) {
        return status;
    }
    char *text = allocator->allocate(allocator->self, TEXT_MOST);
    if (text == NULL) {
        return vmt_fail_nomem(err);
    }
    struct vmt_memory_input input;
    const struct vmt_grammar *only = context->only;
    vmt_memory_input_init(&input, name->data, gather(text, group));
    context->only = &vmt_grammar_linux_cgroup;
    status = vmt_read(snapshot, context, &input.input, err);
    context->only = only;
    allocator->release(allocator->self, text);
    return status;
}
