/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/breakdown.h"
#include "grammar/darwin_vmmap.h"
#include "grammar/darwin_vmmap_old.h"
#include "grammar/part_elision.h"
#include "grammar/part_region.h"
#include "reading.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define K UINT64_C(1024)
#define MEMORY_LIMIT ((size_t)64 << 20)

static void read_as(const struct vmt_grammar *only, const char *text)
{
    begin_reading();
    reading.context.only = only;
    read_more(vmt_slice(text));
}

static const struct vmt_region *region_at(size_t index)
{
    return record_at(&process_at(0)->regions, index);
}

static const struct vmt_stated_row *row_at(size_t index)
{
    return record_at(&process_at(0)->stated, index);
}

static void check_region(size_t index, const char *type, uint64_t start, uint64_t size,
                         unsigned known)
{
    const struct vmt_region *region = region_at(index);
    UNIT_EQUAL_STR(region->type->printed->data, type);
    UNIT_EQUAL_U64(region->start, start);
    UNIT_EQUAL_U64(region->end - region->start, size);
    UNIT_EQUAL_U64(region->stated[VMT_EV_VIRTUAL].value, size);
    UNIT_EQUAL_U64(region->known, known);
    CU_ASSERT(region->ranged);
}

/* Which of the two grammars read the text, NULL when it was refused. */
static void check_reader(const char *text, const char *grammar)
{
    read_text(text);
    const struct vmt_process *process =
        reading.snapshot.processes.count == 0 ? NULL : process_at(0);
    if (!UNIT_EQUAL_STR(process == NULL ? NULL : process->grammar, grammar) ||
        !UNIT_EQUAL_I64(reading.status, grammar == NULL ? VMT_E_NOCAPTURE : VMT_OK)) {
        printf("  of \"%s\"\n", text);
    }
    end_reading();
}

/* --- rows ------------------------------------------------------------------------------------- */

#define TITLE "==== Writable regions for process 77\n"
#define ROW_A "__TEXT    00001000-00034000 [  204K] r-x/rwx SM=COW"
#define ROW_B "Stack     bf800000-c0000000 [ 8192K] rw-/rwx SM=PRV  thread 0"

enum { VIRTUAL = 1, WITH_RESIDENT = 3, WITH_DIRTY = 7 };

static void test_rows__state_what_they_have(void)
{
    read_fixture("darwin-vmmap-old/ok-sizes.txt");
    UNIT_EQUAL_U64(process_at(0)->regions.count, 5);
    check_region(0, "__DATA", 0x10cf41000, 8 * K, WITH_RESIDENT);
    UNIT_EQUAL_U64(region_at(0)->stated[VMT_EV_RESIDENT].value, 4 * K);
    check_region(1, "Stack", 0x7fff52000000, 8192 * K, WITH_RESIDENT);
    UNIT_EQUAL_U64(region_at(1)->stated[VMT_EV_RESIDENT].value, 40 * K);
    check_region(2, "MALLOC_TINY", 0x7fb0b0c00000, 1024 * K, WITH_DIRTY);
    UNIT_EQUAL_U64(region_at(2)->stated[VMT_EV_RESIDENT].value, 60 * K);
    UNIT_EQUAL_U64(region_at(2)->stated[VMT_EV_DIRTY].value, 56 * K);
    check_region(3, "VM_ALLOCATE", 0x200000000, UINT64_C(28) << 30, WITH_RESIDENT);
    UNIT_EQUAL_I64(region_at(3)->sharing, VMT_SHARING_NUL);
    end_reading();
    read_text(TITLE ROW_A "\n" ROW_B "\n");
    check_region(0, "__TEXT", 0x1000, 204 * K, VIRTUAL);
    check_region(1, "Stack", 0xbf800000, 8192 * K, VIRTUAL);
    UNIT_EQUAL_STR(region_at(1)->detail->data, "thread 0");
    end_reading();
}

