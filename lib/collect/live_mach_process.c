/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/live_mach_process.h"

#include <inttypes.h>
#include <stdio.h>

#include "collect/live_file.h"
#include "grammar/part_header.h"
#include "source/clock.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- a region --------------------------------------------------------------------------------- */

/* SM_* of mach/vm_region.h. */
static const enum vmt_sharing modes[] = {
    [1] = VMT_SHARING_COW, [2] = VMT_SHARING_PRV, [3] = VMT_SHARING_NUL, [4] = VMT_SHARING_ALI,
    [5] = VMT_SHARING_SHM, [6] = VMT_SHARING_ZER, [7] = VMT_SHARING_SA,  [8] = VMT_SHARING_LPG,
};

static const enum vmt_purge purges[] = {
    [VMT_MACH_PURGE_NONVOLATILE] = VMT_PURGE_NONVOLATILE,
    [VMT_MACH_PURGE_VOLATILE] = VMT_PURGE_VOLATILE,
    [VMT_MACH_PURGE_EMPTY] = VMT_PURGE_EMPTY,
    [VMT_MACH_PURGE_DENY] = VMT_PURGE_NONE,
};

static void set_object_field(struct vmt_object *object, enum vmt_object_field field, uint64_t value)
{
    object->fields[field] = value;
    object->known |= UINT32_C(1) << field;
}

static void set_dispositions(struct vmt_object *object, const struct vmt_mach_region *told)
{
    const struct {
        enum vmt_object_field field;
        uint64_t pages;
    } counts[] = {
        {VMT_OBJECT_PRESENT, told->pages.present},
        {VMT_OBJECT_PRESENT_DIRTY, told->pages.dirty},
        {VMT_OBJECT_PRESENT_FILE, told->pages.external},
        {VMT_OBJECT_PRESENT_COPIED, told->pages.copied},
        {VMT_OBJECT_COPIED_DIRTY, told->pages.copied_dirty},
        {VMT_OBJECT_SWAPPED, told->pages.swapped},
        {VMT_OBJECT_COPIED_SWAPPED, told->pages.copied_swapped},
    };
    for (size_t i = 0; i < COUNT(counts); i++) {
        set_object_field(object, counts[i].field, counts[i].pages * told->page_size);
    }
}

/* Where the number of the object is not the whole one, two objects can have one: it tells
 * nothing. */
static void set_object(struct vmt_object *object, const struct vmt_mach_region *told)
{
    object->id = (told->known & VMT_MACH_HAS_OBJECT) != 0 ? told->object : 0;
    object->offset = told->offset;
    set_object_field(object, VMT_OBJECT_REFERENCES, told->references);
    set_object_field(object, VMT_OBJECT_SHADOW_DEPTH, told->shadow_depth);
    set_object_field(object, VMT_OBJECT_COPIED, (uint64_t)told->copied * told->page_size);
    if ((told->known & VMT_MACH_HAS_EXTERNAL) != 0) {
        set_object_field(object, VMT_OBJECT_EXTERNAL, told->external != 0 ? 1 : 0);
    }
    if ((told->known & VMT_MACH_HAS_REUSABLE) != 0) {
        set_object_field(object, VMT_OBJECT_REUSABLE, (uint64_t)told->reusable * told->page_size);
    }
    if ((told->known & VMT_MACH_HAS_DISPOSITIONS) != 0) {
        set_dispositions(object, told);
    }
}

static void state(struct vmt_region *region, enum vmt_evidence evidence, uint64_t value)
{
    region->stated[evidence] = (struct vmt_reading){value, 0};
    region->known |= (uint8_t)(1u << evidence);
}

/* proc_pidinfo shows a submap from outside, as a range without pages. */
static bool is_unopened(const struct vmt_mach_builder *builder, const struct vmt_mach_region *told)
{
    return builder->by_pidinfo && told->depth > 0 && told->resident == 0;
}

