/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "scenario.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/slice.h"
#include "scenario_words.h"

/* --- what a kernel knows ---------------------------------------------------------------------- */

static const struct sim_member kernel_members[] = {
    {"page", offsetof(struct sim_kernel, page_size), SIM_FORM_NUMBER32},
    {"macos", offsetof(struct sim_kernel, version), SIM_FORM_NAME},
    {"build", offsetof(struct sim_kernel, build), SIM_FORM_NAME},
    {"machine", offsetof(struct sim_kernel, machine), SIM_FORM_NAME},
    {"user", offsetof(struct sim_kernel, user), SIM_FORM_NUMBER32},
    {"pid", offsetof(struct sim_kernel, pid), SIM_FORM_NUMBER32},
    {"self_page", offsetof(struct sim_kernel, self_page_size), SIM_FORM_NUMBER32},
    {"region_record", offsetof(struct sim_kernel, region_record), SIM_FORM_NUMBER32},
    {"task_record", offsetof(struct sim_kernel, task_record), SIM_FORM_NUMBER32},
    {"host_record", offsetof(struct sim_kernel, host_record), SIM_FORM_NUMBER32},
    {"usage_record", offsetof(struct sim_kernel, usage_record), SIM_FORM_NUMBER32},
    {"region_flags", offsetof(struct sim_kernel, region_flags), SIM_FORM_YES},
    {"read_ports", offsetof(struct sim_kernel, read_ports), SIM_FORM_YES},
    {"range_query", offsetof(struct sim_kernel, range_query), SIM_FORM_YES},
    {"submap_copy", offsetof(struct sim_kernel, submap_copy), SIM_FORM_YES},
    {"region_paths", offsetof(struct sim_kernel, region_paths), SIM_FORM_YES},
    {NULL, 0, SIM_FORM_YES}};

static bool at_least(const struct sim_kernel *kernel, uint32_t major, uint32_t minor)
{
    return kernel->major > major || (kernel->major == major && kernel->minor >= minor);
}

/* xnu:osfmk/mach/{vm_region,task_info,vm_statistics}.h and xnu:bsd/sys/resource.h, each at the
 * first tag that has it. */
static void know_by_version(struct sim_kernel *kernel)
{
    kernel->region_record = at_least(kernel, 10, 15) ? 19 : at_least(kernel, 10, 9) ? 17 : 16;
    kernel->region_flags = at_least(kernel, 26, 0);
    kernel->task_record = at_least(kernel, 15, 0)    ? 93
                          : at_least(kernel, 12, 0)  ? 89
                          : at_least(kernel, 11, 0)  ? 87
                          : at_least(kernel, 10, 15) ? 86
                          : at_least(kernel, 10, 12) ? 42
                                                     : 38;
    kernel->host_record = at_least(kernel, 26, 0) ? 40 : at_least(kernel, 10, 9) ? 38 : 24;
    kernel->usage_record = at_least(kernel, 13, 0)    ? 6
                           : at_least(kernel, 11, 0)  ? 5
                           : at_least(kernel, 10, 13) ? 4
                                                      : 2;
    kernel->read_ports = at_least(kernel, 11, 0);
    kernel->range_query = at_least(kernel, 10, 13);
    kernel->submap_copy = at_least(kernel, 11, 3);
    kernel->region_paths = at_least(kernel, 10, 15);
}

/* "macos=14.5" */
static bool version_of(struct sim_kernel *kernel, const char *word)
{
    struct vmt_slice text = vmt_slice(word);
    size_t dot = vmt_slice_find(text, ".");
    uint64_t major;
    uint64_t minor;
    if (!vmt_slice_starts(text, "macos=") || dot >= text.length ||
        !vmt_parse_u64(vmt_slice_from((struct vmt_slice){text.data, dot}, strlen("macos=")), 10,
                       &major) ||
        !vmt_parse_u64(vmt_slice_from(text, dot + 1), 10, &minor)) {
        return false;
    }
    kernel->major = (uint32_t)major;
    kernel->minor = (uint32_t)minor;
    return true;
}

