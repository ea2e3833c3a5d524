/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <jansson.h>
#include <stdlib.h>

#include "analysis/breakdown.h"
#include "reading.h"

#define MEMORY_LIMIT ((size_t)64 << 20)

/* --- what a text is read to ------------------------------------------------------------------- */

static const struct vmt_region *region_of(size_t process, size_t index)
{
    return record_at(&process_at(process)->regions, index);
}

static const struct vmt_stated_row *row_of(size_t process, size_t index)
{
    return record_at(&process_at(process)->stated, index);
}

static const char *fact_of(const struct vmt_process *process, const char *key)
{
    struct vmt_walker walker = {0};
    const struct vmt_fact *fact = vmt_sequence_next(&process->facts, &walker);
    while (fact != NULL && strcmp(fact->key->data, key) != 0) {
        fact = vmt_sequence_next(&process->facts, &walker);
    }
    return fact == NULL ? NULL : fact->value->data;
}

static void ledger_is(uint64_t consumed, uint64_t prose, uint64_t damaged, uint64_t blank)
{
    const struct vmt_ledger *ledger = &reading.input->ledger;
    UNIT_EQUAL_U64(ledger->consumed, consumed);
    UNIT_EQUAL_U64(ledger->prose, prose);
    UNIT_EQUAL_U64(ledger->damaged, damaged);
    UNIT_EQUAL_U64(ledger->blank, blank);
    UNIT_EQUAL_U64(ledger->lines, consumed + prose + damaged + blank);
}

static enum vmt_level level_of(size_t process, struct vmt_amounts *totals)
{
    struct vmt_breakdown breakdown;
    CU_ASSERT(vmt_breakdown_make(&breakdown, process_at(process), &vmt_allocator_system,
                                 MEMORY_LIMIT, &reading.err) == VMT_OK);
    *totals = breakdown.totals;
    vmt_breakdown_free(&breakdown);
    return breakdown.level;
}

/* --- crash reports in text -------------------------------------------------------------------- */

static void test_text__header_and_table(void)
{
    struct vmt_amounts totals;
    read_fixture("darwin-crash/ok-14-lantern.txt");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 1);
    const struct vmt_process *process = process_at(0);
    UNIT_EQUAL_STR(process->grammar, "darwin-crash");
    UNIT_EQUAL_STR(text_of(process->name), "Lantern");
    UNIT_EQUAL_U64(process->pid, 5120);
    UNIT_EQUAL_U64(process->macos_major, 14);
    UNIT_EQUAL_STR(text_of(process->captured_at), "2025-05-04T18:22:10.4411+02:00");
    UNIT_EQUAL_STR(text_of(process->reason), "EXC_BAD_ACCESS (SIGSEGV)");
    UNIT_EQUAL_U64(process->fault.address, 0x30);
    UNIT_EQUAL_U64(process->fault.line, 14);
    UNIT_EQUAL_U64(process->regions.count, 1);
    UNIT_EQUAL_U64(region_of(0, 0)->start, 0x104490000);
    UNIT_EQUAL_U64(region_of(0, 0)->line, 18);
    UNIT_EQUAL_U64(process->stated.count, 3);
    UNIT_EQUAL_U64(row_of(0, 0)->regions, 31);
    CU_ASSERT_FATAL(process->stated_total != NULL);
    UNIT_EQUAL_U64(process->stated_total->regions, 444);
    /* The table counts, the region at the fault does not. */
    UNIT_EQUAL_I64(level_of(0, &totals), VMT_LEVEL_TYPES);
    CU_ASSERT(totals.of[VMT_VIRTUAL].value > UINT64_C(850) << 20);
    CU_ASSERT(!totals.of[VMT_RESIDENT].bounded);
    ledger_is(26, 2, 0, 6);
    end_reading();
}

