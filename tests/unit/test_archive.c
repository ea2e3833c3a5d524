/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "archives.h"
#include "collect/entries.h"
#include "source/archive.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- what is an archive ----------------------------------------------------------------------- */

static void test_archive__is_told_by_its_first_bytes(void)
{
    static const struct made_file file = {.path = "a", .text = "x"};
    static const char *const formats[] = {"ustar", "pax", "gnutar", "cpio", "newc", "zip"};
    static const char *const filters[] = {"gzip", "bzip2", "xz", "zstd"};
    for (size_t i = 0; i < COUNT(formats); i++) {
        CU_ASSERT(vmt_archive_begins(make_archive(formats[i], NULL, &file, 1)));
    }
    for (size_t i = 0; i < COUNT(filters); i++) {
        CU_ASSERT(vmt_archive_begins(make_archive("ustar", filters[i], &file, 1)));
        CU_ASSERT(vmt_archive_begins(make_archive("raw", filters[i], &file, 1)));
    }
}

static void put(char *text, struct vmt_slice word)
{
    memcpy(text, word.data, word.length);
}

/* Words about archives are none. */
static void test_archive__is_not_told_by_words(void)
{
    char text[VMT_PEEKED_HEAD];
    memset(text, '7', sizeof text);
    put(text + 257, vmt_slice("ustar "));
    CU_ASSERT(!vmt_archive_begins((struct vmt_slice){text, sizeof text}));
    memset(text, '0', sizeof text);
    put(text, vmt_slice("070707"));
    text[75] = '\n';
    CU_ASSERT(!vmt_archive_begins((struct vmt_slice){text, sizeof text}));
    put(text, vmt_slice("070701"));
    CU_ASSERT(!vmt_archive_begins((struct vmt_slice){text, sizeof text}));
    CU_ASSERT(!vmt_archive_begins(vmt_slice("070701")));
    CU_ASSERT(!vmt_archive_begins(vmt_slice("BZh9 is how bzip2 begins")));
    CU_ASSERT(!vmt_archive_begins(vmt_slice("PK")));
    CU_ASSERT(!vmt_archive_begins(vmt_slice("")));
}

/* --- what is in it ---------------------------------------------------------------------------- */

static const struct made_file three[] = {
    {.path = "one.txt", .text = "first\n"},
    {.path = "dir/empty", .text = ""},
    {.path = "dir/two", .text = "second\nand more\n"},
};

/* An archive that is read from memory. */
static struct opened {
    struct vmt_memory_input memory;
    struct vmt_peeked_input peeked;
    struct vmt_archive *archive;
    struct vmt_error err;
    struct vmt_slice path;
} opened;

static enum vmt_status open_archive(struct vmt_slice bytes)
{
    opened.err = VMT_ERROR_INIT;
    opened.archive = NULL;
    vmt_memory_input_init(&opened.memory, "archive", bytes);
    CU_ASSERT_FATAL(vmt_peeked_input_init(&opened.peeked, &opened.memory.input, &opened.err) ==
                    VMT_OK);
    return vmt_archive_open(&opened.archive, &opened.peeked.input,
                            (struct vmt_slice){opened.peeked.head, opened.peeked.length},
                            &vmt_allocator_system, &opened.err);
}

static enum vmt_status next_file(void)
{
    opened.err = VMT_ERROR_INIT;
    return vmt_archive_next(&opened.path, opened.archive, &opened.err);
}

static bool path_is(const char *path)
{
    return vmt_slice_equals(opened.path, vmt_slice(path));
}

/* The file that was come to, by `step` bytes, is that text. */
static void expect_text(const char *text, size_t step)
{
    char buffer[512];
    size_t length = 0;
    size_t got = 1;
    struct vmt_input *input = vmt_archive_input(opened.archive, "file");
    while (got > 0) {
        CU_ASSERT_FATAL(length + step <= sizeof buffer);
        CU_ASSERT_FATAL(input->read(input, buffer + length, step, &got, &opened.err) == VMT_OK);
        length += got;
    }
    CU_ASSERT(vmt_slice_equals((struct vmt_slice){buffer, length}, vmt_slice(text)));
}

