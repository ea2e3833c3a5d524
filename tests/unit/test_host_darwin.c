/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdlib.h>

#include "grammar/darwin_top.h"
#include "grammar/part_counter.h"
#include "reading_host.h"

/* What the grammars of vm_stat, memory_pressure, sysctl and top make of their text.  Numbers are
 * worked out from the text by hand; a page of 16384 bytes is 2^14, one of 4096 2^12. */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define BANNER "Mach Virtual Memory Statistics: (page size of 16384 bytes)\n"

/* --- what a text is read to ------------------------------------------------------------------- */

static uint64_t number_of(const struct vmt_sample *sample, enum vmt_host_quantity quantity)
{
    return value_of(sample, quantity).reading.value;
}

/* The note of a kind that came `index` notes of it after the first. */
static const struct vmt_note *note_at(const struct vmt_notes *notes, enum vmt_note_kind kind,
                                      size_t index)
{
    struct vmt_walker walker = {0};
    const struct vmt_note *note = NULL;
    while ((note = vmt_sequence_next(&notes->sequence, &walker)) != NULL) {
        if (note->kind == kind && index-- == 0) {
            break;
        }
    }
    CU_ASSERT_FATAL(note != NULL);
    return note;
}

/* --- vm_stat ---------------------------------------------------------------------------------- */

static void test_vm_stat__pages_are_those_of_the_banner(void)
{
    read_fixture("darwin-vm-stat/ok-14.5-busy.txt");
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    UNIT_EQUAL_U64(reading.ledger->consumed, 23);
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 1);
    UNIT_EQUAL_STR(host_at(0)->grammar, "darwin-vm-stat");
    UNIT_EQUAL_U64(host_at(0)->line, 1);
    const struct vmt_sample *sample = sample_at(0, 0);
    CU_ASSERT(sample->since_boot);
    UNIT_EQUAL_U64(sample->count, 23);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_PAGE_SIZE), 16384);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_FREE), 12050 * 16384);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_COMPRESSOR_STORED), UINT64_C(901200) * 16384);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_COMPRESSOR_OCCUPIED), UINT64_C(300110) * 16384);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_FAULTS), UINT64_C(9400211733));
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_SWAPOUTS), 530118);
    UNIT_EQUAL_U64(value_of(sample, VMT_HOST_FREE).reading.quantum, 0);
    CU_ASSERT(!value_of(sample, VMT_HOST_FREE).pages);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_FILE_BACKED) + number_of(sample, VMT_HOST_ANONYMOUS),
                   number_of(sample, VMT_HOST_ACTIVE) + number_of(sample, VMT_HOST_INACTIVE) +
                       number_of(sample, VMT_HOST_SPECULATIVE));
    end_reading();
}

static void test_vm_stat__tags(void)
{
    read_fixture("darwin-vm-stat/ok-26.5-tags.txt");
    const struct vmt_sample *sample = sample_at(0, 0);
    UNIT_EQUAL_U64(sample->count, 34);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_TAGGED), UINT64_C(150210) * 16384);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_TAG_STORAGE), UINT64_C(65536) * 16384);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_TAG_STORAGE_WIRED), 36 * 16384);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_COMPRESSED_TAGS), 2200320); /* bytes, not pages */
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_TAGGED_DECOMPRESSIONS), 880240);
    end_reading();
}

static void test_vm_stat__object_cache(void)
{
    read_fixture("darwin-vm-stat/ok-10.8-cache.txt");
    UNIT_EQUAL_U64(reading.ledger->prose, 2);
    const struct vmt_sample *sample = sample_at(0, 0);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_CACHE_HITS), 30);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_CACHE_LOOKUPS), 20410);
    CU_ASSERT(!has_value(sample, VMT_HOST_COMPRESSIONS));
    UNIT_EQUAL_STR(fact_in(&host_at(0)->facts, "Object cache"), "(0% hit rate)");
    end_reading();
}

static void test_vm_stat__no_banner_no_page_size(void)
{
    read_fixture("darwin-vm-stat/ok-no-banner.txt");
    const struct vmt_sample *sample = sample_at(0, 0);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_WIRED), 180220);
    CU_ASSERT(value_of(sample, VMT_HOST_WIRED).pages);
    CU_ASSERT(!value_of(sample, VMT_HOST_FAULTS).pages);
    CU_ASSERT(!has_value(sample, VMT_HOST_PAGE_SIZE));
    end_reading();
}

static void test_vm_stat__page_size_that_cannot_be(void)
{
    read_fixture("darwin-vm-stat/warn-banner-page-size.txt");
    const struct vmt_input_record *input = vmt_sequence_last(&reading.snapshot.inputs);
    UNIT_EQUAL_U64(reading.ledger->damaged, 1);
    UNIT_EQUAL_U64(note_at(&input->notes, VMT_NOTE_DAMAGED_LINE, 0)->place.column, 33);
    CU_ASSERT(value_of(sample_at(0, 0), VMT_HOST_ACTIVE).pages);
    end_reading();
}

