/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/breakdown.h"

#include <stdlib.h>

#include "analysis/account.h"
#include "analysis/account_charged.h"
#include "analysis/account_kernel.h"
#include "analysis/check.h"

/* A breakdown while it is being made. */
struct making {
    struct vmt_breakdown *out;
    struct vmt_sequence sums;         /* of struct vmt_type_sum */
    struct vmt_string_map by_printed; /* the tallies */
    struct vmt_string_map by_canonical;
    const struct vmt_type *last_type; /* rows of one type come in runs */
    struct vmt_tally *last_tally;
};

static void start(const struct making *making, struct vmt_amounts *amounts)
{
    if (making->out->charges) {
        vmt_account_start_charged(amounts);
    } else {
        vmt_account_start(amounts);
    }
}

/* The kernel itself says what is private, shared and proportional. */
static bool kernel_counts(const struct vmt_breakdown *out)
{
    return out->level == VMT_LEVEL_REGIONS && out->process->kernel_counts;
}

static void finish_amounts(const struct making *making, struct vmt_amounts *amounts)
{
    if (making->out->charges) {
        vmt_account_finish_charged(amounts);
    } else {
        vmt_account_finish(amounts, kernel_counts(making->out));
    }
}

/* The tally of a type as it was printed, NULL when there is no memory. */
static struct vmt_tally *find_tally(struct making *making, const struct vmt_type *type)
{
    if (type == making->last_type) {
        return making->last_tally;
    }
    void **slot = vmt_string_map_at(&making->by_printed, type->printed);
    if (slot == NULL) {
        return NULL;
    }
    if (*slot == NULL) {
        struct vmt_tally *tally = vmt_sequence_add(&making->out->tallies);
        if (tally == NULL) {
            return NULL;
        }
        tally->type = type;
        tally->known = (1u << VMT_EV_OF_REGION) - 1;
        vmt_account_start(&tally->amounts);
        tally->empty = vmt_exactly(0);
        *slot = tally;
    }
    making->last_type = type;
    making->last_tally = *slot;
    return *slot;
}

/* The sum of a type's canonical type, NULL when there is no memory. */
static struct vmt_type_sum *find_sum(struct making *making, const struct vmt_type *type)
{
    void **slot = vmt_string_map_at(&making->by_canonical, type->canonical);
    if (slot != NULL && *slot == NULL) {
        struct vmt_type_sum *sum = vmt_sequence_add(&making->sums);
        if (sum != NULL) {
            sum->type = type;
            sum->counted = true;
            start(making, &sum->amounts);
            sum->charged = vmt_exactly(0);
            sum->empty = vmt_exactly(0);
            sum->clean = vmt_exactly(0);
        }
        *slot = sum;
    }
    return slot == NULL ? NULL : *slot;
}

static void add_stated(struct vmt_tally *tally, const struct vmt_region *region)
{
    tally->regions++;
    tally->known &= region->known;
    for (size_t i = 0; i < VMT_EV_OF_REGION; i++) {
        uint64_t slack = vmt_reading_slack(region->stated[i]);
        tally->overflow = tally->overflow ||
                          tally->stated[i] > UINT64_MAX - region->stated[i].value ||
                          tally->slack[i] > UINT64_MAX - slack;
        tally->stated[i] += region->stated[i].value;
        tally->slack[i] += slack;
    }
}

/* Address space in a type that has memory as a rule: ranges of mode NUL. */
static void add_empty(struct vmt_tally *tally, const struct vmt_region *region)
{
    if (!vmt_type_is_address_space(region->type) && vmt_account_is_address_space(region)) {
        tally->empty_regions++;
        vmt_amount_add(&tally->empty, vmt_amount_of(region->stated[VMT_EV_VIRTUAL]));
    }
}

