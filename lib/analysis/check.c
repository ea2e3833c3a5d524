/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/check.h"

/* vmmap cuts names in rows at this length, in the table not at all. */
#define NAME_CUT 24
/* A table of more rows is none of vmmap's. */
#define ROWS_SEARCHED 1000

static const char reason_missing[] = "regions are missing";
static const char reason_names[] = "rows have other names than the table";
static const char reason_count[] = "tables of macOS 10.11 to 10.14 count a region too many per row";
static const char reason_submaps[] = "whether the total counts submap windows is not known";
static const char reason_no_row[] = "the table has no such row";
static const char reason_no_region[] = "no region has this type";
static const char reason_heap[] = "the table calls rows of several heap types MALLOC";
static const char reason_rows[] = "rows are missing, or the total is wrong";
static const char reason_unknown[] = "the table does not state it";
static const char reason_overflow[] = "the sum is more than 64 bits hold";

/* One side of a comparison: a sum of rows of a table, or of tallies of regions. */
struct side {
    uint64_t value[VMT_EV_COUNT];
    uint64_t slack[VMT_EV_COUNT];
    uint64_t regions;
    uint64_t excess; /* at most so many regions are counted too many */
    size_t parts;    /* rows or tallies */
    uint16_t known;  /* bit 1 << vmt_evidence; all of them while there is no part */
    bool counted;    /* so are the regions */
    bool overflow;
};

#define SIDE_INIT ((struct side){.known = (1u << VMT_EV_COUNT) - 1, .counted = true})

static bool add_u64(uint64_t *sum, uint64_t value)
{
    bool fits = *sum <= UINT64_MAX - value;
    *sum += value;
    return fits;
}

static void add_row(struct side *side, const struct vmt_stated_row *row)
{
    bool fits = add_u64(&side->regions, row->regions);
    for (size_t i = 0; i < VMT_EV_COUNT; i++) {
        fits = add_u64(&side->value[i], row->stated[i].value) && fits;
        fits = add_u64(&side->slack[i], vmt_reading_slack(row->stated[i])) && fits;
    }
    side->overflow = side->overflow || !fits;
    side->known &= row->known;
    side->counted = side->counted && row->counted;
    side->parts++;
}

static void add_tally(struct side *side, const struct vmt_tally *tally)
{
    bool fits = add_u64(&side->regions, tally->regions);
    for (size_t i = 0; i < VMT_EV_OF_REGION; i++) {
        fits = add_u64(&side->value[i], tally->stated[i]) && fits;
        fits = add_u64(&side->slack[i], tally->slack[i]) && fits;
    }
    side->overflow = side->overflow || !fits || tally->overflow;
    side->known &= tally->known;
    side->parts++;
}

/* All rows and all tallies of one canonical type. */
struct group {
    struct vmt_slice name;
    struct side rows;
    struct side tallies;
    bool renamed; /* some name stands on one side only */
    bool heap;    /* rows of other heap types are taken for the table's MALLOC */
};

struct checking {
    struct vmt_breakdown *out;
    struct vmt_string_map by_canonical; /* the groups */
    struct vmt_string_map row_names;    /* as printed in the table */
    struct vmt_sequence groups;         /* of struct group */
    struct group *heap;                 /* the table's row MALLOC, of macOS 10.11 and before */
    struct side all_rows;
    struct side all_tallies;
    struct side unreserved_tallies;
    bool submaps; /* some row is a window on others */
};

static struct group *find_group(struct checking *checking, const struct vmt_type *type)
{
    void **slot = vmt_string_map_at(&checking->by_canonical, type->canonical);
    if (slot != NULL && *slot == NULL) {
        struct group *group = vmt_sequence_add(&checking->groups);
        if (group != NULL) {
            *group = (struct group){
                .name = vmt_string_slice(type->canonical), .rows = SIDE_INIT, .tallies = SIDE_INIT};
        }
        *slot = group;
    }
    return slot == NULL ? NULL : *slot;
}

/* Tables of these releases count most types once too often; their totals are right. */
static bool counts_too_high(const struct vmt_process *process)
{
    return process->macos_major == 10 && process->macos_minor >= 11 && process->macos_minor <= 14;
}

