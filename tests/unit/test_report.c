/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <csv.h>
#include <stdlib.h>

#include "report/human.h"
#include "report/report.h"
#include "report/utf8.h"
#include "unit.h"

/* --- where reports go --------------------------------------------------------------------------
 */

#define BUFFER_SIZE ((size_t)1 << 20)

/* Collects all bytes, or refuses the write number `fail_at` (from 1). */
struct buffer {
    struct vmt_sink sink;
    unsigned writes;
    unsigned fail_at;
    size_t length;
    char *data; /* BUFFER_SIZE, for the whole run */
};

static struct buffer buffer;

static enum vmt_status buffer_write(struct vmt_sink *sink, struct vmt_slice bytes,
                                    struct vmt_error *err)
{
    struct buffer *to = (struct buffer *)sink;
    to->writes++;
    if (to->writes == to->fail_at) {
        return vmt_fail_io(err, "buffer", 28, "write");
    }
    CU_ASSERT_FATAL(bytes.length < BUFFER_SIZE - to->length);
    memcpy(to->data + to->length, bytes.data, bytes.length);
    to->length += bytes.length;
    to->data[to->length] = '\0';
    return VMT_OK;
}

static void buffer_reset(unsigned fail_at)
{
    if (buffer.data == NULL) {
        buffer.data = malloc(BUFFER_SIZE);
        CU_ASSERT_FATAL(buffer.data != NULL);
    }
    buffer.sink.write = buffer_write;
    buffer.writes = 0;
    buffer.fail_at = fail_at;
    buffer.length = 0;
    buffer.data[0] = '\0';
}

static bool written(const char *part)
{
    return vmt_slice_find((struct vmt_slice){buffer.data, buffer.length}, part) < buffer.length;
}

/* The format, as in the commands. */
enum format { TEXT, CSV, JSON, FORMATS };

static enum vmt_status new_writer(struct vmt_writer **out, enum format format,
                                  struct vmt_writer_options options,
                                  const struct vmt_allocator *allocator, struct vmt_error *err)
{
    switch (format) {
    case CSV:
        return vmt_writer_csv_new(out, &buffer.sink, allocator, options, err);
    case JSON:
        return vmt_writer_json_new(out, &buffer.sink, allocator, options, err);
    case TEXT:
    case FORMATS:
        break;
    }
    return vmt_writer_text_new(out, &buffer.sink, allocator, options, err);
}

/* --- a JSON reader that only says whether it is JSON --------------------------------------------
 */

static bool json_value(const char **at, unsigned depth);

static void json_blank(const char **at)
{
    *at += strspn(*at, " \n");
}

static bool json_string(const char **at)
{
    if (**at != '"') {
        return false;
    }
    for (++*at; **at != '"'; ++*at) {
        if ((unsigned char)**at < 0x20) {
            return false;
        }
        if (**at == '\\') {
            ++*at;
            if (**at == 'u' && strspn(*at + 1, "0123456789abcdef") >= 4) {
                *at += 4;
            } else if (**at == '\0' || strchr("\"\\/bfnrt", **at) == NULL) {
                return false;
            }
        }
    }
    ++*at;
    return true;
}

static bool json_many(const char **at, char end, bool keys, unsigned depth)
{
    ++*at;
    json_blank(at);
    if (**at == end) {
        ++*at;
        return true;
    }
    for (;;) {
        json_blank(at);
        if (keys) {
            if (!json_string(at) || **at != ':') {
                return false;
            }
            ++*at;
        }
        if (!json_value(at, depth + 1)) {
            return false;
        }
        json_blank(at);
        if (**at != ',') {
            bool ended = **at == end;
            *at += ended ? 1 : 0;
            return ended;
        }
        ++*at;
    }
}

static bool json_value(const char **at, unsigned depth)
{
    static const char *const words[] = {"null", "true", "false"};
    json_blank(at);
    if (depth > 20) {
        return false;
    }
    if (**at == '{' || **at == '[') {
        return json_many(at, **at == '{' ? '}' : ']', **at == '{', depth);
    }
    for (size_t i = 0; i < 3; i++) {
        if (strncmp(*at, words[i], strlen(words[i])) == 0) {
            *at += strlen(words[i]);
            return true;
        }
    }
    size_t digits = strspn(*at, "0123456789");
    if (digits > 0) {
        *at += digits;
        return true;
    }
    return json_string(at);
}

/* One JSON value and a line end, all of it UTF-8. */
static bool is_json(void)
{
    const char *at = buffer.data;
    struct vmt_slice rest = {buffer.data, buffer.length};
    while (rest.length > 0) {
        if (vmt_utf8_next(&rest) == VMT_UTF8_INVALID) {
            return false;
        }
    }
    return json_value(&at, 0) && strcmp(at, "\n") == 0 && at + 1 == buffer.data + buffer.length;
}

/* --- one table of one column -------------------------------------------------------------------
 */

static struct vmt_column one_column(enum vmt_cell_kind kind, unsigned width)
{
    return (struct vmt_column){
        .key = "k", .title = "K", .kind = kind, .where = VMT_IN_ALL, .width = width};
}

/* Write one cell in a table of its own; the bytes are in the buffer. */
static void write_cell(enum format format, struct vmt_writer_options options,
                       struct vmt_column column, struct vmt_cell cell)
{
    const struct vmt_table table = {
        .name = "table", .columns = &column, .column_count = 1, .where = VMT_IN_ALL};
    struct vmt_error err = VMT_ERROR_INIT;
    struct vmt_writer *writer = NULL;
    options.table = &table;
    buffer_reset(0);
    CU_ASSERT_FATAL(new_writer(&writer, format, options, &vmt_allocator_system, &err) == VMT_OK);
    CU_ASSERT(writer->class->begin(writer, "test", 1, &err) == VMT_OK);
    CU_ASSERT(writer->class->open_table(writer, &table, &err) == VMT_OK);
    CU_ASSERT(writer->class->row(writer, &cell, &err) == VMT_OK);
    CU_ASSERT(writer->class->close_table(writer, &err) == VMT_OK);
    CU_ASSERT(writer->class->end(writer, &err) == VMT_OK);
    vmt_writer_free(writer);
}

static void check_csv_text(struct vmt_slice text, const char *expected)
{
    write_cell(CSV, (struct vmt_writer_options){0}, one_column(VMT_CELL_TEXT, 0),
               vmt_cell_text(text));
    UNIT_EQUAL_STR(buffer.data, expected);
}

static void check_json_text(struct vmt_slice text, const char *expected)
{
    char whole[256];
    snprintf(whole, sizeof whole,
             "{\"schema\": \"test\", \"version\": 1,\n  \"table\": [\n    {\"k\": %s}\n  ]\n}\n",
             expected);
    write_cell(JSON, (struct vmt_writer_options){0}, one_column(VMT_CELL_TEXT, 0),
               vmt_cell_text(text));
    UNIT_EQUAL_STR(buffer.data, whole);
    CU_ASSERT(is_json());
}

static void check_shown(struct vmt_slice text, const char *expected)
{
    write_cell(TEXT, (struct vmt_writer_options){0}, one_column(VMT_CELL_TEXT, 0),
               vmt_cell_text(text));
    UNIT_EQUAL_STR(buffer.data, expected);
}

/* --- numbers for people ------------------------------------------------------------------------
 */

static void check_bytes(uint64_t bytes, const char *expected, uint64_t unit)
{
    char text[VMT_HUMAN_SIZE];
    UNIT_EQUAL_U64(vmt_human_bytes(text, bytes, VMT_ROUND_NEAREST), unit);
    UNIT_EQUAL_STR(text, expected);
}

static void check_rounded(uint64_t bytes, const char *down, const char *up)
{
    char text[VMT_HUMAN_SIZE];
    vmt_human_bytes(text, bytes, VMT_ROUND_DOWN);
    UNIT_EQUAL_STR(text, down);
    vmt_human_bytes(text, bytes, VMT_ROUND_UP);
    UNIT_EQUAL_STR(text, up);
}

static void test_human__bounds_are_rounded_outward(void)
{
    const uint64_t k = 1024;
    check_rounded(0, "0", "0");
    check_rounded(1023, "1023B", "1023B");
    check_rounded(5018, "4.9K", "5.0K");
    check_rounded(32 * k - 512, "31K", "32K");
    check_rounded(32 * k, "32K", "32K");
    check_rounded(9999 * k + 1, "9999K", "9.8M");
    check_rounded(12478054, "11.8M", "11.9M");
    check_rounded(12582912, "12.0M", "12.0M");
    check_rounded(UINT64_MAX, "15.9E", "16.0E");
}

