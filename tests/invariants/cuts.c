/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "sweep.h"

#include <stdlib.h>

/* Text to read in the beginnings of one fixture: all of them of one up to some 2000 bytes. */
#define CUT_BYTES ((size_t)2 << 20)
/* A larger fixture is accounted for by its whole only. */
#define SMALL_FIXTURE 4096
/* No header of a report is longer, with the titles after it. */
#define WINDOW_WITH_HEAD 4096

uint64_t cut_count;

/* The bytes of each beginning in a block of its own size, so that a sanitizer sees one byte too
 * far. */
static uint64_t read_beginning(struct vmt_context *context, const struct fixture *fixture,
                               size_t length, bool with_breakdown)
{
    char *copy = take_memory(malloc(length == 0 ? 1 : length));
    memcpy(copy, fixture->bytes, length);
    uint64_t hash = read_any(context, (struct vmt_slice){copy, length}, with_breakdown);
    free(copy);
    cut_count++;
    return hash;
}

/* Where to cut: at the ends of all lines, and as often between as CUT_BYTES allow. */
static size_t cut_stride(const struct fixture *fixture)
{
    return 1 + fixture->length / 2 * fixture->length / (CUT_BYTES * effort());
}

void sweep_cuts(const struct fixture *fixture, struct vmt_context *context)
{
    const size_t stride = cut_stride(fixture);
    for (size_t length = 0; length <= fixture->length; length++) {
        bool line = length > 0 && fixture->bytes[length - 1] == '\n';
        if (line || (length + fixture->number) % stride == 0) {
            /* The accounting of one more byte is that of one less; the text of lines decides. */
            read_beginning(context, fixture, length, line && fixture->length <= SMALL_FIXTURE);
        }
    }
}

/* With its end. */
static size_t longest_line(struct vmt_slice text)
{
    size_t longest = 0;
    size_t begin = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] == '\n' || i + 1 == text.length) {
            longest = i + 1 - begin > longest ? i + 1 - begin : longest;
            begin = i + 1;
        }
    }
    return longest;
}

/* Through a window that always holds all the lines that can be looked at, or the head of any report
 * with the lines after it, what is read is the same.  Through a smaller one less is seen, and less
 * may be claimed. */
void sweep_windows(const struct fixture *fixture, struct vmt_context *context)
{
    const size_t longest = longest_line(whole(fixture));
    const size_t windows[] = {longest * VMT_CURSOR_AHEAD + 1, 4096, 256, 64, 17};
    uint64_t expected = read_any(context, whole(fixture), false);
    for (size_t i = 0; i < COUNT(windows); i++) {
        struct vmt_context small;
        vmt_context_init(&small, &vmt_allocator_system);
        small.window = windows[i];
        uint64_t hash = read_any(&small, whole(fixture), true);
        bool enough = longest <= windows[i] && (i == 0 || windows[i] >= WINDOW_WITH_HEAD);
        if (hash != expected && enough) {
            fault("another model with a window of %zu bytes", windows[i]);
        }
        vmt_context_free(&small);
    }
    struct vmt_context interpreting;
    vmt_context_init(&interpreting, &vmt_allocator_system);
    interpreting.interpret = true;
    if (read_any(&interpreting, whole(fixture), false) != expected) {
        fault("another model without JIT");
    }
    vmt_context_free(&interpreting);
}

/* Beginnings through small windows: safety, since where they end decides what is ahead. */
void sweep_small_windows(const struct fixture *fixture, struct vmt_context *context)
{
    static const size_t windows[] = {256, 4096};
    (void)context;
    for (size_t i = 0; i < COUNT(windows); i++) {
        struct vmt_context small;
        vmt_context_init(&small, &vmt_allocator_system);
        small.window = windows[i];
        /* Odd, so that the cuts fall on all columns. */
        const size_t stride = cut_stride(fixture) * 16 + 13;
        for (size_t length = i; length < fixture->length; length += stride) {
            read_beginning(&small, fixture, length, false);
        }
        vmt_context_free(&small);
    }
}
