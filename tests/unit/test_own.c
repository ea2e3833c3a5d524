/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "reading.h"

/* --- what a text is read to ------------------------------------------------------------------- */

static const struct vmt_region *region_at(size_t index)
{
    CU_ASSERT_FATAL(reading.process != NULL);
    return record_at(&reading.process->regions, index);
}

static const struct vmt_stated_row *row_at(size_t index)
{
    CU_ASSERT_FATAL(reading.process != NULL);
    return record_at(&reading.process->stated, index);
}

/* NULL when there is none of that key. */
static const char *fact_of(const char *key)
{
    struct vmt_walker walker = {0};
    const struct vmt_fact *fact = NULL;
    while ((fact = vmt_sequence_next(&reading.process->facts, &walker)) != NULL) {
        if (strcmp(fact->key->data, key) == 0) {
            return fact->value->data;
        }
    }
    return NULL;
}

static void expect_reading(struct vmt_reading actual, uint64_t value, uint64_t quantum)
{
    UNIT_EQUAL_U64(actual.value, value);
    UNIT_EQUAL_U64(actual.quantum, quantum);
}

static void expect_amount(enum vmt_member member, uint64_t value, uint64_t lower, uint64_t upper)
{
    const struct vmt_amount *amount = &reading.process->whole.of[member];
    CU_ASSERT(amount->known && amount->bounded);
    UNIT_EQUAL_U64(amount->value, value);
    UNIT_EQUAL_U64(amount->lower, lower);
    UNIT_EQUAL_U64(amount->upper, upper);
}

static uint64_t notes_of(const struct vmt_notes *notes, enum vmt_note_kind kind)
{
    return vmt_notes_count(notes, kind);
}

/* The first note of the input about damage. */
static const struct vmt_note *damage(void)
{
    struct vmt_walker walker = {0};
    const struct vmt_note *note = vmt_sequence_next(&reading.input->notes.sequence, &walker);
    while (note != NULL && note->kind != VMT_NOTE_DAMAGED_LINE) {
        note = vmt_sequence_next(&reading.input->notes.sequence, &walker);
    }
    CU_ASSERT_FATAL(note != NULL);
    return note;
}

/* --- CSV -------------------------------------------------------------------------------------- */

#define HEADER "process_index,pid,process,type,start,end,virtual,virtual_quantum,detail\n"
#define ROW "1,7,lamp,Stack,0x1000,0x3000,8192,0,here\n"

static void test_csv__regions(void)
{
    read_fixture("vmtally-csv/ok-regions.csv");
    const struct vmt_process *process = reading.process;
    UNIT_EQUAL_STR(process->grammar, "vmtally-csv");
    UNIT_EQUAL_U64(process->line, 2);
    UNIT_EQUAL_STR(text_of(process->name), "Lamp");
    UNIT_EQUAL_U64(process->pid, 731);
    UNIT_EQUAL_STR(text_of(process->os), "macOS 14.2 (23C64)");
    UNIT_EQUAL_U64(process->macos_major, 14);
    UNIT_EQUAL_STR(text_of(process->arch), "ARM64");
    UNIT_EQUAL_U64(process->page_size, 16384);
    UNIT_EQUAL_STR(text_of(process->captured_at), "2024-05-06T07:08:09.100+02:00");
    UNIT_EQUAL_U64(process->coverage, VMT_COVERAGE_WHOLE);
    UNIT_EQUAL_U64(process->regions.count, 6);
    UNIT_EQUAL_STR(fact_of("origin"), "lamp.txt");
    expect_amount(VMT_FOOTPRINT, 3355443, 3303014, 3407872);

    const struct vmt_region *heap = region_at(1);
    UNIT_EQUAL_U64(heap->start, 0x102400000);
    UNIT_EQUAL_U64(heap->end, 0x102800000);
    UNIT_EQUAL_STR(text_of(heap->type->printed), "MALLOC_TINY");
    UNIT_EQUAL_U64(heap->sharing, VMT_SHARING_SHM);
    UNIT_EQUAL_U64(heap->protection, VMT_PROT_READ | VMT_PROT_WRITE);
    UNIT_EQUAL_U64(heap->max_protection, VMT_PROT_READ | VMT_PROT_WRITE | VMT_PROT_EXECUTE);
    expect_reading(heap->stated[VMT_EV_VIRTUAL], 4194304, 0);
    expect_reading(heap->stated[VMT_EV_RESIDENT], 1258291, 104858);
    expect_reading(heap->stated[VMT_EV_DIRTY], 1153434, 104858);
    expect_reading(heap->stated[VMT_EV_SWAPPED], 524288, 0);
    UNIT_EQUAL_STR(text_of(heap->detail), "@zone"); /* without its guard */
    UNIT_EQUAL_U64(heap->line, 3);

    UNIT_EQUAL_STR(text_of(region_at(2)->detail), "thread 0, \"main\"");
    UNIT_EQUAL_U64(region_at(3)->purge, VMT_PURGE_NONVOLATILE);
    CU_ASSERT(region_at(3)->detail == NULL);
    CU_ASSERT(!region_at(4)->ranged);
    UNIT_EQUAL_U64(region_at(4)->known, 15);
    UNIT_EQUAL_STR(text_of(region_at(5)->type->canonical), "STACK GUARD");
    UNIT_EQUAL_U64(region_at(5)->protection, 0);
    end_reading();
}

