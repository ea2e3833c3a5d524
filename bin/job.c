/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "job.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collect/parallel.h"
#include "output.h"
#include "targets.h"
#include "ui.h"

/* Something was there to be read and could not be: what --strict fails on.  Odd values that were
 * read, and dumps that are known to be incomplete, are not damage. */
static bool is_damage(enum vmt_note_kind kind)
{
    switch (kind) {
    case VMT_NOTE_DAMAGED_LINE:
    case VMT_NOTE_DAMAGED_VALUE:
    case VMT_NOTE_UNREAD_LINE:
    case VMT_NOTE_LONG_LINE:
    case VMT_NOTE_AMBIGUOUS_PART:
    case VMT_NOTE_UNREADABLE:
        return true;
    case VMT_NOTE_NO_CAPTURE:
    case VMT_NOTE_ELISION:
    case VMT_NOTE_MISSING_REGIONS:
    case VMT_NOTE_EXTRA_REGIONS:
    case VMT_NOTE_UNKNOWN_KEY:
    case VMT_NOTE_TOOL_MESSAGE:
    case VMT_NOTE_UNKNOWN_TYPE:
    case VMT_NOTE_UNKNOWN_SHARING:
    case VMT_NOTE_VIRTUAL_DIFFERS:
    case VMT_NOTE_RESIDENT_INCLUDES_SWAPPED:
    case VMT_NOTE_DIRTY_EXCEEDS_RESIDENT:
    case VMT_NOTE_EXCEEDS_VIRTUAL:
    case VMT_NOTE_UNKNOWN_COLUMN:
    case VMT_NOTE_NO_BOUNDS:
    case VMT_NOTE_TWIN_DIFFERS:
    case VMT_NOTE_OTHER_HOST:
    case VMT_NOTE_HOST_GUESSED:
    case VMT_NOTE_UNKNOWN_PAGE_SIZE:
    case VMT_NOTE_SOURCE:
    case VMT_NOTE_UNKNOWN_RESOURCE:
    case VMT_NOTE_COUNT:
        break;
    }
    return false;
}

/* Damage of one input: damaged lines counted, with the place of the first. */
struct damage {
    bool each; /* say every damaged line, with the line */
    bool found;
    uint64_t lines;
    struct vmt_place first;
};

static void show_note(const struct damage *damage, const struct vmt_note *note,
                      const struct vmt_string *input)
{
    struct vmt_place place = note->place;
    place.source = place.source != NULL ? place.source : input->data;
    const char *help = vmt_note_help(note->kind);
    if (place.line == 0 && note->text == NULL) { /* stands for all beyond those kept */
        ui_message_at(place, "%" PRIu64 " more: %s", note->count, help);
    } else if (note->text != NULL && note->kind != VMT_NOTE_AMBIGUOUS_PART &&
               note->kind != VMT_NOTE_UNREAD_LINE) {
        ui_message_at(place, "%s", note->text->data); /* says what is wrong */
    } else if (note->text != NULL) {
        ui_message_at(place, "%s: %s", help, note->text->data);
    } else {
        ui_message_at(place, "%s", help);
    }
    if (damage->each && note->excerpt != NULL) {
        ui_excerpt(vmt_string_slice(note->excerpt), note->excerpt_column);
    }
}

static void look_for_damage(struct damage *damage, const struct vmt_notes *notes,
                            const struct vmt_string *input)
{
    struct vmt_walker walker = {0};
    const struct vmt_note *note = vmt_sequence_next(&notes->sequence, &walker);
    for (; note != NULL; note = vmt_sequence_next(&notes->sequence, &walker)) {
        if (!is_damage(note->kind)) {
            continue;
        }
        damage->found = true;
        if (note->kind == VMT_NOTE_DAMAGED_LINE && !damage->each) {
            damage->lines += note->count;
            bool earlier = damage->first.line == 0 || note->place.line < damage->first.line;
            damage->first = note->place.line > 0 && earlier ? note->place : damage->first;
        } else {
            show_note(damage, note, input);
        }
    }
}

/* Returns whether there is any.  Nothing may be silent: the text report shows damage itself, the
 * other formats leave it to standard error. */
bool job_show_damage(const struct vmt_snapshot *snapshot, bool each)
{
    bool found = false;
    struct vmt_walker inputs = {0};
    struct vmt_walker processes = {0};
    struct vmt_walker hosts = {0};
    const struct vmt_process *process = vmt_sequence_next(&snapshot->processes, &processes);
    const struct vmt_host *host = vmt_sequence_next(&snapshot->hosts, &hosts);
    const struct vmt_input_record *input = vmt_sequence_next(&snapshot->inputs, &inputs);
    for (; input != NULL; input = vmt_sequence_next(&snapshot->inputs, &inputs)) {
        struct damage damage = {.each = each};
        while (process != NULL && process->input == input->name) { /* all in order of reading */
            look_for_damage(&damage, &process->notes, input->name);
            process = vmt_sequence_next(&snapshot->processes, &processes);
        }
        while (host != NULL && host->input == input->name) {
            look_for_damage(&damage, &host->notes, input->name);
            host = vmt_sequence_next(&snapshot->hosts, &hosts);
        }
        look_for_damage(&damage, &input->notes, input->name);
        if (damage.lines > 0) {
            ui_message_at((struct vmt_place){.source = input->name->data},
                          "%" PRIu64 " damaged %s, first at %" PRIu64 ":%" PRIu64, damage.lines,
                          damage.lines == 1 ? "line" : "lines", damage.first.line,
                          damage.first.column);
        }
        found = found || damage.found;
    }
    return found;
}

