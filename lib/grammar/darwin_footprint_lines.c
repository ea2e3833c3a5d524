/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_footprint_lines.h"

#include "grammar/part_header.h"
#include "grammar/part_table.h"
#include "grammar/printed.h"

/* So many blank lines can stand where footprint prints one. */
#define BLANKS_MOST 3
/* An auxiliary key is a word or a few. */
#define KEY_MOST 60

static const char footprint_key[] = "Footprint: ";
static const char summary_key[] = "Summary Footprint: ";

static const struct {
    const char *name;
    char unit; /* of struct vmt_printed */
} units[] = {{"B", 0}, {"KB", 'K'}, {"MB", 'M'}, {"GB", 'G'}, {"TB", 'T'}};

/* The next size of *rest: a number, mostly a blank, a unit.  K is 1024: most sizes in KB are whole
 * pages of 16 of them, which no other K makes.  Numbers have no more than four digits before the
 * unit changes, so even a small number of KB is rounded; bytes are exact. */
static bool take_size(struct vmt_slice *rest, struct vmt_reading *out)
{
    struct vmt_slice unit = vmt_slice_word(rest);
    struct vmt_slice number = {unit.data, 0};
    while (number.length < unit.length && strchr("0123456789.", unit.data[number.length]) != NULL &&
           unit.data[number.length] != '\0') {
        number.length++;
    }
    unit = vmt_slice_from(unit, number.length);
    unit = unit.length == 0 ? vmt_slice_word(rest) : unit;
    struct vmt_printed printed;
    if (!vmt_printed_parse(number, &printed)) {
        return false;
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (!vmt_slice_equals(unit, vmt_slice(units[i].name))) {
            continue;
        }
        printed.unit = units[i].unit;
        if ((printed.unit == 0 && printed.decimals > 0) || !vmt_printed_bytes(printed, 1, out)) {
            return false;
        }
        if (printed.unit != 0 && out->quantum == 0) {
            out->quantum = 1024;
        }
        return true;
    }
    return false;
}

bool vmt_footprint_size(struct vmt_slice text, struct vmt_reading *out)
{
    return take_size(&text, out) && vmt_slice_trim(text).length == 0;
}

/* `(16384 bytes per page)`; 0 for anything else. */
static uint64_t page_size(struct vmt_slice text)
{
    uint64_t size = 0;
    if (!vmt_slice_starts(text, "(") || !vmt_slice_ends(text, " bytes per page)")) {
        return 0;
    }
    text = vmt_slice_from(text, 1);
    if (!vmt_parse_u64(vmt_slice_word(&text), 10, &size) || size < 4096 ||
        size > (UINT64_C(1) << 30) || (size & (size - 1)) != 0) {
        return 0;
    }
    return size;
}

/* Where the last `needle` begins, or text.length: a name can hold all that comes after it. */
static size_t find_last(struct vmt_slice text, const char *needle)
{
    size_t found = text.length;
    size_t length = strlen(needle);
    for (size_t at = vmt_slice_find(text, needle); at < text.length;) {
        found = at;
        at += length;
        at += vmt_slice_find(vmt_slice_from(text, at), needle);
    }
    return found;
}

bool vmt_footprint_banner(struct vmt_slice line, struct vmt_footprint_banner *out)
{
    size_t at = find_last(line, footprint_key);
    if (at == line.length) {
        return false;
    }
    struct vmt_slice head = {line.data, at};
    size_t end = find_last(head, "]:");
    *out = (struct vmt_footprint_banner){.pid = 0};
    if (end == head.length ||
        !vmt_part_header_process((struct vmt_slice){line.data, end + 1}, &out->name, &out->pid)) {
        return false;
    }
    out->kind = vmt_slice_trim(vmt_slice_from(head, end + 2));
    struct vmt_slice rest = vmt_slice_from(line, at + strlen(footprint_key));
    out->printed = vmt_slice_trim(rest);
    struct vmt_reading size;
    out->sized = take_size(&rest, &size);
    if (!out->sized) {
        return vmt_footprint_resembles(out->printed, 0);
    }
    rest = vmt_slice_trim(rest);
    out->printed.length -= rest.length;
    out->printed = vmt_slice_trim(out->printed);
    out->page_size = page_size(rest);
    return rest.length == 0 || rest.data[0] == '(';
}

