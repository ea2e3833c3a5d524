/* SPDX-License-Identifier: MIT */
#ifndef VMT_UNIT_FAKE_KERNEL_H
#define VMT_UNIT_FAKE_KERNEL_H

/* A kernel of macOS that tells what a test has put into a table. */

#include <signal.h>

#include "source/mach.h"

#include "mac.h"

#define KERNEL_PROCESSES 8
#define KERNEL_REGIONS 16

/* VM_MEMORY_SHARED_PMAP: the shared region from outside, as proc_pidinfo shows it. */
#define WINDOW 32

/* What a walk does in place of ending well. */
enum misdeed { WALKS_WELL, HANGS, CRASHES, WRITES_HALF, WRITES_NONSENSE, WRITES_TOO_LONG };

struct subject {
    struct vmt_mach_process told;
    struct vmt_mach_totals totals;
    struct vmt_mach_outcome denied[2]; /* by way; VMT_MACH_OK: it is not */
    struct vmt_mach_outcome no_totals;
    size_t region_count;
    struct vmt_mach_region regions[KERNEL_REGIONS];
};

static struct {
    struct vmt_mach_system machine;
    struct vmt_mach_host host;
    size_t count;
    struct subject subjects[KERNEL_PROCESSES];
    enum misdeed misdeed; /* of a walk by task */
    uint32_t reused;      /* number of a process that ends when it is walked, and comes again */
    unsigned walks[2];    /* by way, here */
    uint64_t many;        /* regions behind those of the table, two for each object */
    size_t more;          /* processes that come while they are listed */
} kernel;

static inline struct subject *subject_of(uint32_t pid)
{
    for (size_t i = 0; i < kernel.count; i++) {
        if (kernel.subjects[i].told.pid == pid) {
            return &kernel.subjects[i];
        }
    }
    return NULL;
}

static const struct vmt_mach_outcome fine = {.answer = VMT_MACH_OK};
static const struct vmt_mach_outcome gone = {VMT_MACH_GONE, 3, "proc_pidinfo"};

static inline struct vmt_mach_outcome fake_list(uint32_t *pids, size_t room, size_t *count)
{
    *count = kernel.count;
    if (kernel.more > 0) {
        *count += kernel.more;
        kernel.more = 0;
    }
    for (size_t i = 0; i < kernel.count && i < room; i++) {
        pids[i] = kernel.subjects[i].told.pid;
    }
    return fine;
}

static inline struct vmt_mach_outcome fake_describe(struct vmt_mach_process *out, uint32_t pid)
{
    const struct subject *subject = subject_of(pid);
    if (subject == NULL) {
        return gone;
    }
    *out = subject->told;
    return fine;
}

static inline struct vmt_mach_outcome fake_totals(struct vmt_mach_totals *out, uint32_t pid)
{
    const struct subject *subject = subject_of(pid);
    if (subject == NULL) {
        return gone;
    }
    *out = subject->totals;
    return subject->no_totals;
}

/* Of the process of its own that a walk is made in: standard output is the pipe. */
static inline void write_out(const void *bytes, size_t size)
{
    if (write(STDOUT_FILENO, bytes, size) < 0) {
        _exit(99);
    }
}

static inline void misbehave(void)
{
    static const uint32_t half[] = {1, 200, 7};
    static const uint32_t nonsense[] = {77, 4, 7};
    static const uint32_t too_long[] = {1, UINT32_MAX, 7};
    switch (kernel.misdeed) {
    case WALKS_WELL:
        return;
    case HANGS:
        pause();
        break;
    case CRASHES:
        raise(SIGKILL);
        break;
    case WRITES_HALF:
        write_out(half, sizeof half);
        break;
    case WRITES_NONSENSE:
        write_out(nonsense, sizeof nonsense);
        break;
    case WRITES_TOO_LONG:
        write_out(too_long, sizeof too_long);
        break;
    }
    _exit(0);
}

/* Pages are one after another in their object, each half of the region's apart from the other. */
static inline bool visit_pages(const struct vmt_mach_visitor *visitor,
                               const struct vmt_mach_region *region)
{
    bool more = true;
    for (uint64_t i = 0; more && i < region->resident; i++) {
        uint64_t at = i < region->resident / 2 ? i : i + 1;
        const struct vmt_mach_page page = {.object = region->object,
                                           .offset = region->offset + at * region->page_size};
        more = visitor->page(visitor->self, &page);
    }
    return more;
}

