/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdlib.h>

#include "model/amount.h"
#include "model/member.h"
#include "model/notes.h"
#include "model/type.h"
#include "model/type_help.h"
#include "unit.h"

/* --- amounts ---------------------------------------------------------------------------------- */

static void check_amount(struct vmt_amount amount, uint64_t lower, uint64_t value, uint64_t upper)
{
    CU_ASSERT(amount.known);
    CU_ASSERT(amount.bounded);
    UNIT_EQUAL_U64(amount.lower, lower);
    UNIT_EQUAL_U64(amount.value, value);
    UNIT_EQUAL_U64(amount.upper, upper);
}

static bool unknown(struct vmt_amount amount)
{
    return !amount.known && !amount.bounded && amount.value == 0 && amount.lower == 0 &&
           amount.upper == 0;
}

static void test_amount__exact_has_no_width(void)
{
    check_amount(vmt_exactly(4096), 4096, 4096, 4096);
    check_amount(vmt_amount_of((struct vmt_reading){4096, 0}), 4096, 4096, 4096);
}

static void test_amount__rounding_is_half_a_quantum_each_way(void)
{
    check_amount(vmt_amount_of((struct vmt_reading){10240, 1024}), 9728, 10240, 10752);
    /* Half of an odd quantum is rounded up, or the truth could fall outside. */
    check_amount(vmt_amount_of((struct vmt_reading){100, 7}), 96, 100, 104);
    UNIT_EQUAL_U64(vmt_reading_slack((struct vmt_reading){100, 7}), 4);
}

static void test_amount__rounding_stops_at_0_and_at_the_top(void)
{
    check_amount(vmt_amount_of((struct vmt_reading){0, 1024}), 0, 0, 512);
    check_amount(vmt_amount_of((struct vmt_reading){100, 1024}), 0, 100, 612);
    check_amount(vmt_amount_of((struct vmt_reading){UINT64_MAX - 1, 1024}), UINT64_MAX - 513,
                 UINT64_MAX - 1, UINT64_MAX);
    check_amount(vmt_amount_of((struct vmt_reading){UINT64_MAX, UINT64_MAX}),
                 UINT64_MAX - (UINT64_C(1) << 63), UINT64_MAX, UINT64_MAX);
}

static void test_amount__sum_adds_values_and_bounds(void)
{
    struct vmt_amount sum = vmt_exactly(0);
    vmt_amount_add(&sum, vmt_estimate(10, 5, 30));
    vmt_amount_add(&sum, vmt_estimate(100, 99, 102));
    check_amount(sum, 104, 110, 132);
}

static void test_amount__sum_with_an_unknown_part_is_unknown(void)
{
    struct vmt_amount sum = vmt_exactly(7);
    vmt_amount_add(&sum, VMT_UNKNOWN);
    CU_ASSERT(unknown(sum));
    vmt_amount_add(&sum, vmt_exactly(7));
    CU_ASSERT(unknown(sum));
}

static void test_amount__sum_with_bounds_alone_keeps_bounds_alone(void)
{
    struct vmt_amount sum = vmt_exactly(7);
    vmt_amount_add(&sum, vmt_between(1, 3));
    CU_ASSERT(!sum.known);
    CU_ASSERT(sum.bounded);
    UNIT_EQUAL_U64(sum.lower, 8);
    UNIT_EQUAL_U64(sum.upper, 10);
}

static void test_amount__sum_beyond_64_bits_is_unknown(void)
{
    struct vmt_amount sum = vmt_exactly(UINT64_MAX - 1);
    vmt_amount_add(&sum, vmt_exactly(1));
    check_amount(sum, UINT64_MAX, UINT64_MAX, UINT64_MAX);
    vmt_amount_add(&sum, vmt_exactly(1));
    CU_ASSERT(unknown(sum));

    /* The value would fit; the upper bound does not. */
    sum = vmt_estimate(1, 1, UINT64_MAX);
    vmt_amount_add(&sum, vmt_exactly(1));
    CU_ASSERT(unknown(sum));
}

static void test_amount__minus_crosses_the_bounds(void)
{
    check_amount(vmt_amount_minus(vmt_estimate(100, 90, 110), vmt_estimate(30, 20, 50)), 40, 70,
                 90);
}

static void test_amount__minus_stops_at_0(void)
{
    check_amount(vmt_amount_minus(vmt_estimate(10, 5, 15), vmt_estimate(12, 10, 20)), 0, 0, 5);
    check_amount(vmt_amount_minus(vmt_exactly(5), vmt_exactly(9)), 0, 0, 0);
}

static void test_amount__minus_needs_both(void)
{
    CU_ASSERT(unknown(vmt_amount_minus(VMT_UNKNOWN, vmt_exactly(1))));
    CU_ASSERT(unknown(vmt_amount_minus(vmt_exactly(1), VMT_UNKNOWN)));
    struct vmt_amount rest = vmt_amount_minus(vmt_exactly(10), vmt_between(2, 4));
    CU_ASSERT(!rest.known);
    CU_ASSERT(rest.bounded);
    UNIT_EQUAL_U64(rest.lower, 6);
    UNIT_EQUAL_U64(rest.upper, 8);
}

static void test_amount__bounds_can_be_widened_but_not_narrowed(void)
{
    check_amount(vmt_amount_from_zero(vmt_estimate(10, 5, 15)), 0, 10, 15);
    check_amount(vmt_amount_up_to(vmt_estimate(10, 5, 15), 40), 5, 10, 40);
    check_amount(vmt_amount_up_to(vmt_estimate(10, 5, 15), 12), 5, 10, 15);
    CU_ASSERT(unknown(vmt_amount_up_to(VMT_UNKNOWN, 40)));
    CU_ASSERT(unknown(vmt_amount_from_zero(VMT_UNKNOWN)));
}

static void test_amounts__each_member_is_summed_with_itself(void)
{
    struct vmt_amounts sum;
    struct vmt_amounts more;
    for (unsigned i = 0; i < VMT_MEMBER_COUNT; i++) {
        sum.of[i] = vmt_exactly(1000);
        more.of[i] = vmt_exactly(i);
    }
    more.of[VMT_PSS] = VMT_UNKNOWN;
    vmt_amounts_add(&sum, &more);
    for (unsigned i = 0; i < VMT_MEMBER_COUNT; i++) {
        if (i == VMT_PSS) {
            CU_ASSERT(unknown(sum.of[i]));
        } else {
            check_amount(sum.of[i], 1000 + i, 1000 + i, 1000 + i);
        }
    }
}

