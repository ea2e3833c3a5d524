/* SPDX-License-Identifier: MIT */
/* footprint from end to end: its text and its JSON, what is charged, and its names of types. */
#include "config.h"

#include "analysis/breakdown.h"
#include "grammar/darwin_footprint_lines.h"
#include "reading.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define KIB UINT64_C(1024)
#define MIB (UINT64_C(1024) * KIB)
#define GIB (UINT64_C(1024) * MIB)
#define RULE "======================================================================\n"
#define HEADINGS                                               \
    "  Dirty      Clean  Reclaimable    Regions    Category\n" \
    "    ---        ---          ---        ---    ---\n"

/* --- what a text is read to ------------------------------------------------------------------- */

static const struct vmt_stated_row *row_at(size_t process, size_t index)
{
    const struct vmt_stated_row *row = record_at(&process_at(process)->stated, index);
    CU_ASSERT_FATAL(row != NULL);
    return row;
}

static const char *fact_of(const struct vmt_process *process, const char *key)
{
    struct vmt_walker walker = {0};
    const struct vmt_fact *fact = NULL;
    while ((fact = vmt_sequence_next(&process->facts, &walker)) != NULL) {
        if (strcmp(fact->key->data, key) == 0) {
            return fact->value->data;
        }
    }
    return NULL;
}

static void check_ledger(uint64_t consumed, uint64_t prose, uint64_t damaged, uint64_t blank)
{
    UNIT_EQUAL_U64(reading.input->ledger.consumed, consumed);
    UNIT_EQUAL_U64(reading.input->ledger.prose, prose);
    UNIT_EQUAL_U64(reading.input->ledger.damaged, damaged);
    UNIT_EQUAL_U64(reading.input->ledger.blank, blank);
}

static void check_reading(struct vmt_reading actual, uint64_t value, uint64_t quantum)
{
    UNIT_EQUAL_U64(actual.value, value);
    UNIT_EQUAL_U64(actual.quantum, quantum);
}

static void check_amount(struct vmt_amount amount, uint64_t value, uint64_t lower, uint64_t upper)
{
    CU_ASSERT(amount.known);
    UNIT_EQUAL_U64(amount.value, value);
    UNIT_EQUAL_U64(amount.lower, lower);
    UNIT_EQUAL_U64(amount.upper, upper);
}

static void check_bounds(struct vmt_amount amount, uint64_t lower, uint64_t upper)
{
    CU_ASSERT(!amount.known && amount.bounded);
    UNIT_EQUAL_U64(amount.lower, lower);
    UNIT_EQUAL_U64(amount.upper, upper);
}

/* --- text ------------------------------------------------------------------------------------- */

static void test_text__whole_block(void)
{
    read_fixture("darwin-footprint/ok-15-editor.txt");
    const struct vmt_process *process = process_at(0);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 1);
    UNIT_EQUAL_STR(process->grammar, "darwin-footprint");
    UNIT_EQUAL_STR(process->name->data, "Sketchbook");
    UNIT_EQUAL_U64(process->pid, 4127);
    UNIT_EQUAL_U64(process->page_size, 16384);
    UNIT_EQUAL_U64(process->line, 1);
    check_amount(process->whole.of[VMT_FOOTPRINT], 65 * MIB, 65 * MIB - MIB / 2,
                 65 * MIB + MIB / 2);
    check_amount(process->whole.of[VMT_FOOTPRINT_PEAK], 74 * MIB, 74 * MIB - MIB / 2,
                 74 * MIB + MIB / 2);
    UNIT_EQUAL_STR(fact_of(process, "Footprint"), "65 MB");
    UNIT_EQUAL_STR(fact_of(process, "Address space"), "64-bit");
    check_ledger(29, 0, 0, 2);

    UNIT_EQUAL_U64(process->stated.count, 19);
    const struct vmt_stated_row *row = row_at(0, 0);
    UNIT_EQUAL_STR(row->type->printed->data, "MALLOC_SMALL");
    check_reading(row->stated[VMT_EV_CHARGED], 30 * MIB, MIB);
    check_reading(row->stated[VMT_EV_CLEAN], 0, 0);
    check_reading(row->stated[VMT_EV_RECLAIMABLE], 16 * KIB, KIB);
    UNIT_EQUAL_U64(row->known,
                   1u << VMT_EV_CHARGED | 1u << VMT_EV_CLEAN | 1u << VMT_EV_RECLAIMABLE);
    UNIT_EQUAL_U64(row->regions, 14);
    CU_ASSERT(row->counted);
    UNIT_EQUAL_U64(row->line, 7);
    UNIT_EQUAL_STR(row_at(0, 7)->type->canonical->data, "page table in kernel");
    UNIT_EQUAL_STR(row_at(0, 13)->type->canonical->data, "Kernel Alloc Once");

    CU_ASSERT_FATAL(process->stated_total != NULL);
    check_reading(process->stated_total->stated[VMT_EV_CHARGED], 65 * MIB, MIB);
    UNIT_EQUAL_U64(process->stated_total->regions, 1141);
    end_reading();
}

static void test_text__further_columns(void)
{
    read_fixture("darwin-footprint/ok-26-swapped-wired.txt");
    const struct vmt_stated_row *row = row_at(0, 2);
    check_reading(row->stated[VMT_EV_CHARGED], 86 * MIB, MIB);
    check_reading(row->stated[VMT_EV_SWAPPED], 86 * MIB, MIB);
    check_reading(row->stated[VMT_EV_WIRED], 16 * KIB, KIB);
    UNIT_EQUAL_U64(row->regions, 7);
    check_reading(process_at(0)->stated_total->stated[VMT_EV_SWAPPED], 640 * MIB, MIB);
    end_reading();

    read_text("Dirty  (Swapped)      Clean  Reclaimable    Regions    Category\n"
              "3 MB 2 MB 0 B 0 B 7 stack\n");
    row = row_at(0, 0);
    check_reading(row->stated[VMT_EV_SWAPPED], 2 * MIB, MIB);
    UNIT_EQUAL_U64(row->regions, 7);
    CU_ASSERT((row->known & 1u << VMT_EV_WIRED) == 0);
    end_reading();
}

