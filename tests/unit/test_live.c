/* SPDX-License-Identifier: MIT */
/* Which processes a tree of /proc has, and which of them are meant. */
#include "config.h"

#include "base/sequence.h"
#include "collect/collect.h"
#include "grammar/linux_stat.h"
#include "tree.h"

/* --- /proc/PID/stat ------------------------------------------------------------------------------
 */

#define STAT_BEGIN "4101 ("
#define STAT_END                                                                      \
    ") S 17 4101 4101 0 -1 4194560 90 0 1 0 12 3 0 0 20 0 3 0 8812345 52432896 4551 " \
    "18446744073709551615 1 1 0\n"

static struct vmt_linux_stat stat_of(const char *text)
{
    struct vmt_linux_stat stat;
    CU_ASSERT(vmt_linux_stat_read(&stat, vmt_slice(text)));
    return stat;
}

static void test_stat__fields(void)
{
    struct vmt_linux_stat stat = stat_of(STAT_BEGIN "ledgerd" STAT_END);
    UNIT_EQUAL_U64(stat.pid, 4101);
    CU_ASSERT(vmt_slice_equals(stat.name, vmt_slice("ledgerd")));
    UNIT_EQUAL_U64((unsigned char)stat.state, 'S');
    UNIT_EQUAL_U64(stat.parent, 17);
    UNIT_EQUAL_U64(stat.start, 8812345);
    CU_ASSERT(!stat.kernel_thread);
    CU_ASSERT(!stat.ended);
    /* 69238880 is 0x04208060: PF_KTHREAD is 0x00200000. */
    stat = stat_of("2 (kthreadd) S 0 0 0 0 -1 69238880 0 0 0 0 0 1 0 0 20 0 1 0 5 0 0 0\n");
    CU_ASSERT(stat.kernel_thread);
    UNIT_EQUAL_U64(stat.parent, 0);
    stat = stat_of("9 (gone) Z 1 9 9 0 -1 4227084 0 0 0 0 0 1 0 0 20 0 1 0 77 0 0 0\n");
    CU_ASSERT(stat.ended);
    /* PF_EXITING, 4, before it is a zombie. */
    stat = stat_of("9 (going) R 1 9 9 0 -1 4 0 0 0 0 0 1 0 0 20 0 1 0 77 0 0 0\n");
    CU_ASSERT(stat.ended);
}

static void test_stat__any_name(void)
{
    static const char *const names[] = {"",         " ",       ") (",     "a) S 1 2 (b", "(",
                                        ")",        "))",      "((",      "two\nlines",  "\t",
                                        "12 (x) R", ") Z 99 ", "\xff\x01"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char text[256];
        snprintf(text, sizeof text, "%s%s%s", STAT_BEGIN, names[i], STAT_END);
        struct vmt_linux_stat stat = stat_of(text);
        CU_ASSERT(vmt_slice_equals(stat.name, vmt_slice(names[i])));
        UNIT_EQUAL_U64(stat.pid, 4101);
        UNIT_EQUAL_U64(stat.parent, 17);
        UNIT_EQUAL_U64(stat.start, 8812345);
    }
}

/* Cut anywhere it is no such line, or says the same. */
static void test_stat__cut_anywhere(void)
{
    static const char text[] = STAT_BEGIN "a) (b" STAT_END;
    size_t read = 0;
    for (size_t length = 0; length < sizeof text; length++) {
        struct vmt_linux_stat stat;
        char *copy = malloc(length + 1); /* a checking build sees what is read behind it */
        CU_ASSERT_FATAL(copy != NULL);
        memcpy(copy, text, length);
        if (vmt_linux_stat_read(&stat, (struct vmt_slice){copy, length})) {
            read++;
            UNIT_EQUAL_U64(stat.pid, 4101);
            CU_ASSERT(vmt_slice_equals(stat.name, vmt_slice("a) (b")));
            UNIT_EQUAL_U64(stat.parent, 17);
            UNIT_EQUAL_U64(stat.start, 8812345);
        }
        free(copy);
    }
    /* What stands behind "8812345": 53 bytes. */
    UNIT_EQUAL_U64(read, sizeof " 52432896 4551 18446744073709551615 1 1 0\n" - 1);
}

