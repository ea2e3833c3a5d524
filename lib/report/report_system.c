/* SPDX-License-Identifier: MIT */
#include "config.h"

/* What each host's memory comes to at each time, for programs: report_system_text.c and
 * report_system_series.c have the forms for people. */

#include "report/report_system.h"

#define SCHEMA "vmtally/system"
#define SCHEMA_VERSION 1

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define GRAMMARS_SIZE 512 /* the names of the formats of a sample; more are not told */

static const struct vmt_column samples_columns[] = {
    VMT_DATA_COLUMN("source", TEXT, VMT_IN_DATA, "The input; - is standard input."),
    VMT_DATA_COLUMN("line", COUNT, VMT_IN_DATA, "Where the sample stands in it."),
    VMT_DATA_COLUMN("grammar", WORD, VMT_IN_DATA, "The formats of the evidence."),
    VMT_DATA_COLUMN("host", COUNT, VMT_IN_DATA, "Number of the host, from 1."),
    VMT_DATA_COLUMN("sample", COUNT, VMT_IN_DATA, "Number of the sample, from 1."),
    VMT_DATA_COLUMN("platform", WORD, VMT_IN_DATA, "macos or linux."),
    VMT_DATA_COLUMN("captured_at", TEXT, VMT_IN_DATA, "When it was taken, as stated."),
    VMT_DATA_COLUMN("since_boot", BOOLEAN, VMT_IN_DATA,
                    "Counters count from the start of the machine, not from the sample before."),
    VMT_DATA_COLUMN("pressure", WORD, VMT_IN_DATA, "Name of the pressure level."),
    {.kind = VMT_CELL_FIGURES,
     .where = VMT_IN_DATA,
     .figures = vmt_system_members,
     .figure_count = VMT_SYSTEM_COUNT},
    {.kind = VMT_CELL_FIGURES,
     .where = VMT_IN_DATA,
     .figures = vmt_host_quantities,
     .figure_count = VMT_HOST_COUNT},
    /* In JSON they stand beside their values, and the system with its host. */
    {.kind = VMT_CELL_FIGURES,
     .where = VMT_IN_CSV | VMT_CSV_QUANTA,
     .figures = vmt_host_quantities,
     .figure_count = VMT_HOST_COUNT},
    VMT_DATA_COLUMN("os", TEXT, VMT_IN_CSV, "System and its version."),
    VMT_DATA_COLUMN("gap", BOOLEAN, VMT_IN_DATA,
                    "Counters count from a sample that is missing here."),
    VMT_DATA_COLUMN("joined", BOOLEAN, VMT_IN_DATA, "Put together of several readings."),
    VMT_DATA_COLUMN("cgroup", TEXT, VMT_IN_DATA,
                    "The control group that all of it is of; nothing: the machine."),
};

static const struct vmt_column checks_columns[] = {
    VMT_DATA_COLUMN("host", COUNT, VMT_IN_CSV, "Number of the host, from 1."),
    VMT_DATA_COLUMN("sample", COUNT, VMT_IN_CSV, "Number of the sample, from 1."),
    VMT_DATA_COLUMN("check", WORD, VMT_IN_DATA, "Name of an identity, or of another format."),
    VMT_DATA_COLUMN("member", WORD, VMT_IN_DATA, "What is compared."),
    VMT_DATA_COLUMN("expected", COUNT, VMT_IN_DATA, "As the evidence states it."),
    VMT_DATA_COLUMN("actual", COUNT, VMT_IN_DATA, "As it adds up, or as the other states it."),
    VMT_DATA_COLUMN("bound", COUNT, VMT_IN_DATA, "What rounding accounts for."),
    VMT_DATA_COLUMN("verdict", WORD, VMT_IN_DATA, "agrees, explained, differs, not_assessed."),
    VMT_DATA_COLUMN("reason", WORD, VMT_IN_DATA, "Why it does not simply agree."),
};