/* One row's Dirty. */
static struct vmt_reading read_size(const char *size)
{
    static char text[256];
    snprintf(text, sizeof text, HEADINGS "%s  0 B  0 B  1  stack\n", size);
    read_text(text);
    struct vmt_reading charged = {0};
    if (process_at(0)->stated.count > 0) {
        charged = row_at(0, 0)->stated[VMT_EV_CHARGED];
        UNIT_EQUAL_U64(reading.input->ledger.damaged, 0);
    } else {
        UNIT_EQUAL_U64(reading.input->ledger.damaged, 1);
        charged.quantum = UINT64_MAX;
    }
    end_reading();
    return charged;
}

static void test_text__units(void)
{
    check_reading(read_size("0 B"), 0, 0);
    check_reading(read_size("3288039424 B"), UINT64_C(3288039424), 0);
    check_reading(read_size("3 KB"), 3 * KIB, KIB);
    check_reading(read_size("9678 KB"), 9678 * KIB, KIB);
    check_reading(read_size("9310 MB"), 9310 * MIB, MIB);
    check_reading(read_size("18 GB"), 18 * GIB, GIB);
    check_reading(read_size("12MB"), 12 * MIB, MIB);
    check_reading(read_size("2 TB"), 2048 * GIB, 1024 * GIB);
    /* 1.6 GiB, to a tenth: rounded to whole bytes. */
    check_reading(read_size("1.6 GB"), UINT64_C(1717986918), UINT64_C(107374183));
    check_reading(read_size("18446744073709551609 B"), UINT64_C(18446744073709551609), 0);
    static const char *const none[] = {"18446744073709551616 B",
                                       "17179869185 GB",
                                       "-4 KB",
                                       "1.5 B",
                                       "4 kb",
                                       "4",
                                       "4 XB",

                                       "1.2345 GB"};
    for (size_t i = 0; i < COUNT(none); i++) {
        UNIT_EQUAL_U64(read_size(none[i]).quantum, UINT64_MAX);
    }
}

static void test_text__banners(void)
{
    static const struct {
        const char *line;
        const char *name;
        uint64_t pid;
        const char *kind;
        uint64_t page_size;
    } banners[] = {
        {"node [334]: 64-bit    Footprint: 42 MB (16384 bytes per page)", "node", 334, "64-bit",
         16384},
        {"a b [c] [5]: 32-bit Footprint: 0 B (4096 bytes per page)", "a b [c]", 5, "32-bit", 4096},
        {"xcodebuild [59537]: Footprint: 5237 MB", "xcodebuild", 59537, "", 0},
        {"x [1]: Footprint: 2 MB [2]: 64-bit    Footprint: 3 MB", "x [1]: Footprint: 2 MB", 2,
         "64-bit", 0},
        {"node [334]: 64-bit (translated)    Footprint: 42 MB (5 bytes per page)", "node", 334,
         "64-bit (translated)", 0},
    };
    struct vmt_footprint_banner banner;
    for (size_t i = 0; i < COUNT(banners); i++) {
        CU_ASSERT_FATAL(vmt_footprint_banner(vmt_slice(banners[i].line), &banner));
        CU_ASSERT(vmt_slice_equals(banner.name, vmt_slice(banners[i].name)));
        CU_ASSERT(vmt_slice_equals(banner.kind, vmt_slice(banners[i].kind)));
        UNIT_EQUAL_U64(banner.pid, banners[i].pid);
        UNIT_EQUAL_U64(banner.page_size, banners[i].page_size);
    }
    static const char *const none[] = {
        "node: 64-bit    Footprint: 42 MB",
        "node [334] 64-bit    Footprint: 42 MB",
        "node [x]: Footprint: 42 MB",
        "node [3]: Footprint: big",
        "node [3]: Footprint: 42 MB and",
        "Footprint: 42 MB",
        "[3]: Footprint: 42 MB",
        "node [3]: footprint: 42 MB",
    };
    for (size_t i = 0; i < COUNT(none); i++) {
        CU_ASSERT(!vmt_footprint_banner(vmt_slice(none[i]), &banner));
    }
}

static void test_text__headings(void)
{
    static const struct {
        const char *line;
        size_t count; /* 0: none */
    } lines[] = {
        {"Dirty      Clean  Reclaimable    Regions    Category", 4},
        {"Dirty (Swapped) Clean Reclaimable (Wired) Regions Category", 6},
        {"Dirty      Category", 1},
        {"Dirty Regions Category", 2},
        {"Dirty Clean Reclaimable Regions", 0},
        {"Clean Category", 0},
        {"Dirty Reclaimable Clean Category", 0},
        {"Dirty Clean Clean Category", 0},
        {"Dirty Clean Category of memory", 0},
        {"Dirty", 0},
    };
    struct vmt_footprint_columns columns;
    for (size_t i = 0; i < COUNT(lines); i++) {
        bool headings = vmt_footprint_headings(vmt_slice(lines[i].line), &columns);
        UNIT_EQUAL_U64(headings ? columns.count : 0, lines[i].count);
    }
}

static void test_text__processes_and_all_together(void)
{
    read_fixture("darwin-footprint/ok-26-together.txt");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_STR(process_at(1)->name->data, "backend worker");
    UNIT_EQUAL_U64(process_at(1)->line, 16);
    UNIT_EQUAL_U64(process_at(1)->stated.count, 3);
    UNIT_EQUAL_U64(reading.snapshot.sets.count, 1);
    const struct vmt_stated_set *set = record_at(&reading.snapshot.sets, 0);
    UNIT_EQUAL_STR(set->grammar, "darwin-footprint");
    CU_ASSERT(set->input == process_at(0)->input);
    UNIT_EQUAL_U64(set->line, 31);
    check_amount(set->whole.of[VMT_FOOTPRINT], 6144 * KIB, 6144 * KIB - 512, 6144 * KIB + 512);
    check_amount(set->whole.of[VMT_CLEAN], 640 * KIB, 640 * KIB - 512, 640 * KIB + 512);
    check_amount(set->whole.of[VMT_RECLAIMABLE], 64 * KIB, 64 * KIB - 512, 64 * KIB + 512);
    CU_ASSERT(!set->whole.of[VMT_WIRED].bounded);
    UNIT_EQUAL_U64(set->stated.count, 4);
    check_ledger(37, 0, 0, 5);
    end_reading();
}

