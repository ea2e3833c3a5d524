/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_vmmap.h"
#include "grammar/grammar.h"
#include "grammar/linux_maps.h"
#include "grammar/linux_meminfo.h"
#include "grammar/linux_pressure.h"
#include "grammar/linux_smaps.h"
#include "grammar/linux_smaps_rollup.h"
#include "grammar/linux_status.h"
#include "grammar/linux_vmstat.h"

const struct vmt_grammar *const vmt_grammars[] = {
    &vmt_grammar_darwin_vmmap,   &vmt_grammar_linux_maps,   &vmt_grammar_linux_meminfo,
    &vmt_grammar_linux_pressure, &vmt_grammar_linux_smaps,  &vmt_grammar_linux_smaps_rollup,
    &vmt_grammar_linux_status,   &vmt_grammar_linux_vmstat, NULL,
};
