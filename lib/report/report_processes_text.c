/* SPDX-License-Identifier: MIT */
#include "config.h"

/* The ranking for people: a line for a row, what is shown beside what there is in all, and what is
 * not in it. */

#include "report/report_processes.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/* Amounts that fit on a line of 80 columns beside the rest. */
#define AMOUNTS_MOST 5

/* Of identity, how columns look; of members, what their titles are. */
static const struct {
    const char *title;
    enum vmt_cell_kind kind;
    unsigned width;
} looks[VMT_PROCESSES_COLUMNS] = {
    [VMT_PROCESSES_SOURCE] = {"SOURCE", VMT_CELL_TEXT, 24},
    [VMT_PROCESSES_LINE] = {"LINE", VMT_CELL_COUNT, 7},
    [VMT_PROCESSES_GRAMMAR] = {"FORMAT", VMT_CELL_WORD, 18},
    [VMT_PROCESSES_PID] = {"PID", VMT_CELL_COUNT, 7},
    [VMT_PROCESSES_PARENT] = {"PARENT", VMT_CELL_COUNT, 7},
    [VMT_PROCESSES_USER] = {"USER", VMT_CELL_TEXT, 9},
    [VMT_PROCESSES_USER_ID] = {"UID", VMT_CELL_COUNT, 7},
    [VMT_PROCESSES_NAME] = {"NAME", VMT_CELL_TEXT, 20},
    [VMT_PROCESSES_KIND] = {"KIND", VMT_CELL_WORD, 13},
    [VMT_PROCESSES_COUNT] = {"NUMBER", VMT_CELL_COUNT, 7},
    [VMT_PROCESSES_RECORDS] = {"RECORDS", VMT_CELL_COUNT, 7},
    [VMT_PROCESSES_MEMBERS + VMT_VIRTUAL] = {"VIRTUAL", VMT_CELL_AMOUNT, 8},
    [VMT_PROCESSES_MEMBERS + VMT_RESERVED] = {"RESERVED", VMT_CELL_AMOUNT, 8},
    [VMT_PROCESSES_MEMBERS + VMT_RESIDENT] = {"RESIDENT", VMT_CELL_AMOUNT, 8},
    [VMT_PROCESSES_MEMBERS + VMT_DIRTY] = {"DIRTY", VMT_CELL_AMOUNT, 8},
    [VMT_PROCESSES_MEMBERS + VMT_SWAPPED] = {"SWAPPED", VMT_CELL_AMOUNT, 8},
    [VMT_PROCESSES_MEMBERS + VMT_PRIVATE_CLEAN] = {"PRV CLEAN", VMT_CELL_AMOUNT, 9},
    [VMT_PROCESSES_MEMBERS + VMT_PRIVATE_DIRTY] = {"PRV DIRTY", VMT_CELL_AMOUNT, 9},
    [VMT_PROCESSES_MEMBERS + VMT_SHARED_CLEAN] = {"SHR CLEAN", VMT_CELL_AMOUNT, 9},
    [VMT_PROCESSES_MEMBERS + VMT_SHARED_DIRTY] = {"SHR DIRTY", VMT_CELL_AMOUNT, 9},
    [VMT_PROCESSES_MEMBERS + VMT_SWAPPED_PRIVATE] = {"SWAP PRV", VMT_CELL_AMOUNT, 8},
    [VMT_PROCESSES_MEMBERS + VMT_SWAPPED_SHARED] = {"SWAP SHR", VMT_CELL_AMOUNT, 8},
    [VMT_PROCESSES_MEMBERS + VMT_PRIVATE_FOOTPRINT] = {"PRV FOOT", VMT_CELL_AMOUNT, 8},
    [VMT_PROCESSES_MEMBERS + VMT_ANONYMOUS] = {"ANONYMOUS", VMT_CELL_AMOUNT, 9},
    [VMT_PROCESSES_MEMBERS + VMT_FILE_BACKED] = {"FILES", VMT_CELL_AMOUNT, 8},
    [VMT_PROCESSES_MEMBERS + VMT_RECLAIMABLE] = {"RECLAIM", VMT_CELL_AMOUNT, 8},
    [VMT_PROCESSES_MEMBERS + VMT_HEAP_KEPT_EMPTY] = {"EMPTY", VMT_CELL_AMOUNT, 8},
    [VMT_PROCESSES_MEMBERS + VMT_USS] = {"PRIVATE", VMT_CELL_AMOUNT, 8},
    [VMT_PROCESSES_MEMBERS + VMT_PSS] = {"PSS", VMT_CELL_AMOUNT, 8},
    [VMT_PROCESSES_MEMBERS + VMT_RSS] = {"RSS", VMT_CELL_AMOUNT, 8},
    [VMT_PROCESSES_MEMBERS + VMT_SWAP_PSS] = {"SWAP PSS", VMT_CELL_AMOUNT, 8},
    [VMT_PROCESSES_MEMBERS + VMT_FOOTPRINT] = {"FOOTPRINT", VMT_CELL_AMOUNT, 9},
    [VMT_PROCESSES_MEMBERS + VMT_FOOTPRINT_PEAK] = {"FOOT PEAK", VMT_CELL_AMOUNT, 9},
    [VMT_PROCESSES_MEMBERS + VMT_RESIDENT_PEAK] = {"PEAK", VMT_CELL_AMOUNT, 8},
    [VMT_PROCESSES_MEMBERS + VMT_VIRTUAL_PEAK] = {"VIRT PEAK", VMT_CELL_AMOUNT, 9},
    [VMT_PROCESSES_MEMBERS + VMT_WIRED] = {"WIRED", VMT_CELL_AMOUNT, 8},
    [VMT_PROCESSES_MEMBERS + VMT_CLEAN] = {"CLEAN", VMT_CELL_AMOUNT, 8},
};

