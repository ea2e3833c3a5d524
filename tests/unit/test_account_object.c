/* SPDX-License-Identifier: MIT */
#include "config.h"

/* The rules for memory objects of XNU: by hand, and held against the truth of small worlds. */

#include "analysis/account.h"
#include "objects.h"
#include "unit.h"

#define WORLDS 4000

/* --- types ------------------------------------------------------------------------------------ */

static struct {
    struct vmt_arena arena;
    struct vmt_intern strings;
    struct vmt_type *types;
} names;

static void begin(void)
{
    vmt_arena_init(&names.arena, &vmt_allocator_system, (size_t)16 << 20);
    vmt_intern_init(&names.strings, &names.arena);
    names.types = NULL;
}

static void end(void)
{
    vmt_arena_free(&names.arena);
}

static const struct vmt_type *type_of(const char *name)
{
    const struct vmt_type *type = vmt_type_get(&names.types, &names.strings, vmt_slice(name), 0);
    CU_ASSERT_FATAL(type != NULL);
    return type;
}

/* --- by hand ---------------------------------------------------------------------------------- */

/* A region of 64 pages of one byte each: numbers are small. */
static struct {
    struct vmt_region region;
    struct vmt_object object;
    struct vmt_amounts amounts;
} now;

static void begin_region(enum vmt_sharing sharing, uint64_t resident, uint64_t dirty,
                         uint64_t swapped)
{
    begin();
    memset(&now, 0, sizeof now);
    now.region = (struct vmt_region){.start = 4096,
                                     .end = 4096 + 64,
                                     .ranged = true,
                                     .type = type_of("VM_ALLOCATE"),
                                     .object = &now.object,
                                     .known = (1u << VMT_EV_OF_REGION) - 1,
                                     .sharing = (uint8_t)sharing};
    now.region.stated[VMT_EV_VIRTUAL].value = 64;
    now.region.stated[VMT_EV_RESIDENT].value = resident;
    now.region.stated[VMT_EV_DIRTY].value = dirty;
    now.region.stated[VMT_EV_SWAPPED].value = swapped;
    now.object.id = 99;
}

static void state(enum vmt_object_field field, uint64_t value)
{
    now.object.fields[field] = value;
    now.object.known |= FIELD(field);
}

static void state_references(uint64_t own, uint64_t references, uint64_t external)
{
    state(VMT_OBJECT_OWN, own);
    state(VMT_OBJECT_REFERENCES, references);
    state(VMT_OBJECT_EXTERNAL, external);
}

static void account(void)
{
    const struct vmt_account rules = {.true_shared_heap = true};
    vmt_account_start(&now.amounts);
    (void)vmt_account_region(&now.amounts, &rules, &now.region);
    vmt_account_finish(&now.amounts, false);
}

static void expect_at(enum vmt_member member, uint64_t lower, uint64_t value, uint64_t upper,
                      unsigned line)
{
    const struct vmt_amount *amount = &now.amounts.of[member];
    char text[200];
    snprintf(text, sizeof text,
             "%s is %s%" PRIu64 " <= %" PRIu64 " <= %" PRIu64 ", expected %" PRIu64 " <= %" PRIu64
             " <= %" PRIu64,
             vmt_members[member].name, amount->known ? "" : "unknown: ", amount->lower,
             amount->value, amount->upper, lower, value, upper);
    CU_assertImplementation(amount->known && amount->lower == lower && amount->value == value &&
                                amount->upper == upper,
                            line, text, __FILE__, "", CU_FALSE);
}

#define EXPECT(member, lower, value, upper) expect_at(member, lower, value, upper, __LINE__)
#define EXPECT_EXACT(member, value) expect_at(member, value, value, value, __LINE__)

static void expect_all_private(void)
{
    account();
    EXPECT_EXACT(VMT_PRIVATE_DIRTY, 30);
    EXPECT_EXACT(VMT_PRIVATE_CLEAN, 10);
    EXPECT_EXACT(VMT_SWAPPED_PRIVATE, 5);
    EXPECT_EXACT(VMT_SHARED_DIRTY, 0);
    EXPECT_EXACT(VMT_SHARED_CLEAN, 0);
    EXPECT_EXACT(VMT_SWAPPED_SHARED, 0);
    EXPECT_EXACT(VMT_USS, 40);
    end();
}

