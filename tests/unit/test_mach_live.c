/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "counting.h"
#include "weaver.h"

/* --- lists ------------------------------------------------------------------------------------ */

static void list_all(struct vmt_live_list *out)
{
    CU_ASSERT_FATAL(vmt_live_list(out, &mac.live, true, &reading.err) == VMT_OK);
}

static void begin_list(void)
{
    begin_kernel();
    add_subject(0, 0, "kernel_task")->told.user = 0;
    add_subject(1, 0, "launchd")->told.user = 0;
    add_subject(50, 1, "shell");
    add_subject(60, 50, "a_name_of_exactly_31_characters");
    add_subject(61, 50, "worker")->told.zombie = true;
    struct subject *cut = add_subject(62, 60, "a_long_na");
    snprintf(cut->told.path, sizeof cut->told.path, "/opt/bin/a_long_name_of_a_program");
    open_kernel(false, VMT_SOURCE_BEST, 0);
}

static void test_mach__list(void)
{
    struct vmt_live_list list;
    begin_list();
    kernel.more = 1000; /* than there is room for at first */
    list_all(&list);
    UNIT_EQUAL_U64(list.count, 6);
    CU_ASSERT(!list.hidden);
    CU_ASSERT(list.processes[0].kernel_thread && !list.processes[1].kernel_thread);
    CU_ASSERT(list.processes[4].zombie);
    UNIT_EQUAL_U64(list.processes[3].parent, 50);
    CU_ASSERT(list.processes[3].known && list.processes[3].user_known);
    UNIT_EQUAL_U64(list.processes[3].user, 501);
    CU_ASSERT(vmt_slice_equals(list.processes[5].name, vmt_slice("a_long_name_of_a_program")));
    vmt_live_keep_owners(&list);
    UNIT_EQUAL_U64(list.count, 4);
    UNIT_EQUAL_U64(list.kernel_threads, 1);
    UNIT_EQUAL_U64(list.zombies, 1);
    vmt_live_list_free(&list);
    end_mac();
}

