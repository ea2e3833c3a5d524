/* SPDX-License-Identifier: MIT */
#ifndef VMT_REPORT_OUTPUT_H
#define VMT_REPORT_OUTPUT_H

/* The buffer between a writer and its sink.  Putting cannot fail on the spot: the first failure of
 * the sink is kept and whatever follows is dropped, so that a writer asks once a call. */

#include "base/sink.h"

#define VMT_OUTPUT_SIZE ((size_t)64 << 10)

struct vmt_output {
    struct vmt_sink *sink;
    struct vmt_error error;
    size_t used;
    char data[VMT_OUTPUT_SIZE];
};

/* The sink is borrowed. */
void vmt_output_init(struct vmt_output *output, struct vmt_sink *sink);
void vmt_output_flush(struct vmt_output *output);
/* The status so far; a failure is copied to *err. */
enum vmt_status vmt_output_status(const struct vmt_output *output, struct vmt_error *err);

void vmt_put(struct vmt_output *output, const char *bytes, size_t length);
void vmt_put_string(struct vmt_output *output, const char *string);
void vmt_put_char(struct vmt_output *output, char c);
void vmt_put_blanks(struct vmt_output *output, size_t count);
void vmt_put_u64(struct vmt_output *output, uint64_t number);
/* With 0x in front. */
void vmt_put_address(struct vmt_output *output, uint64_t address);

#endif
