/* SPDX-License-Identifier: MIT */
#ifndef VMT_BASE_INTERN_H
#define VMT_BASE_INTERN_H

/* Each distinct string once: equal strings have equal pointers. */

#include <stdint.h>

#include "base/memory.h"
#include "base/slice.h"

/* NUL-terminated for convenience; the bytes may hold NUL themselves, `length` counts. */
struct vmt_string {
    struct vmt_string *next; /* in its bucket */
    uint32_t hash;
    uint32_t length;
    char data[];
};

struct vmt_intern {
    struct vmt_arena *arena; /* holds the strings and the table */
    struct vmt_string **buckets;
    size_t bucket_count; /* a power of two, or 0 */
    size_t string_count;
};

/* The arena is borrowed; strings live as long as it does. */
void vmt_intern_init(struct vmt_intern *intern, struct vmt_arena *arena);

/* The one string of these bytes, or NULL when the arena gives no memory or they are more than
 * 4 GiB.  */
const struct vmt_string *vmt_intern(struct vmt_intern *intern, struct vmt_slice bytes);

static inline struct vmt_slice vmt_string_slice(const struct vmt_string *string)
{
    return (struct vmt_slice){string->data, string->length};
}

#endif
