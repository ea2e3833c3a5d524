/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <errno.h>
#include <stdalign.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/input.h"
#include "base/intern.h"
#include "base/memory.h"
#include "base/sequence.h"
#include "base/slice.h"
#include "base/string_map.h"
#include "unit.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ROOM ((size_t)64 << 20)

/* --- slices ----------------------------------------------------------------------------------- */

static const struct vmt_slice nothing = {NULL, 0};

static bool is(struct vmt_slice slice, const char *text)
{
    return slice.length == strlen(text) && memcmp(slice.data, text, slice.length) == 0;
}

static void test_slice__equality(void)
{
    CU_ASSERT(vmt_slice_equals(vmt_slice("abc"), vmt_slice("abc")));
    CU_ASSERT(!vmt_slice_equals(vmt_slice("abc"), vmt_slice("abC")));
    CU_ASSERT(!vmt_slice_equals(vmt_slice("abc"), vmt_slice("ab")));
    CU_ASSERT(vmt_slice_equals(nothing, vmt_slice("")));
    CU_ASSERT(vmt_slice_equals(nothing, nothing));
    CU_ASSERT(!vmt_slice_equals(nothing, vmt_slice("a")));
    CU_ASSERT(!vmt_slice_equals((struct vmt_slice){"a\0b", 3}, (struct vmt_slice){"a\0c", 3}));
    CU_ASSERT(vmt_slice_equals_nocase(vmt_slice("aZ@[`{9"), vmt_slice("Az@[`{9")));
    /* Bytes beside the letters are not folded: @ and `, [ and {. */
    CU_ASSERT(!vmt_slice_equals_nocase(vmt_slice("@"), vmt_slice("`")));
    CU_ASSERT(!vmt_slice_equals_nocase(vmt_slice("["), vmt_slice("{")));
    CU_ASSERT(!vmt_slice_equals_nocase(vmt_slice("\xc4"), vmt_slice("\xe4")));
    CU_ASSERT(!vmt_slice_equals_nocase(vmt_slice("ab"), vmt_slice("a")));
}

static void test_slice__starts_ends_and_find(void)
{
    struct vmt_slice text = vmt_slice("abcabd");
    CU_ASSERT(vmt_slice_starts(text, "abc"));
    CU_ASSERT(vmt_slice_starts(text, ""));
    CU_ASSERT(!vmt_slice_starts(text, "abcabdx"));
    CU_ASSERT(vmt_slice_ends(text, "abd"));
    CU_ASSERT(vmt_slice_ends(text, "abcabd"));
    CU_ASSERT(!vmt_slice_ends(text, "abc"));
    CU_ASSERT(!vmt_slice_ends(vmt_slice("b"), "ab"));
    CU_ASSERT(!vmt_slice_starts(nothing, "a"));
    UNIT_EQUAL_U64(vmt_slice_find(text, "ab"), 0);
    UNIT_EQUAL_U64(vmt_slice_find(text, "abd"), 3);
    UNIT_EQUAL_U64(vmt_slice_find(text, "d"), 5);
    UNIT_EQUAL_U64(vmt_slice_find(text, "bd "), 6);
    UNIT_EQUAL_U64(vmt_slice_find(text, "x"), 6);
    UNIT_EQUAL_U64(vmt_slice_find(vmt_slice("aaab"), "aab"), 1);
    UNIT_EQUAL_U64(vmt_slice_find(vmt_slice("ab"), "abc"), 2);
    UNIT_EQUAL_U64(vmt_slice_find(nothing, "a"), 0);
    /* What lies behind the slice is not of it. */
    UNIT_EQUAL_U64(vmt_slice_find((struct vmt_slice){"abcd", 3}, "cd"), 3);
}

static void test_slice__parts(void)
{
    CU_ASSERT(is(vmt_slice_from(vmt_slice("abc"), 1), "bc"));
    CU_ASSERT(is(vmt_slice_from(vmt_slice("abc"), 3), ""));
    UNIT_EQUAL_U64(vmt_slice_from(nothing, 0).length, 0);
    CU_ASSERT(is(vmt_slice_trim(vmt_slice(" \t a b\t ")), "a b"));
    CU_ASSERT(is(vmt_slice_trim(vmt_slice("a\r\n")), "a\r\n"));
    UNIT_EQUAL_U64(vmt_slice_trim(vmt_slice(" \t ")).length, 0);
    UNIT_EQUAL_U64(vmt_slice_trim(nothing).length, 0);
}

