/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <assert.h>
#include <pcre2.h>
#include <stdalign.h>

/* Far above what any line of a capture needs, and microseconds. */
#define MATCH_LIMIT 100000
#define GROUPS_MOST 24
/* JIT takes some ten kilobytes for a pattern of ours. */
#define RESERVE ((size_t)256 << 10)

struct vmt_pattern {
    struct vmt_pattern *next;
    const struct vmt_pattern_source *source;
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *match;
    const PCRE2_SIZE *offsets;
    uint8_t numbers[GROUPS_MOST]; /* of the source's groups */
    bool jit;
    struct vmt_slice line; /* of the last match */
};

/* The memory of PCRE2.  Its JIT compiler (10.42) does not look at each of its allocations and
 * crashes where one is refused, so what it asks for while it runs is never refused: it comes from a
 * reserve then, and what was made is thrown away. */
struct vmt_pattern_memory {
    const struct vmt_allocator *allocator;
    char *reserve; /* NULL while there is no need of it */
    size_t used;   /* of the reserve */
};

static bool is_reserve(const struct vmt_pattern_memory *memory, const char *block)
{
    return memory->reserve != NULL && (uintptr_t)block >= (uintptr_t)memory->reserve &&
           (uintptr_t)block < (uintptr_t)memory->reserve + RESERVE;
}

static void *pcre_allocate(PCRE2_SIZE size, void *data)
{
    struct vmt_pattern_memory *memory = data;
    void *block = memory->allocator->allocate(memory->allocator->self, size);
    if (block != NULL || memory->reserve == NULL || size > RESERVE - memory->used) {
        return block;
    }
    const size_t align = alignof(max_align_t);
    block = memory->reserve + memory->used;
    size = (size + align - 1) / align * align;
    memory->used += size < RESERVE - memory->used ? size : RESERVE - memory->used;
    return block;
}

static void pcre_release(void *block, void *data)
{
    const struct vmt_pattern_memory *memory = data;
    if (block != NULL && !is_reserve(memory, block)) {
        memory->allocator->release(memory->allocator->self, block);
    }
}

static enum vmt_status prepare(struct vmt_context *context, struct vmt_error *err)
{
    const struct vmt_allocator *allocator = context->allocator;
    if (context->pattern_memory == NULL) {
        context->pattern_memory =
            allocator->allocate(allocator->self, sizeof *context->pattern_memory);
        if (context->pattern_memory == NULL) {
            return vmt_fail_nomem(err);
        }
        *context->pattern_memory = (struct vmt_pattern_memory){.allocator = allocator};
    }
    if (context->pcre_general == NULL) {
        context->pcre_general =
            pcre2_general_context_create(pcre_allocate, pcre_release, context->pattern_memory);
    }
    if (context->pcre_general != NULL && context->pcre_match == NULL) {
        context->pcre_match = pcre2_match_context_create(context->pcre_general);
        if (context->pcre_match != NULL) {
            pcre2_set_match_limit(context->pcre_match, MATCH_LIMIT);
        }
    }
    return context->pcre_match == NULL ? vmt_fail_nomem(err) : VMT_OK;
}

static enum vmt_status compile_code(struct vmt_pattern *pattern, struct vmt_context *context,
                                    struct vmt_error *err)
{
    /* NEVER_UTF: with UTF on, one odd path would make its line an error. */
    const uint32_t options = PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_EXTENDED | PCRE2_DOTALL |
                             PCRE2_NEVER_UTF | PCRE2_DOLLAR_ENDONLY;
    int code = 0;
    PCRE2_SIZE offset = 0;
    pcre2_compile_context *settings = pcre2_compile_context_create(context->pcre_general);
    if (settings == NULL) {
        return vmt_fail_nomem(err);
    }
    pattern->code = pcre2_compile((PCRE2_SPTR)pattern->source->text, PCRE2_ZERO_TERMINATED, options,
                                  &code, &offset, settings);
    pcre2_compile_context_free(settings);
    if (pattern->code == NULL) {
        assert(code == PCRE2_ERROR_HEAP_FAILED); /* our own patterns have no mistakes */
        return vmt_fail_nomem(err);
    }
    return VMT_OK;
}

