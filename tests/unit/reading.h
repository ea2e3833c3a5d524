/* SPDX-License-Identifier: MIT */
#ifndef VMT_UNIT_READING_H
#define VMT_UNIT_READING_H

/* What a text is read to, for tests of grammars.  Tests run one after another, so there is one
 * reading at a time: read_*(), then questions, then end_reading(). */

#include <stdlib.h>

#include "grammar/grammar.h"
#include "source/source.h"
#include "unit.h"

static struct reading {
    struct vmt_context context;
    struct vmt_snapshot snapshot;
    struct vmt_error err;
    enum vmt_status status;
    const struct vmt_process *process; /* the first, NULL when there is none */
    const struct vmt_input_record *input;
    const struct vmt_ledger *ledger; /* of the input */
} reading;

/* Between this and read_input() a test can change the context. */
static inline void begin_reading_with(const struct vmt_allocator *allocator)
{
    reading = (struct reading){.err = VMT_ERROR_INIT};
    vmt_context_init(&reading.context, allocator);
    vmt_snapshot_init(&reading.snapshot, allocator, (size_t)256 << 20);
}

static inline void begin_reading(void)
{
    begin_reading_with(&vmt_allocator_system);
}

static inline void end_reading(void)
{
    vmt_snapshot_free(&reading.snapshot);
    vmt_context_free(&reading.context);
}

static inline void read_input(struct vmt_input *input)
{
    struct vmt_walker walker = {0};
    reading.status = vmt_read(&reading.snapshot, &reading.context, input, &reading.err);
    reading.process = vmt_sequence_next(&reading.snapshot.processes, &walker);
    reading.input = vmt_sequence_last(&reading.snapshot.inputs);
    if (reading.input == NULL) { /* there was no memory for it */
        CU_ASSERT_FATAL(reading.status == VMT_E_NOMEM);
        return;
    }
    const struct vmt_ledger *ledger = reading.ledger = &reading.input->ledger;
    UNIT_EQUAL_U64(ledger->consumed + ledger->prose + ledger->damaged + ledger->blank,
                   ledger->lines);
}

/* In the reading that was begun. */
static inline void read_more(struct vmt_slice text)
{
    struct vmt_memory_input input;
    vmt_memory_input_init(&input, "text", text);
    read_input(&input.input);
}

static inline void read_slice(struct vmt_slice text)
{
    begin_reading();
    read_more(text);
}

static inline void read_text(const char *text)
{
    read_slice(vmt_slice(text));
}

/* Below the directory of fixtures. */
static inline void read_fixture(const char *name)
{
    static char path[512];
    const char *root = getenv("VMT_FIXTURES");
    struct vmt_file_input input;
    snprintf(path, sizeof path, "%s/%s", root == NULL ? "fixtures" : root, name);
    begin_reading();
    CU_ASSERT_FATAL(vmt_file_open(&input, path, &reading.err) == VMT_OK);
    read_input(&input.input);
    vmt_file_close(&input);
    UNIT_EQUAL_I64(reading.status, VMT_OK);
}

/* The record of a sequence at an index; a test that wants one that is not there is over. */
static inline void *record_at(const struct vmt_sequence *sequence, size_t index)
{
    struct vmt_walker walker = {0};
    void *record = NULL;
    do {
        record = vmt_sequence_next(sequence, &walker);
    } while (record != NULL && index-- > 0);
    CU_ASSERT_FATAL(record != NULL);
    if (record == NULL) {
        abort(); /* for compilers that cannot see that the assertion does not return */
    }
    return record;
}

static inline const struct vmt_process *process_at(size_t index)
{
    return record_at(&reading.snapshot.processes, index);
}

static inline const char *text_of(const struct vmt_string *string)
{
    return string == NULL ? NULL : string->data;
}

#endif