static void test_human__sizes_at_the_edges(void)
{
    const uint64_t k = 1024;
    const uint64_t m = k * k;
    const uint64_t g = m * k;
    check_bytes(0, "0", 1);
    check_bytes(1, "1B", 1);
    check_bytes(1023, "1023B", 1);
    check_bytes(1024, "1.0K", 103);
    check_bytes(5018, "4.9K", 103);
    check_bytes(10188, "9.9K", 103);
    check_bytes(10189, "10K", k);
    check_bytes(9999 * k + 511, "9999K", k);
    check_bytes(9999 * k + 512, "9.8M", 104858);
    check_bytes(10239 * k, "10.0M", 104858);
    check_bytes(12478054, "11.9M", 104858);
    check_bytes(m * 9999 / 10, "999.9M", 104858);
    check_bytes(1000 * m, "1.0G", 107374183);
    check_bytes(g + g / 2, "1.5G", 107374183);
    check_bytes(384 * g, "384.0G", 107374183);
    check_bytes(1126 * g, "1.1T", 109951162778);
    check_bytes(UINT64_MAX, "16.0E", 115292150460684698);
}

static void check_permille(uint64_t permille, const char *expected)
{
    char text[VMT_HUMAN_SIZE];
    vmt_human_permille(text, permille);
    UNIT_EQUAL_STR(text, expected);
}

static void test_human__permille_is_percent_with_no_digit_too_many(void)
{
    check_permille(0, "0%");
    check_permille(7, "0.7%");
    check_permille(120, "12%");
    check_permille(1000, "100%");
    check_permille(UINT64_MAX, "1844674407370955161.5%");
}

/* --- UTF-8 -------------------------------------------------------------------------------------
 */

static void check_next(const char *bytes, uint32_t code, size_t length)
{
    struct vmt_slice rest = vmt_slice(bytes);
    size_t before = rest.length;
    UNIT_EQUAL_U64(vmt_utf8_next(&rest), code);
    UNIT_EQUAL_U64(before - rest.length, length);
}

static void test_utf8__reads_what_is_valid_and_one_byte_of_what_is_not(void)
{
    check_next("a", 'a', 1);
    check_next("\xc3\xa9x", 0xe9, 2);
    check_next("\xe2\x82\xac", 0x20ac, 3);
    check_next("\xf0\x9f\x98\x80", 0x1f600, 4);
    check_next("\x80", VMT_UTF8_INVALID, 1);
    check_next("\xc3", VMT_UTF8_INVALID, 1);
    check_next("\xe2\x82", VMT_UTF8_INVALID, 1);
    check_next("\xc0\xaf", VMT_UTF8_INVALID, 1);         /* overlong */
    check_next("\xe0\x80\xaf", VMT_UTF8_INVALID, 1);     /* overlong */
    check_next("\xed\xa0\x80", VMT_UTF8_INVALID, 1);     /* a surrogate */
    check_next("\xf4\x90\x80\x80", VMT_UTF8_INVALID, 1); /* beyond U+10FFFF */
    check_next("\xff\xff", VMT_UTF8_INVALID, 1);
}

static void test_utf8__a_cut_character_reads_no_byte_behind_the_slice(void)
{
    struct vmt_slice rest = {"\xe2\x82\xac", 2};
    UNIT_EQUAL_U64(vmt_utf8_next(&rest), VMT_UTF8_INVALID);
    UNIT_EQUAL_U64(rest.length, 1);
}

/* --- hostile text ------------------------------------------------------------------------------
 */

static void test_text__nothing_reaches_the_terminal_raw(void)
{
    check_shown(vmt_slice("\x1b[2Jx\x7f\t\n"), "K\n\\x1b[2Jx\\x7f\\x09\\x0a\n");
    check_shown((struct vmt_slice){"a\0b", 3}, "K\na\\x00b\n");
    check_shown(vmt_slice("\xff\xc3"), "K\n\\xff\\xc3\n");
    check_shown(vmt_slice("\xc2\x9b"
                          "31m"),
                "K\n\\u009b31m\n"); /* C1 as UTF-8: CSI */
    check_shown(vmt_slice("a\xe2\x80\xae"
                          "b"),
                "K\na\\u202eb\n");
    check_shown(vmt_slice("\xd8\x9c\xe2\x81\xa6\xe2\x80\xa8"), "K\n\\u061c\\u2066\\u2028\n");
    check_shown(vmt_slice("na\xc3\xafve \xe2\x82\xac"), "K\nna\xc3\xafve \xe2\x82\xac\n");
}

static void test_csv__text_is_quoted_where_needed(void)
{
    check_csv_text(vmt_slice("plain"), "k\nplain\n");
    check_csv_text(vmt_slice("a,b"), "k\n\"a,b\"\n");
    check_csv_text(vmt_slice("say \"hi\""), "k\n\"say \"\"hi\"\"\"\n");
    check_csv_text(vmt_slice("a\nb"), "k\n\"a\nb\"\n");
    check_csv_text(vmt_slice(" a"), "k\n\" a\"\n");
    check_csv_text(vmt_slice(""), "k\n\"\"\n"); /* known, and not the same as unknown */
}

static void test_csv__formulas_are_made_text(void)
{
    check_csv_text(vmt_slice("=1+2"), "k\n'=1+2\n");
    check_csv_text(vmt_slice("+1"), "k\n'+1\n");
    check_csv_text(vmt_slice("-1"), "k\n'-1\n");
    check_csv_text(vmt_slice("@x"), "k\n'@x\n");
    check_csv_text(vmt_slice("\tx"), "k\n\"'\tx\"\n");
    check_csv_text(vmt_slice("\rx"), "k\n'\xef\xbf\xbdx\n");
    check_csv_text(vmt_slice("'x"), "k\n''x\n");
    check_csv_text(vmt_slice("=\"a\",b"), "k\n\"'=\"\"a\"\",b\"\n");
    check_csv_text(vmt_slice("a=b"), "k\na=b\n");
}

static void test_csv__words_are_left_alone(void)
{
    write_cell(CSV, (struct vmt_writer_options){0}, one_column(VMT_CELL_WORD, 0),
               vmt_cell_word("---"));
    UNIT_EQUAL_STR(buffer.data, "k\n---\n");
}

static void test_csv__control_characters_and_bad_bytes_are_replaced(void)
{
    check_csv_text((struct vmt_slice){"a\0b", 3}, "k\na\xef\xbf\xbd"
                                                  "b\n");
    check_csv_text(vmt_slice("\x1b[m\xff"), "k\n\xef\xbf\xbd[m\xef\xbf\xbd\n");
    check_csv_text(vmt_slice("\xc3\xa9\x7f"), "k\n\xc3\xa9\xef\xbf\xbd\n");
}

static void count_field(void *field, size_t length, void *data)
{
    struct vmt_slice *kept = data;
    if (length > kept->length) {
        kept->length = length;
        kept->data = field;
    }
}

/* What libcsv's writer made in pieces, libcsv's reader takes as one. */
static void test_csv__long_quoted_text_is_one_field(void)
{
    static char text[1000];
    struct vmt_slice longest = {NULL, 0};
    struct csv_parser parser;
    memset(text, '"', sizeof text);
    text[500] = ',';
    write_cell(CSV, (struct vmt_writer_options){0}, one_column(VMT_CELL_TEXT, 0),
               vmt_cell_text((struct vmt_slice){text, sizeof text}));
    CU_ASSERT_FATAL(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) == 0);
    UNIT_EQUAL_U64(csv_parse(&parser, buffer.data, buffer.length, count_field, NULL, &longest),
                   buffer.length);
    CU_ASSERT(csv_fini(&parser, count_field, NULL, &longest) == 0);
    CU_ASSERT(vmt_slice_equals(longest, (struct vmt_slice){text, sizeof text}));
    csv_free(&parser);
}

