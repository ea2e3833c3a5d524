/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/read_ahead.h"

#ifdef HAVE_PTHREAD

#include <pthread.h>

/* Small enough to stay in a processor's cache, large enough for few changes of hands. */
#define BLOCK_SIZE ((size_t)64 << 10)
#define BLOCKS 4
/* So many bytes are read without a thread. */
#define RUN ((uint64_t)128 << 10)

struct block {
    size_t length;
    char bytes[BLOCK_SIZE];
};

struct vmt_read_ahead {
    struct vmt_input input;
    struct vmt_input *from;
    const struct vmt_allocator *allocator;
    uint64_t given; /* without a thread */
    bool begun;
    bool alone; /* no thread can be had */
    pthread_t thread;

    pthread_mutex_t lock;   /* of what follows */
    pthread_cond_t changed; /* of it, something the other side may wait for */
    size_t filled;          /* blocks, in all; modulo BLOCKS where they are */
    size_t emptied;
    bool ended; /* no more blocks come */
    bool stop;  /* no more are wanted */
    struct vmt_error failure;

    size_t offset;        /* in the block that is being emptied */
    struct block *blocks; /* BLOCKS of them, once there is a thread */
};

/* --- the thread ------------------------------------------------------------------------------- */

/* Fill a block as far as it goes; false at the end of the input. */
static bool fill(struct vmt_read_ahead *ahead, struct block *block, struct vmt_error *err)
{
    block->length = 0;
    while (block->length < BLOCK_SIZE) {
        size_t got = 0;
        enum vmt_status status = ahead->from->read(ahead->from, block->bytes + block->length,
                                                   BLOCK_SIZE - block->length, &got, err);
        block->length += got;
        if (status != VMT_OK || got == 0) {
            return false;
        }
    }
    return true;
}

static void *run(void *argument)
{
    struct vmt_read_ahead *ahead = argument;
    struct vmt_error failure = VMT_ERROR_INIT;
    bool more = true;
    pthread_mutex_lock(&ahead->lock);
    while (more && !ahead->stop) {
        if (ahead->filled - ahead->emptied == BLOCKS) {
            pthread_cond_wait(&ahead->changed, &ahead->lock);
            continue;
        }
        struct block *block = &ahead->blocks[ahead->filled % BLOCKS];
        pthread_mutex_unlock(&ahead->lock);
        more = fill(ahead, block, &failure);
        pthread_mutex_lock(&ahead->lock);
        ahead->filled++;
        pthread_cond_signal(&ahead->changed);
    }
    ahead->failure = failure;
    ahead->ended = true;
    pthread_cond_signal(&ahead->changed);
    pthread_mutex_unlock(&ahead->lock);
    return NULL;
}

/* --- the caller ------------------------------------------------------------------------------- */

static enum vmt_status read_alone(struct vmt_read_ahead *ahead, char *buffer, size_t size,
                                  size_t *got, struct vmt_error *err)
{
    enum vmt_status status = ahead->from->read(ahead->from, buffer, size, got, err);
    ahead->given += *got;
    return status;
}

/* The next block, NULL at the end; waits for it. */
static struct block *wait_for_block(struct vmt_read_ahead *ahead)
{
    pthread_mutex_lock(&ahead->lock);
    while (ahead->filled == ahead->emptied && !ahead->ended) {
        pthread_cond_wait(&ahead->changed, &ahead->lock);
    }
    bool there = ahead->filled > ahead->emptied;
    pthread_mutex_unlock(&ahead->lock);
    return there ? &ahead->blocks[ahead->emptied % BLOCKS] : NULL;
}

static void give_back(struct vmt_read_ahead *ahead)
{
    pthread_mutex_lock(&ahead->lock);
    ahead->emptied++;
    ahead->offset = 0;
    pthread_cond_signal(&ahead->changed);
    pthread_mutex_unlock(&ahead->lock);
}

static enum vmt_status read_behind(struct vmt_read_ahead *ahead, char *buffer, size_t size,
                                   size_t *got, struct vmt_error *err)
{
    struct block *block = wait_for_block(ahead);
    while (block != NULL && block->length == 0) { /* the last one can be empty */
        give_back(ahead);
        block = wait_for_block(ahead);
    }
    *got = 0;
    if (block == NULL) {
        if (ahead->failure.status == VMT_OK) {
            return VMT_OK;
        }
        *err = ahead->failure;
        return err->status;
    }
    size_t left = block->length - ahead->offset;
    *got = left < size ? left : size;
    memcpy(buffer, block->bytes + ahead->offset, *got);
    ahead->offset += *got;
    if (ahead->offset == block->length) {
        give_back(ahead);
    }
    return VMT_OK;
}

/* Returns whether there is a thread now. */
static bool begin(struct vmt_read_ahead *ahead)
{
    const struct vmt_allocator *allocator = ahead->allocator;
    ahead->blocks = allocator->allocate(allocator->self, BLOCKS * sizeof *ahead->blocks);
    return ahead->blocks != NULL && pthread_create(&ahead->thread, NULL, run, ahead) == 0;
}

static enum vmt_status read_ahead(struct vmt_input *input, char *buffer, size_t size, size_t *got,
                                  struct vmt_error *err)
{
    struct vmt_read_ahead *ahead = (struct vmt_read_ahead *)input; /* its first member */
    if (!ahead->begun && !ahead->alone && ahead->given >= RUN) {
        ahead->begun = begin(ahead);
        ahead->alone = !ahead->begun;
    }
    return ahead->begun ? read_behind(ahead, buffer, size, got, err)
                        : read_alone(ahead, buffer, size, got, err);
}

struct vmt_input *vmt_read_ahead_start(struct vmt_read_ahead **out, struct vmt_input *input,
                                       const struct vmt_allocator *allocator, unsigned processors)
{
    struct vmt_read_ahead *ahead =
        processors < 2 ? NULL : allocator->allocate(allocator->self, sizeof *ahead);
    *out = ahead;
    if (ahead == NULL) {
        return input;
    }
    *ahead = (struct vmt_read_ahead){
        .input = {input->name, read_ahead}, .from = input, .allocator = allocator};
    pthread_mutex_init(&ahead->lock, NULL);
    pthread_cond_init(&ahead->changed, NULL);
    return &ahead->input;
}

void vmt_read_ahead_free(struct vmt_read_ahead *ahead)
{
    if (ahead == NULL) {
        return;
    }
    if (ahead->begun) {
        pthread_mutex_lock(&ahead->lock);
        ahead->stop = true;
        pthread_cond_signal(&ahead->changed);
        pthread_mutex_unlock(&ahead->lock);
        pthread_join(ahead->thread, NULL);
    }
    pthread_cond_destroy(&ahead->changed);
    pthread_mutex_destroy(&ahead->lock);
    const struct vmt_allocator *allocator = ahead->allocator;
    allocator->release(allocator->self, ahead->blocks);
    allocator->release(allocator->self, ahead);
}

#else

struct vmt_input *vmt_read_ahead_start(struct vmt_read_ahead **out, struct vmt_input *input,
                                       const struct vmt_allocator *allocator, unsigned processors)
{
    (void)allocator;
    (void)processors;
    *out = NULL;
    return input;
}

void vmt_read_ahead_free(struct vmt_read_ahead *ahead)
{
    (void)ahead;
}

#endif