static void test_vm_stat__each_snapshot_is_a_host(void)
{
    read_fixture("darwin-vm-stat/ok-two-in-a-log.txt");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 3);
    UNIT_EQUAL_U64(host_at(1)->line, 13);
    UNIT_EQUAL_U64(number_of(sample_at(1, 0), VMT_HOST_FREE), 3120 * 16384);
    UNIT_EQUAL_U64(host_at(2)->line, 19);
    CU_ASSERT(value_of(sample_at(2, 0), VMT_HOST_FREE).pages);
    end_reading();
}

static void test_vm_stat__quotes(void)
{
    read_text(BANNER "Pages free:     1.\n\"Translation faults\":    22.\n");
    UNIT_EQUAL_U64(number_of(sample_at(0, 0), VMT_HOST_FAULTS), 22);
    end_reading();
    read_text(BANNER "&quot;Translation faults&quot;:    22.\n");
    UNIT_EQUAL_U64(number_of(sample_at(0, 0), VMT_HOST_FAULTS), 22);
    UNIT_EQUAL_U64(reading.ledger->consumed, 2);
    end_reading();
}

static void test_vm_stat__counters_alone(void)
{
    read_fixture("darwin-vm-stat/ok-grep.txt");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 1);
    UNIT_EQUAL_U64(host_at(0)->samples.count, 3);
    UNIT_EQUAL_U64(sample_at(0, 2)->line, 6);
    UNIT_EQUAL_U64(number_of(sample_at(0, 2), VMT_HOST_FREE), 12052);
    CU_ASSERT(sample_at(0, 2)->since_boot);
    end_reading();
}

static void test_vm_stat__thousands(void)
{
    static const struct {
        const char *text;
        uint64_t number; /* 0: refused */
    } rows[] = {
        {"10,022", 10022},
        {"1,195,916", 1195916},
        {"62894987", 62894987},
        {"1,23", 0},
        {"1234,567", 0},
        {",123", 0},
        {"12,", 0},
        {"1,,234", 0},
        {"-1", 0},
        {"1e9", 0},
        {"", 0},
        {",", 0},
        {"18446744073709551616", 0},
        {"18,446,744,073,709,551,616", 0},
        {"18,446,744,073,709,551,615", UINT64_MAX},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint64_t number = 0;
        bool read = vmt_part_counter_number(vmt_slice(rows[i].text), &number);
        UNIT_EQUAL_U64(read ? number : 0, rows[i].number);
    }
    read_fixture("darwin-vm-stat/ok-thousands.txt");
    UNIT_EQUAL_U64(number_of(sample_at(0, 0), VMT_HOST_ACTIVE), UINT64_C(1195916) * 4096);
    UNIT_EQUAL_U64(number_of(sample_at(0, 0), VMT_HOST_COMPRESSIONS), UINT64_C(4138671402));
    end_reading();
}

static void test_vm_stat__an_unknown_label_is_kept(void)
{
    read_fixture("darwin-vm-stat/warn-unknown-label.txt");
    UNIT_EQUAL_U64(reading.ledger->damaged, 0);
    UNIT_EQUAL_STR(fact_in(&host_at(0)->facts, "Pages set aside"), "4711");
    UNIT_EQUAL_STR(note_at(&host_at(0)->notes, VMT_NOTE_UNKNOWN_KEY, 0)->text->data,
                   "Pages set aside");
    UNIT_EQUAL_U64(number_of(sample_at(0, 0), VMT_HOST_SPECULATIVE), 7090 * 16384);
    end_reading();
}

static void test_vm_stat__a_number_without_its_dot_is_cut(void)
{
    read_fixture("darwin-vm-stat/warn-cut.txt");
    UNIT_EQUAL_U64(reading.ledger->damaged, 1);
    UNIT_EQUAL_U64(note_at(&host_at(0)->notes, VMT_NOTE_DAMAGED_LINE, 0)->place.column, 38);
    CU_ASSERT(!has_value(sample_at(0, 0), VMT_HOST_ZERO_FILLED));
    UNIT_EQUAL_U64(number_of(sample_at(0, 0), VMT_HOST_COPY_ON_WRITE), 88120344);
    end_reading();
}

static void test_vm_stat__damage_does_not_spread(void)
{
    read_fixture("darwin-vm-stat/warn-garbled.txt");
    UNIT_EQUAL_U64(reading.ledger->damaged, 9);
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 1);
    const struct vmt_sample *sample = sample_at(0, 0);
    UNIT_EQUAL_U64(sample->count, 6); /* page size, free, active, wired, faults, anonymous */
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_FAULTS), UINT64_C(1125899906842624));
    CU_ASSERT(!has_value(sample, VMT_HOST_TAGGED)); /* 2^50 pages are 2^64 bytes */
    end_reading();
}

/* --- its log ---------------------------------------------------------------------------------- */

