/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "xnu.h"

const struct sim_map *xnu_map_of(const struct sim_process *process)
{
    return &xnu_world()->maps[process->map];
}

const struct sim_object *xnu_entry_object(const struct sim_entry *entry)
{
    return entry->object < 0 ? NULL : &xnu_world()->objects[entry->object];
}

/* osfmk/vm/bsd_vm.c, fill_vnodeinfoforaddr: the vnode of the last object. */
const char *xnu_entry_file(const struct sim_entry *entry)
{
    const struct sim_object *object = xnu_entry_object(entry);
    while (object != NULL && object->shadow >= 0)
        object = xnu_shadow(object);
    return object == NULL || object->file[0] == '\0' ? NULL : object->file;
}

/* --- finding an entry ------------------------------------------------------------------------- */

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Of a map, what shows: from `low` to below `high`. */
struct window {
    const struct sim_map *map;
    uint64_t low;
    uint64_t high;
    uint32_t depth;
    bool copied;
};

static bool find(struct xnu_place *out, const struct window *window, uint64_t address,
                 uint32_t depth);

/* The same in what an entry shows of its submap, told in the addresses of the entry. */
static bool find_below(struct xnu_place *out, const struct window *window,
                       const struct sim_entry *entry, uint64_t address, uint32_t depth)
{
    const uint64_t low = larger(entry->start, window->low);
    const uint64_t high = smaller(entry->end, window->high);
    const uint64_t shift = entry->offset - entry->start; /* modulo 2^64 */
    const struct window below = {&xnu_world()->maps[entry->submap], low + shift, high + shift,
                                 window->depth + 1, window->copied || entry->needs_copy};
    if (!find(out, &below, larger(address, low) + shift, depth))
        return false;
    out->start -= shift;
    out->end -= shift;
    return true;
}

/* osfmk/vm/vm_map.c, vm_map_region_recurse_64: the deepest entry that contains the address, or the
 * next one above it at any level; a submap with nothing above the address is passed over.  A range
 * is no larger than what the entries above it show of it. */
static bool find(struct xnu_place *out, const struct window *window, uint64_t address,
                 uint32_t depth)
{
    const struct sim_world *world = xnu_world();
    for (uint32_t i = 0; i < window->map->count; i++) {
        const struct sim_entry *entry = &world->entries[window->map->first + i];
        if (entry->end <= larger(address, window->low) || entry->start >= window->high)
            continue;
        if (entry->submap >= 0 && window->depth < depth) {
            if (find_below(out, window, entry, address, depth))
                return true;
            continue;
        }
        out->entry = entry;
        out->map = window->map;
        out->start = larger(entry->start, window->low);
        out->end = smaller(entry->end, window->high);
        out->hidden = out->start - entry->start;
        out->depth = window->depth;
        out->copied = window->copied;
        return true;
    }
    return false;
}

/* bsd/kern/kern_exit.c: who exits gives back all its memory while it can still be found. */
bool xnu_find(struct xnu_place *out, const struct sim_process *process, uint64_t address,
              uint32_t depth)
{
    const struct window all = {xnu_map_of(process), 0, UINT64_MAX, 0, false};
    return !xnu_process_exits(process) && find(out, &all, address, depth);
}

/* --- the size of counted pages ---------------------------------------------------------------- */

/* osfmk/vm/vm_map.c, vm_self_region_page_shift: what the caller asked for; else that of its own
 * address space or of the other's, whatever is smaller. */
uint32_t xnu_counted_page(const struct sim_process *process)
{
    const uint32_t asked = sim_self_page_size();
    if (asked != 0)
        return asked;
    return vm_page_size < process->page_size ? (uint32_t)vm_page_size : process->page_size;
}

/* The same file, vm_self_region_page_shift_safely: two sizes are refused. */
uint32_t xnu_queried_page(const struct sim_process *process)
{
    if (sim_self_page_size() == 0 && vm_page_size != process->page_size)
        return 0;
    return xnu_counted_page(process);
}