static void test_slice__words(void)
{
    struct vmt_slice rest = vmt_slice("  one\ttwo  ");
    CU_ASSERT(is(vmt_slice_word(&rest), "one"));
    CU_ASSERT(is(rest, "\ttwo  "));
    CU_ASSERT(is(vmt_slice_word(&rest), "two"));
    UNIT_EQUAL_U64(vmt_slice_word(&rest).length, 0);
    UNIT_EQUAL_U64(vmt_slice_word(&rest).length, 0);
    UNIT_EQUAL_U64(rest.length, 0);
    rest = nothing;
    UNIT_EQUAL_U64(vmt_slice_word(&rest).length, 0);
    rest = (struct vmt_slice){"a\0b c", 5};
    UNIT_EQUAL_U64(vmt_slice_word(&rest).length, 3);
}

/* --- numbers ---------------------------------------------------------------------------------- */

static void test_parse_u64__around_powers_of_two(void)
{
    for (unsigned bit = 0; bit < 64; bit++) {
        uint64_t power = UINT64_C(1) << bit;
        const uint64_t values[] = {power - 1, power, power + 1, UINT64_MAX - power};
        for (size_t i = 0; i < COUNT(values); i++) {
            char text[32];
            uint64_t value = 42;
            snprintf(text, sizeof text, "%" PRIu64, values[i]);
            CU_ASSERT(vmt_parse_u64(vmt_slice(text), 10, &value));
            UNIT_EQUAL_U64(value, values[i]);
            snprintf(text, sizeof text, "%" PRIx64, values[i]);
            CU_ASSERT(vmt_parse_u64(vmt_slice(text), 16, &value));
            UNIT_EQUAL_U64(value, values[i]);
            snprintf(text, sizeof text, "%016" PRIX64, values[i]);
            CU_ASSERT(vmt_parse_u64(vmt_slice(text), 16, &value));
            UNIT_EQUAL_U64(value, values[i]);
        }
    }
}

static void test_parse_u64__top_and_beyond(void)
{
    static const struct {
        const char *text;
        unsigned base;
        bool fits;
    } numbers[] = {
        {"18446744073709551615", 10, true},
        {"18446744073709551616", 10, false},
        {"18446744073709551625", 10, false},
        {"28446744073709551615", 10, false},
        {"184467440737095516150", 10, false},
        {"000000000000000000000000000000018446744073709551615", 10, true},
        {"ffffffffffffffff", 16, true},
        {"FFFFFFFFFFFFFFFF", 16, true},
        {"10000000000000000", 16, false},
        {"fffffffffffffffff", 16, false},
        {"0000000000000000000000000000ffffffffffffffff", 16, true},
    };
    for (size_t i = 0; i < COUNT(numbers); i++) {
        uint64_t value = 42;
        bool read = vmt_parse_u64(vmt_slice(numbers[i].text), numbers[i].base, &value);
        if (!UNIT_EQUAL_I64(read, numbers[i].fits) ||
            !UNIT_EQUAL_U64(value, read ? UINT64_MAX : 42)) {
            printf("  of \"%s\"\n", numbers[i].text);
        }
    }
}

static void test_parse_u64__what_is_no_number(void)
{
    static const char *const texts[] = {"",   " ", "-1", "+1",    " 1",   "1 ", "0x1",
                                        "1.", "a", "1a", "1,000", "\xb2", "/",  ":"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        uint64_t value = 42;
        CU_ASSERT(!vmt_parse_u64(vmt_slice(texts[i]), 10, &value));
        UNIT_EQUAL_U64(value, 42);
    }
    uint64_t value = 42;
    CU_ASSERT(!vmt_parse_u64(vmt_slice("fg"), 16, &value));
    CU_ASSERT(!vmt_parse_u64(vmt_slice("@"), 16, &value));
    CU_ASSERT(!vmt_parse_u64(vmt_slice("`"), 16, &value));
    CU_ASSERT(!vmt_parse_u64((struct vmt_slice){"1\0", 2}, 10, &value));
    CU_ASSERT(!vmt_parse_u64(nothing, 10, &value));
    UNIT_EQUAL_U64(value, 42);
}

/* --- escape ----------------------------------------------------------------------------------- */

