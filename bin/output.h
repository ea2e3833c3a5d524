/* SPDX-License-Identifier: MIT */
#ifndef VMT_BIN_OUTPUT_H
#define VMT_BIN_OUTPUT_H

/* Where a report goes: standard output, or a file that appears whole or not at all. */

#include <stdio.h>

#include "base/sink.h"

struct output {
    struct vmt_sink sink; /* what the library writes to; the first member */
    FILE *stream;
    const char *name; /* for messages; borrowed */
    char *path;       /* of the file that `temporary` becomes */
    char *temporary;  /* NULL when written directly */
};

/* `path` is borrowed; NULL stands for standard output.  With VMT_OK the output is to be closed or
 * abandoned, whichever comes first.  Only one can be open at a time. */
enum vmt_status output_open(struct output *output, const char *path, struct vmt_error *err);

/* Write what is buffered and let the file appear; on failure it is abandoned. */
enum vmt_status output_close(struct output *output, struct vmt_error *err);

/* Leave everything as it was before, as far as it was not written directly. */
void output_abandon(struct output *output);

/* The width of the terminal written to, 0 when it is none. */
unsigned output_columns(const struct output *output);

#endif
