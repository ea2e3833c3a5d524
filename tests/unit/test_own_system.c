/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "reading_host.h"

/* --- what a text is read to ------------------------------------------------------------------- */

static void expect_value(const struct vmt_sample *sample, enum vmt_host_quantity quantity,
                         uint64_t expected, uint64_t quantum)
{
    struct vmt_host_value value = value_of(sample, quantity);
    CU_ASSERT(!value.pages);
    UNIT_EQUAL_U64(value.reading.value, expected);
    UNIT_EQUAL_U64(value.reading.quantum, quantum);
}

/* --- CSV -------------------------------------------------------------------------------------- */

static void test_csv__samples_of_two_hosts(void)
{
    read_fixture("vmtally-csv/ok-samples.csv");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 2);
    UNIT_EQUAL_U64(reading.input->notes.sequence.count, 0);
    const struct vmt_host *mac = host_at(0);
    UNIT_EQUAL_STR(mac->grammar, "vmtally-csv");
    UNIT_EQUAL_U64(mac->platform, VMT_PLATFORM_DARWIN);
    UNIT_EQUAL_STR(text_of(mac->os), "macOS 14.2 (23C64)");
    UNIT_EQUAL_U64(mac->samples.count, 4);
    UNIT_EQUAL_STR(fact_in(&mac->facts, "origin"), "kiln.txt");
    UNIT_EQUAL_STR(fact_in(&mac->facts, "origin_grammar"), "darwin-vm-stat+darwin-sysctl");
    const struct vmt_host *penguin = host_at(1);
    UNIT_EQUAL_U64(penguin->platform, VMT_PLATFORM_LINUX);
    CU_ASSERT(penguin->os == NULL);
    UNIT_EQUAL_U64(penguin->samples.count, 1);
    UNIT_EQUAL_U64(sample_at(1, 0)->line, 3);
    end_reading();
}

static void test_csv__values_with_their_rounding(void)
{
    read_fixture("vmtally-csv/ok-samples.csv");
    const struct vmt_sample *sample = sample_at(0, 0);
    UNIT_EQUAL_U64(sample->count, 17); /* `used` and the bounds are ours */
    UNIT_EQUAL_U64(sample->line, 2);
    UNIT_EQUAL_STR(text_of(sample->captured_at), "2024-05-06T07:08:09+02:00");
    CU_ASSERT(sample->since_boot && sample->joined && !sample->gap);
    expect_value(sample, VMT_HOST_TOTAL, UINT64_C(8589934592), 0);
    expect_value(sample, VMT_HOST_SWAP_USED, 268959744, 10486);
    expect_value(sample, VMT_HOST_FREE_PERMILLE, 410, 20);
    expect_value(sample, VMT_HOST_SWAP_ENCRYPTED, 1, 0);
    expect_value(sample, VMT_HOST_PRESSURE_LEVEL, 2, 0);
    CU_ASSERT(!has_value(sample, VMT_HOST_PSI_SOME_AVG10));
    expect_value(sample_at(0, 1), VMT_HOST_PAGEINS, 505000, 2000);
    CU_ASSERT(!sample_at(0, 1)->since_boot);
    expect_value(sample_at(1, 0), VMT_HOST_PSI_SOME_AVG10, 1200, 100);
    expect_value(sample_at(1, 0), VMT_HOST_SWAP_TOTAL, 0, 1024);
    CU_ASSERT(!sample_at(1, 0)->joined && sample_at(1, 0)->captured_at == NULL);
    end_reading();
}

static void test_csv__samples_that_were_taken_out(void)
{
    read_fixture("vmtally-csv/ok-samples.csv");
    CU_ASSERT(!sample_at(0, 1)->gap);
    CU_ASSERT(sample_at(0, 2)->gap); /* 5 after 2 */
    CU_ASSERT(!sample_at(0, 3)->gap);
    end_reading();
    /* Without their numbers nobody knows. */
    read_text("platform,since_boot,free,free_quantum\nmacos,true,1,0\nmacos,false,2,0\n");
    CU_ASSERT(!sample_at(0, 0)->gap && sample_at(0, 1)->gap);
    end_reading();
}

static void test_csv__samples_that_were_spoilt(void)
{
    read_fixture("vmtally-csv/warn-samples.csv");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 1);
    UNIT_EQUAL_U64(host_at(0)->samples.count, 2);
    UNIT_EQUAL_U64(reading.input->ledger.damaged, 8);
    UNIT_EQUAL_U64(reading.input->ledger.consumed, 4);
    UNIT_EQUAL_U64(vmt_notes_count(&reading.input->notes, VMT_NOTE_UNKNOWN_COLUMN), 2);
    UNIT_EQUAL_U64(vmt_notes_count(&host_at(0)->notes, VMT_NOTE_NO_BOUNDS), 1);
    UNIT_EQUAL_U64(sample_at(0, 0)->count, 3);
    CU_ASSERT(sample_at(0, 0)->since_boot);
    expect_value(sample_at(0, 0), VMT_HOST_FREE, 1048576, 0); /* not the second of that name */
    expect_value(sample_at(0, 1), VMT_HOST_ACTIVE, UINT64_MAX, 0);
    CU_ASSERT(sample_at(0, 1)->gap);
    end_reading();
}

