/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/saved.h"

#include <errno.h>
#include <stdio.h>

#include "collect/live_system.h"

/* What the files of one process may take, and what is kept of a tree. */
#define PROCESS_LIMIT ((size_t)1 << 30)
#define TREE_LIMIT ((size_t)256 << 20)
#define HOST_FILE_LIMIT ((size_t)64 << 20)

static const char *const process_files[] = {"stat", "status", "smaps", "smaps_rollup", NULL};
/* Below proc. */
static const char *const host_files[] = {"stat",        "uptime", "sys/kernel/osrelease",
                                         "meminfo",     "vmstat", "pressure/memory",
                                         "self/cgroup", NULL};
/* What begins the names of others. */
static const char *const system_files[] = {"sys/fs/cgroup/", "sys/block/zram", NULL};

struct subject {
    struct vmt_process *process;
    struct vmt_live_process described;
};

/* --- names ------------------------------------------------------------------------------------ */

static bool is_one_of(struct vmt_slice name, const char *const *names)
{
    while (*names != NULL && !vmt_slice_equals(name, vmt_slice(*names))) {
        names++;
    }
    return *names != NULL;
}

static bool begins_as_one_of(struct vmt_slice name, const char *const *beginnings)
{
    while (*beginnings != NULL && !vmt_slice_starts(name, *beginnings)) {
        beginnings++;
    }
    return *beginnings != NULL;
}

/* `rest` begins where the tree does. */
static bool find_in_tree(struct vmt_saved_place *out, struct vmt_slice rest)
{
    out->name = rest;
    out->of_process = false;
    if (!vmt_slice_starts(rest, "proc/")) {
        return begins_as_one_of(rest, system_files);
    }
    rest = vmt_slice_from(rest, strlen("proc/"));
    size_t slash = vmt_slice_find(rest, "/");
    out->of_process =
        slash < rest.length && vmt_parse_u64((struct vmt_slice){rest.data, slash}, 10, &out->pid);
    if (!out->of_process) {
        return is_one_of(rest, host_files);
    }
    out->name = vmt_slice_from(rest, slash + 1);
    return is_one_of(out->name, process_files);
}

bool vmt_saved_find(struct vmt_saved_place *out, struct vmt_slice path)
{
    struct vmt_slice rest = path;
    *out = (struct vmt_saved_place){.prefix = path};
    while (rest.length > 0) {
        out->prefix.length = path.length - rest.length;
        if (find_in_tree(out, rest)) {
            return true;
        }
        size_t slash = vmt_slice_find(rest, "/");
        rest = vmt_slice_from(rest, slash < rest.length ? slash + 1 : slash);
    }
    return false;
}

bool vmt_saved_covers(const struct vmt_saved *saved, struct vmt_slice path)
{
    size_t length = saved->prefix.length;
    return saved->in_tree && path.length >= length &&
           vmt_slice_equals((struct vmt_slice){path.data, length}, saved->prefix);
}

/* --- files that were kept --------------------------------------------------------------------- */

static bool is_file(const struct vmt_saved_file *kept, const char *below, const char *file)
{
    size_t before = strlen(below);
    return vmt_slice_starts(kept->name, below) &&
           vmt_slice_equals(vmt_slice_from(kept->name, before), vmt_slice(file));
}

static enum vmt_status open_kept(struct vmt_live_files *files, struct vmt_input **out,
                                 const char *file, const char *name, struct vmt_error *err)
{
    struct vmt_saved_files *saved = (struct vmt_saved_files *)files; /* its first member */
    struct vmt_walker walker = {0};
    const struct vmt_saved_file *kept = vmt_sequence_next(saved->kept, &walker);
    while (kept != NULL && !is_file(kept, saved->below, file)) {
        kept = vmt_sequence_next(saved->kept, &walker);
    }
    if (kept == NULL) {
        return vmt_fail_io(err, name, ENOENT, "open");
    }
    vmt_memory_input_init(&saved->input, name, kept->text);
    *out = &saved->input.input;
    return VMT_OK;
}

static bool is_kept(const struct vmt_live_files *files)
{
    (void)files;
    return true;
}

static void close_kept(struct vmt_live_files *files)
{
    (void)files;
}

static struct vmt_saved_files files_of(const struct vmt_sequence *kept, const char *below)
{
    return (struct vmt_saved_files){
        .files = {open_kept, is_kept, close_kept}, .kept = kept, .below = below};
}

