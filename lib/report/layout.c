/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report/layout.h"

static const char *const texts[VMT_LOSS_COUNT] = {
    [VMT_LOSS_HOSTS] = "left out: the evidence of the machine",
    [VMT_LOSS_TOTALS] = "left out: what is stated of a process as a whole",
    [VMT_LOSS_TABLES] = "left out: sums that are stated by type",
    [VMT_LOSS_ZONES] = "left out: malloc zones",
    [VMT_LOSS_FACTS] = "left out: lines of the header",
    [VMT_LOSS_FAULT] = "left out: where it crashed, or why it was killed",
    [VMT_LOSS_MODES] = "left out: sharing modes, purge states and maximal protections",
    [VMT_LOSS_KERNEL_COUNTS] = "left out: private, shared and proportional sizes",
    [VMT_LOSS_UNRANGED] = "left out: rows without an address, and windows on other rows",
    [VMT_LOSS_ESTIMATES] = "estimates stand for private and shared sizes; Pss is left out",
};

const char *vmt_loss_text(enum vmt_loss loss)
{
    return texts[loss];
}