/* All references are ours, whatever the label. */
static void test_alone__by_references(void)
{
    static const enum vmt_sharing labels[] = {VMT_SHARING_SHM, VMT_SHARING_ALI,
                                              VMT_SHARING_SA,  VMT_SHARING_ZER,
                                              VMT_SHARING_COW, VMT_SHARING_UNKNOWN};
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        begin_region(labels[i], 40, 30, 5);
        state_references(3, 3, 0);
        expect_all_private();
        begin_region(labels[i], 40, 30, 5); /* one is the pager's */
        state_references(3, 4, 1);
        expect_all_private();
        begin_region(labels[i], 40, 30, 5); /* its own */
        state(VMT_OBJECT_REFERENCES, 1);
        expect_all_private();
    }
    begin_region(VMT_SHARING_PRV, 40, 30, 5);
    expect_all_private();
}

static void expect_shared(void)
{
    account();
    EXPECT(VMT_PRIVATE_DIRTY, 0, 0, 30);
    EXPECT(VMT_PRIVATE_CLEAN, 0, 0, 10);
    EXPECT(VMT_SWAPPED_PRIVATE, 0, 0, 5);
    EXPECT(VMT_SHARED_DIRTY, 0, 30, 30);
    EXPECT(VMT_SHARED_CLEAN, 0, 10, 10);
    EXPECT(VMT_USS, 0, 0, 40);
    end();
}

static void test_shared__somebody_else_has_a_reference(void)
{
    static const enum vmt_sharing labels[] = {VMT_SHARING_SHM, VMT_SHARING_ALI, VMT_SHARING_SA};
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        begin_region(labels[i], 40, 30, 5);
        state_references(3, 4, 0); /* of no pager: it is anonymous */
        expect_shared();
        begin_region(labels[i], 40, 30, 5);
        state_references(3, 5, 1);
        expect_shared();
        begin_region(labels[i], 40, 30, 5);
        state_references(3, 3, 0);
        now.object.id = 0; /* nothing tells that three have the same one */
        expect_shared();
        begin_region(labels[i], 40, 30, 5);
        state(VMT_OBJECT_OWN, 3); /* whether there is a pager is not known */
        state(VMT_OBJECT_REFERENCES, 4);
        expect_shared();
    }
}

static void test_shared__heaps(void)
{
    begin_region(VMT_SHARING_SHM, 40, 30, 5); /* after a fork, perhaps */
    now.region.type = type_of("MALLOC_SMALL");
    state_references(3, 4, 0);
    expect_shared();
    begin_region(VMT_SHARING_SHM, 40, 30, 5); /* what has it is not told */
    now.region.type = type_of("MALLOC_SMALL");
    state(VMT_OBJECT_REFERENCES, 3);
    account();
    EXPECT(VMT_PRIVATE_DIRTY, 0, 30, 30);
    EXPECT(VMT_USS, 0, 40, 40);
    end();
}

static void test_shared__region(void)
{
    begin_region(VMT_SHARING_PRV, 40, 30, 5);
    state_references(1, 1, 0);
    now.region.submap_depth = 1;
    account();
    EXPECT_EXACT(VMT_SHARED_DIRTY, 30);
    EXPECT_EXACT(VMT_SHARED_CLEAN, 10);
    EXPECT_EXACT(VMT_SWAPPED_SHARED, 5);
    EXPECT_EXACT(VMT_USS, 0);
    end();
}

/* ZER counts chains, so that it can be wrong. */
static void test_aliased__not_borne_out(void)
{
    begin_region(VMT_SHARING_ZER, 40, 30, 5);
    state_references(2, 3, 0);
    account();
    EXPECT(VMT_PRIVATE_DIRTY, 0, 30, 30);
    EXPECT(VMT_PRIVATE_CLEAN, 0, 10, 10);
    end();
}