static void set_sizes(struct vmt_region *region, const struct vmt_mach_builder *builder,
                      const struct vmt_mach_region *told)
{
    uint64_t end =
        told->size <= UINT64_MAX - told->address ? told->address + told->size : UINT64_MAX;
    region->ranged = told->tag != UINT32_MAX; /* what is not mapped is nowhere */
    region->start = region->ranged ? told->address : 0;
    region->end = region->ranged ? end : 0;
    state(region, VMT_EV_VIRTUAL, end - told->address);
    if (is_unopened(builder, told)) {
        region->submap_depth = 1;
        return;
    }
    state(region, VMT_EV_RESIDENT, (uint64_t)told->resident * told->page_size);
    state(region, VMT_EV_DIRTY, (uint64_t)told->dirtied * told->page_size);
    state(region, VMT_EV_SWAPPED, (uint64_t)told->swapped * told->page_size);
}

static enum vmt_status set_sharing(struct vmt_region *region, struct vmt_snapshot *snapshot,
                                   uint32_t mode, struct vmt_error *err)
{
    if (mode < COUNT(modes)) {
        region->sharing = (uint8_t)modes[mode];
        return VMT_OK;
    }
    char number[16];
    snprintf(number, sizeof number, "%" PRIu32, mode);
    return vmt_snapshot_string(&region->sharing_text, snapshot, vmt_slice(number), err);
}

/* The path, as the detail, and whether something of its file can be executed. */
static enum vmt_status set_detail(bool *image, struct vmt_region *region,
                                  struct vmt_mach_builder *builder,
                                  const struct vmt_mach_region *told, struct vmt_error *err)
{
    *image = false;
    if (told->path_length == 0) {
        return VMT_OK;
    }
    struct vmt_slice path = {told->path, told->path_length};
    enum vmt_status status = vmt_snapshot_string(&region->detail, builder->snapshot, path, err);
    if (status != VMT_OK) {
        return status;
    }
    void **slot = vmt_string_map_at(&builder->images, region->detail);
    if (slot == NULL) {
        return vmt_arena_fail(&builder->snapshot->arena, err);
    }
    if (vmt_mach_is_code(told)) {
        *slot = builder;
    }
    *image = *slot != NULL;
    return VMT_OK;
}

static enum vmt_status add_region(struct vmt_mach_builder *builder,
                                  const struct vmt_mach_region *told, struct vmt_error *err)
{
    struct vmt_snapshot *snapshot = builder->snapshot;
    struct vmt_region *region = vmt_sequence_add(&builder->process->regions);
    struct vmt_object *object = vmt_arena_alloc(&snapshot->arena, 1, sizeof *object);
    if (region == NULL || object == NULL) {
        return vmt_arena_fail(&snapshot->arena, err);
    }
    set_object(object, told);
    region->object = object;
    region->submap_depth = (uint8_t)(told->depth < UINT8_MAX ? told->depth : UINT8_MAX);
    set_sizes(region, builder, told);
    region->protection = (uint8_t)(told->protection & 7);
    region->max_protection = (uint8_t)(told->max_protection & 7);
    if ((told->known & VMT_MACH_HAS_PURGE) != 0) {
        region->purge =
            (uint8_t)(told->purge < COUNT(purges) ? purges[told->purge] : VMT_PURGE_UNKNOWN);
    }
    if (builder->process->page_size == 0) {
        builder->process->page_size = told->page_size;
    }
    bool image = false;
    enum vmt_status status = set_sharing(region, snapshot, told->share_mode, err);
    if (status == VMT_OK) {
        status = set_detail(&image, region, builder, told, err);
    }
    if (status == VMT_OK) {
        char name[VMT_MACH_TYPE_SIZE];
        vmt_mach_type_name(name, &builder->types, told, image);
        region->type = vmt_type_get(&snapshot->types, &snapshot->strings, vmt_slice(name), 0);
        status = region->type == NULL ? vmt_arena_fail(&snapshot->arena, err) : VMT_OK;
    }
    return status;
}