static void test_log__first_row_below_a_heading_is_since_boot(void)
{
    read_fixture("darwin-vm-stat-log/ok-10.8-two-pages.txt");
    UNIT_EQUAL_U64(reading.ledger->consumed, 28);
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 1);
    UNIT_EQUAL_STR(host_at(0)->grammar, "darwin-vm-stat-log");
    UNIT_EQUAL_U64(host_at(0)->samples.count, 24);
    UNIT_EQUAL_STR(fact_in(&host_at(0)->facts, "banner"), "cache hits 0%");
    UNIT_EQUAL_U64(host_at(0)->facts.count, 1);
    for (size_t i = 0; i < 24; i++) {
        const struct vmt_sample *sample = sample_at(0, i);
        bool first = i == 0 || i == 21;
        CU_ASSERT(sample->since_boot == first);
        CU_ASSERT((has_value(sample, VMT_HOST_PAGE_SIZE)) == first);
        UNIT_EQUAL_U64(number_of(sample, VMT_HOST_FREE), (UINT64_C(2155305) - i) * 4096);
        UNIT_EQUAL_U64(number_of(sample, VMT_HOST_FAULTS), i == 0    ? 14107520
                                                           : i == 21 ? 14111951
                                                                     : 200 + i);
    }
    UNIT_EQUAL_U64(sample_at(0, 21)->line, 26);
    end_reading();
}

static void test_log__cut_to_thousands(void)
{
    read_fixture("darwin-vm-stat-log/ok-14.5-rows.txt");
    const struct vmt_host_value faults = value_of(sample_at(0, 0), VMT_HOST_FAULTS);
    UNIT_EQUAL_U64(faults.reading.value, 505014000);
    /* From 505014000 up to 505014999. */
    UNIT_EQUAL_U64(vmt_amount_of(faults.reading).upper, 505015000);
    UNIT_EQUAL_U64(number_of(sample_at(0, 0), VMT_HOST_SPECULATIVE), 2168 * 4096);
    UNIT_EQUAL_U64(number_of(sample_at(0, 0), VMT_HOST_INACTIVE), UINT64_C(527819) * 4096);
    UNIT_EQUAL_U64(number_of(sample_at(0, 3), VMT_HOST_FAULTS), 5269);
    UNIT_EQUAL_U64(value_of(sample_at(0, 3), VMT_HOST_FAULTS).reading.quantum, 0);
    end_reading();
    read_fixture("darwin-vm-stat-log/ok-26.5-tags.txt");
    UNIT_EQUAL_U64(sample_at(0, 1)->count, 33);
    UNIT_EQUAL_U64(number_of(sample_at(0, 1), VMT_HOST_COMPRESSED_TAGS), 2200480);
    UNIT_EQUAL_U64(number_of(sample_at(0, 1), VMT_HOST_TAG_STORAGE_FREE), 89 * 16384);
    end_reading();
}

static void test_log__a_banner_before_its_time_begins_a_run(void)
{
    read_fixture("darwin-vm-stat-log/ok-two-runs.txt");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 3);
    UNIT_EQUAL_U64(host_at(0)->samples.count, 2);
    UNIT_EQUAL_U64(host_at(1)->line, 6);
    UNIT_EQUAL_U64(host_at(1)->samples.count, 2);
    UNIT_EQUAL_U64(host_at(2)->samples.count, 1);
    end_reading();
}

static void test_log__columns_left_out(void)
{
    read_fixture("darwin-vm-stat-log/warn-columns-left-out.txt");
    UNIT_EQUAL_U64(reading.ledger->damaged, 0);
    UNIT_EQUAL_U64(note_at(&host_at(0)->notes, VMT_NOTE_ELISION, 0)->place.line, 2);
    UNIT_EQUAL_U64(number_of(sample_at(0, 0), VMT_HOST_FAULTS), UINT64_C(19361000000));
    UNIT_EQUAL_U64(sample_at(0, 1)->count, 8);
    end_reading();
}

static void test_log__an_unknown_column_is_said(void)
{
    read_fixture("darwin-vm-stat-log/warn-unknown-column.txt");
    UNIT_EQUAL_STR(fact_in(&host_at(0)->facts, "column not read"), "snoozed");
    UNIT_EQUAL_U64(vmt_notes_count(&host_at(0)->notes, VMT_NOTE_UNKNOWN_KEY), 1);
    UNIT_EQUAL_U64(number_of(sample_at(0, 1), VMT_HOST_WIRED), 50 * 16384);
    UNIT_EQUAL_U64(number_of(sample_at(0, 1), VMT_HOST_FAULTS), 70);
    end_reading();
}

static void test_log__damaged_rows(void)
{
    read_fixture("darwin-vm-stat-log/warn-damaged-rows.txt");
    const struct vmt_notes *notes = &host_at(0)->notes;
    UNIT_EQUAL_U64(reading.ledger->damaged, 9);
    UNIT_EQUAL_U64(host_at(0)->samples.count, 2);
    CU_ASSERT(!sample_at(0, 1)->since_boot);
    CU_ASSERT(!sample_at(0, 0)->gap);
    CU_ASSERT(sample_at(0, 1)->gap); /* it counts from a row that cannot be read */
    UNIT_EQUAL_U64(sample_at(0, 1)->line, 13);
    UNIT_EQUAL_U64(note_at(notes, VMT_NOTE_DAMAGED_LINE, 1)->place.line, 6);
    UNIT_EQUAL_U64(note_at(notes, VMT_NOTE_DAMAGED_LINE, 1)->place.column, 61); /* of 1e3 */
    end_reading();
}

