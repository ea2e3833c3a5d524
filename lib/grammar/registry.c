/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_vmmap.h"
#include "grammar/darwin_vmmap_old.h"
#include "grammar/grammar.h"

const struct vmt_grammar *const vmt_grammars[] = {
    &vmt_grammar_darwin_vmmap,
    &vmt_grammar_darwin_vmmap_old,
    NULL,
};
