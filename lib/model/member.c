/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "model/member.h"

/* The rule behind each derived member stands in analysis/account.c. */
const struct vmt_member_info vmt_members[VMT_MEMBER_COUNT] = {
    [VMT_VIRTUAL] = {"virtual", "virtual", VMT_EVIDENCE,
                     "Address space, from the ends of each range; submap windows left out."},
    [VMT_RESERVED] = {"reserved", "reserved", VMT_EVIDENCE,
                      "The part of virtual with no memory behind it: guard, reserved and empty "
                      "ranges."},
    [VMT_RESIDENT] = {"resident", "resident", VMT_EVIDENCE,
                      "Pages in memory, also those that this process never touched."},
    [VMT_DIRTY] = {"dirty", "dirty", VMT_EVIDENCE, "The part of resident that was written."},
    [VMT_SWAPPED] = {"swapped", "swapped", VMT_EVIDENCE,
                     "Pages held by the compressor, in memory or on disk; not in resident."},
    [VMT_PRIVATE_CLEAN] = {"private_clean", "private clean", VMT_DERIVED,
                           "Resident, not written, of no other process."},
    [VMT_PRIVATE_DIRTY] = {"private_dirty", "private dirty", VMT_DERIVED,
                           "Resident, written, of no other process."},
    [VMT_SHARED_CLEAN] = {"shared_clean", "shared clean", VMT_DERIVED,
                          "Resident, not written, possibly of other processes too."},
    [VMT_SHARED_DIRTY] = {"shared_dirty", "shared dirty", VMT_DERIVED,
                          "Resident, written, possibly of other processes too."},
    [VMT_SWAPPED_PRIVATE] = {"swapped_private", "swapped private", VMT_DERIVED,
                             "The part of swapped that no other process has."},
    [VMT_SWAPPED_SHARED] = {"swapped_shared", "swapped shared", VMT_DERIVED,
                            "The rest of swapped."},
    [VMT_PRIVATE_FOOTPRINT] = {"private_footprint", "private footprint", VMT_DERIVED,
                               "Private dirty and swapped private, with memory that the kernel "
                               "holds for the process."},
    [VMT_ANONYMOUS] = {"anonymous", "anonymous", VMT_DERIVED,
                       "Pages without a file behind them, resident or swapped."},
    [VMT_FILE_BACKED] = {"file_backed", "file-backed", VMT_DERIVED,
                         "Resident pages that a file holds."},
    [VMT_RECLAIMABLE] = {"reclaimable", "reclaimable", VMT_DERIVED,
                         "Resident in volatile purgeable memory: the kernel may drop it."},
    [VMT_HEAP_KEPT_EMPTY] = {"heap_kept_empty", "heap kept empty", VMT_DERIVED,
                             "Freed by the program, kept by its allocator; resident or swapped."},
    [VMT_USS] = {"uss", "USS", VMT_DERIVED, "Unique set size: private clean and private dirty."},
    [VMT_PSS] = {"pss", "PSS", VMT_DERIVED,
                 "Proportional set size: each shared page divided by its processes."},
    [VMT_RSS] = {"rss", "RSS", VMT_DERIVED,
                 "Resident set size as ps means it: resident pages in the process's own tables."},
    [VMT_SWAP_PSS] = {"swap_pss", "swap PSS", VMT_DERIVED,
                      "Swapped pages, each shared one divided by its processes."},
    [VMT_FOOTPRINT] = {"footprint", "footprint", VMT_STATED,
                       "The kernel's physical footprint, as the evidence states it."},
    [VMT_FOOTPRINT_PEAK] = {"footprint_peak", "footprint peak", VMT_STATED,
                            "The largest footprint so far, as stated."},
    [VMT_RESIDENT_PEAK] = {"resident_peak", "resident peak", VMT_STATED,
                           "The largest resident size so far, as stated."},
    [VMT_VIRTUAL_PEAK] = {"virtual_peak", "virtual peak", VMT_STATED,
                          "The largest virtual size so far, as stated."},
    [VMT_WIRED] = {"wired", "wired", VMT_STATED, "Memory that cannot be paged out, as stated."},
    [VMT_CLEAN] = {"clean", "clean", VMT_EVIDENCE, "The part of resident that was not written."},
};

void vmt_amounts_add(struct vmt_amounts *sum, const struct vmt_amounts *amounts)
{
    for (int member = 0; member < VMT_MEMBER_COUNT; member++) {
        vmt_amount_add(&sum->of[member], amounts->of[member]);
    }
}