static void test_csv__tables_that_are_not_ours(void)
{
    static const char *const texts[] = {
        "host,uptime,since_boot\n1,2,true\n",
        "platform,uptime\nmacos,2\n",
        "platform,since_boot_time\nmacos,2\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        read_text(texts[i]);
        UNIT_EQUAL_I64(reading.status, VMT_E_NOCAPTURE);
        end_reading();
    }
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void test_json__hosts_and_samples(void)
{
    read_fixture("vmtally-json/ok-system.json");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 4);
    const struct vmt_host *kiln = host_at(0);
    UNIT_EQUAL_STR(kiln->grammar, "vmtally-json");
    UNIT_EQUAL_STR(text_of(kiln->os), "macOS 14.2 (23C64)");
    UNIT_EQUAL_U64(kiln->samples.count, 1);
    UNIT_EQUAL_STR(fact_in(&kiln->facts, "origin"), "kiln.txt");
    UNIT_EQUAL_STR(fact_in(&kiln->facts, "vm.compressor_mode"), "4");
    UNIT_EQUAL_U64(sample_at(0, 0)->count, 14);
    expect_value(sample_at(0, 0), VMT_HOST_SWAP_USED, 268959744, 10486);
    expect_value(sample_at(0, 0), VMT_HOST_SWAP_ENCRYPTED, 1, 0);
    CU_ASSERT(sample_at(0, 0)->joined);
    UNIT_EQUAL_STR(text_of(host_at(1)->os), "macOS 14.2 (23C64)"); /* of another input */
    UNIT_EQUAL_STR(fact_in(&host_at(1)->facts, "origin"), "kiln-2.txt");
    UNIT_EQUAL_U64(host_at(1)->samples.count, 1);
    UNIT_EQUAL_U64(host_at(2)->samples.count, 0);
    UNIT_EQUAL_STR(fact_in(&host_at(2)->facts, "kern.osversion"), "22A380");
    UNIT_EQUAL_U64(host_at(3)->platform, VMT_PLATFORM_LINUX);
    UNIT_EQUAL_STR(text_of(host_at(3)->os), "Linux 6.18");
    expect_value(sample_at(3, 0), VMT_HOST_PSI_SOME_TOTAL, UINT64_MAX, 0);
    end_reading();
}

static void test_json__values_of_wrong_kinds(void)
{
    read_fixture("vmtally-json/warn-system.json");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 1);
    const struct vmt_host *host = host_at(0);
    UNIT_EQUAL_U64(host->samples.count, 1);
    expect_value(sample_at(0, 0), VMT_HOST_FREE, 8192, 0);
    expect_value(sample_at(0, 0), VMT_HOST_PAGEINS, 5, 0);
    UNIT_EQUAL_STR(fact_in(&host->facts, "k"), "v");
    UNIT_EQUAL_U64(vmt_notes_count(&host->notes, VMT_NOTE_UNKNOWN_PAGE_SIZE), 1);
    UNIT_EQUAL_U64(vmt_notes_count(&host->notes, VMT_NOTE_OTHER_HOST), 0);
    UNIT_EQUAL_U64(vmt_notes_count(&host->notes, VMT_NOTE_DAMAGED_VALUE), 9);
    UNIT_EQUAL_U64(vmt_notes_count(&reading.input->notes, VMT_NOTE_DAMAGED_VALUE), 3);
    end_reading();
}

/* Nothing but samples, as somebody picked them. */
static void test_json__samples_without_their_hosts(void)
{
    read_text("{\"schema\": \"vmtally/system\", \"version\": 1, \"samples\": ["
              "{\"host\": 2, \"sample\": 9, \"platform\": \"linux\", \"free\": 4096},"
              "{\"host\": 1, \"sample\": 1, \"platform\": \"macos\", \"free\": 5},"
              "{\"host\": 1, \"sample\": 2, \"platform\": \"macos\", \"free\": 6}]}\n");
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, 2);
    UNIT_EQUAL_U64(host_at(0)->platform, VMT_PLATFORM_LINUX);
    UNIT_EQUAL_U64(host_at(1)->samples.count, 2);
    expect_value(sample_at(1, 1), VMT_HOST_FREE, 6, 0);
    CU_ASSERT(!sample_at(1, 1)->gap);
    UNIT_EQUAL_U64(reading.input->notes.sequence.count, 0);
    end_reading();
}

static const struct unit_test tests[] = {
    {"csv__samples_of_two_hosts", test_csv__samples_of_two_hosts},
    {"csv__values_with_their_rounding", test_csv__values_with_their_rounding},
    {"csv__samples_that_were_taken_out", test_csv__samples_that_were_taken_out},
    {"csv__samples_that_were_spoilt", test_csv__samples_that_were_spoilt},
    {"csv__tables_that_are_not_ours", test_csv__tables_that_are_not_ours},
    {"json__hosts_and_samples", test_json__hosts_and_samples},
    {"json__values_of_wrong_kinds", test_json__values_of_wrong_kinds},
    {"json__samples_without_their_hosts", test_json__samples_without_their_hosts},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_own_system", tests, argc, argv);
}
