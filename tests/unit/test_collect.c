/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collect/collect.h"
#include "collect/parallel.h"
#include "report/report.h"
#include "unit.h"

/* --- directories of dumps ----------------------------------------------------------------------
 */

#define FILES 40
#define PROSE 7  /* this one holds nothing */
#define TORN 23  /* the last line of this one is not whole */
#define LARGE 31 /* this one has many regions */
#define ROWS_LARGE 2000

static char directory[512];

static void file_name(char *name, size_t size, unsigned number)
{
    snprintf(name, size, "%s/%02u.txt", directory, number);
}

static void write_dump(FILE *stream, unsigned number, unsigned rows)
{
    for (unsigned i = 0; i < rows; i++) {
        fprintf(stream,
                "MALLOC_TINY              %09x000-%09x000 [  %uK   %uK   %uK     0K] rw-/rwx "
                "SM=PRV          zone %u of %u\n",
                0x100000u + i * 256u, 0x100000u + (i + 1) * 256u, 1024u, number * 16, number * 16,
                i, number);
    }
}

static void make_directory(void)
{
    const char *build = getenv("VMT_BUILDDIR");
    snprintf(directory, sizeof directory, "%s/test_collect.XXXXXX", build == NULL ? "." : build);
    CU_ASSERT_FATAL(mkdtemp(directory) != NULL);
    for (unsigned i = 0; i < FILES; i++) {
        char name[600];
        file_name(name, sizeof name, i);
        FILE *stream = fopen(name, "w");
        CU_ASSERT_FATAL(stream != NULL);
        if (i == PROSE) {
            fputs("Nothing of any process.\n", stream);
        } else {
            write_dump(stream, i, i == LARGE ? ROWS_LARGE : i + 1);
        }
        if (i == TORN) {
            fputs("MALLOC_TINY              1000000000-10001", stream);
        }
        CU_ASSERT_FATAL(fclose(stream) == 0);
    }
}

static void remove_directory(void)
{
    for (unsigned i = 0; i < FILES; i++) {
        char name[600];
        file_name(name, sizeof name, i);
        unlink(name);
    }
    CU_ASSERT(rmdir(directory) == 0);
}

/* --- reading -----------------------------------------------------------------------------------
 */

/* A hash of all bytes that are written. */
struct hash {
    struct vmt_sink sink;
    uint64_t value;
    uint64_t bytes;
};

static enum vmt_status hash_write(struct vmt_sink *sink, struct vmt_slice bytes,
                                  struct vmt_error *err)
{
    struct hash *hash = (struct hash *)sink;
    (void)err;
    for (size_t i = 0; i < bytes.length; i++) {
        hash->value = (hash->value ^ (unsigned char)bytes.data[i]) * UINT64_C(0x100000001b3);
    }
    hash->bytes += bytes.length;
    return VMT_OK;
}

struct outcome {
    enum vmt_status status;
    struct vmt_error err;
    char source[600]; /* of err.place */
    size_t inputs;
    size_t processes;
    uint64_t regions;
    uint64_t report; /* a hash of the summary and of the regions in JSON: all of both */
};

static uint64_t hash_reports(const struct vmt_snapshot *snapshot)
{
    const struct vmt_report_options options = {.type_count = 0};
    struct hash hash = {.sink = {hash_write}};
    struct vmt_error err = VMT_ERROR_INIT;
    struct vmt_writer *writer = NULL;
    CU_ASSERT_FATAL(vmt_writer_json_new(&writer, &hash.sink, &vmt_allocator_system,
                                        (struct vmt_writer_options){0}, &err) == VMT_OK);
    CU_ASSERT(vmt_report_summary(snapshot, &vmt_allocator_system, &options, writer, &err) ==
              VMT_OK);
    vmt_writer_free(writer);
    CU_ASSERT_FATAL(vmt_writer_json_new(&writer, &hash.sink, &vmt_allocator_system,
                                        (struct vmt_writer_options){0}, &err) == VMT_OK);
    CU_ASSERT(vmt_report_regions(snapshot, &vmt_allocator_system, &options, writer, &err) ==
              VMT_OK);
    vmt_writer_free(writer);
    CU_ASSERT(hash.bytes > 0);
    return hash.value;
}

