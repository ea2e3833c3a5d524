/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/json.h"

#include <stdlib.h>

#include "unit.h"

/* --- a text and what is read of it ------------------------------------------------------------ */

static struct reading {
    struct vmt_context context;
    struct vmt_snapshot snapshot;
    struct vmt_memory_input input;
    struct vmt_cursor cursor;
    struct vmt_parse parse;
    struct vmt_json json;
    struct vmt_error err;
    enum vmt_status status;
} reading;

static void open_text(struct vmt_slice text, size_t window)
{
    reading = (struct reading){.err = VMT_ERROR_INIT};
    vmt_context_init(&reading.context, &vmt_allocator_system);
    vmt_snapshot_init(&reading.snapshot, &vmt_allocator_system, (size_t)64 << 20);
    reading.context.window = window;
    vmt_memory_input_init(&reading.input, "text", text);
    struct vmt_input_record *record = NULL;
    CU_ASSERT_FATAL(vmt_snapshot_add_input(&record, &reading.snapshot, vmt_slice("text"),
                                           &reading.err) == VMT_OK);
    CU_ASSERT_FATAL(vmt_cursor_init(&reading.cursor, &reading.context, &reading.input.input, record,
                                    &reading.err) == VMT_OK);
    reading.parse = (struct vmt_parse){.context = &reading.context,
                                       .cursor = &reading.cursor,
                                       .snapshot = &reading.snapshot,
                                       .input = record};
    CU_ASSERT_FATAL(vmt_cursor_fill(&reading.cursor, VMT_CURSOR_AHEAD, &reading.err) == VMT_OK);
}

static void read_object(void)
{
    reading.status =
        vmt_json_read(&reading.json, &reading.parse, &reading.parse.input->notes, &reading.err);
}

static void read_json(const char *text)
{
    open_text(vmt_slice(text), 4096);
    read_object();
}

static void close_text(void)
{
    vmt_json_free(&reading.json);
    vmt_cursor_free(&reading.cursor);
    vmt_snapshot_free(&reading.snapshot);
    vmt_context_free(&reading.context);
}

static const char *string_at(const char *key)
{
    return json_string_value(json_object_get(reading.json.root, key));
}

static const struct vmt_note *first_note(void)
{
    struct vmt_walker walker = {0};
    const struct vmt_note *note = vmt_sequence_next(&reading.parse.input->notes.sequence, &walker);
    CU_ASSERT_FATAL(note != NULL);
    if (note == NULL) {
        abort();
    }
    return note;
}

static void ledger_is(uint64_t consumed, uint64_t damaged)
{
    UNIT_EQUAL_U64(reading.parse.input->ledger.consumed, consumed);
    UNIT_EQUAL_U64(reading.parse.input->ledger.damaged, damaged);
    UNIT_EQUAL_U64(reading.parse.input->ledger.lines, consumed + damaged);
    UNIT_EQUAL_U64(vmt_notes_count(&reading.parse.input->notes, VMT_NOTE_DAMAGED_LINE), damaged);
}

/* --- looking ahead ---------------------------------------------------------------------------- */

static bool mentions(const char *text, const char *key)
{
    const char *const keys[] = {"absent", key, NULL};
    open_text(vmt_slice(text), 4096);
    bool found = vmt_json_begins(&reading.cursor, 0) && vmt_json_mentions(&reading.cursor, 0, keys);
    close_text();
    return found;
}

/* A nest is no report: looked into from each of its lines, a large one would take its time. */
static void test_begins__no_nest(void)
{
    static const struct {
        const char *text;
        bool begins;
    } objects[] = {
        {"{\"a\":\n{\"a\":\n{\"a\":\n1}}}\n", false}, {"{\"a\":1,\"b\":[\n{\n{\"a\":\n", false},
        {"{\"a\":\n{\"a\":\n{\"a\":1}}}\n", true},    {"{\"a\":1}\n{\"a\":1}\n{\"a\":1}\n", true},
        {"{\n\"a\":\n{\n\"b\":[\n{\n1", true},
    };
    for (size_t i = 0; i < sizeof objects / sizeof objects[0]; i++) {
        open_text(vmt_slice(objects[i].text), 4096);
        CU_ASSERT(vmt_json_begins(&reading.cursor, 0) == objects[i].begins);
        close_text();
    }
}