static void test_json__text_is_always_valid(void)
{
    check_json_text(vmt_slice("a\"b\\c"), "\"a\\\"b\\\\c\"");
    check_json_text(vmt_slice("\x1b\n\t\x7f"), "\"\\u001b\\u000a\\u0009\\u007f\"");
    check_json_text((struct vmt_slice){"a\0b", 3}, "\"a\\u0000b\"");
    check_json_text(vmt_slice("\xff\xc3\xa9\xed\xa0\x80"),
                    "\"\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
    check_json_text(vmt_slice(""), "\"\"");
    check_json_text(vmt_slice("0123456789012345678901234567890123456789012345678901234567890123456"
                              "\n789012345678901234567890123456789012345678901234567890123456789"),
                    "\"0123456789012345678901234567890123456789012345678901234567890123456"
                    "\\u000a789012345678901234567890123456789012345678901234567890123456789\"");
}

/* --- amounts and other cells -------------------------------------------------------------------
 */

static void check_text_amount(struct vmt_writer_options options, struct vmt_amount amount,
                              const char *expected)
{
    write_cell(TEXT, options, one_column(VMT_CELL_AMOUNT, 8), vmt_cell_amount(amount));
    const char *legend = strstr(buffer.data, "\n\n~ ");
    size_t body = legend == NULL ? buffer.length : (size_t)(legend - buffer.data) + 1;
    UNIT_EQUAL_U64(legend != NULL, strchr(expected, '~') != NULL);
    buffer.data[body] = '\0';
    UNIT_EQUAL_STR(buffer.data, expected);
}

static void test_text__a_mark_says_that_bounds_are_wider_than_what_is_printed(void)
{
    const struct vmt_writer_options none = {0};
    const struct vmt_reading printed = {12478054, 104858};
    check_text_amount(none, vmt_exactly(4096), "       K\n   4.0K\n");
    check_text_amount(none, vmt_amount_of(printed), "       K\n  11.9M\n");
    check_text_amount(none, vmt_amount_of((struct vmt_reading){UINT64_C(3) << 29, 107374183}),
                      "       K\n   1.5G\n");
    check_text_amount(none, vmt_estimate(12478054, 0, 12478054), "       K\n  11.9M~\n");
    check_text_amount(none, vmt_amount_of((struct vmt_reading){0, 1024}), "       K\n      0\n");
    check_text_amount(none, vmt_estimate(0, 0, 4096), "       K\n      0~\n");
    check_text_amount(none, VMT_UNKNOWN, "       K\n      -\n");
    check_text_amount(none, vmt_between(0, 4096), "       K\n      -\n");
    check_text_amount(none, vmt_exactly(UINT64_MAX), "       K\n  16.0E\n");
}

static void test_text__bytes_are_plain_and_marked_when_not_exact(void)
{
    const struct vmt_writer_options bytes = {.bytes = true};
    check_text_amount(bytes, vmt_exactly(UINT64_MAX), "              K\n18446744073709551615\n");
    check_text_amount(bytes, vmt_amount_of((struct vmt_reading){4096, 1024}),
                      "              K\n          4096~\n");
}

static void test_text__bounds_stand_beside(void)
{
    const struct vmt_writer_options bounds = {.bounds = true};
    static const char header[] = "       K  AT LEAST   AT MOST\n";
    char expected[128];
    snprintf(expected, sizeof expected, "%s   4.0K      4.0K      4.0K\n", header);
    check_text_amount(bounds, vmt_exactly(4096), expected);
    snprintf(expected, sizeof expected, "%s      -         0      8.0K\n", header);
    check_text_amount(bounds, vmt_between(0, 8192), expected);
    snprintf(expected, sizeof expected, "%s      -         -         -\n", header);
    check_text_amount(bounds, VMT_UNKNOWN, expected);
}

static void test_text__bounds_of_a_column_that_wants_them_show_where_they_matter(void)
{
    struct vmt_column column = one_column(VMT_CELL_AMOUNT, 8);
    column.where |= VMT_TEXT_BOUNDS;
    write_cell(TEXT, (struct vmt_writer_options){0}, column, vmt_cell_amount(vmt_exactly(4096)));
    UNIT_EQUAL_STR(buffer.data, "       K  AT LEAST   AT MOST\n   4.0K\n");
    write_cell(TEXT, (struct vmt_writer_options){0}, column,
               vmt_cell_amount(vmt_estimate(4096, 0, 8192)));
    UNIT_EQUAL_STR(buffer.data, "       K  AT LEAST   AT MOST\n   4.0K         0      8.0K\n");
}

static void test_text__headings_are_bold_only_with_colour(void)
{
    const struct vmt_writer_options colour = {.colour = true};
    write_cell(TEXT, colour, one_column(VMT_CELL_COUNT, 3), vmt_cell_number(VMT_CELL_COUNT, 7));
    UNIT_EQUAL_STR(buffer.data, "\x1b[1m  K\x1b[0m\n  7\n");
}

static void test_text__the_last_column_loses_its_front(void)
{
    const struct vmt_writer_options narrow = {.columns = 20};
    write_cell(TEXT, narrow, one_column(VMT_CELL_TEXT, 0),
               vmt_cell_text(vmt_slice("/usr/lib/system/libxpc.dylib")));
    UNIT_EQUAL_STR(buffer.data, "K\n...tem/libxpc.dylib\n");
    write_cell(TEXT, narrow, one_column(VMT_CELL_TEXT, 0),
               vmt_cell_text(vmt_slice("/usr/lib/dyld")));
    UNIT_EQUAL_STR(buffer.data, "K\n/usr/lib/dyld\n");
}

static void test_text__a_long_cell_pushes_only_as_far_as_it_must(void)
{
    static const struct vmt_column columns[] = {
        {.title = "NAME", .kind = VMT_CELL_TEXT, .where = VMT_IN_TEXT, .width = 6},
        {.title = "N", .kind = VMT_CELL_COUNT, .where = VMT_IN_TEXT, .width = 6},
        {.title = "", .kind = VMT_CELL_WORD, .where = VMT_IN_TEXT},
    };
    static const struct vmt_table table = {"t", columns, 3, VMT_IN_TEXT, false, false};
    struct vmt_error err = VMT_ERROR_INIT;
    struct vmt_writer *writer = NULL;
    static const char *const names[] = {"a", "a longer", "a very long one"};
    buffer_reset(0);
    CU_ASSERT_FATAL(vmt_writer_text_new(&writer, &buffer.sink, &vmt_allocator_system,
                                        (struct vmt_writer_options){0}, &err) == VMT_OK);
    writer->class->open_table(writer, &table, &err);
    for (size_t i = 0; i < 3; i++) {
        const struct vmt_cell cells[] = {vmt_cell_text(vmt_slice(names[i])),
                                         vmt_cell_number(VMT_CELL_COUNT, 12),
                                         vmt_cell_word(i == 1 ? "x" : "")};
        writer->class->row(writer, cells, &err);
    }
    writer->class->close_table(writer, &err);
    CU_ASSERT(writer->class->end(writer, &err) == VMT_OK);
    vmt_writer_free(writer);
    UNIT_EQUAL_STR(buffer.data, "NAME        N\n"
                                "a          12\n"
                                "a longer   12 x\n"
                                "a very long one 12\n");
}

static void check_data_cell(struct vmt_writer_options options, enum vmt_cell_kind kind,
                            struct vmt_cell cell, const char *csv, const char *json)
{
    char whole[256];
    write_cell(CSV, options, one_column(kind, 0), cell);
    UNIT_EQUAL_STR(buffer.data, csv);
    write_cell(JSON, options, one_column(kind, 0), cell);
    snprintf(whole, sizeof whole, "    {%s}\n", json);
    CU_ASSERT(written(whole));
    CU_ASSERT(is_json());
}

static void test_data__amounts_have_bounds(void)
{
    const struct vmt_writer_options none = {0};
    const struct vmt_writer_options bounds = {.bounds = true};
    const struct vmt_cell amount = vmt_cell_amount(vmt_estimate(5, 0, UINT64_MAX));
    static const char json[] = "\"k\": 5, \"k_lower\": 0, \"k_upper\": 18446744073709551615";
    check_data_cell(none, VMT_CELL_AMOUNT, amount, "k\n5\n", json);
    check_data_cell(bounds, VMT_CELL_AMOUNT, amount,
                    "k,k_lower,k_upper\n5,0,18446744073709551615\n", json);
    check_data_cell(bounds, VMT_CELL_AMOUNT, vmt_cell_amount(vmt_between(1, 2)),
                    "k,k_lower,k_upper\n,1,2\n", "\"k\": null, \"k_lower\": 1, \"k_upper\": 2");
    check_data_cell(bounds, VMT_CELL_AMOUNT, vmt_cell_null(), "k,k_lower,k_upper\n,,\n",
                    "\"k\": null, \"k_lower\": null, \"k_upper\": null");
}

static void test_data__readings_have_a_quantum(void)
{
    const struct vmt_writer_options none = {0};
    check_data_cell(none, VMT_CELL_READING, vmt_cell_reading((struct vmt_reading){4096, 0}),
                    "k,k_quantum\n4096,0\n", "\"k\": 4096");
    check_data_cell(none, VMT_CELL_READING, vmt_cell_reading((struct vmt_reading){10240, 1024}),
                    "k,k_quantum\n10240,1024\n", "\"k\": 10240, \"k_quantum\": 1024");
    check_data_cell(none, VMT_CELL_READING, vmt_cell_null(), "k,k_quantum\n,\n", "\"k\": null");
}

static void test_data__other_cells(void)
{
    const struct vmt_writer_options none = {0};
    const struct vmt_cell unknown = {.kind = VMT_CELL_NULL};
    check_data_cell(none, VMT_CELL_ADDRESS, vmt_cell_number(VMT_CELL_ADDRESS, 0x10bc0ffee),
                    "k\n0x10bc0ffee\n", "\"k\": \"0x10bc0ffee\"");
    check_data_cell(none, VMT_CELL_BOOLEAN, vmt_cell_number(VMT_CELL_BOOLEAN, 1), "k\ntrue\n",
                    "\"k\": true");
    check_data_cell(none, VMT_CELL_PERMILLE, vmt_cell_number(VMT_CELL_PERMILLE, 123), "k\n123\n",
                    "\"k\": 123");
    check_data_cell(none, VMT_CELL_BYTES, vmt_cell_number(VMT_CELL_BYTES, UINT64_MAX),
                    "k\n18446744073709551615\n", "\"k\": 18446744073709551615");
    check_data_cell(none, VMT_CELL_TEXT, unknown, "k\n\n", "\"k\": null");
    check_data_cell(none, VMT_CELL_COUNT, unknown, "k\n\n", "\"k\": null");
}

static void test_data__a_column_of_members_is_one_for_each(void)
{
    struct vmt_column column = {.kind = VMT_CELL_AMOUNTS,
                                .where = VMT_IN_DATA,
                                .members = 1U << VMT_RESIDENT | 1U << VMT_PSS};
    struct vmt_amounts amounts = {.of = {[VMT_VIRTUAL] = vmt_exactly(9)}};
    amounts.of[VMT_RESIDENT] = vmt_exactly(7);
    write_cell(CSV, (struct vmt_writer_options){0}, column, vmt_cell_amounts(&amounts));
    UNIT_EQUAL_STR(buffer.data, "resident,pss\n7,\n");
    write_cell(JSON, (struct vmt_writer_options){0}, column, vmt_cell_amounts(&amounts));
    CU_ASSERT(written("{\"resident\": 7, \"resident_lower\": 7, \"resident_upper\": 7, "
                      "\"pss\": null, \"pss_lower\": null, \"pss_upper\": null}"));
    write_cell(CSV, (struct vmt_writer_options){0}, column, vmt_cell_amounts(NULL));
    UNIT_EQUAL_STR(buffer.data, "resident,pss\n,\n");
}

static void test_writers__write_nothing_after_a_failure(void)
{
    static char text[100000];
    static const struct vmt_column column = {
        .key = "k", .title = "K", .kind = VMT_CELL_TEXT, .where = VMT_IN_ALL};
    static const struct vmt_table table = {"t", &column, 1, VMT_IN_ALL, false, false};
    const struct vmt_cell cell = vmt_cell_text((struct vmt_slice){text, sizeof text});
    memset(text, 'x', sizeof text);
    for (int format = 0; format < FORMATS; format++) {
        struct vmt_error err = VMT_ERROR_INIT;
        struct vmt_writer *writer = NULL;
        buffer_reset(1);
        CU_ASSERT_FATAL(new_writer(&writer, (enum format)format,
                                   (struct vmt_writer_options){.table = &table},
                                   &vmt_allocator_system, &err) == VMT_OK);
        const struct vmt_writer_class *to = writer->class;
        CU_ASSERT(to->begin(writer, "s", 1, &err) == VMT_OK);
        CU_ASSERT(to->open_table(writer, &table, &err) == VMT_OK);
        CU_ASSERT(to->row(writer, &cell, &err) == VMT_E_IO);
        err = VMT_ERROR_INIT;
        CU_ASSERT(to->row(writer, &cell, &err) == VMT_E_IO);
        CU_ASSERT(to->remark(writer, false, NULL, 0, &err) == VMT_E_IO);
        CU_ASSERT(to->close_table(writer, &err) == VMT_E_IO);
        CU_ASSERT(to->end(writer, &err) == VMT_E_IO);
        UNIT_EQUAL_I64(err.cause, 28);
        UNIT_EQUAL_U64(buffer.writes, 1);
        vmt_writer_free(writer);
    }
}

/* --- tables in tables --------------------------------------------------------------------------
 */

static const struct vmt_column nest_columns[] = {
    {.key = "n", .title = "N", .kind = VMT_CELL_COUNT, .where = VMT_IN_ALL, .width = 3},
};
static const struct vmt_column people_columns[] = {
    {.title = "N", .kind = VMT_CELL_COUNT, .where = VMT_IN_TEXT, .width = 3},
};
static const struct vmt_table outer = {"outer", nest_columns, 1, VMT_IN_ALL, false, false};
static const struct vmt_table inner = {"inner", nest_columns, 1, VMT_IN_DATA, false, false};
static const struct vmt_table record = {"record", nest_columns, 1, VMT_IN_JSON, true, false};
static const struct vmt_table merged = {"merged", nest_columns, 1, VMT_IN_JSON, true, true};
static const struct vmt_table people = {"people", people_columns, 1, VMT_IN_TEXT, false, false};

static void write_row(struct vmt_writer *writer, uint64_t number)
{
    struct vmt_error err = VMT_ERROR_INIT;
    const struct vmt_cell cell = vmt_cell_number(VMT_CELL_COUNT, number);
    CU_ASSERT(writer->class->row(writer, &cell, &err) == VMT_OK);
}

static void write_nest(enum format format, const struct vmt_table *table, unsigned rows)
{
    struct vmt_error err = VMT_ERROR_INIT;
    struct vmt_writer *writer = NULL;
    buffer_reset(0);
    CU_ASSERT_FATAL(new_writer(&writer, format, (struct vmt_writer_options){.table = table},
                               &vmt_allocator_system, &err) == VMT_OK);
    const struct vmt_writer_class *to = writer->class;
    to->begin(writer, "s", 1, &err);
    to->open_table(writer, &outer, &err);
    for (unsigned row = 1; row <= rows; row++) {
        write_row(writer, row);
        to->open_table(writer, &inner, &err);
        for (unsigned i = 1; i < row; i++) {
            write_row(writer, 10 * row + i);
        }
        to->close_table(writer, &err);
        to->open_table(writer, &record, &err);
        if (row == 2) {
            write_row(writer, 99);
        }
        to->close_table(writer, &err);
        to->open_table(writer, &people, &err);
        write_row(writer, 500);
        to->open_table(writer, &inner, &err); /* hidden with what it stands in, in data */
        write_row(writer, 501);
        to->close_table(writer, &err);
        to->close_table(writer, &err);
    }
    to->close_table(writer, &err);
    to->open_table(writer, &merged, &err);
    if (rows > 1) {
        write_row(writer, 7);
    }
    to->close_table(writer, &err);
    CU_ASSERT(to->end(writer, &err) == VMT_OK);
    vmt_writer_free(writer);
}

static void test_nest__json_nests(void)
{
    write_nest(JSON, NULL, 2);
    UNIT_EQUAL_STR(buffer.data, "{\"schema\": \"s\", \"version\": 1,\n"
                                "  \"outer\": [\n"
                                "    {\"n\": 1,\n"
                                "      \"inner\": [],\n"
                                "      \"record\": null\n"
                                "    },\n"
                                "    {\"n\": 2,\n"
                                "      \"inner\": [\n"
                                "        {\"n\": 21}\n"
                                "      ],\n"
                                "      \"record\": {\"n\": 99}\n"
                                "    }\n"
                                "  ],\n"
                                "  \"n\": 7\n"
                                "}\n");
    CU_ASSERT(is_json());
}

static void test_nest__json_of_nothing(void)
{
    write_nest(JSON, NULL, 0);
    UNIT_EQUAL_STR(buffer.data, "{\"schema\": \"s\", \"version\": 1,\n"
                                "  \"outer\": [],\n"
                                "  \"n\": null\n"
                                "}\n");
    CU_ASSERT(is_json());
}

static void test_nest__csv_is_one_table_with_one_header(void)
{
    write_nest(CSV, &inner, 3);
    UNIT_EQUAL_STR(buffer.data, "n\n21\n31\n32\n");
    write_nest(CSV, &outer, 3);
    UNIT_EQUAL_STR(buffer.data, "n\n1\n2\n3\n");
    write_nest(CSV, &inner, 0);
    UNIT_EQUAL_STR(buffer.data, "n\n");
}

static void test_nest__text_leaves_out_tables_for_programs(void)
{
    write_nest(TEXT, NULL, 1);
    UNIT_EQUAL_STR(buffer.data, "  N\n  1\n  N\n500\n");
}

static void test_table__is_found_by_name(void)
{
    CU_ASSERT_PTR_EQUAL(vmt_table_find(vmt_report_summary_tables, NULL),
                        vmt_report_summary_tables[0]);
    UNIT_EQUAL_STR(vmt_report_summary_tables[0]->name, "types");
    UNIT_EQUAL_STR(vmt_report_regions_tables[0]->name, "regions");
    UNIT_EQUAL_STR(vmt_table_find(vmt_report_summary_tables, "zones")->name, "zones");
    CU_ASSERT_PTR_NULL(vmt_table_find(vmt_report_summary_tables, "regions"));
    CU_ASSERT_PTR_NULL(vmt_table_find(vmt_report_summary_tables, ""));
}

/* --- reports -----------------------------------------------------------------------------------
 */

/* 0x100000000 is where macOS puts the first image. */
#define BASE (UINT64_C(1) << 32)

static struct vmt_snapshot snapshot;

static const struct vmt_string *string(const char *text)
{
    struct vmt_error err = VMT_ERROR_INIT;
    const struct vmt_string *made = NULL;
    CU_ASSERT_FATAL(vmt_snapshot_string(&made, &snapshot, vmt_slice(text), &err) == VMT_OK);
    return made;
}

static struct vmt_input_record *add_input(const char *name)
{
    struct vmt_error err = VMT_ERROR_INIT;
    struct vmt_input_record *input = NULL;
    CU_ASSERT_FATAL(vmt_snapshot_add_input(&input, &snapshot, vmt_slice(name), &err) == VMT_OK);
    return input;
}

static struct vmt_process *add_process(const struct vmt_input_record *input, const char *name,
                                       uint64_t pid)
{
    struct vmt_error err = VMT_ERROR_INIT;
    struct vmt_process *process = NULL;
    CU_ASSERT_FATAL(vmt_snapshot_add_process(&process, &snapshot, input, &err) == VMT_OK);
    process->name = string(name);
    process->pid = pid;
    process->pid_known = true;
    process->coverage = VMT_COVERAGE_WHOLE;
    process->page_size = 4096;
    process->grammar = "darwin-vmmap";
    process->line = 1;
    return process;
}

/* A region of 8 pages behind the last one. */
static struct vmt_region *add_region(struct vmt_process *process, const char *type,
                                     uint64_t resident, uint64_t dirty, enum vmt_sharing sharing,
                                     const char *detail)
{
    uint64_t start = BASE + process->regions.count * 0x8000;
    struct vmt_region *region = vmt_sequence_add(&process->regions);
    CU_ASSERT_FATAL(region != NULL);
    region->type = vmt_type_get(&snapshot.types, &snapshot.strings, vmt_slice(type), 0);
    CU_ASSERT_FATAL(region->type != NULL);
    region->start = start;
    region->end = start + 0x8000;
    region->ranged = true;
    region->stated[VMT_EV_VIRTUAL].value = 0x8000;
    region->stated[VMT_EV_RESIDENT].value = resident;
    region->stated[VMT_EV_DIRTY].value = dirty;
    region->known = (1U << VMT_EV_OF_REGION) - 1;
    region->sharing = (uint8_t)sharing;
    region->protection = VMT_PROT_READ | VMT_PROT_WRITE;
    region->detail = detail == NULL ? NULL : string(detail);
    region->line = process->regions.count + 20;
    return region;
}

static void begin_snapshot(void)
{
    vmt_snapshot_init(&snapshot, &vmt_allocator_system, (size_t)1 << 30);
}

/* One process of private heap, code and a guard page. */
static struct vmt_process *one_process(const char *input_name)
{
    begin_snapshot();
    struct vmt_process *process = add_process(add_input(input_name), "Ledger", 4711);
    add_region(process, "MALLOC_TINY", 0x3000, 0x2000, VMT_SHARING_PRV, NULL);
    add_region(process, "__TEXT", 0x4000, 0, VMT_SHARING_COW, "/bin/ledger");
    add_region(process, "STACK GUARD", 0, 0, VMT_SHARING_NUL, NULL);
    return process;
}

enum report { SUMMARY, REGIONS, REPORTS };

static enum vmt_status try_report(enum report report, enum format format, const char *table,
                                  const struct vmt_report_options *options,
                                  const struct vmt_allocator *allocator, struct vmt_error *err)
{
    const struct vmt_writer_options writer_options = {
        .table = vmt_table_find(
            report == SUMMARY ? vmt_report_summary_tables : vmt_report_regions_tables, table)};
    struct vmt_writer *writer = NULL;
    enum vmt_status status = new_writer(&writer, format, writer_options, allocator, err);
    if (status == VMT_OK) {
        status = (report == SUMMARY ? vmt_report_summary : vmt_report_regions)(
            &snapshot, allocator, options, writer, err);
    }
    vmt_writer_free(writer);
    return status;
}

static void write_report(enum report report, enum format format, const char *table,
                         const struct vmt_report_options *options)
{
    static const struct vmt_report_options none = {0};
    struct vmt_error err = VMT_ERROR_INIT;
    buffer_reset(0);
    CU_ASSERT(try_report(report, format, table, options == NULL ? &none : options,
                         &vmt_allocator_system, &err) == VMT_OK);
    UNIT_EQUAL_STR(err.message, "");
}

static void test_summary__json_has_the_keys_of_the_contract(void)
{
    struct vmt_process *process = one_process("dump.txt");
    struct vmt_fact *fact = vmt_sequence_add(&process->facts);
    fact->key = string("Path");
    fact->value = string("/bin/ledger");
    write_report(SUMMARY, JSON, NULL, NULL);
    CU_ASSERT(is_json());
    CU_ASSERT(written("{\"schema\": \"vmtally/summary\", \"version\": 1,\n  \"processes\": ["));
    CU_ASSERT(written("{\"name\": \"Ledger\", \"pid\": 4711, \"coverage\": \"whole\", \"level\": "
                      "\"regions\", \"os\": null, \"arch\": null, \"page_size\": 4096, "
                      "\"captured_at\": null, \"launched_at\": null, \"region_count\": 3,"));
    CU_ASSERT(written("\"source\": {\"kind\": \"file\", \"path\": \"dump.txt\", \"line\": 1, "
                      "\"grammar\": \"darwin-vmmap\", \"read_us\": null}"));
    CU_ASSERT(written("\"totals\": {\"virtual\": 98304, \"virtual_lower\": 98304,"));
    CU_ASSERT(written("\"resident\": 28672, \"resident_lower\": 28672,"));
    CU_ASSERT(written("\"footprint\": null,"));
    CU_ASSERT(written(
        "\"wired_upper\": null, \"clean\": 20480, \"clean_lower\": 20480, \"clean_upper\": 20480, \"pss_method\": \"single-dump\"}"));
    CU_ASSERT(written("{\"type\": \"MALLOC_TINY\", \"class\": \"heap\", \"regions\": 1, "
                      "\"virtual\": 32768,"));
    CU_ASSERT(written("\"zones\": []"));
    CU_ASSERT(written("\"fault\": null"));
    CU_ASSERT(written("{\"key\": \"Path\", \"value\": \"/bin/ledger\"}"));
    CU_ASSERT(
        written("\n  \"set\": null,\n  \"set_reason\": \"one process\", \"set_method\": null,\n"));
    CU_ASSERT(written("{\"path\": \"dump.txt\", \"lines\": 0, \"consumed\": 0, \"prose\": 0, "
                      "\"damaged\": 0, \"blank\": 0,"));
    vmt_snapshot_free(&snapshot);
}

static void test_summary__csv_rows_stand_alone(void)
{
    one_process("dump.txt");
    write_report(SUMMARY, CSV, NULL, NULL);
    CU_ASSERT(vmt_slice_starts(vmt_slice(buffer.data),
                               "source,process_index,pid,process,type,class,regions,virtual,"));
    CU_ASSERT(written("\ndump.txt,1,4711,Ledger,MALLOC_TINY,heap,1,32768,0,12288,8192,0,"));
    CU_ASSERT(!written("TOTAL"));
    CU_ASSERT(!written("lower"));
    write_report(SUMMARY, CSV, "processes", NULL);
    CU_ASSERT(vmt_slice_starts(vmt_slice(buffer.data),
                               "source,line,grammar,process_index,pid,process,coverage,level,os,"
                               "arch,page_size,captured_at,launched_at,region_count,virtual,"));
    CU_ASSERT(written(",wired,clean,pss_method,reason,states,read_us\n"));
    CU_ASSERT(written("\ndump.txt,1,darwin-vmmap,1,4711,Ledger,whole,regions,,,4096,,,3,98304,"));
    vmt_snapshot_free(&snapshot);
}

static void test_summary__text_is_apart_for_memory_and_address_space(void)
{
    one_process("dump.txt");
    write_report(SUMMARY, TEXT, NULL, NULL);
    CU_ASSERT(vmt_slice_starts(vmt_slice(buffer.data),
                               "Ledger [4711]\ndump.txt:1   3 regions, whole\n\n"));
    CU_ASSERT(written("\nTYPE                   REGIONS VIRTUAL RESIDENT   DIRTY SWAPPED PRIVATE"
                      "  SHARED\n"));
    CU_ASSERT(written(
        "\nheap                         1    32K      12K    8.0K       0     12K       0\n"
        "  MALLOC_TINY                1    32K      12K    8.0K       0     12K       0\n"));
    CU_ASSERT(written("\nTOTAL                        2    64K      28K    8.0K       0 "));
    CU_ASSERT(
        written("\n\nADDRESS SPACE ONLY     REGIONS VIRTUAL\n"
                "guards                       1    32K\n  STACK GUARD                1    32K\n"));
    const char *guard = strstr(buffer.data, "STACK GUARD");
    CU_ASSERT_FATAL(guard != NULL);
    CU_ASSERT_PTR_NULL(strstr(guard + 1, "STACK GUARD"));
    CU_ASSERT(!written("zones"));
    vmt_snapshot_free(&snapshot);
}

static void test_summary__empty_ranges_are_no_memory(void)
{
    begin_snapshot();
    struct vmt_process *process = add_process(add_input("dump.txt"), "Ledger", 4711);
    add_region(process, "MALLOC_TINY", 0x3000, 0x2000, VMT_SHARING_PRV, NULL);
    add_region(process, "MALLOC_TINY", 0, 0, VMT_SHARING_NUL, NULL);
    add_region(process, "Foundation", 0, 0, VMT_SHARING_NUL, NULL);
    write_report(SUMMARY, TEXT, NULL, NULL);
    CU_ASSERT(written("\n  MALLOC_TINY                1    32K      12K "));
    CU_ASSERT(written("\nTOTAL                        1    32K      12K "));
    CU_ASSERT(written("\n\nADDRESS SPACE ONLY     REGIONS VIRTUAL\n"
                      "empty (mode NUL)             2    64K\n"
                      "  MALLOC_TINY                1    32K\n"
                      "  Foundation                 1    32K\n"));
    write_report(SUMMARY, CSV, NULL, NULL);
    CU_ASSERT(written("\ndump.txt,1,4711,Ledger,MALLOC_TINY,heap,2,65536,32768,12288,"));
    vmt_snapshot_free(&snapshot);
}

static void test_summary__of_a_table_alone_is_told_as_such(void)
{
    begin_snapshot();
    struct vmt_process *process = add_process(add_input("dump.txt"), "Ledger", 4711);
    struct vmt_stated_row *row = vmt_sequence_add(&process->stated);
    CU_ASSERT_FATAL(row != NULL);
    process->coverage = VMT_COVERAGE_EXCERPT;
    row->type = vmt_type_get(&snapshot.types, &snapshot.strings, vmt_slice("VM_ALLOCATE"), 0);
    row->stated[VMT_EV_VIRTUAL] = (struct vmt_reading){200 << 10, 1024};
    row->stated[VMT_EV_RESIDENT] = (struct vmt_reading){100 << 10, 1024};
    row->stated[VMT_EV_DIRTY] = (struct vmt_reading){50 << 10, 1024};
    row->stated[VMT_EV_SWAPPED] = (struct vmt_reading){0, 0};
    row->known = 15;
    row->regions = 3;
    row->counted = true;
    write_report(SUMMARY, TEXT, NULL, NULL);
    CU_ASSERT(
        written("\nFrom the dump's own table: what is private and shared is estimated by type."));
    CU_ASSERT(written("\n  VM_ALLOCATE                3   200K     100K     50K       0 "));
    /* 100.5K: no more is shared than is resident, whatever the parts could come to. */
    CU_ASSERT(written("\n  shared                   0         0      101K\n"));
    write_report(SUMMARY, JSON, NULL, NULL);
    CU_ASSERT(written("\"level\": \"types\","));
    vmt_snapshot_free(&snapshot);
}

static void test_summary__text_names_what_is_unknown(void)
{
    struct vmt_process *process = one_process("-");
    process->name = NULL;
    process->pid_known = false;
    process->coverage = VMT_COVERAGE_EXCERPT;
    process->os = string("macOS 14.5 (23F79)");
    process->captured_at = string("2026-03-02T10:11:12.345+01:00");
    write_report(SUMMARY, TEXT, NULL, NULL);
    CU_ASSERT(vmt_slice_starts(
        vmt_slice(buffer.data),
        "unnamed process   macOS 14.5 (23F79)\n"
        "standard input:1   3 regions, an excerpt   2026-03-02 10:11:12 +01:00\n"
        "An excerpt: totals are of the rows that are there, not of the process.\n"));
    vmt_snapshot_free(&snapshot);
}

static void test_summary__standard_input_is_no_formula(void)
{
    one_process("-");
    write_report(SUMMARY, CSV, NULL, NULL);
    CU_ASSERT(written("\n-,1,4711,Ledger,"));
    write_report(SUMMARY, JSON, NULL, NULL);
    CU_ASSERT(written("\"source\": {\"kind\": \"stdin\", \"path\": null,"));
    vmt_snapshot_free(&snapshot);
}

static void test_summary__a_filter_shows_less_and_changes_no_total(void)
{
    const struct vmt_slice names[] = {vmt_slice("malloc tiny")};
    const struct vmt_report_options options = {.types = names, .type_count = 1};
    one_process("dump.txt");
    write_report(SUMMARY, TEXT, NULL, &options);
    CU_ASSERT(written("\nheap                         1    32K      12K "));
    CU_ASSERT(written("\n  MALLOC_TINY "));
    CU_ASSERT(!written("\n  __TEXT "));
    CU_ASSERT(!written("\ncode "));
    CU_ASSERT(!written("ADDRESS SPACE ONLY"));
    CU_ASSERT(written("\nTOTAL shown                  1    32K      12K "));
    CU_ASSERT(written("\nTOTAL of all                 2    64K      28K "));
    write_report(SUMMARY, JSON, NULL, &options);
    CU_ASSERT(written("\"totals\": {\"virtual\": 98304,"));
    CU_ASSERT(!written("{\"type\": \"__TEXT\""));
    write_report(REGIONS, CSV, NULL, &options);
    CU_ASSERT(written(",0x100000000,0x100008000,MALLOC_TINY,"));
    CU_ASSERT(!written("__TEXT"));
    write_report(REGIONS, TEXT, NULL, &options);
    CU_ASSERT(written("\n1 region shown of 3\n"));
    vmt_snapshot_free(&snapshot);
}

static void test_summary__zones_are_shown_when_asked_for(void)
{
    const struct vmt_report_options options = {.zones = true};
    struct vmt_process *process = one_process("dump.txt");
    write_report(SUMMARY, TEXT, NULL, &options);
    CU_ASSERT(written("\nno malloc zones in this dump\n"));
    struct vmt_zone *zone = vmt_sequence_add(&process->zones);
    zone->name = string("DefaultMallocZone_0x100100000");
    zone->sizes[VMT_ZONE_DIRTY] = (struct vmt_reading){8192, 1024};
    zone->known_sizes = 1U << VMT_ZONE_DIRTY;
    zone->numbers[VMT_ZONE_FRAGMENTATION] = 125;
    zone->known_numbers = 1U << VMT_ZONE_FRAGMENTATION;
    write_report(SUMMARY, TEXT, NULL, &options);
    CU_ASSERT(written(
        "\nDefaultMallocZone_0x100100000       -    8.0K~      -         -        -  12.5%\n"));
    write_report(SUMMARY, CSV, "zones", &options);
    CU_ASSERT(written("\ndump.txt,1,4711,Ledger,DefaultMallocZone_0x100100000,,,,,8192,1024,,,,,,"
                      "125,,,,\n"));
    vmt_snapshot_free(&snapshot);
}

static void test_summary__a_damaged_line_has_a_caret(void)
{
    struct vmt_process *process = one_process("dump.txt");
    struct vmt_error err = VMT_ERROR_INIT;
    const struct vmt_place place = {"dump.txt", 17, 6};
    vmt_notes_add(&process->notes, VMT_NOTE_DAMAGED_LINE, place, vmt_slice("no range"),
                  vmt_slice("a\x1b"
                            "b  oops"),
                  &err);
    write_report(SUMMARY, TEXT, NULL, NULL);
    CU_ASSERT(written("\n\ndump.txt:17:6: a line of the capture cannot be read: no range\n"
                      "    a\\x1bb  oops\n"
                      "            ^\n"));
    write_report(SUMMARY, CSV, "notes", NULL);
    CU_ASSERT(written("\ndump.txt,1,4711,Ledger,damaged-line,1,17,6,no range\n"));
    vmt_snapshot_free(&snapshot);
}

static void test_summary__notes_beyond_the_first_are_counted(void)
{
    struct vmt_process *process = one_process("dump.txt");
    struct vmt_error err = VMT_ERROR_INIT;
    for (uint64_t line = 1; line <= 9; line++) {
        vmt_notes_add(&process->notes, VMT_NOTE_UNKNOWN_KEY,
                      (struct vmt_place){"dump.txt", line, 1}, vmt_slice("Key"), vmt_slice(""),
                      &err);
    }
    write_report(SUMMARY, TEXT, NULL, NULL);
    CU_ASSERT(written("\ndump.txt:5:1: a header line that is not known: Key\n"
                      "4 more: a header line that is not known\n"));
    vmt_snapshot_free(&snapshot);
}

static void test_summary__input_with_damage_is_accounted_for(void)
{
    begin_snapshot();
    struct vmt_input_record *input = add_input("dump.txt");
    input->ledger = (struct vmt_ledger){10, 6, 1, 2, 1};
    write_report(SUMMARY, TEXT, NULL, NULL);
    UNIT_EQUAL_STR(buffer.data, "no process found\n"
                                "dump.txt: 10 lines: 6 read, 1 prose, 2 damaged, 1 blank\n");
    write_report(SUMMARY, CSV, "inputs", NULL);
    UNIT_EQUAL_STR(buffer.data, "path,lines,consumed,prose,damaged,blank\n"
                                "dump.txt,10,6,1,2,1\n");
    vmt_snapshot_free(&snapshot);
}

static void test_reports__of_nothing(void)
{
    begin_snapshot();
    for (int report = 0; report < REPORTS; report++) {
        write_report((enum report)report, TEXT, NULL, NULL);
        UNIT_EQUAL_STR(buffer.data, "no process found\n");
        write_report((enum report)report, CSV, NULL, NULL);
        CU_ASSERT(vmt_slice_starts(vmt_slice(buffer.data), "source,process_index,pid,process,"));
        CU_ASSERT_PTR_EQUAL(strchr(buffer.data, '\n'), buffer.data + buffer.length - 1);
        write_report((enum report)report, JSON, NULL, NULL);
        CU_ASSERT(is_json());
        CU_ASSERT(written("\"processes\": [],"));
    }
    write_report(SUMMARY, JSON, NULL, NULL);
    CU_ASSERT(written("\"set_reason\": \"no process\""));
    vmt_snapshot_free(&snapshot);
}

static void test_summary__processes_are_numbered_and_apart(void)
{
    one_process("dump.txt");
    struct vmt_process *second = add_process(add_input("other.txt"), "Second", 7);
    add_region(second, "MALLOC_TINY", 0x1000, 0x1000, VMT_SHARING_PRV, NULL);
    write_report(SUMMARY, CSV, NULL, NULL);
    CU_ASSERT(written("\ndump.txt,1,4711,Ledger,MALLOC_TINY,heap,1,"));
    CU_ASSERT(written("\nother.txt,2,7,Second,MALLOC_TINY,heap,1,"));
    write_report(SUMMARY, TEXT, NULL, NULL);
    CU_ASSERT(written("\n\nSecond [7]\nother.txt:1   1 region, whole\n"));
    write_report(SUMMARY, JSON, NULL, NULL);
    CU_ASSERT(is_json());
    CU_ASSERT(written("\"set\": {\"virtual\": "));
    CU_ASSERT(written("\"set_reason\": null"));
    CU_ASSERT(written("{\"source\": \"other.txt\", \"process_index\": 2, \"pid\": 7, "));
    vmt_snapshot_free(&snapshot);
}

static void test_regions__csv_and_json(void)
{
    struct vmt_process *process = one_process("dump.txt");
    struct vmt_region *odd = add_region(process, "weird=", 0, 0, VMT_SHARING_UNKNOWN, "=x");
    odd->sharing_text = string("Q?!");
    odd->ranged = false;
    odd->known = 0;
    odd->purge = VMT_PURGE_VOLATILE;
    write_report(REGIONS, CSV, NULL, NULL);
    CU_ASSERT(vmt_slice_starts(
        vmt_slice(buffer.data),
        "source,process_index,pid,process,page_size,start,end,type,canonical_type,class,"
        "protection,max_protection,sharing_mode,purge_state,submap_depth,virtual,"
        "virtual_quantum,resident,resident_quantum,dirty,dirty_quantum,swapped,"
        "swapped_quantum,private_clean,private_dirty,shared_clean,shared_dirty,"
        "swapped_private,swapped_shared,anonymous,file_backed,reclaimable,detail,line,"
        "coverage,region_count,around_fault,os,arch,captured_at,process_footprint,process_footprint_lower,"
        "process_footprint_upper,"));
    CU_ASSERT(written("\ndump.txt,1,4711,Ledger,4096,0x100000000,0x100008000,MALLOC_TINY,"
                      "MALLOC_TINY,heap,rw-,---,PRV,,0,32768,0,12288,0,8192,0,0,0,4096,8192,0,0,"
                      "0,0,"));
    CU_ASSERT(written("\ndump.txt,1,4711,Ledger,4096,,,weird=,weird=,"));
    CU_ASSERT(written(",rw-,---,Q?!,volatile,0,,,,,,,,,"));
    CU_ASSERT(written(",'=x,24,whole,4,false,"));
    write_report(REGIONS, JSON, NULL, NULL);
    CU_ASSERT(is_json());
    CU_ASSERT(written("{\"start\": \"0x100000000\", \"end\": \"0x100008000\", "
                      "\"type\": \"MALLOC_TINY\","));
    CU_ASSERT(written("{\"start\": null, \"end\": null, \"type\": \"weird=\","));
    CU_ASSERT(written("\"sharing_mode\": \"Q?!\", \"purge_state\": \"volatile\","));
    write_report(REGIONS, TEXT, NULL, NULL);
    CU_ASSERT(written("\n100000000-100008000 MALLOC_TINY           32K      12K    8.0K       0  "
                      "rw- PRV\n"));
    CU_ASSERT(written("\n100008000-100010000 __TEXT                32K      16K       0       0  "
                      "rw- COW /bin/ledger\n"));
    CU_ASSERT(written("\n-                   weird=                  -        -       -       -  "
                      "rw- Q?! =x\n"));
    vmt_snapshot_free(&snapshot);
}

/* Hostile strings wherever the evidence has one. */
static void hostile_snapshot(unsigned regions)
{
    static const char evil[] = "\x1b]0;x\x07\n\"',=\xff\xe2\x80\xae";
    struct vmt_error err = VMT_ERROR_INIT;
    begin_snapshot();
    struct vmt_input_record *input = add_input(evil);
    for (int i = 0; i < 2; i++) {
        struct vmt_process *process = add_process(input, evil, UINT64_MAX);
        process->os = string(evil);
        process->arch = string(evil);
        process->captured_at = string(evil);
        process->launched_at = string(evil);
        struct vmt_fact *fact = vmt_sequence_add(&process->facts);
        fact->key = string(evil);
        fact->value = string(evil);
        struct vmt_zone *zone = vmt_sequence_add(&process->zones);
        zone->name = string(evil);
        vmt_notes_add(&process->notes, VMT_NOTE_DAMAGED_LINE,
                      (struct vmt_place){input->name->data, 3, 9}, vmt_slice(evil), vmt_slice(evil),
                      &err);
        for (unsigned r = 0; r < regions; r++) {
            add_region(process, evil, 0x1000, 0, VMT_SHARING_UNKNOWN, evil)->sharing_text =
                string(evil);
        }
    }
    vmt_notes_add(&input->notes, VMT_NOTE_AMBIGUOUS_PART,
                  (struct vmt_place){input->name->data, 3, 1}, vmt_slice(evil), vmt_slice(evil),
                  &err);
}

static void test_reports__hostile_evidence_is_harmless_everywhere(void)
{
    const struct vmt_report_options options = {.zones = true};
    hostile_snapshot(2);
    for (int report = 0; report < REPORTS; report++) {
        write_report((enum report)report, JSON, NULL, &options);
        CU_ASSERT(is_json());
        write_report((enum report)report, TEXT, NULL, &options);
        CU_ASSERT(!written("\x1b") && !written("\x07") && !written("\xff") && !written("\xe2"));
        CU_ASSERT(written("\\x1b]0;x\\x07\\x0a\"',=\\xff\\u202e"));
        const struct vmt_table *const *tables =
            report == SUMMARY ? vmt_report_summary_tables : vmt_report_regions_tables;
        for (; *tables != NULL; tables++) {
            struct csv_parser parser;
            write_report((enum report)report, CSV, (*tables)->name, &options);
            CU_ASSERT(!written("\x1b") && !written("\x07") && !written("\xff"));
            CU_ASSERT_FATAL(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) == 0);
            UNIT_EQUAL_U64(csv_parse(&parser, buffer.data, buffer.length, NULL, NULL, NULL),
                           buffer.length);
            CU_ASSERT(csv_fini(&parser, NULL, NULL, NULL) == 0);
            csv_free(&parser);
        }
    }
    vmt_snapshot_free(&snapshot);
}

