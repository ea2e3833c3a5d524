/* SPDX-License-Identifier: MIT */
/* measure PROGRAM [ARGUMENT...]: run it with its output thrown away and print the microseconds from
 * fork to its end and its largest resident size in KiB.  Ends with 1 when it does not end with 0.
 */
#include "config.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t microseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void become(char **argv)
{
    int null = open("/dev/null", O_WRONLY);
    if (null < 0 || dup2(null, STDOUT_FILENO) < 0) {
        perror("/dev/null");
        _exit(126);
    }
    execvp(argv[0], argv);
    perror(argv[0]);
    _exit(127);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fputs("usage: measure PROGRAM [ARGUMENT...]\n", stderr);
        return 64;
    }
    int64_t begin = microseconds();
    pid_t child = fork();
    if (child == 0) {
        become(argv + 1);
    }
    int status = 0;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) != child) {
        perror("measure");
        return 2;
    }
    int64_t end = microseconds();
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "measure: %s: %s %d\n", argv[1], WIFEXITED(status) ? "exit code" : "signal",
                WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
        return 1;
    }
#ifdef __APPLE__
    long peak = usage.ru_maxrss / 1024; /* in bytes there */
#else
    long peak = usage.ru_maxrss;
#endif
    printf("%" PRId64 " %ld\n", end - begin, peak);
    return 0;
}