static void test_mentions__own_members_only(void)
{
    CU_ASSERT(mentions("{\"a\":1}\n", "a"));
    CU_ASSERT(mentions("  {\n \"b\" : {\n\"c\":[1]},\n\"a\"\t: 1}\n", "a"));
    CU_ASSERT(!mentions("{\"b\":{\"a\":1}}\n", "a"));
    CU_ASSERT(!mentions("{\"b\":\"a\"}\n{\"a\":1}\n", "a"));   /* of the next object */
    CU_ASSERT(!mentions("{\"b\":\"\\\"a\\\" : \"}\n", "a"));   /* in a string */
    CU_ASSERT(!mentions("{\"ab\":1,\"ba\":2}\n", "a"));        /* in other words */
    CU_ASSERT(mentions("{\"b\":\"x}{\\\\\",\"a\":1}\n", "a")); /* braces in a string are none */
    CU_ASSERT(mentions("{\"b\":\"x\"y\",\n\"a\":1}\n", "a"));  /* a quote without its escape */
    CU_ASSERT(!mentions("[{\"a\":1}]\n", "a"));
    CU_ASSERT(!mentions("", "a"));
}

/* --- whole objects ---------------------------------------------------------------------------- */

static void test_read__lines_and_places(void)
{
    read_json("{ \"a\" : 1,\n  \"b\" : { \"c\" : \"x\\ny\" },\n\n  \"d\" : [ ]\n}\nprose\n");
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    UNIT_EQUAL_U64(vmt_json_place(&reading.json, "a").column, 3);
    UNIT_EQUAL_U64(vmt_json_place(&reading.json, "d").line, 4);
    UNIT_EQUAL_U64(vmt_json_place(&reading.json, "c").line, 2);
    UNIT_EQUAL_U64(vmt_json_place(&reading.json, "c").column, 11);
    UNIT_EQUAL_U64(vmt_json_place(&reading.json, "absent").line, 1);
    ledger_is(5, 0);
    UNIT_EQUAL_U64(reading.parse.cursor->ahead[reading.parse.cursor->first].number, 6);
    close_text();
}

static void test_read__each_of_one_key(void)
{
    struct vmt_json_walk walk = {0};
    read_json("{\"k\":{\"k\":1},\n\"x\":\"k\",\n\"y\":{\"k\":2}}\n");
    CU_ASSERT(vmt_json_next(&reading.json, &walk, "k"));
    UNIT_EQUAL_U64(walk.place.column, 2);
    CU_ASSERT(vmt_json_next(&reading.json, &walk, "k"));
    UNIT_EQUAL_U64(walk.place.column, 7);
    CU_ASSERT(vmt_json_next(&reading.json, &walk, "k"));
    UNIT_EQUAL_U64(walk.place.line, 3);
    UNIT_EQUAL_U64(walk.place.column, 6);
    CU_ASSERT(!vmt_json_next(&reading.json, &walk, "k"));
    close_text();
}

