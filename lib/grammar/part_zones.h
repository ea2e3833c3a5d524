/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_PART_ZONES_H
#define VMT_GRAMMAR_PART_ZONES_H

/* The table of malloc zones, after the summary; of macOS 10.12.6 and later
 *
 *                 VIRTUAL   RESIDENT      DIRTY    SWAPPED ALLOCATION      BYTES DIRTY+SWAP …
 *   MALLOC ZONE      SIZE       SIZE       SIZE       SIZE      COUNT  ALLOCATED  FRAG SIZE …
 *   ===========   =======  =========  =========  =========  =========  =========  ========= …
 *   DefaultMal…    512.0M        96K        96K       176K       1736       266K         0K …
 *
 * with `% FRAG` and the count of regions at the end (SIZE is PAGES with -pages), and of 10.12
 *
 *                              VIRTUAL ALLOCATION      BYTES          REGION
 *   MALLOC ZONE                   SIZE      COUNT  ALLOCATED  % FULL   COUNT
 *
 * before that without the last column, and with RESIDENT in second place with -resident.
 *
 * It may be empty; with one zone it has no TOTAL; a zone of nothing may have no percentage. */

#include "grammar/grammar.h"

/* Whether the lines after `index` others ahead begin the table. */
bool vmt_part_zones_begins(const struct vmt_cursor *cursor, size_t index);

/* Whether it is of Mac OS X 10.11 or before. */
bool vmt_part_zones_begins_old(const struct vmt_cursor *cursor, size_t index);

/* Read the table, up to the first line that is not its own. */
enum vmt_status vmt_part_zones_read(struct vmt_parse *parse, struct vmt_process *process,
                                    struct vmt_error *err);

#endif
