/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_LINUX_STAT_H
#define VMT_GRAMMAR_LINUX_STAT_H

/* Small files of /proc that say which processes there are and when they began: what is needed to
 * tell processes apart, not evidence of memory. */

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

/* Ticks of /proc/PID/stat in a second: USER_HZ, 100 wherever Linux runs today. */
#define VMT_LINUX_TICKS 100

/* /proc/PID/stat, one line (proc(5); do_task_stat() of fs/proc/array.c). */
struct vmt_linux_stat {
    uint64_t pid;
    struct vmt_slice name; /* of the program, cut to 15 bytes; any bytes but NUL; borrowed */
    char state;            /* R, S, D, Z, T, … */
    uint64_t parent;
    uint64_t start; /* ticks since boot */
    bool kernel_thread;
    uint64_t threads; /* the first one can end before others */
    bool ended;       /* or ending: its memory is gone, or goes now */
};

/* False when it is no such line. */
bool vmt_linux_stat_read(struct vmt_linux_stat *out, struct vmt_slice text);

/* The number behind `key` at the beginning of a line, such as "btime" of /proc/stat or "Uid:" of
 * /proc/PID/status, after `skip` other words; false when there is none. */
bool vmt_linux_key_read(uint64_t *out, struct vmt_slice text, const char *key, unsigned skip);

#endif