static void test_reports__a_sink_that_fails_at_any_write_fails_the_report(void)
{
    static const struct vmt_report_options options = {.zones = true};
    hostile_snapshot(200);
    unsigned most = 0;
    for (int report = 0; report < REPORTS; report++) {
        for (int format = 0; format < FORMATS; format++) {
            write_report((enum report)report, (enum format)format, NULL, &options);
            unsigned writes = buffer.writes;
            most = writes > most ? writes : most;
            for (unsigned fail_at = 1; fail_at <= writes; fail_at++) {
                struct vmt_error err = VMT_ERROR_INIT;
                buffer_reset(fail_at);
                CU_ASSERT(try_report((enum report)report, (enum format)format, NULL, &options,
                                     &vmt_allocator_system, &err) == VMT_E_IO);
                UNIT_EQUAL_I64(err.status, VMT_E_IO);
                UNIT_EQUAL_I64(err.cause, 28);
                UNIT_EQUAL_U64(buffer.writes, fail_at); /* none after the failure */
            }
        }
    }
    CU_ASSERT(most > 3); /* or writes in the midst were not tried */
    vmt_snapshot_free(&snapshot);
}

struct failing_allocator {
    unsigned count;
    unsigned fail_at;
    unsigned live;
};

static void *failing_allocate(void *self, size_t size)
{
    struct failing_allocator *failing = self;
    if (++failing->count == failing->fail_at) {
        return NULL;
    }
    failing->live++;
    return malloc(size);
}

