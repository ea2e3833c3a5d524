/* SPDX-License-Identifier: MIT */
#ifndef VMT_BIN_LISTING_H
#define VMT_BIN_LISTING_H

/* Running processes read one after another, of which only totals are kept: a thousand take little
 * more memory than one. */

#include "analysis/listing.h"
#include "job.h"

/* Add the running processes that the job's options select, all where they select none.  What
 * cannot be read is counted in the listing; other failures are said and kept in the job's outcome.
 * Returns whether there is something to report on. */
bool listing_read(struct vmt_listing *listing, struct job *job);

#endif
