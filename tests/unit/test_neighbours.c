/* SPDX-License-Identifier: MIT */
/* Evidence of different processes and tools, one directly behind the other in one text: nothing of
 * one may become part of the other. */
#include "config.h"

#include "reading.h"

#define K UINT64_C(1024)

/* --- parts ------------------------------------------------------------------------------------ */

#define ZONES                                                                                    \
    "                                 VIRTUAL   RESIDENT      DIRTY    SWAPPED ALLOCATION      " \
    "BYTES DIRTY+SWAP          REGION\n"                                                         \
    "MALLOC ZONE                         SIZE       SIZE       SIZE       SIZE      COUNT  "     \
    "ALLOCATED  FRAG SIZE  % FRAG   COUNT\n"                                                     \
    "===========                      =======  =========  =========  =========  =========\n"     \
    "DefaultMallocZone_0x104a90000      1024K       512K       512K       256K       3120      " \
    "600K       168K     22%       1\n"

#define FOOTPRINT_RULE "======================================================================\n"
#define FOOTPRINT                                                                            \
    FOOTPRINT_RULE                                                                           \
    "lantern [310]: 64-bit    Footprint: 64 KB (16384 bytes per page)\n" FOOTPRINT_RULE "\n" \
    "  Dirty      Clean  Reclaimable    Regions    Category\n"                               \
    "    ---        ---          ---        ---    ---\n"                                    \
    "  48 KB        0 B          0 B          3    MALLOC_TINY\n"                            \
    "    ---        ---          ---        ---    ---\n"                                    \
    "  48 KB        0 B          0 B          3    TOTAL\n"                                  \
    "\n"                                                                                     \
    "Auxiliary data:\n"                                                                      \
    "    phys_footprint: 80 KB\n"                                                            \
    "    phys_footprint_peak: 96 KB\n"

#define VMMAP_HEADER                        \
    "Process:         Harbor [902]\n"       \
    "Path:            /opt/harbor/Harbor\n" \
    "Analysis Tool:   /usr/bin/vmmap\n"     \
    "\n"                                    \
    "Physical footprint:         2336K\n"   \
    "----\n"

#define CRASH_HEADER                                \
    "Process:               Lantern [310]\n"        \
    "Path:                  /opt/lantern/Lantern\n" \
    "Exception Type:        EXC_BAD_ACCESS (SIGSEGV)\n"

#define CRASH_TABLE                                                       \
    "\nVM Region Summary:\n"                                              \
    "                                VIRTUAL   REGION \n"                 \
    "REGION TYPE                        SIZE    COUNT (non-coalesced) \n" \
    "===========                     =======  ======= \n"                 \
    "Stack                             8176K        1 \n"                 \
    "__TEXT                              96K        1 \n"                 \
    "===========                     =======  ======= \n"                 \
    "TOTAL                             8272K        2 \n"                 \
    "\n"

#define FAULT                                                                                     \
    "VM Region Info: 0x28 is not in any region.  Bytes before following region: 4096\n"           \
    "      REGION TYPE                 START - END      [ VSIZE] PRT/MAX SHRMOD  REGION DETAIL\n" \
    "      UNUSED SPACE AT START\n"                                                               \
    "--->  \n"                                                                                    \
    "      __TEXT                   100000000-100004000 [   16K] r-x/r-x SM=COW  ...otes\n"

/* Of another process, without headings. */
#define BARE_ROWS                                         \
    "MALLOC guard page                   32K        2 \n" \
    "Stack                              512K        4 \n" \
    "VM_ALLOCATE                        304K       10 \n"

#define SECTION                                                                                 \
    "==== Writable regions for process 310\n"                                                   \
    "REGION TYPE                    START - END         [ VSIZE  RSDNT  DIRTY   SWAP] PRT/MAX " \
    "SHRMOD PURGE    REGION DETAIL\n"                                                           \
    "MALLOC_TINY                 104a28000-104a30000    [   32K    16K    16K     0K] "         \
    "rw-/rw- SM=PRV          zone\n"

#define ALL_SECTION                                                                             \
    "==== regions for process 310  (non-writable and writable regions are interleaved)\n"       \
    "REGION TYPE                    START - END         [ VSIZE  RSDNT  DIRTY   SWAP] PRT/MAX " \
    "SHRMOD PURGE    REGION DETAIL\n"                                                           \
    "MALLOC_TINY                 104a28000-104a30000    [   32K    16K    16K     0K] "         \
    "rw-/rw- SM=PRV          zone\n"

