/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_VMTALLY_CSV_H
#define VMT_GRAMMAR_VMTALLY_CSV_H

#include "grammar/grammar.h"

extern const struct vmt_grammar vmt_grammar_vmtally_csv;

#endif
