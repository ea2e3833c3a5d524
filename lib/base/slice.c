/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "base/slice.h"

#include <assert.h>
#include <stdio.h>

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool vmt_slice_equals_nocase(struct vmt_slice a, struct vmt_slice b)
{
    if (a.length != b.length) {
        return false;
    }
    for (size_t i = 0; i < a.length; i++) {
        if (fold(a.data[i]) != fold(b.data[i])) {
            return false;
        }
    }
    return true;
}

size_t vmt_slice_find(struct vmt_slice slice, const char *needle)
{
    size_t length = strlen(needle);
    assert(length > 0);
    for (size_t at = 0; at + length <= slice.length; at++) {
        const char *hit = memchr(slice.data + at, needle[0], slice.length - length - at + 1);
        if (hit == NULL) {
            break;
        }
        at = (size_t)(hit - slice.data);
        if (memcmp(hit, needle, length) == 0) {
            return at;
        }
    }
    return slice.length;
}

struct vmt_slice vmt_slice_word(struct vmt_slice *rest)
{
    size_t from = 0;
    while (from < rest->length && vmt_is_blank(rest->data[from])) {
        from++;
    }
    size_t to = from;
    while (to < rest->length && !vmt_is_blank(rest->data[to])) {
        to++;
    }
    struct vmt_slice word = vmt_slice_from(*rest, from);
    word.length = to - from;
    *rest = vmt_slice_from(*rest, to);
    return word;
}

/* What a hexadecimal digit is worth, and one more, so that 0 stands for no digit. */
static const unsigned char digits[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

bool vmt_parse_u64(struct vmt_slice slice, unsigned base, uint64_t *out)
{
    assert(base == 10 || base == 16);
    const uint64_t safe = UINT64_MAX / 16 - 1; /* one more digit fits for certain */
    uint64_t value = 0;
    for (size_t i = 0; i < slice.length; i++) {
        unsigned digit = digits[(unsigned char)slice.data[i]] - 1u;
        if (digit >= base || (value > safe && value > (UINT64_MAX - digit) / base)) {
            return false;
        }
        value = value * base + digit;
    }
    if (slice.length == 0) {
        return false;
    }
    *out = value;
    return true;
}

static size_t escaped_length(char c)
{
    return c >= 0x20 && c < 0x7f && c != '\\' ? 1 : 4;
}

const char *vmt_escape(char *buffer, size_t size, struct vmt_slice slice)
{
    static const char cut[] = "...";
    assert(size > sizeof cut);
    size_t whole = 1;
    for (size_t i = 0; i < slice.length && whole <= size; i++) {
        whole += escaped_length(slice.data[i]);
    }
    size_t room = size - (whole > size ? sizeof cut : 1);
    size_t used = 0;
    for (size_t i = 0; i < slice.length; i++) {
        size_t length = escaped_length(slice.data[i]);
        if (used + length > room) {
            break;
        }
        if (length == 1) {
            buffer[used] = slice.data[i];
        } else {
            snprintf(buffer + used, size - used, "\\x%02x", (unsigned char)slice.data[i]);
        }
        used += length;
    }
    snprintf(buffer + used, size - used, "%s", whole > size ? cut : "");
    return buffer;
}
