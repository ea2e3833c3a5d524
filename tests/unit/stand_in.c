/* SPDX-License-Identifier: MIT */
/* What a tool of the system may do, good and bad: the first argument says which. */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

#define DESCRIPTORS 256 /* the most that a test has open */

static void say(int descriptor, const char *text)
{
    if (write(descriptor, text, strlen(text)) < 0) {
        _exit(99);
    }
}

static _Noreturn void sleep_for_ever(void)
{
    for (;;) {
        pause();
    }
}

static void fill(int descriptor, size_t count)
{
    char block[1000];
    memset(block, 'x', sizeof block);
    block[sizeof block - 1] = '\n';
    while (count > 0) {
        size_t size = count < sizeof block ? count : sizeof block;
        ssize_t written = write(descriptor, block, size);
        if (written < 0) {
            _exit(99);
        }
        count -= (size_t)written;
    }
}

/* --- good ------------------------------------------------------------------------------------- */

static int print_file(const char *path)
{
    char block[5000];
    int file = open(path, O_RDONLY);
    ssize_t count = 1;
    while (file >= 0 && count > 0) {
        count = read(file, block, sizeof block);
        if (count > 0 && write(STDOUT_FILENO, block, (size_t)count) != count) {
            return 99;
        }
    }
    return file >= 0 ? 0 : 99;
}

static int print_arguments(char **arguments)
{
    for (; *arguments != NULL; arguments++) {
        printf("<%s>\n", *arguments);
    }
    return 0;
}

static void print_signals(void)
{
    sigset_t blocked;
    sigprocmask(SIG_SETMASK, NULL, &blocked);
    for (int number = 1; number < 32; number++) {
        struct sigaction action;
        if (sigismember(&blocked, number) == 1) {
            printf("blocked %d\n", number);
        }
        if (sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN) {
            printf("ignored %d\n", number);
        }
    }
}

/* All that it was given. */
static int print_state(void)
{
    char directory[1000];
    char byte;
    printf("in %s\n", getcwd(directory, sizeof directory));
    for (char **variable = environ; *variable != NULL; variable++) {
        printf("%s\n", *variable);
    }
    for (int i = 0; i < DESCRIPTORS; i++) {
        if (fcntl(i, F_GETFD) >= 0) {
            printf("open %d\n", i);
        }
    }
    print_signals();
    printf("%s\n", getsid(0) == getpid() ? "leads a session" : "is led");
    printf("input %d\n", (int)read(STDIN_FILENO, &byte, 1));
    return 0;
}

/* --- bad -------------------------------------------------------------------------------------- */

static void leave_politely(int number)
{
    (void)number;
    say(STDERR_FILENO, "bye\n");
    _exit(3);
}

static _Noreturn void flood(bool output, bool error)
{
    for (;;) {
        if (output) {
            fill(STDOUT_FILENO, 1000);
        }
        if (error) {
            fill(STDERR_FILENO, 1000);
        }
    }
}

/* What it starts has the streams as well, holds a lock as long as it lives, and goes on printing or
 * not. */
static int leave_behind(const char *lock, bool chatter)
{
    int ready[2];
    char byte;
    if (pipe(ready) != 0) {
        return 99;
    }
    pid_t child = fork();
    if (child == 0) {
        int file = open(lock, O_RDWR);
        if (file < 0 || flock(file, LOCK_EX) != 0) {
            _exit(99);
        }
        say(ready[1], "!");
        if (chatter) {
            flood(true, true);
        }
        sleep_for_ever();
    }
    if (child < 0 || read(ready[0], &byte, 1) != 1) {
        return 99;
    }
    say(STDOUT_FILENO, "report\n");
    return 0;
}

static int misbehave(const char *what)
{
    bool stubborn = strcmp(what, "stubborn") == 0;
    bool halted = strcmp(what, "halted") == 0;
    if (strcmp(what, "deaf") == 0) {
        close(STDOUT_FILENO);
        close(STDERR_FILENO);
        sleep_for_ever();
    }
    if (stubborn || halted || strcmp(what, "polite") == 0) {
        signal(SIGTERM, stubborn ? SIG_IGN : leave_politely);
    }
    if (strcmp(what, "silent") != 0) {
        say(STDOUT_FILENO, "ready\n");
    }
    if (halted) {
        raise(SIGSTOP);
    }
    sleep_for_ever();
}

static int close_one(const char *what)
{
    if (strcmp(what, "output") == 0) {
        close(STDOUT_FILENO);
        say(STDERR_FILENO, "on the other\n");
    } else {
        close(STDERR_FILENO);
        say(STDOUT_FILENO, "on the other\n");
    }
    return 0;
}

int main(int argc, char **argv)
{
    /* Before the rest: print a file, warn on standard error. */
    while (argc > 2 && (strcmp(argv[1], "print-then") == 0 || strcmp(argv[1], "warn-then") == 0)) {
        if (strcmp(argv[1], "warn-then") == 0) {
            say(STDERR_FILENO, argv[2]);
        } else if (print_file(argv[2]) != 0) {
            return 99;
        }
        argc -= 2;
        argv += 2;
    }
    const char *what = argc > 1 ? argv[1] : "nothing";
    const char *more = argc > 2 ? argv[2] : "";
    if (strcmp(what, "print") == 0) {
        return print_file(more);
    }
    if (strcmp(what, "arguments") == 0) {
        return print_arguments(argv + 2);
    }
    if (strcmp(what, "state") == 0) {
        return print_state();
    }
    if (strcmp(what, "say") == 0) { /* the text, and then how it ends: a digit is an exit code */
        say(STDOUT_FILENO, more);
        return argc > 3 ? argv[3][0] - '0' : 0;
    }
    if (strcmp(what, "fail") == 0) {
        say(STDERR_FILENO, more);
        return 255;
    }
    if (strcmp(what, "killed") == 0) {
        return raise(strcmp(more, "9") == 0 ? SIGKILL : SIGTERM);
    }
    if (strcmp(what, "flood") == 0) {
        flood(strcmp(more, "error") != 0, strcmp(more, "output") != 0);
    }
    if (strcmp(what, "error-first") == 0) {
        fill(STDERR_FILENO, 1000000);
        say(STDOUT_FILENO, "done\n");
        return 0;
    }
    if (strcmp(what, "close") == 0) {
        return close_one(more);
    }
    if (strcmp(what, "child") == 0 || strcmp(what, "chatter") == 0) {
        return leave_behind(more, strcmp(what, "chatter") == 0);
    }
    return strcmp(what, "nothing") == 0 ? 0 : misbehave(what);
}
