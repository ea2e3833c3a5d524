/* SPDX-License-Identifier: MIT */
#ifndef VMT_INVARIANTS_ROUNDTRIP_H
#define VMT_INVARIANTS_ROUNDTRIP_H

/* What the round trips of processes and of hosts share. */

#include "grammar/grammar.h"
#include "report/report.h"

#define MEMORY_LIMIT ((size_t)256 << 20)

/* The fixture fails. */
void fault(const char *format, ...) VMT_PRINTF(1, 2);

struct text {
    struct vmt_sink sink;
    char *data;
    size_t length;
};
struct vmt_slice slice_of(const struct text *text);
void compare_texts(const char *what, const struct text *a, const struct text *b);

typedef enum vmt_status report_function(const struct vmt_snapshot *snapshot,
                                        const struct vmt_allocator *allocator,
                                        const struct vmt_report_options *options,
                                        struct vmt_writer *writer, struct vmt_error *err);

/* `table` NULL: JSON. */
void write_report(struct text *out, const struct vmt_snapshot *snapshot, report_function *report,
                  const struct vmt_table *table, bool bounds);
const struct vmt_table *find_table(const struct vmt_table *const *tables, const char *name);

/* The account of the inputs, at the end, is not that of the original. */
void strip_inputs(struct text *text);

bool read_text(struct vmt_snapshot *snapshot, struct vmt_slice text);

static inline bool same_amount(struct vmt_amount a, struct vmt_amount b)
{
    return a.known == b.known && a.bounded == b.bounded && (!a.known || a.value == b.value) &&
           (!a.bounded || (a.lower == b.lower && a.upper == b.upper));
}

static inline bool same_words(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

void show_difference(const char *how, const char *member, struct vmt_amount expected,
                     struct vmt_amount actual);

/* The snapshot has hosts. */
void round_system(const struct vmt_snapshot *original);

#endif
