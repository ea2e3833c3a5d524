/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/live_cgroup.h"

#include <stdio.h>

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

/* A file of a group, below the top of the tree; false when its name is too long. */
static bool name_file(char name[VMT_LIVE_NAME], const struct vmt_live_cgroup *group,
                      const char *file)
{
    int length = snprintf(name, VMT_LIVE_NAME, "%s/%s", group->path, file);
    return length > 0 && length < VMT_LIVE_NAME;
}

/* Whether the group is there, with the controller of memory. */
static bool find_group(struct vmt_live_cgroup *group, const struct vmt_live_tree *tree,
                       const char *hierarchy, struct vmt_slice path)
{
    static const char *const usage[] = {"memory.current", "memory.usage_in_bytes", "memory.stat"};
    char name[VMT_LIVE_NAME];
    char buffer[1];
    struct vmt_slice text;
    while (path.length > 0 && path.data[path.length - 1] == '/') { /* the root is / */
        path.length--;
    }
    int length = snprintf(group->path, sizeof group->path, "sys/fs/cgroup%s%.*s", hierarchy,
                          (int)path.length, path.data);
    bool named = length > 0 && (size_t)length < sizeof group->path &&
                 vmt_slice_find(path, "/..") == path.length;
    for (size_t i = 0; named && i < sizeof usage / sizeof usage[0]; i++) {
        if (name_file(name, group, usage[i]) &&
            vmt_live_slurp_from(&text, buffer, sizeof buffer, tree->top, name)) {
            return true;
        }
    }
    return false;
}

/* Inside of a container its own group can be the root of what is mounted, whatever it is called
 * outside. */
bool vmt_live_cgroup_find(struct vmt_live_cgroup *out, const struct vmt_live_tree *tree,
                          const char *process)
{
    char file[64];
    char buffer[16384];
    struct vmt_slice rest;
    struct vmt_slice controllers;
    struct vmt_slice path;
    snprintf(file, sizeof file, "%s/cgroup", process);
    if (tree->top == NULL || !vmt_live_slurp_from(&rest, buffer, sizeof buffer, tree->proc, file)) {
        return false;
    }
    const struct vmt_slice root = vmt_slice("");
    while (vmt_live_cgroup_line(&rest, &controllers, &path)) {
        if (has_memory(controllers)) {
            return find_group(out, tree, "/memory", path) || find_group(out, tree, "/memory", root);
        }
        if (controllers.length == 0 &&
            (find_group(out, tree, "", path) || find_group(out, tree, "/unified", path) ||
             find_group(out, tree, "", root))) {
            return true;
        }
    }
    return false;
}

bool vmt_live_cgroup_find_at(struct vmt_live_cgroup *out, const struct vmt_live_tree *tree,
                             struct vmt_slice path)
{
    static const char *const hierarchies[] = {"", "/memory", "/unified"};
    bool found = false;
    for (size_t i = 0; tree->top != NULL && !found && i < 3; i++) {
        found = find_group(out, tree, hierarchies[i], path);
    }
    return found;
}

/* --- its files -------------------------------------------------------------------------------- */

/* What there was no room for may have cut the last line, and a number in it. */
static size_t whole_lines(struct vmt_slice bytes, size_t room)
{
    size_t length = bytes.length;
    while (bytes.length == room && length > 0 && bytes.data[length - 1] != '\n') {
        length--;
    }
    return length;
}

/* One text of all files, each under its name: one part, as when a person prints them. */
static struct vmt_slice gather(char *text, const struct vmt_live_tree *tree,
                               const struct vmt_live_cgroup *group)
{
    char path[VMT_LIVE_NAME];
    size_t length = 0;
    const char *name = NULL;
    for (size_t i = 0; (name = vmt_cgroup_file_name(i)) != NULL; i++) {
        struct vmt_slice bytes;
        int heading = snprintf(text + length, TEXT_MOST - length, "==> %s%s/%s <==\n",
                               tree->live->top_name, group->path, name);
        if (heading < 0 || (size_t)heading + 2 > TEXT_MOST - length) {
            break;
        }
        size_t begin = length + (size_t)heading;
        size_t room = TEXT_MOST - begin - 1;
        if (name_file(path, group, name) &&
            vmt_live_slurp_from(&bytes, text + begin, room, tree->top, path) &&
            whole_lines(bytes, room) > 0) {
            length = begin + whole_lines(bytes, room);
            text[length++] = '\n';
        }
    }
    return (struct vmt_slice){text, length};
}

enum vmt_status vmt_live_cgroup_read(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                     const struct vmt_live_tree *tree,
                                     const struct vmt_live_cgroup *group, struct vmt_error *err)
{
    char shown[VMT_LIVE_NAME];
    const struct vmt_allocator *allocator = context->allocator;
    const struct vmt_string *name = NULL;
    snprintf(shown, sizeof shown, "%s%s", tree->live->top_name, group->path);
    enum vmt_status status = vmt_snapshot_string(&name, snapshot, vmt_slice(shown), err);
    if (status != VMT_OK) {
        return status;
    }
    char *text = allocator->allocate(allocator->self, TEXT_MOST);
    if (text == NULL) {
        return vmt_fail_nomem(err);
    }
    struct vmt_memory_input input;
    const struct vmt_grammar *only = context->only;
    vmt_memory_input_init(&input, name->data, gather(text, tree, group));
    context->only = &vmt_grammar_linux_cgroup;
    status = vmt_read(snapshot, context, &input.input, err);
    context->only = only;
    allocator->release(allocator->self, text);
    return status;
}