static void test_text__old_report(void)
{
    read_fixture("darwin-crash/ok-10.9-near-gap.txt");
    const struct vmt_process *process = process_at(0);
    UNIT_EQUAL_U64(process->fault.address, 0x10);
    UNIT_EQUAL_I64(process->fault.place, VMT_FAULT_IN_GAP);
    CU_ASSERT(!process->fault.before_known && !process->fault.after_known);
    UNIT_EQUAL_STR(text_of(region_of(0, 0)->type->printed), "__TEXT");
    UNIT_EQUAL_U64(process->stated.count, 5);
    UNIT_EQUAL_STR(text_of(row_of(0, 1)->type->printed), "Memory Tag 255 (reserved)");
    UNIT_EQUAL_U64(row_of(0, 1)->stated[VMT_EV_VIRTUAL].value, 1536 << 10);
    CU_ASSERT(!row_of(0, 1)->counted);
    UNIT_EQUAL_U64(vmt_notes_count(&process->notes, VMT_NOTE_UNKNOWN_KEY), 0);
    end_reading();
}

static void test_text__marked_row_is_where_it_crashed(void)
{
    struct vmt_amounts totals;
    read_fixture("darwin-crash/ok-10.11-counts.txt");
    const struct vmt_fault *fault = &process_at(0)->fault;
    UNIT_EQUAL_I64(fault->place, VMT_FAULT_IN_REGION);
    UNIT_EQUAL_U64(fault->start, 0x700000281000);
    UNIT_EQUAL_U64(fault->end, 0x700000282000);
    UNIT_EQUAL_STR(text_of(region_of(0, 1)->type->printed), "STACK GUARD");
    UNIT_EQUAL_U64(process_at(0)->regions.count, 3);
    /* 11 + 3 + 101 regions are three more than its total of 112. */
    UNIT_EQUAL_I64(level_of(0, &totals), VMT_LEVEL_TYPES);
    end_reading();
}

static void test_text__row_apart_from_the_total(void)
{
    struct vmt_breakdown breakdown;
    read_fixture("darwin-crash/ok-apart.txt");
    CU_ASSERT(row_of(0, 2)->apart);
    CU_ASSERT(!row_of(0, 1)->apart);
    CU_ASSERT(vmt_breakdown_make(&breakdown, process_at(0), &vmt_allocator_system, MEMORY_LIMIT,
                                 &reading.err) == VMT_OK);
    UNIT_EQUAL_I64(breakdown.coverage, VMT_COVERAGE_WHOLE);
    UNIT_EQUAL_U64(vmt_breakdown_verdicts(&breakdown, VMT_DIFFERS), 0);
    vmt_breakdown_free(&breakdown);
    end_reading();
}

static void test_text__faults_alone(void)
{
    static const struct {
        uint64_t address;
        enum vmt_fault_place place;
        uint64_t start;
        uint64_t end;
        uint64_t before;
        uint64_t after;
        bool before_known;
        bool after_known;
        uint64_t regions;
        uint64_t line;
    } expected[] = {
        {0x10257ce20, VMT_FAULT_IN_REGION, 0x10257c000, 0x102588000, 3616, 45535, true, true, 3, 3},
        {0x529f4a75d3a0, VMT_FAULT_IN_GAP, 0, 0, 90363066176417, 14709013752928, true, true, 2, 12},
        {0xffffff9e000001b0, VMT_FAULT_IN_GAP, 0, 0, UINT64_C(18446743641528467889), 0, true, false,
         1, 18},
        {0, VMT_FAULT_IN_GAP, 0, 0, 0, 4371873792, false, true, 1, 24},
    };
    struct vmt_amounts totals;
    read_fixture("darwin-crash/ok-faults.txt");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 4);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const struct vmt_fault *fault = &process_at(i)->fault;
        CU_ASSERT(fault->stated);
        UNIT_EQUAL_U64(fault->address, expected[i].address);
        UNIT_EQUAL_I64(fault->place, expected[i].place);
        UNIT_EQUAL_U64(fault->start, expected[i].start);
        UNIT_EQUAL_U64(fault->end, expected[i].end);
        UNIT_EQUAL_U64(fault->before, expected[i].before);
        UNIT_EQUAL_U64(fault->after, expected[i].after);
        CU_ASSERT(fault->before_known == expected[i].before_known);
        CU_ASSERT(fault->after_known == expected[i].after_known);
        UNIT_EQUAL_U64(fault->line, expected[i].line);
        UNIT_EQUAL_U64(process_at(i)->regions.count, expected[i].regions);
        UNIT_EQUAL_I64(process_at(i)->coverage, VMT_COVERAGE_EXCERPT);
        /* Regions around a fault are no sum of anything. */
        UNIT_EQUAL_I64(level_of(i, &totals), VMT_LEVEL_NONE);
        CU_ASSERT(!totals.of[VMT_VIRTUAL].bounded);
    }
    UNIT_EQUAL_U64(region_of(1, 0)->stated[VMT_EV_VIRTUAL].value, UINT64_C(384) << 30);
    end_reading();
}