static void test_read__kinds(void)
{
    struct vmt_slice text;
    uint64_t number = 7;
    read_json("{\"s\":\"\",\"n\":-1,\"r\":1.0,\"i\":9223372036854775807,\"z\":null}");
    CU_ASSERT(vmt_json_string(reading.json.root, "s", &text) && text.length == 0);
    CU_ASSERT(!vmt_json_string(reading.json.root, "n", &text));
    CU_ASSERT(!vmt_json_string(reading.json.root, "absent", &text));
    CU_ASSERT(!vmt_json_string(NULL, "s", &text));
    CU_ASSERT(!vmt_json_u64(reading.json.root, "n", &number));
    CU_ASSERT(!vmt_json_u64(reading.json.root, "r", &number));
    CU_ASSERT(!vmt_json_u64(reading.json.root, "z", &number));
    UNIT_EQUAL_U64(number, 7);
    CU_ASSERT(vmt_json_u64(reading.json.root, "i", &number));
    UNIT_EQUAL_U64(number, INT64_MAX);
    close_text();
}

static void test_read__one_line_longer_than_the_window(void)
{
    enum { LENGTH = 20000 };
    char *text = malloc(LENGTH + 64);
    CU_ASSERT_FATAL(text != NULL);
    size_t used = (size_t)snprintf(text, LENGTH + 64, "{\"a\":\"");
    memset(text + used, 'x', LENGTH);
    used += LENGTH;
    used += (size_t)snprintf(text + used, 64, "\",\"b\":2}\nprose\n");
    open_text((struct vmt_slice){text, used}, 100);
    read_object();
    uint64_t number = 0;
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    UNIT_EQUAL_U64(strlen(string_at("a")), LENGTH);
    CU_ASSERT(vmt_json_u64(reading.json.root, "b", &number) && number == 2);
    UNIT_EQUAL_U64(vmt_json_place(&reading.json, "b").column, 9 + LENGTH);
    ledger_is(1, 0);
    close_text();
    free(text);
}

static void test_read__limit(void)
{
    open_text(vmt_slice("{\"a\":\"0123456789\",\n\"b\":1\n}\nprose\n"), 4096);
    reading.context.json_limit = 20;
    read_object();
    UNIT_EQUAL_I64(reading.status, VMT_END);
    CU_ASSERT(reading.json.root == NULL);
    ledger_is(0, 3);
    UNIT_EQUAL_STR(first_note()->text->data, "a JSON value larger than is read");
    close_text();
}

/* --- what a person reads over ----------------------------------------------------------------- */

static void test_repair__broken_lines(void)
{
    uint64_t number = 0;
    read_json("{\"a\":\"one two\\\nn three\nfour\",\"n\":12345\n678,\n\"b\":\"x\"}\n");
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    UNIT_EQUAL_STR(string_at("a"), "one two\n threefour");
    CU_ASSERT(vmt_json_u64(reading.json.root, "n", &number));
    UNIT_EQUAL_U64(number, 12345678);
    /* Places stay. */
    UNIT_EQUAL_U64(vmt_json_place(&reading.json, "n").line, 3);
    UNIT_EQUAL_U64(vmt_json_place(&reading.json, "b").line, 5);
    ledger_is(5, 0);
    close_text();
}

/* Brackets and quotes that a broken string can go on with. */
static void test_repair__broken_lines_with_brackets(void)
{
    read_json("{\"a\":\"x [\n]\",\n\"b\":\"y\n\",\n\"c\":\"z\\\n\"q\\\" \n} \"\n}\n");
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    UNIT_EQUAL_STR(string_at("a"), "x []");
    UNIT_EQUAL_STR(string_at("b"), "y");
    UNIT_EQUAL_STR(string_at("c"), "z\"q\" } ");
    ledger_is(8, 0);
    close_text();
}

static void test_repair__bytes(void)
{
    static const char text[] = "{\"a\":\"\xc3\xa4\xff\xc3\",\"b\":\"\\q\\\x80\x01\",\0\"c\":1}\n";
    open_text((struct vmt_slice){text, sizeof text - 1}, 4096);
    read_object();
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    UNIT_EQUAL_STR(string_at("a"), "\xc3\xa4??");
    UNIT_EQUAL_STR(string_at("b"), "?q?? ");
    CU_ASSERT(json_object_get(reading.json.root, "c") != NULL);
    close_text();
}

