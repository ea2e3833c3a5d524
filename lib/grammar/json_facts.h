/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_JSON_FACTS_H
#define VMT_GRAMMAR_JSON_FACTS_H

#include "grammar/json.h"

/* Keep what an object states as facts: its strings, numbers and truths by their keys, those of
 * objects and lists in it as `outer.inner` and `outer.0`.  Members named in `skip`, a list that
 * ends with NULL, are left out with all that is in them. */
enum vmt_status vmt_json_facts(struct vmt_snapshot *snapshot, struct vmt_sequence *facts,
                               const json_t *object, const char *const *skip,
                               struct vmt_error *err);

#endif
