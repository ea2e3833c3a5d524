/* SPDX-License-Identifier: MIT */
#include "config.h"

/* A host at one time, for people, on 80 columns. */

#include "report/report_system.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static const struct vmt_column stated_columns[] = {
    VMT_TEXT_COLUMN("STATED", WORD, 24, "What the system counts."),
    VMT_TEXT_COLUMN("VALUE", AMOUNT, 12, "Bytes."),
    VMT_TEXT_COLUMN("", WORD, 0, "What it means."),
};

static const struct vmt_column boot_columns[] = {
    VMT_TEXT_COLUMN("SINCE BOOT", WORD, 24, "What happened."),
    VMT_TEXT_COLUMN("COUNT", COUNT, 14, "How often."),
    VMT_TEXT_COLUMN("", WORD, 0, "What it means."),
};

static const struct vmt_column group_columns[] = {
    VMT_TEXT_COLUMN("SINCE IT WAS MADE", WORD, 24, "What happened."),
    VMT_TEXT_COLUMN("COUNT", COUNT, 14, "How often."),
    VMT_TEXT_COLUMN("", WORD, 0, "What it means."),
};

static const struct vmt_column interval_columns[] = {
    VMT_TEXT_COLUMN("IN ONE INTERVAL", WORD, 24, "What happened."),
    VMT_TEXT_COLUMN("COUNT", COUNT, 14, "How often."),
    VMT_TEXT_COLUMN("", WORD, 0, "What it means."),
};

static const struct vmt_column differs_columns[] = {
    VMT_TEXT_COLUMN("DIFFERS", WORD, 10, "Name of an identity."),
    VMT_TEXT_COLUMN("SAMPLE", COUNT, 8, "Number of the sample."),
    VMT_TEXT_COLUMN("STATED", BYTES, 9, "As the evidence states it."),
    VMT_TEXT_COLUMN("SUM", BYTES, 9, "As it adds up."),
    VMT_TEXT_COLUMN("APART", BYTES, 9, "How far apart they are."),
    VMT_TEXT_COLUMN("ROUNDING", BYTES, 9, "What rounding accounts for."),
};

#define TABLE(variable, name_, columns_)                                          \
    static const struct vmt_table variable = {.name = (name_),                    \
                                              .columns = (columns_),              \
                                              .column_count = COUNT_OF(columns_), \
                                              .where = VMT_IN_TEXT}

TABLE(stated_table, "stated", stated_columns);
TABLE(boot_table, "since_boot", boot_columns);
TABLE(group_table, "since_it_was_made", group_columns);
TABLE(interval_table, "interval", interval_columns);
TABLE(differs_table, "differs", differs_columns);

/* What the totals say, in order: a quantity that is stated or a member that is derived. */
struct total_row {
    const char *label;
    int stated;  /* enum vmt_host_quantity, or NONE */
    int derived; /* enum vmt_system_member, or NONE */
    bool only_if_any;
    const char *remark;
};

enum { NONE = -1 };

static const struct total_row darwin_rows[] = {
    {"physical memory", VMT_HOST_TOTAL, NONE, false, ""},
    {"used", NONE, VMT_SYSTEM_USED, false, "app, wired and compressed"},
    {"  app", NONE, VMT_SYSTEM_APP, false, "anonymous less purgeable"},
    {"  wired", VMT_HOST_WIRED, NONE, false, "cannot be paged out"},
    {"  compressed", NONE, VMT_SYSTEM_COMPRESSED, false, "occupied by the compressor"},
    {"cached", NONE, VMT_SYSTEM_CACHED, false, "file-backed and purgeable"},
    {"available", NONE, VMT_SYSTEM_AVAILABLE, false, "physical memory less used"},
    {"free", VMT_HOST_FREE, NONE, false, "holds nothing"},
    {"free, by the system", VMT_HOST_FREE_PERMILLE, NONE, true, "its own rule, not a level"},
    {"in no count", NONE, VMT_SYSTEM_REMAINDER, true, "of firmware and kernel"},
};