/* 25 of 40 are copies, of 40 are 30 written: 15 of the copies at least. */
static void test_copies__counted_by_region(void)
{
    begin_region(VMT_SHARING_COW, 40, 30, 5);
    state_references(1, 7, 1);
    state(VMT_OBJECT_SHADOW_DEPTH, 1);
    state(VMT_OBJECT_COPIED, 25);
    account();
    EXPECT(VMT_PRIVATE_DIRTY, 15, 25, 30);
    EXPECT(VMT_PRIVATE_CLEAN, 0, 0, 10);
    EXPECT(VMT_SHARED_DIRTY, 0, 5, 15);
    EXPECT(VMT_SHARED_CLEAN, 0, 10, 10);
    EXPECT(VMT_USS, 25, 25, 40);
    EXPECT(VMT_SWAPPED_PRIVATE, 0, 5, 5);
    EXPECT(VMT_ANONYMOUS, 25 + 5, 30 + 5, 40 + 5);
    EXPECT(VMT_FILE_BACKED, 0, 10, 15);
    end();

    begin_region(VMT_SHARING_COW, 40, 10, 0); /* more copies than were written */
    state_references(1, 7, 1);
    state(VMT_OBJECT_COPIED, 25);
    account();
    EXPECT(VMT_PRIVATE_DIRTY, 0, 10, 10);
    EXPECT(VMT_PRIVATE_CLEAN, 15, 15, 30);
    EXPECT(VMT_USS, 25, 25, 40);
    end();
}

/* After a fork nothing is copied yet. */
static void test_copies__none(void)
{
    begin_region(VMT_SHARING_COW, 40, 30, 5);
    state_references(1, 2, 0);
    state(VMT_OBJECT_COPIED, 0);
    account();
    EXPECT(VMT_PRIVATE_DIRTY, 0, 0, 30);
    EXPECT(VMT_SWAPPED_PRIVATE, 0, 0, 5); /* as what is resident */
    EXPECT_EXACT(VMT_ANONYMOUS, 45);
    EXPECT_EXACT(VMT_FILE_BACKED, 0);
    end();
}

/* Two regions have the first object, which hides from the count that its pages are copies. */
static void test_copies__of_a_region_that_was_cut(void)
{
    begin_region(VMT_SHARING_COW, 40, 30, 5);
    state_references(2, 9, 1);
    state(VMT_OBJECT_COPIED, 0);
    account();
    EXPECT(VMT_PRIVATE_DIRTY, 0, 30, 30);
    EXPECT(VMT_PRIVATE_CLEAN, 0, 0, 10);
    EXPECT(VMT_SWAPPED_PRIVATE, 0, 5, 5);
    EXPECT(VMT_USS, 0, 30, 40);
    end();
}

static void state_pages(uint64_t file, uint64_t copied, uint64_t dirty, uint64_t swapped)
{
    state(VMT_OBJECT_PRESENT, 40);
    state(VMT_OBJECT_PRESENT_DIRTY, 30);
    state(VMT_OBJECT_PRESENT_FILE, file);
    state(VMT_OBJECT_PRESENT_COPIED, copied);
    state(VMT_OBJECT_COPIED_DIRTY, dirty);
    state(VMT_OBJECT_SWAPPED, 5);
    state(VMT_OBJECT_COPIED_SWAPPED, swapped);
}

/* 20 in the first object, 18 of them written; 5 more in an object behind it that is ours, too: of
 * 20 others 12 were written and 8 not. */
