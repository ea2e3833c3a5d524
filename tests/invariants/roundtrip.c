/* SPDX-License-Identifier: MIT */
/*
 * Every fixture, written as our own JSON and CSV and read again:
 *
 *   json     regions --json gives the same totals, bounds and checks; its second and third
 *            generation are the same to the byte, and the first but for the place it came from
 *   csv      regions --csv, or the table of the level that the totals come from, gives the same
 *            totals and bounds; the second generation is the first to the byte
 *   summary  summary --json and --csv tell of sums only: the true ones lie in their bounds
 *   system   roundtrip_system.c: the same of hosts
 *
 * A new fixture gets all of it for free.  Arguments are parts of names of fixtures: only these.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "roundtrip.h"

static unsigned passed;
static unsigned failed;
static const char *case_name; /* of the fixture */
static bool case_ok;

void fault(const char *format, ...)
{
    va_list args;
    case_ok = false;
    printf("roundtrip: %s: ", case_name);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
}

static void *take_memory(void *memory)
{
    if (memory == NULL) {
        fputs("roundtrip: out of memory\n", stderr);
        exit(1);
    }
    return memory;
}

/* --- reading and writing ---------------------------------------------------------------------- */

static enum vmt_status keep_bytes(struct vmt_sink *sink, struct vmt_slice bytes,
                                  struct vmt_error *err)
{
    struct text *text = (struct text *)sink;
    (void)err;
    text->data = take_memory(realloc(text->data, text->length + bytes.length + 1));
    memcpy(text->data + text->length, bytes.data, bytes.length);
    text->length += bytes.length;
    text->data[text->length] = '\0';
    return VMT_OK;
}

void write_report(struct text *out, const struct vmt_snapshot *snapshot, report_function *report,
                  const struct vmt_table *table, bool bounds)
{
    const struct vmt_report_options options = {0};
    const struct vmt_writer_options looks = {.table = table, .bounds = bounds};
    struct vmt_writer *writer = NULL;
    struct vmt_error err = VMT_ERROR_INIT;
    *out = (struct text){.sink = {.write = keep_bytes}};
    enum vmt_status status =
        table == NULL ? vmt_writer_json_new(&writer, &out->sink, &vmt_allocator_system, looks, &err)
                      : vmt_writer_csv_new(&writer, &out->sink, &vmt_allocator_system, looks, &err);
    if (status == VMT_OK) {
        status = report(snapshot, &vmt_allocator_system, &options, writer, &err);
    }
    vmt_writer_free(writer);
    if (status != VMT_OK) {
        fault("cannot be written: %s", err.message);
    }
}

/* What differs by where a report was read from, and by nothing else. */
static void forget_places(struct vmt_snapshot *snapshot)
{
    struct vmt_walker walker = {0};
    struct vmt_process *process = NULL;
    while ((process = vmt_sequence_next(&snapshot->processes, &walker)) != NULL) {
        struct vmt_walker inner = {0};
        struct vmt_region *region = NULL;
        while ((region = vmt_sequence_next(&process->regions, &inner)) != NULL) {
            region->line = 0;
        }
        inner = (struct vmt_walker){0};
        struct vmt_stated_row *row = NULL;
        while ((row = vmt_sequence_next(&process->stated, &inner)) != NULL) {
            row->line = 0;
        }
        if (process->stated_total != NULL) {
            process->stated_total->line = 0;
        }
        if (process->stated_unreserved != NULL) {
            process->stated_unreserved->line = 0;
        }
        process->line = 0;
        process->grammar = "forgotten";
    }
}

bool read_text(struct vmt_snapshot *snapshot, struct vmt_slice text)
{
    struct vmt_context context;
    struct vmt_memory_input input;
    struct vmt_error err = VMT_ERROR_INIT;
    vmt_context_init(&context, &vmt_allocator_system);
    vmt_snapshot_init(snapshot, &vmt_allocator_system, MEMORY_LIMIT);
    vmt_memory_input_init(&input, "input", text); /* the same name in all generations */
    enum vmt_status status = vmt_read(snapshot, &context, &input.input, &err);
    vmt_context_free(&context);
    return status == VMT_OK;
}

struct vmt_slice slice_of(const struct text *text)
{
    return (struct vmt_slice){text->data, text->length};
}

const struct vmt_table *find_table(const struct vmt_table *const *tables, const char *name)
{
    const struct vmt_table *table = vmt_table_find(tables, name);
    if (table == NULL) {
        fault("no table %s", name);
    }
    return table;
}

