/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_vmmap.h"
#include "grammar/grammar.h"
#include "grammar/linux_maps.h"
#include "grammar/linux_smaps.h"

const struct vmt_grammar *const vmt_grammars[] = {
    &vmt_grammar_darwin_vmmap,
    &vmt_grammar_linux_maps,
    &vmt_grammar_linux_smaps,
    NULL,
};