static void test_rows__without_an_end_have_their_size(void)
{
    read_fixture("darwin-vmmap-old/ok-10.3-kettle.txt");
    UNIT_EQUAL_U64(process_at(0)->regions.count, 13);
    check_region(0, "__PAGEZERO", 0, 4 * K, VIRTUAL);
    check_region(1, "__TEXT", 0x1000, 84 * K, VIRTUAL);
    UNIT_EQUAL_STR(region_at(1)->detail->data, "/opt/kettle/bin/kettle");
    check_region(3, "(unnamed)", 0x31000, 4 * K, VIRTUAL);
    UNIT_EQUAL_U64(region_at(3)->stated[VMT_EV_VIRTUAL].quantum, 0);
    CU_ASSERT_PTR_NULL(region_at(3)->detail);
    check_region(9, "VALLOC_USED(DefaultMallocZone_", 0x80000, 4 * K, VIRTUAL);
    UNIT_EQUAL_STR(region_at(9)->detail->data, "34300000 00000...");
    end_reading();
    /* 10.5M is 11010048 bytes, give or take half of a tenth of 1M. */
    read_text(TITLE "__TEXT  90000000 [ 10.5M] r-x/r-x SM=COW\n"
                    "12000 [   4K] r-x/r-x SM=COW\n");
    check_region(0, "__TEXT", 0x90000000, 11010048, VIRTUAL);
    UNIT_EQUAL_U64(region_at(0)->stated[VMT_EV_VIRTUAL].quantum, 104858);
    check_region(1, "(unnamed)", 0x12000, 4 * K, VIRTUAL);
    end_reading();
}

static void test_rows__bare_submaps_end_with_their_last_byte(void)
{
    read_fixture("darwin-vmmap-old/ok-10.3-kettle.txt");
    check_region(5, "Submap", 0x90000000, UINT64_C(256) << 20, VIRTUAL);
    UNIT_EQUAL_I64(region_at(5)->sharing, VMT_SHARING_UNKNOWN);
    CU_ASSERT_PTR_NULL(region_at(5)->sharing_text);
    UNIT_EQUAL_U64(region_at(4)->submap_depth, 0);
    UNIT_EQUAL_U64(region_at(6)->submap_depth, 1);
    UNIT_EQUAL_U64(region_at(11)->submap_depth, 1);
    UNIT_EQUAL_U64(region_at(12)->submap_depth, 0);
    end_reading();
}

static void test_rows__impossible_ones_are_damage(void)
{
    static const char *const rows[] = {
        "__TEXT    00034000-00001000 [  204K] r-x/rwx SM=COW",
        "__TEXT    fffffffffffff000 [   8K] r-x/rwx SM=COW",
        "__TEXT    00001000 [ 99999999999999999999K] r-x/rwx SM=COW",
        "__TEXT    00001000-00034000 [  204K",
        "__TEXT    00001000-00034000 [  204K] r-x/r",
        "__TEXT    00001000-00034000 [  204K] r-x/rwx",
        "__TEXT    00001000-00034000 [  204K 204K 0K 0K 0K] r-x/rwx SM=COW",
        "__TEXT    00001000-00034000 [ ] r-x/rwx SM=COW",
        "__TEXT    00001000-00034000 [ / ] r-x/rwx SM=COW",
        "__TEXT    00001000-00034000 [ 4K.] r-x/rwx SM=COW",
        "__TEXT    12345678123456781 [ 4K] r-x/rwx SM=COW",
        "Heap      90000000-9fffffff r--/r-- SM=COW no sizes",
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[512];
        snprintf(text, sizeof text, TITLE ROW_B "\n%s\n" ROW_B "\n", rows[i]);
        read_text(text);
        if (!UNIT_EQUAL_U64(process_at(0)->regions.count, 2) ||
            !UNIT_EQUAL_U64(reading.ledger->damaged, 1)) {
            printf("  of \"%s\"\n", rows[i]);
        }
        end_reading();
    }
}

static void test_rows__broken_after_their_sizes(void)
{
    read_text(TITLE "__TEXT    00001000-00034000 [  204K]\nr-x/rwx SM=COW\n/opt/x\n"
                    "__DATA    00034000-00035000 [    4K] rw-/rwx\nSM=PRV  /opt/y\n" ROW_B "\n");
    UNIT_EQUAL_U64(process_at(0)->regions.count, 3);
    UNIT_EQUAL_U64(reading.ledger->consumed, 7);
    UNIT_EQUAL_STR(region_at(0)->detail->data, "/opt/x");
    UNIT_EQUAL_STR(region_at(1)->detail->data, "/opt/y");
    UNIT_EQUAL_U64(region_at(1)->line, 5);
    end_reading();
    /* The rows of the new format break as well. */
    read_text("__TEXT 104e98000-104ea0000 [ 32K 32K 0K 0K]\nr-x/r-x SM=COW   /opt/x\n");
    UNIT_EQUAL_U64(region_at(0)->known, 15);
    UNIT_EQUAL_STR(region_at(0)->detail->data, "/opt/x");
    UNIT_EQUAL_U64(reading.ledger->consumed, 2);
    end_reading();
    /* Both lines are damage when the row cannot be. */
    read_text(TITLE ROW_B "\n__TEXT    00034000-00001000 [  204K]\nr-x/rwx SM=COW\n" ROW_B "\n");
    UNIT_EQUAL_U64(process_at(0)->regions.count, 2);
    UNIT_EQUAL_U64(reading.ledger->damaged, 2);
    end_reading();
    /* Nothing follows, or something else. */
    read_text(TITLE ROW_B "\n__TEXT    00001000-00034000 [  204K]\n" ROW_B "\n");
    UNIT_EQUAL_U64(process_at(0)->regions.count, 2);
    UNIT_EQUAL_U64(reading.ledger->damaged, 1);
    end_reading();
}