/* The row below a heading is since boot; where it is lost, the next one is not. */
static void test_log__a_lost_first_row(void)
{
    read_text(BANNER "free active spec inactive wire faults\n"
                     "1 2 3 4 5\n"
                     "10 20 30 40 50 60\n");
    UNIT_EQUAL_U64(reading.ledger->damaged, 1);
    UNIT_EQUAL_U64(host_at(0)->samples.count, 1);
    CU_ASSERT(!sample_at(0, 0)->since_boot);
    CU_ASSERT(sample_at(0, 0)->gap);
    UNIT_EQUAL_U64(number_of(sample_at(0, 0), VMT_HOST_PAGE_SIZE), 16384);
    end_reading();
}

/* A row counts from the one before it: where that is lost, from something that is not here. */
static void test_log__a_row_behind_a_lost_one(void)
{
    static const char *const lost[] = {"1 2 3 x\n", "1 2 3\n", "...\n", "a note of mine\n"};
    for (size_t i = 0; i < COUNT(lost); i++) {
        char text[512];
        snprintf(text, sizeof text, "%s%s%s%s", BANNER "free active spec inactive\n1 2 3 4\n",
                 lost[i], "1 2 3 5\n1 2 3 6\n", BANNER "free active spec inactive\n1 2 3 7\n");
        read_text(text);
        UNIT_EQUAL_U64(reading.ledger->damaged, 1);
        CU_ASSERT(!sample_at(0, 0)->gap);
        CU_ASSERT(sample_at(0, 1)->gap);
        CU_ASSERT(!sample_at(0, 2)->gap);
        CU_ASSERT(!sample_at(1, 0)->gap);
        end_reading();
    }
}

/* Below a heading a row counts since boot, whatever was lost before it. */
static void test_log__a_heading_behind_a_lost_row(void)
{
    static char text[4096];
    static const char heading[] = BANNER "free active spec inactive\n";
    size_t used = (size_t)snprintf(text, sizeof text, "%s", heading);
    for (int i = 0; i < 20; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "1 2 3 4\n");
    }
    snprintf(text + used, sizeof text - used, "1 2 3\n%s1 2 3 4\n1 2 3 4\n", heading);
    read_text(text);
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 1);
    UNIT_EQUAL_U64(host_at(0)->samples.count, 22);
    CU_ASSERT(sample_at(0, 20)->since_boot);
    CU_ASSERT(!sample_at(0, 20)->gap);
    CU_ASSERT(!sample_at(0, 21)->gap);
    end_reading();
}

/* The tool puts a blank behind each number: one without may have lost digits. */
static void test_log__a_row_that_the_input_ends_in(void)
{
    read_text(BANNER "free active spec inactive\n1 2 3 4 \n5 6 7 8");
    UNIT_EQUAL_U64(reading.ledger->damaged, 1);
    UNIT_EQUAL_U64(host_at(0)->samples.count, 1);
    end_reading();
    read_text(BANNER "free active spec inactive\n1 2 3 4 \n5 6 7 8 ");
    UNIT_EQUAL_U64(host_at(0)->samples.count, 2);
    end_reading();
    read_text("Stats: \nPages free: 12 \nPages purgeable: 34");
    UNIT_EQUAL_U64(reading.ledger->damaged, 1);
    UNIT_EQUAL_U64(sample_at(0, 0)->count, 1);
    end_reading();
}

/* 21 rows that are all lost, and a page after them. */
static void test_log__a_lost_page(void)
{
    static char text[4096];
    static const char heading[] = BANNER "free active spec inactive\n";
    size_t used = (size_t)snprintf(text, sizeof text, "%s", heading);
    for (int i = 0; i < 21; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "1 2 3\n");
    }
    snprintf(text + used, sizeof text - used, "%s1 2 3 4\n", heading);
    read_text(text);
    UNIT_EQUAL_U64(reading.ledger->damaged, 21);
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 1);
    UNIT_EQUAL_U64(host_at(0)->samples.count, 1);
    UNIT_EQUAL_U64(sample_at(0, 0)->count, 5);
    end_reading();
}

static void test_log__no_row_at_all(void)
{
    read_text(BANNER "free active spec inactive\n" BANNER "free active spec inactive\n");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 2);
    UNIT_EQUAL_U64(number_of(sample_at(1, 0), VMT_HOST_PAGE_SIZE), 16384);
    UNIT_EQUAL_U64(sample_at(0, 0)->count, 1);
    end_reading();
}

