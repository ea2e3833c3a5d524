/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "reading_host.h"

/* A line that is bad is found where it stands, whichever of its text it is, and takes no other with
 * it.  What is not even that is noted where it is much like a line of a format. */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The line of the first note of a kind; 0: there is none. */
static uint64_t noted_in(const struct vmt_notes *notes, enum vmt_note_kind kind)
{
    struct vmt_walker walker = {0};
    const struct vmt_note *note = NULL;
    while ((note = vmt_sequence_next(&notes->sequence, &walker)) != NULL) {
        if (note->kind == kind) {
            return note->place.line;
        }
    }
    return 0;
}

/* A text of one host, of which one line is damaged. */
static void check_damaged(const char *text, uint64_t line, uint64_t consumed)
{
    read_text(text);
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    UNIT_EQUAL_U64(noted_in(&host_at(0)->notes, VMT_NOTE_DAMAGED_LINE), line);
    UNIT_EQUAL_U64(reading.ledger->damaged, 1);
    UNIT_EQUAL_U64(reading.ledger->consumed, consumed);
    UNIT_EQUAL_U64(reading.ledger->prose, 0);
}

static void test_first_line__memory_pressure(void)
{
    check_damaged("The system has 343597E8368 (2097152 pages with a page size of 16384).\n\n"
                  "Stats: \nPages free: 130619 \n",
                  1, 2);
    UNIT_EQUAL_U64(value_of(sample_at(0, 0), VMT_HOST_FREE).reading.value, 130619);
    CU_ASSERT(value_of(sample_at(0, 0), VMT_HOST_FREE).pages);
    end_reading();
    check_damaged("The system has 34359738368 (2097152 pages wi\n", 1, 0);
    end_reading();
    check_damaged("Pages active: 82E411 \nPages inactive: 805509 \n", 1, 1);
    end_reading();
    read_text("The system has 2 users.\n");
    UNIT_EQUAL_I64(reading.status, VMT_E_NOCAPTURE);
    end_reading();
}

static void test_first_line__vmstat(void)
{
    check_damaged("nr_free_pages 3O1132\n", 1, 0);
    end_reading();
    check_damaged("nr_free_pages 3O1132\nnr_dirty 12\npgfault 5131372\n", 1, 2);
    UNIT_EQUAL_U64(value_of(sample_at(0, 0), VMT_HOST_FAULTS).reading.value, 5131372);
    end_reading();
    check_damaged("nr_free_pag\nnr_zone_inactive_anon 7\nnr_dirty 12\n", 1, 2);
    end_reading();
}

static void test_first_line__cgroup(void)
{
    check_damaged("low zero\nhigh 12\nmax 812\noom 9\noom_kill 9\n", 1, 4);
    UNIT_EQUAL_U64(value_of(sample_at(0, 0), VMT_HOST_CGROUP_HIGH_EVENTS).reading.value, 12);
    CU_ASSERT(!has_value(sample_at(0, 0), VMT_HOST_CGROUP_LOW_EVENTS));
    end_reading();
    check_damaged("anon 25759E44\nfile 283705344\nkernel 8192\nslab 4096\n", 1, 3);
    UNIT_EQUAL_U64(value_of(sample_at(0, 0), VMT_HOST_CACHED).reading.value, 283705344);
    end_reading();
    check_damaged("==> /sys/fs/cgroup/acme.slice/memory.current <==\nO104816640\n", 2, 1);
    end_reading();
    check_damaged("/sys/fs/cgroup/acme.slice/memory.peak:536993E92\n", 1, 0);
    end_reading();
    check_damaged("==> /sys/fs/cgroup/acme.slice/memory.stat <==\nan\nfile 283705344\n", 2, 2);
    end_reading();
}

/* A file that its name tells, and nothing else. */
static void test_first_line__of_a_file_with_a_name(void)
{
    static const struct {
        const char *name;
        const char *text;
    } files[] = {
        {"memory.current", "1O4816640\n"},
        {"memory.events", "low zero\nhigh 12\n"},
        {"zram0/mm_stat", "4E9600 28672 131072 0 131072 12 0\n"},
    };
    for (size_t i = 0; i < COUNT(files); i++) {
        struct vmt_memory_input input;
        begin_reading();
        vmt_memory_input_init(&input, files[i].name, vmt_slice(files[i].text));
        read_input(&input.input);
        UNIT_EQUAL_I64(reading.status, VMT_OK);
        UNIT_EQUAL_U64(noted_in(&host_at(0)->notes, VMT_NOTE_DAMAGED_LINE), 1);
        UNIT_EQUAL_U64(reading.ledger->damaged, 1);
        end_reading();
    }
}

