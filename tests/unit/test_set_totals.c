/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/set_totals.h"
#include "unit.h"

/* What processes come to together of which totals alone are known. */

static void set_member(struct vmt_amounts *amounts, enum vmt_member member, uint64_t value,
                       uint64_t lower, uint64_t upper)
{
    amounts->of[member] = vmt_estimate(value, lower, upper);
}

/* Two processes: resident 100 and 60, of which 40 and 50 are of each alone. */
static struct vmt_set_totals two_processes(void)
{
    struct vmt_set_totals totals = {.processes = 0};
    struct vmt_amounts first = {0};
    struct vmt_amounts second = {0};
    set_member(&first, VMT_RESIDENT, 100, 100, 100);
    set_member(&first, VMT_USS, 40, 40, 40);
    set_member(&first, VMT_FOOTPRINT, 80, 75, 85);
    set_member(&first, VMT_SWAPPED, 10, 10, 10);
    set_member(&first, VMT_WIRED, 0, 0, 0);
    set_member(&second, VMT_WIRED, 0, 0, 0);
    set_member(&first, VMT_RESIDENT_PEAK, 120, 120, 120);
    set_member(&second, VMT_RESIDENT, 60, 60, 60);
    set_member(&second, VMT_USS, 50, 50, 50);
    set_member(&second, VMT_FOOTPRINT, 30, 25, 35);
    set_member(&second, VMT_SWAPPED, 0, 0, 0);
    set_member(&second, VMT_RESIDENT_PEAK, 70, 70, 70);
    vmt_set_totals_add(&totals, &first);
    vmt_set_totals_add(&totals, &second);
    return totals;
}

static void test_totals__what_is_alone_adds_up(void)
{
    struct vmt_set_totals totals = two_processes();
    struct vmt_amount uss = vmt_set_total(&totals, VMT_USS);
    CU_ASSERT(uss.known);
    UNIT_EQUAL_U64(uss.value, 90);
    UNIT_EQUAL_U64(uss.lower, 90);
    UNIT_EQUAL_U64(uss.upper, 90);
}

static void test_totals__resident_has_bounds_alone(void)
{
    struct vmt_set_totals totals = two_processes();
    struct vmt_amount resident = vmt_set_total(&totals, VMT_RESIDENT);
    CU_ASSERT(resident.bounded && !resident.known);
    /* 90 are of one alone.  The 60 and 10 that are not can be 60, or fewer that are mapped twice.
     */
    UNIT_EQUAL_U64(resident.lower, 90);
    UNIT_EQUAL_U64(resident.upper, 160);
}

/* Σ PSS is no more than what is there, since it is divided by other processes too. */
static void test_totals__the_kernels_division_is_a_lower_bound(void)
{
    struct vmt_set_totals totals = {.processes = 0};
    struct vmt_amounts amounts = {0};
    set_member(&amounts, VMT_RESIDENT, 100, 100, 100);
    set_member(&amounts, VMT_PSS, 90, 90, 91);
    vmt_set_totals_add(&totals, &amounts);
    vmt_set_totals_add(&totals, &amounts);
    struct vmt_amount resident = vmt_set_total(&totals, VMT_RESIDENT);
    UNIT_EQUAL_U64(resident.lower, 180);
    UNIT_EQUAL_U64(resident.upper, 200);
    UNIT_EQUAL_U64(vmt_set_total(&totals, VMT_PSS).value, 180);
    UNIT_EQUAL_U64(vmt_set_total(&totals, VMT_PSS).upper, 182);
}

static void test_totals__a_charge_can_be_of_the_same_pages(void)
{
    struct vmt_set_totals totals = two_processes();
    struct vmt_amount footprint = vmt_set_total(&totals, VMT_FOOTPRINT);
    CU_ASSERT(footprint.known);
    UNIT_EQUAL_U64(footprint.value, 110);
    UNIT_EQUAL_U64(footprint.lower, 75);
    UNIT_EQUAL_U64(footprint.upper, 120);
}

static void test_totals__nothing_is_exact(void)
{
    struct vmt_set_totals totals = two_processes();
    struct vmt_amount wired = vmt_set_total(&totals, VMT_WIRED);
    CU_ASSERT(wired.known);
    UNIT_EQUAL_U64(wired.upper, 0);
    struct vmt_amount swapped = vmt_set_total(&totals, VMT_SWAPPED);
    CU_ASSERT(swapped.bounded && !swapped.known);
    UNIT_EQUAL_U64(swapped.lower, 0);
    UNIT_EQUAL_U64(swapped.upper, 10);
}

static void test_totals__peaks_and_what_one_does_not_tell_are_unknown(void)
{
    struct vmt_set_totals totals = two_processes();
    CU_ASSERT(!vmt_set_total(&totals, VMT_RESIDENT_PEAK).bounded);
    CU_ASSERT(!vmt_set_total(&totals, VMT_DIRTY).bounded);
    struct vmt_amounts third = {0};
    set_member(&third, VMT_RESIDENT, 1, 1, 1);
    vmt_set_totals_add(&totals, &third);
    CU_ASSERT(!vmt_set_total(&totals, VMT_USS).bounded);
    UNIT_EQUAL_U64(vmt_set_total(&totals, VMT_RESIDENT).lower, 0);
    UNIT_EQUAL_U64(vmt_set_total(&totals, VMT_RESIDENT).upper, 161);
}

static const struct unit_test tests[] = {
    {"totals__what_is_alone_adds_up", test_totals__what_is_alone_adds_up},
    {"totals__resident_has_bounds_alone", test_totals__resident_has_bounds_alone},
    {"totals__the_kernels_division_is_a_lower_bound",
     test_totals__the_kernels_division_is_a_lower_bound},
    {"totals__a_charge_can_be_of_the_same_pages", test_totals__a_charge_can_be_of_the_same_pages},
    {"totals__nothing_is_exact", test_totals__nothing_is_exact},
    {"totals__peaks_and_what_one_does_not_tell_are_unknown",
     test_totals__peaks_and_what_one_does_not_tell_are_unknown},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_set_totals", tests, argc, argv);
}
