/* SPDX-License-Identifier: MIT */
/*
 * What holds for every grammar and every fixture, without saying what is in them:
 *
 *   claims     only the owner claims the first part of an ok- fixture
 *   notes      ok- is read without damage, warn- with a note or a differing check, bad- not at all
 *   cuts       every beginning of a fixture ends in VMT_OK or VMT_E_NOCAPTURE
 *   windows    a smaller window gives the same model
 *   memory     an allocation refused ends in VMT_E_NOMEM or changes nothing, and nothing leaks
 *   mutations  a changed byte does no harm
 *   hostile    lines made to be slow are not
 *
 * A new fixture or grammar gets all of it for free.  Each sweep of each fixture is one case.  In
 * every one of them the ledger adds up to the lines that the text has, and every amount has its
 * bounds in order.
 *
 * Arguments are parts of names of fixtures or sweeps: only these.  A case that does not end is
 * stopped after HANG_SECONDS, and named.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "grammar/grammar.h"
#include "report/report.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A fixture up to this size is cut at every byte, a larger one at every line. */
#define SMALL_FIXTURE 4096
/* Text to parse in mutations of one fixture: about 2000 of a small one, 200 of the largest. */
#define MUTATED_BYTES ((size_t)8 << 20)
/* Refused allocations to try with one fixture.  In a build with VMT_ARENA_EXACT there are
 * thousands of allocations, most of them alike (one more region): they are tried in strides. */
#define REFUSALS_MOST 160
#define MEMORY_LIMIT ((size_t)256 << 20)
/* No header of a report is longer, with the titles after it. */
#define WINDOW_WITH_HEADER 4096
#define HANG_SECONDS 20
/* A hostile line of the size of a window; generous, for slow machines with sanitizers. */
#define HOSTILE_SECONDS 4

/* --- cases ------------------------------------------------------------------------------------ */

static unsigned passed;
static unsigned failed;
static char case_name[160];
static bool case_ok;
static unsigned case_faults; /* printed of one case */

static void begin_case(const char *fixture, const char *sweep)
{
    snprintf(case_name, sizeof case_name, "%s: %s", fixture, sweep);
    case_ok = true;
    case_faults = 0;
}

static void end_case(void)
{
    passed += case_ok ? 1 : 0;
    failed += case_ok ? 0 : 1;
    alarm(0);
}

static void fault(const char *format, ...) VMT_PRINTF(1, 2);

static void fault(const char *format, ...)
{
    case_ok = false;
    if (++case_faults > 5) {
        return; /* ten thousand beginnings of one file fail for one reason */
    }
    va_list args;
    printf("sweep: %s: ", case_name);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
}

static void hang(int signal_number)
{
    /* Only what a signal handler may call. */
    static const char text[] = " does not end\nsweep: 0 passed, 1 failed\n";
    (void)signal_number;
    bool said = write(STDOUT_FILENO, "sweep: ", 7) > 0 &&
                write(STDOUT_FILENO, case_name, strlen(case_name)) > 0 &&
                write(STDOUT_FILENO, text, sizeof text - 1) > 0;
    _exit(said ? 1 : 2);
}

/* --- fixtures --------------------------------------------------------------------------------- */

enum kind { KIND_OK, KIND_WARN, KIND_BAD };

struct fixture {
    char name[80];
    enum kind kind;
    const struct vmt_grammar *grammar; /* its owner */
    char *bytes;
    size_t length;
};

static struct fixture *fixtures;
static size_t fixture_count;

static void *take_memory(void *memory)
{
    if (memory == NULL) {
        fputs("sweep: out of memory\n", stderr);
        exit(1);
    }
    return memory;
}

static void load_file(struct fixture *fixture, const char *path)
{
    FILE *stream = fopen(path, "rb");
    struct stat file;
    if (stream == NULL || fstat(fileno(stream), &file) != 0) {
        fprintf(stderr, "sweep: %s: %s\n", path, strerror(errno));
        exit(1);
    }
    fixture->length = (size_t)file.st_size;
    fixture->bytes = take_memory(malloc(fixture->length + 1));
    if (fread(fixture->bytes, 1, fixture->length, stream) != fixture->length) {
        fprintf(stderr, "sweep: %s: cannot read\n", path);
        exit(1);
    }
    fclose(stream);
}

static bool kind_of(const char *name, enum kind *kind)
{
    static const char *const prefixes[] = {"ok-", "warn-", "bad-"};
    for (size_t i = 0; i < COUNT(prefixes); i++) {
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0) {
            *kind = (enum kind)i;
            return true;
        }
    }
    return false; /* ORIGIN, TRUTH.tsv */
}

/* Where a fixture of that name belongs, those from there on moved up: a directory has no order. */
static struct fixture *insert_fixture(const char *name)
{
    fixtures = take_memory(realloc(fixtures, (fixture_count + 1) * sizeof *fixtures));
    size_t at = fixture_count++;
    for (; at > 0 && strcmp(fixtures[at - 1].name, name) > 0; at--) {
        fixtures[at] = fixtures[at - 1];
    }
    return &fixtures[at];
}

