/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report/report_checks.h"

void vmt_check_tally_add(struct vmt_check_tally *tally, const struct vmt_check *check)
{
    struct vmt_reasons *reasons = &tally->of[check->verdict];
    const char *reason = check->reason == NULL ? "no reason known" : check->reason;
    size_t i = 0;
    tally->count++;
    reasons->count++;
    if (check->verdict == VMT_DIFFERS && check->reason == NULL) {
        return; /* that there is none goes without saying */
    }
    while (i < reasons->group_count && strcmp(reasons->groups[i].reason, reason) != 0) {
        i++;
    }
    if (i == VMT_REASONS_MOST) {
        reasons->others++;
    } else if (i == reasons->group_count) {
        reasons->groups[i].reason = reason;
        reasons->groups[i].count = 1;
        reasons->group_count++;
    } else {
        reasons->groups[i].count++;
    }
}

static void emit_reasons(struct vmt_emit *emit, const struct vmt_reasons *reasons,
                         const char *words)
{
    for (size_t i = 0; i < reasons->group_count + (reasons->others > 0); i++) {
        bool other = i == reasons->group_count;
        struct vmt_remark line = {.count = 0};
        vmt_remark_word(&line, "  ");
        vmt_remark_count(&line, other ? reasons->others : reasons->groups[i].count);
        vmt_remark_word(&line, words);
        vmt_remark_word(&line, other ? "other reasons" : reasons->groups[i].reason);
        vmt_emit_line(emit, &line);
    }
}

void vmt_emit_check_tally(struct vmt_emit *emit, const struct vmt_check_tally *tally,
                          const char *words)
{
    struct vmt_remark line = {.count = 0};
    if (tally->count == 0) {
        return;
    }
    vmt_remark_word(&line, words);
    vmt_remark_word(&line, ": ");
    vmt_remark_count(&line, tally->of[VMT_AGREES].count);
    vmt_remark_word(&line, " agree, ");
    vmt_remark_count(&line, tally->of[VMT_EXPLAINED].count);
    vmt_remark_word(&line, " explained, ");
    vmt_remark_count(&line, tally->of[VMT_DIFFERS].count);
    vmt_remark_word(&line, " differ");
    if (tally->of[VMT_NOT_ASSESSED].count > 0) {
        vmt_remark_word(&line, ", ");
        vmt_remark_count(&line, tally->of[VMT_NOT_ASSESSED].count);
        vmt_remark_word(&line, " not assessed");
    }
    vmt_emit_blank(emit);
    vmt_emit_line(emit, &line);
    emit_reasons(emit, &tally->of[VMT_EXPLAINED], " explained: ");
    emit_reasons(emit, &tally->of[VMT_DIFFERS], " differ: ");
    emit_reasons(emit, &tally->of[VMT_NOT_ASSESSED], " not assessed: ");
}
