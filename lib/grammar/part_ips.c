/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/part_ips.h"

#include <inttypes.h>
#include <stdio.h>

#include "grammar/darwin_crash.h"
#include "grammar/json_facts.h"
#include "grammar/part_fault.h"
#include "grammar/part_header.h"

static enum vmt_status note(struct vmt_process *process, enum vmt_note_kind kind,
                            struct vmt_place place, const char *text, struct vmt_error *err)
{
    return vmt_notes_add(&process->notes, kind, place, vmt_slice(text), (struct vmt_slice){0}, err);
}

enum vmt_status vmt_part_ips_string(struct vmt_slice *out, struct vmt_process *process,
                                    const struct vmt_json *json, const json_t *object,
                                    const char *key, struct vmt_error *err)
{
    if (vmt_json_string(object, key, out)) {
        return VMT_OK;
    }
    const json_t *value = json_object_get(object, key);
    if (value == NULL || json_is_null(value)) {
        return VMT_END;
    }
    enum vmt_status status = note(process, VMT_NOTE_DAMAGED_VALUE, vmt_json_place(json, key),
                                  "not the text that belongs here", err);
    return status == VMT_OK ? VMT_END : status;
}

/* --- strings that hold lines ------------------------------------------------------------------ */

static enum vmt_status read_region_info(struct vmt_parse *parse, void *self, struct vmt_error *err)
{
    struct vmt_process *process = self;
    for (;;) {
        enum vmt_status status = vmt_cursor_fill(parse->cursor, 1, err);
        const struct vmt_line *line = vmt_cursor_ahead(parse->cursor, 0);
        if (status != VMT_OK || line == NULL) {
            return status;
        }
        struct vmt_slice text = vmt_cursor_text(parse->cursor, 0);
        if (vmt_line_is_blank(line)) {
            status = vmt_cursor_take(parse->cursor, VMT_LINE_BLANK, err);
        } else if (!process->around_fault &&
                   (vmt_part_fault_is_info(text) || vmt_part_fault_begins(text))) {
            status = vmt_part_fault_read(parse, process, err);
        } else {
            status = vmt_parse_damage(parse, &process->notes, "not a row around the fault", 0, err);
        }
        if (status != VMT_OK) {
            return status;
        }
    }
}

static enum vmt_status read_summary(struct vmt_parse *parse, void *self, struct vmt_error *err)
{
    return vmt_crash_read_summary(parse, self, err);
}

/* Whether a line ends before or behind `at`, of text that has lost its ends of lines: Xcode's
 * simulated payload has blanks in their place. */
static bool line_ends(struct vmt_slice text, size_t at)
{
    static const char *const begins[] = {"REGION TYPE ", "UNUSED SPACE AT ", "GAP OF 0x", "--->"};
    static const char *const ends[] = {"REGION DETAIL", "SPACE AT START", "SPACE AT END", " BYTES"};
    struct vmt_slice before = {text.data, at};
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
        if (vmt_slice_starts(vmt_slice_from(text, at + 1), begins[i]) ||
            vmt_slice_ends(before, ends[i])) {
            return true;
        }
    }
    return false;
}

enum vmt_status vmt_part_ips_region_info(struct vmt_parse *parse, struct vmt_process *process,
                                         struct vmt_slice text, struct vmt_place place,
                                         struct vmt_error *err)
{
    if (text.length == 0 || memchr(text.data, '\n', text.length) != NULL) {
        return vmt_parse_text(parse, text, place, read_region_info, process, err);
    }
    char *copy = vmt_arena_alloc(&parse->snapshot->arena, text.length, 1);
    if (copy == NULL) {
        return vmt_arena_fail(&parse->snapshot->arena, err);
    }
    for (size_t i = 0; i < text.length; i++) {
        copy[i] = text.data[i] == ' ' && line_ends(text, i) ? '\n' : text.data[i];
    }
    return vmt_parse_text(parse, (struct vmt_slice){copy, text.length}, place, read_region_info,
                          process, err);
}

enum vmt_status vmt_part_ips_summary(struct vmt_parse *parse, struct vmt_process *process,
                                     struct vmt_slice text, struct vmt_place place,
                                     struct vmt_error *err)
{
    return vmt_parse_text(parse, text, place, read_summary, process, err);
}

/* --- members ---------------------------------------------------------------------------------- */

/* Each setter takes the text of one member; VMT_END when it is not as expected. */
typedef enum vmt_status setter(struct vmt_parse *parse, struct vmt_process *process,
                               struct vmt_slice value, struct vmt_error *err);

static enum vmt_status set_name(struct vmt_parse *parse, struct vmt_process *process,
                                struct vmt_slice value, struct vmt_error *err)
{
    return vmt_snapshot_string(&process->name, parse->snapshot, value, err);
}