static void load_directory(const char *root, const struct vmt_grammar *grammar)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", root, grammar->name);
    DIR *directory = opendir(path);
    if (directory == NULL) {
        begin_case(grammar->name, "has fixtures");
        fault("no directory %s", path);
        end_case();
        return;
    }
    for (const struct dirent *entry = readdir(directory); entry != NULL;
         entry = readdir(directory)) {
        enum kind kind = KIND_OK;
        if (!kind_of(entry->d_name, &kind)) {
            continue;
        }
        struct fixture *fixture = insert_fixture(entry->d_name);
        *fixture = (struct fixture){.kind = kind, .grammar = grammar};
        snprintf(fixture->name, sizeof fixture->name, "%.79s", entry->d_name);
        snprintf(path, sizeof path, "%s/%s/%s", root, grammar->name, entry->d_name);
        load_file(fixture, path);
    }
    closedir(directory);
}

static void free_fixtures(void)
{
    for (size_t i = 0; i < fixture_count; i++) {
        free(fixtures[i].bytes);
    }
    free(fixtures);
}

static struct vmt_slice whole(const struct fixture *fixture)
{
    return (struct vmt_slice){fixture->bytes, fixture->length};
}

/* Lines as anybody counts them, without the cursor. */
static uint64_t count_lines(struct vmt_slice text)
{
    uint64_t lines = 0;
    for (size_t i = 0; i < text.length; i++) {
        lines += text.data[i] == '\n' ? 1 : 0;
    }
    return lines + (text.length > 0 && text.data[text.length - 1] != '\n' ? 1 : 0);
}

/* With its end. */
static size_t longest_line(struct vmt_slice text)
{
    size_t longest = 0;
    size_t begin = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] == '\n' || i + 1 == text.length) {
            longest = i + 1 - begin > longest ? i + 1 - begin : longest;
            begin = i + 1;
        }
    }
    return longest;
}

/* --- a hash of the model ---------------------------------------------------------------------- */

/* Of everything that a reading gives, so that two of them can be compared.  FNV-1a. */
static void hash_bytes(uint64_t *hash, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < length; i++) {
        *hash = (*hash ^ at[i]) * UINT64_C(0x100000001b3);
    }
}

static void hash_u64(uint64_t *hash, uint64_t number)
{
    hash_bytes(hash, &number, sizeof number);
}

static void hash_string(uint64_t *hash, const struct vmt_string *string)
{
    hash_u64(hash, string == NULL ? UINT64_MAX : string->length);
    if (string != NULL) {
        hash_bytes(hash, string->data, string->length);
    }
}

static void hash_reading(uint64_t *hash, struct vmt_reading reading)
{
    hash_u64(hash, reading.value);
    hash_u64(hash, reading.quantum);
}

static void hash_amount(uint64_t *hash, struct vmt_amount amount)
{
    hash_u64(hash, amount.value);
    hash_u64(hash, amount.lower);
    hash_u64(hash, amount.upper);
    hash_u64(hash, (amount.known ? 2u : 0u) + (amount.bounded ? 1u : 0u));
}

static void hash_notes(uint64_t *hash, const struct vmt_notes *notes)
{
    struct vmt_walker walker = {0};
    const struct vmt_note *note = NULL;
    hash_u64(hash, notes->sequence.count);
    while ((note = vmt_sequence_next(&notes->sequence, &walker)) != NULL) {
        hash_u64(hash, note->kind);
        hash_u64(hash, note->count);
        hash_u64(hash, note->place.line);
        hash_u64(hash, note->place.column);
        hash_string(hash, note->text);
        hash_string(hash, note->excerpt);
        hash_u64(hash, note->excerpt_column);
    }
}

static void hash_type(uint64_t *hash, const struct vmt_type *type)
{
    hash_string(hash, type == NULL ? NULL : type->printed);
    hash_string(hash, type == NULL ? NULL : type->canonical);
    hash_u64(hash, type == NULL ? 99 : (uint64_t)type->class);
}

static void hash_stated(uint64_t *hash, const struct vmt_stated_row *row)
{
    hash_u64(hash, row == NULL);
    if (row == NULL) {
        return;
    }
    hash_type(hash, row->type);
    for (size_t i = 0; i < VMT_EV_COUNT; i++) {
        hash_reading(hash, row->stated[i]);
    }
    hash_u64(hash, row->regions);
    hash_u64(hash, row->line);
    hash_u64(hash, row->known);
}

static void hash_zone(uint64_t *hash, const struct vmt_zone *zone)
{
    hash_u64(hash, zone == NULL);
    if (zone == NULL) {
        return;
    }
    hash_string(hash, zone->name);
    for (size_t i = 0; i < VMT_ZONE_SIZE_COUNT; i++) {
        hash_reading(hash, zone->sizes[i]);
    }
    for (size_t i = 0; i < VMT_ZONE_NUMBER_COUNT; i++) {
        hash_u64(hash, zone->numbers[i]);
    }
    hash_u64(hash, zone->line * 65536 + zone->known_sizes * 256u + zone->known_numbers);
}

static void hash_region(uint64_t *hash, const struct vmt_region *region)
{
    hash_u64(hash, region->start);
    hash_u64(hash, region->end);
    for (size_t i = 0; i < VMT_EV_OF_REGION; i++) {
        hash_reading(hash, region->stated[i]);
    }
    hash_type(hash, region->type);
    hash_string(hash, region->detail);
    hash_string(hash, region->sharing_text);
    hash_u64(hash, region->line);
    const uint8_t small[] = {region->known,      region->sharing,        region->purge,
                             region->protection, region->max_protection, region->submap_depth,
                             region->ranged};
    hash_bytes(hash, small, sizeof small);
}

