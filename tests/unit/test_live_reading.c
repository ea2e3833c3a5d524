/* SPDX-License-Identifier: MIT */
/* What is read of the processes of a tree, and how files are read ahead. */
#include "config.h"

#include <errno.h>

#include "collect/read_ahead.h"
#include "counting.h"
#include "source/clock.h"
#include "tree.h"

/* A mapping of two pages, so many kB of which are resident. */
#define MAPPING(range, name, rss)                                                                 \
    range " rw-p 00000000 00:00 0 " name "\nSize: 8 kB\nRss: " rss " kB\nPss: " rss               \
          " kB\nShared_Clean: 0 kB\nShared_Dirty: 0 kB\nPrivate_Clean: 0 kB\nPrivate_Dirty: " rss \
          " kB\nReferenced: " rss " kB\nAnonymous: " rss " kB\nSwap: 0 kB\n"
#define FIRST MAPPING("00400000-00402000", "[heap]", "4")
#define SECOND MAPPING("7ff000000000-7ff000002000", "[stack]", "8")
#define ROLLUP                                                                           \
    "00400000-7ff000002000 ---p 00000000 00:00 0 [rollup]\nRss: 12 kB\nPss: 9 kB\n"      \
    "Shared_Clean: 4 kB\nShared_Dirty: 0 kB\nPrivate_Clean: 0 kB\nPrivate_Dirty: 8 kB\n" \
    "Referenced: 12 kB\nAnonymous: 8 kB\nSwap: 0 kB\nSwapPss: 0 kB\nLocked: 0 kB\n"
#define STATUS(name, pid, size, peak)                                                           \
    "Name:\t" name "\nState:\tS (sleeping)\nPid:\t" pid "\nUid:\t0\t0\t0\t0\nVmPeak:\t 99 kB\n" \
    "VmSize:\t " size " kB\nVmHWM:\t " peak " kB\nVmRSS:\t 12 kB\nRssFile:\t 4 kB\n"            \
    "VmSwap:\t 0 kB\nThreads:\t1\n"

/* Read process 7 of the tree as it is now. */
static enum vmt_status read_seven(const struct vmt_live_process *process, unsigned what)
{
    struct vmt_process *read = NULL;
    reading.status = vmt_live_read(&read, &reading.snapshot, &reading.context, &live, process, what,
                                   &reading.err);
    CU_ASSERT(reading.status == reading.err.status);
    reading.process = read;
    return reading.status;
}

static const struct vmt_process *read_tree(unsigned what)
{
    struct vmt_live_process process;
    open_tree();
    CU_ASSERT_FATAL(vmt_live_find(&process, &live, 7, true, &live.arena, &reading.err) == VMT_OK);
    CU_ASSERT_FATAL(read_seven(&process, what) == VMT_OK);
    CU_ASSERT_FATAL(reading.process != NULL);
    return reading.process;
}

static const char *note_at(size_t index)
{
    const struct vmt_note *note = record_at(&reading.process->notes.sequence, index);
    return text_of(note->text);
}

static const struct vmt_amount *whole(enum vmt_member member)
{
    return &reading.process->whole.of[member];
}

/* --- what files say together ---------------------------------------------------------------------
 */

static void test_read__regions_and_what_status_adds(void)
{
    make_tree();
    put_stat(7, "seven", 'S', 1, 0, 12345);
    put("proc/stat", "btime 1700000000\n");
    put("proc/7/smaps", FIRST SECOND);
    put("proc/7/smaps_rollup", ROLLUP);
    put("proc/7/status", STATUS("other", "8", "16", "40"));
    const struct vmt_process *process = read_tree(VMT_READ_ALL);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 1);
    UNIT_EQUAL_U64(reading.snapshot.inputs.count, 2); /* smaps and status */
    UNIT_EQUAL_STR(process->grammar, "linux-smaps");
    UNIT_EQUAL_U64(process->regions.count, 2);
    UNIT_EQUAL_I64(process->coverage, VMT_COVERAGE_WHOLE);
    UNIT_EQUAL_U64(process->pid, 7); /* of its directory */
    CU_ASSERT(process->pid_known);
    UNIT_EQUAL_STR(text_of(process->name), "other"); /* of its status */
    /* 12345 ticks of a hundredth of a second: 123 s after 22:13:20. */
    UNIT_EQUAL_STR(text_of(process->launched_at), "2023-11-14T22:15:23Z");
    UNIT_EQUAL_U64(whole(VMT_RESIDENT_PEAK)->value, 40 << 10);
    UNIT_EQUAL_U64(whole(VMT_VIRTUAL_PEAK)->value, 99 << 10);
    CU_ASSERT(process->facts.count > 0);
    UNIT_EQUAL_U64(process->notes.sequence.count, 0);
    UNIT_EQUAL_U64(process->read_time, 0); /* it does not run */
    end_tree();
}

