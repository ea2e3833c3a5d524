/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/live.h"

#include <inttypes.h>
#include <stdio.h>

#include "collect/live_cgroup.h"
#include "collect/live_file.h"
#include "collect/live_system.h"
#include "grammar/linux_meminfo.h"
#include "grammar/linux_pressure.h"
#include "grammar/linux_vmstat.h"
#include "grammar/linux_zram.h"

/* In the order in which the first to state something counts. */
static const struct {
    const char *file;
    const struct vmt_grammar *grammar;
} files[] = {
    {"meminfo", &vmt_grammar_linux_meminfo},
    {"vmstat", &vmt_grammar_linux_vmstat},
    {"pressure/memory", &vmt_grammar_linux_pressure},
};

/* What the files do not say themselves. */
static enum vmt_status set_identity(struct vmt_snapshot *snapshot, const struct vmt_live *live,
                                    struct vmt_error *err)
{
    struct vmt_host *host = vmt_sequence_last(&snapshot->hosts);
    enum vmt_status status = VMT_OK;
    if (host->os == NULL && live->system != NULL) {
        status = vmt_snapshot_string(&host->os, snapshot, vmt_slice(live->system), err);
    }
    if (status == VMT_OK && host->captured_at == NULL && live->now[0] != '\0') {
        status = vmt_snapshot_string(&host->captured_at, snapshot, vmt_slice(live->now), err);
    }
    return status;
}

/* A failure that only means that a file gives nothing. */
static enum vmt_status forgive(enum vmt_status status, const struct vmt_error *failure,
                               struct vmt_error *err)
{
    if (status == VMT_OK || status == VMT_E_IO || status == VMT_E_NOCAPTURE) {
        return VMT_OK;
    }
    *err = *failure;
    return status;
}

static enum vmt_status read_file(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                 const struct vmt_live_tree *tree, bool below_proc,
                                 const char *file, const struct vmt_grammar *grammar,
                                 struct vmt_error *err)
{
    char name[VMT_LIVE_NAME];
    const struct vmt_live *live = tree->live;
    uint64_t deadline = live->options.all > 0 ? live->opened + live->options.all : 0;
    struct vmt_error failure = VMT_ERROR_INIT;
    size_t hosts = snapshot->hosts.count;
    snprintf(name, sizeof name, "%s%s%s", below_proc ? live->proc_name : live->top_name,
             below_proc ? "/" : "", file);
    enum vmt_status status =
        vmt_live_read_file(snapshot, context, below_proc ? tree->proc : tree->top, file, name,
                           grammar, deadline, &failure);
    if (status == VMT_OK && snapshot->hosts.count > hosts) {
        status = set_identity(snapshot, live, &failure);
    }
    return forgive(status, &failure, err);
}

/* More come from no real machine. */
#define ZRAMS_MOST 256

/* The devices are numbered from 0. */
static enum vmt_status read_zram(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                 const struct vmt_live_tree *tree, struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    size_t before = snapshot->hosts.count + 1;
    for (unsigned device = 0;
         status == VMT_OK && device < ZRAMS_MOST && snapshot->hosts.count != before; device++) {
        char file[64];
        before = snapshot->hosts.count;
        snprintf(file, sizeof file, "sys/block/zram%u/mm_stat", device);
        status = read_file(snapshot, context, tree, false, file, &vmt_grammar_linux_zram, err);
    }
    return status;
}

static enum vmt_status read_cgroup(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                   const struct vmt_live_tree *tree,
                                   const struct vmt_live_cgroup *group, struct vmt_error *err)
{
    struct vmt_error failure = VMT_ERROR_INIT;
    size_t hosts = snapshot->hosts.count;
    enum vmt_status status = vmt_live_cgroup_read(snapshot, context, tree, group, &failure);
    if (status == VMT_OK && snapshot->hosts.count > hosts) {
        status = set_identity(snapshot, tree->live, &failure);
    }
    return forgive(status, &failure, err);
}

enum vmt_status vmt_live_read_host_from(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                        const struct vmt_live_tree *tree, struct vmt_error *err)
{
    size_t before = snapshot->hosts.count;
    enum vmt_status status = VMT_OK;
    for (size_t i = 0; status == VMT_OK && i < sizeof files / sizeof files[0]; i++) {
        status = read_file(snapshot, context, tree, true, files[i].file, files[i].grammar, err);
    }
    if (status == VMT_OK && tree->top != NULL) {
        status = read_zram(snapshot, context, tree, err);
    }
    struct vmt_live_cgroup group;
    if (status == VMT_OK && vmt_live_cgroup_find(&group, tree, "self")) {
        status = read_cgroup(snapshot, context, tree, &group, err);
    }
    if (status == VMT_OK && snapshot->hosts.count == before) {
        return vmt_fail_at(err, (struct vmt_place){.source = tree->live->proc_name},
                           VMT_E_NOCAPTURE,
                           "no evidence of a host: no meminfo, vmstat nor pressure/memory");
    }
    return status;
}

/* A tree at its open directories. */
struct opened {
    struct vmt_live_directory proc;
    struct vmt_live_directory top;
    struct vmt_live_tree tree;
};

static void open_tree(struct opened *out, const struct vmt_live *live)
{
    vmt_live_directory_init(&out->proc, live->proc);
    vmt_live_directory_init(&out->top, live->top);
    out->tree =
        (struct vmt_live_tree){live, &out->proc.files, live->top >= 0 ? &out->top.files : NULL};
}

enum vmt_status vmt_live_linux_read_host(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                         const struct vmt_live *live, struct vmt_error *err)
{
    struct opened opened;
    open_tree(&opened, live);
    return vmt_live_read_host_from(snapshot, context, &opened.tree, err);
}

enum vmt_status vmt_live_read_cgroup(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                     const struct vmt_live *live, struct vmt_slice path,
                                     struct vmt_error *err)
{
    struct opened opened;
    struct vmt_live_cgroup group;
    open_tree(&opened, live);
    return vmt_live_cgroup_find_at(&group, &opened.tree, path)
               ? read_cgroup(snapshot, context, &opened.tree, &group, err)
               : VMT_OK;
}
