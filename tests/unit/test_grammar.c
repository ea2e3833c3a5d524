/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdlib.h>

#include "grammar/part_header.h"
#include "grammar/part_region.h"
#include "grammar/part_table.h"
#include "grammar/pattern.h"
#include "grammar/printed.h"
#include "reading.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- what a text is read to ------------------------------------------------------------------- */

static const struct vmt_region *region_at(size_t index)
{
    return record_at(&process_at(0)->regions, index);
}

static const struct vmt_stated_row *row_at(size_t index)
{
    return record_at(&process_at(0)->stated, index);
}

static const struct vmt_zone *zone_at(size_t index)
{
    return record_at(&process_at(0)->zones, index);
}

/* For compilers that cannot see that a _FATAL assertion does not return. */
static const void *there(const void *pointer)
{
    CU_ASSERT_FATAL(pointer != NULL);
    if (pointer == NULL) {
        abort();
    }
    return pointer;
}

/* The first note of a kind, of the process. */
static const struct vmt_note *note_of(enum vmt_note_kind kind)
{
    struct vmt_walker walker = {0};
    const struct vmt_note *note = NULL;
    CU_ASSERT_FATAL(reading.process != NULL);
    do {
        note = vmt_sequence_next(&reading.process->notes.sequence, &walker);
    } while (note != NULL && note->kind != kind);
    return note;
}

static const char *fact_of(const char *key)
{
    struct vmt_walker walker = {0};
    const struct vmt_fact *fact = NULL;
    CU_ASSERT_FATAL(reading.process != NULL);
    do {
        fact = vmt_sequence_next(&reading.process->facts, &walker);
    } while (fact != NULL && strcmp(fact->key->data, key) != 0);
    return fact == NULL ? NULL : fact->value->data;
}

/* Columns count from 1. */
static uint64_t column_of(const char *line, const char *part)
{
    const char *at = strstr(line, part);
    return at == NULL ? 0 : (uint64_t)(at - line) + 1;
}

/* --- printed sizes ---------------------------------------------------------------------------- */

static bool print_size(const char *text, uint64_t bare, struct vmt_reading *size)
{
    struct vmt_printed printed;
    return vmt_printed_parse(vmt_slice(text), &printed) && vmt_printed_bytes(printed, bare, size);
}

static void test_printed__units_decimals_and_quantum(void)
{
    static const struct {
        const char *text;
        uint64_t bare;
        uint64_t value;
        uint64_t quantum;
    } sizes[] = {
        {"0K", 1, 0, 0},    /* 1 to 511 bytes would be printed as such */
        {"3K", 1, 3072, 0}, /* nor would 3071 bytes be 3K */
        {"4K", 1, 4096, 1024},
        {"16K", 1, 16384, 1024},
        {"9216K", 1, 9437184, 1024},
        {"52184K", 1, 53436416, 1024},
        {"11.9M", 1, 12478054, 104858}, /* half of it is 52429, as DESIGN says */
        {"512.0M", 1, 536870912, 104858},
        {"1M", 1, 1048576, 1048576},
        {"1.5G", 1, 1610612736, 107374183},
        {"385.0G", 1, UINT64_C(413390602240), 107374183},
        {"1.1T", 1, UINT64_C(1209462790554), UINT64_C(109951162778)},
        {"1344", 1, 1344, 0},
        {"8", 1, 8, 0},
        {"12", 16384, 196608, 16384},
        {"2262", 4096, 9265152, 4096},
        {"7.55", 4096, 30925, 41},
        {"0.20", 4096, 819, 41},
        {"118.88", 4096, 486932, 41},
        {"0.001K", 1, 1, 2},
    };
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct vmt_reading size = {0};
        if (!print_size(sizes[i].text, sizes[i].bare, &size) ||
            !UNIT_EQUAL_U64(size.value, sizes[i].value) ||
            !UNIT_EQUAL_U64(size.quantum, sizes[i].quantum)) {
            CU_FAIL("a printed size");
            printf("  of \"%s\"\n", sizes[i].text);
        }
    }
}

static void test_printed__what_is_no_size(void)
{
    static const char *const texts[] = {
        "",
        "K",
        ".",
        ".5M",
        "5.",
        "5.M",
        "-4K",
        "+4K",
        "4 K",
        " 4K",
        "4K ",
        "1,2G",
        "4k",
        "4KB",
        "4E",
        "0x10",
        "4KK",
        "1.2.3K",
        "1.0000K",
        "--",
        "M4",
        "99999999999999999999",
        "18446744073709551616",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct vmt_printed printed;
        if (vmt_printed_parse(vmt_slice(texts[i]), &printed)) {
            CU_FAIL("read as a size");
            printf("  of \"%s\"\n", texts[i]);
        }
    }
}

static void test_printed__more_than_64_bits_is_refused(void)
{
    struct vmt_reading size = {0};
    CU_ASSERT(print_size("16777215T", 1, &size));
    UNIT_EQUAL_U64(size.value, UINT64_C(0xffffff0000000000));
    CU_ASSERT(!print_size("16777216T", 1, &size));
    CU_ASSERT(!print_size("17179869184G", 1, &size));
    CU_ASSERT(print_size("17179869183G", 1, &size));
    UNIT_EQUAL_U64(size.value, UINT64_C(0xffffffffc0000000));
    CU_ASSERT(!print_size("18446744073709551615K", 1, &size));
    CU_ASSERT(print_size("1125899906842623", 16384, &size));
    UNIT_EQUAL_U64(size.value, UINT64_C(0xffffffffffffc000));
    CU_ASSERT(!print_size("1125899906842624", 16384, &size));
    CU_ASSERT(!print_size("18446744073709551615", 2, &size));
}

/* --- cursor ----------------------------------------------------------------------------------- */

/* An input that gives at most `step` bytes at a time, and fails after `fail_after` of them. */
struct slow_input {
    struct vmt_input input;
    struct vmt_slice rest;
    size_t step;
    size_t fail_after;
};

static enum vmt_status read_slow(struct vmt_input *input, char *buffer, size_t size, size_t *got,
                                 struct vmt_error *err)
{
    struct slow_input *slow = (struct slow_input *)input; /* its first member */
    *got = slow->rest.length < slow->step ? slow->rest.length : slow->step;
    *got = *got < size ? *got : size;
    if (*got > slow->fail_after) {
        *got = 0;
        return vmt_fail_io(err, input->name, 5, "read");
    }
    slow->fail_after -= *got;
    memcpy(buffer, slow->rest.data, *got);
    slow->rest = vmt_slice_from(slow->rest, *got);
    return VMT_OK;
}

struct lines {
    struct vmt_cursor cursor;
    struct vmt_context context;
    struct vmt_input_record record;
    struct slow_input input;
    struct vmt_error err;
};

static void begin_lines(struct lines *lines, struct vmt_slice text, size_t window, size_t step)
{
    *lines = (struct lines){.err = VMT_ERROR_INIT};
    vmt_context_init(&lines->context, &vmt_allocator_system);
    lines->context.window = window;
    lines->input = (struct slow_input){{"lines", read_slow}, text, step, SIZE_MAX};
    CU_ASSERT_FATAL(vmt_cursor_init(&lines->cursor, &lines->context, &lines->input.input,
                                    &lines->record, &lines->err) == VMT_OK);
}

static void end_lines(struct lines *lines)
{
    const struct vmt_ledger *ledger = &lines->record.ledger;
    UNIT_EQUAL_U64(ledger->consumed + ledger->prose + ledger->damaged + ledger->blank,
                   ledger->lines);
    vmt_cursor_free(&lines->cursor);
    vmt_context_free(&lines->context);
}

/* The next line as text, taken; NULL at the end. */
static const char *next_line(struct lines *lines, struct vmt_line *line)
{
    static char text[4096];
    const struct vmt_line *next = NULL;
    enum vmt_status status = vmt_cursor_peek(&next, &lines->cursor, &lines->err);
    if (status != VMT_OK) {
        CU_ASSERT(status == VMT_END);
        return NULL;
    }
    *line = *next;
    CU_ASSERT_FATAL(next->text.length < sizeof text);
    memcpy(text, next->text.data, next->text.length);
    text[next->text.length] = '\0';
    CU_ASSERT(vmt_cursor_take(&lines->cursor, VMT_LINE_PROSE, &lines->err) == VMT_OK);
    return text;
}

static void check_lines(const char *text, size_t window, size_t step, const char *const *expected)
{
    struct lines lines;
    struct vmt_line line = {0};
    uint64_t number = 0;
    begin_lines(&lines, vmt_slice(text), window, step);
    for (; *expected != NULL; expected++) {
        UNIT_EQUAL_STR(next_line(&lines, &line), *expected);
        UNIT_EQUAL_U64(line.number, ++number);
        CU_ASSERT(!line.too_long);
    }
    CU_ASSERT(next_line(&lines, &line) == NULL);
    CU_ASSERT(next_line(&lines, &line) == NULL); /* the end stays the end */
    UNIT_EQUAL_U64(lines.record.ledger.lines, number);
    end_lines(&lines);
}

static void test_cursor__lines_and_their_ends(void)
{
    static const char *const two[] = {"one", "two", NULL};
    static const char *const empty_ones[] = {"", "", "x", "", NULL};
    static const char *const returns[] = {"a\rb", "", "c", "", NULL};
    static const char *const none[] = {NULL};
    static const char *const one_empty[] = {"", NULL};
    static const size_t steps[] = {1, 2, 3, 7, 1000};
    for (size_t i = 0; i < COUNT(steps); i++) {
        check_lines("one\ntwo\n", 64, steps[i], two);
        check_lines("one\ntwo", 64, steps[i], two);
        check_lines("one\r\ntwo\r\n", 64, steps[i], two);
        check_lines("\xef\xbb\xbfone\ntwo\n", 64, steps[i], two);
        check_lines("\n\nx\n\n", 64, steps[i], empty_ones);
        check_lines("a\rb\n\r\nc\r\n\r", 64, steps[i], returns);
        check_lines("", 64, steps[i], none);
        check_lines("\n", 64, steps[i], one_empty);
        check_lines("\xef\xbb\xbf\n", 64, steps[i], one_empty);
    }
}

static void test_cursor__byte_order_mark_only_at_the_beginning(void)
{
    static const char *const expected[] = {"a",
                                           "\xef\xbb\xbf"
                                           "b",
                                           NULL};
    check_lines("\xef\xbb\xbf"
                "a\n\xef\xbb\xbf"
                "b\n",
                64, 1000, expected);
    check_lines("\xef\xbb\xbf"
                "a\n\xef\xbb\xbf"
                "b\n",
                8, 1, expected);
}

static void test_cursor__torn_is_a_last_line_without_end(void)
{
    struct lines lines;
    struct vmt_line line = {0};
    begin_lines(&lines, vmt_slice("a\nb"), 64, 1000);
    UNIT_EQUAL_STR(next_line(&lines, &line), "a");
    CU_ASSERT(!line.torn);
    UNIT_EQUAL_STR(next_line(&lines, &line), "b");
    CU_ASSERT(line.torn);
    end_lines(&lines);
}