static void test_text__no_categories(void)
{
    read_fixture("darwin-footprint/ok-26-no-categories.txt");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 3);
    check_amount(process_at(0)->whole.of[VMT_FOOTPRINT], 33554432, 33554432, 33554432);
    UNIT_EQUAL_STR(fact_of(process_at(0), "Footprint"), "31457280 B");
    /* Nothing but the banner, which is another measure. */
    CU_ASSERT(!process_at(2)->whole.of[VMT_FOOTPRINT].bounded);
    UNIT_EQUAL_STR(fact_of(process_at(2), "Footprint"), "1048576 B");
    CU_ASSERT(!process_at(2)->whole.of[VMT_FOOTPRINT_PEAK].bounded);
    const struct vmt_stated_set *set = record_at(&reading.snapshot.sets, 0);
    CU_ASSERT_FATAL(set != NULL);
    check_amount(set->whole.of[VMT_FOOTPRINT], 38797312, 38797312, 38797312);
    /* What the tool says of others is of no process. */
    UNIT_EQUAL_U64(vmt_notes_count(&reading.input->notes, VMT_NOTE_TOOL_MESSAGE), 2);
    UNIT_EQUAL_U64(process_at(0)->notes.sequence.count, 0);
    check_ledger(20, 0, 0, 5);
    end_reading();
}

static void test_text__quoted_in_a_mail(void)
{
    read_fixture("darwin-footprint/ok-prose-around.txt");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 1);
    UNIT_EQUAL_STR(fact_of(process_at(0), "Found process"),
                   "Sketchbook [4127] from partial name Sketch");
    UNIT_EQUAL_STR(fact_of(process_at(0), "dirty"), "41 MB");
    UNIT_EQUAL_U64(process_at(0)->stated.count, 5);
    UNIT_EQUAL_U64(reading.input->ledger.damaged, 0);
    end_reading();
}

static void test_text__blank_lines_between_all(void)
{
    read_text(RULE "\n"
                   "Notes [7]: 64-bit    Footprint: 48 KB (4096 bytes per page)\n"
                   "\n" RULE "\n"
                   "Dirty      Clean  Reclaimable    Regions    Category\n"
                   "\n"
                   "---        ---          ---        ---    ---\n"
                   "\n"
                   "32 KB        0 B          0 B          2    stack\n"
                   "\n"
                   "16 KB        0 B          0 B          1    page table\n"
                   "\n"
                   "---        ---          ---        ---    ---\n"
                   "\n"
                   "48 KB        0 B          0 B          3    TOTAL\n"
                   "\n"
                   "Auxiliary data:\n"
                   "\n"
                   "    phys_footprint: 64 KB\n"
                   "\n"
                   "    phys_footprint_peak: 80 KB\n");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 1);
    UNIT_EQUAL_U64(process_at(0)->stated.count, 2);
    CU_ASSERT(process_at(0)->stated_total != NULL);
    UNIT_EQUAL_U64(process_at(0)->whole.of[VMT_FOOTPRINT].value, 64 * KIB);
    UNIT_EQUAL_U64(process_at(0)->whole.of[VMT_FOOTPRINT_PEAK].value, 80 * KIB);
    check_ledger(12, 0, 0, 11);
    end_reading();
}

static void test_text__message_among_rows(void)
{
    read_text("Notes [7]: 64-bit    Footprint: 48 KB (4096 bytes per page)\n" HEADINGS
              "32 KB        0 B          0 B          2    stack\n"
              "footprint: Unable to analyze process with pid 418 (try as root?)\n"
              "16 KB        0 B          0 B          1    page table\n"
              "phys_footprint: 64 KB\n"
              "kernel_task: 5\n"
              "$ echo done: yes\n");
    UNIT_EQUAL_U64(process_at(0)->stated.count, 2);
    UNIT_EQUAL_U64(process_at(0)->whole.of[VMT_FOOTPRINT].value, 64 * KIB);
    UNIT_EQUAL_STR(fact_of(process_at(0), "kernel_task"), "5");
    UNIT_EQUAL_U64(vmt_notes_count(&reading.input->notes, VMT_NOTE_TOOL_MESSAGE), 1);
    check_ledger(8, 1, 0, 0);
    end_reading();

    /* A key that is known only by how it begins. */
    read_text("phys_footprint_limit: 671 MB\n");
    UNIT_EQUAL_STR(fact_of(process_at(0), "phys_footprint_limit"), "671 MB");
    CU_ASSERT(!process_at(0)->whole.of[VMT_FOOTPRINT].bounded);
    check_ledger(1, 0, 0, 0);
    end_reading();
}

static void test_text__two_tables_are_two_processes(void)
{
    read_text(HEADINGS "32 KB        0 B          0 B          2    stack\n" HEADINGS
                       "16 KB        0 B          0 B          1    stack\n");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_U64(row_at(1, 0)->stated[VMT_EV_CHARGED].value, 16 * KIB);
    check_ledger(6, 0, 0, 0);
    end_reading();
}

static void test_text__damage_is_located_and_read_over(void)
{
    read_fixture("darwin-footprint/warn-damaged-rows.txt");
    const struct vmt_process *process = process_at(0);
    UNIT_EQUAL_U64(process->stated.count, 2);
    CU_ASSERT(process->stated_damaged);
    CU_ASSERT(process->stated_total != NULL);
    /* The auxiliary one is none, and the banner's is another measure. */
    CU_ASSERT(!process->whole.of[VMT_FOOTPRINT].bounded);
    UNIT_EQUAL_STR(fact_of(process, "Footprint"), "43667456 B");
    UNIT_EQUAL_U64(process->whole.of[VMT_FOOTPRINT_PEAK].value, 43728896);
    UNIT_EQUAL_U64(vmt_notes_count(&process->notes, VMT_NOTE_DAMAGED_LINE), 4);
    const struct vmt_note *note = record_at(&process->notes.sequence, 3);
    UNIT_EQUAL_U64(note->place.line, 15);
    UNIT_EQUAL_U64(note->place.column, 21);
    UNIT_EQUAL_STR(note->text->data, "not a size");
    end_reading();

    read_fixture("darwin-footprint/warn-torn-total.txt");
    CU_ASSERT(process_at(0)->stated_total == NULL);
    UNIT_EQUAL_U64(process_at(0)->stated.count, 5);
    check_ledger(11, 0, 1, 1);
    end_reading();

    read_fixture("darwin-footprint/warn-elision.txt");
    UNIT_EQUAL_U64(vmt_notes_count(&process_at(0)->notes, VMT_NOTE_ELISION), 1);
    check_ledger(15, 0, 0, 2);
    end_reading();

    /* Numbers of a format that is not known: none of them is dropped. */
    read_text(HEADINGS "163          0            3          1    MALLOC_NANO\n"
                       "12           0            0          1    stack\n"
                       "as -f pages might print it\n");
    UNIT_EQUAL_U64(process_at(0)->stated.count, 0);
    check_ledger(2, 1, 2, 0);
    end_reading();

    /* The end of the input within a key, and within a size. */
    read_text("Auxiliary data:\n    phys_footprint: 13 MB\n    phys_foot");
    UNIT_EQUAL_U64(process_at(0)->whole.of[VMT_FOOTPRINT].value, 13 * MIB);
    check_ledger(2, 0, 1, 0);
    end_reading();
    read_text("Auxiliary data:\n    phys_footprint: 13 MB\n    phys_footprint_peak: 13 M");
    CU_ASSERT(!process_at(0)->whole.of[VMT_FOOTPRINT_PEAK].bounded);
    check_ledger(2, 0, 1, 0);
    end_reading();
}

