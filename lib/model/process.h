/* SPDX-License-Identifier: MIT */
#ifndef VMT_MODEL_PROCESS_H
#define VMT_MODEL_PROCESS_H

/* A process as evidence shows it, on up to three levels: its regions, what a table states for each
 * type of region, what is stated for the process as a whole.  Nothing here is derived. */

#include "model/fact.h"
#include "model/member.h"
#include "model/notes.h"
#include "model/region.h"

enum vmt_coverage {
    VMT_COVERAGE_UNKNOWN, /* nothing tells whether regions are missing */
    VMT_COVERAGE_EXCERPT, /* some are */
    VMT_COVERAGE_WHOLE
};

/* What a table states for all regions of a type, or for all types together. */
struct vmt_stated_row {
    const struct vmt_type *type; /* NULL in totals */
    struct vmt_reading stated[VMT_EV_COUNT];
    uint64_t regions; /* meaningful when `counted` */
    uint64_t line;
    uint16_t known; /* bit 1 << vmt_evidence */
    bool counted;   /* the table counts regions */
    bool apart;     /* its total leaves the row out, as it says itself */
};

/* An allocator's zone. */
enum vmt_zone_size {
    VMT_ZONE_VIRTUAL,
    VMT_ZONE_RESIDENT,
    VMT_ZONE_DIRTY,
    VMT_ZONE_SWAPPED,
    VMT_ZONE_ALLOCATED,  /* bytes in use by the program; may exceed virtual */
    VMT_ZONE_FRAGMENTED, /* dirty and swapped less allocated */
    VMT_ZONE_SIZE_COUNT
};

enum vmt_zone_number {
    VMT_ZONE_ALLOCATIONS,
    VMT_ZONE_FRAGMENTATION, /* permille of dirty and swapped that is not allocated */
    VMT_ZONE_FULL,          /* permille of virtual that is allocated (old tables) */
    VMT_ZONE_REGIONS,
    VMT_ZONE_NUMBER_COUNT
};

struct vmt_zone {
    const struct vmt_string *name;
    struct vmt_reading sizes[VMT_ZONE_SIZE_COUNT];
    uint64_t numbers[VMT_ZONE_NUMBER_COUNT];
    uint8_t known_sizes;   /* bit 1 << vmt_zone_size */
    uint8_t known_numbers; /* bit 1 << vmt_zone_number */
    uint64_t line;
};

/* Where a crash happened. */
enum vmt_fault_place {
    VMT_FAULT_UNPLACED, /* the report does not say */
    VMT_FAULT_IN_REGION,
    VMT_FAULT_IN_GAP
};

struct vmt_fault {
    bool stated;
    enum vmt_fault_place place;
    uint64_t address;
    uint64_t start; /* [start, end) of the region, both 0 when not stated */
    uint64_t end;
    uint64_t before; /* bytes from the region's start, or from the region below */
    uint64_t after;  /* bytes to the region's end, or to the region above */
    bool before_known;
    bool after_known;
    uint64_t line;
};

/* Why less of a running process was read than was asked for; the notes say it in words. */
enum vmt_shortfall {
    VMT_SHORTFALL_NONE, /* or another reason */
    VMT_SHORTFALL_DENIED,
    VMT_SHORTFALL_LATE /* no time was left */
};

struct vmt_process {
    const struct vmt_string *name; /* NULL when not stated; so are the strings below */
    uint64_t pid;
    bool pid_known;
    const struct vmt_string *os;          /* "macOS 14.5 (23F79)" */
    unsigned macos_major;                 /* 10, 11, … 26; 0 when it is not a Mac or not stated */
    unsigned macos_minor;                 /* 14 of 10.14 */
    const struct vmt_string *arch;        /* "ARM64" */
    uint64_t page_size;                   /* 0 when not stated */
    const struct vmt_string *captured_at; /* ISO 8601 with zone where the evidence has one */
    const struct vmt_string *launched_at;
    struct vmt_amounts whole; /* what is stated of the process as a whole: footprint, peaks, … */
    struct vmt_fault fault;
    const struct vmt_string *reason; /* why the system killed or reported it */
    const struct vmt_string *states; /* as the system saw it then: "frontmost", "suspended" */
    struct vmt_sequence facts;       /* of struct vmt_fact */

    enum vmt_coverage coverage;
    struct vmt_sequence regions;   /* of struct vmt_region, in the order of the evidence */
    bool around_fault;             /* they are those around a fault: never added up */
    bool kernel_counts;            /* each region has its private, shared and proportional size */
    struct vmt_sequence page_runs; /* of struct vmt_page_run, in any order: resident pages outside
                                      the shared region */
    bool pages_told;               /* all of them */
    struct vmt_sequence stated;    /* of struct vmt_stated_row */
    bool stated_damaged;           /* a line of the table could not be read */
    struct vmt_stated_row *stated_total;
    struct vmt_stated_row *stated_unreserved; /* total less reserved ranges */
    struct vmt_sequence zones;                /* of struct vmt_zone */
    struct vmt_zone *zone_total;

    struct vmt_notes notes;
    enum vmt_shortfall shortfall; /* of a running process */
    uint64_t read_time;  /* microseconds that reading it took, while it ran; 0: it is a capture */
    const char *grammar; /* that read it */
    const struct vmt_string *input; /* name of the input it came from */
    uint64_t line;                  /* where it begins */
};

/* "region", "gap"; NULL for VMT_FAULT_UNPLACED. */
const char *vmt_fault_place_name(enum vmt_fault_place place);

/* "unknown", "excerpt", "whole". */
const char *vmt_coverage_name(enum vmt_coverage coverage);

#endif