static struct outcome collect(unsigned threads, size_t limit, const struct vmt_allocator *allocator)
{
    struct outcome outcome = {.err = VMT_ERROR_INIT};
    struct vmt_snapshot snapshot;
    struct vmt_context context;
    vmt_context_init(&context, allocator);
    context.threads = threads;
    context.window = (size_t)16 << 10;
    vmt_snapshot_init(&snapshot, allocator, limit);
    outcome.status = vmt_collect(&snapshot, &context, directory, &outcome.err);
    snprintf(outcome.source, sizeof outcome.source, "%s",
             outcome.err.place.source == NULL ? "" : outcome.err.place.source);
    outcome.inputs = snapshot.inputs.count;
    outcome.processes = snapshot.processes.count;
    struct vmt_walker walker = {0};
    const struct vmt_process *process = NULL;
    while ((process = vmt_sequence_next(&snapshot.processes, &walker)) != NULL) {
        outcome.regions += process->regions.count;
    }
    outcome.report = hash_reports(&snapshot);
    vmt_snapshot_free(&snapshot);
    vmt_context_free(&context);
    return outcome;
}

static void compare(const struct outcome *actual, const struct outcome *expected)
{
    UNIT_EQUAL_I64(actual->status, expected->status);
    UNIT_EQUAL_STR(actual->err.message, expected->err.message);
    UNIT_EQUAL_STR(actual->source, expected->source);
    UNIT_EQUAL_U64(actual->inputs, expected->inputs);
    UNIT_EQUAL_U64(actual->processes, expected->processes);
    UNIT_EQUAL_U64(actual->regions, expected->regions);
    UNIT_EQUAL_U64(actual->report, expected->report);
}

static const unsigned thread_counts[] = {2, 3, 5, 8, 100};
#define THREAD_COUNTS (sizeof thread_counts / sizeof thread_counts[0])
#define LIMIT ((size_t)64 << 20)

/* --- tests -------------------------------------------------------------------------------------
 */

static void test_collect__threads_do_not_change_what_is_read(void)
{
    make_directory();
    struct outcome one = collect(1, LIMIT, &vmt_allocator_system);
    UNIT_EQUAL_I64(one.status, VMT_OK);
    UNIT_EQUAL_U64(one.inputs, FILES);
    UNIT_EQUAL_U64(one.processes, FILES - 1);
    /* 1 + 2 + … + 40 rows, but for two files: one has none in place of 8, one 2000 in place of 32.
     */
    UNIT_EQUAL_U64(one.regions, 820 - 8 + ROWS_LARGE - 32);
    for (size_t i = 0; i < THREAD_COUNTS; i++) {
        struct outcome several = collect(thread_counts[i], LIMIT, &vmt_allocator_system);
        compare(&several, &one);
    }
    remove_directory();
}

/* The limit is for all files together, and is met in the same place. */
static void test_collect__threads_do_not_change_where_the_limit_is_met(void)
{
    make_directory();
    unsigned limited = 0;
    for (size_t limit = (size_t)32 << 10; limit <= (size_t)4 << 20; limit *= 2) {
        struct outcome one = collect(1, limit, &vmt_allocator_system);
        limited += one.status == VMT_E_LIMIT ? 1 : 0;
        CU_ASSERT(one.status == VMT_OK || one.status == VMT_E_LIMIT);
        for (size_t i = 0; i < THREAD_COUNTS; i++) {
            struct outcome several = collect(thread_counts[i], limit, &vmt_allocator_system);
            compare(&several, &one);
        }
    }
    CU_ASSERT(limited > 3);
    remove_directory();
}

/* No state: serves any number of threads. */
static void *allocate_small(void *self, size_t size)
{
    (void)self;
    return size > 20000 ? NULL : malloc(size);
}

