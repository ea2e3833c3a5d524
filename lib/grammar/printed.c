/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/printed.h"

#define DECIMALS_MOST 3
/* Below 4K a size that is no whole K is printed in bytes: `0K` to `3K` are just that. */
#define BYTES_BELOW_K 4

/* What a unit is worth, `bare` where the letter is none. */
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

/* Digits from *at on, added to those before; how many, or -1 when they are more than 64 bits hold.
 */
static int take_digits(struct vmt_slice text, size_t *at, uint64_t *digits)
{
    size_t from = *at;
    for (; *at < text.length; ++*at) {
        unsigned digit = (unsigned)text.data[*at] - '0';
        if (digit > 9) {
            break;
        }
        if (*digits > (UINT64_MAX - 9) / 10) {
            return -1;
        }
        *digits = *digits * 10 + digit;
    }
    return *at - from > DECIMALS_MOST ? DECIMALS_MOST + 1 : (int)(*at - from);
}

bool vmt_printed_parse(struct vmt_slice text, struct vmt_printed *out)
{
    struct vmt_printed printed = {0};
    size_t at = 0;
    if (take_digits(text, &at, &printed.digits) < 1) {
        return false;
    }
    if (at < text.length && text.data[at] == '.') {
        at++;
        int decimals = take_digits(text, &at, &printed.digits);
        if (decimals < 1 || decimals > DECIMALS_MOST) {
            return false;
        }
        printed.decimals = (uint8_t)decimals;
    }
    if (at < text.length && unit_bytes(text.data[at], 0) != 0) {
        printed.unit = text.data[at++];
    }
    *out = printed;
    return at == text.length;
}

bool vmt_printed_bytes(struct vmt_printed printed, uint64_t bare, struct vmt_reading *out)
{
    static const unsigned tens[DECIMALS_MOST + 1] = {1, 10, 100, 1000};
    uint64_t unit = unit_bytes(printed.unit, bare);
    uint64_t scale = tens[printed.decimals];
    if (scale == 1 && printed.digits < UINT64_C(1) << 24 && unit <= UINT64_C(1) << 40) {
        /* Nearly all sizes: no division. */
        out->value = printed.digits * unit;
        out->quantum =
            unit == 1 || (printed.unit == 'K' && printed.digits < BYTES_BELOW_K) ? 0 : unit;
        return true;
    }
    if (printed.digits > (UINT64_MAX - scale) / unit) {
        return false;
    }
    out->value = (printed.digits * unit + scale / 2) / scale;
    out->quantum = unit == 1 && scale == 1 ? 0 : (unit + scale - 1) / scale;
    return true;
}