static void test_text__mangled_on_its_way(void)
{
    read_fixture("darwin-crash/ok-mangled.txt");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_U64(process_at(0)->fault.after, 4333887456);
    UNIT_EQUAL_U64(region_of(0, 0)->end, 0x102562000);
    UNIT_EQUAL_U64(process_at(1)->fault.start, 0x100000000);
    ledger_is(7, 0, 0, 1);
    end_reading();
}

static void test_text__two_reports(void)
{
    read_fixture("darwin-crash/ok-two-reports.txt");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_STR(text_of(process_at(0)->name), "Puffin");
    UNIT_EQUAL_U64(process_at(0)->fault.address, 0x528);
    UNIT_EQUAL_STR(fact_of(process_at(0), "Termination Reason"), "Namespace SIGNAL, Code 0xb");
    UNIT_EQUAL_U64(process_at(0)->stated.count, 0);
    UNIT_EQUAL_STR(text_of(process_at(1)->name), "Merlin (Renderer)");
    UNIT_EQUAL_U64(process_at(1)->stated.count, 2);
    CU_ASSERT(!process_at(1)->fault.stated);
    end_reading();
}

static void test_text__address_of_the_exception_alone(void)
{
    read_text("Process: Finch [12]\nException Type: EXC_BAD_ACCESS (SIGSEGV)\n"
              "Exception Codes: KERN_INVALID_ADDRESS at 0x00000000000000a8\n");
    CU_ASSERT(process_at(0)->fault.stated);
    UNIT_EQUAL_U64(process_at(0)->fault.address, 0xa8);
    UNIT_EQUAL_I64(process_at(0)->fault.place, VMT_FAULT_UNPLACED);
    UNIT_EQUAL_U64(process_at(0)->fault.line, 3);
    end_reading();
}

static void test_text__damage_has_its_place(void)
{
    read_fixture("darwin-crash/warn-damaged.txt");
    const struct vmt_process *process = process_at(0);
    const struct vmt_note *note = record_at(&process->notes.sequence, 0);
    UNIT_EQUAL_U64(note->place.line, 1);
    UNIT_EQUAL_U64(note->place.column, 83);
    UNIT_EQUAL_I64(process->fault.place, VMT_FAULT_IN_GAP);
    CU_ASSERT(!process->fault.before_known);
    UNIT_EQUAL_U64(process->regions.count, 1); /* of the two, the one that is sound */
    end_reading();
}

static void test_text__detail_on_the_next_line(void)
{
    read_text("VM Regions Near 0:\n--> \n"
              "    __TEXT    0000000102600000-0000000102603000 [   12K] r-x/rwx SM=COW  \n"
              " [/Users/USER/Finch]\nthat was it\n");
    UNIT_EQUAL_STR(text_of(region_of(0, 0)->detail), "[/Users/USER/Finch]");
    ledger_is(4, 1, 0, 0);
    end_reading();
}

static void test_text__other_formats_are_left_alone(void)
{
    /* Between two parts of a report, without the second. */
    read_text("Process: Finch [12]\nException Type: EXC_CRASH (SIGABRT)\n\nThread 0:\n0  x\n\n"
              "Mach Virtual Memory Statistics: (page size of 4096 bytes)\n"
              "Pages free:                               100000.\n"
              "Pages active:                             200000.\n");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 1);
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 1);
    end_reading();
}

/* --- reports in JSON -------------------------------------------------------------------------- */