static void test_escape__other_than_printable_ascii(void)
{
    char buffer[64];
    UNIT_EQUAL_STR(vmt_escape(buffer, sizeof buffer, vmt_slice("a b~")), "a b~");
    UNIT_EQUAL_STR(vmt_escape(buffer, sizeof buffer, vmt_slice("\x1b[31m\n\x7f\xc3\xa4")),
                   "\\x1b[31m\\x0a\\x7f\\xc3\\xa4");
    /* A backslash would make its own escape out of what follows. */
    UNIT_EQUAL_STR(vmt_escape(buffer, sizeof buffer, vmt_slice("a\\x41")), "a\\x5cx41");
    UNIT_EQUAL_STR(vmt_escape(buffer, sizeof buffer, (struct vmt_slice){"a\0b", 3}), "a\\x00b");
    UNIT_EQUAL_STR(vmt_escape(buffer, sizeof buffer, nothing), "");
}

static void test_escape__is_cut_to_fit(void)
{
    char buffer[16];
    UNIT_EQUAL_STR(vmt_escape(buffer, 8, vmt_slice("1234567")), "1234567");
    UNIT_EQUAL_STR(vmt_escape(buffer, 8, vmt_slice("12345678")), "1234...");
    UNIT_EQUAL_STR(vmt_escape(buffer, 8, vmt_slice("123\n")), "123\\x0a");
    UNIT_EQUAL_STR(vmt_escape(buffer, 8, vmt_slice("1234\n")), "1234...");
    UNIT_EQUAL_STR(vmt_escape(buffer, 8, vmt_slice("\n\n")), "\\x0a...");
    UNIT_EQUAL_STR(vmt_escape(buffer, 7, vmt_slice("\n\n")), "...");
    UNIT_EQUAL_STR(vmt_escape(buffer, 5, vmt_slice("12345")), "1...");
    /* Never more than there is room for, and always an end. */
    static const char bytes[] = "a\nbc\n\nd\xff\xff"
                                "efgh\n";
    for (size_t size = 5; size <= sizeof buffer; size++) {
        for (size_t length = 0; length < sizeof bytes; length++) {
            memset(buffer, '#', sizeof buffer);
            vmt_escape(buffer, size, (struct vmt_slice){bytes, length});
            CU_ASSERT(memchr(buffer, '\0', size) != NULL);
            CU_ASSERT(size == sizeof buffer || buffer[size] == '#');
        }
    }
}

/* --- arena ------------------------------------------------------------------------------------ */

/* Counts what is out, and refuses from the allocation number `left` on. */
struct meager {
    size_t left;
    size_t made;
    size_t live;
};

static void *meager_allocate(void *self, size_t size)
{
    struct meager *meager = self;
    if (meager->left == 0) {
        return NULL;
    }
    void *memory = malloc(size);
    meager->left--;
    meager->made++;
    meager->live += memory == NULL ? 0 : 1;
    return memory;
}

static void meager_release(void *self, void *memory)
{
    struct meager *meager = self;
    meager->live -= memory == NULL ? 0 : 1;
    free(memory);
}

static void test_arena__memory_is_zeroed_aligned_and_apart(void)
{
    struct vmt_arena arena;
    vmt_arena_init(&arena, &vmt_allocator_system, ROOM);
    UNIT_EQUAL_U64(arena.used, 0);
    unsigned char *pieces[200];
    for (size_t i = 0; i < COUNT(pieces); i++) {
        size_t size = i * 37 % 300;
        pieces[i] = vmt_arena_alloc(&arena, 1, size);
        CU_ASSERT_FATAL(pieces[i] != NULL);
        UNIT_EQUAL_U64((uintptr_t)pieces[i] % alignof(max_align_t), 0);
        for (size_t j = 0; j < size; j++) {
            CU_ASSERT(pieces[i][j] == 0);
        }
        memset(pieces[i], (int)(i % 255) + 1, size);
    }
    for (size_t i = 0; i < COUNT(pieces); i++) {
        for (size_t j = 0; j < i * 37 % 300; j++) {
            CU_ASSERT(pieces[i][j] == i % 255 + 1);
        }
    }
    vmt_arena_free(&arena);
    UNIT_EQUAL_U64(arena.used, 0);
    /* And again, after it was freed. */
    CU_ASSERT(vmt_arena_alloc(&arena, 3, 5) != NULL);
    vmt_arena_free(&arena);
}

static void test_arena__nothing_is_something(void)
{
    struct vmt_arena arena;
    vmt_arena_init(&arena, &vmt_allocator_system, ROOM);
    const void *a = vmt_arena_alloc(&arena, 0, 100);
    const void *b = vmt_arena_alloc(&arena, 100, 0);
    CU_ASSERT(a != NULL && b != NULL && a != b);
    vmt_arena_free(&arena);
    vmt_arena_free(&arena);
}