static void test_read__sums_where_there_are_no_regions(void)
{
    make_tree();
    put_process(7, "seven", 1);
    put("proc/7/smaps_rollup", ROLLUP);
    const struct vmt_process *process = read_tree(VMT_READ_ALL);
    UNIT_EQUAL_STR(process->grammar, "linux-smaps-rollup");
    UNIT_EQUAL_STR(text_of(process->name), "seven");
    UNIT_EQUAL_U64(whole(VMT_PRIVATE_DIRTY)->value, 8 << 10);
    UNIT_EQUAL_U64(process->regions.count, 0);
    UNIT_EQUAL_I64(process->coverage, VMT_COVERAGE_UNKNOWN);
    UNIT_EQUAL_U64(process->notes.sequence.count, 2);
    UNIT_EQUAL_STR(note_at(0), "smaps is not there");
    UNIT_EQUAL_STR(note_at(1), "status is not there");
    end_tree();
}

static void test_read__what_is_asked_for(void)
{
    make_tree();
    put_process(7, "seven", 1);
    put("proc/7/smaps", FIRST SECOND);
    put("proc/7/smaps_rollup", ROLLUP);
    put("proc/7/status", STATUS("seven", "7", "16", "40"));
    UNIT_EQUAL_STR(read_tree(VMT_READ_STATUS)->grammar, "linux-status");
    UNIT_EQUAL_U64(reading.snapshot.inputs.count, 1);
    close_tree();
    UNIT_EQUAL_STR(read_tree(VMT_READ_TOTALS)->grammar, "linux-smaps-rollup");
    UNIT_EQUAL_U64(reading.snapshot.inputs.count, 1);
    CU_ASSERT(!whole(VMT_RESIDENT_PEAK)->known);
    close_tree();
    UNIT_EQUAL_STR(read_tree(VMT_READ_REGIONS)->grammar, "linux-smaps");
    UNIT_EQUAL_U64(reading.snapshot.inputs.count, 1);
    close_tree();
    /* What the kernel sums up can be summed up here. */
    CU_ASSERT(unlink(path_of("proc/7/smaps_rollup")) == 0);
    UNIT_EQUAL_STR(read_tree(VMT_READ_TOTALS)->grammar, "linux-smaps");
    end_tree();
}

static void test_read__status_alone(void)
{
    make_tree();
    put_process(7, "seven", 1);
    put("proc/7/smaps", "");
    put("proc/7/smaps_rollup", "");
    put("proc/7/status", STATUS("seven", "7", "16", "40"));
    UNIT_EQUAL_STR(read_tree(VMT_READ_ALL)->grammar, "linux-status");
    UNIT_EQUAL_U64(reading.snapshot.inputs.count, 1); /* nothing is left of the others */
    UNIT_EQUAL_STR(note_at(0), "smaps is empty");
    UNIT_EQUAL_STR(note_at(1), "smaps_rollup is empty");
    end_tree();
}

static void test_read__without_memory(void)
{
    make_tree();
    put_stat(7, "kthreadd", 'S', 0, 2097152, 1);
    put("proc/7/smaps", "");
    put("proc/7/status", "Name:\tkthreadd\nState:\tS (sleeping)\nPid:\t7\nThreads:\t1\n");
    read_tree(VMT_READ_ALL);
    UNIT_EQUAL_U64(reading.process->notes.sequence.count, 1);
    UNIT_EQUAL_STR(note_at(0), "a thread of the kernel: it has no memory of its own");
    close_tree();
    put_stat(7, "dead", 'Z', 0, 0, 1);
    read_tree(VMT_READ_ALL);
    UNIT_EQUAL_STR(note_at(0), "a zombie: it has ended, and its memory is free");
    end_tree();
}

