/* SPDX-License-Identifier: MIT */
#ifndef VMT_BASE_ERROR_H
#define VMT_BASE_ERROR_H

/* How functions of this library fail.
 *
 * A function that can fail returns an enum vmt_status and takes a `struct vmt_error *err` as its
 * last argument, which is never NULL.  The first failure fills it; callers pass it on unchanged.
 * A caller that recovers resets it with VMT_ERROR_INIT.  There is no hidden last error. */

#include <stdint.h>

#ifdef __GNUC__
#define VMT_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#else
#define VMT_PRINTF(fmt, first)
#endif

/* Each code asks for another reaction of the caller. */
enum vmt_status {
    VMT_OK = 0,
    VMT_END = 1,         /* a sequence is over; not a failure */
    VMT_E_NOMEM = -1,    /* the allocator refused */
    VMT_E_LIMIT = -2,    /* a limit of the context was reached: memory, matching effort */
    VMT_E_IO = -3,       /* the system refused a read or a write; `cause` is the errno */
    VMT_E_SYNTAX = -4,   /* text that cannot be read, with its place */
    VMT_E_NOCAPTURE = -5 /* no grammar claims any part of an input */
};

/* A place in an input.  `source` borrows the input's name, which outlives every error about it.
 * `line` and `column` count from 1 in lines and bytes; 0 means that there is none. */
struct vmt_place {
    const char *source;
    uint64_t line;
    uint64_t column;
};

/* By value, without pointers to own: usable when no memory is left. */
struct vmt_error {
    enum vmt_status status;
    struct vmt_place place;
    int cause; /* errno behind VMT_E_IO, else 0 */
    char message[192];
};

#define VMT_ERROR_INIT ((struct vmt_error){.status = VMT_OK})

/* Record a failure and return its status.  The message is one line: lower case start, no final
 * period, no place, no program name; input bytes in it are escaped by the caller (vmt_escape).
 * Recording a second failure over a first is a programming error. */
enum vmt_status vmt_fail(struct vmt_error *err, enum vmt_status status, const char *format, ...)
    VMT_PRINTF(3, 4);
enum vmt_status vmt_fail_at(struct vmt_error *err, struct vmt_place place, enum vmt_status status,
                            const char *format, ...) VMT_PRINTF(4, 5);
enum vmt_status vmt_fail_io(struct vmt_error *err, const char *source, int cause,
                            const char *action);
enum vmt_status vmt_fail_nomem(struct vmt_error *err);

const char *vmt_status_name(enum vmt_status status);

#endif