/* A text: `before`, then `piece` `count` times. */
static void read_repeated(const char *before, const char *piece, size_t count)
{
    struct vmt_slice head = vmt_slice(before);
    struct vmt_slice one = vmt_slice(piece);
    char *text = malloc(head.length + one.length * count);
    CU_ASSERT_FATAL(text != NULL);
    if (text == NULL) {
        abort();
    }
    memcpy(text, head.data, head.length);
    for (size_t i = 0; i < count; i++) {
        memcpy(text + head.length + i * one.length, one.data, one.length);
    }
    read_slice((struct vmt_slice){text, head.length + one.length * count});
    free(text);
}

static void test_hostile__columns_and_labels(void)
{
    read_repeated(BANNER "free active spec inactive", " wired", 40000);
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    UNIT_EQUAL_U64(reading.ledger->damaged, 1); /* more columns than there are */
    end_reading();
    read_repeated(BANNER "free active spec inactive", " wired", 1000000);
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    end_reading();
    read_repeated(BANNER "Pages free: 12.\nPages", " free", 200000);
    UNIT_EQUAL_U64(number_of(sample_at(0, 0), VMT_HOST_FREE), 12 * 16384);
    end_reading();
    read_repeated("PID COMMAND MEM", " MEM", 1000000);
    UNIT_EQUAL_I64(reading.status, VMT_E_NOCAPTURE);
    end_reading();
}

/* --- memory_pressure -------------------------------------------------------------------------- */

static void test_memory_pressure__whole(void)
{
    read_fixture("darwin-memory-pressure/ok-14.5-whole.txt");
    UNIT_EQUAL_U64(reading.ledger->consumed, 22);
    UNIT_EQUAL_U64(reading.ledger->blank, 6);
    UNIT_EQUAL_STR(host_at(0)->grammar, "darwin-memory-pressure");
    const struct vmt_sample *sample = sample_at(0, 0);
    UNIT_EQUAL_U64(sample->count, 18);
    CU_ASSERT(sample->since_boot);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_TOTAL), UINT64_C(32) << 30);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_COMPRESSOR_OCCUPIED), UINT64_C(153440) * 16384);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_DECOMPRESSIONS), 5343299);
    /* From 86 % up to 87 %. */
    struct vmt_amount share = vmt_amount_of(value_of(sample, VMT_HOST_FREE_PERMILLE).reading);
    UNIT_EQUAL_U64(share.value, 860);
    UNIT_EQUAL_U64(share.upper, 870);
    CU_ASSERT(!has_value(sample, VMT_HOST_PRESSURE_LEVEL));
    end_reading();
}

static void test_memory_pressure__quick(void)
{
    read_fixture("darwin-memory-pressure/ok-quick.txt");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 2);
    UNIT_EQUAL_U64(number_of(sample_at(0, 0), VMT_HOST_FREE_PERMILLE), 410);
    UNIT_EQUAL_U64(host_at(1)->line, 5);
    UNIT_EQUAL_U64(number_of(sample_at(1, 0), VMT_HOST_TOTAL), UINT64_C(16) << 30);
    CU_ASSERT(!has_value(sample_at(1, 0), VMT_HOST_PAGE_SIZE));
    end_reading();
}

static void test_memory_pressure__a_size_of_32_bits_is_not_believed(void)
{
    read_fixture("darwin-memory-pressure/ok-32-bit.txt");
    CU_ASSERT(!has_value(sample_at(0, 0), VMT_HOST_TOTAL));
    UNIT_EQUAL_STR(fact_in(&host_at(0)->facts, "memory size"), "-2147483648");
    UNIT_EQUAL_STR(fact_in(&host_at(1)->facts, "memory pages"), "2621440");
    CU_ASSERT(!has_value(sample_at(1, 0), VMT_HOST_TOTAL));
    end_reading();
}

static void test_memory_pressure__its_aim_is_no_level(void)
{
    read_fixture("darwin-memory-pressure/ok-progress.txt");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 1);
    UNIT_EQUAL_U64(host_at(0)->samples.count, 2);
    UNIT_EQUAL_U64(host_at(0)->facts.count, 4);
    UNIT_EQUAL_U64(number_of(sample_at(0, 0), VMT_HOST_FREE), UINT64_C(204800) * 4096);
    UNIT_EQUAL_U64(number_of(sample_at(0, 1), VMT_HOST_FREE), 10240 * 4096);
    UNIT_EQUAL_U64(number_of(sample_at(0, 1), VMT_HOST_FREE_PERMILLE), 440);
    CU_ASSERT(!has_value(sample_at(0, 1), VMT_HOST_PRESSURE_LEVEL));
    end_reading();
}

static void test_memory_pressure__damage(void)
{
    read_fixture("darwin-memory-pressure/warn-damaged.txt");
    UNIT_EQUAL_U64(reading.ledger->damaged, 7);
    UNIT_EQUAL_U64(sample_at(0, 0)->count, 1);
    UNIT_EQUAL_U64(number_of(sample_at(0, 0), VMT_HOST_ACTIVE), 823411);
    CU_ASSERT(value_of(sample_at(0, 0), VMT_HOST_ACTIVE).pages);
    UNIT_EQUAL_STR(fact_in(&host_at(0)->facts, "Pages snoozing"), "12");
    end_reading();
}

