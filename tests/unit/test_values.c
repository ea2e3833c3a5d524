/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "reading.h"

/* One value of a capture that cannot be one: beyond 64 bits, below zero, of no known unit.  It is
 * noted where it stands, and all other lines are read as if it were fine. */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char vmmap[] = "Process:         Lantern [77]\n"
                            "Analysis Tool:   /usr/bin/vmmap\n"
                            "Physical footprint:         12.5M\n"
                            "Physical footprint (peak):  13.0M\n"
                            "----\n"
                            "\n"
                            "Virtual Memory Map of process 77 (Lantern)\n"
                            "\n"
                            "REGION TYPE                        SIZE    COUNT (non-coalesced)\n"
                            "===========                     =======  =======\n"
                            "MALLOC_TINY                       1024K        1\n"
                            "Stack                             8192K        2\n"
                            "===========                     =======  =======\n"
                            "TOTAL                             9216K        3\n";
static const char footprint[] =
    "======================================================================\n"
    "Lantern [77]: 64-bit    Footprint: 42 MB (16384 bytes per page)\n"
    "======================================================================\n"
    "\n"
    "  Dirty      Clean  Reclaimable    Regions    Category\n"
    "    ---        ---          ---        ---    ---\n"
    "  42 MB        0 B          0 B          2    MALLOC_LARGE\n"
    "    ---        ---          ---        ---    ---\n"
    "  42 MB        0 B          0 B          2    TOTAL\n"
    "\n"
    "======================================================================\n"
    "Summary Footprint: 44040192 B\n"
    "======================================================================\n";
static const char status[] = "Name:\tledgerd\n"
                             "State:\tS (sleeping)\n"
                             "Pid:\t4101\n"
                             "VmSize:\t    9000 kB\n"
                             "RssAnon:\t    4908 kB\n"
                             "VmLib:\t    1200 kB\n"
                             "Threads:\t3\n";
static const char vmstat[] = "nr_free_pages 301132\n"
                             "nr_dirty 12\n"
                             "pswpin 9\n"
                             "pswpout 24112\n"
                             "pgalloc_dma 7\n"
                             "unknown_of_today 5\n";
static const char meminfo[] = "MemTotal:       16306124 kB\n"
                              "MemFree:         1204528 kB\n"
                              "MemAvailable:    9818264 kB\n";
static const char cgroup[] = "==> /sys/fs/cgroup/acme.slice/memory.current <==\n"
                             "402653184\n"
                             "\n"
                             "==> /sys/fs/cgroup/acme.slice/memory.events <==\n"
                             "low 0\n"
                             "high 12\n"
                             "max 3\n"
                             "oom 2\n"
                             "\n"
                             "==> /sys/fs/cgroup/acme.slice/memory.peak <==\n"
                             "469762048\n";
static const char zram[] = "==> /sys/block/zram0/mm_stat <==\n"
                           "402653184 98566144 104857600 0 125829120 812 0 204 371\n";

/* `value`, the only one of its kind in the text, becomes `other`. */
static const struct {
    const char *text;
    const char *value;
    const char *other;
    unsigned line;
} cases[] = {
    {vmmap, "12.5M", "12.5Q", 3},
    {vmmap, "12.5M", "-12.5M", 3},
    {vmmap, "13.0M", "99999999999999999999999M", 4},
    {vmmap, "9216K", "9216Q", 14},
    {vmmap, "9216K", "-9216K", 14},
    {footprint, "42 MB (", "99999999999999999999999 MB (", 2},
    {footprint, "42 MB (", "-42 MB (", 2},
    {footprint, "42 MB (", "42 furlongs (", 2},
    {footprint, "44040192 B", "99999999999999999999999 B", 12},
    {footprint, "44040192 B", "-44040192 B", 12},
    {status, "4908 kB", "-4908 kB", 5},
    {status, "4908 kB", "4908 pages", 5},
    {status, "1200 kB", "99999999999999999999999 kB", 6},
    {vmstat, "9\n", "-9\n", 3},
    {vmstat, "24112", "-24112", 4},
    {vmstat, "24112", "24112.5", 4},
    {vmstat, "7\n", "-7\n", 5},
    {meminfo, "16306124 kB", "16306124 pages", 1},
    {meminfo, "16306124 kB", "-16306124 kB", 1},
    {meminfo, "16306124 kB", "99999999999999999999999 kB", 1},
    {meminfo, "1204528 kB", "-1204528 kB", 2},
    {meminfo, "9818264 kB", "9818264", 3},
    {cgroup, "402653184", "-402653184", 2},
    {cgroup, "402653184", "402653184.5", 2},
    {cgroup, "12\n", "-12\n", 6},
    {cgroup, "469762048", "-469762048", 11},
    {zram, "98566144", "-98566144", 2},
};

