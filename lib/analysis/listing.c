/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/listing.h"

#include <inttypes.h>
#include <stdio.h>

#include "analysis/breakdown.h"
#include "analysis/moment.h"

/* Reading all processes takes a while: so many seconds apart they are still of one time. */
#define ABOUT_ONE_TIME 600

/* Linux and macOS keep so many bytes of a name where they keep it short. */
#define SHORT_NAME 15

/* Different processes of one number that are looked at: more come from no real evidence. */
#define SAME_NUMBER_MOST 64

void vmt_listing_init(struct vmt_listing *listing, const struct vmt_allocator *allocator,
                      size_t memory_limit)
{
    *listing = (struct vmt_listing){.allocator = allocator};
    vmt_arena_init(&listing->arena, allocator, memory_limit);
    vmt_intern_init(&listing->strings, &listing->arena);
    vmt_string_map_init(&listing->by_number, &listing->arena);
    vmt_sequence_init(&listing->processes, &listing->arena, sizeof(struct vmt_listed));
}

void vmt_listing_free(struct vmt_listing *listing)
{
    vmt_arena_free(&listing->arena);
}

/* --- whether it is there already -------------------------------------------------------------- */

static bool differ(const struct vmt_string *a, const struct vmt_string *b)
{
    return a != NULL && b != NULL && !vmt_slice_equals(vmt_string_slice(a), vmt_string_slice(b));
}

/* A name that was cut is the front of the whole one. */
static bool names_differ(const struct vmt_string *a, const struct vmt_string *b)
{
    if (!differ(a, b)) {
        return false;
    }
    const struct vmt_string *shorter = a->length < b->length ? a : b;
    const struct vmt_string *longer = shorter == a ? b : a;
    return shorter->length < SHORT_NAME ||
           memcmp(shorter->data, longer->data, shorter->length) != 0;
}

static bool is_one(const struct vmt_listed *listed, const struct vmt_process *process)
{
    return !names_differ(listed->name, process->name) && !differ(listed->os, process->os) &&
           !differ(listed->launched_at, process->launched_at);
}

/* Where the processes of a number are kept, or NULL when there is no memory. */
static void **number_slot(struct vmt_listing *listing, uint64_t pid)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRIu64, pid);
    const struct vmt_string *key = vmt_intern(&listing->strings, vmt_slice(digits));
    return key == NULL ? NULL : vmt_string_map_at(&listing->by_number, key);
}

/* The record of the process, new where there is none; NULL when there is no memory. */
static struct vmt_listed *find(struct vmt_listing *listing, const struct vmt_process *process)
{
    struct vmt_listed *listed = NULL;
    void **slot = NULL;
    if (process->pid_known) {
        slot = number_slot(listing, process->pid);
        if (slot == NULL) {
            return NULL;
        }
        size_t looked_at = 0;
        for (listed = *slot; listed != NULL && looked_at < SAME_NUMBER_MOST; looked_at++) {
            if (is_one(listed, process)) {
                return listed;
            }
            listed = listed->same_number;
        }
    }
    listed = vmt_sequence_add(&listing->processes);
    if (listed != NULL) {
        listed->order = listing->processes.count;
        listed->pid = process->pid;
        listed->pid_known = process->pid_known;
    }
    if (listed != NULL && slot != NULL) {
        listed->same_number = *slot;
        *slot = listed;
    }
    return listed;
}

/* --- what is known of it ---------------------------------------------------------------------- */

/* Keep a copy of `text` unless there is one, or one that was cut.  False when there is no
 * memory. */
static bool keep(struct vmt_listing *listing, const struct vmt_string **kept, struct vmt_slice text)
{
    if (text.length > 0 && (*kept == NULL || (*kept)->length < text.length)) {
        *kept = vmt_intern(&listing->strings, text);
        return *kept != NULL;
    }
    return true;
}

static struct vmt_slice slice_of(const struct vmt_string *string)
{
    struct vmt_slice none = {0};
    return string == NULL ? none : vmt_string_slice(string);
}

static bool is_better(struct vmt_amount next, struct vmt_amount old)
{
    if (!next.bounded || !old.bounded || next.known != old.known) {
        return next.bounded && (!old.bounded || next.known);
    }
    return next.known || next.upper - next.lower <= old.upper - old.lower;
}