static void test_cursor__nul_is_a_byte_like_others(void)
{
    struct lines lines;
    struct vmt_line line = {0};
    begin_lines(&lines, (struct vmt_slice){"a\0b\n\0\n", 6}, 64, 1000);
    CU_ASSERT(next_line(&lines, &line) != NULL);
    UNIT_EQUAL_U64(line.text.length, 3);
    CU_ASSERT(next_line(&lines, &line) != NULL);
    UNIT_EQUAL_U64(line.text.length, 1);
    CU_ASSERT(!vmt_line_is_blank(&line));
    CU_ASSERT(next_line(&lines, &line) == NULL);
    end_lines(&lines);
}

/* Three lines, the one in the middle of `length`, in a window of 64. */
static void check_long_line(size_t length, bool end, bool too_long)
{
    char text[512];
    struct lines lines;
    struct vmt_line line = {0};
    snprintf(text, sizeof text, "first\n");
    memset(text + 6, 'x', length);
    snprintf(text + 6 + length, sizeof text - 6 - length, "\nlast\n");
    struct vmt_slice all = {text, 6 + length + (end ? 6 : 0)};
    for (size_t step = 1; step < 200; step += 66) {
        begin_lines(&lines, all, 64, step);
        UNIT_EQUAL_STR(next_line(&lines, &line), "first");
        CU_ASSERT(next_line(&lines, &line) != NULL);
        UNIT_EQUAL_I64(line.too_long, too_long);
        CU_ASSERT(line.text.length <= length && line.text.length > 0);
        CU_ASSERT(too_long || line.text.length == length);
        if (end) {
            UNIT_EQUAL_STR(next_line(&lines, &line), "last");
            UNIT_EQUAL_U64(line.number, 3);
            CU_ASSERT(!line.too_long);
        }
        CU_ASSERT(next_line(&lines, &line) == NULL);
        end_lines(&lines);
    }
}

static void test_cursor__line_longer_than_the_window_is_one_line(void)
{
    /* With its end it just fits. */
    check_long_line(62, true, false);
    check_long_line(63, true, false);
    check_long_line(65, true, true);
    check_long_line(127, true, true);
    check_long_line(128, true, true);
    check_long_line(129, true, true);
    check_long_line(400, true, true);
    check_long_line(63, false, false);
    check_long_line(65, false, true);
    check_long_line(128, false, true);
}

/* "More than the window" is too long; the last line, without an end, is just as much. */
static void test_cursor__last_line_as_long_as_the_window_is_whole(void)
{
    check_long_line(64, false, false);
}

static void test_cursor__windows_of_any_size_give_the_same_lines(void)
{
    static const char *const expected[] = {"1234567", "", "abc", "x", "1234567", NULL};
    for (size_t window = 8; window < 40; window++) {
        for (size_t step = 1; step < 9; step++) {
            check_lines("1234567\n\nabc\nx\n1234567\n", window, step, expected);
        }
    }
}

static void test_cursor__looks_ahead_so_far_and_no_further(void)
{
    char text[1000];
    struct lines lines;
    size_t used = 0;
    for (unsigned i = 0; i < 100; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "line %u\n", i);
    }
    begin_lines(&lines, (struct vmt_slice){text, used}, 4096, 1000);
    CU_ASSERT(vmt_cursor_ahead(&lines.cursor, 0) == NULL); /* nothing made ready */
    CU_ASSERT(vmt_cursor_fill(&lines.cursor, 3, &lines.err) == VMT_OK);
    CU_ASSERT(vmt_cursor_ahead(&lines.cursor, 2) != NULL);
    CU_ASSERT(vmt_cursor_ahead(&lines.cursor, 3) == NULL);
    CU_ASSERT(vmt_cursor_fill(&lines.cursor, VMT_CURSOR_AHEAD, &lines.err) == VMT_OK);
    CU_ASSERT(vmt_cursor_ahead(&lines.cursor, VMT_CURSOR_AHEAD) == NULL);
    for (size_t i = 0; i < 100; i++) {
        CU_ASSERT(vmt_cursor_fill(&lines.cursor, VMT_CURSOR_AHEAD, &lines.err) == VMT_OK);
        size_t left = 100 - i < VMT_CURSOR_AHEAD ? 100 - i : VMT_CURSOR_AHEAD;
        const struct vmt_line *line = vmt_cursor_ahead(&lines.cursor, left - 1);
        CU_ASSERT_FATAL(line != NULL);
        UNIT_EQUAL_U64(line->number, i + left);
        CU_ASSERT(vmt_cursor_ahead(&lines.cursor, left) == NULL);
        CU_ASSERT(vmt_cursor_take(&lines.cursor, VMT_LINE_CONSUMED, &lines.err) == VMT_OK);
    }
    CU_ASSERT(vmt_cursor_fill(&lines.cursor, 1, &lines.err) == VMT_OK);
    CU_ASSERT(vmt_cursor_ahead(&lines.cursor, 0) == NULL);
    UNIT_EQUAL_U64(lines.record.ledger.consumed, 100);
    end_lines(&lines);
}

static void test_cursor__small_window_holds_fewer_lines_ahead(void)
{
    struct lines lines;
    struct vmt_line line = {0};
    begin_lines(&lines, vmt_slice("aaa\nbbb\nccc\nddd\neee\n"), 10, 1);
    CU_ASSERT(vmt_cursor_fill(&lines.cursor, VMT_CURSOR_AHEAD, &lines.err) == VMT_OK);
    CU_ASSERT(vmt_cursor_ahead(&lines.cursor, 1) != NULL);
    CU_ASSERT(vmt_cursor_ahead(&lines.cursor, 2) == NULL);
    UNIT_EQUAL_STR(next_line(&lines, &line), "aaa");
    UNIT_EQUAL_STR(next_line(&lines, &line), "bbb");
    UNIT_EQUAL_STR(next_line(&lines, &line), "ccc");
    UNIT_EQUAL_STR(next_line(&lines, &line), "ddd");
    UNIT_EQUAL_STR(next_line(&lines, &line), "eee");
    CU_ASSERT(next_line(&lines, &line) == NULL);
    end_lines(&lines);
}

static void test_cursor__fates_are_counted(void)
{
    static const enum vmt_line_fate fates[] = {VMT_LINE_CONSUMED, VMT_LINE_PROSE, VMT_LINE_DAMAGED,
                                               VMT_LINE_DAMAGED, VMT_LINE_BLANK};
    struct lines lines;
    begin_lines(&lines, vmt_slice("a\nb\nc\nd\n \t\n"), 64, 1000);
    for (size_t i = 0; i < COUNT(fates); i++) {
        const struct vmt_line *line = NULL;
        CU_ASSERT(vmt_cursor_peek(&line, &lines.cursor, &lines.err) == VMT_OK);
        UNIT_EQUAL_I64(vmt_line_is_blank(line), i == 4);
        CU_ASSERT(vmt_cursor_take(&lines.cursor, fates[i], &lines.err) == VMT_OK);
    }
    const struct vmt_ledger *ledger = &lines.record.ledger;
    UNIT_EQUAL_U64(ledger->lines, 5);
    UNIT_EQUAL_U64(ledger->consumed, 1);
    UNIT_EQUAL_U64(ledger->prose, 1);
    UNIT_EQUAL_U64(ledger->damaged, 2);
    UNIT_EQUAL_U64(ledger->blank, 1);
    end_lines(&lines);
}

static void test_cursor__failed_read_is_passed_on(void)
{
    struct lines lines;
    struct vmt_line line = {0};
    const struct vmt_line *next = NULL;
    begin_lines(&lines, vmt_slice("one\ntwo\n"), 64, 4);
    lines.input.fail_after = 4;
    UNIT_EQUAL_STR(next_line(&lines, &line), "one");
    CU_ASSERT(vmt_cursor_peek(&next, &lines.cursor, &lines.err) == VMT_E_IO);
    UNIT_EQUAL_I64(lines.err.status, VMT_E_IO);
    UNIT_EQUAL_I64(lines.err.cause, 5);
    UNIT_EQUAL_STR(lines.err.place.source, "lines");
    end_lines(&lines);
}

/* --- patterns --------------------------------------------------------------------------------- */

static const char *const word_groups[] = {"word", "number", "rest", NULL};
static const struct vmt_pattern_source word_source = {
    "(?<word> [a-z]++ ) (?: \\x20 (?<number> [0-9]++ ) )?+ (?<rest> .* )", word_groups};
/* Takes time without end, but for the limit. */
static const char *const no_groups[] = {NULL};
static const struct vmt_pattern_source endless_source = {"(?: a+ )+ b", no_groups};

