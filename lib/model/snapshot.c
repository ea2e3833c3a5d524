/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "model/snapshot.h"

#include <assert.h>

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

void vmt_snapshot_init_part(struct vmt_snapshot *part, const struct vmt_snapshot *whole,
                            size_t share)
{
    assert(share <= whole->arena.limit);
    vmt_snapshot_init(part, whole->arena.allocator, whole->arena.limit);
    part->arena.elsewhere = whole->arena.limit - share;
}

/* Before `types`: finding the last of those would take longer with each part. */
static void adopt_types(struct vmt_type **types, struct vmt_type *first)
{
    struct vmt_type **end = &first;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = *types;
    *types = first;
}

void vmt_snapshot_adopt(struct vmt_snapshot *snapshot, struct vmt_snapshot *part)
{
    adopt_types(&snapshot->types, part->types);
    vmt_sequence_adopt(&snapshot->processes, &part->processes);
    vmt_sequence_adopt(&snapshot->hosts, &part->hosts);
    vmt_sequence_adopt(&snapshot->sets, &part->sets);
    vmt_sequence_adopt(&snapshot->inputs, &part->inputs);
    vmt_arena_adopt(&snapshot->arena, &part->arena);
    vmt_snapshot_free(part);
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
    vmt_sequence_init(&process->page_runs, &snapshot->arena, sizeof(struct vmt_page_run));
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

struct vmt_snapshot_mark vmt_snapshot_mark(const struct vmt_snapshot *snapshot)
{
    return (struct vmt_snapshot_mark){snapshot->processes.count, snapshot->hosts.count,
                                      snapshot->sets.count, snapshot->inputs.count};
}

void vmt_snapshot_cut(struct vmt_snapshot *snapshot, const struct vmt_snapshot_mark *mark)
{
    vmt_sequence_cut(&snapshot->processes, mark->processes);
    vmt_sequence_cut(&snapshot->hosts, mark->hosts);
    vmt_sequence_cut(&snapshot->sets, mark->sets);
    vmt_sequence_cut(&snapshot->inputs, mark->inputs);
}

enum vmt_status vmt_snapshot_string(const struct vmt_string **out, struct vmt_snapshot *snapshot,
                                    struct vmt_slice bytes, struct vmt_error *err)
{
    *out = vmt_intern(&snapshot->strings, bytes);
    return *out == NULL ? vmt_arena_fail(&snapshot->arena, err) : VMT_OK;
}
