/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "whole_file.h"

#include <stdio.h>
#include <stdlib.h>

static void fail(const char *path)
{
    perror(path);
    exit(2);
}

struct vmt_slice whole_file_read(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        fail(path);
    }
    long size = ftell(file);
    if (size < 0 || fseek(file, 0, SEEK_SET) != 0) {
        fail(path);
    }
    char *data = malloc((size_t)size + 1);
    if (data == NULL || fread(data, 1, (size_t)size, file) != (size_t)size) {
        fail(path);
    }
    fclose(file);
    return (struct vmt_slice){data, (size_t)size};
}

bool whole_file_line(struct vmt_slice *line, struct vmt_slice *rest)
{
    if (rest->length == 0) {
        return false;
    }
    const char *end = memchr(rest->data, '\n', rest->length);
    *line = (struct vmt_slice){rest->data, end == NULL ? rest->length : (size_t)(end - rest->data)};
    *rest = vmt_slice_from(*rest, line->length + (end == NULL ? 0 : 1));
    return true;
}