static void test_ips__two_objects(void)
{
    read_fixture("darwin-ips/ok-12-petrel.ips");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 1);
    const struct vmt_process *process = process_at(0);
    UNIT_EQUAL_STR(process->grammar, "darwin-ips");
    UNIT_EQUAL_STR(text_of(process->name), "Petrel");
    UNIT_EQUAL_U64(process->pid, 1710);
    UNIT_EQUAL_STR(text_of(process->os), "macOS 12.4 (21F79)");
    UNIT_EQUAL_STR(text_of(process->arch), "X86-64");
    UNIT_EQUAL_STR(text_of(process->captured_at), "2022-08-03T20:36:44.0110+09:00");
    UNIT_EQUAL_STR(text_of(process->reason), "EXC_BAD_ACCESS (SIGSEGV)");
    UNIT_EQUAL_U64(process->fault.address, 1);
    UNIT_EQUAL_U64(process->fault.after, 140737486839807);
    UNIT_EQUAL_U64(process->regions.count, 1); /* both spellings say the same */
    UNIT_EQUAL_U64(region_of(0, 0)->line, 16);
    UNIT_EQUAL_U64(row_of(0, 0)->line, 20);
    UNIT_EQUAL_U64(process->stated.count, 3);
    UNIT_EQUAL_STR(fact_of(process, "procPath"), "/Users/USER/Petrel");
    UNIT_EQUAL_STR(fact_of(process, "exception.codes"), "0x0000000000000001, 0x0000000000000001");
    ledger_is(26, 0, 0, 0);
    end_reading();
}

static void test_ips__text_inside(void)
{
    read_fixture("darwin-ips/ok-text-inside.ips");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 1);
    UNIT_EQUAL_STR(process_at(0)->grammar, "darwin-ips");
    UNIT_EQUAL_U64(process_at(0)->pid, 424);
    UNIT_EQUAL_STR(fact_of(process_at(0), "bug_type"), "109");
    UNIT_EQUAL_U64(process_at(0)->regions.count, 1);
    end_reading();
}

static void test_ips__translated_is_one_process(void)
{
    read_fixture("darwin-crash/ok-translated.txt");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 1);
    UNIT_EQUAL_U64(process_at(0)->stated.count, 2);
    UNIT_EQUAL_U64(process_at(0)->regions.count, 1);
    UNIT_EQUAL_U64(process_at(0)->notes.sequence.count, 0);
    end_reading();
    read_fixture("darwin-crash/warn-twin-differs.txt");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 1);
    UNIT_EQUAL_U64(vmt_notes_count(&process_at(0)->notes, VMT_NOTE_TWIN_DIFFERS), 1);
    UNIT_EQUAL_U64(row_of(0, 0)->stated[VMT_EV_VIRTUAL].value, UINT64_C(540) << 20);
    end_reading();
}

static void test_ips__another_process_is_no_translation(void)
{
    read_text("Process: Finch [12]\nException Type: EXC_CRASH (SIGABRT)\n\n"
              "{\n\"procName\" : \"Finch\",\n\"pid\" : 13\n}\n");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_U64(process_at(1)->pid, 13);
    UNIT_EQUAL_U64(process_at(1)->line, 4);
    end_reading();
}

static void test_ips__original_adds_what_the_text_has_not(void)
{
    read_text(
        "Process: Finch [12]\nException Type: EXC_CRASH (SIGABRT)\n\n"
        "{\n\"procName\" : \"Finch\",\n\"pid\" : 12,\n"
        "\"vmRegionInfo\" : \"0x9 is not in any region.  Bytes after previous region: 8\"\n}\n");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 1);
    UNIT_EQUAL_U64(process_at(0)->fault.address, 9);
    UNIT_EQUAL_U64(process_at(0)->fault.before, 8);
    end_reading();
}

static void test_ips__two_spellings_that_differ(void)
{
    read_text("{\"procName\":\"Finch\",\n"
              "\"vmRegionInfo\":\"0x9 is not in any region.  Bytes after previous region: 8\",\n"
              "\"vmregioninfo\":\"0x7 is not in any region.  Bytes after previous region: 6\"}\n");
    UNIT_EQUAL_U64(process_at(0)->fault.address, 9);
    const struct vmt_note *note = record_at(&process_at(0)->notes.sequence, 0);
    UNIT_EQUAL_I64(note->kind, VMT_NOTE_TWIN_DIFFERS);
    UNIT_EQUAL_U64(note->place.line, 3);
    end_reading();
}

