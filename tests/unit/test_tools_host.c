/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/system.h"

#include "mac.h"

#define LIMIT ((size_t)64 << 20)

/* --- the machine ------------------------------------------------------------------------------ */

static uint64_t stated(const struct vmt_state *state, enum vmt_host_quantity quantity)
{
    for (size_t i = 0; i < state->part_count; i++) {
        if (has_value(state->parts[i].sample, quantity)) {
            return value_of(state->parts[i].sample, quantity).reading.value;
        }
    }
    CU_FAIL_FATAL("not stated");
    return 0;
}

static void test_tools__the_machine_is_one_sample(void)
{
    struct vmt_system system;
    struct vmt_walker hosts = {0};
    struct vmt_system_walker states = {0};
    struct vmt_state state;
    begin_mac();
    open_mac(0, 0);
    read_host();
    CU_ASSERT_FATAL(reading.status == VMT_OK);
    expect_records(0, 3, 3);
    CU_ASSERT_FATAL(vmt_system_make(&system, &reading.snapshot, &vmt_allocator_system, LIMIT,
                                    &reading.err) == VMT_OK);
    UNIT_EQUAL_U64(system.hosts.count, 1);
    const struct vmt_system_host *host = vmt_sequence_next(&system.hosts, &hosts);
    UNIT_EQUAL_U64(host->samples, 1);
    UNIT_EQUAL_U64(host->notes.sequence.count, 0);
    UNIT_EQUAL_U64(host->page_size.amount.lower, 16384);
    UNIT_EQUAL_U64(host->total.amount.lower, UINT64_C(17179869184));
    CU_ASSERT_FATAL(vmt_system_next(&system, host, &states, &state));
    UNIT_EQUAL_U64(state.part_count, 3);
    UNIT_EQUAL_U64(stated(&state, VMT_HOST_ANONYMOUS), UINT64_C(520400) * 16384); /* vm_stat */
    UNIT_EQUAL_U64(stated(&state, VMT_HOST_FREE_PERMILLE), 410);                  /* and so on */
    UNIT_EQUAL_U64(stated(&state, VMT_HOST_SWAP_USED), UINT64_C(1024) * 1048576 + 262144);
    UNIT_EQUAL_U64(stated(&state, VMT_HOST_PRESSURE_LEVEL), 2);
    CU_ASSERT(state.captured_at != NULL && state.captured_at->length == 20);
    CU_ASSERT(!vmt_system_next(&system, host, &states, &state));
    vmt_system_free(&system);
    end_mac();
}

/* A tool that gives nothing is a note, and nothing of it is left. */
static void expect_note(size_t index, const char *words)
{
    const struct vmt_input_record *input = record_at(&reading.snapshot.inputs, index);
    UNIT_EQUAL_U64(input->notes.sequence.count, 1);
    const struct vmt_note *note = record_at(&input->notes.sequence, 0);
    CU_ASSERT(note->kind == VMT_NOTE_UNREADABLE);
    CU_ASSERT(vmt_slice_ends(vmt_string_slice(note->text), words));
}

static void test_tools__the_machine_in_part(void)
{
    begin_mac();
    mac.vm_stat[3] = mac.vm_stat[2];
    mac.vm_stat[1] = "print-then";
    mac.vm_stat[3] = "killed";
    mac.vm_stat[4] = "9";
    set_tool(mac.memory_pressure, "silent", NULL, NULL);
    open_mac(SECOND / 5, 0);
    read_host();
    CU_ASSERT(reading.status == VMT_OK);
    expect_records(0, 1, 3);
    UNIT_EQUAL_STR(host_at(0)->grammar, "darwin-sysctl");
    expect_note(0, " was ended by signal 9");
    expect_note(1, " and was stopped");
    end_mac();
}

/* sysctl fails for a name that it does not know, and prints the others. */
static void test_tools__settings_in_part(void)
{
    begin_mac();
    set_tool(mac.sysctl, "say", "hw.memsize: 17179869184\n", "1");
    open_mac(0, 0);
    read_host();
    CU_ASSERT(reading.status == VMT_OK);
    expect_records(0, 3, 4);
    UNIT_EQUAL_STR(host_at(2)->grammar, "darwin-sysctl");
    CU_ASSERT(host_at(2)->captured_at != NULL);
    expect_note(3, " failed with exit code 1");
    end_mac();
}