/* Process 7: the first thread has ended, and another one holds the memory. */
static void put_headless(void)
{
    put("proc/7/stat", "7 (seven) Z 1 7 7 0 -1 12 0 0 0 0 0 1 0 0 20 0 2 0 70 0 0 0\n");
    put("proc/7/status", STATUS("seven", "7", "0", "0"));
    put("proc/7/smaps", "");
    put("proc/7/task/7/stat", "7 (seven) Z 1 7 7 0 -1 12 0 0 0 0 0 1 0 0 20 0 2 0 70 0 0 0\n");
    put("proc/7/task/9/stat", "9 (nine) S 1 7 7 0 -1 0 0 0 0 0 0 1 0 0 20 0 2 0 80 0 0 0\n");
    put("proc/7/task/9/smaps", FIRST SECOND);
    put("proc/7/task/9/status", STATUS("nine", "9", "16", "40"));
}

static void test_read__through_another_thread(void)
{
    make_tree();
    put_headless();
    const struct vmt_process *process = read_tree(VMT_READ_ALL);
    UNIT_EQUAL_U64(process->regions.count, 2);
    UNIT_EQUAL_U64(process->pid, 7);
    UNIT_EQUAL_U64(process->notes.sequence.count, 0);
    end_tree();
}

/* A saved file can have lost its end: in a line, between lines, between mappings. */
static void test_read__torn(void)
{
    static const char *const torn[] = {FIRST "7ff000000000-7ff000002000 rw-p 0000", FIRST};
    make_tree();
    put_process(7, "seven", 1);
    put("proc/7/status", STATUS("seven", "7", "16", "40"));
    for (size_t i = 0; i < 2; i++) {
        put("proc/7/smaps", torn[i]);
        const struct vmt_process *process = read_tree(VMT_READ_ALL);
        UNIT_EQUAL_STR(process->grammar, "linux-smaps");
        CU_ASSERT(process->coverage != VMT_COVERAGE_WHOLE);
        close_tree();
    }
    /* Nothing tells how much there was. */
    CU_ASSERT(unlink(path_of("proc/7/status")) == 0);
    put("proc/7/smaps", FIRST SECOND);
    UNIT_EQUAL_I64(read_tree(VMT_READ_ALL)->coverage, VMT_COVERAGE_UNKNOWN);
    end_tree();
}

/* Damage is of the file that it is in, whatever the record is called by. */
static void test_read__damage_of_a_second_file(void)
{
    make_tree();
    put_process(7, "seven", 1);
    put("proc/7/smaps", FIRST SECOND);
    put("proc/7/status", "Name:\tseven\nPid:\t7\nVmSize:\t 16 kB\nVmRSS:\tmany kB\nThreads:\t1\n");
    read_tree(VMT_READ_ALL);
    const struct vmt_note *note = record_at(&reading.process->notes.sequence, 0);
    CU_ASSERT(strstr(note->place.source, "/7/status") != NULL);
    UNIT_EQUAL_U64(note->place.line, 4);
    end_tree();
}

/* --- what cannot be read -------------------------------------------------------------------------
 */

static void test_read__another_process_of_that_number(void)
{
    struct vmt_live_process process;
    make_tree();
    put_stat(7, "seven", 'S', 1, 0, 1000);
    put("proc/7/smaps", FIRST SECOND);
    put("proc/7/status", STATUS("seven", "7", "16", "40"));
    open_tree();
    CU_ASSERT_FATAL(vmt_live_find(&process, &live, 7, false, &live.arena, &reading.err) == VMT_OK);
    put_stat(7, "later", 'S', 1, 0, 1001);
    UNIT_EQUAL_I64(read_seven(&process, VMT_READ_ALL), VMT_E_IO);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 0);
    UNIT_EQUAL_U64(reading.snapshot.inputs.count, 0);
    reading.err = VMT_ERROR_INIT;
    live.running = true;
    UNIT_EQUAL_I64(read_seven(&process, VMT_READ_ALL), VMT_E_IO);
    CU_ASSERT(vmt_live_has_ended(&reading.err));
    end_tree();
}