static void failing_release(void *self, void *memory)
{
    struct failing_allocator *failing = self;
    failing->live -= memory != NULL;
    free(memory);
}

static void test_reports__an_allocation_that_fails_fails_the_report(void)
{
    const struct vmt_slice names[] = {vmt_slice("malloc tiny")};
    const struct vmt_report_options options = {.types = names, .type_count = 1};
    hostile_snapshot(2);
    for (int report = 0; report < REPORTS; report++) {
        enum vmt_status status = VMT_E_NOMEM;
        unsigned fail_at = 0;
        while (status != VMT_OK && fail_at < 1000) {
            fail_at++;
            struct failing_allocator failing = {.fail_at = fail_at};
            const struct vmt_allocator allocator = {failing_allocate, failing_release, &failing};
            struct vmt_error err = VMT_ERROR_INIT;
            buffer_reset(0);
            status = try_report((enum report)report, JSON, NULL, &options, &allocator, &err);
            CU_ASSERT(status == (failing.count >= fail_at ? VMT_E_NOMEM : VMT_OK));
            UNIT_EQUAL_I64(err.status, status);
            UNIT_EQUAL_U64(failing.live, 0);
        }
        CU_ASSERT(status == VMT_OK);
        CU_ASSERT(fail_at > 2);
    }
    vmt_snapshot_free(&snapshot);
}

