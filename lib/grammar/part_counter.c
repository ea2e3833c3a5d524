/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/part_counter.h"

#include "grammar/resemblance.h"

#define LABEL_MOST 48
/* Fewer letters could begin anything. */
#define TORN_LEAST 4

static const struct {
    const char *label;
    enum vmt_host_quantity quantity;
} labels[] = {
    {"Pages free", VMT_HOST_FREE},
    {"Pages active", VMT_HOST_ACTIVE},
    {"Pages inactive", VMT_HOST_INACTIVE},
    {"Pages speculative", VMT_HOST_SPECULATIVE},
    {"Pages throttled", VMT_HOST_THROTTLED},
    {"Pages wired down", VMT_HOST_WIRED},
    {"Pages purgeable", VMT_HOST_PURGEABLE},
    {"Translation faults", VMT_HOST_FAULTS},
    {"Pages copy-on-write", VMT_HOST_COPY_ON_WRITE},
    {"Pages zero filled", VMT_HOST_ZERO_FILLED},
    {"Pages reactivated", VMT_HOST_REACTIVATED},
    {"Pages purged", VMT_HOST_PURGED},
    {"File-backed pages", VMT_HOST_FILE_BACKED},
    {"Anonymous pages", VMT_HOST_ANONYMOUS},
    {"Pages stored in compressor", VMT_HOST_COMPRESSOR_STORED},
    {"Pages occupied by compressor", VMT_HOST_COMPRESSOR_OCCUPIED},
    {"Pages used by compressor", VMT_HOST_COMPRESSOR_OCCUPIED}, /* memory_pressure */
    {"Decompressions", VMT_HOST_DECOMPRESSIONS},
    {"Compressions", VMT_HOST_COMPRESSIONS},
    {"Pages decompressed", VMT_HOST_DECOMPRESSIONS},
    {"Pages compressed", VMT_HOST_COMPRESSIONS},
    {"Pageins", VMT_HOST_PAGEINS},
    {"Pageouts", VMT_HOST_PAGEOUTS},
    {"Swapins", VMT_HOST_SWAPINS},
    {"Swapouts", VMT_HOST_SWAPOUTS},
    {"Pages tagged", VMT_HOST_TAGGED}, /* from here on: processors with memory tags */
    {"Pages tagged resident", VMT_HOST_TAGGED_RESIDENT},
    {"Pages tagged compressed", VMT_HOST_TAGGED_COMPRESSED},
    {"Pages tag-storage", VMT_HOST_TAG_STORAGE},
    {"Pages tag-storage holding tags", VMT_HOST_TAG_STORAGE_USED},
    {"Pages tag-storage free", VMT_HOST_TAG_STORAGE_FREE},
    {"Pages tag-storage non-tag pageable", VMT_HOST_TAG_STORAGE_PAGEABLE},
    {"Pages tag-storage non-tag wired", VMT_HOST_TAG_STORAGE_WIRED},
    {"Bytes of compressed tags", VMT_HOST_COMPRESSED_TAGS},
    {"Tagged compressions", VMT_HOST_TAGGED_COMPRESSIONS},
    {"Tagged decompressions", VMT_HOST_TAGGED_DECOMPRESSIONS},
};

/* As a tool prints them, and as a page of the web may have them. */
static void strip_quotes(struct vmt_slice *label, const char *quote)
{
    size_t length = strlen(quote);
    if (label->length > 2 * length && vmt_slice_starts(*label, quote) &&
        vmt_slice_ends(*label, quote)) {
        *label = (struct vmt_slice){label->data + length, label->length - 2 * length};
    }
}

bool vmt_part_counter_split(struct vmt_slice line, struct vmt_slice *label, struct vmt_slice *value)
{
    size_t colon = line.length;
    while (colon > 0 && line.data[colon - 1] != ':') {
        colon--;
    }
    if (colon == 0) {
        return false;
    }
    *label = vmt_slice_trim((struct vmt_slice){line.data, colon - 1});
    *value = vmt_slice_trim(vmt_slice_from(line, colon));
    strip_quotes(label, "\"");
    strip_quotes(label, "&quot;");
    return label->length > 0 && value->length > 0;
}

enum vmt_host_quantity vmt_part_counter_quantity(struct vmt_slice label)
{
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        if (vmt_slice_equals(label, vmt_slice(labels[i].label))) {
            return labels[i].quantity;
        }
    }
    return VMT_HOST_COUNT;
}