static enum vmt_status note_met(struct vmt_breakdown *out, const struct vmt_region *region,
                                unsigned met, struct vmt_error *err)
{
    static const struct {
        unsigned bit;
        enum vmt_note_kind kind;
    } kinds[] = {
        {VMT_MET_UNKNOWN_SHARING, VMT_NOTE_UNKNOWN_SHARING},
        {VMT_MET_RESIDENT_INCLUDES_SWAPPED, VMT_NOTE_RESIDENT_INCLUDES_SWAPPED},
        {VMT_MET_DIRTY_EXCEEDS_RESIDENT, VMT_NOTE_DIRTY_EXCEEDS_RESIDENT},
        {VMT_MET_EXCEEDS_VIRTUAL, VMT_NOTE_EXCEEDS_VIRTUAL},
    };
    struct vmt_place place = {out->process->input->data, region->line, 1};
    enum vmt_status status = VMT_OK;
    for (size_t i = 0; status == VMT_OK && i < sizeof kinds / sizeof kinds[0]; i++) {
        if ((met & kinds[i].bit) != 0) {
            status =
                vmt_notes_add(&out->notes, kinds[i].kind, place,
                              vmt_string_slice(region->type->printed), (struct vmt_slice){0}, err);
        }
    }
    return status;
}

static enum vmt_status tally_regions(struct making *making, struct vmt_error *err)
{
    struct vmt_breakdown *out = making->out;
    const struct vmt_account account = vmt_account_for(out->process);
    struct vmt_walker walker = {0};
    const struct vmt_region *region = vmt_sequence_next(&out->process->regions, &walker);
    for (; region != NULL; region = vmt_sequence_next(&out->process->regions, &walker)) {
        struct vmt_tally *tally = find_tally(making, region->type);
        if (tally == NULL) {
            return vmt_arena_fail(&out->arena, err);
        }
        add_stated(tally, region);
        add_empty(tally, region);
        unsigned met = vmt_account_region(&tally->amounts, &account, region);
        enum vmt_status status = met == 0 ? VMT_OK : note_met(out, region, met, err);
        if (status != VMT_OK) {
            return status;
        }
    }
    return VMT_OK;
}

static enum vmt_status sum_regions(struct making *making, struct vmt_error *err)
{
    struct vmt_breakdown *out = making->out;
    enum vmt_status status = tally_regions(making, err);
    if (status != VMT_OK) {
        return status;
    }
    struct vmt_walker walker = {0};
    const struct vmt_tally *tally = vmt_sequence_next(&out->tallies, &walker);
    for (; tally != NULL; tally = vmt_sequence_next(&out->tallies, &walker)) {
        struct vmt_type_sum *sum = find_sum(making, tally->type);
        if (sum == NULL) {
            return vmt_arena_fail(&out->arena, err);
        }
        sum->regions += tally->regions;
        vmt_amounts_add(&sum->amounts, &tally->amounts);
        sum->empty_regions += tally->empty_regions;
        vmt_amount_add(&sum->empty, tally->empty);
    }
    out->regions = out->process->regions.count;
    out->counted = true;
    return VMT_OK;
}

static enum vmt_status sum_stated(struct making *making, struct vmt_error *err)
{
    struct vmt_breakdown *out = making->out;
    out->counted = true;
    struct vmt_walker walker = {0};
    const struct vmt_stated_row *row = vmt_sequence_next(&out->process->stated, &walker);
    for (; row != NULL; row = vmt_sequence_next(&out->process->stated, &walker)) {
        struct vmt_type_sum *sum = find_sum(making, row->type);
        if (sum == NULL) {
            return vmt_arena_fail(&out->arena, err);
        }
        sum->regions += row->regions;
        sum->counted = sum->counted && row->counted;
        if (making->out->charges) {
            vmt_account_charged(&sum->amounts, row);
            vmt_amount_add(&sum->charged, vmt_account_charge(row));
            vmt_amount_add(&sum->clean, vmt_account_charge_clean(row));
        } else {
            vmt_account_stated(&sum->amounts, row);
        }
        out->regions += row->regions;
        out->counted = out->counted && row->counted;
    }
    if (out->process->stated_total != NULL && out->process->stated_total->counted) {
        /* It is right where the rows count one too many each. */
        out->regions = out->process->stated_total->regions;
        out->counted = true;
    }
    return VMT_OK;
}

