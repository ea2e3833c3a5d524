/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report/report_common.h"

#include "report/utf8.h"

#define EXCERPT_WIDTH 76 /* of a damaged line, four columns in */

static const struct vmt_column source_columns[] = {
    VMT_DATA_COLUMN("kind", WORD, VMT_IN_JSON, "file, stdin or process."),
    VMT_DATA_COLUMN("path", TEXT, VMT_IN_JSON, "The file; null of standard input."),
    VMT_DATA_COLUMN("line", COUNT, VMT_IN_JSON, "Where the process begins in it."),
    VMT_DATA_COLUMN("grammar", WORD, VMT_IN_JSON, "The format of the evidence."),
    VMT_READ_TIME_COLUMN(VMT_IN_JSON),
};

const struct vmt_table vmt_source_table = {
    .name = "source",
    .columns = source_columns,
    .column_count = sizeof source_columns / sizeof source_columns[0],
    .where = VMT_IN_JSON,
    .record = true,
};

static const struct vmt_column notes_columns[] = {
    VMT_OWNER_COLUMNS,
    VMT_DATA_COLUMN("kind", WORD, VMT_IN_DATA, "What was noted: a stable word."),
    VMT_DATA_COLUMN("count", COUNT, VMT_IN_DATA, "How often."),
    VMT_DATA_COLUMN("line", COUNT, VMT_IN_DATA, "Line of the input, from 1."),
    VMT_DATA_COLUMN("column", COUNT, VMT_IN_DATA, "Byte of the line, from 1."),
    VMT_DATA_COLUMN("text", TEXT, VMT_IN_DATA, "What it is about."),
};

const struct vmt_table vmt_notes_table = {
    .name = "notes",
    .columns = notes_columns,
    .column_count = sizeof notes_columns / sizeof notes_columns[0],
    .where = VMT_IN_DATA,
};

static const struct vmt_column inputs_columns[] = {
    VMT_DATA_COLUMN("path", TEXT, VMT_IN_DATA, "The input; - is standard input."),
    VMT_DATA_COLUMN("lines", COUNT, VMT_IN_DATA, "All lines: the sum of the following."),
    VMT_DATA_COLUMN("consumed", COUNT, VMT_IN_DATA, "Lines of captures that were read."),
    VMT_DATA_COLUMN("prose", COUNT, VMT_IN_DATA, "Lines outside every capture."),
    VMT_DATA_COLUMN("damaged", COUNT, VMT_IN_DATA, "Lines of captures that cannot be read."),
    VMT_DATA_COLUMN("blank", COUNT, VMT_IN_DATA, "Empty lines."),
};

const struct vmt_table vmt_inputs_table = {
    .name = "inputs",
    .columns = inputs_columns,
    .column_count = sizeof inputs_columns / sizeof inputs_columns[0],
    .where = VMT_IN_DATA,
};

static const struct vmt_column text_totals_columns[] = {
    VMT_TEXT_COLUMN("", WORD, 19, "What is counted."),
    {.title = "VALUE",
     .kind = VMT_CELL_AMOUNT,
     .where = VMT_IN_TEXT | VMT_TEXT_BOUNDS,
     .width = 9,
     .help = "Bytes."},
    VMT_TEXT_COLUMN("", WORD, 0, "What it is made of."),
};

const struct vmt_table vmt_text_totals_table = {
    .name = "totals",
    .columns = text_totals_columns,
    .column_count = sizeof text_totals_columns / sizeof text_totals_columns[0],
    .where = VMT_IN_TEXT,
};

/* collect's name of standard input; a file of that name is called ./- */
static bool is_stdin(struct vmt_slice name)
{
    return name.length == 1 && name.data[0] == '-';
}

struct vmt_cell vmt_input_cell(const struct vmt_string *name)
{
    if (name != NULL && is_stdin(vmt_string_slice(name))) {
        return vmt_cell_word("-");
    }
    return vmt_cell_string(name);
}

