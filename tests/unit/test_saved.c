/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archives.h"
#include "collect/capture.h"
#include "collect/entries.h"
#include "collect/saved.h"
#include "source/archive.h"
#include "source/tree.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- saved trees in archives ------------------------------------------------------------------ */

static const char smaps[] = "00400000-00402000 r-xp 00000000 08:01 42                   /bin/ant\n"
                            "Size:                  8 kB\n"
                            "Rss:                   8 kB\n"
                            "Pss:                   4 kB\n"
                            "Shared_Clean:          8 kB\n"
                            "Shared_Dirty:          0 kB\n"
                            "Private_Clean:         0 kB\n"
                            "Private_Dirty:         0 kB\n";
static const char rollup[] = "00400000-7ffd00000000 ---p 00000000 00:00 0          [rollup]\n"
                             "Rss:                  12 kB\n"
                             "Pss:                   6 kB\n";
static const char status[] = "Name:\tant\nUmask:\t0022\nState:\tS (sleeping)\nPid:\t77\n"
                             "PPid:\t1\nVmPeak:\t       8 kB\nVmSize:\t       8 kB\n"
                             "VmRSS:\t       8 kB\n";
/* Started 300 ticks, of which a second has 100, after the machine was. */
static const char stat_77[] = "77 (ant) S 1 77 77 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 300 65536 "
                              "2 18446744073709551615 0 0 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0\n";
static const char stat_78[] = "78 (bee) S 1 78 78 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 400 65536 "
                              "2 18446744073709551615 0 0 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0\n";
static const char meminfo[] = "MemTotal:        1024 kB\nMemFree:          512 kB\n";
/* 2001-09-09T01:46:40Z, and a hundred seconds later. */
static const char btime[] = "cpu  1 2 3 4\nbtime 1000000000\n";
static const char uptime[] = "100.25 50.00\n";

static const struct vmt_process *saved_at(size_t index)
{
    return record_at(&archived.processes, index);
}

/* The process of the files above. */
static void expect_ant(const struct vmt_process *process)
{
    UNIT_EQUAL_STR(text_of(process->name), "ant");
    UNIT_EQUAL_U64(process->pid, 77);
    UNIT_EQUAL_U64(process->regions.count, 1);
    UNIT_EQUAL_STR(text_of(process->os), "Linux 6.6.0-test");
    UNIT_EQUAL_STR(text_of(process->captured_at), "2001-09-09T01:48:20Z");
    UNIT_EQUAL_STR(text_of(process->launched_at), "2001-09-09T01:46:43Z");
    UNIT_EQUAL_STR(text_of(process->states), "S (sleeping)");
    CU_ASSERT(process->whole.of[VMT_RSS].known);
    UNIT_EQUAL_U64(process->whole.of[VMT_RSS].value, 8192);
    UNIT_EQUAL_I64(process->coverage, VMT_COVERAGE_WHOLE);
}

static void test_saved__files_of_a_process_are_one_in_any_order(void)
{
    static const struct made_file files[] = {
        {.path = "t/proc/stat", .text = btime},
        {.path = "t/proc/sys/kernel/osrelease", .text = "6.6.0-test\n"},
        {.path = "t/proc/uptime", .text = uptime},
        {.path = "t/proc/meminfo", .text = meminfo},
        {.path = "t/proc/77/smaps_rollup", .text = rollup},
        {.path = "t/proc/77/status", .text = status},
        {.path = "t/proc/77/stat", .text = stat_77},
        {.path = "t/proc/77/smaps", .text = smaps},
        {.path = "t/proc/77/cgroup", .text = "0::/\n"},
        {.path = "t/sys/fs/cgroup/memory.pressure", .text = "some avg10=0.00\n"},
        {.path = "t/README.txt", .text = "what this is\n"},
    };
    struct made_file turned[COUNT(files)];
    for (size_t turn = 0; turn < 2; turn++) {
        for (size_t i = 0; i < COUNT(files); i++) {
            turned[i] = files[turn == 0 ? i : COUNT(files) - 1 - i];
        }
        UNIT_EQUAL_I64(read_archive(make_archive("gnutar", "gzip", turned, COUNT(files))), VMT_OK);
        UNIT_EQUAL_U64(archived.processes.count, 1);
        UNIT_EQUAL_U64(archived.hosts.count, 1);
        expect_ant(saved_at(0));
        UNIT_EQUAL_STR(saved_at(0)->input->data, "in.tar/t/proc/77/smaps");
        vmt_snapshot_free(&archived);
    }
}

