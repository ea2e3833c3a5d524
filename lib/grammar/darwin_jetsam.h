/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_DARWIN_JETSAM_H
#define VMT_GRAMMAR_DARWIN_JETSAM_H

#include "grammar/grammar.h"

extern const struct vmt_grammar vmt_grammar_darwin_jetsam;

#endif