/* --- sysctl ----------------------------------------------------------------------------------- */

static void test_sysctl__swap(void)
{
    read_fixture("darwin-sysctl/ok-swapusage.txt");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 3);
    const struct vmt_sample *sample = sample_at(0, 0);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_SWAP_TOTAL), UINT64_C(3) << 30);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_SWAP_USED), UINT64_C(2635595776)); /* 2513.5 * 2^20 */
    UNIT_EQUAL_U64(value_of(sample, VMT_HOST_SWAP_USED).reading.quantum, 10486); /* 2^20 / 100 */
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_SWAP_ENCRYPTED), 1);
    sample = sample_at(1, 0);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_SWAP_USED), 581561221); /* 554.62 * 2^20 */
    CU_ASSERT(!has_value(sample, VMT_HOST_SWAP_ENCRYPTED));           /* unknown, not no */
    UNIT_EQUAL_U64(number_of(sample_at(2, 0), VMT_HOST_SWAP_TOTAL), 0);
    end_reading();
}

static void test_sysctl__settings(void)
{
    read_fixture("darwin-sysctl/ok-settings.txt");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 1);
    UNIT_EQUAL_U64(host_at(0)->samples.count, 2);
    const struct vmt_sample *sample = sample_at(0, 0);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_TOTAL), UINT64_C(16) << 30);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_PRESSURE_LEVEL), 2);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_FREE_PERMILLE), 410);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_PAGE_SIZE), 16384);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_FREE), 10022);
    CU_ASSERT(value_of(sample, VMT_HOST_FREE).pages);
    UNIT_EQUAL_STR(fact_in(&host_at(0)->facts, "vm.compressor_bytes_used"), "2984467096");
    UNIT_EQUAL_U64(sample_at(0, 1)->line, 10);
    UNIT_EQUAL_U64(sample_at(0, 1)->count, 1);
    end_reading();
}

/* The page size of programs is known to be the one to take when the block is over. */
static void test_sysctl__a_block_of_a_page_size(void)
{
    read_text("hw.memsize: 4096\nhw.pagesize: 4096\nhw.pagesize: 16384\n");
    UNIT_EQUAL_U64(host_at(0)->samples.count, 2);
    UNIT_EQUAL_U64(number_of(sample_at(0, 0), VMT_HOST_PAGE_SIZE), 4096);
    UNIT_EQUAL_U64(sample_at(0, 1)->line, 3);
    UNIT_EQUAL_U64(number_of(sample_at(0, 1), VMT_HOST_PAGE_SIZE), 16384);
    end_reading();
}

static void test_sysctl__all_of_it(void)
{
    read_fixture("darwin-sysctl/ok-all.txt");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 1);
    UNIT_EQUAL_U64(reading.ledger->consumed, 10);
    UNIT_EQUAL_U64(reading.ledger->prose, 23);
    const struct vmt_sample *sample = sample_at(0, 0);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_PAGE_SIZE), 16384); /* the kernel's */
    UNIT_EQUAL_STR(fact_in(&host_at(0)->facts, "hw.pagesize"), "4096");
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_ANONYMOUS), 520400);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_TOTAL), UINT64_C(32) << 30);
    end_reading();
}

static void test_sysctl__damage(void)
{
    read_fixture("darwin-sysctl/warn-damaged.txt");
    UNIT_EQUAL_U64(reading.ledger->damaged, 7);
    UNIT_EQUAL_U64(vmt_notes_count(&host_at(0)->notes, VMT_NOTE_TOOL_MESSAGE), 1);
    UNIT_EQUAL_U64(sample_at(0, 0)->count, 1);
    UNIT_EQUAL_U64(number_of(sample_at(0, 0), VMT_HOST_PAGE_SIZE), 4096);
    end_reading();
}

/* --- top -------------------------------------------------------------------------------------- */

