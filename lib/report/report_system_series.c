/* SPDX-License-Identifier: MIT */
#include "config.h"

/* A host over time, for people, on 80 columns: gauges from first to last, what happened in
 * between, and the samples one by one when they are few. */

#include "report/report_system.h"

#include <stdio.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define ROWS_MOST 20 /* samples shown one by one */

static const struct vmt_column gauges_columns[] = {
    VMT_TEXT_COLUMN("", WORD, 29, "What is measured."),
    VMT_TEXT_COLUMN("FIRST", BYTES, 8, "In the first sample that states it."),
    VMT_TEXT_COLUMN("LAST", BYTES, 8, "In the last one."),
    VMT_TEXT_COLUMN("LOWEST", BYTES, 8, "The lowest of all."),
    VMT_TEXT_COLUMN("AT", COUNT, 6, "Number of that sample."),
    VMT_TEXT_COLUMN("HIGHEST", BYTES, 8, "The highest of all."),
    VMT_TEXT_COLUMN("AT", COUNT, 6, "Number of that sample."),
};

static const struct vmt_column rates_columns[] = {
    VMT_TEXT_COLUMN("FROM SAMPLE TO SAMPLE", WORD, 29, "What happens."),
    VMT_TEXT_COLUMN("SUM", COUNT, 14, "In all intervals."),
    VMT_TEXT_COLUMN("LARGEST", COUNT, 14, "In one interval."),
    VMT_TEXT_COLUMN("AT", COUNT, 6, "Number of the sample that ends it."),
};

static const struct vmt_column boot_columns[] = {
    VMT_TEXT_COLUMN("SINCE BOOT", WORD, 29, "What happened."),
    VMT_TEXT_COLUMN("FIRST", COUNT, 14, "As the first sample counts it."),
    VMT_TEXT_COLUMN("LAST", COUNT, 14, "As the last one does."),
    VMT_TEXT_COLUMN("BETWEEN", COUNT, 14, "The difference."),
};

static const struct vmt_column boot_once_columns[] = {
    VMT_TEXT_COLUMN("SINCE BOOT", WORD, 29, "What happened."),
    VMT_TEXT_COLUMN("COUNT", COUNT, 14, "As the one sample counts it that does."),
};

/* Of Linux nothing is wired, and it tells what is available. */
static const struct vmt_column linux_columns[] = {
    VMT_TEXT_COLUMN("SAMPLE", COUNT, 6, "Number of the sample."),
    VMT_TEXT_COLUMN("USED", AMOUNT, 7, "Bytes."),
    VMT_TEXT_COLUMN("AVAIL", AMOUNT, 7, "Bytes."),
    VMT_TEXT_COLUMN("ANON", AMOUNT, 7, "Bytes."),
    VMT_TEXT_COLUMN("CACHED", AMOUNT, 7, "Bytes."),
    VMT_TEXT_COLUMN("DIRTY", AMOUNT, 7, "Bytes."),
    VMT_TEXT_COLUMN("SWAP", AMOUNT, 7, "Bytes."),
    VMT_TEXT_COLUMN("WAITED", PPM, 7, "Share of the last 10 s in which some task waited."),
    VMT_TEXT_COLUMN("KILLS", COUNT, 6, "Of processes, for want of memory."),
};

static const struct vmt_column rows_columns[] = {
    VMT_TEXT_COLUMN("SAMPLE", COUNT, 6, "Number of the sample."),
    VMT_TEXT_COLUMN("BOOT", WORD, 4, "Whether its counters count since boot."),
    VMT_TEXT_COLUMN("USED", AMOUNT, 7, "Bytes."),
    VMT_TEXT_COLUMN("WIRED", AMOUNT, 7, "Bytes."),
    VMT_TEXT_COLUMN("COMPR", AMOUNT, 7, "Bytes."),
    VMT_TEXT_COLUMN("CACHED", AMOUNT, 7, "Bytes."),
    VMT_TEXT_COLUMN("FREE", AMOUNT, 7, "Bytes."),
    VMT_TEXT_COLUMN("SWAP", AMOUNT, 7, "Bytes."),
    VMT_TEXT_COLUMN("SWAPINS", COUNT, 8, "Pages."),
    VMT_TEXT_COLUMN("SWAPOUTS", COUNT, 8, "Pages."),
};