static inline struct vmt_mach_outcome fake_walk(const struct vmt_mach_walk *walk,
                                                const struct vmt_mach_visitor *visitor)
{
    struct subject *subject = subject_of(walk->pid);
    kernel.walks[walk->way]++;
    if (subject == NULL) {
        return gone;
    }
    if (subject->denied[walk->way].answer != VMT_MACH_OK) {
        return subject->denied[walk->way];
    }
    if (walk->way == VMT_MACH_BY_TASK) {
        misbehave();
    }
    for (size_t i = 0; i < subject->region_count; i++) {
        struct vmt_mach_region region = subject->regions[i];
        bool inside = region.depth > 0 && region.tag != WINDOW;
        if (walk->way == VMT_MACH_BY_PIDINFO) {
            region.known = 0;
        }
        if (!(inside && walk->way == VMT_MACH_BY_PIDINFO) &&
            !visitor->region(visitor->self, &region)) {
            return (struct vmt_mach_outcome){.answer = VMT_MACH_STOPPED};
        }
        if (walk->identity && (region.known & VMT_MACH_HAS_DISPOSITIONS) != 0 &&
            !visit_pages(visitor, &region)) {
            return (struct vmt_mach_outcome){.answer = VMT_MACH_STOPPED};
        }
    }
    for (uint64_t i = 0; i < kernel.many; i++) {
        const struct vmt_mach_region region = {
            .address = UINT64_C(0x400000000000) + i * 32768,
            .size = 16384,
            .page_size = 16384,
            .known = VMT_MACH_HAS_OBJECT,
            .object = (i / 2 + 1) << 32,
            .tag = (uint32_t)(i % 256),
            .share_mode = 4,
            .references = 2,
            .resident = 1,
        };
        if (!visitor->region(visitor->self, &region)) {
            return (struct vmt_mach_outcome){.answer = VMT_MACH_STOPPED};
        }
    }
    if (kernel.reused == walk->pid) {
        subject->told.start++;
    }
    return fine;
}

static inline struct vmt_mach_outcome fake_system(struct vmt_mach_system *out)
{
    *out = kernel.machine;
    return fine;
}

static inline struct vmt_mach_outcome fake_host(struct vmt_mach_host *out)
{
    *out = kernel.host;
    return kernel.host.known != 0
               ? fine
               : (struct vmt_mach_outcome){VMT_MACH_FAILED, 5, "host_statistics64"};
}

static const struct vmt_mach fake_kernel = {fake_list, fake_describe, fake_totals,
                                            fake_walk, fake_system,   fake_host};

/* --- what is in it ---------------------------------------------------------------------------- */

static inline struct subject *add_subject(uint32_t pid, uint32_t parent, const char *name)
{
    struct subject *subject = &kernel.subjects[kernel.count++];
    subject->told.pid = pid;
    subject->told.parent = parent;
    subject->told.user = 501;
    subject->told.start = UINT64_C(1750000000000000) + pid;
    snprintf(subject->told.name, sizeof subject->told.name, "%s", name);
    return subject;
}

static inline struct vmt_mach_region *add_range(struct subject *subject, uint64_t address,
                                                uint64_t pages, uint32_t tag, uint32_t mode)
{
    struct vmt_mach_region *region = &subject->regions[subject->region_count++];
    *region = (struct vmt_mach_region){
        .address = address,
        .size = pages * 16384,
        .page_size = 16384,
        .known = VMT_MACH_HAS_EXTERNAL | VMT_MACH_HAS_REUSABLE | VMT_MACH_HAS_PURGE |
                 VMT_MACH_HAS_OBJECT,
        .tag = tag,
        .share_mode = mode,
        .protection = 3,
        .max_protection = 7,
        .purge = VMT_MACH_PURGE_DENY,
        .references = 1,
    };
    return region;
}

static inline void set_path(struct vmt_mach_region *region, const char *path)
{
    region->path = path;
    region->path_length = (uint32_t)strlen(path);
}

/* Nothing runs yet. */
static inline void begin_kernel(void)
{
    memset(&kernel, 0, sizeof kernel);
    begin_mac();
    kernel.machine = (struct vmt_mach_system){
        .user = 501, .pid = 42, .version = "14.5", .build = "23F79", .machine = "arm64"};
}

static inline void open_kernel(bool tools, enum vmt_source source, uint64_t each)
{
    const struct vmt_live_options options = {
        .tools = tools ? &mac.tools : NULL,
        .mach = &fake_kernel,
        .source = source,
        .each = each,
    };
    CU_ASSERT_FATAL(vmt_live_open(&mac.live, &options, &vmt_allocator_system, &reading.err) ==
                    VMT_OK);
}

#endif
