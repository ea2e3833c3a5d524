/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_PART_COUNTER_H
#define VMT_GRAMMAR_PART_COUNTER_H

/* The labelled counters of vm_stat and memory_pressure, which share most of their labels:
 *
 *   Pages free:                              264375.
 *   "Translation faults":                 880109291.
 *   Pages used by compressor: 153447
 */

#include "grammar/part_host.h"

/* `Label: value`, parted at the last colon; without blanks around them and without quotes.  False:
 * no colon, or nothing before or behind it. */
bool vmt_part_counter_split(struct vmt_slice line, struct vmt_slice *label,
                            struct vmt_slice *value);

/* What the label counts; VMT_HOST_COUNT for one that is not known. */
enum vmt_host_quantity vmt_part_counter_quantity(struct vmt_slice label);

/* Whether the text could be a label of a release to come: words, and not too many. */
bool vmt_part_counter_resembles(struct vmt_slice label);

/* Whether a line that was torn off could have become one of these. */
bool vmt_part_counter_torn(const struct vmt_line *line);

/* Whether a line that nothing reads begins as a counter does. */
bool vmt_part_counter_begins_like(const struct vmt_line *line);

/* Whether the input ends in this line before the blank that the tool puts behind each number: then
 * the last one may have lost digits. */
bool vmt_part_counter_cut(const struct vmt_line *line);

/* `12345` or, as people write it, `12,345`. */
bool vmt_part_counter_number(struct vmt_slice text, uint64_t *number);

/* Read the number of the next line as a value of the sample, and take the line: as damage where it
 * is no number, or one beyond 64 bits.  Pages are `page_size` bytes, 0 when that is not known. */
enum vmt_status vmt_part_counter_read(struct vmt_part_host *part, enum vmt_host_quantity quantity,
                                      struct vmt_slice number, uint64_t page_size,
                                      struct vmt_error *err);

/* Keep a counter that is not known as a fact, note it, and take its line. */
enum vmt_status vmt_part_counter_unknown(struct vmt_part_host *part, struct vmt_slice label,
                                         struct vmt_slice number, struct vmt_error *err);

/* Whether a tool prints this quantity in pages. */
bool vmt_part_counter_in_pages(enum vmt_host_quantity quantity);

#endif