/* As on a running system, where the files go between two reads. */
static void test_read__ended_meanwhile(void)
{
    struct vmt_live_process process;
    make_tree();
    put_process(7, "seven", 1);
    put("proc/7/smaps", "");
    put("proc/7/status", STATUS("seven", "7", "16", "40"));
    open_tree();
    CU_ASSERT_FATAL(vmt_live_find(&process, &live, 7, false, &live.arena, &reading.err) == VMT_OK);
    live.running = true;
    put_stat(7, "seven", 'Z', 1, 0, 70);
    UNIT_EQUAL_I64(read_seven(&process, VMT_READ_ALL), VMT_E_IO);
    CU_ASSERT(vmt_live_has_ended(&reading.err));
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 0);
    end_tree();
}

static void test_read__denied(void)
{
    if (geteuid() == 0) {
        return; /* nothing is denied to root; tests/live/live.sh does it as another user */
    }
    make_tree();
    put_process(7, "seven", 1);
    put("proc/7/smaps", FIRST);
    put("proc/7/status", STATUS("seven", "7", "16", "40"));
    CU_ASSERT(chmod(path_of("proc/7/smaps"), 0) == 0);
    UNIT_EQUAL_STR(read_tree(VMT_READ_ALL)->grammar, "linux-status");
    UNIT_EQUAL_U64(reading.process->notes.sequence.count, 1);
    CU_ASSERT(strncmp(note_at(0), "smaps is denied", 15) == 0);
    end_tree();
}

static void test_read__too_late(void)
{
    make_tree();
    put_process(7, "seven", 1);
    put("proc/7/smaps", FIRST SECOND);
    put("proc/7/smaps_rollup", ROLLUP);
    put("proc/7/status", STATUS("seven", "7", "16", "40"));
    for (unsigned limit = 0; limit < 2; limit++) {
        struct vmt_live_process process;
        open_tree();
        CU_ASSERT_FATAL(vmt_live_find(&process, &live, 7, false, &live.arena, &reading.err) ==
                        VMT_OK);
        live.options.all = 1;
        live.options.each = limit; /* the earlier one counts */
        live.opened = 1;           /* long ago */
        CU_ASSERT_FATAL(vmt_clock() > 2);
        CU_ASSERT_FATAL(read_seven(&process, VMT_READ_ALL) == VMT_OK);
        UNIT_EQUAL_STR(reading.process->grammar, "linux-status");
        UNIT_EQUAL_U64(reading.process->notes.sequence.count, 1);
        CU_ASSERT(strncmp(note_at(0), "smaps took longer", 17) == 0);
        close_tree();
    }
    remove_tree();
}

/* --- several -------------------------------------------------------------------------------------
 */

static void put_three(void)
{
    put_process(5, "five", 1);
    put("proc/5/smaps", FIRST SECOND);
    put("proc/5/status", STATUS("five", "5", "16", "1000"));
    put_process(6, "six", 1); /* its files are not there */
    put_process(7, "seven", 1);
    put("proc/7/smaps", FIRST);
    put_process(8, "eight", 1);
    put("proc/8/smaps_rollup", ROLLUP);
}

static void test_list__each_has_its_own(void)
{
    make_tree();
    put_three();
    list_tree();
    UNIT_EQUAL_I64(
        vmt_live_read_list(&reading.snapshot, &reading.context, &live, &list, &reading.err),
        VMT_OK);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 3);
    UNIT_EQUAL_U64(list.vanished, 0); /* what was not saved has not ended */
    const struct vmt_process *process = process_at(0);
    UNIT_EQUAL_STR(text_of(process->name), "five");
    UNIT_EQUAL_U64(process->whole.of[VMT_RESIDENT_PEAK].value, 1000 << 10);
    process = process_at(1); /* nothing of the one before */
    UNIT_EQUAL_STR(text_of(process->name), "seven");
    CU_ASSERT(!process->whole.of[VMT_RESIDENT_PEAK].bounded);
    UNIT_EQUAL_U64(process->facts.count, 0);
    UNIT_EQUAL_U64(process->regions.count, 1);
    process = process_at(2);
    UNIT_EQUAL_STR(text_of(process->name), "eight");
    /* Five's two, that of six which says why, seven's and eight's. */
    UNIT_EQUAL_U64(reading.snapshot.inputs.count, 5);
    const struct vmt_input_record *input = record_at(&reading.snapshot.inputs, 2);
    UNIT_EQUAL_U64(vmt_notes_count(&input->notes, VMT_NOTE_UNREADABLE), 1);
    end_tree();
}