bool vmt_footprint_summary(struct vmt_slice line, struct vmt_slice *printed)
{
    if (!vmt_slice_starts(line, summary_key)) {
        return false;
    }
    *printed = vmt_slice_trim(vmt_slice_from(line, strlen(summary_key)));
    return vmt_footprint_resembles(*printed, 0);
}

bool vmt_footprint_headings(struct vmt_slice line, struct vmt_footprint_columns *out)
{
    static const struct {
        const char *title;
        uint8_t kind;
    } titles[] = {
        {"Dirty", VMT_EV_CHARGED}, {"(Swapped)", VMT_EV_SWAPPED},
        {"Clean", VMT_EV_CLEAN},   {"Reclaimable", VMT_EV_RECLAIMABLE},
        {"(Wired)", VMT_EV_WIRED}, {"Regions", VMT_FOOTPRINT_REGIONS},
    };
    *out = (struct vmt_footprint_columns){.count = 0};
    if (!vmt_slice_starts(line, titles[0].title)) {
        return false;
    }
    /* Columns can be left out, by an option or by who quotes them; their order does not change. */
    struct vmt_slice word = vmt_slice_word(&line);
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
        if (vmt_slice_equals(word, vmt_slice(titles[i].title))) {
            out->kinds[out->count++] = titles[i].kind;
            word = vmt_slice_word(&line);
        }
    }
    return vmt_slice_equals(word, vmt_slice("Category")) && vmt_slice_trim(line).length == 0;
}

bool vmt_footprint_row(struct vmt_slice line, const struct vmt_footprint_columns *columns,
                       struct vmt_stated_row *row, struct vmt_slice *name, size_t *problem)
{
    struct vmt_slice rest = line;
    for (size_t i = 0; i < columns->count; i++) {
        uint8_t kind = columns->kinds[i];
        *problem = (size_t)(vmt_slice_trim(rest).data - line.data);
        if (kind == VMT_FOOTPRINT_REGIONS) {
            if (!vmt_parse_u64(vmt_slice_word(&rest), 10, &row->regions)) {
                return false;
            }
            row->counted = true;
            continue;
        }
        if (!take_size(&rest, &row->stated[kind])) {
            return false;
        }
        row->known = (uint16_t)(row->known | 1u << kind);
    }
    *name = vmt_slice_trim(rest);
    *problem = line.length;
    return name->length > 0;
}

bool vmt_footprint_guess(struct vmt_slice line, struct vmt_footprint_columns *out)
{
    static const struct vmt_footprint_columns shapes[] = {
        {4, {VMT_EV_CHARGED, VMT_EV_CLEAN, VMT_EV_RECLAIMABLE, VMT_FOOTPRINT_REGIONS}},
        {6,
         {VMT_EV_CHARGED, VMT_EV_SWAPPED, VMT_EV_CLEAN, VMT_EV_RECLAIMABLE, VMT_EV_WIRED,
          VMT_FOOTPRINT_REGIONS}},
    };
    struct vmt_stated_row row = {.type = NULL};
    struct vmt_slice name;
    size_t problem = 0;
    if (line.length == 0 || line.data[0] < '0' || line.data[0] > '9') {
        return false;
    }
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        if (vmt_footprint_row(line, &shapes[i], &row, &name, &problem)) {
            *out = shapes[i];
            return true;
        }
    }
    return false;
}

bool vmt_footprint_resembles(struct vmt_slice line, size_t wanted)
{
    size_t count = 0;
    if (line.length == 0 || strchr("0123456789-", line.data[0]) == NULL || line.data[0] == '\0') {
        return false;
    }
    for (struct vmt_slice word = vmt_slice_word(&line); word.length > 0 && count < wanted;) {
        for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
            count += vmt_slice_equals(word, vmt_slice(units[i].name)) ? 1 : 0;
        }
        word = vmt_slice_word(&line);
    }
    return count >= wanted;
}

