/* SPDX-License-Identifier: MIT */
#ifndef VMT_MODEL_HOST_H
#define VMT_MODEL_HOST_H

/* A machine's memory as evidence shows it: vm_stat, memory_pressure, sysctl, top, a Jetsam report,
 * /proc/meminfo and its like; or that of a control group of Linux, which is accounted for like a
 * machine of its own.  Nothing here is derived. */

#include "model/amount.h"
#include "model/fact.h"
#include "model/notes.h"

enum vmt_platform { VMT_PLATFORM_DARWIN, VMT_PLATFORM_LINUX };

/* "macos", "linux". */
const char *vmt_platform_name(enum vmt_platform platform);

/* What is stated of a host: one table that columns, readers and documentation use. */
enum vmt_host_quantity {
    VMT_HOST_PAGE_SIZE,
    VMT_HOST_TOTAL,
    VMT_HOST_FREE,
    VMT_HOST_ACTIVE,
    VMT_HOST_INACTIVE,
    VMT_HOST_SPECULATIVE,
    VMT_HOST_THROTTLED,
    VMT_HOST_WIRED,
    VMT_HOST_PURGEABLE,
    VMT_HOST_FILE_BACKED,
    VMT_HOST_ANONYMOUS,
    VMT_HOST_COMPRESSOR_STORED,
    VMT_HOST_COMPRESSOR_OCCUPIED,
    VMT_HOST_SWAP_TOTAL,
    VMT_HOST_SWAP_USED,
    VMT_HOST_SWAP_FREE,
    VMT_HOST_SWAP_ENCRYPTED,
    VMT_HOST_FREE_PERMILLE,
    VMT_HOST_PRESSURE_LEVEL,
    VMT_HOST_USED_STATED,
    VMT_HOST_UNUSED_STATED,
    VMT_HOST_TAGGED,
    VMT_HOST_TAGGED_RESIDENT,
    VMT_HOST_TAGGED_COMPRESSED,
    VMT_HOST_TAG_STORAGE,
    VMT_HOST_TAG_STORAGE_USED,
    VMT_HOST_TAG_STORAGE_FREE,
    VMT_HOST_TAG_STORAGE_PAGEABLE,
    VMT_HOST_TAG_STORAGE_WIRED,
    VMT_HOST_COMPRESSED_TAGS,
    VMT_HOST_AVAILABLE_STATED,
    VMT_HOST_CACHED,
    VMT_HOST_BUFFERS,
    VMT_HOST_SWAP_CACHED,
    VMT_HOST_ACTIVE_ANONYMOUS,
    VMT_HOST_INACTIVE_ANONYMOUS,
    VMT_HOST_ACTIVE_FILE,
    VMT_HOST_INACTIVE_FILE,
    VMT_HOST_UNEVICTABLE,
    VMT_HOST_LOCKED,
    VMT_HOST_DIRTY,
    VMT_HOST_WRITEBACK,
    VMT_HOST_MAPPED,
    VMT_HOST_SHMEM,
    VMT_HOST_SLAB,
    VMT_HOST_SLAB_RECLAIMABLE,
    VMT_HOST_SLAB_UNRECLAIMABLE,
    VMT_HOST_KERNEL_STACK,
    VMT_HOST_PAGE_TABLES,
    VMT_HOST_COMMIT_LIMIT,
    VMT_HOST_COMMITTED,
    VMT_HOST_ZSWAP,
    VMT_HOST_ZSWAPPED,
    VMT_HOST_ANON_HUGE_PAGES,
    VMT_HOST_HUGETLB,
    VMT_HOST_HUGE_PAGES_FREE,
    VMT_HOST_PSI_SOME_AVG10,
    VMT_HOST_PSI_SOME_AVG60,
    VMT_HOST_PSI_SOME_AVG300,
    VMT_HOST_PSI_FULL_AVG10,
    VMT_HOST_PSI_FULL_AVG60,
    VMT_HOST_PSI_FULL_AVG300,
    VMT_HOST_FAULTS,
    VMT_HOST_MAJOR_FAULTS,
    VMT_HOST_COPY_ON_WRITE,
    VMT_HOST_ZERO_FILLED,
    VMT_HOST_REACTIVATED,
    VMT_HOST_PURGED,
    VMT_HOST_PAGEINS,
    VMT_HOST_PAGEOUTS,
    VMT_HOST_DECOMPRESSIONS,
    VMT_HOST_COMPRESSIONS,
    VMT_HOST_SWAPINS,
    VMT_HOST_SWAPOUTS,
    VMT_HOST_CACHE_HITS,
    VMT_HOST_CACHE_LOOKUPS,
    VMT_HOST_TAGGED_COMPRESSIONS,
    VMT_HOST_TAGGED_DECOMPRESSIONS,
    VMT_HOST_OOM_KILLS,
    VMT_HOST_PSI_SOME_TOTAL,
    VMT_HOST_PSI_FULL_TOTAL,
    VMT_HOST_KERNEL_RECLAIMABLE,
    VMT_HOST_SECONDARY_PAGE_TABLES,
    VMT_HOST_VMALLOC_USED,
    VMT_HOST_PERCPU,
    VMT_HOST_SHMEM_HUGE_PAGES,
    VMT_HOST_FILE_HUGE_PAGES,
    VMT_HOST_CMA_TOTAL,
    VMT_HOST_CMA_FREE,
    VMT_HOST_HUGE_PAGE_SIZE,
    VMT_HOST_HUGE_PAGES,
    VMT_HOST_HUGE_PAGES_RESERVED,
    VMT_HOST_HUGE_PAGES_SURPLUS,
    VMT_HOST_BALLOON,
    VMT_HOST_HARDWARE_CORRUPTED,
    VMT_HOST_FILE_PAGES,
    VMT_HOST_ZSMALLOC,
    VMT_HOST_ZRAM_STORED,
    VMT_HOST_ZRAM_COMPRESSED,
    VMT_HOST_ZRAM_OCCUPIED,
    VMT_HOST_ZRAM_PEAK,
    VMT_HOST_ZRAM_SAME_PAGES,
    VMT_HOST_ZRAM_HUGE_PAGES,
    VMT_HOST_CGROUP_CURRENT,
    VMT_HOST_CGROUP_PEAK,
    VMT_HOST_CGROUP_LIMIT,
    VMT_HOST_CGROUP_UNLIMITED,
    VMT_HOST_CGROUP_HIGH,
    VMT_HOST_CGROUP_LOW,
    VMT_HOST_CGROUP_MIN,
    VMT_HOST_CGROUP_KERNEL,
    VMT_HOST_CGROUP_SOCKETS,
    VMT_HOST_CGROUP_SWAP_CURRENT,
    VMT_HOST_CGROUP_SWAP_LIMIT,
    VMT_HOST_CGROUP_SWAP_HIGH,
    VMT_HOST_CGROUP_SWAP_PEAK,
    VMT_HOST_CGROUP_ZSWAP_CURRENT,
    VMT_HOST_CGROUP_ZSWAP_LIMIT,
    VMT_HOST_CGROUP_LOW_EVENTS,
    VMT_HOST_CGROUP_HIGH_EVENTS,
    VMT_HOST_CGROUP_MAX_EVENTS,
    VMT_HOST_CGROUP_OOM_EVENTS,
    VMT_HOST_CGROUP_OOM_GROUP_KILLS,
    VMT_HOST_SCANNED_BACKGROUND,
    VMT_HOST_SCANNED_DIRECT,
    VMT_HOST_RECLAIMED_BACKGROUND,
    VMT_HOST_RECLAIMED_DIRECT,
    VMT_HOST_REFAULTS_ANONYMOUS,
    VMT_HOST_REFAULTS_FILE,
    VMT_HOST_ZSWAP_INS,
    VMT_HOST_ZSWAP_OUTS,
    VMT_HOST_ZSWAP_WRITTEN,
    VMT_HOST_ZRAM_COMPACTED,
    VMT_HOST_ZRAM_HUGE_SINCE,
    VMT_HOST_COUNT
};