static void test_arena__more_than_a_block_at_once(void)
{
    struct vmt_arena arena;
    vmt_arena_init(&arena, &vmt_allocator_system, ROOM);
    char *large = vmt_arena_alloc(&arena, 1, (size_t)3 << 20);
    CU_ASSERT_FATAL(large != NULL);
    large[((size_t)3 << 20) - 1] = 'x';
    CU_ASSERT(vmt_arena_alloc(&arena, 1, 16) != NULL);
    CU_ASSERT(arena.used >= (size_t)3 << 20);
    vmt_arena_free(&arena);
}

static void test_arena__limit_is_never_passed(void)
{
    static const size_t limits[] = {0, 1, 100, 5000, 100 * 1000};
    for (size_t i = 0; i < COUNT(limits); i++) {
        struct vmt_arena arena;
        struct vmt_error err = VMT_ERROR_INIT;
        vmt_arena_init(&arena, &vmt_allocator_system, limits[i]);
        size_t given = 0;
        while (vmt_arena_alloc(&arena, 1, 64) != NULL && given < 10000) {
            given++;
        }
        CU_ASSERT(given <= limits[i] / 64);
        CU_ASSERT(arena.used <= limits[i]);
        CU_ASSERT(arena.limited);
        CU_ASSERT(vmt_arena_fail(&arena, &err) == VMT_E_LIMIT);
        UNIT_EQUAL_I64(err.status, VMT_E_LIMIT);
        CU_ASSERT(err.message[0] != '\0');
        vmt_arena_free(&arena);
    }
}

/* Remembers the largest request, and refuses it. */
static void *refuse_allocate(void *self, size_t size)
{
    size_t *asked = self;
    *asked = size > *asked ? size : *asked;
    return NULL;
}

static void test_arena__overflow_is_refused(void)
{
    static const struct {
        size_t count;
        size_t size;
    } products[] = {
        {SIZE_MAX, 2},
        {2, SIZE_MAX},
        {SIZE_MAX / 2 + 1, 2},
        {SIZE_MAX / 3 + 1, 3},
        {SIZE_MAX, SIZE_MAX},
        {SIZE_MAX / 2 + 2, SIZE_MAX / 2 + 2},
        /* no overflow by itself, but with what a block needs beside it */
        {SIZE_MAX, 1},
        {1, SIZE_MAX},
        {SIZE_MAX - 8, 1},
    };
    for (size_t i = 0; i < COUNT(products); i++) {
        size_t asked = 0;
        const struct vmt_allocator allocator = {refuse_allocate, meager_release, &asked};
        struct vmt_arena arena;
        vmt_arena_init(&arena, &allocator, SIZE_MAX);
        CU_ASSERT(vmt_arena_alloc(&arena, products[i].count, products[i].size) == NULL);
        UNIT_EQUAL_U64(asked, 0);
        UNIT_EQUAL_U64(arena.used, 0);
        vmt_arena_free(&arena);
    }
}

static void test_arena__failing_allocator(void)
{
    struct meager meager = {.left = 2};
    const struct vmt_allocator allocator = {meager_allocate, meager_release, &meager};
    struct vmt_arena arena;
    struct vmt_error err = VMT_ERROR_INIT;
    vmt_arena_init(&arena, &allocator, ROOM);
    /* Each of a size that needs a block of its own in any build. */
    CU_ASSERT(vmt_arena_alloc(&arena, 1, 1 << 20) != NULL);
    CU_ASSERT(vmt_arena_alloc(&arena, 1, 1 << 20) != NULL);
    CU_ASSERT(vmt_arena_alloc(&arena, 1, 1 << 20) == NULL);
    CU_ASSERT(!arena.limited);
    CU_ASSERT(vmt_arena_fail(&arena, &err) == VMT_E_NOMEM);
    UNIT_EQUAL_I64(err.status, VMT_E_NOMEM);
    UNIT_EQUAL_U64(meager.live, 2);
    vmt_arena_free(&arena);
    UNIT_EQUAL_U64(meager.live, 0);
}