static void hash_process(uint64_t *hash, const struct vmt_process *process)
{
    const struct vmt_string *const strings[] = {process->name, process->os, process->arch,
                                                process->captured_at, process->launched_at};
    for (size_t i = 0; i < COUNT(strings); i++) {
        hash_string(hash, strings[i]);
    }
    hash_u64(hash, process->pid);
    hash_u64(hash, process->pid_known);
    hash_u64(hash, process->macos_major);
    hash_u64(hash, process->page_size);
    hash_u64(hash, process->coverage);
    hash_u64(hash, process->line);
    hash_amount(hash, process->whole.of[VMT_FOOTPRINT]);
    hash_amount(hash, process->whole.of[VMT_FOOTPRINT_PEAK]);
    struct vmt_walker walker = {0};
    const struct vmt_fact *fact = NULL;
    while ((fact = vmt_sequence_next(&process->facts, &walker)) != NULL) {
        hash_string(hash, fact->key);
        hash_string(hash, fact->value);
    }
    walker = (struct vmt_walker){0};
    const struct vmt_region *region = NULL;
    while ((region = vmt_sequence_next(&process->regions, &walker)) != NULL) {
        hash_region(hash, region);
    }
    walker = (struct vmt_walker){0};
    const struct vmt_stated_row *row = NULL;
    while ((row = vmt_sequence_next(&process->stated, &walker)) != NULL) {
        hash_stated(hash, row);
    }
    hash_stated(hash, process->stated_total);
    hash_stated(hash, process->stated_unreserved);
    walker = (struct vmt_walker){0};
    const struct vmt_zone *zone = NULL;
    while ((zone = vmt_sequence_next(&process->zones, &walker)) != NULL) {
        hash_zone(hash, zone);
    }
    hash_zone(hash, process->zone_total);
    hash_notes(hash, &process->notes);
}

static uint64_t hash_model(const struct vmt_snapshot *snapshot)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    struct vmt_walker walker = {0};
    const struct vmt_process *process = NULL;
    while ((process = vmt_sequence_next(&snapshot->processes, &walker)) != NULL) {
        hash_process(&hash, process);
    }
    walker = (struct vmt_walker){0};
    const struct vmt_input_record *input = NULL;
    while ((input = vmt_sequence_next(&snapshot->inputs, &walker)) != NULL) {
        hash_bytes(&hash, &input->ledger, sizeof input->ledger);
        hash_notes(&hash, &input->notes);
    }
    return hash;
}

/* --- reading, and what always holds ----------------------------------------------------------- */

static enum vmt_status read_text(struct vmt_snapshot *snapshot, struct vmt_context *context,
                                 struct vmt_slice text, struct vmt_error *err)
{
    struct vmt_memory_input input;
    vmt_memory_input_init(&input, "sweep", text);
    return vmt_read(snapshot, context, &input.input, err);
}

static void check_amount(struct vmt_amount amount, const char *of, const char *member)
{
    bool ordered = !amount.bounded || amount.lower <= amount.upper;
    bool inside = !amount.known || (amount.lower <= amount.value && amount.value <= amount.upper);
    if (!ordered || !inside || (amount.known && !amount.bounded)) {
        fault("%s of %s is %" PRIu64 " <= %" PRIu64 " <= %" PRIu64, member, of, amount.lower,
              amount.value, amount.upper);
    }
}

static void check_breakdown(const struct vmt_breakdown *breakdown)
{
    for (int member = 0; member < VMT_MEMBER_COUNT; member++) {
        check_amount(breakdown->totals.of[member], "all", vmt_members[member].name);
    }
    for (size_t i = 0; i < breakdown->type_count; i++) {
        const struct vmt_type_sum *sum = breakdown->types[i];
        for (int member = 0; member < VMT_MEMBER_COUNT; member++) {
            check_amount(sum->amounts.of[member], sum->type->canonical->data,
                         vmt_members[member].name);
        }
    }
}

static void check_processes(const struct vmt_snapshot *snapshot)
{
    struct vmt_walker walker = {0};
    const struct vmt_process *process = NULL;
    while ((process = vmt_sequence_next(&snapshot->processes, &walker)) != NULL) {
        struct vmt_breakdown breakdown;
        struct vmt_error err = VMT_ERROR_INIT;
        enum vmt_status status =
            vmt_breakdown_make(&breakdown, process, &vmt_allocator_system, MEMORY_LIMIT, &err);
        if (status == VMT_OK) {
            check_breakdown(&breakdown);
        } else {
            fault("no breakdown: %s", err.message);
        }
        vmt_breakdown_free(&breakdown);
    }
}

static void check_ledger(const struct vmt_snapshot *snapshot, struct vmt_slice text)
{
    const struct vmt_input_record *input = vmt_sequence_last(&snapshot->inputs);
    const struct vmt_ledger *ledger = &input->ledger;
    uint64_t sum = ledger->consumed + ledger->prose + ledger->damaged + ledger->blank;
    if (ledger->lines != count_lines(text) || sum != ledger->lines) {
        fault("%" PRIu64 " lines of %" PRIu64 ": %" PRIu64 " consumed, %" PRIu64 " prose, %" PRIu64
              " damaged, %" PRIu64 " blank (text of %zu bytes)",
              ledger->lines, count_lines(text), ledger->consumed, ledger->prose, ledger->damaged,
              ledger->blank, text.length);
    }
    if (snapshot->processes.count + snapshot->hosts.count == 0 &&
        (ledger->consumed > 0 || ledger->damaged > 0)) {
        fault("lines without a process to belong to (text of %zu bytes)", text.length);
    }
}

/* A text of which nothing is known: read it, and hold what always holds.  The hash of the model,
 * 0 when there is none. */