static void test_stat__no_such_line(void)
{
    static const char *const texts[] = {
        "",
        "\n",
        "4101",
        "4101 ()",
        "4101 (x",
        "4101 x) S 1",
        "(x) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5 0 0\n",
        "-1 (x) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5 0 0\n",
        "4101 (x) SS 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5 0 0\n",
        "4101 (x) S one 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5 0 0\n",
        "4101 (x) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 99999999999999999999 0 0\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct vmt_linux_stat stat;
        CU_ASSERT(!vmt_linux_stat_read(&stat, vmt_slice(texts[i])));
    }
}

static void test_key__of_a_line(void)
{
    static const char text[] = "cpu  1 2 3\nbtimes 4\nxbtime 5\n btime 6\nUid:\t10\t20\t30\t40\n"
                               "none\nbtime 77";
    uint64_t value = 0;
    CU_ASSERT(vmt_linux_key_read(&value, vmt_slice("btime 12\nbtime 13\n"), "btime", 0));
    UNIT_EQUAL_U64(value, 12);
    CU_ASSERT(vmt_linux_key_read(&value, vmt_slice(text), "Uid:", 1));
    UNIT_EQUAL_U64(value, 20);
    CU_ASSERT(vmt_linux_key_read(&value, vmt_slice(text), "cpu", 2));
    UNIT_EQUAL_U64(value, 3);
    CU_ASSERT(!vmt_linux_key_read(&value, vmt_slice(text), "cpu", 3));
    CU_ASSERT(!vmt_linux_key_read(&value, vmt_slice(text), "none", 0));
    CU_ASSERT(!vmt_linux_key_read(&value, vmt_slice(text), "absent", 0));
    CU_ASSERT(!vmt_linux_key_read(&value, vmt_slice(""), "cpu", 0));
    CU_ASSERT(vmt_linux_key_read(&value, vmt_slice("none\nbtime 77"), "btime", 0));
    UNIT_EQUAL_U64(value, 77);
}

/* --- sequences that are cut ----------------------------------------------------------------------
 */

static void check_sequence(const struct vmt_sequence *sequence, size_t count)
{
    struct vmt_walker walker = {0};
    const size_t *record = NULL;
    size_t seen = 0;
    while ((record = vmt_sequence_next(sequence, &walker)) != NULL) {
        if (*record != seen) {
            UNIT_EQUAL_U64(*record, seen);
        }
        seen++;
    }
    UNIT_EQUAL_U64(sequence->count, count);
    UNIT_EQUAL_U64(seen, count);
    const size_t *last = vmt_sequence_last(sequence);
    CU_ASSERT(count == 0 ? last == NULL : last != NULL && *last == count - 1);
}

static void fill_sequence(struct vmt_sequence *sequence, size_t count)
{
    for (size_t i = sequence->count; i < count; i++) {
        size_t *record = vmt_sequence_add(sequence);
        CU_ASSERT_FATAL(record != NULL);
        CU_ASSERT_FATAL(*record == 0); /* a new record is zeroed, where one was before, too */
        *record = i;
    }
}

static void test_sequence__cut(void)
{
    /* Blocks end behind 8, 24, 56, 120, 248, 504 and 1016 records. */
    static const size_t counts[] = {0, 1, 7, 8, 9, 23, 24, 25, 120, 121, 1016, 1017, 1500};
    const size_t most = sizeof counts / sizeof counts[0];
    for (size_t from = 0; from < most; from++) {
        for (size_t to = 0; to < most; to++) {
            struct vmt_arena arena;
            struct vmt_sequence sequence;
            vmt_arena_init(&arena, &vmt_allocator_system, (size_t)1 << 20);
            vmt_sequence_init(&sequence, &arena, sizeof(size_t));
            fill_sequence(&sequence, counts[from]);
            vmt_sequence_cut(&sequence, counts[to]);
            check_sequence(&sequence, counts[to] < counts[from] ? counts[to] : counts[from]);
            fill_sequence(&sequence, 1600);
            check_sequence(&sequence, 1600);
            vmt_arena_free(&arena);
        }
    }
}

