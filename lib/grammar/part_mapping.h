/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_PART_MAPPING_H
#define VMT_GRAMMAR_PART_MAPPING_H

/* The line of a mapping, alone in /proc/PID/maps and before its fields in smaps:
 *
 *   55e0c1a2b000-55e0c1a2d000 r--p 00000000 fe:00 247134                     /usr/bin/cat
 *   7ffd2b6e1000-7ffd2b702000 rw-p 00000000 00:00 0                          [stack]
 */

#include "grammar/grammar.h"

/* What the lines ahead begin. */
enum vmt_mapping_ahead {
    VMT_AHEAD_NOTHING,
    VMT_AHEAD_MAPS,
    VMT_AHEAD_SMAPS, /* a field follows */
    VMT_AHEAD_ROLLUP /* it is named [rollup] */
};

/* What a mapping is, by its path and what it allows: each has a name in the dictionary of types. */
enum vmt_mapping_type {
    VMT_MAPS_HEAP,
    VMT_MAPS_STACK,
    VMT_MAPS_ANONYMOUS_HEAP,  /* named so by an allocator */
    VMT_MAPS_ANONYMOUS_STACK, /* of a thread, named so by its maker */
    VMT_MAPS_ANONYMOUS,
    VMT_MAPS_NO_ACCESS,
    VMT_MAPS_CODE,
    VMT_MAPS_DATA,
    VMT_MAPS_FILE,
    VMT_MAPS_SHARED,
    VMT_MAPS_HUGE,
    VMT_MAPS_DEVICE,
    VMT_MAPS_VDSO,
    VMT_MAPS_VVAR,
    VMT_MAPS_VSYSCALL,
    VMT_MAPS_UPROBES,
    VMT_MAPS_OTHER, /* a name in brackets that we do not know */
    VMT_MAPS_TYPE_COUNT
};

/* Kinds of mappings of which a process has one. */
#define VMT_MAPS_SINGLES 3

struct vmt_part_mapping {
    enum vmt_mapping_ahead kind; /* of the file: maps or smaps */
    const char *file;            /* its name below /proc/PID */
    struct vmt_parse *parse;
    struct vmt_process *process;
    const struct vmt_type *types[VMT_MAPS_TYPE_COUNT]; /* met so far */
    uint64_t floor; /* end of the mapping before: addresses only rise in one process */
    bool any;
    bool in_heap;                           /* some of the heap was read */
    bool behind_heap;                       /* and something behind it */
    uint64_t single_ends[VMT_MAPS_SINGLES]; /* 0: not met yet */
};

/* A line taken apart. */
struct vmt_mapping_line {
    uint64_t start;
    uint64_t end;
    uint64_t offset;
    uint64_t inode;
    uint64_t device_major;
    uint64_t device_minor;
    struct vmt_slice path;
    uint8_t protection; /* VMT_PROT_* */
    bool shared;
};

/* So many lines after a mapping's are looked at for its fields: some of them may be damaged. */
#define VMT_MAPPING_FIELDS_AHEAD 3

bool vmt_part_mapping_read(struct vmt_slice line, struct vmt_mapping_line *out);

/* What begins with the line after `index` others. */
enum vmt_mapping_ahead vmt_part_mapping_ahead(const struct vmt_cursor *cursor, size_t index);

/* Whether a line that cannot be read begins much as a range does. */
bool vmt_part_mapping_resembles_range(struct vmt_slice line);

/* Whether a line that cannot be read was that of a mapping: it begins with a range, or much like
 * one, and goes on with what a mapping allows, or ends before. */
bool vmt_part_mapping_resembles(struct vmt_slice line);

/* The same behind the heading of a file of that name, where there is one. */
bool vmt_part_mapping_claims(const struct vmt_cursor *cursor, enum vmt_mapping_ahead kind,
                             const char *file);

/* A process of the file that begins with the next line, which its heading may be.  `kind` and
 * `file` are set, the rest is 0. */
enum vmt_status vmt_part_mapping_begin(struct vmt_part_mapping *part, struct vmt_parse *parse,
                                       const struct vmt_grammar *grammar, struct vmt_error *err);

/* The next line is damaged: not all of the process is known. */
enum vmt_status vmt_part_mapping_damage(struct vmt_part_mapping *part, const char *reason,
                                        size_t column, struct vmt_error *err);

/* The next line is none of the file's: VMT_END where the file is over, as it is where words that
 * stand apart come before the next mapping; a blank one is taken.
 * *damaged says that the file goes on behind it, so that it is damage. */
enum vmt_status vmt_part_mapping_odd_line(bool *damaged, struct vmt_part_mapping *part,
                                          struct vmt_error *err);

/* Whether the line is of another process than those before it: all of it lies below them, or it is
 * a second one of what a process has once, such as the heap. */
bool vmt_part_mapping_restarts(const struct vmt_part_mapping *part,
                               const struct vmt_mapping_line *line);

/* Add the mapping to the process's regions and take its line.  What it maps is settled by
 * vmt_part_mapping_settle(), when all that is told of it is known. */
enum vmt_status vmt_part_mapping_add(struct vmt_region **out, struct vmt_mapping **mapping,
                                     struct vmt_part_mapping *part,
                                     const struct vmt_mapping_line *line, struct vmt_error *err);
enum vmt_status vmt_part_mapping_settle(struct vmt_part_mapping *part, struct vmt_region *region,
                                        struct vmt_error *err);

#endif
