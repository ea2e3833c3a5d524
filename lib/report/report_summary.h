/* SPDX-License-Identifier: MIT */
#ifndef VMT_REPORT_REPORT_SUMMARY_H
#define VMT_REPORT_REPORT_SUMMARY_H

/* The summary has a form for programs and one for people. */

#include "report/report_common.h"

/* The form for people, of one process. */
void vmt_emit_summary_text(struct vmt_emit *emit, const struct vmt_breakdown *breakdown,
                           const struct vmt_filter *filter,
                           const struct vmt_report_options *options);

#endif