bool vmt_part_counter_resembles(struct vmt_slice label)
{
    static const char marks[] = " -()/";
    if (label.length > LABEL_MOST || label.data[0] < 'A' || label.data[0] > 'Z') {
        return false;
    }
    for (size_t i = 0; i < label.length; i++) {
        char c = label.data[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && memchr(marks, c, sizeof marks - 1) == NULL) {
            return false;
        }
    }
    return true;
}

bool vmt_part_counter_torn(const struct vmt_line *line)
{
    struct vmt_slice text = vmt_slice_trim(line->text);
    if (text.length > 0 && text.data[0] == '"') {
        text = vmt_slice_from(text, 1);
    }
    if (!line->torn || text.length < TORN_LEAST) {
        return false;
    }
    size_t colon = vmt_slice_find(text, ":");
    if (colon > 0 && colon < text.length && text.data[colon - 1] == '"') {
        colon--;
    }
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        size_t length = strlen(labels[i].label);
        size_t common = colon < length ? colon : length;
        if (memcmp(text.data, labels[i].label, common) == 0 &&
            (colon == length || colon == text.length)) {
            return true;
        }
    }
    return false;
}

bool vmt_part_counter_begins_like(const struct vmt_line *line)
{
    struct vmt_slice text = vmt_slice_trim(line->text);
    if (vmt_slice_starts(text, "\"")) {
        text = vmt_slice_from(text, 1);
    }
    for (size_t i = 0; text.length > 0 && i < sizeof labels / sizeof labels[0]; i++) {
        const char *const beginnings[] = {labels[i].label, NULL};
        if (text.data[0] == labels[i].label[0] && vmt_begins_like(text, beginnings)) {
            return true;
        }
    }
    return false;
}

bool vmt_part_counter_cut(const struct vmt_line *line)
{
    return line->torn && line->text.length > 0 &&
           !vmt_is_blank(line->text.data[line->text.length - 1]);
}

/* `12,345`: one to three digits, then groups of three. */
static bool read_grouped(struct vmt_slice text, uint64_t *number)
{
    char digits[24]; /* more than 64 bits have */
    size_t used = 0;
    size_t group = 0;
    bool parted = false;
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] == ',') {
            if (group == 0 || group > 3 || (parted && group != 3)) {
                return false;
            }
            parted = true;
            group = 0;
            continue;
        }
        if (used == sizeof digits) {
            return false;
        }
        digits[used++] = text.data[i];
        group++;
    }
    return (!parted || group == 3) && vmt_parse_u64((struct vmt_slice){digits, used}, 10, number);
}

bool vmt_part_counter_number(struct vmt_slice text, uint64_t *number)
{
    return vmt_parse_u64(text, 10, number) || read_grouped(text, number);
}

bool vmt_part_counter_in_pages(enum vmt_host_quantity quantity)
{
    return vmt_host_quantities[quantity].unit == VMT_UNIT_BYTES &&
           quantity != VMT_HOST_COMPRESSED_TAGS;
}

enum vmt_status vmt_part_counter_read(struct vmt_part_host *part, enum vmt_host_quantity quantity,
                                      struct vmt_slice number, uint64_t page_size,
                                      struct vmt_error *err)
{
    struct vmt_reading reading = {0};
    bool pages = false;
    if (!vmt_part_counter_number(number, &reading.value)) {
        return vmt_part_host_damage(part, "not a number that a counter can have", number.data, err);
    }
    if (vmt_part_counter_in_pages(quantity) && !vmt_part_host_pages(&reading, &pages, page_size)) {
        return vmt_part_host_damage(part, "more bytes than 64 bits hold", number.data, err);
    }
    vmt_part_host_add(part, quantity, reading, pages);
    return vmt_part_host_take(part, err);
}

enum vmt_status vmt_part_counter_unknown(struct vmt_part_host *part, struct vmt_slice label,
                                         struct vmt_slice number, struct vmt_error *err)
{
    enum vmt_status status = vmt_part_host_note(part, VMT_NOTE_UNKNOWN_KEY, label, err);
    if (status == VMT_OK) {
        status = vmt_part_host_fact(part, label, number, err);
    }
    return status == VMT_OK ? vmt_part_host_take(part, err) : status;
}
