/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_vm_stat.h"
#include "grammar/part_counter.h"

/* The interval mode of vm_stat, 10.5 to 27.
 *
 *   Mach Virtual Memory Statistics: (page size of 4096 bytes)
 *       free   active   specul inactive throttle    wired  prgable   faults     copy …
 *    2421638   587734   248482   470014        0   466182    30197  6653125   311461 …
 *    2421002   587887   248964   470018        0   466188    30214     3330      225 …
 *
 * Levels are levels in each row.  Events are those since boot in the row below a heading, and those
 * since the row before in all others.  Banner and heading come again after each 21 rows.  A number
 * too wide for its column is cut to thousands (K), millions (M) or billions (G). */

#define ROWS_OF_A_PAGE 21
/* So many unreadable lines are read over to go on with the rows. */
#define DAMAGE_AHEAD 2

/* Beside the quantities, what a column can hold. */
#define COLUMN_UNKNOWN VMT_HOST_COUNT
#define COLUMN_LEFT_OUT (VMT_HOST_COUNT + 1) /* by who pasted the text: `..` in each line */
_Static_assert(COLUMN_LEFT_OUT <= UINT8_MAX, "struct vmt_vm_stat_columns");

static const struct {
    const char *name;
    enum vmt_host_quantity quantity;
} names[] = {
    {"free", VMT_HOST_FREE},
    {"active", VMT_HOST_ACTIVE},
    {"spec", VMT_HOST_SPECULATIVE},
    {"specul", VMT_HOST_SPECULATIVE},
    {"inactive", VMT_HOST_INACTIVE},
    {"throttle", VMT_HOST_THROTTLED},
    {"wire", VMT_HOST_WIRED},
    {"wired", VMT_HOST_WIRED},
    {"prgable", VMT_HOST_PURGEABLE},
    {"faults", VMT_HOST_FAULTS},
    {"copy", VMT_HOST_COPY_ON_WRITE},
    {"0fill", VMT_HOST_ZERO_FILLED},
    {"reactive", VMT_HOST_REACTIVATED},
    {"purged", VMT_HOST_PURGED},
    {"file-backed", VMT_HOST_FILE_BACKED},
    {"anonymous", VMT_HOST_ANONYMOUS},
    {"cmprssed", VMT_HOST_COMPRESSOR_STORED},
    {"cmprssor", VMT_HOST_COMPRESSOR_OCCUPIED},
    {"dcomprs", VMT_HOST_DECOMPRESSIONS},
    {"comprs", VMT_HOST_COMPRESSIONS},
    {"pageins", VMT_HOST_PAGEINS},
    {"pageout", VMT_HOST_PAGEOUTS},
    {"swapins", VMT_HOST_SWAPINS},
    {"swapouts", VMT_HOST_SWAPOUTS},
    {"tagged", VMT_HOST_TAGGED}, /* from here on: processors with memory tags */
    {"tgd-rsdnt", VMT_HOST_TAGGED_RESIDENT},
    {"tgd-cmprssed", VMT_HOST_TAGGED_COMPRESSED},
    {"tag-storage", VMT_HOST_TAG_STORAGE},
    {"tgs-tags", VMT_HOST_TAG_STORAGE_USED},
    {"tgs-free", VMT_HOST_TAG_STORAGE_FREE},
    {"tgs-ntag-pgbl", VMT_HOST_TAG_STORAGE_PAGEABLE},
    {"tgs-ntag-wired", VMT_HOST_TAG_STORAGE_WIRED},
    {"cmprsd-tags", VMT_HOST_COMPRESSED_TAGS},
    {"tgd-comprs", VMT_HOST_TAGGED_COMPRESSIONS},
    {"tgd-dcomprs", VMT_HOST_TAGGED_DECOMPRESSIONS},
};