/* --- all of them ------------------------------------------------------------------------------ */

static bool take_region(void *self, const struct vmt_mach_region *region)
{
    struct vmt_mach_builder *builder = self;
    bool told = region->depth > 0 || region->resident == 0 ||
                (region->known & VMT_MACH_HAS_DISPOSITIONS) != 0;
    builder->pages_told = builder->pages_told && told;
    builder->page_size = region->page_size;
    builder->late = builder->deadline != 0 && vmt_clock() >= builder->deadline;
    if (!builder->late) {
        builder->status = add_region(builder, region, &builder->err);
    }
    return !builder->late && builder->status == VMT_OK;
}

/* Pages come in the order of the region, mostly that of their object. */
static bool take_page(void *self, const struct vmt_mach_page *page)
{
    struct vmt_mach_builder *builder = self;
    struct vmt_page_run *run = builder->run;
    bool next =
        run != NULL && run->object == page->object && run->offset + run->length == page->offset;
    if (!next) {
        run = builder->run = vmt_sequence_add(&builder->process->page_runs);
        if (run == NULL) {
            builder->status = vmt_arena_fail(&builder->snapshot->arena, &builder->err);
            return false;
        }
        *run = (struct vmt_page_run){.object = page->object, .offset = page->offset};
    }
    run->length += builder->page_size;
    return true;
}

void vmt_mach_builder_init(struct vmt_mach_builder *builder, struct vmt_snapshot *snapshot,
                           struct vmt_process *process, enum vmt_mach_way way, bool apple_silicon)
{
    *builder = (struct vmt_mach_builder){
        .snapshot = snapshot,
        .process = process,
        .by_pidinfo = way == VMT_MACH_BY_PIDINFO,
        .err = VMT_ERROR_INIT,
    };
    vmt_mach_types_init(&builder->types, apple_silicon);
    vmt_string_map_init(&builder->images, &snapshot->arena);
}

struct vmt_mach_visitor vmt_mach_builder_visitor(struct vmt_mach_builder *builder)
{
    return (struct vmt_mach_visitor){.self = builder, .region = take_region, .page = take_page};
}

/* How many regions have an object, by its number: open addressing. */
struct tally {
    uint64_t id;
    uint64_t regions;
};

struct tallies {
    struct tally *slots;
    size_t mask;
};

static struct tally *tally_of(const struct tallies *tallies, uint64_t id)
{
    size_t at = (size_t)((id * UINT64_C(0x9e3779b97f4a7c15)) >> 20) & tallies->mask;
    while (tallies->slots[at].id != 0 && tallies->slots[at].id != id) {
        at = (at + 1) & tallies->mask;
    }
    return &tallies->slots[at];
}

static bool is_counted(const struct vmt_region *region)
{
    return region->object->id != 0 && region->submap_depth == 0;
}

static enum vmt_status count_own(struct vmt_mach_builder *builder, struct vmt_arena *scratch,
                                 struct vmt_error *err)
{
    const struct vmt_sequence *regions = &builder->process->regions;
    size_t size = 16;
    while (size < 2 * regions->count) {
        size *= 2;
    }
    struct tallies tallies = {vmt_arena_alloc(scratch, size, sizeof *tallies.slots), size - 1};
    if (tallies.slots == NULL) {
        return vmt_arena_fail(scratch, err);
    }
    for (int pass = 0; pass < 2; pass++) {
        struct vmt_walker walker = {0};
        struct vmt_region *region = NULL;
        while ((region = vmt_sequence_next(regions, &walker)) != NULL) {
            if (!is_counted(region)) {
                continue;
            }
            struct tally *tally = tally_of(&tallies, region->object->id);
            tally->id = region->object->id;
            tally->regions += pass == 0 ? 1 : 0;
            /* It is the builder's own, and nobody else has seen it yet. */
            set_object_field((struct vmt_object *)region->object, VMT_OBJECT_OWN, tally->regions);
        }
    }
    return VMT_OK;
}

