/* SPDX-License-Identifier: MIT */
#ifndef VMT_COLLECT_LIVE_FILE_H
#define VMT_COLLECT_LIVE_FILE_H

/* Files of a tree of the kernel's, for live_*.c. */

#include "collect/live.h"
#include "source/source.h"

/* The files of a directory of such a tree, wherever they are. */
struct vmt_live_files {
    /* One at a time; called `name`, see struct vmt_input.  VMT_E_IO when it is not there. */
    enum vmt_status (*open)(struct vmt_live_files *files, struct vmt_input **out, const char *file,
                            const char *name, struct vmt_error *err);
    /* Whether it still gives what it begins with. */
    bool (*is_there)(const struct vmt_live_files *files);
    void (*close)(struct vmt_live_files *files);
};

/* Those of an open directory. */
struct vmt_live_directory {
    struct vmt_live_files files;
    int descriptor; /* borrowed */
    struct vmt_file_input input;
};
void vmt_live_directory_init(struct vmt_live_directory *directory, int descriptor);

/* A small file into `buffer`; false when it cannot be read. */
bool vmt_live_slurp_from(struct vmt_slice *out, char *buffer, size_t size,
                         struct vmt_live_files *files, const char *file);

/* All that an input has, from the arena: the kernel's files do not tell their size.  Where it
 * fails, what was read before that. */
enum vmt_status vmt_live_read_whole(struct vmt_slice *out, struct vmt_arena *arena,
                                    struct vmt_input *input, struct vmt_error *err);

/* The same of a file of an open directory; false when it cannot be read. */
static inline bool vmt_live_slurp(struct vmt_slice *out, char *buffer, size_t size, int directory,
                                  const char *file)
{
    struct vmt_error err = VMT_ERROR_INIT;
    return vmt_file_slurp_at(out, buffer, size, directory, file, file, &err) == VMT_OK;
}

/* A time of ISO 8601, and what it takes. */
#define VMT_LIVE_TIME 32
void vmt_live_format_time(char text[VMT_LIVE_TIME], uint64_t seconds);

/* Read a file into the snapshot as of `grammar`, until `deadline` of vmt_clock() at most (0: as
 * long as it takes); `name` is what it is called from then on.  Where it fails, nothing of it is
 * left in the snapshot. */
enum vmt_status vmt_live_read_file(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                   struct vmt_live_files *files, const char *file, const char *name,
                                   const struct vmt_grammar *grammar, uint64_t deadline,
                                   struct vmt_error *err);

/* --- what is read of such files --- */

struct vmt_live_tree {
    const struct vmt_live *live;
    struct vmt_live_files *proc; /* below /proc */
    struct vmt_live_files *top;  /* below /; NULL where there is none */
};

/* When the machine was started, what time it is and which kernel it is, as far as `proc`, the
 * files of /proc, tell. */
void vmt_live_look_around(struct vmt_live *live, struct vmt_live_files *proc);

/* What a process's `stat` says of it; with memory from the arena. */
enum vmt_status vmt_live_describe(struct vmt_live_process *out, uint64_t pid, struct vmt_slice stat,
                                  struct vmt_arena *arena, struct vmt_error *err);

/* As vmt_live_read() and vmt_live_read_host(), of these files. */
enum vmt_status vmt_live_read_from(struct vmt_process **out, struct vmt_snapshot *snapshot,
                                   struct vmt_context *context, const struct vmt_live *live,
                                   const struct vmt_live_process *process,
                                   struct vmt_live_files *files, unsigned what,
                                   struct vmt_error *err);
enum vmt_status vmt_live_read_host_from(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                        const struct vmt_live_tree *tree, struct vmt_error *err);

/* What no file of a process says: its number, its name, its times and its system; what is known of
 * these stays. */
enum vmt_status vmt_live_identify(struct vmt_process *process, struct vmt_snapshot *snapshot,
                                  const struct vmt_live *live,
                                  const struct vmt_live_process *subject, struct vmt_error *err);

/* A process that cannot be read has a place among the inputs. */
enum vmt_status vmt_live_note_unread(struct vmt_snapshot *snapshot, const struct vmt_live *live,
                                     const struct vmt_live_process *process,
                                     const struct vmt_error *failure, struct vmt_error *err);

#endif