static void test_saved__what_is_not_there_is_noted(void)
{
    static const struct made_file files[] = {
        {.path = "proc/77/stat", .text = stat_77},
        {.path = "proc/77/status", .text = status},
    };
    UNIT_EQUAL_I64(read_archive(make_archive("ustar", NULL, files, COUNT(files))), VMT_OK);
    UNIT_EQUAL_U64(archived.processes.count, 1);
    UNIT_EQUAL_U64(saved_at(0)->regions.count, 0);
    UNIT_EQUAL_U64(vmt_notes_count(&saved_at(0)->notes, VMT_NOTE_SOURCE), 2);
    CU_ASSERT(saved_at(0)->os == NULL);
    vmt_snapshot_free(&archived);
}

/* Before and after, of one process each; and dumps that no tree holds. */
static void test_saved__trees_follow_each_other(void)
{
    static const struct made_file files[] = {
        {.path = "before/proc/77/smaps", .text = smaps},
        {.path = "before/proc/77/stat", .text = stat_77},
        {.path = "after/proc/77/stat", .text = stat_77},
        {.path = "after/proc/77/smaps", .text = smaps},
        {.path = "after/proc/78/stat", .text = stat_78},
        {.path = "after/proc/78/smaps", .text = smaps},
        {.path = "proc-77-smaps.txt", .text = smaps},
    };
    static const char *const names[] = {"ant", "ant", "bee", NULL};
    UNIT_EQUAL_I64(read_archive(make_archive("pax", "xz", files, COUNT(files))), VMT_OK);
    UNIT_EQUAL_U64(archived.processes.count, COUNT(names));
    /* The dump is read when it comes, the last process of a tree when the tree is over. */
    UNIT_EQUAL_STR(text_of(saved_at(0)->name), "ant");
    UNIT_EQUAL_STR(text_of(saved_at(1)->name), "ant");
    UNIT_EQUAL_STR(saved_at(0)->input->data, "in.tar/before/proc/77/smaps");
    UNIT_EQUAL_STR(saved_at(1)->input->data, "in.tar/after/proc/77/smaps");
    UNIT_EQUAL_STR(saved_at(2)->input->data, "in.tar/proc-77-smaps.txt");
    UNIT_EQUAL_STR(text_of(saved_at(3)->name), "bee");
    vmt_snapshot_free(&archived);
}

/* A file that breaks off is read as far as it goes. */
static void test_saved__a_cut_archive_gives_what_there_is(void)
{
    static const struct made_file files[] = {
        {.path = "proc/77/stat", .text = stat_77},
        {.path = "proc/77/smaps", .text = smaps},
        {.path = "proc/78/stat", .text = stat_78},
    };
    struct vmt_slice whole = make_archive("ustar", NULL, files, COUNT(files));
    whole.length = 5 * 512 + 100;
    UNIT_EQUAL_I64(read_archive(whole), VMT_E_IO);
    UNIT_EQUAL_U64(archived.processes.count, 1);
    UNIT_EQUAL_U64(saved_at(0)->regions.count, 1);
    UNIT_EQUAL_STR(text_of(saved_at(0)->name), "ant");
    vmt_snapshot_free(&archived);
}

static void test_saved__names_tell_what_a_file_is(void)
{
    static const struct {
        const char *path;
        const char *prefix;
        uint64_t pid; /* 0: of the host */
    } good[] = {
        {"proc/1/smaps", "", 1},
        {"a/b/proc/4194304/stat", "a/b/", 4194304},
        {"proc/stat", "", 0},
        {"x/proc/pressure/memory", "x/", 0},
        {"x/sys/fs/cgroup/a/memory.stat", "x/", 0},
        {"proc/proc/meminfo", "proc/", 0},
    };
    static const char *const others[] = {"",
                                         "proc",
                                         "proc/",
                                         "proc/1",
                                         "proc/1/",
                                         "proc/1/maps",
                                         "proc/a/smaps",
                                         "xproc/1/smaps",
                                         "proc/1/smaps/2",
                                         "proc/-1/smaps",
                                         "smaps",
                                         "1/smaps",
                                         "proc/memory",
                                         "proc//stat",
                                         "proc/1/task/1/smaps",
                                         "proc/99999999999999999999/smaps"};
    struct vmt_saved_place place;
    for (size_t i = 0; i < COUNT(good); i++) {
        CU_ASSERT(vmt_saved_find(&place, vmt_slice(good[i].path)));
        CU_ASSERT(vmt_slice_equals(place.prefix, vmt_slice(good[i].prefix)));
        CU_ASSERT(place.of_process == (good[i].pid != 0));
        CU_ASSERT(!place.of_process || place.pid == good[i].pid);
    }
    for (size_t i = 0; i < COUNT(others); i++) {
        CU_ASSERT(!vmt_saved_find(&place, vmt_slice(others[i])));
    }
}