static void test_first_line__smaps(void)
{
    static const char *const firsts[] = {
        "5581f0a00000-5581f0a1cOOO r-xp 00002000 fd:01 524391 /opt/acme/bin/ledgerd\n",
        "5581f0a00000-5581f0a1c000 r-\xff\xfep 00002000 fd:01 524391 /opt/acme/bin/ledgerd\n",
        "5581f0a00000-5581f0a1c000 r-xp 00002000 fd\n", "5581f0a00000-5581f0a1\n"};
    for (size_t i = 0; i < COUNT(firsts); i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "%sSize: 112 kB\nRss: 100 kB\n5581f2c31000-5581f2c41000 rw-p 00000000 00:00 0 "
                 "[heap]\nSize: 64 kB\nRss: 48 kB\n",
                 firsts[i]);
        read_text(text);
        UNIT_EQUAL_I64(reading.status, VMT_OK);
        UNIT_EQUAL_U64(reading.ledger->damaged, 3);
        UNIT_EQUAL_U64(reading.ledger->consumed, 3);
        UNIT_EQUAL_U64(reading.process->regions.count, 1);
        UNIT_EQUAL_U64(noted_in(&reading.process->notes, VMT_NOTE_DAMAGED_LINE), 1);
        UNIT_EQUAL_I64(reading.process->coverage, VMT_COVERAGE_EXCERPT);
        UNIT_EQUAL_STR(reading.process->grammar, "linux-smaps");
        end_reading();
    }
}

static void test_first_line__smaps_rollup(void)
{
    read_text(
        "55810000-7ffc4e91O000 ---p 00000000 00:00 0   [rollup]\nRss: 1640 kB\nPss: 343 kB\n");
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    UNIT_EQUAL_STR(reading.process->grammar, "linux-smaps-rollup");
    UNIT_EQUAL_U64(reading.ledger->damaged, 1);
    UNIT_EQUAL_U64(reading.process->whole.of[VMT_RESIDENT].value, 1640 * 1024);
    end_reading();
}

static void test_first_line__maps(void)
{
    read_text("5581f0a00000-5581f0aO8000 r--p 00000000 fd:01 5\n"
              "5581f0a08000-5581f0a24000 r-xp 00008000 fd:01 5 /opt/acme/bin/ledgerd\n"
              "ffffffffff600000-fffffffffO601000 --xp 00000000 00:00 0 [vsyscall]\n");
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    UNIT_EQUAL_U64(reading.process->regions.count, 1);
    UNIT_EQUAL_U64(reading.ledger->damaged, 2);
    UNIT_EQUAL_I64(reading.process->coverage, VMT_COVERAGE_EXCERPT);
    end_reading();
}

static void test_first_line__status(void)
{
    read_text("Name:\tledgerd\nUmask:\xff\xfe\nState:\tS (sleeping)\nTgid:\t4101\nPid:\t4101\n"
              "VmRSS:\t1632 kB\n");
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    UNIT_EQUAL_STR(text_of(reading.process->name), "ledgerd");
    UNIT_EQUAL_U64(reading.process->pid, 4101);
    UNIT_EQUAL_U64(reading.ledger->prose, 0);
    end_reading();
    read_text("VmPeak: 5234O kB\nVmRSS: 1632 kB\n");
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    UNIT_EQUAL_U64(noted_in(&reading.process->notes, VMT_NOTE_DAMAGED_LINE), 1);
    end_reading();
}

static void test_first_line__rows_of_top(void)
{
    read_text("PID    COMMAND  %CPU MEM    PURG  CMPRS STATE\n"
              "12x4   ledgerd  0.0  4192K  0B    512K  sleeping\n"
              "1O01   workerd  0.1  9216K  64K   0B    sleeping\n");
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    UNIT_EQUAL_U64(reading.ledger->damaged, 2);
    UNIT_EQUAL_U64(noted_in(&reading.input->notes, VMT_NOTE_DAMAGED_LINE), 2);
    end_reading();
}

