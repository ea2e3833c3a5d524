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

/* A snapshot to be read apart, by another thread or not, and adopted by `whole`: it may take
 * `share` bytes of what is left of the limit of `whole`. */
void vmt_snapshot_init_part(struct vmt_snapshot *part, const struct vmt_snapshot *whole,
                            size_t share);

/* What was read into `part` follows what is in `snapshot`, where it is, and `part` is empty; takes
 * no memory.  It is only to be read from then on.  Strings and types of different parts are equal
 * without being the same: pointers tell them apart within one part, thus within one process, host
 * or input, and not beyond. */
void vmt_snapshot_adopt(struct vmt_snapshot *snapshot, struct vmt_snapshot *part);

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

/* How many records there are, and back to that many: those that came since are gone, and the memory
 * they took is not. */
struct vmt_snapshot_mark {
    size_t processes;
    size_t hosts;
    size_t sets;
    size_t inputs;
};
struct vmt_snapshot_mark vmt_snapshot_mark(const struct vmt_snapshot *snapshot);
void vmt_snapshot_cut(struct vmt_snapshot *snapshot, const struct vmt_snapshot_mark *mark);

/* A string that lives as long as the snapshot. */
enum vmt_status vmt_snapshot_string(const struct vmt_string **out, struct vmt_snapshot *snapshot,
                                    struct vmt_slice bytes, struct vmt_error *err);

#endif
