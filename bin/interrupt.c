/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "interrupt.h"

#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

/* Signals that end a program and that it can still act on. */
static const int fatal_signals[] = {SIGHUP, SIGINT, SIGPIPE, SIGQUIT, SIGTERM, SIGXCPU, SIGXFSZ};
enum { FATAL_SIGNALS = sizeof fatal_signals / sizeof fatal_signals[0] };

/* For the signal handler. */
static const char *unfinished;      /* changes only while fatal signals are blocked */
static volatile sig_atomic_t group; /* of a tool, 0 when none runs */

static void fill(sigset_t *fatal)
{
    sigemptyset(fatal);
    for (size_t i = 0; i < FATAL_SIGNALS; i++) {
        sigaddset(fatal, fatal_signals[i]);
    }
}

void interrupt_block(sigset_t *former)
{
    sigset_t fatal;
    fill(&fatal);
    sigprocmask(SIG_BLOCK, &fatal, former);
}

void interrupt_unblock(const sigset_t *former)
{
    sigprocmask(SIG_SETMASK, former, NULL);
}

/* The default action is back already (SA_RESETHAND) and ends the program when this returns. */
static void clean_up(int number)
{
    if (unfinished != NULL) {
        unlink(unfinished);
    }
    if (group > 0) {
        kill(-(pid_t)group, SIGTERM);
    }
    raise(number);
}

static void guard(void)
{
    static bool guarded;
    struct sigaction action = {.sa_handler = clean_up};
    action.sa_flags = (int)SA_RESETHAND;
    fill(&action.sa_mask);
    for (size_t i = 0; !guarded && i < FATAL_SIGNALS; i++) {
        struct sigaction former;
        sigaction(fatal_signals[i], NULL, &former);
        if (former.sa_handler != SIG_IGN) { /* as nohup sets it */
            sigaction(fatal_signals[i], &action, NULL);
        }
    }
    guarded = true;
}

void interrupt_remove(const char *path)
{
    unfinished = path;
    guard();
}

volatile sig_atomic_t *interrupt_group(void)
{
    guard();
    return &group;
}