static uint64_t read_any(struct vmt_context *context, struct vmt_slice text, bool with_breakdown)
{
    struct vmt_snapshot snapshot;
    struct vmt_error err = VMT_ERROR_INIT;
    uint64_t hash = 0;
    alarm(HANG_SECONDS);
    vmt_snapshot_init(&snapshot, &vmt_allocator_system, MEMORY_LIMIT);
    enum vmt_status status = read_text(&snapshot, context, text, &err);
    if (status != VMT_OK && status != VMT_E_NOCAPTURE) {
        fault("%s (text of %zu bytes)", err.message, text.length);
    } else if ((status == VMT_OK) != (snapshot.processes.count + snapshot.hosts.count > 0)) {
        fault("%s with %zu processes", vmt_status_name(status), snapshot.processes.count);
    } else {
        check_ledger(&snapshot, text);
        if (with_breakdown) {
            check_processes(&snapshot);
        }
        hash = hash_model(&snapshot);
    }
    vmt_snapshot_free(&snapshot);
    return hash;
}

/* --- claims ----------------------------------------------------------------------------------- */

static void sweep_claims(const struct fixture *fixture, struct vmt_context *context)
{
    struct vmt_memory_input input;
    struct vmt_input_record record = {0};
    struct vmt_cursor cursor;
    struct vmt_error err = VMT_ERROR_INIT;
    vmt_memory_input_init(&input, fixture->name, whole(fixture));
    if (vmt_cursor_init(&cursor, context, &input.input, &record, &err) != VMT_OK) {
        fault("%s", err.message);
        return;
    }
    size_t claims = 0;
    bool lines = true;
    while (claims == 0 && lines) {
        enum vmt_status status = vmt_cursor_fill(&cursor, VMT_CURSOR_AHEAD, &err);
        const struct vmt_line *line = vmt_cursor_ahead(&cursor, 0);
        lines = status == VMT_OK && line != NULL;
        for (size_t i = 0; lines && vmt_grammars[i] != NULL; i++) {
            if (vmt_grammars[i]->claims(&cursor)) {
                claims++;
                if (vmt_grammars[i] != fixture->grammar || fixture->kind == KIND_BAD) {
                    fault("%s claims line %" PRIu64, vmt_grammars[i]->name, line->number);
                }
            }
        }
        if (lines && vmt_cursor_take(&cursor, VMT_LINE_PROSE, &err) != VMT_OK) {
            lines = false;
        }
    }
    if (err.status != VMT_OK) {
        fault("%s", err.message);
    }
    if (claims != (fixture->kind == KIND_BAD ? 0u : 1u)) {
        fault("%zu grammars claim it", claims);
    }
    vmt_cursor_free(&cursor);
}

/* --- notes ------------------------------------------------------------------------------------ */

static uint64_t count_notes(const struct vmt_snapshot *snapshot, enum vmt_note_kind kind)
{
    uint64_t count = 0;
    struct vmt_walker walker = {0};
    const struct vmt_process *process = NULL;
    while ((process = vmt_sequence_next(&snapshot->processes, &walker)) != NULL) {
        count += vmt_notes_count(&process->notes, kind);
    }
    walker = (struct vmt_walker){0};
    const struct vmt_input_record *input = NULL;
    while ((input = vmt_sequence_next(&snapshot->inputs, &walker)) != NULL) {
        count += vmt_notes_count(&input->notes, kind);
    }
    return count;
}

static uint64_t count_differing(const struct vmt_snapshot *snapshot)
{
    uint64_t count = 0;
    struct vmt_walker walker = {0};
    const struct vmt_process *process = NULL;
    while ((process = vmt_sequence_next(&snapshot->processes, &walker)) != NULL) {
        struct vmt_breakdown breakdown;
        struct vmt_error err = VMT_ERROR_INIT;
        if (vmt_breakdown_make(&breakdown, process, &vmt_allocator_system, MEMORY_LIMIT, &err) ==
            VMT_OK) {
            count += vmt_breakdown_verdicts(&breakdown, VMT_DIFFERS);
        }
        vmt_breakdown_free(&breakdown);
    }
    return count;
}

/* Notes that say that the text is not as a tool prints it.  A message of the tool itself, a type
 * or a mode that is not known can stand in a sound dump. */
static uint64_t count_complaints(const struct vmt_snapshot *snapshot)
{
    static const enum vmt_note_kind kinds[] = {
        VMT_NOTE_DAMAGED_LINE,    VMT_NOTE_LONG_LINE,   VMT_NOTE_AMBIGUOUS_PART,
        VMT_NOTE_UNREADABLE,      VMT_NOTE_ELISION,     VMT_NOTE_MISSING_REGIONS,
        VMT_NOTE_VIRTUAL_DIFFERS, VMT_NOTE_UNKNOWN_KEY, VMT_NOTE_DAMAGED_VALUE,
        VMT_NOTE_TWIN_DIFFERS,
    };
    uint64_t count = 0;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        count += count_notes(snapshot, kinds[i]);
    }
    return count;
}

