/* SPDX-License-Identifier: MIT */
#ifndef VMT_COLLECT_LIVE_SYSTEM_H
#define VMT_COLLECT_LIVE_SYSTEM_H

/* How what is running is read: the one place where systems differ, for live*.c. */

#include "collect/live.h"

/* Each as the function of live.h that has its name. */
struct vmt_live_system {
    enum vmt_status (*list)(struct vmt_live_list *out, const struct vmt_live *live, bool users,
                            struct vmt_error *err); /* into a list that has its arena */
    enum vmt_status (*find)(struct vmt_live_process *out, const struct vmt_live *live, uint64_t pid,
                            bool user, struct vmt_arena *arena, struct vmt_error *err);
    enum vmt_status (*read)(struct vmt_process **out, struct vmt_snapshot *snapshot,
                            struct vmt_context *context, const struct vmt_live *live,
                            const struct vmt_live_process *process, unsigned what,
                            struct vmt_error *err);
    enum vmt_status (*read_host)(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                 const struct vmt_live *live, struct vmt_error *err);
    /* What `live` calls a process, before there is a record: a place among the inputs. */
    void (*name)(char name[VMT_LIVE_NAME], const struct vmt_live *live, uint64_t pid);
    /* Whether a process was read from it, not from a file that somebody saved. */
    bool (*has)(const struct vmt_live *live, const struct vmt_process *process);
    size_t name_most; /* bytes of a program's name that are kept */
};

/* A /proc, of this system or saved. */
extern const struct vmt_live_system vmt_live_linux;

/* What the tools and the kernel of macOS say: of this system. */
extern const struct vmt_live_system vmt_live_macos;

/* What is known of the machine from the beginning. */
enum vmt_status vmt_live_macos_open(struct vmt_live *live, struct vmt_error *err);

/* Those of the first, which the files of live_*.c have between them. */
enum vmt_status vmt_live_linux_read(struct vmt_process **out, struct vmt_snapshot *snapshot,
                                    struct vmt_context *context, const struct vmt_live *live,
                                    const struct vmt_live_process *process, unsigned what,
                                    struct vmt_error *err);
enum vmt_status vmt_live_linux_read_host(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                         const struct vmt_live *live, struct vmt_error *err);

#endif