static void expect_three(struct vmt_slice bytes)
{
    CU_ASSERT_FATAL(open_archive(bytes) == VMT_OK);
    for (size_t i = 0; i < COUNT(three); i++) {
        CU_ASSERT_FATAL(next_file() == VMT_OK);
        CU_ASSERT(path_is(three[i].path));
        expect_text(three[i].text, i + 1);
    }
    CU_ASSERT(next_file() == VMT_END);
    CU_ASSERT(!vmt_archive_is_broken(opened.archive));
    vmt_archive_close(opened.archive);
}

static void test_archive__gives_its_files_in_order(void)
{
    static const char *const formats[] = {"ustar", "pax", "gnutar", "cpio", "newc", "zip"};
    static const char *const filters[] = {"gzip", "bzip2", "xz", "zstd"};
    for (size_t i = 0; i < COUNT(formats); i++) {
        expect_three(make_archive(formats[i], NULL, three, COUNT(three)));
        for (size_t j = 0; j < COUNT(filters); j++) {
            expect_three(make_archive(formats[i], filters[j], three, COUNT(three)));
        }
    }
}

static void test_archive__may_be_one_file_that_was_compressed(void)
{
    CU_ASSERT_FATAL(open_archive(make_archive("raw", "gzip", three, 1)) == VMT_OK);
    CU_ASSERT(next_file() == VMT_OK);
    UNIT_EQUAL_U64(opened.path.length, 0);
    expect_text("first\n", 3);
    CU_ASSERT(next_file() == VMT_END);
    vmt_archive_close(opened.archive);
}

/* A file that was not read to its end is left behind. */
static void test_archive__goes_on_from_anywhere_in_a_file(void)
{
    CU_ASSERT_FATAL(open_archive(make_archive("ustar", "xz", three, COUNT(three))) == VMT_OK);
    CU_ASSERT(next_file() == VMT_OK);
    char start[3];
    size_t got = 0;
    struct vmt_input *input = vmt_archive_input(opened.archive, "file");
    CU_ASSERT(input->read(input, start, sizeof start, &got, &opened.err) == VMT_OK);
    CU_ASSERT(got == 3 && memcmp(start, "fir", 3) == 0);
    CU_ASSERT(next_file() == VMT_OK);
    CU_ASSERT(next_file() == VMT_OK);
    CU_ASSERT(path_is("dir/two"));
    expect_text("second\nand more\n", 256);
    vmt_archive_close(opened.archive);
}

/* What would do harm if it was extracted is a name; what is no file is nothing. */
static void test_archive__names_are_only_names(void)
{
    static const char deep[] =
        "0123456789012345678901234567890123456789012345678901234567890123456789/"
        "0123456789012345678901234567890123456789012345678901234567890123456789/long";
    static const struct made_file files[] = {
        {.path = "/etc/passwd", .text = "1"},
        {.path = "../../up", .text = "2"},
        {.path = "link", .type = AE_IFLNK, .link = "/etc/passwd"},
        {.path = "again", .link = "../../up"},
        {.path = "device", .type = AE_IFCHR},
        {.path = "pipe", .type = AE_IFIFO},
        {.path = "directory", .type = AE_IFDIR},
        {.path = "./here", .text = "3"},
        {.path = "esc\x1b[31m\xff", .text = "4"},
        {.path = deep, .text = "5"},
        {.path = "here", .text = "6"},
    };
    static const char *const names[] = {"/etc/passwd",     "../../up", "here",
                                        "esc\x1b[31m\xff", deep,       "here"};
    CU_ASSERT_FATAL(open_archive(make_archive("gnutar", NULL, files, COUNT(files))) == VMT_OK);
    for (size_t i = 0; i < COUNT(names); i++) {
        char text[2] = {(char)('1' + i), '\0'};
        CU_ASSERT_FATAL(next_file() == VMT_OK);
        CU_ASSERT(path_is(names[i]));
        expect_text(text, 2);
    }
    CU_ASSERT(next_file() == VMT_END);
    vmt_archive_close(opened.archive);
}

/* --- damage ----------------------------------------------------------------------------------- */