static const struct total_row linux_rows[] = {
    {"physical memory", VMT_HOST_TOTAL, NONE, false, ""},
    {"used", NONE, VMT_SYSTEM_USED, false, "physical memory less available"},
    {"available", NONE, VMT_SYSTEM_AVAILABLE, false, "by the kernel's estimate"},
    {"  of all", NONE, VMT_SYSTEM_AVAILABLE_PERMILLE, false, ""},
    {"free", VMT_HOST_FREE, NONE, false, "holds nothing"},
    {"cached", NONE, VMT_SYSTEM_CACHED, false, "page cache less shared memory"},
    {"  dirty", VMT_HOST_DIRTY, NONE, false, "to be written"},
    {"  writeback", VMT_HOST_WRITEBACK, NONE, false, "being written"},
    {"anonymous", VMT_HOST_ANONYMOUS, NONE, false, "no file behind it"},
    {"shared memory", VMT_HOST_SHMEM, NONE, false, "and tmpfs"},
    {"slab", VMT_HOST_SLAB, NONE, false, "objects of the kernel"},
    {"in no count", NONE, VMT_SYSTEM_REMAINDER, true, "of drivers and the kernel"},
};

static const struct total_row cgroup_rows[] = {
    {"limit", VMT_HOST_CGROUP_LIMIT, NONE, true, "beyond it processes are killed"},
    {"charged", VMT_HOST_CGROUP_CURRENT, NONE, false, "all that counts against the limit"},
    {"used", NONE, VMT_SYSTEM_USED, false, "charged less inactive pages of files"},
    {"available", NONE, VMT_SYSTEM_AVAILABLE, true, "limit less used"},
    {"  of the limit", NONE, VMT_SYSTEM_AVAILABLE_PERMILLE, true, ""},
    {"anonymous", VMT_HOST_ANONYMOUS, NONE, true, "no file behind it"},
    {"cached", NONE, VMT_SYSTEM_CACHED, true, "page cache less shared memory"},
    {"  dirty", VMT_HOST_DIRTY, NONE, true, "to be written"},
    {"  writeback", VMT_HOST_WRITEBACK, NONE, true, "being written"},
    {"shared memory", VMT_HOST_SHMEM, NONE, true, "and tmpfs"},
    {"kernel", VMT_HOST_CGROUP_KERNEL, NONE, true, "slab, stacks, page tables"},
};

struct vmt_cell vmt_cell_of_unit(enum vmt_host_unit unit, uint64_t number)
{
    static const enum vmt_cell_kind kinds[] = {
        [VMT_UNIT_BYTES] = VMT_CELL_BYTES,
        [VMT_UNIT_COUNT] = VMT_CELL_COUNT,
        [VMT_UNIT_PERMILLE] = VMT_CELL_PERMILLE,
        [VMT_UNIT_PPM] = VMT_CELL_PPM,
        [VMT_UNIT_LEVEL] = VMT_CELL_COUNT,
        [VMT_UNIT_BOOLEAN] = VMT_CELL_BOOLEAN,
        [VMT_UNIT_MICROSECONDS] = VMT_CELL_MICROSECONDS,
    };
    return vmt_cell_number(kinds[unit], number);
}

struct vmt_cell vmt_cell_figure(const struct vmt_host_info *info, const struct vmt_figure *figure)
{
    if (info->unit == VMT_UNIT_BYTES) {
        return vmt_cell_amount(figure->amount);
    }
    return figure->amount.known ? vmt_cell_of_unit(info->unit, figure->amount.value)
                                : vmt_cell_null();
}

static bool is_in_pages(const struct vmt_state *state, enum vmt_host_quantity quantity)
{
    return state->unconverted > 0 && state->in_pages[quantity];
}

static const struct vmt_figure *figure_of(const struct vmt_state *state,
                                          const struct total_row *row)
{
    return row->stated == NONE ? &state->derived[row->derived] : &state->stated[row->stated];
}

