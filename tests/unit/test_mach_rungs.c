/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "weaver.h"

/* --- from one source to the next -------------------------------------------------------------- */

static void test_mach__vmmap_first(void)
{
    begin_kernel();
    add_subject(902, 1, "Weaver");
    open_kernel(true, VMT_SOURCE_BEST, 0);
    const struct vmt_process *process = read_alone(902);
    CU_ASSERT_FATAL(process != NULL);
    UNIT_EQUAL_STR(process->grammar, "darwin-vmmap");
    UNIT_EQUAL_U64(process->notes.sequence.count, 0);
    end_mac();
}

/* It would be halted. */
static void test_mach__no_vmmap_for_one_of_many(void)
{
    begin_kernel();
    add_weaver();
    set_tool(mac.vmmap, "killed", "9", NULL);
    open_kernel(true, VMT_SOURCE_BEST, 0);
    const struct vmt_process *process = read_as(700, VMT_READ_ALL);
    CU_ASSERT_FATAL(process != NULL);
    UNIT_EQUAL_STR(text_of(process->input), "proc_pidinfo 700");
    UNIT_EQUAL_U64(process->notes.sequence.count, 0);
    process = read_as(700, VMT_READ_STATUS);
    CU_ASSERT_FATAL(process != NULL);
    UNIT_EQUAL_STR(text_of(process->input), "proc_pid_rusage 700");
    UNIT_EQUAL_U64(process->regions.count, 0);
    expect_weaver(process);
    UNIT_EQUAL_U64(process->whole.of[VMT_RESIDENT].value, 400 * PAGE);
    end_mac();
}

static void test_mach__vmmap_is_denied(void)
{
    begin_kernel();
    add_weaver();
    set_tool(mac.vmmap, "fail",
             "[fatal] unable to ask for permission to examine process; run tool using sudo, or "
             "without redirecting stdin and stderr.\n",
             NULL);
    open_kernel(true, VMT_SOURCE_BEST, 0);
    const struct vmt_process *process = read_alone(700);
    CU_ASSERT_FATAL(process != NULL);
    expect_weaver(process);
    UNIT_EQUAL_STR(text_of(process->input), "proc_pidinfo 700");
    CU_ASSERT(process->shortfall == VMT_SHORTFALL_DENIED);
    UNIT_EQUAL_U64(process->notes.sequence.count, 1);
    CU_ASSERT(vmt_slice_find(vmt_slice(note_of(process, 0)), "enable Developer Mode") <
              strlen(note_of(process, 0)));
    expect_records(1, 0, 1);
    end_mac();
}

static void test_mach__vmmap_hangs(void)
{
    begin_kernel();
    add_weaver();
    set_tool(mac.vmmap, "silent", NULL, NULL);
    open_kernel(true, VMT_SOURCE_BEST, SECOND / 5);
    const struct vmt_process *process = read_alone(700);
    CU_ASSERT_FATAL(process != NULL);
    UNIT_EQUAL_STR(text_of(process->input), "proc_pidinfo 700");
    CU_ASSERT(process->shortfall == VMT_SHORTFALL_LATE);
    CU_ASSERT(vmt_slice_ends(vmt_slice(note_of(process, 0)), "; --max-time allows it more"));
    end_mac();
}

static void expect_misdeed(enum misdeed misdeed, const char *note)
{
    begin_kernel();
    add_weaver();
    kernel.machine.user = 0;
    kernel.misdeed = misdeed;
    open_kernel(false, VMT_SOURCE_BEST, misdeed == HANGS ? SECOND / 5 : 0);
    const struct vmt_process *process = read_alone(700);
    CU_ASSERT_FATAL(process != NULL);
    UNIT_EQUAL_STR(text_of(process->input), "proc_pidinfo 700");
    UNIT_EQUAL_U64(process->regions.count, 7);
    CU_ASSERT(vmt_slice_starts(vmt_slice(note_of(process, 0)), note));
    expect_records(1, 0, 1);
    end_mac();
}

static void test_mach__the_walk_misbehaves(void)
{
    expect_misdeed(HANGS, "task_for_pid did not end within ");
    expect_misdeed(CRASHES, "task_for_pid was ended by signal 9");
    expect_misdeed(WRITES_HALF, "half of a walk came back");
    expect_misdeed(WRITES_NONSENSE, "what came back of a walk is damaged");
    expect_misdeed(WRITES_TOO_LONG, "what came back of a walk is damaged");
}