/* --- files of a directory ------------------------------------------------------------------------
 */

static enum vmt_status slurp(const char *file, char *buffer, size_t size, struct vmt_slice *text)
{
    struct vmt_error err = VMT_ERROR_INIT;
    int directory = vmt_directory_open(tree, &err);
    CU_ASSERT_FATAL(directory >= 0);
    enum vmt_status status = vmt_file_slurp_at(text, buffer, size, directory, file, "name", &err);
    CU_ASSERT(status == err.status);
    close(directory);
    return status;
}

static void test_open_at__never_waits_nor_follows(void)
{
    char buffer[16];
    struct vmt_slice text;
    make_tree();
    put("file", "0123456789abcdef and more");
    put("empty", "");
    put("directory/file", "");
    CU_ASSERT_FATAL(mkfifo(path_of("pipe"), 0600) == 0);
    CU_ASSERT_FATAL(symlink("file", path_of("link")) == 0);
    CU_ASSERT_FATAL(symlink("nowhere", path_of("broken")) == 0);
    alarm(20); /* ends a test that waits */
    UNIT_EQUAL_I64(slurp("file", buffer, sizeof buffer, &text), VMT_OK);
    CU_ASSERT(vmt_slice_equals(text, vmt_slice("0123456789abcdef")));
    UNIT_EQUAL_I64(slurp("empty", buffer, sizeof buffer, &text), VMT_OK);
    UNIT_EQUAL_U64(text.length, 0);
    UNIT_EQUAL_I64(slurp("pipe", buffer, sizeof buffer, &text), VMT_E_IO);
    int writer = open(path_of("pipe"), O_RDWR); /* one that writes nothing */
    CU_ASSERT_FATAL(writer >= 0);
    UNIT_EQUAL_I64(slurp("pipe", buffer, sizeof buffer, &text), VMT_E_IO);
    close(writer);
    UNIT_EQUAL_I64(slurp("link", buffer, sizeof buffer, &text), VMT_E_IO);
    UNIT_EQUAL_I64(slurp("broken", buffer, sizeof buffer, &text), VMT_E_IO);
    UNIT_EQUAL_I64(slurp("directory", buffer, sizeof buffer, &text), VMT_E_IO);
    UNIT_EQUAL_I64(slurp("/dev/zero", buffer, sizeof buffer, &text), VMT_E_IO);
    UNIT_EQUAL_I64(slurp("absent", buffer, sizeof buffer, &text), VMT_E_IO);
    alarm(0);
    remove_tree();
}

static void test_file__is_there_until_it_is_emptied(void)
{
    struct vmt_error err = VMT_ERROR_INIT;
    struct vmt_file_input input;
    make_tree();
    put("file", "text");
    CU_ASSERT_FATAL(vmt_file_open(&input, path_of("file"), &err) == VMT_OK);
    CU_ASSERT(vmt_file_is_there(&input));
    put("file", "");
    CU_ASSERT(!vmt_file_is_there(&input));
    vmt_file_close(&input);
    remove_tree();
}

/* --- trees ---------------------------------------------------------------------------------------
 */

static bool is_tree(void)
{
    return vmt_live_is_tree(tree, &vmt_allocator_system);
}

static void test_tree__is_known_by_its_files(void)
{
    make_tree();
    CU_ASSERT(!is_tree());
    put("1/vmmap.txt", "a capture");
    put("2/vmmap.txt", "another");
    put("meminfo", "MemTotal: 1 kB\n");
    CU_ASSERT(!is_tree()); /* a directory of dumps */
    put("stat", "cpu 1\n");
    CU_ASSERT(is_tree()); /* a machine's */
    remove_tree();

    make_tree();
    put("proc/12/smaps", "");
    CU_ASSERT(is_tree());
    remove_tree();

    make_tree();
    put("11/environ", ""); /* what was there of it was denied */
    CU_ASSERT(!is_tree());
    put("12/status", "");
    CU_ASSERT(is_tree()); /* a /proc itself */
    put("proc", "a file of that name changes nothing");
    CU_ASSERT(is_tree());
    remove_tree();

    make_tree();
    put("012/status", "");
    put("x12/status", "");
    put("-12/status", "");
    CU_ASSERT(!is_tree()); /* no numbers that a kernel writes */
    CU_ASSERT_FATAL(symlink("x12", path_of("12")) == 0);
    put("else/proc/1/status", "");
    CU_ASSERT(!vmt_live_is_tree(path_of("absent"), &vmt_allocator_system));
    remove_tree();
}