#define ROW                                                                             \
    "Stack                       16b5a8000-16bda4000    [ 8176K    32K    32K    16K] " \
    "rw-/rwx SM=PRV          thread 0\n"

/* --- tests ------------------------------------------------------------------------------------ */

static void test_zones__footprint_behind_them_keeps_its_banner(void)
{
    read_text(ZONES FOOTPRINT);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_U64(reading.ledger->damaged, 0);
    const struct vmt_process *process = process_at(1);
    UNIT_EQUAL_STR(process->grammar, "darwin-footprint");
    UNIT_EQUAL_U64(process->pid, 310);
    UNIT_EQUAL_U64(process->page_size, 16384);
    UNIT_EQUAL_U64(process->whole.of[VMT_FOOTPRINT].value, 80 * K);
    end_reading();
}

static void test_zones__footprint_behind_a_blank_line(void)
{
    read_text(ZONES "\n" FOOTPRINT);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_U64(process_at(1)->pid, 310);
    end_reading();
}

static void test_vmmap_header__crash_report_behind_it_is_another(void)
{
    read_text(VMMAP_HEADER CRASH_HEADER CRASH_TABLE);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    const struct vmt_process *first = process_at(0);
    UNIT_EQUAL_U64(first->pid, 902);
    CU_ASSERT(first->reason == NULL);
    UNIT_EQUAL_U64(first->whole.of[VMT_FOOTPRINT].value, 2336 * K);
    const struct vmt_process *second = process_at(1);
    UNIT_EQUAL_U64(second->pid, 310);
    CU_ASSERT(second->reason != NULL);
    UNIT_EQUAL_U64(second->stated.count, 2);
    end_reading();
}

static void test_table__rows_behind_its_total_are_of_another(void)
{
    read_text(CRASH_HEADER CRASH_TABLE BARE_ROWS);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_U64(process_at(0)->stated.count, 2);
    UNIT_EQUAL_U64(process_at(1)->stated.count, 3);
    CU_ASSERT_FALSE(process_at(1)->pid_known);
    end_reading();
}

static void test_section__is_not_of_the_summary_before_it(void)
{
    read_text(ZONES "\n" SECTION);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    CU_ASSERT_FALSE(process_at(0)->pid_known);
    UNIT_EQUAL_U64(process_at(1)->pid, 310);
    end_reading();
    read_text(ROW ALL_SECTION);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    CU_ASSERT_FALSE(process_at(0)->pid_known);
    UNIT_EQUAL_U64(process_at(1)->pid, 310);
    UNIT_EQUAL_U64(process_at(1)->regions.count, 1);
    end_reading();
    read_text(ROW SECTION); /* the section before it has lost its title */
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 1);
    UNIT_EQUAL_U64(process_at(0)->regions.count, 2);
    end_reading();
}

static void test_json__object_behind_one_that_is_torn(void)
{
    read_text("{\n"
              "  \"name\" : \"maild\",\n"
              "  \"pid\" : 281,\n"
              "  \"rpages\" : 1126\n"
              "{\n"
              "  \"name\" : \"notesd\",\n"
              "  \"pid\" : 282,\n"
              "  \"rpages\" : 40\n"
              "}\n");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_U64(process_at(0)->pid, 281);
    UNIT_EQUAL_U64(process_at(1)->pid, 282);
    end_reading();
}

static void test_summary__header_behind_it_is_no_row(void)
{
    read_text("REGION TYPE                      VIRTUAL\n"
              "===========                      =======\n"
              "Stack                              8176K\n"
              "__TEXT                               96K\n" CRASH_HEADER CRASH_TABLE);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_U64(process_at(0)->stated.count, 2);
    UNIT_EQUAL_U64(process_at(1)->pid, 310);
    end_reading();
}