static void test_arena__exact_build_has_a_block_for_each(void)
{
#ifdef VMT_ARENA_EXACT
    struct meager meager = {.left = SIZE_MAX};
    const struct vmt_allocator allocator = {meager_allocate, meager_release, &meager};
    struct vmt_arena arena;
    vmt_arena_init(&arena, &allocator, ROOM);
    for (size_t i = 1; i <= 100; i++) {
        CU_ASSERT(vmt_arena_alloc(&arena, 1, i) != NULL);
        UNIT_EQUAL_U64(meager.made, i);
    }
    vmt_arena_free(&arena);
    UNIT_EQUAL_U64(meager.live, 0);
#else
    struct meager meager = {.left = SIZE_MAX};
    const struct vmt_allocator allocator = {meager_allocate, meager_release, &meager};
    struct vmt_arena arena;
    vmt_arena_init(&arena, &allocator, ROOM);
    for (size_t i = 0; i < 10000; i++) {
        CU_ASSERT(vmt_arena_alloc(&arena, 1, 64) != NULL);
    }
    /* 640 KB in blocks that grow: some, not thousands. */
    CU_ASSERT(meager.made < 20);
    vmt_arena_free(&arena);
    UNIT_EQUAL_U64(meager.live, 0);
#endif
}

/* --- intern ----------------------------------------------------------------------------------- */

static void test_intern__equal_strings_are_one(void)
{
    struct vmt_arena arena;
    struct vmt_intern intern;
    vmt_arena_init(&arena, &vmt_allocator_system, ROOM);
    vmt_intern_init(&intern, &arena);
    char copy[] = "__TEXT";
    const struct vmt_string *text = vmt_intern(&intern, vmt_slice("__TEXT"));
    CU_ASSERT_FATAL(text != NULL);
    CU_ASSERT(text == vmt_intern(&intern, vmt_slice(copy)));
    copy[0] = 'x'; /* it keeps bytes of its own */
    UNIT_EQUAL_STR(text->data, "__TEXT");
    CU_ASSERT(text != vmt_intern(&intern, vmt_slice("__TEX")));
    CU_ASSERT(text != vmt_intern(&intern, vmt_slice("__text")));
    CU_ASSERT(vmt_slice_equals(vmt_string_slice(text), vmt_slice("__TEXT")));

    const struct vmt_string *empty = vmt_intern(&intern, nothing);
    CU_ASSERT_FATAL(empty != NULL);
    CU_ASSERT(empty == vmt_intern(&intern, vmt_slice("")));
    UNIT_EQUAL_U64(empty->length, 0);
    UNIT_EQUAL_STR(empty->data, "");

    /* NUL counts, at the end too. */
    const struct vmt_string *a = vmt_intern(&intern, (struct vmt_slice){"a\0b", 3});
    const struct vmt_string *b = vmt_intern(&intern, (struct vmt_slice){"a\0c", 3});
    const struct vmt_string *c = vmt_intern(&intern, (struct vmt_slice){"a\0", 2});
    const struct vmt_string *d = vmt_intern(&intern, (struct vmt_slice){"a", 1});
    CU_ASSERT_FATAL(a != NULL && b != NULL && c != NULL && d != NULL);
    CU_ASSERT(a != b && a != c && c != d && a != d);
    UNIT_EQUAL_U64(a->length, 3);
    UNIT_EQUAL_U64(c->length, 2);
    UNIT_EQUAL_U64(intern.string_count, 8);
    vmt_arena_free(&arena);
}

static void test_intern__grows(void)
{
    enum { STRINGS = 12 * 1000 };
    static const struct vmt_string *strings[STRINGS];
    struct vmt_arena arena;
    struct vmt_intern intern;
    char text[32];
    vmt_arena_init(&arena, &vmt_allocator_system, ROOM);
    vmt_intern_init(&intern, &arena);
    for (unsigned i = 0; i < STRINGS; i++) {
        snprintf(text, sizeof text, "/usr/lib/lib%u.dylib", i);
        strings[i] = vmt_intern(&intern, vmt_slice(text));
        CU_ASSERT_FATAL(strings[i] != NULL);
    }
    UNIT_EQUAL_U64(intern.string_count, STRINGS);
    CU_ASSERT(intern.bucket_count >= STRINGS / 2);
    for (unsigned i = 0; i < STRINGS; i++) {
        snprintf(text, sizeof text, "/usr/lib/lib%u.dylib", i);
        CU_ASSERT(vmt_intern(&intern, vmt_slice(text)) == strings[i]);
        UNIT_EQUAL_STR(strings[i]->data, text);
    }
    UNIT_EQUAL_U64(intern.string_count, STRINGS);
    vmt_arena_free(&arena);
}