static void sweep_notes(const struct fixture *fixture, struct vmt_context *context)
{
    struct vmt_snapshot snapshot;
    struct vmt_error err = VMT_ERROR_INIT;
    vmt_snapshot_init(&snapshot, &vmt_allocator_system, MEMORY_LIMIT);
    enum vmt_status status = read_text(&snapshot, context, whole(fixture), &err);
    check_ledger(&snapshot, whole(fixture));
    const struct vmt_input_record *input = vmt_sequence_last(&snapshot.inputs);
    uint64_t complaints = count_complaints(&snapshot);
    uint64_t differing = count_differing(&snapshot);
    switch (fixture->kind) {
    case KIND_OK:
        if (status != VMT_OK || complaints > 0 || differing > 0 || input->ledger.damaged > 0) {
            fault("%s, %" PRIu64 " notes, %" PRIu64 " differing checks, %" PRIu64 " damaged lines",
                  vmt_status_name(status), complaints, differing, input->ledger.damaged);
        }
        break;
    case KIND_WARN:
        if (status != VMT_OK || complaints + differing == 0) {
            fault("%s, and nothing said against it", vmt_status_name(status));
        }
        if (count_notes(&snapshot, VMT_NOTE_DAMAGED_LINE) != input->ledger.damaged) {
            fault("%" PRIu64 " damaged lines, %" PRIu64 " noted", input->ledger.damaged,
                  count_notes(&snapshot, VMT_NOTE_DAMAGED_LINE));
        }
        break;
    case KIND_BAD:
        if (status != VMT_E_NOCAPTURE || err.message[0] == '\0' || err.place.source == NULL) {
            fault("%s", vmt_status_name(status));
        }
        if (input->ledger.consumed > 0) {
            fault("%" PRIu64 " lines consumed", input->ledger.consumed);
        }
        break;
    }
    vmt_snapshot_free(&snapshot);
}

/* --- cuts and windows ------------------------------------------------------------------------- */

static uint64_t cut_count;

/* The bytes of each beginning in a block of its own size, so that a sanitizer sees one byte too
 * far. */
static uint64_t read_beginning(struct vmt_context *context, const struct fixture *fixture,
                               size_t length, bool with_breakdown)
{
    char *copy = take_memory(malloc(length == 0 ? 1 : length));
    memcpy(copy, fixture->bytes, length);
    uint64_t hash = read_any(context, (struct vmt_slice){copy, length}, with_breakdown);
    free(copy);
    cut_count++;
    return hash;
}

static void sweep_cuts(const struct fixture *fixture, struct vmt_context *context)
{
    for (size_t length = 0; length <= fixture->length; length++) {
        bool line = length > 0 && fixture->bytes[length - 1] == '\n';
        if (line || fixture->length <= SMALL_FIXTURE) {
            /* The accounting of one more byte is that of one less; the text of lines decides. */
            read_beginning(context, fixture, length, line && fixture->length <= SMALL_FIXTURE);
        }
    }
}

/* A window below the longest line cannot give the same.  Nor can one that does not hold the header:
 * what a dump is shows at its end, and from the smaller ones no header is claimed. */
static bool has_header(struct vmt_slice text)
{
    return vmt_slice_find(text, "\nProcess:") < text.length || vmt_slice_starts(text, "Process:") ||
           vmt_slice_find(text, "{") < text.length ||
           vmt_slice_find(text, "VM Region") < text.length;
}

static void sweep_windows(const struct fixture *fixture, struct vmt_context *context)
{
    static const size_t windows[] = {4096, 256, 64, 17};
    uint64_t expected = read_any(context, whole(fixture), false);
    size_t longest = longest_line(whole(fixture));
    for (size_t i = 0; i < COUNT(windows); i++) {
        struct vmt_context small;
        vmt_context_init(&small, &vmt_allocator_system);
        small.window = windows[i];
        uint64_t hash = read_any(&small, whole(fixture), true);
        bool holds_head = windows[i] >= WINDOW_WITH_HEADER || !has_header(whole(fixture));
        if (hash != expected && longest <= windows[i] && holds_head) {
            fault("another model with a window of %zu bytes", windows[i]);
        }
        vmt_context_free(&small);
    }
    struct vmt_context interpreting;
    vmt_context_init(&interpreting, &vmt_allocator_system);
    interpreting.interpret = true;
    if (read_any(&interpreting, whole(fixture), false) != expected) {
        fault("another model without JIT");
    }
    vmt_context_free(&interpreting);
}

/* Beginnings through small windows: safety, since where they end decides what is ahead. */
static void sweep_small_windows(const struct fixture *fixture, struct vmt_context *context)
{
    static const size_t windows[] = {256, 4096};
    /* A prime, so that the cuts fall on all columns. */
    const size_t stride = 13 + fixture->length / 512;
    (void)context;
    for (size_t i = 0; i < COUNT(windows); i++) {
        struct vmt_context small;
        vmt_context_init(&small, &vmt_allocator_system);
        small.window = windows[i];
        for (size_t length = i; length < fixture->length; length += stride) {
            read_beginning(&small, fixture, length, false);
        }
        vmt_context_free(&small);
    }
}

/* --- memory ----------------------------------------------------------------------------------- */

/* Counts, and refuses the allocation number `refuse` (from 1), or all from there on. */
struct counting {
    uint64_t made;
    uint64_t live;
    uint64_t refuse; /* 0: none */
    bool all_after;
    bool refused;
};

static void *counting_allocate(void *self, size_t size)
{
    struct counting *counting = self;
    counting->made++;
    if (counting->refuse != 0 && (counting->made == counting->refuse ||
                                  (counting->all_after && counting->made > counting->refuse))) {
        counting->refused = true;
        return NULL;
    }
    void *memory = malloc(size);
    counting->live += memory == NULL ? 0 : 1;
    return memory;
}

static void counting_release(void *self, void *memory)
{
    struct counting *counting = self;
    counting->live -= memory == NULL ? 0 : 1;
    free(memory);
}