static void test_csv__rows_of_a_process_stand_anywhere(void)
{
    read_fixture("vmtally-csv/ok-sorted.csv");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    const struct vmt_process *second = process_at(1);
    UNIT_EQUAL_STR(text_of(reading.process->name), "alpha");
    UNIT_EQUAL_U64(reading.process->macos_major, 13);
    UNIT_EQUAL_U64(reading.process->regions.count, 2);
    UNIT_EQUAL_U64(region_at(0)->stated[VMT_EV_RESIDENT].value, 4194304);
    UNIT_EQUAL_U64(region_at(1)->stated[VMT_EV_RESIDENT].value, 8192);
    UNIT_EQUAL_STR(text_of(second->name), "beta");
    UNIT_EQUAL_U64(second->regions.count, 2);
    UNIT_EQUAL_U64(second->coverage, VMT_COVERAGE_WHOLE);
    UNIT_EQUAL_U64(reading.input->ledger.consumed, 5);
    UNIT_EQUAL_U64(reading.input->ledger.prose, 2);
    end_reading();
}

static void test_csv__as_a_spreadsheet_left_it(void)
{
    static const char *const names[] = {"vmtally-csv/ok-semicolons.csv", "vmtally-csv/ok-tabs.csv"};
    for (size_t i = 0; i < 2; i++) {
        read_fixture(names[i]);
        UNIT_EQUAL_U64(reading.snapshot.processes.count, 1);
        UNIT_EQUAL_U64(reading.process->regions.count, 2);
        UNIT_EQUAL_U64(region_at(0)->start, 0x140000000);
        expect_reading(region_at(0)->stated[VMT_EV_SWAPPED], 1048576, 0);
        UNIT_EQUAL_U64(region_at(1)->end, 0x16f080000);
        end_reading();
    }
}

static void test_csv__numbers_that_were_spoilt(void)
{
    read_fixture("vmtally-csv/warn-lossy-numbers.csv");
    UNIT_EQUAL_U64(reading.process->regions.count, 1);
    UNIT_EQUAL_U64(region_at(0)->start, 0x16f500000);
    UNIT_EQUAL_U64(reading.input->ledger.damaged, 6);
    UNIT_EQUAL_U64(damage()->place.line, 2);
    UNIT_EQUAL_U64(damage()->place.column, 48); /* where 2.09715E+06 stands */
    UNIT_EQUAL_U64(reading.process->coverage, VMT_COVERAGE_EXCERPT);
    UNIT_EQUAL_U64(notes_of(&reading.process->notes, VMT_NOTE_MISSING_REGIONS), 1);
    end_reading();
}