/* Bytes that live as long as the arena. */
static enum vmt_status copy_to(struct vmt_slice *out, struct vmt_arena *arena,
                               struct vmt_slice bytes, struct vmt_error *err)
{
    char *copy = vmt_arena_alloc(arena, 1, bytes.length);
    if (copy == NULL) {
        return vmt_arena_fail(arena, err);
    }
    if (bytes.length > 0) {
        memcpy(copy, bytes.data, bytes.length);
    }
    *out = (struct vmt_slice){copy, bytes.length};
    return VMT_OK;
}

static enum vmt_status keep_file(struct vmt_sequence *kept, struct vmt_arena *arena,
                                 struct vmt_slice name, struct vmt_slice text,
                                 struct vmt_error *err)
{
    struct vmt_saved_file *file = vmt_sequence_add(kept);
    if (file == NULL) {
        return vmt_arena_fail(arena, err);
    }
    enum vmt_status status = copy_to(&file->name, arena, name, err);
    return status == VMT_OK ? copy_to(&file->text, arena, text, err) : status;
}

/* --- a process -------------------------------------------------------------------------------- */

static enum vmt_status read_process(struct vmt_saved *saved, const struct vmt_live_process *process,
                                    struct vmt_error *err)
{
    struct vmt_error failure = VMT_ERROR_INIT;
    struct vmt_process *read = NULL;
    struct vmt_saved_files files = files_of(&saved->process_files, "");
    enum vmt_status status =
        vmt_live_read_from(&read, saved->snapshot, saved->context, &saved->live, process,
                           &files.files, VMT_READ_ALL, &failure);
    if (status == VMT_E_IO) {
        return vmt_live_note_unread(saved->snapshot, &saved->live, process, &failure, err);
    }
    if (status != VMT_OK) {
        *err = failure;
        return status;
    }
    struct subject *subject = vmt_sequence_add(&saved->subjects);
    if (subject == NULL) {
        return vmt_arena_fail(&saved->live.arena, err);
    }
    *subject = (struct subject){read, *process};
    saved->captures++;
    return VMT_OK;
}

static void forget_process(struct vmt_saved *saved)
{
    vmt_arena_free(&saved->texts);
    vmt_arena_init(&saved->texts, saved->context->allocator, PROCESS_LIMIT);
    vmt_sequence_init(&saved->process_files, &saved->texts, sizeof(struct vmt_saved_file));
    saved->in_process = false;
}

static enum vmt_status finish_process(struct vmt_saved *saved, struct vmt_error *err)
{
    char buffer[4096];
    struct vmt_slice stat = {"", 0};
    struct vmt_live_process process;
    struct vmt_saved_files files = files_of(&saved->process_files, "");
    if (!saved->in_process) {
        return VMT_OK;
    }
    vmt_live_slurp_from(&stat, buffer, sizeof buffer, &files.files, "stat");
    enum vmt_status status = vmt_live_describe(&process, saved->pid, stat, &saved->live.arena, err);
    if (status == VMT_OK && !process.kernel_thread && !process.zombie) {
        status = read_process(saved, &process, err);
    }
    forget_process(saved);
    return status;
}

/* --- a tree ----------------------------------------------------------------------------------- */

static void forget_tree(struct vmt_saved *saved)
{
    vmt_arena_free(&saved->live.arena);
    saved->live = (struct vmt_live){.by = &vmt_live_linux, .proc = -1, .top = -1};
    vmt_arena_init(&saved->live.arena, saved->context->allocator, TREE_LIMIT);
    vmt_sequence_init(&saved->host_files, &saved->live.arena, sizeof(struct vmt_saved_file));
    vmt_sequence_init(&saved->subjects, &saved->live.arena, sizeof(struct subject));
    saved->in_tree = false;
}

static enum vmt_status begin_tree(struct vmt_saved *saved, struct vmt_slice prefix,
                                  struct vmt_error *err)
{
    struct vmt_arena *arena = &saved->live.arena;
    size_t size = strlen(saved->archive) + prefix.length + sizeof "/proc";
    char *top = vmt_arena_alloc(arena, 1, size);
    char *proc = vmt_arena_alloc(arena, 1, size);
    if (top == NULL || proc == NULL) {
        return vmt_arena_fail(arena, err);
    }
    snprintf(top, size, "%s/%.*s", saved->archive, (int)prefix.length, prefix.data);
    snprintf(proc, size, "%s/%.*sproc", saved->archive, (int)prefix.length, prefix.data);
    saved->live.top_name = top;
    saved->live.proc_name = proc;
    saved->in_tree = true;
    return copy_to(&saved->prefix, arena, prefix, err);
}

