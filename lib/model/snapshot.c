/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "model/snapshot.h"

void vmt_snapshot_init(struct vmt_snapshot *snapshot, const struct vmt_allocator *allocator,
                       size_t memory_limit)
{
    *snapshot = (struct vmt_snapshot){0};
    vmt_arena_init(&snapshot->arena, allocator, memory_limit);
    vmt_intern_init(&snapshot->strings, &snapshot->arena);
    vmt_sequence_init(&snapshot->processes, &snapshot->arena, sizeof(struct vmt_process));
    vmt_sequence_init(&snapshot->hosts, &snapshot->arena, sizeof(struct vmt_host));
    vmt_sequence_init(&snapshot->sets, &snapshot->arena, sizeof(struct vmt_stated_set));
    vmt_sequence_init(&snapshot->inputs, &snapshot->arena, sizeof(struct vmt_input_record));
}

void vmt_snapshot_free(struct vmt_snapshot *snapshot)
{
    const struct vmt_allocator *allocator = snapshot->arena.allocator;
    size_t limit = snapshot->arena.limit;
    vmt_arena_free(&snapshot->arena);
    vmt_snapshot_init(snapshot, allocator, limit);
}

enum vmt_status vmt_snapshot_add_process(struct vmt_process **out, struct vmt_snapshot *snapshot,
                                         const struct vmt_input_record *input,
                                         struct vmt_error *err)
{
    struct vmt_process *process = vmt_sequence_add(&snapshot->processes);
    if (process == NULL) {
        return vmt_arena_fail(&snapshot->arena, err);
    }
    process->input = input->name;
    vmt_sequence_init(&process->facts, &snapshot->arena, sizeof(struct vmt_fact));
    vmt_sequence_init(&process->regions, &snapshot->arena, sizeof(struct vmt_region));
    vmt_sequence_init(&process->stated, &snapshot->arena, sizeof(struct vmt_stated_row));
    vmt_sequence_init(&process->zones, &snapshot->arena, sizeof(struct vmt_zone));
    vmt_notes_init(&process->notes, &snapshot->arena, &snapshot->strings);
    *out = process;
    return VMT_OK;
}

enum vmt_status vmt_snapshot_add_host(struct vmt_host **out, struct vmt_snapshot *snapshot,
                                      const struct vmt_input_record *input, struct vmt_error *err)
{
    struct vmt_host *host = vmt_sequence_add(&snapshot->hosts);
    if (host == NULL) {
        return vmt_arena_fail(&snapshot->arena, err);
    }
    host->input = input->name;
    vmt_sequence_init(&host->samples, &snapshot->arena, sizeof(struct vmt_sample));
    vmt_sequence_init(&host->facts, &snapshot->arena, sizeof(struct vmt_fact));
    vmt_notes_init(&host->notes, &snapshot->arena, &snapshot->strings);
    *out = host;
    return VMT_OK;
}

enum vmt_status vmt_snapshot_add_set(struct vmt_stated_set **out, struct vmt_snapshot *snapshot,
                                     const struct vmt_input_record *input, struct vmt_error *err)
{
    struct vmt_stated_set *set = vmt_sequence_add(&snapshot->sets);
    if (set == NULL) {
        return vmt_arena_fail(&snapshot->arena, err);
    }
    set->input = input->name;
    vmt_sequence_init(&set->stated, &snapshot->arena, sizeof(struct vmt_stated_row));
    *out = set;
    return VMT_OK;
}

enum vmt_status vmt_snapshot_add_input(struct vmt_input_record **out, struct vmt_snapshot *snapshot,
                                       struct vmt_slice name, struct vmt_error *err)
{
    struct vmt_input_record *input = vmt_sequence_add(&snapshot->inputs);
    if (input == NULL) {
        return vmt_arena_fail(&snapshot->arena, err);
    }
    vmt_notes_init(&input->notes, &snapshot->arena, &snapshot->strings);
    *out = input;
    return vmt_snapshot_string(&input->name, snapshot, name, err);
}

enum vmt_status vmt_snapshot_string(const struct vmt_string **out, struct vmt_snapshot *snapshot,
                                    struct vmt_slice bytes, struct vmt_error *err)
{
    *out = vmt_intern(&snapshot->strings, bytes);
    return *out == NULL ? vmt_arena_fail(&snapshot->arena, err) : VMT_OK;
}