static void test_csv__a_cell_of_several_lines(void)
{
    read_text(HEADER "1,7,lamp,Stack,0x1000,0x3000,8192,0,\"one,\n\n\"\"two\"\"\"\n" ROW);
    UNIT_EQUAL_U64(reading.process->regions.count, 2);
    UNIT_EQUAL_STR(text_of(region_at(0)->detail), "one,\n\n\"two\"");
    UNIT_EQUAL_U64(region_at(0)->line, 2);
    UNIT_EQUAL_U64(region_at(1)->line, 5);
    UNIT_EQUAL_U64(reading.input->ledger.consumed, 5);
    end_reading();
}

static void test_csv__a_quote_never_closed(void)
{
    read_text(HEADER ROW "1,7,lamp,Stack,0x4000,0x5000,4096,0,\"here\n" ROW ROW);
    UNIT_EQUAL_U64(reading.process->regions.count, 3);
    UNIT_EQUAL_U64(reading.input->ledger.damaged, 1);
    UNIT_EQUAL_U64(damage()->place.line, 3);
    end_reading();
}

static void test_csv__guarded_text(void)
{
    static const struct {
        const char *cell;
        const char *text;
    } cases[] = {{"'=1+2", "=1+2"},
                 {"''quoted'", "'quoted'"},
                 {"'quoted'", "'quoted'"},
                 {"'", "'"},
                 {"'-", "-"},
                 {"\"'\t\"", "\t"},
                 {"\"\"", ""},
                 {"", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[256];
        snprintf(text, sizeof text, HEADER "1,7,lamp,Stack,0x1000,0x3000,8192,0,%s\n",
                 cases[i].cell);
        read_text(text);
        UNIT_EQUAL_STR(text_of(region_at(0)->detail), cases[i].text);
        end_reading();
    }
}

static void test_csv__rows_that_are_none(void)
{
    static const char *const rows[] = {
        "1,7,lamp,,0x1000,0x3000,8192,0,\n",        /* no type */
        "1,7,lamp,Stack,0x1000,,8192,0,\n",         /* one end */
        "1,7,lamp,Stack,0x3000,0x1000,8192,0,\n",   /* reversed */
        "1,7,lamp,Stack,1000,3000,8192,0,\n",       /* no addresses */
        "1,7,lamp,Stack,0x1000,0x3000,8192,-1,\n",  /* a quantum below nothing */
        "1,7,lamp,Stack,0x1000,0x3000,8 192,0,\n",  /* a number in two */
        "1,x,lamp,Stack,0x1000,0x3000,8192,0,\n",   /* a process that cannot be */
        "1,7,lamp,Stack,0x1000,0x3000,8192,0\n",    /* a cell too few */
        "1,7,lamp,Stack,0x1000,0x3000,8192,0,a,b\n" /* one too many */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[512];
        snprintf(text, sizeof text, "%s%s%s", HEADER, rows[i], ROW);
        read_text(text);
        UNIT_EQUAL_U64(reading.snapshot.processes.count, 1);
        UNIT_EQUAL_U64(reading.process->regions.count, 1);
        UNIT_EQUAL_U64(reading.input->ledger.damaged, 1);
        end_reading();
    }
}

static void test_csv__nul_bytes(void)
{
    static const char text[] = HEADER "1,7,lamp,Stack,0x1000,0x3000,81\0002,0,\n" ROW;
    read_slice((struct vmt_slice){text, sizeof text - 1});
    UNIT_EQUAL_U64(reading.process->regions.count, 1);
    UNIT_EQUAL_U64(reading.input->ledger.damaged, 1);
    end_reading();
}

static void test_csv__the_end_may_be_cut(void)
{
    /* `12` may have been 1200. */
    read_text("process_index,type,start,end,virtual,virtual_quantum,resident\n"
              "1,Stack,0x1000,0x3000,8192,0,4096\n"
              "1,Stack,0x4000,0x6000,8192,0,12");
    UNIT_EQUAL_U64(reading.process->regions.count, 1);
    UNIT_EQUAL_U64(reading.input->ledger.damaged, 1);
    end_reading();
    read_text(HEADER "1,7,lamp,Stack,0x1000,0x3000,8192,0,here"); /* of a text it does no harm */
    UNIT_EQUAL_U64(reading.process->regions.count, 1);
    end_reading();
}

/* As many as a line can have: of one name, of a known one, of none. */
static void test_csv__columns_without_end(void)
{
    static const char *const columns[] = {",x", ",pid", ","};
    static const char head[] = "process_index,type,start,end,virtual";
    enum { SIZE = 200000 };
    static char text[2 * SIZE];
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        size_t length = strlen(columns[i]);
        size_t used = sizeof head - 1;
        memcpy(text, head, used);
        for (; used + length < SIZE; used += length) {
            memcpy(text + used, columns[i], length);
        }
        text[used++] = '\n';
        memset(text + used, ',', SIZE);
        used += SIZE;
        text[used - 1] = '\n';
        read_slice((struct vmt_slice){text, used});
        UNIT_EQUAL_I64(reading.status, VMT_OK);
        UNIT_EQUAL_U64(reading.snapshot.processes.count, 0);
        UNIT_EQUAL_U64(reading.input->ledger.damaged, 1);
        end_reading();
    }
}

