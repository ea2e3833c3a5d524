/* SPDX-License-Identifier: MIT */
#include "config.h"

/* How large a page is where no evidence states it: /proc/vmstat counts in pages what /proc/meminfo
 * states in bytes.  Some of it does not move between two readings, and comes out equal at one size
 * and no other. */

#include "analysis/system_state.h"

/* Sizes that Linux has: 4 KiB to 64 KiB. */
enum { SHIFT_LEAST = 12, SHIFT_MOST = 16 };
/* So many values that come out equal are no chance. */
#define EQUALS_LEAST 3

/* The one of these sizes by which the pages are as many bytes; its shift, or 0. */
static unsigned find_shift(uint64_t pages, uint64_t bytes)
{
    for (unsigned shift = SHIFT_LEAST; shift <= SHIFT_MOST; shift++) {
        if (pages > 0 && pages <= UINT64_MAX >> shift && pages << shift == bytes) {
            return shift;
        }
    }
    return 0;
}

uint64_t vmt_state_infer_page_size(const struct vmt_state *state)
{
    unsigned equal[SHIFT_MOST + 1] = {0};
    unsigned best = 0;
    unsigned others = 0;
    for (size_t i = 0; i < VMT_HOST_COUNT; i++) {
        const struct vmt_figure *stated = &state->stated[i];
        if (state->in_pages[i] && stated->amount.known && stated->quantum == 0) {
            equal[find_shift(state->pages[i].value, stated->amount.value)]++;
        }
    }
    for (unsigned shift = SHIFT_LEAST; shift <= SHIFT_MOST; shift++) {
        best = best == 0 || equal[shift] > equal[best] ? shift : best;
    }
    for (unsigned shift = SHIFT_LEAST; shift <= SHIFT_MOST; shift++) {
        others += shift == best ? 0 : equal[shift];
    }
    return equal[best] >= EQUALS_LEAST && others == 0 ? UINT64_C(1) << best : 0;
}