static enum vmt_status set_arch(struct vmt_parse *parse, struct vmt_process *process,
                                struct vmt_slice value, struct vmt_error *err)
{
    return vmt_snapshot_string(&process->arch, parse->snapshot, value, err);
}

static enum vmt_status set_captured(struct vmt_parse *parse, struct vmt_process *process,
                                    struct vmt_slice value, struct vmt_error *err)
{
    return vmt_part_header_time(&process->captured_at, parse, value, err);
}

static enum vmt_status set_launched(struct vmt_parse *parse, struct vmt_process *process,
                                    struct vmt_slice value, struct vmt_error *err)
{
    return vmt_part_header_time(&process->launched_at, parse, value, err);
}

struct member {
    const char *key;
    setter *set;
};

static enum vmt_status set_members(struct vmt_parse *parse, struct vmt_process *process,
                                   const struct vmt_json *json, const struct member *members,
                                   struct vmt_error *err)
{
    for (; members->key != NULL; members++) {
        struct vmt_slice text;
        enum vmt_status status =
            vmt_part_ips_string(&text, process, json, json->root, members->key, err);
        if (status == VMT_OK && text.length > 0) {
            status = members->set(parse, process, text, err);
        }
        if (status != VMT_OK && status != VMT_END) {
            return status;
        }
    }
    return VMT_OK;
}

static const struct member header_members[] = {
    {"app_name", set_name},      {"name", set_name}, {"os_version", vmt_part_header_os},
    {"timestamp", set_captured}, {NULL, NULL},
};

static const struct member body_members[] = {
    {"procName", set_name},       {"cpuType", set_arch}, {"captureTime", set_captured},
    {"procLaunch", set_launched}, {NULL, NULL},
};

static const char *const header_skip[] = {"app_name", "name", "os_version", NULL};

/* What has a member of the model, is none of the process, or is data of its own. */
static const char *const body_skip[] = {
    "procName",     "pid",           "cpuType",     "osVersion",  "vmRegionInfo",
    "vmregioninfo", "vmSummary",     "threads",     "usedImages", "sharedCache",
    "legacyInfo",   "trialInfo",     "extMods",     "bug_type",   "lastExceptionBacktrace",
    "asi",          "asiBacktraces", "rosettaInfo", "rawCodes",   "reportNotes",
    NULL,
};

enum vmt_status vmt_part_ips_header(struct vmt_parse *parse, struct vmt_process *process,
                                    const struct vmt_json *json, struct vmt_error *err)
{
    enum vmt_status status = set_members(parse, process, json, header_members, err);
    return status == VMT_OK
               ? vmt_json_facts(parse->snapshot, &process->facts, json->root, header_skip, err)
               : status;
}

/* `"osVersion" : {"train":"macOS 12.1","build":"21C52"}` as texts have it: `macOS 12.1 (21C52)`. */
static enum vmt_status set_os(struct vmt_parse *parse, struct vmt_process *process,
                              const json_t *version, struct vmt_error *err)
{
    struct vmt_slice train;
    struct vmt_slice build;
    char text[128];
    if (!vmt_json_string(version, "train", &train) || train.length > sizeof text / 2) {
        return VMT_OK;
    }
    if (!vmt_json_string(version, "build", &build) || build.length + 4 > sizeof text / 2) {
        return vmt_part_header_os(parse, process, train, err);
    }
    int length = snprintf(text, sizeof text, "%.*s (%.*s)", (int)train.length, train.data,
                          (int)build.length, build.data);
    return vmt_part_header_os(parse, process, (struct vmt_slice){text, (size_t)length}, err);
}

/* `EXC_BAD_ACCESS (SIGSEGV)`, and the address in its subtype or in its codes. */
static enum vmt_status set_exception(struct vmt_parse *parse, struct vmt_process *process,
                                     const struct vmt_json *json, struct vmt_error *err)
{
    static const char *const places[] = {"subtype", "codes"};
    const json_t *exception = json_object_get(json->root, "exception");
    struct vmt_slice type;
    struct vmt_slice text;
    char reason[160];
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (vmt_json_string(exception, places[i], &text)) {
            vmt_part_header_fault(process, text, vmt_json_place(json, "exception").line);
        }
    }
    if (!vmt_json_string(exception, "type", &type) || type.length > sizeof reason / 3) {
        return VMT_OK;
    }
    bool signal = vmt_json_string(exception, "signal", &text) && text.length < sizeof reason / 3;
    int length = snprintf(reason, sizeof reason, "%.*s%s%.*s%s", (int)type.length, type.data,
                          signal ? " (" : "", signal ? (int)text.length : 0,
                          signal ? text.data : "", signal ? ")" : "");
    return vmt_snapshot_string(&process->reason, parse->snapshot,
                               (struct vmt_slice){reason, (size_t)length}, err);
}