static void check_patterns(bool interpret)
{
    struct vmt_context context;
    struct vmt_error err = VMT_ERROR_INIT;
    struct vmt_pattern *pattern = NULL;
    struct vmt_pattern *again = NULL;
    struct vmt_pattern *endless = NULL;
    vmt_context_init(&context, &vmt_allocator_system);
    context.interpret = interpret;
    CU_ASSERT_FATAL(vmt_pattern_get(&pattern, &context, &word_source, &err) == VMT_OK);
    CU_ASSERT_FATAL(vmt_pattern_get(&endless, &context, &endless_source, &err) == VMT_OK);
    CU_ASSERT_FATAL(vmt_pattern_get(&again, &context, &word_source, &err) == VMT_OK);
    CU_ASSERT(pattern == again);
    CU_ASSERT(pattern != endless);

    CU_ASSERT(vmt_pattern_match(pattern, vmt_slice("abc 12!"), &err) == VMT_OK);
    CU_ASSERT(vmt_slice_equals(vmt_pattern_group(pattern, 0), vmt_slice("abc")));
    CU_ASSERT(vmt_slice_equals(vmt_pattern_group(pattern, 1), vmt_slice("12")));
    CU_ASSERT(vmt_slice_equals(vmt_pattern_group(pattern, 2), vmt_slice("!")));

    /* A group that took no part is told from an empty one. */
    CU_ASSERT(vmt_pattern_match(pattern, vmt_slice("abc"), &err) == VMT_OK);
    CU_ASSERT(vmt_pattern_group(pattern, 1).data == NULL);
    CU_ASSERT(vmt_pattern_group(pattern, 2).data != NULL);
    UNIT_EQUAL_U64(vmt_pattern_group(pattern, 2).length, 0);

    /* Whole lines; bytes of any encoding; an end of line is a byte like others. */
    CU_ASSERT(vmt_pattern_match(pattern, vmt_slice(" abc"), &err) == VMT_END);
    CU_ASSERT(vmt_pattern_match(pattern, vmt_slice(""), &err) == VMT_END);
    CU_ASSERT(vmt_pattern_match(pattern, (struct vmt_slice){NULL, 0}, &err) == VMT_END);
    CU_ASSERT(vmt_pattern_match(pattern, (struct vmt_slice){"a\xff\xc3\0\n\x80", 6}, &err) ==
              VMT_OK);
    UNIT_EQUAL_U64(vmt_pattern_group(pattern, 2).length, 5);

    CU_ASSERT(vmt_pattern_match(endless, vmt_slice("aaab"), &err) == VMT_OK);
    CU_ASSERT(vmt_pattern_match(endless, vmt_slice("aaab\n"), &err) == VMT_END);
    CU_ASSERT(vmt_pattern_match(endless,
                                vmt_slice("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                          "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac"),
                                &err) == VMT_END);
    vmt_context_free(&context);
}

static void test_pattern__with_jit(void)
{
    check_patterns(false);
}

static void test_pattern__interpreted(void)
{
    check_patterns(true);
}

/* --- region rows ------------------------------------------------------------------------------ */

#define ROW_END " r-x/r-x SM=COW          /x"

struct row_case {
    const char *line;
    const char *name;
    uint64_t start;
    uint64_t end;
    uint64_t sizes[3]; /* resident, dirty, swapped; virtual is the range */
    enum vmt_sharing sharing;
    enum vmt_purge purge;
    unsigned protection;
    unsigned max_protection;
    const char *detail;
};

enum {
    R = VMT_PROT_READ,
    RW = VMT_PROT_READ | VMT_PROT_WRITE,
    RX = VMT_PROT_READ | VMT_PROT_EXECUTE,
    RWX = VMT_PROT_READ | VMT_PROT_WRITE | VMT_PROT_EXECUTE
};

/* FORMATS 2.1 and 2.2, verbatim where they have whole lines. */
static const struct row_case row_cases[] = {
    {"MALLOC_TINY (empty)    0000000003300000-0000000003400000 [ 1024K    12K    12K     0K] "
     "rw-/rwx SM=COW          DefaultMallocZone_0x1bee000",
     "MALLOC_TINY (empty)",
     0x3300000,
     0x3400000,
     {12288, 12288, 0},
     VMT_SHARING_COW,
     VMT_PURGE_NONE,
     RW,
     RWX,
     "DefaultMallocZone_0x1bee000"},
    {"__TEXT                 00001000-00002000 [    4K     4K     0K     0K] r-x/r-x SM=COW        "
     "  /Users/USER/x",
     "__TEXT",
     0x1000,
     0x2000,
     {4096, 0, 0},
     VMT_SHARING_COW,
     VMT_PURGE_NONE,
     RX,
     RX,
     "/Users/USER/x"},
    {"__TEXT                      107dfb000-107dfc000    [    4K     4K     0K     0K] r-x/r-x "
     "SM=COW          /Users/USER/a b (c) [d]",
     "__TEXT",
     0x107dfb000,
     0x107dfc000,
     {4096, 0, 0},
     VMT_SHARING_COW,
     VMT_PURGE_NONE,
     RX,
     RX,
     "/Users/USER/a b (c) [d]"},
    {"__TEXT                   7ff815b29000-7ff815b6b000 [  264K   248K     0K     0K] r-x/r-x "
     "SM=COW          /usr/lib/x",
     "__TEXT",
     0x7ff815b29000,
     0x7ff815b6b000,
     {253952, 0, 0},
     VMT_SHARING_COW,
     VMT_PURGE_NONE,
     RX,
     RX,
     "/usr/lib/x"},
    {"Activity Tracing            103298000-1032d8000    [  256K    48K    32K    16K] rw-/rwx "
     "SM=ALI PURGE=N",
     "Activity Tracing",
     0x103298000,
     0x1032d8000,
     {49152, 32768, 16384},
     VMT_SHARING_ALI,
     VMT_PURGE_NONVOLATILE,
     RW,
     RWX,
     NULL},
    {"IOSurface                   1245fc000-12587c000    [ 18.5M  18.5M  18.5M     0K] rw-/rw- "
     "SM=SHM PURGE=N  SurfaceID: 0x74  2080x2330 (BGRA) 18.5M  'AgentStudio', shared with "
     "WindowServer[401]",
     "IOSurface",
     0x1245fc000,
     0x12587c000,
     {19398656, 19398656, 0},
     VMT_SHARING_SHM,
     VMT_PURGE_NONVOLATILE,
     RW,
     RW,
     "SurfaceID: 0x74  2080x2330 (BGRA) 18.5M  'AgentStudio', shared with WindowServer[401]"},
    {"Submap                   7fffffe00000-7fffffe01000 [    4K     0K     0K     0K] r--/r-- "
     "SM=PRV          process-only VM submap",
     "Submap",
     0x7fffffe00000,
     0x7fffffe01000,
     {0, 0, 0},
     VMT_SHARING_PRV,
     VMT_PURGE_NONE,
     R,
     R,
     "process-only VM submap"},
    /* the name as wide as its column, one blank before the address */
    {"GPU Carveout (reserved) 1000000000-7000000000   [384.0G     0K     0K     0K] ---/--- SM=NUL "
     " ",
     "GPU Carveout (reserved)",
     0x1000000000,
     0x7000000000,
     {0, 0, 0},
     VMT_SHARING_NUL,
     VMT_PURGE_NONE,
     0,
     0,
     NULL},
    {"AttributeGraph Data (old    1087fc000-1088fc000    [ 1024K    16K    16K     0K] rw-/rwx "
     "SM=PRV          ",
     "AttributeGraph Data (old",
     0x1087fc000,
     0x1088fc000,
     {16384, 16384, 0},
     VMT_SHARING_PRV,
     VMT_PURGE_NONE,
     RW,
     RWX,
     NULL},
    /* digits right before the address; columns that touch */
    {"Memory Tag 255              12587c000-12d87c000    [128.0M 128.0M 128.0M     0K] rw-/rwx "
     "SM=PRV  ",
     "Memory Tag 255",
     0x12587c000,
     0x12d87c000,
     {134217728, 134217728, 0},
     VMT_SHARING_PRV,
     VMT_PURGE_NONE,
     RW,
     RWX,
     NULL},
    {"STACK[0] 16fdfc000-16fe7c000 [  512K    16K    16K     0K] rw-/rwx SM=PRV          thread 0",
     "STACK[0]",
     0x16fdfc000,
     0x16fe7c000,
     {16384, 16384, 0},
     VMT_SHARING_PRV,
     VMT_PURGE_NONE,
     RW,
     RWX,
     "thread 0"},
    {"mapped file                 100000000-100004000    [   16K    16K     0K     0K] r--/rw- "
     "SM=S/A          2",
     "mapped file",
     0x100000000,
     0x100004000,
     {16384, 0, 0},
     VMT_SHARING_SA,
     VMT_PURGE_NONE,
     R,
     RW,
     "2"},
    /* 16 digits, all of them */
    {"Memory Tag 255 (reserved fffffe0000000000-fffffe0001000000 [ 16.0M     0K     0K     0K] "
     "---/--- SM=NUL  ",
     "Memory Tag 255 (reserved",
     UINT64_C(0xfffffe0000000000),
     UINT64_C(0xfffffe0001000000),
     {0, 0, 0},
     VMT_SHARING_NUL,
     VMT_PURGE_NONE,
     0,
     0,
     NULL},
    /* PURGE= that is none of the column's belongs to the detail, as do ranges and sizes */
    {"mapped file                 100000000-100004000    [   16K    16K     0K     0K] r--/r-- "
     "SM=COW          PURGE=Notes/1-2 [ 1K 1K 1K 1K] rw-/rwx SM=PRV  \t ",
     "mapped file",
     0x100000000,
     0x100004000,
     {16384, 0, 0},
     VMT_SHARING_COW,
     VMT_PURGE_NONE,
     R,
     R,
     "PURGE=Notes/1-2 [ 1K 1K 1K 1K] rw-/rwx SM=PRV"},
    /* indented by a quotation */
    {"    \t__DATA 2000-3000 [4K 4K 4K 0K] rw-/rwx SM=ZER PURGE=V x",
     "__DATA",
     0x2000,
     0x3000,
     {4096, 4096, 0},
     VMT_SHARING_ZER,
     VMT_PURGE_VOLATILE,
     RW,
     RWX,
     "x"},
};

static void check_row(const struct row_case *expected, bool interpret)
{
    begin_reading();
    reading.context.interpret = interpret;
    read_more(vmt_slice(expected->line));
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    const struct vmt_region *region = region_at(0);
    UNIT_EQUAL_STR(text_of(region->type->printed), expected->name);
    CU_ASSERT(region->ranged);
    UNIT_EQUAL_U64(region->start, expected->start);
    UNIT_EQUAL_U64(region->end, expected->end);
    UNIT_EQUAL_U64(region->stated[VMT_EV_VIRTUAL].value, expected->end - expected->start);
    UNIT_EQUAL_U64(region->stated[VMT_EV_VIRTUAL].quantum, 0);
    for (size_t i = 0; i < 3; i++) {
        /* M, G and T have been rounded: the fixture's value is the exact one. */
        struct vmt_amount amount = vmt_amount_of(region->stated[VMT_EV_RESIDENT + i]);
        CU_ASSERT(amount.lower <= expected->sizes[i] && expected->sizes[i] <= amount.upper);
        CU_ASSERT(amount.upper - amount.lower <= 2 * 52429);
    }
    UNIT_EQUAL_U64(region->known, 15);
    UNIT_EQUAL_I64(region->sharing, expected->sharing);
    UNIT_EQUAL_I64(region->purge, expected->purge);
    UNIT_EQUAL_U64(region->protection, expected->protection);
    UNIT_EQUAL_U64(region->max_protection, expected->max_protection);
    UNIT_EQUAL_STR(text_of(region->detail), expected->detail);
    UNIT_EQUAL_STR(text_of(region->sharing_text), NULL);
    UNIT_EQUAL_U64(region->line, 1);
    UNIT_EQUAL_U64(reading.input->ledger.consumed, 1);
    UNIT_EQUAL_U64(vmt_notes_count(&reading.process->notes, VMT_NOTE_VIRTUAL_DIFFERS), 0);
    UNIT_EQUAL_U64(reading.process->regions.count, 1);
    end_reading();
}

static void test_region__shapes_of_report_format_2_4(void)
{
    for (size_t i = 0; i < COUNT(row_cases); i++) {
        unsigned before = CU_get_number_of_failure_records();
        check_row(&row_cases[i], false);
        check_row(&row_cases[i], true);
        if (CU_get_number_of_failure_records() > before) {
            printf("  of \"%s\"\n", row_cases[i].line);
        }
    }
}

static void test_region__words_in_place_of_a_range(void)
{
    read_text(
        "owned unmapped (graphics)    unmapped-unmapped     [ 22.6M  22.6M     0K     0K] rw-/rw- "
        "SM=PRV PURGE=V  owned physical footprint (unmapped) (graphics)\n"
        "page table in kernel           kernel-kernel       [  256K   256K   256K     0K] rw-/rw- "
        "SM=PRV          charged to process physical footprint\n");
    const struct vmt_region *owned = region_at(0);
    const struct vmt_region *table = region_at(1);
    CU_ASSERT(!owned->ranged && !table->ranged);
    UNIT_EQUAL_U64(owned->start, 0);
    UNIT_EQUAL_U64(owned->end, 0);
    UNIT_EQUAL_STR(text_of(owned->type->printed), "owned unmapped (graphics)");
    UNIT_EQUAL_I64(owned->purge, VMT_PURGE_VOLATILE);
    UNIT_EQUAL_U64(owned->stated[VMT_EV_VIRTUAL].value, 23697818); /* 22.6 x 2^20 */
    UNIT_EQUAL_U64(owned->stated[VMT_EV_VIRTUAL].quantum, 104858);
    UNIT_EQUAL_STR(text_of(table->type->printed), "page table in kernel");
    UNIT_EQUAL_U64(table->stated[VMT_EV_DIRTY].value, 262144);
    UNIT_EQUAL_U64(vmt_notes_count(&reading.process->notes, VMT_NOTE_VIRTUAL_DIFFERS), 0);
    end_reading();
}

static void test_region__every_number_of_digits(void)
{
    char line[256];
    uint64_t start = 1;
    for (unsigned digits = 1; digits <= 16; digits++) {
        uint64_t end = start + 0x1000;
        snprintf(line, sizeof line, "x %" PRIx64 "-%" PRIx64 " [ 4K 0K 0K 0K]" ROW_END, start, end);
        read_text(line);
        const struct vmt_region *region = region_at(0);
        UNIT_EQUAL_U64(region->start, start);
        UNIT_EQUAL_U64(region->end, end);
        end_reading();
        start = digits < 16 ? start << 4 : start;
    }
    /* 17 are no address. */
    read_text("x 10000000000000000-10000000000001000 [ 4K 0K 0K 0K]" ROW_END "\n");
    CU_ASSERT(reading.process == NULL || reading.process->regions.count == 0);
    end_reading();
}

static void test_region__sharing_modes(void)
{
    static const struct {
        const char *text;
        enum vmt_sharing sharing;
    } modes[] = {
        {"COW", VMT_SHARING_COW},     {"PRV", VMT_SHARING_PRV},      {"NUL", VMT_SHARING_NUL},
        {"ALI", VMT_SHARING_ALI},     {"SHM", VMT_SHARING_SHM},      {"ZER", VMT_SHARING_ZER},
        {"S/A", VMT_SHARING_SA},      {"LPG", VMT_SHARING_LPG},      {"XYZ", VMT_SHARING_UNKNOWN},
        {"", VMT_SHARING_UNKNOWN},    {"COWS", VMT_SHARING_UNKNOWN}, {"C", VMT_SHARING_UNKNOWN},
        {"cow", VMT_SHARING_UNKNOWN},
    };
    for (size_t i = 0; i < COUNT(modes); i++) {
        char line[256];
        snprintf(line, sizeof line, "x 1000-2000 [ 4K 4K 0K 0K] r-x/r-x SM=%s          /detail",
                 modes[i].text);
        read_text(line);
        const struct vmt_region *region = region_at(0);
        UNIT_EQUAL_I64(region->sharing, modes[i].sharing);
        UNIT_EQUAL_STR(text_of(region->detail), "/detail");
        UNIT_EQUAL_STR(text_of(region->sharing_text),
                       modes[i].sharing == VMT_SHARING_UNKNOWN ? modes[i].text : NULL);
        end_reading();
    }
}

static void test_region__purge_states(void)
{
    static const struct {
        const char *text;
        enum vmt_purge purge;
    } states[] = {
        {"", VMT_PURGE_NONE},
        {" PURGE=N", VMT_PURGE_NONVOLATILE},
        {" PURGE=V", VMT_PURGE_VOLATILE},
        {" PURGE=E", VMT_PURGE_EMPTY},
        {" PURGE=?", VMT_PURGE_UNKNOWN},
        {" PURGE=Q", VMT_PURGE_UNKNOWN},
        {" PURGE= ", VMT_PURGE_UNKNOWN},
    };
    for (size_t i = 0; i < COUNT(states); i++) {
        for (int detail = 0; detail < 2; detail++) {
            char line[256];
            snprintf(line, sizeof line, "x 1000-2000 [ 4K 4K 0K 0K] rw-/rw- SM=PRV%s%s",
                     states[i].text, detail == 1 ? "  SurfaceID: 0x9" : "");
            read_text(line);
            const struct vmt_region *region = region_at(0);
            UNIT_EQUAL_I64(region->purge, states[i].purge);
            UNIT_EQUAL_STR(text_of(region->detail), detail == 1 ? "SurfaceID: 0x9" : NULL);
            end_reading();
        }
    }
}

/* The quantum of resident, and its value. */
static void check_exactness(const char *line, uint64_t value, uint64_t quantum)
{
    read_text(line);
    const struct vmt_region *region = region_at(0);
    if (!UNIT_EQUAL_U64(region->stated[VMT_EV_RESIDENT].value, value) ||
        !UNIT_EQUAL_U64(region->stated[VMT_EV_RESIDENT].quantum, quantum)) {
        printf("  of \"%s\"\n", line);
    }
    end_reading();
}

static void test_region__exact_between_page_boundaries(void)
{
    check_exactness("x 104a10000-104a28000 [ 96K 80K 0K 0K]" ROW_END, 81920, 0);
    check_exactness("x 104a10000-104a28000 [ 96K 0K 0K 0K]" ROW_END, 0, 0);
    /* M is a rounded number in any case */
    check_exactness("x 104000000-106000000 [ 32.0M 11.9M 0K 0K]" ROW_END, 12478054, 104858);
    /* one end inside a page: K is to nearest, bytes are bytes */
    check_exactness("x 7ff8401c8a30-7ff8401ca600 [ 7K 7K 0K 0K]" ROW_END, 7168, 1024);
    check_exactness("x 1d0a04120-1d0a05000 [ 3808 3808 0K 0K]" ROW_END, 3808, 0);
    check_exactness("x 1d0a04000-1d0a04458 [ 1112 8 0K 0K]" ROW_END, 8, 0);
    check_exactness("x 1d0a04458-1d0a0445b [ 3 3 0K 0K]" ROW_END, 3, 0);
}

static void test_region__pages(void)
{
    /* whole pages of 4096 and of 16384, by the range alone */
    check_exactness(
        "__LINKEDIT 000000010a4bd000-000000010ad93000 [  2262   2103      0      0]" ROW_END,
        UINT64_C(2103) * 4096, 0);
    check_exactness("MALLOC_LARGE 1006bc000-102ae0000 [  2313   1879   1879    434]" ROW_END,
                    UINT64_C(1879) * 16384, 0);
    /* fractions: 2.55 and 7.55 pages of 4096 */
    read_text("__DATA 00007fff99943000-00007fff9994a8e0 [    7.55     4        0        2.55] "
              "rw-/rwx SM=COW          /usr/lib/x\n");
    const struct vmt_region *region = region_at(0);
    UNIT_EQUAL_U64(region->stated[VMT_EV_VIRTUAL].value, 0x78e0);
    UNIT_EQUAL_U64(region->stated[VMT_EV_VIRTUAL].quantum, 0);
    UNIT_EQUAL_U64(region->stated[VMT_EV_RESIDENT].value, 16384);
    UNIT_EQUAL_U64(region->stated[VMT_EV_SWAPPED].value, 10445);
    UNIT_EQUAL_U64(region->stated[VMT_EV_SWAPPED].quantum, 41);
    UNIT_EQUAL_U64(vmt_notes_count(&reading.process->notes, VMT_NOTE_VIRTUAL_DIFFERS), 0);
    end_reading();
    /* a row without a range has pages of the size that the header states; else nothing is known */
    static const char table[] =
        "==== regions for process 1\n"
        "page table in kernel kernel-kernel [  16  16  16  0] rw-/rw- SM=PRV\n";
    char text[512];
    snprintf(text, sizeof text,
             "Virtual Memory Map of process 1 (x)\nOutput report format:  2.4\n"
             "VM page size:  16384 bytes\n\n%s",
             table);
    read_text(text);
    region = region_at(0);
    UNIT_EQUAL_U64(region->stated[VMT_EV_DIRTY].value, 262144);
    end_reading();
    read_text(table);
    region = region_at(0);
    CU_ASSERT((region->known & 1u << VMT_EV_DIRTY) == 0);
    end_reading();
}

/* A line between two sound rows that is damaged at `part` of it. */
static void check_damage(const char *line, const char *part)
{
    char text[1024];
    snprintf(text, sizeof text, "a 1000-2000 [ 4K 4K 0K 0K]%s\n%s\nb 3000-4000 [ 4K 4K 0K 0K]%s\n",
             ROW_END, line, ROW_END);
    read_text(text);
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    CU_ASSERT_FATAL(reading.process != NULL);
    UNIT_EQUAL_U64(reading.process->regions.count, 2);
    UNIT_EQUAL_U64(reading.input->ledger.damaged, 1);
    UNIT_EQUAL_U64(reading.input->ledger.consumed, 2);
    UNIT_EQUAL_I64(reading.process->coverage, VMT_COVERAGE_EXCERPT);
    const struct vmt_note *note = there(note_of(VMT_NOTE_DAMAGED_LINE));
    UNIT_EQUAL_U64(note->place.line, 2);
    UNIT_EQUAL_STR(note->place.source, "text");
    if (!UNIT_EQUAL_U64(note->place.column, column_of(line, part))) {
        printf("  of \"%s\"\n", line);
    }
    CU_ASSERT(note->text != NULL && note->excerpt != NULL);
    end_reading();
}

static void test_region__damage_has_its_column(void)
{
    check_damage("MALLOC_LARGE  104c98000-104a98000  [ 2048K 1536K 1536K 512K]" ROW_END, "104c9");
    check_damage("x 2000-3000 [ 4K 99999999999999999999K 4K 4K]" ROW_END, "99999999");
    check_damage("x 2000-3000 [ 4K 4K 16777216T 4K]" ROW_END, "16777216T");
    check_damage("x 2000-3000 [ 4K 6Q4 4K 4K]" ROW_END, "6Q4");
    check_damage("x 2000-3000 [ 4K 4K 4K 4K] rwx SM=COW", "rwx");
    check_damage("x 2000-3000 [ 4K 4K 4K 4K] rw-/rwx COW", "COW");
}

static void test_region__printed_size_that_is_not_the_range_is_noted(void)
{
    static const char line[] =
        "MALLOC_LARGE                104a98000-104c98000    [ 1920K  1536K  1536K   512K] rw-/rwx "
        "SM=PRV          x";
    read_text(line);
    const struct vmt_region *region = region_at(0);
    UNIT_EQUAL_U64(region->stated[VMT_EV_VIRTUAL].value, 0x200000);
    const struct vmt_note *note = there(note_of(VMT_NOTE_VIRTUAL_DIFFERS));
    UNIT_EQUAL_U64(note->place.line, 1);
    UNIT_EQUAL_U64(note->place.column, column_of(line, "1920K"));
    UNIT_EQUAL_STR(text_of(note->text), "1920K");
    UNIT_EQUAL_U64(reading.input->ledger.damaged, 0);
    end_reading();
    /* Rounded is not different: 11.9M is 12478054 +- 52429. */
    read_text("x 100000000-100be3000 [ 11.9M 0K 0K 0K]" ROW_END "\n"
              "x 100000000-100be0000 [ 11.9M 0K 0K 0K]" ROW_END "\n"
              "x 100000000-100bff000 [ 11.9M 0K 0K 0K]" ROW_END "\n");
    /* 0xbe3000 = 12464128 and 0xbe0000 = 12451840 are within, 0xbff000 = 12578816 is not */
    UNIT_EQUAL_U64(vmt_notes_count(&reading.process->notes, VMT_NOTE_VIRTUAL_DIFFERS), 1);
    end_reading();
}

static void test_region__content_of_the_machine_wide_submap_lies_deeper(void)
{
    read_fixture("darwin-vmmap/ok-15-submap.txt");
    /* In the order of the file: four rows of the process, the window on the shared cache, its two
     * rows, then a window of this process alone and what lies there, twice. */
    static const uint8_t depths[] = {0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0};
    UNIT_EQUAL_U64(reading.process->regions.count, COUNT(depths));
    for (size_t i = 0; i < COUNT(depths); i++) {
        const struct vmt_region *region = region_at(i);
        UNIT_EQUAL_U64(region->submap_depth, depths[i]);
    }
    end_reading();
}

static void test_region__legend_is_no_row(void)
{
    CU_ASSERT(!vmt_part_region_resembles(VMT_PART_REGION_FULL,
                                         vmt_slice("\tCOW=copy_on_write PRV=private")));
    CU_ASSERT(
        !vmt_part_region_resembles(VMT_PART_REGION_FULL, vmt_slice("GAP OF 0x1000 BYTES [ 4K]")));
    CU_ASSERT(!vmt_part_region_resembles(
        VMT_PART_REGION_FULL, vmt_slice("__TEXT 1000-2000 [    8K     8K] r-x/rwx SM=COW  /x")));
    CU_ASSERT(!vmt_part_region_resembles(VMT_PART_REGION_FULL,
                                         vmt_slice("__TEXT 1000-2000 [ 4K] r-x/rwx SM=COW")));
    CU_ASSERT(vmt_part_region_resembles(VMT_PART_REGION_FULL,
                                        vmt_slice("__TEXT 1000-2000 [ 4K 4K 4K 4K")) ==
              vmt_part_region_resembles(VMT_PART_REGION_FULL,
                                        vmt_slice("__TEXT 1000-2000 [ 4K 4K 4K 4K ")));
    CU_ASSERT(vmt_part_region_resembles(VMT_PART_REGION_FULL,
                                        vmt_slice("x 1000-2000 [ 4K 4K 4K 4K] rubbish")));
    CU_ASSERT(vmt_part_region_resembles(VMT_PART_REGION_FULL,
                                        vmt_slice("x kernel-kernel [ 4K 4K 4K 4K] rubbish")));
    read_fixture("darwin-vmmap/ok-crlf.txt");
    UNIT_EQUAL_U64(reading.process->regions.count, 7);
    end_reading();
}

static void test_region__headings(void)
{
    CU_ASSERT(vmt_part_region_is_heading(
        VMT_PART_REGION_FULL,
        vmt_slice(
            "REGION TYPE                    START - END         [ VSIZE  RSDNT  DIRTY   SWAP] "
            "PRT/MAX SHRMOD PURGE    REGION DETAIL")));
    CU_ASSERT(!vmt_part_region_is_heading(
        VMT_PART_REGION_FULL,
        vmt_slice("REGION TYPE                        SIZE    COUNT (non-coalesced) ")));
}

static void test_region__a_short_row_alone_is_not_ours(void)
{
    static const char *const texts[] = {
        "__TEXT                         a0000000 [   4K] rw-/rw- SM=COW ...System.B.dylib\n",
        "__TEXT                 00001000-00034000 [  204K] r-x/rwx SM=COW\n",
        "STACK GUARD            00007fff650aa000-00007fff688aa000 [ 56.0M] ---/rwx SM=NUL  x\n",
        "__TEXT                 0000000105b60000-0000000105b62000 [    8K     8K] r-x/rwx SM=COW\n",
        "Virtual Memory Map of process 1 (x)\nOutput report format:  3.1  -- 64-bit process\n",
        "Process: x [1]\nAnalysis Tool: /usr/bin/heap\n----\n",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        read_text(texts[i]);
        if (!UNIT_EQUAL_I64(reading.status, VMT_E_NOCAPTURE)) {
            printf("  of \"%s\"\n", texts[i]);
        }
        end_reading();
    }
}

/* --- headers ---------------------------------------------------------------------------------- */

#define HEADER_END                                                                       \
    "Analysis Tool:   /usr/bin/vmmap\n----\n\n"                                          \
    "==== regions for process 41  (non-writable and writable regions are interleaved)\n" \
    "x 1000-2000 [ 4K 4K 0K 0K]" ROW_END "\n"

/* One header line among others that make it one of vmmap. */
static void read_header_line(const char *line)
{
    char text[1024];
    snprintf(text, sizeof text, "Process:         x [41]\n%s\n%s", line, HEADER_END);
    read_text(text);
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    CU_ASSERT_FATAL(reading.process != NULL);
    UNIT_EQUAL_U64(reading.input->ledger.damaged, 0);
    UNIT_EQUAL_U64(reading.input->ledger.prose, 0);
}

static void test_header__process(void)
{
    static const struct {
        const char *text;
        const char *name; /* NULL: none */
        uint64_t pid;
    } values[] = {
        {"Notes [4242]", "Notes", 4242},
        {"Electron Helper (Renderer) [73559]", "Electron Helper (Renderer)", 73559},
        {"a [b] [12]", "a [b]", 12},
        {"a] [12]", "a]", 12},
        {"??? [1]", "???", 1},
        {"=1+2 [88]  ", "=1+2", 88},
        {"a[7]", "a", 7},
        {"[12]", NULL, 0},
        {"a [b]", NULL, 0},
        {"a []", NULL, 0},
        {"a", NULL, 0},
        {"", NULL, 0},
        {"]", NULL, 0},
        {"a [18446744073709551616]", NULL, 0},
        {"a [-1]", NULL, 0},
    };
    for (size_t i = 0; i < COUNT(values); i++) {
        struct vmt_slice name = {NULL, 0};
        uint64_t pid = 0;
        bool read = vmt_part_header_process(vmt_slice(values[i].text), &name, &pid);
        if (!UNIT_EQUAL_I64(read, values[i].name != NULL)) {
            printf("  of \"%s\"\n", values[i].text);
        } else if (read) {
            CU_ASSERT(vmt_slice_equals(name, vmt_slice(values[i].name)));
            UNIT_EQUAL_U64(pid, values[i].pid);
        }
    }
}

static void test_header__times(void)
{
    static const struct {
        const char *text;
        const char *time; /* NULL: none, a fact */
    } times[] = {
        {"2026-03-02 10:11:12.345 +0100", "2026-03-02T10:11:12.345+01:00"},
        {"2018-09-24 17:51:47.617 -0730", "2018-09-24T17:51:47.617-07:30"},
        {"2026-03-02 10:11:12 +0000", "2026-03-02T10:11:12+00:00"},
        {"2026-03-02 10:11:12.345", "2026-03-02T10:11:12.345"},
        {"2026-03-02 10:11:12", "2026-03-02T10:11:12"},
        {"2026-03-02 10:11:12.123456789 +0100", "2026-03-02T10:11:12.123456789+01:00"},
        {"(null)", NULL},
        {"???", NULL},
        {"2026-03-02", NULL},
        {"2026-03-02 10:11:12 PM", NULL},
        {"2026-03-02 10:11:12.1234567890 +0100", NULL},
    };
    for (size_t i = 0; i < COUNT(times); i++) {
        char line[128];
        snprintf(line, sizeof line, "Date/Time:       %s", times[i].text);
        read_header_line(line);
        UNIT_EQUAL_STR(text_of(reading.process->captured_at), times[i].time);
        UNIT_EQUAL_STR(text_of(reading.process->launched_at), NULL);
        UNIT_EQUAL_STR(fact_of("Date/Time"), times[i].time == NULL ? times[i].text : NULL);
        end_reading();
    }
    read_header_line("Launch Time:     2026-03-02 10:11:12.345 +0100");
    UNIT_EQUAL_STR(text_of(reading.process->launched_at), "2026-03-02T10:11:12.345+01:00");
    UNIT_EQUAL_STR(text_of(reading.process->captured_at), NULL);
    end_reading();
}

static void test_header__systems(void)
{
    static const struct {
        const char *text;
        unsigned major;
    } systems[] = {
        {"macOS 14.5 (23F79)", 14},
        {"Mac OS X 10.13.6 (17G65)", 10},
        {"OS X 10.11.6 (15G31)", 10},
        {"macOS 26.5.2 (25F84)", 26},
        {"macOS 15 (24A335)", 15},
        {"macOS 27.0 (26A5416b)", 27},
        {"iPhone OS 15.5 (19F70)", 0},
        {"???", 0},
        {"macOS", 0},
        {"macOS x.1 (1)", 0},
        {"macOS 99999999999999999999.1", 0},
    };
    for (size_t i = 0; i < COUNT(systems); i++) {
        char line[128];
        snprintf(line, sizeof line, "OS Version:      %s", systems[i].text);
        read_header_line(line);
        UNIT_EQUAL_U64(reading.process->macos_major, systems[i].major);
        UNIT_EQUAL_STR(text_of(reading.process->os), systems[i].text);
        end_reading();
    }
}

static void test_header__footprints(void)
{
    read_header_line("Physical footprint:         120.4M\nPhysical footprint (peak):  131.2M");
    /* 120.4 and 131.2 x 2^20, rounded; half a last digit is 52429 */
    UNIT_EQUAL_U64(reading.process->whole.of[VMT_FOOTPRINT].value, 126248550);
    UNIT_EQUAL_U64(reading.process->whole.of[VMT_FOOTPRINT].lower, 126248550 - 52429);
    UNIT_EQUAL_U64(reading.process->whole.of[VMT_FOOTPRINT].upper, 126248550 + 52429);
    UNIT_EQUAL_U64(reading.process->whole.of[VMT_FOOTPRINT_PEAK].value, 137573171);
    end_reading();
    read_header_line("Physical footprint:         2336K");
    UNIT_EQUAL_U64(reading.process->whole.of[VMT_FOOTPRINT].lower, UINT64_C(2336) * 1024 - 512);
    UNIT_EQUAL_U64(reading.process->whole.of[VMT_FOOTPRINT].upper, UINT64_C(2336) * 1024 + 512);
    CU_ASSERT(!reading.process->whole.of[VMT_FOOTPRINT_PEAK].known);
    end_reading();
    read_header_line("Physical footprint:         ???");
    CU_ASSERT(!reading.process->whole.of[VMT_FOOTPRINT].known &&
              !reading.process->whole.of[VMT_FOOTPRINT].bounded);
    UNIT_EQUAL_STR(fact_of("Physical footprint"), "???");
    end_reading();
}

static void test_header__keys_without_a_member_are_facts(void)
{
    read_header_line("Path:            /Applications/A: B.app/x\nParent Process:  ??? [1]\n"
                     "Code Type:       ARM64\nSandbox Profile: none");
    UNIT_EQUAL_STR(fact_of("Path"), "/Applications/A: B.app/x");
    UNIT_EQUAL_STR(fact_of("Parent Process"), "??? [1]");
    UNIT_EQUAL_STR(fact_of("Sandbox Profile"), "none");
    UNIT_EQUAL_STR(fact_of("Code Type"), NULL);
    UNIT_EQUAL_STR(text_of(reading.process->arch), "ARM64");
    UNIT_EQUAL_U64(vmt_notes_count(&reading.process->notes, VMT_NOTE_UNKNOWN_KEY), 1);
    const struct vmt_note *note = there(note_of(VMT_NOTE_UNKNOWN_KEY));
    UNIT_EQUAL_STR(text_of(note->text), "Sandbox Profile");
    UNIT_EQUAL_U64(note->place.line, 5);
    end_reading();
}

static void test_header__map_title_and_page_size(void)
{
    read_text("Virtual Memory Map of process 612 (a (b))\n"
              "Output report format:  2.4  -- 64-bit process\n"
              "VM page size:  16384 bytes\n"
              "Collected with PhysFootprint mode enabled\n\n"
              "==== regions for process 612\nx 1000-2000 [ 4K 4K 0K 0K]" ROW_END "\n");
    CU_ASSERT_FATAL(reading.process != NULL);
    UNIT_EQUAL_STR(text_of(reading.process->name), "a (b)");
    CU_ASSERT(reading.process->pid_known);
    UNIT_EQUAL_U64(reading.process->pid, 612);
    UNIT_EQUAL_U64(reading.process->page_size, 16384);
    UNIT_EQUAL_STR(fact_of("Collected with"), "PhysFootprint mode enabled");
    end_reading();
    static const char *const sizes[] = {"0", "3", "4095", "5000", "x", "18446744073709551616"};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "Virtual Memory Map of process 612 (a)\nOutput report format:  2.4\n"
                 "VM page size:  %s bytes\n\n==== regions for process 612\n"
                 "x 1000-2000 [ 4K 4K 0K 0K]" ROW_END "\n",
                 sizes[i]);
        read_text(text);
        UNIT_EQUAL_U64(reading.process->page_size, 0);
        UNIT_EQUAL_U64(reading.input->ledger.damaged, 1);
        const struct vmt_note *note = there(note_of(VMT_NOTE_DAMAGED_LINE));
        UNIT_EQUAL_U64(note->place.line, 3);
        UNIT_EQUAL_U64(note->place.column, 16);
        end_reading();
    }
}