static void test_tree__what_time_it_is(void)
{
    static const char head[] = {'c', 'p', 'u', ' ', '1', '\n', 'i', 'n', 't', 'r', ' '};
    static char text[20000];
    make_tree();
    /* The number stands across the end of what is read at first, 8192 bytes. */
    memset(text, '0', sizeof text);
    text[sizeof text - 1] = '\0';
    memcpy(text, head, sizeof head);
    snprintf(text + 8192 - 13, 100, "\nbtime 1700000000\nprocesses 1\n");
    put("proc/stat", text);
    put("proc/uptime", "3661.25 100.00\n");
    put("proc/sys/kernel/osrelease", "6.1.0-test\n");
    open_tree();
    UNIT_EQUAL_U64(live.boot, 1700000000);
    UNIT_EQUAL_STR(live.system, "Linux 6.1.0-test");
    /* 1700000000 is 2023-11-14T22:13:20Z; an hour, a minute and a second later. */
    UNIT_EQUAL_STR(live.now, "2023-11-14T23:14:21Z");
    end_tree();

    make_tree();
    put("proc/1/status", "");
    open_tree();
    UNIT_EQUAL_U64(live.boot, 0);
    CU_ASSERT(live.system == NULL);
    UNIT_EQUAL_STR(live.now, "");
    CU_ASSERT(!live.running);
    end_tree();
}

static void test_tree__there_is_none(void)
{
    const struct vmt_live_options options = {.root = "/no/such/directory"};
    struct vmt_error err = VMT_ERROR_INIT;
    UNIT_EQUAL_I64(vmt_live_open(&live, &options, &vmt_allocator_system, &err), VMT_E_IO);
    vmt_live_close(&live);
}

static void test_tree__without_evidence_is_named(void)
{
    make_tree();
    put("meminfo", "");
    put("stat", "");
    begin_reading();
    UNIT_EQUAL_I64(vmt_collect(&reading.snapshot, &reading.context, tree, &reading.err),
                   VMT_E_NOCAPTURE);
    UNIT_EQUAL_STR(reading.err.place.source, tree);
    end_reading();
    remove_tree();
}

/* --- which of its processes ----------------------------------------------------------------------
 */

static void test_list__ascending_and_complete(void)
{
    make_tree();
    put_process(10, "ten", 2);
    put_process(2, "two ) (", 0);
    put_stat(3, "kworker/0:1", 'I', 2, 2097152, 5);
    put_stat(4, "dead", 'Z', 2, 0, 6);
    put("proc/5/status", "Name:\tfive\nUid:\t7\t8\t9\t10\n"); /* of which less is known */
    put("proc/six/status", "Name:\tsix\n");
    put("proc/7", "a file\n");
    list_tree();
    UNIT_EQUAL_STR(listed(), "2 3 4 5 7 10");
    const struct vmt_live_process *of = list.processes;
    CU_ASSERT(vmt_slice_equals(of[0].name, vmt_slice("two ) (")));
    UNIT_EQUAL_U64(of[0].start, 20);
    CU_ASSERT(of[0].known);
    CU_ASSERT(!of[0].user_known);
    CU_ASSERT(of[1].kernel_thread);
    CU_ASSERT(of[2].zombie);
    CU_ASSERT(!of[3].known);
    CU_ASSERT(of[3].user_known);
    UNIT_EQUAL_U64(of[3].user, 8);
    UNIT_EQUAL_U64(of[5].parent, 2);
    CU_ASSERT(!list.hidden);
    UNIT_EQUAL_U64(list.vanished, 0);
    vmt_live_keep_owners(&list);
    UNIT_EQUAL_STR(listed(), "2 5 7 10");
    UNIT_EQUAL_U64(list.kernel_threads, 1);
    UNIT_EQUAL_U64(list.zombies, 1);
    end_tree();
}