static void release(void *self, void *memory)
{
    (void)self;
    free(memory);
}

static void test_collect__threads_do_not_change_where_memory_is_refused(void)
{
    static const struct vmt_allocator small = {allocate_small, release, NULL};
    make_directory();
    struct outcome one = collect(1, LIMIT, &small);
    UNIT_EQUAL_I64(one.status, VMT_E_NOMEM);
    for (size_t i = 0; i < THREAD_COUNTS; i++) {
        struct outcome several = collect(thread_counts[i], LIMIT, &small);
        compare(&several, &one);
    }
    remove_directory();
}

/* --- pieces of work ----------------------------------------------------------------------------
 */

#define PIECES 1000

struct count {
    unsigned begun;
    unsigned worked[PIECES];
    size_t taken;
    size_t stop_at;
    size_t ahead_most;
};

static void begin_piece(void *self, size_t piece)
{
    struct count *count = self;
    count->begun++;
    CU_ASSERT(piece - count->taken < count->ahead_most);
}

static void work_piece(void *self, unsigned thread, size_t piece)
{
    struct count *count = self;
    (void)thread;
    count->worked[piece]++;
}

static bool take_piece(void *self, size_t piece)
{
    struct count *count = self;
    CU_ASSERT(piece == count->taken);
    CU_ASSERT(count->worked[piece] == 1);
    if (piece == count->stop_at) {
        return false;
    }
    count->taken++;
    return true;
}

static struct vmt_parallel pieces_of(struct count *count)
{
    return (struct vmt_parallel){.self = count,
                                 .count = PIECES,
                                 .threads = 4,
                                 .ahead = count->ahead_most,
                                 .begin = begin_piece,
                                 .work = work_piece,
                                 .take = take_piece};
}

#ifdef HAVE_PTHREAD

static void test_parallel__each_piece_once_and_in_order(void)
{
    struct count count = {.stop_at = PIECES, .ahead_most = 5};
    const struct vmt_parallel parallel = pieces_of(&count);
    UNIT_EQUAL_U64(vmt_parallel_run(&parallel), PIECES);
    UNIT_EQUAL_U64(count.begun, PIECES);
}

static void test_parallel__ends_what_is_begun_when_it_is_stopped(void)
{
    struct count count = {.stop_at = 100, .ahead_most = 8};
    const struct vmt_parallel parallel = pieces_of(&count);
    UNIT_EQUAL_U64(vmt_parallel_run(&parallel), 100);
    CU_ASSERT(count.begun >= 101 && count.begun <= 108);
    for (unsigned i = 0; i < PIECES; i++) {
        UNIT_EQUAL_U64(count.worked[i], i < count.begun ? 1 : 0);
    }
}

#else

static void test_parallel__without_threads_nothing_is_done(void)
{
    struct count count = {.stop_at = PIECES, .ahead_most = 5};
    const struct vmt_parallel parallel = pieces_of(&count);
    UNIT_EQUAL_U64(vmt_parallel_run(&parallel), 0);
    UNIT_EQUAL_U64(count.begun, 0);
}

#endif

static void test_parallel__there_is_a_processor(void)
{
    CU_ASSERT(vmt_parallel_processors() >= 1);
}

#define LEVELS 18 /* more than are gone into */

