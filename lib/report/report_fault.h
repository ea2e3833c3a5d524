/* SPDX-License-Identifier: MIT */
#ifndef VMT_REPORT_REPORT_FAULT_H
#define VMT_REPORT_REPORT_FAULT_H

/* Why a process ended and where, for programs and for people. */

#include "report/report_common.h"

/* The table, with a row where the evidence says where a crash happened. */
void vmt_emit_fault(struct vmt_emit *emit, const struct vmt_process *process);

/* Lines for people: nothing where nothing is known. */
void vmt_emit_fault_text(struct vmt_emit *emit, const struct vmt_process *process);

#endif
