/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/part_header.h"

#include "grammar/part_fault.h"
#include "grammar/pattern.h"
#include "grammar/printed.h"

static const char *const key_groups[] = {"key", "value", NULL};
enum { KEY, VALUE };
static const struct vmt_pattern_source key_pattern = {
    "[ \\t]*+ (?<key> [A-Z] [^:]{0,39}+ ) : [ \\t]*+ (?<value> .*+ )", key_groups};

/* 2026-03-02 10:11:12.345 +0100 */
static const char *const time_groups[] = {"day", "time", "hours", "minutes", NULL};
enum { DAY, TIME, ZONE_HOURS, ZONE_MINUTES };
static const struct vmt_pattern_source time_pattern = {
    "(?<day> [0-9]{4}-[0-9]{2}-[0-9]{2} ) \\x20++ "
    "(?<time> [0-9]{2}:[0-9]{2}:[0-9]{2} (?: \\.[0-9]{1,9} )?+ ) "
    "(?: \\x20++ (?<hours> [-+][0-9]{2} ) (?<minutes> [0-9]{2} ) )?+",
    time_groups};

bool vmt_part_header_process(struct vmt_slice value, struct vmt_slice *name, uint64_t *pid)
{
    value = vmt_slice_trim(value);
    if (!vmt_slice_ends(value, "]")) {
        return false;
    }
    size_t open = value.length - 1;
    while (open > 0 && value.data[open] != '[') {
        open--;
    }
    struct vmt_slice digits = {value.data + open + 1, value.length - open - 2};
    if (value.data[open] != '[' || !vmt_parse_u64(digits, 10, pid)) {
        return false;
    }
    *name = vmt_slice_trim((struct vmt_slice){value.data, open});
    return name->length > 0;
}

enum vmt_status vmt_part_header_fact(struct vmt_parse *parse, struct vmt_process *process,
                                     struct vmt_slice key, struct vmt_slice value,
                                     struct vmt_error *err)
{
    struct vmt_fact *fact = vmt_sequence_add(&process->facts);
    if (fact == NULL) {
        return vmt_arena_fail(&parse->snapshot->arena, err);
    }
    enum vmt_status status = vmt_snapshot_string(&fact->key, parse->snapshot, key, err);
    return status == VMT_OK ? vmt_snapshot_string(&fact->value, parse->snapshot, value, err)
                            : status;
}

/* Each setter gives VMT_END when the value is not as expected; the line is kept as a fact then. */
typedef enum vmt_status setter(struct vmt_parse *parse, struct vmt_process *process,
                               struct vmt_slice value, struct vmt_error *err);

static enum vmt_status set_process(struct vmt_parse *parse, struct vmt_process *process,
                                   struct vmt_slice value, struct vmt_error *err)
{
    struct vmt_slice name;
    uint64_t pid = 0;
    if (!vmt_part_header_process(value, &name, &pid)) {
        return VMT_END;
    }
    process->pid = pid;
    process->pid_known = true;
    return vmt_snapshot_string(&process->name, parse->snapshot, name, err);
}

static enum vmt_status set_arch(struct vmt_parse *parse, struct vmt_process *process,
                                struct vmt_slice value, struct vmt_error *err)
{
    return vmt_snapshot_string(&process->arch, parse->snapshot, value, err);
}

/* The next number of `14.5.1 (23F79)`, 0 when there is none; what follows it stays in *rest. */
static unsigned version_part(struct vmt_slice *rest)
{
    size_t length = 0;
    while (length < rest->length && rest->data[length] >= '0' && rest->data[length] <= '9') {
        length++;
    }
    uint64_t number = 0;
    bool known = vmt_parse_u64((struct vmt_slice){rest->data, length}, 10, &number);
    bool more = length < rest->length && rest->data[length] == '.';
    *rest = vmt_slice_from(*rest, length + (more ? 1 : 0));
    return known && number < 1000 ? (unsigned)number : 0;
}

/* "macOS 14.5 (23F79)", "Mac OS X 10.13.6 (17G65)", "OS X 10.10"; a simulator says "iPhone OS". */
void vmt_part_header_set_version(struct vmt_process *process, struct vmt_slice value)
{
    static const char *const names[] = {"macOS ", "Mac OS X ", "OS X "};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!vmt_slice_starts(value, names[i])) {
            continue;
        }
        struct vmt_slice version = vmt_slice_from(value, strlen(names[i]));
        process->macos_major = version_part(&version);
        process->macos_minor = version_part(&version);
    }
}

