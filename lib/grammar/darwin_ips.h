/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_DARWIN_IPS_H
#define VMT_GRAMMAR_DARWIN_IPS_H

#include "grammar/grammar.h"

extern const struct vmt_grammar vmt_grammar_darwin_ips;

/* Whether an object of JSON is ahead that a report in text may have been translated to. */
bool vmt_ips_twin_begins(const struct vmt_cursor *cursor);

/* Read the report that is ahead, of which `process` is the translation to text: what both state is
 * held one against the other, what the text has not is added.  A report of another process becomes
 * one of its own. */
enum vmt_status vmt_ips_read_twin(struct vmt_parse *parse, struct vmt_process *process,
                                  struct vmt_error *err);

#endif