/* One letter, more often than anything of use would repeat itself. */
static void test_archive__that_grows_without_end_is_left(void)
{
    static char same[1 << 20];
    memset(same, 'a', sizeof same);
    struct archive *writer = archive_write_new();
    size_t used = 0;
    made_ok(writer, archive_write_set_format_raw(writer));
    made_ok(writer, archive_write_add_filter_zstd(writer));
    made_ok(writer, archive_write_open_memory(writer, made_bytes, sizeof made_bytes, &used));
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_pathname(entry, "same");
    made_ok(writer, archive_write_header(writer, entry));
    for (unsigned i = 0; i < 1100; i++) {
        CU_ASSERT_FATAL(archive_write_data(writer, same, sizeof same) == sizeof same);
    }
    archive_entry_free(entry);
    made_ok(writer, archive_write_close(writer));
    archive_write_free(writer);

    CU_ASSERT_FATAL(open_archive((struct vmt_slice){made_bytes, used}) == VMT_OK);
    CU_ASSERT_FATAL(next_file() == VMT_OK);
    uint64_t sum = 0;
    size_t got = 1;
    enum vmt_status status = VMT_OK;
    struct vmt_input *input = vmt_archive_input(opened.archive, "same");
    while (status == VMT_OK && got > 0) {
        status = input->read(input, same, sizeof same, &got, &opened.err);
        sum += got;
    }
    UNIT_EQUAL_I64(status, VMT_E_IO);
    UNIT_EQUAL_STR(opened.err.message, "unpacks to more than 1000 times its size, or to more than "
                                       "64 GiB: not read any further");
    CU_ASSERT(sum >= (uint64_t)1 << 30 && sum < ((uint64_t)1 << 30) + ((uint64_t)4 << 20));
    CU_ASSERT(vmt_archive_is_broken(opened.archive));
    vmt_archive_close(opened.archive);
}

static void *refuse(void *self, size_t size)
{
    (void)self;
    (void)size;
    return NULL;
}

static void test_archive__needs_memory(void)
{
    struct vmt_allocator none = vmt_allocator_system;
    none.allocate = refuse;
    struct vmt_slice bytes = make_archive("ustar", NULL, three, COUNT(three));
    struct vmt_memory_input memory;
    struct vmt_archive *archive = NULL;
    struct vmt_error err = VMT_ERROR_INIT;
    vmt_memory_input_init(&memory, "archive", bytes);
    CU_ASSERT(vmt_archive_open(&archive, &memory.input, bytes, &none, &err) == VMT_E_NOMEM);
    CU_ASSERT(archive == NULL);
}

/* An input that fails once so many bytes were read. */
struct failing_input {
    struct vmt_input input;
    struct vmt_slice rest;
};

static enum vmt_status read_failing(struct vmt_input *input, char *buffer, size_t size, size_t *got,
                                    struct vmt_error *err)
{
    struct failing_input *failing = (struct failing_input *)input;
    *got = failing->rest.length < size ? failing->rest.length : size;
    memcpy(buffer, failing->rest.data, *got);
    failing->rest = vmt_slice_from(failing->rest, *got);
    return *got > 0 ? VMT_OK
                    : vmt_fail_at(err, (struct vmt_place){.source = input->name}, VMT_E_IO,
                                  "cannot read: of the test");
}

static void test_archive__passes_on_a_failure_of_what_it_is_in(void)
{
    struct vmt_slice bytes = make_archive("ustar", NULL, three, COUNT(three));
    struct failing_input failing = {{"failing", read_failing}, {bytes.data, 1024}};
    opened.err = VMT_ERROR_INIT;
    CU_ASSERT_FATAL(vmt_archive_open(&opened.archive, &failing.input, bytes, &vmt_allocator_system,
                                     &opened.err) == VMT_OK);
    CU_ASSERT(next_file() == VMT_OK);
    CU_ASSERT(next_file() == VMT_E_IO);
    UNIT_EQUAL_STR(opened.err.message, "cannot read: of the test");
    UNIT_EQUAL_STR(opened.err.place.source, "failing");
    CU_ASSERT(vmt_archive_is_broken(opened.archive));
    vmt_archive_close(opened.archive);
}

/* --- captures in archives --------------------------------------------------------------------- */

static const char stack_row[] = "Stack                    7ff000000-7ff010000    [   64K    16K    "
                                "16K     0K] rw-/rwx SM=PRV          thread 0\n";
