/* SPDX-License-Identifier: MIT */
#ifndef VMT_COLLECT_LIVE_H
#define VMT_COLLECT_LIVE_H

/* Running processes and the machine they run on; or those of a saved tree of the kernel's files,
 * which reads the same on any system.
 *
 * On macOS they are read by what answers: the tools of the system (collect/tools.h), or its kernel
 * (source/mach.h).  Where that cannot be asked, one process at a time is read by its number: a list
 * of processes and what is made of one fails, `cause` is ENOTSUP.
 *
 * On Linux each process is read through a descriptor of its directory in /proc: when the process
 * ends, the descriptor leads nowhere, never to another process that got its number.  Nothing is
 * done to a process beyond what the kernel does to answer a read. */

#include <signal.h>

#include "grammar/context.h"
#include "model/snapshot.h"

/* What is read of a process; bits. */
enum {
    VMT_READ_STATUS = 1,  /* /proc/PID/status: sizes, peaks, identity; anybody may read it */
    VMT_READ_TOTALS = 2,  /* smaps_rollup: private, shared and proportional sums */
    VMT_READ_REGIONS = 4, /* smaps: every mapping */
    VMT_READ_ALL = VMT_READ_STATUS | VMT_READ_REGIONS,
    VMT_READ_ALONE = 8 /* it alone is asked for: macOS: it may be halted meanwhile, by vmmap */
};

/* Who is asked for what runs on macOS. */
enum vmt_source {
    VMT_SOURCE_BEST,  /* vmmap or the kernel, until one answers */
    VMT_SOURCE_VMMAP, /* the tools */
    VMT_SOURCE_FOOTPRINT,
    VMT_SOURCE_MACH /* the kernel itself */
};

/* A path in messages; what is longer is cut. */
#define VMT_LIVE_NAME 4096

struct vmt_tools;
struct vmt_mach;
struct vmt_mach_system;
struct vmt_live_system;

struct vmt_live_options {
    const char *root; /* a directory that holds `proc`, or a /proc itself; NULL: this system */
    const struct vmt_tools *tools; /* read this system by these; NULL: as it is read */
    const struct vmt_mach *mach;   /* likewise */
    enum vmt_source source;
    bool exact;                   /* macOS: have the kernel look at every page: slow */
    bool pages;                   /* with `exact`: and say which it is, to find it in others */
    volatile sig_atomic_t *group; /* see struct vmt_run_options */
    uint64_t each;                /* microseconds that reading a process may take; 0: no limit */
    uint64_t all;                 /* that reading all of them may take, from vmt_live_open() on */
};

struct vmt_live {
    struct vmt_live_options options;
    const struct vmt_live_system *by;      /* how it is read */
    const struct vmt_tools *tools;         /* NULL where there are none */
    const struct vmt_mach *mach;           /* likewise */
    const struct vmt_mach_system *machine; /* what that tells of the machine, when it is there */
    struct vmt_arena arena;
    const char *proc_name; /* of `proc`, for messages */
    const char *top_name;
    int proc;           /* descriptors: of /proc, */
    int top;            /* and of what holds it; -1 where there is none */
    bool running;       /* it is this system */
    uint64_t boot;      /* seconds since 1970; 0 when not known */
    const char *system; /* "Linux 6.1.0"; NULL when not known */
    char now[32];       /* when it was opened or saved, ISO 8601; empty when not known */
    uint64_t opened;    /* by vmt_clock() */
};

/* The allocator is borrowed.  VMT_E_IO: there is no such tree; `cause` is ENOTSUP where this system
 * is asked for and it is neither Linux nor macOS.  To be closed in any case. */
enum vmt_status vmt_live_open(struct vmt_live *out, const struct vmt_live_options *options,
                              const struct vmt_allocator *allocator, struct vmt_error *err);
void vmt_live_close(struct vmt_live *live);

/* Whether the directory holds such a tree: files of a machine, or of a process. */
bool vmt_live_is_tree(const char *path, const struct vmt_allocator *allocator);

struct vmt_live_process {
    uint64_t pid;
    uint64_t parent;
    uint64_t start;        /* ticks since boot, on macOS microseconds since 1970; a pid and a
                              start are one process */
    uint64_t user;         /* effective; meaningful when `user_known` */
    struct vmt_slice name; /* the program's, as the kernel has it */
    bool known;            /* its stat could be read: what stands above but `pid` and `user` */
    bool user_known;
    bool kernel_thread;
    bool zombie;
    bool read; /* the snapshot that it is to be read into has it already */
};

