/* SPDX-License-Identifier: MIT */
#ifndef VMT_REPORT_REPORT_CHECKS_H
#define VMT_REPORT_REPORT_CHECKS_H

/* Checks for people: how many came out how, and why. */

#include "analysis/verdict.h"
#include "report/emit.h"

#define VMT_REASONS_MOST 16 /* told apart, of a verdict; there are fewer */

/* Checks of one verdict, by their reason: what one cause did to 15 rows is one thing to know. */
struct vmt_reasons {
    struct {
        const char *reason;
        uint64_t count;
    } groups[VMT_REASONS_MOST];
    size_t group_count;
    uint64_t others;
    uint64_t count; /* of all */
};

struct vmt_check_tally {
    struct vmt_reasons of[VMT_NOT_ASSESSED + 1]; /* by verdict */
    uint64_t count;
};

/* Start with a zeroed tally. */
void vmt_check_tally_add(struct vmt_check_tally *tally, const struct vmt_check *check);

/* "`words`: 3 agree, 1 explained, 0 differ", and the reasons; nothing where nothing was checked. */
void vmt_emit_check_tally(struct vmt_emit *emit, const struct vmt_check_tally *tally,
                          const char *words);

#endif
