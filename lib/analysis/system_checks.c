/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/system_state.h"

#define TERMS_MOST 6

static const char reason_apart[] = "not of one reading: memory moves between two";
static const char reason_exceeds[] = "more is counted than there is: is it one host?";
static const char reason_unattributed[] = "some memory is in none of these counts";

enum { MACHINES = -1 };

/* A sum that should come out: what one side states and what the other adds up to.  Terms end with
 * VMT_HOST_COUNT where there are less than TERMS_MOST. */
static const struct identity {
    const char *name;
    const char *member; /* what is added up */
    int kind;           /* enum vmt_system_kind, or MACHINES for those of both systems */
    enum vmt_host_quantity stated[TERMS_MOST];
    enum vmt_host_quantity added[TERMS_MOST];
    const char *not_assessed; /* why the difference is never judged */
} identities[] = {
    /* XNU counts the pages of these queues a second time, by what they hold. */
    {"queues",
     "file_backed + anonymous",
     VMT_SYSTEM_DARWIN,
     {VMT_HOST_ACTIVE, VMT_HOST_INACTIVE, VMT_HOST_SPECULATIVE, VMT_HOST_COUNT},
     {VMT_HOST_FILE_BACKED, VMT_HOST_ANONYMOUS, VMT_HOST_COUNT},
     NULL},
    {"swap",
     "swap_used + swap_free",
     MACHINES,
     {VMT_HOST_SWAP_TOTAL, VMT_HOST_COUNT},
     {VMT_HOST_SWAP_USED, VMT_HOST_SWAP_FREE, VMT_HOST_COUNT},
     NULL},
    {"active",
     "active_anonymous + active_file",
     VMT_SYSTEM_LINUX,
     {VMT_HOST_ACTIVE, VMT_HOST_COUNT},
     {VMT_HOST_ACTIVE_ANONYMOUS, VMT_HOST_ACTIVE_FILE, VMT_HOST_COUNT},
     NULL},
    {"inactive",
     "inactive_anonymous + inactive_file",
     VMT_SYSTEM_LINUX,
     {VMT_HOST_INACTIVE, VMT_HOST_COUNT},
     {VMT_HOST_INACTIVE_ANONYMOUS, VMT_HOST_INACTIVE_FILE, VMT_HOST_COUNT},
     NULL},
    {"slab",
     "slab_reclaimable + slab_unreclaimable",
     VMT_SYSTEM_LINUX,
     {VMT_HOST_SLAB, VMT_HOST_COUNT},
     {VMT_HOST_SLAB_RECLAIMABLE, VMT_HOST_SLAB_UNRECLAIMABLE, VMT_HOST_COUNT},
     NULL},
    /* Throttled pages are in wired already.  What the firmware and the kernel keep for themselves
     * is in none of them. */
    {"memory",
     "free + active + inactive + speculative + wired + compressor_occupied",
     VMT_SYSTEM_DARWIN,
     {VMT_HOST_TOTAL, VMT_HOST_COUNT},
     {VMT_HOST_FREE, VMT_HOST_ACTIVE, VMT_HOST_INACTIVE, VMT_HOST_SPECULATIVE, VMT_HOST_WIRED,
      VMT_HOST_COMPRESSOR_OCCUPIED},
     reason_unattributed},
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

static struct sum add_up(const struct vmt_state *state, const enum vmt_host_quantity *terms)
{
    struct sum sum = {.known = true, .one_reading = true, .from = state->from[terms[0]]};
    for (size_t i = 0; i < TERMS_MOST && terms[i] != VMT_HOST_COUNT; i++) {
        const struct vmt_figure *figure = &state->stated[terms[i]];
        uint64_t slack = figure->quantum / 2 + figure->quantum % 2;
        if (!figure->amount.known || sum.value > UINT64_MAX - figure->amount.value ||
            sum.slack > UINT64_MAX - slack) {
            sum.known = false;
            break;
        }
        sum.value += figure->amount.value;
        sum.slack += slack;
        sum.one_reading = sum.one_reading && state->from[terms[i]] == sum.from;
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

void vmt_state_check(struct vmt_state *state)
{
    for (size_t i = 0; i < sizeof identities / sizeof identities[0]; i++) {
        const struct identity *identity = &identities[i];
        bool fits = identity->kind == MACHINES ? state->host->kind != VMT_SYSTEM_CGROUP
                                               : identity->kind == (int)state->host->kind;
        if (!fits) {
            continue;
        }
        struct sum stated = add_up(state, identity->stated);
        struct sum added = add_up(state, identity->added);
        if (!stated.known || !added.known || stated.slack > UINT64_MAX - added.slack) {
            continue;
        }
        uint64_t apart =
            stated.value > added.value ? stated.value - added.value : added.value - stated.value;
        uint64_t bound = stated.slack + added.slack;
        bool one_reading = stated.one_reading && added.one_reading && stated.from == added.from;
        const char *reason = identity->not_assessed;
        if (reason != NULL && added.value > stated.value) {
            reason = reason_exceeds;
        }
        if (reason == NULL && (!one_reading || (apart > bound && is_mixed(state)))) {
            reason = reason_apart;
        }
        enum vmt_verdict verdict = apart <= bound ? VMT_AGREES : VMT_DIFFERS;
        state->checks[state->check_count++] = (struct vmt_check){
            .type = vmt_slice(identity->name),
            .member = identity->member,
            .expected = stated.value,
            .actual = added.value,
            .bound = bound,
            .verdict = reason == NULL ? verdict : VMT_NOT_ASSESSED,
            .reason = reason,
        };
    }
}
