/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/capture.h"
#include "report/report.h"
#include "report/writer.h"

#include "mac.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- what is run on a Mac --------------------------------------------------------------------- */

static void expect_arguments(const char *const *argv, const char *const *expected)
{
    for (; *expected != NULL; argv++, expected++) {
        UNIT_EQUAL_STR(*argv, *expected);
    }
    CU_ASSERT(*argv == NULL);
}

/* memory_pressure without -Q, or with anything else, takes a machine's memory away. */
static void test_tools__of_macos(void)
{
    static const char *const vmmap[] = {"/usr/bin/vmmap", "-w", "-interleaved", "-noCoalesce",
                                        NULL};
    static const char *const vm_stat[] = {"/usr/bin/vm_stat", NULL};
    static const char *const memory_pressure[] = {"/usr/bin/memory_pressure", "-Q", NULL};
    expect_arguments(vmt_tools_macos.vmmap, vmmap);
    expect_arguments(vmt_tools_macos.vm_stat, vm_stat);
    expect_arguments(vmt_tools_macos.memory_pressure, memory_pressure);
    UNIT_EQUAL_STR(vmt_tools_macos.sysctl[0], "/usr/sbin/sysctl");
    for (size_t i = 1; vmt_tools_macos.sysctl[i] != NULL; i++) { /* names: nothing is set */
        CU_ASSERT(vmt_tools_macos.sysctl[i][0] != '-');
        CU_ASSERT(strchr(vmt_tools_macos.sysctl[i], '=') == NULL);
    }
}

/* Behind the other arguments: the stand-in takes it for its exit code. */
static void test_tools__number_of_the_process(void)
{
    begin_mac();
    set_tool(mac.vmmap, "say", "words\n", NULL);
    open_mac(0, 0);
    read_pid(7);
    CU_ASSERT(reading.status == VMT_E_IO);
    UNIT_EQUAL_I64(reading.err.cause, 0);
    CU_ASSERT(vmt_slice_starts(vmt_slice(reading.err.message), "process 7: /"));
    CU_ASSERT(vmt_slice_ends(vmt_slice(reading.err.message), " failed with exit code 7"));
    expect_records(0, 0, 0);
    end_mac();
}

/* --- a process -------------------------------------------------------------------------------- */

struct buffer {
    struct vmt_sink sink;
    size_t length;
    char text[500000];
};

static enum vmt_status buffer_write(struct vmt_sink *sink, struct vmt_slice bytes,
                                    struct vmt_error *err)
{
    (void)err;
    struct buffer *buffer = (struct buffer *)sink; /* its first member */
    CU_ASSERT_FATAL(bytes.length <= sizeof buffer->text - buffer->length);
    memcpy(buffer->text + buffer->length, bytes.data, bytes.length);
    buffer->length += bytes.length;
    return VMT_OK;
}

/* All that the reports of a process say, as JSON. */
static void write_reports(struct buffer *buffer)
{
    typedef enum vmt_status report(const struct vmt_snapshot *, const struct vmt_allocator *,
                                   const struct vmt_report_options *, struct vmt_writer *,
                                   struct vmt_error *);
    static report *const reports[] = {vmt_report_summary, vmt_report_regions};
    const struct vmt_report_options options = {.zones = true};
    const struct vmt_writer_options look = {.bounds = true};
    buffer->sink.write = buffer_write;
    buffer->length = 0;
    for (size_t i = 0; i < COUNT(reports); i++) {
        struct vmt_writer *writer = NULL;
        CU_ASSERT_FATAL(vmt_writer_json_new(&writer, &buffer->sink, &vmt_allocator_system, look,
                                            &reading.err) == VMT_OK);
        CU_ASSERT(reports[i](&reading.snapshot, &vmt_allocator_system, &options, writer,
                             &reading.err) == VMT_OK);
        vmt_writer_free(writer);
    }
}

/* Read the dump as a file of that name. */
static void read_dump(const char *name)
{
    struct vmt_file_input input;
    begin_reading();
    CU_ASSERT_FATAL(vmt_file_open(&input, mac.dump, &reading.err) == VMT_OK);
    input.input.name = name;
    read_input(&input.input);
    vmt_file_close(&input);
    UNIT_EQUAL_I64(reading.status, VMT_OK);
}

static void test_tools__a_process_reads_as_its_dump(void)
{
    static struct buffer live;
    static struct buffer saved;
    char name[1004];
    begin_mac();
    open_mac(0, 0);
    struct vmt_process *process = read_pid(902);
    CU_ASSERT_FATAL(reading.status == VMT_OK && process != NULL);
    UNIT_EQUAL_U64(process->pid, 902);
    UNIT_EQUAL_STR(text_of(process->name), "Weaver");
    UNIT_EQUAL_STR(text_of(process->captured_at), "2026-01-22T07:48:16.902-08:00");
    UNIT_EQUAL_U64(process->regions.count, 132);
    CU_ASSERT(process->shortfall == VMT_SHORTFALL_NONE);
    UNIT_EQUAL_U64(process->notes.sequence.count, 0);
    expect_records(1, 0, 1);
    snprintf(name, sizeof name, "%s 902", mac.stand_in);
    CU_ASSERT(strcmp(text_of(process->input), name) == 0);
    CU_ASSERT(process->read_time > 0);
    process->read_time = 0; /* only one that runs has it */
    write_reports(&live);
    end_mac();

    read_dump(name);
    write_reports(&saved);
    end_reading();
    CU_ASSERT(live.length > 10000);
    CU_ASSERT(live.length == saved.length && memcmp(live.text, saved.text, live.length) == 0);
}

