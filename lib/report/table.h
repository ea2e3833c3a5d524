/* SPDX-License-Identifier: MIT */
#ifndef VMT_REPORT_TABLE_H
#define VMT_REPORT_TABLE_H

/* What a report is made of: named tables of typed cells, rows of which can hold tables again.
 * A report says what there is to say, a writer how it looks. */

#include "base/slice.h"
#include "model/host.h"
#include "model/member.h"

enum vmt_cell_kind {
    VMT_CELL_NULL,    /* unknown, or does not apply; goes in a column of any kind */
    VMT_CELL_AMOUNT,  /* bytes with bounds */
    VMT_CELL_AMOUNTS, /* data only: a column, or three, for each member that it stands for */
    VMT_CELL_FIGURES, /* data only: a column, or three, for each figure of a list */
    VMT_CELL_READING, /* bytes as printed by a tool, with the quantum */
    VMT_CELL_BYTES,   /* exact bytes */
    VMT_CELL_COUNT,
    VMT_CELL_PERMILLE,
    VMT_CELL_PPM, /* millionths */
    VMT_CELL_MICROSECONDS,
    VMT_CELL_ADDRESS,
    VMT_CELL_BOOLEAN,
    VMT_CELL_TEXT, /* from the evidence: any bytes, trusted by nobody */
    VMT_CELL_WORD  /* ours: from a fixed set, or made of digits */
};

struct vmt_cell {
    enum vmt_cell_kind kind;
    union {
        struct vmt_amount amount;
        const struct vmt_amounts *amounts;
        const struct vmt_figure *figures;
        struct vmt_reading reading;
        uint64_t number; /* of all other kinds without text */
        struct vmt_slice text;
    };
};

/* Where a column or table shows. */
enum {
    VMT_IN_TEXT = 1,
    VMT_IN_CSV = 2,
    VMT_IN_JSON = 4,
    VMT_IN_DATA = VMT_IN_CSV | VMT_IN_JSON,
    VMT_IN_ALL = VMT_IN_TEXT | VMT_IN_DATA,
    VMT_TEXT_BOUNDS = 8, /* an amount column: text shows bounds beside it wherever they matter */
    VMT_CSV_BOUNDS = 16, /* an amount column: CSV has its bounds even if not asked for */
    VMT_CSV_QUANTA = 32  /* a figures column: CSV has what they were rounded to, not the figures */
};

struct vmt_column {
    const char *key;   /* CSV header and JSON key: stable; NULL in text and of AMOUNTS */
    const char *title; /* text header */
    enum vmt_cell_kind kind;
    unsigned where;
    unsigned width;                      /* in text; 0 = as wide as it comes (the last column) */
    const char *help;                    /* one sentence */
    uint32_t members;                    /* of VMT_CELL_AMOUNTS: bit 1 << vmt_member */
    const struct vmt_host_info *figures; /* of VMT_CELL_FIGURES: what they are */
    size_t figure_count;
};

/* Whether a figure can have bounds that tell something: what is stated as bytes or counted may
 * have been rounded, what is derived may be uncertain. */
static inline bool vmt_figure_has_bounds(const struct vmt_host_info *figure)
{
    return figure->kind == VMT_HOST_DERIVED || figure->unit == VMT_UNIT_BYTES ||
           figure->unit == VMT_UNIT_COUNT;
}

/* Whether a figure is a number that may have been rounded. */
static inline bool vmt_figure_has_quantum(const struct vmt_host_info *figure)
{
    return figure->kind != VMT_HOST_DERIVED && figure->unit != VMT_UNIT_BOOLEAN &&
           figure->unit != VMT_UNIT_LEVEL;
}

struct vmt_table {
    const char *name; /* --table NAME and JSON key: stable */
    const struct vmt_column *columns;
    size_t column_count;
    unsigned where;
    bool record; /* at most one row: an object in JSON (null without a row), not an array */
    bool merged; /* a record whose keys stand in the JSON object around it, under no name */
};

/* The table of that name in a list that ends with NULL, the first one if the name is NULL, or
 * NULL. */
const struct vmt_table *vmt_table_find(const struct vmt_table *const *tables, const char *name);

static inline struct vmt_cell vmt_cell_null(void)
{
    return (struct vmt_cell){.kind = VMT_CELL_NULL};
}

static inline struct vmt_cell vmt_cell_amount(struct vmt_amount amount)
{
    return (struct vmt_cell){.kind = VMT_CELL_AMOUNT, .amount = amount};
}

/* Borrowed until the row is written; NULL gives an unknown cell. */
static inline struct vmt_cell vmt_cell_amounts(const struct vmt_amounts *amounts)
{
    struct vmt_cell cell = {.kind = VMT_CELL_AMOUNTS, .amounts = amounts};
    return amounts == NULL ? vmt_cell_null() : cell;
}

/* Borrowed until the row is written. */
static inline struct vmt_cell vmt_cell_figures(const struct vmt_figure *figures)
{
    return (struct vmt_cell){.kind = VMT_CELL_FIGURES, .figures = figures};
}

static inline struct vmt_cell vmt_cell_reading(struct vmt_reading reading)
{
    return (struct vmt_cell){.kind = VMT_CELL_READING, .reading = reading};
}

static inline struct vmt_cell vmt_cell_number(enum vmt_cell_kind kind, uint64_t number)
{
    return (struct vmt_cell){.kind = kind, .number = number};
}

/* Borrowed until the row is written. */
static inline struct vmt_cell vmt_cell_text(struct vmt_slice text)
{
    return (struct vmt_cell){.kind = VMT_CELL_TEXT, .text = text};
}

/* NULL gives an unknown cell. */
static inline struct vmt_cell vmt_cell_word(const char *word)
{
    if (word == NULL) {
        return vmt_cell_null();
    }
    return (struct vmt_cell){.kind = VMT_CELL_WORD, .text = vmt_slice(word)};
}

#endif
