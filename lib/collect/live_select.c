/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/live.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collect/live_cgroup.h"
#include "collect/live_file.h"
#include "collect/live_system.h"

typedef bool wanted(const void *self, const struct vmt_live_process *process);

static void keep(struct vmt_live_list *list, wanted *wants, const void *self)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (wants(self, &list->processes[i])) {
            list->processes[kept++] = list->processes[i];
        }
    }
    list->count = kept;
}

/* --- by name ---------------------------------------------------------------------------------- */

static bool is_named(const void *self, const struct vmt_live_process *process)
{
    return vmt_slice_equals(*(const struct vmt_slice *)self, process->name);
}

static bool has_in_name(const void *self, const struct vmt_live_process *process)
{
    const struct vmt_slice *part = self;
    size_t last =
        process->name.length >= part->length ? process->name.length - part->length + 1 : 0;
    for (size_t i = 0; i < last; i++) {
        struct vmt_slice at = {process->name.data + i, part->length};
        if (vmt_slice_equals_nocase(at, *part)) {
            return true;
        }
    }
    return false;
}

static bool has_named(const struct vmt_live_list *list, struct vmt_slice name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (is_named(&name, &list->processes[i])) {
            return true;
        }
    }
    return false;
}

void vmt_live_keep_named(struct vmt_live_list *list, struct vmt_slice name)
{
    size_t most = list->name_most;
    struct vmt_slice cut = {name.data, name.length < most ? name.length : most};
    if (has_named(list, name)) {
        keep(list, is_named, &name);
    } else if (has_named(list, cut)) {
        keep(list, is_named, &cut);
    } else {
        keep(list, has_in_name, &name);
    }
}

/* --- by descent ------------------------------------------------------------------------------- */

static struct vmt_live_process *find(const struct vmt_live_list *list, uint64_t pid)
{
    size_t low = 0;
    size_t high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->processes[middle].pid < pid) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < list->count && list->processes[low].pid == pid ? &list->processes[low] : NULL;
}

/* What is known of a process of the list while a tree is looked for. */
enum mark { MARK_NONE, MARK_ON_THE_WAY, MARK_OUTSIDE, MARK_INSIDE };

static enum mark *mark_of(const struct vmt_live_list *list, enum mark *marks,
                          const struct vmt_live_process *process)
{
    return &marks[process - list->processes];
}

static const struct vmt_live_process *parent_of(const struct vmt_live_list *list,
                                                const struct vmt_live_process *process)
{
    return process->parent == 0 ? NULL : find(list, process->parent);
}

/* Mark a process and those that it comes from, up to one that is marked; so each is looked at
 * once, however deep they are.  A list is no picture of one moment: it can hold a circle, when a
 * number came back. */
static void mark_line(const struct vmt_live_list *list, enum mark *marks,
                      const struct vmt_live_process *process)
{
    const struct vmt_live_process *ancestor = process;
    while (ancestor != NULL && *mark_of(list, marks, ancestor) == MARK_NONE) {
        *mark_of(list, marks, ancestor) = MARK_ON_THE_WAY;
        ancestor = parent_of(list, ancestor);
    }
    bool inside = ancestor != NULL && *mark_of(list, marks, ancestor) == MARK_INSIDE;
    while (process != NULL && *mark_of(list, marks, process) == MARK_ON_THE_WAY) {
        *mark_of(list, marks, process) = inside ? MARK_INSIDE : MARK_OUTSIDE;
        process = parent_of(list, process);
    }
}

/* The list is searched while it is looked at, so that it is cut afterwards only. */
enum vmt_status vmt_live_keep_tree(struct vmt_live_list *list, uint64_t pid, struct vmt_error *err)
{
    enum mark *marks = vmt_arena_alloc(&list->arena, list->count, sizeof *marks);
    if (marks == NULL) {
        return vmt_arena_fail(&list->arena, err);
    }
    for (size_t i = 0; i < list->count; i++) {
        marks[i] = list->processes[i].pid == pid ? MARK_INSIDE : MARK_NONE;
    }
    for (size_t i = 0; i < list->count; i++) {
        mark_line(list, marks, &list->processes[i]);
    }
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (marks[i] == MARK_INSIDE) {
            list->processes[kept++] = list->processes[i];
        }
    }
    list->count = kept;
    return VMT_OK;
}

/* --- by user, cgroup and kind ----------------------------------------------------------------- */

static bool is_of_user(const void *self, const struct vmt_live_process *process)
{
    return process->user_known && process->user == *(const uint64_t *)self;
}

void vmt_live_keep_user(struct vmt_live_list *list, uint64_t user)
{
    keep(list, is_of_user, &user);
}

struct membership {
    const struct vmt_live *live;
    struct vmt_slice path; /* without a slash at its end */
};

static bool is_below(struct vmt_slice group, struct vmt_slice path)
{
    if (group.length < path.length ||
        !vmt_slice_equals((struct vmt_slice){group.data, path.length}, path)) {
        return false;
    }
    return group.length == path.length || group.data[path.length] == '/';
}

static bool is_member(const void *self, const struct vmt_live_process *process)
{
    const struct membership *membership = self;
    char file[64];
    char buffer[16384];
    struct vmt_slice text;
    snprintf(file, sizeof file, "%" PRIu64 "/cgroup", process->pid);
    if (!vmt_live_slurp(&text, buffer, sizeof buffer, membership->live->proc, file)) {
        return false;
    }
    struct vmt_slice controllers;
    struct vmt_slice group;
    while (vmt_live_cgroup_line(&text, &controllers, &group)) {
        if (is_below(group, membership->path)) {
            return true;
        }
    }
    return false;
}

void vmt_live_keep_cgroup(struct vmt_live_list *list, const struct vmt_live *live,
                          struct vmt_slice path)
{
    struct membership membership = {live, path};
    while (membership.path.length > 0 && membership.path.data[membership.path.length - 1] == '/') {
        membership.path.length--;
    }
    keep(list, is_member, &membership);
}

static bool owns_memory(const void *self, const struct vmt_live_process *process)
{
    (void)self;
    return !process->kernel_thread && !process->zombie;
}

void vmt_live_keep_owners(struct vmt_live_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        list->kernel_threads += list->processes[i].kernel_thread ? 1 : 0;
        list->zombies += list->processes[i].zombie ? 1 : 0;
    }
    keep(list, owns_memory, NULL);
}

/* --- those that are not read yet -------------------------------------------------------------- */

static bool is_unread(const void *self, const struct vmt_live_process *process)
{
    (void)self;
    return !process->read;
}

void vmt_live_keep_unread(struct vmt_live_list *list, const struct vmt_live *live,
                          const struct vmt_snapshot *snapshot)
{
    struct vmt_walker walker = {0};
    const struct vmt_process *process = vmt_sequence_next(&snapshot->processes, &walker);
    for (; process != NULL; process = vmt_sequence_next(&snapshot->processes, &walker)) {
        struct vmt_live_process *found =
            live->by->has(live, process) ? find(list, process->pid) : NULL;
        if (found != NULL) {
            found->read = true;
        }
    }
    keep(list, is_unread, NULL);
}