#define TABLE(variable, name_, columns_)                                          \
    static const struct vmt_table variable = {.name = (name_),                    \
                                              .columns = (columns_),              \
                                              .column_count = COUNT_OF(columns_), \
                                              .where = VMT_IN_TEXT}

TABLE(gauges_table, "gauges", gauges_columns);
TABLE(rates_table, "rates", rates_columns);
TABLE(boot_table, "since_boot", boot_columns);
TABLE(boot_once_table, "since_boot", boot_once_columns);
TABLE(rows_table, "rows", rows_columns);
TABLE(linux_table, "rows", linux_columns);

static void track(struct vmt_track *track, struct vmt_amount amount, uint64_t sample)
{
    uint64_t value = amount.known ? amount.value : amount.upper;
    if (!amount.bounded) {
        return;
    }
    if (!track->seen || value < track->lowest) {
        track->lowest = value;
        track->lowest_at = sample;
    }
    if (!track->seen || value > track->highest) {
        track->highest = value;
        track->highest_at = sample;
    }
    track->first = track->seen ? track->first : value;
    track->last = value;
    track->at_most = track->at_most || !amount.known;
    track->seen = true;
}

static void rate(struct vmt_rate *rate, const struct vmt_state *state, uint64_t value)
{
    if (state->since_boot) {
        rate->boot_first = rate->boot_samples++ == 0 ? value : rate->boot_first;
        rate->boot_last = value;
        return;
    }
    if (rate->samples++ == 0 || value > rate->largest) {
        rate->largest = value;
        rate->largest_at = state->number;
    }
    rate->overflow = rate->overflow || rate->sum > UINT64_MAX - value;
    rate->sum += value;
}

static void add_checks(struct vmt_system_checks *checks, const struct vmt_state *state)
{
    for (size_t i = 0; i < state->check_count; i++) {
        uint64_t differing = checks->tally.of[VMT_DIFFERS].count;
        if (state->checks[i].verdict == VMT_DIFFERS && differing < VMT_DIFFERING_MOST) {
            checks->differing[differing].check = state->checks[i];
            checks->differing[differing].sample = state->number;
        }
        vmt_check_tally_add(&checks->tally, &state->checks[i]);
    }
}

void vmt_series_add(struct vmt_series *series, const struct vmt_state *state)
{
    for (size_t i = 0; i < VMT_HOST_COUNT; i++) {
        const struct vmt_amount *amount = &state->stated[i].amount;
        bool in_pages = state->unconverted > 0 && state->in_pages[i];
        if (in_pages && (series->stated[i].in_pages || !series->stated[i].seen)) {
            series->stated[i].in_pages = true;
            track(&series->stated[i], vmt_amount_of(state->pages[i]), state->number);
        } else if (vmt_host_quantities[i].kind == VMT_HOST_GAUGE && !series->stated[i].in_pages) {
            track(&series->stated[i], *amount, state->number);
        } else if (amount->known) {
            rate(&series->rates[i], state, amount->value);
        }
    }
    for (size_t i = 0; i < VMT_SYSTEM_COUNT; i++) {
        track(&series->derived[i], state->derived[i].amount, state->number);
    }
    series->since_boot += state->since_boot ? 1 : 0;
    if (state->captured_at != NULL) {
        series->first_at = series->first_at != NULL ? series->first_at : state->captured_at;
        series->last_at = state->captured_at;
    }
    add_checks(&series->checks, state);
}

static void text_span(struct vmt_emit *emit, const struct vmt_system_host *host,
                      const struct vmt_series *series)
{
    struct vmt_remark line = {.count = 0};
    vmt_remark_counted(&line, host->samples, "sample", "samples");
    if (series->since_boot > 0) {
        vmt_remark_word(&line, ", ");
        vmt_remark_count(&line, series->since_boot);
        vmt_remark_word(&line, " with counters since boot");
    }
    if (series->first_at != NULL) {
        vmt_remark_word(&line, "   ");
        vmt_remark_time(&line, vmt_string_slice(series->first_at));
        vmt_remark_word(&line, " to ");
        vmt_remark_time(&line, vmt_string_slice(series->last_at));
    }
    vmt_emit_line(emit, &line);
    if (host->total.amount.known) {
        line.count = 0;
        vmt_remark_word(&line, "physical memory ");
        vmt_remark_add(&line, vmt_cell_amount(host->total.amount));
        vmt_emit_line(emit, &line);
    }
}

