/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/system_state.h"

#define TERMS_MOST 8
/* What a term that is not there is set to: no amount of memory, and of no sum. */
#define NOTHING VMT_HOST_PAGE_SIZE

static const char reason_apart[] = "not of one reading: memory moves between two";
static const char reason_exceeds[] = "more is counted than there is: is it one host?";
static const char reason_unattributed[] = "some memory is in none of these counts";
static const char reason_batches[] = "counted in batches: pages on their way are in no list";
static const char reason_moments[] = "two files, and memory moves between two readings";
static const char reason_charges[] = "charged in batches, and read file by file";
static const char reason_far[] = "more than batches and two readings explain";

enum { MACHINES = -1 };

/* A sum that should come out: what one side states and what the other adds up to.  What is not
 * set in a row is NOTHING, NULL or false. */
static const struct identity {
    const char *name;
    const char *member; /* what is added up */
    int kind;           /* enum vmt_system_kind, or MACHINES for those of both systems */
    bool at_most;       /* the sum may be less */
    enum vmt_host_quantity stated[TERMS_MOST];
    enum vmt_host_quantity added[TERMS_MOST];
    enum vmt_host_quantity also[TERMS_MOST]; /* added where it is stated */
    enum vmt_host_quantity twice;            /* counted once or twice: a bound */
    const char *drift;                       /* why a small difference is no fault */
    const char *not_assessed;                /* why a difference is never judged */
} identities[] = {
    /* XNU counts the pages of these queues a second time, by what they hold. */
    {.name = "queues",
     .member = "file_backed + anonymous",
     .kind = VMT_SYSTEM_DARWIN,
     .stated = {VMT_HOST_ACTIVE, VMT_HOST_INACTIVE, VMT_HOST_SPECULATIVE},
     .added = {VMT_HOST_FILE_BACKED, VMT_HOST_ANONYMOUS}},
    {.name = "swap",
     .member = "swap_used + swap_free",
     .kind = MACHINES,
     .stated = {VMT_HOST_SWAP_TOTAL},
     .added = {VMT_HOST_SWAP_USED, VMT_HOST_SWAP_FREE}},
    /* A page in memory and in swap holds its place in swap. */
    {.name = "swap",
     .member = "swap_free + swap_cached",
     .kind = VMT_SYSTEM_LINUX,
     .at_most = true,
     .stated = {VMT_HOST_SWAP_TOTAL},
     .added = {VMT_HOST_SWAP_FREE, VMT_HOST_SWAP_CACHED},
     .drift = reason_batches},
    {.name = "active",
     .member = "active_anonymous + active_file",
     .kind = VMT_SYSTEM_LINUX,
     .stated = {VMT_HOST_ACTIVE},
     .added = {VMT_HOST_ACTIVE_ANONYMOUS, VMT_HOST_ACTIVE_FILE}},
    {.name = "inactive",
     .member = "inactive_anonymous + inactive_file",
     .kind = VMT_SYSTEM_LINUX,
     .stated = {VMT_HOST_INACTIVE},
     .added = {VMT_HOST_INACTIVE_ANONYMOUS, VMT_HOST_INACTIVE_FILE}},
    /* What the lists hold is anonymous or of files; pages of the swap cache may be in none of the
     * two, or in the first. */
    {.name = "lru",
     .member = "anonymous + page_cache + buffers",
     .kind = VMT_SYSTEM_LINUX,
     .stated = {VMT_HOST_ACTIVE, VMT_HOST_INACTIVE, VMT_HOST_UNEVICTABLE},
     .added = {VMT_HOST_ANONYMOUS, VMT_HOST_CACHED, VMT_HOST_BUFFERS},
     .twice = VMT_HOST_SWAP_CACHED,
     .drift = reason_batches},
    {.name = "files",
     .member = "page_cache + buffers + swap_cached",
     .kind = VMT_SYSTEM_LINUX,
     .stated = {VMT_HOST_FILE_PAGES},
     .added = {VMT_HOST_CACHED, VMT_HOST_BUFFERS, VMT_HOST_SWAP_CACHED},
     .drift = reason_moments},
    {.name = "slab",
     .member = "slab_reclaimable + slab_unreclaimable",
     .kind = VMT_SYSTEM_LINUX,
     .stated = {VMT_HOST_SLAB},
     .added = {VMT_HOST_SLAB_RECLAIMABLE, VMT_HOST_SLAB_UNRECLAIMABLE}},
    {.name = "reclaimable",
     .member = "slab_reclaimable",
     .kind = VMT_SYSTEM_LINUX,
     .at_most = true,
     .stated = {VMT_HOST_KERNEL_RECLAIMABLE},
     .added = {VMT_HOST_SLAB_RECLAIMABLE}},
    {.name = "hugetlb",
     .member = "huge_pages",
     .kind = VMT_SYSTEM_LINUX,
     .at_most = true, /* there may be other sizes */
     .stated = {VMT_HOST_HUGETLB},
     .added = {VMT_HOST_HUGE_PAGES}},
    {.name = "huge_pages",
     .member = "huge_pages_free",
     .kind = VMT_SYSTEM_LINUX,
     .at_most = true,
     .stated = {VMT_HOST_HUGE_PAGES},
     .added = {VMT_HOST_HUGE_PAGES_FREE}},
    {.name = "available",
     .member = "available_stated",
     .kind = VMT_SYSTEM_LINUX,
     .at_most = true,
     .stated = {VMT_HOST_TOTAL},
     .added = {VMT_HOST_AVAILABLE_STATED}},
    /* Throttled pages are in wired already.  What the firmware and the kernel keep for themselves
     * is in none of them. */
    {.name = "memory",
     .member = "free + active + inactive + speculative + wired + compressor_occupied",
     .kind = VMT_SYSTEM_DARWIN,
     .stated = {VMT_HOST_TOTAL},
     .added = {VMT_HOST_FREE, VMT_HOST_ACTIVE, VMT_HOST_INACTIVE, VMT_HOST_SPECULATIVE,
               VMT_HOST_WIRED, VMT_HOST_COMPRESSOR_OCCUPIED},
     .not_assessed = reason_unattributed},
    /* Pages that drivers and the kernel took for themselves are in no count. */
    {.name = "memory",
     .member = "free, lists, slab, kernel_stack, page_tables, and others",
     .kind = VMT_SYSTEM_LINUX,
     .stated = {VMT_HOST_TOTAL},
     .added = {VMT_HOST_FREE, VMT_HOST_ACTIVE, VMT_HOST_INACTIVE, VMT_HOST_UNEVICTABLE,
               VMT_HOST_SLAB, VMT_HOST_KERNEL_STACK, VMT_HOST_PAGE_TABLES},
     .also = {VMT_HOST_SECONDARY_PAGE_TABLES, VMT_HOST_PERCPU, VMT_HOST_HUGETLB, VMT_HOST_ZSWAP,
              VMT_HOST_ZRAM_OCCUPIED, VMT_HOST_BALLOON},
     .not_assessed = reason_unattributed},
    {.name = "charge",
     .member = "anonymous + page_cache + cgroup_kernel + cgroup_sockets",
     .kind = VMT_SYSTEM_CGROUP,
     .stated = {VMT_HOST_CGROUP_CURRENT},
     .added = {VMT_HOST_ANONYMOUS, VMT_HOST_CACHED, VMT_HOST_CGROUP_KERNEL},
     .also = {VMT_HOST_CGROUP_SOCKETS},
     .twice = VMT_HOST_SWAP_CACHED,
     .drift = reason_charges},
    {.name = "limit",
     .member = "cgroup_current",
     .kind = VMT_SYSTEM_CGROUP,
     .at_most = true,
     .stated = {VMT_HOST_CGROUP_LIMIT},
     .added = {VMT_HOST_CGROUP_CURRENT},
     .drift = reason_charges},
    {.name = "peak",
     .member = "cgroup_current",
     .kind = VMT_SYSTEM_CGROUP,
     .at_most = true,
     .stated = {VMT_HOST_CGROUP_PEAK},
     .added = {VMT_HOST_CGROUP_CURRENT},
     .drift = reason_charges},
    {.name = "lru",
     .member = "anonymous + page_cache",
     .kind = VMT_SYSTEM_CGROUP,
     .stated = {VMT_HOST_ACTIVE_ANONYMOUS, VMT_HOST_INACTIVE_ANONYMOUS, VMT_HOST_ACTIVE_FILE,
                VMT_HOST_INACTIVE_FILE, VMT_HOST_UNEVICTABLE},
     .added = {VMT_HOST_ANONYMOUS, VMT_HOST_CACHED},
     .twice = VMT_HOST_SWAP_CACHED,
     .drift = reason_batches},
    {.name = "slab",
     .member = "slab_reclaimable + slab_unreclaimable",
     .kind = VMT_SYSTEM_CGROUP,
     .stated = {VMT_HOST_SLAB},
     .added = {VMT_HOST_SLAB_RECLAIMABLE, VMT_HOST_SLAB_UNRECLAIMABLE},
     .drift = reason_batches},
    {.name = "zswap",
     .member = "zswap",
     .kind = VMT_SYSTEM_CGROUP,
     .stated = {VMT_HOST_CGROUP_ZSWAP_CURRENT},
     .added = {VMT_HOST_ZSWAP},
     .drift = reason_charges},
};