static void test_csv__what_has_no_column_is_unknown(void)
{
    read_text(HEADER ROW);
    UNIT_EQUAL_U64(region_at(0)->known, 1u << VMT_EV_VIRTUAL);
    CU_ASSERT(reading.process->os == NULL);
    UNIT_EQUAL_U64(reading.process->page_size, 0);
    UNIT_EQUAL_U64(reading.process->coverage, VMT_COVERAGE_UNKNOWN);
    CU_ASSERT(fact_of("origin") == NULL);
    UNIT_EQUAL_U64(notes_of(&reading.process->notes, VMT_NOTE_NO_BOUNDS), 0);
    end_reading();
}

static void test_csv__rounding_that_is_not_told(void)
{
    read_text("process_index,type,start,end,virtual\n1,Stack,0x1000,0x3000,8192\n"
              "1,Stack,0x4000,0x6000,8192\n");
    UNIT_EQUAL_U64(reading.process->regions.count, 2);
    UNIT_EQUAL_U64(notes_of(&reading.process->notes, VMT_NOTE_NO_BOUNDS), 1);
    end_reading();
}

static void test_csv__columns_that_are_not_known(void)
{
    read_fixture("vmtally-csv/warn-columns.csv");
    UNIT_EQUAL_U64(notes_of(&reading.input->notes, VMT_NOTE_UNKNOWN_COLUMN), 2);
    expect_reading(region_at(0)->stated[VMT_EV_RESIDENT], 2097152, 0); /* the first of its name */
    end_reading();
}

static void test_csv__more_rows_than_regions(void)
{
    /* Without their count nothing tells whether they are all there. */
    read_text("process_index,type,start,end,virtual,virtual_quantum,coverage\n"
              "1,Stack,0x1000,0x3000,8192,0,whole\n");
    UNIT_EQUAL_U64(reading.process->coverage, VMT_COVERAGE_UNKNOWN);
    end_reading();
    read_text("process_index,type,start,end,virtual,virtual_quantum,coverage,region_count\n"
              "1,Stack,0x1000,0x3000,8192,0,whole,1\n1,Stack,0x4000,0x6000,8192,0,whole,1\n");
    UNIT_EQUAL_U64(reading.process->coverage, VMT_COVERAGE_UNKNOWN);
    UNIT_EQUAL_U64(notes_of(&reading.process->notes, VMT_NOTE_EXTRA_REGIONS), 1);
    end_reading();
}

