/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_PRINTED_H
#define VMT_GRAMMAR_PRINTED_H

/* Sizes as vmmap and its family print them: `16K`, `9216K`, `11.9M`, `1.5G`, `1.1T`; plain bytes
 * below 4096 that are no whole K; plain pages with -pages, then with up to two decimals.  K means
 * 1024.  Printed values are rounded to nearest. */

#include "base/slice.h"
#include "model/amount.h"

struct vmt_printed {
    uint64_t digits; /* the number without its point */
    uint8_t decimals;
    char unit; /* 'K', 'M', 'G', 'T', or 0 for bytes or pages: the text alone does not tell */
};

/* The whole slice as a size, or false. */
bool vmt_printed_parse(struct vmt_slice text, struct vmt_printed *out);

/* Its bytes; `bare` is what 1 means where there is no unit: 1, or the page size.  False when they
 * are more than 64 bits hold.  The quantum is that of the last digit: whether a whole number of K
 * or pages is exact depends on what was measured, and the caller knows. */
bool vmt_printed_bytes(struct vmt_printed printed, uint64_t bare, struct vmt_reading *out);

#endif