/* --- comparing -------------------------------------------------------------------------------- */

void show_difference(const char *how, const char *member, struct vmt_amount expected,
                     struct vmt_amount actual)
{
    fault("%s: %s is %" PRIu64 " [%" PRIu64 ", %" PRIu64 "] known %d, not %" PRIu64 " [%" PRIu64
          ", %" PRIu64 "] known %d",
          how, member, actual.value, actual.lower, actual.upper, actual.known, expected.value,
          expected.lower, expected.upper, expected.known);
}

static void compare_amounts(const char *how, const struct vmt_amounts *expected,
                            const struct vmt_amounts *actual, bool derived)
{
    for (int member = 0; member < VMT_MEMBER_COUNT; member++) {
        bool wanted = derived || vmt_members[member].kind != VMT_DERIVED;
        if (wanted && !same_amount(expected->of[member], actual->of[member])) {
            show_difference(how, vmt_members[member].name, expected->of[member],
                            actual->of[member]);
        }
    }
}

static void compare_checks(const struct vmt_breakdown *expected, const struct vmt_breakdown *actual)
{
    struct vmt_walker first = {0};
    struct vmt_walker second = {0};
    if (expected->checks.count != actual->checks.count) {
        fault("json: %zu checks, not %zu", actual->checks.count, expected->checks.count);
        return;
    }
    const struct vmt_check *a = NULL;
    while ((a = vmt_sequence_next(&expected->checks, &first)) != NULL) {
        const struct vmt_check *b = vmt_sequence_next(&actual->checks, &second);
        if (strcmp(a->member, b->member) != 0 || a->expected != b->expected ||
            a->actual != b->actual || a->bound != b->bound || a->verdict != b->verdict ||
            !same_words(a->reason, b->reason)) {
            fault("json: the check of %.*s %s differs", (int)a->type.length, a->type.data,
                  a->member);
        }
    }
}

static void compare_types(const struct vmt_breakdown *expected, const struct vmt_breakdown *actual)
{
    if (expected->type_count != actual->type_count) {
        fault("json: %zu types, not %zu", actual->type_count, expected->type_count);
        return;
    }
    for (size_t i = 0; i < expected->type_count; i++) {
        if (expected->types[i]->regions != actual->types[i]->regions) {
            fault("json: regions of type %zu differ", i);
        }
        compare_amounts("json, a type", &expected->types[i]->amounts, &actual->types[i]->amounts,
                        true);
    }
}

/* Sums that were made elsewhere: what was found is within what they leave open. */
static void compare_sums(const struct vmt_breakdown *expected, const struct vmt_breakdown *actual)
{
    static const enum vmt_member members[] = {VMT_VIRTUAL, VMT_RESIDENT, VMT_DIRTY, VMT_SWAPPED};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        struct vmt_amount truth = expected->totals.of[members[i]];
        struct vmt_amount sum = actual->totals.of[members[i]];
        if (truth.known && sum.bounded && (truth.value < sum.lower || truth.value > sum.upper)) {
            show_difference("summary", vmt_members[members[i]].name, truth, sum);
        }
    }
}

enum how { AS_JSON, AS_CSV, AS_PROCESSES, AS_SUMS };

static void compare_process(const struct vmt_process *expected, const struct vmt_process *actual,
                            enum how how)
{
    struct vmt_breakdown a;
    struct vmt_breakdown b;
    struct vmt_error err = VMT_ERROR_INIT;
    enum vmt_status status =
        vmt_breakdown_make(&a, expected, &vmt_allocator_system, MEMORY_LIMIT, &err);
    if (vmt_breakdown_make(&b, actual, &vmt_allocator_system, MEMORY_LIMIT, &err) != VMT_OK ||
        status != VMT_OK) {
        fault("%s", err.message);
    } else if (how == AS_SUMS) {
        compare_sums(&a, &b);
    } else {
        compare_amounts(how == AS_JSON ? "json" : "csv", &a.totals, &b.totals, how != AS_PROCESSES);
        if (a.level != b.level) {
            fault("the level is %s, not %s", vmt_level_name(b.level), vmt_level_name(a.level));
        }
    }
    if (how == AS_JSON) {
        compare_checks(&a, &b);
        compare_types(&a, &b);
        if (a.coverage != b.coverage || a.regions != b.regions || a.counted != b.counted) {
            fault("json: other coverage or regions");
        }
    }
    vmt_breakdown_free(&a);
    vmt_breakdown_free(&b);
}

