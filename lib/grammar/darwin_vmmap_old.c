/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_vmmap_old.h"

#include "grammar/darwin_vmmap_lines.h"
#include "grammar/darwin_vmmap_reader.h"

/* vmmap of Mac OS X 10.2 to 10.11, report formats 2.0 (10.4), 2.2 (10.5 to 10.9) and 2.3 (10.10
 * and 10.11), and the ones before, which did not say their number:
 *
 *   Virtual Memory Map of process 312 (gallery)                   10.10 has a header above
 *   Output report format:  2.2  -- 64-bit process
 *
 *   ==== Non-writable regions for process 312
 *   __TEXT                 0000000100000000-0000000100034000 [  208K] r-x/rwx SM=COW  /opt/…
 *   …
 *   ==== Writable regions for process 312
 *   …
 *   ==== Legend
 *   …
 *   ==== Summary for process 312
 *   ReadOnly portion of Libraries: Total=146.2M resident=59.2M(40%) …
 *   Writable regions: Total=404.6M written=108.9M(27%) …
 *
 *   REGION TYPE                      VIRTUAL
 *   ===========                      =======
 *   …
 *
 * Nothing but the virtual size is stated of a region, with -resident the resident size too.  What
 * such a part looks like when it stands alone, part_region.h, part_summary.h and part_zones.h say:
 * crash reports have rows and tables of the same shape. */

static bool claims(const struct vmt_cursor *cursor)
{
    return vmt_vmmap_format_ahead(cursor) == VMT_VMMAP_FORMAT_OLD;
}

static bool fits(const struct vmt_cursor *cursor)
{
    return vmt_vmmap_fits(cursor, VMT_PART_REGION_SHORT);
}

static enum vmt_status parse_vmmap_old(struct vmt_parse *parse, struct vmt_error *err)
{
    return vmt_vmmap_read(parse, &vmt_grammar_darwin_vmmap_old, VMT_PART_REGION_SHORT, err);
}

const struct vmt_grammar vmt_grammar_darwin_vmmap_old = {
    .name = "darwin-vmmap-old",
    .summary = "vmmap of Mac OS X 10.2 to 10.11",
    .gives = "regions, sums by type, malloc zones",
    .claims = claims,
    .fits = fits,
    .parse = parse_vmmap_old,
};