static void test_mach__list_by_name(void)
{
    static const struct {
        const char *name;
        uint64_t pid; /* of the only one; 0: there is none */
    } cases[] = {
        {"shell", 50},
        {"SHEL", 50},
        {"a_long_name_of_a_program", 62},
        {"a_long_name_of", 62},
        {"a_name_of_exactly_31_characters_and_more", 60}, /* the kernel has cut it */
        {"a_name_of_exact", 60},
        {"nothing", 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct vmt_live_list list;
        begin_list();
        list_all(&list);
        vmt_live_keep_named(&list, vmt_slice(cases[i].name));
        UNIT_EQUAL_U64(list.count, cases[i].pid == 0 ? 0 : 1);
        CU_ASSERT(list.count == 0 || list.processes[0].pid == cases[i].pid);
        vmt_live_list_free(&list);
        end_mac();
    }
}

static void test_mach__list_by_descent(void)
{
    struct vmt_live_list list;
    begin_list();
    list_all(&list);
    CU_ASSERT(vmt_live_keep_tree(&list, 50, &reading.err) == VMT_OK);
    UNIT_EQUAL_U64(list.count, 4);
    vmt_live_keep_user(&list, 0);
    UNIT_EQUAL_U64(list.count, 0);
    vmt_live_list_free(&list);
    list_all(&list);
    vmt_live_keep_user(&list, 0);
    UNIT_EQUAL_U64(list.count, 2);
    vmt_live_list_free(&list);
    end_mac();
}

static void test_mach__read_a_list(void)
{
    struct vmt_live_list list;
    begin_kernel();
    struct subject *weaver = add_weaver();
    struct subject *other = add_subject(701, 1, "other");
    other->no_totals = (struct vmt_mach_outcome){VMT_MACH_DENIED, 1, "proc_pid_rusage"};
    deny(other, VMT_MACH_BY_PIDINFO);
    set_tool(mac.vmmap, "killed", "9", NULL);
    open_kernel(true, VMT_SOURCE_BEST, 0);
    list_all(&list);
    CU_ASSERT(vmt_live_read_list(&reading.snapshot, &reading.context, &mac.live, &list,
                                 &reading.err) == VMT_OK);
    expect_records(1, 0, 1);
    UNIT_EQUAL_U64(list.denied, 1);
    vmt_live_keep_unread(&list, &mac.live, &reading.snapshot);
    UNIT_EQUAL_U64(list.count, 1);
    UNIT_EQUAL_U64(list.processes[0].pid, 701);
    vmt_live_list_free(&list);
    CU_ASSERT(weaver->region_count == 8);
    end_mac();
}

/* --- the machine ------------------------------------------------------------------------------ */

static void set_host(void)
{
    kernel.host = (struct vmt_mach_host){
        .known = VMT_MACH_HAS_STATISTICS | VMT_MACH_HAS_EVENTS_1 | VMT_MACH_HAS_MEMORY |
                 VMT_MACH_HAS_SWAP | VMT_MACH_HAS_PRESSURE | VMT_MACH_HAS_FREE_PERCENT |
                 VMT_MACH_HAS_PAGE_SIZE,
        .page_size = 16384,
        .memory = UINT64_C(1) << 34,
        .free = 1000,
        .speculative = 300,
        .active = 5000,
        .inactive = 4000,
        .wired = 2000,
        .throttled = 7,
        .purgeable = 50,
        .external = 3000,
        .internal = 6300,
        .compressor = 800,
        .uncompressed = 2400,
        .faults = UINT64_C(5000000000),
        .swapouts = 9,
        .swap_total = 2048,
        .swap_available = 1024,
        .swap_used = 1024,
        .swap_encrypted = true,
        .pressure = 2,
        .free_percent = 41,
    };
}

static void expect_value(const struct vmt_host *host, enum vmt_host_quantity quantity,
                         uint64_t expected)
{
    const struct vmt_sample *sample = vmt_sequence_last(&host->samples);
    for (uint32_t i = 0; i < sample->count; i++) {
        const struct vmt_host_value value = vmt_sample_value(sample, i);
        if (value.quantity == quantity) {
            CU_ASSERT(!value.pages);
            UNIT_EQUAL_U64(value.reading.value, expected);
            return;
        }
    }
    CU_FAIL("it is not stated");
}

static void test_mach__machine(void)
{
    begin_kernel();
    set_host();
    open_kernel(false, VMT_SOURCE_BEST, 0);
    read_host();
    CU_ASSERT_FATAL(reading.status == VMT_OK);
    expect_records(0, 1, 1);
    const struct vmt_host *host = vmt_sequence_last(&reading.snapshot.hosts);
    UNIT_EQUAL_STR(host->grammar, "darwin-mach");
    UNIT_EQUAL_STR(text_of(host->os), "macOS 14.5 (23F79)");
    CU_ASSERT(host->captured_at != NULL);
    const struct vmt_sample *sample = vmt_sequence_last(&host->samples);
    CU_ASSERT(sample->since_boot);
    UNIT_EQUAL_U64(sample->count, 30);
    expect_value(host, VMT_HOST_PAGE_SIZE, 16384);
    expect_value(host, VMT_HOST_TOTAL, UINT64_C(1) << 34);
    expect_value(host, VMT_HOST_FREE, 700 * PAGE); /* as vm_stat prints it */
    expect_value(host, VMT_HOST_SPECULATIVE, 300 * PAGE);
    expect_value(host, VMT_HOST_COMPRESSOR_STORED, 2400 * PAGE);
    expect_value(host, VMT_HOST_COMPRESSOR_OCCUPIED, 800 * PAGE);
    expect_value(host, VMT_HOST_FAULTS, UINT64_C(5000000000));
    expect_value(host, VMT_HOST_SWAPOUTS, 9);
    expect_value(host, VMT_HOST_SWAP_ENCRYPTED, 1);
    expect_value(host, VMT_HOST_PRESSURE_LEVEL, 2);
    expect_value(host, VMT_HOST_FREE_PERMILLE, 410);
    end_mac();
}

static void test_mach__machine_in_part(void)
{
    begin_kernel();
    set_host();
    kernel.host.known = VMT_MACH_HAS_STATISTICS;
    open_kernel(false, VMT_SOURCE_BEST, 0);
    read_host();
    CU_ASSERT_FATAL(reading.status == VMT_OK);
    const struct vmt_host *host = vmt_sequence_last(&reading.snapshot.hosts);
    const struct vmt_sample *sample = vmt_sequence_last(&host->samples);
    UNIT_EQUAL_U64(sample->count, 13);
    const struct vmt_host_value first = vmt_sample_value(sample, 0);
    CU_ASSERT(first.pages && first.reading.value == 700);
    kernel.host.known = 0;
    read_host();
    CU_ASSERT(reading.status == VMT_E_IO);
    UNIT_EQUAL_STR(reading.err.message, "host_statistics64 failed with code 5");
    end_mac();
}

/* The tools know more of it. */
static void test_mach__machine_by_tools(void)
{
    begin_kernel();
    set_host();
    open_kernel(true, VMT_SOURCE_BEST, 0);
    read_host();
    CU_ASSERT(reading.status == VMT_OK);
    expect_records(0, 3, 3);
    mac.live.options.source = VMT_SOURCE_MACH;
    read_host();
    expect_records(0, 4, 4);
    end_mac();
}

static void test_mach__machine_without_tools(void)
{
    begin_kernel();
    set_host();
    mac.vm_stat[0] = mac.memory_pressure[0] = mac.sysctl[0] = "/nowhere/tool";
    open_kernel(true, VMT_SOURCE_BEST, 0);
    read_host();
    CU_ASSERT(reading.status == VMT_OK);
    expect_records(0, 1, 1);
    const struct vmt_host *host = vmt_sequence_last(&reading.snapshot.hosts);
    UNIT_EQUAL_STR(host->grammar, "darwin-mach");
    UNIT_EQUAL_U64(vmt_notes_count(&host->notes, VMT_NOTE_SOURCE), 1);
    UNIT_EQUAL_STR(host->notes.last[VMT_NOTE_SOURCE]->text->data, "there is no /nowhere/tool");
    end_mac();
}

/* --- memory ----------------------------------------------------------------------------------- */

/* By each way: one's own task is walked here. */
static void expect_no_memory(uint32_t own)
{
    struct counting counting = {.all_after = false};
    const struct vmt_allocator allocator = {counting_allocate, counting_release, &counting};
    begin_kernel();
    add_weaver();
    set_host();
    end_reading();
    kernel.machine.pid = own;
    bool refused = true;
    for (uint64_t refuse = 1; refused; refuse++) {
        struct vmt_process *process = NULL;
        struct vmt_live_list list = {.count = 0};
        const struct vmt_live_options options = {.mach = &fake_kernel};
        counting = (struct counting){.refuse = refuse};
        begin_reading_with(&allocator);
        enum vmt_status status = vmt_live_open(&mac.live, &options, &allocator, &reading.err);
        if (status == VMT_OK) {
            status = vmt_live_list(&list, &mac.live, true, &reading.err);
        }
        if (status == VMT_OK) {
            status = vmt_live_read(&process, &reading.snapshot, &reading.context, &mac.live,
                                   &list.processes[0], VMT_READ_ALL, &reading.err);
        }
        if (status == VMT_OK) {
            status =
                vmt_live_read_host(&reading.snapshot, &reading.context, &mac.live, &reading.err);
        }
        CU_ASSERT(status == (counting.refused ? VMT_E_NOMEM : VMT_OK));
        if (list.arena.allocator != NULL) {
            vmt_live_list_free(&list);
        }
        refused = counting.refused;
        end_mac();
        UNIT_EQUAL_U64(counting.live, 0);
    }
}

static void test_mach__without_memory(void)
{
    expect_no_memory(700);
    expect_no_memory(42);
}

static const struct unit_test tests[] = {
    {"mach__list", test_mach__list},
    {"mach__list_by_name", test_mach__list_by_name},
    {"mach__list_by_descent", test_mach__list_by_descent},
    {"mach__read_a_list", test_mach__read_a_list},
    {"mach__machine", test_mach__machine},
    {"mach__machine_in_part", test_mach__machine_in_part},
    {"mach__machine_by_tools", test_mach__machine_by_tools},
    {"mach__machine_without_tools", test_mach__machine_without_tools},
    {"mach__without_memory", test_mach__without_memory},
};

int main(int argc, char **argv)
{
    find_descriptors(found);
    return UNIT_MAIN("test_mach_live", tests, argc, argv);
}
