/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "reading_host.h"

/* What the grammars make of texts that say less than they seem to: lines lost, headings lost, two
 * things in one.  Numbers are worked out from the text by hand. */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- pressure of Linux ------------------------------------------------------------------------ */

#define SOME "some avg10=0.10 avg60=0.20 avg300=0.30 total=400\n"
#define FULL "full avg10=0.01 avg60=0.02 avg300=0.03 total=40\n"

static size_t count_samples(void)
{
    size_t count = 0;
    for (size_t i = 0; i < reading.snapshot.hosts.count; i++) {
        count += host_at(i)->samples.count;
    }
    return count;
}

static void test_pressure__a_heading_of_another_resource(void)
{
    static const char *const headings[] = {
        "==> /proc/pressure/cpu <==\n", "/proc/pressure/io:\n",     "/proc/pressure/io:\n\n",
        "$ cat /proc/pressure/irq\n",   "CPU pressure:\n",          "# I/O\n\n",
        "and the io one is\n",          "the pressure of the IRQ\n"};
    for (size_t i = 0; i < COUNT(headings); i++) {
        char text[512];
        snprintf(text, sizeof text, "%s%s", headings[i], SOME FULL);
        read_text(text);
        UNIT_EQUAL_I64(reading.status, VMT_OK);
        UNIT_EQUAL_U64(count_samples(), 0);
        UNIT_EQUAL_U64(host_at(0)->facts.count, 2);
        UNIT_EQUAL_U64(reading.ledger->prose, 0);
        end_reading();
    }
}

static void test_pressure__a_heading_above_a_damaged_line(void)
{
    read_text("/proc/pressure/io:\nsome avg10=0.10 avg60=?\n" FULL);
    UNIT_EQUAL_U64(count_samples(), 0);
    UNIT_EQUAL_STR(fact_in(&host_at(0)->facts, "/proc/pressure/io full"),
                   "avg10=0.01 avg60=0.02 avg300=0.03 total=40");
    end_reading();
}

static void test_pressure__of_the_memory(void)
{
    static const char *const texts[] = {
        SOME FULL,
        "memory:\n" SOME FULL,
        "some words of mine\n\n" SOME FULL,
        "cpu and memory were busy:\n" SOME FULL,
        "==> sos/proc/pressure/memory <==\n" SOME FULL,
        "==> /proc/pressure/memory <==\n\n" SOME "\n" FULL,
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        read_text(texts[i]);
        UNIT_EQUAL_U64(count_samples(), 1);
        UNIT_EQUAL_U64(value_of(sample_at(0, 0), VMT_HOST_PSI_SOME_TOTAL).reading.value, 400);
        UNIT_EQUAL_U64(value_of(sample_at(0, 0), VMT_HOST_PSI_FULL_TOTAL).reading.value, 40);
        UNIT_EQUAL_U64(vmt_notes_count(&host_at(0)->notes, VMT_NOTE_UNKNOWN_RESOURCE), 0);
        end_reading();
    }
}

/* As of `cat /proc/pressure/{cpu,io,memory}`: one of them is of the memory. */
static void test_pressure__several_without_a_heading(void)
{
    static const char *const texts[] = {
        SOME FULL SOME FULL SOME FULL,
        SOME SOME FULL SOME FULL,
        SOME FULL "\n" SOME FULL "\n\n" SOME FULL,
        FULL SOME FULL SOME FULL,
        "$ cat /proc/pressure/cpu /proc/pressure/memory\n" SOME FULL SOME FULL,
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        read_text(texts[i]);
        UNIT_EQUAL_I64(reading.status, VMT_OK);
        UNIT_EQUAL_U64(reading.snapshot.hosts.count, 1);
        UNIT_EQUAL_U64(count_samples(), 0);
        UNIT_EQUAL_U64(vmt_notes_count(&host_at(0)->notes, VMT_NOTE_UNKNOWN_RESOURCE), 1);
        CU_ASSERT(fact_in(&host_at(0)->facts, "pressure 2 full") != NULL);
        end_reading();
    }
}

