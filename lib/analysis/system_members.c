/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/system_state.h"

#define DERIVED VMT_HOST_DERIVED

const struct vmt_host_info vmt_system_members[VMT_SYSTEM_COUNT] = {
    [VMT_SYSTEM_APP] = {"app", "app", DERIVED, VMT_UNIT_BYTES, "macOS: anonymous less purgeable."},
    [VMT_SYSTEM_COMPRESSED] = {"compressed", "compressed", DERIVED, VMT_UNIT_BYTES,
                               "macOS: occupied by the compressor; Linux: by zswap and zram."},
    [VMT_SYSTEM_USED] =
        {"used", "used", DERIVED, VMT_UNIT_BYTES,
         "macOS: app, wired and compressed, at most with tag storage; Linux: "
         "physical memory less what the kernel calls available; control group: what is "
         "charged less inactive pages of files."},
    [VMT_SYSTEM_CACHED] = {"cached", "cached", DERIVED, VMT_UNIT_BYTES,
                           "macOS: file-backed and purgeable; Linux: page cache and buffers less "
                           "shared memory."},
    [VMT_SYSTEM_AVAILABLE] = {"available", "available", DERIVED, VMT_UNIT_BYTES,
                              "macOS: physical memory less used; Linux: as the kernel states it; "
                              "control group: its limit less used."},
    [VMT_SYSTEM_AVAILABLE_PERMILLE] =
        {"available_permille", "available of all", DERIVED, VMT_UNIT_PERMILLE,
         "Available of physical memory, of a control group of its limit."},
    [VMT_SYSTEM_COMPRESSOR_RATIO] = {"compressor_ratio_permille", "compressor ratio", DERIVED,
                                     VMT_UNIT_PERMILLE,
                                     "macOS: stored in the compressor of what it occupies, an "
                                     "upper bound unless swap is known to be unused; Linux: "
                                     "of zswap and zram."},
    [VMT_SYSTEM_COMPRESSOR_SAVED] = {"compressor_saved", "saved by compressor", DERIVED,
                                     VMT_UNIT_BYTES, "The same two, the second less the first."},
    [VMT_SYSTEM_SWAP_IN_USE] = {"swap_in_use", "swap in use", DERIVED, VMT_UNIT_BYTES,
                                "As stated, else the swap space less what is free of it."},
    [VMT_SYSTEM_REMAINDER] = {"remainder", "in no count", DERIVED, VMT_UNIT_BYTES,
                              "macOS: physical memory less free, active, inactive, speculative, "
                              "wired and what the compressor occupies; Linux: less free, active, "
                              "inactive, unevictable, slab, kernel stacks, page tables, per "
                              "processor, huge pages, zswap, zram and balloon."},
    [VMT_SYSTEM_PAGE_SIZE] = {"page_size_inferred", "page size, inferred", DERIVED, VMT_UNIT_BYTES,
                              "Linux: by which the pages of vmstat are the bytes of meminfo, where "
                              "no evidence states the size."},
};

static struct vmt_amount stated(const struct vmt_state *state, enum vmt_host_quantity quantity)
{
    return state->stated[quantity].amount;
}

static struct vmt_amount derived(const struct vmt_state *state, enum vmt_system_member member)
{
    return state->derived[member].amount;
}

static struct vmt_amount plus(struct vmt_amount first, struct vmt_amount second)
{
    vmt_amount_add(&first, second);
    return first;
}

/* A part that is larger than the whole tells that it is none: then there is no honest number. */
static struct vmt_amount less(struct vmt_amount whole, struct vmt_amount part)
{
    bool impossible = whole.bounded && part.bounded && part.lower > whole.upper;
    return impossible ? VMT_UNKNOWN : vmt_amount_minus(whole, part);
}