static void test_intern__no_memory(void)
{
    for (size_t left = 0; left < 2; left++) {
        struct meager meager = {.left = left};
        const struct vmt_allocator allocator = {meager_allocate, meager_release, &meager};
        static char large[1 << 20];
        struct vmt_arena arena;
        struct vmt_intern intern;
        memset(large, 'x', sizeof large);
        vmt_arena_init(&arena, &allocator, ROOM);
        vmt_intern_init(&intern, &arena);
        CU_ASSERT(vmt_intern(&intern, (struct vmt_slice){large, sizeof large}) == NULL);
        UNIT_EQUAL_U64(intern.string_count, 0);
        vmt_arena_free(&arena);
    }
}

/* --- string map ------------------------------------------------------------------------------- */

static void test_string_map__keeps_what_it_is_given(void)
{
    enum { KEYS = 3000 };
    static int values[KEYS];
    struct vmt_arena arena;
    struct vmt_intern intern;
    struct vmt_string_map map;
    char text[32];
    vmt_arena_init(&arena, &vmt_allocator_system, ROOM);
    vmt_intern_init(&intern, &arena);
    vmt_string_map_init(&map, &arena);
    for (unsigned i = 0; i < KEYS; i++) {
        snprintf(text, sizeof text, "key %u", i);
        void **slot = vmt_string_map_at(&map, vmt_intern(&intern, vmt_slice(text)));
        CU_ASSERT_FATAL(slot != NULL);
        CU_ASSERT(*slot == NULL);
        *slot = &values[i];
    }
    UNIT_EQUAL_U64(map.count, KEYS);
    for (unsigned i = 0; i < KEYS; i++) {
        snprintf(text, sizeof text, "key %u", i);
        void **slot = vmt_string_map_at(&map, vmt_intern(&intern, vmt_slice(text)));
        CU_ASSERT_FATAL(slot != NULL);
        CU_ASSERT(*slot == &values[i]);
    }
    UNIT_EQUAL_U64(map.count, KEYS);
    vmt_arena_free(&arena);
}

static void test_string_map__keys_are_pointers(void)
{
    struct vmt_arena arena;
    struct vmt_intern first;
    struct vmt_intern second;
    struct vmt_string_map map;
    vmt_arena_init(&arena, &vmt_allocator_system, ROOM);
    vmt_intern_init(&first, &arena);
    vmt_intern_init(&second, &arena);
    vmt_string_map_init(&map, &arena);
    void **a = vmt_string_map_at(&map, vmt_intern(&first, vmt_slice("key")));
    void **b = vmt_string_map_at(&map, vmt_intern(&second, vmt_slice("key")));
    CU_ASSERT(a != NULL && b != NULL && a != b);
    UNIT_EQUAL_U64(map.count, 2);
    vmt_arena_free(&arena);
}

static void test_string_map__no_memory(void)
{
    struct meager meager = {.left = 0};
    const struct vmt_allocator allocator = {meager_allocate, meager_release, &meager};
    struct vmt_arena arena;
    struct vmt_arena strings;
    struct vmt_intern intern;
    struct vmt_string_map map;
    vmt_arena_init(&strings, &vmt_allocator_system, ROOM);
    vmt_arena_init(&arena, &allocator, ROOM);
    vmt_intern_init(&intern, &strings);
    vmt_string_map_init(&map, &arena);
    CU_ASSERT(vmt_string_map_at(&map, vmt_intern(&intern, vmt_slice("key"))) == NULL);
    UNIT_EQUAL_U64(map.count, 0);
    vmt_arena_free(&arena);
    vmt_arena_free(&strings);
}

/* --- sequence --------------------------------------------------------------------------------- */

struct record {
    uint64_t number;
    char odd[5];
};

static void test_sequence__keeps_order_and_place(void)
{
    enum { RECORDS = 2000 };
    static struct record *places[RECORDS];
    struct vmt_arena arena;
    struct vmt_sequence sequence;
    vmt_arena_init(&arena, &vmt_allocator_system, ROOM);
    vmt_sequence_init(&sequence, &arena, sizeof(struct record));
    CU_ASSERT(vmt_sequence_last(&sequence) == NULL);
    for (size_t i = 0; i < RECORDS; i++) {
        struct record *record = vmt_sequence_add(&sequence);
        CU_ASSERT_FATAL(record != NULL);
        UNIT_EQUAL_U64(record->number, 0);
        CU_ASSERT(record->odd[4] == 0);
        UNIT_EQUAL_U64((uintptr_t)record % alignof(struct record), 0);
        record->number = i + 1;
        places[i] = record;
        CU_ASSERT(vmt_sequence_last(&sequence) == record);
        UNIT_EQUAL_U64(sequence.count, i + 1);
    }
    struct vmt_walker walker = {0};
    for (size_t i = 0; i < RECORDS; i++) {
        const struct record *record = vmt_sequence_next(&sequence, &walker);
        CU_ASSERT_FATAL(record == places[i]);
        UNIT_EQUAL_U64(record->number, i + 1);
    }
    vmt_arena_free(&arena);
}

