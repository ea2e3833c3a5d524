/* SPDX-License-Identifier: MIT */
#ifndef VMT_ACCURACY_NUMBER_H
#define VMT_ACCURACY_NUMBER_H

/* The kernel's own numbers, read without the library: nothing here may come from what is tested. */

#include <stdint.h>

/* Take the digits at *at; 0 when there are none. */
static inline uint64_t take_number(const char **at, unsigned base)
{
    uint64_t number = 0;
    for (;; ++*at) {
        unsigned digit = (unsigned char)**at - (unsigned)'0';
        if (digit > 9 && **at >= 'a') {
            digit = (unsigned char)**at - (unsigned)'a' + 10;
        }
        if (digit >= base) {
            return number;
        }
        number = number * base + digit;
    }
}

#endif