struct vmt_cell vmt_line_cell(uint64_t line)
{
    return vmt_cell_optional(VMT_CELL_COUNT, line > 0, line);
}

static struct vmt_cell pid_cell(const struct vmt_process *process)
{
    return process == NULL ? vmt_cell_null()
                           : vmt_cell_optional(VMT_CELL_COUNT, process->pid_known, process->pid);
}

static struct vmt_cell name_cell(const struct vmt_process *process)
{
    return vmt_cell_string(process == NULL ? NULL : process->name);
}

struct vmt_cell *vmt_owner_cells(struct vmt_cell *cells, const struct vmt_owner *owner)
{
    *cells++ = vmt_input_cell(owner->input);
    *cells++ = vmt_cell_optional(VMT_CELL_COUNT, owner->process != NULL, owner->index);
    *cells++ = pid_cell(owner->process);
    *cells++ = name_cell(owner->process);
    return cells;
}

struct vmt_cell *vmt_identity_cells(struct vmt_cell *cells, const struct vmt_owner *owner,
                                    enum vmt_coverage coverage)
{
    const struct vmt_process *process = owner->process;
    *cells++ = vmt_input_cell(owner->input);
    *cells++ = vmt_line_cell(process->line);
    *cells++ = vmt_cell_word(process->grammar);
    *cells++ = vmt_cell_number(VMT_CELL_COUNT, owner->index);
    *cells++ = name_cell(process);
    *cells++ = pid_cell(process);
    *cells++ = name_cell(process);
    *cells++ = vmt_cell_word(vmt_coverage_name(coverage));
    return cells;
}

struct vmt_cell *vmt_header_cells(struct vmt_cell *cells, const struct vmt_process *process,
                                  bool counted, uint64_t regions)
{
    *cells++ = vmt_cell_string(process->os);
    *cells++ = vmt_cell_string(process->arch);
    *cells++ = vmt_cell_optional(VMT_CELL_BYTES, process->page_size > 0, process->page_size);
    *cells++ = vmt_cell_string(process->captured_at);
    *cells++ = vmt_cell_string(process->launched_at);
    *cells++ = vmt_cell_optional(VMT_CELL_COUNT, counted, regions);
    return cells;
}

struct vmt_cell vmt_read_time_cell(const struct vmt_process *process)
{
    return vmt_cell_optional(VMT_CELL_COUNT, process->read_time > 0, process->read_time);
}

void vmt_emit_source(struct vmt_emit *emit, const struct vmt_process *process)
{
    bool from_stdin = process->input != NULL && is_stdin(vmt_string_slice(process->input));
    const struct vmt_cell cells[] = {
        vmt_cell_word(from_stdin               ? "stdin"
                      : process->read_time > 0 ? "process"
                                               : "file"),
        from_stdin ? vmt_cell_null() : vmt_cell_string(process->input),
        vmt_line_cell(process->line),
        vmt_cell_word(process->grammar),
        vmt_read_time_cell(process),
    };
    vmt_emit_open(emit, &vmt_source_table);
    vmt_emit_row(emit, cells);
    vmt_emit_close(emit);
}

void vmt_emit_notes(struct vmt_emit *emit, const struct vmt_owner *owner,
                    const struct vmt_notes *notes)
{
    struct vmt_cell cells[VMT_OWNER_COUNT + 5];
    struct vmt_walker walker = {0};
    const struct vmt_note *note = vmt_sequence_next(&notes->sequence, &walker);
    for (; note != NULL; note = vmt_sequence_next(&notes->sequence, &walker)) {
        struct vmt_cell *next = vmt_owner_cells(cells, owner);
        *next++ = vmt_cell_word(vmt_note_name(note->kind));
        *next++ = vmt_cell_number(VMT_CELL_COUNT, note->count);
        *next++ = vmt_line_cell(note->place.line);
        *next++ = vmt_line_cell(note->place.column);
        *next++ = vmt_cell_string(note->text);
        vmt_emit_row(emit, cells);
    }
}

