/* SPDX-License-Identifier: MIT */
#ifndef VMT_BASE_SLICE_H
#define VMT_BASE_SLICE_H

/* Text as it comes: bytes with a length, of any encoding, not NUL-terminated. */

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Borrowed bytes.  A slice with `length` 0 may have any `data`. */
struct vmt_slice {
    const char *data;
    size_t length;
};

static inline struct vmt_slice vmt_slice(const char *string)
{
    return (struct vmt_slice){string, strlen(string)};
}

/* Three that every line of prose goes through many times: in place, the length of a constant is
 * known. */

static inline bool vmt_slice_equals(struct vmt_slice a, struct vmt_slice b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

static inline bool vmt_slice_starts(struct vmt_slice slice, const char *prefix)
{
    size_t length = strlen(prefix);
    return slice.length >= length && memcmp(slice.data, prefix, length) == 0;
}

static inline bool vmt_slice_ends(struct vmt_slice slice, const char *suffix)
{
    size_t length = strlen(suffix);
    return slice.length >= length &&
           memcmp(slice.data + slice.length - length, suffix, length) == 0;
}

/* As vmt_slice_equals(), the letters A to Z and a to z being the same. */
bool vmt_slice_equals_nocase(struct vmt_slice a, struct vmt_slice b);
/* Where `needle` (not empty) begins in `slice`, or slice.length. */
size_t vmt_slice_find(struct vmt_slice slice, const char *needle);

static inline bool vmt_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The slice from `offset` on (at most its length). */
static inline struct vmt_slice vmt_slice_from(struct vmt_slice slice, size_t offset)
{
    assert(offset <= slice.length);
    return offset == 0 ? slice : (struct vmt_slice){slice.data + offset, slice.length - offset};
}

/* Without blanks and tabs at both ends. */
static inline struct vmt_slice vmt_slice_trim(struct vmt_slice slice)
{
    while (slice.length > 0 && vmt_is_blank(slice.data[slice.length - 1])) {
        slice.length--;
    }
    while (slice.length > 0 && vmt_is_blank(slice.data[0])) {
        slice.data++;
        slice.length--;
    }
    return slice;
}

/* The beginning of the slice up to a byte that is not ASCII. */
static inline struct vmt_slice vmt_slice_ascii(struct vmt_slice slice)
{
    size_t length = 0;
    while (length < slice.length && (unsigned char)slice.data[length] < 0x80) {
        length++;
    }
    return (struct vmt_slice){slice.data, length};
}

/* The next run without blanks and tabs; what follows it stays in *rest.  Empty at the end. */
struct vmt_slice vmt_slice_word(struct vmt_slice *rest);

/* The whole slice as an unsigned number of base 10 or 16, or false: no sign, no blanks, no prefix,
 * no digits at all, or more than fits. */
bool vmt_parse_u64(struct vmt_slice slice, unsigned base, uint64_t *out);

/* `slice` for a message: printable ASCII as it is, other bytes as \xNN, `...` where it was cut to
 * fit.  `buffer` ends with NUL; returns it. */
const char *vmt_escape(char *buffer, size_t size, struct vmt_slice slice);

#endif
