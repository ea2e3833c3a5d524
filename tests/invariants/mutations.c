/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "sweep.h"

/* Text to read in mutations of one fixture: about 400 of a small one. */
#define MUTATED_BYTES ((size_t)3 << 19)

uint64_t mutation_count;

/* xorshift64*: the same everywhere. */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(0x2545f4914f6cdd1d);
}

void sweep_mutations(const struct fixture *fixture, struct vmt_context *context)
{
    /* Bytes that mean something to some pattern, among any others. */
    static const char special[] = "0123456789abcf-/[]()=:%.,KMGT \t\r\n\0\xff\xc3\xe2xrwSP?T#";
    if (fixture->length == 0) {
        return;
    }
    uint64_t state = UINT64_C(0x9e3779b97f4a7c15) ^ fixture->length;
    size_t count = MUTATED_BYTES * effort() / (fixture->length < 2048 ? 2048 : fixture->length);
    for (size_t i = 0; i < count; i++) {
        uint64_t random = next_random(&state);
        size_t at = (size_t)(random >> 16) % fixture->length;
        char kept = fixture->bytes[at];
        char byte =
            (random & 3) != 0 ? special[(random >> 2) % (sizeof special - 1)] : (char)(random >> 4);
        fixture->bytes[at] = byte;
        bool ok = case_is_ok();
        read_any(context, whole(fixture), true);
        if (ok && !case_is_ok()) {
            fault("^ with byte %zu set to 0x%02x", at, (unsigned)(unsigned char)byte);
        }
        fixture->bytes[at] = kept;
        mutation_count++;
    }
}