static enum vmt_level level_of(const struct vmt_process *process)
{
    struct vmt_breakdown breakdown;
    struct vmt_error err = VMT_ERROR_INIT;
    (void)vmt_breakdown_make(&breakdown, process, &vmt_allocator_system, MEMORY_LIMIT, &err);
    enum vmt_level level = breakdown.level;
    vmt_breakdown_free(&breakdown);
    return level;
}

/* The processes of that level, all of them for VMT_LEVEL_NONE, against those read again. */
static void compare_snapshots(const struct vmt_snapshot *expected,
                              const struct vmt_snapshot *actual, enum how how, enum vmt_level level)
{
    struct vmt_walker first = {0};
    struct vmt_walker second = {0};
    const struct vmt_process *process = NULL;
    while ((process = vmt_sequence_next(&expected->processes, &first)) != NULL) {
        bool in_table = level == VMT_LEVEL_REGIONS ? process->regions.count > 0
                        : level == VMT_LEVEL_TYPES ? process->stated.count > 0
                                                   : true;
        const struct vmt_process *again =
            in_table ? vmt_sequence_next(&actual->processes, &second) : NULL;
        if (in_table && again == NULL) {
            fault("a process is missing");
            return;
        }
        if (level == VMT_LEVEL_NONE || level == level_of(process)) {
            compare_process(process, again, how);
        }
    }
    if (vmt_sequence_next(&actual->processes, &second) != NULL) {
        fault("a process too many");
    }
}

/* --- generations ------------------------------------------------------------------------------ */

static void write_again(struct text *out, const struct text *text, report_function *report,
                        const struct vmt_table *table, bool bounds)
{
    struct vmt_snapshot snapshot;
    if (!read_text(&snapshot, slice_of(text))) {
        fault("what was written is not read:\n%.400s", text->data);
    }
    forget_places(&snapshot);
    write_report(out, &snapshot, report, table, bounds);
    vmt_snapshot_free(&snapshot);
}

/* The account of the inputs, at the end, is not that of the original. */
void strip_inputs(struct text *text)
{
    char *inputs = strstr(text->data, "\n  \"inputs\"");
    if (inputs != NULL) {
        *inputs = '\0';
        text->length = (size_t)(inputs - text->data);
    }
}

/* The facts that say where a process came from. */
static void strip_origin(struct text *text)
{
    char *out = text->data;
    for (const char *line = text->data; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        size_t kept = length - (length > 0 && line[length - 1] == ',' ? 1 : 0);
        const char *at = line + strspn(line, " ");
        const char *next = line + length + (line[length] == '\n' ? 1 : 0);
        bool bracket = *at == ']' || strncmp(at, "\"facts\": [", 10) == 0;
        if (!bracket && strncmp(at, "{\"key\": \"origin", 15) != 0) {
            memmove(out, line, kept);
            out += kept;
            *out++ = '\n';
        }
        line = next;
    }
    text->length = (size_t)(out - text->data);
}

void compare_texts(const char *what, const struct text *a, const struct text *b)
{
    if (!vmt_slice_equals(slice_of(a), slice_of(b))) {
        size_t at = 0;
        while (at < a->length && at < b->length && a->data[at] == b->data[at]) {
            at++;
        }
        at -= at < 60 ? at : 60;
        fault("%s differ:\n  %.160s\n  %.160s", what, a->data + at, b->data + at);
    }
}

static void round_json(struct vmt_snapshot *original)
{
    struct text first;
    struct text second;
    struct text third;
    struct vmt_snapshot again;
    write_report(&first, original, vmt_report_regions, NULL, true);
    if (!read_text(&again, slice_of(&first))) {
        fault("its JSON is not read");
    }
    compare_snapshots(original, &again, AS_JSON, VMT_LEVEL_NONE);
    vmt_snapshot_free(&again);
    write_again(&second, &first, vmt_report_regions, NULL, true);
    write_again(&third, &second, vmt_report_regions, NULL, true);
    strip_inputs(&first);
    strip_inputs(&second);
    strip_inputs(&third);
    compare_texts("the second and third generation of JSON", &second, &third);
    strip_origin(&first);
    strip_origin(&second);
    compare_texts("the first and second generation of JSON", &first, &second);
    free(first.data);
    free(second.data);
    free(third.data);
}