bool vmt_vm_stat_is_heading(struct vmt_slice line)
{
    static const char *const first[] = {"free", "active"};
    for (size_t i = 0; i < sizeof first / sizeof first[0]; i++) {
        if (!vmt_slice_equals(vmt_slice_word(&line), vmt_slice(first[i]))) {
            return false;
        }
    }
    return vmt_slice_starts(vmt_slice_word(&line), "spec") &&
           vmt_slice_equals(vmt_slice_word(&line), vmt_slice("inactive"));
}

/* `..`, `...`, `…` */
static bool is_elision(struct vmt_slice word)
{
    bool dots = word.length >= 2;
    for (size_t i = 0; i < word.length; i++) {
        dots = dots && word.data[i] == '.';
    }
    return dots || vmt_slice_equals(word, vmt_slice("\xe2\x80\xa6"));
}

/* --- the heading ------------------------------------------------------------------------------ */

static unsigned column_of(struct vmt_slice word, const bool *has)
{
    if (is_elision(word)) {
        return COLUMN_LEFT_OUT;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (vmt_slice_equals(word, vmt_slice(names[i].name))) {
            return has[names[i].quantity] ? COLUMN_UNKNOWN : (unsigned)names[i].quantity;
        }
    }
    return COLUMN_UNKNOWN;
}

/* False when the heading has more columns than a vm_stat can have. */
static bool read_columns(struct vmt_slice text, struct vmt_vm_stat_columns *columns)
{
    bool has[VMT_HOST_COUNT] = {false};
    *columns = (struct vmt_vm_stat_columns){0};
    struct vmt_slice word = vmt_slice_word(&text);
    for (; word.length > 0; word = vmt_slice_word(&text)) {
        if (columns->count == VMT_VM_STAT_COLUMNS) {
            return false;
        }
        unsigned column = column_of(word, has);
        if (column < VMT_HOST_COUNT) {
            has[column] = true;
        }
        columns->of[columns->count++] = (uint8_t)column;
    }
    return true;
}

static bool same_columns(const struct vmt_vm_stat_columns *a, const struct vmt_vm_stat_columns *b)
{
    return a->count == b->count && memcmp(a->of, b->of, a->count) == 0;
}

/* Say once for a run what is not kept of its rows. */
static enum vmt_status note_columns(struct vmt_vm_stat_log *log, struct vmt_error *err)
{
    struct vmt_slice text = vmt_cursor_text(log->part.parse->cursor, 0);
    enum vmt_status status = VMT_OK;
    for (size_t i = 0; status == VMT_OK && i < log->columns.count; i++) {
        struct vmt_slice word = vmt_slice_word(&text);
        if (log->columns.of[i] == COLUMN_LEFT_OUT) {
            status = vmt_part_host_note(&log->part, VMT_NOTE_ELISION, word, err);
        } else if (log->columns.of[i] == COLUMN_UNKNOWN) {
            status = vmt_part_host_note(&log->part, VMT_NOTE_UNKNOWN_KEY, word, err);
            if (status == VMT_OK) {
                status = vmt_part_host_fact(&log->part, vmt_slice("column not read"), word, err);
            }
        }
    }
    return status;
}

/* A run without a row still states its page size. */
static enum vmt_status finish_run(struct vmt_vm_stat_log *log, struct vmt_error *err)
{
    return log->part.host != NULL && log->part.host->samples.count == 0
               ? vmt_part_host_sample(&log->part, true, err)
               : VMT_OK;
}