/* One that was taken out and another that stands there twice leave their number as it was. */
static void test_csv__rows_that_are_repeated(void)
{
    static const char header[] =
        "process_index,type,start,end,virtual,virtual_quantum,coverage,region_count,submap_depth\n";
    static const struct {
        const char *rows;
        enum vmt_coverage coverage;
        uint64_t missing;
        uint64_t extra;
    } cases[] = {
        {"1,Stack,0x1000,0x3000,8192,0,whole,2,0\n1,Stack,0x4000,0x6000,8192,0,whole,2,0\n",
         VMT_COVERAGE_WHOLE, 0, 0},
        {"1,Stack,0x4000,0x6000,8192,0,whole,3,0\n1,Stack,0x1000,0x3000,8192,0,whole,3,0\n"
         "1,Stack,0x4000,0x6000,8192,0,whole,3,0\n",
         VMT_COVERAGE_EXCERPT, 1, 0},
        {"1,Stack,0x1000,0x3000,8192,0,whole,2,0\n1,Stack,0x4000,0x6000,8192,0,whole,2,0\n"
         "1,Stack,0x1000,0x3000,8192,0,whole,2,0\n",
         VMT_COVERAGE_UNKNOWN, 0, 1},
        /* Ranges within a submap, and two types in one range. */
        {"1,Stack,0x1000,0x3000,8192,0,whole,3,0\n1,Stack,0x1000,0x3000,8192,0,whole,3,1\n"
         "1,MALLOC_TINY,0x1000,0x3000,8192,0,whole,3,0\n",
         VMT_COVERAGE_WHOLE, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[1024];
        snprintf(text, sizeof text, "%s%s", header, cases[i].rows);
        read_text(text);
        UNIT_EQUAL_U64(reading.process->coverage, cases[i].coverage);
        UNIT_EQUAL_U64(notes_of(&reading.process->notes, VMT_NOTE_MISSING_REGIONS),
                       cases[i].missing);
        UNIT_EQUAL_U64(notes_of(&reading.process->notes, VMT_NOTE_EXTRA_REGIONS), cases[i].extra);
        end_reading();
    }
}

static void test_csv__one_table_after_another(void)
{
    read_text(HEADER ROW HEADER "2,8,moth,Stack,0x1000,0x3000,8192,0,\n"
                                "source,process_index,process,key,value\n-,3,bird,Path,/bird\n");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 3);
    UNIT_EQUAL_U64(reading.input->ledger.consumed, 6);
    reading.process = process_at(2);
    UNIT_EQUAL_STR(text_of(reading.process->name), "bird");
    UNIT_EQUAL_STR(fact_of("Path"), "/bird");
    UNIT_EQUAL_STR(fact_of("origin"), "-");
    end_reading();
}

static void test_csv__a_stated_size_against_its_range(void)
{
    read_text(HEADER "1,7,lamp,Stack,0x1000,0x3000,12288,4096,\n" ROW);
    UNIT_EQUAL_U64(notes_of(&reading.process->notes, VMT_NOTE_VIRTUAL_DIFFERS), 1);
    expect_reading(region_at(0)->stated[VMT_EV_VIRTUAL], 8192, 0);
    end_reading();
}

static void test_csv__a_name_that_was_cut(void)
{
    read_text("process_index,type,canonical_type,start,end,virtual,virtual_quantum\n"
              "1,Memory Tag 255 (reserved,Memory Tag 255 (reserved),0x1000,0x3000,8192,0\n");
    UNIT_EQUAL_STR(text_of(region_at(0)->type->canonical), "Memory Tag 255 (reserved)");
    UNIT_EQUAL_U64(region_at(0)->type->class, VMT_CLASS_RESERVED);
    end_reading();
}

