/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/vmtally_csv_record.h"

static bool start(struct vmt_csv_record *record)
{
    if (csv_init(&record->parser, CSV_STRICT | CSV_EMPTY_IS_NULL) != 0) {
        return false;
    }
    csv_set_delim(&record->parser, (unsigned char)record->delimiter);
    return true;
}

enum vmt_status vmt_csv_record_init(struct vmt_csv_record *record,
                                    const struct vmt_allocator *allocator, char delimiter,
                                    struct vmt_error *err)
{
    *record =
        (struct vmt_csv_record){.allocator = allocator, .delimiter = delimiter, .most = SIZE_MAX};
    return start(record) ? VMT_OK : vmt_fail_nomem(err);
}

void vmt_csv_record_free(struct vmt_csv_record *record)
{
    csv_free(&record->parser);
    if (record->allocator != NULL) {
        record->allocator->release(record->allocator->self, record->bytes);
        record->allocator->release(record->allocator->self, record->cells);
    }
    record->bytes = NULL;
    record->cells = NULL;
}

/* Room for `needed` bytes in a block that holds `used` of them, or NULL. */
static void *grow(const struct vmt_csv_record *record, void *block, size_t used, size_t *capacity,
                  size_t needed)
{
    if (needed <= *capacity) {
        return block;
    }
    size_t larger = *capacity == 0 ? 4096 : 2 * *capacity;
    larger = larger < needed ? needed : larger;
    void *memory = record->allocator->allocate(record->allocator->self, larger);
    if (memory == NULL) {
        return NULL;
    }
    if (used > 0) {
        memcpy(memory, block, used);
    }
    record->allocator->release(record->allocator->self, block);
    *capacity = larger;
    return memory;
}

static void take_cell(void *data, size_t length, void *self)
{
    struct vmt_csv_record *record = self;
    if (record->refused || record->count++ >= record->most) {
        return;
    }
    size_t index = record->count - 1;
    const size_t size = sizeof(struct vmt_csv_cell);
    void *bytes =
        grow(record, record->bytes, record->used, &record->capacity, record->used + length);
    record->bytes = bytes == NULL ? record->bytes : bytes;
    void *cells =
        grow(record, record->cells, size * index, &record->cell_capacity, size * (index + 1));
    record->cells = cells == NULL ? record->cells : cells;
    record->refused = (bytes == NULL && length > 0) || cells == NULL;
    if (record->refused) {
        return;
    }
    if (length > 0) {
        memcpy(record->bytes + record->used, data, length);
    }
    record->cells[index] = (struct vmt_csv_cell){record->used, length, data != NULL};
    record->used += length;
}

static void take_end(int c, void *self)
{
    struct vmt_csv_record *record = self;
    (void)c;
    record->over = true;
}

struct vmt_slice vmt_csv_unmarked(struct vmt_slice line)
{
    static const char order_mark[] = "\xef\xbb\xbf";
    struct vmt_slice text = line;
    while (text.length > 0 && text.data[0] == ' ') { /* that somebody has indented */
        text = vmt_slice_from(text, 1);
    }
    return vmt_slice_starts(text, order_mark) ? vmt_slice_from(text, strlen(order_mark)) : line;
}

/* False when a quote stands where none can be. */
static bool feed(struct vmt_csv_record *record, struct vmt_slice text)
{
    return csv_parse(&record->parser, text.data, text.length, take_cell, take_end, record) ==
               text.length &&
           csv_parse(&record->parser, "\n", 1, take_cell, take_end, record) == 1;
}

enum vmt_status vmt_csv_record_read(struct vmt_csv_record *record, struct vmt_cursor *cursor,
                                    size_t *lines, struct vmt_error *err)
{
    record->used = 0;
    record->count = 0;
    record->over = false;
    bool right = true;
    for (*lines = 0; right && !record->over && *lines < VMT_CSV_LINES; ++*lines) {
        enum vmt_status status = vmt_cursor_fill(cursor, *lines + 1, err);
        if (status != VMT_OK) {
            return status;
        }
        const struct vmt_line *line = vmt_cursor_ahead(cursor, *lines);
        if (line == NULL || line->too_long) {
            break;
        }
        struct vmt_slice text = record->quoted ? line->text : vmt_line_whole(line);
        right = feed(record, *lines == 0 ? vmt_csv_unmarked(text) : text);
    }
    if (record->refused || csv_error(&record->parser) == CSV_ENOMEM) {
        return vmt_fail_nomem(err);
    }
    if (right && record->over) {
        return VMT_OK;
    }
    csv_free(&record->parser); /* it waits for the end of the quotes */
    return start(record) ? VMT_END : vmt_fail_nomem(err);
}

struct vmt_slice vmt_csv_record_cell(const struct vmt_csv_record *record, size_t index)
{
    const struct vmt_csv_cell *cell = &record->cells[index];
    if (!cell->stated) {
        return (struct vmt_slice){NULL, 0};
    }
    return cell->length == 0 ? (struct vmt_slice){"", 0}
                             : (struct vmt_slice){record->bytes + cell->offset, cell->length};
}