static void test_rows__details_on_lines_of_their_own(void)
{
    read_text(TITLE ROW_A "\n/opt/x\n" ROW_A "\n\t...y.dylib\n" ROW_A "\n" ROW_B "\n");
    UNIT_EQUAL_U64(process_at(0)->regions.count, 4);
    UNIT_EQUAL_STR(region_at(0)->detail->data, "/opt/x");
    UNIT_EQUAL_STR(region_at(1)->detail->data, "...y.dylib");
    CU_ASSERT_PTR_NULL(region_at(2)->detail);
    UNIT_EQUAL_U64(reading.ledger->consumed, 7);
    end_reading();
    /* A row has one detail; a damaged one has none to give to the row before. */
    read_text(TITLE ROW_B "\n/opt/x\n" ROW_A "\n__DATA 00001000-00034000 [ 4\n/opt/y\n" ROW_B "\n");
    UNIT_EQUAL_STR(region_at(0)->detail->data, "thread 0");
    CU_ASSERT_PTR_NULL(region_at(1)->detail);
    UNIT_EQUAL_U64(reading.ledger->damaged, 3);
    end_reading();
    /* It can say that the row is the shared cache. */
    read_text(TITLE "Submap    90000000-a0000000 [256.0M] r--/r-- SM=SHM\nmachine-wide VM submap\n"
                    "__TEXT    90001000-90002000 [    4K] r-x/r-x SM=COW\n");
    UNIT_EQUAL_U64(region_at(1)->submap_depth, 1);
    end_reading();
}

static enum vmt_status read_marked(struct vmt_parse *parse, void *self, struct vmt_error *err)
{
    struct vmt_process *process = self;
    struct vmt_part_region part;
    enum vmt_status status =
        vmt_part_region_init(&part, VMT_PART_REGION_SHORT, parse, process, err);
    while (status == VMT_OK) {
        const struct vmt_line *line = NULL;
        status = vmt_cursor_peek(&line, parse->cursor, err);
        if (status == VMT_OK) {
            status = vmt_part_region_row_of(&part, vmt_slice_from(line->text, strlen("--> ")), err);
        }
    }
    return status;
}

static void test_rows__behind_a_mark_are_read(void)
{
    read_text(ROW_B "\n");
    struct vmt_process *process = NULL;
    struct vmt_input_record *input = vmt_sequence_last(&reading.snapshot.inputs);
    struct vmt_parse parse = {
        .context = &reading.context, .snapshot = &reading.snapshot, .input = input};
    struct vmt_place home = {"text", 9, 5};
    CU_ASSERT_FATAL(vmt_snapshot_add_process(&process, &reading.snapshot, input, &reading.err) ==
                    VMT_OK);
    UNIT_EQUAL_I64(vmt_parse_text(&parse,
                                  vmt_slice("--> " ROW_A "\n--> __DATA 00034000-00035000 [ 4K]\n"
                                            "rw-/rwx SM=COW  /x\n"),
                                  home, read_marked, process, &reading.err),
                   VMT_END);
    UNIT_EQUAL_U64(process->regions.count, 2);
    check_region(0, "__TEXT", 0x1000, 204 * K, VIRTUAL);
    UNIT_EQUAL_U64(region_at(0)->line, 9);
    UNIT_EQUAL_STR(region_at(1)->detail->data, "/x");
    end_reading();
}

static void test_rows__of_another_format_are_damage(void)
{
    read_text("Virtual Memory Map of process 77 (x)\nOutput report format:  2.2\n\n" TITLE ROW_B
              "\n__TEXT    00001000-00034000 [  204K 204K 0K 0K] r-x/rwx SM=COW\n" ROW_B "\n");
    UNIT_EQUAL_U64(process_at(0)->regions.count, 2);
    UNIT_EQUAL_U64(reading.ledger->damaged, 1);
    end_reading();
}

/* --- whose a part is -------------------------------------------------------------------------- */