enum vmt_status vmt_part_header_os(struct vmt_parse *parse, struct vmt_process *process,
                                   struct vmt_slice value, struct vmt_error *err)
{
    vmt_part_header_set_version(process, value);
    return vmt_snapshot_string(&process->os, parse->snapshot, value, err);
}

enum vmt_status vmt_part_header_time(const struct vmt_string **out, struct vmt_parse *parse,
                                     struct vmt_slice value, struct vmt_error *err)
{
    struct vmt_pattern *pattern = NULL;
    enum vmt_status status = vmt_pattern_get(&pattern, parse->context, &time_pattern, err);
    if (status != VMT_OK) {
        return status;
    }
    status = vmt_pattern_match(pattern, value, err);
    if (status != VMT_OK) {
        return status;
    }
    char text[40]; /* the pattern bounds each part: 10 + 1 + 18 + 3 + 1 + 2 */
    size_t used = 0;
    static const struct {
        size_t group;
        const char *before;
    } parts[] = {{DAY, ""}, {TIME, "T"}, {ZONE_HOURS, ""}, {ZONE_MINUTES, ":"}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        struct vmt_slice part = vmt_pattern_group(pattern, parts[i].group);
        if (part.data != NULL) {
            memcpy(text + used, parts[i].before, strlen(parts[i].before));
            used += strlen(parts[i].before);
            memcpy(text + used, part.data, part.length);
            used += part.length;
        }
    }
    return vmt_snapshot_string(out, parse->snapshot, (struct vmt_slice){text, used}, err);
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

static enum vmt_status set_amount(struct vmt_amount *out, struct vmt_slice value)
{
    struct vmt_printed printed;
    struct vmt_reading reading;
    if (!vmt_printed_parse(value, &printed) || !vmt_printed_bytes(printed, 1, &reading)) {
        return VMT_END;
    }
    *out = vmt_amount_of(reading);
    return VMT_OK;
}

static enum vmt_status set_footprint(struct vmt_parse *parse, struct vmt_process *process,
                                     struct vmt_slice value, struct vmt_error *err)
{
    (void)parse;
    (void)err;
    return set_amount(&process->whole.of[VMT_FOOTPRINT], value);
}

static enum vmt_status set_peak(struct vmt_parse *parse, struct vmt_process *process,
                                struct vmt_slice value, struct vmt_error *err)
{
    (void)parse;
    (void)err;
    return set_amount(&process->whole.of[VMT_FOOTPRINT_PEAK], value);
}

/* Why the system ended it: the kernel's word for it. */
static enum vmt_status set_reason(struct vmt_parse *parse, struct vmt_process *process,
                                  struct vmt_slice value, struct vmt_error *err)
{
    return value.length == 0 ? VMT_END
                             : vmt_snapshot_string(&process->reason, parse->snapshot, value, err);
}

void vmt_part_header_fault(struct vmt_process *process, struct vmt_slice value, uint64_t line)
{
    /* `at 0x41fc821e000001b0 -> 0xffffff9e000001b0 (…)`: the second is what was looked for. */
    static const char *const before[] = {" at ", " -> "};
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
        size_t at = vmt_slice_find(value, before[i]);
        struct vmt_slice rest =
            vmt_slice_from(value, at + (at < value.length ? strlen(before[i]) : 0));
        uint64_t address = 0;
        if (vmt_part_fault_address(vmt_slice_word(&rest), &address) &&
            process->fault.place == VMT_FAULT_UNPLACED) {
            process->fault.stated = true;
            process->fault.address = address;
            process->fault.line = line;
        }
    }
}