/* A fault within sight of the header makes no crash report of one of vmmap. */
static void test_vmmap_header__fault_behind_the_report(void)
{
    read_text(VMMAP_HEADER FAULT);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_U64(process_at(0)->pid, 902);
    CU_ASSERT_FALSE(process_at(0)->fault.stated);
    UNIT_EQUAL_U64(process_at(1)->fault.address, 40);
    end_reading();
    read_text("Process:         Harbor [902]\n"
              "Path:            /opt/harbor/Harbor\n"
              "Physical footprint:         2336K\n"
              "----\n\n" ZONES "\n" FAULT);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_STR(process_at(0)->grammar, "darwin-vmmap");
    UNIT_EQUAL_U64(process_at(0)->pid, 902);
    UNIT_EQUAL_U64(process_at(1)->fault.address, 40);
    UNIT_EQUAL_U64(vmt_notes_count(&reading.input->notes, VMT_NOTE_AMBIGUOUS_PART), 0);
    end_reading();
}

static void test_rows__fault_or_table_of_a_crash_behind_them(void)
{
    read_text(ROW FAULT);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_U64(process_at(0)->regions.count, 1);
    UNIT_EQUAL_U64(process_at(1)->fault.address, 40);
    end_reading();
    read_text(SECTION CRASH_TABLE);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_U64(process_at(0)->stated.count, 0);
    UNIT_EQUAL_U64(process_at(1)->stated.count, 2);
    end_reading();
}

static void test_zones__header_of_a_crash_behind_them(void)
{
    read_text(ZONES CRASH_HEADER CRASH_TABLE);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    CU_ASSERT_FALSE(process_at(0)->pid_known);
    UNIT_EQUAL_U64(process_at(0)->zones.count, 1);
    UNIT_EQUAL_U64(process_at(1)->pid, 310);
    end_reading();
}

static void test_crash__fault_behind_the_table_is_of_another(void)
{
    read_text(CRASH_HEADER CRASH_TABLE FAULT);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    CU_ASSERT_FALSE(process_at(0)->fault.stated);
    UNIT_EQUAL_U64(process_at(1)->fault.address, 40);
    end_reading();
}

static void test_csv__object_behind_its_rows(void)
{
    read_text("process_index,pid,process,key,value\n"
              "1,310,lantern,mode,slow\n"
              "{\"name\":\"maild\",\"pid\":281,\"rpages\":1126,\"a\":1,\"b\":2}\n");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_U64(reading.ledger->damaged, 0);
    UNIT_EQUAL_U64(process_at(1)->pid, 281);
    end_reading();
}

static void test_json__rollup_behind_one_that_is_torn(void)
{
    read_text("{\n"
              "  \"name\" : \"maild\",\n"
              "  \"pid\" : 281,\n"
              "  \"rpages\" : 1126,\n"
              "55d0c0000000-7ffd8e5ff000 ---p 00000000 00:00 0          [rollup]\n"
              "Rss:                 812 kB\n"
              "Pss:                 400 kB\n");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_STR(process_at(1)->grammar, "linux-smaps-rollup");
    end_reading();
}

static void test_json__object_behind_a_torn_string(void)
{
    read_text("{\n"
              "  \"name\" : \"maild\",\n"
              "  \"pid\" : 281,\n"
              "  \"rpages\" : 1126,\n"
              "  \"uuid\" : \"1f2e\n"
              "{\"name\" : \"notesd\", \"pid\" : 282, \"rpages\" : 40}\n");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_U64(process_at(0)->pid, 281);
    UNIT_EQUAL_U64(process_at(1)->pid, 282);
    end_reading();
}

static void test_vm_stat_log__banner_at_its_end(void)
{
    read_text(
        "Mach Virtual Memory Statistics: (page size of 4096 bytes)\n"
        "    free   active   spec inactive   wire   faults     copy    0fill reactive  pageins "
        " pageout\n"
        "   61000   230000   5100   220000 116000  6650000   311000  4400000      300   250000 "
        "    40\n"
        "Mach Virtual Memory Statistics: (page size of 4096 bytes)\n"
        "$ exit\n");
    const struct vmt_host *host = vmt_sequence_last(&reading.snapshot.hosts);
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 1);
    UNIT_EQUAL_U64(host->samples.count, 1);
    end_reading();
}