static void test_tools__an_old_dump(void)
{
    char path[1000];
    begin_mac();
    set_tool(mac.vmmap, "print", fixture(path, "darwin-vmmap-old/ok-10.9-whole.txt"), NULL);
    open_mac(0, 0);
    const struct vmt_process *process = read_pid(5120);
    CU_ASSERT_FATAL(process != NULL);
    UNIT_EQUAL_STR(process->grammar, "darwin-vmmap-old");
    end_mac();
}

/* With exit code 0 it is no failure. */
static void test_tools__a_warning_is_a_note(void)
{
    begin_mac();
    mac.vmmap[1] = "warn-then";
    mac.vmmap[2] = "Process 902 is not debuggable. Due to security restrictions, vmmap can only "
                   "show or save contents of readonly memory of restricted processes.\n";
    mac.vmmap[3] = "print";
    mac.vmmap[4] = mac.dump;
    open_mac(0, 0);
    const struct vmt_process *process = read_pid(902);
    CU_ASSERT_FATAL(process != NULL);
    CU_ASSERT(process->shortfall == VMT_SHORTFALL_DENIED);
    UNIT_EQUAL_U64(process->notes.sequence.count, 1);
    const struct vmt_note *note = record_at(&process->notes.sequence, 0);
    CU_ASSERT(note->kind == VMT_NOTE_SOURCE);
    CU_ASSERT(vmt_slice_ends(vmt_string_slice(note->text),
                             ": the system protects the process: the contents of its memory, "
                             "such as its malloc zones, do not show"));
    end_mac();
}

/* --- a tool that fails ------------------------------------------------------------------------ */

/* Nothing of it stays, and what was read before does. */
static void expect_failure(int cause, const char *words)
{
    read_pid(902);
    CU_ASSERT(reading.status == VMT_E_IO);
    CU_ASSERT(reading.err.status == VMT_E_IO);
    UNIT_EQUAL_I64(reading.err.cause, cause);
    CU_ASSERT(vmt_slice_starts(vmt_slice(reading.err.message), "process 902: "));
    CU_ASSERT(vmt_slice_ends(vmt_slice(reading.err.message), words));
    expect_records(0, 0, 0);
}

/* Each after the whole report. */
static void set_after_report(const char *what, const char *more)
{
    mac.vmmap[1] = "print-then";
    mac.vmmap[2] = mac.dump;
    mac.vmmap[3] = what;
    mac.vmmap[4] = more;
}

static void test_tools__refused(void)
{
    begin_mac();
    set_after_report("fail", "vmmap cannot examine process 902 (Weaver) because you do not have "
                             "appropriate privileges to examine it; try running with `sudo`.\n");
    open_mac(0, 0);
    expect_failure(EPERM, ": the process belongs to somebody else: run as root (sudo)");
    end_mac();
}

static void test_tools__gone(void)
{
    begin_mac();
    set_after_report("fail", "vmmap cannot examine process 902 (Weaver) because it no longer "
                             "appears to be running.\n");
    open_mac(0, 0);
    expect_failure(ESRCH, ": the process has ended");
    CU_ASSERT(vmt_live_has_ended(&reading.err));
    end_mac();
}

/* That of no tool is no process that has ended. */
static void test_tools__missing(void)
{
    begin_mac();
    mac.vmmap[0] = "/nowhere/vmmap";
    open_mac(0, 0);
    expect_failure(ENOTSUP, "process 902: there is no /nowhere/vmmap");
    CU_ASSERT(!vmt_live_has_ended(&reading.err));
    end_mac();
}

static void test_tools__hung(void)
{
    begin_mac();
    set_after_report("silent", NULL);
    open_mac(SECOND / 5, 0);
    expect_failure(ETIMEDOUT, " and was stopped; --max-time allows it more");
    end_mac();
}

/* The time of all counts where it is the shorter one, and when it is over nothing is run. */
static void test_tools__time_of_all(void)
{
    begin_mac();
    set_after_report("silent", NULL);
    open_mac(LONG, SECOND / 5);
    expect_failure(ETIMEDOUT, " and was stopped; --max-time allows it more");
    expect_failure(ETIMEDOUT, "process 902: reading takes longer than --max-total allows");
    end_mac();
}