/* What the list looks like. */
struct form {
    size_t chosen[VMT_PROCESSES_COLUMNS + 1]; /* columns, the name last */
    struct vmt_column columns[VMT_PROCESSES_COLUMNS + 1];
    size_t count;
};

/* --- which columns ---------------------------------------------------------------------------- */

static bool row_tells(const struct vmt_rank_row *row, size_t column)
{
    struct vmt_processes_cell_text text;
    return vmt_processes_is_member(column)
               ? row->amounts->of[vmt_processes_member(column)].known
               : vmt_processes_cell(row, column, &text).kind != VMT_CELL_NULL;
}

static bool tells(const struct vmt_ranking *ranking, size_t column)
{
    for (size_t i = 0; i < ranking->count; i++) {
        if (row_tells(&ranking->rows[i], column)) {
            return true;
        }
    }
    return false;
}

static void add_column(struct form *form, size_t column)
{
    form->chosen[form->count] = column;
    form->columns[form->count++] = (struct vmt_column){.title = looks[column].title,
                                                       .kind = looks[column].kind,
                                                       .where = VMT_IN_TEXT,
                                                       .width = looks[column].width};
}

/* Those that say something, the ones that divide memory most fairly first. */
static void add_telling(struct form *form, const struct vmt_ranking *ranking, bool by_name)
{
    static const enum vmt_member of_processes[] = {
        VMT_USS,     VMT_PSS,           VMT_FOOTPRINT,      VMT_RESIDENT, VMT_RSS,
        VMT_SWAPPED, VMT_RESIDENT_PEAK, VMT_FOOTPRINT_PEAK, VMT_VIRTUAL,  VMT_MEMBER_COUNT};
    static const enum vmt_member of_names[] = {VMT_USS,           VMT_PSS,
                                               VMT_FOOTPRINT,     VMT_SWAP_PSS,
                                               VMT_RESIDENT_PEAK, VMT_FOOTPRINT_PEAK,
                                               VMT_MEMBER_COUNT};
    const enum vmt_member *member = by_name ? of_names : of_processes;
    bool resident = tells(ranking, VMT_PROCESSES_MEMBERS + VMT_RESIDENT);
    for (size_t added = 0; *member != VMT_MEMBER_COUNT && added < AMOUNTS_MOST; member++) {
        bool said = *member == VMT_RSS && resident; /* of nearly the same */
        if (!said && tells(ranking, VMT_PROCESSES_MEMBERS + *member)) {
            add_column(form, VMT_PROCESSES_MEMBERS + *member);
            added++;
        }
    }
}