static void test_text__is_not_claimed(void)
{
    static const char *const texts[] = {
        "The footprint: 42 MB\n",
        "==========\nNotes\n==========\n",
        "Summary Footprint: huge\n",
        "16 MB  0 B  0 B  MALLOC_TINY\n",
        "16 MB  0 B  4  MALLOC_TINY\n",
        "16384  0  0  4  MALLOC_TINY\n",
        "Auxiliary data:\n    temperature: 31\n",
        "    phys_footprint: unknown\n",
        "footprint: Unable to find pid for process matching '9'\n",
        "Found process Notes [7] from partial name N\n",
        "    ---        ---          ---        ---    ---\n",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        read_text(texts[i]);
        UNIT_EQUAL_I64(reading.status, VMT_E_NOCAPTURE);
        UNIT_EQUAL_U64(reading.input->ledger.consumed, 0);
        UNIT_EQUAL_U64(reading.snapshot.processes.count, 0);
        end_reading();
    }
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void test_json__one_process(void)
{
    read_fixture("darwin-footprint-json/ok-26-one.json");
    const struct vmt_process *process = process_at(0);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 1);
    UNIT_EQUAL_STR(process->grammar, "darwin-footprint-json");
    UNIT_EQUAL_STR(process->name->data, "Sketchbook");
    UNIT_EQUAL_U64(process->pid, 4127);
    UNIT_EQUAL_U64(process->page_size, 16384);
    UNIT_EQUAL_STR(process->captured_at->data, "2026-05-04T09:15:27.250+02:00");
    check_amount(process->whole.of[VMT_FOOTPRINT], 23134208, 23134208, 23134208);
    check_amount(process->whole.of[VMT_FOOTPRINT_PEAK], 29360128, 29360128, 29360128);
    UNIT_EQUAL_U64(process->stated.count, 6);
    const struct vmt_stated_row *row = row_at(0, 0);
    UNIT_EQUAL_STR(row->type->canonical->data, "MALLOC_SMALL");
    check_reading(row->stated[VMT_EV_CHARGED], 16777216, 0);
    check_reading(row->stated[VMT_EV_SWAPPED], 4194304, 0);
    check_reading(row->stated[VMT_EV_RECLAIMABLE], 32768, 0);
    UNIT_EQUAL_U64(row->regions, 9);
    CU_ASSERT_FATAL(process->stated_total != NULL);
    check_reading(process->stated_total->stated[VMT_EV_CHARGED], 23117824, 0);
    CU_ASSERT(!process->stated_total->counted);
    UNIT_EQUAL_STR(fact_of(process, "footprint"), "23117824");
    UNIT_EQUAL_STR(fact_of(process, "dirty"), "23117824");
    UNIT_EQUAL_STR(fact_of(process, "translated"), "false");
    UNIT_EQUAL_STR(fact_of(process, "summary"), "{\"total\":{\"dirty\":23117824}}");
    UNIT_EQUAL_U64(reading.snapshot.sets.count, 0);
    UNIT_EQUAL_U64(vmt_notes_count(&reading.input->notes, VMT_NOTE_TOOL_MESSAGE), 1);
    check_ledger(1, 0, 0, 0);
    end_reading();
}

static void test_json__several_processes(void)
{
    read_fixture("darwin-footprint-json/ok-26-together.json");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_STR(process_at(1)->name->data, "backend worker");
    CU_ASSERT(!process_at(1)->whole.of[VMT_FOOTPRINT].bounded);
    UNIT_EQUAL_STR(fact_of(process_at(1), "footprint"), "3145728");
    const struct vmt_stated_set *set = record_at(&reading.snapshot.sets, 0);
    CU_ASSERT_FATAL(set != NULL);
    check_amount(set->whole.of[VMT_FOOTPRINT], 6291456, 6291456, 6291456);
    CU_ASSERT(fact_of(process_at(0), "shared") != NULL);
    UNIT_EQUAL_U64(process_at(1)->line, 3);
    check_ledger(1, 1, 0, 1);
    end_reading();
}

static void test_json__samples(void)
{
    read_fixture("darwin-footprint-json/ok-26-samples.json");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_STR(process_at(0)->captured_at->data, "2026-05-04T09:15:27.000+02:00");
    UNIT_EQUAL_STR(process_at(1)->captured_at->data, "2026-05-04T09:15:32.000+02:00");
    UNIT_EQUAL_U64(process_at(0)->pid, process_at(1)->pid);
    UNIT_EQUAL_U64(process_at(1)->whole.of[VMT_FOOTPRINT].value, 12582912);
    end_reading();
}

static void test_json__other_units(void)
{
    read_fixture("darwin-footprint-json/ok-26-pages.json");
    check_reading(row_at(0, 0)->stated[VMT_EV_CHARGED], UINT64_C(500) * 16384, 16384);
    UNIT_EQUAL_U64(process_at(0)->whole.of[VMT_FOOTPRINT].value, UINT64_C(641) * 16384);
    end_reading();

    /* Too many for 64 bits, and a unit that is none. */
    read_text("{\"bytes per unit\": 16384, \"processes\": [{\"pid\": 1, \"auxiliary\":\n"
              " {\"phys_footprint\": 9223372036854775807}}]}\n");
    CU_ASSERT(!process_at(0)->whole.of[VMT_FOOTPRINT].bounded);
    UNIT_EQUAL_STR(fact_of(process_at(0), "phys_footprint"), "9223372036854775807");
    check_ledger(1, 0, 1, 0);
    end_reading();
    read_text("{\"bytes per unit\": 0, \"processes\": [{\"pid\": 1, \"footprint\": 5}]}\n");
    CU_ASSERT(!process_at(0)->whole.of[VMT_FOOTPRINT].bounded);
    check_ledger(0, 0, 1, 0);
    end_reading();
}