static const char tiny_row[] = "MALLOC_TINY              100000000-100100000    [ 1024K    32K    "
                               "32K     0K] rw-/rwx SM=PRV          DefaultMallocZone\n";

static const struct vmt_input_record *input_at(size_t index)
{
    return record_at(&archived.inputs, index);
}

static void test_entries__are_read_as_files(void)
{
    const struct made_file files[] = {
        {.path = "a/first.txt", .text = stack_row},
        {.path = "a/.hidden", .text = stack_row},
        {.path = ".git/config", .text = stack_row},
        {.path = "a/notes.txt", .text = "nothing of any process\n"},
        {.path = "../b.txt", .text = tiny_row},
    };
    static const char *const names[] = {"in.tar/a/first.txt", "in.tar/a/notes.txt",
                                        "in.tar/../b.txt"};
    UNIT_EQUAL_I64(read_archive(make_archive("pax", "zstd", files, COUNT(files))), VMT_OK);
    UNIT_EQUAL_U64(archived.processes.count, 2);
    UNIT_EQUAL_U64(archived.inputs.count, COUNT(names));
    for (size_t i = 0; i < COUNT(names); i++) {
        UNIT_EQUAL_STR(input_at(i)->name->data, names[i]);
        UNIT_EQUAL_U64(vmt_notes_count(&input_at(i)->notes, VMT_NOTE_NO_CAPTURE), i == 1 ? 1 : 0);
    }
    vmt_snapshot_free(&archived);
}

static void test_entries__without_a_capture_are_none(void)
{
    UNIT_EQUAL_I64(read_archive(make_archive("ustar", NULL, three, COUNT(three))), VMT_E_NOCAPTURE);
    UNIT_EQUAL_STR(archived_err.message, "no memory evidence in 3 files of the archive");
    UNIT_EQUAL_STR(archived_err.place.source, "in.tar");
    vmt_snapshot_free(&archived);
}

static void test_entries__a_compressed_dump_is_that_dump(void)
{
    const struct made_file file = {.path = "dump.txt", .text = tiny_row};
    UNIT_EQUAL_I64(read_archive(make_archive("raw", "gzip", &file, 1)), VMT_OK);
    UNIT_EQUAL_U64(archived.processes.count, 1);
    UNIT_EQUAL_STR(input_at(0)->name->data, "in.tar");
    vmt_snapshot_free(&archived);
}

#define FILES 6

/* FILES dumps: a header, rows that fill the second block and a part of the third. */
static struct vmt_slice make_dumps(const char *filter)
{
    static char rows[16 * sizeof tiny_row];
    static char names[FILES][2];
    struct made_file files[FILES];
    rows[0] = '\0';
    for (unsigned i = 0; i < 8; i++) {
        size_t used = strlen(rows);
        snprintf(rows + used, sizeof rows - used, "%s", i % 2 == 0 ? tiny_row : stack_row);
    }
    for (unsigned i = 0; i < FILES; i++) {
        snprintf(names[i], sizeof names[i], "%c", 'a' + (char)i);
        files[i] = (struct made_file){.path = names[i], .text = rows};
    }
    return make_archive("ustar", filter, files, FILES);
}

/* Wherever it is cut: what is before the cut is read, and what the cut is in is said. */
static void test_entries__cut_anywhere_at_a_block(void)
{
    struct vmt_slice whole = make_dumps(NULL);
    const size_t blocks = 1 + (8 * (sizeof tiny_row - 1) + 511) / 512;
    CU_ASSERT(whole.length > FILES * blocks * 512);
    for (size_t cut = 512; cut < whole.length; cut += 512) {
        enum vmt_status status = read_archive((struct vmt_slice){whole.data, cut});
        size_t before = cut / 512 / blocks; /* files that are whole */
        before = before < FILES ? before : FILES;
        bool inside = before < FILES && cut / 512 % blocks != 0;
        UNIT_EQUAL_I64(status, inside ? VMT_E_IO : VMT_OK);
        CU_ASSERT(archived.processes.count == before ||
                  (inside && archived.processes.count == before + 1));
        if (inside) {
            char name[] = "in.tar/a";
            name[sizeof name - 2] = (char)('a' + (char)before);
            UNIT_EQUAL_STR(archived_err.place.source, name);
            UNIT_EQUAL_STR(archived_err.message,
                           "the archive is damaged here: Truncated tar archive");
        }
        vmt_snapshot_free(&archived);
    }
}

