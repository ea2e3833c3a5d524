/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/join.h"

static void take_string(const struct vmt_string **string, const struct vmt_string *other)
{
    *string = *string != NULL ? *string : other;
}

static void take_identity(struct vmt_process *process, const struct vmt_process *other)
{
    take_string(&process->name, other->name);
    take_string(&process->os, other->os);
    take_string(&process->arch, other->arch);
    take_string(&process->captured_at, other->captured_at);
    take_string(&process->launched_at, other->launched_at);
    take_string(&process->reason, other->reason);
    take_string(&process->states, other->states);
    if (!process->pid_known) {
        process->pid = other->pid;
        process->pid_known = other->pid_known;
    }
    process->page_size = process->page_size != 0 ? process->page_size : other->page_size;
}

static void take_amounts(struct vmt_amounts *whole, const struct vmt_amounts *other)
{
    for (size_t i = 0; i < VMT_MEMBER_COUNT; i++) {
        if (!whole->of[i].bounded) {
            whole->of[i] = other->of[i];
        }
    }
}

enum vmt_status vmt_process_join(struct vmt_process *process, struct vmt_process *other,
                                 struct vmt_error *err)
{
    take_identity(process, other);
    take_amounts(&process->whole, &other->whole);
    vmt_sequence_adopt(&process->facts, &other->facts);
    struct vmt_walker walker = {0};
    const struct vmt_note *note = vmt_sequence_next(&other->notes.sequence, &walker);
    enum vmt_status status = VMT_OK;
    for (; status == VMT_OK && note != NULL;
         note = vmt_sequence_next(&other->notes.sequence, &walker)) {
        struct vmt_slice text =
            note->text != NULL ? vmt_string_slice(note->text) : (struct vmt_slice){0};
        struct vmt_place place = note->place;
        place.source = place.source != NULL ? place.source : other->input->data;
        status =
            vmt_notes_add(&process->notes, note->kind, place, text, (struct vmt_slice){0}, err);
        if (status == VMT_OK) { /* the last one of a kind stands for several */
            process->notes.last[note->kind]->count += note->count - 1;
        }
    }
    return status;
}
