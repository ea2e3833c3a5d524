/* SPDX-License-Identifier: MIT */
/* floor_match FILE: how many lines the product's own pattern of region rows matches.  What is left
 * of reading a dump when nothing is done with it. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "grammar/part_region.h"
#include "whole_file.h"

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: floor_match FILE\n", stderr);
        return 64;
    }
    struct vmt_context context;
    struct vmt_error err = VMT_ERROR_INIT;
    struct vmt_part_region part;
    vmt_context_init(&context, &vmt_allocator_system);
    struct vmt_parse parse = {.context = &context};
    if (vmt_part_region_init(&part, VMT_PART_REGION_FULL, &parse, NULL, &err) != VMT_OK) {
        fprintf(stderr, "floor_match: %s\n", err.message);
        return 2;
    }
    struct vmt_slice file = whole_file_read(argv[1]);
    struct vmt_slice rest = file;
    struct vmt_slice line;
    uint64_t count = 0;
    while (whole_file_line(&line, &rest)) {
        count += vmt_pattern_match(part.pattern, line, &err) == VMT_OK ? 1 : 0;
    }
    printf("%" PRIu64 "\n", count);
    free((void *)file.data);
    vmt_context_free(&context);
    return 0;
}