enum vmt_status vmt_mach_builder_finish(struct vmt_mach_builder *builder, struct vmt_error *err)
{
    struct vmt_arena scratch;
    vmt_arena_init(&scratch, builder->snapshot->arena.allocator, builder->snapshot->arena.limit);
    enum vmt_status status = count_own(builder, &scratch, err);
    vmt_arena_free(&scratch);
    if (status == VMT_OK) {
        builder->process->coverage = VMT_COVERAGE_WHOLE;
        builder->process->pages_told = builder->pages_told;
    }
    return status;
}

/* The shared region's pages are not asked for, nor are those of what has none. */
static bool is_uncounted(const struct vmt_region *region)
{
    return region->submap_depth == 0 && region->sharing != VMT_SHARING_NUL &&
           (region->object->known & UINT32_C(1) << VMT_OBJECT_PRESENT) == 0 &&
           (region->stated[VMT_EV_RESIDENT].value > 0 || region->stated[VMT_EV_SWAPPED].value > 0);
}

bool vmt_mach_lacks_counts(const struct vmt_process *process)
{
    struct vmt_walker walker = {0};
    const struct vmt_region *region = vmt_sequence_next(&process->regions, &walker);
    while (region != NULL && !is_uncounted(region)) {
        region = vmt_sequence_next(&process->regions, &walker);
    }
    return region != NULL;
}

/* --- the process as a whole ------------------------------------------------------------------- */

static enum vmt_status add_fact(struct vmt_process *process, struct vmt_snapshot *snapshot,
                                const char *key, struct vmt_slice value, struct vmt_error *err)
{
    struct vmt_fact *fact = vmt_sequence_add(&process->facts);
    if (fact == NULL) {
        return vmt_arena_fail(&snapshot->arena, err);
    }
    enum vmt_status status = vmt_snapshot_string(&fact->key, snapshot, vmt_slice(key), err);
    return status == VMT_OK ? vmt_snapshot_string(&fact->value, snapshot, value, err) : status;
}

static enum vmt_status add_number(struct vmt_process *process, struct vmt_snapshot *snapshot,
                                  const char *key, uint64_t number, struct vmt_error *err)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRIu64, number);
    return add_fact(process, snapshot, key, vmt_slice(digits), err);
}

enum vmt_status vmt_mach_add_totals(struct vmt_process *process, struct vmt_snapshot *snapshot,
                                    const struct vmt_mach_totals *totals, struct vmt_error *err)
{
    const struct {
        uint32_t needs;
        enum vmt_member member;
        uint64_t value;
    } members[] = {
        {VMT_MACH_HAS_USAGE, VMT_FOOTPRINT, totals->footprint},
        {VMT_MACH_HAS_USAGE, VMT_RESIDENT, totals->resident},
        {VMT_MACH_HAS_USAGE, VMT_RSS, totals->resident},
        {VMT_MACH_HAS_USAGE, VMT_WIRED, totals->wired},
        {VMT_MACH_HAS_FOOTPRINT_PEAK, VMT_FOOTPRINT_PEAK, totals->footprint_peak},
        {VMT_MACH_HAS_TASK, VMT_VIRTUAL, totals->virtual_size},
        {VMT_MACH_HAS_TASK, VMT_RESIDENT_PEAK, totals->resident_peak},
        {VMT_MACH_HAS_TASK, VMT_SWAPPED, totals->compressed},
    };
    const struct {
        const char *key;
        uint64_t value;
    } facts[] = {
        {"internal", totals->internal},
        {"external", totals->external},
        {"reusable", totals->reusable},
        {"compressed", totals->compressed},
        {"purgeable volatile", totals->volatile_resident},
    };
    for (size_t i = 0; i < COUNT(members); i++) {
        struct vmt_amount *amount = &process->whole.of[members[i].member];
        if ((totals->known & members[i].needs) != 0 && !amount->bounded) {
            *amount = vmt_exactly(members[i].value);
        }
    }
    if (process->page_size == 0) {
        process->page_size = totals->page_size;
    }
    enum vmt_status status = VMT_OK;
    bool told = (totals->known & VMT_MACH_HAS_TASK) != 0;
    for (size_t i = 0; told && status == VMT_OK && i < COUNT(facts); i++) {
        status = add_number(process, snapshot, facts[i].key, facts[i].value, err);
    }
    return status;
}