struct vmt_live_list {
    struct vmt_arena arena;
    struct vmt_live_process *processes; /* ascending by pid */
    size_t count;
    uint64_t vanished;       /* ended while the list was made, and not in it */
    uint64_t denied;         /* of which nothing could be read */
    uint64_t kernel_threads; /* left out by vmt_live_keep_owners() */
    uint64_t zombies;        /* likewise */
    bool hidden;             /* there are processes that do not show */
    size_t name_most;        /* bytes of a name that the kernel keeps */
};

/* All processes.  `users`: who they are of is read, too. */
enum vmt_status vmt_live_list(struct vmt_live_list *out, const struct vmt_live *live, bool users,
                              struct vmt_error *err);
void vmt_live_list_free(struct vmt_live_list *list);

/* One process, of which only the number is known yet.  VMT_E_IO: there is none, `cause` is ENOENT
 * or ESRCH.  `name` is from the arena. */
enum vmt_status vmt_live_find(struct vmt_live_process *out, const struct vmt_live *live,
                              uint64_t pid, bool user, struct vmt_arena *arena,
                              struct vmt_error *err);

/* --- of a list, keep those that a person means --- */

/* Exactly of that name (or of its first bytes, which is all that the kernel keeps: 15 on Linux, 31
 * on macOS), or, if there is none, with that in their names. */
void vmt_live_keep_named(struct vmt_live_list *list, struct vmt_slice name);

/* A process and all that come from it. */
enum vmt_status vmt_live_keep_tree(struct vmt_live_list *list, uint64_t pid, struct vmt_error *err);

/* Of an effective user; the list was made with `users`. */
void vmt_live_keep_user(struct vmt_live_list *list, uint64_t user);

/* In a cgroup, `/system.slice/app.service`, or in one below it, of any hierarchy. */
void vmt_live_keep_cgroup(struct vmt_live_list *list, const struct vmt_live *live,
                          struct vmt_slice path);

/* With memory of their own: neither threads of the kernel nor zombies.  Those are counted. */
void vmt_live_keep_owners(struct vmt_live_list *list);

/* Those that the snapshot does not have from this tree yet. */
void vmt_live_keep_unread(struct vmt_live_list *list, const struct vmt_live *live,
                          const struct vmt_snapshot *snapshot);

/* Read a process into the snapshot: one record, of everything of `what` that can be had.  Why a
 * better source gave nothing is a note of the record.  VMT_E_IO: nothing can be had: `cause` is
 * ENOENT or ESRCH when it has ended, EACCES or EPERM when that is denied, ETIMEDOUT when it takes
 * too long. */
enum vmt_status vmt_live_read(struct vmt_process **out, struct vmt_snapshot *snapshot,
                              struct vmt_context *context, const struct vmt_live *live,
                              const struct vmt_live_process *process, unsigned what,
                              struct vmt_error *err);

/* Read all that VMT_READ_ALL gives of each process.  Those that have ended meanwhile, and on macOS
 * those of which a user may read nothing, are counted in the list; one that cannot be read
 * otherwise is a note of an input of its own. */
enum vmt_status vmt_live_read_list(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                   const struct vmt_live *live, struct vmt_live_list *list,
                                   struct vmt_error *err);

/* Read the control group of that path; nothing when it does not show. */
enum vmt_status vmt_live_read_cgroup(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                     const struct vmt_live *live, struct vmt_slice path,
                                     struct vmt_error *err);

/* Read a file in which a tool of macOS keeps the memory of a process, such as Xcode's `.memgraph`:
 * its vmmap tells what is in it.  The path is absolute.  VMT_E_IO: it does not; `cause` is ENOTSUP
 * where there is none. */
enum vmt_status vmt_live_read_memgraph(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                       const struct vmt_live *live, const char *path,
                                       struct vmt_error *err);

/* Whether a failure of the above says that the process has ended. */
bool vmt_live_has_ended(const struct vmt_error *err);

/* Read what there is of the machine: one record for each file.  VMT_E_NOCAPTURE: nothing. */
enum vmt_status vmt_live_read_host(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                   const struct vmt_live *live, struct vmt_error *err);

#endif
