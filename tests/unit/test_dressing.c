/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/dressing.h"
#include "reading.h"

/* --- lines -------------------------------------------------------------------------------------
 */

static void undress(const char *line, const char *expected)
{
    char text[256];
    size_t length = strlen(line);
    CU_ASSERT_FATAL(length < sizeof text);
    memcpy(text, line, length);
    length = vmt_text_undress(text, length);
    text[length] = '\0';
    UNIT_EQUAL_STR(text, expected);
}

static void test_undress__takes_control_sequences_out(void)
{
    undress("\x1b[1;32mStack\x1b[0m  16K", "Stack  16K");
    undress("Stack\x1b[K", "Stack");
    undress("\x1b[38;2;10;20;30mx\x1b[39;49m", "x");
    undress("\x1b(B\x1b[mx", "x");
    undress("\x1b[?25lx\x1b[?25h", "x");
    undress("\x1b[0m", "");
    undress("no escape [0m here", "no escape [0m here");
}

static void test_undress__leaves_sequences_that_are_none(void)
{
    undress("x\x1b", "x\x1b");
    undress("x\x1b[", "x\x1b[");
    undress("x\x1b[12;3", "x\x1b[12;3");
    undress("x\x1b[1\x1b[2mx", "x\x1b[1x");
    undress("x\x1b(", "x\x1b(");
    undress("x\x1bZ", "x\x1bZ");
    undress("x\x1b[\xc3\xa9", "x\x1b[\xc3\xa9");
}

static void test_undress__replaces_entities_once(void)
{
    undress("a &lt;b&gt; c", "a <b> c");
    undress("a &amp;&amp; b", "a && b");
    undress("&amp;lt;", "&lt;");
    undress("--&gt;  Stack", "-->  Stack");
    undress("\x1b[1m&lt;\x1b[0m", "<");
}

/* A quote in a string of JSON would end it. */
static void test_undress__leaves_quotes(void)
{
    undress("{&quot;a&quot;: &#34;&lt;&#34;}", "{&quot;a&quot;: &#34;<&#34;}");
}

/* A line that no web page has escaped holds what it says. */
static void test_undress__leaves_lines_that_are_not_escaped(void)
{
    undress("/tmp/a & b/&lt;", "/tmp/a & b/&lt;");
    undress("/tmp/<x>&amp;", "/tmp/<x>&amp;");
    undress("/tmp/a>&amp;", "/tmp/a>&amp;");
    undress("&nbsp;&lt;", "&nbsp;&lt;");
    undress("/tmp/&lt", "/tmp/&lt");
    undress("/tmp/&LT;", "/tmp/&LT;");
    undress("> > a &lt; b", "> > a < b"); /* the marks are the mail's */
}

static size_t quoting(const char *line)
{
    return vmt_text_quoting(vmt_slice(line));
}

static void test_quoting__counts_marks(void)
{
    UNIT_EQUAL_U64(quoting("> x"), 2);
    UNIT_EQUAL_U64(quoting(">x"), 1);
    UNIT_EQUAL_U64(quoting(">> > x"), 5);
    UNIT_EQUAL_U64(quoting("# x"), 2);
    UNIT_EQUAL_U64(quoting("| x"), 2);
    UNIT_EQUAL_U64(quoting("> # | x"), 6);
    UNIT_EQUAL_U64(quoting("|"), 1);
    UNIT_EQUAL_U64(quoting("#"), 1);
    UNIT_EQUAL_U64(quoting("> "), 2);
    UNIT_EQUAL_U64(quoting("    > x"), 6);
    UNIT_EQUAL_U64(quoting("\t>  > x"), 6);
    UNIT_EQUAL_U64(quoting("  |"), 3);
    /* The rest of the blanks is indentation. */
    UNIT_EQUAL_U64(quoting("#    x"), 2);
}

static void test_quoting__leaves_words(void)
{
    UNIT_EQUAL_U64(quoting(""), 0);
    UNIT_EQUAL_U64(quoting("#include <x>"), 0);
    UNIT_EQUAL_U64(quoting("## x"), 0);
    UNIT_EQUAL_U64(quoting("||"), 0);
    UNIT_EQUAL_U64(quoting("  x > y"), 0);
    UNIT_EQUAL_U64(quoting("    "), 0);
}

/* --- dumps -------------------------------------------------------------------------------------
 */

static void read_in_window(const char *text, size_t window)
{
    begin_reading();
    reading.context.window = window;
    read_more(vmt_slice(text));
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    CU_ASSERT_FATAL(reading.process != NULL);
}

static const struct vmt_region *last_region(void)
{
    const struct vmt_region *region = vmt_sequence_last(&reading.process->regions);
    CU_ASSERT_FATAL(region != NULL);
    return region;
}