_Static_assert(sizeof identities / sizeof identities[0] <= VMT_STATE_CHECKS,
               "VMT_STATE_CHECKS is too small");

/* One side of an identity. */
struct sum {
    uint64_t value;
    uint64_t slack;
    const struct vmt_host *from; /* of all terms */
    bool known;
    bool one_reading;
};

static void add_term(struct sum *sum, const struct vmt_state *state, enum vmt_host_quantity term)
{
    const struct vmt_figure *figure = &state->stated[term];
    uint64_t slack = figure->quantum / 2 + figure->quantum % 2;
    if (!figure->amount.known || sum->value > UINT64_MAX - figure->amount.value ||
        sum->slack > UINT64_MAX - slack) {
        sum->known = false;
        return;
    }
    sum->value += figure->amount.value;
    sum->slack += slack;
    sum->one_reading = sum->one_reading && state->from[term] == sum->from;
}

static struct sum add_up(const struct vmt_state *state, const enum vmt_host_quantity *terms,
                         const enum vmt_host_quantity *also)
{
    struct sum sum = {.known = true, .one_reading = true, .from = state->from[terms[0]]};
    for (size_t i = 0; i < TERMS_MOST && terms[i] != NOTHING && sum.known; i++) {
        add_term(&sum, state, terms[i]);
    }
    for (size_t i = 0; i < TERMS_MOST && also[i] != NOTHING && sum.known; i++) {
        if (state->stated[also[i]].amount.known) {
            add_term(&sum, state, also[i]);
        }
    }
    return sum;
}