static void test_ips__parts_of_one(void)
{
    read_fixture("darwin-ips/ok-member.txt");
    UNIT_EQUAL_U64(process_at(0)->fault.address, 0x28);
    UNIT_EQUAL_U64(region_of(0, 0)->line, 3);
    end_reading();
    read_fixture("darwin-ips/warn-rest-of-string.txt");
    UNIT_EQUAL_U64(process_at(0)->stated.count, 4);
    UNIT_EQUAL_STR(text_of(row_of(0, 0)->type->printed), "MALLOC guard page");
    CU_ASSERT(process_at(0)->stated_damaged);
    end_reading();
}

static void test_ips__cut_and_edited(void)
{
    read_fixture("darwin-ips/warn-torn.ips"); /* ends in the row of the total */
    UNIT_EQUAL_U64(process_at(0)->pid, 1710);
    UNIT_EQUAL_U64(process_at(0)->stated.count, 3);
    UNIT_EQUAL_U64(process_at(0)->regions.count, 1);
    ledger_is(19, 0, 1, 0);
    end_reading();
    read_fixture("darwin-ips/warn-syntax.ips");
    UNIT_EQUAL_U64(process_at(0)->pid, 1710);
    UNIT_EQUAL_U64(process_at(0)->stated.count, 3);
    ledger_is(25, 0, 1, 0);
    const struct vmt_note *note = record_at(&process_at(0)->notes.sequence, 0);
    UNIT_EQUAL_U64(note->place.line, 5);
    end_reading();
    read_fixture("darwin-ips/warn-nested.ips");
    UNIT_EQUAL_U64(process_at(0)->pid, 7);
    end_reading();
}

static void test_ips__wrong_kinds(void)
{
    read_fixture("darwin-ips/warn-wrong-kinds.ips");
    const struct vmt_process *process = process_at(0);
    CU_ASSERT(!process->pid_known);
    CU_ASSERT(!process->fault.stated);
    UNIT_EQUAL_STR(text_of(process->name), "Petrel \"{beta\" <b>&amp;"); /* of the header */
    UNIT_EQUAL_U64(vmt_notes_count(&process->notes, VMT_NOTE_DAMAGED_VALUE), 5);
    CU_ASSERT(fact_of(process, "uptime") == NULL); /* beyond 64 bits: unknown */
    end_reading();
}

/* --- MetricKit -------------------------------------------------------------------------------- */

static void test_metrickit__each_crash_is_a_process(void)
{
    read_fixture("darwin-metrickit/ok-two-crashes.json");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_STR(text_of(process_at(0)->name), "org.example.Dunlin");
    UNIT_EQUAL_U64(process_at(0)->pid, 311);
    UNIT_EQUAL_U64(process_at(0)->line, 19);
    UNIT_EQUAL_U64(process_at(0)->fault.after, 4303978496);
    UNIT_EQUAL_STR(fact_of(process_at(0), "signal"), "11");
    UNIT_EQUAL_I64(process_at(1)->fault.place, VMT_FAULT_IN_REGION);
    UNIT_EQUAL_U64(process_at(1)->line, 26);
    end_reading();
}

static void test_metrickit__blanks_for_ends_of_lines(void)
{
    read_fixture("darwin-metrickit/warn-simulated.json");
    UNIT_EQUAL_U64(process_at(0)->fault.after, 4000000000);
    UNIT_EQUAL_U64(process_at(0)->regions.count, 1);
    UNIT_EQUAL_STR(text_of(region_of(0, 0)->detail), "...pp/Dunlin");
    end_reading();
}

/* --- Jetsam ----------------------------------------------------------------------------------- */

