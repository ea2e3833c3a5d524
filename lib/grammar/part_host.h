/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_PART_HOST_H
#define VMT_GRAMMAR_PART_HOST_H

/* A host that is being read: the values of its next sample are gathered here, one by one, and go
 * into the model together. */

#include "grammar/grammar.h"

struct vmt_part_host {
    struct vmt_parse *parse;
    struct vmt_host *host;
    struct vmt_host_value values[VMT_HOST_COUNT];
    uint32_t count;
    bool has[VMT_HOST_COUNT];
    bool gap;                             /* the sample before the next cannot be read */
    uint64_t line;                        /* where the sample begins; 0: with its first value */
    const struct vmt_string *captured_at; /* of the next sample */
};

/* A new host that begins in line `line` of the input. */
enum vmt_status vmt_part_host_begin(struct vmt_part_host *part, struct vmt_parse *parse,
                                    const struct vmt_grammar *grammar, uint64_t line,
                                    struct vmt_error *err);

/* A value, in the next line or in one before it.  The sample has none of this quantity yet. */
void vmt_part_host_add(struct vmt_part_host *part, enum vmt_host_quantity quantity,
                       struct vmt_reading reading, bool pages);

/* Drop all values gathered but for the first `kept`: a line turned out to be damaged. */
void vmt_part_host_drop(struct vmt_part_host *part, uint32_t kept);

/* What a tool counts in `page_size` bytes each, or in pages of a size that is not known (0): as
 * bytes or as pages.  False when the bytes are more than 64 bits hold. */
bool vmt_part_host_pages(struct vmt_reading *reading, bool *pages, uint64_t page_size);

/* The values gathered so far, if any, are a sample.  One since boot counts from no other, so that
 * there is no gap before it. */
enum vmt_status vmt_part_host_sample(struct vmt_part_host *part, bool since_boot,
                                     struct vmt_error *err);

/* Something stated that is no quantity. */
enum vmt_status vmt_part_host_fact(struct vmt_part_host *part, struct vmt_slice key,
                                   struct vmt_slice value, struct vmt_error *err);

/* A note about the next line, or a part of it. */
enum vmt_status vmt_part_host_note(struct vmt_part_host *part, enum vmt_note_kind kind,
                                   struct vmt_slice text, struct vmt_error *err);

/* The next line is damaged where `at` points to; NULL for the line as a whole. */
enum vmt_status vmt_part_host_damage(struct vmt_part_host *part, const char *reason, const char *at,
                                     struct vmt_error *err);

/* Take the next line as consumed. */
enum vmt_status vmt_part_host_take(struct vmt_part_host *part, struct vmt_error *err);

/* Take the blank lines ahead, and have `ahead` lines ready behind them.  VMT_END when no line
 * follows. */
enum vmt_status vmt_part_host_skip_blank(struct vmt_parse *parse, size_t ahead,
                                         struct vmt_error *err);

/* Read a file of /proc that states a machine's memory, one sample of it: its heading where it has
 * one, then a line at a time with `read`, up to VMT_END.  `part` may be the first member of what
 * `read` needs.  Counters count since boot or not at all,
 * see vmt_part_host_sample(). */
typedef enum vmt_status vmt_part_host_reader(struct vmt_part_host *part, struct vmt_error *err);
enum vmt_status vmt_part_host_file(struct vmt_part_host *part, struct vmt_parse *parse,
                                   const struct vmt_grammar *grammar, const char *file,
                                   bool since_boot, vmt_part_host_reader *read,
                                   struct vmt_error *err);

/* `4096`, `16384`: a page size, or 0. */
uint64_t vmt_part_host_page_size(struct vmt_slice digits);

#endif
