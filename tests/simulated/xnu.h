/* SPDX-License-Identifier: MIT */
#ifndef VMT_SIMULATED_XNU_H
#define VMT_SIMULATED_XNU_H

/* The simulated kernel among its files.  It is written from what XNU's sources do; each rule names
 * the function that it has its rule from. */

#include <libproc.h>
#include <mach/mach.h>
#include <stdbool.h>
#include <sys/errno.h>
#include <sys/sysctl.h>

#include "world.h"
#include "xnu_control.h"

const struct sim_world *xnu_world(void);

/* --- calls (xnu_call.c) ----------------------------------------------------------------------- */

/* Counts a call.  A code other than KERN_SUCCESS, or 0, is what it has to fail with. */
kern_return_t xnu_call(const char *call);
int xnu_call_errno(const char *call);
/* -1, after errno was set. */
int xnu_errno(int error);

/* --- processes (xnu_process.c) ---------------------------------------------------------------- */

/* Counts a call about the number, which a process may be given to live for, and finds who has it
 * now; NULL: nobody. */
const struct sim_process *xnu_process_called(int pid);
bool xnu_process_lives(const struct sim_process *process);
/* Whether it is ending: there is still such a process, but it has no memory any more. */
bool xnu_process_exits(const struct sim_process *process);
/* Whether the caller may know what only the same user may, by the bits of euid. */
bool xnu_same_user(const struct sim_process *process);

/* --- ports (xnu_port.c) ----------------------------------------------------------------------- */

enum xnu_right { XNU_NAME, XNU_READ, XNU_CONTROL, XNU_HOST };

mach_port_name_t xnu_port_make(enum xnu_right right, const struct sim_process *process);
/* The process that a port stands for, with at least this right to it, counted as a call about it;
 * NULL and *code when there is none. */
const struct sim_process *xnu_port_process(kern_return_t *code, mach_port_name_t port,
                                           enum xnu_right right);
bool xnu_port_is_host(mach_port_name_t port);

/* --- objects (xnu_object.c) ------------------------------------------------------------------- */

/* osfmk/vm/vm_object.c: an object lives as long as somebody refers to it. */
uint32_t xnu_references(const struct sim_object *object);
/* The same, without that of a paging under way, as queries count them. */
uint32_t xnu_references_settled(const struct sim_object *object);
const struct sim_object *xnu_shadow(const struct sim_object *object);
uint32_t xnu_page_state(const struct sim_object *object, uint64_t offset);

/* --- maps (xnu_map.c) ------------------------------------------------------------------------- */

/* An entry, or the part of one that the submaps above it show. */
struct xnu_place {
    const struct sim_entry *entry;
    const struct sim_map *map; /* that it is an entry of */
    uint64_t start;            /* in the address space that was asked about */
    uint64_t end;
    uint64_t hidden; /* bytes of the entry below `start` */
    uint32_t depth;
    bool copied; /* a submap above it is to be copied on write */
};

/* What is mapped at the address, or next above it; submaps are entered down to `depth`. */
bool xnu_find(struct xnu_place *out, const struct sim_process *process, uint64_t address,
              uint32_t depth);
const struct sim_map *xnu_map_of(const struct sim_process *process);
const struct sim_object *xnu_entry_object(const struct sim_entry *entry);
/* The file at the end of the chain of shadows; NULL: none. */
const char *xnu_entry_file(const struct sim_entry *entry);

/* Of pages as the caller counts them; 0: as a mismatch is refused. */
uint32_t xnu_counted_page(const struct sim_process *process);
uint32_t xnu_queried_page(const struct sim_process *process);

/* --- regions (xnu_walk.c) --------------------------------------------------------------------- */

struct xnu_walk {
    uint32_t resident;
    uint32_t shared_now_private;
    uint32_t swapped;
    uint32_t dirtied;
    uint32_t reusable;
    uint32_t references;
    uint32_t shadow_depth;
    bool external;
    uint32_t share_mode;
};

/* Without `look`, no pages are looked at. */
void xnu_region_walk(struct xnu_walk *out, const struct xnu_place *place, uint32_t page, bool look);

/* --- sums (xnu_sums.c) ------------------------------------------------------------------------ */

struct xnu_sums {
    uint64_t virtual_size;
    uint64_t internal;
    uint64_t external;
    uint64_t reusable;
    uint64_t compressed;
    uint64_t wired;
    uint64_t volatile_resident;
    uint64_t volatile_virtual;
    uint64_t footprint;
    uint64_t footprint_peak;
};

void xnu_sums(struct xnu_sums *out, const struct sim_process *process);

#endif