#define PADDED_A "__TEXT   00007fff983a6000-00007fff983b0000 [   40K] r-x/r-x SM=COW  ...a.dylib\n"
#define PADDED_B "__DATA   00007fff983b0000-00007fff983b1000 [    4K] rw-/rwx SM=COW  ...a.dylib\n"
#define FULL_ROW \
    "__TEXT   00007fff983a6000-00007fff983b0000 [   40K   8K 0K 0K] r-x/r-x SM=COW  x\n"
#define SHORT_HEADING "REGION TYPE     START - END     [ VSIZE] PRT/MAX SHRMOD  REGION DETAIL\n"
static const char old_format[] = "darwin-vmmap-old";
static const char new_format[] = "darwin-vmmap";

static void test_claims__by_the_stated_format(void)
{
    static const struct {
        const char *version;
        const char *grammar;
    } cases[] = {{"2.0", old_format}, {"2.2", old_format}, {"2.3", old_format}, {"2.4", new_format},
                 {"3.1", NULL},       {"2.40", NULL},      {"x", NULL},         {"", NULL}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[256];
        snprintf(text, sizeof text,
                 "Virtual Memory Map of process 1 (x)\nOutput report format:  %s\n",
                 cases[i].version);
        check_reader(text, cases[i].grammar);
    }
    check_reader("Virtual Memory Map of process 1 (x)\n\n" TITLE ROW_A "\n", old_format);
    check_reader("Virtual Memory Map of process 1 (x)\n\n" TITLE FULL_ROW, new_format);
    check_reader("Process: x [1]\nAnalysis Tool:   /usr/bin/vmmap\n----\n\n"
                 "ReadOnly portion of Libraries: Total=36K resident=36K(100%)\n\n"
                 "REGION TYPE                      VIRTUAL\n=======\nMALLOC 640K\n",
                 old_format);
}

static void test_claims__rows_without_a_title(void)
{
    check_reader(PADDED_A PADDED_B, old_format);
    check_reader(SHORT_HEADING PADDED_A PADDED_B, old_format);
    check_reader(ROW_A "\n/opt/x\n" ROW_B "\n", old_format);
    check_reader("Submap   90000000-9fffffff   r--/r-- machine-wide submap\n"
                 "__TEXT   90000000 [1524K] r-x/r-x SM=COW ...System.B.dylib\n",
                 old_format);
    /* One could be of a crash report; so could some with a mark, or with addresses of today. */
    check_reader(PADDED_A, NULL);
    check_reader(SHORT_HEADING PADDED_A, NULL);
    check_reader(SHORT_HEADING, NULL);
    check_reader("__TEXT  102c84000-102cb0000 [  176K] r-x/r-x SM=COW  /x\n"
                 "__DATA  102cb0000-102cb1000 [    4K] rw-/r-x SM=COW  /x\n",
                 NULL);
    /* A damaged row of the new format is none of the old. */
    read_text(
        "__TEXT   00007fff983a6000-00007fff983b0000 [   40K 8K 0K] r-x/r-x SM=COW  x\n"
        "__TEXT   00007fff983a6000-00007fff983b0000 [   40K 8K 0K] r-x/r-x SM=COW  x\n" FULL_ROW);
    UNIT_EQUAL_STR(process_at(0)->grammar, new_format);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 1);
    end_reading();
}

static void test_claims__rows_of_crash_reports_are_left_alone(void)
{
    static const char *const marks[] = {"--> " PADDED_A, "--->  \n", "      GAP OF 0x1000 BYTES\n",
                                        "      UNUSED SPACE AT END\n", "--&gt; " PADDED_A};
    for (size_t i = 0; i < COUNT(marks); i++) {
        char text[512];
        snprintf(text, sizeof text, "%s%s%s", PADDED_A, PADDED_B, marks[i]);
        read_text(text);
        for (size_t j = 0; j < reading.snapshot.processes.count; j++) {
            CU_ASSERT_STRING_NOT_EQUAL(process_at(j)->grammar, old_format);
        }
        end_reading();
    }
}

static void test_claims__what_fits_when_it_is_told(void)
{
    read_as(&vmt_grammar_darwin_vmmap_old, PADDED_A);
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    UNIT_EQUAL_U64(process_at(0)->regions.count, 1);
    end_reading();
    read_as(&vmt_grammar_darwin_vmmap_old, "REGION TYPE    VIRTUAL\n====  =======\nMALLOC  640K\n");
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    UNIT_EQUAL_U64(row_at(0)->stated[VMT_EV_VIRTUAL].value, 640 * K);
    end_reading();
    read_as(&vmt_grammar_darwin_vmmap, PADDED_A PADDED_B);
    UNIT_EQUAL_I64(reading.status, VMT_E_NOCAPTURE);
    end_reading();
}