/* A part is no more than the whole, also where nothing else is known of it. */
static void bound_part(struct vmt_amounts *amounts, enum vmt_member part, enum vmt_member whole)
{
    struct vmt_amount *amount = &amounts->of[part];
    uint64_t most = amounts->of[whole].upper;
    if (!amounts->of[whole].bounded) {
        return;
    }
    if (!amount->bounded) {
        *amount = vmt_between(0, most);
    } else if (amount->lower <= most && amount->value <= most && amount->upper > most) {
        amount->upper = most;
    }
}

static void join_amounts(struct vmt_listed *listed, const struct vmt_amounts *amounts)
{
    for (int member = 0; member < VMT_MEMBER_COUNT; member++) {
        if (is_better(amounts->of[member], listed->amounts.of[member])) {
            listed->amounts.of[member] = amounts->of[member];
            listed->measured = true;
        }
    }
    bound_part(&listed->amounts, VMT_USS, VMT_RESIDENT);
    bound_part(&listed->amounts, VMT_PSS, VMT_RESIDENT);
    bound_part(&listed->amounts, VMT_SWAP_PSS, VMT_SWAPPED);
}

/* Whether all are of one system and about one time. */
static void compare_with_first(struct vmt_listing *listing, const struct vmt_process *process)
{
    uint64_t seconds = 0;
    struct vmt_walker walker = {0};
    const struct vmt_listed *first = vmt_sequence_next(&listing->processes, &walker);
    if (differ(first->os, process->os)) {
        listing->mixed = "of different systems";
    } else if (listing->mixed == NULL && process->captured_at != NULL &&
               vmt_moments_apart(&seconds, slice_of(listing->captured_at),
                                 vmt_string_slice(process->captured_at)) &&
               seconds > ABOUT_ONE_TIME) {
        listing->mixed = "of different times";
    }
}

static enum vmt_status join(struct vmt_listing *listing, struct vmt_listed *listed,
                            const struct vmt_process *process, const struct vmt_listed_as *as,
                            struct vmt_error *err)
{
    if (!keep(listing, &listed->name, slice_of(process->name)) ||
        !keep(listing, &listed->os, slice_of(process->os)) ||
        !keep(listing, &listed->launched_at, slice_of(process->launched_at)) ||
        !keep(listing, &listed->user, as->user) ||
        (listing->captured_at == NULL &&
         !keep(listing, &listing->captured_at, slice_of(process->captured_at)))) {
        return vmt_arena_fail(&listing->arena, err);
    }
    listed->kind = as->kind != VMT_LISTED_PROCESS ? as->kind : listed->kind;
    if (as->user_id_known) {
        listed->user_id = as->user_id;
        listed->user_id_known = true;
    }
    if (as->parent_known) {
        listed->parent = as->parent;
        listed->parent_known = true;
    }
    listed->record_count++;
    struct vmt_breakdown breakdown;
    enum vmt_status status =
        vmt_breakdown_make(&breakdown, process, listing->allocator, listing->arena.limit, err);
    if (status == VMT_OK) {
        join_amounts(listed, &breakdown.totals);
    }
    vmt_breakdown_free(&breakdown);
    return status;
}

static enum vmt_status add(struct vmt_listed **out, struct vmt_listing *listing,
                           const struct vmt_process *process, const struct vmt_listed_as *as,
                           struct vmt_error *err)
{
    *out = find(listing, process);
    if (*out == NULL) {
        return vmt_arena_fail(&listing->arena, err);
    }
    enum vmt_status status = join(listing, *out, process, as, err);
    if (status == VMT_OK) {
        compare_with_first(listing, process);
    }
    return status;
}

enum vmt_status vmt_listing_add(struct vmt_listing *listing, const struct vmt_process *process,
                                const struct vmt_listed_as *as, struct vmt_error *err)
{
    struct vmt_listed *listed = NULL;
    return add(&listed, listing, process, as, err);
}

/* --- snapshots -------------------------------------------------------------------------------- */

/* The value of the first fact of that key, empty when there is none. */
static struct vmt_slice fact(const struct vmt_process *process, const char *key)
{
    struct vmt_walker walker = {0};
    const struct vmt_fact *record = vmt_sequence_next(&process->facts, &walker);
    for (; record != NULL; record = vmt_sequence_next(&process->facts, &walker)) {
        if (vmt_slice_equals(vmt_string_slice(record->key), vmt_slice(key))) {
            return vmt_string_slice(record->value);
        }
    }
    return (struct vmt_slice){0};
}

