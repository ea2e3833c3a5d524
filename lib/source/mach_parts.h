/* SPDX-License-Identifier: MIT */
#ifndef VMT_SOURCE_MACH_PARTS_H
#define VMT_SOURCE_MACH_PARTS_H

/* What the files of struct vmt_mach have of each other. */

#include "source/mach.h"
#include "source/mach_apple.h"

/* --- outcomes (mach_outcome.c) ---------------------------------------------------------------- */

struct vmt_mach_outcome vmt_mach_ok(void);
struct vmt_mach_outcome vmt_mach_stopped(void);
/* Of a call about a task that answered `code`. */
struct vmt_mach_outcome vmt_mach_of_kernel(kern_return_t code, const char *call);
/* Of a call about a process that left `code` in errno. */
struct vmt_mach_outcome vmt_mach_of_errno(int code, const char *call);

/* --- tasks (mach_task.c) ---------------------------------------------------------------------- */

struct vmt_mach_task {
    mach_port_t port;
    bool owned; /* is to be given back */
};

/* A port that reads the memory of a process. */
struct vmt_mach_outcome vmt_mach_task_open(struct vmt_mach_task *task, uint32_t pid);
/* A port that only tells its sums. */
struct vmt_mach_outcome vmt_mach_task_name(struct vmt_mach_task *task, uint32_t pid);
void vmt_mach_task_close(struct vmt_mach_task *task);

/* Bytes of the pages of its address space; 0: not told.  Fails, too, for a task that is gone. */
struct vmt_mach_outcome vmt_mach_task_page_size(uint32_t *size, mach_port_t port);

/* The unit in which the kernel counts pages for the calling thread. */
struct vmt_mach_unit {
    uint32_t size;
    int before; /* what to set it to again; 0: nothing */
};

/* That of `target`, the page size of a task, or what comes next to it. */
void vmt_mach_unit_set(struct vmt_mach_unit *unit, uint32_t target);
void vmt_mach_unit_restore(const struct vmt_mach_unit *unit);

/* --- walks ------------------------------------------------------------------------------------ */

struct vmt_mach_outcome vmt_mach_walk_task(const struct vmt_mach_walk *walk,
                                           const struct vmt_mach_visitor *visitor);
struct vmt_mach_outcome vmt_mach_walk_pidinfo(const struct vmt_mach_walk *walk,
                                              const struct vmt_mach_visitor *visitor);

/* A region that grew or was joined to the one below while that was visited starts below its end,
 * `next`: what is left of it.  Its counts are of the whole, and bounded by what fits. */
void vmt_mach_cut_visited(struct vmt_mach_region *region, uint64_t next);

/* Counts the pages of a region by their dispositions, if the kernel tells them. */
void vmt_mach_count_pages(struct vmt_mach_region *region, mach_port_t port);
/* Visits its resident pages; false: the visitor wants no more. */
bool vmt_mach_visit_pages(const struct vmt_mach_region *region, mach_port_t port,
                          const struct vmt_mach_visitor *visitor);

/* --- the members of struct vmt_mach ----------------------------------------------------------- */

struct vmt_mach_outcome vmt_mach_list(uint32_t *pids, size_t room, size_t *count);
struct vmt_mach_outcome vmt_mach_describe(struct vmt_mach_process *out, uint32_t pid);
struct vmt_mach_outcome vmt_mach_totals(struct vmt_mach_totals *out, uint32_t pid);
struct vmt_mach_outcome vmt_mach_system(struct vmt_mach_system *out);
struct vmt_mach_outcome vmt_mach_host(struct vmt_mach_host *out);

#endif