static bool read_kernel(struct sim_world *world, const struct sim_words *words)
{
    struct sim_kernel *kernel = &world->kernel;
    if (words->count < 2 || !version_of(kernel, words->words[1])) {
        return sim_words_fail(words, "kernel", "wants its version first, as in macos=14.5");
    }
    know_by_version(kernel);
    return sim_words_set(kernel, world, words, 1, kernel_members);
}

/* --- the machine ------------------------------------------------------------------------------ */

static const struct sim_member machine_members[] = {
    {"memory", offsetof(struct sim_machine, memory), SIM_FORM_NUMBER64},
    {"free", offsetof(struct sim_machine, free), SIM_FORM_NUMBER64},
    {"active", offsetof(struct sim_machine, active), SIM_FORM_NUMBER64},
    {"inactive", offsetof(struct sim_machine, inactive), SIM_FORM_NUMBER64},
    {"wired", offsetof(struct sim_machine, wired), SIM_FORM_NUMBER64},
    {"zero_filled", offsetof(struct sim_machine, zero_filled), SIM_FORM_NUMBER64},
    {"reactivations", offsetof(struct sim_machine, reactivations), SIM_FORM_NUMBER64},
    {"pageins", offsetof(struct sim_machine, pageins), SIM_FORM_NUMBER64},
    {"pageouts", offsetof(struct sim_machine, pageouts), SIM_FORM_NUMBER64},
    {"faults", offsetof(struct sim_machine, faults), SIM_FORM_NUMBER64},
    {"copy_on_write", offsetof(struct sim_machine, copy_on_write), SIM_FORM_NUMBER64},
    {"purges", offsetof(struct sim_machine, purges), SIM_FORM_NUMBER64},
    {"purgeable", offsetof(struct sim_machine, purgeable), SIM_FORM_NUMBER64},
    {"speculative", offsetof(struct sim_machine, speculative), SIM_FORM_NUMBER64},
    {"decompressions", offsetof(struct sim_machine, decompressions), SIM_FORM_NUMBER64},
    {"compressions", offsetof(struct sim_machine, compressions), SIM_FORM_NUMBER64},
    {"swapins", offsetof(struct sim_machine, swapins), SIM_FORM_NUMBER64},
    {"swapouts", offsetof(struct sim_machine, swapouts), SIM_FORM_NUMBER64},
    {"compressor", offsetof(struct sim_machine, compressor), SIM_FORM_NUMBER64},
    {"throttled", offsetof(struct sim_machine, throttled), SIM_FORM_NUMBER64},
    {"external", offsetof(struct sim_machine, external), SIM_FORM_NUMBER64},
    {"internal", offsetof(struct sim_machine, internal), SIM_FORM_NUMBER64},
    {"uncompressed", offsetof(struct sim_machine, uncompressed), SIM_FORM_NUMBER64},
    {"swapped", offsetof(struct sim_machine, swapped), SIM_FORM_NUMBER64},
    {"swap_total", offsetof(struct sim_machine, swap_total), SIM_FORM_NUMBER64},
    {"swap_available", offsetof(struct sim_machine, swap_available), SIM_FORM_NUMBER64},
    {"swap_used", offsetof(struct sim_machine, swap_used), SIM_FORM_NUMBER64},
    {"swap_encrypted", offsetof(struct sim_machine, swap_encrypted), SIM_FORM_YES},
    {"pressure", offsetof(struct sim_machine, pressure), SIM_FORM_NUMBER32},
    {"free_percent", offsetof(struct sim_machine, free_percent), SIM_FORM_NUMBER32},
    {NULL, 0, SIM_FORM_YES}};

static bool read_machine(struct sim_world *world, const struct sim_words *words)
{
    return sim_words_set(&world->machine, world, words, 1, machine_members);
}

/* --- objects ---------------------------------------------------------------------------------- */

