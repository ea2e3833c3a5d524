/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_DARWIN_METRICKIT_H
#define VMT_GRAMMAR_DARWIN_METRICKIT_H

#include "grammar/grammar.h"

extern const struct vmt_grammar vmt_grammar_darwin_metrickit;

#endif
