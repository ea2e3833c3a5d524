/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/redact.h"

#include <stdio.h>

#include "base/string_map.h"

/* Shorter names would be found in too many words. */
#define USER_SHORTEST 3
/* A snapshot names a few people; one with thousands is no dump. */
#define USERS_MOST 64
/* Longer ends of file names are no extensions. */
#define EXTENSION_MOST 8

struct redaction {
    struct vmt_snapshot *snapshot;
    struct vmt_string_map words; /* what a text became: struct vmt_string */
    struct vmt_slice users[USERS_MOST];
    size_t user_count;
    size_t path_count;
    size_t title_count;
};

/* A text being put together. */
struct builder {
    char *data;
    size_t length;
    size_t capacity;
    struct vmt_arena *arena;
    bool failed;
};

static void append(struct builder *builder, struct vmt_slice text)
{
    if (builder->length + text.length > builder->capacity) {
        size_t capacity = 2 * builder->capacity + text.length + 64;
        char *data = vmt_arena_alloc(builder->arena, 1, capacity);
        if (data == NULL) {
            builder->failed = true;
            return;
        }
        if (builder->length > 0) {
            memcpy(data, builder->data, builder->length);
        }
        builder->data = data;
        builder->capacity = capacity;
    }
    if (text.length > 0) {
        memcpy(builder->data + builder->length, text.data, text.length);
        builder->length += text.length;
    }
}

static void append_numbered(struct builder *builder, const char *word, size_t number)
{
    char text[48];
    snprintf(text, sizeof text, "%s%zu", word, number);
    append(builder, vmt_slice(text));
}

/* Where people have their directories. */
static const char *const homes[] = {"/Users/", "/home/"};

/* Files that every system of a release has.  Beside them stand disks and shared memory that people
 * name. */
