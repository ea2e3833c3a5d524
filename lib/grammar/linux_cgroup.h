/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_LINUX_CGROUP_H
#define VMT_GRAMMAR_LINUX_CGROUP_H

#include "grammar/grammar.h"

extern const struct vmt_grammar vmt_grammar_linux_cgroup;

#endif