/* The type that the table has under a name which the rows have cut. */
static const struct vmt_type *uncut_type(const struct vmt_process *process,
                                         const struct vmt_type *type)
{
    struct vmt_slice cut = vmt_string_slice(type->printed);
    struct vmt_walker walker = {0};
    const struct vmt_stated_row *row = NULL;
    const struct vmt_type *found = NULL;
    if (cut.length != NAME_CUT || process->stated.count > ROWS_SEARCHED) {
        return NULL;
    }
    while ((row = vmt_sequence_next(&process->stated, &walker)) != NULL) {
        struct vmt_slice name = vmt_string_slice(row->type->printed);
        bool begins = name.length > cut.length && memcmp(name.data, cut.data, cut.length) == 0;
        if (begins && found != NULL) {
            return NULL;
        }
        found = begins ? row->type : found;
    }
    return found;
}

static enum vmt_status group_rows(struct checking *checking, struct vmt_error *err)
{
    const struct vmt_process *process = checking->out->process;
    struct vmt_walker walker = {0};
    const struct vmt_stated_row *row = vmt_sequence_next(&process->stated, &walker);
    for (; row != NULL; row = vmt_sequence_next(&process->stated, &walker)) {
        struct group *group = find_group(checking, row->type);
        if (group == NULL) {
            return vmt_arena_fail(&checking->out->arena, err);
        }
        void **name = vmt_string_map_at(&checking->row_names, row->type->printed);
        if (name == NULL) {
            return vmt_arena_fail(&checking->out->arena, err);
        }
        *name = group;
        checking->heap =
            vmt_slice_equals(group->name, vmt_slice("MALLOC")) ? group : checking->heap;
        add_row(&group->rows, row);
        if (!row->apart) {
            add_row(&checking->all_rows, row);
        }
        if (counts_too_high(process)) {
            group->rows.excess = group->rows.parts;
            checking->all_rows.excess = checking->all_rows.parts;
        }
    }
    return VMT_OK;
}

static enum vmt_status group_tallies(struct checking *checking, struct vmt_error *err)
{
    struct vmt_walker walker = {0};
    const struct vmt_tally *tally = vmt_sequence_next(&checking->out->tallies, &walker);
    for (; tally != NULL; tally = vmt_sequence_next(&checking->out->tallies, &walker)) {
        if (tally->type->class == VMT_CLASS_SUBMAP) {
            checking->submaps = true;
            continue;
        }
        struct group *group = find_group(checking, tally->type);
        if (group != NULL && group->rows.parts == 0) {
            const struct vmt_type *type = uncut_type(checking->out->process, tally->type);
            group = type == NULL ? group : find_group(checking, type);
        }
        if (group != NULL && group->rows.parts == 0 && checking->heap != NULL &&
            tally->type->class == VMT_CLASS_HEAP) {
            group = checking->heap;
            group->heap = true;
        }
        void **name = vmt_string_map_at(&checking->row_names, tally->type->printed);
        if (group == NULL || name == NULL) {
            return vmt_arena_fail(&checking->out->arena, err);
        }
        group->renamed = group->renamed || *name == NULL;
        add_tally(&group->tallies, tally);
        add_tally(&checking->all_tallies, tally);
        if (tally->type->class != VMT_CLASS_RESERVED) {
            add_tally(&checking->unreserved_tallies, tally);
        }
    }
    return VMT_OK;
}

/* What is compared, in order. */
struct comparison {
    const char *member; /* NULL ends them */
    size_t evidence;    /* enum vmt_evidence, or REGIONS */
};

enum { REGIONS = VMT_EV_COUNT };

static const struct comparison size_comparisons[] = {
    {"virtual", VMT_EV_VIRTUAL}, {"resident", VMT_EV_RESIDENT}, {"dirty", VMT_EV_DIRTY},
    {"swapped", VMT_EV_SWAPPED}, {"regions", REGIONS},          {NULL, 0},
};

static const struct comparison charge_comparisons[] = {
    {"charged", VMT_EV_CHARGED},
    {"swapped", VMT_EV_SWAPPED},
    {"clean", VMT_EV_CLEAN},
    {"reclaimable", VMT_EV_RECLAIMABLE},
    {"wired", VMT_EV_WIRED},
    {"regions", REGIONS},
    {NULL, 0},
};

/* By what the table states. */
static const struct comparison *comparisons_of(const struct side *stated)
{
    bool charges = stated->parts > 0 && (stated->known & 1u << VMT_EV_CHARGED) != 0;
    return charges ? charge_comparisons : size_comparisons;
}