static void test_list__what_is_read_is_not_read_again(void)
{
    make_tree();
    put_three();
    list_tree();
    vmt_live_keep_named(&list, vmt_slice("five"));
    CU_ASSERT(vmt_live_read_list(&reading.snapshot, &reading.context, &live, &list, &reading.err) ==
              VMT_OK);
    vmt_live_list_free(&list);
    CU_ASSERT_FATAL(vmt_live_list(&list, &live, false, &reading.err) == VMT_OK);
    vmt_live_keep_unread(&list, &live, &reading.snapshot);
    UNIT_EQUAL_STR(listed(), "6 7 8");
    end_tree();
}

/* --- a control group -----------------------------------------------------------------------------
 */

/* More than there is room for: what is left out may not leave half a number behind.  The lines are
 * 25 bytes long; moved by as many steps, their cut goes through each byte of one. */
static void test_cgroup__more_than_there_is_room_for(void)
{
    enum { LINES = 20000, LINE = 25 };
    static char text[LINES * (LINE + 1)];
    for (int step = 0; step < LINE; step++) {
        size_t length = (size_t)snprintf(text, sizeof text, "anon 4096\nfile 4096\n");
        length += (size_t)snprintf(text + length, sizeof text - length, "a%.*s 7\n", step,
                                   "aaaaaaaaaaaaaaaaaaaaaaaaa");
        for (int i = 0; i < LINES; i++) {
            snprintf(text + length, sizeof text - length, "k%05d 77777777777777777\n", i);
            length += LINE;
        }
        make_tree();
        put("proc/self/cgroup", "0::/group\n");
        put_slice("sys/fs/cgroup/group/memory.stat", (struct vmt_slice){text, length});
        open_tree();
        UNIT_EQUAL_I64(vmt_live_read_host(&reading.snapshot, &reading.context, &live, &reading.err),
                       VMT_OK);
        const struct vmt_host *host = vmt_sequence_last(&reading.snapshot.hosts);
        CU_ASSERT_FATAL(host != NULL);
        const struct vmt_fact *fact = vmt_sequence_last(&host->facts);
        CU_ASSERT_FATAL(fact != NULL && host->facts.count > 9000);
        UNIT_EQUAL_STR(text_of(fact->value), "77777777777777777");
        UNIT_EQUAL_U64(host->notes.sequence.count, 0);
        end_tree();
    }
}

/* --- refused memory ------------------------------------------------------------------------------
 */

/* All that is done with a tree. */
static enum vmt_status read_all(struct counting *counting, size_t *processes)
{
    const struct vmt_allocator allocator = counting_allocator(counting);
    const struct vmt_live_options options = {.root = tree};
    struct vmt_error err = VMT_ERROR_INIT;
    struct vmt_snapshot snapshot;
    struct vmt_context context;
    list = (struct vmt_live_list){.count = 0};
    vmt_context_init(&context, &allocator);
    vmt_snapshot_init(&snapshot, &allocator, (size_t)64 << 20);
    enum vmt_status status = vmt_live_open(&live, &options, &allocator, &err);
    if (status == VMT_OK) {
        status = vmt_live_list(&list, &live, true, &err);
    }
    if (status == VMT_OK) {
        status = vmt_live_keep_tree(&list, 1, &err);
    }
    if (status == VMT_OK) {
        status = vmt_live_read_list(&snapshot, &context, &live, &list, &err);
    }
    if (status == VMT_OK) {
        status = vmt_live_read_host(&snapshot, &context, &live, &err);
    }
    CU_ASSERT(status == err.status);
    CU_ASSERT(status == VMT_OK || err.message[0] != '\0');
    *processes = snapshot.processes.count;
    vmt_live_list_free(&list);
    vmt_live_close(&live);
    vmt_snapshot_free(&snapshot);
    vmt_context_free(&context);
    UNIT_EQUAL_U64(counting->live, 0);
    return status;
}

