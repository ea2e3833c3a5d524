/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/part_host.h"

#include <assert.h>

#include "grammar/part_field.h"

#define PAGE_SIZE_LEAST 512
#define PAGE_SIZE_MOST (UINT64_C(1) << 30)

enum vmt_status vmt_part_host_begin(struct vmt_part_host *part, struct vmt_parse *parse,
                                    const struct vmt_grammar *grammar, uint64_t line,
                                    struct vmt_error *err)
{
    *part = (struct vmt_part_host){.parse = parse, .line = line};
    enum vmt_status status = vmt_snapshot_add_host(&part->host, parse->snapshot, parse->input, err);
    if (status == VMT_OK) {
        part->host->grammar = grammar->name;
        part->host->platform = vmt_slice_starts(vmt_slice(grammar->name), "linux-")
                                   ? VMT_PLATFORM_LINUX
                                   : VMT_PLATFORM_DARWIN;
        part->host->line = line;
    }
    return status;
}

void vmt_part_host_add(struct vmt_part_host *part, enum vmt_host_quantity quantity,
                       struct vmt_reading reading, bool pages)
{
    assert(!part->has[quantity]);
    if (part->line == 0) {
        part->line = vmt_parse_line(part->parse, vmt_cursor_ahead(part->parse->cursor, 0));
    }
    part->has[quantity] = true;
    part->values[part->count++] =
        (struct vmt_host_value){.reading = reading, .quantity = (uint16_t)quantity, .pages = pages};
}

void vmt_part_host_drop(struct vmt_part_host *part, uint32_t kept)
{
    while (part->count > kept) {
        part->has[part->values[--part->count].quantity] = false;
    }
}

bool vmt_part_host_pages(struct vmt_reading *reading, bool *pages, uint64_t page_size)
{
    *pages = page_size == 0;
    if (page_size == 0) {
        return true;
    }
    /* The upper end of the rounding fits too, or the bounds could not be told. */
    if (reading->value > UINT64_MAX / page_size || reading->quantum > UINT64_MAX / page_size) {
        return false;
    }
    reading->value *= page_size;
    reading->quantum *= page_size;
    return true;
}

enum vmt_status vmt_part_host_sample(struct vmt_part_host *part, bool since_boot,
                                     struct vmt_error *err)
{
    if (part->count == 0) {
        return VMT_OK;
    }
    struct vmt_arena *arena = &part->parse->snapshot->arena;
    struct vmt_sample made = {.since_boot = since_boot,
                              .gap = part->gap && !since_boot,
                              .line = part->line,
                              .captured_at = part->captured_at};
    const struct vmt_sample *before = vmt_sequence_last(&part->host->samples);
    bool kept = vmt_sample_keep(&made, arena, part->values, part->count, before);
    struct vmt_sample *sample = kept ? vmt_sequence_add(&part->host->samples) : NULL;
    if (sample == NULL) {
        return vmt_arena_fail(arena, err);
    }
    *sample = made;
    part->count = 0;
    part->gap = false;
    part->line = 0;
    part->captured_at = NULL;
    memset(part->has, 0, sizeof part->has);
    return VMT_OK;
}

enum vmt_status vmt_part_host_fact(struct vmt_part_host *part, struct vmt_slice key,
                                   struct vmt_slice value, struct vmt_error *err)
{
    struct vmt_snapshot *snapshot = part->parse->snapshot;
    struct vmt_fact *fact = vmt_sequence_add(&part->host->facts);
    if (fact == NULL) {
        return vmt_arena_fail(&snapshot->arena, err);
    }
    enum vmt_status status = vmt_snapshot_string(&fact->key, snapshot, key, err);
    return status == VMT_OK ? vmt_snapshot_string(&fact->value, snapshot, value, err) : status;
}

enum vmt_status vmt_part_host_note(struct vmt_part_host *part, enum vmt_note_kind kind,
                                   struct vmt_slice text, struct vmt_error *err)
{
    const struct vmt_line *line = vmt_cursor_ahead(part->parse->cursor, 0);
    struct vmt_place place =
        vmt_parse_place(part->parse, line, (size_t)(text.data - line->text.data) + 1);
    return vmt_notes_add(&part->host->notes, kind, place, text, vmt_line_whole(line), err);
}

enum vmt_status vmt_part_host_damage(struct vmt_part_host *part, const char *reason, const char *at,
                                     struct vmt_error *err)
{
    const struct vmt_line *line = vmt_cursor_ahead(part->parse->cursor, 0);
    size_t column = at == NULL ? 0 : (size_t)(at - line->text.data) + 1;
    return vmt_parse_damage(part->parse, &part->host->notes, reason, column, err);
}

enum vmt_status vmt_part_host_take(struct vmt_part_host *part, struct vmt_error *err)
{
    return vmt_cursor_take(part->parse->cursor, VMT_LINE_CONSUMED, err);
}

enum vmt_status vmt_part_host_skip_blank(struct vmt_parse *parse, size_t ahead,
                                         struct vmt_error *err)
{
    for (;;) {
        enum vmt_status status = vmt_cursor_fill(parse->cursor, ahead + 1, err);
        const struct vmt_line *line = vmt_cursor_ahead(parse->cursor, 0);
        if (status != VMT_OK || line == NULL) {
            return status == VMT_OK ? VMT_END : status;
        }
        if (line->too_long || !vmt_line_is_blank(line)) {
            return VMT_OK;
        }
        status = vmt_cursor_take(parse->cursor, VMT_LINE_BLANK, err);
        if (status != VMT_OK) {
            return status;
        }
    }
}

enum vmt_status vmt_part_host_file(struct vmt_part_host *part, struct vmt_parse *parse,
                                   const struct vmt_grammar *grammar, const char *file,
                                   bool since_boot, vmt_part_host_reader *read,
                                   struct vmt_error *err)
{
    uint64_t pid = 0;
    uint64_t begin = vmt_parse_line(parse, vmt_cursor_ahead(parse->cursor, 0));
    enum vmt_status status = vmt_part_host_begin(part, parse, grammar, begin, err);
    if (status == VMT_OK) {
        status = vmt_part_field_take_heading(parse, file, &pid, err);
    }
    while (status == VMT_OK) {
        status = read(part, err);
    }
    return status == VMT_END ? vmt_part_host_sample(part, since_boot, err) : status;
}

uint64_t vmt_part_host_page_size(struct vmt_slice digits)
{
    uint64_t size = 0;
    bool valid = vmt_parse_u64(digits, 10, &size) && size >= PAGE_SIZE_LEAST &&
                 size <= PAGE_SIZE_MOST && (size & (size - 1)) == 0;
    return valid ? size : 0;
}