static bool states(const struct side *side, size_t evidence)
{
    return evidence == REGIONS ? side->counted : (side->known & 1u << evidence) != 0;
}

static void compare_sizes(struct vmt_check *check, const struct side *stated,
                          const struct side *ours, size_t evidence)
{
    check->expected = stated->value[evidence];
    check->actual = ours->value[evidence];
    check->bound = stated->slack[evidence] + ours->slack[evidence];
    uint64_t apart = check->expected > check->actual ? check->expected - check->actual
                                                     : check->actual - check->expected;
    check->verdict = apart <= check->bound ? VMT_AGREES : VMT_DIFFERS;
}

/* A table of macOS 10 counts each type once too often; its total counts right. */
static void compare_counts(struct vmt_check *check, const struct side *stated,
                           const struct side *ours)
{
    uint64_t expected = stated->regions;
    uint64_t actual = ours->regions;
    check->expected = expected;
    check->actual = actual;
    check->verdict = expected == actual ? VMT_AGREES : VMT_DIFFERS;
    if ((expected > actual && expected - actual <= stated->excess) ||
        (actual > expected && actual - expected <= ours->excess)) {
        check->verdict = VMT_EXPLAINED;
        check->reason = reason_count;
    }
}

/* Hold one stated side against ours, member by member. */
static enum vmt_status compare(struct checking *checking, struct vmt_slice name,
                               const struct side *stated, const struct side *ours,
                               const char *not_assessed, const char *explanation,
                               struct vmt_error *err)
{
    const struct comparison *comparison = comparisons_of(stated);
    const bool charges = comparison == charge_comparisons;
    for (; comparison->member != NULL; comparison++) {
        if (charges && !states(stated, comparison->evidence)) {
            continue; /* a column that must be asked for */
        }
        struct vmt_check *check = vmt_sequence_add(&checking->out->checks);
        if (check == NULL) {
            return vmt_arena_fail(&checking->out->arena, err);
        }
        check->type = name;
        check->member = comparison->member;
        if (comparison->evidence == REGIONS) {
            compare_counts(check, stated, ours);
        } else {
            compare_sizes(check, stated, ours, comparison->evidence);
        }
        const char *reason = not_assessed;
        if (stated->overflow || ours->overflow) {
            reason = reason_overflow;
        } else if (!states(stated, comparison->evidence) || !states(ours, comparison->evidence)) {
            reason = reason_unknown;
        } else if (check->verdict == VMT_DIFFERS && explanation == reason_heap) {
            reason = reason_heap; /* of which ones is not known */
        }
        if (reason != NULL) {
            check->verdict = VMT_NOT_ASSESSED;
            check->actual = 0;
            check->bound = 0;
            check->reason = reason;
        } else if (check->verdict == VMT_AGREES && explanation != NULL) {
            check->verdict = VMT_EXPLAINED;
            check->reason = explanation;
        } else if (check->verdict == VMT_DIFFERS && stated->parts == 0) {
            check->reason = reason_no_row;
        } else if (check->verdict == VMT_DIFFERS && ours->parts == 0) {
            check->reason = reason_no_region;
        }
    }
    return VMT_OK;
}

static enum vmt_status check_groups(struct checking *checking, const char *not_assessed,
                                    struct vmt_error *err)
{
    struct vmt_walker walker = {0};
    struct group *group = vmt_sequence_next(&checking->groups, &walker);
    for (; group != NULL; group = vmt_sequence_next(&checking->groups, &walker)) {
        if (group->rows.parts == 0 && (group->tallies.parts == 0 || not_assessed != NULL)) {
            continue;
        }
        bool renamed = group->renamed || group->rows.parts != group->tallies.parts;
        if (group->rows.parts == 0) {
            /* A row that is not there would have stated no more than the others do. */
            group->rows.known = checking->all_rows.known;
            group->rows.counted = checking->all_rows.counted;
        }
        enum vmt_status status =
            compare(checking, group->name, &group->rows, &group->tallies, not_assessed,
                    group->heap ? reason_heap
                    : renamed   ? reason_names
                                : NULL,
                    err);
        if (status != VMT_OK) {
            return status;
        }
    }
    return VMT_OK;
}

