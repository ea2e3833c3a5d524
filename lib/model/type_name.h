/* SPDX-License-Identifier: MIT */
#ifndef VMT_MODEL_TYPE_NAME_H
#define VMT_MODEL_TYPE_NAME_H

/* For type.c: what the name of a type means, as tools print it. */

#include "model/type.h"

/* "ATS (font support) (reserved)" has one, hostile names any number. */
#define VMT_SUFFIXES_MOST 3

/* Longest canonical name of the table with VMT_SUFFIXES_MOST suffixes. */
#define VMT_CANONICAL_SIZE 96

/* What the tool says in parentheses after a type: the state of the allocator's pages, that no
 * memory is behind the range, or the kernel's ledger that pays for it. */
enum vmt_type_suffix {
    VMT_SUFFIX_EMPTY,
    VMT_SUFFIX_RESERVED,
    VMT_SUFFIX_GRAPHICS,
    VMT_SUFFIX_MEDIA,
    VMT_SUFFIX_NETWORK,
    VMT_SUFFIX_NEURAL,
    VMT_SUFFIX_FREED,
    VMT_SUFFIX_COUNT
};

extern const char *const vmt_type_suffixes[VMT_SUFFIX_COUNT];

#define VMT_NO_TAG (-1)

/* What a name means.  Without an entry, class and nature are a guess. */
struct vmt_type_meaning {
    const struct vmt_type_entry *entry;
    int free_tag; /* number of a tag that no entry has, or VMT_NO_TAG */
    size_t suffix_count;
    enum vmt_type_suffix suffixes[VMT_SUFFIXES_MOST]; /* the innermost first */
    enum vmt_class class;
    enum vmt_nature nature;
};

/* Of a name, which the tool may have cut to `cut_at` bytes; 0: it has not. */
struct vmt_type_meaning vmt_type_meaning_of(struct vmt_slice name, size_t cut_at);

#endif
