/* SPDX-License-Identifier: MIT */
/* floor_lines FILE: how many lines there are.  What reading and splitting alone cost. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "whole_file.h"

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: floor_lines FILE\n", stderr);
        return 64;
    }
    struct vmt_slice file = whole_file_read(argv[1]);
    struct vmt_slice rest = file;
    struct vmt_slice line;
    uint64_t count = 0;
    while (whole_file_line(&line, &rest)) {
        count++;
    }
    printf("%" PRIu64 "\n", count);
    free((void *)file.data);
    return 0;
}