static void test_pressure__behind_one_that_is_named(void)
{
    read_text("==> /proc/pressure/memory <==\n" SOME FULL "some avg10=9.99 avg60=0.20 avg300=0.30 "
              "total=999\n");
    UNIT_EQUAL_U64(count_samples(), 1);
    UNIT_EQUAL_U64(value_of(sample_at(0, 0), VMT_HOST_PSI_SOME_TOTAL).reading.value, 400);
    UNIT_EQUAL_STR(fact_in(&host_at(0)->facts, "pressure 1 some"),
                   "avg10=9.99 avg60=0.20 avg300=0.30 total=999");
    UNIT_EQUAL_U64(vmt_notes_count(&host_at(0)->notes, VMT_NOTE_UNKNOWN_RESOURCE), 1);
    end_reading();
    read_text("cpu:\n" SOME SOME FULL);
    UNIT_EQUAL_U64(count_samples(), 0);
    end_reading();
}

static void test_pressure__the_name_of_the_input(void)
{
    static const struct {
        const char *name;
        size_t samples;
    } inputs[] = {
        {"/proc/pressure/io", 0},
        {"/proc/pressure/memory", 1},
        {"psi-cpu.txt", 0},
        {"/sys/fs/cgroup/io.pressure", 0},
        {"/sys/fs/cgroup/memory.pressure", 1}, /* of the group */
        {"cpu-farm-3.txt", 1},
        {"/srv/io/psi.txt", 1},
    };
    for (size_t i = 0; i < COUNT(inputs); i++) {
        struct vmt_memory_input input;
        begin_reading();
        vmt_memory_input_init(&input, inputs[i].name, vmt_slice(SOME FULL));
        read_input(&input.input);
        UNIT_EQUAL_U64(count_samples(), inputs[i].samples);
        end_reading();
    }
}

/* --- mappings of Linux ------------------------------------------------------------------------ */

/* Lines of two processes: 64 KiB each at 0x10000, 0x20000 and so on. */
#define MAPS(start, end, path) start "-" end " rw-p 00000000 00:00 0  " path "\n"
#define AT_1(path) MAPS("00010000", "00020000", path)
#define AT_2(path) MAPS("00020000", "00030000", path)
#define AT_4(path) MAPS("00040000", "00050000", path)
#define AT_6(path) MAPS("00060000", "00070000", path)
#define AT_8(path) MAPS("00080000", "00090000", path)
#define SIZED(line) line "Size: 64 kB\nRss: 4 kB\n"

static void test_mappings__of_two_processes(void)
{
    static const char *const texts[] = {
        AT_1("/a") AT_2("[stack]") AT_4("[vdso]") AT_6("[stack]") AT_8("[vdso]"),
        AT_1("/a") AT_2("[vvar]") AT_4("/b") AT_6("[vvar]") AT_8("[vdso]"),
        AT_1("/a") AT_2("[heap]") AT_4("/b") AT_6("[heap]") AT_8("/c"),
        AT_1("/a") AT_2("[heap]") AT_4("/b") "\nthe other one:\n" AT_6("/c") AT_8("/d"),
        AT_1("/a") AT_2("[heap]") AT_4("/b") "pid 12\n\n" AT_6("/c") AT_8("/d"),
        SIZED(AT_1("/a")) SIZED(AT_2("[heap]")) SIZED(AT_4("/b")) SIZED(AT_6("[heap]"))
            SIZED(AT_8("/c")),
        SIZED(AT_1("/a")) SIZED(AT_2("[heap]"))
            SIZED(AT_4("/b")) "\nand pid 12:\n\n" SIZED(AT_6("/c")) SIZED(AT_8("/d")),
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        read_text(texts[i]);
        UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
        UNIT_EQUAL_U64(process_at(0)->regions.count, 3);
        UNIT_EQUAL_U64(process_at(1)->regions.count, 2);
        UNIT_EQUAL_U64(reading.ledger->damaged, 0);
        end_reading();
    }
}

/* What one process can have: its heap and stack in pieces, blank lines between all of them. */
static void test_mappings__of_one_process(void)
{
    static const char *const texts[] = {
        AT_1("[heap]") AT_2("[heap]") AT_4("[heap]") AT_6("[stack]") AT_8("[vdso]"),
        AT_1("[stack]") AT_2("[stack]") AT_4("[vvar]") AT_6("[vvar_vclock]") AT_8("[vdso]"),
        AT_1("/a") "\n" AT_2("/b") "\n" AT_4("/c") "\n\n" AT_6("/d") AT_8("/e"),
        AT_1("/a") AT_2("/b") "\n" AT_4("[anon: x]") AT_6("[anon: x]") "\n" AT_8("[anon: x]"),
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        read_text(texts[i]);
        UNIT_EQUAL_U64(reading.snapshot.processes.count, 1);
        UNIT_EQUAL_U64(process_at(0)->regions.count, 5);
        UNIT_EQUAL_U64(reading.ledger->damaged, 0);
        end_reading();
    }
}