/* What the host tells of its processes may have come behind them. */
static enum vmt_status identify_all(struct vmt_saved *saved, struct vmt_error *err)
{
    struct vmt_walker walker = {0};
    enum vmt_status status = VMT_OK;
    struct subject *subject = vmt_sequence_next(&saved->subjects, &walker);
    while (status == VMT_OK && subject != NULL) {
        status = vmt_live_identify(subject->process, saved->snapshot, &saved->live,
                                   &subject->described, err);
        subject = vmt_sequence_next(&saved->subjects, &walker);
    }
    return status;
}

static enum vmt_status finish_tree(struct vmt_saved *saved, struct vmt_error *err)
{
    if (!saved->in_tree) {
        return VMT_OK;
    }
    struct vmt_saved_files proc = files_of(&saved->host_files, "proc/");
    struct vmt_saved_files top = files_of(&saved->host_files, "");
    const struct vmt_live_tree tree = {&saved->live, &proc.files, &top.files};
    vmt_live_look_around(&saved->live, &proc.files);
    enum vmt_status status = finish_process(saved, err);
    if (status == VMT_OK) {
        status = identify_all(saved, err);
    }
    if (status == VMT_OK) {
        struct vmt_error none = VMT_ERROR_INIT;
        status = vmt_live_read_host_from(saved->snapshot, saved->context, &tree, &none);
        saved->captures += status == VMT_OK ? 1 : 0;
        if (status == VMT_E_NOCAPTURE) {
            status = VMT_OK; /* it is about processes only */
        } else if (status != VMT_OK) {
            *err = none;
        }
    }
    forget_tree(saved);
    return status;
}

/* --- all of it -------------------------------------------------------------------------------- */

void vmt_saved_init(struct vmt_saved *saved, struct vmt_snapshot *snapshot,
                    struct vmt_context *context, const char *archive)
{
    *saved = (struct vmt_saved){.snapshot = snapshot, .context = context, .archive = archive};
    vmt_arena_init(&saved->texts, context->allocator, PROCESS_LIMIT);
    vmt_arena_init(&saved->live.arena, context->allocator, TREE_LIMIT);
    forget_process(saved);
    forget_tree(saved);
}

void vmt_saved_free(struct vmt_saved *saved)
{
    vmt_arena_free(&saved->texts);
    vmt_arena_free(&saved->live.arena);
}

/* Where the file belongs, and before that what it ends. */
static enum vmt_status go_to(struct vmt_saved *saved, const struct vmt_saved_place *place,
                             struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    if (saved->in_tree && !vmt_slice_equals(saved->prefix, place->prefix)) {
        status = finish_tree(saved, err);
    }
    if (status == VMT_OK && !saved->in_tree) {
        status = begin_tree(saved, place->prefix, err);
    }
    if (status == VMT_OK && place->of_process && saved->pid != place->pid) {
        status = finish_process(saved, err);
    }
    return status;
}

/* A file of the host is small, and kept as long as the tree. */
static enum vmt_status take_host_file(struct vmt_saved *saved, const struct vmt_saved_place *place,
                                      struct vmt_input *input, struct vmt_error *err)
{
    struct vmt_arena scratch;
    struct vmt_slice text;
    vmt_arena_init(&scratch, saved->context->allocator, HOST_FILE_LIMIT);
    enum vmt_status status = vmt_live_read_whole(&text, &scratch, input, err);
    if (status == VMT_OK) {
        status = keep_file(&saved->host_files, &saved->live.arena, place->name, text, err);
    }
    vmt_arena_free(&scratch);
    return status;
}

/* What there is of one that breaks off is kept, too. */
static enum vmt_status take_process_file(struct vmt_saved *saved,
                                         const struct vmt_saved_place *place,
                                         struct vmt_input *input, struct vmt_error *err)
{
    struct vmt_saved_file *file = vmt_sequence_add(&saved->process_files);
    saved->pid = place->pid;
    saved->in_process = true;
    if (file == NULL) {
        return vmt_arena_fail(&saved->texts, err);
    }
    enum vmt_status status = copy_to(&file->name, &saved->texts, place->name, err);
    return status == VMT_OK ? vmt_live_read_whole(&file->text, &saved->texts, input, err) : status;
}

enum vmt_status vmt_saved_take(struct vmt_saved *saved, const struct vmt_saved_place *place,
                               struct vmt_input *input, struct vmt_error *err)
{
    enum vmt_status status = go_to(saved, place, err);
    if (status != VMT_OK) {
        return status;
    }
    return place->of_process ? take_process_file(saved, place, input, err)
                             : take_host_file(saved, place, input, err);
}

enum vmt_status vmt_saved_finish(struct vmt_saved *saved, struct vmt_error *err)
{
    return finish_tree(saved, err);
}