static void test_json__wrong_kinds(void)
{
    read_fixture("darwin-footprint-json/warn-kinds.json");
    const struct vmt_process *process = process_at(0);
    CU_ASSERT(process->name == NULL);
    CU_ASSERT(!process->pid_known);
    CU_ASSERT(process->captured_at == NULL);
    UNIT_EQUAL_STR(fact_of(process, "name"), "17");
    UNIT_EQUAL_STR(fact_of(process, "pid"), "55");
    UNIT_EQUAL_STR(fact_of(process, "phys_footprint"), "-5");
    UNIT_EQUAL_STR(fact_of(process, "stack"), "null");
    UNIT_EQUAL_STR(fact_of(process, "start_time"), "{\"date\":\"this morning\"}");
    /* The tool's sum does not stand in for the kernel's. */
    CU_ASSERT(!process->whole.of[VMT_FOOTPRINT].bounded);
    UNIT_EQUAL_STR(fact_of(process, "footprint"), "4194304");
    UNIT_EQUAL_U64(process->stated.count, 3);
    CU_ASSERT((row_at(0, 0)->known & 1u << VMT_EV_SWAPPED) == 0);
    CU_ASSERT(row_at(0, 0)->counted);
    CU_ASSERT(!row_at(0, 1)->counted);
    /* A key of later releases is no damage. */
    CU_ASSERT(fact_of(process, "__DATA") != NULL);
    UNIT_EQUAL_U64(row_at(0, 2)->stated[VMT_EV_CLEAN].value, 16384);
    UNIT_EQUAL_U64(vmt_notes_count(&process->notes, VMT_NOTE_DAMAGED_LINE), 4);
    const struct vmt_note *note = record_at(&process->notes.sequence, 1);
    UNIT_EQUAL_U64(note->place.line, 5);
    UNIT_EQUAL_U64(note->place.column, 5);
    end_reading();

    static const char *const texts[] = {
        "{\"total footprint\": 5}\n",
        "{\"bytes per unit\": 1, \"processes\": {}}\n",
        "{\"bytes per unit\": 1, \"processes\": [7]}\n",
        "{\"bytes per unit\": 1, \"samples\": [null]}\n",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        read_text(texts[i]);
        UNIT_EQUAL_I64(reading.status, VMT_OK);
        UNIT_EQUAL_U64(vmt_notes_count(&process_at(0)->notes, VMT_NOTE_DAMAGED_LINE), 1);
        check_ledger(0, 0, 1, 0);
        end_reading();
    }
    read_text("{\"bytes\": 1, \"auxiliary\": {\"phys\": 5}}\n");
    UNIT_EQUAL_I64(reading.status, VMT_E_NOCAPTURE);
    end_reading();
}

/* --- accounting and checks -------------------------------------------------------------------- */

static struct vmt_breakdown breakdown;

static void break_down(size_t process)
{
    struct vmt_error err = VMT_ERROR_INIT;
    CU_ASSERT_FATAL(vmt_breakdown_make(&breakdown, process_at(process), &vmt_allocator_system,
                                       (size_t)64 << 20, &err) == VMT_OK);
}

static void end_breakdown(void)
{
    vmt_breakdown_free(&breakdown);
    end_reading();
}

static const struct vmt_type_sum *sum_of(const char *canonical)
{
    for (size_t i = 0; i < breakdown.type_count; i++) {
        if (strcmp(breakdown.types[i]->type->canonical->data, canonical) == 0) {
            return breakdown.types[i];
        }
    }
    CU_FAIL_FATAL("no such type");
    return NULL;
}

static const struct vmt_check *find_check(const char *member)
{
    struct vmt_walker walker = {0};
    const struct vmt_check *check = NULL;
    while ((check = vmt_sequence_next(&breakdown.checks, &walker)) != NULL) {
        if (strcmp(check->member, member) == 0) {
            return check;
        }
    }
    return NULL;
}

static const struct vmt_check *check_of(const char *member)
{
    const struct vmt_check *check = find_check(member);
    CU_ASSERT_FATAL(check != NULL);
    if (check == NULL) {
        abort();
    }
    return check;
}

/* Bytes, so that what is uncertain is not rounding. */
static const char exact_columns[] = "Dirty (Swapped) Clean Reclaimable (Wired) Regions Category\n"
                                    "5000 B 1000 B 300 B 20 B 0 B 4 MALLOC_SMALL\n"
                                    "700 B 0 B 40 B 0 B 7 B 2 __DATA\n"
                                    "0 B 0 B 9000 B 0 B 0 B 3 mapped file\n"
                                    "600 B 0 B 0 B 5 B 0 B 1 IOSurface\n"
                                    "90 B 80 B 0 B 0 B 0 B 2 Owned physical footprint (unmapped)\n"
                                    "11 B 0 B 0 B 0 B 11 B 1 page table\n"
                                    "30 B 0 B 0 B 6 B 0 B 1 MALLOC_LARGE_REUSABLE\n";