static void test_cursor__a_row_in_colour_is_a_row(void)
{
    read_in_window("\x1b[1mStack\x1b[0m   16d000000-16d7fc000 \x1b[2m[ 8176K    64K    64K     0K]"
                   "\x1b[0m rw-/rwx SM=PRV          thread 0\x1b[K\r\n",
                   4096);
    UNIT_EQUAL_U64(reading.ledger->consumed, 1);
    const struct vmt_region *region = last_region();
    UNIT_EQUAL_U64(region->start, UINT64_C(0x16d000000));
    UNIT_EQUAL_U64(region->stated[VMT_EV_RESIDENT].value, 64 * 1024);
    UNIT_EQUAL_STR(region->detail->data, "thread 0");
    end_reading();
}

static void test_cursor__a_row_from_a_web_page_is_a_row(void)
{
    read_in_window(
        "&gt; mapped file   104010000-104014000    [   16K     0K     0K     0K] r--/r-- "
        "SM=COW          /tmp/a&amp;b &lt;1&gt;\n",
        4096);
    UNIT_EQUAL_U64(reading.ledger->consumed, 1);
    UNIT_EQUAL_STR(last_region()->detail->data, "/tmp/a&b <1>");
    end_reading();
}

/* The window moves while lines that lost bytes are in it. */
static void test_cursor__lines_keep_their_text_when_the_window_moves(void)
{
    enum { ROWS = 50, LINE = 160 };
    char text[ROWS * LINE];
    size_t length = 0;
    for (unsigned i = 0; i < ROWS; i++) {
        length += (size_t)snprintf(text + length, LINE,
                                   "| \x1b[36mStack\x1b[0m %x000-%x000 [ 4K 4K 4K 0K] rw-/rwx "
                                   "SM=PRV  \x1b[1mthread %u &lt;%u&gt;\x1b[0m\n",
                                   0x1000 + i, 0x1001 + i, i, i * i);
    }
    for (size_t window = 200; window < 1000; window += 37) {
        read_in_window(text, window);
        UNIT_EQUAL_U64(reading.ledger->consumed, ROWS);
        struct vmt_walker walker = {0};
        for (unsigned i = 0; i < ROWS; i++) {
            char detail[40];
            const struct vmt_region *region = vmt_sequence_next(&reading.process->regions, &walker);
            CU_ASSERT_FATAL(region != NULL);
            snprintf(detail, sizeof detail, "thread %u <%u>", i, i * i);
            UNIT_EQUAL_STR(region->detail->data, detail);
            UNIT_EQUAL_U64(region->line, i + 1);
        }
        end_reading();
    }
}

/* The column of a note is that of the line as it is shown. */
static void test_cursor__notes_point_into_the_line_that_they_show(void)
{
    read_in_window("# Stack 1000-2000 [ 4K 4K 4K 0K] rw-/rwx SM=PRV  x\n"
                   "# \x1b[1mStack\x1b[0m 2000-3000 [ 4K ?? 4K 0K] rw-/rwx SM=PRV  x\n"
                   "# Stack 3000-4000 [ 4K 4K 4K 0K] rw-/rwx SM=PRV  x\n",
                   4096);
    UNIT_EQUAL_U64(reading.ledger->consumed, 2);
    UNIT_EQUAL_U64(reading.ledger->damaged, 1);
    const struct vmt_note *note = vmt_sequence_last(&reading.process->notes.sequence);
    CU_ASSERT_FATAL(note != NULL && note->excerpt != NULL);
    UNIT_EQUAL_U64(note->place.line, 2);
    UNIT_EQUAL_STR(note->excerpt->data, "# Stack 2000-3000 [ 4K ?? 4K 0K] rw-/rwx SM=PRV  x");
    CU_ASSERT(vmt_slice_starts(vmt_slice(note->excerpt->data + note->excerpt_column - 1), "??"));
    end_reading();
}

static const struct unit_test tests[] = {
    {"undress__takes_control_sequences_out", test_undress__takes_control_sequences_out},
    {"undress__leaves_sequences_that_are_none", test_undress__leaves_sequences_that_are_none},
    {"undress__replaces_entities_once", test_undress__replaces_entities_once},
    {"undress__leaves_quotes", test_undress__leaves_quotes},
    {"undress__leaves_lines_that_are_not_escaped", test_undress__leaves_lines_that_are_not_escaped},
    {"quoting__counts_marks", test_quoting__counts_marks},
    {"quoting__leaves_words", test_quoting__leaves_words},
    {"cursor__a_row_in_colour_is_a_row", test_cursor__a_row_in_colour_is_a_row},
    {"cursor__a_row_from_a_web_page_is_a_row", test_cursor__a_row_from_a_web_page_is_a_row},
    {"cursor__lines_keep_their_text_when_the_window_moves",
     test_cursor__lines_keep_their_text_when_the_window_moves},
    {"cursor__notes_point_into_the_line_that_they_show",
     test_cursor__notes_point_into_the_line_that_they_show},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_dressing", tests, argc, argv);
}
