/* SPDX-License-Identifier: MIT */
/*
 * Any bytes through everything: read, broken down, each report written by each writer.
 *
 * An input is a text, so that any file is one.  A first byte from '0' to '7' is not of the text:
 *     bits 0 and 1   the window: 64 KiB, 4096, 200 or 40 bytes
 *     bit 2          patterns interpreted, without JIT
 * and neither is then a line `@NAME`: the text is read as of that format only.  Whatever it is, the
 * ledger adds up to the lines of the text, bounds are in order, and what is written as JSON is
 * closed where it was opened.
 *
 * With VMT_FUZZING this is a libFuzzer target; without, a program that replays files, which
 * libFuzzer's own main does as well.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#ifndef VMT_FUZZING
#include <unistd.h>
#endif

#include "grammar/grammar.h"
#include "report/report.h"

/* A fuzzer's inputs are small; one that needs more than this is an attack that must be refused. */
#define MEMORY_LIMIT ((size_t)64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(condition) require((condition), #condition, __LINE__)

static void require(bool condition, const char *text, int line)
{
    if (!condition) {
        fprintf(stderr, "fuzz_parse.c:%d: not so: %s\n", line, text);
        abort();
    }
}

/* --- sinks ------------------------------------------------------------------------------------ */

/* Counts, and follows JSON through its strings and brackets. */
struct counting_sink {
    struct vmt_sink sink;
    uint64_t bytes;
    bool json;
    bool in_string;
    bool escaped;
    size_t depth;
    char open[64]; /* the brackets to be closed */
};

static void follow_json(struct counting_sink *sink, char c)
{
    if (sink->in_string) {
        REQUIRE((unsigned char)c >= 0x20);
        sink->in_string = c != '"' || sink->escaped;
        sink->escaped = c == '\\' && !sink->escaped;
        return;
    }
    switch (c) {
    case '"':
        sink->in_string = true;
        break;
    case '{':
    case '[':
        REQUIRE(sink->depth < sizeof sink->open);
        sink->open[sink->depth++] = c == '{' ? '}' : ']';
        break;
    case '}':
    case ']':
        REQUIRE(sink->depth > 0 && sink->open[sink->depth - 1] == c);
        sink->depth--;
        break;
    default:
        REQUIRE((unsigned char)c < 0x80);
        break;
    }
}

static enum vmt_status sink_write(struct vmt_sink *sink, struct vmt_slice bytes,
                                  struct vmt_error *err)
{
    (void)err;
    struct counting_sink *counting = (struct counting_sink *)sink; /* its first member */
    counting->bytes += bytes.length;
    for (size_t i = 0; counting->json && i < bytes.length; i++) {
        follow_json(counting, bytes.data[i]);
    }
    return VMT_OK;
}

/* --- reports ---------------------------------------------------------------------------------- */

typedef enum vmt_status new_writer(struct vmt_writer **out, struct vmt_sink *sink,
                                   const struct vmt_allocator *allocator,
                                   struct vmt_writer_options options, struct vmt_error *err);
typedef enum vmt_status make_report(const struct vmt_snapshot *snapshot,
                                    const struct vmt_allocator *allocator,
                                    const struct vmt_report_options *options,
                                    struct vmt_writer *writer, struct vmt_error *err);

static void write_report(const struct vmt_snapshot *snapshot, make_report *report, new_writer *new,
                         struct vmt_writer_options look)
{
    const struct vmt_report_options options = {.zones = true};
    struct counting_sink sink = {.sink = {sink_write}, .json = new == vmt_writer_json_new};
    struct vmt_writer *writer = NULL;
    struct vmt_error err = VMT_ERROR_INIT;
    enum vmt_status status = new (&writer, &sink.sink, &vmt_allocator_system, look, &err);
    if (status == VMT_OK) {
        status = report(snapshot, &vmt_allocator_system, &options, writer, &err);
        vmt_writer_free(writer);
    }
    REQUIRE(status == err.status);
    REQUIRE(status == VMT_OK || status == VMT_E_LIMIT);
    REQUIRE(status != VMT_OK || (sink.depth == 0 && !sink.in_string));
    REQUIRE(status != VMT_OK || !sink.json || sink.bytes > 0);
}

static void write_tables(const struct vmt_snapshot *snapshot, make_report *report,
                         const struct vmt_table *const *tables)
{
    for (size_t i = 0; tables[i] != NULL; i++) {
        if ((tables[i]->where & VMT_IN_CSV) != 0) {
            write_report(snapshot, report, vmt_writer_csv_new,
                         (struct vmt_writer_options){.bounds = true, .table = tables[i]});
        }
    }
}

