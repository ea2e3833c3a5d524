/* SPDX-License-Identifier: MIT */
#ifndef VMT_MODEL_FACT_H
#define VMT_MODEL_FACT_H

#include "base/intern.h"

/* Something stated that the model has no member for, kept as it stands. */
struct vmt_fact {
    const struct vmt_string *key;
    const struct vmt_string *value;
};

#endif