static const struct vmt_column hosts_columns[] = {
    VMT_DATA_COLUMN("host", COUNT, VMT_IN_DATA, "Number of the host, from 1."),
    VMT_DATA_COLUMN("platform", WORD, VMT_IN_DATA, "macos or linux."),
    VMT_DATA_COLUMN("os", TEXT, VMT_IN_DATA, "System and its version."),
    VMT_DATA_COLUMN("page_size", BYTES, VMT_IN_DATA, "Bytes of a page."),
    VMT_DATA_COLUMN("total", BYTES, VMT_IN_DATA, "Physical memory."),
    VMT_DATA_COLUMN("samples", COUNT, VMT_IN_DATA, "Samples of the host."),
    VMT_DATA_COLUMN("cgroup", TEXT, VMT_IN_DATA,
                    "The control group that is accounted for as a host; nothing: a machine."),
};

static const struct vmt_column evidence_columns[] = {
    VMT_DATA_COLUMN("source", TEXT, VMT_IN_DATA, "The input; - is standard input."),
    VMT_DATA_COLUMN("line", COUNT, VMT_IN_DATA, "Where the evidence begins in it."),
    VMT_DATA_COLUMN("grammar", WORD, VMT_IN_DATA, "The format of the evidence."),
    VMT_DATA_COLUMN("host", COUNT, VMT_IN_CSV, "Number of the host, from 1."),
    VMT_DATA_COLUMN("captured_at", TEXT, VMT_IN_DATA, "When it was taken, as stated."),
    VMT_DATA_COLUMN("samples", COUNT, VMT_IN_DATA, "Times that it states."),
};

static const struct vmt_column facts_columns[] = {
    VMT_DATA_COLUMN("source", TEXT, VMT_IN_DATA, "The input; - is standard input."),
    VMT_DATA_COLUMN("grammar", WORD, VMT_IN_DATA, "The format of the evidence."),
    VMT_DATA_COLUMN("host", COUNT, VMT_IN_CSV, "Number of the host, from 1."),
    VMT_DATA_COLUMN("key", TEXT, VMT_IN_DATA, "What is stated and has no column."),
    VMT_DATA_COLUMN("value", TEXT, VMT_IN_DATA, "What stands behind it."),
};

#define TABLE(variable, name_, columns_)                                          \
    static const struct vmt_table variable = {.name = (name_),                    \
                                              .columns = (columns_),              \
                                              .column_count = COUNT_OF(columns_), \
                                              .where = VMT_IN_DATA}

/* In text too, where it has no columns: the form for people stands in it. */
static const struct vmt_table samples_table = {
    .name = "samples",
    .columns = samples_columns,
    .column_count = COUNT_OF(samples_columns),
    .where = VMT_IN_ALL,
};
TABLE(checks_table, "checks", checks_columns);
TABLE(hosts_table, "hosts", hosts_columns);
TABLE(evidence_table, "evidence", evidence_columns);
TABLE(facts_table, "facts", facts_columns);

const struct vmt_table *const vmt_report_system_tables[] = {
    &samples_table, &checks_table,    &hosts_table,      &evidence_table,
    &facts_table,   &vmt_notes_table, &vmt_inputs_table, NULL,
};

/* "darwin-vm-stat+darwin-sysctl": what the sample was put together of. */
static struct vmt_cell grammars_cell(char buffer[GRAMMARS_SIZE], const struct vmt_state *state)
{
    size_t used = 0;
    if (state->part_count == 1) {
        return vmt_cell_word(state->parts[0].record->grammar);
    }
    for (size_t i = 0; i < state->part_count; i++) {
        const char *grammar = state->parts[i].record->grammar;
        size_t length = strlen(grammar);
        if (used + length + 2 > GRAMMARS_SIZE) {
            break;
        }
        if (used > 0) {
            buffer[used++] = '+';
        }
        memcpy(buffer + used, grammar, length);
        used += length;
    }
    buffer[used] = '\0';
    return vmt_cell_word(buffer);
}

