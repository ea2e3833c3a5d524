/* SPDX-License-Identifier: MIT */
#ifndef VMT_BIN_OPTIONS_LIVE_H
#define VMT_BIN_OPTIONS_LIVE_H

#include "options.h"

/* Of commands that read processes: which running ones.  Ends without a name. */
extern const struct option_row options_process_rows[];

/* Of commands that read running processes, or the machine they run on: where. */
extern const struct option_row options_live_rows[];

/* Of those that need not have all of it: for how long. */
extern const struct option_row options_time_rows[];

#endif
