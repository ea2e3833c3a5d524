/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_PART_REGION_H
#define VMT_GRAMMAR_PART_REGION_H

/* Region rows as vmmap's report format 2.4 has them:
 *
 *   MALLOC_TINY                 102e00000-102f00000    [ 1024K    48K    48K     0K] rw-/rwx SM=PRV
 *   __TEXT                 00007fff65ccf000-00007fff65d03000 [  208K   208K     0K     0K] r-x/rwx
 * … page table in kernel           kernel-kernel       [  256K   256K   256K     0K] rw-/rw- SM=PRV
 *
 * a name with anything in it, the range, virtual, resident, dirty and swapped size, protection,
 * sharing mode, purge state, detail. */

#include "grammar/grammar.h"
#include "grammar/pattern.h"

/* Names are cut at this length without a mark. */
#define VMT_PART_REGION_NAME_CUT 24

#define VMT_PART_REGION_CACHE 64
/* The shared cache is one submap, or a few: more windows than these are not looked into. */
#define VMT_PART_REGION_WINDOWS 32

/* What is carried from row to row of one process. */
struct vmt_part_region {
    struct vmt_parse *parse;
    struct vmt_process *process;
    struct vmt_pattern *pattern;
    uint64_t bare; /* what a size without a unit meant in the last row: bytes or a page */
    struct {
        uint64_t start;
        uint64_t end;
    } windows[VMT_PART_REGION_WINDOWS]; /* machine-wide submaps: rows inside are one level down */
    size_t window_count;
    const struct vmt_type *types[VMT_PART_REGION_CACHE]; /* lately used, by a hash of the name */
};

enum vmt_status vmt_part_region_init(struct vmt_part_region *part, struct vmt_parse *parse,
                                     struct vmt_process *process, struct vmt_error *err);

/* Read the next line as a row, and take it.  A row with impossible values is damage.  VMT_END,
 * nothing taken: it is none. */
enum vmt_status vmt_part_region_row(struct vmt_part_region *part, struct vmt_error *err);

/* Whether a line has a range or the word for none, and four sizes in brackets after it: a row,
 * perhaps with damage further on.  Cheap. */
bool vmt_part_region_resembles(struct vmt_slice line);

/* Whether a line among rows has two features of a row, of its range, its sizes and its sharing
 * mode: what is left of one is damage, not prose. */
bool vmt_part_region_hints(struct vmt_slice line);

/* What keeps a line from being a row, and in which column. */
const char *vmt_part_region_problem(struct vmt_slice line, size_t *column);

/* `REGION TYPE  START - END  [ VSIZE  RSDNT  DIRTY  SWAP] …`; that of one size, of older formats
 * and crash reports, is not meant. */
bool vmt_part_region_is_heading(struct vmt_slice line);

#endif
