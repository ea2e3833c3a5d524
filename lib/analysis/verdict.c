/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/verdict.h"

const char *vmt_verdict_name(enum vmt_verdict verdict)
{
    switch (verdict) {
    case VMT_AGREES:
        return "agrees";
    case VMT_EXPLAINED:
        return "explained";
    case VMT_DIFFERS:
        return "differs";
    case VMT_NOT_ASSESSED:
        break;
    }
    return "not_assessed";
}
