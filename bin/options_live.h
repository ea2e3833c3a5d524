/* SPDX-License-Identifier: MIT */
#ifndef VMT_BIN_OPTIONS_LIVE_H
#define VMT_BIN_OPTIONS_LIVE_H

#include "options.h"

/* Of commands that read processes: which running ones.  Ends without a name. */
extern const struct option_row options_process_rows[];

/* Of commands that read running processes, or the machine they run on: where. */
extern const struct option_row options_live_rows[];

/* Of those that need not have all of it: how long reading a process may take, and all of it. */
extern const struct option_row options_time_rows[];
extern const struct option_row options_total_rows[];

#endif
