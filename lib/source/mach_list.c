/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "source/mach_parts.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/* Shell's sort: they come in the order in which they were started, the latest one first. */
static void sort(uint32_t *pids, size_t count)
{
    for (size_t gap = count / 2; gap > 0; gap /= 2) {
        for (size_t i = gap; i < count; i++) {
            const uint32_t pid = pids[i];
            size_t at = i;
            for (; at >= gap && pids[at - gap] > pid; at -= gap) {
                pids[at] = pids[at - gap];
            }
            pids[at] = pid;
        }
    }
}

/* How many it told; without a place for them more than there are, so that the next call has room.
 */
static int ask(uint32_t *pids, size_t room)
{
    const size_t most = (size_t)INT_MAX / sizeof *pids;
    errno = 0;
    return proc_listallpids(room > 0 ? pids : NULL,
                            (int)((room < most ? room : most) * sizeof *pids));
}

struct vmt_mach_outcome vmt_mach_list(uint32_t *pids, size_t room, size_t *count)
{
    *count = 0;
    int told = ask(pids, room);
    if (told > 0 && (size_t)told >= room) {
        /* As many as fit: there may be more. */
        if (room > 0) {
            sort(pids, room);
            told = ask(NULL, 0);
        }
        if (told > 0) {
            *count = (size_t)told > room ? (size_t)told : room + 1;
        }
    } else if (told > 0) {
        sort(pids, (size_t)told);
        *count = (size_t)told;
    }
    /* This program is one of them. */
    return told > 0 ? vmt_mach_ok() : vmt_mach_of_errno(errno, "proc_listallpids");
}