static void test_account__all_columns(void)
{
    read_text(exact_columns);
    break_down(0);
    const struct vmt_amount *of = breakdown.totals.of;
    CU_ASSERT(breakdown.charges);
    UNIT_EQUAL_I64(breakdown.level, VMT_LEVEL_TYPES);
    /* 5000 + 700 + 600 + 90 + 11 + 30; what the kernel holds is certain to be the process's. */
    check_amount(of[VMT_PRIVATE_FOOTPRINT], 6431, 101, 6431);
    check_amount(of[VMT_SWAPPED], 1080, 1080, 1080);
    check_amount(of[VMT_DIRTY], 4000 + 700 + 600 + 30, 5330, 5330);
    /* What can be taken back at any time is clean, as long as it is there. */
    check_amount(of[VMT_CLEAN], 9340 + 31, 9340, 9371);
    check_amount(of[VMT_RECLAIMABLE], 31, 31, 31);
    check_amount(of[VMT_WIRED], 18, 18, 18);
    /* Reclaimable pages may be gone by now, or swapped. */
    check_amount(of[VMT_RESIDENT], 5330 + 9340 + 31, 5330 + 9340, 5330 + 9340 + 31);
    check_amount(of[VMT_PRIVATE_DIRTY], 5330, 0, 5330);
    check_amount(of[VMT_SHARED_DIRTY], 0, 0, 5330);
    check_amount(of[VMT_SWAPPED_PRIVATE], 1080, 80, 1080);
    check_amount(of[VMT_SWAPPED_SHARED], 0, 0, 1000);
    /* Clean pages of files are shared, others not; 300 + 31 of 340 + 9031. */
    check_amount(of[VMT_PRIVATE_CLEAN], 331, 0, 9371);
    check_amount(of[VMT_SHARED_CLEAN], 9040, 0, 9371);
    check_amount(of[VMT_USS], 5330 + 331, 0, 14701);
    check_bounds(of[VMT_PSS], 0, 14701);
    /* 5320 of the heap, 700, 600 of a device or not, 36 that are kept, 80 that the kernel holds. */
    check_amount(of[VMT_ANONYMOUS], 5320 + 700 + 600 + 36 + 80, 5320 + 700 + 36 + 80,
                 5320 + 700 + 605 + 36 + 80);
    check_amount(of[VMT_FILE_BACKED], 9040, 9040, 9040);
    check_amount(of[VMT_HEAP_KEPT_EMPTY], 36, 36, 36);
    CU_ASSERT(!of[VMT_VIRTUAL].bounded);
    CU_ASSERT(!of[VMT_RESERVED].bounded);
    UNIT_EQUAL_U64(breakdown.regions, 14);
    check_amount(sum_of("MALLOC_SMALL")->charged, 5000, 5000, 5000);
    check_amount(sum_of("page table in kernel")->amounts.of[VMT_RESIDENT], 0, 0, 0);
    check_amount(sum_of("page table in kernel")->amounts.of[VMT_PRIVATE_FOOTPRINT], 11, 11, 11);
    end_breakdown();
}

/* Reclaimable pages are resident and not dirty, in memory of any nature: the parts of resident add
 * up, and so do those of resident and swapped. */
static void test_account__parts_add_up(void)
{
    read_text("Dirty (Swapped) Clean Reclaimable Regions Category\n"
              "5000 B 1000 B 300 B 20 B 4 MALLOC_SMALL\n"
              "700 B 200 B 40 B 9 B 2 __DATA\n"
              "90 B 80 B 0 B 0 B 2 Owned physical footprint (unmapped)\n");
    break_down(0);
    const struct vmt_amount *of = breakdown.totals.of;
    check_amount(of[VMT_DIRTY], 4500, 4500, 4500);
    check_amount(of[VMT_CLEAN], 340 + 29, 340, 369);
    check_amount(of[VMT_RESIDENT], 4869, 4840, 4869);
    UNIT_EQUAL_U64(of[VMT_PRIVATE_CLEAN].value + of[VMT_SHARED_CLEAN].value, 369);
    check_amount(of[VMT_SWAPPED], 1280, 1280, 1280);
    check_amount(of[VMT_FILE_BACKED], 40, 40, 40);
    /* 5320 of the heap, 700 and at most 9 of the image's copies, 80 that the kernel holds: with the
     * 40 of the file as much as is resident or swapped. */
    check_amount(of[VMT_ANONYMOUS], 4869 + 1280 - 40, 6100, 6109);
    /* The table's own column, as it stands there. */
    check_amount(sum_of("MALLOC_SMALL")->clean, 300, 300, 300);
    check_amount(sum_of("MALLOC_SMALL")->amounts.of[VMT_CLEAN], 320, 300, 320);
    end_breakdown();
}

static void test_account__swapped_not_stated(void)
{
    read_text("Dirty Clean Reclaimable Regions Category\n"
              "5000 B 300 B 20 B 4 MALLOC_SMALL\n"
              "90 B 0 B 0 B 2 page table\n"
              "0 B 100 B 0 B 1 mapped file\n");
    break_down(0);
    const struct vmt_amount *of = breakdown.totals.of;
    check_amount(of[VMT_PRIVATE_FOOTPRINT], 5090, 90, 5090);
    check_bounds(of[VMT_DIRTY], 0, 5000);
    check_bounds(of[VMT_SWAPPED], 0, 5090);
    check_bounds(of[VMT_PRIVATE_DIRTY], 0, 5000);
    check_bounds(of[VMT_SHARED_DIRTY], 0, 5000);
    check_bounds(of[VMT_RESIDENT], 400, 5420);
    /* What the kernel holds can be swapped, which page tables are not. */
    check_amount(of[VMT_ANONYMOUS], 5320, 5320, 5410);
    CU_ASSERT(!of[VMT_WIRED].bounded);
    /* Nothing charged is nothing swapped. */
    check_amount(sum_of("mapped file")->amounts.of[VMT_SWAPPED], 0, 0, 0);
    check_amount(sum_of("mapped file")->amounts.of[VMT_RESIDENT], 100, 100, 100);
    end_breakdown();
}

static void test_account__columns_that_are_missing(void)
{
    read_text("Dirty Category\n5000 B MALLOC_SMALL\n12 B stack\n");
    break_down(0);
    const struct vmt_amount *of = breakdown.totals.of;
    check_amount(of[VMT_PRIVATE_FOOTPRINT], 5012, 0, 5012);
    CU_ASSERT(!of[VMT_CLEAN].bounded);
    CU_ASSERT(!of[VMT_RESIDENT].bounded);
    CU_ASSERT(!of[VMT_USS].bounded);
    CU_ASSERT(!of[VMT_RECLAIMABLE].bounded);
    CU_ASSERT(!breakdown.counted);
    end_breakdown();
}

