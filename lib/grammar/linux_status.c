/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/linux_status.h"

#include "grammar/part_field.h"
#include "grammar/resemblance.h"

/* /proc/PID/status of Linux (fs/proc/array.c, task_mem() of fs/proc/task_mmu.c), whole or the lines
 * that somebody took out of it.
 *
 *   Name:   ledgerd
 *   State:  S (sleeping)
 *   Pid:    4101
 *   VmPeak:     3060 kB
 *   VmRSS:      1632 kB
 *   …
 *
 * A thread of the kernel has no memory lines.  Resident and swapped sizes are counters that each
 * thread (to 6.1) or each processor keeps a part of, so they can be off by what those parts hold.
 */

static const char file[] = "status";

/* So many lines that are no fields of it are read over to go on. */
#define DAMAGE_AHEAD 3
/* State and Pid are among the first lines. */
#define HEAD 8
/* Where one of the two is damaged, so many keys that are known tell as much. */
#define KEYS_LEAST 5
/* A longer key tells by its beginning. */
#define REST_LEAST 12
/* What a part of a counter holds before it is added to the whole, in pages (mm/memory.c,
 * percpu_counter_batch), and the largest page that there is by default. */
#define THREAD_BATCH 64
#define PROCESSOR_BATCH 32
#define PAGE_MOST 65536
/* Processors of a machine of which nothing is known. */
#define PROCESSORS 64

/* Sizes that are members of the model. */
static const struct {
    const char *name;
    enum vmt_member member;
    bool counter; /* not exact */
} sizes[] = {
    {"VmPeak", VMT_VIRTUAL_PEAK, false}, {"VmSize", VMT_VIRTUAL, false},
    {"VmHWM", VMT_RESIDENT_PEAK, true},  {"VmRSS", VMT_RSS, true},
    {"RssFile", VMT_FILE_BACKED, true},  {"VmSwap", VMT_SWAPPED, true},
};
enum { SIZE_COUNT = sizeof sizes / sizeof sizes[0] };

/* Other keys, all of which are facts. */
static const char *const keys[] = {
    "Umask",
    "State",
    "Tgid",
    "Ngid",
    "Pid",
    "PPid",
    "TracerPid",
    "Uid",
    "Gid",
    "FDSize",
    "Groups",
    "NStgid",
    "NSpid",
    "NSpgid",
    "NSsid",
    "Kthread",
    "VmLck",
    "VmPin",
    "RssAnon",
    "RssShmem",
    "VmData",
    "VmStk",
    "VmExe",
    "VmLib",
    "VmPTE",
    "VmPMD",
    "HugetlbPages",
    "CoreDumping",
    "THP_enabled",
    "untag_mask",
    "Threads",
    "SigQ",
    "SigPnd",
    "ShdPnd",
    "SigBlk",
    "SigIgn",
    "SigCgt",
    "CapInh",
    "CapPrm",
    "CapEff",
    "CapBnd",
    "CapAmb",
    "NoNewPrivs",
    "Seccomp",
    "Cpus_allowed",
    "Mems_allowed",
    "SleepAVG",
    "Seccomp_filters",
    "Name",
    "Shared_Hugetlb",
    "Speculation_Store_Bypass",
    "SpeculationIndirectBranch",
    "Cpus_allowed_list",
    "Mems_allowed_list",
    "voluntary_ctxt_switches",
    "nonvoluntary_ctxt_switches",
    "x86_Thread_features",
    "x86_Thread_features_locked",
};

struct reader {
    struct vmt_parse *parse;
    struct vmt_process *process;
    uint64_t sizes[SIZE_COUNT];
    bool known[SIZE_COUNT];
    uint64_t anonymous; /* RssAnon and RssShmem */
    unsigned anonymous_parts;
    uint64_t bits; /* of all sizes that are whole pages */
    uint64_t threads;
    uint64_t processors; /* at most */
    bool named;
    bool tgid;
};

static size_t find_size(struct vmt_slice name)
{
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        if (vmt_slice_equals(name, vmt_slice(sizes[i].name))) {
            return i;
        }
    }
    return SIZE_COUNT;
}