/* --- trees that are written ------------------------------------------------------------------- */

/* Keeps what is written, and fails once it is full. */
struct kept {
    struct vmt_sink sink;
    size_t size;
    size_t length;
    char bytes[1 << 16];
};

static enum vmt_status keep(struct vmt_sink *sink, struct vmt_slice bytes, struct vmt_error *err)
{
    struct kept *kept = (struct kept *)sink;
    if (bytes.length > kept->size - kept->length) {
        return vmt_fail_io(err, "kept", ENOSPC, "write");
    }
    memcpy(kept->bytes + kept->length, bytes.data, bytes.length);
    kept->length += bytes.length;
    return VMT_OK;
}

static struct kept kept[2];

/* What comes of writing two files. */
static enum vmt_status write_tree(struct kept *out, const char *name, size_t size,
                                  struct vmt_error *err)
{
    struct vmt_tree *tree = NULL;
    *err = VMT_ERROR_INIT;
    out->sink.write = keep;
    out->size = size;
    out->length = 0;
    enum vmt_status result =
        vmt_tree_archive(&tree, &out->sink, name, 1000000000, &vmt_allocator_system, err);
    if (result != VMT_OK) {
        return result;
    }
    result = tree->add(tree, "a/b/one", vmt_slice("first\n"), err);
    result = result == VMT_OK ? tree->add(tree, "a/two", vmt_slice(""), err) : result;
    result = result == VMT_OK ? tree->finish(tree, err) : result;
    tree->close(tree);
    return result;
}

static void test_tree__the_same_makes_the_same_archive(void)
{
    static const char *const names[] = {"/x/cap.tar", "cap.tar.gz",  "cap.tgz",
                                        "cap.tar.xz", "cap.tar.zst", "cap.tar.bz2"};
    struct vmt_error err;
    for (size_t i = 0; i < COUNT(names); i++) {
        CU_ASSERT(vmt_tree_is_archive(names[i]));
        UNIT_EQUAL_I64(write_tree(&kept[0], names[i], sizeof kept[0].bytes, &err), VMT_OK);
        UNIT_EQUAL_I64(write_tree(&kept[1], names[i], sizeof kept[1].bytes, &err), VMT_OK);
        UNIT_EQUAL_U64(kept[0].length, kept[1].length);
        CU_ASSERT(memcmp(kept[0].bytes, kept[1].bytes, kept[0].length) == 0);
    }
    CU_ASSERT(!vmt_tree_is_archive("cap"));
    CU_ASSERT(!vmt_tree_is_archive(".tar"));
    CU_ASSERT(!vmt_tree_is_archive("cap.tar/"));
    CU_ASSERT(!vmt_tree_is_archive("cap.zip"));
}

static void test_tree__an_archive_holds_what_was_added(void)
{
    static const struct {
        const char *path;
        unsigned type;
        unsigned mode;
    } entries[] = {
        {"cap/", AE_IFDIR, 0700},      {"cap/a/", AE_IFDIR, 0700},
        {"cap/a/b/", AE_IFDIR, 0700},  {"cap/a/b/one", AE_IFREG, 0600},
        {"cap/a/two", AE_IFREG, 0600},
    };
    struct vmt_error err;
    struct archive *reader = archive_read_new();
    struct archive_entry *entry = NULL;
    UNIT_EQUAL_I64(write_tree(&kept[0], "cap.tar.gz", sizeof kept[0].bytes, &err), VMT_OK);
    archive_read_support_filter_gzip(reader);
    archive_read_support_format_tar(reader);
    made_ok(reader, archive_read_open_memory(reader, kept[0].bytes, kept[0].length));
    for (size_t i = 0; i < COUNT(entries); i++) {
        made_ok(reader, archive_read_next_header(reader, &entry));
        UNIT_EQUAL_STR(archive_entry_pathname(entry), entries[i].path);
        UNIT_EQUAL_U64(archive_entry_filetype(entry), entries[i].type);
        UNIT_EQUAL_U64(archive_entry_perm(entry), entries[i].mode);
        UNIT_EQUAL_I64(archive_entry_mtime(entry), 1000000000);
        UNIT_EQUAL_I64(archive_entry_uid(entry), 0);
    }
    CU_ASSERT(archive_read_next_header(reader, &entry) == ARCHIVE_EOF);
    archive_read_free(reader);
}