static enum vmt_status read_heading(struct vmt_vm_stat_log *log, struct vmt_parse *parse,
                                    const struct vmt_vm_stat_banner *banner, struct vmt_error *err)
{
    struct vmt_vm_stat_columns columns;
    bool readable = read_columns(vmt_cursor_text(parse->cursor, 0), &columns);
    /* A run cannot be told from the next where that one begins after a whole page. */
    bool goes_on = log->part.host != NULL && !log->apart && log->rows == ROWS_OF_A_PAGE &&
                   log->page_size == banner->page_size && same_columns(&log->columns, &columns);
    enum vmt_status status = VMT_OK;
    log->rows = 0;
    if (goes_on) {
        vmt_part_host_drop(&log->part, 0); /* of a banner without a row that could be read */
    } else {
        status = finish_run(log, err);
        log->columns = columns;
        log->page_size = banner->page_size;
    }
    if (status == VMT_OK && !goes_on) {
        status = vmt_part_host_begin(&log->part, parse, &vmt_grammar_darwin_vm_stat_log,
                                     banner->line, err);
    }
    if (status == VMT_OK) {
        status = vmt_vm_stat_banner_keep(&log->part, banner, err);
    }
    if (status == VMT_OK && !goes_on && readable) {
        status = note_columns(log, err);
    }
    if (status != VMT_OK) {
        return status;
    }
    if (!readable) {
        log->columns.count = 0; /* no row can be of it */
        return vmt_part_host_damage(&log->part, "more columns than vm_stat has", NULL, err);
    }
    return vmt_part_host_take(&log->part, err);
}

/* --- rows ------------------------------------------------------------------------------------- */

/* `123`, `505014K`.  The tool cuts a number to thousands, it does not round: what it left out is up
 * to one of the last digit, which is half of this quantum. */
static bool read_cell(struct vmt_slice word, struct vmt_reading *reading)
{
    uint64_t scale = 1;
    char last = word.data[word.length - 1];
    if (last == 'K' || last == 'M' || last == 'G') {
        scale = last == 'K' ? 1000 : last == 'M' ? 1000000 : 1000000000;
        word.length--;
    }
    if (!vmt_parse_u64(word, 10, &reading->value) || reading->value > UINT64_MAX / scale) {
        return false;
    }
    reading->value *= scale;
    reading->quantum = scale == 1 ? 0 : 2 * scale;
    return true;
}

static bool add_cell(struct vmt_vm_stat_log *log, unsigned column, struct vmt_slice word)
{
    struct vmt_reading reading;
    bool pages = false;
    if (column == COLUMN_LEFT_OUT) {
        return is_elision(word);
    }
    if (!read_cell(word, &reading)) {
        return false;
    }
    if (column == COLUMN_UNKNOWN) {
        return true;
    }
    if (vmt_part_counter_in_pages((enum vmt_host_quantity)column) &&
        !vmt_part_host_pages(&reading, &pages, log->page_size)) {
        return false;
    }
    vmt_part_host_add(&log->part, (enum vmt_host_quantity)column, reading, pages);
    return true;
}

/* Whether a line begins as rows do; two numbers, since prose can begin with one. */
static bool resembles_row(struct vmt_slice line)
{
    struct vmt_reading number;
    for (int i = 0; i < 2; i++) {
        struct vmt_slice word = vmt_slice_word(&line);
        bool negative = word.length > 1 && word.data[0] == '-';
        word = vmt_slice_from(word, negative ? 1 : 0);
        if (word.length == 0 || word.data[0] < '0' || word.data[0] > '9') {
            return false;
        }
        /* A number beyond 64 bits is damage of a row all the same. */
        if (word.length < 20 && !read_cell(word, &number)) {
            return false;
        }
    }
    return true;
}

/* The next line is a row that cannot be read: what the one behind it counts from is not here. */
static enum vmt_status lose_row(struct vmt_vm_stat_log *log, const char *reason, const char *at,
                                struct vmt_error *err)
{
    log->part.gap = true;
    return vmt_part_host_damage(&log->part, reason, at, err);
}

