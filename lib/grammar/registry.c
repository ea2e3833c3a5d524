/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_footprint.h"
#include "grammar/darwin_vmmap.h"
#include "grammar/grammar.h"

const struct vmt_grammar *const vmt_grammars[] = {
    &vmt_grammar_darwin_footprint,
    &vmt_grammar_darwin_footprint_json,
    &vmt_grammar_darwin_vmmap,
    NULL,
};
