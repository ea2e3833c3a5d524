/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_crash.h"
#include "grammar/darwin_ips.h"
#include "grammar/darwin_jetsam.h"
#include "grammar/darwin_metrickit.h"
#include "grammar/darwin_vmmap.h"
#include "grammar/grammar.h"
#include "grammar/vmtally_csv.h"
#include "grammar/vmtally_json.h"

const struct vmt_grammar *const vmt_grammars[] = {
    &vmt_grammar_darwin_crash,
    &vmt_grammar_darwin_ips,
    &vmt_grammar_darwin_jetsam,
    &vmt_grammar_darwin_metrickit,
    &vmt_grammar_darwin_vmmap,
    &vmt_grammar_vmtally_csv,
    &vmt_grammar_vmtally_json,
    NULL,
};