/* A name that no region has is more often mistyped than meant. */
static void warn_of_types(const struct job *job)
{
    const struct vmt_report_options *report = &job->options->report;
    struct vmt_arena arena;
    struct vmt_intern strings;
    struct vmt_type *asked = NULL;
    vmt_arena_init(&arena, &vmt_allocator_system, JOB_MEMORY_LIMIT);
    vmt_intern_init(&strings, &arena);
    for (size_t i = 0; i < report->type_count; i++) {
        const struct vmt_type *type = vmt_type_get(&asked, &strings, report->types[i], 0);
        const struct vmt_type *met = job->snapshot.types;
        while (type != NULL && met != NULL &&
               !vmt_slice_equals(vmt_string_slice(met->canonical),
                                 vmt_string_slice(type->canonical))) {
            met = met->next;
        }
        if (type != NULL && met == NULL) {
            char name[80];
            ui_message("no region of type '%s'", vmt_escape(name, sizeof name, report->types[i]));
        }
    }
    vmt_arena_free(&arena);
}

void job_init(struct job *job, const struct options *options)
{
    *job = (struct job){.options = options, .outcome = DONE};
    vmt_context_init(&job->context, &vmt_allocator_system);
    job->context.only = options->only;
    job->context.threads = vmt_parallel_processors();
    vmt_snapshot_init(&job->snapshot, &vmt_allocator_system, JOB_MEMORY_LIMIT);
}

bool job_read(struct job *job, const struct options *options)
{
    job_init(job, options);
    bool any = targets_read(job);
    if (options->strict) {
        if (job_show_damage(&job->snapshot, true)) {
            job->outcome = FAILED;
            return false;
        }
    } else if (options->format != FORMAT_TEXT) {
        job_show_damage(&job->snapshot, false);
    }
    warn_of_types(job);
    return any;
}

static bool wants_colour(const struct options *options, const struct output *output)
{
    const char *no_color = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    switch (options->colour) {
    case WHEN_ALWAYS:
        return true;
    case WHEN_NEVER:
        return false;
    case WHEN_AUTO:
        break;
    }
    return (no_color == NULL || no_color[0] == '\0') &&
           (terminal == NULL || strcmp(terminal, "dumb") != 0) && output_columns(output) > 0;
}

static enum vmt_status new_writer(struct vmt_writer **out, struct output *output,
                                  const struct options *options, struct vmt_error *err)
{
    const struct vmt_writer_options writer = {
        .bytes = options->bytes,
        .bounds = options->bounds,
        .colour = wants_colour(options, output),
        .columns = output_columns(output),
        .table = vmt_table_find(options->reporter->tables, options->table),
    };
    const struct vmt_allocator *allocator = &vmt_allocator_system;
    switch (options->format) {
    case FORMAT_TEXT:
        break;
    case FORMAT_CSV:
        return vmt_writer_csv_new(out, &output->sink, allocator, writer, err);
    case FORMAT_JSON:
        return vmt_writer_json_new(out, &output->sink, allocator, writer, err);
    }
    return vmt_writer_text_new(out, &output->sink, allocator, writer, err);
}

static enum vmt_status write_report(const struct job *job, struct vmt_sink *sink,
                                    struct vmt_error *err)
{
    struct output *output = (struct output *)sink; /* its first member */
    const struct options *options = job->options;
    struct vmt_writer *writer = NULL;
    enum vmt_status status = new_writer(&writer, output, options, err);
    if (status != VMT_OK) {
        return status;
    }
    status = options->reporter->report(&job->snapshot, &vmt_allocator_system, &options->report,
                                       writer, err);
    vmt_writer_free(writer);
    return status;
}

void job_write(struct job *job)
{
    job_write_with(job, write_report);
}

void job_write_with(struct job *job, job_writer *write)
{
    struct output output;
    struct vmt_error err = VMT_ERROR_INIT;
    enum vmt_status status = output_open(&output, job->options->output, &err);
    if (status == VMT_OK) {
        status = write(job, &output.sink, &err);
        if (status == VMT_OK) {
            status = output_close(&output, &err);
        } else {
            output_abandon(&output);
        }
    }
    if (status != VMT_OK) {
        ui_error(&err);
        job->outcome = FAILED;
    }
}

void job_free(struct job *job)
{
    if (job->live_opened) {
        vmt_live_close(&job->live);
    }
    vmt_snapshot_free(&job->snapshot);
    vmt_context_free(&job->context);
}

enum outcome job_run_checked(const struct options *options, job_check *check)
{
    struct job job;
    if (job_read(&job, options)) {
        job_write(&job);
        if (options->fail_on_check) {
            enum outcome outcome = check(&job.snapshot);
            job.outcome = outcome > job.outcome ? outcome : job.outcome;
        }
    }
    enum outcome outcome = job.outcome;
    job_free(&job);
    return outcome;
}

enum outcome job_say_differing(struct vmt_place first, uint64_t differing)
{
    if (differing == 0) {
        return DONE;
    }
    ui_message_at(first, "%" PRIu64 " %s (--fail-on-check)", differing,
                  differing == 1 ? "check differs" : "checks differ");
    return FOUND;
}