static void test_top__sizes(void)
{
    static const struct {
        const char *text;
        uint64_t value; /* UINT64_MAX: refused */
        uint64_t quantum;
    } rows[] = {
        {"4192K", 4192 * 1024, 1024},
        {"2K", 2048, 1024},
        {"0B", 0, 0},
        {"81920B", 81920, 0},
        {"29G", UINT64_C(29) << 30, 1 << 30},
        {"11M+", 11 << 20, 1 << 20},
        {"192M-", 192 << 20, 1 << 20},
        {"8.12M", 8514437, 10486}, /* 8.12 * 2^20 = 8514437.12 */
        {"12", UINT64_MAX, 0},
        {"-12K", UINT64_MAX, 0},
        {"+", UINT64_MAX, 0},
        {"B", UINT64_MAX, 0},
        {"1.5B", UINT64_MAX, 0},
        {"99999999999G", UINT64_MAX, 0},
        {"999999999999999999999999G", UINT64_MAX, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct vmt_reading size = {0};
        bool read = vmt_top_size(vmt_slice(rows[i].text), &size);
        UNIT_EQUAL_U64(read ? size.value : UINT64_MAX, rows[i].value);
        UNIT_EQUAL_U64(read ? size.quantum : 0, rows[i].quantum);
    }
}

static void test_top__processes(void)
{
    read_fixture("darwin-top/ok-10.14-wide.txt");
    UNIT_EQUAL_U64(reading.ledger->consumed, 14);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 3);
    const struct vmt_process *process = process_at(1);
    UNIT_EQUAL_STR(process->name->data, "Address Book Sou");
    UNIT_EQUAL_U64(process->pid, 1288);
    UNIT_EQUAL_U64(process->line, 14);
    UNIT_EQUAL_STR(process->captured_at->data, "2026-03-04T09:15:22");
    UNIT_EQUAL_U64(process->whole.of[VMT_FOOTPRINT].value, 4988 * 1024);
    UNIT_EQUAL_U64(process->whole.of[VMT_FOOTPRINT].lower, 4988 * 1024 - 512);
    UNIT_EQUAL_U64(process->whole.of[VMT_SWAPPED].value, 1 << 20);
    UNIT_EQUAL_U64(process->whole.of[VMT_VIRTUAL].value, UINT64_C(4241) << 20);
    CU_ASSERT(!process->whole.of[VMT_RSS].bounded);
    UNIT_EQUAL_STR(fact_in(&process->facts, "KSHRD"), "-12K");
    UNIT_EQUAL_STR(fact_in(&process->facts, "RPRVT"), "3868K");
    CU_ASSERT(fact_in(&process->facts, "MEM") == NULL);
    end_reading();
}

static void test_top__each_sample_is_a_host(void)
{
    read_fixture("darwin-top/ok-26-two-samples.txt");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 2);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 4);
    const struct vmt_sample *sample = sample_at(1, 0);
    UNIT_EQUAL_STR(sample->captured_at->data, "2026-03-04T09:15:23");
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_WIRED), UINT64_C(2020) << 20);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_COMPRESSOR_OCCUPIED), UINT64_C(2399) << 20);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_UNUSED_STATED), UINT64_C(2313) << 20);
    CU_ASSERT(!has_value(sample, VMT_HOST_FREE)); /* free and speculative are one here */
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_SWAPOUTS), 340);
    UNIT_EQUAL_U64(process_at(2)->whole.of[VMT_FOOTPRINT].value, 4208 * 1024);
    CU_ASSERT(!process_at(2)->whole.of[VMT_VIRTUAL].bounded); /* N/A */
    CU_ASSERT(fact_in(&process_at(2)->facts, "RPRVT") == NULL);
    end_reading();
}

static void test_top__old_heads(void)
{
    read_fixture("darwin-top/ok-10.7-head.txt");
    const struct vmt_sample *sample = sample_at(0, 0);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_ACTIVE), UINT64_C(1869) << 20);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_USED_STATED), UINT64_C(3008) << 20);
    UNIT_EQUAL_U64(number_of(sample, VMT_HOST_PAGEINS), 1023428);
    UNIT_EQUAL_U64(process_at(0)->whole.of[VMT_RSS].value, 22 << 20);
    CU_ASSERT(!process_at(0)->whole.of[VMT_FOOTPRINT].bounded);
    end_reading();
}

static void test_top__in_a_window(void)
{
    read_fixture("darwin-top/ok-window.txt");
    UNIT_EQUAL_U64(reading.ledger->prose, 2);
    UNIT_EQUAL_U64(number_of(sample_at(0, 0), VMT_HOST_SWAPINS), 27511312);
    UNIT_EQUAL_U64(number_of(sample_at(0, 0), VMT_HOST_WIRED), UINT64_C(2503) << 20);
    UNIT_EQUAL_STR(process_at(2)->name->data, "Lantern Helper (R");
    UNIT_EQUAL_U64(process_at(0)->whole.of[VMT_FOOTPRINT].value, UINT64_C(63) << 30);
    end_reading();
}

static void test_top__damage(void)
{
    read_fixture("darwin-top/warn-damaged.txt");
    UNIT_EQUAL_U64(reading.ledger->damaged, 8);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    CU_ASSERT(!process_at(0)->whole.of[VMT_FOOTPRINT].bounded);
    UNIT_EQUAL_STR(fact_in(&process_at(0)->facts, "MEM"), "-12K");
    UNIT_EQUAL_U64(process_at(1)->pid, 106);
    UNIT_EQUAL_U64(host_at(0)->samples.count, 0);
    end_reading();
}

/* A heading is claimed for its rows: alone it states nothing. */
static void test_top__a_heading_alone(void)
{
    read_text("PID COMMAND MEM\n\n1 lantern 12K\n");
    UNIT_EQUAL_I64(reading.status, VMT_E_NOCAPTURE);
    end_reading();
    read_text("PID COMMAND MEM\n1 lantern 12\nwords\n3 lantern 12K\n");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 1);
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 0);
    UNIT_EQUAL_U64(reading.ledger->damaged, 2);
    end_reading();
}

