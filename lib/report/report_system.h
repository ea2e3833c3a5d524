/* SPDX-License-Identifier: MIT */
#ifndef VMT_REPORT_REPORT_SYSTEM_H
#define VMT_REPORT_REPORT_SYSTEM_H

/* The report about hosts has a form for programs and two for people: of one sample, of several. */

#include "analysis/system.h"
#include "report/report_checks.h"
#include "report/report_common.h"

#define VMT_DIFFERING_MOST 20 /* checks shown one by one */

/* The checks of all samples of a host. */
struct vmt_system_checks {
    struct vmt_check_tally tally;
    struct {
        struct vmt_check check;
        uint64_t sample;
    } differing[VMT_DIFFERING_MOST]; /* the first ones */
};

/* A gauge over the samples that state it. */
struct vmt_track {
    uint64_t first;
    uint64_t last;
    uint64_t lowest;
    uint64_t highest;
    uint64_t lowest_at; /* number of the sample */
    uint64_t highest_at;
    bool seen;
    bool at_most;  /* some are upper bounds */
    bool in_pages; /* nothing tells the bytes */
};

/* A counter over the samples that state it: what each adds, and what it counts since boot. */
struct vmt_rate {
    uint64_t samples;
    uint64_t sum;
    uint64_t largest;
    uint64_t largest_at;
    uint64_t boot_samples;
    uint64_t boot_first;
    uint64_t boot_last;
    bool overflow; /* the sum is more than 64 bits hold */
};

/* What people want to know of many samples. */
struct vmt_series {
    struct vmt_track stated[VMT_HOST_COUNT];
    struct vmt_track derived[VMT_SYSTEM_COUNT];
    struct vmt_rate rates[VMT_HOST_COUNT];
    uint64_t since_boot;               /* samples whose counters count from there */
    const struct vmt_string *first_at; /* times, NULL when not stated */
    const struct vmt_string *last_at;
    struct vmt_system_checks checks;
};

/* Start with a zeroed series. */
void vmt_series_add(struct vmt_series *series, const struct vmt_state *state);

/* The bodies of the forms for people. */
void vmt_emit_state_text(struct vmt_emit *emit, const struct vmt_state *state);
void vmt_emit_series_text(struct vmt_emit *emit, struct vmt_system *system,
                          const struct vmt_system_host *host, const struct vmt_series *series);
void vmt_emit_system_checks(struct vmt_emit *emit, const struct vmt_system_checks *checks);

/* How many quantities were left out since they are 0; nothing for none of them. */
void vmt_emit_none(struct vmt_emit *emit, uint64_t count);

/* The cell of a figure in text: its amount, or what its unit asks for. */
struct vmt_cell vmt_cell_figure(const struct vmt_host_info *info, const struct vmt_figure *figure);
struct vmt_cell vmt_cell_of_unit(enum vmt_host_unit unit, uint64_t number);

#endif
