/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_PART_FIELD_H
#define VMT_GRAMMAR_PART_FIELD_H

/* What the files of /proc have in common: lines `Name:   123 kB`, and how people put several of
 * them into one file. */

#include "grammar/grammar.h"

enum vmt_field_kind {
    VMT_FIELD_TEXT,   /* anything else, or nothing */
    VMT_FIELD_NUMBER, /* digits alone */
    VMT_FIELD_SIZE,   /* `123 kB`, of 1024 bytes each */
    VMT_FIELD_EXCESS  /* either, and more than 64 bits hold */
};

struct vmt_part_field {
    struct vmt_slice name;
    struct vmt_slice text; /* behind the colon, without blanks around it */
    enum vmt_field_kind kind;
    uint64_t number; /* bytes of VMT_FIELD_SIZE */
};

/* A line as a name of letters, digits, `_`, `(` and `)`, a colon at once, and a value; or false. */
bool vmt_part_field_read(struct vmt_slice line, struct vmt_part_field *out);

/* The column of the value in a line that was read. */
size_t vmt_part_field_column(const struct vmt_part_field *field, struct vmt_slice line);

/* A line that says which file follows: `==> /proc/123/smaps <==` of head and tail, the prompt with
 * `cat /proc/123/smaps`, the path alone; `file` is "smaps".  *pid is 0 where it is not told, as in
 * /proc/self/smaps. */
bool vmt_part_field_heading(struct vmt_slice line, const char *file, uint64_t *pid);

/* The index of the first line ahead that is no heading of `file` and not the blank line behind
 * one: where the file itself begins. */
size_t vmt_part_field_begin(const struct vmt_cursor *cursor, const char *file);

/* Take the lines before that one, which there are; *pid as above. */
enum vmt_status vmt_part_field_take_heading(struct vmt_parse *parse, const char *file,
                                            uint64_t *pid, struct vmt_error *err);

/* Keep a value for which the model has no member. */
enum vmt_status vmt_part_field_fact(struct vmt_sequence *facts, struct vmt_parse *parse,
                                    struct vmt_slice key, struct vmt_slice value,
                                    struct vmt_error *err);

#endif