static bool is_of_system(struct vmt_slice path)
{
    static const char *const roots[] = {
        "/System/",  "/usr/lib/",  "/usr/lib32/",   "/usr/lib64/", "/usr/libx32/",
        "/usr/bin/", "/usr/sbin/", "/usr/libexec/", "/usr/share/", "/bin/",
        "/sbin/",    "/lib/",      "/lib32/",       "/lib64/",     "/libx32/",
        "/dev/",     "/proc/",     "/SYSV",         "/memfd:",     "/private/var/db/dyld/"};
    static const char *const others[] = {"/System/Volumes/", "/dev/shm/"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (vmt_slice_starts(path, others[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < sizeof homes / sizeof homes[0]; i++) {
        if (vmt_slice_find(path, homes[i]) < path.length) {
            return false;
        }
    }
    for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++) {
        if (vmt_slice_starts(path, roots[i])) {
            return true;
        }
    }
    return false;
}

/* ".db", or nothing. */
static struct vmt_slice extension(struct vmt_slice path)
{
    size_t at = path.length;
    while (at > 0 && path.data[at - 1] != '.' && path.data[at - 1] != '/') {
        char c = path.data[at - 1];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!word || path.length - at >= EXTENSION_MOST) {
            return (struct vmt_slice){"", 0};
        }
        at--;
    }
    bool dot = at > 1 && path.data[at - 1] == '.' && path.data[at - 2] != '/' && at < path.length;
    return dot ? vmt_slice_from(path, at - 1) : (struct vmt_slice){"", 0};
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (c & 0x80) != 0;
}

static void remember_user(struct redaction *redaction, struct vmt_slice name)
{
    bool known = name.length < USER_SHORTEST || redaction->user_count == USERS_MOST ||
                 vmt_slice_equals(name, vmt_slice("Shared")) ||
                 vmt_slice_equals(name, vmt_slice("USER"));
    for (size_t i = 0; !known && i < redaction->user_count; i++) {
        known = vmt_slice_equals(redaction->users[i], name);
    }
    if (!known) {
        redaction->users[redaction->user_count++] = name;
    }
}

/* Remember the names in `/Users/NAME/…` and `/home/NAME/…`, wherever these stand. */
static void learn_users_of(struct redaction *redaction, const struct vmt_string *string)
{
    if (string == NULL) {
        return;
    }
    const struct vmt_slice text = vmt_string_slice(string);
    for (size_t i = 0; i < sizeof homes / sizeof homes[0]; i++) {
        const size_t length = strlen(homes[i]);
        for (size_t at = vmt_slice_find(text, homes[i]); at < text.length;) {
            struct vmt_slice name = vmt_slice_from(text, at + length);
            size_t end = 0;
            while (end < name.length && is_word(name.data[end])) {
                end++;
            }
            remember_user(redaction, (struct vmt_slice){name.data, end});
            if (at == 0) { /* a path and nothing else, perhaps: all signs can be in its names */
                remember_user(redaction, (struct vmt_slice){name.data, vmt_slice_find(name, "/")});
            }
            at += length + vmt_slice_find(name, homes[i]);
        }
    }
}

/* The user whose name begins at `at`, as a word of its own, or user_count. */
static size_t user_at(const struct redaction *redaction, struct vmt_slice text, size_t at)
{
    struct vmt_slice rest = vmt_slice_from(text, at);
    for (size_t i = 0; i < redaction->user_count; i++) {
        struct vmt_slice name = redaction->users[i];
        bool begins = (at == 0 || !is_word(text.data[at - 1])) && rest.length >= name.length &&
                      memcmp(rest.data, name.data, name.length) == 0;
        if (begins && (rest.length == name.length || !is_word(rest.data[name.length]))) {
            return i;
        }
    }
    return redaction->user_count;
}

/* The word that a path or a title became before, or becomes now. */
static void append_word(struct redaction *redaction, struct builder *builder, struct vmt_slice text,
                        const char *word, size_t *count)
{
    const struct vmt_string *key = vmt_intern(&redaction->snapshot->strings, text);
    void **slot = key == NULL ? NULL : vmt_string_map_at(&redaction->words, key);
    if (slot == NULL) {
        builder->failed = true;
        return;
    }
    if (*slot == NULL) {
        struct builder own = {.arena = builder->arena};
        append_numbered(&own, word, ++*count);
        append(&own, word[0] == '/' ? extension(text) : (struct vmt_slice){"", 0});
        const struct vmt_string *string =
            own.failed ? NULL
                       : vmt_intern(&redaction->snapshot->strings,
                                    (struct vmt_slice){own.data, own.length});
        *slot = (void *)string;
    }
    if (*slot == NULL) {
        builder->failed = true;
        return;
    }
    append(builder, vmt_string_slice(*slot));
}

/* The user's name that begins at `at`, hidden; false when there is none.  *length is its length. */
static bool append_user(const struct redaction *redaction, struct builder *builder,
                        struct vmt_slice text, size_t at, size_t *length)
{
    size_t user = user_at(redaction, text, at);
    if (user == redaction->user_count) {
        return false;
    }
    append_numbered(builder, "user-", user + 1);
    *length = redaction->users[user].length;
    return true;
}

static void append_path(struct redaction *redaction, struct builder *builder, struct vmt_slice path)
{
    if (!is_of_system(path)) {
        append_word(redaction, builder, path, "/path-", &redaction->path_count);
        return;
    }
    for (size_t at = 0; at < path.length;) {
        size_t length = 1;
        if (!append_user(redaction, builder, path, at, &length)) {
            append(builder, (struct vmt_slice){path.data + at, 1});
        }
        at += length;
    }
}

/* Where the path that begins at `at` ends.  Paths have blanks in them, and nothing tells the last
 * one: what follows a path of somebody's is taken for a part of it, up to the bracket or quotation
 * mark that was opened before it.  A path of the system ends at a blank, since the files that a
 * tool was given follow it. */
static size_t path_end(struct vmt_slice text, size_t at)
{
    const char before = at > 0 ? text.data[at - 1] : ' ';
    const char closing = before == '(' ? ')' : before;
    size_t end = at;
    while (end < text.length && !vmt_is_blank(text.data[end]) && text.data[end] != closing) {
        end++;
    }
    if (is_of_system((struct vmt_slice){text.data + at, end - at})) {
        return end;
    }
    end = text.length;
    if (closing == ')' || closing == '"' || closing == '\'') {
        while (end > at && text.data[end - 1] != closing) {
            end--;
        }
        end = end > at ? end - 1 : text.length;
    }
    return end;
}

/* Signs of a path that was cut at its left, or that begins where the program was. */
static bool is_partial(struct vmt_slice text)
{
    static const char *const signs[] = {"...", "\xe2\x80\xa6", "./", "../", "~"};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        if (vmt_slice_starts(text, signs[i])) {
            return vmt_slice_find(text, "/") < text.length;
        }
    }
    return false;
}

static bool path_begins(struct vmt_slice text, size_t at)
{
    struct vmt_slice rest = vmt_slice_from(text, at);
    for (size_t i = 0; i < sizeof homes / sizeof homes[0]; i++) {
        if (vmt_slice_starts(rest, homes[i])) {
            return true;
        }
    }
    const char before = at > 0 ? text.data[at - 1] : ' ';
    bool alone =
        !is_word(before) && before != '-' && before != '.' && before != '/' && before != '~';
    return alone && rest.length > 1 &&
           ((rest.data[0] == '/' && !vmt_is_blank(rest.data[1])) || is_partial(rest));
}