static void test_table__fault_behind_it_is_no_row(void)
{
    read_text("VM Region Summary:\n"
              "\n"
              "REGION TYPE                      VIRTUAL\n"
              "===========                      =======\n"
              "Stack                              8176K\n"
              "__TEXT                               96K\n"
              "VM Region Info: 0x10f155010 is in 0x10f155000-0x10f157000;  bytes after start: 16  "
              "bytes before end: 8175\n"
              "      REGION TYPE                 START - END      [ VSIZE] PRT/MAX SHRMOD  REGION "
              "DETAIL\n"
              "--->  mapped file              10f155000-10f157000 [    8K] r--/rw- SM=PRV\n");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_U64(process_at(0)->stated.count, 2);
    UNIT_EQUAL_U64(process_at(1)->fault.address, UINT64_C(0x10f155010));
    end_reading();
}

/* Not damage of the table either, though it could go on behind it. */
static void test_table__footprint_of_the_next_behind_it(void)
{
    read_text("REGION TYPE                      VIRTUAL\n"
              "===========                      =======\n"
              "Stack                              8176K\n"
              "__TEXT                               96K\n"
              "Physical footprint:         2336K\n"
              "Stack   8176K  32K  32K  16K  0K  0K  0K  1\n"
              "__DATA  32K  16K  16K  0K  0K  0K  0K  1\n");
    UNIT_EQUAL_U64(reading.ledger->damaged, 0);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_U64(process_at(1)->whole.of[VMT_FOOTPRINT].value, 2336 * K);
    UNIT_EQUAL_U64(process_at(1)->stated.count, 2);
    end_reading();
}

static void test_table__names_that_begin_anew(void)
{
    read_text("MALLOC                              100K        2 \n"
              "Stack                              512K        4 \n"
              "VM_ALLOCATE                        304K       10 \n"
              "__DATA                              10K        1 \n"
              "__TEXT                              20K        1 \n"
              "\n" BARE_ROWS);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_U64(process_at(0)->stated.count, 5);
    UNIT_EQUAL_U64(process_at(1)->stated.count, 3);
    end_reading();
}

static void test_crash__report_of_json_and_text_behind_it(void)
{
    read_text(CRASH_HEADER CRASH_TABLE
              "{\"app_name\":\"Pier\",\"bug_type\":\"109\",\"name\":\"Pier\"}\n"
              "Incident Identifier: 1F2E\n"
              "Hardware Model:      iPhone9,4\n"
              "Process:             Pier [77]\n"
              "Path:                /opt/Pier\n"
              "Exception Type:  EXC_CRASH (SIGABRT)\n");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_U64(process_at(1)->pid, 77);
    end_reading();
}

static const struct unit_test tests[] = {
    {"table__fault_behind_it_is_no_row", test_table__fault_behind_it_is_no_row},
    {"table__footprint_of_the_next_behind_it", test_table__footprint_of_the_next_behind_it},
    {"table__names_that_begin_anew", test_table__names_that_begin_anew},
    {"crash__report_of_json_and_text_behind_it", test_crash__report_of_json_and_text_behind_it},
    {"summary__header_behind_it_is_no_row", test_summary__header_behind_it_is_no_row},
    {"vmmap_header__fault_behind_the_report", test_vmmap_header__fault_behind_the_report},
    {"rows__fault_or_table_of_a_crash_behind_them",
     test_rows__fault_or_table_of_a_crash_behind_them},
    {"zones__header_of_a_crash_behind_them", test_zones__header_of_a_crash_behind_them},
    {"crash__fault_behind_the_table_is_of_another",
     test_crash__fault_behind_the_table_is_of_another},
    {"csv__object_behind_its_rows", test_csv__object_behind_its_rows},
    {"json__rollup_behind_one_that_is_torn", test_json__rollup_behind_one_that_is_torn},
    {"json__object_behind_a_torn_string", test_json__object_behind_a_torn_string},
    {"vm_stat_log__banner_at_its_end", test_vm_stat_log__banner_at_its_end},
    {"zones__footprint_behind_them_keeps_its_banner",
     test_zones__footprint_behind_them_keeps_its_banner},
    {"zones__footprint_behind_a_blank_line", test_zones__footprint_behind_a_blank_line},
    {"vmmap_header__crash_report_behind_it_is_another",
     test_vmmap_header__crash_report_behind_it_is_another},
    {"table__rows_behind_its_total_are_of_another",
     test_table__rows_behind_its_total_are_of_another},
    {"section__is_not_of_the_summary_before_it", test_section__is_not_of_the_summary_before_it},
    {"json__object_behind_one_that_is_torn", test_json__object_behind_one_that_is_torn},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_neighbours", tests, argc, argv);
}
