/* SPDX-License-Identifier: MIT */
#ifndef VMT_BIN_UI_H
#define VMT_BIN_UI_H

/* What the program says to people, apart from reports.  Names and bytes of inputs may be in any of
 * it: control characters are escaped here, so callers need not. */

#include "command.h"

/* Before anything else. */
void ui_init(void);

/* A line on standard error, behind the program's name. */
void ui_message(const char *format, ...) VMT_PRINTF(1, 2);

/* The same behind a place, of which only the parts that are set are shown. */
void ui_message_at(struct vmt_place place, const char *format, ...) VMT_PRINTF(2, 3);

/* A failure of the library. */
void ui_error(const struct vmt_error *err);

/* A part of a line, with a mark below `column`, which counts bytes from 1. */
void ui_excerpt(struct vmt_slice excerpt, uint64_t column);

/* How far a long task is, on a line of standard error that the next message or the end replaces;
 * nothing where that is no terminal. */
void ui_progress(const char *format, ...) VMT_PRINTF(1, 2);
void ui_progress_end(void);

/* Wrong use of a command (of the program when NULL): one line that points to the help. */
_Noreturn void ui_wrong_use(const struct command *command, const char *format, ...)
    VMT_PRINTF(2, 3);

/* After the last line of help: what standard output could not take is a failure. */
enum outcome ui_finish_help(void);

#endif