/* Types that the dictionary does not know are classified by the shape of their names: say so. */
static enum vmt_status note_types(struct making *making, struct vmt_error *err)
{
    struct vmt_walker walker = {0};
    const struct vmt_type_sum *sum = vmt_sequence_next(&making->sums, &walker);
    for (; sum != NULL; sum = vmt_sequence_next(&making->sums, &walker)) {
        if (sum->type->entry == NULL) {
            enum vmt_status status =
                vmt_notes_add(&making->out->notes, VMT_NOTE_UNKNOWN_TYPE, (struct vmt_place){0},
                              vmt_string_slice(sum->type->printed), (struct vmt_slice){0}, err);
            if (status != VMT_OK) {
                return status;
            }
        }
    }
    return VMT_OK;
}

static int compare_u64(uint64_t a, uint64_t b)
{
    return a < b ? 1 : a > b ? -1 : 0; /* the larger first */
}

static uint64_t size_of(const struct vmt_type_sum *sum, enum vmt_member member)
{
    const struct vmt_amount *amount = &sum->amounts.of[member];
    return amount->known ? amount->value : amount->upper;
}

void vmt_type_sum_add(struct vmt_type_sum *sum, const struct vmt_type_sum *other)
{
    sum->regions += other->regions;
    sum->counted = sum->counted && other->counted;
    vmt_amounts_add(&sum->amounts, &other->amounts);
    vmt_amount_add(&sum->charged, other->charged);
    vmt_amount_add(&sum->clean, other->clean);
    sum->empty_regions += other->empty_regions;
    vmt_amount_add(&sum->empty, other->empty);
}

/* By name in the end, so that the order is the same everywhere. */
int vmt_type_sum_order(const struct vmt_type_sum *first, const struct vmt_type_sum *second)
{
    bool space = vmt_type_is_address_space(first->type);
    if (space != vmt_type_is_address_space(second->type)) {
        return space ? 1 : -1;
    }
    static const enum vmt_member keys[] = {VMT_PRIVATE_FOOTPRINT, VMT_RESIDENT, VMT_VIRTUAL};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        int order = compare_u64(size_of(first, keys[i]), size_of(second, keys[i]));
        if (order != 0) {
            return order;
        }
    }
    return strcmp(first->type->canonical->data, second->type->canonical->data);
}

/* A peak is at least what there is now: the kernel updates it late. */
static void raise_peak(struct vmt_amount *peak, struct vmt_amount now)
{
    if (!peak->known || !now.known) {
        return;
    }
    peak->value = peak->value > now.value ? peak->value : now.value;
    peak->lower = peak->lower > now.lower ? peak->lower : now.lower;
    peak->upper = peak->upper > now.upper ? peak->upper : now.upper;
}

/* What the system states of the process as a whole. */
static void take_stated(struct vmt_breakdown *out)
{
    struct vmt_amount *of = out->totals.of;
    for (int member = 0; member < VMT_MEMBER_COUNT; member++) {
        if (vmt_members[member].kind == VMT_STATED && out->process->whole.of[member].bounded) {
            of[member] = out->process->whole.of[member];
        }
    }
    /* Elsewhere resident is not what the peak is of. */
    if (out->process->kernel_counts || out->process->whole.of[VMT_RSS].known) {
        raise_peak(&of[VMT_RESIDENT_PEAK], of[VMT_RSS]);
        raise_peak(&of[VMT_VIRTUAL_PEAK], of[VMT_VIRTUAL]);
    }
}

static int compare_sums(const void *a, const void *b)
{
    return vmt_type_sum_order(*(const struct vmt_type_sum *const *)a,
                              *(const struct vmt_type_sum *const *)b);
}

static enum vmt_status finish(struct making *making, struct vmt_error *err)
{
    struct vmt_breakdown *out = making->out;
    out->types = vmt_arena_alloc(&out->arena, making->sums.count, sizeof *out->types);
    if (out->types == NULL) {
        return vmt_arena_fail(&out->arena, err);
    }
    if (out->level == VMT_LEVEL_REGIONS || out->level == VMT_LEVEL_TYPES) {
        start(making, &out->totals);
    }
    struct vmt_walker walker = {0};
    struct vmt_type_sum *sum = vmt_sequence_next(&making->sums, &walker);
    for (; sum != NULL; sum = vmt_sequence_next(&making->sums, &walker)) {
        /* What the system stated for the process is of no type. */
        vmt_amounts_add(&out->totals, &sum->amounts);
        finish_amounts(making, &sum->amounts);
        out->types[out->type_count++] = sum;
    }
    qsort((void *)out->types, out->type_count, sizeof *out->types, compare_sums);
    if (out->level == VMT_LEVEL_TOTALS) {
        out->totals = out->process->whole;
        vmt_account_whole(&out->totals);
    } else {
        finish_amounts(making, &out->totals);
    }
    take_stated(out);
    out->pss_method =
        kernel_counts(out) || out->totals.of[VMT_PSS].known ? "kernel" : "single-dump";
    return VMT_OK;
}