/* For every count around the sizes of its blocks: each record once, then the end for good. */
static void test_sequence__end_stays_the_end(void)
{
    struct vmt_arena arena;
    struct vmt_sequence sequence;
    vmt_arena_init(&arena, &vmt_allocator_system, ROOM);
    vmt_sequence_init(&sequence, &arena, 1);
    for (size_t count = 0; count < 1100; count++) {
        struct vmt_walker walker = {0};
        size_t seen = 0;
        while (vmt_sequence_next(&sequence, &walker) != NULL) {
            seen++;
        }
        UNIT_EQUAL_U64(seen, count);
        CU_ASSERT(vmt_sequence_next(&sequence, &walker) == NULL);
        CU_ASSERT(vmt_sequence_next(&sequence, &walker) == NULL);
        CU_ASSERT_FATAL(vmt_sequence_add(&sequence) != NULL);
    }
    vmt_arena_free(&arena);
}

static void test_sequence__no_memory(void)
{
    struct meager meager = {.left = 1};
    const struct vmt_allocator allocator = {meager_allocate, meager_release, &meager};
    struct vmt_arena arena;
    struct vmt_sequence sequence;
    vmt_arena_init(&arena, &allocator, ROOM);
    vmt_sequence_init(&sequence, &arena, 1 << 17);
    size_t added = 0;
    while (added < 100 && vmt_sequence_add(&sequence) != NULL) {
        added++;
    }
    CU_ASSERT(added > 0 && added < 100);
    UNIT_EQUAL_U64(sequence.count, added);
    struct vmt_walker walker = {0};
    size_t seen = 0;
    while (vmt_sequence_next(&sequence, &walker) != NULL) {
        seen++;
    }
    UNIT_EQUAL_U64(seen, added);
    CU_ASSERT(vmt_sequence_last(&sequence) != NULL);
    vmt_arena_free(&arena);
}

/* --- errors ----------------------------------------------------------------------------------- */

static void test_error__fields(void)
{
    struct vmt_error err = VMT_ERROR_INIT;
    UNIT_EQUAL_I64(err.status, VMT_OK);
    CU_ASSERT(vmt_fail(&err, VMT_E_LIMIT, "%d of %s", 7, "nine") == VMT_E_LIMIT);
    UNIT_EQUAL_I64(err.status, VMT_E_LIMIT);
    UNIT_EQUAL_STR(err.message, "7 of nine");
    CU_ASSERT(err.place.source == NULL);
    UNIT_EQUAL_U64(err.place.line, 0);
    UNIT_EQUAL_I64(err.cause, 0);

    err = VMT_ERROR_INIT;
    struct vmt_place place = {"dump.txt", 17, 3};
    CU_ASSERT(vmt_fail_at(&err, place, VMT_E_SYNTAX, "odd") == VMT_E_SYNTAX);
    UNIT_EQUAL_STR(err.place.source, "dump.txt");
    UNIT_EQUAL_U64(err.place.line, 17);
    UNIT_EQUAL_U64(err.place.column, 3);
    UNIT_EQUAL_STR(err.message, "odd");

    err = VMT_ERROR_INIT;
    CU_ASSERT(vmt_fail_io(&err, "dump.txt", ENOENT, "open") == VMT_E_IO);
    UNIT_EQUAL_I64(err.cause, ENOENT);
    UNIT_EQUAL_STR(err.place.source, "dump.txt");
    CU_ASSERT(strstr(err.message, "cannot open: ") == err.message);
    CU_ASSERT(strstr(err.message, strerror(ENOENT)) != NULL);

    err = VMT_ERROR_INIT;
    CU_ASSERT(vmt_fail_nomem(&err) == VMT_E_NOMEM);
    CU_ASSERT(err.message[0] != '\0');
}

static void test_error__long_message_is_cut(void)
{
    struct vmt_error err = VMT_ERROR_INIT;
    char text[1000];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    vmt_fail(&err, VMT_E_IO, "%s", text);
    UNIT_EQUAL_U64(strlen(err.message), sizeof err.message - 1);
}

