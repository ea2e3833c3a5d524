/* SPDX-License-Identifier: MIT */
#ifndef VMT_REPORT_HUMAN_H
#define VMT_REPORT_HUMAN_H

/* Numbers for people. */

#include <stdint.h>

#define VMT_HUMAN_SIZE 24 /* fits each text below, with its NUL */

/* A bound is rounded away from what it bounds, so that it holds as printed. */
enum vmt_rounding { VMT_ROUND_NEAREST, VMT_ROUND_DOWN, VMT_ROUND_UP };

/* 0, 824B, 4.9K, 9216K, 11.9M, 384.0G: at most six characters.  Returns what one of the last digit
 * is worth, rounded up. */
uint64_t vmt_human_bytes(char *buffer, uint64_t bytes, enum vmt_rounding rounding);

/* 12%, 12.3%. */
void vmt_human_permille(char *buffer, uint64_t permille);

/* 0%, 0.01%, 12.34%: hundredths, as the kernel prints shares of time. */
void vmt_human_ppm(char *buffer, uint64_t ppm);

/* 0s, 0.001s, 12.345s, 3600.000s. */
void vmt_human_microseconds(char *buffer, uint64_t microseconds);

#endif