static void gauge_row(struct vmt_emit *emit, const struct vmt_host_info *info,
                      const struct vmt_track *track, bool *open)
{
    char label[64];
    enum vmt_host_unit unit = track->in_pages ? VMT_UNIT_COUNT : info->unit;
    if (!track->seen) {
        return;
    }
    if (!*open) {
        vmt_emit_blank(emit);
        vmt_emit_open(emit, &gauges_table);
        *open = true;
    }
    snprintf(label, sizeof label, "%s%s%s", info->title, track->at_most ? ", at most" : "",
             track->in_pages ? ", pages" : "");
    const struct vmt_cell cells[COUNT_OF(gauges_columns)] = {
        vmt_cell_word(label),
        vmt_cell_of_unit(unit, track->first),
        vmt_cell_of_unit(unit, track->last),
        vmt_cell_of_unit(unit, track->lowest),
        vmt_cell_number(VMT_CELL_COUNT, track->lowest_at),
        vmt_cell_of_unit(unit, track->highest),
        vmt_cell_number(VMT_CELL_COUNT, track->highest_at),
    };
    vmt_emit_row(emit, cells);
}

/* What is derived first: it answers most questions. */
static void text_gauges(struct vmt_emit *emit, const struct vmt_system_host *host,
                        const struct vmt_series *series)
{
    bool open = false;
    uint64_t none = 0;
    for (size_t i = 0; i < VMT_SYSTEM_COUNT; i++) {
        gauge_row(emit, &vmt_system_members[i], &series->derived[i], &open);
    }
    for (size_t i = 0; i < VMT_HOST_COUNT; i++) {
        const struct vmt_track *track = &series->stated[i];
        if (host->kind != VMT_SYSTEM_DARWIN && track->seen && track->highest == 0) {
            none++;
        } else if (i != VMT_HOST_PAGE_SIZE && i != VMT_HOST_TOTAL) {
            gauge_row(emit, &vmt_host_quantities[i], &series->stated[i], &open);
        }
    }
    if (open) {
        vmt_emit_close(emit);
    }
    vmt_emit_none(emit, none);
}

static void text_rates(struct vmt_emit *emit, const struct vmt_series *series)
{
    bool open = false;
    for (size_t i = 0; i < VMT_HOST_COUNT; i++) {
        const struct vmt_host_info *info = &vmt_host_quantities[i];
        const struct vmt_rate *rate = &series->rates[i];
        if (rate->samples == 0) {
            continue;
        }
        if (!open) {
            vmt_emit_blank(emit);
            vmt_emit_open(emit, &rates_table);
            open = true;
        }
        const struct vmt_cell cells[COUNT_OF(rates_columns)] = {
            vmt_cell_word(info->title),
            rate->overflow ? vmt_cell_null() : vmt_cell_of_unit(info->unit, rate->sum),
            vmt_cell_of_unit(info->unit, rate->largest),
            vmt_cell_optional(VMT_CELL_COUNT, rate->largest > 0, rate->largest_at),
        };
        vmt_emit_row(emit, cells);
    }
    if (open) {
        vmt_emit_close(emit);
    }
}

/* A counter that went back was started anew: nothing tells what happened between. */
static void boot_row(struct vmt_emit *emit, const struct vmt_host_info *info,
                     const struct vmt_rate *rate)
{
    bool comparable = rate->boot_samples > 1 && rate->boot_last >= rate->boot_first;
    const struct vmt_cell cells[COUNT_OF(boot_columns)] = {
        vmt_cell_word(info->title),
        vmt_cell_of_unit(info->unit, rate->boot_first),
        vmt_cell_of_unit(info->unit, rate->boot_last),
        comparable ? vmt_cell_of_unit(info->unit, rate->boot_last - rate->boot_first)
                   : vmt_cell_null(),
    };
    vmt_emit_row(emit, cells);
}