static void total_row(struct vmt_emit *emit, const struct vmt_state *state,
                      const struct total_row *row)
{
    const struct vmt_host_info *info =
        row->stated == NONE ? &vmt_system_members[row->derived] : &vmt_host_quantities[row->stated];
    const struct vmt_figure *figure = figure_of(state, row);
    if (row->only_if_any && !figure->amount.bounded) {
        return;
    }
    const struct vmt_cell cells[] = {
        vmt_cell_word(row->label),
        vmt_cell_figure(info, figure),
        vmt_cell_word(row->remark),
    };
    vmt_emit_row(emit, cells);
}

static const struct total_row *rows_of(const struct vmt_state *state, size_t *count)
{
    static const struct {
        const struct total_row *rows;
        size_t count;
    } of_kinds[] = {
        [VMT_SYSTEM_DARWIN] = {darwin_rows, COUNT_OF(darwin_rows)},
        [VMT_SYSTEM_LINUX] = {linux_rows, COUNT_OF(linux_rows)},
        [VMT_SYSTEM_CGROUP] = {cgroup_rows, COUNT_OF(cgroup_rows)},
    };
    *count = of_kinds[state->host->kind].count;
    return of_kinds[state->host->kind].rows;
}

static void text_totals(struct vmt_emit *emit, const struct vmt_state *state)
{
    size_t count = 0;
    const struct total_row *rows = rows_of(state, &count);
    size_t known = 0;
    for (size_t i = 0; i < count; i++) {
        known += figure_of(state, &rows[i])->amount.bounded ? 1 : 0;
    }
    if (known == 0) {
        return;
    }
    vmt_emit_blank(emit);
    vmt_emit_open(emit, &vmt_text_totals_table);
    for (size_t i = 0; i < count; i++) {
        total_row(emit, state, &rows[i]);
    }
    vmt_emit_close(emit);
}

/* 2.33 of 2330. */
static void remark_ratio(struct vmt_remark *line, uint64_t permille)
{
    uint64_t hundredths = permille / 10 + (permille % 10 >= 5 ? 1 : 0);
    vmt_remark_count(line, hundredths / 100);
    vmt_remark_word(line, ".");
    vmt_remark_count(line, hundredths / 10 % 10);
    vmt_remark_count(line, hundredths % 10);
}

static void remark_size(struct vmt_remark *line, const struct vmt_state *state,
                        enum vmt_host_quantity quantity)
{
    if (is_in_pages(state, quantity)) {
        vmt_remark_counted(line, state->pages[quantity].value, "page", "pages");
    } else {
        vmt_remark_add(line, vmt_cell_amount(state->stated[quantity].amount));
    }
}

static bool is_none(const struct vmt_amount *amount)
{
    return amount->known && amount->upper == 0;
}

static bool is_empty(const struct vmt_state *state, enum vmt_host_quantity stored,
                     enum vmt_host_quantity occupied)
{
    return is_none(&state->stated[stored].amount) && is_none(&state->stated[occupied].amount);
}

static bool is_told(const struct vmt_state *state, enum vmt_host_quantity quantity)
{
    return state->stated[quantity].amount.known || is_in_pages(state, quantity);
}

static void remark_gain(struct vmt_remark *line, const struct vmt_state *state)
{
    const struct vmt_amount *ratio = &state->derived[VMT_SYSTEM_COMPRESSOR_RATIO].amount;
    const struct vmt_amount *saved = &state->derived[VMT_SYSTEM_COMPRESSOR_SAVED].amount;
    if (ratio->bounded) {
        vmt_remark_word(line, ratio->known ? "" : "at most ");
        remark_ratio(line, ratio->known ? ratio->value : ratio->upper);
        vmt_remark_word(line, " to 1");
    }
    if (saved->bounded) {
        vmt_remark_word(line, saved->known ? "; saves " : "; saves at most ");
        vmt_remark_add(line,
                       vmt_cell_number(VMT_CELL_BYTES, saved->known ? saved->value : saved->upper));
    }
}

