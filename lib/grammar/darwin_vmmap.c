/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_vmmap.h"

#include "grammar/darwin_vmmap_lines.h"
#include "grammar/darwin_vmmap_reader.h"
#include "grammar/resemblance.h"

/* vmmap of macOS, report format 2.4: macOS 10.12 to 27 (seen: 10.12.4 to 26.6, and names of 27).
 *
 *   Process:         Notes [4242]                                 header, see part_header.h
 *   …
 *   Physical footprint:         120.4M
 *   ----
 *
 *   Virtual Memory Map of process 4242 (Notes)
 *   Output report format:  2.4  -- 64-bit process
 *   VM page size:  16384 bytes
 *
 *   ==== Non-writable regions for process 4242
 *   REGION TYPE                    START - END         [ VSIZE  RSDNT  DIRTY   SWAP] PRT/MAX …
 *   __TEXT                      104e98000-104ea0000    [   32K    32K     0K     0K] r-x/r-x SM=COW
 * …
 *
 *   ==== Writable regions for process 4242                        or one section, interleaved
 *   …
 *   ==== Legend
 *   SM=sharing mode:
 *   …
 *   ==== Summary for process 4242                                 see part_summary.h
 *   …                                                             and part_zones.h
 *
 * With -summary the sections, the legend and the title of the summary are not there.  Any part may
 * be missing from a paste; messages of vmmap itself may stand before and between the parts. */

static bool claims(const struct vmt_cursor *cursor)
{
    return vmt_vmmap_format_ahead(cursor) == VMT_VMMAP_FORMAT_NEW;
}

static bool fits(const struct vmt_cursor *cursor)
{
    return vmt_vmmap_fits(cursor, VMT_PART_REGION_FULL);
}

static enum vmt_status parse_vmmap(struct vmt_parse *parse, struct vmt_error *err)
{
    return vmt_vmmap_read(parse, &vmt_grammar_darwin_vmmap, VMT_PART_REGION_FULL, err);
}

/* An address has as many, the page below 4 GiB apart. */
#define DIGITS_LEAST 8

/* Whether the line ends as a row does that is torn within its range or its sizes:
 * `NAME    102e00000-102f0`, `NAME    102e00000-102f00000 [`. */
static bool resembles_row(struct vmt_slice line)
{
    if (memchr(line.data, '-', line.length) == NULL) { /* as of most prose */
        return false;
    }
    (void)vmt_slice_word(&line); /* of the name */
    for (struct vmt_slice word = vmt_slice_word(&line); word.length > 0;
         word = vmt_slice_word(&line)) {
        size_t dash = vmt_slice_find(word, "-");
        bool rest = dash + 1 == word.length;
        uint64_t begin = 0;
        uint64_t end = 0;
        if (dash < DIGITS_LEAST || dash == word.length || memcmp(word.data - 2, "  ", 2) != 0 ||
            !vmt_parse_u64((struct vmt_slice){word.data, dash}, 16, &begin) ||
            !(rest || vmt_parse_u64(vmt_slice_from(word, dash + 1), 16, &end))) {
            continue;
        }
        line = vmt_slice_trim(line);
        return line.length == 0 || (!rest && line.data[0] == '[');
    }
    return false;
}

/* `Physical footprint:   4192K`, whole: leaks, heap and others print it as well. */
static bool is_footprint(struct vmt_slice line)
{
    static const char units[] = "BKMGT";
    line = vmt_slice_trim(line);
    return vmt_slice_starts(line, "Physical footprint") &&
           memchr(units, line.data[line.length - 1], sizeof units - 1) != NULL;
}

/* `===========   =======  =======`, which stands below the heading of a table. */
static bool is_rule(struct vmt_slice line)
{
    struct vmt_slice first = vmt_slice_word(&line);
    return vmt_slice_equals(first, vmt_slice("===========")) &&
           vmt_slice_starts(vmt_slice_trim(line), "=======");
}

/* Titles and headings: without one of them what stands below it may be read as something else. */
static bool resembles(const struct vmt_line *line)
{
    static const char *const beginnings[] = {"Virtual Memory Map of process",
                                             "Output report format:",
                                             "VM page size:",
                                             "==== Non-writable regions",
                                             "==== Writable regions",
                                             "==== regions for process",
                                             "==== Summary for process",
                                             "==== Legend",
                                             "Physical footprint:",
                                             "Physical footprint (peak):",
                                             "REGION TYPE",
                                             "MALLOC ZONE",
                                             NULL};
    bool begins = vmt_line_begins_like(line, beginnings) && !is_footprint(line->text);
    return begins || resembles_row(line->text) || is_rule(line->text);
}

const struct vmt_grammar vmt_grammar_darwin_vmmap = {
    .name = "darwin-vmmap",
    .summary = "vmmap report 2.4, macOS 10.12 and later",
    .gives = "regions, sums by type, malloc zones, footprint",
    .claims = claims,
    .fits = fits,
    .resembles = resembles,
    .parse = parse_vmmap,
};
