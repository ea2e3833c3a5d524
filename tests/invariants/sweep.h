/* SPDX-License-Identifier: MIT */
#ifndef VMT_INVARIANTS_SWEEP_H
#define VMT_INVARIANTS_SWEEP_H

/* What the sweeps have in common: cases, fixtures, and reading with all that always holds. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "grammar/grammar.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define MEMORY_LIMIT ((size_t)256 << 20)
#define HANG_SECONDS 20

/* --- sweep.c: cases --------------------------------------------------------------------------- */

void begin_case(const char *fixture, const char *sweep);
void end_case(void);
bool case_is_ok(void);
/* Something is wrong with the case. */
void fault(const char *format, ...) VMT_PRINTF(1, 2);
double seconds_now(void);
/* How much of what could be tried of a fixture is: 1, or more when fixtures are named. */
size_t effort(void);

/* --- fixtures.c ------------------------------------------------------------------------------- */

enum kind { KIND_OK, KIND_WARN, KIND_BAD };

struct fixture {
    char name[80];
    size_t number; /* from 0 */
    enum kind kind;
    const struct vmt_grammar *grammar; /* its owner */
    char *bytes;
    size_t length;
};

struct fixtures {
    struct fixture *rows;
    size_t count;
};

/* Those of all grammars, sorted by name. */
struct fixtures load_fixtures(const char *root);
void free_fixtures(struct fixtures *fixtures);

static inline struct vmt_slice whole(const struct fixture *fixture)
{
    return (struct vmt_slice){fixture->bytes, fixture->length};
}

void *take_memory(void *memory);

/* --- model_hash.c ----------------------------------------------------------------------------- */

/* FNV-1a; begin with HASH_BASIS. */
#define HASH_BASIS UINT64_C(0xcbf29ce484222325)
void hash_bytes(uint64_t *hash, const void *bytes, size_t length);
/* Of everything that a reading gives, so that two of them can be compared; with or without where in
 * a line something was noted. */
uint64_t hash_model(const struct vmt_snapshot *snapshot, bool columns);

/* --- reading.c -------------------------------------------------------------------------------- */

enum vmt_status read_text(struct vmt_snapshot *snapshot, struct vmt_context *context,
                          struct vmt_slice text, struct vmt_error *err);
/* Faults where the model is not sound, or is not of this text. */
void check_model(const struct vmt_snapshot *snapshot, struct vmt_slice text);
void check_breakdowns(const struct vmt_snapshot *snapshot);
/* A text of which nothing is known: read it, and hold what always holds.  The hash of the model, 0
 * when there is none. */
uint64_t read_any(struct vmt_context *context, struct vmt_slice text, bool with_breakdowns);

/* --- reports.c -------------------------------------------------------------------------------- */

/* Every report through some writer, by an allocator; adds what is written to *hash. */
enum vmt_status write_reports(const struct vmt_snapshot *snapshot,
                              const struct vmt_allocator *allocator, uint64_t *hash,
                              struct vmt_error *err);
/* Every report through every writer, and each of its tables as CSV. */
void check_reports(const struct vmt_snapshot *snapshot);

/* --- the sweeps ------------------------------------------------------------------------------- */

typedef void fixture_sweep(const struct fixture *fixture, struct vmt_context *context);

fixture_sweep sweep_claims;        /* meaning.c */
fixture_sweep sweep_notes;         /* meaning.c */
fixture_sweep sweep_cuts;          /* cuts.c */
fixture_sweep sweep_windows;       /* cuts.c */
fixture_sweep sweep_small_windows; /* cuts.c */
fixture_sweep sweep_dressed;       /* dressed.c */
fixture_sweep sweep_memory;        /* memory.c */
fixture_sweep sweep_mutations;     /* mutations.c */
fixture_sweep sweep_values;        /* values.c */
fixture_sweep sweep_lines;         /* lines.c */

/* hostile.c: lines that belong to no fixture. */
void sweep_hostile(struct vmt_context *context);

extern uint64_t cut_count;
extern uint64_t refusal_count;
extern uint64_t mutation_count;

#endif
