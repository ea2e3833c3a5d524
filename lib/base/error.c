/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "base/error.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void record(struct vmt_error *err, struct vmt_place place, enum vmt_status status,
                   const char *format, va_list args) VMT_PRINTF(4, 0);

static void record(struct vmt_error *err, struct vmt_place place, enum vmt_status status,
                   const char *format, va_list args)
{
    assert(status < VMT_OK);
    assert(err->status == VMT_OK); /* the first failure wins */
    err->status = status;
    err->place = place;
    err->cause = 0;
    vsnprintf(err->message, sizeof err->message, format, args);
}

enum vmt_status vmt_fail_at(struct vmt_error *err, struct vmt_place place, enum vmt_status status,
                            const char *format, ...)
{
    va_list args;
    va_start(args, format);
    record(err, place, status, format, args);
    va_end(args);
    return status;
}

enum vmt_status vmt_fail(struct vmt_error *err, enum vmt_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    record(err, (struct vmt_place){0}, status, format, args);
    va_end(args);
    return status;
}

enum vmt_status vmt_fail_io(struct vmt_error *err, const char *source, int cause,
                            const char *action)
{
    vmt_fail_at(err, (struct vmt_place){.source = source}, VMT_E_IO, "cannot %s: %s", action,
                strerror(cause));
    err->cause = cause;
    return VMT_E_IO;
}

enum vmt_status vmt_fail_nomem(struct vmt_error *err)
{
    return vmt_fail(err, VMT_E_NOMEM, "out of memory");
}

const char *vmt_status_name(enum vmt_status status)
{
    switch (status) {
    case VMT_OK:
        return "ok";
    case VMT_END:
        return "end";
    case VMT_E_NOMEM:
        return "out of memory";
    case VMT_E_LIMIT:
        return "limit reached";
    case VMT_E_IO:
        return "input or output error";
    case VMT_E_SYNTAX:
        return "unreadable text";
    case VMT_E_NOCAPTURE:
        return "no capture";
    }
    return "unknown status";
}