static void test_collect__a_directory_too_deep_is_noted(void)
{
    char path[512 + 2 * LEVELS];
    struct vmt_snapshot snapshot;
    struct vmt_context context;
    struct vmt_error err = VMT_ERROR_INIT;
    make_directory();
    size_t length = strlen(directory);
    memcpy(path, directory, length + 1);
    for (unsigned i = 0; i < LEVELS; i++) {
        memcpy(path + length + (size_t)2 * i, "/d", sizeof "/d");
        CU_ASSERT_FATAL(mkdir(path, 0700) == 0);
    }
    vmt_context_init(&context, &vmt_allocator_system);
    vmt_snapshot_init(&snapshot, &vmt_allocator_system, LIMIT);
    CU_ASSERT(vmt_collect(&snapshot, &context, directory, &err) == VMT_OK);
    UNIT_EQUAL_U64(snapshot.inputs.count, FILES + 1);
    const struct vmt_input_record *last = vmt_sequence_last(&snapshot.inputs);
    UNIT_EQUAL_U64(vmt_notes_count(&last->notes, VMT_NOTE_UNREADABLE), 1);
    vmt_snapshot_free(&snapshot);
    vmt_context_free(&context);
    for (unsigned i = LEVELS; i > 0; i--) {
        path[length + (size_t)2 * i] = '\0';
        CU_ASSERT(rmdir(path) == 0);
    }
    remove_directory();
}

/* Whose process number the file at that place is read to have, 0 for none. */
static uint64_t pid_read_at(const char *place)
{
    static const char *const steps[] = {"proc", "proc/4242", "other", "other/4242"};
    char path[700];
    struct vmt_snapshot snapshot;
    struct vmt_context context;
    struct vmt_error err = VMT_ERROR_INIT;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", directory, steps[i]);
        (void)mkdir(path, 0700);
    }
    snprintf(path, sizeof path, "%s/%s", directory, place);
    FILE *stream = fopen(path, "w");
    CU_ASSERT_FATAL(stream != NULL);
    fputs("7f0000000000-7f0000001000 rw-p 00000000 00:00 0\nSize: 4 kB\nRss: 4 kB\n", stream);
    CU_ASSERT_FATAL(fclose(stream) == 0);
    vmt_context_init(&context, &vmt_allocator_system);
    vmt_snapshot_init(&snapshot, &vmt_allocator_system, LIMIT);
    CU_ASSERT(vmt_collect(&snapshot, &context, path, &err) == VMT_OK);
    const struct vmt_process *process = vmt_sequence_last(&snapshot.processes);
    CU_ASSERT_FATAL(process != NULL);
    uint64_t pid = process->pid_known ? process->pid : 0;
    vmt_snapshot_free(&snapshot);
    vmt_context_free(&context);
    CU_ASSERT(remove(path) == 0);
    for (size_t i = sizeof steps / sizeof steps[0]; i > 0; i--) {
        snprintf(path, sizeof path, "%s/%s", directory, steps[i - 1]);
        CU_ASSERT(rmdir(path) == 0);
    }
    return pid;
}

static void test_collect__a_path_of_proc_says_whose_it_is(void)
{
    make_directory();
    UNIT_EQUAL_U64(pid_read_at("proc/4242/smaps"), 4242);
    UNIT_EQUAL_U64(pid_read_at("other/4242/smaps"), 0);
    UNIT_EQUAL_U64(pid_read_at("proc/smaps"), 0);
    remove_directory();
}

static const struct unit_test tests[] = {
    {"collect__a_path_of_proc_says_whose_it_is", test_collect__a_path_of_proc_says_whose_it_is},
    {"collect__a_directory_too_deep_is_noted", test_collect__a_directory_too_deep_is_noted},
    {"collect__threads_do_not_change_what_is_read",
     test_collect__threads_do_not_change_what_is_read},
    {"collect__threads_do_not_change_where_the_limit_is_met",
     test_collect__threads_do_not_change_where_the_limit_is_met},
    {"collect__threads_do_not_change_where_memory_is_refused",
     test_collect__threads_do_not_change_where_memory_is_refused},
#ifdef HAVE_PTHREAD
    {"parallel__each_piece_once_and_in_order", test_parallel__each_piece_once_and_in_order},
    {"parallel__ends_what_is_begun_when_it_is_stopped",
     test_parallel__ends_what_is_begun_when_it_is_stopped},
#else
    {"parallel__without_threads_nothing_is_done", test_parallel__without_threads_nothing_is_done},
#endif
    {"parallel__there_is_a_processor", test_parallel__there_is_a_processor},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_collect", tests, argc, argv);
}
