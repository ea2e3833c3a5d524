/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_PART_HEADER_H
#define VMT_GRAMMAR_PART_HEADER_H

/* The `Key:   value` lines that open the reports of vmmap, heap, leaks, sample and of crashes:
 *
 *   Process:         Notes [4242]
 *   Date/Time:       2026-03-02 10:11:12.345 +0100
 *   OS Version:      macOS 14.5 (23F79)
 *   Physical footprint (peak):  131.2M
 */

#include "grammar/grammar.h"

/* Read the next line into the process as a key and its value, and take it.  A key without a member
 * in the model becomes a fact, an unknown one is noted too.  VMT_END, nothing taken: the line has
 * not the shape of a key. */
enum vmt_status vmt_part_header_line(struct vmt_parse *parse, struct vmt_process *process,
                                     struct vmt_error *err);

/* Whether a line begins with a key that is known, and its colon. */
bool vmt_part_header_known(struct vmt_slice line);

/* Whether the key is one that reports of crashes have and no other tool's. */
bool vmt_part_header_is_crash(struct vmt_slice line);

/* What other spellings of a report state in the same way: a time as ISO 8601, VMT_END when it is
 * none; the system and its version; a fault address behind ` at `, when there is none yet. */
enum vmt_status vmt_part_header_time(const struct vmt_string **out, struct vmt_parse *parse,
                                     struct vmt_slice value, struct vmt_error *err);
enum vmt_status vmt_part_header_os(struct vmt_parse *parse, struct vmt_process *process,
                                   struct vmt_slice value, struct vmt_error *err);
void vmt_part_header_fault(struct vmt_process *process, struct vmt_slice value, uint64_t line);

/* The version alone, of a system as above; nothing when it is no Mac's. */
void vmt_part_header_set_version(struct vmt_process *process, struct vmt_slice value);

/* Keep a line that says something for which the model has no member. */
enum vmt_status vmt_part_header_fact(struct vmt_parse *parse, struct vmt_process *process,
                                     struct vmt_slice key, struct vmt_slice value,
                                     struct vmt_error *err);

/* `NAME [PID]`, as Process: and Parent Process: have it. */
bool vmt_part_header_process(struct vmt_slice value, struct vmt_slice *name, uint64_t *pid);

#endif
