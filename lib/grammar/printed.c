/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/printed.h"

#define DECIMALS_MOST 3

bool vmt_printed_parse(struct vmt_slice text, struct vmt_printed *out)
{
    struct vmt_printed printed = {0};
    if (text.length > 0) {
        char last = text.data[text.length - 1];
        if (last == 'K' || last == 'M' || last == 'G' || last == 'T') {
            printed.unit = last;
            text.length--;
        }
    }
    bool point = false;
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (c == '.' && !point && count > 0) {
            point = true;
            continue;
        }
        unsigned digit = (unsigned)(c - '0');
        if (c < '0' || c > '9' || printed.digits > (UINT64_MAX - digit) / 10) {
            return false;
        }
        printed.digits = printed.digits * 10 + digit;
        printed.decimals = (uint8_t)(printed.decimals + (point ? 1 : 0));
        count++;
        if (printed.decimals > DECIMALS_MOST) {
            return false;
        }
    }
    if (count == 0 || (point && printed.decimals == 0)) {
        return false;
    }
    *out = printed;
    return true;
}

static uint64_t unit_bytes(char unit, uint64_t bare)
{
    switch (unit) {
    case 'K':
        return UINT64_C(1) << 10;
    case 'M':
        return UINT64_C(1) << 20;
    case 'G':
        return UINT64_C(1) << 30;
    case 'T':
        return UINT64_C(1) << 40;
    default:
        return bare;
    }
}

bool vmt_printed_bytes(struct vmt_printed printed, uint64_t bare, struct vmt_reading *out)
{
    static const unsigned tens[DECIMALS_MOST + 1] = {1, 10, 100, 1000};
    uint64_t unit = unit_bytes(printed.unit, bare);
    uint64_t scale = tens[printed.decimals];
    if (printed.digits > (UINT64_MAX - scale) / unit) {
        return false;
    }
    out->value = (printed.digits * unit + scale / 2) / scale;
    out->quantum = unit == 1 && scale == 1 ? 0 : (unit + scale - 1) / scale;
    return true;
}