static void test_repair__numbers(void)
{
    static const char *const keys[] = {"b", "c", "d", "h"};
    read_json("{\"a\":18446744073709551615,\"b\":-9223372036854775809,\"c\":1e999,\"d\":1e-400,"
              "\"e\":9223372036854775808,\"f\":1.5e10,\"g\":[9223372036854775807],"
              "\"h\":18446744073709551616}\n");
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const json_t *value = json_object_get(reading.json.root, keys[i]);
        CU_ASSERT(json_is_array(value) && json_array_size(value) == 0);
    }
    /* What 64 bits hold without a sign is kept. */
    uint64_t number = 0;
    CU_ASSERT(vmt_json_u64(reading.json.root, "a", &number));
    UNIT_EQUAL_U64(number, UINT64_MAX);
    CU_ASSERT(vmt_json_u64(reading.json.root, "e", &number));
    UNIT_EQUAL_U64(number, UINT64_C(1) << 63);
    CU_ASSERT(json_real_value(json_object_get(reading.json.root, "f")) == 1.5e10);
    CU_ASSERT(json_integer_value(json_array_get(json_object_get(reading.json.root, "g"), 0)) ==
              INT64_MAX);
    ledger_is(1, 0);
    close_text();
}

/* --- damage ----------------------------------------------------------------------------------- */

static void test_damage__torn(void)
{
    read_json("{\"a\":1,\n\"b\":[1,2,{\"c\":3,\n\"d\":\"not who");
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    UNIT_EQUAL_U64(json_array_size(json_object_get(reading.json.root, "b")), 3);
    const json_t *inner = json_array_get(json_object_get(reading.json.root, "b"), 2);
    CU_ASSERT(json_object_get(inner, "c") != NULL);
    CU_ASSERT(json_object_get(inner, "d") == NULL);
    ledger_is(2, 1);
    UNIT_EQUAL_U64(first_note()->place.line, 3);
    close_text();
}

static void test_damage__torn_before_anything(void)
{
    read_json("{\"a\":");
    UNIT_EQUAL_I64(reading.status, VMT_END);
    CU_ASSERT(reading.json.root == NULL);
    ledger_is(0, 1);
    close_text();
}

static void test_damage__text_behind_a_torn_one_is_left(void)
{
    read_json("{\"a\":1,\n\"b\":2,\nProcess: x [1]\n");
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    ledger_is(1, 1);
    CU_ASSERT(vmt_slice_starts(vmt_cursor_text(&reading.cursor, 0), "Process:"));
    close_text();
}

static void test_damage__lines_that_cannot_be_read(void)
{
    read_json("{\n\"a\" : 1,\n\"b\" : \"x\"y\",\n\"c\" : 3,\n\"d\" : 'no',\n\"e\" : 5\n}\n");
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    UNIT_EQUAL_U64(json_object_size(reading.json.root), 3);
    CU_ASSERT(json_object_get(reading.json.root, "e") != NULL);
    ledger_is(5, 2);
    UNIT_EQUAL_U64(first_note()->place.line, 3);
    close_text();
}

static void test_damage__behind_it_nothing_is_read(void)
{
    read_json("{\"a\":1,\"b\":oops,\"c\":3}\n");
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    UNIT_EQUAL_U64(json_object_size(reading.json.root), 1);
    ledger_is(0, 1);
    close_text();
}

static void test_damage__text_behind(void)
{
    read_json("{\"a\":1}, ]\n");
    ledger_is(1, 0);
    close_text();
    read_json("{\"a\":1} and more\n");
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    ledger_is(0, 1);
    UNIT_EQUAL_U64(first_note()->place.column, 8);
    close_text();
}

