/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/saved.h"

#include <errno.h>
#include <stdio.h>

/* What the files of one process may take, and what is kept of a tree. */
#define PROCESS_LIMIT ((size_t)1 << 30)
#define TREE_LIMIT ((size_t)256 << 20)

/* NULL where there are fewer. */
static const char *const process_files[VMT_SAVED_FILES_MOST] = {"stat", "status", "smaps",
                                                                "smaps_rollup"};
static const char *const host_files[VMT_SAVED_FILES_MOST] = {
    "stat", "uptime", "sys/kernel/osrelease", "meminfo", "vmstat", "pressure/memory"};
enum { FILE_STAT = 0 };

struct subject {
    struct vmt_process *process;
    struct vmt_live_process described;
};

/* --- names ------------------------------------------------------------------------------------ */

static bool find_name(size_t *out, struct vmt_slice name, const char *const *names)
{
    for (*out = 0; *out < VMT_SAVED_FILES_MOST && names[*out] != NULL; (*out)++) {
        if (vmt_slice_equals(name, vmt_slice(names[*out]))) {
            return true;
        }
    }
    return false;
}

/* `rest` is behind `proc/`. */
static bool find_in_proc(struct vmt_saved_place *out, struct vmt_slice rest)
{
    size_t slash = vmt_slice_find(rest, "/");
    out->of_process =
        slash < rest.length && vmt_parse_u64((struct vmt_slice){rest.data, slash}, 10, &out->pid);
    return out->of_process ? find_name(&out->file, vmt_slice_from(rest, slash + 1), process_files)
                           : find_name(&out->file, rest, host_files);
}

bool vmt_saved_find(struct vmt_saved_place *out, struct vmt_slice path)
{
    struct vmt_slice rest = path;
    *out = (struct vmt_saved_place){.prefix = path};
    while (rest.length > 0) {
        bool proc = vmt_slice_starts(rest, "proc/");
        size_t slash = vmt_slice_find(rest, "/");
        rest = vmt_slice_from(rest, slash < rest.length ? slash + 1 : slash);
        out->prefix.length = path.length - rest.length;
        if (proc && find_in_proc(out, rest)) {
            return true;
        }
    }
    return false;
}

bool vmt_saved_covers(const struct vmt_saved *saved, struct vmt_slice path)
{
    if (vmt_slice_find(path, "sys/fs/cgroup/") < path.length || /* looks like the host's */
        vmt_slice_find(path, "sys/block/zram") < path.length) {
        return true;
    }
    size_t top = saved->in_tree ? saved->prefix.length - strlen("proc/") : 0;
    return saved->in_tree && path.length >= top &&
           vmt_slice_equals((struct vmt_slice){path.data, top},
                            (struct vmt_slice){saved->prefix.data, top});
}

/* --- files that were kept --------------------------------------------------------------------- */

static enum vmt_status open_kept(struct vmt_live_files *files, struct vmt_input **out,
                                 const char *file, const char *name, struct vmt_error *err)
{
    struct vmt_saved_files *kept = (struct vmt_saved_files *)files; /* its first member */
    for (size_t i = 0; i < VMT_SAVED_FILES_MOST && kept->names[i] != NULL; i++) {
        if (strcmp(kept->names[i], file) == 0 && kept->texts[i].data != NULL) {
            vmt_memory_input_init(&kept->input, name, kept->texts[i]);
            *out = &kept->input.input;
            return VMT_OK;
        }
    }
    return vmt_fail_io(err, name, ENOENT, "open");
}

static void close_kept(struct vmt_live_files *files)
{
    (void)files;
}

static void forget_files(struct vmt_saved_files *files, const char *const *names)
{
    *files = (struct vmt_saved_files){.files = {open_kept, close_kept}, .names = names};
}

/* --- a process -------------------------------------------------------------------------------- */