static void write_all(const struct vmt_snapshot *snapshot)
{
    static const struct {
        make_report *report;
        const struct vmt_table *const *tables;
    } reports[] = {
        {vmt_report_explain, vmt_report_explain_tables},
        {vmt_report_regions, vmt_report_regions_tables},
        {vmt_report_system, vmt_report_system_tables},
        {vmt_report_summary, vmt_report_summary_tables},
    };
    for (size_t i = 0; i < sizeof reports / sizeof reports[0]; i++) {
        const struct vmt_writer_options plain = {.bytes = true};
        const struct vmt_writer_options narrow = {.bounds = true, .colour = true, .columns = 80};
        write_report(snapshot, reports[i].report, vmt_writer_text_new, plain);
        write_report(snapshot, reports[i].report, vmt_writer_text_new, narrow);
        write_report(snapshot, reports[i].report, vmt_writer_json_new, plain);
        write_tables(snapshot, reports[i].report, reports[i].tables);
    }
}

/* --- what always holds ------------------------------------------------------------------------ */

static void check_amounts(const struct vmt_amounts *amounts)
{
    for (int member = 0; member < VMT_MEMBER_COUNT; member++) {
        const struct vmt_amount amount = amounts->of[member];
        REQUIRE(!amount.bounded || amount.lower <= amount.upper);
        REQUIRE(!amount.known || amount.bounded);
        REQUIRE(!amount.known || (amount.lower <= amount.value && amount.value <= amount.upper));
    }
}

/* Where all of it is known, what is resident is private or shared, clean or dirty: as we account.
 * What a kernel states of both may contradict itself. */
static void check_parts(const struct vmt_amounts *amounts)
{
    static const enum vmt_member parts[] = {VMT_PRIVATE_CLEAN, VMT_PRIVATE_DIRTY, VMT_SHARED_CLEAN,
                                            VMT_SHARED_DIRTY};
    struct vmt_amount sum = vmt_exactly(0);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        vmt_amount_add(&sum, amounts->of[parts[i]]);
    }
    const struct vmt_amount resident = amounts->of[VMT_RESIDENT];
    REQUIRE(!sum.known || !resident.known || sum.value == resident.value);
}

static bool has_mappings(const struct vmt_process *process)
{
    struct vmt_walker walker = {0};
    const struct vmt_region *region = NULL;
    while ((region = vmt_sequence_next(&process->regions, &walker)) != NULL) {
        if (region->mapping != NULL) {
            return true;
        }
    }
    return false;
}

static void check_breakdown(const struct vmt_process *process)
{
    struct vmt_breakdown breakdown;
    struct vmt_error err = VMT_ERROR_INIT;
    enum vmt_status status =
        vmt_breakdown_make(&breakdown, process, &vmt_allocator_system, MEMORY_LIMIT, &err);
    REQUIRE(status == err.status);
    REQUIRE(status == VMT_OK || status == VMT_E_LIMIT);
    if (status == VMT_OK) {
        check_amounts(&breakdown.totals);
        bool ours = !has_mappings(process) && breakdown.level != VMT_LEVEL_TOTALS;
        if (ours) {
            check_parts(&breakdown.totals);
        }
        for (size_t i = 0; i < breakdown.type_count; i++) {
            check_amounts(&breakdown.types[i]->amounts);
            if (ours) {
                check_parts(&breakdown.types[i]->amounts);
            }
        }
    }
    vmt_breakdown_free(&breakdown);
}

static void check_ledger(const struct vmt_ledger *ledger, struct vmt_slice text)
{
    uint64_t lines = text.length > 0 && text.data[text.length - 1] != '\n' ? 1 : 0;
    for (size_t i = 0; i < text.length; i++) {
        lines += text.data[i] == '\n' ? 1 : 0;
    }
    REQUIRE(ledger->lines == lines);
    REQUIRE(ledger->consumed + ledger->prose + ledger->damaged + ledger->blank == lines);
}

/* Patterns are compiled once, as by a program that reads many files: it takes longer than all else
 * of an input. */
static struct vmt_context *get_context(bool interpret)
{
    static struct vmt_context contexts[2];
    struct vmt_context *context = &contexts[interpret ? 1 : 0];
    if (context->allocator == NULL) {
        vmt_context_init(context, &vmt_allocator_system);
        context->interpret = interpret;
    }
    context->only = NULL;
    return context;
}