static void test_header__whole_of_a_fixture(void)
{
    read_fixture("darwin-vmmap/ok-crlf.txt");
    const struct vmt_process *process = reading.process;
    CU_ASSERT_FATAL(process != NULL);
    UNIT_EQUAL_STR(text_of(process->name), "Harbor");
    UNIT_EQUAL_U64(process->pid, 902);
    UNIT_EQUAL_STR(text_of(process->arch), "ARM64");
    UNIT_EQUAL_STR(text_of(process->os), "macOS 14.6 (23G80)");
    UNIT_EQUAL_U64(process->macos_major, 14);
    UNIT_EQUAL_U64(process->page_size, 16384);
    UNIT_EQUAL_STR(text_of(process->captured_at), "2025-09-14T12:03:22.417+02:00");
    UNIT_EQUAL_U64(process->whole.of[VMT_FOOTPRINT].value, UINT64_C(2336) * 1024);
    UNIT_EQUAL_STR(fact_of("Load Address"), "0x104a10000");
    UNIT_EQUAL_STR(fact_of("Writable regions"),
                   "Total=11.0M written=2096K(19%) resident=1712K(15%) swapped_out=560K(5%) "
                   "unallocated=8976K(80%)");
    UNIT_EQUAL_STR(process->grammar, "darwin-vmmap");
    UNIT_EQUAL_U64(process->line, 1);
    /* 61 lines, of which nine are empty (grep -c) */
    UNIT_EQUAL_U64(reading.input->ledger.lines, 61);
    UNIT_EQUAL_U64(reading.input->ledger.blank, 9);
    UNIT_EQUAL_U64(reading.input->ledger.consumed, 52);
    end_reading();
}

