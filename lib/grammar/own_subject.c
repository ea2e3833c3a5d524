/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "grammar/own.h"
#include "grammar/part_header.h"

static const char origin_key[] = "origin";
static const char origin_grammar_key[] = "origin_grammar";
static const char origin_line_key[] = "origin_line";

struct vmt_notes *vmt_own_notes_of(const struct vmt_own_subject *own)
{
    return own->process != NULL ? &own->process->notes : &own->host->notes;
}

enum vmt_status vmt_own_fact(struct vmt_own_subject *own, struct vmt_parse *parse,
                             struct vmt_slice key, struct vmt_slice value, struct vmt_error *err)
{
    if (own->process != NULL) {
        return vmt_part_header_fact(parse, own->process, key, value, err);
    }
    struct vmt_part_host part = {.parse = parse, .host = own->host};
    return vmt_part_host_fact(&part, key, value, err);
}

static bool has_fact(const struct vmt_own_subject *own, const char *key)
{
    const struct vmt_sequence *facts =
        own->process != NULL ? &own->process->facts : &own->host->facts;
    struct vmt_walker walker = {0};
    const struct vmt_fact *fact = vmt_sequence_next(facts, &walker);
    while (fact != NULL && !vmt_slice_equals(vmt_string_slice(fact->key), vmt_slice(key))) {
        fact = vmt_sequence_next(facts, &walker);
    }
    return fact != NULL;
}

static enum vmt_status add_string(struct vmt_own_subject *own, struct vmt_parse *parse,
                                  const char *key, const struct vmt_string *value,
                                  struct vmt_error *err)
{
    return value == NULL ? VMT_OK
                         : vmt_own_fact(own, parse, vmt_slice(key), vmt_string_slice(value), err);
}

/* A report that was read and written again still says where the evidence once came from. */
enum vmt_status vmt_own_add_origin(struct vmt_own_subject *own, struct vmt_parse *parse,
                                   struct vmt_error *err)
{
    if (has_fact(own, origin_key)) {
        return VMT_OK;
    }
    enum vmt_status status = add_string(own, parse, origin_key, own->origin, err);
    if (status == VMT_OK && own->origin_line > 0) {
        char digits[24];
        snprintf(digits, sizeof digits, "%" PRIu64, own->origin_line);
        status = vmt_own_fact(own, parse, vmt_slice(origin_line_key), vmt_slice(digits), err);
    }
    return status == VMT_OK ? add_string(own, parse, origin_grammar_key, own->origin_grammar, err)
                            : status;
}