static void round_csv(struct vmt_snapshot *original, report_function *report,
                      const struct vmt_table *table, enum how how, enum vmt_level level)
{
    struct text first;
    struct text second;
    struct vmt_snapshot again;
    write_report(&first, original, report, table, how != AS_CSV);
    /* A header alone holds no process, and is read all the same. */
    if (!read_text(&again, slice_of(&first))) {
        fault("its CSV is not read");
    }
    compare_snapshots(original, &again, how, level);
    bool all = again.processes.count == original->processes.count;
    vmt_snapshot_free(&again);
    if (how == AS_CSV) {
        struct text third;
        write_again(&second, &first, report, table, false);
        write_again(&third, &second, report, table, false);
        compare_texts("the second and third generation of CSV", &second, &third);
        if (all) { /* a process without rows is in no CSV, and those after it have other numbers */
            compare_texts("the first and second generation of CSV", &first, &second);
        }
        free(second.data);
        free(third.data);
    }
    free(first.data);
}

static void round_summary(struct vmt_snapshot *original)
{
    struct text text;
    struct vmt_snapshot again;
    write_report(&text, original, vmt_report_summary, NULL, true);
    if (!read_text(&again, slice_of(&text))) {
        fault("its summary is not read");
    }
    compare_snapshots(original, &again, AS_SUMS, VMT_LEVEL_NONE);
    vmt_snapshot_free(&again);
    free(text.data);
}

/* --- fixtures --------------------------------------------------------------------------------- */

static void round_processes(struct vmt_snapshot *snapshot)
{
    forget_places(snapshot);
    round_json(snapshot);
    round_csv(snapshot, vmt_report_regions, find_table(vmt_report_regions_tables, "regions"),
              AS_CSV, VMT_LEVEL_REGIONS);
    round_csv(snapshot, vmt_report_regions, find_table(vmt_report_regions_tables, "stated"), AS_CSV,
              VMT_LEVEL_TYPES);
    round_csv(snapshot, vmt_report_summary, find_table(vmt_report_summary_tables, "processes"),
              AS_PROCESSES, VMT_LEVEL_TOTALS);
    round_summary(snapshot);
}

static void run_fixture(struct vmt_slice text)
{
    struct vmt_snapshot snapshot;
    bool read = read_text(&snapshot, text);
    if (!read || snapshot.processes.count + snapshot.hosts.count == 0) {
        vmt_snapshot_free(&snapshot);
        return;
    }
    case_ok = true;
    if (snapshot.hosts.count > 0) {
        round_system(&snapshot);
    }
    if (snapshot.processes.count > 0) {
        round_processes(&snapshot);
    }
    passed += case_ok ? 1 : 0;
    failed += case_ok ? 0 : 1;
    vmt_snapshot_free(&snapshot);
}

static void run_file(const char *path)
{
    FILE *stream = fopen(path, "rb");
    struct stat file;
    if (stream == NULL || fstat(fileno(stream), &file) != 0) {
        fprintf(stderr, "roundtrip: %s: %s\n", path, strerror(errno));
        exit(1);
    }
    size_t length = (size_t)file.st_size;
    char *bytes = take_memory(malloc(length + 1));
    if (fread(bytes, 1, length, stream) != length) {
        fprintf(stderr, "roundtrip: %s: cannot read\n", path);
        exit(1);
    }
    fclose(stream);
    run_fixture((struct vmt_slice){bytes, length});
    free(bytes);
}

static bool wanted(const char *name, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strstr(name, argv[i]) != NULL) {
            return true;
        }
    }
    return argc < 2;
}

static void run_directory(const char *root, const struct vmt_grammar *grammar, int argc,
                          char **argv)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", root, grammar->name);
    DIR *directory = opendir(path);
    const struct dirent *entry = NULL;
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        bool read =
            strncmp(entry->d_name, "ok-", 3) == 0 || strncmp(entry->d_name, "warn-", 5) == 0;
        if (read && wanted(entry->d_name, argc, argv)) {
            snprintf(path, sizeof path, "%s/%s/%s", root, grammar->name, entry->d_name);
            case_name = entry->d_name;
            run_file(path);
        }
    }
    if (directory != NULL) {
        closedir(directory);
    }
}

int main(int argc, char **argv)
{
    const char *root = getenv("VMT_FIXTURES");
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    for (size_t i = 0; vmt_grammars[i] != NULL; i++) {
        run_directory(root == NULL ? "fixtures" : root, vmt_grammars[i], argc, argv);
    }
    printf("roundtrip: %u passed, %u failed\n", passed, failed);
    return failed == 0 && passed > 0 ? 0 : 1;
}