static void test_memory__every_refusal(void)
{
    struct counting counting = {0};
    size_t processes = 0;
    make_tree();
    put_process(1, "first", 0);
    put_three();
    put_headless();
    put("proc/stat", "btime 1700000000\n");
    put("proc/uptime", "1.0 1.0\n");
    put("proc/sys/kernel/osrelease", "6.1.0\n");
    put("proc/meminfo", "MemTotal: 4000 kB\nMemFree: 1000 kB\nMemAvailable: 2000 kB\n");
    UNIT_EQUAL_I64(read_all(&counting, &processes), VMT_OK);
    UNIT_EQUAL_U64(processes, 3);
    uint64_t most = counting.made;
    CU_ASSERT(most > 10);
    for (uint64_t refuse = 1; refuse <= most; refuse++) {
        for (unsigned all_after = 0; all_after < 2; all_after++) {
            counting = (struct counting){.refuse = refuse, .all_after = all_after == 1};
            enum vmt_status status = read_all(&counting, &processes);
            CU_ASSERT(status == VMT_E_NOMEM || (status == VMT_OK && processes == 3));
        }
    }
    remove_tree();
}

/* --- reading ahead -------------------------------------------------------------------------------
 */

/* `length` bytes, as many at once as asked for or `most`; then the end or a failure. */
struct source {
    struct vmt_input input;
    size_t length;
    size_t most;
    size_t given;
    size_t calls;
    bool fails;
};

static char byte_at(size_t offset)
{
    return (char)(offset * 31 % 251);
}

static enum vmt_status read_source(struct vmt_input *input, char *buffer, size_t size, size_t *got,
                                   struct vmt_error *err)
{
    struct source *source = (struct source *)input;
    size_t left = source->length - source->given;
    *got = left < size ? left : size;
    *got = *got < source->most ? *got : source->most;
    source->calls++;
    if (*got == 0 && source->fails) {
        return vmt_fail_io(err, "source", EIO, "read");
    }
    for (size_t i = 0; i < *got; i++) {
        buffer[i] = byte_at(source->given + i);
    }
    source->given += *got;
    return VMT_OK;
}

static struct source source_of(size_t length, size_t most)
{
    return (struct source){.input = {"source", read_source}, .length = length, .most = most};
}

/* Read `until` bytes in pieces of `size`, or to the end; returns how many there were. */
static size_t drain(struct vmt_input *input, size_t size, size_t until, struct vmt_error *err)
{
    static char buffer[100000];
    size_t offset = 0;
    size_t got = 1;
    size_t wrong = 0;
    while (offset < until && got > 0 && err->status == VMT_OK) {
        if (input->read(input, buffer, size, &got, err) != VMT_OK) {
            UNIT_EQUAL_U64(got, 0);
            break;
        }
        for (size_t i = 0; i < got; i++) {
            wrong += buffer[i] == byte_at(offset + i) ? 0 : 1;
        }
        offset += got;
    }
    UNIT_EQUAL_U64(wrong, 0);
    return offset;
}

/* 128 KiB are read by the caller, then blocks of 64 KiB, four of them ahead. */
static const size_t lengths[] = {0,      1,      65536,  131071, 131072, 131073,
                                 196608, 196609, 393216, 458752, 458753, 3000000};
#define LENGTHS (sizeof lengths / sizeof lengths[0])