/* Of several readings, and nothing tells which value is of which. */
static bool is_mixed(const struct vmt_state *state)
{
    bool mixed = false;
    for (size_t i = 0; i < state->part_count; i++) {
        mixed = mixed || state->parts[i].sample->joined;
    }
    return mixed;
}

bool vmt_state_is_joined(const struct vmt_state *state)
{
    return state->part_count > 1 || is_mixed(state);
}

/* How far the two sides may be apart. */
static uint64_t bound_of(const struct vmt_state *state, const struct identity *identity,
                         const struct sum *stated, const struct sum *added)
{
    uint64_t bound = stated->slack + added->slack;
    const struct vmt_amount *twice = &state->stated[identity->twice].amount;
    bool fits = twice->known && bound <= UINT64_MAX - twice->upper;
    return bound + (identity->twice != NOTHING && fits ? twice->upper : 0);
}

static void judge(struct vmt_check *check, const struct vmt_state *state,
                  const struct identity *identity, bool one_reading)
{
    bool more = check->actual > check->expected;
    uint64_t apart = more ? check->actual - check->expected : check->expected - check->actual;
    bool agrees = apart <= check->bound || (identity->at_most && !more);
    check->verdict = agrees ? VMT_AGREES : VMT_DIFFERS;
    if (identity->not_assessed != NULL) {
        check->verdict = VMT_NOT_ASSESSED;
        check->reason = more ? reason_exceeds : identity->not_assessed;
    } else if (identity->drift != NULL) {
        bool far = vmt_state_far_apart(VMT_UNIT_BYTES, check->expected, check->actual);
        check->verdict = agrees ? VMT_AGREES : far ? VMT_NOT_ASSESSED : VMT_EXPLAINED;
        check->reason = agrees ? NULL : far ? reason_far : identity->drift;
    } else if (!one_reading || (!agrees && is_mixed(state))) {
        check->verdict = VMT_NOT_ASSESSED;
        check->reason = reason_apart;
    }
}

void vmt_state_check(struct vmt_state *state)
{
    static const enum vmt_host_quantity none[TERMS_MOST] = {NOTHING};
    for (size_t i = 0; i < sizeof identities / sizeof identities[0]; i++) {
        const struct identity *identity = &identities[i];
        bool fits = identity->kind == MACHINES ? state->host->kind != VMT_SYSTEM_CGROUP
                                               : identity->kind == (int)state->host->kind;
        if (!fits) {
            continue;
        }
        struct sum stated = add_up(state, identity->stated, none);
        struct sum added = add_up(state, identity->added, identity->also);
        if (!stated.known || !added.known || stated.slack > UINT64_MAX - added.slack) {
            continue;
        }
        struct vmt_check *check = &state->checks[state->check_count++];
        *check = (struct vmt_check){
            .type = vmt_slice(identity->name),
            .member = identity->member,
            .expected = stated.value,
            .actual = added.value,
            .bound = bound_of(state, identity, &stated, &added),
        };
        judge(check, state, identity,
              stated.one_reading && added.one_reading && stated.from == added.from);
    }
}
