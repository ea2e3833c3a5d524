/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "sweep.h"

#include <stdio.h>
#include <stdlib.h>

/* For a line of the size of a window; generous, for slow machines with sanitizers. */
#define HOSTILE_SECONDS 4

/* A pattern repeated up to the size of the window: what takes more than linear time takes minutes
 * here.  Followed by a row, so that the line stands in a report. */
static const struct {
    const char *name;
    const char *before;
    const char *repeated;
    const char *after;
} hostile[] = {
    {"blanks", "__TEXT ", " ", "x"},
    {"blanks and a torn row", "__TEXT ", "                ", "1000-2000 [ 4K 4K 4K 4K"},
    {"tabs", "__TEXT", "\t", "1000-2000 ["},
    {"minus signs", "a", " - a", " ["},
    {"words", "", "a ", "1000-2000 [ 4K 4K 4K 4K] r-x/r-x SM=COW"},
    {"words without a row", "", "a ", "1000-2000 [ 4K 4K 4K 4K]"},
    {"ranges", "x ", "1000-2000 ", "[ 4K 4K 4K 4K] r-x/r-x SM="},
    {"opening brackets", "x 1000-2000 ", "[", ""},
    {"closing brackets", "Process: ", "]", " [1]"},
    {"ranges with brackets", "x ", "1-1[", " "},
    {"ranges with brackets and sizes", "x ", "1-1[1 1 1 ", "1]"},
    {"ranges with brackets, blanks and sizes", "x ", "1-1 [ 1 1 1 1 1 ", "]"},
    {"words for ranges", "x ", "kernel-kernel[", ""},
    {"sizes", "x 1000-2000 [", " 4K", "] r-x/r-x SM=COW"},
    {"digits", "x 1000-2000 [ ", "9", " 0K 0K 0K] r-x/r-x SM=COW"},
    {"hexadecimal digits", "x ", "f", "-1 [ 1 1 1 1] r-x/r-x SM=COW"},
    {"numbers of a table", "REGION TYPE SIZE SIZE SIZE SIZE SIZE SIZE SIZE COUNT\nx ", "1 ", "y"},
    {"words of a table", "REGION TYPE SIZE SIZE SIZE SIZE SIZE SIZE SIZE COUNT\n", "x ",
     "1K 1K 1K 1K 1K 1K 1K 1"},
    {"rules", "REGION TYPE SIZE SIZE SIZE SIZE SIZE SIZE SIZE COUNT\n", "= ", ""},
    {"zones", "MALLOC ZONE SIZE SIZE SIZE SIZE COUNT SIZE\n", "x 1 1 1 1 1 1 1% ", ""},
    {"colons", "Process: x [1]\nAnalysis Tool: /vmmap\nPath", ":", ""},
    {"equals signs", "Writable regions: Total", "=1K(1%) x", ""},
    {"marks of an elision", "", "...", "."},
    {"NULs", "x 1000-2000 [ 4K", "\1", "4K 4K 4K]"}, /* \1 stands for NUL here */
    {"vmmap", "", "vmmap", ": "},
    /* Lines that two parts of a reader see as theirs: each could leave them to the other. */
    {"key that resembles a row", "Path: ", "x", " 1000-2000 [ 4K 4K 4K 4K] x"},
    {"divider that resembles a row", "==== ", "x", " 1000-2000 [ 4K 4K 4K 4K] x"},
    {"totals that resemble a row", "Writable regions: Total=1 ", "x", " 1-2 [ 4K 4K 4K 4K] x"},
    {"heading that resembles a row", "REGION TYPE START - END ", "x", " 1-2 [ 4K 4K 4K 4K] x"},
    {"title that resembles a row", "Virtual Memory Map of process ", "x", " 1-2 [ 4K 4K 4K 4K] x"},
};

/* As lines, many, of one row: what a step costs when it looks at all that came before. */
static const struct {
    const char *name;
    const char *format; /* of a line, %zu being its number */
} crowds[] = {
    {"types", "Type %zu 1000-2000 [ 4K 4K 4K 4K] r-x/r-x SM=COW\n"},
    {"types as long as cut names", "Type %019zu 1000-2000 [ 4K 4K 4K 4K] r-x/r-x SM=COW\n"},
    {"unknown keys", "Process: x [%zu]\nAnalysis Tool: /vmmap\nKey: 1\n----\n\n"},
    {"headers", "Process: x [%zu]\n"},
    {"headings", "REGION TYPE SIZE SIZE SIZE SIZE SIZE SIZE SIZE COUNT\nx%zu 1 1 1 1 1 1 1 1\n\n"},
    {"sections", "==== Writable regions for process %zu\n"},
    {"messages", "vmmap: %zu\n"},
    {"elisions", "x 1000-2000 [ 4K 4K 4K 4K] r-x/r-x SM=COW\n...(%zu)...\n"},
    {"damage", "x 1000-2000 [ 4K 4K 4K 4K] r-x/r-x SM=COW\nx %zu-2000 [ 4K 4K 4K 4K]\n"},
};

static void read_hostile(struct vmt_context *context, struct vmt_slice text)
{
    double begin = seconds_now();
    read_any(context, text, true);
    double took = seconds_now() - begin;
    if (took > HOSTILE_SECONDS) {
        fault("takes %.1f s for %zu bytes", took, text.length);
    }
}

static struct vmt_slice make_hostile(char *buffer, size_t i, size_t length)
{
    static const char row[] = "\n__TEXT 1000-2000 [ 4K 4K 0K 0K] r-x/r-x SM=COW x\n";
    size_t used = 0;
    size_t before = strlen(hostile[i].before);
    size_t step = strlen(hostile[i].repeated);
    memcpy(buffer, hostile[i].before, before);
    used += before;
    for (; used + step <= length; used += step) {
        memcpy(buffer + used, hostile[i].repeated, step);
        if (hostile[i].repeated[0] == '\1') {
            buffer[used] = '\0';
        }
    }
    used += (size_t)snprintf(buffer + used, 256, "%s%s%s", hostile[i].after, row, row + 1);
    return (struct vmt_slice){buffer, used};
}

void sweep_hostile(struct vmt_context *context)
{
    enum { LENGTH = 250 * 1000, CROWD = 20 * 1000, ROOM = 8 << 20 };
    char *buffer = take_memory(malloc(ROOM));
    for (size_t i = 0; i < COUNT(hostile); i++) {
        begin_case("hostile line", hostile[i].name);
        /* Long enough to show the slope, then as long as a window. */
        read_hostile(context, make_hostile(buffer, i, 20 * 1000));
        if (case_is_ok()) {
            read_hostile(context, make_hostile(buffer, i, LENGTH));
        }
        end_case();
    }
    for (size_t i = 0; i < COUNT(crowds); i++) {
        begin_case("hostile crowd", crowds[i].name);
        size_t used = 0;
        for (size_t n = 0; n < CROWD && used + 256 < ROOM; n++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            used += (size_t)snprintf(buffer + used, 256, crowds[i].format, n);
#pragma GCC diagnostic pop
        }
        read_hostile(context, (struct vmt_slice){buffer, used});
        end_case();
    }
    free(buffer);
}