static enum vmt_status check_total(struct checking *checking, const char *name,
                                   const struct vmt_stated_row *row, const struct side *ours,
                                   const char *not_assessed, struct vmt_error *err)
{
    if (row == NULL) {
        return VMT_OK;
    }
    struct side stated = SIDE_INIT;
    add_row(&stated, row);
    return compare(checking, vmt_slice(name), &stated, ours, not_assessed, NULL, err);
}

/* Regions against the table. */
static enum vmt_status check_regions(struct checking *checking, struct vmt_error *err)
{
    const struct vmt_process *process = checking->out->process;
    const char *not_assessed = process->coverage == VMT_COVERAGE_EXCERPT ? reason_missing : NULL;
    enum vmt_status status = check_groups(checking, not_assessed, err);
    if (status == VMT_OK && checking->submaps && not_assessed == NULL) {
        not_assessed = reason_submaps;
    }
    if (status == VMT_OK) {
        status = check_total(checking, "TOTAL", process->stated_total, &checking->all_tallies,
                             not_assessed, err);
    }
    if (status == VMT_OK) {
        /* Its count is that of the whole. */
        checking->unreserved_tallies.regions = checking->all_tallies.regions;
        status = check_total(checking, "TOTAL, minus reserved VM space", process->stated_unreserved,
                             &checking->unreserved_tallies, not_assessed, err);
    }
    return status;
}

enum vmt_status vmt_check_make(struct vmt_breakdown *breakdown, struct vmt_error *err)
{
    const struct vmt_process *process = breakdown->process;
    if (process->stated.count == 0 && process->stated_total == NULL) {
        return VMT_OK;
    }
    struct checking checking = {.out = breakdown,
                                .all_rows = SIDE_INIT,
                                .all_tallies = SIDE_INIT,
                                .unreserved_tallies = SIDE_INIT};
    vmt_string_map_init(&checking.by_canonical, &breakdown->arena);
    vmt_string_map_init(&checking.row_names, &breakdown->arena);
    vmt_sequence_init(&checking.groups, &breakdown->arena, sizeof(struct group));
    enum vmt_status status = group_rows(&checking, err);
    if (status == VMT_OK) {
        status = group_tallies(&checking, err);
    }
    if (status == VMT_OK && breakdown->level == VMT_LEVEL_REGIONS) {
        status = check_regions(&checking, err);
    } else if (status == VMT_OK && process->stated.count > 0) {
        /* No regions to go by: the table against its own total; a total alone has nothing beside
         * it. */
        status =
            check_total(&checking, "TOTAL", process->stated_total, &checking.all_rows, NULL, err);
        struct vmt_walker walker = {0};
        struct vmt_check *check = vmt_sequence_next(&breakdown->checks, &walker);
        for (; check != NULL; check = vmt_sequence_next(&breakdown->checks, &walker)) {
            check->reason = check->verdict == VMT_DIFFERS ? reason_rows : check->reason;
        }
    }
    return status;
}

bool vmt_check_table_is_complete(const struct vmt_process *process)
{
    if (process->stated_total == NULL) {
        return false;
    }
    struct side rows = SIDE_INIT;
    struct side total = SIDE_INIT;
    add_row(&total, process->stated_total);
    struct vmt_walker walker = {0};
    const struct vmt_stated_row *row = vmt_sequence_next(&process->stated, &walker);
    for (; row != NULL; row = vmt_sequence_next(&process->stated, &walker)) {
        if (!row->apart) {
            add_row(&rows, row);
        }
    }
    /* A row or two can be missing within the rounding of a total in G, but not from its count. */
    uint64_t excess = rows.regions - total.regions;
    bool counted =
        !rows.counted || !total.counted ||
        (rows.regions >= total.regions && excess <= (counts_too_high(process) ? rows.parts : 0));
    bool complete =
        rows.parts > 0 && counted && !process->stated_damaged && !rows.overflow && !total.overflow;
    const struct comparison *comparison = comparisons_of(&total);
    for (; comparison->evidence != REGIONS; comparison++) {
        struct vmt_check check = {0};
        compare_sizes(&check, &total, &rows, comparison->evidence);
        bool known = states(&rows, comparison->evidence) && states(&total, comparison->evidence);
        complete = complete && (!known || check.verdict == VMT_AGREES);
    }
    return complete;
}