static void test_claims__two_formats_in_one_text(void)
{
    read_text("Virtual Memory Map of process 9 (a)\nOutput report format:  2.2\n\n"
              "==== Writable regions for process 9\n" PADDED_A "\n"
              "Virtual Memory Map of process 9 (a)\nOutput report format:  2.4\n\n"
              "==== Writable regions for process 9\n" FULL_ROW);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_STR(process_at(0)->grammar, old_format);
    UNIT_EQUAL_STR(process_at(1)->grammar, new_format);
    UNIT_EQUAL_U64(reading.ledger->damaged, 0);
    end_reading();
}

/* --- tables ----------------------------------------------------------------------------------- */

#define SUMMARY "==== Summary for process 77\n\n"

static void test_table__by_its_headings(void)
{
    static const struct {
        const char *text;
        uint64_t virtual;
        unsigned known;
        bool counted;
    } cases[] = {
        {SUMMARY
         "REGION TYPE   VIRTUAL\n======  =====\nMALLOC  10.0M  see MALLOC ZONE table below\n",
         10240 * K, VIRTUAL, false},
        {"REGION TYPE   [ VIRTUAL]\n======  [ =====]\nMALLOC  [  20816K]\n", 20816 * K, VIRTUAL,
         false},
        {"REGION TYPE   VIRTUAL RESIDENT\n======  ===== =====\nMALLOC  24K 16K\n", 24 * K,
         WITH_RESIDENT, false},
        {"   VIRTUAL RESIDENT\nREGION TYPE  SIZE SIZE\nMALLOC  24K 16K\n", 24 * K, WITH_RESIDENT,
         false},
        /* 10.12; and a heading that lost its count, which the rows have. */
        {SUMMARY
         "      VIRTUAL   REGION\nREGION TYPE  SIZE  COUNT (non-coalesced)\nMALLOC  24K 3\n",
         24 * K, VIRTUAL, true},
        {SUMMARY "REGION TYPE   VIRTUAL\n======  =====\nMALLOC  24K  3\n", 24 * K, VIRTUAL, true},
        /* Headings of the new table: broken, run together, half lost. */
        {"VIRTUAL RESIDENT DIRTY SWAPPED VOLATILE NONVOL EMPTY\nREGION\n"
         "REGION TYPE SIZE SIZE SIZE SIZE SIZE SIZE SIZE\nCOUNT (non-coalesced)\n"
         "Memory Tag 242  24K 16K 8K 0K 0K 0K 0K 3\n",
         24 * K, 127, true},
        {"REGION TYPE VIRTUAL RESIDENT DIRTY SWAPPED VOLATILE NONVOL EMPTY REGION\n"
         "MALLOC 24K 16K 8K 0K 0K 0K 0K 3\n",
         24 * K, 127, true},
        {"VIRTUAL RESIDENT DIRTY SWAPPED VOLATILE NONVOL EMPTY REGION\n"
         "=====  =====\nMALLOC 24K 16K 8K 0K 0K 0K 0K 3\n",
         24 * K, 127, true},
        {"REGION TYPE SIZE SIZE SIZE SIZE SIZE SIZE SIZE COUNT\nMALLOC 24K 16K 8K 0K 0K 0K 0K 3\n",
         24 * K, 127, true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        read_text(cases[i].text);
        bool right = UNIT_EQUAL_I64(reading.status, VMT_OK) &&
                     UNIT_EQUAL_U64(process_at(0)->stated.count, 1) &&
                     UNIT_EQUAL_U64(row_at(0)->stated[VMT_EV_VIRTUAL].value, cases[i].virtual) &&
                     UNIT_EQUAL_U64(row_at(0)->known, cases[i].known) &&
                     UNIT_EQUAL_U64(row_at(0)->counted, cases[i].counted) &&
                     UNIT_EQUAL_U64(row_at(0)->regions, cases[i].counted ? 3 : 0) &&
                     UNIT_EQUAL_U64(reading.ledger->damaged + reading.ledger->prose, 0);
        if (!right) {
            printf("  of \"%s\"\n", cases[i].text);
        }
        end_reading();
    }
}

static void test_table__rows_that_lost_their_headings(void)
{
    read_text(
        "Physical footprint:         10.1G\n"
        "MALLOC_LARGE           8.7G    9280K    9280K     8.4G       0K       0K     0K  104\n"
        "Memory Tag 242        32.0M      32K      32K    24.0M       0K       0K     0K    4"
        "   see MALLOC ZONE table below\n");
    UNIT_EQUAL_U64(process_at(0)->stated.count, 2);
    UNIT_EQUAL_U64(reading.ledger->consumed, 3);
    CU_ASSERT(process_at(0)->whole.of[VMT_FOOTPRINT].known);
    UNIT_EQUAL_U64(row_at(0)->stated[VMT_EV_DIRTY].value, 9280 * K);
    UNIT_EQUAL_U64(row_at(0)->regions, 104);
    UNIT_EQUAL_STR(row_at(1)->type->printed->data, "Memory Tag 242");
    UNIT_EQUAL_U64(row_at(1)->stated[VMT_EV_RESIDENT].value, 32 * K);
    UNIT_EQUAL_U64(row_at(1)->regions, 4);
    end_reading();
    static const char *const others[] = {
        "MALLOC_LARGE  8.7G 9280K 9280K 8.4G 0K 0K 0K 104\n", /* one alone */
        "cpu0 123 1 2 3 4 5 6 7\ncpu1 123 1 2 3 4 5 6 7\n",   /* no unit */
        "8.7G 1K 2K 3K 4K 5K 6K 7\n8.7G 1K 2K 3K 4K 5K 6K 7\n",
        "x 8.7G 1K 2K 3K 4K 5K 6K 7K\nx 8.7G 1K 2K 3K 4K 5K 6K 7K\n", /* no count */
        "x 8.7G 1K 2K 3K 4K 5K 6K 7 8\nx 8.7G 1K 2K 3K 4K 5K 6K 7 8\n",
    };
    for (size_t i = 0; i < COUNT(others); i++) {
        check_reader(others[i], NULL);
    }
}

static void test_table__lines_left_out_are_told(void)
{
    read_fixture("darwin-vmmap-old/warn-elision.txt");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 1);
    UNIT_EQUAL_U64(process_at(0)->regions.count, 3);
    UNIT_EQUAL_U64(process_at(0)->stated.count, 2);
    UNIT_EQUAL_U64(vmt_notes_count(&process_at(0)->notes, VMT_NOTE_ELISION), 3);
    CU_ASSERT(process_at(0)->stated_damaged);
    UNIT_EQUAL_I64(process_at(0)->coverage, VMT_COVERAGE_EXCERPT);
    UNIT_EQUAL_U64(reading.ledger->damaged, 0);
    UNIT_EQUAL_U64(reading.ledger->prose, 1);
    end_reading();
    CU_ASSERT(vmt_part_is_elision(vmt_slice("  ...(snip)... ")));
    CU_ASSERT(!vmt_part_is_elision(vmt_slice("..._notify.dylib")));
}