static void test_ahead__the_same_bytes(void)
{
    static const struct {
        size_t asked;
        size_t given;
    } sizes[] = {{100000, 100000}, {4096, 4000}, {65536, 65536}, {100000, 7}, {999, 100000}};
    for (size_t i = 0; i < LENGTHS; i++) {
        for (size_t j = 0; j < sizeof sizes / sizeof sizes[0]; j++) {
            for (unsigned fails = 0; fails < 2; fails++) {
                struct vmt_error err = VMT_ERROR_INIT;
                struct source source = source_of(lengths[i], sizes[j].given);
                struct vmt_read_ahead *ahead = NULL;
                source.fails = fails == 1;
                struct vmt_input *input =
                    vmt_read_ahead_start(&ahead, &source.input, &vmt_allocator_system, 2);
                UNIT_EQUAL_STR(input->name, "source");
                UNIT_EQUAL_U64(drain(input, sizes[j].asked, SIZE_MAX, &err), lengths[i]);
                UNIT_EQUAL_I64(err.status, fails == 1 ? VMT_E_IO : VMT_OK);
                UNIT_EQUAL_I64(err.cause, fails == 1 ? EIO : 0);
                vmt_read_ahead_free(ahead);
            }
        }
    }
}

static void test_ahead__given_up_early(void)
{
    for (size_t until = 1; until < 1000000; until += 49999) {
        struct vmt_error err = VMT_ERROR_INIT;
        struct source source = source_of((size_t)1 << 40, 100000);
        struct vmt_read_ahead *ahead = NULL;
        struct vmt_input *input =
            vmt_read_ahead_start(&ahead, &source.input, &vmt_allocator_system, 2);
        CU_ASSERT(drain(input, 5000, until, &err) >= until);
        vmt_read_ahead_free(ahead);
        /* Four blocks ahead of the one that was being read. */
        CU_ASSERT(source.given <= until + 5000 + (size_t)6 * 65536);
    }
    vmt_read_ahead_free(NULL);
}

static void test_ahead__without_memory_or_processors(void)
{
    for (uint64_t refuse = 1; refuse <= 2; refuse++) {
        struct counting counting = {.refuse = refuse};
        const struct vmt_allocator allocator = counting_allocator(&counting);
        struct vmt_error err = VMT_ERROR_INIT;
        struct source source = source_of(1000000, 4096);
        struct vmt_read_ahead *ahead = NULL;
        struct vmt_input *input = vmt_read_ahead_start(&ahead, &source.input, &allocator, 2);
        UNIT_EQUAL_U64(drain(input, 5000, SIZE_MAX, &err), 1000000);
        vmt_read_ahead_free(ahead);
        UNIT_EQUAL_U64(counting.live, 0);
        UNIT_EQUAL_I64(err.status, VMT_OK);
    }
    struct source source = source_of(1, 1);
    struct vmt_read_ahead *ahead = NULL;
    CU_ASSERT(vmt_read_ahead_start(&ahead, &source.input, &vmt_allocator_system, 1) ==
              &source.input);
    CU_ASSERT(ahead == NULL);
}

static const struct unit_test tests[] = {
    {"ahead__given_up_early", test_ahead__given_up_early},
    {"ahead__the_same_bytes", test_ahead__the_same_bytes},
    {"ahead__without_memory_or_processors", test_ahead__without_memory_or_processors},
    {"list__each_has_its_own", test_list__each_has_its_own},
    {"list__what_is_read_is_not_read_again", test_list__what_is_read_is_not_read_again},
    {"cgroup__more_than_there_is_room_for", test_cgroup__more_than_there_is_room_for},
    {"memory__every_refusal", test_memory__every_refusal},
    {"read__another_process_of_that_number", test_read__another_process_of_that_number},
    {"read__damage_of_a_second_file", test_read__damage_of_a_second_file},
    {"read__denied", test_read__denied},
    {"read__ended_meanwhile", test_read__ended_meanwhile},
    {"read__regions_and_what_status_adds", test_read__regions_and_what_status_adds},
    {"read__status_alone", test_read__status_alone},
    {"read__sums_where_there_are_no_regions", test_read__sums_where_there_are_no_regions},
    {"read__through_another_thread", test_read__through_another_thread},
    {"read__too_late", test_read__too_late},
    {"read__torn", test_read__torn},
    {"read__what_is_asked_for", test_read__what_is_asked_for},
    {"read__without_memory", test_read__without_memory},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_live_reading", tests, argc, argv);
}