static void test_middle__top_goes_on_behind_a_bad_time(void)
{
    read_text("Processes: 288 total, 6 running, 976 threads\n2026/03/O4 09:15:22\n"
              "Load Avg: 1.60, 2.65, 12.80\n"
              "PhysMem: 29G used (2019M wired, 2398M compressor), 2314M unused.\n");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 1);
    UNIT_EQUAL_U64(noted_in(&host_at(0)->notes, VMT_NOTE_DAMAGED_LINE), 2);
    UNIT_EQUAL_U64(value_of(sample_at(0, 0), VMT_HOST_WIRED).reading.value, UINT64_C(2019) << 20);
    UNIT_EQUAL_STR(fact_in(&host_at(0)->facts, "Load Avg"), "1.60, 2.65, 12.80");
    end_reading();
}

static void test_middle__an_unknown_name_of_vmstat(void)
{
    check_damaged("nr_free_pages 301132\npgalloc_node9 5.5\npswpin 3108\n", 2, 2);
    UNIT_EQUAL_U64(value_of(sample_at(0, 0), VMT_HOST_SWAPINS).reading.value, 3108);
    end_reading();
    check_damaged("nr_free_pages 301132\npginode\nslabs_scanned 3\nkswapd_steal 4\n", 2, 3);
    end_reading();
    /* What somebody says behind it is not of it. */
    read_text("nr_free_pages 301132\nthat is all, and nothing else\n");
    UNIT_EQUAL_U64(reading.ledger->prose, 1);
    UNIT_EQUAL_U64(reading.ledger->damaged, 0);
    end_reading();
}

static void test_middle__another_file_begins(void)
{
    read_text("MemTotal: 1024 kB\nMemFree: 512 kB\nName:\tcat\nUmask:\t0022\nState:\tR (running)\n"
              "Tgid:\t7\nPid:\t7\nVmRSS:\t1632 kB\n");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 1);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 1);
    UNIT_EQUAL_U64(reading.ledger->damaged, 0);
    UNIT_EQUAL_U64(reading.ledger->prose, 0);
    end_reading();
}

static void test_numa_stat__of_version_1(void)
{
    read_fixture("linux-cgroup/ok-v1-numa-stat.txt");
    UNIT_EQUAL_STR(fact_in(&host_at(0)->facts, "memory.numa_stat anon"), "9728 N0=9216 N1=512");
    UNIT_EQUAL_U64(reading.ledger->consumed, 8);
    end_reading();
    check_damaged("total=12800 N0=12288 N1=512\nfile=3072 N0=3072 N1=-4\nanon=9728 N0=9728 N1=0\n",
                  2, 2);
    end_reading();
}

static void test_pressure__lines_of_grep(void)
{
    read_fixture("linux-pressure/ok-grep.txt");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 2);
    UNIT_EQUAL_U64(value_of(sample_at(0, 0), VMT_HOST_PSI_SOME_TOTAL).reading.value, 5131372);
    UNIT_EQUAL_U64(value_of(sample_at(0, 0), VMT_HOST_PSI_FULL_TOTAL).reading.value, 1221004);
    UNIT_EQUAL_STR(fact_in(&host_at(0)->facts, "/proc/pressure/io some"),
                   "avg10=0.20 avg60=0.45 avg300=0.31 total=7204551");
    UNIT_EQUAL_STR(text_of(host_at(1)->cgroup), "/sys/fs/cgroup/acme.slice");
    UNIT_EQUAL_U64(value_of(sample_at(1, 0), VMT_HOST_PSI_SOME_TOTAL).reading.value, 71);
    end_reading();
    check_damaged("memory:some avg10=0.00 avg60=1.25 avg300=0.40 total=-1\n"
                  "memory:full avg10=0.00 avg60=0.31 avg300=0.07 total=12\n",
                  1, 1);
    end_reading();
}

static void test_pressure__two_that_nothing_names(void)
{
    read_fixture("linux-pressure/warn-apart.txt");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 2);
    UNIT_EQUAL_U64(value_of(sample_at(0, 0), VMT_HOST_PSI_SOME_TOTAL).reading.value, 5131372);
    UNIT_EQUAL_U64(host_at(1)->samples.count, 0);
    UNIT_EQUAL_U64(host_at(1)->facts.count, 2);
    UNIT_EQUAL_U64(noted_in(&host_at(1)->notes, VMT_NOTE_UNKNOWN_RESOURCE), 8);
    end_reading();
}

static void test_pressure__a_torn_heading(void)
{
    read_fixture("linux-pressure/warn-torn-heading.txt");
    UNIT_EQUAL_U64(host_at(0)->samples.count, 0);
    UNIT_EQUAL_U64(noted_in(&host_at(0)->notes, VMT_NOTE_UNKNOWN_RESOURCE), 1);
    end_reading();
}