static void emit_checks(struct vmt_emit *emit, const struct vmt_state *state)
{
    vmt_emit_open(emit, &checks_table);
    for (size_t i = 0; i < state->check_count; i++) {
        const struct vmt_check *check = &state->checks[i];
        const struct vmt_cell cells[COUNT_OF(checks_columns)] = {
            vmt_cell_number(VMT_CELL_COUNT, state->host->number),
            vmt_cell_number(VMT_CELL_COUNT, state->number),
            {.kind = VMT_CELL_WORD, .text = check->type},
            vmt_cell_word(check->member),
            vmt_cell_number(VMT_CELL_COUNT, check->expected),
            vmt_cell_number(VMT_CELL_COUNT, check->actual),
            vmt_cell_number(VMT_CELL_COUNT, check->bound),
            vmt_cell_word(vmt_verdict_name(check->verdict)),
            vmt_cell_word(check->reason),
        };
        vmt_emit_row(emit, cells);
    }
    vmt_emit_close(emit);
}

static void emit_sample(struct vmt_emit *emit, const struct vmt_state *state)
{
    char grammars[GRAMMARS_SIZE];
    const struct vmt_amount *level = &state->stated[VMT_HOST_PRESSURE_LEVEL].amount;
    const struct vmt_cell cells[COUNT_OF(samples_columns)] = {
        vmt_input_cell(state->parts[0].record->input),
        vmt_line_cell(state->parts[0].sample->line),
        grammars_cell(grammars, state),
        vmt_cell_number(VMT_CELL_COUNT, state->host->number),
        vmt_cell_number(VMT_CELL_COUNT, state->number),
        vmt_cell_word(vmt_platform_name(state->host->platform)),
        vmt_cell_string(state->captured_at),
        vmt_cell_optional(VMT_CELL_BOOLEAN, state->counted, state->since_boot),
        vmt_cell_word(level->known ? vmt_pressure_name(level->value) : NULL),
        vmt_cell_figures(state->derived),
        vmt_cell_figures(state->stated),
        vmt_cell_figures(state->stated),
        vmt_cell_string(state->host->os),
        vmt_cell_optional(VMT_CELL_BOOLEAN, state->counted, state->gap),
        vmt_cell_number(VMT_CELL_BOOLEAN, vmt_state_is_joined(state)),
        vmt_cell_string(state->host->cgroup),
    };
    vmt_emit_row(emit, cells);
    emit_checks(emit, state);
}

static void emit_evidence(struct vmt_emit *emit, const struct vmt_system_host *host)
{
    const struct vmt_system_record *record = NULL;
    vmt_emit_open(emit, &evidence_table);
    while ((record = vmt_system_next_record(host, record)) != NULL) {
        const struct vmt_host *evidence = vmt_system_record_host(record);
        const struct vmt_cell cells[COUNT_OF(evidence_columns)] = {
            vmt_input_cell(evidence->input),
            vmt_line_cell(evidence->line),
            vmt_cell_word(evidence->grammar),
            vmt_cell_number(VMT_CELL_COUNT, host->number),
            vmt_cell_string(evidence->captured_at),
            vmt_cell_number(VMT_CELL_COUNT, evidence->samples.count),
        };
        vmt_emit_row(emit, cells);
    }
    vmt_emit_close(emit);
}

static void emit_facts(struct vmt_emit *emit, const struct vmt_system_host *host)
{
    const struct vmt_system_record *record = NULL;
    vmt_emit_open(emit, &facts_table);
    while ((record = vmt_system_next_record(host, record)) != NULL) {
        const struct vmt_host *evidence = vmt_system_record_host(record);
        struct vmt_walker walker = {0};
        const struct vmt_fact *fact = vmt_sequence_next(&evidence->facts, &walker);
        for (; fact != NULL; fact = vmt_sequence_next(&evidence->facts, &walker)) {
            const struct vmt_cell cells[COUNT_OF(facts_columns)] = {
                vmt_input_cell(evidence->input),
                vmt_cell_word(evidence->grammar),
                vmt_cell_number(VMT_CELL_COUNT, host->number),
                vmt_cell_string(fact->key),
                vmt_cell_string(fact->value),
            };
            vmt_emit_row(emit, cells);
        }
    }
    vmt_emit_close(emit);
}