/* A damaged line with a caret under the place. */
static void text_excerpt(struct vmt_emit *emit, const struct vmt_note *note)
{
    char blanks[4 * EXCERPT_WIDTH + 1]; /* an escape takes four columns of a byte */
    struct vmt_slice excerpt = vmt_string_slice(note->excerpt);
    if (excerpt.length > EXCERPT_WIDTH) {
        excerpt.length = EXCERPT_WIDTH;
    }
    struct vmt_remark line = {.count = 0};
    vmt_remark_word(&line, "    ");
    vmt_remark_text(&line, excerpt);
    vmt_emit_line(emit, &line);

    struct vmt_slice before = excerpt;
    if (note->excerpt_column == 0 || note->excerpt_column > excerpt.length + 1) {
        return;
    }
    before.length = (size_t)note->excerpt_column - 1;
    size_t width = vmt_shown_width(before);
    if (width >= sizeof blanks) {
        return;
    }
    memset(blanks, ' ', width);
    blanks[width] = '\0';
    line.count = 0;
    vmt_remark_word(&line, "    ");
    vmt_remark_word(&line, blanks);
    vmt_remark_word(&line, "^");
    vmt_emit_line(emit, &line);
}

void vmt_remark_input(struct vmt_remark *line, struct vmt_slice name)
{
    vmt_remark_text(line, is_stdin(name) ? vmt_slice("standard input") : name);
}

static void line_place(struct vmt_remark *line, struct vmt_place place)
{
    vmt_remark_input(line, vmt_slice(place.source));
    if (place.line > 0) {
        vmt_remark_word(line, ":");
        vmt_remark_count(line, place.line);
    }
    if (place.column > 0) {
        vmt_remark_word(line, ":");
        vmt_remark_count(line, place.column);
    }
    vmt_remark_word(line, ": ");
}

/* `again`: notes of the kind came before, so that one without a place counts the others. */
static void text_note(struct vmt_emit *emit, const struct vmt_note *note, bool again)
{
    struct vmt_remark line = {.count = 0};
    if (note->place.source != NULL) {
        line_place(&line, note->place);
    } else if (again && note->text == NULL) { /* what was counted only */
        vmt_remark_count(&line, note->count);
        vmt_remark_word(&line, " more: ");
    }
    vmt_remark_word(&line, vmt_note_help(note->kind));
    if (note->text != NULL) {
        vmt_remark_word(&line, ": ");
        vmt_remark_text(&line, vmt_string_slice(note->text));
    }
    if (note->count > 1 && !again) {
        vmt_remark_word(&line, ", ");
        vmt_remark_count(&line, note->count);
        vmt_remark_word(&line, " times");
    }
    vmt_emit_line(emit, &line);
    if (note->excerpt != NULL && note->kind == VMT_NOTE_DAMAGED_LINE) {
        text_excerpt(emit, note);
    }
}

void vmt_emit_text_notes(struct vmt_emit *emit, const struct vmt_notes *notes)
{
    bool seen[VMT_NOTE_COUNT] = {false};
    struct vmt_walker walker = {0};
    const struct vmt_note *note = vmt_sequence_next(&notes->sequence, &walker);
    for (; note != NULL; note = vmt_sequence_next(&notes->sequence, &walker)) {
        text_note(emit, note, seen[note->kind]);
        seen[note->kind] = true;
    }
}

static void text_ledger(struct vmt_emit *emit, const struct vmt_input_record *input)
{
    const struct vmt_ledger *ledger = &input->ledger;
    struct vmt_remark line = {.count = 0};
    vmt_remark_input(&line, vmt_string_slice(input->name));
    vmt_remark_word(&line, ": ");
    vmt_remark_counted(&line, ledger->lines, "line", "lines");
    vmt_remark_word(&line, ": ");
    vmt_remark_count(&line, ledger->consumed);
    vmt_remark_word(&line, " read, ");
    vmt_remark_count(&line, ledger->prose);
    vmt_remark_word(&line, " prose, ");
    vmt_remark_count(&line, ledger->damaged);
    vmt_remark_word(&line, " damaged, ");
    vmt_remark_count(&line, ledger->blank);
    vmt_remark_word(&line, " blank");
    vmt_emit_line(emit, &line);
}