static const struct sim_member object_members[] = {
    {"size", offsetof(struct sim_object, size), SIM_FORM_NUMBER64},
    {"shadow", offsetof(struct sim_object, shadow), SIM_FORM_OBJECT},
    {"shadow_offset", offsetof(struct sim_object, shadow_offset), SIM_FORM_NUMBER64},
    {"others", offsetof(struct sim_object, others), SIM_FORM_NUMBER32},
    {"purge", offsetof(struct sim_object, purge), SIM_FORM_PURGE},
    {"file", offsetof(struct sim_object, file), SIM_FORM_PATH},
    {"external", offsetof(struct sim_object, external), SIM_FORM_YES},
    {"true_share", offsetof(struct sim_object, true_share), SIM_FORM_YES},
    {"contiguous", offsetof(struct sim_object, contiguous), SIM_FORM_YES},
    {"all_reusable", offsetof(struct sim_object, all_reusable), SIM_FORM_YES},
    {"paging", offsetof(struct sim_object, paging), SIM_FORM_YES},
    {"pages", 0, SIM_FORM_PAGES},
    {NULL, 0, SIM_FORM_YES}};

/* Neither a count nor an address, and not to be cut to 32 bits in silence. */
static uint64_t made_up_id(uint32_t kind, uint32_t place)
{
    return 0x5eed000000000000U + ((uint64_t)kind << 40) + (uint64_t)place * 0x100010001U + 0x91;
}

static bool has_compressed(const struct sim_object *object)
{
    for (uint32_t i = 0; i < object->run_count; i++) {
        if ((object->runs[i].state & SIM_COMPRESSED) != 0) {
            return true;
        }
    }
    return false;
}

static bool read_object(struct sim_world *world, const struct sim_words *words)
{
    if (words->count < 2 || world->object_count == SIM_OBJECTS ||
        sim_object_named(world, words->words[1]) >= 0) {
        return sim_words_fail(words, "object", "wants a name of its own and room");
    }
    struct sim_object *object = &world->objects[world->object_count];
    snprintf(object->name, sizeof(object->name), "%s", words->words[1]);
    object->shadow = -1;
    object->purge = 3;
    object->id = made_up_id(1, world->object_count);
    if (!sim_words_set(object, world, words, 2, object_members)) {
        return false;
    }
    uint64_t pages = object->size / world->kernel.page_size;
    if (object->size % world->kernel.page_size != 0 || pages == 0 ||
        (object->run_count > 0 && object->runs[object->run_count - 1].last >= pages)) {
        return sim_words_fail(words, "the size is no pages, or does not hold them", object->name);
    }
    if (object->external && (object->purge != 3 || has_compressed(object))) {
        return sim_words_fail(words, "only anonymous memory is purgeable, and compressed",
                              object->name);
    }
    world->object_count++;
    return true;
}

/* --- maps and their entries ------------------------------------------------------------------- */

static const struct sim_member entry_members[] = {
    {"object", offsetof(struct sim_entry, object), SIM_FORM_OBJECT},
    {"submap", offsetof(struct sim_entry, submap), SIM_FORM_MAP},
    {"offset", offsetof(struct sim_entry, offset), SIM_FORM_NUMBER64},
    {"prot", offsetof(struct sim_entry, protection), SIM_FORM_PROTECTION},
    {"max", offsetof(struct sim_entry, max_protection), SIM_FORM_PROTECTION},
    {"inherit", offsetof(struct sim_entry, inheritance), SIM_FORM_NUMBER32},
    {"tag", offsetof(struct sim_entry, tag), SIM_FORM_NUMBER32},
    {"wired", offsetof(struct sim_entry, wired), SIM_FORM_NUMBER32},
    {"behavior", offsetof(struct sim_entry, behavior), SIM_FORM_NUMBER32},
    {"needs_copy", offsetof(struct sim_entry, needs_copy), SIM_FORM_YES},
    {"nested", offsetof(struct sim_entry, nested), SIM_FORM_YES},
    {"superpage", offsetof(struct sim_entry, superpage), SIM_FORM_YES},
    {NULL, 0, SIM_FORM_YES}};

/* "0x100000-0x104000" */
static bool read_range(struct sim_entry *entry, char *text)
{
    char *end = strchr(text, '-');
    if (end == NULL) {
        return false;
    }
    *end++ = '\0';
    return sim_number(&entry->start, text) && sim_number(&entry->end, end) &&
           entry->start < entry->end && entry->start % 4096 == 0 && entry->end % 4096 == 0;
}