/* With one sample that counts since boot its first two cells say it all. */
static void text_since_boot(struct vmt_emit *emit, const struct vmt_series *series)
{
    if (series->since_boot == 0) {
        return;
    }
    vmt_emit_blank(emit);
    vmt_emit_open(emit, series->since_boot == 1 ? &boot_once_table : &boot_table);
    for (size_t i = 0; i < VMT_HOST_COUNT; i++) {
        if (series->rates[i].boot_samples > 0) {
            boot_row(emit, &vmt_host_quantities[i], &series->rates[i]);
        }
    }
    vmt_emit_close(emit);
}

static struct vmt_cell count_cell(const struct vmt_state *state, enum vmt_host_quantity quantity)
{
    return vmt_cell_figure(&vmt_host_quantities[quantity], &state->stated[quantity]);
}

static void darwin_row(struct vmt_emit *emit, const struct vmt_state *state)
{
    const struct vmt_cell cells[COUNT_OF(rows_columns)] = {
        vmt_cell_number(VMT_CELL_COUNT, state->number),
        vmt_cell_word(state->since_boot ? "yes" : ""),
        vmt_cell_amount(state->derived[VMT_SYSTEM_USED].amount),
        vmt_cell_amount(state->stated[VMT_HOST_WIRED].amount),
        vmt_cell_amount(state->derived[VMT_SYSTEM_COMPRESSED].amount),
        vmt_cell_amount(state->derived[VMT_SYSTEM_CACHED].amount),
        vmt_cell_amount(state->stated[VMT_HOST_FREE].amount),
        vmt_cell_amount(state->derived[VMT_SYSTEM_SWAP_IN_USE].amount),
        count_cell(state, VMT_HOST_SWAPINS),
        count_cell(state, VMT_HOST_SWAPOUTS),
    };
    vmt_emit_row(emit, cells);
}

static void linux_row(struct vmt_emit *emit, const struct vmt_state *state)
{
    const struct vmt_cell cells[COUNT_OF(linux_columns)] = {
        vmt_cell_number(VMT_CELL_COUNT, state->number),
        vmt_cell_amount(state->derived[VMT_SYSTEM_USED].amount),
        vmt_cell_amount(state->derived[VMT_SYSTEM_AVAILABLE].amount),
        vmt_cell_amount(state->stated[VMT_HOST_ANONYMOUS].amount),
        vmt_cell_amount(state->derived[VMT_SYSTEM_CACHED].amount),
        vmt_cell_amount(state->stated[VMT_HOST_DIRTY].amount),
        vmt_cell_amount(state->derived[VMT_SYSTEM_SWAP_IN_USE].amount),
        count_cell(state, VMT_HOST_PSI_SOME_AVG10),
        count_cell(state, VMT_HOST_OOM_KILLS),
    };
    vmt_emit_row(emit, cells);
}

static void text_rows(struct vmt_emit *emit, struct vmt_system *system,
                      const struct vmt_system_host *host)
{
    struct vmt_state state;
    struct vmt_system_walker walker = {.number = 0};
    if (host->samples > ROWS_MOST) {
        vmt_emit_blank(emit);
        vmt_emit_words(emit, "every sample: --csv");
        return;
    }
    vmt_emit_blank(emit);
    bool darwin = host->kind == VMT_SYSTEM_DARWIN;
    vmt_emit_open(emit, darwin ? &rows_table : &linux_table);
    while (vmt_system_next(system, host, &walker, &state)) {
        (darwin ? darwin_row : linux_row)(emit, &state);
    }
    vmt_emit_close(emit);
}

void vmt_emit_series_text(struct vmt_emit *emit, struct vmt_system *system,
                          const struct vmt_system_host *host, const struct vmt_series *series)
{
    text_span(emit, host, series);
    text_gauges(emit, host, series);
    text_rates(emit, series);
    text_since_boot(emit, series);
    text_rows(emit, system, host);
}