static void test_table__totals_on_two_lines(void)
{
    read_fixture("darwin-vmmap-old/ok-10.4-teapot.txt");
    const struct vmt_fact *fact = record_at(&process_at(0)->facts, 0);
    UNIT_EQUAL_STR(fact->key->data, "ReadOnly portion of Libraries");
    UNIT_EQUAL_STR(fact->value->data, "Total=2056KB resident=1212KB(59%) "
                                      "swapped_out_or_unallocated=844KB(41%)");
    fact = record_at(&process_at(0)->facts, 1);
    UNIT_EQUAL_STR(fact->value->data, "Total=62460KB written=1304KB(2%) resident=1588KB(3%) "
                                      "swapped_out=0KB(0%) unallocated=60872KB(97%)");
    UNIT_EQUAL_U64(process_at(0)->stated.count, 11);
    CU_ASSERT_PTR_NULL(process_at(0)->stated_total);
    end_reading();
}

static void test_zones__of_old_tables(void)
{
    read_fixture("darwin-vmmap-old/ok-10.9-resident.txt");
    const struct vmt_process *process = process_at(0);
    UNIT_EQUAL_U64(process->zones.count, 2);
    const struct vmt_zone *zone = record_at(&process->zones, 0);
    UNIT_EQUAL_U64(zone->known_sizes,
                   1u << VMT_ZONE_VIRTUAL | 1u << VMT_ZONE_RESIDENT | 1u << VMT_ZONE_ALLOCATED);
    UNIT_EQUAL_U64(zone->known_numbers, 1u << VMT_ZONE_ALLOCATIONS | 1u << VMT_ZONE_FULL);
    UNIT_EQUAL_U64(zone->sizes[VMT_ZONE_RESIDENT].value, 1908 * K);
    UNIT_EQUAL_U64(zone->sizes[VMT_ZONE_ALLOCATED].value, 1602 * K);
    UNIT_EQUAL_U64(zone->numbers[VMT_ZONE_ALLOCATIONS], 2410);
    UNIT_EQUAL_U64(zone->numbers[VMT_ZONE_FULL], 130);
    zone = record_at(&process->zones, 1);
    UNIT_EQUAL_STR(zone->name->data, "GFXMallocZone_0x10a4f1000");
    UNIT_EQUAL_U64(zone->known_numbers, 1u << VMT_ZONE_ALLOCATIONS);
    CU_ASSERT(process->zone_total != NULL);
    end_reading();
    read_fixture("darwin-vmmap-old/ok-10.9-whole.txt");
    zone = record_at(&process_at(0)->zones, 0);
    UNIT_EQUAL_U64(zone->known_sizes, 1u << VMT_ZONE_VIRTUAL | 1u << VMT_ZONE_ALLOCATED);
    UNIT_EQUAL_U64(zone->numbers[VMT_ZONE_FULL], 130);
    end_reading();
}

