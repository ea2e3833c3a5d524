/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/utf8.h"

static const char program[] = "vmtally";

/* A failure to write a message has nowhere to be told. */
static enum vmt_status write_stderr(struct vmt_sink *sink, struct vmt_slice bytes,
                                    struct vmt_error *err)
{
    (void)sink;
    (void)err;
    fwrite(bytes.data, 1, bytes.length, stderr);
    return VMT_OK;
}

static struct vmt_sink standard_error = {.write = write_stderr};

/* Gathers a message, so that it appears in one piece where several programs share a terminal. */
static struct vmt_output message;

void ui_init(void)
{
    vmt_output_init(&message, &standard_error);
}

static void put_formatted(const char *format, va_list args) VMT_PRINTF(1, 0);

static void put_formatted(const char *format, va_list args)
{
    char text[8192]; /* longer than the longest path; what is cut would not be read anyway */
    vsnprintf(text, sizeof text, format, args);
    vmt_put_shown(&message, vmt_slice(text));
}

/* A line of progress stands there. */
static bool in_progress;

void ui_progress_end(void)
{
    if (in_progress) {
        vmt_put_string(&message, "\r\x1b[K");
        vmt_output_flush(&message);
        in_progress = false;
    }
}

void ui_progress(const char *format, ...)
{
    va_list args;
    if (isatty(STDERR_FILENO) == 0) {
        return;
    }
    va_start(args, format);
    ui_progress_end();
    put_formatted(format, args);
    vmt_output_flush(&message);
    in_progress = true;
    va_end(args);
}

static void begin_line(void)
{
    ui_progress_end();
    vmt_put_string(&message, program);
    vmt_put_string(&message, ": ");
}

static void end_line(void)
{
    vmt_put_char(&message, '\n');
    vmt_output_flush(&message);
}

void ui_message(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    begin_line();
    put_formatted(format, args);
    end_line();
    va_end(args);
}

static void put_place(struct vmt_place place)
{
    if (place.source == NULL) {
        return;
    }
    vmt_put_shown(&message, vmt_slice(place.source));
    if (place.line > 0) {
        vmt_put_char(&message, ':');
        vmt_put_u64(&message, place.line);
    }
    if (place.line > 0 && place.column > 0) {
        vmt_put_char(&message, ':');
        vmt_put_u64(&message, place.column);
    }
    vmt_put_string(&message, ": ");
}

void ui_message_at(struct vmt_place place, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    begin_line();
    put_place(place);
    put_formatted(format, args);
    end_line();
    va_end(args);
}

void ui_error(const struct vmt_error *err)
{
    ui_message_at(err->place, "%s", err->message);
}

void ui_excerpt(struct vmt_slice excerpt, uint64_t column)
{
    static const char indent[] = "  ";
    vmt_put_string(&message, indent);
    vmt_put_shown(&message, excerpt);
    if (column > 0) {
        struct vmt_slice before = excerpt;
        before.length = column - 1 < before.length ? (size_t)column - 1 : before.length;
        vmt_put_char(&message, '\n');
        vmt_put_string(&message, indent);
        vmt_put_blanks(&message, vmt_shown_width(before));
        vmt_put_char(&message, '^');
    }
    end_line();
}

void ui_wrong_use(const struct command *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    begin_line();
    if (command != NULL) {
        vmt_put_string(&message, command->name);
        vmt_put_string(&message, ": ");
    }
    put_formatted(format, args);
    va_end(args);
    vmt_put_string(&message, " (see 'vmtally");
    if (command != NULL) {
        vmt_put_char(&message, ' ');
        vmt_put_string(&message, command->name);
    }
    vmt_put_string(&message, " --help')");
    end_line();
    exit(WRONG_USE);
}

enum outcome ui_finish_help(void)
{
    errno = 0;
    if (fflush(stdout) != 0 || ferror(stdout)) {
        ui_message("cannot write standard output: %s", strerror(errno));
        return FAILED;
    }
    return DONE;
}
