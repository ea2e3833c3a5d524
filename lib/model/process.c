/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "model/process.h"

const char *vmt_coverage_name(enum vmt_coverage coverage)
{
    switch (coverage) {
    case VMT_COVERAGE_UNKNOWN:
        return "unknown";
    case VMT_COVERAGE_EXCERPT:
        return "excerpt";
    case VMT_COVERAGE_WHOLE:
        return "whole";
    }
    return "unknown";
}

const char *vmt_fault_place_name(enum vmt_fault_place place)
{
    switch (place) {
    case VMT_FAULT_UNPLACED:
        break;
    case VMT_FAULT_IN_REGION:
        return "region";
    case VMT_FAULT_IN_GAP:
        return "gap";
    }
    return NULL;
}