static void emit_host_notes(struct vmt_emit *emit, const struct vmt_system_host *host)
{
    const struct vmt_system_record *record = NULL;
    struct vmt_owner owner = {.input = NULL};
    vmt_emit_open(emit, &vmt_notes_table);
    while ((record = vmt_system_next_record(host, record)) != NULL) {
        owner.input = vmt_system_record_host(record)->input;
        vmt_emit_notes(emit, &owner, &vmt_system_record_host(record)->notes);
    }
    owner.input = vmt_system_record_host(host->first)->input;
    vmt_emit_notes(emit, &owner, &host->notes);
    vmt_emit_close(emit);
}

static void emit_hosts(struct vmt_emit *emit, const struct vmt_system *system)
{
    struct vmt_walker walker = {0};
    vmt_emit_open(emit, &hosts_table);
    const struct vmt_system_host *host = vmt_sequence_next(&system->hosts, &walker);
    for (; host != NULL; host = vmt_sequence_next(&system->hosts, &walker)) {
        const struct vmt_amount *page_size = &host->page_size.amount;
        const struct vmt_amount *total = &host->total.amount;
        const struct vmt_cell cells[COUNT_OF(hosts_columns)] = {
            vmt_cell_number(VMT_CELL_COUNT, host->number),
            vmt_cell_word(vmt_platform_name(host->platform)),
            vmt_cell_string(host->os),
            vmt_cell_optional(VMT_CELL_BYTES, page_size->known, page_size->value),
            vmt_cell_optional(VMT_CELL_BYTES, total->known, total->value),
            vmt_cell_number(VMT_CELL_COUNT, host->samples),
            vmt_cell_string(host->cgroup),
        };
        vmt_emit_row(emit, cells);
        emit_evidence(emit, host);
        emit_facts(emit, host);
        emit_host_notes(emit, host);
    }
    vmt_emit_close(emit);
}

/* --- for people ------------------------------------------------------------------------------- */

static void text_place(struct vmt_emit *emit, const struct vmt_host *evidence)
{
    struct vmt_remark line = {.count = 0};
    vmt_remark_input(&line, vmt_string_slice(evidence->input));
    if (evidence->line > 0) { /* else it was never written down */
        vmt_remark_word(&line, ":");
        vmt_remark_count(&line, evidence->line);
    }
    vmt_remark_word(&line, "   ");
    vmt_remark_word(&line, evidence->grammar);
    if (evidence->captured_at != NULL) {
        vmt_remark_word(&line, "   ");
        vmt_remark_time(&line, vmt_string_slice(evidence->captured_at));
    }
    vmt_emit_line(emit, &line);
}

/* Who, from where.  Of much evidence the first pieces, and how many there are. */
static void text_heading(struct vmt_emit *emit, const struct vmt_system *system,
                         const struct vmt_system_host *host)
{
    enum { PLACES_MOST = 8 };
    struct vmt_remark line = {.count = 0};
    static const char *const names[] = {
        [VMT_SYSTEM_DARWIN] = "macOS host",
        [VMT_SYSTEM_LINUX] = "Linux host",
        [VMT_SYSTEM_CGROUP] = "Linux control group",
    };
    bool named = host->os != NULL && host->cgroup == NULL;
    vmt_remark_add(&line, named ? vmt_cell_string(host->os) : vmt_cell_word(names[host->kind]));
    if (host->cgroup != NULL && strcmp(host->cgroup->data, ".") != 0) {
        vmt_remark_word(&line, "   ");
        vmt_remark_add(&line, vmt_cell_string(host->cgroup));
    }
    if (system->hosts.count > 1) {
        vmt_remark_word(&line, "   host ");
        vmt_remark_count(&line, host->number);
        vmt_remark_word(&line, " of ");
        vmt_remark_count(&line, system->hosts.count);
    }
    if (host->page_size.amount.known) {
        vmt_remark_word(&line, "   pages of ");
        vmt_remark_count(&line, host->page_size.amount.value);
        vmt_remark_word(&line, " bytes");
    }
    vmt_emit_heading(emit, &line);

    const struct vmt_system_record *record = NULL;
    size_t places = 0;
    while (places++ < PLACES_MOST && (record = vmt_system_next_record(host, record)) != NULL) {
        text_place(emit, vmt_system_record_host(record));
    }
    if (host->record_count > PLACES_MOST) {
        line.count = 0;
        vmt_remark_word(&line, "and ");
        vmt_remark_count(&line, host->record_count - PLACES_MOST);
        vmt_remark_word(&line, " more");
        vmt_emit_line(emit, &line);
    }
}

