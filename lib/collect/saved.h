/* SPDX-License-Identifier: MIT */
#ifndef VMT_COLLECT_SAVED_H
#define VMT_COLLECT_SAVED_H

/* Saved trees of /proc in an archive, whose files come one by one and only once.  The files of a
 * process are adjacent, in any order; they are kept until the last of them was there, and are then
 * read as those of a saved tree in a directory are.  Several trees may follow each other. */

#include "collect/live_file.h"

/* Files that were kept. */
struct vmt_saved_files {
    struct vmt_live_files files;     /* the first member */
    const struct vmt_sequence *kept; /* of struct vmt_saved_file */
    const char *below;               /* of their names, what is in front of those asked for */
    struct vmt_memory_input input;
};

struct vmt_saved_file {
    struct vmt_slice name;
    struct vmt_slice text;
};

struct vmt_saved {
    struct vmt_snapshot *snapshot;
    struct vmt_context *context;
    const char *archive;
    struct vmt_arena texts;            /* of the process */
    struct vmt_sequence process_files; /* by their names in its directory */
    struct vmt_live live;              /* the tree; what is kept of it is in its arena */
    struct vmt_slice prefix;           /* of its names, up to `proc/` or `sys/` */
    struct vmt_sequence host_files;    /* by their names in the tree */
    struct vmt_sequence subjects; /* processes that were read, until all of the host is known */
    uint64_t pid;
    bool in_tree;
    bool in_process;
    uint64_t captures; /* processes and hosts that were read */
};

/* What a name in an archive says. */
struct vmt_saved_place {
    struct vmt_slice prefix;
    struct vmt_slice name; /* in the directory of the process, or in the tree */
    bool of_process;
    uint64_t pid;
};

/* All is borrowed. */
void vmt_saved_init(struct vmt_saved *saved, struct vmt_snapshot *snapshot,
                    struct vmt_context *context, const char *archive);
void vmt_saved_free(struct vmt_saved *saved);

/* Whether a file of that name is one of a saved tree that is read. */
bool vmt_saved_find(struct vmt_saved_place *out, struct vmt_slice path);

/* Whether it is another file beside the tree that was met last, which is left, as in a directory.
 */
bool vmt_saved_covers(const struct vmt_saved *saved, struct vmt_slice path);

/* Take a file.  Where reading it fails, what came before that is taken. */
enum vmt_status vmt_saved_take(struct vmt_saved *saved, const struct vmt_saved_place *place,
                               struct vmt_input *input, struct vmt_error *err);

/* No more files follow. */
enum vmt_status vmt_saved_finish(struct vmt_saved *saved, struct vmt_error *err);

#endif
