/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report/human.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

/* `part` of `scale`, as a number of 0 or 1. */
static uint64_t carry(uint64_t part, uint64_t scale, enum vmt_rounding rounding)
{
    switch (rounding) {
    case VMT_ROUND_NEAREST:
        break;
    case VMT_ROUND_DOWN:
        return 0;
    case VMT_ROUND_UP:
        return part > 0;
    }
    return part >= scale / 2;
}

uint64_t vmt_human_bytes(char *buffer, uint64_t bytes, enum vmt_rounding rounding)
{
    static const char units[] = "BKMGTPE";

    if (bytes < 1024) {
        snprintf(buffer, VMT_HUMAN_SIZE, "%" PRIu64 "%s", bytes, bytes == 0 ? "" : "B");
        return 1;
    }
    for (unsigned unit = 1;; unit++) {
        uint64_t scale = UINT64_C(1) << (10 * unit);
        uint64_t whole = bytes / scale;
        uint64_t rest = bytes % scale; /* < 2^60: ten times it still fits */
        uint64_t tenths =
            whole * 10 + rest * 10 / scale + carry(rest * 10 % scale, scale, rounding);
        uint64_t rounded = whole + carry(rest, scale, rounding);
        bool kilo = unit == 1;
        if (kilo && tenths >= 100) {
            /* As vmmap does: whole kilobytes are told as far as four digits go. */
            if (rounded < 10000) {
                snprintf(buffer, VMT_HUMAN_SIZE, "%" PRIu64 "K", rounded);
                return scale;
            }
        } else if (tenths < 10000 || units[unit + 1] == '\0') {
            snprintf(buffer, VMT_HUMAN_SIZE, "%" PRIu64 ".%" PRIu64 "%c", tenths / 10, tenths % 10,
                     units[unit]);
            return (scale + 9) / 10;
        }
    }
}

void vmt_human_permille(char *buffer, uint64_t permille)
{
    if (permille % 10 == 0) {
        snprintf(buffer, VMT_HUMAN_SIZE, "%" PRIu64 "%%", permille / 10);
    } else {
        snprintf(buffer, VMT_HUMAN_SIZE, "%" PRIu64 ".%" PRIu64 "%%", permille / 10, permille % 10);
    }
}

void vmt_human_ppm(char *buffer, uint64_t ppm)
{
    uint64_t hundredths = ppm / 100 + (ppm % 100 >= 50 ? 1 : 0);
    if (hundredths % 100 == 0) {
        snprintf(buffer, VMT_HUMAN_SIZE, "%" PRIu64 "%%", hundredths / 100);
    } else {
        snprintf(buffer, VMT_HUMAN_SIZE, "%" PRIu64 ".%02" PRIu64 "%%", hundredths / 100,
                 hundredths % 100);
    }
}

void vmt_human_microseconds(char *buffer, uint64_t microseconds)
{
    uint64_t milliseconds = microseconds / 1000 + (microseconds % 1000 >= 500 ? 1 : 0);
    if (microseconds == 0) {
        snprintf(buffer, VMT_HUMAN_SIZE, "0s");
    } else {
        snprintf(buffer, VMT_HUMAN_SIZE, "%" PRIu64 ".%03" PRIu64 "s", milliseconds / 1000,
                 milliseconds % 1000);
    }
}