/* `whole`: it is all that is compressed. */
static void text_stored(struct vmt_emit *emit, const struct vmt_state *state, const char *words,
                        enum vmt_host_quantity stored, enum vmt_host_quantity occupied, bool whole)
{
    struct vmt_remark line = {.count = 0};
    if (!is_told(state, stored)) {
        return;
    }
    vmt_remark_word(&line, words);
    if (is_empty(state, stored, occupied)) {
        vmt_remark_word(&line, "holds nothing");
        vmt_emit_line(emit, &line);
        return;
    }
    remark_size(&line, state, stored);
    vmt_remark_word(&line, " stored in ");
    remark_size(&line, state, occupied);
    if (whole && state->derived[VMT_SYSTEM_COMPRESSOR_RATIO].amount.bounded) {
        vmt_remark_word(&line, ", ");
    }
    if (whole) {
        remark_gain(&line, state);
    }
    vmt_emit_line(emit, &line);
}

static void text_compressor(struct vmt_emit *emit, const struct vmt_state *state)
{
    const struct vmt_amount *ratio = &state->derived[VMT_SYSTEM_COMPRESSOR_RATIO].amount;
    bool both = is_told(state, VMT_HOST_ZSWAPPED) && is_told(state, VMT_HOST_ZRAM_STORED) &&
                !is_empty(state, VMT_HOST_ZSWAPPED, VMT_HOST_ZSWAP) &&
                !is_empty(state, VMT_HOST_ZRAM_STORED, VMT_HOST_ZRAM_OCCUPIED);
    text_stored(emit, state, "compressor: ", VMT_HOST_COMPRESSOR_STORED,
                VMT_HOST_COMPRESSOR_OCCUPIED, true);
    text_stored(emit, state, "zswap: ", VMT_HOST_ZSWAPPED, VMT_HOST_ZSWAP, !both);
    text_stored(emit, state, "zram: ", VMT_HOST_ZRAM_STORED, VMT_HOST_ZRAM_OCCUPIED, !both);
    if (both) {
        struct vmt_remark line = {.count = 0};
        vmt_remark_word(&line, "both: ");
        remark_gain(&line, state);
        vmt_emit_line(emit, &line);
    }
    if (is_told(state, VMT_HOST_COMPRESSOR_STORED) && ratio->bounded && !ratio->known) {
        vmt_emit_words(emit, "  what is swapped out counts as stored, and occupies nothing");
    }
}

static void text_swap(struct vmt_emit *emit, const struct vmt_state *state)
{
    bool group = state->host->kind == VMT_SYSTEM_CGROUP;
    const struct vmt_amount *total =
        &state->stated[group ? VMT_HOST_CGROUP_SWAP_LIMIT : VMT_HOST_SWAP_TOTAL].amount;
    const struct vmt_amount *encrypted = &state->stated[VMT_HOST_SWAP_ENCRYPTED].amount;
    const struct vmt_amount *in_use = &state->derived[VMT_SYSTEM_SWAP_IN_USE].amount;
    struct vmt_remark line = {.count = 0};
    vmt_remark_word(&line, "swap: ");
    if (!in_use->bounded && !total->known) {
        return;
    }
    if (is_none(total)) {
        vmt_remark_word(&line, "none");
    } else {
        vmt_remark_add(&line, vmt_cell_amount(*in_use));
        vmt_remark_word(&line, group && !total->known ? " used" : " used of ");
    }
    if (!is_none(total) && !(group && !total->known)) {
        vmt_remark_add(&line, vmt_cell_amount(*total));
    }
    if (encrypted->known) {
        vmt_remark_word(&line, encrypted->value != 0 ? ", encrypted" : ", not encrypted");
    }
    vmt_emit_line(emit, &line);
}

/* That there is no limit is not that none is known. */
static void text_limit(struct vmt_emit *emit, const struct vmt_state *state)
{
    const struct vmt_amount *unlimited = &state->stated[VMT_HOST_CGROUP_UNLIMITED].amount;
    if (state->host->kind != VMT_SYSTEM_CGROUP) {
        return;
    }
    if (!unlimited->known) {
        vmt_emit_words(emit, "limit: unknown");
    } else if (unlimited->value != 0) {
        vmt_emit_words(emit, "limit: none");
    }
}

