/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "base/unicode.h"

uint32_t vmt_utf8_next(struct vmt_slice *rest)
{
    const unsigned char *bytes = (const unsigned char *)rest->data;
    uint32_t code = bytes[0];
    uint32_t least = 0;
    size_t more = 0;

    if (code >= 0xf0) {
        code = code < 0xf8 ? code & 0x07 : VMT_UTF8_INVALID;
        least = 0x10000;
        more = 3;
    } else if (code >= 0xe0) {
        code &= 0x0f;
        least = 0x800;
        more = 2;
    } else if (code >= 0xc0) {
        code &= 0x1f;
        least = 0x80;
        more = 1;
    } else if (code >= 0x80) {
        code = VMT_UTF8_INVALID;
    }
    bool valid = code != VMT_UTF8_INVALID && more < rest->length;
    for (size_t i = 1; valid && i <= more; i++) {
        valid = (bytes[i] & 0xc0) == 0x80;
        code = code << 6 | (bytes[i] & 0x3f);
    }
    valid = valid && code >= least && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    *rest = vmt_slice_from(*rest, valid ? more + 1 : 1);
    return valid ? code : VMT_UTF8_INVALID;
}