bool vmt_footprint_is_dashes(struct vmt_slice line)
{
    size_t words = 0;
    for (struct vmt_slice word = vmt_slice_word(&line); word.length > 0; words++) {
        if (!vmt_slice_equals(word, vmt_slice("---"))) {
            return false;
        }
        word = vmt_slice_word(&line);
    }
    return words >= 2;
}

bool vmt_footprint_auxiliary(struct vmt_slice line, struct vmt_slice *key, struct vmt_slice *value)
{
    bool indented = line.length > 0 && vmt_is_blank(line.data[0]);
    line = vmt_slice_trim(line);
    size_t colon = vmt_slice_find(line, ": ");
    if (colon == line.length || colon == 0 || colon > KEY_MOST) {
        return false;
    }
    *key = (struct vmt_slice){line.data, colon};
    *value = vmt_slice_trim(vmt_slice_from(line, colon + 1));
    bool word =
        vmt_slice_find(*key, "_") < key->length || vmt_slice_equals(*key, vmt_slice("dirty"));
    for (size_t i = 0; i < key->length; i++) {
        char c = key->data[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool sign = (c >= '0' && c <= '9') || strchr(" ()-", c) != NULL;
        if (!letter && c != '_' && (!sign || c == '\0' || i == 0 || !indented)) {
            return false;
        }
    }
    return indented || word;
}

bool vmt_footprint_is_message(struct vmt_slice line)
{
    return vmt_slice_starts(line, "footprint: ") || vmt_slice_starts(line, "task_read_for_pid (") ||
           vmt_slice_starts(line, "task_for_pid (");
}

size_t vmt_footprint_blanks(const struct vmt_cursor *cursor, size_t index)
{
    size_t count = 0;
    while (count < BLANKS_MOST) {
        const struct vmt_line *line = vmt_cursor_ahead(cursor, index + count);
        if (line == NULL || line->too_long || !vmt_line_is_blank(line)) {
            break;
        }
        count++;
    }
    return count;
}

/* A banner, or the line that stands in its place for all processes. */
static bool heads_block(struct vmt_slice line)
{
    struct vmt_footprint_banner banner;
    struct vmt_slice size;
    return vmt_footprint_banner(line, &banner) || vmt_footprint_summary(line, &size);
}

bool vmt_footprint_block_begins(const struct vmt_cursor *cursor, size_t index)
{
    if (!vmt_part_table_is_rule(vmt_cursor_text(cursor, index))) {
        return false;
    }
    index += 1 + vmt_footprint_blanks(cursor, index + 1);
    return heads_block(vmt_cursor_text(cursor, index));
}

/* A key that nothing else has. */
static bool is_own_key(struct vmt_slice line)
{
    struct vmt_slice key;
    struct vmt_slice value;
    struct vmt_reading size;
    return vmt_slice_starts(line, VMT_FOOTPRINT_KEY) &&
           vmt_footprint_auxiliary(line, &key, &value) && vmt_footprint_size(value, &size);
}

bool vmt_footprint_claims(const struct vmt_cursor *cursor)
{
    size_t index = 0;
    struct vmt_slice line = vmt_cursor_text(cursor, 0);
    while (vmt_footprint_is_message(line) || vmt_slice_starts(line, VMT_FOOTPRINT_FOUND)) {
        line = vmt_cursor_text(cursor, ++index);
    }
    if (heads_block(line) || vmt_footprint_block_begins(cursor, index)) {
        return true;
    }
    struct vmt_footprint_columns columns;
    return index == 0 && (vmt_footprint_headings(line, &columns) ||
                          vmt_footprint_guess(line, &columns) || is_own_key(line) ||
                          (vmt_slice_starts(line, VMT_FOOTPRINT_AUXILIARY) &&
                           is_own_key(vmt_cursor_text(cursor, 1))));
}