static void test_tools__flooded(void)
{
    begin_mac();
    set_after_report("flood", "output");
    mac.tools.vmmap_output = 100000; /* four times the report */
    open_mac(0, 0);
    expect_failure(EFBIG, " and was stopped");
    end_mac();
}

static void test_tools__died(void)
{
    begin_mac();
    set_after_report("killed", "9");
    open_mac(0, 0);
    expect_failure(0, " was ended by signal 9");
    end_mac();
}

static void test_tools__half_a_line_or_nothing(void)
{
    begin_mac();
    set_tool(mac.vmmap, "say", "MALLOC_TINY  10", "0");
    open_mac(0, 0);
    read_pid(902);
    CU_ASSERT(reading.status == VMT_E_NOCAPTURE);
    CU_ASSERT(vmt_slice_starts(vmt_slice(reading.err.message),
                               "process 902: no memory evidence in 1 lines"));
    expect_records(0, 0, 0);
    set_tool(mac.vmmap, "say", "", "0");
    expect_failure(0, " printed nothing");
    end_mac();
}

/* A report, but not what was asked for. */
static void test_tools__of_something_else(void)
{
    char path[1000];
    begin_mac();
    open_mac(0, 0);
    read_pid(903);
    CU_ASSERT(reading.status == VMT_E_IO);
    CU_ASSERT(vmt_slice_ends(vmt_slice(reading.err.message), " printed no report on it"));
    expect_records(0, 0, 0);
    set_tool(mac.vmmap, "print", fixture(path, "darwin-vmmap/ok-two-dumps.txt"), NULL);
    expect_failure(0, " printed no report on it");
    set_tool(mac.vmmap, "say", memory_pressure_text, "0");
    expect_failure(0, " printed no report on it");
    set_tool(mac.vmmap, "print", fixture(path, "linux-smaps/ok-3.10-i386.txt"), NULL);
    expect_failure(0, " printed no report on it");
    end_mac();
}

/* What was read before a failure stays, and what the reader was told of formats, too. */
static void test_tools__one_fails_behind_another(void)
{
    begin_mac();
    reading.context.only = vmt_grammar_find(vmt_slice("linux-smaps"));
    open_mac(0, 0);
    CU_ASSERT(read_pid(902) != NULL);
    set_after_report("killed", "9");
    read_pid(902);
    CU_ASSERT(reading.status == VMT_E_IO);
    expect_records(1, 0, 1);
    CU_ASSERT(reading.context.only == vmt_grammar_find(vmt_slice("linux-smaps")));
    end_mac();
}

/* --- what no tool gives ----------------------------------------------------------------------- */

static void test_tools__no_lists(void)
{
    struct vmt_live_list list;
    begin_mac();
    open_mac(0, 0);
    CU_ASSERT(vmt_live_list(&list, &mac.live, true, &reading.err) == VMT_E_IO);
    UNIT_EQUAL_I64(reading.err.cause, ENOTSUP);
    CU_ASSERT(vmt_slice_starts(vmt_slice(reading.err.message),
                               "on macOS a process is given by its number"));
    vmt_live_list_free(&list);
    end_mac();
}

static void test_tools__no_capture(void)
{
    struct vmt_capture capture;
    begin_mac();
    open_mac(0, 0);
    vmt_capture_init(&capture, &mac.live, NULL, 0, &vmt_allocator_system);
    const struct vmt_live_process subject = {.pid = 902};
    CU_ASSERT(vmt_capture_process(&capture, &subject, &reading.err) == VMT_E_IO);
    UNIT_EQUAL_I64(reading.err.cause, ENOTSUP);
    CU_ASSERT(vmt_slice_find(vmt_slice(reading.err.message),
                             "vmmap -w -interleaved -noCoalesce "
                             "902 > FILE") < strlen(reading.err.message));
    vmt_capture_free(&capture);
    end_mac();
}

static const struct unit_test tests[] = {
    {"tools__of_macos", test_tools__of_macos},
    {"tools__number_of_the_process", test_tools__number_of_the_process},
    {"tools__a_process_reads_as_its_dump", test_tools__a_process_reads_as_its_dump},
    {"tools__an_old_dump", test_tools__an_old_dump},
    {"tools__a_warning_is_a_note", test_tools__a_warning_is_a_note},
    {"tools__refused", test_tools__refused},
    {"tools__gone", test_tools__gone},
    {"tools__missing", test_tools__missing},
    {"tools__hung", test_tools__hung},
    {"tools__time_of_all", test_tools__time_of_all},
    {"tools__flooded", test_tools__flooded},
    {"tools__died", test_tools__died},
    {"tools__half_a_line_or_nothing", test_tools__half_a_line_or_nothing},
    {"tools__of_something_else", test_tools__of_something_else},
    {"tools__one_fails_behind_another", test_tools__one_fails_behind_another},
    {"tools__no_lists", test_tools__no_lists},
    {"tools__no_capture", test_tools__no_capture},
};

int main(int argc, char **argv)
{
    find_descriptors(found);
    return UNIT_MAIN("test_tools", tests, argc, argv);
}
