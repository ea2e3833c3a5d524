/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_DARWIN_FOOTPRINT_LINES_H
#define VMT_GRAMMAR_DARWIN_FOOTPRINT_LINES_H

/* What the lines of footprint's output are, each by itself or with the ones after it. */

#include "grammar/cursor.h"
#include "model/process.h"

/* Lines without indentation, where nothing else is said. */

/* `Notes [4242]: 64-bit    Footprint: 42 MB (16384 bytes per page)` */
struct vmt_footprint_banner {
    struct vmt_slice name;
    uint64_t pid;
    struct vmt_slice kind;    /* "64-bit"; empty when it is not there */
    struct vmt_slice printed; /* the size as it stands; what stands there if it is none */
    bool sized;
    uint64_t page_size; /* 0 when not stated */
};

bool vmt_footprint_banner(struct vmt_slice line, struct vmt_footprint_banner *out);

/* `Summary Footprint: 220200960 B`: *printed is the size as it stands, readable or not. */
bool vmt_footprint_summary(struct vmt_slice line, struct vmt_slice *printed);

/* The columns of a table from left to right; the name of the category comes after them. */
#define VMT_FOOTPRINT_REGIONS VMT_EV_COUNT /* in the place of an evidence: the count */
#define VMT_FOOTPRINT_COLUMNS 6

struct vmt_footprint_columns {
    size_t count;
    uint8_t kinds[VMT_FOOTPRINT_COLUMNS]; /* enum vmt_evidence, or VMT_FOOTPRINT_REGIONS */
};

/* `Dirty      Clean  Reclaimable    Regions    Category` */
bool vmt_footprint_headings(struct vmt_slice line, struct vmt_footprint_columns *out);

/* The columns of a row without headings, where its shape leaves no choice. */
bool vmt_footprint_guess(struct vmt_slice line, struct vmt_footprint_columns *out);

/* `2608 KB        0 B        48 KB          1    MALLOC_NANO`: fills in what is stated, the count
 * and the name.  Where it is no row, *problem is where reading stopped. */
bool vmt_footprint_row(struct vmt_slice line, const struct vmt_footprint_columns *columns,
                       struct vmt_stated_row *row, struct vmt_slice *name, size_t *problem);

/* Whether a line begins like a row, with a number or a rule, and has so many units of sizes. */
bool vmt_footprint_resembles(struct vmt_slice line, size_t units);

/* `---        ---          ---` */
bool vmt_footprint_is_dashes(struct vmt_slice line);

#define VMT_FOOTPRINT_AUXILIARY "Auxiliary data:"
#define VMT_FOOTPRINT_KEY "phys_footprint" /* the keys below it that nothing else has begin so */
#define VMT_FOOTPRINT_FOUND "Found process "

/* `    phys_footprint: 13 MB`, with its indentation: without it a key must look like one. */
bool vmt_footprint_auxiliary(struct vmt_slice line, struct vmt_slice *key, struct vmt_slice *value);

/* The whole slice as a size: `13 MB`, `1.6 GB`, `0 B`. */
bool vmt_footprint_size(struct vmt_slice text, struct vmt_reading *out);

/* `footprint: Unable to …`, `task_read_for_pid (?/?)  (ffffffff)` */
bool vmt_footprint_is_message(struct vmt_slice line);

/* Whether the lines after `index` others, blank ones left out, are a rule and a banner or a
 * summary. */
bool vmt_footprint_block_begins(const struct vmt_cursor *cursor, size_t index);

/* How many of the lines after `index` others are blank, as far as it matters. */
size_t vmt_footprint_blanks(const struct vmt_cursor *cursor, size_t index);

/* Whether the lines ahead begin a block, or a part of one. */
bool vmt_footprint_claims(const struct vmt_cursor *cursor);

#endif