static void test_mach__all_but_totals_is_denied(void)
{
    begin_kernel();
    struct subject *weaver = add_weaver();
    deny(weaver, VMT_MACH_BY_TASK);
    deny(weaver, VMT_MACH_BY_PIDINFO);
    kernel.machine.user = 0;
    open_kernel(false, VMT_SOURCE_BEST, 0);
    const struct vmt_process *process = read_alone(700);
    CU_ASSERT_FATAL(process != NULL);
    expect_weaver(process);
    UNIT_EQUAL_STR(text_of(process->input), "proc_pid_rusage 700");
    CU_ASSERT(process->shortfall == VMT_SHORTFALL_DENIED);
    UNIT_EQUAL_U64(process->notes.sequence.count, 2);
    CU_ASSERT(vmt_slice_starts(vmt_slice(note_of(process, 0)), "task_for_pid: the system gives"));
    weaver->no_totals = (struct vmt_mach_outcome){VMT_MACH_DENIED, 1, "proc_pid_rusage"};
    process = read_alone(700);
    CU_ASSERT(process == NULL && reading.status == VMT_E_IO);
    UNIT_EQUAL_I64(reading.err.cause, EPERM);
    CU_ASSERT(vmt_slice_starts(vmt_slice(reading.err.message),
                               "process 700: task_for_pid: the system gives no access"));
    end_mac();
}

static void test_mach__ends_meanwhile(void)
{
    begin_kernel();
    add_weaver();
    kernel.reused = 700;
    open_kernel(false, VMT_SOURCE_BEST, 0);
    CU_ASSERT(read_alone(700) == NULL);
    CU_ASSERT(vmt_live_has_ended(&reading.err));
    expect_records(0, 0, 0);
    reading.err = VMT_ERROR_INIT;
    CU_ASSERT(read_alone(701) == NULL);
    CU_ASSERT(vmt_live_has_ended(&reading.err));
    end_mac();
}

static void test_mach__time_is_over(void)
{
    begin_kernel();
    add_weaver();
    open_kernel(false, VMT_SOURCE_BEST, 0);
    mac.live.options.all = 1;
    const struct vmt_process *process = read_alone(700);
    CU_ASSERT_FATAL(process != NULL);
    UNIT_EQUAL_STR(text_of(process->input), "proc_pid_rusage 700");
    CU_ASSERT(process->shortfall == VMT_SHORTFALL_LATE);
    end_mac();
}

/* --- one that is asked for -------------------------------------------------------------------- */

static void test_mach__forced(void)
{
    begin_kernel();
    struct subject *weaver = add_weaver();
    set_tool(mac.vmmap, "fail", "vmmap: no\n", NULL);
    open_kernel(true, VMT_SOURCE_MACH, 0);
    const struct vmt_process *process = read_alone(700);
    CU_ASSERT_FATAL(process != NULL);
    UNIT_EQUAL_STR(text_of(process->input), "task_for_pid 700");
    UNIT_EQUAL_U64(process->notes.sequence.count, 0);
    deny(weaver, VMT_MACH_BY_TASK);
    process = read_alone(700);
    CU_ASSERT_FATAL(process != NULL);
    UNIT_EQUAL_STR(text_of(process->input), "proc_pidinfo 700");
    reading.err = VMT_ERROR_INIT;
    mac.live.options.source = VMT_SOURCE_VMMAP;
    CU_ASSERT(read_alone(700) == NULL);
    CU_ASSERT(
        vmt_slice_ends(vmt_slice(reading.err.message), "failed with exit code 255: vmmap: no"));
    end_mac();
}

/* Which vmmap does not do. */
static void test_mach__exact(void)
{
    begin_kernel();
    struct subject *weaver = add_weaver();
    for (size_t i = 0; i < weaver->region_count; i++) {
        weaver->regions[i].known |= VMT_MACH_HAS_DISPOSITIONS;
    }
    set_tool(mac.vmmap, "killed", "9", NULL);
    open_kernel(true, VMT_SOURCE_BEST, 0);
    mac.live.options.exact = true;
    const struct vmt_process *process = read_alone(700);
    CU_ASSERT_FATAL(process != NULL);
    UNIT_EQUAL_STR(text_of(process->input), "proc_pidinfo 700");
    UNIT_EQUAL_U64(process->notes.sequence.count, 1);
    CU_ASSERT(vmt_slice_starts(vmt_slice(note_of(process, 0)), "--exact: "));
    mac.live.options.source = VMT_SOURCE_MACH;
    process = read_alone(700);
    CU_ASSERT_FATAL(process != NULL);
    UNIT_EQUAL_STR(text_of(process->input), "task_for_pid 700");
    UNIT_EQUAL_U64(process->notes.sequence.count, 0);
    weaver->regions[6].known &= ~(uint32_t)VMT_MACH_HAS_DISPOSITIONS;
    process = read_alone(700);
    CU_ASSERT_FATAL(process != NULL);
    UNIT_EQUAL_U64(process->notes.sequence.count, 1);
    UNIT_EQUAL_STR(note_of(process, 0),
                   "--exact: the kernel does not let the pages of every region be counted");
    end_mac();
}

