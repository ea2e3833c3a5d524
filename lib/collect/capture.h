/* SPDX-License-Identifier: MIT */
#ifndef VMT_COLLECT_CAPTURE_H
#define VMT_COLLECT_CAPTURE_H

/* Save what the kernel says of processes and of the machine, for others to read on any system:
 * its own files, byte for byte, under their own names.  macOS has none: there it is what was read,
 * spelled as the caller says. */

#include "collect/live.h"
#include "source/tree.h"

/* All that a snapshot holds, its processes or its hosts, as a file that is read without a loss.
 * Memory from the arena. */
typedef enum vmt_status vmt_capture_spell(struct vmt_slice *out,
                                          const struct vmt_snapshot *snapshot,
                                          struct vmt_arena *arena, struct vmt_error *err);

struct vmt_capture {
    const struct vmt_live *live;
    struct vmt_context *context; /* of what is read; so is `spell`: macOS */
    vmt_capture_spell *spell;    /* NULL: nothing can be saved there */
    struct vmt_tree *tree;
    struct vmt_arena arena;
    struct vmt_intern saved; /* so far: processes by number, cgroups by path */
    uint64_t time;           /* seconds since 1970 */
    uint64_t processes;      /* saved */
    uint64_t denied;         /* of them, without their mappings */
    uint64_t denied_first;   /* number of the first of those */
    uint64_t unread;         /* likewise, for another reason */
    uint64_t unread_first;
    bool broken; /* the tree could not be written: that is the end of it */
};

/* All is borrowed; `context` and `spell` are to be set for macOS. */
void vmt_capture_init(struct vmt_capture *capture, const struct vmt_live *live,
                      struct vmt_tree *tree, uint64_t time, const struct vmt_allocator *allocator);
void vmt_capture_free(struct vmt_capture *capture);

/* Save a process and the cgroup that it is in, unless they are; with the first one the machine,
 * too.  VMT_E_IO: nothing of the process was saved, it has ended (vmt_live_has_ended()), or the
 * tree is broken. */
enum vmt_status vmt_capture_process(struct vmt_capture *capture,
                                    const struct vmt_live_process *process, struct vmt_error *err);

/* Save each process.  Those that have ended meanwhile are counted in the list. */
enum vmt_status vmt_capture_list(struct vmt_capture *capture, struct vmt_live_list *list,
                                 struct vmt_error *err);

/* What is the last to be saved: a text that says what all this is. */
enum vmt_status vmt_capture_finish(struct vmt_capture *capture, struct vmt_error *err);

#endif