/* Have it matched by JIT where there is the memory for it. */
static enum vmt_status compile_jit(struct vmt_pattern *pattern, struct vmt_context *context,
                                   struct vmt_error *err)
{
    struct vmt_pattern_memory *memory = context->pattern_memory;
    const struct vmt_allocator *allocator = memory->allocator;
    memory->used = 0;
    memory->reserve = allocator->allocate(allocator->self, RESERVE);
    if (memory->reserve == NULL) {
        return VMT_OK;
    }
    pattern->jit = pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE) == 0;
    bool refused = memory->used > 0;
    if (refused) {
        pcre2_code_free(pattern->code);
        pattern->code = NULL;
        pattern->jit = false;
    }
    allocator->release(allocator->self, memory->reserve);
    memory->reserve = NULL;
    return refused ? compile_code(pattern, context, err) : VMT_OK;
}

static enum vmt_status compile(struct vmt_pattern *pattern, struct vmt_context *context,
                               struct vmt_error *err)
{
    enum vmt_status status = compile_code(pattern, context, err);
    if (status == VMT_OK && !context->interpret) {
        status = compile_jit(pattern, context, err);
    }
    if (status != VMT_OK) {
        return status;
    }
    pattern->data = pcre2_match_data_create_from_pattern(pattern->code, context->pcre_general);
    if (pattern->data == NULL) {
        return vmt_fail_nomem(err);
    }
    pattern->offsets = pcre2_get_ovector_pointer(pattern->data);
    for (size_t i = 0; pattern->source->groups[i] != NULL; i++) {
        int number =
            pcre2_substring_number_from_name(pattern->code, (PCRE2_SPTR)pattern->source->groups[i]);
        assert(i < GROUPS_MOST && number > 0);
        pattern->numbers[i] = (uint8_t)number;
    }
    return VMT_OK;
}

static void free_pattern(struct vmt_pattern *pattern, struct vmt_context *context)
{
    pcre2_match_data_free(pattern->data);
    pcre2_code_free(pattern->code);
    context->allocator->release(context->allocator->self, pattern);
}

enum vmt_status vmt_pattern_get(struct vmt_pattern **out, struct vmt_context *context,
                                const struct vmt_pattern_source *source, struct vmt_error *err)
{
    for (struct vmt_pattern *known = context->patterns; known != NULL; known = known->next) {
        if (known->source == source) {
            *out = known;
            return VMT_OK;
        }
    }
    enum vmt_status status = prepare(context, err);
    if (status != VMT_OK) {
        return status;
    }
    struct vmt_pattern *pattern =
        context->allocator->allocate(context->allocator->self, sizeof *pattern);
    if (pattern == NULL) {
        return vmt_fail_nomem(err);
    }
    *pattern = (struct vmt_pattern){
        .next = context->patterns, .source = source, .match = context->pcre_match};
    status = compile(pattern, context, err);
    if (status != VMT_OK) {
        free_pattern(pattern, context);
        return status;
    }
    context->patterns = pattern;
    *out = pattern;
    return VMT_OK;
}

enum vmt_status vmt_pattern_match(struct vmt_pattern *pattern, struct vmt_slice line,
                                  struct vmt_error *err)
{
    pattern->line = line;
    PCRE2_SPTR subject = (PCRE2_SPTR)(line.data == NULL ? "" : line.data);
    int found = pattern->jit ? pcre2_jit_match(pattern->code, subject, line.length, 0, 0,
                                               pattern->data, pattern->match)
                             : pcre2_match(pattern->code, subject, line.length, 0, 0, pattern->data,
                                           pattern->match);
    if (found > 0) {
        return VMT_OK;
    }
    /* The interpreter takes memory while it matches. */
    return found == PCRE2_ERROR_NOMEMORY ? vmt_fail_nomem(err) : VMT_END;
}

struct vmt_slice vmt_pattern_group(const struct vmt_pattern *pattern, size_t group)
{
    size_t at = 2 * (size_t)pattern->numbers[group];
    PCRE2_SIZE start = pattern->offsets[at];
    return start == PCRE2_UNSET
               ? (struct vmt_slice){NULL, 0}
               : (struct vmt_slice){pattern->line.data + start, pattern->offsets[at + 1] - start};
}

void vmt_pattern_free_all(struct vmt_context *context)
{
    while (context->patterns != NULL) {
        struct vmt_pattern *pattern = context->patterns;
        context->patterns = pattern->next;
        free_pattern(pattern, context);
    }
    pcre2_match_context_free(context->pcre_match);
    pcre2_general_context_free(context->pcre_general);
    if (context->pattern_memory != NULL) {
        context->allocator->release(context->allocator->self, context->pattern_memory);
    }
    context->pcre_match = NULL;
    context->pcre_general = NULL;
    context->pattern_memory = NULL;
}
