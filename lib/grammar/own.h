/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_OWN_H
#define VMT_GRAMMAR_OWN_H

/* Our own reports read again, whatever they are written in: evidence is taken back with its
 * rounding, and what was derived from it is passed over, to be derived anew.
 *
 * A table of columns says what each is for; CSV finds them in its header, JSON as keys. */

#include "grammar/part_host.h"

/* A cell or a member of an object. */
enum vmt_own_kind {
    VMT_OWN_NOTHING, /* not there, empty or null: unknown */
    VMT_OWN_TEXT,    /* of CSV a number too */
    VMT_OWN_NUMBER,
    VMT_OWN_BOOLEAN,
    VMT_OWN_OTHER /* what no column has: a list, a fraction, a negative number */
};

struct vmt_own_value {
    enum vmt_own_kind kind;
    struct vmt_slice text;
    uint64_t number;
};

/* A reading has a value and its quantum, an amount a value and its two bounds. */
#define VMT_OWN_SLOTS 3

/* Whose rows they are: a process, or a host. */
struct vmt_own_subject {
    struct vmt_process *process; /* NULL: a host */
    struct vmt_host *host;
    uint64_t host_number;            /* 0 when not stated */
    uint64_t last_sample;            /* its number, 0 when not stated */
    const struct vmt_string *origin; /* the input that our report was made from; NULL: not stated */
    const struct vmt_string *origin_grammar;
    uint64_t origin_line; /* 0 when not stated */
    uint64_t region_count;
    bool region_count_known;
    enum vmt_coverage coverage;
    bool charged; /* its sums by type follow rules that rows of a table do not have */
};

/* A row while its values are taken. */
struct vmt_own_row {
    struct vmt_parse *parse;
    struct vmt_own_subject *owner;
    uint64_t line;      /* where it stands */
    const char *reason; /* why a value was refused, after VMT_END */
    bool unbounded;     /* a value came without its rounding, and was taken as exact */

    struct vmt_slice type; /* as printed, and what it was taken for */
    struct vmt_slice canonical;
    struct vmt_region region;
    struct vmt_mapping mapping; /* of it, where `mapped` */
    bool mapped;
    struct vmt_object object; /* of it, where `has_object` */
    bool has_object;
    struct vmt_stated_row stated;
    struct vmt_zone zone;
    struct vmt_fault fault;
    struct vmt_slice key; /* of a fact, the kind of a note, which total */
    struct vmt_slice text;
    uint64_t numbers[3];        /* of a note: count, line, column; of a sample: its number */
    struct vmt_part_host *part; /* of samples: their values */
    bool truths[3];             /* of a sample: see own_host.c */
};

/* A row of which nothing is known yet. */
struct vmt_own_row vmt_own_row(struct vmt_parse *parse, struct vmt_own_subject *owner,
                               uint64_t line);

/* Take a value.  VMT_END: it cannot be taken, `reason` says why. */
typedef enum vmt_status vmt_own_setter(struct vmt_own_row *row, unsigned which,
                                       const struct vmt_own_value *values, struct vmt_error *err);

struct vmt_own_column {
    const char *names[VMT_OWN_SLOTS]; /* NULL where a slot is not used */
    vmt_own_setter *set;              /* NULL: known, and nothing to take */
    unsigned which;                   /* for the setter */
};

struct vmt_own_columns {
    const struct vmt_own_column *list;
    size_t count;
};

#define VMT_OWN_LIST(columns)                             \
    {                                                     \
        (columns), sizeof(columns) / sizeof((columns)[0]) \
    }
#define VMT_OWN_READING(name_, set_, which_)                                           \
    {                                                                                  \
        .names = {name_, name_ "_quantum"}, .set = (set_), .which = (unsigned)(which_) \
    }
#define VMT_OWN_AMOUNT(name_, set_, which_)                              \
    {                                                                    \
        .names = {name_, name_ "_lower", name_ "_upper"}, .set = (set_), \
        .which = (unsigned)(which_)                                      \
    }

/* Take a row's values, VMT_OWN_SLOTS for each column.  VMT_END: one was refused, that of
 * *column. */
enum vmt_status vmt_own_fill(struct vmt_own_row *row, const struct vmt_own_columns *columns,
                             const struct vmt_own_value *values, size_t *column,
                             struct vmt_error *err);

/* What is said of a process: its identity and system; what is stated of it as a whole, under the
 * plain names of the members and, in rows about something else, with `process_` before them. */
extern const struct vmt_own_columns vmt_own_process_columns;
extern const struct vmt_own_columns vmt_own_whole_columns;
extern const struct vmt_own_columns vmt_own_stated_whole_columns; /* all that a system can state */
extern const struct vmt_own_columns vmt_own_source_columns;

/* A new process, read by `grammar`. */
enum vmt_status vmt_own_begin(struct vmt_own_subject *own, struct vmt_parse *parse,
                              const struct vmt_grammar *grammar, uint64_t line,
                              struct vmt_error *err);

/* It is complete.  `regions`: the report lists regions, so that missing ones can be told. */
enum vmt_status vmt_own_end(struct vmt_own_subject *own, struct vmt_parse *parse, bool regions,
                            struct vmt_error *err);

/* The same for a host. */
enum vmt_status vmt_own_host_begin(struct vmt_own_subject *own, struct vmt_parse *parse,
                                   const struct vmt_grammar *grammar, uint64_t line,
                                   struct vmt_error *err);

/* For either. */
struct vmt_notes *vmt_own_notes_of(const struct vmt_own_subject *own);
enum vmt_status vmt_own_fact(struct vmt_own_subject *own, struct vmt_parse *parse,
                             struct vmt_slice key, struct vmt_slice value, struct vmt_error *err);

/* Facts that say where our report had it from: at the end, since one that was read and written
 * again says it already. */
enum vmt_status vmt_own_add_origin(struct vmt_own_subject *own, struct vmt_parse *parse,
                                   struct vmt_error *err);

/* Say of the input that a report in it has no process. */
enum vmt_status vmt_own_note_empty(struct vmt_parse *parse, uint64_t line, struct vmt_error *err);

/* Whether a column is one that we derive, or its bound. */
bool vmt_own_is_derived(struct vmt_slice name);

/* For setters: refuse a value. */
enum vmt_status vmt_own_refuse(struct vmt_own_row *row, const char *reason);

/* For setters: *known is not set where there is no value; VMT_END where it is none. */
enum vmt_status vmt_own_u64(struct vmt_own_row *row, const struct vmt_own_value *value,
                            uint64_t *out, bool *known);
enum vmt_status vmt_own_truth(struct vmt_own_row *row, const struct vmt_own_value *value,
                              bool *out);
enum vmt_status vmt_own_text(struct vmt_own_row *row, const struct vmt_own_value *value,
                             struct vmt_slice *out, bool *known);
enum vmt_status vmt_own_reading(struct vmt_own_row *row, const struct vmt_own_value *values,
                                struct vmt_reading *out, bool *known);
enum vmt_status vmt_own_amount(struct vmt_own_row *row, const struct vmt_own_value *values,
                               struct vmt_amount *out);

#endif