/* A key without a setter is a fact of its own. */
static const struct {
    const char *key;
    setter *set;
    bool crash; /* only reports of crashes have it */
} keys[] = {
    {"Process", set_process, false},
    {"Path", NULL, false},
    {"Load Address", NULL, false},
    {"Identifier", NULL, false},
    {"Version", NULL, false},
    {"Build Info", NULL, false},
    {"Code Type", set_arch, false},
    {"Platform", NULL, false},
    {"Parent Process", NULL, false},
    {"Target Type", NULL, false},
    {"Date/Time", set_captured, false},
    {"Launch Time", set_launched, false},
    {"OS Version", vmt_part_header_os, false},
    {"Report Version", NULL, false},
    {"Analysis Tool", NULL, false},
    {"Analysis Tool Version", NULL, false},
    {"Physical footprint", set_footprint, false},
    {"Physical footprint (peak)", set_peak, false},
    {"Idle exit", NULL, false},
    {"Responsible", NULL, false},
    {"User ID", NULL, false},
    {"Role", NULL, false},
    {"Coalition", NULL, false},
    {"Release Type", NULL, false},
    {"Baseband Version", NULL, false},
    {"Hardware Model", NULL, false},
    {"AppVariant", NULL, false},
    {"AppStoreTools", NULL, false},
    {"Sleep/Wake UUID", NULL, false},
    {"Time Awake Since Boot", NULL, false},
    {"Time Since Wake", NULL, false},
    {"System Integrity Protection", NULL, false},
    {"Notes", NULL, false},
    {"Incident Identifier", NULL, true},
    {"CrashReporter Key", NULL, true},
    {"Anonymous UUID", NULL, true},
    {"Crashed Thread", NULL, true},
    {"Exception Type", set_reason, true},
    {"Exception Subtype", NULL, true},
    {"Exception Codes", NULL, true},
    {"Exception Note", NULL, true},
    {"Exception Message", NULL, true},
    {"Termination Signal", NULL, true},
    {"Termination Reason", NULL, true},
    {"Termination Description", NULL, true},
    {"Terminating Process", NULL, true},
    {"Triggered by Thread", NULL, true},
    {"Highlighted by Thread", NULL, true},
};

static size_t find_key(struct vmt_slice line)
{
    line = vmt_slice_trim(line);
    struct vmt_slice key = {line.data, vmt_slice_find(line, ":")};
    size_t i = key.length == 0 || key.length == line.length ? sizeof keys / sizeof keys[0] : 0;
    /* The first letter tells most of the lines that are looked at, which are prose. */
    while (i < sizeof keys / sizeof keys[0] &&
           (keys[i].key[0] != key.data[0] || !vmt_slice_equals(key, vmt_slice(keys[i].key)))) {
        i++;
    }
    return i;
}

bool vmt_part_header_known(struct vmt_slice line)
{
    return find_key(line) < sizeof keys / sizeof keys[0];
}

bool vmt_part_header_is_crash(struct vmt_slice line)
{
    size_t i = find_key(line);
    return i < sizeof keys / sizeof keys[0] && keys[i].crash;
}

static enum vmt_status read_key(struct vmt_parse *parse, struct vmt_process *process,
                                struct vmt_slice key, struct vmt_slice value,
                                const struct vmt_line *line, struct vmt_error *err)
{
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (!vmt_slice_equals(key, vmt_slice(keys[i].key))) {
            continue;
        }
        enum vmt_status status =
            keys[i].set == NULL ? VMT_END : keys[i].set(parse, process, value, err);
        if (keys[i].crash) {
            vmt_part_header_fault(process, value, vmt_parse_line(parse, line));
        }
        return status == VMT_END ? vmt_part_header_fact(parse, process, key, value, err) : status;
    }
    struct vmt_place place = vmt_parse_place(parse, line, 1);
    enum vmt_status status =
        vmt_notes_add(&process->notes, VMT_NOTE_UNKNOWN_KEY, place, key, vmt_line_whole(line), err);
    return status == VMT_OK ? vmt_part_header_fact(parse, process, key, value, err) : status;
}

/* An amount that cannot be read; `???` and nothing say that there is none. */
static bool is_no_amount(struct vmt_slice key, struct vmt_slice value)
{
    struct vmt_amount amount;
    bool number = value.length > 0 &&
                  (value.data[0] == '-' || (value.data[0] >= '0' && value.data[0] <= '9'));
    return number && vmt_slice_starts(key, "Physical footprint") &&
           set_amount(&amount, value) != VMT_OK;
}

enum vmt_status vmt_part_header_line(struct vmt_parse *parse, struct vmt_process *process,
                                     struct vmt_error *err)
{
    const struct vmt_line *line = NULL;
    struct vmt_pattern *pattern = NULL;
    enum vmt_status status = vmt_cursor_peek(&line, parse->cursor, err);
    if (status == VMT_OK) {
        status = vmt_pattern_get(&pattern, parse->context, &key_pattern, err);
    }
    if (status == VMT_OK) {
        status = vmt_pattern_match(pattern, line->text, err);
    }
    if (status != VMT_OK) {
        return status;
    }
    struct vmt_slice key = vmt_pattern_group(pattern, KEY);
    struct vmt_slice value = vmt_slice_trim(vmt_pattern_group(pattern, VALUE));
    if (is_no_amount(key, value)) {
        return vmt_parse_damage(parse, &process->notes, "not a size",
                                (size_t)(value.data - line->text.data) + 1, err);
    }
    status = read_key(parse, process, key, value, line, err);
    return status == VMT_OK ? vmt_cursor_take(parse->cursor, VMT_LINE_CONSUMED, err) : status;
}