static void test_csv__sums_by_type(void)
{
    read_fixture("vmtally-csv/ok-types-bounds.csv");
    UNIT_EQUAL_U64(reading.process->stated.count, 3);
    UNIT_EQUAL_U64(row_at(0)->regions, 3);
    expect_reading(row_at(0)->stated[VMT_EV_VIRTUAL], 9437184, 0);
    expect_reading(row_at(0)->stated[VMT_EV_RESIDENT], 7340032, 104858); /* 7392461 - 7340032 */
    UNIT_EQUAL_U64(row_at(0)->known, 15);
    UNIT_EQUAL_U64(row_at(2)->known, 0); /* what the kernel holds is in no sum of evidence */
    end_reading();
    read_fixture("vmtally-csv/warn-types.csv");
    expect_reading(row_at(0)->stated[VMT_EV_RESIDENT], 7340032, 0);
    UNIT_EQUAL_U64(notes_of(&reading.process->notes, VMT_NOTE_NO_BOUNDS), 1);
    end_reading();
}

static void test_csv__bounds_that_cannot_be(void)
{
    static const char *const amounts[] = {"5,6,7", "8,6,7", "6,7,5", "5,5,", ",7,6"};
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
        char text[256];
        snprintf(text, sizeof text,
                 "process_index,type,class,regions,virtual,virtual_lower,virtual_upper\n"
                 "1,Stack,stack,1,%s\n1,Stack,stack,1,5,5,7\n",
                 amounts[i]);
        read_text(text);
        UNIT_EQUAL_U64(reading.process->stated.count, 1);
        expect_reading(row_at(0)->stated[VMT_EV_VIRTUAL], 5, 4); /* as far off as 7 */
        UNIT_EQUAL_U64(reading.input->ledger.damaged, 1);
        end_reading();
    }
}

static void test_csv__processes(void)
{
    read_fixture("vmtally-csv/ok-processes.csv");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    expect_amount(VMT_VIRTUAL, 10485760, 10485760, 10485760);
    expect_amount(VMT_RESIDENT, 7389184, 7336755, 7441613);
    expect_amount(VMT_FOOTPRINT_PEAK, 9437184, 9384755, 9489613);
    CU_ASSERT(!reading.process->whole.of[VMT_PRIVATE_DIRTY].bounded); /* ours: derived anew */
    UNIT_EQUAL_STR(fact_of("origin"), "kiln.txt");
    UNIT_EQUAL_STR(fact_of("origin_line"), "1");
    UNIT_EQUAL_STR(fact_of("origin_grammar"), "darwin-vmmap");
    CU_ASSERT(process_at(1)->name == NULL && !process_at(1)->pid_known);
    end_reading();
}