static bool add_map(struct sim_world *world, const struct sim_words *words, const char *name)
{
    if (world->map_count == SIM_MAPS) {
        return sim_words_fail(words, "no room for another map", name);
    }
    struct sim_map *map = &world->maps[world->map_count];
    snprintf(map->name, sizeof(map->name), "%s", name);
    map->id = made_up_id(2, world->map_count++);
    map->first = world->entry_count;
    return true;
}

static bool read_map(struct sim_world *world, const struct sim_words *words)
{
    if (words->count != 2 || sim_map_named(world, words->words[1]) >= 0) {
        return sim_words_fail(words, "map", "wants a name of its own");
    }
    return add_map(world, words, words->words[1]);
}

static bool fits_its_object(const struct sim_world *world, const struct sim_entry *entry)
{
    return entry->object < 0 ||
           (entry->offset <= world->objects[entry->object].size &&
            entry->end - entry->start <= world->objects[entry->object].size - entry->offset);
}

static bool read_entry(struct sim_world *world, const struct sim_words *words)
{
    if (words->count < 2 || world->map_count == 0 || world->entry_count == SIM_ENTRIES) {
        return sim_words_fail(words, "entry", "wants a map, a range and room");
    }
    struct sim_map *map = &world->maps[world->map_count - 1];
    struct sim_entry *entry = &world->entries[world->entry_count];
    entry->object = -1;
    entry->submap = -1;
    entry->inheritance = 1;
    entry->max_protection = 7;
    if (!read_range(entry, words->words[1]) || (map->count > 0 && entry->start < entry[-1].end)) {
        return sim_words_fail(words, "no range behind the last one", words->words[1]);
    }
    if (!sim_words_set(entry, world, words, 2, entry_members)) {
        return false;
    }
    if ((entry->object >= 0 && entry->submap >= 0) || !fits_its_object(world, entry) ||
        entry->submap == (int32_t)world->map_count - 1) {
        return sim_words_fail(words, "cannot be seen through this entry", map->name);
    }
    world->entry_count++;
    map->count++;
    return true;
}

/* --- processes -------------------------------------------------------------------------------- */

static const struct sim_member process_members[] = {
    {"parent", offsetof(struct sim_process, parent), SIM_FORM_NUMBER32},
    {"user", offsetof(struct sim_process, user), SIM_FORM_NUMBER32},
    {"start", offsetof(struct sim_process, start), SIM_FORM_NUMBER64},
    {"name", offsetof(struct sim_process, name), SIM_FORM_NAME},
    {"path", offsetof(struct sim_process, path), SIM_FORM_PATH},
    {"page", offsetof(struct sim_process, page_size), SIM_FORM_NUMBER32},
    {"zombie", offsetof(struct sim_process, zombie), SIM_FORM_YES},
    {"translated", offsetof(struct sim_process, translated), SIM_FORM_YES},
    {"task", offsetof(struct sim_process, task), SIM_FORM_ACCESS},
    {"info", offsetof(struct sim_process, info), SIM_FORM_ACCESS},
    {"pages", offsetof(struct sim_process, pages), SIM_FORM_ACCESS},
    {"born", offsetof(struct sim_process, born), SIM_FORM_NUMBER32},
    {"dies", offsetof(struct sim_process, dies), SIM_FORM_NUMBER32},
    {"exits", offsetof(struct sim_process, exits), SIM_FORM_NUMBER32},
    {"dying", offsetof(struct sim_process, dying), SIM_FORM_NUMBER32},
    {"kernel", offsetof(struct sim_process, kernel), SIM_FORM_NUMBER64},
    {"peak", offsetof(struct sim_process, peak), SIM_FORM_NUMBER64},
    {NULL, 0, SIM_FORM_YES}};