static void redact_text(struct redaction *redaction, struct builder *builder, struct vmt_slice text)
{
    for (size_t at = 0; at < text.length && !builder->failed;) {
        struct vmt_slice rest = vmt_slice_from(text, at);
        size_t quoted = 0;
        if (rest.data[0] == '\'') {
            quoted = vmt_slice_find(vmt_slice_from(rest, 1), "'");
            quoted = quoted + 1 < rest.length ? quoted : 0;
        }
        size_t length = 1;
        if (path_begins(text, at)) {
            size_t end = path_end(text, at);
            append_path(redaction, builder, (struct vmt_slice){rest.data, end - at});
            at = end;
        } else if (quoted > 0) {
            append(builder, vmt_slice("'"));
            append_word(redaction, builder, (struct vmt_slice){rest.data + 1, quoted}, "title-",
                        &redaction->title_count);
            append(builder, vmt_slice("'"));
            at += quoted + 2;
        } else if (append_user(redaction, builder, text, at, &length)) {
            at += length;
        } else {
            append(builder, (struct vmt_slice){rest.data, 1});
            at++;
        }
    }
}

static enum vmt_status redact_string(struct redaction *redaction, const struct vmt_string **string,
                                     struct vmt_error *err)
{
    if (*string == NULL) {
        return VMT_OK;
    }
    struct vmt_arena *arena = &redaction->snapshot->arena;
    struct builder builder = {.arena = arena};
    redact_text(redaction, &builder, vmt_string_slice(*string));
    if (builder.failed) {
        return vmt_arena_fail(arena, err);
    }
    return vmt_snapshot_string(string, redaction->snapshot,
                               (struct vmt_slice){builder.data, builder.length}, err);
}

/* The name of a file or directory, also where it does not look like a path; standard input has
 * none, and `.` says nothing. */
static enum vmt_status redact_input(struct redaction *redaction, const struct vmt_string **string,
                                    struct vmt_error *err)
{
    struct vmt_arena *arena = &redaction->snapshot->arena;
    struct builder builder = {.arena = arena};
    if (*string == NULL || vmt_slice_equals(vmt_string_slice(*string), vmt_slice("-")) ||
        vmt_slice_equals(vmt_string_slice(*string), vmt_slice("."))) {
        return VMT_OK;
    }
    append_word(redaction, &builder, vmt_string_slice(*string), "/path-", &redaction->path_count);
    if (builder.failed) {
        return vmt_arena_fail(arena, err);
    }
    return vmt_snapshot_string(string, redaction->snapshot,
                               (struct vmt_slice){builder.data, builder.length}, err);
}

static enum vmt_status redact_notes(struct redaction *redaction, struct vmt_notes *notes,
                                    const struct vmt_string *input, struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    struct vmt_walker walker = {0};
    struct vmt_note *note = vmt_sequence_next(&notes->sequence, &walker);
    for (; note != NULL && status == VMT_OK; note = vmt_sequence_next(&notes->sequence, &walker)) {
        note->place.source = note->place.source == NULL ? NULL : input->data;
        note->excerpt = NULL;
        status = redact_string(redaction, &note->text, err);
    }
    return status;
}

static enum vmt_status redact_facts(struct redaction *redaction, struct vmt_sequence *facts,
                                    struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    struct vmt_walker walker = {0};
    struct vmt_fact *fact = vmt_sequence_next(facts, &walker);
    for (; fact != NULL && status == VMT_OK; fact = vmt_sequence_next(facts, &walker)) {
        /* A file of ours says so which one it was made from. */
        bool origin = vmt_slice_equals(vmt_string_slice(fact->key), vmt_slice("origin"));
        status = origin ? redact_input(redaction, &fact->value, err)
                        : redact_string(redaction, &fact->value, err);
    }
    return status;
}

static enum vmt_status redact_process(struct redaction *redaction, struct vmt_process *process,
                                      struct vmt_error *err)
{
    const struct vmt_string **const strings[] = {&process->name, &process->reason,
                                                 &process->states};
    enum vmt_status status = redact_input(redaction, &process->input, err);
    for (size_t i = 0; i < sizeof strings / sizeof strings[0] && status == VMT_OK; i++) {
        status = redact_string(redaction, strings[i], err);
    }
    struct vmt_walker walker = {0};
    struct vmt_region *region = vmt_sequence_next(&process->regions, &walker);
    for (; region != NULL && status == VMT_OK;
         region = vmt_sequence_next(&process->regions, &walker)) {
        status = redact_string(redaction, &region->detail, err);
    }
    struct vmt_walker zones = {0};
    struct vmt_zone *zone = vmt_sequence_next(&process->zones, &zones);
    for (; zone != NULL && status == VMT_OK; zone = vmt_sequence_next(&process->zones, &zones)) {
        status = redact_string(redaction, &zone->name, err);
    }
    if (status == VMT_OK) {
        status = redact_facts(redaction, &process->facts, err);
    }
    return status == VMT_OK ? redact_notes(redaction, &process->notes, process->input, err)
                            : status;
}