static void test_csv__stated_and_zones(void)
{
    read_fixture("vmtally-csv/ok-stated.csv");
    expect_reading(row_at(0)->stated[VMT_EV_VIRTUAL], 16777216, 1048576);
    UNIT_EQUAL_U64(row_at(0)->known, 0x7f); /* up to what is purgeable and empty */
    UNIT_EQUAL_U64(reading.process->macos_major, 14);
    end_reading();
    read_fixture("vmtally-csv/ok-zones.csv");
    const struct vmt_zone *zone = record_at(&reading.process->zones, 1);
    UNIT_EQUAL_STR(text_of(zone->name), "-odd zone");
    UNIT_EQUAL_U64(zone->known_sizes, 1u << VMT_ZONE_VIRTUAL | 1u << VMT_ZONE_ALLOCATED);
    UNIT_EQUAL_U64(zone->known_numbers,
                   1u << VMT_ZONE_ALLOCATIONS | 1u << VMT_ZONE_REGIONS | 1u << VMT_ZONE_FULL);
    UNIT_EQUAL_U64(zone->numbers[VMT_ZONE_FULL], 3);
    end_reading();
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void test_json__regions(void)
{
    read_fixture("vmtally-json/ok-regions.json");
    const struct vmt_process *process = reading.process;
    UNIT_EQUAL_STR(process->grammar, "vmtally-json");
    UNIT_EQUAL_STR(text_of(process->name), "Lamp");
    UNIT_EQUAL_U64(process->coverage, VMT_COVERAGE_WHOLE);
    UNIT_EQUAL_U64(process->regions.count, 4);
    expect_reading(region_at(1)->stated[VMT_EV_RESIDENT], 1258291, 104858);
    expect_reading(region_at(1)->stated[VMT_EV_SWAPPED], 524288, 0);
    UNIT_EQUAL_STR(text_of(region_at(1)->detail), "=zone");
    UNIT_EQUAL_STR(text_of(region_at(2)->detail), "thread 0\nnamed late");
    CU_ASSERT(!region_at(3)->ranged);
    expect_amount(VMT_FOOTPRINT, 3355443, 3303014, 3407872);
    UNIT_EQUAL_U64(process->stated.count, 4);
    expect_reading(row_at(0)->stated[VMT_EV_DIRTY], 1153434, 104858);
    CU_ASSERT_FATAL(process->stated_total != NULL);
    UNIT_EQUAL_U64(process->stated_total->regions, 4);
    expect_reading(process->stated_total->stated[VMT_EV_RESIDENT], 1356595, 104858);
    CU_ASSERT(process->stated_unreserved == NULL);
    UNIT_EQUAL_U64(process->zones.count, 1);
    UNIT_EQUAL_STR(fact_of("Identifier"), "org.example.lamp");
    UNIT_EQUAL_STR(fact_of("origin"), "lamp.txt");
    UNIT_EQUAL_STR(fact_of("origin_line"), "3");
    end_reading();
}

static void test_json__summary(void)
{
    read_fixture("vmtally-json/ok-summary.json");
    UNIT_EQUAL_U64(reading.process->regions.count, 0);
    UNIT_EQUAL_U64(reading.process->stated.count, 2);
    expect_reading(row_at(0)->stated[VMT_EV_RESIDENT], 7340032, 104858);
    UNIT_EQUAL_U64(reading.process->stated_total->regions, 5);
    expect_reading(reading.process->stated_total->stated[VMT_EV_VIRTUAL], 10485760, 0);
    expect_amount(VMT_FOOTPRINT, 8493466, 8441037, 8545895);
    UNIT_EQUAL_STR(fact_of("origin"), "-");
    UNIT_EQUAL_U64(reading.input->ledger.prose, 2);
    end_reading();
}

#define REPORT "{\"schema\": \"vmtally/regions\", \"version\": 1, \"processes\": [{"

static void test_json__notes_come_back(void)
{
    read_text(REPORT "\"source\": {\"path\": \"lamp.txt\"}, \"notes\": ["
                     "{\"kind\": \"damaged-line\", \"count\": 1, \"line\": 27, \"column\": 5,"
                     " \"text\": \"not a size\"},"
                     "{\"kind\": \"elision\", \"count\": 9, \"line\": null},"
                     "{\"kind\": \"unknown-type\", \"count\": 1, \"text\": \"gone\"}]}]}\n");
    const struct vmt_notes *notes = &reading.process->notes;
    UNIT_EQUAL_U64(notes->sequence.count, 2); /* the accounting makes the third one anew */
    const struct vmt_note *note = record_at(&notes->sequence, 0);
    UNIT_EQUAL_STR(note->place.source, "lamp.txt");
    UNIT_EQUAL_U64(note->place.line, 27);
    UNIT_EQUAL_STR(text_of(note->text), "not a size");
    UNIT_EQUAL_U64(notes_of(notes, VMT_NOTE_ELISION), 9);
    end_reading();
}

static void test_json__the_first_origin_stays(void)
{
    read_text(REPORT "\"source\": {\"path\": \"second.json\", \"grammar\": \"vmtally-json\"},"
                     " \"facts\": [{\"key\": \"origin\", \"value\": \"first.txt\"}]}]}\n");
    UNIT_EQUAL_STR(fact_of("origin"), "first.txt");
    UNIT_EQUAL_U64(reading.process->facts.count, 1);
    end_reading();
}

static void test_json__values_of_wrong_kinds(void)
{
    read_fixture("vmtally-json/warn-kinds.json");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 1);
    UNIT_EQUAL_U64(reading.process->regions.count, 1);
    UNIT_EQUAL_STR(text_of(region_at(0)->sharing_text), "ODD");
    CU_ASSERT(!reading.process->pid_known);
    CU_ASSERT(!reading.process->whole.of[VMT_FOOTPRINT].bounded);
    UNIT_EQUAL_U64(notes_of(&reading.process->notes, VMT_NOTE_DAMAGED_VALUE), 20);
    UNIT_EQUAL_U64(notes_of(&reading.input->notes, VMT_NOTE_DAMAGED_VALUE), 1);
    end_reading();
}