static void test_damage__nested_without_end(void)
{
    enum { LEVELS = 100000 };
    char *text = malloc(LEVELS + 16);
    CU_ASSERT_FATAL(text != NULL);
    size_t used = (size_t)snprintf(text, LEVELS + 16, "{\"a\":1,\"b\":");
    memset(text + used, '[', LEVELS);
    open_text((struct vmt_slice){text, used + LEVELS}, 4096);
    read_object();
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    CU_ASSERT(json_object_get(reading.json.root, "a") != NULL);
    ledger_is(0, 1);
    close_text();
    free(text);
}

static uint64_t number_at(const char *key)
{
    uint64_t number = 0;
    CU_ASSERT(vmt_json_u64(reading.json.root, key, &number));
    return number;
}

/* A string without its end loses itself, and no more. */
static void test_damage__string_torn_before_a_bracket(void)
{
    read_json("{\n\"a\" : 1,\n\"t\" : [\n{\n\"n\" : \"torn\n},\n{\n\"n\" : \"two\",\n\"i\" : 2\n}"
              "\n],\n\"z\" : 9\n}\n");
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    json_t *array = json_object_get(reading.json.root, "t");
    UNIT_EQUAL_U64(json_array_size(array), 2);
    UNIT_EQUAL_U64(json_object_size(json_array_get(array, 0)), 0);
    UNIT_EQUAL_U64(json_object_size(json_array_get(array, 1)), 2);
    UNIT_EQUAL_U64(number_at("z"), 9);
    ledger_is(12, 1);
    UNIT_EQUAL_U64(first_note()->place.line, 5);
    close_text();
}

/* The member before it has nothing to be parted from any more. */
static void test_damage__last_member_torn(void)
{
    read_json(
        "{\n\"t\" : [\n{\n\"i\" : 1,\n\"n\" : \"torn\n},\n{\n\"i\" : 2\n}\n],\n\"z\" : oops\n}\n");
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    UNIT_EQUAL_U64(json_object_size(reading.json.root), 1);
    json_t *array = json_object_get(reading.json.root, "t");
    UNIT_EQUAL_U64(json_array_size(array), 2);
    UNIT_EQUAL_U64(json_object_size(json_array_get(array, 0)), 1);
    ledger_is(10, 2);
    close_text();
}

static void test_damage__string_torn_before_a_string(void)
{
    read_json("{\n\"a\" : [\n\"one,\n\"two\",\n\"three\"\n],\n\"z\" : 9\n}\n");
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    json_t *array = json_object_get(reading.json.root, "a");
    UNIT_EQUAL_U64(json_array_size(array), 2);
    UNIT_EQUAL_STR(json_string_value(json_array_get(array, 0)), "two");
    UNIT_EQUAL_U64(number_at("z"), 9);
    ledger_is(7, 1);
    close_text();
}

/* What nobody can tell from the string is lost with it, and said to be. */
static void test_damage__string_torn_before_prose(void)
{
    read_json(
        "{\n\"a\" : 1,\n\"s\" : \"torn\nsome prose\nthat is lost\n\"b\" : 2,\n\"c\" : 3\n}\n");
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    UNIT_EQUAL_U64(json_object_size(reading.json.root), 3);
    UNIT_EQUAL_U64(number_at("b"), 2);
    UNIT_EQUAL_U64(first_note()->place.line, 3);
    UNIT_EQUAL_U64(vmt_json_place(&reading.json, "c").line, 7);
    ledger_is(5, 3);
    close_text();
}

/* Of what does not end, that which is in no member that can be read is lost. */
static void test_damage__no_end_behind_many_lines(void)
{
    read_json("{\"a\":1,\n\"b\":{\n\"c\":{\n\"d\":2\n}\n");
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    UNIT_EQUAL_U64(json_object_size(reading.json.root), 1);
    ledger_is(1, 4);
    UNIT_EQUAL_U64(first_note()->place.line, 2);
    close_text();
    read_json("{\"a\":{\n\"b\":\n1\n");
    UNIT_EQUAL_I64(reading.status, VMT_END);
    ledger_is(0, 3);
    close_text();
}