static void test_mach__footprint(void)
{
    begin_kernel();
    add_subject(334, 1, "node");
    open_kernel(true, VMT_SOURCE_FOOTPRINT, 0);
    const struct vmt_process *process = read_as(334, VMT_READ_STATUS);
    CU_ASSERT_FATAL(process != NULL);
    UNIT_EQUAL_STR(process->grammar, "darwin-footprint");
    UNIT_EQUAL_STR(text_of(process->os), "macOS 14.5 (23F79)");
    UNIT_EQUAL_U64(process->whole.of[VMT_FOOTPRINT].value, 43700224);
    UNIT_EQUAL_U64(process->stated.count, 5);
    set_tool(mac.footprint, "print", mac.dump, NULL); /* another tool's */
    CU_ASSERT(read_as(334, VMT_READ_STATUS) == NULL);
    CU_ASSERT(vmt_slice_ends(vmt_slice(reading.err.message), " printed no report on it"));
    end_mac();
}

static void test_mach__zombie(void)
{
    begin_kernel();
    struct subject *zombie = add_subject(334, 1, "node");
    zombie->told.zombie = true;
    zombie->no_totals = (struct vmt_mach_outcome){VMT_MACH_GONE, 3, "proc_pid_rusage"};
    open_kernel(true, VMT_SOURCE_VMMAP, 0);
    CU_ASSERT(read_alone(334) == NULL);
    UNIT_EQUAL_STR(reading.err.message,
                   "process 334: a zombie: it has ended, and its memory is free");
    end_mac();
}

static void test_mach__memgraph(void)
{
    begin_kernel();
    open_kernel(true, VMT_SOURCE_BEST, 0);
    CU_ASSERT(vmt_live_read_memgraph(&reading.snapshot, &reading.context, &mac.live,
                                     "/tmp/weaver.memgraph", &reading.err) == VMT_OK);
    expect_records(1, 0, 1);
    const struct vmt_process *process = vmt_sequence_last(&reading.snapshot.processes);
    UNIT_EQUAL_STR(text_of(process->input), "/tmp/weaver.memgraph");
    UNIT_EQUAL_U64(process->read_time, 0); /* it does not run */
    set_tool(mac.vmmap, "fail", "vmmap: it is none\n", NULL);
    CU_ASSERT(vmt_live_read_memgraph(&reading.snapshot, &reading.context, &mac.live,
                                     "/tmp/weaver.memgraph", &reading.err) == VMT_E_IO);
    expect_records(1, 0, 1);
    CU_ASSERT(vmt_slice_ends(vmt_slice(reading.err.message), "vmmap: it is none"));
    end_mac();
}

/* What is saved of another system has neither. */
static void test_mach__of_a_saved_tree(void)
{
    begin_kernel();
    const struct vmt_live_options tree = {.root = getenv("VMT_FIXTURES")};
    CU_ASSERT_FATAL(vmt_live_open(&mac.live, &tree, &vmt_allocator_system, &reading.err) == VMT_OK);
    CU_ASSERT(vmt_live_read_memgraph(&reading.snapshot, &reading.context, &mac.live,
                                     "/tmp/weaver.memgraph", &reading.err) == VMT_E_IO);
    UNIT_EQUAL_I64(reading.err.cause, ENOTSUP);
    vmt_live_close(&mac.live);
    const struct vmt_live_options forced = {.root = tree.root, .source = VMT_SOURCE_MACH};
    reading.err = VMT_ERROR_INIT;
    CU_ASSERT(vmt_live_open(&mac.live, &forced, &vmt_allocator_system, &reading.err) == VMT_E_IO);
    UNIT_EQUAL_I64(reading.err.cause, ENOTSUP);
    end_mac();
}

static const struct unit_test tests[] = {
    {"mach__vmmap_first", test_mach__vmmap_first},
    {"mach__no_vmmap_for_one_of_many", test_mach__no_vmmap_for_one_of_many},
    {"mach__vmmap_is_denied", test_mach__vmmap_is_denied},
    {"mach__vmmap_hangs", test_mach__vmmap_hangs},
    {"mach__the_walk_misbehaves", test_mach__the_walk_misbehaves},
    {"mach__all_but_totals_is_denied", test_mach__all_but_totals_is_denied},
    {"mach__ends_meanwhile", test_mach__ends_meanwhile},
    {"mach__time_is_over", test_mach__time_is_over},
    {"mach__forced", test_mach__forced},
    {"mach__exact", test_mach__exact},
    {"mach__footprint", test_mach__footprint},
    {"mach__zombie", test_mach__zombie},
    {"mach__memgraph", test_mach__memgraph},
    {"mach__of_a_saved_tree", test_mach__of_a_saved_tree},
};

int main(int argc, char **argv)
{
    find_descriptors(found);
    return UNIT_MAIN("test_mach_rungs", tests, argc, argv);
}