/* --- lines that nothing reads ----------------------------------------------------------------- */

static void test_unread__is_noted_where_it_stands(void)
{
    read_fixture("darwin-vm-stat/warn-banner-torn.txt");
    UNIT_EQUAL_U64(noted_in(&reading.input->notes, VMT_NOTE_UNREAD_LINE), 1);
    UNIT_EQUAL_U64(reading.ledger->prose, 1);
    UNIT_EQUAL_U64(reading.ledger->consumed, 3);
    end_reading();
}

static void test_unread__is_the_place_of_the_refusal(void)
{
    read_text("The dump was lost.\n\n  Virtual Memory Map of proc\n");
    UNIT_EQUAL_I64(reading.status, VMT_E_NOCAPTURE);
    UNIT_EQUAL_U64(reading.err.place.line, 3);
    CU_ASSERT(strstr(reading.err.message, "darwin-vmmap") != NULL);
    end_reading();
    begin_reading(); /* only what is asked for */
    reading.context.only = vmt_grammar_find(vmt_slice("linux-smaps"));
    read_more(vmt_slice("Virtual Memory Map of proc\n"));
    UNIT_EQUAL_U64(reading.input->notes.sequence.count, 0);
    end_reading();
}

static void test_unread__a_table_without_its_heading(void)
{
    read_text("VM_ALLOCATE                 10f3c8000-13f3c8000    [768.0M  12.0M  12.0M     0K] "
              "rw-/rwx SM=PRV\n\n\001\n"
              "===========                     =======  =======\n"
              "Dispatch continuations            8192K        2\n");
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    UNIT_EQUAL_U64(reading.process->regions.count, 1);
    UNIT_EQUAL_U64(noted_in(&reading.input->notes, VMT_NOTE_UNREAD_LINE), 4);
    end_reading();
}

static void test_unread__prose_is_not(void)
{
    static const char *const texts[] = {
        "Virtual Memory is a fine thing.\n",
        "Pages of it\n",
        "==> Installing acme\n",
        "commit 1a2b3c4d5e6f\n",
        "8E6E2F9C-1234-4ABC-9DEF-001122334455\n",
        "  nr_free_pages 3840\n",
        "Dirty work\n",
        "Physical footprint:         9040K\n",
        "Error Code:      02000148\n",
        "===========\n",
        "=====  =====\n",
        "cat: /sys/fs/cgroup/memory.peak: No such file or directory\n",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        read_text(texts[i]);
        UNIT_EQUAL_I64(reading.status, VMT_E_NOCAPTURE);
        UNIT_EQUAL_U64(reading.input->notes.sequence.count, 0);
        end_reading();
    }
}

static const struct unit_test tests[] = {
    {"first_line__memory_pressure", test_first_line__memory_pressure},
    {"first_line__vmstat", test_first_line__vmstat},
    {"first_line__cgroup", test_first_line__cgroup},
    {"first_line__of_a_file_with_a_name", test_first_line__of_a_file_with_a_name},
    {"first_line__smaps", test_first_line__smaps},
    {"first_line__smaps_rollup", test_first_line__smaps_rollup},
    {"first_line__maps", test_first_line__maps},
    {"first_line__status", test_first_line__status},
    {"first_line__rows_of_top", test_first_line__rows_of_top},
    {"middle__top_goes_on_behind_a_bad_time", test_middle__top_goes_on_behind_a_bad_time},
    {"middle__an_unknown_name_of_vmstat", test_middle__an_unknown_name_of_vmstat},
    {"middle__another_file_begins", test_middle__another_file_begins},
    {"numa_stat__of_version_1", test_numa_stat__of_version_1},
    {"pressure__lines_of_grep", test_pressure__lines_of_grep},
    {"pressure__two_that_nothing_names", test_pressure__two_that_nothing_names},
    {"pressure__a_torn_heading", test_pressure__a_torn_heading},
    {"unread__is_noted_where_it_stands", test_unread__is_noted_where_it_stands},
    {"unread__is_the_place_of_the_refusal", test_unread__is_the_place_of_the_refusal},
    {"unread__a_table_without_its_heading", test_unread__a_table_without_its_heading},
    {"unread__prose_is_not", test_unread__prose_is_not},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_unread", tests, argc, argv);
}
