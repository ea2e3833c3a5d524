/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_crash.h"
#include "grammar/darwin_ips.h"
#include "grammar/darwin_jetsam.h"
#include "grammar/darwin_memory_pressure.h"
#include "grammar/darwin_metrickit.h"
#include "grammar/darwin_sysctl.h"
#include "grammar/darwin_top.h"
#include "grammar/darwin_vm_stat.h"
#include "grammar/darwin_footprint.h"
#include "grammar/darwin_vmmap.h"
#include "grammar/darwin_vmmap_old.h"
#include "grammar/grammar.h"

const struct vmt_grammar *const vmt_grammars[] = {
    &vmt_grammar_darwin_crash,
    &vmt_grammar_darwin_ips,
    &vmt_grammar_darwin_jetsam,
    &vmt_grammar_darwin_memory_pressure,
    &vmt_grammar_darwin_metrickit,
    &vmt_grammar_darwin_sysctl,
    &vmt_grammar_darwin_top,
    &vmt_grammar_darwin_vm_stat,
    &vmt_grammar_darwin_vm_stat_log,
    &vmt_grammar_darwin_footprint,
    &vmt_grammar_darwin_footprint_json,
    &vmt_grammar_darwin_vmmap,
    &vmt_grammar_darwin_vmmap_old,
    NULL,
};
