/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/live_file.h"

#include <errno.h>
#include <time.h>

#include "collect/read_ahead.h"
#include "grammar/grammar.h"
#include "grammar/linux_smaps.h"
#include "source/clock.h"

void vmt_live_format_time(char text[VMT_LIVE_TIME], uint64_t seconds)
{
    time_t time = (time_t)seconds;
    struct tm fields;
    if (gmtime_r(&time, &fields) == NULL ||
        strftime(text, VMT_LIVE_TIME, "%Y-%m-%dT%H:%M:%SZ", &fields) == 0) {
        text[0] = '\0';
    }
}

/* A file that is read until a moment. */
struct timed_input {
    struct vmt_input input;
    struct vmt_input *file;
    uint64_t deadline;
};

static enum vmt_status read_in_time(struct vmt_input *input, char *buffer, size_t size, size_t *got,
                                    struct vmt_error *err)
{
    struct timed_input *timed = (struct timed_input *)input; /* its first member */
    if (timed->deadline > 0 && vmt_clock() > timed->deadline) {
        *got = 0;
        vmt_fail_at(err, (struct vmt_place){.source = input->name}, VMT_E_IO,
                    "reading takes longer than --max-time allows");
        err->cause = ETIMEDOUT;
        return VMT_E_IO;
    }
    return timed->file->read(timed->file, buffer, size, got, err);
}

/* Where a process ends, or becomes another program, the kernel gives no more of its mappings, as if
 * those before had been all. */
static enum vmt_status check_whole(const struct vmt_file_input *input,
                                   const struct vmt_grammar *grammar, struct vmt_error *err)
{
    if (grammar != &vmt_grammar_linux_smaps || vmt_file_is_there(input)) {
        return VMT_OK;
    }
    vmt_fail_at(err, (struct vmt_place){.source = input->input.name}, VMT_E_IO,
                "the memory went while it was read");
    err->cause = ESRCH;
    return VMT_E_IO;
}

enum vmt_status vmt_live_read_file(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                   int directory, const char *file, const char *name,
                                   const struct vmt_grammar *grammar, uint64_t deadline,
                                   struct vmt_error *err)
{
    const struct vmt_string *kept = NULL;
    enum vmt_status status = vmt_snapshot_string(&kept, snapshot, vmt_slice(name), err);
    struct vmt_file_input input;
    if (status == VMT_OK) {
        status = vmt_file_open_at(&input, directory, file, kept->data, err);
    }
    if (status != VMT_OK) {
        return status;
    }
    size_t inputs = snapshot->inputs.count;
    size_t processes = snapshot->processes.count;
    size_t hosts = snapshot->hosts.count;
    struct timed_input timed = {{kept->data, read_in_time}, &input.input, deadline};
    const struct vmt_grammar *only = context->only;
    struct vmt_read_ahead *ahead = NULL;
    context->only = grammar;
    status = vmt_read(
        snapshot, context,
        vmt_read_ahead_start(&ahead, &timed.input, context->allocator, context->threads), err);
    context->only = only;
    vmt_read_ahead_free(ahead);
    if (status == VMT_OK) {
        status = check_whole(&input, grammar, err);
    }
    vmt_file_close(&input);
    if (status != VMT_OK) {
        vmt_sequence_cut(&snapshot->processes, processes);
        vmt_sequence_cut(&snapshot->hosts, hosts);
        vmt_sequence_cut(&snapshot->inputs, inputs);
    }
    return status;
}
