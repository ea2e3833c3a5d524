/* SPDX-License-Identifier: MIT */
#ifndef VMT_BASE_UNICODE_H
#define VMT_BASE_UNICODE_H

#include "base/slice.h"

/* What a byte that is no UTF-8 is read as. */
#define VMT_UTF8_INVALID UINT32_MAX

/* Take the first character off `rest` (not empty): its code point, or VMT_UTF8_INVALID for one
 * byte that begins none (overlong forms and surrogates are none). */
uint32_t vmt_utf8_next(struct vmt_slice *rest);

#endif