static const char *named(const char *name)
{
    list_tree();
    vmt_live_keep_named(&list, vmt_slice(name));
    const char *text = listed();
    close_tree();
    return text;
}

static void test_named__exactly_or_in_part(void)
{
    make_tree();
    put_process(1, "ledger", 0);
    put_process(2, "ledgerd", 1);
    put_process(3, "ledgerd", 1);
    put_process(4, "a-long-name-cut", 1); /* 15 bytes of more */
    put_process(5, "", 1);
    UNIT_EQUAL_STR(named("ledger"), "1");
    UNIT_EQUAL_STR(named("ledgerd"), "2 3");
    UNIT_EQUAL_STR(named("edg"), "1 2 3");
    UNIT_EQUAL_STR(named("LEDGER"), "1 2 3");
    UNIT_EQUAL_STR(named("a-long-name-cut-by-the-kernel"), "4");
    UNIT_EQUAL_STR(named("a-long-name-cut"), "4");
    UNIT_EQUAL_STR(named("a-long-name-cu"), "4");
    UNIT_EQUAL_STR(named("a-long-name-other"), "");
    UNIT_EQUAL_STR(named("ledgerdd"), "");
    remove_tree();
}

static const char *tree_of(uint64_t pid)
{
    list_tree();
    CU_ASSERT(vmt_live_keep_tree(&list, pid, &reading.err) == VMT_OK);
    const char *text = listed();
    close_tree();
    return text;
}

/* Each process the child of the one before it; deeper than any tree of real ones. */
static void test_tree_of__deep(void)
{
    static struct vmt_live_process processes[200000];
    const size_t count = sizeof processes / sizeof processes[0];
    for (size_t i = 0; i < count; i++) {
        processes[i] = (struct vmt_live_process){.pid = i + 1, .parent = i, .known = true};
    }
    struct vmt_error err = VMT_ERROR_INIT;
    struct vmt_live_list deep = {.processes = processes, .count = count};
    vmt_arena_init(&deep.arena, &vmt_allocator_system, (size_t)16 << 20);
    CU_ASSERT(vmt_live_keep_tree(&deep, 2, &err) == VMT_OK);
    UNIT_EQUAL_U64(deep.count, count - 1);
    UNIT_EQUAL_U64(processes[deep.count - 1].pid, count);
    CU_ASSERT(vmt_live_keep_tree(&deep, count, &err) == VMT_OK);
    UNIT_EQUAL_U64(deep.count, 1);
    vmt_live_list_free(&deep);
}

static void test_tree_of__those_that_descend(void)
{
    make_tree();
    put_process(1, "first", 0);
    put_process(5, "child", 1);
    put_process(3, "grandchild", 5); /* numbers come round */
    put_process(9, "other", 1);
    put_process(11, "circle", 13);
    put_process(12, "circle", 11);
    put_process(13, "circle", 12);
    put_process(14, "itself", 14);
    put_process(15, "orphan", 99);
    put("proc/16/status", ""); /* whose parent is not known */
    UNIT_EQUAL_STR(tree_of(1), "1 3 5 9");
    UNIT_EQUAL_STR(tree_of(5), "3 5");
    UNIT_EQUAL_STR(tree_of(3), "3");
    UNIT_EQUAL_STR(tree_of(12), "11 12 13");
    UNIT_EQUAL_STR(tree_of(14), "14");
    UNIT_EQUAL_STR(tree_of(99), "");
    UNIT_EQUAL_STR(tree_of(0), "");
    remove_tree();
}