static void test_pages__counted(void)
{
    begin_region(VMT_SHARING_COW, 40, 30, 5);
    state_references(1, 7, 1);
    state(VMT_OBJECT_COPIED, 25);
    state_pages(9, 20, 18, 3);
    account();
    EXPECT(VMT_PRIVATE_DIRTY, 18, 18 + 5, 30);
    EXPECT(VMT_PRIVATE_CLEAN, 2, 2, 10);
    EXPECT(VMT_USS, 25, 25, 40);
    EXPECT(VMT_SWAPPED_PRIVATE, 3, 3, 5);
    EXPECT_EXACT(VMT_FILE_BACKED, 9);
    EXPECT_EXACT(VMT_ANONYMOUS, 31 + 5);
    end();

    begin_region(VMT_SHARING_COW, 40, 30, 5); /* a relative has the first object */
    state_references(1, 7, 1);
    state(VMT_OBJECT_COPIED, 0);
    state_pages(9, 20, 18, 3);
    account();
    EXPECT(VMT_PRIVATE_DIRTY, 0, 0, 30);
    EXPECT(VMT_SWAPPED_PRIVATE, 0, 0, 5);
    end();

    begin_region(VMT_SHARING_COW, 40, 30, 5); /* another region of ours has it */
    state_references(2, 7, 1);
    state(VMT_OBJECT_COPIED, 0);
    state_pages(9, 20, 18, 3);
    account();
    EXPECT(VMT_PRIVATE_DIRTY, 0, 18, 30);
    EXPECT(VMT_PRIVATE_CLEAN, 0, 2, 10);
    EXPECT(VMT_SWAPPED_PRIVATE, 0, 3, 5);
    end();
}

/* What was counted is what there was at another moment. */
static void test_pages__counted_later(void)
{
    begin_region(VMT_SHARING_PRV, 38, 33, 6);
    state_references(1, 1, 0);
    state_pages(0, 0, 0, 0);
    account();
    EXPECT(VMT_RESIDENT, 38, 40, 40);
    EXPECT(VMT_DIRTY, 30, 30, 33);
    EXPECT(VMT_SWAPPED, 5, 5, 6);
    end();
}

static void test_reusable(void)
{
    begin_region(VMT_SHARING_PRV, 40, 30, 5);
    state(VMT_OBJECT_REUSABLE, 7);
    account();
    EXPECT_EXACT(VMT_RECLAIMABLE, 7);
    end();
    begin_region(VMT_SHARING_PRV, 40, 30, 5); /* all of it is */
    state(VMT_OBJECT_REUSABLE, 7);
    now.region.purge = VMT_PURGE_VOLATILE;
    account();
    EXPECT_EXACT(VMT_RECLAIMABLE, 40);
    end();
    begin_region(VMT_SHARING_PRV, 40, 30, 5); /* not told */
    account();
    EXPECT(VMT_RECLAIMABLE, 0, 0, 40);
    end();
}

/* One object of a file: what is resident is of it. */
static void test_file__one_object(void)
{
    begin_region(VMT_SHARING_ALI, 40, 30, 0);
    state_references(1, 9, 1);
    state(VMT_OBJECT_SHADOW_DEPTH, 0);
    state(VMT_OBJECT_COPIED, 0);
    account();
    EXPECT_EXACT(VMT_FILE_BACKED, 40);
    EXPECT_EXACT(VMT_ANONYMOUS, 0);
    end();
}

/* --- worlds ----------------------------------------------------------------------------------- */

struct truth {
    uint64_t of[VMT_MEMBER_COUNT];
};

static unsigned sharers(const struct world *world, int object, unsigned page)
{
    unsigned count = 0;
    for (unsigned process = 0; process < PROCESSES; process++) {
        count += world->reached[process][object][page] ? 1 : 0;
    }
    return count;
}

static void add_page(struct truth *truth, const struct world *world, int at, unsigned page)
{
    const struct object *object = &world->objects[at];
    enum page kind = object->pages[page];
    bool alone = sharers(world, at, page) == 1;
    if (kind == SWAPPED_PAGE) {
        truth->of[VMT_SWAPPED] += PAGE;
        truth->of[VMT_ANONYMOUS] += PAGE;
        truth->of[alone ? VMT_SWAPPED_PRIVATE : VMT_SWAPPED_SHARED] += PAGE;
        truth->of[VMT_PRIVATE_FOOTPRINT] += alone ? PAGE : 0;
        return;
    }
    bool dirty = kind == DIRTY_PAGE;
    truth->of[VMT_RESIDENT] += PAGE;
    truth->of[dirty ? VMT_DIRTY : VMT_CLEAN] += PAGE;
    truth->of[VMT_RECLAIMABLE] += kind == REUSABLE_PAGE ? PAGE : 0;
    truth->of[object->internal ? VMT_ANONYMOUS : VMT_FILE_BACKED] += PAGE;
    truth->of[VMT_PSS] += PAGE / sharers(world, at, page);
    truth->of[VMT_USS] += alone ? PAGE : 0;
    if (alone) {
        truth->of[dirty ? VMT_PRIVATE_DIRTY : VMT_PRIVATE_CLEAN] += PAGE;
        truth->of[VMT_PRIVATE_FOOTPRINT] += dirty ? PAGE : 0;
    } else {
        truth->of[dirty ? VMT_SHARED_DIRTY : VMT_SHARED_CLEAN] += PAGE;
    }
}