/* `part` in thousandths of `whole`. */
static struct vmt_amount permille(struct vmt_amount part, struct vmt_amount whole)
{
    const uint64_t most = UINT64_MAX / 2000;
    if (!part.known || !whole.known || whole.lower == 0 || part.upper > most ||
        whole.upper > most) {
        return VMT_UNKNOWN;
    }
    uint64_t upper = part.upper * 1000 / whole.lower;
    upper += part.upper * 1000 % whole.lower > 0 ? 1 : 0;
    uint64_t nearest = (part.value * 1000 + whole.value / 2) / whole.value;
    return vmt_estimate(nearest, part.lower * 1000 / whole.upper, upper);
}

/* Nothing is in swap now, or nothing was ever written to it.  A segment of the compressor is larger
 * than what is printed as 0.00M. */
static bool swap_is_unused(const struct vmt_state *state)
{
    enum { SEGMENT_LEAST = 16384 };
    struct vmt_amount used = stated(state, VMT_HOST_SWAP_USED);
    return used.known ? used.value == 0 && used.upper < SEGMENT_LEAST : state->never_swapped;
}

/* What the compressor holds: pages that were swapped out count as stored in it, and occupy
 * nothing. */
static struct vmt_amount at_most_with_swap(const struct vmt_state *state, struct vmt_amount amount)
{
    if (!amount.bounded || swap_is_unused(state)) {
        return amount;
    }
    return vmt_between(0, amount.upper);
}

/* Both in bytes, or both in pages of whatever size. */
static struct vmt_amount of_compressor(const struct vmt_state *state,
                                       enum vmt_host_quantity quantity)
{
    struct vmt_amount amount = stated(state, quantity);
    bool pages = state->unconverted > 0 && state->in_pages[VMT_HOST_COMPRESSOR_STORED] &&
                 state->in_pages[VMT_HOST_COMPRESSOR_OCCUPIED];
    return pages ? vmt_amount_of(state->pages[quantity]) : amount;
}

static struct vmt_amount darwin_app(const struct vmt_state *state)
{
    struct vmt_amount anonymous = stated(state, VMT_HOST_ANONYMOUS);
    struct vmt_amount purgeable = stated(state, VMT_HOST_PURGEABLE);
    if (anonymous.bounded && !purgeable.bounded) {
        return vmt_between(0, anonymous.upper);
    }
    return less(anonymous, purgeable);
}

static struct vmt_amount darwin_compressed(const struct vmt_state *state)
{
    return stated(state, VMT_HOST_COMPRESSOR_OCCUPIED);
}

/* Activity Monitor of macOS 26.5 adds the storage of memory tags where a machine has it. */
static struct vmt_amount darwin_used(const struct vmt_state *state)
{
    struct vmt_amount used =
        plus(plus(derived(state, VMT_SYSTEM_APP), stated(state, VMT_HOST_WIRED)),
             derived(state, VMT_SYSTEM_COMPRESSED));
    struct vmt_amount tags = stated(state, VMT_HOST_TAG_STORAGE);
    if (used.bounded && tags.bounded && used.upper <= UINT64_MAX - tags.upper) {
        used.upper += tags.upper;
    }
    return used;
}

static struct vmt_amount darwin_cached(const struct vmt_state *state)
{
    return plus(stated(state, VMT_HOST_FILE_BACKED), stated(state, VMT_HOST_PURGEABLE));
}

static struct vmt_amount darwin_available(const struct vmt_state *state)
{
    return less(stated(state, VMT_HOST_TOTAL), derived(state, VMT_SYSTEM_USED));
}

static struct vmt_amount available_permille(const struct vmt_state *state)
{
    return permille(derived(state, VMT_SYSTEM_AVAILABLE), stated(state, VMT_HOST_TOTAL));
}

static struct vmt_amount darwin_ratio(const struct vmt_state *state)
{
    return at_most_with_swap(state, permille(of_compressor(state, VMT_HOST_COMPRESSOR_STORED),
                                             of_compressor(state, VMT_HOST_COMPRESSOR_OCCUPIED)));
}

static struct vmt_amount darwin_saved(const struct vmt_state *state)
{
    return at_most_with_swap(state, less(stated(state, VMT_HOST_COMPRESSOR_STORED),
                                         stated(state, VMT_HOST_COMPRESSOR_OCCUPIED)));
}