static void learn_users_of_facts(struct redaction *redaction, const struct vmt_sequence *facts)
{
    struct vmt_walker walker = {0};
    const struct vmt_fact *fact = NULL;
    while ((fact = vmt_sequence_next(facts, &walker)) != NULL) {
        learn_users_of(redaction, fact->value);
    }
}

static void learn_users_of_notes(struct redaction *redaction, const struct vmt_notes *notes)
{
    struct vmt_walker walker = {0};
    const struct vmt_note *note = NULL;
    while ((note = vmt_sequence_next(&notes->sequence, &walker)) != NULL) {
        learn_users_of(redaction, note->text);
    }
}

/* People are known by their directories; look for these first, so that a name is found wherever it
 * stands. */
static void learn_users(struct redaction *redaction)
{
    struct vmt_walker processes = {0};
    const struct vmt_process *process = NULL;
    while ((process = vmt_sequence_next(&redaction->snapshot->processes, &processes)) != NULL) {
        struct vmt_walker regions = {0};
        const struct vmt_region *region = NULL;
        while ((region = vmt_sequence_next(&process->regions, &regions)) != NULL) {
            learn_users_of(redaction, region->detail);
        }
        learn_users_of(redaction, process->name);
        learn_users_of(redaction, process->reason);
        learn_users_of_facts(redaction, &process->facts);
        learn_users_of_notes(redaction, &process->notes);
    }
    struct vmt_walker hosts = {0};
    const struct vmt_host *host = NULL;
    while ((host = vmt_sequence_next(&redaction->snapshot->hosts, &hosts)) != NULL) {
        learn_users_of(redaction, host->cgroup);
        learn_users_of_facts(redaction, &host->facts);
        learn_users_of_notes(redaction, &host->notes);
    }
    struct vmt_walker inputs = {0};
    const struct vmt_input_record *input = NULL;
    while ((input = vmt_sequence_next(&redaction->snapshot->inputs, &inputs)) != NULL) {
        learn_users_of(redaction, input->name);
        learn_users_of_notes(redaction, &input->notes);
    }
}

enum vmt_status vmt_redact(struct vmt_snapshot *snapshot, struct vmt_error *err)
{
    struct redaction redaction = {.snapshot = snapshot};
    enum vmt_status status = VMT_OK;
    vmt_string_map_init(&redaction.words, &snapshot->arena);
    learn_users(&redaction);
    struct vmt_walker processes = {0};
    struct vmt_process *process = vmt_sequence_next(&snapshot->processes, &processes);
    for (; process != NULL && status == VMT_OK;
         process = vmt_sequence_next(&snapshot->processes, &processes)) {
        status = redact_process(&redaction, process, err);
    }
    struct vmt_walker hosts = {0};
    struct vmt_host *host = vmt_sequence_next(&snapshot->hosts, &hosts);
    for (; host != NULL && status == VMT_OK; host = vmt_sequence_next(&snapshot->hosts, &hosts)) {
        status = redact_input(&redaction, &host->input, err);
        if (status == VMT_OK && host->cgroup != NULL) {
            status = redact_input(&redaction, &host->cgroup, err);
        }
        if (status == VMT_OK) {
            status = redact_facts(&redaction, &host->facts, err);
        }
        if (status == VMT_OK) {
            status = redact_notes(&redaction, &host->notes, host->input, err);
        }
    }
    struct vmt_walker sets = {0};
    struct vmt_stated_set *set = vmt_sequence_next(&snapshot->sets, &sets);
    for (; set != NULL && status == VMT_OK; set = vmt_sequence_next(&snapshot->sets, &sets)) {
        status = redact_input(&redaction, &set->input, err);
    }
    struct vmt_walker inputs = {0};
    struct vmt_input_record *input = vmt_sequence_next(&snapshot->inputs, &inputs);
    for (; input != NULL && status == VMT_OK;
         input = vmt_sequence_next(&snapshot->inputs, &inputs)) {
        status = redact_input(&redaction, &input->name, err);
        if (status == VMT_OK) {
            status = redact_notes(&redaction, &input->notes, input->name, err);
        }
    }
    return status;
}