static void test_account__rounding(void)
{
    read_text("Dirty (Swapped) Clean Reclaimable Regions Category\n"
              "12 MB 4 MB 64 KB 0 B 4 MALLOC_SMALL\n");
    break_down(0);
    const struct vmt_amount *of = breakdown.totals.of;
    check_amount(of[VMT_PRIVATE_FOOTPRINT], 12 * MIB, 0, 12 * MIB + MIB / 2);
    /* Both are half a unit off at most. */
    check_amount(of[VMT_DIRTY], 8 * MIB, 7 * MIB, 9 * MIB);
    check_amount(sum_of("MALLOC_SMALL")->charged, 12 * MIB, 12 * MIB - MIB / 2, 12 * MIB + MIB / 2);
    end_breakdown();
}

static void test_check__total_of_each_column(void)
{
    read_fixture("darwin-footprint/ok-26-swapped-wired.txt");
    break_down(0);
    static const char *const members[] = {"charged",     "swapped", "clean",
                                          "reclaimable", "wired",   "regions"};
    UNIT_EQUAL_U64(breakdown.checks.count, COUNT(members));
    for (size_t i = 0; i < COUNT(members); i++) {
        const struct vmt_check *check = record_at(&breakdown.checks, i);
        UNIT_EQUAL_STR(check->member, members[i]);
        UNIT_EQUAL_I64(check->verdict, VMT_AGREES);
        CU_ASSERT(vmt_slice_equals(check->type, vmt_slice("TOTAL")));
    }
    /* 479 + 91 + 86 + 12 MB, 3072 + 48 KB; half a unit of each row and of the total. */
    const struct vmt_check *charged = check_of("charged");
    UNIT_EQUAL_U64(charged->expected, 671 * MIB);
    UNIT_EQUAL_U64(charged->actual, 668 * MIB + 3120 * KIB);
    UNIT_EQUAL_U64(charged->bound, 5 * MIB / 2 + KIB);
    UNIT_EQUAL_I64(breakdown.coverage, VMT_COVERAGE_WHOLE);
    end_breakdown();

    read_fixture("darwin-footprint/warn-total-differs.txt");
    break_down(0);
    UNIT_EQUAL_U64(vmt_breakdown_verdicts(&breakdown, VMT_DIFFERS), 1);
    UNIT_EQUAL_I64(check_of("wired")->verdict, VMT_DIFFERS);
    UNIT_EQUAL_I64(breakdown.coverage, VMT_COVERAGE_EXCERPT);
    end_breakdown();

    /* Columns that are not there are no checks. */
    read_fixture("darwin-footprint/ok-15-bytes.txt");
    break_down(0);
    UNIT_EQUAL_U64(breakdown.checks.count, 4);
    CU_ASSERT(find_check("wired") == NULL);
    UNIT_EQUAL_U64(check_of("clean")->bound, 0);
    UNIT_EQUAL_U64(check_of("clean")->actual, 5628198 + 16384);
    end_breakdown();
}

static void test_check__sum_of_json(void)
{
    read_fixture("darwin-footprint-json/ok-26-one.json");
    break_down(0);
    UNIT_EQUAL_U64(breakdown.checks.count, 1);
    UNIT_EQUAL_I64(check_of("charged")->verdict, VMT_AGREES);
    UNIT_EQUAL_I64(breakdown.coverage, VMT_COVERAGE_WHOLE);
    UNIT_EQUAL_U64(breakdown.regions, 49);
    end_breakdown();
}

/* --- names of types --------------------------------------------------------------------------- */

static const struct vmt_type *type_of(const char *name)
{
    const struct vmt_type *type =
        vmt_type_get(&reading.snapshot.types, &reading.snapshot.strings, vmt_slice(name), 0);
    CU_ASSERT_FATAL(type != NULL);
    return type;
}

