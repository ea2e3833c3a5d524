/* SPDX-License-Identifier: MIT */
#ifndef VMT_ANALYSIS_ACCOUNT_CHARGED_H
#define VMT_ANALYSIS_ACCOUNT_CHARGED_H

/* The rules for rows that state what the kernel charges to the process: footprint's tables. */

#include "model/member.h"
#include "model/process.h"

/* Dirty or swapped, as the row states it; unknown when it does not. */
struct vmt_amount vmt_account_charge(const struct vmt_stated_row *row);

/* Clean, as the row states it: without what is reclaimable. */
struct vmt_amount vmt_account_charge_clean(const struct vmt_stated_row *row);

/* Whether the process's table has such rows. */
bool vmt_account_has_charges(const struct vmt_process *process);

/* Let amounts that vmt_account_start() made count wired memory too, which a table can state of each
 * type. */
void vmt_account_start_charged(struct vmt_amounts *amounts);

/* *amounts += the row's. */
void vmt_account_charged(struct vmt_amounts *amounts, const struct vmt_stated_row *row);

/* As vmt_account_finish(), of amounts of such rows: private footprint is not made of its parts,
 * which need not be known. */
void vmt_account_finish_charged(struct vmt_amounts *amounts);

#endif