static void test_user__effective(void)
{
    make_tree();
    put_process(1, "a", 0);
    put("proc/1/status", "Name:\ta\nUid:\t0\t1000\t0\t0\n");
    put_process(2, "b", 0);
    put("proc/2/status", "Name:\tb\nUid:\t1000\t0\t1000\t1000\n");
    put_process(3, "c", 0); /* whose it is is not known: nobody's */
    list_tree();
    vmt_live_keep_user(&list, 1000);
    UNIT_EQUAL_STR(listed(), "1");
    close_tree();
    list_tree();
    vmt_live_keep_user(&list, 0);
    UNIT_EQUAL_STR(listed(), "2");
    end_tree();
}

static const char *in_cgroup(const char *path)
{
    list_tree();
    vmt_live_keep_cgroup(&list, &live, vmt_slice(path));
    const char *text = listed();
    close_tree();
    return text;
}

static void test_cgroup__and_those_below(void)
{
    make_tree();
    put_process(1, "a", 0);
    put("proc/1/cgroup", "0::/system.slice/app.service\n");
    put_process(2, "b", 0);
    put("proc/2/cgroup", "0::/system.slice/app.service/inner");
    put_process(3, "c", 0);
    put("proc/3/cgroup", "0::/system.slice/app.services\n");
    put_process(4, "d", 0); /* version 1: a line for each hierarchy */
    put("proc/4/cgroup", "9:name=systemd:/\n4:cpu,cpuacct:/other\n2:memory:/system.slice/x:y\n");
    put_process(5, "e", 0);
    put("proc/5/cgroup", "no line of one\n:\n\n0::/");
    put_process(6, "f", 0); /* of which nothing is known */
    UNIT_EQUAL_STR(in_cgroup("/system.slice/app.service"), "1 2");
    UNIT_EQUAL_STR(in_cgroup("/system.slice/app.service/"), "1 2");
    UNIT_EQUAL_STR(in_cgroup("/system.slice"), "1 2 3 4");
    UNIT_EQUAL_STR(in_cgroup("/system"), "");
    UNIT_EQUAL_STR(in_cgroup("/system.slice/x:y"), "4");
    UNIT_EQUAL_STR(in_cgroup("/other"), "4");
    UNIT_EQUAL_STR(in_cgroup("/"), "1 2 3 4 5");
    remove_tree();
}

static void test_find__one(void)
{
    struct vmt_live_process process;
    struct vmt_error err = VMT_ERROR_INIT;
    make_tree();
    put_process(5, "five", 1);
    open_tree();
    CU_ASSERT(vmt_live_find(&process, &live, 5, false, &live.arena, &err) == VMT_OK);
    UNIT_EQUAL_U64(process.pid, 5);
    UNIT_EQUAL_U64(process.start, 50);
    CU_ASSERT(vmt_slice_equals(process.name, vmt_slice("five")));
    UNIT_EQUAL_I64(vmt_live_find(&process, &live, 6, false, &live.arena, &err), VMT_E_IO);
    CU_ASSERT(vmt_live_has_ended(&err));
    end_tree();
}

static const struct unit_test tests[] = {
    {"cgroup__and_those_below", test_cgroup__and_those_below},
    {"file__is_there_until_it_is_emptied", test_file__is_there_until_it_is_emptied},
    {"find__one", test_find__one},
    {"key__of_a_line", test_key__of_a_line},
    {"list__ascending_and_complete", test_list__ascending_and_complete},
    {"named__exactly_or_in_part", test_named__exactly_or_in_part},
    {"open_at__never_waits_nor_follows", test_open_at__never_waits_nor_follows},
    {"sequence__cut", test_sequence__cut},
    {"stat__any_name", test_stat__any_name},
    {"stat__cut_anywhere", test_stat__cut_anywhere},
    {"stat__fields", test_stat__fields},
    {"stat__no_such_line", test_stat__no_such_line},
    {"tree__is_known_by_its_files", test_tree__is_known_by_its_files},
    {"tree__there_is_none", test_tree__there_is_none},
    {"tree__what_time_it_is", test_tree__what_time_it_is},
    {"tree__without_evidence_is_named", test_tree__without_evidence_is_named},
    {"tree_of__those_that_descend", test_tree_of__those_that_descend},
    {"tree_of__deep", test_tree_of__deep},
    {"user__effective", test_user__effective},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_live", tests, argc, argv);
}
