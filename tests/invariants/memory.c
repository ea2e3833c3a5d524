/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "sweep.h"

#include "../unit/counting.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

/* Refused allocations to try with one fixture, four times as many where something is wrong with
 * it.  In a build with VMT_ARENA_EXACT there are thousands of allocations, most of them alike (one
 * more region): they are tried in strides. */
#define REFUSALS_MOST 40

/* All that is done with a text, by one allocator. */
static enum vmt_status run(struct counting *counting, struct vmt_slice text, bool interpret,
                           uint64_t *hash, struct vmt_error *err)
{
    const struct vmt_allocator allocator = counting_allocator(counting);
    struct vmt_context context;
    struct vmt_snapshot snapshot;
    vmt_context_init(&context, &allocator);
    context.interpret = interpret;
    vmt_snapshot_init(&snapshot, &allocator, MEMORY_LIMIT);
    enum vmt_status status = read_text(&snapshot, &context, text, err);
    *hash = hash_model(&snapshot, true);
    if (status == VMT_OK) {
        status = write_reports(&snapshot, &allocator, hash, err);
    }
    vmt_snapshot_free(&snapshot);
    vmt_context_free(&context);
    if (counting->live != 0) {
        fault("%" PRIu64 " blocks leak after %" PRIu64 " allocations", counting->live,
              counting->made);
    }
    return status;
}

uint64_t refusal_count;

static void refuse(struct vmt_slice text, struct counting counting, bool interpret,
                   enum vmt_status expected_status, uint64_t expected_hash)
{
    uint64_t number = counting.refuse;
    uint64_t hash = 0;
    struct vmt_error err = VMT_ERROR_INIT;
    enum vmt_status status = run(&counting, text, interpret, &hash, &err);
    refusal_count++;
    if (!counting.refused) {
        fault("allocation %" PRIu64 " was not made again", number);
    } else if (status == VMT_E_NOMEM) {
        if (err.status != status || err.message[0] == '\0') {
            fault("allocation %" PRIu64 " refused: no error recorded", number);
        }
    } else if (status != expected_status || hash != expected_hash) {
        /* Without memory for JIT the pattern is interpreted: all right, when the result is the
         * same. */
        fault("allocation %" PRIu64 " refused%s%s: %s, and another result", number,
              counting.all_after ? ", and all after" : "", interpret ? ", without JIT" : "",
              vmt_status_name(status));
    }
}

static uint64_t next_refusal(uint64_t n, uint64_t first, uint64_t stride)
{
    if (n < 30) {
        return n + 1;
    }
    return n < first ? first : n + stride;
}

void sweep_memory(const struct fixture *fixture, struct vmt_context *context)
{
    (void)context;
    for (int interpret = 0; interpret < 2; interpret++) {
        struct counting counting = {0};
        struct vmt_error err = VMT_ERROR_INIT;
        uint64_t hash = 0;
        alarm(HANG_SECONDS);
        enum vmt_status status = run(&counting, whole(fixture), interpret == 1, &hash, &err);
        enum vmt_status expected = fixture->kind == KIND_BAD ? VMT_E_NOCAPTURE : VMT_OK;
        if (status != expected) {
            fault("%s", err.message);
            return;
        }
        /* All of the first ones, where each is of another kind; then in strides that begin
         * elsewhere in each fixture.  What happens once in a file happens in warn-. */
        uint64_t most = (fixture->kind == KIND_WARN ? 4u : 1u) * REFUSALS_MOST * effort();
        uint64_t stride = 1 + counting.made / (interpret == 1 ? most / 4 : most);
        uint64_t first = 30 + fixture->number % stride;
        for (uint64_t n = 1; n <= counting.made; n = next_refusal(n, first, stride)) {
            alarm(HANG_SECONDS);
            refuse(whole(fixture), (struct counting){.refuse = n}, interpret == 1, status, hash);
            refuse(whole(fixture), (struct counting){.refuse = n, .all_after = true},
                   interpret == 1, status, hash);
        }
    }
}