/* Every name that was seen in real dumps of vmmap, crash reports and footprint. */
static void test_types__names_seen_have_their_class(void)
{
    static const struct {
        enum vmt_class class;
        const char *names[48];
    } seen[] = {
        {VMT_CLASS_HEAP,
         {"MALLOC", "MALLOC metadata", "MALLOC (admin)", "MALLOC_TINY", "MALLOC_SMALL",
          "MALLOC_LARGE", "MALLOC_MEDIUM", "MALLOC_NANO", "MALLOC_NANO metadata",
          "MALLOC_LARGE metadata", "Malloc", "Malloc Small", "MALLOC_TINY (freed?)",
          "MALLOC (freed?)", "WebKit Malloc", "WebKit malloc", "WebKit Malloc metadata",
          "JS VM Gigacage"}},
        {VMT_CLASS_HEAP_KEPT_EMPTY,
         {"MALLOC_TINY (empty)", "MALLOC_SMALL (empty)", "MALLOC_LARGE (empty)",
          "MALLOC_LARGE_REUSABLE", "MALLOC freed, no zone"}},
        {VMT_CLASS_STACK, {"Stack", "stack", "Rosetta Return Stack"}},
        {VMT_CLASS_CODE, {"__TEXT"}},
        {VMT_CLASS_DATA,
         {"__DATA",
          "__DATA_CONST",
          "__DATA_DIRTY",
          "__AUTH",
          "__AUTH_CONST",
          "__TPRO_CONST",
          "__OBJC",
          "__OBJC_RO",
          "__OBJC_RW",
          "__OBJC_CONST",
          "__LINKEDIT",
          "__UNICODE",
          "__FONT_DATA",
          "__CTF",
          "__GLSLBUILTINS",
          "__INFO_FILTER",
          "__IMAGE",
          "__IMPORT",
          "__LLVM",
          "__LLVM_COV",
          "__NV_CUDA",
          "__ctl_set",
          "__pci_devemu_set",
          ".note.gnu.prope",
          "unused __DATA",
          "unused __TEXT",
          "unused shlib __DATA",
          "unused shlib __TEXT",
          "unused __AUTH",
          "unused __DATA_DIRTY",
          "unused but dirty shlib __DATA",
          "unused dyld shared cache area",
          "ObjC additional data"}},
        {VMT_CLASS_FILE, {"mapped file"}},
        {VMT_CLASS_SHARED_MEMORY, {"shared memory"}},
        {VMT_CLASS_GRAPHICS,
         {"CG image",
          "CG Image",
          "CG raster data",
          "CG backing stores",
          "CG shared images",
          "CoreGraphics",
          "CoreAnimation",
          "CoreImage",
          "CoreUI image data",
          "CoreUI Image Data",
          "CoreUI image file",
          "ColorSync",
          "Image IO",
          "ImageIO",
          "IOSurface",
          "IOAccelerator",
          "IOAccelerator (graphics)",
          "VM_ALLOCATE (graphics)",
          "OpenGL GLSL",
          "Accelerate image backing stores"}},
        {VMT_CLASS_JIT, {"JS JIT generated code", "Rosetta JIT"}},
        {VMT_CLASS_GUARD,
         {"MALLOC guard page", "Malloc Guard Page", "STACK GUARD", "Stack Guard", "Guard",
          "__PAGEZERO"}},
        {VMT_CLASS_RESERVED,
         {"VM_ALLOCATE (reserved)", "MALLOC_NANO (reserved)", "MALLOC_MEDIUM (reserved)",
          "MALLOC_LARGE (reserved)", "Stack (reserved)", "JS VM Gigacage (reserved)",
          "WebKit Malloc (reserved)", "GPU Carveout (reserved)", "commpage (reserved)",
          "Memory Tag 255 (reserved)", "ATS (font support) (reserved)", "IOKit (reserved)",
          "CoreGraphics (reserved)", "Mach message (reserved)",
          "Rosetta IndirectBranch (reserved)"}},
        {VMT_CLASS_KERNEL,
         {"page table in kernel", "page table", "owned unmapped memory", "owned unmapped",
          "owned unmapped (graphics)", "Owned physical footprint (unmapped)",
          "Owned physical footprint (unmapped) (graphics)"}},
        {VMT_CLASS_SUBMAP, {"Submap"}},
        {VMT_CLASS_OTHER,
         {"VM_ALLOCATE",
          "VM_ALLOCATE ?",
          "Untagged",
          "untagged (VM_ALLOCATE)",
          "untagged (\"VM_ALLOCATE\")",
          "VM_ALLOCATE (media)",
          "Memory Tag 22",
          "Memory Tag 240",
          "Memory tag=240",
          "Memory Tag 255",
          "tag 255",
          "app-specific tag 1",
          "App-Specific Tag 14",
          "Kernel Alloc Once",
          "OS Alloc Once",
          "os_alloc_once",
          "Activity Tracing",
          "Foundation",
          "CoreServices",
          "CoreData",
          "CoreData Object IDs",
          "Accelerate framework",
          "Accelerate.framework",
          "Accelerate Framework",
          "IOKit",
          "libnetwork",
          "SQLite page cache",
          "SQLite Page Cache",
          "Dispatch continuations",
          "dyld private memory",
          "Performance tool data",
          "Process Corpse Info",
          "ATS (font support)",
          "Mach message",
          "AttributeGraph Data",
          "Deferred Reclaim",
          "unshared pmap",
          "Rosetta Generic",
          "Rosetta Arena",
          "Rosetta Thread Context",
          "Rosetta IndirectBranch"}},
    };
    begin_reading();
    for (size_t i = 0; i < COUNT(seen); i++) {
        for (const char *const *name = seen[i].names; *name != NULL; name++) {
            if (!UNIT_EQUAL_STR(vmt_class_name(type_of(*name)->class),
                                vmt_class_name(seen[i].class))) {
                printf("  %s\n", *name);
            }
        }
    }
    end_reading();
}

static void test_types__names_of_all_tools_are_one_type(void)
{
    static const char *const same[][3] = {
        {"Stack", "stack", NULL},
        {"page table in kernel", "page table", NULL},
        {"Kernel Alloc Once", "os_alloc_once", "OS Alloc Once"},
        {"VM_ALLOCATE", "untagged (VM_ALLOCATE)", "untagged (\"VM_ALLOCATE\")"},
        {"unused but dirty shlib __DATA", "unused dyld shared cache area", NULL},
        {"owned unmapped memory", "Owned physical footprint (unmapped)", NULL},
        {"owned unmapped (graphics)", "Owned physical footprint (unmapped) (graphics)", NULL},
        {"Memory Tag 240", "app-specific tag 1", "tag 240"},
        {"Memory Tag 22", "tag 22", "Deferred Reclaim"},
        {"WebKit Malloc", "WebKit malloc", NULL},
        {"Image IO", "ImageIO", NULL},
        {"Malloc Large (Reusable)", "MALLOC_LARGE_REUSABLE", NULL},
        {"VM_ALLOCATE (graphics)", "untagged (VM_ALLOCATE) (graphics)", "Untagged (graphics)"},
        {"MALLOC_SMALL (empty)", "Malloc Small (empty)", NULL},
    };
    begin_reading();
    for (size_t i = 0; i < COUNT(same); i++) {
        for (size_t j = 1; j < 3 && same[i][j] != NULL; j++) {
            UNIT_EQUAL_STR(type_of(same[i][j])->canonical->data,
                           type_of(same[i][0])->canonical->data);
        }
    }
    end_reading();
}

static const struct unit_test tests[] = {
    {"text__whole_block", test_text__whole_block},
    {"text__further_columns", test_text__further_columns},
    {"text__units", test_text__units},
    {"text__banners", test_text__banners},
    {"text__headings", test_text__headings},
    {"text__processes_and_all_together", test_text__processes_and_all_together},
    {"text__no_categories", test_text__no_categories},
    {"text__quoted_in_a_mail", test_text__quoted_in_a_mail},
    {"text__blank_lines_between_all", test_text__blank_lines_between_all},
    {"text__message_among_rows", test_text__message_among_rows},
    {"text__two_tables_are_two_processes", test_text__two_tables_are_two_processes},
    {"text__damage_is_located_and_read_over", test_text__damage_is_located_and_read_over},
    {"text__is_not_claimed", test_text__is_not_claimed},
    {"json__one_process", test_json__one_process},
    {"json__several_processes", test_json__several_processes},
    {"json__samples", test_json__samples},
    {"json__other_units", test_json__other_units},
    {"json__wrong_kinds", test_json__wrong_kinds},
    {"account__all_columns", test_account__all_columns},
    {"account__parts_add_up", test_account__parts_add_up},
    {"account__swapped_not_stated", test_account__swapped_not_stated},
    {"account__columns_that_are_missing", test_account__columns_that_are_missing},
    {"account__rounding", test_account__rounding},
    {"check__total_of_each_column", test_check__total_of_each_column},
    {"check__sum_of_json", test_check__sum_of_json},
    {"types__names_seen_have_their_class", test_types__names_seen_have_their_class},
    {"types__names_of_all_tools_are_one_type", test_types__names_of_all_tools_are_one_type},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_footprint", tests, argc, argv);
}