static struct vmt_amount swap_in_use(const struct vmt_state *state)
{
    struct vmt_amount used = stated(state, VMT_HOST_SWAP_USED);
    if (used.bounded) {
        return used;
    }
    return less(stated(state, VMT_HOST_SWAP_TOTAL), stated(state, VMT_HOST_SWAP_FREE));
}

static struct vmt_amount darwin_remainder(const struct vmt_state *state)
{
    static const enum vmt_host_quantity counted[] = {
        VMT_HOST_ACTIVE,
        VMT_HOST_INACTIVE,
        VMT_HOST_SPECULATIVE,
        VMT_HOST_WIRED,
        VMT_HOST_COMPRESSOR_OCCUPIED,
    };
    struct vmt_amount sum = stated(state, VMT_HOST_FREE);
    for (size_t i = 0; i < sizeof counted / sizeof counted[0]; i++) {
        vmt_amount_add(&sum, stated(state, counted[i]));
    }
    return less(stated(state, VMT_HOST_TOTAL), sum);
}

/* Of zswap and zram; where the evidence has nothing of one of them, of the other. */
static struct vmt_amount of_both(const struct vmt_state *state, enum vmt_host_quantity zswap,
                                 enum vmt_host_quantity zram)
{
    struct vmt_amount first = stated(state, zswap);
    struct vmt_amount second = stated(state, zram);
    if (!first.bounded || !second.bounded) {
        return first.bounded ? first : second;
    }
    return plus(first, second);
}

/* What drivers and the kernel took for themselves.  Lines that an older kernel has not are counts
 * of what it counts nowhere. */
static struct vmt_amount linux_remainder(const struct vmt_state *state)
{
    static const enum vmt_host_quantity counted[] = {
        VMT_HOST_ACTIVE, VMT_HOST_INACTIVE,     VMT_HOST_UNEVICTABLE,
        VMT_HOST_SLAB,   VMT_HOST_KERNEL_STACK, VMT_HOST_PAGE_TABLES,
    };
    static const enum vmt_host_quantity newer[] = {
        VMT_HOST_SECONDARY_PAGE_TABLES, VMT_HOST_PERCPU,  VMT_HOST_HUGETLB, VMT_HOST_ZSWAP,
        VMT_HOST_ZRAM_OCCUPIED,         VMT_HOST_BALLOON,
    };
    struct vmt_amount sum = stated(state, VMT_HOST_FREE);
    for (size_t i = 0; i < sizeof counted / sizeof counted[0]; i++) {
        vmt_amount_add(&sum, stated(state, counted[i]));
    }
    for (size_t i = 0; i < sizeof newer / sizeof newer[0]; i++) {
        if (stated(state, newer[i]).bounded) {
            vmt_amount_add(&sum, stated(state, newer[i]));
        }
    }
    return less(stated(state, VMT_HOST_TOTAL), sum);
}

static struct vmt_amount inferred_page_size(const struct vmt_state *state)
{
    return state->inferred_page_size > 0 ? vmt_exactly(state->inferred_page_size) : VMT_UNKNOWN;
}

static struct vmt_amount linux_compressed(const struct vmt_state *state)
{
    return of_both(state, VMT_HOST_ZSWAP, VMT_HOST_ZRAM_OCCUPIED);
}

/* As free(1) has it since procps 4. */
static struct vmt_amount linux_used(const struct vmt_state *state)
{
    return less(stated(state, VMT_HOST_TOTAL), stated(state, VMT_HOST_AVAILABLE_STATED));
}

/* Cached counts tmpfs and shared anonymous memory, which no file holds. */
static struct vmt_amount linux_cached(const struct vmt_state *state)
{
    return less(plus(stated(state, VMT_HOST_CACHED), stated(state, VMT_HOST_BUFFERS)),
                stated(state, VMT_HOST_SHMEM));
}

static struct vmt_amount linux_available(const struct vmt_state *state)
{
    return stated(state, VMT_HOST_AVAILABLE_STATED);
}

