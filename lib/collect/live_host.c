/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/live.h"

#include <inttypes.h>
#include <stdio.h>

#include "collect/live_file.h"
#include "grammar/linux_meminfo.h"
#include "grammar/linux_pressure.h"
#include "grammar/linux_vmstat.h"

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

enum vmt_status vmt_live_read_host_from(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                        const struct vmt_live *live, struct vmt_live_files *proc,
                                        struct vmt_error *err)
{
    uint64_t deadline = live->options.all > 0 ? live->opened + live->options.all : 0;
    size_t before = snapshot->hosts.count;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char name[4096];
        struct vmt_error failure = VMT_ERROR_INIT;
        size_t hosts = snapshot->hosts.count;
        snprintf(name, sizeof name, "%s/%s", live->proc_name, files[i].file);
        enum vmt_status status = vmt_live_read_file(snapshot, context, proc, files[i].file, name,
                                                    files[i].grammar, deadline, &failure);
        if (status == VMT_OK && snapshot->hosts.count > hosts) {
            status = set_identity(snapshot, live, &failure);
        }
        if (status != VMT_OK && status != VMT_E_IO && status != VMT_E_NOCAPTURE) {
            *err = failure;
            return status;
        }
    }
    if (snapshot->hosts.count == before) {
        return vmt_fail_at(err, (struct vmt_place){.source = live->proc_name}, VMT_E_NOCAPTURE,
                           "no evidence of a host: no meminfo, vmstat nor pressure/memory");
    }
    return VMT_OK;
}

enum vmt_status vmt_live_read_host(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                   const struct vmt_live *live, struct vmt_error *err)
{
    struct vmt_live_directory proc;
    vmt_live_directory_init(&proc, live->proc);
    return vmt_live_read_host_from(snapshot, context, live, &proc.files, err);
}