/* --- together --------------------------------------------------------------------------------- */

static void test_together__one_log_of_all_tools(void)
{
    read_text("$ sysctl hw.memsize\nhw.memsize: 17179869184\n$ vm_stat\n" BANNER
              "Pages free:         12.\nPages active:       34.\n"
              "$ memory_pressure -Q\nThe system has 17179869184 (1048576 pages with a page size of "
              "16384).\nSystem-wide memory free percentage: 40%\n"
              "PhysMem: 29G used (2019M wired, 2398M compressor), 2314M unused.\n" BANNER
              "free active spec inactive\n1 2 3 4\n"
              "vm.swapusage: total = 1.00M  used = 0.00M  free = 1.00M\n");
    static const char *const grammars[] = {"darwin-sysctl",          "darwin-vm-stat",
                                           "darwin-memory-pressure", "darwin-top",
                                           "darwin-vm-stat-log",     "darwin-sysctl"};
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, COUNT(grammars));
    for (size_t i = 0; i < COUNT(grammars); i++) {
        UNIT_EQUAL_STR(host_at(i)->grammar, grammars[i]);
    }
    UNIT_EQUAL_U64(reading.ledger->prose, 3);
    UNIT_EQUAL_U64(reading.ledger->damaged, 0);
    end_reading();
}

static const struct unit_test tests[] = {
    {"vm_stat__pages_are_those_of_the_banner", test_vm_stat__pages_are_those_of_the_banner},
    {"vm_stat__tags", test_vm_stat__tags},
    {"vm_stat__object_cache", test_vm_stat__object_cache},
    {"vm_stat__no_banner_no_page_size", test_vm_stat__no_banner_no_page_size},
    {"vm_stat__page_size_that_cannot_be", test_vm_stat__page_size_that_cannot_be},
    {"vm_stat__each_snapshot_is_a_host", test_vm_stat__each_snapshot_is_a_host},
    {"vm_stat__quotes", test_vm_stat__quotes},
    {"vm_stat__counters_alone", test_vm_stat__counters_alone},
    {"vm_stat__thousands", test_vm_stat__thousands},
    {"vm_stat__an_unknown_label_is_kept", test_vm_stat__an_unknown_label_is_kept},
    {"vm_stat__a_number_without_its_dot_is_cut", test_vm_stat__a_number_without_its_dot_is_cut},
    {"vm_stat__damage_does_not_spread", test_vm_stat__damage_does_not_spread},
    {"log__first_row_below_a_heading_is_since_boot",
     test_log__first_row_below_a_heading_is_since_boot},
    {"log__cut_to_thousands", test_log__cut_to_thousands},
    {"log__a_banner_before_its_time_begins_a_run", test_log__a_banner_before_its_time_begins_a_run},
    {"log__columns_left_out", test_log__columns_left_out},
    {"log__an_unknown_column_is_said", test_log__an_unknown_column_is_said},
    {"log__damaged_rows", test_log__damaged_rows},
    {"log__a_lost_first_row", test_log__a_lost_first_row},
    {"log__a_row_behind_a_lost_one", test_log__a_row_behind_a_lost_one},
    {"log__a_heading_behind_a_lost_row", test_log__a_heading_behind_a_lost_row},
    {"log__a_row_that_the_input_ends_in", test_log__a_row_that_the_input_ends_in},
    {"log__a_lost_page", test_log__a_lost_page},
    {"log__no_row_at_all", test_log__no_row_at_all},
    {"hostile__columns_and_labels", test_hostile__columns_and_labels},
    {"memory_pressure__whole", test_memory_pressure__whole},
    {"memory_pressure__quick", test_memory_pressure__quick},
    {"memory_pressure__a_size_of_32_bits_is_not_believed",
     test_memory_pressure__a_size_of_32_bits_is_not_believed},
    {"memory_pressure__its_aim_is_no_level", test_memory_pressure__its_aim_is_no_level},
    {"memory_pressure__damage", test_memory_pressure__damage},
    {"sysctl__swap", test_sysctl__swap},
    {"sysctl__settings", test_sysctl__settings},
    {"sysctl__a_block_of_a_page_size", test_sysctl__a_block_of_a_page_size},
    {"sysctl__all_of_it", test_sysctl__all_of_it},
    {"sysctl__damage", test_sysctl__damage},
    {"top__sizes", test_top__sizes},
    {"top__processes", test_top__processes},
    {"top__each_sample_is_a_host", test_top__each_sample_is_a_host},
    {"top__old_heads", test_top__old_heads},
    {"top__in_a_window", test_top__in_a_window},
    {"top__damage", test_top__damage},
    {"top__a_heading_alone", test_top__a_heading_alone},
    {"together__one_log_of_all_tools", test_together__one_log_of_all_tools},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_host_darwin", tests, argc, argv);
}
