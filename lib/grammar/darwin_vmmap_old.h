/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_DARWIN_VMMAP_OLD_H
#define VMT_GRAMMAR_DARWIN_VMMAP_OLD_H

#include "grammar/grammar.h"

extern const struct vmt_grammar vmt_grammar_darwin_vmmap_old;

#endif
