/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_vmmap.h"

#include "grammar/darwin_vmmap_lines.h"
#include "grammar/darwin_vmmap_reader.h"

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

const struct vmt_grammar vmt_grammar_darwin_vmmap = {
    .name = "darwin-vmmap",
    .summary = "vmmap report 2.4, macOS 10.12 and later",
    .gives = "regions, sums by type, malloc zones, footprint",
    .claims = claims,
    .fits = fits,
    .parse = parse_vmmap,
};