static void choose_columns(struct form *form, const struct vmt_ranking *ranking,
                           const struct vmt_processes_options *options)
{
    form->count = 0;
    if (options->column_count > 0) {
        for (size_t i = 0; i < options->column_count; i++) {
            add_column(form, options->columns[i]);
        }
    } else {
        add_column(form, options->ranking.by_name ? VMT_PROCESSES_COUNT : VMT_PROCESSES_PID);
        if (tells(ranking, VMT_PROCESSES_USER)) {
            add_column(form, VMT_PROCESSES_USER);
        }
        add_telling(form, ranking, options->ranking.by_name);
        add_column(form, VMT_PROCESSES_NAME);
    }
    if (form->chosen[form->count - 1] == VMT_PROCESSES_NAME) {
        form->columns[form->count - 1].width = 0;
    }
}

/* --- rows ------------------------------------------------------------------------------------- */

static void emit_rows(struct vmt_emit *emit, const struct form *form,
                      const struct vmt_ranking *ranking)
{
    const struct vmt_table table = {.name = "processes",
                                    .columns = form->columns,
                                    .column_count = form->count,
                                    .where = VMT_IN_TEXT};
    struct vmt_cell cells[COUNT_OF(form->columns)];
    struct vmt_processes_cell_text text;
    vmt_emit_open(emit, &table);
    for (size_t i = 0; i < ranking->count && emit->status == VMT_OK; i++) {
        const struct vmt_rank_row *row = &ranking->rows[i];
        for (size_t j = 0; j < form->count; j++) {
            size_t column = form->chosen[j];
            cells[j] = vmt_processes_is_member(column)
                           ? vmt_cell_amount(row->amounts->of[vmt_processes_member(column)])
                           : vmt_processes_cell(row, column, &text);
        }
        vmt_emit_row(emit, cells);
    }
    vmt_emit_close(emit);
}

/* --- totals ----------------------------------------------------------------------------------- */

/* The columns of the list without titles, and at the end of the line what a total is of. */
static void untitle(struct form *form)
{
    for (size_t i = 0; i < form->count; i++) {
        form->columns[i].title = "";
    }
    if (form->chosen[form->count - 1] != VMT_PROCESSES_NAME) {
        add_column(form, VMT_PROCESSES_NAME);
    }
    form->columns[form->count - 1].title = "";
    form->columns[form->count - 1].width = 0;
}

static void emit_total(struct vmt_emit *emit, const struct form *form,
                       const struct vmt_rank_total *total, const char *label)
{
    struct vmt_cell cells[COUNT_OF(form->columns)];
    for (size_t i = 0; i < form->count; i++) {
        size_t column = form->chosen[i];
        cells[i] = vmt_cell_word("");
        if (vmt_processes_is_member(column)) {
            cells[i] = vmt_cell_amount(total->amounts.of[vmt_processes_member(column)]);
        } else if (column == VMT_PROCESSES_COUNT) {
            cells[i] = vmt_cell_number(VMT_CELL_COUNT, total->processes);
        }
    }
    cells[form->count - 1] = vmt_cell_word(label);
    vmt_emit_row(emit, cells);
}