enum vmt_host_kind {
    VMT_HOST_GAUGE,   /* how much there is at the time */
    VMT_HOST_COUNTER, /* how much has happened, since boot or since the sample before */
    VMT_HOST_DERIVED  /* what we infer from the others: never in a sample */
};

enum vmt_host_unit {
    VMT_UNIT_BYTES,
    VMT_UNIT_COUNT,
    VMT_UNIT_PERMILLE,
    VMT_UNIT_PPM,     /* millionths */
    VMT_UNIT_LEVEL,   /* of memory pressure: see vmt_pressure_name() */
    VMT_UNIT_BOOLEAN, /* 0 or 1 */
    VMT_UNIT_MICROSECONDS
};

struct vmt_host_info {
    const char *name;  /* of columns and keys: stable */
    const char *title; /* for people */
    enum vmt_host_kind kind;
    enum vmt_host_unit unit;
    const char *help; /* one sentence */
};

extern const struct vmt_host_info vmt_host_quantities[VMT_HOST_COUNT];

/* One value of a sample, in the unit of its quantity; where `pages` is set, in pages whose size
 * another value tells, perhaps one of another input. */
struct vmt_host_value {
    struct vmt_reading reading;
    uint16_t quantity; /* enum vmt_host_quantity */
    bool pages;
};

