/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_DARWIN_VM_STAT_H
#define VMT_GRAMMAR_DARWIN_VM_STAT_H

#include "grammar/part_host.h"

/* One snapshot, and the log of the interval mode.  The line after the banner tells which it is. */
extern const struct vmt_grammar vmt_grammar_darwin_vm_stat;
extern const struct vmt_grammar vmt_grammar_darwin_vm_stat_log;

/* `Mach Virtual Memory Statistics: (page size of 16384 bytes)` */
bool vmt_vm_stat_is_banner(struct vmt_slice line);

/* Read a banner and what follows it, whichever of the two it is. */
enum vmt_status vmt_vm_stat_parse(struct vmt_parse *parse, struct vmt_error *err);

/* What a banner says. */
struct vmt_vm_stat_banner {
    bool seen;
    uint64_t line;                 /* its own, or that of what has none */
    uint64_t page_size;            /* 0 when it does not say */
    const struct vmt_string *rest; /* of what stands in the brackets: `cache hits 0%` */
};

/* Put what the banner says into the next sample, or among the facts. */
enum vmt_status vmt_vm_stat_banner_keep(struct vmt_part_host *part,
                                        const struct vmt_vm_stat_banner *banner,
                                        struct vmt_error *err);

/* More than any release has. */
#define VMT_VM_STAT_COLUMNS 64

struct vmt_vm_stat_columns {
    uint8_t of[VMT_VM_STAT_COLUMNS]; /* a quantity, or one of the two below */
    size_t count;
};

/* A log that is being read, over banners and headings that repeat (darwin_vm_stat_log.c). */
struct vmt_vm_stat_log {
    struct vmt_part_host part; /* the host of the run; NULL in it: none yet */
    struct vmt_vm_stat_columns columns;
    uint64_t page_size;
    uint64_t rows; /* since the last heading */
    bool apart;    /* something stands between the last row and what follows */
};

/* `    free   active   specul inactive …` */
bool vmt_vm_stat_is_heading(struct vmt_slice line);

/* Read the heading that is next and the rows below it.  VMT_OK: a banner or a heading is next,
 * which may belong to the same run; VMT_END: the log is over. */
enum vmt_status vmt_vm_stat_log_read(struct vmt_vm_stat_log *log, struct vmt_parse *parse,
                                     const struct vmt_vm_stat_banner *banner,
                                     struct vmt_error *err);

#endif
