/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/set_form.h"

#include <string.h>

/* Dumps of many processes take a while: so many seconds apart they are still of one time. */
#define ABOUT_ONE_TIME 600

static bool same_string(const struct vmt_string *a, const struct vmt_string *b)
{
    return vmt_slice_equals(vmt_string_slice(a), vmt_string_slice(b));
}

static bool differ(const struct vmt_string *a, const struct vmt_string *b)
{
    return a != NULL && b != NULL && !same_string(a, b);
}

/* Take `digits` digits and the mark behind them, if any, off `rest`. */
static bool take_number(struct vmt_slice *rest, size_t digits, int64_t *out)
{
    uint64_t number = 0;
    if (rest->length < digits ||
        !vmt_parse_u64((struct vmt_slice){rest->data, digits}, 10, &number)) {
        return false;
    }
    *out = (int64_t)number;
    *rest = vmt_slice_from(*rest, digits);
    if (rest->length > 0 && strchr("-:T ", rest->data[0]) != NULL) {
        *rest = vmt_slice_from(*rest, 1);
    }
    return true;
}

/* Days from 1970-01-01 to a date of the Gregorian calendar. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    /* Years begin in March, so that the leap day is the last of one. */
    int64_t years = month <= 2 ? year - 1 : year;
    int64_t months = month <= 2 ? month + 9 : month - 3;
    return 365 * years + years / 4 - years / 100 + years / 400 + (153 * months + 2) / 5 + day -
           719469;
}

/* `2025-09-14T12:03:22.417+02:00` in seconds; false without a zone, which may be any. */
static bool read_time(const struct vmt_string *text, int64_t *out)
{
    if (text == NULL) {
        return false;
    }
    int64_t parts[6];
    static const size_t digits[] = {4, 2, 2, 2, 2, 2};
    struct vmt_slice rest = vmt_string_slice(text);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        /* The seconds are followed by a point, or by the zone's sign, which must stay. */
        if (i == 5 ? rest.length < 2 : !take_number(&rest, digits[i], &parts[i])) {
            return false;
        }
    }
    uint64_t seconds = 0;
    if (!vmt_parse_u64((struct vmt_slice){rest.data, 2}, 10, &seconds)) {
        return false;
    }
    rest = vmt_slice_from(rest, 2);
    int64_t local = days_of(parts[0], parts[1], parts[2]) * 86400 + parts[3] * 3600 +
                    parts[4] * 60 + (int64_t)seconds;
    size_t sign = 0;
    while (sign < rest.length && rest.data[sign] != '+' && rest.data[sign] != '-' &&
           rest.data[sign] != 'Z') {
        sign++;
    }
    if (sign == rest.length) {
        return false;
    }
    int64_t hours = 0;
    int64_t minutes = 0;
    struct vmt_slice zone = vmt_slice_from(rest, sign + 1);
    if (rest.data[sign] != 'Z' &&
        (!take_number(&zone, 2, &hours) || !take_number(&zone, 2, &minutes))) {
        return false;
    }
    int64_t offset = hours * 3600 + minutes * 60;
    *out = rest.data[sign] == '-' ? local + offset : local - offset;
    return true;
}

static bool far_apart(const struct vmt_process *first, const struct vmt_process *second)
{
    int64_t a = 0;
    int64_t b = 0;
    return read_time(first->captured_at, &a) && read_time(second->captured_at, &b) &&
           (a > b ? a - b : b - a) > ABOUT_ONE_TIME;
}

/* Before and after of one process: the same number, and nothing that says otherwise. */
static bool one_process(const struct vmt_process *first, const struct vmt_process *second)
{
    return first->pid_known && second->pid_known && first->pid == second->pid &&
           !differ(first->name, second->name) && !differ(first->launched_at, second->launched_at);
}

static const char *objection(const struct vmt_process *first, const struct vmt_process *second)
{
    if (differ(first->os, second->os) || first->kernel_counts != second->kernel_counts) {
        return "dumps of different systems";
    }
    if (one_process(first, second)) {
        return "several dumps of one process";
    }
    if (!first->pid_known && !second->pid_known && !differ(first->name, second->name)) {
        return "nothing tells that these are different processes";
    }
    return far_apart(first, second) ? "dumps of different times" : NULL;
}

/* The first objection of a process to one after it; so many of those are looked at. */
static const char *objection_to_others(const struct vmt_sequence *processes,
                                       const struct vmt_process *process, struct vmt_walker others)
{
    static const size_t most = 4096;
    for (size_t i = 0; i < most; i++) {
        const struct vmt_process *other = vmt_sequence_next(processes, &others);
        const char *reason = other == NULL ? NULL : objection(process, other);
        if (other == NULL || reason != NULL) {
            return reason;
        }
    }
    return NULL;
}

const char *vmt_set_objection(const struct vmt_snapshot *snapshot)
{
    if (snapshot->processes.count < 2) {
        return snapshot->processes.count == 1 ? "one process" : "no process";
    }
    struct vmt_walker walker = {0};
    const struct vmt_process *process = vmt_sequence_next(&snapshot->processes, &walker);
    for (; process != NULL; process = vmt_sequence_next(&snapshot->processes, &walker)) {
        const char *reason = objection_to_others(&snapshot->processes, process, walker);
        if (reason != NULL) {
            return reason;
        }
    }
    return NULL;
}