/* Notes of damage, wherever they were put. */
static size_t count_damage(const struct vmt_notes *notes, unsigned line)
{
    size_t count = 0;
    struct vmt_walker walker = {0};
    const struct vmt_note *note = NULL;
    while ((note = vmt_sequence_next(&notes->sequence, &walker)) != NULL) {
        count += note->kind == VMT_NOTE_DAMAGED_LINE && note->place.line == line ? 1 : 0;
    }
    return count;
}

static size_t count_all_damage(unsigned line)
{
    size_t count = count_damage(&reading.input->notes, line);
    for (size_t i = 0; i < reading.snapshot.processes.count; i++) {
        count += count_damage(&process_at(i)->notes, line);
    }
    for (size_t i = 0; i < reading.snapshot.hosts.count; i++) {
        const struct vmt_host *host = record_at(&reading.snapshot.hosts, i);
        count += count_damage(&host->notes, line);
    }
    return count;
}

static void replace(char *out, size_t size, const char *text, const char *value, const char *other)
{
    const char *at = strstr(text, value);
    CU_ASSERT_FATAL(at != NULL);
    snprintf(out, size, "%.*s%s%s", (int)(at - text), text, other, at + strlen(value));
}

static void test_values__damaged_ones_are_noted(void)
{
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[2048];
        replace(text, sizeof text, cases[i].text, cases[i].value, cases[i].other);
        read_text(cases[i].text);
        uint64_t consumed = reading.ledger->consumed;
        uint64_t prose = reading.ledger->prose;
        UNIT_EQUAL_U64(reading.ledger->damaged, 0);
        end_reading();
        read_text(text);
        UNIT_EQUAL_I64(reading.status, VMT_OK);
        UNIT_EQUAL_U64(reading.ledger->damaged, 1);
        UNIT_EQUAL_U64(reading.ledger->consumed, consumed - 1);
        UNIT_EQUAL_U64(reading.ledger->prose, prose);
        UNIT_EQUAL_U64(count_all_damage(cases[i].line), 1);
        if (reading.ledger->damaged != 1) {
            printf("test_values: %s for %s\n", cases[i].other, cases[i].value);
        }
        end_reading();
    }
}

/* `???` says that there is none. */
static void test_values__unknown_is_no_damage(void)
{
    char text[2048];
    replace(text, sizeof text, vmmap, "12.5M", "???");
    read_text(text);
    UNIT_EQUAL_U64(reading.ledger->damaged, 0);
    CU_ASSERT_FALSE(reading.process->whole.of[VMT_FOOTPRINT].known);
    CU_ASSERT_TRUE(reading.process->whole.of[VMT_FOOTPRINT_PEAK].known);
    end_reading();
}

/* A number that no parser of JSON takes is not taken for one that is left out. */
static void test_values__of_json(void)
{
    static const char *const numbers[] = {"99999999999999999999999", "1e400", "-1", "\"x\""};
    for (size_t i = 0; i < COUNT(numbers); i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "{\"schema\": \"vmtally/regions\", \"version\": 1, \"processes\": [\n"
                 "{\"name\": \"Lamp\", \"pid\": %s, \"page_size\": 16384, \"regions\": []}]}\n",
                 numbers[i]);
        read_text(text);
        CU_ASSERT_FALSE(process_at(0)->pid_known);
        UNIT_EQUAL_U64(process_at(0)->page_size, 16384);
        UNIT_EQUAL_U64(vmt_notes_count(&process_at(0)->notes, VMT_NOTE_DAMAGED_VALUE), 1);
        end_reading();
    }
}

/* Below its name the lines of a vmstat can be indented; without it they may be of zoneinfo. */
static void test_values__indented(void)
{
    static const char rows[] = "    nr_free_pages 301132\n    nr_dirty 12\n    pswpin 9\n";
    char text[512];
    snprintf(text, sizeof text, "    $ cat /proc/vmstat\n%s", rows);
    read_text(text);
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    UNIT_EQUAL_U64(reading.ledger->consumed, 4);
    end_reading();
    snprintf(text, sizeof text, "Node 0, zone      DMA\n  pages free     3952\n%s", rows);
    read_text(text);
    UNIT_EQUAL_I64(reading.status, VMT_E_NOCAPTURE);
    end_reading();
}

static const struct unit_test tests[] = {
    {"values__indented", test_values__indented},
    {"values__of_json", test_values__of_json},
    {"values__damaged_ones_are_noted", test_values__damaged_ones_are_noted},
    {"values__unknown_is_no_damage", test_values__unknown_is_no_damage},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_values", tests, argc, argv);
}