static void test_members__are_all_described_and_named_once(void)
{
    for (unsigned i = 0; i < VMT_MEMBER_COUNT; i++) {
        CU_ASSERT_FATAL(vmt_members[i].name != NULL);
        CU_ASSERT(vmt_members[i].title != NULL);
        CU_ASSERT(vmt_members[i].help != NULL);
        for (unsigned j = 0; j < i; j++) {
            CU_ASSERT(strcmp(vmt_members[i].name, vmt_members[j].name) != 0);
        }
    }
}

/* --- a store for what follows ----------------------------------------------------------------- */

struct store {
    struct vmt_arena arena;
    struct vmt_intern strings;
    struct vmt_type *types;
};

static void store_init(struct store *store)
{
    store->types = NULL;
    vmt_arena_init(&store->arena, &vmt_allocator_system, (size_t)64 << 20);
    vmt_intern_init(&store->strings, &store->arena);
}

static void store_free(struct store *store)
{
    vmt_arena_free(&store->arena);
}

/* --- notes ------------------------------------------------------------------------------------ */

static void add_note(struct vmt_notes *notes, enum vmt_note_kind kind, uint64_t line)
{
    struct vmt_error err = VMT_ERROR_INIT;
    struct vmt_place place = {"input", line, 3};
    UNIT_EQUAL_I64(vmt_notes_add(notes, kind, place, vmt_slice("text"), vmt_slice("a line"), &err),
                   VMT_OK);
}

static void test_notes__first_20_damaged_lines_keep_their_place(void)
{
    struct store store;
    struct vmt_notes notes;
    store_init(&store);
    vmt_notes_init(&notes, &store.arena, &store.strings);
    UNIT_EQUAL_U64(vmt_notes_count(&notes, VMT_NOTE_DAMAGED_LINE), 0);
    for (uint64_t line = 1; line <= 20; line++) {
        add_note(&notes, VMT_NOTE_DAMAGED_LINE, line);
    }
    UNIT_EQUAL_U64(notes.sequence.count, 20);
    for (uint64_t line = 21; line <= 50; line++) {
        add_note(&notes, VMT_NOTE_DAMAGED_LINE, line);
    }
    UNIT_EQUAL_U64(notes.sequence.count, 21);
    UNIT_EQUAL_U64(vmt_notes_count(&notes, VMT_NOTE_DAMAGED_LINE), 50);

    struct vmt_walker walker = {0};
    for (uint64_t line = 1; line <= 20; line++) {
        const struct vmt_note *note = vmt_sequence_next(&notes.sequence, &walker);
        CU_ASSERT_FATAL(note != NULL);
        UNIT_EQUAL_U64(note->count, 1);
        UNIT_EQUAL_U64(note->place.line, line);
        UNIT_EQUAL_STR(note->text->data, "text");
        UNIT_EQUAL_STR(note->excerpt->data, "a line");
        UNIT_EQUAL_U64(note->excerpt_column, 3);
    }
    const struct vmt_note *rest = vmt_sequence_next(&notes.sequence, &walker);
    CU_ASSERT_FATAL(rest != NULL);
    UNIT_EQUAL_I64(rest->kind, VMT_NOTE_DAMAGED_LINE);
    UNIT_EQUAL_U64(rest->count, 30);
    UNIT_EQUAL_U64(rest->place.line, 0);
    CU_ASSERT(rest->text == NULL);
    CU_ASSERT(rest->excerpt == NULL);
    CU_ASSERT(vmt_sequence_next(&notes.sequence, &walker) == NULL);
    store_free(&store);
}

static void test_notes__kinds_are_counted_apart(void)
{
    struct store store;
    struct vmt_notes notes;
    store_init(&store);
    vmt_notes_init(&notes, &store.arena, &store.strings);
    for (uint64_t line = 1; line <= 10; line++) {
        add_note(&notes, VMT_NOTE_UNKNOWN_KEY, line);
        add_note(&notes, VMT_NOTE_DAMAGED_LINE, line);
        add_note(&notes, VMT_NOTE_ELISION, line);
    }
    UNIT_EQUAL_U64(vmt_notes_count(&notes, VMT_NOTE_UNKNOWN_KEY), 10);
    UNIT_EQUAL_U64(vmt_notes_count(&notes, VMT_NOTE_DAMAGED_LINE), 10);
    UNIT_EQUAL_U64(vmt_notes_count(&notes, VMT_NOTE_ELISION), 10);
    UNIT_EQUAL_U64(vmt_notes_count(&notes, VMT_NOTE_LONG_LINE), 0);
    /* 10 damaged lines, 5 keys and the rest of them, 1 elision and the rest of them. */
    UNIT_EQUAL_U64(notes.sequence.count, 10 + 6 + 2);
    store_free(&store);
}

static void test_notes__excerpt_of_a_long_line_lies_around_the_column(void)
{
    struct store store;
    struct vmt_notes notes;
    struct vmt_error err = VMT_ERROR_INIT;
    char line[1000];
    store_init(&store);
    vmt_notes_init(&notes, &store.arena, &store.strings);
    memset(line, '.', sizeof line);
    line[699] = 'X';
    struct vmt_place place = {"input", 1, 700};
    UNIT_EQUAL_I64(vmt_notes_add(&notes, VMT_NOTE_DAMAGED_LINE, place, vmt_slice(""),
                                 (struct vmt_slice){line, sizeof line}, &err),
                   VMT_OK);
    struct vmt_walker walker = {0};
    const struct vmt_note *note = vmt_sequence_next(&notes.sequence, &walker);
    CU_ASSERT_FATAL(note != NULL && note->excerpt != NULL);
    CU_ASSERT(note->text == NULL);
    CU_ASSERT(note->excerpt->length < 200);
    CU_ASSERT_FATAL(note->excerpt_column >= 1 && note->excerpt_column <= note->excerpt->length);
    UNIT_EQUAL_I64(note->excerpt->data[note->excerpt_column - 1], 'X');
    store_free(&store);
}