/* Hashes what it is given. */
struct hashing_sink {
    struct vmt_sink sink;
    uint64_t hash;
    uint64_t bytes;
};

static enum vmt_status sink_write(struct vmt_sink *sink, struct vmt_slice bytes,
                                  struct vmt_error *err)
{
    (void)err;
    struct hashing_sink *hashing = (struct hashing_sink *)sink; /* its first member */
    hash_bytes(&hashing->hash, bytes.data, bytes.length);
    hashing->bytes += bytes.length;
    return VMT_OK;
}

typedef enum vmt_status new_writer(struct vmt_writer **out, struct vmt_sink *sink,
                                   const struct vmt_allocator *allocator,
                                   struct vmt_writer_options options, struct vmt_error *err);
typedef enum vmt_status make_report(const struct vmt_snapshot *snapshot,
                                    const struct vmt_allocator *allocator,
                                    const struct vmt_report_options *options,
                                    struct vmt_writer *writer, struct vmt_error *err);

static const struct {
    make_report *report;
    new_writer *writer;
    const struct vmt_table *const *tables;
} reports[] = {
    {vmt_report_summary, vmt_writer_text_new, vmt_report_summary_tables},
    {vmt_report_summary, vmt_writer_json_new, vmt_report_summary_tables},
    {vmt_report_regions, vmt_writer_csv_new, vmt_report_regions_tables},
};

static enum vmt_status write_reports(const struct vmt_snapshot *snapshot,
                                     const struct vmt_allocator *allocator, uint64_t *hash,
                                     struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    for (size_t i = 0; status == VMT_OK && i < COUNT(reports); i++) {
        struct hashing_sink sink = {{sink_write}, *hash, 0};
        const struct vmt_report_options options = {.zones = true};
        const struct vmt_writer_options look = {.bounds = true,
                                                .table = vmt_table_find(reports[i].tables, NULL)};
        struct vmt_writer *writer = NULL;
        status = reports[i].writer(&writer, &sink.sink, allocator, look, err);
        if (status == VMT_OK) {
            status = reports[i].report(snapshot, allocator, &options, writer, err);
            vmt_writer_free(writer);
        }
        if (status == VMT_OK && sink.bytes == 0) {
            fault("report %zu is empty", i);
        }
        *hash = sink.hash;
    }
    return status;
}

/* All that is done with a text, by one allocator. */
static enum vmt_status run(struct counting *counting, struct vmt_slice text, bool interpret,
                           uint64_t *hash, struct vmt_error *err)
{
    const struct vmt_allocator allocator = {counting_allocate, counting_release, counting};
    struct vmt_context context;
    struct vmt_snapshot snapshot;
    vmt_context_init(&context, &allocator);
    context.interpret = interpret;
    vmt_snapshot_init(&snapshot, &allocator, MEMORY_LIMIT);
    enum vmt_status status = read_text(&snapshot, &context, text, err);
    *hash = hash_model(&snapshot);
    if (status == VMT_OK) {
        status = write_reports(&snapshot, &allocator, hash, err);
    }
    vmt_snapshot_free(&snapshot);
    vmt_context_free(&context);
    if (counting->live != 0) {
        fault("%" PRIu64 " blocks leak after %" PRIu64 " allocations", counting->live,
              counting->made);
    }
    return status;
}

static uint64_t refusal_count;

static void refuse(struct vmt_slice text, struct counting counting, bool interpret,
                   enum vmt_status expected_status, uint64_t expected_hash)
{
    uint64_t number = counting.refuse;
    uint64_t hash = 0;
    struct vmt_error err = VMT_ERROR_INIT;
    enum vmt_status status = run(&counting, text, interpret, &hash, &err);
    refusal_count++;
    if (!counting.refused) {
        fault("allocation %" PRIu64 " was not made again", number);
    } else if (status == VMT_E_NOMEM) {
        if (err.status != status || err.message[0] == '\0') {
            fault("allocation %" PRIu64 " refused: no error recorded", number);
        }
    } else if (status != expected_status || hash != expected_hash) {
        /* Without memory for JIT the pattern is interpreted: all right, when the result is the
         * same. */
        fault("allocation %" PRIu64 " refused%s%s: %s, and another result", number,
              counting.all_after ? ", and all after" : "", interpret ? ", without JIT" : "",
              vmt_status_name(status));
    }
}

static uint64_t next_refusal(uint64_t n, uint64_t first, uint64_t stride)
{
    if (n < 30) {
        return n + 1;
    }
    return n < first ? first : n + stride;
}

static void sweep_memory(const struct fixture *fixture, struct vmt_context *context)
{
    (void)context;
    for (int interpret = 0; interpret < 2; interpret++) {
        struct counting counting = {0};
        struct vmt_error err = VMT_ERROR_INIT;
        uint64_t hash = 0;
        alarm(HANG_SECONDS);
        enum vmt_status status = run(&counting, whole(fixture), interpret == 1, &hash, &err);
        enum vmt_status expected = fixture->kind == KIND_BAD ? VMT_E_NOCAPTURE : VMT_OK;
        if (status != expected) {
            fault("%s", err.message);
            return;
        }
        /* All of the first ones, where each is of another kind; then in strides that begin
         * elsewhere in each fixture.  What happens once in a file happens in warn-. */
        uint64_t most = fixture->kind == KIND_WARN ? 8 * REFUSALS_MOST : REFUSALS_MOST;
        uint64_t stride = 1 + counting.made / (interpret == 1 ? most / 4 : most);
        uint64_t first = 30 + (uint64_t)(fixture - fixtures) % stride;
        for (uint64_t n = 1; n <= counting.made; n = next_refusal(n, first, stride)) {
            alarm(HANG_SECONDS);
            refuse(whole(fixture), (struct counting){.refuse = n}, interpret == 1, status, hash);
            refuse(whole(fixture), (struct counting){.refuse = n, .all_after = true},
                   interpret == 1, status, hash);
        }
    }
}

