/* SPDX-License-Identifier: MIT */
#ifndef VMT_MODEL_SNAPSHOT_H
#define VMT_MODEL_SNAPSHOT_H

/* Everything that was read, from however many inputs, and the account of each input's lines. */

#include "model/host.h"
#include "model/process.h"

/* consumed + prose + damaged + blank == lines, for every input. */
struct vmt_ledger {
    uint64_t lines;
    uint64_t consumed; /* read by a grammar */
    uint64_t prose;    /* outside every capture */
    uint64_t damaged;  /* inside one, and unreadable */
    uint64_t blank;
};

struct vmt_input_record {
    const struct vmt_string *name;
    struct vmt_ledger ledger;
    struct vmt_notes notes; /* that belong to no process */
};

/* What a tool states of several processes together, shared memory counted once. */
struct vmt_stated_set {
    struct vmt_amounts whole;
    struct vmt_sequence stated;     /* of struct vmt_stated_row: of each type in all of them */
    const char *grammar;            /* that read it */
    const struct vmt_string *input; /* name of the input it came from */
    uint64_t line;
};

struct vmt_snapshot {
    struct vmt_arena arena; /* owns everything below */
    struct vmt_intern strings;
    struct vmt_type *types;        /* met so far */
    struct vmt_sequence processes; /* of struct vmt_process */
    struct vmt_sequence hosts;     /* of struct vmt_host */
    struct vmt_sequence sets;      /* of struct vmt_stated_set */
    struct vmt_sequence inputs;    /* of struct vmt_input_record */
};

/* The allocator is borrowed and must outlive the snapshot.  Takes no memory yet. */
void vmt_snapshot_init(struct vmt_snapshot *snapshot, const struct vmt_allocator *allocator,
                       size_t memory_limit);
void vmt_snapshot_free(struct vmt_snapshot *snapshot);

/* New records, empty but ready to use. */
enum vmt_status vmt_snapshot_add_process(struct vmt_process **out, struct vmt_snapshot *snapshot,
                                         const struct vmt_input_record *input,
                                         struct vmt_error *err);
enum vmt_status vmt_snapshot_add_host(struct vmt_host **out, struct vmt_snapshot *snapshot,
                                      const struct vmt_input_record *input, struct vmt_error *err);
enum vmt_status vmt_snapshot_add_set(struct vmt_stated_set **out, struct vmt_snapshot *snapshot,
                                     const struct vmt_input_record *input, struct vmt_error *err);
enum vmt_status vmt_snapshot_add_input(struct vmt_input_record **out, struct vmt_snapshot *snapshot,
                                       struct vmt_slice name, struct vmt_error *err);

/* A string that lives as long as the snapshot. */
enum vmt_status vmt_snapshot_string(const struct vmt_string **out, struct vmt_snapshot *snapshot,
                                    struct vmt_slice bytes, struct vmt_error *err);

#endif