static void test_header__messages_of_the_tool_are_noted(void)
{
    read_fixture("darwin-vmmap/ok-10.13-i386.txt");
    UNIT_EQUAL_U64(vmt_notes_count(&reading.process->notes, VMT_NOTE_TOOL_MESSAGE), 2);
    const struct vmt_note *note = there(note_of(VMT_NOTE_TOOL_MESSAGE));
    UNIT_EQUAL_U64(note->place.line, 1);
    UNIT_EQUAL_U64(reading.process->line, 1);
    UNIT_EQUAL_U64(reading.input->ledger.prose, 0);
    end_reading();
}

/* --- summary tables --------------------------------------------------------------------------- */

#define TABLE_HEADING                                                                               \
    "                                VIRTUAL RESIDENT    DIRTY  SWAPPED VOLATILE   NONVOL    EMPTY" \
    "   REGION \n"                                                                                  \
    "REGION TYPE                        SIZE     SIZE     SIZE     SIZE     SIZE     SIZE     SIZE" \
    "    COUNT (non-coalesced) \n"                                                                  \
    "===========                     ======= ========    =====  ======= ========   ======    =====" \
    "  ======= \n"

static void test_summary__rows(void)
{
    static const struct {
        const char *name;
        uint64_t values[VMT_EV_COUNT];
        uint64_t regions;
    } rows[] = {
        {"MALLOC_TINY", {1048576, 147456, 147455 + 1, 32768, 1024, 2048, 3072}, 1},
        {"Memory Tag 242", {8192, 8192, 0, 0, 0, 0, 0}, 3},
        {"Memory Tag 255 (reserved)", {824, 8, 0, 0, 0, 0, 0}, 12},
        {"ATS (font support) (reserved)", {4096, 0, 0, 0, 0, 0, 0}, 1},
        {"MALLOC freed, no zone", {16384, 0, 0, 0, 0, 0, 0}, 2},
        {".note.gnu.prope", {4096, 0, 0, 0, 0, 0, 0}, 1},
        {"7 9", {4096, 0, 0, 0, 0, 0, 0}, 1},
    };
    read_text(TABLE_HEADING
              "MALLOC_TINY                       1024K     144K     144K      32K       1K       2K"
              "       3K        1         see MALLOC ZONE table below\n"
              "Memory Tag 242                       8K       8K       0K       0K       0K       0K"
              "       0K        3 \n"
              "Memory Tag 255 (reserved)     824  8  0K  0K  0K  0K  0K  12   reserved VM address "
              "space (unallocated)\n"
              "ATS (font support) (reserved) 4K 0K 0K 0K 0K 0K 0K 1\n"
              "MALLOC freed, no zone 16K 0K 0K 0K 0K 0K 0K 2\n"
              ".note.gnu.prope 4K 0K 0K 0K 0K 0K 0K 1\n"
              "7 9 4K 0K 0K 0K 0K 0K 0K 1\n"
              "===========                     ======= ========    =====  ======= \n"
              "TOTAL                             11.2M    1840K    1728K     560K       0K       0K"
              "       0K       21 \n"
              "TOTAL, minus reserved VM space 1.1G 1840K 1728K 560K 0K 0K 0K 22\n");
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    UNIT_EQUAL_U64(reading.process->stated.count, COUNT(rows));
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct vmt_stated_row *row = row_at(i);
        UNIT_EQUAL_STR(text_of(row->type->printed), rows[i].name);
        for (size_t j = 0; j < VMT_EV_COUNT; j++) {
            UNIT_EQUAL_U64(row->stated[j].value, rows[i].values[j]);
        }
        UNIT_EQUAL_U64(row->regions, rows[i].regions);
        UNIT_EQUAL_U64(row->known, (1u << (VMT_EV_EMPTY + 1)) - 1);
        UNIT_EQUAL_U64(row->line, 4 + i);
    }
    const struct vmt_stated_row *total = reading.process->stated_total;
    const struct vmt_stated_row *unreserved = reading.process->stated_unreserved;
    CU_ASSERT_FATAL(total != NULL && unreserved != NULL);
    UNIT_EQUAL_U64(total->stated[VMT_EV_VIRTUAL].value, 11744051); /* 11.2 x 2^20 */
    UNIT_EQUAL_U64(total->stated[VMT_EV_VIRTUAL].quantum, 104858);
    UNIT_EQUAL_U64(total->regions, 21);
    CU_ASSERT(total->type == NULL);
    UNIT_EQUAL_U64(unreserved->stated[VMT_EV_VIRTUAL].value, 1181116006); /* 1.1 x 2^30 */
    UNIT_EQUAL_U64(unreserved->regions, 22);
    UNIT_EQUAL_U64(reading.input->ledger.consumed, 13);
    end_reading();
}

