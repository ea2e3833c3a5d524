/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_PART_FAULT_H
#define VMT_GRAMMAR_PART_FAULT_H

/* Where a crash happened, and the regions around it.  Mac OS X 10.7 to 10.15:
 *
 *   VM Regions Near 0x8:
 *   -->
 *       __TEXT                 0000000100238000-0000000100247000 [   60K] r-x/rwx SM=COW  /bin/x
 *
 * iOS 11, macOS 11 and later, and in JSON without the words in front of the address:
 *
 *   VM Region Info: 0x10257ce18 is in 0x10257c000-0x102588000;  bytes after start: 3608  bytes …
 *         REGION TYPE                 START - END      [ VSIZE] PRT/MAX SHRMOD  REGION DETAIL
 *         __TEXT                   102504000-10257c000 [  480K] r-x/r-x SM=COW  ...n/debugserver
 *   --->  __DATA_CONST             10257c000-102588000 [   48K] r--/rw- SM=COW  ...n/debugserver
 *
 *   VM Region Info: 0 is not in any region.  Bytes before following region: 4299341784
 *
 * with `GAP OF 0x5f9000000000 BYTES`, `UNUSED SPACE AT START` and `… END` among the rows, and the
 * mark in front of one of them, or of nothing. */

#include "grammar/grammar.h"

/* Whether a line, without indentation, is one of the two titles with its address. */
bool vmt_part_fault_begins(struct vmt_slice line);

/* Whether it is what stands behind `VM Region Info: `, as in JSON. */
bool vmt_part_fault_is_info(struct vmt_slice line);

/* Read the title that is ahead and the rows after it, up to the first line that is not theirs. */
enum vmt_status vmt_part_fault_read(struct vmt_parse *parse, struct vmt_process *process,
                                    struct vmt_error *err);

/* `0x…` or `0`, perhaps with a mark of punctuation after it. */
bool vmt_part_fault_address(struct vmt_slice word, uint64_t *out);

#endif
