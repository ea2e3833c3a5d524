/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/parallel.h"

#include <assert.h>
#include <unistd.h>

#ifdef HAVE_PTHREAD

#include <pthread.h>
#ifdef HAVE_SCHED_GETAFFINITY
#include <sched.h>
#endif

/* Elsewhere a thread has a sixteenth of what the first one has, too little for deep JSON. */
#define STACK_SIZE ((size_t)8 << 20)

struct crew {
    const struct vmt_parallel *parallel;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t room;  /* a piece may be begun, or none ever again */
    pthread_cond_t done;  /* another piece is */
    size_t begun;
    size_t taken;
    bool stop;
    bool finished[2 * VMT_THREADS_MOST]; /* pieces begun and not taken, modulo their number */
};

struct worker {
    struct crew *crew;
    unsigned number;
    pthread_t thread;
};

/* Whether there is one; waits until it may be begun. */
static bool next_piece(size_t *piece, struct crew *crew)
{
    const struct vmt_parallel *parallel = crew->parallel;
    while (!crew->stop && crew->begun < parallel->count &&
           crew->begun - crew->taken == parallel->ahead) {
        pthread_cond_wait(&crew->room, &crew->lock);
    }
    if (crew->stop || crew->begun == parallel->count) {
        return false;
    }
    *piece = crew->begun++;
    parallel->begin(parallel->self, *piece);
    return true;
}

static void *run_worker(void *argument)
{
    const struct worker *worker = argument;
    struct crew *crew = worker->crew;
    const struct vmt_parallel *parallel = crew->parallel;
    size_t piece = 0;
    pthread_mutex_lock(&crew->lock);
    while (next_piece(&piece, crew)) {
        pthread_mutex_unlock(&crew->lock);
        parallel->work(parallel->self, worker->number, piece);
        pthread_mutex_lock(&crew->lock);
        crew->finished[piece % parallel->ahead] = true;
        pthread_cond_signal(&crew->done);
    }
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

/* Returns how many there are. */
static unsigned start_workers(struct worker *workers, struct crew *crew)
{
    unsigned count = 0;
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) {
        return 0;
    }
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    while (count < crew->parallel->threads) {
        workers[count] = (struct worker){.crew = crew, .number = count};
        if (pthread_create(&workers[count].thread, &attributes, run_worker, &workers[count]) != 0) {
            break; /* those that there are do it */
        }
        count++;
    }
    pthread_attr_destroy(&attributes);
    return count;
}

static void take_all(struct crew *crew)
{
    const struct vmt_parallel *parallel = crew->parallel;
    pthread_mutex_lock(&crew->lock);
    while (!crew->stop && crew->taken < parallel->count) {
        bool *finished = &crew->finished[crew->taken % parallel->ahead];
        if (!*finished) {
            pthread_cond_wait(&crew->done, &crew->lock);
        } else if (parallel->take(parallel->self, crew->taken)) {
            *finished = false;
            crew->taken++;
            pthread_cond_signal(&crew->room);
        } else {
            crew->stop = true;
        }
    }
    pthread_cond_broadcast(&crew->room);
    pthread_mutex_unlock(&crew->lock);
}

size_t vmt_parallel_run(const struct vmt_parallel *parallel)
{
    assert(parallel->threads <= VMT_THREADS_MOST);
    assert(parallel->ahead > 0 && parallel->ahead <= 2 * VMT_THREADS_MOST);
    struct crew crew = {.parallel = parallel,
                        .lock = PTHREAD_MUTEX_INITIALIZER,
                        .room = PTHREAD_COND_INITIALIZER,
                        .done = PTHREAD_COND_INITIALIZER};
    struct worker workers[VMT_THREADS_MOST];
    unsigned count = start_workers(workers, &crew);
    if (count > 0) {
        take_all(&crew);
    }
    for (unsigned i = 0; i < count; i++) {
        pthread_join(workers[i].thread, NULL);
    }
    return crew.taken;
}

#else

size_t vmt_parallel_run(const struct vmt_parallel *parallel)
{
    (void)parallel;
    return 0;
}

#endif

unsigned vmt_parallel_processors(void)
{
#if defined HAVE_PTHREAD && defined HAVE_SCHED_GETAFFINITY
    cpu_set_t mine;
    if (sched_getaffinity(0, sizeof mine, &mine) == 0) {
        return (unsigned)CPU_COUNT(&mine);
    }
#endif
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (unsigned)online : 1;
}
