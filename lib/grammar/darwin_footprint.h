/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_DARWIN_FOOTPRINT_H
#define VMT_GRAMMAR_DARWIN_FOOTPRINT_H

#include "grammar/grammar.h"

extern const struct vmt_grammar vmt_grammar_darwin_footprint;
extern const struct vmt_grammar vmt_grammar_darwin_footprint_json;

#endif