static void test_notes__all_kinds_have_words(void)
{
    for (enum vmt_note_kind kind = 0; kind < VMT_NOTE_COUNT; kind++) {
        CU_ASSERT_FATAL(vmt_note_name(kind) != NULL);
        CU_ASSERT(vmt_note_help(kind) != NULL);
        for (enum vmt_note_kind other = 0; other < kind; other++) {
            CU_ASSERT(strcmp(vmt_note_name(kind), vmt_note_name(other)) != 0);
        }
    }
}

/* --- types ------------------------------------------------------------------------------------ */

static const struct vmt_type *get(struct store *store, const char *name)
{
    return vmt_type_get(&store->types, &store->strings, vmt_slice(name), 0);
}

/* What one printed name must mean, in a store of its own: no test lives on what came before. */
struct expected {
    const char *printed;
    const char *canonical;
    enum vmt_class class;
    enum vmt_nature nature;
    bool in_dictionary;
};

static void check_types(const struct expected *expected, size_t count, size_t cut_at)
{
    for (size_t i = 0; i < count; i++) {
        struct store store;
        store_init(&store);
        size_t at = cut_at > 0 ? strlen(expected[i].printed) : 0;
        const struct vmt_type *type =
            vmt_type_get(&store.types, &store.strings, vmt_slice(expected[i].printed), at);
        CU_ASSERT_FATAL(type != NULL);
        UNIT_EQUAL_STR(type->printed->data, expected[i].printed);
        if (!UNIT_EQUAL_STR(type->canonical->data, expected[i].canonical) ||
            !UNIT_EQUAL_STR(vmt_class_name(type->class), vmt_class_name(expected[i].class)) ||
            !UNIT_EQUAL_I64(type->nature, expected[i].nature) ||
            !UNIT_EQUAL_I64(type->entry != NULL, expected[i].in_dictionary)) {
            printf("  of \"%s\"\n", expected[i].printed);
        }
        store_free(&store);
    }
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ANON VMT_NATURE_ANONYMOUS
#define FILED VMT_NATURE_FILE
#define NATURE_UNKNOWN VMT_NATURE_UNKNOWN

static void test_type__names_of_all_years_are_one_type(void)
{
    static const char *const same[][8] = {
        {"MALLOC_LARGE", "Malloc Large", "malloc large", "Memory tag=3", "VM_MEMORY_3", "tag 3"},
        {"MALLOC_TINY", "Malloc Tiny", "Memory tag=7", "Memory Tag 7"},
        {"MALLOC_LARGE (empty)", "Malloc Large (empty)", "Malloc Large (Empty)"},
        {"MALLOC metadata", "Malloc Metadata", "MALLOC (admin)", "Memory Tag 1"},
        {"MALLOC guard page", "Malloc Guard Page"},
        {"STACK GUARD", "Stack Guard", "Stack guard"},
        {"VM_ALLOCATE", "VM_allocate", "Untagged", "untagged (VM_ALLOCATE)",
         "untagged (\"VM_ALLOCATE\")", "VM_ALLOCATE ?", "Memory Tag 0"},
        {"Kernel Alloc Once", "OS Alloc Once", "os_alloc_once", "Memory Tag 73"},
        {"Deferred Reclaim", "Memory Tag 22", "tag 22"},
        {"Memory Tag 253", "Memory tag=253", "App-Specific Tag 14", "app-specific tag 14",
         "VM_MEMORY_253", "tag 253"},
        {"Memory Tag 255 (reserved)", "App-Specific Tag 16 (reserved)"},
        {"Memory Tag 110", "Memory tag=110", "VM_MEMORY_110", "tag 110"},
        {"Accelerate framework", "Accelerate.framework", "Accelerate Framework"},
        {"CG backing stores", "CG backingstores", "CG Backing Stores"},
        {"page table in kernel", "page table"},
        {"owned unmapped (graphics)", "Owned physical footprint (unmapped) (graphics)"},
        {"owned unmapped memory", "owned unmapped", "Owned physical footprint (unmapped)"},
        {"Image IO", "ImageIO"},
        {"Stack", "stack", "STACK[0]"},
        {"MALLOC freed no zone", "MALLOC freed, no zone"},
        {"unused but dirty shlib __DATA", "unused dyld shared cache area", "unused __AUTH"},
    };
    struct store store;
    store_init(&store);
    for (size_t i = 0; i < COUNT(same); i++) {
        const struct vmt_type *first = get(&store, same[i][0]);
        CU_ASSERT_FATAL(first != NULL);
        UNIT_EQUAL_STR(first->canonical->data, same[i][0]);
        for (size_t j = 1; j < COUNT(same[i]) && same[i][j] != NULL; j++) {
            const struct vmt_type *type = get(&store, same[i][j]);
            CU_ASSERT_FATAL(type != NULL);
            UNIT_EQUAL_STR(type->canonical->data, first->canonical->data);
            CU_ASSERT(type->canonical == first->canonical);
            UNIT_EQUAL_STR(vmt_class_name(type->class), vmt_class_name(first->class));
            UNIT_EQUAL_I64(type->nature, first->nature);
            UNIT_EQUAL_I64(type->entry == NULL, first->entry == NULL);
            UNIT_EQUAL_I64(type->true_shared_heap, first->true_shared_heap);
        }
        for (size_t other = 0; other < i; other++) {
            CU_ASSERT(get(&store, same[other][0])->canonical != first->canonical);
        }
    }
    store_free(&store);
}

static void test_type__classes_of_well_known_types(void)
{
    static const struct expected expected[] = {
        {"MALLOC", "MALLOC", VMT_CLASS_HEAP, ANON, true},
        {"Malloc Small", "MALLOC_SMALL", VMT_CLASS_HEAP, ANON, true},
        {"MALLOC_LARGE_REUSED", "MALLOC_LARGE_REUSED", VMT_CLASS_HEAP, ANON, true},
        {"Malloc Large (Reusable)", "MALLOC_LARGE_REUSABLE", VMT_CLASS_HEAP_KEPT_EMPTY, ANON, true},
        {"WebKit malloc", "WebKit Malloc", VMT_CLASS_HEAP, ANON, true},
        {"Stack", "Stack", VMT_CLASS_STACK, ANON, true},
        {"Guard", "Guard", VMT_CLASS_GUARD, ANON, true},
        {"MALLOC guard page", "MALLOC guard page", VMT_CLASS_GUARD, ANON, true},
        {"__PAGEZERO", "__PAGEZERO", VMT_CLASS_GUARD, ANON, true},
        {"__TEXT", "__TEXT", VMT_CLASS_CODE, FILED, true},
        {"__DATA_CONST", "__DATA_CONST", VMT_CLASS_DATA, FILED, true},
        {"__LINKEDIT", "__LINKEDIT", VMT_CLASS_DATA, FILED, true},
        {"mapped file", "mapped file", VMT_CLASS_FILE, FILED, true},
        {"shared memory", "shared memory", VMT_CLASS_SHARED_MEMORY, ANON, true},
        {"IOSurface", "IOSurface", VMT_CLASS_GRAPHICS, NATURE_UNKNOWN, true},
        {"IOAccelerator", "IOAccelerator", VMT_CLASS_GRAPHICS, NATURE_UNKNOWN, true},
        {"JS JIT generated code", "JS JIT generated code", VMT_CLASS_JIT, ANON, true},
        {"Rosetta JIT", "Rosetta JIT", VMT_CLASS_JIT, ANON, true},
        {"GPU Carveout (reserved)", "GPU Carveout (reserved)", VMT_CLASS_RESERVED, NATURE_UNKNOWN,
         true},
        {"page table in kernel", "page table in kernel", VMT_CLASS_KERNEL, ANON, true},
        {"owned unmapped", "owned unmapped memory", VMT_CLASS_KERNEL, ANON, true},
        {"owned unmapped memory", "owned unmapped memory", VMT_CLASS_KERNEL, ANON, true},
        {"owned unmapped (graphics)", "owned unmapped (graphics)", VMT_CLASS_KERNEL, ANON, true},
        {"Submap", "Submap", VMT_CLASS_SUBMAP, NATURE_UNKNOWN, true},
        {"VM_ALLOCATE", "VM_ALLOCATE", VMT_CLASS_OTHER, ANON, true},
        {"Memory Tag 242", "Memory Tag 242", VMT_CLASS_OTHER, ANON, true},
    };
    check_types(expected, COUNT(expected), 0);
}

static void test_type__suffixes_change_name_and_class(void)
{
    static const struct expected expected[] = {
        {"Malloc Small (empty)", "MALLOC_SMALL (empty)", VMT_CLASS_HEAP_KEPT_EMPTY, ANON, true},
        {"MALLOC_NANO (reserved)", "MALLOC_NANO (reserved)", VMT_CLASS_RESERVED, ANON, true},
        {"Stack (Reserved)", "Stack (reserved)", VMT_CLASS_RESERVED, ANON, true},
        {"commpage (reserved)", "commpage (reserved)", VMT_CLASS_RESERVED, ANON, true},
        {"ATS (font support) (reserved)", "ATS (font support) (reserved)", VMT_CLASS_RESERVED, ANON,
         true},
        {"Memory tag=242 (reserved)", "Memory Tag 242 (reserved)", VMT_CLASS_RESERVED, ANON, true},
        {"VM_ALLOCATE (graphics)", "VM_ALLOCATE (graphics)", VMT_CLASS_GRAPHICS, ANON, true},
        {"Untagged (graphics)", "VM_ALLOCATE (graphics)", VMT_CLASS_GRAPHICS, ANON, true},
        {"VM_ALLOCATE (media)", "VM_ALLOCATE (media)", VMT_CLASS_OTHER, ANON, true},
        {"VM_ALLOCATE (network)", "VM_ALLOCATE (network)", VMT_CLASS_OTHER, ANON, true},
        {"VM_ALLOCATE (Neural)", "VM_ALLOCATE (neural)", VMT_CLASS_OTHER, ANON, true},
        {"IOAccelerator (graphics)", "IOAccelerator (graphics)", VMT_CLASS_GRAPHICS, NATURE_UNKNOWN,
         true},
        {"__TEXT (graphics)", "__TEXT (graphics)", VMT_CLASS_CODE, FILED, true},
        {"Untagged (graphics) (reserved)", "VM_ALLOCATE (graphics) (reserved)", VMT_CLASS_RESERVED,
         ANON, true},
        {"MALLOC_TINY (freed?)", "MALLOC_TINY (freed?)", VMT_CLASS_HEAP, ANON, true},
        {"Thing (reserved)", "Thing (reserved)", VMT_CLASS_RESERVED, NATURE_UNKNOWN, false},
        /* A page of no heap cannot be empty heap. */
        {"Stack (empty)", "Stack (empty)", VMT_CLASS_STACK, ANON, true},
        /* Not a suffix without its type, nor without the blank. */
        {"(reserved)", "(reserved)", VMT_CLASS_OTHER, NATURE_UNKNOWN, false},
        {" (reserved)", " (reserved)", VMT_CLASS_OTHER, NATURE_UNKNOWN, false},
        {"Thing(reserved)", "Thing(reserved)", VMT_CLASS_OTHER, NATURE_UNKNOWN, false},
    };
    check_types(expected, COUNT(expected), 0);
}

static void test_type__unused_parts_of_the_shared_cache_are_one_type(void)
{
    static const char one[] = "unused but dirty shlib __DATA";
    static const struct expected expected[] = {
        {"unused __TEXT", one, VMT_CLASS_DATA, FILED, true},
        {"unused __DATA", one, VMT_CLASS_DATA, FILED, true},
        {"unused __DATA_DIRTY", one, VMT_CLASS_DATA, FILED, true},
        {"unused __AUTH_CONST", one, VMT_CLASS_DATA, FILED, true},
        {"unused shlib __DATA", one, VMT_CLASS_DATA, FILED, true},
        {"unused shlib __TEXT", one, VMT_CLASS_DATA, FILED, true},
        {"unused __SEGMENT_TO_COME", one, VMT_CLASS_DATA, FILED, true},
        {"unused things", "unused things", VMT_CLASS_OTHER, NATURE_UNKNOWN, false},
        {"unused __", "unused __", VMT_CLASS_OTHER, NATURE_UNKNOWN, false},
        {"unused", "unused", VMT_CLASS_OTHER, NATURE_UNKNOWN, false},
    };
    check_types(expected, COUNT(expected), 0);
}

static void test_type__unknown_names_keep_their_spelling(void)
{
    static const struct expected expected[] = {
        {"__inout_port_set", "__inout_port_set", VMT_CLASS_DATA, FILED, false},
        {"__TEXT_EXEC", "__TEXT_EXEC", VMT_CLASS_CODE, FILED, false},
        {".note.gnu.prope", ".note.gnu.prope", VMT_CLASS_DATA, FILED, false},
        {"dsce.got", "dsce.got", VMT_CLASS_DATA, FILED, false},
        {"MALLOC_GIGANTIC", "MALLOC_GIGANTIC", VMT_CLASS_HEAP, ANON, false},
        {"Malloc Gigantic", "Malloc Gigantic", VMT_CLASS_HEAP, ANON, false},
        {"Gigantic Guard", "Gigantic Guard", VMT_CLASS_GUARD, ANON, false},
        {"Thing", "Thing", VMT_CLASS_OTHER, NATURE_UNKNOWN, false},
        {"two words.", "two words.", VMT_CLASS_OTHER, NATURE_UNKNOWN, false},
        {"Stack (of cards)", "Stack (of cards)", VMT_CLASS_STACK, ANON, false},
        {"Memory Tag 256", "Memory Tag 256", VMT_CLASS_OTHER, NATURE_UNKNOWN, false},
        {"Memory Tag 18446744073709551617", "Memory Tag 18446744073709551617", VMT_CLASS_OTHER,
         NATURE_UNKNOWN, false},
        {"Memory Tag ", "Memory Tag ", VMT_CLASS_OTHER, NATURE_UNKNOWN, false},
        {"Memory Tag -1", "Memory Tag -1", VMT_CLASS_OTHER, NATURE_UNKNOWN, false},
        {"App-Specific Tag 0", "App-Specific Tag 0", VMT_CLASS_OTHER, NATURE_UNKNOWN, false},
        {"App-Specific Tag 17", "App-Specific Tag 17", VMT_CLASS_OTHER, NATURE_UNKNOWN, false},
        {"tag 110 (reserved)", "Memory Tag 110 (reserved)", VMT_CLASS_RESERVED, ANON, false},
        {"MALLOC_USED(DefaultMallocZone_", "MALLOC_USED", VMT_CLASS_HEAP, ANON, true},
        {"", "", VMT_CLASS_OTHER, NATURE_UNKNOWN, false},
    };
    check_types(expected, COUNT(expected), 0);
}

static void test_type__cut_name_means_the_one_type_that_it_begins(void)
{
    /* check_types() says that each was cut at its own length. */
    static const struct expected expected[] = {
        {"unused but dirty shlib _", "unused but dirty shlib __DATA", VMT_CLASS_DATA, FILED, true},
        {"Owned physical footprint (unmapped) (grap", "owned unmapped (graphics)", VMT_CLASS_KERNEL,
         ANON, true},
        {"owned unmapped (graphics", "owned unmapped (graphics)", VMT_CLASS_KERNEL, ANON, true},
        {"Memory Tag 255 (reserved", "Memory Tag 255 (reserved)", VMT_CLASS_RESERVED, ANON, true},
        {"Memory Tag 110 (reserv", "Memory Tag 110 (reserved)", VMT_CLASS_RESERVED, ANON, false},
        {"Malloc Large (em", "MALLOC_LARGE (empty)", VMT_CLASS_HEAP_KEPT_EMPTY, ANON, true},
        {"wEBkIT mALLOC mETA", "WebKit Malloc metadata", VMT_CLASS_HEAP, ANON, true},
        /* Whole names stay what they are, though longer ones begin with them. */
        {"MALLOC_LARGE", "MALLOC_LARGE", VMT_CLASS_HEAP, ANON, true},
        {"page table", "page table in kernel", VMT_CLASS_KERNEL, ANON, true},
        /* Two types begin so, or a type and another with a suffix. */
        {"Malloc Large (Reus", "Malloc Large (Reus", VMT_CLASS_HEAP, ANON, false},
        {"Malloc Large (Re", "Malloc Large (Re", VMT_CLASS_HEAP, ANON, false},
        {"Rosetta IndirectBranch (", "Rosetta IndirectBranch (", VMT_CLASS_OTHER, ANON, false},
        {"AttributeGraph Data (old", "AttributeGraph Data (old", VMT_CLASS_OTHER, ANON, false},
        {"CoreMedia R", "CoreMedia R", VMT_CLASS_OTHER, NATURE_UNKNOWN, false},
        {"No such thing (reserv", "No such thing (reserv", VMT_CLASS_OTHER, NATURE_UNKNOWN, false},
    };
    check_types(expected, COUNT(expected), 1);
}

static void test_type__name_of_another_length_is_not_cut(void)
{
    struct store store;
    store_init(&store);
    struct vmt_slice name = vmt_slice("WebKit Malloc meta");
    const struct vmt_type *type = vmt_type_get(&store.types, &store.strings, name, name.length + 1);
    CU_ASSERT_FATAL(type != NULL);
    CU_ASSERT(type->entry == NULL);
    UNIT_EQUAL_STR(type->canonical->data, "WebKit Malloc meta");
    store_free(&store);
}

static void test_type__one_record_for_each_printed_name(void)
{
    struct store store;
    store_init(&store);
    const struct vmt_type *old = get(&store, "MALLOC_TINY");
    const struct vmt_type *other = get(&store, "Stack");
    const struct vmt_type *new = get(&store, "Malloc Tiny");
    CU_ASSERT(old != new &&old != other &&new != other);
    CU_ASSERT(get(&store, "MALLOC_TINY") == old);
    CU_ASSERT(get(&store, "Malloc Tiny") == new);
    CU_ASSERT(get(&store, "Stack") == other);
    size_t count = 0;
    for (const struct vmt_type *type = store.types; type != NULL; type = type->next) {
        count++;
    }
    UNIT_EQUAL_U64(count, 3);
    UNIT_EQUAL_STR(old->printed->data, "MALLOC_TINY");
    UNIT_EQUAL_STR(new->printed->data, "Malloc Tiny");
    store_free(&store);
}

static void test_type__heap_shared_at_birth(void)
{
    static const char *const shared[] = {
        "MALLOC",
        "MALLOC_TINY",
        "Malloc Small",
        "MALLOC_MEDIUM",
        "MALLOC_NANO",
        "MALLOC metadata",
        "MALLOC guard page",
        "MALLOC_NANO metadata",
        "MALLOC_TINY (empty)",
        "Malloc Small (empty)",
        "MALLOC_MEDIUM (empty)",
        "MALLOC_NANO (empty)",
    };
    static const char *const others[] = {
        "MALLOC_LARGE",
        "MALLOC_LARGE (empty)",
        "MALLOC_LARGE_REUSED",
        "MALLOC_LARGE_REUSABLE",
        "MALLOC_LARGE metadata",
        "MALLOC_HUGE",
        "MALLOC_NANO (reserved)",
        "MALLOC_TINY (empty) (reserved)",
        "MALLOC guard page (empty)",
        "MALLOC_GIGANTIC",
        "WebKit Malloc",
        "VM_ALLOCATE",
        "STACK GUARD",
    };
    struct store store;
    store_init(&store);
    for (size_t i = 0; i < COUNT(shared); i++) {
        CU_ASSERT_FATAL(get(&store, shared[i]) != NULL);
        if (!get(&store, shared[i])->true_shared_heap) {
            CU_FAIL("not shared at birth");
            printf("  of \"%s\"\n", shared[i]);
        }
    }
    for (size_t i = 0; i < COUNT(others); i++) {
        CU_ASSERT_FATAL(get(&store, others[i]) != NULL);
        if (get(&store, others[i])->true_shared_heap) {
            CU_FAIL("shared at birth");
            printf("  of \"%s\"\n", others[i]);
        }
    }
    store_free(&store);
}

static void test_type_table__each_spelling_finds_its_own_entry(void)
{
    struct store store;
    store_init(&store);
    for (const struct vmt_type_entry *entry = vmt_type_table; entry->names[0] != NULL; entry++) {
        /* The last place is for the NULL. */
        CU_ASSERT_FATAL(entry->names[COUNT(entry->names) - 1] == NULL);
        for (size_t i = 0; entry->names[i] != NULL; i++) {
            const struct vmt_type *type = get(&store, entry->names[i]);
            CU_ASSERT_FATAL(type != NULL);
            UNIT_EQUAL_STR(type->canonical->data, entry->names[0]);
            UNIT_EQUAL_I64(type->class, entry->class);
            UNIT_EQUAL_I64(type->nature, entry->nature);
            CU_ASSERT(type->entry != NULL);
            CU_ASSERT(type->canonical == get(&store, entry->names[0])->canonical);
        }
    }
    store_free(&store);
}

static void test_type_table__no_spelling_occurs_twice(void)
{
    for (const struct vmt_type_entry *a = vmt_type_table; a->names[0] != NULL; a++) {
        for (size_t i = 0; a->names[i] != NULL; i++) {
            size_t hits = 0;
            for (const struct vmt_type_entry *b = vmt_type_table; b->names[0] != NULL; b++) {
                for (size_t j = 0; b->names[j] != NULL; j++) {
                    hits += vmt_slice_equals_nocase(vmt_slice(a->names[i]), vmt_slice(b->names[j]));
                }
            }
            if (!UNIT_EQUAL_U64(hits, 1)) {
                printf("  of \"%s\"\n", a->names[i]);
            }
        }
    }
}

static void test_type_table__each_tag_occurs_once(void)
{
    /* Numbers that XNU gives to nobody; all others are in the table. */
    static const struct {
        int first;
        int last;
    } unassigned[] = {{14, 19}, {23, 29}, {37, 39}, {47, 49}, {59, 59}, {108, 229}, {237, 238}};
    for (int tag = 0; tag <= 255; tag++) {
        uint64_t expected = 1;
        for (size_t i = 0; i < COUNT(unassigned); i++) {
            if (tag >= unassigned[i].first && tag <= unassigned[i].last) {
                expected = 0;
            }
        }
        uint64_t hits = 0;
        for (const struct vmt_type_entry *at = vmt_type_table; at->names[0] != NULL; at++) {
            hits += at->tag == tag;
        }
        if (!UNIT_EQUAL_U64(hits, expected)) {
            printf("  of tag %d\n", tag);
        }
    }
    for (const struct vmt_type_entry *at = vmt_type_table; at->names[0] != NULL; at++) {
        CU_ASSERT(at->tag >= -1 && at->tag <= 255);
    }
}

static void test_type_table__every_tag_is_found_by_its_number(void)
{
    struct store store;
    store_init(&store);
    for (const struct vmt_type_entry *entry = vmt_type_table; entry->names[0] != NULL; entry++) {
        char name[32];
        if (entry->tag < 0) {
            continue;
        }
        snprintf(name, sizeof name, "Memory Tag %d", entry->tag);
        UNIT_EQUAL_STR(get(&store, name)->canonical->data, entry->names[0]);
        snprintf(name, sizeof name, "VM_MEMORY_%d", entry->tag);
        UNIT_EQUAL_STR(get(&store, name)->canonical->data, entry->names[0]);
    }
    store_free(&store);
}

static void test_type__longest_name_takes_all_suffixes(void)
{
    for (const struct vmt_type_entry *entry = vmt_type_table; entry->names[0] != NULL; entry++) {
        struct store store;
        char name[256];
        char whole[300];
        store_init(&store);
        static const char most[] = " (graphics) (reserved) (reserved)";
        snprintf(name, sizeof name, "%s%s", entry->names[0], most);
        const struct vmt_type *type = get(&store, name);
        CU_ASSERT_FATAL(type != NULL);
        CU_ASSERT(type->entry != NULL);
        UNIT_EQUAL_I64(type->class, VMT_CLASS_RESERVED);
        UNIT_EQUAL_STR(type->canonical->data, name);
        /* One more than we take off: a name that nobody knows, but not a crash. */
        snprintf(whole, sizeof whole, "%s (reserved)", name);
        type = get(&store, whole);
        CU_ASSERT_FATAL(type != NULL);
        UNIT_EQUAL_STR(type->canonical->data, whole);
        store_free(&store);
    }
}

static void test_type__hostile_names_stay_whole(void)
{
    static const char *const patterns[] = {
        "(",       " (",       ")",           "[", " (reserved)", " (empty) (graphics)",
        "unused ", "__",       ".",           "0", "Memory Tag ", "Memory Tag 0",
        "MALLOC_", "\xff\x80", " guard page",
    };
    enum { LENGTH = 300 * 1000 };
    char *name = malloc(LENGTH);
    CU_ASSERT_FATAL(name != NULL);
    for (size_t i = 0; i < COUNT(patterns); i++) {
        struct store store;
        store_init(&store);
        size_t step = strlen(patterns[i]);
        for (size_t at = 0; at < LENGTH; at++) {
            name[at] = patterns[i][at % step];
        }
        struct vmt_slice slice = {name, LENGTH};
        const struct vmt_type *type =
            vmt_type_get(&store.types, &store.strings, slice, (size_t)LENGTH);
        CU_ASSERT_FATAL(type != NULL);
        CU_ASSERT(type->entry == NULL);
        CU_ASSERT(vmt_slice_equals(vmt_string_slice(type->canonical), slice));
        store_free(&store);
    }
    free(name);

    /* NUL is a byte like others. */
    struct store store;
    store_init(&store);
    struct vmt_slice slice = {"Stack\0", 6};
    const struct vmt_type *type = vmt_type_get(&store.types, &store.strings, slice, 0);
    CU_ASSERT_FATAL(type != NULL);
    CU_ASSERT(type->entry == NULL);
    UNIT_EQUAL_U64(type->canonical->length, 6);
    store_free(&store);
}

static void test_type__many_names_cost_no_walk_over_all(void)
{
    struct store store;
    store_init(&store);
    enum { NAMES = 60 * 1000 };
    const struct vmt_string *first = get(&store, "Thing 0")->canonical;
    for (unsigned i = 1; i < NAMES; i++) {
        char name[32];
        snprintf(name, sizeof name, "Thing %u", i);
        CU_ASSERT_FATAL(get(&store, name) != NULL);
    }
    /* Far behind by now; what it means is the same. */
    const struct vmt_type *again = get(&store, "Thing 0");
    CU_ASSERT_FATAL(again != NULL);
    CU_ASSERT(again->canonical == first && again->printed == first);
    store_free(&store);
}

/* Refuses from the allocation number `left` on. */
struct meager {
    size_t left;
};

static void *meager_allocate(void *self, size_t size)
{
    struct meager *meager = self;
    if (meager->left == 0) {
        return NULL;
    }
    meager->left--;
    return malloc(size);
}

static void meager_release(void *self, void *memory)
{
    (void)self;
    free(memory);
}

static void test_type__no_memory_gives_no_type(void)
{
    size_t refused = 0;
    for (size_t allowed = 0;; allowed++) {
        struct meager meager = {allowed};
        struct vmt_allocator allocator = {meager_allocate, meager_release, &meager};
        struct store store = {.types = NULL};
        /* Names so long that each needs a block of its own in any build. */
        static char name[8192];
        memset(name, 'x', sizeof name);
        struct vmt_slice slice = {name, sizeof name};
        vmt_arena_init(&store.arena, &allocator, (size_t)1 << 20);
        vmt_intern_init(&store.strings, &store.arena);
        const struct vmt_type *type = vmt_type_get(&store.types, &store.strings, slice, 0);
        const struct vmt_type *known =
            type == NULL ? NULL : get(&store, "Untagged (graphics) (reserved)");
        bool done = type != NULL && known != NULL;
        /* A record that failed is not half in the list. */
        size_t count = 0;
        for (const struct vmt_type *at = store.types; at != NULL; at = at->next) {
            CU_ASSERT(at->canonical != NULL && at->printed != NULL);
            count++;
        }
        UNIT_EQUAL_U64(count, (uint64_t)(type != NULL) + (uint64_t)(known != NULL));
        refused += !done;
        vmt_arena_free(&store.arena);
        if (done || allowed > 100) {
            CU_ASSERT(done);
            break;
        }
    }
    CU_ASSERT(refused >= 2);
}

/* In a build with packed blocks small strings rarely meet the end of one: bring it near. */
static void test_type__no_memory_between_two_names_gives_no_type(void)
{
    size_t refused = 0;
    for (size_t left = 0; left < 1024; left += 8) {
        struct meager meager = {SIZE_MAX};
        struct vmt_allocator allocator = {meager_allocate, meager_release, &meager};
        struct store store = {.types = NULL};
        vmt_arena_init(&store.arena, &allocator, (size_t)1 << 20);
        vmt_intern_init(&store.strings, &store.arena);
        CU_ASSERT_FATAL(get(&store, "Stack") != NULL);
        meager.left = 0;
        if (store.arena.left > left) {
            CU_ASSERT_FATAL(vmt_arena_alloc(&store.arena, 1, store.arena.left - left) != NULL);
        }
        const struct vmt_type *type = get(&store, "Untagged (graphics) (reserved)");
        CU_ASSERT(type == NULL || type->canonical != NULL);
        CU_ASSERT((type == NULL) == (store.types->next == NULL));
        refused += type == NULL;
        vmt_arena_free(&store.arena);
    }
    CU_ASSERT(refused > 0);
}

static void test_type__class_names_are_distinct(void)
{
    for (enum vmt_class class = 0; class < VMT_CLASS_COUNT; class ++) {
        CU_ASSERT_FATAL(vmt_class_name(class) != NULL);
        for (enum vmt_class other = 0; other < class; other++) {
            CU_ASSERT(strcmp(vmt_class_name(class), vmt_class_name(other)) != 0);
        }
    }
    UNIT_EQUAL_STR(vmt_class_name(VMT_CLASS_HEAP), "heap");
    UNIT_EQUAL_STR(vmt_class_name(VMT_CLASS_HEAP_KEPT_EMPTY), "heap-kept-empty");
    UNIT_EQUAL_STR(vmt_class_name(VMT_CLASS_SUBMAP), "submap");
}

static void test_type_help__each_entry_has_one_row(void)
{
    size_t rows = 0;
    size_t entries = 0;
    for (const struct vmt_type_help *help = vmt_type_helps; help->name != NULL; help++, rows++) {
        struct vmt_slice cause = vmt_slice(help->cause);
        struct vmt_slice advice = vmt_slice(help->advice);
        if (!vmt_slice_ends(cause, ".") || !vmt_slice_ends(advice, ".") || cause.length > 100 ||
            advice.length > 100) {
            UNIT_EQUAL_STR(help->name, "a row of sentences");
        }
    }
    for (const struct vmt_type_entry *entry = vmt_type_table; entry->names[0] != NULL; entry++) {
        const struct vmt_type type = {.entry = entry};
        const struct vmt_type_help *help = vmt_type_help_of(&type);
        CU_ASSERT_FATAL(help != NULL);
        UNIT_EQUAL_STR(help->name, entry->names[0]);
        /* A constant is the name of a tag, and each tag but 0 has one. */
        CU_ASSERT((help->constant != NULL) == (entry->tag > 0));
        entries++;
    }
    UNIT_EQUAL_U64(rows, entries);
}

static void test_type_help__constant_finds_its_row(void)
{
    const struct vmt_type_help *help = vmt_type_help_constant(vmt_slice("vm_memory_layerkit"));
    CU_ASSERT_FATAL(help != NULL);
    UNIT_EQUAL_STR(help->name, "CoreAnimation");
    CU_ASSERT(help == vmt_type_help_constant(vmt_slice("LAYERKIT")));
    const struct vmt_type_help *second = vmt_type_help_constant(vmt_slice("VM_MEMORY_CARBON"));
    CU_ASSERT_FATAL(second != NULL);
    UNIT_EQUAL_STR(second->name, "CoreServices");
    CU_ASSERT(vmt_type_help_constant(vmt_slice("VM_MEMORY_")) == NULL);
    CU_ASSERT(vmt_type_help_constant(vmt_slice("")) == NULL);
    UNIT_EQUAL_STR(vmt_charge_name(help->charge), "all");
}

static const struct unit_test tests[] = {
    {"amount__exact_has_no_width", test_amount__exact_has_no_width},
    {"amount__rounding_is_half_a_quantum_each_way",
     test_amount__rounding_is_half_a_quantum_each_way},
    {"amount__rounding_stops_at_0_and_at_the_top", test_amount__rounding_stops_at_0_and_at_the_top},
    {"amount__sum_adds_values_and_bounds", test_amount__sum_adds_values_and_bounds},
    {"amount__sum_with_an_unknown_part_is_unknown",
     test_amount__sum_with_an_unknown_part_is_unknown},
    {"amount__sum_with_bounds_alone_keeps_bounds_alone",
     test_amount__sum_with_bounds_alone_keeps_bounds_alone},
    {"amount__sum_beyond_64_bits_is_unknown", test_amount__sum_beyond_64_bits_is_unknown},
    {"amount__minus_crosses_the_bounds", test_amount__minus_crosses_the_bounds},
    {"amount__minus_stops_at_0", test_amount__minus_stops_at_0},
    {"amount__minus_needs_both", test_amount__minus_needs_both},
    {"amount__bounds_can_be_widened_but_not_narrowed",
     test_amount__bounds_can_be_widened_but_not_narrowed},
    {"amounts__each_member_is_summed_with_itself", test_amounts__each_member_is_summed_with_itself},
    {"members__are_all_described_and_named_once", test_members__are_all_described_and_named_once},
    {"notes__first_20_damaged_lines_keep_their_place",
     test_notes__first_20_damaged_lines_keep_their_place},
    {"notes__kinds_are_counted_apart", test_notes__kinds_are_counted_apart},
    {"notes__excerpt_of_a_long_line_lies_around_the_column",
     test_notes__excerpt_of_a_long_line_lies_around_the_column},
    {"notes__all_kinds_have_words", test_notes__all_kinds_have_words},
    {"type__names_of_all_years_are_one_type", test_type__names_of_all_years_are_one_type},
    {"type__classes_of_well_known_types", test_type__classes_of_well_known_types},
    {"type__suffixes_change_name_and_class", test_type__suffixes_change_name_and_class},
    {"type__unused_parts_of_the_shared_cache_are_one_type",
     test_type__unused_parts_of_the_shared_cache_are_one_type},
    {"type__unknown_names_keep_their_spelling", test_type__unknown_names_keep_their_spelling},
    {"type__cut_name_means_the_one_type_that_it_begins",
     test_type__cut_name_means_the_one_type_that_it_begins},
    {"type__name_of_another_length_is_not_cut", test_type__name_of_another_length_is_not_cut},
    {"type__one_record_for_each_printed_name", test_type__one_record_for_each_printed_name},
    {"type__heap_shared_at_birth", test_type__heap_shared_at_birth},
    {"type_table__each_spelling_finds_its_own_entry",
     test_type_table__each_spelling_finds_its_own_entry},
    {"type_table__no_spelling_occurs_twice", test_type_table__no_spelling_occurs_twice},
    {"type_table__each_tag_occurs_once", test_type_table__each_tag_occurs_once},
    {"type_table__every_tag_is_found_by_its_number",
     test_type_table__every_tag_is_found_by_its_number},
    {"type__longest_name_takes_all_suffixes", test_type__longest_name_takes_all_suffixes},
    {"type__hostile_names_stay_whole", test_type__hostile_names_stay_whole},
    {"type__many_names_cost_no_walk_over_all", test_type__many_names_cost_no_walk_over_all},
    {"type__no_memory_gives_no_type", test_type__no_memory_gives_no_type},
    {"type__no_memory_between_two_names_gives_no_type",
     test_type__no_memory_between_two_names_gives_no_type},
    {"type_help__each_entry_has_one_row", test_type_help__each_entry_has_one_row},
    {"type_help__constant_finds_its_row", test_type_help__constant_finds_its_row},
    {"type__class_names_are_distinct", test_type__class_names_are_distinct},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_model", tests, argc, argv);
}