static void find_truth(struct truth *truth, const struct world *world, const struct entry *entry)
{
    for (unsigned page = entry->first; page < entry->first + entry->count; page++) {
        int at = find_page(world, entry, page);
        if (at >= 0) {
            add_page(truth, world, at, page);
        }
    }
}

/* Of regions, and of those that one amount holds exactly. */
struct score {
    uint64_t regions;
    uint64_t exact;
    uint64_t private;
};

static const enum vmt_member judged[] = {
    VMT_RESIDENT,          VMT_DIRTY,         VMT_CLEAN,
    VMT_SWAPPED,           VMT_PRIVATE_CLEAN, VMT_PRIVATE_DIRTY,
    VMT_SHARED_CLEAN,      VMT_SHARED_DIRTY,  VMT_SWAPPED_PRIVATE,
    VMT_SWAPPED_SHARED,    VMT_ANONYMOUS,     VMT_FILE_BACKED,
    VMT_RECLAIMABLE,       VMT_USS,           VMT_PSS,
    VMT_PRIVATE_FOOTPRINT,
};

static void judge(const struct vmt_amounts *amounts, const struct truth *truth, const char *what,
                  uint64_t seed, unsigned way)
{
    for (size_t i = 0; i < sizeof judged / sizeof judged[0]; i++) {
        const struct vmt_amount *amount = &amounts->of[judged[i]];
        uint64_t value = truth->of[judged[i]];
        bool holds =
            amount->bounded && amount->lower <= value && value <= amount->upper &&
            (!amount->known || (amount->lower <= amount->value && amount->value <= amount->upper));
        char text[256];
        snprintf(text, sizeof text,
                 "seed %" PRIu64 ", way %u, %s: %s is %" PRIu64 ", not from %" PRIu64 " (%" PRIu64
                 ") to %" PRIu64,
                 seed, way, what, vmt_members[judged[i]].name, value / PAGE, amount->lower / PAGE,
                 amount->value / PAGE, amount->upper / PAGE);
        CU_assertImplementation(holds, __LINE__, text, __FILE__, "", CU_FALSE);
    }
}

static void judge_region(struct vmt_amounts *sum, const struct vmt_region *region,
                         const struct truth *truth, struct score *score, uint64_t seed,
                         unsigned way)
{
    const struct vmt_account rules = {.true_shared_heap = seed % 2 == 0};
    struct vmt_amounts amounts;
    vmt_account_start(&amounts);
    (void)vmt_account_region(&amounts, &rules, region);
    vmt_amounts_add(sum, &amounts);
    vmt_account_finish(&amounts, false);
    judge(&amounts, truth, vmt_sharing_name((enum vmt_sharing)region->sharing), seed, way);
    const struct vmt_amount *uss = &amounts.of[VMT_USS];
    score->regions++;
    score->exact += uss->lower == uss->upper ? 1 : 0;
    score->private += uss->lower == uss->upper && uss->value > 0 ? 1 : 0;
}