static void test_error__names_are_distinct(void)
{
    static const enum vmt_status all[] = {VMT_OK,   VMT_END,      VMT_E_NOMEM,    VMT_E_LIMIT,
                                          VMT_E_IO, VMT_E_SYNTAX, VMT_E_NOCAPTURE};
    for (size_t i = 0; i < COUNT(all); i++) {
        CU_ASSERT_FATAL(vmt_status_name(all[i]) != NULL);
        for (size_t j = 0; j < i; j++) {
            CU_ASSERT(strcmp(vmt_status_name(all[i]), vmt_status_name(all[j])) != 0);
        }
    }
    UNIT_EQUAL_STR(vmt_status_name(VMT_OK), "ok");
}

/* --- memory input ----------------------------------------------------------------------------- */

static void test_memory_input__gives_all_and_then_nothing(void)
{
    static const size_t sizes[] = {1, 2, 3, 7, 100};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        static const char bytes[] = "ab\0cdefg\n";
        char got[sizeof bytes];
        char buffer[100];
        size_t total = 0;
        size_t count = 1;
        struct vmt_error err = VMT_ERROR_INIT;
        struct vmt_memory_input memory;
        vmt_memory_input_init(&memory, "name", (struct vmt_slice){bytes, sizeof bytes - 1});
        UNIT_EQUAL_STR(memory.input.name, "name");
        while (count > 0) {
            CU_ASSERT(memory.input.read(&memory.input, buffer, sizes[i], &count, &err) == VMT_OK);
            CU_ASSERT_FATAL(count <= sizes[i] && total + count < sizeof bytes);
            memcpy(got + total, buffer, count);
            total += count;
        }
        UNIT_EQUAL_U64(total, sizeof bytes - 1);
        CU_ASSERT(memcmp(got, bytes, total) == 0);
        CU_ASSERT(memory.input.read(&memory.input, buffer, sizes[i], &count, &err) == VMT_OK);
        UNIT_EQUAL_U64(count, 0);
    }
    struct vmt_memory_input memory;
    struct vmt_error err = VMT_ERROR_INIT;
    size_t count = 1;
    char buffer[4];
    vmt_memory_input_init(&memory, "name", nothing);
    CU_ASSERT(memory.input.read(&memory.input, buffer, sizeof buffer, &count, &err) == VMT_OK);
    UNIT_EQUAL_U64(count, 0);
}

static const struct unit_test tests[] = {
    {"slice__equality", test_slice__equality},
    {"slice__starts_ends_and_find", test_slice__starts_ends_and_find},
    {"slice__parts", test_slice__parts},
    {"slice__words", test_slice__words},
    {"parse_u64__around_powers_of_two", test_parse_u64__around_powers_of_two},
    {"parse_u64__top_and_beyond", test_parse_u64__top_and_beyond},
    {"parse_u64__what_is_no_number", test_parse_u64__what_is_no_number},
    {"escape__other_than_printable_ascii", test_escape__other_than_printable_ascii},
    {"escape__is_cut_to_fit", test_escape__is_cut_to_fit},
    {"arena__memory_is_zeroed_aligned_and_apart", test_arena__memory_is_zeroed_aligned_and_apart},
    {"arena__nothing_is_something", test_arena__nothing_is_something},
    {"arena__more_than_a_block_at_once", test_arena__more_than_a_block_at_once},
    {"arena__limit_is_never_passed", test_arena__limit_is_never_passed},
    {"arena__overflow_is_refused", test_arena__overflow_is_refused},
    {"arena__failing_allocator", test_arena__failing_allocator},
    {"arena__exact_build_has_a_block_for_each", test_arena__exact_build_has_a_block_for_each},
    {"intern__equal_strings_are_one", test_intern__equal_strings_are_one},
    {"intern__grows", test_intern__grows},
    {"intern__no_memory", test_intern__no_memory},
    {"string_map__keeps_what_it_is_given", test_string_map__keeps_what_it_is_given},
    {"string_map__keys_are_pointers", test_string_map__keys_are_pointers},
    {"string_map__no_memory", test_string_map__no_memory},
    {"sequence__keeps_order_and_place", test_sequence__keeps_order_and_place},
    {"sequence__end_stays_the_end", test_sequence__end_stays_the_end},
    {"sequence__no_memory", test_sequence__no_memory},
    {"error__fields", test_error__fields},
    {"error__long_message_is_cut", test_error__long_message_is_cut},
    {"error__names_are_distinct", test_error__names_are_distinct},
    {"memory_input__gives_all_and_then_nothing", test_memory_input__gives_all_and_then_nothing},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_base", tests, argc, argv);
}