/* All of a value but its number: the rows of a log have them in common. */
struct vmt_host_label {
    uint64_t quantum;
    uint16_t quantity;
    bool pages;
};

/* A host at one time.  A log has hundreds of thousands: values are kept sparse and apart from what
 * they are of.  vmt_sample_value() puts them together. */
struct vmt_sample {
    const struct vmt_host_label *labels; /* in the order of the evidence, each quantity once */
    const uint64_t *numbers;             /* of the same order */
    uint32_t count;
    bool since_boot; /* counters count from the start of the machine, not from the sample before */
    bool gap;        /* the sample before it, from which they count, is missing here */
    bool joined; /* put together of several readings, and nothing tells which value is of which */
    uint64_t line;
    const struct vmt_string *captured_at; /* ISO 8601, NULL when not stated */
};

static inline struct vmt_host_value vmt_sample_value(const struct vmt_sample *sample,
                                                     uint32_t index)
{
    const struct vmt_host_label *label = &sample->labels[index];
    return (struct vmt_host_value){.reading = {sample->numbers[index], label->quantum},
                                   .quantity = label->quantity,
                                   .pages = label->pages};
}

/* Keep values in a sample that has none, with the labels of `like` (NULL: none) where they are the
 * same.  False when there is no memory. */
bool vmt_sample_keep(struct vmt_sample *sample, struct vmt_arena *arena,
                     const struct vmt_host_value *values, uint32_t count,
                     const struct vmt_sample *like);

/* What one capture states of a host: one sample, or those of a log. */
struct vmt_host {
    const char *grammar; /* that read it */
    enum vmt_platform platform;
    const struct vmt_string *input; /* name of the input it came from */
    uint64_t line;                  /* where it begins */
    const struct vmt_string *os;    /* NULL when not stated */
    /* What is stated may be of a part of the machine only. */
    const struct vmt_string *cgroup; /* a control group: its directory, "." where that is not told */
    const struct vmt_string *device; /* one of several alike, whose values add up: "zram0" */
    const struct vmt_string *captured_at;
    struct vmt_sequence samples; /* of struct vmt_sample */
    struct vmt_sequence facts;   /* of struct vmt_fact: what is stated and has no quantity */
    struct vmt_notes notes;
};

/* "normal", "warning", "critical" of the levels 1, 2 and 4 of kern.memorystatus_vm_pressure_level
 * (XNU osfmk/vm: kVMPressureNormal, kVMPressureWarning, kVMPressureCritical, as
 * DISPATCH_MEMORYPRESSURE_* has them); NULL for any other number. */
const char *vmt_pressure_name(uint64_t level);

#endif