/* --- what comes of it ------------------------------------------------------------------------- */

static void make(struct vmt_breakdown *breakdown)
{
    struct vmt_error err = VMT_ERROR_INIT;
    CU_ASSERT_FATAL(vmt_breakdown_make(breakdown, process_at(0), &vmt_allocator_system,
                                       MEMORY_LIMIT, &err) == VMT_OK);
}

static void test_account__resident_is_all_that_is_known(void)
{
    struct vmt_breakdown breakdown;
    read_fixture("darwin-vmmap-old/ok-10.9-resident.txt");
    UNIT_EQUAL_I64(process_at(0)->coverage, VMT_COVERAGE_WHOLE);
    make(&breakdown);
    /* 52+12+4+0+0+204+300+8192 and 12+92+416+1400+36+4; 57344+4 of guards. */
    UNIT_EQUAL_U64(breakdown.totals.of[VMT_RESIDENT].value, 10724 * K);
    CU_ASSERT(breakdown.totals.of[VMT_RESIDENT].known);
    UNIT_EQUAL_U64(breakdown.totals.of[VMT_VIRTUAL].value, 98428 * K);
    UNIT_EQUAL_U64(breakdown.totals.of[VMT_RESERVED].value, 57348 * K);
    CU_ASSERT(!breakdown.totals.of[VMT_PRIVATE_FOOTPRINT].known);
    CU_ASSERT(!breakdown.totals.of[VMT_DIRTY].known);
    vmt_breakdown_free(&breakdown);
    end_reading();
    read_fixture("darwin-vmmap-old/ok-10.9-whole.txt");
    make(&breakdown);
    CU_ASSERT(!breakdown.totals.of[VMT_RESIDENT].known);
    UNIT_EQUAL_U64(breakdown.totals.of[VMT_VIRTUAL].value, 98428 * K);
    UNIT_EQUAL_U64(breakdown.totals.of[VMT_RESERVED].value, 57348 * K);
    vmt_breakdown_free(&breakdown);
    end_reading();
}

static void check_verdicts(const char *fixture, uint64_t agree, uint64_t explained)
{
    struct vmt_breakdown breakdown;
    read_fixture(fixture);
    make(&breakdown);
    bool right = UNIT_EQUAL_U64(vmt_breakdown_verdicts(&breakdown, VMT_AGREES), agree) &&
                 UNIT_EQUAL_U64(vmt_breakdown_verdicts(&breakdown, VMT_EXPLAINED), explained) &&
                 UNIT_EQUAL_U64(vmt_breakdown_verdicts(&breakdown, VMT_DIFFERS), 0);
    if (!right) {
        printf("  of %s\n", fixture);
    }
    vmt_breakdown_free(&breakdown);
    end_reading();
}

static void test_checks__of_old_tables(void)
{
    /* A member for each row that both sides have; TOTAL too, where there is one.  Explained: MALLOC
     * and MALLOC (admin); MALLOC_USED and STACK[0]. */
    check_verdicts("darwin-vmmap-old/ok-10.9-whole.txt", 9, 2);
    check_verdicts("darwin-vmmap-old/ok-10.9-resident.txt", 18, 4);
    check_verdicts("darwin-vmmap-old/ok-10.10-lantern.txt", 7, 0);
    check_verdicts("darwin-vmmap-old/ok-10.4-teapot.txt", 9, 2);
}