static void text_stall(struct vmt_emit *emit, const struct vmt_state *state, const char *words,
                       enum vmt_host_quantity first)
{
    struct vmt_remark line = {.count = 0};
    if (!state->stated[first].amount.known) {
        return;
    }
    vmt_remark_word(&line, words);
    for (int i = 0; i < 3; i++) { /* 10, 60 and 300 s follow each other */
        vmt_remark_word(&line, i == 0 ? "" : " / ");
        vmt_remark_add(&line, vmt_cell_figure(&vmt_host_quantities[(int)first + i],
                                              &state->stated[(int)first + i]));
    }
    vmt_remark_word(&line, " of the last 10 / 60 / 300 s");
    vmt_emit_line(emit, &line);
}

/* Only what the evidence says itself: a percentage is not a level. */
static void text_pressure(struct vmt_emit *emit, const struct vmt_state *state)
{
    const struct vmt_amount *level = &state->stated[VMT_HOST_PRESSURE_LEVEL].amount;
    if (state->host->platform == VMT_PLATFORM_LINUX) {
        if (!state->stated[VMT_HOST_PSI_SOME_AVG10].amount.known) {
            vmt_emit_words(emit,
                           state->host->kind == VMT_SYSTEM_CGROUP
                               ? "pressure: unknown (no memory.pressure in the evidence)"
                               : "pressure: unknown (no /proc/pressure/memory in the evidence)");
        }
        text_stall(emit, state, "pressure: some task waited ", VMT_HOST_PSI_SOME_AVG10);
        text_stall(emit, state, "pressure: all tasks waited ", VMT_HOST_PSI_FULL_AVG10);
        return;
    }
    if (!level->known) {
        vmt_emit_words(emit, "pressure: unknown (no level in the evidence)");
        return;
    }
    const char *name = vmt_pressure_name(level->value);
    struct vmt_remark line = {.count = 0};
    vmt_remark_word(&line, "pressure: ");
    vmt_remark_word(&line, name == NULL ? "of an unknown kind" : name);
    vmt_remark_word(&line, " (level ");
    vmt_remark_count(&line, level->value);
    vmt_remark_word(&line, ")");
    vmt_emit_line(emit, &line);
}

static const enum vmt_host_quantity said_by_lines[] = {
    VMT_HOST_PAGE_SIZE,        VMT_HOST_SWAP_ENCRYPTED, VMT_HOST_PRESSURE_LEVEL,
    VMT_HOST_PSI_SOME_AVG10,   VMT_HOST_PSI_SOME_AVG60, VMT_HOST_PSI_SOME_AVG300,
    VMT_HOST_PSI_FULL_AVG10,   VMT_HOST_PSI_FULL_AVG60, VMT_HOST_PSI_FULL_AVG300,
    VMT_HOST_CGROUP_UNLIMITED,
};

/* Said by one of the totals, the lines below them, or the heading. */
static bool is_said(const struct vmt_state *state, int quantity)
{
    size_t count = 0;
    const struct total_row *rows = rows_of(state, &count);
    for (size_t i = 0; i < count; i++) {
        if (rows[i].stated == quantity) {
            return !is_in_pages(state, (enum vmt_host_quantity)quantity);
        }
    }
    for (size_t i = 0; i < COUNT_OF(said_by_lines); i++) {
        if ((int)said_by_lines[i] == quantity) {
            return true;
        }
    }
    return false;
}

/* Linux has a line for all that a kernel could have, and most machines lack much of it. */
static bool is_left_out(const struct vmt_state *state, const struct vmt_host_info *info,
                        int quantity)
{
    return state->host->kind != VMT_SYSTEM_DARWIN && info->kind == VMT_HOST_GAUGE &&
           (is_none(&state->stated[quantity].amount) ||
            (is_in_pages(state, (enum vmt_host_quantity)quantity) &&
             state->pages[quantity].value == 0));
}