struct vmt_slice vmt_mach_text(const char *field, size_t size)
{
    const char *end = memchr(field, '\0', size);
    return (struct vmt_slice){field, end != NULL ? (size_t)(end - field) : size};
}

struct vmt_slice vmt_mach_name(const struct vmt_mach_process *described)
{
    struct vmt_slice name = vmt_mach_text(described->name, sizeof described->name);
    struct vmt_slice file = vmt_mach_text(described->path, sizeof described->path);
    for (size_t slash = vmt_slice_find(file, "/"); slash < file.length;
         slash = vmt_slice_find(file, "/")) {
        file = vmt_slice_from(file, slash + 1);
    }
    bool cut = file.length > name.length && memcmp(file.data, name.data, name.length) == 0;
    return cut ? file : name;
}

const char *vmt_mach_os(char text[80], const struct vmt_mach_system *machine)
{
    struct vmt_slice version = vmt_mach_text(machine->version, sizeof machine->version);
    struct vmt_slice build = vmt_mach_text(machine->build, sizeof machine->build);
    text[0] = '\0';
    if (version.length > 0) {
        snprintf(text, 80, "macOS %.*s%s%.*s%s", (int)version.length, version.data,
                 build.length > 0 ? " (" : "", (int)build.length, build.data,
                 build.length > 0 ? ")" : "");
    }
    return text;
}

static const char *arch_of(const struct vmt_mach_process *described,
                           const struct vmt_mach_system *machine)
{
    struct vmt_slice name = vmt_mach_text(machine->machine, sizeof machine->machine);
    if (described->translated) {
        return "X86-64 (translated)";
    }
    return vmt_slice_starts(name, "arm64") ? "ARM64"
           : vmt_slice_starts(name, "x86") ? "X86-64"
                                           : "";
}

static enum vmt_status set_string(const struct vmt_string **out, struct vmt_snapshot *snapshot,
                                  struct vmt_slice text, struct vmt_error *err)
{
    return *out == NULL && text.length > 0 ? vmt_snapshot_string(out, snapshot, text, err) : VMT_OK;
}

enum vmt_status vmt_mach_add_identity(struct vmt_process *process, struct vmt_snapshot *snapshot,
                                      const struct vmt_mach_process *described,
                                      const struct vmt_mach_system *machine, struct vmt_error *err)
{
    char os[80];
    char time[VMT_LIVE_TIME] = "";
    struct vmt_slice path = vmt_mach_text(described->path, sizeof described->path);
    if (described->start > 0) {
        vmt_live_format_time(time, described->start / 1000000);
    }
    vmt_part_header_set_version(process, vmt_slice(vmt_mach_os(os, machine)));
    enum vmt_status status = set_string(&process->name, snapshot, vmt_mach_name(described), err);
    if (status == VMT_OK) {
        status = set_string(&process->os, snapshot, vmt_slice(os), err);
    }
    if (status == VMT_OK) {
        status = set_string(&process->arch, snapshot, vmt_slice(arch_of(described, machine)), err);
    }
    if (status == VMT_OK) {
        status = set_string(&process->launched_at, snapshot, vmt_slice(time), err);
    }
    if (status == VMT_OK && path.length > 0) {
        status = add_fact(process, snapshot, "Path", path, err);
    }
    if (status == VMT_OK) {
        status = add_number(process, snapshot, "PPID", described->parent, err);
    }
    return status == VMT_OK ? add_number(process, snapshot, "UID", described->user, err) : status;
}