#define WHOLE(size, malloc)                                                                      \
    "==== regions for process 77\n"                                                              \
    "MALLOC_TINY   00100000-00200000 [ 1024K] rw-/rwx SM=PRV\n"                                  \
    "Stack         bf800000-c0000000 [ 8192K] rw-/rwx SM=PRV\n\n==== Legend\nSM=sharing mode:\n" \
    "\n" SUMMARY "REGION TYPE   VIRTUAL\n======  =====\n" malloc "  1024K\nStack  " size "\n"

static void check_differing(const char *text, uint64_t differ, const char *unassessed)
{
    struct vmt_breakdown breakdown;
    read_text(text);
    make(&breakdown);
    UNIT_EQUAL_U64(vmt_breakdown_verdicts(&breakdown, VMT_DIFFERS), differ);
    const struct vmt_check *check = record_at(&breakdown.checks, 0);
    UNIT_EQUAL_STR(check->verdict == VMT_NOT_ASSESSED ? check->reason : NULL, unassessed);
    vmt_breakdown_free(&breakdown);
    end_reading();
}

static void test_checks__that_differ(void)
{
    check_differing(WHOLE("8192K", "MALLOC"), 0, NULL);
    check_differing(WHOLE("8196K", "MALLOC"), 1, NULL);
    /* Its virtual size, on both sides; no region is counted, so none can be missing. */
    check_differing(WHOLE("8192K", "IOKit"), 2, NULL);
    /* Which heap types its MALLOC holds is an inference: when it fails, nothing is known. */
    check_differing("==== regions for process 77\n"
                    "MALLOC_TINY   00100000-00200000 [ 1024K] rw-/rwx SM=PRV\n\n"
                    "==== Legend\nSM=sharing mode:\n\n" SUMMARY
                    "REGION TYPE   VIRTUAL\n======  =====\nMALLOC  900K\n",
                    0, "the table calls rows of several heap types MALLOC");
}

static void test_coverage__is_not_told_by_a_total_without_a_count(void)
{
    read_fixture("darwin-vmmap-old/ok-10.10-lantern.txt");
    UNIT_EQUAL_I64(process_at(0)->coverage, VMT_COVERAGE_WHOLE);
    CU_ASSERT(process_at(0)->stated_total != NULL && !process_at(0)->stated_total->counted);
    UNIT_EQUAL_U64(vmt_notes_count(&process_at(0)->notes, VMT_NOTE_EXTRA_REGIONS), 0);
    UNIT_EQUAL_U64(process_at(0)->macos_minor, 10);
    end_reading();
    read_fixture("darwin-vmmap-old/ok-fragment-rows.txt");
    UNIT_EQUAL_I64(process_at(0)->coverage, VMT_COVERAGE_EXCERPT);
    end_reading();
}

static const struct unit_test tests[] = {
    {"rows__state_what_they_have", test_rows__state_what_they_have},
    {"rows__without_an_end_have_their_size", test_rows__without_an_end_have_their_size},
    {"rows__bare_submaps_end_with_their_last_byte",
     test_rows__bare_submaps_end_with_their_last_byte},
    {"rows__impossible_ones_are_damage", test_rows__impossible_ones_are_damage},
    {"rows__of_another_format_are_damage", test_rows__of_another_format_are_damage},
    {"rows__broken_after_their_sizes", test_rows__broken_after_their_sizes},
    {"rows__details_on_lines_of_their_own", test_rows__details_on_lines_of_their_own},
    {"rows__behind_a_mark_are_read", test_rows__behind_a_mark_are_read},
    {"claims__by_the_stated_format", test_claims__by_the_stated_format},
    {"claims__rows_without_a_title", test_claims__rows_without_a_title},
    {"claims__rows_of_crash_reports_are_left_alone",
     test_claims__rows_of_crash_reports_are_left_alone},
    {"claims__what_fits_when_it_is_told", test_claims__what_fits_when_it_is_told},
    {"claims__two_formats_in_one_text", test_claims__two_formats_in_one_text},
    {"table__by_its_headings", test_table__by_its_headings},
    {"table__rows_that_lost_their_headings", test_table__rows_that_lost_their_headings},
    {"table__lines_left_out_are_told", test_table__lines_left_out_are_told},
    {"table__totals_on_two_lines", test_table__totals_on_two_lines},
    {"zones__of_old_tables", test_zones__of_old_tables},
    {"account__resident_is_all_that_is_known", test_account__resident_is_all_that_is_known},
    {"checks__of_old_tables", test_checks__of_old_tables},
    {"checks__that_differ", test_checks__that_differ},
    {"coverage__is_not_told_by_a_total_without_a_count",
     test_coverage__is_not_told_by_a_total_without_a_count},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_vmmap_old", tests, argc, argv);
}
