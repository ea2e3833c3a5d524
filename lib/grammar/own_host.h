/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_OWN_HOST_H
#define VMT_GRAMMAR_OWN_HOST_H

/* What our reports say of hosts.  A sample that they had put together of several formats comes back
 * as one reading that states all of it: what two formats said differently is not in it, nor what
 * was counted in pages of unknown size. */

#include "grammar/own_rows.h"

/* "macos", "linux"; false where it is neither. */
bool vmt_own_platform(struct vmt_slice name, enum vmt_platform *out);

/* What tells one host from another, in each row of CSV. */
extern const struct vmt_own_columns vmt_own_host_columns;

/* Rows are kept by this table; its columns and those of all quantities are made by the other. */
extern const struct vmt_own_table vmt_own_samples;
enum vmt_status vmt_own_sample_columns(struct vmt_own_columns *out, struct vmt_arena *arena,
                                       struct vmt_error *err);

#endif