/* --- mutations -------------------------------------------------------------------------------- */

static uint64_t mutation_count;

/* xorshift64*: the same everywhere. */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(0x2545f4914f6cdd1d);
}

static void sweep_mutations(const struct fixture *fixture, struct vmt_context *context)
{
    /* Bytes that mean something to some pattern, among any others. */
    static const char special[] = "0123456789abcf-/[]()=:%.,KMGT \t\r\n\0\xff\xc3\xe2xrwSP?T#";
    if (fixture->length == 0) {
        return;
    }
    uint64_t state = UINT64_C(0x9e3779b97f4a7c15) ^ fixture->length;
    size_t count = MUTATED_BYTES / (fixture->length < 2048 ? 2048 : fixture->length);
    for (size_t i = 0; i < count; i++) {
        uint64_t random = next_random(&state);
        size_t at = (size_t)(random >> 16) % fixture->length;
        char kept = fixture->bytes[at];
        char byte =
            (random & 3) != 0 ? special[(random >> 2) % (sizeof special - 1)] : (char)(random >> 4);
        fixture->bytes[at] = byte;
        unsigned faults = case_faults;
        read_any(context, whole(fixture), true);
        if (case_faults > faults) {
            fault("^ with byte %zu set to 0x%02x", at, (unsigned)(unsigned char)byte);
        }
        fixture->bytes[at] = kept;
        mutation_count++;
    }
}

/* --- hostile lines ---------------------------------------------------------------------------- */

/* A pattern repeated up to the size of the window: what takes more than linear time takes minutes
 * here.  Followed by a row, so that the line stands in a report. */
static const struct {
    const char *name;
    const char *before;
    const char *repeated;
    const char *after;
} hostile[] = {
    {"blanks", "__TEXT ", " ", "x"},
    {"blanks and a torn row", "__TEXT ", "                ", "1000-2000 [ 4K 4K 4K 4K"},
    {"tabs", "__TEXT", "\t", "1000-2000 ["},
    {"minus signs", "a", " - a", " ["},
    {"words", "", "a ", "1000-2000 [ 4K 4K 4K 4K] r-x/r-x SM=COW"},
    {"words without a row", "", "a ", "1000-2000 [ 4K 4K 4K 4K]"},
    {"ranges", "x ", "1000-2000 ", "[ 4K 4K 4K 4K] r-x/r-x SM="},
    {"opening brackets", "x 1000-2000 ", "[", ""},
    {"closing brackets", "Process: ", "]", " [1]"},
    {"ranges with brackets", "x ", "1-1[", " "},
    {"ranges with brackets and sizes", "x ", "1-1[1 1 1 ", "1]"},
    {"ranges with brackets, blanks and sizes", "x ", "1-1 [ 1 1 1 1 1 ", "]"},
    {"words for ranges", "x ", "kernel-kernel[", ""},
    {"sizes", "x 1000-2000 [", " 4K", "] r-x/r-x SM=COW"},
    {"digits", "x 1000-2000 [ ", "9", " 0K 0K 0K] r-x/r-x SM=COW"},
    {"hexadecimal digits", "x ", "f", "-1 [ 1 1 1 1] r-x/r-x SM=COW"},
    {"numbers of a table", "REGION TYPE SIZE SIZE SIZE SIZE SIZE SIZE SIZE COUNT\nx ", "1 ", "y"},
    {"words of a table", "REGION TYPE SIZE SIZE SIZE SIZE SIZE SIZE SIZE COUNT\n", "x ",
     "1K 1K 1K 1K 1K 1K 1K 1"},
    {"rules", "REGION TYPE SIZE SIZE SIZE SIZE SIZE SIZE SIZE COUNT\n", "= ", ""},
    {"zones", "MALLOC ZONE SIZE SIZE SIZE SIZE COUNT SIZE\n", "x 1 1 1 1 1 1 1% ", ""},
    {"colons", "Process: x [1]\nAnalysis Tool: /vmmap\nPath", ":", ""},
    {"equals signs", "Writable regions: Total", "=1K(1%) x", ""},
    {"marks of an elision", "", "...", "."},
    {"NULs", "x 1000-2000 [ 4K", "\1", "4K 4K 4K]"}, /* \1 stands for NUL here */
    {"vmmap", "", "vmmap", ": "},
    /* Lines that two parts of a reader see as theirs: each could leave them to the other. */
    {"key that resembles a row", "Path: ", "x", " 1000-2000 [ 4K 4K 4K 4K] x"},
    {"divider that resembles a row", "==== ", "x", " 1000-2000 [ 4K 4K 4K 4K] x"},
    {"totals that resemble a row", "Writable regions: Total=1 ", "x", " 1-2 [ 4K 4K 4K 4K] x"},
    {"heading that resembles a row", "REGION TYPE START - END ", "x", " 1-2 [ 4K 4K 4K 4K] x"},
    {"title that resembles a row", "Virtual Memory Map of process ", "x", " 1-2 [ 4K 4K 4K 4K] x"},
};