static void text_host_notes(struct vmt_emit *emit, const struct vmt_system_host *host)
{
    const struct vmt_system_record *record = NULL;
    bool blank = false;
    while ((record = vmt_system_next_record(host, record)) != NULL) {
        const struct vmt_notes *notes = &vmt_system_record_host(record)->notes;
        if (notes->sequence.count > 0 && !blank) {
            vmt_emit_blank(emit);
            blank = true;
        }
        vmt_emit_text_notes(emit, notes);
    }
    if (host->notes.sequence.count > 0 && !blank) {
        vmt_emit_blank(emit);
    }
    vmt_emit_text_notes(emit, &host->notes);
}

static void text_host(struct vmt_emit *emit, struct vmt_system *system,
                      const struct vmt_system_host *host, const struct vmt_series *series)
{
    struct vmt_state state;
    struct vmt_system_walker walker = {.number = 0};
    if (host->number > 1) {
        vmt_emit_blank(emit);
    }
    text_heading(emit, system, host);
    if (host->samples == 1 && vmt_system_next(system, host, &walker, &state)) {
        vmt_emit_state_text(emit, &state);
    } else if (host->samples > 1) {
        vmt_emit_series_text(emit, system, host, series);
    } else {
        vmt_emit_words(emit, "No numbers in this evidence.");
    }
    vmt_emit_system_checks(emit, &series->checks);
    text_host_notes(emit, host);
}

static void emit_host(struct vmt_emit *emit, struct vmt_system *system,
                      const struct vmt_system_host *host)
{
    struct vmt_state state;
    struct vmt_series series = {.since_boot = 0};
    struct vmt_system_walker walker = {.number = 0};
    while (emit->status == VMT_OK && vmt_system_next(system, host, &walker, &state)) {
        emit_sample(emit, &state);
        vmt_series_add(&series, &state);
    }
    text_host(emit, system, host, &series);
}

enum vmt_status vmt_report_system(const struct vmt_snapshot *snapshot,
                                  const struct vmt_allocator *allocator,
                                  const struct vmt_report_options *options,
                                  struct vmt_writer *writer, struct vmt_error *err)
{
    (void)options; /* they are about processes */
    struct vmt_emit emit = {.writer = writer, .err = err, .status = VMT_OK};
    struct vmt_system system;
    struct vmt_walker walker = {0};
    emit.status = vmt_system_make(&system, snapshot, allocator, snapshot->arena.limit, err);
    vmt_emit_begin(&emit, SCHEMA, SCHEMA_VERSION);
    vmt_emit_open(&emit, &samples_table);
    const struct vmt_system_host *host = NULL;
    while (emit.status == VMT_OK && (host = vmt_sequence_next(&system.hosts, &walker)) != NULL) {
        emit_host(&emit, &system, host);
    }
    vmt_emit_close(&emit);
    if (snapshot->hosts.count == 0) {
        vmt_emit_words(&emit, "no host found");
    }
    if (emit.status == VMT_OK) {
        emit_hosts(&emit, &system);
    }
    vmt_emit_inputs(&emit, snapshot);
    vmt_system_free(&system);
    return vmt_emit_end(&emit);
}