/* The row that is next. */
static enum vmt_status read_row(struct vmt_vm_stat_log *log, struct vmt_error *err)
{
    struct vmt_part_host *part = &log->part;
    struct vmt_slice rest = vmt_cursor_text(part->parse->cursor, 0);
    uint32_t kept = part->count;
    bool since_boot = log->rows++ == 0;
    part->line = vmt_parse_line(part->parse, vmt_cursor_ahead(part->parse->cursor, 0));
    for (size_t i = 0; i < log->columns.count; i++) {
        struct vmt_slice word = vmt_slice_word(&rest);
        if (word.length == 0 || !add_cell(log, log->columns.of[i], word)) {
            vmt_part_host_drop(part, kept);
            return lose_row(
                log, word.length == 0 ? "fewer numbers than columns" : "not a number of a row",
                word.data, err);
        }
    }
    rest = vmt_slice_trim(rest);
    bool cut = vmt_part_counter_cut(vmt_cursor_ahead(part->parse->cursor, 0));
    if (rest.length > 0 || cut) {
        vmt_part_host_drop(part, kept);
        return lose_row(log, cut ? "the text ends in this row" : "more numbers than columns",
                        rest.data, err);
    }
    enum vmt_status status = vmt_part_host_sample(part, since_boot, err);
    return status == VMT_OK ? vmt_part_host_take(part, err) : status;
}

/* A line that is no row: damage when rows go on behind it or the input ends in it. */
static enum vmt_status read_odd_line(struct vmt_vm_stat_log *log, struct vmt_error *err)
{
    struct vmt_cursor *cursor = log->part.parse->cursor;
    enum vmt_status status = vmt_cursor_fill(cursor, DAMAGE_AHEAD + 1, err);
    if (status != VMT_OK) {
        return status;
    }
    const struct vmt_line *line = vmt_cursor_ahead(cursor, 0);
    struct vmt_slice text = vmt_cursor_text(cursor, 0);
    struct vmt_reading number;
    bool damage = line->torn && read_cell(vmt_slice_word(&text), &number);
    for (size_t i = 1; !damage && i <= DAMAGE_AHEAD; i++) {
        struct vmt_slice next = vmt_cursor_text(cursor, i);
        if (vmt_vm_stat_is_banner(next) || vmt_vm_stat_is_heading(next)) {
            break;
        }
        damage = resembles_row(next);
    }
    if (!damage) {
        return VMT_END;
    }
    log->rows++;
    return lose_row(log, "not a row", NULL, err);
}

/* Up to the next banner or heading, or VMT_END. */
static enum vmt_status read_rows(struct vmt_vm_stat_log *log, struct vmt_error *err)
{
    struct vmt_parse *parse = log->part.parse;
    for (;;) {
        uint64_t blank = parse->input->ledger.blank;
        enum vmt_status status = vmt_part_host_skip_blank(parse, 0, err);
        if (status != VMT_OK) {
            return status;
        }
        struct vmt_slice text = vmt_cursor_text(parse->cursor, 0);
        log->apart = parse->input->ledger.blank > blank;
        if (vmt_vm_stat_is_banner(text) || vmt_vm_stat_is_heading(text)) {
            return VMT_OK;
        }
        status = log->columns.count > 0 && resembles_row(text) ? read_row(log, err)
                                                               : read_odd_line(log, err);
        if (status != VMT_OK) {
            return status;
        }
    }
}

enum vmt_status vmt_vm_stat_log_read(struct vmt_vm_stat_log *log, struct vmt_parse *parse,
                                     const struct vmt_vm_stat_banner *banner, struct vmt_error *err)
{
    enum vmt_status status = read_heading(log, parse, banner, err);
    if (status == VMT_OK) {
        status = read_rows(log, err);
    }
    if (status != VMT_END) {
        return status;
    }
    status = finish_run(log, err);
    return status == VMT_OK ? VMT_END : status;
}

static bool claims(const struct vmt_cursor *cursor)
{
    struct vmt_slice line = vmt_cursor_text(cursor, 0);
    return vmt_vm_stat_is_heading(line) ||
           (vmt_vm_stat_is_banner(line) && vmt_vm_stat_is_heading(vmt_cursor_text(cursor, 1)));
}

const struct vmt_grammar vmt_grammar_darwin_vm_stat_log = {
    .name = "darwin-vm-stat-log",
    .summary = "vm_stat of macOS, a row each interval",
    .gives = "memory of the host over time",
    .claims = claims,
    .parse = vmt_vm_stat_parse,
};