/* Beside what is shown what there is in all. */
static void emit_totals(struct vmt_emit *emit, struct form *form, const struct vmt_ranking *ranking)
{
    untitle(form);
    const struct vmt_table table = {.name = "totals",
                                    .columns = form->columns,
                                    .column_count = form->count,
                                    .where = VMT_IN_TEXT};
    vmt_emit_open(emit, &table);
    if (ranking->shown.processes != ranking->all.processes) {
        emit_total(emit, form, &ranking->shown, "shown");
    }
    emit_total(emit, form, &ranking->all, "in all");
    vmt_emit_close(emit);
}

/* --- in words --------------------------------------------------------------------------------- */

static void emit_counts(struct vmt_emit *emit, const struct vmt_ranking *ranking, bool by_name)
{
    struct vmt_remark line = {.count = 0};
    vmt_emit_blank(emit);
    if (ranking->shown.processes != ranking->all.processes) {
        vmt_remark_count(&line, ranking->shown.processes);
        vmt_remark_word(&line, " of ");
    }
    vmt_remark_counted(&line, ranking->all.processes, "process", "processes");
    if (by_name) {
        vmt_remark_word(&line, ", ");
        if (ranking->shown.rows != ranking->all.rows) {
            vmt_remark_count(&line, ranking->shown.rows);
            vmt_remark_word(&line, " of ");
        }
        vmt_remark_counted(&line, ranking->all.rows, "name", "names");
    }
    vmt_emit_line(emit, &line);
}

static void emit_reason(struct vmt_emit *emit, uint64_t count, const char *what,
                        const char *meaning)
{
    struct vmt_remark line = {.count = 0};
    if (count > 0) {
        vmt_remark_count(&line, count);
        vmt_remark_word(&line, what);
        vmt_remark_word(&line, meaning);
        vmt_emit_line(emit, &line);
    }
}

/* What is not in it, and why. */
static void emit_unread(struct vmt_emit *emit, const struct vmt_ranking *ranking, bool kernel)
{
    for (int i = 0; i < VMT_UNREAD_COUNT; i++) {
        enum vmt_unread reason = (enum vmt_unread)i;
        emit_reason(emit, ranking->unread[reason], " ", vmt_unread_help(reason));
    }
    emit_reason(emit, kernel ? 0 : ranking->kinds[VMT_LISTED_KERNEL_THREAD],
                " not listed: ", "threads of the kernel, which have no memory of their own");
    emit_reason(emit, ranking->kinds[VMT_LISTED_ZOMBIE],
                " not listed: ", "zombies, which have ended and hold no memory");
}

/* How long it took, and how closely was looked: the numbers are of that while. */
static void emit_reading(struct vmt_emit *emit, const struct vmt_listing *listing)
{
    struct vmt_remark line = {.count = 0};
    if (listing->read_time > 0) {
        vmt_remark_word(&line, "read while they ran, in ");
        vmt_remark_read_time(&line, listing->read_time);
        vmt_remark_word(&line, ", from ");
        vmt_remark_word(&line, listing->read_from);
        vmt_emit_line(emit, &line);
    }
}

void vmt_emit_processes_text(struct vmt_emit *emit, const struct vmt_ranking *ranking,
                             const struct vmt_listing *listing,
                             const struct vmt_processes_options *options)
{
    struct form form;
    if (emit->status != VMT_OK) {
        return;
    }
    if (listing->processes.count == 0) {
        vmt_emit_words(emit, "no process found");
        return;
    }
    choose_columns(&form, ranking, options);
    emit_rows(emit, &form, ranking);
    emit_totals(emit, &form, ranking);
    emit_counts(emit, ranking, options->ranking.by_name);
    if (listing->mixed != NULL) {
        struct vmt_remark line = {.count = 0};
        vmt_remark_word(&line, "not all there together: they are ");
        vmt_remark_word(&line, listing->mixed);
        vmt_emit_line(emit, &line);
    }
    emit_unread(emit, ranking, options->ranking.kernel);
    emit_reading(emit, listing);
}