/* Wherever the sink is full. */
static void test_tree__a_full_sink_is_a_failure(void)
{
    struct vmt_error err;
    UNIT_EQUAL_I64(write_tree(&kept[0], "cap.tar", sizeof kept[0].bytes, &err), VMT_OK);
    size_t whole = kept[0].length;
    for (size_t size = 0; size < whole; size += 512) {
        UNIT_EQUAL_I64(write_tree(&kept[1], "cap.tar", size, &err), VMT_E_IO);
        UNIT_EQUAL_I64(err.cause, ENOSPC);
    }
    UNIT_EQUAL_U64(whole, (5 + 1 + 2) * 512); /* headers, a block of text, the end */
}

static void test_tree__holds_no_way_out(void)
{
    static const char *const good[] = {"a", "a/b", "..a/b..", "a/.b", "a..b/c"};
    static const char *const bad[] = {"",     "/",    "/a",     "a/", "a//b", "..",
                                      "../a", "a/..", "a/../b", ".",  "./a",  "a/./b"};
    for (size_t i = 0; i < COUNT(good); i++) {
        CU_ASSERT(vmt_tree_holds(good[i]));
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        CU_ASSERT(!vmt_tree_holds(bad[i]));
    }
}

static void test_tree__a_directory_is_new(void)
{
    char path[512];
    char file[600];
    struct vmt_tree *tree = NULL;
    struct vmt_error err = VMT_ERROR_INIT;
    struct stat found;
    const char *build = getenv("VMT_BUILDDIR");
    snprintf(path, sizeof path, "%s/test_saved.XXXXXX", build == NULL ? "." : build);
    CU_ASSERT_FATAL(mkdtemp(path) != NULL);
    snprintf(file, sizeof file, "%s/a/one", path);
    CU_ASSERT_FATAL(vmt_tree_directory(&tree, path, &vmt_allocator_system, &err) == VMT_OK);
    CU_ASSERT(tree->add(tree, "a/one", vmt_slice("first\n"), &err) == VMT_OK);
    CU_ASSERT(stat(file, &found) == 0 && found.st_size == 6 && (found.st_mode & 0777) == 0600);
    CU_ASSERT(tree->add(tree, "a/one", vmt_slice("again\n"), &err) == VMT_E_IO);
    UNIT_EQUAL_I64(err.cause, EEXIST);
    tree->close(tree);

    err = VMT_ERROR_INIT;
    CU_ASSERT(vmt_tree_directory(&tree, path, &vmt_allocator_system, &err) == VMT_E_IO);
    UNIT_EQUAL_I64(err.cause, ENOTEMPTY);
    unlink(file);
    snprintf(file, sizeof file, "%s/a", path);
    CU_ASSERT(rmdir(file) == 0);

    /* One that was made for nothing goes, one that was there stays. */
    err = VMT_ERROR_INIT;
    CU_ASSERT_FATAL(vmt_tree_directory(&tree, file, &vmt_allocator_system, &err) == VMT_OK);
    tree->close(tree);
    CU_ASSERT(stat(file, &found) != 0);
    CU_ASSERT_FATAL(vmt_tree_directory(&tree, path, &vmt_allocator_system, &err) == VMT_OK);
    tree->close(tree);
    CU_ASSERT(rmdir(path) == 0);
}

static const struct unit_test tests[] = {
    {"saved__a_cut_archive_gives_what_there_is", test_saved__a_cut_archive_gives_what_there_is},
    {"saved__files_of_a_process_are_one_in_any_order",
     test_saved__files_of_a_process_are_one_in_any_order},
    {"saved__names_tell_what_a_file_is", test_saved__names_tell_what_a_file_is},
    {"saved__trees_follow_each_other", test_saved__trees_follow_each_other},
    {"saved__what_is_not_there_is_noted", test_saved__what_is_not_there_is_noted},
    {"tree__a_directory_is_new", test_tree__a_directory_is_new},
    {"tree__a_full_sink_is_a_failure", test_tree__a_full_sink_is_a_failure},
    {"tree__an_archive_holds_what_was_added", test_tree__an_archive_holds_what_was_added},
    {"tree__holds_no_way_out", test_tree__holds_no_way_out},
    {"tree__the_same_makes_the_same_archive", test_tree__the_same_makes_the_same_archive},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_saved", tests, argc, argv);
}