static void judge_process(const struct world *world, unsigned process, enum way way,
                          struct score *score, uint64_t seed)
{
    struct vmt_amounts sum;
    struct truth whole = {.of = {0}};
    vmt_account_start(&sum);
    for (unsigned i = 0; i < world->entry_count[process]; i++) {
        const struct entry *entry = &world->entries[process][i];
        struct vmt_region region = {.line = 0};
        struct vmt_object object = {.id = 0};
        struct truth truth = {.of = {0}};
        bool external = false;
        (void)long_chain(world, entry, &external);
        region.type = type_of(external     ? "mapped file"
                              : i % 2 == 0 ? "VM_ALLOCATE"
                                           : "MALLOC_SMALL");
        report_entry(&region, &object, world, process, entry, way);
        find_truth(&truth, world, entry);
        judge_region(&sum, &region, &truth, score, seed, way);
        for (int member = 0; member < VMT_MEMBER_COUNT; member++) {
            whole.of[member] += truth.of[member];
        }
    }
    vmt_account_finish(&sum, false);
    judge(&sum, &whole, "process", seed, way);
}

/* Whatever the kernel tells, and however much: what it does not is in the bounds. */
static void test_worlds__hold_the_truth(void)
{
    static struct world world;
    begin();
    struct score scores[WAYS] = {{0}};
    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        make_world(&world, seed);
        for (unsigned process = 0; process < PROCESSES; process++) {
            for (unsigned way = 0; way < WAYS; way++) {
                judge_process(&world, process, (enum way)way, &scores[way], seed);
            }
        }
    }
    /* Bounds from nothing to all would hold anything. */
    for (unsigned way = 0; way < WAYS; way++) {
        CU_ASSERT(3 * scores[way].exact > scores[way].regions);
        CU_ASSERT((way == BY_PIDINFO ? 25 : 8) * scores[way].private > scores[way].regions);
    }
    end();
}

/* Numbers that cannot be: no bound comes before another, and nothing is more than its region. */
static void test_worlds__numbers_that_do_not_fit(void)
{
    static struct world world;
    for (uint64_t seed = 1; seed <= 20000; seed++) {
        world.state = seed * UINT64_C(0x9e3779b97f4a7c15);
        begin_region((enum vmt_sharing)below(&world, VMT_SHARING_MAP_PRIVATE), 0, 0, 0);
        for (int i = VMT_EV_RESIDENT; i < VMT_EV_OF_REGION; i++) {
            now.region.stated[i].value = below(&world, 90);
            now.region.stated[i].quantum = below(&world, 4) == 0 ? below(&world, 20) : 0;
        }
        for (int i = 0; i < VMT_OBJECT_FIELD_COUNT; i++) {
            bool huge = below(&world, 12) == 0;
            now.object.fields[i] = huge ? UINT64_MAX - below(&world, 3) : below(&world, 90);
        }
        now.object.known = (uint32_t)next_random(&world);
        now.object.id = below(&world, 2);
        now.region.purge = (uint8_t)below(&world, VMT_PURGE_UNKNOWN + 1);
        account();
        for (size_t i = 0; i < sizeof judged / sizeof judged[0]; i++) {
            const struct vmt_amount *amount = &now.amounts.of[judged[i]];
            CU_ASSERT(amount->bounded && amount->lower <= amount->upper);
            CU_ASSERT(!amount->known ||
                      (amount->lower <= amount->value && amount->value <= amount->upper));
            CU_ASSERT(amount->upper <= 2 * 64 + 2 * 90);
        }
        end();
    }
}

static const struct unit_test tests[] = {
    {"alone__by_references", test_alone__by_references},
    {"shared__somebody_else_has_a_reference", test_shared__somebody_else_has_a_reference},
    {"shared__heaps", test_shared__heaps},
    {"shared__region", test_shared__region},
    {"aliased__not_borne_out", test_aliased__not_borne_out},
    {"copies__counted_by_region", test_copies__counted_by_region},
    {"copies__none", test_copies__none},
    {"copies__of_a_region_that_was_cut", test_copies__of_a_region_that_was_cut},
    {"pages__counted", test_pages__counted},
    {"pages__counted_later", test_pages__counted_later},
    {"reusable", test_reusable},
    {"file__one_object", test_file__one_object},
    {"worlds__hold_the_truth", test_worlds__hold_the_truth},
    {"worlds__numbers_that_do_not_fit", test_worlds__numbers_that_do_not_fit},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_account_object", tests, argc, argv);
}
