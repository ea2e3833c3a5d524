/* SPDX-License-Identifier: MIT */
#ifndef VMT_BIN_INTERRUPT_H
#define VMT_BIN_INTERRUPT_H

/* What a signal that ends the program takes with it. */

#include <signal.h>

/* Keep those signals from acting, and let them act as before. */
void interrupt_block(sigset_t *former);
void interrupt_unblock(const sigset_t *former);

/* A file that is not whole yet, to be removed; NULL: there is none (any more).  The path is
 * borrowed.  Called while the signals are blocked. */
void interrupt_remove(const char *unfinished);

/* Where the process group of a tool is kept while it runs, which is to be stopped: it may hold
 * another process still. */
volatile sig_atomic_t *interrupt_group(void);

#endif