/* The file of that header is lost, the others are not, and the damage is said. */
static void test_entries__one_header_is_spoilt(void)
{
    struct vmt_slice whole = make_dumps(NULL);
    const size_t blocks = 1 + (8 * (sizeof tiny_row - 1) + 511) / 512;
    made_bytes[3 * blocks * 512 + 100] ^= 1; /* of the mode of the fourth */
    UNIT_EQUAL_I64(read_archive(whole), VMT_E_IO);
    UNIT_EQUAL_U64(archived.processes.count, 5);
    UNIT_EQUAL_STR(archived_err.place.source, "in.tar/c");
    UNIT_EQUAL_STR(archived_err.message, "the archive is damaged here: Damaged tar archive");
    vmt_snapshot_free(&archived);
}

static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* Whatever happened to its bytes, reading ends, and each line has its fate. */
static void mutate(struct vmt_slice whole, unsigned times, uint32_t seed)
{
    static char copy[ARCHIVE_SIZE];
    for (unsigned i = 0; i < times; i++) {
        memcpy(copy, whole.data, whole.length);
        size_t length = whole.length;
        for (unsigned changes = next_random(&seed) % 8 + 1; changes > 0; changes--) {
            /* Every other change hits a header, in which most bytes matter. */
            size_t at = next_random(&seed) % length;
            at = changes % 2 == 0 ? at / 2048 * 2048 + at % 512 : at;
            copy[at < length ? at : 0] = (char)next_random(&seed);
        }
        length -= next_random(&seed) % 4 == 0 ? next_random(&seed) % length : 0;
        enum vmt_status status = read_archive((struct vmt_slice){copy, length});
        CU_ASSERT(status == VMT_OK || status == VMT_E_IO || status == VMT_E_NOCAPTURE);
        CU_ASSERT(status == VMT_OK || archived_err.message[0] != '\0');
        for (size_t j = 0; j < archived.inputs.count; j++) {
            const struct vmt_ledger *ledger = &input_at(j)->ledger;
            UNIT_EQUAL_U64(ledger->consumed + ledger->prose + ledger->damaged + ledger->blank,
                           ledger->lines);
        }
        vmt_snapshot_free(&archived);
    }
}

static void test_entries__survive_mutations(void)
{
    static const char *const filters[] = {NULL, "gzip", "xz", "zstd", "bzip2"};
    for (size_t i = 0; i < COUNT(filters); i++) {
        mutate(make_dumps(filters[i]), 400, 2463534242U + (uint32_t)i);
    }
    mutate(make_archive("zip", NULL, three, COUNT(three)), 400, 88172645U);
    mutate(make_archive("newc", NULL, three, COUNT(three)), 400, 36243606U);
}

static const struct unit_test tests[] = {
    {"archive__gives_its_files_in_order", test_archive__gives_its_files_in_order},
    {"archive__goes_on_from_anywhere_in_a_file", test_archive__goes_on_from_anywhere_in_a_file},
    {"archive__is_not_told_by_words", test_archive__is_not_told_by_words},
    {"archive__is_told_by_its_first_bytes", test_archive__is_told_by_its_first_bytes},
    {"archive__may_be_one_file_that_was_compressed",
     test_archive__may_be_one_file_that_was_compressed},
    {"archive__names_are_only_names", test_archive__names_are_only_names},
    {"archive__needs_memory", test_archive__needs_memory},
    {"archive__passes_on_a_failure_of_what_it_is_in",
     test_archive__passes_on_a_failure_of_what_it_is_in},
    {"archive__that_grows_without_end_is_left", test_archive__that_grows_without_end_is_left},
    {"entries__a_compressed_dump_is_that_dump", test_entries__a_compressed_dump_is_that_dump},
    {"entries__are_read_as_files", test_entries__are_read_as_files},
    {"entries__cut_anywhere_at_a_block", test_entries__cut_anywhere_at_a_block},
    {"entries__one_header_is_spoilt", test_entries__one_header_is_spoilt},
    {"entries__survive_mutations", test_entries__survive_mutations},
    {"entries__without_a_capture_are_none", test_entries__without_a_capture_are_none},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_archive", tests, argc, argv);
}