/* The context to read it with; takes what is not of the text off its front. */
static struct vmt_context *choose_context(struct vmt_slice *text)
{
    static const size_t windows[] = {(size_t)64 << 10, 4096, 200, 40};
    unsigned choice = 0;
    bool chosen = text->length > 0 && text->data[0] >= '0' && text->data[0] <= '7';
    if (chosen) {
        choice = (unsigned)(text->data[0] - '0');
        *text = vmt_slice_from(*text, 1);
    }
    struct vmt_context *context = get_context((choice & 4) != 0);
    context->window = windows[choice & 3];
    size_t end = vmt_slice_find(*text, "\n");
    if (chosen && vmt_slice_starts(*text, "@") && end < text->length) {
        context->only = vmt_grammar_find((struct vmt_slice){text->data + 1, end - 1});
        *text = context->only == NULL ? *text : vmt_slice_from(*text, end + 1);
    }
    return context;
}

/* Something was read, or it is said of the input why not: damage, or a report of nothing. */
static bool has_result(const struct vmt_snapshot *snapshot)
{
    const struct vmt_input_record *input = vmt_sequence_last(&snapshot->inputs);
    return snapshot->processes.count + snapshot->hosts.count + snapshot->sets.count > 0 ||
           vmt_notes_count(&input->notes, VMT_NOTE_DAMAGED_LINE) > 0 ||
           vmt_notes_count(&input->notes, VMT_NOTE_DAMAGED_VALUE) > 0 ||
           vmt_notes_count(&input->notes, VMT_NOTE_NO_CAPTURE) > 0;
}

static void check_snapshot(const struct vmt_snapshot *snapshot, struct vmt_slice text)
{
    const struct vmt_input_record *record = vmt_sequence_last(&snapshot->inputs);
    REQUIRE(record != NULL);
    check_ledger(&record->ledger, text);
    struct vmt_walker walker = {0};
    const struct vmt_process *process = NULL;
    while ((process = vmt_sequence_next(&snapshot->processes, &walker)) != NULL) {
        check_amounts(&process->whole);
        check_breakdown(process);
    }
    walker = (struct vmt_walker){0};
    const struct vmt_stated_set *set = NULL;
    while ((set = vmt_sequence_next(&snapshot->sets, &walker)) != NULL) {
        check_amounts(&set->whole);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vmt_slice text = {(const char *)data, size};
    struct vmt_context *context = choose_context(&text);
    struct vmt_snapshot snapshot;
    struct vmt_memory_input input;
    struct vmt_error err = VMT_ERROR_INIT;
    vmt_snapshot_init(&snapshot, &vmt_allocator_system, MEMORY_LIMIT);
    vmt_memory_input_init(&input, "fuzz", text);
    enum vmt_status status = vmt_read(&snapshot, context, &input.input, &err);
    REQUIRE(status == err.status);
    REQUIRE(status == VMT_OK || status == VMT_E_NOCAPTURE || status == VMT_E_LIMIT);
    if (status != VMT_E_LIMIT) {
        REQUIRE((status == VMT_OK) == has_result(&snapshot));
        check_snapshot(&snapshot, text);
    }
    write_all(&snapshot);
    vmt_snapshot_free(&snapshot);
    return 0;
}

#ifndef VMT_FUZZING

static bool replay(const char *path)
{
    FILE *stream = fopen(path, "rb");
    uint8_t *bytes = NULL;
    size_t length = 0;
    size_t room = 0;
    size_t got = 0;
    if (stream == NULL) {
        perror(path);
        return false;
    }
    do {
        length += got;
        if (length == room) {
            room = room == 0 ? 4096 : room * 2;
            uint8_t *more = realloc(bytes, room);
            if (more == NULL) {
                abort();
            }
            bytes = more;
        }
        got = fread(bytes + length, 1, room - length, stream);
    } while (got > 0);
    fclose(stream);
    /* A block of just that size, so that a sanitizer sees one byte too far. */
    uint8_t *exact = malloc(length > 0 ? length : 1);
    if (exact == NULL) {
        abort();
    }
    memcpy(exact, bytes, length);
    free(bytes);
    LLVMFuzzerTestOneInput(exact, length);
    free(exact);
    return true;
}

int main(int argc, char **argv)
{
    int failed = 0;
    for (int i = 1; i < argc; i++) {
        alarm(60); /* an input that does not end is a failure, too */
        failed += replay(argv[i]) ? 0 : 1;
    }
    return failed == 0 ? 0 : 1;
}

#endif
