/* SPDX-License-Identifier: MIT */
/* worker STEP...: a process with a known memory, made by its steps from left to right; then it says
 * its number on descriptor 3 and waits until descriptor 4 ends.  A step is WORD:NUMBER:..., sizes
 * are in KiB, parts in percent of the latest area.  Each process has an index I that steps go by.
 *
 *   index:I               this process's index; 0 when not said
 *   name:TEXT             the name that the kernel shows
 *   heap:SIZE:MORE        anonymous memory of SIZE + I * MORE, all of it written
 *   shared:SIZE           shared anonymous memory
 *   memory:SIZE           shared memory of a memfd
 *   map:HOW:OFFSET:MORE:SIZE:PATH
 *                         a file from OFFSET + I * MORE on; HOW is r (private, read only), x (that,
 *                         as code), w (private, writable) or s (shared, writable)
 *   touch:START:MORE:PART read that part from START + I * MORE on; of a shared area write it
 *   write:PART            write the first part
 *   rewrite:PART          that, by children only
 *   pageout:PART          ask the kernel to swap out the first part
 *   fork:N                N children with the indexes 1 to N go on as this process does
 *   chain:N:PART          a child, whose child has a child ...: each rewrites another part
 *   mappings:N            N mappings of a page each, of which the first is written
 *   headless              the first thread ends once all is ready, another one waits
 *   zombie                a child that has ended and is not waited for; its number is said, too
 */
#include "config.h"

#ifdef __linux__

#include "number.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif

enum { READY = 3, GATE = 4 };

struct worker {
    unsigned index;
    unsigned char *area;
    size_t length;
    bool shared;
    unsigned char mark; /* written into pages, so that no two processes write the same */
};

static void fail(const char *what)
{
    /* The one who reads stops at a line that is no number. */
    dprintf(READY, "%s\n", what);
    _exit(1);
}

static size_t take(const char **at)
{
    *at += **at == ':' ? 1 : 0;
    return (size_t)take_number(at, 10);
}

/* One byte of each page of a part: written, or only read. */
static void visit(struct worker *worker, size_t start, size_t part, bool write)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t from = worker->length / 100 * (start < 100 ? start : 100) / page * page;
    size_t to = worker->length / 100 * (start + part < 100 ? start + part : 100);
    to = start + part >= 100 ? worker->length : to;
    for (size_t at = from; at < to; at += page) {
        volatile unsigned char *byte = worker->area + at;
        unsigned char was = *byte;
        if (write) {
            *byte = (unsigned char)(was + worker->mark);
        }
    }
}

static void map(struct worker *worker, size_t length, int protection, int flags, int file,
                size_t offset)
{
    void *area = mmap(NULL, length, protection, flags, file, (off_t)offset);
    if (area == MAP_FAILED) {
        fail("mmap failed");
    }
    worker->area = area;
    worker->length = length;
    worker->shared = (flags & MAP_SHARED) != 0;
}