static void text_page_size(struct vmt_emit *emit, const struct vmt_state *state)
{
    struct vmt_remark line = {.count = 0};
    if (state->inferred_page_size > 0) {
        vmt_remark_word(&line, "pages of ");
        vmt_remark_count(&line, state->inferred_page_size);
        vmt_remark_word(&line, " bytes: so vmstat and meminfo agree");
        vmt_emit_line(emit, &line);
    }
}

void vmt_emit_none(struct vmt_emit *emit, uint64_t count)
{
    struct vmt_remark line = {.count = 0};
    if (count > 0) {
        vmt_remark_counted(&line, count, "more is 0: --csv, --json", "more are 0: --csv, --json");
        vmt_emit_line(emit, &line);
    }
}

/* All that is stated of the kind, and not said yet. */
static void text_stated(struct vmt_emit *emit, const struct vmt_state *state,
                        const struct vmt_table *table, enum vmt_host_kind kind)
{
    bool open = false;
    uint64_t none = 0;
    for (int i = 0; i < VMT_HOST_COUNT; i++) {
        const struct vmt_host_info *info = &vmt_host_quantities[i];
        bool pages = is_in_pages(state, (enum vmt_host_quantity)i);
        if (info->kind != kind || is_said(state, i) || (!state->stated[i].amount.known && !pages)) {
            continue;
        }
        if (is_left_out(state, info, i)) {
            none++;
            continue;
        }
        if (!open) {
            vmt_emit_blank(emit);
            vmt_emit_open(emit, table);
            open = true;
        }
        const struct vmt_cell cells[] = {
            vmt_cell_word(info->title),
            pages ? vmt_cell_number(VMT_CELL_COUNT, state->pages[i].value)
                  : vmt_cell_figure(info, &state->stated[i]),
            vmt_cell_word(pages ? "pages of unknown size" : info->help),
        };
        vmt_emit_row(emit, cells);
    }
    if (open) {
        vmt_emit_close(emit);
    }
    vmt_emit_none(emit, none);
}

void vmt_emit_state_text(struct vmt_emit *emit, const struct vmt_state *state)
{
    text_totals(emit, state);
    vmt_emit_blank(emit);
    text_limit(emit, state);
    text_compressor(emit, state);
    text_swap(emit, state);
    text_pressure(emit, state);
    text_page_size(emit, state);
    text_stated(emit, state, &stated_table, VMT_HOST_GAUGE);
    const struct vmt_table *since = &interval_table;
    if (state->since_boot) {
        since = state->host->kind == VMT_SYSTEM_CGROUP ? &group_table : &boot_table;
    }
    text_stated(emit, state, since, VMT_HOST_COUNTER);
}

void vmt_emit_system_checks(struct vmt_emit *emit, const struct vmt_system_checks *checks)
{
    uint64_t differing = checks->tally.of[VMT_DIFFERS].count;
    vmt_emit_check_tally(emit, &checks->tally, "checks");
    vmt_emit_open(emit, &differs_table);
    for (uint64_t i = 0; i < differing && i < VMT_DIFFERING_MOST; i++) {
        const struct vmt_check *check = &checks->differing[i].check;
        uint64_t apart = check->expected > check->actual ? check->expected - check->actual
                                                         : check->actual - check->expected;
        const struct vmt_cell cells[COUNT_OF(differs_columns)] = {
            {.kind = VMT_CELL_WORD, .text = check->type},
            vmt_cell_number(VMT_CELL_COUNT, checks->differing[i].sample),
            vmt_cell_number(VMT_CELL_BYTES, check->expected),
            vmt_cell_number(VMT_CELL_BYTES, check->actual),
            vmt_cell_number(VMT_CELL_BYTES, apart),
            vmt_cell_number(VMT_CELL_BYTES, check->bound),
        };
        vmt_emit_row(emit, cells);
    }
    vmt_emit_close(emit);
    if (differing > VMT_DIFFERING_MOST) {
        struct vmt_remark line = {.count = 0};
        vmt_remark_count(&line, differing - VMT_DIFFERING_MOST);
        vmt_remark_word(&line, " more differ: --csv --table checks");
        vmt_emit_line(emit, &line);
    }
}