static void test_summary__two_columns_of_10_12(void)
{
    read_fixture("darwin-vmmap/ok-10.12-coder.txt");
    const struct vmt_stated_row *row = row_at(0);
    UNIT_EQUAL_STR(text_of(row->type->printed), "Dispatch continuations");
    UNIT_EQUAL_U64(row->known, 1u << VMT_EV_VIRTUAL);
    UNIT_EQUAL_U64(row->stated[VMT_EV_VIRTUAL].value, 8388608);
    UNIT_EQUAL_U64(row->regions, 2); /* one too high, as that tool has it */
    CU_ASSERT_FATAL(reading.process->stated_total != NULL);
    UNIT_EQUAL_U64(reading.process->stated_total->regions, 98);
    UNIT_EQUAL_U64(reading.process->stated_total->known, 1u << VMT_EV_VIRTUAL);
    end_reading();
}

static void test_summary__pages(void)
{
    read_fixture("darwin-vmmap/ok-14-pages.txt");
    const struct vmt_stated_row *row = row_at(0);
    UNIT_EQUAL_STR(text_of(row->type->printed), "MALLOC_LARGE");
    UNIT_EQUAL_U64(row->stated[VMT_EV_VIRTUAL].value, UINT64_C(2313) * 16384);
    UNIT_EQUAL_U64(row->stated[VMT_EV_SWAPPED].value, UINT64_C(434) * 16384);
    UNIT_EQUAL_U64(reading.process->stated_total->stated[VMT_EV_VIRTUAL].value,
                   UINT64_C(3357) * 16384);
    end_reading();
    /* Pages of a size that nothing states are not known. */
    read_text("REGION TYPE PAGES PAGES PAGES PAGES PAGES PAGES PAGES COUNT\n"
              "=========== =====\nMALLOC_TINY 64 9 9 2 0 0 0 1\n");
    row = row_at(0);
    UNIT_EQUAL_U64(row->known, 0);
    UNIT_EQUAL_U64(row->regions, 1);
    end_reading();
}

static void test_summary__damage_between_rows(void)
{
    read_text(TABLE_HEADING "MALLOC_TINY 4K 4K 4K 0K 0K 0K 0K 1\nMALLOC_SM\n"
                            "Stack 4K 4K 4K 0K 0K 0K 0K 1\n");
    UNIT_EQUAL_U64(reading.process->stated.count, 2);
    UNIT_EQUAL_U64(reading.input->ledger.damaged, 1);
    end_reading();
    /* What follows the table is no damage. */
    read_text(TABLE_HEADING "MALLOC_TINY 4K 4K 4K 0K 0K 0K 0K 1\n$ exit\n");
    UNIT_EQUAL_U64(reading.process->stated.count, 1);
    UNIT_EQUAL_U64(reading.input->ledger.damaged, 0);
    UNIT_EQUAL_U64(reading.input->ledger.prose, 1);
    end_reading();
    read_text(TABLE_HEADING "MALLOC_TINY 16777216T 4K 4K 0K 0K 0K 0K 1\n");
    UNIT_EQUAL_U64(reading.process->stated.count, 0);
    UNIT_EQUAL_U64(reading.input->ledger.damaged, 1);
    const struct vmt_note *note = there(note_of(VMT_NOTE_DAMAGED_LINE));
    UNIT_EQUAL_U64(note->place.column, 13);
    end_reading();
}

static void test_summary__tables_of_crash_reports_are_not_taken_for_dumps(void)
{
    read_text("                                VIRTUAL   REGION \n"
              "REGION TYPE                        SIZE    COUNT (non-coalesced) \n"
              "===========                     =======  ======= \n"
              "MALLOC                           1024K        3 \n");
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    UNIT_EQUAL_STR(reading.process->grammar, "darwin-crash");
    end_reading();
}

