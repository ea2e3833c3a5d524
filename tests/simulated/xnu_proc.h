/* SPDX-License-Identifier: MIT */
#ifndef VMT_SIMULATED_XNU_PROC_H
#define VMT_SIMULATED_XNU_PROC_H

#include "xnu.h"

/* bsd/sys/proc_info_private.h */
enum { XNU_PIDREGIONPATH = 31 };

/* Fills the record of a flavour that is about regions; 0: there is none at the address or above. */
int xnu_region_info(void *out, const struct sim_process *process, int flavor, uint64_t address);

#endif