static bool is_key(struct vmt_slice name)
{
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (vmt_slice_equals(name, vmt_slice(keys[i]))) {
            return true;
        }
    }
    return find_size(name) < SIZE_COUNT;
}

/* Whether the kernel writes a size in kB behind the name, in whatever version. */
static bool is_size(struct vmt_slice name)
{
    return vmt_slice_starts(name, "Vm") || vmt_slice_starts(name, "Rss") ||
           vmt_slice_equals(name, vmt_slice("HugetlbPages"));
}

/* Whether nothing but a number stands behind the name. */
static bool is_number(struct vmt_slice name)
{
    static const char *const numbers[] = {"Tgid",   "Pid",     "PPid",
                                          "FDSize", "Threads", "voluntary_ctxt_switches"};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (vmt_slice_equals(name, vmt_slice(numbers[i]))) {
            return true;
        }
    }
    return false;
}

static bool names(const struct vmt_part_field *field, const char *name)
{
    return vmt_slice_equals(field->name, vmt_slice(name));
}

/* `Name:`, and `State:  S (sleeping)` and `Pid:  4101` soon after it; one line may be damaged. */
static bool is_head(const struct vmt_cursor *cursor, size_t index)
{
    bool state = false;
    bool pid = false;
    size_t known = 0;
    size_t unread = 0;
    struct vmt_part_field field;
    for (size_t i = index + 1; i < index + HEAD && !(state && pid); i++) {
        if (!vmt_part_field_read(vmt_cursor_text(cursor, i), &field)) {
            if (++unread > 1) {
                return false;
            }
            continue;
        }
        known += is_key(field.name) ? 1 : 0;
        state = state || (names(&field, "State") && field.text.length > 3 &&
                          vmt_slice_starts(vmt_slice_from(field.text, 1), " ("));
        pid = pid ||
              ((names(&field, "Pid") || names(&field, "Tgid")) && field.kind == VMT_FIELD_NUMBER);
    }
    return (state && pid) || known >= KEYS_LEAST;
}

/* A size that only this file has: what stands before it may be a damaged one. */
static bool is_size_ahead(const struct vmt_cursor *cursor, size_t index)
{
    struct vmt_part_field field;
    return vmt_part_field_read(vmt_cursor_text(cursor, index), &field) &&
           field.kind == VMT_FIELD_SIZE && find_size(field.name) < SIZE_COUNT;
}

static bool claims(const struct vmt_cursor *cursor)
{
    struct vmt_part_field field;
    size_t begin = vmt_part_field_begin(cursor, file);
    if (!vmt_part_field_read(vmt_cursor_text(cursor, begin), &field)) {
        return false;
    }
    if (names(&field, "Name")) {
        return is_head(cursor, begin);
    }
    return find_size(field.name) < SIZE_COUNT &&
           (field.kind == VMT_FIELD_SIZE || is_size_ahead(cursor, begin + 1));
}

/* --- lines ------------------------------------------------------------------------------------ */

static enum vmt_status damage(struct reader *reader, const char *reason, size_t column,
                              struct vmt_error *err)
{
    return vmt_parse_damage(reader->parse, &reader->process->notes, reason, column, err);
}

/* Processors by the width of the mask, which has a bit for each that there can be. */
static uint64_t count_processors(struct vmt_slice mask)
{
    uint64_t digits = 0;
    for (size_t i = 0; i < mask.length; i++) {
        digits += mask.data[i] != ',' ? 1 : 0;
    }
    return digits * 4;
}

static void read_number(struct reader *reader, const struct vmt_part_field *field)
{
    struct vmt_process *process = reader->process;
    bool tgid = names(field, "Tgid");
    if (field->kind == VMT_FIELD_NUMBER && (tgid || (names(field, "Pid") && !reader->tgid))) {
        process->pid = field->number; /* of the process, where this is one of its threads */
        process->pid_known = true;
        reader->tgid = tgid;
    } else if (field->kind == VMT_FIELD_NUMBER && names(field, "Threads")) {
        reader->threads = field->number;
    } else if (names(field, "Cpus_allowed")) {
        reader->processors = count_processors(field->text);
    } else if (field->kind == VMT_FIELD_SIZE &&
               (names(field, "RssAnon") || names(field, "RssShmem")) &&
               reader->anonymous <= UINT64_MAX - field->number) {
        reader->anonymous += field->number;
        reader->anonymous_parts++;
        reader->bits |= field->number;
    }
}

