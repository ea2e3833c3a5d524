/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report/output.h"

void vmt_output_init(struct vmt_output *output, struct vmt_sink *sink)
{
    output->sink = sink;
    output->error = VMT_ERROR_INIT;
    output->used = 0;
}

void vmt_output_flush(struct vmt_output *output)
{
    if (output->used > 0 && output->error.status == VMT_OK) {
        struct vmt_slice bytes = {output->data, output->used};
        struct vmt_error err = VMT_ERROR_INIT;
        enum vmt_status status = output->sink->write(output->sink, bytes, &err);
        if (status != VMT_OK) {
            err.status = status;
            output->error = err;
        }
    }
    output->used = 0;
}

enum vmt_status vmt_output_status(const struct vmt_output *output, struct vmt_error *err)
{
    if (output->error.status != VMT_OK) {
        *err = output->error;
    }
    return output->error.status;
}

void vmt_put(struct vmt_output *output, const char *bytes, size_t length)
{
    while (length > 0) {
        if (output->used == VMT_OUTPUT_SIZE) {
            vmt_output_flush(output);
        }
        size_t room = VMT_OUTPUT_SIZE - output->used;
        size_t part = length < room ? length : room;
        memcpy(output->data + output->used, bytes, part);
        output->used += part;
        bytes += part;
        length -= part;
    }
}

void vmt_put_string(struct vmt_output *output, const char *string)
{
    vmt_put(output, string, strlen(string));
}

void vmt_put_char(struct vmt_output *output, char c)
{
    if (output->used == VMT_OUTPUT_SIZE) {
        vmt_output_flush(output);
    }
    output->data[output->used++] = c;
}

void vmt_put_blanks(struct vmt_output *output, size_t count)
{
    while (count-- > 0) {
        vmt_put_char(output, ' ');
    }
}

/* snprintf() took half of the time of a region listing. */
static void put_digits(struct vmt_output *output, uint64_t number, unsigned base)
{
    char digits[24];
    size_t at = sizeof digits;
    do {
        digits[--at] = "0123456789abcdef"[number % base];
        number /= base;
    } while (number > 0);
    vmt_put(output, digits + at, sizeof digits - at);
}

void vmt_put_u64(struct vmt_output *output, uint64_t number)
{
    put_digits(output, number, 10);
}

void vmt_put_address(struct vmt_output *output, uint64_t address)
{
    vmt_put(output, "0x", 2);
    put_digits(output, address, 16);
}