static enum vmt_status set_pid(struct vmt_process *process, const struct vmt_json *json,
                               struct vmt_error *err)
{
    process->pid_known = vmt_json_u64(json->root, "pid", &process->pid);
    return process->pid_known || json_object_get(json->root, "pid") == NULL
               ? VMT_OK
               : note(process, VMT_NOTE_DAMAGED_VALUE, vmt_json_place(json, "pid"),
                      "not the number of a process", err);
}

/* The two spellings of the key say the same; it is read once. */
static enum vmt_status read_region_strings(struct vmt_parse *parse, struct vmt_process *process,
                                           const struct vmt_json *json, struct vmt_error *err)
{
    static const char *const keys[] = {"vmRegionInfo", "vmregioninfo"};
    struct vmt_slice texts[2] = {{NULL, 0}, {NULL, 0}};
    for (size_t i = 0; i < 2; i++) {
        enum vmt_status status =
            vmt_part_ips_string(&texts[i], process, json, json->root, keys[i], err);
        if (status != VMT_OK && status != VMT_END) {
            return status;
        }
    }
    size_t first = texts[0].length > 0 ? 0 : 1;
    if (texts[first].length == 0) {
        return VMT_OK;
    }
    enum vmt_status status = vmt_part_ips_region_info(parse, process, texts[first],
                                                      vmt_json_place(json, keys[first]), err);
    if (status == VMT_OK && texts[1].length > 0 && !vmt_slice_equals(texts[first], texts[1])) {
        status = note(process, VMT_NOTE_TWIN_DIFFERS, vmt_json_place(json, keys[1]), keys[1], err);
    }
    return status;
}

/* What else stands in the text. */
static enum vmt_status scrape(struct vmt_parse *parse, struct vmt_process *process,
                              const struct vmt_json *json, struct vmt_error *err)
{
    static const struct {
        const char *key;
        bool regions;
    } keys[] = {{"vmRegionInfo", true},
                {"vmregioninfo", true},
                {"virtualMemoryRegionInfo", true},
                {"vmSummary", false}};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        json_t *string = NULL;
        bool have = keys[i].regions ? process->around_fault : process->stated.count > 0;
        if (have || json_object_get(json->root, keys[i].key) != NULL) {
            continue; /* it was read, or was not readable */
        }
        enum vmt_status status = vmt_json_scrape(&string, json, keys[i].key, err);
        if (status == VMT_OK) {
            struct vmt_slice text = {json_string_value(string), json_string_length(string)};
            struct vmt_place place = vmt_json_place(json, keys[i].key);
            status = keys[i].regions ? vmt_part_ips_region_info(parse, process, text, place, err)
                                     : vmt_part_ips_summary(parse, process, text, place, err);
            json_decref(string);
        }
        if (status != VMT_OK && status != VMT_END) {
            return status;
        }
    }
    return VMT_OK;
}

enum vmt_status vmt_part_ips_strings(struct vmt_parse *parse, struct vmt_process *process,
                                     const struct vmt_json *json, struct vmt_error *err)
{
    struct vmt_slice text;
    enum vmt_status status = VMT_OK;
    if (!process->around_fault) {
        status = read_region_strings(parse, process, json, err);
    }
    if (status == VMT_OK && process->stated.count == 0) {
        status = vmt_part_ips_string(&text, process, json, json->root, "vmSummary", err);
        if (status == VMT_OK) {
            status =
                vmt_part_ips_summary(parse, process, text, vmt_json_place(json, "vmSummary"), err);
        }
    }
    return status == VMT_OK || status == VMT_END ? scrape(parse, process, json, err) : status;
}

enum vmt_status vmt_part_ips_body(struct vmt_parse *parse, struct vmt_process *process,
                                  const struct vmt_json *json, struct vmt_error *err)
{
    enum vmt_status status = set_members(parse, process, json, body_members, err);
    if (status == VMT_OK) {
        status = set_pid(process, json, err);
    }
    if (status == VMT_OK) {
        status = set_os(parse, process, json_object_get(json->root, "osVersion"), err);
    }
    if (status == VMT_OK) {
        status = set_exception(parse, process, json, err);
    }
    if (status == VMT_OK) {
        status = vmt_part_ips_strings(parse, process, json, err);
    }
    return status == VMT_OK && json->root != NULL
               ? vmt_json_facts(parse->snapshot, &process->facts, json->root, body_skip, err)
               : status;
}