/* The number that a fact of one of two keys begins with, of Linux and of macOS. */
static bool number_fact(const struct vmt_process *process, const char *linux_key,
                        const char *macos_key, uint64_t *number)
{
    struct vmt_slice text = fact(process, linux_key);
    if (text.length == 0) {
        text = fact(process, macos_key);
    }
    return vmt_parse_u64(vmt_slice_word(&text), 10, number);
}

/* Kernel threads are known by a field of later kernels, before that by their parent. */
static bool is_kernel_thread(const struct vmt_process *process, const struct vmt_listed_as *as)
{
    struct vmt_slice stated = fact(process, "Kthread");
    if (stated.length > 0) {
        return vmt_slice_equals(stated, vmt_slice("1"));
    }
    bool of_linux = fact(process, "PPid").length > 0;
    return of_linux && ((as->parent == 2 && as->parent_known) ||
                        (process->pid == 2 && process->pid_known && as->parent == 0));
}

struct vmt_listed_as vmt_listed_as_stated(const struct vmt_process *process)
{
    struct vmt_listed_as as = {.user = fact(process, "USER")};
    as.user_id_known = number_fact(process, "Uid", "UID", &as.user_id);
    as.parent_known = number_fact(process, "PPid", "PPID", &as.parent);
    if (process->states != NULL && vmt_slice_starts(vmt_string_slice(process->states), "Z (")) {
        as.kind = VMT_LISTED_ZOMBIE;
    } else if (is_kernel_thread(process, &as)) {
        as.kind = VMT_LISTED_KERNEL_THREAD;
    }
    return as;
}

static enum vmt_status keep_record(struct vmt_listing *listing, struct vmt_listed *listed,
                                   const struct vmt_process *process, uint64_t index,
                                   struct vmt_error *err)
{
    struct vmt_listed_record *record = vmt_arena_alloc(&listing->arena, 1, sizeof *record);
    if (record == NULL) {
        return vmt_arena_fail(&listing->arena, err);
    }
    *record = (struct vmt_listed_record){.process = process, .index = index};
    if (listed->last == NULL) {
        listed->first = record;
    } else {
        listed->last->next = record;
    }
    listed->last = record;
    return VMT_OK;
}

enum vmt_status vmt_listing_add_snapshot(struct vmt_listing *listing,
                                         const struct vmt_snapshot *snapshot, struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    struct vmt_walker walker = {0};
    uint64_t index = 0;
    const struct vmt_process *process = vmt_sequence_next(&snapshot->processes, &walker);
    for (; status == VMT_OK && process != NULL;
         process = vmt_sequence_next(&snapshot->processes, &walker)) {
        const struct vmt_listed_as as = vmt_listed_as_stated(process);
        struct vmt_listed *listed = NULL;
        status = add(&listed, listing, process, &as, err);
        if (status == VMT_OK) {
            status = keep_record(listing, listed, process, ++index, err);
        }
    }
    return status;
}

/* --- words ------------------------------------------------------------------------------------ */

const char *vmt_listed_kind_name(enum vmt_listed_kind kind)
{
    static const char *const names[VMT_LISTED_COUNT] = {
        [VMT_LISTED_PROCESS] = "process",
        [VMT_LISTED_KERNEL_THREAD] = "kernel_thread",
        [VMT_LISTED_ZOMBIE] = "zombie",
    };
    return names[kind];
}

static const struct {
    const char *name;
    const char *help;
} reasons[VMT_UNREAD_COUNT] = {
    [VMT_UNREAD_DENIED] = {"denied", "not to be read in full by this user"},
    [VMT_UNREAD_LATE] = {"late", "not read in full in the time that was allowed"},
    [VMT_UNREAD_VANISHED] = {"vanished", "ended while they were being read"},
    [VMT_UNREAD_FAILED] = {"failed", "could not be read, or not in full"},
    [VMT_UNREAD_SILENT] = {"silent", "named, and nothing stated of their memory"},
};

const char *vmt_unread_name(enum vmt_unread unread)
{
    return reasons[unread].name;
}

const char *vmt_unread_help(enum vmt_unread unread)
{
    return reasons[unread].help;
}