static struct vmt_amount linux_stored(const struct vmt_state *state)
{
    return of_both(state, VMT_HOST_ZSWAPPED, VMT_HOST_ZRAM_STORED);
}

/* What was written back to a swap device is in none of these. */
static struct vmt_amount linux_ratio(const struct vmt_state *state)
{
    return permille(linux_stored(state), derived(state, VMT_SYSTEM_COMPRESSED));
}

static struct vmt_amount linux_saved(const struct vmt_state *state)
{
    return less(linux_stored(state), derived(state, VMT_SYSTEM_COMPRESSED));
}

/* The working set, as cAdvisor and the kubelet have it: what is charged but for pages of files that
 * nobody used lately, which go first when the group needs room.  Without their number it is at most
 * all that is charged. */
static struct vmt_amount cgroup_used(const struct vmt_state *state)
{
    struct vmt_amount charged = stated(state, VMT_HOST_CGROUP_CURRENT);
    struct vmt_amount inactive = stated(state, VMT_HOST_INACTIVE_FILE);
    if (charged.bounded && !inactive.bounded) {
        return vmt_between(0, charged.upper);
    }
    return less(charged, inactive);
}

/* There are no buffers in the counts of a group. */
static struct vmt_amount cgroup_cached(const struct vmt_state *state)
{
    return less(stated(state, VMT_HOST_CACHED), stated(state, VMT_HOST_SHMEM));
}

/* Up to the limit of this group: one above it may have less to give. */
static struct vmt_amount cgroup_available(const struct vmt_state *state)
{
    return less(stated(state, VMT_HOST_CGROUP_LIMIT), derived(state, VMT_SYSTEM_USED));
}

static struct vmt_amount cgroup_permille(const struct vmt_state *state)
{
    return permille(derived(state, VMT_SYSTEM_AVAILABLE), stated(state, VMT_HOST_CGROUP_LIMIT));
}

static struct vmt_amount cgroup_swap(const struct vmt_state *state)
{
    return stated(state, VMT_HOST_CGROUP_SWAP_CURRENT);
}

/* A rule sees those above it.  NULL: there is no such thing there. */
static struct vmt_amount (*const rules[VMT_SYSTEM_COUNT][VMT_SYSTEM_KIND_COUNT])(
    const struct vmt_state *state) = {
    [VMT_SYSTEM_APP] = {darwin_app, NULL, NULL},
    [VMT_SYSTEM_COMPRESSED] = {darwin_compressed, linux_compressed, linux_compressed},
    [VMT_SYSTEM_USED] = {darwin_used, linux_used, cgroup_used},
    [VMT_SYSTEM_CACHED] = {darwin_cached, linux_cached, cgroup_cached},
    [VMT_SYSTEM_AVAILABLE] = {darwin_available, linux_available, cgroup_available},
    [VMT_SYSTEM_AVAILABLE_PERMILLE] = {available_permille, available_permille, cgroup_permille},
    [VMT_SYSTEM_COMPRESSOR_RATIO] = {darwin_ratio, linux_ratio, linux_ratio},
    [VMT_SYSTEM_COMPRESSOR_SAVED] = {darwin_saved, linux_saved, linux_saved},
    [VMT_SYSTEM_SWAP_IN_USE] = {swap_in_use, swap_in_use, cgroup_swap},
    [VMT_SYSTEM_REMAINDER] = {darwin_remainder, linux_remainder, NULL},
    [VMT_SYSTEM_PAGE_SIZE] = {NULL, inferred_page_size, NULL},
};

void vmt_state_derive(struct vmt_state *state)
{
    for (size_t i = 0; i < VMT_SYSTEM_COUNT; i++) {
        struct vmt_amount (*rule)(const struct vmt_state *) = rules[i][state->host->kind];
        state->derived[i] = (struct vmt_figure){.amount = VMT_UNKNOWN};
        if (rule != NULL) {
            state->derived[i].amount = rule(state);
        }
    }
}