/* A line that was a mapping once is damage of the process, blank lines around it or not. */
static void test_mappings__a_damaged_one_between_blank_lines(void)
{
    read_text(AT_1("/a") "\n" AT_2("/b") "\n00040000-0005zz00 rw-p 00000000 00:00 0  /c\n\n" AT_6(
        "/d") "\n" AT_8("/e"));
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 1);
    UNIT_EQUAL_U64(process_at(0)->regions.count, 4);
    UNIT_EQUAL_U64(reading.ledger->damaged, 1);
    CU_ASSERT(process_at(0)->coverage == VMT_COVERAGE_EXCERPT);
    end_reading();
}

/* --- messages of vmmap ------------------------------------------------------------------------ */

#define MESSAGE "2018-09-24 17:51:47.617 vmmap[1736:137850] cannot examine process 7: gone\n"
#define LAMP "Process:         lamp [1]\nPath:            /lamp\n"
#define MOTH "Process:         moth [2]\nPath:            /moth\n"
#define REGION(start, end) "Stack " start "-" end " [ 8K 8K 8K 0K] rw-/rwx SM=PRV\n"
#define REST_OF_MOTH "\n" REGIONS "2\n" REGION("100001000", "100003000")
#define REGIONS "==== Writable regions for process "

static uint64_t count_messages(const struct vmt_notes *notes)
{
    return vmt_notes_count(notes, VMT_NOTE_TOOL_MESSAGE);
}

/* What stands behind a report is of another, or of none. */
static void test_messages__behind_a_report(void)
{
    static const char *const texts[] = {
        LAMP "\n" REGIONS "1\n" REGION("100001000", "100003000") "\n" MESSAGE,
        LAMP "\n" REGIONS "1\n" REGION("100001000", "100003000") MESSAGE "\n",
        LAMP "\n" REGIONS "1\n" REGION("100001000", "100003000") "\n" MESSAGE
                                                                 "\n" MOTH REST_OF_MOTH,
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        read_text(texts[i]);
        UNIT_EQUAL_U64(process_at(0)->regions.count, 1);
        UNIT_EQUAL_U64(count_messages(&process_at(0)->notes), 0);
        UNIT_EQUAL_U64(count_messages(&reading.input->notes), 1);
        end_reading();
    }
}

static void test_messages__of_a_report(void)
{
    read_text(LAMP MESSAGE "\n==== Non-writable regions for process 1\n" REGION(
        "100001000", "100003000") "\n" MESSAGE REGIONS "1\n" REGION("100005000", "100007000"));
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 1);
    UNIT_EQUAL_U64(count_messages(&process_at(0)->notes), 2);
    end_reading();
    read_text(MESSAGE LAMP "\n" REGIONS "1\n" REGION("100001000", "100003000")
                  MESSAGE REGION("100005000", "100007000") "\n" MESSAGE MOTH REST_OF_MOTH);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_U64(process_at(0)->regions.count, 2);
    UNIT_EQUAL_U64(count_messages(&process_at(0)->notes), 2);
    UNIT_EQUAL_U64(count_messages(&process_at(1)->notes), 1);
    UNIT_EQUAL_U64(count_messages(&reading.input->notes), 0);
    end_reading();
}

static const struct unit_test tests[] = {
    {"messages__behind_a_report", test_messages__behind_a_report},
    {"messages__of_a_report", test_messages__of_a_report},
    {"mappings__of_two_processes", test_mappings__of_two_processes},
    {"mappings__of_one_process", test_mappings__of_one_process},
    {"mappings__a_damaged_one_between_blank_lines",
     test_mappings__a_damaged_one_between_blank_lines},
    {"pressure__a_heading_of_another_resource", test_pressure__a_heading_of_another_resource},
    {"pressure__a_heading_above_a_damaged_line", test_pressure__a_heading_above_a_damaged_line},
    {"pressure__of_the_memory", test_pressure__of_the_memory},
    {"pressure__several_without_a_heading", test_pressure__several_without_a_heading},
    {"pressure__behind_one_that_is_named", test_pressure__behind_one_that_is_named},
    {"pressure__the_name_of_the_input", test_pressure__the_name_of_the_input},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_damage", tests, argc, argv);
}