static void test_damage__string_torn_to_the_end(void)
{
    read_json("{\"a\":1,\n\"b\":2,\n\"s\":\"torn\nlost\nlost as well\n");
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    UNIT_EQUAL_U64(json_object_size(reading.json.root), 2);
    UNIT_EQUAL_U64(first_note()->place.line, 3);
    ledger_is(2, 3);
    close_text();
}

/* --- strings of what is no object ------------------------------------------------------------- */

static void scrape_is(const char *text, const char *key, bool in_string, const char *expected)
{
    json_t *string = NULL;
    open_text(vmt_slice(text), 4096);
    CU_ASSERT(vmt_json_read_member(&reading.json, in_string, &reading.parse, &reading.err) ==
              VMT_OK);
    reading.status = vmt_json_scrape(&string, &reading.json, key, &reading.err);
    UNIT_EQUAL_I64(reading.status, expected == NULL ? VMT_END : VMT_OK);
    UNIT_EQUAL_STR(json_string_value(string), expected);
    json_decref(string);
    close_text();
}

static void test_scrape__strings(void)
{
    scrape_is("  \"k\" : \"a\\/b\\nc\",\nprose\n", "k", false, "a/b\nc");
    scrape_is("\"k\":\"a\nb\",\nprose\n", "k", false, "ab");
    scrape_is("\"k\":\"torn\\", "k", false, "torn");
    scrape_is("\"k\":", "k", false, NULL);
    scrape_is("\"k\":\"\"", "k", false, "");
    scrape_is("\"other\":\"x\"", "k", false, NULL);
    scrape_is("the rest\\n\",\nprose\n", NULL, true, "the rest\n");
}

static void test_scrape__takes_its_lines_only(void)
{
    open_text(vmt_slice("\"k\":\"a\nb\nc\",\nprose\n"), 4096);
    CU_ASSERT(vmt_json_read_member(&reading.json, false, &reading.parse, &reading.err) == VMT_OK);
    ledger_is(3, 0);
    close_text();
}

static const struct unit_test tests[] = {
    {"begins__no_nest", test_begins__no_nest},
    {"mentions__own_members_only", test_mentions__own_members_only},
    {"read__lines_and_places", test_read__lines_and_places},
    {"read__each_of_one_key", test_read__each_of_one_key},
    {"read__kinds", test_read__kinds},
    {"read__one_line_longer_than_the_window", test_read__one_line_longer_than_the_window},
    {"read__limit", test_read__limit},
    {"repair__broken_lines", test_repair__broken_lines},
    {"repair__broken_lines_with_brackets", test_repair__broken_lines_with_brackets},
    {"repair__bytes", test_repair__bytes},
    {"repair__numbers", test_repair__numbers},
    {"damage__torn", test_damage__torn},
    {"damage__torn_before_anything", test_damage__torn_before_anything},
    {"damage__text_behind_a_torn_one_is_left", test_damage__text_behind_a_torn_one_is_left},
    {"damage__lines_that_cannot_be_read", test_damage__lines_that_cannot_be_read},
    {"damage__behind_it_nothing_is_read", test_damage__behind_it_nothing_is_read},
    {"damage__string_torn_before_a_bracket", test_damage__string_torn_before_a_bracket},
    {"damage__last_member_torn", test_damage__last_member_torn},
    {"damage__string_torn_before_a_string", test_damage__string_torn_before_a_string},
    {"damage__string_torn_before_prose", test_damage__string_torn_before_prose},
    {"damage__no_end_behind_many_lines", test_damage__no_end_behind_many_lines},
    {"damage__string_torn_to_the_end", test_damage__string_torn_to_the_end},
    {"damage__text_behind", test_damage__text_behind},
    {"damage__nested_without_end", test_damage__nested_without_end},
    {"scrape__strings", test_scrape__strings},
    {"scrape__takes_its_lines_only", test_scrape__takes_its_lines_only},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_json", tests, argc, argv);
}