static void text_inputs(struct vmt_emit *emit, const struct vmt_snapshot *snapshot)
{
    bool blank = snapshot->processes.count == 0 && snapshot->hosts.count == 0;
    struct vmt_walker walker = {0};
    const struct vmt_input_record *input = vmt_sequence_next(&snapshot->inputs, &walker);
    for (; input != NULL; input = vmt_sequence_next(&snapshot->inputs, &walker)) {
        bool damaged = input->ledger.damaged > 0;
        if (!damaged && input->notes.sequence.count == 0) {
            continue;
        }
        if (!blank) {
            vmt_emit_blank(emit);
            blank = true;
        }
        vmt_emit_text_notes(emit, &input->notes);
        if (damaged) {
            text_ledger(emit, input);
        }
    }
}

void vmt_emit_inputs(struct vmt_emit *emit, const struct vmt_snapshot *snapshot)
{
    struct vmt_walker walker = {0};
    vmt_emit_open(emit, &vmt_inputs_table);
    const struct vmt_input_record *input = vmt_sequence_next(&snapshot->inputs, &walker);
    for (; input != NULL; input = vmt_sequence_next(&snapshot->inputs, &walker)) {
        const struct vmt_owner owner = {.input = input->name};
        const struct vmt_cell cells[] = {
            vmt_input_cell(input->name),
            vmt_cell_number(VMT_CELL_COUNT, input->ledger.lines),
            vmt_cell_number(VMT_CELL_COUNT, input->ledger.consumed),
            vmt_cell_number(VMT_CELL_COUNT, input->ledger.prose),
            vmt_cell_number(VMT_CELL_COUNT, input->ledger.damaged),
            vmt_cell_number(VMT_CELL_COUNT, input->ledger.blank),
        };
        vmt_emit_row(emit, cells);
        vmt_emit_open(emit, &vmt_notes_table);
        vmt_emit_notes(emit, &owner, &input->notes);
        vmt_emit_close(emit);
    }
    vmt_emit_close(emit);
    text_inputs(emit, snapshot);
}

void vmt_remark_time(struct vmt_remark *line, struct vmt_slice time)
{
    if (time.length < 19 || time.data[10] != 'T') {
        vmt_remark_text(line, time);
        return;
    }
    struct vmt_slice clock = vmt_slice_from(time, 11);
    size_t zone = 8;
    while (zone < clock.length && strchr("+-Z", clock.data[zone]) == NULL) {
        zone++;
    }
    vmt_remark_text(line, (struct vmt_slice){time.data, 10});
    vmt_remark_word(line, " ");
    vmt_remark_text(line, (struct vmt_slice){clock.data, 8});
    if (zone < clock.length) {
        vmt_remark_word(line, " ");
        vmt_remark_text(line, vmt_slice_from(clock, zone));
    }
}

static const char *coverage_text(enum vmt_coverage coverage)
{
    switch (coverage) {
    case VMT_COVERAGE_WHOLE:
        return ", whole";
    case VMT_COVERAGE_EXCERPT:
        return ", an excerpt";
    case VMT_COVERAGE_UNKNOWN:
        break;
    }
    return ", perhaps not all";
}

void vmt_remark_read_time(struct vmt_remark *line, uint64_t microseconds)
{
    uint64_t tenths = (microseconds + 50) / 100;
    vmt_remark_count(line, tenths / 10);
    vmt_remark_word(line, ".");
    vmt_remark_count(line, tenths % 10);
    vmt_remark_word(line, " ms");
}