static void make_heap(struct worker *worker, const char *at)
{
    size_t size = take(&at);
    size += take(&at) * worker->index;
    map(worker, size * 1024, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    visit(worker, 0, 100, true);
}

static void make_shared(struct worker *worker, const char *at)
{
    map(worker, take(&at) * 1024, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

static void make_memory(struct worker *worker, const char *at)
{
    size_t length = take(&at) * 1024;
    int file = memfd_create("worker", 0);
    if (file < 0 || ftruncate(file, (off_t)length) != 0) {
        fail("memfd_create failed");
    }
    map(worker, length, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
}

static void map_file(struct worker *worker, const char *at)
{
    at += *at == ':' ? 1 : 0;
    char how = *at == '\0' ? '\0' : *at++;
    size_t offset = take(&at);
    offset += take(&at) * worker->index;
    size_t length = take(&at) * 1024;
    bool writable = how == 's' || how == 'w';
    int file = *at == '\0' ? -1 : open(at + 1, how == 's' ? O_RDWR : O_RDONLY);
    if (file < 0) {
        fail("a file cannot be opened");
    }
    map(worker, length, PROT_READ | (how == 'x' ? PROT_EXEC : 0) | (writable ? PROT_WRITE : 0),
        how == 's' ? MAP_SHARED : MAP_PRIVATE, file, offset * 1024);
    close(file);
}

static void touch(struct worker *worker, const char *at)
{
    size_t start = take(&at);
    start += take(&at) * worker->index;
    visit(worker, start, take(&at), worker->shared);
}

static void write_part(struct worker *worker, const char *at)
{
    visit(worker, 0, take(&at), true);
}

static void rewrite_part(struct worker *worker, const char *at)
{
    if (worker->index > 0) {
        write_part(worker, at);
    }
}

static void page_out(struct worker *worker, const char *at)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    /* Where nothing swaps, nothing happens. */
    (void)madvise(worker->area, worker->length / 100 * take(&at) / page * page, MADV_PAGEOUT);
}

/* True in the child. */
static bool have_child(struct worker *worker, unsigned index)
{
    pid_t child = fork();
    if (child < 0) {
        fail("fork failed");
    }
    if (child == 0) {
        worker->index = index;
        worker->mark = (unsigned char)(index + 1);
    }
    return child == 0;
}

static void have_children(struct worker *worker, const char *at)
{
    unsigned count = (unsigned)take(&at);
    for (unsigned i = 1; i <= count && !have_child(worker, i); i++) {}
}

static void have_chain(struct worker *worker, const char *at)
{
    unsigned count = (unsigned)take(&at);
    size_t part = take(&at);
    for (unsigned i = 1; i <= count && have_child(worker, i); i++) {
        visit(worker, part * (i - 1), part, true);
    }
}

static void make_mappings(struct worker *worker, const char *at)
{
    size_t count = take(&at);
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    map(worker, count * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (size_t i = 1; i < count; i += 2) { /* neighbours that are alike would be one */
        if (mprotect(worker->area + i * page, page, PROT_READ) != 0) {
            fail("mprotect failed");
        }
    }
    worker->area[0] = worker->mark;
}

static void have_zombie(struct worker *worker, const char *at)
{
    siginfo_t ended;
    (void)at;
    if (have_child(worker, 1)) {
        _exit(0);
    }
    if (waitid(P_ALL, 0, &ended, WEXITED | WNOWAIT) != 0) {
        fail("waitid failed");
    }
    dprintf(READY, "%d\n", (int)ended.si_pid);
}

static int wait_at_gate(void *self)
{
    char byte = 0;
    (void)self;
    while (read(GATE, &byte, 1) > 0) {}
    _exit(0);
}

static void lose_head(struct worker *worker, const char *at)
{
    enum { STACK = 64 << 10 };
    (void)at;
    map(worker, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    dprintf(READY, "%d\n", (int)getpid());
    if (clone(wait_at_gate, worker->area + STACK,
              CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM,
              NULL) < 0) {
        fail("clone failed");
    }
    syscall(SYS_exit, 0);
}

static void be_index(struct worker *worker, const char *at)
{
    worker->index = (unsigned)take(&at);
    worker->mark = (unsigned char)(worker->index + 1);
}

static void be_named(struct worker *worker, const char *at)
{
    (void)worker;
    prctl(PR_SET_NAME, at + (*at == ':' ? 1 : 0), 0, 0, 0);
}

static void take_step(struct worker *worker, const char *step)
{
    static const struct {
        const char *word;
        void (*take)(struct worker *worker, const char *at);
    } steps[] = {
        {"index", be_index},
        {"name", be_named},
        {"heap", make_heap},
        {"shared", make_shared},
        {"memory", make_memory},
        {"map", map_file},
        {"touch", touch},
        {"write", write_part},
        {"rewrite", rewrite_part},
        {"pageout", page_out},
        {"fork", have_children},
        {"chain", have_chain},
        {"mappings", make_mappings},
        {"zombie", have_zombie},
        {"headless", lose_head},
    };
    size_t length = strcspn(step, ":");
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (strlen(steps[i].word) == length && memcmp(steps[i].word, step, length) == 0) {
            steps[i].take(worker, step + length);
            return;
        }
    }
    fail("a step that there is not");
}

int main(int argc, char **argv)
{
    struct worker worker = {.mark = 1};
    /* A huge page would be written, and counted, as one. */
    prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
    for (int i = 1; i < argc; i++) {
        take_step(&worker, argv[i]);
    }
    char byte = 0;
    dprintf(READY, "%d\n", (int)getpid());
    while (read(GATE, &byte, 1) > 0) {}
    while (wait(NULL) > 0) {}
    return 0;
}

#else

int main(void)
{
    return 77;
}

#endif
