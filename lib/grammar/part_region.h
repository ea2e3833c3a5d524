/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_PART_REGION_H
#define VMT_GRAMMAR_PART_REGION_H

/* Region rows of vmmap and of crash reports.  Report format 2.4 has four sizes in them:
 *
 *   MALLOC_TINY                 102e00000-102f00000    [ 1024K    48K    48K     0K] rw-/rwx SM=PRV
 *   __TEXT                 00007fff65ccf000-00007fff65d03000 [  208K   208K     0K     0K] r-x/rwx
 * … page table in kernel           kernel-kernel       [  256K   256K   256K     0K] rw-/rw- SM=PRV
 *
 * a name with anything in it, the range, virtual, resident, dirty and swapped size, protection,
 * sharing mode, purge state, detail.  Older formats and crash reports have fewer sizes, and vmmap
 * of Mac OS X 10.2 and 10.3 no end of a range, some rows no name, and a bare row for a submap:
 *
 *   __TEXT                 00001000-00034000 [  204K] r-x/rwx SM=COW
 *   __TEXT                 0000000105b60000-0000000105b62000 [    8K     8K] r-x/rwx SM=COW  /x
 *   __TEXT                         a0000000 [   4K] rw-/rw- SM=COW ...System.B.dylib
 *   Submap                90000000-9fffffff         r--/r-- machine-wide submap */

#include "grammar/grammar.h"
#include "grammar/pattern.h"

/* Names are cut at this length without a mark. */
#define VMT_PART_REGION_NAME_CUT 24

#define VMT_PART_REGION_CACHE 64
/* The shared cache is one submap, or a few: more windows than these are not looked into. */
#define VMT_PART_REGION_WINDOWS 32
/* A row on two lines is not longer. */
#define VMT_PART_REGION_JOINED 1024

enum vmt_part_region_form {
    VMT_PART_REGION_FULL, /* four sizes */
    VMT_PART_REGION_SHORT /* virtual alone; with resident; with resident and dirty */
};

/* What is carried from row to row of one process. */
struct vmt_part_region {
    struct vmt_parse *parse;
    struct vmt_process *process;
    enum vmt_part_region_form form;
    struct vmt_pattern *pattern;
    struct vmt_slice sizes[VMT_EV_OF_REGION]; /* of the last row, as printed */
    unsigned size_count;
    uint64_t bare; /* what a size without a unit meant in the last row: bytes or a page */
    struct {
        uint64_t start;
        uint64_t end;
    } windows[VMT_PART_REGION_WINDOWS]; /* machine-wide submaps: rows inside are one level down */
    size_t window_count;
    const struct vmt_type *types[VMT_PART_REGION_CACHE]; /* lately used, by a hash of the name */
    char joined[VMT_PART_REGION_JOINED];
};

enum vmt_status vmt_part_region_init(struct vmt_part_region *part, enum vmt_part_region_form form,
                                     struct vmt_parse *parse, struct vmt_process *process,
                                     struct vmt_error *err);

/* Read the next line as a row, and take it; the line after it too, when a mail or a terminal has
 * broken the row after its sizes or its protection.  A row with impossible values is damage.
 * VMT_END, nothing taken: it is none. */
enum vmt_status vmt_part_region_row(struct vmt_part_region *part, struct vmt_error *err);

/* The same for `text` in place of the whole next line: what is left of it without a mark in front,
 * or a copy without escapes. */
enum vmt_status vmt_part_region_row_of(struct vmt_part_region *part, struct vmt_slice text,
                                       struct vmt_error *err);

/* Take the next line as the detail of the row above it, `text` being what it says; VMT_END, nothing
 * taken: that row has one. */
enum vmt_status vmt_part_region_detail(struct vmt_part_region *part, struct vmt_slice text,
                                       struct vmt_error *err);

/* Whether a line by itself can be a detail that a mail or a terminal has broken off its row. */
bool vmt_part_region_is_detail(struct vmt_slice line);

/* Whether a row has addresses of 8 or 16 digits, or no more than a start. */
bool vmt_part_region_is_padded(struct vmt_slice line);

/* Whether a line has what makes it a row of the form, perhaps with damage further on.  Full: a
 * range or the word for none, and four sizes in brackets after it.  Short: a range or a start,
 * one to three sizes, and protection or nothing after them; or a bare submap.  Cheap. */
bool vmt_part_region_resembles(enum vmt_part_region_form form, struct vmt_slice line);

/* Whether a line among rows has two features of a row, of its range, its sizes and its sharing
 * mode: what is left of one is damage, not prose. */
bool vmt_part_region_hints(struct vmt_slice line);

/* Whether a text is `r-x/rwx`, or begins with it as a word. */
bool vmt_part_region_is_protection(struct vmt_slice text);

/* What keeps a line from being a row, and in which column. */
const char *vmt_part_region_problem(enum vmt_part_region_form form, struct vmt_slice line,
                                    size_t *column);

/* `REGION TYPE  START - END  [ VSIZE  RSDNT  DIRTY  SWAP] …`, and `[ VSIZE]` of the short form. */
bool vmt_part_region_is_heading(enum vmt_part_region_form form, struct vmt_slice line);

#endif
