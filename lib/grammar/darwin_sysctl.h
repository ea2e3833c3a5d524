/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_DARWIN_SYSCTL_H
#define VMT_GRAMMAR_DARWIN_SYSCTL_H

#include "grammar/grammar.h"

extern const struct vmt_grammar vmt_grammar_darwin_sysctl;

#endif