/* --- zones ------------------------------------------------------------------------------------ */

static void check_zone(const struct vmt_zone *zone, const char *name, const uint64_t *sizes,
                       const uint64_t *numbers)
{
    CU_ASSERT_FATAL(zone != NULL);
    UNIT_EQUAL_STR(text_of(zone->name), name);
    for (size_t i = 0; i < VMT_ZONE_SIZE_COUNT; i++) {
        CU_ASSERT((zone->known_sizes & 1u << i) != 0);
        UNIT_EQUAL_U64(zone->sizes[i].value, sizes[i]);
    }
    UNIT_EQUAL_U64(zone->numbers[VMT_ZONE_ALLOCATIONS], numbers[0]);
    UNIT_EQUAL_U64(zone->numbers[VMT_ZONE_FRAGMENTATION], numbers[1]);
    UNIT_EQUAL_U64(zone->numbers[VMT_ZONE_REGIONS], numbers[2]);
}

static void test_zones__of_10_12_6_and_later(void)
{
    read_text(
        "                                 VIRTUAL   RESIDENT      DIRTY    SWAPPED ALLOCATION      "
        "BYTES DIRTY+SWAP          REGION\n"
        "MALLOC ZONE                         SIZE       SIZE       SIZE       SIZE      COUNT  "
        "ALLOCATED  FRAG SIZE  % FRAG   COUNT\n"
        "===========                      =======  =========  =========  =========  =========  "
        "=========  =========  ======  ======\n"
        "DefaultMallocZone_0x105348000     512.0M        96K        96K       176K        173      "
        "   6K       266K     98%       1\n"
        "WebKit Malloc_0x10610e678            16K         8K         4K         0K          9      "
        " 1712         0K      0%       3\n"
        "GFXMallocZone_0x1093a9000             0K         0K         0K         0K          0      "
        "   0K         0K              0\n"
        "===========                      =======  =========  =========  =========  =========  "
        "=========  =========  ======  ======\n"
        "TOTAL                             512.0M       104K       100K       176K        182      "
        "   8K       266K     97%       4\n");
    static const uint64_t first[] = {536870912, 98304, 98304, 180224, 6144, 272384};
    static const uint64_t first_numbers[] = {173, 980, 1};
    static const uint64_t second[] = {16384, 8192, 4096, 0, 1712, 0};
    static const uint64_t second_numbers[] = {9, 0, 3};
    static const uint64_t third[] = {0, 0, 0, 0, 0, 0};
    static const uint64_t third_numbers[] = {0, 0, 0};
    static const uint64_t total[] = {536870912, 106496, 102400, 180224, 8192, 272384};
    static const uint64_t total_numbers[] = {182, 970, 4};
    UNIT_EQUAL_U64(reading.process->zones.count, 3);
    check_zone(zone_at(0), "DefaultMallocZone_0x105348000", first, first_numbers);
    check_zone(zone_at(1), "WebKit Malloc_0x10610e678", second, second_numbers);
    check_zone(zone_at(2), "GFXMallocZone_0x1093a9000", third, third_numbers);
    check_zone(reading.process->zone_total, "TOTAL", total, total_numbers);
    const unsigned fragmentation = 1u << VMT_ZONE_FRAGMENTATION;
    const struct vmt_zone *zones[3];
    for (size_t i = 0; i < COUNT(zones); i++) {
        zones[i] = zone_at(i);
    }
    CU_ASSERT((zones[0]->known_numbers & fragmentation) != 0);
    CU_ASSERT((zones[1]->known_numbers & fragmentation) != 0); /* 0 % is not unknown */
    CU_ASSERT((zones[2]->known_numbers & fragmentation) == 0);
    CU_ASSERT((zones[0]->known_numbers & 1u << VMT_ZONE_FULL) == 0);
    UNIT_EQUAL_U64(reading.input->ledger.consumed, 8);
    end_reading();
}

static void test_zones__of_10_12(void)
{
    read_text("                             VIRTUAL ALLOCATION      BYTES          REGION\n"
              "MALLOC ZONE                   SIZE      COUNT  ALLOCATED  % FULL   COUNT\n"
              "===========                =======  =========  =========  ======  ======\n"
              "DefaultMallocZone_0x10fd     18.0M       1200       301K      1%       4\n");
    const struct vmt_zone *zone = zone_at(0);
    UNIT_EQUAL_U64(zone->sizes[VMT_ZONE_VIRTUAL].value, 18874368);
    UNIT_EQUAL_U64(zone->sizes[VMT_ZONE_ALLOCATED].value, 308224);
    UNIT_EQUAL_U64(zone->known_sizes, 1u << VMT_ZONE_VIRTUAL | 1u << VMT_ZONE_ALLOCATED);
    UNIT_EQUAL_U64(zone->numbers[VMT_ZONE_ALLOCATIONS], 1200);
    UNIT_EQUAL_U64(zone->numbers[VMT_ZONE_FULL], 10);
    UNIT_EQUAL_U64(zone->numbers[VMT_ZONE_REGIONS], 4);
    CU_ASSERT((zone->known_numbers & 1u << VMT_ZONE_FRAGMENTATION) == 0);
    end_reading();
}

static void test_zones__empty_table_and_single_zone(void)
{
    read_fixture("darwin-vmmap/ok-10.13-i386.txt");
    UNIT_EQUAL_U64(reading.process->zones.count, 0);
    CU_ASSERT(reading.process->zone_total == NULL);
    UNIT_EQUAL_U64(reading.input->ledger.prose, 0);
    end_reading();
    read_fixture("darwin-vmmap/ok-crlf.txt");
    UNIT_EQUAL_U64(reading.process->zones.count, 1);
    CU_ASSERT(reading.process->zone_total == NULL);
    CU_ASSERT(reading.process->stated_total != NULL);
    UNIT_EQUAL_U64(reading.process->stated_total->regions, 7);
    end_reading();
}

static void test_zones__pages_with_allocated_bytes(void)
{
    read_fixture("darwin-vmmap/ok-14-pages.txt");
    const struct vmt_zone *zone = zone_at(0);
    UNIT_EQUAL_U64(zone->sizes[VMT_ZONE_VIRTUAL].value, UINT64_C(2825) * 16384);
    UNIT_EQUAL_U64(zone->sizes[VMT_ZONE_SWAPPED].value, UINT64_C(434) * 16384);
    UNIT_EQUAL_U64(zone->sizes[VMT_ZONE_ALLOCATED].value, 31457280);
    UNIT_EQUAL_U64(zone->sizes[VMT_ZONE_FRAGMENTED].value, UINT64_C(7392) * 1024);
    end_reading();
}

static void test_table__rules(void)
{
    CU_ASSERT(vmt_part_table_is_rule(vmt_slice("===========                     ======= ")));
    CU_ASSERT(vmt_part_table_is_rule(vmt_slice("  ===== ===")));
    CU_ASSERT(!vmt_part_table_is_rule(vmt_slice("==== Legend")));
    CU_ASSERT(!vmt_part_table_is_rule(vmt_slice("====")));
    CU_ASSERT(!vmt_part_table_is_rule(vmt_slice("")));
    CU_ASSERT(!vmt_part_table_is_rule(vmt_slice("-------")));
}

/* --- driver ----------------------------------------------------------------------------------- */

static void test_driver__registry_is_sorted_and_named(void)
{
    size_t count = 0;
    for (; vmt_grammars[count] != NULL; count++) {
        CU_ASSERT(vmt_grammars[count]->name[0] != '\0');
        CU_ASSERT(vmt_grammars[count]->summary[0] != '\0');
        CU_ASSERT(vmt_grammars[count]->claims != NULL && vmt_grammars[count]->parse != NULL);
        CU_ASSERT(count == 0 ||
                  strcmp(vmt_grammars[count - 1]->name, vmt_grammars[count]->name) < 0);
    }
    CU_ASSERT(count > 0);
}

static void test_driver__prose_around_and_between_dumps(void)
{
    read_fixture("darwin-vmmap/ok-two-dumps.txt");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    const struct vmt_process *first = there(process_at(0));
    const struct vmt_process *second = there(process_at(1));
    UNIT_EQUAL_U64(first->pid, second->pid);
    CU_ASSERT(first->line < second->line);
    CU_ASSERT(first->captured_at != NULL && second->captured_at != NULL);
    CU_ASSERT(first->captured_at != second->captured_at);
    CU_ASSERT(reading.input->ledger.prose > 0);
    UNIT_EQUAL_U64(reading.input->ledger.damaged, 0);
    end_reading();

    read_fixture("darwin-vmmap/ok-prose-around.txt");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 1);
    CU_ASSERT(reading.input->ledger.prose > 0);
    UNIT_EQUAL_U64(reading.input->ledger.damaged, 0);
    UNIT_EQUAL_U64(reading.process->regions.count, reading.process->stated_total->regions);
    end_reading();
}

static void test_driver__fragments_apart_are_parts_apart(void)
{
    read_text("a 1000-2000 [ 4K 4K 0K 0K]" ROW_END "\n"
              "\n\n\nThat was the first one; the other looked like this, a good deal later:\n\n\n"
              "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n\n"
              "b 1000-2000 [ 4K 4K 0K 0K]" ROW_END "\n");
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_U64(reading.input->ledger.lines, 22);
    UNIT_EQUAL_U64(reading.input->ledger.consumed, 2);
    UNIT_EQUAL_U64(reading.input->ledger.prose, 14);
    UNIT_EQUAL_U64(reading.input->ledger.blank, 6);
    const struct vmt_process *second = there(process_at(1));
    UNIT_EQUAL_U64(second->line, 22);
    end_reading();
}

static void test_driver__no_capture_says_where_to_look(void)
{
    read_text("nothing\nof interest\n\n");
    UNIT_EQUAL_I64(reading.status, VMT_E_NOCAPTURE);
    UNIT_EQUAL_I64(reading.err.status, VMT_E_NOCAPTURE);
    UNIT_EQUAL_STR(reading.err.place.source, "text");
    CU_ASSERT(strstr(reading.err.message, "vmtally formats") != NULL);
    CU_ASSERT(strstr(reading.err.message, "3 lines") != NULL);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 0);
    UNIT_EQUAL_U64(reading.input->ledger.prose, 2);
    UNIT_EQUAL_U64(reading.input->ledger.blank, 1);
    end_reading();
    read_text("");
    UNIT_EQUAL_I64(reading.status, VMT_E_NOCAPTURE);
    UNIT_EQUAL_U64(reading.input->ledger.lines, 0);
    end_reading();
}

static void test_driver__long_line_in_prose_is_noted(void)
{
    static char text[400 * 1000];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\n';
    read_slice((struct vmt_slice){text, sizeof text});
    UNIT_EQUAL_I64(reading.status, VMT_E_NOCAPTURE);
    UNIT_EQUAL_U64(reading.input->ledger.lines, 1);
    UNIT_EQUAL_U64(vmt_notes_count(&reading.input->notes, VMT_NOTE_LONG_LINE), 1);
    end_reading();
}