static bool states_anything(const struct vmt_process *process)
{
    for (int member = 0; member < VMT_MEMBER_COUNT; member++) {
        if (process->whole.of[member].bounded) {
            return true;
        }
    }
    return false;
}

/* The regions when they are all there; else a table that adds up; else what there is. */
static void choose_level(struct vmt_breakdown *out)
{
    const struct vmt_process *process = out->process;
    bool table = vmt_check_table_is_complete(process);
    bool regions = process->regions.count > 0 && !process->around_fault;
    out->coverage = process->coverage;
    if (regions && (process->coverage == VMT_COVERAGE_WHOLE || !table)) {
        out->level = VMT_LEVEL_REGIONS;
    } else if (process->stated.count > 0) {
        out->level = VMT_LEVEL_TYPES;
        out->coverage = table ? VMT_COVERAGE_WHOLE : VMT_COVERAGE_EXCERPT;
        out->charges = vmt_account_has_charges(process);
    } else if (states_anything(process)) {
        out->level = VMT_LEVEL_TOTALS;
        out->coverage = VMT_COVERAGE_WHOLE;
    }
}

enum vmt_status vmt_breakdown_make(struct vmt_breakdown *out, const struct vmt_process *process,
                                   const struct vmt_allocator *allocator, size_t memory_limit,
                                   struct vmt_error *err)
{
    *out = (struct vmt_breakdown){.process = process};
    choose_level(out);
    vmt_arena_init(&out->arena, allocator, memory_limit);
    vmt_intern_init(&out->strings, &out->arena);
    vmt_notes_init(&out->notes, &out->arena, &out->strings);
    vmt_sequence_init(&out->checks, &out->arena, sizeof(struct vmt_check));
    vmt_sequence_init(&out->tallies, &out->arena, sizeof(struct vmt_tally));
    struct making making = {.out = out};
    vmt_sequence_init(&making.sums, &out->arena, sizeof(struct vmt_type_sum));
    vmt_string_map_init(&making.by_printed, &out->arena);
    vmt_string_map_init(&making.by_canonical, &out->arena);
    enum vmt_status status = VMT_OK;
    switch (out->level) {
    case VMT_LEVEL_NONE:
        out->regions = process->regions.count;
        out->counted = process->regions.count > 0;
        break;
    case VMT_LEVEL_TOTALS:
        break;
    case VMT_LEVEL_REGIONS:
        status = sum_regions(&making, err);
        break;
    case VMT_LEVEL_TYPES:
        status = sum_stated(&making, err);
        break;
    }
    if (status == VMT_OK) {
        status = note_types(&making, err);
    }
    if (status == VMT_OK) {
        status = finish(&making, err);
    }
    return status == VMT_OK ? vmt_check_make(out, err) : status;
}

void vmt_breakdown_free(struct vmt_breakdown *breakdown)
{
    vmt_arena_free(&breakdown->arena);
}

uint64_t vmt_breakdown_verdicts(const struct vmt_breakdown *breakdown, enum vmt_verdict verdict)
{
    uint64_t count = 0;
    struct vmt_walker walker = {0};
    const struct vmt_check *check = vmt_sequence_next(&breakdown->checks, &walker);
    for (; check != NULL; check = vmt_sequence_next(&breakdown->checks, &walker)) {
        count += check->verdict == verdict ? 1 : 0;
    }
    return count;
}

const char *vmt_level_name(enum vmt_level level)
{
    switch (level) {
    case VMT_LEVEL_NONE:
        break;
    case VMT_LEVEL_REGIONS:
        return "regions";
    case VMT_LEVEL_TYPES:
        return "types";
    case VMT_LEVEL_TOTALS:
        return "totals";
    }
    return "none";
}