/* As lines, many, of one row: what a step costs when it looks at all that came before. */
static const struct {
    const char *name;
    const char *format; /* of a line, %zu being its number */
} crowds[] = {
    {"types", "Type %zu 1000-2000 [ 4K 4K 4K 4K] r-x/r-x SM=COW\n"},
    {"types as long as cut names", "Type %019zu 1000-2000 [ 4K 4K 4K 4K] r-x/r-x SM=COW\n"},
    {"unknown keys", "Process: x [%zu]\nAnalysis Tool: /vmmap\nKey: 1\n----\n\n"},
    {"headers", "Process: x [%zu]\n"},
    {"headings", "REGION TYPE SIZE SIZE SIZE SIZE SIZE SIZE SIZE COUNT\nx%zu 1 1 1 1 1 1 1 1\n\n"},
    {"sections", "==== Writable regions for process %zu\n"},
    {"messages", "vmmap: %zu\n"},
    {"elisions", "x 1000-2000 [ 4K 4K 4K 4K] r-x/r-x SM=COW\n...(%zu)...\n"},
    {"damage", "x 1000-2000 [ 4K 4K 4K 4K] r-x/r-x SM=COW\nx %zu-2000 [ 4K 4K 4K 4K]\n"},
};

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void read_hostile(struct vmt_context *context, struct vmt_slice text)
{
    double begin = seconds_now();
    read_any(context, text, true);
    double took = seconds_now() - begin;
    if (took > HOSTILE_SECONDS) {
        fault("takes %.1f s for %zu bytes", took, text.length);
    }
}

static struct vmt_slice make_hostile(char *buffer, size_t i, size_t length)
{
    static const char row[] = "\n__TEXT 1000-2000 [ 4K 4K 0K 0K] r-x/r-x SM=COW x\n";
    size_t used = 0;
    size_t before = strlen(hostile[i].before);
    size_t step = strlen(hostile[i].repeated);
    memcpy(buffer, hostile[i].before, before);
    used += before;
    for (; used + step <= length; used += step) {
        memcpy(buffer + used, hostile[i].repeated, step);
        if (hostile[i].repeated[0] == '\1') {
            buffer[used] = '\0';
        }
    }
    used += (size_t)snprintf(buffer + used, 256, "%s%s%s", hostile[i].after, row, row + 1);
    return (struct vmt_slice){buffer, used};
}

static void sweep_hostile(struct vmt_context *context)
{
    enum { LENGTH = 250 * 1000, CROWD = 20 * 1000, ROOM = 8 << 20 };
    char *buffer = take_memory(malloc(ROOM));
    for (size_t i = 0; i < COUNT(hostile); i++) {
        begin_case("hostile line", hostile[i].name);
        /* Long enough to show the slope, then as long as a window. */
        read_hostile(context, make_hostile(buffer, i, 20 * 1000));
        if (case_ok) {
            read_hostile(context, make_hostile(buffer, i, LENGTH));
        }
        end_case();
    }
    for (size_t i = 0; i < COUNT(crowds); i++) {
        begin_case("hostile crowd", crowds[i].name);
        size_t used = 0;
        for (size_t n = 0; n < CROWD && used + 256 < ROOM; n++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            used += (size_t)snprintf(buffer + used, 256, crowds[i].format, n);
#pragma GCC diagnostic pop
        }
        read_hostile(context, (struct vmt_slice){buffer, used});
        end_case();
    }
    free(buffer);
}

/* --- all of it -------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    void (*sweep)(const struct fixture *fixture, struct vmt_context *context);
} sweeps[] = {
    {"claims", sweep_claims},
    {"notes", sweep_notes},
    {"cuts", sweep_cuts},
    {"windows", sweep_windows},
    {"cuts in small windows", sweep_small_windows},
    {"memory", sweep_memory},
    {"mutations", sweep_mutations},
};

static bool wanted(const char *fixture, const char *sweep, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strstr(fixture, argv[i]) == NULL && strstr(sweep, argv[i]) == NULL) {
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    const char *root = getenv("VMT_FIXTURES");
    if (root == NULL) {
        puts("sweep: VMT_FIXTURES is not set: run through make check");
        return 1;
    }
    /* A crash must not take with it what was said before. */
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    signal(SIGALRM, hang);
    for (size_t i = 0; vmt_grammars[i] != NULL; i++) {
        load_directory(root, vmt_grammars[i]);
    }

    struct vmt_context context;
    vmt_context_init(&context, &vmt_allocator_system);
    for (size_t s = 0; s < COUNT(sweeps); s++) {
        double begin = seconds_now();
        for (size_t i = 0; i < fixture_count; i++) {
            if (wanted(fixtures[i].name, sweeps[s].name, argc, argv)) {
                begin_case(fixtures[i].name, sweeps[s].name);
                sweeps[s].sweep(&fixtures[i], &context);
                end_case();
            }
        }
        printf("sweep: %s: %.1f s\n", sweeps[s].name, seconds_now() - begin);
    }
    if (wanted("hostile", "hostile", argc, argv)) {
        double begin = seconds_now();
        sweep_hostile(&context);
        printf("sweep: hostile: %.1f s\n", seconds_now() - begin);
    }
    vmt_context_free(&context);
    printf("sweep: %zu fixtures, %" PRIu64 " beginnings, %" PRIu64 " refused allocations, %" PRIu64
           " mutations\n",
           fixture_count, cut_count, refusal_count, mutation_count);
    free_fixtures();
    if (passed + failed == 0) {
        puts("sweep: no case of this name");
        failed = 1;
    }
    printf("sweep: %u passed, %u failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