static enum vmt_status read_text(struct reader *reader, const struct vmt_part_field *field,
                                 struct vmt_error *err)
{
    struct vmt_process *process = reader->process;
    struct vmt_snapshot *snapshot = reader->parse->snapshot;
    if (names(field, "Name")) {
        return field->text.length > 0
                   ? vmt_snapshot_string(&process->name, snapshot, field->text, err)
                   : VMT_OK;
    }
    if (names(field, "State")) {
        return vmt_snapshot_string(&process->states, snapshot, field->text, err);
    }
    return vmt_part_field_fact(&process->facts, reader->parse, field->name, field->text, err);
}

static enum vmt_status read_field(struct reader *reader, const struct vmt_part_field *field,
                                  const struct vmt_line *line, struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    size_t size = find_size(field->name);
    if (is_size(field->name) && field->kind != VMT_FIELD_SIZE) {
        return damage(reader,
                      field->kind == VMT_FIELD_EXCESS ? "a size that no memory has"
                                                      : "not a size in kB",
                      vmt_part_field_column(field, line->text), err);
    }
    if (is_number(field->name) && field->kind != VMT_FIELD_NUMBER) {
        return damage(reader, "not a number", vmt_part_field_column(field, line->text), err);
    }
    if (size < SIZE_COUNT) {
        reader->sizes[size] = field->number;
        reader->known[size] = true;
        reader->bits |= field->number;
    } else {
        reader->named = reader->named || names(field, "Name");
        read_number(reader, field);
        status = read_text(reader, field, err);
    }
    return status == VMT_OK ? vmt_cursor_take(reader->parse->cursor, VMT_LINE_CONSUMED, err)
                            : status;
}

/* Whether a field begins the next process. */
static bool is_next(const struct reader *reader, const struct vmt_part_field *field)
{
    size_t size = find_size(field->name);
    return size < SIZE_COUNT ? reader->known[size] : reader->named && names(field, "Name");
}

/* Whether a line that we know follows within a few. */
static bool goes_on(const struct reader *reader)
{
    for (size_t i = 1; i <= DAMAGE_AHEAD; i++) {
        struct vmt_part_field field;
        struct vmt_slice text = vmt_cursor_text(reader->parse->cursor, i);
        if (vmt_part_field_read(text, &field) && is_key(field.name)) {
            return !is_next(reader, &field);
        }
    }
    return false;
}

/* A key of which nothing but its beginning is left, or that has something in it that none has. */
static bool is_rest_of_key(const struct vmt_line *line)
{
    static const char *const long_ones[] = {"nonvoluntary_", "Cpus_allowed", "Mems_allowed", NULL};
    if (vmt_line_begins_like(line, long_ones)) {
        return true;
    }
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *const beginnings[] = {keys[i], NULL};
        if (strlen(keys[i]) >= REST_LEAST && vmt_line_begins_like(line, beginnings)) {
            return true;
        }
    }
    return false;
}

static enum vmt_status read_line(struct reader *reader, struct vmt_error *err)
{
    struct vmt_cursor *cursor = reader->parse->cursor;
    enum vmt_status status = vmt_cursor_fill(cursor, DAMAGE_AHEAD + 1, err);
    const struct vmt_line *line = vmt_cursor_ahead(cursor, 0);
    if (status != VMT_OK || line == NULL) {
        return status == VMT_OK ? VMT_END : status;
    }
    struct vmt_part_field field;
    if (!line->too_long && vmt_part_field_read(line->text, &field)) {
        if (is_next(reader, &field)) {
            return VMT_END;
        }
        /* The kernel puts a tab behind the colon; a key of its own is before others. */
        size_t colon = vmt_slice_find(line->text, ":");
        bool tab = colon + 1 < line->text.length && line->text.data[colon + 1] == '\t';
        if (is_key(field.name) || tab || goes_on(reader)) {
            return read_field(reader, &field, line, err);
        }
        return VMT_END;
    }
    bool torn = (line->torn && !vmt_line_is_blank(line)) || is_rest_of_key(line);
    if (!torn && !line->too_long && !goes_on(reader)) {
        return VMT_END;
    }
    return vmt_line_is_blank(line) ? vmt_cursor_take(cursor, VMT_LINE_BLANK, err)
                                   : damage(reader, "not a field", 0, err);
}