void vmt_emit_process_heading(struct vmt_emit *emit, const struct vmt_process *process,
                              bool counted, uint64_t regions, enum vmt_coverage coverage)
{
    struct vmt_remark line = {.count = 0};
    if (process->name != NULL) {
        vmt_remark_text(&line, vmt_string_slice(process->name));
    } else {
        vmt_remark_word(&line, "unnamed process");
    }
    if (process->pid_known) {
        vmt_remark_word(&line, " [");
        vmt_remark_count(&line, process->pid);
        vmt_remark_word(&line, "]");
    }
    if (process->os != NULL) {
        vmt_remark_word(&line, "   ");
        vmt_remark_text(&line, vmt_string_slice(process->os));
    }
    if (process->arch != NULL) {
        vmt_remark_word(&line, "   ");
        vmt_remark_text(&line, vmt_string_slice(process->arch));
    }
    vmt_emit_heading(emit, &line);

    line.count = 0;
    if (process->input != NULL) {
        vmt_remark_input(&line, vmt_string_slice(process->input));
        if (process->line > 0) { /* else it was never written down */
            vmt_remark_word(&line, ":");
            vmt_remark_count(&line, process->line);
        }
        vmt_remark_word(&line, "   ");
    }
    if (regions == 0 && process->stated.count == 0 && coverage == VMT_COVERAGE_WHOLE) {
        vmt_remark_word(&line, "totals only");
    } else if (counted && regions == 0) {
        vmt_remark_word(&line, "no regions");
    } else if (counted) {
        vmt_remark_counted(&line, regions, "region", "regions");
        vmt_remark_word(&line, coverage_text(coverage));
    } else {
        vmt_remark_word(&line, "regions not counted");
        vmt_remark_word(&line, coverage_text(coverage));
    }
    if (process->captured_at != NULL) {
        vmt_remark_word(&line, "   ");
        vmt_remark_time(&line, vmt_string_slice(process->captured_at));
    }
    vmt_emit_line(emit, &line);
    if (process->read_time > 0) {
        line.count = 0;
        vmt_remark_word(&line, "read while it ran, in ");
        vmt_remark_read_time(&line, process->read_time);
        vmt_emit_line(emit, &line);
    }
}

enum vmt_status vmt_filter_init(struct vmt_filter *filter, const struct vmt_report_options *options,
                                const struct vmt_allocator *allocator, size_t memory_limit,
                                struct vmt_error *err)
{
    struct vmt_type *types = NULL;
    *filter = (struct vmt_filter){.names = options->types, .count = options->type_count};
    vmt_arena_init(&filter->arena, allocator, memory_limit);
    vmt_intern_init(&filter->strings, &filter->arena);
    if (filter->count == 0) {
        return VMT_OK;
    }
    filter->canonical =
        vmt_arena_alloc(&filter->arena, filter->count, sizeof(const struct vmt_string *));
    if (filter->canonical == NULL) {
        return vmt_arena_fail(&filter->arena, err);
    }
    for (size_t i = 0; i < filter->count; i++) {
        if (filter->names[i].length == 0) {
            continue;
        }
        const struct vmt_type *type = vmt_type_get(&types, &filter->strings, filter->names[i], 0);
        if (type == NULL) {
            return vmt_arena_fail(&filter->arena, err);
        }
        filter->canonical[i] = type->canonical;
    }
    return VMT_OK;
}

void vmt_filter_free(struct vmt_filter *filter)
{
    vmt_arena_free(&filter->arena);
}

bool vmt_filter_wants(const struct vmt_filter *filter, const struct vmt_type *type)
{
    for (size_t i = 0; i < filter->count; i++) {
        struct vmt_slice canonical = vmt_string_slice(type->canonical);
        if (vmt_slice_equals_nocase(filter->names[i], vmt_string_slice(type->printed)) ||
            vmt_slice_equals_nocase(filter->names[i], canonical) ||
            (filter->canonical[i] != NULL &&
             vmt_slice_equals_nocase(vmt_string_slice(filter->canonical[i]), canonical))) {
            return true;
        }
    }
    return filter->count == 0;
}