static bool read_process(struct sim_world *world, const struct sim_words *words)
{
    uint64_t pid;
    if (words->count < 2 || world->process_count == SIM_PROCESSES ||
        !sim_number(&pid, words->words[1]) || pid > INT32_MAX) {
        return sim_words_fail(words, "process", "wants a number and room");
    }
    struct sim_process *process = &world->processes[world->process_count++];
    process->pid = (uint32_t)pid;
    process->user = world->kernel.user;
    process->page_size = world->kernel.page_size;
    process->map = (int32_t)world->map_count;
    char name[SIM_NAME];
    snprintf(name, sizeof(name), "%" PRIu32 ".%" PRIu32, process->pid, world->process_count);
    return add_map(world, words, name) && sim_words_set(process, world, words, 2, process_members);
}

/* --- what is expected ------------------------------------------------------------------------- */

static bool value_of(uint64_t *out, const char *text)
{
    /* SM_* of mach/vm_region.h, as vmmap prints them. */
    static const char *const modes[] = {"COW", "PRV", "NUL", "ALI", "SHM", "ZER", "S/A", "LPG"};
    for (uint32_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        if (strcmp(text, modes[i]) == 0) {
            *out = i + 1;
            return true;
        }
    }
    return sim_number(out, text);
}

static bool expect(struct sim_world *world, const struct sim_words *words, unsigned skip,
                   const struct sim_expected *common)
{
    for (unsigned i = skip; i < words->count; i++) {
        if (world->expected_count == SIM_EXPECTED) {
            return sim_words_fail(words, "no room for what is expected", words->words[i]);
        }
        struct sim_expected *expected = &world->expected[world->expected_count++];
        *expected = *common;
        char *value = strchr(words->words[i], '=');
        if (value == NULL || value - words->words[i] >= SIM_NAME ||
            !value_of(&expected->value, value + 1)) {
            return sim_words_fail(words, "wants a key and a number", words->words[i]);
        }
        memcpy(expected->key, words->words[i], (size_t)(value - words->words[i]));
    }
    return true;
}

static bool read_expected(struct sim_world *world, const struct sim_words *words)
{
    struct sim_expected common = {.line = words->line,
                                  .of_region = strcmp(words->words[0], "region") == 0};
    unsigned skip = common.of_region ? 3 : 2;
    uint64_t pid;
    if (words->count <= skip || !sim_number(&pid, words->words[1]) || pid > UINT32_MAX ||
        (common.of_region && !sim_number(&common.address, words->words[2]))) {
        return sim_words_fail(words, words->words[0], "wants a process and what is expected");
    }
    common.pid = (uint32_t)pid;
    return expect(world, words, skip, &common);
}

/* --- the file --------------------------------------------------------------------------------- */

static const struct {
    const char *word;
    bool (*read)(struct sim_world *world, const struct sim_words *words);
} statements[] = {{"kernel", read_kernel},   {"machine", read_machine}, {"object", read_object},
                  {"map", read_map},         {"entry", read_entry},     {"process", read_process},
                  {"region", read_expected}, {"truth", read_expected}};

static bool read_statement(struct sim_world *world, const struct sim_words *words)
{
    if (world->kernel.page_size == 0 && strcmp(words->words[0], "kernel") != 0) {
        return sim_words_fail(words, "before the kernel and its page size", words->words[0]);
    }
    for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
        if (strcmp(statements[i].word, words->words[0]) == 0) {
            return statements[i].read(world, words);
        }
    }
    return sim_words_fail(words, "no such statement", words->words[0]);
}

static bool read_lines(struct sim_world *world, FILE *file, const char *path)
{
    struct sim_words words = {.file = path};
    char line[2048];
    while (fgets(line, sizeof(line), file) != NULL) {
        words.line++;
        if (strchr(line, '\n') == NULL) {
            return sim_words_fail(&words, "a line", "that is too long, or does not end");
        }
        if (!sim_words_cut(&words, line) || (words.count > 0 && !read_statement(world, &words))) {
            return false;
        }
    }
    return world->process_count > 0 || sim_words_fail(&words, "no process", path);
}

bool sim_scenario_read(struct sim_world *out, const char *path)
{
    memset(out, 0, sizeof(*out));
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        perror(path);
        return false;
    }
    bool read = read_lines(out, file, path);
    fclose(file);
    return read;
}