/* --- from fields to members ------------------------------------------------------------------- */

/* How far a counter can be off, in bytes. */
static uint64_t slack(const struct reader *reader)
{
    uint64_t page = reader->bits & (~reader->bits + 1); /* sizes are whole pages */
    uint64_t processors = reader->processors == 0 ? PROCESSORS : reader->processors;
    uint64_t batch = 2 * processors > PROCESSOR_BATCH ? 2 * processors : PROCESSOR_BATCH;
    uint64_t threads = reader->threads < UINT32_MAX ? reader->threads + 1 : UINT32_MAX;
    if (page == 0 || page > PAGE_MOST) {
        page = PAGE_MOST;
    }
    return (batch * processors + THREAD_BATCH * threads) * page;
}

static struct vmt_amount around(uint64_t value, uint64_t slack_, uint64_t limit)
{
    uint64_t upper = value > UINT64_MAX - slack_ ? UINT64_MAX : value + slack_;
    if (upper > limit && limit >= value) {
        upper = limit;
    }
    return vmt_estimate(value, value > slack_ ? value - slack_ : 0, upper);
}

static void set_members(struct reader *reader)
{
    struct vmt_amount *of = reader->process->whole.of;
    uint64_t off = slack(reader);
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        if (reader->known[i]) {
            of[sizes[i].member] = sizes[i].counter ? around(reader->sizes[i], off, UINT64_MAX)
                                                   : vmt_exactly(reader->sizes[i]);
        }
    }
    const struct vmt_amount *whole = &of[VMT_VIRTUAL];
    if (of[VMT_RSS].known) {
        of[VMT_RSS] = around(of[VMT_RSS].value, off, whole->known ? whole->value : UINT64_MAX);
        of[VMT_RESIDENT] = of[VMT_RSS];
    }
    /* Swapped pages of shared memory are in no line: there may be more, within the whole. */
    uint64_t swapped = of[VMT_SWAPPED].value;
    if (reader->anonymous_parts == 2 && of[VMT_SWAPPED].known && whole->known &&
        swapped <= whole->value && reader->anonymous <= whole->value - swapped) {
        of[VMT_ANONYMOUS] = around(reader->anonymous + swapped, off, whole->value);
        of[VMT_ANONYMOUS].upper = whole->value;
    }
}

static enum vmt_status parse(struct vmt_parse *parse, struct vmt_error *err)
{
    struct reader reader = {.parse = parse};
    uint64_t pid = 0;
    uint64_t begin = vmt_parse_line(parse, vmt_cursor_ahead(parse->cursor, 0));
    enum vmt_status status =
        vmt_snapshot_add_process(&reader.process, parse->snapshot, parse->input, err);
    if (status == VMT_OK) {
        status = vmt_part_field_take_heading(parse, file, &pid, err);
    }
    if (status != VMT_OK) {
        return status;
    }
    reader.process->grammar = vmt_grammar_linux_status.name;
    reader.process->line = begin;
    reader.process->pid = pid;
    reader.process->pid_known = pid > 0;
    while (status == VMT_OK) {
        status = read_line(&reader, err);
    }
    set_members(&reader);
    return status == VMT_END ? VMT_OK : status;
}

const struct vmt_grammar vmt_grammar_linux_status = {
    .name = "linux-status",
    .summary = "/proc/PID/status",
    .gives = "totals of a process and their peaks",
    .claims = claims,
    .parse = parse,
};
