/* SPDX-License-Identifier: MIT */
/* worker FILE: a process with a known memory and a child that shares some of it.  It prints both
 * numbers on a line once all is there, and waits until its standard input ends.  Sizes are those
 * that live.sh knows, too. */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __APPLE__
#include <mach/mach.h>
#endif

#define MEBIBYTE ((size_t)1 << 20)

static unsigned char *map(size_t size, int flags, int file)
{
    int protection = file < 0 ? PROT_READ | PROT_WRITE : PROT_READ;
    unsigned char *area = mmap(NULL, size, protection, flags, file, 0);
    return area == MAP_FAILED ? NULL : area;
}

/* Purgeable, nonvolatile and written; nothing where there is no such memory. */
static void take_purgeable(size_t size)
{
#ifdef __APPLE__
    vm_address_t address = 0;
    if (vm_allocate(mach_task_self(), &address, size, VM_FLAGS_ANYWHERE | VM_FLAGS_PURGABLE) ==
        KERN_SUCCESS) {
        memset((void *)address, 5, size); /* NOLINT(performance-no-int-to-ptr) */
    }
#else
    (void)size;
#endif
}

/* Every page is read; the sum keeps the compiler from leaving that out. */
static unsigned read_all(const unsigned char *area, size_t size)
{
    unsigned sum = 0;
    for (size_t at = 0; at < size; at += 4096) {
        sum += area[at];
    }
    return sum;
}

static void wait_for_end(void)
{
    char byte = 0;
    while (read(STDIN_FILENO, &byte, 1) > 0) {}
}

int main(int argc, char **argv)
{
    struct stat status;
    int file = argc == 2 ? open(argv[1], O_RDONLY) : -1;
    if (file < 0 || fstat(file, &status) != 0) {
        fputs("usage: worker FILE\n", stderr);
        return 1;
    }
    unsigned char *own = map(32 * MEBIBYTE, MAP_PRIVATE | MAP_ANON, -1);
    unsigned char *untouched = map(64 * MEBIBYTE, MAP_PRIVATE | MAP_ANON, -1);
    unsigned char *shared = map(8 * MEBIBYTE, MAP_SHARED | MAP_ANON, -1);
    unsigned char *forked = map(16 * MEBIBYTE, MAP_PRIVATE | MAP_ANON, -1);
    unsigned char *text = map((size_t)status.st_size, MAP_PRIVATE, file);
    if (own == NULL || untouched == NULL || shared == NULL || forked == NULL || text == NULL) {
        perror("worker: mmap");
        return 1;
    }
    memset(own, 1, 32 * MEBIBYTE);
    memset(shared, 2, 8 * MEBIBYTE);
    memset(forked, 3, 16 * MEBIBYTE);
    take_purgeable(4 * MEBIBYTE);
    unsigned sum = read_all(text, (size_t)status.st_size);
    int ready[2];
    if (pipe(ready) != 0) {
        perror("worker: pipe");
        return 1;
    }
    pid_t child = fork();
    if (child == 0) {
        memset(forked, 4, 8 * MEBIBYTE);
        close(ready[0]);
        close(ready[1]); /* that it is ready */
        wait_for_end();
        return 0;
    }
    char byte = 0;
    close(ready[1]);
    while (read(ready[0], &byte, 1) > 0) {}
    printf("%ld %ld %u\n", (long)getpid(), (long)child, sum);
    fflush(stdout);
    wait_for_end();
    return child < 0 ? 1 : 0;
}
