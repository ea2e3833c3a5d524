/* SPDX-License-Identifier: MIT */
/* population CHILDREN MAPPINGS LARGE: processes to be read.  CHILDREN workers that share a written
 * heap and rewrite a part of it, each with MAPPINGS mappings of its own, and one more with LARGE of
 * them.  Prints the number of that one, then those of the others, one a line, when all are ready;
 * they live until standard input ends. */
#include "config.h"

#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/slice.h"

#define HEAP_SIZE ((size_t)16 << 20)

static char heap[HEAP_SIZE];

/* Neighbours differ in what they allow, so that the kernel keeps them apart. */
static bool map(unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        bool writable = i % 2 == 0;
        char *memory = mmap(NULL, 4096 * (1 + i % 7), writable ? PROT_READ | PROT_WRITE : PROT_READ,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) {
            return false;
        }
        if (writable) {
            memory[0] = 1;
        }
    }
    return true;
}

/* Says that it is ready and waits for its end. */
_Noreturn static void live(unsigned mappings, int ready, int end)
{
    char byte = 0;
    bool mapped = map(mappings);
    memset(heap, 2, HEAP_SIZE / 10);
    if (!mapped || write(ready, &byte, 1) != 1) {
        _exit(1);
    }
    while (read(end, &byte, 1) > 0) {}
    _exit(0);
}

int main(int argc, char **argv)
{
    int ready[2];
    int end[2];
    unsigned counts[3] = {0};
    bool understood = argc == 4;
    for (int i = 0; i < 3 && i + 1 < argc; i++) {
        uint64_t number = 0;
        understood =
            understood && vmt_parse_u64(vmt_slice(argv[i + 1]), 10, &number) && number <= 1000000;
        counts[i] = (unsigned)number;
    }
    if (!understood || pipe(ready) != 0 || pipe(end) != 0) {
        fputs("usage: population CHILDREN MAPPINGS LARGE\n", stderr);
        return 64;
    }
    memset(heap, 1, HEAP_SIZE);
    for (unsigned i = 0; i <= counts[0]; i++) {
        pid_t child = fork();
        if (child == 0) {
            close(end[1]);
            live(i == 0 ? counts[2] : counts[1], ready[1], end[0]);
        }
        printf("%jd\n", (intmax_t)child);
    }
    close(ready[1]);
    char byte = 0;
    for (unsigned i = 0; i <= counts[0]; i++) {
        if (read(ready[0], &byte, 1) != 1) {
            fputs("population: a process could not be made\n", stderr);
            return 1;
        }
    }
    puts("ready");
    fflush(stdout);
    while (getchar() != EOF) {}
    return 0; /* the end of the pipe ends the others */
}
