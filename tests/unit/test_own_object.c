/* SPDX-License-Identifier: MIT */
#include "config.h"

/* What our reports say of memory objects, read again. */

#include "analysis/breakdown.h"
#include "reading.h"

#define PAGE UINT64_C(16384)

static const struct vmt_object *object_at(size_t process, size_t index)
{
    const struct vmt_region *region = record_at(&process_at(process)->regions, index);
    return region->object;
}

static bool states(const struct vmt_object *object, enum vmt_object_field field)
{
    return (object->known >> field & 1) != 0;
}

/* What both fixtures hold. */
static void expect_objects(void)
{
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    UNIT_EQUAL_U64(reading.ledger->damaged, 0);
    const struct vmt_object *data = object_at(0, 0);
    CU_ASSERT_FATAL(data != NULL);
    UNIT_EQUAL_U64(data->id, UINT64_C(0x91d3b2c4a5f60718));
    UNIT_EQUAL_U64(data->offset, 0);
    UNIT_EQUAL_U64(data->known, (1u << VMT_OBJECT_FIELD_COUNT) - 1);
    UNIT_EQUAL_U64(data->fields[VMT_OBJECT_REFERENCES], 9);
    UNIT_EQUAL_U64(data->fields[VMT_OBJECT_OWN], 1);
    UNIT_EQUAL_U64(data->fields[VMT_OBJECT_SHADOW_DEPTH], 1);
    UNIT_EQUAL_U64(data->fields[VMT_OBJECT_EXTERNAL], 1);
    UNIT_EQUAL_U64(data->fields[VMT_OBJECT_COPIED], 3 * PAGE);
    UNIT_EQUAL_U64(data->fields[VMT_OBJECT_REUSABLE], 0);
    UNIT_EQUAL_U64(data->fields[VMT_OBJECT_PRESENT], 6 * PAGE);
    UNIT_EQUAL_U64(data->fields[VMT_OBJECT_PRESENT_DIRTY], 4 * PAGE);
    UNIT_EQUAL_U64(data->fields[VMT_OBJECT_PRESENT_FILE], 2 * PAGE);
    UNIT_EQUAL_U64(data->fields[VMT_OBJECT_PRESENT_COPIED], 3 * PAGE);
    UNIT_EQUAL_U64(data->fields[VMT_OBJECT_COPIED_DIRTY], 3 * PAGE);
    UNIT_EQUAL_U64(data->fields[VMT_OBJECT_SWAPPED], PAGE);
    UNIT_EQUAL_U64(data->fields[VMT_OBJECT_COPIED_SWAPPED], PAGE);
    const struct vmt_object *heap = object_at(0, 1);
    CU_ASSERT_FATAL(heap != NULL);
    UNIT_EQUAL_U64(heap->offset, 4 * PAGE);
    UNIT_EQUAL_U64(heap->fields[VMT_OBJECT_REUSABLE], PAGE);
    CU_ASSERT(states(heap, VMT_OBJECT_EXTERNAL) && heap->fields[VMT_OBJECT_EXTERNAL] == 0);
    CU_ASSERT(!states(heap, VMT_OBJECT_PRESENT));
    const struct vmt_object *partly = object_at(1, 1);
    CU_ASSERT_FATAL(partly != NULL);
    UNIT_EQUAL_U64(partly->id, 0);
    CU_ASSERT(!states(partly, VMT_OBJECT_OWN) && !states(partly, VMT_OBJECT_EXTERNAL));
    CU_ASSERT(!states(partly, VMT_OBJECT_REUSABLE) && states(partly, VMT_OBJECT_COPIED));
    UNIT_EQUAL_U64(partly->fields[VMT_OBJECT_COPIED], 5 * PAGE);
}

static void expect_pages(const struct vmt_breakdown *breakdown, enum vmt_member member,
                         uint64_t lower, uint64_t value, uint64_t upper)
{
    const struct vmt_amount *amount = &breakdown->totals.of[member];
    CU_ASSERT(amount->known);
    UNIT_EQUAL_U64(amount->lower, lower * PAGE);
    UNIT_EQUAL_U64(amount->value, value * PAGE);
    UNIT_EQUAL_U64(amount->upper, upper * PAGE);
}

/* __DATA: 3 of 6 pages are copies, all dirty; the heap has no reference but its own two; of the
 * shared memory anything can be its own. */
static void expect_totals(void)
{
    struct vmt_breakdown breakdown;
    struct vmt_error err = VMT_ERROR_INIT;
    CU_ASSERT_FATAL(vmt_breakdown_make(&breakdown, process_at(0), &vmt_allocator_system,
                                       (size_t)16 << 20, &err) == VMT_OK);
    expect_pages(&breakdown, VMT_PRIVATE_DIRTY, 3 + 10, 3 + 10, 4 + 10 + 8);
    expect_pages(&breakdown, VMT_PRIVATE_CLEAN, 2, 2, 2 + 2);
    expect_pages(&breakdown, VMT_SWAPPED_PRIVATE, 1 + 3, 1 + 3, 1 + 3);
    expect_pages(&breakdown, VMT_USS, 3 + 12, 3 + 12, 6 + 12 + 8);
    expect_pages(&breakdown, VMT_FILE_BACKED, 2, 2, 2);
    expect_pages(&breakdown, VMT_ANONYMOUS, 5 + 15 + 8, 5 + 15 + 8, 5 + 15 + 8);
    expect_pages(&breakdown, VMT_RECLAIMABLE, 1, 1, 1);
    vmt_breakdown_free(&breakdown);
}

static void test_csv__objects(void)
{
    read_fixture("vmtally-csv/ok-objects.csv");
    expect_objects();
    expect_totals();
    end_reading();
}

static void test_json__objects(void)
{
    read_fixture("vmtally-json/ok-objects.json");
    expect_objects();
    expect_totals();
    end_reading();
}

#define HEADER "process_index,pid,type,start,end,virtual,virtual_quantum"
#define ROW "1,7,Stack,0x1000,0x3000,8192,0"

static void test_csv__objects_that_were_spoilt(void)
{
    read_text(HEADER ",object_id,external\n" ROW ",0x12,true\n" ROW ",1.2E+19,true\n" ROW
                     ",0x13,perhaps\n" ROW ",,\n" ROW ",,FALSE\n");
    UNIT_EQUAL_U64(reading.ledger->damaged, 2);
    UNIT_EQUAL_U64(process_at(0)->regions.count, 3);
    UNIT_EQUAL_U64(object_at(0, 0)->id, 0x12);
    CU_ASSERT(object_at(0, 1) == NULL);
    CU_ASSERT_FATAL(object_at(0, 2) != NULL);
    UNIT_EQUAL_U64(object_at(0, 2)->known, 1u << VMT_OBJECT_EXTERNAL);
    end_reading();
}

static void test_csv__without_columns_of_objects(void)
{
    read_text(HEADER "\n" ROW "\n");
    UNIT_EQUAL_U64(reading.ledger->damaged, 0);
    CU_ASSERT(object_at(0, 0) == NULL);
    end_reading();
}

static const struct unit_test tests[] = {
    {"csv__objects", test_csv__objects},
    {"json__objects", test_json__objects},
    {"csv__objects_that_were_spoilt", test_csv__objects_that_were_spoilt},
    {"csv__without_columns_of_objects", test_csv__without_columns_of_objects},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_own_object", tests, argc, argv);
}
