/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_PART_SUMMARY_H
#define VMT_GRAMMAR_PART_SUMMARY_H

/* The table of sums by type that ends a report, and the two lines above it:
 *
 *   ReadOnly portion of Libraries: Total=290.6M resident=117.0M(40%) …
 *   Writable regions: Total=73.3M written=364K(0%) resident=208K(0%) …
 *
 *                        VIRTUAL RESIDENT    DIRTY  SWAPPED VOLATILE   NONVOL    EMPTY   REGION
 *   REGION TYPE             SIZE     SIZE     SIZE     SIZE     SIZE     SIZE     SIZE    COUNT …
 *   ===========          ======= ========    =====  ======= ========   ======    =====  =======
 *   MALLOC_TINY            1024K      32K      32K       0K       0K       0K       0K        1 …
 *   TOTAL                   1.5G    63.1M     400K     592K       0K       0K       0K      250
 *   TOTAL, minus reserved VM space     1.1G …
 *
 * Columns are as wide as the names need; with -pages the numbers are pages.  Crash reports of
 * macOS 10.11 and later, and vmmap of 10.12, have the virtual size and the count.  Older ones have
 * neither the count nor its heading:
 *
 *   REGION TYPE                      VIRTUAL         REGION TYPE             [ VIRTUAL]
 *   ===========                      =======         ===========             [ =======]
 *   MALLOC                            194.8M         MALLOC                  [  20816K]
 *
 * and `VIRTUAL RESIDENT` with -resident. */

#include "grammar/grammar.h"

/* A totals line: taken, its numbers kept as a fact of the process.  VMT_END: it is none. */
enum vmt_status vmt_part_summary_totals(struct vmt_parse *parse, struct vmt_process *process,
                                        struct vmt_error *err);

/* Which table the lines after `index` others ahead begin. */
enum vmt_part_summary_kind {
    VMT_PART_SUMMARY_NONE,
    VMT_PART_SUMMARY_FULL,    /* seven sizes and a count: vmmap of macOS 10.12 and later alone */
    VMT_PART_SUMMARY_COUNTED, /* a size and a count: crash reports, vmmap of 10.12 */
    VMT_PART_SUMMARY_VIRTUAL, /* a size: crash reports and vmmap before */
    VMT_PART_SUMMARY_OLD      /* resident too, or in brackets: old vmmap alone */
};
enum vmt_part_summary_kind vmt_part_summary_kind(const struct vmt_cursor *cursor, size_t index);

/* Whether there is any. */
bool vmt_part_summary_begins(const struct vmt_cursor *cursor, size_t index);
/* Whether there is one of seven sizes and a count. */
bool vmt_part_summary_begins_full(const struct vmt_cursor *cursor, size_t index);

/* Whether rows of seven sizes and a count begin there that have lost their headings: two
 * neighbouring lines, or nearly so.  vmt_part_summary_read() reads them too. */
bool vmt_part_summary_rows_begin(const struct vmt_cursor *cursor, size_t index);

/* Read the table, up to the first line that is not its own. */
enum vmt_status vmt_part_summary_read(struct vmt_parse *parse, struct vmt_process *process,
                                      struct vmt_error *err);

#endif
