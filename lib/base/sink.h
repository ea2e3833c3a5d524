/* SPDX-License-Identifier: MIT */
#ifndef VMT_BASE_SINK_H
#define VMT_BASE_SINK_H

/* Where a report's bytes go.  The library opens no output of its own. */

#include "base/error.h"
#include "base/slice.h"

struct vmt_sink {
    /* All of `bytes`, or a failure. */
    enum vmt_status (*write)(struct vmt_sink *sink, struct vmt_slice bytes, struct vmt_error *err);
};

#endif