static enum vmt_status read_process(struct vmt_saved *saved, const struct vmt_live_process *process,
                                    struct vmt_error *err)
{
    struct vmt_error failure = VMT_ERROR_INIT;
    struct vmt_process *read = NULL;
    enum vmt_status status =
        vmt_live_read_from(&read, saved->snapshot, saved->context, &saved->live, process,
                           &saved->process.files, VMT_READ_ALL, &failure);
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

static enum vmt_status finish_process(struct vmt_saved *saved, struct vmt_error *err)
{
    struct vmt_live_process process;
    if (!saved->in_process) {
        return VMT_OK;
    }
    enum vmt_status status = vmt_live_describe(
        &process, saved->pid, saved->process.texts[FILE_STAT], &saved->live.arena, err);
    if (status == VMT_OK && !process.kernel_thread && !process.zombie) {
        status = read_process(saved, &process, err);
    }
    saved->in_process = false;
    forget_files(&saved->process, process_files);
    vmt_arena_free(&saved->texts);
    vmt_arena_init(&saved->texts, saved->context->allocator, PROCESS_LIMIT);
    return status;
}

/* --- a tree ----------------------------------------------------------------------------------- */

static enum vmt_status begin_tree(struct vmt_saved *saved, struct vmt_slice prefix,
                                  struct vmt_error *err)
{
    struct vmt_arena *arena = &saved->live.arena;
    size_t size = strlen(saved->archive) + prefix.length + 2;
    char *name = vmt_arena_alloc(arena, 1, size);
    char *own = vmt_arena_alloc(arena, 1, prefix.length);
    if (name == NULL || own == NULL) {
        return vmt_arena_fail(arena, err);
    }
    /* Without the slash at its end. */
    snprintf(name, size, "%s/%.*s", saved->archive, (int)prefix.length - 1, prefix.data);
    memcpy(own, prefix.data, prefix.length);
    saved->prefix = (struct vmt_slice){own, prefix.length};
    saved->live.proc_name = saved->live.top_name = name;
    vmt_sequence_init(&saved->subjects, arena, sizeof(struct subject));
    saved->in_tree = true;
    return VMT_OK;
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

static enum vmt_status read_host(struct vmt_saved *saved, struct vmt_error *err)
{
    struct vmt_error failure = VMT_ERROR_INIT;
    enum vmt_status status = vmt_live_read_host_from(saved->snapshot, saved->context, &saved->live,
                                                     &saved->host.files, &failure);
    if (status == VMT_E_NOCAPTURE) {
        return VMT_OK; /* it is about processes only */
    }
    saved->captures += status == VMT_OK ? 1 : 0;
    *err = failure;
    return status;
}

static void forget_tree(struct vmt_saved *saved)
{
    vmt_arena_free(&saved->live.arena);
    saved->live = (struct vmt_live){.proc = -1, .top = -1};
    vmt_arena_init(&saved->live.arena, saved->context->allocator, TREE_LIMIT);
    forget_files(&saved->host, host_files);
    saved->in_tree = false;
}

static enum vmt_status finish_tree(struct vmt_saved *saved, struct vmt_error *err)
{
    if (!saved->in_tree) {
        return VMT_OK;
    }
    vmt_live_look_around(&saved->live, &saved->host.files);
    enum vmt_status status = finish_process(saved, err);
    if (status == VMT_OK) {
        status = identify_all(saved, err);
    }
    if (status == VMT_OK) {
        status = read_host(saved, err);
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
    forget_files(&saved->process, process_files);
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

enum vmt_status vmt_saved_take(struct vmt_saved *saved, const struct vmt_saved_place *place,
                               struct vmt_input *input, struct vmt_error *err)
{
    enum vmt_status status = go_to(saved, place, err);
    if (status != VMT_OK) {
        return status;
    }
    struct vmt_saved_files *files = &saved->host;
    struct vmt_arena *arena = &saved->live.arena;
    if (place->of_process) {
        files = &saved->process;
        arena = &saved->texts;
        saved->pid = place->pid;
        saved->in_process = true;
    }
    return vmt_live_read_whole(&files->texts[place->file], arena, input, err);
}

enum vmt_status vmt_saved_finish(struct vmt_saved *saved, struct vmt_error *err)
{
    return finish_tree(saved, err);
}
