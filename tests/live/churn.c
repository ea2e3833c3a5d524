/* SPDX-License-Identifier: MIT */
/* churn: processes that never are as they were a moment ago, until descriptor 4 ends, or a minute
 * is over.  Each of a few fork, execute, map, unmap, grow and die over and over again; it says its
 * number on descriptor 3 once all of them do. */
#include "config.h"

#ifdef __linux__

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READY = 3, GATE = 4, SECONDS_MOST = 60 };

static size_t page;

static void pause_for(unsigned microseconds)
{
    usleep(microseconds);
}

/* What every process begins with: it ends with the one that started it, and in time. */
static void begin(const char *name)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    alarm(SECONDS_MOST);
    if (name != NULL) {
        prctl(PR_SET_NAME, name, 0, 0, 0);
    }
}

/* An area of `count` pages, each a mapping of its own. */
static unsigned char *map_pieces(size_t count)
{
    unsigned char *area =
        mmap(NULL, count * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (area == MAP_FAILED) {
        _exit(1);
    }
    for (size_t i = 0; i < count; i++) {
        area[i * page] = (unsigned char)i;
        if (i % 2 == 1) {
            mprotect(area + i * page, page, PROT_READ);
        }
    }
    return area;
}

/* Children that are gone at once, and are zombies for a moment. */
static void fork_and_die(void)
{
    for (;;) {
        pid_t child = fork();
        if (child == 0) {
            _exit(0);
        }
        pause_for(2000);
        while (waitpid(-1, NULL, WNOHANG) > 0) {}
    }
}

/* Children with many mappings, which take long to read: they die in the midst of it. */
static void map_and_die(void)
{
    for (;;) {
        pid_t child = fork();
        if (child == 0) {
            begin("churn-short");
            map_pieces(3000);
            pause_for(3000);
            _exit(0);
        }
        waitpid(child, NULL, 0);
    }
}

/* The same process, another program: of one name, then of the other. */
static void execute(const char *self, const char *name)
{
    static const char one[] = "churn) S (";
    static const char other[] = "churn\nexec";
    prctl(PR_SET_NAME, name, 0, 0, 0);
    map_pieces(1000);
    pause_for(3000);
    execl(self, self, "execute", strcmp(name, one) == 0 ? other : one, (char *)NULL);
    _exit(1);
}

static void grow_and_shrink(void)
{
    unsigned char *kept[16] = {0};
    for (unsigned turn = 0;; turn++) {
        unsigned char **slot = &kept[turn % 16];
        size_t size = (1 + turn % 64) * 16 * page;
        if (*slot != NULL) {
            munmap(*slot, 1024 * page);
        }
        *slot = mmap(NULL, 1024 * page, PROT_READ | PROT_WRITE,
                     (turn % 3 == 0 ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS, -1, 0);
        if (*slot == MAP_FAILED) {
            _exit(1);
        }
        memset(*slot, (int)turn, size);
        munmap(*slot + 512 * page, page);
        if (turn % 10 == 0) {
            pause_for(1000);
        }
    }
}

/* Generations: each child has a child and dies before it. */
static void orphan(void)
{
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        pid_t child = fork();
        if (child == 0) {
            begin("churn-parent");
            map_pieces(50);
            if (fork() == 0) {
                alarm(SECONDS_MOST);
                prctl(PR_SET_NAME, "churn-orphan", 0, 0, 0);
                pause_for(2000);
                _exit(0);
            }
            pause_for(1000);
            _exit(0);
        }
        pause_for(4000);
    }
}

static void start(void (*run)(void), const char *name)
{
    pid_t child = fork();
    if (child == 0) {
        begin(name);
        run();
        _exit(1);
    }
    if (child < 0) {
        dprintf(READY, "fork failed\n");
        exit(1);
    }
}

int main(int argc, char **argv)
{
    static char self[4096];
    char byte = 0;
    page = (size_t)sysconf(_SC_PAGESIZE);
    if (argc > 2 && strcmp(argv[1], "execute") == 0) {
        begin(NULL);
        execute(argv[0], argv[2]);
    }
    if (readlink("/proc/self/exe", self, sizeof self - 1) < 0) {
        return 1;
    }
    start(fork_and_die, "churn-fork");
    start(map_and_die, "churn-map");
    start(grow_and_shrink, "churn-grow");
    start(orphan, "churn-orphans");
    pid_t child = fork();
    if (child == 0) {
        begin(NULL);
        execute(self, "churn-execute");
    }
    alarm(SECONDS_MOST);
    dprintf(READY, "%d\n", (int)getpid());
    while (read(GATE, &byte, 1) > 0) {}
    return 0; /* and they end with it */
}

#else

int main(void)
{
    return 77;
}

#endif