static void test_json__larger_than_the_limit(void)
{
    begin_reading();
    reading.context.json_limit = 32;
    read_more(vmt_slice(REPORT "\"name\": \"lamp\"}]}\n"));
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 0);
    UNIT_EQUAL_U64(reading.input->ledger.damaged, 1);
    UNIT_EQUAL_STR(text_of(damage()->text), "a JSON value larger than is read");
    UNIT_EQUAL_U64(damage()->place.line, 1);
    end_reading();
}

static void test_json__reports_that_are_not_read(void)
{
    static const char *const texts[] = {
        "{\"schema\": \"vmtally/formats\", \"version\": 1, \"formats\": []}\n",
        "{\"schema\": \"vmtally\", \"processes\": []}\n",
        "{\"processes\": [{\"regions\": []}]}\n",
        "{\"about\": \"vmtally/regions\"}\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        read_text(texts[i]);
        UNIT_EQUAL_I64(reading.status, VMT_E_NOCAPTURE);
        end_reading();
    }
}

static const struct unit_test tests[] = {
    {"csv__regions", test_csv__regions},
    {"csv__rows_of_a_process_stand_anywhere", test_csv__rows_of_a_process_stand_anywhere},
    {"csv__as_a_spreadsheet_left_it", test_csv__as_a_spreadsheet_left_it},
    {"csv__numbers_that_were_spoilt", test_csv__numbers_that_were_spoilt},
    {"csv__a_cell_of_several_lines", test_csv__a_cell_of_several_lines},
    {"csv__a_quote_never_closed", test_csv__a_quote_never_closed},
    {"csv__guarded_text", test_csv__guarded_text},
    {"csv__rows_that_are_none", test_csv__rows_that_are_none},
    {"csv__nul_bytes", test_csv__nul_bytes},
    {"csv__the_end_may_be_cut", test_csv__the_end_may_be_cut},
    {"csv__columns_without_end", test_csv__columns_without_end},
    {"csv__what_has_no_column_is_unknown", test_csv__what_has_no_column_is_unknown},
    {"csv__rounding_that_is_not_told", test_csv__rounding_that_is_not_told},
    {"csv__columns_that_are_not_known", test_csv__columns_that_are_not_known},
    {"csv__more_rows_than_regions", test_csv__more_rows_than_regions},
    {"csv__rows_that_are_repeated", test_csv__rows_that_are_repeated},
    {"csv__one_table_after_another", test_csv__one_table_after_another},
    {"csv__a_stated_size_against_its_range", test_csv__a_stated_size_against_its_range},
    {"csv__a_name_that_was_cut", test_csv__a_name_that_was_cut},
    {"csv__sums_by_type", test_csv__sums_by_type},
    {"csv__bounds_that_cannot_be", test_csv__bounds_that_cannot_be},
    {"csv__processes", test_csv__processes},
    {"csv__stated_and_zones", test_csv__stated_and_zones},
    {"json__regions", test_json__regions},
    {"json__summary", test_json__summary},
    {"json__notes_come_back", test_json__notes_come_back},
    {"json__the_first_origin_stays", test_json__the_first_origin_stays},
    {"json__values_of_wrong_kinds", test_json__values_of_wrong_kinds},
    {"json__larger_than_the_limit", test_json__larger_than_the_limit},
    {"json__reports_that_are_not_read", test_json__reports_that_are_not_read},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_own", tests, argc, argv);
}