static void test_jetsam__pages_are_bytes(void)
{
    struct vmt_amounts totals;
    read_fixture("darwin-jetsam/ok-18-event.ips");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 3);
    const struct vmt_process *process = process_at(0);
    UNIT_EQUAL_STR(text_of(process->name), "Avocet");
    UNIT_EQUAL_STR(text_of(process->states), "frontmost resume");
    CU_ASSERT(process->reason == NULL); /* the largest, and not the one that was ended */
    UNIT_EQUAL_U64(process->whole.of[VMT_FOOTPRINT].value, UINT64_C(90112) * 16384);
    UNIT_EQUAL_U64(process->whole.of[VMT_FOOTPRINT_PEAK].value, UINT64_C(91000) * 16384);
    CU_ASSERT(!process->whole.of[VMT_RESIDENT].bounded);
    UNIT_EQUAL_U64(process->line, 39);
    UNIT_EQUAL_STR(fact_of(process, "physicalPages.internal.1"), "9000");
    UNIT_EQUAL_STR(fact_of(process, "freeze_skip_reason:"), "none");
    UNIT_EQUAL_STR(text_of(process_at(1)->reason), "vm-pageshortage");
    UNIT_EQUAL_U64(process_at(1)->pid, 281);
    UNIT_EQUAL_STR(text_of(process_at(1)->os), "iPhone OS 18.5 (22F76)");
    UNIT_EQUAL_STR(text_of(process_at(1)->captured_at), "2025-06-02T10:11:12.34+01:00");
    UNIT_EQUAL_I64(level_of(1, &totals), VMT_LEVEL_TOTALS);
    /* Nothing is an amount too, and unknown is none. */
    CU_ASSERT(process_at(2)->whole.of[VMT_FOOTPRINT].known);
    UNIT_EQUAL_U64(process_at(2)->whole.of[VMT_FOOTPRINT].value, 0);
    CU_ASSERT(!process_at(2)->whole.of[VMT_FOOTPRINT_PEAK].bounded);
    CU_ASSERT(process_at(2)->pid_known);
    end_reading();
}

static void test_jetsam__host(void)
{
    read_fixture("darwin-jetsam/ok-18-event.ips");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 1);
    const struct vmt_host *host = record_at(&reading.snapshot.hosts, 0);
    UNIT_EQUAL_STR(host->grammar, "darwin-jetsam");
    UNIT_EQUAL_STR(text_of(host->os), "iPhone OS 18.5 (22F76)");
    UNIT_EQUAL_U64(host->samples.count, 1);
    const struct vmt_sample *sample = record_at(&host->samples, 0);
    UNIT_EQUAL_U64(sample->count, 14);
    UNIT_EQUAL_U64(sample->line, 8);
    const struct {
        enum vmt_host_quantity quantity;
        uint64_t value;
        bool pages;
    } expected[] = {{VMT_HOST_PAGE_SIZE, 16384, false},
                    {VMT_HOST_COMPRESSOR_OCCUPIED, 38000, true},
                    {VMT_HOST_WIRED, 36194, true}};
    uint64_t seen = 0;
    for (uint32_t i = 0; i < sample->count * 3; i++) {
        const struct vmt_host_value value = vmt_sample_value(sample, i / 3);
        if (value.quantity == expected[i % 3].quantity) {
            UNIT_EQUAL_U64(value.reading.value, expected[i % 3].value);
            CU_ASSERT(value.pages == expected[i % 3].pages);
            seen++;
        }
    }
    UNIT_EQUAL_U64(seen, 3);
    end_reading();
}

static void test_jetsam__entries_alone(void)
{
    read_fixture("darwin-jetsam/ok-entries.txt");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 0);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_STR(text_of(process_at(0)->reason), "per-process-limit");
    /* How many bytes a page has is not stated. */
    CU_ASSERT(!process_at(0)->whole.of[VMT_FOOTPRINT].bounded);
    UNIT_EQUAL_STR(fact_of(process_at(0), "rpages"), "960");
    UNIT_EQUAL_U64(process_at(1)->line, 14);
    ledger_is(15, 3, 0, 1);
    end_reading();
}

static void test_jetsam__numbers_that_no_memory_has(void)
{
    read_fixture("darwin-jetsam/warn-overflow.ips");
    CU_ASSERT(!process_at(0)->whole.of[VMT_FOOTPRINT].bounded);
    UNIT_EQUAL_U64(process_at(0)->whole.of[VMT_FOOTPRINT_PEAK].value, UINT64_MAX - 16383);
    end_reading();
    read_fixture("darwin-jetsam/warn-numbers.ips");
    CU_ASSERT(!process_at(0)->pid_known);
    CU_ASSERT(!process_at(0)->whole.of[VMT_FOOTPRINT].bounded);
    CU_ASSERT(vmt_notes_count(&reading.input->notes, VMT_NOTE_DAMAGED_VALUE) >= 8);
    end_reading();
}

