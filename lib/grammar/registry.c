/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_crash.h"
#include "grammar/darwin_footprint.h"
#include "grammar/darwin_ips.h"
#include "grammar/darwin_jetsam.h"
#include "grammar/darwin_memory_pressure.h"
#include "grammar/darwin_metrickit.h"
#include "grammar/darwin_sysctl.h"
#include "grammar/darwin_top.h"
#include "grammar/darwin_vm_stat.h"
#include "grammar/darwin_vmmap.h"
#include "grammar/darwin_vmmap_old.h"
#include "grammar/grammar.h"
#include "grammar/linux_cgroup.h"
#include "grammar/linux_maps.h"
#include "grammar/linux_meminfo.h"
#include "grammar/linux_pressure.h"
#include "grammar/linux_smaps.h"
#include "grammar/linux_smaps_rollup.h"
#include "grammar/linux_status.h"
#include "grammar/linux_vmstat.h"
#include "grammar/linux_zram.h"
#include "grammar/vmtally_csv.h"
#include "grammar/vmtally_json.h"

const struct vmt_grammar *const vmt_grammars[] = {
    &vmt_grammar_darwin_crash,
    &vmt_grammar_darwin_footprint,
    &vmt_grammar_darwin_footprint_json,
    &vmt_grammar_darwin_ips,
    &vmt_grammar_darwin_jetsam,
    &vmt_grammar_darwin_memory_pressure,
    &vmt_grammar_darwin_metrickit,
    &vmt_grammar_darwin_sysctl,
    &vmt_grammar_darwin_top,
    &vmt_grammar_darwin_vm_stat,
    &vmt_grammar_darwin_vm_stat_log,
    &vmt_grammar_darwin_vmmap,
    &vmt_grammar_darwin_vmmap_old,
    &vmt_grammar_linux_cgroup,
    &vmt_grammar_linux_maps,
    &vmt_grammar_linux_meminfo,
    &vmt_grammar_linux_pressure,
    &vmt_grammar_linux_smaps,
    &vmt_grammar_linux_smaps_rollup,
    &vmt_grammar_linux_status,
    &vmt_grammar_linux_vmstat,
    &vmt_grammar_linux_zram,
    &vmt_grammar_vmtally_csv,
    &vmt_grammar_vmtally_json,
    NULL,
};