static const struct unit_test tests[] = {
    {"human__bounds_are_rounded_outward", test_human__bounds_are_rounded_outward},
    {"human__sizes_at_the_edges", test_human__sizes_at_the_edges},
    {"human__permille_is_percent_with_no_digit_too_many",
     test_human__permille_is_percent_with_no_digit_too_many},
    {"utf8__reads_what_is_valid_and_one_byte_of_what_is_not",
     test_utf8__reads_what_is_valid_and_one_byte_of_what_is_not},
    {"utf8__a_cut_character_reads_no_byte_behind_the_slice",
     test_utf8__a_cut_character_reads_no_byte_behind_the_slice},
    {"text__nothing_reaches_the_terminal_raw", test_text__nothing_reaches_the_terminal_raw},
    {"csv__text_is_quoted_where_needed", test_csv__text_is_quoted_where_needed},
    {"csv__formulas_are_made_text", test_csv__formulas_are_made_text},
    {"csv__words_are_left_alone", test_csv__words_are_left_alone},
    {"csv__control_characters_and_bad_bytes_are_replaced",
     test_csv__control_characters_and_bad_bytes_are_replaced},
    {"csv__long_quoted_text_is_one_field", test_csv__long_quoted_text_is_one_field},
    {"json__text_is_always_valid", test_json__text_is_always_valid},
    {"text__a_mark_says_that_bounds_are_wider_than_what_is_printed",
     test_text__a_mark_says_that_bounds_are_wider_than_what_is_printed},
    {"text__bytes_are_plain_and_marked_when_not_exact",
     test_text__bytes_are_plain_and_marked_when_not_exact},
    {"text__bounds_stand_beside", test_text__bounds_stand_beside},
    {"text__bounds_of_a_column_that_wants_them_show_where_they_matter",
     test_text__bounds_of_a_column_that_wants_them_show_where_they_matter},
    {"text__headings_are_bold_only_with_colour", test_text__headings_are_bold_only_with_colour},
    {"text__the_last_column_loses_its_front", test_text__the_last_column_loses_its_front},
    {"text__a_long_cell_pushes_only_as_far_as_it_must",
     test_text__a_long_cell_pushes_only_as_far_as_it_must},
    {"data__amounts_have_bounds", test_data__amounts_have_bounds},
    {"data__readings_have_a_quantum", test_data__readings_have_a_quantum},
    {"data__other_cells", test_data__other_cells},
    {"data__a_column_of_members_is_one_for_each", test_data__a_column_of_members_is_one_for_each},
    {"writers__write_nothing_after_a_failure", test_writers__write_nothing_after_a_failure},
    {"nest__json_nests", test_nest__json_nests},
    {"nest__json_of_nothing", test_nest__json_of_nothing},
    {"nest__csv_is_one_table_with_one_header", test_nest__csv_is_one_table_with_one_header},
    {"nest__text_leaves_out_tables_for_programs", test_nest__text_leaves_out_tables_for_programs},
    {"table__is_found_by_name", test_table__is_found_by_name},
    {"summary__json_has_the_keys_of_the_contract", test_summary__json_has_the_keys_of_the_contract},
    {"summary__csv_rows_stand_alone", test_summary__csv_rows_stand_alone},
    {"summary__text_is_apart_for_memory_and_address_space",
     test_summary__text_is_apart_for_memory_and_address_space},
    {"summary__empty_ranges_are_no_memory", test_summary__empty_ranges_are_no_memory},
    {"summary__of_a_table_alone_is_told_as_such", test_summary__of_a_table_alone_is_told_as_such},
    {"summary__text_names_what_is_unknown", test_summary__text_names_what_is_unknown},
    {"summary__standard_input_is_no_formula", test_summary__standard_input_is_no_formula},
    {"summary__a_filter_shows_less_and_changes_no_total",
     test_summary__a_filter_shows_less_and_changes_no_total},
    {"summary__zones_are_shown_when_asked_for", test_summary__zones_are_shown_when_asked_for},
    {"summary__a_damaged_line_has_a_caret", test_summary__a_damaged_line_has_a_caret},
    {"summary__notes_beyond_the_first_are_counted",
     test_summary__notes_beyond_the_first_are_counted},
    {"summary__input_with_damage_is_accounted_for",
     test_summary__input_with_damage_is_accounted_for},
    {"reports__of_nothing", test_reports__of_nothing},
    {"summary__processes_are_numbered_and_apart", test_summary__processes_are_numbered_and_apart},
    {"regions__csv_and_json", test_regions__csv_and_json},
    {"reports__hostile_evidence_is_harmless_everywhere",
     test_reports__hostile_evidence_is_harmless_everywhere},
    {"reports__a_sink_that_fails_at_any_write_fails_the_report",
     test_reports__a_sink_that_fails_at_any_write_fails_the_report},
    {"reports__an_allocation_that_fails_fails_the_report",
     test_reports__an_allocation_that_fails_fails_the_report},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_report", tests, argc, argv);
}