/* --- memory that jansson takes ---------------------------------------------------------------- */

static uint64_t allocations;
static uint64_t refused;
static uint64_t live;

static void *refusing_malloc(size_t size)
{
    if (++allocations >= refused) {
        return NULL;
    }
    live++;
    return malloc(size);
}

static void counting_free(void *memory)
{
    live -= memory == NULL ? 0 : 1;
    free(memory);
}

static void test_jansson__refused_allocations(void)
{
    static const char *const names[] = {
        "darwin-ips/ok-12-petrel.ips",
        "darwin-crash/ok-translated.txt",
        "darwin-ips/warn-torn.ips",
        "darwin-ips/warn-rest-of-string.txt",
        "darwin-metrickit/ok-diagnostic.json",
        "darwin-jetsam/ok-18-event.ips",
    };
    static char path[512];
    const char *root = getenv("VMT_FIXTURES");
    json_set_alloc_funcs(refusing_malloc, counting_free);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", root == NULL ? "fixtures" : root, names[i]);
        bool enough = false;
        for (refused = 1; refused < 2000 && !enough; refused++) {
            struct vmt_file_input input;
            allocations = 0;
            begin_reading();
            CU_ASSERT_FATAL(vmt_file_open(&input, path, &reading.err) == VMT_OK);
            enum vmt_status status =
                vmt_read(&reading.snapshot, &reading.context, &input.input, &reading.err);
            vmt_file_close(&input);
            enough = allocations < refused;
            /* What its lexer is refused jansson reports as a token that is none: damage. */
            CU_ASSERT(status == VMT_OK || (status == VMT_E_NOMEM && !enough));
            CU_ASSERT(status == VMT_E_NOMEM || refused > 1);
            UNIT_EQUAL_U64(live, 0);
            end_reading();
        }
        CU_ASSERT(enough);
    }
    json_set_alloc_funcs(malloc, free);
}

static const struct unit_test tests[] = {
    {"text__header_and_table", test_text__header_and_table},
    {"text__old_report", test_text__old_report},
    {"text__marked_row_is_where_it_crashed", test_text__marked_row_is_where_it_crashed},
    {"text__row_apart_from_the_total", test_text__row_apart_from_the_total},
    {"text__faults_alone", test_text__faults_alone},
    {"text__mangled_on_its_way", test_text__mangled_on_its_way},
    {"text__two_reports", test_text__two_reports},
    {"text__address_of_the_exception_alone", test_text__address_of_the_exception_alone},
    {"text__damage_has_its_place", test_text__damage_has_its_place},
    {"text__detail_on_the_next_line", test_text__detail_on_the_next_line},
    {"text__other_formats_are_left_alone", test_text__other_formats_are_left_alone},
    {"ips__two_objects", test_ips__two_objects},
    {"ips__text_inside", test_ips__text_inside},
    {"ips__translated_is_one_process", test_ips__translated_is_one_process},
    {"ips__another_process_is_no_translation", test_ips__another_process_is_no_translation},
    {"ips__original_adds_what_the_text_has_not", test_ips__original_adds_what_the_text_has_not},
    {"ips__two_spellings_that_differ", test_ips__two_spellings_that_differ},
    {"ips__parts_of_one", test_ips__parts_of_one},
    {"ips__cut_and_edited", test_ips__cut_and_edited},
    {"ips__wrong_kinds", test_ips__wrong_kinds},
    {"metrickit__each_crash_is_a_process", test_metrickit__each_crash_is_a_process},
    {"metrickit__blanks_for_ends_of_lines", test_metrickit__blanks_for_ends_of_lines},
    {"jetsam__pages_are_bytes", test_jetsam__pages_are_bytes},
    {"jetsam__host", test_jetsam__host},
    {"jetsam__entries_alone", test_jetsam__entries_alone},
    {"jetsam__numbers_that_no_memory_has", test_jetsam__numbers_that_no_memory_has},
    {"jansson__refused_allocations", test_jansson__refused_allocations},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_crash", tests, argc, argv);
}