static void test_driver__second_input_of_one_snapshot(void)
{
    struct vmt_memory_input input;
    read_text("a 1000-2000 [ 4K 4K 0K 0K]" ROW_END "\n");
    vmt_memory_input_init(&input, "second", vmt_slice("b 1000-2000 [ 4K 4K 0K 0K]" ROW_END "\n"));
    CU_ASSERT(vmt_read(&reading.snapshot, &reading.context, &input.input, &reading.err) == VMT_OK);
    UNIT_EQUAL_U64(reading.snapshot.inputs.count, 2);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    const struct vmt_process *first = there(process_at(0));
    const struct vmt_process *second = there(process_at(1));
    UNIT_EQUAL_STR(text_of(first->input), "text");
    UNIT_EQUAL_STR(text_of(second->input), "second");
    end_reading();
}

static void test_driver__damaged_lines_are_located_and_counted(void)
{
    read_fixture("darwin-vmmap/warn-damaged-many.txt");
    /* 30 broken rows: lines 16 to 45 */
    UNIT_EQUAL_U64(reading.input->ledger.damaged, 30);
    UNIT_EQUAL_U64(vmt_notes_count(&reading.process->notes, VMT_NOTE_DAMAGED_LINE), 30);
    UNIT_EQUAL_U64(reading.process->regions.count, 7);
    struct vmt_walker walker = {0};
    const struct vmt_note *note = NULL;
    uint64_t located = 0;
    while ((note = vmt_sequence_next(&reading.process->notes.sequence, &walker)) != NULL) {
        if (note->kind == VMT_NOTE_DAMAGED_LINE && note->place.line != 0) {
            located++;
            UNIT_EQUAL_U64(note->place.line, 15 + located);
        }
    }
    UNIT_EQUAL_U64(located, 20);
    end_reading();
}

/* --- coverage --------------------------------------------------------------------------------- */

static void test_coverage__of_fixtures(void)
{
    static const struct {
        const char *name;
        enum vmt_coverage coverage;
    } fixtures[] = {
        {"darwin-vmmap/ok-crlf.txt", VMT_COVERAGE_WHOLE}, /* as many rows as its total counts */
        {"darwin-vmmap/ok-15-submap.txt", VMT_COVERAGE_WHOLE}, /* from its sections to the legend */
        {"darwin-vmmap/ok-hostile-names.txt", VMT_COVERAGE_WHOLE},   /* no legend, but a total */
        {"darwin-vmmap/ok-fragment-rows.txt", VMT_COVERAGE_EXCERPT}, /* rows around something */
        {"darwin-vmmap/ok-one-row.txt", VMT_COVERAGE_EXCERPT},
        {"darwin-vmmap/ok-summary-only.txt",
         VMT_COVERAGE_EXCERPT}, /* of its regions, which are not there */
        {"darwin-vmmap/warn-elision.txt", VMT_COVERAGE_EXCERPT},
        {"darwin-vmmap/warn-torn-row.txt", VMT_COVERAGE_EXCERPT},
        {"darwin-vmmap/warn-reversed-range.txt", VMT_COVERAGE_EXCERPT},
        {"darwin-vmmap/warn-truncated.txt", VMT_COVERAGE_EXCERPT},
        {"darwin-vmmap/warn-damaged-many.txt", VMT_COVERAGE_EXCERPT},
        {"darwin-vmmap/warn-summary-differs.txt", VMT_COVERAGE_WHOLE},
    };
    for (size_t i = 0; i < COUNT(fixtures); i++) {
        read_fixture(fixtures[i].name);
        CU_ASSERT_FATAL(reading.process != NULL);
        if (!UNIT_EQUAL_I64(reading.process->coverage, fixtures[i].coverage)) {
            printf("  of %s\n", fixtures[i].name);
        }
        end_reading();
    }
}

static void test_coverage__sections_without_an_end_tell_nothing(void)
{
    read_text("==== regions for process 41\nx 1000-2000 [ 4K 4K 0K 0K]" ROW_END "\n\n");
    UNIT_EQUAL_I64(reading.process->coverage, VMT_COVERAGE_UNKNOWN);
    end_reading();
    /* One of the two sections is missing. */
    read_text("==== Writable regions for process 41\nx 1000-2000 [ 4K 4K 0K 0K]" ROW_END "\n\n"
              "==== Legend\nSM=sharing mode:\n");
    UNIT_EQUAL_I64(reading.process->coverage, VMT_COVERAGE_EXCERPT);
    end_reading();
}

static void test_coverage__one_row_is_enough_to_be_missing(void)
{
    static const struct {
        unsigned total;
        enum vmt_coverage coverage;
    } cases[] = {{1, VMT_COVERAGE_UNKNOWN}, {2, VMT_COVERAGE_WHOLE}, {3, VMT_COVERAGE_EXCERPT}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[1024];
        snprintf(text, sizeof text,
                 "==== regions for process 41\nx 1000-2000 [ 4K 4K 0K 0K]" ROW_END
                 "\ny 3000-4000 [ 4K 4K 0K 0K]" ROW_END
                 "\n\n==== Summary for process 41\n" TABLE_HEADING
                 "x 4K 4K 0K 0K 0K 0K 0K 1\nTOTAL 8K 8K 0K 0K 0K 0K 0K %u\n",
                 cases[i].total);
        read_text(text);
        UNIT_EQUAL_U64(reading.process->regions.count, 2);
        UNIT_EQUAL_I64(reading.process->coverage, cases[i].coverage);
        UNIT_EQUAL_U64(vmt_notes_count(&reading.process->notes, VMT_NOTE_MISSING_REGIONS),
                       cases[i].coverage == VMT_COVERAGE_EXCERPT);
        end_reading();
    }
}

static void test_coverage__fewer_rows_than_the_total_are_noted(void)
{
    read_fixture("darwin-vmmap/warn-elision.txt");
    UNIT_EQUAL_U64(vmt_notes_count(&reading.process->notes, VMT_NOTE_MISSING_REGIONS), 1);
    UNIT_EQUAL_U64(vmt_notes_count(&reading.process->notes, VMT_NOTE_ELISION), 3);
    UNIT_EQUAL_U64(reading.process->regions.count, 4);
    UNIT_EQUAL_U64(reading.process->stated_total->regions, 7);
    UNIT_EQUAL_U64(reading.input->ledger.damaged, 0);
    end_reading();
}

static const struct unit_test tests[] = {
    {"printed__units_decimals_and_quantum", test_printed__units_decimals_and_quantum},
    {"printed__what_is_no_size", test_printed__what_is_no_size},
    {"printed__more_than_64_bits_is_refused", test_printed__more_than_64_bits_is_refused},
    {"cursor__lines_and_their_ends", test_cursor__lines_and_their_ends},
    {"cursor__byte_order_mark_only_at_the_beginning",
     test_cursor__byte_order_mark_only_at_the_beginning},
    {"cursor__torn_is_a_last_line_without_end", test_cursor__torn_is_a_last_line_without_end},
    {"cursor__nul_is_a_byte_like_others", test_cursor__nul_is_a_byte_like_others},
    {"cursor__line_longer_than_the_window_is_one_line",
     test_cursor__line_longer_than_the_window_is_one_line},
    {"cursor__last_line_as_long_as_the_window_is_whole",
     test_cursor__last_line_as_long_as_the_window_is_whole},
    {"cursor__windows_of_any_size_give_the_same_lines",
     test_cursor__windows_of_any_size_give_the_same_lines},
    {"cursor__looks_ahead_so_far_and_no_further", test_cursor__looks_ahead_so_far_and_no_further},
    {"cursor__small_window_holds_fewer_lines_ahead",
     test_cursor__small_window_holds_fewer_lines_ahead},
    {"cursor__fates_are_counted", test_cursor__fates_are_counted},
    {"cursor__failed_read_is_passed_on", test_cursor__failed_read_is_passed_on},
    {"pattern__with_jit", test_pattern__with_jit},
    {"pattern__interpreted", test_pattern__interpreted},
    {"region__shapes_of_report_format_2_4", test_region__shapes_of_report_format_2_4},
    {"region__words_in_place_of_a_range", test_region__words_in_place_of_a_range},
    {"region__every_number_of_digits", test_region__every_number_of_digits},
    {"region__sharing_modes", test_region__sharing_modes},
    {"region__purge_states", test_region__purge_states},
    {"region__exact_between_page_boundaries", test_region__exact_between_page_boundaries},
    {"region__pages", test_region__pages},
    {"region__damage_has_its_column", test_region__damage_has_its_column},
    {"region__printed_size_that_is_not_the_range_is_noted",
     test_region__printed_size_that_is_not_the_range_is_noted},
    {"region__content_of_the_machine_wide_submap_lies_deeper",
     test_region__content_of_the_machine_wide_submap_lies_deeper},
    {"region__legend_is_no_row", test_region__legend_is_no_row},
    {"region__headings", test_region__headings},
    {"region__a_short_row_alone_is_not_ours", test_region__a_short_row_alone_is_not_ours},
    {"header__process", test_header__process},
    {"header__times", test_header__times},
    {"header__systems", test_header__systems},
    {"header__footprints", test_header__footprints},
    {"header__keys_without_a_member_are_facts", test_header__keys_without_a_member_are_facts},
    {"header__map_title_and_page_size", test_header__map_title_and_page_size},
    {"header__whole_of_a_fixture", test_header__whole_of_a_fixture},
    {"header__messages_of_the_tool_are_noted", test_header__messages_of_the_tool_are_noted},
    {"summary__rows", test_summary__rows},
    {"summary__two_columns_of_10_12", test_summary__two_columns_of_10_12},
    {"summary__pages", test_summary__pages},
    {"summary__damage_between_rows", test_summary__damage_between_rows},
    {"summary__tables_of_crash_reports_are_not_taken_for_dumps",
     test_summary__tables_of_crash_reports_are_not_taken_for_dumps},
    {"zones__of_10_12_6_and_later", test_zones__of_10_12_6_and_later},
    {"zones__of_10_12", test_zones__of_10_12},
    {"zones__empty_table_and_single_zone", test_zones__empty_table_and_single_zone},
    {"zones__pages_with_allocated_bytes", test_zones__pages_with_allocated_bytes},
    {"table__rules", test_table__rules},
    {"driver__registry_is_sorted_and_named", test_driver__registry_is_sorted_and_named},
    {"driver__prose_around_and_between_dumps", test_driver__prose_around_and_between_dumps},
    {"driver__fragments_apart_are_parts_apart", test_driver__fragments_apart_are_parts_apart},
    {"driver__no_capture_says_where_to_look", test_driver__no_capture_says_where_to_look},
    {"driver__long_line_in_prose_is_noted", test_driver__long_line_in_prose_is_noted},
    {"driver__second_input_of_one_snapshot", test_driver__second_input_of_one_snapshot},
    {"driver__damaged_lines_are_located_and_counted",
     test_driver__damaged_lines_are_located_and_counted},
    {"coverage__of_fixtures", test_coverage__of_fixtures},
    {"coverage__sections_without_an_end_tell_nothing",
     test_coverage__sections_without_an_end_tell_nothing},
    {"coverage__one_row_is_enough_to_be_missing", test_coverage__one_row_is_enough_to_be_missing},
    {"coverage__fewer_rows_than_the_total_are_noted",
     test_coverage__fewer_rows_than_the_total_are_noted},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_grammar", tests, argc, argv);
}