/* Of another tool that is a failure. */
static void test_tools__the_machine_without_anything(void)
{
    begin_mac();
    set_tool(mac.vm_stat, "say", "Pages free: 1.\n", "1");
    set_tool(mac.memory_pressure, "say", "The system has no words.\n", "0");
    mac.sysctl[0] = "/nowhere/sysctl";
    open_mac(0, 0);
    read_host();
    CU_ASSERT(reading.status == VMT_E_IO);
    CU_ASSERT(
        vmt_slice_ends(vmt_slice(reading.err.message), " failed with exit code 1")); /* the first */
    expect_records(0, 0, 0);
    end_mac();
}

static void test_tools__the_machine_floods(void)
{
    begin_mac();
    set_tool(mac.vm_stat, "flood", "output", NULL);
    open_mac(0, 0);
    read_host();
    CU_ASSERT(reading.status == VMT_OK);
    expect_records(0, 2, 3);
    expect_note(0, " and was stopped");
    end_mac();
}

/* --- memory that is refused ------------------------------------------------------------------- */

struct counting {
    uint64_t made;
    uint64_t refuse; /* the number of the one that is refused, from 1 */
    uint64_t live;
    bool failed;
};

static void *counting_allocate(void *self, size_t size)
{
    struct counting *counting = self;
    if (++counting->made == counting->refuse) {
        return NULL;
    }
    void *memory = malloc(size);
    counting->live += memory == NULL ? 0 : 1;
    return memory;
}

static void counting_release(void *self, void *memory)
{
    struct counting *counting = self;
    counting->live -= memory == NULL ? 0 : 1;
    free(memory);
}

/* What is refused is nothing that a tool did: it is the failure, and no tool is left. */
static void read_counted(struct counting *counting)
{
    char path[1000];
    const struct vmt_allocator allocator = {counting_allocate, counting_release, counting};
    begin_mac();
    end_reading();
    begin_reading_with(&allocator);
    set_tool(mac.vmmap, "print", fixture(path, "darwin-vmmap/ok-fragment-rows.txt"), NULL);
    set_tool(mac.sysctl, "say", "hw.memsize: 17179869184\n", "1");
    open_mac(0, 0);
    read_pid(902);
    if (reading.status == VMT_OK) {
        read_host();
    }
    /* Without memory for its machine code a pattern is slower, and that is all. */
    CU_ASSERT(reading.status == VMT_OK || (reading.status == VMT_E_NOMEM && counting->refuse > 0));
    counting->failed = reading.status != VMT_OK;
    CU_ASSERT(reading.err.status == reading.status);
    end_mac();
    UNIT_EQUAL_U64(counting->live, 0);
}

static void test_tools__every_refusal_of_memory(void)
{
    struct counting counting = {.refuse = 0};
    read_counted(&counting);
    uint64_t most = counting.made;
    CU_ASSERT(most > 10);
    uint64_t failed = 0;
    for (uint64_t refuse = 1; refuse <= most; refuse++) {
        counting = (struct counting){.refuse = refuse};
        read_counted(&counting);
        failed += counting.failed ? 1 : 0;
    }
    CU_ASSERT(failed > most / 2);
}

static const struct unit_test tests[] = {
    {"tools__the_machine_is_one_sample", test_tools__the_machine_is_one_sample},
    {"tools__the_machine_in_part", test_tools__the_machine_in_part},
    {"tools__settings_in_part", test_tools__settings_in_part},
    {"tools__the_machine_without_anything", test_tools__the_machine_without_anything},
    {"tools__the_machine_floods", test_tools__the_machine_floods},
    {"tools__every_refusal_of_memory", test_tools__every_refusal_of_memory},
};

int main(int argc, char **argv)
{
    find_descriptors(found);
    return UNIT_MAIN("test_tools_host", tests, argc, argv);
}
