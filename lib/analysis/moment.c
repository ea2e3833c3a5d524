/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/moment.h"

struct moment {
    int64_t seconds; /* since the year 0, of UTC where there is a zone */
    bool zoned;
};

/* `digits` digits at the front of *rest, and `after` behind them unless it is '\0'. */
static bool take(struct vmt_slice *rest, size_t digits, char after, int64_t *out)
{
    uint64_t number = 0;
    size_t length = digits + (after != '\0' ? 1 : 0);
    if (rest->length < length || (after != '\0' && rest->data[digits] != after) ||
        !vmt_parse_u64((struct vmt_slice){rest->data, digits}, 10, &number)) {
        return false;
    }
    *rest = vmt_slice_from(*rest, length);
    *out = (int64_t)number;
    return true;
}

/* Days from 1 March of the year 0: years that begin in March have their leap day at the end. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2 ? 1 : 0;
    month += month <= 2 ? 9 : -3;
    return year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1;
}

/* Z, +0100, +01:00 or nothing. */
static bool take_zone(struct vmt_slice rest, struct moment *moment)
{
    int64_t hours = 0;
    int64_t minutes = 0;
    moment->zoned = rest.length > 0;
    if (rest.length == 0 || (rest.length == 1 && rest.data[0] == 'Z')) {
        return true;
    }
    int64_t sign = rest.data[0] == '-' ? 1 : -1;
    if (rest.data[0] != '+' && rest.data[0] != '-') {
        return false;
    }
    rest = vmt_slice_from(rest, 1);
    char colon = rest.length == 5 ? ':' : '\0';
    if (!take(&rest, 2, colon, &hours) || !take(&rest, 2, '\0', &minutes) || rest.length > 0) {
        return false;
    }
    moment->seconds += sign * (hours * 60 + minutes) * 60;
    return true;
}

static bool read_moment(struct moment *moment, struct vmt_slice text)
{
    int64_t year = 0;
    int64_t month = 0;
    int64_t day = 0;
    int64_t hour = 0;
    int64_t minute = 0;
    int64_t second = 0;
    if (!take(&text, 4, '-', &year) || !take(&text, 2, '-', &month) || !take(&text, 2, 'T', &day) ||
        !take(&text, 2, ':', &hour) || !take(&text, 2, ':', &minute) ||
        !take(&text, 2, '\0', &second)) {
        return false;
    }
    if (text.length > 0 && text.data[0] == '.') { /* a fraction */
        size_t digits = 1;
        while (digits < text.length && text.data[digits] >= '0' && text.data[digits] <= '9') {
            digits++;
        }
        text = vmt_slice_from(text, digits);
    }
    moment->seconds = ((days_of(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    return take_zone(text, moment);
}

bool vmt_moments_apart(uint64_t *seconds, struct vmt_slice a, struct vmt_slice b)
{
    struct moment first;
    struct moment second;
    if (!read_moment(&first, a) || !read_moment(&second, b) || first.zoned != second.zoned) {
        return false;
    }
    int64_t apart = first.seconds - second.seconds;
    *seconds = (uint64_t)(apart < 0 ? -apart : apart);
    return true;
}
